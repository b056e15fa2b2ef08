//! What poetry, uv and pipenv read of a project: its list of dependencies, their lockfile, and their settings.
//!
//! The project itself is left out by `--no-root` and `--no-install-project`; without them its build reads everything.

use toml::{Table, Value};

use super::because;
use super::project::{Arguments, Project, Reads, arguments};
use super::python;
use super::reasons;
use super::workspaces;
use crate::facts::below;
use crate::knowledge::Ecosystem;
use crate::pass::Refusal;

/// Keys of a dependency that name a folder or file.
const LOCAL: [&str; 5] = ["path", "file", "directory", "editable", "workspace"];
/// Keys of a dependency whose texts name no file, whatever they hold.
const NAMES: [&str; 9] =
    ["markers", "branch", "tag", "rev", "ref", "index", "subdirectory", "marker", "extra"];

/// What `poetry install` in `folder` reads.
///
/// <https://python-poetry.org/docs/cli/#install>, <https://python-poetry.org/docs/pyproject/>
pub(super) fn poetry(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    let arguments = arguments(row, words, &[])?;
    only_verb(&arguments)?;
    let place = below(folder, "pyproject.toml");
    let table = table(project, &place)?;
    let tool = table.get("tool").and_then(|tool| tool.get("poetry"));
    let own = |key: &str| tool.and_then(|tool| tool.get(key));
    let no_package = own("package-mode").and_then(Value::as_bool) == Some(false);
    if !no_package && !arguments.flags.contains(&"--no-root") {
        let message =
            "it builds the project itself, which reads all of it; `--no-root` leaves that out";
        return Err((&reasons::INSTALLS_PROJECT, message.to_owned()));
    }
    if own("requires-plugins").is_some() || project.speaks_of("dynamic-versioning") {
        return Err((&reasons::READS_MORE, "plugins of poetry read more".to_owned()));
    }
    licence(&table)?;
    let tables = ["dependencies", "dev-dependencies", "group", "source", "extras"];
    tables.iter().filter_map(|key| own(key)).try_for_each(|value| local(&place, value))?;
    standard(&place, &table)?;
    let reads = locked(project, row, folder, &arguments, place)?;
    let lock = below(folder, "poetry.lock");
    if project.exists(&lock) {
        let text = project.text(&lock)?;
        if ["\"directory\"", "\"file\""].iter().any(|kind| text.contains(&format!("type = {kind}")))
        {
            return Err(names_folder(&lock));
        }
    }
    settings(project, &below(folder, "poetry.toml"))?;
    Ok(reads)
}

/// What `uv sync` or `uv pip install` in `folder` reads.
///
/// <https://docs.astral.sh/uv/concepts/projects/sync/>, <https://docs.astral.sh/uv/pip/environments/>
pub(super) fn uv(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    settings(project, &below(folder, "uv.toml"))?;
    let place = below(folder, "pyproject.toml");
    let is_pip = words.iter().find(|word| !word.starts_with('-')) == Some(&"pip");
    if is_pip {
        return uv_pip(project, row, folder, words);
    }
    let arguments = arguments(row, words, &[])?;
    only_verb(&arguments)?;
    let table = table(project, &place)?;
    let own = table.get("tool").and_then(|tool| tool.get("uv"));
    let declared = own.and_then(|own| own.get("package")).and_then(Value::as_bool);
    let is_package = declared.unwrap_or_else(|| table.contains_key("build-system"));
    let left_out = ["--no-install-project", "--no-install-workspace"];
    if is_package && !left_out.iter().any(|flag| arguments.flags.contains(flag)) {
        let message = "it builds the project itself, which reads all of it; `--no-install-project` leaves that out";
        return Err((&reasons::INSTALLS_PROJECT, message.to_owned()));
    }
    let dynamic = table.get("project").and_then(|project| project.get("dynamic")).is_some();
    if dynamic && !arguments.flags.contains(&"--frozen") {
        let message = "pyproject.toml has `dynamic`, and the project is asked for the rest";
        return Err((&reasons::READS_MORE, message.to_owned()));
    }
    let members = members(project, folder, &place, &table, &arguments)?;
    own_table(&place, &table, !members.is_empty())?;
    standard(&place, &table)?;
    let mut reads = locked(project, row, folder, &arguments, place)?;
    let lock = below(folder, "uv.lock");
    if project.exists(&lock) {
        uv_lock(&lock, project.text(&lock)?, &members)?;
    }
    reads.manifests.extend(members.into_iter().map(|(_, place)| place));
    Ok(reads)
}

