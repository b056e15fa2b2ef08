//! Archives of the build context that a COPY brings and `tar` unpacks, which leaves what an ADD of them does.
//!
//! Sources: GNU tar manual, "Extracting Specific Files", "Option Summary" and "Changing the Working Directory": the archive is
//! opened before `-C` leads elsewhere, root gives files to the owners that they have in it, by name first, and sets the modes of folders.

use dockslim_contract::{Added, BuildContext, unpacked_folder};

use super::copies::{Brought, Copied, changes_system};
use super::effects::{Done, Effect};
use super::lies::Lies;
use super::subject::Subject;
use crate::facts::{BuildStep, Outcome, absolute, is_within, outcome};

/// What a call of `tar` with these words unpacks where, if it runs in `folder`: all of one archive, as it is.
pub(super) fn unpacks(words: &[Option<&str>], folder: Option<&str>) -> Option<Effect> {
    let mut words = words.iter().copied();
    let (mut extracts, mut archive, mut place) = (false, None, folder.map(str::to_owned));
    let mut first = true;
    while let Some(word) = words.next() {
        let word = word?;
        match word {
            "-C" | "--directory" => place = absolute(words.next()??, folder),
            "--extract" | "--gzip" | "--verbose" => extracts |= word == "--extract",
            "--file" => archive = Some(words.next()??),
            _ if word.starts_with("--directory=") => {
                place = absolute(word.strip_prefix("--directory=")?, folder);
            }
            _ if word.starts_with("--file=") => archive = word.strip_prefix("--file="),
            // The first word needs no sign in front.
            _ if first || word.starts_with('-') => {
                let letters = word.strip_prefix('-').unwrap_or(word);
                let flags = letters.strip_suffix('f').unwrap_or(letters);
                if letters.is_empty() || !flags.bytes().all(|one| b"xzvp".contains(&one)) {
                    return None;
                }
                extracts |= flags.contains('x');
                if letters.ends_with('f') {
                    archive = Some(words.next()??);
                }
            }
            // A member, which is all that is unpacked.
            _ => return None,
        }
        first = false;
    }
    let archive = absolute(archive.filter(|_| extracts)?, folder)?;
    Some(Effect::Unpacks { archive, folder: place? })
}

impl<'f, 't> Subject<'f, 't> {
    /// What the calls of `tar` in a RUN bring; one that brings what is not known is no longer known to unpack something.
    pub(super) fn unpacked(
        &self,
        step: (usize, &'f BuildStep<'t>),
        done: &mut [Done<'f, 't>],
    ) -> Vec<Copied> {
        let mut found = Vec::new();
        for at in 0..done.len() {
            if !matches!(done[at].effect, Effect::Unpacks { .. }) {
                continue;
            }
            match self.brought_by_tar(step, &done[..=at]) {
                Some(copied) => found.push(copied),
                None => {
                    let text = done[at].command.text(self.build.dockerfile);
                    let short: Vec<&str> = text.split_whitespace().take(3).collect();
                    done[at].effect = Effect::Unknown(short.join(" "));
                }
            }
        }
        found
    }

    /// What the last of these commands of a RUN unpacks.
    fn brought_by_tar(
        &self,
        (number, step): (usize, &'f BuildStep<'t>),
        done: &[Done<'f, 't>],
    ) -> Option<Copied> {
        let (last, before) = done.split_last()?;
        let Effect::Unpacks { archive, folder } = &last.effect else { return None };
        let sure = outcome(self.build.dockerfile, step, last.command) == Outcome::Decides;
        let harmless = |done: &Done<'_, '_>| {
            use Effect::{Installs, MakesFolder, Nothing, Unpacks};
            matches!(done.effect, Nothing | MakesFolder(_) | Installs(_) | Unpacks { .. })
        };
        if !sure || !self.stage.is_root(step) || !before.iter().all(harmless) {
            return None;
        }
        let context = self.context?;
        let source = self.archive_at(context, archive)?;
        let Some(Added::Unpacked(inside)) = context.added(&source) else { return None };
        if changes_system(inside, folder) {
            return None;
        }
        let (source, place) = (unpacked_folder(&source), folder.clone());
        Some(Copied {
            step: number,
            from_context: true,
            owner: None,
            brings: vec![Brought { source, place, folder: true }],
            as_archived: !inside.plain,
        })
    }

    /// The path of the context of the file that lies at a path so far.
    fn archive_at(&self, context: &BuildContext, path: &str) -> Option<String> {
        let written = self.done.iter().any(|done| match &done.effect {
            Effect::Writes(paths) => {
                paths.iter().any(|one| is_within(path, one.trim_end_matches('/')))
            }
            Effect::Clones(folder) => is_within(path, folder),
            _ => false,
        });
        if written || self.lies(path) != Lies::File {
            return None;
        }
        let mut sources = Vec::new();
        for copied in &self.copied {
            for one in copied.brings.iter().filter(|one| is_within(path, &one.place)) {
                let rest = path[one.place.trim_end_matches('/').len()..].trim_matches('/');
                let source = [one.source.as_str(), rest].join("/");
                sources.push((copied.from_context, source.trim_matches('/').to_owned()));
            }
        }
        // Whoever brings something else to that place may bring another archive.
        sources.retain(|(own, source)| !own || context.exists(source));
        match sources.as_slice() {
            [(true, source)] => Some(source.clone()),
            _ => None,
        }
    }
}
