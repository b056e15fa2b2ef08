//! npm, yarn 1, pnpm and bun: a package.json, a lockfile, and their settings.
//!
//! <https://docs.npmjs.com/cli/commands/npm-ci>, <https://classic.yarnpkg.com/lang/en/docs/cli/install/>,
//! <https://pnpm.io/cli/install>, <https://bun.com/docs/cli/install>

use serde_json::Value;

use super::super::folders::absolute;
use super::workspaces::{Packages, packages};
use super::{Files, Install, berry, prisma};

/// Package managers of JavaScript, with the verbs that install what the lockfile says and nothing else.
pub(super) struct Script {
    pub(super) program: &'static str,
    /// The words of the call that keep it to its lockfile, one of which must be there.
    frozen: &'static [&'static str],
    verbs: &'static [&'static str],
    locks: &'static [&'static str],
    beside: &'static [&'static str],
    /// Files that make it read others.
    more: &'static [&'static str],
}

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        program: "npm",
        frozen: &["ci", "clean-install", "--no-package-lock", "--package-lock=false"],
        verbs: &["ci", "clean-install", "install", "i"],
        locks: &["package-lock.json", "npm-shrinkwrap.json"],
        beside: &[".npmrc"],
        more: &["binding.gyp", "yarn.lock"],
    },
    Script {
        program: "yarn",
        frozen: &["--frozen-lockfile", "--pure-lockfile"],
        verbs: &["install", ""],
        locks: &["yarn.lock"],
        beside: &[".npmrc", ".yarnrc"],
        more: &[".yarnclean", ".yarnrc.yml", ".yarn", ".pnp.js", ".pnp.cjs", "binding.gyp"],
    },
    Script {
        program: "pnpm",
        frozen: &["--frozen-lockfile"],
        verbs: &["install", "i"],
        locks: &["pnpm-lock.yaml"],
        beside: &[".npmrc", "pnpm-workspace.yaml"],
        more: &[".pnpmfile.mjs", ".pnpmfile.cjs", "pnpmfile.js", "binding.gyp"],
    },
    Script {
        program: "bun",
        frozen: &["ci", "--frozen-lockfile"],
        verbs: &["ci", "install", "i"],
        locks: &["bun.lock", "bun.lockb"],
        beside: &[".npmrc", "bunfig.toml"],
        more: &[
            "binding.gyp",
            "package-lock.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "pnpm-workspace.yaml",
        ],
    },
];

/// Options of a JavaScript install that let it read no other file. What stands in no list is not known.
const SCRIPT_OPTIONS: &[&str] = &[
    "--audit",
    "--dev",
    "--force",
    "--frozen",
    "--fund",
    "--ignore-engines",
    "--ignore-optional",
    "--ignore-scripts",
    "--immutable",
    "--inline-builds",
    "--include",
    "--legacy-peer-deps",
    "--loglevel",
    "--network-concurrency",
    "--network-timeout",
    "--no-audit",
    "--no-cache",
    "--no-fund",
    "--no-lockfile",
    "--no-optional",
    "--no-package-lock",
    "--no-progress",
    "--no-save",
    "--no-update-notifier",
    "--non-interactive",
    "--omit",
    "--only",
    "--package-lock",
    "--prefer-offline",
    "--prod",
    "--production",
    "--progress",
    "--pure-lockfile",
    "--quiet",
    "--registry",
    "--silent",
    "--unsafe-perm",
    "--verbose",
    "-P",
    "-d",
    "-f",
    "-q",
    "-s",
    "--frozen-lockfile",
    "--maxsockets",
    "--fetch-retries",
    "--fetch-timeout",
    "--prefer-frozen-lockfile",
    "-D",
    "--backend",
    "--check-files",
    "--child-concurrency",
    "--concurrent-scripts",
    "--ignore-platform",
    "--include-workspace-root",
    "--no-strict-peer-dependencies",
    "--no-summary",
    "--no-verify",
    "--recursive",
    "--reporter",
    "--shamefully-hoist",
    "--strict-peer-dependencies",
    "--workspace-root",
    "--workspaces",
    "-p",
    "-r",
];

/// How npm and pnpm are told for which packages of a workspace they install: the manifests of all are read.
const CHOOSE: &[(&str, &[&str])] =
    &[("npm", &["--workspace", "-w"]), ("pnpm", &["--filter", "-F"])];

