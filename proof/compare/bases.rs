//! A stage that is built on the slim form of the same image, or on a Java run-time environment, and gets what it used of the old one.
//!
//! The pass has a table of all tags and of all programs; this is a reading of its own: how the tags of each family are written, and
//! which programs of a full image its slim one lacks. Sources: the READMEs of the official images ("image variants"), the Dockerfiles of
//! buildpack-deps, the package contents of Debian.

mod by_file;
mod by_perl;
mod by_words;
mod compiles;
mod compiles_of_node;
mod fonts;
mod judged;
mod kit;
mod lacking;
mod linked;
mod locked;
mod makefiles;
mod of_npm;
mod opened;
mod projects;
mod running;
mod served;
mod settings;
mod sources;
mod told;
mod uses;
mod writes;
mod zones;

use super::folders::is_of_system;
use super::{Comparison, Refusal};
use crate::environment::{CLOSE, OPEN};
use crate::program::{Action, Call, Demand, Step, Text};
use crate::shell::{Command, plain};
use crate::stages::Stage;
use by_file::KILL;
pub(super) use compiles::FROM_SOURCE;
use lacking::{MODULES, PACKAGES};
pub(super) use running::{calls_none_when_it_runs, compiler_of_project, lost_when_it_runs};
pub(super) use settings::settings_come;
pub(super) use uses::Uses;

/// Where `slim` stands in a tag: behind the version, at the end, or now there, now here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Version,
    End,
    Either,
}

/// What a slim form has that lacks no program.
const ALL: &[&str] = &["*"];

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
    (
        "ruby",
        Order::Version,
        &[
            "bzip2", "bunzip2", "openssl", "pgrep", "pkill", "ps", "free", "top", "uptime",
            "watch", KILL,
        ],
    ),
    ("rust", Order::Version, &["openssl"]),
    ("swift", Order::End, &[]),
    ("tomcat", Order::Version, &["openssl"]),
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
    // Debian's release of the day has both tags (docker-library/official-images, library/debian).
    if (name, &*old) == ("debian", "latest") {
        return (new == "stable-slim").then_some(Change::Slim);
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

    /// Whether a new step only brings packages of the old base back: `apt-get update` and, next to it, an install of nothing else that is
    /// not the old one with more words.
    pub(super) fn brings_back(
        &self,
        expected: Option<&Step<'t>>,
        steps: &[Step<'t>],
        number: usize,
    ) -> bool {
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
        if let (Some(Action::Call(old)), Action::Call(new)) =
            (expected.map(|step| &step.action), &steps[number].action)
            && self.brings_more(old, new).is_some()
        {
            return false;
        }
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
    // Of the libraries of Tk, which have no package in the list, the one that brings both.
    name == "tk" || PACKAGES.iter().any(|package| package.name == name)
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
