//! Libraries with which a program is linked: whether there are any but the C library, and how they are collected for a base without them.

use dockslim_contract::BuildContext;

use super::compiled::Made;
use super::effects::Effect;
use super::launch::{base_name, parent_of};
use super::opened::{links_what_opens, opens_files, opens_nothing};
use super::own_libraries;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::absolute;
use crate::knowledge::{Library, library_of};

/// Leaves the loader and the C library to a base that has its own.
pub(super) const BUT_SYSTEM: &str = " | grep -v '/ld-\\|/lib[cm][.]so'";

/// Names libraries by where they are: /lib is a link to /usr/lib there, and a folder that is copied over a link takes its place, or fails
/// (Debian 12, release notes, "usr-merge"; BuildKit: "cannot copy to non-directory").
pub(super) const BELOW_USR: &str = " | sed 's,^/lib,/usr/lib,'";

/// Where the libraries of programs are collected in the build.
const COLLECTED: &str = "/runtime";

/// Whether a program may be linked with more than the C library and what comes with its compiler: headers were installed, or the
/// image has headers of many libraries, and something of the build speaks of one.
pub(super) fn links_more(subject: &Subject<'_, '_>) -> bool {
    let library = |name: &String| name.starts_with("lib") && name.ends_with("-dev");
    let brings = subject.packages().iter().any(library);
    if brings || subject.gets_linked || own_libraries::builder(subject).is_some() {
        return true;
    }
    // gcc's own images have a C++ library of their own, too, which may be newer than that of the system.
    let many = ["gcc:", "rust:", "buildpack-deps:"];
    if !many.iter().any(|name| subject.image.starts_with(name)) {
        return false;
    }
    let Some(context) = subject.context else { return true };
    let builds = |path: &str| {
        let name = base_name(path);
        name.to_ascii_lowercase().contains("makefile")
            || name.starts_with("configure")
            || [".mk", ".cmake", ".sh"].iter().any(|end| name.ends_with(end))
            || matches!(
                name,
                "CMakeLists.txt" | "meson.build" | "Cargo.toml" | "Cargo.lock" | "build.rs"
            )
    };
    let cpp = |path: &str| [".cc", ".cpp", ".cxx", ".C"].iter().any(|end| path.ends_with(end));
    let mut files = context.entries().map(|(path, _)| path);
    let mut words = subject.done.iter().flat_map(|done| done.command.words.iter().flatten());
    words.any(|word| speaks_of_library(word))
        || depends_unlisted(context)
        || files.any(|path| {
            (subject.image.starts_with("gcc:") && cpp(path))
                || base_name(path) == "build.rs"
                || builds(path) && context.text(path).is_none_or(speaks_of_library)
        })
}

/// Whether a manifest of Cargo asks for packages, and no list says which others these bring, such as `openssl-sys`.
fn depends_unlisted(context: &BuildContext) -> bool {
    let mut paths = context.entries().map(|(path, _)| path);
    let listed = paths.any(|path| base_name(path) == "Cargo.lock");
    let mut files = context.entries().map(|(path, _)| path);
    let asks = |path: &str| context.text(path).is_none_or(|text| text.contains("dependencies"));
    !listed && files.any(|path| base_name(path) == "Cargo.toml" && asks(path))
}

/// Whether a text of a build asks for a library that is none of the C library's own parts.
fn speaks_of_library(text: &str) -> bool {
    let own = ["m", "c", "pthread", "dl", "rt", "util", "resolv", "gcc", "gcc_s", "stdc++"];
    let asks = [
        "find_package",
        "find_library",
        "target_link_libraries",
        "dependency(",
        "PKG_CHECK",
        "AC_CHECK_LIB",
        "AC_SEARCH_LIBS",
        "-sys",
        "LDLIBS",
        "link-lib",
        "-fopenmp",
        "-fsanitize",
    ];
    let flags = text.split(|c: char| c.is_whitespace() || "\"'=()".contains(c));
    let mut names =
        flags.filter_map(|word| word.strip_prefix("-l")).filter(|name| !name.is_empty());
    // `xml2-config`, and no option of that name.
    let mut scripts = text.match_indices("-config").map(|(at, _)| text[..at].chars().next_back());
    names.any(|name| !own.contains(&name))
        || asks.iter().any(|word| text.contains(word))
        || scripts.any(|c| c.is_some_and(|c| !(c == '-' || c.is_whitespace())))
}

