//! Whether the steps of a stage build with the kit of Java, by what make and scripts run for them.
//!
//! Sources: the manual of GNU make, "Recipe Syntax"; the JDK tool specifications.

use dockslim_contract::BuildContext;

use super::lacking::KIT;
use super::sources::base;
use super::uses::Uses;
use crate::program::{Action, Call, visit};
use crate::shell::Command;
use crate::stages::Stage;

/// Ends of what compilers for the machine of Java read.
const READ: &str = " java kt scala groovy clj ";
/// Programs that start no others, or that a run-time environment has as well.
const PLAIN: &str = " [ addgroup adduser base64 basename bunzip2 cat cd chgrp chmod chown chpasswd cp curl cut date dirname echo exit export false fc-cache file getent gpg grep groupadd groupmod gunzip gzip head id install keytool ldconfig ln locale-gen ls mkdir mktemp mv printf pwd readlink realpath rm rmdir sed set setcap sha256sum sha512sum sleep sort stat tail tar tee test touch tr true uname unset unzip update-ca-certificates update-locale useradd usermod wc wget apk apt apt-get aptitude dnf microdnf yum zypper ";

/// The tool of the kit, in words, by which a stage builds, or the step of which nobody knows.
pub(super) fn of_builds(
    stage: &Stage<'_>,
    uses: &Uses,
    context: Option<&BuildContext>,
) -> Option<(String, bool)> {
    let tool = |word: &str| KIT.contains(&base(word)).then(|| base(word).to_owned());
    let values = stage.environment.variables.values();
    let firsts = values.filter_map(|value| value.split_whitespace().next());
    if let Some(tool) = { firsts }.find_map(tool) {
        return Some((format!("a variable speaks of `{tool}`, which is of the kit"), false));
    }
    let context = context?;
    let rules: Vec<(&str, &str)> = context
        .entries()
        .filter(|(path, _)| is_rules(path))
        .filter_map(|(path, _)| Some((path, context.text(path)?)))
        .collect();
    if ["make", "gmake"].iter().any(|name| uses.names(name)) {
        let found = rules.iter().find_map(|(path, text)| Some((path, of_rules(text)?)));
        if let Some((path, tool)) = found {
            return Some((format!("{path} calls `{tool}`, which is of the kit"), false));
        }
    }
    if !brings_sources(stage, context) {
        return None;
    }
    let mut odd = None;
    visit(&stage.steps, &mut |step| {
        if let Action::Call(call) = &step.action
            && !is_plain(call, context, !rules.is_empty())
        {
            odd.get_or_insert_with(|| Command::of(&call.words).program().to_owned());
        }
    });
    let program = odd?;
    let message = format!("what `{program}` does is not known, and sources of Java lie beside it");
    Some((message, true))
}

fn is_rules(path: &str) -> bool {
    ["Makefile", "makefile", "GNUmakefile"].contains(&base(path)) || path.ends_with(".mk")
}

/// The tool that a Makefile names: as a word, or by the variable that is its custom.
fn of_rules(text: &str) -> Option<&'static str> {
    let cut = |c: char| !(c.is_ascii_alphanumeric() || "._/-".contains(c));
    text.lines().flat_map(|line| line.trim_start_matches(['\t', '-']).split(cut)).find_map(|word| {
        let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
        if name == "JAVAC" {
            return Some("javac");
        }
        let program = folder.is_empty() || folder == "." || folder.ends_with("bin");
        KIT.iter().find(|tool| program && **tool == name).copied()
    })
}

/// Whether a stage takes sources from the build context.
fn brings_sources(stage: &Stage<'_>, context: &BuildContext) -> bool {
    stage.steps.iter().any(|step| {
        let Action::Copy(copy) = &step.action else { return false };
        copy.from.is_none()
            && copy.sources.iter().any(|source| {
                let cut = source.find(['*', '?', '[', '\u{2}']).unwrap_or(source.len());
                let start = source[..cut].trim_start_matches("./").trim_matches(['/', '.']);
                context.entries().any(|(path, _)| {
                    let end = path.rsplit('.').next().unwrap_or_default();
                    path.starts_with(start) && READ.contains(&format!(" {end} "))
                })
            })
    })
}

/// Whether a call starts nothing but what was read.
fn is_plain(call: &Call<'_>, context: &BuildContext, has_rules: bool) -> bool {
    let known = |name: &str| PLAIN.contains(&format!(" {name} "));
    let is_file = |word: &str| context.entries().any(|(path, _)| base(path) == base(word));
    Command::of(&call.words).all().all(|one| {
        let mut arguments = one.arguments();
        match one.program() {
            "java" => arguments.all(|word| word.ends_with("-version")),
            "find" => {
                let mut rest = arguments.skip_while(|word| !word.starts_with("-exec")).skip(1);
                rest.next().is_none_or(known)
            }
            "make" | "gmake" => has_rules,
            "." | "ash" | "bash" | "dash" | "sh" | "source" => {
                arguments.find(|word| !word.starts_with(['-', '+'])).is_some_and(is_file)
            }
            "" => one.path().is_none() && call.words.is_empty(),
            name if known(name) => true,
            _ => one.path().is_some_and(|path| path.contains('/') && is_file(path)),
        }
    })
}
