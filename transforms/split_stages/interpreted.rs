//! Languages whose programs are their sources: the new stage holds the project as it stands at the end of the build, and what was
//! installed for it, without the packages that only compile.

use super::again::users_and_removals;
use super::compiled::check;
use super::doubts::may_be_moved;
use super::effects::{Effect, holds_others, is_translator};
use super::elsewhere::written_elsewhere;
use super::gone::{Fate, fate};
use super::launch::base_name;
use super::node::is_global;
use super::plan::Plan;
use super::reasons;
use super::running::called;
use super::stays::{Stays, stays};
use super::subject::{Obstacle, Subject, because};
use super::workdirs;
use crate::facts::is_within;
use crate::knowledge::{Library, Need, library_on, need_of_package, package_of_program};

/// What a language adds to the plan.
#[derive(Default)]
pub(super) struct Language {
    /// Folders that hold what was installed for the program.
    pub(super) installed: Vec<String>,
    /// Packages that were installed for the build alone.
    pub(super) left: Vec<&'static str>,
    /// Packages that replace those of a build.
    pub(super) packages: Vec<String>,
    /// Programs that the new base has, or that come with what was installed; all, if nothing better is known.
    pub(super) brings_programs: bool,
    /// Programs of the base.
    pub(super) programs: &'static [&'static str],
    /// Whether the project may come from the build context, behind what was installed for it.
    pub(super) stays: bool,
    /// Whether packages of the system come without what they recommend, though they came with it.
    pub(super) bare: bool,
    /// Whether all that was installed is known, and calls no program that fetches things.
    pub(super) fetches_nothing: bool,
}

/// Places of which nothing is needed later.
pub(super) const SCRATCH: &[&str] = &[
    "/tmp",
    "/var/tmp",
    "/var/cache",
    "/var/lib/apt",
    "/root/.cache",
    "/root/.npm",
    "/usr/local/share/.cache",
    "/root/.config",
];

/// Packages that recommend nothing a container without npm's installs would ask for, where certificates are there (Debian 11 to 13 and Ubuntu
/// 20.04 to 24.04, field Recommends).
const COMES_ALONE: &[&str] = &[
    "bash",
    "ca-certificates",
    "curl",
    "dumb-init",
    "gosu",
    "jq",
    "netcat-openbsd",
    "nodejs",
    "npm",
    "python3",
    "tini",
    "tzdata",
    "unzip",
    "wget",
];

/// Programs of procps, which CMake needs on Debian, and which so may be there without having been asked for (Debian's package `cmake`).
const OF_PROCPS: [&str; 8] = ["free", "pgrep", "pkill", "ps", "top", "uptime", "vmstat", "watch"];

