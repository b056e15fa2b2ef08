//! dockslim: an optimising compiler from Dockerfile to Dockerfile.
//!
//! [`engine`] is the compiler, [`layout`] the formatter; everything else here is the command around them.

mod args;
mod builder;
mod commands;
mod config;
mod context;
mod editorconfig;
pub mod engine;
mod error;
mod evidence;
mod files;
mod image;
pub mod layout;
mod lsp;
mod memo;
mod origin;
mod positions;
mod project;
mod report;
mod verify;

pub use context::added;

use std::process::ExitCode;

use clap::Parser;

/// Runs the command that the arguments of this process ask for.
pub fn run() -> ExitCode {
    commands::run(&args::Args::parse())
}
