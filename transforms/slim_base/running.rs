//! What a container uses when it runs of what full images hold: for a pass that leaves a build behind, with all that it could call.

use dockslim_contract::{BuildContext, ContextKind};

use super::files::{Look, commands_of_manifest, is_read, name_of, says_commands};
use super::needs::{Needs, words};
use super::python::starts;
use super::settings::is_settings;
use super::types;
use crate::knowledge::FullPackage;

/// What is found out about a container.
pub(crate) struct Running {
    /// Packages that something uses, each with the file that does; none for what the container starts.
    pub(crate) packages: Vec<(&'static FullPackage, Option<String>)>,
    /// Words that name a program where a command begins, each with the file that holds it.
    pub(crate) called: Vec<(Option<String>, String)>,
}

/// Folders of a project that its program does not run: tests, tools of those who develop, pages.
const ASIDE: &[&str] = &[
    ".github",
    "__tests__",
    "docs",
    "e2e",
    "examples",
    "hack",
    "scripts",
    "spec",
    "target",
    "test",
    "tests",
    "tools",
    "vendor",
];
/// Sources that only builds and tests read.
const OF_BUILDS: &[&str] = &[
    "conftest.py",
    "fabfile.py",
    "gulpfile.js",
    "Gruntfile.js",
    "noxfile.py",
    "setup.py",
    "tasks.py",
];
/// What runs the scripts of a package.json by their names.
const RUNNERS: &[&str] =
    &["bun", "concurrently", "npm", "npm-run-all", "pnpm", "run-p", "run-s", "yarn"];

/// What a container uses of `lacking` that starts what `lines` say, as a shell would read them.
pub(crate) fn running(
    context: Option<&BuildContext>,
    lines: &[String],
    lacking: &[&'static FullPackage],
) -> Running {
    let files: Vec<(&str, &str)> = context
        .into_iter()
        .flat_map(|context| {
            let files = context.entries().filter(|(path, entry)| {
                let part = |part: &str| matches!(part, "node_modules" | ".git");
                entry.kind == ContextKind::File && !path.split('/').any(part)
            });
            files.filter_map(|(path, _)| Some((path, context.text(path)?)))
        })
        .collect();
    let (manifests, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(path, _)| name_of(path) == "package.json");
    let mut commands: Vec<(&str, String, String)> = Vec::new();
    for (path, text) in manifests {
        let all = commands_of_manifest(text).into_iter();
        commands.extend(all.map(|(name, command)| (path, name, command)));
    }
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    let all = context.into_iter().flat_map(|context| context.entries().map(|(path, _)| path));
    let own = files.iter().copied().filter(|(path, _)| is_own(path));
    let asked = types::asked(own, lines.iter().map(String::as_str), all);
    let mut needs = Needs::default();
    let mut look = Look::new(0, lacking, &mut needs, &paths);
    if let Some(context) = context {
        look.reads_others(&paths, context);
    }
    let start = lines.join("\n");
    look.script(&start);
    // Texts of commands, which may name other files.
    let mut texts = vec![start];
    let (sources, mut files): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|(path, text)| (is_read(path) || says_commands(path, text)) && is_own(path));
    look.told = starts::told(&sources);
    for (path, text) in sources {
        look.needs.file = Some(path.to_owned());
        texts.push(look.source(path, text).join("\n"));
    }
    while let Some(text) = texts.pop() {
        let named: Vec<&str> = words(&text).map(name_of).collect();
        let runs = named.iter().any(|word| RUNNERS.contains(word));
        // npm runs what stands in front of a script and behind it, too.
        let reached = |name: &str| {
            let bare = ["pre", "post"].iter().find_map(|start| name.strip_prefix(start));
            runs && (named.contains(&name) || bare.is_some_and(|bare| named.contains(&bare)))
        };
        let (found, rest): (Vec<_>, Vec<_>) =
            commands.into_iter().partition(|(_, name, _)| reached(name));
        commands = rest;
        for (path, _, command) in found {
            look.needs.file = Some(path.to_owned());
            look.script(&command);
            texts.push(command);
        }
        let rakes =
            named.contains(&"rake") || look.called.iter().any(|(_, word)| name_of(word) == "rake");
        let (found, rest): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|(path, _)| named.contains(&name_of(path)) || rakes && holds_tasks(path));
        files = rest;
        for (path, text) in found {
            look.needs.file = Some(path.to_owned());
            if is_read(path) {
                look.told = starts::told(&[(path, text)]);
                texts.push(look.source(path, text).join("\n"));
            } else if is_script(path, text) {
                let scripts = look.started(path, text).join("\n");
                texts.push(format!("{text}\n{scripts}"));
            }
        }
    }
    let settings = context.into_iter().flat_map(|context| {
        let own = context.entries().filter(|(path, _)| is_settings(path) && is_own(path));
        own.filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    settings.for_each(|(path, text)| look.settings(path, text));
    look.zones(false);
    let called = std::mem::take(&mut look.called);
    for package in lacking.iter().filter(|package| asked && types::lists(&package.name)) {
        needs.file = None;
        needs.add(package, 0);
    }
    let packages = needs.packages.iter().map(|(package, _)| (*package, needs.user(package)));
    Running { packages: packages.collect(), called }
}

/// Whether a file is part of the program, as far as its path tells.
fn is_own(path: &str) -> bool {
    let name = name_of(path);
    let test = [".test.", ".spec.", "_test.", ".config."].iter().any(|part| name.contains(part));
    !path.split('/').any(|part| ASIDE.contains(&part))
        && !OF_BUILDS.contains(&name)
        && !holds_tasks(path)
        && !name.starts_with("test_")
        && !test
}

/// Whether a file holds tasks of rake, which nobody does where nothing calls it (rake, "Rakefile Format").
fn holds_tasks(path: &str) -> bool {
    name_of(path) == "Rakefile" || path.ends_with(".rake")
}

/// Whether a file is a script of a shell, or says itself what runs it.
fn is_script(path: &str, text: &str) -> bool {
    let shell = [".sh", ".bash"].iter().any(|end| path.ends_with(end));
    shell || (text.starts_with("#!") && !name_of(path).contains('.'))
}
