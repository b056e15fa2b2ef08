//! Cache mounts instead of removals: which caches can move to one.

use dockslim_contract::{BuildContext, Rewrite, Safety};
use dockslim_syntax::{Keyword, Span};

use super::leavings::{Leaving, leavings};
use super::mount_edits::Step;
use super::mount_places::{place_of, unread_script};
use super::own_mounts::{Standing, own_mounts};
use super::surroundings::{self, home, place};
use super::{hidden, reasons, stays};
use crate::facts::{Build, BuildStage, BuildStep, Command, Content};
use crate::knowledge::{Leftover, Mount, PackageManager, ships_no_caches};

/// Where apt keeps packages, unless it is told not to.
pub(super) const ARCHIVES: &str = "/var/cache/apt";

/// The setting of the Debian images that deletes packages after each install.
pub(super) const DOCKER_CLEAN: &str = "docker-clean";

/// What moves to cache mounts in one step.
pub(super) struct Mounting {
    /// These need no removal.
    pub(super) leftovers: Vec<&'static Leftover>,
    /// The step with its mounts.
    pub(super) rewrite: Rewrite,
}

/// A leftover that could move to cache mounts.
pub(super) struct Candidate<'b, 't> {
    stage: &'b BuildStage<'t>,
    number: usize,
    pub(super) leaving: Leaving<'b, 't>,
    pub(super) mount: &'static Mount,
    /// The directories that get a mount.
    pub(super) targets: Vec<String>,
    /// Whether the script removes what is in them, which goes.
    emptied: bool,
    /// What keeps it where it is.
    hindrance: Option<String>,
}

/// What moves to cache mounts in a build. Whether one step can have them depends on others: what they
/// leave in the layers below, and what they would keep.
pub(super) struct Plan<'b, 't> {
    pub(super) build: &'b Build<'t>,
    candidates: Vec<Candidate<'b, 't>>,
}

