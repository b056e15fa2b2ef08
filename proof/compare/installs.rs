//! What an install reads and writes, where nothing but its manifests decides.
//!
//! The pass that moves copies knows more of them. This was written a second time, from apt-get(8), apk(8), the DNF
//! Command Reference and the documentation of the others.

mod berry;
mod bundler;
pub(super) mod cargo;
mod composer;
pub(super) mod dotnet;
mod go;
pub(super) mod gradle;
mod javascript;
pub(super) mod maven;
mod mix;
mod prisma;
mod projects;
mod python;
mod setuptools;
mod users;
mod workspaces;
mod wrappers;

use dockslim_contract::{BuildContext, ContextKind};

use super::copied::Whole;
use super::folders::{absolute, is_within};
use crate::program::{Call, Text};
use crate::shell::{ACTIVE, plain, readable};
pub(super) use javascript::looks_around;
use javascript::{SCRIPTS, scripts};
use python::pip;

/// Paths of the image that an install touches.
#[derive(Debug, Default)]
pub(super) struct Install {
    /// The manifests that it reads, all of which are there.
    pub(super) manifests: Vec<String>,
    /// Folders that it fills.
    pub(super) fills: Vec<String>,
    /// Files that it writes if they are not there.
    pub(super) writes: Vec<String>,
    /// Paths that it removes, or makes.
    pub(super) removes: Vec<String>,
    /// Places where it looks for a repository.
    pub(super) asks: Vec<String>,
    /// It installs packages of the system, whose scripts do as they like there.
    pub(super) for_system: bool,
}

/// The files of the image before an install, as far as they come from the context.
pub(super) trait Files {
    /// The path of the context that is copied to a path of the image.
    fn source(&self, place: &str) -> Option<String>;
    /// What `~` stands for, if that is known.
    fn home(&self) -> Option<String>;
    /// The context.
    fn context(&self) -> &BuildContext;

    /// All that copies bring to the image, by its place.
    fn places(&self) -> Vec<(String, ContextKind)>;

    /// Whether a COPY that is not followed may write to a folder.
    fn may_be_written(&self, folder: &str) -> bool;
    /// Whether a command in the stage, or in one below it, has a word that holds this one.
    fn speaks_of(&self, word: &str) -> bool;
    /// The calls that have run before, those of the stages below first.
    fn calls(&self) -> Vec<&Call<'_>>;
    /// The names of the variables that the step sees.
    fn variables(&self) -> Vec<String>;
    /// The image at the bottom.
    fn image(&self) -> &str;
    /// Whether it is known what the image at the bottom holds.
    fn image_is_known(&self) -> bool;

    /// The value of a variable that the call sees.
    fn variable(&self, name: &str) -> Option<&str>;

    /// The text of a file.
    fn text(&self, place: &str) -> Option<&str> {
        self.context().text(&self.source(place)?)
    }

    /// Whether there is one.
    fn exists(&self, place: &str) -> bool {
        self.source(place).is_some_and(|source| self.context().exists(&source))
    }
}

/// System package managers: the verbs with which they read nothing but their own settings and what their words name.
const SYSTEM: &[(&[&str], &[&str])] = &[
    (
        &["apt-get", "apt", "aptitude"],
        &[
            "update",
            "upgrade",
            "dist-upgrade",
            "install",
            "remove",
            "purge",
            "autoremove",
            "clean",
            "autoclean",
        ],
    ),
    (&["apk"], &["add", "del", "update", "upgrade"]),
    (
        &["yum", "dnf", "microdnf", "tdnf"],
        &["install", "update", "upgrade", "remove", "clean", "makecache"],
    ),
    (&["zypper"], &["install", "in", "refresh", "clean", "update"]),
];

