//! What each command of a stage leaves in the image.

mod activated;
mod folders;
mod git;
mod managed;
mod tested;

use dockslim_syntax::Dockerfile;

use super::gone::{of_find, pattern};
use super::lies::{Lies, Past};
use super::unpacked::unpacks;
use super::variables::words;
use crate::facts::{BuildStep, Command, Content, Outcome, absolute, outcome};
use crate::knowledge::{Trace, trace};
use activated::activated;
use folders::{forget_passing, given_to};
use git::of_git;
use managed::managed;
use tested::tests_alone;

/// A command of the stage, where it runs and what it leaves.
pub(super) struct Done<'f, 't> {
    /// The number of its step in the stage.
    pub(super) step: usize,
    /// The command.
    pub(super) command: &'f Command<'t>,
    /// The folder that it runs in, if that is known.
    pub(super) folder: Option<String>,
    /// The folder of the virtual environment that its shell has activated.
    pub(super) environment: Option<String>,
    /// What it leaves.
    pub(super) effect: Effect,
}

/// What a command leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing that anybody reads later.
    Nothing,
    /// What a compiler makes.
    Builds,
    /// What the package manager of a language installs.
    Packages(&'static str),
    /// A folder, empty at first.
    MakesFolder(Vec<String>),
    /// Files or folders at these paths.
    Writes(Vec<String>),
    /// What these patterns stand for is gone, see [`pattern`].
    Removes(Vec<String>),
    /// Users or groups.
    Users,
    /// Packages of the system.
    Installs(Vec<String>),
    /// Packages of the system are gone.
    Uninstalls(Vec<String>),
    /// Who owns a path, with all below it or not.
    Owner { owner: String, paths: Vec<String>, deep: bool },
    /// A repository of sources.
    Clones(String),
    /// What an archive at a path holds, in a folder.
    Unpacks { archive: String, folder: String },
    /// What cannot be told, in words.
    Unknown(String),
}

/// Follows the commands of a RUN, which starts in `folder`.
pub(super) fn of_run<'f, 't>(
    past: &Past<'_, 'f, 't>,
    (number, step): (usize, &'f BuildStep<'t>),
    folder: Option<String>,
    folders: &[String],
) -> Vec<Done<'f, 't>> {
    let (dockerfile, image) = (past.dockerfile, past.image);
    let mut found = Vec::new();
    let (mut here, mut child) = (folder.clone(), None);
    let (mut active, mut active_in_child) = (None, None);
    for command in step.content.commands() {
        let in_child = command.call.is_some_and(|call| call.in_child);
        if !in_child {
            (child, active_in_child) = (None, None);
        }
        let active = match in_child {
            true => active_in_child.get_or_insert_with(|| active.clone()),
            false => &mut active,
        };
        let place = if in_child { child.get_or_insert_with(|| here.clone()) } else { &mut here };
        let effect = if command.program_name() == Some("cd") {
            let words = words(dockerfile, step, image, command);
            let target = words.get(1).and_then(Option::as_deref);
            *place = target.and_then(|target| absolute(target, place.as_deref()));
            Effect::Nothing
        } else if let Some(activated) = activated(past, &found, command, place.as_deref()) {
            *active = Some(activated);
            Effect::Nothing
        } else if let Some(effect) = managed(past, &found, step, command) {
            effect
        } else if tests_alone(past, step, command) {
            Effect::Nothing
        } else {
            let folder = place.as_deref();
            let is_folder = |path: &str| {
                folders.iter().any(|one| one == path)
                    || Past { begun: &found, ..*past }.at(path) == Lies::Folder
            };
            Looked { dockerfile, image, step, command, folder, is_folder: &is_folder }.effect()
        };
        let given = given_to(command, &effect);
        for effect in std::iter::once(effect).chain(given) {
            let (folder, environment) = (place.clone(), active.clone());
            found.push(Done { step: number, command, folder, environment, effect });
        }
    }
    // What a heredoc or an unread script does is not seen.
    if matches!(step.content, Content::Unread(_)) {
        found.clear();
    }
    forget_passing(&mut found);
    found
}

