//! Installs of Node that leave out what only the developers of a project use.
//!
//! Sources: npm CLI documentation, "npm ci", "config" (`omit`), "scripts" and "package-lock.json"; yarn 1 documentation, `yarn
//! install`; pnpm documentation, `pnpm install`.

mod builders;
mod foreign;
mod given;
mod handed_on;
mod names;
mod people;
mod spared;
mod starts;
mod taken_away;
mod written;

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, source_path};
use serde_json::Value;

use super::copied::Whole;
use super::folders::{absolute, image, is_within};
use super::split::official;
use super::words::describe;
use super::yarns::is_another_yarn;
use super::{Comparison, Refusal};
use crate::environment::by_default;
use crate::program::{Action, Call, Step, visit};
use crate::shell::plain;
use crate::stages::Stage;
use crate::verdict::Gap;
pub(super) use handed_on::Switched;
use names::{COMPILE, Names};
use starts::Behind;

/// A call of the new file that leaves development packages out.
pub(super) struct Pruned<'b, 't> {
    stage: usize,
    step: &'b Step<'t>,
    call: &'b Call<'t>,
}

/// How a manager is told to leave them out.
const FLAGS: &[(&str, &[&str])] = &[
    ("npm", &["--omit=dev", "--only=production"]),
    ("yarn", &["--production"]),
    ("pnpm", &["--prod"]),
];

/// Options of which the next word is the value.
const WITH_VALUE: &[&str] = &[
    "--loglevel",
    "--registry",
    "--network-timeout",
    "--network-concurrency",
    "--reporter",
    "--fetch-timeout",
    "--fetch-retries",
    "--maxsockets",
    "--child-concurrency",
];

/// Scripts of a project that run when it is installed, by the documentation of all three.
const AROUND: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "prepublishOnly",
    "preprepare",
    "prepare",
    "postprepare",
    "predependencies",
    "dependencies",
    "postdependencies",
    "pnpm:devPreinstall",
];

/// What decides about development packages in variables, settings and options.
const DECIDE: &[&str] = &["omit", "include", "production", "prod", "only", "also", "dev"];

/// Whether an install is another one that leaves out development packages, in words.
pub(super) fn left_out(one: &Call<'_>, two: &Call<'_>) -> Option<String> {
    let old: Vec<&str> = one.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    let new: Vec<&str> = two.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    let at = new.iter().zip(&old).position(|(new, old)| new != old).unwrap_or(old.len());
    let last = at.checked_sub(1)?;
    let (program, flags) = FLAGS.iter().find(|(program, _)| old.first() == Some(program))?;
    let same =
        new.get(at).is_some_and(|flag| flags.contains(flag)) && old.get(at..) == new.get(at + 1..);
    let verb = match (*program, at) {
        ("yarn", 1) => "",
        ("npm", _) => {
            *old.get(last).filter(|word| ["ci", "clean-install", "install", "i"].contains(word))?
        }
        _ => *old.get(last).filter(|word| ["install", "i"].contains(word))?,
    };
    let mut operands = old.iter().enumerate().skip(1).filter(|(number, word)| {
        let value = WITH_VALUE.contains(&old[number - 1]);
        !word.starts_with('-') && !value
    });
    let alone = match operands.next() {
        Some((number, _)) => number + 1 == at && operands.next().is_none(),
        None => verb.is_empty(),
    };
    let decided = old.iter().any(|word| {
        let name = word.split('=').next().unwrap_or(word);
        DECIDE.contains(&name.trim_start_matches('-'))
            || matches!(name, "-P" | "-D" | "-g" | "--global")
    });
    let fits = same
        && alone
        && !decided
        && one.assignments.iter().all(|word| !word.starts_with("NODE_ENV"));
    fits.then(|| {
        format!("`{program} {verb}` leaves out what only developers use").replace(" `", "`")
    })
}

impl<'b, 't> Comparison<'b, 't> {
    /// Keeps a call in mind that leaves development packages out.
    pub(super) fn leaves_out_development(&mut self, step: &'b Step<'t>, call: &'b Call<'t>) {
        self.pruned.push(Pruned { stage: self.stage, step, call });
    }

