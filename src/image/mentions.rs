//! Looks for words in the files of an image: what no file holds, no program calls by that name.

use std::io::{self, Read};
use std::path::Path;

use super::archive::Archive;
use super::{Unreadable, layer, noise};

/// A word that a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) word: String,
    /// The file, with a slash in front.
    pub(crate) path: String,
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
                let word = word_in(file, words)?;
                let path = format!("/{}", String::from_utf8_lossy(path));
                found = word.map(|word| Mention { word: word.to_owned(), path });
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

/// The first of the words that a file holds, read piece by piece.
fn word_in<'w>(file: &mut dyn Read, words: &'w [String]) -> io::Result<Option<&'w str>> {
    let longest = words.iter().map(String::len).max().unwrap_or_default() + 2;
    let mut text = Vec::new();
    loop {
        let count = file.take(PIECE as u64).read_to_end(&mut text)?;
        if let Some(word) = names(&text, words) {
            return Ok(Some(word));
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
        assert_eq!(word_in(&mut text.as_slice(), &words).unwrap(), Some("needle"));
    }
}
