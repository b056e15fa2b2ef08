//! The files and folders of the stage that was, as its steps have left them: what they bring, make, move and take away by names.

use std::collections::BTreeMap;

use dockslim_contract::ContextKind;
use dockslim_syntax::Span;

use super::as_it_is::SYSTEM;
use super::gone::restores;
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::program::{Action, Call, Demand, Step};
use crate::shell::{ACTIVE, Command, readable};

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link, or what nobody knows.
    Other,
    /// What was put there by a name, be it a file or a folder.
    Either,
    Absent,
}

/// What is known to be in a stage, or to be there no more.
#[derive(Debug, Default)]
pub(super) struct Tree {
    kinds: BTreeMap<String, Kind>,
    /// Where calls have put something by its name, with where these stand.
    placed: Vec<(Span, String)>,
    /// What was put somewhere with its owner: where it was, and where it is.
    kept: Vec<(String, String)>,
}

impl Tree {
    pub(super) fn kind(&self, path: &str) -> Option<Kind> {
        if let Some(kind) = self.kinds.get(path) {
            return Some(*kind);
        }
        // In what is gone there is nothing.
        let (above, _) = path.rsplit_once('/').filter(|(above, _)| !above.is_empty())?;
        self.kind(above).filter(|kind| *kind == Kind::Absent)
    }

    /// Where the calls of a step have put something.
    pub(super) fn placed(&self, at: Span) -> impl Iterator<Item = &String> {
        self.placed.iter().filter(move |(one, _)| *one == at).map(|(_, path)| path)
    }

    /// Where something was that came to a path with its owner.
    pub(super) fn came_from(&self, path: &str) -> impl Iterator<Item = &String> {
        self.kept.iter().filter(move |(_, place)| place == path).map(|(source, _)| source)
    }

    /// What is at a path, with all below it, by the rest of its name.
    pub(super) fn below(&self, path: &str) -> Vec<(String, Kind)> {
        let inside = self.kinds.iter().filter(|(one, _)| is_within(one, path));
        inside.map(|(one, kind)| (one[path.len()..].to_owned(), *kind)).collect()
    }

    /// Something is put at a path, in folders that are there then.
    fn put(&mut self, path: &str, kind: Kind) {
        self.kinds.insert(path.to_owned(), kind);
        let mut above = path;
        while let Some((folder, _)) =
            above.rsplit_once('/').filter(|(folder, _)| !folder.is_empty())
        {
            self.kinds.insert(folder.to_owned(), Kind::Folder);
            above = folder;
        }
    }

    fn take(&mut self, path: &str) {
        let inside = self.kinds.iter_mut().filter(|(one, _)| is_within(one, path));
        inside.for_each(|(_, kind)| *kind = Kind::Absent);
        self.kinds.insert(path.to_owned(), Kind::Absent);
    }

    /// Nobody knows what is at a path now, and below it.
    fn forget(&mut self, path: &str) {
        self.kinds.retain(|one, _| !is_within(one, path));
    }

    /// The paths of a folder whose names a pattern stands for, in which a star is any number of signs; hidden ones are not among them.
    fn matching(&self, folder: &str, pattern: &str) -> Vec<String> {
        let is_like = |name: &str| {
            let (front, end) = pattern.split_once('*').unwrap_or((pattern, ""));
            let fits = name.len() >= front.len() + end.len();
            fits && name.starts_with(front) && name.ends_with(end) && !name.starts_with('.')
        };
        let start = format!("{}/", folder.trim_end_matches('/'));
        let names = self.kinds.iter().filter(|(path, kind)| {
            let name = path.strip_prefix(&start).unwrap_or_default();
            **kind != Kind::Absent && !name.is_empty() && !name.contains('/') && is_like(name)
        });
        names.map(|(path, _)| path.clone()).collect()
    }
}

