//! The files that commands work on, and the arguments of what editors call: the formatter and the language server.

use std::path::{Path, PathBuf};

use super::ConfigArgs;

/// What the help of `dockslim fmt` ends with.
pub(super) const FMT_EXAMPLES: &str = "\
Examples:
  dockslim fmt                          every Dockerfile below this folder, as a diff
  dockslim fmt --write Dockerfile       change this one
  dockslim fmt --check                  the diff, and exit code 1 if there is one
  dockslim fmt - < Dockerfile           as a filter, for editors";

/// The files that a command works on, and what is done with the result.
#[derive(Debug, clap::Args)]
pub(crate) struct FileArgs {
    /// Files and folders; `-` is standard input [default: this folder].
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Change the files in place instead of printing a diff.
    #[arg(long, short, conflicts_with = "check")]
    pub(crate) write: bool,

    /// Print the diff, and exit with 1 if there is one.
    #[arg(long)]
    pub(crate) check: bool,

    /// Print the diff and errors, and nothing else.
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// The name to use for standard input in messages and in the diff.
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<String>,
}

impl FileArgs {
    /// Whether the text comes from standard input.
    pub(crate) fn reads_standard_input(&self) -> bool {
        self.paths.iter().any(|path| path == Path::new("-"))
    }
}

/// The arguments of `dockslim fmt`.
#[derive(Debug, clap::Args)]
pub(crate) struct FmtArgs {
    #[command(flatten)]
    pub(crate) files: FileArgs,

    /// What is configured.
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

/// The arguments of `dockslim lsp`.
#[derive(Debug, clap::Args)]
pub(crate) struct LspArgs {
    /// What is configured.
    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    /// Speak on standard input and output, as always; some clients say so.
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}
