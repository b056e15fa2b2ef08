//! Caches that live in cache mounts instead of the layer.
//!
//! Sources: Dockerfile reference, "RUN --mount=type=cache" and its example for apt; apt.conf(5); apt(8); pip documentation,
//! "Caching"; uv documentation, "Using uv in Docker"; npm documentation, "npm cache"; release notes of docker/dockerfile.

use dockslim_contract::Difference;

mod below;
mod places;

pub(super) use self::places::is_root_image;
use self::places::{PLACES, Place, is_within, may_take, meets, mount, target_of};
use super::caches::{CACHES, Cache, Kind, is_offline, manager, verb};
use super::later::may_install;
use super::removals::Removal;
use super::words::describe;
use super::{Comparison, Refusal, refusal};
use crate::program::{Action, Call, Demand, Step, Text, visit};
use crate::shell::{Command, Seen, StateNumber, plain, readable};
use crate::stages::Stage;

/// The setting of the Debian images by which apt deletes what it has downloaded.
const DOCKER_CLEAN: &str = "/etc/apt/apt.conf.d/docker-clean";
/// apt(8), unlike apt-get(8), deletes what it has installed.
const KEEP: &str = "Binary::apt::APT::Keep-Downloaded-Packages \"true\";";

/// A step that gets cache mounts.
struct Mounted<'b, 't> {
    stage: usize,
    old: &'b Step<'t>,
    new: &'b Step<'t>,
    states: (StateNumber, StateNumber),
}

/// What the new file does about cache mounts.
#[derive(Default)]
pub(super) struct Mounts<'b, 't> {
    /// All steps that see the same in both files but for cache mounts.
    steps: Vec<Mounted<'b, 't>>,
    /// The steps by which apt keeps packages, with their stages.
    settings: Vec<(usize, &'b Step<'t>)>,
}

impl<'b, 't> Comparison<'b, 't> {
    /// Notes that a step of the new file has cache mounts more than the old one, if that is all.
    pub(super) fn gets_mounts(
        &mut self,
        old: &'b Step<'t>,
        new: &'b Step<'t>,
        states: (StateNumber, StateNumber),
    ) -> bool {
        let (one, two) = (self.states.seen(states.0), self.states.seen(states.1));
        let found = more_mounts(one, two).is_some();
        if found {
            self.mounts.steps.push(Mounted { stage: self.stage, old, new, states });
        }
        found
    }

    /// Whether a step that only the new file has lets apt keep what it downloads into its mount.
    pub(super) fn is_mount_setting(&mut self, step: &'b Step<'t>) -> bool {
        let Action::Call(call) = &step.action else { return false };
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let in_place = matches!(step.demand, Demand::Must | Demand::Ignored | Demand::Status);
        let mounted = self.targets(call.state).iter().any(|target| target == "/var/cache/apt");
        let redirects: Vec<&str> = call.redirects.iter().map(|text| &**text).collect();
        let found = in_place
            && mounted
            && call.assignments.is_empty()
            && match (words.as_deref(), redirects.as_slice()) {
                (Some(["rm", "-f", file]), []) => *file == DOCKER_CLEAN,
                (Some(["echo", text]), [file]) => {
                    *text == KEEP && *file == ">/etc/apt/apt.conf.d/keep-cache"
                }
                _ => false,
            };
        if found {
            self.mounts.settings.push((self.stage, step));
        }
        found
    }

