//! The packages of a project of Rust: the one in a folder, the members of its workspace, and those that they depend on by a path.
//!
//! The Cargo Book, "Workspaces", "Specifying Dependencies", "Cargo Targets" and "The Manifest Format".

use toml::{Table, Value};

use super::super::super::folders::is_within;
use super::super::Files;
use super::super::workspaces::covers;

/// All of them, none of which lies outside of the folder.
pub(in crate::compare) struct Packages {
    here: String,
    all: Vec<One>,
    /// How many of them the workspace lists, which are the first ones.
    listed: usize,
}

struct One {
    /// Its folder.
    at: String,
    name: String,
    /// The sources that a manifest wants, or a build of it.
    wanted: Vec<Wanted>,
}

/// A source, by its path below the package.
struct Wanted {
    path: String,
    /// The program that it becomes, if it is that of one.
    program: Option<String>,
}

/// Where a dependency or a member leads, by the names of the folders below the first one.
type Way = Vec<String>;

impl Packages {
    /// Those that a build in `here` concerns; `None` if one wants more than stand-ins can give.
    pub(super) fn below(here: &str, files: &impl Files) -> Option<Self> {
        let here = here.trim_end_matches('/');
        let first = manifest(here, files)?;
        let none = Table::new();
        let workspace = match first.get("workspace") {
            Some(value) => value.as_table()?,
            None => &none,
        };
        passes(workspace)?;
        let members = texts(workspace, "members")?;
        let exclude = texts(workspace, "exclude")?;
        let split = |path: &String| -> Way {
            path.split('/').filter(|name| !matches!(*name, "" | ".")).map(str::to_owned).collect()
        };
        let members: Vec<Way> = members.iter().map(split).collect();
        let exclude: Vec<Way> = exclude.iter().map(split).collect();
        if members
            .iter()
            .flatten()
            .any(|name| name == ".." || name.contains(['?', '[', '{']) || name == "**")
        {
            return None;
        }
        let begins =
            |way: &Way, start: &Way| way.len() >= start.len() && way[..start.len()] == start[..];
        let out = |way: &Way| {
            exclude.iter().any(|one| begins(way, one))
                && !members.iter().any(|one| begins(way, one))
        };
        let mut ways: Vec<Way> = Vec::new();
        if first.contains_key("package") {
            ways.push(Vec::new());
        }
        for (place, _) in files.places() {
            let Some(inside) =
                place.strip_prefix(here).and_then(|rest| rest.strip_suffix("/Cargo.toml"))
            else {
                continue;
            };
            let way = split(&inside.to_owned());
            let names: Vec<&str> = way.iter().map(String::as_str).collect();
            let chosen = members
                .iter()
                .any(|one| covers(&one.iter().map(String::as_str).collect::<Vec<_>>(), &names));
            if chosen && !out(&way) && !ways.contains(&way) {
                ways.push(way);
            }
        }
        let found = |one: &Way| {
            one.iter().any(|name| name.contains('*')) || ways.contains(one) || one.is_empty()
        };
        members.iter().all(found).then_some(())?;
        let lonely = workspace.keys().all(|key| key == "resolver");
        let shared = workspace.get("dependencies");
        let listed = ways.len();
        let (mut all, mut next) = (Vec::new(), 0);
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            let at = way.iter().fold(here.to_owned(), |at, name| format!("{at}/{name}"));
            let table = manifest(&at, files)?;
            // The nearest workspace above is the one that it takes part in.
            for depth in 1..=way.len() {
                let nearer = format!("{here}/{}", way[..depth].join("/"));
                let other = files.exists(&format!("{nearer}/Cargo.toml"))
                    && manifest(&nearer, files)?.contains_key("workspace");
                (!other).then_some(())?;
            }
            for to in depends(&table, &way, shared)? {
                (!out(&to) && !to.is_empty()).then_some(())?;
                if !ways.contains(&to) {
                    ways.push(to);
                }
            }
            all.push(One::of(&table, at, lonely && way.is_empty(), files)?);
        }
        let distinct = |one: &One| all.iter().filter(|other| other.name == one.name).count() == 1;
        (!all.is_empty() && all.iter().all(distinct)).then_some(())?;
        Some(Self { here: here.to_owned(), all, listed })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|one| one.name.as_str())
    }

    /// Whether the workspace lists all of them.
    pub(super) fn are_members(&self) -> bool {
        self.all.len() == self.listed
    }

    pub(super) fn has_program(&self, name: &str) -> bool {
        let mut wanted = self.all.iter().flat_map(|one| &one.wanted);
        wanted.any(|source| source.program.as_deref() == Some(name))
    }

    /// The places of the manifests.
    pub(super) fn manifests(&self) -> Vec<String> {
        let root = format!("{}/Cargo.toml", self.here);
        let own = self.all.iter().map(|one| format!("{}/Cargo.toml", one.at));
        let mut places: Vec<String> = own.filter(|place| *place != root).collect();
        places.push(root);
        places
    }

    /// Whether sources without content, each with whether it is a program, are all that the packages want and nothing else; they lie
    /// in folders that were `made` for them, and all of them are below what is `removed`. All are paths below the first folder.
    pub(in crate::compare) fn stand(
        &self,
        made: &[&str],
        sources: &[(String, bool)],
        removed: &[&str],
    ) -> bool {
        let mut wanted: Vec<(String, bool)> = Vec::new();
        let mut folders: Vec<String> = Vec::new();
        for one in &self.all {
            for source in &one.wanted {
                let place = format!("{}/{}", one.at, source.path);
                for (end, _) in source.path.match_indices('/') {
                    folders.push(format!("{}/{}", one.at, &source.path[..end]));
                }
                wanted.push((place, source.program.is_some()));
            }
        }
        let place = |path: &str| format!("{}/{path}", self.here);
        let written: Vec<(String, bool)> =
            sources.iter().map(|(path, program)| (place(path), *program)).collect();
        let same = written.len() == wanted.len() && wanted.iter().all(|one| written.contains(one));
        let made: Vec<String> = made.iter().map(|path| place(path)).collect();
        // mkdir makes one after the other.
        let ordered = (0..made.len()).all(|at| {
            let above = made[at].rsplit_once('/').map_or("", |(above, _)| above);
            !made[at..].iter().any(|later| later == above)
        });
        let fits = folders.iter().all(|folder| made.contains(folder))
            && made.iter().all(|folder| folders.contains(folder));
        let gone = |path: &String| removed.iter().any(|top| is_within(path, &place(top)));
        let own = |top: &str| {
            let top = place(top);
            made.contains(&top) || wanted.iter().any(|(path, _)| *path == top)
        };
        same && ordered
            && fits
            && made.iter().all(gone)
            && wanted.iter().all(|(path, _)| gone(path))
            && removed.iter().all(|top| own(top))
    }
}

