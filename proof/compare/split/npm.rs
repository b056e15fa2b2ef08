//! npm of a distribution in a container: to run scripts it needs nothing besides Node; installs ask for git and compilers, which it
//! recommends, and which came with it.
//!
//! Sources: npm documentation, "npm run", "scripts"; the package indexes of Debian and Ubuntu, field Recommends.

use std::collections::BTreeSet;

use super::runtime::Runtime;
use super::started::commands;

/// Packages that recommend nothing a container would ask for by itself, where certificates are there.
const WITHOUT_OTHERS: &[&str] = &[
    "bash",
    "ca-certificates",
    "curl",
    "dumb-init",
    "gosu",
    "jq",
    "netcat-openbsd",
    "nodejs",
    "npm",
    "python3",
    "tini",
    "tzdata",
    "unzip",
    "wget",
];

/// What npm does for a script of the manifest, by its verbs.
const VERBS: &[&str] = &["restart", "run", "run-script", "start", "stop", "t", "test"];
/// Options that take no word with them, and change nothing of that.
const QUIET: &[&str] = &["--loglevel=error", "--no-update-notifier", "--silent", "-s"];
/// Scripts that verbs of their own run.
const NAMED: &[&str] = &["restart", "start", "stop", "test"];

/// Packages of npm that start git.
const CALL_GIT: &[&str] = &["degit", "git-clone", "git-last-commit", "gitlog", "simple-git"];
/// Packages of npm that start Python.
const CALL_PYTHON: &[&str] =
    &["python-shell", "pythonia", "youtube-dl-exec", "yt-dlp-wrap", "ytdlp-nodejs", "zerorpc"];

impl Runtime<'_, '_> {
    /// Whether an install leaves out what others recommend, and a container that lets npm run its scripts does not miss that.
    pub(super) fn comes_alone(&self, packages: &[&str]) -> bool {
        let has = |name: &str| packages.contains(&name);
        self.is_distribution()
            && has("npm")
            && has("ca-certificates")
            && packages.iter().all(|name| WITHOUT_OTHERS.contains(name))
            && self.npm_runs_scripts()
    }

    /// Whether npm is called for nothing but scripts.
    fn npm_runs_scripts(&self) -> bool {
        let Some(context) = self.context else { return false };
        let mut known: Vec<Vec<String>> = Vec::new();
        for start in self.new.configuration.starts().into_iter().flatten() {
            known.extend(commands(start));
            known.push(tokens(start));
        }
        let mut waiting: Vec<(String, Vec<String>)> = Vec::new();
        for (path, _) in context.entries() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let aside = path.starts_with("node_modules/") || path.contains("/node_modules/");
            let Some(text) = context.text(path).filter(|_| !aside) else { continue };
            if name == "package.json" {
                let Ok(manifest) = serde_json::from_str::<serde_json::Value>(text) else {
                    return false;
                };
                let scripts = manifest.get("scripts").and_then(|all| all.as_object());
                for (script, command) in scripts.into_iter().flatten() {
                    waiting.push((script.clone(), tokens(command.as_str().unwrap_or("npm"))));
                }
                continue;
            }
            let source = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".py"]
                .iter()
                .chain(&[".rb", ".pl"])
                .any(|end| name.ends_with(end));
            if source && quotes_npm(text) {
                return false;
            }
            let script = !name.contains('.') || name.ends_with(".sh") || name.ends_with(".bash");
            if script && !name.starts_with("Dockerfile") {
                let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
                known.extend(lines.map(tokens));
            }
        }
        while let Some(at) = waiting.iter().position(|(name, _)| {
            let around = name.strip_prefix("pre").or_else(|| name.strip_prefix("post"));
            let is = |word: &String| word == name || Some(word.as_str()) == around;
            NAMED.contains(&name.as_str()) || known.iter().flatten().any(is)
        }) {
            known.push(waiting.swap_remove(at).1);
        }
        known.iter().all(|words| only_runs(words))
    }

    /// What nothing brings of that which came with npm, where a package of the project starts it.
    pub(super) fn lost_of_npm(
        &self,
        old: &BTreeSet<String>,
        new: &BTreeSet<String>,
    ) -> Option<&'static str> {
        let context = self.context.filter(|_| self.is_distribution() && old.contains("npm"))?;
        let lists = ["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"];
        let names = |packages: &[&str]| {
            context.entries().any(|(path, _)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                let text = context.text(path).filter(|_| lists.contains(&name));
                let other = |c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c));
                text.is_some_and(|text| text.split(other).any(|word| packages.contains(&word)))
            })
        };
        if !new.contains("git") && names(CALL_GIT) {
            return Some("git");
        }
        let python = new.contains("npm") || new.contains("python3");
        (!python && names(CALL_PYTHON)).then_some("python3")
    }
}

/// The words of a line, without signs between commands.
fn tokens(text: &str) -> Vec<String> {
    let signs = |c: char| {
        c.is_whitespace()
            || matches!(c, ';' | '|' | '&' | '(' | ')' | '`' | '"' | '\'' | '[' | ']' | ',')
    };
    text.split(signs).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether npm is told to run a script wherever it is named.
fn only_runs(words: &[String]) -> bool {
    let mut rest = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word)).peekable();
    while let Some(word) = rest.next() {
        if word == "npx" {
            return false;
        }
        if word == "npm" {
            while rest.next_if(|option| QUIET.contains(option)).is_some() {}
            if !rest.peek().is_some_and(|verb| VERBS.contains(verb)) {
                return false;
            }
        }
    }
    true
}

/// Whether a source has npm or npx at the start of a text.
fn quotes_npm(text: &str) -> bool {
    ["npm", "npx"].iter().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            let front = text[..at].chars().next_back();
            let behind = text[at + name.len()..].chars().next();
            front.is_some_and(|c| "\"'`".contains(c))
                && behind.is_none_or(|c| !(c.is_alphanumeric() || "_-./@".contains(c)))
        })
    })
}
