//! The normal form of a build, for people.

use dockslim_syntax::Span;

use crate::compare::words::describe;
use crate::environment;
use crate::program::{Action, Demand, Step};
use crate::shell::{Seen, StateNumber, States, readable};
use crate::stages::{BASE_DIRECTORY, Build};

/// A line of a normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text. A step stands behind `!` if its failure ends the script, behind `?` if its status decides something, and behind
    /// `~` if nobody asks.
    pub text: String,
    /// Where it comes from, a byte range of the file; `None` for what is left in the image.
    pub at: Option<Span>,
}

/// All stages, each with its steps and what it leaves in the image.
pub(crate) fn lines(build: &Build<'_>, states: &States) -> Vec<Line> {
    let mut writer = Writer { states, lines: Vec::new(), seen: None };
    for (number, stage) in build.stages.iter().enumerate() {
        let name = stage.name.as_ref().map_or_else(String::new, |name| format!(" AS {name}"));
        let head = format!("stage {number}: FROM {}{name}", environment::readable(&stage.base));
        writer.put(0, head, Some(stage.at));
        writer.seen = None;
        writer.block(&stage.steps, 1);
        for text in stage.configuration.lines() {
            writer.put(1, text, None);
        }
    }
    writer.lines
}

struct Writer<'s> {
    states: &'s States,
    lines: Vec<Line>,
    /// The state that was last told of.
    seen: Option<StateNumber>,
}

impl Writer<'_> {
    fn put(&mut self, depth: usize, text: String, at: Option<Span>) {
        self.lines.push(Line { text: format!("{}{text}", "  ".repeat(depth)), at });
    }

    fn block(&mut self, block: &[Step<'_>], depth: usize) {
        for step in block {
            self.step(step, depth);
        }
    }

    fn step(&mut self, step: &Step<'_>, depth: usize) {
        let sign = match step.demand {
            Demand::Must => "!",
            Demand::Ignored => "~",
            Demand::Status => "?",
            Demand::Checked | Demand::Unsure => "?!",
        };
        if let Some(state) = state_of(&step.action)
            && self.seen != Some(state)
        {
            self.seen = Some(state);
            let text = told(self.states.seen(state));
            self.put(depth, format!("[{text}]"), Some(step.at));
        }
        let at = Some(step.at);
        match &step.action {
            Action::Chain { on_success, parts } => {
                let word = if *on_success { "all of" } else { "first of" };
                self.put(depth, format!("{sign} {word}"), at);
                parts.iter().for_each(|part| self.block(part, depth + 1));
            }
            Action::If { branches, otherwise } => {
                for (test, body) in branches {
                    self.put(depth, format!("{sign} if"), at);
                    self.block(test, depth + 1);
                    self.put(depth, "  then".to_owned(), at);
                    self.block(body, depth + 1);
                }
                if let Some(body) = otherwise {
                    self.put(depth, "  else".to_owned(), at);
                    self.block(body, depth + 1);
                }
            }
            Action::Call(call) => {
                self.put(depth, format!("{sign} {}", whole(step)), at);
                call.inner.iter().for_each(|block| self.block(block, depth + 1));
            }
            action => {
                let head = match action {
                    Action::Not(_) => "not".to_owned(),
                    Action::Pipe { .. } => "pipe".to_owned(),
                    Action::Frame(_) => "in a shell that may end early".to_owned(),
                    Action::Background(_) => "in the background".to_owned(),
                    _ => describe(step),
                };
                self.put(depth, format!("{sign} {head}"), at);
                action.blocks().into_iter().for_each(|block| self.block(block, depth + 1));
            }
        }
    }
}

/// All words of a call, uncut.
fn whole(step: &Step<'_>) -> String {
    let Action::Call(call) = &step.action else { return String::new() };
    let words = call.assignments.iter().chain(&call.words).chain(&call.redirects);
    let mut text = words.map(|word| readable(word)).collect::<Vec<_>>().join(" ");
    if call.stale {
        text.push_str("   (its shell remembers an older program of this name)");
    }
    text
}

fn state_of(action: &Action<'_>) -> Option<StateNumber> {
    match action {
        Action::Call(call) => Some(call.state),
        Action::Opaque(_, state) | Action::Exec(_, state) | Action::Leave(_, state) => Some(*state),
        _ => None,
    }
}

/// What is not as it is in a fresh shell of the base image.
fn told(seen: &Seen) -> String {
    let own = &seen.surroundings;
    let mut parts = Vec::new();
    if !seen.directory.is_empty() && &*seen.directory != BASE_DIRECTORY {
        parts.push(format!("in {}", environment::readable(&readable(&seen.directory))));
    }
    if !own.user.is_empty() {
        parts.push(format!("as {}", environment::readable(&own.user)));
    }
    if own.declared {
        parts.push(format!("by {}", own.shell.join(" ")));
    }
    parts.extend(own.flags.iter().cloned());
    let variables = own.environment.iter();
    parts.extend(variables.map(|(name, value)| format!("{name}={}", environment::readable(value))));
    parts.extend(seen.variables.iter().map(|(name, value)| format!("${name}{}", readable(value))));
    parts.extend(seen.options.iter().map(|option| format!("set {option}")));
    parts.extend(seen.settings.iter().map(|(name, value)| format!("{name} {}", readable(value))));
    parts.extend(seen.redirects.iter().map(|redirect| readable(redirect)));
    parts.extend(seen.taint.iter().map(|by| format!("changed by `{by}`")));
    parts.extend(seen.sandbox.iter().cloned());
    parts.join("; ")
}
