//! Projects that an install builds: whether their build needs no compiler, and what they depend on.
//!
//! <https://packaging.python.org/en/latest/specifications/pyproject-toml/>

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::Keyword;
use toml::{Table, Value};

use super::{normalised, setup_scripts};
use crate::facts::{BuildStep, Command, Copied, copy_words};
use crate::slim_base::needs::Candidate;
use crate::slim_base::{Refusal, reasons};

/// Back ends that only copy files, unless a hook is configured, with the distribution that holds each.
const BACK_ENDS: [(&str, &str); 6] = [
    ("flit_core.buildapi", "flit-core"),
    ("hatchling.build", "hatchling"),
    ("poetry.core.masonry.api", "poetry-core"),
    ("setuptools.build_meta", "setuptools"),
    ("setuptools.build_meta:__legacy__", "setuptools"),
    ("uv_build", "uv-build"),
];
/// What a build may ask for besides: it copies files, too.
const BUILD_TOOLS: [&str; 2] = ["setuptools", "wheel"];
/// Programs that bring a project that is not that of the build context.
const BRINGERS: [&str; 8] = ["curl", "git", "hg", "patch", "svn", "tar", "unzip", "wget"];

/// The folder of the build context that an install names: `.`, `./package`, `/app`.
pub(super) fn folder(candidate: Candidate<'_, '_>, path: &str) -> Result<String, Refusal> {
    let unseen = |what: String| (&reasons::LOCAL_PROJECT, what);
    let context = candidate
        .facts
        .context
        .ok_or_else(|| unseen(format!("pip installs {path}, and there is no build context")))?;
    let steps = candidate.build.stages.iter().flat_map(|stage| &stage.steps);
    let mut commands = steps.flat_map(|step| step.content.commands());
    let brings = |name: &str| BRINGERS.contains(&name);
    if let Some(name) = commands.find_map(|one| one.program_name().filter(|name| brings(name))) {
        let what = format!("pip installs {path}, and {name} may have brought it");
        return Err(unseen(what));
    }
    if added_elsewhere(candidate) {
        return Err(unseen(format!("pip installs {path}, and an ADD may have brought it")));
    }
    let mut folders: Vec<&str> = context
        .entries()
        .filter(|(_, entry)| entry.kind == ContextKind::File)
        .filter_map(|(path, _)| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg").then_some(folder)
        })
        .collect();
    folders.dedup();
    let wanted = path.trim_start_matches("./").trim_end_matches('/');
    match folders.as_slice() {
        _ if !path.starts_with('/') && !matches!(wanted, "" | ".") => {
            let found = folders.contains(&wanted).then(|| wanted.to_owned());
            found.ok_or_else(|| unseen(format!("pip installs {path}, which is no project here")))
        }
        [one] => Ok((*one).to_owned()),
        [] => Err(unseen(format!("pip installs {path}, and the build context has no project"))),
        _ => {
            Err(unseen(format!("pip installs {path}, which is one of {} projects", folders.len())))
        }
    }
}

/// Whether an ADD brings what is no file of the build context as it stands there: an archive, or something from a network.
fn added_elsewhere(candidate: Candidate<'_, '_>) -> bool {
    const ENDS: [&str; 8] = [".bz2", ".git", ".gz", ".tar", ".tgz", ".whl", ".xz", ".zip"];
    let dockerfile = candidate.build.dockerfile;
    let steps = candidate.build.stages.iter().flat_map(|stage| &stage.steps);
    let mut adds = steps.filter(|step| step.instruction.kind == Keyword::Add);
    adds.any(|step| {
        let mut words = copy_words(dockerfile, step.instruction).into_iter();
        words.any(|word| word.contains("://") || ENDS.iter().any(|end| word.ends_with(end)))
    })
}

