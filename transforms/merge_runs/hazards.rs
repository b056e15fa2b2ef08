//! What a fresh sandbox for each RUN hides, and a merged RUN would show.

use dockslim_contract::DeclineReason;
use dockslim_syntax::Dockerfile;
use dockslim_syntax::shell::Script;

use super::calls::{KnownCall, base_name};
use super::reasons;
use crate::facts::State;

/// A rule that forbids a merge, with what is in the way here.
pub(super) type Hazard = (&'static DeclineReason, String);

/// A service that the script starts and that goes on after it.
pub(super) fn daemon(calls: &[KnownCall<'_>]) -> Option<Hazard> {
    let started = calls.iter().find(|call| starts_daemon(call))?;
    let program = started.program().unwrap_or_default();
    Some((&reasons::DAEMON, format!("`{program}` starts a service that dies with its RUN")))
}

/// Programs that start what they are told to.
const STARTERS: &[&str] = &[
    "service",
    "systemctl",
    "rc-service",
    "invoke-rc.d",
    "apachectl",
    "apache2ctl",
    "initctl",
    "pg_ctl",
    "pg_ctlcluster",
    "supervisorctl",
    "rabbitmqctl",
    "neo4j",
    "elasticsearch",
    "sv",
];

/// Programs that are services themselves.
const SERVICES: &[&str] = &[
    "nginx",
    "sshd",
    "crond",
    "cron",
    "supervisord",
    "dockerd",
    "dbus-daemon",
    "rsyslogd",
    "start-stop-daemon",
    "mysqld_safe",
    "mariadbd-safe",
    "Xvfb",
    "postgres",
    "memcached",
    "slapd",
    "ssh-agent",
    "gpg-agent",
    "dirmngr",
    "nohup",
    "setsid",
    "daemonize",
    "screen",
    "tmux",
    "httpd",
    "mysqld",
];

fn starts_daemon(call: &KnownCall<'_>) -> bool {
    const QUESTIONS: &[&str] = &[
        "-t",
        "-T",
        "-v",
        "-V",
        "--version",
        "--help",
        "-h",
        "--test",
        "--initialize",
        "--initialize-insecure",
        "--bootstrap",
    ];
    let Some(path) = call.path() else { return false };
    let program = base_name(path);
    let start = || call.has(&["start", "restart", "reload", "force-reload", "--start"]);
    let asked_to_stay = call.has(&["--daemon", "--daemonize", "-daemon", "--fork", "--background"]);
    if STARTERS.contains(&program) || path.contains("/init.d/") || program == "pg_createcluster" {
        return start();
    }
    let service = SERVICES.contains(&program) && !call.has(QUESTIONS);
    let redis =
        program == "redis-server" && call.arguments().any(|word| word.contains("daemonize"));
    let couch = program == "couchdb" && call.has(&["-b"]);
    service || asked_to_stay || redis || couch
}

/// A file, folder or right that each RUN has anew, and that the script changes or leans on.
pub(super) fn fresh_files(
    text: &str,
    calls: &[KnownCall<'_>],
    state: &State<'_>,
) -> Option<Hazard> {
    let fresh = |what: &str| Some((&reasons::FRESH_FILES, what.to_owned()));
    if text.contains("/etc/") || text.contains("/dev/") {
        const NETWORK: &[&str] =
            &["/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/dev/shm", "/dev/mqueue"];
        let named = NETWORK.iter().find(|path| names_path(text, path));
        if let Some(path) = named {
            return fresh(&format!("{path} is made anew for each RUN"));
        }
    }
    let kernel = ["> /proc/", ">/proc/", "> /sys/", ">/sys/"];
    if kernel.iter().any(|sign| text.contains(sign)) {
        return fresh("kernel settings are not kept");
    }
    if let Some(volume) = state.volumes.iter().find(|volume| names_path(text, volume)) {
        return fresh(&format!(
            "{volume} is a VOLUME, and builders differ on what a RUN leaves there"
        ));
    }
    for call in calls {
        let program = call.program().unwrap_or_default();
        match program {
            "mount" | "umount" | "sysctl" | "losetup" => return fresh("mounts end with their RUN"),
            "mknod" | "rm" | "touch" | "mkdir" | "chmod" | "chown"
                if call.arguments().any(is_device) =>
            {
                return fresh("/dev is made anew for each RUN");
            }
            "ln" | "cp" | "mv" if call.arguments().next_back().is_some_and(is_device) => {
                return fresh("/dev is made anew for each RUN");
            }
            "usermod" | "gpasswd" | "addgroup" | "adduser" | "deluser" | "delgroup" => {
                let user = state.user.as_deref().unwrap_or("root");
                if call.has(&["root", user]) {
                    return fresh("groups and home of a user count from the next RUN on");
                }
            }
            _ => {}
        }
    }
    None
}

fn is_device(path: &str) -> bool {
    let known = ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty"];
    path.starts_with("/dev/") && !path.starts_with("/dev/fd") && !known.contains(&path)
}

/// Whether a text names this path, or something below it.
fn names_path(text: &str, path: &str) -> bool {
    let goes_on = |rest: &str| {
        rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
    };
    !path.is_empty()
        && path != "/"
        && text.match_indices(path).any(|(at, found)| !goes_on(&text[at + found.len()..]))
}

/// A script that takes away the folder that it starts in: the builder makes it again for the next
/// RUN, but a shell that stands in it stays in what was removed.
pub(super) fn directory_removed(calls: &[KnownCall<'_>], state: &State<'_>) -> Option<Hazard> {
    let directory = state.workdir.as_deref().filter(|directory| *directory != "/")?;
    let own_name = base_name(directory.trim_end_matches('/'));
    let removed = |word: &str| {
        let word = word.trim_matches(['"', '\'']).trim_end_matches('/');
        let path = word.strip_suffix("/*").unwrap_or(word);
        let above = directory == path && !word.ends_with("/*")
            || directory
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('/') && !path.is_empty());
        above
            || word.contains("..")
            || ["pwd", "$PWD", "${PWD"].iter().any(|sign| word.contains(sign))
            || word == own_name
            || word == "/*"
            || word == "."
    };
    calls
        .iter()
        .filter(|call| matches!(call.program(), Some("rm" | "rmdir" | "mv")))
        .find(|call| call.raw_arguments().any(removed))?;
    let message = format!("the first may remove {directory}, which the second starts in");
    Some((&reasons::DIRECTORY_REMOVED, message))
}

/// A script that puts another program in the place of the shell.
pub(super) fn shell_replaced(shell: &str, calls: &[KnownCall<'_>]) -> Option<Hazard> {
    const SHELLS: &[&str] = &["sh", "bash", "dash", "ash"];
    let is_shell = |word: &str| {
        word == shell
            || word == "sh"
            || (SHELLS.contains(&base_name(word)) && word.contains("bin/"))
    };
    let into_bin = |call: &KnownCall<'_>| {
        let target = call.arguments().next_back().unwrap_or_default().trim_end_matches('/');
        matches!(target, "/bin" | "/usr/bin")
            && call.arguments().any(|word| SHELLS.contains(&base_name(word)))
    };
    let replaced = calls.iter().find(|call| match call.program() {
        Some("ln" | "mv" | "cp" | "install") => call.arguments().any(is_shell) || into_bin(call),
        Some("rm" | "update-alternatives" | "dpkg-divert") => call.arguments().any(is_shell),
        Some("dpkg-reconfigure") => call.has(&["dash", "bash"]),
        Some("busybox") => call.has(&["--install"]),
        _ => false,
    })?;
    let program = replaced.program().unwrap_or_default();
    let message = format!("`{program}` changes {shell}, which the next RUN starts anew");
    Some((&reasons::SHELL_REPLACED, message))
}

/// Whether bash and a POSIX shell could read the script as different commands.
pub(super) fn reads_differently(dockerfile: &Dockerfile<'_>, script: &Script) -> Option<Hazard> {
    let sign = script.bashisms.first()?;
    let text = dockerfile.text(*sign);
    let shown: String = text.chars().take(20).collect();
    let message =
        format!("`{shown}` means something else to a POSIX shell, and SHELL does not say bash");
    Some((&reasons::BASH_SYNTAX, message))
}
