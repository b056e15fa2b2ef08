//! Asks the proof of every wrong rewrite of the corpus, and writes the answers into PROOF.md.
//!
//! `cargo run --release --example proof-report`; with `-- --most 4`, no more than four of a kind in one
//! file, and the page is only printed. `-- --wrong 20` prints as many of each kind that the proof calls
//! equal and that are in no class; `-- --most 4 --written` asks of what passes write alone.

#![allow(clippy::unwrap_used, reason = "it serves tests")]
#![allow(dead_code, reason = "the modules are those of the test suite")]

#[path = "../suite/contexts.rs"]
mod contexts;
#[path = "../suite/mutations/mod.rs"]
mod mutations;
#[path = "../suite/sources.rs"]
mod sources;

use std::fs;
use std::io;

use mutations::{cases, kinds, page, real_projects, rows, written_kinds, written_rows};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let mut pairs = arguments.windows(2);
        pairs.find(|pair| pair[0] == name).map(|pair| pair[1].parse::<usize>()).transpose()
    };
    let (Ok(most), Ok(shown)) = (number("--most"), number("--wrong")) else {
        return Err(io::Error::other("--most and --wrong take a number"));
    };
    let projects: Vec<_> = cases().into_iter().chain(real_projects()).collect();
    let written = written_rows(&projects, most.unwrap_or(usize::MAX));
    let corpus = match arguments.iter().any(|one| one == "--written") {
        true => Vec::new(),
        false => sources::corpus(),
    };
    let rows = rows(&corpus, most.unwrap_or(usize::MAX));
    for (kind, row) in kinds().zip(&rows).chain(written_kinds().zip(&written)) {
        for wrong in row.complaints().take(shown.unwrap_or_default()) {
            println!("{}: {wrong}", kind.name);
        }
    }
    let page = page((&rows, corpus.len()), (&written, projects.len()));
    match most {
        Some(_) => println!("{page}"),
        None => fs::write(sources::root().join("PROOF.md"), page)?,
    }
    Ok(())
}
