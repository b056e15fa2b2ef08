//! What an install of the old file finds: files that copies bring, calls that have run, and variables.

use dockslim_contract::{BuildContext, ContextKind};

use super::super::folders::{absolute, image, is_within};
use super::super::installs::Files;
use super::super::mounts::is_root_image;
use super::Moved;
use crate::program::{Action, Call, Step, Text, visit};
use crate::shell::{Seen, plain};

/// Programs that make no file where they stand, but what they are named for.
const SYSTEM: &[&str] = &[
    "apk",
    "apt",
    "apt-get",
    "dnf",
    "microdnf",
    "yum",
    "zypper",
    "pip",
    "pip3",
    "locale-gen",
    "update-ca-certificates",
    "adduser",
    "useradd",
    "usermod",
    "addgroup",
    "groupadd",
    "chmod",
    "chown",
    "mkdir",
    "rm",
    "echo",
    "set",
    "true",
];

/// The files before a step of the old file, as far as copies bring them.
pub(super) struct Before<'a, 'm, 't> {
    pub(super) moved: &'a Moved<'m, 't>,
    /// The COPY that stood in front of it.
    pub(super) at: usize,
    /// The step.
    pub(super) until: usize,
}

impl Before<'_, '_, '_> {
    /// Whether a command that runs in a folder, or is told of it, may leave files there.
    fn runs_into(&self, step: &Step<'_>, folder: &str) -> bool {
        let mut writes = false;
        visit(std::slice::from_ref(step), &mut |step| match &step.action {
            Action::Call(call) => {
                let program = call.words.first().and_then(|word| plain(word));
                let system = call.words.is_empty()
                    || program.is_some_and(|program| SYSTEM.contains(&program));
                let start = image(&self.moved.stage.image);
                let here = absolute(".", &self.moved.states.seen(call.state).directory, start);
                let told = |word: &Text<'_>| word.contains(folder);
                let near = here.is_none_or(|here| is_within(&here, folder))
                    || call.words.iter().chain(&call.redirects).any(told);
                writes |= near && !(system && call.redirects.is_empty());
            }
            Action::Opaque(..) | Action::Exec(..) => writes = true,
            _ => {}
        });
        writes
    }

    /// The steps that stood in front of it then, in their order, and the COPY.
    fn stood(&self) -> Vec<usize> {
        let here = self.moved.order.places[self.until];
        let stood = |number: &usize| {
            self.moved.order.places[*number].is_some_and(|place| Some(place) < here)
        };
        let all = 0..self.moved.stage.steps.len();
        let mut steps: Vec<usize> = all.filter(stood).chain([self.at]).collect();
        steps.sort_by_key(|number| self.moved.order.places[*number]);
        steps
    }

    /// What the step sees.
    fn seen(&self) -> Option<&Seen> {
        match &self.moved.stage.steps[self.until].action {
            Action::Call(call) => Some(self.moved.states.seen(call.state)),
            _ => None,
        }
    }
}

impl Files for Before<'_, '_, '_> {
    fn source(&self, place: &str) -> Option<String> {
        let found = |number: &usize| {
            let source = self.moved.whole(&self.moved.stage.steps[*number])?.source(place)?;
            self.moved.context.exists(&source).then_some(source)
        };
        self.stood().iter().rev().find_map(found)
    }

    fn places(&self) -> Vec<(String, ContextKind)> {
        let mut places = Vec::new();
        for number in self.stood() {
            let Some(whole) = self.moved.whole(&self.moved.stage.steps[number]) else { continue };
            for one in whole.brings() {
                let kind = self.moved.context.entry(&one.source).map(|entry| entry.kind);
                places.extend(kind.filter(|_| !one.folder).map(|kind| (one.target.clone(), kind)));
                let inside = self.moved.context.below(&one.source).filter(|_| one.folder);
                places.extend(inside.map(|(path, entry)| {
                    let rest = path[one.source.len()..].trim_start_matches('/');
                    (format!("{}/{rest}", one.target.trim_end_matches('/')), entry.kind)
                }));
            }
        }
        places
    }

    fn may_be_written(&self, folder: &str) -> bool {
        let here = self.moved.order.places[self.until];
        let own = self.moved.stage.steps.iter().enumerate().filter(|(number, _)| {
            let place = self.moved.order.places[*number];
            place.is_some() && place < here
        });
        let own = own.map(|(_, step)| (true, step));
        let below = self.moved.below.iter().flat_map(|stage| stage.steps.iter());
        own.chain(below.map(|step| (false, step))).any(|(own, step)| {
            let Action::Copy(copy) = &step.action else { return self.runs_into(step, folder) };
            let target = absolute(&copy.destination, "", image(&self.moved.stage.image));
            let touches = target
                .is_none_or(|target| is_within(&target, folder) || is_within(folder, &target));
            touches && (!own || self.moved.whole(step).is_none())
        })
    }

    fn home(&self) -> Option<String> {
        let set = self.variable("HOME");
        let user = &*self.seen()?.surroundings.user;
        let root = matches!(user.split(':').next(), Some("root" | "0"))
            || (user.is_empty() && self.image_is_known());
        match set {
            Some(home) => home.starts_with('/').then(|| home.to_owned()),
            // The image may set it for any user.
            None => (root && is_root_image(self.image())).then(|| "/root".to_owned()),
        }
    }

    fn context(&self) -> &BuildContext {
        self.moved.context
    }

    fn speaks_of(&self, word: &str) -> bool {
        let mut spoken = false;
        let below = self.moved.below.iter().map(|stage| &stage.steps);
        for steps in below.chain([&self.moved.stage.steps]) {
            visit(steps, &mut |step| match &step.action {
                Action::Call(call) => spoken |= call.words.iter().any(|one| one.contains(word)),
                Action::Opaque(..) | Action::Unread(_) | Action::Exec(..) => spoken = true,
                _ => {}
            });
        }
        spoken
    }

    fn calls(&self) -> Vec<&Call<'_>> {
        let steps = &self.moved.stage.steps;
        let here = self.moved.order.places[self.until];
        let stood = |number: &usize| self.moved.order.places[*number] < here;
        let own = (0..steps.len()).filter(stood).map(|number| &steps[number]);
        let below = self.moved.below.iter().rev().flat_map(|stage| stage.steps.iter());
        let mut calls = Vec::new();
        for step in below.chain(own) {
            visit(std::slice::from_ref(step), &mut |step| {
                if let Action::Call(call) = &step.action {
                    calls.push(call);
                }
            });
        }
        calls
    }

    fn variables(&self) -> Vec<String> {
        let seen = self.seen();
        seen.iter()
            .flat_map(|seen| seen.surroundings.environment.keys().chain(seen.variables.keys()))
            .cloned()
            .collect()
    }

    fn variable(&self, name: &str) -> Option<&str> {
        let seen = self.seen()?;
        let value = seen.variables.get(name).or_else(|| seen.surroundings.environment.get(name))?;
        Some(value.strip_prefix('=').unwrap_or(value))
    }

    fn image(&self) -> &str {
        &self.moved.stage.image
    }

    fn image_is_known(&self) -> bool {
        image(&self.moved.stage.image).is_some()
    }
}
