//! Single-page applications: static files that a web server of the distribution serves.

use super::again::users_and_removals;
use super::compiled::check;
use super::effects::{Effect, holds_others};
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::{absolute, is_within};
use crate::knowledge::{Need, need_of_package};

/// Plans the two stages of static files behind nginx, which apt has installed beside Node; `None` if the container starts something
/// else.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let packages = subject.packages();
    let serves =
        |program: Option<&str>| program.is_some_and(|program| base_name(program) == "nginx");
    let nginx = packages.iter().any(|name| name.starts_with("nginx"))
        && subject.launch.programs().all(serves);
    nginx.then(|| planned(subject, packages))
}

fn planned(subject: &Subject<'_, '_>, packages: Vec<String>) -> Result<Plan, Obstacle> {
    let suite = subject
        .suite
        .ok_or_else(|| (&reasons::PACKAGES, "the suite of the image is not known".to_owned()))?;
    let mut plan = Plan {
        base: format!("debian:{suite}-slim"),
        left: "Node and its packages stay behind",
        ..Plan::default()
    };
    let kept: Vec<String> =
        packages.into_iter().filter(|name| need_of_package(name) == Need::Unknown).collect();
    plan.install(subject, &kept);
    plan.runs.extend(users_and_removals(subject)?);
    let mut places: Vec<(String, bool)> =
        roots(subject)?.into_iter().map(|root| (root, true)).collect();
    for done in &subject.done {
        match &done.effect {
            Effect::Writes(paths) => {
                for path in paths {
                    // Its own copy of the project is what a build reads.
                    let project = subject
                        .folder
                        .as_deref()
                        .is_some_and(|folder| !holds_others(folder) && is_within(path, folder));
                    if !project {
                        places.push((path.clone(), subject.folders.contains(path)));
                    }
                }
            }
            Effect::Packages("npm" | "yarn" | "pnpm")
            | Effect::Nothing
            | Effect::Installs(_)
            | Effect::Removes(_)
            | Effect::Users => {}
            Effect::MakesFolder(paths) => {
                let own = paths.iter().filter(|path| !holds_others(path));
                places.extend(own.map(|path| (path.clone(), true)));
            }
            _ => {
                let line = subject.build.dockerfile.line(done.command.span.start);
                return Err((
                    &reasons::UNKNOWN_COMMAND,
                    format!("what line {line} leaves for the web server is not known"),
                ));
            }
        }
    }
    for brought in subject.copied.iter().flat_map(|copied| &copied.brings) {
        let project = subject
            .folder
            .as_deref()
            .is_some_and(|folder| !holds_others(folder) && is_within(&brought.place, folder));
        if !project {
            places.push((brought.place.clone(), brought.folder));
        }
    }
    places.sort();
    places.dedup();
    let all = places.clone();
    places.retain(|(path, _)| {
        !all.iter().any(|(other, folder)| *folder && other != path && is_within(path, other))
    });
    if let Some((path, _)) = places.iter().find(|(path, _)| holds_others(path)) {
        return Err((
            &reasons::UNKNOWN_COMMAND,
            format!("what of `{path}` is needed is not known"),
        ));
    }
    if places.is_empty() {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    for (path, folder) in places {
        plan.take(subject, &path, folder);
    }
    check(subject, &plan)?;
    Ok(plan)
}

/// The folders that the settings of the web server name, in the project.
fn roots(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
    let context = subject.context.ok_or_else(|| because(&reasons::NO_CONTEXT))?;
    let mut found = Vec::new();
    for (path, _) in
        context.entries().filter(|(path, _)| path.ends_with(".conf") || path.contains("nginx"))
    {
        let Some(text) = context.text(path) else { continue };
        let words: Vec<&str> = text.split_whitespace().collect();
        for two in words
            .windows(2)
            .filter(|two| matches!(two[0].trim_start_matches(['{', ';']), "root" | "alias"))
        {
            let root = absolute(two[1].trim_end_matches(';'), None)
                .ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
            let project = subject.folder.as_deref().is_some_and(|folder| is_within(&root, folder));
            if project && !found.contains(&root) {
                found.push(root);
            }
        }
    }
    Ok(found)
}