impl<'b, 't> Plan<'b, 't> {
    /// Looks at all steps of a build.
    pub(super) fn of(build: &'b Build<'t>, context: Option<&BuildContext>) -> Self {
        let steps = build
            .stages
            .iter()
            .flat_map(|stage| (0..stage.steps.len()).map(move |number| (stage, number)));
        let candidates =
            steps.flat_map(|(stage, number)| candidates(build, stage, number, context)).collect();
        let mut plan = Self { build, candidates };
        // One that stays may keep others from moving.
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for at in 0..plan.candidates.len() {
                if plan.candidates[at].hindrance.is_none() {
                    let hindrance = plan.other_steps_hinder(&plan.candidates[at]);
                    changed |= hindrance.is_some();
                    plan.candidates[at].hindrance = hindrance;
                }
            }
        }
        plan
    }

    /// Cache mounts for what a step leaves; `Err` says what is in the way of the first that wants one,
    /// with its place. `None` if nothing does.
    pub(super) fn mounting(
        &self,
        stage: &'b BuildStage<'t>,
        number: usize,
    ) -> Result<Option<Mounting>, (Span, String)> {
        let found: Vec<&Candidate<'_, '_>> = self.of_step(stage, number).collect();
        for candidate in &found {
            if let Some(why) = &candidate.hindrance {
                return Err((candidate.leaving.command.span, why.clone()));
            }
        }
        let step = &stage.steps[number];
        let (Some(first), Content::Script(script, list, _)) = (found.first(), &step.content) else {
            return Ok(None);
        };
        let edits =
            Step { plan: self, stage, number, script, list }.edits(&found).ok_or_else(|| {
                let message = "its clean-ups stand in each other's way".to_owned();
                (first.leaving.command.span, message)
            })?;
        let leftovers: Vec<_> = found.iter().map(|one| one.leaving.leftover).collect();
        let mut parts: Vec<String> = leftovers.iter().map(|one| stays(one)).collect();
        parts.push("a cache mount serves the next build".to_owned());
        let at = step.instruction.span;
        let rewrite = Rewrite { safety: Safety::Safe, at, reason: parts.join("; "), edits };
        Ok(Some(Mounting { leftovers, rewrite }))
    }

    fn of_step(
        &self,
        stage: &BuildStage<'_>,
        number: usize,
    ) -> impl Iterator<Item = &Candidate<'b, 't>> {
        let stage = stage.stage.index;
        self.candidates
            .iter()
            .filter(move |one| (one.stage.stage.index, one.number) == (stage, number))
    }

    /// The leftovers that move in a step; none if one of them cannot.
    pub(super) fn moving(
        &self,
        stage: &BuildStage<'_>,
        number: usize,
    ) -> impl Iterator<Item = &Candidate<'b, 't>> {
        let stays = self.of_step(stage, number).any(|one| one.hindrance.is_some());
        self.of_step(stage, number).filter(move |_| !stays)
    }

    /// The steps of the stages that a stage is built on, and its own before step `number`.
    pub(super) fn earlier(
        &self,
        stage: &BuildStage<'t>,
        number: usize,
    ) -> impl Iterator<Item = (&'b BuildStage<'t>, usize)> {
        let own = stage.stage.clone();
        let build = self.build;
        let family =
            build.stages.iter().filter(move |other| build.builds_on(&own, other.stage.index));
        let own = stage.stage.index;
        family.flat_map(move |below| {
            let last = if below.stage.index == own { number } else { below.steps.len() };
            (0..last).map(move |number| (below, number))
        })
    }

    /// What in other steps keeps a leftover from moving.
    fn other_steps_hinder(&self, candidate: &Candidate<'b, 't>) -> Option<String> {
        let keeps = || candidate.targets.iter().any(|target| target == ARCHIVES);
        let hides = || candidate.emptied;
        None.or_else(|| keeps().then(|| self.unmounted_install(candidate))?)
            .or_else(|| hides().then(|| self.filled_below(candidate))?)
    }

    /// Without docker-clean every other install keeps its packages.
    fn unmounted_install(&self, candidate: &Candidate<'b, 't>) -> Option<String> {
        let Candidate { stage, number, leaving, .. } = candidate;
        let mut others = installs_behind(self.build, stage, *number, leaving.manager);
        let (stage, number) = others.find(|(stage, number)| {
            let is_it =
                |one: &Candidate<'_, '_>| std::ptr::eq(one.leaving.leftover, leaving.leftover);
            !self.mounts_archives(&stage.steps[*number]) && !self.moving(stage, *number).any(is_it)
        })?;
        let line = self.build.dockerfile.line(stage.steps[number].instruction.span.start);
        Some(format!("line {line} installs too, and would keep its packages"))
    }

    /// Whether the author keeps the packages of a step in a mount.
    fn mounts_archives(&self, step: &BuildStep<'_>) -> bool {
        let own = own_mounts(self.build.dockerfile, step.instruction);
        own.iter().any(|mount| mount.standing(ARCHIVES) == Standing::Same)
    }

    /// A removal hides what the layers below hold, which a mount would not: the image would show it
    /// again.
    fn filled_below(&self, candidate: &Candidate<'b, 't>) -> Option<String> {
        let Candidate { stage, number, leaving, .. } = candidate;
        let name = &leaving.leftover.name;
        if !stage.image.as_deref().is_some_and(ships_no_caches) {
            return Some(format!("the base image may hold {name}, which the script removes"));
        }
        let mut earlier = self.earlier(stage, *number);
        let (stage, number) =
            earlier.find(|(stage, number)| self.may_fill(stage, *number, leaving))?;
        let line = self.build.dockerfile.line(stage.steps[number].instruction.span.start);
        Some(format!("line {line} may leave {name}, which the script removes"))
    }

    /// Whether a step may fill the directories of a leftover in its own layer.
    fn may_fill(&self, stage: &BuildStage<'t>, number: usize, wanted: &Leaving<'_, '_>) -> bool {
        let step = &stage.steps[number];
        if step.instruction.kind != Keyword::Run {
            return false;
        }
        let leftover = wanted.leftover;
        let is_it = |one: &Leftover| std::ptr::eq(one, leftover);
        let moves = || self.moving(stage, number).any(|one| is_it(one.leaving.leftover));
        match &step.content {
            Content::Script(script, _, commands) => {
                let fills = leavings(commands).into_iter().any(|leaving| {
                    let mounted = || match place(self.build, stage, number, &leaving) {
                        surroundings::Place::Refused((reason, _)) => {
                            *reason == reasons::CACHE_MOUNT
                        }
                        surroundings::Place::Nowhere => true,
                        surroundings::Place::Usual => moves(),
                    };
                    let dockerfile = self.build.dockerfile;
                    let cleaned =
                        || leaving.is_cleaned(dockerfile, script.dialect, commands, home(step));
                    is_it(leaving.leftover) && !cleaned() && !mounted()
                });
                let quoted =
                    |command: &Command<'_>| hidden::in_command(self.build.dockerfile, command);
                // Without docker-clean apt keeps packages, too.
                let keeps = || {
                    let text = script.span.of(self.build.dockerfile.source);
                    let mounted = || moves() || self.mounts_archives(step);
                    wanted.manager.name == "apt" && text.contains(DOCKER_CLEAN) && !mounted()
                };
                fills
                    || keeps()
                    || unread_script(self.build, step, wanted.manager).is_some()
                    || commands.iter().filter_map(quoted).any(is_it)
            }
            Content::Exec(command) => hidden::left_by(&command.words)
                .or_else(|| hidden::in_command(self.build.dockerfile, command))
                .is_some_and(is_it),
            Content::Unread(_) => true,
            Content::Nothing => false,
        }
    }
}

