//! Unified diffs that `patch` and `git apply` accept, and that a person likes to read.

use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;

use anstyle::Style;
use dockslim_syntax::Edits;
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices, group_diff_ops};

use super::Palette;

const CONTEXT: usize = 3;

/// A text before and after.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'t> {
    pub(crate) old: &'t str,
    pub(crate) new: &'t str,
    /// The edits of the old text by which it becomes the new one, if they are known: then only the lines that they touch are compared.
    pub(crate) edits: Option<&'t Edits>,
}

impl<'t> Change<'t> {
    /// Two texts of which nothing more is known.
    pub(crate) fn between(old: &'t str, new: &'t str) -> Self {
        Self { old, new, edits: None }
    }
}

/// The change of the file `path` with its headers; to be applied where the path holds: `patch -p0`.
pub(crate) fn diff(path: &str, change: Change<'_>, palette: &Palette) -> String {
    let style = palette.heading;
    // Without a tab behind it, `patch` takes the rest of a name with blanks for a date.
    let tab = if path.contains(char::is_whitespace) { "\t" } else { "" };
    format!(
        "{style}--- {path}{tab}{style:#}\n{style}+++ {path}{tab}{style:#}\n{}",
        diff_body(change, palette)
    )
}

/// The hunks alone.
pub(crate) fn diff_body(change: Change<'_>, palette: &Palette) -> String {
    let (old, new) = (lines(change.old), lines(change.new));
    let regions = match change.edits {
        Some(edits) => touched(&old, &new, edits),
        None => vec![(0..old.len(), 0..new.len())],
    };
    let mut ops = Vec::new();
    let (mut old_end, mut new_end) = (0, 0);
    for (one, two) in regions {
        equal(&mut ops, old_end, new_end, one.start - old_end);
        (old_end, new_end) = (one.end, two.end);
        // To look for what they share takes long, and mostly lines that are touched share nothing.
        if !one.is_empty() && !two.is_empty() && are_strangers(&old[one.clone()], &new[two.clone()])
        {
            ops.push(DiffOp::Replace {
                old_index: one.start,
                old_len: one.len(),
                new_index: two.start,
                new_len: two.len(),
            });
            continue;
        }
        for op in capture_diff_slices(Algorithm::Myers, &old[one.clone()], &new[two.clone()]) {
            match moved(op, one.start, two.start) {
                DiffOp::Equal { old_index, new_index, len } => {
                    equal(&mut ops, old_index, new_index, len);
                }
                other => ops.push(other),
            }
        }
    }
    equal(&mut ops, old_end, new_end, old.len() - old_end);
    let mut printer = Printer { text: String::new(), palette };
    for hunk in group_diff_ops(ops, CONTEXT) {
        printer.header(&hunk);
        for op in &hunk {
            if let DiffOp::Equal { .. } = op {
                printer.lines(ChangeTag::Equal, &old[op.old_range()]);
            } else {
                printer.change(&old[op.old_range()], &new[op.new_range()]);
            }
        }
    }
    printer.text
}

/// Lines as `patch` knows them: a carriage return alone ends none.
fn lines(text: &str) -> Vec<&str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
    let mut start = 0;
    let mut lines: Vec<&str> =
        ends.map(|end| &text[std::mem::replace(&mut start, end)..end]).collect();
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

/// Whether no line of one side is a line of the other.
fn are_strangers(old: &[&str], new: &[&str]) -> bool {
    let known: HashSet<&str> = old.iter().copied().collect();
    !new.iter().any(|line| known.contains(line))
}