/// The packages of a workspace of uv, each by its folder and the place of its manifest. It reads these, even if it installs none
/// of them (<https://docs.astral.sh/uv/concepts/projects/workspaces/>).
fn members(
    project: &Project<'_, '_>,
    folder: &str,
    place: &str,
    root: &Table,
    arguments: &Arguments<'_>,
) -> Result<Vec<(String, String)>, Refusal> {
    let own = root.get("tool").and_then(|tool| tool.get("uv"));
    let Some(listed) = own.and_then(|own| own.get("workspace")) else { return Ok(Vec::new()) };
    let alone = ["--frozen", "--no-install-workspace"];
    if !alone.iter().all(|flag| arguments.flags.contains(flag)) {
        let message = format!(
            "`{place}` makes a workspace; `--frozen --no-install-workspace` leaves its packages out"
        );
        return Err((&reasons::READS_MORE, message));
    }
    let patterns = listed.get("members").and_then(Value::as_array);
    let patterns = patterns.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let found =
        workspaces::packages(project, folder, &patterns.collect::<Vec<_>>(), "pyproject.toml")?;
    for (_, place) in &found {
        let table = table(project, place)?;
        own_table(place, &table, true)?;
        standard(place, &table)?;
        if table.get("tool").and_then(|tool| tool.get("uv")?.get("workspace")).is_some() {
            return Err((&reasons::READS_MORE, format!("`{place}` makes a workspace")));
        }
    }
    Ok(found)
}

/// `uv pip install`: lists of requirements, and the settings in a project file beside them.
fn uv_pip(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    let files = ["-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"];
    let arguments = arguments(row, words, &files)?;
    let [_, verb, packages @ ..] = &arguments.operands[..] else {
        return Err(because(&reasons::UNREAD_CALL));
    };
    if *verb != "install" || packages.iter().any(|name| python::is_local(name)) {
        return Err(because(&reasons::NAMES_FILES));
    }
    let place = below(folder, "pyproject.toml");
    let mut reads = Reads::default();
    for (_, file) in &arguments.values {
        if file.ends_with(".toml") {
            // Of a project file it takes the dependencies, if they stand there.
            if *file != "pyproject.toml" || !project.exists(&place) {
                return Err(because(&reasons::NAMES_FILES));
            }
            let table = table(project, &place)?;
            if table.get("project").is_none_or(|project| project.get("dynamic").is_some()) {
                let message = "pyproject.toml does not name all that it depends on";
                return Err((&reasons::READS_MORE, message.to_owned()));
            }
        } else {
            python::follow(project, file, folder, &mut reads)?;
        }
    }
    if project.exists(&place) {
        let table = table(project, &place)?;
        own_table(&place, &table, false)?;
        standard(&place, &table)?;
        reads.manifests.push(place);
    }
    let beside = row.beside.iter().map(|name| below(folder, name));
    reads.manifests.extend(beside.filter(|place| project.exists(place)));
    if !arguments.flags.contains(&"--system") && !project.is_set("UV_SYSTEM_PYTHON") {
        reads.fills.push(below(folder, ".venv"));
    }
    Ok(reads)
}

