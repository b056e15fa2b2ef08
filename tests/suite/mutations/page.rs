//! The table of wrong rewrites as a page.

use super::kind::Kind;
use super::verdicts::Row;
use super::{kinds, written_kinds};

const HEAD: &str = "\
# What the proof says of wrong rewrites

Each kind of wrong rewrite is made at every place of a corpus of real Dockerfiles where it applies, and the proof is asked
whether the result builds the same. *Different* and *unknown* both stop a rewrite. What it calls *equal* must be equal by
one of the classes in the second table, each told by a look that owes nothing to the proof (`tests/suite/mutations`).

Written by `cargo run --release --example proof-report`; `cargo test` asks a sample again.

";

const OF_PASSES: &str = "
## Of what passes write

What slim-base and split-stages write for the cases and the real projects whose build context is known, done wrong as these
passes could do it wrong. Here *equal* may be up to the differences that the pass may cause.
";

/// What other runs have found, written by hand.
const RUNS: &str = "
## What shells say

`cargo test` runs pairs of files that the proof calls equal under dash, busybox ash and bash, and compares status, output and files
(`tests/suite/executed`). The longest runs so far, each with the proof of its day:

| seed | pairs | told apart | undecided |
| --- | ---: | ---: | ---: |
| 12 | 42181 | 0 | 2 |

Undecided is a pair one of whose files does something else each time, or does not come to an end. A million pairs have not been run in one
piece yet.

## What passes propose and the proof does not know

Of every fifth file of the corpus; a rewrite that is stopped as different is none of these.

| level | proposed | not known | share |
| --- | ---: | ---: | ---: |
| safe | 7429 | 4 | 0.05 % |
| review | 8649 | 6 | 0.07 % |
| suggestion | 8701 | 10 | 0.11 % |

At the boldest level they are of these classes: two scripts that are not understood and are not the same (4), a script that is not
understood on a smaller base (3), something that is handed to a shell on a smaller base (1), a program that its shell may remember
elsewhere (1), compilers that a container may need (1).
";

/// The page for these rows, one for each kind, and for those of what passes write.
pub(crate) fn page((rows, files): (&[Row], usize), (written, projects): (&[Row], usize)) -> String {
    let mut page = String::from(HEAD);
    sums(&mut page, rows, ("files", files));
    page += "\n## By kind\n";
    tables(&mut page, kinds(), rows, "\n## Equal after all\n");
    page += OF_PASSES;
    page += "\n";
    sums(&mut page, written, ("files with a build context", projects));
    tables(&mut page, written_kinds(), written, "");
    page += RUNS;
    page
}

fn sums(page: &mut String, rows: &[Row], (name, files): (&str, usize)) {
    let total = |count: fn(&Row) -> usize| rows.iter().map(count).sum::<usize>();
    *page += "| what | times |\n| --- | ---: |\n";
    for (name, count) in [
        (name, files),
        ("kinds of wrong rewrites", rows.len()),
        ("wrong rewrites", total(Row::mutants)),
        ("different", total(Row::different)),
        ("unknown", total(Row::unknown)),
        ("equal after all", total(Row::equivalent)),
        ("wrongly called equal", total(Row::wrong)),
    ] {
        *page += &format!("| {name} | {count} |\n");
    }
}

/// A row for each kind, and one for each of its classes.
fn tables<'k>(
    page: &mut String,
    kinds: impl Iterator<Item = &'k Kind> + Clone,
    rows: &[Row],
    between: &str,
) {
    *page +=
        &format!("\n{HEADER} times | different | unknown | equal after all | wrongly equal |\n");
    *page += "| --- | --- | ---: | ---: | ---: | ---: | ---: |\n";
    for (kind, row) in kinds.clone().zip(rows) {
        let counts = [row.mutants(), row.different(), row.unknown(), row.equivalent(), row.wrong()];
        let counts = counts.map(|count| count.to_string()).join(" | ");
        *page += &format!("{} {counts} |\n", start(kind));
    }
    *page += between;
    *page += "\n| wrong rewrite | why it breaks nothing here | times |\n| --- | --- | ---: |\n";
    for (kind, row) in kinds.zip(rows) {
        for (class, count) in row.classes() {
            *page += &format!("| {} | {class} | {count} |\n", cell(kind.name));
        }
    }
}

const HEADER: &str = "| wrong rewrite | what it breaks |";

/// How the row of a kind starts.
pub(crate) fn start(kind: &Kind) -> String {
    format!("| {} | {} |", cell(kind.name), cell(kind.breaks))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
