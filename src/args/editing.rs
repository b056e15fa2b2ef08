//! The files that commands work on, and the arguments of what editors call: the formatter and the language server.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::ConfigArgs;

/// What the help of `dockslim fmt` ends with.
pub(super) const FMT_EXAMPLES: &str = "\
Examples:
  dockslim fmt                          every Dockerfile below this folder, as a diff
  dockslim fmt --write Dockerfile       change this one
  dockslim fmt --check                  the diff, and exit code 1 if there is one
  dockslim fmt --check --output-format github --diff-base origin/main
  dockslim fmt - < Dockerfile           as a filter, for editors";

/// What is done with a new text.
#[derive(Debug, clap::Args)]
pub(crate) struct EditArgs {
    /// Write the result to disk instead of printing a diff.
    #[arg(long, short, conflicts_with = "check")]
    pub(crate) write: bool,

    /// Print the diff, and exit with 1 if there is one.
    #[arg(long)]
    pub(crate) check: bool,

    /// Print the diff and errors, and nothing else.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// The files that a command works on, and what is done with the result.
#[derive(Debug, clap::Args)]
pub(crate) struct FileArgs {
    /// Files and folders; `-` is standard input [default: this folder].
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// What is done with the result.
    #[command(flatten)]
    pub(crate) edit: EditArgs,

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

/// What is looked at, and how the result is told.
#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// The form of the output.
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(crate) output_format: OutputFormat,

    /// Print how often each pass rewrites, offers and declines, in place of the diff; as text or JSON.
    #[arg(long)]
    pub(crate) statistics: bool,

    /// With --check: exit with 0 also if something should change.
    #[arg(long, requires = "check")]
    pub(crate) exit_zero: bool,

    /// Look only at what has changed since the current branch left this git revision.
    ///
    /// What is not committed yet counts as changed. A change is shown if it touches a changed instruction.
    #[arg(long, value_name = "REVISION")]
    pub(crate) diff_base: Option<String>,

    /// What --diff-base goes by.
    #[arg(long, value_enum, default_value = "instructions", value_name = "SCOPE")]
    #[arg(requires = "diff_base")]
    pub(crate) diff_scope: DiffScope,
}

/// What `--diff-base` goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffScope {
    /// Changed instructions.
    Instructions,
    /// Changed files, and all that is in them.
    Files,
}

/// The forms of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people, and for `patch -p0`.
    Text,
    /// For programs of one's own.
    Json,
    /// Annotations of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// SARIF 2.1.0, with fixes.
    Sarif,
    /// Checkstyle's XML.
    Checkstyle,
    /// A summary for a job or a merge request.
    Markdown,
    /// A diff as git writes it, for review tools and `git apply`.
    Diff,
}

/// The arguments of `dockslim fmt`.
#[derive(Debug, clap::Args)]
pub(crate) struct FmtArgs {
    #[command(flatten)]
    pub(crate) files: FileArgs,

    /// What is told.
    #[command(flatten)]
    pub(crate) report: ReportArgs,

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
