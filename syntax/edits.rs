//! Changes to a text: sorted, disjoint, composable.
//!
//! A tree is never mutated. A change is a list of [`Edit`]s against the text that a tree was parsed
//! from; applying it gives the next text, which is parsed again.

use std::fmt;

use crate::Span;

/// Replace the bytes at `span` by `text`. An empty span inserts, an empty text deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which bytes of the old text go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// Edits of one text, sorted by place and disjoint.
///
/// Two edits never share a byte. Two insertions at one offset are joined in the order in which they
/// were added; an insertion at the border of a replacement is allowed and stands outside of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    list: Vec<Edit>,
}

/// Two edits claimed the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The range of the edit that was refused.
    pub span: Span,
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an edit of bytes {}..{} overlaps another", self.span.start, self.span.end)
    }
}

impl std::error::Error for Overlap {}

impl Edits {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// The edits in the order of their places.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.list.iter()
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds the replacement of `span` by `text`.
    ///
    /// # Errors
    /// Gives [`Overlap`], and adds nothing, if another edit claims a byte of `span`, or if an
    /// insertion would stand inside another edit's span.
    pub fn replace(&mut self, span: Span, text: impl Into<String>) -> Result<(), Overlap> {
        let edit = Edit { span, text: text.into() };
        let at = self.list.partition_point(|other| precedes(other.span, span));
        if let Some(next) = self.list.get(at) {
            if next.span == span && span.is_empty() {
                self.list[at].text.push_str(&edit.text);
                return Ok(());
            }
            if next.span.start < span.end || (next.span.start == span.start && !span.is_empty()) {
                return Err(Overlap { span });
            }
        }
        if at > 0 && self.list[at - 1].span.end > span.start {
            return Err(Overlap { span });
        }
        self.list.insert(at, edit);
        Ok(())
    }

    /// Adds the insertion of `text` at the byte `offset`; errors as [`Edits::replace`].
    ///
    /// # Errors
    /// Gives [`Overlap`] if the offset lies inside another edit's span.
    pub fn insert(&mut self, offset: usize, text: impl Into<String>) -> Result<(), Overlap> {
        self.replace(Span::empty(offset), text)
    }

    /// Adds the deletion of `span`; errors as [`Edits::replace`].
    ///
    /// # Errors
    /// Gives [`Overlap`] if another edit claims a byte of `span`.
    pub fn delete(&mut self, span: Span) -> Result<(), Overlap> {
        self.replace(span, "")
    }

    /// Adds all edits of `other`, or none of them.
    ///
    /// # Errors
    /// Gives the first [`Overlap`]; two insertions at one offset overlap here, since nothing says
    /// which comes first.
    pub fn merge(&mut self, other: &Edits) -> Result<(), Overlap> {
        let mut merged = self.clone();
        for edit in &other.list {
            if edit.span.is_empty() && merged.list.iter().any(|mine| mine.span == edit.span) {
                return Err(Overlap { span: edit.span });
            }
            merged.replace(edit.span, edit.text.clone())?;
        }
        *self = merged;
        Ok(())
    }

    /// The text after the change of `source`.
    pub fn apply(&self, source: &str) -> String {
        apply(&self.list, source)
    }

    /// This change of a first text followed by `next`, a change of the second, as one change of the
    /// first: `a.then(&b).apply(t) == b.apply(&a.apply(t))`.
    pub fn then(&self, next: &Edits) -> Edits {
        let mut composed = Composer::default();
        let mut pieces = Pieces::new(self);
        for edit in &next.list {
            pieces.advance(edit.span.start, |piece| composed.keep(piece));
            composed.write(&edit.text);
            pieces.advance(edit.span.end, |piece| composed.drop(piece));
        }
        pieces.finish(|piece| composed.keep(piece));
        composed.finish()
    }

    /// Where the byte at `offset` of the changed text came from: an offset into the first text. A
    /// byte that was written by an edit comes from the start of that edit.
    pub fn origin(&self, offset: usize) -> usize {
        let mut shift = 0isize;
        for edit in &self.list {
            let start = edit.span.start.saturating_add_signed(shift);
            if offset < start {
                break;
            }
            if offset < start + edit.text.len() {
                return edit.span.start;
            }
            shift += edit.text.len() as isize - edit.span.len() as isize;
        }
        offset.saturating_add_signed(-shift)
    }
}

/// The text after edits of `source`, which must be sorted and disjoint.
pub fn apply<'e>(edits: impl IntoIterator<Item = &'e Edit>, source: &str) -> String {
    let mut text = String::with_capacity(source.len() + 64);
    let mut from = 0;
    for edit in edits {
        text.push_str(&source[from..edit.span.start]);
        text.push_str(&edit.text);
        from = edit.span.end;
    }
    text.push_str(&source[from..]);
    text
}

fn precedes(one: Span, other: Span) -> bool {
    one.start < other.start || (one.start == other.start && one.is_empty() && !other.is_empty())
}

