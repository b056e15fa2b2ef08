//! What of a command ends with the sandbox of its RUN, or counts only from the next RUN on.
//!
//! Sources: BuildKit documentation (each RUN has its own mounts of /proc, /sys, /dev, /dev/shm, /etc/hosts,
//! /etc/resolv.conf); runc specification, process.user (groups are looked up when a process starts); the manuals
//! of the services named here.

use std::borrow::Cow;

use dockslim_syntax::parse;
use dockslim_syntax::shell::{CommandKind, List, Part, PartKind};

use super::state::State;
use super::words::{Words as Writer, plain};
use super::{Setting, readable};
use crate::program::Text;

/// The words of a command without what only stands in front of it.
pub(crate) struct Words<'w> {
    /// `None` where an expansion decides. The program is the first.
    pub(crate) words: Vec<Option<Cow<'w, str>>>,
    /// All of them as people write them.
    pub(crate) raw: Vec<String>,
    /// The commands of scripts in its words: `sh -c '…'`.
    pub(crate) nested: Vec<Words<'static>>,
    /// A script in its words leaves a job behind.
    nested_job: bool,
}

/// Programs that run the rest of their words, with the options that take an argument.
const CARRIERS: &[(&str, &[&str])] = &[
    ("sudo", &["-u", "-g", "-C", "-h", "-p", "-U"]),
    ("doas", &["-u", "-C"]),
    ("gosu", &[]),
    ("su-exec", &[]),
    ("env", &["-u", "-C", "-S"]),
    ("nice", &["-n"]),
    ("ionice", &["-c", "-n"]),
    ("time", &["-f", "-o"]),
    ("timeout", &["-k", "-s"]),
    ("command", &[]),
    ("exec", &["-a"]),
    ("xargs", &["-n", "-I", "-P", "-L", "-d", "-a", "-s", "-E"]),
    ("eatmydata", &[]),
    ("stdbuf", &["-i", "-o", "-e"]),
    ("xvfb-run", &["-s", "-n", "-e"]),
    ("chroot", &[]),
    ("fakeroot", &[]),
    ("busybox", &[]),
    ("unbuffer", &[]),
    ("retry", &[]),
    ("DEBIAN_FRONTEND=noninteractive", &[]),
];

impl<'w> Words<'w> {
    pub(crate) fn of(words: &'w [Text<'_>]) -> Self {
        let mut from = 0;
        // `$SUDO apt-get`: whatever it holds, it runs the rest.
        if let [first, rest @ ..] = words
            && plain(first).is_none()
            && readable(first)
                .trim_start_matches(['$', '{'])
                .to_ascii_lowercase()
                .starts_with("sudo")
            && !rest.is_empty()
        {
            from = 1;
        }
        while let Some(program) = words.get(from).and_then(|word| plain(word)) {
            let program = base(program);
            let Some((name, options)) = CARRIERS.iter().find(|(name, _)| *name == program) else {
                break;
            };
            let mut next = from + 1;
            while let Some(word) = words.get(next) {
                let assignment = word.contains('=') && !word.starts_with('-') && *name != "xargs";
                let user = matches!(*name, "gosu" | "su-exec" | "chroot") && next == from + 1;
                let time = *name == "timeout" && word.starts_with(|c: char| c.is_ascii_digit());
                if word.starts_with('-') {
                    next += if options.contains(&&**word) { 2 } else { 1 };
                } else if assignment || user || time {
                    next += 1;
                } else {
                    break;
                }
            }
            if next >= words.len() {
                break;
            }
            from = next;
        }
        let raw: Vec<String> = words[from..].iter().map(|word| readable(word)).collect();
        let known = |word: &'w Text<'_>| plain(word).map(Cow::Borrowed);
        let mut found = Self {
            words: words[from..].iter().map(known).collect(),
            raw,
            nested: Vec::new(),
            nested_job: false,
        };
        if matches!(found.program(), "sh" | "bash" | "ash" | "dash" | "zsh" | "su" | "runuser") {
            for script in found.words.iter().flatten().filter(|word| word.contains([' ', ';', '&']))
            {
                let text = format!("RUN {script}");
                let dockerfile = parse(&text);
                let script = dockerfile.instructions().next().and_then(|(_, run)| run.script());
                if let Some(Ok(list)) = script.map(|script| &script.body) {
                    commands(&dockerfile, list, &mut found.nested);
                    found.nested_job |= list.statements.iter().any(|statement| {
                        statement.end.is_some_and(|end| {
                            end.kind == dockslim_syntax::shell::SeparatorKind::Background
                        })
                    });
                }
            }
        }
        found
    }

    fn into_owned(self) -> Words<'static> {
        let owned = |word: Option<Cow<'_, str>>| word.map(|word| Cow::Owned(word.into_owned()));
        Words {
            words: self.words.into_iter().map(owned).collect(),
            raw: self.raw,
            nested: self.nested,
            nested_job: self.nested_job,
        }
    }

    /// The program with its folder, if it is known.
    pub(crate) fn path(&self) -> Option<&str> {
        self.words.first()?.as_deref()
    }

    /// The program without its folder.
    pub(crate) fn program(&self) -> &str {
        self.path().map_or("", base)
    }

    pub(crate) fn is(&self, program: &str) -> bool {
        self.program() == program
    }

    /// The arguments that are known.
    pub(crate) fn arguments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.words.iter().skip(1).filter_map(Option::as_deref)
    }

    pub(crate) fn has(&self, wanted: &[&str]) -> bool {
        self.arguments().any(|word| wanted.contains(&word))
    }

    /// It and the commands of the scripts in its words.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Words<'_>> {
        let nested: &[Words<'_>] = &self.nested;
        std::iter::once(self as &Words<'_>).chain(nested)
    }
}

