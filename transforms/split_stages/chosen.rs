//! Programs that a script chooses in a folder.

use super::compiled::{Made, RunsOn};
use super::effects::Effect;
use super::subject::Subject;
use crate::facts::is_within;

/// Whether a folder holds programs that need nothing and were all made by the compiler, and nothing else.
pub(super) fn fills(subject: &Subject<'_, '_>, made: &Made, folder: &str) -> bool {
    let inside = |path: &String| path != folder && is_within(path, folder);
    let others = subject.done.iter().any(|done| match &done.effect {
        Effect::Writes(paths) => paths.iter().any(|path| is_within(path, folder)),
        _ => false,
    });
    let brought = subject.copied.iter().flat_map(|copied| &copied.brings);
    made.runs_on == RunsOn::Nothing
        && made.artefacts.iter().any(inside)
        && !others
        && !subject.brings(folder)
        && !{ brought }.any(|one| is_within(&one.place, folder))
}
