//! Packages of Python that pip is told to compile, though there are wheels (pip, "--no-binary").

use super::super::effects::Effect;
use super::super::subject::Subject;
use super::{name_of, requirements};
use crate::knowledge::library_of_python_package;

/// Whether the stage installs the headers of all libraries that a package is linked with, which then are known (its page on building it).
fn has_headers(subject: &Subject<'_, '_>, package: &str) -> bool {
    let headers: &[&str] = match package {
        "cffi" => &["libffi-dev"],
        "cryptography" => &["libssl-dev"],
        "lxml" => &["libxml2-dev", "libxslt1-dev"],
        _ => return false,
    };
    let packages = subject.packages();
    headers.iter().all(|wanted| packages.iter().any(|name| name == wanted))
}

/// A package that pip is told to compile, whose libraries no table knows (pip, "--no-binary").
pub(super) fn compiled_by_wish(subject: &Subject<'_, '_>) -> Option<String> {
    const OPTION: &str = "--no-binary";
    let mut texts: Vec<String> = Vec::new();
    for done in subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages("pip"))) {
        let words: Vec<&str> = done.command.asked().iter().flatten().map(|word| &**word).collect();
        texts.push(words.join(" "));
    }
    texts.extend(requirements(subject).into_iter().filter(|text| text.contains(OPTION)));
    let settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    let told = settings.filter(|one| one.name == "PIP_NO_BINARY");
    texts.extend(told.filter_map(|one| Some(format!("{OPTION}={}", one.value.as_deref()?))));
    texts.iter().find_map(|text| {
        let (_, rest) = text.split_once(OPTION)?;
        let value = rest.trim_start_matches(['=', ' ']).split_whitespace().next()?;
        let whole = |name: &str| if name == ":all:" { name.to_owned() } else { name_of(name) };
        let mut names = value.split(',').map(whole);
        names.find(|name| library_of_python_package(name).is_none() && !has_headers(subject, name))
    })
}
