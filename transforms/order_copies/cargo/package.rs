//! A Cargo.toml: which sources without content can stand in for those of its package, and where else it leads.

use toml::{Table, Value};

use super::super::project::climbed;
use super::super::reasons;
use super::flags;
use crate::facts::below;
use crate::pass::Refusal;

/// The tables of dependencies.
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
/// Other names for them, which cargo took for a while.
const OLD_NAMES: [&str; 2] = ["dev_dependencies", "build_dependencies"];
/// The tables of targets that lie in files of their own, with the folders in which cargo looks for them.
const OTHERS: [(&str, &str); 3] =
    [("example", "examples"), ("test", "tests"), ("bench", "benches")];

/// A package.
#[derive(Debug)]
pub(super) struct Package {
    /// Where it lies, a path of the image.
    pub(super) folder: String,
    pub(super) name: String,
    /// What stands in for the sources that a build of it wants.
    pub(super) sources: Vec<Source>,
    /// The folders that its dependencies name.
    pub(super) leads_to: Vec<String>,
    /// The dependencies that it inherits from its workspace.
    pub(super) inherits: Vec<String>,
    /// Whether something of a registry, or of a repository, is named here.
    pub(super) needs: bool,
}

/// A source without content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Its path below the folder of the package.
    pub(super) path: String,
    /// The program that is made of it.
    pub(super) program: Option<String>,
}

impl Source {
    fn of(path: &str, program: Option<&str>) -> Self {
        Self { path: path.to_owned(), program: program.map(str::to_owned) }
    }
}

impl Package {
    /// Reads a manifest in `folder`, where `exists` tells of the files of its package. One that stands `alone` has no other
    /// package of the project beside it, which would want its library.
    pub(super) fn read(
        folder: &str,
        table: &Table,
        alone: bool,
        exists: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Refusal> {
        let file = below(folder, "Cargo.toml");
        let unread = |what: &str| (&reasons::UNREAD_MANIFEST, format!("`{file}` {what}"));
        let stands = |what: &str| (&reasons::NO_STAND_IN, format!("`{file}` {what}"));
        let Some(package) = table.get("package").and_then(Value::as_table) else {
            return Err(unread("has no package"));
        };
        let name = package.get("name").and_then(Value::as_str);
        let plain = |name: &&str| {
            let signs = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            name.bytes().all(|byte| signs(byte) || b"-_".contains(&byte))
        };
        // rustc warns of a library whose name has capital letters, which its own source may allow.
        let name = name.filter(plain).ok_or_else(|| unread("has no name in small letters"))?;
        if table.contains_key("cargo-features") {
            return Err(unread("asks for features of cargo that are not known"));
        }
        let keys = ["build", "links", "autobins", "autolib", "default-run", "workspace"];
        if let Some(key) = keys.into_iter().find(|key| package.contains_key(*key)) {
            return Err(stands(&format!("sets `{key}`, which asks for sources")));
        }
        lints(table).map_err(|what| stands(&what))?;
        let mut sources = Vec::new();
        let main = exists("src/main.rs");
        if main {
            sources.push(Source::of("src/main.rs", Some(name)));
        }
        for target in targets(table, "bin").ok_or_else(|| unread("cannot be read"))? {
            let own = target.get("name").and_then(Value::as_str);
            let path = source(target, own.unwrap_or(name), "src/bin", exists);
            let path =
                path.or_else(|| (main && own == Some(name)).then(|| "src/main.rs".to_owned()));
            let path = path.ok_or_else(|| stands("has a binary whose source is not known"))?;
            match sources.iter_mut().find(|known| known.path == path) {
                Some(known) => known.program = own.map(str::to_owned),
                None => sources.push(Source { path, program: own.map(str::to_owned) }),
            }
        }
        let library = table.get("lib").and_then(Value::as_table);
        let path = library
            .and_then(|library| library.get("path"))
            .map_or(Some("src/lib.rs"), Value::as_str);
        let path = path.filter(|path| exists(path) && is_below(path));
        if library.is_some() && path.is_none() {
            return Err(stands("has a library whose source is not known"));
        }
        let called = library.and_then(|library| library.get("name")).and_then(Value::as_str);
        if called.is_some_and(|name| !plain(&name)) {
            return Err(stands("has a library whose name is not in small letters"));
        }
        let wanted = !alone || library.is_some() || sources.is_empty();
        sources.extend(path.filter(|_| wanted).map(|path| Source::of(path, None)));
        for (kind, folder) in OTHERS {
            for target in targets(table, kind).ok_or_else(|| unread("cannot be read"))? {
                let name = target.get("name").and_then(Value::as_str).unwrap_or_default();
                let path = source(target, name, folder, exists);
                let path = path.ok_or_else(|| {
                    stands(&format!("has a [[{kind}]] whose source is not known"))
                })?;
                sources.push(Source { path, program: None });
            }
        }
        if (1..sources.len())
            .any(|at| sources[..at].iter().any(|source| source.path == sources[at].path))
        {
            return Err(stands("makes two targets of one source"));
        }
        if sources.is_empty() {
            return Err(stands("has neither `src/main.rs` nor `src/lib.rs`"));
        }
        let mut read = Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            sources,
            leads_to: Vec::new(),
            inherits: Vec::new(),
            needs: false,
        };
        read.dependencies(table)?;
        Ok(read)
    }

