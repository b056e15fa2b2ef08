//! Workspaces of JavaScript: an install in the root reads the manifest of each package, and links the packages to each other.
//!
//! <https://docs.npmjs.com/cli/using-npm/workspaces>, <https://classic.yarnpkg.com/lang/en/docs/workspaces/>,
//! <https://yarnpkg.com/features/workspaces>, <https://pnpm.io/workspaces>, <https://bun.com/docs/install/workspaces>

use dockslim_contract::ContextKind;
use serde_json::Value;

use super::Files;
use super::javascript::stands;

/// The packages of a workspace beside its root, if there is one.
#[derive(Default)]
pub(super) struct Packages {
    pub(super) all: Vec<Package>,
    /// pnpm-workspace.yaml lists versions for all.
    shared_versions: bool,
}

pub(super) struct Package {
    /// Its folder, as a path below the root.
    pub(super) below: String,
    /// The place of its manifest.
    pub(super) place: String,
    name: String,
}

/// The packages of the workspace whose root is `here`; `None` if it is not certain which they are, or one of them brings more
/// into the install than its manifest.
pub(super) fn packages(
    program: &str,
    here: &str,
    root: &Value,
    files: &impl Files,
) -> Option<Packages> {
    let mut packages = Packages::default();
    let top = here.trim_end_matches('/');
    let settings = files.text(&format!("{top}/pnpm-workspace.yaml")).filter(|_| program == "pnpm");
    let patterns: Vec<String> = match (settings, root.get("workspaces")) {
        (Some(text), _) => of_pnpm(text, &mut packages.shared_versions)?,
        (None, None) => return Some(packages),
        (None, Some(list)) => {
            // npm and yarn know an object, too, but what else stands in it is not for all of them.
            let list = match list.as_object() {
                Some(pairs) if pairs.len() == 1 => pairs.get("packages")?,
                Some(_) => return None,
                None => list,
            };
            list.as_array()?
                .iter()
                .map(|it| it.as_str().map(str::to_owned))
                .collect::<Option<_>>()?
        }
    };
    let patterns: Vec<&str> = patterns
        .iter()
        .map(|pattern| pattern.trim_start_matches("./").trim_end_matches('/'))
        .filter(|pattern| !pattern.starts_with('!'))
        .collect();
    let odd = |pattern: &&str| {
        pattern.contains(['?', '[', '{', '(', '+', '@', '\\', '!']) || pattern.contains("..")
    };
    if patterns.iter().any(odd) {
        return None;
    }
    let listed = |path: &str| {
        let names: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &&str| covers(&pattern.split('/').collect::<Vec<_>>(), &names);
        !names.contains(&"node_modules") && patterns.iter().any(fits)
    };
    let places = if patterns.is_empty() { Vec::new() } else { files.places() };
    for (place, kind) in places {
        let Some(path) = place.strip_prefix(top).map(|path| path.trim_start_matches('/')) else {
            continue;
        };
        // What lies behind a link is not looked at.
        if kind == ContextKind::Link && listed(path) {
            return None;
        }
        let Some(below) = path.strip_suffix("/package.json").filter(|below| listed(below)) else {
            continue;
        };
        let name = name_of(program, &place, files)?;
        if !packages.all.iter().any(|known| known.place == place) {
            packages.all.push(Package { below: below.to_owned(), name, place: place.clone() });
        }
    }
    Some(packages)
}

/// The name of a package of a workspace that has nothing to link or to compile.
fn name_of(program: &str, place: &str, files: &impl Files) -> Option<String> {
    let manifest: Value =
        serde_json::from_str(files.text(place)?.trim_start_matches('\u{feff}')).ok()?;
    let has = |key: &str| manifest.get(key).is_some();
    let injected = program == "pnpm" && has("dependenciesMeta");
    let elsewhere = manifest.get("publishConfig").is_some_and(|it| it.get("directory").is_some());
    if has("bin") || has("directories") || has("workspaces") || injected || elsewhere {
        return None;
    }
    let folder = place.trim_end_matches("package.json");
    let more =
        ["binding.gyp", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "pnpm-lock.yaml"];
    if more.iter().any(|name| files.exists(&format!("{folder}{name}"))) {
        return None;
    }
    manifest.get("name")?.as_str().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The patterns in pnpm-workspace.yaml, in which nothing else may lead to a file.
fn of_pnpm(text: &str, shared_versions: &mut bool) -> Option<Vec<String>> {
    const FINE: &[&str] = &[
        "allowBuilds",
        "autoInstallPeers",
        "catalog",
        "catalogs",
        "engineStrict",
        "hoistPattern",
        "ignoredBuiltDependencies",
        "linkWorkspacePackages",
        "minimumReleaseAge",
        "neverBuiltDependencies",
        "onlyBuiltDependencies",
        "overrides",
        "peerDependencyRules",
        "preferWorkspacePackages",
        "publicHoistPattern",
        "resolutionMode",
        "shamefullyHoist",
        "strictPeerDependencies",
    ];
    let mut patterns = Vec::new();
    let mut in_packages = false;
    for line in text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim_end()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with([' ', '-']) && in_packages {
            let pattern = line.trim().strip_prefix("- ")?;
            patterns.push(pattern.trim().trim_matches(['"', '\'']).to_owned());
            continue;
        }
        if !line.starts_with([' ', '-']) {
            let (key, rest) = line.split_once(':')?;
            in_packages = key == "packages";
            *shared_versions |= matches!(key, "catalog" | "catalogs");
            let flows = rest.contains(['[', '{', '|', '>', '&']);
            if flows || !(in_packages && rest.trim().is_empty() || FINE.contains(&key)) {
                return None;
            }
        }
        let value = line.rsplit(": ").next()?.trim().trim_start_matches("- ");
        let value = value.trim_matches(['"', '\'']);
        if value.starts_with(['.', '/', '~']) || names_place(value) {
            return None;
        }
    }
    Some(patterns)
}

