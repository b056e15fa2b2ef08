//! The tokens of an instruction and what is to stand between them.

use std::borrow::Cow;
use std::ops::Range;

use dockslim_syntax::{Dockerfile, Edit, Instruction, Leaf, LeafKind, Span};

use crate::Style;

/// What is to stand in front of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// What stands there now: inside of words, and where nobody knows better.
    Keep,
    /// Nothing.
    Glue,
    /// One blank.
    Space,
    /// A new line of this level.
    Break(usize),
}

/// A token with what stands in front of it.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) span: Span,
    pub(crate) kind: LeafKind,
    pub(crate) gap: Gap,
    /// The level of the line that it starts if a comment stands in front.
    level: usize,
    /// Whether a blank line in front of it parts what stands there, as a line with nothing but the escape character does.
    parts: bool,
    /// Comments in front of it go in front of the token before: `&&` takes them along when it moves.
    hoists: bool,
    /// What is written instead of it.
    text: Option<String>,
    /// The leaves in front of it that mean nothing.
    leaves: Range<usize>,
}

/// The tokens of an instruction, with the gaps in front of them.
pub(crate) struct Tokens<'d> {
    pub(crate) dockerfile: &'d Dockerfile<'d>,
    pub(crate) style: &'d Style,
    newline: &'d str,
    leaves: &'d [Leaf],
    pub(crate) list: Vec<Token>,
}

impl<'d> Tokens<'d> {
    /// The tokens of an instruction; every gap is kept until somebody says otherwise.
    pub(crate) fn of(
        dockerfile: &'d Dockerfile<'d>,
        instruction: &Instruction,
        style: &'d Style,
        newline: &'d str,
    ) -> Self {
        let leaves = dockerfile.leaves_in(instruction.span);
        let comments = instruction.script().map_or(&[][..], |script| &script.comments);
        // The comment of the shell that a byte is in.
        let comment_at = |offset: usize| {
            let at = comments.partition_point(|comment| comment.end <= offset);
            comments.get(at).filter(|comment| comment.start <= offset)
        };
        let heredoc = instruction.script().is_some_and(|script| script.heredoc_body);
        let mut list: Vec<Token> = Vec::with_capacity(leaves.len() / 2 + 1);
        let mut gap = 0;
        for (number, leaf) in leaves.iter().enumerate() {
            let means_nothing = matches!(
                leaf.kind,
                LeafKind::Blank | LeafKind::Newline | LeafKind::Continuation | LeafKind::Comment
            );
            // What a comment of the shell swallows is one text, layout included.
            let comment = comment_at(leaf.span.start).filter(|_| !heredoc);
            let swallowed = comment.is_some();
            if let (Some(comment), Some(last)) = (comment, list.last())
                && comment.start <= last.span.start
            {
                if let Some(last) = list.last_mut() {
                    last.span.end = leaf.span.end;
                }
                gap = number + 1;
                continue;
            }
            if means_nothing && !swallowed {
                continue;
            }
            let leaves = gap..number;
            gap = number + 1;
            let (gap, level) = (Gap::Keep, 1);
            list.push(Token {
                span: leaf.span,
                kind: leaf.kind,
                gap,
                level,
                parts: false,
                hoists: false,
                text: None,
                leaves,
            });
        }
        Self { dockerfile, style, newline, leaves, list }
    }

    /// The number of the first token that starts at `offset` or behind it.
    pub(crate) fn at(&self, offset: usize) -> usize {
        self.list.partition_point(|token| token.span.start < offset)
    }

    /// The numbers of the tokens inside `span`.
    pub(crate) fn within(&self, span: Span) -> Range<usize> {
        let first = self.at(span.start);
        first..self.at(span.end).max(first)
    }

