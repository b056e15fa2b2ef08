//! What decides whether a command runs, and what becomes of its status.
//!
//! Sources: POSIX Shell Command Language, 2.9.2 to 2.9.4 and `set -e` in 2.14.

use dockslim_syntax::Span;
use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Pipeline, SeparatorKind, Statement, Word,
};

use super::quirks::{is_negated_compound, looks_at_its_shell};
use super::state::{Errexit, State, hash_of};
use super::words::Words;
use super::{Frame, Shell, close, tokens};
use crate::program::{Action, Block, Call, Demand, Text};
use std::borrow::Cow;
use std::sync::Arc;

/// What the surroundings want to know of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A failure is one of the subshell around it.
    Must,
    /// Nothing.
    Ignored,
    /// It is the status of the block.
    Status,
    /// It is the status of the block, which is a whole subshell: errexit adds nothing to it.
    Tail,
}

/// The states behind something, by how it ended.
pub(super) struct Outcome {
    pub(super) ok: State,
    pub(super) failed: State,
}

impl Outcome {
    /// The same state either way.
    pub(super) fn either(state: State) -> Self {
        Self { failed: state.clone(), ok: state }
    }

    /// It cannot fail.
    pub(super) fn sure(state: State) -> Self {
        Self { failed: State { dead: true, ..state.clone() }, ok: state }
    }

    /// What is left of it if a failure ends the subshell.
    pub(super) fn demanded(mut self, demand: Demand) -> Self {
        self.failed.dead |= demand == Demand::Must;
        self
    }

    fn met(self) -> State {
        self.ok.meet(self.failed)
    }
}

impl Want {
    /// What becomes of the status of a command in this place.
    pub(super) fn demand(self, errexit: Errexit, immune: bool) -> Demand {
        let errexit = if immune { Errexit::Off } else { errexit };
        match (self, errexit) {
            (Want::Must, _) | (Want::Ignored, Errexit::On) => Demand::Must,
            (Want::Ignored, Errexit::Off) => Demand::Ignored,
            (Want::Tail, _) | (Want::Status, Errexit::Off) => Demand::Status,
            (Want::Status, Errexit::On) => Demand::Checked,
            (_, Errexit::Unsure) => Demand::Unsure,
        }
    }

    /// The same for `if` and `case`, each of whose bodies is asked the same.
    fn by_parts(self) -> Demand {
        match self {
            Want::Must | Want::Ignored => Demand::Ignored,
            Want::Status | Want::Tail => Demand::Status,
        }
    }

    /// The same for a compound command, whose parts look at errexit themselves.
    fn compound(self) -> Demand {
        match self {
            Want::Must => Demand::Must,
            Want::Ignored => Demand::Ignored,
            Want::Status | Want::Tail => Demand::Status,
        }
    }
}

