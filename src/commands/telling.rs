//! Which files a run of `fix` or `fmt` looks at, and how it tells what it found: file by file for people, or at its end in one of
//! the formats for programs.

use std::path::Path;

use dockslim_syntax::Span;

use super::Status;
use crate::args::{DiffScope, FileArgs, OutputFormat, ReportArgs};
use crate::error::Error;
use crate::files::Changes;
use crate::report::{Collected, Entry, Palette, Statistics, Totals};

/// What the command line says of it.
pub(super) struct Telling {
    format: OutputFormat,
    /// Whether counts are asked for in place of what was found.
    statistics: bool,
    exit_zero: bool,
    /// What has changed, if only that is looked at.
    changes: Option<Changes>,
    scope: DiffScope,
    palette: Palette,
}

impl Telling {
    /// Reads the arguments.
    ///
    /// # Errors
    /// Arguments that contradict each other, and a git revision that is not known.
    pub(super) fn new(
        args: &ReportArgs,
        files: &FileArgs,
        palette: Palette,
    ) -> Result<Self, Error> {
        if args.statistics && !matches!(args.output_format, OutputFormat::Text | OutputFormat::Json)
        {
            return Err(Error::StatisticsFormat);
        }
        if files.reads_standard_input() && args.diff_base.is_some() {
            return Err(Error::StandardInputChanges);
        }
        let since = |revision: &str| Changes::since(revision, &files.paths);
        let changes = args.diff_base.as_deref().map(since).transpose()?;
        Ok(Self {
            format: args.output_format,
            statistics: args.statistics,
            exit_zero: args.exit_zero,
            changes,
            scope: args.diff_scope,
            palette,
        })
    }

    /// Whether a file that was found is looked at.
    pub(super) fn looks_at(&self, path: &Path) -> bool {
        self.changes.as_ref().is_none_or(|changes| changes.holds(path))
    }

    /// The places of a file to which its changes are restricted, as bytes of its text, if they are.
    pub(super) fn places(&self, path: Option<&Path>, text: &str) -> Option<Vec<Span>> {
        match (&self.changes, path, self.scope) {
            (Some(changes), Some(path), DiffScope::Instructions) => changes.places(path, text),
            _ => None,
        }
    }

    /// Whether all is printed when all files are done, and no diff of each.
    pub(super) fn gathers(&self) -> bool {
        self.statistics || self.format != OutputFormat::Text
    }

    /// Whether changes that are right by themselves are told one by one.
    pub(super) fn wants_singles(&self) -> bool {
        !self.statistics && matches!(self.format, OutputFormat::Json | OutputFormat::Sarif)
    }

    /// What is printed when all files are done; `errors` kept some from being looked at, and `sum` is the last line for people.
    pub(super) fn page(
        &self,
        entries: Vec<Entry>,
        errors: Vec<String>,
        totals: &Totals,
        sum: &str,
    ) -> String {
        if !self.statistics {
            return Collected { entries, errors }.write(self.format, totals, sum);
        }
        let mut statistics = Statistics::default();
        for entry in &entries {
            statistics.add(&entry.outcome);
        }
        match self.format {
            OutputFormat::Json => statistics.json(),
            _ => statistics.text(&self.palette),
        }
    }

    /// How a run ends that came to this status.
    pub(super) fn ended(&self, status: Status) -> Status {
        if status == Status::Wanted && self.exit_zero { Status::Done } else { status }
    }
}
