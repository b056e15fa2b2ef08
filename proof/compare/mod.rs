//! Two builds side by side, step by step.

mod bases;
mod build_tools;
mod bytecode;
mod caches;
mod copied;
mod deployed;
mod development;
mod downloads;
mod flags;
mod folders;
mod gaps;
mod installs;
mod later;
mod metadata;
mod mounts;
mod moves;
mod npm;
pub(crate) mod order;
mod ownership;
mod pip;
mod recommendations;
mod removals;
mod split;
mod stripped;
mod transfers;
mod versions;
pub(crate) mod words;
mod yarns;

use dockslim_contract::{BuildContext, Difference};
use dockslim_syntax::Span;

use crate::program::{Action, Block, Call, Demand, Step, calls_of, last_call, visit};
use crate::shell::{Command, StateNumber, States};
use crate::stages::{Build, Stage};
use crate::verdict::{Accepted, Gap};
use build_tools::Drop;
use development::{Pruned, Switched};
pub(crate) use gaps::Refusal;
use gaps::{added, instead, missing, refusal, told_better};
use mounts::Mounts;
use ownership::Ownership;
use removals::Removal;
use words::{demands, describe, states_differ};

/// The differences of two builds, all of accepted kinds. Steps of the new one may have changed places.
pub(crate) fn compare<'t>(
    before: &Build<'t>,
    after: &Build<'t>,
    states: &States,
    context: Option<&BuildContext>,
) -> Result<Vec<Accepted>, Refusal> {
    if before.frontend == after.frontend
        && before.misplaced == after.misplaced
        && let Some(result) = split::compare(before, after, states, context)
    {
        return result;
    }
    let refusal = match in_order(before, after, states, context) {
        Ok(accepted) => return Ok(accepted),
        Err(refusal) => refusal,
    };
    let Some(context) = context else { return Err(refusal) };
    let restored = match moves::restored(before, after, states, context) {
        Ok(Some(restored)) => restored,
        Err(better) if !refusal.unknown => return Err(better),
        _ => return Err(refusal),
    };
    let mut accepted = in_order(before, &restored.build, states, Some(context))?;
    accepted.extend(restored.moves);
    Ok(accepted)
}

/// The differences of two builds whose steps stand in one order.
fn in_order<'b, 't>(
    before: &'b Build<'t>,
    after: &'b Build<'t>,
    states: &'b States,
    context: Option<&'b BuildContext>,
) -> Result<Vec<Accepted>, Refusal> {
    let different = |at: (Option<Span>, Option<Span>), message: String| {
        Err(Refusal { gap: Gap { before: at.0, after: at.1, message }, unknown: false })
    };
    if before.frontend != after.frontend {
        let name = |frontend: Option<&str>| frontend.unwrap_or("the builder's own").to_owned();
        let (old, new) = (name(before.frontend), name(after.frontend));
        return different((None, None), format!("the file is read by {new}, before by {old}"));
    }
    if before.misplaced != after.misplaced {
        return different(
            (None, None),
            "what stands in front of the first FROM is not the same".to_owned(),
        );
    }
    for (old, new) in before.stages.iter().zip(&after.stages) {
        let at = (Some(old.at), Some(new.at));
        if old.base != new.base && !bases::is_smaller(old, new) {
            return different(
                at,
                format!("the stage is built on {}, before on {}", new.base, old.base),
            );
        }
        if old.platform != new.platform {
            return different(at, "the stage is built for another platform".to_owned());
        }
        if old.name != new.name {
            return different(
                at,
                "the stage has another name, which a --target may ask for".to_owned(),
            );
        }
    }
    if before.stages.len() != after.stages.len() {
        let (old, new) = (before.stages.len(), after.stages.len());
        let at = |build: &Build<'_>, from: usize| build.stages.get(from).map(|stage| stage.at);
        let spans = (at(before, new), at(after, old));
        return different(spans, format!("there are {new} stages, before {old}"));
    }
    let mut comparison = Comparison {
        before,
        after,
        states,
        context,
        stage: 0,
        accepted: Vec::new(),
        removals: Vec::new(),
        certain: Vec::new(),
        no_removals: 0,
        mounts: Mounts::default(),
        ownership: Ownership::default(),
        drops: Vec::new(),
        named_libraries: Vec::new(),
        pruned: Vec::new(),
        switched: Vec::new(),
    };
    for number in 0..before.stages.len() {
        comparison.stage(number)?;
    }
    comparison.mounts_are_right()?;
    comparison.nothing_reads_what_was_removed()?;
    comparison.nobody_needs_the_tools()?;
    comparison.nobody_develops()?;
    Ok(comparison.accepted)
}

