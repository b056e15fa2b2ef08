//! What steps in front of an install set for it: a value may be a path that begins where the install runs, and leads to a file that
//! is copied.
//!
//! npm takes `cafile` from there (<https://docs.npmjs.com/cli/using-npm/config#cafile>), and so do others with their certificates,
//! stores and sources.

use dockslim_syntax::{Dockerfile, Keyword};

use super::copies::folder;
use super::project::{Project, climbed};
use super::reasons;
use crate::facts::{Command, Copied, is_within};
use crate::pass::Refusal;

/// Words by which a package manager keeps settings for later calls.
const KEEPS: [&str; 6] = ["config", "set", "env", "nuget", "source", "sources"];

/// What the names of settings hold whose values are no paths.
const NO_PATHS: [&str; 8] =
    ["auth", "mail", "password", "proxy", "registry", "token", "url", "user"];

/// Whether no setting leads an install, which runs in one of these folders, to what the copies of these numbers bring.
pub(super) fn settings(
    dockerfile: &Dockerfile<'_>,
    project: &Project<'_, '_>,
    folders: &[&str],
    moved: &[usize],
) -> Result<(), Refusal> {
    let leads = |text: &str| {
        folders.iter().find_map(|folder| entry(project, folder, moved, text)).map(str::to_owned)
    };
    for (_, command) in project.commands() {
        let Some((text, open)) = kept(dockerfile, command) else { continue };
        let whole = command.text(dockerfile);
        if open {
            let message = format!("`{whole}` sets what is known only when the image is built");
            return Err((&reasons::ENVIRONMENT, message));
        }
        if let Some(path) = leads(&text) {
            let message = format!("`{whole}` may lead the install to `{path}`, which is copied");
            return Err((&reasons::ENVIRONMENT, message));
        }
    }
    for (what, text) in files(dockerfile, project, folders) {
        if let Some(path) = leads(&text) {
            let message = format!("{what} may lead the install to `{path}`, which is copied");
            return Err((&reasons::ENVIRONMENT, message));
        }
    }
    Ok(())
}

/// What a text names, from a folder on, of the files that copies bring.
fn entry<'w>(
    project: &Project<'_, '_>,
    folder: &str,
    moved: &[usize],
    text: &'w str,
) -> Option<&'w str> {
    let parts = text.split(|c: char| c.is_whitespace() || "=:,;\"'`()[]{}<>".contains(c));
    parts.filter(|part| part.starts_with(|c: char| c.is_alphanumeric() || "._@".contains(c))).find(
        |part| {
            let place = climbed(folder, part);
            let found = place.and_then(|place| project.source_of(&place));
            found.is_some_and(|(at, source)| !source.is_empty() && moved.contains(&at))
        },
    )
}

/// The values that a command keeps for later ones, and whether one of them is not known and may be a path.
fn kept(dockerfile: &Dockerfile<'_>, command: &Command<'_>) -> Option<(String, bool)> {
    let call = command.call?;
    // What bundler is told is read with its call.
    if command
        .words
        .first()
        .is_some_and(|word| matches!(word.as_deref(), Some("bundle" | "bundler")))
    {
        return None;
    }
    let option = |word: &String| word.starts_with('-') && !word.contains('=');
    let raw = (1..command.words.len()).map(|at| command.raw_word(dockerfile, at));
    let raw: Vec<String> = raw.filter(|word| !option(word)).collect();
    let verb = raw.iter().take(4).rposition(|word| KEEPS.contains(&word.as_str()));
    let script = command.is_shell()
        && raw.iter().any(|word| KEEPS.iter().any(|verb| word.contains(&format!(" {verb} "))));
    let to_file = call.redirects.iter().any(|redirect| {
        let target = dockerfile.text(redirect.target.span);
        !target.starts_with("/dev/") && !target.bytes().all(|byte| byte.is_ascii_digit())
    });
    let values = match verb {
        // The first word behind it is a key, if another one follows.
        Some(at) if raw.len() > at + 2 => &raw[at + 2..],
        Some(at) => &raw[at + 1..],
        None if script || to_file || matches!(command.program_name(), Some("tee" | "sed")) => &raw,
        None => return None,
    };
    let says = |text: &str, signs: &[&str]| {
        let text = text.to_ascii_lowercase();
        signs.iter().any(|sign| text.contains(sign))
    };
    let key = verb.and_then(|at| raw.get(at + 1)?.split('=').next());
    let open = command.words.contains(&None)
        && match key {
            Some(key) => !says(key, &NO_PATHS),
            None => says(&raw.join(" "), &["file", "cert", "cainfo"]),
        };
    Some((values.join(" "), open))
}

/// What steps in front write in here-documents, and the files of the context that are copied to where programs look for their
/// settings, beside these folders, each with what it is for people.
fn files(
    dockerfile: &Dockerfile<'_>,
    project: &Project<'_, '_>,
    folders: &[&str],
) -> Vec<(String, String)> {
    const PLACES: [&str; 5] = ["/etc", "/root", "/home", "/usr/etc", "/usr/local/etc"];
    let mut files = Vec::new();
    for (number, stage) in project.stages.iter().enumerate() {
        let until = if number == 0 { project.number } else { stage.steps.len() };
        for (at, step) in stage.steps[..until].iter().enumerate() {
            // What is written in here-documents is a file, too.
            if step.instruction.kind == Keyword::Run && !step.instruction.heredocs.is_empty() {
                let text = dockerfile.raw(step.instruction.lines).to_owned();
                files.push(("a here-document".to_owned(), text));
            }
            if step.instruction.kind != Keyword::Copy {
                continue;
            }
            let here = folder(stage, step);
            let Ok(copied) = Copied::of(dockerfile, project.context, (at, step), &here) else {
                continue;
            };
            for brought in copied.brings.iter().filter(|brought| !brought.folder) {
                let text = project.context.text(&brought.source);
                let settings = PLACES.iter().any(|place| is_within(&brought.place, place))
                    && !folders.iter().any(|folder| is_within(&brought.place, folder));
                files.extend(
                    text.filter(|_| settings)
                        .map(|text| (format!("`{}`", brought.source), text.to_owned())),
                );
            }
        }
    }
    files
}
