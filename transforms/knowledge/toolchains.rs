//! Toolchains: the images that hold them, and what of a project only they read.
//!
//! The head of `toolchains.toml` names the sources.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::patterns::glob;
use super::{ImagePattern, any_image};

/// Something that builds programs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuildImage {
    /// The name that the rules know.
    pub(crate) name: String,
    images: Vec<ImagePattern>,
    /// Folders that its images put into PATH.
    pub(crate) path: Vec<String>,
    sources: Vec<String>,
}

/// What the commands of a RUN leave behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// Nothing but output.
    Nothing,
    /// What a compiler makes.
    Build,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    toolchain: Vec<BuildImage>,
    leftovers: Leftovers,
    commands: Commands,
    packages: Packages,
    programs: BTreeMap<String, Vec<String>>,
    suites: BTreeMap<String, String>,
    go: Go,
    headers: Vec<String>,
    libraries: BTreeMap<String, Vec<String>>,
    alpine_libraries: BTreeMap<String, Vec<String>>,
    by_suite: BTreeMap<String, BTreeMap<String, String>>,
    ruby_gems: BTreeMap<String, Vec<String>>,
    python_packages: BTreeMap<String, Vec<String>>,
    python_full: BTreeMap<String, Vec<String>>,
    python_wheels: BTreeMap<String, BTreeMap<String, String>>,
}

/// What a program needs later of a package that its build was linked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// It is no such package.
    Other,
    /// Nothing: it holds headers of what every image has.
    None,
    /// These packages.
    Packages(Vec<String>),
    /// It holds headers of a library whose name is not known.
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Go {
    cgo: Vec<String>,
}

/// What a package of the system is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A build alone.
    Build,
    /// To fetch and unpack things, mostly for a build.
    Fetch,
    /// What cannot be told.
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Packages {
    build: Vec<String>,
    fetch: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Leftovers {
    files: Vec<String>,
    folders: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commands {
    nothing: Vec<String>,
    builds: Vec<String>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("toolchains.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

/// The toolchain that an image is made for.
pub(crate) fn toolchain_of_image(image: &str) -> Option<&'static BuildImage> {
    table().toolchain.iter().find(|row| any_image(&row.images, image))
}

/// The toolchain of this name.
pub(crate) fn toolchain(name: &str) -> Option<&'static BuildImage> {
    table().toolchain.iter().find(|row| row.name == name)
}

/// What a command of this name leaves; `None` if that is not known.
pub(crate) fn trace(program: &str) -> Option<Trace> {
    let is = |list: &[String]| list.iter().any(|known| known == program);
    let commands = &table().commands;
    if is(&commands.nothing) {
        Some(Trace::Nothing)
    } else {
        is(&commands.builds).then_some(Trace::Build)
    }
}

/// What a package of the system is needed for.
pub(crate) fn need_of_package(name: &str) -> Need {
    let is = |list: &[String]| list.iter().any(|pattern| glob(pattern, name));
    let packages = &table().packages;
    if is(&packages.build) {
        Need::Build
    } else if is(&packages.fetch) {
        Need::Fetch
    } else {
        Need::Unknown
    }
}

/// What a program needs later of a package that its build was linked with, on a release of the distribution.
pub(crate) fn library_of(package: &str, suite: Option<&str>) -> Library {
    if !package.ends_with("-dev") {
        return Library::Other;
    }
    let table = table();
    if table.headers.iter().any(|pattern| glob(pattern, package)) {
        return Library::None;
    }
    if let Some(libraries) = table.libraries.get(package) {
        return Library::Packages(libraries.clone());
    }
    let by_suite = table.by_suite.get(package);
    let name = by_suite.and_then(|names| names.get(suite?));
    name.map_or(Library::Unknown, |names| {
        Library::Packages(names.split(' ').map(str::to_owned).collect())
    })
}

/// The same for what stands on an image: on Alpine libraries have names of their own, and where no tag says which release of Debian it is,
/// theirs must be those of the release before, too.
pub(crate) fn library_on(image: &str, package: &str, suite: Option<&str>) -> Library {
    if !image.contains("alpine") {
        let found = library_of(package, suite);
        let floats = suite.is_some() && told_suite_of_image(image) != suite;
        return match (found, floats.then(|| library_of(package, Some("bookworm")))) {
            (Library::Packages(new), Some(Library::Packages(old))) if new != old => {
                Library::Unknown
            }
            (found, _) => found,
        };
    }
    if let Some(libraries) = table().alpine_libraries.get(package) {
        return Library::Packages(libraries.clone());
    }
    match library_of(package, suite) {
        Library::Packages(_) => Library::Unknown,
        Library::Unknown if matches!(package, "musl-dev" | "libc-dev") => Library::None,
        library => library,
    }
}

/// The packages of Debian that a package of PyPI needs when it runs; `None` if it needs none that is known.
pub(crate) fn library_of_python_package(name: &str) -> Option<&'static Vec<String>> {
    table().python_packages.get(name)
}

/// The packages of Debian that a package of PyPI opens when it runs, and that slim images lack where full ones have them, an empty name where
/// they are not known; `None` if it opens none that is known.
pub(crate) fn library_of_full_image(name: &str) -> Option<&'static Vec<String>> {
    table().python_full.get(name)
}

