//! The build context as a value: what COPY and ADD can see.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use crate::added::{Added, Unpacked, is_below, unpacked_folder};
use crate::glob::Glob;
use crate::ignore_rules::{IgnoreRules, Standing, clean};

/// The files of a build context that its ignore file does not hide.
///
/// Paths are relative to the context, with `/` between their parts and none in front; the context
/// itself is the empty path.
#[derive(Clone, Debug, Default)]
pub struct BuildContext {
    rules: IgnoreRules,
    entries: BTreeMap<String, ContextEntry>,
    reader: Reader,
    /// What becomes of the files that an ADD names.
    added: BTreeMap<String, Added>,
    /// The same context with what is inside of these.
    unpacked: Option<Arc<BuildContext>>,
}

/// A file, folder or link of a build context.
#[derive(Clone, Debug)]
pub struct ContextEntry {
    /// What it is.
    pub kind: ContextKind,
    /// Its text, once it was asked for.
    text: Arc<OnceLock<Option<String>>>,
}

/// What an entry of a build context is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContextKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, wherever it leads.
    Link,
    /// A socket, a pipe or a device.
    Other,
}

/// Gives the text of the file at a path of the context, if it has one that is not too long.
pub type ReadText = dyn Fn(&str) -> Option<String> + Send + Sync;

#[derive(Clone, Default)]
struct Reader(Option<Arc<ReadText>>);

impl fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "Reader" } else { "none" })
    }
}

impl ContextEntry {
    /// An entry whose text is read when it is first asked for.
    pub fn new(kind: ContextKind) -> Self {
        Self { kind, text: Arc::default() }
    }

    /// A file with this text.
    pub fn with_text(text: &str) -> Self {
        Self::read(Some(text.to_owned()))
    }

    /// A file whose text is known, or known to be none.
    pub fn read(text: Option<String>) -> Self {
        Self { kind: ContextKind::File, text: Arc::new(OnceLock::from(text)) }
    }
}

impl BuildContext {
    /// A context of these entries, by path, of which it keeps what `rules` do not hide. Folders on the
    /// way to an entry need not be among them. `reader` is asked for each text once; what it gives
    /// has to stay the same for as long as the context is in use.
    pub fn new(
        rules: IgnoreRules,
        entries: impl IntoIterator<Item = (String, ContextEntry)>,
        reader: Option<Arc<ReadText>>,
    ) -> Self {
        let mut shown = Shown { rules, folders: BTreeMap::new() };
        let visible = entries.into_iter().filter(|(path, _)| !shown.standing(path).hidden);
        let mut entries: BTreeMap<String, ContextEntry> = visible.collect();
        // A folder that is hidden itself is made all the same for what is shown in it.
        let on_the_way = entries.keys().flat_map(|path| folders(path));
        let missing = on_the_way.filter(|folder| !entries.contains_key(*folder));
        let missing: BTreeSet<String> = missing.map(str::to_owned).collect();
        for folder in missing {
            entries.insert(folder, ContextEntry::new(ContextKind::Folder));
        }
        let (rules, reader) = (shown.rules, Reader(reader));
        Self { rules, entries, reader, added: BTreeMap::new(), unpacked: None }
    }

    /// The same context, of which it is known what becomes of these files where an ADD names them.
    pub fn with_added(&self, added: BTreeMap<String, Added>) -> Self {
        let mut inner = self.clone();
        inner.unpacked = None;
        for (path, added) in added {
            if self.entry(&path).is_none_or(|entry| entry.kind != ContextKind::File) {
                continue;
            }
            // Something of the context has that very name.
            let taken = self.exists(&unpacked_folder(&path));
            let added = if taken { Added::Unread } else { added };
            if let Added::Unpacked(archive) = &added {
                let folder = unpacked_folder(&path);
                let inside = archive.entries.iter();
                let inside = inside.map(|(it, entry)| (format!("{folder}/{it}"), entry.clone()));
                inner.entries.extend(inside);
                inner.entries.insert(folder, ContextEntry::new(ContextKind::Folder));
            }
            inner.added.insert(path, added);
        }
        Self { unpacked: Some(Arc::new(inner)), ..self.clone() }
    }

    /// This context with what is inside of the archives that an ADD unpacks, for those who follow what is built of it.
    ///
    /// The folder `a.tar!` then has what an ADD of the archive `a.tar` brings. It is among the entries, and has texts, but no COPY
    /// brings it, whatever it names, and no folder around it holds it.
    /// `None` if nothing is known of what an ADD names.
    pub fn unpacked(&self) -> Option<&BuildContext> {
        self.unpacked.as_deref()
    }

    /// What becomes of the file at `path` where an ADD names it, if that is known.
    pub fn added(&self, path: &str) -> Option<&Added> {
        self.added.get(path)
    }

    /// The archives that are unpacked, each with its path.
    pub fn archives(&self) -> impl Iterator<Item = (&str, &Unpacked)> {
        self.added.iter().filter_map(|(path, added)| match added {
            Added::Unpacked(archive) => Some((path.as_str(), &**archive)),
            Added::Copied | Added::Unread => None,
        })
    }

