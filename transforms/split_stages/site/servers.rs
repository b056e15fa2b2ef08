//! The web servers of Debian that serve files, and that of Python: their packages, what starts them, and where they read.
//!
//! Sources: the lists of files of Debian's packages nginx-common, lighttpd, apache2 and caddy; `lighttpd -h`; `man apache2ctl`; the page
//! "Command Line" of Caddy; Python, "http.server", "mimetypes".

use super::super::effects::Done;
use super::super::launch::base_name;
use super::super::subject::Subject;
use super::{apache, caddy, http_server, lighttpd, nginx};
use crate::facts::is_within;

/// A web server of the distribution.
pub(super) struct WebServer {
    pub(super) name: &'static str,
    programs: &'static [&'static str],
    /// The words of its command that come first, where its program starts others, too.
    first: &'static [&'static str],
    /// Whether a package is one of its own.
    is_of: fn(&str) -> bool,
    /// The official image that has it.
    image: Option<&'static str>,
    /// The folder of its settings.
    pub(super) settings: &'static str,
    /// What its packages bring, and what each system has for it to write to.
    own: &'static [&'static str],
    /// Programs that turn on what its packages bring, by links between its settings.
    turns_on: &'static [&'static str],
    /// What the words behind its program tell it; `None` if that is not known.
    pub(super) told: fn(&[&str]) -> Option<Told>,
    /// Adds what a text of its settings names, or says what it tells besides.
    pub(super) read: fn(&str, &mut Vec<Named>) -> Result<(), String>,
}

/// What a command tells a web server.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Told {
    /// A file of settings.
    pub(super) settings: Option<String>,
    /// A folder to serve.
    pub(super) root: Option<String>,
}

/// A path of the system that settings name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) path: String,
    /// Whether its files are served.
    pub(super) serves: bool,
}

const SERVERS: &[WebServer] = &[
    WebServer {
        name: "nginx",
        programs: &["nginx"],
        first: &[],
        is_of: |name| name.starts_with("nginx") || name.starts_with("libnginx-mod-"),
        image: None,
        settings: "/etc/nginx",
        own: &["/usr/share/nginx", "/var/lib/nginx"],
        turns_on: &[],
        told: nginx::told,
        read: nginx::read,
    },
    WebServer {
        name: "lighttpd",
        programs: &["lighttpd"],
        first: &[],
        is_of: |name| name.starts_with("lighttpd"),
        image: None,
        settings: "/etc/lighttpd",
        own: &["/etc/mime.types", "/usr/share/lighttpd", "/var/cache/lighttpd"],
        turns_on: &["lighttpd-enable-mod", "lighty-enable-mod"],
        told: lighttpd::told,
        read: lighttpd::read,
    },
    WebServer {
        name: "Apache",
        programs: &["apache2", "apache2ctl", "apachectl"],
        first: &[],
        is_of: |name| name.starts_with("apache2"),
        image: None,
        settings: "/etc/apache2",
        own: &["/etc/mime.types", "/usr/lib/apache2", "/usr/share/apache2", "/var/cache/apache2"],
        turns_on: &["a2enconf", "a2enmod", "a2ensite"],
        told: apache::told,
        read: apache::read,
    },
    WebServer {
        name: "Caddy",
        programs: &["caddy"],
        first: &[],
        is_of: |name| name.starts_with("caddy"),
        image: None,
        settings: "/etc/caddy",
        own: &["/usr/share/caddy", "/var/lib/caddy"],
        turns_on: &[],
        told: caddy::told,
        read: caddy::read,
    },
    WebServer {
        name: "http.server",
        programs: &["python", "python3"],
        first: http_server::FIRST,
        is_of: |name| matches!(name, "python3" | "mailcap" | "media-types" | "mime-support"),
        image: Some("python:"),
        settings: "/etc/mime.types",
        own: &[],
        turns_on: &[],
        told: http_server::told,
        read: http_server::read,
    },
];

/// Where every system has something to write to.
const EACH_HAS: &[&str] = &["/dev", "/run", "/tmp", "/var/log", "/var/run", "/var/www/html"];

/// Users of each Debian whom a server may be told to run as.
pub(super) const USERS: &[&str] = &["www-data", "root", "nobody", "daemon", "nogroup"];

impl WebServer {
    /// The server that the image has, or that apt has installed, and that the container starts, with nothing else beside it but what a
    /// health check calls.
    pub(super) fn of(
        subject: &Subject<'_, '_>,
        packages: &[String],
        aside: impl Fn(&str) -> bool,
    ) -> Option<&'static Self> {
        let commands = || subject.launch.commands.iter().filter(|words| !words.is_empty());
        // Behind `cd`, its words lead elsewhere.
        let beside = |words: &[Option<String>]| {
            words[0].as_deref().is_some_and(|program| program != "cd" && aside(program))
        };
        let started = |server: &&WebServer| {
            let own = |words: &Vec<Option<String>>| server.is_started_by(words);
            let there = packages.iter().any(|name| (server.is_of)(name))
                || server.is_of_image(subject.image);
            there && commands().any(own) && commands().all(|words| own(words) || beside(words))
        };
        SERVERS.iter().find(started)
    }

    /// The server that one of some packages brings, and nothing else.
    pub(super) fn installed(packages: &[String]) -> Option<&'static Self> {
        let brings = |server: &&WebServer| packages.iter().any(|name| (server.is_of)(name));
        SERVERS.iter().filter(|server| server.first.is_empty()).find(brings)
    }

    /// Whether it is a part of Python.
    pub(super) fn is_of_python(&self) -> bool {
        !self.first.is_empty()
    }

    /// Whether it is of an official image that a stage is built on.
    pub(super) fn is_of_image(&self, image: &str) -> bool {
        self.image.is_some_and(|own| image.starts_with(own))
    }

    /// Whether a package is the server, or has a part in what it does.
    pub(super) fn needs(&self, package: &str) -> bool {
        (self.is_of)(package) || matches!(package, "ca-certificates" | "tzdata")
    }

    /// Whether a program is the server, or starts it.
    pub(super) fn starts(&self, program: &str) -> bool {
        self.programs.contains(&base_name(program))
    }

    /// Whether the words of a command start the server.
    fn is_started_by(&self, words: &[Option<String>]) -> bool {
        let Some((Some(program), words)) = words.split_first() else { return false };
        let words = match self.first {
            [] => words,
            _ => http_server::behind_options(words, |word| word.as_deref()),
        };
        let first = words.iter().take(self.first.len()).map(Option::as_deref);
        self.starts(program) && first.eq(self.first.iter().map(|word| Some(*word)))
    }

    /// Whether a command turns on what the packages of the server bring.
    pub(super) fn is_turned_on(&self, done: &Done<'_, '_>) -> bool {
        let known = |word: &Option<std::borrow::Cow<'_, str>>| {
            let word = word.as_deref();
            word.is_some_and(|word| self.name != "Apache" || apache::is_harmless(word))
        };
        let program = done.command.program_name();
        let sites = program == Some("a2ensite") || program == Some("a2enconf");
        program.is_some_and(|name| self.turns_on.contains(&name))
            && (sites || done.command.words.iter().skip(1).all(known))
    }

    /// Whether what settings name has to be copied: it is none of what packages bring, or may have been written over that.
    pub(super) fn must_be_there(&self, named: &Named) -> bool {
        let Named { path, serves } = named;
        let mut own = self.own.iter().chain(EACH_HAS).chain([&self.settings]);
        !own.any(|own| is_within(path, own))
            || *serves && path != "/var/www/html" && is_within(path, "/var/www")
    }
}
