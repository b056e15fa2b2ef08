//! Who may use development dependencies: later steps, and what a container starts.

use dockslim_syntax::{Dockerfile, Keyword};

use super::calls::LEAD_ELSEWHERE;
use super::project::Project;
use super::{Install, reasons};
use crate::facts::{
    Base, BuildStage, BuildStep, Content, absolute, copy_words, is_within, options_of_shell,
};
use crate::knowledge::{manifests, program_names};
use crate::pass::Refusal;

/// Programs of systems, which use no packages of Node.
const SYSTEM: [&str; 62] = [
    ":",
    "[",
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "apt-key",
    "apt-mark",
    "cat",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "cp",
    "curl",
    "cut",
    "date",
    "dnf",
    "dpkg",
    "echo",
    "exit",
    "export",
    "false",
    "find",
    "grep",
    "groupadd",
    "groupmod",
    "gunzip",
    "head",
    "id",
    "install",
    "ldconfig",
    "ln",
    "ls",
    "microdnf",
    "mkdir",
    "mv",
    "openssl",
    "printf",
    "pwd",
    "rm",
    "rmdir",
    "sed",
    "set",
    "setcap",
    "sleep",
    "sort",
    "tail",
    "tar",
    "test",
    "touch",
    "tr",
    "true",
    "umask",
    "uname",
    "unzip",
    "update-ca-certificates",
    "useradd",
    "usermod",
    "wget",
    "yum",
];
/// Programs that start another one, which stands behind their options.
pub(super) const INITS: [&str; 9] = [
    "cross-env",
    "docker-entrypoint.sh",
    "dumb-init",
    "env",
    "exec",
    "gosu",
    "su-exec",
    "time",
    "tini",
];
/// Programs of Node that start what is there, and compile nothing.
const STARTERS: [&str; 10] = [
    "node",
    "nodejs",
    "pm2",
    "pm2-runtime",
    "pm2-docker",
    "forever",
    "next",
    "serve",
    "http-server",
    "corepack",
];
/// How many scripts may call each other.
pub(super) const DEPTH: usize = 8;

/// A command with what is known of its words.
pub(super) type Words = Vec<Option<String>>;

/// Whether a later step may use what would be missing.
pub(super) fn later(install: Install<'_, '_>, project: &Project<'_>) -> Result<(), Refusal> {
    behind(install, project, install.users())
}

/// Whether a step of another stage may than of that which installs, and of that which ends with the packages.
pub(super) fn elsewhere(
    install: Install<'_, '_>,
    last: &BuildStage<'_>,
    project: &Project<'_>,
) -> Result<(), Refusal> {
    let mut users = install.users().split_off(1);
    users.retain(|stage| stage.stage.index != last.stage.index);
    behind(install, project, users)
}

fn behind(
    install: Install<'_, '_>,
    project: &Project<'_>,
    stages: Vec<&BuildStage<'_>>,
) -> Result<(), Refusal> {
    let dockerfile = install.build.dockerfile;
    let here = install.command().span.start;
    for stage in stages {
        let own = stage.stage.index == install.stage.stage.index;
        for step in &stage.steps {
            let line = dockerfile.line(step.instruction.span.start);
            let refuse = |why: String| (&reasons::USED_LATER, format!("line {line}: {why}"));
            if step.onbuild {
                return Err(refuse("what other builds do with it is not known".to_owned()));
            }
            if step.instruction.kind == Keyword::Copy && !own {
                let mut words = copy_words(dockerfile, step.instruction);
                words.pop();
                if let Some(word) = words.iter().find(|word| project.is_lost_file(word)) {
                    return Err(refuse(format!("`{word}` is a development dependency")));
                }
            }
            if step.instruction.kind != Keyword::Run || own && step.instruction.span.end <= here {
                continue;
            }
            if let Content::Unread(_) = &step.content {
                return Err(refuse("the script is not understood".to_owned()));
            }
            if step.hands_documents() {
                return Err(refuse("a here-document may do anything".to_owned()));
            }
            for command in step.content.commands() {
                if own && command.span.start <= here {
                    continue;
                }
                let words =
                    command.words.iter().map(|word| word.as_deref().map(str::to_owned)).collect();
                Asked::of(project).command(&words).map_err(refuse)?;
            }
        }
    }
    Ok(())
}