/// Whether a command is `python setup.py install` in a folder to which a COPY brings that script, of a project that asks for no packages:
/// setuptools would take the newest release of each, also where that has no wheel for this Python (setuptools, `package_index`).
pub(in crate::slim_base) fn installs_alone(
    candidate: Candidate<'_, '_>,
    step: &BuildStep<'_>,
    command: &Command<'_>,
) -> bool {
    let words: Option<Vec<&str>> = command.words.iter().map(Option::as_deref).collect();
    let words = words.unwrap_or_default();
    let named = matches!(words[..], ["python" | "python3", "setup.py", "install"]);
    let dockerfile = candidate.build.dockerfile;
    let (Some(context), Some(folder)) = (candidate.facts.context, step.state.workdir.as_deref())
    else {
        return false;
    };
    let mut commands = step.content.commands().iter();
    let moves = commands.any(|one| matches!(one.program_name(), Some("cd" | "pushd" | "popd")));
    if !named || moves {
        return false;
    }
    // What is written into its settings nobody reads.
    let steps = candidate.stage.steps.iter();
    let spoken = steps.filter(|one| one.instruction.kind == Keyword::Run).any(|one| {
        let text = one.text(dockerfile);
        text.contains("setup.cfg") || text.matches("setup.py").count() > 1
    });
    let place = below(folder, "setup.py");
    let copies = candidate.stage.steps.iter().enumerate();
    let copies = copies.filter(|(_, one)| one.instruction.kind == Keyword::Copy);
    let sources = copies.map(|(number, one)| {
        let here = one.state.workdir.as_deref().unwrap_or("/");
        let copied = Copied::of(dockerfile, context, (number, one), here);
        copied.map(|copied| copied.source_of(&place))
    });
    let sources: Result<Vec<Option<String>>, _> = sources.collect();
    let source = sources.ok().and_then(|all| all.into_iter().flatten().next_back());
    let Some(source) = source.filter(|source| !spoken && context.text(source).is_some()) else {
        return false;
    };
    let own = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    let wanted = dependencies(candidate, own, &[]);
    context.text(&below(own, "setup.cfg")).is_none() && wanted.is_ok_and(|all| all.is_empty())
}

/// What an install of the project in `folder` needs besides, as requirements, if its build compiles nothing.
pub(super) fn dependencies(
    candidate: Candidate<'_, '_>,
    folder: &str,
    extras: &[String],
) -> Result<Vec<String>, Refusal> {
    let file = below(folder, "pyproject.toml");
    let unseen = |what: &str| (&reasons::LOCAL_PROJECT, format!("{file} {what}"));
    let table = built(candidate, folder)?;
    let context = candidate.facts.context;
    let script = context.and_then(|context| context.text(&below(folder, "setup.py")));
    let tool = |name: &str| table.get("tool").and_then(|tool| tool.get(name));
    let Some(project) = table.get("project").and_then(Value::as_table) else {
        if let Some(script) = script {
            if !extras.is_empty() {
                return Err((
                    &reasons::LOCAL_PROJECT,
                    format!("{} has extras, which are not followed", below(folder, "setup.py")),
                ));
            }
            return setup_script(folder, script);
        }
        let Some(poetry) = tool("poetry") else {
            return Err(unseen("does not say what the project depends on"));
        };
        if !extras.is_empty() {
            return Err(unseen("has extras of poetry, which are not followed"));
        }
        return of_poetry(poetry).ok_or_else(|| unseen("has dependencies that are not understood"));
    };
    let dynamic = project.get("dynamic").and_then(Value::as_array);
    if dynamic.into_iter().flatten().filter_map(Value::as_str).any(|key| key.contains("dependenc"))
    {
        return Err(unseen("leaves the dependencies to the build"));
    }
    let mut lists = vec![project.get("dependencies")];
    let groups = project.get("optional-dependencies").and_then(Value::as_table);
    for extra in extras {
        let group = groups
            .and_then(|groups| groups.iter().find(|(name, _)| normalised(name) == *extra))
            .ok_or_else(|| unseen(&format!("has no extra {extra}")))?;
        lists.push(Some(group.1));
    }
    let texts = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    let texts: Option<Vec<String>> = texts.map(|text| text.as_str().map(str::to_owned)).collect();
    texts.ok_or_else(|| unseen("has dependencies that are not understood"))
}

/// The `pyproject.toml` of a project whose build copies files and does nothing else.
pub(super) fn built(candidate: Candidate<'_, '_>, folder: &str) -> Result<Table, Refusal> {
    read(candidate.facts.context, folder, Reading::Pure)
}

/// What of a project's parts in C is not known, in words; `None` if it has none, or those that its script names with nothing but their
/// sources.
pub(crate) fn unread_parts(context: &BuildContext, folder: &str) -> Option<String> {
    read(Some(context), folder, Reading::LiteralParts).err().map(|(_, what)| what)
}

/// What a project may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Files to copy.
    Pure,
    /// Parts in C, too, which its script names with nothing but their sources.
    LiteralParts,
}

