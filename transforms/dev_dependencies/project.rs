//! The project that is installed: what its package.json and its lockfile say.

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::Keyword;
use serde_json::Value;

use super::calls::Call;
use super::{Install, reasons};
use crate::facts::{
    Base, BuildStage, Copied, absolute, below, copy_words, is_from_context, is_within,
};
use crate::knowledge::{LIFECYCLE, manifests};
use crate::pass::Refusal;

/// A project of Node.
pub(super) struct Project<'c> {
    pub(super) context: &'c BuildContext,
    /// The folder of the image in which it is installed.
    pub(super) folder: String,
    /// The path of its package.json in the context.
    pub(super) source: String,
    manifest: Value,
    /// The lockfile, if it is there.
    lock: Option<Value>,
    /// The development dependencies.
    pub(super) lost: BTreeSet<String>,
    /// What else would not be installed, as the lockfile knows it.
    pub(super) lost_with_them: BTreeSet<String>,
    /// Whether nothing tells which packages come along with others: then a source may use one that nobody lists.
    pub(super) guesses: bool,
    /// What commands install for the whole system, by name.
    global: BTreeSet<String>,
    /// The texts beside package.json that say something to the call, by name.
    beside: Vec<(&'static str, &'c str)>,
}

/// What is said where there is no package.json.
pub(super) fn no_manifest() -> Refusal {
    (&reasons::NO_MANIFEST, reasons::NO_MANIFEST.summary.to_owned())
}

