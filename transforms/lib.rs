//! What dockslim changes: one file for each rewrite pass.

mod add_to_copy;
mod clean_package_caches;
mod copy_ownership;
mod dev_dependencies;
mod drop_build_deps;
mod facts;
mod ignore_file;
mod knowledge;
mod late_metadata;
mod merge_runs;
mod modern_env;
mod no_bytecode;
mod no_install_recommends;
mod options;
mod order_copies;
mod pass;
mod reasons;
mod slim_base;
mod split_stages;
mod strip_binaries;
mod suppressions;

pub use add_to_copy::ADD_TO_COPY;
pub use clean_package_caches::CLEAN_PACKAGE_CACHES;
pub use copy_ownership::COPY_OWNERSHIP;
pub use dev_dependencies::DEV_DEPENDENCIES;
pub use drop_build_deps::DROP_BUILD_DEPS;
pub use facts::{
    ContextSource, Facts, Installed, Seen, Variable, context_sources, installed, word_with_gap,
};
pub use ignore_file::{
    IGNORE_DECLINES, IgnoreDecline, IgnoreEntry, IgnoreProposal, complete_ignore_file,
};
pub use knowledge::{Form, NoTwin, RuntimeBase, Twin, runtime_base, suite, twin};
pub use late_metadata::LATE_METADATA;
pub use merge_runs::MERGE_RUNS;
pub use modern_env::MODERN_ENV;
pub use no_bytecode::NO_BYTECODE;
pub use no_install_recommends::NO_INSTALL_RECOMMENDS;
pub use options::{Caches, CleanPackageCaches, MergeRuns, Options, Policy, Style};
pub use order_copies::ORDER_COPIES;
pub use pass::Transform;
pub use slim_base::SLIM_BASE;
pub use split_stages::SPLIT_STAGES;
pub use strip_binaries::STRIP_BINARIES;
pub use suppressions::{FORMATTER, Suppression, Suppressions};

/// The passes in the order in which they run.
pub const PIPELINE: &[&Transform] = &[
    // First of all: what the others do depends on which layers ship.
    &SPLIT_STAGES,
    // Anywhere: it touches what no other pass touches.
    &MODERN_ENV,
    // Before what looks for COPY.
    &ADD_TO_COPY,
    // Before RUNs are merged, while the chown still stands behind its COPY.
    &COPY_OWNERSHIP,
    // Ahead of what joins steps: what a step installs is settled while it stands alone.
    &NO_INSTALL_RECOMMENDS,
    // Behind what parts stages, which removes development dependencies behind a build; ahead of what asks which packages call programs of the
    // system, and of what joins steps, once for each call.
    &DEV_DEPENDENCIES,
    // Behind what parts stages, for only what ships is looked at, and behind what settles the lists of apt: only a list that brings
    // nothing unnamed brings the same on another base.
    &SLIM_BASE,
    // Ahead of what joins steps, too: it asks each call of a compiler alone.
    &STRIP_BINARIES,
    // The same of each install.
    &NO_BYTECODE,
    // Ahead of what joins steps, once more: merging would glue together what ordering must part.
    &ORDER_COPIES,
    // Behind what puts downloads in front of builds, which need no metadata; ahead of what joins steps.
    &LATE_METADATA,
    // Ahead of the clean-up, so that what shares a layer is cleaned once.
    &MERGE_RUNS,
    // Behind all that moves or merges RUN: only then is it known who still needs a cache.
    &CLEAN_PACKAGE_CACHES,
    // Behind what merges RUN, for only a layer that installs a compiler can lose it; and last in the RUN, so that it does not matter
    // whether somebody asks for it at once or later.
    &DROP_BUILD_DEPS,
];

/// The names of the passes, in the order of the [pipeline](PIPELINE). Whoever needs only them needs no pass.
pub const NAMES: [&str; PIPELINE.len()] = {
    let mut names = [""; PIPELINE.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = PIPELINE[at].name;
        at += 1;
    }
    names
};
