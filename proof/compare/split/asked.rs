//! Packages of Node that sources ask for, and that a manifest does not: they are there by the grace of others.

use dockslim_contract::BuildContext;
use serde_json::Value;

/// What `require` finds in Node itself, without the names that begin with `node:`.
const OF_NODE: &str = " assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain \
    events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream \
    string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib ";

/// The first package that a source asks for, and neither Node, nor the project, nor what the manifest needs to run brings.
pub(super) fn unlisted(
    context: &BuildContext,
    manifest: &Value,
    sources: &[&str],
) -> Option<String> {
    let mut listed: Vec<&str> = manifest.get("name").and_then(Value::as_str).into_iter().collect();
    for kind in ["dependencies", "optionalDependencies"] {
        let all = manifest.get(kind).and_then(Value::as_object);
        listed.extend(all.into_iter().flat_map(|all| all.keys().map(String::as_str)));
    }
    for asked in sources.iter().flat_map(|source| asked(source)) {
        let mut parts = asked.split('/');
        let first = parts.next().unwrap_or_default();
        let odd = asked.chars().any(|c| !c.is_ascii_alphanumeric() && !"@/._-#".contains(c));
        // Files, addresses and what bundlers make of a sign are no packages.
        if odd || matches!(first, "" | "." | ".." | "@") || asked.starts_with('.') {
            continue;
        }
        let name = match parts.next() {
            Some(second) if first.starts_with('@') => format!("{first}/{second}"),
            _ => first.to_owned(),
        };
        let node = OF_NODE.split(' ').any(|module| !module.is_empty() && module == first);
        if !node && !listed.contains(&name.as_str()) && !is_path(context, asked) {
            return Some(name);
        }
    }
    None
}

/// The names that a source imports or requires, read from the words for that on.
fn asked(source: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for word in ["from", "import", "require", "resolve"] {
        for (at, _) in source.match_indices(word) {
            let mut rest = source[at + word.len()..].trim_start();
            rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
            while let Some((_, behind)) =
                rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/"))
            {
                rest = behind.trim_start();
            }
            let Some(quote) = rest.chars().next().filter(|c| "'\"`".contains(*c)) else {
                continue;
            };
            found.extend(rest[1..].split(quote).next());
        }
    }
    found
}

/// Whether a compiler of TypeScript finds a file of the project by a name with folders.
fn is_path(context: &BuildContext, asked: &str) -> bool {
    let Some((start, _)) = asked.split_once('/') else { return false };
    let mapped = format!("\"{start}/*\"");
    for (path, _) in context.entries() {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.starts_with("tsconfig") || name == "jsconfig.json" {
            if context.text(path).is_some_and(|text| text.contains(&mapped)) {
                return true;
            }
        } else if !name.ends_with(".d.ts") {
            let places = [asked.to_owned(), format!("src/{asked}")];
            let found = |place: &String| {
                path.starts_with(&format!("{place}.")) || path.starts_with(&format!("{place}/"))
            };
            if places.iter().any(found) {
                return true;
            }
        }
    }
    false
}
