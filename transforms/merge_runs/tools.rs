//! What a shell remembers of the programs that it has called.

use std::collections::BTreeSet;

use super::calls::{KnownCall, base_name};
use super::hazards::Hazard;
use super::reasons;

/// The programs that a shell has called, and those of them that were replaced since.
///
/// A shell remembers where it found a program (POSIX 2.9.1.1); a fresh one looks anew.
#[derive(Default)]
pub(super) struct Remembered {
    called: BTreeSet<String>,
    replaced: BTreeSet<String>,
}

impl Remembered {
    /// Whether a script that comes next calls by name what was replaced behind its shell's back.
    /// `in_place` says whether a program already lies where a new copy would go.
    pub(super) fn misleads(
        &self,
        script: &[KnownCall<'_>],
        in_place: impl Fn(&str) -> bool,
    ) -> Option<Hazard> {
        let mut replaced: BTreeSet<&str> = self.replaced.iter().map(String::as_str).collect();
        for call in script {
            let stale = |tool: &&str| replaced.contains(tool) && !in_place(tool);
            if let Some(tool) = call.outer_program().filter(stale) {
                let message = format!(
                    "`{tool}` may be replaced, and the shell remembers the path of the old one"
                );
                return Some((&reasons::TOOL_REPLACED, message));
            }
            if !self.called.is_empty() && may_replace(call) {
                let now = self.called.iter().filter(|tool| replaces(call, tool));
                replaced.extend(now.map(String::as_str));
            }
        }
        None
    }

    /// Follows a script that has joined.
    pub(super) fn follow(&mut self, script: &[KnownCall<'_>]) {
        for call in script {
            let program =
                call.outer_program().filter(|tool| !tool.contains('/') && !is_builtin(tool));
            if let (Some(tool), false) = (program, call.in_child) {
                self.called.insert(tool.to_owned());
            }
            if may_replace(call) {
                let replaced = self.called.iter().filter(|tool| replaces(call, tool)).cloned();
                self.replaced.extend(replaced);
            }
        }
    }
}

fn is_builtin(program: &str) -> bool {
    const BUILTINS: &[&str] = &[
        "echo", "cd", "set", "test", "[", "true", "false", ":", "printf", "export", "command",
        "exit", "pwd", "unset", "type", "umask", "wait", "kill",
    ];
    BUILTINS.contains(&program)
}

/// Whether a call may put any program in an earlier place of PATH: system package managers upgrade
/// where the old copy lies.
fn may_replace(call: &KnownCall<'_>) -> bool {
    let program = call.program().unwrap_or_default();
    let known = SYSTEM_MANAGERS.contains(&program) || READERS.contains(&program);
    !known || (program == "conda" && call.has(&["create"]))
}

/// Whether a call may put another copy of a tool in an earlier place of PATH.
fn replaces(call: &KnownCall<'_>, tool: &str) -> bool {
    let program = call.program().unwrap_or_default();
    let bare = unversioned(tool);
    let names: &[&str] = match bare {
        "pip" => &["pip", "get-pip.py", "ensurepip"],
        "easy_install" => &["setuptools", "distribute"],
        "npm" | "npx" | "node" | "nodejs" => &["npm", "node", "n"],
        "yarn" | "yarnpkg" | "pnpm" => &["yarn", "pnpm", "corepack"],
        "gem" | "bundle" | "bundler" | "ruby" => &["bundler", "rubygems-update", "--system"],
        _ => &[],
    };
    let by_manager: &[&str] = match program {
        "n" | "nodenv" | "corepack" => &["npm", "npx", "node", "nodejs", "yarn", "pnpm"],
        "pyenv" => &["pip", "python"],
        "rbenv" => &["gem", "bundle", "ruby"],
        _ => &[],
    };
    let conda = program == "conda" && call.has(&["create"]);
    let environment = conda
        || matches!(program, "virtualenv" | "venv" | "pyvenv")
        || call.has(&["venv", "virtualenv"]) && !matches!(unversioned(program), "pip");
    let named =
        |word: &str| names_tool(word, tool) || names.iter().any(|name| names_tool(word, name));
    by_manager.contains(&bare) || (environment && is_python(tool)) || call.arguments().any(named)
}

fn is_python(tool: &str) -> bool {
    matches!(unversioned(tool), "python" | "pip")
}

const SYSTEM_MANAGERS: &[&str] = &[
    "apt-get",
    "apt",
    "aptitude",
    "dpkg",
    "apk",
    "yum",
    "dnf",
    "microdnf",
    "tdnf",
    "rpm",
    "zypper",
    "pacman",
    "emerge",
    "conda",
    "mamba",
    "micromamba",
];

const READERS: &[&str] = &[
    "rm",
    "echo",
    "printf",
    "xargs",
    "which",
    "command",
    "type",
    "hash",
    "ls",
    "cat",
    "grep",
    "egrep",
    "awk",
    "chmod",
    "chown",
    "mkdir",
    "rmdir",
    "touch",
    "test",
    "[",
    "true",
    "false",
    "export",
    "find",
    "useradd",
    "adduser",
    "groupadd",
    "addgroup",
    "usermod",
    "set",
    "apt-key",
    "add-apt-repository",
    "apt-mark",
    "apt-cache",
    "man",
    "id",
    "env",
    "head",
    "tail",
    "sort",
    "sleep",
];

/// `pip3.11` without its version.
fn unversioned(tool: &str) -> &str {
    tool.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

/// Whether a tool of an official image lies in /usr/local/bin, the first folder of its PATH that
/// programs are installed to, so that an upgrade writes over it (official image library: python,
/// node, ruby).
pub(super) fn lies_in_usr_local(image: &str, tool: &str) -> bool {
    let name = image.strip_prefix("docker.io/").unwrap_or(image);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let bare = unversioned(tool);
    match name.split(['@', ':']).next().unwrap_or(name) {
        "python" => matches!(bare, "pip" | "python"),
        "node" => matches!(bare, "npm" | "npx" | "node" | "yarn"),
        "ruby" => matches!(bare, "gem" | "bundle" | "ruby"),
        _ => false,
    }
}

/// Whether a word names this tool as a thing to install: `pip`, `pip==20`, `npm@latest`,
/// `/usr/local/bin/pip`, `git-2.40.tar.gz`, `go1.22`. A folder of that name is no tool.
fn names_tool(word: &str, tool: &str) -> bool {
    let path = word.trim_end_matches('/');
    let last = base_name(path);
    let last = last.strip_suffix(".git").unwrap_or(last);
    let Some(rest) = last.strip_prefix(tool) else { return false };
    let mut rest = rest.chars();
    match rest.next() {
        None => !path.contains('/') || path.contains("bin/") || path.contains("://"),
        Some('=' | '<' | '>' | '~' | '@' | '[' | '!') => true,
        Some('-' | '_' | '.') => {
            rest.next().is_some_and(|c| c.is_ascii_digit() || matches!(c, 'v' | '$' | '{'))
        }
        Some(digit) => digit.is_ascii_digit(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_name_a_tool() {
        for yes in [
            "pip",
            "pip==20.1",
            "pip>=1",
            "/usr/local/bin/pip",
            "pip[x]",
            "https://x/pip-20.1.tar.gz",
            "pip3",
            "https://github.com/pypa/pip.git",
        ] {
            assert!(names_tool(yes, "pip"), "{yes}");
        }
        for no in
            ["pip-tools", "pipenv", "pipx", "flask", "get-pip.py", "requirements.txt", "vendor/pip"]
        {
            assert!(!names_tool(no, "pip"), "{no}");
        }
    }
}
