//! A summary for people who read it where a pipeline shows it: a job summary, or a comment on a merge request.

use std::fmt::Write;

use super::{Collected, Entry, Kind, documentation};
use crate::report::{Palette, diff_body};

pub(super) fn write(run: &Collected, sum: &str) -> String {
    let mut text = format!("### dockslim: {sum}");
    for error in &run.errors {
        let _ = writeln!(text, "\n**error**: {}", cell(error));
    }
    for entry in &run.entries {
        file(entry, &mut text);
    }
    text
}

fn file(entry: &Entry, text: &mut String) {
    let findings = entry.findings();
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n#### {}\n\n| line | | |\n|---|---|---|", code(&entry.path));
    for finding in findings {
        let rule = finding.rule();
        let name = match finding.kind {
            Kind::Rewrite => format!("[{rule}]({})", documentation(rule)),
            Kind::Refused | Kind::Note => rule.to_owned(),
        };
        let _ =
            writeln!(text, "| {} | {name} | {} |", finding.remark.line, cell(&finding.message()));
    }
    if entry.changed {
        let diff = diff_body(entry.change(), &Palette::default());
        let fence = fence(&diff);
        let summary = "<details><summary>diff</summary>";
        let _ = writeln!(text, "\n{summary}\n\n{fence}diff\n{diff}{fence}\n\n</details>");
    }
}

/// Longer than any row of backquotes in the text.
fn fence(text: &str) -> String {
    let rows = text.split(|c| c != '`').map(str::len);
    "`".repeat(3.max(1 + rows.max().unwrap_or(0)))
}

/// A text as code, also if it holds backquotes.
fn code(text: &str) -> String {
    let rows = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if rows == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(rows + 1);
    format!("{fence} {text} {fence}")
}

/// The text of a cell: one line, without its signs.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_markdown_are_escaped() {
        assert_eq!(cell("a | <b>\nc"), "a \\| &lt;b> c");
        assert_eq!((fence("x"), fence("````")), ("```".to_owned(), "`````".to_owned()));
        assert_eq!((code("a"), code("a`b")), ("`a`".to_owned(), "`` a`b ``".to_owned()));
    }
}
