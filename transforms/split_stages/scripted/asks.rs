//! What a script asks, says and sets, none of which leaves anything in the image.

use std::collections::BTreeSet;

use dockslim_syntax::shell::{
    Assignment, Command, CommandKind, List, Part, PartKind, Simple, Word,
};

use super::Read;
use super::reader::Reader;
use super::setting::is_sensitive;
use crate::facts::absolute;

impl<'r> Reader<'r, '_, '_> {
    fn simple_of(command: &Command) -> Option<&Simple> {
        match &command.kind {
            CommandKind::Simple(simple) if simple.assignments.is_empty() => Some(simple),
            _ => None,
        }
    }

    fn program_of(&self, command: &Command) -> Option<String> {
        self.flat(Self::simple_of(command)?.words.first()?)
    }

    pub(super) fn is_program(&self, command: &Command, names: &[&str]) -> bool {
        let quiet = command.redirects.is_empty();
        self.program_of(command).is_some_and(|name| quiet && names.contains(&name.as_str()))
    }

    /// Whether what a command prints goes to people, or nowhere.
    fn is_shown(&self, command: &Command) -> bool {
        command.redirects.iter().all(|redirect| {
            let target = self.dockerfile().text(redirect.target.span);
            !redirect.heredoc && matches!(&*target, "/dev/null" | "1" | "2")
        })
    }

    /// Whether a command only says something to people.
    pub(super) fn says_only(&self, command: &Command) -> bool {
        let Some(simple) = Self::simple_of(command) else { return false };
        let text = self.dockerfile().text(command.span);
        if !self.is_shown(command) || text.contains(":=") || text.contains("$((") {
            return false;
        }
        let Some(name) = self.program_of(command) else { return false };
        let quiet = simple.words.iter().all(|word| self.is_quiet(word));
        if let Some(body) = self.has_function(&name) {
            let CommandKind::Group(list) = &body.kind else { return false };
            return quiet && body.redirects.is_empty() && self.all_say(list);
        }
        let variable = simple.words.get(1).is_some_and(|word| self.raw(word) == "-v");
        quiet && matches!(name.as_str(), "echo" | "printf" | "date" | "pwd" | "sleep") && !variable
    }

    /// Whether a word changes nothing while it is expanded.
    fn is_quiet(&self, word: &Word) -> bool {
        let mut needs = BTreeSet::new();
        self.are_quiet(&word.parts, &mut needs)
    }

    fn are_quiet(&self, parts: &[Part], needs: &mut BTreeSet<String>) -> bool {
        parts.iter().all(|part| match &part.kind {
            PartKind::Literal | PartKind::Escaped | PartKind::SingleQuoted => true,
            PartKind::Variable { .. } => true,
            PartKind::DoubleQuoted(inner) => self.are_quiet(inner, needs),
            PartKind::Parameter { argument, .. } => self.are_quiet(argument, needs),
            PartKind::Substitution(Some(list)) => {
                let raw = self.dockerfile().text(part.span);
                self.place_of_script(&raw).is_some() || self.only_says(list, needs).is_some()
            }
            _ => false,
        })
    }

    fn all_say(&self, list: &List) -> bool {
        list.statements.iter().all(|statement| {
            statement.rest.is_empty()
                && matches!(statement.first.commands.as_slice(), [one] if self.says_only(one))
        })
    }

    /// Whether a command ends the script as one that has failed, and does nothing else.
    pub(super) fn fails(&self, command: &Command) -> bool {
        match &command.kind {
            CommandKind::Group(list) => {
                let Some((last, before)) = list.statements.split_last() else { return false };
                let says = before.iter().all(|one| {
                    one.rest.is_empty()
                        && matches!(one.first.commands.as_slice(), [one] if self.says_only(one))
                });
                let end = matches!(last.first.commands.as_slice(), [one] if self.fails(one));
                says && end && last.rest.is_empty() && command.redirects.is_empty()
            }
            CommandKind::Simple(simple) if simple.assignments.is_empty() => {
                let Some(name) = self.program_of(command) else { return false };
                if let Some(body) = self.has_function(&name) {
                    let quiet = simple.words.iter().all(|word| self.is_quiet(word));
                    return quiet && self.is_shown(command) && self.fails(body);
                }
                let status = simple.words.get(1).map(|word| self.raw(word));
                name == "exit"
                    && status.is_some_and(|status| status.parse::<u8>().is_ok_and(|it| it > 0))
            }
            _ => false,
        }
    }

    /// Whether a command is a test.
    pub(super) fn asks(&self, command: &Command) -> bool {
        matches!(command.kind, CommandKind::Test)
            || self.program_of(command).is_some_and(|name| name == "[" || name == "test")
    }

