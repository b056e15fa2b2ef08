//! What a script of a project does with the words that it is started with.

use dockslim_syntax::parse;

use super::{Reached, Way, calls, literal_text};

/// A command that is handed words of those with which its script is started.
pub(crate) struct Handed {
    /// Whether its program is one of them.
    pub(crate) is_command: bool,
    /// Its words from the program on, with these in their places.
    pub(crate) words: Vec<String>,
}

/// Programs that take words for files and options of their own.
const TAKERS: &[&str] = &[
    "forever",
    "http-server",
    "next",
    "node",
    "nodejs",
    "npm",
    "pm2-docker",
    "pm2-runtime",
    "pnpm",
    "serve",
    "yarn",
];
/// What only says or asks something (POSIX, "Shell Command Language").
const QUIET: &[&str] = &["[", "echo", "exit", "printf", "shift", "test"];
/// What ends the script in the text that is parsed.
const END: &str = "END_OF_SCRIPT";

/// The commands that are handed the arguments of a script, where a container comes to them that is started with these; `None` if it cannot
/// be told what becomes of them.
pub(crate) fn handed(text: &str, arguments: &[String]) -> Option<Vec<Handed>> {
    let (first, body) = text.split_once('\n').filter(|(first, _)| first.starts_with("#!"))?;
    let lines = body.lines().filter(|line| !line.trim_start().starts_with('#'));
    let code: String = lines.map(|line| format!("{line}\n")).collect();
    let odd = ["<<", "`", "\r", "select ", END].iter().any(|sign| code.contains(sign));
    // Without `in` a loop goes through the arguments.
    let loops = |line: &str| {
        line.split([';', ' ', '\t']).any(|word| word == "for")
            && (names_argument(line) || !line.contains(" in "))
    };
    if odd || code.lines().any(loops) || arguments.iter().any(|word| word.contains(['$', '`'])) {
        return None;
    }
    let bash = first.contains("bash");
    let shell = if bash { "SHELL [\"/bin/bash\", \"-c\"]\n" } else { "" };
    let whole = format!("FROM scratch\n{shell}RUN <<'{END}'\n{code}{END}\n");
    let dockerfile = parse(&whole);
    let run = dockerfile.instructions().map(|(_, one)| one).next_back()?;
    let list = run.script()?.body.as_ref().ok()?;
    let known: Vec<Option<String>> = arguments.iter().cloned().map(Some).collect();
    let reached = Reached::of(&dockerfile, list, &known, bash);
    let mut found = Vec::new();
    for call in calls(list) {
        let values = call.simple.assignments.iter();
        if values.map(|one| dockerfile.text(one.span)).any(|text| names_argument(&text)) {
            return None;
        }
        let words: Vec<(String, Option<String>)> = call
            .simple
            .words
            .iter()
            .map(|word| {
                let text = literal_text(&dockerfile, word).map(|text| text.into_owned());
                (dockerfile.text(word.span).into_owned(), text)
            })
            .collect();
        let Some(program) = words.get(in_front(&words)?) else { continue };
        let is_command = names_argument(&program.0);
        let takes = words.iter().any(|(raw, _)| names_argument(raw));
        let way = reached.way(call.span)?;
        if program.1.is_none() && !is_command {
            return None;
        }
        let name = program.1.as_deref().map(|name| name.rsplit('/').next().unwrap_or(name));
        let left = match way {
            _ if !takes || name.is_some_and(|name| QUIET.contains(&name)) => continue,
            Way::Never => continue,
            Way::Behind(count) => arguments.get(count..)?,
        };
        if !is_command && !name.is_some_and(|name| TAKERS.contains(&name)) {
            return None;
        }
        let mut all = Vec::new();
        for (raw, text) in &words[in_front(&words)?..] {
            match (raw.as_str(), text) {
                ("\"$@\"" | "\"${@}\"" | "$@" | "${@}" | "$*", _) => all.extend_from_slice(left),
                ("\"$1\"" | "\"${1}\"" | "$1" | "${1}", _) => all.extend(left.first().cloned()),
                (raw, None) if names_argument(raw) => return None,
                (raw, text) => all.push(text.clone().unwrap_or_else(|| raw.to_owned())),
            }
        }
        if all.iter().any(|word| word.contains([' ', '*', '?'])) {
            return None;
        }
        found.push(Handed { is_command, words: all });
    }
    Some(found)
}

/// Where the program of a command stands behind those that start it; `None` behind options of theirs.
fn in_front(words: &[(String, Option<String>)]) -> Option<usize> {
    let mut at = 0;
    while let Some((_, Some(word))) = words.get(at) {
        at += match word.as_str() {
            "exec" | "dumb-init" | "tini" => 1,
            "gosu" | "su-exec" => 2,
            _ => return Some(at),
        };
        let behind = words.get(at).and_then(|(_, text)| text.as_deref());
        if behind == Some("--") {
            at += 1;
        } else if behind.is_some_and(|word| word.starts_with('-')) {
            return None;
        }
    }
    Some(at)
}

/// Whether a text names an argument, or all.
fn names_argument(text: &str) -> bool {
    text.split('$').skip(1).any(|behind| {
        let name = behind.trim_start_matches(['{', '#', '!']);
        name.starts_with(['@', '*']) || name.starts_with(|c: char| ('1'..='9').contains(&c))
    })
}

#[cfg(test)]
mod tests {
    use super::handed;

    fn told(body: &str, arguments: &[&str]) -> Option<Vec<(bool, String)>> {
        let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        let found = handed(&format!("#!/bin/sh\n{body}"), &arguments)?;
        Some(found.into_iter().map(|one| (one.is_command, one.words.join(" "))).collect())
    }

    #[test]
    fn words_are_put_where_they_go() {
        let node = |text: &str| Some(vec![(false, text.to_owned())]);
        assert_eq!(told("exec node \"$@\"\n", &["a.js", "-x"]), node("node a.js -x"));
        assert_eq!(told("exec gosu app node \"$1\"\n", &["a.js"]), node("node a.js"));
        assert_eq!(told("shift\nexec node a.js \"$@\"\n", &["web", "-x"]), node("node a.js -x"));
        assert_eq!(told("exec \"$@\"\n", &["web"]), Some(vec![(true, "web".to_owned())]));
    }

    #[test]
    fn only_other_words_lead_elsewhere() {
        let body = "case \"$1\" in\n  web) exec node a.js ;;\n  *) exec \"$@\" ;;\nesac\n";
        assert_eq!(told(body, &["web"]), Some(Vec::new()));
        assert_eq!(told(body, &["x"]), Some(vec![(true, "x".to_owned())]));
    }

    #[test]
    fn what_cannot_be_told() {
        for body in [
            "cmd=\"$1\"\nexec node $cmd\n",
            "for x in \"$@\"; do node $x; done\n",
            "for x; do node $x; done\n",
            "set -- node \"$@\"\nexec \"$@\"\n",
            "exec nohup \"$@\"\n",
            "exec sh -c \"$1\"\n",
            "exec $RUNNER \"$@\"\n",
            "run() { node \"$1\"; }\nrun \"$@\"\n",
            "eval \"$@\"\n",
            "exec gosu -x app \"$@\"\n",
        ] {
            assert_eq!(told(body, &["a.js"]), None, "{body}");
        }
    }
}
