//! What is said about a run: a line for each rewrite, what was left alone, and the sum.

use std::fmt::Write;

use dockslim_contract::Safety;

use super::Palette;
use crate::engine::{Outcome, Remark};

/// What happens to rewrites, which decides how they are spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are shown.
    Show,
    /// They are shown, and count as a failure.
    Check,
    /// They are written to the file.
    Write,
    /// The result goes to standard output.
    Filter,
}

/// A line for each rewrite of the file `path`, and for what a builder would refuse in it.
pub(crate) fn remarks(path: &str, outcome: &Outcome, palette: &Palette) -> String {
    let mut text = warnings(path, &outcome.diagnostics, palette);
    text += &warnings(path, &outcome.notes, palette);
    for remark in &outcome.applied {
        let Remark { pass, line, message, .. } = remark;
        let (name, level) = (palette.name, palette.warning);
        let _ = write!(text, "{path}:{line}: {name}{pass}{name:#}");
        if remark.safety != Safety::Safe {
            let _ = write!(text, " ({level}{}{level:#})", remark.safety.name());
        }
        let _ = writeln!(text, ": {message}");
    }
    text
}

/// What is wrong with the file `path`.
pub(crate) fn warnings(path: &str, remarks: &[Remark], palette: &Palette) -> String {
    let mut text = String::new();
    let style = palette.warning;
    for Remark { line, message, .. } in remarks {
        let _ = writeln!(text, "{path}:{line}: {style}warning{style:#}: {message}");
    }
    text
}

/// What was left alone in the file `path`, and why.
pub(crate) fn declines(path: &str, outcome: &Outcome, palette: &Palette) -> String {
    let mut text = String::new();
    if outcome.declined.is_empty() {
        return text;
    }
    let (heading, name, faint) = (palette.heading, palette.name, palette.faint);
    let _ = writeln!(text, "{heading}left alone in {path}{heading:#}");
    for Remark { pass, line, reason, message, .. } in &outcome.declined {
        let _ = writeln!(
            text,
            "  line {line}: {name}{pass}{name:#}: {message} {faint}[{reason}]{faint:#}"
        );
    }
    text
}

/// What was not laid out in the file `path`, and why.
pub(crate) fn left(path: &str, left: &[Remark], palette: &Palette) -> String {
    let mut text = String::new();
    for Remark { pass, line, message, .. } in left {
        let name = palette.name;
        let _ = writeln!(text, "{path}:{line}: {name}{pass}{name:#}: {message}");
    }
    text
}

/// The sums over all files.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    /// Files that were looked at, whatever came of it.
    pub(crate) files: usize,
    /// Files that something changes in.
    pub(crate) changed: usize,
    /// Rewrites in them.
    pub(crate) rewrites: usize,
    /// What `--review` would add.
    pub(crate) review: usize,
    /// What `--suggestions` would add to that.
    pub(crate) suggestions: usize,
    /// Templates and generated files.
    pub(crate) foreign: usize,
    /// Files that could not be handled.
    pub(crate) failed: usize,
}

impl Totals {
    /// The sums of a file of which `outcome` came.
    pub(crate) fn of(outcome: &Outcome, changed: bool) -> Self {
        let offered = |level| outcome.offered.iter().filter(|one| one.safety == level).count();
        Self {
            files: 1,
            changed: usize::from(changed),
            rewrites: if changed { outcome.applied.len() } else { 0 },
            review: offered(Safety::Review),
            suggestions: offered(Safety::Suggestion),
            ..Self::default()
        }
    }

    /// The sums of a file that was left alone for what it is.
    pub(crate) fn foreign() -> Self {
        Self { files: 1, foreign: 1, ..Self::default() }
    }

    /// The sums of a file that could not be handled.
    pub(crate) fn failed() -> Self {
        Self { files: 1, failed: 1, ..Self::default() }
    }

    /// Adds the sums of another file.
    pub(crate) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.changed += other.changed;
        self.rewrites += other.rewrites;
        self.review += other.review;
        self.suggestions += other.suggestions;
        self.foreign += other.foreign;
        self.failed += other.failed;
    }

    /// The last line of a run of `fmt`.
    pub(crate) fn layout_line(&self, mode: Mode) -> String {
        let files = counted(self.files, "file");
        let mut line = match (self.changed, mode) {
            (0, _) => format!("nothing to lay out in {files}"),
            (changed, Mode::Write | Mode::Filter) => format!("laid out {changed} of {files}"),
            (changed, _) => format!("{changed} of {files} would be laid out otherwise"),
        };
        self.add_others(&mut line);
        if self.changed > 0 && matches!(mode, Mode::Show | Mode::Check) {
            line.push_str("; apply with --write");
        }
        line.push('\n');
        line
    }

    /// Counts the files that nothing was done with.
    fn add_others(&self, line: &mut String) {
        for (count, what) in [(self.foreign, "not written by hand"), (self.failed, "failed")] {
            if count > 0 {
                let _ = write!(line, ", {count} {what}");
            }
        }
    }

    /// The last line of a run.
    pub(crate) fn line(&self, mode: Mode) -> String {
        let mut line = if self.rewrites == 0 {
            format!("nothing to rewrite in {}", counted(self.files, "file"))
        } else {
            let done = if mode == Mode::Write { " written" } else { "" };
            let rewrites = counted(self.rewrites, "rewrite");
            let files = counted(self.files, "file");
            match (self.changed, self.files) {
                (changed, all) if changed == all => format!("{rewrites}{done} in {files}"),
                (changed, _) => format!("{rewrites}{done} in {changed} of {files}"),
            }
        };
        let mut more = Vec::new();
        for (count, flag) in [(self.review, "--review"), (self.suggestions, "--suggestions")] {
            if count > 0 {
                more.push(format!("{count} more with {flag}"));
            }
        }
        if !more.is_empty() {
            let _ = write!(line, " ({})", more.join(", "));
        }
        self.add_others(&mut line);
        if self.rewrites > 0 && matches!(mode, Mode::Show | Mode::Check) {
            line.push_str("; apply with --write");
        }
        line.push('\n');
        line
    }
}

/// A number of bytes as people say it.
pub(crate) fn bytes(count: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut value = count as f64;
    let mut unit = None;
    for next in units {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = Some(next);
    }
    match unit {
        None => counted(count as usize, "byte"),
        Some(unit) if value < 9.95 => format!("{value:.1} {unit}"),
        Some(unit) => format!("{value:.0} {unit}"),
    }
}

/// A number and what it is of.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (count, said) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (9_940, "9.9 kB"),
            (9_960, "10 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (412_000_000, "412 MB"),
            (7_300_000_000_000_000, "7300 TB"),
        ] {
            assert_eq!(bytes(count), said);
        }
    }

    #[test]
    fn sums() {
        let nothing = Totals { files: 1, ..Totals::default() };
        assert_eq!(nothing.line(Mode::Show), "nothing to rewrite in 1 file\n");
        let all = Totals {
            files: 5,
            changed: 2,
            rewrites: 3,
            review: 1,
            suggestions: 2,
            foreign: 1,
            failed: 1,
        };
        assert_eq!(
            all.line(Mode::Write),
            "3 rewrites written in 2 of 5 files (1 more with --review, 2 more with --suggestions), \
             1 not written by hand, 1 failed\n"
        );
        let one = Totals { files: 1, changed: 1, rewrites: 1, ..Totals::default() };
        assert_eq!(one.line(Mode::Check), "1 rewrite in 1 file; apply with --write\n");
        assert_eq!(one.line(Mode::Filter), "1 rewrite in 1 file\n");
    }
}
