//! Files that only build a project: scripts of package.json hand them to Node, and nothing that runs in a container leads to them.

use std::collections::BTreeSet;

use dockslim_contract::ContextKind;

use super::Install;
use super::project::Project;
use super::users::{INITS, split, started};
use crate::facts::is_compose;

/// Programs that run scripts of package.json by their names.
const MANAGERS: [&str; 5] = ["bun", "npm", "npx", "pnpm", "yarn"];
/// Programs that start a container.
const ENGINES: [&str; 5] = ["docker", "docker-compose", "kubectl", "nerdctl", "podman"];
/// Ends of the names of files that Node runs as they are.
const PLAIN: [&str; 3] = [".js", ".mjs", ".cjs"];
/// Ends of the names of files in which the name of another one means nothing: lists, texts for people, settings of builders.
const SILENT: [&str; 6] =
    [".md", ".markdown", "-lock.json", "yarn.lock", "pnpm-lock.yaml", ".dockerignore"];

/// The paths of such files, where development dependencies go behind all steps.
pub(super) fn of(install: Install<'_, '_>, project: &Project<'_>) -> BTreeSet<String> {
    let context = project.context;
    let texts = || {
        let files = context.entries().filter(|(path, entry)| {
            entry.kind != ContextKind::Folder
                && !path.split('/').any(|folder| folder == "node_modules")
        });
        files.filter_map(|(path, _)| Some((path, context.text(path)?)))
    };
    let mut manifests = texts().filter(|(path, _)| name_of(path) == "package.json");
    let sources = || {
        texts().filter(|(path, _)| {
            [".js", ".ts", ".mjs", ".cjs"].iter().any(|end| path.ends_with(end))
        })
    };
    // A source that loads what it finds in a folder may load any.
    if manifests.nth(1).is_some() || sources().any(|(_, text)| loads_beside(text)) {
        return BTreeSet::new();
    }
    let scripts = project.all_scripts();
    let mut run: Vec<String> = started(install).into_iter().flatten().flatten().collect();
    for (path, text) in texts() {
        let name = name_of(path);
        let speaks = |line: &&str| ENGINES.iter().any(|engine| line.contains(engine));
        let calls = |line: &&str| MANAGERS.iter().any(|manager| line.contains(manager));
        let code = PLAIN.iter().chain(&[".ts", ".sh"]).any(|end| name.ends_with(end));
        if is_compose(name) || !name.contains('.') && text.starts_with("#!") {
            run.push(text.to_owned());
        } else if name != "package.json" {
            let lines = text.lines().filter(|line| speaks(line) || code && calls(line));
            run.extend(lines.map(str::to_owned));
        }
    }
    let reached = reached(&scripts, run.clone());
    let folder = project.source.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = BTreeSet::new();
    for (_, text) in scripts.iter().filter(|(name, _)| !reached.contains(name)) {
        for words in split(text) {
            let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
            let init = |word: &&&str| INITS.contains(*word) || word.contains('=');
            let words = &words[words.iter().take_while(init).count()..];
            let ["node", file, ..] = words else { continue };
            let file = file.trim_start_matches("./");
            let path = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
            let plain = PLAIN.iter().any(|end| file.ends_with(end)) && !file.contains("..");
            if plain && context.entry(&path).is_some_and(|entry| entry.kind == ContextKind::File) {
                found.insert(path);
            }
        }
    }
    found.retain(|path| {
        let name = name_of(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let loads = |text: &str| {
            ["'", "\"", "`"].iter().any(|quote| text.contains(&format!("/{stem}{quote}")))
        };
        let called = run.iter().any(|text| text.contains(name))
            || scripts.iter().any(|(script, text)| reached.contains(script) && text.contains(name))
            || project.names_outside_scripts(name);
        let spoken = texts().any(|(other, text)| {
            let silent = SILENT.iter().any(|end| other.ends_with(end))
                || name_of(other) == "package.json"
                || name_of(other).starts_with("Dockerfile");
            other != path && !silent && (text.contains(name) || loads(text))
        });
        stem != "index" && !called && !spoken
    });
    found
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The names of scripts to which some texts lead, by words and by one another.
fn reached(scripts: &[(String, String)], mut open: Vec<String>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    while let Some(text) = open.pop() {
        let other = |c: char| !(c.is_alphanumeric() || ":_-.*".contains(c));
        let words: Vec<&str> = text.split(other).collect();
        let manager = words.iter().any(|word| MANAGERS.contains(word));
        for (name, text) in scripts {
            let bare = ["pre", "post"].iter().find_map(|start| name.strip_prefix(start));
            let own = |word: &&&str| **word == name || bare == Some(**word);
            let started = matches!(bare.unwrap_or(name), "start" | "restart" | "stop" | "test");
            let by_pattern = words.iter().any(|word| {
                word.split_once('*').is_some_and(|(front, _)| {
                    name.starts_with(front.rsplit_once("npm:").map_or(front, |(_, rest)| rest))
                })
            });
            let prefixed = words.iter().any(|word| {
                word.split_once(':')
                    .is_some_and(|(manager, rest)| MANAGERS.contains(&manager) && rest == name)
            });
            let leads =
                words.iter().find(own).is_some() || manager && started || by_pattern || prefixed;
            if leads && found.insert(name.clone()) {
                open.push(text.clone());
            }
        }
    }
    found
}

/// Whether a source loads modules by more than one text between quotes.
fn loads_beside(text: &str) -> bool {
    let calls = ["require(", "import("].iter().flat_map(|sign| {
        text.match_indices(sign).map(|(at, sign)| text[at + sign.len()..].trim_start())
    });
    let mut calls = calls;
    calls.any(|rest| {
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
            return true;
        };
        let Some((name, behind)) = rest[1..].split_once(quote) else { return true };
        name.contains("${") || !behind.trim_start().starts_with([')', ','])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_lead_to_one_another() {
        let scripts: Vec<(String, String)> = [
            ("start", "npm-run-all -p serve:*"),
            ("prestart", "node clean.js"),
            ("serve:api", "node api.js"),
            ("build", "node build.mjs"),
            ("dev", "npm run build"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .to_vec();
        let names =
            |text: &str| reached(&scripts, vec![text.to_owned()]).into_iter().collect::<Vec<_>>();
        assert_eq!(names("npm"), ["prestart", "serve:api", "start"]);
        assert_eq!(names("node server.js"), [""; 0]);
        assert_eq!(names("npm run dev").join(" "), "build dev prestart serve:api start");
        assert!(names("concurrently npm:dev").contains(&"build".to_owned()));
    }

    #[test]
    fn what_is_loaded_by_its_place_is_found() {
        assert!(loads_beside("require('./' + name)"));
        assert!(loads_beside("import(path.join(here, name))"));
        assert!(loads_beside("import(`./${name}`)"));
        assert!(!loads_beside("const a = require('a'); await import(\"./b.js\")"));
    }
}
