//! What stands before an install: copies, and steps that they can pass.

use dockslim_contract::{BuildContext, DeclineReason};
use dockslim_syntax::{Dockerfile, Keyword};

use super::because;
use super::copies::folder;
use super::installs;
use super::reasons;
use crate::facts::{
    BuildStage, BuildStep, Copied, Unfollowed, absolute, copy_words, is_from_context,
};
use crate::pass::Refusal;

/// What stands before an install, up to a step that cannot be passed.
pub(super) struct Before<'t> {
    /// What is copied from the context, in order.
    pub(super) copies: Vec<Copied<'t>>,
    /// Other copies: their step, and where they write if that is known.
    pub(super) others: Vec<(usize, Option<String>)>,
    /// The RUNs that can be passed: their step, and the paths that they touch.
    pub(super) runs: Vec<(usize, Vec<String>)>,
    /// The manifests that such RUNs read, each with its step.
    pub(super) asks: Vec<(usize, String)>,
    /// The step that ends it, if it is a RUN.
    pub(super) end: Option<usize>,
    /// Why a COPY could not be followed.
    pub(super) unclear: Option<Refusal>,
}

impl Before<'_> {
    /// The paths that each RUN between a COPY and the install touches.
    pub(super) fn passed_by(&self, copied: &Copied<'_>) -> impl Iterator<Item = &Vec<String>> {
        self.runs.iter().filter(|(at, _)| *at > copied.step).map(|(_, touched)| touched)
    }
}

/// Whether a COPY names a folder, as far as its words tell, or the context if it is known.
pub(super) fn may_bring_folder(
    dockerfile: &Dockerfile<'_>,
    context: Option<&BuildContext>,
    step: &BuildStep<'_>,
) -> bool {
    let copy = step.instruction;
    let copies = matches!(copy.kind, Keyword::Copy | Keyword::Add) && !step.onbuild;
    if !copies || !is_from_context(dockerfile, copy) {
        return false;
    }
    let mut words = copy_words(dockerfile, copy);
    words.pop();
    words.iter().any(|word| {
        let found = context.and_then(|context| Some((context, context.matching(word)?)));
        word.ends_with(['.', '/'])
            || found.is_some_and(|(context, paths)| {
                paths.into_iter().any(|path| context.is_folder(path))
            })
    })
}

/// The rule by which a COPY that was not followed stays.
fn unfollowed(why: Unfollowed) -> &'static DeclineReason {
    match why {
        Unfollowed::Kind => &reasons::KIND_OF_COPY,
        Unfollowed::NotThere => &reasons::NO_CONTEXT,
    }
}

/// What stands before step `number`.
pub(super) fn before<'t>(
    dockerfile: &'t Dockerfile<'t>,
    context: &BuildContext,
    stage: &BuildStage<'t>,
    number: usize,
) -> Before<'t> {
    let mut before = Before {
        copies: Vec::new(),
        others: Vec::new(),
        runs: Vec::new(),
        asks: Vec::new(),
        end: None,
        unclear: None,
    };
    for at in (0..number).rev() {
        let step = &stage.steps[at];
        let here = folder(stage, step);
        match step.instruction.kind {
            _ if step.onbuild => break,
            Keyword::Copy | Keyword::Add => {
                let from_context = is_from_context(dockerfile, step.instruction);
                match Copied::of(dockerfile, context, (at, step), &here) {
                    Ok(copied) if from_context => before.copies.push(copied),
                    result => {
                        let words = copy_words(dockerfile, step.instruction);
                        let target = words.last().and_then(|word| absolute(word, Some(&here)));
                        before.others.push((at, target));
                        if from_context && may_bring_folder(dockerfile, Some(context), step) {
                            before.unclear = result.err().map(|why| because(unfollowed(why)));
                        }
                    }
                }
            }
            Keyword::Env | Keyword::Arg | Keyword::User | Keyword::Workdir | Keyword::Shell => {}
            Keyword::Label | Keyword::Expose | Keyword::Stopsignal | Keyword::Maintainer => {}
            Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck => {}
            Keyword::Run => match installs::may_be_passed(dockerfile, stage, step, &here) {
                Some((touched, asks)) => {
                    before.runs.push((at, touched));
                    before.asks.extend(asks.into_iter().map(|place| (at, place)));
                }
                None => {
                    before.end = Some(at);
                    break;
                }
            },
            _ => break,
        }
    }
    before.copies.reverse();
    before
}
