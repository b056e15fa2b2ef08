//! What an install reads and writes, where nothing but its manifests decides.
//!
//! The pass that moves copies knows more of them. This was written a second time from the documentation of apt-get(8), apk(8), dnf,
//! pip (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>), npm (<https://docs.npmjs.com/cli/commands/npm-ci>),
//! yarn 1, pnpm and bun.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::copied::Whole;
use super::folders::{absolute, is_within};
use crate::program::{Call, Text};
use crate::shell::{plain, readable};

/// Paths of the image that an install touches.
#[derive(Debug, Default)]
pub(super) struct Install {
    /// The manifests that it reads, all of which are there.
    pub(super) manifests: Vec<String>,
    /// Folders that it fills.
    pub(super) fills: Vec<String>,
    /// Files that it writes if they are not there.
    pub(super) writes: Vec<String>,
    /// Paths that it removes.
    pub(super) removes: Vec<String>,
    /// It installs packages of the system, whose scripts do as they like there.
    pub(super) for_system: bool,
}

/// The files of the image before an install, as far as they come from the context.
pub(super) trait Files {
    /// The path of the context that is copied to a path of the image.
    fn source(&self, place: &str) -> Option<String>;
    /// The context.
    fn context(&self) -> &BuildContext;

    /// Whether a command in the stage, or in one below it, has a word that holds this one.
    fn speaks_of(&self, word: &str) -> bool;
    /// Whether it is known what the image at the bottom holds.
    fn image_is_known(&self) -> bool;

    /// The text of a file.
    fn text(&self, place: &str) -> Option<&str> {
        self.context().text(&self.source(place)?)
    }

    /// Whether there is one.
    fn exists(&self, place: &str) -> bool {
        self.source(place).is_some_and(|source| self.context().exists(&source))
    }
}

/// System package managers: the verbs with which they read nothing but their own settings and what their words name.
const SYSTEM: &[(&[&str], &[&str])] = &[
    (
        &["apt-get", "apt", "aptitude"],
        &[
            "update",
            "upgrade",
            "dist-upgrade",
            "install",
            "remove",
            "purge",
            "autoremove",
            "clean",
            "autoclean",
        ],
    ),
    (&["apk"], &["add", "del", "update", "upgrade"]),
    (
        &["yum", "dnf", "microdnf", "tdnf"],
        &["install", "update", "upgrade", "remove", "clean", "makecache"],
    ),
    (&["zypper"], &["install", "in", "refresh", "clean", "update"]),
];

/// Package managers of JavaScript, with the verbs that install what the lockfile says and nothing else.
struct Script {
    program: &'static str,
    /// The words of the call that keep it to its lockfile, one of which must be there.
    frozen: &'static [&'static str],
    verbs: &'static [&'static str],
    locks: &'static [&'static str],
    beside: &'static [&'static str],
    /// Files that make it read others.
    more: &'static [&'static str],
}

const SCRIPTS: &[Script] = &[
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
        frozen: &["--frozen-lockfile", "--immutable", "--pure-lockfile"],
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
        frozen: &["--frozen-lockfile"],
        verbs: &["install", "i"],
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
];

/// Options of pip with an argument that names no file, and those without one that change nothing of what it reads.
const PIP_ARGUMENTS: &[&str] = &[
    "-i",
    "--index-url",
    "--extra-index-url",
    "--trusted-host",
    "--timeout",
    "--default-timeout",
    "--retries",
    "--progress-bar",
    "--no-binary",
    "--only-binary",
    "--upgrade-strategy",
    "--root-user-action",
    "--use-feature",
    "--use-deprecated",
];
const PIP_FLAGS: &[&str] = &[
    "--no-cache-dir",
    "--no-cache",
    "--upgrade",
    "-U",
    "--quiet",
    "-q",
    "-qq",
    "--verbose",
    "-v",
    "--user",
    "--pre",
    "--no-deps",
    "--disable-pip-version-check",
    "--no-warn-script-location",
    "--prefer-binary",
    "--no-compile",
    "--compile",
    "--no-input",
    "--break-system-packages",
    "--ignore-installed",
    "-I",
    "--force-reinstall",
    "--no-build-isolation",
    "--require-hashes",
    "--no-color",
    "--no-python-version-warning",
];

