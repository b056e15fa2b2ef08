//! Does every byte stand in exactly one leaf and one item, and every span where it belongs?

use dockslim_syntax::shell::{Command, CommandKind, List, Part, PartKind, Script, Statement, Word};
use dockslim_syntax::{Dockerfile, Instruction, Span, parse};
use proptest::prelude::*;
use rayon::prelude::*;

use crate::sources::{self, assert_each, assert_none};

#[test]
fn sources_are_tiled() {
    assert_each(|source| complaint(&source.text));
}

#[test]
fn prefixes_of_sources_are_tiled() {
    assert_none(samples().filter_map(|text| {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let ends = ends.take(200);
        ends.flat_map(|end| [end - 1, end]).find_map(|end| complaint(&text[..end]))
    }));
}

#[test]
fn sources_with_a_line_or_a_character_missing_are_tiled() {
    assert_none(samples().filter_map(|text| {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let without_line = (0..lines.len().min(60)).map(|gone| {
            let kept = lines.iter().enumerate().filter(|(index, _)| *index != gone);
            kept.map(|(_, line)| *line).collect::<String>()
        });
        let step = text.len() / 60 + 1;
        let characters = text.char_indices().step_by(step);
        let without_character = characters
            .map(|(at, character)| [&text[..at], &text[at + character.len_utf8()..]].concat());
        without_line.chain(without_character).find_map(|text| complaint(&text))
    }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_tiled(text in ".{0,80}") {
        prop_assert_eq!(complaint(&text), None);
    }

    #[test]
    fn any_sequence_of_signs_is_tiled(pieces in prop::collection::vec(prop::sample::select(SIGNS), 0..40)) {
        prop_assert_eq!(complaint(&pieces.concat()), None);
    }
}

/// What Dockerfiles and shells give a meaning to.
const SIGNS: &[&str] = &[
    "\u{feff}",
    "# escape=`\n",
    "# syntax=x\n",
    "FROM ",
    "RUN ",
    "ONBUILD ",
    "COPY ",
    "ENV ",
    "LABEL ",
    "HEALTHCHECK ",
    "SHELL [\"bash\"]\n",
    "CMD ",
    "AS ",
    "--mount=",
    "--",
    "a",
    "a=",
    "é",
    "1",
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\\\n",
    "\\ \t\n",
    "\\\r\n",
    "`\n",
    "\\",
    "`",
    "# c\n",
    "#",
    "'",
    "\"",
    "$",
    "${",
    "}",
    "$(",
    "$((",
    "))",
    "(",
    ")",
    "{ ",
    "if ",
    "then ",
    "fi",
    "case ",
    "in ",
    "esac",
    "for ",
    "do ",
    "done",
    "while ",
    "function ",
    "!",
    "[[ ",
    " ]]",
    ";",
    ";;",
    "&",
    "&&",
    "|",
    "||",
    "<",
    ">",
    "<<",
    "<<-",
    "<<E",
    "<<'E'",
    "E\n",
    "<(",
    "&>",
    "2>",
    "[\"",
    "\"]",
    ",",
    "\u{a0}",
    "\u{2028}",
    "\0",
];

/// A few hundred sources, the same in every run.
fn samples() -> impl ParallelIterator<Item = &'static str> {
    let step = sources::all().len() / 400 + 1;
    sources::all().par_iter().step_by(step).map(|source| source.text.as_str())
}

/// What is wrong with the tree of `text`.
pub(crate) fn complaint(text: &str) -> Option<String> {
    let tree = parse(text);
    let mut check = Check { text, complaint: None };
    check.tiles("leaf", 0, tree.leaves.iter().map(|leaf| leaf.span));
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    check.tiles("item", bom, tree.items.iter().map(|item| item.lines()));
    check.ordered("continuation", Span::new(0, text.len()), tree.continuations.iter().copied());
    for (_, instruction) in tree.instructions() {
        check.instruction(&tree, instruction, instruction.lines);
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

    fn instruction(&mut self, tree: &Dockerfile<'_>, instruction: &Instruction, outer: Span) {
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
        if let dockslim_syntax::Arguments::Onbuild(inner) = &instruction.arguments {
            self.instruction(tree, inner, instruction.span.to(instruction.lines));
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
