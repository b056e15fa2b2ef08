//! What the passes do to many files, counted.

use std::collections::BTreeMap;
use std::fmt::Write;

use dockslim::engine::{Outcome, Remark, Settings, fix};
use dockslim_contract::Safety;
use dockslim_syntax::{Keyword, parse};
use dockslim_transforms::PIPELINE;
use rayon::prelude::*;

use crate::sources::Source;

/// What becomes of each source at a level.
pub(crate) fn outcomes(sources: &[&Source], level: Safety) -> Vec<Outcome> {
    let settings = Settings { level, ..Settings::default() };
    sources.par_iter().map(|source| fix(&source.text, &settings)).collect()
}

/// The summary of a safe fix of all sources as Markdown, the same on every machine.
pub(crate) fn summary(sources: &[&Source], outcomes: &[Outcome]) -> String {
    let pairs = || sources.iter().zip(outcomes);
    let changed = |(source, outcome): &(&&Source, &Outcome)| source.text != outcome.text;
    let mut page = String::from(
        "# What dockslim does to a corpus of real Dockerfiles\n\n\
         Written by `UPDATE_SNAPSHOTS=1 cargo test`, and compared by `cargo test`: a change in behaviour is a\n\
         change of this page. For diffs to read, run `cargo run --release --example corpus-report -- --sample 50`.\n\n",
    );
    let mut row = |cells: &[&dyn std::fmt::Display]| {
        for cell in cells {
            write!(page, "| {cell} ").expect("a string takes all");
        }
        page += "|\n";
    };
    row(&[&"what", &"before", &"after"]);
    row(&[&"---", &"---:", &"---:"]);
    row(&[&"files", &sources.len(), &sources.len()]);
    row(&[&"files changed", &"", &pairs().filter(changed).count()]);
    let runs = |texts: Vec<&str>| texts.into_par_iter().map(runs).sum::<usize>();
    let before = runs(sources.iter().map(|source| source.text.as_str()).collect());
    let after = runs(outcomes.iter().map(|outcome| outcome.text.as_str()).collect());
    row(&[&"RUN instructions", &before, &after]);
    for pass in PIPELINE {
        let of_pass = |remarks: fn(&Outcome) -> &Vec<Remark>| {
            let remarks = outcomes.iter().flat_map(remarks);
            remarks.filter(|remark| remark.pass == pass.name).collect::<Vec<_>>()
        };
        page += &format!("\n## {}\n\n| what | times |\n| --- | ---: |\n", pass.name);
        let applied = of_pass(|outcome| &outcome.applied);
        page += &format!("| applied | {} |\n", applied.len());
        let offered = of_pass(|outcome| &outcome.offered);
        for level in [Safety::Review, Safety::Suggestion] {
            let count = offered.iter().filter(|remark| remark.safety == level).count();
            page += &format!("| offered ({}) | {count} |\n", level.name());
        }
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for remark in of_pass(|outcome| &outcome.declined) {
            *reasons.entry(remark.reason).or_default() += 1;
        }
        for (reason, count) in reasons {
            page += &format!("| declined: {reason} | {count} |\n");
        }
    }
    page
}

fn runs(text: &str) -> usize {
    let tree = parse(text);
    tree.instructions().filter(|(_, instruction)| instruction.kind == Keyword::Run).count()
}
