//! Development packages that go behind the last step of a stage, out of which others take what ships.

use dockslim_contract::{BuildContext, Difference};

use super::builders::only_build;
use super::names::Names;
use super::spared::{Asked, wrong};
use super::starts::Behind;
use super::{Pruned, brought, global};
use crate::compare::Comparison;
use crate::compare::folders::{absolute, image, is_within};
use crate::compare::split::{is_told_to_ask_nothing, pruned};
use crate::compare::words::describe;
use crate::program::{Action, Call, Demand, Step};
use crate::shell::plain;

/// Verbs that install what a manifest lists (npm documentation, "npm install" and "npm ci"; yarn 1; pnpm).
const INSTALLS: &[&str] = &["", "ci", "clean-install", "i", "install"];

/// Texts by which a step may decide what is among the packages.
const OF_PACKAGES: &[&str] = &[
    "node_modules",
    "package.json",
    "package-lock",
    "npm-shrinkwrap",
    "yarn.lock",
    "pnpm-lock",
    "npmrc",
    "yarnrc",
];

/// The manager that a call tells to take development packages away (npm documentation, "npm prune"; pnpm, "pnpm prune"; yarn 1, "yarn install").
pub(super) fn manager(call: &Call<'_>) -> Option<&'static str> {
    let words: Vec<&str> = call.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    match words.as_slice() {
        ["npm", "prune", "--omit=dev" | "--production", ..] if call.assignments.is_empty() => {
            Some("npm")
        }
        ["pnpm", "prune", "--prod"] if is_told_to_ask_nothing(call) => Some("pnpm"),
        ["yarn", "install", "--production", "--ignore-scripts", "--prefer-offline"]
            if call.assignments.is_empty() =>
        {
            Some("yarn")
        }
        _ => None,
    }
}

impl<'b, 't> Comparison<'b, 't> {
    /// Whether a step is the last one of its stage, and takes development packages away.
    pub(in crate::compare) fn takes_away_development(&mut self, step: &'b Step<'t>) -> bool {
        let Action::Call(call) = &step.action else { return false };
        let last = self.after.stages[self.stage].steps.last();
        let plain = call.redirects.is_empty() && call.inner.is_empty() && !call.stale;
        if self.no_removals > 0
            || step.demand != Demand::Must
            || !plain
            || !last.is_some_and(|last| std::ptr::eq(last, step))
            || manager(call).is_none()
        {
            return false;
        }
        let message = format!("{} takes away what only developers use", describe(step));
        self.accept(Difference::DevelopmentPackages, None, step.at, message);
        self.leaves_out_development(step, call);
        true
    }

    /// Whether nothing but the stage itself uses what its last step takes away.
    pub(super) fn is_used_elsewhere(&self, pruned: &Pruned<'b, 't>) -> Result<(), String> {
        let context = self.context.ok_or("the build context is not known")?;
        let stage = &self.after.stages[pruned.stage];
        let program = manager(pruned.call).ok_or("it is no call that takes packages away")?;
        let below = self.installer_below(pruned.stage);
        let seen = self.states.seen(pruned.call.state);
        let folder = absolute(".", &seen.directory, image(&stage.image))
            .ok_or("nobody knows in which folder")?;
        let child = self.after.stages.iter().any(|other| other.parent == Some(pruned.stage));
        let around = &seen.surroundings;
        let apart = below.map_or(self.is_bare(stage.parent), |_| program == "npm");
        if child || !apart || around.interpreter.is_some() || around.declared {
            return Err("its stage is no builder of its own".to_owned());
        }
        if !around.flags.is_empty() {
            return Err("its RUN has flags".to_owned());
        }
        let named = |name: &String| name.to_ascii_lowercase().starts_with("npm_config_");
        if let Some(name) =
            around.environment.keys().chain(seen.variables.keys()).find(|it| named(it))
        {
            return Err(format!("{name} decides about that"));
        }
        let steps = self.steps_until(pruned);
        self.knows_the_word(pruned, &steps)?;
        let place = |name: &str| format!("{}/{name}", folder.trim_end_matches('/'));
        let origin = self.origin(pruned.stage, &steps, &place("node_modules"))?;
        let user = &around.user;
        let install = match &origin {
            None => self.installs_all((pruned.stage, &steps), program, (&folder, user))?,
            Some(origin) => self.is_installed_there(pruned, origin, &steps, (&folder, user))?,
        };
        let install = install.ok_or("nothing installs in front of it")?;
        let seen = origin.as_ref().map_or(&steps, |origin| &origin.steps);
        let find = |steps: &[&Step<'t>], name: &str| {
            brought(steps, image(&stage.image), context, &place(name))
        };
        let mut lists =
            vec!["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"];
        lists.extend(origin.as_ref().map(|_| ".npmrc"));
        for name in lists {
            if find(&seen[..install], name)? != find(&steps, name)? {
                return Err(format!("another {name} comes behind the install"));
            }
        }
        let text = |name: &str| -> Result<Option<&'b str>, String> {
            match find(&steps, name)? {
                Some(path) => {
                    context.text(&path).map(Some).ok_or(format!("`{path}` cannot be read"))
                }
                None => Ok(None),
            }
        };
        let link = origin.as_ref().map(|origin| origin.link);
        self.changes_no_packages(&steps, link, &folder)?;
        let asked = if link.is_some() { Asked::OnlyCompile } else { Asked::SweepNothing };
        let own: Vec<_> =
            steps.iter().copied().filter(|step| step.at.start > stage.at.start).collect();
        let only = below.and_then(|_| wrong(&own, context, Asked::OnlyCompile));
        if let Some(command) = only.or_else(|| wrong(&steps, context, asked)) {
            return Err(format!("`{command}` may change what is installed"));
        }
        let manifest = text("package.json")?.ok_or("the context brings no package.json")?;
        self.is_one_project(pruned.call, manifest, &text)?;
        self.manager_takes_away(pruned, (program, origin.is_some() || below.is_some()), context)?;
        if let Some(below) = below {
            self.settled_below(pruned, below, context)?;
        }
        let lock = text("package-lock.json")?.or(text("npm-shrinkwrap.json")?);
        let names = Names::of(manifest, lock, global(&self.after.stages))?;
        let behind = Behind::of(&names, context);
        self.users_do_without(pruned, behind, None)?;
        let later = &self.after.stages[pruned.stage + 1..];
        let starts: Vec<&str> =
            later.iter().flat_map(|other| other.configuration.starts()).flatten().collect();
        behind.project(&only_build(context, manifest, &starts))
    }

    /// The number of the first install of the manager among the steps of a stage; each other one is of the same kind.
    pub(super) fn installs_all(
        &self,
        (stage, steps): (usize, &[&Step<'t>]),
        program: &str,
        (folder, user): (&str, &str),
    ) -> Result<Option<usize>, String> {
        let stage = &self.after.stages[stage];
        let mut first = None;
        for (number, step) in steps.iter().enumerate() {
            let Action::Call(call) = &step.action else { continue };
            let words: Vec<&str> =
                call.words.iter().map(|word| plain(word).unwrap_or("$")).collect();
            let Some(name) = words.first().filter(|name| ["npm", "pnpm", "yarn"].contains(name))
            else {
                continue;
            };
            let verb = words.iter().skip(1).find(|word| !word.starts_with('-')).unwrap_or(&"");
            let globally = words.iter().any(|word| matches!(*word, "-g" | "--global" | "global"));
            let scripts = matches!(*verb, "run" | "run-script" | "exec" | "cache" | "config");
            if globally || scripts || !INSTALLS.contains(verb) && *name != "npm" {
                continue;
            }
            let seen = self.states.seen(call.state);
            let here = absolute(".", &seen.directory, image(&stage.image));
            let hides = seen.surroundings.flags.iter().any(|flag| flag.contains("node_modules"));
            let others = *name != program || here.as_deref() != Some(folder);
            if others || seen.surroundings.user != *user || hides {
                return Err(format!("{} installs otherwise", describe(step)));
            }
            first.get_or_insert(number);
        }
        Ok(first)
    }

    /// Whether nobody else puts something among the packages; `link` brings them.
    pub(super) fn changes_no_packages(
        &self,
        steps: &[&Step<'t>],
        link: Option<&Step<'t>>,
        folder: &str,
    ) -> Result<(), String> {
        let packages = format!("{}/node_modules", folder.trim_end_matches('/'));
        for step in steps.iter().filter(|step| !link.is_some_and(|link| std::ptr::eq(link, **step)))
        {
            let odd = match &step.action {
                Action::Call(call) => {
                    let texts = call.words.iter().chain(&call.redirects).chain(&call.assignments);
                    let name = call.words.first().map_or("$", |word| &**word);
                    let by_file = [".", "source", "sh", "bash", "ash", "dash", "make"]
                        .contains(&name)
                        || name.contains('/') && !name.contains("node_modules/.bin/")
                        || call.words.iter().any(|word| word == "lerna" || word == "link")
                        || call.words.first().is_some_and(|word| plain(word).is_none());
                    by_file || { texts }.any(|text| {
                        let text = text.replace("node_modules/.bin/", "");
                        OF_PACKAGES.iter().any(|name| text.contains(name))
                    })
                }
                Action::Copy(copy) => {
                    let target = absolute(&copy.destination, "", None);
                    let elsewhere = copy.from.is_some();
                    target.is_none_or(|target| {
                        is_within(&target, &packages) || elsewhere && is_within(&packages, &target)
                    })
                }
                Action::Opaque(..) | Action::Exec(..) | Action::Unread(_) => true,
                _ => false,
            };
            if odd {
                return Err(format!("{} may change what is installed", describe(step)));
            }
        }
        Ok(())
    }

    /// Whether the project stands alone, and nothing of it writes among its packages.
    fn is_one_project(
        &self,
        call: &Call<'t>,
        manifest: &str,
        text: &dyn Fn(&str) -> Result<Option<&'b str>, String>,
    ) -> Result<(), String> {
        let table = super::json(manifest).ok_or("package.json is not understood")?;
        let scripts = table["scripts"].as_object().into_iter().flatten();
        let mut scripts = scripts.filter_map(|(name, text)| Some((name, text.as_str()?)));
        let writes = |text: &str| {
            let removes = text.starts_with("rm") || text.starts_with("npx rimraf");
            text.replace("node_modules/.bin/", "").contains("node_modules") && !removes
        };
        if let Some((name, _)) = scripts.find(|(_, text)| writes(text)) {
            return Err(format!("the script `{name}` speaks of node_modules"));
        }
        if let Some(script) = pruned::brought_by_script(&table) {
            return Err(format!("{script} may add packages"));
        }
        if let Some(path) = self.context.and_then(pruned::brought_by_settings) {
            return Err(format!("{path} leads what a tool writes among the packages"));
        }
        let mut paths = self.context.into_iter().flat_map(BuildContext::entries);
        if paths.any(|(path, _)| format!("/{path}").contains("/node_modules/")) {
            return Err("the context brings packages".to_owned());
        }
        // What runs around an install does not run here.
        let mut silent = call.clone();
        silent.words.push("--ignore-scripts".into());
        self.installs_alone(&silent, manifest, text)
    }

    /// Whether npm takes away what it has installed in the stage below, as it has settled it there.
    fn settled_below(
        &self,
        pruned: &Pruned<'b, 't>,
        below: usize,
        context: &BuildContext,
    ) -> Result<(), String> {
        let old = self.before.stages.get(below).ok_or("there is no such stage")?;
        let options: Vec<&str> =
            pruned.call.words.iter().skip(3).map(|word| plain(word).unwrap_or("$")).collect();
        pruned::unsettled(Some(context), old, &options)
            .or_else(|| pruned::brought_by_name(old))
            .map_or(Ok(()), |what| Err(format!("more may go: {what}")))
    }

    /// Whether the manager takes away what it has installed, as it has settled it.
    fn manager_takes_away(
        &self,
        pruned: &Pruned<'b, 't>,
        (program, is_elsewhere): (&str, bool),
        context: &BuildContext,
    ) -> Result<(), String> {
        let stage = &self.after.stages[pruned.stage];
        let Some(old) = self.before.stages.get(pruned.stage) else {
            return Err("there is no such stage".to_owned());
        };
        let last = self.after.stages.last().unwrap_or(stage);
        let options: Vec<&str> =
            pruned.call.words.iter().skip(3).map(|word| plain(word).unwrap_or("$")).collect();
        let found = match program {
            // What installs elsewhere is asked for its own options.
            "npm" if is_elsewhere => pruned::unsettled(Some(context), old, &[]),
            "npm" => pruned::unsettled(Some(context), old, &options),
            "pnpm" => pruned::needed_of_pnpm(Some(context), old, last),
            _ => pruned::needed_of_yarn(Some(context), old, last, self.states),
        };
        let found = found.or_else(|| pruned::brought_by_name(old));
        found.map_or(Ok(()), |what| Err(format!("more may go: {what}")))
    }
}
