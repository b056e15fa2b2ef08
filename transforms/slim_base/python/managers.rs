//! What uv, poetry and pipenv compile.
//!
//! <https://docs.astral.sh/uv/reference/cli/>, <https://python-poetry.org/docs/cli/>, <https://pipenv.pypa.io/en/latest/commands.html>

use std::borrow::Cow;

use dockslim_contract::ContextKind;
use serde_json::Value;

use super::locks::{Choice, Lock, Origin};
use super::markers::may_be_python;
use super::wheels::fits;
use super::{install, manifest, projects, requirement};
use crate::facts::{Command, PackageCall};
use crate::knowledge::{Wheel, needs_no_wheel, python_wheel};
use crate::slim_base::needs::{Candidate, Needs};
use crate::slim_base::{Refusal, reasons};

/// Words of settings that let uv or poetry build what has a wheel, or take a Python that is not the image's.
const SETTINGS: [&str; 6] = [
    "NO_BINARY",
    "no-binary",
    "PYTHON_PREFERENCE",
    "python-preference",
    "managed-python",
    "MANAGED_PYTHON",
];

/// Looks at a call of uv.
pub(super) fn uv<'t>(
    candidate: Candidate<'_, '_>,
    command: &Command<'t>,
    call: &PackageCall<'_, Cow<'t, str>>,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let at = Place { candidate, line: candidate.build.dockerfile.line(command.span.start) };
    let (operands, words) = words_of(command, call);
    match operands.as_slice() {
        [] | ["cache" | "clean" | "export" | "help" | "self" | "tree" | "venv" | "version", ..] => {
            at.own_python(&words)
        }
        ["pip", "check" | "freeze" | "list" | "show" | "tree" | "uninstall", ..] => Ok(()),
        _ if command.asked().iter().any(Option::is_none) => at.unread("a variable"),
        ["pip", "install", ..] => {
            at.own_python(&words)?;
            let behind = words.iter().skip_while(|word| **word != "install").skip(1);
            install(candidate, &mut behind.copied(), at.line, needs)
        }
        ["tool", "install" | "run", packages @ ..] => {
            at.own_python(&words)?;
            packages.iter().take(1).try_for_each(|name| requirement(candidate, name, needs))
        }
        ["sync" | "run", ..] => {
            at.own_python(&words)?;
            if words.iter().any(|word| word.starts_with("--with")) {
                return at.unread("`--with`");
            }
            let script = operands.iter().filter(|word| word.ends_with(".py"));
            let own = |text: &str| text.lines().any(|line| line == "# /// script");
            if let Some(script) = { script }
                .find(|script| manifest(candidate, script).is_some_and(|(_, text)| own(text)))
            {
                return at.unread(&format!("{script}, which has dependencies of its own,"));
            }
            let has = |flags: &[&str]| words.iter().any(|word| flags.contains(word));
            let choice = Choice {
                python: candidate.python,
                development: !has(&["--no-dev", "--no-default-groups"])
                    || words.iter().any(|word| word.starts_with("--group") || *word == "--dev"),
                extras: words.iter().any(|word| word.contains("extra")),
            };
            let (path, text) = at.file("uv.lock")?;
            let lock = Lock::of_uv(text, choice).ok_or_else(|| not_understood(&path))?;
            let built = !has(&["--no-install-project", "--no-install-workspace"]);
            at.locked(&path, &lock, built, needs)
        }
        [verb, ..] => at.unread(&format!("`uv {verb}`")),
    }
}

/// Looks at a call of poetry.
pub(super) fn poetry<'t>(
    candidate: Candidate<'_, '_>,
    command: &Command<'t>,
    call: &PackageCall<'_, Cow<'t, str>>,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let at = Place { candidate, line: candidate.build.dockerfile.line(command.span.start) };
    let (operands, words) = words_of(command, call);
    match operands.as_slice() {
        ["run", ..] if words.iter().any(|word| word.contains("pip")) => {
            at.unread("`poetry run pip`")
        }
        [] | ["about" | "cache" | "check" | "config" | "export" | "help" | "run" | "show", ..] => {
            at.own_python(&words)
        }
        ["install" | "sync", ..] => {
            at.own_python(&words)?;
            let has = |flags: &[&str]| words.iter().any(|word| flags.contains(word));
            let only = words.windows(2).any(|pair| pair == ["--only", "main"]);
            let without = words.windows(2).any(|pair| pair == ["--without", "dev"]);
            let (path, text) = at.file("poetry.lock")?;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let project = projects::below(folder, "pyproject.toml");
            let list = candidate.facts.context.and_then(|context| context.text(&project));
            let list = list.ok_or_else(|| not_understood(&project))?;
            // There may be more groups than that which is left out by its name.
            let groups = without && list.matches("[tool.poetry.group.").count() > 1;
            let choice = Choice {
                python: candidate.python,
                development: !(only || without && !groups || has(&["--no-dev", "--only=main"])),
                extras: words.iter().any(|word| word.starts_with("-E") || word.contains("extras")),
            };
            let lock = Lock::of_poetry(text, list, choice).ok_or_else(|| not_understood(&path))?;
            if !has(&["--no-root", "--only-root"]) && !list.contains("package-mode = false") {
                projects::built(candidate, folder)?;
            }
            at.locked(&path, &lock, false, needs)
        }
        [verb, ..] => at.unread(&format!("`poetry {verb}`")),
    }
}

