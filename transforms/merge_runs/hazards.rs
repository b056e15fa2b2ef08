//! What a fresh shell and a fresh sandbox for each RUN hide, and a merged RUN would show.

use std::borrow::Cow;
use std::collections::BTreeSet;

use dockslim_contract::DeclineReason;
use dockslim_syntax::Dockerfile;
use dockslim_syntax::shell::{List, Script};

use super::reasons;
use crate::facts::{Call, calls, words_text};

/// A rule that forbids a merge, with what is in the way here.
pub(super) type Hazard = (&'static DeclineReason, String);

/// A call with the texts of its words.
pub(super) struct KnownCall<'t> {
    /// `None` where an expansion decides the word.
    words: Vec<Option<Cow<'t, str>>>,
    in_child: bool,
}

impl KnownCall<'_> {
    fn program(&self) -> Option<&str> {
        self.words.first()?.as_deref()
    }

    /// The program and its first argument.
    pub(super) fn first_two(&self) -> (Option<&str>, Option<&str>) {
        (self.program(), self.words.get(1).and_then(|word| word.as_deref()))
    }

    /// Whether it is a call of a package manager.
    pub(super) fn is_manager_call(&self) -> bool {
        const MANAGERS: &[&str] = &[
            "apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper", "pip", "pip3", "npm",
            "yarn", "gem",
        ];
        self.program().is_some_and(|program| MANAGERS.contains(&program))
    }

    /// Whether the call only takes files away.
    pub(super) fn is_removal(&self) -> bool {
        let verb = self.first_two().1.unwrap_or_default();
        match self.program().unwrap_or_default() {
            "rm" | "rmdir" | "find" => true,
            "apt-get" | "apt" => {
                matches!(verb, "clean" | "autoremove" | "autoclean" | "purge" | "remove")
            }
            "yum" | "dnf" | "microdnf" | "zypper" => verb == "clean",
            "pip" | "pip3" | "npm" | "yarn" => verb == "cache",
            "apk" => verb == "del",
            _ => false,
        }
    }

    /// Whether the call puts no program into a new place of PATH: it only reads, removes or runs what
    /// it names, or it is a system package manager, which upgrades where the old copy lies.
    fn installs_in_place(&self) -> bool {
        let words = self.words.iter().map(|word| word.as_deref());
        let mut words = words.skip_while(|word| {
            word.is_some_and(|word| {
                matches!(word, "sudo" | "env" | "time") || word.starts_with('-')
            })
        });
        let Some(Some(program)) = words.next() else { return false };
        let is = |name: &&str| **name == *base_name(program);
        SYSTEM_MANAGERS.iter().any(|name| is(name)) || READERS.iter().any(|name| is(name))
    }

    fn arguments(&self) -> impl Iterator<Item = &str> {
        self.words.iter().skip(1).filter_map(|word| word.as_deref())
    }
}