/// What a call touches, if it is an install or something that reads no file; `here` is the folder that it runs in.
pub(super) fn install(call: &Call<'_>, here: &str, files: &impl Files) -> Option<Install> {
    let variables = ["DEBIAN_FRONTEND", "NODE_ENV", "CI", "LANG", "LC_ALL", "TZ", "ACCEPT_EULA"];
    let named = |text: &Text<'_>| {
        plain(text)
            .and_then(|text| text.split_once('='))
            .is_some_and(|(name, _)| variables.contains(&name))
    };
    let nowhere = |text: &Text<'_>| {
        let target = text.trim_start_matches(|c: char| c.is_ascii_digit() || "<>&|-".contains(c));
        target.is_empty() || target == "/dev/null"
    };
    let simple = call.inner.is_empty()
        && !call.leaves
        && call.assignments.iter().all(named)
        && call.redirects.iter().all(nowhere);
    if !simple {
        return None;
    }
    if call.words.first().is_some_and(|program| program == "rm") {
        return removed(&call.words[1..], files)
            .map(|removes| Install { removes, ..Install::default() });
    }
    if call.words.first().is_some_and(|program| program == "dotnet") {
        return dotnet::restore(&call.words[1..], here, files);
    }
    if let [program, task, rest @ ..] = call.words.as_slice()
        && program == "mix"
    {
        return match &**task {
            "deps.get" => mix::fetched(rest, here, files),
            _ => mix::is_for_itself(&call.words[1..]).then(Install::default),
        };
    }
    let known = |program: &str| SYSTEM.iter().find(|(programs, _)| programs.contains(&program));
    if let Some((_, verbs)) = call.words.first().and_then(|program| known(program))
        && call.words.iter().any(|word| plain(word).is_none())
    {
        let words = listed(&call.words[1..], files)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        return system(verbs, &words).then(|| Install { for_system: true, ..Install::default() });
    }
    let words: Vec<&str> = call.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    let (first, rest) = words.split_first()?;
    if *first == "./gradlew" {
        return gradle::version(rest, here, files);
    }
    if *first == "./mvnw" {
        return maven::download(first, rest, here, files);
    }
    let program = match *first {
        path if path.starts_with("/usr/bin/") || path.starts_with("/bin/") => {
            path.rsplit('/').next()?
        }
        path if path.contains('/') => return None,
        name => name,
    };
    let (rest, folder) = elsewhere(program, rest, here)?;
    let (rest, here) = (rest.as_slice(), folder.as_str());
    match (program, rest) {
        ("set" | "true" | ":" | "echo", _) => Some(Install::default()),
        ("go", ["mod", "download", rest @ ..]) => go::download(rest, here, files),
        ("mvn", rest) => maven::download("mvn", rest, here, files),
        ("corepack", ["enable"]) => Some(Install::default()),
        ("corepack", ["prepare", "--activate"] | ["install"]) => javascript::manager(here, files),
        ("poetry", rest) => projects::poetry(rest, here, files),
        ("uv", rest) => projects::uv(rest, here, files),
        ("pipenv", rest) => projects::pipenv(rest, here, files),
        ("bundle" | "bundler", rest) => bundler::bundler(rest, here, files),
        ("composer", rest) => composer::composer(rest, here, files),
        ("python" | "python3", ["-m", "pip", rest @ ..]) => python::module(rest, here, files),
        _ if program.starts_with("pip")
            && program[3..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') =>
        {
            pip(rest, here, files)
        }
        ("addgroup" | "adduser" | "groupadd" | "useradd", rest) => {
            let removes = users::made(program, rest)?;
            Some(Install { removes, ..Install::default() })
        }
        _ => {
            if let Some((_, verbs)) = known(program) {
                return system(verbs, rest)
                    .then(|| Install { for_system: true, ..Install::default() });
            }
            let row = SCRIPTS.iter().find(|row| row.program == program)?;
            scripts(row, rest, here, files)
        }
    }
}

