//! Calls of `tar` that unpack an archive of the project, with what an ADD of it would bring (GNU tar manual, "Option Summary").

use std::borrow::Cow;

use dockslim_contract::{Added, BuildContext};

use super::called::kept;
use super::runtime::Runtime;
use crate::compare::folders::is_within;
use crate::compare::mounts::is_root_image;
use crate::program::{Action, Call, Demand, Step, Transfer, visit};
use crate::shell::{States, plain};
use crate::stages::{Build, Stage};

/// A build with what such calls bring behind them, where there are any that can be followed.
pub(super) fn followed<'t>(
    build: &Build<'t>,
    states: &States,
    context: Option<&BuildContext>,
) -> Option<Build<'t>> {
    context?.archives().next()?;
    let mut found: Option<Build<'t>> = None;
    for (number, stage) in build.stages.iter().enumerate() {
        let view = Runtime::of_stage(states, context, stage);
        let mut steps = Vec::new();
        for (at, step) in stage.steps.iter().enumerate() {
            match view.untarred(step, stage, &stage.steps[..at]) {
                Some(brings) => steps.extend([kept(step), brings]),
                None => steps.push(step.clone()),
            }
        }
        if steps.len() > stage.steps.len() {
            found.get_or_insert_with(|| build.clone()).stages[number].steps = steps;
        }
    }
    found
}

/// Options of one letter that change nothing about what is unpacked.
const PLAIN: &[char] = &['x', 'z', 'v', 'p'];

impl<'t> Runtime<'_, 't> {
    /// The ADD that does what a step does, which stands behind `earlier` ones.
    fn untarred(
        &self,
        step: &Step<'t>,
        stage: &Stage<'t>,
        earlier: &[Step<'t>],
    ) -> Option<Step<'t>> {
        let Action::Call(call) = &step.action else { return None };
        let bare = call.redirects.is_empty() && call.inner.is_empty();
        if step.demand != Demand::Must || !bare || !self.is_roots(call, stage) {
            return None;
        }
        let (archive, folder) = told(call)?;
        let archive = self.path(archive, call)?;
        let folder = self.path(folder.unwrap_or("."), call)?;
        let context = self.context?;
        let mut sources = earlier.iter().filter_map(|step| {
            let Action::Copy(copy) = &step.action else { return None };
            let Some(whole) = self.whole(step) else {
                // It may bring the archive of another stage, or one that nobody knows.
                return is_within(&archive, copy.destination.trim_end_matches('/')).then_some(None);
            };
            let mut there = whole.candidates(&archive).into_iter().filter(|it| context.exists(it));
            let source = there.next()?;
            Some((!copy.adds && there.next().is_none()).then_some(source))
        });
        let source = sources.next()??;
        let known = matches!(context.added(&source)?, Added::Unpacked(_));
        if !known || sources.next().is_some() || self.is_touched(&archive, earlier) {
            return None;
        }
        let transfer = Transfer {
            adds: true,
            from: None,
            sources: vec![Cow::Owned(source)],
            documents: Vec::new(),
            destination: Cow::Owned(format!("{}/", folder.trim_end_matches('/'))),
            flags: Vec::new(),
        };
        let adds = Step { action: Action::Copy(transfer), ..step.clone() };
        self.whole(&adds).is_some().then_some(adds)
    }

    /// Whether root makes a call, who gives files to the owners that they have in an archive.
    fn is_roots(&self, call: &Call<'_>, stage: &Stage<'_>) -> bool {
        match self.states.seen(call.state).surroundings.user.as_str() {
            "" => is_root_image(&stage.image),
            user => matches!(user, "root" | "0"),
        }
    }

    /// Whether a step in front may have written another file in the place of the archive.
    fn is_touched(&self, archive: &str, earlier: &[Step<'t>]) -> bool {
        let name = archive.rsplit('/').next().unwrap_or(archive);
        let mut found = false;
        visit(earlier, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let unpacks = told(call).is_some() || call.words.first().is_some_and(|one| one == ":");
            let parent = archive.strip_suffix(name).map(|parent| parent.trim_end_matches('/'));
            let names = |text: &str| text.contains(name);
            found |= call.redirects.iter().any(|text| names(text));
            found |= !unpacks && call.words.iter().any(|word| names(word));
            // What a pattern or a folder stands for may have its name.
            let puts =
                call.words.first().is_some_and(|one| ["cp", "install", "mv"].contains(&&**one));
            let target = call.words.last().and_then(|word| self.path(word, call));
            found |=
                puts && target.is_none_or(|target| Some(target.trim_end_matches('/')) == parent);
        });
        found
    }
}

/// The archive and the folder that a call of `tar` names, which unpacks all of that archive.
fn told<'c>(call: &'c Call<'_>) -> Option<(&'c str, Option<&'c str>)> {
    let (program, words) = call.words.split_first()?;
    if !matches!(plain(program)?, "tar" | "/bin/tar" | "/usr/bin/tar") {
        return None;
    }
    let (mut archive, mut folder, mut unpacks) = (None, None, false);
    let mut at = 0;
    while at < words.len() {
        let word: &str = &words[at];
        let next = || words.get(at + 1).map(|next| &**next);
        let (option, takes) = match word.strip_prefix("--").map(|long| long.split_once('=')) {
            Some(Some((name, value))) => match name {
                "file" => (archive.replace(value).is_none(), 1),
                "directory" => (folder.replace(value).is_none(), 1),
                _ => return None,
            },
            Some(None) => match &word[2..] {
                "file" => (archive.replace(next()?).is_none(), 2),
                "directory" => (folder.replace(next()?).is_none(), 2),
                "extract" => {
                    unpacks = true;
                    (true, 1)
                }
                "gzip" | "verbose" => (true, 1),
                _ => return None,
            },
            None if word == "-C" => (folder.replace(next()?).is_none(), 2),
            None if at == 0 || word.starts_with('-') => {
                let letters = word.trim_start_matches('-');
                unpacks |= letters.contains('x');
                let (letters, takes) = match letters.strip_suffix('f') {
                    Some(rest) => (rest, 2),
                    None => (letters, 1),
                };
                let single = takes == 1 || archive.replace(next()?).is_none();
                (single && letters.chars().all(|one| PLAIN.contains(&one)), takes)
            }
            None => return None,
        };
        if !option {
            return None;
        }
        at += takes;
    }
    Some((archive.filter(|_| unpacks)?, folder))
}
