//! The files of the project as an install finds them in the image.

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::{Dockerfile, Keyword};

use super::because;
use super::copies::{SOMEWHERE, folder};
use super::reasons;
use crate::facts::{
    BuildStage, BuildStep, Command, Content, Copied, absolute, below, copy_words, is_from_context,
    is_within, parent,
};
use crate::knowledge::{Ecosystem, base_image};
use crate::pass::Refusal;

/// Programs that put no settings into the folder in which they run.
const LEAVING: [&str; 23] = [
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "chmod",
    "chown",
    "dnf",
    "echo",
    "groupadd",
    "locale-gen",
    "microdnf",
    "mkdir",
    "pip",
    "pip3",
    "rm",
    "set",
    "true",
    "update-ca-certificates",
    "useradd",
    "usermod",
    "yum",
    "zypper",
];

/// The copies before an install, in their order, over their context.
pub(super) struct Project<'a, 't> {
    pub(super) dockerfile: &'a Dockerfile<'t>,
    pub(super) context: &'a BuildContext,
    pub(super) copies: &'a [Copied<'t>],
    /// The stage of the install, and those that it is built on.
    pub(super) stages: Vec<&'a BuildStage<'t>>,
    /// The number of the install among the steps of its stage.
    pub(super) number: usize,
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
    /// The places where it looks for a repository, to learn the version of the project or its files.
    pub(super) asks: Vec<String>,
    /// What the order rests on, if that is more than what stands in the manifests today.
    pub(super) rests_on: Option<String>,
}

impl Reads {
    /// Adds what another call reads and writes.
    pub(super) fn extend(&mut self, other: Reads) {
        self.manifests.extend(other.manifests);
        self.fills.extend(other.fills);
        self.writes.extend(other.writes);
        self.asks.extend(other.asks);
        self.rests_on = other.rests_on.or(self.rests_on.take());
    }
}

/// The files by which managers of versions choose a program.
const VERSIONS: [&str; 7] = [
    ".python-version",
    ".ruby-version",
    ".tool-versions",
    ".node-version",
    ".nvmrc",
    ".mise.toml",
    "mise.toml",
];

impl<'a, 't> Project<'a, 't> {
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

