//! What lies in the layers below a mount, and who may have put it there.

use dockslim_contract::ContextKind;

use super::super::Comparison;
use super::super::caches::{CACHES, Cache, Kind, manager, verb};
use super::super::later::may_install;
use super::super::words::describe;
use super::places::{PLACES, is_within, ships_empty};
use super::{DOCKER_CLEAN, together};
use crate::program::{Action, Demand, Step, Transfer, visit};
use crate::shell::{Command, StateNumber};
use crate::stages::BASE_DIRECTORY;

impl<'b, 't> Comparison<'b, 't> {
    /// Whether nothing is in a directory below its mount, which a removal would hide: the base image has it empty, and
    /// no step in front of the byte `at` of the stage has filled it without a mount.
    pub(super) fn is_empty_below(&self, target: &str, state: StateNumber, at: usize) -> bool {
        let Some(home) = self.home(state) else { return false };
        let place = PLACES.iter().find(|place| place.target.replacen('~', &home, 1) == target);
        let cache = place.and_then(|place| CACHES.iter().find(|cache| cache.name == place.cache));
        let Some(cache) = cache else { return false };
        let mut number = Some(self.stage);
        while let Some(stage) = number {
            let here = &self.after.stages[stage];
            let own = stage == self.stage;
            let steps = here.steps.iter().filter(|step| !own || step.at.start < at);
            // What a RUN has filled and emptied again is not in its layer.
            let mut filled: Option<&Step<'t>> = None;
            for step in steps {
                if filled.is_some_and(|before| !together(here, before, step)) {
                    return false;
                }
                if self.empties(step, cache) {
                    filled = None;
                } else if self.may_fill(step, cache, target) {
                    filled = Some(step);
                }
            }
            if filled.is_some() || (here.parent.is_none() && !ships_empty(&here.image)) {
                return false;
            }
            number = here.parent;
        }
        true
    }

    /// Whether a step is sure to take a cache away.
    fn empties(&self, step: &'b Step<'t>, cache: &'static Cache) -> bool {
        let Action::Call(call) = &step.action else { return false };
        let command = Command::of(&call.words);
        let option = |letter: char| {
            command.raw.iter().any(|word| word.starts_with('-') && word.contains(letter))
        };
        // What else the same `rm` removes is nobody's cache.
        let named = step.demand == Demand::Must
            && command.is("rm")
            && option('f')
            && (option('r') || option('R'))
            && call.words.iter().any(|word| self.place_of(call, word) == Some(cache));
        named || self.removed(call).is_some_and(|caches| caches.contains(&cache))
    }

    /// Whether something in a step may put files of a cache into the layer.
    fn may_fill(&self, step: &'b Step<'t>, cache: &'static Cache, target: &str) -> bool {
        let mut found = false;
        visit(std::slice::from_ref(step), &mut |step| {
            let (words, state) = match &step.action {
                Action::Call(call) => (&call.words, call.state),
                Action::Exec(words, state) => (words, *state),
                Action::Opaque(..) | Action::Unread(_) => {
                    found = true;
                    return;
                }
                _ => return,
            };
            let mounted = self.targets(state).iter().any(|one| one == target);
            let fills = |command: &Command<'_>| {
                let known = CACHES.iter().any(|cache| cache.is_filled_by(command));
                fills(command, cache) || (!known && may_install(command, ""))
            };
            found |= !mounted && Command::of(words).all().any(fills);
        });
        found
    }

    /// What may have put something into a directory that is no cache.
    pub(super) fn written_into(&self, stage: usize, target: &str) -> Option<String> {
        let mut found = None;
        let mut number = Some(stage);
        while let Some(at) = number {
            for step in &self.after.stages[at].steps {
                let writes = match &step.action {
                    Action::Copy(copy) => self.brings(at, copy, target),
                    Action::MakeFolder { path, .. } => is_within(path, target),
                    Action::Volume(path) => {
                        is_within(path, target) || is_within(target, path) || is_open(path)
                    }
                    _ => continue,
                };
                if writes {
                    found = Some(describe(step));
                }
            }
            number = self.after.stages[at].parent;
        }
        found
    }

    /// Whether a COPY or ADD may put something into a directory.
    fn brings(&self, stage: usize, copy: &Transfer<'t>, target: &str) -> bool {
        let path = copy.destination.trim_end_matches('/');
        // An official image starts in the root folder, or somewhere that has nothing to do with caches.
        let path = match path.strip_prefix(BASE_DIRECTORY) {
            Some(rest) if ships_empty(&self.after.stages[stage].image) => rest,
            Some(_) => return true,
            None => path,
        };
        if is_open(path) || (is_within(path, target) && !path.is_empty()) {
            return true;
        }
        let Some(below) = target.strip_prefix(path).and_then(|rest| rest.strip_prefix('/')) else {
            return false;
        };
        copy.sources.iter().any(|source| match self.context {
            Some(context) if !copy.adds && copy.from.is_none() => {
                let Some(paths) = context.matching(source) else { return true };
                paths.into_iter().any(|path| {
                    let mut path = path.to_owned();
                    for name in below.split('/') {
                        let entry = context.entry(&path).map(|entry| entry.kind);
                        if entry == Some(ContextKind::Link) || !context.is_folder(&path) {
                            return entry == Some(ContextKind::Link);
                        }
                        path = format!("{path}/{name}").trim_start_matches('/').to_owned();
                    }
                    context.exists(&path)
                })
            }
            // What has an extension is a file, unless ADD unpacks it.
            _ => {
                let name = source.rsplit('/').next().unwrap_or_default();
                let (stem, extension) = name.rsplit_once('.').unwrap_or_default();
                copy.adds || stem.is_empty() || extension.is_empty()
            }
        })
    }
}

/// Whether a command may leave something of a cache.
fn fills(command: &Command<'_>, cache: &Cache) -> bool {
    if cache.name == "apt archives" {
        // The official images delete packages after each install, until somebody takes that setting away.
        return command.raw.iter().any(|word| word.contains(DOCKER_CLEAN));
    }
    let Some((_, from)) = manager(command).filter(|_| cache.is_filled_by(command)) else {
        return false;
    };
    if cache.kind == Kind::Index && !command.has(&["--update"]) {
        return verb(command, from).is_none_or(|verb| cache.made_by.contains(&verb));
    }
    !command.has(&["--no-cache-dir", "--no-cache"])
}

/// Whether a variable or a step upwards decides where a path leads.
fn is_open(path: &str) -> bool {
    path.starts_with(['\u{2}', '$']) || path.contains("..")
}
