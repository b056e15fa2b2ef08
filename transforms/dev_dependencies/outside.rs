//! Who else starts a container: compose files, and calls of a builder in scripts, in make files and in what is written for people.

use dockslim_contract::ContextKind;

use super::project::Project;
use super::reasons;
use super::users::{Asked, Words, split};
use crate::facts::{commands_of_compose, is_compose};
use crate::pass::Refusal;

/// Programs that start a command in a container.
const ENGINES: [&str; 5] = ["docker", "docker-compose", "kubectl", "nerdctl", "podman"];
/// Programs that start what is in node_modules.
const RUNNERS: [&str; 6] = ["npm", "npx", "pnpm", "pnpx", "yarn", "node"];
/// Ends of the names of files that call programs, or that tell people which to call.
const TELLING: [&str; 12] = [
    "Jenkinsfile",
    "Justfile",
    "Makefile",
    ".json",
    ".markdown",
    ".md",
    ".mk",
    ".sh",
    ".toml",
    ".yaml",
    ".yml",
    "justfile",
];

/// Whether nobody starts a container with something that would be missing.
pub(super) fn starts_none(project: &Project<'_>) -> Result<(), Refusal> {
    for (path, entry) in project.context.entries() {
        let inside = path.split('/').any(|folder| folder == "node_modules");
        if entry.kind == ContextKind::Folder || inside {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let refuse = |why: String| {
            (&reasons::USED_FROM_OUTSIDE, format!("`{path}` starts a container: {why}"))
        };
        if is_compose(name) {
            let text = project.context.text(path).unwrap_or("command: ?");
            composed(project, text).map_err(refuse)?;
        }
        if TELLING.iter().any(|end| name.ends_with(end)) {
            let text = project.context.text(path).unwrap_or_default();
            for words in split(text) {
                called(project, &words).map_err(refuse)?;
            }
        }
    }
    Ok(())
}

/// Whether the commands of a compose file do without.
fn composed(project: &Project<'_>, text: &str) -> Result<(), String> {
    if text.contains("NODE_ENV") && text.contains("dev") {
        return Err("NODE_ENV may ask for them".to_owned());
    }
    for line in commands_of_compose(text).lines().filter(|line| !line.ends_with(':')) {
        let plain = line.replace(['[', ']', ',', '"', '\''], " ");
        let plain = plain.trim_start().trim_start_matches("CMD-SHELL").trim_start_matches("CMD");
        Asked::of(project).script(plain)?;
    }
    Ok(())
}

/// Whether a command that starts one in a container does without.
fn called(project: &Project<'_>, words: &Words) -> Result<(), String> {
    let is = |names: &[&str]| {
        words.iter().position(|word| {
            word.as_deref().is_some_and(|word| names.contains(&word.trim_start_matches(['@', '`'])))
        })
    };
    let (Some(engine), Some(verb)) = (is(&ENGINES), is(&["run", "exec"])) else { return Ok(()) };
    if engine > verb {
        return Ok(());
    }
    let rest = &words[verb + 1..];
    let word = |word: &&Option<String>| word.as_deref().is_some_and(|word| project.is_lost(word));
    if let Some(Some(name)) = rest.iter().find(word) {
        return Err(format!("`{name}` may run"));
    }
    let at =
        rest.iter().position(|word| word.as_deref().is_some_and(|word| RUNNERS.contains(&word)));
    at.map_or(Ok(()), |at| Asked::of(project).command(&rest[at..].to_vec()))
}
