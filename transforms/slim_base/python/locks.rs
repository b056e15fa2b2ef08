//! Lockfiles of uv and poetry: which packages an install takes, and which files there are of each.
//!
//! <https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile>,
//! <https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock>

use toml::{Table, Value};

use super::markers::{may_be_python, may_hold};
use super::normalised;

/// A package of a lockfile.
#[derive(Default)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// The names of the files that the index has.
    pub(super) files: Vec<String>,
    /// Where it comes from, if that is no index.
    pub(super) origin: Option<Origin>,
    /// What it leads to, on Linux and for this Python.
    leads_to: Vec<Edge>,
}

/// Where a package comes from that is in no index.
pub(super) enum Origin {
    /// A folder below that of the lockfile, and whether it is built.
    Project { folder: String, built: bool },
    /// A repository, an address or a file.
    Elsewhere(String),
}

/// A dependency: a name, and a version where the lockfile has more than one.
struct Edge {
    name: String,
    version: Option<String>,
}

/// What an install leaves out.
#[derive(Clone, Copy)]
pub(super) struct Choice<'c> {
    /// The version of Python in the image.
    pub(super) python: Option<&'c str>,
    /// Dependencies for development.
    pub(super) development: bool,
    /// Dependencies that only extras name.
    pub(super) extras: bool,
}

/// A lockfile, as far as an install reads it.
pub(super) struct Lock {
    packages: Vec<Package>,
    roots: Vec<Edge>,
    /// The versions of Python that it is for.
    pub(super) python: Option<String>,
}

impl Lock {
    /// Reads `uv.lock`; the projects in it are what is installed.
    pub(super) fn of_uv(text: &str, choice: Choice<'_>) -> Option<Self> {
        let table: Table = toml::from_str(text).ok()?;
        let mut packages = Vec::new();
        let mut roots = Vec::new();
        for entry in table.get("package")?.as_array()? {
            let name = normalised(entry.get("name")?.as_str()?);
            let source = entry.get("source")?.as_table()?;
            let project = ["virtual", "editable", "directory"]
                .iter()
                .find_map(|key| Some((*key, source.get(*key)?.as_str()?)));
            let origin = match (project, source.contains_key("registry")) {
                (Some((key, folder)), _) => {
                    Some(Origin::Project { folder: folder.to_owned(), built: key != "virtual" })
                }
                (None, true) => None,
                (None, false) => Some(Origin::Elsewhere(place(source))),
            };
            let mut leads_to = Vec::new();
            uv_edges(entry.get("dependencies"), choice, &mut leads_to)?;
            let project = matches!(origin, Some(Origin::Project { .. }));
            // Of other packages the lockfile has only the extras that somebody asks for.
            let extras = Some("optional-dependencies").filter(|_| !project || choice.extras);
            let development = Some("dev-dependencies").filter(|_| choice.development);
            for group in extras.into_iter().chain(development) {
                for (_, list) in entry.get(group).and_then(Value::as_table).into_iter().flatten() {
                    uv_edges(Some(list), choice, &mut leads_to)?;
                }
            }
            if project {
                roots.push(Edge { name: name.clone(), version: None });
            }
            let wheels = entry.get("wheels").and_then(Value::as_array).into_iter().flatten();
            let files = wheels.chain(entry.get("sdist")).filter_map(|file| {
                let place = ["url", "filename", "path"].iter().find_map(|key| file.get(key))?;
                Some(place.as_str()?.rsplit('/').next()?.to_owned())
            });
            packages.push(Package {
                version: text_of(entry, "version"),
                files: files.collect(),
                name,
                origin,
                leads_to,
            });
        }
        let python = table.get("requires-python").and_then(Value::as_str).map(str::to_owned);
        Some(Self { packages, roots, python })
    }

    /// Reads `poetry.lock` and the list of dependencies in `pyproject.toml` beside it.
    pub(super) fn of_poetry(text: &str, project: &str, choice: Choice<'_>) -> Option<Self> {
        let (table, project): (Table, Table) =
            (toml::from_str(text).ok()?, toml::from_str(project).ok()?);
        let metadata = table.get("metadata")?;
        let python = metadata.get("python-versions").and_then(Value::as_str).map(str::to_owned);
        let mut packages = Vec::new();
        for entry in table.get("package").and_then(Value::as_array).into_iter().flatten() {
            let name = entry.get("name")?.as_str()?;
            let versions = entry.get("python-versions").and_then(Value::as_str);
            if !versions.is_none_or(|versions| may_be_python(versions, choice.python)) {
                continue;
            }
            // Before version 2 of the format, files stand at its end.
            let old = metadata.get("files").and_then(|files| files.get(name));
            let files = entry.get("files").or(old)?.as_array()?;
            let files = files.iter().filter_map(|file| file.get("file")?.as_str());
            let source = entry.get("source").and_then(Value::as_table);
            let kind = source.and_then(|source| source.get("type")).and_then(Value::as_str);
            let mut leads_to = Vec::new();
            // Which extras somebody asks for is not followed.
            poetry_edges(entry.get("dependencies"), true, choice, &mut leads_to);
            packages.push(Package {
                name: normalised(name),
                version: text_of(entry, "version"),
                files: files.map(str::to_owned).collect(),
                origin: source
                    .filter(|_| kind != Some("legacy"))
                    .map(|source| Origin::Elsewhere(place(source))),
                leads_to,
            });
        }
        Some(Self { packages, roots: poetry_roots(&project, choice), python })
    }

