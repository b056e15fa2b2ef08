//! Packages in another order.

use std::ops::Range;

use crate::program::Call;
use crate::shell::plain;

/// System package managers, for which the order of the packages of one call means nothing (apt-get(8), apk(8), dnf
/// Command Reference, zypper(8)), with the verbs that install.
const MANAGERS: &[(&[&str], &[&str])] = &[
    (&["apt-get", "apt"], &["install", "remove", "purge"]),
    (&["apk"], &["add", "del"]),
    (&["yum", "dnf", "microdnf", "tdnf"], &["install", "remove"]),
    (&["zypper"], &["install", "in", "remove", "rm"]),
];

/// Options behind which no argument follows, by the same pages: whatever has one of these has it without.
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
    "--no-progress",
    "--update",
    "--update-cache",
    "-U",
    "-u",
    "-f",
    "--upgrade",
    "--best",
    "--allowerasing",
    "--nodocs",
    "--non-interactive",
    "-n",
    "--no-recommends",
    "--auto-agree-with-licenses",
    "--no-confirm",
    "--allow-vendor-change",
    "--no-gpg-checks",
    "--gpg-auto-import-keys",
    "--skip-broken",
    "--nogpgcheck",
    "--only-upgrade",
    "--auto-remove",
    "--purge",
    "--assumeyes",
    "--setopt=install_weak_deps=False",
    "--setopt=tsflags=nodocs",
];

/// Whether two calls install the same packages in another order, in words.
pub(super) fn packages(one: &Call<'_>, two: &Call<'_>) -> Option<String> {
    if one.words.len() != two.words.len() {
        return None;
    }
    let from = one.words.iter().zip(&two.words).position(|(one, two)| one != two)?;
    let to = one.words.iter().zip(&two.words).rposition(|(one, two)| one != two)? + 1;
    let (old, new): (Vec<_>, Vec<_>) =
        one.words.iter().zip(&two.words).map(|(one, two)| (plain(one), plain(two))).unzip();
    reordered(&old, &new, from..to)
}

/// Whether words are those of one install whose packages stand in another order, in words. Only those in `places` differ;
/// a word that is not plain text is `None`.
pub(crate) fn reordered(
    old: &[Option<&str>],
    new: &[Option<&str>],
    places: Range<usize>,
) -> Option<String> {
    let program = (*old.first()?)?;
    let (_, verbs) = MANAGERS.iter().find(|(programs, _)| programs.contains(&program))?;
    let verb = old.iter().position(|word| word.is_some_and(|word| verbs.contains(&word)))?;
    let before = old[places.start.checked_sub(1)?]?;
    let free =
        !before.starts_with('-') || before.contains('=') || WITHOUT_ARGUMENT.contains(&before);
    if verb >= places.start || !free {
        return None;
    }
    let sorted = |words: &[Option<&str>]| -> Option<Vec<String>> {
        let mut words =
            words.iter().map(|word| (*word).map(str::to_owned)).collect::<Option<Vec<_>>>()?;
        words.sort();
        Some(words)
    };
    let (one, two) = (sorted(&old[places.clone()])?, sorted(&new[places])?);
    (one == two && one.iter().all(|word| is_package(word))).then(|| {
        let verb = old[verb].unwrap_or_default();
        format!("the packages of `{program} {verb}` stand in another order")
    })
}

/// A package, not an option and not one that is to be removed (`name-`); `name+` and `g++` are installed like the others.
fn is_package(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric()) && !word.ends_with(['-', '_'])
}
