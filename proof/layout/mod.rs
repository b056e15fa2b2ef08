//! Whether two files differ in their layout alone.
//!
//! Here nothing is built in the mind: what a builder reads must be the same, instruction by instruction and word by word, and
//! so must be the comments and what stands beside them. Only the case of keywords and the order of packages may
//! differ, which is said.

mod sequence;
mod shell;

use dockslim_contract::Difference;
use dockslim_syntax::{
    Arguments, CommandForm, Dockerfile, Flag, Heredoc, Instruction, Item, JsonString, Pair, Span,
    Token,
};

use crate::verdict::{Accepted, Gap, Verdict};

/// Whether `after` is `before` in another layout: equal, perhaps up to [`Difference::KeywordCase`] and
/// [`Difference::PackageOrder`], or different, with the first place. It is never unknown.
pub fn layout(before: &Dockerfile<'_>, after: &Dockerfile<'_>) -> Verdict {
    let mut reading = Reading { before, after, accepted: Vec::new(), sorted: Vec::new() };
    match reading.files().and_then(|()| sequence::compare(&reading)) {
        Ok(()) => Verdict::Equal(reading.accepted),
        Err(gap) => Verdict::Different(gap),
    }
}

/// Both files, side by side.
struct Reading<'d> {
    before: &'d Dockerfile<'d>,
    after: &'d Dockerfile<'d>,
    accepted: Vec<Accepted>,
    /// Packages that stand in another order: from the first to the last, in both files.
    sorted: Vec<(Span, Span)>,
}

type Compared = Result<(), Gap>;

impl<'d> Reading<'d> {
    fn files(&mut self) -> Compared {
        let (before, after) = (self.before, self.after);
        let messages = |file: &'d Dockerfile<'d>| file.diagnostics.iter().map(|one| &one.message);
        if !messages(before).eq(messages(after)) {
            let new = after.diagnostics.get(before.diagnostics.len()).or(after.diagnostics.last());
            let message = new.map_or("a complaint of the builder is gone", |one| &one.message);
            return self.differ(None, new.map(|one| one.span), message);
        }
        let directives = |file: &'d Dockerfile<'d>| {
            file.items.iter().filter_map(|item| match item {
                Item::Directive(one) => Some((file.raw(one.name), file.raw(one.value))),
                _ => None,
            })
        };
        if before.escape != after.escape || !directives(before).eq(directives(after)) {
            return self.differ(None, None, "the directives at the top are not the same");
        }
        let mut old = before.instructions().map(|(_, one)| one);
        let mut new = after.instructions().map(|(_, one)| one);
        loop {
            match (old.next(), new.next()) {
                (None, None) => return Ok(()),
                (Some(old), Some(new)) => self.instructions(old, new)?,
                (old, new) => {
                    let (old, new) = (old.map(|one| one.span), new.map(|one| one.span));
                    return self.differ(old, new, "there are more or fewer instructions");
                }
            }
        }
    }

    fn differ<T>(
        &self,
        before: Option<Span>,
        after: Option<Span>,
        message: &str,
    ) -> Result<T, Gap> {
        Err(Gap { before, after, message: message.to_owned() })
    }

    /// The texts at two places, continuations taken out, must be the same.
    fn texts(&self, old: Span, new: Span, what: &str) -> Compared {
        if self.before.text(old) == self.after.text(new) {
            return Ok(());
        }
        self.differ(Some(old), Some(new), &format!("{what} reads otherwise"))
    }

    /// The same for two places of which each may be missing.
    fn optional(&self, old: Option<Span>, new: Option<Span>, what: &str) -> Compared {
        match (old, new) {
            (None, None) => Ok(()),
            (Some(old), Some(new)) => self.texts(old, new, what),
            _ => self.differ(old, new, &format!("{what} stands on one side only")),
        }
    }

