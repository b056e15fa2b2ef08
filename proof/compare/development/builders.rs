//! Files of a project that scripts of package.json give to Node, and that a container has no way to.

use std::collections::{BTreeMap, BTreeSet};

use dockslim_contract::{BuildContext, ContextKind};
use serde_json::Value;

use super::json;
use super::starts::parts;

/// What runs a script by its name, or a container by a command.
const BY_NAME: &[&str] = &["npm", "npx", "yarn", "pnpm", "bun"];
const CONTAINERS: &[&str] = &["docker", "podman", "kubectl", "nerdctl"];

/// Those files, by their paths; `starts` are the texts of what a container starts.
pub(super) fn only_build(
    context: &BuildContext,
    manifest: &str,
    starts: &[&str],
) -> BTreeSet<String> {
    let Some(manifest) = json(manifest) else { return BTreeSet::new() };
    let scripts: BTreeMap<&str, &str> = manifest["scripts"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, text)| Some((name.as_str(), text.as_str()?)))
        .collect();
    let files: Vec<(&str, &str)> = context
        .entries()
        .filter(|(path, entry)| {
            entry.kind == ContextKind::File && !format!("/{path}").contains("/node_modules/")
        })
        .filter_map(|(path, _)| Some((path, context.text(path)?)))
        .collect();
    let mut live: Vec<String> = starts.iter().map(ToString::to_string).collect();
    for (path, text) in &files {
        let name = path.rsplit('/').next().unwrap_or(path);
        if is_source(name) && finds_modules(text) {
            return BTreeSet::new();
        }
        let whole = name.contains("compose") && !is_source(name) || name == "Procfile";
        let shell = name.ends_with(".sh") || text.starts_with("#!");
        let runs = shell || is_source(name);
        for line in text.lines() {
            let by_name = runs && BY_NAME.iter().any(|program| line.contains(program));
            if whole || by_name || CONTAINERS.iter().any(|program| line.contains(program)) {
                live.push(line.to_owned());
            }
        }
    }
    let running = closure(&scripts, &live);
    let mut found = BTreeSet::new();
    for (name, text) in &scripts {
        if !running.contains(name) {
            found.extend(parts(text).iter().filter_map(|words| given(words)));
        }
    }
    let mut others = manifest.clone();
    others["scripts"] = Value::Null;
    let others = others.to_string();
    found.retain(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, _) = name.rsplit_once('.').unwrap_or((name, ""));
        let speaks = |text: &str| {
            text.match_indices(stem).any(|(at, _)| {
                let rest = &text[at + stem.len()..];
                text[..at].ends_with('/') && rest.starts_with(['"', '\'', '`'])
            }) || text.contains(name)
        };
        let read = files.iter().any(|(other, text)| {
            let file = other.rsplit('/').next().unwrap_or(other);
            let quiet = file.ends_with(".md")
                || file.contains("lock")
                || file.starts_with("Dockerfile")
                || matches!(file, "package.json" | ".dockerignore");
            *other != path && !quiet && speaks(text)
        });
        let runs = live.iter().any(|text| text.contains(name))
            || running.iter().any(|script| scripts[script].contains(name));
        let there = context.entry(path).is_some_and(|entry| entry.kind == ContextKind::File);
        there && stem != "index" && !read && !runs && !others.contains(name)
    });
    found
}

/// The file that a command gives to Node.
fn given(words: &[String]) -> Option<String> {
    let in_front = |word: &&String| word.contains('=') || *word == "cross-env" || *word == "env";
    let mut words = words.iter().skip_while(in_front);
    let (program, file) = (words.next()?, words.next()?);
    let file = file.strip_prefix("./").unwrap_or(file);
    let plain = ["js", "mjs", "cjs"].contains(&file.rsplit_once('.')?.1);
    (program == "node" && plain && !file.contains("..") && !file.starts_with(['/', '-']))
        .then(|| file.to_owned())
}

/// All scripts that a container may run: those that its texts name, those around them, and those that these name.
fn closure<'s>(scripts: &BTreeMap<&'s str, &'s str>, live: &[String]) -> BTreeSet<&'s str> {
    let mut running: BTreeSet<&'s str> = BTreeSet::new();
    let mut texts: Vec<&str> = live.iter().map(String::as_str).collect();
    while let Some(text) = texts.pop() {
        let sign = |c: char| !(c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.' | '*'));
        let words: BTreeSet<&str> = text
            .split(sign)
            .flat_map(|word| [word, word.split_once(':').map_or(word, |(_, rest)| rest)])
            .filter(|word| !word.is_empty())
            .collect();
        let names = |script: &str| {
            words.contains(script)
                || words.iter().any(|word| {
                    let front = word.split('*').next().unwrap_or(word);
                    front.len() < word.len() && script.starts_with(front)
                })
        };
        let by_manager = BY_NAME.iter().any(|program| words.contains(program));
        for (name, text) in scripts {
            let inner = name.strip_prefix("pre").or_else(|| name.strip_prefix("post"));
            let usual =
                |name: &str| by_manager && ["restart", "start", "stop", "test"].contains(&name);
            let runs =
                [Some(*name), inner].into_iter().flatten().any(|one| names(one) || usual(one));
            if runs && running.insert(name) {
                texts.push(text);
            }
        }
    }
    running
}

fn is_source(name: &str) -> bool {
    let ends = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"];
    ends.iter().any(|end| name.ends_with(end))
}

/// Whether a source asks for modules by what is no single text.
fn finds_modules(text: &str) -> bool {
    text.match_indices('(').any(|(at, _)| {
        let asks = ["require", "import"].iter().any(|word| text[..at].ends_with(word));
        let argument = text[at + 1..].trim_start();
        let mark = argument.chars().next().filter(|c| "\"'`".contains(*c));
        let whole =
            mark.and_then(|mark| argument[1..].split_once(mark)).is_some_and(|(name, behind)| {
                !name.contains('$') && behind.trim_start().starts_with([')', ','])
            });
        asks && !whole
    })
}
