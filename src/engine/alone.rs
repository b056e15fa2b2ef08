//! Each rewrite by itself, for those who take one and leave another.

use dockslim_proof::{Build, same_instructions};
use dockslim_syntax::{Dockerfile, Edits, Known, parse};
use dockslim_transforms::Facts;
use rayon::prelude::*;

use super::{Remark, Run, Settings};

/// A rewrite of the original text that is right by itself.
#[derive(Clone, Debug)]
pub struct Single {
    /// What it speaks of.
    pub remark: Remark,
    /// Its edits, in bytes of the original text.
    pub edits: Edits,
}

/// The rewrites that the passes propose for `source` as it stands, of all levels, each only if it does no harm and the proof accepts it
/// without the others. What a pass would find in the result of another is not among them.
pub fn alone(source: &str, settings: &Settings) -> Vec<Single> {
    let dockerfile = parse(source);
    let proposals = proposals(&dockerfile, settings);
    let changes: Vec<Change<'_>> =
        proposals.iter().map(|one| (Some(one.remark.pass), &one.edits)).collect();
    let right = right(&dockerfile, settings, &changes, &|| true).unwrap_or_default();
    proposals.into_iter().zip(right).filter_map(|(one, right)| right.then_some(one)).collect()
}

/// The same before anybody has proved any of it, which takes most of the time.
fn proposals(dockerfile: &Dockerfile<'_>, settings: &Settings) -> Vec<Single> {
    let mut run = Run::new(dockerfile.source, settings);
    let facts = Facts::of(dockerfile, &settings.options, settings.context.as_deref());
    let passes = run.passes.clone();
    let findings = passes.par_iter().map(|pass| (pass.run)(&facts, &settings.options));
    let mut found = Vec::new();
    for (pass, findings) in passes.iter().zip(findings.collect::<Vec<_>>()) {
        for rewrite in run.allowed(pass, &facts, findings).rewrites {
            let remark = run.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason);
            found.push(Single { remark, edits: rewrite.edits });
        }
    }
    found.sort_by_key(|single| single.remark.at.start);
    found
}

/// The proposals, and what decides which of them are right: worked out at the same time, for whoever waits for both.
pub fn proposals_and_judge<'d>(
    dockerfile: &'d Dockerfile<'d>,
    settings: &'d Settings,
) -> (Vec<Single>, Judge<'d>) {
    let mut found = Vec::new();
    let judge = rayon::in_place_scope(|scope| {
        scope.spawn(|_| found = proposals(dockerfile, settings));
        Judge::of(dockerfile, settings)
    });
    (found, judge)
}

/// A change of a file: a rewrite of a pass, or of no pass, which leaves all instructions as they are.
pub type Change<'e> = (Option<&'static str>, &'e Edits);

/// So many changes are not worth another thread, which has to build the file anew.
pub const FEW: usize = 8;

/// Which of these changes of a file do no harm and are accepted by the proof, each without the others. `None` once nobody waits for the
/// answer, as `wanted` says, which is asked before each proof.
pub fn right(
    dockerfile: &Dockerfile<'_>,
    settings: &Settings,
    changes: &[Change<'_>],
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<bool>> {
    let share = changes.len().div_ceil(rayon::current_num_threads()).max(FEW);
    let shares = changes.par_chunks(share);
    let answers = shares.map(|share| Judge::of(dockerfile, settings).all(share, wanted));
    answers.collect::<Option<Vec<_>>>().map(|answers| answers.concat())
}

/// Decides which changes of a file are right. What it knows of the file is worked out once.
pub struct Judge<'d> {
    dockerfile: &'d Dockerfile<'d>,
    run: Run<'d>,
    build: Build<'d>,
    known: Known<'d>,
}

impl<'d> Judge<'d> {
    /// Looks at a file.
    pub fn of(dockerfile: &'d Dockerfile<'d>, settings: &'d Settings) -> Self {
        let mut run = Run::new(dockerfile.source, settings);
        let build = run.prover.build(dockerfile);
        Self { dockerfile, run, build, known: Known::of(dockerfile) }
    }

    /// As [`right`]: rewrites one after the other, and meanwhile what no pass has made, which needs no build.
    pub fn all(
        &mut self,
        changes: &[Change<'_>],
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<bool>> {
        let Self { dockerfile, run, build, known } = self;
        let (dockerfile, known) = (*dockerfile, &*known);
        let (comments, rewrites): (Vec<Change<'_>>, Vec<_>) =
            changes.iter().partition(|(pass, _)| pass.is_none());
        let changes_nothing = |edits: &Edits| {
            let text = edits.apply(dockerfile.source);
            let after = known.parse(&text);
            let understood = after.diagnostics.len() <= dockerfile.diagnostics.len();
            understood && same_instructions(dockerfile, &after)
        };
        let mut is_right = |name: &str, edits: &Edits| {
            let text = edits.apply(dockerfile.source);
            let after = known.parse(&text);
            let Some(pass) = run.passes.iter().find(|pass| pass.name == name) else {
                return false;
            };
            let new = run.prover.build_like(&after, build);
            run.objection(pass, (dockerfile, build), (&after, &new)).is_none()
        };
        let mut kept = Some(Vec::new());
        let proved: Option<Vec<bool>> = rayon::in_place_scope(|scope| {
            scope.spawn(|_| {
                let answers = comments.iter();
                let answers = answers.map(|(_, edits)| wanted().then(|| changes_nothing(edits)));
                kept = answers.collect();
            });
            let answers = rewrites.iter();
            let answer = |(pass, edits): &Change<'_>| {
                wanted().then(|| is_right(pass.unwrap_or_default(), edits))
            };
            answers.map(answer).collect()
        });
        let (mut kept, mut proved) = (kept?.into_iter(), proved?.into_iter());
        let answers = changes.iter().map(|(pass, _)| match pass {
            None => kept.next(),
            Some(_) => proved.next(),
        });
        answers.collect()
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::{Edits, parse};

    use super::{FEW, Settings, right};

    #[test]
    fn nothing_is_answered_once_nobody_waits() {
        let file = parse("FROM debian:12\nRUN a\n");
        let mut edits = Edits::new();
        edits.insert(15, "# dockslim: keep\n").unwrap();
        let changes = vec![(None, &edits); 3 * FEW];
        let settings = Settings::default();
        assert_eq!(right(&file, &settings, &changes, &|| true), Some(vec![true; 3 * FEW]));
        assert_eq!(right(&file, &settings, &changes, &|| false), None);
    }
}
