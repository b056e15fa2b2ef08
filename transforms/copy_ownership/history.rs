//! What the steps before a COPY may have left in a folder.

use std::ops::Range;

use dockslim_contract::DeclineReason;
use dockslim_syntax::{Arguments, Dockerfile, Keyword};

use super::copies::{folder, target};
use super::places::{absolute, is_within, parent};
use super::reasons;
use crate::facts::{Base, Build, BuildStage, BuildStep, Command, Content};
use crate::knowledge::{BaseImage, base_image};

/// What is there before a COPY.
#[derive(Debug)]
pub(super) struct Before {
    /// Whether the folder may be there already, empty.
    pub(super) made: bool,
}

/// All steps of the stages that `stage` is built on, and its own before step `number`.
fn steps_before<'b, 't>(
    build: &'b Build<'t>,
    stage: &'b BuildStage<'t>,
    number: usize,
) -> Vec<&'b BuildStep<'t>> {
    let mut steps: Vec<_> = stage.steps[..number].iter().rev().collect();
    let mut stage = stage;
    while let Base::Stage(index) = stage.stage.base {
        stage = &build.stages[index];
        steps.extend(stage.steps.iter().rev());
    }
    steps.reverse();
    steps
}

/// What is known of the image below a stage; nothing if an argument names it, which may be given any.
pub(super) fn image(build: &Build<'_>, stage: &BuildStage<'_>) -> Option<&'static BaseImage> {
    let mut bottom = &stage.stage;
    while let Base::Stage(index) = bottom.base {
        bottom = &build.stages[index].stage;
    }
    let named = matches!(&bottom.base, Base::Image(image) if !image.starts_with('$'));
    stage.image.as_deref().filter(|_| named).and_then(base_image)
}

/// Follows the steps before a group of COPYs into `place`, which must stay empty, and the folder above
/// it must be there.
pub(super) fn before(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    group: Range<usize>,
    image: &BaseImage,
    place: &str,
) -> Result<Before, &'static DeclineReason> {
    let mut made = image.has_empty(place);
    if !made && !image.lacks(place) {
        return Err(&reasons::SYSTEM_FOLDER);
    }
    let dockerfile = build.dockerfile;
    let mut parent_made = parent(place) == "/" || !image.lacks(parent(place));
    let enters = |step: &&BuildStep<'_>| step.instruction.kind == Keyword::Workdir;
    let before = steps_before(build, stage, group.start);
    let among = stage.steps[group].iter().filter(enters);
    for step in before.into_iter().chain(among).filter(|step| !step.onbuild) {
        let folder = folder(step, Some(image));
        let folder = folder.as_deref();
        match step.instruction.kind {
            Keyword::Workdir => {
                let Arguments::Text(span) = step.instruction.arguments else { continue };
                let Some(path) = absolute(&dockerfile.text(span), folder) else {
                    return Err(&reasons::EARLIER_FILES);
                };
                if path != place && is_within(&path, place) {
                    return Err(&reasons::EARLIER_FILES);
                }
                made |= path == place;
                parent_made |= is_within(&path, parent(place));
            }
            Keyword::Copy | Keyword::Add => match target(dockerfile, step, Some(image)) {
                Some(path) if !is_within(&path, place) && !is_within(place, &path) => {}
                Some(_) => return Err(&reasons::EARLIER_FILES),
                None => return Err(&reasons::UNKNOWN_TARGET),
            },
            Keyword::Run => {
                made |= makes(dockerfile, step, place, folder).ok_or(&reasons::EARLIER_FILES)?;
            }
            _ => {}
        }
    }
    if parent_made || made { Ok(Before { made }) } else { Err(&reasons::NEW_PARENT) }
}

/// Whether a RUN makes the folder `place`; `None` if it may write files there.
fn makes(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    place: &str,
    folder: Option<&str>,
) -> Option<bool> {
    let commands = match &step.content {
        Content::Script(..) | Content::Exec(_) => step.content.commands(),
        Content::Unread(_) | Content::Nothing => return None,
    };
    let mut made = false;
    for command in commands {
        made |= effect(dockerfile, command, place, folder)?;
    }
    Some(made)
}

