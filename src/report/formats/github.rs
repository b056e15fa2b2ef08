//! Annotations of GitHub Actions: "Workflow commands for GitHub Actions", "Setting a warning message".

use std::fmt::Write;

use super::{Collected, Kind};
use crate::positions::Positions;

pub(super) fn write(run: &Collected) -> String {
    let mut text = String::new();
    for error in &run.errors {
        let _ = writeln!(text, "::error title=dockslim::{}", data(error));
    }
    for entry in &run.entries {
        let positions = Positions::of(&entry.text);
        for finding in entry.findings() {
            let command = match finding.kind {
                // Nothing fails for it here, so it is no error.
                Kind::Refused | Kind::Rewrite => "warning",
                Kind::Note => "notice",
            };
            let place = entry.place(&positions, finding.remark.at);
            // A place that ends with a line ends before the next one begins.
            let end = if place.end.1 == 1 { place.end.0 - 1 } else { place.end.0 };
            let (file, title) = (property(&entry.path), property(finding.rule()));
            let (start, end) = (place.start.0, end.max(place.start.0));
            let _ = writeln!(
                text,
                "::{command} file={file},line={start},endLine={end},title=dockslim {title}::{}",
                data(&finding.message())
            );
        }
    }
    text
}

/// The message of a command: its own signs for the percent sign and line ends.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, in which colons and commas are signs, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_protocol_are_escaped() {
        assert_eq!(data("100 %: a, b\r\nc"), "100 %25: a, b%0D%0Ac");
        assert_eq!(property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}
