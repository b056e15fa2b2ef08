//! The COPY instructions before an install: what they bring from the context, and where to.

use std::borrow::Cow;

use dockslim_contract::{BuildContext, source_path};
use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword};

use super::reasons;
use super::{Obstacle, because};
use crate::facts::{BuildStep, absolute, is_within};

/// What stands for the WORKDIR of a base image that is not known.
pub(super) const SOMEWHERE: &str = "/the-folder-of-the-base-image";

/// A COPY from the context that was followed.
pub(super) struct Copied<'t> {
    /// Its number among the steps.
    pub(super) step: usize,
    /// The instruction.
    pub(super) instruction: &'t Instruction,
    /// Where it writes, as its author says it.
    pub(super) target: Cow<'t, str>,
    /// The same as an absolute path.
    pub(super) place: String,
    /// The paths of the context that it brings, each with its path in the image. A folder stands for
    /// all that is in it.
    pub(super) brings: Vec<Brought>,
}

/// A file or folder of the context, and what it becomes.
pub(super) struct Brought {
    pub(super) source: String,
    pub(super) place: String,
    pub(super) folder: bool,
}

impl<'t> Copied<'t> {
    /// Follows a COPY that runs in `folder`.
    pub(super) fn of(
        dockerfile: &'t Dockerfile<'t>,
        context: &BuildContext,
        (number, step): (usize, &BuildStep<'t>),
        folder: &str,
    ) -> Result<Self, Obstacle> {
        let copy = step.instruction;
        let unclear = || because(&reasons::KIND_OF_COPY);
        let known = |name: &str| matches!(name, "chown" | "chmod" | "link");
        let flags_known = copy.flags.iter().all(|flag| {
            known(&dockerfile.text(flag.name)) && !dockerfile.raw(flag.span).contains(['$', '"'])
        });
        if copy.kind != Keyword::Copy || !copy.heredocs.is_empty() || !flags_known {
            return Err(unclear());
        }
        let mut words = words(dockerfile, copy);
        let target = words.pop().ok_or_else(unclear)?;
        let odd = |word: &Cow<'_, str>| word.contains(['$', '"', '\'', '\\', '`', ' ']);
        if words.iter().any(odd) || odd(&target) {
            return Err(unclear());
        }
        let place = absolute(&target, Some(folder)).ok_or_else(unclear)?;
        let mut found = Vec::new();
        for word in &words {
            let paths = context.matching(word).ok_or_else(unclear)?;
            if paths.is_empty() {
                return Err(because(&reasons::NO_CONTEXT));
            }
            found.extend(paths.into_iter().map(str::to_owned));
        }
        // Whether a file becomes the target or goes into it: without a slash that depends on what is there.
        let into = target.ends_with(['/', '.']) || place == folder || found.len() > 1;
        let brings = found.into_iter().map(|source| {
            let folder = context.is_folder(&source);
            let name = source.rsplit('/').next().unwrap_or(&source);
            let place = if into && !folder { below(&place, name) } else { place.clone() };
            Brought { source, place, folder }
        });
        let brings = brings.collect();
        Ok(Self { step: number, instruction: copy, target, place, brings })
    }

    /// Whether it brings more than single files.
    pub(super) fn brings_folders(&self) -> bool {
        self.brings.iter().any(|brought| brought.folder)
    }

    /// The path of the context that ends up at `place`, be it there or not.
    pub(super) fn source_of(&self, place: &str) -> Option<String> {
        self.brings.iter().rev().find_map(|brought| {
            if !brought.folder {
                return (brought.place == place).then(|| brought.source.clone());
            }
            let rest = is_within(place, &brought.place)
                .then(|| place[brought.place.len()..].trim_start_matches('/'))?;
            Some(match (brought.source.as_str(), rest) {
                (source, "") => source.to_owned(),
                ("", rest) => rest.to_owned(),
                (source, rest) => format!("{source}/{rest}"),
            })
        })
    }

    /// Whether the author gives owners, modes or a layer of its own.
    pub(super) fn has_flags(&self) -> bool {
        !self.instruction.flags.is_empty()
    }
}

/// Whether a COPY takes its files from the context.
pub(super) fn is_from_context(dockerfile: &Dockerfile<'_>, copy: &Instruction) -> bool {
    copy.flag("from", dockerfile.source).is_none()
}

/// The words of a COPY, its target last.
pub(super) fn words<'t>(
    dockerfile: &'t Dockerfile<'t>,
    instruction: &'t Instruction,
) -> Vec<Cow<'t, str>> {
    match &instruction.arguments {
        Arguments::Words(words) => words.iter().map(|word| dockerfile.text(word.span)).collect(),
        Arguments::List(words) => {
            words.iter().map(|word| Cow::Borrowed(word.value.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether every source that a file takes from the context is there.
pub(super) fn all_resolve(dockerfile: &Dockerfile<'_>, context: &BuildContext) -> bool {
    crate::facts::context_sources(dockerfile).iter().all(|source| match source.text() {
        Some(text) if source_path(text).is_empty() => true,
        Some(text) => context.matching(text).is_some_and(|paths| !paths.is_empty()),
        None => true,
    })
}

/// A path in a folder.
pub(super) fn below(folder: &str, path: &str) -> String {
    format!("{}/{path}", folder.trim_end_matches('/'))
}

/// Whether a folder is one that programs share: what is copied there may be read by anything.
///
/// The names are those of the Filesystem Hierarchy Standard 3.0. `system` asks for a package manager of
/// the system, which also writes below /var and /usr.
pub(super) fn is_shared(place: &str, system: bool) -> bool {
    const EXACTLY: &[&str] =
        &["/", "/usr", "/usr/src", "/usr/local", "/usr/share", "/var", "/root", "/home"];
    const WITH_ALL: &[&str] = &[
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/lib",
        "/lib32",
        "/lib64",
        "/proc",
        "/run",
        "/sbin",
        "/sys",
        "/usr/bin",
        "/usr/include",
        "/usr/lib",
        "/usr/lib64",
        "/usr/libexec",
        "/usr/sbin",
        "/usr/local/bin",
        "/usr/local/etc",
        "/usr/local/include",
        "/usr/local/lib",
        "/usr/local/sbin",
        "/usr/local/share",
        "/var/cache",
        "/var/lib",
        "/var/run",
        "/var/spool",
        "/var/tmp",
        SOMEWHERE,
    ];
    let home = place.strip_prefix("/home/").is_some_and(|name| !name.contains('/'));
    let dotted =
        ["/root/", "/home/"].iter().any(|at| place.starts_with(at)) && place.contains("/.");
    let written = system
        && (is_within(place, "/var")
            || is_within(place, "/usr/share")
            || (is_within(place, "/opt") && place == "/opt"));
    home || dotted
        || written
        || EXACTLY.contains(&place)
        || WITH_ALL.iter().any(|folder| is_within(place, folder))
}
