//! Settings that a command writes to a home or to the system, and that a tool reads which the container calls.
//!
//! Sources: git-config(1), "FILES"; git-lfs-install(1); docs.npmjs.com, "npm-config"; classic.yarnpkg.com, "yarn config"; pip, "Configuration".

use super::effects::Done;
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::running::{called_words, lines};
use super::subject::{Obstacle, Subject};

/// What reads the settings of npm, yarn or pnpm.
const OF_NODE: &[&str] = &["npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg"];
/// What reads those of pip.
const OF_PIP: &[&str] = &["pip", "pip3", "pipx"];

/// Keys that only say how packages are fetched and installed.
const OF_INSTALLS: &[&str] = &[
    "audit",
    "ca",
    "cafile",
    "fund-url",
    "http-proxy",
    "https-proxy",
    "ignore-engines",
    "legacy-peer-deps",
    "maxsockets",
    "network-timeout",
    "no-proxy",
    "node-linker",
    "noproxy",
    "package-import-method",
    "package-lock",
    "progress",
    "proxy",
    "registry",
    "save",
    "save-exact",
    "save-prefix",
    "shamefully-hoist",
    "store-dir",
    "strict-ssl",
];
/// Libraries that read the settings of git without it.
const LIKE_GIT: &[&str] =
    &["dulwich", "git2", "gix", "go-git", "jgit", "nodegit", "pygit2", "rugged"];

/// Whose settings a command writes, other than those of the project.
enum Settings {
    Git,
    Pip,
    /// Of npm and its like; whether they are for installs alone.
    Node(bool),
}

/// Refuses a plan that leaves settings behind which the container reads.
pub(super) fn come(subject: &Subject<'_, '_>, plan: &Plan) -> Result<(), Obstacle> {
    let written: Vec<(&Done<'_, '_>, Settings)> =
        subject.done.iter().filter_map(|done| Some((done, written(done)?))).collect();
    if written.is_empty() {
        return Ok(());
    }
    let called = called_words(subject);
    let calls = |names: &[&str]| called.iter().any(|word| names.contains(&base_name(word)));
    for (done, settings) in &written {
        let tool = match settings {
            Settings::Git if reads_settings_of_git(subject, plan) => "git",
            Settings::Pip if calls(OF_PIP) => "pip",
            Settings::Node(true) if calls(OF_NODE) && installs(subject) => "the package manager",
            Settings::Node(false) if calls(OF_NODE) => "the package manager",
            _ => continue,
        };
        let line = subject.build.dockerfile.line(done.command.span.start);
        let message = format!(
            "line {line} sets, outside of the project, what {tool} reads when the container runs"
        );
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    Ok(())
}

fn written(done: &Done<'_, '_>) -> Option<Settings> {
    let (at, _) = done.command.program()?;
    let words: Vec<&str> =
        done.command.words.iter().skip(at + 1).flatten().map(|word| &**word).collect();
    match done.command.program_name()? {
        "git" => of_git(&words).then_some(Settings::Git),
        "pip" | "pip3" => {
            matches!(words.as_slice(), ["config", rest @ ..] if !rest.contains(&"list"))
                .then_some(Settings::Pip)
        }
        name @ ("npm" | "pnpm" | "yarn") => of_node(name, &words).map(Settings::Node),
        _ => None,
    }
}

/// Whether a call of git sets something in a file that is none of the repository's.
fn of_git(words: &[&str]) -> bool {
    let Some(verb) = words
        .iter()
        .position(|word| ["config", "credential", "credential-store", "lfs"].contains(word))
    else {
        return false;
    };
    let rest = &words[verb + 1..];
    let asks =
        |word: &&str| matches!(*word, "--get" | "--get-all" | "--list" | "-l" | "get" | "list");
    let elsewhere =
        |word: &&str| matches!(*word, "--global" | "--system" | "-f") || word.starts_with("--file");
    match words[verb] {
        "config" => rest.iter().any(elsewhere) && !rest.iter().any(asks),
        "lfs" => {
            let local = rest.iter().any(|word| matches!(*word, "--local" | "--worktree"));
            matches!(rest.first(), Some(&("install" | "uninstall"))) && !local
        }
        _ => true,
    }
}

/// Whether what a call of npm and its like sets is for installs alone; `None` where it sets nothing.
fn of_node(name: &str, words: &[&str]) -> Option<bool> {
    let words: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let keys = match words.as_slice() {
        ["config" | "c", "set" | "delete" | "rm" | "edit" | "unset", keys @ ..] => keys,
        ["set", keys @ ..] if name != "yarn" => keys,
        ["login" | "adduser" | "add-user" | "logout", ..] => return Some(true),
        _ => return None,
    };
    // `a=1 b=2`, or one key and its value.
    let pairs = keys.iter().any(|key| key.contains('='));
    let count = if pairs { keys.len() } else { 1 };
    let for_installs = |key: &&str| {
        let key = key.split_once('=').map_or(*key, |(key, _)| key);
        OF_INSTALLS.contains(&key)
            || key.ends_with(":registry")
            || key.starts_with("//")
            || key.contains("_auth")
            || key.starts_with("fetch-")
    };
    Some(!keys.is_empty() && keys.iter().take(count).all(for_installs))
}

/// Whether git is there when the container runs, or a library that reads its settings.
fn reads_settings_of_git(subject: &Subject<'_, '_>, plan: &Plan) -> bool {
    let installed = plan.runs.iter().any(|run| {
        run.contains("install") && run.split_whitespace().any(|word| word.starts_with("git"))
    });
    let small = ["slim", "alpine", "distroless", "busybox"];
    let same = plan.base == subject.image && !small.iter().any(|it| plan.base.contains(it));
    let texts = subject
        .context
        .into_iter()
        .flat_map(|context| context.entries().filter_map(|(path, _)| context.text(path)));
    let named = |text: &str| {
        let cut = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
        text.split(cut).any(|word| LIKE_GIT.contains(&word))
    };
    installed || same || { texts }.any(named)
}

/// Whether something that the container may start has npm or its like install packages.
fn installs(subject: &Subject<'_, '_>) -> bool {
    const CALLS: &[&str] = &[
        "npm ci",
        "npm exec",
        "npm i ",
        "npm install",
        "npm update",
        "npx ",
        "pnpm add",
        "pnpm dlx",
        "pnpm i ",
        "pnpm install",
        "yarn add",
        "yarn install",
    ];
    let says = |text: &str| CALLS.iter().any(|call| text.contains(call));
    let mut files = subject.context.into_iter().flat_map(|context| {
        let run = |path: &str| path.ends_with(".sh") || base_name(path) == "package.json";
        let files = context.entries().filter(move |(path, _)| run(path));
        files.filter_map(|(path, _)| context.text(path))
    });
    lines(subject).iter().any(|line| says(line)) || files.any(says)
}
