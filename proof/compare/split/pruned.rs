//! Whether a server for Node can do without its development dependencies.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::started::commands;
use crate::program::{Action, Text, visit};
use crate::shell::{States, plain};
use crate::stages::Stage;

/// The first development dependency that the container may need; without a manifest that can be read, the manifest itself.
pub(super) fn needed(
    context: Option<&BuildContext>,
    old: &Stage<'_>,
    new: &Stage<'_>,
) -> Option<String> {
    let unread = || Some("package.json".to_owned());
    let Some(context) = context else { return unread() };
    let mut manifests = context.entries().filter(|(path, _)| {
        path.rsplit('/').next() == Some("package.json")
            && !path.split('/').any(|folder| folder == "node_modules")
    });
    let (Some((path, _)), None) = (manifests.next(), manifests.next()) else { return unread() };
    let Some(manifest) =
        context.text(path).and_then(|text| serde_json::from_str::<Value>(text).ok())
    else {
        return unread();
    };
    if manifest.get("workspaces").is_some() {
        return unread();
    }
    let starts = new.configuration.starts().into_iter().flatten();
    let mut words: Vec<String> = starts.flat_map(commands).flatten().collect();
    words.extend(
        new.configuration
            .environment
            .get("NODE_OPTIONS")
            .map(|text| word_list(text))
            .into_iter()
            .flatten(),
    );
    if let Some(program) = follow_scripts(&manifest, &mut words) {
        return Some(program);
    }
    let sources: Vec<&str> = context
        .entries()
        .filter_map(|(path, _)| context.text(path).filter(|text| runs(path) || is_named(text)))
        .collect();
    let development = manifest.get("devDependencies").and_then(Value::as_object)?;
    let names = |name: &&String| {
        let short = name.rsplit('/').next().unwrap_or(name);
        // Types are no programs.
        let part = format!("{name}/");
        let called = !name.starts_with("@types/")
            && words
                .iter()
                .any(|word| word.rsplit('/').next() == Some(short) || word.starts_with(&part));
        let quoted = |text: &&str| {
            ['\'', '"', '`'].iter().any(|quote| {
                text.contains(&format!("{quote}{name}{quote}"))
                    || text.contains(&format!("{quote}{name}/"))
            })
        };
        let variable =
            |text: &&str| text.contains("(process.env") && text.contains("require(process");
        called || sources.iter().any(|text| quoted(text) || variable(text))
    };
    let asked = || super::asked::unlisted(context, &manifest, &sources);
    development.keys().find(names).cloned().or_else(asked).or_else(|| brought_by_name(old))
}

/// Adds the words of all scripts that words name, one after the other; a script calls whatever it has a word of. Returns a program that
/// one of them starts and that is neither Node's, nor the system's, nor called like a dependency.
fn follow_scripts(manifest: &Value, words: &mut Vec<String>) -> Option<String> {
    const OF_SYSTEM: &str = " : [ bash cat cd chmod cp echo env exec exit export false ls mkdir mv node npm pnpm printf pwd rm set sh sleep \
        test touch true yarn ";
    let scripts = manifest.get("scripts").and_then(Value::as_object)?;
    let depends = |name: &str| {
        let all = manifest.get("dependencies").and_then(Value::as_object);
        all.is_some_and(|all| all.contains_key(name))
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = words[at].trim_start_matches("npm:").to_owned();
        at += 1;
        for (name, text) in scripts {
            let stem = name.strip_prefix("pre").or_else(|| name.strip_prefix("post"));
            let called = *name == word || stem == Some(&*word) || word.contains(['*', '$']);
            let text = text.as_str().unwrap_or_default();
            if !called || seen.contains(&name.as_str()) {
                continue;
            }
            seen.push(name);
            for command in text.split(['&', ';', '|']) {
                let mut parts = command.split_whitespace().skip_while(|part| part.contains('='));
                let program = parts.next().unwrap_or(":").trim_matches(['(', ')']);
                let own = program.starts_with("./") || program.starts_with('/');
                if !own && !OF_SYSTEM.contains(&format!(" {program} ")) && !depends(program) {
                    return Some(program.to_owned());
                }
            }
            words.extend(word_list(text));
        }
    }
    None
}

/// The words of a text, without quotes, values apart from their names.
fn word_list(text: &str) -> Vec<String> {
    let between = [' ', '\t', '\n', '"', '\'', '`', '=', ',', ';', '&', '|', '(', ')'];
    text.split(between).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A call by which a stage changes what is installed by a name, which the manifest that takes away may not know.
fn brought_by_name(stage: &Stage<'_>) -> Option<String> {
    const CHANGES: &[&str] =
        &["add", "link", "ln", "update", "upgrade", "up", "remove", "rm", "un", "uninstall"];
    let mut found = None;
    visit(&stage.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Vec<&str> = call.words.iter().map(|word| plain(word).unwrap_or("$")).collect();
        let ["npm" | "yarn" | "pnpm", rest @ ..] = &words[..] else { return };
        if rest.iter().any(|word| matches!(*word, "-g" | "--global" | "global")) {
            return;
        }
        let mut operands = Vec::new();
        for (at, word) in rest.iter().enumerate() {
            let value = at > 0 && takes_value(rest[at - 1]);
            let number = word.parse::<u64>().is_ok();
            if !word.starts_with('-') && !value && !number {
                operands.push(*word);
            }
        }
        let brings = match &operands[..] {
            [verb, ..] if CHANGES.contains(verb) => true,
            [verb, _, ..] => {
                matches!(*verb, "i" | "in") || verb.starts_with("ins") || verb.starts_with("isnt")
            }
            _ => false,
        };
        if brings {
            found.get_or_insert_with(|| super::super::words::describe(step));
        }
    });
    found
}

