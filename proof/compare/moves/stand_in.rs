//! A build of what packages of Rust depend on, before their own sources come: others without content stand in for them.
//!
//! cargo builds anew what it has no fingerprint of (<https://doc.rust-lang.org/cargo/guide/build-cache.html>,
//! <https://doc.rust-lang.org/cargo/commands/cargo-clean.html>), so that nothing of the stand-ins is left once the packages are
//! cleaned and they are removed, whatever the time stamps of the real ones.

use super::super::folders::{absolute, image, is_within};
use super::super::installs::{self, Install, cargo};
use super::Moved;
use super::before::Before;
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::plain;

/// The parts of such a build, from `mkdir` on: how many steps it has, and the number of the build among them.
pub(in crate::compare) fn length(steps: &[Step<'_>]) -> Option<(usize, usize)> {
    let called = |at: usize, program: &str, word: &str| {
        let words = steps.get(at).and_then(words);
        words.is_some_and(|words| words.first() == Some(&program) && words.get(1) == Some(&word))
    };
    paths(steps.first()?, &["mkdir"])?;
    let written = steps[1..].iter().take_while(|step| sources(step).is_some()).count();
    let build = written + 1;
    let builds = called(build, "cargo", "build") && called(build + 1, "cargo", "clean");
    paths(steps.get(build + 2)?, &["rm", "-r"])?;
    (written > 0 && builds).then_some((build + 3, build))
}

/// The words of a plain call.
fn words<'s>(step: &'s Step<'_>) -> Option<Vec<&'s str>> {
    let Action::Call(call) = &step.action else { return None };
    call.words.iter().map(|word| plain(word)).collect()
}

/// The relative paths behind the first words of a call.
fn paths<'s>(step: &'s Step<'_>, first: &[&'s str]) -> Option<Vec<&'s str>> {
    let words = words(step)?;
    let paths = words.strip_prefix(first)?;
    let relative = |path: &&str| !path.starts_with(['/', '-', '~']) && !path.is_empty();
    (!paths.is_empty() && paths.iter().all(relative)).then(|| paths.to_vec())
}

/// The sources without content that a step writes, and whether each is a program.
fn sources(step: &Step<'_>) -> Option<Vec<(String, bool)>> {
    let Action::Call(call) = &step.action else { return None };
    let redirects: Vec<&str> = call.redirects.iter().map(|text| &**text).collect();
    match (words(step)?.as_slice(), redirects.as_slice()) {
        (["echo", "fn main() {}"], [to]) if to.matches('>').count() == 1 => {
            let path = to.trim_start_matches('>').trim();
            path.ends_with(".rs").then(|| vec![(path.to_owned(), true)])
        }
        (["touch", files @ ..], []) if files.iter().all(|file| file.ends_with(".rs")) => {
            Some(files.iter().map(|file| ((*file).to_owned(), false)).collect())
        }
        _ => None,
    }
}

