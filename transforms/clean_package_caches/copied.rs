//! Whether COPY or ADD may have brought something into a directory.

use std::borrow::Cow;

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::{Arguments, Keyword};

use super::own_mounts::is_within;
use crate::facts::{Build, BuildStage, BuildStep, expanded, unquoted};
use crate::knowledge::is_root_by_default;

/// The place of a COPY or ADD of the stage, or of those that it is built on, that may bring something into `directory`.
pub(super) fn brought_into(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    context: Option<&BuildContext>,
    directory: &str,
) -> Option<usize> {
    let family = build
        .stages
        .iter()
        .filter(|below| build.builds_on(&stage.stage, below.stage.index))
        .flat_map(|below| &below.steps);
    // An official image that names no directory starts in the root folder, or in none that holds caches.
    let start = stage.image.as_deref().filter(|image| is_root_by_default(image)).map(|_| "/");
    let brings = |step: &&BuildStep<'_>| {
        let copy = Copy { build, context, step, start };
        matches!(step.instruction.kind, Keyword::Copy | Keyword::Add) && copy.brings(directory)
    };
    family.into_iter().find(brings).map(|step| step.instruction.span.start)
}

struct Copy<'s, 't> {
    build: &'s Build<'t>,
    context: Option<&'s BuildContext>,
    step: &'s BuildStep<'t>,
    /// The directory in which the base image starts.
    start: Option<&'s str>,
}

impl Copy<'_, '_> {
    fn brings(&self, directory: &str) -> bool {
        let dockerfile = self.build.dockerfile;
        let words: Vec<Cow<'_, str>> = match &self.step.instruction.arguments {
            Arguments::Words(words) => {
                words.iter().map(|word| dockerfile.text(word.span)).collect()
            }
            Arguments::List(words) => {
                words.iter().map(|word| Cow::Borrowed(word.value.as_str())).collect()
            }
            _ => return true,
        };
        let Some((target, sources)) = words.split_last() else { return true };
        let Some(target) = self.absolute(target) else { return true };
        if is_within(&target, directory) {
            return true;
        }
        if !is_within(directory, &target) {
            return false;
        }
        // What a folder holds comes to lie in the target (Dockerfile reference, COPY).
        let below = directory[target.trim_end_matches('/').len()..].trim_start_matches('/');
        sources.iter().any(|source| self.holds(source, below))
    }

    /// The target as an absolute path; `None` if a variable decides.
    fn absolute(&self, path: &str) -> Option<String> {
        let settings = self.step.state.settings.iter();
        let known: Vec<(String, String)> = settings
            .filter_map(|one| Some((one.name.to_string(), unquoted(one.value.as_deref()?))))
            .collect();
        let path = expanded(&unquoted(path), &known)?;
        let path = if path.starts_with('/') {
            path
        } else {
            let folder = expanded(self.step.state.workdir.as_deref().or(self.start)?, &known)?;
            format!("{}/{path}", folder.trim_end_matches('/'))
        };
        let names: Vec<&str> =
            path.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
        (!names.contains(&"..")).then(|| format!("/{}", names.join("/")))
    }

    /// Whether a source may be a folder with something at `path` in it.
    fn holds(&self, source: &str, path: &str) -> bool {
        let copy = self.step.instruction;
        let from_context = copy.kind == Keyword::Copy
            && copy.flag("from", self.build.dockerfile.source).is_none()
            && !source.starts_with("<<");
        let Some(context) = self.context.filter(|_| from_context) else {
            // A name with an extension is that of a file, but ADD unpacks archives.
            let name = source.rsplit('/').next().unwrap_or_default();
            let is_file = name.rfind('.').is_some_and(|dot| dot > 0 && dot + 1 < name.len());
            return !(is_file || source.starts_with("<<")) || copy.kind == Keyword::Add;
        };
        let Some(sources) = context.matching(source) else { return true };
        sources.into_iter().any(|source| {
            let mut here = source.to_owned();
            for name in path.split('/') {
                match context.entry(&here).map(|entry| entry.kind) {
                    Some(ContextKind::Link) => return true,
                    _ if !context.is_folder(&here) => return false,
                    _ if here.is_empty() => name.clone_into(&mut here),
                    _ => here = format!("{here}/{name}"),
                }
            }
            context.exists(&here)
        })
    }
}
