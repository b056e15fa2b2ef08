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
    /// What commands install for the whole system.
    pub(super) global: BTreeSet<String>,
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
        "@nestjs/core, @nestjs/websockets",
        &[
            "@nestjs/platform-express",
            "@nestjs/platform-fastify",
            "@nestjs/platform-socket.io",
            "@nestjs/platform-ws",
        ],
    ),
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

/// Whether a text of the context has the word in it, whatever it means there; lists of packages and texts for people do not count.
fn speaks_of_pretty(context: &BuildContext) -> bool {
    context.entries().any(|(path, entry)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let counts = entry.kind == ContextKind::File
            && !path.contains("node_modules/")
            && !name.ends_with(".md")
            && !matches!(
                name,
                "package.json" | "package-lock.json" | "pnpm-lock.yaml" | "yarn.lock"
            );
        let text = context.text(path).filter(|_| counts);
        text.is_some_and(|text| text.to_lowercase().contains("pretty"))
    })
}

impl Names {
    /// Reads a package.json and its lockfile.
    pub(super) fn of(
        manifest: &str,
        lock: Option<&str>,
        global: BTreeSet<String>,
    ) -> Result<Self, String> {
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
        Ok(Self { manifest, lock, listed, marked, global })
    }

    /// Whether no package that stays looks around while it is installed.
    pub(super) fn installs_look_at_nothing(&self) -> Result<(), String> {
        let stay = table(&self.manifest, "dependencies")
            .chain(table(&self.manifest, "optionalDependencies"));
        // The client of prisma is made from the schema of the project, by a package that is often one of developers.
        let looks =
            |name: &&String| name.contains("prisma") || looks_around(&format!("\"{name}\""));
        if let Some(name) = stay.into_iter().find(looks) {
            return Err(format!("{name} looks around when it is installed"));
        }
        Ok(())
    }

    /// Whether no package that stays uses one that goes.
    pub(super) fn packages_do_without(&self, context: &BuildContext) -> Result<(), String> {
        if let Some(name) = self.listed.iter().find(|name| BY_HAND.contains(&name.as_str())) {
            return Err(format!("people call {name} in a container"));
        }
        for (who, names) in ASKED_FOR {
            // pino loads it for those who ask for pretty lines (pino, "Pretty Printing").
            let asked = |name: &&&str| **name != "pino-pretty" || speaks_of_pretty(context);
            let mut gone = names.iter().filter(|name| self.listed.contains(**name));
            if let Some(name) = gone.find(asked) {
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

    /// Whether a program that is called like its package surely stays: package.json asks for the package, a command installs it for all,
    /// or a lockfile marks all that goes.
    pub(super) fn leaves(&self, program: &str) -> bool {
        let asked = ["dependencies", "optionalDependencies"]
            .iter()
            .any(|table| self.manifest[table].get(program).is_some());
        asked || self.global.contains(program) || self.lock.is_some() && !self.has(program)
    }

    /// Whether the path of a module begins with one of them.
    pub(super) fn has(&self, module: &str) -> bool {
        self.listed.iter().chain(&self.marked).any(|name| is_of(module, name))
    }

    /// Whether no file that may run in a container speaks of one; those of `but` do not.
    pub(super) fn sources_do_without(
        &self,
        context: &BuildContext,
        but: &BTreeSet<String>,
    ) -> Result<(), String> {
        let files = context.entries().filter(|(_, entry)| entry.kind != ContextKind::Folder);
        for (path, _) in files.filter(|(path, _)| !but.contains(*path)) {
            let named = || runs_by_its_first_line(context, path).then_some(true);
            let Some(code) = self.is_live(path).or_else(named) else { continue };
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
            let script =
                [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".vue", ".svelte"];
            let script = !path.contains('.') || script.iter().any(|end| path.ends_with(end));
            if code && script && loads_any(text) {
                return Err(format!("`{path}` may load any package"));
            }
            let mut words = text.split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)));
            if code && script && words.any(|word| matches!(word, "npx" | ".bin")) {
                return Err(format!("`{path}` may start a program of any package"));
            }
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
        let top = |name: &String| {
            let lock = self.lock.as_ref();
            lock.is_some_and(|lock| {
                lock["packages"].get(format!("node_modules/{name}")).is_some()
                    || lock["dependencies"].get(name).is_some()
            })
        };
        if self.lock.is_some() && self.listed.iter().all(top) {
            return None;
        }
        asked_for(text).find(|module| {
            let end = if module.starts_with('@') { 2 } else { 1 };
            let package = module.split('/').take(end).collect::<Vec<_>>().join("/");
            let first = module.split('/').next().unwrap_or(module);
            let named = module.starts_with(|c: char| c == '@' || c.is_ascii_alphanumeric())
                && module
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '/' | '.' | '_' | '-'))
                && first != "@";
            let known = OF_NODE.contains(&format!(" {first} "))
                || self.manifest["name"] == package.as_str()
                || ["dependencies", "optionalDependencies"]
                    .iter()
                    .any(|table| !self.manifest[table][&package].is_null());
            named && !known && !is_path(context, module)
        })
    }
}

/// Whether a file without an ending is read by Node, as its first line says.
fn runs_by_its_first_line(context: &BuildContext, path: &str) -> bool {
    let plain = !path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    plain
        && !path.contains("node_modules/")
        && context.text(path).is_some_and(|text| {
            text.starts_with("#!") && text.lines().next().is_some_and(|line| line.contains("node"))
        })
}

/// Whether a source asks for a module by what only runs tell: neither by one text between quotes, nor by a path from where it lies.
fn loads_any(text: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.match_indices('(').any(|(at, _)| {
        let asks = ["require", "require.resolve", "import"].iter().any(|name| {
            text[..at].strip_suffix(name).is_some_and(|before| !before.ends_with(word))
        });
        asks && !is_told(&text[at + 1..])
    })
}

/// Whether the first of some arguments is told by the source itself.
fn is_told(arguments: &str) -> bool {
    let mut rest = arguments.trim_start();
    while rest.starts_with("/*") {
        rest = rest.split_once("*/").map_or("", |(_, behind)| behind.trim_start());
    }
    let Some(mark) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        let here = [")", "__dirname", "import.meta.", "path.join(", "path.resolve("];
        let bare = ["join(", "resolve("];
        return here.iter().chain(&bare).any(|start| rest.starts_with(start));
    };
    let mut parts = rest[1..].splitn(2, mark);
    let (name, behind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let beside = name.split('/').next().is_some_and(|part| matches!(part, "." | ".." | "@"));
    let whole = matches!(behind.trim_start().chars().next(), Some(')' | ','));
    beside && name.contains('/') || whole && !name.contains("${")
}

/// The modules that stand behind the words by which a source asks for one.
fn asked_for(text: &str) -> impl Iterator<Item = &str> {
    ["require", "import", "from", "resolve"].into_iter().flat_map(move |sign| {
        text.split(sign).skip(1).filter_map(|rest| {
            let mut rest = rest.trim_start_matches(['(', ' ', '\n', '\t']);
            while let Some((_, behind)) =
                rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/"))
            {
                rest = behind.trim_start();
            }
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
