//! Which Python installs, which environments it makes, and what the container names by full paths or opens by names.

use dockslim_contract::BuildContext;

use super::effects::{Done, Effect};
use super::launch::base_name;
use super::python::opens_libraries;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use super::variables::expanded;
use crate::facts::{BuildStep, absolute, is_within};
use crate::knowledge::package_of_program;

/// Refuses what only the full image may have: libraries that a source opens by their names, and programs by their full paths, in what the
/// container starts and in scripts.
pub(super) fn finds_all(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    if subject.context.is_none() {
        return Err(because(&reasons::NO_CONTEXT));
    }
    if opens_libraries(subject) {
        let message = "a source opens libraries, which may be those of the full image";
        return Err((&reasons::PACKAGES, message.to_owned()));
    }
    let started = subject.launch.paths(subject.folder.as_deref());
    let scripts = subject.context.into_iter().flat_map(BuildContext::entries);
    let scripts = scripts
        .filter(|(path, _)| path.ends_with(".sh"))
        .filter_map(|(path, _)| subject.context?.text(path));
    let words = subject.launch.commands.iter().flatten().flatten().map(String::as_str);
    let own = started.iter().filter_map(|path| subject.source_text(path));
    let first_lines =
        own.filter_map(|text| text.lines().next()).filter(|line| line.starts_with("#!"));
    let ends = |c: char| c.is_whitespace() || "\"'`()=;|&:,!".contains(c);
    let packages = subject.packages();
    let lacks = |word: &&str| {
        let folders = ["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"];
        let name = folders.iter().find_map(|folder| word.strip_prefix(folder));
        name.is_some_and(|name| {
            let shell = matches!(name, "bash" | "env" | "perl");
            let brought = packages.iter().any(|package| package == name);
            !shell && !brought && package_of_program(name) != Some("")
        })
    };
    let mut all = words.chain(first_lines).chain(scripts).flat_map(|text| text.split(ends));
    match all.find(lacks) {
        Some(path) => {
            let message = format!("`{path}` is of the full image, as far as is known");
            Err((&reasons::PACKAGES, message))
        }
        None => Ok(()),
    }
}

/// A command that installs, or compiles parts of the project, by another Python than the one whose packages are taken along.
pub(super) fn another_python(
    subject: &Subject<'_, '_>,
    official: bool,
    environments: &[String],
) -> Option<String> {
    let script = |done: &&Done<'_, '_>| {
        done.command.words.get(1).and_then(Option::as_deref) == Some("setup.py")
    };
    let mut installs = subject.done.iter().filter(|done| {
        matches!(done.effect, Effect::Packages("pip"))
            || done.effect == Effect::Builds && script(done)
    });
    let activates = subject.done.iter().any(|done| done.environment.is_some());
    let other = |done: &&Done<'_, '_>| {
        let program = done.command.words.first().and_then(Option::as_deref).unwrap_or("$");
        if !program.contains(['/', '$']) {
            return activates && done.environment.is_none() && !prepares(done);
        }
        let Some(path) = absolute(program, done.folder.as_deref()) else { return true };
        let own = environments.iter().any(|folder| is_within(&path, folder));
        let of_image = official && environments.is_empty() && is_within(&path, "/usr/local/bin");
        !own && !of_image && (official || script(done))
    };
    let done = installs.find(other)?;
    let line = subject.build.dockerfile.line(done.command.span.start);
    Some(format!("line {line} installs with another Python than the one that is taken along"))
}

/// What installs packages for others, and what no program imports.
const MANAGERS: &str = " build hatch pdm pip-tools pipenv poetry uv ";

/// Whether pip puts packages beside the environments that are made: these are there for who starts Python or a program by its place, for
/// what PATH leads to behind an environment, and for one that sees the packages of the system.
pub(super) fn are_beside(subject: &Subject<'_, '_>, environments: &[String]) -> bool {
    let installs =
        subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages("pip")));
    { installs }.any(|done| {
        let program = done.command.words.first().and_then(Option::as_deref).unwrap_or("$");
        let by_path = program.contains('/')
            && absolute(program, done.folder.as_deref())
                .is_some_and(|path| environments.iter().any(|folder| is_within(&path, folder)));
        let text = done.command.text(subject.build.dockerfile);
        let named = environments.iter().any(|folder| text.contains(&format!("{folder}/bin")));
        let step = subject.stage.steps.get(done.step);
        let led = step.is_some_and(|step| {
            environments.iter().any(|folder| leads_to(step, subject.image, folder))
        });
        !by_path && !named && !led && done.environment.is_none() && !serves_alone(subject, done)
    })
}

