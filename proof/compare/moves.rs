//! Steps that have changed places, and copies of a part of what a later COPY brings.
//!
//! The steps of the new file are put back into the order of the old one. Each pair that has changed places must commute, and
//! each copy that comes early must bring what a later COPY brings anyway.

mod before;
mod spoken;
pub(super) mod stand_in;

use std::collections::VecDeque;

use dockslim_contract::{BuildContext, Difference};
use rustc_hash::FxHashMap;

use super::Refusal;
use super::copied::{Brought, Whole};
use super::downloads::{self, Download};
use super::folders::{absolute, image, is_within};
use super::installs::{self, Files, Install};
use super::words::describe;
use crate::program::{Action, Block, Demand, Step};
use crate::shell::{States, climbed, plain};
use crate::stages::{Build, Stage};
use crate::verdict::{Accepted, Gap};
use before::Before;

/// A build whose steps stand in the order of the old one, and what was moved for it.
pub(crate) struct Restored<'t> {
    pub(crate) build: Build<'t>,
    pub(crate) moves: Vec<Accepted>,
}

/// Puts the steps of `after` into the order of `before`; `None` if they are in that order.
pub(crate) fn restored<'t>(
    before: &Build<'t>,
    after: &Build<'t>,
    states: &States,
    context: &BuildContext,
) -> Result<Option<Restored<'t>>, Refusal> {
    let mut build = after.clone();
    let mut moves = Vec::new();
    for (number, (old, new)) in before.stages.iter().zip(&after.stages).enumerate() {
        let order = Order::of(&old.steps, &new.steps);
        if order.is_kept() {
            continue;
        }
        let parent = |stage: &&Stage<'t>| stage.parent.map(|parent| &after.stages[parent]);
        let below = std::iter::successors(parent(&new), parent).collect();
        let stage = Moved { stage: new, below, order: &order, states, context };
        moves.extend(stage.accepted()?);
        build.stages[number].steps = order.restored(&new.steps);
    }
    Ok((!moves.is_empty()).then_some(Restored { build, moves }))
}

/// What a call among the steps of a stage touches, if it is an install or something that reads no file.
pub(super) fn touched(
    stage: &Stage<'_>,
    states: &States,
    context: &BuildContext,
    number: usize,
) -> Option<Install> {
    let Action::Call(call) = &stage.steps[number].action else { return None };
    let here = absolute(".", &states.seen(call.state).directory, image(&stage.image))?;
    let order = Order::of(&stage.steps, &stage.steps);
    let moved = Moved { stage, below: Vec::new(), order: &order, states, context };
    installs::install(call, &here, &Before { moved: &moved, at: number, until: number })
}

/// Where each step of a new file stood.
struct Order {
    /// For each new step the number of the old one that it is, or comes with; `None` for a copy that is new. A download that is
    /// new stands where that stood which would have downloaded.
    places: Vec<Option<usize>>,
    /// The new steps that belong to a download which the old file has not.
    downloads: Vec<Option<Download>>,
}

impl Order {
    fn of(old: &Block<'_>, new: &Block<'_>) -> Self {
        let mut known: FxHashMap<&Step<'_>, VecDeque<usize>> = FxHashMap::default();
        for (number, step) in old.iter().enumerate() {
            known.entry(step).or_default().push_back(number);
        }
        // Of several that are the same the last one is the old one: what is new comes early.
        let mut places: Vec<Option<usize>> = vec![None; new.len()];
        for (step, place) in new.iter().zip(&mut places).rev() {
            *place = known.get_mut(step).and_then(VecDeque::pop_back);
        }
        // What is the same but for its words stands where its like stood.
        let mut rest: Vec<usize> = known.into_values().flatten().collect();
        rest.sort_unstable();
        for words in [2, 1] {
            let unknown = new.iter().zip(&mut places).filter(|(_, place)| place.is_none());
            for (step, place) in unknown {
                let found = rest.iter().position(|number| are_alike(&old[*number], step, words));
                *place = found.map(|at| rest.remove(at));
            }
        }
        let downloads = downloads::downloads(new, &places);
        for (at, download) in downloads.iter().enumerate() {
            places[at] = download.map_or(places[at], |download| places[download.first]);
        }
        // What is new stands behind what stands in front of it.
        let mut last = 0;
        for (step, place) in new.iter().zip(&mut places) {
            if place.is_none() && !matches!(&step.action, Action::Copy(copy) if copy.from.is_none())
            {
                *place = Some(last);
            }
            last = place.unwrap_or(last);
        }
        Self { places, downloads }
    }