struct Comparison<'b, 't> {
    before: &'b Build<'t>,
    after: &'b Build<'t>,
    states: &'b States,
    /// What COPY and ADD of both see, if that is known.
    context: Option<&'b BuildContext>,
    /// The number of the stage.
    stage: usize,
    accepted: Vec<Accepted>,
    /// The caches that the new file removes or does not write.
    removals: Vec<Removal<'b, 't>>,
    /// The calls of the new file that have succeeded wherever the comparison stands.
    certain: Vec<&'b Call<'t>>,
    /// In how many loops, pipes and jobs it stands, where nothing may be put in.
    no_removals: usize,
    /// The steps that have cache mounts more.
    mounts: Mounts<'b, 't>,
    /// The COPYs of the stage that give files away, and the steps that do not any more.
    ownership: Ownership<'b, 't>,
    /// The tools that the new file removes behind their use.
    drops: Vec<Drop<'b, 't>>,
    /// The installs that name libraries because of that, by stage and place.
    named_libraries: Vec<(usize, Span)>,
    /// The installs of the new file that leave out development packages.
    pruned: Vec<Pruned<'b, 't>>,
    /// Copies of packages that take them from a stage that builds with them now.
    switched: Vec<Switched<'b, 't>>,
}

impl<'b, 't> Comparison<'b, 't> {
    fn stage(&mut self, number: usize) -> Result<(), Refusal> {
        let (old, new): (&'b Stage<'t>, &'b Stage<'t>) =
            (&self.before.stages[number], &self.after.stages[number]);
        self.stage = number;
        self.certain.clear();
        self.base_is_right(number)?;
        let known = self.accepted.len();
        self.blocks(&old.steps, &new.steps)?;
        self.metadata_is_set(old, new, known)?;
        self.ownership_is_right()?;
        match old.configuration.difference(&new.configuration) {
            Some(message) => Err(Refusal {
                gap: Gap { before: Some(old.at), after: Some(new.at), message },
                unknown: false,
            }),
            None => Ok(()),
        }
    }

