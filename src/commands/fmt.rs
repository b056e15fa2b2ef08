//! `dockslim fmt`: lays out Dockerfiles, or shows how.

use std::convert::Infallible;

use super::Status;
use super::rewriting::{self, Place, Rewriter, Rewritten};
use crate::args::FmtArgs;
use crate::config::Effective;
use crate::error::Error;
use crate::layout;
use crate::project::Project;
use crate::report::{self, Mode, Output, Palette, Totals};

pub(super) fn run(args: &FmtArgs, output: &mut Output) -> Result<Status, Error> {
    let project = Project::new(&args.config, Vec::new(), None)?;
    let fmt = Fmt { palette: output.remark_palette };
    rewriting::run(&args.files, &project, &fmt, output)
}

/// Lays out files.
struct Fmt {
    palette: Palette,
}

impl Rewriter for Fmt {
    type Entry = Infallible;

    fn rewrite(
        &self,
        _: &Project,
        _: Effective,
        place: Place<'_>,
        text: &str,
    ) -> Result<Rewritten<Infallible>, Error> {
        let (laid_out, said) = layout::of_file(place.path, place.name, text, &self.palette);
        let changed = laid_out.text != text;
        let warnings = report::warnings(place.name, &laid_out.diagnostics, &self.palette);
        Ok(Rewritten {
            remarks: warnings + &said,
            totals: Totals { files: 1, changed: usize::from(changed), ..Totals::default() },
            changed: changed.then_some(laid_out.text),
            entry: None,
        })
    }

    fn sum(&self, totals: &Totals, mode: Mode) -> String {
        totals.layout_line(mode)
    }
}
