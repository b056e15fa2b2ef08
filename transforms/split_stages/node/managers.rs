//! The package managers of Node: which one installs a project's packages, and whether something still calls it when it runs.

use dockslim_contract::{BuildContext, ContextKind};
use serde_json::Value;

use super::super::copies::Copied;
use super::super::effects::{Done, Effect};
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use super::base_name;
use crate::facts::brings_yarn;

/// Managers of packages, by the names of their own packages.
const TOOLS: &[&str] = &["npm", "pnpm", "yarn", "corepack"];

/// Whether a command installs for the system and not for a project.
pub(in super::super) fn is_global(done: &Done<'_, '_>) -> bool {
    let global = |word: &str| matches!(word, "-g" | "--global" | "global");
    matches!(done.effect, Effect::Packages("npm" | "yarn" | "pnpm"))
        && done.command.words.iter().flatten().any(|word| global(word))
}

/// Whether a command installs packages for a project, or runs one of its scripts.
pub(super) fn is_own(done: &Done<'_, '_>) -> bool {
    matches!(done.effect, Effect::Packages("npm" | "yarn" | "pnpm")) && !is_global(done)
}

/// Whether a command installs packages of a project by their names, or may: a manifest that is copied later knows nothing of them,
/// and what takes away all that the manifest does not ask for takes them, too.
pub(super) fn asks_by_name(done: &Done<'_, '_>) -> bool {
    let Some(call) = done.command.package_call() else { return true };
    let mut operands = call.operands().map(|at| done.command.words[at].as_deref());
    match operands.next().flatten() {
        Some("run" | "run-script" | "exec" | "cache" | "config" | "ci" | "clean-install") => false,
        Some(
            "add" | "link" | "ln" | "upgrade" | "up" | "update" | "remove" | "rm" | "un"
            | "uninstall",
        ) => true,
        Some(verb)
            if matches!(verb, "i" | "in")
                || verb.starts_with("ins")
                || verb.starts_with("isnt") =>
        {
            // Numbers are values of options.
            let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
            operands.any(|word| word.is_none_or(|word| !number(word)))
        }
        _ => false,
    }
}

/// Whether a command of a project installs, and does not only run a script.
pub(super) fn installs(done: &Done<'_, '_>) -> bool {
    let Some(call) = done.command.package_call() else { return true };
    let verb = call.operands().next().map(|at| done.command.words[at].as_deref());
    !matches!(verb, Some(Some("run" | "run-script" | "exec" | "cache" | "config" | "build")))
}

/// Whether an install brings what is for developers whatever NODE_ENV says (npm documentation, "npm install", `include`, `production`; yarn 1,
/// "yarn install"; pnpm.io, "pnpm install").
pub(super) fn asks_to_develop(done: &Done<'_, '_>) -> bool {
    const OPTIONS: [&str; 3] = ["--include=dev", "--prod=false", "--production=false"];
    let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
    words.iter().any(|word| OPTIONS.contains(word))
        || words.windows(2).any(|two| two == ["--include", "dev"])
}

/// Whether a command takes packages away.
pub(super) fn prunes(subject: &Subject<'_, '_>) -> bool {
    subject.done.iter().any(is_prune)
}

/// Whether a step takes packages away that the layer of another one keeps.
pub(super) fn takes_packages_away(subject: &Subject<'_, '_>) -> bool {
    let first = subject.done.iter().find(|done| is_own(done));
    first.is_some_and(|first| {
        subject.done.iter().any(|done| is_prune(done) && done.step != first.step)
    })
}

fn is_prune(done: &Done<'_, '_>) -> bool {
    let call = done.command.package_call().filter(|_| is_own(done));
    let verb = call.and_then(|call| call.operands().next());
    verb.and_then(|at| done.command.words[at].as_deref()) == Some("prune")
}

