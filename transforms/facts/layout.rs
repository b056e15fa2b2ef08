//! How an author lays out a chain of commands, so that new text looks like its neighbours.

use dockslim_syntax::shell::{CommandKind, ConnectorKind, List, Script};
use dockslim_syntax::{Dockerfile, LeafKind, Span};

/// Where `&&` stands when a chain runs over several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChainStyle {
    /// At the start of the next line.
    Leading,
    /// At the end of the line, before the continuation.
    Trailing,
}

/// How a chain continues on the next line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Where the sign stands.
    pub(crate) style: ChainStyle,
    /// What a continued line begins with.
    pub(crate) indent: String,
    /// What stands between `&&` at the start of a line and the command.
    pub(crate) behind_sign: String,
    escape: char,
    newline: &'static str,
}

impl Layout {
    /// The layout of the first of these scripts that shows one, else of the first script of the file
    /// that does, else the sign in front, indented like the first continued line, or by four blanks.
    pub(crate) fn of(dockerfile: &Dockerfile<'_>, scripts: &[&Script]) -> Self {
        let own = scripts.iter().find_map(|script| shown(dockerfile, script));
        let other = || elsewhere(dockerfile).filter(|(_, indent, _)| !indent.is_empty());
        let (style, indent, behind_sign) = own.or_else(other).unwrap_or_else(|| {
            let mut indents =
                scripts.iter().filter_map(|script| continued_indent(dockerfile, script));
            let indent = indents.find_map(|indent| usual(&indent));
            let indent = indent.unwrap_or("    ").to_owned();
            (ChainStyle::Leading, indent, " ".to_owned())
        });
        Self {
            style,
            indent,
            behind_sign,
            escape: dockerfile.escape,
            newline: dockerfile.newline(),
        }
    }

    /// The layout of what would follow the byte `at` of a script: that of the last chain sign before
    /// it, or, for a new statement, that of the statement that it follows; else as [`Layout::of`].
    pub(crate) fn before(
        dockerfile: &Dockerfile<'_>,
        script: &Script,
        at: usize,
        statement: bool,
    ) -> Self {
        let mut layout = Self::of(dockerfile, &[script]);
        let Ok(list) = &script.body else { return layout };
        if statement {
            let before = list.statements.iter().rev().filter(|other| other.span.start < at);
            let starts = before.map(|other| blank_before(dockerfile, other.span.start));
            if let Some(start) = starts.into_iter().find(|start| start.newline) {
                layout.indent = start.indent;
            }
            return layout;
        }
        let mut signs = Vec::new();
        collect(list, &mut signs);
        signs.retain(|(sign, _)| sign.start < at);
        if let Some((style, indent, behind_sign)) =
            signs.into_iter().rev().find_map(|(sign, next)| beside_line_end(dockerfile, sign, next))
        {
            (layout.style, layout.indent, layout.behind_sign) = (style, indent, behind_sign);
        } else if let Some(indent) = closing_indent(dockerfile, at) {
            layout.indent = indent;
        }
        layout
    }

    /// The text between a command and the next one on a line of its own, joined by `sign` (`&&` or
    /// `;`); `comments` go on lines of their own between them.
    pub(crate) fn join(&self, sign: &str, comments: &[&str]) -> String {
        let mut text = String::new();
        let trailing = sign == ";" || self.style == ChainStyle::Trailing;
        if trailing {
            text.push_str(if sign == ";" { "" } else { " " });
            text.push_str(sign);
        }
        text.push(' ');
        text.push(self.escape);
        text.push_str(self.newline);
        for comment in comments {
            text.push_str(&self.indent);
            text.push_str(comment);
            text.push_str(self.newline);
        }
        text.push_str(&self.indent);
        if !trailing {
            text.push_str(sign);
            text.push_str(&self.behind_sign);
        }
        text
    }
}

