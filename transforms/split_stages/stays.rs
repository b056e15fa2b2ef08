//! Copies of the project behind all that a build does: they stay where they stand, and the new stage begins above them, so that a changed
//! file costs no more than its own copy.

use dockslim_syntax::{Flag, Keyword};

use super::copies;
use super::effects::holds_others;
use super::launch::base_name;
use super::owners::homes;
use super::subject::Subject;
use crate::facts::{Brought, BuildStep, Copied, is_from_context, is_within};
use crate::order_copies;

/// Copies that stay.
pub(super) struct Stays<'t> {
    /// The number of the first among the steps.
    pub(super) first: usize,
    copies: Vec<Copied<'t>>,
}

impl Stays<'_> {
    /// Whether they bring a path.
    pub(super) fn bring(&self, path: &str) -> bool {
        self.copies.iter().any(|copied| copied.source_of(path).is_some())
    }
}

/// The copies of a stage that may stay, as many as may.
pub(super) fn stays<'t>(subject: &Subject<'_, 't>) -> Option<Stays<'t>> {
    let steps = &subject.stage.steps;
    let fills = |step: &BuildStep<'_>| {
        matches!(step.instruction.kind, Keyword::Run | Keyword::Copy | Keyword::Add)
    };
    let numbers = (0..steps.len()).filter(|number| fills(&steps[*number]));
    let last = numbers.clone().rfind(|number| steps[*number].instruction.kind != Keyword::Copy)?;
    let mut starts = numbers.filter(|number| *number > last);
    starts.find_map(|first| from(subject, first))
}

/// The copies from step `first` on, if all of them may stay.
fn from<'t>(subject: &Subject<'_, 't>, first: usize) -> Option<Stays<'t>> {
    let steps = &subject.stage.steps;
    let followed = |number: usize| {
        let step = &steps[number];
        let copy = step.instruction.kind == Keyword::Copy;
        let here = subject.folder_at(number)?;
        let context = subject.context.filter(|_| copy)?;
        let copied = Copied::of(subject.build.dockerfile, context, (number, step), &here).ok()?;
        is_from_context(subject.build.dockerfile, step.instruction).then_some(copied)
    };
    let fills = |number: &usize| matches!(steps[*number].instruction.kind, Keyword::Copy);
    let copies: Option<Vec<_>> = (first..steps.len()).filter(fills).map(followed).collect();
    let stays = Stays { first, copies: copies? };
    let dockerfile = subject.build.dockerfile;
    for copied in &stays.copies {
        let places = copied.brings.iter().map(|one| one.place.as_str()).chain([&*copied.place]);
        let private = places.into_iter().all(|place| {
            !order_copies::is_shared(place, true)
                && !holds_others(place)
                && !homes(subject).iter().any(|home| is_within(home, place))
        });
        // A file may become its target or go into it, as that is a folder or not.
        let certain = |one: &Brought| one.folder || base_name(&one.place) == base_name(&one.source);
        let owned = |flag: &Flag| matches!(&*dockerfile.text(flag.name), "chown" | "chmod");
        let flags = copied.instruction.flags.iter().all(owned);
        if !private || !flags || !copied.brings.iter().all(certain) {
            return None;
        }
    }
    let apart = (0..first).all(|number| is_apart(subject, &stays, number));
    apart.then_some(stays)
}

/// Whether a step in front leaves nothing where the copies write, but for what they bring again, and for what setuptools leaves beside
/// sources.
fn is_apart(subject: &Subject<'_, '_>, stays: &Stays<'_>, number: usize) -> bool {
    let step = &subject.stage.steps[number];
    let late = || stays.copies.iter().flat_map(|copied| &copied.brings);
    let touches =
        |path: &str| late().any(|one| is_within(path, &one.place) || is_within(&one.place, path));
    match step.instruction.kind {
        Keyword::Run => {
            let left = subject.context.and_then(|context| {
                order_copies::touched(subject.build, context, subject.stage, number)
            });
            left.is_some_and(|paths| {
                paths.iter().all(|path| !touches(path) || is_of_setuptools(path))
            })
        }
        Keyword::Copy | Keyword::Add => {
            let Some(copied) = subject.copied.iter().find(|copied| copied.step == number) else {
                return false;
            };
            let plain = copied.from_context
                && step.instruction.kind == Keyword::Copy
                && step.instruction.flags.is_empty();
            // A folder of the context brings its mode to a folder that it makes, and a flag its owner.
            let stands = subject.folder_at(stays.first);
            let alike = |late: &Copied<'_>| {
                stands.as_ref() == Some(&late.place)
                    || !late.has_flags()
                        && late.brings.iter().all(|one| !one.folder || one.source.is_empty())
            };
            let again = |one: &copies::Brought| {
                let mut same = stays.copies.iter().filter(|late| alike(late));
                same.any(|late| late.source_of(&one.place).as_ref() == Some(&one.source))
            };
            copied.brings.iter().all(|one| !touches(&one.place) || plain && again(one))
        }
        // The new stage makes the folder that the copies start in, for root.
        Keyword::Workdir => {
            let made = subject.folder_at(number + 1);
            let again = subject.stage.is_root(step) && made == subject.folder_at(stays.first);
            let inside = |made: &String| {
                let above = |it: &Copied<'_>| it.has_flags() && is_within(&it.place, made);
                stays.copies.iter().any(|it| is_within(made, &it.place) || above(it))
            };
            made.is_some_and(|made| again || !inside(&made))
        }
        Keyword::Volume | Keyword::Onbuild => false,
        _ => true,
    }
}

/// Whether a path is that of what setuptools leaves beside the sources of a project that it installs: Python finds the project where it is
/// installed.
fn is_of_setuptools(path: &str) -> bool {
    let name = base_name(path);
    name == "build" || name.ends_with(".egg-info")
}
