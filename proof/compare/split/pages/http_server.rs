//! What Python's server of files is told.
//!
//! Source: Python, "http.server", "Command-line interface".

use super::servers::Path;

/// How a command of it begins, behind the interpreter.
pub(super) const MODULE: [&str; 2] = ["-m", "http.server"];

/// The folder that it serves: one that is named, or where it starts.
pub(super) fn command(words: &[&str]) -> Option<Vec<Path>> {
    let text = words.strip_prefix(&MODULE)?.join(" ").replace('=', " ");
    let mut words = text.split_whitespace();
    let mut folder = ".".to_owned();
    while let Some(word) = words.next() {
        match word {
            "-d" | "--directory" => folder = words.next()?.to_owned(),
            "-b" | "--bind" | "-p" | "--protocol" => drop(words.next()?),
            port if port.parse::<u16>().is_ok() => {}
            _ => return None,
        }
    }
    Some(vec![Path::Of(folder)])
}

/// What a text tells it is not known.
pub(super) fn paths(text: &str) -> Result<Vec<String>, String> {
    Err(text.lines().next().unwrap_or_default().to_owned())
}
