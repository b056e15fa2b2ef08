//! Who calls npm when the container runs, and for what: to run the scripts of a manifest it needs nothing besides Node, while an install
//! may ask for git and a compiler.

use dockslim_contract::{BuildContext, ContextKind};
use serde_json::Value;

use super::super::subject::Subject;
use super::base_name;
use super::managers::{are_called, are_named_in_code};

/// What a container asks of npm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nobody calls it.
    Nothing,
    /// It runs scripts.
    Scripts,
    /// It may be told anything.
    Anything,
}

/// Verbs that run scripts of the manifest, and no others (npm documentation, "npm run", "npm start", "npm test").
const RUN: &[&str] = &["start", "stop", "restart", "test", "t", "run", "run-script"];

/// Scripts around an install, which no container runs by its start (npm documentation, "scripts").
const AROUND: [&str; 2] = ["pre", "post"];

/// What the container asks of npm.
pub(super) fn asked(subject: &Subject<'_, '_>) -> Asked {
    if !are_called(subject, &["npm", "npx"]) {
        return Asked::Nothing;
    }
    let Some(context) = subject.context else { return Asked::Anything };
    let started = subject.launch.commands.iter();
    let started = started.map(|words| {
        let words: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or("$")).collect();
        words.join(" ")
    });
    let mut texts: Vec<String> = started.collect();
    texts.extend(scripts_of_shell(context));
    let mut waiting = scripts_of_manifests(context);
    // A script may run others.
    loop {
        let named = |name: &str| {
            texts.iter().any(|text| text.split(|c: char| is_space(c)).any(|word| word == name))
        };
        let reached = |name: &str| {
            let bare = AROUND.iter().find_map(|start| name.strip_prefix(start));
            ["start", "stop", "restart", "test"].contains(&name)
                || named(name)
                || bare.is_some_and(&named)
        };
        let (found, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(name, _)| reached(name));
        waiting = rest;
        if found.is_empty() {
            break;
        }
        texts.extend(found.into_iter().map(|(_, text)| text));
    }
    let runs = texts.iter().all(|text| runs_scripts(text));
    let elsewhere = are_named_in_code(context, &["npm", "npx"]);
    if runs && !elsewhere { Asked::Scripts } else { Asked::Anything }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || ";|&()`\"'".contains(c)
}

/// The texts of what a shell may read, without comments.
fn scripts_of_shell(context: &BuildContext) -> impl Iterator<Item = String> {
    let scripts = context.entries().filter(|(path, entry)| {
        let name = base_name(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        entry.kind != ContextKind::Folder
            && !path.split('/').any(|part| part == "node_modules")
            && !name.starts_with(['.'])
            && !name.starts_with("Dockerfile")
            && matches!(ending, "" | "sh" | "bash")
    });
    scripts.filter_map(|(path, _)| {
        let lines = context.text(path)?.lines().filter(|line| !line.trim_start().starts_with('#'));
        Some(lines.collect::<Vec<_>>().join("\n"))
    })
}

/// The scripts of all manifests, by their names.
fn scripts_of_manifests(context: &BuildContext) -> Vec<(String, String)> {
    let manifests = context.entries().filter(|(path, _)| {
        base_name(path) == "package.json" && !path.split('/').any(|part| part == "node_modules")
    });
    let mut found = Vec::new();
    for text in manifests.filter_map(|(path, _)| context.text(path)) {
        let manifest: Value = serde_json::from_str(text).unwrap_or_default();
        let scripts = manifest.get("scripts").and_then(Value::as_object);
        found.extend(
            scripts
                .into_iter()
                .flatten()
                .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))),
        );
    }
    found
}

/// Whether each call of npm in a text runs a script by a verb of its own.
fn runs_scripts(text: &str) -> bool {
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().all(|(at, word)| match base_name(word) {
        "npx" => false,
        "npm" => {
            let mut behind = words[at + 1..].iter().skip_while(|word| {
                matches!(**word, "-s" | "--silent" | "--no-update-notifier" | "--loglevel=error")
            });
            behind.next().is_some_and(|verb| RUN.contains(verb))
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::runs_scripts;

    #[test]
    fn scripts_are_run_by_verbs() {
        assert!(runs_scripts("cd /app && exec npm start"));
        assert!(runs_scripts("npm --silent run serve -- --port 80"));
        assert!(!runs_scripts("npm install && npm start"));
        assert!(!runs_scripts("npm $1"));
        assert!(!runs_scripts("exec npm"));
        assert!(!runs_scripts("npx serve"));
    }
}