/// Plans the new stage on `base`.
pub(super) fn plan(
    subject: &Subject<'_, '_>,
    base: String,
    language: &Language,
) -> Result<Plan, Obstacle> {
    let mut plan =
        Plan { base, left: "compilers, headers and caches stay behind", ..Plan::default() };
    if let Some(message) = compiles(subject) {
        return Err((&reasons::LANGUAGES, message));
    }
    let mut packages: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if !packages.iter().any(|known| known == name) {
            packages.push(name.to_owned());
        }
    };
    language.packages.iter().for_each(|name| add(name));
    for package in subject.packages() {
        if package.contains("jdk") {
            let message = format!("`{package}` runs what no step names");
            return Err((&reasons::LANGUAGES, message));
        }
        match library_on(subject.image, &package, subject.suite) {
            Library::None => {}
            _ if language.left.contains(&package.as_str()) => {}
            Library::Packages(names) => names.iter().for_each(|name| add(name)),
            Library::Unknown => {
                return Err((
                    &reasons::PACKAGES,
                    format!("the libraries of `{package}` are not known"),
                ));
            }
            Library::Other if need_of_package(&package) == Need::Build => {}
            Library::Other
                if language.fetches_nothing
                    && need_of_package(&package) == Need::Fetch
                    && !is_named(subject, &package) => {}
            Library::Other => add(&package),
        }
    }
    let started = subject.launch.paths(subject.folder.as_deref());
    if let Some(path) = started
        .iter()
        .find(|path| is_code(path) && SCRATCH.iter().any(|folder| is_within(path, folder)))
    {
        let message = format!("the container starts `{path}`, which lies where nothing is kept");
        return Err((&reasons::NO_ARTEFACT, message));
    }
    let script = started.iter().any(|path| path.ends_with(".sh"));
    if plan.base != subject.image && script && subject.context.is_none() {
        return Err(because(&reasons::NO_CONTEXT));
    }
    for program in subject.launch.programs() {
        let program = program.ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
        let name = base_name(program);
        if program.contains('/')
            || language
                .programs
                .contains(&name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'))
        {
            continue;
        }
        let kept = need_of_package(name) != Need::Build;
        if kept && subject.packages().iter().any(|package| package == name) {
            continue;
        }
        match package_of_program(program) {
            Some("") => {}
            Some(package) => add(package),
            None if language.brings_programs => {}
            None => {
                let message =
                    format!("no step is known to bring `{program}`, which the container starts");
                return Err((&reasons::NO_ARTEFACT, message));
            }
        }
    }
    for package in tools(subject) {
        add(package);
    }
    let cmake = !plan.base.contains("alpine") && subject.packages().iter().any(|it| it == "cmake");
    if cmake && OF_PROCPS.iter().any(|program| is_named(subject, program)) {
        add("procps");
    }
    for package in called(subject, &plan.base, &packages)? {
        if !packages.iter().any(|known| known == package) {
            packages.push(package.to_owned());
        }
    }
    // What others recommend may be missed.
    let needy = |name: &&String| !COMES_ALONE.contains(&name.as_str());
    if let Some(name) = packages.iter().find(needy).filter(|_| language.bare) {
        let message =
            format!("the container calls npm, and what `{name}` recommends may be missed");
        return Err((&reasons::PACKAGES, message));
    }
    plan.bare = language.bare;
    plan.install(subject, &packages);
    plan.runs.extend(users_and_removals(subject)?);
    // What changes rarely comes first, so that its layers stay when the project changes.
    for folder in &language.installed {
        plan.take(subject, folder, true);
    }
    let stays = stays(subject).filter(|_| language.stays);
    plan.stays = stays.as_ref().map(|it| subject.stage.steps[it.first].instruction.span);
    for (path, folder) in places(subject, language, stays.as_ref())? {
        plan.take(subject, &path, folder);
    }
    check(subject, &plan)?;
    if let Some(message) = written_elsewhere(subject, &plan) {
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    Ok(plan)
}

/// Whether the container or the project names what a package brings: its name stands in a file that is none of the build's own.
pub(super) fn is_named(subject: &Subject<'_, '_>, package: &str) -> bool {
    let Some(context) = subject.context else { return true };
    let program = match package {
        "openssh-client" => "ssh",
        "gnupg" | "gnupg2" => "gpg",
        "xz-utils" => "xz",
        "bzip2" => "bz2",
        "mercurial" => "hg",
        "subversion" => "svn",
        name => name,
    };
    let mut started = subject.launch.commands.iter().flatten().flatten();
    if started.any(|word| word.split_whitespace().any(|word| base_name(word) == program)) {
        return true;
    }
    let letters = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
    let mut files = context.entries().filter(|(path, entry)| {
        entry.kind != dockslim_contract::ContextKind::Folder && !is_aside(path)
    });
    files.any(|(path, _)| {
        context.text(path).is_none_or(|text| text.split(letters).any(|word| word == program))
    })
}

/// Whether only people, builders and git read a file.
pub(super) fn is_aside(path: &str) -> bool {
    let name = base_name(path);
    name.starts_with("Dockerfile")
        || name.starts_with(".git")
        || name == ".dockerignore"
        || name.ends_with(".md")
        || path.starts_with(".git")
}

/// Whether a path is a file that an interpreter runs, as far as its name tells: no socket, and nothing else that a program makes.
fn is_code(path: &str) -> bool {
    let ends = [".py", ".pyc", ".sh", ".js", ".mjs", ".cjs", ".ts"];
    ends.iter().any(|end| path.ends_with(end))
}

/// The first command that compiles by other means than those of the language: where its program ends up is not known.
fn compiles(subject: &Subject<'_, '_>) -> Option<String> {
    let own = |name: Option<&str>| {
        name.is_some_and(|name| {
            name == "git"
                || name == "npx"
                || base_name(name).starts_with("python")
                || is_translator(base_name(name))
                || subject.toolchain.name == "ruby" && matches!(name, "make" | "rake" | "ruby")
        })
    };
    let done = subject
        .done
        .iter()
        .find(|done| done.effect == Effect::Builds && !own(done.command.program_name()))?;
    let line = subject.build.dockerfile.line(done.command.span.start);
    let name = done.command.program_name().unwrap_or_default();
    Some(format!(
        "`{name}` in line {line} is of another language, and where its results go is not known"
    ))
}

/// The paths that the container may read, with whether each is a folder: what was copied and written, as few as say it.
fn places(
    subject: &Subject<'_, '_>,
    language: &Language,
    stays: Option<&Stays<'_>>,
) -> Result<Vec<(String, bool)>, Obstacle> {
    let mut found: Vec<(String, bool)> = Vec::new();
    for brought in subject.copied.iter().flat_map(|copied| &copied.brings) {
        if !stays.is_some_and(|stays| stays.bring(&brought.place)) {
            found.push((brought.place.clone(), brought.folder));
        }
    }
    for done in &subject.done {
        match &done.effect {
            Effect::Writes(paths) => {
                let folder =
                    |path: &str| subject.is_folder(path) || may_be_moved(subject, done, path);
                found.extend(paths.iter().map(|path| (path.clone(), folder(path))));
            }
            Effect::MakesFolder(paths) => {
                found.extend(paths.iter().map(|path| (path.clone(), true)))
            }
            Effect::Clones(path) => found.push((path.clone(), true)),
            Effect::Packages("npm" | "yarn" | "pnpm") if is_global(done) => {}
            Effect::Packages("npm" | "yarn" | "pnpm" | "bundler" | "composer") | Effect::Builds => {
                let folder =
                    done.folder.clone().ok_or_else(|| because(&reasons::UNKNOWN_FOLDER))?;
                found.push((folder, true));
            }
            Effect::Owner { paths, .. } => {
                // What holds something is a folder, such as the home that was made for a user.
                let holds = |path: &String| {
                    found.iter().any(|(place, _)| place != path && is_within(place, path))
                };
                let folders: Vec<_> = paths
                    .iter()
                    .filter(|path| subject.folders.contains(path) || holds(path))
                    .map(|path| (path.clone(), true))
                    .collect();
                found.extend(folders);
            }
            _ => {}
        }
    }
    // What lies in the folder that the container starts in goes as a whole, where not all of it is known.
    let own = subject.folder.clone().filter(|folder| stays.is_none() && !holds_others(folder));
    if let Some(folder) = own.filter(|folder| found.iter().any(|(path, _)| is_within(path, folder)))
    {
        found.push((folder, true));
    }
    let made = workdirs::lost(subject, &found, stays.map(|stays| stays.first))?;
    found.extend(made.into_iter().map(|path| (path, true)));
    found.retain(|(path, _)| !SCRATCH.iter().any(|folder| is_within(path, folder)));
    found.retain(|(path, _)| !language.installed.iter().any(|folder| is_within(path, folder)));
    found.sort();
    found.dedup();
    let all = found.clone();
    found.retain(|(path, folder)| {
        let inside = |(other, is_folder): &(String, bool)| {
            *is_folder && other != path && is_within(path, other) && !holds_others(other)
        };
        let twice = !folder && all.contains(&(path.clone(), true));
        !all.iter().any(inside) && !twice
    });
    found.retain(|(path, _)| !matches!(fate(subject, path), Fate::Gone(_)));
    if let Some((path, _)) = found.iter().find(|(path, _)| holds_others(path)) {
        return Err((
            &reasons::UNKNOWN_COMMAND,
            format!("what of `{path}` is needed is not known"),
        ));
    }
    Ok(found)
}

/// Programs that scripts of the project call, and that only the old base has.
fn tools(subject: &Subject<'_, '_>) -> Vec<&'static str> {
    let Some(context) = subject.context.filter(|_| !subject.image.contains("slim")) else {
        return Vec::new();
    };
    let scripts = context.entries().filter(|(path, _)| path.ends_with(".sh"));
    let mut found = Vec::new();
    for text in scripts.filter_map(|(path, _)| context.text(path)) {
        for word in text.split(|c: char| c.is_whitespace() || ";|&()`\"'$".contains(c)) {
            if let Some(package) = package_of_program(word)
                .filter(|package| !package.is_empty() && !word.contains('/'))
                && !found.contains(&package)
            {
                found.push(package);
            }
        }
    }
    found
}

/// Whether a split is worth it: a package of the system is left behind.
pub(super) fn leaves_packages(subject: &Subject<'_, '_>) -> bool {
    subject.installed().into_iter().any(|package| {
        need_of_package(package) == Need::Build
            || !matches!(library_on(subject.image, package, subject.suite), Library::Other)
    })
}