/// Whether a command brings nothing but package managers, none of which anything calls later.
pub(super) fn is_tool(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> bool {
    let Some(call) = done.command.package_call() else { return false };
    let mut names = Vec::new();
    for at in call.operands().skip(1) {
        let Some(word) = done.command.words[at].as_deref() else { return false };
        names.push(word.split('@').next().unwrap_or(word));
    }
    !names.is_empty()
        && done.command.words.iter().all(Option::is_some)
        && names.iter().all(|name| TOOLS.contains(name))
        && !are_called(subject, &names)
}

/// Where yarn 1 keeps root's global packages in images of Node; what it links in /usr/local/bin leads there (yarnpkg.com, "yarn global").
pub(super) const OF_YARN: &str = "/usr/local/share/.config/yarn/global";

/// Whether yarn installs something for all.
pub(super) fn by_yarn(subject: &Subject<'_, '_>) -> bool {
    subject.done.iter().any(|done| is_global(done) && done.effect == Effect::Packages("yarn"))
}

/// Refuses global installs that go elsewhere than those of the image: by a variable, an option or a setting of npm, or for somebody else
/// than root; where pnpm puts its own is always told by one (docs.npmjs.com, "prefix"; pnpm.io, "pnpm add").
pub(super) fn goes_to_its_place(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let told =
        |text: &str| ["prefix", "global-bin-dir", "global-dir"].iter().any(|it| text.contains(it));
    let settings = |path: &str| {
        let text = subject.context.and_then(|context| context.text(path)).unwrap_or_default();
        base_name(path) == ".npmrc" && told(text)
    };
    let mut files = subject.context.into_iter().flat_map(|context| context.entries());
    let by_file = files.any(|(path, _)| settings(path));
    let of_npm =
        |done: &Done<'_, '_>| matches!(done.effect, Effect::Packages("npm" | "yarn" | "pnpm"));
    let by_call = subject
        .done
        .iter()
        .filter(|done| of_npm(done) || done.command.program_name() == Some("npm"))
        .any(|done| {
            let mut words = done.command.words.iter().flatten();
            words.any(|word| told(word))
        });
    for done in subject.done.iter().filter(|done| is_global(done)) {
        let Some(step) = subject.stage.steps.get(done.step) else { continue };
        let by_variable = step.state.settings.iter().any(|one| {
            matches!(&*one.name.to_ascii_lowercase(), "npm_config_prefix" | "pnpm_home" | "prefix")
        });
        let of_pnpm = done.effect == Effect::Packages("pnpm");
        if by_variable || by_call || by_file || of_pnpm || !subject.stage.is_root(step) {
            let line = subject.build.dockerfile.line(done.command.span.start);
            let message = format!("where line {line} installs to is not known");
            return Err((&reasons::UNKNOWN_COMMAND, message));
        }
    }
    Ok(())
}

/// Whether a global install may bring another Node or npm than that of the image.
pub(super) fn replace_node(subject: &Subject<'_, '_>) -> bool {
    let mut installs = subject.done.iter().filter(|done| is_global(done));
    installs.any(|done| {
        let Some(call) = done.command.package_call() else { return true };
        let names = call.operands().skip(1).map(|at| done.command.words[at].as_deref());
        let names: Option<Vec<&str>> = names.collect();
        names.is_none_or(|names| {
            let own = |name: &&str| matches!(name.split('@').next(), Some("npm" | "node" | "n"));
            names.is_empty() || names.iter().any(own)
        })
    })
}

/// The manager that installs the packages of the project, if it is one.
pub(super) fn of(subject: &Subject<'_, '_>) -> Option<&'static str> {
    let mut names =
        subject.done.iter().filter(|done| is_own(done)).filter_map(|done| match done.effect {
            Effect::Packages(name) => Some(name),
            _ => None,
        });
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}

/// Whether corepack decides which package manager is called.
pub(super) fn are_switched(subject: &Subject<'_, '_>) -> bool {
    subject
        .done
        .iter()
        .any(|done| done.command.words.first().and_then(Option::as_deref) == Some("corepack"))
}

