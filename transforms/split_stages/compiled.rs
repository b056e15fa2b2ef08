//! Programs that a compiler makes: the new stage holds them, and what else of the project they may read.

use std::collections::HashSet;

use dockslim_syntax::Keyword;

use super::again::{users, users_and_removals};
use super::brought::brings;
use super::chosen::fills;
use super::copies::{Brought, holds_nothing, kept};
use super::doubts::may_be_either;
use super::effects::{Done, Effect, holds_others};
use super::generated::writes_what_is_read;
use super::gone::{Fate, fate};
use super::launch::base_name;
use super::libraries::{BELOW_USR, BUT_SYSTEM, collect, links_more};
use super::opened::{asks_types_of_desktop, opens_system_files};
use super::owners::{builds_in_home, given_away, homes, is_made_again, made_homes};
use super::plan::Plan;
use super::read::{asked_for, source_of};
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use super::system_files::{self, Named};
use super::tools::packages_of;
use crate::facts::{absolute, is_within};
use crate::knowledge::{
    Library, Need, is_leftover_folder, library_on, need_of_package, package_of_program,
    suite_of_image, toolchain_of_image,
};

/// What a compiler has made, and what it needs.
pub(super) struct Made {
    /// The paths of what it made, folders with a slash at their end.
    pub(super) artefacts: Vec<String>,
    pub(super) runs_on: RunsOn,
}

