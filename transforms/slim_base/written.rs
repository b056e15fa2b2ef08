//! Texts that a step writes, and where in a step something is named.

use dockslim_syntax::{Dockerfile, Keyword};

use super::files::{of_name, says_commands};
use super::needs::{Candidate, Needs};
use crate::facts::{BuildStep, Command};
use crate::knowledge::FullPackage;

impl Needs {
    /// Looks for texts that show a use of something, and notes the first command of the step that holds one: what it installs in front of
    /// that is there.
    pub(super) fn signs(
        &mut self,
        (dockerfile, step): (&Dockerfile<'_>, &BuildStep<'_>),
        text: &str,
        at: usize,
        lacking: &[&'static FullPackage],
    ) {
        // What a condition decides may not be there.
        let sure =
            step.content.commands().iter().all(|command| {
                command.call.is_some_and(|call| !call.conditional && !call.in_child)
            });
        let place = |sign: &str| {
            if !sure {
                return at;
            }
            let mut commands = step.content.commands().iter();
            let holder = commands.find(|command| command.text(dockerfile).contains(sign));
            holder.map_or(at, |command| command.span.start)
        };
        for package in lacking {
            let sources = package.sources.iter().filter(|_| !package.builds);
            let signs = package.signs.iter().chain(sources);
            let used = signs.filter(|sign| text.contains(sign.as_str()));
            if let Some(first) = used.map(|sign| place(sign)).min() {
                self.add(package, first);
            }
        }
    }

    /// Whether each word of what echo or printf writes may be a program: of a table of cron, and of a script that the container starts.
    /// Scripts of the context that it names are followed.
    pub(super) fn writes(
        &mut self,
        candidate: Candidate<'_, '_>,
        name: &str,
        pieces: &[&str],
        command: &Command<'_>,
    ) -> bool {
        if !WRITERS.contains(&name) {
            return false;
        }
        for piece in
            pieces.iter().flat_map(|piece| piece.split("\\n")).flat_map(|line| line.split("\\t"))
        {
            let script = |(path, text): &(&str, &str)| {
                path.ends_with(".sh") || path.ends_with(".bash") || text.starts_with("#!")
            };
            let found = of_name(candidate, piece).filter(script);
            self.scripts.extend(found.map(|(path, _)| path.to_owned()));
        }
        let words: Vec<&str> = command.words.iter().flatten().skip(1).map(|word| &**word).collect();
        let table = |text: &str| says_commands("", &text.replace("\\n", "\n").replace("\\t", " "));
        let dockerfile = candidate.build.dockerfile;
        let text = command.text(dockerfile);
        let path = target(&text);
        let starts = |step: &BuildStep<'_>| {
            let starts = matches!(step.instruction.kind, Keyword::Cmd | Keyword::Entrypoint);
            starts && path.is_some_and(|path| step.text(dockerfile).contains(path))
        };
        words.iter().any(|text| table(text))
            || table(&words.join(" "))
            || candidate.stage.steps.iter().any(starts)
    }
}

/// Programs that write what they are told.
const WRITERS: [&str; 2] = ["echo", "printf"];
/// Programs beside them that change nothing in a script that they name.
const LEAVING: [&str; 4] = ["chgrp", "chmod", "chown", "ls"];

/// The file that a command writes to, if that is a path without variables.
fn target(text: &str) -> Option<&str> {
    let (front, path) = text.rsplit_once('>')?;
    let path = path.trim().trim_matches(['"', '\'']);
    let plain = path.starts_with('/')
        && path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    (plain && !front.ends_with('&')).then_some(path)
}

/// Whether a script is what echo and printf write in the stage, word for word, and nothing else has to do with it.
pub(super) fn is_written(candidate: Candidate<'_, '_>, script: &str) -> bool {
    let dockerfile = candidate.build.dockerfile;
    let mut written = false;
    for step in &candidate.stage.steps {
        if matches!(step.instruction.kind, Keyword::Cmd | Keyword::Entrypoint) {
            continue;
        }
        if step.instruction.kind != Keyword::Run {
            if step.text(dockerfile).contains(script) {
                return false;
            }
            continue;
        }
        for command in step.content.commands() {
            let text = command.text(dockerfile);
            let name = command.program_name().unwrap_or_default();
            if !text.contains(script) || LEAVING.contains(&name) {
                continue;
            }
            let literal = command.words.iter().all(Option::is_some);
            if !WRITERS.contains(&name) || !literal || target(&text) != Some(script) {
                return false;
            }
            written = true;
        }
    }
    written
}
