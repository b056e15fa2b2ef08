//! What is shown in the text: rewrites, what a builder would refuse, and comments that are wrong.

use dockslim_contract::Safety;
use dockslim_syntax::Span;
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticSeverity, DiagnosticTag, LogMessageParams, MessageType,
    NumberOrString, PublishDiagnosticsParams, Uri,
};

use super::documents::Document;
use super::protocol::range;
use super::wire;
use crate::engine::Remark;
use crate::positions::Unit;
use crate::report::documentation;

/// The name under which editors show them.
const SOURCE: &str = "dockslim";

/// The diagnostics of a document, for its version.
pub(super) fn of(document: &Document, unit: Unit) -> String {
    publish(document.uri.clone(), Some(document.version), list(document, unit))
}

/// That a document has none any more.
pub(super) fn none(uri: Uri) -> String {
    publish(uri, None, Vec::new())
}

/// That a change of a document was not understood.
pub(super) fn lost(uri: &str) -> String {
    let message = format!("{uri}: a change was not understood; open the file anew");
    let params = LogMessageParams { typ: MessageType::ERROR, message };
    wire::notification("window/logMessage", params)
}

/// That a document is not known, because of what the client said of it.
pub(super) fn not_opened(uri: &str, error: &str) -> String {
    let message = format!("{uri}: this was opened in a way that is not understood: {error}");
    let params = LogMessageParams { typ: MessageType::ERROR, message };
    wire::notification("window/logMessage", params)
}

fn publish(uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> String {
    let params = PublishDiagnosticsParams { uri, version, diagnostics };
    wire::notification("textDocument/publishDiagnostics", params)
}

fn list(document: &Document, unit: Unit) -> Vec<Diagnostic> {
    let mut list = Vec::new();
    if document.disputed {
        let message = "a carriage return stands alone, and editors do not agree whether a line ends there; \
                       nothing is looked at before it goes, and the file is opened anew";
        let (at, severity) = (Span::empty(0), DiagnosticSeverity::WARNING);
        return vec![diagnostic(document, unit, at, severity, message.to_owned())];
    }
    if let Some(error) = document.seen().and_then(|seen| seen.error.as_deref()) {
        let at = Span::empty(0);
        list.push(diagnostic(document, unit, at, DiagnosticSeverity::ERROR, error.to_owned()));
    }
    let Some(outcome) = document.known_outcome() else { return list };
    for remark in &outcome.diagnostics {
        let severity = DiagnosticSeverity::ERROR;
        list.push(diagnostic(document, unit, remark.at, severity, remark.message.clone()));
    }
    for remark in &outcome.notes {
        let severity = DiagnosticSeverity::WARNING;
        let mut one = diagnostic(document, unit, remark.at, severity, remark.message.clone());
        one.code = Some(NumberOrString::String(remark.reason.to_owned()));
        if remark.reason == "unused-keep" {
            one.tags = Some(vec![DiagnosticTag::UNNECESSARY]);
        }
        list.push(one);
    }
    list.extend(
        outcome
            .applied
            .iter()
            .map(|remark| of_pass(document, unit, remark, DiagnosticSeverity::INFORMATION)),
    );
    list.extend(
        outcome
            .offered
            .iter()
            .map(|remark| of_pass(document, unit, remark, DiagnosticSeverity::HINT)),
    );
    list
}

/// What a pass would change, with the page that says why.
pub(super) fn of_pass(
    document: &Document,
    unit: Unit,
    remark: &Remark,
    severity: DiagnosticSeverity,
) -> Diagnostic {
    let mut message = remark.message.clone();
    if remark.safety != Safety::Safe {
        message = format!("{message} ({})", remark.safety.name());
    }
    let mut one = diagnostic(document, unit, remark.at, severity, message);
    one.code = Some(NumberOrString::String(remark.pass.to_owned()));
    let href = documentation(remark.pass).parse();
    one.code_description = href.ok().map(|href| CodeDescription { href });
    one
}

fn diagnostic(
    document: &Document,
    unit: Unit,
    at: Span,
    severity: DiagnosticSeverity,
    message: String,
) -> Diagnostic {
    Diagnostic {
        range: range(document, at, unit),
        severity: Some(severity),
        source: Some(SOURCE.to_owned()),
        message,
        ..Diagnostic::default()
    }
}
