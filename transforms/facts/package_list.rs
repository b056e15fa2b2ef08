//! The packages that a call lists, and how its author lays them out.

use dockslim_syntax::{Dockerfile, Span};

use super::{Command, PackageCall};

/// The packages of one call.
pub(crate) struct PackageList {
    /// The end of the verb, where a flag goes.
    pub(crate) behind_verb: usize,
    /// The end of the `-y` right behind the verb, where some authors put it.
    pub(crate) behind_yes: Option<usize>,
    /// The names with the places of their words, in order.
    pub(crate) packages: Vec<(String, Span)>,
}

/// Why the packages of a call are not known, with a message.
pub(crate) enum Unlisted {
    /// Words are open, or it is the exec form.
    Words(String),
    /// A word is no name of a package.
    Package(String),
    /// There are none.
    Nothing(String),
}

impl PackageList {
    /// The packages that a call installs, if the file tells.
    pub(crate) fn of<W: AsRef<str>>(
        dockerfile: &Dockerfile<'_>,
        command: &Command<'_>,
        call: &PackageCall<'_, W>,
    ) -> Result<Self, Unlisted> {
        let unknown =
            |what: &str| Err(Unlisted::Words(format!("it is not known what {what} stands for")));
        let Some(simple) = command.call.map(|call| call.simple) else {
            return unknown("the exec form");
        };
        let operands: Vec<usize> = call.operands().collect();
        let Some((verb, packages)) = operands.split_first() else { return unknown("the verb") };
        let mut found = Vec::new();
        for (at, word) in simple.words.iter().enumerate().skip(call.program.end) {
            let text = command.raw_word(dockerfile, at);
            if command.words[at].is_none() {
                // A version may be open, but not what it is the version of.
                match text.split_once(['=', '/']) {
                    Some((name, _)) if at > *verb && is_name(name) => {
                        found.push((package_name(name).to_owned(), word.span));
                    }
                    _ => return unknown(&text),
                }
            } else if packages.contains(&at) {
                let name = package_name(&text);
                if !is_name(name) {
                    return Err(Unlisted::Package(format!("nothing is known of {text}")));
                }
                found.push((name.to_owned(), word.span));
            }
        }
        if found.is_empty() {
            return Err(Unlisted::Nothing("no package is named".to_owned()));
        }
        let behind_yes = command.words.get(verb + 1).and_then(Option::as_deref);
        let behind_yes =
            behind_yes.filter(|word| is_yes(word)).map(|_| simple.words[verb + 1].span.end);
        Ok(Self { behind_verb: simple.words[*verb].span.end, behind_yes, packages: found })
    }

    /// Whether a package of this name is listed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|(known, _)| known == name)
    }
}

/// A call that installs packages of the system by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The verb: bytes of the text that was parsed.
    pub verb: Span,
    /// The names with the places of their words, in order.
    pub packages: Vec<(String, Span)>,
}

/// The calls in the stage `target`, or the last one, that install packages of the system and name all of them.
pub fn installed(dockerfile: &Dockerfile<'_>, target: Option<&str>) -> Vec<Installed> {
    let facts = crate::Facts::of(dockerfile, &crate::Options::default(), None);
    let build = facts.build();
    let named = |name: &str| {
        let name = name.to_lowercase();
        let is = |stage: &super::BuildStage<'_>| {
            stage.stage.name.as_deref().is_some_and(|own| own.to_lowercase() == name)
        };
        build.stages.iter().rfind(|stage| is(stage))
    };
    let by_number = |name: &str| build.stages.get(name.parse::<usize>().ok()?);
    let stage = match target {
        Some(target) => named(target).or_else(|| by_number(target)),
        None => build.stages.last(),
    };
    let steps = stage.into_iter().flat_map(|stage| &stage.steps).filter(|step| !step.onbuild);
    let mut found = Vec::new();
    for command in steps.flat_map(|step| step.content.commands()) {
        let Some(call) = command.package_call() else { continue };
        let is_install = match call.manager.name.as_str() {
            "apt" => call.is("install"),
            "apk" => call.is("add"),
            _ => false,
        };
        let Some(simple) = command.call.map(|call| call.simple).filter(|_| is_install) else {
            continue;
        };
        let Some(verb) = call.operands().next() else { continue };
        if let Ok(list) = PackageList::of(dockerfile, command, &call) {
            found.push(Installed { verb: simple.words[verb].span, packages: list.packages });
        }
    }
    found
}

/// The name in `name=version`, `name/suite` and `name:architecture`.
pub(crate) fn package_name(word: &str) -> &str {
    let end = word.find(['=', '/', ':']).unwrap_or(word.len());
    &word[..end]
}

/// Whether a word answers the questions of apt (apt-get(8)): `-y`, also with `-q` in a cluster.
pub(crate) fn is_yes(word: &str) -> bool {
    let letters = word.strip_prefix('-').unwrap_or_default();
    let cluster = letters.contains('y') && letters.bytes().all(|letter| b"yq".contains(&letter));
    cluster || matches!(word, "--yes" | "--assume-yes")
}

/// Debian Policy, 5.6.1: lower-case letters, digits and `+ - .`, at least two of them. A sign behind
/// a name (`name-`) would mean removal.
fn is_name(word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-._".contains(&b);
    word.len() > 1
        && word.bytes().all(plain)
        && !word.starts_with(['.', '-', '+'])
        && !word.ends_with('-')
        && !word.ends_with(".deb")
}
