//! The names of development packages, and who speaks of them.

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, ContextKind};
use serde_json::Value;

use super::json;

/// What an install leaves out.
pub(super) struct Names {
    manifest: Value,
    lock: Option<Value>,
    /// The packages that package.json lists for developers alone.
    pub(super) listed: BTreeSet<String>,
    /// All that the lockfile marks so.
    marked: BTreeSet<String>,
}

/// Packages whose install scripts look for others of the project.
const LOOK_AROUND: &[&str] = &[
    "@nuxt/kit",
    "@prisma/client",
    "electron-prebuilt-compile",
    "ghooks",
    "git-hooks",
    "husky",
    "lefthook",
    "msw",
    "nx",
    "patch-package",
    "pre-commit",
    "pre-push",
    "prisma",
    "puppeteer",
    "simple-git-hooks",
    "typings",
    "yorkie",
];

/// Packages that others ask for by a name that is not in the project: drivers, engines of templates, optional helpers.
const ASKED_FOR: &[&str] = &[
    "amqplib",
    "better-sqlite3",
    "bufferutil",
    "canvas",
    "class-transformer",
    "class-validator",
    "ejs",
    "encoding",
    "eta",
    "handlebars",
    "hbs",
    "ioredis",
    "jade",
    "kafkajs",
    "less",
    "mariadb",
    "mongodb",
    "mongoose",
    "mqtt",
    "mssql",
    "mustache",
    "mysql",
    "mysql2",
    "nats",
    "node-sass",
    "nunjucks",
    "oracledb",
    "pg",
    "pg-hstore",
    "pg-native",
    "pino-pretty",
    "prisma",
    "pug",
    "redis",
    "reflect-metadata",
    "sass",
    "sharp",
    "sqlite3",
    "stylus",
    "tedious",
    "twig",
    "utf-8-validate",
];

/// Modules that compile what is asked for behind them, by settings and compilers of the project.
pub(super) const COMPILE: &[&str] = &[
    "@babel/node",
    "@babel/register",
    "@swc-node/register",
    "@swc/register",
    "babel-node",
    "babel-register",
    "coffee-script",
    "coffeescript",
    "esbuild-register",
    "nodemon",
    "sucrase",
    "ts-node",
    "tsconfig-paths",
    "tsx",
];

impl Names {
    /// Reads a package.json and its lockfile.
    pub(super) fn of(manifest: &str, lock: Option<&str>) -> Result<Self, String> {
        let manifest = json(manifest).ok_or("package.json cannot be read")?;
        let lock = match lock {
            Some(text) => Some(json(text).ok_or("the lockfile cannot be read")?),
            None => None,
        };
        let stays = |name: &&String| {
            ["dependencies", "optionalDependencies", "peerDependencies"]
                .iter()
                .any(|table| manifest[table].get(name.as_str()).is_some())
        };
        let listed =
            table(&manifest, "devDependencies").filter(|name| !stays(name)).cloned().collect();
        let mut marked = BTreeSet::new();
        for key in ["packages", "dependencies"] {
            let all = lock.as_ref().and_then(|lock| lock[key].as_object());
            for (place, package) in
                all.into_iter().flatten().filter(|(_, package)| package["dev"] == true)
            {
                let name = place.strip_prefix("node_modules/").unwrap_or(place);
                if !name.contains("node_modules/")
                    && !stays(&&name.to_owned())
                    && package.is_object()
                {
                    marked.insert(name.to_owned());
                }
            }
        }
        Ok(Self { manifest, lock, listed, marked })
    }

    /// Whether no package that stays uses one that goes.
    pub(super) fn packages_do_without(&self) -> Result<(), String> {
        let stay = table(&self.manifest, "dependencies")
            .chain(table(&self.manifest, "optionalDependencies"));
        if let Some(name) = stay.into_iter().find(|name| LOOK_AROUND.contains(&name.as_str())) {
            return Err(format!("{name} looks around when it is installed"));
        }
        if let Some(name) = self.listed.iter().find(|name| ASKED_FOR.contains(&name.as_str())) {
            return Err(format!("others may ask for {name}"));
        }
        let packages = self.lock.as_ref().and_then(|lock| lock["packages"].as_object());
        let staying = packages
            .into_iter()
            .flatten()
            .filter(|(place, package)| !place.is_empty() && package["dev"] != true);
        for (place, package) in staying {
            let goes = |name: &&String| {
                self.listed.contains(*name) && *name != "typescript" && !name.starts_with("@types/")
            };
            if let Some(name) = table(package, "peerDependencies").find(goes) {
                return Err(format!("{place} can use {name}"));
            }
        }
        Ok(())
    }

