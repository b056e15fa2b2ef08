//! The text of a merged RUN.

use dockslim_syntax::shell::List;
use dockslim_syntax::{Edits, Item, LeafKind, Overlap, Span, leading_comments};

use super::comments::travelling_comments;
use super::join::{Group, Placed, Wrap};
use crate::Facts;
use crate::facts::Layout;
use crate::knowledge::speaks_to_a_tool;

/// The edits that turn the RUNs of a group into one chain.
pub(super) fn chain(facts: &Facts<'_>, group: &Group<'_>) -> Option<Edits> {
    let scripts: Vec<_> = group.parts.iter().map(|placed| placed.part.script).collect();
    let layout = Layout::of(facts.dockerfile, &scripts);
    // The parts of a group follow each other, so that their edits are disjoint.
    Chain { facts, group, layout, edits: Edits::new(), behind: String::new() }.write().ok()
}

struct Chain<'a, 't, 'f> {
    facts: &'a Facts<'t>,
    group: &'a Group<'f>,
    layout: Layout,
    edits: Edits,
    /// The text of parts that move up across another instruction.
    behind: String,
}

impl<'f> Chain<'_, '_, 'f> {
    fn write(mut self) -> Result<Edits, Overlap> {
        let mut anchor = 0;
        for (at, placed) in self.group.parts.iter().enumerate() {
            let is_last = at + 1 == self.group.parts.len();
            let wrap = if is_last { placed.last } else { placed.inner };
            let (code, tail) = self.code(placed, is_last);
            let separator = self.separator(at);
            let text = |this: &Self, span: Span| span.of(this.facts.dockerfile.source).to_owned();
            if placed.moved {
                let moved = format!(
                    "{separator}{}{}",
                    wrapped(&text(&self, code), wrap, is_last && ends_in_semicolon(placed)),
                    text(&self, tail)
                );
                self.behind.push_str(&moved);
                self.remove(at)?;
                continue;
            }
            let start = placed.part.script.span.start;
            if at == 0 {
                self.comment_above(placed)?;
                self.put(start, opening(wrap))?;
                if code.start > start {
                    self.edits.delete(Span::new(start, code.start))?;
                }
            } else {
                let previous = &self.group.parts[at - 1];
                let from = self.code(previous, false).0.end;
                let closing = closing(previous.inner, false);
                let text = format!("{closing}{separator}{}", opening(wrap));
                self.edits.replace(Span::new(from, code.start), text)?;
            }
            if is_last {
                self.put(code.end, closing(wrap, ends_in_semicolon(placed)))?;
            }
            anchor = if is_last { tail.end } else { code.end };
        }
        self.place_moved(anchor)?;
        Ok(self.edits)
    }

    /// Puts the comment behind the first script on a line above its RUN.
    fn comment_above(&mut self, placed: &Placed<'f>) -> Result<(), Overlap> {
        let Some(comment) = placed.part.last_comment() else { return Ok(()) };
        let dockerfile = self.facts.dockerfile;
        let instruction = placed.part.instruction;
        let indent = dockerfile.raw(Span::new(instruction.lines.start, instruction.span.start));
        let text = format!("{}{}{indent}", dockerfile.raw(comment), dockerfile.newline());
        // A comment for a linter counts only directly above its instruction.
        let linted = leading_comments(dockerfile, placed.part.index).find_map(|index| {
            let Item::Comment { text, .. } = &dockerfile.items[index] else { return None };
            speaks_to_a_tool(dockerfile.raw(*text)).then_some(text.start)
        });
        self.put(linted.unwrap_or(instruction.span.start), &text)
    }

    fn put(&mut self, offset: usize, text: &str) -> Result<(), Overlap> {
        if text.is_empty() { Ok(()) } else { self.edits.insert(offset, text) }
    }

    /// Puts the parts that moved up behind the last one that stays, whose end is closed there.
    fn place_moved(&mut self, anchor: usize) -> Result<(), Overlap> {
        let Some(first) = self.group.parts.iter().position(|placed| placed.moved) else {
            return Ok(());
        };
        let stays = &self.group.parts[first - 1];
        let end = stays.part.script.span.end;
        let text = format!("{}{}", closing(stays.inner, false), self.behind);
        self.edits.replace(Span::new(anchor, end), text)
    }

    /// The commands of a part and, for the last one, the comment behind them.
    fn code(&self, placed: &Placed<'f>, is_last: bool) -> (Span, Span) {
        let part = &placed.part;
        let start = match &part.effects.head {
            Some(head) if placed.drop_head => head.through.end,
            _ => part.script.span.start,
        };
        let end = last_byte(part.list, is_last).unwrap_or(start);
        let tail = if is_last { Span::new(end, part.script.span.end) } else { Span::empty(end) };
        (Span::new(start, end), tail)
    }

    /// What stands in front of part number `at`: sign, line break, and the comments between.
    fn separator(&self, at: usize) -> String {
        let Some(before) = at.checked_sub(1).map(|at| &self.group.parts[at]) else {
            return String::new();
        };
        let dockerfile = self.facts.dockerfile;
        let placed = &self.group.parts[at];
        let mut comments: Vec<Span> = Vec::new();
        comments.extend(travelling_comments(self.facts, before.part.index, placed.part.index));
        // Those between RUN and its first command, and around a `set` that is left out.
        let code = self.code(placed, false).0;
        let own = dockerfile.leaves_in(Span::new(placed.part.instruction.span.start, code.start));
        let own = own.iter().filter(|leaf| leaf.kind == LeafKind::Comment);
        comments.extend(own.map(|leaf| leaf.span));
        // What stands behind a command that another one follows goes above it.
        let is_last = at + 1 == self.group.parts.len();
        comments.extend(placed.part.last_comment().filter(|_| !is_last));
        let comments: Vec<&str> =
            comments.iter().map(|span| dockerfile.raw(*span).trim_end()).collect();
        self.layout.join(placed.sign, &comments)
    }

