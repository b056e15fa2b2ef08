//! The build contexts of Dockerfiles: which folder each is built with, and what is in it.

mod archive;
mod bake;
mod compose;
mod find;
mod ignore_file;
mod projects;
mod scan;

pub use archive::added;
pub(crate) use find::Contexts;
pub(crate) use ignore_file::{has_own_ignore_file, ignore_file, is_docker_file, rules};
pub(crate) use projects::dockerfiles_of;
pub(crate) use scan::scan;

use std::path::PathBuf;

use dockslim_contract::BadRule;
use thiserror::Error;

/// Why the build context of a Dockerfile is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum NoContext {
    #[error("{}: there is no such folder; check the spelling", path.display())]
    NoFolder { path: PathBuf },

    #[error("{}: cannot be read: {message}", path.display())]
    Unreadable { path: PathBuf, message: String },

    #[error("{}: holds more than {most} files and folders; hide some by a .dockerignore", path.display())]
    TooMany { path: PathBuf, most: usize },

    #[error("{}:{}: `{}` is no pattern that a builder reads", path.display(), rule.line, rule.text)]
    BadRule { path: PathBuf, rule: BadRule },

    #[error(
        "{} and {} hide different things, so that it depends on the builder what is seen; \
         leave one of them out",
        one.display(), other.display()
    )]
    IgnoreFilesDiffer { one: PathBuf, other: PathBuf },

    #[error(
        "line {line}: no folder from that of the file up to the repository's root holds `{source_text}`; use --context"
    )]
    SourceMissing { line: usize, source_text: String },

    #[error("its sources are in more than one folder: {} and {}; use --context", one.display(), other.display())]
    SeveralFolders { one: PathBuf, other: PathBuf },

    #[error("line {line}: the folder that is copied holds nothing but Dockerfiles; use --context")]
    NothingToCopy { line: usize },

    #[error("variables decide what it copies; use --context")]
    Variables,

    #[error("it stands in no folder; use --context")]
    StandardInput,

    #[error("{} and {} build it with different contexts; use --context", one.display(), other.display())]
    SeveralBuilds { one: PathBuf, other: PathBuf },
}
