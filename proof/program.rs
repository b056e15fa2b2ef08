//! The normal form of a build: steps, and what becomes of their status.
//!
//! Layout, comments, grouping by `{ }` and the borders between RUNs leave no trace in it. What a command
//! can see of its shell and its sandbox stands beside it as a state, so that a subshell that has no
//! effect but to restore the state is nothing but the steps inside.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use dockslim_syntax::Span;

use crate::shell::StateNumber;

/// Steps in the order in which they run.
pub(crate) type Block<'t> = Vec<Step<'t>>;

/// A word with what decides its meaning, as [`crate::shell::Words`] writes it: quotes and layout are gone, what a
/// shell would expand is marked.
pub(crate) type Text<'t> = Cow<'t, str>;

/// One thing that is done. Where it stands is no part of its identity.
#[derive(Clone, Debug)]
pub(crate) struct Step<'t> {
    /// What is done.
    pub(crate) action: Action<'t>,
    /// What becomes of its status.
    pub(crate) demand: Demand,
    /// Where it stands, a byte range of the text.
    pub(crate) at: Span,
}

impl PartialEq for Step<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.demand == other.demand && self.action == other.action
    }
}

impl Eq for Step<'_> {}

impl Hash for Step<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.demand.hash(hasher);
        self.action.hash(hasher);
    }
}

