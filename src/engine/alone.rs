//! Each rewrite by itself, for those who take one and leave another.

use dockslim_proof::{Build, Prover, same_instructions};
use dockslim_syntax::{Dockerfile, Edits, Known, parse};
use dockslim_transforms::{Facts, PIPELINE};
use rayon::prelude::*;

use super::{Remark, Run, Settings, objection};

/// A rewrite of the original text that is right by itself.
#[derive(Clone, Debug)]
pub struct Single {
    /// What it speaks of.
    pub remark: Remark,
    /// Its edits, in bytes of the original text.
    pub edits: Edits,
}

/// What the passes say of a text as it stands, before anybody has proved any of it.
#[derive(Clone, Debug, Default)]
pub struct Proposals {
    /// What they would change, in the order of the file.
    pub rewrites: Vec<Single>,
    /// What they leave alone, in the order of the file.
    pub declined: Vec<Remark>,
}

/// The rewrites that the passes propose for `source` as it stands, of all levels, each only if it does no harm and the proof accepts it
/// without the others. What a pass would find in the result of another is not among them.
pub fn alone(source: &str, settings: &Settings) -> Vec<Single> {
    let dockerfile = parse(source);
    let proposals = proposals(&dockerfile, settings).rewrites;
    let changes: Vec<Change<'_>> =
        proposals.iter().map(|one| (Some(one.remark.pass), &one.edits)).collect();
    let right = right(&dockerfile, settings, &changes, &|| true).unwrap_or_default();
    proposals.into_iter().zip(right).filter_map(|(one, right)| right.then_some(one)).collect()
}

/// What all passes say of a file; to prove it takes most of the time.
fn proposals(dockerfile: &Dockerfile<'_>, settings: &Settings) -> Proposals {
    let mut run = Run::new(dockerfile.source, settings);
    let facts = Facts::of(dockerfile, &settings.options, settings.context.as_deref());
    let passes = run.passes.clone();
    let findings = passes.par_iter().map(|pass| (pass.run)(&facts, &settings.options));
    let mut rewrites = Vec::new();
    for (pass, findings) in passes.iter().zip(findings.collect::<Vec<_>>()) {
        let findings = run.allowed(pass, &facts, findings);
        for rewrite in findings.rewrites {
            let remark = run.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason);
            rewrites.push(Single { remark, edits: rewrite.edits });
        }
        run.note_declines(pass, findings.declines);
    }
    let mut declined = run.declined;
    rewrites.sort_by_key(|single| single.remark.at.start);
    declined.sort_by_key(|remark| remark.at.start);
    Proposals { rewrites, declined }
}

/// The proposals, and what decides which of them are right: worked out at the same time, for whoever waits for both.
pub fn proposals_and_judge<'d>(
    dockerfile: &'d Dockerfile<'d>,
    settings: &'d Settings,
) -> (Proposals, Judge<'d>) {
    let mut found = Proposals::default();
    let judge = rayon::in_place_scope(|scope| {
        scope.spawn(|_| found = proposals(dockerfile, settings));
        Judge::of(dockerfile, settings)
    });
    (found, judge)
}

/// A change of a file: a rewrite of a pass, or of no pass, which leaves all instructions as they are.
pub type Change<'e> = (Option<&'static str>, &'e Edits);

/// Which of these changes of a file do no harm and are accepted by the proof, each without the others. `None` once nobody waits for the
/// answer, as `wanted` says, which is asked before each proof.
pub fn right(
    dockerfile: &Dockerfile<'_>,
    settings: &Settings,
    changes: &[Change<'_>],
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<bool>> {
    Judge::of(dockerfile, settings).all(changes, wanted)
}

/// Decides which changes of a file are right. What it knows of the file is worked out once.
pub struct Judge<'d> {
    dockerfile: &'d Dockerfile<'d>,
    settings: &'d Settings,
    prover: Prover,
    build: Build<'d>,
    known: Known<'d>,
}

impl<'d> Judge<'d> {
    /// Looks at a file.
    pub fn of(dockerfile: &'d Dockerfile<'d>, settings: &'d Settings) -> Self {
        let mut prover = Prover::default();
        let build = prover.build(dockerfile);
        Self { dockerfile, settings, prover, build, known: Known::of(dockerfile) }
    }

    /// As [`right`].
    pub fn all(
        &self,
        changes: &[Change<'_>],
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<bool>> {
        let changes = changes.par_iter();
        changes.map(|change| wanted().then(|| self.is_right(*change))).collect()
    }

    fn is_right(&self, (pass, edits): Change<'_>) -> bool {
        let text = edits.apply(self.dockerfile.source);
        let after = self.known.parse(&text);
        let Some(name) = pass else {
            let understood = after.diagnostics.len() <= self.dockerfile.diagnostics.len();
            return understood && same_instructions(self.dockerfile, &after);
        };
        let mut passes = PIPELINE.iter().filter(|pass| self.settings.wants(pass.name));
        let Some(pass) = passes.find(|pass| pass.name == name) else { return false };
        let mut prover = self.prover.clone();
        let new = prover.build_like(&after, &self.build);
        let context = self.settings.context.as_deref();
        let before = (self.dockerfile, &self.build);
        objection(pass, &prover, context, before, (&after, &new)).is_none()
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::{Edits, parse};

    use super::{Settings, right};

    #[test]
    fn nothing_is_answered_once_nobody_waits() {
        let file = parse("FROM debian:12\nRUN a\n");
        let mut edits = Edits::new();
        edits.insert(15, "# dockslim: keep\n").unwrap();
        let changes = vec![(None, &edits); 24];
        let settings = Settings::default();
        assert_eq!(right(&file, &settings, &changes, &|| true), Some(vec![true; 24]));
        assert_eq!(right(&file, &settings, &changes, &|| false), None);
    }
}
