//! A stage that is built on the slim form of the same image, or on a Java run-time environment, and gets what it used of the old one.
//!
//! The pass has a table of all tags and of all programs; this is a reading of its own: how the tags of each family are written, and
//! which programs of a full image its slim one lacks. Sources: the READMEs of the official images ("image variants"), the Dockerfiles of
//! buildpack-deps, the package contents of Debian.

mod compiles;
mod locked;
mod projects;
mod uses;

use dockslim_contract::Difference;

use super::folders::is_of_system;
use super::{Comparison, Refusal};
use crate::environment::{CLOSE, OPEN};
use crate::program::{Action, Call, Demand, Step, Text};
use crate::shell::{Command, plain};
use crate::stages::Stage;
use crate::verdict::Gap;
pub(super) use compiles::FROM_SOURCE;
use uses::Uses;

/// Where `slim` stands in a tag: behind the version, at the end, or now there, now here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Version,
    End,
    Either,
}

/// What a slim form has that lacks no program.
const ALL: &[&str] = &["*"];
/// Stands for the modules of perl, which its interpreter alone lacks.
const MODULES: &str = "perl with modules";

/// Images with slim forms, where `slim` stands, and the programs of the full image that the slim one has all the same.
const FAMILIES: &[(&str, Order, &[&str])] = &[
    ("clojure", Order::Either, &["openssl"]),
    ("debian", Order::End, ALL),
    ("haskell", Order::Version, ALL),
    ("node", Order::End, &[]),
    ("openjdk", Order::Version, &["openssl"]),
    ("perl", Order::Version, &["cpan", "prove", "shasum", MODULES]),
    ("pypy", Order::Version, &["openssl", "python3"]),
    ("python", Order::Version, &["openssl", "python3"]),
    ("ruby", Order::Version, &["bzip2", "bunzip2", "openssl", "pgrep", "pkill", "ps"]),
    ("rust", Order::Version, &["openssl"]),
    ("swift", Order::End, &[]),
    ("tomcat", Order::Version, &["openssl"]),
];

/// Packages of the full images, and the programs that tell that somebody needs them.
const PACKAGES: &[(&str, &[&str])] = &[
    // Slim images of releases before trixie have it.
    ("adduser", &[]),
    ("bzip2", &["bunzip2", "bzcat", "bzip2"]),
    ("ca-certificates", &["update-ca-certificates"]),
    ("curl", &["curl"]),
    ("file", &[]),
    ("fontconfig", &["fc-cache", "fc-list", "fc-match"]),
    ("git", &["git"]),
    ("gnupg", &["dirmngr", "gpg", "gpg2", "gpgconf"]),
    ("imagemagick", &["mogrify"]),
    ("inetutils-ping", &[]),
    ("iproute2", &[]),
    ("mercurial", &["hg"]),
    ("netbase", &[]),
    (
        "openssh-client",
        &["scp", "sftp", "ssh", "ssh-add", "ssh-agent", "ssh-keygen", "ssh-keyscan"],
    ),
    ("openssl", &["openssl"]),
    ("patch", &[]),
    ("perl", &["cpan", "prove", "shasum", MODULES]),
    ("procps", &["pgrep", "pkill", "ps", "sysctl", "vmstat"]),
    ("python3", &["python3"]),
    ("shared-mime-info", &["update-mime-database"]),
    ("subversion", &["svn", "svnadmin"]),
    ("tzdata", &[]),
    ("unzip", &["unzip", "zipinfo"]),
    ("wget", &["wget"]),
    ("xz-utils", &["unxz", "xz", "xzcat"]),
];

/// Packages whose install brings another one.
const BROUGHT: &[(&str, &[&str])] = &[
    ("build-essential", &["bzip2", "patch", "xz-utils"]),
    ("ca-certificates", &["openssl"]),
    ("dpkg-dev", &["bzip2", "patch", "xz-utils"]),
    ("gnupg2", &["gnupg"]),
    ("gpg", &["gnupg"]),
    ("iputils-ping", &["inetutils-ping"]),
    ("openssh-server", &["openssh-client"]),
    ("git", &["perl"]),
    ("python3-dev", &["python3"]),
    ("python3-pip", &["python3"]),
    ("python3-venv", &["python3"]),
    ("python3-minimal", &["python3"]),
    ("python-is-python3", &["python3"]),
    ("ssh", &["openssh-client"]),
];

