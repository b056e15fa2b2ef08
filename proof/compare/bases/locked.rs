//! Lockfiles of uv and poetry: whether each package that an install takes has a file that is only unpacked.
//!
//! Sources: the documentation of uv, "Lockfile"; of poetry, "poetry.lock"; PEP 425 for the names of wheels.

use std::collections::{BTreeMap, BTreeSet};

use dockslim_contract::BuildContext;
use toml::{Table, Value};

use super::projects;

/// A package: the names of its files, what it leads to, and whether it is a project of the context.
#[derive(Default)]
struct Package {
    files: Vec<String>,
    leads_to: Vec<String>,
    own: bool,
    elsewhere: bool,
}

type Packages = BTreeMap<String, Vec<Package>>;

/// What of `uv sync` or `uv run` may ask for a compiler, in words.
pub(super) fn of_uv(words: &[&str], context: Option<&BuildContext>) -> Option<String> {
    let unknown = || Some("what uv installs may compile".to_owned());
    let Some(lock) = lockfile("uv.lock", context) else { return unknown() };
    let no_dev = words.iter().any(|word| matches!(*word, "--no-dev" | "--no-default-groups"));
    let mut packages = Packages::new();
    let mut roots = Vec::new();
    for entry in tables(&lock, "package") {
        let Some(name) = name(entry) else { return unknown() };
        let source = entry.get("source").and_then(Value::as_table);
        let has = |key: &str| source.is_some_and(|source| source.contains_key(key));
        let own = has("virtual") || has("editable") || has("directory");
        let mut leads_to = edges(entry.get("dependencies"));
        let optional = entry.get("optional-dependencies").and_then(Value::as_table);
        leads_to.extend(optional.into_iter().flatten().flat_map(|(_, value)| edges(Some(value))));
        let groups = entry.get("dev-dependencies").and_then(Value::as_table);
        if !no_dev {
            leads_to.extend(groups.into_iter().flatten().flat_map(|(_, value)| edges(Some(value))));
        }
        if own {
            roots.push(name.clone());
            if !has("virtual")
                && let Some(problem) = projects::problem(&name, context)
            {
                return Some(problem);
            }
        }
        let files = tables(entry, "wheels").filter_map(|wheel| {
            let url = wheel.get("url").or_else(|| wheel.get("filename"))?.as_str()?;
            url.rsplit('/').next().map(str::to_owned)
        });
        let package =
            Package { files: files.collect(), leads_to, own, elsewhere: !own && !has("registry") };
        packages.entry(name).or_default().push(package);
    }
    taken(&packages, roots)
}

/// What of `poetry install` may ask for a compiler, in words.
pub(super) fn of_poetry(words: &[&str], context: Option<&BuildContext>) -> Option<String> {
    let unknown = || Some("what poetry installs may compile".to_owned());
    let (Some(lock), Some(list)) =
        (lockfile("poetry.lock", context), lockfile("pyproject.toml", context))
    else {
        return unknown();
    };
    if !words.contains(&"--no-root")
        && let Some(problem) = projects::problem(".", context)
    {
        return Some(problem);
    }
    let mut packages = Packages::new();
    let old = lock.get("metadata").and_then(|table| table.get("files")).and_then(Value::as_table);
    for entry in tables(&lock, "package") {
        let Some(name) = name(entry) else { return unknown() };
        let own = entry.get("files").and_then(Value::as_array);
        let behind = old.and_then(|files| files.get(&name)).and_then(Value::as_array);
        let files = own.filter(|files| !files.is_empty()).or(behind).into_iter().flatten();
        let files = files.filter_map(|file| Some(file.get("file")?.as_str()?.to_owned()));
        let edges = keys(entry.get("dependencies"));
        let package = Package {
            files: files.collect(),
            leads_to: edges,
            own: false,
            elsewhere: entry.contains_key("source"),
        };
        packages.entry(name).or_default().push(package);
    }
    let main = words.windows(2).any(|pair| matches!(pair, ["--only", "main"]))
        || words.iter().any(|word| matches!(*word, "--no-dev" | "--only=main"));
    let extras = words.iter().any(|word| word.starts_with("-E") || word.contains("extra"));
    let mut roots: Vec<String> = packages.keys().cloned().collect();
    if main && !extras {
        let poetry = list.get("tool").and_then(|tool| tool.get("poetry"));
        roots = keys(poetry.and_then(|poetry| poetry.get("dependencies")));
        let project = list.get("project").and_then(|project| project.get("dependencies"));
        for text in
            project.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            let end = text
                .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
                .unwrap_or(text.len());
            roots.push(normal(&text[..end]));
        }
    }
    taken(&packages, roots)
}

/// The first package on the way from the roots without a wheel.
fn taken(packages: &Packages, mut open: Vec<String>) -> Option<String> {
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        for package in packages.get(&name).into_iter().flatten() {
            let fits = |file: &String| {
                let machine = file.contains("manylinux") && file.contains("x86_64");
                file.ends_with("-none-any.whl") || machine
            };
            if package.elsewhere || !package.own && !package.files.iter().any(fits) {
                return Some(format!("{name} has no wheel, and is compiled"));
            }
            open.extend(package.leads_to.iter().cloned());
        }
    }
    None
}

/// The only file of this name in the build context.
fn lockfile(name: &str, context: Option<&BuildContext>) -> Option<Table> {
    let context = context?;
    let mut paths = context.entries().filter(|(path, _)| path.rsplit('/').next() == Some(name));
    let (path, _) = paths.next()?;
    if paths.next().is_some() {
        return None;
    }
    toml::from_str(context.text(path)?).ok()
}

fn tables<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t Table> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

fn name(entry: &Table) -> Option<String> {
    entry.get("name")?.as_str().map(normal)
}

/// A name as PyPI compares it (PEP 503).
fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// The names in a list of dependencies of uv, but for those of other systems.
fn edges(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    list.filter(|edge| !of_others(edge.get("marker").or_else(|| edge.get("markers"))))
        .filter_map(name)
        .collect()
}

/// The names of a table of dependencies of poetry, but for those of other systems and Python itself.
fn keys(table: Option<&Value>) -> Vec<String> {
    let table = table.and_then(Value::as_table).into_iter().flatten();
    table
        .filter(|(name, _)| *name != "python")
        .filter(|(_, value)| !of_others(value.get("markers")))
        .map(|(name, _)| normal(name))
        .collect()
}

/// Whether a marker holds on no Linux: it names another system, and nothing else.
fn of_others(marker: Option<&Value>) -> bool {
    let Some(marker) = marker.and_then(Value::as_str) else { return false };
    let others = ["win32", "darwin", "Windows", "Darwin"];
    marker.contains("==")
        && !marker.contains(" or ")
        && !marker.contains("!=")
        && others.iter().any(|other| {
            marker.contains(&format!("'{other}'")) || marker.contains(&format!("\"{other}\""))
        })
}
