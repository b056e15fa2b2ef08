//! What the steps before a COPY may have left in a folder.

use std::ops::Range;

use dockslim_contract::{BuildContext, DeclineReason};
use dockslim_syntax::{Arguments, Keyword};

use super::copies::{folder, target};
use super::reasons;
use crate::facts::{
    Base, Build, BuildStage, BuildStep, Command, Content, absolute, is_within, parent,
};
use crate::knowledge::{BaseImage, base_image};

/// What is there before a COPY.
#[derive(Debug)]
pub(super) struct Before {
    /// Whether the folder may be there already, empty.
    pub(super) made: bool,
}

/// All steps of the stages that `stage` is built on, and its own before step `number`. ONBUILD of the former runs in front.
fn steps_before<'b, 't>(
    build: &'b Build<'t>,
    stage: &'b BuildStage<'t>,
    number: usize,
) -> Vec<&'b BuildStep<'t>> {
    let mut steps: Vec<_> =
        stage.steps[..number].iter().filter(|step| !step.onbuild).rev().collect();
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

/// A folder of the image, and what is known around it.
pub(super) struct Surroundings<'b, 't> {
    pub(super) build: &'b Build<'t>,
    pub(super) image: &'b BaseImage,
    pub(super) context: Option<&'b BuildContext>,
    /// The folder.
    pub(super) place: &'b str,
}

impl Surroundings<'_, '_> {
    /// Follows the steps before a group of COPYs into the folder, which must stay empty, and the folder
    /// above it must be there.
    pub(super) fn before(
        &self,
        stage: &BuildStage<'_>,
        group: Range<usize>,
    ) -> Result<Before, &'static DeclineReason> {
        let Self { image, place, .. } = *self;
        let mut made = image.has_empty(place);
        if !made && !image.lacks(place) {
            return Err(&reasons::SYSTEM_FOLDER);
        }
        let dockerfile = self.build.dockerfile;
        let mut parent_made = parent(place) == "/" || !image.lacks(parent(place));
        let enters = |step: &&BuildStep<'_>| step.instruction.kind == Keyword::Workdir;
        let before = steps_before(self.build, stage, group.start);
        let among = stage.steps[group].iter().filter(|step| !step.onbuild).filter(enters);
        for step in before.into_iter().chain(among) {
            if step.onbuild {
                return Err(&reasons::EARLIER_FILES);
            }
            match step.instruction.kind {
                Keyword::Workdir => {
                    let Arguments::Text(span) = step.instruction.arguments else { continue };
                    let folder = folder(step, Some(image));
                    let Some(path) = absolute(&dockerfile.text(span), folder.as_deref()) else {
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
                Keyword::Run => made |= self.makes(step).ok_or(&reasons::EARLIER_FILES)?,
                _ => {}
            }
        }
        if parent_made || made { Ok(Before { made }) } else { Err(&reasons::NEW_PARENT) }
    }

    /// Whether files can have their owner before this RUN as well as behind it: it neither writes into
    /// the folder nor looks at owners, and the user and the group are not made in it.
    pub(super) fn passes(&self, step: &BuildStep<'_>) -> bool {
        let dockerfile = self.build.dockerfile;
        let looks_away = |command: &Command<'_>| {
            let text = command.text(dockerfile);
            let program = command.program_name().unwrap_or_default();
            LOOKS_AWAY.contains(&program) && !text.contains("/etc/")
        };
        step.instruction.flags.is_empty()
            && self.makes(step) == Some(false)
            && step.content.commands().iter().all(looks_away)
    }

    /// Whether a RUN makes the folder; `None` if it may write files there.
    fn makes(&self, step: &BuildStep<'_>) -> Option<bool> {
        let commands = match &step.content {
            Content::Script(..) | Content::Exec(_) => step.content.commands(),
            Content::Unread(_) | Content::Nothing => return None,
        };
        let folder = folder(step, Some(self.image));
        let mut made = false;
        for command in commands {
            made |= self.effect(command, folder.as_deref())?;
        }
        Some(made)
    }

    /// Whether a command makes the folder; `None` if it may write files there.
    fn effect(&self, command: &Command<'_>, folder: Option<&str>) -> Option<bool> {
        let (dockerfile, place) = (self.build.dockerfile, self.place);
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
        let words: Vec<Option<&str>> = command.words.iter().skip(1).map(|w| w.as_deref()).collect();
        if program == "mkdir" {
            let plain = |word: &&Option<&str>| !matches!(word, Some("-p" | "-v" | "-pv" | "-vp"));
            let paths = words.iter().filter(plain);
            let made: Option<Vec<bool>> =
                paths.map(|word| makes_it((*word)?, place, folder)).collect();
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
        let all = |wanted: &dyn Fn(&str) -> bool| words.iter().all(|word| word.is_some_and(wanted));
        let outside = || folder.is_some_and(|folder| !is_within(folder, place));
        let harmless = match program {
            _ if HARMLESS.contains(&program) => true,
            _ if MAKES_HOME.contains(&program) => all(&|_| true),
            _ if BY_OPERAND.contains(&program) => all(&elsewhere),
            _ if PIP.contains(&program) && self.installs_packages(&words) => true,
            // pip puts what it installs for editing into `src`.
            _ if PIP.contains(&program) || WHERE_CALLED.contains(&program) => {
                outside()
                    && !place.ends_with("/src")
                    && all(&|word| !word.contains('/') || elsewhere(word))
            }
            _ => false,
        };
        harmless.then_some(false)
    }

    /// Whether `pip install` names packages alone, or lists of them that the context shows.
    fn installs_packages(&self, words: &[Option<&str>]) -> bool {
        let mut words = words.iter().copied();
        let mut installs = false;
        while let Some(word) = words.next() {
            match word {
                Some("install") => installs = true,
                Some("-r" | "--requirement") => {
                    if !words.next().flatten().is_some_and(|list| self.lists_packages(list)) {
                        return false;
                    }
                }
                Some("-U" | "-q" | "--upgrade" | "--quiet" | "--no-cache-dir" | "--no-compile") => {
                }
                Some(name) if installs && names_package(name) => {}
                _ => return false,
            }
        }
        installs
    }

    /// Whether all files of this name in the context list packages by name.
    fn lists_packages(&self, list: &str) -> bool {
        let Some(context) = self.context else { return false };
        let name = list.rsplit('/').next();
        let mut lists = context.entries().filter(|(path, _)| path.rsplit('/').next() == name);
        let packages = |path: &str| {
            context.text(path).is_some_and(|text| {
                let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
                lines.map(str::trim).all(|line| line.is_empty() || names_package(line))
            })
        };
        lists.next().is_some_and(|(path, _)| packages(path))
            && lists.all(|(path, _)| packages(path))
    }
}

/// Whether pip takes this for a package of its index: no path, no URL, no option.
fn names_package(name: &str) -> bool {
    !name.starts_with(['-', '.']) && !name.contains(['/', '@', '\\'])
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
const WHERE_CALLED: &[&str] = &["curl", "gem", "npm", "pecl", "pear", "wget"];

/// pip by its names.
const PIP: &[&str] = &["pip", "pip2", "pip3"];

/// Programs that do not ask for the owner of files, and make no users.
#[rustfmt::skip]
const LOOKS_AWAY: &[&str] = &[
    "curl", "echo", "gem", "ln", "mkdir", "npm", "pip", "pip2", "pip3", "printf", "rm", "set",
    "touch", "true", "wget",
];

/// Whether mkdir of `path` makes `place`; `None` if it makes something in it.
fn makes_it(path: &str, place: &str, folder: Option<&str>) -> Option<bool> {
    if path.starts_with('-') {
        return None;
    }
    let path = absolute(path, folder)?;
    if path == place { Some(true) } else { (!is_within(&path, place)).then_some(false) }
}