fn names_place(version: &str) -> bool {
    ["file:", "link:", "workspace:", "portal:", "patch:"]
        .iter()
        .any(|scheme| version.starts_with(scheme))
}

/// Whether the names of a pattern cover those of a path; `**` stands for any number.
pub(super) fn covers(pattern: &[&str], path: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return path.is_empty() };
    if *first == "**" {
        return covers(rest, path) || (!path.is_empty() && covers(pattern, &path[1..]));
    }
    let Some((name, others)) = path.split_first() else { return false };
    let same = match first.split_once('*') {
        None => first == name,
        Some((start, end)) => {
            !end.contains('*')
                && name.len() >= start.len() + end.len()
                && name.starts_with(start)
                && name.ends_with(end)
        }
    };
    same && covers(rest, others)
}

impl Packages {
    fn is_folder(&self, path: &str) -> bool {
        self.all.iter().any(|package| package.below == path.trim_start_matches("./"))
    }

    /// Whether a version is that of a package beside the one that asks for it, or stands with those of all.
    pub(super) fn has(&self, name: &str, version: &str) -> bool {
        if version.starts_with("catalog:") {
            return self.shared_versions;
        }
        let Some(range) = version.strip_prefix("workspace:") else { return false };
        is_range(range) && self.all.iter().any(|package| package.name == name)
    }

    /// Whether a lockfile speaks of no other folder of the project.
    pub(super) fn lock(&self, lock: &str) -> bool {
        if let Ok(json) = serde_json::from_str::<Value>(lock) {
            return self.lock_of_npm(&json);
        }
        let mut importer: Option<String> = None;
        let mut importers = false;
        for line in lock.lines() {
            let (here, _) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
            let here = here.trim_matches(['"', '\'']);
            match line.len() - line.trim_start().len() {
                0 if !here.is_empty() => importers = here == "importers",
                2 if importers => {
                    importer = Some(here.trim_start_matches('.').to_owned());
                    if here != "." && !self.is_folder(here) {
                        return false;
                    }
                }
                _ => {}
            }
            let mut rest = line;
            while let Some(at) = ["link:", "workspace:"].iter().filter_map(|it| rest.find(it)).min()
            {
                let (scheme, path) = rest[at..].split_once(':').unwrap_or_default();
                let end = path.find(['"', '\'', ',', ' ', ':']).unwrap_or(path.len());
                let known = match (scheme, importer.as_deref().filter(|_| importers)) {
                    ("link", Some(from)) => self.is_folder(&leads(from, &path[..end])),
                    ("link", None) => false,
                    _ => is_range(&path[..end]) || self.is_folder(&path[..end]),
                };
                if !known {
                    return false;
                }
                rest = &path[end..];
            }
            if ["file:", "portal:", "exec:", "directory:"].iter().any(|sign| stands(line, sign)) {
                return false;
            }
        }
        true
    }

    /// package-lock.json, in which packages of the project stand by their folders.
    fn lock_of_npm(&self, lock: &Value) -> bool {
        let Some(entries) = lock.get("packages").and_then(Value::as_object) else { return false };
        let installed = entries.iter().all(|(path, entry)| {
            let from = entry.get("resolved").and_then(Value::as_str).unwrap_or_default();
            if path.is_empty() || self.is_folder(path) {
                true
            } else if entry.get("link").is_some_and(|link| link != &Value::Bool(false)) {
                self.is_folder(from)
            } else {
                path.contains("node_modules/")
            }
        });
        let mut stack = vec![lock];
        while let Some(value) = stack.pop() {
            match value {
                Value::Object(pairs) => stack.extend(pairs.values()),
                Value::Array(values) => stack.extend(values),
                Value::String(text) => {
                    let folder = text.strip_prefix("file:").or_else(|| text.strip_prefix("link:"));
                    if folder.is_some_and(|folder| !self.is_folder(folder)) {
                        return false;
                    }
                }
                _ => {}
            }
        }
        installed
    }
}

/// Whether a text is a range of versions, or the root itself, and no folder.
fn is_range(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '^' | '~' | '.' | '-'))
}

fn leads(from: &str, path: &str) -> String {
    let mut folders: Vec<&str> = Vec::new();
    for name in from.split('/').chain(path.split('/')).filter(|name| !matches!(*name, "" | ".")) {
        if name == ".." {
            folders.pop();
        } else {
            folders.push(name);
        }
    }
    folders.join("/")
}
