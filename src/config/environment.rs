//! Configuration by variables of the environment: `DOCKSLIM_LEVEL`, `DOCKSLIM_MERGE_RUNS_POLICY`.

use serde_json::Value as Schema;
use toml::Value;

use super::ConfigError;
use super::keys::schema;
use super::layer::{Layer, Source, Values};

const PREFIX: &str = "DOCKSLIM_";

/// What the variables set, and what they are likely to have meant to set.
pub(super) fn read(
    variables: impl Iterator<Item = (String, String)>,
) -> Result<(Values, Vec<String>), ConfigError> {
    let mut known = Vec::new();
    leaves(schema(), "", &mut known);
    let mut values = Values::new();
    let mut warnings = Vec::new();
    // An empty one is as none: systems that build set what they were not told to nothing.
    let set = variables.filter(|(name, text)| name.starts_with(PREFIX) && !text.is_empty());
    for (name, text) in set {
        match known.iter().find(|(path, _)| variable(path) == name) {
            Some((path, schema)) => {
                let line = format!("{path} = {}", value(schema, &text));
                values.extend(Layer::read(&line, Source::Word(&name))?.values);
            }
            None if name == variable("overrides") => {
                warnings.push(format!("{name}: overrides stand in dockslim.toml alone"));
            }
            None => warnings.extend(misspelt(&name, &known)),
        }
    }
    Ok((values, warnings))
}

/// `DOCKSLIM_MERGE_RUNS_POLICY` for `merge-runs.policy`.
fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.to_ascii_uppercase().replace(['.', '-'], "_"))
}

/// A list is written with commas; a text without quotes.
fn value(schema: &Schema, text: &str) -> Value {
    match schema.get("type").and_then(Schema::as_str) {
        Some("array") => {
            let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
            Value::Array(words.map(|word| Value::String(word.to_owned())).collect())
        }
        Some("boolean") if matches!(text, "true" | "false") => Value::Boolean(text == "true"),
        Some("integer") => text.parse().map_or(Value::String(text.to_owned()), Value::Integer),
        _ => Value::String(text.to_owned()),
    }
}

/// The keys that hold no tables, with their schemas.
fn leaves<'s>(schema: &'s Schema, above: &str, found: &mut Vec<(String, &'s Schema)>) {
    for (key, schema) in schema.get("properties").and_then(Schema::as_object).into_iter().flatten()
    {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        if schema.get("properties").is_some() {
            leaves(schema, &path, found);
        } else if path != "overrides" {
            found.push((path, schema));
        }
    }
}

/// Others may have variables that begin like ours; only what is nearly one of ours is spoken of.
fn misspelt(name: &str, known: &[(String, &Schema)]) -> Option<String> {
    let names = known.iter().map(|(path, _)| variable(path));
    let near = names.map(|known| (strsim::damerau_levenshtein(name, &known), known)).min()?;
    let (distance, known) = near;
    (distance <= 2).then(|| format!("{name}: is no variable of dockslim; did you mean {known}?"))
}
