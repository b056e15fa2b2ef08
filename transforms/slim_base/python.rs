//! What an install of packages of Python compiles.
//!
//! Requirement files: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>; versions: PEP 440; names: PEP 503.

pub(super) mod linked;
mod locks;
mod managers;
mod markers;
pub(crate) mod projects;
mod setup_scripts;
pub(super) mod starts;
mod wheels;

use std::borrow::Cow;

use dockslim_contract::ContextKind;

use super::needs::{Candidate, Needs};
use super::{Refusal, reasons};
use crate::Facts;
use crate::facts::{Build, BuildStage, Command, PackageCall};
use crate::knowledge::{Wheel, library_of_full_image, python_wheel};
pub(super) use projects::installs_alone;

/// Options with an argument that does not change what is installed.
const WITH_ARGUMENT: [&str; 25] = [
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
    "--default-index",
    "--index",
    "--link-mode",
    "-p",
    "--python",
    "-w",
    "--wheel-dir",
    "--progress-bar",
    "--proxy",
    "--root",
    "--root-user-action",
    "--src",
    "--upgrade-strategy",
    "--only-binary",
];
/// How many files may include one another.
const MOST_FILES: usize = 32;

/// Looks at a call of pip, uv, poetry or pipenv.
pub(super) fn look<'t>(
    candidate: Candidate<'_, '_>,
    command: &Command<'t>,
    call: &PackageCall<'_, Cow<'t, str>>,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    match call.manager.name.as_str() {
        "uv" => return managers::uv(candidate, command, call, needs),
        "poetry" => return managers::poetry(candidate, command, call, needs),
        "pipenv" => return managers::pipenv(candidate, command, call, needs),
        _ => {}
    }
    let line = candidate.build.dockerfile.line(command.span.start);
    let Some(verb) = ["install", "wheel"].into_iter().find(|verb| call.is(verb)) else {
        return if call.is("download") { unread("`pip download`", line) } else { Ok(()) };
    };
    // All that another stage has left in a folder was looked at there.
    let raw = |at: usize| command.raw_word(candidate.build.dockerfile, at);
    let all = |at: usize| {
        let raw = raw(at);
        let folder = raw.strip_suffix("/*").or_else(|| raw.strip_suffix("/*.whl"));
        folder.is_some_and(|it| !it.contains(['$', '`', '*', '?', '[']) && needs.has_brought(it))
    };
    let mut asked = command.asked().iter().enumerate();
    if asked.any(|(at, word)| word.is_none() && !all(at)) {
        return unread("a variable", line);
    }
    let words = command.asked()[call.program.end..].iter().flatten().map(|word| &**word);
    install(candidate, &mut words.skip_while(|word| *word != verb).skip(1), line, needs)
}

/// Whether all that a call of pip asks for is known to need no compiler on a version of Python.
pub(crate) fn takes_wheels<'t>(
    facts: &Facts<'t>,
    build: &Build<'t>,
    stage: &BuildStage<'t>,
    python: &str,
    command: &Command<'t>,
) -> bool {
    let candidate = Candidate { facts, build, stage, python: Some(python), slim: true };
    let mut needs = Needs::default();
    command.package_call().is_some_and(|call| {
        look(candidate, command, &call, &mut needs).is_ok() && needs.unknown.is_empty()
    })
}

fn unread(what: &str, line: usize) -> Result<(), Refusal> {
    Err((&reasons::UNREAD_INSTALL, format!("what {what} in line {line} brings is not known")))
}

