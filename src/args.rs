//! The command line: what can be asked for, and its help.

mod configuring;
mod editing;

pub(crate) use configuring::{ConfigArgs, ShowConfigArgs};
pub(crate) use editing::{
    DiffScope, EditArgs, FileArgs, FmtArgs, LspArgs, OutputFormat, ReportArgs,
};

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand, ValueEnum};
use dockslim_contract::{Difference, Safety};
use dockslim_transforms::NAMES;

use crate::builder::Engine;
use crate::config::Flag;

const EXAMPLES: &str = "\
Examples:
  dockslim fix                              show what would change below this folder
  dockslim fix --write                      change the files
  dockslim fix --check                      fail if something should change, for CI
  dockslim fix --review images/Dockerfile   with rewrites that want a look
  dockslim fix - < Dockerfile               as a filter
  dockslim fix | patch -p0                  take the diff through another tool
  dockslim verify                           build before and after, and compare the images
  dockslim fmt --write                      lay them out
  dockslim ignore                           what .dockerignore should hide
  dockslim explain merge-runs               what a pass does, and what it leaves alone
  dockslim config                           what is configured here, and where

Exit codes:
  0  all is done, or there was nothing to do
  1  with --check: something should change; with --verify: nothing that was tried is kept
  2  a file could not be read, understood or written, or the command line is wrong";

const FIX_EXAMPLES: &str = "\
Examples:
  dockslim fix                          every Dockerfile below this folder, as a diff
  dockslim fix --write Dockerfile       change this one
  dockslim fix --check --quiet          the diff alone, and exit code 1 if there is one
  dockslim fix --check --output-format github --diff-base origin/main
  dockslim fix --select merge-runs      run one pass
  dockslim fix --explain-declines       what was left alone, and why
  dockslim fix --verify --smoke ./ask   build the boldest that works; $IMAGE is asked
  dockslim fix --config 'merge-runs.policy = \"logical\"'
  dockslim fix --stdin-filename api/Dockerfile - < api/Dockerfile

In a folder these names are taken for Dockerfiles: Dockerfile, Dockerfile.*, *.Dockerfile,
*.dockerfile, Containerfile, Containerfile.* and *.Containerfile. Files that .gitignore names,
hidden files, templates and generated files are left out. A file that is named on the command line
is taken whatever its name.";

const PROVE_EXAMPLES: &str = "\
Examples:
  dockslim prove Dockerfile Dockerfile.new      a change made by hand
  git show HEAD:Dockerfile | dockslim prove - Dockerfile
  dockslim prove --output-format json old new   for programs

Exit codes:
  0  both build the same, or differ only in what nobody misses or --allow names, which is listed
  1  they do not, and the first difference is named
  3  it cannot be told, and what is in the way is named
  2  a file could not be read, or the command line is wrong";

const VERIFY_EXAMPLES: &str = "\
Examples:
  dockslim verify                             build ./Dockerfile before and after, and compare
  dockslim verify --review api/Dockerfile     with rewrites that want a look
  dockslim verify --against Dockerfile.new    with a file of your own
  dockslim verify --smoke ./smoke.sh          ask both images; $IMAGE has the name
  dockslim verify -- python -c 'import app'   run a program in both, compare what it prints
  dockslim verify --touch app.py --runs 3     how long a rebuild takes after an edit
  dockslim verify --output-format html > report.html

Images and temporary files are removed at the end, also after Ctrl-C.

Exit codes:
  0  both build, and the images are equal, or differ as the applied passes say they do
  1  the new file cannot be built, fails the smoke command, or its image differs
  2  the file as it is cannot be built or fails the smoke command, there is no builder, or the
     command line is wrong";

const IGNORE_EXAMPLES: &str = "\
Examples:
  dockslim ignore                       what .dockerignore of this folder should hide, as a diff
  dockslim ignore --write api           complete or make api/.dockerignore
  dockslim ignore --check               fail if an entry is missing, for CI
  dockslim ignore --explain-declines    what stays visible, and why";

