//! Scripts of the project that a step gives another name, by which something may start them.

use dockslim_contract::BuildContext;
use dockslim_syntax::{Dockerfile, Keyword};

use super::files::name_of;
use super::needs::{Candidate, Needs};
use crate::facts::{BuildStep, copy_words};

/// Programs that put the text of a file somewhere else.
const MOVERS: &[&str] = &["cat", "cp", "head", "install", "ln", "mv", "sed", "tail", "tr"];

/// The scripts of the build context that a COPY or a command may have put somewhere by another name.
pub(crate) fn renamed_scripts<'c>(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    context: &'c BuildContext,
) -> impl Iterator<Item = &'c str> {
    let mut names: Vec<String> = Vec::new();
    if matches!(step.instruction.kind, Keyword::Copy | Keyword::Add) {
        let words = copy_words(dockerfile, step.instruction);
        if let [source, target] = words.as_slice()
            && name_of(source) != name_of(target)
        {
            names.push(name_of(source).to_owned());
        }
    }
    for command in step.content.commands() {
        if command.program_name().is_some_and(|name| MOVERS.contains(&name)) {
            let words = command.words.iter().skip(1).flatten();
            names.extend(words.map(|word| name_of(word).to_owned()));
        }
    }
    let entries = (!names.is_empty()).then(|| context.entries()).into_iter().flatten();
    entries.map(|(path, _)| path).filter(move |path| {
        names.iter().any(|name| name == name_of(path)) && is_script(context, path)
    })
}

/// Whether a file is a script, by its end or first line.
fn is_script(context: &BuildContext, path: &str) -> bool {
    let text = context.text(path);
    text.is_some_and(|text| path.ends_with(".sh") || text.starts_with("#!"))
}

impl Needs {
    /// Follows scripts that a step puts somewhere by another name.
    pub(super) fn renamed(&mut self, candidate: Candidate<'_, '_>, step: &BuildStep<'_>) {
        let dockerfile = candidate.build.dockerfile;
        if let Some(context) = candidate.facts.context {
            self.scripts.extend(renamed_scripts(dockerfile, step, context).map(str::to_owned));
        }
    }
}
