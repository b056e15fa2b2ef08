//! Finds files, changes their text, and shows, checks or writes the result.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Status;
use crate::args::FileArgs;
use crate::config::Configurations;
use crate::error::Error;
use crate::report::{self, Mode, Output, Palette, Totals};
use crate::{files, origin};

/// Files that are held in memory at once: enough to keep all cores busy, and little in bytes.
const CHUNK: usize = 256;

/// From this many files on, threads are worth their start.
const WORTH_THREADS: usize = 8;

/// What changes the text of a file.
pub(super) trait Rewriter: Sync {
    /// What becomes of the text of a file, or of standard input.
    fn rewrite(&self, place: Place<'_>, text: &str) -> Result<Rewritten, Error>;

    /// The last line of a run.
    fn sum(&self, totals: &Totals, mode: Mode) -> String;
}

/// Where a text comes from.
pub(super) struct Place<'p> {
    /// What messages call it.
    pub(super) name: &'p str,
    /// `None` for standard input.
    pub(super) path: Option<&'p Path>,
}

/// What became of the text of a file.
pub(super) struct Rewritten {
    /// The new text, if it differs.
    pub(super) changed: Option<String>,
    /// For standard error.
    pub(super) remarks: String,
    pub(super) totals: Totals,
}

/// Runs a rewriter over all files that the command line names.
pub(super) fn run(
    args: &FileArgs,
    configurations: Configurations,
    rewriter: &impl Rewriter,
    output: &mut Output,
) -> Result<Status, Error> {
    let job = Job::new(args, configurations, rewriter, output);
    if args.reads_standard_input() {
        return filter(args, &job, output);
    }
    let found = files::discover(&args.paths);
    let mut totals = Totals::default();
    let mut status = Status::Done;
    let mut told = BTreeSet::new();
    for warning in &job.configurations.warnings {
        output.warning(warning);
    }
    for error in &found.errors {
        output.error(error);
        status = Status::Failed;
    }
    for folder in &found.empty {
        output.warning(&format!("{}: holds no Dockerfile", folder.display()));
    }
    for chunk in found.files.chunks(CHUNK) {
        for report in job.handle_all(chunk) {
            // A configuration that cannot be read is in the way of many files, and reported once.
            let repeated = match &report.error {
                Some(Error::Config(error)) => !told.insert(error.to_string()),
                _ => false,
            };
            let told = if repeated {
                Status::Failed
            } else {
                report.tell(args.quiet, job.mode, output)?
            };
            status = status.max(told);
            totals.add(report.totals);
        }
        // Where files are written there is work to do even if nobody listens.
        if output.is_closed() && !args.write {
            return Ok(status);
        }
    }
    if !args.quiet && totals.files > 0 {
        output.remark(&rewriter.sum(&totals, job.mode));
    }
    Ok(status)
}

/// From standard input to standard output.
fn filter<R: Rewriter>(
    args: &FileArgs,
    job: &Job<'_, R>,
    output: &mut Output,
) -> Result<Status, Error> {
    if args.paths.len() > 1 {
        return Err(Error::StandardInputAmongPaths);
    }
    if args.write {
        return Err(Error::StandardInputInPlace);
    }
    let name = args.stdin_filename.as_deref().unwrap_or("<stdin>");
    let text = files::read_standard_input(Path::new(name))?;
    let mut report = job.rewrite(name, None, &text);
    if job.mode == Mode::Filter {
        report.result = report.changed.take().unwrap_or(text);
    }
    let status = report.tell(args.quiet, job.mode, output)?;
    if !args.quiet {
        output.remark(&job.rewriter.sum(&report.totals, job.mode));
    }
    Ok(status)
}

/// What is to be done with each file.
struct Job<'r, R> {
    rewriter: &'r R,
    configurations: Configurations,
    /// The paths on the command line.
    named: &'r [PathBuf],
    mode: Mode,
    palette: Palette,
}

/// What became of a file.
struct Report {
    /// For standard output.
    result: String,
    /// For standard error.
    remarks: String,
    /// The new text, if it differs.
    changed: Option<String>,
    error: Option<Error>,
    totals: Totals,
}

impl<'r, R: Rewriter> Job<'r, R> {
    fn new(
        args: &'r FileArgs,
        configurations: Configurations,
        rewriter: &'r R,
        output: &Output,
    ) -> Self {
        let mode = match (args.check, args.write, args.reads_standard_input()) {
            (true, ..) => Mode::Check,
            (_, true, _) => Mode::Write,
            (_, _, true) => Mode::Filter,
            _ => Mode::Show,
        };
        Self { rewriter, configurations, named: &args.paths, mode, palette: output.palette }
    }

    fn handle_all(&self, paths: &[PathBuf]) -> Vec<Report> {
        if paths.len() < WORTH_THREADS {
            paths.iter().map(|path| self.handle(path)).collect()
        } else {
            paths.par_iter().map(|path| self.handle(path)).collect()
        }
    }

    fn handle(&self, path: &Path) -> Report {
        let text = match files::read(path) {
            Ok(text) => text,
            Err(error) => return Report::failed(error),
        };
        let mut report = self.rewrite(&path.to_string_lossy(), Some(path), &text);
        if let (Mode::Write, Some(new)) = (self.mode, report.changed.take())
            && let Err(error) = files::replace(path, &text, &new)
        {
            return Report::failed(error);
        }
        report
    }

    /// Rewrites the text of the file at `path`, or of standard input.
    fn rewrite(&self, name: &str, path: Option<&Path>, text: &str) -> Report {
        if let Some(foreign) = origin::foreign(text) {
            let remark = format!("{name}:{}: left alone: it {}\n", foreign.line, foreign.message);
            return Report::said(remark, Totals::foreign());
        }
        let configured = match self.configurations.of(Some(path.unwrap_or(Path::new(name)))) {
            Ok(configured) => configured,
            Err(error) => return Report::failed(error.into()),
        };
        if let Some(origin) = &configured.excluded_by {
            let named = self.named.iter().any(|named| Some(named.as_path()) == path);
            let said = named.then(|| format!("{name}: left alone: {origin} excludes it\n"));
            return Report::said(said.unwrap_or_default(), Totals::default());
        }
        let rewritten = match self.rewriter.rewrite(Place { name, path }, text) {
            Ok(rewritten) => rewritten,
            Err(error) => return Report::failed(error),
        };
        let mut report = Report::said(rewritten.remarks, rewritten.totals);
        if let (Mode::Show | Mode::Check, Some(new)) = (self.mode, &rewritten.changed) {
            report.result = report::diff(name, text, new, &self.palette);
        }
        report.changed = rewritten.changed;
        report
    }
}

impl Report {
    fn said(remarks: String, totals: Totals) -> Self {
        Self { result: String::new(), remarks, changed: None, error: None, totals }
    }

    fn failed(error: Error) -> Self {
        Self { error: Some(error), ..Self::said(String::new(), Totals::failed()) }
    }

    fn tell(&self, quiet: bool, mode: Mode, output: &mut Output) -> Result<Status, Error> {
        output.print(&self.result)?;
        if !quiet && !self.remarks.is_empty() {
            output.remark(&self.remarks);
        }
        if let Some(error) = &self.error {
            output.error(error);
            return Ok(Status::Failed);
        }
        let wanted = mode == Mode::Check && self.totals.changed > 0;
        Ok(if wanted { Status::Wanted } else { Status::Done })
    }
}