/// The simple commands of a list, in whatever they stand.
fn commands(
    dockerfile: &dockslim_syntax::Dockerfile<'_>,
    list: &List,
    found: &mut Vec<Words<'static>>,
) {
    let pipelines = list.statements.iter().flat_map(|statement| statement.pipelines());
    for command in pipelines.flat_map(|pipeline| &pipeline.commands) {
        match &command.kind {
            CommandKind::Simple(simple) => {
                let mut writer = Writer::of(dockerfile);
                let words: Vec<Text<'_>> =
                    simple.words.iter().map(|word| writer.word(word)).collect();
                found.push(Words::of(&words).into_owned());
                for word in &simple.words {
                    substitutions(dockerfile, &word.parts, found);
                }
            }
            CommandKind::Group(list) | CommandKind::Subshell(list) => {
                commands(dockerfile, list, found)
            }
            CommandKind::If { branches, otherwise } => {
                for list in branches.iter().flat_map(|(test, body)| [test, body]).chain(otherwise) {
                    commands(dockerfile, list, found);
                }
            }
            CommandKind::While { condition, body } => {
                commands(dockerfile, condition, found);
                commands(dockerfile, body, found);
            }
            CommandKind::For { body, .. } => commands(dockerfile, body, found),
            CommandKind::Case { arms, .. } => {
                arms.iter().for_each(|(_, list)| commands(dockerfile, list, found));
            }
            _ => {}
        }
    }
}

fn substitutions(
    dockerfile: &dockslim_syntax::Dockerfile<'_>,
    parts: &[Part],
    found: &mut Vec<Words<'static>>,
) {
    for part in parts {
        match &part.kind {
            PartKind::DoubleQuoted(inner) => substitutions(dockerfile, inner, found),
            PartKind::Substitution(Some(list)) | PartKind::Process(list) => {
                commands(dockerfile, list, found)
            }
            _ => {}
        }
    }
}

pub(crate) fn base(path: &str) -> &str {
    path.rfind('/').map_or(path, |slash| &path[slash + 1..])
}

/// What a command leaves that ends with its RUN, in words; `None` if nothing is known to.
pub(super) fn stays_in_sandbox(
    words: &Words<'_>,
    redirects: &[Text<'_>],
    state: &State,
    setting: &Setting<'_, '_>,
) -> Option<String> {
    let shown = || format!("`{}`", words.raw.join(" "));
    if words.nested_job || words.all().any(|command| starts_service(command)) {
        return Some(format!("{} starts something that goes on", shown()));
    }
    let texts = || {
        let nested = words.nested.iter().flat_map(|command| command.raw.iter().map(String::as_str));
        words
            .raw
            .iter()
            .map(String::as_str)
            .chain(nested)
            .chain(redirects.iter().map(|text| &**text))
    };
    const ANEW: &[&str] =
        &["/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/dev/shm", "/dev/mqueue"];
    let named =
        |path: &&&str| texts().filter(|text| text.contains('/')).any(|text| names(text, path));
    if let Some(path) = ANEW.iter().find(named) {
        return Some(format!("{} speaks of {path}, which is made anew for each RUN", shown()));
    }
    let kernel = |text: &&Text<'_>| {
        text.contains('>') && ["/proc/", "/sys/"].iter().any(|path| text.contains(path))
    };
    if redirects.iter().any(|text| kernel(&text)) {
        return Some(format!("{} sets something of the kernel", shown()));
    }
    if let Some(volume) =
        setting.volumes.iter().find(|volume| texts().any(|text| names(text, volume)))
    {
        return Some(format!("{} speaks of the volume {volume}", shown()));
    }
    for command in words.all() {
        let device = |path: &str| {
            path.strip_prefix("/dev/").is_some_and(|rest| {
                !rest.starts_with("fd")
                    && !matches!(
                        rest,
                        "null"
                            | "stdout"
                            | "stderr"
                            | "stdin"
                            | "tty"
                            | "zero"
                            | "urandom"
                            | "random"
                    )
            })
        };
        let user = match state.seen.surroundings.user.split(':').next().unwrap_or_default() {
            "" | "0" => "root",
            name => name,
        };
        let held = match command.program() {
            "mount" | "umount" | "sysctl" | "losetup" | "modprobe" | "swapon" => true,
            "hostname" => command.words.len() > 1,
            "mknod" | "rm" | "touch" | "mkdir" | "chmod" | "chown" => {
                command.arguments().any(device)
            }
            "ln" | "cp" | "mv" => command.arguments().next_back().is_some_and(device),
            "usermod" | "gpasswd" | "groupmod" | "addgroup" | "adduser" | "deluser"
            | "delgroup" => command.has(&[user, "root"]),
            _ => false,
        };
        if held {
            return Some(format!("{} counts only inside, or only behind this RUN", shown()));
        }
        if takes_away(command, &state.seen.surroundings.directory) {
            return Some(format!("{} may take away the directory that it stands in", shown()));
        }
    }
    None
}