impl<'c> Project<'c> {
    /// Reads the project that is installed in `folder`.
    pub(super) fn of(install: Install<'c, '_>, folder: &str) -> Result<Self, Refusal> {
        let no_context = || (&reasons::NO_CONTEXT, reasons::NO_CONTEXT.summary.to_owned());
        let context = install.context.ok_or_else(no_context)?;
        let find = |name: &str| source_of(install, context, &below(folder, name));
        let source = find("package.json")?.ok_or_else(no_manifest)?;
        let unread = || (&reasons::NO_MANIFEST, format!("`{source}` cannot be read"));
        let text = context.text(&source).ok_or_else(unread)?;
        let manifest: Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| unread())?;
        let mut beside = Vec::new();
        for name in [".npmrc", ".yarnrc", ".yarnrc.yml", "yarn.lock"] {
            if let Some(source) = find(name)? {
                beside.push((name, context.text(&source).ok_or_else(unread)?));
            }
        }
        let mut lock = None;
        for name in ["package-lock.json", "npm-shrinkwrap.json"] {
            if let Some(source) = find(name)? {
                let text = context.text(&source).ok_or_else(unread)?;
                lock = Some(serde_json::from_str(text).map_err(|_| unread())?);
            }
        }
        // Peers are only installed by newer managers.
        let kept = |name: &str| {
            ["dependencies", "optionalDependencies"]
                .iter()
                .any(|table| manifest.get(table).is_some_and(|table| table.get(name).is_some()))
        };
        let lost: BTreeSet<String> = names(&manifest, "devDependencies")
            .filter(|name| !kept(name))
            .map(str::to_owned)
            .collect();
        let mut with_them = lock.as_ref().map(development).unwrap_or_default();
        with_them.retain(|name| !lost.contains(name) && !kept(name));
        let guesses = !lock.as_ref().is_some_and(|lock| lost.iter().all(|name| locks(lock, name)));
        let lost_with_them = with_them;
        let global = global(install);
        let folder = folder.to_owned();
        Ok(Self {
            context,
            folder,
            source,
            manifest,
            lock,
            lost,
            lost_with_them,
            guesses,
            global,
            beside,
        })
    }

    /// Whether no setting of the project says what is installed, and its manager is one that is told by the known words.
    pub(super) fn is_told_nothing(&self, call: &Call) -> Result<(), Refusal> {
        let text =
            |name: &str| self.beside.iter().find(|(one, _)| *one == name).map(|(_, text)| *text);
        if call.row.name == "yarn" {
            let manager =
                self.manifest.get("packageManager").and_then(Value::as_str).unwrap_or("yarn@1.");
            // Images of Node hold yarn 1, which needs no lockfile (docker-library, "node").
            let first = text("yarn.lock").map_or_else(
                || call.of_image && !text(".yarnrc").is_some_and(|text| text.contains("yarn-path")),
                |lock| lock.contains("# yarn lockfile v1"),
            );
            if !first || text(".yarnrc.yml").is_some() || !manager.starts_with("yarn@1.") {
                return Err((&reasons::NEWER_YARN, "it is not known to be yarn 1".to_owned()));
            }
        }
        for name in [".npmrc", ".yarnrc"] {
            let words = ["omit", "include", "production", "only", "also", "dev", "node-env"];
            let mut lines = text(name).unwrap_or_default().lines().map(str::trim);
            let says = |line: &&str| {
                words.iter().any(|word| line.trim_start_matches('-').starts_with(word))
            };
            if let Some(line) = lines.find(says) {
                return Err((&reasons::DECIDED, format!("`{name}` says `{line}`")));
            }
        }
        let workspaces = self.manifest.get("workspaces").is_some()
            || (call.row.name == "pnpm" && self.has_pnpm_workspace());
        if workspaces {
            return Err((&reasons::WORKSPACES, reasons::WORKSPACES.summary.to_owned()));
        }
        Ok(())
    }

    /// Whether nothing of the project, and no package, uses development dependencies while it installs.
    pub(super) fn is_left_alone(&self, call: &Call) -> Result<(), Refusal> {
        let runs = |name: &&&str| {
            self.manifest.get("scripts").is_some_and(|all| all.get(**name).is_some())
        };
        if let Some(script) = LIFECYCLE.iter().find(runs).filter(|_| !call.no_scripts) {
            return Err((&reasons::SCRIPTS, format!("`{}` has a script `{script}`", self.source)));
        }
        let prying = |name: &&str| manifests().packages.prying.iter().any(|known| known == name);
        if let Some(name) = self.stay().find(prying) {
            let message = format!("the install script of {name} looks at the project");
            return Err((&reasons::USED_BY_PACKAGE, message));
        }
        Ok(())
    }

    /// Whether package.json lists a package.
    pub(super) fn lists(&self, name: &str) -> bool {
        let tables = ["dependencies", "devDependencies", "optionalDependencies"];
        tables.into_iter().flat_map(|table| names(&self.manifest, table)).any(|one| one == name)
    }

    /// The packages that are listed, and stay.
    fn stay(&self) -> impl Iterator<Item = &str> {
        ["dependencies", "optionalDependencies"]
            .into_iter()
            .flat_map(|table| names(&self.manifest, table))
    }

    /// Whether a workspace of pnpm lists folders; without any it only holds settings.
    fn has_pnpm_workspace(&self) -> bool {
        let mut found =
            self.context.entries().filter(|(path, _)| path.ends_with("pnpm-workspace.yaml"));
        found.any(|(path, _)| self.context.text(path).is_none_or(|text| text.contains("packages")))
    }

    /// Whether no package that stays uses one that would be missing.
    pub(super) fn packages(&self) -> Result<(), Refusal> {
        let kinds = &manifests().packages;
        let operates = |name: &&String| kinds.operating.contains(name);
        if let Some(name) = self.lost.iter().find(operates) {
            let message = format!("people start {name} in a container, to migrate or to restart");
            return Err((&reasons::USED_FROM_OUTSIDE, message));
        }
        // pino asks for it where an option says so: `prettyPrint` up to version 6, a target by its name since (its documentation, "Pretty Printing").
        let by_name = |name: &&String| {
            kinds.loaded_by_name.contains(name)
                && (*name != "pino-pretty" || self.prints_prettily())
        };
        if let Some(name) = self.lost.iter().find(by_name) {
            let message = format!("packages load {name} by its name where it is there");
            return Err((&reasons::USED_BY_PACKAGE, message));
        }
        let packages =
            self.lock.as_ref().and_then(|lock| lock.get("packages")).and_then(Value::as_object);
        for (place, package) in packages.into_iter().flatten() {
            if place.is_empty() || is_development(package) {
                continue;
            }
            // Types are no programs, and what compiles when it starts is asked for elsewhere.
            let missing = |name: &&str| {
                self.lost.contains(*name) && !name.starts_with("@types/") && *name != "typescript"
            };
            if let Some(name) = names(package, "peerDependencies").find(missing) {
                let other = place.rsplit("node_modules/").next().unwrap_or(place);
                return Err((&reasons::USED_BY_PACKAGE, format!("{other} can use {name}")));
            }
        }
        Ok(())
    }

    /// Whether a file of the context speaks of pretty logs, but for lists of packages and texts for people.
    fn prints_prettily(&self) -> bool {
        let lists = ["package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"];
        let mut files = self.context.entries().filter(|(path, entry)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let aside = lists.contains(&name) || name.ends_with(".md");
            entry.kind != ContextKind::Folder && !aside && !path.contains("node_modules/")
        });
        files.any(|(path, _)| {
            let text = self.context.text(path);
            text.is_some_and(|text| text.to_ascii_lowercase().contains("pretty"))
        })
    }

    /// What runs by the name of a script: those of all manifests of the context with that name, and those around them.
    pub(super) fn scripts(&self, name: &str) -> Vec<String> {
        let around = [name.to_owned(), format!("pre{name}"), format!("post{name}")];
        let manifests = self.context.entries().filter(|(path, _)| {
            path.rsplit('/').next() == Some("package.json") && !path.contains("node_modules/")
        });
        let parsed = manifests.filter_map(|(path, _)| {
            serde_json::from_str::<Value>(self.context.text(path)?.trim_start_matches('\u{feff}'))
                .ok()
        });
        let texts = parsed.flat_map(|manifest| {
            let script =
                |name: &String| Some(manifest.get("scripts")?.get(name)?.as_str()?.to_owned());
            around.iter().filter_map(script).collect::<Vec<_>>()
        });
        texts.collect()
    }

    /// The same of its own package.json alone.
    pub(super) fn own_scripts(&self, name: &str) -> Vec<String> {
        let scripts = self.manifest.get("scripts");
        let text = |name: &str| Some(scripts?.get(name)?.as_str()?.to_owned());
        let around = [name.to_owned(), format!("pre{name}"), format!("post{name}")];
        around.iter().filter_map(|name| text(name)).collect()
    }

    /// All scripts of the manifests of the context, by name.
    pub(super) fn all_scripts(&self) -> Vec<(String, String)> {
        let manifests = self.context.entries().filter(|(path, _)| {
            path.rsplit('/').next() == Some("package.json") && !path.contains("node_modules/")
        });
        let parsed = manifests.filter_map(|(path, _)| {
            let text = self.context.text(path)?.trim_start_matches('\u{feff}');
            serde_json::from_str::<Value>(text).ok()?.get("scripts")?.as_object().cloned()
        });
        let text = |(name, text): (String, Value)| Some((name, text.as_str()?.to_owned()));
        parsed.flatten().filter_map(text).collect()
    }

    /// Whether package.json speaks of something besides in its scripts.
    pub(super) fn names_outside_scripts(&self, name: &str) -> bool {
        let mut rest = self.manifest.clone();
        if let Some(table) = rest.as_object_mut() {
            table.remove("scripts");
        }
        rest.to_string().contains(name)
    }

    /// Whether a word names what would be missing: a package that package.json names, its program, or any file in node_modules.
    pub(super) fn is_lost(&self, word: &str) -> bool {
        let inside = word.rsplit_once("node_modules/").map(|(_, rest)| rest);
        let bare = inside.unwrap_or(word).trim_start_matches(".bin/").trim_start_matches("./");
        let program = |name: &String| {
            let short = name.rsplit('/').next().unwrap_or(name);
            bare == short && !name.starts_with("@types/")
        };
        self.lost.iter().any(|name| begins_with(bare, name) || program(name))
            || inside.is_some() && self.is_lost_module(bare)
    }

    /// Whether a path in node_modules is one of a package that would be missing, or may be.
    pub(super) fn is_lost_file(&self, path: &str) -> bool {
        let Some((_, inside)) = path.rsplit_once("node_modules/") else { return false };
        let mut parts = inside.trim_end_matches('/').splitn(3, '/');
        let first = parts.next().unwrap_or_default();
        let second = parts.next().filter(|_| first.starts_with('@'));
        let name = second.map_or(first.to_owned(), |second| format!("{first}/{second}"));
        let guessed = self.guesses && !name.starts_with('.') && !self.keeps(&name);
        !name.is_empty() && (name == ".bin" || self.is_lost(path) || guessed)
    }

    /// Whether package.json lists a package that stays, or is that of this name.
    pub(super) fn keeps(&self, package: &str) -> bool {
        let own = self.manifest.get("name").and_then(Value::as_str) == Some(package);
        own || self.stay().any(|name| name == package)
    }

    /// Whether a package is there that is called like its program: it is listed and stays, is installed for the whole system, or the
    /// lockfile knows all that goes.
    pub(super) fn brings(&self, package: &str) -> bool {
        self.keeps(package)
            || self.global.contains(package)
            || !self.guesses && !self.is_lost_module(package)
    }

    /// Whether a module that a source asks for would be missing.
    pub(super) fn is_lost_module(&self, name: &str) -> bool {
        self.lost.iter().chain(&self.lost_with_them).any(|lost| begins_with(name, lost))
    }
}

