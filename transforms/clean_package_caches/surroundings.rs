//! What the file says about the place of a leftover: mounts, variables, configuration files, users.

use super::leavings::Leaving;
use super::own_mounts::{OwnMount, own_mounts};
use super::reasons;
use crate::facts::{Build, BuildStage, BuildStep, Command, is_root, unquoted};
use crate::knowledge::{Action, Kind, PackageManager, Remedy};
use crate::pass::Refusal;

/// What the surroundings of a call make of its leftover.
pub(super) enum Place {
    /// It lies where the table says.
    Usual,
    /// It is not there, and the author has seen to that.
    Nowhere,
    /// It may lie elsewhere.
    Refused(Refusal),
}

/// Where the leftover of a call lies.
pub(super) fn place(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
) -> Place {
    let step = &stage.steps[number];
    let leftover = leaving.leftover;
    if leftover.switched_off_by.iter().any(|name| setting(build, step, leaving, name).is_some()) {
        return Place::Nowhere;
    }
    if let Some(target) = mounted(build, step, leaving) {
        return Place::Refused((
            &reasons::CACHE_MOUNT,
            format!("it lies in the mount at {target}"),
        ));
    }
    let by_itself = leftover.remedy(leaving.verb, stage.image.as_deref()).is_some_and(|remedy| {
        matches!(remedy.action(), Action::Command(command) if command.starts_with("{program}"))
    });
    // The manager's own clean-up knows where it is, and a flag keeps it from being anywhere.
    let asks = |name: &str| by_itself || name == "XDG_CACHE_HOME" && avoids(stage, leaving);
    let mounts = step.instruction.flag("mount", build.dockerfile.source).is_some();
    for name in leftover.moved_by.iter().filter(|name| mounts || !asks(name)) {
        match setting(build, step, leaving, name).as_deref() {
            None => {}
            Some("/dev/null") => return Place::Nowhere,
            Some(_) => {
                return Place::Refused((
                    &reasons::ELSEWHERE,
                    format!("{name} may put it elsewhere"),
                ));
            }
        }
    }
    let call = leaving.command.package_call();
    let moving = call.is_some_and(|call| call.has_any(&leftover.moving_flags));
    if moving {
        let message = "a flag of the call puts it elsewhere".to_owned();
        return Place::Refused((&reasons::ELSEWHERE, message));
    }
    if let Some(file) = configured(build, stage, number, leaving) {
        return Place::Refused((&reasons::CONFIG_FILE, format!("{file} may put it elsewhere")));
    }
    Place::Usual
}

/// Whether a flag of the call will keep it from being written.
fn avoids(stage: &BuildStage<'_>, leaving: &Leaving<'_, '_>) -> bool {
    let remedy = leaving.leftover.remedy(leaving.verb, stage.image.as_deref());
    remedy.is_some_and(|remedy| matches!(remedy.action(), Action::Flag(_)))
}

/// The value of a variable that the call sees, as far as the file sets it.
pub(super) fn setting(
    build: &Build<'_>,
    step: &BuildStep<'_>,
    leaving: &Leaving<'_, '_>,
    name: &str,
) -> Option<String> {
    let at = leaving.command.span.start;
    let before = step.content.commands().iter().filter(|command| command.span.start <= at);
    for command in before {
        let Some(call) = command.call else { continue };
        let own = command.span == leaving.command.span;
        for assignment in &call.simple.assignments {
            let counts = own || call.simple.words.is_empty();
            if counts && assignment.name.of(build.dockerfile.source) == name {
                let text = build.dockerfile.text(assignment.span);
                return Some(unquoted(text.split_once('=')?.1));
            }
        }
        let exports = matches!(command.words.first(), Some(Some(word)) if word == "export");
        if own || exports {
            for at in 0..command.words.len() {
                let text = command.raw_word(build.dockerfile, at);
                if let Some((key, value)) = text.split_once('=')
                    && key == name
                {
                    return Some(value.to_owned());
                }
            }
        }
    }
    let setting = step.state.settings.iter().rev().find(|setting| setting.name == name)?;
    Some(unquoted(setting.value.as_deref().unwrap_or_default()))
}

