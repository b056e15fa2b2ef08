//! What the package calls of a script leave, and what the script itself takes away again.

use dockslim_syntax::Dockerfile;
use dockslim_syntax::shell::Dialect;

use crate::facts::Command;
use crate::knowledge::{Leftover, PackageManager};

/// A trace that a call leaves.
pub(super) struct Leaving<'s, 't> {
    pub(super) command: &'s Command<'t>,
    pub(super) manager: &'static PackageManager,
    pub(super) leftover: &'static Leftover,
    /// The verb that leaves it, as the table has it.
    pub(super) verb: &'static str,
    /// The word behind which a flag goes.
    pub(super) last_word: usize,
    /// Whether all words before the verb are known.
    pub(super) certain: bool,
}

/// Everything that the commands leave, in order; of leftovers of one name the first that fits.
pub(super) fn leavings<'s, 't>(commands: &'s [Command<'t>]) -> Vec<Leaving<'s, 't>> {
    let mut found: Vec<Leaving<'s, 't>> = Vec::new();
    for command in commands {
        let Some(call) = command.package_call() else { continue };
        let first = found.len();
        for leftover in &call.manager.leftovers {
            let Some(verb) = call.matches(&leftover.filled_by) else { continue };
            if found[first..].iter().any(|other| other.leftover.name == leftover.name) {
                continue;
            }
            found.push(Leaving {
                command,
                manager: call.manager,
                leftover,
                verb: verb.verb,
                last_word: verb.last_word,
                certain: verb.certain,
            });
        }
    }
    found
}

impl Leaving<'_, '_> {
    /// Whether one of the commands takes it away later.
    pub(super) fn is_cleaned(
        &self,
        dockerfile: &Dockerfile<'_>,
        dialect: Dialect,
        commands: &[Command<'_>],
        home: Option<&str>,
    ) -> bool {
        commands
            .iter()
            .filter(|later| later.span.start > self.command.span.start)
            .any(|later| self.is_cleaned_by(dockerfile, dialect, later, home))
    }

    fn is_cleaned_by(
        &self,
        dockerfile: &Dockerfile<'_>,
        dialect: Dialect,
        command: &Command<'_>,
        home: Option<&str>,
    ) -> bool {
        if let Some(call) = command.package_call() {
            // yum and dnf, conda and mamba share their places.
            return call.manager.leftovers.iter().any(|other| {
                other.places.iter().any(|place| self.leftover.places.contains(place))
                    && call.matches(&other.cleaned_by).is_some()
            });
        }
        command.deletes()
            && (0..command.words.len()).any(|word| {
                let text = command.raw_word(dockerfile, word);
                let paths =
                    if dialect == Dialect::Bash { expand_braces(&text) } else { vec![text] };
                paths.iter().any(|path| self.leftover.removed_with(path, home))
            })
    }
}

/// The words that bash makes of `/var/{cache,log}/x`.
fn expand_braces(word: &str) -> Vec<String> {
    if let Some((before, rest)) = word.split_once('{')
        && let Some((inner, after)) = rest.split_once('}')
        && inner.contains(',')
        && !before.ends_with('$')
        && !inner.contains('{')
    {
        return inner
            .split(',')
            .flat_map(|part| expand_braces(&format!("{before}{part}{after}")))
            .collect();
    }
    vec![word.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_expanded_as_in_bash() {
        assert_eq!(expand_braces("/var/lib/{apt,dpkg}/"), ["/var/lib/apt/", "/var/lib/dpkg/"]);
        assert_eq!(expand_braces("/{a,b}/{c,d}").len(), 4);
        assert_eq!(expand_braces("${HOME}/x"), ["${HOME}/x"]);
    }
}