    /// Whether a word of a command means one of them: the package, a file of it, or a program that has its name.
    pub(super) fn means(&self, word: &str) -> bool {
        let inside = word.contains("node_modules");
        let rest = word.rsplit("node_modules/").next().unwrap_or(word);
        let rest = rest.trim_start_matches("./").trim_start_matches(".bin/");
        let program =
            |name: &String| !name.starts_with("@types/") && name.rsplit('/').next() == Some(rest);
        self.listed.iter().any(|name| is_of(rest, name) || program(name))
            || (inside && self.has(rest))
    }

    /// Whether the path of a module begins with one of them.
    pub(super) fn has(&self, module: &str) -> bool {
        self.listed.iter().chain(&self.marked).any(|name| is_of(module, name))
    }

    /// Whether no file that may run in a container speaks of one.
    pub(super) fn sources_do_without(&self, context: &BuildContext) -> Result<(), String> {
        for (path, entry) in
            context.entries().filter(|(_, entry)| entry.kind != ContextKind::Folder)
        {
            let Some(code) = self.is_live(path) else { continue };
            let _ = entry;
            let text = context.text(path).ok_or_else(|| format!("`{path}` cannot be read"))?;
            if let Some(name) = self.spoken_of(text, code) {
                return Err(format!("`{path}` speaks of {name}"));
            }
        }
        Ok(())
    }

    /// Whether a file may be read while the program runs, and if so, whether it is code.
    fn is_live(&self, path: &str) -> Option<bool> {
        const CODE: &[&str] =
            &["cjs", "coffee", "cts", "js", "jsx", "mjs", "mts", "svelte", "ts", "tsx", "vue"];
        const DATA: &[&str] =
            &["css", "ejs", "hbs", "htm", "html", "jade", "json", "pug", "yaml", "yml"];
        const TESTS: &[&str] = &[
            ".github",
            ".storybook",
            "__mocks__",
            "__tests__",
            "cypress",
            "e2e",
            "node_modules",
            "spec",
            "test",
            "tests",
        ];
        const TOOLS: &[&str] = &[
            "angular.json",
            "components.json",
            "compose.",
            "cypress.json",
            "docker-compose",
            "jsconfig",
            "nest-cli.json",
            "nodemon.json",
            "npm-shrinkwrap.json",
            "package-lock.json",
            "package.json",
            "pnpm-lock.yaml",
            "pnpm-workspace.yaml",
            "renovate.json",
            "tsconfig",
            "tslint",
            "typedoc.json",
        ];
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (_, ending) = name.rsplit_once('.')?;
        let code = CODE.contains(&ending);
        let of_tool = name.split_once(".config.").is_some_and(|(tool, _)| {
            let own = |name: &String| {
                name.split('/').any(|part| part == tool) || name.starts_with(&format!("{tool}-"))
            };
            self.listed.iter().any(own) || self.listed.contains(&format!("@{tool}/core"))
        });
        let aside = name.starts_with('.')
            || [".d.ts", ".spec.", ".stories.", ".test."].iter().any(|part| name.contains(part))
            || TOOLS.iter().any(|start| name.starts_with(start))
            || folders.split('/').any(|folder| TESTS.contains(&folder))
            || of_tool;
        ((code || DATA.contains(&ending)) && !aside).then_some(code)
    }

    /// The first of them that a text speaks of.
    fn spoken_of<'n>(&'n self, text: &'n str, code: bool) -> Option<&'n str> {
        // A text in quotes is one between two equal marks, and a path of modules ends at the first slash or mark.
        let quoted = |name: &str| {
            text.match_indices(name).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let behind = text[at + name.len()..].chars().next();
                before.is_some_and(|c| matches!(c, '"' | '\'' | '`'))
                    && (behind == before || behind == Some('/'))
            })
        };
        if let Some(name) = self.listed.iter().find(|name| quoted(name)) {
            return Some(name);
        }
        if code && let Some(name) = COMPILE.iter().find(|name| quoted(name)) {
            return Some(name);
        }
        if let Some(rest) = text.split("node_modules/").skip(1).find(|rest| {
            let end = rest.find(['"', '\'', '`', '?', ' ', ')']).unwrap_or(rest.len());
            self.has(&rest[..end])
        }) {
            return Some(rest.get(..rest.find('/').unwrap_or(rest.len())).unwrap_or("a package"));
        }
        let asked = |sign: &str| {
            text.split(sign).skip(1).find_map(|rest| {
                let rest = rest
                    .trim_start_matches(|c: char| c == '(' || c == ' ' || c == '\n' || c == '\t');
                let mark = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
                let module = rest[1..].split(mark).next()?;
                self.has(module).then_some(module)
            })
        };
        ["require", "import", "from", "resolve"].into_iter().filter(|_| code).find_map(asked)
    }
}

/// The names in a table.
fn table<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v String> {
    value[key].as_object().into_iter().flat_map(|table| table.keys())
}

fn is_of(path: &str, package: &str) -> bool {
    path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@']))
}
