//! The options of the passes, gathered from `--config`.

use std::fs;
use std::path::Path;

use dockslim_transforms::Options;
use toml::{Table, Value};

use crate::error::Error;

/// Reads each of `given`, a TOML file or one `key = value`, in order: what comes later wins.
pub(crate) fn load(given: &[String]) -> Result<Options, Error> {
    let mut all = Table::new();
    for one in given {
        overlay(&mut all, parse(one, &text_of(one)?)?);
    }
    all.try_into().map_err(|source| config_error(&given.join(" "), source))
}

fn text_of(given: &str) -> Result<String, Error> {
    let path = Path::new(given);
    if path.is_file() {
        let error = |source| Error::ConfigRead { path: path.to_owned(), source };
        fs::read_to_string(path).map_err(error)
    } else if given.contains('=') {
        Ok(given.to_owned())
    } else {
        Err(Error::ConfigMissing { given: given.to_owned() })
    }
}

/// Typed first, since only then an error can point at the place in the text.
fn parse(given: &str, text: &str) -> Result<Table, Error> {
    toml::from_str::<Options>(text)
        .and_then(|_| toml::from_str(text))
        .map_err(|source| config_error(given, source))
}

fn config_error(given: &str, source: toml::de::Error) -> Error {
    Error::Config { given: given.to_owned(), source: Box::new(source) }
}

fn overlay(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => overlay(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use dockslim_transforms::{Policy, Style};

    use super::*;

    fn load_all(given: &[&str]) -> Result<Options, Error> {
        load(&given.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_laid_over_each_other() {
        let options = load_all(&[
            "merge-runs.policy = \"logical\"",
            "merge-runs.style = \"heredoc\"",
            "merge-runs.policy = \"all\"",
            "targets = [\"test\"]",
        ]);
        let options = options.unwrap();
        assert_eq!(options.merge_runs.policy, Policy::All);
        assert_eq!(options.merge_runs.style, Style::Heredoc);
        assert_eq!(options.targets, ["test"]);
    }

    #[test]
    fn unknown_keys_are_named() {
        let error = load_all(&["merge-runs.polcy = \"all\""]).unwrap_err().to_string();
        assert!(error.contains("unknown field `polcy`, expected `policy` or `style`"), "{error}");
    }

    #[test]
    fn what_is_neither_file_nor_option_is_refused() {
        let error = load_all(&["no-such.toml"]).unwrap_err().to_string();
        assert!(error.contains("no such file"), "{error}");
    }
}