    /// Looks at all that may use what is left out.
    pub(super) fn nobody_develops(&self) -> Result<(), Refusal> {
        self.builders_hand_them_on()?;
        self.pruned.iter().try_for_each(|pruned| {
            let used = match taken_away::manager(pruned.call) {
                Some(_) => self.is_used_elsewhere(pruned),
                None => self.is_used(pruned),
            };
            used.map_err(|why| {
                let message = format!(
                    "{} leaves out what only developers use, but {why}",
                    describe(pruned.step)
                );
                Refusal {
                    gap: Gap { before: None, after: Some(pruned.step.at), message },
                    unknown: false,
                }
            })
        })
    }

    fn is_used(&self, pruned: &Pruned<'b, 't>) -> Result<(), String> {
        let context = self.context.ok_or("the build context is not known")?;
        let seen = self.states.seen(pruned.call.state);
        let stage = &self.after.stages[pruned.stage];
        let variables = seen.surroundings.environment.keys().chain(seen.variables.keys());
        let decides = |name: &&String| {
            let name = name.to_ascii_lowercase();
            name == "node_env"
                || name == "yarn_production"
                || name.strip_prefix("npm_config_").is_some_and(|end| DECIDE.contains(&end))
        };
        if let Some(name) = variables.into_iter().find(decides) {
            return Err(format!("{name} decides about that"));
        }
        let folder = absolute(".", &seen.directory, image(&stage.image))
            .ok_or("nobody knows in which folder")?;
        let hidden = seen.surroundings.flags.iter().any(|flag| {
            let mut targets = flag.split([',', ' ']).filter_map(|part| {
                ["target=", "dst=", "destination="].iter().find_map(|key| part.strip_prefix(key))
            });
            flag.contains("node_modules")
                || targets.any(|target| {
                    absolute(target, &folder, None).is_none_or(|target| is_within(&folder, &target))
                })
        });
        if hidden {
            return Err("a mount stands where the packages go".to_owned());
        }
        let steps = self.steps_until(pruned);
        self.knows_the_word(pruned, &steps)?;
        let find = |name: &str| {
            brought(
                &steps,
                image(&stage.image),
                context,
                &format!("{}/{name}", folder.trim_end_matches('/')),
            )
        };
        let text = |name: &str| -> Result<Option<&'b str>, String> {
            match find(name)? {
                Some(path) => {
                    context.text(&path).map(Some).ok_or(format!("`{path}` cannot be read"))
                }
                None => Ok(None),
            }
        };
        let manifest = text("package.json")?.ok_or("the context brings no package.json")?;
        self.installs_alone(pruned.call, manifest, &text)?;
        let lock = text("package-lock.json")?.or(text("npm-shrinkwrap.json")?);
        let names = Names::of(manifest, lock, global(&self.after.stages))?;
        names.installs_look_at_nothing()?;
        let behind = Behind::of(&names, context);
        let source = find("package.json")?;
        self.steps_do_without(pruned, &steps, behind, source.as_deref().map(|it| (it, &*folder)))?;
        let foreign = source.map(|source| {
            foreign::of(&self.after.stages, pruned.stage, context, (&source, &folder), self.states)
        });
        behind.project(&foreign.unwrap_or_default())
    }

    /// Whether the manager that runs knows the word: npm by its release, yarn and pnpm by their names.
    fn knows_the_word(&self, pruned: &Pruned<'b, 't>, before: &[&Step<'t>]) -> Result<(), String> {
        let program = pruned.call.words.first().map_or("", |word| &**word);
        let omits = pruned.call.words.iter().any(|word| word == "--omit=dev");
        let image = by_default(&self.after.stages[pruned.stage].image);
        let image = official(&image);
        let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
        // Node 15 brought npm 7; before that, five lines with long-term support had a name each.
        let first = tag.split(['-', '.']).next().unwrap_or(tag);
        let old = match first {
            "boron" | "carbon" | "dubnium" | "erbium" | "fermium" => true,
            // Node 4 and older brought npm 2, whose documentation has no `only`.
            _ => first.parse::<u32>().is_ok_and(|major| (5..15).contains(&major)),
        };
        let new = matches!(
            first,
            "latest"
                | "lts"
                | "current"
                | "slim"
                | "alpine"
                | "gallium"
                | "hydrogen"
                | "iron"
                | "jod"
        ) || first.parse::<u32>().is_ok_and(|major| major >= 15);
        if program == "npm" && (name != "node" || omits && !new || !omits && !old) {
            return Err(format!("npm of {image} may not know the word"));
        }
        for step in before {
            let Action::Call(call) = &step.action else { continue };
            let other = call.words.iter().any(|word| {
                program != "pnpm"
                    && word.strip_prefix(program).is_some_and(|rest| rest.starts_with('@'))
            });
            let sets = call.words.windows(2).any(|two| two[0] == "set" && two[1] == "version");
            if other || sets && program == "yarn" {
                return Err(format!("{} brings another {program}", describe(step)));
            }
        }
        if let Some(step) = before.iter().find(|step| program == "yarn" && is_another_yarn(step)) {
            return Err(format!("{} may bring another yarn", describe(step)));
        }
        Ok(())
    }

    /// The steps in front of the call, those of the stages below first.
    fn steps_until(&self, pruned: &Pruned<'b, 't>) -> Vec<&'b Step<'t>> {
        let mut chain = vec![pruned.stage];
        while let Some(parent) = chain.last().and_then(|number| self.after.stages[*number].parent) {
            chain.push(parent);
        }
        let mut found = Vec::new();
        for number in chain.into_iter().rev() {
            visit(&self.after.stages[number].steps, &mut |step| {
                if number != pruned.stage || step.at.start < pruned.step.at.start {
                    found.push(step);
                }
            });
        }
        found
    }

    /// Whether nothing of the project runs at the install, and no setting decides about it.
    fn installs_alone(
        &self,
        call: &Call<'t>,
        manifest: &str,
        text: &dyn Fn(&str) -> Result<Option<&'b str>, String>,
    ) -> Result<(), String> {
        // A key is found wherever it stands: better one too many.
        let dense: String = manifest.chars().filter(|c| !c.is_whitespace()).collect();
        let has = |key: &str| dense.contains(&format!("\"{key}\":"));
        let no_scripts = call
            .words
            .iter()
            .any(|word| word == "--ignore-scripts" || word == "--ignore-scripts=true");
        let keys = |key: &&&str| dense.contains(&format!("\"{key}\":\""));
        if let Some(script) = AROUND.iter().find(keys).filter(|_| !no_scripts) {
            return Err(format!("the script `{script}` runs at the install"));
        }
        if has("workspaces") {
            return Err("the project has workspaces".to_owned());
        }
        for name in [".npmrc", ".yarnrc"] {
            let lines = text(name)?.unwrap_or_default().lines();
            let mut keys = lines.map(|line| {
                line.trim_start_matches([' ', '-']).split(['=', ' ']).next().unwrap_or_default()
            });
            if let Some(key) = keys.find(|key| DECIDE.contains(key) || *key == "node-env") {
                return Err(format!("`{name}` says `{key}`"));
            }
        }
        if call.words.first().is_some_and(|word| word == "pnpm") {
            let mut lists = self.context.into_iter().flat_map(BuildContext::entries);
            let others = lists.any(|(path, _)| {
                let text = || self.context.and_then(|context| context.text(path));
                path.ends_with("pnpm-workspace.yaml")
                    && text().is_none_or(|text| text.contains("packages"))
            });
            if others {
                return Err("the project has workspaces".to_owned());
            }
        }
        if call.words.first().is_some_and(|word| word == "yarn") {
            let first = match text("yarn.lock")? {
                Some(lock) => lock.contains("# yarn lockfile v1"),
                // Images of Node hold yarn 1 (docker-library, "node").
                None => {
                    self.has_yarn_of_image()
                        && !text(".yarnrc")?.is_some_and(|text| text.contains("yarn-path"))
                }
            };
            let manager = dense.contains("\"packageManager\":\"yarn@")
                && !dense.contains("\"packageManager\":\"yarn@1.");
            if !first || manager || text(".yarnrc.yml")?.is_some() {
                return Err("it may be a newer yarn".to_owned());
            }
        }
        Ok(())
    }

    /// Whether a call runs in a folder from which that of the install is not seen, nor the other way round.
    fn is_apart(&self, pruned: &Pruned<'b, 't>, call: &Call<'t>) -> bool {
        let image = image(&self.after.stages[pruned.stage].image);
        let folder =
            |call: &Call<'t>| absolute(".", &self.states.seen(call.state).directory, image);
        let (Some(one), Some(two)) = (folder(pruned.call), folder(call)) else { return false };
        let options = call.words.iter().any(|word| {
            ["--prefix", "--cwd", "-C", "--dir"].iter().any(|option| word.starts_with(option))
        });
        !options && !is_within(&one, &two) && !is_within(&two, &one)
    }

    /// Whether all stages stand on images of Node, and none brings a manager.
    fn has_yarn_of_image(&self) -> bool {
        self.after.stages.iter().all(|stage| {
            let mut brings = false;
            visit(&stage.steps, &mut |step| {
                brings |= is_another_yarn(step);
                let Action::Call(call) = &step.action else { return };
                let first = call.words.first().map_or("", |word| &**word);
                let named = call.words.iter().skip(1).any(|word| word.starts_with("yarn"));
                brings |= first == "npm" && named;
            });
            official(&stage.image).split(':').next() == Some("node") && !brings
        })
    }

    /// Whether no later step, and nothing that a container starts, may use them.
    fn steps_do_without(
        &self,
        pruned: &Pruned<'b, 't>,
        before: &[&Step<'t>],
        behind: Behind<'_, '_>,
        own: Option<(&str, &str)>,
    ) -> Result<(), String> {
        for step in before {
            if let Action::Call(call) = &step.action {
                let writes = |word: &str| {
                    word.contains("package.json")
                        || word.contains("npmrc")
                        || word.contains("NODE_ENV")
                };
                let program = call.words.first().map_or("", |word| &**word);
                let sets = ["npm", "yarn", "pnpm"].contains(&program)
                    && call.words.iter().any(|word| word == "config")
                    && call.words.iter().any(|word| DECIDE.iter().any(|name| word.contains(name)));
                let globally = call.words.iter().any(|word| {
                    word == "global"
                        || word == "--global"
                        || word == "--location=global"
                        || word.starts_with('-') && !word.starts_with("--") && word.contains('g')
                });
                let verbs = "add ci i install link remove rm uninstall up update upgrade";
                let installs =
                    call.words.iter().skip(1).any(|word| verbs.split(' ').any(|verb| word == verb));
                let bare = program == "yarn" && call.words.len() == 1;
                let apart = self.is_apart(pruned, call);
                if ["npm", "yarn", "pnpm"].contains(&program)
                    && !globally
                    && (installs || bare)
                    && !apart
                {
                    return Err(format!("{} installs in front of it", describe(step)));
                }
                let develops =
                    |word: &str| COMPILE.iter().any(|name| word.split('@').next() == Some(*name));
                if globally && call.words.iter().any(|word| develops(word)) {
                    return Err(format!("{} is for developers", describe(step)));
                }
                let words = call.words.iter().chain(&call.redirects).chain(&call.assignments);
                if sets || words.into_iter().any(|word| writes(word)) {
                    return Err(format!("{} may decide about that", describe(step)));
                }
            }
        }
        self.users_do_without(pruned, behind, own)
    }

    /// The same of the stages that see the packages.
    fn users_do_without(
        &self,
        pruned: &Pruned<'b, 't>,
        behind: Behind<'_, '_>,
        own: Option<(&str, &str)>,
    ) -> Result<(), String> {
        let mut users = vec![pruned.stage];
        for number in pruned.stage + 1..self.after.stages.len() {
            let stage = &self.after.stages[number];
            let mut takes = stage.parent.is_some_and(|parent| users.contains(&parent));
            visit(&stage.steps, &mut |step| match &step.action {
                Action::Copy(copy) => {
                    takes |= copy.from.as_deref().is_some_and(|from| {
                        from.contains('\u{2}')
                            || users.iter().any(|user| from == format!("stage {user}"))
                    });
                }
                Action::Call(call) => {
                    let flags = &self.states.seen(call.state).surroundings.flags;
                    takes |= flags.iter().any(|flag| flag.contains("from="));
                }
                Action::Exec(_, state) | Action::Opaque(_, state) => {
                    takes |= self
                        .states
                        .seen(*state)
                        .surroundings
                        .flags
                        .iter()
                        .any(|flag| flag.contains("from="));
                }
                _ => {}
            });
            if takes {
                users.push(number);
            }
        }
        for number in users {
            let stage = &self.after.stages[number];
            let mut found = Ok(());
            visit(&stage.steps, &mut |step| {
                let later = number != pruned.stage || step.at.start > pruned.step.at.start;
                if later && found.is_ok() {
                    found = behind.step(step).and_then(|()| behind.copies_none(step));
                }
            });
            found?;
            let is_base = self.after.stages.iter().any(|other| other.parent == Some(number));
            let taken = self.after.stages.iter().flat_map(|other| &other.steps).any(|step| {
                matches!(&step.action, Action::Copy(copy) if copy.from.as_deref() == Some(&*format!("stage {number}")))
            });
            let is_inner = number + 1 < self.after.stages.len() && (is_base || taken);
            let directory = absolute(".", &stage.configuration.directory, image(&stage.image));
            let own = own.filter(|(_, folder)| {
                number == pruned.stage && directory.as_deref() == Some(*folder)
            });
            let started = own.map_or(behind, |(manifest, _)| behind.beside(manifest));
            started.configuration(&stage.configuration, is_inner)?;
        }
        Ok(())
    }
}

/// Whether a container does without what is taken away behind all steps of its project: by what it starts, and by the project that lies
/// in the context, with the text of its package.json. The error says who needs it.
pub(super) fn is_missed_by_nobody(
    context: &BuildContext,
    manifest: &str,
    old: &Stage<'_>,
    new: &Stage<'_>,
) -> Result<(), String> {
    let mut locks = context.entries().map(|(path, _)| path).filter(|path| {
        path.ends_with("package-lock.json") || path.ends_with("npm-shrinkwrap.json")
    });
    let lock = match (locks.next(), locks.next()) {
        (one, None) => one.map(|path| context.text(path).ok_or("the lockfile cannot be read")),
        _ => return Err("there are many lockfiles".to_owned()),
    };
    let names = Names::of(manifest, lock.transpose()?, global(std::slice::from_ref(old)))?;
    let behind = Behind::of(&names, context);
    behind.configuration(&new.configuration, false)?;
    let starts: Vec<&str> = new.configuration.starts().into_iter().flatten().collect();
    behind.project(&builders::only_build(context, manifest, &starts))
}

/// The names that stand in commands which install for the whole system.
fn global(stages: &[Stage<'_>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for stage in stages {
        visit(&stage.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
            if words.iter().any(|word| matches!(*word, "-g" | "--global" | "global")) {
                let names = words.iter().map(|word| word.split('@').next().unwrap_or(word));
                found.extend(names.map(str::to_owned));
            }
        });
    }
    found
}

/// The path of the context that copies bring to a place of the image; `None` if it is not one of theirs.
pub(in crate::compare) fn brought<'t>(
    steps: &[&Step<'t>],
    image: Option<&super::folders::Image>,
    context: &BuildContext,
    place: &str,
) -> Result<Option<String>, String> {
    for step in steps.iter().rev() {
        let Action::Copy(copy) = &step.action else { continue };
        let target = absolute(&copy.destination, "", image);
        if target.as_ref().is_some_and(|target| !is_within(place, target)) {
            continue;
        }
        let whole = Whole::of(step, image, context)
            .ok_or_else(|| format!("what {} brings is not known", describe(step)))?;
        let source = whole.source(place).map(|source| source_path(&source));
        if let Some(source) = source.filter(|source| context.exists(source)) {
            return Ok(Some(source));
        }
    }
    Ok(None)
}

/// A text of JSON, which may begin with a byte order mark.
fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}
