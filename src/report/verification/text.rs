//! A verification for a terminal: numbers, a bar for each layer, and what differs.

use std::fmt::Write;

use super::super::{Palette, bytes};
use super::words::{self, Row};
use crate::verify::{FileDifference, Side, Verification};

/// Columns of the longest bar.
const BAR: usize = 24;

/// Files that are listed of each kind of difference.
const LISTED: usize = 12;

pub(super) fn text(found: &Verification, palette: &Palette) -> String {
    let (heading, faint) = (palette.heading, palette.faint);
    let mut text = String::new();
    let by = words::built_by(found.engine);
    let _ = writeln!(text, "{heading}{}{heading:#} {faint}{by}{faint:#}\n", found.file);
    numbers(&mut text, found);
    let rows = |side: &Side| words::rows(side);
    let (old, new) = (rows(&found.before), found.after.as_ref().ok().map(rows));
    let all = old.iter().chain(new.iter().flatten());
    let most = all.map(|row| row.bytes).max().unwrap_or_default();
    layers(&mut text, "before", &old, most, palette);
    match (&new, &found.after) {
        (Some(new), _) => layers(&mut text, "after", new, most, palette),
        (None, Err(failure)) => {
            let _ = writeln!(text, "\n{heading}after{heading:#}");
            failure.lines.iter().for_each(|line| {
                let _ = writeln!(text, "  {line}");
            });
        }
        (None, Ok(_)) => {}
    }
    differences(&mut text, found, palette);
    if let Some(smoke) = words::smoke(found) {
        let _ = writeln!(text, "\n{heading}smoke command{heading:#}: {smoke}");
        let failed = !found.verdict.is_good();
        let answer = found.after.as_ref().ok().and_then(|after| after.smoke.as_ref());
        for line in answer.iter().filter(|_| failed).flat_map(|answer| &answer.lines) {
            let _ = writeln!(text, "  {line}");
        }
    }
    if let Some(note) = &found.note {
        let _ = writeln!(text, "\n{note}");
    }
    if found.kept {
        let _ = writeln!(text, "\nbefore: {}", found.before.name);
        if let Ok(after) = &found.after {
            let _ = writeln!(text, "after:  {}", after.name);
        }
    }
    let style = if found.verdict.is_good() { palette.added } else { palette.error };
    let _ = writeln!(text, "\n{style}{}{style:#}", words::verdict(found));
    text
}

fn numbers(text: &mut String, found: &Verification) {
    let mut rows: Vec<[String; 4]> = words::numbers(found).iter().map(|one| one.cells()).collect();
    rows.insert(0, ["", "before", "after", ""].map(str::to_owned));
    for [what, old, new, change] in rows {
        let line = format!("{what:<13}{old:>10}{new:>10}{change:>10}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

fn layers(text: &mut String, title: &str, rows: &[Row], most: u64, palette: &Palette) {
    let (heading, name, faint) = (palette.heading, palette.name, palette.faint);
    let _ = writeln!(text, "\n{heading}{title}{heading:#}");
    let total = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    let room = total.saturating_sub(BAR + 26).max(20);
    for Row { place, bytes: size, instruction, .. } in rows {
        let bar = bar(*size, most);
        let blank = " ".repeat(BAR.saturating_sub(bar.chars().count()));
        let mut shown: String = instruction.chars().take(room).collect();
        if shown.len() < instruction.len() {
            shown.pop();
            shown.push('…');
        }
        let size = bytes(*size);
        let _ = writeln!(
            text,
            "  {place:<9}{size:>10}  {name}{bar}{name:#}{blank}  {faint}{shown}{faint:#}"
        );
    }
}

/// A bar in eighths of a column; what is not nothing can be seen.
fn bar(size: u64, most: u64) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if size == 0 || most == 0 {
        return String::new();
    }
    let eighths = (size as f64 / most as f64 * (BAR * 8) as f64).round() as usize;
    let eighths = eighths.clamp(1, BAR * 8);
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}

fn differences(text: &mut String, found: &Verification, palette: &Palette) {
    let Some(comparison) = &found.comparison else { return };
    let heading = palette.heading;
    let _ = writeln!(text, "\n{heading}differences{heading:#}");
    if comparison.config.is_empty() {
        let _ = writeln!(text, "  configuration  the same");
    }
    for one in &comparison.config {
        let (field, old, new) = words::setting(one);
        let (removed, added) = (palette.removed, palette.added);
        let _ = writeln!(
            text,
            "  configuration  {field}: {removed}{old}{removed:#} -> {added}{new}{added:#}"
        );
    }
    if comparison.same_files() {
        let _ = writeln!(text, "  files          the same");
    }
    for (list, what) in [
        (&comparison.removed, "removed"),
        (&comparison.added, "added"),
        (&comparison.changed, "changed"),
    ] {
        files(text, list, what);
    }
    for (noise, apart) in &comparison.apart {
        let _ = writeln!(text, "  set apart      {}: {}", noise.name(), words::apart(apart));
    }
    for remark in words::remarks(comparison) {
        let _ = writeln!(text, "  set apart      {remark}");
    }
}

fn files(text: &mut String, list: &[FileDifference], what: &str) {
    if list.is_empty() {
        return;
    }
    let sum = list.iter().map(|file| file.bytes).sum();
    let _ = writeln!(text, "  {what:<13}  {} ({})", list.len(), bytes(sum));
    for FileDifference { path, how, .. } in list.iter().take(LISTED) {
        let how = if how.is_empty() { String::new() } else { format!(": {}", how.join(", ")) };
        let _ = writeln!(text, "    {path}{how}");
    }
    if list.len() > LISTED {
        let _ = writeln!(text, "    and {} more", list.len() - LISTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_layers_are_big() {
        assert_eq!(bar(100, 100).chars().count(), BAR);
        assert_eq!(bar(50, 100), "█".repeat(BAR / 2));
        assert_eq!(bar(1, 1_000_000), "▏");
        assert_eq!(bar(0, 100), "");
    }
}
