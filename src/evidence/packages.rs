//! Packages of the system that nothing in the image names.
//!
//! That a smoke command passes without a package says only that this command does not need it. So a package goes only if
//! everything that went with it is known by a name (a program, a library, a folder below /usr/share), and if no file of the image, no
//! setting of the container and no file of the project holds that name. The files are looked at byte by byte: a library that a
//! program is linked with stands in it, and so does one that it loads later. What the base brings is looked at, too: an image
//! that adds tools to Jenkins adds them for Jenkins. Where something is packed, nothing goes.

use std::collections::BTreeSet;

use dockslim_contract::BuildContext;
use dockslim_syntax::{Edits, parse};
use dockslim_transforms::{Installed, Suppressions, installed, word_with_gap};

use super::{Idea, Layers, Risk, Search, Subject};
use crate::error::Error;
use crate::image::{Image, names};
use crate::verify::Comparison;

/// Packages that others than the smoke command miss.
const KEPT: [&str; 6] =
    ["ca-certificates", "locales", "locales-all", "tzdata", "tini", "dumb-init"];

pub(super) fn propose(subject: &Subject<'_>) -> Vec<Idea> {
    let dockerfile = subject.dockerfile;
    let suppressions = Suppressions::of(dockerfile);
    let mut all: Vec<(&Installed, usize)> = Vec::new();
    let calls = installed(dockerfile, subject.target);
    for call in &calls {
        let instruction = dockerfile.instructions().find(|(_, one)| one.span.covers(call.verb));
        let Some((_, instruction)) = instruction else { continue };
        if suppressions.keeps("drop-build-deps", instruction.span).is_some() {
            continue;
        }
        let free = (0..call.packages.len()).filter(|number| {
            let (name, span) = &call.packages[*number];
            !KEPT.contains(&name.as_str())
                && word_with_gap(dockerfile, call.verb.start, *span).is_some()
        });
        all.extend(free.map(|number| (call, number)));
    }
    let mut ideas = Vec::new();
    if all.len() > 1 {
        ideas.extend(without(subject, &all));
    }
    ideas.extend(all.iter().filter_map(|one| without(subject, &[*one])));
    ideas
}

/// The file without some packages; `None` if a call would have none left.
fn without(subject: &Subject<'_>, gone: &[(&Installed, usize)]) -> Option<Idea> {
    let mut edits = Edits::new();
    for (call, number) in gone {
        let here = gone.iter().filter(|(other, _)| std::ptr::eq(*other, *call)).count();
        if here == call.packages.len() {
            return None;
        }
        let word = call.packages[*number].1;
        edits.delete(word_with_gap(subject.dockerfile, call.verb.start, word)?).ok()?;
    }
    let text = edits.apply(subject.dockerfile.source);
    let is_sound = parse(&text).diagnostics.len() <= subject.dockerfile.diagnostics.len();
    let names: Vec<&str> =
        gone.iter().map(|(call, number)| call.packages[*number].0.as_str()).collect();
    let called = format!("without {}", names.join(", "));
    is_sound.then_some(Idea { called, text, changes: &[], risk: Risk::Packages })
}

/// What speaks against an image without packages.
pub(super) fn doubt(
    before: &Image,
    after: &Image,
    found: &Comparison,
    context: Option<&BuildContext>,
    search: &mut Search<'_>,
) -> Result<Option<String>, Error> {
    let others = found.added.iter().chain(&found.changed).map(|file| &file.path);
    if let Some(path) = others.into_iter().find(|path| !is_book(path)) {
        return Ok(Some(format!("{path} is another one without it")));
    }
    let compiles = ["usr/bin/cc", "usr/bin/gcc", "usr/bin/clang"];
    let compiles = compiles.iter().any(|path| after.tree.holds(path.as_bytes()));
    let mut words = BTreeSet::new();
    for path in found.removed.iter().map(|file| file.path.as_str()) {
        match trace(path) {
            Trace::Nothing => {}
            Trace::Header if !compiles => {}
            Trace::Word(word) => words.extend(spellings(word)),
            Trace::Header => return Ok(Some(format!("{path} goes, and a compiler stays"))),
            Trace::Unknown => return Ok(Some(format!("who opens {path} is not known"))),
        }
    }
    let words: Vec<String> = words.into_iter().collect();
    for value in before.config.values() {
        if let Some(word) = names(value.as_bytes(), &words) {
            return Ok(Some(format!("the configuration of the container names {word}")));
        }
    }
    let texts = context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    for (path, text) in texts.filter(|(path, _)| !is_dockerfile(path)) {
        if let Some(word) = names(text.as_bytes(), &words) {
            return Ok(Some(format!("{path} of the project names {word}")));
        }
    }
    if words.is_empty() {
        return Ok(None);
    }
    // What the base starts may call what was added to it.
    let found = search(Layers::All, &words)?;
    Ok(found.map(|found| found.to_string()))
}

