//! Reads a layer: a tar archive, mostly compressed, never held in memory as a whole.

use std::io::{self, BufReader, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest, Sha256};
use tar::{Entry, EntryType};

use super::Unreadable;
use super::tree::{Change, Kind, Node};
use crate::builder::interrupt;

/// How many bytes are read at once.
const PIECE: usize = 256 << 10;

/// The name in front of what a layer deletes, by the layer format of OCI.
const WHITEOUT: &[u8] = b".wh.";

/// The file that says that a folder hides what the layers below have in it.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// What is in a layer.
pub(crate) struct Contents {
    /// What it does to the tree below it, in the order of the archive.
    pub(super) entries: Vec<(Vec<u8>, Change)>,
    pub(super) archive_bytes: u64,
    pub(super) file_bytes: u64,
    pub(super) is_compressed: bool,
}

impl Contents {
    /// Reads a layer to its end, whatever it is compressed with.
    pub(super) fn read(raw: impl Read) -> Result<Self, Unreadable> {
        let (tar, is_compressed) = unpacked(raw)?;
        Ok(Self { is_compressed, ..Self::of(tar)? })
    }

    fn of(tar: impl Read) -> Result<Self, Unreadable> {
        let mut counted = Counted { inner: tar, count: 0 };
        let mut entries = Vec::new();
        let mut file_bytes = 0;
        let mut archive = tar::Archive::new(&mut counted);
        for entry in archive.entries()? {
            if interrupt::asked() {
                return Err(Unreadable::Interrupted);
            }
            let mut entry = entry?;
            let path = path(&entry.path_bytes());
            let (folder, name) = match path.iter().rposition(|byte| *byte == b'/') {
                Some(at) => (&path[..at], &path[at + 1..]),
                None => (&b""[..], &path[..]),
            };
            let change = if name == OPAQUE {
                entries.push((folder.to_vec(), Change::Hide));
                continue;
            } else if let Some(name) = name.strip_prefix(WHITEOUT) {
                let hidden =
                    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() };
                entries.push((hidden, Change::Remove));
                continue;
            } else {
                change(&mut entry)?
            };
            if let Change::Put(node) = &change {
                file_bytes += node.own_bytes();
            }
            entries.push((path, change));
        }
        // Behind the last entry lies padding, which is part of the layer.
        io::copy(&mut counted, &mut io::sink())?;
        Ok(Self { entries, archive_bytes: counted.count, file_bytes, is_compressed: false })
    }
}

/// The archive inside of a layer, and whether it was compressed.
fn unpacked<'r>(raw: impl Read + 'r) -> Result<(Box<dyn Read + 'r>, bool), Unreadable> {
    let mut raw = BufReader::with_capacity(PIECE, raw);
    let mut magic = Vec::new();
    raw.by_ref().take(4).read_to_end(&mut magic)?;
    let is_gzip = magic.starts_with(&[0x1f, 0x8b]);
    let is_zstd = magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let raw = io::Cursor::new(magic).chain(raw);
    Ok(if is_gzip {
        (Box::new(MultiGzDecoder::new(raw)), true)
    } else if is_zstd {
        let decoder = StreamingDecoder::new(raw);
        let decoder = decoder.map_err(|error| Unreadable::Strange(error.to_string()))?;
        (Box::new(decoder), true)
    } else {
        (Box::new(raw), false)
    })
}

/// Is shown the path of a file and what is in it, and says whether it wants more.
pub(super) type Look<'l> = dyn FnMut(&[u8], &mut dyn Read) -> io::Result<bool> + 'l;

/// Looks at each file of a layer, by its path and what is in it, as long as `look` says that it wants more.
pub(super) fn each_file(raw: impl Read, look: &mut Look<'_>) -> Result<(), Unreadable> {
    let (tar, _) = unpacked(raw)?;
    for entry in tar::Archive::new(tar).entries()? {
        if interrupt::asked() {
            return Err(Unreadable::Interrupted);
        }
        let mut entry = entry?;
        let path = path(&entry.path_bytes());
        if entry.header().entry_type().is_file() && !look(&path, &mut entry)? {
            break;
        }
    }
    Ok(())
}

/// What an entry puts into the tree.
fn change(entry: &mut Entry<'_, impl Read>) -> Result<Change, Unreadable> {
    let header = entry.header();
    let kind = match header.entry_type() {
        EntryType::Directory => Kind::Folder,
        EntryType::Symlink => Kind::Link,
        EntryType::Link => {
            let target = entry.link_name_bytes().unwrap_or_default();
            return Ok(Change::Same(path(&target)));
        }
        EntryType::Char | EntryType::Block | EntryType::Fifo => Kind::Special,
        _ => Kind::File,
    };
    let mut node = Node {
        kind,
        mode: header.mode()? & 0o7777,
        // A blank field is a zero.
        owner: (header.uid().unwrap_or_default(), header.gid().unwrap_or_default()),
        modified: header.mtime().unwrap_or_default(),
        ..Node::default()
    };
    if kind == Kind::Link {
        node.target = entry.link_name_bytes().map(|target| target.into_owned());
    }
    if let Some(extensions) = entry.pax_extensions()? {
        for extension in extensions.flatten() {
            match extension.key_bytes() {
                b"SCHILY.xattr.security.capability" => {
                    node.capability = Some(extension.value_bytes().to_vec());
                }
                // What does not fit into the header stands here.
                b"uid" => node.owner.0 = number(extension.value_bytes(), node.owner.0),
                b"gid" => node.owner.1 = number(extension.value_bytes(), node.owner.1),
                _ => {}
            }
        }
    }
    if kind == Kind::File {
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE.min(usize::try_from(entry.size()).unwrap_or(PIECE).max(1))];
        loop {
            let count = entry.read(&mut piece)?;
            if count == 0 {
                break;
            }
            hash.update(&piece[..count]);
            node.size += count as u64;
        }
        node.digest = Some(hash.finalize().into());
    }
    Ok(Change::Put(node))
}

fn number(text: &[u8], otherwise: u64) -> u64 {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The path of an entry as the tree has it: without `./` in front and `/` behind.
fn path(bytes: &[u8]) -> Vec<u8> {
    let parts = bytes.split(|byte| *byte == b'/');
    let parts: Vec<&[u8]> = parts.filter(|part| !part.is_empty() && *part != b".").collect();
    parts.join(&b'/')
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}
