//! `dockslim fmt`: lays out Dockerfiles, or shows how.

use super::Status;
use super::rewriting::{self, Rewriter, Rewritten, Task};
use super::telling::Telling;
use crate::args::FmtArgs;
use crate::editorconfig::Styles;
use crate::error::Error;
use crate::layout;
use crate::project::Project;
use crate::report::{self, Mode, Output, Palette, Totals};

pub(super) fn run(args: &FmtArgs, output: &mut Output) -> Result<Status, Error> {
    let telling = Telling::new(&args.report, &args.files, output.palette)?;
    let project = super::project(&args.config, Vec::new(), None, output)?;
    let fmt = Fmt { styles: Styles::default(), palette: output.remark_palette };
    rewriting::run(&args.files, &telling, &project, &fmt, output)
}

/// Lays out files.
struct Fmt {
    styles: Styles,
    /// The colours of remarks.
    palette: Palette,
}

impl Rewriter for Fmt {
    fn rewrite(&self, _: &Project, task: Task<'_>) -> Result<Rewritten, Error> {
        let Task { name, path, text, places, wants_singles, .. } = task;
        let (style, complaint) = self.styles.of(path, name);
        let layout = match places {
            Some(places) => layout::format_places(text, &places, &style),
            None => layout::format(text, &style),
        };
        let singles = if wants_singles { layout.singles(text) } else { Vec::new() };
        let warnings = report::warnings(name, &layout.diagnostics, &self.palette)
            + &report::warnings(name, &layout.notes, &self.palette);
        let left = report::left(name, &layout.left, &self.palette);
        let outcome = layout.outcome(text);
        Ok(Rewritten { outcome, singles, remarks: warnings + &complaint + &left })
    }

    fn sum(&self, totals: &Totals, mode: Mode) -> String {
        totals.layout_line(mode)
    }
}
