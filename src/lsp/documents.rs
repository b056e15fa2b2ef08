//! The texts that the client has open, and what is known about them.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dockslim_contract::Safety;
use dockslim_syntax::{Dockerfile, Edits, Known, Tree, parse};
use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::queue::Turn;
use crate::engine::{self, Judge, Outcome, Proposals, Settings};
use crate::positions::{Positions, Unit};
use crate::project::{Admission, Project};

/// An open text.
pub(super) struct Document {
    pub(super) uri: Uri,
    /// Its file, if it is one.
    pub(super) path: Option<PathBuf>,
    pub(super) version: i32,
    pub(super) text: String,
    pub(super) positions: Positions,
    /// Whether the client has the diagnostics of this text.
    pub(super) published: bool,
    /// Whether a change of it was not understood: the client has another text, until it tells all of it.
    pub(super) lost: bool,
    /// Whether a carriage return of it stands alone: clients do not agree whether a line ends there, so that no place behind it is sure.
    pub(super) disputed: bool,
    /// Its tree, once somebody has asked for it.
    tree: OnceCell<Arc<Tree>>,
    /// A text that it was before, with its tree: much of it is the same.
    earlier: Option<(String, Arc<Tree>)>,
    seen: Option<Seen>,
    /// How often something was forgotten: what was begun before is of no use behind it.
    doubts: Arc<AtomicUsize>,
}

/// What was begun for a document that is closed is of no use, either, though one of its name may be open again.
impl Drop for Document {
    fn drop(&mut self) {
        self.doubt();
    }
}

/// When something was begun for a document.
#[derive(Debug)]
struct Begun {
    /// The count of that document, and what it was.
    doubts: Arc<AtomicUsize>,
    count: usize,
}

impl Begun {
    /// Whether nothing was forgotten since then.
    fn is_of_use(&self) -> bool {
        self.doubts.load(Ordering::Relaxed) == self.count
    }
}

/// What `dockslim fix` makes of a document, worked out elsewhere.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) uri: Uri,
    begun: Begun,
    settings: Result<Option<Settings>, String>,
    /// `None` if the file is left alone, or cannot be looked at.
    outcome: Option<Box<Outcome>>,
}

/// What was found in a text.
#[derive(Default)]
pub(super) struct Seen {
    /// `None` if the file is left alone, or cannot be looked at.
    pub(super) settings: Option<Settings>,
    /// What is wrong with the configuration.
    pub(super) error: Option<String>,
    outcome: OnceCell<Outcome>,
    /// The text and the edits of all safe rewrites.
    safe: OnceCell<(String, Edits)>,
    proposals: OnceCell<Proposals>,
    /// What was proved of single changes.
    right: RefCell<BTreeMap<Change, bool>>,
}