impl<'a> IntoIterator for &'a Edits {
    type Item = &'a Edit;
    type IntoIter = std::slice::Iter<'a, Edit>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

/// A stretch of the second text: old bytes that stay, or text that an edit wrote in place of some.
enum Piece<'a> {
    Kept(Span),
    Written(&'a str),
    Gone(Span),
}

/// Walks the second text of a change as pieces.
struct Pieces<'a> {
    edits: std::iter::Peekable<std::slice::Iter<'a, Edit>>,
    /// Where we stand in the first text.
    old: usize,
    /// Where we stand in the second text.
    new: usize,
    /// What is left of a written text that the last stop cut in two.
    pending: &'a str,
}

impl<'a> Pieces<'a> {
    fn new(edits: &'a Edits) -> Self {
        Self { edits: edits.list.iter().peekable(), old: 0, new: 0, pending: "" }
    }

    /// Gives the pieces up to the byte `stop` of the second text.
    fn advance(&mut self, stop: usize, mut give: impl FnMut(Piece<'a>)) {
        while self.new < stop {
            if !self.pending.is_empty() {
                let (now, later) = self.pending.split_at(self.pending.len().min(stop - self.new));
                self.new += now.len();
                self.pending = later;
                give(Piece::Written(now));
                continue;
            }
            let kept = self.edits.peek().map_or(usize::MAX, |edit| edit.span.start - self.old);
            if kept > 0 {
                let length = kept.min(stop - self.new);
                give(Piece::Kept(Span::new(self.old, self.old + length)));
                self.old += length;
                self.new += length;
            } else {
                self.enter(&mut give);
            }
        }
    }

    fn enter(&mut self, give: &mut impl FnMut(Piece<'a>)) {
        if let Some(edit) = self.edits.next() {
            give(Piece::Gone(edit.span));
            self.old = edit.span.end;
            self.pending = &edit.text;
        }
    }

    /// Gives what the walk has not reached; what no edit touches from there on is not a piece.
    fn finish(&mut self, mut give: impl FnMut(Piece<'a>)) {
        loop {
            if !self.pending.is_empty() {
                let all = std::mem::take(&mut self.pending);
                give(Piece::Written(all));
            }
            let Some(edit) = self.edits.peek() else {
                return;
            };
            if edit.span.start > self.old {
                give(Piece::Kept(Span::new(self.old, edit.span.start)));
                self.old = edit.span.start;
            }
            self.enter(&mut give);
        }
    }
}

/// Builds the composed change: neighbouring deletions and writings become one edit.
#[derive(Default)]
struct Composer {
    done: Vec<Edit>,
    current: Option<Edit>,
}

impl Composer {
    fn keep(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Kept(span) => {
                if let Some(edit) = self.current.take() {
                    self.done.push(edit);
                }
                self.current = Some(Edit { span: Span::empty(span.end), text: String::new() });
            }
            Piece::Written(text) => self.write(text),
            Piece::Gone(span) => self.cut(span),
        }
    }

    fn drop(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Kept(span) | Piece::Gone(span) => self.cut(span),
            Piece::Written(_) => {}
        }
    }

    fn at(&mut self) -> &mut Edit {
        self.current.get_or_insert_with(|| Edit { span: Span::empty(0), text: String::new() })
    }

    fn cut(&mut self, span: Span) {
        let edit = self.at();
        debug_assert_eq!(edit.span.end, span.start, "pieces come without holes");
        edit.span.end = span.end;
    }

    fn write(&mut self, text: &str) {
        self.at().text.push_str(text);
    }

    fn finish(mut self) -> Edits {
        self.done.extend(self.current.take());
        self.done.retain(|edit| !edit.span.is_empty() || !edit.text.is_empty());
        Edits { list: self.done }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(list: &[(usize, usize, &str)]) -> Edits {
        let mut edits = Edits::new();
        for (start, end, text) in list {
            edits.replace(Span::new(*start, *end), *text).unwrap();
        }
        edits
    }

    #[test]
    fn sorted_whatever_the_order_of_adding() {
        assert_eq!(edits(&[(4, 5, "Y"), (0, 1, "X")]).apply("abcdef"), "XbcdYf");
    }

    #[test]
    fn overlapping_edits_are_refused() {
        let mut edits = edits(&[(2, 4, "x")]);
        for (start, end) in [(3, 5), (1, 3), (2, 4), (0, 9), (3, 3), (2, 3)] {
            assert!(edits.replace(Span::new(start, end), "y").is_err(), "{start}..{end}");
        }
        edits.insert(2, "<").unwrap();
        edits.insert(4, ">").unwrap();
        assert_eq!(edits.apply("abcdef"), "ab<x>ef");
    }

    #[test]
    fn composition_speaks_of_the_first_text() {
        let first = edits(&[(1, 2, "BBB"), (4, 4, "++")]);
        let second_text = first.apply("abcdef");
        assert_eq!(second_text, "aBBBcd++ef");
        let second = edits(&[(2, 5, "-"), (7, 9, "")]);
        let both = first.then(&second);
        assert_eq!(both.apply("abcdef"), second.apply(&second_text));
        assert_eq!(both.iter().count(), 2);
    }

    #[test]
    fn origin_of_kept_and_written_bytes() {
        let edits = edits(&[(1, 2, "BBB"), (4, 4, "++")]);
        let origins: Vec<_> = (0..10).map(|offset| edits.origin(offset)).collect();
        assert_eq!(origins, [0, 1, 1, 1, 2, 3, 4, 4, 4, 5]);
    }
}
