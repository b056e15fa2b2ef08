//! Which programs a source of Python starts, where all its calls say so by texts (Python, "Lexical analysis", "subprocess", "os",
//! "shutil", "asyncio: Subprocesses").

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Name(&'t str),
    /// What stands between quotes; `None` if more than that has to be known to read it.
    Text(Option<&'t str>),
    Sign(char),
}

/// Names of which one alone starts something, or brings what does.
const STARTERS: &[&str] = &[
    "Popen",
    "__import__",
    "delegator",
    "eval",
    "exec",
    "fabric",
    "find_executable",
    "getoutput",
    "importlib",
    "invoke",
    "pexpect",
    "plumbum",
    "popen",
    "pty",
    "sh",
];
/// Functions of `subprocess` that are given a command.
const RUN: &[&str] =
    &["Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "run"];
/// What hands its arguments on.
const HANDING_ON: &[&str] = &[
    "bash", "chroot", "dash", "env", "find", "gosu", "ionice", "nice", "nohup", "parallel",
    "setsid", "sh", "stdbuf", "su", "su-exec", "sudo", "time", "timeout", "watch", "xargs", "zsh",
];

/// The programs that all sources of Python among these start: where one of them starts what another hands it, a word of any may be a
/// program.
pub(super) fn by_all<'t>(sources: impl Iterator<Item = (&'t str, &'t str)>) -> Option<Vec<String>> {
    let of_python = sources.filter(|(path, _)| path.ends_with(".py"));
    let each: Option<Vec<Vec<String>>> = of_python.map(|(_, text)| programs(text)).collect();
    Some(each?.concat())
}

/// The programs; `None` if some call leaves open what it starts.
fn programs(source: &str) -> Option<Vec<String>> {
    let tokens = tokens(source);
    let at = |place: usize| tokens.get(place).copied();
    let name = |place: Option<usize>| match place.and_then(at) {
        Some(Token::Name(name)) => name,
        _ => "",
    };
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let Token::Name(word) = *token else { continue };
        let is_part = place > 0 && at(place - 1) == Some(Token::Sign('.'));
        let of = if is_part { name(place.checked_sub(2)) } else { "" };
        let before = name(place.checked_sub(1));
        let called = at(place + 1) == Some(Token::Sign('('));
        let starts = match (of, word) {
            ("subprocess", word) if RUN.contains(&word) => true,
            ("os", "system" | "popen") | ("shutil", "which") => true,
            ("asyncio", "create_subprocess_exec" | "create_subprocess_shell") => true,
            (_, "create_subprocess_exec" | "create_subprocess_shell" | "which") => return None,
            ("os", word) if word.starts_with("exec") || word.contains("spawn") => return None,
            // Whole modules under their own names.
            (_, "subprocess" | "os" | "shutil" | "asyncio") => {
                let renamed = before == "from" || name(Some(place + 1)) == "as";
                if renamed
                    && (word != "asyncio" || name(Some(place + 1)) == "as")
                    && !is_harmless(&tokens[place..])
                {
                    return None;
                }
                let used = word == "subprocess"
                    && before != "import"
                    && !matches!(at(place + 1), Some(Token::Sign('.' | ',' | '\n')));
                if used {
                    return None;
                }
                false
            }
            (_, word) if STARTERS.contains(&word) || word.contains("spawn") => return None,
            _ => false,
        };
        if starts {
            let argument = tokens.get(place + 2..).filter(|_| called)?;
            found.extend(named(argument)?);
        }
    }
    Some(found)
}

