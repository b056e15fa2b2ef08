//! What a text has started without naming it, or without a shell: what tar unpacks with, and programs that shells have a command of their
//! own for.

use dockslim_syntax::Keyword;

use super::files::{self, first_words, name_of};
use super::needs::{Candidate, Needs};
use crate::facts::handed;
use crate::knowledge::FullPackage;

/// What starts the command behind it by its file (POSIX, "Utilities"; GNU coreutils, findutils; util-linux; sudo(8)).
const RUNNERS: &[&str] = &[
    "-exec",
    "-execdir",
    "-ok",
    "-okdir",
    "chroot",
    "dumb-init",
    "env",
    "flock",
    "gosu",
    "ionice",
    "nice",
    "nohup",
    "parallel",
    "runuser",
    "setpriv",
    "setsid",
    "stdbuf",
    "su-exec",
    "sudo",
    "timeout",
    "tini",
    "xargs",
];
/// Options behind which the name of a signal stands.
const OF_SIGNALS: &[&str] = &["-s", "--signal", "-k"];
const SHELLS: &[&str] = &["ash", "bash", "dash", "sh", "zsh"];
/// Calls that start the program that their first text names, without a shell.
const CALLS: &[&str] = &[
    "Popen",
    "ProcessBuilder",
    "execFile",
    "execFileSync",
    "execa",
    "execaSync",
    "execl",
    "execlp",
    "execv",
    "execvp",
    "spawn",
    "spawnSync",
    "spawnlp",
    "spawnvp",
    "system",
    "which",
];

/// Whether these are the words of CMD, and the script of ENTRYPOINT hands them to Node and its like: none of them is a program.
pub(super) fn is_argument(candidate: Candidate<'_, '_>, words: &[&str]) -> bool {
    let last = |kind: Keyword| {
        let mut steps = candidate.stage.steps.iter().rev();
        let step = steps.find(|step| step.instruction.kind == kind && !step.onbuild)?;
        let words = step.instruction.exec()?.iter().map(|word| word.value.clone());
        Some(words.collect::<Vec<String>>())
    };
    let (Some(start), Some(command)) = (last(Keyword::Entrypoint), last(Keyword::Cmd)) else {
        return false;
    };
    let script = start.iter().enumerate().find_map(|(at, word)| {
        let mut texts = files::of_name(candidate, word);
        let (_, text) = texts.next().filter(|_| texts.next().is_none())?;
        Some((at, text))
    });
    let Some((at, text)) = script.filter(|_| command == words) else { return false };
    let arguments = [&start[at + 1..], &command].concat();
    handed(text, &arguments).is_some_and(|all| all.iter().all(|one| !one.is_command))
}

impl Needs {
    /// Looks for programs that shells know themselves, and that something else starts.
    pub(super) fn builtins(&mut self, text: &str, at: usize, lacking: &[&'static FullPackage]) {
        for package in lacking {
            if package.builtins.iter().any(|program| is_started(text, program)) {
                self.add(package, at);
            }
        }
    }

    /// Looks at the command of a health check: an ordinary word is a program where a command begins.
    pub(super) fn health(&mut self, text: &str, at: usize, lacking: &[&'static FullPackage]) {
        self.text(text, at, lacking, false);
        let (_, command) = text.split_once("CMD").unwrap_or(("", text));
        let list = command.trim_start().starts_with('[');
        let parts = command.split(['|', ';', '&', '(', ')', '`', '"', '\'']);
        // In a list a word is a program in front, or where it is a text for a shell.
        let parts = parts.filter(|part| !part.trim_matches(['[', ',', ' ']).is_empty());
        for (place, part) in parts.enumerate() {
            if list && place > 0 && !part.trim().contains(' ') {
                continue;
            }
            first_words(part).for_each(|(word, _)| self.text(word, at, lacking, true));
        }
    }
}

/// Whether a text has something else than a shell start `program`, which shells know themselves: by its path, in a list of words, by a call
/// of a library, or behind a program that starts others.
pub(super) fn is_started(text: &str, program: &str) -> bool {
    if !text.contains(program) {
        return false;
    }
    let text = text.replace("\\\n", " ");
    let quote = |c: &char| matches!(c, '"' | '\'');
    let in_list = text.match_indices(program).any(|(at, _)| {
        let (front, behind) = (&text[..at], &text[at + program.len()..]);
        let whole = !behind.starts_with(|c: char| c.is_alphanumeric() || "_-.".contains(c));
        if whole && ["/bin/", "/usr/bin/"].iter().any(|folder| front.ends_with(folder)) {
            return true;
        }
        let Some(sign) = front.chars().next_back().filter(quote) else { return false };
        let front = front[..front.len() - 1].trim_end();
        behind.starts_with(sign) && starts_first(front)
    });
    let comment =
        |line: &&str| ["#", "//", "* "].iter().any(|it| line.trim_start().starts_with(it));
    let mut lines = text.lines().filter(|line| !comment(line));
    in_list
        || lines
            .any(|line| line.split(['|', ';', '&', '(', ')', '`']).any(|it| hands_on(it, program)))
}

/// Whether a text between quotes, behind `front`, is the first word of a list that is started, or of a call that starts it.
fn starts_first(front: &str) -> bool {
    if let Some(front) = front.strip_suffix('[') {
        // A list that is an argument behind others is none of a program's own, and `x["…"]` is no list.
        let value = front.ends_with(|c: char| c.is_alphanumeric() || "_)]".contains(c));
        return !value && !front.trim_end().ends_with(',');
    }
    if let Some(front) = front.strip_suffix('(') {
        let start =
            front.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
        return CALLS.contains(&&front[start..]);
    }
    front.ends_with("\"CMD\",")
}

/// Whether a command hands `program` to what starts it by its file.
fn hands_on(command: &str, program: &str) -> bool {
    let cut = |c: char| c.is_whitespace() || "\"',[]{}".contains(c);
    let words: Vec<&str> = command.split(cut).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| {
        if *word != program || at == 0 || OF_SIGNALS.contains(&words[at - 1]) {
            return false;
        }
        let front = &words[..at];
        let shell = front.iter().any(|word| SHELLS.contains(&name_of(word)));
        let runs = front.iter().any(|word| RUNNERS.contains(&name_of(word)));
        front.last() == Some(&"exec") || runs && !shell
    })
}

/// Whether a text calls tar where it unpacks, or packs, with the program of a package (GNU tar, "Creating and Reading Compressed Archives").
pub(super) fn unpacks(text: &str, package: &str) -> bool {
    let (short, signs) = match package {
        "bzip2" => ('j', [".tar.bz2", ".tbz", "--bzip2"]),
        "xz-utils" => ('J', [".tar.xz", ".txz", "--xz"]),
        _ => return false,
    };
    let cut = |c: char| c.is_whitespace() || "\"'`,()[]{}".contains(c);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['#', '*']));
    let spread = lines.collect::<Vec<_>>().join(" ");
    let mut calls = spread.split([';', '|', '&']).flat_map(|command| {
        let words: Vec<&str> = command.split(cut).filter(|word| !word.is_empty()).collect();
        let tar = |word: &&str| matches!(name_of(word), "tar" | "bsdtar");
        let at = words.iter().position(tar)?;
        Some(words[at + 1..].iter().take(MOST_WORDS).map(|word| (*word).to_owned()).collect())
    });
    let names = |text: &str| signs.iter().any(|sign| text.contains(sign));
    calls.any(|words: Vec<String>| {
        // What a variable holds may stand in another line.
        names(text)
            || words.iter().enumerate().any(|(place, word)| {
                let letters = word.strip_prefix('-').or_else(|| (place == 0).then_some(&**word));
                letters.is_some_and(|letters| {
                    letters.contains(short) && letters.chars().all(|c| c.is_ascii_alphabetic())
                })
            })
    })
}

