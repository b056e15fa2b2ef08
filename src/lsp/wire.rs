//! Messages on standard input and output: how they begin, and how they are written.
//!
//! What is sent is written out where it is made, at once: an answer of thousands of edits is long, and a tree of values in between would
//! take longer than the edits.

use std::io::{self, BufRead, BufReader, Read, Stdin, Write};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use lsp_server::{ErrorCode, Message, Request, RequestId, ResponseError};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

/// What the client has said.
#[derive(Debug)]
pub(super) enum Heard {
    Message(Message),
    /// It is no message, and is answered by this.
    Nonsense(String),
}

/// What the client says next; `None` at its end. What is no message ends nothing, as long as it is clear where the next one begins.
///
/// # Errors
/// That it is not, or that nothing can be read any more.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Heard>> {
    while let Some(body) = body(input)? {
        match serde_json::from_slice(&body) {
            // It was to be a request, whose number is none.
            Ok(Message::Notification(_)) if has_number(&body) => {
                return Ok(Some(nonsense(
                    ErrorCode::InvalidRequest,
                    "its number is not understood",
                )));
            }
            Ok(message) => return Ok(Some(Heard::Message(message))),
            // An answer is not answered, whatever it is.
            Err(error) => match serde_json::from_slice::<Value>(&body) {
                Ok(value) if value.is_object() && value.get("method").is_none() => {}
                Ok(_) => return Ok(Some(nonsense(ErrorCode::InvalidRequest, "it is no message"))),
                Err(_) => return Ok(Some(nonsense(ErrorCode::ParseError, &error.to_string()))),
            },
        }
    }
    Ok(None)
}

/// Whether a message has a number, or what stands for one.
fn has_number(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Numbered {
        id: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Numbered>(body).is_ok_and(|message| message.id.is_some())
}

/// The answer to what has no number that could be read (JSON-RPC 2.0, section 5).
fn nonsense(code: ErrorCode, message: &str) -> Heard {
    Heard::Nonsense(refusal(&Value::Null, code, message))
}

/// The next body, of the length that its header says; `None` at the end.
fn body(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let broken = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let Some(field) = line.strip_suffix("\r\n") else {
            return Err(broken(format!("a header ends in the middle: {line:?}")));
        };
        if field.is_empty() {
            break;
        }
        let unknown = || broken(format!("a header that is not understood: {field:?}"));
        let (name, value) = field.split_once(':').ok_or_else(unknown)?;
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            length = Some(value.trim().parse::<u64>().map_err(|_| unknown())?);
        }
    }
    let length = length.ok_or_else(|| broken("a header without Content-Length".to_owned()))?;
    let mut body = Vec::with_capacity(length.min(1 << 24) as usize);
    if input.by_ref().take(length).read_to_end(&mut body)? as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(body))
}

/// Waits for the request `initialize`; what else is asked before is refused, by `send`. `None` if the client says `exit` instead.
///
/// # Errors
/// That it went away, or cannot be read.
pub(super) fn first(
    input: &mut impl BufRead,
    send: impl Fn(String) -> bool,
) -> Result<Option<Request>, String> {
    let other = "it did not begin with `initialize`";
    loop {
        match read(input).map_err(|error| error.to_string())? {
            Some(Heard::Message(Message::Request(one))) if one.method == "initialize" => {
                return Ok(Some(one));
            }
            Some(Heard::Message(Message::Request(one))) => {
                send(refusal(&one.id, ErrorCode::ServerNotInitialized, other));
            }
            Some(Heard::Message(Message::Notification(one))) if one.method == "exit" => {
                return Ok(None);
            }
            Some(Heard::Message(Message::Notification(_) | Message::Response(_))) => {}
            Some(Heard::Nonsense(answer)) => {
                send(answer);
            }
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
pub(super) fn refusal<I: Serialize>(id: &I, code: ErrorCode, message: &str) -> String {
    #[derive(Serialize)]
    struct Refusal<'i, I> {
        jsonrpc: &'static str,
        id: &'i I,
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
    fn begun(messages: &[&str]) -> (Result<Option<String>, String>, Vec<String>) {
        let frame = |body: &&str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let said: String = messages.iter().map(frame).collect();
        let told = RefCell::new(Vec::new());
        let send = |body| {
            told.borrow_mut().push(body);
            true
        };
        let request = first(&mut said.as_bytes(), send);
        (request.map(|one| one.map(|one| one.id.to_string())), told.into_inner())
    }

    #[test]
    fn a_client_begins_with_initialize() {
        let hover = r#"{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":{}}"#;
        let note = r#"{"jsonrpc":"2.0","method":"$/setTrace","params":{}}"#;
        let initialize = r#"{"jsonrpc":"2.0","id":8,"method":"initialize","params":{}}"#;
        let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let stray = r#"{"jsonrpc":"2.0","id":3,"result":null}"#;
        let (request, told) = begun(&[hover, note, stray, initialize, exit]);
        assert_eq!(request, Ok(Some("8".to_owned())));
        let refused = r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32002,"message":"it did not begin with `initialize`"}}"#;
        assert_eq!(told, [refused]);
        assert_eq!(begun(&[exit, initialize]).0, Ok(None));
        assert_eq!(begun(&[note]).0, Err("it went away before it said `initialize`".into()));
    }

    #[test]
    fn what_is_no_message_is_answered_where_the_next_one_can_be_found() {
        let initialize = r#"{"jsonrpc":"2.0","id":8,"method":"initialize","params":{}}"#;
        for (body, code) in [
            ("{", Some(-32700)),
            (r#"[{"jsonrpc":"2.0","method":"a"}]"#, Some(-32600)),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, Some(-32600)),
            (r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"a"}}"#, None),
        ] {
            let (request, told) = begun(&[body, initialize]);
            assert_eq!(request, Ok(Some("8".to_owned())), "{body}");
            let codes: Vec<Value> = told
                .iter()
                .map(|answer| serde_json::from_str::<Value>(answer).unwrap())
                .map(|answer| {
                    assert!(answer["id"].is_null(), "{answer}");
                    answer["error"]["code"].clone()
                })
                .collect();
            assert_eq!(codes, code.map(Value::from).into_iter().collect::<Vec<_>>(), "{body}");
        }
        for broken in ["Content-Length: 3\r\n\r\n{}", "Content-Length: x\r\n\r\n", "x\n", "\r\n"] {
            read(&mut broken.as_bytes()).unwrap_err();
        }
        let spaced = "content-length:2\r\nContent-Type: a\r\n\r\n{}";
        assert!(read(&mut spaced.as_bytes()).unwrap().is_none(), "nothing is answered");
    }
}
