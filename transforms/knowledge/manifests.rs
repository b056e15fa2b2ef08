//! What installs read: manifests, lockfiles, and what makes an install read more than them.
//!
//! The head of `manifests.toml` explains the columns.

use std::sync::OnceLock;

use serde::Deserialize;

use super::program_names;

/// The scripts that an install runs in the project itself
/// (<https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-operation-order>; pnpm and yarn have theirs
/// among them).
pub(crate) const LIFECYCLE: [&str; 12] = [
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "dependencies",
    "predependencies",
    "postdependencies",
    "pnpm:devPreinstall",
    "prepublishOnly",
];

/// The whole table.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Manifests {
    #[serde(rename = "ecosystem")]
    pub(crate) ecosystems: Vec<Ecosystem>,
    /// Packages by what they do behind our back.
    pub(crate) packages: Packages,
    /// Package managers of systems.
    pub(crate) system: Vec<Calls>,
}

/// Packages by what they do behind our back.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Packages {
    /// Those that look into the project.
    pub(crate) prying: Vec<String>,
    /// Those that others load where they find them.
    pub(crate) loaded_by_name: Vec<String>,
    /// Those that people start in a running container.
    pub(crate) operating: Vec<String>,
    /// Those that compile what they start.
    pub(crate) compiling: Vec<String>,
}

/// Calls of a program.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calls {
    /// How it is called.
    pub(crate) programs: Vec<String>,
    /// Its first operands; `""` is none at all, `*` any.
    pub(crate) verbs: Vec<String>,
}

/// One package manager of a language.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Ecosystem {
    pub(crate) name: String,
    programs: Vec<String>,
    /// Verbs that install; `""` is none at all.
    pub(crate) installs: Vec<String>,
    /// The manifest that must be there.
    #[serde(default)]
    pub(crate) needs: Option<String>,
    /// What is read too, where it is there.
    #[serde(default)]
    pub(crate) beside: Vec<String>,
    /// What is read, and may be written.
    #[serde(default)]
    pub(crate) lockfiles: Vec<String>,
    /// Verbs and flags that keep a lockfile as it is.
    #[serde(default)]
    pub(crate) frozen: Vec<String>,
    /// Folders that an install fills.
    #[serde(default)]
    pub(crate) makes: Vec<String>,
    /// What makes an install read more.
    #[serde(default)]
    pub(crate) too_much: Vec<String>,
    /// Flags that let it read nothing else.
    pub(crate) flags: Vec<String>,
    /// The same, with an argument.
    pub(crate) options: Vec<String>,
    /// Flags by which scripts of the project do not run.
    #[serde(default)]
    pub(crate) scripts: Vec<String>,
    /// Options that choose among the packages of a workspace.
    #[serde(default)]
    pub(crate) chooses: Vec<String>,
    /// Options that name another folder.
    #[serde(default)]
    folder: Vec<String>,
}

impl Manifests {
    /// The ecosystem of a program.
    pub(crate) fn ecosystem(&self, program: &str) -> Option<&Ecosystem> {
        self.ecosystems.iter().find(|row| is_one_of(&row.programs, program))
    }
}

impl Ecosystem {
    /// The first word behind a program that is neither an option nor its argument.
    pub(crate) fn verb<'w>(&self, words: &[&'w str]) -> Option<&'w str> {
        let mut words = words.iter().copied();
        let valued = |word: &str| {
            let all = self.options.iter().chain(&self.folder).chain(&self.chooses);
            all.into_iter().any(|option| option == word)
        };
        while let Some(word) = words.next() {
            if !word.starts_with('-') {
                return Some(word);
            }
            if valued(word) {
                words.next();
            }
        }
        None
    }

    /// Tells the words behind a program from the folder that an option among them leads it to; `None` if there are two such
    /// options, or one without its folder.
    pub(crate) fn led<'w>(&self, words: &[&'w str]) -> Option<(Vec<&'w str>, Option<&'w str>)> {
        let mut rest = Vec::new();
        let mut folder = None;
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (name, value) = word.split_once('=').map_or((word, None), |(n, v)| (n, Some(v)));
            if self.folder.iter().any(|option| option == name) {
                let to = value.or_else(|| words.next())?;
                if folder.replace(to).is_some() {
                    return None;
                }
            } else {
                rest.push(word);
            }
        }
        Some((rest, folder))
    }
}

impl Calls {
    /// Whether a program with this first operand is meant.
    pub(crate) fn includes(&self, program: &str, verb: &str) -> bool {
        is_one_of(&self.programs, program)
            && self.verbs.iter().any(|known| known == verb || known == "*")
    }
}

fn is_one_of(programs: &[String], program: &str) -> bool {
    program_names(program).any(|name| programs.iter().any(|known| known == name))
}

/// The table.
pub(crate) fn manifests() -> &'static Manifests {
    static TABLE: OnceLock<Manifests> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("manifests.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sound() {
        let table = manifests();
        for row in &table.ecosystems {
            assert!(!row.programs.is_empty() && !row.installs.is_empty(), "{}", row.name);
            let known = |word: &&String| row.flags.contains(word) || row.installs.contains(word);
            assert!(row.frozen.iter().all(|word| known(&word)), "{}", row.name);
            assert!(row.scripts.iter().all(|word| known(&word)), "{}", row.name);
            assert!(row.flags.iter().all(|flag| !row.options.contains(flag)), "{}", row.name);
            let of_another = table.ecosystems.iter().filter(|other| other.name != row.name);
            for other in of_another {
                assert!(other.programs.iter().all(|name| !row.programs.contains(name)));
            }
        }
        assert_eq!(table.ecosystem("pip3.12").map(|row| row.name.as_str()), Some("pip"));
    }
}