/// Rewrites Dockerfiles so that their images get smaller and rebuild faster.
///
/// dockslim reads a Dockerfile, works out what can be written better, and gives back a Dockerfile
/// that builds the same image with less in it. It prints a diff unless it is told to write.
#[derive(Debug, Parser)]
#[command(name = "dockslim", bin_name = "dockslim", version)]
#[command(arg_required_else_help = true, after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours.
    ///
    /// `auto` means on a terminal. NO_COLOR and CLICOLOR_FORCE in the environment are heeded.
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    #[arg(hide_possible_values = true, display_order = 100)]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, and it lives as long as the program")]
pub(crate) enum Command {
    /// Rewrite Dockerfiles, or show how.
    ///
    /// Prints a unified diff of each file on standard output, and on standard error what each
    /// rewrite is for. Nothing is changed on disk without --write.
    #[command(after_long_help = FIX_EXAMPLES)]
    Fix(FixArgs),

    /// Lay out Dockerfiles and the shell inside them, or show how.
    ///
    /// Prints a unified diff of each file on standard output. Nothing is changed on disk without --write. Only what stands
    /// between words changes, and the case of keywords, and the order of packages where it means nothing; what is
    /// not proved to read the same stays as it is, with a remark. Here-documents and comments keep their text.
    #[command(after_long_help = editing::FMT_EXAMPLES)]
    Fmt(FmtArgs),

    /// Tell whether two Dockerfiles build the same.
    ///
    /// Works out what both files do, without layout, comments and the borders between RUNs, and compares. This is the
    /// proof that each rewrite of dockslim has to pass; here it can be asked about a change made by hand or by
    /// another tool.
    #[command(after_long_help = PROVE_EXAMPLES)]
    Prove(ProveArgs),

    /// Build a file as it is and as it would be, and show how the images differ.
    ///
    /// Builds with the builder of this machine, docker buildx, docker, podman or buildah, and compares size, build time,
    /// configuration and every file. What is known to be a cache, a log, byte code or a time stamp is set apart.
    #[command(after_long_help = VERIFY_EXAMPLES)]
    Verify(Box<VerifyArgs>),

    /// Complete .dockerignore by what the build context holds and no build needs.
    ///
    /// Prints a unified diff of the file on standard output, and on standard error what each entry
    /// hides. Nothing is changed on disk without --write. What a COPY or ADD of any Dockerfile in the
    /// folder names stays visible, and so does what a step or the sources may read; but a `COPY . .`
    /// copies everything, so look at the entries before you commit.
    #[command(after_long_help = IGNORE_EXAMPLES)]
    Ignore(IgnoreArgs),

    /// Show what is configured for a Dockerfile, and where each value comes from.
    ///
    /// From the weakest to the strongest: the defaults; the nearest dockslim.toml above the Dockerfile, up to the root of
    /// its repository; the `overrides` there that match it; DOCKSLIM_ variables of the environment; --config KEY=VALUE; other flags.
    /// What is printed is TOML.
    Config(ShowConfigArgs),

    /// Serve an editor by the language server protocol, on standard input and output.
    ///
    /// Diagnostics, a code action for each rewrite, `source.fixAll.dockslim` for all safe ones on save, the layout of a
    /// document or a range, and what an instruction sees. The configuration is that of `dockslim fix` and `dockslim fmt`.
    Lsp(LspArgs),

    /// Explain a pass: what it does, what it leaves alone, and why.
    ///
    /// Without PASS: how passes work, and their list.
    Explain(ExplainArgs),

    /// List the passes in the order in which they run.
    Passes,

    /// Print a script that completes commands, options and passes in a shell.
    ///
    /// Such as `dockslim completions bash > /etc/bash_completion.d/dockslim`, or for zsh into a file `_dockslim` in a folder of
    /// $fpath, for fish into ~/.config/fish/completions/dockslim.fish.
    Completions(CompletionsArgs),

    /// Print the manual page, or write those of all commands into a folder.
    Man(ManArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// The folder, which is made if it is missing.
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}

/// The arguments of `dockslim fix`.
#[derive(Debug, clap::Args)]
pub(crate) struct FixArgs {
    #[command(flatten)]
    pub(crate) files: FileArgs,

    /// Lay out the result, as `dockslim fmt` does.
    #[arg(long, conflicts_with = "verify")]
    pub(crate) fmt: bool,

    /// Which rewrites are made.
    #[command(flatten)]
    pub(crate) passes: PassArgs,

