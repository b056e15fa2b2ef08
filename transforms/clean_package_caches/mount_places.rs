//! What keeps a leftover of one step from moving to cache mounts, whatever the other steps do.

use dockslim_contract::BuildContext;
use dockslim_syntax::{Item, Span};

use super::copied::brought_into;
use super::leavings::Leaving;
use super::own_mounts::{Standing, own_mounts};
use super::surroundings::{is_other_user, setting};
use super::{clean_ups, later};
use crate::facts::{Build, BuildStage, BuildStep, Content, Readers, Use, effects, used_by};
use crate::knowledge::{Mount, PackageManager};

/// The mounts of a leftover in one step.
pub(super) struct Place {
    /// The directories that get one.
    pub(super) targets: Vec<String>,
    /// Whether the script removes what is in them, which goes.
    pub(super) emptied: bool,
}

/// The mounts that a leftover gets, as far as its own step tells; `Err` says what is in the way.
pub(super) fn place_of(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    context: Option<&BuildContext>,
    leaving: &Leaving<'_, '_>,
    mount: &Mount,
) -> Result<Place, String> {
    let step = &stage.steps[number];
    let dockerfile = build.dockerfile;
    if let Some(frontend) = old_frontend(build) {
        return Err(format!("{frontend} may know no mounts"));
    }
    if !step.instruction.heredocs.is_empty() {
        return Err("the script is a here-document".to_owned());
    }
    if is_other_user(leaving.command) {
        return Err("it runs as another user than the step".to_owned());
    }
    let moved = leaving.leftover.moved_by.iter();
    if let Some(name) = moved.into_iter().find(|name| setting(build, step, leaving, name).is_some())
    {
        return Err(format!("{name} may put it elsewhere"));
    }
    let targets = targets(build, stage, step, leaving, mount)
        .ok_or_else(|| "the user of the step and its home are not known".to_owned())?;
    let targets = without_own(build, step, targets)?;
    for target in &targets {
        if let Some(at) = brought_into(build, stage, context, target) {
            return Err(format!("line {} may copy into {target}", dockerfile.line(at)));
        }
    }
    let musl = stage.image.as_deref().is_some_and(|image| image.contains("alpine"));
    if musl && matches!(leaving.manager.name.as_str(), "pip" | "uv") {
        // Both keep what they have built, for any C library under one name.
        return Err("what is built here would meet builds for other systems".to_owned());
    }
    let clean_ups = own_clean_ups(build, step, &[leaving.manager], &targets)
        .ok_or_else(|| "what the script does about its caches cannot be taken out".to_owned())?;
    if let Some(line) = unread_script(build, step, leaving.manager) {
        return Err(format!("line {line} runs a script that may remove the directory"));
    }
    // An index in a mount is empty at first: it must be fetched before it is read.
    let reads = step.content.commands().iter().find(|command| {
        command.package_call().is_some_and(|call| {
            call.manager.name == leaving.manager.name
                && call.matches(&leaving.leftover.read_by).is_some()
        })
    });
    let early = reads.is_some_and(|reads| reads.span.start < leaving.command.span.start);
    if leaving.manager.needs_root && (early || leaving.command.conditional()) {
        return Err("the lists are read before they are fetched".to_owned());
    }
    match later::needed((build, None), stage, number, leaving) {
        Some((_, message)) => Err(message),
        None => Ok(Place { targets, emptied: !clean_ups.is_empty() }),
    }
}

/// The directories that the author has not mounted; `Err` if one of his mounts is in the way.
fn without_own(
    build: &Build<'_>,
    step: &BuildStep<'_>,
    targets: Vec<String>,
) -> Result<Vec<String>, String> {
    let own = own_mounts(build.dockerfile, step.instruction);
    let mut open = Vec::new();
    for target in targets {
        let standing = |mount: Standing| own.iter().find(|own| own.standing(&target) == mount);
        if let Some(mount) = standing(Standing::InTheWay) {
            return Err(format!("the mount at {} may be in the way", mount.target));
        }
        if standing(Standing::Same).is_none() {
            open.push(target);
        }
    }
    Ok(open)
}

/// The line of a script in a step that is not in the file: the directory of a mount cannot be removed.
pub(super) fn unread_script(
    build: &Build<'_>,
    step: &BuildStep<'_>,
    manager: &PackageManager,
) -> Option<usize> {
    let readers = Readers { programs: &[], manager: &manager.programs };
    let commands = step.content.commands();
    let unread = (0..commands.len())
        .find(|number| matches!(used_by(build, step, commands, *number, readers), Use::Unknown))?;
    Some(build.dockerfile.line(commands[unread].span.start))
}

/// What a step does itself about directories that move to mounts; `None` if it cannot be taken out.
pub(super) fn own_clean_ups(
    build: &Build<'_>,
    step: &BuildStep<'_>,
    managers: &[&PackageManager],
    targets: &[String],
) -> Option<Vec<Span>> {
    let Content::Script(script, list, commands) = &step.content else { return None };
    let dockerfile = build.dockerfile;
    let errexit = effects(dockerfile, script, list).errexit(step.state.shell.errexit());
    clean_ups::Script { dockerfile, list, commands, errexit }.clean_ups(managers, targets)
}

/// The directories of the mounts, `~` filled in; `None` if the home is not known.
fn targets(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    step: &BuildStep<'_>,
    leaving: &Leaving<'_, '_>,
    mount: &Mount,
) -> Option<Vec<String>> {
    let home = home(build, stage, step, leaving);
    let target = |target: &String| match target.strip_prefix('~') {
        Some(rest) => home.as_ref().map(|home| format!("{home}{rest}")),
        None => Some(target.clone()),
    };
    mount.targets.iter().map(target).collect()
}

/// The home directory of root, if root runs the step.
fn home(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    step: &BuildStep<'_>,
    leaving: &Leaving<'_, '_>,
) -> Option<String> {
    let root = stage.is_root(step);
    let home = setting(build, step, leaving, "HOME");
    match home {
        Some(home) if root => (home.starts_with('/') && !home.contains('$')).then_some(home),
        _ => root.then(|| "/root".to_owned()),
    }
}

/// The frontend that `# syntax=` names, unless it is one of Docker's that knows mounts for certain.
fn old_frontend(build: &Build<'_>) -> Option<String> {
    let dockerfile = build.dockerfile;
    let named = dockerfile.items.iter().find_map(|item| match item {
        Item::Directive(directive)
            if dockerfile.raw(directive.name).eq_ignore_ascii_case("syntax") =>
        {
            Some(dockerfile.raw(directive.value))
        }
        _ => None,
    })?;
    let image = named.split('@').next().unwrap_or(named);
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let known =
        match image.strip_prefix("docker/dockerfile").map(|rest| rest.trim_start_matches(':')) {
            // Release notes of docker/dockerfile: mounts are in the stable channel since 1.2.
            Some("" | "latest" | "1" | "1-labs" | "labs") => true,
            Some(version) => version
                .strip_prefix("1.")
                .and_then(|rest| rest.split(['.', '-']).next()?.parse::<u32>().ok())
                .is_some_and(|minor| minor >= 2),
            None => false,
        };
    (!known).then(|| named.to_owned())
}