    /// Texts in a row must be the same.
    fn rows<T>(
        &self,
        old: &[T],
        new: &[T],
        at: (Span, Span),
        what: &str,
        span: impl Fn(&T) -> Span,
    ) -> Compared {
        if old.len() != new.len() {
            return self.differ(
                Some(at.0),
                Some(at.1),
                &format!("there are more or fewer of {what}"),
            );
        }
        old.iter().zip(new).try_for_each(|(old, new)| self.texts(span(old), span(new), what))
    }

    fn instructions(&mut self, old: &Instruction, new: &Instruction) -> Compared {
        let at = (old.span, new.span);
        self.keywords(old, new)?;
        self.rows(&old.flags, &new.flags, at, "a flag", |flag: &Flag| flag.span)?;
        self.heredocs(old, new)?;
        match (&old.arguments, &new.arguments) {
            (Arguments::From(one), Arguments::From(two)) => {
                self.texts(one.image.span, two.image.span, "the image")?;
                self.optional(one.name, two.name, "the name of the stage")
            }
            (Arguments::Command(one), Arguments::Command(two)) => self.commands(one, two, at),
            (Arguments::Healthcheck(one), Arguments::Healthcheck(two)) => match (one, two) {
                (None, None) => Ok(()),
                (Some(one), Some(two)) => self.commands(one, two, at),
                _ => self.differ(Some(at.0), Some(at.1), "a health check comes or goes"),
            },
            (Arguments::Onbuild(one), Arguments::Onbuild(two)) => self.instructions(one, two),
            (
                Arguments::Pairs { pairs: one, legacy: old_form },
                Arguments::Pairs { pairs: two, legacy: new_form },
            ) if old_form == new_form => {
                self.rows(one, two, at, "a name", |pair: &Pair| pair.name)?;
                one.iter()
                    .zip(two)
                    .try_for_each(|(one, two)| self.optional(one.value, two.value, "a value"))
            }
            (Arguments::List(one), Arguments::List(two)) => self.strings(one, two, at),
            (Arguments::Words(one), Arguments::Words(two)) => {
                self.rows(one, two, at, "an argument", |word: &Token| word.span)
            }
            (Arguments::Text(one), Arguments::Text(two)) => self.texts(*one, *two, "the text"),
            (Arguments::Empty, Arguments::Empty) => Ok(()),
            _ => self.differ(Some(at.0), Some(at.1), "the arguments are of another form"),
        }
    }

    fn keywords(&mut self, old: &Instruction, new: &Instruction) -> Compared {
        let (one, two) = (self.before.text(old.keyword), self.after.text(new.keyword));
        if old.kind != new.kind || !one.eq_ignore_ascii_case(&two) {
            return self.differ(Some(old.keyword), Some(new.keyword), "it is another instruction");
        }
        if one != two {
            let message = format!("`{one}` is written `{two}`");
            self.accept(Difference::KeywordCase, old.keyword, new.keyword, message);
        }
        Ok(())
    }

    fn accept(&mut self, difference: Difference, before: Span, after: Span, message: String) {
        let (before, after) = (Some(before), Some(after));
        self.accepted.push(Accepted { difference, before, after, message });
    }

