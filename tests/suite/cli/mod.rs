//! The command line: streams, exit codes, files.

mod changes;
mod colours;
mod commands;
mod configuration;
mod contexts;
mod discovery;
mod formats;
mod ignoring;
mod laying_out;
mod options;
mod proving;
mod streams;
mod verifying;
mod writing;

/// A file that asks for a safe rewrite.
const WASTEFUL: &str = "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\n";

/// A file that is fine.
const FINE: &str = "FROM debian:12-slim\nCOPY . /srv\n";