    /// What is configured.
    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    /// The folder that the Dockerfiles are built with.
    ///
    /// Without it: the one that a compose or bake file names; else the Dockerfile's own, if all that
    /// it copies is there; else the one folder above it, up to the repository's root, that holds it
    /// all. What .dockerignore hides is not seen.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) context: Option<PathBuf>,

    /// Say what was left alone, and why.
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) explain_declines: bool,

    /// Build what the passes propose, the boldest first, and keep what works.
    ///
    /// The file as it is is built twice. Then come suggestions, review and safe rewrites, without a pass that fails; what
    /// builds, passes the smoke command, differs only as its passes declare, and is smaller, is kept. With a smoke
    /// command, scratch or distroless, a Java runtime by jlink, and an install without packages that nothing names are tried on
    /// top of it; without one, only the levels that are asked for.
    #[arg(long, conflicts_with_all = ["check", "output_format", "diff_base", "statistics", "explain_declines"])]
    pub(crate) verify: bool,

    /// What is told.
    #[command(flatten)]
    pub(crate) report: ReportArgs,

    /// Seconds after which --verify begins no further build.
    #[arg(long, value_name = "SECONDS", default_value = "3600", help_heading = "Building")]
    pub(crate) budget: u64,

    /// How --verify builds, and how it asks the images.
    #[command(flatten)]
    pub(crate) building: BuildingArgs,
}

/// Which rewrites are made.
#[derive(Debug, clap::Args)]
pub(crate) struct PassArgs {
    /// Also apply rewrites that rest on something outside of the file.
    ///
    /// They are right for what the file shows; look at them before you commit.
    #[arg(long)]
    pub(crate) review: bool,

    /// Also apply rewrites that change what the image is, such as its base; implies --review.
    #[arg(long)]
    pub(crate) suggestions: bool,

    /// Run these passes alone; a list with commas.
    #[arg(long, value_name = "PASS", value_delimiter = ',', value_parser = pass_names())]
    #[arg(hide_possible_values = true)]
    pub(crate) select: Vec<String>,

    /// Do not run these passes; a list with commas.
    #[arg(long, value_name = "PASS", value_delimiter = ',', value_parser = pass_names())]
    #[arg(hide_possible_values = true)]
    pub(crate) ignore: Vec<String>,
}

impl PassArgs {
    /// What the flags configure, each under the key that it stands for.
    pub(crate) fn flags(&self) -> Vec<Flag> {
        let level = match (self.suggestions, self.review) {
            (true, _) => Some(("--suggestions", Safety::Suggestion)),
            (false, true) => Some(("--review", Safety::Review)),
            (false, false) => None,
        };
        let level =
            level.map(|(name, level)| Flag { key: "level", name, value: level.name().into() });
        let lists = [("select", "--select", &self.select), ("ignore", "--ignore", &self.ignore)];
        let lists = lists.into_iter().filter(|(.., passes)| !passes.is_empty());
        let lists =
            lists.map(|(key, name, passes)| Flag { key, name, value: passes.clone().into() });
        level.into_iter().chain(lists).collect()
    }
}

/// The arguments of `dockslim prove`.
#[derive(Debug, clap::Args)]
pub(crate) struct ProveArgs {
    /// The old Dockerfile; `-` is standard input.
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,

    /// The new Dockerfile; `-` is standard input.
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,

    /// The build context of both files.
    ///
    /// Without it, that of BEFORE is looked for as by `dockslim fix`, or that of AFTER if BEFORE is standard input.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) context: Option<PathBuf>,

    /// Accept differences of these kinds, by which an image holds less than was asked for, or a program sees less.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = difference_names())]
    pub(crate) allow: Vec<String>,

    /// Print the verdict alone, and not what the two files do.
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// The form of the output.
    #[arg(
        long,
        visible_alias = "format",
        value_enum,
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub(crate) output_format: ProveFormat,
}

/// The forms in which a verdict is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ProveFormat {
    /// For people.
    Text,
    /// For programs: one JSON object.
    Json,
}