/// Whether a call leaves the project alone: it empties a cache, or installs programs for everybody, for which npm does not even
/// read the settings of the folder (<https://docs.npmjs.com/cli/configuring-npm/npmrc>).
fn leaves_alone(row: &Script, words: &[&str]) -> bool {
    let operands: Vec<&str> = words.iter().filter(|word| !word.starts_with('-')).copied().collect();
    let global = words.iter().any(|word| matches!(*word, "-g" | "--global"));
    let options = |known: &[&str]| {
        words.iter().filter(|word| word.starts_with('-')).all(|word| known.contains(word))
    };
    let names = |names: &[&str]| {
        let file = |name: &&str| {
            name.starts_with(['.', '/', '~']) || name.contains(':') || name.ends_with(".tgz")
        };
        !names.is_empty()
            && !names.iter().any(file)
            && names.iter().all(|name| !name.contains('/') || name.starts_with('@'))
    };
    match operands[..] {
        ["cache", "clean" | "clear"] => {
            options(&["--force", "-f", "--all"]) && row.program != "bun"
        }
        ["install" | "i" | "add", ref packages @ ..] => {
            let quiet = [
                "-g",
                "--global",
                "--no-audit",
                "--no-fund",
                "--quiet",
                "-q",
                "--silent",
                "-s",
                "--force",
                "-f",
            ];
            row.program == "npm" && global && options(&quiet) && names(packages)
        }
        _ => false,
    }
}

/// What an install of JavaScript packages touches; `words` stand behind the program.
pub(super) fn scripts(
    row: &Script,
    words: &[&str],
    here: &str,
    files: &impl Files,
) -> Option<Install> {
    if leaves_alone(row, words) {
        return Some(Install::default());
    }
    let mut operands: Vec<&str> = Vec::new();
    let mut flags: Vec<&str> = Vec::new();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            operands.push(word);
            continue;
        }
        let (name, value) =
            word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        let chooses =
            CHOOSE.iter().any(|(program, names)| *program == row.program && names.contains(&name));
        if chooses {
            // By their names or folders, and not by what git says of them.
            let chosen = value.or_else(|| words.next())?;
            let odd = |c: char| !c.is_ascii_alphanumeric() && !"@/-_.*^!".contains(c);
            if chosen.contains(odd) {
                return None;
            }
            continue;
        }
        if !SCRIPT_OPTIONS.contains(&name) && (row.program, name) != ("pnpm", "-w") {
            return None;
        }
        let takes = [
            "--backend",
            "--child-concurrency",
            "--concurrent-scripts",
            "--reporter",
            "--loglevel",
            "--registry",
            "--network-timeout",
            "--network-concurrency",
            "--omit",
            "--include",
            "--only",
            "--maxsockets",
            "--fetch-retries",
            "--fetch-timeout",
        ];
        if takes.contains(&name) && value.is_none() {
            words.next();
        }
        flags.push(word);
    }
    let verb = operands.first().copied().unwrap_or("");
    if operands.len() > 1 || !row.verbs.contains(&verb) {
        return None;
    }
    let here = absolute(here, "", None)?;
    let at = |name: &&str| format!("{}/{name}", here.trim_end_matches('/'));
    let package = at(&"package.json");
    let text = files.text(&package)?;
    let newer = row.program == "yarn" && berry::is_newer(&here, text, files);
    let more = row.more.iter().filter(|name| !newer || **name == "binding.gyp");
    if more.map(at).any(|place| files.exists(&place)) || !looks_only_here(row, &here, files) {
        return None;
    }
    let own_scripts =
        !flags.iter().any(|flag| *flag == "--ignore-scripts" || *flag == "--ignore-scripts=true");
    let workspace = packages(row.program, &here, &manifest(text)?, files)?;
    reads_nothing_else(text, own_scripts, newer, &workspace)?;
    for package in &workspace.all {
        let text = files.text(&package.place)?;
        let schema = own_scripts && mentions(text, "prisma");
        reads_nothing_else(text, own_scripts, newer, &workspace).filter(|()| !schema)?;
    }
    let members = || workspace.all.iter().map(|package| package.place.clone());
    // Corepack writes the version that it takes into package.json, if none stands there.
    if matches!(row.program, "yarn" | "pnpm")
        && !text.contains("\"packageManager\"")
        && files.speaks_of("corepack")
    {
        return None;
    }
    let locks: Vec<String> = row.locks.iter().map(at).filter(|place| files.exists(place)).collect();
    let mut texts = locks.iter().filter_map(|place| files.text(place)).chain([text]);
    let schemas = if own_scripts && texts.any(|text| mentions(text, "prisma")) {
        prisma::schema(&here, text, files)?
    } else {
        Vec::new()
    };
    if newer {
        let mut install = berry::berry(&here, &flags, files, &workspace)?;
        if own_scripts && looks_around(files.text(locks.first()?)?) {
            return None;
        }
        install.manifests.extend(members().chain(schemas));
        return Some(install);
    }
    let frozen = row.frozen.iter().any(|word| *word == verb || flags.contains(word));
    // Without a lockfile it writes one, which a later COPY must not take away: it has none to bring.
    if !locks.is_empty() && !frozen {
        return None;
    }
    for place in locks.iter().filter(|place| !place.ends_with(".lockb")) {
        let text = files.text(place)?;
        let local = [
            "file:",
            "link:",
            "\"link\": true",
            "\"link\":true",
            "workspace:",
            "portal:",
            "directory:",
            "__metadata:",
        ];
        let names = if workspace.all.is_empty() {
            local.iter().any(|sign| stands(text, sign))
        } else {
            text.contains("__metadata:") || !workspace.lock(text)
        };
        if names || (own_scripts && looks_around(text)) {
            return None;
        }
    }
    let beside: Vec<String> =
        row.beside.iter().map(at).filter(|place| files.exists(place)).collect();
    // The settings of a workspace of pnpm have been read with it.
    for place in beside.iter().filter(|place| !place.ends_with("/pnpm-workspace.yaml")) {
        // Settings that lead to other files hold a path, or name one.
        let text = files.text(place)?;
        let leads = [
            "file",
            "./",
            "path",
            "packages:",
            "-dir",
            "folder",
            "atalog",
            "preload",
            "patched",
            "mirror",
            "config",
            "virtual",
            "script-shell",
            "node-options",
        ];
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';']));
        if lines.into_iter().any(|line| leads.iter().any(|sign| line.contains(sign))) {
            return None;
        }
    }
    let writes = if locks.is_empty() { row.locks.iter().map(at).collect() } else { Vec::new() };
    let manifests = [package].into_iter().chain(locks).chain(members());
    let manifests = manifests.chain(beside).chain(schemas).collect();
    let inside = workspace.all.iter().map(|package| format!("{}/node_modules", package.below));
    let fills = inside.chain(["node_modules".to_owned()]).map(|name| at(&&*name)).collect();
    Some(Install { manifests, fills, writes, ..Install::default() })
}

