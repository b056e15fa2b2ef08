//! What dockslim changes: one file for each rewrite pass.

#[allow(dead_code, unused_imports, reason = "the passes that ask come next")]
mod facts;
#[allow(dead_code, unused_imports, reason = "the pass that asks comes next")]
mod knowledge;
mod merge_runs;
mod options;
mod pass;

pub use facts::Facts;
pub use merge_runs::MERGE_RUNS;
pub use options::{MergeRuns, Options, Policy, Style};
pub use pass::Transform;

/// The passes in the order in which they run.
pub const PIPELINE: &[&Transform] = &[
    // Before the clean-up: what shares a layer is cleaned once.
    &MERGE_RUNS,
];