/// Options by which pipenv installs nothing else than what its lockfile says for packages and, if asked, for development.
const PLAIN: &[&str] = &[
    "--system",
    "--deploy",
    "--ignore-pipfile",
    "--dev",
    "-d",
    "--python",
    "-p",
    "--verbose",
    "-v",
    "--quiet",
    "-q",
    "--clear",
];

/// Variables that stand for options, or for another Pipfile (pipenv, "Environment Variables").
const VARIABLES: &[&str] =
    &["PIPENV_DEV", "PIPENV_PIPFILE", "PIPENV_CATEGORIES", "PIPENV_EXTRA", "PIPENV_PYTHON"];

/// Looks at a call of pipenv, which installs what its lockfile says if it is told to heed no other file.
pub(super) fn pipenv<'t>(
    candidate: Candidate<'_, '_>,
    command: &Command<'t>,
    call: &PackageCall<'_, Cow<'t, str>>,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let at = Place { candidate, line: candidate.build.dockerfile.line(command.span.start) };
    let (operands, words) = words_of(command, call);
    let has = |flags: &[&str]| words.iter().any(|word| flags.contains(word));
    match operands.as_slice() {
        [] | ["check" | "graph" | "run" | "verify", ..] => return at.own_python(&words),
        ["sync"] => {}
        ["install"] if has(&["--deploy", "--ignore-pipfile"]) => {}
        [verb, ..] => return at.unread(&format!("`pipenv {verb}`")),
    }
    at.own_python(&words)?;
    let mut rest = words.iter().filter(|word| word.starts_with('-'));
    if let Some(option) = rest.find(|word| !PLAIN.contains(&word.split('=').next().unwrap_or(word)))
    {
        return at.unread(&format!("`pipenv` with {option}"));
    }
    let source = candidate.facts.dockerfile.source;
    if let Some(name) = VARIABLES.iter().find(|name| source.contains(**name)) {
        return at.unread(&format!("`pipenv` with {name}"));
    }
    // `pipenv run name` starts what the Pipfile says.
    let scripts = manifest(candidate, "Pipfile").is_none_or(|(_, text)| text.contains("[scripts]"));
    if scripts && source.contains("pipenv") && source.contains("run") {
        return at.unread("a Pipfile with scripts");
    }
    let (path, text) = at.file("Pipfile.lock")?;
    let lock: Value = serde_json::from_str(text).map_err(|_| not_understood(&path))?;
    let development = has(&["--dev", "-d"]).then_some("develop");
    for group in std::iter::once("default").chain(development) {
        let packages = lock.get(group).and_then(Value::as_object);
        for (name, package) in packages.ok_or_else(|| not_understood(&path))? {
            // What comes from a repository or a folder has no version here.
            let version = package.get("version").and_then(Value::as_str);
            let version = version.filter(|text| text.starts_with("=="));
            let version = version.ok_or_else(|| {
                let message = format!("{path} takes {name} from elsewhere than PyPI");
                (&reasons::UNREAD_INSTALL, message)
            })?;
            requirement(candidate, &format!("{name}{version}"), needs)?;
        }
    }
    Ok(())
}

/// The operands of a call, and all words behind its program, as far as they are known.
fn words_of<'c>(
    command: &'c Command<'_>,
    call: &PackageCall<'_, Cow<'_, str>>,
) -> (Vec<&'c str>, Vec<&'c str>) {
    let operands = call.operands().filter_map(|at| command.asked()[at].as_deref());
    let words = command.asked()[call.program.end..].iter().flatten().map(|word| &**word);
    (operands.collect(), words.collect())
}

fn not_understood(path: &str) -> Refusal {
    (&reasons::UNREAD_INSTALL, format!("{path} is not understood"))
}

