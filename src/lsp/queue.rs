//! The messages that wait, and those that are taken back while they do.

use std::collections::{HashSet, VecDeque};
use std::io::{self, BufRead};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use lsp_server::{Message, Notification, Request, RequestId};

use super::documents::Found;
use super::wire::{self, Heard};

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Next {
    Request(Request),
    /// A request that its asker no longer wants answered.
    Cancelled(RequestId),
    Notification(Notification),
    /// What was worked out on another thread.
    Found(Found),
    /// The answer to what was no message.
    Nonsense(String),
}

/// What is put into the queue.
#[derive(Debug)]
pub(super) enum Incoming {
    Heard(Heard),
    Found(Found),
    /// Nothing more will come from the client: it has said so, or something is wrong.
    End(io::Result<()>),
}

/// The requests that their askers have taken back, by number, as soon as that is read: also while one of them is worked on.
#[derive(Clone, Default)]
pub(super) struct TakenBack(Arc<Mutex<HashSet<RequestId>>>);

impl TakenBack {
    /// Whether this one is.
    pub(super) fn holds(&self, id: &RequestId) -> bool {
        self.ids().contains(id)
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<RequestId>> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

/// Who works: a question comes first, and what is worked out for later waits while one is answered.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<Mutex<()>>);

impl Turn {
    /// Takes it, for as long as the result is held.
    pub(super) fn take(&self) -> MutexGuard<'_, ()> {
        self.0.lock().expect("nothing panics while it is held")
    }

    /// Waits until nobody has it.
    pub(super) fn wait(&self) {
        drop(self.take());
    }
}

/// Messages in their order. What is there already is read before the first is worked on, so that a cancellation counts.
pub(super) struct Queue {
    from: Receiver<Incoming>,
    waiting: VecDeque<Next>,
    /// How the messages of the client ended, once they have.
    ended: Option<io::Result<()>>,
    taken_back: TakenBack,
}

impl Queue {
    /// Reads messages on a thread of its own. What else is to be done is put in by the sender.
    pub(super) fn reading(mut input: impl BufRead + Send + 'static) -> (Self, Sender<Incoming>) {
        let (to, from) = mpsc::channel();
        let sender = to.clone();
        let taken_back = TakenBack::default();
        let heard = taken_back.clone();
        thread::spawn(move || {
            let end = loop {
                let said = match wire::read(&mut input) {
                    Ok(Some(said)) => said,
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                };
                let mut last = false;
                if let Heard::Message(message) = &said {
                    if let Some(id) = cancelled(message) {
                        heard.ids().insert(id);
                    }
                    last = matches!(message, Message::Notification(one) if one.method == "exit");
                }
                if to.send(Incoming::Heard(said)).is_err() || last {
                    break Ok(());
                }
            };
            let _ = to.send(Incoming::End(end));
        });
        (Self { from, waiting: VecDeque::new(), ended: None, taken_back }, sender)
    }

    /// How the messages of the client ended.
    pub(super) fn end(self) -> io::Result<()> {
        self.ended.unwrap_or(Ok(()))
    }

    /// What was taken back.
    pub(super) fn taken_back(&self) -> TakenBack {
        self.taken_back.clone()
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
            if self.ended.is_some() {
                return None;
            }
            if !idle() {
                let incoming = self.from.recv().ok()?;
                self.push(incoming);
            }
        }
    }

    fn push(&mut self, incoming: Incoming) {
        if let Incoming::Heard(Heard::Message(message)) = &incoming
            && let Some(id) = cancelled(message)
        {
            self.cancel(&id);
            return;
        }
        match incoming {
            Incoming::Found(found) => self.waiting.push_back(Next::Found(found)),
            Incoming::End(end) => self.ended = Some(end),
            Incoming::Heard(Heard::Nonsense(answer)) => {
                self.waiting.push_back(Next::Nonsense(answer));
            }
            Incoming::Heard(Heard::Message(Message::Request(request))) => {
                self.waiting.push_back(Next::Request(request));
            }
            Incoming::Heard(Heard::Message(Message::Notification(one))) => {
                self.waiting.push_back(Next::Notification(one));
            }
            // Of what the client is asked nothing waits for the answer.
            Incoming::Heard(Heard::Message(Message::Response(_))) => {}
        }
    }

    fn cancel(&mut self, id: &RequestId) {
        self.taken_back.ids().remove(id);
        for waiting in &mut self.waiting {
            if matches!(waiting, Next::Request(request) if request.id == *id) {
                *waiting = Next::Cancelled(id.clone());
            }
        }
    }
}

/// The request that a message takes back, if it does.
fn cancelled(message: &Message) -> Option<RequestId> {
    let Message::Notification(one) = message else { return None };
    let is_it = one.method == "$/cancelRequest";
    is_it.then(|| serde_json::from_value(one.params["id"].clone()).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor, Read};

    use serde_json::{Value, json};

    use super::*;

    /// The end of a text, which tells that it was reached.
    struct Last(Sender<()>);

    impl Read for Last {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            self.0.send(()).unwrap();
            Ok(0)
        }
    }

    fn request(id: i32) -> Message {
        Request::new(id.into(), "x".to_owned(), Value::Null).into()
    }

    fn cancel(id: i32) -> Message {
        Notification::new("$/cancelRequest".to_owned(), json!({ "id": id })).into()
    }

    #[test]
    fn what_is_worked_on_can_be_taken_back_while_nothing_is_read() {
        let (all_read, end) = mpsc::channel();
        let mut said = Vec::new();
        for message in [request(1), cancel(1)] {
            message.write(&mut said).unwrap();
        }
        let input = BufReader::new(Cursor::new(said).chain(Last(all_read)));
        let (mut queue, _) = Queue::reading(input);
        let taken_back = queue.taken_back();
        end.recv().unwrap();
        assert!(taken_back.holds(&1.into()));
        assert!(!taken_back.holds(&2.into()));
        assert!(matches!(queue.next(|| false), Some(Next::Cancelled(_))));
        assert!(!taken_back.holds(&1.into()), "another request may have that number");
    }

    #[test]
    fn what_waits_can_be_taken_back() {
        let (_to, from) = mpsc::channel();
        let taken_back = TakenBack::default();
        let mut queue = Queue { from, waiting: VecDeque::new(), ended: None, taken_back };
        for message in [request(1), request(2), cancel(2), cancel(9), request(3)] {
            queue.push(Incoming::Heard(Heard::Message(message)));
        }
        let told = queue.waiting.iter().map(|next| match next {
            Next::Request(request) => format!("{}", request.id),
            Next::Cancelled(id) => format!("not {id}"),
            Next::Notification(_) | Next::Found(_) | Next::Nonsense(_) => "other".to_owned(),
        });
        assert_eq!(told.collect::<Vec<_>>(), ["1", "not 2", "3"]);
    }
}
