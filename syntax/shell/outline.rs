//! A script's tree as one line of text, for tests and for reading.

use std::borrow::Cow;

use super::{
    Command, CommandKind, ConnectorKind, List, Part, PartKind, Script, SeparatorKind, Word,
};
use crate::{Dockerfile, Span};

/// The structure of a script as nested brackets, with the texts of its words as the shell sees them.
///
/// Where it stands, how it is laid out, comments and line continuations leave no trace: two scripts
/// with one outline are the same script.
pub fn outline(dockerfile: &Dockerfile<'_>, script: &Script) -> String {
    let mut writer = Writer { dockerfile, out: String::new() };
    match &script.body {
        Ok(list) => writer.list(list),
        Err(opaque) => writer.out.push_str(&format!("opaque: {}", opaque.reason)),
    }
    writer.out
}

struct Writer<'d> {
    dockerfile: &'d Dockerfile<'d>,
    out: String,
}

impl<'d> Writer<'d> {
    fn text(&self, span: Span) -> Cow<'d, str> {
        self.dockerfile.text(span)
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn list(&mut self, list: &List) {
        for statement in &list.statements {
            self.put("[");
            for (index, pipeline) in statement.pipelines().enumerate() {
                if index > 0 {
                    let and = statement.rest[index - 1].0.kind == ConnectorKind::And;
                    self.put(if and { " && " } else { " || " });
                }
                if pipeline.negated.is_some() {
                    self.put("! ");
                }
                for (index, command) in pipeline.commands.iter().enumerate() {
                    if index > 0 {
                        let pipe = self.text(pipeline.pipes[index - 1]);
                        self.put(&pipe);
                    }
                    self.command(command);
                }
            }
            self.put(match statement.end.map(|end| end.kind) {
                Some(SeparatorKind::Background) => "]&",
                _ => "]",
            });
        }
    }

    fn words(&mut self, words: &[Word]) {
        for word in words {
            self.put("<");
            self.parts(&word.parts);
            self.put(">");
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            let text = self.text(part.span);
            match &part.kind {
                PartKind::Literal => self.put(&format!("{text:?}")),
                PartKind::Escaped => self.put(&format!("esc{text:?}")),
                PartKind::SingleQuoted => self.put(&format!("sq{text:?}")),
                PartKind::Arithmetic => self.put(&format!("arith{text:?}")),
                PartKind::Variable { name } => {
                    let name = self.text(*name);
                    self.put(&format!("${name}"));
                }
                PartKind::DoubleQuoted(inner) => {
                    self.put("dq(");
                    self.parts(inner);
                    self.put(")");
                }
                PartKind::Parameter { name, argument } => {
                    let name = self.text(*name);
                    self.put(&format!("${{{name} "));
                    self.parts(argument);
                    self.put("}");
                }
                PartKind::Substitution(None) => self.put(&format!("unread{text:?}")),
                PartKind::Substitution(Some(list)) => self.bracketed("$(", list),
                PartKind::Process(list) => self.bracketed(&text[..2], list),
                PartKind::Array(words) => {
                    self.put("array(");
                    self.words(words);
                    self.put(")");
                }
            }
        }
    }

    fn bracketed(&mut self, opening: &str, list: &List) {
        self.put(opening);
        self.list(list);
        self.put(")");
    }

    fn command(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::Simple(simple) => {
                for assignment in &simple.assignments {
                    self.put("(");
                    match assignment.value.as_ref().or(assignment.array.as_ref()) {
                        Some(word) => self.parts(&word.parts),
                        None => {
                            let text = self.text(assignment.span);
                            self.put(&format!("{text:?}"));
                        }
                    }
                    self.put(")");
                }
                self.words(&simple.words);
            }
            CommandKind::Group(list) => self.bracketed("{(", list),
            CommandKind::Subshell(list) => self.bracketed("((", list),
            CommandKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.bracketed("if(", condition);
                    self.bracketed("then(", body);
                }
                otherwise.iter().for_each(|list| self.bracketed("else(", list));
            }
            CommandKind::While { condition, body } => {
                let keyword = self.text(command.span);
                self.put(&keyword[..5]);
                self.bracketed("(", condition);
                self.bracketed("do(", body);
            }
            CommandKind::For { name, words, body } => {
                let name = self.text(*name).into_owned();
                self.put(&format!("for {name} "));
                self.words(words.as_deref().unwrap_or_default());
                self.bracketed("do(", body);
            }
            CommandKind::Case { subject, arms } => {
                self.put("case");
                self.words(std::slice::from_ref(subject));
                for (patterns, list) in arms {
                    self.words(patterns);
                    self.bracketed("(", list);
                }
            }
            CommandKind::Function { name, body } => {
                let name = self.text(*name);
                self.put(&format!("function {name} "));
                self.command(body);
            }
            CommandKind::Test | CommandKind::Arithmetic => {
                let text = self.text(command.span);
                self.put(&format!("{text:?}"));
            }
        }
        for redirect in &command.redirects {
            let descriptor = redirect.descriptor.map(|span| self.text(span)).unwrap_or_default();
            let operator = self.text(redirect.operator);
            self.put(&format!(" {descriptor}{operator}"));
            self.words(std::slice::from_ref(&redirect.target));
        }
    }
}
