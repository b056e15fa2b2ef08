//! Pages that a program has written or Node has built, and that a web server of the distribution serves, or that of Python.

mod apache;
mod caddy;
mod deployed;
mod generators;
mod http_server;
mod lighttpd;
mod links;
mod nginx;
mod servers;
mod settings;

use super::again::{self, users_and_removals};
use super::compiled::check;
use super::doubts::may_be_moved;
use super::effects::{Effect, holds_others};
use super::elsewhere::written_elsewhere;
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::is_within;
use crate::knowledge::{Form, package_of_program, told_suite_of_image, twin};
use generators::Pages;
use servers::WebServer;

/// Plans the two stages of static files behind a web server, which apt has installed beside what writes them; `None` if the container
/// starts something else.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let packages = subject.packages();
    // What a health check calls, and the shell itself.
    let aside = |program: &str| package_of_program(program).is_some();
    let server = WebServer::of(subject, &packages, aside)?;
    let writes = subject.toolchain.name == "node" || generators::makes(subject);
    (writes && !subject.image.contains("alpine")).then(|| planned(subject, server, packages))
}

/// Whether the last stage is a web server of the distribution with pages that a program has written which is none of Node.
pub(super) fn is_written(subject: &Subject<'_, '_>) -> bool {
    subject.toolchain.name != "node" && split(subject).is_some()
}

