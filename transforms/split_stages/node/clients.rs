//! Clients: folders beside the program whose packages only build what it serves as files.

use dockslim_contract::ContextKind;
use dockslim_syntax::Keyword;
use serde_json::Value;

use super::super::interpreted::is_aside;
use super::super::subject::Subject;
use super::{base_name, ends_as_who_installs, managers, source_of_manifest, starts};
use crate::facts::is_within;

/// Where tools put what they build.
const OUTPUTS: [&str; 4] = ["build", "dist", "out", "public"];
/// Calls of Express, and of what serves files like it, that read files and run none (expressjs.com, "express.static", "res.sendFile"; koa-static,
/// serve-static).
const SERVES: [&str; 5] = ["static(", "serveStatic(", "serve(", "sendFile(", "sendfile("];

/// The folders with an install of their own of which the program in `folder` takes nothing but files that it serves. Node looks for packages in
/// the folder of a source and above it (Node.js, "Modules: CommonJS modules", "Loading from `node_modules` folders").
pub(super) fn built(subject: &Subject<'_, '_>, folder: &str) -> Vec<String> {
    let root = subject.ends_as_root() || ends_as_who_installs(subject);
    let mut found = others(subject, folder);
    found.retain(|client| root && is_served(subject, folder, client).is_some());
    found
}

/// Another folder with an install of its own, whose packages stay.
pub(super) fn kept(subject: &Subject<'_, '_>, folder: &str) -> Option<String> {
    let gone = built(subject, folder);
    others(subject, folder).into_iter().find(|client| !gone.contains(client))
}

/// All folders but that of the program in which a manager is called; none if one is not known.
fn others(subject: &Subject<'_, '_>, folder: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for done in subject.done.iter().filter(|done| managers::is_own(done)) {
        let Some(client) = done.folder.as_ref() else { return Vec::new() };
        if client != folder && !found.contains(client) {
            found.push(client.clone());
        }
    }
    found
}

/// `Some` where the program takes nothing else from a client.
fn is_served(subject: &Subject<'_, '_>, folder: &str, client: &str) -> Option<()> {
    let context = subject.context?;
    let source = source_of_manifest(subject, client).or_else(|| source_below(subject, client))?;
    let (own, name) = (source.strip_suffix("/package.json")?, base_name(client));
    let manifest = source_of_manifest(subject, folder)?;
    let apart = !is_within(folder, client) && base_name(own) == name && name.len() > 1;
    if !apart || speaks(subject, name) {
        return None;
    }
    for (path, entry) in context.entries() {
        let inside = path.starts_with(&format!("{own}/"));
        let listed = path.ends_with("-lock.json") || path.ends_with("lock.yaml");
        if inside
            || entry.kind == ContextKind::Folder
            || is_aside(path)
            || is_for_tools(path)
            || listed
        {
            continue;
        }
        // What cannot be read is no text.
        let Some(text) = context.text(path) else { continue };
        let clean = match base_name(path) {
            "package.json" => leaves_out(subject, text, name, path == manifest),
            "yarn.lock" => true,
            _ => serves_alone(text, name),
        };
        if !clean {
            return None;
        }
    }
    Some(())
}

/// The path of the package.json of a folder inside of one that a COPY brings.
fn source_below(subject: &Subject<'_, '_>, client: &str) -> Option<String> {
    let brought = subject.copied.iter().filter(|copied| copied.from_context);
    brought.flat_map(|copied| &copied.brings).filter(|one| one.folder).find_map(|one| {
        let rest = client.strip_prefix(one.place.as_str())?.strip_prefix('/')?;
        let start = if one.source.is_empty() { String::new() } else { format!("{}/", one.source) };
        let path = format!("{start}{rest}/package.json");
        subject.context?.exists(&path).then_some(path)
    })
}

/// Whether a file only tells tools what to do with a project: one whose name or folder begins with a dot, but for variables, and settings of
/// compilers and watchers.
fn is_for_tools(path: &str) -> bool {
    let name = base_name(path);
    let hidden = path.split('/').any(|part| part.starts_with('.')) && !name.starts_with(".env");
    hidden || name == "nodemon.json" || name.starts_with("tsconfig") && name.ends_with(".json")
}