/// The words of a call without those that lead it to another folder, and the folder that it works in
/// (<https://docs.npmjs.com/cli/using-npm/config#prefix>, <https://pnpm.io/pnpm-cli>, <https://classic.yarnpkg.com/lang/en/docs/cli/>,
/// <https://getcomposer.org/doc/03-cli.md#global-options>, <https://python-poetry.org/docs/cli/#global-options>,
/// <https://docs.astral.sh/uv/reference/cli/>).
fn elsewhere<'w>(program: &str, words: &[&'w str], here: &str) -> Option<(Vec<&'w str>, String)> {
    let options: &[&str] = match program {
        "npm" => &["-C", "--prefix"],
        "pnpm" => &["-C", "--dir"],
        "yarn" | "bun" => &["--cwd"],
        "composer" => &["-d", "--working-dir"],
        "poetry" => &["-C", "--directory"],
        "uv" => &["--directory"],
        _ => return Some((words.to_vec(), here.to_owned())),
    };
    let Some(at) = words.iter().position(|word| {
        options.iter().any(|name| {
            word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    }) else {
        return Some((words.to_vec(), here.to_owned()));
    };
    let (to, taken) = match words[at].split_once('=') {
        Some((_, to)) => (to, 1),
        None => (*words.get(at + 1)?, 2),
    };
    let rest = [&words[..at], &words[at + taken..]].concat();
    // yarn and bun look at settings where they are started, and npm has another prefix for everybody.
    let folder = absolute(to, here, None)?;
    let inside = is_within(&folder, here) || !matches!(program, "yarn" | "bun");
    let alone =
        !rest.iter().any(|word| options.contains(word) || matches!(*word, "-g" | "--global"));
    (inside && alone).then_some((rest, folder))
}

/// Whether the folder that a variable names is none of the project, as a relative one may be, but for that of every virtual
/// environment.
fn leads_away(files: &impl Files, variable: &str) -> bool {
    files
        .variable(variable)
        .is_none_or(|path| path.starts_with('/') || matches!(path, ".venv" | ".venv/"))
}

/// Whether a call installs, and sets nothing for later ones.
pub(super) fn is_known(call: &Call<'_>) -> bool {
    let program = call.words.first().and_then(|word| plain(word)).unwrap_or_default();
    let words: Vec<&str> = call.words.iter().skip(1).map(|word| &**word).collect();
    let words = elsewhere(program, &words, "/").map_or(words, |(rest, _)| rest);
    let verb = words.iter().find(|word| !word.starts_with('-'));
    let installs = verb.is_none_or(|verb| {
        ["install", "i", "ci", "clean-install", "add", "update", "upgrade"].contains(verb)
    });
    let downloads = call.words.iter().any(|word| word == "dependency:go-offline");
    (downloads && program == "mvn")
        || installs
            && (program.starts_with("pip")
                || SCRIPTS.iter().any(|row| row.program == program)
                || ["poetry", "uv", "pipenv", "bundle", "bundler", "composer"].contains(&program)
                || SYSTEM.iter().any(|(programs, _)| programs.contains(&program)))
}

/// The paths that `rm` takes away; what a pattern finds lies in the folder in front of it.
fn removed(words: &[Text<'_>], files: &impl Files) -> Option<Vec<String>> {
    let paths = words.iter().filter(|word| !word.starts_with('-'));
    paths
        .map(|word| {
            let path = match word.strip_prefix(&*format!("{ACTIVE}~/")) {
                Some(rest) => format!("{}/{}", files.home()?, readable(rest)),
                None => readable(word),
            };
            if path.contains(['{', '$', '~']) {
                return None;
            }
            let folder = path.split(['*', '?', '[']).next().unwrap_or_default();
            let folder = if folder == path { folder } else { &folder[..folder.rfind('/')?] };
            absolute(folder, "", None).filter(|path| path != "/")
        })
        .collect()
}

/// The words of a call, where each variable that stands alone is one of the shell that lists words.
fn listed(words: &[Text<'_>], files: &impl Files) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for word in words {
        match plain(word) {
            Some(word) => found.push(word.to_owned()),
            None => {
                let shown = readable(word);
                let name = shown.strip_prefix('$')?;
                let name =
                    name.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(name);
                let value = files.variable(name)?;
                let plain = |c: char| {
                    c.is_ascii_alphanumeric()
                        || matches!(c, ' ' | '.' | '_' | '+' | ':' | '=' | '-')
                };
                value.chars().all(plain).then_some(())?;
                found.extend(value.split(' ').filter(|one| !one.is_empty()).map(str::to_owned));
            }
        }
    }
    Some(found)
}

/// Whether the words behind a system package manager name packages alone.
fn system(verbs: &[&str], words: &[&str]) -> bool {
    let verb = words.iter().find(|word| !word.starts_with('-'));
    let file = |word: &&str| {
        (word.contains('/') && !word.contains("://"))
            || matches!(*word, "." | "..")
            || [".deb", ".rpm", ".apk"].iter().any(|end| word.ends_with(end))
            || ["-c", "--config-file", "--root", "-p"].contains(word)
    };
    verb.is_some_and(|verb| verbs.contains(verb)) && !words.iter().any(file)
}

/// Whether nothing that a copy brings is removed.
pub(super) fn is_apart(install: &Install, whole: &Whole<'_, '_>) -> bool {
    install
        .removes
        .iter()
        .all(|path| !is_within(path, &whole.place) && !is_within(&whole.place, path))
}
