//! Variables that the old base set: what reads them means the same with the new base.
//!
//! Sources: the Dockerfiles of the official image library.

use super::bases::{Kind, official};
use super::runtime::Runtime;
use crate::configuration::Configuration;
use crate::environment::{CLOSE, OPEN};

/// Variables of images of compilers, and what they are set to in each release; empty where releases differ.
const SET: &[(&str, &str)] = &[
    ("golang GOLANG_VERSION", ""),
    ("golang GOPATH", "/go"),
    ("golang GOTOOLCHAIN", ""),
    ("gradle GRADLE_HOME", "/opt/gradle"),
    ("gradle GRADLE_VERSION", ""),
    ("maven MAVEN_CONFIG", ""),
    ("maven MAVEN_HOME", "/usr/share/maven"),
    ("openjdk JAVA_VERSION", ""),
    ("rust CARGO_HOME", "/usr/local/cargo"),
    ("rust RUSTUP_HOME", "/usr/local/rustup"),
    ("rust RUST_VERSION", ""),
];

impl Runtime<'_, '_> {
    /// The variables of the old base with their values.
    fn of_base(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let image = official(&self.old.image);
        let other = image.contains("windows") || image.contains("nanoserver");
        let name = image.split(':').next().unwrap_or(image).to_owned();
        SET.iter().filter(move |_| !other).filter_map(move |(key, value)| {
            let (of, variable) = key.split_once(' ')?;
            (of == name).then_some((variable, *value))
        })
    }

    /// What the old base sets a variable to, if it is the same in all releases.
    pub(super) fn set_by_base(&self, name: &str) -> Option<&'static str> {
        self.of_base()
            .find(|(own, value)| *own == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// A text of the old stage, with the values of its base in place of variables of that.
    pub(super) fn with_base(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in self.of_base().filter(|(_, value)| !value.is_empty()) {
            let sign = format!("{OPEN}{name}{CLOSE}");
            // A path that begins behind another one leads away from it.
            if let Some(at) = text.rfind(&format!("/{sign}")) {
                text = format!("{value}{}", &text[at + 1 + sign.len()..]);
            }
            text = text.replace(&sign, value);
        }
        text
    }

    /// Puts the values of the old base into a configuration, where the new stage sets what it reads.
    pub(super) fn reads_base(&self, kind: Kind, old: &mut Configuration) -> Result<(), String> {
        if kind.is_kin() {
            return Ok(());
        }
        let new = &self.new.configuration;
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for (name, _) in self.of_base() {
            let read = old.lines().iter().any(|line| {
                line.match_indices(name).any(|(at, _)| {
                    let front = line[..at].ends_with(['$', '{', OPEN]);
                    front && !line[at + name.len()..].starts_with(part)
                })
            });
            let set = old.environment.contains_key(name) || new.environment.contains_key(name);
            // The folder that it starts in is compared as it is.
            let folder = old
                .lines()
                .iter()
                .filter(|line| line.contains(name))
                .all(|line| line.starts_with("WORKDIR "));
            if read && !set && !folder {
                return Err(format!("something reads {name}, which only the old base sets"));
            }
        }
        let environment = old.environment.iter();
        old.environment =
            environment.map(|(name, value)| (name.clone(), self.value_with_base(value))).collect();
        for value in old.labels.values_mut() {
            *value = self.value_with_base(value);
        }
        Ok(())
    }

    /// The same for a text that is no path.
    fn value_with_base(&self, text: &str) -> String {
        self.of_base()
            .filter(|(_, value)| !value.is_empty())
            .fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("{OPEN}{name}{CLOSE}"), value)
            })
    }
}
