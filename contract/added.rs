//! What becomes of the files of a build context that an ADD names.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::ContextEntry;

/// What an ADD does with a file (Dockerfile reference, "ADD": it tells archives by their content).
#[derive(Clone, Debug)]
pub enum Added {
    /// It is no archive, and copied as it is.
    Copied,
    /// It is unpacked.
    Unpacked(Arc<Unpacked>),
    /// It is an archive that is not read, or may be one.
    Unread,
}

/// What is inside of an archive: files and folders.
#[derive(Clone, Debug, Default)]
pub struct Unpacked {
    /// By path, each folder on the way among them.
    pub entries: BTreeMap<String, ContextEntry>,
    /// Whether it has an entry for the very folder that it is unpacked to, which gets its owner and mode.
    pub root: bool,
    /// Whether all of it belongs to root, by number and by name, and each folder has the mode 0755, as what a COPY makes.
    pub plain: bool,
}

/// The folder that stands for what is inside of the archive at `path`, as `a.tar!` does for `a.tar`.
pub fn unpacked_folder(path: &str) -> String {
    format!("{path}!")
}

/// Whether a path is that folder of an archive, or below it.
pub(crate) fn is_below(path: &str, archive: &str) -> bool {
    let rest = path.strip_prefix(archive).and_then(|rest| rest.strip_prefix('!'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
