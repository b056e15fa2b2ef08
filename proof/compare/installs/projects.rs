//! poetry, uv and pipenv: a list of dependencies in TOML, a lockfile, and settings.
//!
//! <https://python-poetry.org/docs/cli/>, <https://docs.astral.sh/uv/reference/cli/>, <https://pipenv.pypa.io/en/latest/commands.html>

use dockslim_contract::ContextKind;
use toml::Value;

use super::super::folders::absolute;
use super::python::{is_local, requirements};
use super::workspaces::covers;
use super::{Files, Install, leads_away};

/// What a tool is called with, and the files that it looks at beside its manifest.
struct Tool {
    manifest: &'static str,
    lock: &'static str,
    beside: &'static [&'static str],
    /// Words without an argument that let it read nothing else.
    plain: &'static [&'static str],
    /// Words with one.
    valued: &'static [&'static str],
}

const POETRY: Tool = Tool {
    manifest: "pyproject.toml",
    lock: "poetry.lock",
    beside: &["poetry.toml", ".python-version", ".tool-versions"],
    plain: &[
        "--no-root",
        "--no-dev",
        "--no-interaction",
        "-n",
        "--no-ansi",
        "--ansi",
        "--sync",
        "--all-extras",
        "--all-groups",
        "--quiet",
        "-q",
        "--verbose",
        "-v",
        "-vv",
        "-vvv",
        "--no-cache",
        "--compile",
    ],
    valued: &["--only", "--with", "--without", "--extras", "-E"],
};
const UV: Tool = Tool {
    manifest: "pyproject.toml",
    lock: "uv.lock",
    beside: &["uv.toml", ".python-version", ".python-versions", ".tool-versions"],
    plain: &[
        "--frozen",
        "--locked",
        "--no-install-project",
        "--no-install-workspace",
        "--no-dev",
        "--no-editable",
        "--no-cache",
        "-n",
        "--quiet",
        "-q",
        "--verbose",
        "-v",
        "--all-extras",
        "--all-groups",
        "--no-default-groups",
        "--compile-bytecode",
        "--no-progress",
        "--system",
        "--upgrade",
        "--break-system-packages",
        "--no-cache-dir",
        "--no-managed-python",
        "--managed-python",
        "--no-python-downloads",
        "--no-deps",
        "--require-hashes",
        "--strict",
        "--all-packages",
    ],
    valued: &[
        "--extra",
        "--group",
        "--no-group",
        "--only-group",
        "--index-url",
        "--default-index",
        "--index",
        "--extra-index-url",
        "--link-mode",
        "--python-preference",
        "--color",
        "--index-strategy",
        "--prerelease",
        "--resolution",
        "--package",
    ],
};
const PIPENV: Tool = Tool {
    manifest: "Pipfile",
    lock: "Pipfile.lock",
    beside: &[".python-version", ".tool-versions"],
    plain: &[
        "--system",
        "--deploy",
        "--dev",
        "-d",
        "--ignore-pipfile",
        "--verbose",
        "-v",
        "--quiet",
        "-q",
        "--clear",
        "--pre",
    ],
    valued: &["--categories", "--pypi-mirror"],
};

/// The words of a call, told apart.
struct Words<'w> {
    operands: Vec<&'w str>,
    options: Vec<&'w str>,
    /// Files that `-r` and `-c` name.
    files: Vec<&'w str>,
}

impl<'w> Words<'w> {
    fn of(tool: &Tool, words: &[&'w str]) -> Option<Self> {
        let mut read = Self { operands: Vec::new(), options: Vec::new(), files: Vec::new() };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if word.starts_with("--") => (name, Some(value)),
                _ => (word, None),
            };
            let lists =
                ["-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"];
            if !word.starts_with('-') {
                read.operands.push(word);
            } else if lists.contains(&name) {
                read.files.push(value.or_else(|| words.next())?);
            } else if tool.plain.contains(&word) {
                read.options.push(word);
            } else if tool.valued.contains(&name) {
                value.or_else(|| words.next())?;
            } else {
                return None;
            }
        }
        Some(read)
    }

    fn has(&self, option: &str) -> bool {
        self.options.contains(&option)
    }
}

