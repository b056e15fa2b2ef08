//! What a build leaves in the configuration of its image.

use std::collections::{BTreeMap, BTreeSet};

use crate::environment::readable;
use crate::stages::Variables;

/// The configuration of an image, as far as the file sets it (OCI image specification, "config").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Configuration {
    pub(crate) command: Option<String>,
    /// This stage or one that it is built on has a CMD of its own.
    pub(crate) command_set: bool,
    pub(crate) entrypoint: Option<String>,
    pub(crate) health_check: Option<String>,
    pub(crate) ports: BTreeSet<String>,
    pub(crate) volumes: BTreeSet<String>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) stop_signal: Option<String>,
    pub(crate) maintainer: Option<String>,
    /// ONBUILD, in order.
    pub(crate) triggers: Vec<String>,
    pub(crate) user: String,
    pub(crate) directory: String,
    pub(crate) shell: Vec<String>,
    pub(crate) environment: Variables,
}

/// What stands for a CMD that ENTRYPOINT takes away, and for HEALTHCHECK NONE.
pub(crate) const NO_COMMAND: &str = "none";

impl Configuration {
    /// What a container runs: ENTRYPOINT, CMD and HEALTHCHECK, each where it is set and not taken away.
    pub(crate) fn starts(&self) -> [Option<&str>; 3] {
        [&self.entrypoint, &self.command, &self.health_check]
            .map(|start| start.as_deref().filter(|text| *text != NO_COMMAND))
    }

    /// The first setting in which two configurations differ, in words.
    pub(crate) fn difference(&self, after: &Self) -> Option<String> {
        if self == after {
            return None;
        }
        let rows = self.rows().into_iter().zip(after.rows());
        let (name, before, after) = rows
            .map(|((name, before), (_, after))| (name, before, after))
            .find(|(_, before, after)| before != after)?;
        Some(format!("the image ends with {name} `{after}`, before with `{before}`"))
    }

    /// All that is set, one line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let set = self.rows().into_iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| format!("{name} {value}")).collect()
    }

    fn rows(&self) -> [(&'static str, String); 13] {
        let set = |set: &BTreeSet<String>| {
            set.iter().map(|item| readable(item)).collect::<Vec<_>>().join(" ")
        };
        let map = |map: &BTreeMap<String, String>| {
            let pairs = map.iter().map(|(name, value)| format!("{name}={}", readable(value)));
            pairs.collect::<Vec<_>>().join(" ")
        };
        let one = |value: &Option<String>| value.as_deref().map_or_else(String::new, readable);
        [
            ("CMD", one(&self.command)),
            ("ENTRYPOINT", one(&self.entrypoint)),
            ("HEALTHCHECK", one(&self.health_check)),
            ("EXPOSE", set(&self.ports)),
            ("VOLUME", set(&self.volumes)),
            ("LABEL", map(&self.labels)),
            ("STOPSIGNAL", one(&self.stop_signal)),
            ("MAINTAINER", one(&self.maintainer)),
            ("ONBUILD", self.triggers.join("; ")),
            ("USER", readable(&self.user)),
            ("WORKDIR", readable(&self.directory)),
            ("SHELL", self.shell.join(" ")),
            ("ENV", map(&self.environment)),
        ]
    }
}
