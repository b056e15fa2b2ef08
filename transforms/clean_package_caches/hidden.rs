//! Installs that stand in texts: quoted scripts, exec forms, scripts that are not understood.

use dockslim_syntax::Dockerfile;

use crate::facts::{Command, package_call};
use crate::knowledge::Leftover;

/// What an install leaves whose text stands in a string, best effort: the leftover.
pub(super) fn leftover_in(text: &str) -> Option<&'static Leftover> {
    let scripts = text.split([';', '&', '|', '\n', '(', ')', '{', '}']);
    scripts.into_iter().find_map(|script| {
        let cut = |c: char| c.is_whitespace() || "\"',[]\\".contains(c);
        let words: Vec<Option<&str>> = script
            .split(cut)
            .filter(|word| !word.is_empty() && !word.contains('='))
            .map(|word| (!word.contains('$')).then_some(word))
            .collect();
        left_by(&words)
    })
}

/// What a call with these words leaves.
pub(super) fn left_by<W: AsRef<str>>(words: &[Option<W>]) -> Option<&'static Leftover> {
    let call = package_call(words)?;
    call.manager.leftovers.iter().find(|leftover| call.matches(&leftover.filled_by).is_some())
}

/// What an install leaves in a string that a command gives to a shell.
pub(super) fn in_command(
    dockerfile: &Dockerfile<'_>,
    command: &Command<'_>,
) -> Option<&'static Leftover> {
    if !command.is_shell() {
        return None;
    }
    let (program, _) = command.program()?;
    (program + 1..command.words.len()).find_map(|at| {
        let text = command.raw_word(dockerfile, at);
        let found = text.contains(' ').then(|| leftover_in(&text))??;
        let cleans = found.places.iter().any(|place| text.contains(place.as_str()));
        (!cleans).then_some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_are_found_in_texts() {
        let found = |text: &str| leftover_in(text).map(|leftover| leftover.name.as_str());
        assert_eq!(found("cd /app && pip install flask"), Some("pip cache"));
        assert_eq!(found("source env; [ 'apt-get', 'update' ]"), Some("apt lists"));
        assert_eq!(found("$SUDO apt-get update"), Some("apt lists"));
        assert_eq!(found("pip install --no-cache-dir flask"), None);
        assert_eq!(found("echo pip install"), None);
    }
}
