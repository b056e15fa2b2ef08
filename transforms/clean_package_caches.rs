//! Append to each RUN what takes away the caches that its package managers leave.
//!
//! A layer never shrinks: the lists that `apt-get update` fetched and the archives that pip or npm
//! keep for next time ship with the image, and nobody reads them again. A later RUN that deletes them
//! frees nothing. Only the RUN that made them can.
//!
//! ```dockerfile before
//! FROM python:3.12-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends \
//!     gcc \
//!     libpq-dev
//! COPY requirements.txt .
//! RUN pip install -r requirements.txt
//! ```
//!
//! ```dockerfile after
//! FROM python:3.12-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends \
//!     gcc \
//!     libpq-dev \
//!     && rm -rf /var/lib/apt/lists/*
//! COPY requirements.txt .
//! RUN pip install --no-cache-dir -r requirements.txt
//! ```
//!
//! Where a flag keeps the cache from being written, the call gets the flag. Else a command goes behind
//! the last one of the script, in the layout of its author: behind `&&`, or behind `;` where `set -e`
//! or `|| true` says so. What is cleaned already, in any spelling, is left as it is.
//!
//! With `clean-package-caches.caches = "mount"` the caches of apt, pip, npm and uv move to cache mounts
//! of BuildKit, where the next build finds them, and what the script did about them goes:
//!
//! ```dockerfile
//! RUN --mount=type=cache,target=/root/.cache/pip \
//!     pip install -r requirements.txt
//! ```
//!
//! Mounts of the author stay as they are. Where no mount is known to be right, the cache is removed as
//! usual: what the script removes may lie in a layer below, too, where only a removal hides it.
//!
//! # Declines
//!
//! - The layers of the stage reach nobody, or the RUN belongs to the builds of others (`ONBUILD`).
//! - Something may still read it: a later step, a stage built on this one, for stores the command of
//!   the container too; a script that is not in the file may do anything.
//! - An earlier RUN has filled the store, and what it left stays in its layer whatever is removed behind it.
//! - It may lie elsewhere: a cache mount, a variable, a flag, a configuration file, another user.
//! - One more command could fail, or hide a failure: the package manager is gone by then, or called
//!   only under a condition; the script leaves early, ends in the background or in a here-document.
//! - The install is not written as a command of the shell: exec form, PowerShell, a quoted script.
//!
//! # Safety
//!
//! Safe where the leftover is a cache or an index. Review for stores: the sources of cargo, the
//! modules of go, the repository of Maven, where programs can run or build from it. An image from
//! which somebody else builds may have to run `apt-get update` again. With mounts, apt keeps what it
//! downloads also in builds on top of the image, and builds of all projects on a machine share a mount:
//! pip and uv keep the wheels that they have built there, too, and a wheel that was built on one image is
//! taken for all others with its Python and its kind of C library, although it may need libraries that
//! only the first one has, or a newer glibc.

mod clean_ups;
mod copied;
mod ending;
mod hidden;
mod later;
mod leavings;
mod mount_edits;
mod mount_places;
mod mounts;
mod own_mounts;
mod presence;
mod reasons;
mod releases;
mod remedies;
mod surroundings;
mod yarn;

