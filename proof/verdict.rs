//! What the proof says of two files.

use dockslim_contract::Difference;
use dockslim_syntax::Span;

/// What the proof says of two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They build the same, but for the differences listed; the list is empty where they build the
    /// very same.
    Equal(Vec<Accepted>),
    /// They do not, and this is the first place.
    Different(Gap),
    /// It cannot be told: there is something that is not understood.
    Unknown(Gap),
}

impl Verdict {
    /// The same verdict where only differences of some kinds are wanted: two files that have another one are different.
    pub fn within(self, wanted: impl Fn(Difference) -> bool) -> Self {
        let Verdict::Equal(accepted) = self else { return self };
        match accepted.iter().find(|one| !wanted(one.difference)) {
            None => Verdict::Equal(accepted),
            Some(Accepted { difference, before, after, message }) => {
                let message = format!("{message} ({})", difference.name());
                Verdict::Different(Gap { before: *before, after: *after, message })
            }
        }
    }
}

/// A difference of an accepted kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Which kind.
    pub difference: Difference,
    /// Where it stands in the old text, a byte range; `None` if only the new one has it.
    pub before: Option<Span>,
    /// Where it stands in the new text.
    pub after: Option<Span>,
    /// What differs, in lower case and without a full stop.
    pub message: String,
}

/// The first place where two files part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The place in the old text, a byte range; `None` if only the new one has it.
    pub before: Option<Span>,
    /// The place in the new text.
    pub after: Option<Span>,
    /// What differs or is not understood, in lower case and without a full stop.
    pub message: String,
}
