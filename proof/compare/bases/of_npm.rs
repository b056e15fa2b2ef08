//! What packages of npm start of the system when a program calls them.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::uses::Uses;
use crate::compare::npm::{STARTING, drawing};
use crate::program::Step;
use crate::stages::Stage;

impl Uses {
    /// A package of npm that the stage installs, with the program that it starts and that neither the slim image has nor `brought` says is
    /// there.
    pub(super) fn started_by_packages(
        &self,
        context: Option<&BuildContext>,
        held: &[&str],
        brought: &dyn Fn(&str) -> bool,
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
            let asked = |(one, runs): &(String, bool)| one == name && (*runs || *program == "ps");
            !held.contains(program)
                && found.iter().any(asked)
                && (package.is_empty() || !self.has(package) && !brought(package))
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
