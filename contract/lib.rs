//! The few words that the passes, the proof and the front end share.

mod added;
mod context;
mod difference;
mod glob;
mod ignore_rules;
mod spelling;

pub use added::{Added, Unpacked, unpacked_folder};
pub use context::{BuildContext, ContextEntry, ContextKind, ReadText, source_path};
pub use difference::Difference;
pub use ignore_rules::{BadRule, IgnoreRules, Standing};
pub use spelling::nearest;

use dockslim_syntax::{Edits, Span};

/// How sure a rewrite is, from the surest to the boldest. The order is the order of boldness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Same behaviour of the image and same files, less known junk. Applied by default.
    Safe,
    /// Right for what the file shows, but it rests on something outside of it.
    Review,
    /// Changes what the image is: another libc, another distribution, another base.
    Suggestion,
}

impl Safety {
    /// The word that the command line and the documentation use.
    pub fn name(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Review => "review",
            Safety::Suggestion => "suggestion",
        }
    }
}

/// A change that a pass proposes.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// How sure it is.
    pub safety: Safety,
    /// What it speaks of: a byte range of the text that the pass was given.
    pub at: Span,
    /// What it does and why, in lower case and without a full stop.
    pub reason: String,
    /// The change, in byte offsets of the same text.
    pub edits: Edits,
}

/// Why a pass leaves something alone: a case that its documentation lists.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct DeclineReason {
    /// A short name that stays the same, words joined by hyphens.
    pub name: &'static str,
    /// The rule in one sentence, lower case and without a full stop.
    pub summary: &'static str,
}

/// Something that a pass looked at and left alone.
#[derive(Clone, Debug)]
pub struct Decline {
    /// The rule that forbids it.
    pub reason: &'static DeclineReason,
    /// What it speaks of: a byte range of the text that the pass was given.
    pub at: Span,
    /// What is in the way here, lower case and without a full stop.
    pub message: String,
}

/// What a pass found in a file.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What it would change, in the order of the file.
    pub rewrites: Vec<Rewrite>,
    /// What it leaves alone, in the order of the file.
    pub declines: Vec<Decline>,
}