/// How many words behind the name of tar are read, where nothing says where its call ends.
const MOST_WORDS: usize = 12;

/// The names of folders all of whose scripts a script starts, by a pattern or by run-parts; an empty one stands for any
/// (debianutils, run-parts(8); POSIX, "Pattern Matching Notation").
pub(super) fn folders_of_patterns(script: &str) -> Vec<&str> {
    const HANDLES: &[&str] = &["#", "chgrp", "chmod", "chown", "cp", "ls", "mv", "rm", "sed"];
    let lines = script.lines().map(str::trim);
    let mut found = Vec::new();
    for line in lines.filter(|line| !HANDLES.iter().any(|name| line.starts_with(name))) {
        let cut = |c: char| c.is_whitespace() || "\"'`;()".contains(c);
        let words = || line.split(cut).filter(|word| !word.is_empty());
        for word in words() {
            let Some((front, _)) = word.split_once("*.sh") else { continue };
            let folder = name_of(front.trim_end_matches('/'));
            // `find hooks.d -name '*.sh'`
            let folder = if front.is_empty() { "" } else { folder };
            found.push(if folder.contains('$') { "" } else { folder });
        }
        if words().any(|word| name_of(word) == "run-parts")
            && let Some(folder) = words().next_back()
        {
            let folder = name_of(folder.trim_end_matches('/'));
            found.push(if folder.contains('$') { "" } else { folder });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{is_started, unpacks};

    #[test]
    fn what_no_shell_starts() {
        for text in [
            "cat x.pid | xargs -r kill -TERM",
            "timeout 5 kill 1",
            "exec kill 1",
            "CMD [\"kill\", \"-0\", \"1\"]",
            "subprocess.run([\"kill\", str(pid)])",
            "spawn('kill', [pid])",
            "ExecReload=/bin/kill -HUP $MAINPID",
            "find . -exec kill {} \\;",
        ] {
            assert!(is_started(text, "kill"), "{text}");
        }
        for text in [
            "kill -TERM $pid",
            "os.system(\"kill 1\")",
            "timeout -s kill 5 run",
            "pkill x",
            "child.on(\"kill\", done)",
            "sudo sh -c 'kill 1'",
            "os.kill(pid, 9)",
            "signals[\"kill\"]",
            "spawn(\"docker\", [\"kill\", id])",
        ] {
            assert!(!is_started(text, "kill"), "{text}");
        }
    }

    #[test]
    fn what_tar_calls() {
        for text in [
            "tar xf /app/data.tar.xz -C /tmp",
            "curl http://x | tar xJ",
            "spawn(\"tar\", [\"-xJf\", file])",
            "F=a.txz\ntar xf $F\n",
        ] {
            assert!(unpacks(text, "xz-utils") && !unpacks(text, "bzip2"), "{text}");
        }
        for text in ["tar xzf a.tgz", "tarfile.open(\"a.tar.xz\")", "tar -x --exclude J"] {
            assert!(!unpacks(text, "xz-utils"), "{text}");
        }
    }
}