/// The arguments of `dockslim verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The Dockerfile, a folder that holds one, or `-` for standard input [default: this folder].
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// Compare with this file instead of what dockslim would write.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["review", "suggestions", "select", "ignore"])]
    pub(crate) against: Option<PathBuf>,

    /// Which rewrites are made.
    #[command(flatten)]
    pub(crate) passes: PassArgs,

    /// Where the configuration comes from.
    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    /// The folder to build with; without it, it is looked for as by `dockslim fix`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) context: Option<PathBuf>,

    /// Also time a rebuild after a change of this file of the build context, which is copied for that.
    #[arg(long, value_name = "PATH")]
    pub(crate) touch: Option<PathBuf>,

    /// Build each file so many times, in turn, and tell the shortest time.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) runs: u32,

    /// Compress no layers: quicker with buildah and podman, and without the sizes that are pulled.
    #[arg(long)]
    pub(crate) uncompressed: bool,

    /// Leave both images on this machine, and say what they are called.
    #[arg(long)]
    pub(crate) keep: bool,

    /// Show no progress.
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// The form of the output.
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(crate) output_format: VerifyFormat,

    /// A program to run in both images, with its arguments; status and output are compared.
    ///
    /// It takes the place of entrypoint and command, and needs no shell.
    #[arg(last = true, value_name = "PROGRAM", conflicts_with = "smoke")]
    pub(crate) inside: Vec<String>,

    /// How to build, and how to ask the images.
    #[command(flatten)]
    pub(crate) building: BuildingArgs,
}

/// How images are built and asked whether they work.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Building")]
pub(crate) struct BuildingArgs {
    /// The builder to use [default: the first that is there of buildx, docker, podman, buildah].
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub(crate) engine: Option<Engine>,

    /// A builder of docker buildx, such as a remote one or one in a cluster.
    #[arg(long, value_name = "NAME")]
    pub(crate) builder: Option<String>,

    /// The stage to build.
    #[arg(long, value_name = "STAGE")]
    pub(crate) target: Option<String>,

    /// An argument of the build.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) build_arg: Vec<String>,

    /// The platform to build for.
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<String>,

    /// A word that is handed to the builder as it is, such as --engine-arg=--network=host.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub(crate) engine_arg: Vec<String>,

    /// A program on this machine that asks an image whether it works: it finds its name in $IMAGE, and ends with 0.
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) smoke: Option<PathBuf>,

    /// Seconds after which a smoke command has failed.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) smoke_timeout: u64,
}

/// The forms in which a verification is told.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum VerifyFormat {
    /// For people.
    Text,
    /// For programs: one JSON object.
    Json,
    /// A page that stands alone.
    Html,
    /// For a comment on a pull request.
    Markdown,
}

/// The arguments of `dockslim ignore`.
#[derive(Debug, clap::Args)]
pub(crate) struct IgnoreArgs {
    /// The build context [default: this folder].
    #[arg(value_name = "FOLDER")]
    pub(crate) path: Option<PathBuf>,

    /// What is done with the result.
    #[command(flatten)]
    pub(crate) edit: EditArgs,

    /// Say what stays visible, and why.
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) explain_declines: bool,
}

/// The arguments of `dockslim explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The pass; `dockslim passes` lists them.
    #[arg(value_parser = pass_names(), hide_possible_values = true)]
    pub(crate) pass: Option<String>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The differences that somebody may miss; the others are always accepted.
fn difference_names() -> PossibleValuesParser {
    let missed = Difference::ALL.iter().filter(|difference| !difference.is_harmless());
    PossibleValuesParser::new(missed.map(|difference| difference.name()))
}

fn pass_names() -> PossibleValuesParser {
    PossibleValuesParser::new(NAMES)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn suggestions_imply_review() {
        for (flags, level) in [
            (&["dockslim", "fix"][..], None),
            (&["dockslim", "fix", "--review"], Some("review")),
            (&["dockslim", "fix", "--suggestions"], Some("suggestion")),
            (&["dockslim", "fix", "--review", "--suggestions"], Some("suggestion")),
        ] {
            let Command::Fix(args) = Args::parse_from(flags).command else {
                panic!("{flags:?} is a fix");
            };
            let said: Vec<String> = args
                .passes
                .flags()
                .iter()
                .map(|flag| flag.value.as_str().unwrap().to_owned())
                .collect();
            assert_eq!(said, level.into_iter().collect::<Vec<_>>(), "{flags:?}");
        }
    }
}