impl One {
    /// A package, if its manifest asks for no source that cannot be stood in for; a `lonely` one has no other that would ask for its
    /// library.
    fn of(table: &Table, at: String, lonely: bool, files: &impl Files) -> Option<Self> {
        let package = table.get("package")?.as_table()?;
        let name = package.get("name")?.as_str()?.to_owned();
        // A name with capitals makes rustc warn of the library, if its source does not forbid that.
        let odd =
            |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
        // Those of its keys that ask for files of the project; the rest says what the package is.
        let asks = ["autobins", "autolib", "build", "default-run", "links", "workspace"];
        if name.contains(odd) || package.keys().any(|key| asks.contains(&&**key)) {
            return None;
        }
        let known = [
            "badges",
            "bench",
            "bin",
            "build-dependencies",
            "dependencies",
            "dev-dependencies",
            "example",
            "features",
            "lib",
            "lints",
            "package",
            "patch",
            "profile",
            "target",
            "test",
            "workspace",
        ];
        table.keys().all(|key| known.contains(&key.as_str())).then_some(())?;
        passes(table)?;
        let has = |path: &str| files.exists(&format!("{at}/{path}"));
        let named = |target: &Value| target.get("name").and_then(Value::as_str).map(str::to_owned);
        let lies = |target: &Value, folder: &str| -> Option<String> {
            let path = match (target.get("path"), named(target)) {
                (Some(path), _) => path.as_str()?.trim_start_matches("./").to_owned(),
                (None, None) => return None,
                (None, Some(name)) => {
                    [format!("{folder}/{name}.rs"), format!("{folder}/{name}/main.rs")]
                        .into_iter()
                        .find(|path| has(path))?
                }
            };
            (is_source(&path) && has(&path)).then_some(path)
        };
        let mut wanted = Vec::new();
        let main = has("src/main.rs");
        if main {
            wanted.push(Wanted { path: "src/main.rs".to_owned(), program: Some(name.clone()) });
        }
        for target in list(table, "bin")? {
            let program = named(target);
            let path = match lies(target, "src/bin") {
                Some(path) => path,
                None if main
                    && program.as_deref() == Some(&name)
                    && target.get("path").is_none() =>
                {
                    "src/main.rs".to_owned()
                }
                None => return None,
            };
            wanted.retain(|one: &Wanted| one.path != path);
            wanted.push(Wanted { path, program: Some(program?) });
        }
        let library = table.get("lib");
        let called = library.and_then(named).unwrap_or_default();
        (!called.contains(odd)).then_some(())?;
        let path =
            library.and_then(|it| it.get("path")).map_or(Some("src/lib.rs"), Value::as_str)?;
        let there = is_source(path) && has(path);
        if library.is_some() || (there && (!lonely || wanted.is_empty())) {
            there.then_some(())?;
            wanted.push(Wanted { path: path.to_owned(), program: None });
        }
        for (kind, folder) in [("example", "examples"), ("test", "tests"), ("bench", "benches")] {
            for target in list(table, kind)? {
                wanted.push(Wanted { path: lies(target, folder)?, program: None });
            }
        }
        let once = |one: &Wanted| wanted.iter().filter(|other| other.path == one.path).count() == 1;
        let apart = wanted.iter().all(once);
        (!wanted.is_empty() && apart).then_some(Self { at, name, wanted })
    }
}