    fn is_kept(&self) -> bool {
        self.places.iter().all(Option::is_some)
            && self.places.is_sorted()
            && self.downloads.iter().all(Option::is_none)
    }

    fn restored<'t>(&self, steps: &Block<'t>) -> Block<'t> {
        let mut kept: Vec<(usize, &Step<'t>)> = self
            .places
            .iter()
            .zip(&self.downloads)
            .zip(steps)
            .filter(|((_, download), _)| download.is_none())
            .filter_map(|((place, _), step)| Some(((*place)?, step)))
            .collect();
        kept.sort_by_key(|(place, _)| *place);
        kept.into_iter().map(|(_, step)| step.clone()).collect()
    }
}

/// Whether two steps are the same but for words that may differ, behind the first ones of a call.
fn are_alike(old: &Step<'_>, new: &Step<'_>, words: usize) -> bool {
    match (&old.action, &new.action) {
        (Action::Call(one), Action::Call(two)) => {
            one.words.get(..words).is_some_and(|same| two.words.get(..words) == Some(same))
        }
        (Action::Copy(one), Action::Copy(two)) => {
            (&one.from, &one.sources, &one.destination)
                == (&two.from, &two.sources, &two.destination)
        }
        _ => false,
    }
}

/// A stage of the new file whose steps have moved.
struct Moved<'a, 't> {
    stage: &'a Stage<'t>,
    /// The stages that it is built on.
    below: Vec<&'a Stage<'t>>,
    order: &'a Order,
    states: &'a States,
    context: &'a BuildContext,
}

