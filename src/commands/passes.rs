//! `dockslim passes`: the list of what dockslim does.

use std::fmt::Write;

use dockslim_transforms::{PIPELINE, Transform};

use crate::error::Error;
use crate::report::{Output, Palette};

pub(super) fn run(output: &mut Output) -> Result<(), Error> {
    let list = list(PIPELINE, "", &output.palette);
    output.print(&list)
}

/// A line for each pass: name, levels, summary, in columns.
pub(super) fn list(passes: &[&Transform], indent: &str, palette: &Palette) -> String {
    let names = passes.iter().map(|pass| pass.name.len()).max().unwrap_or(0);
    let levels = passes.iter().map(|pass| pass.levels().len()).max().unwrap_or(0);
    let (name, faint) = (palette.name, palette.faint);
    let mut text = String::new();
    for pass in passes {
        let level = pass.levels();
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

    fn pass(name: &'static str, levels: &'static [Safety]) -> Transform {
        let run = |_: &Facts<'_>, _: &Options| Findings::default();
        Transform { name, summary: "do it", levels, causes: &[], source: "", declines: &[], run }
    }

    #[test]
    fn columns_are_aligned() {
        let one = pass("merge-runs", &[Safety::Safe]);
        let other = pass("slim", &[Safety::Review, Safety::Suggestion]);
        assert_eq!(
            list(&[&one, &other], "  ", &Palette::default()),
            "  merge-runs  safe                do it\n  slim        review, suggestion  do it\n"
        );
    }
}
