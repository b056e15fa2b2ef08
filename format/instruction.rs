//! One instruction: keyword, flags, arguments.

use dockslim_syntax::{Arguments, CommandForm, Instruction, Keyword, LeafKind, Pair, Span};

use crate::tokens::{Gap, Tokens};
use crate::{json, script};

/// Lays out an instruction whose first line has the level `base`.
pub(crate) fn lay(tokens: &mut Tokens<'_>, instruction: &Instruction, base: usize) {
    if instruction.kind == Keyword::Unknown {
        return;
    }
    keyword(tokens, instruction.keyword, instruction.kind.name());
    let start = instruction.arguments_span.start;
    let arguments = tokens.at(start);
    let flagged = flags(tokens, instruction, base);
    match &instruction.arguments {
        Arguments::From(from) => {
            tokens.set(arguments, Gap::Space, base + 1);
            if let Some(name) = from.name {
                let number = tokens.at(name.start);
                keyword_at(tokens, number - 1, "AS");
                tokens.set(number - 1, Gap::Space, base + 1);
                tokens.set(number, Gap::Space, base + 1);
            }
        }
        Arguments::Command(form) => {
            first_argument(tokens, arguments, flagged, base);
            command(tokens, form, instruction.arguments_span, base);
        }
        Arguments::Healthcheck(form) => {
            healthcheck(tokens, instruction, form.as_ref(), flagged, base);
        }
        Arguments::Onbuild(inner) => {
            tokens.set(arguments, Gap::Space, base + 1);
            lay(tokens, inner, base);
        }
        Arguments::Pairs { pairs, legacy } => {
            tokens.set(arguments, Gap::Space, base + 1);
            lay_pairs(tokens, pairs, *legacy, base);
        }
        Arguments::List(strings) => {
            first_argument(tokens, arguments, flagged, base);
            json::lay(tokens, instruction.arguments_span, strings, base);
        }
        Arguments::Words(words) => {
            first_argument(tokens, arguments, flagged, base);
            for word in words.iter().skip(1) {
                let number = tokens.at(word.span.start);
                tokens.keep_line(number, Gap::Space, base + 1);
            }
        }
        Arguments::Text(_) => first_argument(tokens, arguments, flagged, base),
        Arguments::Empty => {}
    }
}

/// Upper case for a keyword that stands in one piece.
fn keyword(tokens: &mut Tokens<'_>, span: Span, name: &str) {
    let number = tokens.at(span.start);
    if tokens.list.get(number).is_some_and(|token| token.span == span) {
        tokens.write(number, name.to_owned());
    }
}

fn keyword_at(tokens: &mut Tokens<'_>, number: usize, name: &str) {
    if tokens.raw(number).eq_ignore_ascii_case(name) {
        tokens.write(number, name.to_owned());
    }
}

/// How the flags of an instruction stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flagged {
    /// There are none.
    Not,
    /// On the line of the keyword, with what follows.
    Together,
    /// One a line, and what follows on the next.
    Apart,
}

/// The first flag stands behind the keyword. If its author, or the length of the line, puts one on a line of its own, all are.
fn flags(tokens: &mut Tokens<'_>, instruction: &Instruction, base: usize) -> Flagged {
    let Some(first) = instruction.flags.first() else { return Flagged::Not };
    let begin = tokens.at(first.span.start);
    let end = tokens.at(instruction.arguments_span.start);
    let starts = |tokens: &Tokens<'_>, number: usize| {
        let span = tokens.list[number].span;
        tokens.kind(number) == LeafKind::Operator && tokens.raw(number) == "--"
            || instruction.flags.iter().any(|flag| flag.span.start == span.start)
    };
    tokens.set(begin, Gap::Space, base + 1);
    let broken = (begin + 1..=end).any(|number| tokens.broken(number));
    for number in begin + 1..end {
        if starts(tokens, number) {
            tokens.set(number, Gap::Space, base + 1);
        }
    }
    let apart = broken || (instruction.flags.len() > 1 && !tokens.fit(begin..end, 2));
    if !apart {
        return Flagged::Together;
    }
    for number in begin + 1..end {
        if starts(tokens, number) {
            tokens.set(number, Gap::Break(base + 1), base + 1);
        }
    }
    Flagged::Apart
}

fn first_argument(tokens: &mut Tokens<'_>, number: usize, flagged: Flagged, base: usize) {
    let gap = if flagged == Flagged::Apart { Gap::Break(base + 1) } else { Gap::Space };
    tokens.set(number, gap, base + 1);
}

fn command(tokens: &mut Tokens<'_>, form: &CommandForm, span: Span, base: usize) {
    match form {
        CommandForm::Exec(strings) => json::lay(tokens, span, strings, base),
        CommandForm::Shell(shell) => script::lay(tokens, shell, base),
    }
}

/// `CMD` goes on a line of its own where its author, or the flags, put it there.
fn healthcheck(
    tokens: &mut Tokens<'_>,
    instruction: &Instruction,
    form: Option<&CommandForm>,
    flagged: Flagged,
    base: usize,
) {
    let number = tokens.at(instruction.arguments_span.start);
    let Some(form) = form else {
        keyword_at(tokens, number, "NONE");
        return tokens.set(number, Gap::Space, base + 1);
    };
    keyword_at(tokens, number, "CMD");
    let apart = flagged == Flagged::Apart;
    let base = if apart { base + 1 } else { base };
    tokens.set(number, if apart { Gap::Break(base) } else { Gap::Space }, base.max(1));
    tokens.set(number + 1, Gap::Space, base + 1);
    let start = tokens.list.get(number + 1).map_or(instruction.span.end, |token| token.span.start);
    command(tokens, form, Span::new(start, instruction.span.end), base);
}

/// Pairs on one line, or one a line.
fn lay_pairs(tokens: &mut Tokens<'_>, pairs: &[Pair], legacy: bool, base: usize) {
    if legacy {
        if let Some(value) = pairs.first().and_then(|pair| pair.value) {
            let number = tokens.at(value.start);
            tokens.set(number, Gap::Space, base + 1);
        }
        return;
    }
    let starts: Vec<usize> = pairs.iter().map(|pair| tokens.at(pair.name.start)).collect();
    for number in starts.iter().skip(1) {
        tokens.set(*number, Gap::Space, base + 1);
    }
    let (Some(first), Some(last)) = (starts.first(), pairs.last()) else { return };
    let end = last.value.unwrap_or(last.name).end;
    let all = *first..tokens.at(end);
    let broken = starts.iter().skip(1).any(|number| tokens.broken(*number));
    // On a line of its own it would be a comment.
    let unsafe_to_break = starts.iter().skip(1).any(|number| tokens.raw(*number).starts_with('#'));
    if !unsafe_to_break && (broken || !tokens.fit(all, 0)) {
        for number in starts.iter().skip(1) {
            tokens.set(*number, Gap::Break(base + 1), base + 1);
        }
    }
}
