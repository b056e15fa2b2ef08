//! dockslim: an optimising compiler from Dockerfile to Dockerfile.
//!
//! [`engine`] is the compiler; everything else here is the command around it.

mod args;
mod builder;
mod commands;
mod config;
mod context;
pub mod engine;
mod error;
mod files;
mod image;
mod lsp;
mod memo;
mod origin;
mod positions;
mod project;
mod report;
mod verify;

use std::process::ExitCode;

use clap::Parser;

/// Runs the command that the arguments of this process ask for.
pub fn run() -> ExitCode {
    commands::run(&args::Args::parse())
}