impl<'t> Shell<'t, '_> {
    /// Statements one after the other. `immune` where errexit is off whatever the options say.
    pub(super) fn list(
        &mut self,
        list: &'t List,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let Some((last, before)) = list.statements.split_last() else {
            return Outcome::sure(state);
        };
        for statement in before {
            let outcome = self.statement(statement, Want::Ignored, immune, state, out);
            state = outcome.met();
        }
        self.statement(last, want, immune, state, out)
    }

    fn statement(
        &mut self,
        statement: &'t Statement,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        if statement.end.is_none_or(|end| end.kind != SeparatorKind::Background) {
            return self.and_or(statement, want, immune, state, out);
        }
        let mut block = Vec::new();
        self.frames.push(Frame::default());
        let outcome = self.and_or(statement, Want::Tail, immune, state.clone(), &mut block);
        self.frames.pop();
        state.outlive(&outcome.met());
        state.leave_in_sandbox(format!("`{} &`", tokens(self.setting.dockerfile, statement.span)));
        self.push(out, Action::Background(block), want.compound(), statement.span);
        Outcome::sure(state)
    }

    /// An and-or list.
    fn and_or(
        &mut self,
        statement: &'t Statement,
        want: Want,
        immune: bool,
        state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let last_or = statement.rest.iter().rposition(|(sign, _)| sign.kind == ConnectorKind::Or);
        let chained = match (want, last_or) {
            (Want::Must, None) => 0,
            (Want::Must, Some(at)) => at + 1,
            _ => statement.rest.len(),
        };
        // Where a failure ends everything, `a && b` is a and then b.
        let all = statement.rest.len();
        let mut outcome = if chained == 0 {
            self.pipeline(&statement.first, want, immune || all > 0, state, out)
        } else {
            self.chain(statement, chained, want, immune || chained < all, state, out)
        };
        for (number, (_, pipeline)) in statement.rest.iter().enumerate().skip(chained) {
            outcome = self.pipeline(pipeline, want, immune || number + 1 < all, outcome.ok, out);
        }
        outcome
    }

    /// The first pipelines of an and-or list, up to the one behind connector number `count - 1`.
    fn chain(
        &mut self,
        statement: &'t Statement,
        count: usize,
        want: Want,
        immune: bool,
        state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let mut part = Vec::new();
        let mut outcome = self.pipeline(&statement.first, Want::Status, true, state, &mut part);
        let mut parts = vec![part];
        let mut sign = statement.rest[0].0.kind;
        for (number, (connector, pipeline)) in statement.rest[..count].iter().enumerate() {
            let last = number + 1 == count;
            if connector.kind != sign {
                let inner = chained(sign, std::mem::take(&mut parts));
                let mut part = Vec::new();
                self.push(&mut part, inner, Demand::Status, statement.span);
                parts = vec![part];
                sign = connector.kind;
            }
            let mut part = Vec::new();
            let want = if last { want } else { Want::Status };
            let immune = if last { immune } else { true };
            outcome = match connector.kind {
                ConnectorKind::And => {
                    let next = self.pipeline(pipeline, want, immune, outcome.ok, &mut part);
                    let failed = outcome.failed.meet(next.failed);
                    Outcome { ok: next.ok, failed }
                }
                ConnectorKind::Or => {
                    let next = self.pipeline(pipeline, want, immune, outcome.failed, &mut part);
                    let ok = outcome.ok.meet(next.ok);
                    Outcome { ok, failed: next.failed }
                }
            };
            parts.push(part);
        }
        let mut demand = want.compound();
        // What ends in `|| true` cannot fail.
        let sure = |part: &Block<'t>| {
            part.last().is_some_and(|step| matches!(step.action, Action::Fail))
                || part.iter().all(|step| {
                    step.demand == Demand::Ignored && matches!(step.action, Action::Call(_))
                })
        };
        if sign == ConnectorKind::Or && demand == Demand::Must && parts.last().is_some_and(sure) {
            demand = Demand::Ignored;
        }
        self.push(out, chained(sign, parts), demand, statement.span);
        outcome.demanded(demand)
    }

    fn pipeline(
        &mut self,
        pipeline: &'t Pipeline,
        want: Want,
        immune: bool,
        state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        if pipeline.negated.is_some() {
            let mut block = Vec::new();
            let outcome = self.commands(pipeline, Want::Status, true, state, &mut block);
            let demand = want.compound();
            self.push(out, Action::Not(block), demand, pipeline.span);
            return Outcome { ok: outcome.failed, failed: outcome.ok }.demanded(demand);
        }
        self.commands(pipeline, want, immune, state, out)
    }

    fn commands(
        &mut self,
        pipeline: &'t Pipeline,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        if let [command] = pipeline.commands.as_slice() {
            return self.command(command, want, immune, state, out);
        }
        let demand = want.demand(state.errexit, immune);
        let number = self.number(&state);
        let mut elements = Vec::with_capacity(pipeline.commands.len());
        for command in &pipeline.commands {
            let mut block = Vec::new();
            self.frames.push(Frame::default());
            let outcome = self.command(command, Want::Tail, immune, state.clone(), &mut block);
            self.frames.pop();
            let child = outcome.met();
            // dash looks up the programs of a pipe in the parent.
            if child.called != state.called {
                Arc::make_mut(&mut state.called).extend(child.called.iter().cloned());
            }
            state.outlive(&child);
            elements.push(block);
        }
        let signs = pipeline.pipes.iter().map(|sign| self.setting.dockerfile.text(*sign)).collect();
        self.push(out, Action::Pipe { elements, signs, state: number }, demand, pipeline.span);
        let mut outcome = Outcome::either(state);
        if self.looks.at_status {
            outcome.failed.seen.status = hash_of(&out[out.len() - 1..].iter().collect::<Vec<_>>());
        }
        outcome.demanded(demand)
    }

    fn command(
        &mut self,
        command: &'t Command,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        if let CommandKind::Simple(simple) = &command.kind {
            return self.simple(command, simple, want, immune, state, out);
        }
        let redirects = state.seen.redirects.clone();
        if !command.redirects.is_empty() {
            self.open(command, want.demand(state.errexit, immune), want, &mut state, out);
        }
        let within = state.seen.redirects.clone();
        let mut outcome = self.compound(command, want, immune, state, out);
        if !command.redirects.is_empty() {
            // `{ exec >log; } 2>&1`: what `exec` redirects stays so, the rest does not.
            self.unread |= outcome.ok.seen.redirects != within;
            outcome.ok.seen.redirects = redirects.clone();
            outcome.failed.seen.redirects = redirects;
        }
        outcome
    }

    fn compound(
        &mut self,
        command: &'t Command,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let at = command.span;
        match &command.kind {
            CommandKind::Simple(_) => Outcome::either(state),
            CommandKind::Group(list) => self.list(list, want, immune, state, out),
            CommandKind::Subshell(list) => self.subshell(list, at, want, immune, state, out),
            CommandKind::If { branches, otherwise } => {
                self.conditional(branches, otherwise.as_ref(), at, want, immune, state, out)
            }
            CommandKind::While { condition, body } => {
                let text = self.setting.dockerfile.text(command.span);
                let keyword = Text::Owned(text.chars().take(5).collect());
                self.repeated(at, want, state, out, |this, state| {
                    let mut test = Vec::new();
                    let met = this.list(condition, Want::Status, true, state, &mut test);
                    let (enter, leave) = if keyword == "while" {
                        (met.ok, met.failed)
                    } else {
                        (met.failed, met.ok)
                    };
                    let mut block = Vec::new();
                    let body = this.list(body, Want::Status, immune, enter, &mut block);
                    let end = body.met().meet(leave);
                    (Action::Loop { keyword: keyword.clone(), test, body: block }, end)
                })
            }
            CommandKind::For { name, words, body } => {
                let mut writer = Words::of(self.setting.dockerfile);
                let texts: Option<Vec<_>> = words
                    .as_ref()
                    .map(|words| words.iter().map(|word| writer.word(word)).collect());
                let number = self.number(&state);
                let inner = self.inner(&mut writer, immune, &mut state);
                let name = self.setting.dockerfile.text(*name);
                let value = format!("={}", texts.as_deref().unwrap_or_default().join(" "));
                Arc::make_mut(&mut state.seen.variables).insert(name.to_string(), value);
                self.repeated(at, want, state, out, |this, state| {
                    let mut block = Vec::new();
                    let outcome = this.list(body, Want::Status, immune, state, &mut block);
                    let end = outcome.met();
                    let (name, words, inner) = (name.clone(), texts.clone(), inner.clone());
                    (Action::ForEach { name, words, inner, body: block, state: number }, end)
                })
            }
            CommandKind::Case { subject, arms } => {
                self.choice(subject, arms, at, want, immune, state, out)
            }
            CommandKind::Function { name, body } => {
                let name = self.setting.dockerfile.text(*name);
                let body = tokens(self.setting.dockerfile, body.span);
                self.unread |= looks_at_its_shell(&body);
                Arc::make_mut(&mut state.seen.settings).insert(format!("function {name}"), body);
                Outcome::sure(state)
            }
            CommandKind::Test | CommandKind::Arithmetic => {
                let text = tokens(self.setting.dockerfile, at);
                let assigns = matches!(command.kind, CommandKind::Arithmetic)
                    && (text.contains('=') || text.contains("++") || text.contains("--"));
                // What is nested in it was not read.
                self.unread |= text.contains("$(") || text.contains('`');
                let call = Call {
                    words: vec![Cow::Owned(text.clone())],
                    assignments: Vec::new(),
                    redirects: Vec::new(),
                    inner: Vec::new(),
                    state: self.number(&state),
                    stale: false,
                    leaves: false,
                    history: self.looks.at_history.then_some(self.history),
                };
                let demand = want.demand(state.errexit, immune);
                self.push(out, Action::Call(call), demand, at);
                if assigns {
                    state.taint(text);
                }
                Outcome::either(state).demanded(demand)
            }
        }
    }

    /// `( list )`: it starts with a copy of the state, and only what it did to the sandbox stays.
    fn subshell(
        &mut self,
        list: &'t List,
        at: Span,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        // bash, when it is called sh, reads `((` as arithmetic.
        self.unread |= self.setting.dockerfile.source[at.start..].starts_with("((");
        self.unread |= state.errexit != Errexit::Off && is_negated_compound(list);
        let demand = want.demand(state.errexit, immune);
        let inner = match demand {
            Demand::Must => Want::Must,
            Demand::Ignored => Want::Ignored,
            _ => Want::Tail,
        };
        let mut block = Vec::new();
        self.frames.push(Frame::default());
        let outcome = self.list(list, inner, immune, state.clone(), &mut block);
        let frame = self.frames.pop().unwrap_or_default();
        let guarded = frame.guards && demand != Demand::Must;
        let kept = frame.leaves || guarded || matches!(demand, Demand::Checked | Demand::Unsure);
        if let Some(outer) = self.frames.last_mut() {
            outer.guards |= matches!(demand, Demand::Must | Demand::Checked | Demand::Unsure);
        }
        let child = outcome.met();
        state.outlive(&child);
        let mut behind = Outcome::either(state);
        if self.looks.at_status {
            behind.failed.seen.status = hash_of(&block);
        }
        close(block, kept, demand, at, out);
        behind.demanded(demand)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of an `if`, and where it stands")]
    fn conditional(
        &mut self,
        branches: &'t [(List, List)],
        otherwise: Option<&'t List>,
        at: Span,
        want: Want,
        immune: bool,
        state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let dead = State { dead: true, ..state.clone() };
        let mut behind = Outcome { ok: dead.clone(), failed: dead };
        let mut state = state;
        let mut parts = Vec::new();
        for (condition, body) in branches {
            let mut test = Vec::new();
            let met = self.list(condition, Want::Status, true, state, &mut test);
            let mut block = Vec::new();
            let end = self.list(body, want, immune, met.ok, &mut block);
            behind.ok = behind.ok.meet(end.ok);
            behind.failed = behind.failed.meet(end.failed);
            parts.push((test, block));
            state = met.failed;
        }
        let otherwise = match otherwise {
            Some(list) => {
                let mut block = Vec::new();
                let end = self.list(list, want, immune, state, &mut block);
                behind.ok = behind.ok.meet(end.ok);
                behind.failed = behind.failed.meet(end.failed);
                Some(block)
            }
            None => {
                behind.ok = behind.ok.meet(state);
                None
            }
        };
        let demand = want.by_parts();
        behind.failed.dead |= want == Want::Must;
        self.push(out, Action::If { branches: parts, otherwise }, demand, at);
        behind.demanded(demand)
    }

    /// A loop. If its body changes the state, the state inside is that of any round.
    fn repeated(
        &mut self,
        at: Span,
        want: Want,
        mut state: State,
        out: &mut Block<'t>,
        mut turn: impl FnMut(&mut Self, State) -> (Action<'t>, State),
    ) -> Outcome {
        self.loops += 1;
        if self.loops > 3 {
            state.taint("a loop in a loop".to_owned());
        }
        let (mut action, mut end) = turn(self, state.clone());
        if end.seen != state.seen || end.errexit != state.errexit {
            let any = state.clone().meet(end);
            if self.loops <= 3 {
                (action, end) = turn(self, any.clone());
                end = any.meet(end);
            } else {
                end = any;
            }
        }
        self.loops -= 1;
        let demand = want.compound();
        self.push(out, action, demand, at);
        Outcome::either(end).demanded(demand)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a `case`, and where it stands")]
    fn choice(
        &mut self,
        subject: &'t Word,
        arms: &'t [(Vec<Word>, List)],
        at: Span,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let number = self.number(&state);
        let mut writer = Words::of(self.setting.dockerfile);
        let subject = writer.word(subject);
        let patterns: Vec<Vec<Text<'t>>> = arms
            .iter()
            .map(|(patterns, _)| patterns.iter().map(|word| writer.word(word)).collect())
            .collect();
        let inner = self.inner(&mut writer, immune, &mut state);
        let mut behind = Outcome::sure(state.clone());
        let mut parts = Vec::new();
        for (patterns, (_, list)) in patterns.into_iter().zip(arms) {
            let mut block = Vec::new();
            let end = self.list(list, want, immune, state.clone(), &mut block);
            behind.ok = behind.ok.meet(end.ok);
            behind.failed = behind.failed.meet(end.failed);
            parts.push((patterns, block));
        }
        let demand = want.by_parts();
        behind.failed.dead |= want == Want::Must;
        self.push(out, Action::Choose { subject, inner, arms: parts, state: number }, demand, at);
        behind.demanded(demand)
    }

    /// The substitutions in words: each runs in a subshell, whose effects on the sandbox stay.
    pub(super) fn inner(
        &mut self,
        writer: &mut Words<'t, 't>,
        immune: bool,
        state: &mut State,
    ) -> Vec<Block<'t>> {
        self.unread |= writer.unread;
        let lists = std::mem::take(&mut writer.inner);
        let errexit = state.errexit.in_substitution(immune);
        lists
            .into_iter()
            .map(|list| {
                let mut block = Vec::new();
                self.frames.push(Frame::default());
                let seen = State { errexit, ..state.clone() };
                let outcome = self.list(list, Want::Tail, false, seen, &mut block);
                self.frames.pop();
                state.outlive(&outcome.met());
                block
            })
            .collect()
    }
}

/// Blocks joined by `&&` or by `||`. Both associate: what is nested with the same sign is flat.
fn chained<'t>(sign: ConnectorKind, parts: Vec<Block<'t>>) -> Action<'t> {
    let on_success = sign == ConnectorKind::And;
    let count = parts.len();
    let mut flat: Vec<Block<'t>> = Vec::with_capacity(count);
    for (number, mut part) in parts.into_iter().enumerate() {
        let last = number + 1 == count;
        let same = matches!(
            part.as_slice(),
            [step] if matches!(&step.action, Action::Chain { on_success: inner, .. } if *inner == on_success)
                && (last || step.demand == Demand::Status)
        );
        match part.pop() {
            Some(step) if same => {
                if let Action::Chain { parts, .. } = step.action {
                    flat.extend(parts);
                }
            }
            Some(step) => {
                part.push(step);
                flat.push(part);
            }
            None => flat.push(part),
        }
    }
    Action::Chain { on_success, parts: flat }
}
