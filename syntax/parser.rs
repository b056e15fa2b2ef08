//! Divides a file into its items: comments, blank lines, and instructions with their continuations
//! and here-documents.
//!
//! The rules are those of BuildKit's `frontend/dockerfile/parser`: which lines continue, what is a
//! comment, where a directive counts.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::again::Known;
use crate::cursor::{Cursor, Gap};
use crate::image_reference::is_windows;
use crate::shell::Dialect;
use crate::{
    Arguments, CommandForm, Diagnostic, Directive, Dockerfile, Instruction, Item, Keyword, Leaf,
    LeafKind, Span, Tree, directive, heredoc, instruction, shell,
};

/// Parses any text as a Dockerfile: always a tree, never an error.
///
/// All spans in the tree are byte offsets into `source`. What a builder would refuse stands in
/// [`diagnostics`](Tree::diagnostics).
pub fn parse(source: &str) -> Dockerfile<'_> {
    read_with(source, None)
}

/// The same; the trees of items that are known are taken from there.
pub(crate) fn read_with<'t, 'k>(source: &'t str, known: Option<&'k Known<'k>>) -> Dockerfile<'t> {
    let mut parser = Parser::new(source, known);
    parser.file();
    let Parser { items, leaves, continuations, diagnostics, escape, .. } = parser;
    let continuations = continuations.into_iter().map(|gap| gap.span).collect();
    let newlines = OnceLock::new();
    let tree = Tree { escape, items, leaves, continuations, diagnostics, newlines };
    Dockerfile { source, tree: Arc::new(tree) }
}

struct Parser<'t, 'k> {
    source: &'t str,
    known: Option<&'k Known<'k>>,
    /// The number behind the last of the known items that was taken over.
    next_known: usize,
    position: usize,
    escape: char,
    /// Directives count only above everything else.
    directives_over: bool,
    items: Vec<Item>,
    leaves: Vec<Leaf>,
    continuations: Vec<Gap>,
    gap_leaves: Vec<Leaf>,
    diagnostics: Vec<Diagnostic>,
    shells: Shells,
}

/// Which shell reads RUN, stage by stage.
pub(crate) struct Shells {
    /// The one in force.
    pub(crate) current: Dialect,
    /// What each named stage ended with, for those that build on it.
    by_stage: HashMap<String, Dialect>,
    stage: Option<String>,
}

/// A physical line: its text without the newline, and where the next one starts.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    /// Behind the last byte that is not part of the newline.
    end: usize,
    next: usize,
}

impl<'t, 'k> Parser<'t, 'k> {
    fn new(source: &'t str, known: Option<&'k Known<'k>>) -> Self {
        Self {
            source,
            known,
            next_known: 0,
            position: 0,
            escape: '\\',
            directives_over: false,
            items: Vec::with_capacity(source.len() / 48),
            leaves: Vec::with_capacity(source.len() / 5),
            continuations: Vec::new(),
            gap_leaves: Vec::new(),
            diagnostics: Vec::new(),
            shells: Shells::default(),
        }
    }

    fn file(&mut self) {
        if self.source.starts_with('\u{feff}') {
            self.leaf(LeafKind::ByteOrderMark, '\u{feff}'.len_utf8());
        }
        while self.position < self.source.len() {
            if self.take_over() {
                continue;
            }
            let line = self.line_at(self.position);
            let text = &self.source[line.start..line.end];
            let indented = text.trim_start();
            let first = line.end - indented.len();
            if indented.is_empty() {
                self.leaf(LeafKind::Blank, line.end);
                self.leaf(LeafKind::Newline, line.next);
                self.items.push(Item::Blank { lines: Span::new(line.start, line.next) });
            } else if indented.starts_with('#') {
                self.comment_line(line, first);
                continue;
            } else {
                self.leaf(LeafKind::Blank, first);
                self.instruction(line, first);
            }
            self.directives_over = true;
        }
    }

    /// Takes over the items that come next, as many as are known in a row. `false` if there is none.
    fn take_over(&mut self) -> bool {
        let Some(known) = self.known.filter(|_| self.directives_over) else { return false };
        let (start, rest) = (self.position, &self.source[self.position..]);
        let row = known.row(rest, self.next_known, self.shells.current, self.escape);
        let Some(row) = row else { return false };
        self.leaves.extend(row.leaves(start));
        let gap = |span| Gap { span, leaves: 0..0 };
        self.continuations.extend(row.continuations(start).map(gap));
        self.items.extend(row.items(start));
        if let Some(Item::Instruction(last)) = self.items.last() {
            self.shells.note(self.source, last);
        }
        self.position += row.span.len();
        self.next_known = row.numbers.end;
        true
    }

