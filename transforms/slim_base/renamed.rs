//! Scripts of the project that a step gives another name, by which something may start them, and what an ADD brings that is not read.

use dockslim_contract::{Added, BuildContext};
use dockslim_syntax::{Dockerfile, Keyword};

use super::files::name_of;
use super::needs::{Candidate, Needs};
use crate::facts::{BuildStep, Command, copy_words};
use crate::knowledge::glob;

/// Programs that put the text of a file somewhere else.
const MOVERS: &[&str] =
    &["awk", "cat", "cp", "dd", "head", "install", "ln", "mv", "rsync", "sed", "tail", "tee", "tr"];

/// Signs of a script that puts files somewhere in a way that is not followed: tar's and rename's patterns, a shell's own reading of a file.
const UNFOLLOWED: &[&str] = &["--transform", "--xform", "rename ", "$(<"];

/// Programs that hand files to others.
const HANDERS: &[&str] = &["find", "parallel", "xargs"];

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
            && !target.ends_with('/')
            && name_of(source) != name_of(target)
        {
            names.push(pattern(source));
        }
    }
    if step.instruction.kind == Keyword::Run {
        let text = step.text(dockerfile);
        let leads = UNFOLLOWED.iter().any(|sign| text.contains(sign));
        names.extend(leads.then(|| "*".to_owned()));
        // A file that is mounted has the name that the mount gives it.
        for value in step.instruction.flags.iter().filter_map(|flag| flag.value) {
            let mount = dockerfile.text(value);
            let sources = mount.split(',').filter_map(|part| {
                part.strip_prefix("source=").or_else(|| part.strip_prefix("src="))
            });
            names.extend(sources.map(pattern));
        }
    }
    for command in step.content.commands().iter().filter(|command| moves(command)) {
        let words = command.words.iter().skip(1);
        names.extend(words.flat_map(|word| match word {
            Some(word) => word.split_whitespace().map(pattern).collect(),
            None => vec!["*".to_owned()],
        }));
        // What stands behind a redirection is read, too.
        let text = command.text(dockerfile);
        names.extend(text.split('<').skip(1).filter_map(|rest| {
            let word = rest.split_whitespace().next()?;
            Some(pattern(word.trim_matches(['"', '\''])))
        }));
    }
    let entries = (!names.is_empty()).then(|| context.entries()).into_iter().flatten();
    entries.map(|(path, _)| path).filter(move |path| {
        names.iter().any(|name| glob(name, name_of(path))) && is_script(context, path)
    })
}

/// Whether a command may put files somewhere else, itself or by what it hands to another program or a shell.
fn moves(command: &Command<'_>) -> bool {
    let is = |name: &str| MOVERS.contains(&name);
    let mut words = command.words.iter().skip(1).flatten().flat_map(|word| word.split_whitespace());
    command.program_name().is_some_and(|name| {
        is(name) || (HANDERS.contains(&name) || command.is_shell()) && words.any(is)
    })
}

/// The name at the end of a word, with a star for what is not known of it.
fn pattern(word: &str) -> String {
    let name = name_of(word);
    if name.contains(['$', '`', '{', '[', '?']) { "*".to_owned() } else { name.to_owned() }
}

/// Whether a file is a script, by its end or first line.
fn is_script(context: &BuildContext, path: &str) -> bool {
    let text = context.text(path);
    text.is_some_and(|text| path.ends_with(".sh") || text.starts_with("#!"))
}

impl Needs {
    /// Notes what an ADD brings that is not read here: downloads, and what is inside of archives.
    pub(super) fn added(
        &mut self,
        candidate: Candidate<'_, '_>,
        step: &BuildStep<'_>,
        text: &str,
        line: usize,
    ) {
        if text.contains("://") {
            self.note(format!("what line {line} downloads"));
        }
        let mut words = copy_words(candidate.build.dockerfile, step.instruction);
        words.pop();
        let context = candidate.facts.context.and_then(BuildContext::unpacked);
        let unpacks = words.iter().any(|word| {
            let known = context.and_then(|context| context.added(word.trim_start_matches("./")));
            let named = [".tar", ".tgz", ".gz", ".bz2", ".xz", ".txz"];
            match known {
                Some(Added::Copied) => false,
                Some(_) => true,
                None => named.iter().any(|end| word.ends_with(end) || word.contains(".tar")),
            }
        });
        if unpacks {
            self.note(format!("what line {line} unpacks calls"));
        }
    }

    /// Follows scripts that a step puts somewhere by another name.
    pub(super) fn renamed(&mut self, candidate: Candidate<'_, '_>, step: &BuildStep<'_>) {
        let dockerfile = candidate.build.dockerfile;
        if let Some(context) = candidate.facts.context {
            self.scripts.extend(renamed_scripts(dockerfile, step, context).map(str::to_owned));
        }
    }
}
