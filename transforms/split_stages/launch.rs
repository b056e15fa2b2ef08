//! What a container starts: CMD, ENTRYPOINT and HEALTHCHECK.

use dockslim_syntax::{Dockerfile, Keyword};

use super::effects::is_pattern;
use super::variables::stands_for;
use crate::facts::{BuildStage, absolute, calls, options_of_shell, unquoted, words_text};

/// What a container starts.
#[derive(Debug, Default)]
pub(super) struct Launch {
    /// The commands, each with its words; `None` where an expansion leaves a word open.
    pub(super) commands: Vec<Vec<Option<String>>>,
    /// Whether a shell reads one of them.
    pub(super) needs_shell: bool,
    /// Whether it is a shell that waits for what somebody types.
    pub(super) opens_shell: bool,
    /// Why they could not be read.
    pub(super) unread: Option<String>,
    /// The paths of scripts of the project that stood among the commands, whose own commands take their place there.
    pub(super) scripts: Vec<String>,
    /// What these scripts do besides, by the shell itself and by programs that each system has.
    pub(super) asides: Vec<Vec<Option<String>>>,
    /// Whether one of these programs, or the shell, is that of a whole system, and not of busybox.
    pub(super) needs_system: bool,
    /// The packages of the old base whose programs sources start.
    pub(super) packages: Vec<&'static str>,
}

impl Launch {
    /// Reads the last CMD, ENTRYPOINT and HEALTHCHECK of a stage.
    pub(super) fn of(dockerfile: &Dockerfile<'_>, stage: &BuildStage<'_>) -> Self {
        let mut launch = Self::default();
        let last = |kind| {
            stage.steps.iter().rev().find(|step| step.instruction.kind == kind && !step.onbuild)
        };
        let entrypoint = last(Keyword::Entrypoint).map(|step| step.instruction);
        let command = last(Keyword::Cmd).map(|step| step.instruction);
        let health = last(Keyword::Healthcheck).map(|step| step.instruction);
        let own = |words: &[dockslim_syntax::JsonString]| -> Vec<Option<String>> {
            words.iter().map(|word| Some(word.value.clone())).collect()
        };
        match (entrypoint.and_then(|one| one.exec()), command.and_then(|one| one.exec())) {
            (Some(start), Some(arguments)) => {
                launch.exec(stage, [own(start), own(arguments)].concat());
            }
            (start, arguments) => {
                // An ENTRYPOINT in shell form hears no CMD.
                let shell = entrypoint.is_some() && start.is_none();
                start.iter().for_each(|words| launch.exec(stage, own(words)));
                let heard = arguments.iter().filter(|_| !shell);
                heard.for_each(|words| launch.exec(stage, own(words)));
                for one in [entrypoint, command.filter(|_| !shell)].into_iter().flatten() {
                    if let Some(script) = one.script() {
                        launch.script(dockerfile, stage, script);
                    }
                }
            }
        }
        if let Some(health) = health {
            match (health.exec(), health.script()) {
                (Some(words), _) => launch.exec(stage, own(words)),
                (_, Some(script)) => launch.script(dockerfile, stage, script),
                _ => {}
            }
        }
        launch
    }

    fn exec(&mut self, stage: &BuildStage<'_>, words: Vec<Option<String>>) {
        let text = |at: usize| words.get(at).and_then(Option::as_deref).unwrap_or_default();
        self.opens_shell |= opens_shell(&words);
        if is_shell(text(0)) {
            self.needs_shell = true;
            self.needs_system |= base_name(text(0)) == "bash";
            if text(1).starts_with('-') && text(1).contains('c') {
                let inner = text(2).replace([';', '&', '|', '(', ')'], " ");
                let words = inner.split_whitespace().filter(|word| *word != "exec");
                let open = |word: &str| (!word.contains('$')).then(|| unquoted(word));
                let words = words.flat_map(|word| known(stage, word).unwrap_or(vec![open(word)]));
                self.commands.push(words.collect());
                return;
            }
            let options = options_of_shell(&words[1..]);
            self.commands.push(words[1 + options..].to_vec());
            return;
        }
        // An init starts what stands behind its own options.
        let inner = matches!(base_name(text(0)), "tini" | "dumb-init" | "catatonit").then(|| {
            let option =
                |word: &&Option<String>| word.as_deref().is_some_and(|word| word.starts_with('-'));
            words[1..].iter().skip_while(option).cloned().collect::<Vec<_>>()
        });
        self.commands.push(words);
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            self.exec(stage, inner);
        }
    }

    fn script(
        &mut self,
        dockerfile: &Dockerfile<'_>,
        stage: &BuildStage<'_>,
        script: &dockslim_syntax::Script,
    ) {
        self.needs_shell = true;
        let Ok(list) = &script.body else {
            self.unread = Some(dockerfile.text(script.span).into_owned());
            return;
        };
        for call in calls(list) {
            let texts = words_text(dockerfile, call.simple);
            let words = texts.into_iter().zip(&call.simple.words);
            let words = words.flat_map(|(text, word)| {
                let raw = dockerfile.text(word.span);
                match text {
                    Some(text) => vec![Some(text.into_owned())],
                    // A pattern stands for the files that it had stood for.
                    None => known(stage, &raw).unwrap_or_else(|| {
                        vec![Some(raw.into_owned()).filter(|it| is_pattern(it))]
                    }),
                }
            });
            let words: Vec<Option<String>> = words.collect();
            let behind_exec = words.first().and_then(Option::as_deref) == Some("exec");
            let words = words.into_iter().skip(usize::from(behind_exec)).collect::<Vec<_>>();
            self.opens_shell |= opens_shell(&words);
            if !words.is_empty() {
                self.commands.push(words);
            }
        }
    }

    /// The programs, as they are called.
    pub(super) fn programs(&self) -> impl Iterator<Item = Option<&str>> {
        self.commands.iter().filter_map(|words| words.first()).map(Option::as_deref)
    }

    /// The absolute paths that its words may name, seen from `folder`.
    pub(super) fn paths(&self, folder: Option<&str>) -> Vec<String> {
        let words = self.commands.iter().chain(&self.asides).flatten().flatten();
        let pieces = words.chain(&self.scripts).flat_map(|word| word.split(['=', ',', ':']));
        pieces
            .filter(|piece| !piece.is_empty() && !piece.starts_with('-'))
            .filter_map(|piece| absolute(piece, folder))
            .collect()
    }
}

/// The words that a variable of ENV stands for, which is all of a word.
fn known(stage: &BuildStage<'_>, raw: &str) -> Option<Vec<Option<String>>> {
    Some(stands_for(stage, raw)?.into_iter().map(Some).collect())
}

pub(super) fn is_shell(program: &str) -> bool {
    matches!(base_name(program), "sh" | "bash" | "ash" | "dash" | "zsh")
}

/// Whether a shell is started, by an entry point too, and handed no script.
fn opens_shell(words: &[Option<String>]) -> bool {
    let is_option = |word: &Option<String>| {
        word.as_deref().is_some_and(|word| word.starts_with('-') && !word.ends_with('c'))
    };
    words.iter().enumerate().any(|(at, word)| {
        word.as_deref().is_some_and(is_shell) && words[at + 1..].iter().all(is_option)
    })
}

/// The last word of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder that a path lies in.
pub(super) fn parent_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}
