//! Lists, chains, pipes and simple commands of the shell.
//!
//! In the open, a line that is too long, or broken already, is broken between all its statements or in front of all its `&&`.
//! Inside of compound commands, lines end where their author ends them.

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Part, PartKind, Pipeline, Redirect, Simple,
    Statement, Word,
};
use dockslim_syntax::{LeafKind, Script, Span};

use crate::tokens::{Gap, Tokens};
use crate::{compound, packages};

/// Where a list or a chain stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The level of the line on which it starts.
    pub(crate) line: usize,
    /// The level of the lines that begin with `&&`.
    pub(crate) chain: usize,
    /// Whether the length of the line has a say.
    pub(crate) open: bool,
}

/// Lays out the script of an instruction whose first line has the level `base`.
pub(crate) fn lay(tokens: &mut Tokens<'_>, script: &Script, base: usize) {
    let (Ok(list), false) = (&script.body, script.heredoc_body) else { return };
    // What is inside of compound commands has its width before anything around them is measured.
    for one in &list.statements {
        statement(tokens, one, Place { line: base + 1, chain: base + 1, open: false });
    }
    flatten(tokens, list);
    let all = tokens.within(script.span);
    match list.statements.as_slice() {
        [] => {}
        [only] => {
            let line = if only.rest.is_empty() { base } else { base + 1 };
            statement(tokens, only, Place { line, chain: base + 1, open: true });
            variables(tokens, &only.first, base + 1);
            separator(tokens, only, base + 1);
        }
        several => {
            let line = base + 1;
            if !tokens.multiline(all.clone()) && tokens.fit(all, 0) {
                return;
            }
            for (number, one) in several.iter().enumerate() {
                if number > 0 {
                    let start = tokens.at(one.span.start);
                    tokens.set(start, Gap::Break(line), line);
                }
                statement(tokens, one, Place { line, chain: line + 1, open: true });
                separator(tokens, one, line);
            }
        }
    }
}

/// Variables alone in front of a chain stand below each other, as those of ENV do.
fn variables(tokens: &mut Tokens<'_>, first: &Pipeline, level: usize) {
    let [Command { kind: CommandKind::Simple(simple), redirects, .. }] = first.commands.as_slice()
    else {
        return;
    };
    if simple.words.is_empty() && redirects.is_empty() {
        for one in simple.assignments.iter().skip(1) {
            let number = tokens.at(one.span.start);
            tokens.keep_line(number, Gap::Space, level);
        }
    }
}

/// A list inside of a compound command whose lines have the level `line`, which is not the first.
pub(crate) fn inner(tokens: &mut Tokens<'_>, list: &List, line: usize, first: Gap) {
    let chain = if list.statements.len() > 1 { line + 1 } else { line };
    for (number, one) in list.statements.iter().enumerate() {
        let start = tokens.at(one.span.start);
        tokens.keep_line(start, if number == 0 { first } else { Gap::Space }, line);
        statement(tokens, one, Place { line, chain, open: false });
        // In front of `then`, `do` or `}`, a sign that has its line for itself stands where they do.
        let last = number + 1 == list.statements.len();
        separator(tokens, one, if last { line - 1 } else { line });
    }
}

/// `;` stands behind its statement, or on a line of its own where its author puts it there behind several lines.
fn separator(tokens: &mut Tokens<'_>, statement: &Statement, line: usize) {
    if let Some(end) = statement.end {
        let number = tokens.at(end.span.start);
        let gap = if tokens.raw(number) == "&" { Gap::Space } else { Gap::Glue };
        // `<<EOF;` would be another word.
        if tokens.raw(number) == ";" && ends_in_heredoc(statement) {
            return;
        }
        if tokens.multiline(tokens.within(statement.span)) {
            tokens.keep_line(number, gap, line);
        } else {
            tokens.set(number, gap, line);
        }
    }
}

/// Whether the last command of a statement opens a here-document.
pub(crate) fn ends_in_heredoc(statement: &Statement) -> bool {
    let command = statement.last().commands.last();
    command.is_some_and(|command| command.redirects.iter().any(|redirect| redirect.heredoc))
}

/// Where the last token of a list ends, its separator included.
pub(crate) fn end(list: &List) -> Option<usize> {
    let last = list.statements.last()?;
    Some(last.end.map_or(last.span.end, |end| end.span.end))
}

