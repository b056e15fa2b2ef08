//! A Dockerfile, built in the mind: stages of steps, and what is left in the image's configuration.

mod run;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use dockslim_syntax::{
    Arguments, CommandForm, Dockerfile, Instruction, Item, Keyword, Span, is_windows,
};

use crate::configuration::{Configuration, NO_COMMAND};
use crate::environment::Environment;
use crate::known::{Known, Ran};
use crate::program::{Action, Block, Demand, Step, Text, Transfer};
use crate::shell::{States, Surroundings, tokens};

/// All stages of a file.
#[derive(Clone, Debug)]
pub(crate) struct Build<'t> {
    pub(crate) stages: Vec<Stage<'t>>,
    /// What stands in front of the first FROM and is no ARG: builders refuse it.
    pub(crate) misplaced: Vec<String>,
    /// `# syntax=`: what reads the file.
    pub(crate) frontend: Option<&'t str>,
    /// The escape character.
    pub(crate) escape: char,
    /// The RUNs whose scripts were run, for builds of files that hold the same.
    pub(crate) ran: Vec<Ran<'t>>,
}

/// One stage.
#[derive(Clone, Debug)]
pub(crate) struct Stage<'t> {
    /// FROM with its flags.
    pub(crate) at: Span,
    /// Its name, in lower case.
    pub(crate) name: Option<String>,
    /// What it is built on: an image, or `stage N`.
    pub(crate) base: String,
    /// The number of the stage that it is built on.
    pub(crate) parent: Option<usize>,
    /// The image at the bottom.
    pub(crate) image: String,
    /// `--platform`.
    pub(crate) platform: String,
    pub(crate) steps: Block<'t>,
    /// Where its RUNs stand.
    pub(crate) runs: Vec<Span>,
    /// What is left in the configuration of the image.
    pub(crate) configuration: Configuration,
    /// ENV and ARG at its end.
    pub(crate) environment: Environment,
    surroundings: Arc<Surroundings>,
    /// The places that VOLUME names.
    pub(crate) volumes: Vec<String>,
}

/// Builds a file. Equal states get equal numbers in `states`. What `known` has run in the same way is not run again.
pub(crate) fn build<'t>(
    dockerfile: &'t Dockerfile<'t>,
    states: &mut States,
    known: Option<Known<'_, 't>>,
) -> Build<'t> {
    let mut builder = Builder {
        dockerfile,
        states,
        known,
        ran: Vec::new(),
        outer: Environment::default(),
        misplaced: Vec::new(),
        stages: Vec::new(),
        current: None,
    };
    for (_, instruction) in dockerfile.instructions() {
        builder.instruction(instruction);
    }
    builder.finish_stage();
    let Builder { stages, misplaced, ran, .. } = builder;
    Build { stages, misplaced, frontend: frontend(dockerfile), escape: dockerfile.escape, ran }
}

/// `# syntax=`: what reads the file.
pub(crate) fn frontend<'t>(dockerfile: &Dockerfile<'t>) -> Option<&'t str> {
    dockerfile.items.iter().find_map(|item| match item {
        Item::Directive(directive)
            if dockerfile.raw(directive.name).eq_ignore_ascii_case("syntax") =>
        {
            Some(dockerfile.raw(directive.value))
        }
        _ => None,
    })
}

struct Builder<'t, 's> {
    dockerfile: &'t Dockerfile<'t>,
    states: &'s mut States,
    known: Option<Known<'s, 't>>,
    ran: Vec<Ran<'t>>,
    /// The ARGs in front of the first FROM.
    outer: Environment,
    misplaced: Vec<String>,
    stages: Vec<Stage<'t>>,
    current: Option<Stage<'t>>,
}

