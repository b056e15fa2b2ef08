//! Steps of a last stage that only ready what it brings: any system makes folders and changes modes in the same way.
//!
//! Sources: POSIX, "mkdir" and "chmod"; busybox, "BusyBox - The Swiss Army Knife of Embedded Linux".

use dockslim_syntax::Keyword;

use super::effects::{Effect, is_system_folder};
use super::launch::base_name;
use super::subject::Subject;
use crate::facts::{BuildStep, Command, absolute, is_within};

/// Whether all RUNs of a stage that gets something from another one ready nothing but what the stage itself brings or makes.
pub(super) fn is_all(subject: &Subject<'_, '_>) -> bool {
    let source = subject.build.dockerfile.source;
    let steps = &subject.stage.steps;
    let takes = |step: &BuildStep<'_>| step.instruction.flag("from", source).is_some();
    let mut runs = steps.iter().filter(|step| step.instruction.kind == Keyword::Run);
    steps.iter().any(takes) && runs.all(|step| readies(subject, step))
}

fn readies(subject: &Subject<'_, '_>, step: &BuildStep<'_>) -> bool {
    let commands = step.content.commands();
    let bare = step.instruction.flags.is_empty() && step.instruction.heredocs.is_empty();
    bare && subject.stage.is_root(step)
        && !commands.is_empty()
        && commands.iter().all(|command| is_plain(subject, step, command))
}

/// Whether a command makes folders with those above them, or changes modes of what is there on any base, with options that all systems have.
fn is_plain(subject: &Subject<'_, '_>, step: &BuildStep<'_>, command: &Command<'_>) -> bool {
    let words: Option<Vec<&str>> = command.words.iter().map(Option::as_deref).collect();
    let Some([program, words @ ..]) = words.as_deref() else { return false };
    let sure = |word: &&str| !word.contains(['*', '?', '[', '{', '~']);
    if command.conditional() || !words.iter().all(sure) {
        return false;
    }
    let (options, operands): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| word.starts_with('-'));
    match *program {
        "mkdir" => options == ["-p"],
        "chmod" => {
            let own = |path: &&str| {
                let path = absolute(path, step.state.workdir.as_deref());
                path.is_some_and(|path| is_own(subject, &path))
            };
            options.iter().all(|option| *option == "-R") && operands.iter().skip(1).all(own)
        }
        _ => false,
    }
}

/// Whether a step of the stage puts something to a path, or below a folder that is none of every system.
fn is_own(subject: &Subject<'_, '_>, path: &str) -> bool {
    let brought = subject.copied.iter().flat_map(|copied| &copied.brings).flat_map(|one| {
        // What looks like a folder by its name may be a file that goes into one.
        let inside = format!("{}/{}", one.place.trim_end_matches('/'), base_name(&one.source));
        [one.place.clone(), inside]
    });
    let made = subject.done.iter().flat_map(|done| match &done.effect {
        Effect::MakesFolder(paths) => paths.clone(),
        _ => Vec::new(),
    });
    let led = subject.stage.steps.iter().any(|step| step.instruction.kind == Keyword::Workdir);
    let mut places = brought.chain(made).chain(subject.folder.clone().filter(|_| led));
    places.any(|place| {
        path == place
            || is_within(path, &place) && !is_system_folder(&place)
            || is_within(&place, path) && !is_system_folder(path)
    })
}