/// What a call of poetry touches.
pub(super) fn poetry(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    if let ["config", key, _] = words {
        // Kept in the home of the user.
        let elsewhere = key.starts_with("virtualenvs.path") || key.contains("dir");
        return (!elsewhere).then(Install::default);
    }
    let words = Words::of(&POETRY, words)?;
    if !matches!(words.operands[..], ["install" | "sync"]) || !words.files.is_empty() {
        return None;
    }
    let place = file(here, POETRY.manifest)?;
    let manifest = read(&place, files)?;
    let own = manifest.get("tool").and_then(|tool| tool.get("poetry"));
    let mode = own.and_then(|own| own.get("package-mode")).and_then(Value::as_bool);
    let plugins = own.is_some_and(|own| own.get("requires-plugins").is_some());
    let licence = manifest.get("project").and_then(|project| project.get("license"));
    if plugins
        || !(words.has("--no-root") || mode == Some(false))
        || licence.is_some_and(Value::is_table)
            && licence.is_some_and(|it| it.get("file").is_some())
        || files.speaks_of("dynamic-versioning")
    {
        return None;
    }
    let lists = |path: &str| {
        is_shared_list(path)
            || ["dependencies", "dev-dependencies", "group", "source"].iter().any(|list| {
                path.strip_prefix("tool.poetry.").is_some_and(|rest| rest.starts_with(list))
            })
    };
    names_no_file(&manifest, &lists)?;
    let lock = file(here, POETRY.lock)?;
    if files.exists(&lock) {
        let text = files.text(&lock)?;
        if text.contains("type = \"directory\"") || text.contains("type = \"file\"") {
            return None;
        }
    }
    installed(&POETRY, here, files, true)
}

/// What a call of uv touches.
pub(super) fn uv(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let words = Words::of(&UV, words)?;
    let place = file(here, UV.manifest)?;
    let lists = |path: &str| {
        let own = path.strip_prefix("tool.uv.");
        is_shared_list(path) || own.is_some_and(|own| !own.starts_with("cache-keys"))
    };
    match words.operands[..] {
        ["sync"] if words.files.is_empty() => {
            let manifest = read(&place, files)?;
            let own = manifest.get("tool").and_then(|tool| tool.get("uv"));
            let package = own.and_then(|own| own.get("package")).and_then(Value::as_bool);
            let built = package.unwrap_or(manifest.get("build-system").is_some());
            let open = manifest.get("project").is_some_and(|one| one.get("dynamic").is_some());
            let alone = words.has("--no-install-project") || words.has("--no-install-workspace");
            let fixed = words.has("--frozen") || words.has("--locked");
            let lock = file(here, UV.lock)?;
            if (built && !alone)
                || (open && !words.has("--frozen"))
                || (files.exists(&lock) && !fixed)
            {
                return None;
            }
            // The packages of a workspace are looked up, though none is built.
            let out = words.has("--frozen") && words.has("--no-install-workspace");
            let packages = match own.and_then(|own| own.get("workspace")) {
                Some(list) => beside_each_other(list, here, files).filter(|_| out)?,
                None => Vec::new(),
            };
            let lists = |path: &str| lists(path) && !path.starts_with("tool.uv.workspace");
            names_no_file(&without_each_other(&manifest, &packages), &lists)?;
            for package in &packages {
                let manifest = read(&format!("{}/{package}/{}", top(here)?, UV.manifest), files)?;
                names_no_file(&without_each_other(&manifest, &packages), &lists)?;
                if manifest.get("tool").and_then(|tool| tool.get("uv")?.get("workspace")).is_some()
                {
                    return None;
                }
            }
            if files.exists(&lock) {
                only_remote(files.text(&lock)?, &packages)?;
            }
            let mut install = installed(&UV, here, files, true)?;
            for package in packages {
                install.manifests.push(format!("{}/{package}/{}", top(here)?, UV.manifest));
            }
            Some(install)
        }
        ["pip", "install", ref packages @ ..] => {
            if packages.iter().any(|name| is_local(name)) {
                return None;
            }
            let mut install = Install::default();
            for list in &words.files {
                if !list.ends_with(".toml") {
                    requirements(list, here, files, &mut install)?;
                    continue;
                }
                let manifest = read(&place, files).filter(|_| *list == UV.manifest)?;
                if manifest.get("project")?.get("dynamic").is_some() {
                    return None;
                }
            }
            let mut settings: Vec<String> = Vec::new();
            if files.exists(&place) {
                let manifest = read(&place, files)?;
                if manifest.get("tool").and_then(|tool| tool.get("uv")?.get("workspace")).is_some()
                {
                    return None;
                }
                names_no_file(&manifest, &lists)?;
                settings.push(place);
            }
            settings.extend(beside(&UV, here, files)?);
            install.manifests.extend(settings);
            if !words.has("--system") && files.variable("UV_SYSTEM_PYTHON").is_none() {
                install.fills.push(file(here, ".venv")?);
            }
            Some(install)
        }
        _ => None,
    }
}

