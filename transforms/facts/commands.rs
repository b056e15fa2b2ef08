//! The commands that an instruction runs, with what is known of their words.

use std::borrow::Cow;

use dockslim_syntax::shell::{Dialect, List};
use dockslim_syntax::{Dockerfile, Instruction, Keyword, Script, Span};

use super::{Call, PackageCall, calls, package_call, words_text, wrapped_program};
use crate::knowledge::{PackageManager, program_names};

/// What an instruction runs.
pub(crate) enum Content<'t> {
    /// A script that was understood.
    Script(&'t Script, &'t List, Vec<Command<'t>>),
    /// The words of an exec form.
    Exec(Command<'t>),
    /// A script that was not.
    Unread(&'t Script),
    /// Nothing.
    Nothing,
}

/// A simple command with what is known of its words.
pub(crate) struct Command<'t> {
    /// Where it stands in a script; `None` in the exec form.
    pub(crate) call: Option<Call<'t>>,
    /// The texts of its words, quotes taken away; `None` where an expansion leaves the text open.
    pub(crate) words: Vec<Option<Cow<'t, str>>>,
    /// Where it stands, redirections included; the whole instruction in the exec form.
    pub(crate) span: Span,
    /// The package manager that it calls.
    pub(crate) manager: Option<&'static PackageManager>,
    /// The words once more, with the versions that variables hold in what pip and uv are asked for.
    pub(super) pinned: Option<Vec<Option<Cow<'t, str>>>>,
    /// The number of the word that names its program, behind all wrappers.
    program: usize,
}

impl<'t> Content<'t> {
    /// What an instruction runs, or keeps for later by ONBUILD.
    pub(super) fn of(dockerfile: &'t Dockerfile<'t>, instruction: &'t Instruction) -> Self {
        if !matches!(
            instruction.innermost().kind,
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint
        ) {
            return Self::Nothing;
        }
        if let Some(words) = instruction.exec() {
            let words = words.iter().map(|word| Some(Cow::Borrowed(word.value.as_str()))).collect();
            return Self::Exec(Command::with(None, words, instruction.span));
        }
        let Some(script) = instruction.script() else { return Self::Nothing };
        match &script.body {
            Ok(list) => {
                let commands = calls(list).into_iter().map(|call| Command::of(dockerfile, call));
                Self::Script(script, list, commands.collect())
            }
            Err(_) => Self::Unread(script),
        }
    }

    /// The commands that are known.
    pub(crate) fn commands(&self) -> &[Command<'t>] {
        match self {
            Self::Script(_, _, commands) => commands,
            Self::Exec(command) => std::slice::from_ref(command),
            _ => &[],
        }
    }

    /// Whether it calls a package manager, or a shell that may.
    pub(super) fn may_install(&self, dockerfile: &Dockerfile<'_>) -> bool {
        match self {
            Self::Unread(script) => {
                script.dialect != Dialect::Foreign
                    || script.span.of(dockerfile.source).contains(' ')
            }
            _ => self
                .commands()
                .iter()
                .any(|command| command.manager.is_some() || command.is_shell()),
        }
    }
}

impl<'t> Command<'t> {
    fn of(dockerfile: &'t Dockerfile<'t>, call: Call<'t>) -> Self {
        let mut words = words_text(dockerfile, call.simple);
        // `$VENV/bin/pip` is pip, whatever $VENV is.
        if let (Some(first @ None), Some(word)) = (words.first_mut(), call.simple.words.first()) {
            let text = unquoted(&dockerfile.text(word.span));
            *first = text
                .rsplit_once('/')
                .map(|(_, name)| name)
                .filter(|name| is_plain(name))
                .map(|name| Cow::Owned(name.to_owned()));
        }
        Self::with(Some(call), words, call.span)
    }

    fn with(call: Option<Call<'t>>, words: Vec<Option<Cow<'t, str>>>, span: Span) -> Self {
        let manager = package_call(&words).map(|call| call.manager);
        let program = wrapped_program(&words);
        Self { call, words, span, manager, pinned: None, program }
    }

    /// The call of a package manager that it is.
    pub(crate) fn package_call(&self) -> Option<PackageCall<'_, Cow<'t, str>>> {
        self.manager.and_then(|_| package_call(&self.words))
    }

    /// The program behind all wrappers, with its number among the words; `None` if it is not known.
    pub(crate) fn program(&self) -> Option<(usize, &str)> {
        let at = self.program;
        self.words.get(at)?.as_deref().map(|word| (at, word))
    }

    /// The name of that program, without its path and version.
    pub(crate) fn program_name(&self) -> Option<&str> {
        self.program().and_then(|(_, word)| program_names(word).next())
    }

    /// Whether it is a shell, or starts one.
    pub(crate) fn is_shell(&self) -> bool {
        matches!(
            self.program_name(),
            Some("sh" | "bash" | "dash" | "ash" | "zsh" | "su" | "runuser" | "eval")
        )
    }

    /// Whether it deletes files: `rm`, `find … -delete`.
    pub(crate) fn deletes(&self) -> bool {
        let known = || self.words.iter().flatten().next().map(|word| &**word);
        // `$SUDO rm` is rm.
        let program = self.program().map(|(_, word)| word).or_else(known);
        match program.and_then(|program| program.rsplit('/').next()) {
            Some("rm") => true,
            Some("find") => {
                self.words.iter().flatten().any(|word| word == "-delete" || word == "rm")
            }
            _ => false,
        }
    }

    /// Its words where they say what is to be installed: a version that a variable holds is known there, and no other value of one.
    pub(crate) fn asked(&self) -> &[Option<Cow<'t, str>>] {
        self.pinned.as_ref().unwrap_or(&self.words)
    }

    /// The text of a word of a script as it stands, without line continuations.
    pub(super) fn written<'d>(
        &self,
        dockerfile: &'d Dockerfile<'_>,
        at: usize,
    ) -> Option<Cow<'d, str>> {
        let word = self.call.as_ref()?.simple.words.get(at)?;
        Some(dockerfile.text(word.span))
    }

    /// The text of a word as it stands, without quotes and line continuations.
    pub(crate) fn raw_word(&self, dockerfile: &Dockerfile<'_>, at: usize) -> String {
        match (&self.call, self.words.get(at)) {
            (Some(_), _) => {
                self.written(dockerfile, at).map_or_else(String::new, |text| unquoted(&text))
            }
            (None, Some(Some(word))) => word.to_string(),
            _ => String::new(),
        }
    }

    /// The text of the whole command as it stands, without line continuations.
    pub(crate) fn text(&self, dockerfile: &'t Dockerfile<'t>) -> Cow<'t, str> {
        dockerfile.text(self.span)
    }

    /// Whether something decides if it runs.
    pub(crate) fn conditional(&self) -> bool {
        self.call.is_some_and(|call| call.conditional)
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// The text without its quotation marks.
pub(crate) fn unquoted(text: &str) -> String {
    text.replace(['"', '\''], "")
}
