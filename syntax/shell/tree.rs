//! The tree of a shell script, in the byte coordinates of the Dockerfile.
//!
//! The names follow the POSIX Shell Command Language (section 2.9, Shell Commands).

use crate::Span;

/// A script: what stands in the shell form of RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD, or in the
/// body of `RUN <<EOF`.
#[derive(Clone, Debug)]
pub struct Script {
    /// From the first to the last byte, comment included, blanks around it not.
    pub span: Span,
    /// Which shell's grammar it was read by.
    pub dialect: Dialect,
    /// The statements, or why there are none.
    pub body: Result<List, Opaque>,
    /// The comments of the shell itself (`# …` behind a command), in order. Comment lines between
    /// continued lines are the Dockerfile's and not here.
    pub comments: Vec<Span>,
    /// Where it uses what only bash and its kin read in this way (`[[ … ]]`, `&>`, `<( )`, arrays).
    /// A POSIX shell may read the same text as something else.
    pub bashisms: Vec<Span>,
    /// Whether this is the body of a here-document: lines end at newlines, and no Dockerfile
    /// continuation joins them.
    pub heredoc_body: bool,
}

/// Whose grammar a script is written in, as far as SHELL says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `/bin/sh`: dash, busybox ash, or bash by another name.
    Posix,
    /// bash.
    Bash,
    /// PowerShell, cmd, Python and everything else: not read at all.
    Foreign,
}

/// Text that was not understood: it is carried along and never rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// Where reading stopped, a byte offset.
    pub at: usize,
    /// Why, in lower case and without a full stop.
    pub reason: &'static str,
}

/// Statements one after the other (`list`, `compound_list` and `program` of the grammar).
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The statements in order.
    pub statements: Vec<Statement>,
}

/// An and-or list with what ends it.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Without the separator.
    pub span: Span,
    /// The first pipeline.
    pub first: Pipeline,
    /// The pipelines joined to it.
    pub rest: Vec<(Connector, Pipeline)>,
    /// `;`, `&` or a newline behind it, if there is one.
    pub end: Option<Separator>,
}

impl Statement {
    /// All pipelines in order.
    pub fn pipelines(&self) -> impl DoubleEndedIterator<Item = &Pipeline> {
        std::iter::once(&self.first).chain(self.rest.iter().map(|(_, pipeline)| pipeline))
    }

    /// The last pipeline.
    pub fn last(&self) -> &Pipeline {
        self.rest.last().map_or(&self.first, |(_, pipeline)| pipeline)
    }
}

/// `&&` or `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connector {
    /// Where it stands.
    pub span: Span,
    /// Which one it is.
    pub kind: ConnectorKind,
}

/// What joins two pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectorKind {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// What ends a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separator {
    /// Where it stands.
    pub span: Span,
    /// Which one it is.
    pub kind: SeparatorKind,
}

/// The kinds of separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeparatorKind {
    /// `;`
    Semicolon,
    /// `&`: the statement runs in the background.
    Background,
    /// The end of a line in the body of a here-document.
    Newline,
}

/// Commands joined by `|`.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// With `!`, if there is one.
    pub span: Span,
    /// `!` in front.
    pub negated: Option<Span>,
    /// One or more commands.
    pub commands: Vec<Command>,
    /// The `|` or `|&` between them.
    pub pipes: Vec<Span>,
}

/// A command with its redirections.
#[derive(Clone, Debug)]
pub struct Command {
    /// From the first to the last byte, redirections included.
    pub span: Span,
    /// What it is.
    pub kind: CommandKind,
    /// Redirections in order; those of a simple command may stand between its words.
    pub redirects: Vec<Redirect>,
}

/// The kinds of commands.
#[derive(Clone, Debug)]
pub enum CommandKind {
    /// Assignments, a program and its arguments.
    Simple(Simple),
    /// `{ list; }`
    Group(List),
    /// `( list )`
    Subshell(List),
    /// `if … then … elif … then … else … fi`: conditions and bodies in order, then the `else` part.
    If {
        /// `if`/`elif` conditions with their `then` parts.
        branches: Vec<(List, List)>,
        /// The `else` part.
        otherwise: Option<List>,
    },
    /// `while`/`until list; do list; done`
    While {
        /// The condition.
        condition: List,
        /// Between `do` and `done`.
        body: List,
    },
    /// `for name in words; do list; done`, also bash's `select` and `for ((…))`.
    For {
        /// The name.
        name: Span,
        /// The words behind `in`; `None` without `in`.
        words: Option<Vec<Word>>,
        /// Between `do` and `done`.
        body: List,
    },
    /// `case word in pattern) list;; esac`
    Case {
        /// What is looked at.
        subject: Word,
        /// The patterns with their lists.
        arms: Vec<(Vec<Word>, List)>,
    },
    /// `name() compound-command`
    Function {
        /// The name.
        name: Span,
        /// The body.
        body: Box<Command>,
    },
    /// bash's `[[ … ]]`, not looked into.
    Test,
    /// bash's `(( … ))`, not looked into.
    Arithmetic,
}

/// A simple command: `NAME=value program argument …`.
#[derive(Clone, Debug, Default)]
pub struct Simple {
    /// `NAME=value` in front.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments; empty if there are only assignments or redirections. A comment
    /// between backquotes, `` `# …` ``, expands to no word and is none of them.
    pub words: Vec<Word>,
}

/// `NAME=value`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The whole of it.
    pub span: Span,
    /// The name alone.
    pub name: Span,
    /// The value; `None` for an array.
    pub value: Option<Word>,
    /// What stands behind the name of an array.
    pub array: Option<Word>,
}

/// A redirection such as `2>/dev/null` or `<<EOF`.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// From the descriptor's number to the last byte of the target.
    pub span: Span,
    /// The number in front, if there is one.
    pub descriptor: Option<Span>,
    /// The sign.
    pub operator: Span,
    /// The file, the descriptor, or the word that ends the here-document.
    pub target: Word,
    /// Whether it is a here-document (`<<`, `<<-`).
    pub heredoc: bool,
}

/// A word of the shell.
///
/// `parts` tile it: literal text, quotations and expansions in order (with line continuations
/// between them or inside).
#[derive(Clone, Debug)]
pub struct Word {
    /// From the first to the last byte.
    pub span: Span,
    /// The pieces; a word of plain literal text has exactly one.
    pub parts: Vec<Part>,
}

/// A piece of a word.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it stands, quotes and signs included.
    pub span: Span,
    /// What it is.
    pub kind: PartKind,
}

/// The kinds of pieces of a word.
#[derive(Clone, Debug)]
pub enum PartKind {
    /// Text that stands for itself.
    Literal,
    /// A backslash with the character that it quotes.
    Escaped,
    /// `'…'` or bash's `$'…'`.
    SingleQuoted,
    /// `"…"` with the pieces inside.
    DoubleQuoted(Vec<Part>),
    /// `$name`, `$1`, `$?`.
    Variable {
        /// The name without `$`.
        name: Span,
    },
    /// `${…}`.
    Parameter {
        /// The name without signs around it; empty if it was not understood.
        name: Span,
        /// What stands behind the name, before `}`, as pieces.
        argument: Vec<Part>,
    },
    /// `$( … )` or `` ` … ` ``; `None` if what stands inside was not read.
    Substitution(Option<List>),
    /// `$(( … ))`.
    Arithmetic,
    /// bash's `<( … )` and `>( … )`.
    Process(List),
    /// bash's `( … )` behind `name=`.
    Array(Vec<Word>),
}