    /// Whether a path is one that only an ADD brings.
    fn is_inside(&self, path: &str) -> bool {
        path.contains('!') && self.archives().any(|(archive, _)| is_below(path, archive))
    }

    /// What its ignore file says.
    pub fn rules(&self) -> &IgnoreRules {
        &self.rules
    }

    /// The entry at `path`.
    pub fn entry(&self, path: &str) -> Option<&ContextEntry> {
        self.entries.get(path)
    }

    /// Whether there is a file, folder or link at `path`, or `path` is the context itself.
    pub fn exists(&self, path: &str) -> bool {
        path.is_empty() || self.entries.contains_key(path)
    }

    /// Whether `path` is a folder, or the context itself.
    pub fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.entry(path).is_some_and(|entry| entry.kind == ContextKind::Folder)
    }

    /// The text of the file at `path`: `None` if there is no such file, or it is none of UTF-8, or
    /// too long. A symbolic link has none.
    pub fn text(&self, path: &str) -> Option<&str> {
        let entry = self.entry(path).filter(|entry| entry.kind == ContextKind::File)?;
        let read = || self.reader.0.as_ref().and_then(|read| read(path));
        entry.text.get_or_init(read).as_deref()
    }

    /// All entries in the order of their paths, what is inside of archives among them where these are unpacked.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &ContextEntry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// All that is in the folder `path`, at any depth, in the order of the paths.
    pub fn below(&self, path: &str) -> impl Iterator<Item = (&str, &ContextEntry)> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let range = (Bound::Excluded(prefix.clone()), Bound::Unbounded);
        let from_there = self.entries.range::<String, _>(range);
        let inside = from_there.take_while(move |(path, _)| path.starts_with(&prefix));
        let own = self.added.is_empty() || self.is_inside(path);
        let inside = inside.filter(move |(path, _)| own || !self.is_inside(path));
        inside.map(|(path, entry)| (path.as_str(), entry))
    }

    /// What a source of COPY or ADD names, as BuildKit resolves it: `text` as the builder reads it,
    /// quotes taken away, without variables.
    ///
    /// The paths stand in order; none if nothing matches, and the empty path if it is the context
    /// itself. `None` if it cannot be told: the pattern is one that a builder refuses, or the way to it
    /// leads over a symbolic link.
    pub fn matching(&self, text: &str) -> Option<Vec<&str>> {
        let source = source_path(text);
        // How a backslash is read depends on whether wildcards follow.
        if source.contains('\\') {
            return None;
        }
        let glob = Glob::of_source(&source).ok()?;
        let certain = glob.literal();
        let is_link = |path| self.entry(path).is_some_and(|entry| entry.kind == ContextKind::Link);
        if folders(certain).any(is_link) {
            return None;
        }
        if glob.is_literal() {
            let entry = self.entries.get_key_value(certain).map(|(path, _)| path.as_str());
            let entry = entry.filter(|path| !self.is_inside(path));
            return Some(if certain.is_empty() { vec![""] } else { entry.into_iter().collect() });
        }
        let folder = certain.rsplit_once('/').map_or("", |(folder, _)| folder);
        let paths = self.below(folder).map(|(path, _)| path);
        Some(paths.filter(|path| glob.matches(path) && !self.is_inside(path)).collect())
    }
}

/// A source of COPY or ADD as a path of the context: `/a`, `./a` and `../a` are all `a`.
pub fn source_path(text: &str) -> String {
    clean(&format!("/{text}"))[1..].to_owned()
}

/// The folders on the way to `path`, from the root down.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// How the rules stand to many paths, where each folder is looked at once.
struct Shown {
    rules: IgnoreRules,
    folders: BTreeMap<String, Standing>,
}

