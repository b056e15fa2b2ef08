//! What lies at a path of a stage, told backwards from what its steps have done: what was copied or moved there is what lay where it
//! came from.

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::Dockerfile;

use super::copies::Copied;
use super::effects::{Done, Effect, is_pattern, is_system_folder};
use super::gone::{may_make, may_take, pattern, takes};
use super::launch::{base_name, parent_of};
use super::variables::words;
use crate::facts::{BuildStage, absolute, is_within};

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lies {
    File,
    Folder,
    Link,
    /// Nothing: the step in this line has taken it away.
    Gone(usize),
    /// What the step in this line may have taken away.
    Unclear(usize),
    /// What no step tells.
    Unknown,
}

/// What has been done in a stage up to some place.
#[derive(Clone, Copy)]
pub(super) struct Past<'a, 'f, 't> {
    pub(super) dockerfile: &'f Dockerfile<'t>,
    pub(super) stage: &'f BuildStage<'t>,
    pub(super) image: &'f str,
    pub(super) context: Option<&'f BuildContext>,
    pub(super) copied: &'a [Copied],
    pub(super) done: &'a [Done<'f, 't>],
    /// What the RUN that is being followed has done.
    pub(super) begun: &'a [Done<'f, 't>],
}

/// What one step, or one command of it, has done.
#[derive(Clone, Copy)]
enum Event<'a, 'f, 't> {
    Copied(&'a Copied),
    Done(&'a Done<'f, 't>),
}

/// What `cp`, `mv`, `ln` and `install` put somewhere.
struct Put {
    /// Where it was; a pattern where several may be meant, and nothing where that is not known.
    source: Option<String>,
    /// Whether the contents of a folder are meant, or all that a pattern stands for.
    contents: bool,
    pattern: bool,
    place: String,
}

impl<'f, 't> Past<'_, 'f, 't> {
    /// What lies at an absolute path.
    pub(super) fn at(&self, path: &str) -> Lies {
        let mut events: Vec<(usize, Event<'_, 'f, 't>)> = Vec::new();
        events.extend(self.copied.iter().map(|one| (one.step, Event::Copied(one))));
        let done = self.done.iter().chain(self.begun);
        events.extend(done.map(|one| (one.step, Event::Done(one))));
        events.sort_by_key(|(step, _)| *step);
        let events: Vec<_> = events.into_iter().map(|(_, event)| event).collect();
        self.behind(&events, path)
    }

    /// Where a call that keeps owners has put something, with where that was.
    pub(super) fn kept(&self) -> Vec<(String, String)> {
        let keeps = |done: &&Done<'f, 't>| match done.command.program_name() {
            Some("mv") => true,
            Some("cp") => options(done).any(|word| {
                let long = word.starts_with("--preserve") || word == "--archive";
                long || !word.starts_with("--") && word.contains(['a', 'p'])
            }),
            _ => false,
        };
        let puts = self.done.iter().filter(keeps).flat_map(|done| self.puts(done, &[]));
        puts.filter_map(|put| Some((put.source?, put.place))).collect()
    }

    /// The path of the one file that a command has put at `place`.
    pub(super) fn put_from(&self, done: &Done<'f, 't>, place: &str) -> Option<String> {
        let puts = self.puts(done, &[]);
        let put = puts.into_iter().find(|put| put.place == place)?;
        put.source.filter(|_| !put.pattern && !put.contents)
    }

    /// What lies at a path behind the last of some events.
    fn behind(&self, events: &[Event<'_, 'f, 't>], path: &str) -> Lies {
        let mut makers: Vec<&Done<'f, 't>> = Vec::new();
        for (number, event) in events.iter().enumerate().rev() {
            let found = match event {
                Event::Copied(copied) => self.brought(copied, path),
                Event::Done(done) => {
                    makers.extend(Some(*done).filter(|done| may_make(done, path)));
                    self.left(done, path, &events[..number])
                }
            };
            match found {
                Some(Lies::Gone(line) | Lies::Unclear(line))
                    if makers.iter().any(|done| self.may_name(done, path)) =>
                {
                    let by_rules = makers.iter().all(|done| follows_rules(done));
                    return if by_rules { Lies::Unclear(line) } else { Lies::Unknown };
                }
                Some(found) => return found,
                None => {}
            }
        }
        Lies::Unknown
    }

    /// Whether what a command makes may have this name: rules of make name what they write, or make it of the name of another file.
    fn may_name(&self, done: &Done<'f, 't>, path: &str) -> bool {
        let Some(context) = self.context else { return true };
        let name = base_name(path);
        let says = |text: &str| text.contains(name);
        let read = |file: &str| {
            let mut brings = self.copied.iter().flat_map(|copied| &copied.brings);
            !base_name(file).starts_with("Dockerfile")
                && brings.any(|one| one.source.is_empty() || is_within(file, &one.source))
        };
        let makes_of = |other: &str| {
            let (other, stem) = (base_name(other), name.split('.').next());
            other != name && other.split('.').next() == stem
        };
        let files = context.entries().filter(|(_, entry)| entry.kind == ContextKind::File);
        let mut files = files.map(|(file, _)| file).filter(|file| read(file));
        !follows_rules(done)
            || done.command.words.iter().any(|word| word.as_deref().is_none_or(says))
            || files.any(|file| makes_of(file) || context.text(file).is_some_and(says))
    }

    /// What a COPY has brought to a path.
    fn brought(&self, copied: &Copied, path: &str) -> Option<Lies> {
        let kind = |source: &str| {
            let entry = self.context?.entry(source)?;
            Some(match entry.kind {
                ContextKind::Folder => Lies::Folder,
                ContextKind::Link => Lies::Link,
                ContextKind::File | ContextKind::Other => Lies::File,
            })
        };
        copied.brings.iter().find_map(|one| {
            if one.place == path && one.folder || one.place != path && is_within(&one.place, path) {
                return Some(Lies::Folder);
            }
            if one.place == path {
                let own = kind(&one.source).filter(|_| copied.from_context);
                return Some(own.unwrap_or(Lies::File));
            }
            let rest = path.strip_prefix(one.place.trim_end_matches('/'))?.strip_prefix('/')?;
            let source = [one.source.as_str(), rest].join("/");
            kind(source.trim_matches('/')).filter(|_| one.folder && copied.from_context)
        })
    }

    /// What a command has left at a path, or taken away from it.
    fn left(&self, done: &Done<'f, 't>, path: &str, before: &[Event<'_, 'f, 't>]) -> Option<Lies> {
        let line = self.dockerfile.line(done.command.span.start);
        let above = |one: &String| one != path && is_within(one, path);
        match &done.effect {
            Effect::Removes(paths) => {
                if paths.iter().any(|gone| takes(gone, path)) && !done.command.conditional() {
                    return Some(Lies::Gone(line));
                }
                let may = paths.iter().any(|gone| may_take(gone, path));
                may.then(|| match self.behind(before, path) {
                    Lies::Gone(earlier) => Lies::Gone(earlier),
                    _ => Lies::Unclear(line),
                })
            }
            Effect::MakesFolder(paths) => {
                paths.iter().any(|one| is_within(one, path)).then_some(Lies::Folder)
            }
            Effect::Writes(paths) => {
                let puts = self.puts(done, before);
                let put = puts.iter().find_map(|put| self.put(done, put, path, before, line));
                let others = || paths.iter().skip(puts.len());
                let written = || {
                    let bare = |one: &String| one.trim_end_matches('/').to_owned();
                    if others()
                        .any(|one| above(&bare(one)) || one.ends_with('/') && bare(one) == path)
                    {
                        return Some(Lies::Folder);
                    }
                    others().any(|one| bare(one) == path).then_some(Lies::File)
                };
                put.or_else(written)
            }
            Effect::Clones(folder) | Effect::Unpacks { folder, .. } if is_within(folder, path) => {
                Some(Lies::Folder)
            }
            Effect::Clones(folder) if is_within(path, folder) => Some(Lies::Unknown),
            Effect::Builds => {
                let output = output(done)?;
                let place = absolute(output, done.folder.as_deref())?;
                if above(&place) || place == path && output.ends_with('/') {
                    return Some(Lies::Folder);
                }
                (place == path).then_some(Lies::File)
            }
            _ => None,
        }
    }

    /// What a command puts where, in the order of its words.
    fn puts(&self, done: &Done<'f, 't>, before: &[Event<'_, 'f, 't>]) -> Vec<Put> {
        let Effect::Writes(paths) = &done.effect else { return Vec::new() };
        let folder = done.folder.as_deref();
        if !matches!(done.command.program_name(), Some("cp" | "install" | "ln" | "mv")) {
            return Vec::new();
        }
        let Some(step) = self.stage.steps.get(done.step) else { return Vec::new() };
        let texts = words(self.dockerfile, step, self.image, done.command);
        let first = done.command.program().map_or(0, |(at, _)| at + 1);
        let mut operands: Vec<(Option<&str>, String)> = Vec::new();
        let mut rest = texts.iter().enumerate().skip(first);
        while let Some((at, word)) = rest.next() {
            match word.as_deref() {
                Some("-m" | "-o" | "-g" | "--mode" | "--owner" | "--group")
                    if done.command.program_name() == Some("install") =>
                {
                    rest.next();
                }
                Some(word) if word.starts_with('-') => {}
                word => operands.push((word, done.command.raw_word(self.dockerfile, at))),
            }
        }
        let Some(((_, target), sources)) = operands.split_last() else { return Vec::new() };
        let one = |((word, raw), place): (&(Option<&str>, String), &String)| {
            let place = place.trim_end_matches('/').to_owned();
            let several = word.is_none() && is_pattern(raw);
            // More than one file goes into a folder.
            let into = several
                && (target.ends_with(['/', '.'])
                    || is_system_folder(&place)
                    || self.behind(before, &place) == Lies::Folder);
            let source = match word {
                _ if several => pattern(raw, folder),
                Some(word) => absolute(word, folder),
                None => None,
            };
            let contents = into || word.is_some_and(|word| matches!(base_name(word), "." | ""));
            Put { source, contents, pattern: several, place }
        };
        sources.iter().zip(paths).map(one).collect()
    }

    /// What one of these has left at a path, or taken away from it.
    fn put(
        &self,
        done: &Done<'f, 't>,
        put: &Put,
        path: &str,
        before: &[Event<'_, 'f, 't>],
        line: usize,
    ) -> Option<Lies> {
        let moves = done.command.program_name() == Some("mv");
        let whole = moves || is_recursive(done);
        let was = |path: &str| Some(self.behind(before, path));
        let symbolic = || options(done).any(|word| word.contains('s'));
        if put.place != path && is_within(&put.place, path) {
            return Some(Lies::Folder);
        }
        if put.place == path {
            return match done.command.program_name() {
                _ if put.contents => Some(Lies::Folder),
                Some("ln") if symbolic() => Some(Lies::Link),
                _ if put.pattern || !whole => Some(Lies::File),
                _ => put.source.as_deref().map_or(Some(Lies::Unknown), was),
            };
        }
        let inside = path.strip_prefix(put.place.trim_end_matches('/'));
        if let (Some(source), Some(rest)) =
            (&put.source, inside.and_then(|it| it.strip_prefix('/')))
        {
            let name = rest.split('/').next().unwrap_or(rest);
            let from = match put.pattern {
                true => parent_of(source),
                false => source.as_str(),
            };
            let from = format!("{}/{rest}", from.trim_end_matches('/'));
            let meant = !put.pattern || put.contents && may_take(source, &from);
            let deep = whole || put.pattern && rest == name;
            match was(&from).filter(|_| meant && deep) {
                found @ Some(Lies::File | Lies::Folder | Lies::Link) => return found,
                Some(Lies::Unknown) if was(source) == Some(Lies::Unknown) => {
                    return Some(Lies::Unknown);
                }
                _ => {}
            }
        }
        let taken = put.source.as_deref().filter(|_| moves)?;
        if takes(taken, path) {
            return Some(Lies::Gone(line));
        }
        may_take(taken, path).then_some(Lies::Unclear(line))
    }
}

/// Whether a command makes what rules of make say.
fn follows_rules(done: &Done<'_, '_>) -> bool {
    matches!(done.command.program_name(), Some("make" | "gmake"))
}

/// What a compiler is told to write to.
pub(super) fn output<'c>(done: &'c Done<'_, '_>) -> Option<&'c str> {
    let mut words = done.command.words.iter();
    let word = words.find(|word| word.as_deref().is_some_and(|word| word.starts_with("-o")))?;
    match word.as_deref()?.strip_prefix("-o=") {
        Some(output) => Some(output),
        None if word.as_deref() == Some("-o") => words.next()?.as_deref(),
        None => None,
    }
}

fn options<'c>(done: &'c Done<'_, '_>) -> impl Iterator<Item = &'c str> {
    let words = done.command.words.iter().skip(1).flatten();
    words.map(|word| &**word).filter(|word| word.starts_with('-'))
}

/// Whether a call of `cp` takes folders along.
pub(super) fn is_recursive(done: &Done<'_, '_>) -> bool {
    let short = |word: &str| !word.starts_with("--") && word.contains(['r', 'R', 'a']);
    let long = |word: &str| matches!(word, "--recursive" | "--archive");
    done.command.program_name() == Some("cp") && options(done).any(|word| short(word) || long(word))
}
