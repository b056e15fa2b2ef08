//! The commands, and how each of them ends.

mod building;
mod config;
mod earn;
mod explain;
mod fix;
mod fmt;
mod generated;
mod ignore;
mod passes;
mod prove;
mod rewriting;
mod telling;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::args::{Args, Command, ConfigArgs, LspArgs};
use crate::config::Flag;
use crate::error::Error;
use crate::project::Project;
use crate::report::Output;

/// How a command ended, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// All is done.
    Done,
    /// `--check` found something to do, or `verify` a difference.
    Wanted,
    /// Something could not be done.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Done => ExitCode::SUCCESS,
            Status::Wanted => ExitCode::from(1),
            Status::Failed => ExitCode::from(2),
        }
    }
}

/// What is configured for a run, and the build contexts of its files. What the user may have meant otherwise is told.
fn project(
    config: &ConfigArgs,
    flags: Vec<Flag>,
    context: Option<PathBuf>,
    output: &mut Output,
) -> Result<Project, Error> {
    let project = Project::new(config, flags, context)?;
    for warning in &project.configurations.warnings {
        output.warning(warning);
    }
    Ok(project)
}

/// A client that goes away without a word has failed, and so have we.
fn lsp(args: &LspArgs) -> Result<Status, Error> {
    Ok(if crate::lsp::serve(&args.config)? { Status::Done } else { Status::Wanted })
}

/// Runs the command that `args` asks for.
pub(crate) fn run(args: &Args) -> ExitCode {
    let mut output = Output::new(args.color);
    let result = match &args.command {
        Command::Fix(args) => fix::run(args, &mut output),
        Command::Fmt(args) => fmt::run(args, &mut output),
        Command::Prove(args) => match prove::run(args, &mut output) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Verify(args) => verify::run(args, &mut output),
        Command::Ignore(args) => ignore::run(args, &mut output),
        Command::Config(args) => config::run(args, &mut output).map(|()| Status::Done),
        Command::Lsp(args) => lsp(args),
        Command::Explain(args) => explain::run(args, &mut output).map(|()| Status::Done),
        Command::Completions(args) => generated::completions(args.shell, &mut output),
        Command::Man(args) => generated::manual(args.folder.as_deref(), &mut output),
        Command::Passes => passes::run(&mut output).map(|()| Status::Done),
    };
    let status = result.unwrap_or_else(|error| {
        output.error(&error);
        Status::Failed
    });
    status.into()
}