    /// Whether a step that only the old file has takes away what is in a mount now. `next` is what the new file has in
    /// its place; without it, the last step that was compared tells.
    pub(super) fn is_moot(&self, old: &'b Step<'t>, next: Option<&'b Step<'t>>) -> bool {
        let Action::Call(call) = &old.action else { return false };
        let in_place = matches!(old.demand, Demand::Must | Demand::Ignored | Demand::Status);
        if !in_place || !call.assignments.is_empty() || !call.redirects.is_empty() {
            return false;
        }
        // The new file has it still.
        if let Some(Step { action: Action::Call(kept), .. }) = next
            && kept.words == call.words
        {
            return false;
        }
        let one = self.states.seen(call.state);
        let fits = |state: StateNumber| more_mounts(one, self.states.seen(state)).is_some();
        let last = || {
            let last = self.mounts.steps.last().filter(|last| last.stage == self.stage)?;
            let own = &self.states.seen(last.states.0).surroundings;
            // In another RUN the layers up to there lie below.
            let here = together(&self.before.stages[self.stage], last.old, old);
            let at = if here { last.new.at.start } else { usize::MAX };
            (*own == one.surroundings).then_some((last.states.1, at))
        };
        let next = next.and_then(|step| Some((first_state(step)?, step.at.start)));
        let Some((state, at)) = next.filter(|(state, _)| fits(*state)).or_else(last) else {
            return false;
        };
        let targets = self.new_targets(call.state, state);
        let Some(home) = self.home(state) else { return false };
        let holds = |path: &str| {
            let path = path.replacen('~', &home, 1);
            targets.iter().find(|target| is_within(&path, target))
        };
        let Some(caches) = self.removed(call) else { return false };
        let command = Command::of(&call.words);
        let touched: Option<Vec<&String>> = if command.is("rm") {
            let words = command.raw.iter().skip(1).filter(|word| !word.starts_with('-'));
            words.map(|word| holds(word)).collect()
        } else {
            caches.iter().map(|cache| cache.places.iter().find_map(|place| holds(place))).collect()
        };
        touched.is_some_and(|touched| {
            touched.into_iter().all(|target| self.is_empty_below(target, state, at))
        })
    }

    /// Looks at all mounts behind the comparison.
    pub(super) fn mounts_are_right(&mut self) -> Result<(), Refusal> {
        let mounts = std::mem::take(&mut self.mounts);
        let mut looked: Vec<(usize, StateNumber)> = Vec::new();
        let mut moved: Vec<(usize, String)> = Vec::new();
        for mounted in &mounts.steps {
            let key = (mounted.stage, mounted.states.1);
            let refuse = |why: String| refusal(mounted.old, mounted.new, why, false);
            self.stage = mounted.stage;
            if let Action::Opaque(..) = mounted.new.action {
                return Err(refuse("a script that is not understood gets a mount".to_owned()));
            }
            if let Some(why) = self.step_hinders(mounted) {
                return Err(refuse(why));
            }
            if looked.contains(&key) {
                continue;
            }
            looked.push(key);
            let flags = self.new_flags(mounted);
            for flag in flags {
                let place = self.place(mounted, &flag).map_err(&refuse)?;
                let key = (mounted.stage, flag);
                if !moved.contains(&key) {
                    self.cache_moves(mounted, &key.1, place).map_err(&refuse)?;
                    moved.push(key);
                }
            }
        }
        for (stage, step) in &mounts.settings {
            self.others_are_mounted(*stage).map_err(|why| refusal(step, step, why, false))?;
        }
        self.mounts = mounts;
        Ok(())
    }

    /// The flags that a step has more.
    fn new_flags(&self, mounted: &Mounted<'b, 't>) -> Vec<String> {
        let seen = (self.states.seen(mounted.states.0), self.states.seen(mounted.states.1));
        more_mounts(seen.0, seen.1).map(<[String]>::to_vec).unwrap_or_default()
    }

