//! Reads a text that has much in common with one that was read.
//!
//! What is read of an item is decided by its bytes, by the escape character and by the shell in force: where all of these are the same, its
//! tree is taken over, and moved. The last item alone may go on in another text.

use crate::parser::{Shells, read_with};
use crate::shell::{
    Assignment, Command, CommandKind, Connector, Dialect, List, Opaque, Part, PartKind, Pipeline,
    Redirect, Separator, Simple, Statement, Word,
};
use crate::{
    Arguments, CommandForm, Dockerfile, Flag, From, Heredoc, ImageReference, Instruction, Item,
    JsonString, Leaf, Pair, Script, Span, Token, Variable,
};

/// The items of a text that was read.
pub struct Known<'d> {
    dockerfile: &'d Dockerfile<'d>,
    /// The shell in force at each item; `None` where the item is not taken over.
    shells: Vec<Option<Dialect>>,
}

/// How many items behind the last one are looked at for the one that comes next: a change removes few.
const WINDOW: usize = 16;

impl<'d> Known<'d> {
    /// Those of `dockerfile` that a builder would not complain about.
    pub fn of(dockerfile: &'d Dockerfile<'d>) -> Self {
        let mut shells = Shells::default();
        let mut diagnostics = dockerfile.diagnostics.iter().map(|one| one.span.start).peekable();
        let mut known: Vec<Option<Dialect>> = Vec::with_capacity(dockerfile.items.len());
        for item in &dockerfile.items {
            let lines = item.lines();
            while diagnostics.next_if(|at| *at < lines.start).is_some() {}
            let complained = diagnostics.peek().is_some_and(|at| *at <= lines.end);
            let taken = !complained && !matches!(item, Item::Directive(_));
            known.push(taken.then_some(shells.current));
            if let Item::Instruction(instruction) = item {
                shells.note(dockerfile.source, instruction);
            }
        }
        if let Some(last) = known.last_mut() {
            *last = None;
        }
        Self { dockerfile, shells: known }
    }

    /// Parses a text: the same tree as that of [`parse`](crate::parse).
    pub fn parse<'t>(&self, source: &'t str) -> Dockerfile<'t> {
        read_with(source, Some(self))
    }

    /// The next items that `text` begins with, from the number `next` on, as many as are known in a row; `dialect` and `escape` are those in
    /// force.
    pub(crate) fn row(
        &self,
        text: &str,
        next: usize,
        dialect: Dialect,
        escape: char,
    ) -> Option<Row<'d>> {
        if escape != self.dockerfile.escape {
            return None;
        }
        let is_next = |number: usize, text: &str| {
            self.shells[number] == Some(dialect)
                && text.starts_with(self.dockerfile.raw(self.dockerfile.items[number].lines()))
        };
        let end = self.shells.len().min(next + WINDOW);
        let first = (next..end).find(|number| is_next(*number, text))?;
        let start = self.dockerfile.items[first].lines().start;
        let mut behind = first;
        let mut length = 0;
        // A FROM or SHELL may change the shell, and so ends the row.
        while behind < self.shells.len() && is_next(behind, &text[length..]) {
            let item = &self.dockerfile.items[behind];
            length = item.lines().end - start;
            behind += 1;
            if Shells::may_change_at(item) {
                break;
            }
        }
        Some(Row {
            dockerfile: self.dockerfile,
            numbers: first..behind,
            span: Span::new(start, start + length),
        })
    }
}

/// Items in a row.
pub(crate) struct Row<'d> {
    dockerfile: &'d Dockerfile<'d>,
    /// Their numbers.
    pub(crate) numbers: std::ops::Range<usize>,
    /// Their lines.
    pub(crate) span: Span,
}

impl Row<'_> {
    /// The items, moved to `start`.
    pub(crate) fn items(&self, start: usize) -> impl Iterator<Item = Item> + '_ {
        let by = self.shift(start);
        self.dockerfile.items[self.numbers.clone()].iter().map(move |item| {
            let mut item = item.clone();
            by.item(&mut item);
            item
        })
    }

    /// Their leaves, moved to `start`.
    pub(crate) fn leaves(&self, start: usize) -> impl Iterator<Item = Leaf> + '_ {
        let by = self.shift(start);
        self.dockerfile.leaves_in(self.span).iter().map(move |leaf| {
            let mut leaf = *leaf;
            by.span(&mut leaf.span);
            leaf
        })
    }

    /// Their line continuations, moved to `start`.
    pub(crate) fn continuations(&self, start: usize) -> impl Iterator<Item = Span> + '_ {
        let by = self.shift(start);
        self.dockerfile.continuations_in(self.span).map(move |mut gap| {
            by.span(&mut gap);
            gap
        })
    }

    fn shift(&self, start: usize) -> Shift {
        Shift(start.wrapping_sub(self.span.start))
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

    fn item(self, item: &mut Item) {
        match item {
            Item::Comment { lines, text } => self.spans([lines, text]),
            Item::Blank { lines } => self.span(lines),
            Item::Instruction(instruction) => self.instruction(instruction),
            Item::Directive(_) => debug_assert!(false, "directives are not taken over"),
        }
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
        self.arguments(arguments);
        for heredoc in heredocs {
            let Heredoc { opener, name: _, strip_tabs: _, expand: _, body, end } = heredoc;
            self.spans([opener, body, end]);
        }
    }

    fn arguments(self, arguments: &mut Arguments) {
        match arguments {
            Arguments::From(From { image, name }) => {
                self.image(image);
                self.spans(name);
            }
            Arguments::Command(form) => self.form(form),
            Arguments::Healthcheck(form) => form.iter_mut().for_each(|form| self.form(form)),
            Arguments::Onbuild(instruction) => self.instruction(instruction),
            Arguments::Pairs { pairs, legacy: _ } => {
                for Pair { name, value } in pairs {
                    self.spans([name].into_iter().chain(value));
                }
            }
            Arguments::List(words) => self.strings(words),
            Arguments::Words(words) => self.spans(words.iter_mut().map(|Token { span }| span)),
            Arguments::Text(span) => self.span(span),
            Arguments::Empty => {}
        }
    }

    fn image(self, image: &mut ImageReference) {
        let ImageReference { span, registry, path, tag, digest, variables } = image;
        self.spans([span, path].into_iter().chain(registry).chain(tag).chain(digest));
        for Variable { span, name, modifier } in variables {
            self.spans([span, name].into_iter().chain(modifier.as_mut().map(|(_, word)| word)));
        }
    }

    fn form(self, form: &mut CommandForm) {
        match form {
            CommandForm::Exec(words) => self.strings(words),
            CommandForm::Shell(script) => self.script(script),
        }
    }

    fn strings(self, words: &mut [JsonString]) {
        self.spans(words.iter_mut().map(|JsonString { span, value: _ }| span));
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
