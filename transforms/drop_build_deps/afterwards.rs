//! Whether somebody needs the tools when the RUN is over.

use dockslim_contract::BuildContext;
use dockslim_syntax::Keyword;

use super::left_out::is_of_wheels;
use super::sources::needed_by_sources;
use super::tools::builds;
use super::{Install, reasons};
use crate::facts::{BuildStage, BuildStep, Command, Content, Readers, Use, by_text, used_by};
use crate::knowledge::{builders, building_programs, managers_by, program_names};
use crate::pass::Refusal;

/// Shells that wait for somebody to type.
const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "zsh", "fish"];

/// Who needs the tools behind the RUN of an install.
pub(super) fn needed_afterwards(install: &Install<'_, '_>) -> Option<Refusal> {
    let behind = install.step.instruction.span.end;
    let own = install.stage.stage.index;
    let build = install.build;
    let stages: Vec<_> =
        build.stages.iter().filter(|stage| build.builds_on(&stage.stage, own)).collect();
    let steps = || stages.iter().flat_map(|stage| &stage.steps);
    let leaves = stages.iter().filter(|stage| {
        stage.stage.ships
            && !stages.iter().any(|other| {
                other.stage.index != stage.stage.index
                    && build.builds_on(&other.stage, stage.stage.index)
            })
    });
    for stage in leaves {
        if is_for_people(install, stage) {
            let message = "people may compile in the containers of this image".to_owned();
            return Some((&reasons::FOR_PEOPLE, message));
        }
    }
    for step in steps().filter(|step| step.instruction.span.start >= behind) {
        if let Some(refusal) = by_step(install, step) {
            return Some(refusal);
        }
    }
    copied(install).or_else(|| needed_by_sources(install))
}

/// What a later instruction does with the tools.
fn by_step<'t>(install: &Install<'_, 't>, step: &BuildStep<'t>) -> Option<Refusal> {
    let dockerfile = install.build.dockerfile;
    let line = dockerfile.line(step.instruction.span.start);
    let used = || Some((&reasons::USED_LATER, format!("line {line} may use the tools")));
    let unknown = |what: &str| {
        let message = format!("line {line} runs {what}, which was not read");
        Some((&reasons::UNKNOWN_SCRIPT, message))
    };
    let programs = programs(install);
    let readers = Readers { programs: &programs, manager: &[] };
    let text = step.text(dockerfile);
    match (&step.content, step.instruction.kind) {
        (Content::Unread(_), _) => return unknown("a script"),
        (_, Keyword::Healthcheck) => {
            return match by_text(&text, readers) {
                Use::Reads => used(),
                Use::Unknown => unknown("a script"),
                Use::None => None,
            };
        }
        (_, Keyword::Run) if text.contains("from=") => return unknown("in another stage"),
        _ => {}
    }
    let commands = step.content.commands();
    for (number, command) in commands.iter().enumerate() {
        // A later install of its own brings what it needs.
        if is_of_wheels(install, command) {
            continue;
        }
        if builds(command) {
            return used();
        }
        let script = match used_by(install.build, step, commands, number, readers) {
            Use::Reads => return used(),
            Use::Unknown => script_of(install, command).map(str::to_owned),
            Use::None if runs_manifest(command) => scripts_of_manifests(install),
            Use::None => continue,
        };
        match script {
            Some(text) if is_free_of_tools(&text, &programs) => {}
            Some(_) => return used(),
            None => return unknown("a script"),
        }
    }
    None
}

/// `npm start`: a script of package.json.
fn runs_manifest(command: &Command<'_>) -> bool {
    command.package_call().is_some_and(|call| {
        let name = &*call.manager.name;
        matches!(name, "npm" | "yarn" | "pnpm" | "bun" | "composer" | "npx" | "pipenv" | "poetry")
            && call.operands().next().is_some()
            && !["cache", "config", "global", "--version"].iter().any(|verb| call.is(verb))
    })
}

