//! Projects whose packages poetry or pipenv installs into the image itself.

use super::super::effects::Done;
use super::super::launch::{base_name, parent_of};
use super::super::places::environments;
use super::super::subject::Subject;
use crate::facts::absolute;

/// The calls of poetry and pipenv.
fn calls<'s, 'f, 't>(subject: &'s Subject<'f, 't>) -> impl Iterator<Item = &'s Done<'f, 't>> {
    subject.done.iter().filter(|done| {
        let program = done.command.words.first().and_then(Option::as_deref);
        program.is_some_and(|program| matches!(program, "poetry" | "pipenv"))
    })
}

/// Whether one of them installs.
pub(super) fn are_called(subject: &Subject<'_, '_>) -> bool {
    calls(subject).next().is_some()
}

/// What of these calls is not known, in words.
pub(super) fn unknown(subject: &Subject<'_, '_>) -> Option<String> {
    let calls: Vec<&Done<'_, '_>> = calls(subject).collect();
    let first = calls.first()?;
    if !environments(subject).is_empty() {
        let line = subject.build.dockerfile.line(first.command.span.start);
        return Some(format!("line {line} may install into an environment"));
    }
    let has = |done: &Done<'_, '_>, word: &str| {
        done.command.words.iter().flatten().any(|one| *one == *word)
    };
    // Its settings lie in the home of whoever built.
    let configured = calls.iter().any(|done| has(done, "config"));
    if configured && starts(subject, "poetry") {
        return Some("the container calls `poetry`, whose settings stay behind".to_owned());
    }
    for done in calls.iter().filter(|done| has(done, "install") || has(done, "sync")) {
        let poetry = has(done, "poetry");
        let name = if poetry { "pyproject.toml" } else { "Pipfile" };
        let path = absolute(name, done.folder.as_deref());
        let Some(text) = path.as_deref().and_then(|path| subject.source_text(path)) else {
            return Some(format!("the build context shows no {name}"));
        };
        let local = |text: &str| text.contains("path =") || text.contains("git =");
        if local(text) || text.contains("file =") {
            return Some(format!("{name} takes packages from elsewhere than PyPI"));
        }
        let settings =
            path.as_deref().and_then(|path| absolute("poetry.toml", Some(parent_of(path))));
        if settings.is_some_and(|path| subject.source_text(&path).is_some()) {
            return Some("poetry.toml may say where packages go".to_owned());
        }
        if poetry && !has(done, "--no-root") && !is_plain(text) {
            return Some(format!("{name} may build more than it installs"));
        }
    }
    None
}

/// Whether a project that poetry installs is only pointed to.
fn is_plain(text: &str) -> bool {
    let back_end = text.lines().find(|line| line.trim_start().starts_with("build-backend"));
    let own = back_end.is_none_or(|line| line.contains("poetry.core.masonry.api"));
    own && !text.contains("[tool.poetry.build]")
        && !text.lines().any(|line| line.trim_start().starts_with("build ="))
}

/// Whether the container starts a program, or a script of the project names it.
fn starts(subject: &Subject<'_, '_>, program: &str) -> bool {
    let words = |text: &str| {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)))
            .any(|it| it == program)
    };
    let Some(context) = subject.context else { return true };
    let mut started = subject.launch.commands.iter().flatten().flatten();
    let mut files = context.entries().filter(|(path, _)| {
        let name = base_name(path);
        name.ends_with(".sh") || name.ends_with(".py") || !name.contains('.')
    });
    started.any(|word| words(word))
        || files.any(|(path, _)| {
            !base_name(path).starts_with("Dockerfile") && context.text(path).is_some_and(words)
        })
}

/// The names of the packages that their lockfiles list.
pub(super) fn locked(subject: &Subject<'_, '_>) -> Vec<String> {
    let Some(context) = subject.context.filter(|_| are_called(subject)) else { return Vec::new() };
    let mut found = Vec::new();
    for (path, _) in context.entries() {
        let text = context.text(path).unwrap_or_default();
        let names: Box<dyn Iterator<Item = &str>> = match base_name(path) {
            "poetry.lock" => Box::new(text.lines().filter_map(|line| line.strip_prefix("name = "))),
            "Pipfile.lock" => {
                Box::new(text.lines().filter_map(|line| line.trim().strip_suffix(": {")))
            }
            _ => continue,
        };
        found.extend(names.map(|name| name.trim_matches('"').to_owned()));
    }
    found
}