/// Whether the container starts one of these programs, or a file of the project may.
pub(super) fn are_called(subject: &Subject<'_, '_>, names: &[&str]) -> bool {
    let started = subject.launch.commands.iter().flatten().flatten();
    let mut started = started.flat_map(|word| word.split_whitespace());
    if started.any(|word| names.contains(&base_name(word))) {
        return true;
    }
    subject.context.is_none_or(|context| are_named(context, names, true))
}

/// Whether a source of the project may start one of these programs.
pub(super) fn are_named_in_code(context: &BuildContext, names: &[&str]) -> bool {
    are_named(context, names, false)
}

/// Whether a source names one of these programs between quotes, or a script does anywhere, where scripts count.
fn are_named(context: &BuildContext, names: &[&str], in_scripts: bool) -> bool {
    let calls = |text: &str, script: bool| {
        names.iter().any(|name| {
            text.match_indices(name).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let behind = text[at + name.len()..].chars().next();
                let ends = behind.is_none_or(|c| !(c.is_alphanumeric() || "_-./@".contains(c)));
                let starts = match script {
                    true => before.is_none_or(|c| !(c.is_alphanumeric() || "_-.@".contains(c))),
                    false => before.is_some_and(|c| "'\"`".contains(c)),
                };
                starts && ends
            })
        })
    };
    context.entries().any(|(path, entry)| {
        let name = base_name(path);
        let aside = entry.kind == ContextKind::Folder
            || path.split('/').any(|part| part == "node_modules")
            || name.starts_with("Dockerfile")
            || name.starts_with('.');
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let script = matches!(ending, "" | "sh" | "bash");
        let code = matches!(
            ending,
            "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx" | "py" | "rb" | "pl"
        );
        !aside
            && (in_scripts && script || code)
            && context.text(path).is_some_and(|text| calls(text, script))
    })
}

/// The options by which installs of the project settle what packages ask of each other, and which of them come at all: what takes packages
/// away settles it again, and fails without (npm documentation, "config", `legacy-peer-deps`, `force`, `omit`). `None` if something else
/// tells an install, and no later call.
pub(super) fn settling(subject: &Subject<'_, '_>) -> Option<Vec<&'static str>> {
    const OPTIONS: &[(&str, &str)] = &[
        ("--legacy-peer-deps", "--legacy-peer-deps"),
        ("--legacy-peer-deps=true", "--legacy-peer-deps"),
        ("--force", "--force"),
        ("--force=true", "--force"),
        ("-f", "--force"),
        ("--no-optional", "--omit=optional"),
        ("--omit=optional", "--omit=optional"),
        ("--omit=peer", "--omit=peer"),
        ("--strict-peer-deps", "--strict-peer-deps"),
    ];
    let dockerfile = subject.build.dockerfile;
    let mut found = Vec::new();
    let mut told = false;
    for done in &subject.done {
        let text = done.command.text(dockerfile);
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        told |= text.to_ascii_lowercase().contains("npm_config_");
        // Settings that are taken away again told the installs before.
        told |= words.iter().any(|word| word.ends_with(".npmrc"))
            && base_name(words[0]) == "rm"
            && sets(subject);
        told |= words.windows(2).any(|two| two[0] == "--omit" && two[1] != "dev");
        let call = done.command.package_call();
        let verb = call.and_then(|call| call.operands().next());
        let verb = verb.and_then(|at| done.command.words[at].as_deref());
        let runs = matches!(verb, Some("run" | "run-script" | "exec" | "test" | "start"));
        if is_own(done) && !runs {
            let given = OPTIONS.iter().filter(|(option, _)| words.contains(option));
            found.extend(given.map(|(_, option)| *option));
        }
    }
    found.sort_unstable();
    found.dedup();
    (!told).then_some(found)
}

