//! What is wrong with the spans of a tree: leaves and items tile, parts lie in order in their whole.

use dockslim_syntax::shell::{Command, CommandKind, List, Part, PartKind, Script, Statement, Word};
use dockslim_syntax::{Arguments, Instruction, Span, parse};

/// What is wrong with the tree of `text`.
pub(crate) fn complaint(text: &str) -> Option<String> {
    let tree = parse(text);
    let mut check = Check { text, complaint: None };
    check.tiles("leaf", 0, tree.leaves.iter().map(|leaf| leaf.span));
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    check.tiles("item", bom, tree.items.iter().map(|item| item.lines()));
    check.ordered("continuation", Span::new(0, text.len()), tree.continuations.iter().copied());
    for (_, instruction) in tree.instructions() {
        check.instruction(instruction, instruction.lines);
    }
    for diagnostic in &tree.diagnostics {
        check.inside("diagnostic", Span::new(0, text.len()), diagnostic.span);
    }
    check
        .complaint
        .map(|what| format!("{what} in {:?}", text.chars().take(300).collect::<String>()))
}

struct Check<'t> {
    text: &'t str,
    complaint: Option<String>,
}

impl Check<'_> {
    fn require(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds && self.complaint.is_none() {
            self.complaint = Some(what());
        }
    }

    fn tiles(&mut self, what: &str, from: usize, spans: impl Iterator<Item = Span>) {
        let mut at = from;
        for span in spans {
            self.require(span.start == at && span.end > at, || {
                format!("{what} {span:?} follows {at}")
            });
            self.borders(what, span);
            at = span.end;
        }
        let end = self.text.len();
        self.require(at == end, || format!("the last {what} ends at {at} of {end}"));
    }

    fn borders(&mut self, what: &str, span: Span) {
        let on_borders = self.text.get(span.range()).is_some();
        self.require(on_borders, || format!("{what} {span:?} is not between characters"));
    }

    fn inside(&mut self, what: &str, outer: Span, span: Span) {
        self.borders(what, span);
        self.require(outer.covers(span), || format!("{what} {span:?} is outside of {outer:?}"));
    }

    fn ordered(&mut self, what: &str, outer: Span, spans: impl Iterator<Item = Span>) {
        let mut at = outer.start;
        for span in spans {
            self.inside(what, outer, span);
            self.require(at <= span.start, || {
                format!("{what} {span:?} overlaps one that ends at {at}")
            });
            at = span.end;
        }
    }

    fn instruction(&mut self, instruction: &Instruction, outer: Span) {
        self.inside("instruction", outer, instruction.span);
        let flags = instruction.flags.iter().map(|flag| flag.span);
        let parts = std::iter::once(instruction.keyword).chain(flags);
        self.ordered(
            "keyword, flag or argument",
            instruction.span,
            parts.chain([instruction.arguments_span]),
        );
        let heredocs = instruction.heredocs.iter().flat_map(|heredoc| [heredoc.body, heredoc.end]);
        self.ordered("here-document", instruction.lines, heredocs);
        if let Arguments::Onbuild(inner) = &instruction.arguments {
            self.instruction(inner, instruction.span.to(instruction.lines));
        } else if let Some(script) = instruction.script() {
            self.inside("script", outer, script.span);
            self.script(script);
        }
    }

    fn script(&mut self, script: &Script) {
        self.ordered("comment", script.span, script.comments.iter().copied());
        match &script.body {
            Ok(list) => self.list(script.span, list),
            Err(opaque) => self.inside("opaque", script.span, Span::empty(opaque.at)),
        }
    }

    fn list(&mut self, outer: Span, list: &List) {
        self.ordered("statement", outer, list.statements.iter().map(|statement| statement.span));
        list.statements.iter().for_each(|statement| self.statement(outer, statement));
    }

    fn statement(&mut self, outer: Span, statement: &Statement) {
        let rest =
            statement.rest.iter().flat_map(|(connector, pipeline)| [connector.span, pipeline.span]);
        self.ordered("pipeline", statement.span, std::iter::once(statement.first.span).chain(rest));
        if let Some(end) = statement.end {
            self.inside("separator", Span::new(statement.span.end, outer.end), end.span);
        }
        for pipeline in statement.pipelines() {
            self.ordered(
                "command",
                pipeline.span,
                pipeline.commands.iter().map(|command| command.span),
            );
            pipeline.commands.iter().for_each(|command| self.command(command));
        }
    }

    fn command(&mut self, command: &Command) {
        let span = command.span;
        for redirect in &command.redirects {
            self.inside("redirect", span, redirect.span);
            self.word(redirect.span, &redirect.target);
        }
        match &command.kind {
            CommandKind::Simple(simple) => {
                self.ordered("word", span, simple.words.iter().map(|word| word.span));
                for assignment in &simple.assignments {
                    self.inside("assignment", span, assignment.span);
                    assignment.value.iter().for_each(|word| self.word(assignment.span, word));
                }
                simple.words.iter().for_each(|word| self.word(span, word));
            }
            CommandKind::Group(list) | CommandKind::Subshell(list) => self.list(span, list),
            CommandKind::If { branches, otherwise } => {
                let lists = branches.iter().flat_map(|(condition, body)| [condition, body]);
                lists.chain(otherwise).for_each(|list| self.list(span, list));
            }
            CommandKind::While { condition, body } => {
                self.list(span, condition);
                self.list(span, body);
            }
            CommandKind::For { words, body, .. } => {
                words.iter().flatten().for_each(|word| self.word(span, word));
                self.list(span, body);
            }
            CommandKind::Case { subject, arms } => {
                self.word(span, subject);
                for (patterns, list) in arms {
                    patterns.iter().for_each(|word| self.word(span, word));
                    self.list(span, list);
                }
            }
            CommandKind::Function { body, .. } => self.command(body),
            CommandKind::Test | CommandKind::Arithmetic => {}
        }
    }

    fn word(&mut self, outer: Span, word: &Word) {
        self.inside("word", outer, word.span);
        self.parts(word.span, &word.parts);
    }

    fn parts(&mut self, outer: Span, parts: &[Part]) {
        self.ordered("part", outer, parts.iter().map(|part| part.span));
        for part in parts {
            match &part.kind {
                PartKind::DoubleQuoted(inner) => self.parts(part.span, inner),
                PartKind::Parameter { name, argument } => {
                    self.inside("name", part.span, *name);
                    self.parts(part.span, argument);
                }
                PartKind::Variable { name } => self.inside("name", part.span, *name),
                PartKind::Substitution(Some(list)) | PartKind::Process(list) => {
                    self.list(part.span, list)
                }
                PartKind::Array(words) => words.iter().for_each(|word| self.word(part.span, word)),
                _ => {}
            }
        }
    }
}
