//! Folders that a command gives to somebody as it makes them, and those that one RUN makes and removes again.

use super::{Done, Effect};
use crate::facts::{Command, is_within};

/// To whom `install -d` gives the folders that it makes; who is given no group keeps that of root.
pub(super) fn given_to(command: &Command<'_>, made: &Effect) -> Option<Effect> {
    let Effect::MakesFolder(paths) = made else { return None };
    if command.program_name() != Some("install") {
        return None;
    }
    let behind = |names: [&str; 2]| {
        let mut words = command.words.iter();
        let word = words.find_map(|word| {
            let (option, value) =
                word.as_deref()?.split_once('=').unwrap_or((word.as_deref()?, ""));
            names.contains(&option).then(|| value.to_owned())
        })?;
        if !word.is_empty() { Some(word) } else { words.next()?.as_deref().map(str::to_owned) }
    };
    let (owner, group) = (behind(["-o", "--owner"]), behind(["-g", "--group"]));
    if owner.is_none() && group.is_none() {
        return None;
    }
    let name = |name: Option<String>| name.unwrap_or_else(|| "0".to_owned());
    let owner = format!("{}:{}", name(owner), name(group));
    Some(Effect::Owner { owner, paths: paths.clone(), deep: false })
}

/// Takes a folder that a RUN makes and removes again, with all that it writes there in between, for nothing.
pub(super) fn forget_passing(found: &mut [Done<'_, '_>]) {
    for last in 0..found.len() {
        let Effect::Removes(paths) = &found[last].effect else { continue };
        let [folder] = paths.as_slice() else { continue };
        let folder = folder.clone();
        // A plain `mkdir` fails where the folder is there.
        let makes = |done: &Done<'_, '_>| {
            let plain = done.command.words.len() == 2;
            plain
                && matches!(&done.effect, Effect::MakesFolder(paths) if *paths == [folder.clone()])
        };
        let Some(first) = found[..last].iter().position(makes) else { continue };
        for done in &mut found[first..=last] {
            let inside = match &done.effect {
                Effect::Writes(paths) | Effect::MakesFolder(paths) | Effect::Removes(paths) => {
                    paths.iter().all(|path| is_within(path, &folder))
                }
                _ => false,
            };
            if inside {
                done.effect = Effect::Nothing;
            }
        }
    }
}