    /// Whether a command only asks for something.
    pub(super) fn only_asks(&self, command: &Command) -> bool {
        let Some(simple) = Self::simple_of(command) else { return self.asks(command) };
        let quiet = simple.words.iter().all(|word| self.is_quiet(word)) && self.is_shown(command);
        let second = simple.words.get(1).map(|word| self.raw(word));
        let name = self.program_of(command);
        quiet
            && match name.as_deref() {
                Some("[" | "test" | "type" | "which" | "hash") => true,
                Some("command") => matches!(second.as_deref(), Some("-v" | "-V")),
                _ => false,
            }
    }

    /// Whether nothing of a list leaves anything, and it ends the script by a failure alone.
    pub(super) fn is_harmless(&self, list: &List) -> bool {
        list.statements.iter().all(|statement| {
            let commands = statement.pipelines().flat_map(|pipeline| &pipeline.commands);
            let mut single = statement.pipelines().all(|pipeline| pipeline.commands.len() == 1);
            for command in commands {
                single &= match &command.kind {
                    CommandKind::If { branches, otherwise } => {
                        let lists = branches.iter().flat_map(|(one, two)| [one, two]);
                        command.redirects.is_empty()
                            && lists.chain(otherwise).all(|list| self.is_harmless(list))
                    }
                    CommandKind::Group(list) => {
                        self.fails(command)
                            || command.redirects.is_empty() && self.is_harmless(list)
                    }
                    _ => {
                        self.says_only(command)
                            || self.only_asks(command)
                            || self.fails(command)
                            || self.is_program(command, &[":", "true"])
                    }
                };
            }
            single
        })
    }

