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
