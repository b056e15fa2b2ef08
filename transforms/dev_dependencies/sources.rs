//! What the sources of a project ask for by name.

use std::collections::BTreeSet;

use dockslim_contract::ContextKind;

use super::project::Project;
use super::reasons;
use crate::knowledge::{NODE_MODULES, manifests};
use crate::pass::Refusal;

/// Ends of the names of files that Node runs, or that a compiler makes such files of.
const CODE: [&str; 11] =
    ["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue", "svelte", "coffee"];
/// Ends of the names of files that a server reads while it runs.
const READ: [&str; 10] = ["json", "html", "htm", "css", "ejs", "hbs", "pug", "jade", "yaml", "yml"];
/// Folders that only tests and developers look into.
const ASIDE: [&str; 10] = [
    "test",
    "tests",
    "__tests__",
    "__mocks__",
    "spec",
    "e2e",
    "cypress",
    "node_modules",
    ".storybook",
    ".github",
];
/// Settings of tools that develop, and lists of what is installed.
const SETTINGS: [&str; 17] = [
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "tsconfig",
    "jsconfig",
    "angular.json",
    "nest-cli.json",
    "tslint",
    "nodemon.json",
    "typedoc.json",
    "cypress.json",
    "renovate.json",
    "components.json",
    "docker-compose",
    "compose.",
];

/// Whether no source of the project, but for some files, names what would be missing.
pub(super) fn name_none(project: &Project<'_>, but: &BTreeSet<String>) -> Result<(), Refusal> {
    for (path, entry) in project.context.entries().filter(|(path, _)| !but.contains(*path)) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let code = CODE.contains(&ending) || ending.is_empty() && is_script(project, path);
        if entry.kind == ContextKind::Folder
            || is_aside(project, path, name)
            || !(code || READ.contains(&ending))
        {
            continue;
        }
        let Some(text) = project.context.text(path) else {
            let message = format!("`{path}` cannot be read");
            return Err((&reasons::USED_BY_SOURCES, message));
        };
        let typed = [".config.ts", ".config.mts", ".config.cts"];
        if typed.iter().any(|end| name.ends_with(end)) && project.lost.contains("typescript") {
            let message = format!("`{path}` is compiled when it is read");
            return Err((&reasons::USED_BY_SOURCES, message));
        }
        if let Some(asked) = open(text).filter(|_| code) {
            let message = format!("`{path}` loads what `{asked}` names");
            return Err((&reasons::USED_BY_SOURCES, message));
        }
        if code && ["npx ", "npx'", "npx\"", ".bin/"].iter().any(|sign| text.contains(sign)) {
            let message = format!("`{path}` may start a program of a package");
            return Err((&reasons::USED_BY_SOURCES, message));
        }
        if let Some(found) = named(project, text, code) {
            return Err((&reasons::USED_BY_SOURCES, format!("`{path}` names {found}")));
        }
    }
    Ok(())
}

/// Whether a file without an ending says in its first line that Node reads it.
fn is_script(project: &Project<'_>, path: &str) -> bool {
    let first = project.context.text(path).and_then(|text| text.lines().next());
    first.is_some_and(|line| line.starts_with("#!") && line.contains("node"))
}

/// What a source loads by no text in quotes and by no path beside it: that may be any package.
fn open(text: &str) -> Option<&str> {
    let signs = ["require(", "require.resolve(", "import("];
    let calls = signs.iter().flat_map(|sign| text.match_indices(sign));
    let mut asked = calls.filter_map(|(at, sign)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
            return None;
        }
        Some(behind_comments(text[at + sign.len()..].trim_start()))
    });
    asked.find(|module| !is_closed(module)).map(|module| {
        let end = module.find(|c: char| c == ')' || c.is_whitespace());
        &module[..end.unwrap_or(module.len())]
    })
}

/// What stands behind the comments at the head of a text.
fn behind_comments(text: &str) -> &str {
    let comment = text.strip_prefix("/*").and_then(|rest| rest.split_once("*/"));
    comment.map_or(text, |(_, behind)| behind_comments(behind.trim_start()))
}

/// Whether what stands in the brackets of `require` is one text, or a path that begins beside the source.
fn is_closed(module: &str) -> bool {
    const PATHS: [&str; 7] =
        ["path.join(", "path.resolve(", "join(", "resolve(", "__dirname", "import.meta.", ")"];
    let quote = module.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    let Some((name, behind)) = quote.and_then(|quote| module[1..].split_once(quote)) else {
        return PATHS.iter().any(|start| module.starts_with(start));
    };
    ["./", "../", "@/"].iter().any(|start| name.starts_with(start))
        || !name.contains("${") && behind.trim_start().starts_with([')', ','])
}

