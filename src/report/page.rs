//! Shows a page of documentation: as it stands, or laid out for a terminal.

use std::fmt::Write;

use super::{Change, Palette, diff_body};

/// The Markdown of `source` as it stands; with colours, its marks become styles, and the diff
/// between a `before` and an `after` block stands below them.
pub(crate) fn page(source: &str, palette: &Palette) -> String {
    if !palette.coloured {
        return source.to_owned();
    }
    let mut page = Page { text: String::new(), before: String::new(), palette };
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        match line.strip_prefix("```") {
            Some(info) => {
                let code = lines.by_ref().take_while(|line| !line.starts_with("```"));
                page.block(info, &code.flat_map(|line| [line, "\n"]).collect::<String>());
            }
            None => page.line(line),
        }
    }
    page.text
}

struct Page<'p> {
    text: String,
    /// The `before` block that waits for its `after`.
    before: String,
    palette: &'p Palette,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        let title = line.trim_start_matches('#');
        if title.len() < line.len() && title.starts_with(' ') {
            let style = self.palette.heading;
            let _ = writeln!(self.text, "{style}{}{style:#}", title.trim_start());
            return;
        }
        let style = self.palette.name;
        for (index, piece) in line.split('`').enumerate() {
            if index % 2 == 1 {
                let _ = write!(self.text, "{style}{piece}{style:#}");
            } else {
                self.text.push_str(piece);
            }
        }
        self.text.push('\n');
    }

    fn block(&mut self, info: &str, code: &str) {
        match info.split_whitespace().nth(1) {
            Some("before") => {
                self.titled("before", code);
                self.before = code.to_owned();
            }
            Some("after") => {
                self.titled("after", code);
                self.text.push('\n');
                let before = std::mem::take(&mut self.before);
                let diff = diff_body(Change::between(&before, code), self.palette);
                // The place of a hunk says nothing in so short a text.
                let place = format!("{}@@", self.palette.hunk);
                let lines = diff.split_inclusive('\n').filter(|line| !line.starts_with(&place));
                self.titled("diff", &lines.collect::<String>());
            }
            _ => self.indented(code),
        }
    }

    fn titled(&mut self, title: &str, code: &str) {
        let style = self.palette.faint;
        let _ = writeln!(self.text, "  {style}{title}{style:#}");
        self.indented(code);
    }

    fn indented(&mut self, code: &str) {
        for line in code.lines() {
            let _ = writeln!(self.text, "{}{line}", if line.is_empty() { "" } else { "    " });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# merge\n\nJoins `RUN`s.\n\n```dockerfile before\nRUN a\nRUN b\n```\n\n\
                          ```dockerfile after\nRUN a && b\n```\n\n## Declines\n\n- none\n";

    #[test]
    fn plain_pages_are_markdown() {
        assert_eq!(page(SOURCE, &Palette::default()), SOURCE);
    }

    #[test]
    fn terminals_get_blocks_and_their_diff() {
        let styled = page(SOURCE, &Palette::coloured());
        assert_eq!(
            anstream::adapter::strip_str(&styled).to_string(),
            "merge\n\nJoins RUNs.\n\n  before\n    RUN a\n    RUN b\n\n  after\n    RUN a && b\n\n  \
             diff\n    -RUN a\n    -RUN b\n    +RUN a && b\n\nDeclines\n\n- none\n"
        );
        let bold = Palette::coloured().heading;
        assert!(styled.contains(&format!("{bold}Declines{bold:#}")), "{styled:?}");
    }
}
