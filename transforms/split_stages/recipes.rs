//! A file in which the commands that make runs for a program of Go stand in place of make, and those of a script of the project in place
//! of the script.

use dockslim_syntax::{Edit, Edits, Span};

use super::effects::{Done, Effect};
use super::launch::base_name;
use super::makefile::{Surroundings, UNKNOWN, lines};
use super::reasons;
use super::scripted::{self, may_start};
use super::subject::{Obstacle, Subject, because};
use crate::facts::{Command, Facts, absolute, is_within};
use crate::knowledge::toolchain_of_image;

/// A file with such commands.
pub(super) struct Recipes {
    pub(super) text: String,
    /// Where each call of make or of a script stands, and what stands in its place.
    parts: Vec<(Span, Span)>,
}

/// Calls of Go that may need cgo for others than the program.
const NEEDS_CGO: &[&str] = &["-race", "-msan", "-asan", "go generate", "go run", "go tool"];

/// What joins the commands of Go.
const JOINS: &str = "CGO_ENABLED=0 ";

impl Recipes {
    /// Puts the commands in place of all calls of make and of scripts that can be read; `None` if there are none.
    pub(super) fn of(facts: &Facts<'_>) -> Option<Self> {
        let build = facts.build();
        let mut calls: Vec<(Span, String)> = Vec::new();
        for stage in &build.stages {
            let Some(image) = stage.image.as_deref() else { continue };
            let image = image.strip_prefix("docker.io/").unwrap_or(image);
            let image = image.strip_prefix("library/").unwrap_or(image);
            let Some(row) = toolchain_of_image(image) else { continue };
            let mut commands = stage.steps.iter().flat_map(|step| step.content.commands());
            // Without a build context there is nothing to read.
            let known = facts.context.is_some();
            if !known
                || !commands.any(|command| is_call_of_make(command) || may_start(&command.words))
            {
                continue;
            }
            let Ok(subject) = Subject::of(build, stage, facts.context, image, row) else {
                continue;
            };
            for done in &subject.done {
                let text = if is_make(done) && row.name == "go" {
                    in_place_of(&subject, done)
                } else {
                    scripted::in_place_of(&subject, done).and_then(Result::ok)
                };
                calls.extend(text.map(|text| (done.command.span, text)));
            }
        }
        if calls.is_empty() {
            return None;
        }
        let source = &build.dockerfile.source;
        let (mut text, mut parts, mut end) = (String::new(), Vec::new(), 0);
        for (span, commands) in calls {
            text.push_str(&source[end..span.start]);
            let start = text.len();
            text.push_str(&commands);
            parts.push((span, Span::new(start, text.len())));
            end = span.end;
        }
        text.push_str(&source[end..]);
        Some(Self { text, parts })
    }

    /// What is said of a command, with the name of what calls it.
    pub(super) fn told(&self, facts: &Facts<'_>, message: String) -> String {
        let Some(command) = message.strip_prefix("what `").and_then(|rest| rest.split('`').next())
        else {
            return message;
        };
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let holds =
            |(_, new): &&(Span, Span)| squeezed(&self.text[new.start..new.end]).contains(command);
        match self.parts.iter().find(holds) {
            Some((own, _)) => {
                let caller = squeezed(&facts.dockerfile.source[own.start..own.end]);
                format!("{message}; `{caller}` calls it")
            }
            None => message,
        }
    }

    /// The edits of such a file as edits of the file itself; not if one changes what make or a script does.
    pub(super) fn back(&self, facts: &Facts<'_>, edits: &Edits) -> Result<Edits, Obstacle> {
        let joins = |edit: &&Edit| edit.text == JOINS;
        for edit in edits.iter().filter(joins) {
            let inside = |(_, new): &&(Span, Span)| {
                edit.span.start >= new.start && edit.span.start < new.end
            };
            let Some((own, new)) = self.parts.iter().find(inside) else { continue };
            // make and a shell hand it on to all that they start.
            let all = &self.text[new.start..new.end];
            if let Some(sign) = NEEDS_CGO.iter().find(|sign| all.contains(**sign)) {
                let caller = &facts.dockerfile.source[own.start..own.end];
                let message = format!("`{caller}` also calls Go by `{sign}`, which may need cgo");
                return Err((&reasons::UNREAD_SCRIPT, message));
            }
        }
        self.moved_back(edits).ok_or_else(|| because(&reasons::LAYOUT))
    }

    fn moved_back(&self, edits: &Edits) -> Option<Edits> {
        let mut found = Edits::new();
        let mut told: Vec<usize> = Vec::new();
        for edit in edits.iter() {
            let inside = self.parts.iter().find(|(_, new)| {
                edit.span.start >= new.start && edit.span.start < new.end
                    || edit.span.start < new.start && edit.span.end > new.start
            });
            match inside {
                Some((own, new)) => {
                    if !edit.span.is_empty() || edit.text != JOINS || edit.span.start < new.start {
                        return None;
                    }
                    if !told.contains(&own.start) {
                        told.push(own.start);
                        found.insert(own.start, JOINS).ok()?;
                    }
                }
                None => {
                    let place = |at: usize| {
                        let before = self.parts.iter().filter(|(_, new)| new.end <= at);
                        before.fold(at, |at, (own, new)| at + own.len() - new.len())
                    };
                    let span = Span::new(place(edit.span.start), place(edit.span.end));
                    found.replace(span, edit.text.clone()).ok()?;
                }
            }
        }
        Some(found)
    }
}

