//! A verification as a page that stands alone: no script, no font, no picture from elsewhere.

use std::fmt::Write;

use super::super::bytes;
use super::words::{self, Row};
use crate::verify::{Comparison, FileDifference, Side, Verification};

/// Files that are listed of each kind of difference.
const LISTED: usize = 500;

pub(super) fn html(found: &Verification) -> String {
    let mut page = String::new();
    let file = escaped(&found.file);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{file}: before and after</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n",
        include_str!("page.css")
    );
    let by = words::built_by(found.engine);
    let _ = writeln!(page, "<h1>{file}</h1>\n<p class=\"faint\">before and after, {by}</p>");
    let class = if found.verdict.is_good() { "good" } else { "bad" };
    let _ = writeln!(page, "<p class=\"verdict {class}\">{}</p>", arrows(&words::verdict(found)));
    cards(&mut page, found);
    if let Err(failure) = &found.after {
        let _ = writeln!(page, "<h2>What the builder said</h2>");
        open(&mut page, "The last lines", true);
        let _ = writeln!(page, "<pre>{}</pre></details>", escaped(&failure.lines.join("\n")));
    }
    layers(&mut page, found);
    if let Some(comparison) = &found.comparison {
        differences(&mut page, comparison);
    }
    runs(&mut page, found);
    diff(&mut page, &found.diff);
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        page,
        "<footer>Sizes are those of the uncompressed layers, pulled those of the compressed ones. \
         Made by dockslim {version}.</footer>\n</main>\n</body>\n</html>"
    );
    page
}

/// A card for each number, with two bars.
fn cards(page: &mut String, found: &Verification) {
    page.push_str("<div class=\"cards\">\n");
    for number in words::numbers(found) {
        let words::Number { what, before, after, change } = &number;
        let told = |value: &Option<words::Value>| {
            value.as_ref().map_or("-".to_owned(), |value| escaped(&value.told))
        };
        let good = number.is_better().unwrap_or(true);
        let style = if good { "color:var(--good)" } else { "color:var(--bad)" };
        let _ = writeln!(
            page,
            "<div class=\"card\"><span class=\"change\" style=\"{style}\">{change}</span><h3>{what}</h3>\
             <p class=\"number\"><small>{} →</small> {}</p>",
            told(before),
            told(after)
        );
        let most =
            [before, after].into_iter().flatten().map(|value| value.size).fold(0.0, f64::max);
        for (value, class) in [(before, "before"), (after, "after")] {
            if let Some(value) = value {
                bar(page, class, value.size, most);
            }
        }
        page.push_str("</div>\n");
    }
    page.push_str("</div>\n");
}

fn bar(page: &mut String, class: &str, size: f64, most: f64) {
    if size > 0.0 && most > 0.0 {
        let width = size / most * 100.0;
        let _ = writeln!(page, "<div class=\"bar {class}\" style=\"width:{width:.1}%\"></div>");
    }
}

fn layers(page: &mut String, found: &Verification) {
    let rows = |side: &Side| words::rows(side);
    let (old, new) = (rows(&found.before), found.after.as_ref().ok().map(rows));
    let all = old.iter().chain(new.iter().flatten());
    let most = all.map(|row| row.bytes).max().unwrap_or_default() as f64;
    page.push_str("<h2>Layers</h2>\n<div class=\"two\">\n");
    for (class, rows) in [("before", Some(&old)), ("after", new.as_ref())] {
        let Some(rows) = rows else { continue };
        let _ = writeln!(page, "<div class=\"card\"><h3>{class}</h3>");
        for Row { place, bytes: size, instruction, .. } in rows {
            let (size_told, instruction) = (bytes(*size), escaped(instruction));
            let _ = writeln!(
                page,
                "<div class=\"layer\"><div class=\"top\"><span>{place}</span><span>{size_told}</span></div>\
                 <code title=\"{instruction}\">{instruction}</code>"
            );
            bar(page, class, *size as f64, most);
            page.push_str("</div>\n");
        }
        page.push_str("</div>\n");
    }
    page.push_str("</div>\n");
}