/// Why nothing is done where something else than nginx itself starts what apt has installed beside what builds: a manager of services, a
/// script.
pub(super) fn behind_others(subject: &Subject<'_, '_>) -> Option<Obstacle> {
    let of_node = |program: &str| {
        matches!(
            base_name(program),
            "node" | "npm" | "npx" | "yarn" | "pnpm" | "pm2" | "pm2-runtime"
        )
    };
    let installed = WebServer::installed(&subject.packages());
    let builds = subject.done.iter().any(|done| match &done.effect {
        Effect::Packages(_) => subject.toolchain.name == "node",
        Effect::Unknown(_) => generators::pages(subject, done).is_some(),
        _ => false,
    });
    let server = installed.filter(|_| builds)?;
    let mut programs = subject.launch.programs();
    let what = match programs.find(|program| program.is_none_or(|it| !server.starts(it))) {
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
    let mut written = steps.iter().map(|step| step.text(subject.build.dockerfile));
    (settings.any(names) || written.any(|text| names(&text))).then_some(OWN)
}

/// The image that ships: the slim one of an official image that has the server, or the distribution.
fn base(subject: &Subject<'_, '_>, server: &WebServer) -> Result<String, Obstacle> {
    if server.is_of_image(subject.image) {
        return match twin(subject.image, Form::Slim) {
            Ok(twin) => Ok(twin.reference),
            Err(_) if subject.image.contains("slim") => Ok(subject.image.to_owned()),
            Err(problem) => Err((&reasons::PACKAGES, problem.message().to_owned())),
        };
    }
    // Ubuntu has web servers of its own.
    if subject.image.starts_with("ubuntu") {
        return Ok(subject.image.to_owned());
    }
    let suite = subject
        .suite
        .ok_or_else(|| (&reasons::PACKAGES, "the suite of the image is not known".to_owned()))?;
    // A tag that names no release moves on with Debian's, and so has the new base to.
    let suite = told_suite_of_image(subject.image).unwrap_or(match suite {
        "trixie" => "stable",
        other => other,
    });
    Ok(format!("debian:{suite}-slim"))
}

fn planned(
    subject: &Subject<'_, '_>,
    server: &WebServer,
    packages: Vec<String>,
) -> Result<Plan, Obstacle> {
    let base = base(subject, server)?;
    if let Some(module) = packages.iter().find(|name| name.starts_with("libapache2-mod-")) {
        let message = format!("what `{module}` has {} do is not known", server.name);
        return Err((&reasons::STATIC_SERVER, message));
    }
    if let Some(user) = user_of_image(subject) {
        let message = format!("nginx is told to run as {user}, whom the new base does not have");
        return Err((&reasons::OWNERS, message));
    }
    if server.is_of_python() {
        http_server::is_alone(subject, server)?;
    }
    if let Some(path) = deployed::otherwise(subject, server) {
        let message = format!("{path} says what is started in the container, too");
        return Err((&reasons::NO_COMMAND, message));
    }
    let left = if subject.toolchain.name == "node" {
        "Node and its packages stay behind"
    } else {
        "what has written the pages stays behind"
    };
    let mut plan = Plan { base, left, ..Plan::default() };
    let mut named = settings::named(subject, server)?;
    let mut kept: Vec<String> = packages.into_iter().filter(|name| server.needs(name)).collect();
    let certificates = |path: &String| is_within(path, "/etc/ssl/certs");
    if named.iter().any(certificates) && !kept.iter().any(|name| name == "ca-certificates") {
        kept.push("ca-certificates".to_owned());
    }
    named.retain(|path| !certificates(path));
    if plan.base != subject.image && server.is_of_image(subject.image) {
        // The full image has the list by which it tells the types of files.
        kept.push(
            if subject.suite == Some("buster") { "mime-support" } else { "media-types" }.to_owned(),
        );
    }
    for program in subject.launch.programs().flatten() {
        let package = package_of_program(program).filter(|package| !package.is_empty());
        if let Some(package) = package.filter(|it| !kept.iter().any(|name| name == it)) {
            kept.push(package.to_owned());
        }
    }
    plan.install(subject, &kept);
    plan.runs.extend(users_and_removals(subject)?);
    let mut places: Vec<(String, bool)> = Vec::new();
    let all = written(subject, server, &mut places)?;
    for brought in subject.copied.iter().flat_map(|copied| &copied.brings) {
        // What lies elsewhere is read where the settings name it.
        if is_read(&brought.place) && !is_of_project(subject, &brought.place) {
            places.push((brought.place.clone(), brought.folder));
        }
    }
    served(subject, (server, named), &all, &mut places)?;
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
    links::none(subject, server, &places)?;
    for (path, folder) in places {
        plan.take(subject, &path, folder);
    }
    check(subject, &plan)?;
    if let Some(message) = written_elsewhere(subject, &plan) {
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    Ok(plan)
}

/// Whether a path is of the project's own copy, which its build reads.
fn is_of_project(subject: &Subject<'_, '_>, path: &str) -> bool {
    let own = |folder: &str| !holds_others(folder) && !is_read(folder);
    let folder = subject.folder.as_deref().filter(|folder| own(folder));
    folder.is_some_and(|folder| is_within(path, folder))
}

/// Whether a web server reads what lies at a path, whatever the settings that are brought name.
fn is_read(path: &str) -> bool {
    ["/etc", "/run", "/usr/share/nginx", "/var"].iter().any(|folder| is_within(path, folder))
}

/// Adds what commands have written beside the project, with whether each is a folder, and tells the pages among that.
fn written(
    subject: &Subject<'_, '_>,
    server: &WebServer,
    places: &mut Vec<(String, bool)>,
) -> Result<Vec<Pages>, Obstacle> {
    let mut all = Vec::new();
    for done in &subject.done {
        let pages = generators::pages(subject, done);
        let known = pages.is_some();
        for path in pages.iter().flat_map(|pages| &pages.paths) {
            let rules = done.effect == Effect::Builds;
            let passing = ["/tmp", "/var/tmp"].iter().any(|folder| is_within(path, folder));
            if !rules && !passing && !is_of_project(subject, path) {
                places.push((path.clone(), true));
            }
        }
        let builds = known || matches!(done.effect, Effect::Builds | Effect::Packages(_));
        let here = done.folder.as_ref().filter(|folder| builds && is_read(folder));
        places.extend(here.map(|folder| (folder.clone(), true)));
        all.extend(pages);
        match &done.effect {
            Effect::Writes(paths) => {
                let outside = paths.iter().filter(|path| !is_of_project(subject, path));
                let folder =
                    |path: &str| subject.is_folder(path) || may_be_moved(subject, done, path);
                places.extend(outside.map(|path| (path.clone(), folder(path))));
            }
            Effect::Packages(_)
            | Effect::Uninstalls(_)
            | Effect::Nothing
            | Effect::Installs(_)
            | Effect::Removes(_)
            | Effect::Owner { .. }
            | Effect::Users => {}
            _ if server.is_turned_on(done) => places.push((server.settings.to_owned(), true)),
            Effect::Unknown(_) if again::turns_off(done) => {}
            // Whatever it leaves lies in the project, or where the settings of the server find it.
            Effect::Builds if known || !generators::is_make(done) => {}
            // Its sources are for what builds of them, where the server is not told to serve them.
            Effect::Clones(path) if !is_read(path) => {}
            Effect::Clones(path) => places.push((path.clone(), true)),
            Effect::Unknown(_) if known => {}
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
    Ok(all)
}

/// Whether a build may read a file of the context, and not a web server alone or people.
fn is_of_build(path: &str) -> bool {
    let name = base_name(path);
    let server = ["nginx", "Caddyfile"].iter().any(|part| path.contains(part));
    let aside = [".conf", ".html", ".md", ".rst", ".txt"].iter().any(|end| name.ends_with(end));
    !aside && !server && !name.starts_with("Dockerfile") && !path.starts_with(".git")
}

/// Adds what the settings have the server read, where it is known to be there when all is built.
fn served(
    subject: &Subject<'_, '_>,
    (server, named): (&WebServer, Vec<String>),
    all: &[Pages],
    places: &mut Vec<(String, bool)>,
) -> Result<(), Obstacle> {
    let copies = subject.copied.iter().any(|copied| copied.from_context);
    if subject.context.is_none() && copies {
        return Err(because(&reasons::NO_CONTEXT));
    }
    for own in ["/usr/share/nginx", "/var/www/html"] {
        // A rule, a script or a setting of the build may lead there.
        let mut files = subject.context.into_iter().flat_map(|context| {
            let files = context.entries().filter(|(path, _)| is_of_build(path));
            files.filter_map(|(path, _)| context.text(path))
        });
        if files.any(|text| text.contains(own)) {
            places.push((own.to_owned(), true));
        }
    }
    for path in named {
        let there = |(place, _): &(String, bool)| is_within(&path, place);
        if places.iter().any(there) {
            continue;
        }
        if subject.source_text(&path).is_some() {
            places.push((path, false));
            continue;
        }
        let Some(source) = generators::source(subject, all, &path) else {
            let message =
                format!("{} is told of `{path}`, and no step is known to make it", server.name);
            return Err((&reasons::STATIC_SERVER, message));
        };
        places.push((source, true));
    }
    Ok(())
}
