//! Reads a Dockerfile as text.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::error::Error;

/// The text of the file at `path`.
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    text(path, bytes)
}

/// The text of standard input, which messages call `name`.
pub(crate) fn read_standard_input(name: &Path) -> Result<String, Error> {
    let mut bytes = Vec::new();
    match io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => text(name, bytes),
        Err(source) => Err(Error::Read { path: name.to_owned(), source }),
    }
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, Error> {
    // First, since UTF-16 is full of NUL bytes and "not UTF-8" would say less.
    if let Some(offset) = memchr::memchr(0, &bytes) {
        return Err(Error::Binary { path: path.to_owned(), offset });
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..offset];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Error::NotUtf8 { path: path.to_owned(), offset, line }
    })
}