/// Whether `from os import …` takes nothing that starts programs.
fn is_harmless(tokens: &[Token<'_>]) -> bool {
    let whole = tokens.iter().take_while(|token| **token != Token::Sign('\n'));
    let names: Vec<&str> = whole
        .filter_map(|token| match token {
            Token::Name(name) => Some(*name),
            _ => None,
        })
        .collect();
    let open = tokens
        .iter()
        .take_while(|token| **token != Token::Sign('\n'))
        .any(|token| matches!(token, Token::Sign('(' | '*' | '\\')));
    matches!(names.as_slice(), ["os", "import", rest @ ..] | ["shutil", "import", rest @ ..] if !open && !rest.iter().any(|name| {
        matches!(*name, "system" | "popen" | "which" | "as") || name.starts_with("exec") || name.contains("spawn")
    }))
}

/// The programs that the first argument of a call names.
fn named(tokens: &[Token<'_>]) -> Option<Vec<String>> {
    let mut rest = tokens.iter().filter(|token| **token != Token::Sign('\n'));
    let mut first = rest.next()?;
    let is_list = matches!(first, Token::Sign('[' | '('));
    if is_list {
        first = rest.next()?;
    }
    let (Token::Text(Some(text)), Some(Token::Sign(',' | ')' | ']'))) = (first, rest.next()) else {
        return None;
    };
    let parts: Vec<&str> =
        if is_list { vec![text] } else { text.split([';', '&', '|', '(']).collect() };
    let mut found = Vec::new();
    for part in parts {
        let mut words = part.split_whitespace().skip_while(|word| word.contains('='));
        let Some(path) = words.next() else { continue };
        let program = path.rsplit('/').next().unwrap_or(path);
        let plain = |c: char| c.is_ascii_alphanumeric() || "._+-/".contains(c);
        if HANDING_ON.contains(&program) || !path.chars().all(plain) {
            return None;
        }
        found.push(program.to_owned());
    }
    Some(found)
}

/// The names, texts and signs of a source, without its comments.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let letters = |c: char| c.is_alphanumeric() || c == '_';
        if first == '#' {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if matches!(first, '"' | '\'') {
            let (text, length) = quoted(rest, first);
            // Letters in front belong to it; one of them says that it holds expressions.
            let prefix = match found.last().copied() {
                Some(Token::Name(prefix))
                    if prefix.len() <= 2
                        && prefix.chars().all(|c| "rRbBuUfF".contains(c))
                        && source[..source.len() - rest.len()].ends_with(prefix) =>
                {
                    found.pop();
                    prefix
                }
                _ => "",
            };
            let formats =
                prefix.contains(['f', 'F']) && text.is_some_and(|text| text.contains('{'));
            found.push(Token::Text(text.filter(|_| !formats)));
            rest = &rest[length..];
        } else if letters(first) {
            let end = rest.find(|c: char| !letters(c)).unwrap_or(rest.len());
            found.push(Token::Name(&rest[..end]));
            rest = &rest[end..];
        } else {
            if first == '\n' || !first.is_whitespace() {
                found.push(Token::Sign(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

/// A text that begins with a quote, if it is plain, and how long it is with its quotes.
fn quoted(rest: &str, quote: char) -> (Option<&str>, usize) {
    let triple = [quote; 3].iter().collect::<String>();
    let close = if rest.starts_with(&triple) { triple } else { quote.to_string() };
    let start = close.len();
    let mut escaped = false;
    let mut at = start;
    while at < rest.len() {
        if !escaped && rest[at..].starts_with(&close) {
            let text = &rest[start..at];
            let plain = start == 1 && !text.contains(['\\', '$', '`', '\n']);
            return (plain.then_some(text), at + start);
        }
        let c = rest[at..].chars().next().unwrap_or(quote);
        if c == '\n' && start == 1 && !escaped {
            return (None, at);
        }
        escaped = c == '\\' && !escaped;
        at += c.len_utf8();
    }
    (None, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_calls_say_is_all_that_is_started() {
        for (source, wanted) in [
            ("import subprocess\nprint({\"size\": 3}[\"size\"])\n", vec![]),
            (
                "import os, subprocess # to run\nsubprocess.run([\n  'git', 'make'], check=True)\n",
                vec!["git"],
            ),
            (
                "import subprocess\ntry:\n  subprocess.run('git pull && hg pull', shell=True, stdout=subprocess.PIPE)\nexcept subprocess.CalledProcessError:\n  pass\n",
                vec!["git", "hg"],
            ),
            (
                "import asyncio\nasyncio.create_subprocess_exec(f\"file\", f\"{x}\")\nasyncio.run(x())\n",
                vec!["file"],
            ),
            (
                "from os import path, environ\nimport os\nos.system('/usr/bin/make all')\nos.path.join('a')\n",
                vec!["make"],
            ),
        ] {
            let wanted: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
            assert_eq!(programs(source), Some(wanted), "{source}");
        }
        for source in [
            "import subprocess\nsubprocess.run(command)\n",
            "import subprocess\nsubprocess.run([\"sudo\", \"make\"])\n",
            "import subprocess\nsubprocess.run(f\"{tool} x\", shell=True)\n",
            "import subprocess\nsubprocess.run(\"git \" + \"pull\", shell=True)\n",
            "import subprocess\nrun = subprocess.run\n",
            "import subprocess as s\ns.run([\"make\"])\n",
            "from subprocess import run\nrun([\"make\"])\n",
            "from os import system\nsystem(\"make\")\n",
            "from os import *\nsystem(\"make\")\n",
            "import os\nos.execvp(\"make\", [\"make\"])\n",
            "from shutil import which\nwhich(\"make\")\n",
            "import pexpect\npexpect.spawn(\"make\")\n",
            "import subprocess\nstart(subprocess)\n",
        ] {
            assert_eq!(programs(source), None, "{source}");
        }
    }
}
