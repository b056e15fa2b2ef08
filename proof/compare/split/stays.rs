//! Copies of the project that stand behind all that builds: the stage that ships may do them itself, and the one that builds without them.

use super::bases;
use super::runtime::Runtime;
use crate::compare::copied::{Brought, Whole};
use crate::compare::folders::is_within;
use crate::compare::installs::Install;
use crate::compare::moves;
use crate::compare::words::describe;
use crate::program::{Action, Step};

/// Whether a step copies from the build context.
fn copies(step: &Step<'_>) -> bool {
    matches!(&step.action, Action::Copy(copy) if copy.from.is_none())
}

/// How many steps at the end of a stage bring nothing that a build needs, as far as the stage that ships does them itself.
pub(super) fn behind(old: &[Step<'_>], new: &[Step<'_>]) -> usize {
    let aside = |step: &&Step<'_>| match &step.action {
        Action::MakeFolder { .. } => true,
        _ => copies(step) && new.contains(step),
    };
    old.iter().rev().take_while(aside).count()
}

impl<'t> Runtime<'_, 't> {
    /// Whether each copy of the new stage from the build context brings all that was at its place.
    pub(super) fn stay(&self) -> Result<(), String> {
        let (old, new) = (&self.old.steps, &self.new.steps);
        let Some(first) = new.iter().position(copies) else { return Ok(()) };
        let wrong = |step: &Step<'_>, what: &str| Err(format!("{} {what}", describe(step)));
        let own: Vec<&Step<'t>> = new[first..].iter().filter(|step| copies(step)).collect();
        let last: Vec<&Step<'t>> =
            old[old.len() - behind(old, new)..].iter().filter(|step| copies(step)).collect();
        if own != last {
            return wrong(own[0], "does not stand at the end, as it did");
        }
        let aside =
            |step: &Step<'_>| copies(step) || matches!(step.action, Action::MakeFolder { .. });
        let kind = bases::kind(&self.new.image, &self.old.image).filter(|kind| kind.is_kin());
        let Some(kind) = kind.filter(|_| self.old.parent.is_none()) else {
            return wrong(own[0], "does not lie there as before");
        };
        if !new[first..].iter().all(aside) {
            return wrong(own[0], "does not stand at the end");
        }
        if old.iter().any(|step| matches!(step.action, Action::Volume(_))) {
            return wrong(own[0], "may lie in a VOLUME");
        }
        let mut wholes = Vec::new();
        for step in own {
            let Some(whole) = self.whole(step).filter(|whole| !whole.copy.adds) else {
                return wrong(step, "brings what is not known");
            };
            let known = |flag: &str| {
                let owner = flag.strip_prefix("--chown=");
                flag.starts_with("--chmod=")
                    || owner.is_some_and(|owner| owner.split(':').all(|it| self.knows(kind, it)))
            };
            if !whole.is_private(true) || !whole.copy.flags.iter().all(|flag| known(flag)) {
                return wrong(step, "brings what others may change");
            }
            wholes.push(whole);
        }
        let front = &old[..old.len() - behind(old, new)];
        for (number, step) in front.iter().enumerate() {
            if !self.is_apart(step, number, &wholes) {
                return wrong(step, "may leave something where a COPY of the new stage writes");
            }
        }
        Ok(())
    }

    /// Whether a step leaves nothing where these copies write, but for what they bring again, and what setuptools leaves beside the
    /// sources of a project that it has installed.
    fn is_apart(&self, step: &Step<'t>, number: usize, wholes: &[Whole<'_, 't>]) -> bool {
        let late = || wholes.iter().flat_map(|whole| whole.brings());
        let touches = |path: &str| {
            late().any(|one| is_within(path, &one.target) || is_within(&one.target, path))
        };
        match &step.action {
            Action::MakeFolder { path, user } => {
                let Some(path) = self.folder(path) else { return false };
                // Behind a flag a COPY makes the folders above it for others.
                let decides = |whole: &Whole<'_, 't>| {
                    is_within(&path, &whole.place)
                        || !whole.copy.flags.is_empty() && is_within(&whole.place, &path)
                };
                let root = matches!(user.split(':').next(), Some("" | "root" | "0"));
                !wholes.iter().any(decides) || root && self.is_made_again(&path)
            }
            Action::Copy(copy) => match self.whole(step).filter(|_| copies(step)) {
                Some(whole) => whole.brings().iter().all(|one| {
                    let plain = whole.copy.flags.is_empty();
                    !touches(&one.target) || plain && self.comes_again(one, wholes)
                }),
                None => self.folder(&copy.destination).is_some_and(|path| !touches(&path)),
            },
            Action::Call(call) => {
                let seen = self.states.seen(call.state);
                let quiet = seen.taint.is_empty()
                    && seen.settings.is_empty()
                    && seen.surroundings.interpreter.is_none();
                let Some(context) = self.context.filter(|_| quiet) else { return false };
                let Some(install) = moves::touched(self.old, self.states, context, number) else {
                    return call.words.first().is_some_and(|word| word == "cd");
                };
                let Install { fills, writes, removes, .. } = install;
                let left = |path: &String| path.ends_with("/build") || path.ends_with(".egg-info");
                writes.iter().chain(&removes).all(|path| !touches(path))
                    && fills.iter().all(|path| !touches(path) || left(path))
            }
            _ => false,
        }
    }

    /// Whether one of these copies brings a file or folder again, to a folder that has the mode and the owner that it had.
    fn comes_again(&self, one: &Brought, wholes: &[Whole<'_, 't>]) -> bool {
        let mut alike = wholes.iter().filter(|whole| {
            whole.is_plain() && whole.copy.flags.is_empty() || self.is_made_again(&whole.place)
        });
        alike.any(|whole| whole.source(&one.target).as_ref() == Some(&one.source))
    }

    /// Whether the new stage makes a folder before it copies there.
    fn is_made_again(&self, place: &str) -> bool {
        let makes = |step: &Step<'_>| match &step.action {
            Action::MakeFolder { path, .. } => self.folder(path).as_deref() == Some(place),
            _ => false,
        };
        self.new.steps.iter().take_while(|step| !copies(step)).any(makes)
    }
}