struct Looked<'a, 'f, 't> {
    dockerfile: &'a Dockerfile<'t>,
    image: &'a str,
    step: &'f BuildStep<'t>,
    command: &'f Command<'t>,
    folder: Option<&'a str>,
    /// Whether there is a folder at a path, as far as is known.
    is_folder: &'a dyn Fn(&str) -> bool,
}

impl Looked<'_, '_, '_> {
    fn effect(&self) -> Effect {
        let written = match self.redirected() {
            Ok(written) => written,
            Err(unknown) => return unknown,
        };
        let effect = self.of_call();
        let effect = match (effect, written.is_empty()) {
            (effect, true) => effect,
            (Effect::Nothing, false) => Effect::Writes(written),
            (Effect::Writes(paths), false) => Effect::Writes([paths, written].concat()),
            (Effect::Builds, false) => Effect::Writes(written),
            (_, false) => return self.unknown(),
        };
        // What something decides about may be there or not.
        let may_be_missing = matches!(
            effect,
            Effect::Writes(_) | Effect::MakesFolder(_) | Effect::Users | Effect::Unpacks { .. }
        );
        if may_be_missing && self.command.conditional() { self.unknown() } else { effect }
    }

    fn unknown(&self) -> Effect {
        let text = self.command.text(self.dockerfile);
        let short: String = text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        Effect::Unknown(short)
    }

    /// The files that redirections write.
    fn redirected(&self) -> Result<Vec<String>, Effect> {
        let mut written = Vec::new();
        for redirect in self.command.call.map_or(&[][..], |call| call.redirects) {
            let sign = self.dockerfile.raw(redirect.operator);
            let target = self.dockerfile.text(redirect.target.span);
            let target = target.trim_matches(['"', '\'']);
            let descriptor =
                sign.ends_with('&') && target.chars().all(|c| c.is_ascii_digit() || c == '-');
            if !sign.contains('>') || descriptor || target.starts_with("/dev/") {
                continue;
            }
            written.push(absolute(target, self.folder).ok_or_else(|| self.unknown())?);
        }
        Ok(written)
    }

    fn of_call(&self) -> Effect {
        let command = self.command;
        if let Some(call) = command.package_call() {
            let packages = || -> Option<Vec<String>> {
                let words = call.operands().skip(1).map(|at| command.words[at].as_deref());
                // `$(…)` and variables may name anything.
                let all = command.words.iter().skip(call.program.end).all(Option::is_some);
                all.then(|| {
                    words
                        .flatten()
                        .map(|word| word.split('=').next().unwrap_or(word).to_owned())
                        .collect()
                })
            };
            return match call.manager.name.as_str() {
                "apt" | "apk" => {
                    match call.operands().next().and_then(|at| command.words[at].as_deref()) {
                        Some("install" | "add") => {
                            packages().map_or_else(|| self.unknown(), Effect::Installs)
                        }
                        Some("remove" | "purge" | "del") => {
                            packages().map_or_else(|| self.unknown(), Effect::Uninstalls)
                        }
                        Some(
                            "update" | "upgrade" | "dist-upgrade" | "full-upgrade" | "clean"
                            | "autoclean" | "autoremove" | "distclean" | "build-dep",
                        ) => Effect::Nothing,
                        _ => self.unknown(),
                    }
                }
                "go" | "cargo" | "maven" | "gradle" => Effect::Builds,
                "dotnet" => {
                    let verbs = ["restore", "build", "publish", "test", "clean", "format"];
                    let builds = verbs.iter().any(|verb| call.is(verb));
                    if builds { Effect::Builds } else { self.unknown() }
                }
                "pip" if !(call.is("install") || call.is("uninstall")) => Effect::Nothing,
                "npm" | "yarn" | "pnpm" if call.is("cache") || call.is("config") => Effect::Nothing,
                "npx" => {
                    let words: Option<Vec<&str>> =
                        command.words.iter().map(Option::as_deref).collect();
                    match words.as_deref() {
                        Some([_, name, rest @ ..]) if translates(name, rest) => Effect::Builds,
                        _ => Effect::Packages("npx"),
                    }
                }
                name => Effect::Packages(name),
            };
        }
        // It makes yarn and pnpm those that the project asks for.
        if let [Some(program), Some(verb), ..] = command.words.as_slice()
            && program == "corepack"
            && matches!(&**verb, "enable" | "prepare" | "install" | "use")
        {
            return Effect::Nothing;
        }
        let Some((at, program)) = command.program() else {
            // Assignments alone.
            return if command.words.is_empty() { Effect::Nothing } else { self.unknown() };
        };
        let name = program.rsplit('/').next().unwrap_or(program);
        let texts = words(self.dockerfile, self.step, self.image, command);
        let operands: Vec<Option<&str>> = texts[at + 1..].iter().map(Option::as_deref).collect();
        let words: Option<Vec<&str>> = operands.iter().copied().collect();
        if (program == name
            || program.trim_start_matches("./") == format!("node_modules/.bin/{name}"))
            && words.is_some_and(|words| translates(name, &words))
        {
            return Effect::Builds;
        }
        match name {
            "mkdir" => {
                let flags = ["-m", "-pm", "-mp", "-vm", "-pvm", "-vpm", "--mode"];
                self.paths(&operands, &flags, Effect::MakesFolder)
            }
            "touch" => self.paths(&operands, &["-d", "-r", "-t"], Effect::Writes),
            "tee" => self.paths(&operands, &[], Effect::Writes),
            "rm" | "rmdir" | "unlink" => self.removed(at),
            "cp" | "mv" | "ln" | "install" => self.copied(name, at, &operands),
            "chown" | "chgrp" => self.owned(name, &operands),
            "chmod" => Effect::Nothing,
            "sed"
                if operands
                    .iter()
                    .flatten()
                    .any(|word| word.starts_with("-i") || word.starts_with("--in-place")) =>
            {
                let last = operands.last().copied().flatten();
                let path = last.and_then(|last| absolute(last, self.folder));
                // Where nobody minds that it fails, the file may not be there.
                let sure = outcome(self.dockerfile, self.step, command) == Outcome::Decides;
                path.filter(|_| sure)
                    .map_or_else(|| self.unknown(), |path| Effect::Writes(vec![path]))
            }
            "find" if operands.iter().flatten().any(|word| acts(word)) => {
                let words: Option<Vec<&str>> = operands.iter().copied().collect();
                let gone = words.and_then(|words| of_find(&words, self.folder));
                gone.map_or_else(|| self.unknown(), Effect::Removes)
            }
            "sed" | "find" => Effect::Nothing,
            "useradd" | "adduser" | "groupadd" | "addgroup" | "usermod" | "groupmod" | "passwd"
            | "chpasswd" => Effect::Users,
            "python" | "python3" | "virtualenv" => self.python(name, &operands),
            "sqlite3" => self.database(&operands),
            // They write an archive there, or a folder for each locale (glibc-locales of Debian, "locale-gen(8)"; localedef(1)).
            "locale-gen" | "localedef"
                if operands.iter().flatten().all(|word| !word.starts_with("--")) =>
            {
                Effect::MakesFolder(vec![LOCALES.to_owned()])
            }
            "tar" => unpacks(&operands, self.folder).unwrap_or_else(|| self.unknown()),
            "git" => {
                of_git(&operands, self.folder, self.is_folder).unwrap_or_else(|| self.unknown())
            }
            // What they build is asked for where it is known what the project holds.
            "rake" | "ruby" if self.image.starts_with("ruby:") => match operands.as_slice() {
                [Some("extconf.rb")] => Effect::Builds,
                _ if name == "rake" => Effect::Builds,
                _ => self.unknown(),
            },
            // Whatever is asked for its version or for help does nothing else.
            _ if matches!(operands.as_slice(), [Some("--version" | "--help")]) => Effect::Nothing,
            _ => match trace(name) {
                Some(Trace::Nothing) => Effect::Nothing,
                Some(Trace::Build) => Effect::Builds,
                None => self.unknown(),
            },
        }
    }

    /// What `sqlite3 FILE` writes, whose statements it is handed, where these read and write no other file (SQLite, "Command Line Shell").
    fn database(&self, operands: &[Option<&str>]) -> Effect {
        let quiet = ["-bail", "-batch", "-cmd"];
        let known = |word: &Option<&str>| {
            word.is_some_and(|word| match word.starts_with('-') {
                true => quiet.contains(&word),
                false => !word.starts_with('.') && !word.to_ascii_lowercase().contains("attach"),
            })
        };
        let reads = self
            .command
            .call
            .map_or(&[][..], |call| call.redirects)
            .iter()
            .any(|redirect| self.dockerfile.raw(redirect.operator).starts_with('<'));
        let mut files = operands.iter().flatten().filter(|word| !word.starts_with('-'));
        let path = files.next().and_then(|file| absolute(file, self.folder));
        // Without statements it waits for somebody who types them.
        let told = reads || files.next().is_some();
        match path.filter(|_| told && operands.iter().all(known)) {
            Some(path) => Effect::Writes(vec![path]),
            None => self.unknown(),
        }
    }

    /// All operands as paths.
    fn paths(
        &self,
        operands: &[Option<&str>],
        with_argument: &[&str],
        effect: fn(Vec<String>) -> Effect,
    ) -> Effect {
        let mut paths = Vec::new();
        let mut words = operands.iter();
        while let Some(word) = words.next() {
            let Some(word) = word else { return self.unknown() };
            if with_argument.contains(word) {
                words.next();
            } else if !word.starts_with('-') {
                let Some(path) = absolute(word, self.folder) else { return self.unknown() };
                paths.push(path);
            }
        }
        effect(paths)
    }

    /// What `rm` takes away, as patterns.
    fn removed(&self, at: usize) -> Effect {
        let words = (at + 1..self.command.words.len())
            .map(|number| self.command.raw_word(self.dockerfile, number));
        // A package manager that is asked where its own folder lies names no other.
        let named = words.filter(|word| !word.starts_with('-') && !is_own_cache(word));
        let paths: Option<Vec<String>> = named.map(|word| pattern(&word, self.folder)).collect();
        paths.map_or_else(|| self.unknown(), Effect::Removes)
    }

    /// Where `cp`, `mv`, `ln` and `install` write; a folder that a pattern fills has a slash at its end.
    fn copied(&self, name: &str, at: usize, operands: &[Option<&str>]) -> Effect {
        let makes_folders = operands.contains(&Some("-d")) && name == "install";
        let targeted = operands.iter().flatten().any(|word| {
            word.starts_with("-t") || word.starts_with("--target") || *word == "--parents"
        });
        // What a pattern stands for may be a folder, which becomes the target.
        let recursive = name == "cp"
            && operands
                .iter()
                .flatten()
                .any(|word| word.starts_with('-') && word.contains(['r', 'R', 'a']));
        let mut words = Vec::new();
        let mut patterns = 0;
        let mut options = operands.iter().enumerate();
        while let Some((number, word)) = options.next() {
            match word {
                Some("-m" | "-o" | "-g" | "--mode" | "--owner" | "--group")
                    if name == "install" =>
                {
                    options.next();
                }
                Some(word) if word.starts_with('-') => {}
                Some(word) => words.push(*word),
                // Which names a pattern stands for is not known.
                None if number + 1 < operands.len()
                    && is_pattern(&self.command.raw_word(self.dockerfile, at + 1 + number)) =>
                {
                    patterns += 1;
                }
                None => return self.unknown(),
            }
        }
        if patterns > 0 {
            return match words.as_slice() {
                [target] if patterns == 1 && !targeted && matches!(name, "cp" | "mv") => {
                    self.filled(target, recursive)
                }
                _ => self.unknown(),
            };
        }
        if makes_folders {
            let paths: Option<Vec<String>> =
                words.iter().map(|word| absolute(word, self.folder)).collect();
            return paths.map_or_else(|| self.unknown(), Effect::MakesFolder);
        }
        let Some((target, sources)) =
            words.split_last().filter(|(_, sources)| !sources.is_empty() && !targeted)
        else {
            return self.unknown();
        };
        let Some(place) = absolute(target, self.folder) else { return self.unknown() };
        let folder = target.ends_with(['/', '.'])
            || sources.len() > 1
            || is_system_folder(&place)
            || (self.is_folder)(&place);
        let paths = sources.iter().map(|source| {
            let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or(source);
            match (folder, name) {
                (true, "." | "") => place.clone(),
                (true, name) => format!("{}/{name}", place.trim_end_matches('/')),
                (false, _) => place.clone(),
            }
        });
        Effect::Writes(paths.collect())
    }

    /// What is written where `cp` or `mv` is given one pattern: a file by its name, or a folder.
    fn filled(&self, target: &str, recursive: bool) -> Effect {
        let Some(place) = absolute(target, self.folder) else { return self.unknown() };
        let folder =
            target.ends_with(['/', '.']) || is_system_folder(&place) || (self.is_folder)(&place);
        let named = place.rsplit('/').next().is_some_and(|name| name.contains('.'));
        match (folder, named) {
            (true, _) => Effect::Writes(vec![format!("{}/", place.trim_end_matches('/'))]),
            // More than one file would want a folder there.
            (false, true) if !recursive => Effect::Writes(vec![place]),
            (false, _) => self.unknown(),
        }
    }

    /// What the interpreter of Python does: it makes an environment, or what a project's own script makes in the project.
    fn python(&self, name: &str, operands: &[Option<&str>]) -> Effect {
        let words: Option<Vec<&str>> = operands.iter().copied().collect();
        let Some(words) = words else { return self.unknown() };
        let made = |paths: &[&str]| {
            let paths = paths.iter().filter(|word| !word.starts_with('-'));
            let paths: Option<Vec<String>> =
                paths.map(|word| absolute(word, self.folder)).collect();
            paths
                .filter(|paths| paths.len() == 1)
                .map_or_else(|| self.unknown(), Effect::MakesFolder)
        };
        match (name, words.as_slice()) {
            ("virtualenv", paths) => made(paths),
            (_, ["-m", "venv" | "virtualenv", paths @ ..]) => made(paths),
            (_, ["--version" | "-V"]) => Effect::Nothing,
            (_, ["-m", "compileall", ..]) => Effect::Builds,
            // Its own commands write below the folder of the project, but for the last, which installs as pip does (setuptools, "Commands").
            (_, ["setup.py", "build" | "build_ext" | "build_py", rest @ ..])
                if rest.iter().all(|word| matches!(*word, "--inplace" | "-i" | "build_ext")) =>
            {
                Effect::Builds
            }
            (_, ["setup.py", "install"]) => Effect::Packages("pip"),
            (_, [script, "collectstatic" | "compilemessages" | "check" | "compress", ..])
                if script.ends_with("manage.py") =>
            {
                Effect::Builds
            }
            _ => self.unknown(),
        }
    }

    fn owned(&self, name: &str, operands: &[Option<&str>]) -> Effect {
        let mut words = operands.iter().flatten().filter(|word| !word.starts_with('-'));
        let Some(owner) = words.next() else { return self.unknown() };
        // The group of that user, which no COPY can name in this way: builders take another one (BuildKit, group 0).
        if owner.ends_with(':') {
            return self.unknown();
        }
        let owner = if name == "chgrp" { format!(":{owner}") } else { (*owner).to_owned() };
        let paths: Option<Vec<String>> = words.map(|word| absolute(word, self.folder)).collect();
        let known = operands.iter().all(Option::is_some);
        let deep = operands.iter().flatten().any(|word| {
            *word == "--recursive"
                || (word.starts_with('-') && !word.starts_with("--") && word.contains('R'))
        });
        match paths.filter(|paths| known && !paths.is_empty()) {
            Some(paths) => {
                // Their group stays, which a COPY would change with the owner.
                let group = if owner.contains(':') { "" } else { ":0" };
                Effect::Owner { owner: owner + group, paths, deep }
            }
            None => self.unknown(),
        }
    }
}

