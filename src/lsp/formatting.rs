//! The layout of a document, or of a part of it, as `dockslim fmt` makes it.

use lsp_types::{Range, TextEdit};

use super::documents::Document;
use super::protocol::{span, text_edits};
use crate::layout;
use crate::positions::Unit;

/// The edits that lay out a document; of what a range touches alone, if there is one. What an editor says of tabs is not asked:
/// `.editorconfig` says it to everybody. `None` where the file is left alone.
pub(super) fn formatting(
    document: &Document,
    range: Option<Range>,
    unit: Unit,
) -> Option<Vec<TextEdit>> {
    document.seen()?.settings.as_ref()?;
    let (style, _) = layout::style_for(document.path.as_deref(), "Dockerfile");
    let layout = match range {
        Some(range) => layout::format_range(&document.text, span(document, range, unit), &style),
        None => layout::format(&document.text, &style),
    };
    Some(text_edits(document, &layout.edits, unit))
}
