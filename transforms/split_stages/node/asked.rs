//! Which packages the sources of a project for Node ask for by their names.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::base_name;
use crate::knowledge::NODE_MODULES;

/// Whether each package that one of the `texts` asks for stays when those for development go: it is asked for by the manifest itself.
/// Another may have come along with one that goes, and nobody knows it without the manifests of all.
pub(super) fn all_stay(context: &BuildContext, manifest: &Value, texts: &[&str]) -> bool {
    let stays = |name: &str| {
        ["dependencies", "optionalDependencies"]
            .iter()
            .any(|kind| manifest.get(kind).and_then(|all| all.get(name)).is_some())
            || manifest.get("name").and_then(Value::as_str) == Some(name)
    };
    texts.iter().flat_map(|text| modules(text)).all(|module| {
        let Some(name) = package(module) else { return true };
        NODE_MODULES.contains(&name.split('/').next().unwrap_or(name))
            || stays(name)
            || is_own(context, module)
    })
}

/// What stands in quotes behind `from`, `import` and `require(`.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(['"', '\'', '`']).filter_map(|(at, quote)| {
        let mut before = text[..at].trim_end();
        while let Some(comment) = before.strip_suffix("*/") {
            before = comment[..comment.rfind("/*")?].trim_end();
        }
        let call = before.strip_suffix('(').map(str::trim_end);
        let asks = match call {
            Some(name) => ["require", "import", "resolve"].iter().any(|word| name.ends_with(word)),
            None => ["from", "import"].iter().any(|word| before.ends_with(word)),
        };
        let module = &text[at + 1..];
        asks.then(|| module.split(quote).next()).flatten()
    })
}

/// The package that a module is of; `None` for a file beside the source, and for what no package is called.
fn package(module: &str) -> Option<&str> {
    let named = |c: char| c.is_ascii_alphanumeric() || "@/._-#".contains(c);
    if module.is_empty() || module.starts_with(['.', '/']) || !module.chars().all(named) {
        return None;
    }
    let parts = if module.starts_with('@') { 2 } else { 1 };
    let end = module.match_indices('/').nth(parts - 1).map_or(module.len(), |(at, _)| at);
    (!module.starts_with("@/")).then_some(&module[..end])
}

/// Whether a module is a file of the project, by its path below the root or `src`, or by a path of the settings of TypeScript
/// (TypeScript handbook, "Module Resolution": `baseUrl`, `paths`).
fn is_own(context: &BuildContext, module: &str) -> bool {
    let Some((folder, _)) = module.split_once('/') else { return false };
    context.entries().any(|(path, _)| {
        let below = path.strip_prefix("src/").unwrap_or(path);
        let is_file = [path, below].iter().any(|place| {
            place.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '/']))
        });
        let settings =
            base_name(path).starts_with("tsconfig") || base_name(path) == "jsconfig.json";
        let alias = format!("\"{folder}/*\"");
        is_file && !path.ends_with(".d.ts")
            || settings && context.text(path).is_some_and(|text| text.contains(&alias))
    })
}