/// Whether a container of a stage that ships may use it.
pub(super) fn at_start(install: Install<'_, '_>, project: &Project<'_>) -> Result<(), Refusal> {
    let build = install.build;
    let refuse = |why: String| (&reasons::USED_AT_START, why);
    for stage in install.users().into_iter().filter(|stage| stage.stage.ships) {
        let below = std::iter::successors(Some(stage), |stage| match stage.stage.base {
            Base::Stage(index) => Some(&build.stages[index]),
            Base::Image(_) => None,
        });
        let starts = starts(build.dockerfile, below.collect());
        let has_children =
            build.stages.iter().any(|other| other.stage.base == Base::Stage(stage.stage.index));
        if starts.is_empty() && !has_children {
            return Err(refuse("nothing says what a container runs".to_owned()));
        }
        for step in &stage.steps {
            let path = step.state.settings.iter().rev().find(|setting| setting.name == "PATH");
            if path.is_some_and(|path| {
                path.value.as_deref().is_none_or(|value| value.contains("node_modules"))
            }) {
                return Err(refuse("PATH leads to the programs of packages".to_owned()));
            }
            let mut settings = step.state.settings.iter();
            if settings.any(|one| {
                matches!(
                    &*one.name.to_ascii_lowercase(),
                    "node_options" | "npm_config_node_options"
                ) && one.value.as_deref().is_none_or(loads_modules)
            }) {
                return Err(refuse("NODE_OPTIONS may load development dependencies".to_owned()));
            }
        }
        // npm hands these on to what it starts (npm documentation, "config").
        let mut settings = project.context.entries().filter(|(path, _)| path.ends_with(".npmrc"));
        let sets = |text: &str| text.contains("node-options") || text.contains("script-shell");
        if settings.any(|(path, _)| project.context.text(path).is_none_or(sets)) {
            return Err(refuse("`.npmrc` has options for what npm starts".to_owned()));
        }
        for words in &starts {
            let moves = starts.iter().flatten().flatten();
            let moves = moves.filter(|word| matches!(word.as_str(), "cd" | "pushd" | "popd"));
            let here = moves.count() == 0
                && stage.stage.index == install.stage.stage.index
                && starts_in(stage).is_some_and(|folder| folder == project.folder);
            Asked { here, ..Asked::of(project) }.command(words).map_err(refuse)?;
        }
    }
    Ok(())
}

/// The folder that a container of a stage starts in, where CMD or ENTRYPOINT stand behind the last WORKDIR.
fn starts_in(stage: &BuildStage<'_>) -> Option<String> {
    let starts = |kind: Keyword| matches!(kind, Keyword::Cmd | Keyword::Entrypoint);
    let at = stage.steps.iter().rposition(|step| starts(step.instruction.kind))?;
    let moves = stage.steps[at..].iter().any(|step| step.instruction.kind == Keyword::Workdir);
    absolute(stage.steps[at].state.workdir.as_deref()?, None).filter(|_| !moves)
}

/// Whether options of Node load modules in front of the program (Node.js, "Command-line API").
fn loads_modules(options: &str) -> bool {
    ["-r", "--import", "loader", "$"].iter().any(|sign| options.contains(sign))
}

/// What containers of the stages that ship run.
pub(super) fn started(install: Install<'_, '_>) -> Vec<Words> {
    let build = install.build;
    let stages = install.users().into_iter().filter(|stage| stage.stage.ships);
    stages
        .flat_map(|stage| {
            let below = std::iter::successors(Some(stage), |stage| match stage.stage.base {
                Base::Stage(index) => Some(&build.stages[index]),
                Base::Image(_) => None,
            });
            starts(build.dockerfile, below.collect())
        })
        .collect()
}

