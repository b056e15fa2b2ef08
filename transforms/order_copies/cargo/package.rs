//! A Cargo.toml: whether a source without content can stand in for those of its package.

use toml::{Table, Value};

use super::super::project::Project;
use super::super::reasons;
use super::flags;
use crate::facts::below;
use crate::pass::Refusal;

/// A package of its own.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// It has `src/main.rs`.
    main: bool,
    /// It has a library that Cargo.toml speaks of, or nothing else.
    library: bool,
    /// The name that Cargo.toml gives the binary of `src/main.rs`.
    binary: Option<String>,
}

impl Package {
    /// Reads the one in a folder.
    pub(super) fn of(project: &Project<'_, '_>, folder: &str) -> Result<Self, Refusal> {
        let at = |name: &str| below(folder, name);
        let text = project.text(&at("Cargo.toml"))?;
        let has = |path: &str| project.exists(&at(path));
        let package = Self::read(text, has("src/main.rs"), has("src/lib.rs"))?;
        if has("Cargo.lock") {
            let named = format!("name = \"{}\"", package.name);
            let lines = project.text(&at("Cargo.lock"))?.lines();
            if lines.filter(|line| *line == named).count() > 1 {
                let message = format!("two packages have the name `{}`", package.name);
                return Err((&reasons::NO_STAND_IN, message));
            }
        }
        Ok(package)
    }

