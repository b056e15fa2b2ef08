//! A whole file as this pass sees it: its stages step by step, with the commands that each step runs.

use std::borrow::Cow;

use dockslim_syntax::shell::{Dialect, List};
use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword, Script, Span};

use crate::Facts;
use crate::facts::{
    Call, PackageCall, Stage, State, calls, package_call, words_text, wrapped_program,
};
use crate::knowledge::{PackageManager, program_names};

/// The stages of a file with their steps.
pub(super) struct Scene<'t> {
    pub(super) dockerfile: &'t Dockerfile<'t>,
    pub(super) stages: Vec<StageScene<'t>>,
    /// The same stages as the facts have them.
    pub(super) all: Vec<Stage<'t>>,
    /// The files that COPY and ADD name, sources and targets, with their instruction's place.
    pub(super) copied: Vec<(usize, Cow<'t, str>)>,
}

/// One stage.
pub(super) struct StageScene<'t> {
    pub(super) stage: Stage<'t>,
    /// The image at its bottom, if the file tells.
    pub(super) image: Option<String>,
    pub(super) steps: Vec<Step<'t>>,
}

/// One instruction.
pub(super) struct Step<'t> {
    /// The instruction, that inside of ONBUILD if it is one.
    pub(super) instruction: &'t Instruction,
    /// Whether it is kept for later by ONBUILD.
    pub(super) onbuild: bool,
    pub(super) state: State<'t>,
    pub(super) content: Content<'t>,
}

/// What an instruction runs.
pub(super) enum Content<'t> {
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
pub(super) struct Command<'t> {
    /// Where it stands in a script; `None` in the exec form.
    pub(super) call: Option<Call<'t>>,
    pub(super) words: Vec<Option<Cow<'t, str>>>,
    pub(super) span: Span,
    /// The package manager that it calls.
    pub(super) manager: Option<&'static PackageManager>,
}

impl<'t> Scene<'t> {
    /// Looks at a file; `None` if no step of it can leave anything, which is found out quickly.
    pub(super) fn of(facts: &Facts<'t>) -> Option<Self> {
        let dockerfile = facts.dockerfile;
        let mut contents: Vec<_> = dockerfile
            .instructions()
            .map(|(index, instruction)| (index, Content::of(dockerfile, instruction)))
            .collect();
        if !contents.iter().any(|(_, content)| content.may_install(dockerfile)) {
            return None;
        }
        let mut contents = contents.drain(..).peekable();
        let mut stages = Vec::new();
        for stage in &facts.stages {
            let mut steps = Vec::new();
            for (index, outer, state) in facts.steps(stage) {
                while contents.next_if(|(number, _)| *number < index).is_some() {}
                let content = contents.next().map_or(Content::Nothing, |(_, content)| content);
                let instruction = outer.innermost();
                let onbuild = outer.kind == Keyword::Onbuild;
                steps.push(Step { instruction, onbuild, state, content });
            }
            let image = super::images::resolved(facts, stage);
            stages.push(StageScene { stage: stage.clone(), image, steps });
        }
        Some(Self { dockerfile, stages, all: facts.stages.clone(), copied: copied(dockerfile) })
    }
}

impl<'t> Content<'t> {
    fn of(dockerfile: &'t Dockerfile<'t>, instruction: &'t Instruction) -> Self {
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
    pub(super) fn commands(&self) -> &[Command<'t>] {
        match self {
            Self::Script(_, _, commands) => commands,
            Self::Exec(command) => std::slice::from_ref(command),
            _ => &[],
        }
    }

    fn may_install(&self, dockerfile: &Dockerfile<'_>) -> bool {
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
        Self { call, words, span, manager }
    }

    /// The call of a package manager that it is.
    pub(super) fn package_call(&self) -> Option<PackageCall<'_, Cow<'t, str>>> {
        self.manager.and_then(|_| package_call(&self.words))
    }

    /// The program behind all wrappers, with its number among the words; `None` if it is not known.
    pub(super) fn program(&self) -> Option<(usize, &str)> {
        let at = wrapped_program(&self.words);
        self.words.get(at)?.as_deref().map(|word| (at, word))
    }

    /// The name of that program, without its path and version.
    pub(super) fn program_name(&self) -> Option<&str> {
        self.program().and_then(|(_, word)| program_names(word).next())
    }

    /// Whether it is a shell, or starts one.
    pub(super) fn is_shell(&self) -> bool {
        matches!(
            self.program_name(),
            Some("sh" | "bash" | "dash" | "ash" | "zsh" | "su" | "runuser" | "eval")
        )
    }

    /// Whether it deletes files: `rm`, `find … -delete`.
    pub(super) fn deletes(&self) -> bool {
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

    /// The text of a word as it stands, without quotes and line continuations.
    pub(super) fn raw_word(&self, dockerfile: &Dockerfile<'_>, at: usize) -> String {
        match (&self.call, self.words.get(at)) {
            (Some(call), _) => call
                .simple
                .words
                .get(at)
                .map_or_else(String::new, |word| unquoted(&dockerfile.text(word.span))),
            (None, Some(Some(word))) => word.to_string(),
            _ => String::new(),
        }
    }

    /// The text of the whole command as it stands, without line continuations.
    pub(super) fn text(&self, dockerfile: &'t Dockerfile<'t>) -> Cow<'t, str> {
        dockerfile.text(self.span)
    }

    /// Whether something decides if it runs.
    pub(super) fn conditional(&self) -> bool {
        self.call.is_some_and(|call| call.conditional)
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// The text without its quotation marks.
pub(super) fn unquoted(text: &str) -> String {
    text.replace(['"', '\''], "")
}

fn copied<'t>(dockerfile: &'t Dockerfile<'t>) -> Vec<(usize, Cow<'t, str>)> {
    let mut found = Vec::new();
    for (_, outer) in dockerfile.instructions() {
        let instruction = outer.innermost();
        if !matches!(instruction.kind, Keyword::Copy | Keyword::Add) {
            continue;
        }
        let at = outer.span.start;
        match &instruction.arguments {
            Arguments::Words(words) => {
                found.extend(words.iter().map(|word| (at, dockerfile.text(word.span))));
            }
            Arguments::List(list) => {
                found.extend(list.iter().map(|word| (at, Cow::Borrowed(word.value.as_str()))));
            }
            _ => {}
        }
    }
    found
}
