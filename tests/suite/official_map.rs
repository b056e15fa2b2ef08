//! The tags of the official image library as the shared data lists them: what the table in
//! `transforms/knowledge` is generated from, and checked against.

use std::fs;
use std::io::Read;

use flate2::read::GzDecoder;

use crate::sources::shared;

/// A tag of the official image library that has, or had, a twin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) image: String,
    pub(crate) tag: String,
    /// The day on which the library listed it last; `HEAD` if it still does.
    pub(crate) last_listed: String,
    /// The release of the distribution that it is built on, if that is known.
    pub(crate) suite: String,
    /// `deb`, `ubuntu`, `rpm`, …
    pub(crate) family: String,
    pub(crate) slim: String,
    pub(crate) slim_verdict: String,
    pub(crate) alpine: String,
    pub(crate) alpine_verdict: String,
}

/// All tags, in the order of the data; `None` where the data is missing.
pub(crate) fn tags() -> Option<Vec<Tag>> {
    let file = fs::File::open(shared()?.join("data/official-tag-map.tsv.gz")).ok()?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).ok()?;
    let rows = text.lines().skip(1).map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_default();
        Tag {
            image: cell(),
            tag: cell(),
            last_listed: cell(),
            suite: cell(),
            family: cell(),
            slim: cell(),
            slim_verdict: cell(),
            alpine: cell(),
            alpine_verdict: cell(),
        }
    });
    Some(rows.collect())
}

/// The names of all images that the library has, or had.
pub(crate) fn images() -> Option<Vec<String>> {
    let text = fs::read_to_string(shared()?.join("data/official-variants.tsv")).ok()?;
    let names = text.lines().skip(1).filter_map(|line| line.split('\t').next());
    Some(names.map(str::to_owned).collect())
}