    fn read(text: &str, main: bool, library: bool) -> Result<Self, Refusal> {
        let unread = |what: &str| (&reasons::UNREAD_MANIFEST, format!("`Cargo.toml` {what}"));
        let alone = |what: &str| (&reasons::NO_STAND_IN, format!("`Cargo.toml` {what}"));
        let table: Table = text.parse().map_err(|_| unread("cannot be read"))?;
        let Some(package) = table.get("package").and_then(Value::as_table) else {
            return Err(unread("has no package"));
        };
        let name = package.get("name").and_then(Value::as_str);
        let plain = |name: &&str| {
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let name = name.filter(plain).ok_or_else(|| unread("has no name"))?;
        let joins = table
            .get("workspace")
            .and_then(Value::as_table)
            .is_some_and(|workspace| !workspace.keys().all(|key| key == "resolver"));
        if joins || package.contains_key("workspace") || inherits(package) {
            let message = "Cargo.toml joins packages of the project".to_owned();
            return Err((&reasons::LOCAL_DEPENDENCY, message));
        }
        if table.get("cargo-features").is_some() {
            return Err(unread("asks for features of cargo that are not known"));
        }
        if let Some(path) = table.iter().find_map(|(key, value)| {
            let targets = ["lib", "bin", "package"].contains(&key.as_str());
            (!targets).then(|| path(value)).flatten()
        }) {
            let message = format!("Cargo.toml names the folder `{path}`");
            return Err((&reasons::LOCAL_DEPENDENCY, message));
        }
        let mut kinds = ["example", "test", "bench"].into_iter();
        if let Some(kind) = kinds.find(|kind| table.contains_key(*kind)) {
            return Err(alone(&format!("names a file by [[{kind}]]")));
        }
        let keys = ["build", "links", "autobins", "autolib", "default-run"];
        if let Some(key) = keys.into_iter().find(|key| package.contains_key(*key)) {
            return Err(alone(&format!("sets `{key}`, which asks for sources")));
        }
        let lints = table.get("lints").map(Value::to_string).unwrap_or_default();
        if ["missing_docs", "unused_crate_dependencies"].iter().any(|name| lints.contains(name)) {
            return Err(alone("has lints that a source without content breaks"));
        }
        let own_library = table.get("lib").and_then(Value::as_table);
        let elsewhere = |target: &Table, path: &str| {
            target.get("path").is_some_and(|own| own.as_str() != Some(path))
        };
        if own_library.is_some_and(|target| elsewhere(target, "src/lib.rs")) {
            return Err(alone("has a library that lies elsewhere"));
        }
        let mut binary = None;
        for target in table.get("bin").and_then(Value::as_array).into_iter().flatten() {
            let target = target.as_table().ok_or_else(|| unread("cannot be read"))?;
            let own = target.get("name").and_then(Value::as_str);
            let here = target.get("path").is_some() || own == Some(name);
            if !here || !main || binary.is_some() || elsewhere(target, "src/main.rs") {
                return Err(alone("has a binary that is not `src/main.rs`"));
            }
            binary = own.map(str::to_owned);
        }
        if !main && !library {
            return Err(alone("has neither `src/main.rs` nor `src/lib.rs`"));
        }
        if !needs_packages(&table) {
            return Err((
                &reasons::NOTHING_TO_DOWNLOAD,
                reasons::NOTHING_TO_DOWNLOAD.summary.to_owned(),
            ));
        }
        let library = own_library.is_some() || !main;
        Ok(Self { name: name.to_owned(), main, library, binary })
    }

    /// Whether the binary of `src/main.rs` has a name.
    pub(super) fn has_binary(&self, name: &str) -> bool {
        self.main && self.binary.as_ref().unwrap_or(&self.name) == name
    }

    /// Commands that write the sources without content.
    pub(super) fn stand_in(&self) -> String {
        let mut commands = Vec::new();
        if self.main {
            commands.push("echo 'fn main() {}' > src/main.rs");
        }
        if self.library {
            commands.push("touch src/lib.rs");
        }
        commands.join(" && ")
    }
}

/// Whether a package takes something from the workspace that it belongs to.
fn inherits(package: &Table) -> bool {
    package.values().any(|value| value.as_table().is_some_and(|it| it.contains_key("workspace")))
}

/// A folder that something is taken from, or the workspace that it is inherited from.
fn path(value: &Value) -> Option<&str> {
    match value {
        Value::Table(table) => {
            let named = table.get("path").and_then(Value::as_str);
            let inherited = table.get("workspace").map(|_| "workspace");
            named.or(inherited).or_else(|| table.values().find_map(path))
        }
        Value::Array(values) => values.iter().find_map(path),
        _ => None,
    }
}

/// Whether it depends on anything.
fn needs_packages(table: &Table) -> bool {
    let needs = |table: &Table| {
        let needed = table.get("dependencies").and_then(Value::as_table);
        needed.is_some_and(|needed| !needed.is_empty())
    };
    let platforms = table.get("target").and_then(Value::as_table);
    needs(table) || platforms.is_some_and(|it| it.values().filter_map(Value::as_table).any(needs))
}

/// Whether settings of cargo lead to no file, and to no other place.
pub(super) fn settings(place: &str, text: &str) -> Result<(), Refusal> {
    let unread = || (&reasons::READS_MORE, format!("what `{place}` sets is not known"));
    let table: Table = text.parse().map_err(|_| unread())?;
    let plain = |key: &str, value: &Value| match (key, value) {
        ("jobs" | "incremental" | "runner", _) => true,
        ("linker", Value::String(path)) => !path.contains('/') || path.starts_with("/usr/bin/"),
        ("rustflags", Value::String(text)) => flags::are_plain(text.split_whitespace()),
        ("rustflags", Value::Array(all)) => {
            let words: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
            words.is_some_and(flags::are_plain)
        }
        _ => false,
    };
    let are_plain = |value: &Value| {
        value.as_table().is_some_and(|table| table.iter().all(|(key, value)| plain(key, value)))
    };
    let fine = table.iter().all(|(key, value)| match key.as_str() {
        "net" | "registries" | "registry" | "term" | "alias" => true,
        "http" => value.get("cainfo").is_none() && value.get("proxy-cainfo").is_none(),
        "build" => value.get("linker").is_none() && are_plain(value),
        "target" => value.as_table().is_some_and(|all| all.values().all(are_plain)),
        _ => false,
    });
    let leads = ["./", "../", "file:", "directory", "local-registry", "missing"];
    if fine && !leads.iter().any(|part| text.contains(part)) { Ok(()) } else { Err(unread()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(more: &str) -> &'static str {
        let text = format!("[package]\nname = \"app\"\nversion = \"0.1.0\"\n{more}");
        Package::read(&text, true, false).map_or_else(|(reason, _)| reason.name, |_| "")
    }

    #[test]
    fn packages_may_want_more_than_a_source() {
        let needs = "[dependencies]\nregex = \"1\"\n";
        assert_eq!(reason(needs), "");
        assert_eq!(reason(""), "nothing-to-download");
        assert_eq!(reason(&format!("build = \"make.rs\"\n{needs}")), "no-stand-in");
        assert_eq!(reason(&format!("edition.workspace = true\n{needs}")), "local-dependency");
        assert_eq!(reason(&format!("{needs}a = {{ path = \"a\" }}\n")), "local-dependency");
        assert_eq!(reason(&format!("{needs}[workspace]\nmembers = [\"a\"]\n")), "local-dependency");
        assert_eq!(reason(&format!("{needs}[workspace]\n")), "");
        assert_eq!(reason(&format!("{needs}[[bench]]\nname = \"b\"\n")), "no-stand-in");
        assert_eq!(reason(&format!("{needs}[[bin]]\nname = \"b\"\n")), "no-stand-in");
        assert_eq!(reason(&format!("{needs}[[bin]]\nname = \"b\"\npath = \"src/main.rs\"\n")), "");
        assert_eq!(
            reason(&format!("{needs}[lints.rust]\nmissing_docs = \"deny\"\n")),
            "no-stand-in"
        );
    }

    #[test]
    fn settings_may_lead_elsewhere() {
        let fine = |text: &str| settings(".cargo/config.toml", text).is_ok();
        assert!(fine("[build]\nrustflags = [\"-C\", \"target-cpu=native\"]\n"));
        assert!(fine("[target.x86_64-unknown-linux-musl]\nlinker = \"rust-lld\"\n"));
        assert!(!fine("[build]\ntarget-dir = \"out\"\n"));
        assert!(!fine("[source.vendored-sources]\ndirectory = \"vendor\"\n"));
        assert!(!fine("[target.a]\nlinker = \"./link.sh\"\n"));
        assert!(!fine("[target.a]\nlinker = \"tools/link.sh\"\n"));
        assert!(!fine("[target.a]\nrustflags = [\"-C\", \"link-arg=-Tlink.x\"]\n"));
        assert!(!fine("[http]\ncainfo = \"ca.pem\"\n"));
    }
}
