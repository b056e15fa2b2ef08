//! Unified diffs that `patch` and `git apply` accept, and that a person likes to read.

use std::fmt::Write;

use anstyle::Style;
use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, DiffOp, TextDiff};

use super::Palette;

const CONTEXT: usize = 3;

/// The change of the file `path` with its headers; to be applied where the path holds: `patch -p0`.
pub(crate) fn diff(path: &str, old: &str, new: &str, palette: &Palette) -> String {
    let style = palette.heading;
    // Without a tab behind it, `patch` takes the rest of a name with blanks for a date.
    let tab = if path.contains(char::is_whitespace) { "\t" } else { "" };
    format!(
        "{style}--- {path}{tab}{style:#}\n{style}+++ {path}{tab}{style:#}\n{}",
        diff_body(old, new, palette)
    )
}

/// The hunks alone.
pub(crate) fn diff_body(old: &str, new: &str, palette: &Palette) -> String {
    let (old, new) = (lines(old), lines(new));
    let diff = TextDiff::from_slices(&old, &new);
    let mut printer = Printer { text: String::new(), palette };
    for hunk in diff.grouped_ops(CONTEXT) {
        printer.header(&hunk);
        for op in &hunk {
            printer.op(&diff, op);
        }
    }
    printer.text
}

/// Lines as `patch` knows them: a carriage return alone ends none.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
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

    fn op<'t>(&mut self, diff: &TextDiff<'t, 't, str>, op: &DiffOp) {
        if self.palette.coloured {
            // Without a deadline, the words do not depend on how busy the computer is.
            for change in diff.iter_inline_changes_deadline(op, None) {
                self.line(change.tag(), change.values().iter().copied());
            }
        } else {
            for change in diff.iter_changes(op) {
                self.line(change.tag(), [(false, change.value())].into_iter());
            }
        }
    }

    /// Writes a line that comes in pieces; those marked `true` are what differs in it.
    fn line<'t>(&mut self, tag: ChangeTag, pieces: impl Iterator<Item = (bool, &'t str)>) {
        let (sign, style, word) = match tag {
            ChangeTag::Equal => (' ', Style::new(), Style::new()),
            ChangeTag::Delete => ('-', self.palette.removed, self.palette.removed_word),
            ChangeTag::Insert => ('+', self.palette.added, self.palette.added_word),
        };
        let _ = write!(self.text, "{style}{sign}{style:#}");
        for (differs, piece) in pieces {
            let style = if differs { word } else { style };
            let content = piece.trim_end_matches(['\r', '\n']);
            if !content.is_empty() {
                let _ = write!(self.text, "{style}{content}{style:#}");
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
            diff("Dockerfile", old, new, &Palette::default()),
            "--- Dockerfile\n+++ Dockerfile\n\
             @@ -1,6 +1,5 @@\n FROM a\n-RUN b\n-RUN c\n+RUN b && c\n \n \n RUN d\n"
        );
    }

    #[test]
    fn a_missing_final_newline_and_carriage_returns_are_shown_as_they_are() {
        assert_eq!(
            diff_body("A\r\nB\rC", "A\r\nB\rD", &Palette::default()),
            "@@ -1,2 +1,2 @@\n A\r\n-B\rC\n\\ No newline at end of file\n\
             +B\rD\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_path_with_blanks_ends_in_a_tab() {
        let text = diff("my app/Dockerfile", "A\n", "B\n", &Palette::default());
        assert!(text.starts_with("--- my app/Dockerfile\t\n+++ my app/Dockerfile\t\n"), "{text}");
    }

    #[test]
    fn in_colour_the_words_that_differ_stand_out() {
        let palette = Palette::coloured();
        let text = diff_body("RUN a b c d e\n", "RUN a b X d e\n", &palette);
        let (removed, added) = (palette.removed_word, palette.added_word);
        assert!(text.contains(&format!("{removed}c{removed:#}")), "{text:?}");
        assert!(text.contains(&format!("{added}X{added:#}")), "{text:?}");
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "@@ -1 +1 @@\n-RUN a b c d e\n+RUN a b X d e\n"
        );
    }
}
