//! Two lists of lines side by side, where they differ.

use std::fmt::Write;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::Palette;

/// Lines around a difference.
const CONTEXT: usize = 3;

/// Narrower than this nothing can be read.
const NARROWEST: usize = 20;

/// The places where `before` and `after` differ, side by side in two columns that fill the terminal.
pub(crate) fn columns(
    before: &[String],
    after: &[String],
    names: (&str, &str),
    palette: &Palette,
) -> String {
    let total = terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0));
    let width = (total.saturating_sub(3) / 2).max(NARROWEST);
    let mut table = Table { text: String::new(), width, palette };
    table.row(names.0, names.1, ' ');
    let operations = capture_diff_slices(Algorithm::Myers, before, after);
    for (number, group) in group_diff_ops(operations, CONTEXT).into_iter().enumerate() {
        if number > 0 {
            table.row("…", "…", ' ');
        }
        for operation in group {
            let (old, new) = (&before[operation.old_range()], &after[operation.new_range()]);
            let same = matches!(operation, DiffOp::Equal { .. });
            for at in 0..old.len().max(new.len()) {
                let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
                table.row(&line(old), &line(new), if same { ' ' } else { '|' });
            }
        }
    }
    table.text
}

struct Table<'p> {
    text: String,
    width: usize,
    palette: &'p Palette,
}

impl Table<'_> {
    /// One line of each, in as many rows as the longer one needs.
    fn row(&mut self, left: &str, right: &str, sign: char) {
        let changed = sign != ' ';
        let (left, right) = (self.wrapped(left), self.wrapped(right));
        for at in 0..left.len().max(right.len()) {
            let cell = |cells: &[String]| cells.get(at).cloned().unwrap_or_default();
            let (left, right) = (cell(&left), cell(&right));
            let blank = " ".repeat(self.width.saturating_sub(left.chars().count()));
            let (old, new) = if changed {
                (self.palette.removed, self.palette.added)
            } else {
                (Default::default(), Default::default())
            };
            let line = format!("{old}{left}{old:#}{blank} {sign} {new}{right}{new:#}");
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
    }

    fn wrapped(&self, text: &str) -> Vec<String> {
        let characters: Vec<char> = text.chars().collect();
        let rows = characters.chunks(self.width).map(|row| row.iter().collect());
        let rows: Vec<String> = rows.collect();
        if rows.is_empty() { vec![String::new()] } else { rows }
    }
}
