//! Packages of Node that build a client, of which a server beside it only hands out files.
//!
//! Sources: Node.js documentation, "Modules: CommonJS modules" (a module is looked for in `node_modules` beside its source and above); Express,
//! "Serving static files", `res.sendFile`; TypeScript, "TSConfig Reference", `paths`, `references`.

use serde_json::Value;

use super::Split;
use super::listed::loads_from;
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
        let mut given = false;
        for (path, _) in context.entries() {
            let file = path.rsplit('/').next().unwrap_or(path);
            let hidden = path.split('/').any(|part| part.starts_with('.'));
            let told = [".env", ".babelrc", ".swcrc"].iter().any(|start| file.starts_with(start));
            let aside = hidden && !told
                || file.starts_with("Dockerfile")
                || file.ends_with(".md")
                || file.contains("-lock.")
                || matches!(file, "yarn.lock" | "nodemon.json");
            if aside || path.starts_with(&format!("{source}/")) {
                continue;
            }
            let Some(text) = context.text(path) else { continue };
            if !is_read_by_word(file) && loads_from(path, text, source) {
                return None;
            }
            let clean = match file {
                "package.json" => self.asks_nothing_of(text, name, own.as_deref() == Some(path)),
                _ if is_read_by_word(file) => !names(text, name, file.contains("sconfig")),
                _ => match hands_out(text, name) {
                    Handed::Elsewhere => false,
                    Handed::Out => {
                        given = true;
                        true
                    }
                    Handed::Nowhere => true,
                },
            };
            if !clean {
                return None;
            }
        }
        given.then_some(())
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

/// What a source does with what was built of a client.
#[derive(PartialEq, Eq)]
enum Handed {
    /// It does not name it.
    Nowhere,
    /// It gives its files out, and does nothing else with it.
    Out,
    /// It may do anything.
    Elsewhere,
}

/// Whether a client's name is looked for as a word in a file: all that is neither JavaScript nor a text to look at.
fn is_read_by_word(file: &str) -> bool {
    const BY_SIGNS: &str = " js mjs cjs ts mts cts jsx tsx vue svelte css ejs graphql hbs htm html pug scss sql svg txt ";
    let ending = file.rsplit('.').next().filter(|ending| *ending != file).unwrap_or_default();
    let signs = !ending.is_empty() && BY_SIGNS.contains(&format!(" {ending} "));
    !signs && !file.starts_with("LICENSE")
}

/// Whether a text has a name as a word; what a compiler is told to exclude does not count.
fn names(text: &str, name: &str, of_compiler: bool) -> bool {
    let mut excluded = false;
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' || c == '-' {
            word.push(c);
            continue;
        }
        if word == name && !excluded {
            return true;
        }
        excluded = of_compiler && (excluded || word == "exclude" && c == '"') && c != ']';
        word.clear();
    }
    false
}

/// What a source does with a client, line by line.
fn hands_out(text: &str, name: &str) -> Handed {
    let letter = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let gives = |line: &str| {
        GIVES.iter().any(|call| {
            let mut pieces: Vec<&str> = line.split(call).collect();
            pieces.pop();
            pieces.iter().any(|before| !before.ends_with(letter))
        })
    };
    let mut held: Vec<&str> = Vec::new();
    let mut result = Handed::Nowhere;
    for line in text.lines() {
        if !speaks(line, name) {
            continue;
        }
        let requires = line.matches("require(").count();
        let of_paths = ["require('path')", "require(\"path\")", "require('node:path')"];
        let paths: usize = of_paths.iter().map(|call| line.matches(call).count()).sum();
        let runs = requires > paths || RUNS.iter().any(|call| line.contains(call));
        if runs || !BUILT.iter().any(|built| speaks(line, built)) {
            return Handed::Elsewhere;
        }
        if gives(line) {
            result = Handed::Out;
            continue;
        }
        let Some((set, value)) = line.split_once('=') else { return Handed::Elsewhere };
        // The type of TypeScript stands behind the name.
        let set = set.split(':').next().unwrap_or(set);
        let variable = match set.split_whitespace().collect::<Vec<_>>()[..] {
            ["const" | "let" | "var", variable] if variable.chars().all(letter) => variable,
            _ => return Handed::Elsewhere,
        };
        let first = value.split_whitespace().next().unwrap_or_default();
        if !first.contains("join(") && !first.contains("resolve(") {
            return Handed::Elsewhere;
        }
        held.push(variable);
    }
    for line in text.lines().filter(|line| !speaks(line, name)) {
        if line.split(|c| !letter(c)).any(|word| held.contains(&word)) {
            if !gives(line) {
                return Handed::Elsewhere;
            }
            result = Handed::Out;
        }
    }
    result
}

/// Whether a name stands in a text as a part of a path, as a text of its own, or as where a command goes.
fn speaks(text: &str, name: &str) -> bool {
    let mut rest = text;
    let mut last = None;
    while let Some((before, behind)) = rest.split_once(name) {
        let front = before.chars().next_back().or(if before.is_empty() { last } else { None });
        let next = behind.chars().next();
        let opens = front.is_none_or(|c| "'\"`/@~#".contains(c));
        let closes = next.is_none_or(|c| "'\"`/:, ".contains(c));
        let path = next == Some('/') && front.is_some_and(|c| "=:( \t".contains(c));
        let word = before
            .trim_end_matches([' ', '='])
            .rsplit(|c: char| !(c.is_alphanumeric() || c == '-'));
        let spaced = matches!(front, Some(' ' | '='));
        let to = { word }
            .next()
            .is_some_and(|word| ["cd", "--prefix", "--cwd", "--dir", "-C"].contains(&word));
        let ends = next.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == '$'));
        if opens && closes || path || spaced && to && ends {
            return true;
        }
        last = name.chars().next_back();
        rest = behind;
    }
    false
}
