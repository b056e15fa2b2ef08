//! What an ADD makes of a file: it unpacks archives, which it tells by their content.
//!
//! Sources: Dockerfile reference, "ADD"; `isArchivePath` of moby/moby and moby/buildkit, which take for an archive what has a header of
//! tar at its beginning, compressed or not; POSIX, pax, "ustar Interchange Format".

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use dockslim_contract::{Added, ContextEntry, ContextKind, Unpacked};
use flate2::read::MultiGzDecoder;
use tar::{Entry, EntryType};

use super::scan::LONGEST_TEXT;

/// Archives with more entries are not read.
const MOST_ENTRIES: usize = 5_000;

/// Archives with more bytes in them are not read.
const MOST_BYTES: u64 = 32 << 20;

/// A header of tar, and what its members are filled up to.
const BLOCK: usize = 512;

/// Where a header holds the sum of its own bytes.
const SUM: std::ops::Range<usize> = 148..156;

/// How gzip begins (RFC 1952).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// How bzip2, xz and zstd begin.
const OTHERS: &[&[u8]] = &[b"BZh", &[0xfd, b'7', b'z', b'X', b'Z', 0], &[0x28, 0xb5, 0x2f, 0xfd]];

/// What becomes of the file at a path of the disk where an ADD names it.
pub(super) fn added_file(path: &Path) -> Added {
    File::open(path).map_or(Added::Unread, |file| added(BufReader::new(file)))
}

/// What becomes of a file with these bytes where an ADD names it.
pub fn added(mut file: impl Read) -> Added {
    let Ok(start) = first_block(&mut file) else { return Added::Unread };
    let compressed = start.starts_with(GZIP);
    if OTHERS.iter().any(|sign| start.starts_with(sign)) {
        return Added::Unread;
    }
    let file = io::Cursor::new(start).chain(file);
    let mut tar: Box<dyn Read + '_> =
        if compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    match first_block(&mut tar) {
        // Builders stumble over what is damaged, and may take what is empty for this or that.
        Err(_) => Added::Unread,
        Ok(block) if block.len() == BLOCK && block.iter().all(|byte| *byte == 0) => Added::Unread,
        Ok(block) if !is_header(&block) => Added::Copied,
        Ok(block) => {
            let file = io::Cursor::new(block).chain(tar);
            let unpacked = unpacked(file, MOST_ENTRIES, MOST_BYTES);
            unpacked.map_or(Added::Unread, |unpacked| Added::Unpacked(Arc::new(unpacked)))
        }
    }
}

/// The first bytes of a file, as many as a header has.
fn first_block(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut block = Vec::new();
    file.take(BLOCK as u64).read_to_end(&mut block)?;
    Ok(block)
}

/// Whether bytes are a header of tar: it holds the sum of its bytes, in which the sum itself counts as blanks.
fn is_header(block: &[u8]) -> bool {
    if block.len() < BLOCK {
        return false;
    }
    let header = tar::Header::from_byte_slice(block);
    let byte = |(at, byte): (usize, &u8)| if SUM.contains(&at) { b' ' } else { *byte };
    let bytes = || block.iter().enumerate().map(byte);
    // Old programs took bytes for signed ones.
    let sum: u32 = bytes().map(u32::from).sum();
    let signed: i32 = bytes().map(|byte| i32::from(byte as i8)).sum();
    header.cksum().is_ok_and(|said| said == sum || i32::try_from(said) == Ok(signed))
}

/// What is inside of an archive; `None` if not all of it is files and folders below the one that it is unpacked to, or it is too much.
fn unpacked(file: impl Read, most_entries: usize, most_bytes: u64) -> Option<Unpacked> {
    // Headers come on top of what is in the files.
    let most = most_bytes + (most_entries * 4 * BLOCK) as u64;
    let mut archive = tar::Archive::new(file.take(most));
    let mut found = Unpacked { entries: BTreeMap::new(), root: false, plain: true };
    let (mut bytes, mut count) = (0, 0);
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        count += 1;
        bytes += entry.size();
        if count > most_entries || bytes > most_bytes {
            return None;
        }
        let kind = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => ContextKind::File,
            EntryType::Directory => ContextKind::Folder,
            // Builders look at none of it, and git keeps the name of a commit there.
            EntryType::XGlobalHeader => continue,
            _ => return None,
        };
        found.plain &= is_plain(&mut entry, kind)?;
        let path = path_of(&entry)?;
        found.root |= path.is_empty();
        put(&mut found.entries, path, kind, &mut entry)?;
    }
    // What stands behind the end tells whether a compressed file is whole.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink()).ok()?;
    (rest.limit() > 0).then_some(found)
}

