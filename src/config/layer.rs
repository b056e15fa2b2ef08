//! One source of configuration, read: its values by key, each with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use dockslim_contract::nearest;
use dockslim_transforms::Options;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::de::DeserializeOwned;
use serde_json::Value as Schema;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};
use toml::{Spanned, Value};

use super::ConfigError;
use super::keys::{Choices, schema};

/// The values of one source by their dotted keys, each with its origin, such as `dockslim.toml:3`.
pub(super) type Values = BTreeMap<String, (Value, String)>;

/// The keys that hold patterns of files.
const PATTERNS: [&str; 2] = ["exclude", "overrides.files"];

/// What a source sets.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// For all files.
    pub(super) values: Values,
    /// For some files, in the order in which they are written.
    pub(super) overrides: Vec<Override>,
}

/// Other values for the files that match one of the patterns.
#[derive(Clone, Debug)]
pub(super) struct Override {
    pub(super) files: Vec<String>,
    pub(super) values: Values,
}

/// A source of configuration, for messages.
#[derive(Clone, Copy)]
pub(super) enum Source<'s> {
    /// A file: places in it have lines.
    File(&'s str),
    /// A flag or a variable of the environment.
    Word(&'s str),
}

impl Source<'_> {
    /// `name:line`, or the word alone.
    fn origin(self, text: &str, offset: usize) -> String {
        match self {
            Source::File(name) => format!("{name}:{}", position(text, offset).0),
            Source::Word(word) => word.to_owned(),
        }
    }

    fn error(self, text: &str, span: Option<Range<usize>>, message: &str) -> ConfigError {
        let place = match (self, span) {
            (Source::File(name), Some(span)) => {
                let (line, column) = position(text, span.start);
                format!("{name}:{line}:{column}")
            }
            (Source::File(name) | Source::Word(name), _) => name.to_owned(),
        };
        ConfigError { place, message: message.trim_end().replace('\n', ", ") }
    }
}

/// Line and column of a byte, from 1; columns count characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    (1 + before.matches('\n').count(), 1 + before[line..].chars().count())
}

impl Layer {
    /// Reads `text`, which is TOML. A key that nobody knows and a value of the wrong kind are errors, with the place.
    pub(super) fn read(text: &str, source: Source<'_>) -> Result<Self, ConfigError> {
        let wrong = |error: toml::de::Error| source.error(text, error.span(), error.message());
        let unread =
            |error: toml::de::Error| source.error(text, error.span(), &explain(text, &error));
        let table = DeTable::parse(text).map_err(unread)?;
        let complaint = check(schema(), table.get_ref(), "");
        complaint.map_err(|(span, message)| source.error(text, Some(span), &message))?;
        let reader = Reader { text, source };
        reader.layer(table).map_err(wrong)
    }
}

struct Reader<'s> {
    text: &'s str,
    source: Source<'s>,
}

impl Reader<'_> {
    fn layer(&self, mut table: Spanned<DeTable<'_>>) -> Result<Layer, toml::de::Error> {
        let mut overrides = Vec::new();
        if let Some(written) = take(table.get_mut(), "overrides") {
            let DeValue::Array(list) = written.into_inner() else {
                return Err(serde::de::Error::custom("`overrides` is a list of tables"));
            };
            for one in list {
                overrides.push(self.one_override(one)?);
            }
        }
        Ok(Layer { values: self.values(table)?, overrides })
    }

    fn one_override(&self, written: Spanned<DeValue<'_>>) -> Result<Override, toml::de::Error> {
        let span = written.span();
        let DeValue::Table(mut table) = written.into_inner() else {
            return Err(serde::de::Error::custom("`overrides` is a list of tables"));
        };
        let files = take(&mut table, "files").map(Vec::deserialize_from).transpose()?;
        let files = files.unwrap_or_default();
        Ok(Override { files, values: self.values(Spanned::new(span, table))? })
    }

    /// The values of a table, once their types are known to be right.
    fn values(&self, table: Spanned<DeTable<'_>>) -> Result<Values, toml::de::Error> {
        let own = toml::Table::try_from(Choices::default()).unwrap_or_default();
        let pairs = table.get_ref().clone().into_iter();
        let (choices, options): (DeTable<'_>, DeTable<'_>) =
            pairs.partition(|(key, _)| own.contains_key(key.get_ref().as_ref()));
        typed::<Choices>(Spanned::new(table.span(), choices))?;
        typed::<Options>(Spanned::new(table.span(), options))?;
        let mut values = Values::new();
        self.leaves(table.get_ref(), "", &mut values);
        Ok(values)
    }

    fn leaves(&self, table: &DeTable<'_>, above: &str, values: &mut Values) {
        for (key, value) in table {
            let path = join(above, key.get_ref());
            match value.get_ref() {
                DeValue::Table(table) => self.leaves(table, &path, values),
                leaf => {
                    let origin = self.source.origin(self.text, key.span().start);
                    values.insert(path, (plain(leaf), origin));
                }
            }
        }
    }
}