    /// What a test tells, if that is known without the build.
    pub(super) fn holds(&self, command: &Command) -> Option<bool> {
        let simple = Self::simple_of(command).filter(|_| command.redirects.is_empty())?;
        let mut words: Vec<String> = Vec::new();
        for word in &simple.words {
            let text = self.flat(word)?;
            // What stands for nothing without quotes is no word.
            let bare = !self.raw(word).starts_with(['"', '\'']);
            if bare && (text.is_empty() || text.contains(' ')) {
                return None;
            }
            words.push(text);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let inner = match words.as_slice() {
            ["[", inner @ .., "]"] | ["test", inner @ ..] => inner,
            _ => return None,
        };
        let (negated, inner) = match inner {
            ["!", rest @ ..] if rest.len() > 1 => (true, rest),
            rest => (false, rest),
        };
        let numbers = |one: &str, two: &str| Some((one.parse::<i64>().ok()?, two.parse().ok()?));
        let holds = match inner {
            ["-z", text] => text.is_empty(),
            ["-n", text] => !text.is_empty(),
            [one, "=", two] => one == two,
            [one, "!=", two] => one != two,
            [one, "-eq", two] => numbers(one, two).map(|(one, two): (i64, i64)| one == two)?,
            [one, "-ne", two] => numbers(one, two).map(|(one, two): (i64, i64)| one != two)?,
            [one, "-lt", two] => numbers(one, two).map(|(one, two): (i64, i64)| one < two)?,
            [one, "-gt", two] => numbers(one, two).map(|(one, two): (i64, i64)| one > two)?,
            [one, "-le", two] => numbers(one, two).map(|(one, two): (i64, i64)| one <= two)?,
            [one, "-ge", two] => numbers(one, two).map(|(one, two): (i64, i64)| one >= two)?,
            _ => return None,
        };
        Some(holds != negated)
    }

    /// The folder that a test asks for, and whether it holds where that is missing.
    pub(super) fn asks_for_folder(&self, command: &Command) -> Option<(String, bool)> {
        let simple = Self::simple_of(command).filter(|_| command.redirects.is_empty())?;
        let words: Option<Vec<String>> = simple.words.iter().map(|word| self.flat(word)).collect();
        let words = words?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (folder, missing) = match words.as_slice() {
            ["[", "-d" | "-e", folder, "]"] | ["test", "-d" | "-e", folder] => (folder, false),
            ["[", "!", "-d" | "-e", folder, "]"] | ["test", "!", "-d" | "-e", folder] => {
                (folder, true)
            }
            _ => return None,
        };
        absolute(folder, Some(&self.folder)).map(|_| ((*folder).to_owned(), missing))
    }

    /// Whether a command makes this folder and nothing else.
    pub(super) fn makes_folder(&self, command: &Command, folder: &str) -> bool {
        let Some(simple) = Self::simple_of(command) else { return false };
        let words: Option<Vec<String>> = simple.words.iter().map(|word| self.flat(word)).collect();
        let words = words.unwrap_or_default();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        command.redirects.is_empty()
            && matches!(words.as_slice(), ["mkdir", one] | ["mkdir", "-p", one] if *one == folder)
    }

    /// `NAME=value`.
    pub(super) fn assign(&mut self, one: &Assignment) -> Read<()> {
        let name = self.dockerfile().text(one.name).into_owned();
        let raw = self.dockerfile().text(one.span).into_owned();
        let plain = raw.strip_prefix(&*name).is_some_and(|rest| rest.starts_with('='));
        let value = one.value.as_ref().filter(|_| plain && one.array.is_none());
        // The word begins with the name.
        let behind = |text: String| text.get(name.len() + 1..).unwrap_or_default().to_owned();
        let Some(value) = value else {
            if raw == format!("{name}=") {
                return self.set_variable(&name, Some(String::new()), false);
            }
            return Err(self.refused(&format!("`{raw}` sets an array, or adds to a variable")));
        };
        match self.flat(value) {
            Some(text) => self.set_variable(&name, Some(behind(text)), false),
            None => {
                let told = self.word(value)?;
                self.set_by_build(&name, behind(told.text), told.needs, false)
            }
        }
    }

    /// `export NAME=value …`, and the same of `readonly`.
    pub(super) fn exports(&mut self, simple: &Simple, export: bool) -> Read<()> {
        for word in &simple.words[1..] {
            let raw = self.raw(word);
            let (name, open) = match raw.split_once('=') {
                Some((name, _)) => (name.to_owned(), false),
                None => (raw.clone(), true),
            };
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if !name.chars().all(plain) || name.is_empty() {
                return Err(self.refused(&format!("`{raw}` is exported")));
            }
            if is_sensitive(&name) {
                return Err(self.refused(&format!("{name} is set")));
            }
            if open {
                if export {
                    self.export_again(&name);
                }
                continue;
            }
            let value = |text: &str| text.split_once('=').map(|(_, value)| value.to_owned());
            match self.flat(word) {
                Some(text) => self.set_variable(&name, value(&text), export)?,
                None => {
                    let told = self.word(word)?;
                    let text = value(&told.text).unwrap_or_default();
                    self.set_by_build(&name, text, told.needs, export)?;
                }
            }
        }
        Ok(())
    }

    /// `set`.
    pub(super) fn options(&mut self, words: &[String]) -> Read<()> {
        let mut words = words.iter();
        let odd = |word: &str| Err(format!("`set {word}` is not followed"));
        while let Some(word) = words.next() {
            let (sets, letters) = match (word.strip_prefix('-'), word.strip_prefix('+')) {
                (Some(letters), _) => (true, letters),
                (_, Some(letters)) => (false, letters),
                _ => return odd(word).map_err(|text| self.refused(&text)),
            };
            for letter in letters.chars() {
                let long = match letter {
                    'o' => words.next().map_or("", String::as_str),
                    'e' => "errexit",
                    'u' => "nounset",
                    'v' => "verbose",
                    'x' => "xtrace",
                    _ => "",
                };
                match (long, sets) {
                    ("errexit", true) => self.set_errexit(),
                    ("nounset" | "verbose" | "xtrace" | "pipefail", _) => {}
                    _ => return odd(word).map_err(|text| self.refused(&text)),
                }
            }
            if letters.is_empty() || letters.starts_with('-') {
                return odd(word).map_err(|text| self.refused(&text));
            }
        }
        Ok(())
    }

    /// `cd`.
    pub(super) fn enter(&mut self, words: &[String]) -> Read<()> {
        let target = match words {
            [target] => target,
            [dashes, target] if dashes == "--" => target,
            _ => return Err(self.refused("`cd` has no folder, or options")),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-./+@".contains(c);
        if target.is_empty() || target.starts_with('-') || !target.chars().all(plain) {
            return Err(self.refused(&format!("where `cd {target}` leads is not known")));
        }
        let start = if target.starts_with('/') { String::new() } else { self.folder.clone() };
        let mut names: Vec<&str> = start.split('/').filter(|name| !name.is_empty()).collect();
        for name in target.split('/').filter(|name| !name.is_empty() && *name != ".") {
            match name {
                ".." => {
                    names.pop();
                }
                name => names.push(name),
            }
        }
        let folder = format!("/{}", names.join("/"));
        if !self.has_errexit() && folder != self.folder && !self.knows_folder(&folder) {
            let text = format!("`cd {target}` may fail unseen");
            return Err(self.refused(&text));
        }
        self.folder = folder;
        Ok(())
    }
}