/// A change that is offered at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// The proposal of this number.
    Rewrite { number: usize, pass: &'static str },
    /// A comment at this byte that keeps a pass off.
    Keep { at: usize, pass: &'static str },
}

impl Document {
    pub(super) fn open(item: TextDocumentItem) -> Self {
        Self {
            path: path(item.uri.as_str()),
            uri: item.uri,
            version: item.version,
            positions: Positions::of(&item.text),
            disputed: is_disputed(&item.text),
            text: item.text,
            published: false,
            lost: false,
            tree: OnceCell::new(),
            earlier: None,
            seen: None,
            doubts: Arc::default(),
        }
    }

    /// Makes the changes one after the other, each in places of the text behind the one before. A range that ends before it starts is not
    /// understood.
    pub(super) fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        unit: Unit,
    ) {
        if let Some(tree) = self.tree.take() {
            self.earlier = Some((self.text.clone(), tree));
        }
        for change in changes {
            match change.range {
                Some(_) if self.lost => {}
                Some(range) if self.disputed || range.end < range.start => self.lost = true,
                Some(range) => {
                    let span = super::protocol::span(self, range, unit);
                    self.text.replace_range(span.range(), &change.text);
                }
                None => {
                    self.text = change.text;
                    self.lost = false;
                }
            }
            self.positions = Positions::of(&self.text);
            self.disputed = is_disputed(&self.text);
        }
        self.version = version;
        self.doubt();
    }

    /// Whether the client and we have the same text, and the same places in it.
    pub(super) fn is_sure(&self) -> bool {
        !self.lost && !self.disputed
    }

    /// Forgets what was found: the text, the configuration or the context may be another one.
    pub(super) fn doubt(&mut self) {
        self.seen = None;
        self.published = false;
        self.doubts.fetch_add(1, Ordering::Relaxed);
    }

    /// Its tree, which is read once. What stands there as in an earlier text is not read again.
    pub(super) fn dockerfile(&self) -> Dockerfile<'_> {
        let read = || match &self.earlier {
            Some((text, tree)) => {
                let earlier = Dockerfile::of(text, tree.clone());
                Known::of(&earlier).parse(&self.text).tree()
            }
            None => parse(&self.text).tree(),
        };
        Dockerfile::of(&self.text, self.tree.get_or_init(read).clone())
    }

    /// Whether the text is one to be changed: no template, not excluded, and with a configuration that can be read.
    pub(super) fn is_admitted(&self, project: &Project) -> bool {
        let admission = project.admit(self.path.as_deref(), "Dockerfile", &self.text);
        matches!(admission, Ok(Admission::Admitted(_)))
    }

    /// Finds out what is to become of the text, if that is not known.
    pub(super) fn look(&mut self, project: &Project) {
        if self.seen.is_none() {
            let dockerfile = self.dockerfile();
            self.seen = Some(Seen::with(settings(project, self.path.as_deref(), &dockerfile)));
        }
    }

    /// What was found, once [`Document::look`] was called.
    pub(super) fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref()
    }

    /// The work of finding out what `dockslim fix` makes of the text, for another thread, which waits while it is not its `turn`, and stops once the text is another one; `None` if it is
    /// done, or there is nothing to do. The folder that the file is built with is looked for there, too.
    pub(super) fn work(
        &self,
        project: &Arc<Project>,
        turn: Turn,
    ) -> Option<impl FnOnce() -> Found + Send + use<>> {
        let known = match &self.seen {
            _ if !self.is_sure() => return None,
            Some(seen) if seen.settings.is_none() || seen.outcome.get().is_some() => return None,
            Some(seen) => seen.settings.clone(),
            None => None,
        };
        let (text, tree) = (self.text.clone(), self.dockerfile().tree());
        let (path, project) = (self.path.clone(), project.clone());
        let (uri, doubts) = (self.uri.clone(), self.doubts.clone());
        let begun = Begun { count: doubts.load(Ordering::Relaxed), doubts };
        Some(move || {
            turn.wait();
            let dockerfile = Dockerfile::of(&text, tree);
            let settings = match known {
                Some(settings) => Ok(Some(settings)),
                None => settings(&project, path.as_deref(), &dockerfile),
            };
            let wanted = || {
                turn.wait();
                begun.is_of_use()
            };
            let settled = settings.as_ref().ok().and_then(Option::as_ref);
            let outcome =
                settled.and_then(|settings| engine::fix_while(&dockerfile, settings, &wanted));
            let outcome = outcome.map(Box::new);
            Found { uri, begun, settings, outcome }
        })
    }

    /// Takes what was found, if it is of this text, and not known by now.
    pub(super) fn take(&mut self, found: Found) {
        if !found.begun.is_of_use() {
            return;
        }
        let seen = self.seen.get_or_insert_with(|| Seen::with(found.settings));
        if let Some(outcome) = found.outcome {
            let _ = seen.outcome.set(*outcome);
        }
    }

    /// The text and the edits of all rewrites of the level `safe`, whatever is configured: what happens unasked must be nothing to ask about.
    /// `None`, too, once nobody waits for it, as `wanted` says.
    pub(super) fn safe(&self, wanted: &dyn Fn() -> bool) -> Option<(&str, &Edits)> {
        let seen = self.seen.as_ref()?;
        let settings = seen.settings.as_ref()?;
        let known = self.known_outcome().filter(|_| settings.level == Safety::Safe);
        if let Some(outcome) = known {
            return Some((&outcome.text, &outcome.edits));
        }
        if seen.safe.get().is_none() {
            let _ = seen.safe.set(engine::safe_while(&self.dockerfile(), settings, wanted)?);
        }
        seen.safe.get().map(|(text, edits)| (text.as_str(), edits))
    }

    /// What `dockslim fix` makes of the text at the configured level, if that was worked out already.
    pub(super) fn known_outcome(&self) -> Option<&Outcome> {
        self.seen.as_ref()?.outcome.get()
    }

    /// What the passes say of the text, whose tree this is, and what decides which of their rewrites are right if it was worked out with them;
    /// see [`Document::right`]. `None` if the file is left alone.
    pub(super) fn proposals<'d>(
        &'d self,
        dockerfile: &'d Dockerfile<'d>,
    ) -> Option<(&'d Proposals, Option<Judge<'d>>)> {
        let seen = self.seen.as_ref()?;
        let settings = seen.settings.as_ref()?;
        if let Some(known) = seen.proposals.get() {
            return Some((known, None));
        }
        let (found, judge) = engine::proposals_and_judge(dockerfile, settings);
        Some((seen.proposals.get_or_init(|| found), Some(judge)))
    }

    /// Which of these changes of the text, whose tree this is, the proof accepts. Each is proved once for a text, when a cursor comes by: a proof reads the
    /// whole file. `None` once nobody waits for the answer, as `wanted` says.
    pub(super) fn right(
        &self,
        dockerfile: &Dockerfile<'_>,
        judge: Option<Judge<'_>>,
        changes: &[(Change, &Edits)],
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<bool>> {
        let seen = self.seen.as_ref().and_then(|seen| Some((seen, seen.settings.as_ref()?)));
        let Some((seen, settings)) = seen else { return Some(vec![false; changes.len()]) };
        let mut known = seen.right.borrow_mut();
        let new: Vec<_> =
            changes.iter().filter(|(change, _)| !known.contains_key(change)).collect();
        if !new.is_empty() {
            let asked: Vec<_> = new.iter().map(|(change, edits)| (change.pass(), *edits)).collect();
            let answers = match judge {
                Some(judge) => judge.all(&asked, wanted)?,
                None => engine::right(dockerfile, settings, &asked, wanted)?,
            };
            known.extend(new.iter().map(|(change, _)| *change).zip(answers));
        }
        Some(changes.iter().map(|(change, _)| known[change]).collect())
    }
}

