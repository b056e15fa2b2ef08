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
        let (Some(one), Some(two)) = (one, two) else {
            return match one.or(two) {
                None => Ok(()),
                Some(_) => reading.differ(
                    one.map(|one| one.span),
                    two.map(|two| two.span),
                    "there are more or fewer words and comments",
                ),
            };
        };
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

/// The leaves that mean something, and the comments, without the signs that join commands.
fn row<'d>(file: &'d Dockerfile<'_>) -> impl Iterator<Item = Leaf> + 'd {
    file.leaves.iter().copied().filter(|leaf| match leaf.kind {
        LeafKind::Blank | LeafKind::Newline | LeafKind::Continuation => false,
        LeafKind::Operator => !matches!(file.raw(leaf.span), "&&" | "||" | "|" | "|&"),
        _ => true,
    })
}
