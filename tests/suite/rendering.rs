//! A fix as a page of plain text: the diff, then what was said.

use std::fmt::Write;

use dockslim::engine::Outcome;
use similar::TextDiff;

/// The diff from `before` to the outcome, and a line for each remark.
pub(crate) fn page(before: &str, outcome: &Outcome) -> String {
    let diff = TextDiff::from_lines(before, &outcome.text);
    let mut page = diff.unified_diff().context_radius(3).header("before", "after").to_string();
    if !page.is_empty() {
        page += "\n";
    }
    let mut line = |line: std::fmt::Arguments<'_>| {
        page.write_fmt(line).expect("a string takes all");
        page.push('\n');
    };
    for remark in &outcome.diagnostics {
        line(format_args!("diagnostic, line {}: {}", remark.line, remark.message));
    }
    for remark in &outcome.applied {
        line(format_args!("{}, line {}: {}", remark.pass, remark.line, remark.message));
    }
    for remark in &outcome.offered {
        let level = remark.safety.name();
        line(format_args!("offered ({level}), line {}: {}", remark.line, remark.message));
    }
    for remark in &outcome.declined {
        let (at, reason) = (remark.line, remark.reason);
        line(format_args!("declined, line {at}, {reason}: {}", remark.message));
    }
    for remark in &outcome.notes {
        line(format_args!("note, line {}, {}: {}", remark.line, remark.reason, remark.message));
    }
    page
}
