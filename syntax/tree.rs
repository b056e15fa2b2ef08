//! The tree of a Dockerfile: what stands where, nothing about what it means.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::{ImageReference, Script, Span};

/// A parsed Dockerfile. It borrows its text and never changes.
///
/// The [`leaves`](Tree::leaves) tile the text: their concatenation is the source, byte for byte. The
/// [`items`](Tree::items) tile it too, line by line (behind a byte order mark, if there is one).
#[derive(Clone, Debug)]
pub struct Dockerfile<'t> {
    /// The text that was parsed.
    pub source: &'t str,
    pub(crate) tree: Arc<Tree>,
}

/// What a [`Dockerfile`] holds but for its text: all of it are places there.
#[derive(Debug)]
pub struct Tree {
    /// The escape character in force: `\`, or a backtick by the `# escape=` directive.
    pub escape: char,
    /// Comments, blank lines and instructions in order.
    pub items: Vec<Item>,
    /// The smallest pieces of the text, in order and without holes.
    pub leaves: Vec<Leaf>,
    /// The line continuations inside instructions, each with the comment and blank lines that
    /// follow it and mean nothing.
    pub continuations: Vec<Span>,
    /// What a builder would refuse or misread.
    pub diagnostics: Vec<Diagnostic>,
    /// Where lines end, worked out when somebody first asks for the number of one.
    pub(crate) newlines: OnceLock<Vec<usize>>,
}

impl Deref for Dockerfile<'_> {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        &self.tree
    }
}

impl<'t> Dockerfile<'t> {
    /// The tree without its text, to be laid over that text later.
    pub fn tree(&self) -> Arc<Tree> {
        Arc::clone(&self.tree)
    }

    /// Lays a tree over the text that it was read from.
    pub fn of(source: &'t str, tree: Arc<Tree>) -> Self {
        debug_assert_eq!(
            source.len(),
            tree.items.last().map_or(source.len(), |item| item.lines().end)
        );
        Self { source, tree }
    }

    /// The slice of the source at `span`, as it stands.
    pub fn raw(&self, span: Span) -> &'t str {
        &self.source[span.range()]
    }

    /// The text at `span` as the builder reads it: line continuations taken out.
    pub fn text(&self, span: Span) -> Cow<'t, str> {
        let mut gaps = self.continuations_in(span).peekable();
        if gaps.peek().is_none() {
            return Cow::Borrowed(self.raw(span));
        }
        let mut joined = String::with_capacity(span.len());
        let mut from = span.start;
        for gap in gaps {
            joined.push_str(&self.source[from..gap.start.max(from)]);
            from = gap.end.min(span.end);
        }
        joined.push_str(&self.source[from..span.end]);
        Cow::Owned(joined)
    }

    /// The line continuations that touch `span`.
    pub fn continuations_in(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        let first = self.continuations.partition_point(|gap| gap.end <= span.start);
        self.continuations[first..].iter().copied().take_while(move |gap| gap.start < span.end)
    }

    /// The instructions with their index among the items.
    pub fn instructions(&self) -> impl DoubleEndedIterator<Item = (usize, &Instruction)> {
        self.items.iter().enumerate().filter_map(|(index, item)| match item {
            Item::Instruction(instruction) => Some((index, &**instruction)),
            _ => None,
        })
    }

    /// The index of the item in whose lines the byte at `offset` stands; how many there are, behind the last of them.
    pub fn item_at(&self, offset: usize) -> usize {
        self.items.partition_point(|item| item.lines().end <= offset)
    }

    /// The instruction that is item number `index`, if that item is one.
    pub fn instruction(&self, index: usize) -> Option<&Instruction> {
        match self.items.get(index) {
            Some(Item::Instruction(instruction)) => Some(instruction),
            _ => None,
        }
    }

    /// The leaves that lie inside `span`.
    pub fn leaves_in(&self, span: Span) -> &[Leaf] {
        let first = self.leaves.partition_point(|leaf| leaf.span.start < span.start);
        let last = self.leaves.partition_point(|leaf| leaf.span.end <= span.end);
        &self.leaves[first..last.max(first)]
    }

    /// The texts of all comments, in order: whole-line comments, those inside continued
    /// instructions, and those of the shell.
    pub fn comments(&self) -> impl Iterator<Item = &'t str> + '_ {
        let comments = self.leaves.iter().filter(|leaf| leaf.kind == LeafKind::Comment);
        comments.map(|leaf| self.raw(leaf.span).trim_end())
    }

    /// The number of the line, from 1, that holds the byte at `offset`.
    pub fn line(&self, offset: usize) -> usize {
        let newlines = self
            .newlines
            .get_or_init(|| self.source.match_indices('\n').map(|(newline, _)| newline).collect());
        1 + newlines.partition_point(|newline| *newline < offset)
    }

    /// The newline of this text: that of its first line, a line feed if there is none.
    pub fn newline(&self) -> &'static str {
        match self.source.find('\n') {
            Some(at) if self.source[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }
}

/// The smallest piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: LeafKind,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeafKind {
    /// The byte order mark at the start of the file.
    ByteOrderMark,
    /// Blanks: spaces, tabs and the like.
    Blank,
    /// The end of a line.
    Newline,
    /// An escape character at a line's end, with the blanks and the newline behind it.
    Continuation,
    /// A comment, without the newline.
    Comment,
    /// A parser directive such as `# syntax=docker/dockerfile:1`, without the newline.
    Directive,
    /// The name of an instruction, `AS` in FROM, or `NONE` and `CMD` in HEALTHCHECK.
    Keyword,
    /// A flag of an instruction.
    Flag,
    /// A word, or a piece of one.
    Text,
    /// An operator or reserved sign of the shell, a bracket or comma of a JSON array, a `=`.
    Operator,
    /// A reserved word of the shell.
    Reserved,
    /// A line of a here-document.
    HeredocBody,
    /// The line that ends a here-document.
    HeredocEnd,
}

