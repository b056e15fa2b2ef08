//! What a run found, written for programs: one writer for each format.

mod checkstyle;
mod github;
mod gitlab;
mod json;
mod markdown;
mod sarif;

use dockslim_contract::Safety;
use dockslim_syntax::{Edit, Span};
use dockslim_transforms::FORMATTER;

use super::{Change, Palette, Totals, diff};
use crate::args::OutputFormat;
use crate::engine::{Outcome, Remark, Single};
use crate::positions::{Positions, Unit};

/// What became of one file.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its path as it was found, with `/` between its parts.
    pub(crate) path: String,
    /// What was read.
    pub(crate) text: String,
    /// Whether the new text differs.
    pub(crate) changed: bool,
    pub(crate) outcome: Outcome,
    /// The rewrites that are right by themselves.
    pub(crate) singles: Vec<Single>,
}

/// A run for programs.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) entries: Vec<Entry>,
    /// What kept files from being looked at.
    pub(crate) errors: Vec<String>,
}

impl Collected {
    /// The whole output in a format; none for `text`, which is written file by file. `sum` is the last line for people.
    pub(crate) fn write(&self, format: OutputFormat, totals: &Totals, sum: &str) -> String {
        match format {
            OutputFormat::Text => String::new(),
            OutputFormat::Json => json::write(self, totals),
            OutputFormat::Github => github::write(self),
            OutputFormat::Gitlab => gitlab::write(self),
            OutputFormat::Sarif => sarif::write(self),
            OutputFormat::Checkstyle => checkstyle::write(self),
            OutputFormat::Markdown => markdown::write(self, sum),
            OutputFormat::Diff => {
                let changed = self.entries.iter().filter(|entry| entry.changed);
                changed.map(Entry::git_diff).collect()
            }
        }
    }
}

impl Entry {
    /// All that is worth a look in this file, in its order: what a builder would refuse, what would be rewritten, and comments that
    /// are wrong.
    fn findings(&self) -> Vec<Finding<'_>> {
        let Outcome { diagnostics, applied, notes, .. } = &self.outcome;
        let kinds = [(Kind::Refused, diagnostics), (Kind::Rewrite, applied), (Kind::Note, notes)];
        let findings = kinds
            .into_iter()
            .flat_map(|(kind, remarks)| remarks.iter().map(move |remark| Finding { kind, remark }));
        let mut findings: Vec<Finding<'_>> = findings.collect();
        findings.sort_by_key(|finding| finding.remark.at.start);
        findings
    }

    /// The edits of a rewrite, if it is right by itself.
    fn fix(&self, remark: &Remark) -> Option<&Single> {
        self.singles.iter().find(|single| {
            let Remark { pass, at, message, .. } = &single.remark;
            *pass == remark.pass && *at == remark.at && *message == remark.message
        })
    }

    fn place(&self, positions: &Positions, span: Span) -> Place {
        let at = |offset| {
            let (line, column) = positions.position(&self.text, offset, Unit::Utf32);
            (line + 1, column + 1)
        };
        Place { start: at(span.start), end: at(span.end) }
    }

    fn change(&self) -> Change<'_> {
        Change { old: &self.text, new: &self.outcome.text, edits: Some(&self.outcome.edits) }
    }

    /// The diff as git writes it, with `a/` and `b/`, which is what review tools and `git apply` expect.
    fn git_diff(&self) -> String {
        let diff = diff(&self.path, self.change(), &Palette::default());
        let body = diff.replacen("--- ", "--- a/", 1);
        body.replacen("\n+++ ", "\n+++ b/", 1)
    }
}

/// Lines and columns from 1, in characters; the end is behind the last one.
#[derive(Clone, Copy, Debug, serde::Serialize)]
struct Place {
    start: (usize, usize),
    end: (usize, usize),
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A builder would refuse it.
    Refused,
    /// A rewrite of the chosen level.
    Rewrite,
    /// A comment that is wrong.
    Note,
}

struct Finding<'e> {
    kind: Kind,
    remark: &'e Remark,
}

impl Finding<'_> {
    /// The rule that it falls under: a pass, or a word for what is none.
    fn rule(&self) -> &'static str {
        match self.kind {
            Kind::Refused => "syntax",
            Kind::Rewrite => self.remark.pass,
            Kind::Note => self.remark.reason,
        }
    }

    /// The sentence with its level, if that is not `safe`.
    fn message(&self) -> String {
        let Remark { message, safety, .. } = self.remark;
        match safety {
            Safety::Safe => message.clone(),
            level => format!("{message} ({})", level.name()),
        }
    }

    /// A word that stays the same while the finding does, wherever it moves: of rule, path, and the text that it is about, with its number
    /// among the same ones.
    fn fingerprint(&self, entry: &Entry, seen: &mut Vec<u64>) -> String {
        let about = self.remark.at.of(&entry.text);
        let base = hash(&[self.rule(), &entry.path, about, &self.remark.message]);
        let number = seen.iter().filter(|other| **other == base).count();
        seen.push(base);
        format!("{base:016x}{number:04x}")
    }
}

/// FNV-1a of 64 bits: the same in every release, as a fingerprint must be.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The page about a pass, or about the formatter.
pub(crate) fn documentation(pass: &str) -> String {
    if pass == FORMATTER {
        return format!("{}#layout", env!("CARGO_PKG_REPOSITORY"));
    }
    let file = pass.replace('-', "_");
    format!("{}/blob/main/transforms/{file}.rs", env!("CARGO_PKG_REPOSITORY"))
}

/// An edit of the original text and its place.
fn replacements<'e>(
    entry: &'e Entry,
    positions: &Positions,
    edits: impl IntoIterator<Item = &'e Edit>,
) -> Vec<(&'e Edit, Place)> {
    let edits = edits.into_iter();
    edits.map(|edit| (edit, entry.place(positions, edit.span))).collect()
}