/// What the parser of TOML says, where that alone does not tell what to mend.
fn explain(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().unwrap_or_default();
    let message = error.message();
    if message == "duplicate key" {
        return format!("`{}` stands here for the second time", text.get(at).unwrap_or_default());
    }
    let (before, behind) = text.split_at_checked(at.start).unwrap_or((text, ""));
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = behind.lines().next().unwrap_or_default().trim_start();
    match before[line..].trim_end().strip_suffix('=') {
        Some(key) if rest.is_empty() || rest.starts_with('#') => {
            format!("`{}` has no value", key.trim())
        }
        _ => message.to_owned(),
    }
}

/// Reads a value out of a spanned one.
trait DeserializeFrom: Sized {
    fn deserialize_from(value: Spanned<DeValue<'_>>) -> Result<Self, toml::de::Error>;
}

impl DeserializeFrom for Vec<String> {
    fn deserialize_from(value: Spanned<DeValue<'_>>) -> Result<Self, toml::de::Error> {
        serde::Deserialize::deserialize(toml::de::ValueDeserializer::from(value))
    }
}

fn typed<T: DeserializeOwned>(table: Spanned<DeTable<'_>>) -> Result<T, toml::de::Error> {
    T::deserialize(Deserializer::from(table))
}

fn take<'t>(table: &mut DeTable<'t>, name: &str) -> Option<Spanned<DeValue<'t>>> {
    let key = table.keys().find(|key| key.get_ref().as_ref() == name)?.clone();
    table.remove(&key)
}

/// The value without its places.
fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.clone().into_owned()),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Array(list) => Value::Array(list.iter().map(|one| plain(one.get_ref())).collect()),
        DeValue::Integer(number) => {
            let value = i64::from_str_radix(number.as_str(), number.radix());
            value.map_or_else(|_| Value::String(number.to_string()), Value::Integer)
        }
        DeValue::Float(number) => {
            let value = number.as_str().parse();
            value.map_or_else(|_| Value::String(number.to_string()), Value::Float)
        }
        DeValue::Datetime(time) => Value::Datetime(*time),
        DeValue::Table(table) => {
            let pairs = table.iter();
            let pairs =
                pairs.map(|(key, value)| (key.get_ref().to_string(), plain(value.get_ref())));
            Value::Table(pairs.collect())
        }
    }
}

fn join(above: &str, key: &str) -> String {
    if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") }
}

/// The first key that the schema does not know, or the first word that is none of those that it allows.
fn check(schema: &Schema, table: &DeTable<'_>, above: &str) -> Result<(), (Range<usize>, String)> {
    let Some(known) = schema.get("properties").and_then(Schema::as_object) else { return Ok(()) };
    // By place: of two wrong keys the first is the one to mend first.
    let mut written: Vec<_> = table.iter().collect();
    written.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in written {
        let Some(schema) = known.get(key.get_ref().as_ref()) else {
            let within = if above.is_empty() { String::new() } else { format!(" in `{above}`") };
            let names = known.keys().map(String::as_str);
            let message = format!(
                "unknown key `{}`{within}; {}",
                key.get_ref(),
                meant(key.get_ref(), names.collect())
            );
            return Err((key.span(), message));
        };
        check_value(schema, value, &join(above, key.get_ref()))?;
    }
    Ok(())
}

