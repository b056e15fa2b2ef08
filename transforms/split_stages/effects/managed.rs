//! poetry and pipenv where they install into the image itself, as pip does (Poetry, "virtualenvs.create"; Pipenv, "pipenv install --system").

use super::{Done, Effect};
use crate::facts::{BuildStep, Command, unquoted};
use crate::split_stages::lies::Past;

/// Options of poetry that choose groups, or say nothing about what is installed.
const OF_POETRY: &[&str] = &[
    "--all-extras",
    "--no-ansi",
    "--no-cache",
    "--no-dev",
    "--no-interaction",
    "--no-root",
    "--quiet",
    "-n",
    "-q",
    "-v",
    "-vv",
    "-vvv",
];
/// Those that take the names of groups or extras.
const WITH_NAMES: &[&str] = &["--extras", "--only", "--with", "--without", "-E"];
/// Options of pipenv of the same kind.
const OF_PIPENV: &[&str] = &[
    "--clear",
    "--deploy",
    "--dev",
    "--ignore-pipfile",
    "--quiet",
    "--skip-lock",
    "--system",
    "--verbose",
    "-d",
    "-q",
    "-v",
];
/// The setting by which poetry makes no environment.
const CREATE: &str = "virtualenvs.create";

/// What a call of poetry or pipenv leaves on a slim image of Python, where all that it is linked with comes by the names of packages;
/// `None` where it installs elsewhere, or is told more.
pub(super) fn managed(
    past: &Past<'_, '_, '_>,
    begun: &[Done<'_, '_>],
    step: &BuildStep<'_>,
    command: &Command<'_>,
) -> Option<Effect> {
    let slim = past.image.starts_with("python:") && past.image.contains("slim");
    let words: Option<Vec<&str>> = command.words.iter().map(Option::as_deref).collect();
    let plain = command.call.is_some_and(|call| call.redirects.is_empty());
    let words = words.filter(|_| slim && plain && !command.conditional())?;
    // Which Python is meant, and what is installed, settings may say as well.
    let told = step.state.settings.iter().any(|setting| {
        let name = &*setting.name;
        let environment = matches!(name, "PATH" | "VIRTUAL_ENV" | "PYTHONPATH" | "HOME");
        let known =
            ["POETRY_VIRTUALENVS_CREATE", "POETRY_VIRTUALENVS_IN_PROJECT", "POETRY_VERSION"];
        let known = known.contains(&name)
            || ["CACHE_DIR", "NO_INTERACTION", "NO_ANSI"].iter().any(|end| name.ends_with(end));
        let own = name.starts_with("PIPENV_") || name.starts_with("POETRY_");
        environment || own && !known || name.starts_with("XDG_CONFIG")
    });
    if told {
        return None;
    }
    match words.as_slice() {
        ["poetry", "config", CREATE, "false"] => Some(Effect::Nothing),
        ["poetry", "install", rest @ ..] => {
            let creates_none = makes_no_environment(step)
                || past.done.iter().chain(begun).any(|done| {
                    let words: Vec<&str> =
                        done.command.words.iter().flatten().map(|word| &**word).collect();
                    words == ["poetry", "config", CREATE, "false"]
                });
            let mut rest = rest.iter();
            while let Some(word) = rest.next() {
                let joined = word.split_once('=').map_or(*word, |(option, _)| option);
                match WITH_NAMES.contains(&joined) {
                    true if joined == *word => drop(rest.next()?),
                    true => {}
                    false if OF_POETRY.contains(word) => {}
                    false => return None,
                }
            }
            creates_none.then_some(Effect::Packages("pip"))
        }
        ["pipenv", "install" | "sync", rest @ ..] => {
            let plain = rest.iter().all(|word| OF_PIPENV.contains(word));
            (plain && rest.contains(&"--system")).then_some(Effect::Packages("pip"))
        }
        _ => None,
    }
}

/// Whether ENV tells poetry to make no environment.
fn makes_no_environment(step: &BuildStep<'_>) -> bool {
    let mut set = step.state.settings.iter();
    let last = set.rfind(|setting| setting.name == "POETRY_VIRTUALENVS_CREATE");
    let value = last.and_then(|setting| setting.value.as_deref()).map(unquoted);
    value.is_some_and(|value| matches!(&*value.to_ascii_lowercase(), "false" | "0"))
}