/// A Dockerfile names packages to install them.
fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.contains("dockerfile") || name.contains("containerfile")
}

/// How one sees that somebody opens a file.
#[derive(Debug, PartialEq, Eq)]
enum Trace {
    /// Nobody but people and package managers does.
    Nothing,
    /// A compiler does.
    Header,
    /// By this word.
    Word(String),
    /// It is not known.
    Unknown,
}

/// Folders that only people and package managers open.
const FOR_PEOPLE: [&str; 18] = [
    "/usr/share/doc/",
    "/usr/share/man/",
    "/usr/share/info/",
    "/usr/share/lintian/",
    "/usr/share/locale/",
    "/usr/share/bash-completion/",
    "/usr/share/zsh/",
    "/usr/share/fish/",
    "/usr/share/doc-base/",
    "/usr/share/bug/",
    "/usr/share/applications/",
    "/usr/share/icons/",
    "/usr/share/pixmaps/",
    "/usr/share/menu/",
    "/usr/share/emacs/",
    "/etc/emacs/",
    "/usr/share/vim/",
    "/etc/alternatives/",
];

/// Folders that many share, so that their names say nothing about who opens what is in them.
const SHARED: [&str; 18] = [
    "init.d",
    "default",
    "systemd",
    "cron.d",
    "cron.daily",
    "profile.d",
    "ssl",
    "ca-certificates",
    "zoneinfo",
    "locale",
    "gconv",
    "pam.d",
    "security",
    "udev",
    "dbus-1",
    "fonts",
    "X11",
    "mime",
];

/// Folders of languages: what lies there is found by names of modules.
const LANGUAGES: [&str; 8] = ["python", "perl", "ruby", "node", "php", "jvm", "lua", "tcl"];

fn trace(path: &str) -> Trace {
    if is_book(path) || FOR_PEOPLE.iter().any(|folder| path.starts_with(folder)) {
        return Trace::Nothing;
    }
    let is_compiled_with = path.starts_with("/usr/include/")
        || path.ends_with(".a")
        || path.contains("/pkgconfig/")
        || path.contains("/cmake/")
        || path.starts_with("/usr/share/aclocal/");
    if is_compiled_with {
        return Trace::Header;
    }
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let parts = if parts.first() == Some(&"usr") { &parts[1..] } else { &parts[..] };
    let name = match parts {
        ["bin" | "sbin", program] => program,
        [lib, .., file] if lib.starts_with("lib") && *lib != "libexec" && file.contains(".so") => {
            let stem = file.split(".so").next().unwrap_or(file);
            if parts.len() > 3 { parts[parts.len() - 2] } else { stem }
        }
        ["lib", triplet, folder, ..] if triplet.contains("-linux-") => folder,
        ["lib" | "libexec" | "share" | "etc", folder, ..] => folder,
        _ => return Trace::Unknown,
    };
    let is_shared = SHARED.contains(&name) || LANGUAGES.iter().any(|known| name.starts_with(known));
    if is_shared || name.len() < 2 { Trace::Unknown } else { Trace::Word(name.to_owned()) }
}