/// What a call touches, if it is an install or something that reads no file; `here` is the folder that it runs in.
pub(super) fn install(call: &Call<'_>, here: &str, files: &impl Files) -> Option<Install> {
    let variables = ["DEBIAN_FRONTEND", "NODE_ENV", "CI", "LANG", "LC_ALL", "TZ", "ACCEPT_EULA"];
    let named = |text: &Text<'_>| {
        plain(text)
            .and_then(|text| text.split_once('='))
            .is_some_and(|(name, _)| variables.contains(&name))
    };
    let nowhere = |text: &Text<'_>| {
        let target = text.trim_start_matches(|c: char| c.is_ascii_digit() || "<>&|-".contains(c));
        target.is_empty() || target == "/dev/null"
    };
    let simple = call.inner.is_empty()
        && !call.leaves
        && call.assignments.iter().all(named)
        && call.redirects.iter().all(nowhere);
    if !simple {
        return None;
    }
    if call.words.first().is_some_and(|program| program == "rm") {
        return removed(&call.words[1..]).map(|removes| Install { removes, ..Install::default() });
    }
    let words: Vec<&str> = call.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    let (first, rest) = words.split_first()?;
    let program = match *first {
        path if path.starts_with("/usr/bin/") || path.starts_with("/bin/") => {
            path.rsplit('/').next()?
        }
        path if path.contains('/') => return None,
        name => name,
    };
    match (program, rest) {
        ("set" | "true" | ":" | "echo", _) => Some(Install::default()),
        ("python" | "python3", ["-m", "pip", rest @ ..]) => pip(rest, here, files),
        _ if program.starts_with("pip")
            && program[3..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') =>
        {
            pip(rest, here, files)
        }
        _ => {
            if let Some((_, verbs)) =
                SYSTEM.iter().find(|(programs, _)| programs.contains(&program))
            {
                return system(verbs, rest)
                    .then(|| Install { for_system: true, ..Install::default() });
            }
            let row = SCRIPTS.iter().find(|row| row.program == program)?;
            scripts(row, rest, here, files)
        }
    }
}

/// Whether a call installs, and sets nothing for later ones.
pub(super) fn is_known(call: &Call<'_>) -> bool {
    let program = call.words.first().and_then(|word| plain(word)).unwrap_or_default();
    let verb = call.words.iter().skip(1).find(|word| !word.starts_with('-'));
    let installs = verb.is_none_or(|verb| {
        ["install", "i", "ci", "clean-install", "add", "update", "upgrade"].contains(&&**verb)
    });
    installs
        && (program.starts_with("pip")
            || SCRIPTS.iter().any(|row| row.program == program)
            || SYSTEM.iter().any(|(programs, _)| programs.contains(&program)))
}

