//! The mounts that the author has given to a RUN.

use dockslim_syntax::{Dockerfile, Instruction};

/// A mount of the author.
pub(super) struct OwnMount {
    /// `bind`, `cache`, `tmpfs`, `secret` or `ssh`.
    kind: String,
    /// Where it is, without a slash at its end.
    pub(super) target: String,
}

/// How a mount of the author stands to a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Apart,
    /// It holds what is written there, and nothing of it gets into the layer.
    Same,
    /// It lies above or below, holds something else, or its place is not known.
    InTheWay,
}

/// The mounts of a RUN that name their target (Dockerfile reference, RUN --mount: `target`, `dst`, `destination`).
pub(super) fn own_mounts(dockerfile: &Dockerfile<'_>, run: &Instruction) -> Vec<OwnMount> {
    let flags = run.flags.iter().filter(|flag| dockerfile.text(flag.name) == "mount");
    let mount = |value| {
        let value = dockerfile.text(value);
        let option = |names: &[&str]| {
            value.split(',').find_map(|option| {
                let (key, value) = option.trim_matches(['"', '\'', ' ']).split_once('=')?;
                names.iter().any(|name| key.eq_ignore_ascii_case(name)).then(|| value.to_owned())
            })
        };
        let target = option(&["target", "dst", "destination"])?;
        let target = match target.trim_end_matches('/') {
            "" => target,
            trimmed => trimmed.to_owned(),
        };
        Some(OwnMount { kind: option(&["type"]).unwrap_or_else(|| "bind".to_owned()), target })
    };
    flags.filter_map(|flag| flag.value.and_then(mount)).collect()
}

impl OwnMount {
    /// Whether it holds a single file: a secret, or the socket of an agent.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.kind.as_str(), "secret" | "ssh")
    }

    /// How it stands to a directory.
    pub(super) fn standing(&self, directory: &str) -> Standing {
        let target = self.target.as_str();
        let known = target.starts_with('/') && !target.contains("..") && !target.contains('$');
        if !known {
            Standing::InTheWay
        } else if target == directory && matches!(self.kind.as_str(), "cache" | "tmpfs") {
            Standing::Same
        } else if is_within(target, directory) || is_within(directory, target) {
            Standing::InTheWay
        } else {
            Standing::Apart
        }
    }
}

/// Whether `path` is `folder` or lies in it; both are absolute.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_stand_to_directories() {
        let standing = |kind: &str, target: &str| {
            OwnMount { kind: kind.into(), target: target.into() }.standing("/var/cache/apt")
        };
        assert_eq!(standing("cache", "/var/cache/apt"), Standing::Same);
        assert_eq!(standing("cache", "/var/cache/apt2"), Standing::Apart);
        for (kind, target) in [
            ("bind", "/var/cache/apt"),
            ("cache", "/var/cache/apt/archives"),
            ("cache", "/var/cache"),
            ("tmpfs", "/"),
            ("cache", "$CACHE"),
            ("cache", "cache"),
            ("secret", "/var/cache/apt/key"),
        ] {
            assert_eq!(standing(kind, target), Standing::InTheWay, "{kind} {target}");
        }
    }
}
