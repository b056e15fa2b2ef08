//! Users and groups that a stage makes, and what it gives away to them.

use super::effects::{Effect, holds_others};
use super::launch::parent_of;
use super::plan::Plan;
use super::subject::Subject;
use crate::facts::{absolute, is_within};

/// The folders of the project that commands give away as a whole. What Cargo and .NET keep beside a program is too much to move.
pub(super) fn given_away(subject: &Subject<'_, '_>) -> Vec<String> {
    if !matches!(subject.toolchain.name.as_str(), "go" | "native" | "java") {
        return Vec::new();
    }
    let holds = |path: &String| {
        let mut brings = subject.copied.iter().flat_map(|copied| &copied.brings);
        !holds_others(path) && brings.any(|one| is_within(&one.place, path))
    };
    let given = subject.done.iter().flat_map(|done| match &done.effect {
        Effect::Owner { paths, deep: true, .. } => paths.as_slice(),
        _ => &[],
    });
    given.filter(|path| holds(path)).cloned().collect()
}

/// A home that a command makes for a user.
pub(super) struct Home {
    /// The number of the step that makes it.
    pub(super) step: usize,
    pub(super) path: String,
    /// The user and his group, if both are known.
    pub(super) owner: Option<String>,
}

/// The homes that commands make for users, by their paths.
pub(super) fn homes(subject: &Subject<'_, '_>) -> Vec<String> {
    made_homes(subject).into_iter().map(|home| home.path).collect()
}

/// The homes that commands make for users.
pub(super) fn made_homes(subject: &Subject<'_, '_>) -> Vec<Home> {
    let mut homes = Vec::new();
    for done in subject.done.iter().filter(|done| done.effect == Effect::Users) {
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let has = |flags: &[&str]| words.iter().any(|word| flags.contains(word));
        let cluster = |letter: char| {
            words.iter().any(|word| {
                word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
            })
        };
        let makes = match done.command.program_name() {
            Some("useradd") => has(&["--create-home"]) || cluster('m'),
            Some("adduser") => {
                !has(&["--no-create-home", "--system"]) && !cluster('H') && !cluster('S')
            }
            _ => false,
        };
        let given =
            words.windows(2).find(|two| matches!(two[0], "-d" | "--home" | "--home-dir" | "-h"));
        let home = match (given, words.last()) {
            (Some(two), _) => two[1].to_owned(),
            (None, Some(name)) => format!("/home/{name}"),
            (None, None) => continue,
        };
        if makes && parent_of(&home) != "/" {
            let known = done.command.words.iter().all(Option::is_some);
            let owner = user_and_group(&words).filter(|_| known);
            homes.push(Home { step: done.step, path: home, owner });
        }
    }
    homes
}

/// Whom a call of `useradd` or `adduser` makes, with his group, which has his name where no other is given (`man useradd`,
/// USERGROUPS_ENAB; `man adduser`; `busybox adduser --help`).
fn user_and_group(words: &[&str]) -> Option<String> {
    let group = match words.first()? {
        &"useradd" => ["-g", "--gid"],
        _ if words.contains(&"-D") => ["-G", "-G"],
        _ => ["--ingroup", "--gid"],
    };
    let mut given: Option<&str> = None;
    for (at, word) in words.iter().enumerate() {
        let (option, value) = word.split_once('=').unwrap_or((word, ""));
        if group.contains(&option) {
            given = if value.is_empty() { words.get(at + 1).copied() } else { Some(value) };
        }
    }
    let plain = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
    };
    let name = words.last().filter(|name| plain(name) && !name.starts_with('-'))?;
    let group = given.unwrap_or(name);
    let own = words.iter().any(|word| matches!(*word, "-N" | "--no-user-group"));
    (plain(group) && (given.is_some() || !own)).then(|| format!("{name}:{group}"))
}

/// Whether cargo builds in a home that a command makes for a user: all that it keeps there would move with it.
pub(super) fn builds_in_home(subject: &Subject<'_, '_>) -> bool {
    let homes = homes(subject);
    let inside = |folder: &str| homes.iter().any(|home| is_within(folder, home));
    subject.toolchain.name == "rust"
        && !subject.image.contains("alpine")
        && subject.done.iter().filter(|done| done.effect == Effect::Builds).any(|done| {
            let cargo = done.command.package_call().is_some_and(|it| it.manager.name == "cargo");
            cargo && done.folder.as_deref().is_some_and(inside)
        })
}

/// Whether a folder that is given to somebody is his own home, which the new stage makes for him again, and into which nothing is copied but
/// programs and what lies right there: folders on the way to others might be root's.
pub(super) fn is_made_again(
    subject: &Subject<'_, '_>,
    plan: &Plan,
    (path, owner): (&str, &str),
) -> bool {
    let his = |home: &Home| home.path == path && home.owner.as_deref() == Some(owner);
    let inside = |place: &str| place != path && is_within(place, path);
    let started = |source: &String| {
        let mut programs = subject.launch.programs().flatten().filter(|it| it.contains('/'));
        programs.any(|it| absolute(it, subject.folder.as_deref()).as_ref() == Some(source))
    };
    let mut copies = plan.copies.iter().flat_map(|copy| &copy.sources);
    builds_in_home(subject)
        && plan.runs.iter().any(|text| text.contains("useradd") || text.contains("adduser"))
        && made_homes(subject).iter().any(his)
        && copies.all(|source| !inside(source) || parent_of(source) == path || started(source))
}
