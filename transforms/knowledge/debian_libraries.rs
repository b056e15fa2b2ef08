//! Libraries of languages of Debian of which it is known that they lose nothing without recommendations.
//!
//! The table is generated (`tests/report/debian_libraries.py` says how).

use std::collections::HashMap;
use std::sync::OnceLock;

use super::recommends::{Packages, debian_package};

/// The releases of Debian that an image may stand on, by the suite of the image. Ubuntu takes its libraries from Debian between two releases.
const RELEASES: &[(&str, &[&str])] = &[
    ("bullseye", &["11"]),
    ("bookworm", &["12"]),
    ("trixie", &["13"]),
    ("jammy", &["11", "12"]),
    ("noble", &["12", "13"]),
];

/// What is known of a library of a language, on an image of this suite: it loses what its interpreter loses.
pub(crate) fn debian_library(name: &str, suite: Option<&str>) -> Option<&'static Packages> {
    let (_, releases) = RELEASES.iter().find(|(known, _)| Some(*known) == suite)?;
    let losing = table().get(name)?;
    let loses = losing.split(' ').any(|release| releases.contains(&release));
    let interpreter = match name.split_once('-')? {
        ("ruby", _) => "ruby",
        ("python3", _) => "python3",
        _ => "perl",
    };
    debian_package(interpreter).filter(|_| !loses)
}

/// The releases in which each library loses more, by its name.
fn table() -> &'static HashMap<&'static str, &'static str> {
    static TABLE: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("debian_libraries.txt").lines();
        let rows = lines.filter(|line| !line.starts_with('#'));
        rows.map(|line| line.split_once(' ').unwrap_or((line, ""))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_known_by_release() {
        for (name, suite, known) in [
            ("ruby-sinatra", Some("bookworm"), true),
            ("ruby-sinatra", Some("jammy"), true),
            ("ruby-sinatra", Some("trixie"), false),
            ("ruby-sinatra", Some("noble"), false),
            ("ruby-sinatra", None, false),
            ("python3-dateutil", Some("trixie"), true),
            ("python3-no-such-library", Some("trixie"), false),
        ] {
            assert_eq!(debian_library(name, suite).is_some(), known, "{name} on {suite:?}");
        }
    }

    #[test]
    fn each_row_is_a_library_of_an_interpreter() {
        for (name, releases) in table() {
            let known = ["ruby-", "python3-"].iter().any(|start| name.starts_with(start))
                || name.starts_with("lib") && name.ends_with("-perl");
            let listed = releases.split(' ').all(|one| ["", "11", "12", "13"].contains(&one));
            assert!(known && listed, "{name} {releases}");
        }
    }
}
