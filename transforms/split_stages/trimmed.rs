//! Images of PHP: none has a slim form, and all hold the compilers that build extensions. The new stage is the whole file system of the
//! build, on an empty base, once these are gone.

use std::borrow::Cow;

use dockslim_syntax::Keyword;

use super::copies::Brought;
use super::interpreted::{is_aside, is_named};
use super::launch::base_name;
use super::plan::{Plan, Transfer};
use super::reasons;
use super::running::called;
use super::subject::{Obstacle, Subject, because};
use super::variables::of_image;
use crate::facts::{BuildStep, Command, Content, is_compose};

/// What `phpize` needs. The C library's headers are named, since the variable names them by what they provide (docker-library, php).
const OF_IMAGE: &str = "$PHPIZE_DEPS libc6-dev";

/// Packages that are good for nothing else, where the author has installed them.
const TOOLS: [&str; 13] = [
    "autoconf",
    "automake",
    "bison",
    "build-essential",
    "cmake",
    "flex",
    "g++",
    "gcc",
    "libtool",
    "make",
    "nasm",
    "pkg-config",
    "re2c",
];

/// Packages that fetch and unpack what a build needs, and that no image of PHP has.
const FETCHERS: [&str; 7] =
    ["git", "mercurial", "openssh-client", "subversion", "unzip", "wget", "zip"];

/// Where the images find programs.
const PATH: (&str, &str) = ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

/// Programs that change nothing of what apt knows. Those of the first kind also do without what is taken away.
const PLAIN: [&str; 46] = [
    ":",
    "[",
    "a2disconf",
    "a2dismod",
    "a2dissite",
    "a2enconf",
    "a2enmod",
    "a2ensite",
    "basename",
    "cat",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "composer",
    "cp",
    "date",
    "dirname",
    "echo",
    "exit",
    "export",
    "false",
    "find",
    "grep",
    "groupadd",
    "groupmod",
    "id",
    "install",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "php",
    "printf",
    "pwd",
    "rm",
    "rmdir",
    "sed",
    "sleep",
    "test",
    "touch",
    "tr",
    "true",
    "useradd",
    "usermod",
    "whoami",
];
const OF_BUILDS: [&str; 44] = [
    "apt-cache",
    "apt-key",
    "awk",
    "bunzip2",
    "bzip2",
    "command",
    "curl",
    "cut",
    "docker-php-ext-configure",
    "docker-php-ext-enable",
    "docker-php-ext-install",
    "docker-php-source",
    "env",
    "git",
    "gosu",
    "gpg",
    "gunzip",
    "gzip",
    "head",
    "localedef",
    "node",
    "nproc",
    "npm",
    "npx",
    "openssl",
    "pear",
    "pecl",
    "pnpm",
    "readlink",
    "realpath",
    "set",
    "sha256sum",
    "sha384sum",
    "sort",
    "tail",
    "tar",
    "tee",
    "unzip",
    "update-ca-certificates",
    "wget",
    "which",
    "xargs",
    "yarn",
    "yes",
];

/// A kind of image that serves, and what it says of its container (docker-library, php).
struct Server {
    tag: &'static str,
    command: &'static str,
    port: &'static str,
    signal: &'static str,
}

const SERVERS: [Server; 2] = [
    Server { tag: "apache", command: "[\"apache2-foreground\"]", port: "80", signal: "SIGWINCH" },
    Server { tag: "fpm", command: "[\"php-fpm\"]", port: "9000", signal: "SIGQUIT" },
];

/// Plans the two stages; `None` if this is no such image.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let (name, tag) = subject.image.split_once(':').unwrap_or((subject.image, "latest"));
    // Before these the images had not all of the variables.
    let old = tag.split(['-', '.']).next().is_some_and(|first| matches!(first, "5"))
        || ["7.0", "7.1"].iter().any(|version| tag.starts_with(version));
    if name != "php" || tag.contains("alpine") || old || subject.for_development {
        return None;
    }
    Some(plan(subject, tag))
}