impl<'t> Runtime<'_, 't> {
    /// What the steps of the old stage have left.
    pub(super) fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| {
            let mut tree = Tree::default();
            for step in &self.old.steps {
                self.grow(&mut tree, step, true);
            }
            tree
        })
    }

    /// Whether what a command has put somewhere is brought, as a whole or file by file, or was taken away again.
    pub(super) fn is_all_there(&self, path: &Option<String>, places: &[Place]) -> bool {
        let Some(path) = path else { return true };
        let for_builds =
            |path: &str| path.rsplit('/').next().is_some_and(|it| self.is_for_builds(it));
        let there =
            |path: &str| self.covered(places, path) || self.is_gone(path) || for_builds(path);
        let scratch = ["/tmp", "/var/tmp", "/var/cache", "/var/lib/apt"];
        let inside = self.tree().below(path);
        let mut files = inside.iter().filter(|(rest, kind)| {
            !rest.is_empty() && !matches!(kind, Kind::Folder | Kind::Absent)
        });
        there(path)
            || scratch.iter().any(|folder| is_within(path, folder))
            || inside.len() > 1 && files.all(|(rest, _)| there(&format!("{path}{rest}")))
    }

    fn grow(&self, tree: &mut Tree, step: &Step<'t>, sure: bool) {
        match &step.action {
            Action::Copy(copy) => match self.context.zip(self.whole(step)) {
                Some((context, whole)) => {
                    for brought in whole.brings() {
                        let own = if brought.folder { Kind::Folder } else { Kind::File };
                        tree.put(brought.target.trim_end_matches('/'), own);
                        let depth = brought.source.len() + usize::from(!brought.source.is_empty());
                        let inside = context.below(&brought.source).filter(|_| brought.folder);
                        for (path, entry) in inside {
                            let target = brought.target.trim_end_matches('/');
                            let kind = match entry.kind {
                                ContextKind::File => Kind::File,
                                ContextKind::Folder => Kind::Folder,
                                ContextKind::Link | ContextKind::Other => Kind::Other,
                            };
                            tree.kinds.insert(format!("{target}/{}", &path[depth..]), kind);
                        }
                    }
                }
                None => match self.folder(&copy.destination) {
                    Some(place) => tree.forget(place.trim_end_matches('/')),
                    None => tree.kinds.clear(),
                },
            },
            Action::MakeFolder { path, .. } => match self.folder(path) {
                Some(path) => tree.put(path.trim_end_matches('/'), Kind::Folder),
                None => tree.kinds.clear(),
            },
            Action::Call(call) => {
                self.called(tree, step, call, sure && step.demand == Demand::Must);
            }
            Action::Opaque(..)
            | Action::Exec(..)
            | Action::Background(_)
            | Action::Leave(..)
            | Action::Unread(_) => tree.kinds.retain(|_, kind| *kind != Kind::Absent),
            _ => {}
        }
        for inner in step.action.blocks().into_iter().flatten() {
            self.grow(tree, inner, false);
        }
    }

    fn called(&self, tree: &mut Tree, step: &Step<'t>, call: &Call<'t>, sure: bool) {
        let command = Command::of(&call.words);
        let name = command.program().to_owned();
        let behind = call.words.len() - command.words.len() + 1;
        let words: Vec<&str> = call.words.iter().skip(behind).map(|word| &**word).collect();
        match name.as_str() {
            "cp" | "install" | "ln" | "mv" => {
                let placed = self.placed(tree, call, &name, &words, sure);
                tree.placed.extend(placed.into_iter().map(|path| (step.at, path)));
            }
            "rm" | "rmdir" | "unlink" => {
                let (options, named): (Vec<&str>, Vec<&str>) =
                    words.iter().partition(|word| word.starts_with('-'));
                let deep = options.iter().any(|word| {
                    *word == "--recursive" || !word.starts_with("--") && word.contains(['r', 'R'])
                });
                let meant = named.iter().flat_map(|word| self.meant_by(tree, word, call));
                let meant: Vec<String> = meant.collect();
                for path in meant {
                    match tree.kind(&path) {
                        // Without its flag it leaves folders where they are, and fails.
                        Some(Kind::Folder) if name == "rm" && !deep => {}
                        _ if sure && !options.iter().any(|word| word.starts_with("--h")) => {
                            tree.take(&path);
                        }
                        _ => tree.forget(&path),
                    }
                }
            }
            "mkdir" | "touch" | "tee" => {
                let kind = if name == "mkdir" { Kind::Folder } else { Kind::File };
                for word in words.iter().filter(|word| !word.starts_with('-')) {
                    let Some(path) = self.path(word, call) else { continue };
                    if sure { tree.put(&path, kind) } else { tree.forget(&path) }
                }
            }
            _ => {
                let gone = tree.kinds.iter().filter(|(_, kind)| **kind == Kind::Absent);
                let back = gone.filter(|(path, _)| self.remakes(call, path) || restores(call));
                let back: Vec<String> = back.map(|(path, _)| path.clone()).collect();
                back.iter().for_each(|path| _ = tree.kinds.remove(path));
                // Compilers write what they are told to.
                let output = words.iter().skip_while(|word| **word != "-o").nth(1);
                if let Some(output) = output.filter(|_| sure)
                    && let Some(path) = self.path(output, call)
                {
                    let folder = output.ends_with('/') || tree.kind(&path) == Some(Kind::Folder);
                    tree.put(&path, if folder { Kind::Folder } else { Kind::File });
                }
            }
        }
        for text in &call.redirects {
            let Some((_, target)) = text.rsplit_once('>') else { continue };
            let target = target.trim_start_matches(['&', '|']).trim();
            let number = target.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            if let Some(path) = self.path(target, call).filter(|_| !number) {
                if sure { tree.put(&path, Kind::File) } else { tree.forget(&path) }
            }
        }
    }

    /// What one of `cp`, `install`, `ln` and `mv` leaves, and where.
    fn placed(
        &self,
        tree: &mut Tree,
        call: &Call<'t>,
        name: &str,
        words: &[&str],
        sure: bool,
    ) -> Vec<String> {
        let (mut operands, mut flags): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if name == "install"
                && matches!(*word, "-m" | "-o" | "-g" | "--mode" | "--owner" | "--group")
            {
                rest.next();
            } else if word.starts_with('-') {
                flags.push(word);
            } else {
                operands.push(word);
            }
        }
        let short = |letters: &[char]| {
            flags.iter().any(|flag| !flag.starts_with("--") && flag.contains(letters))
        };
        if name == "install" && short(&['d']) {
            let folders = operands.iter().filter_map(|word| self.path(word, call));
            let folders: Vec<String> = folders.collect();
            folders.iter().for_each(|path| tree.put(path, Kind::Folder));
            return folders;
        }
        let Some((last, sources)) = operands.split_last() else { return Vec::new() };
        let Some(target) = self.path(last, call) else { return Vec::new() };
        let meant: Vec<(&str, Vec<String>)> =
            sources.iter().map(|word| (*word, self.meant_by(tree, word, call))).collect();
        let several = meant.len() > 1 || meant.iter().any(|(_, paths)| paths.len() > 1);
        let folder = several
            || last.ends_with(['/', '.'])
            || SYSTEM.contains(&target.trim_end_matches('/'))
            || tree.kind(&target) == Some(Kind::Folder);
        let deep = name == "mv"
            || name == "cp"
                && (short(&['r', 'R', 'a'])
                    || flags
                        .iter()
                        .any(|it| it.starts_with("--recursive") || it.starts_with("--archive")));
        if !sure {
            tree.forget(&target);
            if name == "mv" {
                meant.iter().flat_map(|(_, paths)| paths).for_each(|path| tree.forget(path));
            }
            return vec![target];
        }
        let mut found = Vec::new();
        for (word, paths) in meant {
            // Of a pattern that stands for nothing that is known, all that is known is where it goes.
            if paths.is_empty() {
                let kind = match (folder, deep) {
                    (true, _) => Kind::Folder,
                    (false, true) => Kind::Either,
                    (false, false) => Kind::File,
                };
                tree.put(&target, kind);
                found.push(target.clone());
            }
            for path in paths {
                let contents = matches!(word.rsplit('/').next(), Some("." | ".."));
                let base = path.rsplit('/').next().unwrap_or_default();
                let place = match folder && !contents {
                    true => format!("{}/{base}", target.trim_end_matches('/')),
                    false => target.clone(),
                };
                let known = tree.kind(&path).filter(|kind| *kind != Kind::Absent);
                let kind = match name {
                    "ln" if short(&['s']) || flags.contains(&"--symbolic") => Kind::Other,
                    _ if contents => Kind::Folder,
                    _ if !deep => Kind::File,
                    _ => known.unwrap_or(Kind::Either),
                };
                let inner = if deep { tree.below(&path) } else { Vec::new() };
                let owned = name == "cp"
                    && (short(&['a', 'p'])
                        || flags.iter().any(|flag| flag.starts_with("--preserve")));
                if name == "mv" || owned {
                    tree.kept.push((path.clone(), place.clone()));
                }
                if name == "mv" {
                    tree.take(&path);
                }
                tree.put(&place, kind);
                for (rest, kind) in inner.iter().filter(|(rest, _)| !rest.is_empty()) {
                    if *kind != Kind::Absent {
                        tree.kinds.insert(format!("{place}{rest}"), *kind);
                    }
                }
                found.push(place);
            }
        }
        found
    }

    /// The paths that a word stands for: its own, or those that are known and have names as its pattern says.
    fn meant_by(&self, tree: &Tree, word: &str, call: &Call<'t>) -> Vec<String> {
        if let Some(path) = self.path(word, call) {
            return vec![path];
        }
        let star = format!("{ACTIVE}*");
        let text = readable(word);
        let (folder, name) = text.rsplit_once('/').unwrap_or((".", &text));
        let folder = if folder.is_empty() { "/" } else { folder };
        let alone = word.matches(&star).count() == 1 && name.matches('*').count() == 1;
        let marks = word.replacen(&star, "", 1);
        let folder =
            self.path(folder, call).filter(|_| alone && !marks.contains(|c: char| c < '\t'));
        folder.map(|folder| tree.matching(&folder, name)).unwrap_or_default()
    }
}
