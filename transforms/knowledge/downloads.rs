//! Toolchains whose builds download what they need, and the calls that do only that.
//!
//! The head of `downloads.toml` explains the columns.

use std::sync::OnceLock;

use serde::Deserialize;

use super::program_names;

/// A toolchain.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Toolchain {
    /// Its name in messages.
    pub(crate) name: String,
    programs: Vec<String>,
    /// Which word of a call decides.
    pub(crate) operand: Operand,
    /// Calls that only download, by their words.
    downloads: Vec<String>,
    /// Calls that download on their way; `*` is every other one.
    builds: Vec<String>,
    /// Words of a command that takes away what was downloaded.
    #[serde(default)]
    pub(crate) stores: Vec<String>,
    /// Options with an argument.
    #[serde(default)]
    pub(crate) options: Vec<String>,
    /// Whether a build of what a project depends on stands in for a download.
    #[serde(default)]
    pub(crate) stands_in: bool,
    /// The program of a project that fetches the tool.
    #[serde(default)]
    wrapper: Option<String>,
    /// Why none can be put in front of a build, but for that of the wrapper.
    #[serde(default)]
    pub(crate) declines: Option<String>,
}

/// Which word of a call decides what it is.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Operand {
    /// The one behind the program.
    First,
    /// Any: a build tool is given a list of tasks.
    Any,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    toolchain: Vec<Toolchain>,
}

impl Toolchain {
    /// The toolchain of a program.
    pub(crate) fn of(program: &str) -> Option<&'static Toolchain> {
        table().iter().find(|row| {
            program_names(program).any(|name| row.programs.iter().any(|known| known == name))
        })
    }

    /// Whether a program is the project's own, and fetches the tool when it is asked for its version.
    pub(crate) fn is_wrapper(&self, program: &str) -> bool {
        self.wrapper.as_deref() == Some(program)
    }

    /// Whether words, joined by a blank, only download.
    pub(crate) fn downloads(&self, words: &str) -> bool {
        self.downloads.iter().any(|known| {
            words
                .strip_prefix(known.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    }

    /// Whether a word builds.
    pub(crate) fn builds(&self, word: &str) -> bool {
        self.builds.iter().any(|known| known == word || known == "*")
    }
}

fn table() -> &'static [Toolchain] {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        toml::from_str(include_str!("downloads.toml"))
            .expect("the table is part of the program and a test reads it")
    });
    &table.toolchain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sound() {
        for row in table() {
            assert!(!row.programs.is_empty(), "{}", row.name);
            let without = row.declines.is_some() || row.stands_in;
            assert_eq!(without, row.downloads.is_empty(), "{}", row.name);
            for other in table().iter().filter(|other| other.name != row.name) {
                assert!(other.programs.iter().all(|name| !row.programs.contains(name)));
            }
        }
        let go = Toolchain::of("/usr/local/go/bin/go").expect("it is listed");
        assert!(
            go.downloads("mod download") && go.downloads("mod download -x") && go.builds("build")
        );
        assert!(!go.downloads("mod tidy") && !go.downloads("mod downloads") && !go.builds("mod"));
    }
}