/// What a container runs: ENTRYPOINT with CMD behind it, and HEALTHCHECK.
fn starts(dockerfile: &Dockerfile<'_>, stages: Vec<&BuildStage<'_>>) -> Vec<Words> {
    let last = |kind| {
        stages.iter().find_map(|stage| {
            stage.steps.iter().rev().find(|step| step.instruction.kind == kind && !step.onbuild)
        })
    };
    let (entry, command) = (last(Keyword::Entrypoint), last(Keyword::Cmd));
    let words = |step: &BuildStep<'_>| -> Vec<Words> {
        if let Content::Unread(_) = step.content {
            return vec![vec![None]];
        }
        let own = |words: &[Option<std::borrow::Cow<'_, str>>]| {
            words.iter().map(|word| word.as_deref().map(str::to_owned)).collect()
        };
        step.content.commands().iter().map(|command| own(&command.words)).collect()
    };
    let exec = |step: &&BuildStep<'_>| matches!(step.content, Content::Exec(_));
    let mut found = match (entry, command) {
        (Some(entry), Some(command)) if exec(&entry) && exec(&command) => {
            vec![words(entry).concat().into_iter().chain(words(command).concat()).collect()]
        }
        (entry, command) => entry.into_iter().chain(command).flat_map(words).collect(),
    };
    if let Some(check) = last(Keyword::Healthcheck) {
        let text = dockerfile.text(check.instruction.arguments_span);
        let text =
            text.trim_start_matches(|c: char| c != 'C' && c != 'N').trim_start_matches("CMD");
        if text.trim() != "NONE" {
            let list = text.replace(['[', ']', ','], " ");
            found.extend(split(&list));
        }
    }
    found
}

/// A project whose development dependencies a command is asked about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'p, 'c> {
    pub(super) project: &'p Project<'c>,
    /// How many scripts have led here.
    pub(super) depth: usize,
    /// Whether a manager starts it, which has the programs of all packages found by their bare names (npm documentation, "scripts").
    pub(super) by_manager: bool,
    /// Whether it runs in the folder of the project, where a manager finds its package.json and no other one.
    pub(super) here: bool,
}

impl<'p, 'c> Asked<'p, 'c> {
    /// Asks what a shell of the system, an image or a person starts.
    pub(super) fn of(project: &'p Project<'c>) -> Self {
        Self { project, depth: 0, by_manager: false, here: false }
    }
}

impl Asked<'_, '_> {
    /// Why a command may use them.
    pub(super) fn command(&self, words: &Words) -> Result<(), String> {
        let at = words.iter().position(|word| {
            word.as_deref().is_none_or(|word| !word.contains('=') || word.starts_with('-'))
        });
        let (set, words) = words.split_at(at.unwrap_or(words.len()));
        let mut options =
            set.iter().flatten().filter_map(|word| word.strip_prefix("NODE_OPTIONS="));
        if options.any(loads_modules) {
            return Err("NODE_OPTIONS may load development dependencies".to_owned());
        }
        let Some(first) = words.first() else { return Ok(()) };
        let shown = first.as_deref().unwrap_or("a variable");
        let may = || Err(format!("`{shown}` may use development dependencies"));
        let Some(first) = first.as_deref() else { return may() };
        let name = program_names(first).next().unwrap_or(first);
        let operands = || words.iter().skip(1).flatten().map(String::as_str);
        if let Some(word) = words.iter().flatten().find(|word| self.project.is_lost(word)) {
            return Err(format!("`{word}` is a development dependency"));
        }
        // What a manager installs for all is no package of the project, and runs where something starts it.
        let managed = matches!(name, "npm" | "yarn" | "pnpm")
            && operands().any(|word| matches!(word, "-g" | "--global" | "global"));
        if first.contains("node_modules")
            || !managed
                && operands().any(|word| {
                    manifests().packages.compiling.iter().any(|one| word.starts_with(one.as_str()))
                })
        {
            return may();
        }
        match name {
            _ if first.contains('/') && !first.starts_with('/') => {
                self.file(first)?;
                self.handed_on(first, &words[1..])
            }
            "find"
                if operands().any(|word| word.starts_with("-exec") || word.starts_with("-ok")) =>
            {
                may()
            }
            _ if SYSTEM.contains(&name) => Ok(()),
            "cross-env" if !self.project.brings(name) => may(),
            _ if INITS.contains(&name) && !self.is_of_project(name) => {
                let skip = |word: &&Option<String>| {
                    word.as_deref().is_some_and(|word| word.starts_with('-') || word.contains('='))
                };
                let user = usize::from(matches!(name, "gosu" | "su-exec"));
                let rest: Words = words[1..].iter().skip_while(skip).skip(user).cloned().collect();
                self.command(&rest)
            }
            "npm" | "yarn" | "pnpm" => self.manager(name, &words[1..]),
            "sh" | "bash" | "ash" | "dash" => {
                let words = &words[options_of_shell(&words[1..])..];
                match (words.get(1).and_then(Option::as_deref), words.get(2)) {
                    (Some(flag), Some(Some(text)))
                        if flag.starts_with('-') && flag.ends_with('c') =>
                    {
                        self.script(text)
                    }
                    (Some(file), _) if !file.starts_with('-') => {
                        self.file(file)?;
                        self.handed_on(file, &words[2..])
                    }
                    _ => may(),
                }
            }
            "npm-run-all" | "run-p" | "run-s" if self.project.brings("npm-run-all") => {
                self.by_names(name, &words[1..])
            }
            "concurrently" if self.project.brings(name) => self.at_once(&words[1..]),
            _ if STARTERS.contains(&name) => self.starter(name, &words[1..]),
            _ if first.ends_with(".sh") || first.starts_with('/') => {
                self.file(first)?;
                self.handed_on(first, &words[1..])
            }
            _ => may(),
        }
    }