/// Looks at the arguments of `pip install`, which are also those of `uv pip install`.
pub(super) fn install(
    candidate: Candidate<'_, '_>,
    words: &mut dyn Iterator<Item = &str>,
    line: usize,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let mut files = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "-r" | "--requirement" => files.extend(words.next().map(str::to_owned)),
            "-e" | "--editable" => match words.next() {
                Some(path) if !path.contains(['@', ':']) => project(candidate, path, needs)?,
                other => requirement(candidate, other.unwrap_or_default(), needs)?,
            },
            "-f" | "--find-links" => match words.next() {
                Some(folder) if needs.has_brought(folder) => {}
                _ => return unread(&format!("`{word}`"), line),
            },
            word if word.starts_with("--find-links=") => {
                if !needs.has_brought(&word["--find-links=".len()..]) {
                    return unread(&format!("`{word}`"), line);
                }
            }
            "--no-binary" => told_to_compile(words.next().unwrap_or(":all:"), line)?,
            word if word.starts_with("--no-binary=") => {
                told_to_compile(&word["--no-binary=".len()..], line)?;
            }
            "-c" | "--constraint" => return unread(&format!("`{word}`"), line),
            word if ["-c", "--constraint="].iter().any(|sign| word.starts_with(sign)) => {
                return unread(&format!("`{word}`"), line);
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
            return unread("so many files", line);
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
            } else if let Some(path) =
                entry.strip_prefix("-e ").or_else(|| entry.strip_prefix("--editable "))
                && !path.contains(['@', ':'])
            {
                project(candidate, path.trim(), needs)?;
            } else if entry.starts_with('-') {
                return unread(&format!("`{entry}`"), line);
            } else {
                requirement(candidate, entry, needs)?;
            }
        }
    }
    Ok(())
}

