//! What an instruction sees: shell, user, directory, variables.

use std::borrow::Cow;
use std::sync::Arc;

use dockslim_syntax::shell::Dialect;
use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword, is_windows};

/// The state of a stage at one instruction, as far as the file tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct State<'t> {
    /// The shell of shell-form instructions.
    pub(crate) shell: Arc<Shell>,
    /// What USER says; `None` while the base image decides.
    pub(crate) user: Option<Cow<'t, str>>,
    /// What WORKDIR says, a relative one behind the one before; `None` while the base image decides.
    pub(crate) workdir: Option<Cow<'t, str>>,
    /// The places that VOLUME names.
    pub(crate) volumes: Arc<Vec<Cow<'t, str>>>,
    /// ENV and ARG, the newest last. The base image may set more.
    pub(crate) settings: Arc<Vec<Setting<'t>>>,
}

/// A variable that ENV or ARG sets.
#[derive(Clone, Debug)]
pub(crate) struct Setting<'t> {
    /// Its name.
    pub(crate) name: Cow<'t, str>,
    /// Its value as written, with quotes and variables; `None` for `ARG name`.
    pub(crate) value: Option<Cow<'t, str>>,
    /// Whether it is an ARG, to which whoever builds may give another value.
    pub(crate) is_argument: bool,
}

impl<'t> State<'t> {
    /// The state at the start of a stage that is built on an image.
    pub(super) fn of_image(image: &str, windows: bool) -> Self {
        let windows = windows || is_windows(image);
        let shell = if windows {
            Shell { words: vec!["cmd".into()], ..Shell::default() }
        } else {
            Shell::default()
        };
        Self { shell: Arc::new(shell), ..Self::default() }
    }

    /// Whether ENV or ARG sets this variable here.
    pub(crate) fn sets(&self, name: &str) -> bool {
        self.settings.iter().any(|setting| setting.name == name)
    }

    /// A path with the values of the variables that ENV sets to plain paths; `None` if another variable is in it.
    pub(crate) fn expanded<'w>(&self, path: &'w str) -> Option<Cow<'w, str>> {
        let Some((before, behind)) = path.split_once('$') else { return Some(Cow::Borrowed(path)) };
        let (name, rest) = match behind.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => {
                let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                behind.split_at(end.unwrap_or(behind.len()))
            }
        };
        let mut set = self.settings.iter().filter(|setting| setting.name == name);
        let last = set.clone().next_back()?;
        let value = last.value.as_deref().filter(|_| !set.any(|one| one.is_argument))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        let whole = format!("{before}{value}{rest}");
        (value.chars().all(plain) && !value.is_empty())
            .then(|| self.expanded(&whole).map(|path| Cow::Owned(path.into_owned())))?
    }

    /// Follows one instruction.
    pub(super) fn apply(&mut self, dockerfile: &'t Dockerfile<'t>, instruction: &'t Instruction) {
        match &instruction.arguments {
            Arguments::Text(span) if instruction.kind == Keyword::User => {
                self.user = Some(dockerfile.text(*span));
            }
            Arguments::Text(span) if instruction.kind == Keyword::Workdir => {
                self.workdir = Some(joined(self.workdir.as_deref(), dockerfile.text(*span)));
            }
            Arguments::Words(words) if instruction.kind == Keyword::Volume => {
                Arc::make_mut(&mut self.volumes)
                    .extend(words.iter().map(|word| dockerfile.text(word.span)));
            }
            Arguments::List(words) if instruction.kind == Keyword::Volume => {
                Arc::make_mut(&mut self.volumes)
                    .extend(words.iter().map(|word| Cow::Borrowed(word.value.as_str())));
            }
            Arguments::Pairs { pairs, .. } if instruction.kind != Keyword::Label => {
                Arc::make_mut(&mut self.settings).extend(pairs.iter().map(|pair| Setting {
                    name: dockerfile.text(pair.name),
                    value: pair.value.map(|value| dockerfile.text(value)),
                    is_argument: instruction.kind == Keyword::Arg,
                }));
            }
            Arguments::Command(_) if instruction.kind == Keyword::Shell => {
                let words = instruction.exec().unwrap_or_default();
                let words = words.iter().map(|word| word.value.clone()).collect();
                self.shell = Arc::new(Shell { words, by_instruction: true });
            }
            _ => {}
        }
    }
}

/// A relative WORKDIR stands behind the one before (Dockerfile reference, WORKDIR).
fn joined<'t>(before: Option<&str>, directory: Cow<'t, str>) -> Cow<'t, str> {
    match before {
        Some(before) if !directory.starts_with(['/', '$', '"', '\'']) => {
            Cow::Owned(format!("{}/{directory}", before.trim_end_matches('/')))
        }
        _ => directory,
    }
}

/// The shell in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shell {
    /// Program and arguments, as SHELL lists them.
    pub(crate) words: Vec<String>,
    /// Whether a SHELL instruction of this file says so; else it is the builder's default.
    pub(crate) by_instruction: bool,
}

impl Default for Shell {
    /// `["/bin/sh", "-c"]` (Dockerfile reference, SHELL).
    fn default() -> Self {
        Self { words: vec!["/bin/sh".into(), "-c".into()], by_instruction: false }
    }
}

impl Shell {
    /// Whose grammar it reads.
    pub(crate) fn dialect(&self) -> Dialect {
        Dialect::of_program(self.words.first().map_or("", |word| word))
    }

    /// The letters of its options and the names behind `-o`; `None` if one of them is not understood
    /// or the shell is not started as `program options -c`.
    fn options(&self) -> Option<Vec<&str>> {
        let mut options = Vec::new();
        let mut words = self.words.iter().skip(1).map(String::as_str);
        let mut script_next = false;
        while let Some(word) = words.next() {
            let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
            for (at, letter) in letters.char_indices() {
                match letter {
                    'c' => script_next = true,
                    'o' => options.push(words.next()?),
                    _ => options.push(&letters[at..at + letter.len_utf8()]),
                }
            }
        }
        script_next.then_some(options)
    }

    /// Whether it is a shell whose behaviour is known: sh or bash with `-c` and none but the options
    /// `e`, `u`, `x`, `E`, `o pipefail` and their long names.
    pub(crate) fn is_known(&self) -> bool {
        const KNOWN: &[&str] =
            &["e", "u", "x", "E", "errexit", "nounset", "xtrace", "errtrace", "pipefail"];
        self.dialect() != Dialect::Foreign
            && self
                .options()
                .is_some_and(|options| options.iter().all(|option| KNOWN.contains(option)))
    }

    /// Whether it stops at the first failing command.
    pub(crate) fn errexit(&self) -> bool {
        self.options()
            .is_some_and(|options| options.iter().any(|option| matches!(*option, "e" | "errexit")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(words: &[&str]) -> Shell {
        Shell { words: words.iter().map(|word| word.to_string()).collect(), by_instruction: true }
    }

    #[test]
    fn options_of_the_shell() {
        assert!(shell(&["/bin/bash", "-eo", "pipefail", "-c"]).errexit());
        assert!(shell(&["/bin/bash", "-o", "pipefail", "-ec"]).errexit());
        assert!(shell(&["bash", "-o", "errexit", "-c"]).errexit());
        assert!(!Shell::default().errexit());
        assert!(shell(&["/bin/bash", "-euxo", "pipefail", "-c"]).is_known());
        for unknown in [
            &["bash", "-lc"][..],
            &["bash", "--login", "-c"],
            &["conda", "run"],
            &["bash", "-ic"],
            &["bash"],
        ] {
            assert!(!shell(unknown).is_known(), "{unknown:?}");
        }
    }
}
