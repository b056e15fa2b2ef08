//! COPY that gives files the owner and the mode that a later step gave.
//!
//! Sources: Dockerfile reference, COPY --chown and --chmod (files and the folders that COPY makes are given away); chown(1) and
//! chmod(1) of GNU and busybox for what `-R` does to links; BuildKit, `dispatchCopy`.

use dockslim_contract::{ContextKind, Difference};

use super::folders::{Before, Image, absolute, image, is_within};
use super::{Comparison, Refusal, refusal};
use crate::program::{Action, Call, Demand, Step, Text, Transfer, visit};
use crate::shell::plain;

/// A COPY that gives files away in the new file alone.
struct Owed<'b, 't> {
    old: &'b Step<'t>,
    new: &'b Step<'t>,
    owner: Option<String>,
    mode: Option<String>,
}

/// A recursive change of the old file that the new one does not make.
struct Payment<'b, 't> {
    old: &'b Step<'t>,
    /// What is left of it: the same for the folder alone.
    kept: Option<&'b Step<'t>>,
}

/// What COPYs of a stage give, and what nobody gives any more.
#[derive(Default)]
pub(super) struct Ownership<'b, 't> {
    owed: Vec<Owed<'b, 't>>,
    payments: Vec<Payment<'b, 't>>,
}

/// `chown -R owner folder` or `chmod -R mode folder`.
struct Change<'c> {
    chown: bool,
    value: &'c str,
    folder: String,
}

impl<'b, 't> Comparison<'b, 't> {
    /// Notes a COPY that gives files away in the new file alone, if it is the same else.
    pub(super) fn gives_away(
        &mut self,
        (old, one): (&'b Step<'t>, &'b Transfer<'t>),
        (new, two): (&'b Step<'t>, &'b Transfer<'t>),
    ) -> bool {
        let is_new = |flag: &&Text<'t>| !one.flags.contains(flag);
        let more: Vec<&str> = two.flags.iter().filter(is_new).map(|flag| &**flag).collect();
        let value = |name: &str| more.iter().find_map(|flag| flag.strip_prefix(name));
        let (owner, mode) = (value("--chown="), value("--chmod="));
        let kept = one
            .flags
            .iter()
            .all(|flag| flag.starts_with("--chmod=") && mode.is_none() && two.flags.contains(flag));
        let same = *one == Transfer { flags: one.flags.clone(), ..two.clone() };
        let known = usize::from(owner.is_some()) + usize::from(mode.is_some());
        if !kept || !same || known == 0 || known != more.len() || one.adds || one.from.is_some() {
            return false;
        }
        if !one.documents.is_empty() || two.flags.len() != one.flags.len() + more.len() {
            return false;
        }
        let (owner, mode) = (owner.map(str::to_owned), mode.map(str::to_owned));
        self.ownership.owed.push(Owed { old, new, owner, mode });
        true
    }

    /// Notes a recursive change that is gone in the new file, unless `next`, which stands there, is what is left of it.
    pub(super) fn is_given(&mut self, old: &'b Step<'t>, next: Option<&Step<'t>>) -> bool {
        let Action::Call(call) = &old.action else { return false };
        if let Some(Step { action: Action::Call(next), .. }) = next
            && (next.words == call.words || narrowed(call, next))
        {
            return false;
        }
        let found = self.change(call).is_some();
        if found {
            self.ownership.payments.push(Payment { old, kept: None });
        }
        found
    }

