//! Each rewrite by itself, for those who take one and leave another.

use dockslim_proof::{Prover, Verdict};
use dockslim_syntax::{Edits, parse};
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
    let mut run = Run::new(source, settings);
    let facts = Facts::of(&dockerfile, &settings.options, settings.context.as_deref());
    let build = run.prover.build(&dockerfile);
    let mut found = Vec::new();
    for pass in run.passes.clone() {
        let findings = run.findings(pass, &facts);
        for rewrite in findings.rewrites {
            let text = rewrite.edits.apply(source);
            let after = parse(&text);
            let new = run.prover.build(&after);
            if run.objection(pass, (&dockerfile, &build), (&after, &new)).is_none() {
                let remark = run.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason);
                found.push(Single { remark, edits: rewrite.edits });
            }
        }
    }
    found.sort_by_key(|single| single.remark.at.start);
    found
}

/// Whether `source` and what the edits make of it build the same, to the last file.
pub fn is_equal(source: &str, edits: &Edits) -> bool {
    let text = edits.apply(source);
    let (before, after) = (parse(source), parse(&text));
    if after.diagnostics.len() > before.diagnostics.len() {
        return false;
    }
    let mut prover = Prover::default();
    let (old, new) = (prover.build(&before), prover.build(&after));
    matches!(prover.compare(&old, &new, None).within(|_| false), Verdict::Equal(_))
}
