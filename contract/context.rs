//! The build context as a value: what COPY and ADD can see.

use std::collections::BTreeMap;

/// The files of a build context that .dockerignore does not hide.
///
/// Paths are relative to the context, with `/` between their parts and none in front.
#[derive(Clone, Debug, Default)]
pub struct BuildContext {
    entries: BTreeMap<String, ContextEntry>,
}

/// A file, folder or link of a build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextEntry {
    /// What it is.
    pub kind: ContextKind,
    /// Its text, where a pass or the proof may ask for it.
    pub text: Option<String>,
}

/// What an entry of a build context is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContextKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
}

impl BuildContext {
    /// A context of these entries, by path.
    pub fn of(entries: impl IntoIterator<Item = (String, ContextEntry)>) -> Self {
        Self { entries: entries.into_iter().collect() }
    }

    /// The entry at `path`.
    pub fn entry(&self, path: &str) -> Option<&ContextEntry> {
        self.entries.get(path)
    }

    /// All entries in the order of their paths.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &ContextEntry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }
}
