//! Files of the system that sources of compiled programs name between quotes: which of the bases has them.
//!
//! Source: what images of gcc, rust and golang list below these folders, and what slim images of Debian do.

use super::effects::Effect;
use super::launch::base_name;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::is_within;

/// What full images and those for version control have below /etc, /usr/share and /var/lib, and slim ones lack.
const OF_SCM: &[&str] = &[
    "/etc/X11",
    "/etc/bash_completion.d",
    "/etc/ca-certificates.conf",
    "/etc/ethertypes",
    "/etc/gss",
    "/etc/inputrc",
    "/etc/mercurial",
    "/etc/mime.types",
    "/etc/netconfig",
    "/etc/networks",
    "/etc/perl",
    "/etc/python3",
    "/etc/rpc",
    "/etc/ssh/ssh_config",
    "/etc/ssl/openssl.cnf",
    "/etc/subversion",
    "/etc/sysctl.conf",
    "/etc/wgetrc",
    "/usr/share/aclocal",
    "/usr/share/applications",
    "/usr/share/ca-certificates",
    "/usr/share/doc",
    "/usr/share/emacs",
    "/usr/share/git-core",
    "/usr/share/gitweb",
    "/usr/share/gnupg",
    "/usr/share/info",
    "/usr/share/man",
    "/usr/share/mercurial",
    "/usr/share/perl",
    "/usr/share/pkgconfig",
    "/usr/share/python3",
    "/var/lib/git",
    "/var/lib/python",
    "/var/lib/ucf",
];
/// The same of full images alone.
const OF_FULL: &[&str] = &[
    "/etc/ImageMagick-6",
    "/etc/fonts",
    "/etc/magic",
    "/etc/magic.mime",
    "/etc/mysql",
    "/usr/share",
    "/usr/share/ImageMagick-6",
    "/usr/share/X11",
    "/usr/share/autoconf",
    "/usr/share/djvu",
    "/usr/share/file",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
    "/usr/share/gettext",
    "/usr/share/gir-1.0",
    "/usr/share/glib-2.0",
    "/usr/share/icons",
    "/usr/share/icu",
    "/usr/share/libthai",
    "/usr/share/libtool",
    "/usr/share/mime",
    "/usr/share/misc/config.guess",
    "/usr/share/misc/config.sub",
    "/usr/share/misc/magic",
    "/usr/share/misc/magic.mgc",
    "/usr/share/sgml",
    "/usr/share/thumbnailers",
    "/usr/share/vala",
    "/usr/share/xml",
];
/// What slim images of Debian have, and those without packages lack.
const OF_DEBIAN: &[&str] = &[
    "/etc/adduser.conf",
    "/etc/alternatives",
    "/etc/apt",
    "/etc/bash.bashrc",
    "/etc/debian_version",
    "/etc/dpkg",
    "/etc/environment",
    "/etc/fstab",
    "/etc/gai.conf",
    "/etc/gshadow",
    "/etc/host.conf",
    "/etc/issue",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/localtime",
    "/etc/login.defs",
    "/etc/motd",
    "/etc/pam.conf",
    "/etc/pam.d",
    "/etc/profile",
    "/etc/shadow",
    "/etc/shells",
    "/etc/skel",
    "/etc/subgid",
    "/etc/subuid",
    "/etc/terminfo",
    "/etc/timezone",
    "/etc/xattr.conf",
    "/usr/share/base-passwd",
    "/usr/share/common-licenses",
    "/usr/share/keyrings",
    "/usr/share/misc",
    "/usr/share/perl5",
    "/usr/share/tabset",
    "/usr/share/terminfo",
    "/var/lib/apt",
    "/var/lib/dpkg",
];
/// Lists of names of the network, which images without packages have of them all, and slim Debian lacks (package netbase).
const OF_NETWORK: &[&str] = &["/etc/protocols", "/etc/services"];
/// Functions of C and Go that read them (getservbyname(3), getprotobyname(3); package `net`).
const ASK_NETWORK: &[&str] =
    &["LookupPort(", "getprotobyname(", "getprotobynumber(", "getservbyname(", "getservbyport("];