/// What a call of pipenv touches.
pub(super) fn pipenv(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let words = Words::of(&PIPENV, words)?;
    let synced = match words.operands[..] {
        ["sync"] => true,
        ["install"] => words.has("--deploy") || words.has("--ignore-pipfile"),
        _ => return None,
    };
    let lock = file(here, PIPENV.lock)?;
    let locked = files.exists(&lock);
    if (locked && !synced) || !words.files.is_empty() || files.exists(&file(here, ".env")?) {
        return None;
    }
    let manifest = read(&file(here, PIPENV.manifest)?, files)?;
    let lists =
        |path: &str| !["scripts", "requires", "pipenv"].iter().any(|name| path.starts_with(name));
    names_no_file(&manifest, &lists)?;
    if locked {
        let text = files.text(&lock)?;
        if ["\"path\":", "\"file\":", "\"editable\":"].iter().any(|sign| text.contains(sign)) {
            return None;
        }
    }
    installed(&PIPENV, here, files, !words.has("--system"))
}

fn file(here: &str, name: &str) -> Option<String> {
    Some(format!("{}/{name}", top(here)?))
}

/// A folder without a slash behind it.
fn top(here: &str) -> Option<String> {
    absolute(here, "", None).map(|here| here.trim_end_matches('/').to_owned())
}

/// The folders of the packages in a workspace of uv below `here` (documentation of uv, "Workspaces"); those that it leaves out again
/// count, too.
fn beside_each_other(list: &Value, here: &str, files: &impl Files) -> Option<Vec<String>> {
    let mut patterns = Vec::new();
    for pattern in list.get("members")?.as_array()? {
        let pattern = pattern.as_str()?.trim_start_matches("./").trim_end_matches('/');
        if pattern.contains(['?', '[', '{', '!', '\\']) || pattern.contains("..") {
            return None;
        }
        patterns.push(pattern.split('/').collect::<Vec<_>>());
    }
    let top = format!("{}/", top(here)?);
    let mut found: Vec<String> = Vec::new();
    for (place, kind) in files.places() {
        let Some(path) = place.strip_prefix(&top) else { continue };
        let listed = |path: &str| {
            let names: Vec<&str> = path.split('/').collect();
            patterns.iter().any(|pattern| covers(pattern, &names))
        };
        if kind == ContextKind::Link && listed(path) {
            return None;
        }
        let below = path.strip_suffix("/pyproject.toml").filter(|below| listed(below));
        found.extend(below.map(str::to_owned));
    }
    found.dedup();
    Some(found)
}

/// A manifest without the sources that are packages of the same workspace.
fn without_each_other(manifest: &toml::Table, packages: &[String]) -> toml::Table {
    let mut manifest = manifest.clone();
    let own = manifest.get_mut("tool").and_then(|tool| tool.get_mut("uv"));
    let sources = own.and_then(|own| own.get_mut("sources")).and_then(Value::as_table_mut);
    if let Some(sources) = sources.filter(|_| !packages.is_empty()) {
        sources.retain(|_, source| {
            let keys: Vec<&str> =
                source.as_table().map_or(Vec::new(), |it| it.keys().map(String::as_str).collect());
            keys != ["workspace"]
        });
    }
    manifest
}

fn read(place: &str, files: &impl Files) -> Option<toml::Table> {
    files.text(place)?.parse().ok()
}

