//! What compilers have their output load by themselves: no source names it.
//!
//! Sources: TSConfig reference, `importHelpers`, `jsx` and `jsxImportSource`; swc, "Compilation", `jsc.externalHelpers`; Babel,
//! "plugin-transform-runtime", "preset-react" and "preset-env" (`useBuiltIns`); esbuild, "API", `alias` and `jsx`.

use std::collections::BTreeSet;

use dockslim_contract::ContextKind;
use serde_json::Value;

use super::project::Project;
use super::reasons;
use crate::pass::Refusal;

/// What holds the functions that TypeScript and swc would write into each file.
const SHARED: [&str; 2] = ["tslib", "@swc/helpers"];
/// What runs what Babel writes with its plugin.
const RUNTIMES: [&str; 4] =
    ["@babel/runtime", "@babel/runtime-corejs2", "@babel/runtime-corejs3", "babel-runtime"];
/// What adds to old engines what a source uses.
const POLYFILLS: [&str; 2] = ["core-js", "regenerator-runtime"];
/// Settings of others that set no helpers.
const PLAIN_BASES: [&str; 4] = ["@tsconfig/", "@vue/tsconfig", "astro/", "gts/"];

/// Whether nothing that a compiler writes would miss what it loads; some files run in no container.
pub(super) fn loads_none(project: &Project<'_>, but: &BTreeSet<String>) -> Result<(), Refusal> {
    let of_pages =
        files(project, but).any(|(path, _)| path.ends_with(".tsx") || path.ends_with(".jsx"));
    for (path, text) in files(project, but) {
        let Some(settings) = settings(path, text) else { continue };
        let asked = helpers(path, &settings).into_iter().chain(factories(&settings, of_pages));
        let missing = |name: &String| {
            let guessed = project.guesses && SHARED.contains(&name.as_str());
            project.is_lost_module(name) || guessed && !project.keeps(name)
        };
        let based = based(project, path, &settings, of_pages);
        if let Some(name) =
            { asked }.find(missing).or(based).or_else(|| renamed(project, &settings))
        {
            let message = format!("what is compiled by `{path}` may load {name}");
            return Err((&reasons::USED_BY_SOURCES, message));
        }
    }
    Ok(())
}

/// The texts of the project.
fn files<'p>(
    project: &'p Project<'_>,
    but: &'p BTreeSet<String>,
) -> impl Iterator<Item = (&'p str, &'p str)> {
    let own = project.context.entries().filter(|(path, entry)| {
        entry.kind == ContextKind::File
            && !but.contains(*path)
            && !path.split('/').any(|folder| folder == "node_modules")
    });
    own.filter_map(|(path, _)| Some((path, project.context.text(path)?)))
}

/// What a file may tell a compiler; `None` for lists and texts for people.
fn settings(path: &str, text: &str) -> Option<String> {
    const SILENT: [&str; 5] = [".md", ".lock", "-lock.json", "-lock.yaml", "npm-shrinkwrap.json"];
    if path.rsplit('/').next() != Some("package.json") {
        return (!SILENT.iter().any(|end| path.ends_with(end))).then(|| text.to_owned());
    }
    let manifest: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let scripts = scripts.into_iter().flatten().filter_map(|(_, script)| script.as_str());
    let of_babel = manifest.get("babel").map(Value::to_string);
    Some(scripts.map(str::to_owned).chain(of_babel).collect::<Vec<_>>().join("\n"))
}

/// The packages of functions that the output shares.
fn helpers(path: &str, settings: &str) -> Vec<String> {
    let is_on = |key: &str| values(settings, key).any(|value| value != "false");
    let of_babel = path.rsplit('/').next().is_some_and(|name| name.contains("babel"));
    let mut found: Vec<&str> = Vec::new();
    let [of_typescript, of_swc] = SHARED;
    if is_on("importHelpers") {
        found.push(of_typescript);
    }
    if is_on("externalHelpers") {
        found.push(of_swc);
    }
    let says = |word: &str| {
        settings.match_indices(word).any(|(at, _)| !is_comment(line_until(settings, at)))
    };
    if says("transform-runtime") || of_babel && says("runtime-corejs") {
        found.extend(RUNTIMES);
    }
    if values(settings, "useBuiltIns").any(|value| value == "usage") {
        found.extend(POLYFILLS);
    }
    found.into_iter().map(str::to_owned).collect()
}

