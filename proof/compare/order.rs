//! Packages in another order.

use crate::program::{Call, Text};
use crate::shell::plain;

/// System package managers, for which the order of the packages of one call means nothing (apt-get(8), apk(8), dnf
/// Command Reference, zypper(8)), with the verbs that install and the options without an argument.
const MANAGERS: &[(&[&str], &[&str])] = &[
    (&["apt-get", "apt"], &["install"]),
    (&["apk"], &["add"]),
    (&["yum", "dnf", "microdnf", "tdnf"], &["install"]),
    (&["zypper"], &["install", "in"]),
];

const WITHOUT_ARGUMENT: &[&str] = &[
    "-y",
    "-q",
    "-qq",
    "-yq",
    "-qy",
    "-yqq",
    "-qqy",
    "--yes",
    "--assume-yes",
    "--quiet",
    "--no-install-recommends",
    "--no-install-suggests",
    "--allow-downgrades",
    "--allow-unauthenticated",
    "--fix-missing",
    "--force-yes",
    "--reinstall",
    "--no-cache",
    "--update",
    "--update-cache",
    "-U",
    "--upgrade",
    "--best",
    "--allowerasing",
    "--nodocs",
    "--non-interactive",
    "-n",
    "--no-recommends",
    "--assumeyes",
    "--setopt=install_weak_deps=False",
    "--setopt=tsflags=nodocs",
];

/// Whether two calls install the same packages in another order, in words.
pub(super) fn packages(one: &Call<'_>, two: &Call<'_>) -> Option<String> {
    if one.words.len() != two.words.len() {
        return None;
    }
    let program = plain(one.words.first()?)?;
    let (_, verbs) = MANAGERS.iter().find(|(programs, _)| programs.contains(&program))?;
    let from = one.words.iter().zip(&two.words).position(|(one, two)| one != two)?;
    let to = one.words.iter().zip(&two.words).rposition(|(one, two)| one != two)? + 1;
    let verb = one.words.iter().position(|word| verbs.contains(&&**word))?;
    let before = plain(&one.words[from.checked_sub(1)?])?;
    let free = !before.starts_with('-') || WITHOUT_ARGUMENT.contains(&before);
    if verb >= from || !free {
        return None;
    }
    let sorted = |words: &[Text<'_>]| {
        let mut words: Vec<String> = words.iter().map(ToString::to_string).collect();
        words.sort();
        words
    };
    let (old, new) = (&one.words[from..to], &two.words[from..to]);
    (old.iter().all(is_package) && sorted(old) == sorted(new))
        .then(|| format!("the packages of `{program} {}` stand in another order", one.words[verb]))
}

/// A package, not an option and not one that is to be removed (`name-`).
fn is_package(word: &Text<'_>) -> bool {
    plain(word).is_some_and(|word| {
        word.starts_with(|c: char| c.is_ascii_alphanumeric()) && !word.ends_with(['-', '+', '_'])
    })
}
