//! JSON arrays: `["a", "b"]`.

use dockslim_syntax::{JsonString, LeafKind, Span};

use crate::tokens::{Gap, Tokens};

/// Lays out the array at `span`: on one line, or with its author's line breaks.
pub(crate) fn lay(tokens: &mut Tokens<'_>, span: Span, strings: &[JsonString], base: usize) {
    let range = tokens.within(span);
    let mut opened = false;
    for number in range.skip(1) {
        let start = tokens.list[number].span.start;
        match tokens.raw(number) {
            "]" if tokens.kind(number) == LeafKind::Operator => {
                tokens.keep_line(number, Gap::Glue, base);
            }
            "," if tokens.kind(number) == LeafKind::Operator => {
                tokens.set(number, Gap::Glue, base + 1);
            }
            _ if strings.iter().any(|string| string.span.start == start) => {
                tokens.keep_line(number, if opened { Gap::Space } else { Gap::Glue }, base + 1);
                opened = true;
            }
            _ => {}
        }
    }
}
