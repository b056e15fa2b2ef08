//! Shell scripts of the project that a RUN starts, read as if their commands stood in the RUN.

mod asks;
mod reader;
mod setting;
mod start;
mod words;

use dockslim_syntax::shell::CommandKind;

use super::effects::{Done, Effect};
use super::gone::may_take;
use super::launch::is_shell;
use super::subject::Subject;
use crate::facts::{Content, absolute, is_within};
use reader::Reader;
use start::Start;

/// What a script does, or why it cannot be told, in words.
pub(super) type Read<T> = Result<T, String>;

/// Words of the shell that change it in ways that a script does not see, or that its own commands would.
const CHANGES_SHELL: &[&str] =
    &[".", "alias", "eval", "exec", "read", "shopt", "source", "trap", "ulimit", "umask", "unset"];

/// Programs that may change a script of the project without naming it.
const CHANGES_PROJECT: &[&str] = &["dos2unix", "git", "patch", "tar", "unzip"];

/// What stands in place of a call of a script, in which its commands are groups that have no effect on the shell around them; `None` if it
/// is no such call.
pub(super) fn in_place_of(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<Read<String>> {
    let start = started(subject, done)?;
    Some(start.and_then(|start| {
        surroundings_are_plain(subject, done, &start)
            .map_err(|why| format!("`{}` {why}", start.name))?;
        Reader::new(subject, done).whole(&start)
    }))
}

/// Why a command that starts a script of the project could not be followed.
pub(super) fn unread(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<String> {
    in_place_of(subject, done)?.err()
}

/// Whether a command may start a script, by its words alone.
pub(super) fn may_start(words: &[Option<std::borrow::Cow<'_, str>>]) -> bool {
    let word = |at: usize| words.get(at).and_then(Option::as_deref);
    match word(0) {
        Some("sh" | "bash" | "/bin/sh" | "/bin/bash" | "/usr/bin/bash") => words.len() > 1,
        Some(first) => first.contains('/'),
        None => false,
    }
}

/// The script of the project that a command starts.
fn started<'s>(subject: &Subject<'s, '_>, done: &Done<'_, '_>) -> Option<Read<Start<'s>>> {
    // What is known by its name, such as `configure`, is no script here.
    if !may_start(&done.command.words) || !matches!(done.effect, Effect::Unknown(_)) {
        return None;
    }
    let words: Option<Vec<String>> =
        done.command.words.iter().map(|word| word.as_deref().map(str::to_owned)).collect();
    // What a variable hands to a script is looked for as it stands.
    let words = words.unwrap_or_else(|| {
        let dockerfile = subject.build.dockerfile;
        (0..done.command.words.len())
            .map(|at| match done.command.words[at].as_deref() {
                Some(word) => word.to_owned(),
                None => done.command.raw_word(dockerfile, at),
            })
            .collect()
    });
    let start =
        Start::of(&words, done.folder.as_deref(), &|place| text_at(subject, place, done.step))?;
    Some(start.and_then(|start| {
        let open = done.command.words.iter().any(Option::is_none);
        match open {
            true => Err(format!("`{}` is handed what a variable says", start.name)),
            false => Ok(start),
        }
    }))
}

/// The text of the file of the build context that lies at a path when a step runs.
fn text_at<'s>(subject: &Subject<'s, '_>, place: &str, step: usize) -> Option<&'s str> {
    let context = subject.context?;
    for copied in subject.copied.iter().rev().filter(|copied| copied.step <= step) {
        for one in &copied.brings {
            if !is_within(place, &one.place) {
                continue;
            }
            // What another stage brings may be anything.
            if !copied.from_context {
                return None;
            }
            let rest = place[one.place.trim_end_matches('/').len()..].trim_start_matches('/');
            let path = match (one.source.is_empty(), rest.is_empty()) {
                (true, _) => rest.to_owned(),
                (false, true) => one.source.clone(),
                (false, false) => format!("{}/{rest}", one.source),
            };
            if context.exists(&path) {
                return context.text(&path);
            }
        }
    }
    None
}

/// What stands around the call in its RUN, and what happened to the script before it.
fn surroundings_are_plain(
    subject: &Subject<'_, '_>,
    done: &Done<'_, '_>,
    start: &Start<'_>,
) -> Read<()> {
    let place = start.place.as_str();
    let refuse = |what: &str| Err(what.to_owned());
    let Some(step) = subject.stage.steps.get(done.step) else { return refuse("is no step") };
    let Some(call) = done.command.call else { return refuse("is started without a shell") };
    if !call.redirects.is_empty() || call.in_child || done.command.conditional() {
        return refuse("is started in a pipe or a block, or what it says goes to a file");
    }
    if call.simple.assignments.iter().any(|one| one.value.is_none()) {
        return refuse("is handed an array");
    }
    let Content::Script(_, list, commands) = &step.content else {
        return refuse("is started without a shell");
    };
    let pipelines = list.statements.iter().flat_map(|statement| statement.pipelines());
    let mut parts = pipelines.flat_map(|pipeline| &pipeline.commands);
    if parts.any(|part| !matches!(part.kind, CommandKind::Simple(_))) {
        return refuse("is started beside a block");
    }
    for command in commands {
        let first = command.words.first().and_then(Option::as_deref);
        let assigns = command.words.is_empty();
        let sets = first == Some("set")
            && !command.words[1..].iter().all(|word| {
                word.as_deref().is_some_and(|word| {
                    word == "pipefail"
                        || word.strip_prefix('-').is_some_and(|letters| {
                            letters.chars().all(|letter| "euxvo".contains(letter))
                        })
                })
            });
        if assigns || sets || first.is_some_and(|first| CHANGES_SHELL.contains(&first)) {
            return refuse("is started by a shell that a command has changed");
        }
    }
    let mut deciding = ["BASH_ENV", "CDPATH", "ENV", "SHELLOPTS"].into_iter();
    if let Some(name) = deciding.find(|name| step.state.sets(name)) {
        return Err(format!("is read by a shell that {name} decides about"));
    }
    for flag in &step.instruction.flags {
        let text = subject.build.dockerfile.text(flag.span);
        let mounts = ["--mount=type=cache", "--mount=type=secret", "--mount=type=ssh"];
        let hides = text.split(',').any(|option| {
            let target = ["target=", "dst=", "destination="]
                .iter()
                .find_map(|name| option.strip_prefix(name));
            target.is_some_and(|target| {
                absolute(target, done.folder.as_deref()).is_none_or(|it| is_within(place, &it))
            })
        });
        if !mounts.iter().any(|start| text.starts_with(start)) || hides {
            return refuse("is started where something is mounted");
        }
    }
    match may_be_changed(subject, done, place) {
        true => refuse("may be changed by a step before it runs"),
        false => Ok(()),
    }
}

/// Whether a command in front of another one may change a file of the project, or take it away.
fn may_be_changed(subject: &Subject<'_, '_>, done: &Done<'_, '_>, place: &str) -> bool {
    let mut before = subject.done.iter().take_while(|other| !std::ptr::eq(*other, done));
    before.any(|other| {
        let touched = match &other.effect {
            Effect::Writes(paths) => paths.iter().any(|path| is_within(place, path)),
            Effect::Removes(paths) => paths.iter().any(|gone| may_take(gone, place)),
            Effect::Clones(path) => is_within(place, path),
            _ => false,
        };
        touched || CHANGES_PROJECT.contains(&other.command.program_name().unwrap_or_default())
    })
}

/// Whether a word names a shell that scripts are handed to.
fn reads_scripts(word: &str) -> bool {
    is_shell(word) && matches!(word, "sh" | "bash" | "/bin/sh" | "/bin/bash" | "/usr/bin/bash")
}
