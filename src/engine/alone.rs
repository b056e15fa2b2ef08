//! Each rewrite by itself, for those who take one and leave another.

use dockslim_proof::{Build, Verdict};
use dockslim_syntax::{Dockerfile, Edits, Known, parse};
use dockslim_transforms::Facts;

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
    let changes = proposals.iter().map(|one| (Some(one.remark.pass), &one.edits));
    let right = right(&dockerfile, settings, changes);
    proposals.into_iter().zip(right).filter_map(|(one, right)| right.then_some(one)).collect()
}

/// The same before anybody has proved any of it, which takes most of the time.
pub fn proposals(dockerfile: &Dockerfile<'_>, settings: &Settings) -> Vec<Single> {
    let mut run = Run::new(dockerfile.source, settings);
    let facts = Facts::of(dockerfile, &settings.options, settings.context.as_deref());
    let mut found = Vec::new();
    for pass in run.passes.clone() {
        for rewrite in run.findings(pass, &facts).rewrites {
            let remark = run.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason);
            found.push(Single { remark, edits: rewrite.edits });
        }
    }
    found.sort_by_key(|single| single.remark.at.start);
    found
}

/// Which of these changes of a file do no harm and are accepted by the proof, each without the others: a rewrite of a pass, or a comment of no
/// pass, by which the file builds the same to the last byte.
pub fn right<'e>(
    dockerfile: &Dockerfile<'_>,
    settings: &Settings,
    changes: impl IntoIterator<Item = (Option<&'static str>, &'e Edits)>,
) -> Vec<bool> {
    let source = dockerfile.source;
    let mut run = Run::new(source, settings);
    let build = run.prover.build(dockerfile);
    let known = Known::of(dockerfile);
    let mut answers = Vec::new();
    for (pass, edits) in changes {
        let text = edits.apply(source);
        let after = known.parse(&text);
        let new = run.prover.build_like(&after, &build);
        let sides = ((dockerfile, &build), (&after, &new));
        answers.push(match pass {
            Some(name) => {
                let named = run.passes.iter().find(|pass| pass.name == name);
                named.is_some_and(|pass| run.objection(pass, sides.0, sides.1).is_none())
            }
            None => run.is_equal(sides.0, sides.1),
        });
    }
    answers
}

impl Run<'_> {
    /// Whether two files build the same, and the second is understood as well.
    fn is_equal(
        &self,
        (before, build): (&Dockerfile<'_>, &Build<'_>),
        (after, new): (&Dockerfile<'_>, &Build<'_>),
    ) -> bool {
        let verdict = self.prover.compare(build, new, None).within(|_| false);
        after.diagnostics.len() <= before.diagnostics.len() && matches!(verdict, Verdict::Equal(_))
    }
}
