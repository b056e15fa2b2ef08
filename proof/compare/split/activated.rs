//! Environments of Python that a shell enters by their script: `. /venv/bin/activate`.

use super::runtime::Runtime;
use super::started::commands;
use crate::compare::folders::absolute;
use crate::program::{Action, Call, visit};
use crate::shell::plain;

impl Runtime<'_, '_> {
    /// Whether a step makes an environment in a folder.
    pub(super) fn makes_environment_in(&self, folder: &str) -> bool {
        let mut made = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(one) = &step.action {
                let own = self.environments(one).unwrap_or_default();
                made |= own.iter().any(|path| path == folder);
            }
        });
        made
    }

    /// Whether a call of the image's own pip brings no more than what makes environments, which hold all that the program needs where one is
    /// entered, and nothing calls that later.
    pub(super) fn serves_environments(&self, call: &Call<'_>, words: &[&str]) -> bool {
        const TOOLS: [&str; 4] = ["pip", "setuptools", "virtualenv", "wheel"];
        let mut behind = words.iter().skip_while(|word| **word != "install").skip(1);
        let alone = words.len() == call.words.len()
            && behind.all(|word| {
                let flags = ["--no-cache-dir", "--no-compile", "--upgrade", "-U", "-q", "--quiet"];
                flags.contains(word)
                    || TOOLS.contains(&word.split(['=', '<', '>']).next().unwrap_or(word))
            });
        let (mut entered, mut open) = (false, false);
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(one) = &step.action {
                entered |= self.enters(one).is_some();
                // It would see what lies beside it.
                open |= one.words.iter().any(|word| word == "--system-site-packages");
            }
        });
        alone
            && entered
            && !open
            && self.states.seen(call.state).taint.is_empty()
            && !self.calls(&["virtualenv"])
    }

    /// Whether a call of pip puts packages beside the environments that PATH leads to in the end, which then are those of the image; what only makes
    /// environments, or puts things into them, is not missed.
    pub(super) fn is_beside(&self, call: &Call<'_>) -> bool {
        let path = self.new.configuration.environment.get("PATH").map_or("", String::as_str);
        let folders: Vec<&str> = path
            .split(':')
            .filter(|folder| {
                folder.strip_suffix("/bin").is_some_and(|it| self.makes_environment_in(it))
            })
            .collect();
        let names = |text: &str| folders.iter().any(|folder| text.contains(folder));
        let seen = self.states.seen(call.state);
        let led = seen.surroundings.environment.get("PATH").is_some_and(|path| names(path))
            || seen.variables.get("PATH").is_some_and(|path| names(path))
            || call.assignments.iter().chain(&call.words).any(|word| names(word));
        !folders.is_empty() && !led && !self.brings_tools(call)
    }

    /// Whether a call of pip only brings what makes environments or installs packages, and nothing calls that later.
    fn brings_tools(&self, call: &Call<'_>) -> bool {
        const MAKE: [&str; 4] = ["pip", "setuptools", "virtualenv", "wheel"];
        const INSTALL: [&str; 7] = ["build", "hatch", "pdm", "pip-tools", "pipenv", "poetry", "uv"];
        let mut behind = call.words.iter().skip_while(|word| *word != "install").skip(1);
        behind.all(|word| {
            let name = word.split(['=', '<', '>', '~', '!', '[']).next().unwrap_or(word);
            let reads = name.contains("require") || name.contains("constraint");
            name.starts_with("--") && !reads
                || matches!(name, "-U" | "-q")
                || MAKE.contains(&name)
                || INSTALL.contains(&name) && !self.calls(&[name])
        })
    }

    /// The folder of the environment whose script a call reads into its shell: that sets PATH and the prompt, and what undoes it (CPython,
    /// Lib/venv/scripts/common/activate).
    pub(super) fn enters(&self, call: &Call<'_>) -> Option<String> {
        let words: Vec<&str> = call.words.iter().map(|word| plain(word).unwrap_or("?")).collect();
        let ([".", script] | ["source", script]) = words.as_slice() else { return None };
        let folder = self.path(script.strip_suffix("/bin/activate")?, call)?;
        (script.contains('/') && call.redirects.is_empty() && self.makes_environment_in(&folder))
            .then_some(folder)
    }

    /// The environment that the shell of a call has entered, if it has read nothing else.
    pub(super) fn entered_environment(&self, call: &Call<'_>) -> Option<String> {
        let taint = &self.states.seen(call.state).taint;
        let [script] = taint.as_slice() else { return None };
        let mut folders = Vec::new();
        let mut left = false;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(one) = &step.action else { return };
            left |= one.words.first().is_some_and(|word| word == "deactivate");
            if one.words.join(" ") == *script {
                folders.push(self.enters(one));
            }
        });
        let first = folders.first().cloned().flatten();
        first.filter(|_| !left && folders.windows(2).all(|two| two[0] == two[1]))
    }

    /// The commands that a container starts, where the script of an environment is what has to be there, and behind it the programs of
    /// packages that pip was asked for are those of the environment.
    pub(super) fn started_inside(&self, start: &str, here: &str) -> Vec<Vec<String>> {
        let mut all = commands(start);
        let mut entered: Option<String> = None;
        for words in &mut all {
            if let [".", script] | ["source", script] =
                words.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
            {
                let folder = script.strip_suffix("/bin/activate");
                let folder = folder.and_then(|folder| absolute(folder, here, None));
                entered = folder.filter(|folder| self.makes_environment_in(folder));
                if let Some(folder) = &entered {
                    *words = vec![format!("{folder}/bin/activate")];
                }
            } else if let (Some(folder), Some(name)) = (&entered, words.first_mut())
                && self.asked_for().contains(name)
            {
                *name = format!("{folder}/bin/{name}");
            }
        }
        all
    }
}
