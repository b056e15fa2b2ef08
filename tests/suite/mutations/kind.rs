//! What a wrong rewrite is: a kind, its mutants, and the classes of mutants that are none.

use dockslim_syntax::{Dockerfile, Edits, Span};

/// A kind of wrong rewrite.
pub(crate) struct Kind {
    /// What it does, in words.
    pub(crate) name: &'static str,
    /// What it breaks, in one sentence.
    pub(crate) breaks: &'static str,
    /// The changes of a file, one for each place where it applies.
    pub(crate) mutate: fn(&Dockerfile<'_>) -> Vec<Edits>,
    /// Where such a change breaks nothing after all.
    pub(crate) equivalents: &'static [Class],
}

/// A class of changes that are equivalent although their kind is wrong.
pub(crate) struct Class {
    /// Why nothing is broken, in words.
    pub(crate) name: &'static str,
    /// Whether this change is one of the class, told by looks alone.
    pub(crate) holds: fn(&Mutant<'_>) -> bool,
}

/// A wrong rewrite of one file.
pub(crate) struct Mutant<'m> {
    /// The file.
    pub(crate) before: &'m Dockerfile<'m>,
    /// What became of it.
    pub(crate) after: &'m Dockerfile<'m>,
    /// The change.
    pub(crate) edits: &'m Edits,
}

/// The change that puts `text` in the place of `span`.
pub(crate) fn put(span: Span, text: impl Into<String>) -> Edits {
    change([(span, text.into())]).expect("one edit overlaps nothing")
}

/// The change that takes `span` away.
pub(crate) fn cut(span: Span) -> Edits {
    put(span, "")
}

/// The change that adds `text` at the byte `offset`.
pub(crate) fn add(offset: usize, text: impl Into<String>) -> Edits {
    put(Span::empty(offset), text)
}

/// The change that does all of this, if no two of it overlap.
pub(crate) fn change(list: impl IntoIterator<Item = (Span, String)>) -> Option<Edits> {
    let mut edits = Edits::new();
    for (span, text) in list {
        edits.replace(span, text).ok()?;
    }
    Some(edits)
}

/// The change by which two pieces of text change places.
pub(crate) fn swap(tree: &Dockerfile<'_>, one: Span, other: Span) -> Option<Edits> {
    change([(one, tree.raw(other).to_owned()), (other, tree.raw(one).to_owned())])
}