/// The leftovers of a step that have mounts.
fn candidates<'b, 't>(
    build: &'b Build<'t>,
    stage: &'b BuildStage<'t>,
    number: usize,
    context: Option<&BuildContext>,
) -> Vec<Candidate<'b, 't>> {
    let step = &stage.steps[number];
    let Content::Script(_, _, commands) = &step.content else { return Vec::new() };
    if step.instruction.kind != Keyword::Run || step.onbuild {
        return Vec::new();
    }
    let mut found: Vec<Candidate<'_, '_>> = Vec::new();
    for leaving in leavings(commands) {
        let Some(mount) = &leaving.leftover.mount else { continue };
        let known = |one: &Candidate<'_, '_>| std::ptr::eq(one.leaving.leftover, leaving.leftover);
        if found.iter().any(known)
            || !matches!(place(build, stage, number, &leaving), surroundings::Place::Usual)
        {
            continue;
        }
        let (targets, emptied, hindrance) =
            match place_of(build, stage, number, context, &leaving, mount) {
                Ok(place) if place.targets.is_empty() => continue,
                Ok(place) => (place.targets, place.emptied, None),
                Err(why) => (Vec::new(), false, Some(why)),
            };
        found.push(Candidate { stage, number, leaving, mount, targets, emptied, hindrance });
    }
    found
}

/// The later steps of a stage, and all of those that are built on it, that call a manager to install.
pub(super) fn installs_behind<'b, 't>(
    build: &'b Build<'t>,
    stage: &BuildStage<'t>,
    number: usize,
    manager: &'static PackageManager,
) -> impl Iterator<Item = (&'b BuildStage<'t>, usize)> {
    let own = stage.stage.index;
    let family = build.stages.iter().filter(move |other| build.builds_on(&other.stage, own));
    let steps = family.flat_map(move |other| {
        let from = if other.stage.index == own { number + 1 } else { 0 };
        (from..other.steps.len()).map(move |number| (other, number))
    });
    let installs = move |step: &BuildStep<'_>| {
        step.instruction.kind == Keyword::Run
            && step.content.commands().iter().any(|command| {
                command.package_call().is_some_and(|call| {
                    let mut leftovers = call.manager.leftovers.iter();
                    call.manager.name == manager.name
                        && leftovers.any(|one| call.matches(&one.read_by).is_some())
                })
            })
    };
    steps.filter(move |(stage, number)| installs(&stage.steps[*number]))
}