/// Whether a start, a variable or a step that handles packages speaks of a client.
fn speaks(subject: &Subject<'_, '_>, name: &str) -> bool {
    let mut started = subject.launch.commands.iter().flatten();
    let dockerfile = subject.build.dockerfile;
    let mut steps = subject.stage.steps.iter();
    started.any(|word| word.as_deref().is_none_or(|word| mentions(word, name)))
        || steps.any(|step| {
            let text = step.text(dockerfile);
            match step.instruction.kind {
                Keyword::Env | Keyword::Healthcheck => {
                    text.split(|c: char| "=:/\"', []".contains(c)).any(|part| part == name)
                }
                Keyword::Run => text.contains("node_modules"),
                _ => false,
            }
        })
}

/// Whether package.json speaks of a client in no other script than those that no start leads to.
fn leaves_out(subject: &Subject<'_, '_>, text: &str, name: &str, own: bool) -> bool {
    let Ok(mut manifest) = serde_json::from_str::<Value>(text) else { return false };
    let words = starts(subject, Some(&manifest));
    let calls = ["npm", "npx", "yarn", "pnpm", "concurrently", "run-p", "run-s", "npm-run-all"];
    let leads = |word: &String| mentions(word, name) || calls.contains(&word.as_str());
    let count = subject.launch.commands.iter().flatten().count();
    let clean = !own || !words.iter().skip(count).any(leads);
    if let Some(table) = manifest.as_object_mut() {
        table.remove("scripts");
    }
    clean && manifest.get("workspaces").is_none() && !mentions(&manifest.to_string(), name)
}

/// Whether each line of a source that names a client hands what it built to a call that serves files, or gives it a name that only such calls
/// are handed.
fn serves_alone(text: &str, name: &str) -> bool {
    let serves = |line: &str| SERVES.iter().any(|call| line.contains(call));
    let mut variables: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| mentions(line, name)) {
        let built = OUTPUTS.iter().any(|output| mentions(line, output));
        let loads = ["require(", "import(", "spawn", "exec", "fork", "Worker("];
        let paths = line.replace("require('path')", "").replace("require(\"path\")", "");
        if !built || loads.iter().any(|call| paths.contains(call)) {
            return false;
        }
        if serves(line) {
            continue;
        }
        let set = ["const ", "let ", "var "].iter().find_map(|word| line.trim().strip_prefix(word));
        let Some((variable, value)) = set.and_then(|rest| rest.split_once('=')) else {
            return false;
        };
        if !["path.join(", "path.resolve(", "join(", "resolve("]
            .iter()
            .any(|call| value.trim().starts_with(call))
        {
            return false;
        }
        variables.push(variable.trim());
    }
    let letters = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
    variables.iter().all(|variable| {
        text.lines().filter(|line| line.split(letters).any(|word| word == *variable)).all(|line| {
            serves(line) || line.contains(&format!(" {variable} =")) && mentions(line, name)
        })
    })
}

/// Whether a text has a name as a part of a path, or between quotes.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + name.len()..].chars().next();
        let quoted = |c: Option<char>| c.is_none_or(|c| "\"'`/".contains(c));
        let ends = behind.is_none_or(|c| "\"'`/: ,".contains(c));
        let begins = before.is_some_and(|c| " \t=:(".contains(c)) && behind == Some('/');
        quoted(before) && ends || begins
    })
}

#[cfg(test)]
mod tests {
    use super::serves_alone;

    #[test]
    fn what_is_served_is_not_run() {
        assert!(serves_alone(
            "app.use(express.static(path.join(__dirname, '..', 'client', 'dist')));",
            "client"
        ));
        assert!(serves_alone(
            "const web = path.join(__dirname, 'client/build');\napp.use(express.static(web));",
            "client"
        ));
        assert!(!serves_alone(
            "const web = path.join(__dirname, 'client/build');\nload(web);",
            "client"
        ));
        assert!(!serves_alone("const app = require('../client/dist/server.js');", "client"));
        assert!(!serves_alone("vite.createServer({ root: '../client' })", "client"));
        assert!(serves_alone("const http = require('http');", "client"));
    }
}
