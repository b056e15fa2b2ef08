//! What installs of npm, yarn and pnpm compile: packages that they name, or that a package.json and its lockfile list.

use dockslim_contract::BuildContext;

use super::compiles::{is_native, is_ready_nowhere};
use super::sources::is_own;

/// What a call may compile; where `free`, packages that bring the sources of all that they are linked with may.
pub(super) fn of_node(
    words: &[&str],
    context: Option<&BuildContext>,
    free: bool,
) -> Option<String> {
    let named = words.iter().filter(|word| !word.starts_with('-')).skip(1);
    let (mut any, mut own) = (false, false);
    for word in named {
        any = true;
        if *word == "." {
            own = true;
            continue;
        }
        let name = word
            .char_indices()
            .skip(1)
            .find(|(_, c)| *c == '@')
            .map_or(*word, |(at, _)| &word[..at]);
        if is_native(name, free)
            || word.contains("://")
            || word.contains(':')
            || word.starts_with(['.', '/'])
        {
            return Some(format!("{name} may compile"));
        }
    }
    if any && !own {
        return None;
    }
    let unknown = || Some("what package.json asks for is not known".to_owned());
    let Some(context) = context else { return unknown() };
    let mut manifests = context.entries().filter(|(path, _)| {
        path.rsplit('/').next() == Some("package.json") && !path.contains("node_modules/")
    });
    let mut seen = false;
    let problem = manifests.find_map(|(path, _)| {
        seen = true;
        let text = context.text(path).unwrap_or_default();
        let Ok(manifest) =
            serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'))
        else {
            return unknown();
        };
        let tables = ["dependencies", "devDependencies", "optionalDependencies"];
        let tables = tables.iter().filter_map(|table| manifest.get(table)?.as_object());
        // `user/repository` is one of GitHub.
        let from_afar = |version: &str| {
            let other = version.contains("git") || version.contains("://");
            let short = version.contains('/') && !version.starts_with("npm:");
            other || short && !version.starts_with("link:") || version.starts_with("file:")
        };
        let mut wanted = tables.flatten();
        let native = wanted.find(|(name, version)| {
            let version = version.as_str();
            let compiles =
                is_native(name, free) && !version.is_some_and(|version| is_built(name, version));
            compiles || version.is_none_or(from_afar)
        });
        native.map(|(name, _)| format!("{name} may compile"))
    });
    if !seen {
        return unknown();
    }
    problem.or_else(|| locked_node(context, free))
}

/// Whether a package is fetched ready for the machine, by packages that it depends on: sharp from 0.33 on (its changelog).
fn is_built(name: &str, version: &str) -> bool {
    let digits = |text: &str| text.split(['.', '-']).nth(1).and_then(|part| part.parse().ok());
    let zero = version.trim_start_matches(['~', '^']).starts_with("0.");
    name == "sharp" && zero && digits(version).is_some_and(|minor: u32| minor > 32)
}

/// What a project of npm, or a lockfile of it, compiles.
fn locked_node(context: &BuildContext, free: bool) -> Option<String> {
    context.entries().filter(|(path, _)| is_own(path)).find_map(|(path, _)| {
        match path.rsplit('/').next()? {
            "binding.gyp" => Some(format!("{path} is compiled")),
            "package-lock.json" | "npm-shrinkwrap.json" => {
                let lock: serde_json::Value = serde_json::from_str(context.text(path)?).ok()?;
                let packages = lock.get("packages")?.as_object()?;
                let compiled = packages.iter().find_map(|(place, package)| {
                    package.get("hasInstallScript")?.as_bool().filter(|has| *has)?;
                    let name = place.rsplit_once("node_modules/")?.1;
                    let version = package.get("version").and_then(|version| version.as_str());
                    let built = version.is_some_and(|version| is_built(name, version));
                    (is_native(name, free) && !built).then_some(name)
                })?;
                Some(format!("{compiled} may compile"))
            }
            "yarn.lock" | "pnpm-lock.yaml" => {
                let name = listed(context.text(path)?, free)?;
                Some(format!("{name} may compile"))
            }
            _ => None,
        }
    })
}

/// A package that a lockfile of yarn or pnpm lists, and that an install compiles: entries are keys of the outermost lines, or of those in the
/// tables of pnpm, whose older formats say which have scripts.
fn listed(text: &str, free: bool) -> Option<String> {
    let mut entry = String::new();
    for line in text.lines().filter(|line| line.trim_end().ends_with([':', 'e'])) {
        let bare = line.trim_start();
        if line.len() - bare.len() > 2 {
            let scripts = bare.split_whitespace().eq(["requiresBuild:", "true"]);
            if scripts && is_native(&entry, free) {
                return Some(entry);
            }
            continue;
        }
        let bare = bare.trim_start_matches(['"', '\'', '/']);
        // `@scope/name`, then a version behind a sign.
        let scope = bare.strip_prefix('@').and_then(|rest| rest.find('/')).map_or(0, |at| at + 2);
        let end = bare[scope..].find(['@', '/', ':', '"', '\'']);
        bare[..end.map_or(bare.len(), |end| scope + end)].clone_into(&mut entry);
        if !free && is_ready_nowhere(&entry) {
            return Some(entry);
        }
    }
    None
}
