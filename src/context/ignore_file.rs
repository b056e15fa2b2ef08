//! Which file says what a builder does not see, and what it says.

use std::fs;
use std::path::{Path, PathBuf};

use dockslim_contract::IgnoreRules;

use super::NoContext;
use crate::files;

/// The file that hides parts of the context `folder` from the build of `dockerfile`, with its text.
///
/// A `Dockerfile.dockerignore` beside the Dockerfile comes before that of the context:
/// <https://docs.docker.com/build/concepts/context/#filename-and-location>. Podman and buildah ask for
/// `.containerignore` before `.dockerignore`, and Docker never does: where both are there they must say
/// the same.
pub(crate) fn ignore_file(
    folder: &Path,
    dockerfile: Option<&Path>,
) -> Result<Option<(PathBuf, String)>, NoContext> {
    let own = dockerfile.map(own_ignore_file);
    let own = own.map(read).transpose()?.flatten();
    // Whether an empty one counts is told differently by different versions of BuildKit.
    if let Some(own) = own.filter(|(_, text)| !text.is_empty()) {
        return Ok(Some(own));
    }
    let docker = read(folder.join(".dockerignore"))?;
    let container = read(folder.join(".containerignore"))?;
    match (docker, container) {
        (Some((one, said)), Some((other, also))) if lines(&said) != lines(&also) => {
            Err(NoContext::IgnoreFilesDiffer { one, other })
        }
        (docker, container) => Ok(docker.or(container)),
    }
}

/// The ignore file that counts for this Dockerfile alone.
fn own_ignore_file(dockerfile: &Path) -> PathBuf {
    let mut name = dockerfile.as_os_str().to_owned();
    name.push(".dockerignore");
    PathBuf::from(name)
}

/// Whether a Dockerfile is built with an ignore file of its own.
pub(crate) fn has_own_ignore_file(dockerfile: &Path) -> bool {
    own_ignore_file(dockerfile).is_file()
}

/// What the text of an ignore file says.
pub(crate) fn rules(file: Option<&(PathBuf, String)>) -> Result<IgnoreRules, NoContext> {
    let Some((path, text)) = file else { return Ok(IgnoreRules::default()) };
    IgnoreRules::parse(text).map_err(|rule| NoContext::BadRule { path: path.clone(), rule })
}

fn read(path: PathBuf) -> Result<Option<(PathBuf, String)>, NoContext> {
    if !path.is_file() {
        return Ok(None);
    }
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) => Err(NoContext::Unreadable { path, message: error.to_string() }),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Whether a file of this name is there for the build alone: Dockerfiles, ignore files, and what calls
/// a builder. A folder that holds nothing else is no context of anything.
pub(crate) fn is_docker_file(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    files::is_dockerfile(name)
        || matches!(name, ".dockerignore" | ".containerignore")
        || name.ends_with(".dockerignore")
        || super::projects::names_builds(name)
}
