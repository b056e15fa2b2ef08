//! What speaks against a plan, whatever its language.

use super::compiled::Made;
use super::effects::{Done, Effect};
use super::gone::{Fate, fate};
use super::interpreted::is_aside;
use super::launch::base_name;
use super::lies::{Lies, is_recursive};
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject};
use super::{tool_settings, unversioned};
use crate::facts::{absolute, compose_with_commands, deployed_otherwise, is_within, unquoted};
use crate::knowledge::{links_manual_pages, suite_of_image};

/// Releases whose slim images have `adduser` (docker-library, debuerreotype; Debian's package lists).
const WITH_ADDUSER: &[&str] = &["jessie", "stretch", "buster", "bullseye", "bookworm"];

/// Releases that Debian's mirrors no longer hold (debian.org/distrib/archive).
const ARCHIVED: &[&str] = &["jessie", "stretch", "buster"];

/// Refuses a plan whose new stage could not be built, or would not do all that is asked of it.
pub(super) fn none(subject: &Subject<'_, '_>, plan: &Plan) -> Result<(), Obstacle> {
    if let Some(path) = subject.context.and_then(compose_with_commands) {
        let message = format!("{path} says what the container starts, too");
        return Err((&reasons::NO_COMMAND, message));
    }
    unversioned::none(subject, plan)?;
    preloaded(subject)?;
    tool_settings::come(subject, plan)?;
    // What an image of an interpreter starts besides is read with its scripts.
    let language = subject.toolchain.name.as_str();
    if !matches!(language, "python" | "node" | "ruby" | "php" | "debian") {
        let programs: Vec<&str> = subject.launch.programs().flatten().map(base_name).collect();
        let otherwise = subject.context.and_then(|it| deployed_otherwise(it, &programs));
        if let Some(path) = otherwise {
            let message = format!("{path} says what is started in the container, too");
            return Err((&reasons::NO_COMMAND, message));
        }
    }
    for path in plan.copies.iter().flat_map(|copy| &copy.sources) {
        let message = match fate(subject, path) {
            Fate::Stays => continue,
            Fate::Gone(line) => format!("line {line} takes `{path}` away again"),
            Fate::Unclear(line) => format!("line {line} may take `{path}` away again"),
        };
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    if let Some(path) = passing(subject, plan) {
        let message = format!(
            "`{path}` is there when all is built, and something names it, where nothing is kept"
        );
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    if let Some(path) = started_link(subject, plan) {
        let message = format!(
            "`{path}`, which the container starts, is a link, and a COPY takes what it leads to"
        );
        return Err((&reasons::LINKS, message));
    }
    if let Some(path) = of_package_user(subject, plan) {
        let message = format!(
            "`{path}` belongs to a user whom its package makes, by a number that may differ"
        );
        return Err((&reasons::OWNERS, message));
    }
    if let Some(path) = made_by_user(subject, plan) {
        let message = format!("`{path}` belongs to whom the step runs as that has made it");
        return Err((&reasons::OWNERS, message));
    }
    let installs = plan.runs.iter().any(|run| run.contains("apt-get install"));
    let written = subject.done.iter().flat_map(|done| match &done.effect {
        Effect::Writes(paths) => paths.as_slice(),
        _ => &[],
    });
    let copied = subject.copied.iter().flat_map(|copied| &copied.brings).map(|one| &one.place);
    let source = written.chain(copied).find(|path| is_within(path, "/etc/apt"));
    if let Some(path) = source.filter(|_| installs) {
        let message = format!("`{path}` says where packages of the system come from, too");
        return Err((&reasons::PACKAGES, message));
    }
    // Who installs packages himself knows where they are.
    let first = !subject.done.iter().any(|done| matches!(done.effect, Effect::Installs(_)));
    let archived = suite_of_image(&plan.base).filter(|suite| ARCHIVED.contains(suite));
    if let Some(suite) = archived.filter(|_| installs && first) {
        let message =
            format!("packages would be installed, and the mirrors no longer hold {suite}");
        return Err((&reasons::PACKAGES, message));
    }
    let names =
        plan.copies.iter().flat_map(|copy| copy.owner.iter().flat_map(|all| all.split(':')));
    if let Some(name) = names.into_iter().find(|name| !knows(subject, plan, name)) {
        let message = format!("`{name}`, whom files belong to, is nobody in its new base");
        return Err((&reasons::OWNERS, message));
    }
    let known = suite_of_image(&plan.base).or_else(|| suite_of_image(subject.image));
    let words = || plan.runs.iter().flat_map(|run| run.split_whitespace());
    // What the author installs there can be installed there again.
    let told = subject
        .stage
        .steps
        .iter()
        .any(|step| step.text(subject.build.dockerfile).contains("/man/"));
    let own = plan.base == subject.image && !told;
    if plan.base.contains("slim")
        && !own
        && let Some(package) = words().find(|word| links_manual_pages(word, known))
    {
        let message =
            format!("{package} is not installed where the folders of manual pages are missing");
        return Err((&reasons::PACKAGES, message));
    }
    let adds = words().any(|word| matches!(word, "adduser" | "addgroup" | "deluser" | "delgroup"));
    if adds
        && plan.base != subject.image
        && !plan.base.contains("alpine")
        && !known.is_some_and(|suite| WITH_ADDUSER.contains(&suite))
    {
        let message = "`adduser` is in no slim image since trixie".to_owned();
        return Err((&reasons::PACKAGES, message));
    }
    Ok(())
}

/// Refuses a library that is loaded in front of each program by the name that only packages of headers bring (ld.so(8)).
fn preloaded(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let settings = subject.stage.steps.iter().flat_map(|step| &*step.state.settings);
    let preloads = settings.filter(|setting| setting.name == "LD_PRELOAD");
    let values = preloads.filter_map(|setting| setting.value.as_deref().map(unquoted));
    let texts: Vec<String> = values.collect();
    let mut paths = texts.iter().flat_map(|text| text.split([':', ' ']));
    let copied = |path: &str| {
        let mut brought = subject.copied.iter().flat_map(|copied| &copied.brings);
        brought.any(|one| is_within(path, &one.place))
    };
    match paths.find(|path| path.ends_with(".so") && !copied(path)) {
        Some(path) => {
            let message =
                format!("LD_PRELOAD names `{path}`, which only packages of headers bring");
            Err((&reasons::PACKAGES, message))
        }
        None => Ok(()),
    }
}

/// Whether `cp -r` or `mv` has put something to a path, and nobody knows what.
pub(super) fn may_be_moved(subject: &Subject<'_, '_>, done: &Done<'_, '_>, path: &str) -> bool {
    (done.command.program_name() == Some("mv") || is_recursive(done))
        && subject.lies(path) == Lies::Unknown
}

/// Whether `cp -r` or `mv` has put something to a path of which nobody knows whether it is a file: it is none that the compiler made, none
/// that is started, and has no ending.
pub(super) fn may_be_either(
    subject: &Subject<'_, '_>,
    made: &Made,
    done: &Done<'_, '_>,
    path: &str,
) -> bool {
    let name = base_name(path);
    let ending = name.rsplit_once('.').is_some_and(|(_, end)| end.len() > 1);
    let here = done.folder.as_deref();
    let mut words = done.command.words.iter().flatten();
    let mut own =
        || words.any(|word| absolute(word, here).is_some_and(|it| made.artefacts.contains(&it)));
    let started = || {
        subject.launch.paths(subject.folder.as_deref()).iter().any(|one| one == path)
            || subject.launch.programs().flatten().any(|program| base_name(program) == name)
    };
    may_be_moved(subject, done, path)
        && !ending
        && !started()
        && !made.artefacts.iter().any(|one| one == path)
        && !own()
}

/// A place below /tmp or /var/tmp that a step leaves, that does not move, and that the container's start, its variables or a file of the
/// project names.
fn passing(subject: &Subject<'_, '_>, plan: &Plan) -> Option<String> {
    let below = |path: &&String| {
        let rest = path.strip_prefix("/var").unwrap_or(path).strip_prefix("/tmp/");
        rest.is_some_and(|rest| !rest.is_empty())
    };
    let made = subject.done.iter().flat_map(|done| match &done.effect {
        Effect::Writes(paths) | Effect::MakesFolder(paths) => paths.as_slice(),
        _ => &[],
    });
    let copied = subject.copied.iter().flat_map(|copied| &copied.brings).map(|one| &one.place);
    let moves = |path: &str| {
        let mut sources = plan.copies.iter().flat_map(|copy| &copy.sources);
        sources.any(|source| is_within(path, source))
            || plan.runs.iter().any(|run| run.contains(path))
    };
    let left = |path: &&String| fate(subject, path) == Fate::Stays && !moves(path);
    let places: Vec<&String> = made.chain(copied).filter(below).filter(left).collect();
    if places.is_empty() {
        return None;
    }
    let mut told: Vec<String> =
        subject.launch.commands.iter().flatten().flatten().cloned().collect();
    let last = subject.stage.steps.last();
    let settings = last.map_or(&[][..], |step| step.state.settings.as_slice());
    let own = settings.iter().filter(|one| !one.is_argument);
    told.extend(own.filter_map(|one| one.value.as_deref().map(str::to_owned)));
    let texts = subject.context.into_iter().flat_map(|context| {
        let files = context.entries().filter(|(path, _)| !is_aside(path));
        files.filter_map(|(path, _)| context.text(path))
    });
    let texts: Vec<&str> = texts.chain(told.iter().map(String::as_str)).collect();
    let named = |path: &&&String| texts.iter().any(|text| text.contains(path.as_str()));
    places.iter().find(named).map(|path| (*path).clone())
}

/// A link that the container starts its program by, and that would move by its name, where a source asks which file is running (Go,
/// `os.Executable`; Rust, `current_exe`).
fn started_link<'p>(subject: &Subject<'_, '_>, plan: &'p Plan) -> Option<&'p String> {
    let starts = |path: &str| {
        let mut programs = subject.launch.programs().flatten();
        programs.any(|program| {
            if program.contains('/') {
                absolute(program, subject.folder.as_deref()).as_deref() == Some(path)
            } else {
                base_name(path) == program
            }
        })
    };
    let mut sources = plan.copies.iter().flat_map(|copy| &copy.sources);
    let link = sources.find(|path| starts(path) && subject.lies(path) == Lies::Link)?;
    let asks = ["os.Executable", "current_exe", "/proc/self/exe", "program_invocation_name"];
    let mut texts = subject
        .context
        .into_iter()
        .flat_map(|context| context.entries().filter_map(|(path, _)| context.text(path)));
    texts.any(|text| asks.iter().any(|sign| text.contains(sign))).then_some(link)
}