/// Takes along the libraries with which a program is linked, and tells the loader of those that only its list has named; `but` is what
/// leaves some of them out.
pub(super) fn collect(
    subject: &Subject<'_, '_>,
    made: &Made,
    plan: &mut Plan,
    but: &str,
) -> Result<(), Obstacle> {
    if subject.brings(COLLECTED) {
        let message = format!("the project has a `{COLLECTED}`, where libraries are collected");
        return Err((&reasons::PACKAGES, message));
    }
    plan.added.push(collecting(subject, made, but)?);
    plan.take_to(COLLECTED, "/");
    let folders = own_libraries::folders(subject)?;
    plan.settings.extend(folders.map(|value| ("LD_LIBRARY_PATH".to_owned(), value)));
    Ok(())
}

/// The script that collects these libraries, as the loader of the build finds them.
fn collecting(subject: &Subject<'_, '_>, made: &Made, but: &str) -> Result<String, Obstacle> {
    if subject.image.contains("alpine") || !subject.ends_as_root() {
        return Err((
            &reasons::PACKAGES,
            "the libraries of the program cannot be collected".to_owned(),
        ));
    }
    // A base with a C library of its own is a Debian, which describes terminals.
    let debian = !but.is_empty();
    if let Some(package) = opens_files(&subject.packages(), debian) {
        let message = format!("`{package}` opens files that the loader does not show");
        return Err((&reasons::PACKAGES, message));
    }
    // Libraries that nobody knows may open the files of what they depend on, too.
    if let Some(package) = unknown_library(subject).filter(|_| !debian) {
        let message = format!("what the library behind `{package}` opens is not known");
        return Err((&reasons::PACKAGES, message));
    }
    if let Some(word) = links_what_opens(subject, debian) {
        let message =
            format!("a library behind `{word}` opens files that the loader does not show");
        return Err((&reasons::PACKAGES, message));
    }
    let programs = made.artefacts.iter().filter(|path| is_program(subject, path));
    let beside = put_beside(subject).filter(|path| !made.artefacts.contains(path));
    let collect: Vec<String> = programs
        .chain(beside)
        .map(|path| {
            format!(
                "ldd {path} | grep -o '/[^ ]*'{but} | xargs -I '{{}}' cp --parents '{{}}' {COLLECTED}"
            )
        })
        .collect();
    if collect.is_empty() {
        let message = "which of what is built the container starts is not known";
        return Err((&reasons::NO_ARTEFACT, message.to_owned()));
    }
    Ok(format!("mkdir {COLLECTED} && {}", collect.join(" && ")))
}

/// The package of headers that a stage installs, and of whose libraries nobody knows whether they open files.
pub(super) fn unknown_library(subject: &Subject<'_, '_>) -> Option<String> {
    let unknown = |name: &String| {
        name.ends_with("-dev")
            && matches!(library_of(name, subject.suite.or(Some("bookworm"))), Library::Unknown)
            && !opens_nothing(name)
    };
    subject.packages().into_iter().find(unknown)
}

/// What `cp`, `mv` and `install` have put among programs, and what the build context does not hold.
fn put_beside<'s>(subject: &'s Subject<'_, '_>) -> impl Iterator<Item = &'s String> {
    let puts = subject.done.iter().filter(|done| {
        let own = |word: &str| {
            absolute(word, done.folder.as_deref())
                .is_some_and(|path| subject.source_text(&path).is_some())
        };
        matches!(done.command.program_name(), Some("cp" | "install" | "mv"))
            && !done.command.words.iter().skip(1).flatten().any(|word| own(word))
    });
    let paths = puts.flat_map(|done| match &done.effect {
        Effect::Writes(paths) => paths.as_slice(),
        _ => &[],
    });
    paths.filter(|path| parent_of(path).ends_with("/bin") || parent_of(path).ends_with("/sbin"))
}

/// Whether an artefact is a program, and not a file that comes with one.
fn is_program(subject: &Subject<'_, '_>, path: &str) -> bool {
    let started = subject.launch.paths(subject.folder.as_deref()).iter().any(|one| one == path);
    started || parent_of(path).ends_with("bin")
}
