//! Commands of the build that the new stage does again: those that make users, and those that remove or turn off what packages bring.

use dockslim_syntax::Keyword;

use super::effects::{Done, Effect};
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::{BuildStep, Outcome, Setting, is_within, may_set, outcome};

/// The commands that make users and groups, by step and as they stand.
pub(super) fn users(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
    again(subject, false)
}

/// The same, and those that remove what packages of the system bring, in their order.
pub(super) fn users_and_removals(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
    again(subject, true)
}

fn again(subject: &Subject<'_, '_>, removals: bool) -> Result<Vec<String>, Obstacle> {
    let mut runs: Vec<(usize, Vec<String>)> = Vec::new();
    for (number, done) in subject.done.iter().enumerate() {
        let text = match &done.effect {
            Effect::Users => user(subject, done)?,
            Effect::Unknown(_) if removals && turns_off(done) => user(subject, done)?,
            Effect::Removes(_) if removals => match removal(subject, number)? {
                Some(text) => text,
                None => continue,
            },
            _ => continue,
        };
        match runs.last_mut().filter(|(step, _)| *step == done.step) {
            Some((_, texts)) => texts.push(text),
            None => runs.push((done.step, vec![text])),
        }
    }
    Ok(runs.into_iter().map(|(_, texts)| texts.join(" && ")).collect())
}

/// Whether a command turns off what Debian's packages of Apache turn on (`man a2enmod`; the list of files of apache2).
pub(super) fn turns_off(done: &Done<'_, '_>) -> bool {
    const OWN: &[&str] = &[
        "000-default",
        "000-default.conf",
        "charset",
        "localized-error-pages",
        "other-vhosts-access-log",
        "security",
        "serve-cgi-bin",
    ];
    let known = |word: &Option<std::borrow::Cow<'_, str>>| {
        word.as_deref().is_some_and(|word| OWN.contains(&word))
    };
    let turns = matches!(done.command.program_name(), Some("a2disconf" | "a2dissite"));
    turns && done.command.words.iter().skip(1).all(known)
}

/// A command that makes users, if it does the same in a script of its own.
fn user(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Result<String, Obstacle> {
    if result(subject, done) != Outcome::Decides {
        return Err(declined(subject, done, "may fail without ending the build"));
    }
    if !reads_settings_alone(subject, done) {
        return Err(declined(subject, done, "reads what its script alone knows"));
    }
    Ok(text(subject, done))
}

/// A command that removes what packages of the system bring, so that it does not mind what was never there; `None` for others.
fn removal(subject: &Subject<'_, '_>, number: usize) -> Result<Option<String>, Obstacle> {
    let system = |path: &String| {
        ["/etc", "/var/www", "/usr/share"].iter().any(|folder| is_within(path, folder))
    };
    let done = &subject.done[number];
    let Effect::Removes(paths) = &done.effect else { return Ok(None) };
    if !paths.iter().any(system) || done.command.program_name() == Some("find") {
        return Ok(None);
    }
    let mut words =
        (0..done.command.words.len()).map(|at| done.command.raw_word(subject.build.dockerfile, at));
    let is_rm = words.next().as_deref() == Some("rm");
    let (flags, operands): (Vec<String>, Vec<String>) = words.partition(|it| it.starts_with('-'));
    let known = |flag: &String| flag[1..].chars().all(|letter| "rRfv".contains(letter));
    let absolute = |path: &String| path.starts_with('/') || path.starts_with("~/");
    if !is_rm || !flags.iter().all(known) || !operands.iter().all(absolute) {
        return Err(declined(subject, done, "removes what is not known"));
    }
    let has = |letters: &[char]| flags.iter().any(|flag| flag.contains(letters));
    // Nothing that is there or not keeps `rm -rf` from success.
    match result(subject, done) {
        Outcome::Decides => {}
        Outcome::Runs if has(&['f']) && has(&['r', 'R']) => {}
        _ => return Err(declined(subject, done, "may fail without ending the build")),
    }
    if !reads_settings_alone(subject, done) {
        return Err(declined(subject, done, "reads what its script alone knows"));
    }
    let of_apt = paths.iter().filter(|path| system(path)).all(|path| is_within(path, "/etc/apt"));
    let installs = |later: &Done<'_, '_>| matches!(later.effect, Effect::Installs(_));
    if !of_apt && subject.done[number + 1..].iter().any(installs) {
        return Err(declined(subject, done, "removes what a later install may bring again"));
    }
    let text = text(subject, done);
    Ok(Some(match text.strip_prefix("rm ").filter(|_| !has(&['f'])) {
        Some(rest) => format!("rm -f {rest}"),
        None => text,
    }))
}

fn result(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Outcome {
    outcome(subject.build.dockerfile, &subject.stage.steps[done.step], done.command)
}

fn declined(subject: &Subject<'_, '_>, done: &Done<'_, '_>, what: &str) -> Obstacle {
    let line = subject.build.dockerfile.line(done.command.span.start);
    let name = done.command.program_name().unwrap_or_default();
    (&reasons::NOT_AGAIN, format!("`{name}` in line {line} {what}"))
}

/// Whether root does a command again in the new stage as in the old one, where nothing decides about it.
pub(super) fn does_again(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> bool {
    result(subject, done) == Outcome::Decides
        && reads_settings_alone(subject, done)
        && subject.stage.is_root(&subject.stage.steps[done.step])
}

/// A command on one line, as it stands.
pub(super) fn text(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> String {
    let text = done.command.text(subject.build.dockerfile);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a command reads no variable but those that ENV and ARG have set in front of it alone, which the new stage has as well, and no
/// output of another command.
fn reads_settings_alone(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> bool {
    let step = &subject.stage.steps[done.step];
    let dockerfile = subject.build.dockerfile;
    let script = step.text(dockerfile);
    let own = done
        .command
        .call
        .is_none_or(|call| !call.simple.assignments.is_empty() || !call.redirects.is_empty());
    let text = done.command.text(dockerfile);
    let settings = &step.state.settings;
    let builds = |step: &&BuildStep<'_>| {
        matches!(step.instruction.kind, Keyword::Run | Keyword::Copy | Keyword::Add)
    };
    let last =
        subject.stage.steps.iter().rfind(builds).map_or(settings, |step| &step.state.settings);
    let is_set = |rest: &str| {
        let bare = rest.strip_prefix('{').unwrap_or(rest);
        let end = bare.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, behind) = bare.split_at(end.unwrap_or(bare.len()));
        let whole = bare.len() == rest.len() || behind.starts_with('}');
        let count = |settings: &[Setting<'_>]| {
            settings.iter().filter(|setting| setting.name == name).count()
        };
        // The new stage sets all variables before it does anything.
        let set = count(settings);
        whole && set > 0 && set == count(last) && !may_set(&script, name)
    };
    !own && !text.contains('`') && text.split('$').skip(1).all(is_set)
}