impl<'t> Moved<'_, 't> {
    /// What has moved, if all of it may.
    fn accepted(&self) -> Result<Vec<Accepted>, Refusal> {
        let steps = &self.stage.steps;
        let mut accepted = self.accepted_downloads()?;
        // How far up the files of each COPY are used.
        let mut from: Vec<usize> = (0..steps.len()).collect();
        for (at, step) in steps.iter().enumerate() {
            if self.order.places[at].is_some() {
                continue;
            }
            let whole = (at + 1..steps.len()).find(|later| {
                self.order.places[*later].is_some() && self.brings(&steps[*later], step)
            });
            let Some(whole) = whole else {
                return Err(refusal(
                    step,
                    format!("{} brings what no later COPY brings", describe(step)),
                ));
            };
            from[whole] = from[whole].min(at);
            let message = format!(
                "{} comes early, and {} brings it again",
                describe(step),
                describe(&steps[whole])
            );
            accepted.push(note(Difference::CopySplit, step, message));
        }
        for (at, step) in steps.iter().enumerate() {
            let passed = (0..at).filter(|earlier| {
                let Some(place) = self.order.places[*earlier] else { return false };
                *earlier > from[at] || self.order.places[at].is_some_and(|here| place > here)
            });
            let passed: Vec<usize> = passed.collect();
            if self.order.places[at].is_none() || passed.is_empty() {
                continue;
            }
            let whole = self.whole(step).ok_or_else(|| {
                refusal(
                    step,
                    format!(
                        "{} has changed places, and what it touches is not known",
                        describe(step)
                    ),
                )
            })?;
            for earlier in &passed {
                if !self.commute(&whole, (at, from[at]), *earlier) {
                    let other = &steps[*earlier];
                    let message = format!(
                        "{} runs before {}, which it may read or write",
                        describe(other),
                        describe(step)
                    );
                    return Err(refusal(other, message));
                }
            }
            for place in passed.iter().filter_map(|earlier| self.unhidden(&whole, at, *earlier)) {
                let message = format!(
                    "{} would bring `{place}`, which an install fills or looks for, if the context held it",
                    describe(step)
                );
                accepted.push(note(Difference::UnhiddenFolder, step, message));
            }
            let inverted =
                passed.iter().any(|earlier| self.order.places[*earlier] > self.order.places[at]);
            if inverted {
                let message = format!("{} comes behind what does not need it", describe(step));
                accepted.push(note(Difference::StepOrder, step, message));
            }
        }
        Ok(accepted)
    }

    /// A folder that the install of a step fills, and of which a COPY brings nothing only because the context holds none.
    fn unhidden(&self, whole: &Whole<'_, 't>, at: usize, other: usize) -> Option<String> {
        let install = self.touched(at, other)?;
        let bare = |place: &String| whole.leaves(place) == Some(false);
        install.fills.into_iter().chain(install.asks).find(bare)
    }

    /// What the install of a step touches that a COPY has passed.
    fn touched(&self, at: usize, other: usize) -> Option<Install> {
        let Action::Call(call) = &self.stage.steps[other].action else { return None };
        if let Some(Download { needed, stand_in: Some(start), .. }) = self.order.downloads[other] {
            return self.stands_in(start, needed);
        }
        let directory = &self.states.seen(call.state).directory;
        let here = absolute(".", directory, image(&self.stage.image)).unwrap_or_default();
        installs::install(call, &here, &Before { moved: self, at, until: other })
    }

    fn whole<'s>(&'s self, step: &'s Step<'t>) -> Option<Whole<'s, 't>> {
        Whole::of(step, image(&self.stage.image), self.context)
    }

    /// The downloads that are new, if each only does what a later step does anyway, from the manifests that it finds there.
    fn accepted_downloads(&self) -> Result<Vec<Accepted>, Refusal> {
        let steps = &self.stage.steps;
        let mut accepted = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let Some(Download { needed, stand_in, .. }) = self.order.downloads[at] else {
                continue;
            };
            let refused = || {
                let (what, whose) = (describe(step), describe(&steps[needed]));
                Err(refusal(step, format!("{what} is new, and may do more than {whose}")))
            };
            let (Action::Call(call), Action::Call(later)) = (&step.action, &steps[needed].action)
            else {
                return refused();
            };
            let aside = downloads::is_entering(call) || downloads::prepared(call).is_some();
            if aside || stand_in.is_some_and(|start| start < at) {
                continue;
            }
            let here =
                absolute(".", &self.states.seen(call.state).directory, image(&self.stage.image));
            let files = Before { moved: self, at, until: at };
            let install = match stand_in {
                Some(start) => self.stands_in(start, needed),
                None => here.and_then(|here| installs::install(call, &here, &files)),
            };
            let fetches = stand_in.is_some() || downloads::fetches(call, later);
            let same = (step.demand, steps[needed].demand) == (Demand::Must, Demand::Must)
                && downloads::sees_the_same(self.states, call, later)
                && fetches
                && downloads::is_runnable(steps, &self.order.downloads, at, needed)
                && install.is_some_and(|install| {
                    let mut manifests = install.manifests.iter();
                    !install.manifests.is_empty()
                        && manifests.all(|place| self.comes_early(place, at, &files))
                });
            if !same {
                return refused();
            }
            let whose = describe(&steps[needed]);
            let message = match stand_in {
                Some(_) => format!("what {whose} needs is built while other sources stand in"),
                None => format!("{} downloads what {whose} needs", describe(step)),
            };
            accepted.push(note(Difference::Download, step, message));
        }
        Ok(accepted)
    }

    /// Whether a COPY brings all that another one brings, to the same places and in the same way.
    fn brings(&self, whole: &Step<'t>, part: &Step<'t>) -> bool {
        let (Some(whole), Some(part)) = (self.whole(whole), self.whole(part)) else { return false };
        // Dockerfile reference, COPY: several sources need a folder with a slash behind it, or the build fails.
        let several = part.copy.sources.len() > 1
            || part.copy.sources.iter().any(|source| source.contains(['*', '?', '[']));
        if several && !part.copy.destination.ends_with('/') {
            return false;
        }
        whole.copy.flags == part.copy.flags
            && part.brings().iter().all(|part| {
                let same = |place: &str, source: &str| {
                    whole.source(place).is_some_and(|path| path == source)
                };
                // A folder comes again with all that is in it, or would be.
                same(&part.target, &part.source)
                    && (!part.folder || whole.brings_all_of(&part.source, &part.target))
            })
    }

    /// Whether a COPY, the files of which are there from `first` on, may stand at `at` behind a step that stood behind it, or
    /// have a part of its files stand in front.
    fn commute(&self, whole: &Whole<'_, 't>, (at, first): (usize, usize), other: usize) -> bool {
        let steps = &self.stage.steps;
        match &steps[other].action {
            Action::MakeFolder { path, user } => {
                let known = image(&self.stage.image).is_some() && user.is_empty();
                // Root makes it as COPY makes what it needs.
                let root = known || matches!(&**user, "root" | "0");
                let root = root && whole.copy.flags.is_empty();
                absolute(path, "", image(&self.stage.image)).is_some_and(|path| {
                    let inside = is_within(&path, &whole.place);
                    let apart = !inside && !is_within(&whole.place, &path);
                    // On its way a COPY makes folders alike, whatever it brings to the last one.
                    let alike = root && (whole.is_plain() || !inside);
                    apart || alike || self.is_made(&path, other, whole)
                })
            }
            Action::Copy(_) => self.whole(&steps[other]).is_some_and(|other| {
                let top = |path: &str| path.split('/').nth(1).map(str::to_owned);
                let far = other.brings().iter().all(|one| top(&one.target) != top(&whole.place));
                let fits = |one: &Brought| match whole.source(&one.target) {
                    None => !is_within(&whole.place, &one.target) || !one.folder,
                    Some(path) => {
                        !one.folder && (path == one.source || !self.context.exists(&path))
                    }
                };
                // Whose flag decides on a folder above both, or on a file that both bring?
                (far || other.copy.flags == whole.copy.flags) && other.brings().iter().all(fits)
            }),
            Action::Call(call) if call.words.first().is_some_and(|word| word == "cd") => {
                // Where a script comes from is there, and so is what lies above.
                let word = call.words.get(1).filter(|_| call.words.len() == 2);
                if word.is_some_and(|word| matches!(&**word, "-" | "..")) {
                    return true;
                }
                let seen = self.states.seen(call.state);
                let path = word.and_then(|path| plain(path)).and_then(|path| {
                    let start = &seen.surroundings.directory;
                    let back =
                        path.starts_with("..").then(|| climbed(start, &seen.directory, path));
                    back.unwrap_or_else(|| {
                        absolute(path, &seen.directory, image(&self.stage.image))
                    })
                });
                path.is_some_and(|path| {
                    let apart = !is_within(&path, &whole.place) && !is_within(&whole.place, &path);
                    path == "/" || apart || self.is_made(&path, other, whole)
                })
            }
            // What is made a program for a download came early, and comes again.
            Action::Call(call) if self.prepares(other) => {
                let here = &self.states.seen(call.state).directory;
                let place = downloads::prepared(call)
                    .and_then(|name| absolute(name, here, image(&self.stage.image)));
                let files = Before { moved: self, at, until: other };
                place.is_some_and(|place| self.comes_early(&place, other, &files))
            }
            Action::Call(call) => {
                let seen = self.states.seen(call.state);
                let here =
                    absolute(".", &seen.directory, image(&self.stage.image)).unwrap_or_default();
                let files = Before { moved: self, at, until: other };
                let Some(install) = self.touched(at, other) else { return false };
                let begun = self.order.downloads[other].and_then(|it| it.stand_in);
                let begun = begun.unwrap_or(other);
                // What stood in front of the COPY must not see its files now.
                let reads = !install.manifests.is_empty() || !install.fills.is_empty();
                let was_behind = self.order.places[other] > self.order.places[at];
                let quiet = seen.taint.is_empty()
                    && seen.settings.is_empty()
                    && seen.surroundings.interpreter.is_none();
                quiet
                    && (was_behind || !reads)
                    && whole.is_private(install.for_system)
                    && self.is_unnamed(whole, &here, call.state, &install.fills)
                    && self.is_not_spoken_of(whole, &here, at.max(other))
                    && installs::is_apart(&install, whole)
                    && (first == at || self.is_there(whole, at, other))
                    && (first == at || self.may_write(whole, &here, other))
                    && install.manifests.iter().all(|place| self.comes_early(place, begun, &files))
                    && install
                        .fills
                        .iter()
                        .chain(&install.asks)
                        .all(|place| whole.leaves(place).is_some())
                    && install.writes.iter().all(|place| {
                        whole.source(place).is_none_or(|path| !self.context.exists(&path))
                    })
            }
            _ => false,
        }
    }

    /// Whether a folder is there before a step, as it was behind `whole`: WORKDIR has made it, or an early copy does it as
    /// that one would.
    fn is_made(&self, folder: &str, step: usize, whole: &Whole<'_, 't>) -> bool {
        let makes = |step: &Step<'t>| match &step.action {
            Action::MakeFolder { path, .. } => absolute(path, "", image(&self.stage.image))
                .is_some_and(|path| is_within(&path, folder)),
            Action::Copy(_) => {
                let copy = self.whole(step).filter(|copy| copy.copy.flags == whole.copy.flags);
                whole.is_plain()
                    && copy.is_some_and(|copy| {
                        let inside =
                            |one: &Brought| is_within(&one.target, folder) && one.target != folder;
                        copy.brings().iter().any(inside)
                    })
            }
            _ => false,
        };
        self.stage.steps[..step].iter().any(makes)
    }

    /// Whether a manifest is there before a step as it was: the same COPY brings it, and nothing in between may change it.
    fn comes_early(&self, place: &str, step: usize, files: &Before<'_, '_, 't>) -> bool {
        let wanted = files.source(place);
        for (number, step) in self.stage.steps[..step].iter().enumerate().rev() {
            match &step.action {
                Action::Copy(copy) => match self.whole(step) {
                    Some(whole) => {
                        let found = whole.source(place).filter(|path| self.context.exists(path));
                        if found.is_some() {
                            return found == wanted;
                        }
                    }
                    None => {
                        let target = absolute(&copy.destination, "", image(&self.stage.image));
                        let apart = target.is_some_and(|path| {
                            !is_within(place, &path) && !is_within(&path, place)
                        });
                        if !apart {
                            return false;
                        }
                    }
                },
                Action::MakeFolder { .. } => {}
                Action::Call(call) if call.words.first().is_some_and(|word| word == "cd") => {}
                Action::Call(_) if self.prepares(number) => {}
                Action::Call(call) => {
                    let here = absolute(
                        ".",
                        &self.states.seen(call.state).directory,
                        image(&self.stage.image),
                    );
                    let files = Before { moved: self, at: number, until: number };
                    let known = installs::install(call, &here.unwrap_or_default(), &files);
                    let spares = |install: installs::Install| {
                        !install.removes.iter().any(|path| is_within(place, path))
                            && !install.writes.iter().any(|path| path == place)
                    };
                    if !known.is_some_and(spares) {
                        return false;
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a step is new, and makes the wrapper that downloads a program.
    fn prepares(&self, step: usize) -> bool {
        let download = self.order.downloads[step].is_some();
        matches!(&self.stage.steps[step].action, Action::Call(call) if download && downloads::prepared(call).is_some())
    }

    /// Whether the folder that a COPY makes has the mode and owner that it had: something else has made it before, or both
    /// ways make it alike. What COPY makes on the way has mode 755 and belongs to whom its flag names.
    fn is_there(&self, whole: &Whole<'_, 't>, at: usize, other: usize) -> bool {
        let made = |step: &Step<'t>| match &step.action {
            Action::MakeFolder { path, .. } => absolute(path, "", image(&self.stage.image))
                .is_some_and(|path| is_within(&path, &whole.place)),
            _ => false,
        };
        whole.is_plain() || self.stage.steps[..other.min(at)].iter().any(made)
    }

    /// Whether who installs may write where it installs although an early COPY has come first: WORKDIR has made the folder, or
    /// it is root, or the COPY gives it away in both.
    fn may_write(&self, whole: &Whole<'_, 't>, here: &str, step: usize) -> bool {
        let Action::Call(call) = &self.stage.steps[step].action else { return false };
        let user = &*self.states.seen(call.state).surroundings.user;
        let known = image(&self.stage.image).is_some() && user.is_empty();
        let made = |step: &Step<'t>| match &step.action {
            Action::MakeFolder { path, .. } => {
                absolute(path, "", image(&self.stage.image)).as_deref() == Some(here)
            }
            _ => false,
        };
        known
            || matches!(user.split(':').next(), Some("root" | "0"))
            || whole.copy.flags.iter().any(|flag| flag.starts_with("--chown="))
            || self.stage.steps[..step].iter().any(made)
    }
}

fn note(difference: Difference, step: &Step<'_>, message: String) -> Accepted {
    Accepted { difference, before: None, after: Some(step.at), message }
}

fn refusal(step: &Step<'_>, message: String) -> Refusal {
    Refusal { gap: Gap { before: None, after: Some(step.at), message }, unknown: false }
}
