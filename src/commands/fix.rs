//! `dockslim fix`: rewrites Dockerfiles, or shows how.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Status;
use crate::args::{DiffScope, FixArgs, OutputFormat};
use crate::config::Configurations;
use crate::context::Contexts;
use crate::engine;
use crate::error::Error;
use crate::files;
use crate::files::Changes;
use crate::layout;
use crate::project::{Plan, Project};
use crate::report::{self, Collected, Entry, Mode, Output, Palette, Statistics, Totals};

/// Files that are held in memory at once: enough to keep all cores busy, and little in bytes.
const CHUNK: usize = 256;

/// From this many files on, threads are worth their start.
const WORTH_THREADS: usize = 8;

pub(super) fn run(args: &FixArgs, output: &mut Output) -> Result<Status, Error> {
    if args.statistics && !matches!(args.output_format, OutputFormat::Text | OutputFormat::Json) {
        return Err(Error::StatisticsFormat);
    }
    if args.verify {
        return super::earn::run(args, output);
    }
    if args.paths.iter().any(|path| is_standard_input(path)) {
        return filter(args, output);
    }
    let job = Job::new(args, output)?;
    let mut found = files::discover(&args.paths);
    if let Some(changes) = &job.changes {
        found.files.retain(|path| changes.holds(path));
    }
    let mut totals = Totals::default();
    let mut gathered = Gathered::default();
    let mut status = Status::Done;
    let mut told = BTreeSet::new();
    for warning in &job.project.configurations.warnings {
        output.warning(warning);
    }
    for error in &found.errors {
        output.error(error);
        gathered.collected.errors.push(error.to_string());
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
            status =
                status.max(if repeated { Status::Failed } else { report.tell(&job, output)? });
            totals.add(report.totals);
            gathered.add(report);
        }
        // Where files are written there is work to do even if nobody listens.
        if output.is_closed() && !args.write {
            return Ok(status);
        }
    }
    output.print(&gathered.page(&job, &totals))?;
    if !args.quiet && totals.files > 0 {
        output.remark(&totals.line(job.mode));
    }
    Ok(status)
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// From standard input to standard output.
fn filter(args: &FixArgs, output: &mut Output) -> Result<Status, Error> {
    if args.paths.len() > 1 {
        return Err(Error::StandardInputAmongPaths);
    }
    if args.write {
        return Err(Error::StandardInputInPlace);
    }
    if args.diff_base.is_some() {
        return Err(Error::StandardInputChanges);
    }
    let job = Job::new(args, output)?;
    let name = args.stdin_filename.as_deref().unwrap_or("<stdin>");
    let text = files::read_standard_input(Path::new(name))?;
    let mut report = job.rewrite(name, None, &text);
    if job.mode == Mode::Filter && !job.gathers() {
        report.result = report.changed.take().unwrap_or(text);
    }
    let status = report.tell(&job, output)?;
    let totals = report.totals;
    let mut gathered = Gathered::default();
    gathered.add(report);
    output.print(&gathered.page(&job, &totals))?;
    if !args.quiet {
        output.remark(&totals.line(job.mode));
    }
    Ok(status)
}

/// What is to be done with each file.
struct Job {
    project: Project,
    /// The paths on the command line.
    named: Vec<PathBuf>,
    /// What has changed, if only that is looked at.
    changes: Option<Changes>,
    diff_scope: DiffScope,
    mode: Mode,
    format: OutputFormat,
    statistics: bool,
    exit_zero: bool,
    quiet: bool,
    /// Whether the result is laid out.
    fmt: bool,
    explain_declines: bool,
    palette: Palette,
    remark_palette: Palette,
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
    /// For the output as a whole.
    entry: Option<Entry>,
    totals: Totals,
}

/// What is only printed when all files are done.
#[derive(Default)]
struct Gathered {
    collected: Collected,
    statistics: Statistics,
}

impl Gathered {
    fn add(&mut self, report: Report) {
        self.collected.errors.extend(report.error.map(|error| error.to_string()));
        if let Some(entry) = report.entry {
            self.statistics.add(&entry.outcome);
            self.collected.entries.push(entry);
        }
    }

