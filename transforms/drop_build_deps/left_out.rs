//! Compilers that nothing builds with: they need not be installed.

use dockslim_contract::{BuildContext, ContextKind, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword};

use super::afterwards::needed_afterwards;
use super::tools::{is_install, is_removal, updates};
use super::{Install, reasons};
use crate::facts::{
    BuildStage, BuildStep, Command, call_what_compilers_bring, copy_words, files_build,
    is_from_context, word_with_gap,
};
use crate::knowledge::{keeps_compilers, library_name, python_of_suite, suite_of_image};
use crate::pass::Refusal;
use crate::slim_base::takes_wheels;

/// Programs that bring files of which the build context knows nothing.
const FETCHERS: &[&str] = &["aria2c", "curl", "git", "hg", "svn", "wget"];
/// Packages that only recommend a compiler (Debian's package index).
const RECOMMENDING: &[&str] = &["npm", "python-pip", "python3-pip", "ruby-full"];
/// Ends of files that no loader opens.
const DATA: &[&str] = &[
    ".avif", ".db", ".eot", ".gif", ".gz", ".ico", ".jpeg", ".jpg", ".mp3", ".mp4", ".ogg", ".otf",
    ".pdf", ".png", ".sqlite", ".sqlite3", ".ttf", ".webm", ".webp", ".woff", ".woff2", ".zip",
];

/// The list of an install without the tools, where neither a step nor the program of a container builds, and all that both are is known.
pub(super) fn left_out(install: &Install<'_, '_>) -> Result<Rewrite, Refusal> {
    let nothing = |why: &str| Err((&reasons::NOTHING_BUILT, why.to_owned()));
    let Some(context) = install.facts.context else {
        return nothing("nothing in this RUN builds with it");
    };
    let tools = &install.tools;
    let is_tool = |name: &String| tools.names.contains(name);
    if let Some(word) = &tools.unknown {
        return Err((&reasons::UNKNOWN_WORDS, format!("it is not known what {word} stands for")));
    }
    let plain = install.commands()[install.number].words.iter().flatten();
    let recommends = !{ plain }.any(|word| word == "--no-install-recommends");
    let keeps = |name: &str| {
        keeps_compilers(tools.manager, name) && (recommends || !RECOMMENDING.contains(&name))
    };
    if let Some((package, _)) = tools.packages.iter().find(|(name, _)| keeps(name)) {
        let message = format!("{package} needs a compiler, which would stay");
        return Err((&reasons::KEPT, message));
    }
    if tools.packages.iter().all(|(name, _)| is_tool(name)) {
        return nothing("nothing in this RUN builds with it, and nothing else is installed");
    }
    if let Some(line) = changes_packages(install) {
        let message = format!("line {line} removes packages or updates them");
        return Err((&reasons::OTHER_CHANGES, message));
    }
    let build = install.build;
    let own = install.stage.stage.index;
    let stages = build.stages.iter().filter(|stage| build.builds_on(&stage.stage, own));
    for step in stages.flat_map(|stage| &stage.steps) {
        if brings_unknown(install, step) {
            let line = build.dockerfile.line(step.instruction.span.start);
            return nothing(&format!("what line {line} brings may build with it"));
        }
    }
    if let Some(refusal) = needed_afterwards(install) {
        return Err(refusal);
    }
    let command = &install.commands()[install.number];
    let behind = &build.dockerfile.source[command.span.end..];
    let programs = super::afterwards::programs(install);
    let stays = |name: &str| tools.packages.iter().any(|(one, _)| one == name && !is_tool(one));
    if files_build(context, &programs, &[], false)
        || call_what_compilers_bring(behind, context, &stays)
    {
        return nothing("a file of the project may build with it, or call what comes along");
    }
    if let Some(path) = machine_code(context) {
        return nothing(&format!("what {path} is linked with is not known"));
    }
    let mut edits = Edits::new();
    let gone = tools.packages.iter().filter(|(name, _)| is_tool(name));
    for (_, word) in gone {
        let commented = || nothing("a comment stands in the list of packages");
        let Some(span) = word_with_gap(build.dockerfile, command.span.start, *word) else {
            return commented();
        };
        if edits.delete(span).is_err() {
            return commented();
        }
    }
    let reason = format!("nothing is seen to build with {}", tools.names.join(", "));
    let at = command.span;
    Ok(Rewrite { safety: Safety::Suggestion, at, reason, edits })
}