/// The calls of a script with their words.
pub(super) fn known_calls<'t>(dockerfile: &Dockerfile<'t>, list: &List) -> Vec<KnownCall<'t>> {
    let known = |call: Call<'_>| KnownCall {
        words: words_text(dockerfile, call.simple),
        in_child: call.in_child,
    };
    calls(list).into_iter().map(known).collect()
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

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A service that the script starts and that goes on after it.
pub(super) fn daemon(calls: &[KnownCall<'_>]) -> Option<Hazard> {
    let started = calls.iter().find(|call| starts_daemon(call))?;
    let program = started.program().unwrap_or_default();
    Some((&reasons::DAEMON, format!("`{program}` starts a service that dies with its RUN")))
}

fn starts_daemon(call: &KnownCall<'_>) -> bool {
    let Some(program) = call.program() else { return false };
    let has = |wanted: &[&str]| call.arguments().any(|word| wanted.contains(&word));
    let start = || has(&["start", "restart", "reload", "force-reload"]);
    match base_name(program) {
        "service" | "systemctl" | "rc-service" | "invoke-rc.d" | "apachectl" | "apache2ctl"
        | "initctl" | "pg_ctl" | "pg_ctlcluster" | "supervisorctl" | "rabbitmqctl" | "neo4j"
        | "elasticsearch" | "sv" => start(),
        "mongod" | "mongos" => has(&["--fork"]),
        "redis-server" => call.words.iter().flatten().any(|word| word.contains("daemonize")),
        "nginx" | "sshd" | "crond" | "cron" | "supervisord" | "dockerd" | "dbus-daemon"
        | "rsyslogd" | "start-stop-daemon" | "start-stop-system" | "mysqld_safe"
        | "mariadbd-safe" | "Xvfb" | "postgres" | "memcached" | "slapd" | "ssh-agent"
        | "gpg-agent" | "dirmngr" | "nohup" | "setsid" | "daemonize" | "screen" | "tmux" => true,
        "mysqld" => !has(&["--initialize", "--initialize-insecure", "--bootstrap", "--version"]),
        "gradle" | "gradlew" => false,
        _ => program.contains("/init.d/") && start(),
    }
}

/// A file or folder that the builder makes anew for each RUN, written or leaned on by the script.
pub(super) fn fresh_files(text: &str, calls: &[KnownCall<'_>]) -> Option<Hazard> {
    const NETWORK: &[&str] =
        &["/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/dev/shm", "/dev/mqueue"];
    let word_ends =
        |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    let named = NETWORK.iter().find(|path| {
        text.match_indices(**path).any(|(at, found)| word_ends(&text[at + found.len()..]))
    });
    if let Some(path) = named {
        return Some((&reasons::FRESH_FILES, format!("{path} is made anew for each RUN")));
    }
    let kernel =
        ["> /proc/", ">/proc/", "> /sys/", ">/sys/"].iter().any(|sign| text.contains(sign));
    let mounts = calls
        .iter()
        .any(|call| matches!(call.program(), Some("mount" | "umount" | "sysctl" | "losetup")));
    (kernel || mounts).then(|| {
        (&reasons::FRESH_FILES, "mounts and kernel settings end with their RUN".to_owned())
    })
}

/// A script that puts another program in the place of the shell.
pub(super) fn shell_replaced(shell: &str, calls: &[KnownCall<'_>]) -> Option<Hazard> {
    let is_shell = |word: &str| {
        word == shell
            || matches!(word, "/bin/sh" | "/usr/bin/sh" | "/bin/bash" | "/usr/bin/bash" | "sh")
    };
    let replaced = calls.iter().find(|call| match call.program().map(base_name) {
        Some("ln" | "mv" | "cp" | "rm" | "install") => call.arguments().any(is_shell),
        Some("update-alternatives") => call.arguments().any(is_shell),
        Some("dpkg-divert") => call.arguments().any(is_shell),
        Some("dpkg-reconfigure") => call.arguments().any(|word| matches!(word, "dash" | "bash")),
        Some("debconf-set-selections") => false,
        Some("busybox") => call.arguments().any(|word| word == "--install"),
        _ => false,
    })?;
    let program = replaced.program().unwrap_or_default();
    Some((
        &reasons::SHELL_REPLACED,
        format!("`{program}` changes {shell}, which the next RUN starts anew"),
    ))
}

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
            if let Some(tool) =
                call.program().filter(|tool| replaced.contains(tool) && !in_place(tool))
            {
                let message = format!(
                    "`{tool}` may be replaced, and the shell remembers the path of the old one"
                );
                return Some((&reasons::TOOL_REPLACED, message));
            }
            replaced
                .extend(self.called.iter().filter(|tool| replaces(call, tool)).map(String::as_str));
        }
        None
    }

    /// Follows a script that has joined.
    pub(super) fn follow(&mut self, script: &[KnownCall<'_>]) {
        for call in script {
            let program = call.program().filter(|tool| !tool.contains('/') && !is_builtin(tool));
            if let (Some(tool), false) = (program, call.in_child) {
                self.called.insert(tool.to_owned());
            }
            let replaced = self.called.iter().filter(|tool| replaces(call, tool)).cloned();
            self.replaced.extend(replaced);
        }
    }
}

/// Whether a call may put another copy of a tool in an earlier place of PATH.
fn replaces(call: &KnownCall<'_>, tool: &str) -> bool {
    if call.installs_in_place() {
        return false;
    }
    let bare = unversioned(tool);
    let names: &[&str] = match bare {
        "pip" => &["pip", "get-pip.py", "ensurepip"],
        "easy_install" => &["setuptools", "distribute"],
        "npm" | "npx" | "node" | "nodejs" => &["npm", "node", "n"],
        "yarn" | "yarnpkg" | "pnpm" => &["yarn", "pnpm", "corepack"],
        "gem" | "bundle" | "bundler" | "ruby" => &["bundler", "rubygems-update", "--system"],
        _ => &[],
    };
    let by_manager: &[&str] = match call.program() {
        Some("n" | "nodenv" | "corepack") => &["npm", "npx", "node", "nodejs", "yarn", "pnpm"],
        Some("pyenv") => &["pip", "python"],
        Some("rbenv") => &["gem", "bundle", "ruby"],
        _ => &[],
    };
    let named =
        |word: &str| names_tool(word, tool) || names.iter().any(|name| names_tool(word, name));
    by_manager.contains(&bare) || call.arguments().any(named)
}

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

fn is_builtin(program: &str) -> bool {
    matches!(
        program,
        "echo"
            | "cd"
            | "set"
            | "test"
            | "["
            | "true"
            | "false"
            | ":"
            | "printf"
            | "export"
            | "command"
            | "exit"
            | "pwd"
            | "unset"
            | "type"
            | "umask"
            | "wait"
            | "kill"
    )
}

/// Whether a word names this tool as a thing to install: `pip`, `pip==20`, `npm@latest`,
/// `/usr/local/bin/pip`, `git-2.40.tar.gz`, `go1.22`.
fn names_tool(word: &str, tool: &str) -> bool {
    let last = base_name(word.trim_end_matches('/'));
    let last = last.strip_suffix(".git").unwrap_or(last);
    let Some(rest) = last.strip_prefix(tool) else { return false };
    let mut rest = rest.chars();
    match rest.next() {
        None | Some('=' | '<' | '>' | '~' | '@' | '[' | '!') => true,
        Some('-' | '_' | '.') => {
            rest.next().is_some_and(|c| c.is_ascii_digit() || matches!(c, 'v' | '$' | '{'))
        }
        Some(digit) => digit.is_ascii_digit(),
    }
}

/// Whether bash and a POSIX shell could read the script as different commands.
pub(super) fn reads_differently(dockerfile: &Dockerfile<'_>, script: &Script) -> Option<Hazard> {
    let sign = script.bashisms.first()?;
    let text = dockerfile.text(*sign);
    let shown: String = text.chars().take(20).collect();
    Some((
        &reasons::BASH_SYNTAX,
        format!("`{shown}` means something else to a POSIX shell, and SHELL does not say bash"),
    ))
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
        ] {
            assert!(names_tool(yes, "pip"), "{yes}");
        }
        for no in ["pip-tools", "pipenv", "pipx", "flask", "get-pip.py", "requirements.txt"] {
            assert!(!names_tool(no, "pip"), "{no}");
        }
    }
}