/// Packages whose install brings such files.
const BRINGING: &[(&str, &[&str])] = &[
    ("/etc/fonts", &["fontconfig"]),
    ("/etc/mime.types", &["mailcap", "media-types", "mime-support"]),
    ("/etc/magic", &["file", "libmagic1"]),
    ("/etc/ssl/openssl.cnf", &["openssl"]),
    ("/usr/share/fonts", &["fonts-", "fontconfig", "ttf-", "xfonts-"]),
    ("/usr/share/icons", &["hicolor-icon-theme", "adwaita-icon-theme"]),
    ("/usr/share/mime", &["shared-mime-info"]),
    ("/usr/share/misc/magic", &["file", "libmagic1"]),
    ("/usr/share/perl", &["perl"]),
];
/// Folders of every distribution that images without packages lack: nobody can write a file there.
const BARE: &[&str] = &["/media", "/mnt", "/opt", "/srv"];
/// What images without packages have, and that of busybox lacks (distroless, `base-files`; busybox, its own folders).
const NOT_OF_BUSYBOX: &[&str] = &["/etc/os-release", "/usr/lib/os-release"];
/// The same of folders.
const FOLDERS_NOT_OF_BUSYBOX: &[&str] = &[
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

/// What a program names of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Something that slim Debian has.
    pub(super) debian: bool,
    /// Something that slim Debian lacks, and images without packages have.
    pub(super) network: bool,
    /// Something that the image of busybox lacks, and all others have.
    pub(super) more_than_busybox: bool,
}

/// Which bases lack a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// All but the old one.
    All(&'static str),
    /// Slim Debian, and that of busybox.
    Network,
    /// Those that hold no packages.
    Bare,
    /// That of busybox.
    Busybox,
}

/// Which of the new bases lack a path that the old one has.
pub(super) fn lack(subject: &Subject<'_, '_>, path: &str) -> Option<Lack> {
    let bare = ["debian", "ubuntu"].iter().any(|name| subject.image.starts_with(name));
    let slim = bare || subject.image.contains("slim");
    let full = !slim && !subject.image.starts_with("golang");
    let of_more = OF_SCM.iter().filter(|_| !slim).chain(OF_FULL.iter().filter(|_| full));
    let is_in = |list: &[&str]| list.iter().any(|one| is_of(path, one));
    if let Some(place) = of_more.into_iter().find(|one| is_of(path, one)) {
        Some(Lack::All(place))
    } else if OF_NETWORK.contains(&path) {
        Some(Lack::Network)
    } else if is_in(OF_DEBIAN) {
        Some(Lack::Bare)
    } else {
        is_in(NOT_OF_BUSYBOX).then_some(Lack::Busybox)
    }
}

/// What the sources of C, Rust and Go name, where `installed` are the packages that the new stage installs; refused if a file is of the old
/// base alone.
pub(super) fn named(subject: &Subject<'_, '_>, installed: &[String]) -> Result<Named, Obstacle> {
    const ASIDE: &[&str] = &["docs", "examples", "test", "testdata", "tests"];
    let mut found = Named::default();
    let Some(context) = subject.context.filter(|_| !subject.image.contains("alpine")) else {
        return Ok(found);
    };
    let bare = ["debian", "ubuntu"].iter().any(|name| subject.image.starts_with(name));
    for (path, _) in context.entries() {
        let name = base_name(path);
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        let source = matches!(end, "c" | "cc" | "cpp" | "cxx" | "h" | "hpp" | "rs" | "go");
        let aside = path.split('/').any(|part| ASIDE.contains(&part));
        let Some(text) = context.text(path).filter(|_| source && !aside) else { continue };
        if name.ends_with("_test.go") {
            continue;
        }
        // Bare Debian has neither list.
        let asks = || ASK_NETWORK.iter().any(|call| text.contains(call)) || names_service(text);
        found.network |= !bare && asks();
        for (line, literal) in literals(text) {
            if is_brought(subject, literal) {
                continue;
            }
            let lack = lack(subject, literal);
            if let Some(Lack::All(lost)) = lack {
                // What Go itself asks for is copied.
                let typed = end == "go" && lost == "/etc/mime.types" && text.contains("\"mime\"");
                if !comes_with(lost, installed) && !typed {
                    let message =
                        format!("{path} names `{literal}`, which nothing is known to bring there");
                    return Err((&reasons::PACKAGES, message));
                }
                continue;
            }
            found.network |= lack == Some(Lack::Network);
            found.debian |= lack == Some(Lack::Bare) || writes_into(BARE, line, literal);
            found.more_than_busybox |=
                lack == Some(Lack::Busybox) || writes_into(FOLDERS_NOT_OF_BUSYBOX, line, literal);
        }
    }
    Ok(found)
}

