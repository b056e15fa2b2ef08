//! A client of the language server: the real program, over its standard streams.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::program::Folder;

/// What columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Utf8,
    Utf16,
    Utf32,
}

impl Unit {
    pub(super) const ALL: [(Unit, &'static str); 3] =
        [(Unit::Utf8, "utf-8"), (Unit::Utf16, "utf-16"), (Unit::Utf32, "utf-32")];

    fn of(self, character: char) -> usize {
        match self {
            Unit::Utf8 => character.len_utf8(),
            Unit::Utf16 => character.len_utf16(),
            Unit::Utf32 => 1,
        }
    }

    /// The byte of a place of the protocol.
    pub(super) fn byte(self, text: &str, position: &Value) -> usize {
        let line = position["line"].as_u64().unwrap() as usize;
        let column = position["character"].as_u64().unwrap() as usize;
        let mut at: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut counted = 0;
        while counted < column {
            let character = text[at..].chars().next().unwrap();
            counted += self.of(character);
            at += character.len_utf8();
        }
        assert_eq!(counted, column, "a place is never inside of a character");
        at
    }

    /// The place of a byte.
    pub(super) fn position(self, text: &str, byte: usize) -> Value {
        let line = text[..byte].matches('\n').count();
        let start = text[..byte].rfind('\n').map_or(0, |at| at + 1);
        let column: usize = text[start..byte].chars().map(|c| self.of(c)).sum();
        json!({ "line": line, "character": column })
    }

    /// The text behind the edits of the protocol, which all speak of the text before.
    pub(super) fn apply(self, text: &str, edits: &Value) -> String {
        let edits = edits.as_array().unwrap().iter().map(|edit| {
            let at = |edge: &str| self.byte(text, &edit["range"][edge]);
            (at("start"), at("end"), edit["newText"].as_str().unwrap())
        });
        let mut edits: Vec<_> = edits.collect();
        edits.sort();
        let mut text = text.to_owned();
        for (start, end, new) in edits.into_iter().rev() {
            text.replace_range(start..end, new);
        }
        text
    }
}

/// A running server.
pub(super) struct Client {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    pub(super) folder: Folder,
    pub(super) unit: Unit,
    pub(super) capabilities: Value,
    /// What came while something else was waited for.
    unread: Vec<Value>,
    id: u64,
}

impl Client {
    /// A server that has been greeted, in a folder with these files.
    pub(super) fn start(files: &[(&str, &str)]) -> Self {
        Self::start_with(files, Unit::Utf16, &json!({}))
    }

    pub(super) fn start_with(files: &[(&str, &str)], unit: Unit, capabilities: &Value) -> Self {
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        Self::greeted_with(files, unit, params)
    }

    /// A server to which `initialize` says this.
    pub(super) fn greeted_with(files: &[(&str, &str)], unit: Unit, params: Value) -> Self {
        let folder = Folder::with(files);
        let mut command = folder.command();
        command.args(["lsp", "--stdio"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (to, from) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let (unread, capabilities) = (Vec::new(), Value::Null);
        let mut client = Self { child, to, from, folder, unit, capabilities, unread, id: 0 };
        client.capabilities = client.ask("initialize", params)["result"].clone();
        let early = json!({ "textDocument": { "uri": "file:///early" }, "position": { "line": 0, "character": 0 } });
        let answer = client.ask("textDocument/hover", early);
        assert!(answer["error"].is_null(), "a client may be in a hurry: {answer}");
        client.tell("initialized", json!({}));
        client
    }

    pub(super) fn uri(&self, path: &str) -> String {
        let path = self.folder.path(path);
        let folder = path.parent().unwrap().canonicalize().unwrap();
        format!("file://{}", folder.join(path.file_name().unwrap()).display())
    }

    pub(super) fn open(&mut self, path: &str, text: &str) -> String {
        self.open_as(path, 1, text)
    }

    pub(super) fn open_as(&mut self, path: &str, version: i32, text: &str) -> String {
        let uri = self.uri(path);
        let document =
            json!({ "uri": uri, "languageId": "dockerfile", "version": version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        uri
    }

    /// Replaces bytes of `text`, and gives the new text.
    pub(super) fn change(
        &mut self,
        uri: &str,
        version: i32,
        text: &str,
        changes: &[(usize, usize, &str)],
    ) -> String {
        let mut text = text.to_owned();
        let mut written = Vec::new();
        for (start, end, new) in changes {
            let (from, to) = (self.unit.position(&text, *start), self.unit.position(&text, *end));
            written.push(json!({ "range": { "start": from, "end": to }, "text": new }));
            text.replace_range(*start..*end, new);
        }
        let document = json!({ "uri": uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": written });
        self.tell("textDocument/didChange", params);
        text
    }

    /// The next diagnostics of a document.
    pub(super) fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        let wanted = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == *uri
        };
        let message = self.wait(wanted);
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// The names of the passes in the diagnostics of a version of a document.
    pub(super) fn passes(&mut self, uri: &str, version: i32) -> Vec<String> {
        let message = self.wait(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == *uri
                && params["version"] == version
        });
        let shown = message["params"]["diagnostics"].as_array().unwrap().iter();
        shown.map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The actions for the bytes of a document, of one kind if it is named.
    pub(super) fn actions(
        &mut self,
        uri: &str,
        text: &str,
        at: (usize, usize),
        only: Option<&str>,
    ) -> Vec<Value> {
        let (start, end) = (self.unit.position(text, at.0), self.unit.position(text, at.1));
        let mut context = json!({ "diagnostics": [] });
        if let Some(kind) = only {
            context["only"] = json!([kind]);
        }
        let params = json!({
            "textDocument": { "uri": uri }, "range": { "start": start, "end": end }, "context": context,
        });
        let answer = self.ask("textDocument/codeAction", params);
        answer["result"].as_array().unwrap_or_else(|| panic!("{answer:#}")).clone()
    }

    /// The text that an action makes.
    pub(super) fn taken(&self, text: &str, action: &Value) -> String {
        let changes = &action["edit"]["documentChanges"];
        assert_eq!(changes.as_array().unwrap().len(), 1, "{action:#}");
        self.unit.apply(text, &changes[0]["edits"])
    }

    /// What becomes of the text on save; the text itself if nothing is offered.
    pub(super) fn fix_all(&mut self, uri: &str, text: &str) -> String {
        let actions = self.actions(uri, text, (0, 0), Some("source.fixAll"));
        assert!(actions.len() <= 1, "{actions:#?}");
        actions.first().map_or_else(|| text.to_owned(), |action| self.taken(text, action))
    }

    /// The text behind the layout that the server makes of it, or of a part of it.
    pub(super) fn formatted(
        &mut self,
        uri: &str,
        text: &str,
        range: Option<(usize, usize)>,
    ) -> String {
        let options = json!({ "tabSize": 8, "insertSpaces": false });
        let document = json!({ "uri": uri });
        let mut params = json!({ "textDocument": document, "options": options });
        let method = match range {
            Some((start, end)) => {
                let at = |byte| self.unit.position(text, byte);
                params["range"] = json!({ "start": at(start), "end": at(end) });
                "textDocument/rangeFormatting"
            }
            None => "textDocument/formatting",
        };
        let edits = self.ask(method, params)["result"].take();
        if edits.is_null() { text.to_owned() } else { self.unit.apply(text, &edits) }
    }

    /// Sends a request and waits for its answer.
    pub(super) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.wait(|message| message["id"] == id && message["method"].is_null())
    }

    /// Sends a request; gives its number.
    pub(super) fn send(&mut self, method: &str, params: Value) -> u64 {
        self.id += 1;
        let id = self.id;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    pub(super) fn tell(&mut self, method: &str, params: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    pub(super) fn write(&mut self, message: &Value) {
        self.write_text(&message.to_string());
    }

    /// Sends what may be no message.
    pub(super) fn write_text(&mut self, body: &str) {
        let to = self.to.as_mut().unwrap();
        write!(to, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        to.flush().unwrap();
    }

    /// The first message that is wanted, of those that came and those that come.
    pub(super) fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at);
        }
        loop {
            let message = self.read().expect("the server goes on");
            if wanted(&message) {
                return message;
            }
            self.unread.push(message);
        }
    }

    fn read(&mut self) -> Option<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.from.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some(number) = line.strip_prefix("Content-Length: ") {
                length = number.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        Some(serde_json::from_slice(&body).unwrap())
    }

    /// Says goodbye, or just goes, and gives the exit code of the server.
    pub(super) fn end(mut self, politely: bool) -> Option<i32> {
        if politely {
            let answer = self.ask("shutdown", Value::Null);
            assert!(answer["error"].is_null(), "{answer}");
            self.tell("exit", Value::Null);
        }
        self.to.take();
        self.child.wait().unwrap().code()
    }
}
