//! Asks the proof of every wrong rewrite of the corpus, and writes the answers into PROOF.md.
//!
//! `cargo run --release --example proof-report`; with `-- --most 4`, no more than four of a kind in one
//! file, and the page is only printed. `-- --wrong 20` prints as many of each kind that the proof calls
//! equal and that are in no class.

#![allow(clippy::unwrap_used, reason = "it serves tests")]
#![allow(dead_code, reason = "the modules are those of the test suite")]

#[path = "../suite/mutations/mod.rs"]
mod mutations;
#[path = "../suite/sources.rs"]
mod sources;

use std::fs;
use std::io;

use mutations::{kinds, page, rows};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let mut pairs = arguments.windows(2);
        pairs.find(|pair| pair[0] == name).map(|pair| pair[1].parse::<usize>()).transpose()
    };
    let (Ok(most), Ok(shown)) = (number("--most"), number("--wrong")) else {
        return Err(io::Error::other("--most and --wrong take a number"));
    };
    let corpus = sources::corpus();
    let rows = rows(&corpus, most.unwrap_or(usize::MAX));
    for (kind, row) in kinds().zip(&rows) {
        for wrong in row.complaints().take(shown.unwrap_or_default()) {
            println!("{}: {wrong}", kind.name);
        }
    }
    let page = page(&rows, corpus.len());
    match most {
        Some(_) => println!("{page}"),
        None => fs::write(sources::root().join("PROOF.md"), page)?,
    }
    Ok(())
}
