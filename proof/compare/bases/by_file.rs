//! What is started by its file, where a shell would not, or is not the one of that name that the image has in front: `kill`, which only
//! shells have themselves, Python of the system, and what tar calls for archives of some kinds.
//!
//! Sources: the builtins of POSIX; the contents of procps and of Python's official images; GNU tar, "Compressed Archives".

use dockslim_contract::BuildContext;

use super::lacking::{MODULES, OPENED};
use super::sources::base;
use super::uses::Uses;

/// Stands for `kill` as a program.
pub(super) const KILL: &str = "kill by its file";
/// The interpreter of the system, where an image has one of its own elsewhere.
pub(super) const OF_SYSTEM: &str = "/usr/bin/python3";

/// The certificates of Debian, as settings name them.
pub(super) const CERTIFICATES: &str = "/etc/ssl/certs/";

/// Programs that start others by their files.
const STARTERS: &str = " -exec -execdir -ok chroot dumb-init env flock gosu ionice nice nohup runuser setpriv setsid stdbuf su-exec sudo timeout tini xargs ";
/// Functions that are handed the name of a program, and no text for a shell.
const FUNCTIONS: &str = " Popen ProcessBuilder execFile execFileSync execa execl execlp execv execvp spawn spawnSync spawnlp spawnvp ";

impl Uses {
    /// Notes what a text starts by its file.
    pub(super) fn starts_files(&mut self, text: &str) {
        if text.contains(OF_SYSTEM) {
            self.words.push(OF_SYSTEM.to_owned());
        }
        // Alone it is a word of Python.
        if text.contains("import -window") {
            self.words.push("mogrify".to_owned());
        }
        if text.match_indices("kill").any(|(at, _)| is_a_file(text, at)) {
            self.words.push(KILL.to_owned());
        }
    }

    /// Notes what tar starts that a text calls.
    pub(super) fn unpacks(&mut self, text: &str) {
        for command in text.split(['\n', ';', '|', '&']) {
            let cut = |c: char| !(c.is_ascii_alphanumeric() || "._+-/$".contains(c));
            let mut words = command.split(cut).filter(|word| !word.is_empty());
            if command.trim_start().starts_with('#') || !words.any(|word| base(word) == "tar") {
                continue;
            }
            for (place, word) in words.take(12).enumerate() {
                let letters = word.strip_prefix('-').unwrap_or(if place == 0 { word } else { "" });
                let plain = letters.bytes().all(|byte| byte.is_ascii_alphabetic());
                let is = |sign: char, ends: [&str; 3]| {
                    plain && letters.contains(sign) || ends.iter().any(|end| word.contains(end))
                };
                if is('J', [".tar.xz", ".txz", "--xz"]) {
                    self.words.push("xz".to_owned());
                }
                if is('j', [".tar.bz2", ".tbz", "--bzip2"]) {
                    self.words.push("bzip2".to_owned());
                }
            }
        }
    }

    /// Notes the certificates and fonts of the system that settings of the project name.
    pub(super) fn reads_settings(&mut self, context: &BuildContext) {
        let ends = [".env", ".json", ".yaml", ".yml", ".toml", ".ini", ".conf", ".cfg"];
        for (path, _) in context.entries() {
            let dotted = path.split('/').rev().skip(1).any(|part| part.starts_with('.'));
            let aside = ["docs/", "node_modules/", "test/", "tests/", "vendor/"]
                .iter()
                .any(|folder| path.contains(folder));
            let text = context.text(path).unwrap_or_default();
            if !dotted
                && !aside
                && ends.iter().any(|end| path.ends_with(end))
                && text.contains(CERTIFICATES)
            {
                self.texts.push(CERTIFICATES.to_owned());
            }
            let name = base(path);
            let listed = name.contains("lock") || name == "package.json";
            let fonts = OPENED.iter().filter(|(_, package)| package.starts_with("fonts-"));
            let named = fonts.filter(|(sign, _)| text.contains(*sign)).map(|(sign, _)| sign);
            let read = ends.iter().any(|end| path.ends_with(end)) || name.starts_with(".env");
            if !dotted && !aside && read && !listed {
                self.texts.extend(named.map(|sign| (*sign).to_owned()));
            }
        }
    }

    /// Notes that a file which perl runs asks for modules, of which a slim image has but the most common.
    pub(super) fn asks_perl(&mut self, runs: &[String], text: &str) {
        const PLAIN: &[&str] = &["strict", "warnings", "utf8", "vars", "feature"];
        let asks = |line: &str| {
            let name = line.trim_start().strip_prefix("use ").map(str::trim_start);
            name.is_some_and(|name| {
                let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
                let version = name.starts_with(|c: char| c.is_ascii_digit() || c == 'v');
                !version && !PLAIN.contains(&&name[..end])
            })
        };
        if runs.iter().any(|name| name == "perl") && text.lines().any(asks) {
            self.words.push(MODULES.to_owned());
        }
    }

    /// The scripts among `files` that a script starts by a pattern, or as all those of a folder.
    pub(super) fn reaches(&mut self, text: &str) {
        const HANDLES: &[&str] = &["#", "chgrp", "chmod", "chown", "cp", "ls", "mv", "rm", "sed"];
        let lines = text.lines().map(str::trim);
        let lines: Vec<&str> =
            lines.filter(|line| !HANDLES.iter().any(|it| line.starts_with(it))).collect();
        let each = starts_each(text);
        for file in self.shells.iter().chain(&self.plain) {
            let Some((folders, name)) = file.rsplit_once('/') else { continue };
            let by_shell = self.shells.contains(file);
            let scripts = format!("/{}/*.sh", base(folders));
            let pattern = by_shell && lines.iter().any(|line| line.contains(&scripts));
            let whole = folders
                .split('/')
                .any(|folder| lines.iter().any(|line| is_entered(line, folder, each)));
            if pattern || whole {
                self.named.push(name.to_owned());
                self.entered.push(file.clone());
            }
        }
    }
}

