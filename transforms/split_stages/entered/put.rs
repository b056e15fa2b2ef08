//! Scripts of the project that a step puts where the container starts them: by `cp`, `mv`, `install`, a link, or a rule of make.

use super::super::effects::{Done, Effect};
use super::super::installs::{installed_by, is_install, led_to};
use super::super::launch::base_name;
use super::super::subject::{Obstacle, Subject};
use super::unread;
use crate::facts::{absolute, starts_containers};

/// The path of the image from which the one step that writes to `place` has put there what lies there.
pub(super) fn came_from(subject: &Subject<'_, '_>, place: &str) -> Option<String> {
    let brought = subject.source_text(place).is_some();
    let mut writers = subject.done.iter().filter(|done| match &done.effect {
        Effect::Writes(paths) => paths.iter().any(|path| path == place),
        _ if is_install(done) => {
            installed_by(subject, done).is_none_or(|paths| paths.iter().any(|path| path == place))
        }
        _ => false,
    });
    let (Some(done), None) = (writers.next(), writers.next()) else { return None };
    if brought || done.command.conditional() {
        return None;
    }
    if is_install(done) {
        return absolute(base_name(place), led_to(done).as_deref());
    }
    subject.put_from(done, place)
}

/// Whether a command takes carriage returns from the ends of lines, and does nothing else (POSIX, "sed").
pub(super) fn only_ends_lines(done: &Done<'_, '_>) -> bool {
    const SCRIPTS: &[&str] = &["s/\\r$//", "s/\\r$//g", "s/\\r//", "s/\\r//g"];
    let words: Option<Vec<&str>> = done.command.words.iter().map(Option::as_deref).collect();
    match words.as_deref() {
        Some(["sed", "-i", "-e", script, _, ..] | ["sed", "-i", script, _, ..]) => {
            SCRIPTS.contains(script)
        }
        _ => false,
    }
}

/// Refuses a script where a file of the project may start it with other words than CMD.
pub(super) fn is_started_alone(subject: &Subject<'_, '_>, place: &str) -> Result<(), Obstacle> {
    match subject.context.and_then(starts_containers) {
        Some(path) => Err(unread(place, &format!("may be given other words by {path}"))),
        None => Ok(()),
    }
}