/// Programs that write to the system's own folders, or nowhere.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "apk", "apt", "apt-cache", "apt-get", "apt-key", "apt-mark", "dnf", "dpkg-reconfigure",
    "microdnf", "tdnf", "yum", "zypper", "addgroup", "chpasswd", "groupadd", "groupmod", "passwd",
    "usermod", "ldconfig", "locale-gen", "update-ca-certificates", "update-locale", "a2enmod",
    "a2ensite", "docker-php-ext-configure", "docker-php-ext-enable", "docker-php-ext-install",
    "echo", "exit", "export", "false", "printf", "set", "sleep", "test", "true", "[", ":", "awk",
    "cat", "cut", "dirname", "grep", "head", "id", "nproc", "rm", "rmdir", "sort", "tail", "tr",
    "uname", "wc", "which", "whoami",
];

/// Programs that make a home folder, and otherwise write to the system's own.
const MAKES_HOME: &[&str] = &["adduser", "useradd"];

/// Programs that write where their operands say.
#[rustfmt::skip]
const BY_OPERAND: &[&str] = &["chgrp", "chmod", "chown", "cp", "install", "ln", "mv", "sed", "touch"];

/// Programs that write single files or folders of their own where they are called, or by operand.
const WHERE_CALLED: &[&str] =
    &["curl", "gem", "npm", "pecl", "pear", "pip", "pip2", "pip3", "wget"];

/// Whether a command makes the folder `place`; `None` if it may write files there.
fn effect(
    dockerfile: &Dockerfile<'_>,
    command: &Command<'_>,
    place: &str,
    folder: Option<&str>,
) -> Option<bool> {
    let apart = |path: &str| !is_within(path, place) && !is_within(place, path);
    let redirects = command.call.iter().flat_map(|call| call.redirects);
    for redirect in redirects.filter(|redirect| !redirect.heredoc) {
        let text = dockerfile.text(redirect.target.span);
        let descriptor = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !descriptor && !absolute(&text, folder).is_some_and(|path| apart(&path)) {
            return None;
        }
    }
    if command.words.is_empty() {
        return Some(false);
    }
    let program = command.program_name()?;
    let mut words = command.words.iter().skip(1).map(|word| word.as_deref());
    if program == "mkdir" {
        let paths = words.filter(|word| !matches!(word, Some("-p" | "-v" | "-pv" | "-vp")));
        let made: Option<Vec<bool>> = paths.map(|word| makes_it(word?, place, folder)).collect();
        return made.map(|made| made.contains(&true));
    }
    if command.text(dockerfile).contains(place) {
        return None;
    }
    let elsewhere = |word: &str| {
        let path = word.split_once('=').map_or(word, |(_, path)| path);
        (word.starts_with('-') && !word.contains('/'))
            || path.contains("://")
            || absolute(path, folder).is_some_and(|path| apart(&path))
    };
    let called_outside = || folder.is_some_and(|folder| !is_within(folder, place));
    let harmless = match program {
        _ if HARMLESS.contains(&program) => true,
        _ if MAKES_HOME.contains(&program) => words.all(|word| word.is_some()),
        _ if BY_OPERAND.contains(&program) => words.all(|word| word.is_some_and(elsewhere)),
        // pip puts what it installs for editing into `src`.
        _ if WHERE_CALLED.contains(&program) => {
            called_outside()
                && !place.ends_with("/src")
                && words.all(|word| word.is_some_and(|word| !word.contains('/') || elsewhere(word)))
        }
        _ => false,
    };
    harmless.then_some(false)
}

/// Whether mkdir of `path` makes `place`; `None` if it makes something in it.
fn makes_it(path: &str, place: &str, folder: Option<&str>) -> Option<bool> {
    if path.starts_with('-') {
        return None;
    }
    let path = absolute(path, folder)?;
    if path == place { Some(true) } else { (!is_within(&path, place)).then_some(false) }
}
