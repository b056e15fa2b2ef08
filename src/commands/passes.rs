//! `dockslim passes`: the list of what dockslim does.

use std::fmt::Write;

use dockslim_transforms::{PIPELINE, Transform};

use crate::error::Error;
use crate::report::{Output, Palette};

pub(super) fn run(output: &mut Output) -> Result<(), Error> {
    let list = list(PIPELINE, "", &output.palette);
    output.print(&list)
}

/// A line for each pass: name, boldest level, summary, in columns.
pub(super) fn list(passes: &[&Transform], indent: &str, palette: &Palette) -> String {
    let width = |word: fn(&Transform) -> &str| passes.iter().map(|pass| word(pass).len()).max();
    let names = width(|pass| pass.name).unwrap_or(0);
    let levels = width(|pass| pass.safety.name()).unwrap_or(0);
    let (name, faint) = (palette.name, palette.faint);
    let mut text = String::new();
    for pass in passes {
        let level = pass.safety.name();
        let _ = writeln!(
            text,
            "{indent}{name}{:names$}{name:#}  {faint}{level:levels$}{faint:#}  {}",
            pass.name, pass.summary
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use dockslim_contract::{Findings, Safety};

    use dockslim_transforms::{Facts, Options};

    use super::*;

    fn pass(name: &'static str, safety: Safety) -> Transform {
        let run = |_: &Facts<'_>, _: &Options| Findings::default();
        Transform { name, summary: "do it", safety, causes: &[], source: "", declines: &[], run }
    }

    #[test]
    fn columns_are_aligned() {
        let (one, other) = (pass("merge-runs", Safety::Safe), pass("slim", Safety::Suggestion));
        assert_eq!(
            list(&[&one, &other], "  ", &Palette::default()),
            "  merge-runs  safe        do it\n  slim        suggestion  do it\n"
        );
    }
}
