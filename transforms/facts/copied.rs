//! What a COPY brings from the build context, and where to.

use std::borrow::Cow;

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword};

use super::{BuildStep, absolute, below, is_within};

/// A COPY from the context that was followed.
pub(crate) struct Copied<'t> {
    /// Its number among the steps.
    pub(crate) step: usize,
    /// The instruction.
    pub(crate) instruction: &'t Instruction,
    /// Where it writes, as its author says it.
    pub(crate) target: Cow<'t, str>,
    /// The same as an absolute path.
    pub(crate) place: String,
    /// The paths of the context that it brings, each with its path in the image. A folder stands for
    /// all that is in it.
    pub(crate) brings: Vec<Brought>,
}

/// A file or folder of the context, and what it becomes.
pub(crate) struct Brought {
    pub(crate) source: String,
    pub(crate) place: String,
    pub(crate) folder: bool,
}

/// Why a COPY could not be followed.
pub(crate) enum Unfollowed {
    /// It is not a plain one from the context, or a variable decides.
    Kind,
    /// The context has not what it names.
    NotThere,
}

impl<'t> Copied<'t> {
    /// Follows a COPY that runs in `folder`.
    pub(crate) fn of(
        dockerfile: &'t Dockerfile<'t>,
        context: &BuildContext,
        (number, step): (usize, &BuildStep<'t>),
        folder: &str,
    ) -> Result<Self, Unfollowed> {
        let copy = step.instruction;
        let known = |name: &str| matches!(name, "chown" | "chmod" | "link");
        let flags_known = copy.flags.iter().all(|flag| {
            known(&dockerfile.text(flag.name)) && !dockerfile.raw(flag.span).contains(['$', '"'])
        });
        if copy.kind != Keyword::Copy || !copy.heredocs.is_empty() || !flags_known {
            return Err(Unfollowed::Kind);
        }
        let mut words = copy_words(dockerfile, copy);
        let target = words.pop().ok_or(Unfollowed::Kind)?;
        let odd = |word: &Cow<'_, str>| word.contains(['$', '"', '\'', '\\', '`', ' ']);
        let led = step.state.expanded(&target).ok_or(Unfollowed::Kind)?;
        if words.iter().any(odd) || odd(&led) {
            return Err(Unfollowed::Kind);
        }
        let place = absolute(&led, Some(folder)).ok_or(Unfollowed::Kind)?;
        let mut found = Vec::new();
        for word in &words {
            let paths = context.matching(word).ok_or(Unfollowed::Kind)?;
            if paths.is_empty() {
                return Err(Unfollowed::NotThere);
            }
            found.extend(paths.into_iter().map(str::to_owned));
        }
        // Whether a file becomes the target or goes into it: without a slash that depends on what is there.
        let into = led.ends_with(['/', '.']) || place == folder || found.len() > 1;
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
    pub(crate) fn brings_folders(&self) -> bool {
        self.brings.iter().any(|brought| brought.folder)
    }

    /// Whether all files that it brings are among these paths of the context.
    pub(crate) fn brings_only(&self, context: &BuildContext, paths: &[String]) -> bool {
        // What lies in a folder comes with it.
        let known = |path: &str| {
            let inside = |one: &String| {
                path.strip_prefix(&**one)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            paths.iter().any(inside)
        };
        self.brings.iter().all(|brought| {
            let mut inside = context.below(&brought.source);
            let file = |kind| kind != ContextKind::Folder;
            if brought.folder {
                inside.all(|(path, entry)| !file(entry.kind) || known(path))
            } else {
                known(&brought.source)
            }
        })
    }

    /// The path of the context that ends up at `place`, be it there or not.
    pub(crate) fn source_of(&self, place: &str) -> Option<String> {
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
    pub(crate) fn has_flags(&self) -> bool {
        !self.instruction.flags.is_empty()
    }
}

/// Whether a COPY takes its files from the context.
pub(crate) fn is_from_context(dockerfile: &Dockerfile<'_>, copy: &Instruction) -> bool {
    copy.flag("from", dockerfile.source).is_none()
}

/// The words of a COPY, its target last.
pub(crate) fn copy_words<'t>(
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