/// A word, and how those call it who load libraries by name: `magic` is libmagic. Two letters stand in any file.
fn spellings(word: String) -> Vec<String> {
    let short = word.strip_prefix("lib").filter(|short| short.len() > 2).map(str::to_owned);
    [word].into_iter().chain(short).collect()
}

/// Where package managers write down what they did.
fn is_book(path: &str) -> bool {
    const BOOKS: [&str; 6] = [
        "/var/lib/dpkg/",
        "/lib/apk/db/",
        "/usr/lib/apk/db/",
        "/etc/apk/world",
        "/usr/share/info/dir",
        "/etc/ld.so.cache",
    ];
    BOOKS.iter().any(|book| path.starts_with(book))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Image;

    fn proposed(text: &str) -> Vec<(String, String)> {
        let image = Image::default();
        let dockerfile = parse(text);
        let subject = Subject { dockerfile: &dockerfile, target: None, image: &image };
        propose(&subject).into_iter().map(|idea| (idea.called, idea.text)).collect()
    }

    #[test]
    fn packages_go_together_and_then_one_by_one() {
        let text =
            "FROM debian:12\nRUN apt-get install -y \\\n    sl \\\n    tzdata \\\n    tree\n";
        let without = |lines: &str| format!("FROM debian:12\nRUN apt-get install -y{lines}\n");
        assert_eq!(
            proposed(text),
            [
                ("without sl, tree".to_owned(), without(" \\\n    tzdata")),
                ("without sl".to_owned(), without(" \\\n    tzdata \\\n    tree")),
                ("without tree".to_owned(), without(" \\\n    sl \\\n    tzdata")),
            ]
        );
    }

    #[test]
    fn what_a_comment_is_about_stays() {
        let called =
            |text| proposed(text).into_iter().map(|(called, _)| called).collect::<Vec<_>>();
        let text = "FROM alpine\nRUN apk add \\\n    # for people\n    vim \\\n    sl tree\n";
        assert_eq!(called(text), ["without sl, tree", "without sl", "without tree"]);
        let kept = "FROM alpine\n# dockslim: keep drop-build-deps\nRUN apk add sl tree\n";
        assert_eq!(called(kept), [""; 0]);
        assert_eq!(called("FROM debian\nRUN apt-get install -y sl\n"), [""; 0], "one stays");
        let above = "FROM a\nRUN apk add sl tree\nFROM b\nCOPY --from=0 /a /a\n";
        assert_eq!(called(above), [""; 0]);
    }

    #[test]
    fn a_library_is_loaded_by_its_short_name_too() {
        assert_eq!(spellings("libmagic".to_owned()), ["libmagic", "magic"]);
        assert_eq!(spellings("libz".to_owned()), ["libz"]);
        assert_eq!(spellings("tree".to_owned()), ["tree"]);
    }

    #[test]
    fn each_file_tells_by_what_it_would_be_found() {
        let word = |word: &str| Trace::Word(word.to_owned());
        for (path, trace) in [
            ("/usr/bin/tree", word("tree")),
            ("/usr/lib/x86_64-linux-gnu/libpq.so.5.15", word("libpq")),
            ("/lib/libz.so.1", word("libz")),
            ("/usr/lib/x86_64-linux-gnu/gconv/UTF-7.so", Trace::Unknown),
            ("/usr/lib/x86_64-linux-gnu/vlc/plugins/a.so", word("plugins")),
            ("/usr/share/figlet/a.flf", word("figlet")),
            ("/usr/share/doc/tree/copyright", Trace::Nothing),
            ("/var/lib/dpkg/info/tree.list", Trace::Nothing),
            ("/etc/emacs/site-start.d/50figlet.el", Trace::Nothing),
            ("/usr/include/pq.h", Trace::Header),
            ("/usr/lib/python3/dist-packages/yaml/a.py", Trace::Unknown),
            ("/etc/ssl/openssl.cnf", Trace::Unknown),
            ("/usr/local/bin/x", Trace::Unknown),
            ("/srv/x", Trace::Unknown),
        ] {
            assert_eq!(super::trace(path), trace, "{path}");
        }
    }
}