/// The modules that elements of pages become calls of.
fn factories(settings: &str, of_pages: bool) -> Vec<String> {
    let keys = ["jsxImportSource", "jsx-import-source", "importSource"];
    let named: Vec<String> =
        keys.iter().flat_map(|key| values(settings, key)).map(str::to_owned).collect();
    let by_compiler = values(settings, "jsx").any(|value| value.starts_with("react-jsx"));
    let automatic =
        ["jsx", "runtime"].iter().any(|key| values(settings, key).any(|it| it == "automatic"));
    if named.is_empty() && (of_pages && by_compiler || automatic) {
        return vec!["react".to_owned()];
    }
    named
}

/// What the settings of a package may say that others stand on.
fn based(project: &Project<'_>, path: &str, settings: &str, of_pages: bool) -> Option<String> {
    let is_tsconfig = path.rsplit('/').next().is_some_and(|name| name.contains("tsconfig"));
    let mut bases = values(settings, "extends").filter(|_| is_tsconfig);
    let lost = |name: &str| project.lost.contains(name);
    bases.find_map(|base| {
        let base = base.rsplit_once("node_modules/").map_or(base, |(_, inside)| inside);
        if base.starts_with(['.', '/']) {
            return None;
        }
        let helps = !PLAIN_BASES.iter().any(|start| base.starts_with(start));
        let name = match (helps && lost("tslib"), of_pages && lost("react")) {
            (true, _) => "tslib",
            (_, true) => "react",
            _ => return None,
        };
        Some(name.to_owned())
    })
}

/// What a bundler is told to load instead of another module.
fn renamed(project: &Project<'_>, settings: &str) -> Option<String> {
    let mut words = settings.split(|c: char| c.is_whitespace() || "\"'".contains(c));
    words.find_map(|word| {
        let (_, target) = word.strip_prefix("--alias:")?.split_once('=')?;
        project.is_lost_module(target).then(|| target.to_owned())
    })
}

/// The values that a text gives to a key or an option, but for those in comments.
fn values<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = &'t str> {
    let other = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(key).filter_map(move |(at, _)| {
        let line = line_until(text, at);
        // Sources say it in a comment: `/** @jsxImportSource preact */`.
        if !line.ends_with('@') && is_comment(line) || line.ends_with(other) {
            return None;
        }
        let rest =
            text[at + key.len()..].strip_prefix(['"', '\'']).unwrap_or(&text[at + key.len()..]);
        let value = rest.strip_prefix([':', '=', ' ']).or(rest.trim_start().strip_prefix(':'))?;
        let value =
            value.trim_start_matches([' ', '\t', '\n', '\r', '"', '\'', '`', ':', '=', '[']);
        let end = |c: char| c.is_whitespace() || "\"'`,;})]".contains(c);
        Some(value.split(end).next().unwrap_or(value)).filter(|value| !value.is_empty())
    })
}

/// What stands in front of a place in its line.
fn line_until(text: &str, at: usize) -> &str {
    text[..at].rsplit('\n').next().unwrap_or_default()
}

/// Whether what stands behind the head of a line is a comment.
fn is_comment(head: &str) -> bool {
    let head = head.trim_start();
    head.starts_with(['#', '*'])
        || head.match_indices("//").any(|(at, _)| !head[..at].ends_with([':', '@', '"', '\'']))
        || head.rsplit_once("/*").is_some_and(|(_, behind)| !behind.contains("*/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found() {
        for (text, key, value) in [
            (r#"{"importHelpers": true}"#, "importHelpers", Some("true")),
            (r#"{"importHelpers" : false}"#, "importHelpers", Some("false")),
            ("    // \"importHelpers\": true, /* Allow helpers. */", "importHelpers", None),
            ("{ /* \"importHelpers\": true */ }", "importHelpers", None),
            ("tsc --importHelpers --outDir dist", "importHelpers", Some("--outDir")),
            ("tsc --jsx react-jsx", "jsx", Some("react-jsx")),
            ("esbuild --jsx=automatic", "jsx", Some("automatic")),
            ("/** @jsxImportSource preact */", "jsxImportSource", Some("preact")),
            ("import './a.jsx'", "jsx", None),
        ] {
            assert_eq!(values(text, key).next(), value, "{text}");
        }
    }
}
