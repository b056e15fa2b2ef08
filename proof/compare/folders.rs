//! Folders of an image: what is there before a step, and what steps put into them.
//!
//! The passes have a larger table of their own. This one was written a second time from the Dockerfiles of the official image
//! library, the package base-files of Debian, alpine-baselayout of Alpine, and the Filesystem Hierarchy Standard 3.0.

use super::Comparison;
use crate::program::{Action, Call, Step, Text, visit};
use crate::shell::{Command, plain, readable};
use crate::stages::BASE_DIRECTORY;

/// What is known of the folders of an image.
pub(super) struct Image {
    /// Its name, without the tag.
    name: &'static str,
    /// A part of its tag; empty for any.
    tag: &'static str,
    /// Its chown follows symbolic links.
    pub(super) busybox: bool,
    /// What lies outside of the folders of the system, or in those that are for others.
    holds: &'static [&'static str],
    /// Folders that are there and empty.
    empty: &'static [&'static str],
    /// Where its steps start.
    start: &'static str,
}

const fn row(name: &'static str, tag: &'static str, holds: &'static [&'static str]) -> Image {
    Image { name, tag, busybox: false, holds, empty: &[], start: "/" }
}

const fn alpine(name: &'static str, holds: &'static [&'static str], start: &'static str) -> Image {
    Image { name, tag: "alpine", busybox: true, holds, empty: &[], start }
}

/// The first that fits counts.
const IMAGES: &[Image] = &[
    Image { busybox: true, ..row("alpine", "", &["/usr/src"]) },
    alpine("node", &["/opt", "/usr/src", "/home/node"], "/"),
    alpine("python", &["/usr/src"], "/"),
    alpine("ruby", &["/usr/src"], "/"),
    alpine("rust", &["/usr/src"], "/"),
    alpine("openjdk", &["/usr/src"], "/"),
    alpine("golang", &["/go", "/usr/src"], "/go"),
    alpine("nginx", &["/docker-entrypoint.d", "/docker-entrypoint.sh", "/usr/src"], "/"),
    Image { empty: &["/var/www/html"], ..alpine("php", &["/usr/src"], "/var/www/html") },
    row("debian", "", &[]),
    row("ubuntu", "", &[]),
    row("buildpack-deps", "", &[]),
    row("gcc", "", &[]),
    row("python", "", &[]),
    row("ruby", "", &[]),
    row("perl", "", &[]),
    row("rust", "", &[]),
    row("node", "", &["/opt", "/home/node"]),
    row("openjdk", "", &["/docker-java-home", "/opt"]),
    row("eclipse-temurin", "", &["/opt", "/__cacert_entrypoint.sh"]),
    row("nginx", "", &["/docker-entrypoint.d", "/docker-entrypoint.sh"]),
    Image { start: "/go", ..row("golang", "", &["/go"]) },
    Image { start: "/usr/local/apache2", ..row("httpd", "", &[]) },
    Image {
        empty: &["/var/www/html"],
        start: "/var/www/html",
        ..row("php", "apache", &["/usr/src"])
    },
    Image { empty: &["/var/www/html"], start: "/var/www/html", ..row("php", "fpm", &["/usr/src"]) },
    row("php", "", &["/usr/src"]),
    row("centos", "", &["/usr/src"]),
    row("fedora", "", &["/usr/src"]),
    row("rockylinux", "", &["/usr/src"]),
    row("almalinux", "", &["/usr/src"]),
    row("amazonlinux", "", &["/usr/src"]),
    row("oraclelinux", "", &["/usr/src"]),
    // Their Dockerfiles: oven-sh/bun, folder dockerhub; composer/docker; pytorch/pytorch.
    Image {
        empty: &["/home/bun/app"],
        ..alpine("oven/bun", &["/opt", "/usr/src", "/home/bun"], "/home/bun/app")
    },
    Image {
        empty: &["/home/bun/app"],
        start: "/home/bun/app",
        ..row("oven/bun", "", &["/home/bun"])
    },
    Image {
        empty: &["/app"],
        start: "/app",
        ..row("composer", "", &["/docker-entrypoint.sh", "/opt", "/usr/src"])
    },
    Image { start: "/workspace", ..row("pytorch/pytorch", "", &["/opt", "/workspace"]) },
];

/// Folders that every one of these images has, though not always empty.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/lost+found",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/selinux",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/var",
];

