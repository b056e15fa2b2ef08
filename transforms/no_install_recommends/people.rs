//! Whether people work in the containers of an image, who use more than the file shows.

use dockslim_syntax::Keyword;

use super::Install;
use crate::facts::{Base, Build, BuildStage, Content};
use crate::knowledge::program_names;

/// Shells that wait for somebody to type.
const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "zsh", "fish"];

/// Whether an install is part of an image that starts a shell, or whatever its base image starts.
pub(super) fn is_for_people(install: &Install<'_, '_>) -> bool {
    let (build, own) = (install.build, install.stage.stage.index);
    let images = build.stages.iter().filter(|stage| {
        let index = stage.stage.index;
        let below =
            |other: &BuildStage<'_>| other.stage.ships && other.stage.base == Base::Stage(index);
        stage.stage.ships && build.builds_on(&stage.stage, own) && !build.stages.iter().any(below)
    });
    images.into_iter().any(|stage| {
        let started = started(build, stage);
        started.is_empty() || opens_shell(&started)
    })
}

/// The words of ENTRYPOINT and CMD, of a script its last command; `None` for a word that is not known.
fn started<'b>(build: &'b Build<'_>, stage: &BuildStage<'_>) -> Vec<Option<&'b str>> {
    let words = |kind: Keyword| {
        let stages = build.stages.iter();
        let stages = stages.filter(|below| build.builds_on(&stage.stage, below.stage.index));
        let mut steps = stages.flat_map(|stage| &stage.steps);
        let last = steps.rfind(|step| !step.onbuild && step.instruction.kind == kind);
        match last.map(|step| &step.content) {
            Some(Content::Unread(_)) => vec![None],
            Some(content) => {
                let words = content.commands().last().into_iter().flat_map(|last| &last.words);
                words.map(Option::as_deref).collect()
            }
            None => Vec::new(),
        }
    };
    [words(Keyword::Entrypoint), words(Keyword::Cmd)].concat()
}

/// Whether the words end with a shell that has nothing to run: `bash -l`, but not `bash -c start`.
fn opens_shell(words: &[Option<&str>]) -> bool {
    let is_shell = |word: &str| program_names(word).any(|name| SHELLS.contains(&name));
    let waits = |option: &Option<&str>| {
        option.is_some_and(|option| option.starts_with('-') && !option.ends_with('c'))
    };
    words
        .iter()
        .enumerate()
        .any(|(at, word)| word.is_some_and(is_shell) && words[at + 1..].iter().all(waits))
}