/// Whether a text has a word somewhere that does not go on in front, as names of packages do: `get-caller-file:`.
pub(super) fn stands(text: &str, word: &str) -> bool {
    let parts = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let bytes = text.as_bytes();
    text.match_indices(word).any(|(at, _)| at == 0 || !parts(bytes[at - 1]) || !parts(bytes[at]))
}

/// What corepack reads to fetch the manager that a project names (<https://github.com/nodejs/corepack#readme>): its package.json,
/// where there is no file with variables for corepack, and none above.
pub(super) fn manager(here: &str, files: &impl Files) -> Option<Install> {
    let here = here.trim_end_matches('/');
    let package = format!("{here}/package.json");
    manifest(files.text(&package)?)?.get("packageManager")?.as_str()?;
    let above = here.match_indices('/').map(|(at, _)| &here[..at]);
    let alone = above.into_iter().all(|folder| !files.exists(&format!("{folder}/package.json")));
    let settings = files.exists(&format!("{here}/.corepack.env"));
    (alone && !settings).then(|| Install { manifests: vec![package], ..Install::default() })
}

/// Whether nothing above a folder has a say in it: npm, pnpm and bun look for a workspace, yarn joins the settings of all, and
/// managers of versions ask each folder up to the root.
fn looks_only_here(row: &Script, here: &str, files: &impl Files) -> bool {
    const VERSIONS: &[&str] = &[
        ".python-version",
        ".tool-versions",
        ".node-version",
        ".nvmrc",
        ".mise.toml",
        "mise.toml",
    ];
    let has = |folder: &str, name: &str| {
        files.exists(&format!("{}/{name}", folder.trim_end_matches('/')))
    };
    let names = row.beside.iter().chain(row.more).chain(&["pnpm-workspace.yaml", ".yarnrc.yml"]);
    let names: Vec<&str> = names.copied().collect();
    // A package.json above speaks for what lies below it if it makes a workspace, or names the manager for corepack.
    let silent = |folder: &str| {
        let place = format!("{}/package.json", folder.trim_end_matches('/'));
        !files.exists(&place)
            || files.text(&place).and_then(manifest).is_some_and(|json| {
                ["workspaces", "packageManager", "devEngines"]
                    .iter()
                    .all(|key| json.get(key).is_none())
            })
    };
    let above = std::iter::successors(here.rsplit_once('/').map(|(above, _)| above), |path| {
        path.rsplit_once('/').map(|(above, _)| above)
    });
    let alone = above.into_iter().all(|folder| {
        silent(folder)
            && !names.iter().any(|name| has(folder, name))
            && (files.image_is_known() || !VERSIONS.iter().any(|name| has(folder, name)))
    });
    alone && (files.image_is_known() || !VERSIONS.iter().any(|name| has(here, name)))
}

