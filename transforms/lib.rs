//! What dockslim changes: one file for each rewrite pass.

mod facts;
mod options;
mod pass;

pub use facts::Facts;
pub use options::{MergeRuns, Options, Policy, Style};
pub use pass::Transform;

/// The passes in the order in which they run.
pub const PIPELINE: &[&Transform] = &[];
