//! Lists of words that grow in the layout of their author.

use dockslim_syntax::{Dockerfile, Edits, LeafKind, Overlap, Span};

/// Adds names to the list `words` of names and their places: in alphabetical order if the list has one,
/// else at its end, and each on a line of its own where those beside it are. An empty list stays.
pub(crate) fn insert_words(
    dockerfile: &Dockerfile<'_>,
    words: &[(String, Span)],
    names: &[&str],
    edits: &mut Edits,
) -> Result<(), Overlap> {
    let Some((_, last)) = words.last() else { return Ok(()) };
    let sorted = words.is_sorted_by(|(one, _), (other, _)| one <= other);
    let place = |name: &str| {
        let larger = words.iter().position(|(known, _)| known.as_str() > name);
        larger.filter(|_| sorted)
    };
    let mut names = names.to_vec();
    names.sort_unstable();
    for (number, (_, span)) in words.iter().enumerate() {
        let here: Vec<&str> =
            names.iter().copied().filter(|name| place(name) == Some(number)).collect();
        let separator = separator(dockerfile, span.start);
        let text: String = here.iter().flat_map(|name| [*name, separator.as_str()]).collect();
        if !text.is_empty() {
            edits.insert(span.start, text)?;
        }
    }
    let behind = names.iter().filter(|name| place(name).is_none());
    let separator = separator(dockerfile, last.start);
    let text: String = behind.flat_map(|name| [separator.as_str(), name]).collect();
    if text.is_empty() { Ok(()) } else { edits.insert(last.end, text) }
}

/// A word of a list that begins behind the byte offset `from`, with the gap in front of it: what has to go for the word to go. `None` if a
/// comment stands in that gap.
pub fn word_with_gap(dockerfile: &Dockerfile<'_>, from: usize, word: Span) -> Option<Span> {
    let mut leaves = dockerfile.leaves_in(Span::new(from, word.start)).iter().rev();
    let is_gap =
        |kind| matches!(kind, LeafKind::Blank | LeafKind::Newline | LeafKind::Continuation);
    let last = leaves.find(|leaf| !is_gap(leaf.kind))?;
    (last.kind != LeafKind::Comment).then(|| Span::new(last.span.end, word.end))
}

/// What separates a new word from that at `start`: a line of its own if that begins one, else a blank.
fn separator(dockerfile: &Dockerfile<'_>, start: usize) -> String {
    let source = dockerfile.source;
    let line = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = &source[line..start];
    if line > 0 && indent.chars().all(|c| c == ' ' || c == '\t') {
        format!(" {}{}{indent}", dockerfile.escape, dockerfile.newline())
    } else {
        " ".to_owned()
    }
}