/// Whether a path of modules is a package, or lies in it.
fn begins_with(path: &str, package: &str) -> bool {
    path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@']))
}

/// The keys of a table.
fn names<'v>(value: &'v Value, table: &str) -> impl Iterator<Item = &'v str> {
    value
        .get(table)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|pairs| pairs.keys())
        .map(String::as_str)
}

/// Whether a lockfile has a package for development alone.
fn is_development(package: &Value) -> bool {
    package.get("dev").and_then(Value::as_bool).unwrap_or_default()
}

/// The packages at the top of node_modules that are there for development alone
/// (<https://docs.npmjs.com/cli/configuring-npm/package-lock-json>).
fn development(lock: &Value) -> BTreeSet<String> {
    let table =
        lock.get("packages").or_else(|| lock.get("dependencies")).and_then(Value::as_object);
    let packages = table.into_iter().flatten().filter(|(_, package)| is_development(package));
    let top = packages.map(|(place, _)| place.strip_prefix("node_modules/").unwrap_or(place));
    top.filter(|name| !name.contains("node_modules/")).map(str::to_owned).collect()
}

/// The names of packages that commands of the build install for the whole system, without their versions.
fn global(install: Install<'_, '_>) -> BTreeSet<String> {
    let steps = install.build.stages.iter().flat_map(|stage| &stage.steps);
    let commands = steps.flat_map(|step| step.content.commands());
    let words = commands.map(|command| command.words.iter().flatten().map(|word| &**word));
    let global = words
        .filter(|words| words.clone().any(|word| matches!(word, "-g" | "--global" | "global")));
    global.flatten().filter_map(|word| word.split('@').next()).map(str::to_owned).collect()
}

