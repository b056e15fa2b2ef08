//! What pip compiles.
//!
//! Requirement files: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>; versions: PEP 440; names: PEP 503.

use std::borrow::Cow;

use dockslim_contract::ContextKind;

use super::needs::{Candidate, Needs};
use super::{Refusal, reasons};
use crate::facts::{BuildStep, Command, PackageCall};
use crate::knowledge::{Wheel, python_wheel};

/// Options with an argument that does not change what is installed.
const WITH_ARGUMENT: [&str; 11] = [
    "-i",
    "--index-url",
    "--extra-index-url",
    "--trusted-host",
    "--timeout",
    "--default-timeout",
    "--retries",
    "--prefix",
    "--target",
    "-t",
    "--cache-dir",
];
/// How many files may include one another.
const MOST_FILES: usize = 32;

/// Looks at a call of pip.
pub(super) fn look<'t>(
    candidate: Candidate<'_, '_>,
    _: &BuildStep<'_>,
    command: &Command<'t>,
    call: &PackageCall<'_, Cow<'t, str>>,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let dockerfile = candidate.build.dockerfile;
    let line = dockerfile.line(command.span.start);
    let unread = |what: &str| {
        Err((&reasons::UNREAD_INSTALL, format!("what {what} in line {line} brings is not known")))
    };
    if call.is("wheel") || call.is("download") {
        return unread("`pip wheel`");
    }
    if !call.is("install") {
        return Ok(());
    }
    if command.words.iter().any(Option::is_none) {
        return unread("a variable");
    }
    let words: Vec<&str> = command.words.iter().flatten().map(|word| &**word).collect();
    let mut words =
        words[call.program.end..].iter().copied().skip_while(|word| *word != "install").skip(1);
    let mut files = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "-r" | "--requirement" => files.extend(words.next().map(str::to_owned)),
            "-c" | "--constraint" | "-e" | "--editable" | "--no-binary" | "-f" | "--find-links" => {
                return unread(&format!("`{word}`"));
            }
            word if WITH_ARGUMENT.contains(&word) => {
                words.next();
            }
            word if word.starts_with("--requirement=")
                || (word.starts_with("-r") && word.len() > 2) =>
            {
                files.push(
                    word.trim_start_matches("--requirement=").trim_start_matches("-r").to_owned(),
                );
            }
            word if word.starts_with('-') => {}
            word => requirement(candidate, word, needs)?,
        }
    }
    let mut seen: Vec<String> = Vec::new();
    while let Some(file) = files.pop() {
        let (path, text) = manifest(candidate, &file).ok_or_else(|| {
            (&reasons::UNREAD_INSTALL, format!("the build context shows no {file}"))
        })?;
        if seen.contains(&path) {
            continue;
        }
        seen.push(path);
        if seen.len() > MOST_FILES {
            return unread("so many files");
        }
        for entry in text.replace("\\\n", " ").replace("\\\r\n", " ").lines() {
            let entry = entry.split(" #").next().unwrap_or_default().trim();
            if entry.is_empty() || entry.starts_with('#') {
                continue;
            }
            if let Some(other) =
                entry.strip_prefix("-r").or_else(|| entry.strip_prefix("--requirement"))
            {
                files.push(other.trim_start_matches([' ', '=']).to_owned());
            } else if WITH_ARGUMENT.iter().any(|option| entry.starts_with(option)) {
                continue;
            } else if entry.starts_with('-') {
                return unread(&format!("`{entry}`"));
            } else {
                requirement(candidate, entry, needs)?;
            }
        }
    }
    Ok(())
}

/// The one file of the context that a call names, by its name.
fn manifest<'b>(candidate: Candidate<'b, '_>, file: &str) -> Option<(String, &'b str)> {
    let context = candidate.facts.context?;
    let name = file.rsplit('/').next()?;
    let mut found = context.entries().filter(|(path, entry)| {
        entry.kind == ContextKind::File && path.rsplit('/').next() == Some(name)
    });
    let (path, _) = found.next()?;
    let exact = file.trim_start_matches("./");
    let path = match found.next() {
        None => path,
        Some(_) => exact,
    };
    Some((path.to_owned(), context.text(path)?))
}

/// Looks at one requirement: `name[extra]==1.0; marker --hash=…`.
fn requirement(candidate: Candidate<'_, '_>, text: &str, needs: &mut Needs) -> Result<(), Refusal> {
    let text = text.split(" --").next().unwrap_or(text);
    let (spec, marker) = text.split_once(';').unwrap_or((text, ""));
    let spec = spec.trim();
    if ["win32", "Windows", "darwin", "Darwin"]
        .iter()
        .any(|other| marker.contains(other) && marker.contains("=="))
    {
        return Ok(());
    }
    if spec.starts_with("git+") || spec.contains("@") || spec.contains("://") {
        return Err((&reasons::COMPILED_PACKAGE, format!("{spec} is built from its sources")));
    }
    if spec.starts_with('.')
        || spec.contains('/')
        || spec.ends_with(".whl")
        || spec.ends_with(".gz")
    {
        return Err((&reasons::LOCAL_PROJECT, format!("pip installs {spec}")));
    }
    let end = spec
        .find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)))
        .unwrap_or(spec.len());
    let (name, rest) = spec.split_at(end);
    let rest = rest.trim_start();
    let rest =
        rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(rest, |(_, rest)| rest);
    let rest = rest.trim();
    let pinned = match (rest.strip_prefix("==").or_else(|| rest.strip_prefix("~=")), rest) {
        (_, "") => None,
        (Some(version), _) => Some(version.trim_start_matches('=').trim()),
        // A floor alone lets the newest come.
        (None, rest) if rest.starts_with('>') && !rest.contains(['<', '!', '=']) => None,
        (None, rest) if rest.starts_with(">=") && !rest.contains(['<', '!', ',']) => None,
        (None, rest) => Some(rest),
    };
    let name = normalised(name);
    match python_wheel(&name, pinned, candidate.python) {
        Wheel::Fits => Ok(()),
        Wheel::System => Err((
            &reasons::SYSTEM_PACKAGE,
            format!("{name} needs a compiler, or programs or libraries of the system"),
        )),
        Wheel::Unsure => {
            let python = candidate.python.unwrap_or("of the system");
            Err((
                &reasons::COMPILED_PACKAGE,
                format!("whether {spec} has a wheel for Python {python} is not known"),
            ))
        }
        Wheel::Unknown => {
            needs.note(format!("whether {name} comes without a compiler"));
            Ok(())
        }
    }
}

/// A name as PyPI compares it.
fn normalised(name: &str) -> String {
    let mut result = String::new();
    for c in name.chars() {
        match c {
            '.' | '_' | '-' if result.ends_with('-') => {}
            '.' | '_' | '-' => result.push('-'),
            c => result.push(c.to_ascii_lowercase()),
        }
    }
    result
}