fn plan(subject: &Subject<'_, '_>, tag: &str) -> Result<Plan, Obstacle> {
    let steps = &subject.stage.steps;
    let tail = tail(subject);
    let (build, rest) = steps.split_at(tail);
    build.iter().try_for_each(|step| knows_packages(subject, step))?;
    let stays = rest.iter().find(|step| builds(step)).map(|step| step.instruction.span);
    let place = stays.map_or(usize::MAX, |first| first.start);
    if build.iter().any(builds) && !subject.ends_as_root_above(place) {
        let message = "its build does not end as root, who alone takes packages away".to_owned();
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    reads_nothing_lost(subject, tail)?;
    // What the author has installed stays, whatever else goes: apt keeps what it asks for.
    let own = subject.copied.iter().all(|copied| copied.from_context);
    let shows_all = own && shows_project(subject) && !steps.iter().any(fetches);
    let goes = |name: &String| {
        let name = name.as_str();
        TOOLS.contains(&name) || shows_all && FETCHERS.contains(&name) && !is_named(subject, name)
    };
    let (tools, kept): (Vec<String>, Vec<String>) = subject.packages().into_iter().partition(goes);
    if let Some(program) = called(subject, "", &kept)?.first() {
        let message = format!("the container calls `{program}`, which goes with the compilers");
        return Err((&reasons::RUNS_TOOLCHAIN, message));
    }
    let names: Vec<&str> =
        std::iter::once(OF_IMAGE).chain(tools.iter().map(String::as_str)).collect();
    let names = names.join(" ");
    let mut plan = Plan {
        base: "scratch".to_owned(),
        left: "compilers that only build extensions are taken away, and all the rest is copied to an empty image",
        added: vec![format!("apt-mark auto {names} && apt-get autoremove --purge -y")],
        copies: vec![Transfer {
            sources: vec!["/".to_owned()],
            target: "/".to_owned(),
            owner: None,
        }],
        stays,
        ..Plan::default()
    };
    let known = of_image(subject.image).filter_map(|(name, value)| Some((name, value?)));
    let settings = std::iter::once(PATH).chain(known);
    plan.settings.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    plan.says = says(subject, tag)?;
    let handed_on = plan.says.iter().all(|(keyword, _)| *keyword != "ENTRYPOINT");
    if handed_on && !steps.iter().any(|step| step.instruction.kind == Keyword::Entrypoint) {
        plan.left = "compilers that only build extensions are taken away, and all the rest is copied to an empty image, \
                     where arguments of a container that begin with - do not go to php any more";
    }
    Ok(plan)
}

/// What the image says of its container besides, as far as the file does not.
fn says(
    subject: &Subject<'_, '_>,
    tag: &str,
) -> Result<Vec<(&'static str, &'static str)>, Obstacle> {
    let server = SERVERS.iter().find(|server| tag.contains(server.tag));
    let last = |kind: Keyword| {
        let mut steps = subject.stage.steps.iter().rev();
        steps.find(|step| step.instruction.kind == kind)
    };
    let mut says = Vec::new();
    let told = |kind: Keyword, text: &str| {
        last(kind).is_some_and(|step| {
            subject.build.dockerfile.text(step.instruction.arguments_span).trim() == text
        })
    };
    if let Some(server) = server {
        says.extend((!told(Keyword::Expose, server.port)).then_some(("EXPOSE", server.port)));
        if last(Keyword::Stopsignal).is_none() {
            says.push(("STOPSIGNAL", server.signal));
        }
    }
    const ENTRY: (&str, &str) = ("ENTRYPOINT", "[\"docker-php-entrypoint\"]");
    match (last(Keyword::Entrypoint), last(Keyword::Cmd), server) {
        (Some(_), ..) => {}
        (None, Some(_), Some(_)) => says.push(ENTRY),
        (None, Some(command), None) => {
            // The entry point hands on whatever is no option.
            let words = command.instruction.exec().unwrap_or_default();
            let option = words.first().is_some_and(|word| word.value.starts_with('-'));
            says.extend(option.then_some(ENTRY));
        }
        (None, None, Some(server)) => says.extend([ENTRY, ("CMD", server.command)]),
        (None, None, None) => return Err(because(&reasons::NO_COMMAND)),
    }
    Ok(says)
}

fn builds(step: &BuildStep<'_>) -> bool {
    matches!(step.instruction.kind, Keyword::Run | Keyword::Copy | Keyword::Add)
}

/// Whether the project comes by a COPY, and no compose file can mount another in its place.
fn shows_project(subject: &Subject<'_, '_>) -> bool {
    let Some(context) = subject.context else { return false };
    let mut names = context.entries().map(|(path, _)| base_name(path));
    let brings = |one: &Brought| {
        one.source.ends_with(".php")
            || one.folder && context.below(&one.source).any(|(path, _)| path.ends_with(".php"))
    };
    subject.copied.iter().flat_map(|copied| &copied.brings).any(brings) && !names.any(is_compose)
}

/// Whether a step brings programs that the build context does not show.
fn fetches(step: &BuildStep<'_>) -> bool {
    const KNOWN: [&str; 6] = [
        "docker-php-ext-configure",
        "docker-php-ext-enable",
        "docker-php-ext-install",
        "docker-php-source",
        "nproc",
        "pecl",
    ];
    let other = |command: &Command<'_>| match command.package_call() {
        Some(call) => call.manager.name != "apt",
        None => command.program_name().is_none_or(|name| {
            name == "composer" || !PLAIN.contains(&name) && !KNOWN.contains(&name)
        }),
    };
    match step.instruction.kind {
        Keyword::Run => step.content.commands().iter().any(other),
        _ => false,
    }
}