/// One entry of the file. Its span covers whole lines, with indentation and newline.
#[derive(Clone, Debug)]
pub enum Item {
    /// A parser directive: it counts only above everything else.
    Directive(Directive),
    /// A line that holds only a comment. `text` starts at the `#` and ends before the newline.
    Comment {
        /// The whole line.
        lines: Span,
        /// From `#` to the end of the comment.
        text: Span,
    },
    /// An empty line, or one of blanks alone.
    Blank {
        /// The whole line.
        lines: Span,
    },
    /// An instruction with its continuation lines and here-documents.
    Instruction(Box<Instruction>),
}

impl Item {
    /// The whole lines of this entry, with indentation and final newline.
    pub fn lines(&self) -> Span {
        match self {
            Item::Directive(directive) => directive.lines,
            Item::Comment { lines, .. } | Item::Blank { lines } => *lines,
            Item::Instruction(instruction) => instruction.lines,
        }
    }
}

/// `# syntax=…`, `# escape=…` or `# check=…` at the top of the file.
#[derive(Clone, Debug)]
pub struct Directive {
    /// The whole line.
    pub lines: Span,
    /// The name, as written.
    pub name: Span,
    /// The value, without blanks around it.
    pub value: Span,
}

/// Which instruction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the instruction of that name in the Dockerfile reference")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    /// A word that is no instruction.
    Unknown,
}

/// An instruction with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// All its lines, with indentation, here-documents and the final newline.
    pub lines: Span,
    /// From the keyword to the last byte that means something, without here-documents.
    pub span: Span,
    /// The name, as written.
    pub keyword: Span,
    /// Which one it is.
    pub kind: Keyword,
    /// `--name=value` between the keyword and the arguments.
    pub flags: Vec<Flag>,
    /// What the instruction is given; an empty span if nothing.
    pub arguments_span: Span,
    /// The same, understood.
    pub arguments: Arguments,
    /// The here-documents that follow its line, in order.
    pub heredocs: Vec<Heredoc>,
}

/// A flag of an instruction, such as `--mount=type=cache,target=/root/.cache`.
#[derive(Clone, Debug)]
pub struct Flag {
    /// From `--` to the end of the value.
    pub span: Span,
    /// The name without `--`.
    pub name: Span,
    /// What stands behind `=`, if it stands there.
    pub value: Option<Span>,
}

/// A word of an instruction. It may run over a line continuation: read it by [`Dockerfile::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// From the first to the last byte.
    pub span: Span,
}

/// A pair of ENV, LABEL or ARG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: Span,
    /// The value as written, with its quotes; `None` in `ARG name`.
    pub value: Option<Span>,
}

/// The arguments of an instruction.
#[derive(Clone, Debug)]
pub enum Arguments {
    /// FROM.
    From(From),
    /// RUN, CMD, ENTRYPOINT, SHELL: a JSON array or a script.
    Command(CommandForm),
    /// HEALTHCHECK with the command behind CMD, or `NONE` as `None`.
    Healthcheck(Option<CommandForm>),
    /// ONBUILD with the instruction that it keeps for later.
    Onbuild(Box<Instruction>),
    /// ENV, LABEL and ARG. `legacy` is the form `ENV name value`, one pair without `=`.
    Pairs {
        /// The pairs in order.
        pairs: Vec<Pair>,
        /// Whether it is written without `=`.
        legacy: bool,
    },
    /// ADD, COPY and VOLUME in their JSON form.
    List(Vec<JsonString>),
    /// ADD, COPY, VOLUME, EXPOSE: words between blanks.
    Words(Vec<Token>),
    /// USER, WORKDIR, STOPSIGNAL, MAINTAINER: the whole rest as one text. Also everything that is
    /// not understood, kept as it stands.
    Text(Span),
    /// Nothing stands there.
    Empty,
}

/// The arguments of FROM.
#[derive(Clone, Debug)]
pub struct From {
    /// The image or stage that is built on.
    pub image: ImageReference,
    /// The stage's name behind AS.
    pub name: Option<Span>,
}

/// The two forms of a command.
#[derive(Clone, Debug)]
pub enum CommandForm {
    /// `["program", "argument"]`
    Exec(Vec<JsonString>),
    /// A script for the shell that is in force.
    Shell(Box<Script>),
}

/// A string in a JSON array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonString {
    /// With the quotes.
    pub span: Span,
    /// What it says.
    pub value: String,
}

/// A here-document that the builder reads.
#[derive(Clone, Debug)]
pub struct Heredoc {
    /// `<<EOF` as it stands in the instruction.
    pub opener: Span,
    /// The word that ends it, without quotes.
    pub name: String,
    /// `<<-`: leading tabs are taken away.
    pub strip_tabs: bool,
    /// No part of the word is quoted, so that variables are expanded.
    pub expand: bool,
    /// The lines between, with their newlines.
    pub body: Span,
    /// The line that ends it without its newline, empty if the file ends before.
    pub end: Span,
}

/// Something that a builder would refuse or misread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
}