/// The lines that edits touch, in both texts; between them the lines are the same.
fn touched(old: &[&str], new: &[&str], edits: &Edits) -> Vec<(Range<usize>, Range<usize>)> {
    let (mut old, mut new) = (Lines::of(old), Lines::of(new));
    let mut regions: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut shift = 0isize;
    for edit in edits {
        let start = edit.span.start.saturating_add_signed(shift);
        let one = old.around(edit.span.start, edit.span.end);
        let two = new.around(start, start + edit.text.len());
        shift += edit.text.len() as isize - edit.span.len() as isize;
        match regions.last_mut() {
            // What only touches is one region, too, so that each change belongs to one.
            Some((last, other)) if one.start <= last.end || two.start <= other.end => {
                last.end = last.end.max(one.end);
                other.end = other.end.max(two.end);
            }
            _ => regions.push((one, two)),
        }
    }
    regions
}

/// The lines of a text, read once from its start to its end.
struct Lines<'l> {
    lines: &'l [&'l str],
    /// The line that was reached, and where it starts.
    number: usize,
    start: usize,
}

impl<'l> Lines<'l> {
    fn of(lines: &'l [&'l str]) -> Self {
        Self { lines, number: 0, start: 0 }
    }

    /// The lines that hold the bytes from `start` up to `end`, with the one in which the byte behind them stands.
    fn around(&mut self, start: usize, end: usize) -> Range<usize> {
        let first = self.reach(start);
        let last = self.reach(end);
        first..(last + 1).min(self.lines.len())
    }

    fn reach(&mut self, offset: usize) -> usize {
        while let Some(line) = self.lines.get(self.number) {
            if offset < self.start + line.len() || !line.ends_with('\n') {
                break;
            }
            self.start += line.len();
            self.number += 1;
        }
        self.number
    }
}

/// Adds lines that are the same, to those in front of them if these are, too.
fn equal(ops: &mut Vec<DiffOp>, old: usize, new: usize, count: usize) {
    match ops.last_mut() {
        Some(DiffOp::Equal { len, .. }) => *len += count,
        _ if count > 0 => ops.push(DiffOp::Equal { old_index: old, new_index: new, len: count }),
        _ => {}
    }
}

/// The same operation so many lines further down.
fn moved(op: DiffOp, old: usize, new: usize) -> DiffOp {
    let (_, one, two) = op.as_tag_tuple();
    let (old_index, new_index) = (one.start + old, two.start + new);
    let (old_len, new_len) = (one.len(), two.len());
    match op {
        DiffOp::Equal { len, .. } => DiffOp::Equal { old_index, new_index, len },
        DiffOp::Delete { .. } => DiffOp::Delete { old_index, old_len, new_index },
        DiffOp::Insert { .. } => DiffOp::Insert { old_index, new_index, new_len },
        DiffOp::Replace { .. } => DiffOp::Replace { old_index, old_len, new_index, new_len },
    }
}

struct Printer<'p> {
    text: String,
    palette: &'p Palette,
}

