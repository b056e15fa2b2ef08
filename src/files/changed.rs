//! What has changed since a revision of git.
//!
//! git itself is asked: whoever names a revision has it, it knows every kind of repository, and a library that reads them is many times as
//! large as dockslim.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use dockslim_syntax::Span;

use crate::error::Error;
use crate::positions::Positions;

/// The files that have changed since a revision, and which of their lines.
#[derive(Debug)]
pub(crate) struct Changes {
    /// By path without links; lines from 1 as git counts them, `None` for files that it does not know.
    files: HashMap<PathBuf, Option<Vec<(usize, usize)>>>,
}

impl Changes {
    /// Asks git what has changed since the current branch left `revision`, in the working tree, with what is not committed yet, in the
    /// repositories of `paths`, files and folders. A file that was renamed and is hardly changed has changed where its
    /// lines have.
    ///
    /// # Errors
    /// What git says if it cannot be asked, or does not know the revision.
    pub(crate) fn since(revision: &str, paths: &[PathBuf]) -> Result<Self, Error> {
        let mut all = Self { files: HashMap::new() };
        let mut tops = BTreeSet::new();
        let here = [PathBuf::from(".")];
        for path in if paths.is_empty() { &here } else { paths } {
            let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
            let folder = folder.filter(|folder| folder.is_dir()).unwrap_or(Path::new("."));
            let top = git(folder, &["rev-parse", "--show-toplevel"])?;
            let top = PathBuf::from(top.trim_end_matches(['\r', '\n']));
            if tops.insert(top.clone()) {
                all.note(revision, &top)?;
            }
        }
        Ok(all)
    }

    /// Adds what has changed in the repository whose folder is `top`.
    fn note(&mut self, revision: &str, top: &Path) -> Result<(), Error> {
        let git = |arguments: &[&str]| git(top, arguments);
        // A name that begins with `-` is no revision; git must not take it for a flag.
        let verified = format!("{revision}^{{commit}}");
        let unknown = |_| Error::NoRevision { revision: revision.to_owned() };
        let commit =
            git(&["rev-parse", "--verify", "--end-of-options", &verified]).map_err(unknown)?;
        let commit = commit.trim().to_owned();
        // A shallow clone may not reach as far back as the place where the branches part.
        let base = git(&["merge-base", &commit, "HEAD"]).unwrap_or(commit);
        let base = base.trim();
        let flags = ["diff", "--no-ext-diff", "--no-color", "--find-renames=75%", "--relative"];
        let told = git(&[&flags[..], &["--name-status", "--diff-filter=d", "-z", base]].concat())?;
        let mut words = told.split('\0').filter(|word| !word.is_empty());
        // A status, and a name; of a renamed file the old name and the new one.
        while let (Some(status), Some(mut name)) = (words.next(), words.next()) {
            let mut arguments = [&flags[..], &["--unified=0", base, "--", name]].concat();
            if status.starts_with('R') {
                let Some(new) = words.next() else { break };
                if status == "R100" {
                    continue;
                }
                arguments.push(new);
                name = new;
            }
            let places = hunks(&git(&arguments)?);
            self.files.insert(real(&top.join(name)), Some(places));
        }
        let new = git(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        for name in new.split('\0').filter(|name| !name.is_empty()) {
            self.files.insert(real(&top.join(name)), None);
        }
        Ok(())
    }

    /// Whether a file has changed.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        self.files.contains_key(&real(path))
    }

    /// The changed places of a file that has this text; `None` if all of it is new.
    pub(crate) fn places(&self, path: &Path, text: &str) -> Option<Vec<Span>> {
        let hunks = self.files.get(&real(path))?.as_ref()?;
        let positions = Positions::of(text);
        let places = hunks.iter().map(|(line, count)| match count {
            // Lines went away behind this one.
            0 => Span::empty(positions.lines(text, *line, *line).start),
            count => positions.lines(text, line - 1, line - 1 + count),
        });
        Some(places.collect())
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The lines of the new file in `@@ -a,b +c,d @@`: the first, and how many.
fn hunks(diff: &str) -> Vec<(usize, usize)> {
    let heads = diff.lines().filter_map(|line| line.strip_prefix("@@ "));
    let ranges = heads.filter_map(|head| head.split(' ').find_map(|word| word.strip_prefix('+')));
    let pairs = ranges.filter_map(|range| {
        let (first, count) = range.split_once(',').unwrap_or((range, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    });
    pairs.collect()
}

/// What git prints when it is called in a folder.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, Error> {
    let failed = |message: String| Error::Git { message };
    let output =
        Command::new("git").arg("-C").arg(folder).args(arguments).output().map_err(|error| {
            failed(match error.kind() {
                io::ErrorKind::NotFound => "git is not installed".to_owned(),
                _ => error.to_string(),
            })
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(said.trim().trim_start_matches("fatal: ").to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_hunks() {
        let diff =
            "--- a/x\n+++ b/x\n@@ -1 +1,2 @@ FROM a\n+@@ -9 +9 @@\n@@ -7,2 +8,0 @@\n@@ -3 +4 @@\n";
        assert_eq!(hunks(diff), [(1, 2), (8, 0), (4, 1)]);
    }
}
