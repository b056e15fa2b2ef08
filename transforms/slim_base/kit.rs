//! What the steps of a stage build with the development kit of Java: Makefiles and scripts that they start are read for its programs.
//!
//! Sources: the manual of GNU make, "Makefile Names"; the JDK tool specifications.

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::Keyword;

use super::files::name_of;
use super::needs::{Candidate, words};
use super::{Refusal, reasons};
use crate::facts::{BuildStage, BuildStep, Command, copy_words};

/// Ends of sources that compilers for the machine of Java read.
const SOURCES: &[&str] = &[".clj", ".groovy", ".java", ".kt", ".scala"];
/// Programs that run none that they are told of, or that only the run-time environment has.
const IDLE: &[&str] = &[
    "[",
    "addgroup",
    "adduser",
    "base64",
    "basename",
    "bunzip2",
    "cat",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "chpasswd",
    "cp",
    "curl",
    "cut",
    "date",
    "dirname",
    "echo",
    "exit",
    "export",
    "false",
    "fc-cache",
    "file",
    "getent",
    "gpg",
    "grep",
    "groupadd",
    "groupmod",
    "gunzip",
    "gzip",
    "head",
    "id",
    "install",
    "keytool",
    "ldconfig",
    "ln",
    "locale-gen",
    "ls",
    "mkdir",
    "mktemp",
    "mv",
    "printf",
    "pwd",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "sed",
    "set",
    "setcap",
    "sha256sum",
    "sha512sum",
    "sleep",
    "sort",
    "stat",
    "tail",
    "tar",
    "tee",
    "test",
    "touch",
    "tr",
    "true",
    "uname",
    "unset",
    "unzip",
    "update-ca-certificates",
    "update-locale",
    "useradd",
    "usermod",
    "wc",
    "wget",
];
/// Managers whose packages are built elsewhere.
const MANAGERS: &[&str] = &["apk", "apt", "dnf", "microdnf", "yum", "zypper"];
/// What runs a script that it is handed.
const SHELLS: &[&str] = &[".", "ash", "bash", "dash", "sh", "source"];

/// Whether no step of a stage is seen to build with a tool that `used` finds in a text; where sources of Java come along, each step has to
/// be one that is known to run nothing else.
pub(super) fn look(
    candidate: Candidate<'_, '_>,
    stage: &BuildStage<'_>,
    used: &dyn Fn(&str) -> Option<&'static str>,
) -> Result<(), Refusal> {
    let Some(context) = candidate.facts.context else { return Ok(()) };
    let sources = stage.steps.iter().any(|step| brings_sources(candidate, context, step));
    let dockerfile = candidate.build.dockerfile;
    for step in stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run) {
        for command in step.content.commands() {
            let text = command.text(dockerfile);
            let started = started(context, &text);
            for (path, text) in &started {
                let text = spoken(text);
                if let Some(tool) = used(&text).or_else(|| named(&text)) {
                    return Err((&reasons::JDK, format!("{path} calls {tool}")));
                }
            }
            let known = is_idle(command) || is_followed(command, &started);
            if sources && !known {
                let line = dockerfile.line(command.span.start);
                let name = command.program_name().unwrap_or("a variable");
                let message = format!(
                    "what {name} runs in line {line} is not known, and the stage has sources of Java"
                );
                return Err((&reasons::JDK, message));
            }
        }
    }
    Ok(())
}

/// A text without the signs that stand beside a command: `@javac`, `-javac`, `jar: classes` (GNU make, "Recipe Echoing"), `${JAVAC:-javac}`.
fn spoken(text: &str) -> String {
    text.replace(":-", " ").replace(['@', ':', '+', '?'], " ").replace("\t-", "\t")
}

/// The variable by which Makefiles call the compiler.
fn named(text: &str) -> Option<&'static str> {
    words(text).any(|word| word == "JAVAC").then_some("javac")
}

