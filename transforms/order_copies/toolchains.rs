//! Calls of toolchains that download what they build with, and the step that only downloads.

use dockslim_syntax::shell::{Assignment, ConnectorKind, SeparatorKind};
use dockslim_syntax::{Dockerfile, Keyword};

use super::installs::Install;
use super::project::{Project, Reads};
use super::reasons;
use super::{because, cargo, dotnet, go, gradle, maven, mix};
use crate::facts::{Base, Build, BuildStage, BuildStep, Command, Content, absolute};
use crate::knowledge::{Operand, Toolchain};
use crate::pass::Refusal;

/// Modes that make a file a program, and change nothing else that matters to it.
const RUNNABLE: [&str; 6] = ["+x", "a+x", "u+x", "ugo+x", "755", "0755"];

/// A call of a toolchain.
pub(super) struct Call<'c> {
    pub(super) tool: &'static Toolchain,
    /// Whether it does nothing but download.
    pub(super) downloads: bool,
    /// The program as it is written.
    pub(super) program: &'c str,
    /// The words behind it.
    pub(super) words: Vec<Word<'c>>,
}

/// A word of a call.
pub(super) struct Word<'c> {
    /// Its text, if that is known.
    pub(super) text: Option<&'c str>,
    /// The word as it is written.
    pub(super) raw: String,
}

impl Word<'_> {
    /// Its text; of one with variables, as it is written.
    pub(super) fn shown(&self) -> &str {
        self.text.unwrap_or(&self.raw)
    }
}

impl<'c> Call<'c> {
    /// The call of a toolchain that a command is, behind whatever wraps it.
    pub(super) fn of(dockerfile: &Dockerfile<'_>, command: &'c Command<'_>) -> Option<Self> {
        let (at, program) = command.program()?;
        let tool = Toolchain::of(program)?;
        let words = (at + 1..command.words.len()).map(|at| Word {
            text: command.words[at].as_deref(),
            raw: match command.call.and_then(|call| call.simple.words.get(at)) {
                Some(word) => dockerfile.text(word.span).into_owned(),
                None => command.raw_word(dockerfile, at),
            },
        });
        let mut call = Self { tool, downloads: false, program, words: words.collect() };
        let operands = call.operands();
        let Some(first) = operands.first() else {
            let asks = matches!(&call.words[..], [word] if word.shown() == "--version");
            call.downloads = asks && tool.is_wrapper(program);
            return call.downloads.then_some(call);
        };
        let (downloads, builds) = match tool.operand {
            Operand::First => (
                tool.downloads(&operands.join(" ")),
                tool.builds(first) && !call.installs_a_tool(&operands),
            ),
            Operand::Any => (operands.iter().all(|word| tool.downloads(&goal(word))), true),
        };
        call.downloads = downloads;
        (call.downloads || builds).then_some(call)
    }

    /// The words that are neither options nor their arguments.
    pub(super) fn operands(&self) -> Vec<&str> {
        let mut operands = Vec::new();
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            let text = word.shown();
            if self.tool.options.iter().any(|option| option == text) {
                words.next();
            } else if !text.starts_with(['-', '+', '/']) {
                operands.push(text);
            }
        }
        operands
    }

    /// Whether it installs a program that is no part of the project.
    fn installs_a_tool(&self, operands: &[&str]) -> bool {
        let cargo = self.tool.name == "cargo" && operands.first() == Some(&"install");
        let path = self.words.iter().any(|word| word.shown().starts_with("--path"));
        (cargo && !path)
            || (self.tool.name == "go" && operands.iter().any(|word| word.contains('@')))
    }
}

/// A goal of Maven by the short name of its plugin.
fn goal(word: &str) -> String {
    match word.split_once(":maven-dependency-plugin:") {
        Some((_, rest)) => format!("dependency:{}", rest.rsplit(':').next().unwrap_or(rest)),
        None => word.to_owned(),
    }
}

/// The toolchain that a RUN calls to build or to download.
pub(super) fn toolchain(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
) -> Option<&'static Toolchain> {
    let commands = step.content.commands().iter().filter(|_| step.instruction.kind == Keyword::Run);
    commands.filter_map(|command| Call::of(dockerfile, command)).map(|call| call.tool).next()
}

/// Whether a RUN calls the wrapper of a project for nothing but its version.
pub(super) fn only_asks(dockerfile: &Dockerfile<'_>, step: &BuildStep<'_>) -> bool {
    let calls = step.content.commands().iter().filter_map(|command| Call::of(dockerfile, command));
    calls.into_iter().all(|call| call.downloads && call.tool.is_wrapper(call.program))
}

/// Whether a RUN builds, and downloads on its way.
pub(super) fn builds(dockerfile: &Dockerfile<'_>, step: &BuildStep<'_>) -> bool {
    let mut commands = step.content.commands().iter();
    commands.any(|command| Call::of(dockerfile, command).is_some_and(|call| !call.downloads))
}

