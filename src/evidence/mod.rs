//! What no reading of a file can justify: ideas that are built and asked before anybody sees them.
//!
//! Each kind looks at a file, at the image that was built of it, and proposes texts, the boldest first. A text counts only if it
//! builds, passes the smoke command, leaves the configuration as it was and makes the image smaller; and if [`Idea::doubt`] finds
//! nothing that a smoke command would not see.

mod java_runtime;
mod packages;
mod smaller_base;
mod stage;

use std::collections::BTreeSet;

use dockslim_contract::BuildContext;
use dockslim_syntax::Dockerfile;

use crate::error::Error;
use crate::image::{FieldDifference, Image, Mention};
use crate::verify::Comparison;
use stage::{Launch, Stage};

/// A kind of ideas.
pub(crate) struct Kind {
    /// The pass that does the same where a file shows enough: who keeps that pass off keeps this off, too.
    pub(crate) pass: &'static str,
    propose: fn(&Subject<'_>) -> Vec<Idea>,
}

/// All kinds, in the order in which they are tried: another base first, since it decides what else there is.
pub(crate) const KINDS: [Kind; 3] = [
    Kind { pass: "split-stages", propose: smaller_base::propose },
    Kind { pass: "split-stages", propose: java_runtime::propose },
    Kind { pass: "drop-build-deps", propose: packages::propose },
];

/// A file that works, and its image.
pub(crate) struct Subject<'s> {
    pub(crate) dockerfile: &'s Dockerfile<'s>,
    /// The stage that is built.
    pub(crate) target: Option<&'s str>,
    /// What was built of it.
    pub(crate) image: &'s Image,
}

/// A text to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Idea {
    /// What it does, in words.
    pub(crate) called: String,
    /// The whole file.
    pub(crate) text: String,
    /// Variables of the container that may get another value, or none.
    changes: &'static [&'static str],
    risk: Risk,
}

/// What a smoke command does not see.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Risk {
    /// A program may start a shell, or another program, that is gone.
    Shell,
    /// A program may draw, and fonts are gone.
    Fonts,
    /// A program may call, load or read what packages have brought.
    Packages,
}

/// Layers of the new image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layers {
    /// Those of the base, and those above it.
    All,
    /// Those above the base.
    Own,
}

/// Looks for words in the files of layers of the new image.
pub(crate) type Search<'s> = dyn FnMut(Layers, &[String]) -> Result<Option<Mention>, Error> + 's;

/// What a program holds that starts others: the paths of shells, and what looks for any program on PATH, which is a package of Go
/// (its names stay in a program that is stripped) and a function of C.
const STARTERS: [&str; 5] = ["/bin/sh", "/bin/bash", "/usr/bin/env", "os/exec", "execvp"];

/// Files that programs open when somebody calls them over the network or looks at a clock: what the old image has of them, the
/// new one has, too.
const NEEDED_LATER: [&str; 3] =
    [CERTIFICATES, "usr/share/zoneinfo", "opt/java/openjdk/lib/security/cacerts"];

/// The certificates that programs trust, on Debian, Ubuntu and Alpine.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// Whether some kind may have an idea for this file, whatever its image is like.
pub(crate) fn may_help(dockerfile: &Dockerfile<'_>, target: Option<&str>) -> bool {
    Stage::of(dockerfile, target).is_some()
}

impl Kind {
    /// The ideas for a file, the boldest first.
    pub(crate) fn propose(&self, subject: &Subject<'_>) -> Vec<Idea> {
        (self.propose)(subject)
    }
}

impl Idea {
    /// What speaks against an idea that was built, and that passes the smoke command. `found` is how its image differs from the
    /// one before, `context` what the files of the project say.
    pub(crate) fn doubt(
        &self,
        (before, after): (&Image, &Image),
        found: &Comparison,
        context: Option<&BuildContext>,
        search: &mut Search<'_>,
    ) -> Result<Option<String>, Error> {
        if let Some(changed) = found.config.iter().find(|one| self.changes_settings(one)) {
            let key = if changed.key.is_empty() { "" } else { " " };
            let (field, name) = (changed.field, &changed.key);
            return Ok(Some(format!("it changes the {field}{key}{name} of the container")));
        }
        if let Some(path) = lost(before, after) {
            return Ok(Some(format!(
                "it loses /{path}, which nothing but the container may ask for"
            )));
        }
        match &self.risk {
            Risk::Shell => {
                let found = search(Layers::Own, &STARTERS.map(str::to_owned))?;
                Ok(found.map(|found| found.to_string()))
            }
            Risk::Fonts => Ok(java_runtime::doubt(after)),
            Risk::Packages => packages::doubt(before, after, found, context, search),
        }
    }

    /// Whether a container would notice that a setting is another one. What a new base brings along disturbs nobody, and labels
    /// of the old one go with it.
    fn changes_settings(&self, one: &FieldDifference) -> bool {
        let is_of_base = one.field == "labels" || one.field == "shell";
        let may_change = one.field == "environment" && self.changes.contains(&one.key.as_str());
        let comes_along = one.field == "environment" && one.before.is_none();
        !(is_of_base || may_change || comes_along)
    }
}

/// The first file that a container is started with, or that it needs later, and that only the old image has.
fn lost(before: &Image, after: &Image) -> Option<String> {
    let launch = Launch::of(&before.config);
    let mut paths: BTreeSet<String> = launch.paths().collect();
    paths.extend(NEEDED_LATER.map(str::to_owned));
    paths
        .into_iter()
        .find(|path| before.tree.holds(path.as_bytes()) && !after.tree.holds(path.as_bytes()))
}
