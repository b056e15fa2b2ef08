//! Compound commands: their author's line breaks, re-indented.

use dockslim_syntax::shell::{Command, CommandKind, List, Word};
use dockslim_syntax::{LeafKind, Span};

use crate::script::{Place, command, end, ends_in_heredoc, inner, substitutions};
use crate::tokens::{Gap, Tokens};

/// Lays out a compound command whose line has the level `line`.
pub(crate) fn lay(tokens: &mut Tokens<'_>, command: &Command, line: usize) {
    let span = command.span;
    match &command.kind {
        CommandKind::Group(list) => {
            inner(tokens, list, line + 1, Gap::Space);
            last(tokens, list, Gap::Space, line);
        }
        CommandKind::Subshell(list) => parenthesised(tokens, list, line),
        CommandKind::If { branches, otherwise } => {
            for (condition, body) in branches {
                inner(tokens, condition, line + 1, Gap::Space);
                closing(tokens, condition, Gap::Space, line);
                inner(tokens, body, line + 1, Gap::Space);
                last(tokens, body, Gap::Space, line);
            }
            if let Some(list) = otherwise {
                inner(tokens, list, line + 1, Gap::Space);
                last(tokens, list, Gap::Space, line);
            }
        }
        CommandKind::While { condition, body } => {
            inner(tokens, condition, line + 1, Gap::Space);
            closing(tokens, condition, Gap::Space, line);
            inner(tokens, body, line + 1, Gap::Space);
            last(tokens, body, Gap::Space, line);
        }
        CommandKind::For { words, body, .. } => each(tokens, span, words.as_deref(), body, line),
        CommandKind::Case { subject, arms } => case(tokens, command, subject, arms, line),
        CommandKind::Function { body, .. } => {
            let number = tokens.at(body.span.start);
            tokens.keep_line(number, Gap::Space, line);
            self::command(tokens, body, Place { line, chain: line + 1, open: false });
        }
        CommandKind::Simple(_) | CommandKind::Test | CommandKind::Arithmetic => {}
    }
}

/// `(list)` or `$(list)`.
pub(crate) fn parenthesised(tokens: &mut Tokens<'_>, list: &List, line: usize) {
    let Some(first) = list.statements.first() else { return };
    let number = tokens.at(first.span.start);
    // What stands apart may mean something else together, and the other way round: `( (` and `((`.
    let nested = tokens.raw(number).starts_with('(') && tokens.apart(number);
    inner(tokens, list, line + 1, if nested { Gap::Space } else { Gap::Glue });
    let sign = end(list).map_or(0, |end| tokens.at(end));
    let nested = sign > 0 && tokens.raw(sign - 1).ends_with(')') && tokens.apart(sign);
    last(tokens, list, if nested { Gap::Space } else { Gap::Glue }, line);
}

/// The word or sign behind the last list of a command, or of a part of it: `else`, `fi`, `done`, `}`, `)`. Where the list starts a
/// line, it starts one as well.
fn last(tokens: &mut Tokens<'_>, list: &List, gap: Gap, line: usize) {
    let starts = list.statements.first().map_or(0, |one| tokens.at(one.span.start));
    // Behind a sign that has its line for itself, the word stays on that line.
    let alone = list.statements.last().is_some_and(|one| {
        let sign = one.end.map(|end| tokens.at(end.span.start));
        sign.is_some_and(|sign| tokens.broken(sign)) && tokens.multiline(tokens.within(one.span))
    });
    let gap = if tokens.broken(starts) && !alone { Gap::Break(line) } else { gap };
    closing(tokens, list, gap, line);
}

/// The word or sign that closes a list.
fn closing(tokens: &mut Tokens<'_>, list: &List, gap: Gap, line: usize) {
    let (Some(end), Some(last)) = (end(list), list.statements.last()) else { return };
    let number = tokens.at(end);
    // What a here-document's opener touches is part of it to the builder.
    let gap = if ends_in_heredoc(last) { Gap::Keep } else { gap };
    tokens.keep_line(number, gap, line);
}

/// `for name in words; do list; done`
fn each(tokens: &mut Tokens<'_>, span: Span, words: Option<&[Word]>, body: &List, line: usize) {
    let Some(first) = body.statements.first() else { return };
    let from = tokens.at(span.start);
    let to = tokens.at(first.span.start);
    // Words that run into `do` stand deeper than the body below it.
    let closed = (from + 2..to).any(|number| {
        tokens.broken(number) && (tokens.raw(number) == ";" || tokens.raw(number) == "do")
    });
    let level = if closed { line + 1 } else { line + 2 };
    for number in from + 1..to {
        let start = tokens.list[number].span.start;
        match tokens.kind(number) {
            LeafKind::Operator if tokens.raw(number) == ";" => {
                tokens.keep_line(number, Gap::Glue, line);
            }
            LeafKind::Reserved => tokens.keep_line(number, Gap::Space, line),
            _ if words.is_some_and(|words| words.iter().any(|word| word.span.start == start)) => {
                tokens.keep_line(number, Gap::Space, level);
            }
            _ if number == from + 1 => tokens.keep_line(number, Gap::Space, line),
            _ => {}
        }
    }
    for word in words.unwrap_or_default() {
        substitutions(tokens, &word.parts, line);
    }
    inner(tokens, body, line + 1, Gap::Space);
    last(tokens, body, Gap::Space, line);
}

/// `case word in pattern) list;; esac`
fn case(
    tokens: &mut Tokens<'_>,
    command: &Command,
    subject: &Word,
    arms: &[(Vec<Word>, List)],
    line: usize,
) {
    let number = tokens.at(subject.span.start);
    tokens.set(number, Gap::Space, line + 1);
    substitutions(tokens, &subject.parts, line);
    let number = tokens.at(subject.span.end);
    tokens.keep_line(number, Gap::Space, line);
    let first = number + 1;
    let mut next = first;
    for (patterns, list) in arms {
        tokens.keep_line(next, Gap::Space, line + 1);
        let Some(last) = patterns.last() else { return };
        // Behind the pattern, `)`.
        next = tokens.at(last.span.end);
        tokens.set(next, Gap::Glue, line + 1);
        inner(tokens, list, line + 2, Gap::Space);
        next = end(list).map_or(next + 1, |end| tokens.at(end));
        if tokens.raw(next).starts_with(';') {
            tokens.keep_line(next, Gap::Space, line + 2);
            next += 1;
        }
    }
    if let Some(last) = tokens.at(compound_end(command)).checked_sub(1) {
        // Where the arms have lines of their own, `esac` has one.
        let gap = if tokens.broken(first) { Gap::Break(line) } else { Gap::Space };
        tokens.keep_line(last, gap, line);
    }
}

/// Where a compound command is over, its redirections not counted.
fn compound_end(command: &Command) -> usize {
    command.redirects.first().map_or(command.span.end, |redirect| redirect.span.start)
}
