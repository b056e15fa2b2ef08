//! Whether a later step, a later stage or a container may still read a leftover.

use dockslim_contract::BuildContext;
use dockslim_syntax::{Keyword, Span};

use super::leavings::Leaving;
use super::{reasons, yarn};
use crate::facts::{Build, BuildStage, BuildStep, Content, Readers, Use, by_text, used_by};
use crate::knowledge::{Kind, Leftover, PackageManager};
use crate::pass::Refusal;

/// What stands in the way of removing a leftover at the end of its step.
pub(super) fn needed(
    (build, context): (&Build<'_>, Option<&BuildContext>),
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
) -> Option<Refusal> {
    let leftover = leaving.leftover;
    if let Some(refusal) = named_later(build, stage, number, leftover) {
        return Some(refusal);
    }
    if let Some(line) = filled_before(build, stage, number, leaving) {
        let message = format!("line {line} has filled the {} in a layer of its own", leftover.name);
        return Some((&reasons::EARLIER_LAYER, message));
    }
    let unread = leftover.read_by.is_empty() && leftover.readers.is_empty();
    let image = stage.image.as_deref();
    if unread || leftover.is_fetched_again_in(image) {
        return None;
    }
    let spared = leaving.manager.name == "yarn" && yarn::is_first(build, stage, context);
    let starts = Starts::default();
    let mut search = Search { build, manager: leaving.manager, leftover, spared, starts };
    let refusal = search.stage(stage, number + 1);
    refusal.or_else(|| (leftover.kind == Kind::Store).then(|| search.starts.refusal())?)
}

/// The line of an earlier RUN that has filled a store, from which this one only reads but for what is new.
fn filled_before(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
) -> Option<usize> {
    if leaving.leftover.kind != Kind::Store {
        return None;
    }
    let mut commands = stage.steps[..number].iter().flat_map(|step| step.content.commands());
    let fills = commands.find(|command| {
        let own = command.manager.is_some_and(|manager| manager.name == leaving.manager.name);
        let call = command.package_call().filter(|_| own);
        call.is_some_and(|call| call.matches(&leaving.leftover.filled_by).is_some())
    })?;
    Some(build.dockerfile.line(fills.span.start))
}

/// A later command, ENV or `COPY --from` that names the place and does not delete it.
fn named_later(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leftover: &Leftover,
) -> Option<Refusal> {
    let tails: Vec<&str> = leftover
        .places
        .iter()
        .filter(|place| !place.starts_with('$'))
        .map(|place| place.strip_prefix('~').unwrap_or(place))
        .collect();
    let behind = stage.steps[number].instruction.span.end;
    let rest = &build.dockerfile.source[behind..];
    if !tails.iter().any(|tail| rest.contains(tail)) {
        return None;
    }
    let names = |text: &str| {
        tails.iter().any(|tail| {
            text.match_indices(tail).any(|(at, _)| {
                !text[at + tail.len()..]
                    .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            })
        })
    };
    let refusal = |span: Span| {
        let line = build.dockerfile.line(span.start);
        Some((&reasons::NEEDED_LATER, format!("line {line} uses the {}", leftover.name)))
    };

    for other in &build.stages {
        let own = other.stage.index == stage.stage.index;
        let built_on = !own && build.builds_on(&other.stage, stage.stage.index);
        let steps = &other.steps[if own { number + 1 } else { 0 }..];
        for step in steps {
            if own || built_on {
                let using =
                    step.content.commands().iter().find(|command| {
                        !command.deletes() && names(&command.text(build.dockerfile))
                    });
                if let Some(command) = using {
                    return refusal(command.span);
                }
            }
            let instruction = step.instruction;
            if instruction.kind == Keyword::Env
                && (own || built_on)
                && names(&build.dockerfile.text(instruction.arguments_span))
            {
                return refusal(instruction.span);
            }
            if instruction.kind == Keyword::Copy
                && instruction.flag("from", build.dockerfile.source).is_some()
                && names(&build.dockerfile.text(instruction.arguments_span))
            {
                return refusal(instruction.span);
            }
        }
    }
    None
}

struct Search<'a, 't> {
    build: &'a Build<'t>,
    manager: &'static PackageManager,
    leftover: &'static Leftover,
    /// Whether what only runs programs reads nothing of it.
    spared: bool,
    starts: Starts,
}

/// What is known of the commands that containers start with.
#[derive(Default)]
struct Starts {
    seen: bool,
    script: Option<String>,
}

impl Starts {
    fn refusal(&self) -> Option<Refusal> {
        let message = match (&self.script, self.seen) {
            (Some(script), _) => format!("{script} is not read, and may need it"),
            (None, false) => "no CMD or ENTRYPOINT says what a container runs".to_owned(),
            (None, true) => return None,
        };
        Some((&reasons::RUN_TIME, message))
    }
}

/// What a step means for a leftover of an earlier one.
enum Verdict {
    /// Nothing.
    Open,
    /// It is made anew here, so nobody behind needs the old one.
    MadeAnew,
    Refused(Refusal),
}

impl Search<'_, '_> {
    /// Walks the steps of a stage from number `from`, then the stages that are built on it.
    fn stage(&mut self, stage: &BuildStage<'_>, from: usize) -> Option<Refusal> {
        for step in &stage.steps[from..] {
            let verdict = match step.instruction.kind {
                Keyword::Run => self.run(step),
                Keyword::Cmd | Keyword::Entrypoint => self.start(step),
                _ => Verdict::Open,
            };
            match verdict {
                Verdict::Open => {}
                Verdict::MadeAnew if step.onbuild => {}
                Verdict::MadeAnew => return None,
                Verdict::Refused(refusal) => return Some(refusal),
            }
        }
        let build = self.build;
        let derived = build
            .stages
            .iter()
            .filter(|other| other.stage.base == crate::facts::Base::Stage(stage.stage.index));
        for other in derived {
            if let Some(refusal) = self.stage(other, 0) {
                return Some(refusal);
            }
        }
        None
    }

    fn readers(&self) -> Readers<'static> {
        Readers::of(self.manager, self.leftover)
    }

    fn run(&self, step: &BuildStep<'_>) -> Verdict {
        match &step.content {
            Content::Script(_, _, commands) => {
                for number in 0..commands.len() {
                    match self.command(step, number) {
                        Verdict::Open => {}
                        verdict => return verdict,
                    }
                }
                Verdict::Open
            }
            Content::Exec(_) => self.command(step, 0),
            Content::Unread(script) => {
                let text = script.span.of(self.build.dockerfile.source);
                self.verdict(by_text(text, self.readers()), script.span)
            }
            Content::Nothing => Verdict::Open,
        }
    }

    fn command(&self, step: &BuildStep<'_>, number: usize) -> Verdict {
        let commands = step.content.commands();
        let command = &commands[number];
        let is_own = command.manager.is_some_and(|manager| manager.name == self.manager.name);
        if let Some(call) = command.package_call().filter(|_| is_own) {
            let offline = command.words.iter().flatten().any(|word| word.contains("offline"));
            let spared = self.spared && !offline;
            if call.matches(&self.leftover.read_by).is_some() && !spared {
                return self.verdict(Use::Reads, command.span);
            }
            let anew = self.leftover.kind == Kind::Index
                && !command.conditional()
                && call.matches(&self.leftover.filled_by).is_some();
            return if anew { Verdict::MadeAnew } else { Verdict::Open };
        }
        // That an unseen script works from a cache alone, nobody would expect.
        if self.leftover.kind == Kind::Cache && self.leftover.readers.is_empty() {
            return Verdict::Open;
        }
        let found = used_by(self.build, step, commands, number, self.readers());
        self.verdict(found, command.span)
    }

    fn verdict(&self, found: Use, span: Span) -> Verdict {
        let line = self.build.dockerfile.line(span.start);
        match found {
            Use::Reads => {
                let message = format!("line {line} reads the {} again", self.leftover.name);
                Verdict::Refused((&reasons::NEEDED_LATER, message))
            }
            Use::Unknown if self.leftover.kind != Kind::Cache => {
                let message =
                    format!("line {line} runs a script that may read the {}", self.leftover.name);
                Verdict::Refused((&reasons::UNKNOWN_SCRIPT, message))
            }
            _ => Verdict::Open,
        }
    }

    /// CMD or ENTRYPOINT.
    fn start(&mut self, step: &BuildStep<'_>) -> Verdict {
        self.starts.seen = true;
        for (number, command) in step.content.commands().iter().enumerate() {
            let line = self.build.dockerfile.line(command.span.start);
            let reads = match self.command(step, number) {
                Verdict::Refused((reason, _)) => *reason == reasons::NEEDED_LATER,
                _ => false,
            };
            if reads {
                let message =
                    format!("line {line} reads the {} in a container", self.leftover.name);
                return Verdict::Refused((&reasons::RUN_TIME, message));
            }
            let text = command.words.iter().flatten().map(|word| &**word).collect::<Vec<_>>();
            let script = text.iter().find(|word| {
                word.ends_with(".sh")
                    || word.contains("entrypoint")
                    || matches!(**word, "sh" | "bash")
            });
            if let Some(script) = script.or(text.first().filter(|_| command.words[0].is_none())) {
                self.starts.script.get_or_insert_with(|| script.to_string());
            }
            if command.words.iter().any(Option::is_none) || text.is_empty() {
                self.starts.script.get_or_insert_with(|| "the command of the container".to_owned());
            }
        }
        if matches!(step.content, Content::Unread(_)) {
            self.starts.script.get_or_insert_with(|| "the command of the container".to_owned());
        }
        Verdict::Open
    }
}
