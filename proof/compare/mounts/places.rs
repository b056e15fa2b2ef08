//! Where cache mounts may be, and how they stand to other paths.

/// What a cache mount may hold.
pub(super) struct Place {
    pub(super) cache: &'static str,
    /// The directory; `~` is the home of root.
    pub(super) target: &'static str,
    /// Two builds must not use it at once.
    pub(super) locked: bool,
    /// It keeps what it has built for whatever C library there was.
    pub(super) builds: bool,
    /// Environment variables that tell of it.
    pub(super) variables: &'static [&'static str],
}

pub(super) const PLACES: &[Place] = &[
    Place {
        cache: "apt lists",
        target: "/var/lib/apt/lists",
        locked: true,
        builds: false,
        variables: &["APT_CONFIG"],
    },
    Place {
        cache: "apt archives",
        target: "/var/cache/apt",
        locked: true,
        builds: false,
        variables: &["APT_CONFIG"],
    },
    Place {
        cache: "pip cache",
        target: "~/.cache/pip",
        locked: false,
        builds: true,
        variables: &["XDG_CACHE_HOME", "PIP_CACHE_DIR", "PIP_CONFIG_FILE"],
    },
    Place {
        cache: "uv cache",
        target: "~/.cache/uv",
        locked: false,
        builds: true,
        variables: &["XDG_CACHE_HOME", "UV_CACHE_DIR"],
    },
    Place {
        cache: "npm cache",
        target: "~/.npm",
        locked: false,
        builds: false,
        variables: &["npm_config_cache", "NPM_CONFIG_CACHE"],
    },
];

/// Images whose user is root, with the home /root (official image library).
const ROOT_IMAGES: &[&str] = &[
    "debian",
    "ubuntu",
    "alpine",
    "buildpack-deps",
    "python",
    "pypy",
    "node",
    "ruby",
    "php",
    "golang",
    "rust",
    "gcc",
    "perl",
    "openjdk",
    "eclipse-temurin",
    "maven",
    "erlang",
    "elixir",
    "nginx",
    "httpd",
    "fedora",
    "centos",
    "rockylinux",
    "almalinux",
    "amazonlinux",
    "oraclelinux",
];

/// Whether the user of an image is root, with the home /root.
pub(in crate::compare) fn is_root_image(image: &str) -> bool {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let name = image.split([':', '@']).next().unwrap_or(image);
    ROOT_IMAGES.contains(&name)
}

/// Whether an image has nothing in the directories of [`PLACES`]: the instructions of the official image library delete
/// what they fetch, and so do debuerreotype and the root file systems of Ubuntu. With ONBUILD it may put something there.
pub(super) fn ships_empty(image: &str) -> bool {
    is_root_image(image) && !image.contains("onbuild")
}

/// The directory of a mount as we write it: `--mount=type=cache,target=…[,sharing=locked]`.
pub(super) fn target_of(flag: &str) -> Option<&str> {
    let rest = flag.strip_prefix("--mount=type=cache,target=")?;
    let target = rest.strip_suffix(",sharing=locked").unwrap_or(rest);
    let plain = target.starts_with('/') && !target.contains([',', '$', '\u{2}', ' ', '"', '\'']);
    plain.then_some(target)
}

/// Any mount: its kind, and where it is. Its place may not be known; `None` if it has none that matters.
pub(super) fn mount(flag: &str) -> Option<(&str, Option<&str>)> {
    let options = flag.strip_prefix("--mount=")?;
    let option = |names: &[&str]| {
        options.split(',').find_map(|option| {
            let (key, value) = option.trim_matches(['"', '\'', ' ']).split_once('=')?;
            names.iter().any(|name| key.eq_ignore_ascii_case(name)).then_some(value)
        })
    };
    let kind = option(&["type"]).unwrap_or("bind");
    let target = option(&["target", "dst", "destination"]);
    // Without a target a secret is in /run/secrets, and the agent of ssh in /run/buildkit.
    if target.is_none() && matches!(kind, "secret" | "ssh") {
        return None;
    }
    let plain = |target: &&str| {
        target.starts_with('/') && !target.contains(['$', '\u{2}']) && !target.contains("..")
    };
    Some((kind, target.filter(plain)))
}

/// Whether two mounts would be at one place, or one of them in the other.
pub(super) fn meets(flag: &str, target: &str) -> bool {
    mount(flag).is_some_and(|(_, other)| {
        other.is_none_or(|other| is_within(other, target) || is_within(target, other))
    })
}

/// Whether a path is a folder or lies in it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a removal of `word` may take away a directory itself, not only what is in it.
pub(super) fn may_take(word: &str, directory: &str) -> bool {
    let open = |c: char| "$`*?[{~".contains(c);
    let path = word.trim_end_matches('/');
    if path.starts_with("~/.cache/") || path.starts_with("~/.npm/") {
        return path.ends_with("/*") && directory.contains(&path[1..path.len() - 1]);
    }
    match path.find(open) {
        None if !path.starts_with('/') => false,
        None => is_within(directory, path),
        Some(0) => true,
        Some(at) => {
            // What it stands for begins like this.
            let start = &path[..at];
            directory.starts_with(start) && directory.len() > start.trim_end_matches('/').len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_meet() {
        for flag in [
            "--mount=type=cache,id=apt,target=/var/cache/apt",
            "--mount=type=bind,source=apt,dst=/var/cache",
            "--mount=type=tmpfs,destination=/var/cache/apt/archives/",
            "--mount=type=cache,target=\u{2}CACHE\u{4}",
            "--mount=type=cache,target=cache",
        ] {
            assert!(meets(flag, "/var/cache/apt"), "{flag}");
        }
        for flag in
            ["--mount=type=cache,target=/var/cache/apt2", "--mount=type=ssh", "--network=none"]
        {
            assert!(!meets(flag, "/var/cache/apt"), "{flag}");
        }
    }
}