/// The number of the step from which on nothing needs what is taken away: what copies files, and commands that are known to do without.
fn tail(subject: &Subject<'_, '_>) -> usize {
    let steps = &subject.stage.steps;
    let needs = |step: &BuildStep<'_>| {
        step.instruction.kind == Keyword::Run
            && (!step.instruction.flags.is_empty()
                || !matches!(step.content, Content::Script(..))
                || !step.content.commands().iter().all(|command| does_without(subject, command)))
    };
    steps.iter().rposition(needs).map_or(0, |last| last + 1)
}

fn does_without(subject: &Subject<'_, '_>, command: &Command<'_>) -> bool {
    match command.program_name() {
        Some("composer") => !may_call_others(subject),
        name => name.is_some_and(|name| PLAIN.contains(&name)),
    }
}

/// Whether Composer may call programs that are taken away: patch, or what its scripts name.
fn may_call_others(subject: &Subject<'_, '_>) -> bool {
    let Some(context) = subject.context else { return true };
    let is_own = |path: &str| matches!(base_name(path), "composer.json" | "composer.lock");
    let mut own = context.entries().filter(|(path, _)| is_own(path)).peekable();
    own.peek().is_none()
        || own.any(|(path, _)| {
            let words = ["patch", "make", "gcc", "file"];
            let letters = |c: char| !(c.is_alphanumeric() || c == '_');
            context.text(path).is_none_or(|text| {
                text.contains("composer-patches")
                    || text.split('"').any(|text| {
                        text.contains(' ') && text.split(letters).any(|word| words.contains(&word))
                    })
            })
        })
}

/// Refuses what may change which packages are there on purpose: apt takes away what seems to have come for others alone.
fn knows_packages(subject: &Subject<'_, '_>, step: &BuildStep<'_>) -> Result<(), Obstacle> {
    let dockerfile = subject.build.dockerfile;
    // `apt-get install package-`, `--purge`.
    let takes = |word: &str| word.ends_with('-') || word == "--purge";
    if step.instruction.kind == Keyword::Volume {
        return Err(because(&reasons::VOLUME));
    }
    for command in step.content.commands() {
        let known = match command.package_call() {
            Some(call) if call.manager.name == "apt" => ["install", "update", "upgrade", "clean"]
                .into_iter()
                .chain(["autoclean", "dist-upgrade", "full-upgrade"])
                .any(|verb| call.is(verb) && !command.words.iter().flatten().any(|it| takes(it))),
            Some(_) => true,
            None => command
                .program_name()
                .is_some_and(|name| PLAIN.contains(&name) || OF_BUILDS.contains(&name)),
        };
        if step.instruction.kind == Keyword::Run && !known {
            let line = dockerfile.line(command.span.start);
            let text = command.program_name().unwrap_or("a command");
            let message = format!(
                "which packages are only there for others behind `{text}` (line {line}) is not known"
            );
            return Err((&reasons::UNKNOWN_COMMAND, message));
        }
    }
    Ok(())
}

/// Refuses where a step of the new stage, or a file of the project, reads a variable that only the image sets.
fn reads_nothing_lost(subject: &Subject<'_, '_>, tail: usize) -> Result<(), Obstacle> {
    let dockerfile = subject.build.dockerfile;
    let reads = |text: &str| {
        let signs = |name: &str| {
            [format!("${name}"), format!("${{{name}"), format!("'{name}'"), format!("\"{name}\"")]
        };
        let mut lost = of_image(subject.image).filter(|(_, value)| value.is_none());
        lost.find(|(name, _)| signs(name).iter().any(|sign| text.contains(sign.as_str())))
    };
    // Settings that stand in front of the tail go along.
    let stays = |(number, step): &(usize, &BuildStep<'_>)| *number < tail && builds(step);
    let steps = subject.stage.steps.iter().enumerate().filter(|one| !stays(one));
    let steps = steps.map(|(_, step)| step.text(dockerfile));
    let files = subject.context.into_iter().flat_map(|context| {
        let files = context.entries().filter(|(path, _)| !is_aside(path));
        files.filter_map(|(path, _)| context.text(path).map(Cow::Borrowed))
    });
    match steps.chain(files).find_map(|text| reads(&text)) {
        Some((name, _)) => {
            let message = format!("`{name}` has another value in each release of the image");
            Err((&reasons::PACKAGES, message))
        }
        None => Ok(()),
    }
}
