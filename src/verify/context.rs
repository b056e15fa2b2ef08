//! The folder that is built with: found, copied and touched.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::Error;

/// The folder to build with: the one that the user names, else the one that was found, else that of the file.
pub(crate) fn folder_of(
    named: Option<&Path>,
    found: Option<&Path>,
    file: Option<&Path>,
) -> Result<PathBuf, Error> {
    let beside = file.and_then(Path::parent).filter(|folder| *folder != Path::new(""));
    let folder = named.or(found).or(beside).unwrap_or(Path::new("."));
    folder.canonicalize().map_err(|source| Error::Read { path: folder.to_owned(), source })
}

/// Copies the folder `from`, which has no links in its path, to `to`, which is made, with permissions and times. Links are
/// copied as links; sockets and pipes, which no builder takes, are left out.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    // Temporary files may lie in the folder itself.
    let copies = to.parent().and_then(|folder| folder.canonicalize().ok());
    let entries = WalkDir::new(from).into_iter();
    let entries = entries.filter_entry(|entry| copies.as_deref() != Some(entry.path()));
    for entry in entries {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(from).to_owned();
            Error::Read { path, source: error.into() }
        })?;
        let path = entry.path();
        let target = to.join(path.strip_prefix(from).unwrap_or(path));
        let copied = if entry.file_type().is_dir() {
            fs::create_dir_all(&target)
        } else if entry.file_type().is_symlink() {
            link(path, &target)
        } else if entry.file_type().is_file() {
            copy_file(path, &target)
        } else {
            Ok(())
        };
        copied.map_err(|source| Error::Read { path: path.to_owned(), source })?;
    }
    Ok(())
}

fn copy_file(path: &Path, target: &Path) -> io::Result<()> {
    fs::copy(path, target)?;
    let modified = fs::metadata(path)?.modified()?;
    // A read-only file keeps the time of its copy: builders do not look at it.
    match fs::File::options().append(true).open(target) {
        Ok(file) => file.set_modified(modified),
        Err(_) => Ok(()),
    }
}

#[cfg(unix)]
fn link(path: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(path)?, target)
}

#[cfg(not(unix))]
fn link(path: &Path, target: &Path) -> io::Result<()> {
    fs::copy(path, target).map(drop)
}

/// Changes a source file so that it means the same, as an edit does for a builder. `round` makes each change another one.
pub(super) fn touch(path: &Path, round: usize) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let line = match extension.as_str() {
        "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx" | "go" | "rs" | "c" | "h" | "cc" | "cpp"
        | "java" | "kt" | "scala" | "php" | "swift" | "cs" | "dart" | "scss" => {
            format!("\n// touched {round}\n")
        }
        "html" | "htm" | "xml" | "md" | "svg" | "vue" => format!("\n<!-- touched {round} -->\n"),
        "css" => format!("\n/* touched {round} */\n"),
        "py" | "rb" | "sh" | "pl" | "r" | "yml" | "yaml" | "toml" | "txt" | "conf" | "ex"
        | "exs" => {
            format!("\n# touched {round}\n")
        }
        // A blank line is harmless nearly everywhere.
        _ => "\n".repeat(round),
    };
    let mut file = fs::File::options().append(true).open(path).map_err(failed)?;
    file.write_all(line.as_bytes()).map_err(failed)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_holds_links_and_no_sockets() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir_all(from.join("x y")).unwrap();
        fs::write(from.join("x y/-ü"), "text").unwrap();
        std::os::unix::fs::symlink("nowhere", from.join("dangling")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(from.join("socket")).unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("x y/-ü")).unwrap(), "text");
        assert_eq!(fs::read_link(to.join("dangling")).unwrap(), Path::new("nowhere"));
        assert!(!to.join("socket").exists());
    }

    #[test]
    fn a_touch_is_a_comment_where_the_language_has_them() {
        let folder = tempfile::tempdir().unwrap();
        for (name, end) in
            [("a.py", "\n# touched 2\n"), ("a.go", "\n// touched 2\n"), ("a.json", "\n\n")]
        {
            let path = folder.path().join(name);
            fs::write(&path, "x").unwrap();
            touch(&path, 2).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("x{end}"));
        }
    }
}
