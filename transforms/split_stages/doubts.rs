//! What speaks against a plan, whatever its language.

use super::compiled::Made;
use super::effects::{Done, Effect};
use super::gone::{Fate, fate};
use super::launch::base_name;
use super::lies::{Lies, is_recursive};
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::{absolute, compose_with_commands, is_within};
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
    for path in plan.copies.iter().flat_map(|copy| &copy.sources) {
        let message = match fate(subject, path) {
            Fate::Stays => continue,
            Fate::Gone(line) => format!("line {line} takes `{path}` away again"),
            Fate::Unclear(line) => format!("line {line} may take `{path}` away again"),
        };
        return Err((&reasons::UNKNOWN_COMMAND, message));
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
    if plan.base.contains("slim")
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
