//! Files beside a project: Node looks for packages in the folder of a source and above it, and so not in those of another one.

use std::collections::BTreeSet;

use dockslim_contract::ContextKind;
use dockslim_syntax::Keyword;

use super::Install;
use super::project::Project;
use crate::facts::{Copied, absolute, copy_words, is_from_context, is_within};

/// The files of the context outside of the folder of package.json, where no COPY brings one of them into that of the install (Node.js, "Modules:
/// CommonJS modules", "Loading from `node_modules` folders").
pub(super) fn of(install: Install<'_, '_>, project: &Project<'_>) -> BTreeSet<String> {
    let Some(own) = project.source.strip_suffix("/package.json") else { return BTreeSet::new() };
    if install.build.stages.len() > 1
        || !is_brought_alone(install, project, own)
        || is_told_where(install, project)
        || moves_files(install)
    {
        return BTreeSet::new();
    }
    let files = project.context.entries().filter(|(path, entry)| {
        let text = || project.context.text(path).unwrap_or_default();
        entry.kind == ContextKind::File
            && !path.starts_with(&format!("{own}/"))
            && !text().contains("node_modules")
    });
    let files = files.filter(|(path, _)| {
        // What the project takes in, a compiler may put among its own.
        path.split_once('/')
            .is_some_and(|(top, _)| !takes_in(project, own, top) && !is_handled(install, top))
    });
    files.map(|(path, _)| path.to_owned()).collect()
}

/// Programs that copy, move or link files, or run what somebody wrote.
const MOVERS: [&str; 21] = [
    ".", "ash", "bash", "cp", "cpio", "dash", "eval", "find", "install", "ln", "make", "mv",
    "node", "perl", "python", "python3", "rsync", "sh", "source", "tar", "xargs",
];

/// Programs that leave files where they are, but for what a build makes of them.
const HARMLESS: [&str; 12] = [
    "cd", "chmod", "chown", "corepack", "echo", "mkdir", "npm", "npx", "pnpm", "rm", "true", "yarn",
];

/// Whether something says where else Node looks for packages (Node.js, "Modules: CommonJS modules", "Loading from the global folders").
fn is_told_where(install: Install<'_, '_>, project: &Project<'_>) -> bool {
    let says = |text: &str| text.contains("NODE_PATH");
    let dockerfile = install.build.dockerfile;
    says(dockerfile.source)
        || project.context.entries().any(|(path, _)| project.context.text(path).is_some_and(says))
}

/// Whether a step may put files elsewhere than COPY did.
fn moves_files(install: Install<'_, '_>) -> bool {
    let runs = install.stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run);
    { runs }.any(|step| {
        let commands = step.content.commands();
        commands.is_empty()
            || commands.iter().any(|command| {
                let Some((_, program)) = command.program() else { return true };
                let path = program.contains('/') && !program.contains("node_modules/.bin/");
                path || command.program_name().is_none_or(|name| MOVERS.contains(&name))
            })
    })
}

/// Whether a step that does more than to call managers names a folder, or works in it.
fn is_handled(install: Install<'_, '_>, top: &str) -> bool {
    let dockerfile = install.build.dockerfile;
    let runs = install.stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run);
    { runs }.any(|step| {
        let text = step.text(dockerfile);
        let workdir = step.state.workdir.as_deref().unwrap_or("/");
        let parts = |text: &str| {
            let sign = |c: char| c.is_whitespace() || "/\"'=;&|()".contains(c);
            text.split(sign).any(|part| part == top)
        };
        let mut commands = step.content.commands().iter();
        let harmless = |name: Option<&str>| name.is_some_and(|name| HARMLESS.contains(&name));
        (parts(&text) || parts(workdir))
            && commands.any(|command| !harmless(command.program_name()))
    })
}

/// Whether a source of the project loads what lies in another folder, or a list or setting of it names that.
fn takes_in(project: &Project<'_>, own: &str, top: &str) -> bool {
    let names = |line: &str| {
        let sign = |c: char| "\"'`/".contains(c);
        line.match_indices(top)
            .any(|(at, _)| line[..at].ends_with(sign) && line[at + top.len()..].starts_with(sign))
    };
    project.context.entries().any(|(path, _)| {
        let inside = path.starts_with(&format!("{own}/")) && !path.contains("node_modules/");
        let text = project.context.text(path).filter(|_| inside).unwrap_or_default();
        let settings = path.ends_with(".json") || path.contains(".config.");
        let mut lines = text.lines().filter(|line| names(line));
        lines.any(|line| {
            settings || ["require(", "import", "from"].iter().any(|word| line.contains(word))
        })
    })
}

/// Whether each COPY that reaches the folder of the install brings nothing there but files of the project.
fn is_brought_alone(install: Install<'_, '_>, project: &Project<'_>, own: &str) -> bool {
    let dockerfile = install.build.dockerfile;
    let folder = &project.folder;
    install.stage.steps.iter().enumerate().all(|(number, step)| {
        if !matches!(step.instruction.kind, Keyword::Copy | Keyword::Add) {
            return true;
        }
        let here = step.state.workdir.as_deref().and_then(|here| absolute(here, None));
        let target = copy_words(dockerfile, step.instruction).pop();
        let whole = target.as_ref().is_some_and(|target| target.starts_with('/'));
        let here = here.or(whole.then(|| "/".to_owned()));
        let target = target.and_then(|target| absolute(&target, here.as_deref()));
        let (Some(here), Some(target)) = (here, target) else { return false };
        if !is_within(&target, folder) && !is_within(folder, &target) {
            return true;
        }
        if !is_from_context(dockerfile, step.instruction) {
            return false;
        }
        let copied = Copied::of(dockerfile, project.context, (number, step), &here);
        let Ok(copied) = copied else { return false };
        let inside = |source: &str| source == own || source.starts_with(&format!("{own}/"));
        copied.brings.iter().all(|one| inside(&one.source))
            || copied.source_of(folder).as_deref() == Some(own)
    })
}
