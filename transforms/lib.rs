//! What dockslim changes: one file for each rewrite pass.

mod clean_package_caches;
mod facts;
mod ignore_file;
mod knowledge;
mod merge_runs;
mod options;
mod pass;
mod reasons;

pub use clean_package_caches::CLEAN_PACKAGE_CACHES;
pub use facts::{ContextSource, Facts, context_sources};
pub use ignore_file::{
    IGNORE_DECLINES, IgnoreDecline, IgnoreEntry, IgnoreProposal, complete_ignore_file,
};
pub use merge_runs::MERGE_RUNS;
pub use options::{MergeRuns, Options, Policy, Style};
pub use pass::Transform;

/// The passes in the order in which they run.
pub const PIPELINE: &[&Transform] = &[
    // First, so that what shares a layer is cleaned once.
    &MERGE_RUNS,
    // Behind all that moves or merges RUN: only then is it known who still needs a cache.
    &CLEAN_PACKAGE_CACHES,
];
