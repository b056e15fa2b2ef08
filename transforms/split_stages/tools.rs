//! Programs of the system that a container of a compiled program calls: the packages that bring them to a new stage, where the image that builds
//! has them now.

use super::brought::brings;
use super::go::{signs_or_asks_otherwise, speaks_to_others};
use super::launch::base_name;
use super::subject::Subject;
use crate::knowledge::{
    FullPackage, Need, library_name, need_of_package, slim_family, suite_of_image,
};

/// Packages whose programs do their work alone, or by what each Debian has (Debian, fields Depends of these).
const ALONE: &[&str] = &[
    "bzip2",
    "curl",
    "file",
    "git",
    "gnupg",
    "openssh-client",
    "openssl",
    "procps",
    "unzip",
    "wget",
    "xz-utils",
];

/// Commands of git that call nothing but git itself, and the client of SSH where they speak to another machine (git, "git help -a").
const OF_GIT: &[&str] = &[
    "--version",
    "add",
    "branch",
    "checkout",
    "clean",
    "clone",
    "describe",
    "diff",
    "fetch",
    "init",
    "log",
    "ls-files",
    "ls-remote",
    "pull",
    "remote",
    "reset",
    "rev-list",
    "rev-parse",
    "show",
    "status",
    "switch",
    "version",
];

/// The packages by which the new stage has the program of a command as the image that builds has it; `None` if it is not known to have it, or
/// if the program may call others.
pub(super) fn packages_of(
    subject: &Subject<'_, '_>,
    words: &[Option<String>],
) -> Option<Vec<String>> {
    let name = base_name(words.first()?.as_deref()?);
    let installed = subject.packages().into_iter().find(|package| {
        (package == name || brings(package, name)) && need_of_package(package) != Need::Build
    });
    let of_image = of_image(subject, name);
    let package = match (&installed, of_image) {
        (Some(package), _) => package.clone(),
        (None, Some(row)) => row.name.clone(),
        (None, None) if name == "curl" && is_temurin(subject.image) => name.to_owned(),
        (None, None) => return None,
    };
    let mut packages = vec![package];
    match of_image {
        Some(row) => packages.extend(row.with.iter().cloned()),
        None if installed.is_none() => packages.push("ca-certificates".to_owned()),
        None => {}
    }
    if name == "git" {
        let speaks = is_plain_git(subject, words)?;
        let client = installed.is_none() || has_package(subject, "openssh-client");
        packages.extend((speaks && client).then(|| "openssh-client".to_owned()));
    }
    Some(packages)
}

fn has_package(subject: &Subject<'_, '_>, name: &str) -> bool {
    subject.packages().iter().any(|package| package == name)
}

/// The package of an official image on Debian that brings a program.
fn of_image(subject: &Subject<'_, '_>, name: &str) -> Option<&'static FullPackage> {
    let image = subject.image;
    let suite = suite_of_image(image);
    let tag = image.rsplit(':').next().filter(|_| image.contains(':')).unwrap_or("latest");
    const OTHERS: &[&str] =
        &["alpine", "curl", "nanoserver", "oracle", "scm", "slim", "windowsservercore"];
    // Kits of Java stand on Debian in some releases alone.
    let library = library_name(image).filter(|name| *name != "openjdk" || is_debian(suite))?;
    if OTHERS.iter().any(|part| tag.contains(part)) {
        return None;
    }
    let mut rows = slim_family(library)?.lacks().filter(|row| !row.builds && row.is_in(suite));
    rows.find(|row| {
        let mut all = row.programs.iter().chain(&row.common);
        ALONE.contains(&row.name.as_str()) && all.any(|program| program == name)
    })
}

fn is_debian(suite: Option<&str>) -> bool {
    matches!(suite, Some("buster" | "bullseye" | "bookworm" | "trixie"))
}

/// Whether an image is one of Temurin on Ubuntu, all of which have curl (adoptium/containers), or is built on one (carlossg/docker-maven,
/// keeganwitt/docker-gradle).
fn is_temurin(image: &str) -> bool {
    const OTHERS: &[&str] =
        &["alpine", "centos", "corretto", "graal", "nanoserver", "ubi", "windowsservercore"];
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    let own = name == "eclipse-temurin" || name == "maven" && tag.contains("-eclipse-temurin");
    own && !OTHERS.iter().any(|part| tag.contains(part))
}

/// Whether git speaks to another machine by its words; `None` if it may call more than its own, or look at a history that stays behind.
fn is_plain_git(subject: &Subject<'_, '_>, words: &[Option<String>]) -> Option<bool> {
    let mut files = subject.context?.entries();
    // Its settings, and those of SSH, name programs (git-config(1); ssh_config(5)).
    let tells = |path: &str| {
        path.ends_with("gitconfig") || path.ends_with("ssh_config") || path.contains(".ssh/")
    };
    let set = |name: &str| name.starts_with("GIT_") || name == "EDITOR" || name == "PAGER";
    let mut settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    if files.any(|(path, _)| path.starts_with(".git/") || tells(path))
        || settings.any(|setting| set(&setting.name))
    {
        return None;
    }
    let mut rest = words.iter().skip(1).map(|word| word.as_deref().unwrap_or("$"));
    let mut verb = rest.next().unwrap_or("--version");
    while verb == "-C" {
        rest.next()?;
        verb = rest.next()?;
    }
    let all: Vec<String> = words.iter().flatten().map(|word| format!("\"{word}\"")).collect();
    let text = all.join(" ");
    // A command between these is one of git, or of a shell.
    let hands = ["--config", "\"-c", "--template", "--upload-pack", "\"-u", "ext::", "!"];
    let plain = OF_GIT.contains(&verb)
        && !signs_or_asks_otherwise(&text)
        && !hands.iter().any(|sign| text.contains(sign));
    plain.then(|| speaks_to_others(&text))
}
