//! Two scripts, statement by statement.

use std::borrow::Cow;

use dockslim_contract::Difference;
use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, Dialect, List, Part, PartKind, Pipeline, Redirect, Script,
    SeparatorKind, Simple, Statement, Word,
};
use dockslim_syntax::{Dockerfile, Span};

use super::{Compared, Reading};
use crate::compare::order;

impl Reading<'_> {
    pub(super) fn scripts(&mut self, old: &Script, new: &Script) -> Compared {
        let readable = |script: &Script| script.dialect != Dialect::Foreign && !script.heredoc_body;
        match (&old.body, &new.body) {
            (Ok(one), Ok(two)) if readable(old) && readable(new) => {
                self.lists(one, two, (old.span, new.span))?;
                self.rows(&old.comments, &new.comments, (old.span, new.span), "a comment", |at| *at)
            }
            _ => self.texts(old.span, new.span, "the script"),
        }
    }

    fn lists(&mut self, old: &List, new: &List, at: (Span, Span)) -> Compared {
        if old.statements.len() != new.statements.len() {
            return self.differ(Some(at.0), Some(at.1), "there are more or fewer statements");
        }
        old.statements
            .iter()
            .zip(&new.statements)
            .try_for_each(|(one, two)| self.statements(one, two))
    }

    fn statements(&mut self, old: &Statement, new: &Statement) -> Compared {
        let kind = |statement: &Statement| statement.end.map(|end| end.kind);
        let background = |statement: &Statement| kind(statement) == Some(SeparatorKind::Background);
        fn kinds(statement: &Statement) -> impl Iterator<Item = ConnectorKind> {
            statement.rest.iter().map(|(connector, _)| connector.kind)
        }
        if background(old) != background(new) || !kinds(old).eq(kinds(new)) {
            return self.differ(Some(old.span), Some(new.span), "statements are joined otherwise");
        }
        old.pipelines().zip(new.pipelines()).try_for_each(|(one, two)| self.pipelines(one, two))
    }

    fn pipelines(&mut self, old: &Pipeline, new: &Pipeline) -> Compared {
        let at = (old.span, new.span);
        if old.negated.is_some() != new.negated.is_some()
            || old.commands.len() != new.commands.len()
        {
            return self.differ(Some(at.0), Some(at.1), "a pipe is put together otherwise");
        }
        self.rows(&old.pipes, &new.pipes, at, "a pipe's sign", |pipe| *pipe)?;
        old.commands.iter().zip(&new.commands).try_for_each(|(one, two)| self.calls(one, two))
    }

    fn calls(&mut self, old: &Command, new: &Command) -> Compared {
        let at = (old.span, new.span);
        match (&old.kind, &new.kind) {
            (CommandKind::Simple(one), CommandKind::Simple(two)) => self.simple(one, two, at)?,
            (CommandKind::Group(one), CommandKind::Group(two))
            | (CommandKind::Subshell(one), CommandKind::Subshell(two)) => {
                self.lists(one, two, at)?
            }
            (
                CommandKind::If { branches: one, otherwise: old_rest },
                CommandKind::If { branches: two, otherwise: new_rest },
            ) if one.len() == two.len() => {
                for (one, two) in one.iter().zip(two) {
                    self.lists(&one.0, &two.0, at)?;
                    self.lists(&one.1, &two.1, at)?;
                }
                match (old_rest, new_rest) {
                    (None, None) => {}
                    (Some(one), Some(two)) => self.lists(one, two, at)?,
                    _ => return self.differ(Some(at.0), Some(at.1), "an `else` comes or goes"),
                }
            }
            (
                CommandKind::While { condition: one, body: old_body },
                CommandKind::While { condition: two, body: new_body },
            ) => {
                self.lists(one, two, at)?;
                self.lists(old_body, new_body, at)?;
            }
            (
                CommandKind::For { name: old_name, words: one, body: old_body },
                CommandKind::For { name: new_name, words: two, body: new_body },
            ) => {
                self.texts(*old_name, *new_name, "the variable of a loop")?;
                match (one, two) {
                    (None, None) => {}
                    (Some(one), Some(two)) => self.words(one, two, at)?,
                    _ => return self.differ(Some(at.0), Some(at.1), "a loop has other words"),
                }
                self.lists(old_body, new_body, at)?;
            }
            (
                CommandKind::Case { subject: one, arms: old_arms },
                CommandKind::Case { subject: two, arms: new_arms },
            ) if old_arms.len() == new_arms.len() => {
                self.word(one, two)?;
                for (one, two) in old_arms.iter().zip(new_arms) {
                    self.words(&one.0, &two.0, at)?;
                    self.lists(&one.1, &two.1, at)?;
                }
            }
            (
                CommandKind::Function { name: one, body: old_body },
                CommandKind::Function { name: two, body: new_body },
            ) => {
                self.texts(*one, *two, "the name of a function")?;
                self.calls(old_body, new_body)?;
            }
            (CommandKind::Test, CommandKind::Test)
            | (CommandKind::Arithmetic, CommandKind::Arithmetic) => {
                let from = |command: &Command| {
                    let end =
                        command.redirects.first().map_or(command.span.end, |one| one.span.start);
                    Span::new(command.span.start, end)
                };
                self.texts_trimmed(from(old), from(new))?;
            }
            _ => return self.differ(Some(at.0), Some(at.1), "it is another kind of command"),
        }
        if old.redirects.len() != new.redirects.len() {
            return self.differ(Some(at.0), Some(at.1), "there are more or fewer redirections");
        }
        old.redirects.iter().zip(&new.redirects).try_for_each(|(one, two)| self.redirects(one, two))
    }

    fn texts_trimmed(&self, old: Span, new: Span) -> Compared {
        if self.before.text(old).trim_end() == self.after.text(new).trim_end() {
            return Ok(());
        }
        self.differ(Some(old), Some(new), "a test reads otherwise")
    }

    fn redirects(&mut self, old: &Redirect, new: &Redirect) -> Compared {
        self.optional(old.descriptor, new.descriptor, "the number of a redirection")?;
        self.texts(old.operator, new.operator, "a redirection")?;
        self.word(&old.target, &new.target)
    }

    fn simple(&mut self, old: &Simple, new: &Simple, at: (Span, Span)) -> Compared {
        if old.assignments.len() != new.assignments.len() {
            return self.differ(Some(at.0), Some(at.1), "there are more or fewer assignments");
        }
        for (one, two) in old.assignments.iter().zip(&new.assignments) {
            self.texts(one.name, two.name, "a variable")?;
            match ((&one.value, &two.value), (&one.array, &two.array)) {
                ((Some(one), Some(two)), _) | (_, (Some(one), Some(two))) => self.word(one, two)?,
                _ => self.texts(one.span, two.span, "an assignment")?,
            }
        }
        self.packages(&old.words, &new.words)
            .map_or_else(|| self.words(&old.words, &new.words, at), Ok)
    }

    /// Accepts that the packages of an install stand in another order; `None` if it is not that.
    fn packages(&mut self, old: &[Word], new: &[Word]) -> Option<()> {
        fn plain<'d>(file: &'d Dockerfile<'_>, word: &Word) -> Option<Cow<'d, str>> {
            let [Part { kind: PartKind::Literal, span }] = word.parts.as_slice() else {
                return None;
            };
            let text = file.text(*span);
            (!text.starts_with('~') && !text.contains(['*', '?', '[', '{'])).then_some(text)
        }
        let (before, after) = (self.before, self.after);
        // Mostly nothing stands elsewhere.
        let same = |(one, two): (&Word, &Word)| before.text(one.span) == after.text(two.span);
        if old.len() != new.len() || old.iter().zip(new).all(same) {
            return None;
        }
        let one: Vec<_> = old.iter().map(|word| plain(before, word)).collect();
        let two: Vec<_> = new.iter().map(|word| plain(after, word)).collect();
        let one: Vec<Option<&str>> = one.iter().map(Option::as_deref).collect();
        let two: Vec<Option<&str>> = two.iter().map(Option::as_deref).collect();
        let from = one.iter().zip(&two).position(|(one, two)| one != two)?;
        let to = one.iter().zip(&two).rposition(|(one, two)| one != two)? + 1;
        let message = order::reordered(&one, &two, from..to)?;
        // One package in two versions, or a file, is for its author to order.
        let mut names: Vec<&str> = one[from..to].iter().flatten().copied().collect();
        let bare = |name: &str| name.split(['=', ':']).next().unwrap_or_default().to_owned();
        names.sort_unstable();
        let unclear =
            names.windows(2).any(|pair| pair[0] != pair[1] && bare(pair[0]) == bare(pair[1]))
                || names.iter().any(|name| name.contains('/'));
        if unclear {
            return None;
        }
        let place = |words: &[Word]| words[from].span.to(words[to - 1].span);
        let (before, after) = (place(old), place(new));
        // What is not among them has to be the same, also in what it holds.
        for places in [0..from, to..old.len()] {
            for number in places {
                self.word(&old[number], &new[number]).ok()?;
            }
        }
        self.accept(Difference::PackageOrder, before, after, message);
        self.sorted.push((before, after));
        Some(())
    }

    fn words(&mut self, old: &[Word], new: &[Word], at: (Span, Span)) -> Compared {
        if old.len() != new.len() {
            return self.differ(Some(at.0), Some(at.1), "there are more or fewer words");
        }
        old.iter().zip(new).try_for_each(|(one, two)| self.word(one, two))
    }

    fn word(&mut self, old: &Word, new: &Word) -> Compared {
        self.parts(&old.parts, &new.parts, (old.span, new.span))
    }

    fn parts(&mut self, old: &[Part], new: &[Part], at: (Span, Span)) -> Compared {
        if old.len() != new.len() {
            return self.differ(Some(at.0), Some(at.1), "a word reads otherwise");
        }
        old.iter().zip(new).try_for_each(|(one, two)| self.part(one, two))
    }

    fn part(&mut self, old: &Part, new: &Part) -> Compared {
        let at = (old.span, new.span);
        match (&old.kind, &new.kind) {
            (PartKind::Substitution(Some(one)), PartKind::Substitution(Some(two)))
            | (PartKind::Process(one), PartKind::Process(two)) => self.lists(one, two, at),
            (PartKind::Array(one), PartKind::Array(two)) => self.words(one, two, at),
            (PartKind::DoubleQuoted(one), PartKind::DoubleQuoted(two)) => self.parts(one, two, at),
            (
                PartKind::Parameter { name: one, argument: old_rest },
                PartKind::Parameter { name: two, argument: new_rest },
            ) => {
                self.texts(*one, *two, "a variable")?;
                self.parts(old_rest, new_rest, at)
            }
            (one, two) if std::mem::discriminant(one) == std::mem::discriminant(two) => {
                self.texts(old.span, new.span, "a word")
            }
            _ => self.differ(Some(at.0), Some(at.1), "a word reads otherwise"),
        }
    }
}
