//! What the proof says of each mutant of many files, counted by kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use dockslim_contract::{BuildContext, Difference};
use dockslim_proof::{Prover, Verdict};
use dockslim_syntax::{Dockerfile, parse};
use rayon::prelude::*;

use super::classes::{ONLY_TRACED, REFUSED, SAME_COMMANDS, SAME_READING, SAME_STEPS};
use super::kind::{Kind, Mutant};
use super::kinds;
use super::read::{READ, change, was_read};
use crate::sources::Source;

/// What the proof says of the mutants of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    different: usize,
    unknown: usize,
    equivalent: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

impl Row {
    /// How many mutants there are.
    pub(crate) fn mutants(&self) -> usize {
        self.different() + self.unknown() + self.equivalent() + self.wrong()
    }

    /// How many the proof tells from the file.
    pub(crate) fn different(&self) -> usize {
        self.different
    }

    /// How many it does not understand.
    pub(crate) fn unknown(&self) -> usize {
        self.unknown
    }

    /// How many it calls equal, and they are, by one of the classes.
    pub(crate) fn equivalent(&self) -> usize {
        self.equivalent.values().sum()
    }

    /// The classes of those, with how many there are in each.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.equivalent.iter().map(|(class, count)| (*class, *count))
    }

    /// How many it calls equal, and they are in no class.
    pub(crate) fn wrong(&self) -> usize {
        self.wrong.len()
    }

    /// Those, each with its file and its change.
    pub(crate) fn complaints(&self) -> impl Iterator<Item = &str> {
        self.wrong.iter().map(String::as_str)
    }

    fn join(&mut self, other: Row) {
        self.different += other.different;
        self.unknown += other.unknown;
        for (class, count) in other.equivalent {
            *self.equivalent.entry(class).or_default() += count;
        }
        self.wrong.extend(other.wrong);
    }
}

/// The rows of all kinds in their order, over all mutants of these files, but no more than `most` of
/// one kind in one file.
pub(crate) fn rows(sources: &[&Source], most: usize) -> Vec<Row> {
    let empty = || vec![Row::default(); kinds().count()];
    let of_file = |source: &&Source| {
        let before = parse(&source.text);
        let name = &source.name;
        let subject =
            Subject { name, before: &before, start: &before, context: None, allowed: None };
        kinds().map(|kind| row(&subject, kind, most)).collect::<Vec<Row>>()
    };
    sources.par_iter().map(of_file).reduce(empty, joined)
}

/// Two lists of rows as one, kind by kind.
pub(crate) fn joined(mut all: Vec<Row>, more: Vec<Row>) -> Vec<Row> {
    all.iter_mut().zip(more).for_each(|(row, more)| row.join(more));
    all
}

/// A file of which wrong rewrites are made.
pub(crate) struct Subject<'m> {
    /// Its name.
    pub(crate) name: &'m str,
    /// What it builds.
    pub(crate) before: &'m Dockerfile<'m>,
    /// What is changed: the file itself, or a right rewrite of it.
    pub(crate) start: &'m Dockerfile<'m>,
    /// What COPY sees, if that is known.
    pub(crate) context: Option<&'m Arc<BuildContext>>,
    /// A difference that is allowed besides the harmless ones.
    pub(crate) allowed: Option<Difference>,
}

impl Subject<'_> {
    fn verdict(&self, after: &Dockerfile<'_>) -> Verdict {
        let mut prover = Prover::default();
        let old = prover.build(self.before);
        let new = prover.build_like(after, &old);
        let verdict = prover.compare(&old, &new, self.context.map(|context| &**context));
        verdict.within(|difference| difference.is_harmless() || self.allowed == Some(difference))
    }
}

/// What the proof says of the mutants of one kind.
pub(crate) fn row(subject: &Subject<'_>, kind: &Kind, most: usize) -> Row {
    let mut row = Row::default();
    let found = (kind.mutate)(subject.start);
    let source = subject.start.source;
    // The first, the last and those between, at even distances.
    let step = |number: usize| number * found.len() / found.len().min(most);
    for edits in (0..found.len().min(most)).map(|number| &found[step(number)]) {
        let text = edits.apply(source);
        if text == source || text == subject.before.source {
            continue;
        }
        let after = parse(&text);
        let mutant = Mutant { before: subject.start, after: &after, edits };
        match subject.verdict(&after) {
            Verdict::Different(_) => row.different += 1,
            Verdict::Unknown(_) => row.unknown += 1,
            Verdict::Equal(accepted) => match class(subject.name, kind, &mutant) {
                Some(class) => *row.equivalent.entry(class).or_default() += 1,
                None => {
                    let accepted = accepted.iter().map(|one| one.message.as_str());
                    let accepted = accepted.collect::<Vec<_>>().join("; ");
                    row.wrong.push(format!(
                        "{}\n({accepted})\n{}{}",
                        subject.name,
                        diff(source, &text),
                        change(&mutant),
                    ));
                }
            },
        }
    }
    row
}

/// The class by which a mutant breaks nothing.
fn class(file: &str, kind: &Kind, mutant: &Mutant<'_>) -> Option<&'static str> {
    let classes = kind.equivalents.iter().chain([
        &SAME_READING,
        &REFUSED,
        &SAME_STEPS,
        &SAME_COMMANDS,
        &ONLY_TRACED,
    ]);
    let class = classes.into_iter().find(|class| (class.holds)(mutant)).map(|class| class.name);
    class.or_else(|| was_read(file, kind, mutant).then_some(READ))
}

fn diff(before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(2).to_string()
}
