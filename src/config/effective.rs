//! The configuration of one file: what is laid over what, and where each value comes from.

use std::fmt::Write;
use std::sync::Arc;

use dockslim_contract::Safety;
use dockslim_transforms::Options;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::ConfigError;
use super::keys::Choices;
use super::layer::Values;
use crate::report::Palette;

/// All that is configured for a file.
#[derive(Clone, Debug)]
pub(crate) struct Effective {
    /// The boldest level that is applied.
    pub(crate) level: Safety,
    /// The passes that run; all if empty.
    pub(crate) select: Vec<String>,
    /// The passes that do not run.
    pub(crate) ignore: Vec<String>,
    /// The options of the passes.
    pub(crate) options: Options,
    /// What excludes the file, if it is excluded.
    pub(crate) excluded_by: Option<String>,
    values: Arc<Values>,
}

impl Effective {
    /// Lays values over each other: what comes later wins, key by key.
    pub(super) fn of<'v>(layers: impl Iterator<Item = &'v Values>) -> Result<Self, ConfigError> {
        let mut values = defaults();
        for layer in layers {
            values.extend(layer.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        let own = defaults_of::<Choices>();
        let (choices, options): (Vec<_>, Vec<_>) =
            values.iter().partition(|(key, _)| own.contains_key(key.as_str()));
        let choices: Choices = typed(choices)?;
        let options: Options = typed(options)?;
        Ok(Self {
            level: choices.level.into(),
            select: choices.select,
            ignore: choices.ignore,
            options,
            excluded_by: None,
            values: Arc::new(values),
        })
    }

    /// The patterns of excluded files, with their origin.
    pub(super) fn exclude(&self) -> Option<(&[Value], &str)> {
        let (value, origin) = self.values.get("exclude")?;
        Some((value.as_array()?, origin))
    }

    /// Each key with its value and origin: TOML, and the origins as comments.
    pub(crate) fn page(&self, palette: &Palette) -> String {
        let lines = self.values.iter().map(|(key, (value, origin))| {
            (format!("{key} = {}", value.to_string().trim_end()), origin)
        });
        let lines: Vec<(String, &String)> = lines.collect();
        let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
        let faint = palette.faint;
        let mut page = String::new();
        for (line, origin) in lines {
            let _ = writeln!(page, "{line:width$}  {faint}# {origin}{faint:#}");
        }
        page
    }
}

/// What holds where nobody says anything.
fn defaults() -> Values {
    let mut values = Values::new();
    flatten(&defaults_of::<Choices>(), "", &mut values);
    flatten(&defaults_of::<Options>(), "", &mut values);
    values
}

fn defaults_of<T: Default + serde::Serialize>() -> Table {
    Table::try_from(T::default()).expect("the options are tables of plain values")
}

fn flatten(table: &Table, above: &str, values: &mut Values) {
    for (key, value) in table {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        match value {
            Value::Table(table) => flatten(table, &path, values),
            leaf => {
                values.insert(path, (leaf.clone(), "default".to_owned()));
            }
        }
    }
}

fn typed<T: DeserializeOwned>(values: Vec<(&String, &(Value, String))>) -> Result<T, ConfigError> {
    let mut table = Table::new();
    for (path, (value, _)) in values {
        insert(&mut table, path, value.clone());
    }
    let error = |error: toml::de::Error| ConfigError {
        place: "configuration".to_owned(),
        message: error.message().to_owned(),
    };
    table.try_into().map_err(error)
}

fn insert(table: &mut Table, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        table.insert(path.to_owned(), value);
        return;
    };
    let below = table.entry(first).or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(below) = below {
        insert(below, rest, value);
    }
}