/// Whether a stage, or one that it is built on, has called a toolchain in front of a step: who does that has ordered his
/// steps, or has been told already why not.
pub(super) fn is_called_above(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    tool: &Toolchain,
) -> bool {
    let calls = |step: &BuildStep<'_>| {
        toolchain(build.dockerfile, step).is_some_and(|other| other.name == tool.name)
            || cooks(step, tool)
    };
    let below = match stage.stage.base {
        Base::Stage(index) => build.stages.get(index),
        Base::Image(_) => None,
    };
    stage.steps[..number].iter().any(calls)
        || below.is_some_and(|below| is_called_above(build, below, below.steps.len(), tool))
}

/// Whether a step is one of cargo-chef, which builds the dependencies alone.
fn cooks(step: &BuildStep<'_>, tool: &Toolchain) -> bool {
    let chef = |command: &Command<'_>| {
        command.words.iter().flatten().any(|word| word == "chef" || word == "cook")
    };
    tool.name == "cargo" && step.content.commands().iter().any(chef)
}

/// What a RUN builds, with nothing in front of that which a download would need; `None` if it only downloads, or
/// builds nothing.
pub(super) fn build<'c>(
    dockerfile: &Dockerfile<'_>,
    step: &'c BuildStep<'_>,
    folder: &str,
) -> Result<Option<Install<'c>>, Refusal> {
    let all = || step.content.commands().iter();
    let builds = |command| Call::of(dockerfile, command).filter(|call| !call.downloads);
    let Some(build) = all().find_map(builds) else { return Ok(None) };
    if let Some(why) = &build.tool.declines
        && !build.tool.is_wrapper(build.program)
    {
        return Err((&reasons::NO_DOWNLOAD, why.clone()));
    }
    let Content::Script(script, list, commands) = &step.content else {
        return Err(because(&reasons::UNREAD_CALL));
    };
    let run = step.instruction;
    if !step.state.shell.is_known() || step.hands_documents() || !script.bashisms.is_empty() {
        return Err(because(&reasons::UNREAD_CALL));
    }
    if !run.flags.is_empty() {
        return Err(because(&reasons::RUN_FLAGS));
    }
    let known = |at: usize| commands.get(at).and_then(|command| command.words.first()?.as_deref());
    let strict = known(0) == Some("set")
        && commands[0].words.get(1).is_some_and(|word| {
            word.as_deref().is_some_and(|word| word.starts_with('-') && word.contains('e'))
        });
    let joined = list.statements.iter().all(|statement| {
        statement.rest.iter().all(|(sign, _)| sign.kind == ConnectorKind::And)
            && statement.end.is_none_or(|end| end.kind != SeparatorKind::Background)
    });
    // Somebody who goes on without the build would not go on without the download.
    if !joined || (list.statements.len() > 1 && !(strict || step.state.shell.errexit())) {
        let message = "the RUN goes on when the build fails, and would not when a download does";
        return Err((&reasons::ANOTHER_COMMAND, message.to_owned()));
    }
    let first = || {
        let message = "a command in front of the build may decide what it downloads";
        (&reasons::ANOTHER_COMMAND, message.to_owned())
    };
    let mut install = Install {
        folder: folder.to_owned(),
        entered: Vec::new(),
        calls: Vec::new(),
        tools: Vec::new(),
        touches: Vec::new(),
        asks: Vec::new(),
        for_system: false,
        enters: None,
        prepares: None,
        inserted: true,
        parting: None,
    };
    for (number, command) in commands.iter().enumerate() {
        let simple = command.call.filter(|call| !call.conditional && !call.in_child);
        let Some(simple) = simple else { return Err(first()) };
        if let Some(call) = Call::of(dockerfile, command) {
            let own = call.tool.name == build.tool.name
                && command.words.first().and_then(|word| word.as_deref()) == Some(call.program);
            let named = |assignment: &Assignment| assignment.name.of(dockerfile.source);
            // What is built in front would not see them.
            let alike = !call.tool.stands_in || simple.simple.assignments.is_empty();
            if !own || !alike || !simple.simple.assignments.iter().map(named).all(only_compiles) {
                return Err(because(&reasons::UNREAD_CALL));
            }
            install.tools.push(call);
            return Ok(Some(install));
        }
        let words: Vec<&str> = command.words.iter().map_while(|word| word.as_deref()).collect();
        let all_known = words.len() == command.words.len();
        match words.as_slice() {
            ["cd", to] if all_known && number == 0 => {
                install.enters = Some(to);
                install.folder =
                    absolute(to, Some(folder)).ok_or_else(|| because(&reasons::UNREAD_CALL))?;
                install.entered.push(install.folder.clone());
            }
            ["set" | "mkdir" | "echo" | "true", ..] | ["go", "version"] => {}
            ["chmod", mode, file] if all_known && install.enters.is_none() => {
                let own = Some(file.trim_start_matches("./")) == build.program.strip_prefix("./");
                if !own || !RUNNABLE.contains(mode) {
                    return Err(first());
                }
                install.prepares = Some((mode, file));
            }
            _ => return Err(first()),
        }
    }
    Err(first())
}

