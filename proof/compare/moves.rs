//! Steps that have changed places, and copies of a part of what a later COPY brings.
//!
//! The steps of the new file are put back into the order of the old one. Each pair that has changed places must commute, and
//! each copy that comes early must bring what a later COPY brings anyway.

use std::collections::VecDeque;

use dockslim_contract::{BuildContext, Difference, source_path};
use rustc_hash::FxHashMap;

use super::Refusal;
use super::folders::{absolute, image, is_within};
use super::installs::{self, Files};
use super::words::describe;
use crate::program::{Action, Block, Step, Transfer};
use crate::shell::{States, plain};
use crate::stages::{Build, Stage};
use crate::verdict::{Accepted, Gap};

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
    for (old, new) in before.stages.iter().zip(&mut build.stages) {
        let order = Order::of(&old.steps, &new.steps);
        if order.is_kept() {
            continue;
        }
        let stage = Moved { stage: new, order: &order, states, context };
        moves.extend(stage.accepted()?);
        new.steps = order.restored(&new.steps);
    }
    Ok((!moves.is_empty()).then_some(Restored { build, moves }))
}

/// Where each step of a new file stood.
struct Order {
    /// For each new step the number of the old one that it is, or comes with; `None` for a copy that is new.
    places: Vec<Option<usize>>,
}

impl Order {
    fn of(old: &Block<'_>, new: &Block<'_>) -> Self {
        let mut known: FxHashMap<&Step<'_>, VecDeque<usize>> = FxHashMap::default();
        for (number, step) in old.iter().enumerate() {
            known.entry(step).or_default().push_back(number);
        }
        let mut places: Vec<Option<usize>> =
            new.iter().map(|step| known.get_mut(step).and_then(VecDeque::pop_front)).collect();
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
        // What is new stands behind what stands in front of it.
        let mut last = 0;
        for (step, place) in new.iter().zip(&mut places) {
            if place.is_none() && !matches!(&step.action, Action::Copy(copy) if copy.from.is_none())
            {
                *place = Some(last);
            }
            last = place.unwrap_or(last);
        }
        Self { places }
    }

    fn is_kept(&self) -> bool {
        self.places.iter().all(Option::is_some) && self.places.is_sorted()
    }

    fn restored<'t>(&self, steps: &Block<'t>) -> Block<'t> {
        let mut kept: Vec<(usize, &Step<'t>)> = self
            .places
            .iter()
            .zip(steps)
            .filter_map(|(place, step)| Some(((*place)?, step)))
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
    order: &'a Order,
    states: &'a States,
    context: &'a BuildContext,
}