    /// The place that a new flag mounts.
    fn place(&self, mounted: &Mounted<'b, 't>, flag: &str) -> Result<&'static Place, String> {
        let odd = || format!("the mount [{flag}] is not known to be right");
        if !self.knows_mounts() {
            return Err("what reads the file may know no mounts".to_owned());
        }
        let target = target_of(flag).ok_or_else(odd)?;
        let home = self.home(mounted.states.1).ok_or_else(odd)?;
        let is_it = |place: &&Place| place.target.replacen('~', &home, 1) == target;
        let place = PLACES.iter().find(is_it).ok_or_else(odd)?;
        let mut others = self.flags(mounted.states.1).iter().filter(|other| *other != flag);
        let twice = self.flags(mounted.states.1).iter().filter(|other| *other == flag).count() > 1;
        if let Some(other) = others.find(|other| meets(other, target)) {
            return Err(format!("{target} is where [{other}] is, or one of them in the other"));
        }
        if twice {
            return Err(format!("{target} is mounted twice"));
        }
        let user_counts = place.target.starts_with('~') && !self.is_root(mounted.states.1);
        if user_counts || place.locked != flag.ends_with(",sharing=locked") {
            return Err(odd());
        }
        let image = self.after.stages[mounted.stage].image.as_str();
        if place.builds && image.contains("alpine") {
            return Err(format!("what is built for musl would be kept in {target}"));
        }
        let seen = self.states.seen(mounted.states.1);
        let set = |name: &&&str| {
            seen.surroundings.environment.contains_key(**name)
                || seen.variables.contains_key(**name)
        };
        if let Some(name) = place.variables.iter().find(set) {
            return Err(format!("{name} tells of another place than {target}"));
        }
        Ok(place)
    }

    /// Whether a cache may move to a mount: nothing is hidden by it, nothing misses it, and it is filled before it is
    /// read. It is noted, if so.
    fn cache_moves(
        &mut self,
        mounted: &Mounted<'b, 't>,
        flag: &str,
        place: &'static Place,
    ) -> Result<(), String> {
        let target = target_of(flag).unwrap_or_default();
        let stage = mounted.stage;
        if let Some(what) = self.written_into(stage, target) {
            return Err(format!("{what} may write to {target}"));
        }
        let here = &self.after.stages[stage];
        let has_mount = |step: &&Step<'t>| {
            states_of(step).any(|state| self.flags(state).iter().any(|other| other == flag))
        };
        let own: Vec<&'b Step<'t>> = here.steps.iter().filter(has_mount).collect();
        let cache = CACHES.iter().find(|cache| cache.name == place.cache);
        let cache = cache.ok_or("the cache is not known")?;
        let mut called = false;
        for step in &own {
            each_command(step, |command| {
                called |= cache.is_filled_by(command);
            });
        }
        if !called {
            return Err(format!("nothing here fills {target}"));
        }
        for (number, step) in own.iter().enumerate() {
            let before = number.checked_sub(1).map(|at| own[at]);
            let begins = before.is_none_or(|before| !together(here, before, step));
            let ends = own.get(number + 1).is_none_or(|next| !together(here, step, next));
            if begins && cache.kind == Kind::Index {
                is_fetched_first(&own[number..], cache, here)?;
            }
            if ends {
                let message = format!("the {} {} in a mount", cache.name, live(cache));
                self.accept(Difference::CacheMount, Some(mounted.old.at), step.at, message);
                self.removals.push(Removal::avoided(stage, step, cache));
            }
        }
        if place.target == "/var/cache/apt" {
            self.others_are_mounted(stage)?;
        }
        Ok(())
    }

    /// Without docker-clean every later install would keep its packages in the layer.
    fn others_are_mounted(&self, stage: usize) -> Result<(), String> {
        let mut open = None;
        for (number, other) in self.after.stages.iter().enumerate() {
            let mut below = Some(number);
            while below.is_some_and(|at| at != stage) {
                below = below.and_then(|at| self.after.stages[at].parent);
            }
            if below.is_none() {
                continue;
            }
            let mut started = number != stage;
            visit(&other.steps, &mut |step| {
                let Action::Call(call) = &step.action else { return };
                let mounted = self.targets(call.state).iter().any(|one| one == "/var/cache/apt");
                started |= mounted;
                let command = Command::of(&call.words);
                let installs = command.all().any(|command| {
                    manager(command).is_some_and(|(name, from)| {
                        matches!(&*name, "apt-get" | "apt" | "aptitude")
                            && verb(command, from).is_some_and(|verb| {
                                verb.contains("install") || verb.contains("upgrade")
                            })
                    })
                });
                if started && installs && !mounted {
                    open =
                        open.take().or(Some(format!("{} would keep its packages", describe(step))));
                }
            });
        }
        open.map_or(Ok(()), Err)
    }

    /// What in a step may not go with its mounts: it removes their directories, or may do so.
    fn step_hinders(&self, mounted: &Mounted<'b, 't>) -> Option<String> {
        let Action::Call(call) = &mounted.new.action else { return None };
        let command = Command::of(&call.words);
        let targets = self.new_targets(mounted.states.0, mounted.states.1);
        let what = describe(mounted.new);
        for command in command.all() {
            let known = CACHES.iter().any(|cache| cache.is_filled_by(command));
            if !known && may_install(command, "") {
                return Some(format!("{what} may remove the directory of a mount"));
            }
            if is_offline(command) {
                return Some(format!("{what} relies on what was there before"));
            }
            let removes = matches!(command.program(), "rm" | "rmdir" | "mv" | "find" | "unlink");
            let busy = |word: &String| {
                !word.starts_with('-') && targets.iter().any(|target| may_take(word, target))
            };
            if removes && command.raw.iter().skip(1).any(busy) {
                return Some(format!("{what} may remove the directory of a mount"));
            }
        }
        None
    }

    /// Whether a removal is another one without paths that are in a mount now; `at` is where the new one stands.
    pub(super) fn removes_less(&self, one: &Call<'t>, two: &Call<'t>, at: usize) -> bool {
        let Some(more) = more_mounts(self.states.seen(one.state), self.states.seen(two.state))
        else {
            return false;
        };
        let targets: Vec<&str> = more.iter().filter_map(|flag| target_of(flag)).collect();
        let Some(home) = self.home(two.state) else { return false };
        let path = |word: &str| match word.strip_prefix("\u{1}~/") {
            Some(rest) => format!("{home}/{}", readable(rest)),
            None => readable(word),
        };
        let mut kept = two.words.iter().peekable();
        let mut left = 0;
        let mut touched = Vec::new();
        for word in &one.words {
            if kept.peek() == Some(&word) {
                kept.next();
                left += usize::from(!word.starts_with('-'));
            } else {
                let path = path(word);
                let Some(target) = targets.iter().find(|target| is_within(&path, target)) else {
                    return false;
                };
                touched.push(target);
            }
        }
        // The program and one path are left at least.
        kept.next().is_none()
            && left > 1
            && one.words.first().is_some_and(|word| word == "rm")
            && touched.into_iter().all(|target| self.is_empty_below(target, two.state, at))
    }

    fn flags(&self, state: StateNumber) -> &'b [String] {
        &self.states.seen(state).surroundings.flags
    }

    /// The directories of the cache mounts that the second state has more.
    fn new_targets(&self, one: StateNumber, two: StateNumber) -> Vec<String> {
        let more = self.flags(two).strip_prefix(self.flags(one)).unwrap_or_default();
        more.iter().filter_map(|flag| target_of(flag)).map(str::to_owned).collect()
    }

    /// The directories of the cache mounts of a state.
    fn targets(&self, state: StateNumber) -> Vec<String> {
        let flags = self.flags(state).iter().filter_map(|flag| mount(flag));
        let caches = flags.filter(|(kind, _)| *kind == "cache").filter_map(|(_, target)| target);
        caches.map(|target| target.trim_end_matches('/').to_owned()).collect()
    }

    /// Whether root is sure to run what sees this.
    pub(super) fn is_root(&self, state: StateNumber) -> bool {
        match self.states.seen(state).surroundings.user.as_str() {
            "" => is_root_image(&self.after.stages[self.stage].image),
            user => matches!(user.split(':').next(), Some("root" | "0")),
        }
    }

    /// The home of root, which HOME may move.
    fn home(&self, state: StateNumber) -> Option<String> {
        let seen = self.states.seen(state);
        if seen.variables.contains_key("HOME") {
            return None;
        }
        match seen.surroundings.environment.get("HOME") {
            None => Some("/root".to_owned()),
            Some(home) => {
                let plain =
                    home.starts_with('/') && home.bytes().all(|byte| byte > b' ' && byte != b'$');
                plain.then(|| home.trim_end_matches('/').to_owned())
            }
        }
    }

    /// Mounts are in the stable channel since docker/dockerfile 1.2.
    pub(super) fn knows_mounts(&self) -> bool {
        let Some(named) = self.after.frontend else { return true };
        let image = named.split('@').next().unwrap_or(named);
        let image = image.strip_prefix("docker.io/").unwrap_or(image);
        match image.strip_prefix("docker/dockerfile") {
            Some("" | ":latest" | ":1" | ":1-labs" | ":labs") => true,
            Some(version) => {
                let minor =
                    version.strip_prefix(":1.").and_then(|rest| rest.split(['.', '-']).next());
                minor.and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor >= 2)
            }
            None => false,
        }
    }
}

