//! What npm, yarn, pnpm and bun read of a project: its package.json, a lockfile, and their settings.

use serde_json::Value;

use super::project::{Project, Reads, arguments};
use super::reasons;
use super::workspaces::{Member, Workspace};
use super::{because, berry, locks, prisma};
use crate::facts::{below, parent};
use crate::knowledge::{Ecosystem, LIFECYCLE, manifests};
use crate::pass::Refusal;

/// The tables of dependencies.
const DEPENDENCIES: [&str; 6] = [
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
    "resolutions",
    "overrides",
];

/// What an install in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    let chooses: Vec<&str> = row.chooses.iter().map(String::as_str).collect();
    let arguments = arguments(row, words, &chooses)?;
    // What git says of packages, or a pattern with other signs, is not known.
    let plain = |c: char| c.is_ascii_alphanumeric() || "@/-_.*^!".contains(c);
    if !arguments.values.iter().all(|(_, value)| value.chars().all(plain)) {
        return Err(because(&reasons::UNREAD_CALL));
    }
    let verb = arguments.operands.first().copied().unwrap_or("");
    if arguments.operands.len() > 1 {
        return Err(because(&reasons::NAMES_PACKAGES));
    }
    let mut reads = Reads::default();
    let here = |name: &String| below(folder, name);
    let needed = row.needs.as_ref().map(here).ok_or_else(|| because(&reasons::UNSUPPORTED))?;
    let text = project.text(&needed)?;
    let json = json(text).ok_or_else(|| unread(&needed))?;
    let manager = json.get("packageManager").and_then(Value::as_str).unwrap_or_default();
    let newer = row.name == "yarn" && berry::is_berry(project, folder, manager);
    for name in &row.too_much {
        let own = newer && name != "binding.gyp";
        if !own && project.exists(&here(name)) {
            let message = format!("{} reads `{name}` too, and what that names", row.name);
            return Err((&reasons::READS_MORE, message));
        }
    }
    // It takes the newest version if none is named (<https://github.com/nodejs/corepack#readme>).
    if matches!(row.name.as_str(), "yarn" | "pnpm")
        && json.get("packageManager").is_none()
        && project.speaks_of("corepack")
    {
        let message = format!(
            "corepack writes the version of {} that it takes into package.json; name one there",
            row.name
        );
        return Err((&reasons::COREPACK, message));
    }
    let no_scripts = row.scripts.iter().any(|flag| arguments.flags.contains(&flag.as_str()));
    let schema = prisma::schema(project, folder, &json);
    let workspace = Workspace::of(project, &row.name, folder, &json)?;
    let looks = Looks { no_scripts, newer, prisma: schema.is_none(), workspace: &workspace };
    manifest(&json, &looks)?;
    for member in &workspace.members {
        manifest(&member.json, &Looks { prisma: true, ..looks }).map_err(|(reason, message)| {
            (reason, message.replace("package.json", &format!("{}/package.json", member.folder)))
        })?;
    }
    let members = || workspace.members.iter();
    if newer {
        let mut reads = berry::reads(project, folder, &arguments.flags, &workspace)?;
        pries(project.text(&below(folder, "yarn.lock"))?, &looks)?;
        reads.manifests.extend(members().map(|member| member.manifest.clone()));
        reads.manifests.extend(schema.flatten().filter(|_| !no_scripts && uses_prisma(&json)));
        return Ok(reads);
    }
    reads.manifests.push(needed);
    let locks: Vec<String> = row.lockfiles.iter().map(here).collect();
    for place in locks.iter().filter(|place| project.exists(place)) {
        // A binary lockfile has no text, and its package.json has been looked at.
        if !place.ends_with(".lockb") {
            lockfile(place, project.text(place)?, &looks)?;
        }
        reads.manifests.push(place.clone());
    }
    let locked = reads.manifests.len() > 1;
    reads.manifests.extend(members().map(|member| member.manifest.clone()));
    reads.manifests.extend(schema.flatten().filter(|_| !no_scripts && uses_prisma(&json)));
    let frozen =
        row.frozen.iter().any(|one| one == verb || arguments.flags.contains(&one.as_str()));
    if locked && !frozen {
        let message = format!(
            "`{} {verb}` may write the lockfile anew, and the COPY behind it would undo that; {} keeps to it",
            row.name,
            row.frozen.first().map_or("", String::as_str)
        );
        return Err((&reasons::LOCKFILE, message));
    }
    if !locked && matches!(verb, "ci" | "clean-install") {
        return Err((&reasons::NO_MANIFEST, "the context brings no lockfile".to_owned()));
    }
    for place in row.beside.iter().map(here).filter(|place| project.exists(place)) {
        // Who looks for the packages of a workspace has read it.
        if !place.ends_with("/pnpm-workspace.yaml") {
            settings(&place, project.text(&place)?)?;
        }
        reads.manifests.push(place);
    }
    reads.fills.extend(row.makes.iter().map(here));
    let inside = |member: &Member| below(folder, &format!("{}/node_modules", member.folder));
    reads.fills.extend(members().map(inside));
    if !locked && !arguments.flags.contains(&"--no-lockfile") {
        reads.writes = locks;
    }
    Ok(reads)
}