impl<'t> Moved<'_, 't> {
    /// What has moved, if all of it may.
    fn accepted(&self) -> Result<Vec<Accepted>, Refusal> {
        let steps = &self.stage.steps;
        let mut accepted = Vec::new();
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
            let inverted =
                passed.iter().any(|earlier| self.order.places[*earlier] > self.order.places[at]);
            if inverted {
                let message = format!("{} comes behind what does not need it", describe(step));
                accepted.push(note(Difference::StepOrder, step, message));
            }
        }
        Ok(accepted)
    }

    /// A COPY from the context into a folder that nothing else uses.
    fn whole<'s>(&self, step: &'s Step<'t>) -> Option<Whole<'s, 't>> {
        let Action::Copy(copy) = &step.action else { return None };
        let known = |flag: &str| {
            ["--chown=", "--chmod=", "--link"].iter().any(|name| flag.starts_with(name))
        };
        let plain = !copy.adds
            && copy.from.is_none()
            && copy.documents.is_empty()
            && copy.flags.iter().all(|flag| known(flag));
        if !plain {
            return None;
        }
        let place = absolute(&copy.destination, "", image(&self.stage.image))?;
        let folders = copy.destination.ends_with(['/', '.']) || copy.sources.len() > 1;
        let mut brings = Vec::new();
        for source in &copy.sources {
            let paths = self.context.matching(source).filter(|paths| !paths.is_empty())?;
            let into = folders || paths.len() > 1;
            for path in paths {
                let folder = self.context.is_folder(path);
                let name = path.rsplit('/').next().unwrap_or_default();
                // A file without a slash behind its target becomes it, or goes into it.
                if !folder && !into && place.rsplit('/').next() != Some(name) {
                    return None;
                }
                let target = if folder || !into { place.clone() } else { below(&place, name) };
                brings.push((path.to_owned(), target, folder));
            }
        }
        Some(Whole { copy, place, brings })
    }

    /// Whether a COPY brings all that another one brings, to the same places and in the same way.
    fn brings(&self, whole: &Step<'t>, part: &Step<'t>) -> bool {
        let (Some(whole), Some(part)) = (self.whole(whole), self.whole(part)) else { return false };
        whole.copy.flags == part.copy.flags
            && part.brings.iter().all(|(source, place, folder)| {
                !folder && whole.source(place).is_some_and(|path| path == *source)
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
                let alike = root && whole.is_plain() && whole.copy.flags.is_empty();
                absolute(path, "", image(&self.stage.image)).is_some_and(|path| {
                    let apart = !is_within(&path, &whole.place) && !is_within(&whole.place, &path);
                    apart || alike || self.is_made(&path, other, whole)
                })
            }
            Action::Copy(_) => self.whole(&steps[other]).is_some_and(|other| {
                other.brings.iter().all(|(source, place, folder)| match whole.source(place) {
                    None => !is_within(&whole.place, place) || !folder,
                    Some(path) => !folder && (path == *source || !self.context.exists(&path)),
                })
            }),
            Action::Call(call) if call.words.first().is_some_and(|word| word == "cd") => {
                let seen = self.states.seen(call.state);
                let path = call
                    .words
                    .get(1)
                    .filter(|_| call.words.len() == 2)
                    .and_then(|path| plain(path));
                let path =
                    path.and_then(|path| absolute(path, &seen.directory, image(&self.stage.image)));
                path.is_some_and(|path| {
                    !is_within(&path, &whole.place) || self.is_made(&path, other, whole)
                })
            }
            Action::Call(call) => {
                let seen = self.states.seen(call.state);
                let here =
                    absolute(".", &seen.directory, image(&self.stage.image)).unwrap_or_default();
                let files = Before { moved: self, at, until: other };
                let Some(install) = installs::install(call, &here, &files) else { return false };
                // What stood in front of the COPY must not see its files now.
                let reads = !install.manifests.is_empty() || !install.fills.is_empty();
                let was_behind = self.order.places[other] > self.order.places[at];
                let quiet = seen.taint.is_empty()
                    && seen.settings.is_empty()
                    && seen.surroundings.interpreter.is_none();
                quiet
                    && (was_behind || !reads)
                    && whole.is_private()
                    && self.is_unnamed(&whole.place, call.state)
                    && installs::is_apart(&install, whole)
                    && (first == at || self.is_there(whole, at, other))
                    && install.manifests.iter().all(|place| self.comes_early(place, whole, other))
                    && install.fills.iter().all(|place| {
                        // What is not hidden now may be there tomorrow.
                        whole.source(place).is_none_or(|path| self.context.rules().hides_all(&path))
                    })
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
                        copy.brings
                            .iter()
                            .any(|(_, target, _)| is_within(target, folder) && target != folder)
                    })
            }
            _ => false,
        };
        self.stage.steps[..step].iter().any(makes)
    }

    /// Whether a manifest that a COPY would have brought is there before a step.
    fn comes_early(&self, place: &str, whole: &Whole<'_, 't>, step: usize) -> bool {
        let Some(source) = whole.source(place).filter(|source| self.context.exists(source)) else {
            return true;
        };
        // The last COPY that writes it decides.
        let mut earlier = self.stage.steps[..step].iter().rev().filter_map(|step| self.whole(step));
        earlier.find_map(|other| other.source(place)).is_some_and(|path| path == source)
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

    /// Whether no variable leads a program to a folder. What installs modules fills that part itself.
    fn is_unnamed(&self, place: &str, state: crate::shell::StateNumber) -> bool {
        const HARMLESS: &[&str] =
            &["APP", "HOME_DIR", "WORK", "PROJECT", "SRC", "DJANGO", "FLASK", "RAILS"];
        let seen = self.states.seen(state);
        let flags = seen.surroundings.flags.iter().all(|flag| {
            flag.starts_with("--mount=type=cache,")
                && !flag.contains("from=")
                && !flag.contains(place)
        });
        // Python runs these wherever its path leads (https://docs.python.org/3/library/site.html).
        let customized = ["sitecustomize.py", "usercustomize.py"];
        let customized = self
            .context
            .entries()
            .any(|(path, _)| customized.iter().any(|name| path.ends_with(name)));
        let harmless = |name: &str| {
            HARMLESS.iter().any(|known| name.starts_with(known))
                || (name == "PYTHONPATH" && !customized)
        };
        let environment = seen.surroundings.environment.iter().all(|(name, value)| {
            let entries = value.split(':').filter(|entry| !entry.ends_with("/node_modules/.bin"));
            harmless(name) || !entries.into_iter().any(|entry| entry.contains(place))
        });
        let variables = seen.variables.values().all(|value| !value.contains(place));
        flags && environment && variables
    }
}

