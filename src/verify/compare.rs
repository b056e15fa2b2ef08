//! How two images differ: configuration, and file by file.

use std::collections::{BTreeMap, BTreeSet};

use crate::image::{FieldDifference, Image, Kind, Node, Noise, noise};

/// All differences.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    /// Of the configuration.
    pub(crate) config: Vec<FieldDifference>,
    /// Files that only the old image has. Of a folder that goes with all in it, the files are listed.
    pub(crate) removed: Vec<FileDifference>,
    /// Files that only the new image has.
    pub(crate) added: Vec<FileDifference>,
    /// Files that both have, and that are not the same.
    pub(crate) changed: Vec<FileDifference>,
    /// What says nothing, by what it is.
    pub(crate) apart: BTreeMap<Noise, Apart>,
    /// Files that differ between two builds of the old file as well.
    pub(crate) unsteady: usize,
    /// Files in which nothing but the time of their last change differs.
    pub(crate) times: usize,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileDifference {
    /// Its path, with a slash in front.
    pub(crate) path: String,
    /// Its bytes: in the old image, or in the new one if only that has it.
    pub(crate) bytes: u64,
    /// What differs, if both images have it.
    pub(crate) how: Vec<String>,
}

/// How much was set apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Apart {
    /// Files that went, and their bytes.
    pub(crate) removed: (usize, u64),
    /// Files that came, and their bytes.
    pub(crate) added: (usize, u64),
    /// Files that are not the same.
    pub(crate) changed: usize,
}

impl Comparison {
    /// Whether no file differs that is not set apart.
    pub(crate) fn same_files(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty() && self.changed.is_empty()
    }
}

/// What differs between two builds of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unsteady(BTreeSet<String>);

impl Unsteady {
    /// The files in which two builds of one file differ.
    pub(crate) fn of(found: &Comparison) -> Self {
        let all = found.removed.iter().chain(&found.added).chain(&found.changed);
        Self(all.map(|file| file.path.clone()).collect())
    }
}

impl Comparison {
    /// Leaves out what differs between two builds of one file.
    pub(crate) fn leave_out(&mut self, unsteady: &Unsteady) {
        for list in [&mut self.removed, &mut self.added, &mut self.changed] {
            let before = list.len();
            list.retain(|file| !unsteady.0.contains(&file.path));
            self.unsteady += before - list.len();
        }
    }
}

/// Compares two images.
pub(crate) fn compare(before: &Image, after: &Image) -> Comparison {
    let mut found =
        Comparison { config: before.config.differences(&after.config), ..Comparison::default() };
    let mut gone = Vec::new();
    for (path, old) in before.tree.iter() {
        let Some(new) = after.tree.get(path) else {
            gone.push((path, old));
            continue;
        };
        let how = how(old, new);
        if how.is_empty() {
            found.times += usize::from(old.kind == Kind::File && old.modified != new.modified);
        } else if let Some(noise) = noise(path, true) {
            found.apart.entry(noise).or_default().changed += 1;
        } else {
            found.changed.push(FileDifference { path: shown(path), bytes: old.size, how });
        }
    }
    let come = after.tree.iter().filter(|(path, _)| before.tree.get(path).is_none()).collect();
    for (nodes, list, is_new) in [(gone, &mut found.removed, false), (come, &mut found.added, true)]
    {
        for (path, node) in without_parents(nodes) {
            let Some(noise) = noise(path, false) else {
                list.push(FileDifference { path: shown(path), bytes: node.size, how: Vec::new() });
                continue;
            };
            let apart = found.apart.entry(noise).or_default();
            let sum = if is_new { &mut apart.added } else { &mut apart.removed };
            *sum = (sum.0 + 1, sum.1 + node.size);
        }
    }
    found
}

/// Leaves out folders of which something inside is in the list anyway.
fn without_parents<'n>(nodes: Vec<(&'n [u8], &'n Node)>) -> Vec<(&'n [u8], &'n Node)> {
    let parent = |path: &'n [u8]| path.iter().rposition(|byte| *byte == b'/').map(|at| &path[..at]);
    let parents: BTreeSet<&[u8]> = nodes.iter().filter_map(|(path, _)| parent(path)).collect();
    nodes.into_iter().filter(|(path, _)| !parents.contains(path)).collect()
}

/// In which ways two files are not the same.
fn how(old: &Node, new: &Node) -> Vec<String> {
    if old.kind != new.kind {
        return vec![format!("{} -> {}", old.kind.name(), new.kind.name())];
    }
    let mut how = Vec::new();
    if old.digest != new.digest {
        how.push("contents".to_owned());
    }
    if old.target != new.target {
        let told = |node: &Node| {
            String::from_utf8_lossy(node.target.as_deref().unwrap_or_default()).into_owned()
        };
        how.push(format!("leads to {} -> {}", told(old), told(new)));
    }
    // The mode of a link is nobody's business.
    if old.mode != new.mode && old.kind != Kind::Link {
        how.push(format!("mode {:04o} -> {:04o}", old.mode, new.mode));
    }
    if old.owner != new.owner {
        let (a, b) = (old.owner, new.owner);
        how.push(format!("owner {}:{} -> {}:{}", a.0, a.1, b.0, b.1));
    }
    if old.capability != new.capability {
        how.push("capabilities".to_owned());
    }
    how
}

fn shown(path: &[u8]) -> String {
    format!("/{}", String::from_utf8_lossy(path))
}
