//! The folder of a script, where it asks for that itself, and the variables in which it keeps the answer.
//!
//! Sources: POSIX, "Shell Command Language", 2.5.2, and `dirname`; bash, "Bash Variables", `BASH_SOURCE`.

use dockslim_syntax::parse;

use super::super::launch::parent_of;
use super::words::with_values;
use super::{END, Entered};
use crate::facts::{is_within, may_set};

/// Folders that are links on Debian, behind which lies what other paths name.
const LINKS: &[&str] = &["/bin", "/lib", "/lib64", "/sbin", "/var/lock", "/var/run"];

/// A script with its own folder in the places that ask for it, and in those of variables that hold it and are set once, in front of all that
/// reads them; `others` are the texts that may set variables, too.
pub(super) fn written_out(
    code: &str,
    script: &Entered<'_>,
    here: Option<&str>,
    (bash, others): (bool, &str),
) -> String {
    let folder = parent_of(script.place);
    let plain = folder.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let quotes = ["<<'", "<<\"", "<<\\"].iter().any(|sign| code.contains(sign));
    // Only then `$0` leads to the script from the folder of the container.
    let led = script.zero.contains('/') || here == Some(folder);
    let plain = plain && folder != "/";
    if !plain || quotes || !led || LINKS.iter().any(|link| is_within(folder, link)) {
        return code.to_owned();
    }
    let mut told = String::new();
    let mut held: Vec<(usize, String, String)> = Vec::new();
    let mut rest = code;
    let mut quoted = false;
    let mut double = false;
    while let Some(c) = rest.chars().next() {
        let substitution = rest.starts_with("$(").then(|| closed(rest)).flatten();
        let asked = substitution.filter(|_| !quoted).and_then(|raw| {
            let up = steps_up(raw, bash)?;
            let answer = (0..up).fold(folder, |folder, _| parent_of(folder));
            (answer != "/").then_some((raw, answer))
        });
        if let Some((raw, answer)) = asked {
            let line = told.rfind('\n').map_or(0, |at| at + 1);
            let behind = rest[raw.len()..].split('\n').next().unwrap_or_default();
            let name = told[line..].strip_suffix('"').unwrap_or(&told[line..]).strip_suffix('=');
            let alone = matches!(behind.trim_end(), "" | "\"");
            if let Some(name) = name.filter(|name| alone && is_name(name)) {
                held.push((line, name.to_owned(), answer.to_owned()));
            }
            told.push_str(answer);
            rest = &rest[raw.len()..];
            continue;
        }
        quoted ^= c == '\'' && !double;
        double ^= c == '"' && !quoted;
        let length = match c {
            '\\' if !quoted => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => c.len_utf8(),
        };
        told.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    // From the end, so that the places of the others stay.
    for (line, name, answer) in held.into_iter().rev() {
        let (before, from) = told.split_at(line);
        let after = from.split_once('\n').map_or("", |(_, after)| after);
        let apart = !mentions(before, &name) && is_whole(before, bash);
        let written = with_values(after, &|other| (other == name).then(|| answer.clone()));
        if apart && !may_set(others, &name) && !mentions(&written, &name) {
            told = format!("{before}{written}");
        }
    }
    told
}

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Whether a text has a name as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + name.len()..].starts_with(part))
}

/// Whether the lines of a script are one by themselves: no block or quote goes on behind them.
fn is_whole(code: &str, bash: bool) -> bool {
    if code.trim().is_empty() {
        return true;
    }
    let shell = if bash { "SHELL [\"/bin/bash\", \"-c\"]\n" } else { "" };
    let whole = format!("FROM scratch\n{shell}RUN <<'{END}'\n{code}{END}\n");
    let dockerfile = parse(&whole);
    let run = dockerfile.instructions().map(|(_, one)| one).next_back();
    let script = run.and_then(|run| run.script());
    let ends = code.trim_end().ends_with(['\\', '&', '|']);
    !ends && script.is_some_and(|script| script.body.is_ok())
}

/// The substitution with which a text begins, up to its last bracket.
fn closed(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            '\n' => return None,
            _ => 0,
        };
        if c == ')' && depth == 0 {
            return Some(&text[..=at]);
        }
    }
    None
}

/// How many folders above that of the script lies what a substitution says, if it says that.
fn steps_up(raw: &str, bash: bool) -> Option<usize> {
    let mut bare = raw.replace('"', "").replace("${0}", "$0");
    if bash {
        for name in ["${BASH_SOURCE[0]}", "${BASH_SOURCE}", "$BASH_SOURCE"] {
            bare = bare.replace(name, "$0");
        }
        bare = bare.replace("&> /dev/null", "").replace("&>/dev/null", "");
    }
    for quiet in ["> /dev/null 2>&1", ">/dev/null 2>&1", "> /dev/null", ">/dev/null"] {
        bare = bare.replace(quiet, "");
    }
    let words: Vec<&str> = bare.split_whitespace().filter(|word| *word != "--").collect();
    let bare = words.join(" ").replace(" ;", ";").replace("( ", "(").replace(" )", ")");
    let own = "$(dirname $0)";
    if bare == own {
        return Some(0);
    }
    let inner = bare.strip_prefix("$(cd ")?.strip_prefix(own)?;
    let ends = [" && pwd)", " && pwd -P)", "; pwd)", "; pwd -P)"];
    let up = ends.iter().find_map(|end| inner.strip_suffix(end))?;
    match up.trim_end_matches('/') {
        "" => Some(0),
        "/.." => Some(1),
        "/../.." => Some(2),
        _ => None,
    }
}
