//! The layout of a document, or of a part of it, as `dockslim fmt` makes it.

use lsp_types::{Range, TextEdit};

use super::documents::Document;
use super::protocol::{span, text_edits};
use crate::editorconfig::Styles;
use crate::layout;
use crate::positions::Unit;
use crate::project::Project;

/// The edits that lay out a document; of what a range touches alone, if there is one. What an editor says of tabs is not asked:
/// `.editorconfig` says it to everybody. `None` where the file is left alone. The build context, which may have to be read first, is not
/// asked for.
pub(super) fn formatting(
    document: &Document,
    project: &Project,
    range: Option<Range>,
    unit: Unit,
) -> Option<Vec<TextEdit>> {
    if !document.is_admitted(project) {
        return None;
    }
    // Read anew each time: not every client tells of changed files.
    let (style, _) = Styles::default().of(document.path.as_deref(), "Dockerfile");
    let range = range.map(|range| span(document, range, unit));
    let layout = layout::format_parsed(&document.dockerfile(), range, &style);
    Some(text_edits(document, &layout.edits, unit))
}
