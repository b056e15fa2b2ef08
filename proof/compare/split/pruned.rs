//! Whether a server for Node can do without its development dependencies.

use dockslim_contract::BuildContext;
use serde_json::Value;

use crate::compare::development::is_missed_by_nobody;
use crate::compare::yarns::is_another_yarn;
use crate::program::{Action, Step, Text, visit};
use crate::shell::{States, plain};
use crate::stages::Stage;

/// Who may need a development dependency in the container, or what else the call may take away; without a manifest that can be read, the
/// manifest itself.
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
    let Some(text) = context.text(path) else { return unread() };
    let Ok(manifest) = serde_json::from_str::<Value>(text) else { return unread() };
    if manifest.get("workspaces").is_some() {
        return unread();
    }
    let folder = path.trim_end_matches("package.json");
    is_missed_by_nobody(context, text, old, new)
        .err()
        .or_else(|| unseen_lockfile(context, folder, old))
        .or_else(|| brought_by_name(old))
        .or_else(|| brought_by_script(&manifest))
        .or_else(|| brought_by_settings(context))
}

/// A lockfile in the folder of a manifest that no COPY has brought when packages were installed first, and one brings later.
fn unseen_lockfile(context: &BuildContext, folder: &str, stage: &Stage<'_>) -> Option<String> {
    const NAMES: &str = "npm-shrinkwrap.json package-lock.json pnpm-lock.yaml yarn.lock";
    let mut installs = Vec::new();
    visit(&stage.steps, &mut |step| {
        if let Action::Call(call) = &step.action
            && call.words.first().is_some_and(|word| ["npm", "pnpm", "yarn"].contains(&&**word))
            && !call.words.iter().any(|word| ["-g", "--global", "global"].contains(&&**word))
        {
            installs.push(step.at.start);
        }
    });
    let first = installs.into_iter().min()?;
    let copies = |lock: &str| -> Vec<usize> {
        let brings = |step: &&Step<'_>| match &step.action {
            Action::Copy(copy) if copy.from.is_none() => copy.sources.iter().any(|source| {
                let paths = plain(source).and_then(|source| context.matching(source));
                paths.into_iter().flatten().any(|path| {
                    path.is_empty() || path == lock || lock.starts_with(&format!("{path}/"))
                })
            }),
            _ => false,
        };
        stage.steps.iter().filter(brings).map(|step| step.at.start).collect()
    };
    let late = |name: &&str| {
        let lock = format!("{folder}{name}");
        let at = copies(&lock);
        context.exists(&lock) && !at.is_empty() && at.iter().all(|at| *at > first)
    };
    NAMES.split(' ').find(late).map(|name| format!("{name}, which the install has not seen"))
}

/// A script of package.json that installs what no manifest lists, or links it.
pub(in crate::compare) fn brought_by_script(manifest: &Value) -> Option<String> {
    let mut scripts = manifest["scripts"].as_object()?.iter();
    let brings = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let name = |word: &str| word.starts_with('@') || word.starts_with(char::is_alphanumeric);
        let adds = words.windows(3).any(|three| match three {
            ["npm" | "pnpm", "i" | "install", what] | ["yarn" | "pnpm", "add", what] => name(what),
            _ => false,
        });
        adds || text.contains("--no-save")
            || ["npm link", "yarn link", "pnpm link"].iter().any(|it| text.contains(it))
            || words.iter().any(|word| word.contains("lerna") || word.contains("install-peerdeps"))
    };
    let found = scripts.find(|(_, text)| text.as_str().is_some_and(brings));
    found.map(|(name, _)| format!("the script `{name}`")).or_else(|| made_at_install(manifest))
}

/// A file of settings that leads what a tool writes among the packages, by the last key in front of the word on its line.
pub(in crate::compare) fn brought_by_settings(context: &BuildContext) -> Option<String> {
    let leads = |line: &str| {
        line.match_indices("node_modules").any(|(at, _)| {
            let front = line[..at].rsplit([',', '{', '[']).next().unwrap_or_default();
            let front = front.to_ascii_lowercase();
            let keys = ["dir", "outfile", "outputpath", "dest", "file:", "file\""];
            keys.iter().any(|key| front.contains(key)) || line.contains("path:")
        })
    };
    let manifests = context.entries().filter(|(path, _)| path.ends_with("package.json"));
    let told: Vec<&str> = manifests.filter_map(|(path, _)| context.text(path)).collect();
    let mut files = context.entries().filter(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let kind = name.contains(".config.") || name.ends_with("rc") || name.ends_with(".json");
        let code = name.ends_with("js") || name.ends_with(".ts");
        let kind = kind || code && told.iter().any(|text| text.contains(name));
        kind && !name.contains("lock") && !path.contains("node_modules/")
    });
    let found = files.find(|(path, _)| context.text(path).is_some_and(|it| it.lines().any(leads)));
    found.map(|(path, _)| path.to_owned())
}

