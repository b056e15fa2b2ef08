//! Reads a text that has much in common with one that was read.
//!
//! Commands take most of the time of reading. What is read of one is decided by its text, by the escape character and by the shell
//! in force: where all of these are the same, its tree is taken over, and moved.

use std::collections::HashMap;

use crate::parser::{Shells, read_with};
use crate::shell::{
    Assignment, Command, CommandKind, Connector, Dialect, List, Opaque, Part, PartKind, Pipeline,
    Redirect, Separator, Simple, Statement, Word,
};
use crate::{
    Arguments, CommandForm, Dockerfile, Flag, Heredoc, Instruction, JsonString, Leaf, Script, Span,
};

/// The commands of a text that was read.
pub struct Known<'d> {
    dockerfile: &'d Dockerfile<'d>,
    commands: HashMap<(&'d str, Dialect), &'d Instruction>,
}

impl<'d> Known<'d> {
    /// Those of `dockerfile` that a builder would not complain about.
    pub fn of(dockerfile: &'d Dockerfile<'d>) -> Self {
        let mut commands = HashMap::new();
        let mut shells = Shells::default();
        let mut diagnostics = dockerfile.diagnostics.iter().map(|one| one.span.start).peekable();
        for (_, instruction) in dockerfile.instructions() {
            let lines = instruction.lines;
            while diagnostics.next_if(|at| *at < lines.start).is_some() {}
            let complained = diagnostics.peek().is_some_and(|at| *at <= lines.end);
            if matches!(instruction.arguments, Arguments::Command(_)) && !complained {
                let text = dockerfile.raw(Span::new(instruction.span.start, lines.end));
                commands.insert((text, shells.current), instruction);
            }
            shells.note(dockerfile.source, instruction);
        }
        Self { dockerfile, commands }
    }

    /// Parses a text: the same tree as that of [`parse`](crate::parse).
    pub fn parse<'t>(&self, source: &'t str) -> Dockerfile<'t> {
        read_with(source, Some(self))
    }

    /// What is known of the command that `text` begins at `start`, and its leaves, moved there; `escape` is the escape character.
    pub(crate) fn command(
        &self,
        text: &str,
        dialect: Dialect,
        escape: char,
        start: usize,
    ) -> Option<(Instruction, impl Iterator<Item = Leaf>)> {
        if escape != self.dockerfile.escape {
            return None;
        }
        let known = *self.commands.get(&(text, dialect))?;
        let by = Shift(start.wrapping_sub(known.span.start));
        let old = Span::new(known.span.start, known.lines.end);
        let leaves = self.dockerfile.leaves_in(old).iter().map(move |leaf| {
            let Leaf { mut span, kind } = *leaf;
            by.span(&mut span);
            Leaf { span, kind }
        });
        let mut instruction = known.clone();
        by.instruction(&mut instruction);
        Some((instruction, leaves))
    }
}

/// How far something is moved, modulo the size of the address space.
#[derive(Clone, Copy)]
struct Shift(usize);

impl Shift {
    fn offset(self, at: &mut usize) {
        *at = at.wrapping_add(self.0);
    }

    fn span(self, span: &mut Span) {
        let Span { start, end } = span;
        self.offset(start);
        self.offset(end);
    }

    fn spans<'s>(self, spans: impl IntoIterator<Item = &'s mut Span>) {
        spans.into_iter().for_each(|span| self.span(span));
    }

    fn instruction(self, instruction: &mut Instruction) {
        let Instruction {
            lines,
            span,
            keyword,
            kind: _,
            flags,
            arguments_span,
            arguments,
            heredocs,
        } = instruction;
        self.spans([lines, span, keyword, arguments_span]);
        for Flag { span, name, value } in flags {
            self.spans([span, name].into_iter().chain(value));
        }
        match arguments {
            Arguments::Command(CommandForm::Exec(words)) => {
                self.spans(words.iter_mut().map(|JsonString { span, value: _ }| span));
            }
            Arguments::Command(CommandForm::Shell(script)) => self.script(script),
            _ => debug_assert!(false, "only commands are known"),
        }
        for heredoc in heredocs {
            let Heredoc { opener, name: _, strip_tabs: _, expand: _, body, end } = heredoc;
            self.spans([opener, body, end]);
        }
    }

    fn script(self, script: &mut Script) {
        let Script { span, dialect: _, body, comments, bashisms, heredoc_body: _ } = script;
        self.span(span);
        match body {
            Ok(list) => self.list(list),
            Err(Opaque { at, reason: _ }) => self.offset(at),
        }
        self.spans(comments.iter_mut().chain(bashisms));
    }

    fn list(self, list: &mut List) {
        let List { statements } = list;
        for Statement { span, first, rest, end } in statements {
            self.span(span);
            self.pipeline(first);
            for (Connector { span, kind: _ }, pipeline) in rest {
                self.span(span);
                self.pipeline(pipeline);
            }
            if let Some(Separator { span, kind: _ }) = end {
                self.span(span);
            }
        }
    }

    fn pipeline(self, pipeline: &mut Pipeline) {
        let Pipeline { span, negated, commands, pipes } = pipeline;
        self.spans([span].into_iter().chain(negated).chain(pipes));
        commands.iter_mut().for_each(|command| self.command(command));
    }

    fn command(self, command: &mut Command) {
        let Command { span, kind, redirects } = command;
        self.span(span);
        match kind {
            CommandKind::Simple(Simple { assignments, words }) => {
                for Assignment { span, name, value, array } in assignments {
                    self.spans([span, name]);
                    self.words(value.iter_mut().chain(array));
                }
                self.words(words);
            }
            CommandKind::Group(list) | CommandKind::Subshell(list) => self.list(list),
            CommandKind::If { branches, otherwise } => {
                let branches = branches.iter_mut().flat_map(|(test, body)| [test, body]);
                branches.chain(otherwise).for_each(|list| self.list(list));
            }
            CommandKind::While { condition, body } => {
                self.list(condition);
                self.list(body);
            }
            CommandKind::For { name, words, body } => {
                self.span(name);
                self.words(words.iter_mut().flatten());
                self.list(body);
            }
            CommandKind::Case { subject, arms } => {
                self.words([subject]);
                for (patterns, list) in arms {
                    self.words(patterns);
                    self.list(list);
                }
            }
            CommandKind::Function { name, body } => {
                self.span(name);
                self.command(body);
            }
            CommandKind::Test | CommandKind::Arithmetic => {}
        }
        for Redirect { span, descriptor, operator, target, heredoc: _ } in redirects {
            self.spans([span, operator].into_iter().chain(descriptor));
            self.words([target]);
        }
    }

    fn words<'w>(self, words: impl IntoIterator<Item = &'w mut Word>) {
        for Word { span, parts } in words {
            self.span(span);
            self.parts(parts);
        }
    }

    fn parts(self, parts: &mut [Part]) {
        for Part { span, kind } in parts {
            self.span(span);
            match kind {
                PartKind::Literal
                | PartKind::Escaped
                | PartKind::SingleQuoted
                | PartKind::Arithmetic
                | PartKind::Substitution(None) => {}
                PartKind::DoubleQuoted(parts) => self.parts(parts),
                PartKind::Variable { name } => self.span(name),
                PartKind::Parameter { name, argument } => {
                    self.span(name);
                    self.parts(argument);
                }
                PartKind::Substitution(Some(list)) | PartKind::Process(list) => self.list(list),
                PartKind::Array(words) => self.words(words),
            }
        }
    }
}