/// Where what is known of languages and countries lies.
const LOCALES: &str = "/usr/lib/locale";

/// Whether a word holds signs of patterns, and nothing else that a shell expands.
pub(super) fn is_pattern(word: &str) -> bool {
    word.contains('*') && !word.contains(['$', '`', '~', '"', '\'', '\\', '{'])
}

/// Whether a program translates sources of JavaScript or TypeScript, to places below the folder that it is called in.
pub(super) fn translates(name: &str, operands: &[&str]) -> bool {
    is_translator(name)
        && !operands.iter().any(|word| {
            word.starts_with('/')
                || word.contains("..")
                || word.contains("=/")
                || word.contains("watch")
                || *word == "-w"
        })
}

/// Programs that write what they make of the sources of a project into its folder (their own documentation).
pub(super) fn is_translator(name: &str) -> bool {
    matches!(
        name,
        "tsc" | "nest" | "tsup" | "esbuild" | "babel" | "swc" | "rollup" | "webpack" | "ncc"
    )
}

/// Whether a word of `find` is an action that changes something (POSIX, "find"; findutils, "Actions").
fn acts(word: &str) -> bool {
    ["-delete", "-exec", "-execdir", "-ok", "-okdir", "-fls"].contains(&word)
        || word.starts_with("-fprint")
}

