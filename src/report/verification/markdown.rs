//! A verification for a comment on a pull request.

use std::fmt::Write;

use super::super::bytes;
use super::words;
use crate::verify::{Comparison, FileDifference, Verification};

/// Files that are listed of each kind of difference.
const LISTED: usize = 30;

pub(super) fn markdown(found: &Verification) -> String {
    let mut text = String::new();
    let sign = if found.verdict.is_good() { "✅" } else { "❌" };
    let _ =
        writeln!(text, "### {sign} {}: {}\n", code(&found.file), arrows(&words::verdict(found)));
    let _ = writeln!(text, "| | before | after | |\n|---|---:|---:|---:|");
    for number in words::numbers(found) {
        let [what, old, new, change] = number.cells();
        let _ = writeln!(text, "| {what} | {old} | {new} | {change} |");
    }
    if let Err(failure) = &found.after {
        block(&mut text, "", &failure.lines.join("\n"));
    }
    if let Some(smoke) = words::smoke(found) {
        let _ = writeln!(text, "\nSmoke command: {smoke}.");
    }
    if let Some(note) = &found.note {
        let _ = writeln!(text, "\n{note}.");
    }
    layers(&mut text, found);
    if let Some(comparison) = &found.comparison {
        settings(&mut text, comparison);
        for (list, what) in [
            (&comparison.removed, "removed"),
            (&comparison.added, "added"),
            (&comparison.changed, "changed"),
        ] {
            files(&mut text, list, what);
        }
        let apart = comparison.apart.iter();
        let mut apart: Vec<String> = apart
            .map(|(noise, apart)| format!("- {}: {}", noise.name(), words::apart(apart)))
            .collect();
        apart.extend(words::remarks(comparison).into_iter().map(|remark| format!("- {remark}")));
        if !apart.is_empty() {
            details(&mut text, "Set apart", &apart.join("\n"));
        }
    }
    if !found.diff.is_empty() {
        let mut diff = String::new();
        block(&mut diff, "diff", found.diff.trim_end());
        details(&mut text, "The change", diff.trim());
    }
    let _ = writeln!(text, "\n<sub>{} by dockslim verify</sub>", words::built_by(found.engine));
    text
}

fn layers(text: &mut String, found: &Verification) {
    let mut table = String::new();
    let sides = [("before", Some(&found.before)), ("after", found.after.as_ref().ok())];
    for (title, side) in sides.into_iter().filter_map(|(title, side)| Some((title, side?))) {
        let _ = writeln!(table, "| {title} | size | |\n|---|---:|---|");
        for row in words::rows(side) {
            let instruction: String = row.instruction.chars().take(90).collect();
            let told = if row.is_base { instruction } else { code(&instruction) };
            let (place, size) = (row.place, bytes(row.bytes));
            let _ = writeln!(table, "| {place} | {size} | {} |", told.replace('|', "\\|"));
        }
        table.push('\n');
    }
    details(text, "Layers", table.trim_end());
}

/// What differs in the configuration, as a table.
fn settings(text: &mut String, comparison: &Comparison) {
    if !comparison.config.is_empty() {
        let _ = writeln!(text, "\n| configuration | before | after |\n|---|---|---|");
    }
    for one in &comparison.config {
        let (field, old, new) = words::setting(one);
        let cell = |text: &str| code(text).replace('|', "\\|");
        let _ = writeln!(text, "| {field} | {} | {} |", cell(&old), cell(&new));
    }
}

fn arrows(text: &str) -> String {
    text.replace(" -> ", " → ")
}

fn files(text: &mut String, list: &[FileDifference], what: &str) {
    if list.is_empty() {
        return;
    }
    let sum = list.iter().map(|file| file.bytes).sum();
    let mut lines = Vec::new();
    for FileDifference { path, how, .. } in list.iter().take(LISTED) {
        let how = if how.is_empty() { String::new() } else { format!(": {}", how.join(", ")) };
        lines.push(format!("- {}{how}", code(path)));
    }
    if list.len() > LISTED {
        lines.push(format!("- and {} more", list.len() - LISTED));
    }
    let title = format!("{} {what} ({})", words::counted(list.len(), "file"), bytes(sum));
    details(text, &title, &lines.join("\n"));
}

fn details(text: &mut String, title: &str, body: &str) {
    let _ = writeln!(text, "\n<details><summary>{title}</summary>\n\n{body}\n\n</details>");
}

/// Text that is shown as it is, whatever backquotes it holds.
fn code(text: &str) -> String {
    let text = text.replace('\n', " ");
    let fence = "`".repeat(longest_run(&text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

fn block(text: &mut String, language: &str, body: &str) {
    let fence = "`".repeat(longest_run(body).max(2) + 1);
    let _ = writeln!(text, "\n{fence}{language}\n{body}\n{fence}");
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backquotes_do_not_end_code() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `b` ``c"), "```a `b` ``c```");
        assert_eq!(code("`b`"), "`` `b` ``");
    }
}
