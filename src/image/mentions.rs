//! Looks for words in the files of an image: what no file holds, no program calls by that name.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use super::archive::Archive;
use super::{Unreadable, layer, noise};

/// What a file, by its path with a slash in front, has against it that words are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mention {
    /// It holds a word.
    Word { path: String, word: String },
    /// It is compressed, and may hold any.
    Packed { path: String },
}

impl fmt::Display for Mention {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word { path, word } => write!(formatter, "{path} names {word}"),
            Self::Packed { path } => {
                write!(formatter, "{path} is packed, and what it names is not seen")
            }
        }
    }
}

/// How a file holds words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Between other signs.
    Text,
    /// A program: Go and Rust put one text next to the other without a border, and .NET writes each sign with two bytes.
    Program,
    /// Compressed: a jar or another zip archive that is run, code of Erlang, or a program packed by UPX.
    Packed,
}

impl Form {
    /// By the path of a file, and its first bytes.
    fn of(path: &[u8], start: &[u8]) -> Self {
        const ARCHIVES: [&[u8]; 6] = [b".jar", b".war", b".ear", b".pyz", b".pex", b".egg"];
        // A wheel is not run, but installed.
        let is_zip = start.starts_with(b"PK\x03\x04") && !path.ends_with(b".whl");
        let is_archive = !start.is_empty() && ARCHIVES.iter().any(|end| path.ends_with(end));
        let is_program = start.starts_with(b"\x7fELF") || start.starts_with(b"MZ");
        let is_code = start.starts_with(b"FOR1");
        let is_small = is_program && memchr::memmem::find(start, b"UPX!").is_some();
        if is_zip || is_archive || is_code || is_small {
            Self::Packed
        } else if is_program {
            Self::Program
        } else {
            Self::Text
        }
    }
}

/// Bytes that are searched at once.
const PIECE: usize = 4 << 20;

/// Where everything is named: documentation, books of package managers, and users with their shells.
const NOT_SEARCHED: [&str; 7] = [
    "etc/passwd",
    "usr/share/doc/",
    "usr/share/man/",
    "usr/share/info/",
    "usr/share/locale/",
    "var/lib/dpkg/",
    "lib/apk/db/",
];

/// The first of the words that a file in one of the layers holds, whose numbers are in `layers`.
pub(crate) fn first_mention(
    path: &Path,
    layers: &[usize],
    words: &[String],
) -> Result<Option<Mention>, Unreadable> {
    let archive = Archive::open(path)?;
    let described = archive.describe()?;
    for number in layers {
        let Some(blob) = described.layers.get(*number) else { continue };
        let mut found = None;
        layer::each_file(archive.reader(&blob.name)?, &mut |path, file| {
            let is_searched = noise(path, true).is_none()
                && !NOT_SEARCHED.iter().any(|folder| path.starts_with(folder.as_bytes()));
            if found.is_none() && is_searched {
                found = mention_in(path, file, words)?;
            }
            Ok(found.is_none())
        })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The first of the words that a text holds as a word: with neither a letter, a digit, `_` nor `-` beside it. One that begins with
/// a slash may be the end of a longer path.
pub(crate) fn names<'w>(text: &[u8], words: &'w [String]) -> Option<&'w str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    words.iter().map(String::as_str).find(|word| {
        memchr::memmem::find_iter(text, word.as_bytes()).any(|at| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            let after = text.get(at + word.len());
            (word.starts_with('/') || !before.is_some_and(is_part)) && !after.is_some_and(is_part)
        })
    })
}

/// The first of the words that a program may hold, whatever stands beside it.
fn named_by_program<'w>(bytes: &[u8], words: &'w [String]) -> Option<&'w str> {
    let holds = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
    let wide = |word: &str| word.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<u8>>();
    words.iter().map(String::as_str).find(|word| holds(word.as_bytes()) || holds(&wide(word)))
}

/// The first of the words that a file holds, read piece by piece.
fn mention_in(path: &[u8], file: &mut dyn Read, words: &[String]) -> io::Result<Option<Mention>> {
    let shown = || format!("/{}", String::from_utf8_lossy(path));
    // A sign of a program may take two bytes.
    let longest = 2 * (words.iter().map(String::len).max().unwrap_or_default() + 2);
    let mut text = Vec::new();
    let mut form = None;
    loop {
        let count = file.take(PIECE as u64).read_to_end(&mut text)?;
        let word = match *form.get_or_insert_with(|| Form::of(path, &text)) {
            Form::Packed => return Ok(Some(Mention::Packed { path: shown() })),
            Form::Program => named_by_program(&text, words),
            Form::Text => names(&text, words),
        };
        if let Some(word) = word {
            return Ok(Some(Mention::Word { path: shown(), word: word.to_owned() }));
        }
        if count < PIECE {
            return Ok(None);
        }
        // A word may stand on the border.
        text.drain(..text.len().saturating_sub(longest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn words_stand_alone() {
        let words = owned(&["curl", "/bin/sh", "libpq"]);
        for (text, word) in [
            ("run(['curl', '-f'])", Some("curl")),
            ("libcurl.so.4", None),
            ("curl_easy_init curly git-curl", None),
            ("#!/usr/bin/sh\n", Some("/bin/sh")),
            ("/bin/shred", None),
            ("\0libpq.so.5\0", Some("libpq")),
        ] {
            assert_eq!(names(text.as_bytes(), &words), word, "{text}");
        }
    }

    #[test]
    fn a_word_on_the_border_of_two_pieces_is_found() {
        let words = owned(&["needle"]);
        let mut text = vec![b' '; PIECE - 3];
        text.extend(b"needle ");
        assert_eq!(told("srv/a", &text, &words).as_deref(), Some("/srv/a names needle"));
    }

    #[test]
    fn programs_and_archives_hide_words() {
        let words = owned(&["ffmpeg", "/bin/sh"]);
        for (path, bytes, wanted) in [
            ("app", &b"\x7fELF\x02chunkedffmpegexpires"[..], Some("/app names ffmpeg")),
            ("app", b"\x7fELF\x02 /bin/shDELETE", Some("/app names /bin/sh")),
            ("app.dll", b"MZ\x90f\0f\0m\0p\0e\0g\0", Some("/app.dll names ffmpeg")),
            ("app", b"\x7fELF UPX!", Some("/app is packed, and what it names is not seen")),
            ("a.zip", b"PK\x03\x04", Some("/a.zip is packed, and what it names is not seen")),
            ("a.jar", b"#!/bin/bash\nPK", Some("/a.jar is packed, and what it names is not seen")),
            ("a.beam", b"FOR1", Some("/a.beam is packed, and what it names is not seen")),
            ("pip.whl", b"PK\x03\x04", None),
            ("app", b"\x7fELF\x02 nothing", None),
            ("notes", b"chunkedffmpegexpires", None),
        ] {
            assert_eq!(told(path, bytes, &words).as_deref(), wanted, "{path}");
        }
    }

    fn told(path: &str, mut bytes: &[u8], words: &[String]) -> Option<String> {
        let found = mention_in(path.as_bytes(), &mut bytes, words).unwrap();
        found.map(|mention| mention.to_string())
    }
}
