//! The messages that wait, and those that are taken back while they do.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::Value;

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Next {
    Request(Request),
    /// A request that its asker no longer wants answered.
    Cancelled(RequestId),
    Notification(Notification),
}

/// Messages in their order. What is there already is read before the first is worked on, so that a cancellation counts.
pub(super) struct Queue {
    from: Receiver<Message>,
    waiting: VecDeque<Next>,
}

impl Queue {
    /// Reads from the connection on a thread of its own: the channel of a connection holds nothing back.
    pub(super) fn reading(messages: impl IntoIterator<Item = Message> + Send + 'static) -> Self {
        let (to, from) = mpsc::channel();
        thread::spawn(move || {
            for message in messages {
                let last = matches!(&message, Message::Notification(one) if one.method == "exit");
                if to.send(message).is_err() || last {
                    break;
                }
            }
        });
        Self { from, waiting: VecDeque::new() }
    }

    /// The next message; while there is none, `idle` does a piece of work, and says whether there was one. `None` at the end.
    pub(super) fn next(&mut self, mut idle: impl FnMut() -> bool) -> Option<Next> {
        loop {
            let open = self.fill();
            if let Some(next) = self.waiting.pop_front() {
                return Some(next);
            }
            if !open {
                return None;
            }
            if !idle() {
                let message = self.from.recv().ok()?;
                self.push(message);
            }
        }
    }

    /// Takes in all that is there; `false` if nothing more will come.
    fn fill(&mut self) -> bool {
        loop {
            match self.from.try_recv() {
                Ok(message) => self.push(message),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn push(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.waiting.push_back(Next::Request(request)),
            Message::Notification(one) if one.method == "$/cancelRequest" => {
                self.cancel(&one.params)
            }
            Message::Notification(one) => self.waiting.push_back(Next::Notification(one)),
            // Of what the client is asked nothing waits for the answer.
            Message::Response(_) => {}
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
        let mut queue = Queue { from, waiting: VecDeque::new() };
        for message in [request(1), request(2), cancel(2), cancel(9), request(3)] {
            queue.push(message);
        }
        let told = queue.waiting.iter().map(|next| match next {
            Next::Request(request) => format!("{}", request.id),
            Next::Cancelled(id) => format!("not {id}"),
            Next::Notification(_) => "other".to_owned(),
        });
        assert_eq!(told.collect::<Vec<_>>(), ["1", "not 2", "3"]);
    }
}
