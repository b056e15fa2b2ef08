//! What the scripts of a package.json start when the container does, one behind the other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Subject;

/// Programs that are there without any package: Node, its managers, and what every shell and image has.
const WITHOUT_PACKAGES: &[&str] = &[
    "[", "bash", "cat", "cd", "chmod", "cp", "echo", "env", "exec", "exit", "export", "false",
    "ls", "mkdir", "mv", "node", "npm", "pnpm", "printf", "pwd", "rm", "set", "sh", "sleep",
    "test", "touch", "true", "yarn",
];

/// The words that the container may hear when it starts: of its commands, of NODE_OPTIONS, and of each script that one of them names,
/// with those around it. `None` where a script starts a program that no dependency is known to bring.
pub(super) fn heard(subject: &Subject<'_, '_>, manifest: &Value) -> Option<BTreeSet<String>> {
    let step = subject.stage.steps.last();
    let settings = step.map_or(&[][..], |step| step.state.settings.as_slice());
    let options = settings.iter().filter(|setting| setting.name == "NODE_OPTIONS");
    let options = options.map(|setting| setting.value.as_deref().unwrap_or("$"));
    let started = subject.launch.commands.iter().flatten().flatten().map(String::as_str);
    let mut words: BTreeSet<String> = started.chain(options).flat_map(pieces).collect();
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let mut rest: Vec<(&String, &str)> = scripts
        .into_iter()
        .flatten()
        .filter_map(|(name, text)| Some((name, text.as_str()?)))
        .collect();
    loop {
        let all = words.iter().any(|word| word.contains('*') || word.starts_with('$'));
        let called = |name: &str| {
            let around = ["pre", "post"].iter().find_map(|start| name.strip_prefix(start));
            all || [Some(name), around].into_iter().flatten().any(|name| words.contains(name))
        };
        let (next, left): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(name, _)| called(name));
        if next.is_empty() {
            return Some(words);
        }
        for (_, text) in next {
            if !programs(text).all(|program| is_there(manifest, program)) {
                return None;
            }
            words.extend(pieces(text));
        }
        rest = left;
    }
}

/// The words of a text, without quotes and what stands between commands; `npm:NAME` is how `concurrently` calls a script.
fn pieces(text: &str) -> impl Iterator<Item = String> {
    let cut = |c: char| c.is_whitespace() || "\"'`=,;&|()".contains(c);
    let words = text.split(cut).filter(|word| !word.is_empty());
    words.map(|word| word.strip_prefix("npm:").unwrap_or(word).to_owned())
}

/// The programs of a script.
fn programs(text: &str) -> impl Iterator<Item = &str> {
    text.split(['&', '|', ';', '\n']).filter_map(|command| {
        command.split_whitespace().find(|word| !word.contains('=')).map(|word| {
            word.trim_matches(['(', ')', '"', '\'']).trim_start_matches("node_modules/.bin/")
        })
    })
}

/// Whether a program is there without development dependencies: it belongs to the system or the project, or has the name of a dependency.
fn is_there(manifest: &Value, program: &str) -> bool {
    let has = |name: &str| manifest.get("dependencies").is_some_and(|all| all.get(name).is_some());
    WITHOUT_PACKAGES.contains(&program) || program.starts_with(['.', '/']) || has(program)
}