/// The line of a command, in the stage or in one that is built on it, that removes packages or updates them: apt fails for a name that it
/// neither has installed nor finds in its lists.
fn changes_packages(install: &Install<'_, '_>) -> Option<usize> {
    let build = install.build;
    let own = install.stage.stage.index;
    let stages = build.stages.iter().filter(|stage| build.builds_on(&stage.stage, own));
    let mut commands =
        stages.flat_map(|stage| &stage.steps).flat_map(|step| step.content.commands());
    let found = commands.find(|command| is_removal(command) || updates(command))?;
    Some(build.dockerfile.line(found.span.start))
}

/// Whether a step brings what the build context does not show: a download, packages of a language, files of another stage or image that
/// are no pages.
fn brings_unknown<'t>(install: &Install<'_, 't>, step: &BuildStep<'t>) -> bool {
    let dockerfile = install.build.dockerfile;
    match step.instruction.kind {
        Keyword::Copy | Keyword::Add if is_from_context(dockerfile, step.instruction) => {
            copy_words(dockerfile, step.instruction).iter().any(|word| word.contains("://"))
        }
        Keyword::Copy | Keyword::Add => {
            let stages = &install.build.stages;
            let earlier = &stages[..install.stage.stage.index];
            let Some(other) = earlier.iter().find(|other| takes_from(install, step, other)) else {
                return true;
            };
            let mut below = stages
                .iter()
                .filter(|one| install.build.builds_on(&other.stage, one.stage.index))
                .flat_map(|stage| &stage.steps);
            below.any(|step| fetches(install, step))
        }
        Keyword::Run => {
            let mut commands = step.content.commands().iter();
            fetches(install, step)
                || commands.any(|command| {
                    command.package_call().is_some_and(|call| {
                        let lists = ["update", "clean", "autoclean"].iter().any(|it| call.is(it));
                        !lists && !is_install(command) && !is_of_wheels(install, command)
                    })
                })
        }
        _ => false,
    }
}

/// Whether a step copies from a stage.
fn takes_from(install: &Install<'_, '_>, step: &BuildStep<'_>, other: &BuildStage<'_>) -> bool {
    let dockerfile = install.build.dockerfile;
    let from = step.instruction.flag("from", dockerfile.source).and_then(|flag| flag.value);
    from.is_some_and(|from| {
        let from = dockerfile.text(from).to_ascii_lowercase();
        other.stage.name.as_deref() == Some(&*from) || from.parse() == Ok(other.stage.index)
    })
}

/// Whether a step fetches files, or calls what only a variable knows.
fn fetches(install: &Install<'_, '_>, step: &BuildStep<'_>) -> bool {
    match step.instruction.kind {
        Keyword::Run => step
            .content
            .commands()
            .iter()
            .any(|command| command.program_name().is_none_or(|name| FETCHERS.contains(&name))),
        Keyword::Add => {
            let words = copy_words(install.build.dockerfile, step.instruction);
            words.iter().any(|word| word.contains("://"))
        }
        _ => false,
    }
}

/// Whether a call asks pip of a distribution for nothing but wheels.
pub(super) fn is_of_wheels<'t>(install: &Install<'_, 't>, command: &Command<'t>) -> bool {
    let image = install.stage.image.as_deref();
    let image = image.filter(|image| matches!(library_name(image), Some("debian" | "ubuntu")));
    let python = image.and_then(suite_of_image).and_then(python_of_suite);
    command.manager.is_some_and(|manager| manager.name == "pip")
        && python.is_some_and(|python| {
            takes_wheels(install.facts, install.build, install.stage, python, command)
        })
}

/// A file of the context that may be a program or a library.
fn machine_code(context: &BuildContext) -> Option<&str> {
    let mut files = context.entries().filter(|(path, entry)| {
        let lower = path.to_ascii_lowercase();
        entry.kind == ContextKind::File
            && context.text(path).is_none()
            && !DATA.iter().any(|end| lower.ends_with(end))
    });
    files.next().map(|(path, _)| path)
}
