//! `set`: the options of a shell.

use std::sync::Arc;

use super::Shell;
use super::builtins::SimpleCommand;
use super::control::Outcome;
use super::hazards::base;
use super::state::{Errexit, State, hash_of, long_option};
use crate::program::{Action, Block, Demand, Text};

impl<'t> Shell<'t, '_> {
    /// `set` (POSIX 2.14).
    pub(super) fn set(
        &mut self,
        simple: SimpleCommand<'t>,
        arguments: &[Text<'t>],
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let mut words = arguments.iter();
        let mut sure = true;
        while let Some(word) = words.next() {
            let (letters, on) = match (word.strip_prefix('-'), word.strip_prefix('+')) {
                (Some(letters), _) if !letters.is_empty() && letters != "-" => (letters, true),
                (_, Some(letters)) if !letters.is_empty() => (letters, false),
                _ => {
                    let rest: Vec<&str> =
                        std::iter::once(word).chain(words).map(|word| &**word).collect();
                    let settings = Arc::make_mut(&mut state.seen.settings);
                    settings.insert("positional".to_owned(), rest.join(" "));
                    break;
                }
            };
            for letter in letters.chars() {
                let option = if letter == 'o' {
                    words.next().map_or_else(String::new, ToString::to_string)
                } else {
                    long_option(letter)
                };
                sure &= POSIX_OPTIONS.contains(&option.as_str());
                let options = Arc::make_mut(&mut state.seen.options);
                match (option.as_str(), on) {
                    ("errexit", true) => state.errexit = Errexit::On,
                    ("errexit", false) => state.errexit = Errexit::Off,
                    (_, true) => {
                        options.insert(option);
                    }
                    (_, false) => {
                        options.remove(&option);
                    }
                }
            }
        }
        if sure && !arguments.is_empty() {
            return self.done(simple, before, state, out);
        }
        // Without a name, `set -o` prints the options.
        let demand = simple.demand;
        let prints =
            !arguments.iter().any(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()));
        self.call(simple, before, demand, out);
        // A shell that does not know the option ends there, but for bash under its own name (POSIX, 2.8.1).
        let bash =
            before.seen.surroundings.shell.first().is_some_and(|shell| base(shell) == "bash");
        if !prints && !bash && demand != Demand::Must {
            self.leaves_early(out);
        }
        if prints && let Some(Action::Call(call)) = out.last_mut().map(|step| &mut step.action) {
            call.history = Some(hash_of(&before.errexit));
        }
        Outcome::either(state).demanded(demand)
    }
}

/// The options that every shell has (POSIX, `set`).
const POSIX_OPTIONS: &[&str] = &[
    "allexport",
    "errexit",
    "monitor",
    "noclobber",
    "noexec",
    "noglob",
    "notify",
    "nounset",
    "verbose",
    "xtrace",
];