impl<'t> Builder<'t, '_> {
    fn finish_stage(&mut self) {
        if let Some(mut stage) = self.current.take() {
            stage.configuration.user.clone_from(&stage.surroundings.user);
            stage.configuration.directory.clone_from(&stage.surroundings.directory);
            if stage.surroundings.declared {
                stage.configuration.shell.clone_from(&stage.surroundings.shell);
            }
            stage.configuration.environment = stage.environment.variables.as_ref().clone();
            self.stages.push(stage);
        }
    }

    fn instruction(&mut self, instruction: &'t Instruction) {
        if let Arguments::From(from) = &instruction.arguments {
            let image = self.dockerfile.text(from.image.span);
            let name = from.name.map(|name| self.dockerfile.text(name).to_ascii_lowercase());
            self.finish_stage();
            self.start_stage(instruction, &image, name);
            return;
        }
        let Some(mut stage) = self.current.take() else {
            self.in_front(instruction);
            return;
        };
        self.in_stage(&mut stage, instruction);
        self.current = Some(stage);
    }

    /// ARG in front of the first FROM. Anything else there is an error of the file.
    fn in_front(&mut self, instruction: &'t Instruction) {
        let pairs = match &instruction.arguments {
            Arguments::Pairs { pairs, .. } if instruction.kind == Keyword::Arg => pairs,
            _ => {
                self.misplaced.push(self.dockerfile.text(instruction.span).into_owned());
                return;
            }
        };
        for pair in pairs {
            let name = self.dockerfile.text(pair.name).into_owned();
            let value = pair.value.map(|value| self.expand(&self.outer, value));
            self.outer.declare(name, value, None);
        }
    }

    fn expand(&self, environment: &Environment, span: Span) -> String {
        environment.expand(&self.dockerfile.text(span), self.dockerfile.escape)
    }

    fn start_stage(&mut self, instruction: &'t Instruction, image: &str, name: Option<String>) {
        let image = self.outer.expand(image, self.dockerfile.escape);
        let platform =
            instruction.flag("platform", self.dockerfile.source).and_then(|flag| flag.value);
        let mut platform =
            platform.map(|value| self.expand(&self.outer, value)).unwrap_or_default();
        for flag in &instruction.flags {
            if self.dockerfile.text(flag.name) != "platform" {
                platform.push_str(&format!(" {}", self.dockerfile.text(flag.span)));
            }
        }
        let parent = self.find(&image.to_ascii_lowercase(), false);
        let at = instruction.span;
        let stage = match parent {
            Some(number) => {
                let parent = &self.stages[number];
                let triggers = &parent.configuration.triggers;
                let triggered = (!triggers.is_empty()).then(|| Step {
                    action: Action::Unread(format!("ONBUILD {}", triggers.join("; ")).into()),
                    demand: Demand::Must,
                    at,
                });
                Stage {
                    at,
                    name,
                    base: format!("stage {number}"),
                    parent: Some(number),
                    image: parent.image.clone(),
                    platform,
                    // What its ONBUILD does comes first, and is not looked at.
                    steps: Vec::from_iter(triggered),
                    runs: Vec::new(),
                    // The CMD of another stage is one of the base image.
                    configuration: Configuration {
                        command_set: false,
                        triggers: Vec::new(),
                        ..parent.configuration.clone()
                    },
                    // Its ARGs, too (Docker documentation, "Build variables", scoping).
                    environment: parent.environment.clone(),
                    surroundings: parent.surroundings.clone(),
                    volumes: parent.volumes.clone(),
                }
            }
            None => {
                let windows = is_windows(&image) || platform.starts_with("windows");
                let shell = if windows {
                    vec!["cmd".to_owned()]
                } else {
                    vec!["/bin/sh".to_owned(), "-c".to_owned()]
                };
                let directory =
                    if image == "scratch" { "/".to_owned() } else { BASE_DIRECTORY.to_owned() };
                Stage {
                    at,
                    name,
                    base: image.clone(),
                    parent: None,
                    image,
                    platform,
                    steps: Vec::new(),
                    runs: Vec::new(),
                    configuration: Configuration::default(),
                    environment: Environment::default(),
                    surroundings: Arc::new(Surroundings {
                        shell,
                        directory,
                        ..Surroundings::default()
                    }),
                    volumes: Vec::new(),
                }
            }
        };
        self.current = Some(stage);
    }

    /// The stage of this name, or of this number where numbers count.
    fn find(&self, reference: &str, by_number: bool) -> Option<usize> {
        let named = self.stages.iter().rposition(|stage| stage.name.as_deref() == Some(reference));
        let numbered =
            || reference.parse().ok().filter(|number| by_number && *number < self.stages.len());
        named.or_else(numbered)
    }

    fn in_stage(&mut self, stage: &mut Stage<'t>, instruction: &'t Instruction) {
        let dockerfile = self.dockerfile;
        let escape = dockerfile.escape;
        let words = |environment: &Environment| -> Vec<String> {
            match &instruction.arguments {
                Arguments::Words(words) => words
                    .iter()
                    .map(|word| environment.expand(&dockerfile.text(word.span), escape))
                    .collect(),
                Arguments::List(words) => {
                    words.iter().map(|word| environment.expand(&word.value, escape)).collect()
                }
                _ => Vec::new(),
            }
        };
        let takes_flags = matches!(
            instruction.kind,
            Keyword::Run | Keyword::Copy | Keyword::Add | Keyword::Healthcheck | Keyword::Onbuild
        );
        if !takes_flags && !instruction.flags.is_empty() {
            stage.steps.push(self.unread(instruction));
            return;
        }
        let configuration = &mut stage.configuration;
        match (instruction.kind, &instruction.arguments) {
            (Keyword::Run, Arguments::Command(form)) => self.run(stage, instruction, form),
            (Keyword::Copy | Keyword::Add, Arguments::Words(_) | Arguments::List(_)) => {
                let words = words(&stage.environment);
                let copy = self.copy(stage, instruction, words);
                stage.steps.push(copy);
            }
            (Keyword::Env, Arguments::Pairs { pairs, .. }) => {
                let before = stage.environment.clone();
                for pair in pairs {
                    let name = self.expand(&before, pair.name);
                    let value =
                        pair.value.map(|value| self.expand(&before, value)).unwrap_or_default();
                    stage.environment.set(name, value);
                }
                self.refresh(stage);
            }
            (Keyword::Arg, Arguments::Pairs { pairs, .. }) => {
                let before = stage.environment.clone();
                for pair in pairs {
                    let name = dockerfile.text(pair.name).into_owned();
                    let value = pair.value.map(|value| self.expand(&before, value));
                    let outer = self.outer.arguments.get(&name);
                    stage.environment.declare(name, value, outer);
                }
                self.refresh(stage);
            }
            (Keyword::Label, Arguments::Pairs { pairs, .. }) => {
                for pair in pairs {
                    let name = self.expand(&stage.environment, pair.name);
                    let value = pair.value.map(|value| self.expand(&stage.environment, value));
                    stage.configuration.labels.insert(name, value.unwrap_or_default());
                }
            }
            (Keyword::User, Arguments::Text(span)) => {
                let user = self.expand(&stage.environment, *span);
                Arc::make_mut(&mut stage.surroundings).user = user;
            }
            (Keyword::Workdir, Arguments::Text(span)) => {
                let text = self.expand(&stage.environment, *span);
                let path = joined(&stage.surroundings.directory, &text);
                let surroundings = Arc::make_mut(&mut stage.surroundings);
                surroundings.directory.clone_from(&path);
                let user = surroundings.user.clone();
                let action = Action::MakeFolder { path: Cow::Owned(path), user: Cow::Owned(user) };
                stage.steps.push(Step { action, demand: Demand::Must, at: instruction.span });
            }
            (Keyword::Shell, Arguments::Command(_)) => {
                let words = instruction.exec().unwrap_or_default();
                let words = words.iter().map(|word| word.value.clone()).collect();
                let surroundings = Arc::make_mut(&mut stage.surroundings);
                surroundings.shell = words;
                surroundings.declared = true;
            }
            (Keyword::Expose, _) => configuration.ports.extend(words(&stage.environment)),
            (Keyword::Volume, _) => {
                for volume in words(&stage.environment) {
                    let action = Action::Volume(Cow::Owned(volume.clone()));
                    stage.steps.push(Step { action, demand: Demand::Must, at: instruction.span });
                    stage.configuration.volumes.insert(volume.clone());
                    stage.volumes.push(volume);
                }
            }
            (Keyword::Stopsignal, Arguments::Text(span)) => {
                configuration.stop_signal = Some(self.expand(&stage.environment, *span));
            }
            (Keyword::Maintainer, _) => {
                configuration.maintainer =
                    Some(dockerfile.text(instruction.arguments_span).into_owned());
            }
            (Keyword::Cmd, Arguments::Command(form)) => {
                configuration.command = Some(start(dockerfile, form, &stage.surroundings));
                configuration.command_set = true;
            }
            (Keyword::Entrypoint, Arguments::Command(form)) => {
                configuration.entrypoint = Some(start(dockerfile, form, &stage.surroundings));
                // An ENTRYPOINT takes away the CMD of the base image (Dockerfile reference, "Understand
                // how CMD and ENTRYPOINT interact").
                if !configuration.command_set {
                    configuration.command = Some(NO_COMMAND.to_owned());
                }
            }
            (Keyword::Healthcheck, Arguments::Healthcheck(form)) => {
                let mut text: String = instruction
                    .flags
                    .iter()
                    .map(|flag| format!("{} ", dockerfile.text(flag.span)))
                    .collect();
                text.push_str(&match form {
                    Some(form) => start(dockerfile, form, &stage.surroundings),
                    None => NO_COMMAND.to_owned(),
                });
                configuration.health_check = Some(text);
            }
            (Keyword::Onbuild, Arguments::Onbuild(inner)) => {
                let keyword = dockerfile.text(inner.keyword).to_ascii_uppercase();
                let documents: String =
                    inner.heredocs.iter().map(|heredoc| dockerfile.raw(heredoc.body)).collect();
                let rest = Span::new(inner.keyword.end, inner.span.end.max(inner.keyword.end));
                configuration
                    .triggers
                    .push(format!("{keyword} {}{documents}", tokens(dockerfile, rest)));
            }
            _ => stage.steps.push(self.unread(instruction)),
        }
    }

    /// An instruction that is only compared as text.
    fn unread(&self, instruction: &Instruction) -> Step<'t> {
        let dockerfile = self.dockerfile;
        let keyword = dockerfile.text(instruction.keyword).to_ascii_uppercase();
        let end = instruction.span.end.max(instruction.keyword.end);
        let rest = dockerfile.text(Span::new(instruction.keyword.end, end));
        let text = Cow::Owned(format!("{keyword} {}", rest.trim()));
        Step { action: Action::Unread(text), demand: Demand::Must, at: instruction.span }
    }

    fn refresh(&mut self, stage: &mut Stage<'t>) {
        Arc::make_mut(&mut stage.surroundings).environment = stage.environment.all();
    }

    fn copy(
        &self,
        stage: &Stage<'t>,
        instruction: &'t Instruction,
        mut words: Vec<String>,
    ) -> Step<'t> {
        let dockerfile = self.dockerfile;
        let destination = words.pop().unwrap_or_default();
        let folder =
            destination.ends_with('/') || destination.ends_with("/.") || destination == ".";
        let mut destination = joined(&stage.surroundings.directory, &destination);
        if folder && !destination.ends_with('/') {
            destination.push_str(if destination.is_empty() { "./" } else { "/" });
        }
        let mut from = None;
        let mut flags: Vec<Text<'t>> = Vec::new();
        for flag in &instruction.flags {
            let text = self.expand(&stage.environment, flag.span);
            match text.strip_prefix("--from=") {
                Some(source) => {
                    let stage = self.find(&source.to_ascii_lowercase(), true);
                    let source =
                        stage.map_or_else(|| source.to_owned(), |number| format!("stage {number}"));
                    from = Some(Cow::Owned(source));
                }
                None => flags.push(Cow::Owned(text)),
            }
        }
        flags.sort();
        let documents = instruction
            .heredocs
            .iter()
            .map(|heredoc| {
                let tabs = if heredoc.strip_tabs { "-" } else { "" };
                let body = dockerfile.raw(heredoc.body);
                let body = if heredoc.expand {
                    format!("{body}\u{2}{:?}", stage.environment.all())
                } else {
                    body.to_owned()
                };
                Cow::Owned(format!("{tabs}{}\n{body}", heredoc.name))
            })
            .collect();
        let transfer = Transfer {
            adds: instruction.kind == Keyword::Add,
            from,
            sources: words.into_iter().map(Cow::Owned).collect(),
            documents,
            destination: Cow::Owned(destination),
            flags,
        };
        Step { action: Action::Copy(transfer), demand: Demand::Must, at: instruction.span }
    }
}