/// The `pyproject.toml` of a project whose back end and script do no more than is read here.
fn read(context: Option<&BuildContext>, folder: &str, reading: Reading) -> Result<Table, Refusal> {
    let file = below(folder, "pyproject.toml");
    let unseen = |what: &str| (&reasons::LOCAL_PROJECT, format!("{file} {what}"));
    let has =
        |name: &str| context.is_some_and(|context| context.entry(&below(folder, name)).is_some());
    let script = below(folder, "setup.py");
    let script = context.and_then(|context| context.text(&script));
    let text = context.and_then(|context| context.text(&file));
    // A script alone is built by setuptools.
    let text = text.or(script.map(|_| "").filter(|_| !has("pyproject.toml")));
    let text = text.ok_or_else(|| unseen("is not there, or cannot be read"))?;
    let table: Table = toml::from_str(text).map_err(|_| unseen("is not understood"))?;
    let system = table.get("build-system");
    let back_end = system.and_then(|system| system.get("build-backend")).and_then(Value::as_str);
    let back_end = back_end.unwrap_or("setuptools.build_meta:__legacy__");
    let Some((_, tool)) = BACK_ENDS.iter().find(|(name, _)| *name == back_end) else {
        return Err(unseen(&format!("is built by {back_end}, and what that needs is not known")));
    };
    if system.and_then(|system| system.get("backend-path")).is_some() {
        return Err(unseen("has a back end of its own"));
    }
    let requires = system.and_then(|system| system.get("requires")).and_then(Value::as_array);
    for one in requires.into_iter().flatten().filter_map(Value::as_str) {
        let end = one.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
        let name = normalised(&one[..end.unwrap_or(one.len())]);
        let headers = ["cython", "numpy", "oldest-supported-numpy"].contains(&&*name);
        let translates = reading == Reading::LiteralParts && headers;
        if name != *tool && !BUILD_TOOLS.contains(&&*name) && !translates {
            return Err(unseen(&format!("wants {name} for its build")));
        }
    }
    let own = |name: &str| table.get("tool").and_then(|tool| tool.get(name));
    let hook = match *tool {
        "hatchling" => own("hatch").is_some_and(|hatch| names(hatch, "hooks")),
        "poetry-core" => own("poetry").is_some_and(|poetry| poetry.get("build").is_some()),
        "setuptools" => {
            match script {
                Some(script) if reading == Reading::Pure => _ = setup_script(folder, script)?,
                Some(script) => literal_parts(folder, script)?,
                None if has("setup.py") => return Err(unseen("stands beside an unread setup.py")),
                None => {}
            }
            let settings = below(folder, "setup.cfg");
            let settings = context.and_then(|context| context.text(&settings));
            let more = ["install_requires", "setup_requires", "cmdclass", "extension", "libraries"];
            let known: &[&str] = if reading == Reading::Pure { &[] } else { &more[..2] };
            let line = settings.unwrap_or_default().lines().map(str::trim);
            let unknown =
                |line: &&str| more.iter().any(|key| !known.contains(key) && line.starts_with(key));
            if let Some(line) = { line }.find(unknown) {
                return Err((
                    &reasons::LOCAL_PROJECT,
                    format!("{} has the line `{line}`", below(folder, "setup.cfg")),
                ));
            }
            own("setuptools").is_some_and(|own| names(own, "ext-modules") || names(own, "cmdclass"))
        }
        _ => false,
    };
    if hook { Err(unseen("has steps of its own in its build")) } else { Ok(table) }
}

/// What a `setup.py` depends on, if it is one plain call.
fn setup_script(folder: &str, script: &str) -> Result<Vec<String>, Refusal> {
    setup_scripts::requirements(script)
        .map_err(|what| (&reasons::LOCAL_PROJECT, format!("{} {what}", below(folder, "setup.py"))))
}

fn literal_parts(folder: &str, script: &str) -> Result<(), Refusal> {
    setup_scripts::literal_parts(script)
        .map_err(|what| (&reasons::LOCAL_PROJECT, format!("{} {what}", below(folder, "setup.py"))))
}

/// A path below a folder of the context.
pub(super) fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a key stands somewhere in a table.
fn names(value: &Value, key: &str) -> bool {
    match value {
        Value::Table(table) => table.iter().any(|(name, value)| name == key || names(value, key)),
        Value::Array(list) => list.iter().any(|value| names(value, key)),
        _ => false,
    }
}

/// `flask = "^3.0"`, `redis = {version = "*", optional = true}`
fn of_poetry(poetry: &Value) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for (name, value) in poetry.get("dependencies")?.as_table()? {
        let (version, marker) = match value {
            Value::String(version) => (version.as_str(), None),
            Value::Table(table) => {
                if table.get("optional").and_then(Value::as_bool) == Some(true) {
                    continue;
                }
                let text = |key: &str| table.get(key).and_then(Value::as_str);
                (text("version")?, text("markers"))
            }
            _ => return None,
        };
        if name == "python" {
            continue;
        }
        let sign = if version.starts_with(|c: char| c.is_ascii_digit()) { "==" } else { "" };
        let version = if version == "*" { "" } else { version };
        found.push(format!("{name}{sign}{version};{}", marker.unwrap_or_default()));
    }
    Some(found)
}
