//! The layout of Dockerfiles: edits to what stands between their tokens.
//!
//! [`format()`] reads a tree and gives edits, instruction by instruction. It moves no token but the packages of a list that
//! it sorts, and changes none but the case of keywords. Here-documents, quoted text and what is not understood
//! keep their bytes, comments their text. It proves nothing; `proof` does, with a reading of its own.

mod compound;
mod instruction;
mod json;
mod packages;
mod script;
mod spacing;
mod style;
mod tokens;

pub use style::{Indent, Style};

use dockslim_syntax::{Dockerfile, Edit, Item, Span};
use tokens::Tokens;

/// A part of a file that is laid out by itself.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What it covers, a byte range of the text: whole lines, or the blank lines between two items.
    pub at: Span,
    /// The edits in it, sorted and disjoint, in byte offsets of the text.
    pub edits: Vec<Edit>,
}

/// The newline of a file, the same before and after it is laid out: that behind its first item which is no blank line. Blank lines at the top go,
/// and so may the lines of an instruction.
fn newline(dockerfile: &Dockerfile<'_>) -> &'static str {
    let first = dockerfile.items.iter().find(|item| !matches!(item, Item::Blank { .. }));
    let end = match first {
        Some(Item::Instruction(one)) => one.heredocs.first().map(|heredoc| heredoc.body.start),
        _ => None,
    };
    let lines = first.map_or(Span::empty(0), Item::lines);
    let text = dockerfile.raw(Span::new(lines.start, end.unwrap_or(lines.end)));
    match text.strip_suffix('\n') {
        Some(line) if line.ends_with('\r') => "\r\n",
        Some(_) => "\n",
        None => dockerfile.newline(),
    }
}

/// Lays out a file: the parts of it that change, in their order.
///
/// What a builder would refuse or misread is left as it is.
pub fn format(dockerfile: &Dockerfile<'_>, style: &Style) -> Vec<Unit> {
    let newline = style.newline.unwrap_or_else(|| newline(dockerfile));
    let mut units = Vec::new();
    let mut pending = dockerfile.diagnostics.iter().map(|one| one.span).collect::<Vec<_>>();
    pending.sort_unstable();
    for (index, item) in dockerfile.items.iter().enumerate() {
        let mut edits = Vec::new();
        match item {
            Item::Instruction(instruction) => {
                let lines = instruction.lines;
                let from = pending.partition_point(|span| span.end < lines.start);
                if pending.get(from).is_none_or(|span| span.start >= lines.end.max(1)) {
                    let mut tokens = Tokens::of(dockerfile, instruction, style, newline);
                    instruction::lay(&mut tokens, instruction, 0);
                    tokens.edits(&mut edits);
                    spacing::around(dockerfile, instruction, style, &mut edits);
                }
            }
            Item::Comment { lines, text } => {
                spacing::comment(dockerfile, *lines, *text, style, &mut edits)
            }
            Item::Directive(_) | Item::Blank { .. } => {}
        }
        spacing::between(dockerfile, index, newline, style, &mut edits);
        if !edits.is_empty() {
            edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
            units.push(Unit { at: item.lines(), edits });
        }
    }
    units
}