    /// Ends a leaf at `end`; an empty one is none.
    fn leaf(&mut self, kind: LeafKind, end: usize) {
        if end > self.position {
            self.leaves.push(Leaf { span: Span::new(self.position, end), kind });
            self.position = end;
        }
    }

    fn line_at(&self, start: usize) -> Line {
        let rest = &self.source[start..];
        let length = rest.bytes().position(|byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
        let text = rest[..length].trim_end_matches(['\r', '\n']);
        Line { start, end: start + text.len(), next: start + length }
    }

    fn comment_line(&mut self, line: Line, first: usize) {
        self.leaf(LeafKind::Blank, first);
        let text = Span::new(first, line.end);
        let lines = Span::new(line.start, line.next);
        let directive =
            if self.directives_over { None } else { directive::read(text.of(self.source), first) };
        let Some((name, value)) = directive else {
            self.directives_over = true;
            self.leaf(LeafKind::Comment, line.end);
            self.leaf(LeafKind::Newline, line.next);
            self.items.push(Item::Comment { lines, text });
            return;
        };
        if name.of(self.source).eq_ignore_ascii_case("escape") {
            match value.of(self.source) {
                "`" => self.escape = '`',
                "\\" => self.escape = '\\',
                _ => self.complain(value, "the escape directive takes \\ or `".to_owned()),
            }
        }
        self.leaf(LeafKind::Directive, line.end);
        self.leaf(LeafKind::Newline, line.next);
        self.items.push(Item::Directive(Directive { lines, name, value }));
    }

    fn complain(&mut self, span: Span, message: String) {
        self.diagnostics.push(Diagnostic { span, message });
    }

    /// Where the line's continuation character stands, if it continues.
    ///
    /// BuildKit: the last character but for blanks is the escape character, and the one before it is
    /// not. `\\` at the end does not continue, whatever the shell thinks of it.
    fn continuation(&self, line: Line, from: usize) -> Option<usize> {
        let text = self.source[from..line.end].trim_end_matches([' ', '\t']);
        let before = text.strip_suffix(self.escape)?;
        (!before.ends_with(self.escape)).then_some(from + before.len())
    }

    /// Reads the lines of one instruction, from its first character at `first`.
    fn instruction(&mut self, line: Line, first: usize) {
        let first_gap = self.continuations.len();
        let (mut current, mut from) = (line, first);
        let mut end = line.end;
        while let Some(at) = self.continuation(current, from) {
            let next = self.gap(at, current);
            end = at;
            if next >= self.source.len() {
                current = Line { start: next, end: next, next };
                break;
            }
            current = self.line_at(next);
            from = next;
            end = current.end;
        }
        let end = self.trimmed_end(first, end, first_gap);
        self.read_instruction(Span::new(first, end), line.start, current, first_gap);
    }

    /// Where the text from `first` to `end` is over: blanks at its end mean nothing, and neither do
    /// the continuations between them.
    fn trimmed_end(&self, first: usize, mut end: usize, first_gap: usize) -> usize {
        for gap in self.continuations[first_gap..].iter().rev().map(|gap| gap.span) {
            if gap.end <= end {
                let text = self.source[gap.end..end].trim_end();
                if !text.is_empty() {
                    return gap.end + text.len();
                }
                end = gap.start;
            }
        }
        first + self.source[first..end].trim_end().len()
    }

    /// Notes the continuation at `at` with the comment and blank lines behind it, and gives the
    /// start of the line that goes on.
    fn gap(&mut self, at: usize, line: Line) -> usize {
        let first = self.gap_leaves.len();
        let mut position = at;
        let mut push = |leaves: &mut Vec<Leaf>, kind, end| {
            if end > position {
                leaves.push(Leaf { span: Span::new(position, end), kind });
                position = end;
            }
        };
        push(&mut self.gap_leaves, LeafKind::Continuation, line.next);
        let mut next = line.next;
        while next < self.source.len() {
            let line = self.line_at(next);
            let text = self.source[line.start..line.end].trim_start();
            if !text.is_empty() && !text.starts_with('#') {
                break;
            }
            push(&mut self.gap_leaves, LeafKind::Blank, line.end - text.len());
            push(&mut self.gap_leaves, LeafKind::Comment, line.end);
            push(&mut self.gap_leaves, LeafKind::Newline, line.next);
            next = line.next;
        }
        let leaves = first..self.gap_leaves.len();
        self.continuations.push(Gap { span: Span::new(at, next), leaves });
        next
    }

    /// Parses the instruction whose text is `span` and whose last line is `last`.
    fn read_instruction(&mut self, span: Span, lines_start: usize, last: Line, first_gap: usize) {
        let gaps = &self.continuations[first_gap..];
        let heredocs = heredoc::find(self.source, span, gaps, last.next);
        let behind = heredocs
            .last()
            .map_or(last.next, |heredoc| heredoc::line_end(self.source, heredoc.end));
        let dialect = self.shells.current;
        let inner_gaps = gaps.partition_point(|gap| gap.span.start < span.end);
        let mut cursor =
            Cursor::new(self.source, span, &gaps[..inner_gaps], &self.gap_leaves, &mut self.leaves);
        let context = instruction::Context { dialect, escape: self.escape };
        let mut instruction =
            instruction::read(&mut cursor, context, heredocs, &mut self.diagnostics);
        self.position = span.end;
        if instruction.kind == Keyword::Run {
            self.swallowed(span, first_gap);
        }
        self.end_of_line(first_gap + inner_gaps, last);
        self.heredocs(&mut instruction, dialect);
        instruction.lines = Span::new(lines_start, behind);
        self.shells.note(self.source, &instruction);
        self.items.push(Item::Instruction(Box::new(instruction)));
    }

    /// An instruction that became a part of the RUN above it: a line goes on where nobody would think so, since its command is not
    /// over, or since comments and empty lines follow.
    fn swallowed(&mut self, span: Span, first_gap: usize) {
        for at in first_gap..self.continuations.len() {
            let Gap { span: gap, leaves } = &self.continuations[at];
            if gap.end >= span.end {
                return;
            }
            let open = self.source[span.start..gap.start].trim_end().ends_with(['&', '|', ';']);
            let rest = &self.source[gap.end..span.end];
            let line = rest.trim_start();
            let word = line.split([' ', '\t', '\n']).next().unwrap_or_default();
            let shouted = !word.contains(|c: char| !c.is_ascii_uppercase());
            if (open || leaves.len() > 1) && shouted && Keyword::of(word) != Keyword::Unknown {
                let start = gap.end + rest.len() - line.len();
                let message =
                    format!("this {word} is a part of the RUN above it, whose line goes on");
                return self.complain(Span::new(start, start + word.len()), message);
            }
        }
    }

    /// What follows an instruction's text on its lines: blanks, or continuations with nothing behind.
    fn end_of_line(&mut self, from_gap: usize, last: Line) {
        for gap in from_gap..self.continuations.len() {
            let span = self.continuations[gap].span;
            self.leaf(LeafKind::Blank, span.start);
            let leaves = self.continuations[gap].leaves.clone();
            self.leaves.extend_from_slice(&self.gap_leaves[leaves]);
            self.position = span.end;
        }
        self.leaf(LeafKind::Blank, last.end);
        self.leaf(LeafKind::Newline, last.next);
    }

    fn heredocs(&mut self, instruction: &mut Instruction, dialect: Dialect) {
        let script = instruction.heredoc_script();
        let heredocs = std::mem::take(&mut instruction.heredocs);
        for heredoc in &heredocs {
            if script {
                let body = shell::read_body(self.source, heredoc, dialect, &mut self.leaves);
                if let Some((at, message)) = body.complaint() {
                    self.complain(Span::empty(at), message);
                }
                instruction.innermost_mut().arguments =
                    Arguments::Command(CommandForm::Shell(Box::new(body)));
                self.position = heredoc.body.end;
            }
            self.leaf(LeafKind::HeredocBody, heredoc.body.end);
            self.leaf(LeafKind::HeredocEnd, heredoc.end.end);
            if heredoc.end.is_empty() && !heredoc.name.is_empty() {
                self.complain(heredoc.opener, "the here-document does not end".to_owned());
            }
            let next = heredoc::line_end(self.source, heredoc.end);
            self.leaf(LeafKind::Newline, next);
        }
        instruction.heredocs = heredocs;
    }
}

impl Default for Shells {
    fn default() -> Self {
        Self { current: Dialect::Posix, by_stage: HashMap::new(), stage: None }
    }
}

impl Shells {
    /// Whether another shell may be in force behind an item.
    pub(crate) fn may_change_at(item: &Item) -> bool {
        let Item::Instruction(instruction) = item else { return false };
        matches!(instruction.kind, Keyword::From | Keyword::Shell)
    }

    /// Follows SHELL and FROM.
    pub(crate) fn note(&mut self, source: &str, instruction: &Instruction) {
        match &instruction.arguments {
            Arguments::From(from) => {
                if let Some(stage) = self.stage.take() {
                    self.by_stage.insert(stage, self.current);
                }
                let base = from.image.span.of(source).to_ascii_lowercase();
                let default = if is_windows(&base) { Dialect::Foreign } else { Dialect::Posix };
                self.current = self.by_stage.get(&base).copied().unwrap_or(default);
                self.stage = from.name.map(|name| name.of(source).to_ascii_lowercase());
            }
            Arguments::Command(CommandForm::Exec(words)) if instruction.kind == Keyword::Shell => {
                self.current = Dialect::of_program(words.first().map_or("", |word| &word.value));
            }
            _ => {}
        }
    }
}
