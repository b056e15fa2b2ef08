//! Packages that only build: compilers and their kin, and what of them stays with what they have built.
//!
//! The head of `build_tools.toml` explains the fields.

use std::sync::OnceLock;

use serde::Deserialize;

use super::patterns::glob;
use super::{ImagePattern, any_image};

/// Packages that only build.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct BuildTool {
    manager: String,
    names: Vec<String>,
    /// The programs that go with them.
    pub(crate) programs: Vec<String>,
    /// Packages to which what was built may be linked.
    #[serde(default)]
    pub(crate) run_time: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keeper {
    manager: String,
    names: Vec<String>,
}

/// Packages of headers of Debian that only a build needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Headers {
    names: Vec<String>,
    /// The programs that go with them.
    pub(crate) programs: Vec<String>,
    /// Those that come along where recommendations do.
    #[serde(default)]
    pub(crate) along: Vec<String>,
    /// The package that holds what of them is needed later; else it is the library to which programs are linked.
    pub(crate) stays: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    manager: String,
    images: Vec<ImagePattern>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    builders: Vec<String>,
    building_programs: Vec<String>,
    tool: Vec<BuildTool>,
    keeper: Vec<Keeper>,
    headers: Vec<Headers>,
    base: Vec<Base>,
}

/// The row of a package, if it only builds.
pub(crate) fn build_tool(manager: &str, package: &str) -> Option<&'static BuildTool> {
    let mut rows = table().tool.iter().filter(|row| row.manager == manager);
    rows.find(|row| row.names.iter().any(|known| glob(known, package)))
}

/// Whether a package depends on a compiler, or recommends one.
pub(crate) fn keeps_compilers(manager: &str, package: &str) -> bool {
    let mut rows = table().keeper.iter().filter(|row| row.manager == manager);
    rows.any(|row| row.names.iter().any(|known| glob(known, package)))
}

/// The row of a package of Debian, if it holds headers that go with compilers.
pub(crate) fn headers(package: &str) -> Option<&'static Headers> {
    table().headers.iter().find(|row| row.names.iter().any(|known| known == package))
}

/// Whether an image is known to hold none of the tools of this manager.
pub(crate) fn lacks_build_tools(manager: &str, image: &str) -> bool {
    let other = ["*:*onbuild*", "*:*windows*", "*:*wheezy*"].map(str::to_owned).map(ImagePattern);
    let mut rows = table().base.iter().filter(|row| row.manager == manager);
    rows.any(|row| any_image(&row.images, image)) && !any_image(&other, image)
}

/// The names of package managers whose installs may build.
pub(crate) fn builders() -> &'static [String] {
    &table().builders
}

/// Programs that build with the tools that they find.
pub(crate) fn building_programs() -> &'static [String] {
    &table().building_programs
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("build_tools.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sound() {
        let table = table();
        let managers = ["apt", "apk"];
        for tool in &table.tool {
            assert!(managers.contains(&&*tool.manager) && !tool.names.is_empty(), "{tool:?}");
            let missing = |name: &String| build_tool(&tool.manager, name).is_some();
            assert!(!tool.run_time.iter().any(missing), "{tool:?}: what stays is no tool");
        }
        for keeper in &table.keeper {
            assert!(managers.contains(&&*keeper.manager));
            let both = keeper.names.iter().find(|name| build_tool(&keeper.manager, name).is_some());
            assert_eq!(both, None, "a tool keeps no tool");
        }
        for row in &table.headers {
            let tool = row.names.iter().find(|name| build_tool("apt", name).is_some());
            assert_eq!(tool, None, "{row:?}: headers are no tools");
        }
        let names: Vec<&str> = super::super::package_managers::package_managers()
            .iter()
            .map(|row| row.name.as_str())
            .collect();
        let unknown: Vec<&String> =
            table.builders.iter().filter(|name| !names.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn images_with_compilers_are_told_apart() {
        for (manager, image, lacks) in [
            ("apt", "debian:12", true),
            ("apt", "python:3.12-slim", true),
            ("apt", "python:3.12", false),
            ("apt", "rust:1-slim", false),
            ("apt", "debian:8", false),
            ("apk", "python:3.12-alpine3.19", true),
            ("apk", "rust:alpine", false),
            ("apk", "debian:12", false),
            ("apk", "example.com/python:3.12-alpine", false),
        ] {
            assert_eq!(lacks_build_tools(manager, image), lacks, "{image}");
        }
        assert!(build_tool("apt", "gcc-12").is_some() && build_tool("apt", "gcc-arm").is_none());
    }
}