impl Shown {
    fn standing(&mut self, path: &str) -> Standing {
        let mut above = Standing::default();
        for folder in folders(path) {
            above = match self.folders.get(folder) {
                Some(known) => known.clone(),
                None => self.rules.standing(folder, &above),
            };
            self.folders.entry(folder.to_owned()).or_insert_with(|| above.clone());
        }
        self.rules.standing(path, &above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(rules: &str, paths: &[&str]) -> BuildContext {
        let entries = paths.iter().map(|path| match path.strip_suffix('@') {
            Some(link) => (link.to_owned(), ContextEntry::new(ContextKind::Link)),
            None => (path.to_string(), ContextEntry::with_text(path)),
        });
        BuildContext::new(IgnoreRules::parse(rules).unwrap(), entries, None)
    }

    #[test]
    fn hidden_entries_are_not_there() {
        let context = context("*\n!a/b\n**/*.pyc\n", &["a/b/c", "a/b/c.pyc", "a/d", "e"]);
        let paths: Vec<&str> = context.entries().map(|(path, _)| path).collect();
        assert_eq!(paths, ["a", "a/b", "a/b/c"]);
        assert_eq!(context.text("a/b/c"), Some("a/b/c"));
        assert_eq!(context.text("a/d"), None);
        assert_eq!(context.text("a"), None);
        assert!(context.exists("") && context.is_folder("a") && !context.is_folder("a/b/c"));
    }

    #[test]
    fn folders_hold_what_is_below_them() {
        let context = context("", &["a/b/c", "a/d", "a.b", "b"]);
        let below = |path| context.below(path).map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(below("a"), ["a/b", "a/b/c", "a/d"]);
        assert_eq!(below("a/b/c"), [""; 0]);
        assert_eq!(below(""), ["a", "a.b", "a/b", "a/b/c", "a/d", "b"]);
    }

    #[test]
    fn sources_name_entries() {
        let context = context("hidden", &["a/b.txt", "a/c.txt", "b", "hidden/x", "way@"]);
        for (source, paths) in [
            (".", Some(&[""][..])),
            ("./", Some(&[""])),
            ("/", Some(&[""])),
            ("..", Some(&[""])),
            ("a", Some(&["a"])),
            ("/a/", Some(&["a"])),
            ("../a/../b", Some(&["b"])),
            ("a/*", Some(&["a/b.txt", "a/c.txt"])),
            ("*", Some(&["a", "b", "way"])),
            ("*/b.txt", Some(&["a/b.txt"])),
            ("hidden", Some(&[])),
            ("hidden/*", Some(&[])),
            ("way", Some(&["way"])),
            ("way/a", None),
            ("way/*", None),
            ("[", None),
            ("a\\*", None),
        ] {
            assert_eq!(context.matching(source).as_deref(), paths, "{source}");
        }
    }

    #[test]
    fn archives_are_folders_of_their_own() {
        let context =
            context("*.o\nx", &["a.tar", "a.tar.txt", "b/a.tar", "b/c", "c.tar", "c.tar!"]);
        let inside = ["x", "x/y.o"].map(|path| (path.to_owned(), ContextEntry::with_text(path)));
        let archive = Added::Unpacked(Arc::new(Unpacked {
            entries: inside.into(),
            root: false,
            plain: true,
        }));
        assert!(context.unpacked().is_none() && context.added("a.tar").is_none());
        let named = ["a.tar", "b/a.tar", "b", "c.tar", "d"];
        let context =
            context.with_added(named.map(|path| (path.to_owned(), archive.clone())).into());
        let own = ["a.tar", "a.tar.txt", "b", "b/a.tar", "b/c", "c.tar", "c.tar!"];
        assert!(
            context.entries().map(|(path, _)| path).eq(own),
            "they are no files of the context"
        );
        let view = context.unpacked().unwrap();
        let all: Vec<&str> = view.entries().map(|(path, _)| path).collect();
        for path in ["a.tar!", "a.tar!/x", "a.tar!/x/y.o", "b/a.tar!/x/y.o"] {
            assert!(all.contains(&path) && view.exists(path), "{path}");
            assert!(view.matching(path).unwrap().is_empty(), "no COPY brings {path}");
        }
        assert_eq!(view.text("b/a.tar!/x/y.o"), Some("x/y.o"));
        assert!(view.is_folder("a.tar!") && !view.is_folder("a.tar"));
        assert!(matches!(view.added("a.tar"), Some(Added::Unpacked(_))));
        assert!(matches!(view.added("c.tar"), Some(Added::Unread)), "its folder is another's");
        assert!(view.added("b").is_none() && view.added("d").is_none());
        let below = |path| view.below(path).map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(below(""), own);
        assert_eq!(below("b"), ["b/a.tar", "b/c"]);
        assert_eq!(below("a.tar!"), ["a.tar!/x", "a.tar!/x/y.o"]);
        assert_eq!(below("a.tar"), [""; 0]);
        assert_eq!(view.matching("*").unwrap(), ["a.tar", "a.tar.txt", "b", "c.tar", "c.tar!"]);
        assert_eq!(view.matching("b/*").unwrap(), ["b/a.tar", "b/c"]);
        assert_eq!(view.matching("a.tar*/*").unwrap(), [""; 0]);
        assert_eq!(view.matching("a.tar!/*").unwrap(), [""; 0]);
    }

    #[test]
    fn texts_are_read_once_and_only_for_files() {
        let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let noted = asked.clone();
        let reader = Arc::new(move |path: &str| {
            noted.lock().unwrap().push(path.to_owned());
            Some("text".to_owned())
        });
        let entries = [("a/b", ContextKind::File), ("c", ContextKind::Link)];
        let entries = entries.map(|(path, kind)| (path.to_owned(), ContextEntry::new(kind)));
        let context = BuildContext::new(IgnoreRules::default(), entries, Some(reader));
        for path in ["a/b", "a/b", "a", "c", "d"] {
            assert_eq!(context.text(path).is_some(), path == "a/b");
        }
        assert_eq!(*asked.lock().unwrap(), ["a/b"]);
    }
}