/// A call in a line.
#[derive(Clone, Copy)]
struct Place<'b, 't> {
    candidate: Candidate<'b, 't>,
    line: usize,
}

impl<'b> Place<'b, '_> {
    fn unread(self, what: &str) -> Result<(), Refusal> {
        let message = format!("what {what} in line {} brings is not known", self.line);
        Err((&reasons::UNREAD_INSTALL, message))
    }

    fn file(self, name: &str) -> Result<(String, &'b str), Refusal> {
        manifest(self.candidate, name).ok_or_else(|| {
            let message = format!("the build context shows no {name} for line {}", self.line);
            (&reasons::UNREAD_INSTALL, message)
        })
    }

    /// Whether wheels for the Python of the image are taken where there are any.
    fn own_python(self, words: &[&str]) -> Result<(), Refusal> {
        let python = self.candidate.python;
        let own = |value: &str| {
            let value = value.trim_matches(['"', '\'']);
            value.contains('/')
                || matches!(value, "python" | "python3")
                || python.is_some_and(|python| {
                    value.trim_start_matches("python").trim_start_matches("==").starts_with(python)
                })
        };
        let flag = words.windows(2).find(|pair| matches!(pair[0], "-p" | "--python"));
        let flag = flag.map(|pair| pair[1]);
        let flag = flag.or_else(|| words.iter().find_map(|word| word.strip_prefix("--python=")));
        let source = self.candidate.facts.dockerfile.source;
        let variable = source.match_indices("UV_PYTHON").filter_map(|(at, name)| {
            source[at + name.len()..].strip_prefix(['=', ' '])?.split_whitespace().next()
        });
        if let Some(other) = flag.into_iter().chain(variable).find(|value| !own(value)) {
            return self.unread(&format!("Python {other}"));
        }
        if let Some(sign) = SETTINGS.iter().find(|sign| source.contains(**sign)) {
            return self.unread(&format!("an install with {sign}"));
        }
        let files = self.candidate.facts.context.into_iter().flat_map(|context| {
            let files = context.entries().filter(|(_, entry)| entry.kind == ContextKind::File);
            files.map(|(path, _)| path)
        });
        for path in files {
            let text = || self.candidate.facts.context.and_then(|context| context.text(path));
            match path.rsplit('/').next().unwrap_or_default() {
                ".python-version" if !text().is_some_and(|text| own(text.trim())) => {
                    return self.unread(&format!("the Python of {path}"));
                }
                "pyproject.toml" | "uv.toml" | "poetry.toml" => {
                    let text = text().unwrap_or_default();
                    if let Some(sign) = SETTINGS.iter().find(|sign| text.contains(**sign)) {
                        return self.unread(&format!("an install with {sign} in {path}"));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Looks at what a lockfile lets an install take.
    fn locked(
        self,
        path: &str,
        lock: &Lock,
        built: bool,
        needs: &mut Needs,
    ) -> Result<(), Refusal> {
        let python = self.candidate.python;
        if let Some(versions) = &lock.python
            && !may_be_python(versions, python)
        {
            return self.unread(&format!("a Python {versions}"));
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (package, named) in lock.taken() {
            let (name, version) = (&package.name, &package.version);
            match &package.origin {
                Some(Origin::Project { folder: own, built: true }) if built => {
                    let own = own.trim_start_matches("./");
                    let own =
                        if own == "." { folder.to_owned() } else { projects::below(folder, own) };
                    projects::built(self.candidate, &own)?;
                    continue;
                }
                Some(Origin::Project { .. }) => continue,
                Some(Origin::Elsewhere(place)) => {
                    let message = format!("{path} takes {name} from {place}");
                    return Err((&reasons::COMPILED_PACKAGE, message));
                }
                None => {}
            }
            match python_wheel(name, Some(version), python) {
                Wheel::System => {
                    let message =
                        format!("{name} needs a compiler, or programs or libraries of the system");
                    return Err((&reasons::SYSTEM_PACKAGE, message));
                }
                // What a known package leads to is known with it.
                Wheel::Unknown if named => {
                    needs.note(format!("whether {name} uses programs or libraries of the system"));
                }
                _ => {}
            }
            let has = |machine| package.files.iter().any(|file| fits(file, python, machine));
            if !has("x86_64") && !needs_no_wheel(name) {
                let python = python.unwrap_or("of the image");
                let message =
                    format!("{path} has no wheel of {name} {version} for Python {python}");
                return Err((&reasons::COMPILED_PACKAGE, message));
            }
            if !has("aarch64") && !needs_no_wheel(name) {
                needs.note(format!("whether {name} comes without a compiler on ARM"));
            }
        }
        Ok(())
    }
}