impl Printer<'_> {
    fn header(&mut self, hunk: &[DiffOp]) {
        let style = self.palette.hunk;
        let place = UnifiedHunkHeader::new(hunk);
        let _ = writeln!(self.text, "{style}{place}{style:#}");
    }

    /// Lines that go, and those that come in their place.
    fn change(&mut self, old: &[&str], new: &[&str]) {
        if !self.palette.coloured || old.is_empty() || new.is_empty() {
            self.lines(ChangeTag::Delete, old);
            self.lines(ChangeTag::Insert, new);
            return;
        }
        let diff = TextDiff::from_slices(old, new);
        let (old_index, new_index) = (0, 0);
        let (old_len, new_len) = (old.len(), new.len());
        let op = DiffOp::Replace { old_index, old_len, new_index, new_len };
        // Without a deadline, the words do not depend on how busy the computer is.
        for change in diff.iter_inline_changes_deadline(&op, None) {
            self.line(change.tag(), change.values().iter().copied());
        }
    }

    /// Lines of which nothing stands out.
    fn lines(&mut self, tag: ChangeTag, lines: &[&str]) {
        for line in lines {
            self.line(tag, [(false, *line)].into_iter());
        }
    }

    fn styled(&mut self, style: Style, text: &str) {
        if style.is_plain() {
            self.text.push_str(text);
        } else {
            let _ = write!(self.text, "{style}{text}{style:#}");
        }
    }

    /// Writes a line that comes in pieces; those marked `true` are what differs in it.
    fn line<'t>(&mut self, tag: ChangeTag, pieces: impl Iterator<Item = (bool, &'t str)>) {
        let (sign, style, word) = match tag {
            ChangeTag::Equal => (' ', Style::new(), Style::new()),
            ChangeTag::Delete => ('-', self.palette.removed, self.palette.removed_word),
            ChangeTag::Insert => ('+', self.palette.added, self.palette.added_word),
        };
        self.styled(style, sign.encode_utf8(&mut [0; 4]));
        for (differs, piece) in pieces {
            let style = if differs { word } else { style };
            let content = piece.trim_end_matches(['\r', '\n']);
            if !content.is_empty() {
                self.styled(style, content);
            }
            self.text.push_str(&piece[content.len()..]);
        }
        if !self.text.ends_with('\n') {
            self.text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_diff() {
        let old = "FROM a\nRUN b\nRUN c\n\n\nRUN d\n";
        let new = "FROM a\nRUN b && c\n\n\nRUN d\n";
        assert_eq!(
            diff("Dockerfile", Change::between(old, new), &Palette::default()),
            "--- Dockerfile\n+++ Dockerfile\n\
             @@ -1,6 +1,5 @@\n FROM a\n-RUN b\n-RUN c\n+RUN b && c\n \n \n RUN d\n"
        );
    }

    #[test]
    fn a_missing_final_newline_and_carriage_returns_are_shown_as_they_are() {
        assert_eq!(
            diff_body(Change::between("A\r\nB\rC", "A\r\nB\rD"), &Palette::default()),
            "@@ -1,2 +1,2 @@\n A\r\n-B\rC\n\\ No newline at end of file\n\
             +B\rD\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_path_with_blanks_ends_in_a_tab() {
        let change = Change::between("A\n", "B\n");
        let text = diff("my app/Dockerfile", change, &Palette::default());
        assert!(text.starts_with("--- my app/Dockerfile\t\n+++ my app/Dockerfile\t\n"), "{text}");
    }

    #[test]
    fn in_colour_the_words_that_differ_stand_out() {
        let palette = Palette::coloured();
        let text = diff_body(Change::between("RUN a b c d e\n", "RUN a b X d e\n"), &palette);
        let (removed, added) = (palette.removed_word, palette.added_word);
        assert!(text.contains(&format!("{removed}c{removed:#}")), "{text:?}");
        assert!(text.contains(&format!("{added}X{added:#}")), "{text:?}");
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "@@ -1 +1 @@\n-RUN a b c d e\n+RUN a b X d e\n"
        );
    }

    #[test]
    fn edits_say_where_to_look() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n";
        for edits in [
            &[(2, 3, "B")][..],
            &[(0, 0, "new\n"), (4, 6, "")],
            &[(0, 2, ""), (2, 2, "x\ny\n"), (19, 20, "J\nJJ")],
            &[(3, 4, ""), (8, 9, "\n\n"), (21, 22, "")],
            &[(0, 1, "A\nA"), (2, 3, "B"), (4, 4, "C\n")],
            &[(22, 22, "l\n")],
            &[(22, 22, "l")],
            &[(0, 22, "")],
        ] {
            let mut all = Edits::new();
            for (start, end, text) in edits {
                all.replace(dockslim_syntax::Span::new(*start, *end), *text).unwrap();
            }
            let new = all.apply(old);
            let by_edits = Change { old, new: &new, edits: Some(&all) };
            let palette = Palette::default();
            let wanted = diff_body(Change::between(old, &new), &palette);
            assert_eq!(diff_body(by_edits, &palette), wanted, "{edits:?}");
        }
    }
}
