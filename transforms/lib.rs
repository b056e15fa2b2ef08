//! What dockslim changes: one file for each rewrite pass.

mod clean_package_caches;
#[allow(dead_code, unused_imports, reason = "the passes that ask come next")]
mod facts;
mod knowledge;
mod options;
mod pass;

pub use clean_package_caches::CLEAN_PACKAGE_CACHES;
pub use facts::Facts;
pub use options::{MergeRuns, Options, Policy, Style};
pub use pass::Transform;

/// The passes in the order in which they run.
pub const PIPELINE: &[&Transform] = &[
    // Behind all that moves or merges RUN: only then is it known who still needs a cache.
    &CLEAN_PACKAGE_CACHES,
];
