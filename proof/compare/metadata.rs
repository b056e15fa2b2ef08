//! Variables that only tell of a version, a date or a revision, and are set below steps that do not use them.
//!
//! The pass that moves them has lists of its own. These were written a second time: the names are those of
//! <http://label-schema.org/rc1/>, the annotations of the OCI image specification and the variables of common build servers; the
//! programs are those of POSIX, coreutils and the system package managers that have no use for them.

use std::sync::Arc;

use super::words::describe;
use super::{Comparison, Refusal};
use crate::program::{Action, Call, Step, Text};
use crate::shell::{Command, Seen, StateNumber, Surroundings, plain};
use crate::stages::Stage;
use crate::verdict::{Accepted, Gap};
use dockslim_contract::Difference;

const WHAT: &[&str] = &[
    "APP",
    "BUILD",
    "COMMIT",
    "GIT",
    "IMAGE",
    "SOURCE",
    "VCS",
    "CI_COMMIT",
    "GITHUB",
    "GIT_COMMIT",
];
const TELLS: &[&str] = &[
    "BRANCH",
    "COMMIT",
    "DATE",
    "HASH",
    "ID",
    "NUMBER",
    "REF",
    "REV",
    "REVISION",
    "SHA",
    "SHA1",
    "TIME",
    "TIMESTAMP",
    "URL",
    "VERSION",
];
const ALONE: &[&str] = &["BUILDDATE", "BUILDTIME", "COMMIT", "REVISION", "VERSION"];
/// Names of that form that say something else: the version of git or of a tool, the moment that builds pretend to have.
const OTHERS: &[&str] = &[
    "GIT_VERSION",
    "GIT_URL",
    "GIT_DATE",
    "SOURCE_DATE",
    "SOURCE_URL",
    "BUILD_URL",
    "APP_ID",
    "APP_URL",
];

/// Programs that ask for no variable of such a name.
const BLIND: &[&str] = &[
    ":",
    "[",
    "add-apt-repository",
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "apt-key",
    "apt-mark",
    "aptitude",
    "awk",
    "basename",
    "bunzip2",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cp",
    "curl",
    "cut",
    "dirname",
    "dnf",
    "dpkg",
    "dpkg-reconfigure",
    "echo",
    "find",
    "gem",
    "git",
    "gpg",
    "grep",
    "groupadd",
    "gunzip",
    "gzip",
    "install",
    "ldconfig",
    "ln",
    "locale-gen",
    "localedef",
    "ls",
    "microdnf",
    "mkdir",
    "mktemp",
    "mv",
    "pip",
    "pip3",
    "printf",
    "rm",
    "rpm",
    "sed",
    "set",
    "sha256sum",
    "tar",
    "tdnf",
    "tee",
    "test",
    "touch",
    "tr",
    "true",
    "uname",
    "unzip",
    "update-ca-certificates",
    "update-locale",
    "useradd",
    "usermod",
    "wget",
    "xz",
    "yum",
    "zypper",
];

/// Whether a variable of this name tells of the image, and of nothing that a program is to do.
fn tells(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let cased = name == upper || name == name.to_ascii_lowercase();
    let made = WHAT.iter().any(|what| {
        upper
            .strip_prefix(what)
            .and_then(|rest| rest.strip_prefix('_'))
            .is_some_and(|rest| TELLS.contains(&rest))
    });
    cased && !OTHERS.contains(&&*upper) && (made || ALONE.contains(&&*upper))
}

impl<'b, 't> Comparison<'b, 't> {
    /// Whether two calls are the same, but that the new one does not see metadata that it does not use; notes it.
    pub(super) fn is_blind_to_metadata(&mut self, old: &'b Step<'t>, new: &'b Step<'t>) -> bool {
        let (Action::Call(one), Action::Call(two)) = (&old.action, &new.action) else {
            return false;
        };
        let same = old.demand == new.demand
            && (&one.words, &one.assignments, &one.redirects)
                == (&two.words, &two.assignments, &two.redirects)
            && (&one.inner, one.stale, one.leaves, one.history)
                == (&two.inner, two.stale, two.leaves, two.history);
        same && self.lacks_metadata(old, new, one.state, two.state)
    }