/// What becomes of the status of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Demand {
    /// If it fails, the subshell around it fails at once, and without one the build.
    Must,
    /// Nobody asks.
    Ignored,
    /// It is the status of its block.
    Status,
    /// It is the status of its block, and a failure ends the subshell at once.
    Checked,
    /// Whether a failure ends the script depends on what ran before.
    Unsure,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action<'t> {
    /// A simple command.
    Call(Call<'t>),
    /// `a && b && c`, or `a || b || c`, where a failure of all of it does not end the script.
    Chain {
        /// Whether the next runs when the one before succeeds, or when it fails.
        on_success: bool,
        /// What is joined.
        parts: Vec<Block<'t>>,
    },
    /// `! block`
    Not(Block<'t>),
    /// `if … then … elif … then … else … fi`
    If {
        /// Conditions and bodies.
        branches: Vec<(Block<'t>, Block<'t>)>,
        /// The `else` part.
        otherwise: Option<Block<'t>>,
    },
    /// `while`, or `until`.
    Loop {
        /// `while` or `until`.
        keyword: Text<'t>,
        /// The condition.
        test: Block<'t>,
        /// The body.
        body: Block<'t>,
    },
    /// `for`
    ForEach {
        /// The variable; `None` in bash's arithmetic form, which then is opaque.
        name: Text<'t>,
        /// The words behind `in`.
        words: Option<Vec<Text<'t>>>,
        /// The substitutions in these words.
        inner: Vec<Block<'t>>,
        /// The body.
        body: Block<'t>,
        /// What the words are expanded in.
        state: StateNumber,
    },
    /// `case`
    Choose {
        /// What is looked at.
        subject: Text<'t>,
        /// The substitutions in it.
        inner: Vec<Block<'t>>,
        /// Patterns and bodies.
        arms: Vec<(Vec<Text<'t>>, Block<'t>)>,
        /// What the words are expanded in.
        state: StateNumber,
    },
    /// Commands joined by `|`, each in a subshell.
    Pipe {
        /// The commands.
        elements: Vec<Block<'t>>,
        /// `|` and `|&`.
        signs: Vec<Text<'t>>,
        /// What decides whose status it is.
        state: StateNumber,
    },
    /// A subshell that something in it leaves before its end, so that it cannot be dissolved.
    Frame(Block<'t>),
    /// `block &`
    Background(Block<'t>),
    /// `exit` with a status that is known not to be 0.
    Fail,
    /// `exit` with another status, `return`, `exec program`.
    Leave(Text<'t>, StateNumber),
    /// Text that is not understood, with the state that it is given to.
    Opaque(Text<'t>, StateNumber),
    /// The exec form of RUN.
    Exec(Vec<Text<'t>>, StateNumber),
    /// COPY or ADD.
    Copy(Transfer<'t>),
    /// WORKDIR: the folder is made if it is not there.
    MakeFolder {
        /// Its path.
        path: Text<'t>,
        /// Who makes it.
        user: Text<'t>,
    },
    /// VOLUME, from here on.
    Volume(Text<'t>),
    /// An instruction that is not understood.
    Unread(Text<'t>),
}

/// A simple command with all that it can see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Call<'t> {
    /// The program and its arguments; empty where only redirections or substitutions are done.
    pub(crate) words: Vec<Text<'t>>,
    /// `NAME=value` in front.
    pub(crate) assignments: Vec<Text<'t>>,
    /// Its own redirections.
    pub(crate) redirects: Vec<Text<'t>>,
    /// The substitutions in all of these, in order.
    pub(crate) inner: Vec<Block<'t>>,
    /// What it sees.
    pub(crate) state: StateNumber,
    /// The shell remembers an older program of this name.
    pub(crate) stale: bool,
    /// It may end its shell, or decide what runs at its end.
    pub(crate) leaves: bool,
    /// What its shell has done before, if it looks at that.
    pub(crate) history: Option<u64>,
}

/// COPY or ADD.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Transfer<'t> {
    /// ADD, not COPY.
    pub(crate) adds: bool,
    /// The stage or image that it copies from; `None` for the build context.
    pub(crate) from: Option<Text<'t>>,
    /// The sources.
    pub(crate) sources: Vec<Text<'t>>,
    /// The texts of here-documents.
    pub(crate) documents: Vec<Text<'t>>,
    /// The destination, behind the directory in force.
    pub(crate) destination: Text<'t>,
    /// The other flags, sorted.
    pub(crate) flags: Vec<Text<'t>>,
}

impl<'t> Action<'t> {
    /// The blocks directly inside, in the order of the text.
    pub(crate) fn blocks(&self) -> Vec<&Block<'t>> {
        match self {
            Action::Call(call) => call.inner.iter().collect(),
            Action::Chain { parts, .. } => parts.iter().collect(),
            Action::Loop { test, body, .. } => vec![test, body],
            Action::Not(block) | Action::Frame(block) | Action::Background(block) => vec![block],
            Action::If { branches, otherwise } => {
                let branches = branches.iter().flat_map(|(test, body)| [test, body]);
                branches.chain(otherwise).collect()
            }
            Action::ForEach { inner, body, .. } => inner.iter().chain([body]).collect(),
            Action::Choose { inner, arms, .. } => {
                inner.iter().chain(arms.iter().map(|(_, body)| body)).collect()
            }
            Action::Pipe { elements, .. } => elements.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The same, to be changed.
    pub(crate) fn blocks_mut(&mut self) -> Vec<&mut Block<'t>> {
        match self {
            Action::Call(call) => call.inner.iter_mut().collect(),
            Action::Chain { parts, .. } => parts.iter_mut().collect(),
            Action::Loop { test, body, .. } => vec![test, body],
            Action::Not(block) | Action::Frame(block) | Action::Background(block) => vec![block],
            Action::If { branches, otherwise } => {
                let branches = branches.iter_mut().flat_map(|(test, body)| [test, body]);
                branches.chain(otherwise).collect()
            }
            Action::ForEach { inner, body, .. } => inner.iter_mut().chain([body]).collect(),
            Action::Choose { inner, arms, .. } => {
                inner.iter_mut().chain(arms.iter_mut().map(|(_, body)| body)).collect()
            }
            Action::Pipe { elements, .. } => elements.iter_mut().collect(),
            _ => Vec::new(),
        }
    }
}

/// Visits every step of a block, also those inside, in the order of the text.
pub(crate) fn visit<'b, 't>(block: &'b [Step<'t>], look: &mut impl FnMut(&'b Step<'t>)) {
    for step in block {
        look(step);
        for inner in step.action.blocks() {
            visit(inner, look);
        }
    }
}

/// The call at the end of a block that is one, or a chain of them.
pub(crate) fn last_call<'b, 't>(block: &'b Block<'t>) -> Option<&'b Call<'t>> {
    match block.as_slice() {
        [Step { action: Action::Call(call), .. }] => Some(call),
        [Step { action: Action::Chain { on_success: true, parts }, .. }] => {
            last_call(parts.last()?)
        }
        _ => None,
    }
}

/// The calls that have succeeded where a chain has.
pub(crate) fn calls_of<'b, 't>(block: &'b Block<'t>) -> Vec<&'b Call<'t>> {
    match block.as_slice() {
        [Step { action: Action::Call(call), .. }] => vec![call],
        [Step { action: Action::Chain { on_success: true, parts }, .. }] => {
            parts.iter().flat_map(calls_of).collect()
        }
        _ => Vec::new(),
    }
}