    /// The packages that an install takes, each with whether the project itself names it.
    pub(super) fn taken(&self) -> Vec<(&Package, bool)> {
        let mut taken = vec![None; self.packages.len()];
        let mut next: Vec<(&Edge, u8)> = self.roots.iter().map(|edge| (edge, 0)).collect();
        while let Some((edge, depth)) = next.pop() {
            for (at, package) in self.packages.iter().enumerate() {
                let same = edge.version.as_ref().is_none_or(|version| *version == package.version);
                if package.name != edge.name || !same {
                    continue;
                }
                let project = matches!(package.origin, Some(Origin::Project { .. }));
                let depth = if project { 0 } else { depth + 1 };
                if taken[at].is_none_or(|other| depth < other) {
                    taken[at] = Some(depth);
                    let below = package.leads_to.iter();
                    next.extend(below.map(|edge| (edge, depth.min(1))));
                }
            }
        }
        let packages = self.packages.iter().zip(taken);
        packages.filter_map(|(package, depth)| Some((package, depth? < 2))).collect()
    }
}

/// What the project's own list names.
fn poetry_roots(project: &Table, choice: Choice<'_>) -> Vec<Edge> {
    let mut roots = Vec::new();
    let own = project.get("tool").and_then(|tool| tool.get("poetry"));
    let own = |key: &str| own.and_then(|own| own.get(key));
    let optional = choice.extras;
    poetry_edges(own("dependencies"), optional, choice, &mut roots);
    if choice.development {
        poetry_edges(own("dev-dependencies"), optional, choice, &mut roots);
        for (_, group) in own("group").and_then(Value::as_table).into_iter().flatten() {
            poetry_edges(group.get("dependencies"), optional, choice, &mut roots);
        }
    }
    let standard = project.get("project").and_then(Value::as_table);
    let standard = |key: &str| standard.and_then(|table| table.get(key));
    let mut lists: Vec<&Value> = standard("dependencies").into_iter().collect();
    let groups = [
        (choice.extras, standard("optional-dependencies")),
        (choice.development, project.get("dependency-groups")),
    ];
    for (_, group) in groups.into_iter().filter(|(wanted, _)| *wanted) {
        lists.extend(group.and_then(Value::as_table).into_iter().flatten().map(|(_, list)| list));
    }
    // A group may include another one, which stands in the table itself.
    for text in lists.iter().filter_map(|list| list.as_array()).flatten().filter_map(Value::as_str)
    {
        let (spec, marker) = text.split_once(';').unwrap_or((text, ""));
        let end = spec.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
        if may_hold(marker, choice.python) {
            let name = normalised(&spec[..end.unwrap_or(spec.len())]);
            roots.push(Edge { name, version: None });
        }
    }
    roots
}

fn text_of(entry: &Value, key: &str) -> String {
    entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What a source says in words.
fn place(source: &Table) -> String {
    let keys = ["git", "url", "path", "reference"];
    let found = keys.iter().find_map(|key| source.get(*key)?.as_str());
    found.unwrap_or("elsewhere").to_owned()
}

/// `{ name = "idna", version = "3.7", marker = "…" }`
fn uv_edges(list: Option<&Value>, choice: Choice<'_>, edges: &mut Vec<Edge>) -> Option<()> {
    for one in list.and_then(Value::as_array).into_iter().flatten() {
        let marker = one.get("marker").and_then(Value::as_str);
        if marker.is_none_or(|marker| may_hold(marker, choice.python)) {
            edges.push(Edge {
                name: normalised(one.get("name")?.as_str()?),
                version: one.get("version").and_then(Value::as_str).map(str::to_owned),
            });
        }
    }
    Some(())
}

/// `idna = "^3"`, `colorama = {version = "*", markers = "…", optional = true}`, or a list of such.
fn poetry_edges(
    table: Option<&Value>,
    optional_too: bool,
    choice: Choice<'_>,
    edges: &mut Vec<Edge>,
) {
    for (name, value) in table.and_then(Value::as_table).into_iter().flatten() {
        let wanted = |one: &Value| {
            let text = |key: &str| one.get(key).and_then(Value::as_str);
            let optional = one.get("optional").and_then(Value::as_bool) == Some(true);
            let holds = text("markers").is_none_or(|marker| may_hold(marker, choice.python));
            let python = text("python").is_none_or(|text| may_be_python(text, choice.python));
            let platform = text("platform").is_none_or(|platform| platform == "linux");
            holds && python && platform && (optional_too || !optional)
        };
        let taken = match value {
            Value::Array(all) => all.iter().any(wanted),
            one => wanted(one),
        };
        if taken && name != "python" {
            edges.push(Edge { name: normalised(name), version: None });
        }
    }
}