    /// Reads what a manifest depends on, for each platform.
    fn dependencies(&mut self, table: &Table) -> Result<(), Refusal> {
        let platforms = table.get("target").and_then(Value::as_table).into_iter().flatten();
        let platforms: Vec<&Table> = platforms.filter_map(|(_, value)| value.as_table()).collect();
        let mut keys = platforms.iter().flat_map(|table| table.keys());
        let odd = keys.find(|key| !DEPENDENCIES.contains(&key.as_str()));
        let old = OLD_NAMES.into_iter().find(|key| table.contains_key(*key));
        if let Some(key) = odd.map(String::as_str).or(old) {
            let message = format!("`{}/Cargo.toml` has `{key}`, which is not known", self.folder);
            return Err((&reasons::UNREAD_MANIFEST, message));
        }
        let tables = platforms.into_iter().chain([table]);
        for (kind, all) in tables.flat_map(|table| {
            DEPENDENCIES.iter().filter_map(|kind| Some((*kind, table.get(*kind)?.as_table()?)))
        }) {
            for (name, value) in all {
                if value.get("workspace").is_some() {
                    self.inherits.push(name.clone());
                } else if let Some(path) = value.get("path") {
                    self.leads_to.push(led(&self.folder, path)?);
                } else {
                    self.needs |= kind == "dependencies";
                }
            }
        }
        Ok(())
    }

    /// Whether a binary has one of these names.
    pub(super) fn has_binary(&self, name: &str) -> bool {
        self.sources.iter().any(|source| source.program.as_deref() == Some(name))
    }
}

/// The folder that a path of a dependency leads to.
pub(super) fn led(folder: &str, path: &Value) -> Result<String, Refusal> {
    path.as_str().and_then(|path| climbed(folder, path)).ok_or_else(|| {
        let message = format!("Cargo.toml names the folder {path}, which lies elsewhere");
        (&reasons::LOCAL_DEPENDENCY, message)
    })
}

/// Whether the lints of a manifest pass sources without content.
pub(super) fn lints(table: &Table) -> Result<(), String> {
    let lints = table.get("lints").map(Value::to_string).unwrap_or_default();
    if flags::BROKEN.iter().any(|name| lints.replace('-', "_").contains(name)) {
        Err("has lints that a source without content breaks".to_owned())
    } else {
        Ok(())
    }
}

/// The targets of a kind.
fn targets<'t>(table: &'t Table, kind: &str) -> Option<Vec<&'t Table>> {
    match table.get(kind) {
        None => Some(Vec::new()),
        Some(all) => all.as_array()?.iter().map(Value::as_table).collect(),
    }
}

