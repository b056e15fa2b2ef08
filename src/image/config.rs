//! The configuration of an image: what its containers are started with.

use std::collections::BTreeMap;

use serde_json::Value;

/// The fields that are compared: under which name an image has them, and what people call them.
const FIELDS: [(&str, &str); 12] = [
    ("Env", "environment"),
    ("Entrypoint", "entrypoint"),
    ("Cmd", "command"),
    ("User", "user"),
    ("WorkingDir", "working directory"),
    ("ExposedPorts", "ports"),
    ("Volumes", "volumes"),
    ("Labels", "labels"),
    ("Healthcheck", "health check"),
    ("StopSignal", "stop signal"),
    ("OnBuild", "triggers"),
    ("Shell", "shell"),
];

/// Labels in which builders sign: they say nothing about the image.
const SIGNATURES: [&str; 1] = ["io.buildah.version"];

/// What an image is configured to, in a form in which equal means equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config(BTreeMap<&'static str, BTreeMap<String, String>>);

/// A setting that is not the same in two images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldDifference {
    /// What people call the field.
    pub(crate) field: &'static str,
    /// The variable, label, port or volume, if the field has many.
    pub(crate) key: String,
    /// The old value, `None` if there was none.
    pub(crate) before: Option<String>,
    /// The new value, `None` if there is none.
    pub(crate) after: Option<String>,
}

impl Config {
    /// The configuration in `described`: the JSON of an image, where it stands below `config`.
    pub(crate) fn of(described: &Value) -> Self {
        let settings = described.get("config").or_else(|| described.get("Config"));
        let mut fields = BTreeMap::new();
        for (name, field) in FIELDS {
            let value = settings.and_then(|settings| settings.get(name));
            // Podman has it beside the others.
            let aside = described.get(name).or_else(|| described.get("HealthCheck"));
            let value = value.or(if name == "Healthcheck" { aside } else { None });
            let entries = value.map(|value| entries(field, value)).unwrap_or_default();
            fields.insert(field, entries);
        }
        let mut platform = BTreeMap::new();
        for (key, other) in [("os", "Os"), ("architecture", "Architecture")] {
            let value = described.get(key).or_else(|| described.get(other));
            if let Some(value) = value.and_then(Value::as_str) {
                platform.insert(key.to_owned(), value.to_owned());
            }
        }
        fields.insert("platform", platform);
        Self(fields)
    }

    /// A value, by what people call its field, and its key if the field has many.
    pub(crate) fn get(&self, field: &str, key: &str) -> Option<&str> {
        self.0.get(field)?.get(key).map(String::as_str)
    }

    /// A value that is a list of words, such as the command.
    pub(crate) fn words(&self, field: &str, key: &str) -> Vec<String> {
        let value = self.get(field, key).unwrap_or_default();
        serde_json::from_str(value).unwrap_or_default()
    }

    /// All keys of a field with their values.
    pub(crate) fn all(&self, field: &str) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.0.get(field).into_iter().flatten();
        entries.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// All values, whatever they are for.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().flat_map(BTreeMap::values).map(String::as_str)
    }

    /// What is not the same, in the order of the fields.
    pub(crate) fn differences(&self, after: &Self) -> Vec<FieldDifference> {
        let mut found = Vec::new();
        for (field, old) in &self.0 {
            let new = after.0.get(field);
            let empty = BTreeMap::new();
            let new = new.unwrap_or(&empty);
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let (before, after) = (old.get(key).cloned(), new.get(key).cloned());
                if before != after {
                    found.push(FieldDifference { field, key: key.clone(), before, after });
                }
            }
        }
        found
    }
}

