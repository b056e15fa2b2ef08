//! The web servers of Debian that serve files.
//!
//! Sources: the lists of files of nginx-common, lighttpd, apache2 and caddy; `man lighttpd`, `man apache2ctl`, the page "Command Line" of Caddy;
//! Python, "mimetypes".

use super::{apache, caddy, http_server, lighttpd, nginx};
use crate::compare::folders::is_within;

/// A path that a server is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// It is read, or written to.
    Of(String),
    /// A file of settings.
    Settings(String),
}

/// Which paths a text of settings names; what it tells besides where that is not known.
type Reading = fn(&str) -> Result<Vec<String>, String>;

/// A web server.
pub(in super::super) struct Server {
    /// Its programs.
    programs: &'static [&'static str],
    /// How a command of it begins, where its program does other things as well.
    module: &'static [&'static str],
    /// How the names of its packages begin.
    packages: &'static [&'static str],
    /// Where its settings lie.
    pub(super) settings: &'static str,
    /// What its packages bring besides.
    brings: &'static [&'static str],
    pub(super) reading: Reading,
    /// What the words of its command name; nothing where they tell what is not known.
    pub(super) command: fn(&[&str]) -> Option<Vec<Path>>,
}

const ALL: [Server; 5] = [
    Server {
        programs: &["apache2", "apache2ctl", "apachectl"],
        module: &[],
        packages: &["apache2"],
        settings: "/etc/apache2",
        brings: &[
            "/etc/mime.types",
            "/usr/lib/apache2",
            "/usr/share/apache2",
            "/var/cache/apache2",
        ],
        reading: apache::paths,
        command: apache::command,
    },
    Server {
        programs: &["caddy"],
        module: &[],
        packages: &["caddy"],
        settings: "/etc/caddy",
        brings: &["/usr/share/caddy", "/var/lib/caddy"],
        reading: caddy::paths,
        command: caddy::command,
    },
    Server {
        programs: &["lighttpd"],
        module: &[],
        packages: &["lighttpd"],
        settings: "/etc/lighttpd",
        brings: &["/etc/mime.types", "/usr/share/lighttpd", "/var/cache/lighttpd"],
        reading: lighttpd::paths,
        command: lighttpd::command,
    },
    Server {
        programs: &["nginx"],
        module: &[],
        packages: &["libnginx-mod-", "nginx"],
        settings: "/etc/nginx",
        brings: &["/usr/share/nginx", "/var/lib/nginx"],
        reading: nginx::paths,
        command: nginx::command,
    },
    Server {
        programs: &["python", "python3"],
        module: &http_server::MODULE,
        packages: &["mailcap", "media-types", "mime-support"],
        settings: "/etc/mime.types",
        brings: &[],
        reading: http_server::paths,
        command: http_server::command,
    },
];

/// Folders that each system has.
const OF_SYSTEM: [&str; 5] = ["/dev", "/run", "/tmp", "/var/log", "/var/run"];

/// Users of each Debian whom a server may be told to run as.
pub(super) const USERS: &[&str] = &["daemon", "nobody", "nogroup", "root", "www-data"];

impl Server {
    /// The server that the words of a command start.
    pub(in super::super) fn started(words: &[String]) -> Option<&'static Self> {
        static SERVERS: [Server; 5] = ALL;
        let (program, words) = words.split_first()?;
        let name = program.rsplit('/').next().unwrap_or(program);
        let behind = |module: &[&str]| {
            let mut words = words.iter().map(String::as_str).peekable();
            if !module.is_empty() {
                while words.next_if(|word| http_server::BEFORE.contains(word)).is_some() {}
            }
            module.iter().all(|own| words.next() == Some(own))
        };
        SERVERS.iter().find(|server| server.programs.contains(&name) && behind(server.module))
    }

    /// Whether it is a part of Python, and so of Python's official images.
    pub(super) fn is_of_python(&self) -> bool {
        !self.module.is_empty()
    }

    /// Whether a package may have a part in what it does.
    pub(super) fn may_need(&self, package: &str) -> bool {
        ["ca-certificates", "tzdata"].contains(&package)
            || package.starts_with("libapache2-mod-")
            || self.is_of_python() && package == "python3"
            || self.packages.iter().any(|start| package.starts_with(start))
    }

    /// Whether its packages, or the system, have a path.
    pub(super) fn has(&self, path: &str) -> bool {
        let mut own = self.brings.iter().chain(&OF_SYSTEM);
        path == super::PAGES
            || is_within(path, self.settings)
            || own.any(|folder| is_within(path, folder))
    }
}
