//! Two files as rows of tokens and comments: none comes, goes or changes its neighbours.

use dockslim_syntax::{Dockerfile, Leaf, LeafKind, Span};

use super::{Compared, Reading};

/// Compares the rows. `&&`, `||` and `|` may pass over the comments around them: they stand at the end of the line before,
/// or at the start of the line behind, and the comment is above the command all the same.
pub(super) fn compare(reading: &Reading<'_>) -> Compared {
    let (before, after) = (reading.before, reading.after);
    let mut old = row(before);
    let mut new = row(after);
    let mut sorted = reading.sorted.iter().copied().peekable();
    loop {
        let (one, two) = (old.next(), new.next());
        let (Some((one, old_glued)), Some((two, new_glued))) = (one, two) else {
            return match one.or(two) {
                None => Ok(()),
                Some(_) => reading.differ(
                    one.map(|(one, _)| one.span),
                    two.map(|(two, _)| two.span),
                    "there are more or fewer words and comments",
                ),
            };
        };
        if old_glued != new_glued {
            let message = "brackets are put together or taken apart";
            return reading.differ(Some(one.span), Some(two.span), message);
        }
        let inside = |place: Span, leaf: Leaf| place.covers(leaf.span);
        let free = sorted
            .peek()
            .is_some_and(|(before, after)| inside(*before, one) && inside(*after, two));
        let same = if free {
            // Packages change places, and no comment stands among them.
            (one.kind, two.kind) == (LeafKind::Text, LeafKind::Text)
        } else {
            same(before.raw(one.span), after.raw(two.span), one.kind, two.kind)
        };
        if !same {
            return reading.differ(
                Some(one.span),
                Some(two.span),
                "a word or a comment stands elsewhere",
            );
        }
        sorted.next_if(|(before, _)| before.end <= one.span.end);
    }
}

fn same(old: &str, new: &str, one: LeafKind, two: LeafKind) -> bool {
    one == two
        && match one {
            LeafKind::Comment => old.trim_end() == new.trim_end(),
            LeafKind::Keyword => old.eq_ignore_ascii_case(new),
            _ => old == new,
        }
}

/// The leaves that mean something, and the comments, without the signs that join commands; and of each, whether it is a bracket
/// that its reader sees right behind another one.
fn row<'d>(file: &'d Dockerfile<'_>) -> impl Iterator<Item = (Leaf, bool)> + 'd {
    let mut last: Option<Leaf> = None;
    file.leaves.iter().filter_map(move |leaf| {
        let joins = match leaf.kind {
            LeafKind::Blank | LeafKind::Newline | LeafKind::Continuation => return None,
            LeafKind::Operator => matches!(file.raw(leaf.span), "&&" | "||" | "|" | "|&"),
            _ => false,
        };
        let glued = last.is_some_and(|last| is_one_sign(file, last, *leaf));
        last = Some(*leaf);
        (!joins).then_some((*leaf, glued))
    })
}

/// Whether two tokens would mean something else if a blank stood between them, or one less: `((` and `( (`, `$((` and
/// `$( (`, `))` and `) )`, `!(` and `! (`. Which of them a shell takes for a sign of its own depends on the shell.
fn is_one_sign(file: &Dockerfile<'_>, one: Leaf, two: Leaf) -> bool {
    let (left, right) = (file.raw(one.span), file.raw(two.span));
    let signs = match right.as_bytes() {
        [b'(', ..] => left.ends_with(['(', '!', '$', '<', '>', '=', '?', '*', '+', '@']),
        [b')', ..] => left.ends_with(')'),
        _ => false,
    };
    signs && file.text(Span::new(one.span.end, two.span.start)).is_empty()
}
