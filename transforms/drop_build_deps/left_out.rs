//! Compilers that nothing builds with: they need not be installed.

use dockslim_contract::{BuildContext, ContextKind, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword, Span};

use super::afterwards::{needed_afterwards, programs};
use super::tools::{is_install, is_removal, updates};
use super::{Install, reasons};
use crate::facts::{
    BuildStep, Command, call_what_compilers_bring, copy_words, files_build, is_from_context,
    word_with_gap,
};
use crate::knowledge::{
    keeps_compilers, lacks_build_tools, library_name, python_of_suite, suite_of_image,
};
use crate::pass::Refusal;
use crate::slim_base::takes_wheels;

/// Programs of steps that keep files, users and settings of servers, and start nothing else.
const KEEPERS: &[&str] = &[
    "[",
    "a2dismod",
    "a2dissite",
    "a2enconf",
    "a2enmod",
    "a2ensite",
    "addgroup",
    "adduser",
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "cp",
    "echo",
    "groupadd",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "printf",
    "rm",
    "rmdir",
    "sed",
    "set",
    "test",
    "touch",
    "true",
    "useradd",
    "usermod",
];
/// Programs that serve, or run sources of the project.
const SERVERS: &[&str] = &[
    "apache2-foreground",
    "apache2ctl",
    "apachectl",
    "caddy",
    "gunicorn",
    "lighttpd",
    "nginx",
    "node",
    "nodejs",
    "php",
    "puma",
    "python3",
    "rackup",
    "redis-server",
    "ruby",
    "uvicorn",
];
/// Those that wait for input where nothing follows them.
const PROMPTS: &[&str] = &["node", "nodejs", "php", "python3", "ruby"];
/// Programs in front of what a container runs.
const INITS: &[&str] = &["--", "dumb-init", "exec", "tini"];
/// Ends of sources whose programs are not looked at for what they start.
const UNREAD: &[&str] = &[
    ".awk", ".c", ".cc", ".cgi", ".clj", ".cpp", ".cs", ".fs", ".go", ".h", ".hs", ".java", ".jl",
    ".kt", ".lua", ".ml", ".pl", ".pm", ".r", ".rs", ".scala", ".swift", ".tcl",
];
/// Texts that lead to libraries or files of the tools, or hand a container another command.
const SIGNS: &[&str] = &[
    "CDLL",
    "FFI",
    "LoadLibrary",
    "cdll",
    "cffi",
    "dlopen",
    "docker exec",
    "docker run",
    "find_library",
    "kubectl exec",
    "linux-gnu-",
    "loadlib",
    "lib/gcc",
    "usr/include",
];
/// Parts of the names of packages that start compilers, or are there for people.
const COMPILING: &[&str] = &[
    "ansible",
    "ccache",
    "cffi",
    "cython",
    "distcc",
    "gcovr",
    "inline",
    "jenkins",
    "numba",
    "openssh-server",
    "theano",
];
/// Parts of the names of packages by which a server runs what lies among its pages.
const LANGUAGES: &[&str] = &["cgi", "mod-", "node", "perl", "php", "python", "ruby"];
/// Folders from which a server only reads pages.
const PAGES: &[&str] = &["/usr/share/nginx/html", "/var/www"];
/// Packages that only recommend a compiler (Debian's package index).
const RECOMMENDING: &[&str] = &["npm", "python-pip", "python3-pip", "ruby-full"];
/// Ends of files that no loader opens.
const DATA: &[&str] = &[
    ".avif", ".db", ".eot", ".gif", ".gz", ".ico", ".jpeg", ".jpg", ".mp3", ".mp4", ".ogg", ".otf",
    ".pdf", ".png", ".sqlite", ".sqlite3", ".ttf", ".webm", ".webp", ".woff", ".woff2", ".zip",
];