/// Sets the gaps of an open list as if all of it stood on one line, to measure it by.
fn flatten(tokens: &mut Tokens<'_>, list: &List) {
    for (number, one) in list.statements.iter().enumerate() {
        if number > 0 {
            let start = tokens.at(one.span.start);
            tokens.set(start, Gap::Space, 1);
        }
        for (connector, pipeline) in &one.rest {
            for offset in [connector.span.start, pipeline.span.start] {
                let number = tokens.at(offset);
                tokens.set(number, Gap::Space, 1);
            }
        }
        for pipeline in one.pipelines() {
            let starts = pipeline.commands.iter().skip(1).map(|command| command.span.start);
            let starts: Vec<usize> =
                pipeline.pipes.iter().map(|pipe| pipe.start).chain(starts).collect();
            for offset in starts {
                let number = tokens.at(offset);
                tokens.set(number, Gap::Space, 1);
            }
            for command in &pipeline.commands {
                if let CommandKind::Simple(simple) = &command.kind {
                    for element in elements(command, simple).into_iter().skip(1) {
                        let number = tokens.at(element);
                        tokens.set(number, Gap::Space, 1);
                    }
                }
            }
        }
        separator(tokens, one, 1);
    }
}

/// A chain: broken in front of every `&&`, or not at all; `||` follows its author.
fn statement(tokens: &mut Tokens<'_>, statement: &Statement, place: Place) {
    let all = tokens.within(statement.span);
    let separated = statement.end.map_or(0, |_| 1);
    let ends: Vec<(usize, usize)> = statement
        .rest
        .iter()
        .map(|(connector, pipeline)| {
            (tokens.at(connector.span.start), tokens.at(pipeline.span.start))
        })
        .collect();
    let apart =
        |tokens: &Tokens<'_>, ends: &(usize, usize)| tokens.broken(ends.0) || tokens.broken(ends.1);
    let broken = if place.open {
        tokens.multiline(all.clone()) || !tokens.fit(all, separated)
    } else {
        let pipelines: Vec<&Pipeline> = statement.pipelines().collect();
        let earlier = &pipelines[..pipelines.len() - 1];
        ends.iter().any(|ends| apart(tokens, ends))
            || earlier.iter().any(|one| tokens.multiline(tokens.within(one.span)))
    };
    let chained = statement.rest.iter().any(|(one, _)| one.kind == ConnectorKind::And);
    // Behind a chain, a line that begins with `||` is one more of it.
    for ((connector, _), ends) in statement.rest.iter().zip(&ends) {
        let own = connector.kind == ConnectorKind::And || apart(tokens, ends) || !chained;
        let gap = if broken && own { Gap::Break(place.chain) } else { Gap::Space };
        tokens.set(ends.0, gap, place.chain);
        tokens.follow(ends.1, place.chain);
    }
    pipeline(tokens, &statement.first, Place { chain: place.line + 1, ..place });
    let line = if broken { place.chain } else { place.line };
    for (_, one) in &statement.rest {
        pipeline(tokens, one, Place { line, chain: line + 1, ..place });
    }
}

/// A pipe: broken in front of every `|`, or not at all.
fn pipeline(tokens: &mut Tokens<'_>, pipeline: &Pipeline, place: Place) {
    let all = tokens.within(pipeline.span);
    let commands = &pipeline.commands;
    let pipes: Vec<(usize, usize)> = pipeline
        .pipes
        .iter()
        .zip(commands.iter().skip(1))
        .map(|(pipe, command)| (tokens.at(pipe.start), tokens.at(command.span.start)))
        .collect();
    let simple = |command: &&Command| matches!(command.kind, CommandKind::Simple(_));
    let mut earlier = commands[..commands.len() - 1].iter().filter(simple);
    let broken = pipes.iter().any(|ends| tokens.broken(ends.0) || tokens.broken(ends.1))
        || earlier.any(|command| tokens.multiline(tokens.within(command.span)))
        || (place.open && !tokens.multiline(all.clone()) && !tokens.fit(all, 0));
    if pipeline.negated.is_some() {
        let first = tokens.at(commands[0].span.start);
        // `!(` is a pattern to some shells, and `! (` to none.
        let glued = tokens.raw(first).starts_with('(') && !tokens.apart(first);
        tokens.set(first, if glued { Gap::Glue } else { Gap::Space }, place.line + 1);
    }
    for (number, (pipe, next)) in pipes.iter().enumerate() {
        // What a here-document's opener touches is part of it to the builder.
        if commands[number].redirects.iter().any(|redirect| redirect.heredoc) {
            continue;
        }
        tokens.set(
            *pipe,
            if broken { Gap::Break(place.line + 1) } else { Gap::Space },
            place.line + 1,
        );
        tokens.follow(*next, place.line + 1);
    }
    for (number, one) in commands.iter().enumerate() {
        let line = if broken && number > 0 { place.line + 1 } else { place.line };
        command(tokens, one, Place { line, ..place });
    }
}