/// A field as keys and values; one without keys has the empty one.
fn entries(field: &str, value: &Value) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    match value {
        Value::Null => {}
        Value::Array(variables) if field == "environment" => {
            for variable in variables.iter().filter_map(Value::as_str) {
                let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
                entries.insert(name.to_owned(), value.to_owned());
            }
        }
        Value::Object(map) if field == "health check" => {
            let is_set = |value: &Value| !value.is_null() && value.as_u64() != Some(0);
            let set = map.iter().filter(|(_, value)| is_set(value));
            entries.extend(set.map(|(key, value)| (key.clone(), plain(value))));
        }
        Value::Object(map) => {
            let told = map.iter().filter(|(key, _)| !SIGNATURES.contains(&key.as_str()));
            entries.extend(told.map(|(key, value)| (key.clone(), plain(value))));
        }
        Value::Array(list) if list.is_empty() => {}
        Value::String(text) if text.is_empty() => {}
        value => {
            // No directory is the root.
            if !(field == "working directory" && value.as_str() == Some("/")) {
                entries.insert(String::new(), plain(value));
            }
        }
    }
    entries
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) if map.is_empty() => String::new(),
        value => value.to_string(),
    }
}

/// The instruction that made each layer, from the history of an image.
pub(super) fn made_by(described: &Value) -> Vec<String> {
    let history = described.get("history").and_then(Value::as_array);
    let steps = history
        .into_iter()
        .flatten()
        .filter(|step| !step.get("empty_layer").and_then(Value::as_bool).unwrap_or_default());
    steps
        .map(|step| instruction(step.get("created_by").and_then(Value::as_str).unwrap_or_default()))
        .collect()
}

/// The instruction as its author wrote it, from the note that a builder made of it.
fn instruction(note: &str) -> String {
    let note = note.trim().trim_end_matches("# buildkit").trim();
    let note = note.strip_prefix("RUN ").unwrap_or(note);
    // Arguments of the build stand in front: `|2 A=b C=d /bin/sh -c make`.
    let called = if note.starts_with('|') {
        note.split_once("/bin/sh").map(|(_, rest)| rest)
    } else {
        note.strip_prefix("/bin/sh")
    };
    let Some(script) = called.and_then(|rest| rest.strip_prefix(" -c ")) else {
        let is_instruction = note
            .split(' ')
            .next()
            .is_some_and(|word| matches!(word, "COPY" | "ADD" | "WORKDIR" | "RUN" | "FROM"));
        return if is_instruction || note.is_empty() {
            note.to_owned()
        } else {
            format!("RUN {note}")
        };
    };
    match script.strip_prefix("#(nop)") {
        Some(other) => other.trim().to_owned(),
        None => format!("RUN {}", script.trim()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn notes_become_instructions() {
        for (note, told) in [
            ("RUN /bin/sh -c make # buildkit", "RUN make"),
            ("/bin/sh -c make", "RUN make"),
            ("RUN |1 A=b /bin/sh -c make # buildkit", "RUN make"),
            ("|1 A=b /bin/sh -c make", "RUN make"),
            ("COPY . . # buildkit", "COPY . ."),
            ("/bin/sh -c #(nop) COPY dir:1 in /srv", "COPY dir:1 in /srv"),
            ("/bin/sh -c #(nop)  ADD file:1 in / ", "ADD file:1 in /"),
            ("RUN /bin/bash -c make # buildkit", "RUN /bin/bash -c make"),
            ("", ""),
        ] {
            assert_eq!(instruction(note), told, "{note}");
        }
    }

    #[test]
    fn settings_are_compared_one_by_one() {
        let old = json!({ "config": { "Env": ["A=1", "B=2"], "Labels": { "io.buildah.version": "1" },
            "Cmd": ["a"], "WorkingDir": "/", "ExposedPorts": { "80/tcp": {} } } });
        let new = json!({ "config": { "Env": ["B=3", "A=1"], "Labels": null, "Cmd": ["a"],
            "WorkingDir": "", "Healthcheck": { "Test": ["NONE"] } } });
        let differences = Config::of(&old).differences(&Config::of(&new));
        let told: Vec<_> = differences
            .iter()
            .map(|one| (one.field, one.key.as_str(), one.before.as_deref(), one.after.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("environment", "B", Some("2"), Some("3")),
                ("health check", "Test", None, Some("[\"NONE\"]")),
                ("ports", "80/tcp", Some(""), None),
            ]
        );
    }
}
