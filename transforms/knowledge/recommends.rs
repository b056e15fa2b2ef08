//! Debian packages: what apt installs beside them on recommendation, and which of that is missed.
//!
//! The head of `recommends.toml` explains the fields.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::patterns::glob;
use super::{ImagePattern, any_image};

/// Packages of which the same is known.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Packages {
    names: Vec<String>,
    /// What may be missed without recommendations, by names of [`Recommendation`]s.
    #[serde(default)]
    recommends: Vec<String>,
    /// What may be missed by others than the packages themselves.
    #[serde(default)]
    recommends_for_others: Vec<String>,
    /// Why nobody wants them without.
    #[serde(default)]
    pub(crate) whole: Option<String>,
}

/// A package that others recommend.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Recommendation {
    /// Its name.
    pub(crate) name: String,
    /// What becomes of it.
    pub(crate) keep: Keep,
    /// Why the install is left as it is.
    #[serde(default)]
    pub(crate) because: Option<String>,
    #[serde(default)]
    provided_by: Vec<String>,
    /// Its programs.
    #[serde(default)]
    pub(crate) programs: Vec<String>,
    /// Texts that show that somebody uses it.
    #[serde(default)]
    pub(crate) signs: Vec<String>,
    /// Whether people use it where they have a shell.
    #[serde(default)]
    pub(crate) by_hand: bool,
}

/// What becomes of a package that came by recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Keep {
    /// It stays, by its own name.
    Always,
    /// It stays where somebody uses it.
    IfUsed,
    /// Without it the install would not be what it is.
    NotHere,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Images {
    images: Vec<ImagePattern>,
    #[serde(default)]
    except_images: Vec<ImagePattern>,
    holds: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    recommendation: Vec<Recommendation>,
    packages: Vec<Packages>,
    images: Vec<Images>,
}

impl Packages {
    /// What may be missed without recommendations, and what becomes of it beside these packages.
    pub(crate) fn recommends(&self) -> impl Iterator<Item = (&'static Recommendation, Keep)> {
        let row = |name: &String| {
            let mut rows = table().recommendation.iter();
            rows.find(|row| row.name == *name).expect("a test shows that each has a row")
        };
        let own = self.recommends.iter().map(row).map(|found| (found, found.keep));
        let for_others = self.recommends_for_others.iter().map(row);
        own.chain(for_others.map(|found| (found, Keep::IfUsed)))
    }
}

impl Recommendation {
    /// Whether a package brings it, or is it.
    pub(crate) fn comes_with(&self, package: &str) -> bool {
        package == self.name || self.provided_by.iter().any(|known| glob(known, package))
    }
}

/// What is known of a Debian package; `None` if nothing is.
pub(crate) fn debian_package(name: &str) -> Option<&'static Packages> {
    let Index { names, patterns } = index();
    let named = names.get(name).copied();
    let matched = patterns.iter().find(|(_, pattern)| glob(pattern, name)).map(|(row, _)| *row);
    // Of two rows the first one counts.
    let row = named.into_iter().chain(matched).min()?;
    Some(&table().packages[row])
}

/// The numbers of the rows of packages: by name, and of patterns of names in their order.
struct Index {
    names: HashMap<&'static str, usize>,
    patterns: Vec<(usize, &'static str)>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index { names: HashMap::new(), patterns: Vec::new() };
        for (number, row) in table().packages.iter().enumerate() {
            for name in &row.names {
                if name.contains(['*', '?', '[']) {
                    index.patterns.push((number, name));
                } else {
                    index.names.entry(name).or_insert(number);
                }
            }
        }
        index
    })
}

/// The recommended packages that a base image holds, as far as that is known.
pub(crate) fn held_by_image(image: &str) -> impl Iterator<Item = &'static str> {
    let rows = table()
        .images
        .iter()
        .filter(move |row| any_image(&row.images, image) && !any_image(&row.except_images, image));
    rows.flat_map(|row| row.holds.iter().map(String::as_str))
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("recommends.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_a_name_counts() {
        for name in table().packages.iter().flat_map(|row| &row.names) {
            let holds = |row: &&Packages| row.names.iter().any(|known| glob(known, name));
            let first = table().packages.iter().find(holds).map(|row| &row.names);
            assert_eq!(debian_package(name).map(|row| &row.names), first, "{name}");
        }
        assert!(debian_package("no-such-package").is_none());
    }

    #[test]
    fn every_recommendation_of_a_package_has_a_row() {
        for row in &table().packages {
            assert!(!row.names.is_empty(), "{row:?}");
            let names: Vec<_> = row.recommends.iter().chain(&row.recommends_for_others).collect();
            assert!(row.whole.is_none() || names.is_empty(), "{row:?}");
            for name in names {
                let rows = table().recommendation.iter().filter(|other| other.name == *name);
                assert_eq!(rows.count(), 1, "{name}");
            }
        }
    }

    #[test]
    fn every_recommendation_is_asked_for_and_can_be_seen() {
        for row in &table().recommendation {
            let asked = |keep: Option<Keep>| {
                table().packages.iter().flat_map(Packages::recommends).any(|(other, found)| {
                    other.name == row.name && keep.is_none_or(|keep| keep == found)
                })
            };
            assert!(asked(None), "{row:?}");
            let visible = !row.programs.is_empty() || !row.signs.is_empty();
            assert_eq!(visible, asked(Some(Keep::IfUsed)), "{row:?}");
            assert_eq!(row.because.is_some(), row.keep == Keep::NotHere, "{row:?}");
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let mut names: Vec<_> = table().packages.iter().flat_map(|row| &row.names).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_first_row_that_fits_counts() {
        let recommends = |name: &str| {
            let row = debian_package(name)?;
            Some(row.recommends().map(|(one, _)| one.name.as_str()).collect::<Vec<_>>())
        };
        assert_eq!(recommends("curl"), Some(vec!["ca-certificates"]));
        assert_eq!(recommends("php8.2-curl"), Some(vec!["ca-certificates"]));
        assert_eq!(recommends("php8.2-gd"), Some(vec![]));
        assert_eq!(recommends("g++-12"), Some(vec![]));
        assert_eq!(recommends("g++-12-multilib"), None);
        assert!(debian_package("texlive-latex-base").unwrap().whole.is_some());
        assert!(debian_package("no-such-package").is_none());
    }

    #[test]
    fn images_hold_what_they_are_built_on() {
        let holds = |image: &str, name: &str| held_by_image(image).any(|held| held == name);
        assert!(holds("node:20", "ca-certificates") && holds("node:20-bookworm", "gcc"));
        assert!(!holds("node:20-slim", "ca-certificates"));
        assert!(holds("python:3.12-slim", "ca-certificates") && !holds("python:3.12-slim", "gcc"));
        assert!(!holds("debian:12", "ca-certificates"));
    }
}
