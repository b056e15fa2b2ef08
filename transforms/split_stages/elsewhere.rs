//! What tools of a project write outside of the folders that move, as its settings and scripts tell them: it would stay behind.

use super::effects::{Done, Effect, holds_others};
use super::interpreted::SCRATCH;
use super::launch::{base_name, parent_of};
use super::plan::Plan;
use super::subject::Subject;
use crate::facts::{absolute, is_within};

mod gathered;
mod scripts;

/// The first path outside of all that a plan moves where a command of the build writes, in words.
pub(super) fn written_elsewhere(subject: &Subject<'_, '_>, plan: &Plan) -> Option<String> {
    let own = subject.folder.as_deref().filter(|folder| !holds_others(folder));
    let moved: Vec<&str> = plan
        .copies
        .iter()
        .flat_map(|copy| copy.sources.iter().map(String::as_str))
        .chain(own)
        .chain(SCRATCH.iter().copied())
        .collect();
    let moves = |path: &str| moved.iter().any(|folder| is_within(path, folder));
    subject.done.iter().find_map(|done| {
        let what = match done.effect {
            Effect::Builds => gathered::stray(subject, done, &moves),
            Effect::Packages("npm" | "yarn" | "pnpm") => scripts::stray(subject, done, &moves),
            _ => None,
        };
        let line = subject.build.dockerfile.line(done.command.span.start);
        what.map(|what| format!("line {line} may write where nothing moves: {what}"))
    })
}

/// The words of a command, those that a shell decides about as `$`.
fn words<'d>(done: &'d Done<'_, '_>) -> Vec<&'d str> {
    done.command.words.iter().map(|word| word.as_deref().unwrap_or("$")).collect()
}

/// Where a file of the context lies in the image.
fn places(subject: &Subject<'_, '_>, path: &str) -> Vec<String> {
    let brings = subject.copied.iter().filter(|copied| copied.from_context);
    let place = |one: &super::copies::Brought| {
        if one.source == path {
            return Some(one.place.clone());
        }
        let rest = match one.source.as_str() {
            "" => path,
            source => path.strip_prefix(source)?.strip_prefix('/')?,
        };
        one.folder.then(|| format!("{}/{rest}", one.place.trim_end_matches('/')))
    };
    brings.flat_map(|copied| &copied.brings).filter_map(place).collect()
}

/// The folder some levels above another one.
fn above(folder: &str, levels: usize) -> &str {
    (0..levels).fold(folder, |folder, _| parent_of(folder))
}

/// A path as seen from a folder, with all `..` followed.
fn seen_from(folder: &str, path: &str) -> Option<String> {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let mut names: Vec<&str> = Vec::new();
    for name in whole.split('/').filter(|name| !name.is_empty() && *name != ".") {
        if name == ".." {
            names.pop();
        } else {
            names.push(name);
        }
    }
    absolute(&format!("/{}", names.join("/")), None)
}

/// How many of the names of a path lead upwards.
fn climbs(path: &str) -> usize {
    path.split('/').filter(|name| *name == "..").count()
}

/// The texts between quotes of a line of code.
fn quoted(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let sign = &rest[start..=start];
        let Some(end) = rest[start + 1..].find(sign) else { break };
        found.push(&rest[start + 1..start + 1 + end]);
        rest = &rest[start + end + 2..];
    }
    found
}

/// Whether a file is none of the project's own.
fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "node_modules" | "site-packages" | ".git" | ".venv"))
}

/// The name of a file without its folders, for those who ask what kind it is.
fn name_of(path: &str) -> &str {
    base_name(path)
}
