//! Folders that a WORKDIR has made, which a program may expect to be there, empty or not.

use dockslim_syntax::Keyword;

use super::effects::{Effect, is_system_folder};
use super::gone::{Fate, fate};
use super::interpreted::SCRATCH;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::is_within;

/// Folders in which images of compilers keep what they fetch (docker-library).
const OF_COMPILERS: &[&str] = &["/go", "/home/gradle", "/root", "/usr"];

/// Takes folders along that the build has made and left empty.
pub(super) fn take(subject: &Subject<'_, '_>, plan: &mut Plan) -> Result<(), Obstacle> {
    let steps = &subject.stage.steps;
    let first = plan
        .stays
        .and_then(|span| steps.iter().position(|step| step.instruction.span.start == span.start));
    let mut brought: Vec<(String, bool)> = Vec::new();
    for copy in &plan.copies {
        match copy.target.ends_with('/') {
            true => brought.extend(copy.sources.iter().map(|source| (source.clone(), false))),
            false => brought.push((copy.target.clone(), true)),
        }
    }
    for folder in lost(subject, &brought, first)? {
        let of_compilers = OF_COMPILERS.iter().any(|own| is_within(&folder, own));
        if !of_compilers && !is_worked_in(subject, &folder) {
            plan.take(subject, &folder, true);
        }
    }
    Ok(())
}

/// The folders that WORKDIR has made above step `first` of the tail, and that are neither among the paths that are brought, with
/// whether each is a folder, nor on the way to them.
pub(super) fn lost(
    subject: &Subject<'_, '_>,
    brought: &[(String, bool)],
    first: Option<usize>,
) -> Result<Vec<String>, Obstacle> {
    let steps = &subject.stage.steps;
    let fills = |kind: Keyword| matches!(kind, Keyword::Run | Keyword::Copy | Keyword::Add);
    let end = first.unwrap_or(steps.len());
    let tail = steps[..end].iter().rposition(|step| fills(step.instruction.kind));
    let tail = tail.map_or(0, |last| last + 1);
    // The new stage enters these itself, or copies to them.
    let mut kept: Vec<String> =
        (tail..=steps.len()).filter_map(|number| subject.folder_at(number)).collect();
    let stay = subject.copied.iter().filter(|copied| copied.step >= tail);
    kept.extend(stay.flat_map(|copied| &copied.brings).map(|one| one.place.clone()));
    let mut found: Vec<String> = Vec::new();
    for (number, step) in steps[..tail].iter().enumerate() {
        if step.instruction.kind != Keyword::Workdir {
            continue;
        }
        let Some(made) = subject.folder_at(number + 1) else { continue };
        let scratch = SCRATCH.iter().any(|folder| is_within(&made, folder));
        let there = kept.iter().chain(&found).any(|path| is_within(path, &made))
            || brought
                .iter()
                .any(|(path, folder)| is_within(path, &made) || *folder && is_within(&made, path));
        // Images of Node come with it (docker-node, "Non-root User").
        let of_node = subject.toolchain.name == "node" && made == "/home/node";
        if scratch
            || there
            || of_node
            || is_system_folder(&made)
            || matches!(fate(subject, &made), Fate::Gone(_))
        {
            continue;
        }
        // Builders differ in whom it belongs to (moby/buildkit, "WORKDIR").
        if !subject.stage.is_root(step) && subject.owner(&made).is_none() {
            let line = subject.build.dockerfile.line(step.instruction.span.start);
            let message = format!("WORKDIR in line {line} makes `{made}` for a user");
            return Err((&reasons::OWNERS, message));
        }
        found.retain(|path| !is_within(&made, path));
        found.push(made);
    }
    Ok(found)
}

/// Whether a step works in a folder, so that it is one of the build.
fn is_worked_in(subject: &Subject<'_, '_>, folder: &str) -> bool {
    let near = |path: &str| is_within(path, folder) || is_within(folder, path);
    let brings = subject.copied.iter().flat_map(|copied| &copied.brings);
    let runs = subject.done.iter().any(|done| {
        let writes = match &done.effect {
            Effect::Writes(paths) | Effect::MakesFolder(paths) | Effect::Removes(paths) => {
                paths.iter().any(|path| is_within(path, folder))
            }
            Effect::Clones(path) => near(path),
            _ => false,
        };
        // These leave nothing there.
        let quiet = ["chgrp", "chmod", "chown", "echo", "ls", "pwd"];
        let quiet = done.command.program_name().is_some_and(|name| quiet.contains(&name));
        let works = done.folder.as_deref().is_none_or(|place| is_within(place, folder));
        writes || works && !quiet
    });
    runs || brings.into_iter().any(|one| near(&one.place))
}