/// What pipenv in `folder` reads.
///
/// <https://pipenv.pypa.io/en/latest/commands.html>
pub(super) fn pipenv(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    let arguments = arguments(row, words, &[])?;
    only_verb(&arguments)?;
    if project.exists(&below(folder, ".env")) {
        return Err((&reasons::READS_MORE, "pipenv takes variables from `.env`".to_owned()));
    }
    let place = below(folder, "Pipfile");
    let table = table(project, &place)?;
    let lists =
        table.iter().filter(|(key, _)| !matches!(&***key, "scripts" | "requires" | "pipenv"));
    lists.map(|(_, value)| value).try_for_each(|value| local(&place, value))?;
    let mut reads = locked(project, row, folder, &arguments, place)?;
    let lock = below(folder, "Pipfile.lock");
    if project.exists(&lock) {
        let text = project.text(&lock)?;
        if LOCAL.iter().any(|key| text.contains(&format!("\"{key}\":"))) {
            return Err(names_folder(&lock));
        }
    }
    if arguments.flags.contains(&"--system") {
        reads.fills.clear();
    }
    Ok(reads)
}

/// A call names its verb and nothing else.
fn only_verb(arguments: &Arguments<'_>) -> Result<(), Refusal> {
    if arguments.operands.len() > 1 { Err(because(&reasons::NAMES_PACKAGES)) } else { Ok(()) }
}

/// A manifest with its lockfile and what stands beside them.
fn locked(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    arguments: &Arguments<'_>,
    manifest: String,
) -> Result<Reads, Refusal> {
    let here = |name: &String| below(folder, name);
    let mut reads = Reads { manifests: vec![manifest], ..Reads::default() };
    let locks: Vec<String> = row.lockfiles.iter().map(here).collect();
    let (there, missing): (Vec<_>, Vec<_>) =
        locks.into_iter().partition(|place| project.exists(place));
    let frozen = |word: &String| {
        arguments.operands.first() == Some(&word.as_str())
            || arguments.flags.contains(&word.as_str())
    };
    if !there.is_empty() && !row.frozen.iter().any(frozen) {
        let message = format!(
            "{} may write the lockfile anew, and the COPY behind it would undo that; `{}` keeps to it",
            row.name,
            row.frozen.first().map_or("", String::as_str)
        );
        return Err((&reasons::LOCKFILE, message));
    }
    reads.manifests.extend(there);
    reads.writes = missing;
    reads.manifests.extend(row.beside.iter().map(here).filter(|place| project.exists(place)));
    reads.fills.extend(row.makes.iter().map(here));
    Ok(reads)
}

/// A manifest in TOML.
pub(super) fn table(project: &Project<'_, '_>, place: &str) -> Result<Table, Refusal> {
    let unread = |_| (&reasons::UNREAD_MANIFEST, format!("`{place}` is not one that can be read"));
    project.text(place)?.parse().map_err(unread)
}

fn names_folder(place: &str) -> Refusal {
    (&reasons::LOCAL_DEPENDENCY, format!("`{place}` names a file or folder of the project"))
}

/// Whether the licence of a project is a file, which is read with its manifest.
fn licence(table: &Table) -> Result<(), Refusal> {
    let licence = table.get("project").and_then(|project| project.get("license"));
    if licence.is_some_and(|licence| licence.get("file").is_some()) {
        return Err((
            &reasons::READS_MORE,
            "pyproject.toml names the file of a licence".to_owned(),
        ));
    }
    Ok(())
}

/// Whether the tables that all tools share name files (<https://peps.python.org/pep-0621/>, <https://peps.python.org/pep-0735/>).
pub(super) fn standard(place: &str, table: &Table) -> Result<(), Refusal> {
    let project = table.get("project");
    let lists = ["dependencies", "optional-dependencies"].iter();
    let lists = lists.filter_map(|key| project?.get(key)).chain(table.get("dependency-groups"));
    lists.into_iter().try_for_each(|value| local(place, value))
}