    /// Takes out the lines of a part that moves up, with its comments and one of two blank lines.
    fn remove(&mut self, at: usize) -> Result<(), Overlap> {
        let items = &self.facts.dockerfile.items;
        let (before, part) = (self.group.parts[at - 1].part.index, &self.group.parts[at].part);
        let comments = travelling_comments(self.facts, before, part.index);
        let first = comments.first().map_or(part.index, |comment| {
            let holds = |item: &Item| item.lines().covers(*comment);
            items[..part.index].iter().rposition(holds).unwrap_or(part.index)
        });
        let is_blank = |index: usize| matches!(items.get(index), Some(Item::Blank { .. }));
        let source = self.facts.dockerfile.source;
        if part.index + 1 == items.len() {
            // Nothing follows: the blank lines go too, and the last newline if there was none.
            let kept = items[..first].iter().rposition(|item| !matches!(item, Item::Blank { .. }));
            let end = items[kept.unwrap_or(0)].lines().end;
            let bare = source[..end].trim_end_matches(['\r', '\n']).len();
            let start = if source.ends_with('\n') { end } else { bare };
            return self.edits.delete(Span::new(start, source.len()));
        }
        let between_blanks = is_blank(part.index + 1) && first > 0 && is_blank(first - 1);
        let first = if between_blanks { first - 1 } else { first };
        self.edits.delete(Span::new(items[first].lines().start, part.instruction.lines.end))
    }
}

/// The end of the last command; behind its `;` only if `with_separator`.
fn last_byte(list: &List, with_separator: bool) -> Option<usize> {
    let last = list.statements.last()?;
    let separator = last.end.filter(|_| with_separator).map(|end| end.span.end);
    Some(separator.unwrap_or(last.span.end))
}

fn opening(wrap: Wrap) -> &'static str {
    match wrap {
        Wrap::Bare => "",
        Wrap::Braces => "{ ",
        Wrap::Subshell => "(",
    }
}

/// What closes the wrapping, behind a `;` or not.
fn closing(wrap: Wrap, behind_semicolon: bool) -> &'static str {
    match wrap {
        Wrap::Bare => "",
        Wrap::Braces if behind_semicolon => " }",
        Wrap::Braces => "; }",
        Wrap::Subshell => ")",
    }
}

fn wrapped(code: &str, wrap: Wrap, ends_in_semicolon: bool) -> String {
    format!("{}{code}{}", opening(wrap), closing(wrap, ends_in_semicolon))
}

fn ends_in_semicolon(placed: &Placed<'_>) -> bool {
    placed.part.list.statements.last().is_some_and(|statement| statement.end.is_some())
}

/// The edits that turn the RUNs of a group into a here-document with one command a line; `None` if
/// the scripts are more than chains of simple commands on their own lines.
pub(super) fn heredoc(facts: &Facts<'_>, group: &Group<'_>) -> Option<Edits> {
    let dockerfile = facts.dockerfile;
    let newline = dockerfile.newline();
    let mut lines: Vec<String> = vec!["set -e".to_owned()];
    for (at, placed) in group.parts.iter().enumerate() {
        let part = &placed.part;
        let plain = placed.last == Wrap::Bare
            && placed.inner == Wrap::Bare
            && placed.sign != ";"
            && !placed.moved;
        let gaps = dockerfile
            .leaves_in(part.script.span)
            .iter()
            .any(|leaf| leaf.kind == LeafKind::Comment);
        if !plain || gaps || part.effects.leak() || part.effects.head.is_some() {
            return None;
        }
        if at > 0 {
            let comments = travelling_comments(facts, group.parts[at - 1].part.index, part.index);
            lines.extend(comments.iter().map(|span| dockerfile.raw(*span).trim_end().to_owned()));
        }
        if !part.is_chain_of_simple_commands() {
            return None;
        }
        let [statement] = part.list.statements.as_slice() else { return None };
        for pipeline in statement.pipelines() {
            if pipeline.negated.is_some() {
                return None;
            }
            lines.push(one_line(facts, pipeline.span));
        }
    }
    if lines.iter().any(|line| line == "EOF") {
        return None;
    }
    let first = &group.parts[0].part;
    let last = &group.parts[group.parts.len() - 1].part;
    let body: String = lines.iter().flat_map(|line| [line.as_str(), newline]).collect();
    let text = format!("<<EOF{newline}{body}EOF");
    let mut edits = Edits::new();
    edits.replace(Span::new(first.script.span.start, last.script.span.end), text).ok()?;
    Some(edits)
}

/// A command on one line: its line breaks, with the indentation behind them, become one blank.
fn one_line(facts: &Facts<'_>, span: Span) -> String {
    let dockerfile = facts.dockerfile;
    let mut line = String::with_capacity(span.len());
    let mut broken = false;
    for leaf in dockerfile.leaves_in(span) {
        match leaf.kind {
            LeafKind::Continuation | LeafKind::Newline => broken = true,
            LeafKind::Blank if broken => {
                let blank = if line.ends_with(' ') { "" } else { " " };
                line.push_str(blank);
            }
            _ => {
                broken = false;
                line.push_str(dockerfile.raw(leaf.span));
            }
        }
    }
    line
}