/// Whether a lockfile has a package at the top of node_modules.
fn locks(lock: &Value, name: &str) -> bool {
    let has = |table: &str, key: &str| lock.get(table).is_some_and(|all| all.get(key).is_some());
    has("packages", &format!("node_modules/{name}")) || has("dependencies", name)
}

/// The path of the context that is at `place` when the install runs.
pub(super) fn source_of(
    install: Install<'_, '_>,
    context: &BuildContext,
    place: &str,
) -> Result<Option<String>, Refusal> {
    let mut below: Vec<(&BuildStage<'_>, usize)> = vec![(install.stage, install.number)];
    while let Some(Base::Stage(number)) = below.last().map(|(stage, _)| &stage.stage.base) {
        let stage = &install.build.stages[*number];
        below.push((stage, stage.steps.len()));
    }
    for (stage, until) in below {
        for (number, step) in stage.steps[..until].iter().enumerate().rev() {
            let kind = step.instruction.kind;
            if step.onbuild || !matches!(kind, Keyword::Copy | Keyword::Add) {
                continue;
            }
            let dockerfile = install.build.dockerfile;
            let here = step.state.workdir.as_deref().and_then(|here| absolute(here, None));
            let target = copy_words(dockerfile, step.instruction).pop();
            // Whoever names a whole path is somewhere, and it does not matter where.
            let whole = target.as_ref().is_some_and(|target| target.starts_with('/'));
            let here = here.or(whole.then(|| "/".to_owned()));
            let target = target.and_then(|target| absolute(&target, here.as_deref()));
            if target.as_ref().is_some_and(|target| !is_within(place, target)) {
                continue;
            }
            if !is_from_context(dockerfile, step.instruction) {
                return Err(no_manifest());
            }
            let copied =
                here.and_then(|here| Copied::of(dockerfile, context, (number, step), &here).ok());
            let copied = copied.ok_or_else(no_manifest)?;
            if let Some(source) = copied.source_of(place).filter(|source| context.exists(source)) {
                return Ok(Some(source));
            }
        }
    }
    Ok(None)
}