/// The first call of the manager in a RUN has to fill an index: its mount is empty at first.
fn is_fetched_first(
    run: &[&Step<'_>],
    cache: &'static Cache,
    here: &Stage<'_>,
) -> Result<(), String> {
    for (number, step) in run.iter().enumerate() {
        if number > 0 && !together(here, run[number - 1], step) {
            break;
        }
        let (mut speaks, mut reads) = (false, false);
        each_command(step, |command| {
            speaks |= cache.is_filled_by(command);
            reads |= cache.readers.contains(&command.program());
        });
        if reads {
            return Err(format!("the {} are read before they are fetched", cache.name));
        }
        if speaks {
            let first = match &step.action {
                Action::Call(call) => Some(call),
                Action::Chain { parts, .. } => match parts.first().map(Vec::as_slice) {
                    Some([Step { action: Action::Call(call), .. }]) => Some(call),
                    _ => None,
                },
                _ => None,
            };
            let fetches = first.is_some_and(|call| {
                let command = Command::of(&call.words);
                let found = manager(&command).and_then(|(_, from)| verb(&command, from));
                cache.is_filled_by(&command)
                    && found.is_some_and(|verb| cache.made_by.contains(&verb))
            });
            return if fetches {
                Ok(())
            } else {
                Err(format!("the {} are read before they are fetched", cache.name))
            };
        }
    }
    Ok(())
}

/// The flags that the second state has more than the first, if they are mounts of caches and all else is the same.
fn more_mounts<'s>(one: &Seen, two: &'s Seen) -> Option<&'s [String]> {
    let (old, new) = (&one.surroundings.flags, &two.surroundings.flags);
    let more = new.strip_prefix(old.as_slice()).filter(|more| !more.is_empty())?;
    if !more.iter().all(|flag| target_of(flag).is_some()) {
        return None;
    }
    let mut surroundings = two.surroundings.as_ref().clone();
    surroundings.flags.clone_from(old);
    let same = *one.surroundings == surroundings
        && *one == Seen { surroundings: one.surroundings.clone(), ..two.clone() };
    same.then_some(more)
}

