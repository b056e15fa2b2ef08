//! What stands around instructions: indentation, blanks at line ends, blank lines.

use dockslim_syntax::{Arguments, Dockerfile, Edit, Instruction, Item, LeafKind, Span};

use crate::Style;

/// Writes `text` at `span`, if it is not there.
fn put(dockerfile: &Dockerfile<'_>, span: Span, text: &str, edits: &mut Vec<Edit>) {
    if dockerfile.raw(span) != text {
        edits.push(Edit { span, text: text.to_owned() });
    }
}

/// Takes away the indentation of an instruction, and what follows it on its lines and means nothing.
pub(crate) fn around(
    dockerfile: &Dockerfile<'_>,
    instruction: &Instruction,
    style: &Style,
    edits: &mut Vec<Edit>,
) {
    put(dockerfile, Span::new(instruction.lines.start, instruction.span.start), "", edits);
    let end = instruction.heredocs.first().map_or(instruction.lines.end, |one| one.body.start);
    let tail = Span::new(instruction.span.end, end);
    // A continuation with nothing behind it is for its author to mend, and passes leave such an instruction alone. What only
    // a no-break space keeps from being one would become one.
    if dockerfile.leaves_in(tail).iter().any(|leaf| leaf.kind == LeafKind::Continuation)
        || dockerfile.raw(instruction.span).ends_with(dockerfile.escape)
    {
        return;
    }
    put(dockerfile, tail, line_end(dockerfile.raw(tail), style), edits);
}

/// The newline of a line that ends like this.
fn line_end(tail: &str, style: &Style) -> &'static str {
    match style.newline {
        _ if !tail.ends_with('\n') => "",
        Some(wanted) => wanted,
        None if tail.ends_with("\r\n") => "\r\n",
        None => "\n",
    }
}

/// Takes away the blanks around a comment that has its line for itself.
pub(crate) fn comment(
    dockerfile: &Dockerfile<'_>,
    lines: Span,
    text: Span,
    style: &Style,
    edits: &mut Vec<Edit>,
) {
    put(dockerfile, Span::new(lines.start, text.start), "", edits);
    let end = text.start + dockerfile.raw(text).trim_end().len();
    let tail = Span::new(end, lines.end);
    put(dockerfile, tail, line_end(dockerfile.raw(tail), style), edits);
}

/// Sees to the blank lines above item number `index`, or in its place if it is one, and to the end of the file.
pub(crate) fn between(
    dockerfile: &Dockerfile<'_>,
    index: usize,
    newline: &str,
    style: &Style,
    edits: &mut Vec<Edit>,
) {
    let items = &dockerfile.items;
    let lines = items[index].lines();
    if let Item::Blank { .. } = items[index] {
        let again = index > 0 && matches!(items[index - 1], Item::Blank { .. });
        let rest = items[index..].iter().all(|item| matches!(item, Item::Blank { .. }));
        // Under a blank line, a comment at the top is no directive.
        let top = items[..index].iter().all(|item| matches!(item, Item::Blank { .. }))
            && items[index..]
                .iter()
                .find(|item| !matches!(item, Item::Blank { .. }))
                .is_some_and(|item| matches!(item, Item::Instruction(_)));
        let gone = again || rest || top;
        let text = if gone { "" } else { line_end(dockerfile.raw(lines), style) };
        put(dockerfile, lines, text, edits);
        return;
    }
    if opens_stage(items, index) {
        put(dockerfile, Span::empty(lines.start), newline, edits);
    }
    let last = index + 1 == items.len();
    if last && style.final_newline && !dockerfile.source.ends_with('\n') && finished(&items[index])
    {
        put(dockerfile, Span::empty(lines.end), newline, edits);
    }
}

/// Whether a here-document at the end of the file has its end: else a newline would be one more line of it.
fn finished(item: &Item) -> bool {
    match item {
        Item::Instruction(instruction) => {
            instruction.heredocs.last().is_none_or(|heredoc| !heredoc.end.is_empty())
        }
        _ => true,
    }
}

/// Whether a stage begins here, with the comments above its FROM, right behind another one.
fn opens_stage(items: &[Item], index: usize) -> bool {
    let is_from = |item: &Item| match item {
        Item::Instruction(one) => matches!(one.arguments, Arguments::From(_)),
        _ => false,
    };
    let Some(Item::Instruction(_)) = index.checked_sub(1).map(|above| &items[above]) else {
        return false;
    };
    let mut below = items[index..].iter();
    below.find(|item| !matches!(item, Item::Comment { .. })).is_some_and(is_from)
        && items[..index].iter().any(is_from)
}
