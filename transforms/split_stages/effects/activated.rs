//! The activation of a virtual environment: `. env/bin/activate` puts `env/bin` in front of PATH for the rest of its shell, and does
//! nothing else that outlasts it (Python, "venv": "How venvs work").

use super::{Done, Effect};
use crate::facts::{Command, absolute};
use crate::split_stages::launch::base_name;
use crate::split_stages::lies::Past;

/// The folder of the environment that a command activates, which one before it has made.
pub(super) fn activated(
    past: &Past<'_, '_, '_>,
    begun: &[Done<'_, '_>],
    command: &Command<'_>,
    folder: Option<&str>,
) -> Option<String> {
    let [Some(program), Some(script)] = command.words.as_slice() else { return None };
    if !matches!(&**program, "." | "source") || command.conditional() || !script.contains('/') {
        return None;
    }
    let place = absolute(script.strip_suffix("/bin/activate")?, folder)?;
    let plain = command.call.is_some_and(|call| call.redirects.is_empty());
    let made = past.done.iter().chain(begun).any(|done| makes(done, &place));
    (plain && made).then_some(place)
}

/// Whether a command makes an environment at a place.
fn makes(done: &Done<'_, '_>, place: &str) -> bool {
    let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
    let environment = matches!(words.as_slice(), [_, "-m", "venv" | "virtualenv", ..])
        || words.first().is_some_and(|word| base_name(word) == "virtualenv");
    environment
        && matches!(&done.effect, Effect::MakesFolder(paths) if paths.iter().any(|path| path == place))
}
