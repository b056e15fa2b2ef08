//! The table of wrong rewrites as a page.

use std::fmt::Write;

use super::kind::Kind;
use super::kinds;
use super::verdicts::Row;

const HEAD: &str = "\
# What the proof says of wrong rewrites

Each kind of wrong rewrite is made at every place of a corpus of real Dockerfiles where it applies, and the proof is asked
whether the result builds the same. *Different* and *unknown* both stop a rewrite. What it calls *equal* must be equal by
one of the classes in the second table, each told by a look that owes nothing to the proof (`tests/suite/mutations`).

Written by `cargo run --release --example proof-report`; `cargo test` asks a sample again.

";

/// The page for these rows, one for each kind.
pub(crate) fn page(rows: &[Row], files: usize) -> String {
    let mut page = String::from(HEAD);
    let mut line = |text: String| writeln!(page, "{text}").expect("a string takes all");
    let total = |count: fn(&Row) -> usize| rows.iter().map(count).sum::<usize>();
    let counts =
        [Row::mutants, Row::different, Row::unknown, Row::equivalent, Row::wrong].map(total);
    let [mutants, different, unknown, equivalent, wrong] = counts;
    line("| what | times |\n| --- | ---: |".to_owned());
    line(format!("| files | {files} |"));
    line(format!("| kinds of wrong rewrites | {} |", rows.len()));
    line(format!("| wrong rewrites | {mutants} |"));
    line(format!("| different | {different} |"));
    line(format!("| unknown | {unknown} |"));
    line(format!("| equal after all | {equivalent} |"));
    line(format!("| wrongly called equal | {wrong} |"));
    line("\n## By kind\n".to_owned());
    line(format!("{HEADER} times | different | unknown | equal after all | wrongly equal |"));
    line("| --- | --- | ---: | ---: | ---: | ---: | ---: |".to_owned());
    for (kind, row) in kinds().zip(rows) {
        let counts = [row.mutants(), row.different(), row.unknown(), row.equivalent(), row.wrong()];
        let counts = counts.map(|count| count.to_string()).join(" | ");
        line(format!("{} {counts} |", start(kind)));
    }
    line("\n## Equal after all\n".to_owned());
    line("| wrong rewrite | why it breaks nothing here | times |\n| --- | --- | ---: |".to_owned());
    for (kind, row) in kinds().zip(rows) {
        for (class, count) in row.classes() {
            line(format!("| {} | {class} | {count} |", cell(kind.name)));
        }
    }
    page
}

const HEADER: &str = "| wrong rewrite | what it breaks |";

/// How the row of a kind starts.
pub(crate) fn start(kind: &Kind) -> String {
    format!("| {} | {} |", cell(kind.name), cell(kind.breaks))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
