//! What the files of the build context call: scripts of shells, and sources of other languages that start programs.

use dockslim_contract::{BuildContext, ContextKind};

use super::lacking::{KIT_FILES, LIBRARIES};
use super::uses::Uses;

/// Ends of sources whose language can start programs.
const SOURCES: &[&str] = &[
    ".cjs", ".go", ".groovy", ".java", ".js", ".jsx", ".kt", ".mjs", ".php", ".pl", ".pm", ".py",
    ".rb", ".scala", ".ts", ".tsx",
];
/// What a source names that starts programs, or looks for them (the documentation of each language's library for processes).
const STARTS: &[&str] = &[
    "subprocess",
    "os.system",
    "os.popen",
    "os.exec",
    "os.spawn",
    "which(",
    "find_executable",
    "Popen",
    "popen",
    "pexpect",
    "plumbum",
    "import sh",
    "from sh import",
    "from fabric",
    "from invoke",
    "delegator",
    "child_process",
    "exec(",
    "execSync",
    "execFile",
    "execa",
    "spawn",
    "shelljs",
    "zx",
    "system(",
    "system '",
    "system \"",
    "system %",
    "exec '",
    "exec \"",
    "exec %",
    "shell_exec",
    "passthru",
    "proc_open",
    "Open3",
    "%x",
    "`",
    "ProcessBuilder",
    "getRuntime()",
    "exec.Command",
    "LookPath",
    "qx",
];
/// Files that say what a manager of processes starts.
const STARTERS: &[&str] = &["Procfile", "crontab", "supervisord.conf"];
/// Whether a path of the context is the project's own.
pub(super) fn is_own(path: &str) -> bool {
    !path.split('/').any(|name| matches!(name, "node_modules" | ".git" | "vendor"))
}

impl Uses {
    /// Adds what the files of the project call: the scripts that the stage names, and all sources.
    pub(super) fn follow(&mut self, context: &BuildContext) {
        let files: Vec<&str> = context
            .entries()
            .filter(|(path, entry)| entry.kind == ContextKind::File && is_own(path))
            .map(|(path, _)| path)
            .collect();
        for path in &files {
            let text = context.text(path);
            let name = base(path);
            if name == "package.json" {
                self.scripts(text.unwrap_or_default());
            } else if STARTERS.contains(&name)
                || name.ends_with(".service")
                || name.contains("supervisor")
                || name.contains("cron") && !is_source(name)
            {
                self.starter(text.unwrap_or_default());
            } else if is_source(name) {
                match text {
                    Some(text) => self.source(text),
                    None => self.unread = true,
                }
            }
        }
        // Scripts may name others.
        let mut seen = Vec::new();
        while let Some(path) =
            files.iter().find(|path| !seen.contains(*path) && self.is_named(base(path)))
        {
            seen.push(path);
            self.script(path, context.text(path));
        }
    }

    /// A file of the project that is named where it may be run.
    fn script(&mut self, path: &str, text: Option<&str>) {
        let name = base(path);
        let Some(text) = text else {
            // A program that was built elsewhere.
            self.unread |= !name.contains('.') || name.ends_with(".bin") || name.ends_with(".run");
            return;
        };
        let first = text.lines().next().unwrap_or_default();
        let interpreter = first.strip_prefix("#!").unwrap_or_default();
        let of_shell = interpreter.split_whitespace().any(|word| base(word).ends_with("sh"));
        let shell = of_shell || name.ends_with(".sh") || name.ends_with(".bash");
        self.called.extend(interpreter.split_whitespace().map(|word| base(word).to_owned()));
        if shell || interpreter.is_empty() && !name.contains('.') {
            self.called.extend(in_variables(text));
            let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            lines.for_each(|line| self.shell(line));
        } else if !interpreter.is_empty() && !is_source(name) {
            self.source(text);
        }
    }