fn check_value(
    schema: &Schema,
    value: &Spanned<DeValue<'_>>,
    path: &str,
) -> Result<(), (Range<usize>, String)> {
    if let Some(wanted) = wanted(schema, value.get_ref(), path) {
        return Err((value.span(), format!("`{path}` has to be {wanted}")));
    }
    match value.get_ref() {
        DeValue::Table(table) => {
            let required = schema.get("required").and_then(Schema::as_array).into_iter().flatten();
            let missing = required.filter_map(Schema::as_str).find(|key| !table.contains_key(*key));
            match missing {
                Some(key) => Err((value.span(), format!("`{path}` has to have a key `{key}`"))),
                None => check(schema, table, path),
            }
        }
        DeValue::Array(list) if list.is_empty() && schema.get("minItems").is_some() => {
            Err((value.span(), format!("`{path}` is empty")))
        }
        DeValue::Array(list) => check_list(schema, list, path),
        DeValue::String(pattern) if PATTERNS.contains(&path) => matcher(Path::new(""), &[pattern])
            .map(drop)
            .map_err(|problem| (value.span(), format!("`{path}` cannot be matched: {problem}"))),
        DeValue::String(word) => {
            let words = words_of(schema);
            if words.is_empty() || words.contains(&word.as_ref()) {
                return Ok(());
            }
            let message = format!("`{path}` cannot be `{word}`; {}", meant(word, words));
            Err((value.span(), message))
        }
        _ => Ok(()),
    }
}

fn check_list(
    schema: &Schema,
    list: &DeArray<'_>,
    path: &str,
) -> Result<(), (Range<usize>, String)> {
    let Some(schema) = schema.get("items") else { return Ok(()) };
    list.iter().try_for_each(|value| check_value(schema, value, path))
}

/// What matches patterns of files, as in .gitignore, below a folder.
///
/// # Errors
/// What is wrong with a pattern.
pub(super) fn matcher(
    folder: &Path,
    patterns: &[impl AsRef<str>],
) -> Result<Gitignore, ignore::Error> {
    let mut builder = GitignoreBuilder::new(folder);
    builder.allow_unclosed_class(false);
    for pattern in patterns {
        builder.add_line(None, pattern.as_ref())?;
    }
    builder.build()
}

/// What a value has to be, if it is of another kind.
fn wanted(schema: &Schema, value: &DeValue<'_>, path: &str) -> Option<String> {
    let words = words_of(schema);
    let kind = |schema: &Schema| match schema.get("type")? {
        // What may be missing may be `null`, which TOML cannot write.
        Schema::Array(kinds) => kinds.first()?.as_str().map(str::to_owned),
        kind => kind.as_str().map(str::to_owned),
    };
    let holds_tables = || schema.get("items").and_then(kind).as_deref() == Some("object");
    let (is_right, wanted) = match kind(schema).as_deref() {
        _ if !words.is_empty() => (value.is_str(), format!("one of {}", words.join(", "))),
        Some("array") if holds_tables() => {
            (value.is_array(), format!("a list of tables, each begun by `[[{path}]]`"))
        }
        Some("array") => (value.is_array(), "a list".to_owned()),
        Some("object") => (value.is_table(), "a table".to_owned()),
        Some("string") => (value.is_str(), "a text in quotes".to_owned()),
        _ => return None,
    };
    (!is_right).then_some(wanted)
}

/// The words that a schema allows; none if any text will do.
fn words_of(schema: &Schema) -> Vec<&str> {
    let listed = schema.get("enum").and_then(Schema::as_array).into_iter().flatten();
    let described = schema.get("oneOf").and_then(Schema::as_array).into_iter().flatten();
    let described = described.flat_map(|one| {
        one.get("const")
            .into_iter()
            .chain(one.get("enum").and_then(Schema::as_array).into_iter().flatten())
    });
    listed.chain(described).filter_map(Schema::as_str).collect()
}

/// What somebody may have meant by `word`, or all that there is.
pub(super) fn meant(word: &str, names: Vec<&str>) -> String {
    match nearest(word, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are: {}", names.join(", ")),
    }
}
