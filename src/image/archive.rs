//! Finds the parts of an image in its archive: `oci-layout` with an index, or the older form of `docker save`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Take};
use std::path::{Path, PathBuf};

use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, MediaType};
use serde::Deserialize;
use serde_json::Value;

use super::Unreadable;

/// Longer descriptions are none.
const LONGEST_DESCRIPTION: u64 = 16 << 20;

/// Indexes lie in indexes, but not deeper than this.
const DEEPEST_INDEX: usize = 4;

/// An archive whose members are known by name; what is in them is read when it is asked for.
pub(super) struct Archive {
    path: PathBuf,
    members: HashMap<String, Member>,
}

enum Member {
    /// Where the bytes lie.
    File { at: u64, size: u64 },
    /// The name of the member that it stands for.
    Link(String),
}

/// What an archive says about its image.
pub(super) struct Described {
    /// From the base up.
    pub(super) layers: Vec<Blob>,
    /// The configuration as it stands there.
    pub(super) config: Value,
}

/// A layer in an archive.
pub(super) struct Blob {
    /// The member that holds it.
    pub(super) name: String,
    /// Its bytes as they lie there.
    pub(super) size: u64,
}

/// An image in `manifest.json`, which `docker save` has written since its first days.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SavedImage {
    config: String,
    layers: Vec<String>,
}

impl Archive {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut members = HashMap::new();
        let mut archive = tar::Archive::new(File::open(path)?);
        for entry in archive.entries_with_seek()? {
            let entry = entry?;
            let name = clean(&entry.path()?);
            let member = match entry.link_name()? {
                Some(target) if entry.header().entry_type().is_symlink() => {
                    // As in the older archives: `id/layer.tar` is `../other/layer.tar`.
                    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                    Member::Link(clean(&Path::new(folder).join(target)))
                }
                Some(target) => Member::Link(clean(&target)),
                None => Member::File { at: entry.raw_file_position(), size: entry.size() },
            };
            members.insert(name, member);
        }
        Ok(Self { path: path.to_owned(), members })
    }

    /// The layers and the configuration of the image; of several the first that is one.
    pub(super) fn describe(&self) -> Result<Described, Unreadable> {
        if self.members.contains_key("index.json") {
            let manifest = self.manifest("index.json", DEEPEST_INDEX)?;
            let layers = manifest.layers().iter();
            return Ok(Described {
                layers: layers
                    .map(|layer| Blob { name: blob(layer), size: layer.size() })
                    .collect(),
                config: self.json(&blob(manifest.config()))?,
            });
        }
        let images: Vec<SavedImage> = self.json("manifest.json")?;
        let image = images.into_iter().next();
        let image = image.ok_or_else(|| Unreadable::Missing("image".to_owned()))?;
        let layers = image.layers.into_iter().map(|name| {
            let size = self.place(&name)?.1;
            Ok(Blob { name: clean(Path::new(&name)), size })
        });
        let layers = layers.collect::<Result<_, Unreadable>>()?;
        Ok(Described { layers, config: self.json(&image.config)? })
    }

    /// The bytes of a member.
    pub(super) fn reader(&self, name: &str) -> Result<Take<File>, Unreadable> {
        let (at, size) = self.place(name)?;
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(at))?;
        Ok(file.take(size))
    }

    /// The first manifest of an image below an index. What BuildKit states about an image hangs there too, for a platform
    /// that is called unknown.
    fn manifest(&self, index: &str, depth: usize) -> Result<ImageManifest, Unreadable> {
        let index: ImageIndex = self.json(index)?;
        for descriptor in index.manifests() {
            let platform = descriptor.platform().as_ref();
            let is_statement =
                platform.is_some_and(|platform| platform.os().to_string() == "unknown");
            if is_statement {
                continue;
            }
            let is_index = *descriptor.media_type() == MediaType::ImageIndex
                || descriptor.media_type().to_string().contains("manifest.list");
            if !is_index {
                return self.json(&blob(descriptor));
            }
            if depth > 0 {
                return self.manifest(&blob(descriptor), depth - 1);
            }
        }
        Err(Unreadable::Missing("manifest of an image".to_owned()))
    }

    fn json<T: for<'d> Deserialize<'d>>(&self, name: &str) -> Result<T, Unreadable> {
        let mut text = Vec::new();
        self.reader(name)?.take(LONGEST_DESCRIPTION).read_to_end(&mut text)?;
        serde_json::from_slice(&text)
            .map_err(|error| Unreadable::Strange(format!("{name}: {error}")))
    }

    fn place(&self, name: &str) -> Result<(u64, u64), Unreadable> {
        let mut name = clean(Path::new(name));
        // A chain of links that is longer goes in circles.
        for _ in 0..=self.members.len() {
            match self.members.get(&name) {
                Some(Member::File { at, size }) => return Ok((*at, *size)),
                Some(Member::Link(target)) => name.clone_from(target),
                None => break,
            }
        }
        Err(Unreadable::Missing(name))
    }
}

/// Where the bytes lie that a descriptor speaks of.
fn blob(descriptor: &Descriptor) -> String {
    format!("blobs/{}", descriptor.digest().to_string().replace(':', "/"))
}

/// A path without `.` and `..`, with slashes.
fn clean(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                parts.pop();
            }
            std::path::Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}