fn differences(page: &mut String, comparison: &Comparison) {
    page.push_str("<h2>Differences</h2>\n");
    if comparison.config.is_empty() {
        page.push_str("<p>The configuration is the same.</p>\n");
    } else {
        open(page, "Configuration", true);
        page.push_str("<table><tr><th></th><th>before</th><th>after</th></tr>\n");
        for one in &comparison.config {
            let (field, old, new) = words::setting(one);
            let (field, old, new) = (escaped(&field), escaped(&old), escaped(&new));
            let _ = writeln!(
                page,
                "<tr><td>{field}</td><td><code>{old}</code></td><td><code>{new}</code></td></tr>"
            );
        }
        page.push_str("</table></details>\n");
    }
    if comparison.same_files() {
        page.push_str("<p>The files are the same, but for what is set apart.</p>\n");
    }
    for (list, what) in [
        (&comparison.removed, "removed"),
        (&comparison.added, "added"),
        (&comparison.changed, "changed"),
    ] {
        files(page, list, what);
    }
    let remarks = words::remarks(comparison);
    if comparison.apart.is_empty() && remarks.is_empty() {
        return;
    }
    open(page, "Set apart: what says nothing about the image", false);
    page.push_str("<table>\n");
    for (noise, apart) in &comparison.apart {
        let (name, told) = (noise.name(), words::apart(apart));
        let _ = writeln!(page, "<tr><th>{name}</th><td>{told}</td></tr>");
    }
    for remark in remarks {
        let _ = writeln!(page, "<tr><th></th><td>{}</td></tr>", escaped(&remark));
    }
    page.push_str("</table></details>\n");
}

fn files(page: &mut String, list: &[FileDifference], what: &str) {
    if list.is_empty() {
        return;
    }
    let sum = list.iter().map(|file| file.bytes).sum();
    let title = format!("{} {what}, {}", words::counted(list.len(), "file"), bytes(sum));
    open(page, &title, list.len() <= 20);
    page.push_str("<ul class=\"mono\">\n");
    for FileDifference { path, how, .. } in list.iter().take(LISTED) {
        let how = if how.is_empty() { String::new() } else { format!(": {}", how.join(", ")) };
        let _ = writeln!(
            page,
            "<li>{}<span class=\"faint\">{}</span></li>",
            escaped(path),
            escaped(&how)
        );
    }
    if list.len() > LISTED {
        let _ = writeln!(page, "<li class=\"faint\">and {} more</li>", list.len() - LISTED);
    }
    page.push_str("</ul></details>\n");
}

/// What was run in the images.
fn runs(page: &mut String, found: &Verification) {
    let told = words::smoke(found);
    if told.is_none() && found.note.is_none() {
        return;
    }
    page.push_str("<h2>Smoke command</h2>\n");
    for line in told.iter().chain(&found.note) {
        let _ = writeln!(page, "<p>{}</p>", escaped(line));
    }
    let answer = found.after.as_ref().ok().and_then(|after| after.smoke.as_ref());
    if let Some(answer) = answer.filter(|answer| !answer.lines.is_empty()) {
        open(page, "What it printed for the new image", !found.verdict.is_good());
        let _ = writeln!(page, "<pre>{}</pre></details>", escaped(&answer.lines.join("\n")));
    }
}

fn diff(page: &mut String, diff: &str) {
    if diff.is_empty() {
        return;
    }
    page.push_str("<h2>The change of the file</h2>\n<div class=\"card\"><pre class=\"diff\">");
    // The names of the files stand above already.
    for line in diff.lines().skip(2) {
        let class = match line.bytes().next() {
            Some(b'-') => "del",
            Some(b'+') => "ins",
            Some(b'@') => "hunk",
            _ => "",
        };
        let _ = write!(page, "<span class=\"{class}\">{}</span>", escaped(line));
    }
    page.push_str("</pre></div>\n");
}

fn open(page: &mut String, title: &str, is_open: bool) {
    let state = if is_open { " open" } else { "" };
    let _ = writeln!(page, "<details{state}><summary>{}</summary>", escaped(title));
}

/// Text that means nothing to a browser, with arrows where it has signs for them.
fn arrows(text: &str) -> String {
    escaped(&text.replace(" -> ", "\u{a0}→ "))
}

/// Text that means nothing to a browser.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