/// The paths that `rm` takes away; what a pattern finds lies in the folder in front of it.
fn removed(words: &[Text<'_>]) -> Option<Vec<String>> {
    let paths = words.iter().filter(|word| !word.starts_with('-'));
    paths
        .map(|word| {
            let path = readable(word);
            if path.contains(['{', '$', '~']) {
                return None;
            }
            let folder = path.split(['*', '?', '[']).next().unwrap_or_default();
            let folder = if folder == path { folder } else { &folder[..folder.rfind('/')?] };
            absolute(folder, "", None).filter(|path| path != "/")
        })
        .collect()
}

/// Whether the words behind a system package manager name packages alone.
fn system(verbs: &[&str], words: &[&str]) -> bool {
    let verb = words.iter().find(|word| !word.starts_with('-'));
    let file = |word: &&str| {
        (word.contains('/') && !word.contains("://"))
            || matches!(*word, "." | "..")
            || [".deb", ".rpm", ".apk"].iter().any(|end| word.ends_with(end))
            || ["-c", "--config-file", "--root", "-p"].contains(word)
    };
    verb.is_some_and(|verb| verbs.contains(verb)) && !words.iter().any(file)
}

fn pip(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let mut words = words.iter().skip_while(|word| PIP_FLAGS.contains(word)).copied();
    if words.next() != Some("install") {
        return None;
    }
    let mut install = Install::default();
    // distutils reads it where pip runs.
    let settings = format!("{}/setup.cfg", here.trim_end_matches('/'));
    if files.exists(&settings) && files.text(&settings).is_none_or(|text| text.contains("install]"))
    {
        return None;
    }
    while let Some(word) = words.next() {
        let (name, value) = word
            .split_once('=')
            .filter(|_| word.starts_with("--"))
            .map_or((word, None), |(n, v)| (n, Some(v)));
        match name {
            "-r" | "--requirement" | "-c" | "--constraint" => {
                requirements(value.or_else(|| words.next())?, here, files, &mut install)?;
            }
            _ if PIP_ARGUMENTS.contains(&name) => {
                value.or_else(|| words.next())?;
            }
            _ if PIP_FLAGS.contains(&word) => {}
            _ if word.starts_with('-') || is_local(word) => return None,
            _ => {}
        }
    }
    Some(install)
}

/// Follows a list of requirements.
fn requirements(list: &str, here: &str, files: &impl Files, install: &mut Install) -> Option<()> {
    let place = absolute(list, here, None).filter(|_| !list.contains("://"))?;
    if install.manifests.contains(&place) {
        return Some(());
    }
    let text = files.text(&place)?;
    install.manifests.push(place.clone());
    let folder = place.rsplit_once('/').map_or("/", |(folder, _)| folder);
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once([' ', '=']).unwrap_or((line, ""));
        match word {
            "-r" | "--requirement" | "-c" | "--constraint" => {
                requirements(rest.trim(), folder, files, install)?
            }
            _ if line.starts_with("-r") || line.starts_with("-c") => {
                requirements(&line[2..], folder, files, install)?
            }
            "-i" | "--index-url" | "--extra-index-url" | "--trusted-host" | "--pre"
            | "--no-binary" | "--only-binary" | "--prefer-binary" => {}
            _ if line.starts_with('-') || is_local(line) => return None,
            _ => {}
        }
    }
    Some(())
}

/// Whether a requirement may be a file or folder: it begins with a dot, has a slash or `@`, or ends like an archive.
fn is_local(requirement: &str) -> bool {
    let address = requirement.split(" @ ").last().unwrap_or_default();
    let remote = ["https://", "http://", "git+https://", "git+http://", "git+ssh://"];
    if remote.iter().any(|scheme| address.starts_with(scheme)) {
        return false;
    }
    let name = requirement.split([';', ' ']).next().unwrap_or_default();
    name.starts_with('.')
        || requirement.contains('@')
        || name.contains(['/', '\\', ':'])
        || [".whl", ".zip", ".gz", ".tgz", ".bz2", ".txt"].iter().any(|end| name.contains(end))
}