    /// Steps one after the other.
    fn blocks(&mut self, old: &'b [Step<'t>], new: &'b [Step<'t>]) -> Result<(), Refusal> {
        let known = self.certain.len();
        let result = self.sequence(old, new);
        self.certain.truncate(known);
        result
    }

    fn sequence(&mut self, old: &'b [Step<'t>], new: &'b [Step<'t>]) -> Result<(), Refusal> {
        let mut rest = old.iter();
        let mut expected = rest.next();
        for (number, step) in new.iter().enumerate() {
            while let Some(before) = expected
                && before != step
                && (self.is_moot(before, Some(step))
                    || self.is_given(before, Some(step))
                    || self.leaves_install_out(before, step))
            {
                expected = rest.next();
            }
            match expected {
                Some(before) if before == step => expected = rest.next(),
                Some(before) if self.is_blind_to_metadata(before, step) => expected = rest.next(),
                Some(before) if self.removes_the_same(before, step) => expected = rest.next(),
                _ if self.is_removal(step)
                    || self.is_mount_setting(step)
                    || self.drops_tools(new, number)
                    || self.brings_back(expected, new, number)
                    || expected.is_none() && self.takes_away_development(step) => {}
                Some(before) => {
                    if self.is_set_already(before) && rest.as_slice().first() == Some(step) {
                        rest.next();
                        expected = rest.next();
                        self.succeeded(step);
                        continue;
                    }
                    if let Err(refusal) = self.similar(before, step) {
                        let others = (rest.as_slice(), &new[number + 1..]);
                        return Err(told_better(before, step, others, refusal));
                    }
                    expected = rest.next();
                }
                None => return Err(added(step)),
            }
            self.succeeded(step);
        }
        while let Some(step) = expected
            && (self.is_set_already(step) || self.is_moot(step, None) || self.is_given(step, None))
        {
            expected = rest.next();
        }
        expected.map_or(Ok(()), |step| Err(missing(step)))
    }

    /// Whether a command of which nobody asks that it succeeds is the same, but for removals that wait for it.
    fn is_followed_by_removals(&mut self, old: &'b Step<'t>, new: &'b Step<'t>) -> bool {
        let Action::Chain { on_success: true, parts } = &new.action else { return false };
        let asked =
            matches!(old.demand, Demand::Ignored | Demand::Status) && old.demand == new.demand;
        let [first, rest @ ..] = parts.as_slice() else { return false };
        let ([first], Action::Call(one)) = (first.as_slice(), &old.action) else { return false };
        let Action::Call(two) = &first.action else { return false };
        if !asked || first.demand != Demand::Status || one.words.first() != two.words.first() {
            return false;
        }
        let (known, accepted, removals) =
            (self.certain.len(), self.accepted.len(), self.removals.len());
        self.certain.push(two);
        let same = (one == two || self.calls(old, first, one, two).is_ok())
            && rest.iter().all(|part| matches!(part.as_slice(), [step] if self.is_removal(step)));
        self.certain.truncate(known);
        if !same {
            self.accepted.truncate(accepted);
            self.removals.truncate(removals);
        }
        same
    }

    fn succeeded(&mut self, step: &'b Step<'t>) {
        match &step.action {
            Action::Call(call) if step.demand == Demand::Must => self.certain.push(call),
            // One of them has succeeded, or all in front of the `exit`.
            Action::Chain { on_success: false, parts } => {
                let fails = |part: &Block<'_>| {
                    part.last().is_some_and(|step| matches!(step.action, Action::Fail))
                };
                let live: Vec<&'b Block<'t>> = parts.iter().filter(|part| !fails(part)).collect();
                let calls: Vec<&'b Call<'t>> =
                    live.iter().filter_map(|part| last_call(part)).collect();
                let same = calls.windows(2).all(|two| two[0].words.first() == two[1].words.first());
                let all = live.len() < parts.len() || step.demand == Demand::Must;
                if all && same && calls.len() == live.len() {
                    match live.as_slice() {
                        [only] => self.certain.extend(calls_of(only)),
                        _ => self.certain.extend(calls.last()),
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether an old step is a `set` that has succeeded before: the state that others see tells whether it is in force.
    fn is_set_already(&self, step: &Step<'t>) -> bool {
        let Action::Call(call) = &step.action else { return false };
        step.demand == Demand::Must
            && call.words.first().is_some_and(|word| word == "set")
            && call.redirects.is_empty()
            && self.certain.iter().any(|other| {
                let shell = |call: &Call<'_>| &self.states.seen(call.state).surroundings.shell;
                other.words == call.words && shell(other) == shell(call)
            })
    }

    /// Two steps that are not the same, but may be up to accepted differences.
    fn similar(&mut self, old: &'b Step<'t>, new: &'b Step<'t>) -> Result<(), Refusal> {
        if self.is_followed_by_removals(old, new) {
            return Ok(());
        }
        if old.demand != new.demand {
            let same = old.action == new.action;
            let message = if same { demands(old, new) } else { instead(old, new) };
            let unknown = [old, new].iter().any(|step| step.demand == Demand::Unsure);
            return Err(refusal(old, new, message, unknown));
        }
        self.actions(old, new)
    }

    fn actions(&mut self, old: &'b Step<'t>, new: &'b Step<'t>) -> Result<(), Refusal> {
        let other = |message: String| Err(refusal(old, new, message, false));
        match (&old.action, &new.action) {
            (Action::Call(one), Action::Call(two)) => self.calls(old, new, one, two),
            (
                Action::Chain { on_success: true, parts: one },
                Action::Chain { on_success: true, parts: two },
            ) => self.chains(old, new, one, two),
            (
                Action::Pipe { state: one, signs: a, .. },
                Action::Pipe { state: two, signs: b, .. },
            ) if a == b => {
                self.parts(old, new, true)?;
                self.same_state(old, new, *one, *two)
            }
            (Action::Loop { keyword: one, .. }, Action::Loop { keyword: two, .. })
                if one == two =>
            {
                self.parts(old, new, true)
            }
            (
                Action::ForEach { name: a, words: b, state: c, .. },
                Action::ForEach { name: x, words: y, state: z, .. },
            ) if (a, b) == (x, y) => {
                self.same_state(old, new, *c, *z)?;
                self.parts(old, new, true)
            }
            (
                Action::Choose { subject: a, arms: b, state: c, .. },
                Action::Choose { subject: x, arms: y, state: z, .. },
            ) if a == x && b.len() == y.len() && b.iter().zip(y).all(|(b, y)| b.0 == y.0) => {
                self.same_state(old, new, *c, *z)?;
                self.parts(old, new, false)
            }
            (Action::Chain { on_success: false, .. }, Action::Chain { on_success: false, .. })
            | (Action::If { .. }, Action::If { .. })
            | (Action::Not(_), Action::Not(_))
            | (Action::Frame(_), Action::Frame(_)) => self.parts(old, new, false),
            (Action::Background(_), Action::Background(_)) => self.parts(old, new, true),
            (Action::Copy(one), Action::Copy(two))
                if self.brings_the_same((old, one), (new, two)) =>
            {
                Ok(())
            }
            (Action::Opaque(one, a), Action::Opaque(two, b)) => {
                let message = if one == two {
                    states_differ(self.states, *a, *b, &describe(new)).0
                } else {
                    "the scripts are not understood, and are not the same".to_owned()
                };
                Err(refusal(old, new, message, true))
            }
            (Action::Opaque(..) | Action::Unread(_), _)
            | (_, Action::Opaque(..) | Action::Unread(_)) => {
                Err(refusal(old, new, "something here is not understood".to_owned(), true))
            }
            (Action::Leave(one, a), Action::Leave(two, b)) if one == two => {
                self.same_state(old, new, *a, *b)
            }
            (Action::Exec(one, a), Action::Exec(two, b)) if one == two => {
                self.same_state(old, new, *a, *b)
            }
            _ => other(instead(old, new)),
        }
    }

    /// The blocks of two actions of one kind, in pairs.
    fn parts(&mut self, old: &'b Step<'t>, new: &'b Step<'t>, closed: bool) -> Result<(), Refusal> {
        let (one, two) = (old.action.blocks(), new.action.blocks());
        if one.len() != two.len() {
            return Err(refusal(old, new, instead(old, new), false));
        }
        self.no_removals += usize::from(closed);
        let mut result = Ok(());
        for (one, two) in one.into_iter().zip(two) {
            result = result.and_then(|()| self.blocks(one, two));
        }
        self.no_removals -= usize::from(closed);
        result
    }

    /// Two `&&` chains. The new one may have a removal among its parts: it cannot fail.
    fn chains(
        &mut self,
        old: &'b Step<'t>,
        new: &'b Step<'t>,
        one: &'b [Block<'t>],
        two: &'b [Block<'t>],
    ) -> Result<(), Refusal> {
        let known = self.certain.len();
        let mut rest = one.iter();
        let mut expected = rest.next();
        for (number, part) in two.iter().enumerate() {
            let removal = |this: &mut Self| match part.as_slice() {
                [step] => this.is_removal(step) || this.is_mount_setting(step),
                _ => false,
            };
            while expected.is_some_and(|before| before != part && self.is_moot_part(before, part)) {
                expected = rest.next();
            }
            match expected {
                Some(before) if before == part => expected = rest.next(),
                Some(before)
                    if matches!((before.as_slice(), part.as_slice()), ([one], [two])
                        if self.is_blind_to_metadata(one, two)) =>
                {
                    expected = rest.next();
                }
                _ if removal(self) => {}
                Some(before) => {
                    // Behind the last part nobody asked; now a removal waits for it.
                    let demoted = rest.len() == 0
                        && number + 1 < two.len()
                        && old.demand == Demand::Ignored
                        && before.last().is_some_and(|step| step.demand == Demand::Ignored);
                    match (demoted, before.as_slice(), part.as_slice()) {
                        (true, [before], [step]) if step.demand == Demand::Status => {
                            if before.action != step.action {
                                self.actions(before, step)?;
                            }
                        }
                        _ => self.blocks(before, part)?,
                    }
                    expected = rest.next();
                }
                None => {
                    return Err(part
                        .first()
                        .map_or_else(|| refusal(old, new, instead(old, new), false), added));
                }
            }
            if let [Step { action: Action::Call(call), .. }] = part.as_slice() {
                self.certain.push(call);
            }
        }
        let moot =
            |part: &'b Block<'t>| matches!(part.as_slice(), [step] if self.is_moot(step, None));
        while expected.is_some_and(moot) {
            expected = rest.next();
        }
        self.certain.truncate(known);
        match expected.and_then(|part| part.first()) {
            Some(step) => Err(missing(step)),
            None if expected.is_some() => Err(refusal(old, new, instead(old, new), false)),
            None => Ok(()),
        }
    }

    /// Whether a part of a chain is a command that takes away what is in a mount now.
    fn is_moot_part(&self, part: &'b [Step<'t>], next: &'b [Step<'t>]) -> bool {
        matches!(part, [step] if self.is_moot(step, next.first()))
    }

    fn same_state(
        &mut self,
        old: &'b Step<'t>,
        new: &'b Step<'t>,
        one: StateNumber,
        two: StateNumber,
    ) -> Result<(), Refusal> {
        if one == two
            || self.gets_mounts(old, new, (one, two))
            || self.lacks_metadata(old, new, one, two)
        {
            return Ok(());
        }
        let (message, unknown) = states_differ(self.states, one, two, &describe(new));
        Err(refusal(old, new, message, unknown))
    }

    fn calls(
        &mut self,
        old: &'b Step<'t>,
        new: &'b Step<'t>,
        one: &'b Call<'t>,
        two: &'b Call<'t>,
    ) -> Result<(), Refusal> {
        let same_rest = one.assignments == two.assignments && one.redirects == two.redirects;
        let same_words = one.words == two.words
            || self.is_narrowed((old, one), (new, two))
            || self.removes_less(one, two, new.at.start);
        let reworded = if same_words { None } else { self.reworded(one, two) };
        if !same_rest || (!same_words && reworded.is_none()) {
            return Err(refusal(old, new, instead(old, new), false));
        }
        if one.inner.len() == two.inner.len() {
            for (one, two) in one.inner.iter().zip(&two.inner) {
                self.no_removals += 1;
                let result = self.blocks(one, two);
                self.no_removals -= 1;
                result?;
            }
        }
        let what = describe(new);
        self.same_state(old, new, one.state, two.state)?;
        if one.stale != two.stale {
            let message =
                format!("{what} may be another program: its shell remembers where the old one was");
            return Err(refusal(old, new, message, true));
        }
        if one.history != two.history {
            let message =
                format!("{what} looks at what its shell did before, which is not the same");
            return Err(refusal(old, new, message, true));
        }
        if one.inner.len() != two.inner.len() {
            return Err(refusal(old, new, instead(old, new), false));
        }
        if let Some((difference, message, avoided)) = reworded {
            if difference == Difference::BuildTools && !self.tools_were_left_out(new, one, two) {
                self.libraries_were_named(new.at);
            }
            if difference == Difference::DevelopmentPackages {
                self.leaves_out_development(new, two);
            }
            let message = message.unwrap_or_else(|| {
                format!("{what} leaves no {}", avoided.map_or("", |cache| cache.name))
            });
            self.accept(difference, Some(old.at), new.at, message);
            self.removals.extend(avoided.map(|cache| Removal::avoided(self.stage, new, cache)));
        }
        Ok(())
    }

    /// The kind of difference of two calls whose words differ, and a cache that the new one does not leave.
    fn reworded(&self, one: &Call<'t>, two: &Call<'t>) -> Option<Reworded> {
        let told = |difference: Difference| move |message: String| (difference, message);
        let known = order::packages(one, two).map(told(Difference::PackageOrder));
        let known = known
            .or_else(|| self.leaves_recommended(one, two).map(told(Difference::Recommendations)))
            .or_else(|| development::left_out(one, two).map(told(Difference::DevelopmentPackages)))
            .or_else(|| self.names_libraries(one, two).map(told(Difference::BuildTools)))
            .or_else(|| self.leaves_tools_out(one, two).map(told(Difference::BuildTools)))
            .or_else(|| self.brings_more(one, two).map(told(Difference::SlimBase)))
            .or_else(|| self.strips(one, two).map(told(Difference::StrippedBinary)))
            .or_else(|| self.leaves_uncompiled(one, two).map(told(Difference::Bytecode)));
        if let Some((difference, message)) = known {
            return Some((difference, Some(message), None));
        }
        let uses = |program: &str, flag: &str| self.uses(program, flag);
        let avoided = flags::avoids(one, two, self.stage_image(), uses)?;
        Some((Difference::CacheAvoidance, None, Some(avoided)))
    }

    /// Whether the old file gives a flag to a program in this stage.
    fn uses(&self, program: &str, flag: &str) -> bool {
        let mut found = false;
        visit(&self.before.stages[self.stage].steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && call.words.iter().any(|word| word == flag)
            {
                let command = Command::of(&call.words);
                found |= caches::manager(&command).is_some_and(|(name, _)| name == program);
            }
        });
        found
    }

    fn stage_image(&self) -> &'b str {
        &self.after.stages[self.stage].image
    }

    fn accept(
        &mut self,
        difference: Difference,
        before: Option<Span>,
        after: Span,
        message: String,
    ) {
        self.accepted.push(Accepted { difference, before, after: Some(after), message });
    }
}

/// The kind of difference of two calls, in words if they are not the usual ones, and the cache that the new one does not
/// leave.
type Reworded = (Difference, Option<String>, Option<&'static caches::Cache>);