/// What is known of an image, by the name in FROM. An argument may name any.
pub(super) fn image(reference: &str) -> Option<&'static Image> {
    let name = reference.strip_prefix("docker.io/").unwrap_or(reference);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let odd = ["onbuild", "windowsservercore", "nanoserver", "distroless", "\u{2}", "$"];
    if odd.iter().any(|part| name.contains(part)) {
        return None;
    }
    let name = match name.split_once('@') {
        // A digest alone may be that of any tag.
        Some((name, _)) if !name.contains(':') => return None,
        Some((name, _)) => name,
        None => name,
    };
    let (name, tag) = name.split_once(':').unwrap_or((name, "latest"));
    // Composer 1.7 and older were made otherwise.
    let old = |minor: &str| tag == format!("1.{minor}") || tag.starts_with(&format!("1.{minor}."));
    if name == "composer" && ["0", "1", "2", "3", "4", "5", "6", "7"].into_iter().any(old) {
        return None;
    }
    // Alpine variants of php without a web server start in the root folder.
    if name == "php" && tag.contains("alpine") && !tag.contains("fpm") {
        const PLAIN: Image = alpine("php", &["/usr/src"], "/");
        static CLI: Image = PLAIN;
        return Some(&CLI);
    }
    IMAGES.iter().find(|image| {
        image.name == name && tag.contains(image.tag) && (image.busybox || !tag.contains("alpine"))
    })
}

impl Image {
    /// The folder that a stage on it starts in.
    pub(super) fn start(&self) -> &'static str {
        self.start
    }

    /// Whether nothing is at a path.
    pub(super) fn lacks(&self, path: &str) -> bool {
        let meets = |held: &&str| is_within(path, held) || is_within(held, path);
        // In the home of a user are files of the shell, whose names begin with a dot.
        if self.empty.contains(&path) {
            return false;
        }
        let home = self.holds.iter().find(|held| held.starts_with("/home/"));
        if let Some(rest) = home.and_then(|home| path.strip_prefix(home)) {
            return rest.strip_prefix('/').is_some_and(|rest| !rest.starts_with('.'));
        }
        if self.empty.iter().any(|empty| path != *empty && is_within(path, empty)) {
            return true;
        }
        if self.holds.iter().any(meets) {
            return false;
        }
        let top = path.match_indices('/').nth(1).map_or(path, |(at, _)| &path[..at]);
        let free = ["/opt/", "/srv/", "/usr/src/"].iter().any(|folder| path.starts_with(folder));
        free || !SYSTEM.contains(&top)
    }

    /// Whether a folder is certain to be there.
    fn has(&self, path: &str) -> bool {
        let home = || self.holds.iter().any(|held| held.starts_with("/home/") && *held == path);
        let debian = !self.busybox && path == "/usr/src" && !self.holds.contains(&"/usr/src");
        path == "/"
            || matches!(
                path,
                "/etc" | "/home" | "/mnt" | "/srv" | "/usr" | "/var" | "/usr/local" | "/var/lib"
            )
            || (path == "/opt" && (!self.busybox || self.holds.contains(&"/opt")))
            || debian
            || home()
            || self.empty.iter().any(|empty| is_within(empty, path))
    }
}

/// What is there before files are copied into a folder.
pub(super) struct Before {
    /// The folder may be there already, empty.
    pub(super) made: bool,
    /// The one above it is certain to be there.
    pub(super) parent: bool,
}

impl Before {
    /// In a fresh image; `None` if the folder may hold files.
    pub(super) fn of(image: &Image, place: &str) -> Option<Self> {
        let made = image.empty.contains(&place);
        let above = place
            .rsplit_once('/')
            .map_or("/", |(above, _)| if above.is_empty() { "/" } else { above });
        (made || image.lacks(place)).then(|| Self { made, parent: made || image.has(above) })
    }

