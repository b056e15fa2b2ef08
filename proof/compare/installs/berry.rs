//! yarn 2 and newer: their settings, their program, and the files in which they keep what they did.
//!
//! <https://yarnpkg.com/configuration/yarnrc>, <https://yarnpkg.com/cli/install>

use super::workspaces::Packages;
use super::{Files, Install};

/// What .yarnrc.yml may set without leading to another file.
const KNOWN: &[&str] = &[
    "checksumBehavior",
    "compressionLevel",
    "defaultSemverRangePrefix",
    "enableColors",
    "enableGlobalCache",
    "enableHardenedMode",
    "enableImmutableInstalls",
    "enableInlineBuilds",
    "enableMessageNames",
    "enableProgressBars",
    "enableScripts",
    "enableTelemetry",
    "httpRetry",
    "httpTimeout",
    "logFilters",
    "networkConcurrency",
    "nmHoistingLimits",
    "nmMode",
    "nodeLinker",
    "npmAlwaysAuth",
    "npmAuthToken",
    "npmRegistryServer",
    "npmScopes",
    "packageExtensions",
    "supportedArchitectures",
    "yarnPath",
];

/// Whether the project in a folder, whose package.json this is, is one of a newer yarn.
pub(super) fn is_newer(here: &str, package: &str, files: &impl Files) -> bool {
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    let named = package.split("\"yarn@").nth(1).is_some_and(|rest| !rest.starts_with(['0', '1']));
    named
        || files.exists(&at(".yarnrc.yml"))
        || files.text(&at("yarn.lock")).is_some_and(|text| text.contains("__metadata:"))
}

/// What an install touches beside package.json.
pub(super) fn berry(
    here: &str,
    flags: &[&str],
    files: &impl Files,
    workspace: &Packages,
) -> Option<Install> {
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    let lock = at("yarn.lock");
    if !flags.contains(&"--immutable") || files.exists(&at(".env.yarn")) {
        return None;
    }
    let text = files.text(&lock)?;
    let patched = |line: &str| line.contains("patch:") && !line.contains("builtin<");
    if text.lines().any(patched) || !workspace.lock(text) {
        return None;
    }
    let mut install = Install { manifests: vec![at("package.json"), lock], ..Install::default() };
    let (mut modules, mut global) = (false, false);
    let settings = at(".yarnrc.yml");
    if files.exists(&settings) {
        for line in files.text(&settings)?.lines().map(str::trim_end) {
            let inside = line.starts_with([' ', '-']);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.split(" #").next()?.trim().trim_matches(['"', '\'']);
            if line.contains("file:") || (line.contains("./") && key != "yarnPath") {
                return None;
            }
            match key {
                _ if inside => {}
                "yarnPath" => {
                    let program = at(value.trim_start_matches("./"));
                    if !value.contains(".yarn/releases/") || !files.exists(&program) {
                        return None;
                    }
                    install.manifests.push(program);
                }
                "nodeLinker" => modules = value == "node-modules" || value == "pnpm",
                "enableGlobalCache" => global = value == "true",
                _ if KNOWN.contains(&key) => {}
                _ => return None,
            }
        }
        install.manifests.push(settings);
    }
    let packages: &[&str] = if modules {
        &["node_modules"]
    } else {
        &[".pnp.cjs", ".pnp.data.json", ".pnp.loader.mjs"]
    };
    let state = [".yarn/build-state.yml", ".yarn/install-state.gz", ".yarn/unplugged"];
    install.fills = packages.iter().chain(&state).map(|name| at(name)).collect();
    if modules {
        let inside = workspace.all.iter().map(|it| at(&format!("{}/node_modules", it.below)));
        install.fills.extend(inside);
    }
    if !global {
        install.fills.push(at(".yarn/cache"));
    }
    Some(install)
}
