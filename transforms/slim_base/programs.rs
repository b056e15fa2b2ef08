//! What is known of programs that a step calls.

use super::needs::{Candidate, Needs};
use crate::facts::Command;
use crate::knowledge::{FullPackage, managers_by, suite_of_image};

/// Programs that only name files.
pub(super) const FILE_PROGRAMS: [&str; 20] = [
    "cd", "chmod", "chown", "cp", "export", "groupadd", "install", "ln", "ls", "mkdir", "mktemp",
    "mv", "rm", "rmdir", "set", "test", "touch", "unset", "useradd", "[",
];

/// Managers whose installs compile, or that build projects.
pub(super) const BUILDERS: [&str; 9] =
    ["cargo", "go", "maven", "gradle", "dotnet", "sbt", "cabal", "stack", "cpan"];

/// Installers without a table: they may compile.
pub(super) const INSTALLERS: [&str; 10] =
    ["carton", "cpm", "easy_install", "flit", "hatch", "nox", "pdm", "pip-sync", "pipx", "tox"];

/// Programs that every Debian has, and those of the interpreters that the images are for: what they need is in the slim image, too.
pub(super) const EVERYWHERE: [&str; 70] = [
    "apt-cache",
    "apt-config",
    "apt-mark",
    "awk",
    "base64",
    "basename",
    "bash",
    "cat",
    "chgrp",
    "chpasswd",
    "chsh",
    "command",
    "cut",
    "date",
    "debconf-set-selections",
    "df",
    "diff",
    "dirname",
    "dpkg",
    "dpkg-query",
    "dpkg-reconfigure",
    "du",
    "echo",
    "env",
    "exit",
    "expr",
    "false",
    "find",
    "getent",
    "grep",
    "groupmod",
    "gunzip",
    "gzip",
    "head",
    "hostname",
    "id",
    "java",
    "ldconfig",
    "mawk",
    "node",
    "nproc",
    "passwd",
    "perl",
    "printf",
    "pwd",
    "pypy",
    "pypy3",
    "python",
    "python3",
    "read",
    "readlink",
    "realpath",
    "ruby",
    "sed",
    "seq",
    "sh",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "tail",
    "tar",
    "tee",
    "tr",
    "true",
    "uname",
    "uniq",
    "update-alternatives",
    "usermod",
    "xargs",
];

/// Whether it is known what a program of a step needs of the full image: a script is followed, and what its packages bring is added.
pub(super) fn is_known(name: &str, word: &str, lacking: &[&'static FullPackage]) -> bool {
    EVERYWHERE.contains(&name)
        || FILE_PROGRAMS.contains(&name)
        || word.contains('/')
        || word.ends_with(".sh")
        || lacking.iter().any(|package| {
            package.programs.iter().chain(&package.common).any(|program| program == name)
        })
}

/// Whether a program manages users by the package adduser, which apt needs in these releases, so that slim images have it, too (Debian, apt,
/// field Depends).
pub(super) fn manages_users(candidate: Candidate<'_, '_>, name: &str) -> bool {
    let suite = candidate.stage.image.as_deref().and_then(suite_of_image);
    matches!(name, "addgroup" | "adduser" | "delgroup" | "deluser")
        && matches!(suite, Some("bookworm" | "bullseye" | "buster"))
}

/// Whether a command activates an environment of Python that a step of the stage makes, which sets variables alone (Python, "venv").
pub(super) fn activates(candidate: Candidate<'_, '_>, command: &Command<'_>) -> bool {
    let [Some(program), Some(script)] = command.words.as_slice() else { return false };
    let bare = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    let Some(folder) = script.strip_suffix("/bin/activate").map(bare) else { return false };
    let steps = candidate.stage.steps.iter();
    let mut others = steps.flat_map(|step| step.content.commands());
    matches!(&**program, "." | "source")
        && others.any(|other| {
            let words: Vec<&str> = other.words.iter().flatten().map(|word| &**word).collect();
            let makes = words.contains(&"venv") || words.first() == Some(&"virtualenv");
            makes && words.last().is_some_and(|last| bare(last) == folder)
        })
}

/// The words of the texts that a command hands on, without quotes and signs of a shell.
pub(super) fn pieces<'c>(command: &'c Command<'_>) -> Vec<&'c str> {
    // What stands in front of the program is a call of its own.
    let first = command.program().map_or(1, |(at, _)| at + 1);
    let words = command.words.iter().skip(first).flatten().filter(|word| !word.contains("://"));
    let pieces = words.flat_map(|word| word.split(|sign: char| " \t\n;&|()<>\"'".contains(sign)));
    pieces.filter(|piece| !piece.is_empty()).collect()
}

/// The package manager that a command names in its words, such as `su app -c "npm install"`; an interpreter is one with its module alone:
/// `python -m pip`.
pub(super) fn handed_on<'c>(command: &'c Command<'_>) -> Option<&'c str> {
    let pieces = pieces(command);
    pieces.iter().enumerate().find_map(|(at, piece)| {
        let behind = &pieces[at + 1..];
        let mut known = managers_by(piece).iter();
        let (_, found) = known.find(|(opening, _)| match &opening[1..] {
            [] => true,
            rest => behind.windows(rest.len()).any(|words| words == rest),
        })?;
        Some(&*found.name)
    })
}

/// Whether a call of tar unpacks, or packs, with the program of a package.
pub(super) fn unpacks_with(name: &str, command: &Command<'_>, package: &str) -> bool {
    let (short, long) = match package {
        "bzip2" => ('j', ["--bzip2", "bzip2"]),
        "xz-utils" => ('J', ["--xz", "xz"]),
        _ => return false,
    };
    let first = command.program().map_or(0, |(at, _)| at + 1);
    matches!(name, "tar" | "bsdtar")
        && command.words.iter().enumerate().skip(first).any(|(at, word)| {
            let Some(word) = word.as_deref() else { return false };
            let cluster = match word.strip_prefix('-') {
                Some(rest) => !rest.starts_with('-'),
                None => at == first,
            };
            (cluster && word.contains(short)) || long.contains(&word)
        })
}

/// Whether a call of perl runs a text that uses no module: the interpreter alone does that.
pub(super) fn is_one_liner(text: &str) -> bool {
    let code = ["-e ", "-pe ", "-ne ", "-E "].iter().any(|option| text.contains(option))
        || text.contains("-pie ");
    code && !text.contains("-M") && !text.contains("use ") && !text.contains("require ")
}

impl Needs {
    /// A value that begins with the name of a program, which a script may call by its variable.
    pub(super) fn command_of_value(&mut self, value: &str, lacking: &[&'static FullPackage]) {
        let value = value.trim_matches(['"', '\'']);
        let first = value.split_whitespace().next().unwrap_or_default();
        let name = first.rsplit('/').next().unwrap_or_default();
        let mut packages = lacking.iter().filter(|package| !package.builds);
        let brings = |package: &&&FullPackage| {
            package.programs.iter().chain(&package.common).any(|program| program == name)
        };
        if let Some(package) = packages.find(brings) {
            self.add(package, usize::MAX);
        }
    }
}