/// Whether the word behind an option of a package manager is its value (npm documentation, "config"; yarn 1, "yarn install").
fn takes_value(option: &str) -> bool {
    const OPTIONS: &[&str] = &[
        "--cache",
        "--cache-folder",
        "--cwd",
        "--fetch-retries",
        "--include",
        "--loglevel",
        "--omit",
        "--only",
        "--prefix",
        "--registry",
        "--reporter",
        "--store-dir",
        "--userconfig",
        "-C",
    ];
    OPTIONS.contains(&option)
}

/// The same for pnpm, which knows all projects of a workspace, and runs the scripts of an install.
pub(super) fn needed_of_pnpm(
    context: Option<&BuildContext>,
    old: &Stage<'_>,
    new: &Stage<'_>,
) -> Option<String> {
    let unread = || Some("package.json".to_owned());
    let Some(context) = context else { return unread() };
    let workspace = context.entries().map(|(path, _)| path).find(|path| {
        path.rsplit('/').next() == Some("pnpm-workspace.yaml")
            && context.text(path).unwrap_or_default().contains("packages:")
    });
    installed_by_others(old, "pnpm")
        .or_else(|| workspace.map(str::to_owned))
        .or_else(|| changed(context))
        .or_else(|| needed(Some(context), old, new))
}

/// The same for yarn 1. It leaves what scripts of packages have made, and writes what others changed in them anew.
pub(super) fn needed_of_yarn(
    context: Option<&BuildContext>,
    old: &Stage<'_>,
    new: &Stage<'_>,
    states: &States,
) -> Option<String> {
    let unread = || Some("yarn.lock".to_owned());
    let Some(context) = context else { return unread() };
    let (mut locks, mut manifests) = (Vec::new(), Vec::new());
    for (path, _) in context.entries() {
        match path.rsplit('/').next().unwrap_or(path) {
            name if name.starts_with(".yarn") || name == ".npmrc" => return Some(path.to_owned()),
            "yarn.lock" => locks.push(context.text(path).unwrap_or_default()),
            "package.json" if !path.contains("node_modules/") => {
                manifests.push(context.text(path).unwrap_or_default());
            }
            _ => {}
        }
    }
    let [manifest] = &manifests[..] else { return unread() };
    // Without a lockfile the install writes one, with all that is asked for.
    let lock = match &locks[..] {
        [lock] => Some(*lock),
        [] if !speaks_of_lockfile(old) => None,
        _ => return unread(),
    };
    let Ok(manifest) = serde_json::from_str::<Value>(manifest) else { return unread() };
    let manager = manifest.get("packageManager").map_or("yarn@1.", |it| it.as_str().unwrap_or(""));
    let newer = lock.is_some_and(|lock| !lock.contains("# yarn lockfile v1"));
    if newer || !manager.starts_with("yarn@1.") {
        return Some("a newer yarn".to_owned());
    }
    let entries: Vec<&str> = lock
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_suffix(':'))
        .filter(|line| !line.starts_with(' '))
        .flat_map(|line| line.split(','))
        .map(|entry| entry.trim().trim_matches('"'))
        .collect();
    for kind in ["dependencies", "devDependencies", "optionalDependencies"] {
        for (name, range) in manifest.get(kind).and_then(Value::as_object).into_iter().flatten() {
            let range = range.as_str().unwrap_or_default();
            let locked = |entry: &&str| {
                entry.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('@'))
                    == Some(range)
            };
            if lock.is_some() && !entries.iter().any(locked) {
                return Some(format!("{name}, which yarn.lock does not have"));
            }
        }
    }
    let mut other = None;
    let alters = |text: &str| {
        text.contains("patch-package")
            || text.matches("node_modules").count() > text.matches("node_modules/.bin/").count()
    };
    visit(&old.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let brings = words.first() == Some(&"corepack")
            || words.windows(2).any(|two| two == ["set", "version"])
            || words.iter().any(|word| word.starts_with("yarn@"));
        let hidden = || {
            let flags = &states.seen(call.state).surroundings.flags;
            flags.iter().any(|flag| flag.contains("type=secret") || flag.contains("type=ssh"))
        };
        let settings =
            |word: &Text<'_>| [".npmrc", ".yarnrc", "_auth"].iter().any(|part| word.contains(part));
        let brings = brings
            || call.words.iter().chain(&call.redirects).any(settings)
            || (is_asked_for_more(&words) || words.first() == Some(&"yarn") && hidden());
        if brings || call.words.iter().any(|word| alters(word)) {
            other.get_or_insert_with(|| super::super::words::describe(step));
        }
    });
    let scripts = manifest.get("scripts").and_then(Value::as_object).into_iter().flatten();
    let mut scripts = scripts.filter(|(_, text)| alters(text.as_str().unwrap_or_default()));
    installed_by_others(old, "yarn")
        .or(other)
        .or_else(|| scripts.next().map(|(name, _)| name.clone()))
        .or_else(|| changed(context))
        .or_else(|| needed(Some(context), old, new))
}

