//! Whether a server for Node can do without its development dependencies.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::runtime::commands;
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
