//! Replaces a file at once, so that nobody ever sees half of it.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;

/// Replaces the file at `path`, which held `old`, by `new`. Its permissions stay and, where that is
/// allowed, its owner; a symbolic link stays too, and what it points at is replaced.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let target = target_of(path).map_err(failed)?;
    let metadata = fs::metadata(&target).map_err(failed)?;
    if metadata.permissions().readonly() {
        return Err(Error::WriteProtected { path: path.to_owned() });
    }
    let written = prepare(&target, new, &metadata).map_err(failed)?;
    if fs::read(&target).map_err(failed)? != old.as_bytes() {
        return Err(Error::ChangedMeanwhile { path: path.to_owned() });
    }
    written.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Makes the file at `path`, which must not be there.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    // A link that leads nowhere is there, too.
    if fs::symlink_metadata(path).is_ok() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

fn target_of(path: &Path) -> io::Result<PathBuf> {
    if fs::symlink_metadata(path)?.is_symlink() {
        fs::canonicalize(path)
    } else {
        Ok(path.to_owned())
    }
}

fn prepare(target: &Path, text: &str, like: &Metadata) -> io::Result<NamedTempFile> {
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // The name that it would have had says nothing to anybody.
    let nameless = |error: io::Error| io::Error::from(error.kind());
    let made = tempfile::Builder::new().prefix(".dockslim-").tempfile_in(folder);
    let mut file = made.map_err(nameless)?;
    file.write_all(text.as_bytes())?;
    copy_owner(file.path(), like);
    // After the owner: a change of owner takes set-id bits away.
    fs::set_permissions(file.path(), like.permissions())?;
    Ok(file)
}

/// Only an administrator may give files away; for everybody else the file becomes their own.
#[cfg(unix)]
fn copy_owner(path: &Path, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};

    let same = |new: &Metadata| new.uid() == like.uid() && new.gid() == like.gid();
    if !fs::metadata(path).is_ok_and(|new| same(&new)) {
        let _ = chown(path, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn copy_owner(_path: &Path, _like: &Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, "FROM theirs\n").unwrap();
        let error = replace(&path, "FROM read\n", "FROM ours\n").unwrap_err();
        assert!(matches!(error, Error::ChangedMeanwhile { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "FROM theirs\n");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing temporary stays: {left:?}");
    }
}
