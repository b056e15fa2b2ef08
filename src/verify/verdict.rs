//! What a verification comes to.

use std::collections::BTreeSet;

use dockslim_contract::{Difference, Safety};
use dockslim_transforms::PIPELINE;

use super::Comparison;
use crate::engine::Outcome;

/// The answer in one word, from best to worst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The images are the same, up to what is set apart.
    Equal,
    /// They differ in ways that the passes said they would, by their names.
    Declared(Vec<String>),
    /// They differ, and nobody said so.
    Differs,
    /// The new image does not do what the old one did.
    SmokeFails,
    /// The new file cannot be built.
    BuildFails,
}

/// What the passes that changed a file said it might lead to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    names: BTreeSet<String>,
    /// Whether files may come, change what they hold, and the configuration change.
    anything: bool,
    /// Whether files may hold something else.
    changes: bool,
    /// Whether files may go.
    removals: bool,
}

impl Declared {
    /// What the rewrites in `outcome` are for.
    pub(crate) fn by(outcome: &Outcome) -> Self {
        let mut declared = Self::default();
        for remark in &outcome.applied {
            let Some(pass) = PIPELINE.iter().find(|pass| pass.name == remark.pass) else {
                continue;
            };
            // A suggestion changes what the image is.
            if remark.safety == Safety::Suggestion {
                declared.anything = true;
                declared.names.insert(pass.name.to_owned());
            }
            for difference in pass.causes.iter().filter(|difference| !difference.is_harmless()) {
                declared.names.insert(difference.name().to_owned());
                match difference {
                    // What is not installed leaves no trace in the books of others either.
                    Difference::Recommendations => {
                        declared.removals = true;
                        declared.changes = true;
                    }
                    // Bytecode is set apart in any case.
                    Difference::Bytecode => {}
                    Difference::StrippedBinary => declared.changes = true,
                    _ => declared.anything = true,
                }
            }
        }
        declared
    }

    /// Whether these differences are among what was said.
    fn covers(&self, found: &Comparison) -> bool {
        self.anything
            || (found.config.is_empty()
                && found.added.is_empty()
                && (found.removed.is_empty() || self.removals)
                && (found.changed.is_empty() || self.changes))
    }
}

impl Verdict {
    /// Judges what differs.
    pub(crate) fn of(found: &Comparison, declared: &Declared) -> Self {
        if found.config.is_empty() && found.same_files() {
            Verdict::Equal
        } else if !declared.names.is_empty() && declared.covers(found) {
            Verdict::Declared(declared.names.iter().cloned().collect())
        } else {
            Verdict::Differs
        }
    }

    /// Whether the new file may take the place of the old one.
    pub(crate) fn is_good(&self) -> bool {
        matches!(self, Verdict::Equal | Verdict::Declared(_))
    }

    /// The word for programs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Verdict::Equal => "equal",
            Verdict::Declared(_) => "differs-as-declared",
            Verdict::Differs => "differs",
            Verdict::SmokeFails => "smoke-fails",
            Verdict::BuildFails => "build-fails",
        }
    }
}
