//! Heeds the comments that ask to leave something alone, for every pass.

use std::collections::{BTreeMap, HashSet};

use super::touch;
use dockslim_contract::{Decline, DeclineReason, Findings};
use dockslim_syntax::{Dockerfile, Span};
use dockslim_transforms::{Facts, NAMES, PIPELINE, Suppression, Suppressions, Transform};

/// Why a rewrite is not made where a comment asks to leave something as it is.
static KEPT: DeclineReason =
    DeclineReason { name: "kept", summary: "a comment asks to leave it as it is" };

/// The comments that some pass had something to say about.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// By text, and number among comments of the same text: comments move, but none is lost.
    heeded: HashSet<(String, usize)>,
}

impl Kept {
    /// Makes declines of the rewrites that a comment forbids.
    pub(super) fn hold(&mut self, pass: &Transform, facts: &Facts<'_>, findings: &mut Findings) {
        let (suppressions, source) = (&facts.suppressions, facts.dockerfile.source);
        for (number, one) in numbered(suppressions, source) {
            let speaks = || {
                // A pass that heeds a comment itself may say so of what stands beside it.
                let heeds = |decline: &Decline| {
                    decline.reason.name == KEPT.name
                        && decline.message == one.says(facts.dockerfile)
                };
                findings.rewrites.iter().any(|rewrite| one.concerns(rewrite, source))
                    || findings.declines.iter().any(|decline| touch(one.reach, decline.at))
                    || findings.declines.iter().any(heeds)
            };
            if one.names(pass.name) && speaks() {
                self.heeded.insert((one.comment.of(source).to_owned(), number));
            }
        }
        let declines = &mut findings.declines;
        findings.rewrites.retain(|rewrite| {
            let Some(one) = suppressions.forbids(pass.name, rewrite, source) else { return true };
            let message = one.says(facts.dockerfile);
            declines.push(Decline { reason: &KEPT, at: rewrite.at, message });
            false
        });
    }

    /// What is wrong with the comments of the original text, each with its name: those that are not understood, and those for
    /// which no pass had anything to say. `ran` tells whether a pass was asked.
    pub(super) fn complaints(
        &self,
        dockerfile: &Dockerfile<'_>,
        ran: impl Fn(&str) -> bool,
    ) -> Vec<(Span, &'static str, String)> {
        let suppressions = Suppressions::of(dockerfile);
        let mut complaints = Vec::new();
        for (number, one) in numbered(&suppressions, dockerfile.source) {
            if let Some(problem) = &one.problem {
                complaints.push((one.comment, "bad-keep", problem.clone()));
                continue;
            }
            let mut passes = PIPELINE.iter().filter(|pass| one.names(pass.name)).peekable();
            // What keeps the formatter off is used when it runs.
            let judged = one.own && passes.peek().is_some() && !one.names_formatter();
            let heeded = || {
                let text = one.comment.of(dockerfile.source).to_owned();
                self.heeded.contains(&(text, number))
            };
            if judged && passes.all(|pass| ran(pass.name)) && !heeded() {
                let message = "no pass would change anything here; the comment can go".to_owned();
                complaints.push((one.comment, "unused-keep", message));
            }
        }
        complaints
    }
}

/// Each with its number among those with the same text.
fn numbered<'s>(
    suppressions: &'s Suppressions,
    source: &str,
) -> impl Iterator<Item = (usize, &'s Suppression)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let numbered = suppressions.iter().map(|one| {
        let number = seen.entry(one.comment.of(source)).or_default();
        *number += 1;
        (*number, one)
    });
    numbered.collect::<Vec<_>>().into_iter()
}

/// Whether an instruction that both texts hold is kept from other passes in the new one, because it has moved.
pub(super) fn escapes(before: &Dockerfile<'_>, after: &Dockerfile<'_>) -> bool {
    let (old, new) = (Suppressions::of(before), Suppressions::of(after));
    if old.is_empty() {
        return false;
    }
    let (old, new) = (holds(before, &old), holds(after, &new));
    old.iter()
        .any(|(text, kept)| new.get(text).is_some_and(|now| now.len() == kept.len() && now != kept))
}

/// What each instruction is kept from, by its text.
fn holds<'t>(
    dockerfile: &Dockerfile<'t>,
    suppressions: &Suppressions,
) -> BTreeMap<&'t str, Vec<Vec<&'static str>>> {
    let mut holds: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for (_, instruction) in dockerfile.instructions() {
        let kept =
            NAMES.into_iter().filter(|name| suppressions.keeps(name, instruction.lines).is_some());
        holds.entry(dockerfile.raw(instruction.span)).or_default().push(kept.collect());
    }
    holds.values_mut().for_each(|kept| kept.sort_unstable());
    holds
}