/// Folders of settings that packages give to users of their own (their maintainers' scripts in Debian 10 to 12).
const OF_USERS: [&str; 16] = [
    "/etc/asterisk",
    "/etc/bind",
    "/etc/dovecot",
    "/etc/ejabberd",
    "/etc/exim4",
    "/etc/freeradius",
    "/etc/icinga2",
    "/etc/ldap/slapd.d",
    "/etc/mosquitto",
    "/etc/postgresql",
    "/etc/prosody",
    "/etc/rabbitmq",
    "/etc/redis",
    "/etc/tomcat10",
    "/etc/tomcat9",
    "/etc/znc",
];

/// Settings of such a package that a step has changed, and that would move by their name.
fn of_package_user<'p>(subject: &Subject<'_, '_>, plan: &'p Plan) -> Option<&'p String> {
    let copied = |path: &str| {
        let mut brought = subject.copied.iter().flat_map(|copied| &copied.brings);
        brought.any(|one| one.place == path || one.folder && is_within(path, &one.place))
    };
    let mut sources = plan.copies.iter().flat_map(|copy| &copy.sources);
    sources.find(|path| OF_USERS.iter().any(|folder| is_within(path, folder)) && !copied(path))
}

/// A folder that a step has made as somebody else than root, and that would move by its name as root's.
fn made_by_user<'p>(subject: &Subject<'_, '_>, plan: &'p Plan) -> Option<&'p String> {
    let of_others = |path: &String| {
        subject.done.iter().any(|done| {
            let by_user = !subject.stage.is_root(&subject.stage.steps[done.step]);
            by_user && matches!(&done.effect, Effect::MakesFolder(paths) if paths.contains(path))
        })
    };
    let bare = plan.copies.iter().filter(|copy| copy.owner.is_none());
    bare.flat_map(|copy| &copy.sources).find(|path| of_others(path))
}

/// Whether the new stage knows a user or group by its name: a builder looks it up there.
fn knows(subject: &Subject<'_, '_>, plan: &Plan, name: &str) -> bool {
    // Those of base-passwd that programs are given.
    let of_debian = ["daemon", "mail", "nobody", "nogroup", "staff", "users", "www-data"];
    let image = |reference: &str| reference.split(':').next().unwrap_or_default().to_owned();
    let made = || {
        plan.runs.iter().any(|run| {
            (run.contains("user") || run.contains("group"))
                && run.split_whitespace().any(|word| word == name)
        })
    };
    name.bytes().all(|byte| byte.is_ascii_digit())
        || name == "root"
        || plan.copies.iter().flat_map(|copy| &copy.sources).any(|source| source == "/etc/passwd")
        || image(&plan.base) == image(subject.image)
        || (plan.base.starts_with("debian:") && of_debian.contains(&name))
        || made()
}