/// Whether an install only brings what puts things into environments, and nothing that a container may start.
fn serves_alone(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> bool {
    let words = done.command.words.iter().map(|word| word.as_deref().unwrap_or("$"));
    let behind = words.skip_while(|word| *word != "install").skip(1);
    let names: Vec<&str> = behind
        .map(|word| word.split(['=', '<', '>', '~', '!', '[']).next().unwrap_or(word))
        .collect();
    let is_manager = |name: &str| MANAGERS.contains(&format!(" {name} "));
    let called = |name: &str| {
        let is_it = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|it| it == name);
        let mut started = subject.launch.commands.iter().flatten();
        let mut files = subject.context.into_iter().flat_map(BuildContext::entries);
        started.any(|word| word.as_deref().is_none_or(is_it))
            || files.any(|(path, _)| {
                let script = path.ends_with(".sh") || !base_name(path).contains('.');
                let text = subject.context.and_then(|context| context.text(path));
                script && base_name(path) != "Dockerfile" && text.is_some_and(is_it)
            })
    };
    let managers = names.iter().filter(|name| is_manager(name));
    let called = managers.clone().any(|name| called(name));
    managers.count() > 0 && !called && {
        let plain = |name: &&str| {
            is_manager(name)
                || name.starts_with("--") && !name.contains("require")
                || matches!(*name, "-U" | "-q" | "pip" | "setuptools" | "virtualenv" | "wheel")
        };
        names.iter().all(plain)
    } || prepares(done)
}

/// Whether PATH leads to an environment where a step runs.
fn leads_to(step: &BuildStep<'_>, image: &str, environment: &str) -> bool {
    let mut of_path = step.state.settings.iter().filter(|one| one.name == "PATH");
    of_path.any(|one| {
        let value = one.value.as_deref().unwrap_or_default();
        let mut folders = value.trim_matches(['"', '\'']).split(':');
        value.contains(environment)
            || folders.any(|folder| {
                expanded(step, image, folder).is_some_and(|folder| folder.contains(environment))
            })
    })
}

/// Whether an install only brings what makes environments, or puts things into them.
fn prepares(done: &Done<'_, '_>) -> bool {
    let words = done.command.words.iter().map(|word| word.as_deref().unwrap_or("$"));
    let mut behind = words.skip_while(|word| *word != "install").skip(1);
    behind.all(|word| {
        let name = word.split(['=', '<', '>', '~', '!']).next().unwrap_or(word);
        word.starts_with("--") && !word.contains("require")
            || matches!(word, "-U" | "-q")
            || matches!(name, "pip" | "setuptools" | "virtualenv" | "wheel")
    })
}

/// The virtual environments that are made.
pub(super) fn environments(subject: &Subject<'_, '_>) -> Vec<String> {
    let mut found = Vec::new();
    for done in &subject.done {
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let makes = words.contains(&"venv")
            || words.first().is_some_and(|word| base_name(word) == "virtualenv");
        if let (true, Effect::MakesFolder(paths)) = (makes, &done.effect) {
            found.extend(paths.iter().cloned());
        }
    }
    // One that nobody uses holds nothing.
    let used = |path: &String| {
        let step = subject.stage.steps.last();
        let by_path = step.is_some_and(|step| leads_to(step, subject.image, path));
        let by_name = subject.done.iter().any(|done| {
            done.command
                .words
                .iter()
                .flatten()
                .any(|word| is_within(word, path) && word.contains("/bin/"))
        });
        let active = subject.done.iter().any(|done| done.environment.as_ref() == Some(path));
        by_path || by_name || active
    };
    found.retain(used);
    found
}