/// Whether the settings of uv in a project file name files or other projects, but for those of the `workspace` that it belongs to.
fn own_table(place: &str, table: &Table, workspace: bool) -> Result<(), Refusal> {
    let own = table.get("tool").and_then(|tool| tool.get("uv")).and_then(Value::as_table);
    for (key, value) in own.into_iter().flatten() {
        match key.as_str() {
            "workspace" if workspace => {}
            "workspace" => {
                return Err((&reasons::READS_MORE, format!("`{place}` makes a workspace")));
            }
            "sources" if workspace => {
                let beside = |source: &Value| {
                    source.get("workspace").is_some()
                        && source.as_table().is_some_and(|table| table.len() == 1)
                };
                let sources = value.as_table().into_iter().flatten();
                let mut others = sources.filter(|(_, source)| !beside(source));
                others.try_for_each(|(_, source)| local(place, source))?;
            }
            // They matter to builds of the project alone.
            "cache-keys" | "build-backend" => {}
            "find-links" | "cache-dir" => {
                return Err((&reasons::READS_MORE, format!("`{place}` has `{key}`")));
            }
            _ => local(place, value)?,
        }
    }
    Ok(())
}

/// Whether a list of dependencies names files of the project.
fn local(place: &str, value: &Value) -> Result<(), Refusal> {
    match value {
        Value::String(text) if python::is_local(text) => {
            Err((&reasons::LOCAL_DEPENDENCY, format!("`{place}` names `{text}`")))
        }
        Value::Array(values) => values.iter().try_for_each(|value| local(place, value)),
        Value::Table(pairs) => pairs.iter().try_for_each(|(key, value)| {
            if LOCAL.contains(&key.as_str()) && !value.is_table() {
                return Err(names_folder(place));
            }
            if NAMES.contains(&key.as_str()) && !value.is_table() {
                return Ok(());
            }
            local(place, value)
        }),
        _ => Ok(()),
    }
}

/// Whether uv.lock names nothing but this project, the packages of its workspace, and what lies elsewhere.
fn uv_lock(place: &str, text: &str, members: &[(String, String)]) -> Result<(), Refusal> {
    let own = |folder: &str| folder == "." || members.iter().any(|(member, _)| member == folder);
    let lies = |line: &str, key: &str| {
        let key = format!("{key} = \"");
        line.split(&key).skip(1).all(|rest| rest.split('"').next().is_some_and(own))
    };
    let fine = |line: &str| {
        let source = line.trim().strip_prefix("source = {").map(str::trim);
        let known = ["registry = \"http", "git = \"http", "url = \"http"];
        let inside = ["virtual", "editable"];
        match source {
            Some(source) => {
                known.iter().any(|start| source.starts_with(start))
                    || inside.iter().any(|key| source.starts_with(key) && lies(source, key))
            }
            None => {
                (!members.is_empty() || !line.trim().starts_with("members = "))
                    && ["directory", "path"]
                        .iter()
                        .all(|key| !line.contains(&format!("{key} = \"")))
                    && inside.iter().all(|key| lies(line, key))
            }
        }
    };
    match text.lines().find(|line| !fine(line)) {
        Some(line) => {
            Err((&reasons::LOCAL_DEPENDENCY, format!("`{place}` has the line `{}`", line.trim())))
        }
        None => Ok(()),
    }
}

/// Whether a file of settings leads to no other file.
fn settings(project: &Project<'_, '_>, place: &str) -> Result<(), Refusal> {
    if !project.exists(place) {
        return Ok(());
    }
    let leads = |line: &&str| {
        let words = ["path", "dir", "file", "links", "./", "{", "workspace", "sources"];
        words.iter().any(|word| line.contains(word))
    };
    let lines = project.text(place)?.lines().map(str::trim);
    match lines.filter(|line| !line.starts_with('#')).find(leads) {
        Some(line) => Err((&reasons::READS_MORE, format!("`{place}` has the line `{line}`"))),
        None => Ok(()),
    }
}
