//! The builders that are known, and which of them this machine has.

use std::path::Path;
use std::process::{Command, Stdio};

use clap::ValueEnum;

/// A program that builds images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// `docker buildx`, also with remote builders.
    Buildx,
    /// `docker build`.
    Docker,
    /// `podman build`.
    Podman,
    /// `buildah build`.
    Buildah,
}

impl Engine {
    /// In the order in which they are looked for.
    pub(crate) const ALL: [Engine; 4] =
        [Engine::Buildx, Engine::Docker, Engine::Podman, Engine::Buildah];

    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Buildx => "docker buildx",
            Engine::Docker => "docker",
            Engine::Podman => "podman",
            Engine::Buildah => "buildah",
        }
    }

    /// The program that is called.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Engine::Buildx | Engine::Docker => "docker",
            Engine::Podman => "podman",
            Engine::Buildah => "buildah",
        }
    }

    /// What lists the containers of builds that came to no end, where no daemon removes them.
    pub(super) fn lists_its_containers(self) -> Option<&'static str> {
        match self {
            Engine::Buildx | Engine::Docker => None,
            Engine::Podman => Some("podman ps --all --external"),
            Engine::Buildah => Some("buildah containers"),
        }
    }

    /// Whether steps run below this process, so that their time can be told, and not in a daemon.
    pub(crate) fn works_below(self) -> bool {
        matches!(self, Engine::Podman | Engine::Buildah)
    }

    /// Whether a step is found in the cache only behind the very image that it was built on, and of several equal ones one is
    /// taken: what is common to two files is built twice from nothing, and the steps behind are found for one of the two.
    /// Measured with buildah 1.28, whose builder podman has as well.
    pub(crate) fn caches_one_after_another(self) -> bool {
        matches!(self, Engine::Podman | Engine::Buildah)
    }

    /// Whether it is installed and can build now. A builder of buildx that the user names needs no daemon here.
    pub(super) fn is_ready(self, builder_is_named: bool) -> bool {
        match self {
            Engine::Buildx => {
                answers("docker", &["buildx", "version"]) && (builder_is_named || has_daemon())
            }
            Engine::Docker => has_daemon(),
            Engine::Podman => answers("podman", &["version"]),
            Engine::Buildah => answers("buildah", &["version"]),
        }
    }
}

/// Whether a daemon of Docker answers, which keeps images and runs containers.
pub(super) fn has_daemon() -> bool {
    answers("docker", &["version", "--format", "{{.Server.Version}}"])
}

/// Whether the program is there, and ends well with these arguments.
fn answers(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(Path::new(program));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
