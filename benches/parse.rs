//! How fast is parsing: on real files, and on texts made to be slow?
//!
//! Linear reading shows as equal throughput of the small and the large text in each row.

#![allow(clippy::unwrap_used, reason = "a panic is how a bench reports")]
#![allow(dead_code, reason = "the module is that of the test suite")]

#[path = "../tests/suite/sources.rs"]
mod sources;

use divan::Bencher;
use divan::counter::BytesCount;
use dockslim_syntax::parse;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 5)]
fn corpus(bencher: Bencher<'_, '_>) {
    let sources = sources::all();
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| sources.iter().map(|source| parse(&source.text).leaves.len()).sum::<usize>());
}

/// What stands in front, and what is repeated.
const NASTY: &[(&str, &str)] = &[
    ("RUN ", "a"),
    ("RUN ", "a="),
    ("RUN ", "1"),
    ("RUN ", "("),
    ("RUN ", "$(("),
    ("RUN ", "<<a "),
    ("RUN ", "`\\\n`"),
    ("RUN cat ", "<<E \\\n"),
    ("RUN a \\\n", "# c\n"),
    ("ENV ", "\"a\"=b \\\n"),
    ("FROM ", "${a}"),
    ("", "RUN a\n"),
];

#[divan::bench(args = 0..NASTY.len(), consts = [1, 16], sample_count = 3, sample_size = 1)]
fn nasty<const MEGABYTES: usize>(bencher: Bencher<'_, '_>, index: usize) {
    let (start, repeated) = NASTY[index];
    let text = format!("{start}{}", repeated.repeat(MEGABYTES * 1_000_000 / repeated.len()));
    bencher.counter(BytesCount::new(text.len())).bench(|| parse(&text).leaves.len());
}
