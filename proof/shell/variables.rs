//! Assignments and exports: what a script knows by a name.

use std::sync::Arc;

use super::Shell;
use super::builtins::{SimpleCommand, is_name};
use super::control::Outcome;
use super::state::{State, hash_of};
use super::words::{has_history, plain};
use crate::program::{Block, Text};

impl<'t> Shell<'t, '_> {
    /// Assignments alone, or redirections alone.
    pub(super) fn assign(
        &mut self,
        simple: SimpleCommand<'t>,
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let mut sure =
            simple.inner.is_empty() && simple.redirects.is_empty() && before.seen.taint.is_empty();
        for (name, sign, value) in &simple.assignments {
            // bash does not let these be set (Bash Reference Manual, "Bash Variables").
            sure &= !matches!(
                &**name,
                "UID" | "EUID" | "PPID" | "SHELLOPTS" | "BASHOPTS" | "BASH_VERSINFO" | "GROUPS"
            );
            let value = self.valued(value, &state, &simple.inner);
            let entry =
                Arc::make_mut(&mut state.seen.variables).entry(name.to_string()).or_default();
            if sign == "=" {
                entry.clear();
            }
            entry.push_str(sign);
            entry.push_str(&value);
        }
        let demand = simple.demand;
        if sure {
            return self.done(simple, before, state, out);
        }
        self.call(simple, before, demand, out);
        Outcome::either(state).demanded(demand)
    }

    /// A value with all that decides what its expansions give.
    pub(super) fn valued(&self, value: &Text<'t>, state: &State, inner: &[Block<'t>]) -> String {
        let mut text = value.to_string();
        if plain(value).is_none() {
            let seen = &state.seen;
            let known =
                (&seen.variables, &seen.settings, seen.status, &seen.directory, &seen.taint);
            let fresh = seen.variables.is_empty() && seen.settings.is_empty() && seen.status == 0;
            if !fresh || !seen.taint.is_empty() || text.contains("PWD") {
                text.push_str(&format!("@{:x}", hash_of(&known)));
            }
            if has_history(value) {
                text.push_str(&format!("@{:x}", self.history));
            }
        }
        if !inner.is_empty() {
            // What a substitution gives depends on when it is run.
            text.push_str(&format!("@{:x}", hash_of(&inner)));
        }
        text
    }

    pub(super) fn export(
        &mut self,
        simple: SimpleCommand<'t>,
        name: &str,
        arguments: &[Text<'t>],
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let mut sure = true;
        for word in arguments {
            let (variable, value) = word.split_once('=').unwrap_or((word, ""));
            if !is_name(variable) {
                state.taint(simple.text());
                sure = false;
                break;
            }
            let value = self.valued(&Text::Owned(value.to_owned()), &state, &simple.inner);
            let entry =
                Arc::make_mut(&mut state.seen.variables).entry(variable.to_owned()).or_default();
            if word.contains('=') {
                *entry = format!("={value}");
            }
            entry.push_str(if name == "export" { " exported" } else { " readonly" });
        }
        if arguments.is_empty() {
            return self.program(simple, name, true, before, state, out);
        }
        if name == "readonly" {
            // A later assignment to it ends the script.
            state.taint(simple.text());
        }
        if sure && before.seen.taint.is_empty() {
            return self.done(simple, before, state, out);
        }
        let demand = simple.demand;
        self.call(simple, before, demand, out);
        Outcome::either(state).demanded(demand)
    }
}
