//! Files below /etc, /usr/share and /var/lib that sources of C, Rust and Go name: they have to be in the new base.
//!
//! Source: these folders of the images of gcc, rust and golang on bookworm, beside those of debian:bookworm-slim and distroless/static.

use super::bases::{Kind, official};
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::program::Action;
use crate::shell::Command;

/// What images have by packages of buildpack-deps:scm.
const FOR_SOURCES: &str = "/etc/X11 /etc/bash_completion.d /etc/ca-certificates.conf /etc/ethertypes /etc/gss /etc/inputrc /etc/mercurial \
    /etc/mime.types /etc/netconfig /etc/networks /etc/perl /etc/python3 /etc/rpc /etc/ssh/ssh_config \
    /etc/ssl/openssl.cnf /etc/subversion /etc/sysctl.conf /etc/wgetrc /usr/share/aclocal /usr/share/applications \
    /usr/share/ca-certificates /usr/share/doc /usr/share/emacs /usr/share/git-core /usr/share/gitweb \
    /usr/share/gnupg /usr/share/info /usr/share/man /usr/share/mercurial /usr/share/perl /usr/share/pkgconfig \
    /usr/share/python3 /var/lib/git /var/lib/python /var/lib/ucf";
/// What they have by those of buildpack-deps.
const OF_ALL: &str = "/etc/ImageMagick-6 /etc/fonts /etc/magic /etc/magic.mime /etc/mysql /usr/share/ImageMagick-6 /usr/share/X11 \
    /usr/share/autoconf /usr/share/djvu /usr/share/file /usr/share/fontconfig /usr/share/fonts /usr/share/gettext \
    /usr/share/gir-1.0 /usr/share/glib-2.0 /usr/share/icons /usr/share/icu /usr/share/libthai /usr/share/libtool \
    /usr/share/mime /usr/share/misc/config.guess /usr/share/misc/config.sub /usr/share/misc/magic \
    /usr/share/misc/magic.mgc /usr/share/sgml /usr/share/thumbnailers /usr/share/vala /usr/share/xml";
/// What Debian has without any.
const WITHOUT_ANY: &str = "/etc/adduser.conf /etc/alternatives /etc/apt /etc/bash.bashrc /etc/debian_version /etc/dpkg /etc/environment \
    /etc/fstab /etc/gai.conf /etc/gshadow /etc/host.conf /etc/issue /etc/ld.so.cache /etc/ld.so.conf \
    /etc/localtime /etc/login.defs /etc/motd /etc/pam.conf /etc/pam.d /etc/profile /etc/shadow /etc/shells \
    /etc/skel /etc/subgid /etc/subuid /etc/terminfo /etc/timezone /etc/xattr.conf /usr/share/base-passwd \
    /usr/share/common-licenses /usr/share/keyrings /usr/share/perl5 /usr/share/tabset /usr/share/terminfo \
    /var/lib/apt /var/lib/dpkg";

/// What distroless has, and busybox has not.
const NOT_OF_BUSYBOX: &str = "/etc/os-release /usr/lib/os-release";
/// The same of folders.
const NO_FOLDERS_OF_BUSYBOX: &[&str] = &[
    "/run",
    "/var/cache",
    "/var/lib",
    "/var/local",
    "/var/lock",
    "/var/log",
    "/var/opt",
    "/var/run",
    "/var/tmp",
];

