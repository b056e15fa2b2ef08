//! The tests of the whole program: one layer in each file, each with its question.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod again;
mod buildkit;
mod cases;
mod cli;
mod contexts;
mod corpus;
mod documentation;
mod edits;
mod executed;
#[cfg(unix)]
mod images;
mod joined;
mod layout;
mod lsp;
mod mutations;
mod official_images;
mod official_map;
mod oracles;
mod packaging;
mod program;
mod proofs;
mod properties;
mod readme;
mod rendering;
mod shells;
mod sources;
mod spans;
#[path = "../report/tally.rs"]
mod tally;
mod tidy;
mod tiling;
mod totality;
