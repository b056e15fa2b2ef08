//! Cache mounts instead of removals: which caches can move to one, and what the step becomes.

use dockslim_contract::{Rewrite, Safety};
use dockslim_syntax::shell::List;
use dockslim_syntax::{Edits, Item, Keyword, LeafKind, Script, Span};

use super::leavings::{Leaving, leavings};
use super::surroundings::{Place, is_other_user, is_root, place, setting};
use super::{clean_ups, later, stays};
use crate::facts::{
    Build, BuildStage, BuildStep, Command, Content, Layout, Readers, Use, effects, used_by,
};
use crate::knowledge::{Leftover, Mount, PackageManager, is_root_by_default};

/// The setting of the Debian images that deletes packages after each install.
const DOCKER_CLEAN: &str = "docker-clean";

/// What moves to cache mounts in one step.
pub(super) struct Mounting {
    /// These need no removal.
    pub(super) leftovers: Vec<&'static Leftover>,
    /// The step with its mounts.
    pub(super) rewrite: Rewrite,
}

/// Cache mounts for what a step leaves; `Err` says what is in the way of the first that wants one,
/// with its place. `None` if nothing does.
pub(super) fn mounting(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
) -> Result<Option<Mounting>, (Span, String)> {
    let step = &stage.steps[number];
    let Content::Script(script, list, commands) = &step.content else { return Ok(None) };
    if step.instruction.kind != Keyword::Run || step.onbuild {
        return Ok(None);
    }
    let mut found: Vec<(Leaving<'_, '_>, &'static Mount)> = Vec::new();
    for leaving in leavings(commands) {
        let Some(mount) = &leaving.leftover.mount else { continue };
        if found.iter().any(|(other, _)| std::ptr::eq(other.leftover, leaving.leftover)) {
            continue;
        }
        let at = leaving.command.span;
        if !matches!(place(build, stage, number, &leaving), Place::Usual) {
            continue;
        }
        if let Some(why) = hindrance(build, stage, number, &leaving, mount) {
            return Err((at, why));
        }
        found.push((leaving, mount));
    }
    let Some((first, _)) = found.first() else { return Ok(None) };
    let at = first.command.span;
    let step = Step { build, stage, number, script, list, commands };
    let edits = step
        .edits(&found)
        .ok_or_else(|| (at, "its clean-ups stand in each other's way".to_owned()))?;
    let mut parts: Vec<String> = found.iter().map(|(one, _)| stays(one.leftover)).collect();
    parts.push("a cache mount serves the next build".to_owned());
    let reason = parts.join("; ");
    let at = stage.steps[number].instruction.span;
    let rewrite = Rewrite { safety: Safety::Safe, at, reason, edits };
    let leftovers = found.iter().map(|(leaving, _)| leaving.leftover).collect();
    Ok(Some(Mounting { leftovers, rewrite }))
}

/// What keeps a leftover from moving to its mounts.
fn hindrance(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
    mount: &Mount,
) -> Option<String> {
    if let Some(why) = hindrance_here(build, stage, number, leaving, mount) {
        return Some(why);
    }
    if leaving.manager.name != "apt" {
        return None;
    }
    // Without docker-clean every other install keeps its packages.
    let others = others_of(build, stage, number, leaving.manager);
    let unmounted = others.into_iter().find(|(stage, number)| {
        let step = &stage.steps[*number];
        let update = leavings(step.content.commands())
            .into_iter()
            .find(|other| std::ptr::eq(other.leftover, leaving.leftover));
        update.is_none_or(|update| match place(build, stage, *number, &update) {
            Place::Usual => hindrance_here(build, stage, *number, &update, mount).is_some(),
            Place::Refused((reason, _)) => *reason != super::reasons::CACHE_MOUNT,
            Place::Nowhere => true,
        })
    });
    let (stage, number) = unmounted?;
    let line = build.dockerfile.line(stage.steps[number].instruction.span.start);
    Some(format!("line {line} installs too, and would keep its packages"))
}

/// The later steps of a stage, and all of those that are built on it, that call a manager to install.
fn others_of<'s, 't>(
    build: &'s Build<'t>,
    stage: &'s BuildStage<'t>,
    number: usize,
    manager: &PackageManager,
) -> Vec<(&'s BuildStage<'t>, usize)> {
    let own = stage.stage.index;
    let family = build.stages.iter().filter(|other| build.builds_on(&other.stage, own));
    let steps = family.flat_map(|other| {
        let from = if other.stage.index == own { number + 1 } else { 0 };
        (from..other.steps.len()).map(move |number| (other, number))
    });
    let installs = |step: &BuildStep<'_>| {
        step.instruction.kind == Keyword::Run
            && step.content.commands().iter().any(|command| {
                command.package_call().is_some_and(|call| {
                    let mut leftovers = call.manager.leftovers.iter();
                    call.manager.name == manager.name
                        && leftovers.any(|one| call.matches(&one.read_by).is_some())
                })
            })
    };
    steps.filter(|(stage, number)| installs(&stage.steps[*number])).collect()
}

