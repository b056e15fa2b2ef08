//! What git leaves: a repository elsewhere, or files below the folder that it is called in (git(1), git-clone(1), git-init(1)).

use super::Effect;
use crate::facts::{absolute, is_within};

/// Options of `git clone` and `git init` that take a value.
const WITH_VALUE: &[&str] = &[
    "--branch",
    "--config",
    "--depth",
    "--filter",
    "--initial-branch",
    "--jobs",
    "--object-format",
    "--origin",
    "--reference",
    "--shallow-since",
    "--template",
    "--upload-pack",
    "-b",
    "-c",
    "-j",
    "-o",
    "-u",
];

/// What a call of git leaves, in front of which it goes to `folder`; `None` where it may write to another one that is not known to move.
pub(super) fn of_git(
    operands: &[Option<&str>],
    folder: Option<&str>,
    is_folder: &dyn Fn(&str) -> bool,
) -> Option<Effect> {
    let mut here = folder.map(str::to_owned);
    let mut rest = operands;
    let comes = |path: &str| folder.is_some_and(|it| is_within(path, it)) || is_folder(path);
    loop {
        rest = match rest {
            [Some("-C"), to, rest @ ..] => {
                let to = absolute((*to)?, here.as_deref()).filter(|to| comes(to))?;
                here = Some(to);
                rest
            }
            [Some("-c"), _, rest @ ..] => rest,
            [Some(word), ..]
                if ["--git-dir", "--work-tree"].iter().any(|it| word.starts_with(it)) =>
            {
                return None;
            }
            [Some(word), rest @ ..] if word.starts_with('-') => rest,
            _ => break,
        };
    }
    let Some((Some(verb), rest)) = rest.split_first() else { return Some(Effect::Builds) };
    let written = |path: &str| absolute(path, here.as_deref()).filter(|path| comes(path));
    match *verb {
        "clone" => cloned(rest, here.as_deref()),
        "init" => match named(rest)?.first() {
            None => Some(Effect::Builds),
            Some(path) => written(path).map(|_| Effect::Builds),
        },
        "worktree" if rest.first() == Some(&Some("add")) => {
            let path = named(&rest[1..])?.first().copied()?;
            written(path).map(|_| Effect::Builds)
        }
        "archive" | "bundle" | "format-patch" => {
            let apart =
                |word: &&str| word.starts_with('/') || word.contains("=/") || word.contains("..");
            (!rest.iter().flatten().any(apart)).then_some(Effect::Builds)
        }
        _ => Some(Effect::Builds),
    }
}

/// The words that are neither options nor their values; `None` where the files of git go to a folder of their own.
fn named<'w>(words: &[Option<&'w str>]) -> Option<Vec<&'w str>> {
    let mut found = Vec::new();
    let mut words = words.iter().flatten();
    while let Some(word) = words.next() {
        if word.starts_with("--separate-git-dir") {
            return None;
        }
        if WITH_VALUE.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            found.push(*word);
        }
    }
    Some(found)
}

/// The folder of a clone: the last word, or what the address ends in.
fn cloned(words: &[Option<&str>], here: Option<&str>) -> Option<Effect> {
    let words = named(words)?;
    let last = words.last().copied().unwrap_or_default();
    let is_address = last.contains("://") || last.contains('@');
    let end = last.trim_end_matches('/').rsplit('/').next().unwrap_or(last);
    let name = if is_address { end.trim_end_matches(".git") } else { last };
    absolute(name, here).map(Effect::Clones)
}
