//! The files of the project as an install finds them in the image.

use dockslim_contract::BuildContext;

use super::copies::Copied;
use super::reasons;
use super::{Obstacle, because};
use crate::knowledge::Ecosystem;

/// The copies before an install, in their order, over their context.
pub(super) struct Project<'a, 't> {
    pub(super) context: &'a BuildContext,
    pub(super) copies: &'a [Copied<'t>],
}

/// What an install reads and writes of the project; all are paths of the image.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// The manifests that it reads.
    pub(super) manifests: Vec<String>,
    /// The folders that it fills.
    pub(super) fills: Vec<String>,
    /// The files that it may write.
    pub(super) writes: Vec<String>,
}

impl Reads {
    /// Adds what another call reads and writes.
    pub(super) fn extend(&mut self, other: Reads) {
        self.manifests.extend(other.manifests);
        self.fills.extend(other.fills);
        self.writes.extend(other.writes);
    }
}

impl Project<'_, '_> {
    /// Which COPY brings the file at `place`, and from where in the context.
    pub(super) fn source_of(&self, place: &str) -> Option<(usize, String)> {
        self.copies.iter().enumerate().rev().find_map(|(number, copied)| {
            let source = copied.source_of(place)?;
            self.context.exists(&source).then_some((number, source))
        })
    }

    /// Whether something is copied to `place`.
    pub(super) fn exists(&self, place: &str) -> bool {
        self.source_of(place).is_some()
    }

    /// The text that is copied to `place`.
    pub(super) fn text(&self, place: &str) -> Result<&str, Obstacle> {
        let missing = || (&reasons::NO_MANIFEST, format!("the build context brings no `{place}`"));
        let (_, source) = self.source_of(place).ok_or_else(missing)?;
        let unread = || (&reasons::UNREAD_MANIFEST, format!("`{source}` cannot be read"));
        self.context.text(&source).ok_or_else(unread)
    }
}

/// The words behind the program, told apart.
#[derive(Debug, Default)]
pub(super) struct Arguments<'w> {
    /// Neither options nor their arguments, the verb first.
    pub(super) operands: Vec<&'w str>,
    /// The values of the options that the caller looks at.
    pub(super) values: Vec<(&'w str, &'w str)>,
    /// Flags as they stand.
    pub(super) flags: Vec<&'w str>,
}

/// Tells the words of a call apart; those of `special` are options with an argument that count.
pub(super) fn arguments<'w>(
    row: &Ecosystem,
    words: &[&'w str],
    special: &[&str],
) -> Result<Arguments<'w>, Obstacle> {
    let mut read = Arguments::default();
    let mut words = words.iter().copied();
    let is = |list: &[String], name: &str| list.iter().any(|known| known == name);
    while let Some(word) = words.next() {
        if !word.starts_with('-') || word == "-" {
            read.operands.push(word);
            continue;
        }
        let (name, value) = word.split_once('=').map_or((word, None), |(n, v)| (n, Some(v)));
        if special.contains(&name) {
            let value = value.or_else(|| words.next());
            read.values.push((name, value.ok_or_else(|| because(&reasons::UNREAD_CALL))?));
        } else if let Some(short) =
            special.iter().find(|one| one.len() == 2 && word.starts_with(**one) && word.len() > 2)
        {
            read.values.push((&word[..2], &word[short.len()..]));
        } else if is(&row.flags, word) {
            read.flags.push(word);
        } else if is(&row.options, name) {
            if value.is_none() {
                words.next();
            }
        } else {
            let message = format!("what `{name}` lets it read is not known");
            return Err((&reasons::UNREAD_CALL, message));
        }
    }
    Ok(read)
}