fn live(cache: &Cache) -> &'static str {
    if cache.name.ends_with('s') { "live" } else { "lives" }
}

/// Whether two steps stand in the same RUN.
fn together(stage: &Stage<'_>, one: &Step<'_>, two: &Step<'_>) -> bool {
    let run = |step: &Step<'_>| {
        stage.runs.iter().position(|run| run.start <= step.at.start && step.at.start < run.end)
    };
    run(one).is_some() && run(one) == run(two)
}

/// All states in a step.
fn states_of(step: &Step<'_>) -> impl Iterator<Item = StateNumber> {
    let mut found = Vec::new();
    visit(std::slice::from_ref(step), &mut |step| match &step.action {
        Action::Call(call) => found.push(call.state),
        Action::Opaque(_, state) | Action::Exec(_, state) | Action::Leave(_, state) => {
            found.push(*state);
        }
        _ => {}
    });
    found.into_iter()
}

fn first_state(step: &Step<'_>) -> Option<StateNumber> {
    states_of(step).next()
}

/// All commands in a step, also those of scripts in words.
fn each_command(step: &Step<'_>, mut look: impl FnMut(&Command<'_>)) {
    visit(std::slice::from_ref(step), &mut |step| {
        let words: &[Text<'_>] = match &step.action {
            Action::Call(Call { words, .. }) => words,
            Action::Exec(words, _) => words,
            _ => return,
        };
        Command::of(words).all().for_each(&mut look);
    });
}
