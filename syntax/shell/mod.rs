//! The shell inside a Dockerfile.

mod tree;

pub use tree::*;
