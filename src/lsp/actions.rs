//! What can be done at a place: each rewrite by itself, a comment that keeps it off, and all safe rewrites at once.

use std::collections::BTreeSet;

use dockslim_contract::Safety;
use dockslim_syntax::{Edits, Span, parse};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, DiagnosticSeverity,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit,
    WorkspaceEdit,
};

use super::diagnostics::of_pass;
use super::documents::Document;
use super::protocol::{FIX_ALL, span, text_edits};
use crate::engine;
use crate::positions::Unit;

/// The actions that the client asks for.
pub(super) fn actions(
    document: &Document,
    params: &CodeActionParams,
    unit: Unit,
) -> Vec<CodeActionOrCommand> {
    let only = params.context.only.as_deref();
    let mut actions = Vec::new();
    if only.is_none_or(|kinds| kinds.iter().any(|kind| within(&CodeActionKind::QUICKFIX, kind))) {
        let place = span(document, params.range, unit);
        actions.extend(rewrites(document, place, unit));
        actions.extend(keeps(document, place, unit));
    }
    // What an editor does on save it asks for by name.
    if only.is_some_and(|kinds| kinds.iter().any(|kind| within(&FIX_ALL, kind))) {
        actions.extend(fix_all(document, unit));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Whether a kind is one of those that the client asked for: `source` asks for `source.fixAll.dockslim`, too.
fn within(kind: &CodeActionKind, wanted: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
}

/// Whether a rewrite speaks of a place; a cursor at its border is in it.
fn near(at: Span, place: Span) -> bool {
    at.start <= place.end && place.start <= at.end
}

fn rewrites(document: &Document, place: Span, unit: Unit) -> Vec<CodeAction> {
    let singles = document.singles().iter().filter(|single| near(single.remark.at, place));
    let actions = singles.map(|single| {
        let remark = &single.remark;
        let level = match remark.safety {
            Safety::Safe => String::new(),
            level => format!(" ({})", level.name()),
        };
        let severity = DiagnosticSeverity::INFORMATION;
        CodeAction {
            title: format!("{}: {}{level}", remark.pass, remark.message),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![of_pass(document, unit, remark, severity)]),
            is_preferred: Some(remark.safety == Safety::Safe),
            edit: Some(workspace_edit(document, &single.edits, unit)),
            ..CodeAction::default()
        }
    });
    actions.collect()
}

/// For each pass that has something to say here, a comment above the instruction.
fn keeps(document: &Document, place: Span, unit: Unit) -> Vec<CodeAction> {
    let Some(outcome) = document.outcome() else { return Vec::new() };
    let remarks = outcome.applied.iter().chain(&outcome.offered);
    let here = remarks.filter(|remark| near(remark.at, place));
    let dockerfile = parse(&document.text);
    let mut seen = BTreeSet::new();
    let mut actions = Vec::new();
    for remark in here {
        let mut instructions = dockerfile.instructions().map(|(_, instruction)| instruction);
        let Some(instruction) = instructions.find(|one| one.lines.end > remark.at.start) else {
            continue;
        };
        let start = instruction.lines.start;
        if !seen.insert((remark.pass, start)) {
            continue;
        }
        let indent = &document.text[start..instruction.keyword.start];
        let comment = format!("{indent}# dockslim: keep {}{}", remark.pass, dockerfile.newline());
        let mut edits = Edits::new();
        if edits.insert(start, comment).is_err() || !engine::is_equal(&document.text, &edits) {
            continue;
        }
        actions.push(CodeAction {
            title: format!("keep this from {} by a comment", remark.pass),
            kind: Some(CodeActionKind::QUICKFIX),
            edit: Some(workspace_edit(document, &edits, unit)),
            ..CodeAction::default()
        });
    }
    actions
}

fn fix_all(document: &Document, unit: Unit) -> Option<CodeAction> {
    let outcome = document.safe()?;
    (!outcome.edits.is_empty() && outcome.text != document.text).then(|| CodeAction {
        title: "make all safe rewrites".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(workspace_edit(document, &outcome.edits, unit)),
        ..CodeAction::default()
    })
}

/// Edits of this version of the document: a client that is ahead refuses them.
fn workspace_edit(document: &Document, edits: &Edits, unit: Unit) -> WorkspaceEdit {
    let text_document = OptionalVersionedTextDocumentIdentifier {
        uri: document.uri.clone(),
        version: Some(document.version),
    };
    let edits = text_edits(document, edits, unit).into_iter().map(OneOf::Left).collect();
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit {
            text_document,
            edits,
        }])),
        ..WorkspaceEdit::default()
    }
}