/// What `--no-binary` names is compiled, or built from its sources (pip, "pip install").
fn told_to_compile(names: &str, line: usize) -> Result<(), Refusal> {
    match names {
        ":none:" => Ok(()),
        ":all:" => Err((&reasons::COMPILED_PACKAGE, format!("line {line} takes no wheels"))),
        _ => Err((&reasons::COMPILED_PACKAGE, format!("line {line} takes no wheel of {names}"))),
    }
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

/// Looks at what an install names: a requirement, or a folder with a project.
fn requirement(candidate: Candidate<'_, '_>, text: &str, needs: &mut Needs) -> Result<(), Refusal> {
    let spec = text.split([' ', ';']).next().unwrap_or(text);
    let local = spec.starts_with('.') || spec.contains('/');
    // A wheel was looked at where it was made.
    let wheels = spec.ends_with(".whl") || spec.ends_with('*');
    if local && wheels && needs.has_brought(spec) {
        return Ok(());
    }
    let archive = [".whl", ".gz", ".zip"].iter().any(|end| spec.ends_with(end));
    if local && !archive && !spec.contains(['@', ':']) {
        return project(candidate, spec, needs);
    }
    if local && archive && !spec.contains("://") {
        return Err((&reasons::LOCAL_PROJECT, format!("pip installs {spec}")));
    }
    named(candidate, text, needs)
}

/// Looks at a project of the build context: `./package[extra]`.
fn project(candidate: Candidate<'_, '_>, spec: &str, needs: &mut Needs) -> Result<(), Refusal> {
    let (path, extras) = spec.split_once('[').unwrap_or((spec, ""));
    let extras = extras.trim_end_matches(']').split(',').map(str::trim);
    let extras: Vec<String> = extras.filter(|extra| !extra.is_empty()).map(normalised).collect();
    let folder = projects::folder(candidate, path)?;
    let wanted = projects::dependencies(candidate, &folder, &extras)?;
    wanted.iter().try_for_each(|text| named(candidate, text, needs))
}

/// Looks at one requirement: `name[extra]==1.0; marker --hash=…`.
fn named(candidate: Candidate<'_, '_>, text: &str, needs: &mut Needs) -> Result<(), Refusal> {
    let text = text.split(" --").next().unwrap_or(text);
    let (spec, marker) = text.split_once(';').unwrap_or((text, ""));
    let spec = spec.trim();
    if !markers::may_hold(marker, candidate.python) {
        return Ok(());
    }
    if spec.starts_with("git+") || spec.contains("@") || spec.contains("://") {
        return Err((&reasons::COMPILED_PACKAGE, format!("{spec} is built from its sources")));
    }
    let end = spec
        .find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)))
        .unwrap_or(spec.len());
    let (name, rest) = spec.split_at(end);
    let rest = rest.trim_start();
    let (extras, rest) =
        rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).unwrap_or(("", rest));
    let pinned = oldest(rest.trim().trim_matches(['(', ')']));
    let name = normalised(name);
    // It comes with the library of PostgreSQL then (psycopg.org, "Installation").
    if name == "psycopg" && extras.split(',').any(|extra| extra.trim() == "binary") {
        return Ok(());
    }
    for extra in extras.split(',').map(normalised).filter(|extra| !extra.is_empty()) {
        brought_by(candidate, &name, extra.trim(), needs)?;
    }
    // What it opens of a full image is brought where the stage is split.
    let known = match library_of_full_image(&name) {
        Some(_) => Wheel::System,
        None => python_wheel(&name, pinned, candidate.python),
    };
    match known {
        Wheel::Fits => Ok(()),
        Wheel::System
            if extras.is_empty() && linked::finds_its_libraries(candidate, &name, needs) =>
        {
            Ok(())
        }
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

/// Extras that bring nothing with machine code, or what has wheels for each Python, in whatever package (the pages of those that have them).
const HARMLESS_EXTRAS: [&str; 14] = [
    "argon2",
    "async",
    "asyncio",
    "bcrypt",
    "cryptography",
    "dotenv",
    "email",
    "http2",
    "redis",
    "security",
    "socks",
    "srv",
    "standard",
    "toml",
];
/// Extras by which packages ask for a driver that is compiled (SQLAlchemy, "Dialects").
const EXTRAS_OF_DRIVERS: [&str; 6] =
    ["mssql", "mysql", "odbc", "postgres", "postgresql", "postgresql-psycopg2cffi"];

/// Looks at an extra of a package: few have the name of what they bring.
fn brought_by(
    candidate: Candidate<'_, '_>,
    name: &str,
    extra: &str,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let of_system = extra.starts_with("opencv")
        || EXTRAS_OF_DRIVERS.contains(&extra)
        || library_of_full_image(extra).is_some()
        || matches!(python_wheel(extra, None, candidate.python), Wheel::System);
    if of_system {
        let message =
            format!("{name} with {extra} needs a compiler, or programs or libraries of the system");
        return Err((&reasons::SYSTEM_PACKAGE, message));
    }
    if !HARMLESS_EXTRAS.contains(&extra) {
        needs.note(format!("what {extra} of {name} brings"));
    }
    Ok(())
}

/// The oldest version that a specifier such as `>=1.2,<2` lets come; `None` where the newest of all may, for that is what pip takes.
fn oldest(specifier: &str) -> Option<&str> {
    let parts = || specifier.split(',').map(str::trim).filter(|part| !part.is_empty());
    if parts().all(|part| part.starts_with('>') || part.starts_with("!=")) {
        return None;
    }
    let lower = ["===", "==", "~=", ">=", "^", "~"];
    let found = parts().find_map(|part| lower.iter().find_map(|sign| part.strip_prefix(sign)));
    Some(found.map_or("0", str::trim))
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

#[cfg(test)]
mod tests {
    use super::oldest;

    #[test]
    fn the_newest_that_may_come_is_no_older_than_a_floor() {
        for (specifier, version) in [
            ("", None),
            (">=1.2", None),
            (">1.2,!=1.3", None),
            (">=1.2,<2", Some("1.2")),
            ("<2, >=1.2", Some("1.2")),
            ("~=1.2", Some("1.2")),
            ("==1.2.3", Some("1.2.3")),
            ("<2", Some("0")),
            ("^1.2", Some("1.2")),
        ] {
            assert_eq!(oldest(specifier), version, "{specifier}");
        }
    }
}
