//! Checkstyle's XML, which most build servers read.

use std::fmt::Write;

use super::{Collected, Kind};
use crate::positions::Positions;

pub(super) fn write(run: &Collected) -> String {
    let mut text =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<checkstyle version=\"4.3\">\n".to_owned();
    if !run.errors.is_empty() {
        text.push_str("  <file name=\".\">\n");
        for error in &run.errors {
            let message = attribute(error);
            let _ = writeln!(
                text,
                "    <error severity=\"error\" message=\"{message}\" source=\"dockslim\"/>"
            );
        }
        text.push_str("  </file>\n");
    }
    for entry in &run.entries {
        let findings = entry.findings();
        if findings.is_empty() {
            continue;
        }
        let positions = Positions::of(&entry.text);
        let _ = writeln!(text, "  <file name=\"{}\">", attribute(&entry.path));
        for finding in findings {
            let severity = match finding.kind {
                Kind::Refused | Kind::Rewrite => "warning",
                Kind::Note => "info",
            };
            let (line, column) = entry.place(&positions, finding.remark.at).start;
            let (rule, message) = (finding.rule(), attribute(&finding.message()));
            let _ = writeln!(
                text,
                "    <error line=\"{line}\" column=\"{column}\" severity=\"{severity}\" \
                 message=\"{message}\" source=\"dockslim.{rule}\"/>"
            );
        }
        text.push_str("  </file>\n");
    }
    text.push_str("</checkstyle>\n");
    text
}

/// A text between double quotes; what XML 1.0 allows nowhere becomes the sign for what cannot be shown.
fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_hold_any_text() {
        assert_eq!(attribute("a<b & \"c\"\n\u{1}"), "a&lt;b &amp; &quot;c&quot;&#10;\u{fffd}");
    }
}
