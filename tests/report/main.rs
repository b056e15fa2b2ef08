//! Prints what the passes do to the corpus: counts, and as many diffs as asked for, drawn by lot.
//!
//! `cargo run --release --example corpus-report -- --sample 50 --seed 1`

#![allow(clippy::unwrap_used, reason = "it serves tests")]
#![allow(dead_code, reason = "the modules are those of the test suite")]

#[path = "../suite/rendering.rs"]
mod rendering;
#[path = "../suite/sources.rs"]
mod sources;
mod tally;

use std::io::{self, Write};

use dockslim::engine::{Settings, fix};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let mut pairs = arguments.windows(2);
        pairs.find(|pair| pair[0] == name).map_or(Ok(0), |pair| pair[1].parse::<usize>())
    };
    let (Ok(sample), Ok(seed)) = (number("--sample"), number("--seed")) else {
        return Err(io::Error::other("--sample and --seed take a number"));
    };
    let corpus = sources::corpus();
    let mut out = io::stdout().lock();
    writeln!(out, "{}", tally::summary(&corpus))?;
    let pages = drawn(corpus.len(), seed).filter_map(|index| {
        let source = corpus[index];
        let outcome = fix(&source.text, &Settings::default());
        let changed = outcome.text != source.text;
        changed
            .then(|| format!("## {}\n\n{}", source.name, rendering::page(&source.text, &outcome)))
    });
    pages.take(sample).try_for_each(|page| writeln!(out, "{page}"))
}

/// The numbers below `count` in an order that depends on the seed alone.
fn drawn(count: usize, seed: usize) -> impl Iterator<Item = usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let hash = |index: usize| {
        let mixed = (index as u64 ^ (seed as u64) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 16
    };
    order.sort_by_key(|index| hash(*index));
    order.into_iter()
}
