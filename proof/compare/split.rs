//! A stage that has become two: one that builds as before, and one that holds what the container needs.
//!
//! The first is compared step by step, but for what may join it. Of the second nothing is believed: all that the container
//! starts, names or may read has to be copied there, or be known to lie in its base. Where a stage of its own ships already, it may get
//! such a base, too. The tables are this crate's own.

mod activated;
mod addons;
mod again;
mod alpine;
mod archives;
mod as_it_is;
mod aside;
mod assembled;
mod base_packages;
mod bases;
mod brought;
mod called;
mod chosen;
mod clients;
mod cmake;
mod crates;
mod cron;
mod dotnet;
mod entered;
mod generated;
mod gone;
mod handled;
mod headers;
mod hosts;
mod inherited;
mod jars;
mod languages;
mod later;
mod led;
mod linked;
mod listed;
mod machine;
mod made;
mod makefile;
mod managers;
mod modules;
mod needs;
mod npm;
mod opening;
mod outside;
mod own_libraries;
mod packaged_kits;
mod packages;
mod pages;
mod passing;
mod people;
mod programs;
mod projects;
pub(super) mod pruned;
mod pypi;
mod rakefile;
mod read;
mod readied;
mod received;
mod recipes;
mod remade;
pub(super) mod ruby;
mod rules;
mod runtime;
mod sequence;
mod served;
mod sharp;
mod shell_text;
mod sources;
mod spoken;
mod started;
mod stays;
mod supervised;
mod system_files;
mod tested;
mod texts;
mod tree;
mod trimmed;
mod untarred;
mod unversioned;
mod view;
mod wheels;
mod written;

pub(super) use machine::{KIT as KIT_OF_SOURCES, LIBRARIES_OF_KIT};

use std::cell::OnceCell;
use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, Difference};

use super::gaps::Refusal;
use super::in_order;
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::{ACTIVE, Command, States, plain};
use crate::stages::{Build, Stage};
use crate::verdict::{Accepted, Gap};
pub(super) use bases::{official, suite};
pub(super) use entered::arrived;
pub(super) use later::{family_of, in_sources, of_source};
pub(super) use pypi::brings_its_libraries;
use runtime::Runtime;
pub(super) use started::{behind_options, commands};
pub(super) use wheels::{OPENED, OPENED_OF_FULL};

/// What joins the end of a build, besides the author's own steps.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// The libraries that this program is linked with are collected in this folder, the C library among them or not, by the paths that ldd
    /// tells or by those where they are once /lib is a link to /usr/lib.
    Libraries { program: String, folder: String, whole: bool, below_usr: bool },
    /// A runtime of Java is put together in this folder, of the modules that these files and folders name.
    Modules { folder: String, targets: Vec<String> },
    /// npm or pnpm takes development dependencies away again.
    Pruned,
    /// What a tool keeps for the next build is taken away.
    Kept,
    /// What the new base has itself is taken away from beside what was installed.
    OfBase,
}

/// Flags of Go that need cgo, or a loader (cmd/go, "Build constraints", `go help buildmode`; cmd/link).
const OF_CGO: &[&str] = &["-race", "-msan", "-asan", "-buildmode", "-linkmode"];

/// The loader of glibc, the C library and that of mathematics, among the lines of ldd.
const WITHOUT_SYSTEM: &str = r"/ld-\|/lib[cm][.]so";

/// Compares two builds, the second of which has one stage more at its end; `None` if that is not what they are.
pub(super) fn compare<'t>(
    before: &Build<'t>,
    after: &Build<'t>,
    states: &States,
    context: Option<&BuildContext>,
) -> Option<Result<Vec<Accepted>, Refusal>> {
    // What an ADD unpacks is of the project, too.
    let context = context.map(|context| context.unpacked().unwrap_or(context));
    let (old, new) =
        (untarred::followed(before, states, context), untarred::followed(after, states, context));
    let (before, after) = (old.as_ref().unwrap_or(before), new.as_ref().unwrap_or(after));
    let mut own = None;
    // Where all stands on what it stood on, nothing was parted.
    let stands = before.stages.len() == after.stages.len()
        && before.stages.iter().zip(&after.stages).all(|(old, new)| old.base == new.base);
    let mut of_scripts = |build: &Build<'t>| {
        if stands || !called::may_call(build) {
            return None;
        }
        called::followed(build, own.get_or_insert_with(|| states.clone()), context)
    };
    let (old, new) = (of_scripts(before), of_scripts(after));
    let (before, after) = (old.as_ref().unwrap_or(before), new.as_ref().unwrap_or(after));
    let states = own.as_ref().unwrap_or(states);
    let (old, new) =
        (recipes::followed(before, states, context), recipes::followed(after, states, context));
    let (before, after) = (old.as_ref().unwrap_or(before), new.as_ref().unwrap_or(after));
    if let Some(result) = assembled::compare(before, after, states, context) {
        return Some(result);
    }
    if let Some(result) = trimmed::compare(before, after, states, context) {
        return Some(result);
    }
    let last = before.stages.len().checked_sub(1)?;
    let (old, build, new) =
        (&before.stages[last], after.stages.get(last)?, after.stages.get(last + 1)?);
    let reads = new.steps.iter().any(|step| {
        let wanted = format!("stage {last}");
        matches!(&step.action, Action::Copy(copy) if copy.from.as_deref() == Some(&*wanted))
    });
    let cut = after.stages.len() == last + 2 && new.parent.is_none() && reads;
    cut.then(|| Split { before, after, states, context, old, build, new, last }.compare())
}

