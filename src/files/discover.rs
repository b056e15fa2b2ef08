//! Finds the Dockerfiles that the paths of a command line stand for.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::names::is_dockerfile;
use crate::error::Error;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The Dockerfiles, sorted by path, each once.
    pub(crate) files: Vec<PathBuf>,
    /// Folders without a Dockerfile.
    pub(crate) empty: Vec<PathBuf>,
    /// Paths that do not exist or cannot be searched.
    pub(crate) errors: Vec<Error>,
}

/// Searches folders and takes files as they are; without paths, searches the current folder.
pub(crate) fn discover(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    if paths.is_empty() {
        found.add(Path::new("."));
    }
    for path in paths {
        found.add(path);
    }
    shorten(&mut found.files);
    found.files.sort_unstable();
    found.files.dedup();
    found
}

impl Found {
    fn add(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.search(path),
            Ok(_) => self.files.push(path.to_owned()),
            Err(source) if source.kind() == ErrorKind::NotFound => {
                let path = path.to_owned();
                self.errors.push(match fs::read_link(&path) {
                    Ok(target) => Error::BrokenLink { path, target },
                    Err(_) => Error::Missing { path },
                });
            }
            Err(source) => self.errors.push(Error::Read { path: path.to_owned(), source }),
        }
    }

    fn search(&mut self, folder: &Path) {
        let before = (self.files.len(), self.errors.len());
        let mut walk = WalkBuilder::new(folder);
        // A .gitignore counts in an unpacked archive too.
        walk.require_git(false).filter_entry(|entry| entry.file_name() != ".git");
        for entry in walk.build() {
            match entry {
                Ok(entry) if is_candidate(&entry) => self.files.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => self.errors.push(unsearched(error)),
            }
        }
        // Of a folder that cannot be searched nobody knows what it holds.
        if (self.files.len(), self.errors.len()) == before {
            self.empty.push(folder.to_owned());
        }
    }
}

/// Why a folder or one of its entries is not looked at.
fn unsearched(error: ignore::Error) -> Error {
    match error {
        ignore::Error::WithPath { path, err } if err.is_io() => match err.into_io_error() {
            Some(source) => {
                Error::Read { path: path.strip_prefix(".").unwrap_or(&path).to_owned(), source }
            }
            None => Error::Missing { path },
        },
        ignore::Error::WithDepth { err, .. } => unsearched(*err),
        error => error.into(),
    }
}

/// Symbolic links are left out: their target is found by itself, and would be written twice.
fn is_candidate(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
        && entry.file_name().to_str().is_some_and(is_dockerfile)
}

/// Makes paths relative to the current folder, so that a file has one name and the diff can be
/// applied there.
fn shorten(paths: &mut [PathBuf]) {
    let here = if paths.iter().any(|path| path.is_absolute()) {
        std::env::current_dir().ok()
    } else {
        None
    };
    for path in paths {
        let inside = here.as_ref().and_then(|here| path.strip_prefix(here).ok());
        if let Some(short) = inside.or_else(|| path.strip_prefix(".").ok()) {
            *path = short.to_owned();
        }
    }
}
