//! `dockslim lsp`: the language server, on standard input and output.
//!
//! One thread answers, in the order of the questions; a second one reads, so that a question which its asker takes back is not
//! worked on. When nothing else is waiting, a third works out what the diagnostics of a document are, so that a question
//! that comes meanwhile need not wait.

mod actions;
mod diagnostics;
mod documents;
mod formatting;
mod hover;
mod protocol;
mod queue;
mod watch;
mod wire;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use lsp_server::{ErrorCode, Notification, Request, RequestId};
use lsp_types::{
    CodeActionParams, DidChangeTextDocumentParams, DidOpenTextDocumentParams,
    DocumentFormattingParams, DocumentRangeFormattingParams, HoverParams, Range, TextEdit, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::args::ConfigArgs;
use crate::config::Configurations;
use crate::error::Error;
use crate::positions::Unit;
use crate::project::Project;
use documents::Document;
use queue::{Incoming, Queue, TakenBack, Turn};

/// Serves until the client says `exit` or goes away. `true` if it said `shutdown` before, as it should.
pub(crate) fn serve(config: &ConfigArgs) -> Result<bool, Error> {
    let broken = |message: String| Error::Protocol { message };
    let project = Arc::new(Project::new(config, Vec::new(), None)?);
    let mut input = wire::input();
    let (sender, writer) = wire::output();
    let send = move |message| sender.send(message).is_ok();
    let Some(request) = wire::first(&mut input, &send).map_err(broken)? else { return Ok(false) };
    let (unit, can_watch) = (protocol::unit(&request.params), protocol::can_watch(&request.params));
    // Not every client waits for this answer, and says `initialized`, before it asks for more.
    send(wire::answer(&request.id, protocol::capabilities(unit, can_watch)));
    let (mut queue, work) = Queue::reading(input);
    let mut server = Server {
        project,
        config,
        unit,
        can_watch,
        documents: HashMap::new(),
        send: Box::new(send),
        down: false,
        work,
        turn: Turn::default(),
        working: false,
        taken_back: queue.taken_back(),
    };
    if can_watch {
        server.tell(watch::registration());
    }
    let mut unheard = false;
    while let Some(message) = queue.next(|| server.publish_one()) {
        let exits = matches!(&message, queue::Next::Notification(one) if one.method == "exit");
        if !server.handle(message) {
            unheard = !exits;
            break;
        }
    }
    let down = server.down;
    if unheard {
        // A client that takes no answers may still hold its end of the other pipe, for ever.
        return Ok(down);
    }
    // The writer ends with the last of its senders.
    drop(server);
    let written = writer.join().expect("a panic ends the program");
    match queue.end().and(written) {
        // A client that goes away without a word may leave a pipe broken.
        Err(error) if down || error.kind() == std::io::ErrorKind::InvalidData => {
            Err(broken(error.to_string()))
        }
        _ => Ok(down),
    }
}

/// How long it takes until work for later begins: an editor asks right behind a change, if at all, and its question is to find
/// the processors free.
const A_MOMENT: Duration = Duration::from_millis(3);

fn from<T: DeserializeOwned>(params: Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}

/// The answer to a request that was taken back.
fn taken(id: &RequestId) -> String {
    wire::refusal(id, ErrorCode::RequestCanceled, "it was taken back")
}

struct Server<'a> {
    project: Arc<Project>,
    config: &'a ConfigArgs,
    /// What the columns of the client count.
    unit: Unit,
    /// Whether the client tells of files that change.
    can_watch: bool,
    documents: HashMap<String, Document>,
    /// Gives a message to the client; `false` if it is gone.
    send: Box<dyn Fn(String) -> bool>,
    /// Whether the client has said `shutdown`.
    down: bool,
    /// Puts what was worked out into the queue.
    work: Sender<Incoming>,
    /// Held while a question is answered.
    turn: Turn,
    /// Whether something is being worked out: one thing at a time, so that typing does not pile up work.
    working: bool,
    /// The requests that nobody waits for any more.
    taken_back: TakenBack,
}

