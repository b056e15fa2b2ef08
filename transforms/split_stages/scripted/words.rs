//! The words of a script with the values that it gives to its variables.

use std::collections::BTreeSet;

use dockslim_syntax::shell::{List, Part, PartKind, Word};

use super::Read;
use super::reader::{Reader, Value};
use crate::facts::{absolute, calls, literal_text, words_text};
use crate::split_stages::launch::parent_of;

/// Programs that only say something, for `$( … )`.
const SAYS: &[&str] = &[
    "basename", "cat", "command", "cut", "date", "dirname", "echo", "find", "getconf", "grep",
    "head", "id", "ls", "nproc", "printf", "pwd", "sort", "tail", "test", "tr", "uname", "uniq",
    "wc", "which", "whoami",
];

/// Variables that official images and builders set, by their first letters (docker-library; Dockerfile reference, "Predefined ARGs").
const SET_ELSEWHERE: &[&str] = &[
    "ALL_PROXY",
    "BUILD",
    "BUNDLE",
    "CARGO",
    "FTP_PROXY",
    "GEM",
    "GO",
    "GPG",
    "GRADLE",
    "HOME",
    "HOSTNAME",
    "HTTP",
    "JAVA",
    "LANG",
    "LC_",
    "MAVEN",
    "MVN",
    "NODE",
    "NO_PROXY",
    "OLDPWD",
    "PATH",
    "PHP",
    "PIP",
    "PWD",
    "PYTHON",
    "RUBY",
    "RUST",
    "SETUPTOOLS",
    "SHLVL",
    "TARGET",
    "TERM",
    "UV_",
    "YARN",
    "DOTNET",
    "ASPNET",
    "GCC",
    "SOURCE",
    "NUGET",
    "POWERSHELL",
    "DEBIAN",
    "USER",
];

/// Characters of values that need no quotes.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "_./:,=@%+-".contains(c))
}

/// What a text needs besides itself: variables of the script, which are set in front of it.
#[derive(Default)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) needs: BTreeSet<String>,
}

