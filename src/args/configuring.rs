//! The arguments that say what is configured, and of `dockslim config`, which shows it.

use std::path::PathBuf;

/// Where the configuration comes from.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ConfigArgs {
    /// Set a key of the configuration, or read this file in place of dockslim.toml.
    ///
    /// Either `KEY = VALUE` as TOML writes it, such as `merge-runs.policy = "logical"`, or the path
    /// of a TOML file. Can be repeated; what comes later wins.
    #[arg(long, value_name = "KEY=VALUE|FILE")]
    pub(crate) config: Vec<String>,

    /// Heed no dockslim.toml and no DOCKSLIM_ variable.
    #[arg(long)]
    pub(crate) isolated: bool,
}

/// The arguments of `dockslim config`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowConfigArgs {
    /// The Dockerfile that it is asked for [default: any in this folder].
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// Print the JSON schema of dockslim.toml instead.
    #[arg(long)]
    pub(crate) schema: bool,

    /// What is configured.
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
