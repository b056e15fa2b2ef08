//! What is written in a Dockerfile: lossless trees of its instructions and of the shell inside them.
//!
//! Parsing cannot fail: [`parse`] gives a tree for every text, with diagnostics beside it. The leaves
//! of the tree are slices of the text and tile it. All positions are byte offsets into that text, also
//! inside the shell of RUN.

mod again;
mod cursor;
mod directive;
mod edits;
mod heredoc;
mod image_reference;
mod instruction;
mod json;
mod ownership;
mod parser;
pub mod shell;
mod span;
mod tree;

pub use again::Known;
pub use edits::{Edit, Edits, Overlap, apply};
pub use image_reference::{ImageReference, Modifier, Variable, is_windows, variables};
pub use ownership::leading_comments;
pub use parser::parse;
pub use shell::Script;
pub use span::Span;
pub use tree::*;
