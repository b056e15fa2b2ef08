//! What a stage calls and installs, by name.

use dockslim_contract::{BuildContext, ContextKind};

use super::compiles::INSTALLERS;
use super::{BROUGHT, MODULES};
use crate::program::{Action, Step, Text, visit};
use crate::shell::Command;
use crate::stages::Stage;

/// What a stage calls and installs, by name.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) words: Vec<String>,
    pub(super) installed: Vec<String>,
    /// Packages that it removes.
    pub(super) removed: Vec<String>,
    /// It installs a compiler itself.
    pub(super) builds: bool,
    pub(super) unread: bool,
    /// All that it names, whatever folder it lies in.
    named: Vec<String>,
    /// The calls of what installs packages of a language.
    pub(super) installs: Vec<Vec<String>>,
}

impl Uses {
    pub(super) fn of(stage: &Stage<'_>) -> Self {
        let mut uses = Self::of_steps(&stage.steps);
        for command in stage.configuration.starts().into_iter().flatten() {
            uses.text(command);
        }
        uses
    }

    fn of_steps(steps: &[Step<'_>]) -> Self {
        let mut uses = Self::default();
        visit(steps, &mut |step| match &step.action {
            Action::Call(call) => uses.call(&call.words),
            Action::Exec(words, _) => uses.call(words),
            Action::Opaque(..) | Action::Unread(_) => uses.unread = true,
            _ => {}
        });
        uses.builds = uses
            .installed
            .iter()
            .any(|name| matches!(name.as_str(), "build-essential" | "gcc" | "g++"));
        uses
    }

    fn call(&mut self, words: &[Text<'_>]) {
        let command = Command::of(words);
        let program = command.program();
        if matches!(program, "apt-get" | "apt" | "aptitude") {
            if command.has(&["install"]) {
                let names =
                    words.iter().map(|word| word.split(['=', '/', ':']).next().unwrap_or(word));
                self.installed.extend(names.map(str::to_owned));
            } else if let Some(verb) =
                words.iter().position(|word| matches!(&**word, "remove" | "purge"))
            {
                let names = words[verb + 1..].iter().filter(|word| !word.starts_with('-'));
                self.removed.extend(
                    names.map(|word| word.split([':', '*']).next().unwrap_or(word).to_owned()),
                );
            }
            return;
        }
        // A package file may need what only the full image has.
        self.unread |= matches!(program, "dpkg" | "gdebi")
            && words.iter().any(|word| matches!(&**word, "-i" | "--install"));
        if INSTALLERS.contains(&program) || words.iter().any(|word| word == "pip") {
            self.installs.push(words.iter().map(ToString::to_string).collect());
        }
        if program == "tar" {
            let cluster = |(at, word): (usize, &Text<'_>)| match word.strip_prefix('-') {
                Some(rest) => !rest.starts_with('-'),
                None => at == 1,
            };
            for (letter, name) in [('j', "bzip2"), ('J', "xz")] {
                let mut words = words.iter().enumerate();
                if words.any(|(at, word)| cluster((at, word)) && word.contains(letter)) {
                    self.words.push(name.to_owned());
                }
            }
        }
        let text = |word: &Text<'_>| matches!(&**word, "-e" | "-E" | "-pe" | "-ne" | "-pie");
        if program == "perl" && !words.iter().any(text) {
            self.words.push(MODULES.to_owned());
        }
        if matches!(program, "rm" | "mkdir" | "cd" | "chmod" | "chown" | "cp" | "mv" | "ln") {
            return;
        }
        for word in words {
            self.text(word);
        }
    }

    /// The names in a text that a shell, or another program, may run.
    fn text(&mut self, text: &str) {
        let cut = |c: char| !(c.is_ascii_alphanumeric() || "._+-/".contains(c));
        for word in text.split(cut).filter(|word| !word.is_empty()) {
            let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
            self.named.push(name.to_owned());
            if folder.is_empty() || folder == "." || folder.ends_with("bin") {
                self.words.push(name.to_owned());
            }
        }
    }

    pub(super) fn names(&self, program: &str) -> bool {
        self.words.iter().any(|word| word == program)
    }

    pub(super) fn has(&self, package: &str) -> bool {
        let brings = |name: &String| {
            name == package
                || BROUGHT.iter().any(|(one, others)| *one == *name && others.contains(&package))
        };
        self.installed.iter().any(brings)
    }

    /// What a stage calls of a package before it installs it.
    pub(super) fn too_early(
        stage: &Stage<'_>,
        package: &str,
        programs: &[&'static str],
        held: &[&str],
    ) -> Option<&'static str> {
        let place = stage
            .steps
            .iter()
            .position(|step| Self::of_steps(std::slice::from_ref(step)).has(package))?;
        let before = Self::of_steps(&stage.steps[..place]);
        programs.iter().copied().find(|program| !held.contains(program) && before.names(program))
    }

    /// Adds what the scripts of the project call that the stage names.
    pub(super) fn follow(&mut self, context: &BuildContext) {
        for (path, entry) in context.entries() {
            let name = path.rsplit('/').next().unwrap_or(path);
            if entry.kind != ContextKind::File || !self.named.iter().any(|one| one == name) {
                continue;
            }
            let Some(text) = context.text(path) else { continue };
            let first = text.lines().next().unwrap_or_default();
            if name.ends_with(".sh") || (first.starts_with("#!") && first.ends_with("sh")) {
                for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
                    self.text(line);
                }
            }
        }
    }
}