/// Whether a script has a variable name what it starts.
fn starts_each(text: &str) -> bool {
    let commands = text.split(['\n', ';', '&', '|', ')']).map(str::trim_start);
    let mut bare = commands.map(|command| {
        let mut rest = command;
        for word in ["do ", "then ", "else ", "exec ", "if ", "! "] {
            rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
        }
        rest
    });
    bare.any(|command| {
        let (first, rest) = command.split_once(' ').unwrap_or((command, ""));
        let held = |word: &str| word.trim_start_matches(['"', '.', '/']).starts_with('$');
        let runs =
            ["ash", "bash", "dash", "sh", "zsh", "source", ".", "eval", "env", "python3", "perl"];
        held(first) && !first.contains('=')
            || (runs.contains(&base(first)) || RUNS.contains(&format!(" {} ", base(first))))
                && rest.contains('$')
    })
}

/// Programs that start what stands behind them.
const RUNS: &str = " gosu nice nohup setsid su-exec sudo timeout python perl node ";

/// Whether a line of a script goes through all files of a folder to start them; `each` says that the script starts what a variable names.
fn is_entered(line: &str, folder: &str, each: bool) -> bool {
    if folder.is_empty() || !line.contains(folder) {
        return false;
    }
    let cut = |c: char| c.is_whitespace() || "\"'`()".contains(c);
    let words: Vec<&str> = line.split(cut).filter(|word| !word.is_empty()).collect();
    let named = words.iter().any(|word| base(word.trim_end_matches('/')) == folder);
    let has = |name: &str| words.iter().any(|word| base(word) == name);
    let shells = ["sh", "bash", "dash", "ash", ".", "source", "env"];
    let handed_on = || {
        let at = words.iter().position(|one| base(one) == "xargs");
        at.is_some_and(|at| words[at + 1..].iter().any(|it| shells.contains(&base(it))))
    };
    let executes = has("find")
        && ["-exec", "-execdir", "-ok"].iter().any(|it| {
            let at = words.iter().position(|one| one == it);
            let next = at.and_then(|at| words.get(at + 1));
            next.is_some_and(|next| *next == "{}" || shells.contains(&base(next)))
        });
    let patterns = ["/*", "/[", "/?"].iter().any(|end| {
        let dense = line.replace(['"', '\''], "");
        dense.contains(&format!("{folder}{end}")) && !dense.contains(&format!("{folder}/*."))
    });
    named && (has("run-parts") || executes || handed_on() || each && (has("find") || has("ls")))
        || each && patterns
}

/// Whether the word at a place of a text is a program that no shell starts.
fn is_a_file(text: &str, at: usize) -> bool {
    let (front, behind) = (&text[..at], &text[at + "kill".len()..]);
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_-.(".contains(c));
    let before = front.chars().next_back();
    if joins(behind.chars().next()) || before != Some('(') && joins(before) {
        return false;
    }
    let line = front.rsplit('\n').next().unwrap_or_default().trim_start();
    if ["#", "//", "* "].iter().any(|sign| line.starts_with(sign)) {
        return false;
    }
    if front.ends_with("/bin/") {
        return true;
    }
    let start = front.rfind(['\n', ';', '|', '&', '(', '`']).map_or(0, |at| at + 1);
    let command = &front[start..];
    let sign = before.filter(|c| "\"'".contains(*c) && behind.starts_with(*c));
    if sign.is_some() {
        let rest = command[..command.len() - 1].trim_end();
        let called = front[..start].strip_suffix('(').filter(|_| rest.is_empty());
        if let Some(called) = called {
            let name = called.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            return FUNCTIONS.contains(&format!(" {} ", name.unwrap_or_default()));
        }
        if let Some(rest) = rest.strip_suffix('[') {
            let indexed = rest.chars().next_back();
            return !indexed.is_some_and(|c| c.is_alphanumeric() || "_)]".contains(c))
                && !rest.trim_end().ends_with(',');
        }
    }
    let cut = |c: char| c.is_whitespace() || "\"',[]{}\\".contains(c);
    let words: Vec<&str> = command.split(cut).filter(|word| !word.is_empty()).collect();
    let names = || words.iter().map(|word| base(word));
    let of_shell = names().any(|name| matches!(name, "sh" | "bash" | "dash" | "ash"));
    let signals = matches!(words.last(), Some(&("-s" | "-k" | "--signal")));
    let handed = names().any(|name| STARTERS.contains(&format!(" {name} ")));
    words.last() == Some(&"exec") || handed && !of_shell && !signals
}

#[cfg(test)]
mod tests {
    use super::{KILL, Uses};

    #[test]
    fn kill_is_a_file_where_no_shell_starts_it() {
        let noted = |text: &str| {
            let mut uses = Uses::default();
            uses.starts_files(text);
            uses.names(KILL)
        };
        for text in [
            "cat a.pid | xargs -r kill",
            "[\"kill\",\"-0\",\"1\"]",
            "subprocess.run(['timeout', '5', 'kill', pid])",
            "spawn(\"kill\", [pid])",
            "exec kill 1",
        ] {
            assert!(noted(text), "{text}");
        }
        for text in ["kill 1", "process.kill(pid)", "on(\"kill\", f)", "timeout -s kill 5 x"] {
            assert!(!noted(text), "{text}");
        }
    }
}
