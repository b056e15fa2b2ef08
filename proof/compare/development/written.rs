//! Packages that only the output of a compiler asks for.
//!
//! Sources: TypeScript, "TSConfig Reference"; swc and Babel, pages of `externalHelpers`, "transform-runtime" and "preset-react";
//! esbuild, "Alias".

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, ContextKind};

use super::json;
use super::names::Names;

/// Packages, with what stands, without any blanks and quotes, in a setting that has output ask for them.
const ASKED_BY: &[(&str, &[&str])] = &[
    ("tslib", &["importHelpers"]),
    ("@swc/helpers", &["externalHelpers"]),
    ("@babel/runtime", &["transform-runtime"]),
    ("@babel/runtime-corejs2", &["transform-runtime"]),
    ("@babel/runtime-corejs3", &["transform-runtime"]),
    ("babel-runtime", &["transform-runtime"]),
    ("core-js", &["useBuiltIns:usage"]),
    ("regenerator-runtime", &["useBuiltIns:usage"]),
    (
        "react",
        &["jsx:react-jsx", "jsxreact-jsx", "jsx:automatic", "jsx=automatic", "runtime:automatic"],
    ),
];

/// Options whose value is a package.
const NAME_ONE: &[&str] = &["jsxImportSource", "importSource:", "--jsx-import-source="];

impl Names {
    /// Whether what compilers make of the project asks for none of them; files of `but` are not asked.
    pub(super) fn output_does_without(
        &self,
        context: &BuildContext,
        but: &BTreeSet<String>,
    ) -> Result<(), String> {
        let pages = context
            .entries()
            .any(|(path, _)| path.ends_with("sx") && !path.contains("node_modules/"));
        for (path, entry) in context.entries() {
            if entry.kind != ContextKind::File
                || but.contains(path)
                || path.contains("node_modules/")
            {
                continue;
            }
            let Some(told) = context.text(path).and_then(|text| told(path, text)) else { continue };
            if let Some(name) =
                self.asked_by(&told, pages).or_else(|| self.left_to_others(path, &told))
            {
                return Err(format!("by `{path}`, what a compiler writes asks for {name}"));
            }
        }
        Ok(())
    }

    /// The package that a text without blanks and quotes has output ask for.
    fn asked_by(&self, told: &str, pages: bool) -> Option<String> {
        let set = |sign: &&str| {
            (pages || !sign.ends_with("react-jsx"))
                && told
                    .split(*sign)
                    .skip(1)
                    .any(|behind| !behind.starts_with(":false") && !behind.starts_with("=false"))
        };
        let named: Vec<&str> = NAME_ONE
            .iter()
            .flat_map(|option| told.split(*option).skip(1))
            .map(|behind| behind.trim_start_matches([':', '=']))
            .collect();
        let known = ASKED_BY.iter().find(|(name, signs)| {
            self.has(name) && signs.iter().any(&set) && (*name != "react" || named.is_empty())
        });
        if let Some((name, _)) = known {
            return Some((*name).to_owned());
        }
        let other =
            told.split("--alias:").skip(1).filter_map(|behind| Some(behind.split_once('=')?.1));
        let mut modules = named.into_iter().chain(other);
        let listed = |module: &str| {
            let ends =
                |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_.".contains(c));
            self.listed.iter().find(|name| module.strip_prefix(name.as_str()).is_some_and(ends))
        };
        modules.find_map(listed).cloned()
    }

    /// What settings of TypeScript may ask for that stand on those of a package.
    fn left_to_others(&self, path: &str, told: &str) -> Option<String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut bases = told.split("extends:").skip(1).filter(|_| name.contains("tsconfig"));
        let strange = bases.any(|base| {
            let base = base.trim_start_matches('[');
            let inside = base.split(['}', ',']).next().unwrap_or(base).split_once("node_modules/");
            let base = inside.map_or(base, |(_, inside)| inside);
            let known = ["@tsconfig/", "@vue/tsconfig", "gts/", "astro/", ".", "/"];
            !known.iter().any(|start| base.starts_with(start))
        });
        (strange && self.listed.contains("tslib")).then(|| "tslib".to_owned())
    }
}

/// What a file tells in front of and behind its comments, without blanks and quotes; a package.json does in its scripts, and to Babel.
fn told(path: &str, text: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let lists = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"];
    if lists.contains(&name) || name.ends_with(".md") {
        return None;
    }
    let own = match name {
        "package.json" => {
            let manifest = json(text)?;
            let scripts = manifest["scripts"].as_object().into_iter().flatten();
            let mut own: Vec<String> =
                scripts.filter_map(|(_, script)| Some(script.as_str()?.to_owned())).collect();
            own.push(manifest["babel"].to_string());
            own.join(";")
        }
        _ => text.to_owned(),
    };
    let mut found = String::new();
    for line in own.lines() {
        let line = line.trim_start();
        // A comment may tell a compiler where elements of pages come from.
        let pragma = line.find("@jsxImportSource").map(|at| &line[at..]);
        let code =
            line.starts_with(['"', '\'', '{', '[', '-']) || !line.starts_with(['/', '*', '#']);
        let end = if code { line.find(" //").or(line.find("/* ")) } else { Some(0) };
        let kept = pragma.unwrap_or(&line[..end.unwrap_or(line.len())]);
        found.extend(kept.chars().filter(|c| !(c.is_whitespace() || "\"'`".contains(*c))));
        found.push(';');
    }
    Some(found)
}