/// The target of a mount that holds the leftover or a part of it.
fn mounted(build: &Build<'_>, step: &BuildStep<'_>, leaving: &Leaving<'_, '_>) -> Option<String> {
    let mounts = own_mounts(build.dockerfile, step.instruction);
    let holds = |mount: &OwnMount| {
        let target = mount.target.as_str();
        let own_home = setting(build, step, leaving, "HOME");
        let homes = [home_of(target), own_home.as_deref()];
        let covers = homes.into_iter().any(|home| leaving.leftover.removed_with(target, home));
        let inside = leaving.leftover.places.iter().any(|place| {
            let place = place.strip_prefix('~').unwrap_or(place);
            !place.starts_with('$') && target.contains(&format!("{place}/"))
        });
        !mount.is_file() && (covers || inside || target.contains('$'))
    };
    mounts.into_iter().find(holds).map(|mount| mount.target)
}

/// The home directory that a path may lie in: `/root`, `/home/name`.
fn home_of(path: &str) -> Option<&str> {
    if path == "/root" || path.starts_with("/root/") {
        return Some("/root");
    }
    let name = path.strip_prefix("/home/")?;
    let end = name.find('/').unwrap_or(name.len());
    Some(&path[.."/home/".len() + end])
}

/// A configuration file of the manager that the file copies or writes.
fn configured(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
) -> Option<String> {
    // What such a file can say about a system's package manager, its clean-up knows too.
    if leaving.manager.needs_root {
        return None;
    }
    let names = &leaving.leftover.config_files;
    let here = stage.steps[number].instruction.span.start;
    let is_one =
        |path: &str| names.iter().any(|name| path.trim_end_matches('/').ends_with(name.as_str()));
    let copied = build.copied.iter().filter(|(at, _)| *at < here).map(|(_, path)| path);
    if let Some(path) = copied.into_iter().find(|path| is_one(path)) {
        return Some(path.to_string());
    }
    for command in stage.steps[..=number].iter().flat_map(|step| step.content.commands()) {
        if command.span.start >= leaving.command.span.start {
            break;
        }
        let redirects = command.call.map_or(&[][..], |call| call.redirects);
        for redirect in redirects {
            let target = unquoted(&build.dockerfile.text(redirect.target.span));
            if is_one(&target) {
                return Some(target);
            }
        }
        let same = command.manager.is_some_and(|manager| manager.name == leaving.manager.name);
        let text = command.text(build.dockerfile);
        if same && text.contains("config") && text.contains("cache") {
            return Some(text.into_owned());
        }
    }
    None
}

/// Why the user of the call keeps its remedy from working.
pub(super) fn user(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
    remedy: &Remedy,
) -> Option<Refusal> {
    if leaving.manager.needs_root || matches!(remedy.action(), Action::Flag(_)) {
        return None;
    }
    if is_other_user(leaving.command) && leaving.leftover.in_home() {
        let message = "it runs as another user, whose home is not known".to_owned();
        return Some((&reasons::OTHER_USER, message));
    }
    let step = &stage.steps[number];
    let user = step.state.user.as_deref();
    if user.is_some_and(is_root) {
        return None;
    }
    let shared = !leaving.leftover.in_home() || step.state.sets("HOME");
    let earlier = stage.steps[..number].iter().chain(below(build, stage));
    for other in earlier {
        for command in other.content.commands() {
            let is_same = |manager: &PackageManager| manager.name == leaving.manager.name;
            let Some(call) = command.package_call().filter(|call| is_same(call.manager)) else {
                continue;
            };
            if call.matches(&leaving.leftover.filled_by).is_none() {
                continue;
            }
            let differs = shared && other.state.user.as_deref() != user;
            if differs || is_other_user(command) {
                let line = build.dockerfile.line(command.span.start);
                let message = format!("line {line} fills it as another user");
                return Some((&reasons::OTHER_OWNER, message));
            }
        }
    }
    None
}

/// The steps of the stages that a stage is built on.
fn below<'s, 't>(
    build: &'s Build<'t>,
    stage: &'s BuildStage<'t>,
) -> impl Iterator<Item = &'s BuildStep<'t>> {
    let (own, stage) = (stage.stage.index, &stage.stage);
    build
        .stages
        .iter()
        .filter(move |other| other.stage.index != own && build.builds_on(stage, other.stage.index))
        .flat_map(|other| &other.steps)
}

pub(super) fn is_other_user(command: &Command<'_>) -> bool {
    command.package_call().is_some_and(|call| call.wrappers.iter().any(|(_, row)| row.other_user))
}

/// The home of the user that runs a step, if it is root's.
pub(super) fn home<'s>(step: &'s BuildStep<'_>) -> Option<&'s str> {
    step.state.user.as_deref().is_none_or(is_root).then_some("/root")
}

/// Whether the removal of the leftover can be in somebody's way.
pub(super) fn is_shared(kind: Kind) -> bool {
    kind != Kind::Cache
}