/// Whether a file is there for developers: tests, declarations of types, settings of tools that are development dependencies
/// themselves.
fn is_aside(project: &Project<'_>, path: &str, name: &str) -> bool {
    let tool = name.split_once(".config.").map(|(tool, _)| tool);
    let of_developers = |tool: &str| {
        project.lost.iter().any(|lost| {
            lost.rsplit('/').any(|part| part == tool) || lost.starts_with(&format!("{tool}-"))
        }) || project.is_lost(&format!("@{tool}/core"))
    };
    name.starts_with('.')
        || [".test.", ".spec.", ".stories.", ".d.ts"].iter().any(|part| name.contains(part))
        || SETTINGS.iter().any(|known| name.starts_with(known))
        || path.split('/').rev().skip(1).any(|folder| ASIDE.contains(&folder))
        || tool.is_some_and(of_developers)
}

/// What a text names of that which would be missing, or which compiles what it starts.
fn named(project: &Project<'_>, text: &str, code: bool) -> Option<String> {
    let quoted = |name: &String| {
        ["'", "\"", "`"].iter().any(|quote| {
            text.contains(&format!("{quote}{name}{quote}"))
                || text.contains(&format!("{quote}{name}/"))
                || text.contains(&format!("{quote}{name} "))
        }) || text.contains(&format!("npx {name}"))
    };
    let direct = project.lost.iter().find(|name| quoted(name));
    let compiling =
        || manifests().packages.compiling.iter().filter(|_| code).find(|name| quoted(name));
    let strange = |name: &&str| code && project.guesses && is_strange(project, name);
    direct
        .or_else(compiling)
        .cloned()
        .or_else(|| {
            let found = modules(text).into_iter().find(strange)?;
            Some(format!("{found}, which package.json does not list"))
        })
        .or_else(|| {
            let mut modules = modules(text).into_iter().filter(|_| code);
            modules.find(|name| project.is_lost_module(name)).map(str::to_owned)
        })
        .or_else(|| {
            let mut paths = text.split("node_modules/").skip(1);
            paths
                .find(|rest| {
                    project.is_lost_module(
                        rest.split(['"', '\'', '`', '?', ' ', ')']).next().unwrap_or(rest),
                    )
                })
                .map(|_| "a file in node_modules".to_owned())
        })
}

/// Whether a module may have come along with a development dependency: it belongs to no package that is listed, to Node or to the
/// project.
fn is_strange(project: &Project<'_>, module: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@/._-".contains(c);
    let mut parts = module.split('/');
    let first = parts.next().unwrap_or_default();
    let scoped = first.len() > 1 && first.starts_with('@');
    let package = match parts.next().filter(|_| scoped) {
        Some(second) => format!("{first}/{second}"),
        None => first.to_owned(),
    };
    module.chars().all(plain)
        && first.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
        && first != "@"
        && !NODE_MODULES.contains(&first)
        && !project.keeps(&package)
        && !is_own(project, module)
}

/// Whether a module is a file of the project, by its path below the root or `src`, or by a path of the settings of TypeScript
/// (TypeScript handbook, "Module Resolution": `baseUrl`, `paths`).
fn is_own(project: &Project<'_>, module: &str) -> bool {
    let Some((folder, _)) = module.split_once('/') else { return false };
    let alias = format!("\"{folder}/*\"");
    project.context.entries().any(|(path, _)| {
        let below = path.strip_prefix("src/").unwrap_or(path);
        let is_file = [path, below].iter().any(|place| {
            place.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '/']))
        });
        let name = path.rsplit('/').next().unwrap_or(path);
        let settings = name.starts_with("tsconfig") || name == "jsconfig.json";
        is_file && !path.ends_with(".d.ts")
            || settings && project.context.text(path).is_some_and(|text| text.contains(&alias))
    })
}

/// The names behind `require(`, `import` and `from`.
fn modules(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for sign in ["require", "import", "from", "resolve"] {
        for (at, _) in text.match_indices(sign) {
            let rest = text[at + sign.len()..].trim_start_matches([' ', '(', '\n', '\t']);
            let rest = behind_comments(rest);
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
                continue;
            };
            found.extend(rest[1..].split_once(quote).map(|(name, _)| name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found() {
        let text = "const a = require('a/b');\nimport x, { y } from \"@c/d\";\nimport 'e';\nawait import(`f`);\nrequire(g)";
        assert_eq!(modules(text), ["a/b", "e", "f", "@c/d"]);
    }

    #[test]
    fn what_loads_anything_is_found() {
        for text in [
            "require(name)",
            "import(process.env.PLUGIN)",
            "import(/* here */ name)",
            "require(`${name}`)",
            "require('plugin-' + name)",
            "require(config.plugin)",
        ] {
            assert!(open(text).is_some(), "{text}");
        }
        for text in [
            "require('express')()",
            "require(\"./routes/\" + name)",
            "require(`./locales/${name}`)",
            "require(path.join(__dirname, name))",
            "import(/* here */ './page')",
            "createRequire(import.meta.url)",
            "__webpack_require__(id)",
        ] {
            assert_eq!(open(text), None, "{text}");
        }
    }
}