    fn makes(&mut self, path: &str, place: &str) {
        self.made |= path == place;
        let above = place.rsplit_once('/').map_or("", |(above, _)| above);
        self.parent |= is_within(path, above);
    }
}

impl<'t> Comparison<'_, 't> {
    /// Follows a step that must not put anything into a folder; `None` if it may.
    pub(super) fn leaves_alone(
        &self,
        step: &Step<'t>,
        image: &'static Image,
        place: &str,
        before: &mut Before,
    ) -> Option<()> {
        let apart = |path: &str| !is_within(path, place) && !is_within(place, path);
        match &step.action {
            Action::MakeFolder { path, .. } => {
                let path = absolute(path, "", Some(image))?;
                before.makes(&path, place);
                (path == place || !is_within(&path, place)).then_some(())
            }
            Action::Copy(copy) => {
                absolute(&copy.destination, "", Some(image)).filter(|path| apart(path)).map(|_| ())
            }
            Action::Volume(_) | Action::Unread(_) | Action::Opaque(..) => None,
            _ => {
                let mut fine = true;
                let mut made: Vec<String> = Vec::new();
                visit(std::slice::from_ref(step), &mut |step| match &step.action {
                    Action::Call(call) => {
                        let here = self.states.seen(call.state).directory.clone();
                        fine &= self.call_leaves_alone(call, &here, image, place, &mut made);
                    }
                    Action::Opaque(..) | Action::Exec(..) | Action::Unread(_) => fine = false,
                    _ => {}
                });
                // What stands in a condition may not be done.
                let certain = matches!(step.action, Action::Call(_));
                for path in &made {
                    let parent = before.parent;
                    before.makes(path, place);
                    before.parent = if certain { before.parent } else { parent };
                }
                fine.then_some(())
            }
        }
    }

    /// Whether a step between COPY and the change of owner neither writes there, nor asks for owners, nor makes users.
    pub(super) fn looks_away(
        &self,
        step: &Step<'t>,
        image: &'static Image,
        place: &str,
        before: &mut Before,
    ) -> bool {
        const LOOK_AWAY: &[&str] = &[
            "curl", "echo", "gem", "ln", "mkdir", "npm", "pip", "pip2", "pip3", "printf", "rm",
            "set", "touch", "true", "wget",
        ];
        if let Action::Copy(copy) = &step.action {
            let accounts = ["/etc", "/etc/passwd", "/etc/group"];
            if absolute(&copy.destination, "", Some(image))
                .is_none_or(|path| accounts.contains(&&*path) || path == "/")
            {
                return false;
            }
        }
        let mut fine = true;
        visit(std::slice::from_ref(step), &mut |step| {
            if let Action::Call(call) = &step.action {
                let program = call.words.first().and_then(|word| plain(word)).unwrap_or_default();
                let system =
                    call.words.iter().chain(&call.redirects).any(|word| word.contains("/etc/"));
                fine &= (LOOK_AWAY.contains(&program) || call.words.is_empty()) && !system;
            }
        });
        let made = before.made;
        fine && self.leaves_alone(step, image, place, before).is_some() && before.made == made
    }

    /// Whether a command puts nothing into a folder. Folders that it makes itself go to `made`.
    fn call_leaves_alone(
        &self,
        call: &Call<'t>,
        here: &str,
        image: &'static Image,
        place: &str,
        made: &mut Vec<String>,
    ) -> bool {
        let apart = |path: &str| !is_within(path, place) && !is_within(place, path);
        let resolved = |word: &str| absolute(word, here, Some(image));
        for redirect in call.redirects.iter().filter(|text| !text.contains('\n')) {
            let target =
                redirect.trim_start_matches(|c: char| c.is_ascii_digit() || "<>&|-".contains(c));
            if !target.is_empty() && !resolved(target).is_some_and(|path| apart(&path)) {
                return false;
            }
        }
        let command = Command::of(&call.words);
        if call.words.is_empty() {
            return true;
        }
        let Some(program) = command.path().map(|path| path.rsplit('/').next().unwrap_or(path))
        else {
            return false;
        };
        let skipped = call.words.len() - command.words.len();
        let words: &[Text<'t>] = &call.words[skipped + 1..];
        if program == "mkdir" {
            let paths = words
                .iter()
                .filter(|word| !matches!(&***word, "-p" | "-v" | "-pv" | "-vp" | "--parents"));
            for word in paths {
                let path = plain(word).filter(|word| !word.starts_with('-')).and_then(resolved);
                let Some(path) = path.filter(|path| path == place || !is_within(path, place))
                else {
                    return false;
                };
                made.push(path);
            }
            return true;
        }
        if program == "cd" {
            return true;
        }
        if call.words.iter().any(|word| readable(word).contains(place)) {
            return false;
        }
        let elsewhere = |word: &Text<'t>| {
            let Some(word) = plain(word) else { return false };
            let path = word.split_once('=').map_or(word, |(_, path)| path);
            (word.starts_with('-') && !word.contains('/'))
                || path.contains("://")
                || resolved(path).is_some_and(|path| apart(&path))
        };
        let outside = !here.is_empty() || image.start == "/";
        let outside = outside
            && absolute(".", here, Some(image)).is_some_and(|here| !is_within(&here, place));
        match program {
            _ if HARMLESS.contains(&program) => true,
            // They make a home.
            "adduser" | "useradd" => {
                let name = place.strip_prefix("/home/").unwrap_or("/");
                name.contains('/') && words.iter().all(|word| plain(word).is_some())
            }
            "chgrp" | "chmod" | "chown" | "cp" | "install" | "ln" | "mv" | "sed" | "touch" => {
                words.iter().all(elsewhere)
            }
            "pip" | "pip2" | "pip3" if self.installs_packages(words) => true,
            "pip" | "pip2" | "pip3" | "curl" | "gem" | "npm" | "pecl" | "pear" | "wget" => {
                // pip puts what it installs for editing into `src`.
                outside
                    && !place.ends_with("/src")
                    && words.iter().all(|word| {
                        plain(word).is_some_and(|word| !word.contains('/')) || elsewhere(word)
                    })
            }
            _ => false,
        }
    }

    /// Whether `pip install` names packages alone, or lists of them that the context shows.
    fn installs_packages(&self, words: &[Text<'t>]) -> bool {
        let package =
            |name: &str| !name.starts_with(['-', '.']) && !name.contains(['/', '@', '\\']);
        let lists = |list: &str| {
            let Some(context) = self.context else { return false };
            let name = list.rsplit('/').next();
            let mut found =
                context.entries().filter(|(path, _)| path.rsplit('/').next() == name).peekable();
            found.peek().is_some()
                && found.all(|(path, _)| {
                    context.text(path).is_some_and(|text| {
                        let lines = text
                            .lines()
                            .map(|line| line.split('#').next().unwrap_or_default().trim());
                        lines.into_iter().all(|line| line.is_empty() || package(line))
                    })
                })
        };
        let mut words = words.iter();
        if words.next().is_none_or(|word| word != "install") {
            return false;
        }
        while let Some(word) = words.next() {
            let fits = match plain(word) {
                Some("-r" | "--requirement") => {
                    words.next().and_then(|list| plain(list)).is_some_and(lists)
                }
                Some("-U" | "-q" | "--upgrade" | "--quiet" | "--no-cache-dir" | "--no-compile") => {
                    true
                }
                Some(name) => package(name),
                None => false,
            };
            if !fits {
                return false;
            }
        }
        true
    }
}