/// What keeps a leftover from its mounts, as far as its own step tells.
fn hindrance_here(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
    mount: &Mount,
) -> Option<String> {
    let step = &stage.steps[number];
    let dockerfile = build.dockerfile;
    if let Some(frontend) = old_frontend(build) {
        return Some(format!("{frontend} may know no mounts"));
    }
    if !step.instruction.heredocs.is_empty() {
        return Some("the script is a here-document".to_owned());
    }
    if is_other_user(leaving.command) {
        return Some("it runs as another user than the step".to_owned());
    }
    let moved = leaving.leftover.moved_by.iter();
    if let Some(name) = moved.into_iter().find(|name| setting(build, step, leaving, name).is_some())
    {
        return Some(format!("{name} may put it elsewhere"));
    }
    let targets = targets(build, stage, step, leaving, mount);
    let Some(targets) = targets else {
        return Some("the user of the step and its home are not known".to_owned());
    };
    for target in &targets {
        let written = build.copied.iter().find(|(_, path)| {
            let path = path.trim_end_matches('/');
            path.starts_with(target.as_str())
                || target.rsplit_once('/').is_some_and(|(up, _)| path == up)
        });
        if let Some((at, _)) = written {
            return Some(format!("line {} copies into {target}", dockerfile.line(*at)));
        }
    }
    let musl = stage.image.as_deref().is_some_and(|image| image.contains("alpine"));
    if musl && matches!(leaving.manager.name.as_str(), "pip" | "uv") {
        // Both keep what they have built, for any C library under one name.
        return Some("what is built here would meet builds for other systems".to_owned());
    }
    if own_clean_ups(build, step, &[leaving.manager], &targets).is_none() {
        return Some("what the script does about its caches cannot be taken out".to_owned());
    }
    if let Some(line) = unread_script(build, step, leaving.manager) {
        return Some(format!("line {line} runs a script that may remove the directory"));
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
        return Some("the lists are read before they are fetched".to_owned());
    }
    later::needed(build, stage, number, leaving).map(|(_, message)| message)
}

/// The line of a script in a step that is not in the file: the directory of a mount cannot be removed.
fn unread_script(
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
fn own_clean_ups(
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
    let root = match step.state.user.as_deref() {
        Some(user) => is_root(user),
        None => stage.image.as_deref().is_some_and(is_root_by_default),
    };
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

/// A step that gets mounts.
struct Step<'s, 't> {
    build: &'s Build<'t>,
    stage: &'s BuildStage<'t>,
    number: usize,
    script: &'t Script,
    list: &'t List,
    commands: &'s [Command<'t>],
}

impl Step<'_, '_> {
    /// The edits of the step; `None` if a clean-up cannot be taken out.
    fn edits(&self, found: &[(Leaving<'_, '_>, &Mount)]) -> Option<Edits> {
        let step = &self.stage.steps[self.number];
        let dockerfile = self.build.dockerfile;
        let mut edits = Edits::new();
        let mut flags = Vec::new();
        let mut directories = Vec::new();
        for (leaving, mount) in found {
            let targets = targets(self.build, self.stage, step, leaving, mount)?;
            let sharing = if mount.locked { ",sharing=locked" } else { "" };
            flags.extend(
                targets.iter().map(|target| format!("--mount=type=cache,target={target}{sharing}")),
            );
            directories.extend(targets);
        }
        let managers: Vec<&PackageManager> = found.iter().map(|(one, _)| one.manager).collect();
        for span in own_clean_ups(self.build, step, &managers, &directories)? {
            edits.delete(span).ok()?;
        }
        let script = self.script;
        let layout = Layout::of(dockerfile, &[script]);
        let line = format!(" {}{}{}", dockerfile.escape, dockerfile.newline(), layout.indent);
        let from =
            step.instruction.flags.last().map_or(step.instruction.keyword.end, |f| f.span.end);
        let gap = Span::new(from, script.span.start);
        let leaves = dockerfile.leaves_in(gap);
        let head = format!(" {}", flags.join(&line));
        let prefix = self.prefix(found, &layout);
        if leaves.iter().any(|leaf| leaf.kind != LeafKind::Blank) {
            edits.insert(from, head).ok()?;
            edits.insert(script.span.start, prefix).ok()?;
        } else {
            edits.replace(gap, format!("{head}{line}{prefix}")).ok()?;
        }
        Some(edits)
    }

    /// What keeps packages where apt puts them: the Debian images switch that off. Once in a stage is
    /// enough.
    fn prefix(&self, found: &[(Leaving<'_, '_>, &Mount)], layout: &Layout) -> String {
        let is_apt = |manager: &PackageManager| manager.name == "apt";
        if !found.iter().any(|(leaving, _)| is_apt(leaving.manager)) {
            return String::new();
        }
        let own = &self.stage.stage;
        let stages = self.build.stages[..=own.index].iter();
        let stages = stages.filter(|below| self.build.builds_on(own, below.stage.index));
        let earlier = stages.flat_map(|below| {
            let last = if below.stage.index == own.index { self.number } else { below.steps.len() };
            (0..last).map(move |number| (below, number))
        });
        let done = earlier.into_iter().any(|(stage, number)| {
            let step = &stage.steps[number];
            let text = step.instruction.span.of(self.build.dockerfile.source);
            let mounted = |command: &Command<'_>| command.manager.is_some_and(is_apt);
            text.contains(DOCKER_CLEAN)
                || step.content.commands().iter().any(mounted)
                    && matches!(mounting(self.build, stage, number), Ok(Some(_)))
        });
        if done || self.script.span.of(self.build.dockerfile.source).contains(DOCKER_CLEAN) {
            return String::new();
        }
        let several = self.list.statements.len() > 1;
        let join = layout.join(if several { ";" } else { "&&" }, &[]);
        let mut text = format!("rm -f /etc/apt/apt.conf.d/{DOCKER_CLEAN}{join}");
        let apt = self.commands.iter().any(|command| {
            command.manager.is_some_and(is_apt) && command.program_name() == Some("apt")
        });
        if apt {
            // apt(8), unlike apt-get(8), deletes what it has installed.
            let setting = "Binary::apt::APT::Keep-Downloaded-Packages \"true\";";
            text.push_str(&format!("echo '{setting}' > /etc/apt/apt.conf.d/keep-cache{join}"));
        }
        text
    }
}
