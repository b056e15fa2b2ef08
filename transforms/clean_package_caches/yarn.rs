//! Which yarn runs: the first one starts programs out of node_modules, newer ones may do so out of their cache.

use dockslim_contract::BuildContext;
use serde_json::Value;

use crate::facts::{Build, BuildStage, brings_yarn};
use crate::knowledge::library_name;

/// What only newer versions leave in a project (Yarn documentation, "Plug'n'Play", "yarnrc").
const OF_NEWER: [&str; 4] = [".yarnrc.yml", ".pnp.cjs", ".pnp.js", ".yarn"];

/// Whether it is yarn 1: the lockfiles are its own, or an image of Node brings it, and nothing asks for another one.
pub(super) fn is_first(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    context: Option<&BuildContext>,
) -> bool {
    let Some(context) = context else { return false };
    let named = |name: &'static str| {
        let paths = context.entries().map(|(path, _)| path);
        paths.filter(move |path| path.rsplit('/').next() == Some(name))
    };
    let text = |path: &str| context.text(path).unwrap_or_default();
    let mut paths = context.entries().map(|(path, _)| path);
    let newer = paths.any(|path| path.split('/').any(|part| OF_NEWER.contains(&part)))
        || named("package.json").any(|path| {
            let manifest: Value = serde_json::from_str(text(path)).unwrap_or_default();
            let manager = manifest.get("packageManager").and_then(Value::as_str);
            manager.is_some_and(|manager| !manager.starts_with("yarn@1."))
        })
        || named(".yarnrc").any(|path| text(path).contains("yarn-path"));
    let mut steps = build.stages.iter().flat_map(|stage| &stage.steps);
    let brings = steps.any(|step| brings_yarn(build.dockerfile, step));
    let of_image = stage.image.as_deref().and_then(library_name) == Some("node");
    let mut locks = named("yarn.lock").peekable();
    let locked = locks.peek().is_some();
    let first = locks.all(|path| text(path).contains("# yarn lockfile v1"));
    !newer && !brings && first && (locked || of_image)
}
