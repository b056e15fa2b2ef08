//! Clients: folders beside the program whose packages only build what it serves as files.

use dockslim_contract::ContextKind;
use dockslim_syntax::Keyword;
use serde_json::Value;

use super::super::interpreted::is_aside;
use super::super::subject::Subject;
use super::listed::may_load;
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
    let mut handed = false;
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
            file if is_of_compiler(file) => !has_word(&without_excluded(text), name),
            file if is_source_or_page(file) => {
                if may_load(path, text, own) {
                    return None;
                }
                handed |= serves(text, name)?;
                true
            }
            _ => !has_word(text, name),
        };
        if !clean {
            return None;
        }
    }
    handed.then_some(())
}

/// Whether a file tells compilers where modules lie (TypeScript, "TSConfig Reference", `paths`, `references`, `extends`; Babel and SWC by their own).
fn is_of_compiler(file: &str) -> bool {
    let typescript = file.starts_with("tsconfig") || file.starts_with("jsconfig");
    typescript && file.ends_with(".json") || is_of_babel(file)
}

fn is_of_babel(file: &str) -> bool {
    file.starts_with(".babelrc") || file.starts_with(".swcrc")
}

/// The settings of a compiler without the folders that it is told to leave alone.
fn without_excluded(text: &str) -> String {
    let list = || {
        let (before, rest) = text.split_once("\"exclude\"")?;
        let (_, behind) = rest.trim_start().strip_prefix(':')?.split_once(']')?;
        Some(format!("{before}{behind}"))
    };
    list().unwrap_or_else(|| text.to_owned())
}

/// Whether a file is a source of JavaScript, or a text that nothing runs: there a name is a folder by what stands around it.
fn is_source_or_page(file: &str) -> bool {
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    let sources = ["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue", "svelte"];
    let pages = ["css", "ejs", "graphql", "hbs", "htm", "html", "pug", "scss", "sql", "svg", "txt"];
    sources.contains(&ending) || pages.contains(&ending) || file.starts_with("LICENSE")
}

/// Whether a text has a name as a word.
fn has_word(text: &str, name: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).any(|word| word == name)
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

/// Whether a file only tells tools what to do with a project: one whose name or folder begins with a dot, but for variables and settings of
/// compilers, and settings of watchers.
fn is_for_tools(path: &str) -> bool {
    let name = base_name(path);
    let read = name.starts_with(".env") || is_of_babel(name);
    path.split('/').any(|part| part.starts_with('.')) && !read || name == "nodemon.json"
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

/// Whether a source hands what a client built to a call that serves files, in its own line or by a name that only such calls are given; `None` if
/// a line does something else with the client.
fn serves(text: &str, name: &str) -> Option<bool> {
    let mut variables: Vec<&str> = Vec::new();
    let mut handed = false;
    for line in text.lines().filter(|line| mentions(line, name)) {
        let built = OUTPUTS.iter().any(|output| mentions(line, output));
        let loads = ["require(", "import(", "spawn", "exec", "fork", "Worker("];
        let paths = line.replace("require('path')", "").replace("require(\"path\")", "");
        if !built || loads.iter().any(|call| paths.contains(call)) {
            return None;
        }
        if calls_server(line) {
            handed = true;
            continue;
        }
        let mut words = ["const ", "let ", "var "].iter();
        let set = words.find_map(|word| line.trim().strip_prefix(word));
        let (variable, value) = set?.split_once('=')?;
        // TypeScript may say what it is: `web: string`.
        let variable = variable.split(':').next().unwrap_or(variable).trim();
        let calls = ["path.join(", "path.resolve(", "join(", "resolve("];
        let joined = calls.iter().any(|call| value.trim().starts_with(call));
        if !joined || variable.is_empty() || variable.contains(is_no_letter) {
            return None;
        }
        variables.push(variable);
    }
    for variable in variables {
        let uses = |line: &&str| line.split(is_no_letter).any(|word| word == variable);
        for line in text.lines().filter(uses).filter(|line| !mentions(line, name)) {
            if !calls_server(line) {
                return None;
            }
            handed = true;
        }
    }
    Some(handed)
}

fn is_no_letter(c: char) -> bool {
    !(c.is_alphanumeric() || c == '_' || c == '$')
}

/// Whether a line has a call that serves files.
fn calls_server(line: &str) -> bool {
    SERVES.iter().any(|call| {
        line.match_indices(call).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(is_no_letter)
        })
    })
}

/// Whether a text has a name as a part of a path, between quotes, or as the folder that a command goes to.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + name.len()..].chars().next();
        let quoted = |c: Option<char>| c.is_none_or(|c| "\"'`/@~#".contains(c));
        let ends = behind.is_none_or(|c| "\"'`/: ,".contains(c));
        let begins = before.is_some_and(|c| " \t=:(".contains(c)) && behind == Some('/');
        let goes = ["cd ", "--prefix ", "--cwd ", "--dir ", "-C ", "--prefix=", "--cwd=", "--dir="];
        let entered = goes.iter().any(|word| text[..at].ends_with(word));
        quoted(before) && ends || begins || entered && behind.is_none_or(is_no_letter)
    })
}

#[cfg(test)]
mod tests {
    use super::{serves, without_excluded};

    #[test]
    fn what_is_served_is_not_run() {
        let line = "app.use(express.static(path.join(__dirname, '..', 'client', 'dist')));";
        assert_eq!(serves(line, "client"), Some(true));
        for set in ["const web", "let web: string"] {
            let text = format!("{set} = path.join(__dirname, 'client/build');\n");
            assert_eq!(serves(&text, "client"), Some(false));
            let served = format!("{text}app.use(express.static(web));");
            assert_eq!(serves(&served, "client"), Some(true));
            assert_eq!(serves(&format!("{text}load(web);"), "client"), None);
        }
        for text in [
            "const app = require('../client/dist/server.js');",
            "vite.createServer({ root: '../client' })",
            "import { User } from '@client/models';",
            "shell('cd client && vite preview');",
            "observe(path.join('client', 'dist'));",
        ] {
            assert_eq!(serves(text, "client"), None, "{text}");
        }
        assert_eq!(serves("const http = require('http');", "client"), Some(false));
    }

    #[test]
    fn folders_that_a_compiler_leaves_alone() {
        let text = r#"{"include": ["src"], "exclude": ["client"], "references": []}"#;
        assert!(!without_excluded(text).contains("client"));
        assert!(without_excluded(text).contains("references"));
    }
}
