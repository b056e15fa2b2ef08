//! The messages that wait, and those that are taken back while they do.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::Value;

use super::documents::Found;

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Next {
    Request(Request),
    /// A request that its asker no longer wants answered.
    Cancelled(RequestId),
    Notification(Notification),
    /// What was worked out on another thread.
    Found(Found),
}

/// What is put into the queue.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Message),
    Found(Found),
    /// Nothing more will come from the client.
    End,
}

/// Messages in their order. What is there already is read before the first is worked on, so that a cancellation counts.
pub(super) struct Queue {
    from: Receiver<Incoming>,
    waiting: VecDeque<Next>,
    open: bool,
}

impl Queue {
    /// Reads from the connection on a thread of its own: the channel of a connection holds nothing back.
    /// What else is to be done is put in by the sender.
    pub(super) fn reading(
        messages: impl IntoIterator<Item = Message> + Send + 'static,
    ) -> (Self, Sender<Incoming>) {
        let (to, from) = mpsc::channel();
        let sender = to.clone();
        thread::spawn(move || {
            for message in messages {
                let last = matches!(&message, Message::Notification(one) if one.method == "exit");
                if to.send(Incoming::Message(message)).is_err() || last {
                    break;
                }
            }
            let _ = to.send(Incoming::End);
        });
        (Self { from, waiting: VecDeque::new(), open: true }, sender)
    }

    /// The next message; while there is none, `idle` does a piece of work, and says whether there was one. `None` at the end.
    pub(super) fn next(&mut self, mut idle: impl FnMut() -> bool) -> Option<Next> {
        loop {
            while let Ok(incoming) = self.from.try_recv() {
                self.push(incoming);
            }
            if let Some(next) = self.waiting.pop_front() {
                return Some(next);
            }
            if !self.open {
                return None;
            }
            if !idle() {
                let incoming = self.from.recv().ok()?;
                self.push(incoming);
            }
        }
    }

    fn push(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Found(found) => self.waiting.push_back(Next::Found(found)),
            Incoming::End => self.open = false,
            Incoming::Message(Message::Request(request)) => {
                self.waiting.push_back(Next::Request(request));
            }
            Incoming::Message(Message::Notification(one)) if one.method == "$/cancelRequest" => {
                self.cancel(&one.params);
            }
            Incoming::Message(Message::Notification(one)) => {
                self.waiting.push_back(Next::Notification(one));
            }
            // Of what the client is asked nothing waits for the answer.
            Incoming::Message(Message::Response(_)) => {}
        }
    }

    fn cancel(&mut self, params: &Value) {
        let Ok(id) = serde_json::from_value::<RequestId>(params["id"].clone()) else { return };
        for waiting in &mut self.waiting {
            if matches!(waiting, Next::Request(request) if request.id == id) {
                *waiting = Next::Cancelled(id.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_waits_can_be_taken_back() {
        let request = |id: i32| Message::from(Request::new(id.into(), "x".to_owned(), Value::Null));
        let cancel = |id: i32| {
            Message::from(Notification::new("$/cancelRequest".to_owned(), json!({ "id": id })))
        };
        let (_to, from) = mpsc::channel();
        let mut queue = Queue { from, waiting: VecDeque::new(), open: true };
        for message in [request(1), request(2), cancel(2), cancel(9), request(3)] {
            queue.push(Incoming::Message(message));
        }
        let told = queue.waiting.iter().map(|next| match next {
            Next::Request(request) => format!("{}", request.id),
            Next::Cancelled(id) => format!("not {id}"),
            Next::Notification(_) | Next::Found(_) => "other".to_owned(),
        });
        assert_eq!(told.collect::<Vec<_>>(), ["1", "not 2", "3"]);
    }
}
