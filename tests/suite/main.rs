//! The tests of the whole program: what it does with files, seen from outside.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod buildkit;
mod cases;
mod cli;
mod documentation;
mod edits;
mod joined;
mod oracles;
mod program;
mod properties;
mod rendering;
mod shells;
mod sources;
mod tiling;
mod totality;
