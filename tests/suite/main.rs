//! The tests of the whole program: what it does with files, seen from outside.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod buildkit;
mod cli;
mod joined;
mod oracles;
mod program;
mod sources;
mod tiling;
mod totality;
