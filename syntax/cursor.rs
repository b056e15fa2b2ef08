//! Reads one instruction as the builder sees it: line continuations are stepped over, and every byte
//! becomes part of exactly one leaf.

use std::ops::Range;

use nom::{IResult, Parser, bytes::complete::take_while};

use crate::{Leaf, LeafKind, Span};

/// A line continuation with the comment and blank lines behind it.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    pub(crate) span: Span,
    /// Which of [`Cursor::gap_leaves`] are its leaves.
    pub(crate) leaves: Range<usize>,
}

/// Whether a character parts words.
pub(crate) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// A place in an instruction. `from..position` is text that no leaf covers yet.
pub(crate) struct Cursor<'t, 'p> {
    pub(crate) source: &'t str,
    pub(crate) position: usize,
    pub(crate) end: usize,
    pub(crate) leaves: &'p mut Vec<Leaf>,
    gaps: &'p [Gap],
    gap_leaves: &'p [Leaf],
    next_gap: usize,
    /// Where that gap starts; beyond everything if there is none.
    gap_at: usize,
    from: usize,
}

/// Where to go back to when a reading turns out wrong.
#[derive(Clone, Copy)]
pub(crate) struct Checkpoint {
    position: usize,
    next_gap: usize,
    from: usize,
    leaves: usize,
}

fn start_of(gap: Option<&Gap>) -> usize {
    gap.map_or(usize::MAX, |gap| gap.span.start)
}

impl<'t, 'p> Cursor<'t, 'p> {
    pub(crate) fn new(
        source: &'t str,
        span: Span,
        gaps: &'p [Gap],
        gap_leaves: &'p [Leaf],
        leaves: &'p mut Vec<Leaf>,
    ) -> Self {
        let (position, end) = (span.start, span.end);
        let gap_at = start_of(gaps.first());
        let (from, next_gap) = (position, 0);
        Self { source, position, end, leaves, gaps, gap_leaves, next_gap, gap_at, from }
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        let Self { position, next_gap, from, .. } = *self;
        Checkpoint { position, next_gap, from, leaves: self.leaves.len() }
    }

    pub(crate) fn rewind(&mut self, to: Checkpoint) {
        (self.position, self.next_gap, self.from) = (to.position, to.next_gap, to.from);
        self.gap_at = start_of(self.gaps.get(self.next_gap));
        self.leaves.truncate(to.leaves);
    }

