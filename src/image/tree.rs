//! The files that layers leave when they lie on top of each other.

use std::collections::BTreeMap;
use std::ops::Bound;

/// What a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    File,
    Folder,
    /// A symbolic link.
    Link,
    /// A device or a pipe.
    Special,
}

impl Kind {
    /// In one word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::File => "file",
            Kind::Folder => "folder",
            Kind::Link => "link",
            Kind::Special => "device",
        }
    }
}

/// A file, folder or link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The permissions, with those for set-id.
    pub(crate) mode: u32,
    /// User and group, by number.
    pub(crate) owner: (u64, u64),
    /// The bytes in it.
    pub(crate) size: u64,
    /// Of what is in it.
    pub(crate) digest: Option<[u8; 32]>,
    /// Where a link leads.
    pub(crate) target: Option<Vec<u8>>,
    /// What a program may do without being root.
    pub(crate) capability: Option<Vec<u8>>,
    /// Seconds since 1970.
    pub(crate) modified: u64,
}

impl Node {
    /// The bytes that it takes in its layer. `docker history` counts layers that were loaded like this, and leaves out links in those
    /// that it has built.
    pub(super) fn own_bytes(&self) -> u64 {
        match &self.target {
            Some(target) => target.len() as u64,
            None => self.size,
        }
    }
}

/// What a layer does at a path.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Something is there.
    Put(Node),
    /// The file at that other path is here, too.
    Same(Vec<u8>),
    /// Nothing is there any more.
    Remove,
    /// What the layers below have in the folder is gone.
    Hide,
}

/// All files of an image, by path without a slash in front.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree(BTreeMap<Vec<u8>, Node>);

impl Tree {
    /// Puts a layer on top.
    pub(super) fn apply(&mut self, entries: &[(Vec<u8>, Change)]) {
        // What a layer hides lies below it, wherever that stands in its archive.
        for (path, change) in entries {
            match change {
                Change::Remove => self.remove(path),
                Change::Hide => self.clear(path),
                Change::Put(_) | Change::Same(_) => {}
            }
        }
        for (path, change) in entries {
            match change {
                Change::Put(node) => {
                    if node.kind != Kind::Folder {
                        self.clear(path);
                    }
                    self.0.insert(path.clone(), node.clone());
                }
                Change::Same(other) => {
                    if let Some(node) = self.0.get(other).cloned() {
                        self.0.insert(path.clone(), node);
                    }
                }
                Change::Remove | Change::Hide => {}
            }
        }
    }

    /// The files in order of their paths.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Node)> {
        self.0.iter().map(|(path, node)| (path.as_slice(), node))
    }

    pub(crate) fn get(&self, path: &[u8]) -> Option<&Node> {
        self.0.get(path)
    }

    /// Whether something is there; links in the path are followed where the tree has them.
    pub(crate) fn holds(&self, path: &[u8]) -> bool {
        // A chain of links that is longer goes in circles.
        const MOST_LINKS: usize = 40;
        let mut path = path.to_vec();
        for _ in 0..MOST_LINKS {
            if self.0.contains_key(&path) {
                return true;
            }
            let above = (0..path.len()).rev().filter(|at| path[*at] == b'/');
            let link = above.into_iter().find_map(|at| {
                let target = self.0.get(&path[..at])?.target.as_deref()?;
                Some((at, target))
            });
            let Some((at, target)) = link else { return false };
            let parent = path[..at].iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            let from = if target.starts_with(b"/") { &[][..] } else { &path[..parent] };
            let whole = [from, b"/", target, &path[at..]].concat();
            let mut parts: Vec<&[u8]> = Vec::new();
            for part in whole.split(|byte| *byte == b'/') {
                match part {
                    b"" | b"." => {}
                    b".." => drop(parts.pop()),
                    part => parts.push(part),
                }
            }
            path = parts.join(&b'/');
        }
        false
    }

    fn remove(&mut self, path: &[u8]) {
        self.clear(path);
        self.0.remove(path);
    }

    /// Takes away what lies in a folder.
    fn clear(&mut self, folder: &[u8]) {
        let mut start = folder.to_vec();
        let mut end = folder.to_vec();
        if folder.is_empty() {
            self.0.clear();
            return;
        }
        start.push(b'/');
        // `0` follows `/`.
        end.push(b'/' + 1);
        let bounds = (Bound::Included(start), Bound::Excluded(end));
        let below: Vec<Vec<u8>> = self.0.range(bounds).map(|(path, _)| path.clone()).collect();
        for path in below {
            self.0.remove(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &str, kind: Kind) -> (Vec<u8>, Change) {
        (path.into(), Change::Put(Node { kind, ..Node::default() }))
    }

    fn paths(layers: &[&[(Vec<u8>, Change)]]) -> Vec<String> {
        let mut tree = Tree::default();
        layers.iter().for_each(|layer| tree.apply(layer));
        tree.iter().map(|(path, _)| String::from_utf8_lossy(path).into_owned()).collect()
    }

    #[test]
    fn what_a_layer_deletes_is_gone_with_all_in_it() {
        let base = [
            put("a", Kind::Folder),
            put("a/b", Kind::File),
            put("a0", Kind::File),
            put("a/c/d", Kind::File),
        ];
        assert_eq!(paths(&[&base, &[("a".into(), Change::Remove)]]), ["a0"]);
        // It deletes what lies below, not what it brings itself.
        let again = [put("a", Kind::Folder), put("a/e", Kind::File), ("a".into(), Change::Hide)];
        assert_eq!(paths(&[&base, &again]), ["a", "a/e", "a0"]);
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_takes_what_was_in_it() {
        let base = [put("a", Kind::Folder), put("a/b", Kind::File)];
        assert_eq!(paths(&[&base, &[put("a", Kind::Link)]]), ["a"]);
        assert_eq!(paths(&[&base, &[put("a", Kind::Folder)]]), ["a", "a/b"]);
    }

    #[test]
    fn a_file_is_there_by_each_of_its_paths() {
        let link = |path: &str, target: &str| {
            let target = Some(target.into());
            (path.into(), Change::Put(Node { kind: Kind::Link, target, ..Node::default() }))
        };
        let mut tree = Tree::default();
        tree.apply(&[
            put("usr/bin/sh", Kind::File),
            link("bin", "usr/bin"),
            link("usr/sbin", "../bin"),
            link("loop", "loop/x"),
        ]);
        for (path, there) in [
            ("usr/bin/sh", true),
            ("bin/sh", true),
            ("usr/sbin/sh", true),
            ("bin/bash", false),
            ("loop/a", false),
            ("", false),
        ] {
            assert_eq!(tree.holds(path.as_bytes()), there, "{path}");
        }
    }

    #[test]
    fn a_second_name_shows_the_same_file() {
        let layers = [put("a", Kind::File), ("b".into(), Change::Same("a".into()))];
        assert_eq!(paths(&[&layers]), ["a", "b"]);
    }
}
