//! The web servers of Debian that serve files.
//!
//! Sources: the lists of files of nginx-common, lighttpd, apache2 and caddy; `man lighttpd`, `man apache2ctl`, the page "Command Line" of Caddy.

use super::{apache, caddy, lighttpd, nginx};
use crate::compare::folders::is_within;

/// A path that a server is told of.
#[derive(Debug, PartialEq, Eq)]
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

const ALL: [Server; 4] = [
    Server {
        programs: &["apache2", "apache2ctl", "apachectl"],
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
        packages: &["caddy"],
        settings: "/etc/caddy",
        brings: &["/usr/share/caddy", "/var/lib/caddy"],
        reading: caddy::paths,
        command: caddy::command,
    },
    Server {
        programs: &["lighttpd"],
        packages: &["lighttpd"],
        settings: "/etc/lighttpd",
        brings: &["/etc/mime.types", "/usr/share/lighttpd", "/var/cache/lighttpd"],
        reading: lighttpd::paths,
        command: lighttpd::command,
    },
    Server {
        programs: &["nginx"],
        packages: &["libnginx-mod-", "nginx"],
        settings: "/etc/nginx",
        brings: &["/usr/share/nginx", "/var/lib/nginx"],
        reading: nginx::paths,
        command: nginx::command,
    },
];

/// Folders that each system has.
const OF_SYSTEM: [&str; 5] = ["/dev", "/run", "/tmp", "/var/log", "/var/run"];

/// Users of each Debian whom a server may be told to run as.
pub(super) const USERS: &[&str] = &["daemon", "nobody", "nogroup", "root", "www-data"];

impl Server {
    /// The server that a program is.
    pub(in super::super) fn named(program: &str) -> Option<&'static Self> {
        static SERVERS: [Server; 4] = ALL;
        let name = program.rsplit('/').next().unwrap_or(program);
        SERVERS.iter().find(|server| server.programs.contains(&name))
    }

    /// Whether a package may have a part in what it does.
    pub(super) fn may_need(&self, package: &str) -> bool {
        ["ca-certificates", "tzdata"].contains(&package)
            || package.starts_with("libapache2-mod-")
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