    /// The next byte that means something, or `None` at the end. Steps over gaps.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.cross();
        if self.position < self.end { Some(self.source.as_bytes()[self.position]) } else { None }
    }

    /// The byte `n` places behind the next one, gaps not counted.
    #[inline]
    pub(crate) fn nth(&self, n: usize) -> Option<u8> {
        if self.position + n < self.gap_at.min(self.end) {
            return Some(self.source.as_bytes()[self.position + n]);
        }
        self.nth_through_gaps(n)
    }

    fn nth_through_gaps(&self, n: usize) -> Option<u8> {
        let (mut at, mut gap, mut left) = (self.position, self.next_gap, n);
        loop {
            while self.gaps.get(gap).is_some_and(|gap| gap.span.start == at) {
                at = self.gaps[gap].span.end;
                gap += 1;
            }
            if at >= self.end {
                return None;
            }
            if left == 0 {
                return Some(self.source.as_bytes()[at]);
            }
            left -= 1;
            at += 1;
        }
    }

    /// The bytes from here on, gaps left out.
    pub(crate) fn ahead(&self) -> impl Iterator<Item = u8> + use<'t, 'p> {
        let (bytes, end, gaps) = (self.source.as_bytes(), self.end, self.gaps);
        let (mut at, mut gap) = (self.position, self.next_gap);
        std::iter::from_fn(move || {
            while gaps.get(gap).is_some_and(|gap| gap.span.start == at) {
                at = gaps[gap].span.end;
                gap += 1;
            }
            let byte = (at < end).then(|| bytes[at]);
            at += 1;
            byte
        })
    }

    /// Whether the text ahead begins with `text`, gaps not counted.
    pub(crate) fn at(&self, text: &str) -> bool {
        text.bytes().enumerate().all(|(index, byte)| self.nth(index) == Some(byte))
    }

    #[inline]
    fn cross(&mut self) {
        while self.position == self.gap_at && self.position < self.end {
            self.cross_gap();
        }
    }

    fn cross_gap(&mut self) {
        self.cut(LeafKind::Text);
        let gap = &self.gaps[self.next_gap];
        self.leaves.extend_from_slice(&self.gap_leaves[gap.leaves.clone()]);
        self.position = gap.span.end.min(self.end);
        self.from = self.position;
        self.next_gap += 1;
        self.gap_at = start_of(self.gaps.get(self.next_gap));
    }

    /// Steps over the next character.
    pub(crate) fn bump(&mut self) {
        self.cross();
        if let Some(character) = self.source[self.position..self.end].chars().next() {
            self.position += character.len_utf8();
        }
    }

    /// Steps over `n` ASCII characters.
    pub(crate) fn bump_by(&mut self, n: usize) {
        for _ in 0..n {
            self.bump();
        }
    }

    /// Steps over all characters that `wanted` accepts, through gaps.
    #[inline]
    pub(crate) fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        loop {
            self.cross();
            let stop = self.gap_at.min(self.end);
            let segment = &self.source[self.position..stop];
            let read: IResult<&str, &str> = take_while(&wanted).parse_complete(segment);
            let taken = read.map_or(0, |(_, run)| run.len());
            self.position += taken;
            if taken < segment.len() || self.position >= self.end {
                return;
            }
        }
    }

    /// Ends a leaf here.
    #[inline]
    pub(crate) fn cut(&mut self, kind: LeafKind) {
        if self.position > self.from {
            self.leaves.push(Leaf { span: Span::new(self.from, self.position), kind });
            self.from = self.position;
        }
    }

    /// The mark to hand to [`Cursor::finish`] behind a token that starts here.
    pub(crate) fn begin(&mut self) -> usize {
        self.cross();
        debug_assert_eq!(self.from, self.position, "a token starts where the last leaf ended");
        self.leaves.len()
    }

    /// Ends a token that may have run through gaps: all of its text becomes leaves of this kind.
    pub(crate) fn finish(&mut self, begin: usize, kind: LeafKind) {
        self.cut(kind);
        for leaf in &mut self.leaves[begin..] {
            if leaf.kind == LeafKind::Text {
                leaf.kind = kind;
            }
        }
    }

    /// Reads `n` ASCII characters as one token and gives its place.
    pub(crate) fn token(&mut self, n: usize, kind: LeafKind) -> Span {
        let begin = self.begin();
        let start = self.position;
        self.bump_by(n);
        self.finish(begin, kind);
        Span::new(start, self.position)
    }

    /// Steps over the blanks that part words, keywords and the pieces of JSON: those of ASCII (`reWhitespace` of BuildKit's parser,
    /// RFC 8259). A no-break space is a letter like others.
    pub(crate) fn skip_blanks(&mut self) {
        self.skip_blank(is_blank);
    }

    /// Steps over all that Unicode calls blank, as it is trimmed from the ends of arguments and parts ENV, LABEL and ARG.
    pub(crate) fn skip_spaces(&mut self) {
        self.skip_blank(char::is_whitespace);
    }

    fn skip_blank(&mut self, wanted: impl Fn(char) -> bool) {
        self.peek();
        if self.position < self.end {
            let begin = self.begin();
            self.skip_while(wanted);
            self.finish(begin, LeafKind::Blank);
        }
    }

    /// Steps over everything up to the end as leaves of one kind.
    pub(crate) fn skip_rest(&mut self, kind: LeafKind) {
        let begin = self.begin();
        self.skip_while(|_| true);
        self.finish(begin, kind);
    }

    /// The line continuations that begin inside `span`.
    fn gaps_in(&self, span: Span) -> &'p [Gap] {
        let first = self.gaps.partition_point(|gap| gap.span.start < span.start);
        let last = self.gaps.partition_point(|gap| gap.span.start < span.end);
        &self.gaps[first..last.max(first)]
    }

    /// Whether a line continuation stands inside `span`.
    pub(crate) fn has_gap_in(&self, span: Span) -> bool {
        self.gaps_in(span).iter().any(|gap| span.start < gap.span.start)
    }

    /// The text at `span`, which must not begin before this instruction, gaps taken out.
    pub(crate) fn joined(&self, span: Span) -> String {
        let mut text = String::with_capacity(span.len());
        let mut from = span.start;
        for gap in self.gaps_in(span) {
            text.push_str(&self.source[from..gap.span.start]);
            from = gap.span.end.min(span.end);
        }
        text.push_str(&self.source[from..span.end]);
        text
    }
}