impl Reader<'_, '_, '_> {
    /// All words of a command; `"$@"` is as many as there are.
    pub(super) fn words(&self, words: &[Word]) -> Read<(Vec<String>, BTreeSet<String>)> {
        let (mut found, mut needs) = (Vec::new(), BTreeSet::new());
        for word in words {
            if matches!(&*self.raw(word), "\"$@\"" | "$@" | "\"${@}\"") {
                for argument in &self.arguments {
                    found.push(quoted(argument).ok_or_else(|| self.open(word))?);
                }
                continue;
            }
            let told = self.word(word)?;
            // An expansion to nothing is no word.
            if !told.text.is_empty() {
                found.push(told.text);
            }
            needs.extend(told.needs);
        }
        Ok((found, needs))
    }

    pub(super) fn raw(&self, word: &Word) -> String {
        self.dockerfile().text(word.span).into_owned()
    }

    fn open(&self, word: &Word) -> String {
        self.refused(&format!("it is not known what `{}` stands for", self.raw(word)))
    }

    /// A word as it would stand in a RUN.
    pub(super) fn word(&self, word: &Word) -> Read<Told> {
        let raw = self.raw(word);
        if raw.contains('\n') || raw.contains("\\\r") {
            return Err(self.refused("a word goes over several lines"));
        }
        let mut told = Told::default();
        self.parts(&word.parts, false, &mut told).ok_or_else(|| self.open(word))?;
        Ok(told)
    }

    fn parts(&self, parts: &[Part], inside: bool, told: &mut Told) -> Option<()> {
        for part in parts {
            let raw = self.dockerfile().text(part.span).into_owned();
            match &part.kind {
                PartKind::Literal => {
                    // Shells differ in braces.
                    if !inside && raw.contains('{') && raw != "{}" {
                        return None;
                    }
                    told.text.push_str(&raw);
                }
                PartKind::Escaped => told.text.push_str(&raw),
                PartKind::SingleQuoted if raw.starts_with('\'') => told.text.push_str(&raw),
                PartKind::DoubleQuoted(inner) if raw.starts_with('"') => {
                    told.text.push('"');
                    self.parts(inner, true, told)?;
                    told.text.push('"');
                }
                PartKind::Variable { name } => {
                    let name = self.dockerfile().text(*name).into_owned();
                    self.variable(&name, "", &raw, inside, told)?;
                }
                PartKind::Parameter { name, .. } => {
                    let name = self.dockerfile().text(*name).into_owned();
                    let behind = raw.strip_prefix("${")?.strip_prefix(&*name)?.strip_suffix('}')?;
                    self.variable(&name, behind, &raw, inside, told)?;
                }
                PartKind::Substitution(Some(list)) => match self.place_of_script(&raw) {
                    Some(place) => told.text.push_str(&place),
                    None => {
                        self.only_says(list, &mut told.needs)?;
                        told.text.push_str(&raw);
                    }
                },
                _ => return None,
            }
        }
        Some(())
    }

    /// The folder of the script, where a text asks for it in one of the usual ways.
    pub(super) fn place_of_script(&self, raw: &str) -> Option<String> {
        let bare: String = raw.replace(['"', '\''], "").replace("${BASH_SOURCE[0]}", "$0");
        let bare = bare.replace("${BASH_SOURCE}", "$0").replace("$BASH_SOURCE", "$0");
        let bare = bare.replace(" -- ", " ").replace("${0}", "$0");
        let bare = bare.replace("&>/dev/null", "").replace("&> /dev/null", "");
        let bare = bare.replace(">/dev/null 2>&1", "").replace("> /dev/null 2>&1", "");
        let bare = bare.replace(">/dev/null", "").replace("> /dev/null", "");
        let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        let bare = bare.replace("( ", "(").replace(" )", ")");
        let here = || absolute(parent_of_word(&self.zero), Some(&self.folder));
        match bare.as_str() {
            "$(dirname $0)" => {
                Some(parent_of_word(&self.zero).to_owned()).filter(|it| is_plain(it))
            }
            "$(cd $(dirname $0) && pwd)"
            | "$(cd $(dirname $0); pwd)"
            | "$(cd $(dirname $0) && pwd -P)"
            | "$(cd ${0%/*} && pwd)" => here(),
            "$(cd $(dirname $0)/.. && pwd)" | "$(cd $(dirname $0)/..; pwd)" => {
                here().map(|here| parent_of(&here).to_owned())
            }
            "$(pwd)" => Some(self.folder.clone()).filter(|it| is_plain(it)),
            _ => None,
        }
    }

    /// What a variable stands for; `behind` is what stands behind its name between braces.
    fn variable(
        &self,
        name: &str,
        behind: &str,
        raw: &str,
        inside: bool,
        told: &mut Told,
    ) -> Option<()> {
        if name == "0" && behind == "%/*" {
            told.text.push_str(Some(parent_of_word(&self.zero)).filter(|it| is_plain(it))?);
            return Some(());
        }
        let default = match behind {
            "" => None,
            _ => {
                let (colon, rest) = match behind.strip_prefix(':') {
                    Some(rest) => (true, rest),
                    None => (false, behind),
                };
                match rest.strip_prefix('-') {
                    Some(text) => Some((colon, text.trim_matches(['"', '\'']))),
                    // It ends the script where nothing is set.
                    None if rest.starts_with('?') => None,
                    None => return None,
                }
            }
        };
        match self.value(name) {
            Some(Value::Known(value)) => {
                let value = match default {
                    Some((true, default)) if value.is_empty() => default.to_owned(),
                    _ => value,
                };
                self.put(&value, inside, told)
            }
            Some(Value::Unset) => {
                if behind.contains('?') {
                    return None;
                }
                self.put(default.map_or("", |(_, default)| default), inside, told)
            }
            Some(Value::Told) => {
                told.needs.insert(name.to_owned());
                (behind.is_empty() || behind.contains('?')).then(|| told.text.push_str(raw))
            }
            // What the image or the builder says, the RUN is told as well.
            Some(Value::OfImage) => {
                let plain = default.is_none_or(|(_, text)| is_plain(text));
                plain.then(|| told.text.push_str(raw))
            }
            None => None,
        }
    }

    fn put(&self, value: &str, inside: bool, told: &mut Told) -> Option<()> {
        let spaced = value.replace(' ', "");
        is_plain(&spaced).then(|| told.text.push_str(value)).filter(|()| {
            // A word of blanks alone is none, or one of blanks.
            inside
                || !value.is_empty() && !value.starts_with(' ') && !value.ends_with(' ')
                || value.is_empty()
        })
    }

    /// What is known of a variable.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        if let Ok(number) = name.parse::<usize>() {
            return match number.checked_sub(1) {
                None => is_plain(&self.zero).then(|| Value::Known(self.zero.clone())),
                Some(at) => Some(match self.arguments.get(at) {
                    Some(value) => Value::Known(value.clone()),
                    None => Value::Unset,
                }),
            };
        }
        if name == "#" {
            return Some(Value::Known(self.arguments.len().to_string()));
        }
        if name == "@" || name == "*" {
            return Some(Value::Known(self.arguments.join(" ")));
        }
        if name == "PWD" {
            return Some(Value::Known(self.folder.clone()));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.chars().all(plain) || name.is_empty() {
            return None;
        }
        let odd = [
            "BASHPID",
            "LINENO",
            "OLDPWD",
            "PPID",
            "RANDOM",
            "SECONDS",
            "SHLVL",
            "_",
            "OPTIND",
            "IFS",
            "FUNCNAME",
            "BASH_SOURCE",
            "PIPESTATUS",
            "EPOCHSECONDS",
            "UID",
            "EUID",
        ];
        if odd.contains(&name) {
            return None;
        }
        if let Some(known) = self.variables.get(name) {
            return Some(match known {
                Some(value) => Value::Known(value.clone()),
                None => Value::Told,
            });
        }
        let upper = name.to_ascii_uppercase();
        let elsewhere = SET_ELSEWHERE.iter().any(|start| upper.starts_with(start));
        Some(if elsewhere || self.is_set(name) { Value::OfImage } else { Value::Unset })
    }

    /// Whether a substitution only says something, and nothing of the script decides what.
    pub(super) fn only_says(&self, list: &List, needs: &mut BTreeSet<String>) -> Option<()> {
        for call in calls(list) {
            let texts = words_text(self.dockerfile(), call.simple);
            let first = texts.first().cloned().flatten()?;
            let second = texts.get(1).cloned().flatten().unwrap_or_default();
            let says = match &*first {
                "find" => !texts.iter().flatten().any(|word| {
                    word.starts_with("-exec")
                        || word.starts_with("-ok")
                        || word.starts_with("-f")
                        || word == "-delete"
                }),
                "command" => matches!(&*second, "-v" | "-V"),
                "git" => matches!(&*second, "describe" | "rev-parse" | "log" | "show" | "config"),
                "go" => matches!(&*second, "env" | "list" | "version"),
                name => SAYS.contains(&name),
            };
            let quiet = call.redirects.iter().all(|redirect| {
                let target = self.dockerfile().text(redirect.target.span);
                target == "/dev/null" || target == "1" || target == "2"
            });
            if !says || !quiet || !call.simple.assignments.is_empty() {
                return None;
            }
            for word in &call.simple.words {
                if literal_text(self.dockerfile(), word).is_some() {
                    continue;
                }
                self.names_of(&word.parts, needs)?;
            }
        }
        Some(())
    }

    /// The variables of a word that stays as it is.
    fn names_of(&self, parts: &[Part], needs: &mut BTreeSet<String>) -> Option<()> {
        for part in parts {
            match &part.kind {
                PartKind::DoubleQuoted(inner) => self.names_of(inner, needs)?,
                PartKind::Variable { name } | PartKind::Parameter { name, .. } => {
                    let name = self.dockerfile().text(*name).into_owned();
                    if name.starts_with(|c: char| c.is_ascii_digit() || "@*#".contains(c)) {
                        return None;
                    }
                    match self.value(&name)? {
                        Value::Known(_) | Value::Told => {
                            needs.insert(name);
                        }
                        Value::Unset | Value::OfImage => {}
                    }
                }
                PartKind::Literal | PartKind::Escaped | PartKind::SingleQuoted => {}
                // The commands inside are looked at on their own.
                PartKind::Substitution(Some(_)) => {}
                _ => return None,
            }
        }
        Some(())
    }

    /// The text that a word stands for, if nobody else decides about it.
    pub(super) fn flat(&self, word: &Word) -> Option<String> {
        if let Some(text) = literal_text(self.dockerfile(), word) {
            return Some(text.into_owned());
        }
        let mut told = Told::default();
        self.parts(&word.parts, false, &mut told)?;
        let bare = told.text.replace('"', "");
        let known =
            told.needs.is_empty() && !bare.contains(['$', '`', '\\', '\'', '*', '?', '[', '~']);
        known.then_some(bare)
    }
}

/// A text as one word of the shell.
pub(super) fn quoted(text: &str) -> Option<String> {
    if !text.is_empty() && is_plain(text) {
        return Some(text.to_owned());
    }
    let fits = text.chars().all(|c| c != '\'' && c != '\\' && !c.is_control());
    fits.then(|| format!("'{text}'"))
}

/// What `dirname` says of a path.
fn parent_of_word(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }
}
