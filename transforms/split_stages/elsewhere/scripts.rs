//! Scripts of a package.json, the programs of Node that they start, and the settings of their tools: the places that these write to.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::super::effects::Done;
use super::super::launch::parent_of;
use super::super::subject::Subject;
use super::{above, climbs, is_foreign, name_of, places, quoted, seen_from, words};

/// Scripts that an install runs (npm documentation, "scripts").
const HOOKS: &[&str] =
    &["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];

/// Programs that write to the last of their operands, and those that write to each.
const TO_LAST: &[&str] = &["copyfiles", "cp", "cpx", "cpy", "install", "ln", "mv", "ncp", "rsync"];
const TO_EACH: &[&str] = &["mkdir", "mkdirp", "tee", "touch"];

/// Calls of Node and of fs-extra that write (Node, "File system"; the README of fs-extra).
const WRITES: &[&str] = &[
    "appendFile",
    "copyFile",
    "copySync",
    "cpSync",
    "createWriteStream",
    "ensureDir",
    "ensureFile",
    "fs.copy",
    "fs.cp",
    "fs.move",
    "mkdir",
    "moveSync",
    "openSync",
    "outputFile",
    "outputJson",
    "rename",
    "symlink",
    "writeFile",
    "writeJson",
];

/// Keys by which settings of tools name where these write (the documentation of Vite, TypeScript, webpack, Next.js, Angular, Vue CLI and
/// Rollup).
const KEYS: &[&str] = &[
    "assetsDir",
    "buildDir",
    "dest",
    "distDir",
    "file",
    "outDir",
    "outFile",
    "outdir",
    "outfile",
    "outputDir",
    "outputPath",
    "path",
];

/// A path that a script of the project may write to when a command of a package manager runs it, and that nothing moves, in words.
pub(super) fn stray(
    subject: &Subject<'_, '_>,
    done: &Done<'_, '_>,
    moves: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let context = subject.context?;
    let words = words(done);
    let install = |word: &&str| {
        matches!(*word, "install" | "ci" | "i" | "add" | "clean-install" | "rebuild" | "publish")
    };
    let bare = words.last().is_some_and(|word| name_of(word) == "yarn");
    let hooks = bare || words.iter().any(install);
    if let Some(path) = told_besides(subject, done, &words, moves) {
        return Some(format!("`{path}`"));
    }
    for (file, manifest) in manifests(context) {
        for place in places(subject, file) {
            let reader =
                Reader { subject, context, manifest: &manifest, folder: parent_of(&place), moves };
            let mut seen = Vec::new();
            let called = words.iter().copied().chain(HOOKS.iter().copied().filter(|_| hooks));
            let mut called = called.collect::<Vec<_>>().into_iter();
            if let Some(what) = called.find_map(|name| reader.script(name, &mut seen)) {
                return Some(what);
            }
            if let Some(what) = (!seen.is_empty()).then(|| reader.settings()).flatten() {
                return Some(what);
            }
        }
    }
    None
}

/// A path that a call hands on to a script behind its name, or a variable that React's scripts write to (Create React App, "Advanced
/// Configuration").
fn told_besides(
    subject: &Subject<'_, '_>,
    done: &Done<'_, '_>,
    words: &[&str],
    moves: &dyn Fn(&str) -> bool,
) -> Option<String> {
    const VARIABLE: &str = "BUILD_PATH";
    let text = done.command.text(subject.build.dockerfile);
    let step = subject.stage.steps.get(done.step);
    let settings = step.map_or(&[][..], |step| step.state.settings.as_slice());
    let set = settings.iter().filter(|one| one.name == VARIABLE);
    let given = text.split_once("BUILD_PATH=").map(|(_, rest)| rest);
    let given = given.map(|rest| rest.split_whitespace().next().unwrap_or_default().to_owned());
    let values = set.map(|one| one.value.clone().unwrap_or_else(|| "$".into()).into()).chain(given);
    let behind = words.iter().position(|word| *word == "run").map_or(&[][..], |at| &words[at..]);
    let mut paths = values.chain(written(behind, "").into_iter().map(str::to_owned));
    paths.find(|path| {
        let path = path.trim_matches(['"', '\'']);
        let end = done.folder.as_deref().filter(|_| !path.contains('$'));
        !end.and_then(|at| seen_from(at, path)).is_some_and(|end| moves(&end))
    })
}

/// The manifests of the project that can be read.
fn manifests(context: &BuildContext) -> Vec<(&str, Value)> {
    let entries = context.entries().map(|(path, _)| path);
    let own = entries.filter(|path| name_of(path) == "package.json" && !is_foreign(path));
    own.filter_map(|path| Some((path, serde_json::from_str(context.text(path)?).ok()?))).collect()
}

struct Reader<'r, 'f, 't> {
    subject: &'r Subject<'f, 't>,
    context: &'r BuildContext,
    manifest: &'r Value,
    /// The folder of the manifest in the image.
    folder: &'r str,
    moves: &'r dyn Fn(&str) -> bool,
}

