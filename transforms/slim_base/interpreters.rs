//! Files that something starts: their first line says in which language they are written (execve(2), "Interpreter scripts").

use super::files::{Look, name_of};

/// Interpreters whose programs are read as sources, with the end that such a source has.
const LANGUAGES: [(&str, &str); 6] = [
    ("node", ".js"),
    ("nodejs", ".js"),
    ("perl", ".pl"),
    ("php", ".php"),
    ("python", ".py"),
    ("ruby", ".rb"),
];

impl Look<'_, '_> {
    /// Looks at a file that something starts; returns the names of the scripts that it calls.
    pub(super) fn started(&mut self, path: &str, text: &str) -> Vec<String> {
        let Some(end) = end_of_source(text) else {
            self.script(text);
            return self.named(text);
        };
        let first = text.lines().next().unwrap_or_default();
        self.needs.text(first, self.at, self.lacking, true);
        // Its modules may be anywhere, so that each of its texts may be a command.
        self.told = None;
        self.source(&format!("{path}{end}"), text)
    }
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