/// Whether `CI=true` stands in front of a call, which keeps pnpm from asking.
pub(super) fn is_told_to_ask_nothing(call: &Call<'_>) -> bool {
    matches!(call.assignments.as_slice(), [one] if one.starts_with("CI=") && one.ends_with("true"))
}

/// What is said of a new base that has been found right.
fn new_base(old: &Stage<'_>, new: &Stage<'_>) -> Accepted {
    Accepted {
        difference: Difference::SplitStage,
        before: Some(old.at),
        after: Some(new.at),
        message: format!("the image is built on {}, with what its container needs", new.base),
    }
}

fn refused(old: &Stage<'_>, new: &Stage<'_>, message: &str) -> Refusal {
    let gap = Gap { before: Some(old.at), after: Some(new.at), message: message.to_owned() };
    Refusal { gap, unknown: false }
}

struct Split<'b, 't> {
    before: &'b Build<'t>,
    after: &'b Build<'t>,
    states: &'b States,
    context: Option<&'b BuildContext>,
    /// The stage that was.
    old: &'b Stage<'t>,
    /// What builds now.
    build: &'b Stage<'t>,
    /// What ships now.
    new: &'b Stage<'t>,
    /// The number of the old stage.
    last: usize,
}

impl<'t> Split<'_, 't> {
    fn compare(&self) -> Result<Vec<Accepted>, Refusal> {
        let mut old_build = self.before.clone();
        let mut new_build = self.after.clone();
        new_build.stages.pop();
        let old_stage = &mut old_build.stages[self.last];
        let new_stage = &mut new_build.stages[self.last];
        if new_stage.name.is_none() || self.names_collide() {
            return Err(self.refused("the stage that builds has no name of its own"));
        }
        // What only a container reads is compared below, where it stands now.
        new_stage.name.clone_from(&old_stage.name);
        new_stage.configuration = old_stage.configuration.clone();
        self.volumes_stay()?;
        let volumes: Vec<Action<'t>> =
            old_stage.steps.iter().map(|step| step.action.clone()).collect();
        new_stage.steps.retain(|step| {
            !matches!(step.action, Action::Volume(_)) || !volumes.contains(&step.action)
        });
        old_stage.steps.retain(|step| !matches!(step.action, Action::Volume(_)));
        let shared = self.common(&old_stage.steps, &new_stage.steps).min(new_stage.steps.len());
        let added = self.all_added(&new_stage.steps[shared..])?;
        new_stage.steps.truncate(shared);
        let shared = new_stage.steps.len();
        if old_stage.steps.len() - shared > stays::behind(&old_stage.steps, &self.new.steps) {
            return Err(self.refused("a step of the build is gone"));
        }
        old_stage.steps.truncate(shared);
        let mut is_static = self.without_cgo(&old_stage.steps, &mut new_stage.steps)?;
        let runtime = |is_static| Runtime {
            states: self.states,
            context: self.context,
            old: self.old,
            new: self.new,
            build: format!("stage {}", self.last),
            added: &added,
            is_static,
            tree: OnceCell::new(),
        };
        let received = self.received(&runtime(is_static)).map_err(|text| self.refused(&text))?;
        if !received.is_empty() {
            is_static |= !self.compiles();
            let makers: BTreeSet<usize> = received.iter().filter_map(|one| one.stage).collect();
            for maker in makers {
                let steps = &mut new_build.stages[maker].steps;
                is_static &= self.without_cgo(&old_build.stages[maker].steps, steps)?
                    || self.of_maker(maker, &runtime(false)).compiled_statically();
            }
        }
        let mut accepted = in_order(&old_build, &new_build, self.states, self.context)?;
        let runtime = runtime(is_static);
        let checked = runtime.check().and_then(|()| runtime.stay());
        let checked = checked.and_then(|()| self.receives(&received, &runtime));
        checked.map_err(|message| self.refused(&message))?;
        accepted.push(new_base(self.old, self.new));
        Ok(accepted)
    }

    fn refused(&self, message: &str) -> Refusal {
        refused(self.old, self.new, message)
    }

    /// Whether the new name of the build is that of another stage, or of an image that something is copied from.
    fn names_collide(&self) -> bool {
        let name = self.build.name.as_deref();
        let others = self
            .after
            .stages
            .iter()
            .enumerate()
            .any(|(number, stage)| number != self.last && stage.name.as_deref() == name);
        let sources =
            self.before.stages.iter().flat_map(|stage| &stage.steps).any(
                |step| matches!(&step.action, Action::Copy(copy) if copy.from.as_deref() == name),
            );
        others || sources || self.new.name != self.old.name
    }

    /// A VOLUME may leave the build only where no step writes behind it.
    fn volumes_stay(&self) -> Result<(), Refusal> {
        let steps = &self.old.steps;
        let Some(first) = steps.iter().position(|step| matches!(step.action, Action::Volume(_)))
        else {
            return Ok(());
        };
        let writes = |step: &Step<'_>| {
            !matches!(step.action, Action::Volume(_) | Action::MakeFolder { .. } | Action::Copy(_))
        };
        if steps[first..].iter().any(writes) {
            return Err(self.refused("a VOLUME stands in front of a step that may write there"));
        }
        Ok(())
    }

    /// How many steps of the new stage are those of the old one.
    fn common(&self, old: &[Step<'t>], new: &[Step<'t>]) -> usize {
        let least = old.len() - stays::behind(old, &self.new.steps);
        let mut number = least;
        while old.get(number).is_some() && old.get(number) == new.get(number) {
            number += 1;
        }
        number
    }

    /// What joins the end of the build, done as what was done there before, in an order in which it can be done.
    fn all_added(&self, steps: &[Step<'_>]) -> Result<Vec<Added>, Refusal> {
        // Who runs nothing there is who the base says.
        let mut before = String::new();
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                before.clone_from(&self.states.seen(call.state).surroundings.user);
            }
        });
        let (mut added, mut made): (Vec<Added>, Vec<String>) = (Vec::new(), Vec::new());
        let mut problem = None;
        visit(steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let surroundings = &self.states.seen(call.state).surroundings;
            if before != surroundings.user || !surroundings.flags.is_empty() {
                problem = Some(format!("{} runs as somebody else", super::words::describe(step)));
            }
        });
        for step in steps {
            if let Action::Call(call) = &step.action
                && let [mkdir, folder] = call.words.as_slice()
                && mkdir == "mkdir"
                && plain(folder).is_some()
            {
                if Runtime::of_stage(self.states, self.context, self.old).was_there(folder) {
                    return Err(self.refused(&format!("`{folder}` is there already")));
                }
                made.push(folder.to_string());
            }
            let one = self.added(step)?;
            let ready = match &one {
                Some(Added::Libraries { folder, .. }) => made.contains(folder),
                Some(Added::Modules { .. } | Added::Pruned | Added::Kept | Added::OfBase)
                | None => true,
            };
            // What takes packages away is gone then.
            let ready = ready && !added.contains(&Added::OfBase);
            if !ready || one.as_ref().is_some_and(|one| added.contains(one)) {
                problem = Some(format!("{} cannot be done there", super::words::describe(step)));
            }
            added.extend(one);
        }
        let mut once = made.clone();
        once.sort();
        once.dedup();
        if once.len() < made.len() {
            problem = Some("a folder is made twice".to_owned());
        }
        problem.map_or(Ok(added), |message| Err(self.refused(&message)))
    }

    /// What a step does that joins the end of the build.
    fn added(&self, step: &Step<'_>) -> Result<Option<Added>, Refusal> {
        let other = || self.refused(&format!("{} is new", super::words::describe(step)));
        if step.demand != Demand::Must {
            return Err(other());
        }
        match &step.action {
            Action::Call(call) => {
                let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
                match words.as_deref() {
                    Some(["mkdir", _]) => Ok(None),
                    Some(["npm", "prune", "--omit=dev" | "--production", options @ ..]) => {
                        match pruned::unsettled(self.context, self.old, options)
                            .or_else(|| pruned::needed(self.context, self.old, self.new))
                        {
                            None => Ok(Some(Added::Pruned)),
                            Some(name) => Err(self.refused(&format!(
                                "npm may take away what the program needs: {name}"
                            ))),
                        }
                    }
                    Some(["pnpm", "prune", "--prod"]) if is_told_to_ask_nothing(call) => {
                        match pruned::needed_of_pnpm(self.context, self.old, self.new) {
                            None => Ok(Some(Added::Pruned)),
                            Some(what) => Err(self.refused(&format!(
                                "pnpm may take more away than what is only there to develop: {what}"
                            ))),
                        }
                    }
                    Some(
                        ["yarn", "install", "--production", "--ignore-scripts", "--prefer-offline"],
                    ) => {
                        match pruned::needed_of_yarn(self.context, self.old, self.new, self.states)
                        {
                            None => Ok(Some(Added::Pruned)),
                            Some(what) => Err(self.refused(&format!(
                                "yarn may take more away than what is only there to develop: {what}"
                            ))),
                        }
                    }
                    Some(["rm", "-rf", path])
                        if self.is_kept_by_webpack(path) || self.builds_a_client(path) =>
                    {
                        Ok(Some(Added::Kept))
                    }
                    _ if self.is_of_base(call) => Ok(Some(Added::OfBase)),
                    _ => self.modules(call).map(Some).ok_or_else(other),
                }
            }
            Action::Pipe { elements, .. } => self.libraries(elements).map(Some).ok_or_else(other),
            _ => Err(other()),
        }
    }

    /// Whether a path is where Next.js has webpack keep what only another build reads: it is a dependency, and no file of the project, no step and no
    /// start speaks of that folder or of another one.
    fn is_kept_by_webpack(&self, path: &str) -> bool {
        let Some(context) = self.context else { return false };
        let own = path.strip_suffix("/.next/cache/webpack").is_some_and(|it| it.starts_with('/'));
        let (mut depends, mut speaks) = (false, false);
        for (place, _) in context.entries().filter(|(it, _)| !it.contains("node_modules/")) {
            let text = context.text(place).unwrap_or_default();
            speaks |= place.contains(".next/") || text.contains("cache/webpack");
            speaks |= text.contains("distDir");
            depends |= place.ends_with("package.json") && text.contains("\"next\"");
        }
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            speaks |= call.words.iter().chain(&call.redirects).any(|word| word.contains(".next"));
        });
        let starts = self.new.configuration.starts();
        speaks |= starts.into_iter().flatten().any(|text| text.contains(".next/cache"));
        own && depends && !speaks && !path.contains("..")
    }

    /// Whether a command takes away what the new base has itself: pip of an image of Python, or Node and npm, unless a step has brought
    /// another one.
    fn is_of_base(&self, call: &Call<'_>) -> bool {
        let kin = bases::kind(&self.new.image, &self.old.image).is_some_and(bases::Kind::is_kin);
        let name = official(&self.old.image).split(':').next().unwrap_or_default();
        let words: Vec<&str> = call.words.iter().map(|word| &**word).collect();
        match words.as_slice() {
            ["rm", "-rf", folder, all, programs @ ..] if name == "python" => {
                // Programs of a newer pip would not start with the modules of the base.
                let left = match programs {
                    [] => !base_packages::bring_pip(self.old, self.context),
                    ["/usr/local/bin/pip", one] => *one == format!("/usr/local/bin/pip3{ACTIVE}*"),
                    _ => false,
                };
                let of_python = |version: &str| {
                    version.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
                };
                let modules = folder.strip_suffix("/pip").unwrap_or_default();
                let version = modules.strip_prefix("/usr/local/lib/python");
                let version = version.and_then(|rest| rest.strip_suffix("/site-packages"));
                kin && left
                    && version.is_some_and(of_python)
                    && *all == format!("{folder}-{ACTIVE}*")
            }
            ["rm", "-rf", "/usr/local/bin/node", "/usr/local/lib/node_modules/npm"] => {
                kin && name == "node" && !self.replaces_node()
            }
            _ => false,
        }
    }

    /// Whether a global install may bring another Node or npm than that of the image.
    fn replaces_node(&self) -> bool {
        let mut others = false;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let words: Vec<Option<&str>> = call.words.iter().map(|word| plain(word)).collect();
            if !words.iter().any(|word| matches!(word, Some("-g" | "--global" | "global"))) {
                return;
            }
            let operands = words
                .iter()
                .skip(1)
                .filter(|word| word.is_none_or(|word| !word.starts_with('-') && word != "global"));
            let mut names = operands.skip(1).map(|word| word.map(|word| word.split('@').next()));
            let mut any = false;
            others |= names.any(|name| {
                any = true;
                matches!(name, None | Some(Some("npm" | "node" | "n")))
            });
            others |= !any;
        });
        others
    }

    /// `ldd PROGRAM | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' FOLDER`, with or without the C library and its loader.
    fn libraries(&self, elements: &[Vec<Step<'_>>]) -> Option<Added> {
        let mut calls = Vec::new();
        for element in elements {
            let [Step { action: Action::Call(call), .. }] = element.as_slice() else { return None };
            calls.push(call.words.iter().map(|word| plain(word)).collect::<Option<Vec<&str>>>()?);
        }
        match calls.iter().map(Vec::as_slice).collect::<Vec<_>>().as_slice() {
            [
                ["ldd", program],
                ["grep", "-o", "/[^ ]*"],
                but @ ..,
                ["xargs", "-I", "{}", "cp", "--parents", "{}", folder],
            ] => {
                let below_usr = match but {
                    [] | [["grep", "-v", WITHOUT_SYSTEM]] => false,
                    [["grep", "-v", WITHOUT_SYSTEM], ["sed", "s,^/lib,/usr/lib,"]] => true,
                    _ => return None,
                };
                let (program, folder) = ((*program).to_owned(), (*folder).to_owned());
                Some(Added::Libraries { program, folder, whole: but.is_empty(), below_usr })
            }
            _ => None,
        }
    }

    /// Takes `CGO_ENABLED=0` away from calls of the Go compiler that have got it; whether all of them are without cgo now.
    fn without_cgo(&self, old: &[Step<'t>], new: &mut [Step<'t>]) -> Result<bool, Refusal> {
        let mut all = true;
        let mut any = false;
        for (one, two) in old.iter().zip(new) {
            let (Action::Call(before), Action::Call(after)) = (&one.action, &two.action) else {
                // A compiler in a condition is followed nowhere.
                continue;
            };
            let command = Command::of(&after.words);
            let is_go = command.is("go");
            let verb = command.arguments().find(|word| !word.starts_with('-'));
            if !is_go || !matches!(verb, Some("build" | "install")) {
                continue;
            }
            any = true;
            let seen = self.states.seen(before.state);
            let flags = seen.surroundings.environment.get("GOFLAGS").into_iter();
            let flags = flags.chain(seen.variables.get("GOFLAGS"));
            let mut told = flags.map(String::as_str).chain(after.words.iter().map(|word| &**word));
            if told.any(|text| OF_CGO.iter().any(|flag| text.contains(flag))) {
                return Err(self.refused("the program is built in a way that needs cgo"));
            }
            let set = |text: &str| text.starts_with("CGO_ENABLED=") && text.ends_with('0');
            let mut without = after.clone();
            without.assignments.retain(|text| !set(text));
            let added = without.assignments.len() < after.assignments.len();
            if *before != *after
                && added
                && !before.assignments.iter().any(|text| text.starts_with("CGO_ENABLED="))
            {
                let seen = self.states.seen(before.state);
                if seen.surroundings.environment.contains_key("CGO_ENABLED")
                    || seen.variables.contains_key("CGO_ENABLED")
                {
                    return Err(self.refused("the author has decided about cgo"));
                }
                let tagged =
                    after.words.iter().any(|word| word.trim_start_matches('-').starts_with("tags"))
                        && after.words.iter().any(|word| word.contains('@'));
                if needs::needs_cgo(self.context) || tagged || self.has_headers(old) {
                    return Err(self.refused("the program cannot do without cgo"));
                }
                two.action = Action::Call(without);
                continue;
            }
            let seen = self.states.seen(after.state);
            let environment = seen.surroundings.environment.get("CGO_ENABLED").map(String::as_str);
            let exported = seen.variables.get("CGO_ENABLED").map(String::as_str);
            let exported = exported.is_some_and(|value| value == "=0 exported");
            all &= added || environment == Some("0") || exported;
        }
        Ok(any && all)
    }

    /// Whether steps install headers of a library.
    fn has_headers(&self, steps: &[Step<'t>]) -> bool {
        let mut has = false;
        visit(steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && matches!(
                    Command::of(&call.words).program(),
                    "apt-get" | "apt" | "apk" | "aptitude"
                )
            {
                let mut packages =
                    call.words.iter().map(|word| word.split('=').next().unwrap_or(word));
                has |= packages.any(needs::brings_headers);
            }
        });
        has
    }
}