use dockslim_contract::{BuildContext, Decline, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::shell::{Dialect, List};
use dockslim_syntax::{Edits, Script, Span};

use crate::facts::{Build, BuildStage, Command, Content};
use crate::knowledge::{Leftover, Level};
use crate::pass::Refusal;
use crate::{Caches, Facts, Options, Transform};
use ending::{Ending, Endings};
use leavings::{Leaving, leavings};
use mounts::Plan;
use presence::{Presence, presence};
use remedies::{CleanUp, Fate, Flag, fate, joined};
use surroundings::home;

/// The pass.
pub const CLEAN_PACKAGE_CACHES: Transform = Transform {
    name: "clean-package-caches",
    summary: "take away the caches that package managers leave, in the RUN that made them",
    levels: &[Safety::Safe, Safety::Review],
    causes: &[Difference::CacheRemoval, Difference::CacheAvoidance, Difference::CacheMount],
    source: include_str!("clean_package_caches.rs"),
    declines: reasons::ALL,
    run,
};

fn run(facts: &Facts<'_>, options: &Options) -> Findings {
    let mut findings = Findings::default();
    let build = facts.build();
    if !build.may_install {
        return findings;
    }
    let plan = (options.clean_package_caches.caches == Caches::Mount)
        .then(|| Plan::of(build, facts.context));
    for stage in &build.stages {
        for number in 0..stage.steps.len() {
            look_at(facts, stage, number, plan.as_ref(), &mut findings);
        }
    }
    findings
}

/// Looks at one step.
fn look_at<'b, 't>(
    facts: &'b Facts<'t>,
    stage: &'b BuildStage<'t>,
    number: usize,
    plan: Option<&Plan<'b, 't>>,
    findings: &mut Findings,
) {
    let (build, context) = (facts.build(), facts.context);
    let step = &stage.steps[number];
    if step.instruction.kind != dockslim_syntax::Keyword::Run {
        return;
    }
    match &step.content {
        Content::Script(script, list, commands) => {
            let mut mounted = Vec::new();
            if let Some(plan) = plan {
                match plan.mounting(stage, number) {
                    Ok(Some(mounting)) => {
                        findings.rewrites.push(mounting.rewrite);
                        mounted = mounting.leftovers;
                    }
                    Ok(None) => {}
                    Err((at, message)) => decline(findings, at, (&reasons::NO_MOUNT, message)),
                }
            }
            let step = Step { build, context, stage, number, script, list, commands, mounted };
            step.look(findings);
        }
        Content::Exec(command) => {
            let found = hidden::left_by(&command.words)
                .or_else(|| hidden::in_command(build.dockerfile, command));
            if let Some(leftover) = found {
                let message = format!("{}; the exec form has no shell", stays(leftover));
                decline(findings, step.instruction.span, (&reasons::EXEC_FORM, message));
            }
        }
        Content::Unread(script) => {
            let text = script.span.of(build.dockerfile.source);
            let Some(leftover) = hidden::leftover_in(text) else { return };
            if leftover.places.iter().any(|place| text.contains(place.as_str())) {
                return;
            }
            let foreign = script.dialect == Dialect::Foreign;
            let reason = if foreign { &reasons::FOREIGN_SHELL } else { &reasons::UNREAD_SCRIPT };
            let message = format!("{}; the script is not read", stays(leftover));
            decline(findings, step.instruction.span, (reason, message));
        }
        Content::Nothing => {}
    }
}

/// A step with a script.
struct Step<'s, 't> {
    build: &'s Build<'t>,
    context: Option<&'s BuildContext>,
    stage: &'s BuildStage<'t>,
    number: usize,
    script: &'t Script,
    list: &'t List,
    commands: &'s [Command<'t>],
    /// What moves to cache mounts.
    mounted: Vec<&'static Leftover>,
}