impl Reader<'_, '_, '_> {
    /// The scripts of a name, with those around them and those that they call.
    fn script(&self, name: &str, seen: &mut Vec<String>) -> Option<String> {
        let name = name.trim_start_matches("npm:").trim_matches(['"', '\'']);
        let scripts = self.manifest.get("scripts")?.as_object()?;
        let start = name.strip_suffix('*');
        let fits = |one: &str| {
            one == name
                || one.strip_prefix("pre").or_else(|| one.strip_prefix("post")) == Some(name)
                || start.is_some_and(|start| !start.is_empty() && one.starts_with(start))
        };
        for (one, text) in scripts.iter().filter(|(one, _)| fits(one)) {
            if seen.contains(one) {
                continue;
            }
            seen.push(one.clone());
            let text = text.as_str().unwrap_or_default();
            if let Some(what) = self.commands(text, seen) {
                return Some(format!("the script `{one}` names {what}"));
            }
        }
        None
    }

    fn commands(&self, text: &str, seen: &mut Vec<String>) -> Option<String> {
        let mut here = Some(self.folder.to_owned());
        for command in text.split(['&', '|', ';', '(', ')']) {
            let spread = command.replace('>', " > ").replace('\\', "");
            let words: Vec<&str> =
                spread.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
            let told = words.iter().position(|word| !word.contains('=')).unwrap_or(words.len());
            let around = ["npx", "cross-env", "shx", "sudo", "env", "dotenv", "--"];
            let program = words.iter().skip(told).find(|word| {
                !around.contains(&name_of(word)) && !word.contains('=') && !word.starts_with('-')
            });
            let name = program.map_or("", |word| name_of(word));
            if name == "cd" {
                let target = words.last().copied().unwrap_or_default();
                here = here.filter(|_| !target.contains('$')).and_then(|at| seen_from(&at, target));
                continue;
            }
            for path in written(&words, name) {
                let end = here
                    .as_deref()
                    .filter(|_| !path.contains('$'))
                    .and_then(|at| seen_from(at, path));
                if !path.starts_with("/dev/") && !end.is_some_and(|end| (self.moves)(&end)) {
                    return Some(format!("`{path}`"));
                }
            }
            for word in &words {
                let found = self.script(word, seen).or_else(|| self.program(word, here.as_deref()));
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// What a source that a script starts writes.
    fn program(&self, word: &str, here: Option<&str>) -> Option<String> {
        let code = [".js", ".mjs", ".cjs", ".ts", ".mts"].iter().any(|end| word.ends_with(end));
        let path = seen_from(here.filter(|_| code)?, word)?;
        let (file, text) = self.source(&path)?;
        if !WRITES.iter().any(|call| text.contains(call)) {
            return None;
        }
        // Where a variable or the home leads, which no line tells.
        let step = self.subject.stage.steps.last();
        let settings = step.map_or(&[][..], |step| step.state.settings.as_slice());
        let led = settings.iter().filter(|one| !one.is_argument).find_map(|one| {
            let value = one.value.as_deref()?.trim_matches(['"', '\'']);
            let asked = text.contains(&format!("process.env.{}", one.name));
            (asked && value.starts_with('/') && !(self.moves)(value)).then_some(value)
        });
        let led = led.or_else(|| text.contains("homedir()").then_some("~"));
        if let Some(path) = led {
            return Some(format!("`{path}` by `{file}`"));
        }
        for line in text.lines().filter(|line| !reads(line)) {
            let paths = quoted(line);
            for path in &paths {
                let given = WRITES.iter().any(|call| {
                    line.split(call).skip(1).any(|rest| {
                        let rest = rest.trim_start_matches("Sync").trim_start_matches('(');
                        rest.len() < line.len()
                            && rest.trim_start().get(1..).is_some_and(|it| it.starts_with(path))
                    })
                });
                if path.starts_with('/') && (given || is_of_system(path)) && !(self.moves)(path) {
                    return Some(format!("`{path}` by `{file}`"));
                }
            }
            let levels: usize = paths.iter().map(|path| climbs(path)).sum();
            if levels > 0 && !(self.moves)(above(parent_of(&path), levels)) {
                return Some(format!("`{}` by `{file}`", line.trim()));
            }
        }
        None
    }

    /// The source of the context that lies at a path of the image.
    fn source(&self, path: &str) -> Option<(&str, &str)> {
        let mut files = self.context.entries().map(|(file, _)| file);
        let file = files.find(|file| {
            name_of(file) == name_of(path)
                && places(self.subject, file).iter().any(|one| one == path)
        })?;
        Some((file, self.context.text(file)?))
    }

    /// Where settings of tools beside the manifest, or below it, tell them to write.
    fn settings(&self) -> Option<String> {
        let mut files = self.context.entries().map(|(path, _)| path).filter(|path| {
            let name = name_of(path);
            !is_foreign(path)
                && (name.contains(".config.")
                    || name == "angular.json"
                    || name.starts_with("tsconfig") && name.ends_with(".json"))
        });
        files.find_map(|file| {
            let text = self.context.text(file)?;
            let place = places(self.subject, file)
                .into_iter()
                .find(|place| place.starts_with(self.folder))?;
            let start = parent_of(&place);
            // What Vite is told is seen from its root.
            let root = text.lines().find(|line| line.trim_start().starts_with("root:"));
            let down = root.map_or(0, |line| {
                quoted(line)
                    .iter()
                    .flat_map(|path| path.split('/'))
                    .filter(|name| !matches!(*name, "" | "." | ".."))
                    .count()
            });
            let mut lines = text.lines().filter(|line| !reads(line));
            lines.find_map(|line| {
                let value = KEYS.iter().find_map(|key| behind(line, key))?;
                let paths = quoted(value);
                let levels: usize = paths.iter().map(|path| climbs(path)).sum();
                let first = paths.iter().find(|path| path.starts_with('/') && is_of_system(path));
                let up = levels > down && !(self.moves)(above(start, levels - down));
                let lost = first.is_some_and(|path| !(self.moves)(path)) || up;
                lost.then(|| format!("`{file}` says `{}`", line.trim()))
            })
        })
    }
}

/// The paths that a command of a script writes to, as far as its program and its options tell.
fn written<'w>(words: &[&'w str], program: &str) -> Vec<&'w str> {
    let mut found = Vec::new();
    let leads = |word: &str| word.starts_with('/') || word.contains("..") || word.contains('$');
    let operands = || words.iter().copied().skip(1).filter(|word| !word.starts_with('-'));
    if TO_LAST.contains(&program) {
        found.extend(operands().next_back());
    } else if TO_EACH.contains(&program) {
        found.extend(operands());
    }
    for (at, word) in words.iter().enumerate() {
        if *word == ">" {
            found.extend(words[at + 1..].iter().find(|word| **word != ">"));
        }
        let (option, value) = word.split_once('=').unwrap_or((word, ""));
        let value =
            if value.is_empty() { words.get(at + 1).copied().unwrap_or_default() } else { value };
        let name = option.trim_start_matches('-').to_ascii_lowercase();
        let names = ["out", "dest", "dist", "target"].iter().any(|part| name.contains(part))
            || matches!(&*name, "o" | "d" | "dir" | "path" | "build_path");
        let is_option = option.starts_with('-') || word.contains('=');
        if names && is_option {
            found.push(value);
        }
    }
    found.retain(|word| leads(word));
    found
}

/// What stands behind a key of settings in a line.
fn behind<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    line.match_indices(key).find_map(|(at, _)| {
        let before = line[..at].chars().next_back();
        let rest = line[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        let whole = before.is_none_or(|c| !(c.is_alphanumeric() || "_.-/".contains(c)));
        rest.strip_prefix(':').filter(|_| whole)
    })
}

/// Whether a line of code only asks for another source.
fn reads(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("import ")
        || line.starts_with("//")
        || line.contains(" from ")
        || line.contains("require(") && !WRITES.iter().any(|call| line.contains(call))
}

/// Whether a path begins with a folder of the system, or with one that people make for data.
fn is_of_system(path: &str) -> bool {
    const TOPS: &[&str] = &[
        "app", "data", "etc", "home", "media", "mnt", "opt", "root", "run", "srv", "usr", "var",
        "www",
    ];
    let mut names = path.split('/').skip(1);
    names.next().is_some_and(|name| TOPS.contains(&name)) && names.next().is_some()
}