/// Takes up an entry, with the folders on the way to it.
fn put<R: Read>(
    entries: &mut BTreeMap<String, ContextEntry>,
    path: String,
    kind: ContextKind,
    entry: &mut Entry<'_, R>,
) -> Option<()> {
    let above = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
    for folder in above.collect::<Vec<_>>() {
        let known = entries.entry(folder).or_insert(ContextEntry::new(ContextKind::Folder));
        if known.kind != ContextKind::Folder {
            return None;
        }
    }
    match (kind, entries.get(&path).map(|known| known.kind)) {
        (ContextKind::Folder, None) if path.is_empty() => {}
        (ContextKind::Folder, None) => {
            entries.insert(path, ContextEntry::new(ContextKind::Folder));
        }
        (ContextKind::Folder, Some(ContextKind::Folder)) => {}
        (ContextKind::File, None) if !path.is_empty() => {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).ok()?;
            let short = bytes.len() as u64 <= LONGEST_TEXT;
            let text = String::from_utf8(bytes).ok().filter(|_| short);
            entries.insert(path, ContextEntry::read(text));
        }
        // The same file twice, or a file in place of a folder.
        _ => return None,
    }
    Some(())
}

/// Where an entry goes, from the folder that the archive is unpacked to; `None` if that leads out of it, or is not to be told.
fn path_of<R: Read>(entry: &Entry<'_, R>) -> Option<String> {
    let bytes = entry.path_bytes();
    let path = std::str::from_utf8(&bytes).ok()?;
    let odd = |c: char| c.is_control() || c == '\\';
    if path.is_empty() || path.starts_with('/') || path.contains(odd) {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    // Some builders read a name with `.wh.` in front as the sign that a file is gone.
    let known = parts.iter().all(|part| *part != ".." && !part.starts_with(".wh."));
    known.then(|| parts.join("/"))
}

/// Whether an entry belongs to root, has nothing beside its content, and the mode 0755 if it is a folder; `None` if that is not
/// to be told.
fn is_plain<R: Read>(entry: &mut Entry<'_, R>, kind: ContextKind) -> Option<bool> {
    let header = entry.header();
    let by_number = header.uid().ok()? == 0 && header.gid().ok()? == 0;
    let of_root = by_number && is_of_root_by_name(header);
    let mode = header.mode().ok()? & 0o7777;
    let usual = kind != ContextKind::Folder || mode == 0o755;
    let mut plain = of_root && usual;
    for extension in entry.pax_extensions().ok()?.into_iter().flatten() {
        let key = extension.ok()?.key().ok()?.to_owned();
        plain &= ["path", "size", "mtime", "atime", "ctime", "comment", "charset", "hdrcharset"]
            .contains(&key.as_str());
        if key.starts_with("GNU.sparse") {
            return None;
        }
    }
    Some(plain)
}

/// Whether the names of owner and group are root's, or none: `tar` goes by names first.
fn is_of_root_by_name(header: &tar::Header) -> bool {
    let (owner, group) = (header.username(), header.groupname());
    [owner, group]
        .into_iter()
        .all(|name| name.is_ok_and(|name| matches!(name, None | Some("" | "root"))))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    /// An archive of entries: a path, its kind, owner, mode and text.
    fn tar(entries: &[(&str, EntryType, u64, u32, &[u8])]) -> Vec<u8> {
        let mut archive = Builder::new(Vec::new());
        for (path, kind, owner, mode, text) in entries {
            let mut header = Header::new_ustar();
            header.set_entry_type(*kind);
            header.set_uid(*owner);
            header.set_gid(*owner);
            header.set_mode(*mode);
            header.set_size(text.len() as u64);
            if kind.is_symlink() || kind.is_hard_link() {
                header.set_link_name("target").unwrap();
            }
            header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            archive.append(&header, *text).unwrap();
        }
        archive.into_inner().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    const FOLDER: (&str, EntryType, u64, u32, &[u8]) = ("a/", EntryType::Directory, 0, 0o755, b"");

    fn file(path: &str) -> (&str, EntryType, u64, u32, &[u8]) {
        (path, EntryType::Regular, 0, 0o600, b"text")
    }

    fn read(bytes: &[u8]) -> Option<(Vec<String>, bool)> {
        match added(bytes) {
            Added::Unpacked(archive) => {
                Some((archive.entries.keys().cloned().collect(), archive.plain))
            }
            Added::Copied => panic!("it is no archive"),
            Added::Unread => None,
        }
    }

    #[test]
    fn archives_are_told_by_their_content() {
        let archive = tar(&[("./", EntryType::Directory, 0, 0o755, b""), file("./a/b/c"), FOLDER]);
        let paths = ["a", "a/b", "a/b/c"].map(str::to_owned).to_vec();
        for bytes in [&archive, &gzip(&archive), &[gzip(&archive), gzip(b"")].concat()] {
            assert_eq!(read(bytes), Some((paths.clone(), true)));
        }
        let Added::Unpacked(archive) = added(archive.as_slice()) else { panic!() };
        assert!(archive.root);
        let entry = &archive.entries["a/b/c"];
        assert_eq!(entry.kind, ContextKind::File);
        let long = vec![b'a'; 4 * BLOCK];
        for other in [&b"text"[..], b"", &long, &gzip(b"text"), &gzip(&long), &gzip(b"")] {
            assert!(matches!(added(other), Added::Copied), "{:?}", other.get(..9));
        }
    }

    #[test]
    fn what_is_more_than_files_and_folders_is_not_read() {
        let kind = |kind| ("a/b", kind, 0, 0o644, &b""[..]);
        for entry in [
            kind(EntryType::Symlink),
            kind(EntryType::Link),
            kind(EntryType::Char),
            kind(EntryType::Fifo),
            kind(EntryType::GNUSparse),
            file("../a"),
            file("/a"),
            file("a/../b"),
            file("a/.wh.b"),
            file("a\\b"),
            file("a"),
            file("./"),
        ] {
            assert_eq!(read(&tar(&[FOLDER, entry])), None, "{}", entry.0);
        }
        assert_eq!(read(&tar(&[file("a/b"), file("a/b")])), None);
        assert_eq!(read(&tar(&[file("a"), file("a/b")])), None);
        assert_eq!(read(&tar(&[file("a"), FOLDER])), None);
    }

    #[test]
    fn what_is_too_much_or_damaged_is_not_read() {
        let most = vec![file("a"); 1];
        let whole = tar(&most);
        for end in [BLOCK + 2, 2 * BLOCK - 1] {
            // What is cut within a file.
            assert_eq!(read(&whole[..end]), None);
        }
        let packed = gzip(&whole);
        for end in [12, packed.len() / 2, packed.len() - 1] {
            assert_eq!(read(&packed[..end]), None, "{end}");
        }
        let mut wrong = packed.clone();
        let sum = wrong.len() - 8;
        wrong[sum] ^= 1;
        assert_eq!(read(&wrong), None);
        let at_most = |bytes: &[u8]| unpacked(bytes, 3, 600).map(|found| found.entries.len());
        let three = ["a", "b", "c"].map(file);
        assert_eq!(at_most(&tar(&three)), Some(3));
        assert_eq!(at_most(&tar(&[&three[..], &[file("d")]].concat())), None);
        let long = |size: usize| tar(&[("a", EntryType::Regular, 0, 0o644, &vec![0; size])]);
        assert_eq!(at_most(&long(600)), Some(1));
        assert_eq!(at_most(&long(601)), None);
        // What goes on and on behind its end.
        assert_eq!(at_most(&[tar(&three), vec![0; 20 * BLOCK]].concat()), None);
        for sign in [&b"BZh91AY"[..], b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", &[0; 2 * BLOCK]] {
            assert_eq!(read(sign), None);
        }
    }

    #[test]
    fn owners_and_modes_are_told() {
        let plain = |entry| read(&tar(&[entry])).map(|(_, plain)| plain);
        assert_eq!(plain(file("a")), Some(true));
        assert_eq!(plain(("a", EntryType::Regular, 1000, 0o644, b"")), Some(false));
        assert_eq!(plain(("a", EntryType::Directory, 0, 0o775, b"")), Some(false));
        assert_eq!(plain(("./", EntryType::Directory, 0, 0o700, b"")), Some(false));
        // What git writes in front, and what is said of a file besides.
        let global =
            ("pax_global_header", EntryType::XGlobalHeader, 0, 0o666, &b"12 comment=a\n"[..]);
        assert_eq!(read(&tar(&[global, file("a")])), Some((vec!["a".to_owned()], true)));
        let more = |text: &'static [u8]| {
            let header = ("pax", EntryType::XHeader, 0, 0o644, text);
            read(&tar(&[header, file("a")])).map(|(paths, plain)| (paths.concat(), plain))
        };
        assert_eq!(more(b"11 path=b/c\n".as_slice()), None, "it is shorter than it says");
        assert_eq!(more(b"12 path=b/c\n"), Some(("bb/c".to_owned(), true)));
        assert_eq!(more(b"12 uid=1000\n"), Some(("a".to_owned(), false)));
        assert_eq!(more(b"29 SCHILY.xattr.user.a=value\n"), Some(("a".to_owned(), false)));
    }
}
