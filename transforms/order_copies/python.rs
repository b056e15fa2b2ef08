//! What pip reads of a project: requirement files, with those that they include.
//!
//! <https://pip.pypa.io/en/stable/reference/requirements-file-format/>

use super::because;
use super::project::{Project, Reads, arguments};
use super::reasons;
use super::setuptools;
use crate::facts::{absolute, leads_pip, parent};
use crate::knowledge::Ecosystem;
use crate::pass::Refusal;

/// The options that name files.
const FILES: [&str; 4] = ["-r", "--requirement", "-c", "--constraint"];
/// Options of a line that read no file.
const LINE_OPTIONS: [&str; 9] = [
    "-i",
    "--index-url",
    "--extra-index-url",
    "--trusted-host",
    "--pre",
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--use-feature",
];
/// How many files may include one another.
const MOST_FILES: usize = 64;

/// What a call of pip in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    let arguments = arguments(row, words, &FILES)?;
    let mut reads = Reads::default();
    let steps = project.steps().map(|(_, step)| step);
    if let Some(message) = leads_pip(project.dockerfile, Some(project.context), steps) {
        return Err((&reasons::ENVIRONMENT, message));
    }
    for operand in arguments.operands[1..].iter().filter(|operand| is_local(operand)) {
        let packed = [".whl", ".zip", ".gz", ".tgz", ".bz2"];
        let path = matches!(*operand, "." | "..") || operand.contains('/');
        if !path || operand.contains([':', '@']) || packed.iter().any(|end| operand.ends_with(end))
        {
            return Err(because(&reasons::NAMES_FILES));
        }
        let isolated = !arguments.flags.contains(&"--no-build-isolation");
        setuptools::reads(project, operand, folder, isolated, &mut reads)?;
    }
    for (_, file) in &arguments.values {
        follow(project, file, folder, &mut reads)?;
    }
    Ok(reads)
}

/// Reads a file of requirements that is named in `folder`.
pub(super) fn follow(
    project: &Project<'_, '_>,
    file: &str,
    folder: &str,
    reads: &mut Reads,
) -> Result<(), Refusal> {
    let odd = || (&reasons::UNREAD_MANIFEST, format!("where `{file}` lies is not known"));
    if file.contains("://") {
        return Ok(());
    }
    let place = absolute(file, Some(folder)).ok_or_else(odd)?;
    if reads.manifests.contains(&place) {
        return Ok(());
    }
    if reads.manifests.len() >= MOST_FILES {
        return Err(odd());
    }
    let text = project.text(&place)?;
    reads.manifests.push(place.clone());
    for line in lines(text) {
        let name = place.rsplit('/').next().unwrap_or_default();
        let (word, rest) = line.split_once([' ', '\t', '=']).unwrap_or((&line, ""));
        let rest = rest.trim();
        if FILES.contains(&word) {
            follow(project, rest, parent(&place), reads)?;
        } else if let Some(short) = line.strip_prefix("-r").or_else(|| line.strip_prefix("-c")) {
            follow(project, short, parent(&place), reads)?;
        } else if line.starts_with('-') && !LINE_OPTIONS.contains(&word) {
            let editable = matches!(word, "-e" | "--editable" | "-f" | "--find-links");
            let reason =
                if editable { &reasons::LOCAL_DEPENDENCY } else { &reasons::UNREAD_MANIFEST };
            return Err((reason, format!("`{name}` has the line `{line}`")));
        } else if !line.starts_with('-') && is_local(&line) {
            return Err((&reasons::LOCAL_DEPENDENCY, format!("`{name}` names `{line}`")));
        }
    }
    Ok(())
}

/// The lines that count: continued ones joined, comments and options of a single requirement taken away.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut joined = String::new();
    for line in text.lines() {
        let comment = line.find(" #").or_else(|| line.find("\t#"));
        let line = if line.trim_start().starts_with('#') {
            ""
        } else {
            &line[..comment.unwrap_or(line.len())]
        };
        match line.trim_end().strip_suffix('\\') {
            Some(part) => joined.push_str(part),
            None => {
                joined.push_str(line);
                lines.push(std::mem::take(&mut joined).trim().to_owned());
            }
        }
    }
    lines.push(joined.trim().to_owned());
    lines.retain(|line| !line.is_empty());
    lines
}

/// Whether a requirement is, or may be, a file or folder: pip takes for one what begins with a dot, has a
/// slash or ends like an archive, and is no URL.
pub(super) fn is_local(requirement: &str) -> bool {
    let remote = ["git+https://", "git+http://", "git+ssh://", "https://", "http://"];
    let name = requirement.split([';', ' ']).next().unwrap_or(requirement);
    let address = requirement.split_once(" @ ").map_or(name, |(_, address)| address.trim());
    if remote.iter().any(|scheme| address.starts_with(scheme)) {
        return false;
    }
    let archive = [".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2"];
    requirement.starts_with('.')
        || name.contains(['/', ':', '\\', '@'])
        || requirement.contains('@')
        || archive.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_told_from_files() {
        for name in [
            "flask",
            "flask[async]==3.0",
            "a>=1; python_version < '3'",
            "git+https://host/a.git@v1#egg=a",
            "a @ https://host/a.whl",
        ] {
            assert!(!is_local(name), "{name}");
        }
        for file in [".", "./a", "a/b", "file:///a", "a @ file:///b", "a.whl", "..", "a@b"] {
            assert!(is_local(file), "{file}");
        }
        assert_eq!(lines("a \\\n  --hash=x\n# c\n\nb # d\n"), ["a   --hash=x", "b"]);
    }
}