/// What compiles: no slim image has it, and it is not added.
const COMPILERS: &[&str] = &[
    "aclocal",
    "autoconf",
    "automake",
    "autoreconf",
    "c++",
    "cargo",
    "cc",
    "cmake",
    "configure",
    "cpp",
    "g++",
    "gcc",
    "ld",
    "libtoolize",
    "m4",
    "make",
    "mysql_config",
    "node-gyp",
    "pg_config",
    "pkg-config",
    "xml2-config",
];

/// Ends of files that no loader looks at: archives of Java, pages, settings.
const DATA: &[&str] = &[
    ".cer",
    ".cfg",
    ".conf",
    ".crt",
    ".css",
    ".ear",
    ".html",
    ".ini",
    ".jar",
    ".jks",
    ".json",
    ".md",
    ".p12",
    ".pem",
    ".properties",
    ".war",
    ".xml",
    ".yaml",
    ".yml",
];

/// Programs of the Java kit that the run-time environment lacks.
const KIT: &[&str] = &[
    "gradle",
    "gradlew",
    "jar",
    "jarsigner",
    "javac",
    "javadoc",
    "javap",
    "jcmd",
    "jdeps",
    "jlink",
    "jmap",
    "jmod",
    "jpackage",
    "jps",
    "jshell",
    "jstack",
    "jstat",
    "mvn",
    "mvnw",
    "sbt",
];

/// What run-time environments of openjdk have: they stand on buildpack-deps:curl, the kits on buildpack-deps:scm.
const OF_OPENJDK: &[&str] = &[
    "bunzip2",
    "bzcat",
    "bzip2",
    "curl",
    "dirmngr",
    "fc-cache",
    "fc-list",
    "fc-match",
    "gpg",
    "gpg2",
    "gpgconf",
    "openssl",
    "unxz",
    "unzip",
    "update-ca-certificates",
    "wget",
    "xz",
    "xzcat",
    "zipinfo",
];

/// What became of a base image.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Slim,
    Jre,
}

/// Whether one stage may be another one on a smaller form of its image.
pub(super) fn is_smaller(old: &Stage<'_>, new: &Stage<'_>) -> bool {
    change(&old.base, &new.base).is_some()
}

fn change(old: &str, new: &str) -> Option<Change> {
    let split = |image: &'_ str| -> Option<(String, String)> {
        if image.contains(['@', '$']) {
            return None;
        }
        let name = image.rfind('/').map_or(0, |slash| slash + 1);
        Some(match image[name..].split_once(':') {
            Some((path, tag)) => (format!("{}{path}", &image[..name]), tag.to_owned()),
            None => (image.to_owned(), "latest".to_owned()),
        })
    };
    let ((path, old), (other, new)) = (split(old)?, split(new)?);
    let (old, new) = match (argument(&old), argument(&new)) {
        (Some((name, one)), Some((same, two))) if name == same => (one.to_owned(), two.to_owned()),
        _ => (old, new),
    };
    if path != other {
        return None;
    }
    let name = path.rsplit('/').next()?;
    let folder = &path[..path.len() - name.len()];
    // The library itself, or a mirror that keeps its folder.
    if !folder.is_empty() && folder != "docker.io/" && !folder.ends_with("library/") {
        return None;
    }
    if is_jre(name, &old, &new) {
        return Some(Change::Jre);
    }
    let (_, order, _) = FAMILIES.iter().find(|(family, ..)| *family == name)?;
    is_slim(name, *order, &old, &new).then_some(Change::Slim)
}

/// The name and default of the ARG that a tag is.
fn argument(tag: &str) -> Option<(&str, &str)> {
    let inner = tag.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    inner.strip_prefix("ARG ")?.split_once('=').filter(|(_, value)| !value.contains(OPEN))
}

/// `17`, `17-jdk` and `17-jdk-jammy` are `17-jre` and `17-jre-jammy`.
fn is_jre(name: &str, old: &str, new: &str) -> bool {
    if !matches!(name, "eclipse-temurin" | "openjdk" | "sapmachine") || old.contains("jre") {
        return false;
    }
    let parts: Vec<&str> = old.split('-').collect();
    let mut wanted: Vec<&str> =
        parts.iter().map(|part| if *part == "jdk" { "jre" } else { part }).collect();
    if !parts.contains(&"jdk") {
        wanted.insert(1, "jre");
    }
    old.starts_with(|c: char| c.is_ascii_digit()) && new == wanted.join("-")
}