impl Runtime<'_, '_> {
    /// A file of the system among the words of scripts that the new base lacks.
    pub(super) fn lost_of_scripts<'w>(
        &self,
        kind: Kind,
        mut words: impl Iterator<Item = &'w str>,
        places: &[Place],
    ) -> Option<&'w str> {
        let old = official(&self.old.image);
        let small = matches!(kind, Kind::Static | Kind::Busybox);
        if !small && !matches!(kind, Kind::Debian(_)) || old.contains("alpine") {
            return None;
        }
        let bare = ["debian", "ubuntu"].iter().any(|name| old.starts_with(name));
        let packages = !old.contains("slim") && !bare;
        let pictures = packages && !old.starts_with("golang");
        words.find(|file| {
            let is_in = |list: &str| list.split_whitespace().any(|one| is_within(file, one));
            let lost = packages && is_in(FOR_SOURCES)
                || pictures && (is_in(OF_ALL) || *file == "/usr/share")
                || small && (is_in(WITHOUT_ANY) || is_in(NOT_OF_BUSYBOX))
                || ["/etc/services", "/etc/protocols"].contains(file)
                    && !self.names_package(&self.new.steps, "netbase");
            let gone = lost
                && !self.covered(places, file)
                && !self.leads(places, file)
                && !self.was_there(file)
                && !self.is_made_at(file);
            // Only the list of all certificates is copied.
            let single = is_within(file, "/etc/ssl/certs") && !file.ends_with(".crt");
            gone || single && !self.names_package(&self.new.steps, "ca-certificates")
        })
    }

    /// What sources of compiled programs name of the system is there.
    pub(super) fn system_files(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let small = matches!(kind, Kind::Static | Kind::Busybox);
        let old = official(&self.old.image);
        if !small && !matches!(kind, Kind::Debian(_)) || old.contains("alpine") {
            return Ok(());
        }
        let Some(context) = self.context else { return Ok(()) };
        let packages =
            !old.contains("slim") && !old.starts_with("debian") && !old.starts_with("ubuntu");
        let pictures = packages && !old.starts_with("golang");
        let installs = self.new.steps.iter().any(|step| {
            matches!(&step.action, Action::Call(call)
                if Command::of(&call.words).is("apt-get") && call.words.iter().any(|word| word == "install"))
        });
        let ends = ["c", "cc", "cpp", "cxx", "h", "hpp", "rs", "go"];
        for (path, _) in context.entries() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let aside = ["docs/", "examples/", "test/", "testdata/", "tests/"];
            let aside = aside.iter().any(|part| format!("/{path}").contains(&format!("/{part}")));
            let of_code = name.rsplit_once('.').is_some_and(|(_, end)| ends.contains(&end));
            if aside || !of_code || name.ends_with("_test.go") {
                continue;
            }
            let text = context.text(path).unwrap_or_default();
            let by_name = text.match_indices("getaddrinfo(").any(|(at, call)| {
                let words: Vec<&str> = text[at + call.len()..].splitn(3, ',').collect();
                let service = words.get(1).map(|word| word.trim().trim_matches('"'));
                service.is_some_and(|it| words[1].contains('"') && it.parse::<u16>().is_err())
            });
            let asks = by_name
                || ["getservby", "getprotoby", "LookupPort("]
                    .iter()
                    .any(|call| text.contains(call));
            if asks && packages && kind != Kind::Static && !installs {
                return Err(format!("{path} asks for names of services, and nothing lists them"));
            }
            let beside = ["/opt", "/srv", "/mnt", "/media"];
            let shell = if kind == Kind::Busybox { NO_FOLDERS_OF_BUSYBOX } else { &[] };
            if let Some(file) = written_into(&[&beside[..], shell].concat(), text)
                .filter(|file| small && !self.covered(places, file))
            {
                return Err(format!("{path} writes `{file}`, whose folder the new base lacks"));
            }
            for file in rooted(text) {
                let is_in = |list: &str| list.split_whitespace().any(|one| is_within(&file, one));
                let there = self.covered(places, &file)
                    || self.leads(places, &file)
                    || self.was_there(&file)
                    || self.is_made_at(&file);
                let lost = packages && is_in(FOR_SOURCES)
                    || pictures && (is_in(OF_ALL) || file == "/usr/share");
                // Go reads it by itself, where it asks for types.
                let own =
                    name.ends_with(".go") && file == "/etc/mime.types" && text.contains("\"mime\"");
                let network = matches!(file.as_str(), "/etc/services" | "/etc/protocols");
                let busybox = kind == Kind::Busybox && is_in(NOT_OF_BUSYBOX);
                let system = is_in(WITHOUT_ANY) || file == "/usr/share/misc" || busybox;
                let gone =
                    lost && !installs && !own || network && kind != Kind::Static && !installs;
                if !there && (gone || system && small && !lost) {
                    return Err(format!("nothing brings `{file}`, which {path} names"));
                }
            }
        }
        Ok(())
    }

    /// Whether a step of the old stage names a path, or what it is below, as a place that it writes to.
    fn is_made_at(&self, file: &str) -> bool {
        let mut found = false;
        crate::program::visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && ["cp", "mv", "install", "tee", "touch", "ln"]
                    .contains(&Command::of(&call.words).program())
            {
                found |= call.words.iter().skip(1).filter_map(|word| self.path(word, call)).any(
                    |path| {
                        is_within(file, &path)
                            && path.len() > 1
                            && path.trim_end_matches('/').matches('/').count() > 1
                    },
                );
            }
        });
        found
    }
}

/// A file that code writes right below one of these folders, which each distribution has, and an image without packages has not (FHS 3.0).
fn written_into(folders: &[&str], text: &str) -> Option<String> {
    let calls =
        ["WriteFile(", "Create(", "OpenFile(", "::create(", "fs::write(", "fopen(", "Mkdir("];
    let lines = text.lines().filter(|line| calls.iter().any(|call| line.contains(call)));
    lines.flat_map(rooted).find(|file| {
        let top = file.rsplit_once('/').map_or("", |(top, _)| top);
        folders.contains(&top)
    })
}

/// The paths from the root that stand between quotes in code, as far as they are spelt out.
fn rooted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if ["//", "* ", "#include"].iter().any(|start| line.starts_with(start)) {
            continue;
        }
        for part in line.split(['"', '`']).skip(1).step_by(2).filter(|part| part.starts_with('/')) {
            let signs = ['%', '{', '*', '?', '[', '$', '\\'];
            let path = match part.find(signs) {
                Some(end) => part[..end].rsplit_once('/').map_or("", |(folder, _)| folder),
                None => part,
            };
            found.push(path.trim_end_matches('/').to_owned());
        }
    }
    found
}