/// The first step of a build: its own, or the RUN in front that makes its wrapper a program, with the words of that `chmod`.
pub(super) fn start<'c>(
    dockerfile: &Dockerfile<'_>,
    stage: &'c BuildStage<'_>,
    number: usize,
) -> (usize, Option<(&'c str, &'c str)>) {
    let mut calls =
        stage.steps[number].content.commands().iter().filter_map(|one| Call::of(dockerfile, one));
    let program = calls.find(|call| !call.downloads).map(|call| call.program);
    // Behind a `cd` the program is another file, and a `chmod` of its own is the one that counts.
    let apart = |one: &Command<'_>| matches!(one.program_name(), Some("cd" | "chmod"));
    let apart = stage.steps[number].content.commands().iter().any(apart);
    let prepares = number.checked_sub(1).and_then(|front| {
        let step = &stage.steps[front];
        let plain = step.instruction.kind == Keyword::Run
            && step.instruction.flags.is_empty()
            && step.state.shell.is_known()
            && !step.onbuild;
        let [command] = step.content.commands() else { return None };
        let call = command.call.filter(|call| plain && call.redirects.is_empty())?;
        let words: Vec<&str> = command.words.iter().map_while(|word| word.as_deref()).collect();
        let quiet = words.len() == command.words.len() && call.simple.assignments.is_empty();
        match words[..] {
            ["chmod", mode, file] if quiet && RUNNABLE.contains(&mode) => {
                let own = Some(file.trim_start_matches("./")) == program?.strip_prefix("./");
                (own && !apart).then_some((front, (mode, file)))
            }
            _ => None,
        }
    });
    prepares.map_or((number, None), |(front, words)| (front, Some(words)))
}

/// Whether a variable decides what is compiled, and not what is downloaded.
fn only_compiles(name: &str) -> bool {
    const NAMES: [&str; 9] =
        ["CGO_ENABLED", "GOOS", "GOARCH", "GOARM", "GOAMD64", "CC", "CXX", "CI", "GOEXPERIMENT"];
    NAMES.contains(&name)
}

/// What a call reads of the project.
pub(super) fn reads(
    dockerfile: &Dockerfile<'_>,
    project: &Project<'_, '_>,
    stage: &BuildStage<'_>,
    step: &BuildStep<'_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<Reads, Refusal> {
    match call.tool.name.as_str() {
        "go" => go::reads(project, stage, step, call, folder),
        "maven" => maven::reads(project, call, folder),
        "dotnet" => dotnet::reads(project, call, folder),
        "gradle" => gradle::reads(project, call, folder),
        "mix" => mix::reads(project, call, folder),
        "cargo" => cargo::reads(project, dockerfile, step, call, folder),
        _ => Err(because(&reasons::NO_DOWNLOAD)),
    }
}

/// The script of the step that only downloads, or builds nothing but what is downloaded.
pub(super) fn step(
    project: &Project<'_, '_>,
    call: &Call<'_>,
    install: &Install<'_>,
) -> Result<String, Refusal> {
    if call.tool.stands_in {
        return match install.enters {
            None => cargo::script(project, call, &install.folder),
            Some(folder) => {
                let message = format!("`cd {folder}` leads to the package: use WORKDIR");
                Err((&reasons::NO_STAND_IN, message))
            }
        };
    }
    let enters = install.enters;
    let enter = enters.map_or_else(String::new, |folder| format!("cd {folder} && "));
    let words = match call.tool.name.as_str() {
        "go" => "mod download".to_owned(),
        "maven" => maven::words(call),
        "dotnet" => dotnet::words(call),
        "gradle" => "--version".to_owned(),
        _ => String::new(),
    };
    let prepare = install.prepares;
    let prepare =
        prepare.map_or_else(String::new, |(mode, file)| format!("chmod {mode} {file} && "));
    Ok(format!("{enter}{prepare}{} {words}", call.program))
}

/// Whether what is downloaded stays: what a later command removes would live on in the layer of the download.
pub(super) fn is_kept(
    dockerfile: &Dockerfile<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    call: &Call<'_>,
) -> Result<(), Refusal> {
    let removes = |command: &Command<'_>| {
        let mut words = (0..command.words.len()).map(|at| command.raw_word(dockerfile, at));
        words.any(|word| call.tool.stores.iter().any(|store| word.contains(store.as_str())))
    };
    let mut commands = stage.steps[number..].iter().flat_map(|step| step.content.commands());
    if commands.any(removes) {
        return Err(because(&reasons::CACHE_REMOVED));
    }
    Ok(())
}
