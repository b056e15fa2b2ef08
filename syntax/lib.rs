//! What is written in a Dockerfile: lossless trees of its instructions and of the shell inside them.
//!
//! Parsing cannot fail: [`parse`] gives a tree for every text, with diagnostics beside it. The leaves
//! of the tree are slices of the text and tile it. All positions are byte offsets into that text, also
//! inside the shell of RUN.

mod edits;
mod image_reference;
pub mod shell;
mod span;
mod tree;

pub use edits::{Edit, Edits, Overlap};
pub use image_reference::ImageReference;
pub use shell::Script;
pub use span::Span;
pub use tree::*;

/// Parses any text as a Dockerfile.
pub fn parse(source: &str) -> Dockerfile<'_> {
    Dockerfile {
        source,
        escape: '\\',
        items: Vec::new(),
        leaves: Vec::new(),
        continuations: Vec::new(),
        diagnostics: Vec::new(),
    }
}