pub(super) fn is_make(done: &Done<'_, '_>) -> bool {
    done.effect == Effect::Builds && is_call_of_make(done.command) && !done.command.conditional()
}

fn is_call_of_make(command: &Command<'_>) -> bool {
    matches!(command.program_name(), Some("make" | "gmake"))
}

/// The commands that a call of make runs, as one that has no effect on the shell around it.
fn in_place_of(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<String> {
    let dockerfile = subject.build.dockerfile;
    let folder = done.folder.as_deref()?;
    let call = done.command.call.filter(|call| call.redirects.is_empty() && !call.in_child)?;
    let (0, _) = done.command.program()? else { return None };
    let (mut goals, mut given): (Vec<&str>, Vec<(String, Option<String>)>) = Default::default();
    for (at, word) in done.command.words.iter().enumerate().skip(1) {
        let raw = done.command.raw_word(dockerfile, at);
        match word.as_deref() {
            Some(word) if word.contains('=') && !word.starts_with('-') => {
                let (name, value) = word.split_once('=')?;
                given.push((name.to_owned(), Some(value.to_owned())));
            }
            None => {
                let (name, _) = raw.split_once('=').filter(|(name, _)| !name.contains('$'))?;
                given.push((name.to_owned(), None));
            }
            Some("-s" | "--silent" | "--no-print-directory" | "-B" | "--always-make") => {}
            Some(word) if word.starts_with("-j") => {}
            Some(word) if word.starts_with('-') => return None,
            Some(word) => goals.push(word),
        }
    }
    let place = |name: &str| absolute(name, Some(folder));
    // make looks for them in this order (GNU make, "What Name to Give Your Makefile").
    let names = ["GNUmakefile", "makefile", "Makefile"];
    let text = names.iter().find_map(|name| subject.source_text(&place(name)?))?;
    let changed = subject.done.iter().any(|done| match &done.effect {
        Effect::Writes(paths) => paths.iter().any(|path| names.contains(&base_name(path))),
        _ => false,
    });
    let start = format!("cd {folder} && ");
    let is_set = |name: &str| {
        let mut exports = subject.done.iter().filter(|other| {
            other.step == done.step
                && matches!(other.command.program_name(), Some("export" | "declare" | "set"))
        });
        subject.stage.steps.get(done.step).is_none_or(|step| step.state.sets(name))
            || call.simple.assignments.iter().any(|one| dockerfile.text(one.name) == name)
            || exports.any(|other| other.command.text(dockerfile).contains(name))
    };
    let has = |name: &str| {
        place(name)
            .is_some_and(|path| subject.source_text(&path).is_some() || subject.brings(&path))
    };
    let exists = |name: &str| {
        has(name)
            || place(name).is_some_and(|path| {
                subject.folders.iter().any(|one| is_within(one, &path))
                || subject.done.iter().any(
                    |done| matches!(&done.effect, Effect::Writes(paths) if paths.contains(&path)),
                )
            })
    };
    let around =
        Surroundings { given: &given, folder, is_set: &is_set, exists: &exists, has: &has };
    let all = lines(text, &goals, &around).filter(|lines| !changed && !lines.is_empty())?;
    let odd = |c: char| c.is_whitespace() || "$*?[]\\\"'`<>();&|#".contains(c);
    if folder.contains(odd) || call.simple.assignments.iter().any(|one| one.value.is_none()) {
        return None;
    }
    let own: String = call
        .simple
        .assignments
        .iter()
        .map(|one| format!("export {} && ", dockerfile.text(one.span)))
        .collect();
    let lines: Option<Vec<String>> = all
        .iter()
        .map(|line| {
            is_told(line).then(|| format!("({start}{own}{})", line.replace(UNKNOWN, "unknown")))
        })
        .collect();
    Some(lines?.join(" && "))
}

/// Whether what is not known of a line is only linked into a program as a text, or said to people, and it is one simple command or
/// several that follow one another.
fn is_told(line: &str) -> bool {
    let mut line = line;
    while let Some((_, rest)) = line.strip_prefix("export ").and_then(|it| it.split_once(" && ")) {
        line = rest;
    }
    let odd = ["|", ";", "`", "<", ">", "if ", "for ", "while ", "\\", "(", ")", "cd ", "export "];
    if odd.iter().any(|sign| line.contains(sign)) {
        let said = line.starts_with("echo ") && !line.contains(['`', '<', '|', ';', '&', '>']);
        return said && !line.contains("$(");
    }
    let mut flags = false;
    let mut quote = None;
    let mut word = String::new();
    let mut said = line.starts_with("echo ") || line.starts_with("printf ");
    for c in line.chars().chain([' ']) {
        match (quote, c) {
            (Some(sign), c) if c == sign => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, ' ' | '\t') => {
                let linked =
                    flags || word.starts_with("-ldflags=") || word.starts_with("--ldflags=");
                if word.contains(UNKNOWN) && !linked && !said {
                    return false;
                }
                flags = matches!(word.as_str(), "-ldflags" | "--ldflags");
                said &= word != "&&";
                word.clear();
            }
            (_, c) => word.push(c),
        }
    }
    quote.is_none()
}