impl<'t> Moved<'_, 't> {
    /// What the stand-in that begins at a step touches, if it does nothing that the step `needed` would not do.
    pub(super) fn stands_in(&self, start: usize, needed: usize) -> Option<Install> {
        let steps = &self.stage.steps;
        let (length, build) = length(&steps[start..])?;
        let own = &steps[start..start + length];
        let called = |at: usize| match &own.get(at)?.action {
            Action::Call(call) => Some(call),
            _ => None,
        };
        let Action::Call(later) = &steps[needed].action else { return None };
        let first = called(0)?;
        let here =
            absolute(".", &self.states.seen(first.state).directory, image(&self.stage.image))?;
        let files = Before { moved: self, at: start, until: start };
        let project = cargo::packages(&here, &files)?;
        let written: Vec<(String, bool)> =
            own[1..build].iter().filter_map(sources).flatten().collect();
        let made = paths(&own[0], &["mkdir"])?;
        let removed = paths(&own[length - 1], &["rm", "-r"])?;
        let must = own.iter().chain([&steps[needed]]).all(|step| step.demand == Demand::Must);
        let quiet = |at: usize| {
            called(at).is_some_and(|call| {
                let apart = at > 0 && at < build;
                (apart || call.redirects.is_empty())
                    && call.assignments.is_empty()
                    && call.inner.is_empty()
            })
        };
        let same = (0..length).all(quiet)
            && must
            && project.packages.stand(&made, &written, &removed)
            && later.words.first().is_some_and(|program| program == "cargo")
            && later.assignments.is_empty()
            && super::downloads::sees_the_same(self.states, called(build)?, later)
            && project.settings.iter().all(|place| self.is_not_brought(start, place, &here))
            && removed.iter().all(|top| self.has_room(start, &here, top));
        if !same {
            return None;
        }
        cargo::builds_for(
            &called(build)?.words,
            &called(build + 1)?.words,
            &later.words,
            &project,
        )?;
        Some(project.install)
    }

    /// Whether root finds nothing at a path below a folder before a step.
    fn has_room(&self, start: usize, here: &str, path: &str) -> bool {
        let Some(known) = image(&self.stage.image) else { return false };
        let place = format!("{}/{path}", here.trim_end_matches('/'));
        let Action::Call(first) = &self.stage.steps[start].action else { return false };
        let user = &*self.states.seen(first.state).surroundings.user;
        let root = user.is_empty() || matches!(user.split(':').next(), Some("root" | "0"));
        let own = self.stage.steps[..start].iter();
        let mut before = self.below.iter().flat_map(|stage| stage.steps.iter()).chain(own);
        root && known.lacks(&place) && before.all(|step| self.keeps_clear(step, &place, here))
    }

    /// Whether no COPY or ADD before a step may bring a file.
    fn is_not_brought(&self, start: usize, place: &str, here: &str) -> bool {
        let own = self.stage.steps[..start].iter();
        let mut before = self.below.iter().flat_map(|stage| stage.steps.iter()).chain(own);
        before.all(|step| {
            !matches!(step.action, Action::Copy(_)) || self.keeps_clear(step, place, here)
        })
    }

    /// Whether a step puts nothing at a place.
    fn keeps_clear(&self, step: &Step<'t>, place: &str, here: &str) -> bool {
        // They write to folders of the system, or what they are told.
        const APART: &[&str] = &[
            "apk",
            "apt",
            "apt-get",
            "dnf",
            "echo",
            "microdnf",
            "rm",
            "rustup",
            "set",
            "true",
            "update-ca-certificates",
            "yum",
            "zypper",
        ];
        let apart = |path: &str| !is_within(path, place) && !is_within(place, path);
        let name = place.rsplit('/').next().unwrap_or(place);
        let calm = |call: &Call<'_>| {
            let program = call.words.first().and_then(|word| plain(word)).unwrap_or_default();
            let mut words = call.words.iter().chain(&call.assignments);
            APART.contains(&program)
                && call.redirects.is_empty()
                && call.inner.is_empty()
                && words.all(|word| {
                    plain(word).is_some_and(|word| !word.contains(name) && !word.contains(here))
                })
        };
        match &step.action {
            Action::MakeFolder { path, .. } => absolute(path, "", image(&self.stage.image))
                .is_some_and(|path| !is_within(&path, place)),
            Action::Copy(copy) => match self.whole(step) {
                Some(whole) => {
                    let candidates = whole.candidates(place);
                    let inside = whole.brings().iter().any(|one| is_within(&one.target, place));
                    !inside && candidates.iter().all(|path| !self.context.exists(path))
                }
                None => absolute(&copy.destination, "", image(&self.stage.image))
                    .is_some_and(|path| apart(&path)),
            },
            Action::Call(call) => calm(call) || self.installs_for_system(call),
            Action::Volume(_) | Action::Opaque(..) | Action::Unread(_) | Action::Exec(..) => false,
            Action::Pipe { .. } | Action::Chain { .. } | Action::If { .. } => {
                let mut all = true;
                visit(std::slice::from_ref(step), &mut |step| match &step.action {
                    Action::Call(call) => all &= calm(call),
                    Action::Opaque(..) | Action::Unread(_) | Action::Exec(..) => all = false,
                    _ => {}
                });
                all
            }
            _ => false,
        }
    }

    /// Whether a call installs packages of the system and names no file.
    fn installs_for_system(&self, call: &Call<'t>) -> bool {
        let files = Before { moved: self, at: 0, until: 0 };
        installs::install(call, "", &files).is_some_and(|install| {
            install.for_system && install.manifests.is_empty() && install.writes.is_empty()
        })
    }
}
