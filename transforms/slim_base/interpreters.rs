//! Files that something starts: their first line says in which language they are written (execve(2), "Interpreter scripts").

use dockslim_contract::BuildContext;

use super::files::{Look, first_words, is_read, name_of};
use super::folders::{gone_through, is_in_one};

/// Interpreters whose programs are read as sources, with the end that such a source has.
const LANGUAGES: [(&str, &str); 6] = [
    ("node", ".js"),
    ("nodejs", ".js"),
    ("perl", ".pl"),
    ("php", ".php"),
    ("python", ".py"),
    ("ruby", ".rb"),
];

impl<'b> Look<'_, 'b> {
    /// Looks at a file that something starts; returns the names of the scripts that it calls.
    pub(super) fn started(&mut self, path: &str, text: &str) -> Vec<String> {
        let Some(end) = end_of_source(text) else {
            self.script(text);
            return self.begun(text, false);
        };
        self.interpreter(text);
        // Its modules may be anywhere, so that each of its texts may be a command.
        self.told = None;
        self.source(&format!("{path}{end}"), text)
    }

    /// What a first line has start a file.
    fn interpreter(&mut self, text: &str) {
        let first = text.lines().next().filter(|line| line.starts_with("#!")).unwrap_or_default();
        self.needs.text(first, self.at, self.lacking, true);
    }

    /// Keeps the files in mind that no end tells to be scripts of a shell.
    pub(super) fn reads_others(&mut self, files: &[&'b str], context: &'b BuildContext) {
        let shell = |path: &str| path.ends_with(".sh") || path.ends_with(".bash");
        let others = files.iter().filter(|path| !shell(path));
        self.others = others.filter_map(|path| Some((*path, context.text(path)?))).collect();
    }

    /// The files of the context that a text has started: scripts of shells, what it names by its path or as a command and what says itself by what it
    /// runs, and all of a folder that it goes through.
    pub(super) fn begun(&mut self, text: &str, of_source: bool) -> Vec<String> {
        let mut found = self.named(text);
        let through = if of_source { Vec::new() } else { gone_through(text) };
        let unknown = |folder: &String| {
            let one = std::slice::from_ref(folder);
            let mut others = self.others.iter().map(|(path, _)| *path);
            !found.iter().any(|path| is_in_one(path, one))
                && !others.any(|path| is_in_one(path, one))
        };
        if through.iter().any(unknown) {
            let path = self.needs.file.as_deref().unwrap_or("a script");
            self.needs.note(format!("what {path} goes through"));
        }
        let others = std::mem::take(&mut self.others);
        for (path, own) in &others {
            let gone_through = is_in_one(path, &through) && !is_data(path);
            let starts =
                || own.starts_with("#!") && is_named_to_run(text, name_of(path), of_source);
            if !gone_through && !starts() {
                continue;
            }
            // Sources are read for themselves.
            if is_read(path) { self.interpreter(own) } else { found.push((*path).to_owned()) }
        }
        self.others = others;
        found
    }
}

/// Whether a file holds what nothing starts, as far as its end tells.
fn is_data(path: &str) -> bool {
    const ENDS: [&str; 12] = [
        ".cfg", ".conf", ".css", ".csv", ".html", ".ini", ".json", ".md", ".sql", ".toml", ".txt",
        ".yml",
    ];
    ENDS.iter().any(|end| path.ends_with(end)) || path.ends_with(".yaml")
}

/// Whether a text names a file by a path or, in a script, where a command begins; in a source a text between quotes may be it.
fn is_named_to_run(text: &str, name: &str, of_source: bool) -> bool {
    let by_path = text.match_indices(name).any(|(at, _)| {
        let mut behind = text[at + name.len()..].chars();
        let whole = match behind.next() {
            Some('.') => !behind.next().is_some_and(char::is_alphanumeric),
            Some(c) => !(c.is_alphanumeric() || "_-+/".contains(c)),
            None => true,
        };
        let before = text[..at].chars().next_back();
        whole && before.is_some_and(|c| c == '/' || of_source && "\"'`".contains(c))
    });
    by_path
        || !of_source
            && text.lines().filter(|line| !line.trim_start().starts_with('#')).any(|line| {
                let mut commands = line.split(['|', ';', '&', '(', ')', '`']);
                commands.any(|command| first_words(command).any(|(word, _)| word == name))
            })
}

/// The end of sources of the language that a first line names.
fn end_of_source(text: &str) -> Option<&'static str> {
    let first = text.lines().next()?.strip_prefix("#!")?;
    let mut words = first.split_whitespace().map(name_of);
    let program =
        words.find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))?;
    let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    LANGUAGES.iter().find(|(one, _)| *one == name).map(|(_, end)| *end)
}

#[cfg(test)]
mod tests {
    use super::end_of_source;

    #[test]
    fn the_first_line_tells_the_language() {
        for (line, end) in [
            ("#!/usr/bin/env php\n<?php", Some(".php")),
            ("#! /usr/local/bin/python3.11", Some(".py")),
            ("#!/usr/bin/env -S A=1 node --no-warnings", Some(".js")),
            ("#!/usr/bin/perl -w", Some(".pl")),
            ("#!/bin/sh", None),
            ("#!/usr/bin/env bash", None),
            ("echo php", None),
        ] {
            assert_eq!(end_of_source(line), end, "{line}");
        }
    }
}