/// The list of an install without the tools, where neither a step nor the program of a container builds, and all that both are is known.
pub(super) fn left_out(install: &Install<'_, '_>) -> Result<Rewrite, Refusal> {
    saves_something(install)?;
    all_is_known(install)?;
    if let Some(refusal) = needed_afterwards(install) {
        return Err(refusal);
    }
    nothing_comes_along(install)?;
    let tools = &install.tools;
    let command = &install.commands()[install.number];
    let mut edits = Edits::new();
    for (_, word) in tools.packages.iter().filter(|(name, _)| tools.names.contains(name)) {
        let span = word_with_gap(install.build.dockerfile, command.span.start, *word);
        if span.is_none_or(|span| edits.delete(span).is_err()) {
            return nothing_built("a comment stands in the list of packages");
        }
    }
    let reason = format!("nothing is seen to build with {}", tools.names.join(", "));
    Ok(Rewrite { safety: Safety::Suggestion, at: command.span, reason, edits })
}

fn nothing_built<T>(why: &str) -> Result<T, Refusal> {
    Err((&reasons::NOTHING_BUILT, why.to_owned()))
}

/// Whether the tools would be gone without their names, and a list is left.
fn saves_something(install: &Install<'_, '_>) -> Result<(), Refusal> {
    let tools = &install.tools;
    if let Some(word) = &tools.unknown {
        return Err((&reasons::UNKNOWN_WORDS, format!("it is not known what {word} stands for")));
    }
    let mut words = install.commands()[install.number].words.iter().flatten();
    if tools.manager != "apt" || !words.any(|word| word == "--no-install-recommends") {
        return nothing_built("nothing in this RUN builds with it, but others come along with it");
    }
    let keeps = |name: &str| keeps_compilers(tools.manager, name) && !RECOMMENDING.contains(&name);
    if let Some((package, _)) = tools.packages.iter().find(|(name, _)| keeps(name)) {
        let message = format!("{package} needs a compiler, which would stay");
        return Err((&reasons::KEPT, message));
    }
    if tools.packages.iter().all(|(name, _)| tools.names.contains(name)) {
        return nothing_built("nothing in this RUN builds with it, and nothing else is installed");
    }
    match changes_packages(install) {
        Some(line) => {
            let message = format!("line {line} removes packages or updates them");
            Err((&reasons::OTHER_CHANGES, message))
        }
        None => Ok(()),
    }
}

/// Whether all is known that the stage, and those that are built on it, have and do: of the base, of the packages, of the build context, of what
/// a container starts.
fn all_is_known(install: &Install<'_, '_>) -> Result<(), Refusal> {
    let build = install.build;
    let Some(context) = install.facts.context else {
        return nothing_built("nothing in this RUN builds with it");
    };
    let image = install.stage.image.as_deref().unwrap_or_default();
    if !lacks_build_tools(install.tools.manager, image) {
        return Err((&reasons::UNKNOWN_BASE, format!("it is not known what {image} is there for")));
    }
    let own = install.stage.stage.index;
    let stages = build.stages.iter().filter(|stage| build.builds_on(&stage.stage, own));
    let mut steps = stages.clone().flat_map(|stage| &stage.steps);
    if let Some(step) = steps.find(|step| brings_unknown(install, step)) {
        let line = build.dockerfile.line(step.instruction.span.start);
        return nothing_built(&format!("what line {line} brings or does may need it"));
    }
    let mut steps = stages.flat_map(|stage| &stage.steps);
    if let Some(step) = steps.find(|step| starts_unknown(context, step)) {
        let line = build.dockerfile.line(step.instruction.span.start);
        return nothing_built(&format!("what line {line} starts may need it"));
    }
    match unread(context) {
        Some(path) => nothing_built(&format!("what {path} needs or starts is not known")),
        None => Ok(()),
    }
}

