//! What can go wrong between dockslim and the world.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::config::ConfigError;
use crate::context::NoContext;

/// A failure, with the path that it is about and what to do.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("{}: there is no such file or folder; check the spelling", path.display())]
    Missing { path: PathBuf },

    #[error("{}: cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },

    #[error("{0}")]
    Walk(#[from] ignore::Error),

    #[error(
        "{}:{line}: is not UTF-8 (byte {offset} of the file); convert it and run dockslim again",
        path.display()
    )]
    NotUtf8 { path: PathBuf, offset: usize, line: usize },

    #[error(
        "{}: holds a NUL byte (byte {offset} of the file), so it is no Dockerfile; leave it out, \
         or save it as UTF-8",
        path.display()
    )]
    Binary { path: PathBuf, offset: usize },

    #[error(
        "{}: was changed by something else in the meantime and is left as it is; \
         run dockslim again",
        path.display()
    )]
    ChangedMeanwhile { path: PathBuf },

    #[error("{}: is write-protected; make it writable and run dockslim again", path.display())]
    WriteProtected { path: PathBuf },

    #[error(
        "{}: cannot be replaced: {source}; dockslim must be allowed to make files in its folder",
        path.display()
    )]
    Write { path: PathBuf, source: io::Error },

    #[error("standard output cannot be written: {0}")]
    Output(io::Error),

    #[error("`-` stands for standard input and cannot be mixed with other paths")]
    StandardInputAmongPaths,

    #[error("standard input is one file; name the other one by its path")]
    StandardInputTwice,

    #[error("standard input cannot be changed in place; leave out --write")]
    StandardInputInPlace,

    #[error(
        "--config {given}: there is no such file; an option is set like this: \
         --config 'merge-runs.policy = \"logical\"'"
    )]
    ConfigMissing { given: String },

    #[error("--config {}: cannot be read: {source}", path.display())]
    ConfigRead { path: PathBuf, source: io::Error },

    #[error(transparent)]
    Context(#[from] NoContext),

    #[error(transparent)]
    Config(#[from] ConfigError),
}
