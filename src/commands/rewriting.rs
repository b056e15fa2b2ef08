//! Finds files, changes their text, and shows, checks or writes the result.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Status;
use crate::args::FileArgs;
use crate::config::Effective;
use crate::error::Error;
use crate::files;
use crate::project::{Admission, Project};
use crate::report::{self, Mode, Output, Palette, Totals};

/// Files that are held in memory at once: enough to keep all cores busy, and little in bytes.
const CHUNK: usize = 256;

/// From this many files on, threads are worth their start.
const WORTH_THREADS: usize = 8;

/// What changes the text of a file.
pub(super) trait Rewriter: Sync {
    /// What is kept of each file for what is printed when all are done.
    type Entry: Send;

    /// Whether a file that was found is looked at.
    fn looks_at(&self, _path: &Path) -> bool {
        true
    }

    /// What becomes of the text of a file, or of standard input.
    fn rewrite(
        &self,
        project: &Project,
        configured: Effective,
        place: Place<'_>,
        text: &str,
    ) -> Result<Rewritten<Self::Entry>, Error>;

    /// Whether all is printed when all files are done, and no diff of each.
    fn gathers(&self) -> bool {
        false
    }

    /// What is printed when all files are done; `errors` kept some from being looked at.
    fn page(
        &self,
        _entries: Vec<Self::Entry>,
        _errors: Vec<String>,
        _totals: &Totals,
        _mode: Mode,
    ) -> String {
        String::new()
    }

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
pub(super) struct Rewritten<E> {
    /// The new text, if it differs.
    pub(super) changed: Option<String>,
    /// For standard error.
    pub(super) remarks: String,
    pub(super) totals: Totals,
    pub(super) entry: Option<E>,
}

/// Runs a rewriter over all files that the command line names.
pub(super) fn run<R: Rewriter>(
    args: &FileArgs,
    project: &Project,
    rewriter: &R,
    output: &mut Output,
) -> Result<Status, Error> {
    let job = Job::new(args, project, rewriter, output);
    if args.reads_standard_input() {
        return filter(args, &job, output);
    }
    let mut found = files::discover(&args.paths);
    found.files.retain(|path| rewriter.looks_at(path));
    let mut totals = Totals::default();
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    let mut status = Status::Done;
    let mut told = BTreeSet::new();
    for warning in &project.configurations.warnings {
        output.warning(warning);
    }
    for error in &found.errors {
        output.error(error);
        errors.push(error.to_string());
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
            errors.extend(report.error.map(|error| error.to_string()));
            entries.extend(report.entry);
        }
        // Where files are written there is work to do even if nobody listens.
        if output.is_closed() && !args.write {
            return Ok(status);
        }
    }
    output.print(&rewriter.page(entries, errors, &totals, job.mode))?;
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
    if job.mode == Mode::Filter && !job.rewriter.gathers() {
        report.result = report.changed.take().unwrap_or(text);
    }
    let status = report.tell(args.quiet, job.mode, output)?;
    let entries = report.entry.into_iter().collect();
    let errors = report.error.iter().map(ToString::to_string).collect();
    output.print(&job.rewriter.page(entries, errors, &report.totals, job.mode))?;
    if !args.quiet {
        output.remark(&job.rewriter.sum(&report.totals, job.mode));
    }
    Ok(status)
}

/// What is to be done with each file.
struct Job<'r, R> {
    rewriter: &'r R,
    project: &'r Project,
    /// The paths on the command line.
    named: &'r [PathBuf],
    mode: Mode,
    palette: Palette,
}

/// What became of a file.
struct Report<E> {
    /// For standard output.
    result: String,
    /// For standard error.
    remarks: String,
    /// The new text, if it differs.
    changed: Option<String>,
    error: Option<Error>,
    entry: Option<E>,
    totals: Totals,
}

impl<'r, R: Rewriter> Job<'r, R> {
    fn new(args: &'r FileArgs, project: &'r Project, rewriter: &'r R, output: &Output) -> Self {
        let mode = match (args.check, args.write, args.reads_standard_input()) {
            (true, ..) => Mode::Check,
            (_, true, _) => Mode::Write,
            (_, _, true) => Mode::Filter,
            _ => Mode::Show,
        };
        Self { rewriter, project, named: &args.paths, mode, palette: output.palette }
    }

    fn handle_all(&self, paths: &[PathBuf]) -> Vec<Report<R::Entry>> {
        if paths.len() < WORTH_THREADS {
            paths.iter().map(|path| self.handle(path)).collect()
        } else {
            paths.par_iter().map(|path| self.handle(path)).collect()
        }
    }

    fn handle(&self, path: &Path) -> Report<R::Entry> {
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
    fn rewrite(&self, name: &str, path: Option<&Path>, text: &str) -> Report<R::Entry> {
        let configured = match self.project.admit(path, name, text) {
            Ok(Admission::Admitted(configured)) => configured,
            Ok(Admission::Foreign(foreign)) => {
                let (line, message) = (foreign.line, foreign.message);
                let remark = format!("{name}:{line}: left alone: it {message}\n");
                return Report::said(remark, Totals::foreign());
            }
            Ok(Admission::Excluded(origin)) => {
                let named = self.named.iter().any(|named| Some(named.as_path()) == path);
                let said = named.then(|| format!("{name}: left alone: {origin} excludes it\n"));
                return Report::said(said.unwrap_or_default(), Totals::default());
            }
            Err(error) => return Report::failed(error),
        };
        let place = Place { name, path };
        let rewritten = match self.rewriter.rewrite(self.project, configured, place, text) {
            Ok(rewritten) => rewritten,
            Err(error) => return Report::failed(error),
        };
        let mut report = Report::said(rewritten.remarks, rewritten.totals);
        let shows = matches!(self.mode, Mode::Show | Mode::Check) && !self.rewriter.gathers();
        if let Some(new) = rewritten.changed.as_deref().filter(|_| shows) {
            report.result = report::diff(name, text, new, &self.palette);
        }
        report.changed = rewritten.changed;
        report.entry = rewritten.entry;
        report
    }
}

impl<E> Report<E> {
    fn said(remarks: String, totals: Totals) -> Self {
        Self { result: String::new(), remarks, changed: None, error: None, entry: None, totals }
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
