//! `dockslim fix`: rewrites Dockerfiles, or shows how.

use std::path::Path;

use super::Status;
use super::rewriting::{self, Place, Rewriter, Rewritten};
use crate::args::{DiffScope, FixArgs, OutputFormat};
use crate::config::Effective;
use crate::engine;
use crate::error::Error;
use crate::files::Changes;
use crate::layout;
use crate::project::Project;
use crate::report::{self, Collected, Entry, Mode, Output, Palette, Statistics, Totals};

pub(super) fn run(args: &FixArgs, output: &mut Output) -> Result<Status, Error> {
    if args.statistics && !matches!(args.output_format, OutputFormat::Text | OutputFormat::Json) {
        return Err(Error::StatisticsFormat);
    }
    if args.verify {
        return super::earn::run(args, output);
    }
    if args.fmt && args.diff_base.is_some() && args.diff_scope == DiffScope::Instructions {
        return Err(Error::LayoutOfChanges);
    }
    if args.files.reads_standard_input() && args.diff_base.is_some() {
        return Err(Error::StandardInputChanges);
    }
    let project = Project::new(&args.config, args.passes.flags(), args.context.clone())?;
    let fix = Fix {
        changes: args.diff_base.as_deref().map(Changes::since).transpose()?,
        diff_scope: args.diff_scope,
        format: args.output_format,
        statistics: args.statistics,
        fmt: args.fmt,
        explain_declines: args.explain_declines,
        palette: output.palette,
        remark_palette: output.remark_palette,
    };
    let status = rewriting::run(&args.files, &project, &fix, output)?;
    Ok(if status == Status::Wanted && args.exit_zero { Status::Done } else { status })
}

/// Runs the passes over files.
struct Fix {
    /// What has changed, if only that is looked at.
    changes: Option<Changes>,
    diff_scope: DiffScope,
    format: OutputFormat,
    statistics: bool,
    /// Whether the result is laid out.
    fmt: bool,
    explain_declines: bool,
    palette: Palette,
    remark_palette: Palette,
}

impl Rewriter for Fix {
    type Entry = Entry;

    fn looks_at(&self, path: &Path) -> bool {
        self.changes.as_ref().is_none_or(|changes| changes.holds(path))
    }

    fn rewrite(
        &self,
        project: &Project,
        configured: Effective,
        Place { name, path }: Place<'_>,
        text: &str,
    ) -> Result<Rewritten<Entry>, Error> {
        let (mut settings, no_context) = project.settings(configured, path, text)?;
        if let (Some(changes), Some(path), DiffScope::Instructions) =
            (&self.changes, path, self.diff_scope)
        {
            settings.only = changes.places(path, text);
        }
        let mut outcome = engine::fix(text, &settings);
        let mut left = String::new();
        if self.fmt {
            let laid_out;
            (laid_out, left) = layout::of_file(path, name, &outcome.text, &self.remark_palette);
            laid_out.after(text, &mut outcome);
        }
        let changed = !outcome.edits.is_empty() && outcome.text != text;
        let mut rewritten = Rewritten {
            changed: changed.then(|| outcome.text.clone()),
            remarks: String::new(),
            totals: Totals::of(&outcome, changed),
            entry: None,
        };
        if self.gathers() {
            let wants_fixes = matches!(self.format, OutputFormat::Json | OutputFormat::Sarif);
            let singles =
                if changed && wants_fixes { engine::alone(text, &settings) } else { Vec::new() };
            let path = name.replace(std::path::MAIN_SEPARATOR, "/");
            let text = text.to_owned();
            rewritten.entry = Some(Entry { path, text, changed, outcome, singles });
            return Ok(rewritten);
        }
        rewritten.remarks = report::remarks(name, &outcome, &self.remark_palette);
        if self.explain_declines {
            rewritten.remarks += &report::declines(name, &outcome, &self.remark_palette);
            if let Some(reason) = no_context {
                let reason = format!("{name}: the build context is not known: {reason}\n");
                rewritten.remarks += &reason;
            }
        }
        rewritten.remarks += &left;
        Ok(rewritten)
    }

    fn gathers(&self) -> bool {
        self.statistics || self.format != OutputFormat::Text
    }

    fn page(
        &self,
        entries: Vec<Entry>,
        errors: Vec<String>,
        totals: &Totals,
        mode: Mode,
    ) -> String {
        if !self.statistics {
            return Collected { entries, errors }.write(self.format, totals, mode);
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

    fn sum(&self, totals: &Totals, mode: Mode) -> String {
        totals.line(mode)
    }
}
