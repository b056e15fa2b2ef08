//! sharp, a package of npm that takes the libvips of the system only where that is new enough for it, and has its own otherwise.
//!
//! Sources: sharp's documentation, "Building from source", and `config.libvips` of its package.json (8.15 in 0.33.0); the package index of
//! Debian (libvips 8.10.5 in bullseye, 8.14.1 in bookworm).

use std::collections::BTreeSet;

use serde_json::Value;

use super::bases::suite;
use super::runtime::Runtime;
use crate::program::{Action, visit};

/// What else a project without a lockfile may ask for: nothing that asks for sharp.
const WITHOUT: &str = " @fastify/multipart @fastify/static @koa/multer @koa/router body-parser compression cors dotenv ejs express \
                       express-fileupload fastify helmet hono koa koa-router morgan multer nanoid pg pino redis sharp uuid winston ";

/// Packages with scripts of their own, which compile and fetch nothing.
const QUIET: &[&str] =
    &["core-js", "core-js-bundle", "core-js-pure", "es5-ext", "fsevents", "protobufjs"];

impl Runtime<'_, '_> {
    /// Whether packages of npm, as many as there are, leave the libvips of the system alone; the fonts that came with it are there.
    pub(super) fn leaves_libvips_alone(&self, new: &BTreeSet<String>) -> bool {
        let old = suite(&self.old.image)
            .is_some_and(|name| matches!(name, "buster" | "bullseye" | "bookworm"));
        let Some(context) =
            self.context.filter(|_| old && !self.installs_by_name() && new.contains("fontconfig"))
        else {
            return false;
        };
        let (mut manifests, mut locks) = (Vec::new(), Vec::new());
        for (path, _) in context.entries() {
            if path.split('/').any(|part| part == "node_modules") {
                continue;
            }
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            let end = file.rsplit_once('.').map_or("", |(_, end)| end);
            let text = context.text(path);
            let source = ["js", "mjs", "cjs", "ts", "mts", "cts", "sh"].contains(&end);
            match file {
                "package.json" => manifests.push((folder, text)),
                "package-lock.json" | "npm-shrinkwrap.json" => locks.push((folder, text, true)),
                "yarn.lock" | "pnpm-lock.yaml" => locks.push((folder, text, false)),
                "CMakeLists.txt" => return false,
                _ if end == "gyp" || end == "gypi" => return false,
                _ if source && text.is_none_or(|text| text.contains("vips")) => return false,
                _ => {}
            }
        }
        let [(folder, Some(manifest))] = manifests[..] else { return false };
        let Some(others) = others_than_sharp(manifest) else { return false };
        match locks[..] {
            [] => !others,
            [(beside, Some(lock), of_npm)] if beside == folder => match of_npm {
                true => locked(lock) == Some(true),
                false => !others && listed(lock),
            },
            _ => false,
        }
    }

    /// Whether a step asks for packages that no manifest names, or for builds from their sources.
    fn installs_by_name(&self) -> bool {
        let mut named = false;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let mut words = call.words.iter();
            if !words.next().is_some_and(|it| matches!(&**it, "npm" | "yarn" | "pnpm" | "npx")) {
                return;
            }
            let words: Vec<&str> = words.map(|word| &**word).collect();
            let plain: Vec<&str> =
                words.iter().copied().filter(|it| !it.starts_with('-')).collect();
            let quiet = match plain[..] {
                [] | ["install" | "i" | "ci"] => true,
                [verb, ..] => ["run", "run-script", "cache", "prune", "config"].contains(&verb),
            };
            named |= !quiet || words.iter().any(|word| word.contains("from-source"));
        });
        named
    }
}

/// Whether a manifest that asks for sharp in new versions asks for more than what is known; nothing if it asks otherwise.
fn others_than_sharp(text: &str) -> Option<bool> {
    let manifest: Value = serde_json::from_str(text).ok()?;
    let (mut asked, mut others) = (false, false);
    for (key, value) in manifest.as_object()? {
        match key.as_str() {
            "overrides" | "pnpm" | "resolutions" | "workspaces" => return None,
            "scripts" => {
                let of_installs = ["install", "postinstall", "preinstall", "prepare"];
                let names = value.as_object()?.keys();
                if { names }.any(|name| of_installs.contains(&name.as_str())) {
                    return None;
                }
            }
            key if key.ends_with("ependencies") => {
                let table = value.as_object()?;
                if let Some(range) = table.get("sharp") {
                    asked = true;
                    range.as_str().filter(|range| is_new(range))?;
                }
                let mut names = table.keys();
                others |= key != "devDependencies"
                    && names.any(|name| !WITHOUT.contains(&format!(" {name} ")));
            }
            _ => {}
        }
    }
    asked.then_some(others)
}

/// Whether a lockfile of npm holds new versions of sharp, and nothing else that runs something when it is installed.
fn locked(text: &str) -> Option<bool> {
    let lock: Value = serde_json::from_str(text).ok()?;
    let mut fine = true;
    for (place, package) in lock.get("packages")?.as_object()? {
        if place.is_empty() {
            continue;
        }
        let named = package.get("name").and_then(Value::as_str);
        let name =
            named.unwrap_or_else(|| place.rsplit("node_modules/").next().unwrap_or_default());
        let version = package.get("version").and_then(Value::as_str).unwrap_or_default();
        let runs = package.get("hasInstallScript").and_then(Value::as_bool).unwrap_or(false);
        fine &= if name == "sharp" { is_new(version) } else { !runs || QUIET.contains(&name) };
    }
    Some(fine)
}

/// Whether a lockfile of yarn or pnpm names new versions of sharp alone.
fn listed(text: &str) -> bool {
    let cut = |c: char| c.is_whitespace() || "\"',/:".contains(c);
    // yarn 2 writes `sharp@npm:^0.33.4`.
    let plain = text.replace("@npm:", "@");
    let mut words = plain.split(cut).filter_map(|word| word.strip_prefix("sharp@")).peekable();
    words.peek().is_some() && words.all(is_new) && !text.contains("/sharp/")
}

/// Whether a version or a range is of those that ask for a libvips of 8.15 or newer.
fn is_new(range: &str) -> bool {
    let digits = range.trim_start_matches(['^', '~', '=']);
    let minor = digits.strip_prefix("0.").and_then(|rest| rest.split('.').next());
    minor.and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor > 32)
}
