//! What is agreed with the client.

use dockslim_syntax::{Edits, Span};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, HoverProviderCapability,
    OneOf, Position, PositionEncodingKind, Range, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, TextEdit,
};
use serde_json::{Value, json};

use super::documents::Document;
use crate::positions::Unit;

/// The kind of the action that makes all safe rewrites, as editors ask for it on save.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.dockslim");

/// What columns count: bytes if the client can, since then nobody has to; UTF-16 if it says nothing. Of what `initialize` says only what
/// is used is read, so that a client may say what it likes.
pub(super) fn unit(client: &Value) -> Unit {
    let offered = client["capabilities"]["general"]["positionEncodings"].as_array();
    let offered = offered.map_or(&[][..], Vec::as_slice);
    let known =
        [(PositionEncodingKind::UTF8, Unit::Utf8), (PositionEncodingKind::UTF32, Unit::Utf32)];
    let is_offered = |kind: &PositionEncodingKind| offered.iter().any(|one| one == kind.as_str());
    let mut known = known.into_iter().filter(|(kind, _)| is_offered(kind));
    known.next().map_or(Unit::Utf16, |(_, unit)| unit)
}

/// Whether the client can be asked to tell of files that change.
pub(super) fn can_watch(client: &Value) -> bool {
    let watched = &client["capabilities"]["workspace"]["didChangeWatchedFiles"];
    watched["dynamicRegistration"] == true
}

/// The answer to `initialize`. A client that tells of no file that changes has to tell of those that it saves.
pub(super) fn capabilities(unit: Unit, can_watch: bool) -> Value {
    let encoding = match unit {
        Unit::Utf8 => PositionEncodingKind::UTF8,
        Unit::Utf16 => PositionEncodingKind::UTF16,
        Unit::Utf32 => PositionEncodingKind::UTF32,
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(!can_watch)),
            ..TextDocumentSyncOptions::default()
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
            ..CodeActionOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    };
    let version = env!("CARGO_PKG_VERSION");
    json!({ "capabilities": capabilities, "serverInfo": { "name": "dockslim", "version": version } })
}

/// The range of a span of the document's text.
pub(super) fn range(document: &Document, span: Span, unit: Unit) -> Range {
    let at = |offset| {
        let (line, column) = document.positions.position(&document.text, offset, unit);
        Position::new(line as u32, column as u32)
    };
    Range::new(at(span.start), at(span.end))
}

/// The span of a range.
pub(super) fn span(document: &Document, range: Range, unit: Unit) -> Span {
    let (start, end) = (offset(document, range.start, unit), offset(document, range.end, unit));
    Span::new(start, end.max(start))
}

/// The byte of a position.
pub(super) fn offset(document: &Document, position: Position, unit: Unit) -> usize {
    let place = (position.line as usize, position.character as usize);
    document.positions.offset(&document.text, place, unit)
}

/// Edits as the client takes them.
pub(super) fn text_edits(document: &Document, edits: &Edits, unit: Unit) -> Vec<TextEdit> {
    let edits = edits.iter();
    edits.map(|edit| TextEdit::new(range(document, edit.span, unit), edit.text.clone())).collect()
}