    /// Whether the project has a script of its own with the name of a known one.
    fn is_of_project(&self, name: &str) -> bool {
        self.project.context.entries().any(|(path, _)| path.rsplit('/').next() == Some(name))
    }

    /// Whether a word names a list of processes for pm2 that starts more than sources (pm2 documentation, "Ecosystem File").
    fn is_open_list(&self, word: &str) -> bool {
        let name = word.rsplit('/').next().unwrap_or(word);
        let list = name.contains(".config.") || name.ends_with(".json");
        let signs = ["npm", "npx", "yarn", "interpreter", ".bin", ".sh"];
        let mut files = self.project.context.entries().map(|(path, _)| path);
        let plain = |path: &str| {
            let text = self.project.context.text(path);
            text.is_some_and(|text| !signs.iter().any(|sign| text.contains(sign)))
        };
        list && !files.any(|path| path.rsplit('/').next() == Some(name) && plain(path))
    }

    /// A program of Node that starts what is there.
    fn starter(&self, name: &str, words: &[Option<String>]) -> Result<(), String> {
        let package = if name.starts_with("pm2") { "pm2" } else { name };
        if !matches!(name, "node" | "nodejs" | "corepack") && !self.project.brings(package) {
            return Err(format!("no package that stays is known to bring `{name}`"));
        }
        let known: Vec<&str> = words.iter().map_while(|word| word.as_deref()).collect();
        // A file of variables may hold NODE_OPTIONS (Node.js, "Command-line API").
        if known.iter().any(|word| word.starts_with("--env-file")) {
            return Err(format!("`{name}` reads variables from a file"));
        }
        if known.len() < words.len() && name != "node" {
            return Err(format!("what `{name}` starts is not known"));
        }
        let module = |pair: &[&str]| {
            matches!(
                pair[0],
                "-r" | "--require" | "--import" | "--loader" | "--experimental-loader"
            ) && self.project.is_lost_module(pair[1])
        };
        let joined = known.iter().filter_map(|word| word.split_once('='));
        if known.windows(2).any(module) || { joined }.any(|(name, of)| module(&[name, of])) {
            return Err(format!("`{name}` loads a development dependency"));
        }
        let others = known
            .iter()
            .position(|word| matches!(*word, "npm" | "yarn" | "pnpm" | "npx" | "sh" | "bash"));
        match (name, others) {
            (_, Some(at)) => {
                let rest: Words = known[at..]
                    .iter()
                    .filter(|word| **word != "--")
                    .map(|word| Some((*word).to_owned()))
                    .collect();
                self.command(&rest)
            }
            ("next", _) if known.first() != Some(&"start") => Err("`next` builds".to_owned()),
            ("pm2" | "pm2-runtime" | "pm2-docker", _)
                if known.iter().any(|word| {
                    word.contains(".y") || word.contains("interpreter") || self.is_open_list(word)
                }) =>
            {
                Err("what pm2 starts is not known".to_owned())
            }
            ("node" | "nodejs", _) if known.iter().any(|word| word.contains("--test")) => {
                Err("`node` runs tests".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// A call of npm, yarn or pnpm.
    fn manager(&self, name: &str, words: &[Option<String>]) -> Result<(), String> {
        let may = || Err(format!("what `{name}` does is not known"));
        let Some(words) = words.iter().map(|word| word.as_deref()).collect::<Option<Vec<&str>>>()
        else {
            return may();
        };
        let global =
            words.iter().any(|word| matches!(*word, "-g" | "--global" | "--location=global"));
        let leads = |word: &&str| LEAD_ELSEWHERE.iter().any(|option| word.starts_with(option));
        if self.here && words.iter().any(leads) {
            let words: Words = words.iter().map(|word| Some((*word).to_owned())).collect();
            return Self { here: false, ..*self }.manager(name, &words);
        }
        let operands: Vec<&str> =
            words.iter().filter(|word| !word.starts_with('-')).copied().collect();
        match operands.as_slice() {
            // Not `ls`: it fails where one that is listed is missing.
            ["cache" | "config" | "version" | "root", ..] | ["store", "prune"] => Ok(()),
            ["install" | "i" | "add" | "un" | "uninstall" | "rm" | "remove" | "update", ..]
                if global =>
            {
                Ok(())
            }
            ["global", ..] if name == "yarn" => Ok(()),
            [] if name == "npm" || words.iter().any(|word| matches!(*word, "-v" | "--version")) => {
                Ok(())
            }
            ["run" | "run-script", script, ..] => self.named(name, script),
            [script @ ("start" | "stop" | "restart" | "test" | "t"), ..] => {
                self.named(name, if *script == "t" { "test" } else { script })
            }
            ["ci" | "install" | "i" | "prune", ..] | [] => {
                Err(format!("`{name}` installs once more"))
            }
            [script, ..] if name != "npm" => self.named(name, script),
            _ => may(),
        }
    }

    /// What runs by the name of a script.
    pub(super) fn named(&self, manager: &str, name: &str) -> Result<(), String> {
        let scripts = match self.here {
            true => self.project.own_scripts(name),
            false => self.project.scripts(name),
        };
        if self.depth > DEPTH || scripts.is_empty() && !(name == "start" && manager == "npm") {
            return Err(format!("the script `{name}` is not known"));
        }
        let inner = Self { depth: self.depth + 1, by_manager: true, ..*self };
        scripts.iter().try_for_each(|text| {
            inner.script(text).map_err(|why| format!("in the script `{name}`, {why}"))
        })
    }

    /// A text that a shell reads.
    pub(super) fn script(&self, text: &str) -> Result<(), String> {
        if self.depth > DEPTH || text.contains("$(") || text.contains('`') {
            return Err("a script is not understood".to_owned());
        }
        let moves = ["cd", "pushd", "popd"].iter().any(|word| text.contains(word));
        let inner = Self { depth: self.depth + 1, here: self.here && !moves, ..*self };
        split(text).iter().try_for_each(|words| inner.command(words))
    }
}

/// The commands of a script, word by word, as far as blanks and quotes tell.
pub(super) fn split(text: &str) -> Vec<Words> {
    let commands = text.split(['&', '|', ';', '\n', '(', ')']).map(|part| {
        let words = part.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        words
            .map(|word| {
                // Names of scripts such as `start:*` are those of no file.
                let name = word.strip_suffix(":*").unwrap_or(word);
                (!name.contains(['$', '`', '*'])).then(|| word.to_owned())
            })
            .collect::<Words>()
    });
    commands.filter(|words| !words.is_empty()).collect()
}

/// Whether a stage that ships takes the packages by COPY.
pub(super) fn are_copied(install: Install<'_, '_>, folder: &str, used: &[&BuildStage<'_>]) -> bool {
    let packages = format!("{}/node_modules", folder.trim_end_matches('/'));
    used.iter().filter(|stage| stage.stage.ships).flat_map(|stage| &stage.steps).any(|step| {
        let copies = step.instruction.kind == Keyword::Copy
            && step.instruction.flag("from", install.build.dockerfile.source).is_some();
        let mut words = copy_words(install.build.dockerfile, step.instruction);
        words.pop();
        copies
            && words.iter().any(|word| {
                absolute(word, Some("/"))
                    .is_none_or(|path| is_within(&packages, &path) || is_within(&path, &packages))
            })
    })
}