/// Whether settings of npm, or a command that may write them, say how packages are settled.
fn sets(subject: &Subject<'_, '_>) -> bool {
    let dockerfile = subject.build.dockerfile;
    let says = |text: &str| {
        ["legacy-peer-deps", "force", "omit", "optional"].iter().any(|name| text.contains(name))
    };
    let Some(context) = subject.context else { return true };
    let mut files = context.entries().filter(|(path, _)| base_name(path) == ".npmrc");
    files.any(|(path, _)| context.text(path).is_none_or(says))
        || subject.done.iter().any(|done| {
            let text = done.command.text(dockerfile);
            !is_own(done) && says(&text) && text.contains("npmrc")
        })
}

/// Whether pnpm can take development dependencies away again: it knows one project, and runs no script of it for that.
pub(super) fn pnpm_prunes(subject: &Subject<'_, '_>, manifest: &Value) -> bool {
    let Some(context) = subject.context else { return false };
    let many = context.entries().any(|(path, _)| {
        base_name(path) == "pnpm-workspace.yaml"
            && context.text(path).is_none_or(|text| text.contains("packages:"))
    });
    !many && !changes_packages(manifest)
}

/// A lockfile that lies beside the manifest in the end, and did not when packages were installed: what takes some away would settle the
/// others by it (npm documentation, "npm prune"; yarn 1, "yarn install").
pub(super) fn late_lockfile(subject: &Subject<'_, '_>, folder: &str) -> Option<&'static str> {
    const LOCKFILES: [&str; 4] =
        ["npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"];
    let context = subject.context?;
    let first = subject.done.iter().find(|done| is_own(done))?.step;
    LOCKFILES.into_iter().find(|name| {
        let place = format!("{}/{name}", folder.trim_end_matches('/'));
        let brings = |copied: &&Copied| {
            copied.from_context
                && copied.brings.iter().any(|one| {
                    if !one.folder {
                        return one.place == place;
                    }
                    let rest = place.strip_prefix(one.place.trim_end_matches('/'));
                    rest.and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| {
                        let path = format!("{}/{rest}", one.source);
                        context.exists(path.trim_start_matches('/'))
                    })
                })
        };
        let mut all = subject.copied.iter().filter(brings).map(|copied| copied.step).peekable();
        all.peek().is_some() && all.all(|step| step > first)
    })
}

/// How yarn 1 is told to take development dependencies away again (its documentation, "yarn prune" and "yarn install").
pub(super) const YARN_PRUNE: &str = "yarn install --production --ignore-scripts --prefer-offline";

/// Whether yarn can take development dependencies away again. It has to be yarn 1: that one keeps what the scripts of packages
/// have made (`artifacts` of node_modules/.yarn-integrity), and stays with a lockfile that names all that is asked for, or that it wrote itself.
/// What a command of the project has changed in a package would be as it was published.
pub(super) fn yarn_prunes(subject: &Subject<'_, '_>, manifest: &Value) -> bool {
    let Some(context) = subject.context else { return false };
    let mut locks = context.entries().filter(|(path, _)| base_name(path) == "yarn.lock");
    let lock = match (locks.next(), locks.next()) {
        (None, _) => None,
        (Some((path, _)), None) => context.text(path),
        _ => return false,
    };
    let named = match lock {
        Some(lock) => lock.contains("# yarn lockfile v1") && names_all(lock, manifest),
        None => writes_lockfile(subject),
    };
    let settings = context.entries().any(|(path, _)| {
        path.split('/').any(|part| part.starts_with(".yarn")) || base_name(path) == ".npmrc"
    });
    let manager = manifest.get("packageManager").and_then(Value::as_str).unwrap_or("yarn@1.");
    let changes = |word: &str| {
        word.contains("patch-package")
            || word.replace("node_modules/.bin/", "").contains("node_modules")
    };
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let mut texts = scripts.into_iter().flat_map(|all| all.values()).filter_map(Value::as_str);
    let mut words = subject.done.iter().flat_map(|done| done.command.words.iter().flatten());
    !settings
        && manager.starts_with("yarn@1.")
        && !subject.stage.steps.iter().any(|step| brings_yarn(subject.build.dockerfile, step))
        && installs_plainly(subject)
        && !changes_packages(manifest)
        && named
        && !texts.any(changes)
        && !words.any(|word| changes(word))
}