/// A command that stands on a line of this level.
pub(crate) fn command(tokens: &mut Tokens<'_>, command: &Command, place: Place) {
    match &command.kind {
        CommandKind::Simple(parts) => simple(tokens, command, parts, place),
        _ => {
            // `RUN if …` has its lines inside of the instruction.
            let line = place.line.max(1);
            compound::lay(tokens, command, line);
            for redirect in &command.redirects {
                let number = tokens.at(redirect.span.start);
                tokens.keep_line(number, Gap::Space, line + 1);
                target(tokens, redirect);
            }
        }
    }
}

/// Where the assignments, words and redirections of a simple command start, in their order.
fn elements(command: &Command, simple: &Simple) -> Vec<usize> {
    let assignments = simple.assignments.iter().map(|one| one.span.start);
    let words = simple.words.iter().map(|one| one.span.start);
    let redirects = command.redirects.iter().map(|one| one.span.start);
    let mut all: Vec<usize> = assignments.chain(words).chain(redirects).collect();
    all.sort_unstable();
    all
}

fn simple(tokens: &mut Tokens<'_>, command: &Command, parts: &Simple, place: Place) {
    // Variables alone that start a line stand below each other.
    let peers = parts.words.is_empty()
        && command.redirects.is_empty()
        && tokens.broken(tokens.at(command.span.start));
    let level = if peers { place.line } else { place.line + 1 };
    let elements = elements(command, parts);
    for element in elements.iter().filter(|start| **start > command.span.start) {
        let number = tokens.at(*element);
        tokens.keep_line(number, Gap::Space, level);
    }
    for number in tokens.within(command.span).skip(1) {
        // A comment in backquotes is no word, but stands where one could.
        let noted = tokens.raw(number) == "`" && tokens.kind(number + 1) == LeafKind::Comment;
        if noted && tokens.apart(number) {
            tokens.keep_line(number, Gap::Space, level);
        }
    }
    for redirect in &command.redirects {
        target(tokens, redirect);
    }
    packages::lay(tokens, command, parts, level, place.open);
    let values =
        parts.assignments.iter().filter_map(|one| one.value.as_ref().or(one.array.as_ref()));
    let targets = command.redirects.iter().map(|one| &one.target);
    for word in values.chain(&parts.words).chain(targets) {
        substitutions(tokens, &word.parts, place.line);
    }
}

/// A redirection stands before its file with a blank or without, as its author likes.
fn target(tokens: &mut Tokens<'_>, redirect: &Redirect) {
    if redirect.heredoc {
        return;
    }
    let number = tokens.at(redirect.target.span.start);
    let gap = if tokens.apart(number) { Gap::Space } else { Gap::Glue };
    tokens.set(number, gap, 2);
}

/// Lays out arrays, and the scripts of `$( )`, in a word that stands on a line of this level.
pub(crate) fn substitutions(tokens: &mut Tokens<'_>, parts: &[Part], line: usize) {
    for part in parts {
        match &part.kind {
            PartKind::Substitution(Some(list)) => {
                let opening = tokens.at(part.span.start);
                if tokens.raw(opening) == "$(" {
                    compound::parenthesised(tokens, list, line.max(1));
                }
            }
            PartKind::Array(words) => array(tokens, part.span, words, line.max(1)),
            PartKind::DoubleQuoted(inner) => substitutions(tokens, inner, line),
            PartKind::Parameter { argument, .. } => substitutions(tokens, argument, line),
            _ => {}
        }
    }
}

/// bash's `( word* )` behind `name=`, with its author's line breaks.
fn array(tokens: &mut Tokens<'_>, span: Span, words: &[Word], line: usize) {
    for (number, word) in words.iter().enumerate() {
        let start = tokens.at(word.span.start);
        tokens.keep_line(start, if number == 0 { Gap::Glue } else { Gap::Space }, line + 1);
        substitutions(tokens, &word.parts, line + 1);
    }
    if let Some(closing) = tokens.at(span.end).checked_sub(1) {
        tokens.keep_line(closing, Gap::Glue, line);
    }
}

/// Whether a word has no part in which anything happens: it stands for itself.
pub(crate) fn is_plain(word: &Word) -> bool {
    matches!(word.parts.as_slice(), [part] if matches!(part.kind, PartKind::Literal))
}