/// The packages of Debian that a gem with a part in C needs when it runs; `None` if it has none that is known.
pub(crate) fn libraries_of_gem(name: &str) -> Option<&'static Vec<String>> {
    table().ruby_gems.get(name)
}

/// The first release of a package of PyPI that is a wheel for a version of Python (`3.11`); `None` if that is not listed.
pub(crate) fn first_wheel(name: &str, python: &str) -> Option<&'static str> {
    table().python_wheels.get(name)?.get(python).map(String::as_str)
}

/// The package that brings a program; empty for what every Debian has, `None` if that is not known.
pub(crate) fn package_of_program(program: &str) -> Option<&'static str> {
    let name = program.rsplit('/').next().unwrap_or(program);
    let brings =
        |(_, programs): &(&String, &Vec<String>)| programs.iter().any(|known| known == name);
    table().programs.iter().find(brings).map(|(package, _)| package.as_str())
}

/// The Python of a distribution whose pip depends on setuptools, and knows the names of all wheels of today (pip 22 and later; the package
/// indices of Debian and Ubuntu), by its suite.
pub(crate) fn python_of_suite(suite: &str) -> Option<&'static str> {
    const PYTHONS: &[(&str, &str)] = &[("bookworm", "3.11"), ("jammy", "3.10"), ("noble", "3.12")];
    PYTHONS.iter().find(|(known, _)| *known == suite).map(|(_, python)| *python)
}

/// The suite of Debian that an image is made of: `stable` where it follows the release.
pub(crate) fn suite_of_image(image: &str) -> Option<&'static str> {
    const SUITES: &[&str] = &["trixie", "bookworm", "bullseye", "buster", "stretch"];
    let image = image.split('@').next().unwrap_or(image);
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    let named = SUITES.iter().find(|suite| tag.split('-').any(|part| part == **suite));
    if let Some(suite) = named {
        return Some(suite);
    }
    let bare = tag.trim_end_matches("-slim");
    // `1.22.3` is of the suite of `1.22`.
    let minor: Vec<&str> = bare.split('.').take(2).collect();
    let suites = &table().suites;
    let keys = [format!("{name}:{bare}"), format!("{name}:{}", minor.join("."))];
    let own = keys.iter().find_map(|key| suites.get(key)).map(String::as_str);
    own.or_else(|| super::official_tags::suite(image))
}

/// The same where the tag says it, or the image has stood on no other release: a tag that names none moves on with the releases.
pub(crate) fn told_suite_of_image(image: &str) -> Option<&'static str> {
    suite_of_image(image).filter(|suite| *suite != "trixie" || image.contains("trixie"))
}

/// Whether a text of a Go project names a module that needs cgo.
pub(crate) fn needs_cgo(text: &str) -> bool {
    table().go.cgo.iter().any(|module| text.contains(module.as_str()))
}

/// Whether no program reads a folder of this name at run time.
pub(crate) fn is_leftover_folder(name: &str) -> bool {
    table().leftovers.folders.iter().any(|known| known == name)
}

impl BuildImage {
    /// Whether only a build reads a file of this name.
    pub(crate) fn alone_reads(&self, name: &str) -> bool {
        let leftovers = &table().leftovers.files;
        self.compiles(name) || leftovers.iter().any(|pattern| glob(pattern, name))
    }

    /// Whether its compiler reads a file of this name.
    pub(crate) fn compiles(&self, name: &str) -> bool {
        self.sources.iter().any(|pattern| glob(pattern, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found() {
        let go = toolchain_of_image("docker.io/library/golang:1.22").expect("golang is a row");
        assert_eq!(go.name, "go");
        assert!(go.alone_reads("main.go") && go.alone_reads("README.md"));
        assert!(!go.alone_reads("index.html") && !go.alone_reads("config.yml"));
        assert!(go.alone_reads("main_test.go") && !go.alone_reads("speed_test.html"));
        assert!(go.compiles("main.go") && !go.compiles("README.md"));
        assert!(toolchain_of_image("nginx:latest").is_none());
        assert_eq!((trace("cd"), trace("make")), (Some(Trace::Nothing), Some(Trace::Build)));
        assert_eq!(trace("python"), None);
    }

    #[test]
    fn no_command_stands_twice() {
        let Commands { nothing, builds } = &table().commands;
        let mut all: Vec<&String> = nothing.iter().chain(builds).collect();
        all.sort();
        assert!(all.windows(2).all(|two| two[0] != two[1]), "{all:?}");
    }
}
