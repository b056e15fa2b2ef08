//! Texts of a project from which nobody can start a program that is not known.

use dockslim_contract::{BuildContext, ContextKind};

use super::started::{is_server, name_of};

/// What stands in sources and settings that start programs, open libraries or let people type (documentation of each language's library for
/// processes and libraries, and of each server's settings).
const STARTS: &[&str] = &[
    "\"CC\"",
    "\"|",
    "#exec",
    "$CC",
    "%x",
    "'CC'",
    "'|",
    "ARGV.shift",
    "Console",
    "CONFIG[",
    "DebuggedApplication",
    "Dom\\",
    "FLASK_DEBUG",
    "Open3",
    "PTY",
    "Popen",
    "RbConfig",
    "REPL",
    "__import__",
    "binding.",
    "byebug",
    "cgi",
    "child_process",
    "code.interact",
    "ctypes",
    "debug=True",
    "delegator",
    "distutils",
    "dl(",
    "dlload",
    "embed(",
    "eval",
    "exec",
    "fabric",
    "ffi",
    "fiddle",
    "fork",
    "importlib",
    "include_shell",
    "invoke",
    "from sh ",
    "import sh",
    "irb",
    "loadmodule",
    "load_module",
    "lua",
    "nodemon",
    "open3",
    "passthru",
    "pcntl",
    "perl_",
    "pexpect",
    "php-config",
    "platform",
    "plumbum",
    "pm2",
    "popen",
    "posix",
    "prg:",
    "proc_open",
    "pty",
    "rake",
    "repl",
    "runpy",
    "setuptools",
    "shell",
    "spawn",
    "subprocess",
    "sysconfig",
    "zx",
    "|/",
];
/// Ends of texts that no source reads as one.
const PLAIN: &[&str] = &[".lock", ".md", "-lock.json", "-lock.yaml"];
/// Ends of pages, which hold programs only between signs.
const PAGES: &[&str] = &[".css", ".htm", ".html", ".svg"];
/// Ends of texts that list something, or set it.
const SETTINGS: &[&str] = &[".cfg", ".conf", ".csv", ".env", ".ini", ".properties", ".txt"];
/// Sources in which this sign is around a text.
const TEMPLATES: &[&str] = &[".cjs", ".js", ".jsx", ".mjs", ".mts", ".ts", ".tsx"];
/// Words that are in the way in scripts.
const WORDS: &[&str] = &[":", "cd", "exit", "export", "umask", "unset", "wait"];

/// A file of the context from which a program may be started that is not known.
pub(super) fn starts_programs<'c>(
    context: &'c BuildContext,
    programs: &[String],
) -> Option<&'c str> {
    let mut files = context.entries().filter(|(_, entry)| entry.kind == ContextKind::File);
    files.find_map(|(path, _)| {
        let text = context.text(path)?;
        (hands_commands(path, text) || may_start(context, path, text, programs)).then_some(path)
    })
}

/// Whether a line gives a container another command.
fn hands_commands(path: &str, text: &str) -> bool {
    const BY: &[&str] = &["compose", "docker", "kubectl", "nerdctl", "podman"];
    let holds = |line: &str, list: &[&str]| {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| list.contains(&word))
    };
    let runs = |line: &str| holds(line, BY) && holds(line, &["exec", "run"]);
    !name_of(path).starts_with("Dockerfile") && text.lines().any(runs)
}

fn may_start(context: &BuildContext, path: &str, text: &str, programs: &[String]) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    let ends = |list: &[&str]| list.iter().any(|end| name.ends_with(end));
    let beside = ["dockerfile", "license", "makefile", "package.json", ".dockerignore"];
    if ends(PLAIN) || beside.iter().any(|start| name.starts_with(start)) {
        return false;
    }
    let line = text.lines().next().unwrap_or_default();
    if name.ends_with("sh") || line.starts_with("#!") && line.ends_with("sh") {
        return !is_known_script(context, text, programs);
    }
    if ends(PAGES) {
        return ["<?php", "<?=", "<%", "#exec"].iter().any(|sign| text.contains(sign));
    }
    if ends(SETTINGS) && !name.starts_with("requirements") && names_one(text, programs) {
        return true;
    }
    // Calls of data bases and threads.
    let text = text.replace("execute", "").replace("executor", "");
    STARTS.iter().any(|sign| text.contains(sign))
        || holds_word(&text, "system")
        || opens_library(&text)
        || text.contains('`') && !ends(TEMPLATES)
}

fn holds_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(part))
}

fn opens_library(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(".so").any(|(at, _)| !text[at + 3..].starts_with(part))
}

/// Whether a text has the name of one of the programs as a word.
pub(super) fn names_one(text: &str, programs: &[String]) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let bare = |word: &str| word.trim_matches(['-', '.', '_']).to_ascii_lowercase();
    text.split(|c| !part(c)).any(|word| programs.contains(&bare(word)))
}

/// Whether each line of a script keeps files, or starts a server or a source of the project.
pub(super) fn is_known_script(context: &BuildContext, text: &str, programs: &[String]) -> bool {
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.all(|line| {
        let line = line.replace("&&", ";").replace("||", ";");
        let odd = line.contains(['|', '&', '`', '\\', '(', ')', '{', '<']);
        !odd && line.split(';').all(|part| is_known_part(context, part, programs))
    })
}

fn is_known_part(context: &BuildContext, part: &str, programs: &[String]) -> bool {
    let ways = ["if", "then", "else", "elif", "fi", "!"];
    let words: Vec<String> = part
        .split_whitespace()
        .skip_while(|word| ways.contains(word))
        .map(|word| word.trim_matches(['"', '\'']).to_owned())
        .collect();
    let Some(first) = words.first() else { return true };
    if first == "exec" && words.len() == 2 && words[1] == "$@" {
        return true;
    }
    let keeps = super::left_out::KEEPERS.contains(&first.as_str()) || WORDS.contains(&&**first);
    keeps && !names_one(part, programs) || !part.contains('$') && is_server(context, &words)
}