/// Whether no package.json above a folder makes a workspace, or names the manager for all that lies below it
/// (<https://github.com/nodejs/corepack#readme>).
pub(super) fn stands_alone(project: &Project<'_, '_>, folder: &str) -> Result<(), Refusal> {
    let mut at = folder;
    while parent(at) != at {
        at = parent(at);
        let place = below(at, "package.json");
        if !project.exists(&place) {
            continue;
        }
        let json = json(project.text(&place)?).ok_or_else(|| unread(&place))?;
        let keys = ["workspaces", "packageManager", "devEngines"];
        if let Some(key) = keys.iter().find(|key| json.get(**key).is_some()) {
            let message = format!("`{key}` of `{place}` has a say in it");
            return Err((&reasons::SETTINGS_ABOVE, message));
        }
    }
    Ok(())
}

/// Whether corepack finds the manager in the manifest at `place`, and no settings of its own beside it.
pub(super) fn names_manager(project: &Project<'_, '_>, place: &str) -> Result<(), Refusal> {
    let settings = below(parent(place), ".corepack.env");
    if project.exists(&settings) {
        return Err((&reasons::COREPACK, format!("corepack takes variables from `{settings}`")));
    }
    let manifest = json(project.text(place)?).ok_or_else(|| unread(place))?;
    if manifest.get("packageManager").is_none() {
        let message =
            format!("corepack looks for the manager elsewhere, since `{place}` names none");
        return Err((&reasons::COREPACK, message));
    }
    Ok(())
}

/// How far the look at a project goes.
#[derive(Clone, Copy)]
struct Looks<'w> {
    /// No install script runs.
    no_scripts: bool,
    /// It is one of a newer yarn.
    newer: bool,
    /// Prisma looks at more than its schema.
    prisma: bool,
    /// The packages that are installed with it.
    workspace: &'w Workspace,
}

/// Whether prisma makes a client for a project.
fn uses_prisma(json: &Value) -> bool {
    DEPENDENCIES.iter().filter_map(|table| json.get(table)).flat_map(names).any(is_prisma)
}

fn is_prisma(name: &str) -> bool {
    matches!(name, "prisma" | "@prisma/client")
}

fn unread(place: &str) -> Refusal {
    (&reasons::UNREAD_MANIFEST, format!("`{place}` is not one that can be read"))
}

/// A manifest, which may begin with a byte order mark.
fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()
}

/// The keys of an object.
fn names(value: &Value) -> impl Iterator<Item = &str> {
    value.as_object().into_iter().flat_map(|pairs| pairs.keys()).map(String::as_str)
}

/// All texts inside, at any depth.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(pairs) => pairs.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// Whether a package.json lets the install read nothing else.
fn manifest(json: &Value, looks: &Looks<'_>) -> Result<(), Refusal> {
    let no_scripts = looks.no_scripts;
    if let Some(script) = LIFECYCLE.iter().find(|name| {
        !no_scripts && json.get("scripts").is_some_and(|scripts| scripts.get(name).is_some())
    }) {
        return Err((&reasons::SCRIPTS, format!("package.json has a script `{script}`")));
    }
    for key in ["bundleDependencies", "bundledDependencies", "patchedDependencies"] {
        if json
            .get(key)
            .is_some_and(|value| !texts(value).is_empty() || names(value).next().is_some())
        {
            return Err((&reasons::READS_MORE, format!("package.json has `{key}`")));
        }
    }
    let manager = json.get("packageManager").and_then(Value::as_str).unwrap_or_default();
    let berry =
        manager.strip_prefix("yarn@").is_some_and(|version| !version.starts_with(['0', '1']));
    let plug = json.get("installConfig").and_then(|config| config.get("pnp"));
    if (berry && !looks.newer) || plug.is_some() {
        return Err((&reasons::UNSUPPORTED, "the project is for a newer yarn".to_owned()));
    }
    for tool in ["pnpm", "yarn", "bun", "npm"] {
        let nested = || json.get(tool).and_then(Value::as_object).into_iter().flatten();
        if let Some((key, _)) = nested().find(|(key, _)| *key == "patchedDependencies") {
            return Err((&reasons::READS_MORE, format!("package.json has `{key}`")));
        }
        for (_, value) in nested() {
            dependencies(value, looks.workspace)?;
        }
    }
    for table in DEPENDENCIES.iter().filter_map(|table| json.get(table)) {
        dependencies(table, looks.workspace)?;
        if !no_scripts {
            names(table).try_for_each(|name| prying(name, looks))?;
        }
    }
    Ok(())
}