/// The files before a step of the old file, as far as copies bring them.
struct Before<'a, 'm, 't> {
    moved: &'a Moved<'m, 't>,
    /// The COPY that stood in front of it.
    at: usize,
    /// The step.
    until: usize,
}

impl Files for Before<'_, '_, '_> {
    fn source(&self, place: &str) -> Option<String> {
        let steps = &self.moved.stage.steps;
        let here = self.moved.order.places[self.until];
        // All that stood in front of it then.
        let stood = |number: &usize| {
            self.moved.order.places[*number].is_some_and(|place| Some(place) < here)
        };
        let mut copies: Vec<usize> = (0..steps.len()).filter(stood).chain([self.at]).collect();
        copies.sort_by_key(|number| self.moved.order.places[*number]);
        let found = |number: &usize| {
            let source = self.moved.whole(&steps[*number])?.source(place)?;
            self.moved.context.exists(&source).then_some(source)
        };
        copies.iter().rev().find_map(found)
    }

    fn context(&self) -> &BuildContext {
        self.moved.context
    }
}

/// A COPY whose files are known.
pub(super) struct Whole<'s, 't> {
    copy: &'s Transfer<'t>,
    /// Its destination.
    pub(super) place: String,
    /// Each path of the context, the path of the image that it becomes, and whether it is a folder, of which the contents go
    /// there.
    brings: Vec<(String, String, bool)>,
}

impl Whole<'_, '_> {
    /// The path of the context that is copied to `place`, whether there is one or not.
    fn source(&self, place: &str) -> Option<String> {
        self.brings.iter().rev().find_map(|(source, target, folder)| {
            if !folder {
                return (place == target).then(|| source.clone());
            }
            let rest = is_within(place, target)
                .then(|| place[target.trim_end_matches('/').len()..].trim_start_matches('/'))?;
            let whole = [source.as_str(), rest].join("/");
            Some(source_path(whole.trim_matches('/')))
        })
    }

    /// Whether it gives no folder the mode of one in the context: it brings files, or all of the context.
    fn is_plain(&self) -> bool {
        self.brings.iter().all(|(source, _, folder)| !folder || source.is_empty())
    }

    /// Whether its files lie where no program of the system looks (Filesystem Hierarchy Standard 3.0), nor in a home, whose
    /// settings many read.
    fn is_private(&self) -> bool {
        const SYSTEM: &[&str] = &[
            "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "media", "mnt", "proc",
            "run", "sbin", "sys", "tmp",
        ];
        let targets =
            self.brings.iter().map(|(_, target, _)| target.as_str()).chain([self.place.as_str()]);
        targets.into_iter().all(|path| {
            let names: Vec<&str> = path.split('/').skip(1).collect();
            match names[..] {
                [""] | ["opt" | "usr" | "var" | "root"] => false,
                ["usr", "src", _, ..]
                | ["usr", "app", ..]
                | ["var", "www", _, ..]
                | ["var", "app", ..]
                | ["var", "task", ..] => true,
                ["usr" | "var", ..] => false,
                ["root", name, ..] | ["home", _, name, ..] => !name.starts_with('.'),
                ["home", ..] => false,
                [top, ..] => !SYSTEM.contains(&top),
                [] => false,
            }
        })
    }
}

fn below(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

fn note(difference: Difference, step: &Step<'_>, message: String) -> Accepted {
    Accepted { difference, before: None, after: Some(step.at), message }
}

fn refusal(step: &Step<'_>, message: String) -> Refusal {
    Refusal { gap: Gap { before: None, after: Some(step.at), message }, unknown: false }
}
