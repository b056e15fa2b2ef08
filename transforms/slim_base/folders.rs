//! Folders all of whose files a script starts, whatever they are called.
//!
//! Sources: debianutils, run-parts(8); POSIX, "The for Loop", "Pattern Matching Notation", `find` and `xargs`.

use super::files::name_of;

/// What runs, or reads as commands, the file behind it.
const STARTERS: &[&str] = &[
    ".", "ash", "bash", "dash", "env", "eval", "exec", "gosu", "ksh", "nice", "node", "nohup",
    "perl", "php", "python", "python3", "ruby", "setsid", "sh", "source", "stdbuf", "su-exec",
    "sudo", "timeout", "zsh",
];
/// Words that stand in front of a command.
const FRONT: &[&str] = &["!", "command", "do", "elif", "else", "if", "then", "time", "{"];
/// What the operands of `find` end at.
const EXECUTES: &[&str] = &["-exec", "-execdir", "-ok", "-okdir"];

/// The names of such folders; an empty one where the script does not say which.
pub(super) fn gone_through(script: &str) -> Vec<String> {
    let script = script.replace("\\\n", " ");
    let lines = script.lines().filter(|line| !line.trim_start().starts_with('#'));
    let script = lines.collect::<Vec<_>>().join("\n");
    let mut found = by_loops(&script);
    for line in script.lines() {
        found.extend(by_run_parts(line));
        found.extend(by_find(line));
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a file lies in one of some folders, at whatever depth.
pub(super) fn is_in_one(path: &str, folders: &[String]) -> bool {
    path.split('/').rev().skip(1).any(|folder| folders.iter().any(|one| one == folder))
}

/// The words of each command of a text.
fn commands(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.split(['\n', ';', '|', '&', '(', ')', '`']).map(|command| {
        let words = command.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        words.filter(|word| !word.is_empty()).collect()
    })
}

fn by_run_parts(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for words in commands(line) {
        let Some(at) = words.iter().position(|word| name_of(word) == "run-parts") else { continue };
        let operands = words[at + 1..].iter().filter(|word| !word.starts_with('-'));
        found.extend(operands.map(|word| folder(word)));
    }
    found
}

/// What `find` lists, where it, or `xargs` behind it, starts that.
fn by_find(line: &str) -> Vec<String> {
    let starts = |word: &&str| *word == "{}" || STARTERS.contains(&name_of(word));
    let executes = commands(line).any(|words| {
        let at = words.iter().position(|word| EXECUTES.contains(word));
        at.and_then(|at| words.get(at + 1)).is_some_and(starts)
    });
    let hands_on = commands(line).any(|words| {
        let at = words.iter().position(|word| name_of(word) == "xargs");
        let own = |word: &&&str| word.starts_with(['-', '{']) || word.parse::<u32>().is_ok();
        at.is_some_and(|at| {
            words[at + 1..].iter().find(|word| !own(word)).is_some_and(starts)
                || words[at + 1..].last() == Some(&"{}") && words.len() <= at + 4
        })
    });
    if executes || hands_on { listed(line) } else { Vec::new() }
}

/// The folders that `find` or `ls` lists in a text.
fn listed(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for words in commands(text) {
        let Some(at) = words.iter().position(|word| matches!(name_of(word), "find" | "ls")) else {
            continue;
        };
        let lists = name_of(words[at]) == "ls";
        let rest = words[at + 1..].iter();
        let operands: Vec<&&str> = match lists {
            true => rest.filter(|word| !word.starts_with('-')).collect(),
            false => rest.take_while(|word| !word.starts_with(['-', '!'])).collect(),
        };
        let parent = |word: &str| if word.contains('*') { parent(word) } else { folder(word) };
        found.extend(operands.iter().map(|word| parent(word)));
        if operands.is_empty() {
            found.push(String::new());
        }
    }
    found
}

/// What loops start, one after another.
fn by_loops(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (head, body) in loops(script, "for ") {
        let Some((name, list)) = head.split_once(" in ") else { continue };
        if !starts(body, name.trim()) {
            continue;
        }
        let patterns = list.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        // Patterns that name an end are those of scripts, which are looked at elsewhere.
        let open = |word: &&str| word.contains(['*', '?']) && !word.contains("*.");
        found.extend(patterns.filter(open).map(parent));
        found.extend(listed(list));
    }
    for (head, body) in loops(script, "while ") {
        let words = head.split_whitespace().skip_while(|word| *word != "read").skip(1);
        let mut names = words.filter(|word| !word.starts_with(['-', '\'', '"']));
        if names.any(|name| starts(body, name)) {
            found.extend(listed(script));
        }
    }
    found
}

/// The heads and the bodies of loops.
fn loops<'t>(script: &'t str, word: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
    script.match_indices(word).filter_map(move |(at, _)| {
        let begins = script[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let rest = script[at + word.len()..].split("done").next().filter(|_| begins)?;
        let end = rest.match_indices("do").find(|(at, _)| {
            let before = rest[..*at].trim_end_matches([' ', '\t']);
            let behind = rest[at + 2..].chars().next();
            before.ends_with([';', '\n']) && behind.is_some_and(char::is_whitespace)
        });
        let (head, body) = rest.split_at(end?.0);
        Some((head.trim_end().trim_end_matches(';'), &body[2..]))
    })
}

/// Whether commands start what a variable names.
fn starts(body: &str, name: &str) -> bool {
    let is_it = |word: &str| {
        let plain = [format!("${name}"), format!("${{{name}}}")];
        plain.iter().any(|it| word == it || word.ends_with(&format!("/{it}")))
    };
    commands(body).any(|words| {
        let set = |word: &&&str| {
            FRONT.contains(*word) || word.contains('=') && !word.starts_with(['$', '-'])
        };
        let words = &words[words.iter().take_while(set).count()..];
        let Some((first, rest)) = words.split_first() else { return false };
        is_it(first) || STARTERS.contains(&name_of(first)) && rest.iter().any(|word| is_it(word))
    })
}

/// The name of a folder; empty where a variable decides.
fn folder(path: &str) -> String {
    let name = name_of(path.trim_end_matches('/'));
    if name.contains('$') || name == "." { String::new() } else { name.to_owned() }
}

/// The folder of what a pattern finds.
fn parent(pattern: &str) -> String {
    // `"$folder"/*`
    let pattern = pattern.replace(['"', '\''], "");
    pattern.rsplit_once('/').map_or(String::new(), |(parent, _)| folder(parent))
}

#[cfg(test)]
mod tests {
    use super::gone_through;

    #[test]
    fn folders_are_found() {
        for (script, folder) in [
            ("for f in /app/hooks.d/*; do . \"$f\"; done", "hooks.d"),
            ("for f in $DIR/hooks.d/*\ndo\n  [ -x \"$f\" ] && \"$f\"\ndone", "hooks.d"),
            ("for f in \"$DIR\"/*; do sh \"$f\"; done", ""),
            ("for f in $(ls /app/hooks); do sh /app/hooks/$f; done", "hooks"),
            ("run-parts --verbose /app/hooks || exit 1", "hooks"),
            ("find /app/hooks -type f -exec sh {} \\;", "hooks"),
            ("find /app/hooks -type f | xargs -n 1 bash", "hooks"),
            ("find hooks -type f | sort | while read -r f; do . $f; done", "hooks"),
            ("for f in hooks/*; do case $f in *.env) ;; *) exec $f;; esac; done", "hooks"),
        ] {
            assert_eq!(gone_through(script), [folder], "{script}");
        }
        for script in [
            "for f in conf/*; do envsubst < $f > /etc/$f; done",
            "for f in conf/*; do cp $f /etc; done",
            "find . -name '*.pyc' -exec rm {} \\;",
            "for f in hooks/*.sh; do . $f; done",
            "ls | xargs rm",
            "# run-parts hooks",
        ] {
            assert!(gone_through(script).is_empty(), "{script}");
        }
    }
}
