//! How often each pass rewrites, offers and declines.

use std::collections::BTreeMap;
use std::fmt::Write;

use dockslim_transforms::{FORMATTER, NAMES};
use serde_json::{Map, Value, json};

use super::Palette;
use crate::engine::Outcome;

/// The counts over all files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statistics {
    passes: BTreeMap<&'static str, Counts>,
}

#[derive(Clone, Debug, Default)]
struct Counts {
    applied: usize,
    offered: usize,
    /// By reason.
    declined: BTreeMap<&'static str, usize>,
}

impl Statistics {
    /// Counts what became of a file.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        for remark in &outcome.applied {
            self.passes.entry(remark.pass).or_default().applied += 1;
        }
        for remark in &outcome.offered {
            self.passes.entry(remark.pass).or_default().offered += 1;
        }
        for remark in &outcome.declined {
            let counts = self.passes.entry(remark.pass).or_default();
            *counts.declined.entry(remark.reason).or_default() += 1;
        }
    }

    /// The passes in the order in which they run, behind them the formatter, and for each the reasons of its declines, the most frequent first.
    fn rows(&self) -> impl Iterator<Item = (&'static str, &Counts, Vec<(&'static str, usize)>)> {
        let names = NAMES.into_iter().chain([FORMATTER]);
        names.filter_map(|name| {
            let counts = self.passes.get(name)?;
            let mut declined: Vec<_> = counts.declined.iter().map(|(n, c)| (*n, *c)).collect();
            declined.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
            Some((name, counts, declined))
        })
    }

    /// A table for people.
    pub(crate) fn text(&self, palette: &Palette) -> String {
        let (name, faint) = (palette.name, palette.faint);
        let mut text = String::new();
        for (pass, counts, declined) in self.rows() {
            let left: usize = counts.declined.values().sum();
            let Counts { applied, offered, .. } = counts;
            let _ = writeln!(
                text,
                "{name}{pass}{name:#}: {applied} rewritten, {offered} offered, {left} left alone"
            );
            for (reason, count) in declined {
                let _ = writeln!(text, "  {count:>6}  {faint}{reason}{faint:#}");
            }
        }
        text
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> String {
        let passes: Map<String, Value> = self
            .rows()
            .map(|(pass, counts, _)| {
                let Counts { applied, offered, declined } = counts;
                let value = json!({ "applied": applied, "offered": offered, "declined": declined });
                (pass.to_owned(), value)
            })
            .collect();
        format!("{:#}\n", json!({ "version": 1, "passes": passes }))
    }
}
