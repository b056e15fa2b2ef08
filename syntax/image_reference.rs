//! References to images: `registry:port/path:tag@digest`, with variables.

use crate::Span;

/// A reference to an image or to an earlier stage, as FROM and `--from` write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference {
    /// The whole of it.
    pub span: Span,
}