fn scripts(row: &Script, words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
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
        if !SCRIPT_OPTIONS.contains(&name) {
            return None;
        }
        let takes = [
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
    if row.more.iter().map(at).any(|place| files.exists(&place)) {
        return None;
    }
    if !looks_only_here(row, &here, files) {
        return None;
    }
    let package = at(&"package.json");
    let text = files.text(&package)?;
    let own_scripts =
        !flags.iter().any(|flag| *flag == "--ignore-scripts" || *flag == "--ignore-scripts=true");
    reads_nothing_else(text, own_scripts)?;
    // Corepack writes the version that it takes into package.json, if none stands there.
    if matches!(row.program, "yarn" | "pnpm")
        && !text.contains("\"packageManager\"")
        && files.speaks_of("corepack")
    {
        return None;
    }
    let locks: Vec<String> = row.locks.iter().map(at).filter(|place| files.exists(place)).collect();
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
            "workspace:",
            "portal:",
            "directory:",
            "__metadata:",
        ];
        if local.iter().any(|sign| text.contains(sign)) || (own_scripts && looks_around(text)) {
            return None;
        }
    }
    let beside: Vec<String> =
        row.beside.iter().map(at).filter(|place| files.exists(place)).collect();
    for place in &beside {
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
        ];
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';']));
        if lines.into_iter().any(|line| leads.iter().any(|sign| line.contains(sign))) {
            return None;
        }
    }
    let writes = if locks.is_empty() { row.locks.iter().map(at).collect() } else { Vec::new() };
    let manifests = [package].into_iter().chain(locks).chain(beside).collect();
    Some(Install { manifests, fills: vec![at(&"node_modules")], writes, ..Install::default() })
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
    let names = row.locks.iter().chain(row.beside).chain(row.more).chain(&[
        "package.json",
        "pnpm-workspace.yaml",
        ".yarnrc.yml",
    ]);
    let names: Vec<&str> = names.copied().collect();
    let above = std::iter::successors(here.rsplit_once('/').map(|(above, _)| above), |path| {
        path.rsplit_once('/').map(|(above, _)| above)
    });
    let alone = above.into_iter().all(|folder| {
        !names.iter().any(|name| has(folder, name))
            && (files.image_is_known() || !VERSIONS.iter().any(|name| has(folder, name)))
    });
    alone && (files.image_is_known() || !VERSIONS.iter().any(|name| has(here, name)))
}

/// Whether a package.json names nothing else of the project.
fn reads_nothing_else(text: &str, own_scripts: bool) -> Option<()> {
    let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
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
            "workspaces"
            | "bundleDependencies"
            | "bundledDependencies"
            | "patchedDependencies"
            | "installConfig" => value.as_array().is_some_and(Vec::is_empty),
            "packageManager" => value.as_str().is_some_and(|name| {
                !name.starts_with("yarn@")
                    || name.starts_with("yarn@1.")
                    || name.starts_with("yarn@0.")
            }),
            _ if key.to_ascii_lowercase().contains("dependencies")
                || matches!(&**key, "overrides" | "resolutions" | "pnpm") =>
            {
                versions(value) && (!own_scripts || !looks_around(&value.to_string()))
            }
            _ => true,
        };
        if !fine {
            return None;
        }
    }
    Some(())
}

/// Whether all versions in a table name no file, and nothing in it is a patch.
fn versions(value: &Value) -> bool {
    match value {
        Value::String(version) => {
            let local =
                ["file:", "link:", "workspace:", "portal:", "patch:", "catalog:", ".", "/", "~/"];
            !local.iter().any(|sign| version.starts_with(sign))
                && (version.contains("://")
                    || ![".tgz", ".tar.gz", ".tar"].iter().any(|end| version.ends_with(end)))
        }
        Value::Array(values) => values.iter().all(versions),
        Value::Object(pairs) => {
            pairs.iter().all(|(key, value)| key != "patchedDependencies" && versions(value))
        }
        _ => true,
    }
}

/// Packages whose install scripts look for files of the project: they generate code from a schema, or write hooks into its
/// repository.
const AROUND: &[&str] = &[
    "prisma",
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

fn looks_around(text: &str) -> bool {
    // `"name"`, `node_modules/name"`, `name@` and `@name/` are the ways in which lists name a package.
    AROUND.iter().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back().unwrap_or('\n');
            let behind = text[at + name.len()..].chars().next().unwrap_or('\n');
            (name.ends_with('/') || matches!(behind, '"' | '@' | '/' | '\'' | ':'))
                && matches!(before, '"' | '\n' | ' ' | '/' | '@' | '\'')
        })
    })
}

/// Whether nothing that a copy brings is removed.
pub(super) fn is_apart(install: &Install, whole: &Whole<'_, '_>) -> bool {
    install
        .removes
        .iter()
        .all(|path| !is_within(path, &whole.place) && !is_within(&whole.place, path))
}
