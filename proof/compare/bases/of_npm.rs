//! What packages of npm start of the system when a program calls them.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::uses::Uses;
use crate::compare::npm::{STARTING, drawing};
use crate::program::{Action, Call, Step, visit};
use crate::stages::Stage;

/// What makes packages use libraries of the system, where they bring sources (node-pre-gyp, node-sqlite3, sharp).
const TELLS: &[&str] = &[
    "build-from-source",
    "build_from_source",
    "config_sqlite",
    "LIBVIPS",
    "sqlite=",
    "sqlite_libname",
];

/// Whether nothing that a stage is told, and no setting of npm, lets packages use libraries of the system.
pub(super) fn brings_sources(stage: &Stage<'_>, context: Option<&BuildContext>) -> bool {
    let tells = |text: &str| TELLS.iter().any(|sign| text.contains(sign));
    let mut told =
        stage.environment.variables.iter().any(|(name, value)| tells(&format!("{name}={value}")));
    visit(&stage.steps, &mut |step| {
        if let Action::Call(call) = &step.action {
            told |= call.words.iter().chain(&call.assignments).any(|text| tells(text));
        }
    });
    let files = context.into_iter().flat_map(BuildContext::entries);
    let mut settings = files.filter(|(path, _)| path.ends_with("npmrc"));
    let by_file = settings.any(|(path, _)| context.and_then(|it| it.text(path)).is_none_or(tells));
    !told && !by_file
}

/// Of each call of a stage that changes what is installed, whether the packages of developers come (npm documentation, "config", `omit`; yarn 1,
/// "yarn install"; pnpm, "pnpm prune").
pub(super) fn brings_developers<'b, 't>(stage: &'b Stage<'t>) -> Vec<(&'b Call<'t>, bool)> {
    const WITHOUT: &[&str] =
        &["--omit=dev", "--omit dev", "--only=production", "--prod", "--production"];
    const RUNS: &[&str] = &["run", "run-script", "cache", "config", "test", "build", "start"];
    let mut found = Vec::new();
    visit(&stage.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Vec<&str> = call.words.iter().map(|word| &**word).collect();
        let ["npm" | "yarn" | "pnpm", rest @ ..] = &words[..] else { return };
        let verb = rest.iter().find(|word| !word.starts_with('-')).copied();
        let runs = verb.map_or(words[0] != "yarn", |verb| RUNS.contains(&verb));
        if !runs {
            let told = format!("{} ", rest.join(" "));
            found.push((call, !WITHOUT.iter().any(|it| told.contains(&format!("{it} ")))));
        }
    });
    found
}

impl Uses {
    /// A package of npm that the stage installs, with the program that it starts and that neither the slim image has nor `brought` says is
    /// there.
    pub(super) fn started_by_packages(
        &self,
        context: Option<&BuildContext>,
        held: &[&str],
        brought: &dyn Fn(&str) -> bool,
    ) -> Option<(&'static str, &'static str)> {
        self.started_by(context, held, brought, true)
    }

    /// The same, with the packages of developers or without.
    pub(super) fn started_by(
        &self,
        context: Option<&BuildContext>,
        held: &[&str],
        brought: &dyn Fn(&str) -> bool,
        develops: bool,
    ) -> Option<(&'static str, &'static str)> {
        let manager = |word: &String| matches!(word.as_str(), "npm" | "yarn" | "pnpm");
        let calls: Vec<&Vec<String>> =
            self.installs.iter().filter(|words| words.iter().any(manager)).collect();
        if calls.is_empty() {
            return None;
        }
        // A name, and whether it is there for more than development.
        let mut found: Vec<(String, bool)> = Vec::new();
        for word in calls.into_iter().flatten() {
            let end = word.char_indices().skip(1).find(|(_, c)| *c == '@').map(|(at, _)| at);
            found.push((word[..end.unwrap_or(word.len())].to_owned(), true));
        }
        let files = context.into_iter().flat_map(|context| context.entries());
        for (path, _) in files.filter(|(path, _)| !path.contains("node_modules/")) {
            let Some(text) = context.and_then(|context| context.text(path)) else { continue };
            match path.rsplit('/').next().unwrap_or(path) {
                "package.json" | "package-lock.json" | "npm-shrinkwrap.json" => {
                    let text = text.trim_start_matches('\u{feff}');
                    let table: Value = serde_json::from_str(text).unwrap_or_default();
                    let each = |key: &str| table[key].as_object().into_iter().flatten();
                    for key in ["dependencies", "optionalDependencies", "packages"] {
                        found.extend(each(key).map(|(place, package)| {
                            let name = place.rsplit("node_modules/").next().unwrap_or(place);
                            (name.to_owned(), package["dev"] != true)
                        }));
                    }
                    found.extend(each("devDependencies").map(|(name, _)| (name.clone(), false)));
                }
                "yarn.lock" | "pnpm-lock.yaml" => {
                    let sign = |c: char| !(c.is_alphanumeric() || c == '-');
                    found.extend(text.split(sign).map(|word| (word.to_owned(), false)));
                }
                _ => {}
            }
        }
        let letters = drawing(context);
        let lost = STARTING.iter().chain(&letters).find(|(name, program, package)| {
            let asked = |(one, runs): &(String, bool)| {
                one == name && (*runs || develops && *program == "ps")
            };
            !held.contains(program)
                && found.iter().any(asked)
                && (package.is_empty() || !brought(package))
        });
        lost.map(|(name, program, _)| {
            (*name, if program.is_empty() { "what it wants" } else { program })
        })
    }

    /// A package of npm that is installed before what it starts is there, which its own scripts may call.
    pub(super) fn started_too_early(
        stage: &Stage<'_>,
        context: Option<&BuildContext>,
        held: &[&str],
    ) -> Option<(&'static str, &'static str)> {
        STARTING.iter().find_map(|(_, _, package)| {
            let mut steps = stage.steps.iter();
            let brings = |step: &Step<'_>| Self::of_steps(std::slice::from_ref(step)).has(package);
            let place = steps.position(brings).filter(|_| !package.is_empty())?;
            let early = Self::of_steps(&stage.steps[..place]);
            early.started_by_packages(context, held, &|other| other != *package)
        })
    }
}