/// Whether each install of yarn writes a lockfile where there is none, and nothing speaks of it later.
fn writes_lockfile(subject: &Subject<'_, '_>) -> bool {
    let mut words = subject.done.iter().flat_map(|done| done.command.words.iter());
    words.all(|word| {
        word.as_deref()
            .is_some_and(|word| !word.contains("lockfile") && !word.contains("yarn.lock"))
    })
}

/// Whether yarn installs what the later call asks for once more: with no option that this one lacks, and with no secret that it
/// would not see (Docker, "RUN --mount"), for it fetches what is no longer in its cache.
fn installs_plainly(subject: &Subject<'_, '_>) -> bool {
    const PLAIN: &[&str] = &[
        "install",
        "--frozen-lockfile",
        "--pure-lockfile",
        "--production",
        "--non-interactive",
        "--no-progress",
        "--silent",
        "-s",
        "--prefer-offline",
        "--network-timeout",
        "--network-concurrency",
        "--check-files",
    ];
    let dockerfile = subject.build.dockerfile;
    subject.done.iter().all(|done| {
        let mut words = done.command.words.iter().flatten();
        if words.any(|word| [".npmrc", ".yarnrc", "_auth"].iter().any(|part| word.contains(part))) {
            return false;
        }
        if done.effect != Effect::Packages("yarn") || is_global(done) {
            return true;
        }
        let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        let run = subject.stage.steps[done.step].instruction;
        let text = dockerfile.text(run.span);
        let words = done.command.words.iter().map(|word| word.as_deref().unwrap_or("$"));
        let words: Vec<&str> = words.skip_while(|word| *word != "yarn").skip(1).collect();
        let mut operands = words.iter().filter(|word| !word.starts_with('-'));
        if operands.next().is_some_and(|verb| !matches!(*verb, "install" | "$") && !number(verb)) {
            return true;
        }
        !["type=secret", "type=ssh"].iter().any(|kind| text.contains(kind))
            && words
                .iter()
                .all(|word| PLAIN.contains(&word.split('=').next().unwrap_or(word)) || number(word))
    })
}

/// Whether a script of the manifest puts packages into node_modules that no manifest asks for, or those of others (npm documentation, "npm link",
/// `no-save`; lerna, "bootstrap").
pub(super) fn adds_packages(manifest: &Value) -> bool {
    let scripts = manifest.get("scripts").and_then(Value::as_object).into_iter().flatten();
    let mut texts = scripts.filter_map(|(_, text)| text.as_str());
    texts.any(|text| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let named = |word: &str| word.starts_with(|c: char| c.is_alphanumeric() || c == '@');
        let by_name = words.windows(3).any(|three| {
            let adds = matches!(
                three[..2],
                ["npm", "i" | "install"] | ["yarn" | "pnpm", "add"] | ["pnpm", "i" | "install"]
            );
            adds && named(three[2])
        });
        let links = words.windows(2).any(|two| matches!(two, ["npm" | "yarn" | "pnpm", "link"]));
        let signs = ["--no-save", "install-peerdeps", "lerna"];
        by_name || links || signs.iter().any(|sign| text.contains(sign))
    })
}