fn is_slim(name: &str, order: Order, old: &str, new: &str) -> bool {
    let parts: Vec<&str> = if old == "latest" { Vec::new() } else { old.split('-').collect() };
    if parts.iter().any(|part| {
        matches!(*part, "slim" | "alpine" | "onbuild")
            || part.starts_with("alpine")
            || part.starts_with("windows")
            || part.starts_with("nano")
            || *part == "oracle"
            || part.starts_with("oraclelinux")
    }) {
        return false;
    }
    let is_suite = |part: &str| {
        ["wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "sid"]
            .contains(&part)
    };
    // Without a suite newer ones are Oracle's; the last JRE without a version is that of 11.
    let java =
        parts.first().and_then(|part| part.split(['.', 'u', 'b']).next()?.parse::<u32>().ok());
    if name == "openjdk"
        && parts != ["jre"]
        && java.is_none_or(|java| java > 11)
        && !parts.iter().any(|part| is_suite(part))
    {
        return false;
    }
    // In front of the suite, and of a word that says how it is built.
    let version = parts.iter().position(|part| is_suite(part) || *part == "threaded");
    let places = match order {
        Order::End => [parts.len(), parts.len()],
        Order::Version => [version.unwrap_or(parts.len()); 2],
        Order::Either => [version.unwrap_or(parts.len()), parts.len()],
    };
    places.into_iter().any(|place| {
        let mut parts = parts.clone();
        parts.insert(place, "slim");
        new == parts.join("-")
    })
}

impl<'b, 't> Comparison<'b, 't> {
    /// The family whose slim form the stage is built on now.
    fn slimmed(&self) -> bool {
        self.before.stages[self.stage].image != self.after.stages[self.stage].image
    }

    /// Whether everything that the stage, and those built on it, call is still there where its base has become smaller.
    pub(super) fn base_is_right(&mut self, number: usize) -> Result<(), Refusal> {
        let (old, new) = (&self.before.stages[number], &self.after.stages[number]);
        if old.base == new.base {
            return Ok(());
        }
        let Some(change) = change(&old.base, &new.base) else { return Ok(()) };
        let refuse = |message: String| {
            Err(Refusal {
                gap: Gap { before: Some(old.at), after: Some(new.at), message },
                unknown: false,
            })
        };
        let name = old.base.rsplit('/').next().unwrap_or_default();
        let name = name.split(':').next().unwrap_or_default();
        let family = FAMILIES.iter().find(|(family, ..)| *family == name);
        let held: &[&str] = match change {
            Change::Slim => family.map_or(&[], |(_, _, held)| held),
            Change::Jre => OF_OPENJDK,
        };
        if held != ALL && self.gives_system_files(number) {
            return refuse("another stage takes folders of the system from it".to_owned());
        }
        for (index, stage) in self.after.stages.iter().enumerate() {
            if !self.stands_on(index, number) {
                continue;
            }
            let mut uses = Uses::of(stage);
            if let Some(context) = self.context {
                uses.follow(context);
            }
            if held != ALL
                && change == Change::Slim
                && let Some(what) = uses.compiles(self.context)
                && !uses.builds
            {
                return refuse(format!("{what}, for which a slim image lacks the compilers"));
            }
            if uses.unread {
                let message =
                    "a script is not understood, and it is not known what it calls".to_owned();
                return Err(Refusal {
                    gap: Gap { before: None, after: Some(stage.at), message },
                    unknown: true,
                });
            }
            if change == Change::Jre {
                if !stage.configuration.command_set && stage.configuration.entrypoint.is_none() {
                    return refuse(
                        "the images start other commands, and the stage has none".to_owned(),
                    );
                }
                if let Some(program) = KIT.iter().find(|program| uses.names(program)) {
                    return refuse(format!("a run-time environment of Java has no `{program}`"));
                }
                if uses.words.iter().any(|word| word.ends_with(".java")) {
                    return refuse("a run-time environment of Java compiles no source".to_owned());
                }
                if !old.base.contains("openjdk") {
                    continue;
                }
            }
            if held == ALL {
                continue;
            }
            if let Some(name) = uses.removed.iter().find(|name| !uses.installed.contains(name)) {
                return refuse(format!("apt removes {name}, which a slim image lacks"));
            }
            if let Some(program) =
                COMPILERS.iter().find(|program| uses.names(program) && !uses.builds)
            {
                return refuse(format!("a slim image has no `{program}`"));
            }
            if let Some((other, program)) = self.takes_what_was_compiled(stage) {
                return refuse(format!(
                    "stage {other} calls `{program}`, and what it made may need libraries that a slim image lacks"
                ));
            }
            for (package, programs) in PACKAGES {
                let missing = |program: &&&str| !held.contains(program) && uses.names(program);
                if let Some(program) = programs.iter().find(missing)
                    && !uses.has(package)
                    && !self.gets(stage, package)
                {
                    return refuse(format!(
                        "a slim image has no `{program}`, and nothing installs {package}"
                    ));
                }
                if let Some(program) = Uses::too_early(stage, package, programs, held) {
                    return refuse(format!(
                        "`{program}` is called before {package} is installed, and a slim image has none"
                    ));
                }
            }
        }
        let message = format!("the stage is built on {}, before on {}", new.base, old.base);
        self.accept(Difference::SlimBase, Some(old.at), new.at, message);
        Ok(())
    }

    /// Whether another stage takes folders of the system from a stage, or from one built on it.
    fn gives_system_files(&self, number: usize) -> bool {
        self.after.stages.iter().flat_map(|stage| &stage.steps).any(|step| {
            let Action::Copy(copy) = &step.action else { return false };
            let from = copy.from.as_deref().unwrap_or_default();
            let mut stages =
                (0..self.after.stages.len()).filter(|one| self.stands_on(*one, number));
            let own = stages.any(|one| from == format!("stage {one}")) || from.contains('\u{2}');
            own && copy.sources.iter().any(|source| is_of_system(source))
        })
    }

    /// The number of another stage that calls a compiler, with its name, if a stage copies more than data from it.
    fn takes_what_was_compiled(&self, stage: &Stage<'t>) -> Option<(usize, &'static str)> {
        stage.steps.iter().find_map(|step| {
            let Action::Copy(copy) = &step.action else { return None };
            let data = |source: &Text<'_>| DATA.iter().any(|end| source.ends_with(end));
            if copy.sources.iter().all(data) {
                return None;
            }
            let other: usize = copy.from.as_deref()?.strip_prefix("stage ")?.parse().ok()?;
            let mut below = (0..=other).filter(|below| self.stands_on(other, *below));
            let program = below.find_map(|below| {
                let uses = Uses::of(self.after.stages.get(below)?);
                COMPILERS.iter().copied().find(|program| uses.names(program))
            })?;
            Some((other, program))
        })
    }

    fn stands_on(&self, mut stage: usize, base: usize) -> bool {
        while stage != base {
            match self.after.stages[stage].parent {
                Some(parent) => stage = parent,
                None => return false,
            }
        }
        true
    }

    /// Whether a stage below installs a package.
    fn gets(&self, stage: &Stage<'t>, package: &str) -> bool {
        let mut parent = stage.parent;
        while let Some(number) = parent {
            let below = &self.after.stages[number];
            if Uses::of(below).has(package) {
                return true;
            }
            parent = below.parent;
        }
        false
    }

    /// Whether a new step only brings packages of the old base back: `apt-get update` and, next to it, an install of nothing else.
    pub(super) fn brings_back(&self, steps: &[Step<'t>], number: usize) -> bool {
        let is_install = |words: &[&str]| match words {
            ["apt-get", "install", "--no-install-recommends", "-y", packages @ ..] => {
                !packages.is_empty() && packages.iter().all(|name| is_package(name))
            }
            _ => false,
        };
        let words_at = |number: usize| self.done_by_root(steps.get(number)?);
        if !self.slimmed() {
            return false;
        }
        let Some(words) = words_at(number) else { return false };
        if words == ["apt-get", "update"] {
            return words_at(number + 1).is_some_and(|next| is_install(&next));
        }
        let before = number.checked_sub(1).and_then(words_at);
        is_install(&words) && before.is_some_and(|before| before == ["apt-get", "update"])
    }

    /// The words of a call that has to succeed, is plain, and is root's.
    fn done_by_root<'s>(&self, step: &'s Step<'t>) -> Option<Vec<&'s str>> {
        let Action::Call(call) = &step.action else { return None };
        let surroundings = &self.states.seen(call.state).surroundings;
        let user = surroundings.user.split(':').next().unwrap_or_default();
        let right = step.demand == Demand::Must
            && call.redirects.is_empty()
            && call.assignments.is_empty()
            && surroundings.flags.is_empty()
            && matches!(user, "" | "root" | "0");
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        (right && words.len() == call.words.len()).then_some(words)
    }

    /// Whether an install is another one that also brings packages of the old base, in words.
    pub(super) fn brings_more(&self, one: &Call<'t>, two: &Call<'t>) -> Option<String> {
        if !self.slimmed() || one.words.len() >= two.words.len() {
            return None;
        }
        let command = Command::of(&two.words);
        if !matches!(command.program(), "apt-get" | "apt") || !command.has(&["install"]) {
            return None;
        }
        let verb = two.words.iter().position(|word| word == "install")?;
        let mut rest = one.words.iter().peekable();
        let mut added = Vec::new();
        for (at, word) in two.words.iter().enumerate() {
            if rest.next_if(|old| *old == word).is_some() {
                continue;
            }
            let name = plain(word).filter(|name| is_package(name) && at > verb + 1)?;
            // Behind an option that takes a word it would be that word.
            if two.words[at - 1].starts_with('-') && !takes_none(&two.words[at - 1]) {
                return None;
            }
            added.push(name);
        }
        rest.next().is_none().then(|| {
            format!("`apt-get install` also brings {}, which the old base had", added.join(", "))
        })
    }
}

fn is_package(name: &str) -> bool {
    PACKAGES.iter().any(|(package, _)| *package == name)
}

/// Options of an install that take no argument (apt-get(8)).
fn takes_none(word: &Text<'_>) -> bool {
    matches!(
        &**word,
        "-y" | "-yq"
            | "-yqq"
            | "-qy"
            | "-qqy"
            | "-q"
            | "-qq"
            | "--yes"
            | "--assume-yes"
            | "--no-install-recommends"
            | "--no-install-suggests"
            | "--quiet"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_version_and_suite_is_a_smaller_form() {
        for (old, new) in [
            ("python:3.12-bookworm", "python:3.12-slim-bookworm"),
            ("python", "python:slim"),
            ("node:20-bookworm", "node:20-bookworm-slim"),
            ("docker.io/library/node:20", "docker.io/library/node:20-slim"),
            ("perl:5.38-threaded-bookworm", "perl:5.38-slim-threaded-bookworm"),
            ("openjdk:11-jdk", "openjdk:11-jdk-slim"),
            ("openjdk:17-jdk-bullseye", "openjdk:17-jdk-slim-bullseye"),
            ("debian:12", "debian:12-slim"),
            ("eclipse-temurin:17-jdk-jammy", "eclipse-temurin:17-jre-jammy"),
            ("eclipse-temurin:17", "eclipse-temurin:17-jre"),
        ] {
            assert!(change(old, new).is_some(), "{old} {new}");
        }
        for (old, new) in [
            ("python:3.12-bookworm", "python:3.12-slim"),
            ("python:3.12-bookworm", "python:3.12-bookworm-slim"),
            ("python:3.12", "python:3.11-slim"),
            ("python:3.12", "node:3.12-slim"),
            ("python:3.12", "python:3.12-alpine"),
            ("node:20-bookworm", "node:20-slim-bookworm"),
            ("openjdk:17", "openjdk:17-slim"),
            ("golang:1.22", "golang:1.22-slim"),
            ("corp/python:3.12", "corp/python:3.12-slim"),
            ("python:3.12@sha256:00", "python:3.12-slim@sha256:00"),
            ("python:3.12-slim", "python:3.12"),
            ("eclipse-temurin:17-jre", "eclipse-temurin:17"),
        ] {
            assert!(change(old, new).is_none(), "{old} {new}");
        }
    }
}