/// Whether a source of C asks for an address by the name of a service, and not by its number (getaddrinfo(3)).
fn names_service(text: &str) -> bool {
    text.split("getaddrinfo(").skip(1).any(|rest| {
        let second =
            rest.split(',').nth(1).map(str::trim_start).and_then(|it| it.strip_prefix('"'));
        second.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}

/// Whether a text names a place, or what lies below it; the folders of all packages only by themselves.
fn is_of(literal: &str, place: &str) -> bool {
    let alone = matches!(place, "/usr/share" | "/usr/share/misc");
    literal == place || !alone && is_within(literal, place)
}

fn comes_with(place: &str, installed: &[String]) -> bool {
    let mut rows = BRINGING.iter().filter(|(one, _)| place.starts_with(one));
    rows.any(|(_, packages)| {
        installed.iter().any(|name| {
            packages.iter().any(|one| name == one || one.ends_with('-') && name.starts_with(one))
        })
    })
}

/// Whether a step of the project puts something there.
pub(super) fn is_brought(subject: &Subject<'_, '_>, literal: &str) -> bool {
    let mut brought = subject.copied.iter().flat_map(|copied| &copied.brings);
    brought.any(|one| {
        is_within(&one.place, literal)
            || one.folder && is_within(literal, &one.place) && one.place != "/"
    }) || subject.done.iter().any(|done| match &done.effect {
        Effect::Writes(paths) => paths.iter().any(|path| is_within(literal, path)),
        _ => false,
    })
}

/// Whether a line writes a file right into one of these folders (Go, package `os`; Rust, `std::fs`; fopen(3)).
fn writes_into(folders: &[&str], line: &str, literal: &str) -> bool {
    const WRITES: &[&str] = &[
        "WriteFile(",
        "os.Create(",
        "OpenFile(",
        "File::create(",
        "fs::write(",
        "fopen(",
        "os.Mkdir(",
    ];
    let folder = literal.rsplit_once('/').map_or("", |(folder, _)| folder);
    folders.contains(&folder) && WRITES.iter().any(|call| line.contains(call))
}

/// The texts between quotes that are paths from the root, up to where something is put in, with their lines.
fn literals(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let code = text.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with("* ") && !line.starts_with("#include")
    });
    code.flat_map(|line| {
        let quoted = line.split(['"', '`']).skip(1).step_by(2);
        let paths = quoted.filter(|text| text.starts_with('/')).map(|text| {
            let end = text.find(['%', '{', '*', '?', '[', '$', '\\']);
            let sure = end.map_or(text, |end| &text[..text[..end].rfind('/').unwrap_or(end)]);
            sure.trim_end_matches('/')
        });
        paths.filter(|path| path.len() > 1).map(move |path| (line, path))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_of, literals};

    #[test]
    fn paths_stand_between_quotes() {
        let text = "// \"/etc/a\"\nopen(\"/usr/share/b/%s.c\", '/x');\n\t`/srv/`";
        let found: Vec<&str> = literals(text).map(|(_, path)| path).collect();
        assert_eq!(found, ["/usr/share/b", "/srv"]);
        assert!(
            is_of("/etc/fonts/fonts.conf", "/etc/fonts") && !is_of("/etc/fontsx", "/etc/fonts")
        );
        assert!(is_of("/usr/share", "/usr/share") && !is_of("/usr/share/own", "/usr/share"));
    }
}