/// What a program needs to start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RunsOn {
    /// The kernel.
    Nothing,
    /// The C library of its suite, and what else it is linked with.
    Libraries,
    /// What the image that builds has itself, and this program besides.
    Same(&'static str),
    /// What its new base is made of: an interpreter or virtual machine of this name.
    Runtime(&'static str),
}

/// The base of programs that need the kernel alone: root certificates, time zones, users and /tmp.
pub(super) const STATIC_BASE: &str = "gcr.io/distroless/static-debian12";
/// The same with a shell.
pub(super) const SHELL_BASE: &str = "busybox";

/// Debian's package of Supervisor, and its program.
const SUPERVISOR: (&str, &str) = ("supervisor", "supervisord");

/// The root certificates of images with git, which all images of compilers are.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Plans the new stage, all but its base where that is a runtime's; `packages` are installed there in any case.
pub(super) fn plan(
    subject: &Subject<'_, '_>,
    made: &Made,
    packages: &[String],
) -> Result<Plan, Obstacle> {
    let mut plan = Plan { left: "the compiler and its files stay behind", ..Plan::default() };
    let launch = &subject.launch;
    let mut needed: Vec<String> = packages.to_vec();
    let modules = made.runs_on == RunsOn::Same("java") && packages.is_empty();
    let headless = modules || packages.iter().any(|name| name.ends_with("-jre-headless"));
    for package in subject.packages() {
        match need_of_package(&package) {
            // It reads windows aloud, which nothing opens.
            _ if headless && package == "libatk-wrapper-java-jni" => {}
            Need::Build => {}
            Need::Fetch if !is_mentioned(subject, &package) => {}
            _ => needed.push(package),
        }
    }
    let wanted = launch.packages.iter().map(|name| (*name).to_owned());
    let wanted: Vec<String> = wanted.filter(|name| !needed.contains(name)).collect();
    needed.extend(wanted);
    let mut needs_tools = false;
    for words in launch.commands.iter().filter(|words| !words.is_empty()) {
        let program = words[0].as_deref().ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
        if provides(subject, made, program)
            || matches!(made.runs_on, RunsOn::Runtime(name) | RunsOn::Same(name) if name == base_name(program))
        {
            continue;
        }
        // What has the name of a package that the author installs comes with it.
        let of_package =
            |name: &str| name == base_name(program) || (name, base_name(program)) == SUPERVISOR;
        let brought = |package: &String| brings(package, program) && !program.contains('/');
        // By which others git works is asked below.
        let git = base_name(program) == "git" && !launch.scripts.is_empty();
        if !git && needed.iter().any(|package| of_package(package) || brought(package)) {
            continue;
        }
        match package_of_program(program) {
            Some("") => needs_tools = true,
            // A script may ask whether it is there, and do something else.
            _ if !launch.scripts.is_empty()
                && let Some(packages) = packages_of(subject, words) =>
            {
                needed.extend(packages);
            }
            Some(package)
                if !launch.scripts.is_empty() && !needed.iter().any(|it| it == package) =>
            {
                let message = format!("the image is not known to have `{program}` now");
                return Err((&reasons::NO_ARTEFACT, message));
            }
            Some(package) => needed.push(package.to_owned()),
            None => {
                let message =
                    format!("no step is known to make `{program}`, which the container starts");
                return Err((&reasons::NO_ARTEFACT, message));
            }
        }
    }
    let mut seen = HashSet::new();
    needed.retain(|name| seen.insert(name.clone()));
    choose_base(subject, made, &mut plan, needed, launch.needs_shell || needs_tools)?;
    // What was given away as a whole moves as a whole, so that its new owner may write there; so does what is read as a whole.
    let mut given = given_away(subject);
    let asked = asked_for(subject)?;
    let here = subject.folder.as_deref();
    given.extend(here.filter(|_| asked.all).map(str::to_owned));
    let comes = |path: &str| given.iter().any(|folder| is_within(path, folder));
    let alone = made.runs_on == RunsOn::Libraries;
    for path in made.artefacts.iter().filter(|path| alone || !comes(path.trim_end_matches('/'))) {
        plan.take(subject, path.trim_end_matches('/'), path.ends_with('/'));
    }
    let inside =
        |path: &str| made.artefacts.iter().any(|one| is_within(path, one.trim_end_matches('/')));
    let mut rest: Vec<(String, bool)> = Vec::new();
    writes_what_is_read(subject)?;
    for copied in &subject.copied {
        let kept = kept(copied, subject.context, subject.toolchain, &asked.folders)
            .ok_or_else(|| because(&reasons::UNREAD_COPY))?;
        let mut named = named(subject, &subject.launch.paths(here), copied.brings.as_slice());
        let opened = self::named(subject, &asked.files, copied.brings.as_slice());
        named.extend(opened.into_iter().filter(|one| !one.folder));
        let folders = self::named(subject, &asked.folders, copied.brings.as_slice());
        let left = |one: &Brought| one.folder && one.source.split('/').any(is_leftover_folder);
        named.extend(folders.into_iter().filter(left));
        rest.extend(kept.into_iter().chain(named).map(|one| (one.place, one.folder)));
    }
    rest.extend(written(subject, made)?);
    rest.extend(given.iter().map(|folder| (folder.clone(), true)));
    // What is to be written to is there with what was built in it.
    let filled = |path: &str| {
        let empty = |context, source: String| holds_nothing(context, &source);
        made.artefacts.iter().any(|one| one != path && is_within(one, path))
            && subject.context.zip(source_of(subject, path)).is_some_and(|(it, at)| empty(it, at))
    };
    rest.retain(|(path, _)| {
        !inside(path) && !filled(path) && !matches!(fate(subject, path), Fate::Gone(_))
    });
    rest.dedup();
    let all = rest.clone();
    rest.retain(|(path, _)| {
        !all.iter().any(|(other, folder)| *folder && other != path && is_within(path, other))
    });
    for (path, folder) in rest {
        if holds_others(&path) {
            return Err((
                &reasons::UNKNOWN_COMMAND,
                format!("what of `{path}` is needed is not known"),
            ));
        }
        plan.take(subject, &path, folder);
    }
    check(subject, &plan)?;
    Ok(plan)
}

/// What speaks against the copies of a plan.
pub(super) fn check(subject: &Subject<'_, '_>, plan: &Plan) -> Result<(), Obstacle> {
    let mut sources = plan.copies.iter().flat_map(|copy| &copy.sources);
    if let Some(path) = sources.find(|path| subject.has_mixed_owners(path)) {
        return Err((&reasons::OWNERS, format!("files in `{path}` belong to different users")));
    }
    let sources = plan.copies.iter().flat_map(|copy| &copy.sources);
    if let Some(path) = subject.moved_of_others(sources.clone()) {
        let message = format!("whoever `{path}` belonged to where it was would lose it");
        return Err((&reasons::OWNERS, message));
    }
    let mut sources = sources;
    let unknown = made_homes(subject).into_iter().find(|home| home.owner.is_none());
    if let Some(home) = unknown.filter(|home| sources.any(|path| *path == home.path)) {
        return Err((&reasons::OWNERS, format!("whose `{}` is, is not known", home.path)));
    }
    // A folder that was given away, so that a program may write there, would be root's if it came in pieces.
    let taken = |path: &str| {
        plan.copies.iter().flat_map(|copy| &copy.sources).any(|source| is_within(path, source))
    };
    for done in &subject.done {
        let Effect::Owner { owner, paths, .. } = &done.effect else { continue };
        let home = |path: &str| is_made_again(subject, plan, (path, owner));
        if let Some(path) = paths.iter().find(|path| !taken(path) && !home(path)) {
            return Err((
                &reasons::OWNERS,
                format!("`{path}` is given away, and would move only in part"),
            ));
        }
    }
    if plan.copies.len() > MOST_COPIES {
        return Err((
            &reasons::LAYOUT,
            "files for the container lie between sources in too many folders".to_owned(),
        ));
    }
    Ok(())
}

/// Whether the C library of an image asks DNS, and reads /etc/passwd, by itself. Before 2.34 it loads a module for either, which ldd does
/// not show (glibc, NEWS for 2.34).
pub(super) fn finds_names(image: &str) -> bool {
    !matches!(suite_of_image(image), Some("bullseye" | "buster" | "stretch"))
}

/// More COPYs than anybody would write by hand.
const MOST_COPIES: usize = 12;

/// The base, and what it has to be given first.
fn choose_base(
    subject: &Subject<'_, '_>,
    made: &Made,
    plan: &mut Plan,
    needed: Vec<String>,
    shell: bool,
) -> Result<(), Obstacle> {
    let tiny = matches!(made.runs_on, RunsOn::Nothing | RunsOn::Libraries);
    let system = if tiny { system_files::named(subject, &needed)? } else { Named::default() };
    let opens = tiny && opens_system_files(subject)? || system.debian || builds_in_home(subject);
    if let Some(path) = asks_types_of_desktop(subject) {
        let message =
            format!("{path} asks for types of files, whose list nothing is known to bring");
        return Err((&reasons::PACKAGES, message));
    }
    // These are in the base already, or come with it.
    let (certificates, needed): (Vec<String>, Vec<String>) =
        needed.into_iter().partition(|name| matches!(name.as_str(), "ca-certificates" | "tzdata"));
    let suite = suite_of_image(subject.image);
    let alone = made.runs_on == RunsOn::Nothing || finds_names(subject.image);
    if tiny && needed.is_empty() && !shell && alone && !opens {
        plan.base = STATIC_BASE.to_owned();
        plan.self_contained = made.runs_on == RunsOn::Nothing;
        if made.runs_on == RunsOn::Libraries {
            collect(subject, made, plan, "")?;
        }
    } else if matches!(made.runs_on, RunsOn::Same(_)) {
        plan.base = subject.image.to_owned();
        let mut packages = needed;
        for package in subject.packages() {
            match library_on(subject.image, &package, subject.suite) {
                Library::Packages(names) => packages.extend(names),
                Library::Unknown => {
                    let message = format!("the libraries of `{package}` are not known");
                    return Err((&reasons::PACKAGES, message));
                }
                Library::None | Library::Other => {}
            }
        }
        packages.extend(certificates);
        packages.sort();
        packages.dedup();
        plan.install(subject, &packages);
    } else if made.runs_on == RunsOn::Nothing
        && needed.is_empty()
        && !subject.launch.needs_system
        && !opens
        && !system.network
        && !system.more_than_busybox
    {
        plan.base = SHELL_BASE.to_owned();
        take_certificates(subject, plan);
    } else if tiny {
        if subject.image.contains("alpine") {
            return Err((
                &reasons::PACKAGES,
                "the packages of alpine are not those of its new base".to_owned(),
            ));
        }
        let suite = suite.ok_or_else(|| {
            (&reasons::PACKAGES, "the suite of the image is not known".to_owned())
        })?;
        if system.network && !needed.iter().any(|name| name == "netbase") {
            let message =
                "a source names the lists of names of the network, which slim Debian lacks";
            return Err((&reasons::PACKAGES, message.to_owned()));
        }
        plan.base = format!("debian:{suite}-slim");
        if made.runs_on == RunsOn::Libraries && links_more(subject) {
            let merged = matches!(suite, "bookworm" | "stable" | "trixie");
            let but =
                if merged { format!("{BUT_SYSTEM}{BELOW_USR}") } else { BUT_SYSTEM.to_owned() };
            collect(subject, made, plan, &but)?;
        }
        let mut packages = needed;
        packages.extend(certificates.into_iter().filter(|name| name == "tzdata"));
        if packages.is_empty() {
            take_certificates(subject, plan);
        } else if has_certificates(subject) {
            packages.push("ca-certificates".to_owned());
        }
        packages.sort();
        plan.install(subject, &packages);
    } else {
        let mut packages = needed;
        // Runtimes of Java bring none for other programs.
        if made.runs_on == RunsOn::Runtime("java") {
            packages.extend(certificates);
        }
        plan.install(subject, &packages);
    }
    if plan.base != STATIC_BASE && plan.base != SHELL_BASE {
        // What packages bring, and the author removes, comes with them again.
        let again = if plan.runs.is_empty() { users(subject) } else { users_and_removals(subject) };
        plan.runs.extend(again?);
    } else if subject.makes_users() || runs_as_somebody(subject) {
        plan.copies.insert(
            0,
            super::plan::Transfer {
                sources: vec!["/etc/passwd".to_owned(), "/etc/group".to_owned()],
                target: "/etc/".to_owned(),
                owner: None,
            },
        );
        for home in homes(subject) {
            plan.take(subject, &home, true);
        }
    }
    Ok(())
}

/// Whether the container runs as a user of the old base whom a base without a system may not know: all have root and nobody.
fn runs_as_somebody(subject: &Subject<'_, '_>) -> bool {
    let steps = &subject.stage.steps;
    let own = steps.iter().rev().find(|step| step.instruction.kind == Keyword::User);
    own.is_some_and(|step| {
        let user = subject.build.dockerfile.text(step.instruction.arguments_span);
        let user = user.trim();
        let known = |name: &str| name == "root" || name.bytes().all(|byte| byte.is_ascii_digit());
        user != "nobody" && !user.split(':').all(known)
    })
}

/// Takes along the root certificates of the stage that builds, if it has any.
pub(super) fn take_certificates(subject: &Subject<'_, '_>, plan: &mut Plan) {
    if has_certificates(subject) {
        plan.take_to(CERTIFICATES, "/etc/ssl/certs/");
    }
}

/// Whether the stage that builds has root certificates: a distribution has none before they are installed.
fn has_certificates(subject: &Subject<'_, '_>) -> bool {
    let bare = toolchain_of_image(subject.image).is_some_and(|row| row.name == "debian");
    !bare || subject.packages().iter().any(|package| package == "ca-certificates")
}

/// Whether a program is one that was made or copied.
pub(super) fn provides(subject: &Subject<'_, '_>, made: &Made, program: &str) -> bool {
    let moved = moved(subject, made);
    let is = |path: &str| {
        made.artefacts.iter().any(|one| is_within(path, one.trim_end_matches('/')))
            || moved.iter().any(|one| one == path)
    };
    if program.contains('/') {
        let path = crate::facts::absolute(program, subject.folder.as_deref());
        let whole = program.ends_with('/');
        return path
            .is_some_and(|path| if whole { fills(subject, made, &path) } else { is(&path) });
    }
    search_path(subject)
        .iter()
        .any(|folder| is(&format!("{}/{program}", folder.trim_end_matches('/'))))
}

/// What commands that handle files have made of what was built: of something else it may be a script.
fn moved(subject: &Subject<'_, '_>, made: &Made) -> Vec<String> {
    const MOVERS: &[&str] = &["cp", "install", "ln", "mv", "objcopy", "strip", "upx"];
    let mut found: Vec<String> = Vec::new();
    let mut texts: Vec<&String> = Vec::new();
    for done in &subject.done {
        let Effect::Writes(paths) = &done.effect else { continue };
        if !done.command.program_name().is_some_and(|name| MOVERS.contains(&name)) {
            texts.extend(paths);
            continue;
        }
        let words = done.command.words.iter().skip(1).flatten();
        let named: Vec<String> =
            words.filter_map(|word| absolute(word, done.folder.as_deref())).collect();
        let built = named.iter().any(|path| {
            let inside = |one: &String| is_within(path, one.trim_end_matches('/'));
            made.artefacts.iter().any(|one| inside(one) || is_within(one, path))
                || found.contains(path)
        });
        let text = named.iter().any(|path| texts.contains(&path));
        if built && !text {
            found.extend(paths.iter().cloned());
        } else if text {
            texts.extend(paths);
        }
    }
    found.retain(|path| !texts.contains(&path));
    found
}

/// The folders of PATH: those of the system, of the image, and of ENV.
pub(super) fn search_path(subject: &Subject<'_, '_>) -> Vec<String> {
    let system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    let mut path: Vec<String> = system.iter().map(|folder| (*folder).to_owned()).collect();
    path.extend(subject.toolchain.path.iter().cloned());
    for step in &subject.stage.steps {
        for setting in step.state.settings.iter().filter(|setting| setting.name == "PATH") {
            let value = setting.value.as_deref().unwrap_or_default();
            path.extend(
                value
                    .trim_matches(['"', '\''])
                    .split(':')
                    .filter(|one| one.starts_with('/'))
                    .map(str::to_owned),
            );
        }
    }
    path
}

/// Where a compiler is told to put a program, by `-o`.
fn output_of(done: &Done<'_, '_>) -> Option<String> {
    let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
    let runs = words.first() == Some(&"go") && words.get(1) != Some(&"build");
    let at = words.iter().position(|word| *word == "-o").filter(|_| !runs)?;
    absolute(words.get(at + 1)?, done.folder.as_deref())
}

/// Files at these paths, though such are sources: a configuration with an odd name, an entry script.
fn named(subject: &Subject<'_, '_>, paths: &[String], brings: &[Brought]) -> Vec<Brought> {
    let mut found = Vec::new();
    for path in paths {
        for brought in brings {
            if brought.place == *path && !brought.folder {
                found.push(brought.clone());
            } else if brought.folder && brought.place != *path && is_within(path, &brought.place) {
                let rest = path[brought.place.len()..].trim_start_matches('/');
                let source = if brought.source.is_empty() {
                    rest.to_owned()
                } else {
                    format!("{}/{rest}", brought.source)
                };
                if let Some(context) = subject.context.filter(|context| context.exists(&source)) {
                    let folder = context.is_folder(&source);
                    found.push(Brought { source, place: path.clone(), folder });
                }
            }
        }
    }
    found
}

/// What commands write besides the compiler, as paths with whether each is a folder.
fn written(subject: &Subject<'_, '_>, made: &Made) -> Result<Vec<(String, bool)>, Obstacle> {
    let mut found = Vec::new();
    let scratch = |path: &str| {
        [
            "/tmp",
            "/var/tmp",
            "/var/cache",
            "/var/lib/apt",
            "/root/.cache",
            "/root/.cargo",
            "/go/pkg",
            "/root/.m2",
            "/root/.gradle",
        ]
        .iter()
        .any(|folder| is_within(path, folder))
    };
    for done in &subject.done {
        match &done.effect {
            Effect::Writes(paths) => {
                let paths = paths.iter().filter(|path| {
                    !scratch(path) && !subject.toolchain.alone_reads(base_name(path))
                });
                for path in paths {
                    // By its own path either comes as it is.
                    let folder =
                        subject.is_folder(path) || may_be_either(subject, made, done, path);
                    found.push((path.clone(), folder));
                }
            }
            Effect::MakesFolder(paths) => {
                for path in paths.iter().filter(|path| !scratch(path) && !holds_others(path)) {
                    let holds = made.artefacts.iter().any(|one| is_within(one, path));
                    let compiles = subject.done.iter().any(|other| {
                        let inside = |folder: &str| is_within(folder, path);
                        other.effect == Effect::Builds
                            && (other.folder.as_deref().is_some_and(inside)
                                || output_of(other).as_deref().is_some_and(inside))
                    });
                    if !holds && !compiles {
                        found.push((path.clone(), true));
                    }
                }
            }
            Effect::Clones(path) => {
                let gone = matches!(fate(subject, path), Fate::Gone(_)) || scratch(path);
                if !gone {
                    return Err(because(&reasons::FOREIGN_SOURCES));
                }
            }
            Effect::Packages(_) => return Err(because(&reasons::LANGUAGES)),
            // `mkdir -p a/b` and then `chown x a`: the folder between counts, too.
            Effect::Owner { paths, .. } => {
                let made = |path: &&String| {
                    let below = |folder: &String| folder != *path && is_within(folder, path);
                    let made = subject.done.iter().any(|other| {
                        matches!(&other.effect, Effect::MakesFolder(folders) if folders.iter().any(below))
                    });
                    let holds = made && !holds_others(path);
                    holds
                        && !subject
                            .copied
                            .iter()
                            .flat_map(|copied| &copied.brings)
                            .any(|one| is_within(&one.place, path))
                };
                found.extend(paths.iter().filter(made).map(|path| (path.clone(), true)));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Whether a source of the project names a program between quotes.
fn is_mentioned(subject: &Subject<'_, '_>, name: &str) -> bool {
    let Some(context) = subject.context else { return true };
    let quoted = format!("\"{name}\"");
    let mut texts =
        context.entries().filter(|(path, _)| subject.toolchain.alone_reads(base_name(path)));
    texts.any(|(path, _)| context.text(path).is_some_and(|text| text.contains(&quoted)))
}
