//! Finds files, changes their text, and shows, checks or writes the result.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dockslim_syntax::Span;
use rayon::prelude::*;

use super::Status;
use super::telling::Telling;
use crate::args::FileArgs;
use crate::config::Effective;
use crate::engine::{Outcome, Single};
use crate::error::Error;
use crate::files;
use crate::project::{Admission, Project};
use crate::report::{self, Change, Entry, Mode, Output, Palette, Totals};

/// Files that are held in memory at once: enough to keep all cores busy, and little in bytes.
const CHUNK: usize = 1024;

/// From this many files on, threads are worth their start.
const WORTH_THREADS: usize = 8;

/// What changes the text of a file.
pub(super) trait Rewriter: Sync {
    /// What becomes of the text of a file, or of standard input.
    fn rewrite(&self, project: &Project, task: Task<'_>) -> Result<Rewritten, Error>;

    /// The last line of a run.
    fn sum(&self, totals: &Totals, mode: Mode) -> String;
}

/// A text that is looked at.
pub(super) struct Task<'p> {
    /// What messages call it.
    pub(super) name: &'p str,
    /// Where it lies; `None` for standard input.
    pub(super) path: Option<&'p Path>,
    pub(super) text: &'p str,
    /// What is configured for it.
    pub(super) configured: Effective,
    /// Where it may be changed, in bytes; `None` is everywhere.
    pub(super) places: Option<Vec<Span>>,
    /// Whether somebody asks for changes that are right by themselves.
    pub(super) wants_singles: bool,
}

/// What became of a text.
pub(super) struct Rewritten {
    pub(super) outcome: Outcome,
    /// The changes that are right by themselves, if they are asked for.
    pub(super) singles: Vec<Single>,
    /// For people, on standard error.
    pub(super) remarks: String,
}

/// Runs a rewriter over all files that the command line names.
pub(super) fn run<R: Rewriter>(
    args: &FileArgs,
    telling: &Telling,
    project: &Project,
    rewriter: &R,
    output: &mut Output,
) -> Result<Status, Error> {
    let job = Job::new(args, telling, project, rewriter, output);
    if args.reads_standard_input() {
        return filter(args, &job, output);
    }
    let mut found = files::discover(&args.paths);
    found.files.retain(|path| telling.looks_at(path));
    let mut totals = Totals::default();
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    let mut status = Status::Done;
    let mut told = BTreeSet::new();
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
                report.tell(args.edit.quiet, job.mode, output)?
            };
            status = status.max(told);
            totals.add(report.totals);
            errors.extend(report.error.map(|error| error.to_string()));
            entries.extend(report.entry);
        }
        // Where files are written there is work to do even if nobody listens.
        if output.is_closed() && !args.edit.write {
            return Ok(telling.ended(status));
        }
    }
    let sum = rewriter.sum(&totals, job.mode);
    output.print(&telling.page(entries, errors, &totals, &sum))?;
    if !args.edit.quiet && totals.files > 0 {
        output.remark(&sum);
    }
    Ok(telling.ended(status))
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
    if args.edit.write {
        return Err(Error::StandardInputInPlace);
    }
    let name = args.stdin_filename.as_deref().unwrap_or("<stdin>");
    let text = files::read_standard_input(Path::new(name))?;
    let mut report = job.rewrite(name, None, &text);
    if job.mode == Mode::Filter && !job.telling.gathers() {
        report.result = report.changed.take().unwrap_or(text);
    }
    let status = report.tell(args.edit.quiet, job.mode, output)?;
    let entries = report.entry.into_iter().collect();
    let errors = report.error.iter().map(ToString::to_string).collect();
    let sum = job.rewriter.sum(&report.totals, job.mode);
    output.print(&job.telling.page(entries, errors, &report.totals, &sum))?;
    if !args.edit.quiet {
        output.remark(&sum);
    }
    Ok(job.telling.ended(status))
}

/// What is to be done with each file.
struct Job<'r, R> {
    rewriter: &'r R,
    telling: &'r Telling,
    project: &'r Project,
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
    entry: Option<Entry>,
    totals: Totals,
}

impl<'r, R: Rewriter> Job<'r, R> {
    fn new(
        args: &'r FileArgs,
        telling: &'r Telling,
        project: &'r Project,
        rewriter: &'r R,
        output: &Output,
    ) -> Self {
        let mode = match (args.edit.check, args.edit.write, args.reads_standard_input()) {
            (true, ..) => Mode::Check,
            (_, true, _) => Mode::Write,
            (_, _, true) => Mode::Filter,
            _ => Mode::Show,
        };
        let (named, palette) = (&args.paths, output.palette);
        Self { rewriter, telling, project, named, mode, palette }
    }

    fn handle_all(&self, paths: &[PathBuf]) -> Vec<Report> {
        if paths.len() < WORTH_THREADS {
            paths.iter().map(|path| self.handle(path)).collect()
        } else {
            paths.par_iter().map(|path| self.handle(path)).collect()
        }
    }

    fn handle(&self, path: &Path) -> Report {
        // What is no file cannot be replaced; a pipe would be waited for besides.
        if self.mode == Mode::Write && path.exists() && !path.is_file() {
            return Report::failed(Error::NoFile { path: path.to_owned() });
        }
        let text = match files::read(path) {
            Ok(text) => text,
            Err(error) => return Report::failed(error),
        };
        // A patch names files with slashes, whatever the system does.
        let name = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        let mut report = self.rewrite(&name, Some(path), &text);
        if let (Mode::Write, Some(new)) = (self.mode, report.changed.take())
            && let Err(error) = files::replace(path, &text, &new)
        {
            return Report::failed(error);
        }
        report
    }

    /// Rewrites the text of the file at `path`, or of standard input.
    fn rewrite(&self, name: &str, path: Option<&Path>, text: &str) -> Report {
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
        let places = self.telling.places(path, text);
        let wants_singles = self.telling.wants_singles();
        let task = Task { name, path, text, configured, places, wants_singles };
        let Rewritten { outcome, singles, remarks } =
            match self.rewriter.rewrite(self.project, task) {
                Ok(rewritten) => rewritten,
                Err(error) => return Report::failed(error),
            };
        let changed = !outcome.edits.is_empty() && outcome.text != text;
        let mut report = Report::said(remarks, Totals::of(&outcome, changed));
        if self.telling.gathers() {
            report.remarks.clear();
            report.changed = changed.then(|| outcome.text.clone());
            let (path, text) = (name.to_owned(), text.to_owned());
            report.entry = Some(Entry { path, text, changed, outcome, singles });
            return report;
        }
        if changed && matches!(self.mode, Mode::Show | Mode::Check) {
            let edits = Some(&outcome.edits);
            let change = Change { old: text, new: &outcome.text, edits };
            report.result = report::diff(name, change, &self.palette);
        }
        report.changed = changed.then_some(outcome.text);
        report
    }
}

impl Report {
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
