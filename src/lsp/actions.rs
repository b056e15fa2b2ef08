//! What can be done at a place: each rewrite by itself, a comment that keeps it off, and all safe rewrites at once.

use std::collections::BTreeSet;

use dockslim_contract::Safety;
use dockslim_syntax::{Dockerfile, Edits, Span};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionTriggerKind,
    DiagnosticSeverity, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, WorkspaceEdit,
};

use super::diagnostics::of_pass;
use super::documents::{Change, Document};
use super::protocol::{FIX_ALL, span, text_edits};
use crate::engine::{Proposals, Remark, Single};
use crate::positions::Unit;

/// Whether somebody makes what is answered, at once or by picking it: it is to rest on what is there now.
pub(super) fn is_for_use(params: &CodeActionParams) -> bool {
    asks_for_all(params) || params.context.trigger_kind == Some(CodeActionTriggerKind::INVOKED)
}

/// Whether the client asks for what it makes without showing it.
fn asks_for_all(params: &CodeActionParams) -> bool {
    // What an editor does on save it asks for by name.
    let only = params.context.only.as_deref();
    only.is_some_and(|kinds| kinds.iter().any(|kind| within(&FIX_ALL, kind)))
}

/// The actions that the client asks for; `None` once it waits for them no more, as `wanted` says.
pub(super) fn actions(
    document: &Document,
    params: &CodeActionParams,
    unit: Unit,
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<CodeActionOrCommand>> {
    let only = params.context.only.as_deref();
    let mut actions = Vec::new();
    if only.is_none_or(|kinds| kinds.iter().any(|kind| within(&CodeActionKind::QUICKFIX, kind))) {
        let place = span(document, params.range, unit);
        actions.extend(quick_fixes(document, place, unit, wanted)?);
    }
    if asks_for_all(params) {
        actions.extend(fix_all(document, unit, wanted));
    }
    Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
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

/// The rewrites among what the passes propose that speak of a place which is asked for.
pub(super) fn rewrites(
    proposals: &Proposals,
    is_asked: impl Fn(Span) -> bool,
) -> Vec<(Change, &Single)> {
    let all = proposals.rewrites.iter().enumerate();
    all.filter(|(_, single)| is_asked(single.remark.at))
        .map(|(number, single)| (Change::Rewrite { number, pass: single.remark.pass }, single))
        .collect()
}

/// What can be done at a place: the rewrites that are right alone, and comments that keep passes off.
fn quick_fixes(
    document: &Document,
    place: Span,
    unit: Unit,
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<CodeAction>> {
    let dockerfile = document.dockerfile();
    let Some((proposals, judge)) = document.proposals(&dockerfile) else {
        return Some(Vec::new());
    };
    let rewrites = rewrites(proposals, |at| near(at, place));
    let keeps = keeps(document, &dockerfile, proposals, place);
    let changes: Vec<(Change, &Edits)> = rewrites
        .iter()
        .map(|(change, single)| (*change, &single.edits))
        .chain(keeps.iter().map(|keep| (keep.change, &keep.edits)))
        .collect();
    let right = document.right(&dockerfile, judge, &changes, wanted)?;
    let (right_rewrites, right_keeps) = right.split_at(rewrites.len());
    let rewrites = rewrites.iter().zip(right_rewrites).filter(|(_, right)| **right);
    let keeps = keeps.iter().zip(right_keeps).filter(|(_, right)| **right);
    let rewrites = rewrites.map(|((_, single), _)| rewrite(document, single, unit));
    Some(rewrites.chain(keeps.map(|(keep, _)| keep.action(document, unit))).collect())
}

fn rewrite(document: &Document, single: &Single, unit: Unit) -> CodeAction {
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
}

/// A comment that keeps a pass off.
struct Keep {
    change: Change,
    pass: &'static str,
    edits: Edits,
}

impl Keep {
    fn action(&self, document: &Document, unit: Unit) -> CodeAction {
        CodeAction {
            title: format!("keep this from {} by a comment", self.pass),
            kind: Some(CodeActionKind::QUICKFIX),
            edit: Some(workspace_edit(document, &self.edits, unit)),
            ..CodeAction::default()
        }
    }
}

/// For each pass that has something to say here, a comment above the instruction. Before the diagnostics are out, only passes
/// count that speak of the text as it stands: all of them together take longer than somebody waits for a menu.
fn keeps(
    document: &Document,
    dockerfile: &Dockerfile<'_>,
    proposals: &Proposals,
    place: Span,
) -> Vec<Keep> {
    let remarks: Vec<&Remark> = match document.known_outcome() {
        Some(outcome) => outcome.applied.iter().chain(&outcome.offered).collect(),
        None => proposals.rewrites.iter().map(|single| &single.remark).collect(),
    };
    let here: Vec<&Remark> = remarks.into_iter().filter(|remark| near(remark.at, place)).collect();
    if here.is_empty() {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut keeps = Vec::new();
    for remark in here {
        let mut instructions = dockerfile.instructions().map(|(_, instruction)| instruction);
        let Some(instruction) = instructions.find(|one| one.lines.end > remark.at.start) else {
            continue;
        };
        let (at, pass) = (instruction.lines.start, remark.pass);
        if !seen.insert((pass, at)) {
            continue;
        }
        let indent = &document.text[at..instruction.keyword.start];
        let comment = format!("{indent}# dockslim: keep {pass}{}", dockerfile.newline());
        let mut edits = Edits::new();
        if edits.insert(at, comment).is_ok() {
            keeps.push(Keep { change: Change::Keep { at, pass }, pass, edits });
        }
    }
    keeps
}

fn fix_all(document: &Document, unit: Unit, wanted: &dyn Fn() -> bool) -> Option<CodeAction> {
    let (text, edits) = document.safe(wanted)?;
    (!edits.is_empty() && text != document.text).then(|| CodeAction {
        title: "make all safe rewrites".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(workspace_edit(document, edits, unit)),
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
