//! Packages of PyPI, and which of them an install compiles.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// What an install of a package needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wheel {
    /// No compiler.
    Fits,
    /// A compiler, or libraries and programs of the system.
    System,
    /// It is not known whether this version has a wheel for this Python.
    Unsure,
    /// The package is not known.
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    pure: Vec<String>,
    system: Vec<String>,
    /// The first version with a wheel, by package and by version of Python.
    wheels: BTreeMap<String, BTreeMap<String, String>>,
}

/// What an install of `name`, as PyPI normalises it (PEP 503), needs on this version of Python (`3.12`). `pinned` is the version that is
/// asked for; `None` if the newest may come.
pub(crate) fn python_wheel(name: &str, pinned: Option<&str>, python: Option<&str>) -> Wheel {
    let table = table();
    let has = |list: &[String]| list.iter().any(|known| known == name);
    if has(&table.pure) {
        return Wheel::Fits;
    }
    if has(&table.system) {
        return Wheel::System;
    }
    let Some(floors) = table.wheels.get(name) else {
        // Few packages have wheels for an old Python.
        let old = python.is_some_and(|python| !is_at_least(python, "3.8"));
        return if old { Wheel::Unsure } else { Wheel::Unknown };
    };
    let floor = python.and_then(|python| floors.get(python));
    match (pinned, python, floor) {
        (None, Some(python), _) if is_at_least(python, "3.8") => Wheel::Fits,
        (Some(pinned), _, Some(floor)) if is_at_least(pinned, floor) => Wheel::Fits,
        _ => Wheel::Unsure,
    }
}

/// Whether an install of any version of `name` needs no compiler, with or without a wheel.
pub(crate) fn needs_no_wheel(name: &str) -> bool {
    table().pure.iter().any(|known| known == name)
}

/// Whether a version is not older than another; parts that are no numbers count as 0.
fn is_at_least(version: &str, floor: &str) -> bool {
    let parts = |text: &str| -> Vec<u64> {
        text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    };
    let (mut version, mut floor) = (parts(version), parts(floor));
    let longest = version.len().max(floor.len());
    version.resize(longest, 0);
    floor.resize(longest, 0);
    version >= floor
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("python_packages.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_normalised_and_stands_once() {
        let Table { pure, system, wheels } = table();
        let mut names: Vec<&String> = pure.iter().chain(system).chain(wheels.keys()).collect();
        let plain = |name: &&&String| {
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        assert_eq!(names.iter().find(|name| !plain(name)), None);
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_wheel_is_one_of_a_version_for_a_python() {
        let wheel = |name, pinned, python| python_wheel(name, pinned, Some(python));
        assert_eq!(wheel("flask", Some("0.12"), "3.12"), Wheel::Fits);
        assert_eq!(wheel("numpy", None, "3.14"), Wheel::Fits);
        assert_eq!(wheel("numpy", None, "2.7"), Wheel::Unsure);
        assert_eq!(wheel("numpy", Some("1.26.4"), "3.12"), Wheel::Fits);
        assert_eq!(wheel("numpy", Some("1.19.5"), "3.12"), Wheel::Unsure);
        assert_eq!(wheel("psycopg2", None, "3.12"), Wheel::System);
        assert_eq!(wheel("psycopg2-binary", Some("2.9.9"), "3.11"), Wheel::Fits);
        assert_eq!(wheel("corp-tool", None, "3.12"), Wheel::Unknown);
        assert_eq!(wheel("corp-tool", None, "3.6"), Wheel::Unsure);
        assert_eq!(python_wheel("numpy", None, None), Wheel::Unsure);
    }
}