/// Where the source of a target lies: where it says, or where cargo looks for one of its name.
fn source(
    target: &Table,
    name: &str,
    folder: &str,
    exists: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let candidates = match target.get("path") {
        Some(path) => vec![path.as_str()?.trim_start_matches("./").to_owned()],
        None => vec![format!("{folder}/{name}.rs"), format!("{folder}/{name}/main.rs")],
    };
    candidates.into_iter().find(|path| exists(path) && is_below(path))
}

/// Whether a path is that of a source in the folder of its package, in plain words.
fn is_below(path: &str) -> bool {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    plain
        && path.ends_with(".rs")
        && !path.starts_with(['/', '-'])
        && !path.split('/').any(|name| name == ".." || name == ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &str, files: &[&str]) -> Result<Package, Refusal> {
        let text = format!("[package]\nname = \"app\"\nversion = \"0.1.0\"\n{more}");
        let table = text.parse().expect("it is TOML");
        Package::read("/w", &table, true, &|path| files.contains(&path))
    }

    fn sources(more: &str, files: &[&str]) -> Vec<String> {
        let package = read(more, files).unwrap_or_else(|(_, why)| panic!("{more}: {why}"));
        package.sources.into_iter().map(|source| source.path).collect()
    }

    #[test]
    fn packages_want_their_targets() {
        let reason =
            |more: &str| read(more, &["src/main.rs"]).map_or_else(|(it, _)| it.name, |_| "");
        assert_eq!(reason(""), "");
        assert_eq!(reason("build = \"make.rs\"\n"), "no-stand-in");
        assert_eq!(reason("[[bench]]\nname = \"b\"\n"), "no-stand-in");
        assert_eq!(reason("[[bin]]\nname = \"b\"\n"), "no-stand-in");
        assert_eq!(reason("[[bin]]\nname = \"b\"\npath = \"../b.rs\"\n"), "no-stand-in");
        assert_eq!(reason("[lib]\npath = \"lib.rs\"\n"), "no-stand-in");
        assert_eq!(reason("[lints.rust]\nmissing_docs = \"deny\"\n"), "no-stand-in");
        assert_eq!(reason("[lints.rust]\nmissing-docs = \"warn\"\n"), "no-stand-in");
        assert_eq!(reason("[lib]\npath = \"src/main.rs\"\n"), "no-stand-in");
        assert_eq!(reason("[build_dependencies]\na = \"1\"\n"), "unread-manifest");
        assert_eq!(
            reason("[target.'cfg(unix)'.build_dependencies]\na = \"1\"\n"),
            "unread-manifest"
        );
        assert_eq!(reason("[dependencies]\na = { path = \"/a\" }\n"), "local-dependency");
        let all = [
            "src/main.rs",
            "src/lib.rs",
            "lib.rs",
            "src/bin/b.rs",
            "src/bin/c/main.rs",
            "benches/d.rs",
        ];
        assert_eq!(sources("", &all), ["src/main.rs"]);
        assert_eq!(sources("[lib]\n", &all), ["src/main.rs", "src/lib.rs"]);
        assert_eq!(sources("[lib]\npath = \"lib.rs\"\n", &all), ["src/main.rs", "lib.rs"]);
        assert_eq!(
            sources("[[bin]]\nname = \"b\"\n[[bin]]\nname = \"c\"\n", &all)[1..],
            ["src/bin/b.rs", "src/bin/c/main.rs"]
        );
        assert_eq!(sources("[[bench]]\nname = \"d\"\n", &all), ["src/main.rs", "benches/d.rs"]);
        let renamed =
            read("[[bin]]\nname = \"b\"\npath = \"src/main.rs\"\n", &all).expect("it is read");
        assert!(renamed.has_binary("b") && !renamed.has_binary("app"));
    }

    #[test]
    fn dependencies_lead_to_folders() {
        let needs = "[dependencies]\na = { path = \"../a\" }\nb = { workspace = true }\n[target.'cfg(unix)'.dependencies]\nc = \"1\"\n";
        let package = read(needs, &["src/main.rs"]).expect("it is read");
        assert_eq!(package.leads_to, ["/a"]);
        assert_eq!(package.inherits, ["b"]);
        assert!(package.needs);
    }
}
