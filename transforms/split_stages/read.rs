//! Files of a project that its program opens by their names, though such files are there for builds or for people: a Makefile, a licence.

use std::collections::HashSet;

use super::launch::base_name;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::absolute;

/// Ends of the sources that are looked at.
const SOURCES: &[&str] = &[".c", ".cc", ".cpp", ".cxx", ".go", ".h", ".hpp", ".java", ".kt", ".rs"];
/// Folders of what no program that ships runs.
const ASIDE: &[&str] = &["docs", "examples", "test", "testdata", "tests", "vendor"];
/// What begins or marks a line that a compiler alone reads.
const COMPILED: &[&str] =
    &["#", "import ", "//", "*", "include_str!", "include_bytes!", "include!"];

/// The places of the files that sources name between quotes, as they are found from the folder that the container starts in.
pub(super) fn read_by_sources(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
    let Some(context) = subject.context.filter(|_| subject.toolchain.name != "dotnet") else {
        return Ok(Vec::new());
    };
    let names: HashSet<&str> = context.entries().map(|(path, _)| base_name(path)).collect();
    let mut found = Vec::new();
    for (path, _) in context.entries() {
        let name = base_name(path);
        if !SOURCES.iter().any(|end| name.ends_with(end))
            || name.contains("_test.")
            || path.split('/').any(|part| ASIDE.contains(&part))
        {
            continue;
        }
        let text = context.text(path).unwrap_or_default();
        if text.contains("open(__FILE__") {
            return Err((&reasons::PACKAGES, format!("{path} opens itself")));
        }
        for line in text.lines().map(str::trim_start) {
            if COMPILED.iter().any(|sign| match sign.ends_with('!') {
                true => line.contains(sign),
                false => line.starts_with(sign),
            }) {
                continue;
            }
            for quoted in line.split('"').skip(1).step_by(2) {
                let made = [".java", ".kt"].iter().any(|end| name.ends_with(end))
                    && ["target/", "build/"].iter().any(|folder| quoted.starts_with(folder));
                if made {
                    let message = format!("{path} names `{quoted}`, which only a build makes");
                    return Err((&reasons::NO_ARTEFACT, message));
                }
                if quoted.is_empty() || quoted.contains(' ') || !names.contains(base_name(quoted)) {
                    continue;
                }
                found.extend(absolute(quoted, subject.folder.as_deref()));
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}
