//! What full images have that their slim twins lack.

use std::sync::OnceLock;

use serde::Deserialize;

/// Images of one kind and their slim twins.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct SlimFamily {
    images: Vec<String>,
    groups: Vec<String>,
    #[serde(default)]
    slim: Vec<String>,
    /// What only the full image has and no text shows a use of.
    pub(crate) unseen: Option<String>,
}

/// A package of a full image.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct FullPackage {
    /// Its name in Debian.
    pub(crate) name: String,
    group: String,
    /// The programs that it brings, as far as their names are no ordinary words.
    #[serde(default)]
    pub(crate) programs: Vec<String>,
    /// Those whose names are ordinary words.
    #[serde(default)]
    pub(crate) common: Vec<String>,
    /// Those that shells have a command of their own for.
    #[serde(default)]
    pub(crate) builtins: Vec<String>,
    /// Other texts that show a use.
    #[serde(default)]
    pub(crate) signs: Vec<String>,
    /// Packages that it needs to do its work.
    #[serde(default)]
    pub(crate) with: Vec<String>,
    /// Other packages whose install brings it.
    #[serde(default)]
    pub(crate) from: Vec<String>,
    /// Texts in a source that show a use.
    #[serde(default)]
    pub(crate) sources: Vec<String>,
    /// The releases of Debian whose images have it; all if there are none.
    #[serde(default)]
    suites: Vec<String>,
    /// Whether it is only good for compiling.
    #[serde(default)]
    pub(crate) builds: bool,
}

impl FullPackage {
    /// Whether the images of a release of Debian have it.
    pub(crate) fn is_in(&self, suite: Option<&str>) -> bool {
        self.suites.is_empty() || suite.is_none_or(|suite| self.suites.iter().any(|it| it == suite))
    }

    /// Whether what it needs has another name in each release, and that of this one is not known.
    pub(crate) fn lacks_names(&self, suite: Option<&str>) -> bool {
        let of_release = |row: &&Self| self.with.contains(&row.name) && !row.suites.is_empty();
        let mut rows = table().package.iter().filter(of_release).peekable();
        rows.peek().is_some() && !rows.any(|row| suite.is_some() && row.is_in(suite))
    }
}

impl SlimFamily {
    /// The packages of one group that the full image has.
    pub(crate) fn group(&self, name: &str) -> impl Iterator<Item = &'static FullPackage> {
        self.lacks().filter(move |row| row.group == name)
    }

    /// The packages that the full image has and the slim one lacks.
    pub(crate) fn lacks(&self) -> impl Iterator<Item = &'static FullPackage> {
        let rows = table().package.iter();
        rows.filter(|row| self.groups.contains(&row.group) && !self.slim.contains(&row.name))
    }
}

/// The family of an image of the official library, by its name alone.
pub(crate) fn slim_family(name: &str) -> Option<&'static SlimFamily> {
    table().family.iter().find(|row| row.images.iter().any(|image| image == name))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    family: Vec<SlimFamily>,
    package: Vec<FullPackage>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("slim_images.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_sound() {
        let Table { family, package } = table();
        for row in family {
            let known = |name: &String| package.iter().any(|package| package.group == *name);
            assert!(row.groups.iter().all(known), "{row:?}");
            let held = |name: &String| {
                package.iter().any(|one| one.name == *name && row.groups.contains(&one.group))
            };
            assert!(row.slim.iter().all(held), "{row:?}");
        }
        for row in package {
            assert!(family.iter().any(|family| family.groups.contains(&row.group)), "{row:?}");
            let seen = row.programs.len() + row.common.len() + row.signs.len() + row.sources.len();
            // Make stands in for the compilers that bring it (`slim_base/makefiles.rs`).
            assert!(seen > 0 || row.name == "make", "{row:?}");
            let known = |name: &String| package.iter().any(|package| package.name == *name);
            assert!(row.with.iter().all(known), "{row:?}");
        }
    }

    #[test]
    fn what_a_family_lacks() {
        let lacks = |image: &str, name: &str| {
            slim_family(image).is_some_and(|row| row.lacks().any(|package| package.name == name))
        };
        assert!(lacks("python", "git") && !lacks("python", "ca-certificates"));
        assert!(lacks("node", "ca-certificates") && lacks("node", "python3"));
        assert!(!lacks("openjdk", "build-essential"));
        assert!(slim_family("alpine").is_none());
    }
}
