//! Messages on standard input and output: how they begin, and how they are written.
//!
//! What is sent is written out where it is made, at once: an answer of thousands of edits is long, and a tree of values in between would
//! take longer than the edits.

use std::io::{self, BufRead, BufReader, Stdin, Write};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use lsp_server::{ErrorCode, Message, Request, RequestId, ResponseError};
use serde::Serialize;

/// What the client says; a long text comes in few pieces.
pub(super) fn input() -> BufReader<Stdin> {
    BufReader::with_capacity(1 << 16, io::stdin())
}

/// The thread that writes, and what gives it messages; it ends with the last of its senders, or with a client that takes no more.
pub(super) fn output() -> (Sender<String>, JoinHandle<io::Result<()>>) {
    let (to, from) = mpsc::channel::<String>();
    let writer = thread::spawn(move || {
        let mut output = io::stdout().lock();
        from.into_iter().try_for_each(|body| {
            write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
            output.write_all(body.as_bytes())?;
            output.flush()
        })
    });
    (to, writer)
}

/// Waits for the request `initialize`; what else is asked before is refused, by `send`.
///
/// # Errors
/// What the client did instead.
pub(super) fn first(
    input: &mut impl BufRead,
    send: impl Fn(String) -> bool,
) -> Result<Request, String> {
    let other = "it did not begin with `initialize`";
    loop {
        match Message::read(input).map_err(|error| error.to_string())? {
            Some(Message::Request(one)) if one.method == "initialize" => return Ok(one),
            Some(Message::Request(one)) => {
                send(refusal(&one.id, ErrorCode::ServerNotInitialized, other));
            }
            Some(Message::Notification(one)) if one.method != "exit" => {}
            Some(_) => return Err(other.to_owned()),
            None => return Err("it went away before it said `initialize`".to_owned()),
        }
    }
}

/// The answer to a request.
pub(super) fn answer(id: &RequestId, result: impl Serialize) -> String {
    #[derive(Serialize)]
    struct Answer<'i, R> {
        jsonrpc: &'static str,
        id: &'i RequestId,
        result: R,
    }
    written(&Answer { jsonrpc: "2.0", id, result })
}

/// The answer to a request that is not granted.
pub(super) fn refusal(id: &RequestId, code: ErrorCode, message: &str) -> String {
    #[derive(Serialize)]
    struct Refusal<'i> {
        jsonrpc: &'static str,
        id: &'i RequestId,
        error: ResponseError,
    }
    let error = ResponseError { code: code as i32, message: message.to_owned(), data: None };
    written(&Refusal { jsonrpc: "2.0", id, error })
}

/// What the client is told.
pub(super) fn notification(method: &str, params: impl Serialize) -> String {
    #[derive(Serialize)]
    struct Notification<'m, P> {
        jsonrpc: &'static str,
        method: &'m str,
        params: P,
    }
    written(&Notification { jsonrpc: "2.0", method, params })
}

/// What the client is asked.
pub(super) fn request(id: &str, method: &str, params: impl Serialize) -> String {
    #[derive(Serialize)]
    struct Request<'m, P> {
        jsonrpc: &'static str,
        id: &'m str,
        method: &'m str,
        params: P,
    }
    written(&Request { jsonrpc: "2.0", id, method, params })
}

fn written(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("the types of the protocol can be written")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// What comes of the first messages of a client, and what it is told.
    fn begun(messages: &[&str]) -> (Result<String, String>, Vec<String>) {
        let frame = |body: &&str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let said: String = messages.iter().map(frame).collect();
        let told = RefCell::new(Vec::new());
        let send = |body| {
            told.borrow_mut().push(body);
            true
        };
        let request = first(&mut said.as_bytes(), send);
        (request.map(|one| one.id.to_string()), told.into_inner())
    }

    #[test]
    fn a_client_begins_with_initialize() {
        let hover = r#"{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":{}}"#;
        let note = r#"{"jsonrpc":"2.0","method":"$/setTrace","params":{}}"#;
        let initialize = r#"{"jsonrpc":"2.0","id":8,"method":"initialize","params":{}}"#;
        let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let (request, told) = begun(&[hover, note, initialize, exit]);
        assert_eq!(request.as_deref(), Ok("8"));
        let refused = r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32002,"message":"it did not begin with `initialize`"}}"#;
        assert_eq!(told, [refused]);
        assert_eq!(begun(&[exit, initialize]).0, Err("it did not begin with `initialize`".into()));
        assert_eq!(begun(&[note]).0, Err("it went away before it said `initialize`".into()));
    }
}
