//! Packages of Python whose versions stand in variables: `uv==${UV_VERSION}`.
//!
//! A specifier is an operator and a version (PEP 440, PEP 508); which value a variable has is what the call sees of ENV and ARG.

use crate::environment;
use crate::program::{Action, Call, Step, Text, visit};
use crate::shell::{CLOSE, OPEN, OPEN_QUOTED, States, plain};

/// The words of a call, with versions in place of variables that nothing but a version can stand for.
pub(super) fn with_versions(call: &Call<'_>, states: &States) -> Vec<String> {
    call.words.iter().map(|word| read(word, call, states).unwrap_or(word.to_string())).collect()
}

/// The words of the calls among these steps that variables stand in, as they are and with versions.
pub(super) fn pinned(steps: &[Step<'_>], states: &States) -> Vec<(Vec<String>, Vec<String>)> {
    let mut found = Vec::new();
    visit(steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        if call.words.iter().any(|word| plain(word).is_none()) {
            let words = call.words.iter().map(ToString::to_string).collect();
            found.push((words, with_versions(call, states)));
        }
    });
    found
}

fn read(word: &Text<'_>, call: &Call<'_>, states: &States) -> Option<String> {
    if plain(word).is_some() {
        return None;
    }
    let start = word.find(['=', '~', '<', '>'])?;
    // Brackets of extras may be marked as signs of a pattern, which no file of a project has a name for.
    let (name, behind) = word.split_at(start);
    let name: String = name.chars().filter(|c| *c != '\u{1}').collect();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-[],".contains(c);
    if name.is_empty() || !name.chars().all(is_name) || name.starts_with(['-', '.']) {
        return None;
    }
    let mut out = String::new();
    let mut rest = behind;
    while let Some(at) = rest.find([OPEN, OPEN_QUOTED]) {
        // In front of it stands the operator, or what the version begins with.
        let sign = rest[..at].chars().next_back().or(out.chars().next_back())?;
        if !(sign == '=' || sign == '<' || sign == '>' || sign.is_ascii_digit() || sign == '.') {
            return None;
        }
        let (variable, behind) = rest[at + 1..].split_once(CLOSE)?;
        out += &rest[..at];
        out += &value(variable, call, states)?;
        rest = behind;
    }
    out += rest;
    let whole = |c: char| c.is_ascii_alphanumeric() || ".*+!-_=~<>,".contains(c);
    let out: String = out.chars().filter(|c| *c != '\u{1}').collect();
    out.chars().all(whole).then(|| name + &out)
}

/// What a variable stands for at a call, if that is a version.
fn value(name: &str, call: &Call<'_>, states: &States) -> Option<String> {
    let seen = states.seen(call.state);
    // The script of an environment of Python sets PATH, and what begins with VIRTUAL_ENV and `_OLD_`.
    let entered = |text: &String| {
        (text.starts_with(". ") || text.starts_with("source ")) && text.ends_with("/bin/activate")
    };
    let set = seen.variables.contains_key(name) || !seen.taint.iter().all(entered);
    let own = call.assignments.iter().any(|text| text.split('=').next() == Some(name));
    let mut value: &str = seen.surroundings.environment.get(name).filter(|_| !set && !own)?;
    // What holds if nobody builds with another.
    while let Some(inner) = value.strip_prefix(environment::OPEN) {
        let inner = inner.strip_suffix(environment::CLOSE)?.strip_prefix("ARG ")?;
        (_, value) = inner.split_once('=')?;
    }
    let is_version = value.starts_with(|c: char| c.is_ascii_digit())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || ".*+!-_".contains(c));
    is_version.then(|| value.to_owned())
}
