//! The shell, run in the mind: a script becomes steps, each with the state that it sees.

mod builtins;
mod control;
pub(crate) mod hazards;
mod options;
mod quirks;
mod redirects;
mod remembered;
mod state;
mod variables;
mod words;

pub(crate) use builtins::climbed;
pub(crate) use hazards::Words as Command;
pub(crate) use state::{Seen, State, StateNumber, States, Surroundings, hash_of, start_options};
pub(crate) use words::{ACTIVE, CLOSE, OPEN, OPEN_QUOTED, plain, readable};

use dockslim_syntax::shell::{Dialect, Script};
use dockslim_syntax::{Dockerfile, Heredoc, LeafKind, Span};

use crate::program::{Action, Block, Demand, Step};
use control::Want;

/// What a script is run in.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'t, 'a> {
    pub(crate) dockerfile: &'t Dockerfile<'t>,
    /// The here-documents of the instruction.
    pub(crate) heredocs: &'t [Heredoc],
    /// The places that VOLUME names.
    pub(crate) volumes: &'a [String],
    /// The image at the bottom of the stage.
    pub(crate) image: &'a str,
    /// Whether the mounts of the RUN are made anew for each.
    pub(crate) fresh_mounts: bool,
}

/// Runs the scripts of one build.
pub(crate) struct Shell<'t, 'a> {
    pub(crate) setting: Setting<'t, 'a>,
    pub(crate) states: &'a mut States,
    last: Option<(Seen, StateNumber)>,
    frames: Vec<Frame>,
    /// Which signs of looking back the script has.
    looks: Looks,
    /// What the shell has done so far, if the script looks at that.
    history: u64,
    /// Something in the script was not understood after all.
    unread: bool,
    loops: usize,
    /// How many here-documents of the instruction its redirections take.
    pub(crate) claimed: usize,
    /// What has put another program in the place of the shell.
    pub(crate) interpreter: Option<String>,
}

/// A subshell that is being run.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    /// Something may leave it before its end, or run at its end.
    leaves: bool,
    /// A failure inside ends it.
    guards: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Looks {
    at_status: bool,
    at_history: bool,
}

impl<'t, 'a> Shell<'t, 'a> {
    /// A shell for one script.
    pub(crate) fn new(setting: Setting<'t, 'a>, states: &'a mut States) -> Self {
        Self {
            setting,
            states,
            last: None,
            frames: Vec::new(),
            looks: Looks::default(),
            history: 0,
            unread: false,
            loops: 0,
            claimed: 0,
            interpreter: None,
        }
    }

    /// The steps of a script that a RUN starts in this state; its failure is that of the build.
    pub(crate) fn run(&mut self, script: &'t Script, state: State) -> Block<'t> {
        let dockerfile = self.setting.dockerfile;
        let number = self.number(&state);
        let opaque = |text| {
            let action = Action::Opaque(text, number);
            vec![Step { action, demand: Demand::Must, at: script.span }]
        };
        let list = match &script.body {
            // What a POSIX shell reads as something else was not read here at all.
            Ok(list) if script.dialect != Dialect::Posix || script.bashisms.is_empty() => list,
            _ => {
                // Nothing is known of what it leaves, not even of the shell itself.
                return opaque(dockerfile.text(script.span));
            }
        };
        let text = script.span.of(dockerfile.source);
        self.looks = Looks {
            at_status: text.contains("$?") || text.contains("${?"),
            at_history: looks_back(text),
        };
        let mut block = Vec::new();
        self.frames.push(Frame::default());
        self.list(list, Want::Must, false, state, &mut block);
        let frame = self.frames.pop().unwrap_or_default();
        if self.unread {
            return opaque(dockerfile.text(script.span));
        }
        let mut out = Vec::new();
        close(block, frame.leaves, Demand::Must, script.span, &mut out);
        out
    }

    /// The number of a state.
    fn number(&mut self, state: &State) -> StateNumber {
        if let Some((seen, number)) = &self.last
            && *seen == state.seen
        {
            return *number;
        }
        let number = self.states.number(&state.seen);
        self.last = Some((state.seen.clone(), number));
        number
    }

    /// Adds a step.
    fn push(&mut self, out: &mut Block<'t>, action: Action<'t>, demand: Demand, at: Span) {
        let ends = matches!(action, Action::Fail)
            || matches!(demand, Demand::Must | Demand::Checked | Demand::Unsure);
        let leaves = matches!(action, Action::Leave(..));
        if let Some(frame) = self.frames.last_mut() {
            frame.guards |= ends;
            frame.leaves |= leaves;
        }
        out.push(Step { action, demand, at });
    }

    /// Notes that the last step may end its shell, or decide what runs at its end.
    fn leaves_early(&mut self, out: &mut Block<'t>) {
        if let Some(Action::Call(call)) = out.last_mut().map(|step| &mut step.action) {
            call.leaves = true;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.leaves = true;
        }
    }
}

/// Puts the steps of a subshell where it stood: as they are, or as a frame if something leaves it early. Steps
/// in front of all that are no part of the frame if their failure is its failure.
fn close<'t>(mut block: Block<'t>, kept: bool, demand: Demand, at: Span, out: &mut Block<'t>) {
    if !kept {
        out.append(&mut block);
        return;
    }
    if demand == Demand::Must {
        let free = block.iter().take_while(|step| !may_leave(step)).count();
        let rest = block.split_off(free);
        out.append(&mut block);
        block = rest;
    }
    if !block.is_empty() {
        out.push(Step { action: Action::Frame(block), demand, at });
    }
}

/// Whether a step may end the subshell around it other than by failing, or decide what runs at its end.
fn may_leave(step: &Step<'_>) -> bool {
    match &step.action {
        Action::Leave(..) | Action::Opaque(..) => true,
        Action::Call(call) => call.leaves,
        Action::Frame(_) => false,
        action => action.blocks().into_iter().flatten().any(may_leave),
    }
}

/// Whether a text looks at what its shell did before.
fn looks_back(text: &str) -> bool {
    text.contains("~-")
        || text.contains("~+")
        || text.match_indices('$').any(|(at, _)| {
            let rest = &text[at + 1..];
            words::looks_back(rest.strip_prefix('{').unwrap_or(rest))
        })
}

/// A text without layout: one blank where there were some, none around signs, no comments.
pub(crate) fn tokens(dockerfile: &Dockerfile<'_>, span: Span) -> String {
    let mut out = String::with_capacity(span.len());
    let mut blank = false;
    let mut behind_sign = true;
    let mut behind = "";
    for leaf in dockerfile.leaves_in(span) {
        let text = dockerfile.raw(leaf.span);
        match leaf.kind {
            LeafKind::Blank => blank = true,
            LeafKind::Continuation | LeafKind::Comment => {}
            LeafKind::Newline => {
                out.push('\n');
                (blank, behind_sign) = (false, true);
            }
            kind => {
                let joins = kind == LeafKind::Operator
                    && (text.starts_with([';', '&', '|', ')']) && !text.starts_with("&>"));
                let parts = match behind {
                    "(" => text.starts_with('('),
                    "&" => text.starts_with('>'),
                    _ => !behind_sign && !joins,
                };
                if blank && parts {
                    out.push(' ');
                }
                out.push_str(text);
                blank = false;
                behind_sign =
                    joins && !text.ends_with(')') || (kind == LeafKind::Operator && text == "(");
                behind = if behind_sign { text } else { "" };
            }
        }
    }
    out
}
