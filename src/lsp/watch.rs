//! Which files are watched: all of them, since a COPY may read any.

use std::path::Path;

use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, Registration,
    RegistrationParams,
};

use super::wire;
use crate::config::FILE_NAME;

/// Asks the client to tell of files that come, change or go.
pub(super) fn registration() -> String {
    let watcher =
        FileSystemWatcher { glob_pattern: GlobPattern::String("**/*".to_owned()), kind: None };
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![watcher] };
    let registration = Registration {
        id: "files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    let params = RegistrationParams { registrations: vec![registration] };
    wire::request("watch", "client/registerCapability", params)
}

/// Whether a file says how Dockerfiles are to be treated.
pub(super) fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}