    fn heredocs(&self, old: &Instruction, new: &Instruction) -> Compared {
        let same = |one: &Heredoc, two: &Heredoc| {
            one.name == two.name
                && (one.strip_tabs, one.expand) == (two.strip_tabs, two.expand)
                && self.before.raw(one.body) == self.after.raw(two.body)
                && self.before.raw(one.end) == self.after.raw(two.end)
        };
        let (one, two) = (&old.heredocs, &new.heredocs);
        if one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two)) {
            return Ok(());
        }
        self.differ(Some(old.span), Some(new.span), "a here-document is not the same")
    }

    fn commands(&mut self, old: &CommandForm, new: &CommandForm, at: (Span, Span)) -> Compared {
        match (old, new) {
            (CommandForm::Exec(one), CommandForm::Exec(two)) => self.strings(one, two, at),
            (CommandForm::Shell(one), CommandForm::Shell(two)) => self.scripts(one, two),
            _ => self.differ(Some(at.0), Some(at.1), "a JSON array comes or goes"),
        }
    }

    fn strings(&self, old: &[JsonString], new: &[JsonString], at: (Span, Span)) -> Compared {
        self.rows(old, new, at, "a string", |string: &JsonString| string.span)
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;

    /// What differs, by name, or why it is not a layout of the same.
    fn told(before: &str, after: &str) -> Result<Vec<&'static str>, String> {
        let (before, after) = (format!("FROM a\n{before}\n"), format!("FROM a\n{after}\n"));
        match layout(&parse(&before), &parse(&after)) {
            Verdict::Equal(accepted) => {
                Ok(accepted.iter().map(|one| one.difference.name()).collect())
            }
            Verdict::Different(gap) | Verdict::Unknown(gap) => Err(gap.message),
        }
    }

    #[test]
    fn layouts_are_accepted() {
        for (before, after, differences) in [
            ("RUN a   &&   b", "RUN a \\\n    && b", &[][..]),
            ("RUN a && \\\n # why\n b", "RUN a \\\n # why\n && b", &[]),
            ("RUN a;b", "RUN a; \\\n    b", &[]),
            ("RUN a=( b  c )", "RUN a=(b \\\n c)", &[]),
            ("CMD [ \"a\",\"b\" ]", "CMD [\"a\", \"b\"]", &[]),
            ("run a", "RUN a", &["keyword-case"]),
            ("RUN apt-get install -y b a", "RUN apt-get install -y a b", &["package-order"]),
            ("RUN apk add -t .x b a", "RUN apk add -t .x a b", &["package-order"]),
        ] {
            assert_eq!(told(before, after).as_deref(), Ok(differences), "{before}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for (before, after) in [
            ("RUN a b", "RUN ab"),
            ("RUN a\\\nb", "RUN a \\\n    b"),
            ("RUN a=(b c)", "RUN a=(bc)"),
            ("RUN a=(b '' c)", "RUN a=(b c)"),
            ("RUN a 'b  c'", "RUN a 'b c'"),
            ("RUN a && b", "RUN a || b"),
            ("RUN a & b", "RUN a; b"),
            ("RUN $((a) | b)", "RUN $( (a) | b)"),
            ("RUN ((a); b)", "RUN ( (a); b)"),
            ("RUN (a; (b) )", "RUN (a; (b))"),
            ("RUN !(a)", "RUN ! (a)"),
            ("RUN a \\\n # why\n b \\\n c", "RUN a \\\n b \\\n # why\n c"),
            ("RUN a \\\n # why\n b", "RUN a \\\n b"),
            ("# why\nRUN a", "RUN a"),
            ("RUN a # why", "RUN a"),
            ("RUN pip install b a", "RUN pip install a b"),
            ("RUN apt-get install -t b a", "RUN apt-get install -t a b"),
            ("RUN apt-get install b a-", "RUN apt-get install a- b"),
            ("RUN apt-get install a=1 a=2 0", "RUN apt-get install 0 a=2 a=1"),
            ("RUN apt-get install b \\\n # of b\n a", "RUN apt-get install a \\\n # of b\n b"),
            ("RUN apt-get source b a", "RUN apt-get source a b"),
            ("ENV A=b C=d", "ENV A=bC=d"),
            ("ENV A b  c", "ENV A b c"),
            ("ENV a=b", "ENV A=b"),
            ("LABEL a=\"b  c\"", "LABEL a=\"b c\""),
            ("ARG a # b", "ARG a \\\n # b"),
            ("COPY a b", "COPY ab"),
            ("CMD [\"a\", \"b\"]", "CMD [\"a\" \"b\"]"),
            ("RUN <<E\na\nE", "RUN <<E\n a\nE"),
            ("RUN a \\\n\nUSER b", "RUN a\nUSER b"),
        ] {
            assert!(told(before, after).is_err(), "{before}\n{after}");
        }
    }
}
