//! What dockslim changes: one file for each rewrite pass.

#[allow(dead_code, unused_imports, reason = "the passes that ask come next")]
mod facts;
#[allow(dead_code, unused_imports, reason = "the pass that asks comes next")]
mod knowledge;
mod options;
mod pass;

pub use facts::Facts;
pub use options::{MergeRuns, Options, Policy, Style};
pub use pass::Transform;

/// The passes in the order in which they run.
pub const PIPELINE: &[&Transform] = &[];