impl Seen {
    /// Nothing is known yet but what is configured, or what is wrong with that.
    fn with(settings: Result<Option<Settings>, String>) -> Self {
        match settings {
            Ok(settings) => Self { settings, ..Self::default() },
            Err(error) => Self { error: Some(error), ..Self::default() },
        }
    }
}

/// What the passes are told about a text, whose tree this is; `None` if it is left alone.
fn settings(
    project: &Project,
    path: Option<&Path>,
    dockerfile: &Dockerfile<'_>,
) -> Result<Option<Settings>, String> {
    let known = match project.admit(path, "Dockerfile", dockerfile.source) {
        Ok(Admission::Admitted(configured)) => {
            project.known(configured, path, dockerfile).map(Some)
        }
        Ok(Admission::Foreign(_) | Admission::Excluded(_)) => Ok(None),
        Err(error) => Err(error),
    };
    known.map(|known| known.map(|known| known.settings)).map_err(|error| error.to_string())
}

impl Change {
    /// The pass whose rewrite it is.
    fn pass(self) -> Option<&'static str> {
        match self {
            Change::Rewrite { pass, .. } => Some(pass),
            Change::Keep { .. } => None,
        }
    }
}

/// Whether a carriage return stands alone in a text. By the protocol a line ends there; in an editor it may be a character like any other.
fn is_disputed(text: &str) -> bool {
    let mut returns = text.match_indices('\r');
    returns.any(|(at, _)| text.as_bytes().get(at + 1) != Some(&b'\n'))
}

/// The path of a `file:` URI: RFC 8089, with the drive letters of Windows.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    // An empty host is this machine.
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let text = decoded(rest.split(['?', '#']).next()?)?;
    let drive = text.as_bytes();
    let text = match drive {
        [b'/', letter, b':', ..] if cfg!(windows) && letter.is_ascii_alphabetic() => &text[1..],
        _ => text.as_str(),
    };
    let path = Path::new(text);
    path.is_absolute().then(|| path.to_owned())
}

/// Without percent signs; `None` if that is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, more) = rest.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = more;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::ConfigArgs;

    fn document(text: &str) -> Document {
        let uri = "untitled:1".parse().unwrap();
        Document::open(TextDocumentItem::new(uri, "dockerfile".into(), 1, text.into()))
    }

    #[test]
    fn what_was_begun_for_a_closed_document_ends_and_is_taken_by_no_other() {
        let config = ConfigArgs { isolated: true, ..ConfigArgs::default() };
        let project = Arc::new(Project::new(&config, Vec::new(), None).unwrap());
        let text = "FROM debian:12\nRUN a\nRUN b\n";
        let work = |document: &Document| document.work(&project, Turn::default()).unwrap();
        let closed = document(text);
        let (early, late) = (work(&closed), work(&closed));
        let early = early();
        assert!(early.outcome.is_some());
        drop(closed);
        let late = late();
        assert!(late.outcome.is_none(), "nobody waits for it");
        let mut reopened = document("FROM a\n");
        for found in [early, late] {
            reopened.take(found);
            assert!(reopened.seen().is_none(), "it is of another text");
        }
        let own = work(&reopened)();
        reopened.take(own);
        assert!(reopened.known_outcome().is_some());
    }

    #[test]
    fn carriage_returns_alone_are_disputed() {
        for (text, disputed) in
            [("a\r\nb\n", false), ("a\rb\n", true), ("a\r\r\n", true), ("a\r", true), ("", false)]
        {
            assert_eq!(is_disputed(text), disputed, "{text:?}");
        }
    }

    #[test]
    fn paths_of_uris() {
        let path = |uri: &str| path(uri).map(|path| path.display().to_string());
        if cfg!(unix) {
            assert_eq!(
                path("file:///a%20b/caf%C3%A9/Dockerfile").as_deref(),
                Some("/a b/caf\u{e9}/Dockerfile")
            );
            assert_eq!(
                path("file:///a b/[x]").as_deref(),
                Some("/a b/[x]"),
                "not all clients encode"
            );
        }
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("file:///%FF"), None);
    }
}
