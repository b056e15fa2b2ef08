//! Settings that a step of the build writes outside of the project, and that what a container calls would read.
//!
//! Sources: git-config(1), "FILES"; git-lfs-install(1); npm, "config"; yarn 1, "yarn config"; pip, "Configuration".

use dockslim_contract::BuildContext;

use super::sources::base;
use super::uses::Uses;
use crate::program::{Action, Call, visit};
use crate::shell::Command;
use crate::stages::Stage;

/// Settings of npm and its like that only count for an install.
const FOR_INSTALLS: &str = " audit ca cafile fund-url http-proxy https-proxy ignore-engines legacy-peer-deps maxsockets network-timeout no-proxy node-linker noproxy package-import-method package-lock progress proxy registry save save-exact save-prefix shamefully-hoist store-dir strict-ssl ";

/// Whether a container of the new stage does without what the old one has set for its tools, in words what it lacks.
pub(in crate::compare) fn settings_come(
    old: &Stage<'_>,
    new: &Stage<'_>,
    context: Option<&BuildContext>,
) -> Result<(), String> {
    let mut again: Vec<Vec<String>> = Vec::new();
    visit(&new.steps, &mut |step| {
        if let Action::Call(call) = &step.action {
            again.push(call.words.iter().map(ToString::to_string).collect());
        }
    });
    let mut written: Vec<(Tool, String)> = Vec::new();
    visit(&old.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Vec<String> = call.words.iter().map(ToString::to_string).collect();
        if let Some(tool) = writes(call).filter(|_| !again.contains(&words)) {
            written.push((tool, words.join(" ")));
        }
    });
    if written.is_empty() {
        return Ok(());
    }
    let mut uses = Uses::of(new);
    let texts: Vec<&str> = context
        .into_iter()
        .flat_map(|context| context.entries().filter_map(|(path, _)| context.text(path)))
        .collect();
    if let Some(context) = context {
        uses.follow_container(context);
    }
    let full = |stage: &Stage<'_>| {
        !["slim", "alpine", "distroless", "busybox"].iter().any(|it| stage.image.contains(it))
    };
    let git = uses.installed.iter().any(|name| name.starts_with("git"))
        || new.image == old.image && full(new)
        || reads_settings_of_git(&texts);
    let calls = |names: &[&str]| uses.called.iter().any(|it| names.contains(&base(it)));
    let node = calls(&["npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg"]);
    let pip = calls(&["pip", "pip3", "pipx"]);
    let starts = new.configuration.starts().into_iter().flatten();
    let run = |path: &str| path.ends_with(".sh") || base(path) == "package.json";
    let entries = context.into_iter().flat_map(BuildContext::entries);
    let files = entries.filter(|(path, _)| run(path));
    let files = files.filter_map(|(path, _)| context.and_then(|context| context.text(path)));
    let installs = starts.chain(files).any(installs_packages);
    let lost = written.into_iter().find(|(tool, _)| match tool {
        Tool::Git => git,
        Tool::Pip => pip,
        Tool::Node { installs_alone } => node && (installs || !installs_alone),
    });
    match lost {
        Some((_, call)) => {
            Err(format!("nothing brings what `{call}` sets, and the container reads it"))
        }
        None => Ok(()),
    }
}

enum Tool {
    Git,
    Pip,
    Node { installs_alone: bool },
}

/// The tool whose settings a call writes outside of the project.
fn writes(call: &Call<'_>) -> Option<Tool> {
    let command = Command::of(&call.words);
    let words: Vec<&str> = command.arguments().collect();
    match command.program() {
        "git" => {
            let verb = words.iter().position(|word| {
                matches!(*word, "config" | "lfs" | "credential" | "credential-store")
            })?;
            let rest = &words[verb + 1..];
            let has = |names: &[&str]| rest.iter().any(|word| names.contains(word));
            let outside = match words[verb] {
                "config" => {
                    let file = rest.iter().any(|word| word.starts_with("--file"));
                    let asks = ["--get", "--get-all", "--list", "-l", "get", "list"];
                    (file || has(&["--global", "--system", "-f"])) && !has(&asks)
                }
                "lfs" => has(&["install", "uninstall"]) && !has(&["--local", "--worktree"]),
                _ => true,
            };
            outside.then_some(Tool::Git)
        }
        "pip" | "pip3" => {
            let told = words.contains(&"config") && !words.contains(&"list");
            told.then_some(Tool::Pip)
        }
        "npm" | "yarn" | "pnpm" => {
            let mut bare = words.iter().copied().filter(|word| !word.starts_with('-'));
            let rest: Vec<&str> = bare.by_ref().collect();
            let keys = match rest.as_slice() {
                ["config" | "c", "set" | "delete" | "rm" | "edit" | "unset", keys @ ..] => keys,
                ["set", keys @ ..] if command.program() != "yarn" => keys,
                ["login" | "adduser" | "add-user" | "logout", ..] => &["registry"][..],
                _ => return None,
            };
            let key = |key: &&str| {
                let name = key.split('=').next().unwrap_or(key);
                let of_registry = name.ends_with(":registry") || name.starts_with("//");
                of_registry
                    || name.contains("_auth")
                    || name.starts_with("fetch-")
                    || FOR_INSTALLS.contains(&format!(" {name} "))
            };
            let pairs = keys.iter().any(|key| key.contains('='));
            let mut named = keys.iter().take(if pairs { keys.len() } else { 1 }).peekable();
            let installs_alone = named.peek().is_some() && named.all(key);
            Some(Tool::Node { installs_alone })
        }
        _ => None,
    }
}

/// Whether a manifest asks for a library that reads the settings of git itself.
fn reads_settings_of_git(texts: &[&str]) -> bool {
    const LIBRARIES: [&str; 8] =
        ["go-git", "git2", "pygit2", "dulwich", "nodegit", "rugged", "jgit", "gix"];
    let named = |text: &&str| {
        let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        words.any(|word| LIBRARIES.contains(&word))
    };
    texts.iter().any(named)
}

/// Whether a text has a manager install packages of Node.
fn installs_packages(text: &str) -> bool {
    let calls = [
        "npm install",
        "npm i ",
        "npm ci",
        "npm exec",
        "npm update",
        "npx ",
        "yarn add",
        "yarn install",
        "pnpm add",
        "pnpm install",
        "pnpm i ",
        "pnpm dlx",
    ];
    calls.iter().any(|call| text.contains(call))
}
