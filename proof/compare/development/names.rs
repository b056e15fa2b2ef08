//! The names of development packages, and who speaks of them.

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, ContextKind};
use serde_json::Value;

use super::super::installs::looks_around;
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

/// What packages ask for by a name that they do not list, with who asks: what their documentation lets one install beside them.
const ASKED_FOR: &[(&str, &[&str])] = &[
    ("sequelize", &["pg", "pg-hstore", "mysql2", "mariadb", "sqlite3", "tedious", "oracledb"]),
    (
        "knex",
        &["pg", "pg-native", "mysql", "mysql2", "sqlite3", "better-sqlite3", "tedious", "oracledb"],
    ),
    ("typeorm", &["mssql", "mongodb", "redis", "ioredis", "reflect-metadata", "sql.js", "typeorm"]),
    ("connect-redis, connect-mongo", &["redis", "ioredis", "mongodb", "mongoose"]),
    ("@nestjs/common", &["class-transformer", "class-validator", "reflect-metadata"]),
    (
        "@nestjs/microservices",
        &["kafkajs", "mqtt", "nats", "amqplib", "amqp-connection-manager", "ioredis"],
    ),
    (
        "express, consolidate",
        &["ejs", "hbs", "handlebars", "pug", "jade", "mustache", "nunjucks", "eta", "twig"],
    ),
    ("sass-loader, less-middleware, stylus", &["sass", "node-sass", "less", "stylus"]),
    ("ws", &["bufferutil", "utf-8-validate"]),
    ("node-fetch", &["encoding"]),
    ("jsdom", &["canvas"]),
    ("next", &["sharp"]),
    ("pino", &["pino-pretty"]),
    ("@prisma/client", &["prisma"]),
];

/// What is called by hand in a container: each changes the tables of a database, or watches over a server.
const BY_HAND: &[&str] = &[
    "sequelize-cli",
    "typeorm",
    "knex",
    "objection",
    "umzug",
    "prisma",
    "drizzle-kit",
    "node-pg-migrate",
    "migrate-mongo",
    "db-migrate",
    "@mikro-orm/cli",
    "pm2",
    "forever",
];

/// Modules and programs by which sources are compiled while they run, by whatever the project brings.
pub(super) const COMPILE: &[&str] = &[
    "ts-node",
    "tsx",
    "tsconfig-paths",
    "sucrase",
    "esbuild-register",
    "@swc/register",
    "@swc-node/register",
    "@babel/register",
    "@babel/node",
    "babel-register",
    "babel-node",
    "coffeescript",
    "coffee-script",
    "nodemon",
];

/// What `require("node:module").builtinModules` lists, without paths.
const OF_NODE: &str = " assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns \
    domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream \
    string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib ";

