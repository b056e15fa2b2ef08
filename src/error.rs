//! What can go wrong between dockslim and the world.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::builder::Fault;
use crate::config::ConfigError;
use crate::context::NoContext;
use crate::image::Unreadable;

/// A failure, with the path that it is about and what to do.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("{}: there is no such file or folder; check the spelling", path.display())]
    Missing { path: PathBuf },

    #[error("{}: is a link to {}, which is not there", path.display(), target.display())]
    BrokenLink { path: PathBuf, target: PathBuf },

    #[error("{}: cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },

    #[error("{0}")]
    Walk(#[from] ignore::Error),

    #[error(
        "{}:{line}: is not UTF-8 (byte {offset} of the file); convert it and run dockslim again",
        path.display()
    )]
    NotUtf8 { path: PathBuf, offset: usize, line: usize },

    #[error(
        "{}: holds a NUL byte (byte {offset} of the file), so it is no Dockerfile; leave it out, \
         or save it as UTF-8",
        path.display()
    )]
    Binary { path: PathBuf, offset: usize },

    #[error(
        "{}: was changed by something else in the meantime and is left as it is; \
         run dockslim again",
        path.display()
    )]
    ChangedMeanwhile { path: PathBuf },

    #[error("{}: is no file that could be replaced; without --write it is read", path.display())]
    NoFile { path: PathBuf },

    #[error("{}: is write-protected; make it writable and run dockslim again", path.display())]
    WriteProtected { path: PathBuf },

    #[error(
        "{}: cannot be written: {source}; dockslim must be allowed to make files in its folder",
        path.display()
    )]
    Write { path: PathBuf, source: io::Error },

    #[error("standard output cannot be written: {0}")]
    Output(io::Error),

    #[error("`-` stands for standard input and cannot be mixed with other paths")]
    StandardInputAmongPaths,

    #[error("standard input is one file; name the other one by its path")]
    StandardInputTwice,

    #[error("standard input cannot be changed in place; leave out --write")]
    StandardInputInPlace,

    #[error(
        "--config {given}: there is no such file; an option is set like this: \
         --config 'merge-runs.policy = \"logical\"'"
    )]
    ConfigMissing { given: String },

    /// `by` is the flag or the variable that names the file.
    #[error("{by} {}: cannot be read: {source}", path.display())]
    ConfigRead { by: String, path: PathBuf, source: io::Error },

    #[error(transparent)]
    Context(#[from] NoContext),

    #[error("the language client does not speak its language: {message}")]
    Protocol { message: String },

    #[error("--diff-base: {message}")]
    Git { message: String },

    #[error(
        "--diff-base: git knows no revision `{revision}`; check the spelling, or fetch it first"
    )]
    NoRevision { revision: String },

    #[error("standard input has no history; leave out --diff-base")]
    StandardInputChanges,

    #[error("--statistics are printed as text or json; choose one of them by --output-format")]
    StatisticsFormat,

    #[error(transparent)]
    Config(#[from] ConfigError),

    #[error(transparent)]
    Builder(#[from] Fault),

    #[error(transparent)]
    Image(#[from] Unreadable),

    #[error(
        "no temporary files can be made: {0}; TMPDIR says where, and a few times the size of the image must be free"
    )]
    Temporary(io::Error),

    #[error("{}: holds {count} Dockerfiles; name one of them", path.display())]
    NotOneFile { path: PathBuf, count: usize },

    #[error(
        "`fix --verify` takes one Dockerfile, and {count} are named; a program to ask the images is given by --smoke"
    )]
    NotOneNamed { count: usize },

    #[error("{name}:{line}: it {message}")]
    Foreign { name: String, line: usize, message: String },

    #[error("{name}: {origin} excludes it")]
    Excluded { name: String, origin: String },

    #[error("--touch {}: there is no such file in the build context {}", path.display(), context.display())]
    NothingToTouch { path: PathBuf, context: PathBuf },

    #[error(
        "{name} cannot be built as it is, so there is nothing to compare with{}{}",
        at_step(step),
        indented(lines)
    )]
    BuildFailsBefore { name: String, step: Option<String>, lines: Vec<String> },

    #[error(
        "the image of {name} as it is fails the smoke command, which {told}{}",
        indented(lines)
    )]
    SmokeFailsBefore { name: String, told: String, lines: Vec<String> },
}

fn at_step(step: &Option<String>) -> String {
    step.as_ref().map(|step| format!(": {step} fails")).unwrap_or_default()
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n    {line}")).collect()
}