fn manifest(at: &str, files: &impl Files) -> Option<Table> {
    files.text(&format!("{at}/Cargo.toml"))?.parse().ok()
}

/// An array of texts.
fn texts(table: &Table, key: &str) -> Option<Vec<String>> {
    list(table, key)?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

fn list<'t>(table: &'t Table, key: &str) -> Option<&'t [Value]> {
    table.get(key).map_or(Some(&[]), |value| value.as_array().map(Vec::as_slice))
}

/// Whether no lint looks for what a source without content lacks.
fn passes(table: &Table) -> Option<()> {
    let lints = table.get("lints").map_or_else(String::new, Value::to_string);
    (!is_broken(&lints)).then_some(())
}

/// Whether a text names a lint that looks for documentation, or for the use of crates; rustc takes both signs between words.
pub(super) fn is_broken(text: &str) -> bool {
    let text = text.replace('-', "_");
    text.contains("missing_docs") || text.contains("unused_crate_dependencies")
}

/// Whether a path leads to a source below its package, in plain signs.
fn is_source(path: &str) -> bool {
    path.ends_with(".rs")
        && path.split('/').all(|name| {
            let plain =
                name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
            plain && !name.is_empty() && name != "." && name != ".." && !name.starts_with('-')
        })
}

/// The ways to the folders of the project that a manifest depends on; `None` if one leads out of it.
fn depends(table: &Table, from: &Way, shared: Option<&Value>) -> Option<Vec<Way>> {
    if table.contains_key("replace") {
        return None;
    }
    let platforms = table.get("target").map_or(Some(Vec::new()), |all| {
        all.as_table()?.values().map(Value::as_table).collect::<Option<Vec<_>>>()
    })?;
    // cargo took other spellings of these names, and may do so still.
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    if platforms.iter().flat_map(|one| one.keys()).any(|key| !KINDS.contains(&key.as_str())) {
        return None;
    }
    let mut ways = Vec::new();
    for one in platforms.into_iter().chain([table]) {
        for kind in KINDS {
            let Some(all) = one.get(kind) else { continue };
            for (name, value) in all.as_table()? {
                let inherited = value.get("workspace").is_some();
                let value = if inherited { shared?.get(name)? } else { value };
                if let Some(path) = value.get("path") {
                    ways.push(leads(if inherited { &[] } else { from }, path.as_str()?)?);
                }
            }
        }
    }
    if let Some(patches) = table.get("patch") {
        for patch in
            patches.as_table()?.values().filter_map(Value::as_table).flat_map(|all| all.values())
        {
            // Packages of a registry may want what its source has.
            patch.get("path").is_none().then_some(())?;
        }
    }
    Some(ways)
}

/// The way to where a path leads; `None` if that is out of the first folder.
fn leads(from: &[String], path: &str) -> Option<Way> {
    if path.starts_with('/') {
        return None;
    }
    let mut way = from.to_vec();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(way.pop()?),
            name => way.push(name.to_owned()),
        }
    }
    Some(way)
}
