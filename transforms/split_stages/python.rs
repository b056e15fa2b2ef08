//! Python: what pip installed, on the slim image of the same version, or on the same distribution with the interpreter alone.

use super::effects::Effect;
use super::interpreted::{Language, leaves_packages, plan};
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::is_within;
use crate::knowledge::{Form, library_of_python_package, twin};

/// Plans the two stages of a Python program; `None` if nothing is left behind.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let installs = subject.done.iter().any(|done| matches!(done.effect, Effect::Packages("pip")));
    let wanted = wanted(subject);
    let compiles = wanted.iter().any(|name| library_of_python_package(name).is_some());
    let slim = subject.image.contains("slim");
    if !installs || !(leaves_packages(subject) || (compiles && !slim)) {
        return None;
    }
    Some(planned(subject, &wanted))
}

fn planned(subject: &Subject<'_, '_>, wanted: &[String]) -> Result<Plan, Obstacle> {
    let official = subject.image.starts_with("python:");
    let mut language =
        Language { brings_programs: true, programs: &["python"], ..Language::default() };
    let environments: Vec<String> = environments(subject);
    for done in subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages(_))) {
        if !matches!(done.effect, Effect::Packages("pip")) {
            return Err(because(&reasons::LANGUAGES));
        }
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let elsewhere = ["--user", "--target", "-t", "--prefix", "--root"];
        let moved = words
            .iter()
            .any(|word| elsewhere.iter().any(|flag| word.split('=').next() == Some(*flag)));
        let root =
            subject.stage.steps.get(done.step).is_some_and(|step| subject.stage.is_root(step));
        if moved || !root {
            let line = subject.build.dockerfile.line(done.command.span.start);
            return Err((
                &reasons::UNKNOWN_COMMAND,
                format!("where line {line} installs to is not known"),
            ));
        }
    }
    let base = if official {
        if environments.is_empty() {
            let version = version(subject.image).ok_or_else(|| {
                (
                    &reasons::PACKAGES,
                    "the tag does not say for which version of Python packages are installed"
                        .to_owned(),
                )
            })?;
            language.installed.push(format!("/usr/local/lib/python{version}/site-packages"));
            language.installed.push("/usr/local/bin".to_owned());
            // Where the data files of packages go, such as those of Jupyter.
            language.installed.push("/usr/local/etc".to_owned());
            language.installed.push("/usr/local/share".to_owned());
        }
        for name in wanted {
            language
                .packages
                .extend(library_of_python_package(name).into_iter().flatten().cloned());
        }
        match twin(subject.image, Form::Slim) {
            Ok(twin) => twin.reference,
            Err(_) if subject.image.contains("slim") => subject.image.to_owned(),
            Err(problem) => return Err((&reasons::PACKAGES, problem.message().to_owned())),
        }
    } else {
        language.packages.push("python3".to_owned());
        if environments.is_empty() {
            language.installed.push("/usr/local".to_owned());
        }
        subject.image.to_owned()
    };
    plan(subject, base, &language)
}

/// The virtual environments that are made.
fn environments(subject: &Subject<'_, '_>) -> Vec<String> {
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
        let settings = step.map_or(&[][..], |step| step.state.settings.as_slice());
        let by_path = settings.iter().any(|one| {
            one.name == "PATH" && one.value.as_deref().unwrap_or_default().contains(path.as_str())
        });
        let by_name = subject.done.iter().any(|done| {
            done.command
                .words
                .iter()
                .flatten()
                .any(|word| is_within(word, path) && word.contains("/bin/"))
        });
        by_path || by_name
    };
    found.retain(used);
    found
}

/// `3.11` of `python:3.11.4-slim`.
fn version(image: &str) -> Option<String> {
    let tag = image.split_once(':')?.1.split('-').next()?;
    let mut parts = tag.split('.');
    let (major, minor) = (parts.next()?, parts.next()?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(major) && digits(minor)).then(|| format!("{major}.{minor}"))
}

/// The names of the packages that are asked for: in the calls of pip, and in the manifests of the project.
fn wanted(subject: &Subject<'_, '_>) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |text: &str| {
        let name: String = text
            .trim()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
            .collect();
        let extra = text.contains("[binary]");
        if !name.is_empty() && !extra {
            names.push(name.to_ascii_lowercase().replace(['_', '.'], "-"));
        }
    };
    for done in subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages("pip"))) {
        done.command.words.iter().flatten().for_each(|word| add(word));
    }
    for (path, _) in subject.context.into_iter().flat_map(|context| context.entries()) {
        let name = base_name(path);
        let manifest = name.starts_with("requirements") && name.ends_with(".txt");
        if let Some(text) =
            subject.context.filter(|_| manifest).and_then(|context| context.text(path))
        {
            text.lines().for_each(&mut add);
        }
        let project = matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile");
        if let Some(text) =
            subject.context.filter(|_| project).and_then(|context| context.text(path))
        {
            text.split(['"', '\'', '\n']).for_each(&mut add);
        }
    }
    names
}