/// What an install touches whose manifest has been looked at.
fn installed(tool: &Tool, here: &str, files: &impl Files, environment: bool) -> Option<Install> {
    let lock = file(here, tool.lock)?;
    let mut install = Install { manifests: vec![file(here, tool.manifest)?], ..Install::default() };
    if files.exists(&lock) {
        install.manifests.push(lock);
    } else {
        install.writes.push(lock);
    }
    install.manifests.extend(beside(tool, here, files)?);
    if environment {
        let named = ["UV_PROJECT_ENVIRONMENT", "POETRY_VIRTUALENVS_PATH", "WORKON_HOME"];
        if !named.iter().all(|name| leads_away(files, name)) {
            return None;
        }
        install.fills.push(file(here, ".venv")?);
    }
    Some(install)
}

/// The settings beside a manifest, if they lead nowhere and none stand in the folders above.
fn beside(tool: &Tool, here: &str, files: &impl Files) -> Option<Vec<String>> {
    let mut above = absolute(here, "", None)?;
    while let Some((folder, _)) =
        above.rsplit_once('/').map(|(folder, name)| (folder.to_owned(), name.to_owned()))
    {
        let mut names = tool.beside.iter().chain([&tool.manifest, &tool.lock]);
        if names.any(|name| files.exists(&format!("{folder}/{name}"))) {
            return None;
        }
        above = folder;
    }
    let mut found = Vec::new();
    for name in tool.beside {
        let place = file(here, name)?;
        if !files.exists(&place) {
            continue;
        }
        let text = files.text(&place)?;
        let leads = ["path", "dir", "file", "links", "./", "{", "workspace", "sources"];
        let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        if lines.any(|line| leads.iter().any(|sign| line.contains(sign))) {
            return None;
        }
        found.push(place);
    }
    Some(found)
}

/// The lists of PEP 621 and PEP 735.
fn is_shared_list(path: &str) -> bool {
    ["project.dependencies", "project.optional-dependencies", "dependency-groups"]
        .iter()
        .any(|list| path.starts_with(list))
}

/// Whether no text at the paths that count names a file.
fn names_no_file(manifest: &toml::Table, counts: &dyn Fn(&str) -> bool) -> Option<()> {
    let mut stack: Vec<(String, &Value)> =
        manifest.iter().map(|(key, value)| (key.clone(), value)).collect();
    while let Some((path, value)) = stack.pop() {
        let last = path.rsplit('.').next().unwrap_or_default();
        match value {
            Value::Table(pairs) => {
                stack.extend(pairs.iter().map(|(key, value)| (format!("{path}.{key}"), value)));
            }
            Value::Array(values) => {
                stack.extend(values.iter().map(|value| (path.clone(), value)));
            }
            _ if !counts(&path) => {}
            _ if matches!(
                last,
                "path"
                    | "file"
                    | "directory"
                    | "editable"
                    | "workspace"
                    | "find-links"
                    | "cache-dir"
            ) =>
            {
                return None;
            }
            Value::String(text) => {
                let name = matches!(
                    last,
                    "markers"
                        | "marker"
                        | "branch"
                        | "tag"
                        | "rev"
                        | "ref"
                        | "subdirectory"
                        | "index"
                        | "extra"
                        | "build-backend"
                );
                if !name && is_local(text) {
                    return None;
                }
            }
            _ => {}
        }
    }
    Some(())
}

/// Whether uv.lock names no folder but that of the project itself and those of its packages.
fn only_remote(text: &str, packages: &[String]) -> Option<()> {
    let known = |folder: &str| folder == "." || packages.iter().any(|package| package == folder);
    for line in text.lines().map(str::trim_start) {
        let from = line.strip_prefix("source = { ").and_then(|rest| rest.split_once(" = \""));
        let fine = match from {
            Some(("registry" | "git" | "url", address)) => address.starts_with("http"),
            Some(("virtual" | "editable", folder)) => {
                folder.split_once('"').is_some_and(|(folder, _)| known(folder))
            }
            Some(_) => false,
            None => {
                let elsewhere = line.contains("path = \"") || line.contains("directory = \"");
                let named = ["editable = \"", "virtual = \""].iter().all(|key| {
                    let mut parts = line.split(key).skip(1);
                    parts.all(|part| part.split_once('"').is_some_and(|(folder, _)| known(folder)))
                });
                !elsewhere && named && (!packages.is_empty() || !line.starts_with("members = "))
            }
        };
        if !fine {
            return None;
        }
    }
    Some(())
}