/// CMD, ENTRYPOINT and the command of HEALTHCHECK: the exec form, or a shell with its script.
fn start(dockerfile: &Dockerfile<'_>, form: &CommandForm, surroundings: &Surroundings) -> String {
    match form {
        CommandForm::Exec(words) => {
            let words: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            format!("{words:?}")
        }
        CommandForm::Shell(script) => {
            let script = tokens(dockerfile, script.span);
            // A base image may have a SHELL of its own.
            let own = if surroundings.declared { "" } else { "by default " };
            format!("{own}{:?} {script}", surroundings.shell)
        }
    }
}

/// The directory in force until WORKDIR says otherwise, marked as what only a builder knows.
pub(crate) const BASE_DIRECTORY: &str = "\u{2}the directory of the base image\u{4}";

/// A relative path stands behind the directory in force (Dockerfile reference, WORKDIR).
fn joined(directory: &str, path: &str) -> String {
    let path = path.strip_suffix("/.").unwrap_or(path);
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    if path.starts_with('/') {
        let trimmed = path.trim_end_matches('/');
        let slash = if path.ends_with('/') { "/" } else { "" };
        return format!("{trimmed}{slash}");
    }
    // Where an image starts is not known: `app` need not be `/app`.
    if directory.is_empty() {
        return if path == "." { String::new() } else { path.to_owned() };
    }
    let directory = directory.trim_end_matches('/');
    match path {
        "." | "" => directory.to_owned(),
        _ => format!("{directory}/{path}"),
    }
}

/// The environment that a stage leaves in its image.
pub(crate) type Variables = BTreeMap<String, String>;
