//! Walks a folder and gives what a builder would see of it.

use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dockslim_contract::{BuildContext, ContextEntry, ContextKind, IgnoreRules, Standing};
use walkdir::WalkDir;

use super::NoContext;

/// Folders with more entries are not walked to their end.
const MOST_ENTRIES: usize = 100_000;

/// Files with more bytes are not read: no manifest is that long.
pub(super) const LONGEST_TEXT: u64 = 4 << 20;

/// What a builder sees of `folder` through `rules`. Links are not followed, hidden folders are not
/// entered, and no file is opened before its text is asked for.
pub(crate) fn scan(folder: &Path, rules: IgnoreRules) -> Result<BuildContext, NoContext> {
    scan_at_most(folder, rules, MOST_ENTRIES)
}

fn scan_at_most(folder: &Path, rules: IgnoreRules, most: usize) -> Result<BuildContext, NoContext> {
    let mut entries = Vec::new();
    let mut above: Vec<Standing> = Vec::new();
    let mut walk = WalkDir::new(folder).min_depth(1).into_iter();
    let mut count = 0;
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if vanished(&error) => continue,
            Err(error) => return Err(unreadable(folder, &error)),
        };
        count += 1;
        if count > most {
            return Err(NoContext::TooMany { path: folder.to_owned(), most });
        }
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let path = slashed(path);
        let kind = kind(entry.file_type());
        if kind == ContextKind::Folder {
            above.truncate(entry.depth() - 1);
            let standing = rules.standing(&path, above.last().unwrap_or(&Standing::default()));
            if standing.hidden && !rules.may_show_below(&path) {
                walk.skip_current_dir();
                continue;
            }
            above.push(standing);
        }
        entries.push((path, ContextEntry::new(kind)));
    }
    let root: PathBuf = folder.to_owned();
    let read = Arc::new(move |path: &str| read_text(&root.join(path)));
    Ok(BuildContext::new(rules, entries, Some(read)))
}

/// A path with `/` between its parts; what is not UTF-8 in it is replaced.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn kind(kind: FileType) -> ContextKind {
    if kind.is_file() {
        ContextKind::File
    } else if kind.is_dir() {
        ContextKind::Folder
    } else if kind.is_symlink() {
        ContextKind::Link
    } else {
        ContextKind::Other
    }
}

/// A file may go while its folder is walked.
fn vanished(error: &walkdir::Error) -> bool {
    let kind = error.io_error().map(std::io::Error::kind);
    error.depth() > 0 && kind == Some(std::io::ErrorKind::NotFound)
}

fn unreadable(folder: &Path, error: &walkdir::Error) -> NoContext {
    let path = error.path().unwrap_or(folder).to_owned();
    let message = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    NoContext::Unreadable { path, message }
}

/// The text of a file, if it still is one, of UTF-8 and not too long.
fn read_text(path: &Path) -> Option<String> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST_TEXT {
        return None;
    }
    fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_bounded_and_skips_what_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a/b", "a/c", "d/e"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        let scan = |rules, most| {
            let rules = IgnoreRules::parse(rules).unwrap();
            let context = scan_at_most(folder.path(), rules, most);
            context.map(|context| context.entries().map(|(path, _)| path.to_owned()).collect())
        };
        let all: Vec<String> = ["a", "a/b", "a/c", "d", "d/e"].map(str::to_owned).to_vec();
        assert_eq!(scan("", 5), Ok(all));
        let path = folder.path().to_owned();
        assert_eq!(scan("", 4), Err(NoContext::TooMany { path, most: 4 }));
        let some: Vec<String> = ["d", "d/e"].map(str::to_owned).to_vec();
        assert_eq!(scan("a", 3), Ok(some), "a hidden folder counts once");
    }
}
