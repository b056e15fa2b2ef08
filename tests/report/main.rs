//! Prints what the passes do to the corpus: counts, what the proof has stopped, and as many diffs as asked for, drawn by lot.
//!
//! `cargo run --release --example corpus-report -- --level review --sample 50 --seed 1`

#![allow(clippy::unwrap_used, reason = "it serves tests")]
#![allow(dead_code, reason = "the modules are those of the test suite")]

#[path = "../suite/rendering.rs"]
mod rendering;
#[path = "../suite/sources.rs"]
mod sources;
mod tally;

use std::collections::BTreeMap;
use std::io::{self, Write};

use dockslim::engine::Outcome;
use dockslim_contract::Safety;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let mut pairs = arguments.windows(2);
        pairs.find(|pair| pair[0] == name).map_or(Ok(0), |pair| pair[1].parse::<usize>())
    };
    let (Ok(sample), Ok(seed)) = (number("--sample"), number("--seed")) else {
        return Err(io::Error::other("--sample and --seed take a number"));
    };
    let levels = [Safety::Safe, Safety::Review, Safety::Suggestion];
    let named = arguments.windows(2).find(|pair| pair[0] == "--level").map(|pair| &pair[1]);
    let level = named
        .map_or(Some(Safety::Safe), |name| levels.into_iter().find(|level| level.name() == name));
    let Some(level) = level else {
        return Err(io::Error::other("--level is safe, review or suggestion"));
    };
    let corpus = sources::corpus();
    let outcomes = tally::outcomes(&corpus, level);
    let mut out = io::stdout().lock();
    writeln!(out, "{}", tally::summary(&corpus, &outcomes))?;
    writeln!(out, "{}", unproved(&corpus, &outcomes))?;
    let pages = drawn(corpus.len(), seed).filter_map(|index| {
        let (source, outcome) = (corpus[index], &outcomes[index]);
        let changed = outcome.text != source.text;
        changed.then(|| format!("## {}\n\n{}", source.name, rendering::page(&source.text, outcome)))
    });
    pages.take(sample).try_for_each(|page| writeln!(out, "{page}"))
}

/// How many rewrites were applied, how many the proof has stopped since it did not know, and by which words of it; what it calls
/// wrong stands behind.
fn unproved(sources: &[&sources::Source], outcomes: &[Outcome]) -> String {
    let applied = outcomes.iter().map(|outcome| outcome.applied.len()).sum::<usize>();
    let mut classes: BTreeMap<(bool, String), (usize, &str)> = BTreeMap::new();
    for (source, outcome) in sources.iter().zip(outcomes) {
        for remark in outcome.declined.iter().filter(|remark| remark.reason == "not-proven") {
            let known = !remark.message.contains("it cannot be proved");
            let class = format!("{}: {}", remark.pass, class_of(&remark.message));
            classes.entry((known, class)).or_insert((0, &source.name)).0 += 1;
        }
    }
    let of = |known: bool| classes.iter().filter(move |((other, _), _)| *other == known);
    let [unknown, different] =
        [false, true].map(|known| of(known).map(|(_, (count, _))| count).sum::<usize>());
    let share = 100.0 * unknown as f64 / (applied + unknown + different).max(1) as f64;
    let mut page = format!(
        "## Not proven\n\n{applied} applied, {unknown} ({share:.2} %) stopped as unknown, {different} as \
         different\n\n| class | times | such as in |\n| --- | ---: | --- |\n"
    );
    for ((_, class), (count, example)) in of(false).chain(of(true)) {
        page += &format!("| {class} | {count} | {example} |\n");
    }
    page
}

/// The words of a message without what is the file's own, between backquotes.
fn class_of(message: &str) -> String {
    let parts = message.split('`').enumerate();
    let shown = parts.map(|(at, part)| if at % 2 == 0 { part } else { "`…`" });
    shown.collect::<String>().replace('|', r"\|")
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