/// Programs that write to the folders of the system, or nowhere.
const HARMLESS: &[&str] = &[
    "apk",
    "apt",
    "apt-cache",
    "apt-get",
    "apt-key",
    "apt-mark",
    "dnf",
    "dpkg-reconfigure",
    "microdnf",
    "tdnf",
    "yum",
    "zypper",
    "addgroup",
    "chpasswd",
    "groupadd",
    "groupmod",
    "passwd",
    "usermod",
    "ldconfig",
    "locale-gen",
    "update-ca-certificates",
    "update-locale",
    "a2enmod",
    "a2ensite",
    "docker-php-ext-configure",
    "docker-php-ext-enable",
    "docker-php-ext-install",
    "echo",
    "exit",
    "export",
    "false",
    "printf",
    "set",
    "sleep",
    "test",
    "true",
    "[",
    ":",
    "awk",
    "cat",
    "cut",
    "dirname",
    "grep",
    "head",
    "id",
    "nproc",
    "rm",
    "rmdir",
    "sort",
    "tail",
    "tr",
    "uname",
    "wc",
    "which",
    "whoami",
];

/// An absolute path without `.`, doubled and trailing slashes; `None` if a variable, a pattern or `..` is in it, or if it
/// is relative to a folder that is not known.
pub(super) fn absolute(path: &str, here: &str, image: Option<&Image>) -> Option<String> {
    let start = || image.map(|image| image.start);
    let known = |folder: &str| match folder.strip_prefix(BASE_DIRECTORY) {
        Some(rest) => Some(format!("{}{rest}", start()?)),
        None => Some(folder.to_owned()),
    };
    let path = known(path)?;
    let whole = match (path.starts_with('/'), here) {
        (true, _) => path,
        (false, "") => format!("{}/{path}", start()?),
        (false, here) => {
            format!("{}/{path}", known(here).filter(|here| here.starts_with('/'))?)
        }
    };
    let odd = |c: char| c.is_whitespace() || c < ' ' || "$*?[]\\\"'`~<".contains(c);
    if whole.contains(odd) {
        return None;
    }
    let names: Vec<&str> =
        whole.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    (!names.contains(&"..")).then(|| format!("/{}", names.join("/")))
}