/// Whether a package.json names nothing else of the project.
fn reads_nothing_else(
    text: &str,
    own_scripts: bool,
    newer: bool,
    workspace: &Packages,
) -> Option<()> {
    let json = manifest(text)?;
    let pairs = json.as_object()?;
    for (key, value) in pairs {
        let fine = match key.as_str() {
            "scripts" => {
                // <https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-operation-order>
                let runs = |name: &String| {
                    let bare = name.trim_start_matches("pre").trim_start_matches("post");
                    matches!(
                        bare,
                        "install" | "publish" | "pare" | "prepare" | "dependencies" | "publishOnly"
                    ) || name.starts_with("pnpm:")
                };
                !own_scripts || !value.as_object()?.keys().any(runs)
            }
            "bundleDependencies"
            | "bundledDependencies"
            | "patchedDependencies"
            | "installConfig" => value.as_array().is_some_and(Vec::is_empty),
            "packageManager" => value.as_str().is_some_and(|name| {
                newer
                    || !name.starts_with("yarn@")
                    || name.starts_with("yarn@1.")
                    || name.starts_with("yarn@0.")
            }),
            _ if key.to_ascii_lowercase().contains("dependencies")
                || matches!(&**key, "overrides" | "resolutions" | "pnpm") =>
            {
                versions(value, workspace) && (!own_scripts || !looks_around(&value.to_string()))
            }
            _ => true,
        };
        if !fine {
            return None;
        }
    }
    Some(())
}

/// Whether all versions in a table name no file but a package of the workspace, and nothing in it is a patch.
fn versions(value: &Value, workspace: &Packages) -> bool {
    match value {
        Value::String(version) => {
            let local =
                ["file:", "link:", "workspace:", "portal:", "patch:", "catalog:", ".", "/", "~/"];
            !local.iter().any(|sign| version.starts_with(sign))
                && (version.contains("://")
                    || ![".tgz", ".tar.gz", ".tar"].iter().any(|end| version.ends_with(end)))
        }
        Value::Array(values) => values.iter().all(|value| versions(value, workspace)),
        Value::Object(pairs) => pairs.iter().all(|(key, value)| {
            key != "patchedDependencies"
                && (value.as_str().is_some_and(|version| workspace.has(key, version))
                    || versions(value, workspace))
        }),
        _ => true,
    }
}

fn manifest(text: &str) -> Option<Value> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// Packages whose install scripts look for files of the project: they generate code from a schema, or write hooks into its
/// repository.
const AROUND: &[&str] = &[
    "puppeteer",
    "git-hooks",
    "pre-push",
    "typings",
    "@nuxt/",
    "@sveltejs/",
    "electron-prebuilt-compile",
    "husky",
    "nx",
    "lefthook",
    "simple-git-hooks",
    "pre-commit",
    "yorkie",
    "patch-package",
    "@nrwl/",
    "ghooks",
    "ngcc",
    "zenstack",
    "nexus",
    "electron-builder",
    "msw",
    "playwright-webkit",
];

pub(in crate::compare) fn looks_around(text: &str) -> bool {
    AROUND.iter().any(|name| mentions(text, name))
}

/// Whether a list names a package: `"name"`, `node_modules/name"`, `name@` and `@name/` are the ways to do so.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back().unwrap_or('\n');
        let behind = text[at + name.len()..].chars().next().unwrap_or('\n');
        (name.ends_with('/') || matches!(behind, '"' | '@' | '/' | '\'' | ':'))
            && matches!(before, '"' | '\n' | ' ' | '/' | '@' | '\'')
    })
}