/// A script that npm runs around an install and that runs a file of the project: what that writes among the packages would go, too.
fn made_at_install(manifest: &Value) -> Option<String> {
    let scripts = manifest["scripts"].as_object()?;
    let around =
        |name: &str| name.ends_with("install") || name.contains("prepare") || name == "prepublish";
    let mut names: Vec<&str> =
        scripts.keys().map(String::as_str).filter(|name| around(name)).collect();
    let mut number = 0;
    while let Some(name) = names.get(number).copied() {
        number += 1;
        let text = scripts.get(name).and_then(Value::as_str).unwrap_or_default();
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || ";&|()".contains(c)).collect();
        let known = "husky only-allow is-ci echo true exit test [ rm rimraf patch-package prisma lefthook simple-git-hooks tsc vue-tsc npm yarn pnpm";
        let odd = text.split([';', '&', '|']).find(|command| {
            let mut words = command.split_whitespace().filter(|word| {
                !word.contains('=') && !["npx", "cross-env", "--", "--no-install"].contains(word)
            });
            let first = words.next().map(|word| word.trim_start_matches("node_modules/.bin/"));
            first.is_some_and(|first| !known.split(' ').any(|one| one == first))
        });
        if odd.is_some() {
            return Some(format!("the script `{name}`"));
        }
        // A word that names another script may run it.
        for word in words {
            if let Some((other, _)) = scripts.get_key_value(word)
                && !names.contains(&other.as_str())
            {
                names.push(other);
            }
        }
    }
    None
}

/// What told installs of npm which packages fit together, or are left out, and does not tell the call that takes packages away: it would
/// fail, or bring others (npm documentation, "npm prune").
pub(in crate::compare) fn unsettled(
    context: Option<&BuildContext>,
    stage: &Stage<'_>,
    options: &[&str],
) -> Option<String> {
    const KNOWN: &[&str] =
        &["--legacy-peer-deps", "--force", "--omit=optional", "--omit=peer", "--strict-peer-deps"];
    let mut given = Vec::new();
    let (mut aside, mut settings, mut removed) = (None, false, None);
    visit(&stage.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Vec<&str> = call.words.iter().map(|word| plain(word).unwrap_or("$")).collect();
        if call.assignments.iter().any(|text| text.to_ascii_uppercase().starts_with("NPM_CONFIG_"))
        {
            aside = Some(super::super::words::describe(step));
        }
        let settles = |text: &str| {
            ["peer-deps", "force", "omit", "optional"].iter().any(|sign| text.contains(sign))
        };
        let named = |text: &Text<'_>| text.contains(".npmrc");
        if words.first() == Some(&"rm") && call.words.iter().any(named) {
            removed = Some(super::super::words::describe(step));
        } else if call.words.iter().chain(&call.redirects).any(named) {
            settings |= call.words.iter().any(|word| settles(word));
        }
        // Other calls have options of these names, too.
        let verb = words.iter().skip(1).find(|word| !word.starts_with('-')).copied();
        let installs = verb.is_some_and(|verb| {
            matches!(verb, "i" | "in" | "ci" | "add" | "update" | "up" | "upgrade")
                || ["ins", "isnt", "clean-install", "install-"]
                    .iter()
                    .any(|it| verb.starts_with(it))
        });
        if words.first() != Some(&"npm") || !installs {
            return;
        }
        for (at, word) in words.iter().enumerate() {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match name {
                "-f" | "--force" => given.push("--force".to_owned()),
                "--legacy-peer-deps" | "--strict-peer-deps" if value != "false" => {
                    given.push(name.to_owned());
                }
                "--no-optional" => given.push("--omit=optional".to_owned()),
                "--omit" => {
                    let value =
                        if value.is_empty() { words.get(at + 1).copied() } else { Some(value) };
                    given.extend(value.filter(|it| *it != "dev").map(|it| format!("--omit={it}")));
                }
                _ => {}
            }
        }
    });
    let files = context.into_iter().flat_map(|context| {
        let own = context.entries().filter(|(path, _)| path.ends_with(".npmrc"));
        own.map(|(path, _)| context.text(path).unwrap_or("force"))
    });
    settings |= { files }
        .any(|text| text.contains("peer-deps") || text.contains("force") || text.contains("omit"));
    let odd = options.iter().find(|one| !KNOWN.contains(one) || !given.iter().any(|it| it == *one));
    let lost = given.iter().find(|one| !options.contains(&one.as_str()));
    aside
        .or(removed.filter(|_| settings))
        .or_else(|| lost.cloned())
        .or_else(|| odd.map(|one| (*one).to_owned()))
}

/// A call by which a stage changes what is installed by a name, which the manifest that takes away may not know.
pub(in crate::compare) fn brought_by_name(stage: &Stage<'_>) -> Option<String> {
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
pub(in crate::compare) fn needed_of_pnpm(
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
pub(in crate::compare) fn needed_of_yarn(
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
        if matches!(step.action, Action::Copy(_)) && is_another_yarn(step) {
            other.get_or_insert_with(|| super::super::words::describe(step));
        }
        let Action::Call(call) = &step.action else { return };
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let brings = is_another_yarn(step);
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