/// Whether `path` is `folder` or lies in it; both are absolute.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path that another stage copies lies in folders that packages of the system fill, or may.
pub(super) fn is_of_system(source: &str) -> bool {
    let path = format!("/{}", source.trim_matches('/'));
    let starts = |folder: &str| path.starts_with(folder);
    let kept = starts("/usr/local") || starts("/usr/src") || starts("/usr/share/nginx");
    let system = ["/usr", "/lib", "/bin", "/sbin", "/etc/ssl", "/etc/ca-certificates"];
    path == "/" || source.contains('\u{2}') || (!kept && system.into_iter().any(starts))
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_images() {
        let lacks = |reference, path| image(reference).map(|image| image.lacks(path));
        assert_eq!(lacks("node:22", "/app"), Some(true));
        assert_eq!(lacks("node:22", "/opt/app"), Some(false));
        assert_eq!(lacks("node:22", "/home/node"), Some(false));
        assert_eq!(lacks("node:22", "/home/node/app"), Some(true));
        assert_eq!(lacks("debian:12", "/srv/app"), Some(true));
        assert_eq!(lacks("debian:12", "/var/lib/app"), Some(false));
        assert_eq!(lacks("golang:1.22-alpine", "/go/src"), Some(false));
        assert_eq!(lacks("php:8-apache", "/var/www/html"), Some(false));
        assert_eq!(lacks("oven/bun:1-alpine", "/home/bun/app"), Some(false));
        assert_eq!(lacks("oven/bun:1", "/home/bun/app/src"), Some(true));
        assert_eq!(lacks("oven/bun:1-distroless", "/app"), None);
        assert_eq!(lacks("composer:1.5.2", "/srv/app"), None);
        assert_eq!(lacks("composer:2", "/app"), Some(false));
        assert_eq!(lacks("example.com/node:22", "/app"), None);
        assert_eq!(absolute("./a//b/", "/x", None).as_deref(), Some("/x/a/b"));
        assert_eq!(absolute("a", "", None), None);
        assert_eq!(absolute("a", "", image("golang:1")).as_deref(), Some("/go/a"));
        let base = format!("{BASE_DIRECTORY}/a/");
        assert_eq!(absolute(&base, "", image("oven/bun:1")).as_deref(), Some("/home/bun/app/a"));
        assert_eq!(absolute(".", &base, image("debian:12")).as_deref(), Some("/a"));
        assert_eq!(absolute(&base, "", None), None);
        assert_eq!(absolute("../a", "/x", None), None);
    }
}