/// Whether versions name files of the project, other than packages of its workspace.
fn dependencies(table: &Value, workspace: &Workspace) -> Result<(), Refusal> {
    let local = |version: &str| {
        let schemes =
            ["file:", "link:", "workspace:", "portal:", "patch:", "catalog:", ".", "/", "~/"];
        schemes.iter().any(|scheme| version.starts_with(scheme))
            || version.ends_with(".tgz") && !version.contains("://")
    };
    let own = |name: &str, version: &str| workspace.has(name, version);
    let found = match table {
        Value::Object(pairs) => pairs.iter().find_map(|(name, value)| {
            texts(value).into_iter().find(|version| local(version) && !own(name, version))
        }),
        value => texts(value).into_iter().find(|version| local(version)),
    };
    match found {
        Some(version) => Err((&reasons::LOCAL_DEPENDENCY, format!("a dependency is `{version}`"))),
        None => Ok(()),
    }
}

/// Whether an install script of this package looks into the project.
fn prying(name: &str, looks: &Looks<'_>) -> Result<(), Refusal> {
    if is_prisma(name) && !looks.prisma {
        return Ok(());
    }
    if manifests().packages.prying.iter().any(|known| known == name) {
        let message = format!("the install script of `{name}` looks into the project");
        return Err((&reasons::READS_MORE, message));
    }
    Ok(())
}

/// Whether a lockfile names nothing of the project, and no package whose scripts look into it.
fn lockfile(place: &str, text: &str, looks: &Looks<'_>) -> Result<(), Refusal> {
    if text.starts_with("__metadata:") || text.contains("\n__metadata:") {
        return Err((&reasons::UNSUPPORTED, "the lockfile is of a newer yarn".to_owned()));
    }
    if !locks::names_members(text, looks.workspace) {
        return Err((
            &reasons::LOCAL_DEPENDENCY,
            format!("`{place}` names a folder of the project"),
        ));
    }
    pries(text, looks)
}

/// Whether a lockfile has a package whose scripts look into the project.
fn pries(text: &str, looks: &Looks<'_>) -> Result<(), Refusal> {
    for name in manifests().packages.prying.iter().filter(|_| !looks.no_scripts) {
        let forms = [
            format!("node_modules/{name}\""),
            format!("\n{name}@"),
            format!("\n\"{name}@"),
            format!("\n  {name}@"),
            format!("\n  '{name}@"),
            format!("\n  /{name}@"),
            format!("    \"{name}\": [\""),
            format!("\n    \"{name}\": {{"),
        ];
        if forms.iter().any(|form| text.contains(form.as_str())) {
            prying(name, looks)?;
        }
    }
    Ok(())
}

/// Whether a settings file leads to no other file.
fn settings(place: &str, text: &str) -> Result<(), Refusal> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';']));
    let leads = |line: &str| {
        let words = [
            "cafile",
            "certfile",
            "keyfile",
            "yarn-path",
            "packages:",
            "patchedDependencies",
            "file:",
            "./",
            "offline-mirror",
            "store-dir",
            "lockfile-dir",
            "pnpmfile",
            "modules-dir",
            "modules-folder",
            "virtual-store",
            "userconfig",
            "globalconfig",
            "catalog",
            "preload",
            "script-shell",
            "node-options",
        ];
        words.iter().any(|word| line.contains(word))
    };
    for line in lines {
        if leads(line) {
            return Err((&reasons::READS_MORE, format!("`{place}` has the line `{line}`")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_WORKSPACE: Workspace = Workspace { members: Vec::new(), catalogs: false };
    const LOOKS: Looks<'_> =
        Looks { no_scripts: false, newer: false, prisma: true, workspace: &NO_WORKSPACE };

    fn reason(text: &str) -> &'static str {
        let json = json(text).expect("it is JSON");
        manifest(&json, &LOOKS).map_or_else(|(reason, _)| reason.name, |()| "")
    }

    #[test]
    fn manifests_that_read_more() {
        assert_eq!(reason(r#"{"scripts": {"build": "x"}, "dependencies": {"a": "^1"}}"#), "");
        assert_eq!(reason(r#"{"scripts": {"prepare": "x"}}"#), "scripts");
        assert_eq!(reason(r#"{"overrides": {"a": {"b": "file:x"}}}"#), "local-dependency");
        assert_eq!(reason(r#"{"dependencies": {"@prisma/client": "5"}}"#), "reads-more");
        assert_eq!(reason(r#"{"pnpm": {"overrides": {"a": "link:../a"}}}"#), "local-dependency");
        assert_eq!(reason(r#"{"packageManager": "yarn@4.1.0"}"#), "unsupported");
    }

    #[test]
    fn lockfiles_name_what_is_installed() {
        let check = |text: &str| {
            lockfile("x", text, &LOOKS).map_or_else(|(reason, _)| reason.name, |()| "")
        };
        assert_eq!(check("{\"packages\": {\"node_modules/a\": {\"version\": \"1\"}}}"), "");
        assert_eq!(
            check("{\"packages\": {\"node_modules/a\": {\"link\": true}}}"),
            "local-dependency"
        );
        assert_eq!(check("{\"node_modules/x/node_modules/nx\": {}}"), "reads-more");
        assert_eq!(check("\n\"a@file:./a\":\n  version \"1\"\n"), "local-dependency");
        assert_eq!(check("\nhusky@^4.0.0:\n  version \"4\"\n"), "reads-more");
        assert_eq!(check("__metadata:\n  version: 6\n"), "unsupported");
    }
}