/// The indentation of the line that ends at a byte, if it begins with what closes a compound command.
fn closing_indent(dockerfile: &Dockerfile<'_>, at: usize) -> Option<String> {
    let line = dockerfile.source[..at].rfind('\n')? + 1;
    let text = &dockerfile.source[line..at];
    let closed = text.trim_start_matches([' ', '\t']);
    let closes = ["fi", "done", "esac", "}", ")"].iter().any(|word| closed.starts_with(word));
    closes.then(|| text[..text.len() - closed.len()].to_owned())
}

fn elsewhere(dockerfile: &Dockerfile<'_>) -> Option<(ChainStyle, String, String)> {
    dockerfile
        .instructions()
        .filter_map(|(_, instruction)| instruction.script())
        .find_map(|script| shown(dockerfile, script))
}

/// The layout that the first `&&` beside a line's end or start shows.
fn shown(dockerfile: &Dockerfile<'_>, script: &Script) -> Option<(ChainStyle, String, String)> {
    let list = script.body.as_ref().ok()?;
    let mut signs = Vec::new();
    collect(list, &mut signs);
    signs.into_iter().find_map(|(sign, next)| beside_line_end(dockerfile, sign, next))
}

/// The layout that a sign shows, if it stands beside a line's end or start.
fn beside_line_end(
    dockerfile: &Dockerfile<'_>,
    sign: Span,
    next: usize,
) -> Option<(ChainStyle, String, String)> {
    let before = blank_before(dockerfile, sign.start);
    if before.newline {
        let behind = Span::new(sign.end, next);
        let behind = if is_blank(dockerfile, behind) { dockerfile.raw(behind) } else { " " };
        return Some((ChainStyle::Leading, before.indent, behind.to_owned()));
    }
    let before_next = blank_before(dockerfile, next);
    before_next.newline.then(|| (ChainStyle::Trailing, before_next.indent, " ".to_owned()))
}

fn is_blank(dockerfile: &Dockerfile<'_>, span: Span) -> bool {
    dockerfile.raw(span).chars().all(|c| c == ' ' || c == '\t')
}

/// The `&&` of a list's own statements (or `;` that separate them), each with the start of what
/// follows.
fn collect(list: &List, signs: &mut Vec<(Span, usize)>) {
    for statement in &list.statements {
        for (connector, pipeline) in &statement.rest {
            if connector.kind == ConnectorKind::And {
                signs.push((connector.span, pipeline.span.start));
            }
        }
    }
    if signs.is_empty() {
        for pair in list.statements.windows(2) {
            if let Some(end) = pair[0].end {
                signs.push((end.span, pair[1].span.start));
            }
        }
    }
    if let ([statement], true) = (list.statements.as_slice(), signs.is_empty()) {
        for command in &statement.first.commands {
            if let CommandKind::Subshell(list) | CommandKind::Group(list) = &command.kind {
                collect(list, signs);
            }
        }
    }
}

/// What stands on the line before a byte.
struct Before {
    /// Nothing but blanks since a line continuation.
    newline: bool,
    indent: String,
}

fn blank_before(dockerfile: &Dockerfile<'_>, at: usize) -> Before {
    let line = dockerfile.source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let text = &dockerfile.source[line..at];
    let newline = line > 0 && text.chars().all(|c| c == ' ' || c == '\t');
    Before { newline, indent: if newline { text.to_owned() } else { String::new() } }
}

/// The indentation of a new line, where words of a command are indented like this; what is deeper is
/// aligned with something.
fn usual(indent: &str) -> Option<&'static str> {
    const BLANKS: &str = "    ";
    match indent.len() {
        _ if indent.contains('\t') => Some("\t"),
        1..=4 => Some(&BLANKS[..indent.len()]),
        _ => None,
    }
}

/// The indentation of the first continued line of a script.
fn continued_indent(dockerfile: &Dockerfile<'_>, script: &Script) -> Option<String> {
    let gap = dockerfile.continuations_in(script.span).next()?;
    let leaves = dockerfile.leaves_in(Span::new(gap.end, script.span.end));
    let first = leaves.first()?;
    Some(if first.kind == LeafKind::Blank {
        dockerfile.raw(first.span).to_owned()
    } else {
        String::new()
    })
}