    /// What a manager of processes reads: each word may be called.
    fn starter(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
            self.shell(line);
            let cut = |c: char| c.is_whitespace() || "=:;&|\"'".contains(c);
            self.called.extend(line.split(cut).map(|word| base(word).to_owned()));
        }
    }

    /// The commands of a package.json.
    fn scripts(&mut self, text: &str) {
        let Ok(manifest) =
            serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'))
        else {
            self.unread = true;
            return;
        };
        let scripts = manifest.get("scripts").and_then(|scripts| scripts.as_object());
        for command in scripts.into_iter().flatten().filter_map(|(_, value)| value.as_str()) {
            self.shell(command);
        }
    }

    /// Notes a use of Tk, which the slim images of Python lack.
    pub(super) fn tells_of_python(&mut self, text: &str) {
        self.draws |= ["import tkinter", "from tkinter", "import Tkinter", "import turtle"]
            .iter()
            .any(|sign| text.contains(sign));
    }

    /// A source: a program that it starts stands at the beginning of a text.
    fn source(&mut self, text: &str) {
        let named = LIBRARIES.iter().chain(KIT_FILES).filter(|name| text.contains(**name));
        self.texts.extend(named.map(|name| (*name).to_owned()));
        self.tells_of_python(text);
        // A library that a program opens by its name.
        for (at, _) in text.match_indices(".so") {
            let before = text[..at].rsplit(['"', '\'', '/']).next().unwrap_or_default();
            if before.starts_with("lib") && !before.contains(char::is_whitespace) {
                self.texts.push(format!("{}/{before}", LIBRARIES[1]));
            }
        }
        // Parts in C that are compiled while a program of Python runs.
        let compiling = ["ffi.verify(", "pyximport", "distutils.ccompiler", "cppimport"];
        let compiling =
            compiling.iter().chain(&["cpp_extension.load", "cython.inline", "load_inline("]);
        if compiling.into_iter().any(|sign| text.contains(sign)) {
            self.called.push("gcc".to_owned());
        }
        if text.contains("find_library(") {
            self.unseen = Some("a source looks for a library".to_owned());
        }
        if !STARTS.iter().any(|sign| text.contains(sign)) {
            return;
        }
        for (at, _) in text.match_indices(['"', '\'', '`']) {
            let behind = &text[at + 1..];
            let end = behind.find(['"', '\'', '`', ' ', '\n']).unwrap_or(behind.len());
            let word = &behind[..end];
            let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
            let plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
            if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
                continue;
            }
            self.named.push(name.to_owned());
            if folder.is_empty() || folder.ends_with("bin") {
                self.words.push(name.to_owned());
                self.called.push(name.to_owned());
            }
        }
        text.lines().for_each(|line| self.chained(line));
        text.lines().for_each(|line| self.begun(line));
        // Ruby has a sign of its own for what a shell runs.
        for part in text.split("%x").skip(1) {
            let word = part.trim_start_matches(['(', '{', '[']);
            let end = word.find([')', '}', ']', ' ', '\n']).unwrap_or(word.len());
            self.words.push(base(&word[..end]).to_owned());
            self.called.push(base(&word[..end]).to_owned());
        }
    }

    /// What a shell would start behind an operator in a text of a source: all that may be one, from the first quotation of a line on.
    fn chained(&mut self, line: &str) {
        let text = line.find(['"', '\'', '`']).into_iter().chain(line.find("%x")).min();
        let Some(start) = text else { return };
        let mut parts = line[start..].split([';', '|', '&', '(', '`']);
        parts.next();
        for part in parts {
            let mut words = part.split_whitespace().skip_while(|word| word.contains('='));
            let word = words.next().unwrap_or_default().trim_end_matches(['"', '\'', ')', ',']);
            // Where something is set or compared, no program stands.
            if !word.is_empty() && words.next().is_none_or(|next| !next.starts_with('=')) {
                self.words.push(base(word).to_owned());
                self.called.push(base(word).to_owned());
            }
        }
    }
}

/// What runs the command behind it, once its own options and numbers are read (POSIX, "Utilities"; GNU coreutils; sudo(8)).
const RUNNERS: &str = " env exec ionice nice nohup setsid stdbuf sudo time timeout xargs ";

impl Uses {
    /// What stands where a command may begin in a line of a source, with a word behind it: a text may go over many lines, and languages
    /// write texts in many ways.
    fn begun(&mut self, line: &str) {
        if line.trim_start().starts_with("#!") {
            return;
        }
        for part in line.split(|c: char| "|;&(`\"'{[<!%".contains(c)) {
            let words: Vec<&str> = part.split_whitespace().collect();
            let mut runs = false;
            for (at, word) in words.iter().enumerate() {
                if word.contains('=') {
                    continue;
                }
                if RUNNERS.contains(&format!(" {} ", base(word))) {
                    runs = true;
                    continue;
                }
                let next = words.get(at + 1).copied().unwrap_or("=");
                if !word.starts_with('-') && !next.starts_with(['=', ':', '+', '?', '*', '>']) {
                    self.words.push(base(word).to_owned());
                }
                let own = word.starts_with('-')
                    || word.starts_with(|c: char| c.is_ascii_digit() || c == '{');
                let of_option = at > 0 && words[at - 1].starts_with('-');
                if !(runs && (own || of_option)) {
                    break;
                }
            }
        }
    }
}

fn is_source(name: &str) -> bool {
    SOURCES.iter().any(|end| name.ends_with(end))
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The programs that a script calls by a variable which it sets to their name.
fn in_variables(text: &str) -> Vec<String> {
    let commands = || text.split(['\n', '|', ';', '&', '(', ')', '`']).map(str::trim);
    let called = |name: &str| {
        commands().any(|command| {
            let word = command.split_whitespace().next().unwrap_or_default().trim_matches('"');
            word.strip_prefix('$').is_some_and(|word| word.trim_matches(['{', '}']) == name)
        })
    };
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let Some((name, value)) = word.split_once('=') else { continue };
        if !name.is_empty() && called(name) {
            found.push(base(value.trim_matches(['"', '\'', ';'])).to_owned());
        }
    }
    found
}