    fn page(&self, job: &Job, totals: &Totals) -> String {
        match (job.statistics, job.format) {
            (true, OutputFormat::Json) => self.statistics.json(),
            (true, _) => self.statistics.text(&job.palette),
            (false, format) => self.collected.write(format, totals, job.mode),
        }
    }
}

impl Job {
    fn new(args: &FixArgs, output: &Output) -> Result<Self, Error> {
        let filter = args.paths.iter().any(|path| is_standard_input(path));
        Ok(Self {
            project: Project {
                configurations: Configurations::new(&args.config, args.flags())?,
                contexts: Contexts::new(args.context.clone())?,
            },
            named: args.paths.clone(),
            changes: args.diff_base.as_deref().map(Changes::since).transpose()?,
            diff_scope: args.diff_scope,
            mode: match (args.check, args.write, filter) {
                (true, ..) => Mode::Check,
                (_, true, _) => Mode::Write,
                (_, _, true) => Mode::Filter,
                _ => Mode::Show,
            },
            format: args.output_format,
            statistics: args.statistics,
            exit_zero: args.exit_zero,
            quiet: args.quiet,
            fmt: args.fmt,
            explain_declines: args.explain_declines,
            palette: output.palette,
            remark_palette: output.remark_palette,
        })
    }

    /// Whether what is printed is about all files at once.
    fn gathers(&self) -> bool {
        self.statistics || self.format != OutputFormat::Text
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
        let (mut settings, no_context) = match self.project.plan(path, name, text) {
            Ok(Plan::Run { settings, no_context }) => (*settings, no_context),
            Ok(Plan::Foreign(foreign)) => {
                let (line, message) = (foreign.line, foreign.message);
                let remark = format!("{name}:{line}: left alone: it {message}\n");
                return Report::said(remark, Totals::foreign());
            }
            Ok(Plan::Excluded(origin)) => {
                let named = self.named.iter().any(|named| Some(named.as_path()) == path);
                let said = named.then(|| format!("{name}: left alone: {origin} excludes it\n"));
                return Report::said(said.unwrap_or_default(), Totals::default());
            }
            Err(error) => return Report::failed(error),
        };
        if let (Some(changes), Some(path), DiffScope::Instructions) =
            (&self.changes, path, self.diff_scope)
        {
            settings.only = changes.places(path, text);
        }
        let mut outcome = engine::fix(text, &settings);
        let mut left = String::new();
        if self.fmt {
            let (style, complaint) = layout::style_for(path, name);
            let laid_out = layout::format(&outcome.text, &style);
            left = complaint + &report::left(name, &laid_out.left, &self.remark_palette);
            laid_out.after(text, &mut outcome);
        }
        let changed = !outcome.edits.is_empty() && outcome.text != text;
        let mut remarks = report::remarks(name, &outcome, &self.remark_palette);
        if self.explain_declines {
            remarks += &report::declines(name, &outcome, &self.remark_palette);
            if let Some(reason) = no_context {
                remarks += &format!("{name}: the build context is not known: {reason}\n");
            }
        }
        remarks += &left;
        let mut report = Report::said(remarks, Totals::of(&outcome, changed));
        if changed {
            if matches!(self.mode, Mode::Show | Mode::Check) && !self.gathers() {
                report.result = report::diff(name, text, &outcome.text, &self.palette);
            }
            report.changed = Some(outcome.text.clone());
        }
        if self.gathers() {
            report.remarks.clear();
            let wants_fixes = matches!(self.format, OutputFormat::Json | OutputFormat::Sarif);
            let singles =
                if changed && wants_fixes { engine::alone(text, &settings) } else { Vec::new() };
            let path = name.replace(std::path::MAIN_SEPARATOR, "/");
            report.entry = Some(Entry { path, text: text.to_owned(), changed, outcome, singles });
        }
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

    fn tell(&self, job: &Job, output: &mut Output) -> Result<Status, Error> {
        output.print(&self.result)?;
        if !job.quiet && !self.remarks.is_empty() {
            output.remark(&self.remarks);
        }
        if let Some(error) = &self.error {
            output.error(error);
            return Ok(Status::Failed);
        }
        let wanted = job.mode == Mode::Check && self.totals.changed > 0 && !job.exit_zero;
        Ok(if wanted { Status::Wanted } else { Status::Done })
    }
}