/// The scripts of all manifests of the context; `None` if there is none, or one cannot be read.
fn scripts_of_manifests(install: &Install<'_, '_>) -> Option<String> {
    let context = install.facts.context?;
    let manifests = context.entries().map(|(path, _)| path);
    let mut manifests =
        manifests.filter(|path| matches!(path.rsplit('/').next(), Some("package.json"))).peekable();
    manifests.peek()?;
    manifests
        .map(|path| context.text(path).map(script_part))
        .collect::<Option<Vec<_>>>()
        .map(|all| all.join("\n"))
}

/// The scripts of a package.json, line by line.
fn script_part(manifest: &str) -> String {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(manifest) else {
        return manifest.to_owned();
    };
    let scripts = value.get("scripts").and_then(|scripts| scripts.as_object());
    let texts = scripts.into_iter().flat_map(|scripts| scripts.values());
    texts.filter_map(|text| text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The text of the script that a command runs, if the build context has one file of that name.
fn script_of<'b>(install: &Install<'b, '_>, command: &Command<'_>) -> Option<&'b str> {
    let context: &BuildContext = install.facts.context?;
    let (at, program) = command.program()?;
    let shell = program_names(program).any(|name| SHELLS.contains(&name));
    let script = if shell { command.words.get(at + 1)?.as_deref()? } else { program };
    let name =
        script.rsplit('/').next().filter(|name| !name.is_empty() && !name.starts_with('-'))?;
    let mut files = context.entries().map(|(path, _)| path);
    let mut named = files.by_ref().filter(|path| path.rsplit('/').next() == Some(name));
    let only = named.next()?;
    if named.next().is_some() {
        return None;
    }
    context.text(only)
}

/// Whether a text names none of the tools, nothing that builds and no other script.
pub(super) fn is_free_of_tools(text: &str, programs: &[String]) -> bool {
    // The first line may name what runs all others.
    let first = text.lines().next().and_then(|line| line.strip_prefix("#!"));
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let code: Vec<&str> = first.into_iter().chain(lines).collect();
    let readers = Readers { programs, manager: builder_programs() };
    matches!(by_text(&code.join("\n"), readers), Use::None)
}

/// The programs whose calls in a script may build.
pub(super) fn builder_programs() -> &'static [String] {
    static PROGRAMS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let names = builders().iter().map(String::as_str);
        let rows = names.flat_map(managers_by).map(|(_, row)| *row);
        rows.flat_map(|row| row.programs.iter().cloned()).collect()
    })
}

/// The programs that go, and those that call them.
pub(super) fn programs(install: &Install<'_, '_>) -> Vec<String> {
    let tools = &install.tools;
    let stays = |program: &String| {
        tools.packages.iter().any(|(name, _)| name == program && !tools.names.contains(name))
    };
    let mut programs: Vec<String> =
        tools.programs.iter().filter(|program| !stays(program)).cloned().collect();
    programs.extend(building_programs().iter().cloned());
    programs
}

/// Whether a stage starts a shell, or whatever its base image starts.
fn is_for_people(install: &Install<'_, '_>, stage: &BuildStage<'_>) -> bool {
    let build = install.build;
    let words = |kind: Keyword| -> Vec<Option<&str>> {
        let stages = build.stages.iter();
        let stages = stages.filter(|below| build.builds_on(&stage.stage, below.stage.index));
        let mut steps = stages.flat_map(|stage| &stage.steps);
        let last = steps.rfind(|step| !step.onbuild && step.instruction.kind == kind);
        let command = last.and_then(|step| step.content.commands().last());
        command.into_iter().flat_map(|last| &last.words).map(Option::as_deref).collect()
    };
    let started = [words(Keyword::Entrypoint), words(Keyword::Cmd)].concat();
    let is_shell = |word: &str| program_names(word).any(|name| SHELLS.contains(&name));
    let opens = started.iter().enumerate().any(|(at, word)| {
        word.is_some_and(is_shell)
            && started[at + 1..].iter().all(|option| {
                option.is_some_and(|option| option.starts_with('-') && !option.ends_with('c'))
            })
    });
    started.is_empty() || opens
}

/// Whether another stage copies folders of the system from the stage of the install.
fn copied(install: &Install<'_, '_>) -> Option<Refusal> {
    let line = install.build.takes_system_files(install.stage.stage.index)?;
    Some((&reasons::COPIED, format!("line {line} copies folders of the system from this stage")))
}