/// Whether a step copies sources from the build context, as far as its words can be told.
fn brings_sources(
    candidate: Candidate<'_, '_>,
    context: &BuildContext,
    step: &BuildStep<'_>,
) -> bool {
    let dockerfile = candidate.build.dockerfile;
    let copy = step.instruction;
    if !matches!(copy.kind, Keyword::Copy | Keyword::Add)
        || copy.flag("from", dockerfile.source).is_some()
    {
        return false;
    }
    let mut from = copy_words(dockerfile, copy);
    from.pop();
    let source = |path: &str| SOURCES.iter().any(|end| path.ends_with(end));
    from.iter().any(|word| match context.matching(word) {
        Some(found) => found
            .iter()
            .any(|path| source(path) || context.below(path).any(|(path, _)| source(path))),
        None => context.entries().any(|(path, _)| source(path)),
    })
}

/// The Makefiles and scripts that a command names, and those that they name in their turn, with their texts.
fn started<'c>(context: &'c BuildContext, text: &str) -> Vec<(&'c str, &'c str)> {
    let files: Vec<(&str, &str)> = context
        .entries()
        .filter(|(path, entry)| entry.kind == ContextKind::File && !is_source(path))
        .filter_map(|(path, _)| Some((path, context.text(path)?)))
        .collect();
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut open = vec![text.to_owned()];
    while let Some(text) = open.pop() {
        let names: Vec<&str> = words(&text).map(name_of).collect();
        let makes = names.iter().any(|name| matches!(*name, "make" | "gmake" | "MAKE"));
        for (path, text) in &files {
            let meant =
                names.contains(&name_of(path)) && is_script(path, text) || makes && is_rules(path);
            if meant && !found.iter().any(|(known, _)| known == path) {
                found.push((path, text));
                open.push((*text).to_owned());
            }
        }
    }
    found
}

fn is_source(path: &str) -> bool {
    SOURCES.iter().any(|end| path.ends_with(end))
}

fn is_rules(path: &str) -> bool {
    let name = name_of(path);
    matches!(name, "GNUmakefile" | "Makefile" | "makefile") || name.ends_with(".mk")
}

fn is_script(path: &str, text: &str) -> bool {
    let name = name_of(path);
    is_rules(path) || text.starts_with("#!") || name.ends_with(".sh") || !name.contains('.')
}

/// Whether a command is known to run no compiler.
fn is_idle(command: &Command<'_>) -> bool {
    if let Some(manager) = command.manager {
        return MANAGERS.contains(&&*manager.name);
    }
    let options = |word: &str| word.starts_with("-version") || word.starts_with("--version");
    match command.program_name() {
        Some("java") => command.words.iter().flatten().skip(1).all(|word| options(word)),
        Some("find") => {
            let mut rest = command
                .words
                .iter()
                .skip_while(|word| word.as_deref().is_none_or(|word| !word.starts_with("-exec")));
            rest.next();
            rest.next().is_none_or(|word| word.as_deref().is_some_and(|it| IDLE.contains(&it)))
        }
        Some(name) => IDLE.contains(&name),
        // What only sets variables.
        None => command.words.is_empty(),
    }
}

/// Whether a command does what a file says that was read: the rules of make, or a script that it names.
fn is_followed(command: &Command<'_>, started: &[(&str, &str)]) -> bool {
    let Some((at, program)) = command.program() else { return false };
    let has = |word: &str| started.iter().any(|(path, _)| name_of(path) == name_of(word));
    match name_of(program) {
        "make" | "gmake" => started.iter().any(|(path, _)| is_rules(path)),
        name if SHELLS.contains(&name) => {
            let mut rest = command.words.iter().skip(at + 1);
            rest.find(|word| word.as_deref().is_none_or(|word| !word.starts_with(['-', '+'])))
                .is_some_and(|word| word.as_deref().is_some_and(has))
        }
        _ => program.contains('/') && has(program),
    }
}
