//! A build of what a package of Rust depends on, before its own sources come: others without content stand in for them.
//!
//! cargo builds anew what it has no fingerprint of (<https://doc.rust-lang.org/cargo/guide/build-cache.html>,
//! <https://doc.rust-lang.org/cargo/commands/cargo-clean.html>), so that nothing of the stand-ins is left once the package is
//! cleaned and they are removed, whatever the time stamps of the real ones.

use super::super::folders::{absolute, image, is_within};
use super::super::installs::{self, Install, cargo};
use super::Moved;
use super::before::Before;
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::plain;

/// The parts of such a build, from `mkdir src` on: how many steps it has, and the number of the build among them.
pub(in crate::compare) fn length(steps: &[Step<'_>]) -> Option<(usize, usize)> {
    let words = |at: usize| -> Option<Vec<&str>> {
        let Action::Call(call) = &steps.get(at)?.action else { return None };
        call.words.iter().map(|word| plain(word)).collect()
    };
    (words(0)? == ["mkdir", "src"]).then_some(())?;
    let stands_in = |at: usize| source(steps.get(at)?);
    let sources = (1..3).take_while(|at| stands_in(*at).is_some()).count();
    let build = sources + 1;
    let cargo = |at: usize, verb: &str| {
        words(at)
            .is_some_and(|words| words.first() == Some(&"cargo") && words.get(1) == Some(&verb))
    };
    let removed = words(build + 2)? == ["rm", "-r", "src"];
    (sources > 0 && cargo(build, "build") && cargo(build + 1, "clean") && removed)
        .then_some((build + 3, build))
}

/// The source without content that a step writes.
fn source(step: &Step<'_>) -> Option<&'static str> {
    let Action::Call(call) = &step.action else { return None };
    let words: Vec<&str> = call.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    let redirects: Vec<&str> = call.redirects.iter().map(|text| &**text).collect();
    match (words.as_slice(), redirects.as_slice()) {
        (["echo", "fn main() {}"], [to]) if to.trim_start_matches('>').trim() == "src/main.rs" => {
            (to.matches('>').count() == 1).then_some("src/main.rs")
        }
        (["touch", "src/lib.rs"], []) => Some("src/lib.rs"),
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
        let package = cargo::alone(&here, &files)?;
        let sources: Vec<&str> = own[1..build].iter().filter_map(source).collect();
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
            && sources == package.sources
            && later.words.first().is_some_and(|program| program == "cargo")
            && later.assignments.is_empty()
            && super::downloads::sees_the_same(self.states, called(build)?, later)
            && self.has_room(start, &here);
        if !same {
            return None;
        }
        cargo::builds_for(
            &called(build)?.words,
            &called(build + 1)?.words,
            &later.words,
            &package,
        )?;
        Some(package.install)
    }

    /// Whether root finds nothing at `src` in a folder before a step.
    fn has_room(&self, start: usize, here: &str) -> bool {
        let Some(known) = image(&self.stage.image) else { return false };
        let place = format!("{}/src", here.trim_end_matches('/'));
        let Action::Call(first) = &self.stage.steps[start].action else { return false };
        let user = &*self.states.seen(first.state).surroundings.user;
        let root = user.is_empty() || matches!(user.split(':').next(), Some("root" | "0"));
        let own = self.stage.steps[..start].iter();
        let mut before = self.below.iter().flat_map(|stage| stage.steps.iter()).chain(own);
        root && known.lacks(&place) && before.all(|step| self.keeps_clear(step, &place, here))
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
        let calm = |call: &Call<'_>| {
            let program = call.words.first().and_then(|word| plain(word)).unwrap_or_default();
            let mut words = call.words.iter().chain(&call.assignments);
            APART.contains(&program)
                && call.redirects.is_empty()
                && call.inner.is_empty()
                && words.all(|word| {
                    plain(word).is_some_and(|word| !word.contains("src") && !word.contains(here))
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
