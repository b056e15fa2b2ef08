//! Mutants that break nothing and are in no class: each was read, and stands in `read.txt` with the reason.

use super::kind::{Kind, Mutant};

/// What the page says of them.
pub(crate) const READ: &str = "read by a person, see `tests/suite/mutations/read.txt`";

/// Whether this one was read.
pub(crate) fn was_read(file: &str, kind: &Kind, mutant: &Mutant<'_>) -> bool {
    let wanted = format!("{file}: {}: {}", kind.name, change(mutant));
    include_str!("read.txt").lines().any(|line| line == wanted)
}

/// What a mutant changes, as it stands in `read.txt` behind its file and kind: the line where it begins, and each old and new
/// text.
pub(crate) fn change(mutant: &Mutant<'_>) -> String {
    let source = mutant.before.source;
    let start = mutant.edits.iter().next().map_or(0, |edit| edit.span.start);
    let from = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = source[from..].lines().next().unwrap_or_default().trim();
    let edits =
        mutant.edits.iter().map(|edit| format!("{:?} => {:?}", edit.span.of(source), edit.text));
    format!("{line}   {}", edits.collect::<Vec<_>>().join(", "))
}
