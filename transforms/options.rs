//! What a user may choose about the passes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The options of all passes, as a configuration file writes them.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Names of stages that are built by `--target` and therefore ship.
    pub targets: Vec<String>,
    /// The name of the file without its folder, if it has one; nobody configures it.
    #[serde(skip)]
    pub file_name: Option<String>,
    /// Options of merge-runs.
    pub merge_runs: MergeRuns,
    /// Options of clean-package-caches.
    pub clean_package_caches: CleanPackageCaches,
}

/// The options of merge-runs.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct MergeRuns {
    /// Which neighbours become one.
    pub policy: Policy,
    /// How the merged instruction is written.
    pub style: Style,
}

/// Which adjacent RUN instructions are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// All that can be.
    #[default]
    All,
    /// Only installs of one package manager, and a clean-up with what it cleans.
    Logical,
}

/// How a merged RUN is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// A chain of `&&`, or of `;` under `set -e`, as the author writes it.
    #[default]
    Chain,
    /// A here-document with `set -e`, one command a line.
    Heredoc,
}

/// The options of clean-package-caches.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct CleanPackageCaches {
    /// What becomes of caches.
    pub caches: Caches,
}

/// What becomes of the caches of package managers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Caches {
    /// They go, in the RUN that made them.
    #[default]
    Remove,
    /// They move to a cache mount of BuildKit, so that the next build finds them.
    Mount,
}