impl Names {
    /// Reads a package.json and its lockfile.
    pub(super) fn of(manifest: &str, lock: Option<&str>) -> Result<Self, String> {
        let manifest = json(manifest).ok_or("package.json cannot be read")?;
        let lock = match lock {
            Some(text) => Some(json(text).ok_or("the lockfile cannot be read")?),
            None => None,
        };
        let stays = |name: &&String| {
            ["dependencies", "optionalDependencies"]
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
        // The client of prisma is made from the schema of the project, by a package that is often one of developers.
        let looks =
            |name: &&String| name.contains("prisma") || looks_around(&format!("\"{name}\""));
        if let Some(name) = stay.into_iter().find(looks) {
            return Err(format!("{name} looks around when it is installed"));
        }
        if let Some(name) = self.listed.iter().find(|name| BY_HAND.contains(&name.as_str())) {
            return Err(format!("people call {name} in a container"));
        }
        for (who, names) in ASKED_FOR {
            if let Some(name) = names.iter().find(|name| self.listed.contains(**name)) {
                return Err(format!("{who} may ask for {name}"));
            }
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
        for (path, _) in context.entries().filter(|(_, entry)| entry.kind != ContextKind::Folder) {
            let Some(code) = self.is_live(path) else { continue };
            let typed = [".ts", ".mts", ".cts"].iter().any(|end| path.ends_with(end));
            if typed && path.contains(".config.") && self.listed.contains("typescript") {
                return Err(format!("typescript compiles `{path}`"));
            }
            // What is no text asks for nothing.
            let runs = [".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".json", ".html"];
            let Some(text) = context.text(path) else {
                if runs.iter().any(|end| path.ends_with(end)) {
                    return Err(format!("`{path}` cannot be read"));
                }
                continue;
            };
            if let Some(name) = self.stranger(text, context).filter(|_| code) {
                return Err(format!("`{path}` asks for {name}, which nobody lists"));
            }
            if let Some(name) = self.spoken_of(text, code) {
                return Err(format!("`{path}` speaks of {name}"));
            }
        }
        Ok(())
    }

    /// Whether a file may be read while the program runs, and if so, whether it is code. What is for people, for tests, for a package
    /// manager or for a tool that goes is not; all else is.
    fn is_live(&self, path: &str) -> Option<bool> {
        const FOR_TESTS: &[&str] = &["test", "tests", "spec", "e2e", "cypress"];
        const FOR_PEOPLE: &[&str] = &["md", "markdown", "rst", "txt", "map", "snap", "log"];
        const DATA: &[&str] = &[
            "json", "yaml", "yml", "html", "htm", "css", "svg", "xml", "pug", "jade", "ejs", "hbs",
        ];
        const LISTS: &[&str] = &[
            "package.json",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "pnpm-lock.yaml",
            "pnpm-workspace.yaml",
            "yarn.lock",
        ];
        const OF_TOOLS: &[&str] = &[
            "tsconfig",
            "jsconfig",
            "tslint",
            "angular.json",
            "nest-cli.json",
            "typedoc.json",
            "nodemon.json",
            "cypress.json",
            "renovate.json",
            "components.json",
        ];
        let parts: Vec<&str> = path.split('/').collect();
        let (name, folders) = parts.split_last()?;
        let aside = folders.iter().any(|folder| {
            FOR_TESTS.contains(folder)
                || folder.starts_with("__") && folder.ends_with("s__")
                || matches!(*folder, "node_modules" | ".github" | ".storybook")
        });
        let stem: Vec<&str> = name.split('.').collect();
        let ending = *stem.last().filter(|_| stem.len() > 1)?;
        let settles = match stem.as_slice() {
            [tool, "config", _] => self.listed.iter().any(|name| {
                let (scope, own) = name.split_once('/').unwrap_or(("", name));
                own == *tool
                    || own.starts_with(&format!("{tool}-"))
                    || scope.strip_prefix('@') == Some(tool)
            }),
            _ => false,
        };
        let inner = &stem[1..stem.len() - 1];
        let written_for_tests =
            inner.iter().any(|part| matches!(*part, "test" | "spec" | "stories" | "d"));
        let starts = |list: &[&str]| list.iter().any(|start| name.starts_with(start));
        let composes = name.contains("compose") && matches!(ending, "yml" | "yaml");
        let dead = aside
            || settles
            || written_for_tests
            || composes
            || stem[0].is_empty()
            || FOR_PEOPLE.contains(&ending)
            || LISTS.contains(name)
            || starts(OF_TOOLS)
            || name.contains("Dockerfile");
        (!dead).then(|| !DATA.contains(&ending))
    }

    /// The first of them that a text speaks of.
    fn spoken_of<'n>(&'n self, text: &'n str, code: bool) -> Option<&'n str> {
        // A text in quotes is one between two equal marks, and a path of modules ends at the first slash or mark.
        let quoted = |name: &str| {
            text.match_indices(name).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let behind = text[at + name.len()..].chars().next();
                before.is_some_and(|c| matches!(c, '"' | '\'' | '`'))
                    && (behind == before || matches!(behind, Some('/' | ' ')))
            }) || text.contains(&format!("npx {name}"))
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
        asked_for(text).filter(|_| code).find(|module| self.has(module))
    }

    /// A module that a text asks for and that comes from a package which nobody lists: without a lockfile, which marks what came along
    /// with others, it may have come along with what goes.
    fn stranger<'n>(&self, text: &'n str, context: &BuildContext) -> Option<&'n str> {
        if self.lock.is_some() {
            return None;
        }
        asked_for(text).find(|module| {
            let end = if module.starts_with('@') { 2 } else { 1 };
            let package = module.split('/').take(end).collect::<Vec<_>>().join("/");
            let first = module.split('/').next().unwrap_or(module);
            let named = module.starts_with(|c: char| c == '@' || c.is_ascii_lowercase())
                && module
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '/' | '.' | '_' | '-'))
                && first != "@";
            let known = OF_NODE.contains(&format!(" {first} "))
                || self.manifest["name"] == package.as_str()
                || ["dependencies", "optionalDependencies"]
                    .iter()
                    .any(|table| !self.manifest[table][&package].is_null());
            // A path of the project by another name.
            let inside = || {
                let is = |part: &str| part.split('.').next() == Some(first);
                context.entries().any(|(path, _)| path.split('/').any(is))
            };
            named && !known && !inside()
        })
    }
}

/// The modules that stand behind the words by which a source asks for one.
fn asked_for(text: &str) -> impl Iterator<Item = &str> {
    ["require", "import", "from", "resolve"].into_iter().flat_map(move |sign| {
        text.split(sign).skip(1).filter_map(|rest| {
            let rest = rest.trim_start_matches(['(', ' ', '\n', '\t']);
            let mark = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
            rest[1..].split(mark).next()
        })
    })
}

/// The names in a table.
fn table<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v String> {
    value[key].as_object().into_iter().flat_map(|table| table.keys())
}

fn is_of(path: &str, package: &str) -> bool {
    path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@']))
}
