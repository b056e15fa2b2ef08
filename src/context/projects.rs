//! Builds that compose and bake files name: a Dockerfile, its context, and its target.

use std::fs;
use std::path::{Path, PathBuf};

use super::{bake, compose};

/// A build that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Build {
    /// The file.
    pub(super) named_by: PathBuf,
    /// The Dockerfile.
    pub(super) dockerfile: PathBuf,
    /// The folder that it is built with.
    pub(super) context: PathBuf,
    /// The stage that is built.
    pub(super) target: Option<String>,
}

/// A build as a file writes it; what a variable decides, or what is a URL, is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) context: String,
    pub(super) dockerfile: String,
    pub(super) target: Option<String>,
}

/// The files that say more than they are worth are left unread.
const LONGEST: u64 = 1 << 20;

/// Whether a file of this name may name builds: `compose.yaml`, `docker-compose.dev.yml`,
/// `docker-bake.hcl`.
pub(super) fn names_builds(name: &str) -> bool {
    is_compose(name) || is_bake(name)
}

fn is_compose(name: &str) -> bool {
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    let stem = stem.map(|stem| stem.strip_prefix("docker-").unwrap_or(stem));
    stem.and_then(|stem| stem.strip_prefix("compose"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('-'))
}

/// The names that `docker buildx bake` looks for by itself:
/// <https://docs.docker.com/build/bake/reference/#file-format>.
fn is_bake(name: &str) -> bool {
    let stem = name.strip_suffix(".hcl").or_else(|| name.strip_suffix(".json"));
    stem.is_some_and(|stem| matches!(stem, "docker-bake" | "docker-bake.override"))
}

/// All builds that the files in `folder` name. What cannot be read names none.
pub(super) fn builds_in(folder: &Path) -> Vec<Build> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| names_builds(name)).collect();
    names.sort_unstable();
    names.iter().flat_map(|name| builds_of(folder, name)).collect()
}

/// The Dockerfiles that files in `folder` build with it.
pub(crate) fn dockerfiles_of(folder: &Path) -> Vec<PathBuf> {
    let Ok(real) = folder.canonicalize() else { return Vec::new() };
    let builds = builds_in(folder).into_iter().filter(|build| build.context == real);
    builds.map(|build| build.dockerfile).collect()
}

fn builds_of(folder: &Path, name: &str) -> Vec<Build> {
    let path = folder.join(name);
    let is_readable = |metadata: fs::Metadata| metadata.is_file() && metadata.len() <= LONGEST;
    if !fs::metadata(&path).is_ok_and(is_readable) {
        return Vec::new();
    }
    let Ok(text) = fs::read_to_string(&path) else { return Vec::new() };
    let written = match name {
        _ if is_compose(name) => compose::builds(&text),
        _ if name.ends_with(".hcl") => bake::builds_of_hcl(&text),
        _ => bake::builds_of_json(&text),
    };
    let builds = written.into_iter().filter_map(|build| {
        let context = folder.join(&build.context);
        Some(Build {
            // A Dockerfile is named relative to its context.
            dockerfile: context.join(&build.dockerfile).canonicalize().ok()?,
            context: context.canonicalize().ok()?,
            target: build.target,
            named_by: path.clone(),
        })
    });
    builds.collect()
}

/// Whether a value stands for itself: no variable, and no URL.
pub(super) fn is_plain(value: &str) -> bool {
    !value.contains('$') && !value.contains("://") && !value.starts_with("git@")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "compose.yaml",
            "compose.yml",
            "docker-compose.yaml",
            "docker-compose.prod.yml",
            "compose-dev.yaml",
            "docker-bake.hcl",
            "docker-bake.json",
            "docker-bake.override.hcl",
        ] {
            assert!(names_builds(name), "{name}");
        }
        for name in ["composer.yml", "docker.yml", "bake.hcl", "compose.json", "decompose.yml"] {
            assert!(!names_builds(name), "{name}");
        }
    }
}
