//! Single-page applications: static files that a web server of the distribution serves.

use super::again::users_and_removals;
use super::compiled::check;
use super::effects::{Effect, holds_others};
use super::elsewhere::written_elsewhere;
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

/// Why nothing is done where something else than nginx itself starts what apt has installed beside Node: a manager of services, a script.
pub(super) fn behind_others(subject: &Subject<'_, '_>) -> Option<Obstacle> {
    let of_node = |program: &str| {
        matches!(
            base_name(program),
            "node" | "npm" | "npx" | "yarn" | "pnpm" | "pm2" | "pm2-runtime"
        )
    };
    let installed = subject.packages().iter().any(|name| name.starts_with("nginx"));
    let builds = subject.done.iter().any(|done| matches!(done.effect, Effect::Packages(_)));
    if !installed || !builds {
        return None;
    }
    let mut programs = subject.launch.programs();
    let what = match programs.find(|program| program.is_none_or(|it| base_name(it) != "nginx")) {
        Some(Some(program)) if of_node(program) => return None,
        Some(Some(program)) => format!("`{program}`"),
        _ => "a command that cannot be read".to_owned(),
    };
    let message = format!("{what} starts the web server, and what else it starts is not known");
    Some((&reasons::STATIC_SERVER, message))
}

/// The user of the images of Node whom settings of nginx name, where no command makes one of that name (nginx, "user"; the Dockerfiles of
/// node).
fn user_of_image<'s>(subject: &'s Subject<'_, '_>) -> Option<&'s str> {
    const OWN: &str = "node";
    let makes = |words: &[Option<std::borrow::Cow<'_, str>>]| {
        words.iter().skip(1).flatten().any(|word| word.as_ref() == OWN)
    };
    let made = |done: &super::effects::Done<'_, '_>| {
        done.effect == Effect::Users && makes(&done.command.words)
    };
    if subject.done.iter().any(made) {
        return None;
    }
    let names = |text: &str| {
        let cut = |c: char| c.is_whitespace() || ";{}/\"'\\".contains(c);
        let words: Vec<&str> = text.split(cut).filter(|word| !word.is_empty()).collect();
        let mut at = (0..words.len()).filter(|at| words[*at] == "user");
        at.any(|at| words[at + 1..].iter().take(2).any(|word| *word == OWN))
    };
    let context = subject.context?;
    let mut settings = context
        .entries()
        .filter(|(path, _)| path.ends_with(".conf") || path.contains("nginx"))
        .filter_map(|(path, _)| context.text(path));
    let steps = &subject.stage.steps;
    let mut written = steps.iter().map(|step| subject.build.dockerfile.text(step.instruction.span));
    (settings.any(names) || written.any(|text| names(&text))).then_some(OWN)
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
    if let Some(user) = user_of_image(subject) {
        let message = format!("nginx is told to run as {user}, whom the new base does not have");
        return Err((&reasons::OWNERS, message));
    }
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
                        places.push((path.clone(), subject.is_folder(path)));
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
    if let Some(message) = written_elsewhere(subject, &plan) {
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
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
