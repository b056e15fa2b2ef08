//! pip, setuptools and wheel: images of Python hold the first, and up to 3.11 all of them, and a build may have brought others, or taken them
//! away (docker-library/python, `PYTHON_SETUPTOOLS_VERSION`).

use super::effects::Effect;
use super::launch::base_name;
use super::subject::Subject;

/// What takes those of the new base away, so that they do not lie below those of the build.
pub(super) const TAKEN_AWAY: &str = "pip uninstall -y setuptools wheel";

/// Whether a build may have changed them, on an image of this version of Python.
pub(super) fn are_changed(subject: &Subject<'_, '_>, python: &str) -> bool {
    let minor = python.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    if minor.is_some_and(|minor| minor > 11) {
        return false;
    }
    let mut calls = subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages(_)));
    let Some(context) = subject.context else { return true };
    let mut files = context.entries();
    calls.any(|done| done.command.words.iter().flatten().any(|word| is_one(word)))
        || files.any(|(path, _)| {
            let name = base_name(path);
            let text = || context.text(path).unwrap_or_default();
            match name {
                "pyproject.toml" => asks(&without_build_system(text())),
                "poetry.lock" | "Pipfile.lock" => text().lines().any(locks_one),
                "setup.py" | "setup.cfg" => asks(text()) || text().lines().any(is_one),
                _ if name.ends_with(".txt") || name.ends_with(".in") => text().lines().any(is_one),
                _ => false,
            }
        })
}

/// Whether a step may have brought another pip than that of the image.
pub(super) fn bring_pip(subject: &Subject<'_, '_>) -> bool {
    let mut calls = subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages(_)));
    let mut files = subject.context.into_iter().flat_map(|context| {
        let lists = context.entries().filter(|(path, _)| path.ends_with(".txt"));
        lists.filter_map(|(path, _)| context.text(path))
    });
    let named = |word: &str| name_of(word) == "pip";
    calls.any(|done| {
        let words = done.command.words.iter().flatten();
        words.skip_while(|word| **word != "install").any(|word| named(word))
    }) || files.any(|text| text.lines().any(named))
}

/// Whether a requirement names one of them, or pipenv, which asks for a setuptools as new as itself.
fn is_one(requirement: &str) -> bool {
    matches!(&*name_of(requirement), "setuptools" | "wheel" | "distribute" | "pipenv")
}

/// The name that a requirement begins with.
fn name_of(requirement: &str) -> String {
    let name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let text = requirement.trim();
    let end = text.find(|c: char| !name(c)).unwrap_or(text.len());
    text[..end].to_ascii_lowercase()
}

/// Whether a line of a lockfile begins the entry of one of them: `name = "wheel"`, `"wheel": {`.
fn locks_one(line: &str) -> bool {
    let line = line.trim();
    let name = line.strip_prefix("name = ").or_else(|| line.strip_suffix(": {"));
    name.is_some_and(|name| is_one(name.trim_matches('"')))
}

/// Whether a text in quotes asks for one of them.
fn asks(text: &str) -> bool {
    text.split(['"', '\'']).skip(1).step_by(2).any(is_one)
}

/// What a project needs to be built is brought for that alone (PEP 518).
fn without_build_system(text: &str) -> String {
    let mut own = true;
    let lines = text.lines().filter(|line| {
        if line.starts_with('[') {
            own = line.trim() != "[build-system]";
        }
        own
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_of_own_packages() {
        for one in ["setuptools", "setuptools==58.0.0", "wheel<0.40", "Setuptools[x]>=1"] {
            assert!(is_one(one), "{one}");
        }
        for other in ["setuptools-scm", "wheel_filename", "flask", "# setuptools"] {
            assert!(!is_one(other), "{other}");
        }
        let project =
            "[build-system]\nrequires = [\"setuptools\"]\n[project]\ndependencies = [\"flask\"]\n";
        assert!(!asks(&without_build_system(project)));
        assert!(asks(project));
    }
}
