//! Programs that may be replaced while a shell remembers where it found them.
//!
//! Source: POSIX Shell Command Language, 2.9.1.4: once a utility has been searched for, its location may be
//! remembered. A shell that starts anew has nothing to remember.

use std::collections::BTreeSet;

use super::hazards::{Words, base};
use super::state::Seen;

/// The programs of `called` that a command may put another copy of in front in PATH.
pub(super) fn replaced(
    words: &Words<'_>,
    called: &BTreeSet<String>,
    seen: &Seen,
    image: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for command in words.all() {
        if only_in_place(command) {
            continue;
        }
        for tool in called {
            let in_place = !seen.surroundings.environment.contains_key("PATH")
                && lies_in_usr_local(image, tool);
            if !found.contains(tool) && !in_place && may_replace(command, tool) {
                found.push(tool.clone());
            }
        }
    }
    found
}

/// Whether a command writes no program, or writes programs only where the package manager of the system keeps
/// them, so that a new one lies where the old one lay.
fn only_in_place(command: &Words<'_>) -> bool {
    match command.program() {
        "apt-get" | "apt" | "aptitude" | "dpkg" | "apk" | "yum" | "dnf" | "microdnf" | "tdnf"
        | "rpm" | "zypper" | "pacman" | "emerge" | "apt-key" | "apt-mark" | "apt-cache"
        | "add-apt-repository" => true,
        "conda" | "mamba" | "micromamba" => !command.has(&["create"]),
        "rm" | "rmdir" | "echo" | "printf" | "xargs" | "which" | "type" | "ls" | "cat" | "grep"
        | "egrep" | "awk" | "chmod" | "chown" | "mkdir" | "touch" | "test" | "[" | "find"
        | "useradd" | "adduser" | "groupadd" | "addgroup" | "usermod" | "man" | "id" | "head"
        | "tail" | "sort" | "sleep" | "hash" | "export" | "set" | "true" | "false" | "command" => {
            true
        }
        _ => false,
    }
}

/// Whether a command may install another copy of a tool.
fn may_replace(command: &Words<'_>, tool: &str) -> bool {
    let bare = without_version(tool);
    let python = matches!(bare, "python" | "pip" | "easy_install");
    let node = matches!(bare, "node" | "nodejs" | "npm" | "npx" | "yarn" | "yarnpkg" | "pnpm");
    let ruby = matches!(bare, "ruby" | "gem" | "bundle" | "bundler");
    let program = command.program();
    match without_version(program) {
        "n" | "nodenv" | "nvm" | "fnm" | "corepack" if node => return true,
        "pyenv" | "virtualenv" | "venv" | "pyvenv" if python => return true,
        "rbenv" | "rvm" if ruby => return true,
        "conda" | "mamba" | "micromamba" if python => return true,
        name if python && name != "pip" && command.has(&["venv", "virtualenv"]) => return true,
        _ => {}
    }
    let others: &[&str] = match bare {
        "pip" => &["pip", "get-pip.py", "ensurepip"],
        "easy_install" => &["setuptools", "distribute"],
        "npm" | "npx" | "node" | "nodejs" => &["npm", "node", "n"],
        "yarn" | "yarnpkg" | "pnpm" => &["yarn", "pnpm", "corepack"],
        "gem" | "bundle" | "bundler" | "ruby" => &["bundler", "rubygems-update", "--system"],
        _ => &[],
    };
    command
        .arguments()
        .any(|word| speaks_of(word, tool) || others.iter().any(|other| speaks_of(word, other)))
}

/// Whether a word names a tool as something to install: `pip`, `pip==20`, `npm@6`, `bin/pip`, `git-2.40.tar.gz`.
fn speaks_of(word: &str, tool: &str) -> bool {
    let path = word.trim_end_matches('/');
    let name = base(path).trim_end_matches(".git");
    let Some(rest) = name.strip_prefix(tool) else { return false };
    let mut characters = rest.chars();
    match characters.next() {
        None => !path.contains('/') || path.contains("bin/") || path.contains("://"),
        Some('=' | '<' | '>' | '~' | '@' | '[' | '!') => true,
        Some('-' | '_' | '.') => {
            characters.next().is_some_and(|next| next.is_ascii_digit() || matches!(next, 'v' | '$'))
        }
        Some(next) => next.is_ascii_digit(),
    }
}

fn without_version(tool: &str) -> &str {
    tool.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

/// Whether an official image keeps this tool in /usr/local/bin, where an upgrade writes over it (official image
/// library: Dockerfiles of python, node and ruby).
fn lies_in_usr_local(image: &str, tool: &str) -> bool {
    let name = image.strip_prefix("docker.io/").unwrap_or(image);
    let name = name.strip_prefix("library/").unwrap_or(name);
    match name.split([':', '@']).next().unwrap_or_default() {
        "python" => matches!(without_version(tool), "python" | "pip"),
        "node" => matches!(without_version(tool), "node" | "npm" | "npx" | "yarn"),
        "ruby" => matches!(without_version(tool), "ruby" | "gem" | "bundle"),
        _ => false,
    }
}