    /// The text of a token as it stands.
    pub(crate) fn raw(&self, number: usize) -> &'d str {
        self.list.get(number).map_or("", |token| self.dockerfile.raw(token.span))
    }

    /// What a token is.
    pub(crate) fn kind(&self, number: usize) -> LeafKind {
        self.list.get(number).map_or(LeafKind::Text, |token| token.kind)
    }

    fn gap_leaves(&self, number: usize) -> &'d [Leaf] {
        self.list.get(number).map_or(&[], |token| &self.leaves[token.leaves.clone()])
    }

    fn has(&self, number: usize, kind: LeafKind) -> bool {
        self.gap_leaves(number).iter().any(|leaf| leaf.kind == kind)
    }

    /// Whether the token starts a line now.
    pub(crate) fn broken(&self, number: usize) -> bool {
        self.has(number, LeafKind::Continuation)
    }

    /// Whether a comment stands in front of it.
    pub(crate) fn commented(&self, number: usize) -> bool {
        self.has(number, LeafKind::Comment)
    }

    /// Whether a line with nothing but the escape character stands in front of it.
    pub(crate) fn parted(&self, number: usize) -> bool {
        let leaves = self.gap_leaves(number).iter();
        leaves.filter(|leaf| leaf.kind == LeafKind::Continuation).count() > 1
    }

    /// Whether a blank line stands in front of it, and no comment.
    pub(crate) fn spaced(&self, number: usize) -> bool {
        self.has(number, LeafKind::Newline) && !self.commented(number)
    }

    /// Keeps what a blank line in front of a token parts. Builders will refuse such a line (BuildKit's check NoEmptyContinuation), so that it
    /// gets an escape character.
    pub(crate) fn keep_part(&mut self, number: usize) {
        if self.spaced(number)
            && let Some(token) = self.list.get_mut(number)
        {
            token.parts = true;
        }
    }

    /// Whether anything stands in front of it that separates it from the token before.
    pub(crate) fn apart(&self, number: usize) -> bool {
        !self.gap_leaves(number).is_empty()
    }

    /// Whether tokens stand on more than one line now.
    pub(crate) fn multiline(&self, range: Range<usize>) -> bool {
        let newline = |number: usize| self.raw(number).contains('\n');
        range.clone().skip(1).any(|number| self.broken(number)) || range.into_iter().any(newline)
    }

    /// Sets the gap of a token; `level` is that of its line if comments break it.
    pub(crate) fn set(&mut self, number: usize, gap: Gap, level: usize) {
        if let Some(token) = self.list.get_mut(number) {
            (token.gap, token.level) = (gap, level);
        }
    }

    /// As [`Self::set`]: a new line if the token starts one now, else `gap`.
    pub(crate) fn keep_line(&mut self, number: usize, gap: Gap, level: usize) {
        let gap = if self.broken(number) { Gap::Break(level) } else { gap };
        self.set(number, gap, level);
    }

    /// One blank in front of a token, and the comments that stand there before the token in front.
    pub(crate) fn follow(&mut self, number: usize, level: usize) {
        self.set(number, Gap::Space, level);
        if let Some(token) = self.list.get_mut(number) {
            token.hoists = true;
        }
    }

    /// Writes something else for a token.
    pub(crate) fn write(&mut self, number: usize, text: String) {
        if let Some(token) = self.list.get_mut(number) {
            token.text = Some(text);
        }
    }

    /// The columns that tokens fill, with the gaps that are set between them.
    pub(crate) fn width(&self, range: Range<usize>) -> usize {
        let first = range.start;
        range
            .map(|number| {
                let gap = if number == first { 0 } else { self.gap_width(number) };
                gap + self.raw(number).chars().count()
            })
            .sum()
    }

    fn gap_width(&self, number: usize) -> usize {
        match self.list[number].gap {
            Gap::Glue => 0,
            Gap::Space | Gap::Break(_) => 1,
            Gap::Keep => {
                let leaves = self.gap_leaves(number).iter();
                leaves.map(|leaf| self.dockerfile.raw(leaf.span).chars().count()).sum()
            }
        }
    }

    /// The column in which a token starts, by the gaps that are set in front of it.
    pub(crate) fn column(&self, number: usize) -> usize {
        let before =
            self.list[..=number].iter().rposition(|token| matches!(token.gap, Gap::Break(_)));
        let start = before.unwrap_or(0);
        let indent = match self.list[start].gap {
            Gap::Break(level) => self.style.width(level),
            _ => 0,
        };
        if start == number {
            return indent;
        }
        indent + self.width(start..number) + self.gap_width(number)
    }

    /// Whether tokens fit into the line on which they start, with `behind` columns to follow.
    pub(crate) fn fit(&self, range: Range<usize>, behind: usize) -> bool {
        let Some(limit) = self.style.line_length else { return true };
        range.is_empty() || self.column(range.start) + self.width(range) + behind <= limit
    }

    /// Adds what has to change in the text.
    pub(crate) fn edits(mut self, edits: &mut Vec<Edit>) {
        let mut lines: Vec<Vec<Line<'d>>> = (0..self.list.len()).map(|at| self.lines(at)).collect();
        for number in (2..self.list.len()).rev() {
            if self.list[number].hoists && !lines[number].is_empty() {
                let hoisted = std::mem::take(&mut lines[number]);
                lines[number - 1].extend(hoisted);
                one_empty_line(&mut lines[number - 1]);
            }
        }
        for (number, lines) in lines.iter().enumerate() {
            let text = self.list[number].text.take();
            let token = &self.list[number];
            if number > 0 && token.gap != Gap::Keep {
                let span = Span::new(self.list[number - 1].span.end, token.span.start);
                let text = self.gap(token, lines);
                if self.dockerfile.raw(span) != text {
                    edits.push(Edit { span, text: text.into_owned() });
                }
            }
            if let Some(text) = text.filter(|text| self.dockerfile.raw(token.span) != text) {
                edits.push(Edit { span: token.span, text });
            }
        }
    }

    /// The lines of their own that stand in front of a token.
    fn lines(&self, number: usize) -> Vec<Line<'d>> {
        let mut lines = Vec::new();
        let mut started = false;
        for leaf in self.gap_leaves(number) {
            match leaf.kind {
                LeafKind::Comment => {
                    lines.push(Line::Comment(self.dockerfile.raw(leaf.span).trim_end()))
                }
                LeafKind::Continuation if started => lines.push(Line::Empty),
                LeafKind::Continuation => started = true,
                LeafKind::Newline if self.list[number].parts => lines.push(Line::Empty),
                _ => {}
            }
        }
        one_empty_line(&mut lines);
        lines
    }

    fn gap(&self, token: &Token, lines: &[Line<'_>]) -> Cow<'static, str> {
        let commented = lines.iter().any(|line| matches!(line, Line::Comment(_)));
        let level = match token.gap {
            Gap::Break(level) => level,
            _ if commented => token.level,
            Gap::Space => return Cow::Borrowed(" "),
            _ => return Cow::Borrowed(""),
        };
        let escape = self.dockerfile.escape;
        let indent = self.style.indentation(level);
        let mut text = format!(" {escape}{}", self.newline);
        for line in lines {
            text.push_str(&indent);
            match line {
                Line::Comment(comment) => text.push_str(comment),
                Line::Empty => text.push(escape),
            }
            text.push_str(self.newline);
        }
        text.push_str(&indent);
        Cow::Owned(text)
    }
}

/// A line between two tokens.
enum Line<'d> {
    Comment(&'d str),
    /// Nothing but the escape character.
    Empty,
}

/// Of several lines without anything, one stays.
fn one_empty_line(lines: &mut Vec<Line<'_>>) {
    lines.dedup_by(|one, two| matches!((one, two), (Line::Empty, Line::Empty)));
}