impl Server<'_> {
    /// `false` if it was the last message.
    fn handle(&mut self, message: queue::Next) -> bool {
        match message {
            queue::Next::Request(request) => {
                let answer = self.answer(request);
                (self.send)(answer)
            }
            queue::Next::Cancelled(id) => (self.send)(taken(&id)),
            queue::Next::Nonsense(answer) => (self.send)(answer),
            queue::Next::Found(found) => {
                self.working = false;
                if let Some(document) = self.documents.get_mut(found.uri.as_str()) {
                    document.take(found);
                }
                true
            }
            queue::Next::Notification(notification) => {
                if notification.method == "exit" {
                    return false;
                }
                self.hear(notification);
                true
            }
        }
    }

    fn answer(&mut self, request: Request) -> String {
        let Request { id, method, params } = request;
        if self.down {
            return wire::refusal(&id, ErrorCode::InvalidRequest, "the server is shutting down");
        }
        let turn = self.turn.clone();
        let _turn = turn.take();
        let taken_back = self.taken_back.clone();
        let wanted = || !taken_back.holds(&id);
        let answer = match method.as_str() {
            "shutdown" => {
                self.down = true;
                wire::answer(&id, Value::Null)
            }
            "initialize" => {
                wire::refusal(&id, ErrorCode::InvalidRequest, "the server is initialized already")
            }
            "textDocument/codeAction" => {
                let answer = |server: &mut Self, params: CodeActionParams| {
                    let uri = params.text_document.uri.clone();
                    if actions::is_for_use(&params) {
                        server.files_may_have_changed();
                    }
                    let (unit, document) = (server.unit, server.document(&uri));
                    document.and_then(|document| actions::actions(document, &params, unit, &wanted))
                };
                self.answer_with(&id, params, answer)
            }
            "textDocument/hover" => {
                let answer = |server: &mut Self, params: HoverParams| {
                    let place = params.text_document_position_params;
                    let (unit, document) = (server.unit, server.document(&place.text_document.uri));
                    document
                        .and_then(|document| hover::hover(document, place.position, unit, &wanted))
                };
                self.answer_with(&id, params, answer)
            }
            "textDocument/formatting" => {
                let answer = |server: &mut Self, params: DocumentFormattingParams| {
                    server.formatting(&params.text_document.uri, None)
                };
                self.answer_with(&id, params, answer)
            }
            "textDocument/rangeFormatting" => {
                let answer = |server: &mut Self, params: DocumentRangeFormattingParams| {
                    server.formatting(&params.text_document.uri, Some(params.range))
                };
                self.answer_with(&id, params, answer)
            }
            _ => {
                let message = format!("{method} is not served");
                wire::refusal(&id, ErrorCode::MethodNotFound, &message)
            }
        };
        if wanted() { answer } else { taken(&id) }
    }

    fn formatting(&self, uri: &Uri, range: Option<Range>) -> Option<Vec<TextEdit>> {
        let document = self.documents.get(uri.as_str()).filter(|document| document.is_sure())?;
        formatting::formatting(document, &self.project, range, self.unit)
    }

    fn answer_with<P: DeserializeOwned, R: serde::Serialize>(
        &mut self,
        id: &RequestId,
        params: Value,
        answer: impl FnOnce(&mut Self, P) -> Option<R>,
    ) -> String {
        match from(params) {
            Ok(params) => wire::answer(id, answer(self, params)),
            Err(message) => wire::refusal(id, ErrorCode::InvalidParams, &message),
        }
    }

    /// A notification that is not understood is not answered: there is no way to.
    fn hear(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => {
                let uri = params["textDocument"]["uri"].as_str().unwrap_or_default().to_owned();
                match from::<DidOpenTextDocumentParams>(params) {
                    Ok(DidOpenTextDocumentParams { text_document }) => {
                        self.documents.insert(uri, Document::open(text_document));
                        self.files_may_have_changed();
                    }
                    Err(error) => self.tell(diagnostics::not_opened(&uri, &error)),
                }
            }
            "textDocument/didSave" => self.files_may_have_changed(),
            "textDocument/didChange" => {
                let uri = params["textDocument"]["uri"].as_str().unwrap_or_default().to_owned();
                let Some(document) = self.documents.get_mut(&uri) else { return };
                let was_lost = document.lost;
                match from::<DidChangeTextDocumentParams>(params) {
                    Ok(DidChangeTextDocumentParams { text_document, content_changes }) => {
                        document.change(text_document.version, content_changes, self.unit);
                    }
                    Err(_) => document.lost = true,
                }
                if document.lost && !was_lost {
                    self.tell(diagnostics::lost(&uri));
                }
            }
            "textDocument/didClose" => {
                let uri = params["textDocument"]["uri"].as_str().unwrap_or_default();
                if let Some(document) = self.documents.remove(uri) {
                    self.tell(diagnostics::none(document.uri.clone()));
                }
            }
            "workspace/didChangeWatchedFiles" => {
                let changes = params["changes"].as_array().into_iter().flatten();
                let paths = changes.filter_map(|change| documents::path(change["uri"].as_str()?));
                self.files_changed(&paths.collect::<Vec<PathBuf>>());
            }
            "workspace/didChangeConfiguration" => self.reload(),
            _ => {}
        }
    }

    /// What was read of files that have changed is read again when it is wanted.
    fn files_changed(&mut self, paths: &[PathBuf]) {
        if paths.iter().any(|path| watch::is_configuration(path)) {
            self.reload();
        }
        let mut forgotten = false;
        for path in paths {
            // What the editor itself writes is what it has shown us.
            if !self.is_open(path) {
                self.project.contexts.forget(path);
                forgotten = true;
            }
        }
        if forgotten {
            self.documents.values_mut().for_each(Document::doubt);
        }
    }

    fn is_open(&self, path: &Path) -> bool {
        self.documents.values().any(|document| document.path.as_deref() == Some(path))
    }

    fn reload(&mut self) {
        // What is wrong with the flags and the environment was said at the start.
        if let Ok(configurations) = Configurations::new(self.config, Vec::new()) {
            let contexts = self.project.contexts.clone();
            self.project = Arc::new(Project { configurations, contexts });
        }
        self.documents.values_mut().for_each(Document::doubt);
    }

    /// A client that does not tell of files that change does something behind which they may have.
    fn files_may_have_changed(&mut self) {
        if !self.can_watch {
            self.renew();
        }
    }

    /// Forgets all that was read of files.
    fn renew(&mut self) {
        // What is wrong with the flags and the environment was said at the start.
        if let Ok(project) = Project::new(self.config, Vec::new(), None) {
            self.project = Arc::new(project);
        }
        self.documents.values_mut().for_each(Document::doubt);
    }

    /// An open document, looked at as it stands; `None`, too, if the client has another text than this, or other places in it.
    fn document(&mut self, uri: &Uri) -> Option<&Document> {
        let document =
            self.documents.get_mut(uri.as_str()).filter(|document| document.is_sure())?;
        document.look(&self.project);
        Some(document)
    }

    /// Publishes the diagnostics of one document that has changed, or has them worked out. `false` if there is nothing to do.
    fn publish_one(&mut self) -> bool {
        let stale = self.documents.values().find(|one| !one.published && !one.lost);
        let Some(uri) = stale.map(|document| document.uri.clone()) else { return false };
        let Some(document) = self.documents.get(uri.as_str()) else { return false };
        if let Some(work) = document.work(&self.project, self.turn.clone()) {
            if !self.working {
                let to = self.work.clone();
                // Nobody waits for it if the server ends before.
                std::thread::spawn(move || {
                    std::thread::sleep(A_MOMENT);
                    let _ = to.send(Incoming::Found(work()));
                });
                self.working = true;
            }
            return false;
        }
        let notification = diagnostics::of(document, self.unit);
        self.tell(notification);
        if let Some(document) = self.documents.get_mut(uri.as_str()) {
            document.published = true;
        }
        true
    }

    fn tell(&self, message: String) {
        (self.send)(message);
    }
}