/// Whether a call of a stage names a lockfile, or says what becomes of it.
fn speaks_of_lockfile(stage: &Stage<'_>) -> bool {
    let mut found = false;
    visit(&stage.steps, &mut |step| {
        if let Action::Call(call) = &step.action {
            let names = |word: &Text<'_>| {
                plain(word)
                    .is_none_or(|word| word.contains("yarn.lock") || word.contains("lockfile"))
            };
            found |= call.words.iter().any(names);
        }
    });
    found
}

/// Whether an install of yarn was given what the call that takes away lacks: it would fail without, or bring more.
fn is_asked_for_more(words: &[&str]) -> bool {
    let ["yarn", rest @ ..] = words else { return false };
    let is_number = |word: &str| word.parse::<u32>().is_ok();
    let verb = rest.iter().find(|word| !word.starts_with('-') && !is_number(word));
    let same = [
        "check-files",
        "frozen-lockfile",
        "network-concurrency",
        "network-timeout",
        "no-progress",
        "non-interactive",
        "prefer-offline",
        "production",
        "pure-lockfile",
        "s",
        "silent",
    ];
    let mut options = rest.iter().filter(|word| word.starts_with('-'));
    verb.is_none_or(|verb| *verb == "install")
        && options.any(|option| {
            let name = option.trim_start_matches('-').split('=').next();
            !name.is_some_and(|name| same.contains(&name))
        })
}

/// Another manager that installs for a project; if none does, not even this one, its own name.
fn installed_by_others(stage: &Stage<'_>, manager: &str) -> Option<String> {
    let mut others = None;
    let mut own = false;
    visit(&stage.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let global = words.iter().any(|word| matches!(*word, "-g" | "--global" | "global"));
        let aside = matches!(words.get(1), Some(&("cache" | "config")));
        match words.first().copied() {
            Some(name) if name == manager => own |= !global && !aside,
            Some(name @ ("npm" | "yarn" | "pnpm")) if !global && !aside => {
                others = Some(name.to_owned());
            }
            _ => {}
        }
    });
    others.or_else(|| (!own).then(|| manager.to_owned()))
}

/// What changes installed packages: scripts around the install, and clients that are made among them.
fn changed(context: &BuildContext) -> Option<String> {
    let manifests = context.entries().map(|(path, _)| path).filter(|path| {
        path.rsplit('/').next() == Some("package.json") && !path.contains("node_modules/")
    });
    for path in manifests {
        let text = context.text(path).unwrap_or_default();
        let Ok(manifest) = serde_json::from_str::<Value>(text) else {
            return Some(path.to_owned());
        };
        let scripts = manifest.get("scripts").and_then(Value::as_object);
        let hook = |name: &&String| {
            name.ends_with("install") || name.contains("prepare") || *name == "prepublish"
        };
        if let Some(hook) = scripts.and_then(|all| all.keys().find(hook)) {
            return Some(hook.clone());
        }
        if text.contains("prisma") {
            return Some("prisma".to_owned());
        }
    }
    None
}

/// Whether a text begins with the name of Node as what reads it.
fn is_named(text: &str) -> bool {
    let interpreter = text.strip_prefix("#!").and_then(|text| text.lines().next());
    interpreter.is_some_and(|interpreter| interpreter.contains("node"))
}

/// Whether a file of the project may run in the container: code, but for tests and the settings of tools.
fn runs(path: &str) -> bool {
    const CODE: &[&str] = &["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue", "svelte"];
    let mut folders = path.split('/').rev();
    let name = folders.next().unwrap_or(path);
    let aside = ["test", "tests", "__tests__", "spec", "e2e", "cypress", "node_modules"];
    let ending = name.rsplit('.').next().unwrap_or_default();
    // What else has settings of this name may read them when it runs.
    const BUILD: &[&str] = &[
        "babel",
        "commitlint",
        "cypress",
        "eslint",
        "jest",
        "karma",
        "playwright",
        "postcss",
        "prettier",
        "rollup",
        "stylelint",
        "svelte",
        "tailwind",
        "tsup",
        "vite",
        "vitest",
        "webpack",
    ];
    let settings = name.split_once(".config.").is_some_and(|(tool, _)| BUILD.contains(&tool));
    let tool = [".test.", ".spec.", ".d.ts"].iter().any(|part| name.contains(part))
        || settings
        || name.starts_with('.');
    CODE.contains(&ending) && !tool && !folders.any(|folder| aside.contains(&folder))
}
