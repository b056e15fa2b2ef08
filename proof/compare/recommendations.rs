//! Installs that leave out what is only recommended.
//!
//! Sources: apt-get(8), `--no-install-recommends`; aptitude(8), `--without-recommends`; Debian Policy, 7.2, for what
//! "recommends" means.

mod for_pip;

use super::Comparison;
use super::caches::manager;
use crate::program::{Call, Text};
use crate::shell::{Command, plain};

/// Packages that others recommend and that are missed in a container, so that an install may name them instead. The pass
/// knows more of them; this list was written from the package index of Debian a second time.
const RECOMMENDED: &[&str] = &[
    "automake",
    "build-essential",
    "bzip2",
    "ca-certificates",
    "curl",
    "dbus",
    "dirmngr",
    "fakeroot",
    "file",
    "gnupg",
    "less",
    "libatk-wrapper-java-jni",
    "libc6-dev",
    "libfl-dev",
    "libltdl-dev",
    "logrotate",
    "make",
    "netbase",
    "openssh-client",
    "patch",
    "psmisc",
    "python",
    "python2.7",
    "ssl-cert",
    "unzip",
    "xauth",
    "xxd",
    "xz-utils",
    "zip",
];

/// Options with an argument of their own, which is the next word (apt-get(8), aptitude(8)).
const WITH_ARGUMENT: &[&str] = &[
    "-o",
    "--option",
    "-c",
    "--config-file",
    "-t",
    "--target-release",
    "--default-release",
    "-a",
    "--host-architecture",
    "-P",
    "--build-profiles",
    "-w",
    "-F",
    "-O",
    "--add-user-tag",
    "--remove-user-tag",
];

impl Comparison<'_, '_> {
    /// Whether an install is another one that leaves out what is only recommended, and nothing needs the compilers among that.
    pub(super) fn leaves_recommended(&self, one: &Call<'_>, two: &Call<'_>) -> Option<String> {
        let message = left_out(one, two)?;
        self.needs_compilers(one, two).is_none().then_some(message)
    }
}

/// Whether an install is another one that leaves out what is only recommended, in words. It may name some of that.
fn left_out(one: &Call<'_>, two: &Call<'_>) -> Option<String> {
    let command = Command::of(&two.words);
    let (program, _) = manager(&command)?;
    let flag = match &*program {
        "apt-get" | "apt" => "--no-install-recommends",
        "aptitude" => "--without-recommends",
        _ => return None,
    };
    let skipped = two.words.len() - command.words.len();
    let verb = verb(&two.words, skipped + 1)?;
    let installs = matches!(&*two.words[verb], "install" | "reinstall");
    let place = verb + 1 + usize::from(two.words.get(verb + 1).is_some_and(answers));
    let same_start = one.words.get(..place) == Some(&two.words[..place]);
    if !installs || !same_start || two.words.get(place).is_none_or(|word| word != flag) {
        return None;
    }
    // Whoever speaks of recommendations has decided.
    if one.words.iter().any(|word| word.to_ascii_lowercase().contains("recommends")) {
        return None;
    }
    let mut rest = one.words[place..].iter().peekable();
    let mut named: Vec<&str> = Vec::new();
    for at in place + 1..two.words.len() {
        if rest.peek() == Some(&&two.words[at]) {
            rest.next();
            continue;
        }
        let name = plain(&two.words[at]).filter(|name| RECOMMENDED.contains(name))?;
        if takes_next(&two.words[at - 1]) {
            return None;
        }
        named.push(name);
    }
    if rest.next().is_some() {
        return None;
    }
    let named = if named.is_empty() {
        String::new()
    } else {
        format!("; of these it names {}", named.join(", "))
    };
    Some(format!("`{program} {}` leaves out what is only recommended{named}", two.words[verb]))
}

/// The number of the verb, behind options that are known.
fn verb(words: &[Text<'_>], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let word = plain(words.get(at)?)?;
        if !word.starts_with('-') {
            return Some(at);
        }
        at += if takes_next(&words[at]) { 2 } else { 1 };
    }
}

/// Whether a word answers apt's questions: it takes no argument, so the next word is an option of its own.
fn answers(word: &Text<'_>) -> bool {
    let Some(word) = plain(word) else { return false };
    let letters = word.strip_prefix('-').unwrap_or_default();
    let cluster = letters.contains('y') && letters.bytes().all(|letter| b"yq".contains(&letter));
    cluster || matches!(word, "--yes" | "--assume-yes")
}

/// Whether the next word may belong to this one.
fn takes_next(word: &Text<'_>) -> bool {
    match plain(word) {
        // `-yt stable`: the last letter of a cluster may take the next word.
        Some(word) if word.starts_with('-') && !word.starts_with("--") => {
            let last = word.chars().last().unwrap_or('-');
            WITH_ARGUMENT.contains(&word) || (!word.contains('=') && "octaPwFO".contains(last))
        }
        Some(word) => WITH_ARGUMENT.contains(&word),
        None => word.starts_with(['-', '\u{2}', '\u{3}']),
    }
}