impl<'t> Step<'_, 't> {
    fn look(&self, findings: &mut Findings) {
        let mut declined: Vec<(&str, Refusal, Span)> = Vec::new();
        let mut flags: Vec<(Leaving<'_, '_>, Flag)> = Vec::new();
        let mut clean_ups: Vec<(Leaving<'_, '_>, CleanUp)> = Vec::new();
        for leaving in self.left() {
            match fate((self.build, self.context), self.stage, self.number, &leaving) {
                Ok(Fate::Gone) => {}
                Ok(Fate::Flag(flag)) => flags.push((leaving, flag)),
                Ok(Fate::Command(clean_up)) => clean_ups.push((leaving, clean_up)),
                Err(refusal) => {
                    declined.push((&leaving.leftover.name, refusal, leaving.command.span));
                }
            }
        }
        // A command takes away what all calls of the script have left.
        flags.retain(|(flagged, _)| {
            !clean_ups.iter().any(|(cleaned, _)| std::ptr::eq(cleaned.leftover, flagged.leftover))
        });
        for level in [Level::Safe, Level::Review] {
            let flags = flags.iter().filter(|(leaving, _)| leaving.leftover.level == level);
            let clean_ups: Vec<_> =
                clean_ups.iter().filter(|(leaving, _)| leaving.leftover.level == level).collect();
            findings.rewrites.extend(self.rewrite(level, flags, &clean_ups, &mut declined));
        }
        self.quoted(&mut declined);
        for number in 0..declined.len() {
            let (name, (reason, message), span) = &declined[number];
            let known =
                declined[..number].iter().any(|(other, (r, _), _)| other == name && r == reason);
            if !known {
                let message = format!("{name}: {message}");
                decline(findings, *span, (reason, message));
            }
        }
    }

    /// What the script leaves and does not take away itself.
    fn left(&self) -> Vec<Leaving<'_, 't>> {
        let mut left = leavings(self.commands);
        let home = home(&self.stage.steps[self.number]);
        let (dockerfile, dialect) = (self.build.dockerfile, self.script.dialect);
        left.retain(|leaving| {
            !self.mounted.iter().any(|mounted| std::ptr::eq(*mounted, leaving.leftover))
        });
        left.retain(|leaving| !leaving.is_cleaned(dockerfile, dialect, self.commands, home));
        left
    }

    fn rewrite<'a>(
        &self,
        level: Level,
        flags: impl Iterator<Item = &'a (Leaving<'a, 'a>, Flag)>,
        clean_ups: &[&(Leaving<'_, '_>, CleanUp)],
        declined: &mut Vec<(&'static str, Refusal, Span)>,
    ) -> Option<Rewrite>
    where
        't: 'a,
    {
        let dockerfile = self.build.dockerfile;
        let mut edits = Edits::new();
        let mut removed: Vec<&Leftover> = Vec::new();
        for (leaving, flag) in flags {
            flag.write(dockerfile, &mut edits).ok()?;
            removed.push(leaving.leftover);
        }
        let endings = self.endings();
        let mut at_end: Vec<&CleanUp> = Vec::new();
        for (number, (leaving, clean_up)) in clean_ups.iter().enumerate() {
            if clean_ups[..number]
                .iter()
                .any(|(other, done)| done == clean_up || same_work(other, done, leaving, clean_up))
            {
                continue;
            }
            match self.ending(&endings, clean_ups, clean_up) {
                Ok((ending, true)) => {
                    let text = endings.text(ending, &joined(&[clean_up]));
                    edits.insert(ending.offset(), text).ok()?;
                    removed.push(leaving.leftover);
                }
                Ok((_, false)) => {
                    at_end.push(clean_up);
                    removed.push(leaving.leftover);
                }
                Err(refusal) => {
                    declined.push((&leaving.leftover.name, refusal, leaving.command.span));
                }
            }
        }
        if !at_end.is_empty() {
            let ending = endings.last().ok()?;
            let place = self.without_blanks(ending.offset());
            edits.replace(place, endings.text(ending, &joined(&at_end))).ok()?;
        }
        let safety = match level {
            Level::Safe => Safety::Safe,
            Level::Review => Safety::Review,
        };
        let at = self.stage.steps[self.number].instruction.span;
        (!edits.is_empty()).then(|| Rewrite { safety, at, reason: reason(&removed), edits })
    }

    /// The place at `offset`, with the blanks behind it if they end the line: on a new last line they
    /// would be ours.
    fn without_blanks(&self, offset: usize) -> Span {
        let rest = &self.build.dockerfile.source[offset..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let behind = &rest[blanks..];
        let ends = behind.is_empty() || behind.starts_with(['\n', '\r']);
        Span::new(offset, offset + if ends && !self.script.heredoc_body { blanks } else { 0 })
    }

    fn endings(&self) -> Endings<'t> {
        let step = &self.stage.steps[self.number];
        let errexit = step.state.shell.errexit();
        Endings::of(self.build.dockerfile, step.instruction, self.script, self.list, errexit)
    }

    /// Where a command goes, and whether that is before the end.
    fn ending(
        &self,
        endings: &Endings<'_>,
        all: &[&(Leaving<'_, '_>, CleanUp)],
        clean_up: &CleanUp,
    ) -> Result<(Ending, bool), Refusal> {
        if clean_up.by_program {
            let alike: Vec<_> = all
                .iter()
                .filter(|(_, other)| other == clean_up)
                .map(|(leaving, _)| leaving)
                .collect();

            let dockerfile = self.build.dockerfile;
            match presence(dockerfile, self.script, endings, self.commands, &alike, clean_up)? {
                Presence::ToTheEnd => {}
                Presence::Until(span) => return Ok((endings.behind(span)?, true)),
            }
        }
        Ok((endings.last()?, false))
    }

    /// Installs in quoted scripts are left alone, but not in silence.
    fn quoted(&self, declined: &mut Vec<(&'static str, Refusal, Span)>) {
        for command in self.commands {
            if let Some(leftover) = hidden::in_command(self.build.dockerfile, command) {
                let message = "the install stands in a quoted script".to_owned();
                declined.push((&leftover.name, (&reasons::QUOTED_SCRIPT, message), command.span));
            }
        }
    }
}

/// Whether two clean-ups by a package manager do one thing: `npm` and `/usr/bin/npm`.
fn same_work(one: &Leaving<'_, '_>, a: &CleanUp, other: &Leaving<'_, '_>, b: &CleanUp) -> bool {
    std::ptr::eq(one.leftover, other.leftover)
        && a.prefix == b.prefix
        && (a.by_program && b.by_program)
        && !a.command.starts_with("rm ")
}

fn decline(findings: &mut Findings, at: Span, (reason, message): Refusal) {
    findings.declines.push(Decline { reason, at, message });
}

/// `apt lists stay in the layer; pip cache stays in the layer`
fn reason(removed: &[&Leftover]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for leftover in removed {
        let because = leftover.because.as_ref().map(|because| format!(", but {because}"));
        let part = format!("{}{}", stays(leftover), because.unwrap_or_default());
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join("; ")
}

fn stays(leftover: &Leftover) -> String {
    let verb = if leftover.name.ends_with('s') { "stay" } else { "stays" };
    format!("{} {verb} in the layer", leftover.name)
}
