//! Whether a server for Node can do without its development dependencies.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::runtime::commands;
use crate::program::{Action, visit};
use crate::shell::plain;
use crate::stages::Stage;

/// The first development dependency that the container may need; without a manifest that can be read, the manifest itself.
pub(super) fn needed(context: Option<&BuildContext>, stage: &Stage<'_>) -> Option<String> {
    let unread = || Some("package.json".to_owned());
    let Some(context) = context else { return unread() };
    let mut manifests = context.entries().filter(|(path, _)| {
        path.rsplit('/').next() == Some("package.json")
            && !path.split('/').any(|folder| folder == "node_modules")
    });
    let (Some((path, _)), None) = (manifests.next(), manifests.next()) else { return unread() };
    let Some(manifest) =
        context.text(path).and_then(|text| serde_json::from_str::<Value>(text).ok())
    else {
        return unread();
    };
    if manifest.get("workspaces").is_some() {
        return unread();
    }
    let starts = stage.configuration.starts().into_iter().flatten();
    let mut words: Vec<String> = starts.flat_map(commands).flatten().collect();
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    for (name, text) in scripts.into_iter().flatten() {
        let called = words.iter().any(|word| {
            name == word
                || name.strip_prefix("pre") == Some(word)
                || name.strip_prefix("post") == Some(word)
        });
        if called {
            words.extend(text.as_str().unwrap_or_default().split_whitespace().map(str::to_owned));
        }
    }
    let sources: Vec<&str> = context
        .entries()
        .filter(|(path, _)| runs(path))
        .filter_map(|(path, _)| context.text(path))
        .collect();
    let development = manifest.get("devDependencies").and_then(Value::as_object)?;
    let names = |name: &&String| {
        let short = name.rsplit('/').next().unwrap_or(name);
        // Types are no programs.
        let called = !name.starts_with("@types/")
            && words.iter().any(|word| word.rsplit('/').next() == Some(short));
        let quoted = |text: &&str| {
            ['\'', '"', '`'].iter().any(|quote| {
                text.contains(&format!("{quote}{name}{quote}"))
                    || text.contains(&format!("{quote}{name}/"))
            })
        };
        called || sources.iter().any(quoted)
    };
    development.keys().find(names).cloned()
}

/// The same for pnpm, which knows all projects of a workspace, and runs the scripts of an install.
pub(super) fn needed_of_pnpm(
    context: Option<&BuildContext>,
    old: &Stage<'_>,
    new: &Stage<'_>,
) -> Option<String> {
    let mut others = None;
    let mut own = false;
    visit(&old.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let global = words.iter().any(|word| matches!(*word, "-g" | "--global" | "global"));
        match words.first().copied() {
            Some("pnpm") => own |= !global,
            Some("npm" | "yarn") if matches!(words.get(1), Some(&("cache" | "config"))) => {}
            Some(name @ ("npm" | "yarn")) if !global => others = Some(name.to_owned()),
            _ => {}
        }
    });
    if !own || others.is_some() {
        return others.or_else(|| Some("pnpm".to_owned()));
    }
    let unread = || Some("package.json".to_owned());
    let Some(context) = context else { return unread() };
    for (path, _) in context.entries() {
        let text = context.text(path).unwrap_or_default();
        match path.rsplit('/').next().unwrap_or(path) {
            "pnpm-workspace.yaml" if text.contains("packages:") => return Some(path.to_owned()),
            "package.json" if !path.contains("node_modules/") => {
                let Ok(manifest) = serde_json::from_str::<Value>(text) else { return unread() };
                let scripts = manifest.get("scripts").and_then(Value::as_object);
                let hook = |name: &&String| {
                    name.ends_with("install") || name.contains("prepare") || *name == "prepublish"
                };
                if let Some(hook) = scripts.and_then(|all| all.keys().find(hook)) {
                    return Some(hook.clone());
                }
                if text.contains("prisma") {
                    return Some("prisma".to_owned());
                }
            }
            _ => {}
        }
    }
    needed(Some(context), new)
}

/// Whether a file of the project may run in the container: code, but for tests and the settings of tools.
fn runs(path: &str) -> bool {
    const CODE: &[&str] = &["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue", "svelte"];
    let mut folders = path.split('/').rev();
    let name = folders.next().unwrap_or(path);
    let aside = ["test", "tests", "__tests__", "spec", "e2e", "cypress", "node_modules"];
    let ending = name.rsplit('.').next().unwrap_or_default();
    let tool = [".config.", ".test.", ".spec.", ".d.ts"].iter().any(|part| name.contains(part))
        || name.starts_with('.');
    CODE.contains(&ending) && !tool && !folders.any(|folder| aside.contains(&folder))
}