/// Whether a container starts something else than a server, sources of the project, or a script of it that ends with one.
fn starts_unknown(context: &BuildContext, step: &BuildStep<'_>) -> bool {
    if !matches!(step.instruction.kind, Keyword::Cmd | Keyword::Entrypoint) {
        return false;
    }
    step.content.commands().is_empty()
        || step.content.commands().iter().any(|command| {
            let mut words = command.words.iter().map(|word| word.as_deref().unwrap_or("$"));
            let Some(word) = words.find(|word| !INITS.contains(&name_of(word))) else {
                return true;
            };
            let mut scripts = context
                .entries()
                .filter(|(path, _)| word.contains('/') && name_of(path) == name_of(word));
            let script = scripts.next().and_then(|(path, _)| context.text(path));
            let closed = |text: &str| !["$@", "$*", "$1"].iter().any(|sign| text.contains(sign));
            // Without a file people type what they run.
            let prompt = PROMPTS.contains(&name_of(word)) && words.next().is_none();
            prompt || !SERVERS.contains(&name_of(word)) && !script.is_some_and(closed)
        })
}

/// A file of the context that may be a program or a library, or a source of which nobody knows what it starts.
fn unread(context: &BuildContext) -> Option<&str> {
    let mut files = context.entries().filter(|(path, entry)| {
        let lower = path.to_ascii_lowercase();
        let ends = |list: &[&str]| list.iter().any(|end| lower.ends_with(end));
        let text = context.text(path);
        let by_line = text.is_some_and(|text| {
            let line = text.lines().next().unwrap_or_default();
            let known = ["sh", "bash", "node", "php", "python3", "ruby"];
            let program = line.split(['/', ' ']).next_back().unwrap_or_default();
            line.starts_with("#!") && !known.contains(&program)
        });
        entry.kind == ContextKind::File
            && (text.is_none() && !ends(DATA)
                || ends(UNREAD)
                || by_line
                || path.contains(".devcontainer"))
    });
    files.next().map(|(path, _)| path)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether no file of the project calls the tools, or what comes along with them.
fn nothing_comes_along(install: &Install<'_, '_>) -> Result<(), Refusal> {
    let tools = &install.tools;
    let behind = install.commands()[install.number].span.end;
    let behind = &install.build.dockerfile.source[behind..];
    let listed = |name: &str| {
        tools.packages.iter().any(|(one, _)| one == name && !tools.names.contains(one))
    };
    // cmake alone needs procps (Debian's package index).
    let stays = |name: &str| {
        listed(name) || name == "procps" && !tools.names.iter().any(|name| name == "cmake")
    };
    let signs: Vec<String> = SIGNS.iter().map(|sign| (*sign).to_owned()).collect();
    let calls = |context: &BuildContext| {
        files_build(context, &programs(install), &signs, false)
            || signs.iter().any(|sign| behind.contains(sign))
            || call_what_compilers_bring(behind, context, &stays)
    };
    match install.facts.context.is_some_and(calls) {
        true => nothing_built("a file of the project may build with it, or call what comes along"),
        false => Ok(()),
    }
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

/// Whether a step brings what the build context does not show: a download, packages of a language but wheels, files of another image, or of a
/// stage that has such.
fn brings_unknown<'t>(install: &Install<'_, 't>, step: &BuildStep<'t>) -> bool {
    let dockerfile = install.build.dockerfile;
    match step.instruction.kind {
        Keyword::Copy | Keyword::Add if is_from_context(dockerfile, step.instruction) => {
            copy_words(dockerfile, step.instruction).iter().any(|word| word.contains("://"))
        }
        Keyword::Copy | Keyword::Add => {
            let target = copy_words(dockerfile, step.instruction).pop().unwrap_or_default();
            let packages = &install.tools.packages;
            let runs = |(name, _): &(String, Span)| LANGUAGES.iter().any(|it| name.contains(it));
            !PAGES.iter().any(|folder| target.starts_with(folder)) || packages.iter().any(runs)
        }
        Keyword::Run => step.content.commands().iter().any(|command| {
            let Some(call) = command.package_call() else {
                let name = command.program_name();
                return name.is_none_or(|name| !KEEPERS.contains(&name))
                    || command.words.iter().flatten().any(|word| word.contains('`'));
            };
            let lists = ["update", "clean", "autoclean"].iter().any(|verb| call.is(verb));
            let words = || command.words.iter().flatten();
            let compiles = words().any(|word| COMPILING.iter().any(|part| word.contains(part)));
            compiles || !lists && !is_install(command) && !is_of_wheels(install, command)
        }),
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
