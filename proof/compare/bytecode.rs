//! Installs of Python that leave modules to be compiled when they are imported.
//!
//! Source: the documentation of pip, "pip install" (`--compile`, `--no-compile`); the flag is as old as that against its cache.

use super::Comparison;
use super::flags::knows_flags;
use crate::program::{Action, Call, Text, visit};
use crate::shell::Command;

const FLAG: &str = "--no-compile";

/// Signs that somebody reads, makes or removes bytecode.
const SIGNS: &[&str] = &[".pyc", ".pyo", "pycache", "compileall", "py_compile"];

/// Variables that decide about it.
const VARIABLES: &[&str] =
    &["PIP_COMPILE", "PIP_NO_COMPILE", "PYTHONOPTIMIZE", "PYTHONPYCACHEPREFIX"];

impl<'t> Comparison<'_, 't> {
    /// Whether a call is another one that installs the same without bytecode, in words.
    pub(super) fn leaves_uncompiled(&self, one: &Call<'t>, two: &Call<'t>) -> Option<String> {
        let at = two.words.iter().position(|word| word == FLAG)?;
        let behind_verb = at > 0 && two.words[at - 1] == "install";
        let same = one.words.get(..at) == two.words.get(..at)
            && one.words.get(at..) == two.words.get(at + 1..);
        let command = Command::of(&two.words);
        // The verb is the first word that is no option.
        let pip = |command: &Command<'_>| {
            let words: Vec<&str> =
                command.words.iter().map(|word| word.as_deref().unwrap_or_default()).collect();
            let program = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
            let bare = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            let rest = match words.get(1..) {
                Some(rest) if bare == "pip" => rest,
                Some(["-m", "pip", rest @ ..]) if bare == "python" => rest,
                _ => return false,
            };
            let mut verbs = rest.iter().skip_while(|word| word.starts_with('-'));
            verbs.next() == Some(&"install") && verbs.next() == Some(&FLAG)
        };
        let decided = one.words.iter().any(|word| word == FLAG || word == "--compile");
        let known = knows_flags("pip", self.stage_image());
        let right = behind_verb && same && pip(&command) && !decided && known;
        (right && !self.decides_about_bytecode(two)).then(|| {
            "`pip install` leaves modules to be compiled when they are imported".to_owned()
        })
    }

    /// Whether a step or a setting of any stage speaks of bytecode.
    fn decides_about_bytecode(&self, call: &Call<'t>) -> bool {
        let seen = self.states.seen(call.state);
        let set = |name: &&str| {
            seen.surroundings.environment.contains_key(*name)
                || seen.variables.contains_key(*name)
                || call.assignments.iter().any(|word| word.starts_with(*name))
        };
        let mut speaks = VARIABLES.iter().any(set);
        let signs = |words: &[Text<'_>]| {
            words.iter().any(|word| SIGNS.iter().any(|sign| word.contains(sign)))
        };
        for stage in &self.after.stages {
            visit(&stage.steps, &mut |step| match &step.action {
                Action::Call(other) => speaks |= signs(&other.words),
                Action::Exec(words, _) => speaks |= signs(words),
                _ => {}
            });
            let starts = stage.configuration.starts().into_iter().flatten();
            speaks |= starts.into_iter().any(|text| SIGNS.iter().any(|sign| text.contains(sign)));
        }
        speaks
    }
}
