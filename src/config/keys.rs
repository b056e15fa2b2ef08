//! What can be configured: the keys of `dockslim.toml`, their types, and their JSON schema.

use std::sync::OnceLock;

use dockslim_contract::Safety;
use dockslim_transforms::{NAMES, Options};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is chosen beside the options of the passes.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Choices {
    /// The boldest level that is applied.
    pub(crate) level: Level,
    /// Run these passes alone; all if empty.
    #[schemars(schema_with = "passes")]
    pub(crate) select: Vec<String>,
    /// Do not run these passes.
    #[schemars(schema_with = "passes")]
    pub(crate) ignore: Vec<String>,
    /// Leave these files alone: patterns as in .gitignore, from the folder of the configuration file.
    pub(crate) exclude: Vec<String>,
}

/// The levels by their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    /// Same behaviour and same files, less known junk.
    #[default]
    Safe,
    /// Right for what the file shows, but it rests on something outside of it.
    Review,
    /// Changes what the image is.
    Suggestion,
}

impl From<Level> for Safety {
    fn from(level: Level) -> Self {
        match level {
            Level::Safe => Safety::Safe,
            Level::Review => Safety::Review,
            Level::Suggestion => Safety::Suggestion,
        }
    }
}

/// The configuration of dockslim.
// Its shape is for the schema: what is read is taken apart key by key, so that each value keeps its place.
#[derive(JsonSchema)]
#[schemars(rename = "dockslim.toml")]
#[expect(dead_code, reason = "its shape is all that is wanted")]
struct File {
    #[serde(flatten)]
    choices: Choices,
    #[serde(flatten)]
    options: Options,
    /// Other values for some files; of two that match a file the later wins.
    overrides: Option<Vec<Override>>,
}

/// Other values for the files that match.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its shape is all that is wanted")]
struct Override {
    /// Which files: patterns as in .gitignore, from the folder of the configuration file.
    #[schemars(length(min = 1))]
    files: Vec<String>,
    #[serde(flatten)]
    choices: Choices,
    #[serde(flatten)]
    options: Options,
}

fn passes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": "string", "enum": NAMES } })
}

/// The JSON schema of a configuration file.
pub(crate) fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
        let mut schema = settings.into_generator().into_root_schema_for::<File>().to_value();
        close(&mut schema);
        schema
    })
}

/// A table takes no keys but its own. Flattened structs say so in a way that few editors understand.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.remove("unevaluatedProperties");
            if map.contains_key("properties") {
                map.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_keys_of_all_kinds() {
        let schema = schema();
        for pointer in [
            "/properties/level",
            "/properties/select/items/enum/0",
            "/properties/targets/items",
            "/properties/merge-runs/properties/policy",
            "/properties/overrides/items/properties/files",
            "/properties/overrides/items/properties/merge-runs/properties/policy",
        ] {
            assert!(schema.pointer(pointer).is_some(), "{pointer}: {schema:#}");
        }
    }
}
