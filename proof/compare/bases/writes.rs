//! Files that a step writes by echo or printf: scripts, and tables of cron (crontab(5)).

use super::sources::base;
use super::uses::Uses;
use crate::program::{Call, Text};
use crate::shell::readable;

impl Uses {
    /// Notes what a call writes into a file, and that something else may change one.
    pub(super) fn writes(&mut self, call: &Call<'_>, program: &str) {
        let into = call.redirects.iter().find_map(|redirect| redirect.split_once('>'));
        let into =
            into.map(|(_, path)| path.trim_start_matches('>').trim_matches([' ', '"', '\'']));
        let writes = ["echo", "printf"].contains(&program);
        if !writes {
            let keeps = ["chgrp", "chmod", "chown", "ls"].contains(&program);
            let own = |path: &str| call.words.first().is_some_and(|word| **word == *path);
            let names = |path: &str| {
                call.words.iter().chain(&call.redirects).any(|word| word.contains(path))
            };
            let same = |path: &str| keeps || own(path) || !names(path);
            let lost = self.written.iter().find(|(path, _)| !same(path) && !path.contains("bin/"));
            self.rewritten.extend(lost.map(|(path, _)| path.clone()));
            self.written.retain(|(path, _)| same(path));
            return;
        }
        let text: Vec<String> = call.words.iter().skip(1).map(|word| readable(word)).collect();
        let text = text.join(" ").replace("\\n", "\n").replace("\\t", "\t");
        self.reads_table(&text);
        let literal = |word: &Text<'_>| !word.bytes().any(|byte| byte < b'\t');
        if let Some(path) = into.filter(|_| call.words.iter().all(literal)) {
            let more = call.redirects.iter().any(|redirect| redirect.contains(">>"));
            if !more || self.written.iter().any(|(one, _)| one == path) {
                self.written.push((path.to_owned(), text));
            }
        }
    }

    /// Forgets what a copy may replace.
    pub(super) fn replaces(&mut self, destination: &str) {
        self.written.retain(|(path, _)| !path.starts_with(destination.trim_end_matches('/')));
    }

    /// The commands of a table of cron, which stand behind five times, and perhaps who runs them.
    fn reads_table(&mut self, text: &str) {
        let time = |word: &&str| word.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c));
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let behind = words.get(5..).unwrap_or_default();
            if behind.is_empty() || words.iter().take_while(|word| time(word)).count() < 5 {
                continue;
            }
            self.shell(&behind.join(" "));
            self.shell(&behind[1..].join(" "));
        }
    }

    /// Reads all that is written to a file that something runs.
    pub(super) fn reads_written(&mut self) {
        let runs = |uses: &Self, path: &String| {
            uses.paths.contains(path) || uses.called.iter().any(|one| one == base(path))
        };
        if let Some(path) = self.rewritten.iter().find(|path| runs(self, path)) {
            self.unseen = Some(format!("what `{path}` calls is not known"));
        }
        for (path, text) in self.written.clone() {
            if runs(self, &path) {
                self.shell(&text);
            }
        }
    }
}
