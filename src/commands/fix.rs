//! `dockslim fix`: rewrites Dockerfiles, or shows how.

use dockslim_syntax::parse;

use super::Status;
use super::rewriting::{self, Rewriter, Rewritten, Task};
use super::telling::Telling;
use crate::args::FixArgs;
use crate::editorconfig::Styles;
use crate::engine;
use crate::error::Error;
use crate::layout;
use crate::project::{Known, Project};
use crate::report::{self, Mode, Output, Palette, Totals};

pub(super) fn run(args: &FixArgs, output: &mut Output) -> Result<Status, Error> {
    let telling = Telling::new(&args.report, &args.files, output.palette)?;
    if args.verify {
        return super::earn::run(args, output);
    }
    let project = super::project(&args.config, args.passes.flags(), args.context.clone(), output)?;
    let fix = Fix {
        fmt: args.fmt.then(Styles::default),
        explain_declines: args.explain_declines,
        palette: output.remark_palette,
    };
    rewriting::run(&args.files, &telling, &project, &fix, output)
}

/// Runs the passes over files.
struct Fix {
    /// How the result is laid out, if it is.
    fmt: Option<Styles>,
    explain_declines: bool,
    /// The colours of remarks.
    palette: Palette,
}

impl Rewriter for Fix {
    fn rewrite(&self, project: &Project, task: Task<'_>) -> Result<Rewritten, Error> {
        let Task { name, path, text, configured, places, wants_singles } = task;
        let dockerfile = parse(text);
        let known = project.known(configured, path, &dockerfile)?;
        let Known { mut settings, no_context, .. } = known;
        settings.only = places;
        let mut outcome = engine::fix_parsed(&dockerfile, &settings);
        let mut left = String::new();
        if let Some(styles) = &self.fmt {
            let (style, complaint) = styles.of(path, name);
            let places = settings.only.as_deref();
            let rest = layout::after(text, &mut outcome, places, &style);
            left = complaint;
            // They are among what was left alone, which is told below.
            if !self.explain_declines {
                left += &report::left(name, &rest, &self.palette);
            }
        }
        let singles = if wants_singles && !outcome.edits.is_empty() {
            engine::alone(text, &settings)
        } else {
            Vec::new()
        };
        let mut remarks = report::remarks(name, &outcome, &self.palette);
        if self.explain_declines {
            remarks += &report::declines(name, &outcome, &self.palette);
            if let Some(reason) = no_context {
                remarks += &format!("{name}: the build context is not known: {reason}\n");
            }
        }
        Ok(Rewritten { outcome, singles, remarks: remarks + &left })
    }

    fn sum(&self, totals: &Totals, mode: Mode) -> String {
        totals.line(mode)
    }
}