/// Scripts of a project that npm runs when it installs (npm documentation, "scripts").
const AROUND: &[&str] =
    &["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];

/// Programs around an install that put nothing among the packages but what belongs to them.
const HARMLESS: &[&str] = &[
    "[",
    "echo",
    "exit",
    "husky",
    "is-ci",
    "lefthook",
    "only-allow",
    "patch-package",
    "prisma",
    "rimraf",
    "rm",
    "simple-git-hooks",
    "test",
    "true",
    "tsc",
    "vue-tsc",
];

/// Whether a script around the install runs what may put something among the packages, which npm takes away again: a file of the project, or
/// a program that is not known.
pub(super) fn hooks_run_files(manifest: &Value) -> bool {
    let script = |name: &str| manifest.get("scripts")?.get(name)?.as_str();
    let mut open: Vec<&str> = AROUND.iter().filter_map(|name| script(name)).collect();
    let mut read = 0;
    while let Some(text) = open.pop() {
        read += 1;
        for command in text.split([';', '&', '|']) {
            let front = |word: &&str| {
                word.contains('=') || matches!(*word, "npx" | "cross-env" | "--no-install" | "--")
            };
            let mut words = command.split_whitespace().skip_while(front);
            let Some(name) = words.next() else { continue };
            let name = name.trim_start_matches("node_modules/.bin/");
            if ["npm", "pnpm", "yarn"].contains(&name) {
                let known = open.len();
                open.extend(words.filter_map(script));
                if open.len() == known {
                    return true;
                }
            } else if !HARMLESS.contains(&name) || read > 16 {
                return true;
            }
        }
    }
    false
}

/// The file of settings by which a tool of the build writes among the packages.
pub(super) fn writes_by_settings(context: &BuildContext) -> Option<&str> {
    const KEYS: &[&str] = &[
        "declarationDir",
        "dest",
        "dir",
        "file",
        "outDir",
        "outFile",
        "outdir",
        "outfile",
        "outputPath",
        "path:",
    ];
    let mut manifests = context.entries().map(|(path, _)| path);
    let manifest = manifests.find(|path| base_name(path) == "package.json");
    let manifest = manifest.and_then(|path| context.text(path)).unwrap_or_default();
    let settings = |path: &str| {
        let name = base_name(path);
        let named = [".js", ".cjs", ".mjs", ".ts"].iter().any(|end| name.ends_with(end))
            && manifest.contains(name);
        named || name.ends_with(".json") || name.ends_with("rc") || name.contains(".config.")
    };
    let writes = |text: &str| {
        KEYS.iter().any(|key| {
            text.match_indices(key).any(|(at, _)| {
                let sign = ['"', '\'', ' ', ':', '=', '\n', '\t'];
                let rest = text[at + key.len()..].trim_start_matches(sign);
                let value = rest.split(['\n', '}', ']']).next().unwrap_or_default();
                let value = value.split("\",").next().unwrap_or_default();
                value.contains("node_modules")
            })
        })
    };
    let mut files = context.entries().map(|(path, _)| path);
    files.find(|path| {
        settings(path)
            && !base_name(path).contains("lock")
            && !path.contains("node_modules/")
            && context.text(path).is_some_and(writes)
    })
}

/// Whether scripts around the install, or a client that is made among the packages, change what was installed.
fn changes_packages(manifest: &Value) -> bool {
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let hooked = scripts.is_some_and(|all| all.keys().any(|name| AROUND.contains(&name.as_str())));
    let made = ["dependencies", "devDependencies"].iter().any(|kind| {
        let names = manifest.get(kind).and_then(Value::as_object);
        names.is_some_and(|names| names.keys().any(|name| name.contains("prisma")))
    });
    hooked || made
}

/// Whether a lockfile of yarn 1 has an entry for each range that the manifest asks for: `name@range, name@other:`.
fn names_all(lock: &str, manifest: &Value) -> bool {
    let heads = lock.lines().filter(|line| !line.starts_with([' ', '#']) && line.ends_with(':'));
    let named: Vec<&str> = heads
        .flat_map(|line| line.trim_end_matches(':').split(", "))
        .map(|one| one.trim_matches('"'))
        .collect();
    ["dependencies", "devDependencies", "optionalDependencies"].iter().all(|kind| {
        let asked = manifest.get(kind).and_then(Value::as_object);
        asked.into_iter().flatten().all(|(name, range)| {
            range.as_str().is_some_and(|range| named.contains(&&*format!("{name}@{range}")))
        })
    })
}