/// Whether a text names this path, or something below it.
fn names(text: &str, path: &str) -> bool {
    let goes_on = |rest: &str| {
        rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
    };
    path.len() > 1 && text.match_indices(path).any(|(at, _)| !goes_on(&text[at + path.len()..]))
}

/// Whether a command may remove a directory: the builder would make it again for the next RUN.
pub(super) fn takes_away(command: &Words<'_>, directory: &str) -> bool {
    if !matches!(command.program(), "rm" | "rmdir" | "mv") || directory == "/" {
        return false;
    }
    let own = base(directory.trim_end_matches('/'));
    let words = command.raw.iter().skip(1).filter(|word| !word.starts_with('-'));
    // The last word of mv is where things go.
    let count = words.clone().count() - usize::from(command.is("mv") && words.clone().count() > 0);
    words.take(count).any(|word| {
        let path = word.trim_end_matches('/');
        let (path, inside) = match path.strip_suffix("/*") {
            Some(path) => (path, true),
            None => (path, false),
        };
        let below = |rest: &str| rest.starts_with('/') || (rest.is_empty() && !inside);
        let above = path.starts_with('/') && directory.strip_prefix(path).is_some_and(below);
        let all = path.is_empty() && directory.starts_with('/');
        above
            || all
            || word == "."
            || path == own
            || word.contains("..")
            || word.contains("PWD")
            || word.contains("pwd")
    })
}

/// Whether a command starts a service that goes on behind it.
fn starts_service(command: &Words<'_>) -> bool {
    let Some(path) = command.path() else { return false };
    let starts = ["start", "restart", "reload", "force-reload", "--start", "condrestart"];
    match base(path) {
        "service" | "systemctl" | "rc-service" | "invoke-rc.d" | "initctl"
        | "start-stop-daemon" | "supervisorctl" | "sv" | "pg_ctl" | "pg_ctlcluster"
        | "pg_createcluster" | "apachectl" | "apache2ctl" | "rabbitmqctl" | "neo4j"
        | "elasticsearch" | "catalina.sh" => command.has(&starts),
        "nohup" | "setsid" | "daemonize" | "screen" | "tmux" | "mysqld_safe" | "mariadbd-safe"
        | "Xvfb" | "dbus-daemon" | "supervisord" | "dockerd" | "containerd" | "rsyslogd"
        | "ssh-agent" | "gpg-agent" | "dirmngr" | "slapd" | "memcached" | "postgres" | "crond"
        | "cron" | "nginx" | "httpd" | "sshd" | "mysqld" | "mongod" => {
            let asks = [
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
                "--shutdown",
            ];
            !command.has(&asks) && (base(path) != "mongod" || command.has(&["--fork"]))
        }
        "redis-server" => command.arguments().any(|word| word.contains("daemonize")),
        _ if path.contains("/init.d/") => command.has(&starts),
        _ => command.has(&[
            "--daemon",
            "--daemonize",
            "-daemon",
            "--fork",
            "--background",
            "--detach",
        ]),
    }
}

/// Whether a command puts another program in the place of the shell.
pub(super) fn replaces_shell(words: &Words<'_>, shell: &[String]) -> bool {
    const SHELLS: &[&str] = &["sh", "bash", "dash", "ash"];
    let own = shell.first().map_or("/bin/sh", String::as_str);
    words.all().any(|command| {
        let is_shell = |word: &str| {
            word == own || word == "sh" || (SHELLS.contains(&base(word)) && word.contains("bin/"))
        };
        let names_shell = || command.arguments().any(is_shell);
        match command.program() {
            "ln" | "mv" | "cp" | "install" => {
                let folder =
                    command.arguments().next_back().unwrap_or_default().trim_end_matches('/');
                let into = matches!(folder, "/bin" | "/usr/bin" | "/usr/local/bin");
                names_shell()
                    || (into && command.arguments().any(|word| SHELLS.contains(&base(word))))
            }
            "rm" | "update-alternatives" | "dpkg-divert" | "alternatives" => names_shell(),
            "dpkg-reconfigure" => command.has(&["dash", "bash"]),
            "busybox" => command.has(&["--install"]),
            _ => false,
        }
    })
}
