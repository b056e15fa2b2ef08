//! poetry and pipenv, told to make no environment: they install where pip does.
//!
//! Sources: Poetry, "Configuration" and "Commands"; Pipenv, "Command reference".

use super::bases::official;
use super::runtime::Runtime;
use crate::program::{Action, Call, visit};
use crate::shell::plain;

/// The call by which poetry is told so.
pub(super) const CREATES_NONE: [&str; 4] = ["poetry", "config", "virtualenvs.create", "false"];

/// Options that choose among what a project asks for, or say nothing about it; behind some of them stand names.
const CHOICES: &str = " --all-extras --clear --deploy --dev --ignore-pipfile --no-ansi --no-cache --no-dev --no-interaction --no-root --quiet --skip-lock --system --verbose -d -n -q -v -vv -vvv ";
const BEFORE_NAMES: &str = " --extras --only --with --without -E ";

fn is_in(list: &str, word: &str) -> bool {
    list.contains(&format!(" {word} "))
}

impl Runtime<'_, '_> {
    /// Whether nothing but its words and its project tells a call of poetry or pipenv what to do, on a slim image of Python.
    pub(super) fn is_managed(&self, call: &Call<'_>) -> bool {
        let image = official(&self.old.image);
        let seen = self.states.seen(call.state);
        let told = |name: &str| {
            let variable = name.starts_with("PIPENV") || name.starts_with("POETRY_");
            let harmless = ["_CREATE", "_IN_PROJECT", "_VERSION", "_CACHE_DIR", "_NO_INTERACTION"];
            let elsewhere = ["HOME", "PATH", "PYTHONPATH", "VIRTUAL_ENV", "XDG_CONFIG_HOME"];
            elsewhere.contains(&name) || variable && !harmless.iter().any(|end| name.ends_with(end))
        };
        let environment = &seen.surroundings.environment;
        let mut set = environment.keys().map(String::as_str);
        image.starts_with("python:")
            && image.contains("slim")
            && !set.any(told)
            && seen.variables.keys().all(|name| !told(name))
            && seen.taint.is_empty()
            && call.assignments.is_empty()
            && call.redirects.is_empty()
    }

    /// Whether a call installs what a project asks for into the modules of the image, and nothing anywhere else.
    pub(super) fn installs_into_image(&self, call: &Call<'_>) -> bool {
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let Some(words) = words.filter(|_| self.is_managed(call)) else { return false };
        let known = || {
            let mut names = false;
            words[2..].iter().all(|word| {
                let behind = std::mem::take(&mut names);
                let option = word.split('=').next().unwrap_or(word);
                names = option == *word && is_in(BEFORE_NAMES, word);
                behind && !word.starts_with('-')
                    || is_in(BEFORE_NAMES, option)
                    || is_in(CHOICES, word)
            })
        };
        let told = match words.as_slice() {
            ["pipenv", "install" | "sync", rest @ ..] => rest.contains(&"--system"),
            ["poetry", "install", ..] => self.creates_none(call),
            _ => false,
        };
        told && known() && self.projects_are_plain(words[0], words.contains(&"--no-root"))
    }

    /// Whether a variable, or a call in front, tells poetry to make no environment.
    fn creates_none(&self, call: &Call<'_>) -> bool {
        let environment = &self.states.seen(call.state).surroundings.environment;
        let value = environment.get("POETRY_VIRTUALENVS_CREATE").map(|it| it.to_ascii_lowercase());
        let (mut told, mut before) = (false, true);
        visit(&self.old.steps, &mut |step| {
            let Action::Call(one) = &step.action else { return };
            before &= !std::ptr::eq(one, call);
            told |= before && one.words.iter().map(|word| &**word).eq(CREATES_NONE);
        });
        match value.as_deref() {
            Some(value) => matches!(value, "false" | "0"),
            None => told,
        }
    }

    /// Whether all manifests of such a manager ask for packages of PyPI alone, and build nothing but a pointer to the project.
    fn projects_are_plain(&self, manager: &str, no_root: bool) -> bool {
        let Some(context) = self.context else { return false };
        let wanted = if manager == "poetry" { "pyproject.toml" } else { "Pipfile" };
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        if context.entries().any(|(path, _)| name(path) == "poetry.toml") {
            return false;
        }
        let mut texts = context
            .entries()
            .filter(|(path, _)| name(path) == wanted)
            .map(|(path, _)| context.text(path))
            .peekable();
        let foreign = ["path =", "path=", "git =", "git=", "file =", "file="];
        let plain = |text: &str| {
            let builds = || {
                text.contains("[tool.poetry.build]")
                    || text.lines().map(str::trim_start).any(|line| {
                        let (key, value) = line.split_once('=').unwrap_or((line, ""));
                        key.trim() == "build"
                            || key.trim() == "build-backend"
                                && !value.contains("poetry.core.masonry.api")
                    })
            };
            !foreign.iter().any(|sign| text.contains(sign)) && (no_root || !builds())
        };
        texts.peek().is_some() && texts.all(|text| text.is_some_and(&plain))
    }
}
