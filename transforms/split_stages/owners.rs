//! Users and groups that a stage makes, and what it gives away to them.

use super::effects::{Effect, holds_others};
use super::launch::parent_of;
use super::subject::Subject;
use crate::facts::is_within;

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

/// The homes that commands make for users.
pub(super) fn homes(subject: &Subject<'_, '_>) -> Vec<String> {
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
            homes.push(home);
        }
    }
    homes
}