    /// Whether a COPY or ADD that is not among the copies may write to a folder, but for files straight in it that are not
    /// called like one of `names`, and for those that the copies bring again.
    pub(super) fn may_be_written(&self, place: &str, names: &[&str]) -> bool {
        self.stages.iter().enumerate().any(|(below, stage)| {
            let until = if below == 0 { self.number } else { stage.steps.len() };
            stage.steps[..until].iter().enumerate().any(|(number, step)| {
                if step.instruction.kind == Keyword::Run {
                    return self.run_may_write(stage, step, place);
                }
                let seen = below == 0 && self.copies.iter().any(|copied| copied.step == number);
                if seen || !matches!(step.instruction.kind, Keyword::Copy | Keyword::Add) {
                    return false;
                }
                let here = folder(stage, step);
                let followed = Copied::of(self.dockerfile, self.context, (number, step), &here);
                let is_plain = |copied: Copied<'_>| {
                    copied.brings.iter().all(|one| {
                        let found = self.source_of(&one.place);
                        let again = found.is_some_and(|(_, source)| source == one.source);
                        let name = one.place.rsplit('/').next().unwrap_or_default();
                        let plain = parent(&one.place) == place && !names.contains(&name);
                        !one.folder && (again || plain)
                    })
                };
                if is_from_context(self.dockerfile, step.instruction)
                    && followed.is_ok_and(is_plain)
                {
                    return false;
                }
                let words = copy_words(self.dockerfile, step.instruction);
                let target = words.last().and_then(|word| step.state.expanded(word));
                let target = target.and_then(|word| absolute(&word, Some(&here)));
                target.is_none_or(|target| {
                    is_within(place, SOMEWHERE)
                        || is_within(&target, SOMEWHERE)
                        || is_within(place, &target)
                        || is_within(&target, place)
                })
            })
        })
    }

    /// All that is copied, by its place; what a later COPY writes over stands there twice.
    pub(super) fn places(&self) -> Vec<(String, ContextKind)> {
        let mut places = Vec::new();
        for brought in self.copies.iter().flat_map(|copied| &copied.brings) {
            let kind = self.context.entry(&brought.source).map(|entry| entry.kind);
            places
                .extend(kind.filter(|_| !brought.folder).map(|kind| (brought.place.clone(), kind)));
            for (path, entry) in self.context.below(&brought.source).filter(|_| brought.folder) {
                let rest = path[brought.source.len()..].trim_start_matches('/');
                places.push((below(&brought.place, rest), entry.kind));
            }
        }
        places.sort_by(|one, two| one.0.cmp(&two.0));
        places.dedup();
        places
    }

    /// The text that is copied to `place`.
    pub(super) fn text(&self, place: &str) -> Result<&str, Refusal> {
        let missing = || (&reasons::NO_MANIFEST, format!("the build context brings no `{place}`"));
        let (_, source) = self.source_of(place).ok_or_else(missing)?;
        let unread = || (&reasons::UNREAD_MANIFEST, format!("`{source}` cannot be read"));
        self.context.text(&source).ok_or_else(unread)
    }

    /// The image at the bottom, if its name is known.
    pub(super) fn image(&self) -> Option<&'a str> {
        self.stages.first()?.image.as_deref()
    }

    /// Whether a file above `folder` has a say in an install there: one of `names`, or the choice of a version where the image
    /// may ask for it.
    pub(super) fn stands_alone(&self, folder: &str, names: &[&str]) -> Result<(), Refusal> {
        let known = self.image().and_then(base_image).is_some();
        let versions: &[&str] = if known { &[] } else { &VERSIONS };
        let mut at = folder;
        while parent(at) != at {
            at = parent(at);
            let mut names = names.iter().chain(versions);
            if let Some(name) = names.find(|name| self.exists(&below(at, name))) {
                let message = format!("`{name}` in `{at}` has a say in it");
                return Err((&reasons::SETTINGS_ABOVE, message));
            }
        }
        Ok(())
    }

    /// The steps up to the install, those of the stages below first, and whether one is the install itself.
    pub(super) fn steps(&self) -> impl Iterator<Item = (bool, &'a BuildStep<'t>)> {
        let own = |stage: usize, step: usize| stage == 0 && step == self.number;
        let until = |stage: usize| if stage == 0 { self.number + 1 } else { usize::MAX };
        self.stages.iter().enumerate().rev().flat_map(move |(stage, all)| {
            let steps = all.steps.iter().enumerate().take(until(stage));
            steps.map(move |(number, step)| (own(stage, number), step))
        })
    }

    /// The commands up to the end of the install, and whether each stands in its RUN.
    pub(super) fn commands(&self) -> impl Iterator<Item = (bool, &'a Command<'t>)> {
        self.steps()
            .flat_map(|(own, step)| step.content.commands().iter().map(move |one| (own, one)))
    }

    /// Whether a script in front cannot be read.
    pub(super) fn has_unread_scripts(&self) -> bool {
        self.steps().any(|(_, step)| matches!(step.content, Content::Unread(_)))
    }

    /// Whether a command in front has a word that holds this one, or may have.
    pub(super) fn speaks_of(&self, word: &str) -> bool {
        let says = |command: &Command<'_>| {
            command.words.iter().any(|one| one.as_deref().is_some_and(|one| one.contains(word)))
        };
        self.has_unread_scripts() || self.commands().any(|(_, command)| says(command))
    }

    /// Whether a COPY in front has a target that ends like this.
    pub(super) fn copies_to(&self, end: &str) -> bool {
        self.copies
            .iter()
            .any(|copied| copied.brings.iter().any(|brought| brought.place.ends_with(end)))
    }

    /// Whether a RUN in front runs in the folder at `place` or names it, and may put files there.
    fn run_may_write(&self, stage: &BuildStage<'_>, step: &BuildStep<'_>, place: &str) -> bool {
        let leaves = |command: &Command<'_>| {
            command.call.is_some_and(|call| call.redirects.is_empty())
                && command.program_name().is_some_and(|name| LEAVING.contains(&name))
        };
        let leaves = matches!(step.content, Content::Script(..))
            && step.content.commands().iter().all(leaves);
        let named = step.text(self.dockerfile).contains(place);
        !leaves && (named || is_within(&folder(stage, step), place))
    }

    /// The variables that ENV and ARG set for the install.
    pub(super) fn variables(&self) -> impl Iterator<Item = &'a str> {
        let step = self.stages.first().map(|stage| &stage.steps[self.number]);
        step.into_iter().flat_map(|step| step.state.settings.iter().map(|setting| &*setting.name))
    }

    /// The value of a variable, as written.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        let step = &self.stages.first()?.steps[self.number];
        let setting = step.state.settings.iter().rev().find(|setting| setting.name == name)?;
        setting.value.as_deref().map(|value| value.trim_matches(['"', '\'']))
    }

    /// Whether a variable is set.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.variables().any(|set| set == name)
    }
}

/// Where a path leads from a folder, with `..` in it.
pub(super) fn climbed(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/').filter(|name| !matches!(*name, "" | ".")) {
        match name {
            ".." => drop(names.pop()?),
            _ => names.push(name),
        }
    }
    absolute(&format!("/{}", names.join("/")), None).filter(|_| !path.starts_with('/'))
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
) -> Result<Arguments<'w>, Refusal> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_climb() {
        assert_eq!(climbed("/src/a", "../pom.xml").as_deref(), Some("/src/pom.xml"));
        assert_eq!(climbed("/src", "../../pom.xml"), None);
        assert_eq!(climbed("/src", "/pom.xml"), None);
    }
}
