//! Flags by which a call leaves no cache.

use super::caches::{CACHES, Cache, manager};
use crate::program::Call;
use crate::shell::Command;

/// A flag that a call may get.
struct Avoidance {
    program: &'static str,
    verbs: &'static [&'static str],
    flag: &'static str,
    /// Flags that the new one makes unnecessary.
    replaces: &'static [&'static str],
    cache: &'static str,
    /// Images whose program does not know the flag, by a part of their name.
    unknown_in: &'static [&'static str],
}

const AVOIDANCES: &[Avoidance] = &[
    // pip 6.0 (pip documentation, "Caching"). Older ones stand in these images.
    Avoidance {
        program: "pip",
        verbs: &["install", "wheel", "download"],
        flag: "--no-cache-dir",
        replaces: &[],
        cache: "pip cache",
        unknown_in: &[
            "ubuntu:10",
            "ubuntu:12",
            "ubuntu:13",
            "ubuntu:14",
            "ubuntu:15",
            "ubuntu:precise",
            "ubuntu:trusty",
            "debian:6",
            "debian:7",
            "debian:8",
            "debian:wheezy",
            "debian:jessie",
            "debian:squeeze",
            "debian:oldstable",
            "centos:5",
            "centos:6",
            "centos:centos6",
        ],
    },
    // apk(8): "Do not use any local cache path", since Alpine 3.3; it makes --update unnecessary.
    Avoidance {
        program: "apk",
        verbs: &["add", "upgrade", "fix"],
        flag: "--no-cache",
        replaces: &["--update", "--update-cache", "-U"],
        cache: "apk index",
        unknown_in: &[
            "alpine:2",
            "alpine:3.0",
            "alpine:3.1",
            "alpine:3.2",
            "alpine3.0",
            "alpine3.1",
            "alpine3.2",
        ],
    },
    // uv documentation, "Commands".
    Avoidance {
        program: "uv",
        verbs: &["install", "sync", "add", "pip", "run", "tool", "venv", "compile"],
        flag: "--no-cache",
        replaces: &[],
        cache: "uv cache",
        unknown_in: &[],
    },
    // gem(1), since RubyGems 2.0.
    Avoidance {
        program: "gem",
        verbs: &["install", "i", "inst", "update"],
        flag: "--no-document",
        replaces: &[],
        cache: "gem documentation",
        unknown_in: &[
            "ubuntu:12",
            "ubuntu:14",
            "ubuntu:precise",
            "ubuntu:trusty",
            "debian:wheezy",
            "debian:squeeze",
            "centos:5",
            "centos:6",
            "centos:7",
        ],
    },
];

/// Whether a program of an image is young enough to know the flags of these days.
pub(super) fn knows_flags(program: &str, image: &str) -> bool {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let exact = |part: &&&str| {
        let behind = |at: usize| image[at + part.len()..].chars().next();
        image
            .match_indices(**part)
            .any(|(at, _)| !behind(at).is_some_and(|next| next.is_ascii_digit()))
    };
    let row = AVOIDANCES.iter().find(|row| row.program == program);
    row.is_some_and(|row| !row.unknown_in.iter().any(|part| exact(&part)))
}

/// Whether a call is another one with such a flag more, and which cache it then does not leave.
pub(super) fn avoids(
    one: &Call<'_>,
    two: &Call<'_>,
    image: &str,
    is_used: impl Fn(&str, &str) -> bool,
) -> Option<&'static Cache> {
    let command = Command::of(&two.words);
    let skipped = two.words.len() - command.words.len();
    let (program, from) = manager(&command)?;
    let row = AVOIDANCES.iter().find(|row| row.program == program)?;
    // An author who gives the flag to another call knows that it works.
    if !knows_flags(row.program, image) && !is_used(row.program, row.flag) {
        return None;
    }
    let flag = two.words.iter().position(|word| word == row.flag)?;
    // What is new must not be the argument of another option: it stands right behind the verb, or where one of
    // the flags stood that it replaces.
    let behind_verb = flag > skipped + from && row.verbs.contains(&&*two.words[flag - 1]);
    let replaces = |word: &str| row.replaces.contains(&word);
    let in_place = one.words.get(flag).is_some_and(|word| replaces(word))
        && !matches!(
            &*two.words[flag - 1],
            "-t" | "--virtual" | "-X" | "--repository" | "-p" | "--root" | "--arch"
        );
    if !(behind_verb || in_place) {
        return None;
    }
    let rest =
        two.words.iter().enumerate().filter(|(number, _)| *number != flag).map(|(_, word)| word);
    let kept = one.words.iter().filter(|word| !replaces(word));
    if !rest.eq(kept) || two.words.iter().any(|word| replaces(word)) {
        return None;
    }
    CACHES.iter().find(|cache| cache.name == row.cache)
}