/// Whether a word is the cache of a package manager, by its own word: `"$(gem env gemdir)"/cache/*.gem`.
fn is_own_cache(word: &str) -> bool {
    let word = word.replace('"', "");
    let inside = word.strip_prefix("$(gem env gemdir)/cache/");
    inside.is_some_and(|rest| !rest.contains(['/', '$']))
}

/// Folders that every distribution has (Filesystem Hierarchy Standard 3.0).
pub(super) fn is_system_folder(path: &str) -> bool {
    matches!(
        path,
        "/" | "/bin"
            | "/boot"
            | "/dev"
            | "/etc"
            | "/home"
            | "/lib"
            | "/lib64"
            | "/media"
            | "/mnt"
            | "/opt"
            | "/proc"
            | "/root"
            | "/run"
            | "/sbin"
            | "/srv"
            | "/sys"
            | "/tmp"
            | "/usr"
            | "/usr/bin"
            | "/usr/include"
            | "/usr/lib"
            | "/usr/libexec"
            | "/usr/local"
            | "/usr/local/bin"
            | "/usr/local/etc"
            | "/usr/local/include"
            | "/usr/local/lib"
            | "/usr/local/sbin"
            | "/usr/local/share"
            | "/usr/local/src"
            | "/usr/sbin"
            | "/usr/share"
            | "/usr/src"
            | "/var"
            | "/var/cache"
            | "/var/lib"
            | "/var/log"
            | "/var/tmp"
            | "/var/www"
            | "/var/run"
            | "/etc/ssl"
            | "/etc/ssl/certs"
    )
}

/// Whether a folder holds what is not the project's: /srv is empty in every image (Filesystem Hierarchy Standard 3.0, 3.17).
pub(super) fn holds_others(path: &str) -> bool {
    is_system_folder(path) && path != "/srv"
}
