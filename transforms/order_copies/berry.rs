//! What yarn 2 and newer read of a project: beside package.json and yarn.lock their settings, and the program of yarn itself.
//!
//! <https://yarnpkg.com/configuration/yarnrc>, <https://yarnpkg.com/cli/install>, <https://yarnpkg.com/getting-started/qa>

use super::project::{Project, Reads};
use super::reasons;
use super::workspaces::{Member, Workspace};
use super::{because, locks};
use crate::facts::below;
use crate::pass::Refusal;

/// Settings of .yarnrc.yml that lead to no file, with all that stands below them.
const SETTINGS: &[&str] = &[
    "nodeLinker",
    "yarnPath",
    "enableGlobalCache",
    "enableTelemetry",
    "compressionLevel",
    "npmRegistryServer",
    "nmMode",
    "nmHoistingLimits",
    "enableImmutableInstalls",
    "enableScripts",
    "httpTimeout",
    "httpRetry",
    "networkConcurrency",
    "enableProgressBars",
    "enableInlineBuilds",
    "enableMessageNames",
    "enableColors",
    "enableHardenedMode",
    "defaultSemverRangePrefix",
    "checksumBehavior",
    "npmAlwaysAuth",
    "npmAuthToken",
    "supportedArchitectures",
    "npmScopes",
    "packageExtensions",
    "logFilters",
];
/// What an install leaves beside the packages.
const STATE: [&str; 3] = [".yarn/unplugged", ".yarn/install-state.gz", ".yarn/build-state.yml"];

/// Whether a project is one of a newer yarn.
pub(super) fn is_berry(project: &Project<'_, '_>, folder: &str, manager: &str) -> bool {
    let lock = below(folder, "yarn.lock");
    let newer =
        manager.strip_prefix("yarn@").is_some_and(|version| !version.starts_with(['0', '1']));
    newer
        || project.exists(&below(folder, ".yarnrc.yml"))
        || project.text(&lock).is_ok_and(|text| text.contains("__metadata:"))
}

/// What `yarn install` reads beside package.json, which was looked at.
pub(super) fn reads(
    project: &Project<'_, '_>,
    folder: &str,
    flags: &[&str],
    workspace: &Workspace,
) -> Result<Reads, Refusal> {
    if !flags.contains(&"--immutable") {
        let message = "`yarn install` may write the lockfile anew, and the COPY behind it would undo that; \
                       `--immutable` keeps to it";
        return Err((&reasons::LOCKFILE, message.to_owned()));
    }
    let here = |name: &str| below(folder, name);
    if project.exists(&here(".env.yarn")) {
        return Err((&reasons::READS_MORE, "yarn takes variables from `.env.yarn`".to_owned()));
    }
    let lock = here("yarn.lock");
    lockfile(project.text(&lock)?, workspace)?;
    let mut reads = Reads { manifests: vec![here("package.json"), lock], ..Reads::default() };
    let settings = here(".yarnrc.yml");
    let text = if project.exists(&settings) { project.text(&settings)? } else { "" };
    let values = values(text)?;
    let value = |name: &str| {
        values.iter().find(|(key, _)| *key == name).map(|(_, value)| *value).unwrap_or_default()
    };
    if project.exists(&settings) {
        reads.manifests.push(settings);
    }
    if !value("yarnPath").is_empty() {
        let program = here(value("yarnPath").trim_start_matches("./"));
        if !value("yarnPath").contains(".yarn/releases/") || !project.exists(&program) {
            return Err((&reasons::READS_MORE, ".yarnrc.yml names another yarn".to_owned()));
        }
        reads.manifests.push(program);
    }
    if matches!(value("nodeLinker"), "node-modules" | "pnpm") {
        reads.fills.push(here("node_modules"));
        let inside = |member: &Member| here(&format!("{}/node_modules", member.folder));
        reads.fills.extend(workspace.members.iter().map(inside));
    } else {
        reads.fills.extend([".pnp.cjs", ".pnp.loader.mjs", ".pnp.data.json"].map(here));
    }
    if value("enableGlobalCache") != "true" {
        reads.fills.push(here(".yarn/cache"));
    }
    reads.fills.extend(STATE.map(here));
    Ok(reads)
}

/// The settings at the left margin, if all are known and none leads to a file.
fn values(text: &str) -> Result<Vec<(&str, &str)>, Refusal> {
    let mut values = Vec::new();
    for line in text.lines() {
        let odd =
            || (&reasons::READS_MORE, format!("`.yarnrc.yml` has the line `{}`", line.trim()));
        let line = line.split(" #").next().unwrap_or_default().trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.contains("file:") || (line.contains("./") && !line.starts_with("yarnPath")) {
            return Err(odd());
        }
        if line.starts_with([' ', '-']) {
            continue;
        }
        let (key, value) = line.split_once(':').ok_or_else(odd)?;
        if !SETTINGS.contains(&key) {
            return Err(odd());
        }
        values.push((key, value.trim().trim_matches(['"', '\''])));
    }
    Ok(values)
}

/// Whether a lockfile names no folder but those of the project and its workspace, and no patch but those of yarn itself.
fn lockfile(text: &str, workspace: &Workspace) -> Result<(), Refusal> {
    let local = |line: &str| {
        (line.contains("patch:") && !line.contains("builtin<")) || !locks::written(line, workspace)
    };
    match text.lines().find(|line| local(line)) {
        Some(line) => {
            let message = format!("the lockfile has the line `{}`", line.trim());
            Err((&reasons::LOCAL_DEPENDENCY, message))
        }
        None if text.is_empty() => Err(because(&reasons::NO_MANIFEST)),
        None => Ok(()),
    }
}
