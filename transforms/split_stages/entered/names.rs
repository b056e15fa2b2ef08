//! Files and users of the old base that a script names in words of its own, and does something else without.

use super::super::launch::{base_name, parent_of};
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use super::super::system_files::{Lack, is_brought, lack};
use super::{ESSENTIAL, OF_SHELLS, Words};
use crate::facts::is_within;
use crate::knowledge::package_of_program;

/// Folders of compilers in their images.
const KITS: &[&str] = &["/go/bin", "/usr/local/cargo", "/usr/local/go", "/usr/local/rustup"];
/// Folders of programs.
const PROGRAMS: &[&str] =
    &["/bin", "/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin", "/usr/sbin"];
/// Files that Debian's images have below /etc, and busybox has not (base-files, debianutils, login, libc-bin).
const OF_DEBIAN: &[&str] = &[
    "bash.bashrc",
    "debian_version",
    "environment",
    "gai.conf",
    "issue",
    "login.defs",
    "os-release",
    "profile",
    "shells",
    "skel",
    "timezone",
];
/// Users and groups of Debian that busybox has not (base-passwd; busybox, "/etc/passwd").
const USERS: &[&str] = &[
    "_apt", "backup", "games", "irc", "list", "lp", "man", "news", "nogroup", "proxy", "staff",
    "uucp",
];

/// Refuses a script that asks for a program of the old base, or for its compiler, by where it lies.
pub(super) fn lead_nowhere(subject: &Subject<'_, '_>, asides: &[Words]) -> Result<(), Obstacle> {
    let brought = |word: &str| {
        let name = base_name(word);
        let copied = subject.copied.iter().flat_map(|copied| &copied.brings);
        let mut words = subject.done.iter().flat_map(|done| done.command.words.iter().flatten());
        ESSENTIAL.contains(&name)
            || OF_SHELLS.contains(&name)
            || package_of_program(name) == Some("")
            || ["bash", "env"].contains(&name)
            || subject.packages().iter().any(|package| package == name)
            || words.any(|one| base_name(one) == name)
            || { copied }.any(|one| is_within(word, &one.place) || base_name(&one.place) == name)
    };
    let lost = |word: &&str| {
        KITS.iter().any(|kit| is_within(word, kit))
            || PROGRAMS.contains(&parent_of(word)) && word.starts_with('/') && !brought(word)
    };
    let packages = subject.packages();
    let of_full = |word: &&str| {
        let netbase = || packages.iter().any(|package| package == "netbase");
        let lost = match lack(subject, word) {
            Some(Lack::All(_)) => true,
            Some(Lack::Network) => !netbase(),
            // Of all certificates the list of them comes along.
            _ => is_within(word, "/etc/ssl/certs") && !word.ends_with("/ca-certificates.crt"),
        };
        lost && !subject.image.contains("alpine") && !is_brought(subject, word)
    };
    let mut words = asides.iter().flatten().flatten().map(String::as_str);
    match words.find(|word| lost(word) || of_full(word)) {
        Some(word) => {
            let message = format!("a script names `{word}`, which its new base may not have");
            Err((&reasons::UNREAD_COMMAND, message))
        }
        None => Ok(()),
    }
}

/// Whether a script names files or users that busybox has not.
pub(super) fn are_of_system(subject: &Subject<'_, '_>, asides: &[Words]) -> bool {
    let gives = |words: &Words| {
        let name = words.first().and_then(Option::as_deref).map(base_name);
        let mut names = words.iter().skip(1).flatten().flat_map(|word| word.split([':', '.']));
        matches!(name, Some("chgrp" | "chown")) && names.any(|name| USERS.contains(&name))
    };
    let of_debian = |word: &str| {
        let file = word.strip_prefix("/etc/").map(|rest| rest.split('/').next().unwrap_or(rest));
        let more = matches!(lack(subject, word), Some(Lack::Bare | Lack::Busybox));
        (more || file.is_some_and(|file| OF_DEBIAN.contains(&file)))
            && subject.source_text(word).is_none()
    };
    let mut words = asides.iter().flatten().flatten();
    !subject.image.contains("alpine")
        && (asides.iter().any(gives) || words.any(|word| of_debian(word)))
}
