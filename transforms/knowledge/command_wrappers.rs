//! Programs that run another program: `sudo`, `env`, `timeout 30`, `conda run`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{ByFirstWord, by_first_word, look_up};

/// A program that runs another program.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Wrapper {
    /// How it begins.
    pub(crate) words: String,
    /// Options whose argument is the next word.
    #[serde(default)]
    pub(crate) options_with_argument: Vec<String>,
    /// How many words are its own before the wrapped program begins.
    #[serde(default)]
    pub(crate) operands: usize,
    /// Whether NAME=value words may follow.
    #[serde(default)]
    pub(crate) assignments: bool,
    /// Whether it runs the program as somebody else.
    #[serde(default)]
    pub(crate) other_user: bool,
    /// Whether programs are found, or find their files, in another way inside of it.
    #[serde(default)]
    pub(crate) environment: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    wrapper: Vec<Wrapper>,
}

/// The wrappers that a command beginning with `program` may be, the longest first.
pub(crate) fn wrappers_by(program: &str) -> &'static [(Vec<&'static str>, &'static Wrapper)] {
    static INDEX: OnceLock<ByFirstWord<Wrapper>> = OnceLock::new();
    let index =
        INDEX.get_or_init(|| by_first_word(wrappers().iter().map(|row| (row.words.as_str(), row))));
    look_up(index, program)
}

fn wrappers() -> &'static [Wrapper] {
    static TABLE: OnceLock<Vec<Wrapper>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("command_wrappers.toml"))
            .expect("the table is part of the program and a test reads it");
        table.wrapper
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_sound() {
        for row in wrappers() {
            assert!(!row.words.is_empty() && row.words.trim() == row.words, "{row:?}");
            assert!(row.options_with_argument.iter().all(|o| o.starts_with('-')), "{row:?}");
            let same = wrappers().iter().filter(|other| other.words == row.words);
            assert_eq!(same.count(), 1, "{row:?}");
            let first = row.words.split(' ').next().unwrap();
            assert!(wrappers_by(first).iter().any(|(_, found)| std::ptr::eq(*found, row)));
        }
    }
}
