//! What dockslim changes: one file for each rewrite pass.

mod clean_package_caches;
mod facts;
mod knowledge;
mod merge_runs;
mod no_install_recommends;
mod options;
mod pass;
mod reasons;
mod strip_binaries;

pub use clean_package_caches::CLEAN_PACKAGE_CACHES;
pub use facts::Facts;
pub use merge_runs::MERGE_RUNS;
pub use no_install_recommends::NO_INSTALL_RECOMMENDS;
pub use options::{Caches, CleanPackageCaches, MergeRuns, Options, Policy, Style};
pub use pass::Transform;
pub use strip_binaries::STRIP_BINARIES;

/// The passes in the order in which they run.
pub const PIPELINE: &[&Transform] = &[
    // Ahead of what joins steps: what a step installs is settled while it stands alone.
    &NO_INSTALL_RECOMMENDS,
    // Ahead of what joins steps, too: it asks each call of a compiler alone.
    &STRIP_BINARIES,
    // Ahead of the clean-up, so that what shares a layer is cleaned once.
    &MERGE_RUNS,
    // Behind all that moves or merges RUN: only then is it known who still needs a cache.
    &CLEAN_PACKAGE_CACHES,
];
