//! Packages of Node that build a client, of which a server beside it only hands out files.
//!
//! Sources: Node.js documentation, "Modules: CommonJS modules" (a module is looked for in `node_modules` beside its source and above); Express,
//! "Serving static files", `res.sendFile`.

use serde_json::Value;

use super::Split;
use crate::compare::development::brought;
use crate::compare::folders::{absolute, image, is_within};
use crate::program::{Action, Step, visit};
use crate::shell::readable;

/// Folders for what is built.
const BUILT: &[&str] = &["dist", "build", "out", "public"];
/// Calls that give out files.
const GIVES: &[&str] = &["static(", "sendFile(", "sendfile(", "serveStatic(", "serve("];
/// Calls that run something.
const RUNS: &[&str] = &["import(", "spawn", "exec", "fork", "Worker("];

impl<'t> Split<'_, 't> {
    /// Whether a path is the folder of the packages of a client.
    pub(super) fn builds_a_client(&self, path: &str) -> bool {
        let Some(folder) = path.strip_suffix("/node_modules") else { return false };
        self.is_a_client(folder).is_some()
    }

    fn is_a_client(&self, folder: &str) -> Option<()> {
        let context = self.context?;
        let own = image(&self.old.image);
        let program = absolute(".", &self.new.configuration.directory, own)?;
        let name = folder.rsplit('/').next().filter(|name| name.len() > 1)?;
        let mut steps: Vec<&Step<'t>> = Vec::new();
        visit(&self.old.steps, &mut |step| steps.push(step));
        let mut installs = false;
        let mut handles = false;
        for step in &steps {
            match &step.action {
                Action::Call(call) => {
                    let words: Vec<String> = call.words.iter().map(|word| readable(word)).collect();
                    let seen = self.states.seen(call.state);
                    let here = absolute(".", &seen.directory, own);
                    let manager =
                        words.first().is_some_and(|it| matches!(&**it, "npm" | "yarn" | "pnpm"));
                    installs |= manager && here.as_deref() == Some(folder);
                    handles |= words.iter().any(|word| word.contains("node_modules"));
                }
                Action::Copy(_) | Action::MakeFolder { .. } | Action::Volume(_) => {}
                _ => handles = true,
            }
        }
        let place = format!("{folder}/package.json");
        let source = brought(&steps, own, context, &place).ok()??;
        let source = source.strip_suffix("/package.json")?;
        let part =
            |text: &str| text.split(|c: char| "/=:\"', []()`".contains(c)).any(|part| part == name);
        let configuration = &self.new.configuration;
        let told = configuration.starts().into_iter().flatten().any(part)
            || configuration.environment.values().any(|value| part(value));
        let same = source.rsplit('/').next() == Some(name);
        if is_within(&program, folder) || !installs || handles || told || !same {
            return None;
        }
        let own = brought(&steps, own, context, &format!("{program}/package.json")).ok()?;
        for (path, _) in context.entries() {
            let file = path.rsplit('/').next().unwrap_or(path);
            let hidden = path.split('/').any(|part| part.starts_with('.'));
            let aside = hidden && !file.starts_with(".env")
                || file.starts_with("Dockerfile")
                || file.ends_with(".md")
                || file.contains("-lock.")
                || matches!(file, "yarn.lock" | "nodemon.json")
                || file.starts_with("tsconfig");
            if aside || path.starts_with(&format!("{source}/")) {
                continue;
            }
            let Some(text) = context.text(path) else { continue };
            let clean = match file {
                "package.json" => self.asks_nothing_of(text, name, own.as_deref() == Some(path)),
                _ => hands_out(text, name),
            };
            if !clean {
                return None;
            }
        }
        Some(())
    }

    /// Whether package.json speaks of a client in scripts alone, none of which the container runs.
    fn asks_nothing_of(&self, text: &str, name: &str, own: bool) -> bool {
        let Ok(mut manifest) = serde_json::from_str::<Value>(text) else { return false };
        let scripts = manifest["scripts"].take();
        let starts: Vec<&str> = self.new.configuration.starts().into_iter().flatten().collect();
        let started = |script: &str| {
            let bare = script.strip_prefix("pre").or(script.strip_prefix("post"));
            let named = |one: &str| {
                let split = |c: char| !(c.is_alphanumeric() || "-_:".contains(c));
                starts.iter().any(|text| text.split(split).any(|word| word == one))
            };
            named(script) || bare.is_some_and(named)
        };
        let leads = |text: &str| {
            let split = |c: char| c.is_whitespace() || "/;&|'\"".contains(c);
            text.split(split).any(|word| {
                word == name
                    || [
                        "npm",
                        "npx",
                        "yarn",
                        "pnpm",
                        "concurrently",
                        "run-p",
                        "run-s",
                        "npm-run-all",
                    ]
                    .contains(&word)
            })
        };
        let mut all = scripts.as_object().into_iter().flatten();
        let run = own
            && all.any(|(script, text)| started(script) && leads(text.as_str().unwrap_or("npm")));
        !run && manifest.get("workspaces").is_none() && !speaks(&manifest.to_string(), name)
    }
}

/// Whether a source hands out what was built of a client, and does nothing else with it.
fn hands_out(text: &str, name: &str) -> bool {
    let gives = |line: &str| GIVES.iter().any(|call| line.contains(call));
    let mut held: Vec<&str> = Vec::new();
    for line in text.lines() {
        if !speaks(line, name) {
            continue;
        }
        let requires = line.matches("require(").count();
        let of_paths = ["require('path')", "require(\"path\")", "require('node:path')"];
        let paths: usize = of_paths.iter().map(|call| line.matches(call).count()).sum();
        let runs = requires > paths || RUNS.iter().any(|call| line.contains(call));
        if runs || !BUILT.iter().any(|built| speaks(line, built)) {
            return false;
        }
        if gives(line) {
            continue;
        }
        let mut words = line.split_whitespace();
        let (Some("const" | "let" | "var"), Some(variable), Some("="), Some(value)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return false;
        };
        if !value.contains("join(") && !value.contains("resolve(") {
            return false;
        }
        held.push(variable);
    }
    let word = |line: &str, one: &str| {
        line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).any(|it| it == one)
    };
    text.lines()
        .all(|line| !held.iter().any(|one| word(line, one)) || gives(line) || speaks(line, name))
}

/// Whether a name stands in a text as a part of a path, or as a text of its own.
fn speaks(text: &str, name: &str) -> bool {
    let mut rest = text;
    let mut last = None;
    while let Some((before, behind)) = rest.split_once(name) {
        let front = before.chars().next_back().or(if before.is_empty() { last } else { None });
        let next = behind.chars().next();
        let opens = front.is_none_or(|c| "'\"`/".contains(c));
        let closes = next.is_none_or(|c| "'\"`/:, ".contains(c));
        let path = next == Some('/') && front.is_some_and(|c| "=:( \t".contains(c));
        if opens && closes || path {
            return true;
        }
        last = name.chars().next_back();
        rest = behind;
    }
    false
}
