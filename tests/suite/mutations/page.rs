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

`cargo test` draws pairs of files until the proof has called 10,000 of them equal, runs these under dash, busybox ash and bash, and
compares status, output and files (`tests/suite/executed`); what is not called equal needs no shell to speak against it. The longest
runs so far, each with the proof of its day, by `DOCKSLIM_EXECUTED_CASES` and `DOCKSLIM_EXECUTED_SEED`:

| seed | pairs drawn | called equal, and run | told apart | undecided |
| --- | ---: | ---: | ---: | ---: |
| 12 | | 42181 | 0 | 2 |
| 21 | 236841 | 53259 | 0 | 18 |
| 22 | 238696 | 53150 | 0 | 75 |
| 23 | 234610 | 53219 | 0 | 11 |
| 24 | 233469 | 52244 | 0 | 33 |
| 25 | 71282 | 16279 | 0 | 5 |
| 21 to 25 | 1014898 | 228151 | 0 | 142 |

Undecided is a pair one of whose files does something else each time, or does not come to an end in time: more of them on a busy machine.

## What passes propose and the proof does not know

Of all files of the corpus, without their build contexts; a rewrite that is stopped as different is none of these.

| why it is not known | safe | review | suggestion |
| --- | ---: | ---: | ---: |
| two scripts are not understood, and are not the same | 17 | 29 | 30 |
| start-up files of the shell are read at another time | 7 | 13 | 14 |
| a script is not understood, and it is not known what it calls on a smaller base | 0 | 1 | 6 |
| a program that its shell may remember elsewhere | 3 | 3 | 3 |
| something in the file is not understood | 3 | 3 | 3 |
| compilers that a container may need | 0 | 3 | 3 |
| what copied files call is not known without the build context | 0 | 0 | 2 |
| a folder that is not the same by its words | 1 | 1 | 1 |
| what a program needs, fetches or is handed on a smaller base, or which one a variable names | 0 | 1 | 4 |
| together | 31 | 54 | 66 |
| of rewrites proposed | 37430 | 43936 | 46300 |
| share | 0.08 % | 0.12 % | 0.14 % |

## What the proof costs

Counted by callgrind in the instructions of `dockslim fix` on 600 files of the corpus, drawn by lot: at the safe level the passes take 43 % of
them, the proof 26 %, and reading texts, also those that are proposed, 20 %; at the boldest level 56, 20 and 17 %.
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