    /// Notes a recursive change of which only that of the folder is left.
    pub(super) fn is_narrowed(
        &mut self,
        (old, one): (&'b Step<'t>, &Call<'t>),
        (new, two): (&'b Step<'t>, &Call<'t>),
    ) -> bool {
        let found = narrowed(one, two) && self.change(one).is_some_and(|change| change.chown);
        if found {
            self.ownership.payments.push(Payment { old, kept: Some(new) });
        }
        found
    }

    fn change<'c>(&self, call: &'c Call<'t>) -> Option<Change<'c>> {
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let words = words?;
        let alone =
            call.assignments.is_empty() && call.redirects.is_empty() && call.inner.is_empty();
        let chown = match *words.first()? {
            "chown" | "/bin/chown" => true,
            "chmod" | "/bin/chmod" => false,
            _ => return None,
        };
        let (options, operands): (Vec<&str>, Vec<&str>) =
            words[1..].iter().partition(|word| word.starts_with('-'));
        let ([option], [value, path]) = (options.as_slice(), operands.as_slice()) else {
            return None;
        };
        if !alone || !matches!(*option, "-R" | "--recursive") {
            return None;
        }
        let image = image(&self.before.stages[self.stage].image);
        let here = &self.states.seen(call.state).directory;
        let folder = absolute(path, here, image)?;
        Some(Change { chown, value, folder })
    }

    /// Looks at what COPYs of a stage give, behind its last step.
    pub(super) fn ownership_is_right(&mut self) -> Result<(), Refusal> {
        let Ownership { owed, payments } = std::mem::take(&mut self.ownership);
        let mut covered = vec![(false, false); owed.len()];
        for payment in &payments {
            let refuse =
                |why: String| refusal(payment.old, payment.kept.unwrap_or(payment.old), why, false);
            self.payment(payment, &payments, &owed, &mut covered).map_err(refuse)?;
        }
        for (owed, (owner, mode)) in owed.iter().zip(covered) {
            if (owed.owner.is_some() && !owner) || (owed.mode.is_some() && !mode) {
                let why = "the files that COPY brings have another owner or mode".to_owned();
                return Err(refusal(owed.old, owed.new, why, false));
            }
        }
        for payment in payments {
            let at = payment.kept.or(owed.first().map(|owed| owed.new)).unwrap_or(payment.old).at;
            let message = format!("COPY does what {} did", super::describe(payment.old));
            self.accept(Difference::Ownership, Some(payment.old.at), at, message);
        }
        Ok(())
    }

    /// Whether the COPYs give what a change gave; `covered` notes which of them.
    fn payment(
        &self,
        payment: &Payment<'b, 't>,
        all: &[Payment<'b, 't>],
        owed: &[Owed<'b, 't>],
        covered: &mut [(bool, bool)],
    ) -> Result<(), String> {
        let gone = |why: &str| format!("{} is gone, and {why}", super::describe(payment.old));
        let Action::Call(call) = &payment.old.action else { return Err(gone("was no command")) };
        let change = self.change(call).ok_or_else(|| gone("is not understood"))?;
        let stage = &self.before.stages[self.stage];
        let image = image(&stage.image).ok_or_else(|| gone("the base image is not known"))?;
        if !self.is_root(call.state) {
            return Err(gone("may not have been allowed to anybody but root"));
        }
        let at = stage.steps.iter().position(|step| std::ptr::eq(step, payment.old));
        let at = at.ok_or_else(|| gone("stood in another command"))?;
        if payment.old.demand != Demand::Must {
            return Err(gone("could fail"));
        }
        let place = change.folder.as_str();
        let into = |step: &Step<'t>| match &step.action {
            Action::Copy(copy) => absolute(&copy.destination, "", Some(image)),
            _ => None,
        };
        let inside = |step: &&Step<'t>| into(step).is_some_and(|path| is_within(&path, place));
        let first = stage.steps[..at].iter().position(|step| inside(&step));
        let first = first.ok_or_else(|| gone("no COPY brings the files"))?;
        for step in stage.steps[first..at].iter().filter(inside) {
            let Action::Copy(copy) = &step.action else { continue };
            let number = owed.iter().position(|owed| std::ptr::eq(owed.old, step));
            let given = number.map(|number| &owed[number]);
            let own = copy.flags.iter().any(|flag| !flag.starts_with("--chmod="))
                || (!change.chown && !copy.flags.is_empty());
            if own || copy.adds || copy.from.is_some() || !copy.documents.is_empty() {
                return Err(gone("a COPY has flags of its own"));
            }
            let value = given.and_then(|given| {
                if change.chown { given.owner.as_deref() } else { given.mode.as_deref() }
            });
            let fits = if change.chown {
                same_owner(change.value, value)
            } else {
                same_mode(change.value, value)
            };
            if !fits {
                return Err(gone("a COPY into the folder does not give the same"));
            }
            if let Some(number) = number {
                let covered = &mut covered[number];
                *(if change.chown { &mut covered.0 } else { &mut covered.1 }) = true;
            }
            if image.busybox && !self.without_links(copy) {
                return Err(gone("busybox would have followed links"));
            }
        }
        if !change.chown && !self.knows_modes() {
            return Err(gone("the builder may not know COPY --chmod"));
        }
        let before = self.before_copies(image, place, first);
        let mut before = before.ok_or_else(|| gone("an earlier step may have written there"))?;
        let behind = &stage.steps[first..at];
        for step in behind.iter().filter(|step| !inside(step)) {
            if all.iter().any(|other| std::ptr::eq(other.old, step)) {
                continue;
            }
            if !self.looks_away(step, image, place, &mut before) {
                return Err(gone("a step between may write there, or ask for owners"));
            }
        }
        if !before.parent {
            return Err(gone("COPY may make the folder above, too"));
        }
        if change.chown && payment.kept.is_none() {
            let makes = into(&stage.steps[first]).as_deref() == Some(place) && !before.made;
            let folder = match &stage.steps[first].action {
                Action::Copy(copy) => self.is_folder(copy),
                _ => false,
            };
            if !makes || !folder {
                return Err(gone("the folder itself keeps its owner"));
            }
        }
        Ok(())
    }

    /// What is there before the first COPY into a folder; `None` if an earlier step may have put something into it.
    fn before_copies(&self, image: &'static Image, place: &str, first: usize) -> Option<Before> {
        let mut before = Before::of(image, place)?;
        let mut chain = vec![&self.before.stages[self.stage].steps[..first]];
        let mut parent = self.before.stages[self.stage].parent;
        while let Some(number) = parent {
            chain.push(&self.before.stages[number].steps);
            parent = self.before.stages[number].parent;
        }
        for steps in chain.into_iter().rev() {
            for step in steps {
                self.leaves_alone(step, image, place, &mut before)?;
            }
        }
        Some(before)
    }

    /// Whether the only source is a folder, so that COPY makes the destination.
    fn is_folder(&self, copy: &Transfer<'t>) -> bool {
        let [source] = copy.sources.as_slice() else { return false };
        let in_context = || {
            let context = self.context?;
            match context.matching(source)?.as_slice() {
                [path] => Some(context.is_folder(path)),
                _ => None,
            }
        };
        matches!(&**source, "." | "./") || in_context() == Some(true)
    }

    /// Whether the context shows that no symbolic link is among the sources.
    fn without_links(&self, copy: &Transfer<'t>) -> bool {
        let Some(context) = self.context else { return false };
        copy.sources.iter().all(|source| {
            let Some(paths) = context.matching(source) else { return false };
            let is_link = |path: &str| {
                context.entry(path).is_some_and(|entry| entry.kind == ContextKind::Link)
                    || context.below(path).any(|(_, entry)| entry.kind == ContextKind::Link)
            };
            !paths.is_empty() && !paths.into_iter().any(is_link)
        })
    }

    /// COPY --chmod is in the stable channel since docker/dockerfile 1.2, and no other builder knows the flags of RUN.
    fn knows_modes(&self) -> bool {
        if self.before.frontend.is_some() {
            return self.knows_mounts();
        }
        let mut known = false;
        for stage in &self.before.stages {
            visit(&stage.steps, &mut |step| match &step.action {
                Action::Call(call) => {
                    known |= !self.states.seen(call.state).surroundings.flags.is_empty();
                }
                Action::Copy(copy) => {
                    let flag =
                        |flag: &str| flag.starts_with("--chmod=") || flag.starts_with("--link");
                    known |= !copy.documents.is_empty() || copy.flags.iter().any(|one| flag(one));
                }
                _ => {}
            });
        }
        known
    }
}

/// Whether a call is another one without what makes it recursive.
fn narrowed(one: &Call<'_>, two: &Call<'_>) -> bool {
    let rest = one.words.iter().filter(|word| !matches!(&***word, "-R" | "--recursive"));
    one.words.len() == two.words.len() + 1 && rest.eq(two.words.iter())
}

/// Whether `--chown` gives what `chown` gave. A user alone keeps the group, which is 0 behind COPY, while
/// `--chown=user` means another group in each builder.
fn same_owner(operand: &str, flag: Option<&str>) -> bool {
    let name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    };
    let root = |name: &str| matches!(name, "root" | "0");
    match (operand.split_once(':'), flag) {
        (Some((user, group)), None) => root(user) && root(group),
        (Some((user, group)), Some(flag)) => name(user) && name(group) && flag == operand,
        (None, None) => root(operand),
        (None, Some(flag)) => {
            name(operand)
                && flag.split_once(':').is_some_and(|(user, group)| user == operand && root(group))
        }
    }
}

/// Whether `--chmod` gives what `chmod` gave. Folders that COPY makes have 755 whatever it says.
fn same_mode(operand: &str, flag: Option<&str>) -> bool {
    operand.trim_start_matches('0') == "755" && flag == Some("755")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners() {
        assert!(same_owner("node:node", Some("node:node")) && same_owner("node", Some("node:0")));
        assert!(same_owner("root:root", None) && same_owner("0", None));
        for (operand, flag) in [
            ("node", Some("node")),
            ("node:", Some("node:node")),
            ("node:node", Some("node")),
            ("node:node", None),
            ("node", Some("node:node")),
            ("$A:$B", Some("$A:$B")),
            (":node", Some(":node")),
        ] {
            assert!(!same_owner(operand, flag), "{operand} {flag:?}");
        }
        assert!(same_mode("0755", Some("755")));
        assert!(!same_mode("4755", Some("4755")) && !same_mode("644", Some("644")));
    }
}
