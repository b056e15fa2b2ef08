//! Files that a build does not need. The head of `ignored_files.toml` explains the fields.

use std::sync::OnceLock;

use serde::Deserialize;

/// An entry of .dockerignore.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct IgnoredFile {
    /// The heading above it.
    pub(crate) group: String,
    /// How it is written.
    pub(crate) pattern: String,
    /// What stays.
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// What it is.
    pub(crate) what: String,
    /// Calls that make it anew.
    #[serde(default)]
    pub(crate) made_by: Vec<String>,
    /// Calls that read it.
    #[serde(default)]
    pub(crate) read_by: Vec<String>,
    /// Words of a manifest that tell that something reads it.
    #[serde(default)]
    pub(crate) words: Vec<String>,
    /// The ending of what must stand beside each file.
    #[serde(default)]
    pub(crate) beside: Option<String>,
    /// Manifests beside which it is wanted before it is there.
    #[serde(default)]
    pub(crate) with: Vec<String>,
    /// What must be in it, if it is what its tool left.
    #[serde(default)]
    pub(crate) holds: Option<String>,
    /// Whether it must not become public.
    #[serde(default)]
    pub(crate) secret: bool,
}

impl IgnoredFile {
    /// Whether it speaks of the context itself, and not of all folders in it.
    pub(crate) fn is_of_root(&self) -> bool {
        !self.pattern.starts_with("**/")
    }

    /// The name of what it hides, without the folders above; it may have wildcards.
    pub(crate) fn name(&self) -> &str {
        self.pattern.rsplit('/').next().unwrap_or(&self.pattern)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    entry: Vec<IgnoredFile>,
}

/// All of them in the order in which they are written.
pub(crate) fn ignored_files() -> &'static [IgnoredFile] {
    static TABLE: OnceLock<Vec<IgnoredFile>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("ignored_files.toml"))
            .expect("the table is part of the program and a test reads it");
        table.entry
    })
}

#[cfg(test)]
mod tests {
    use dockslim_contract::IgnoreRules;

    use super::*;

    #[test]
    fn every_row_is_sound() {
        let mut groups: Vec<&str> = ignored_files().iter().map(|row| row.group.as_str()).collect();
        groups.dedup();
        for (number, group) in groups.iter().enumerate() {
            assert!(!groups[..number].contains(group), "{group} is one group");
        }
        for row in ignored_files() {
            let rules = IgnoreRules::parse(&row.pattern).unwrap();
            let sample = row.name().replace('*', "x").replace("[op]", "p");
            let sample = sample.replace("[co]", "c").replace("[der]", "r");
            let folder = row.pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folder = folder.trim_start_matches("**").trim_matches('/');
            let path = if folder.is_empty() { sample } else { format!("{folder}/{sample}") };
            assert!(rules.hides(&path), "{row:?} hides {path}");
            for except in &row.except {
                let path = except.trim_start_matches("**/");
                assert!(rules.hides(path), "{row:?}: {path} need not be kept");
            }
            let same = ignored_files().iter().filter(|other| other.pattern == row.pattern);
            assert_eq!(same.count(), 1, "{row:?}");
            for call in row.made_by.iter().chain(&row.read_by) {
                assert!(!call.is_empty() && call.trim() == call, "{row:?}: {call}");
            }
            // Sources may have such a name, too.
            let is_plain = row.name().chars().all(|c| c.is_ascii_lowercase());
            let is_told = row.is_of_root() && (!row.with.is_empty() || row.holds.is_some());
            assert!(!is_plain || is_told || row.group == "test reports", "{row:?}");
            let texts = [&row.group, &row.what];
            assert!(texts.iter().all(|text| !text.is_empty() && !text.ends_with('.')), "{row:?}");
        }
    }
}