    /// Whether what steps of a stage do not see any more is set at its end all the same; `known` of the accepted
    /// differences are older.
    pub(super) fn metadata_is_set(
        &self,
        old: &Stage<'t>,
        new: &Stage<'t>,
        known: usize,
    ) -> Result<(), Refusal> {
        let late = |one: &Accepted| one.difference == Difference::LateMetadata;
        let (before, after) = (&old.environment.arguments, &new.environment.arguments);
        let gone = before.iter().find(|(name, value)| after.get(*name) != Some(*value));
        match gone.filter(|_| self.accepted[known..].iter().any(late)) {
            Some((name, _)) => {
                let message = format!("{name} is not set at the end as it was");
                let gap = Gap { before: Some(old.at), after: Some(new.at), message };
                Err(Refusal { gap, unknown: false })
            }
            None => Ok(()),
        }
    }

    /// Whether what a step sees lacks nothing but metadata that it does not use; notes it.
    pub(super) fn lacks_metadata(
        &mut self,
        old: &'b Step<'t>,
        new: &'b Step<'t>,
        one: StateNumber,
        two: StateNumber,
    ) -> bool {
        let (before, after) = (self.states.seen(one), self.states.seen(two));
        let (full, rest) = (&before.surroundings.environment, &after.surroundings.environment);
        let gone: Vec<&String> = full.keys().filter(|name| !rest.contains_key(*name)).collect();
        let only = !gone.is_empty()
            && gone.iter().all(|name| tells(name))
            && rest.iter().all(|(name, value)| full.get(name) == Some(value))
            && *without(before) == *without(after)
            && gone.iter().all(|name| ignores(&new.action, name));
        if only {
            let names: Vec<&str> = gone.iter().map(|name| name.as_str()).collect();
            let message = format!("{} does not see {}", describe(new), names.join(" and "));
            self.accept(Difference::LateMetadata, Some(old.at), new.at, message);
        }
        only
    }
}

/// What is seen, but for variables that the file sets.
fn without(seen: &Seen) -> Box<Seen> {
    let surroundings = Surroundings { environment: Arc::default(), ..(*seen.surroundings).clone() };
    Box::new(Seen { surroundings: Arc::new(surroundings), ..seen.clone() })
}

/// Whether a step neither names a variable nor runs something that may ask for it.
fn ignores(action: &Action<'_>, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let silent = |text: &Text<'_>| {
        text.match_indices(name).all(|(at, _)| {
            text[..at].ends_with(is_part) || text[at + name.len()..].starts_with(is_part)
        })
    };
    match action {
        Action::Call(call) => {
            let all = call.words.iter().chain(&call.assignments).chain(&call.redirects);
            all.into_iter().all(silent) && is_blind(call)
        }
        Action::Pipe { .. } => true,
        Action::ForEach { words, .. } => words.iter().flatten().all(silent),
        Action::Choose { subject, arms, .. } => {
            silent(subject) && arms.iter().all(|(patterns, _)| patterns.iter().all(silent))
        }
        _ => false,
    }
}

fn is_blind(call: &Call<'_>) -> bool {
    let command = Command::of(&call.words);
    if call.words.is_empty() {
        return true;
    }
    let Some(path) = command.path() else { return false };
    let name = path.rsplit('/').next().unwrap_or(path);
    // pip builds what it is given as a folder or file, and that may ask for anything.
    let builds = name.starts_with("pip")
        && call.words.iter().skip(1).any(|word| {
            plain(word).is_none_or(|word| {
                word.starts_with(['.', '/']) || word == "-e" || word == "--editable"
            })
        });
    BLIND.contains(&name) && !builds
}
