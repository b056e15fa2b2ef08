//! Libraries that a program opens by names that a loader looks for, wherever those stand.

use dockslim_contract::{BuildContext, ContextKind};

use super::files::{Look, name_of};
use super::{Refusal, reasons};

/// Calls that open a library by its name (Python, "ctypes"; cffi, `ffi.dlopen`; Ruby, "Fiddle", and its ffi; koffi and ffi-napi of Node).
const OPENERS: &[&str] =
    &["CDLL(", "LoadLibrary(", "dlopen(", "dlopen ", "ffi_lib", "koffi.load(", "ffi.Library("];
/// Parts of the C library, and libraries that all images of Python have for its own modules.
const OF_IMAGES: &[&str] = &[
    "bz2", "c", "crypto", "dl", "ffi", "lzma", "m", "pthread", "rt", "sqlite3", "ssl", "util", "z",
];

/// A library that nothing is known to bring, with the file that names it and that which opens it.
pub(super) struct Unbrought {
    library: String,
    named_by: String,
    opened_by: String,
}

impl Look<'_, '_> {
    /// Notes that a source opens libraries, and those that cffi looks for as a linker would (its documentation, `ffi.dlopen`).
    pub(super) fn opens(&mut self, path: &str, text: &str) {
        if !OPENERS.iter().any(|call| text.contains(call)) {
            return;
        }
        self.opener = Some(path.to_owned());
        if !path.ends_with(".py") || !text.contains("cffi") && !text.contains("ffi.dlopen(") {
            return;
        }
        for call in text.split("dlopen(").skip(1) {
            let call = call.trim_start();
            let Some(quote) = call.chars().next().filter(|c| "\"'".contains(*c)) else { continue };
            let name = call[1..].split(quote).next().unwrap_or_default();
            if !name.is_empty() && !name.contains(['.', '/']) && !OF_IMAGES.contains(&name) {
                self.opens_library(path, &format!("lib{name}.so"));
            }
        }
    }

    /// Looks for libraries that settings name, where a source opens some.
    pub(super) fn opened_by_settings(&mut self, path: &str, text: &str) {
        if self.opener.is_none() {
            return;
        }
        let cut = |c: char| !(c.is_alphanumeric() || "._+-/".contains(c));
        for word in text.split(cut) {
            let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
            let system =
                folder.is_empty() || ["/lib", "/usr/lib"].iter().any(|top| folder.starts_with(top));
            if system && name.starts_with("lib") && name.contains(".so") {
                self.opens_library(path, name);
            }
        }
    }

    fn opens_library(&mut self, path: &str, library: &str) {
        let mut known = false;
        for package in self.lacking.iter().filter(|package| !package.builds) {
            let is = |sign: &String| sign.ends_with(".so") && library.starts_with(sign.as_str());
            if package.signs.iter().any(is) {
                self.needs.add(package, self.at);
                known = true;
            }
        }
        if !known {
            self.unbrought.push(Unbrought {
                library: library.to_owned(),
                named_by: path.to_owned(),
                opened_by: self.opener.clone().unwrap_or_default(),
            });
        }
    }
}

impl Unbrought {
    /// Refuses a library that is neither a file of the project nor installed under a name that begins with its own.
    pub(super) fn none(
        all: &[Self],
        context: &BuildContext,
        installed: &[(String, usize)],
    ) -> Result<(), Refusal> {
        let own = |library: &str| {
            context
                .entries()
                .any(|(path, entry)| entry.kind == ContextKind::File && name_of(path) == library)
        };
        let brought = |library: &str| {
            let stem = library.split('.').next().unwrap_or(library);
            installed.iter().any(|(name, _)| name.starts_with(stem))
        };
        let lost = all.iter().find(|one| !own(&one.library) && !brought(&one.library));
        let Some(Self { library, named_by, opened_by }) = lost else { return Ok(()) };
        let message = match named_by == opened_by {
            true => format!("{opened_by} opens {library}, which the full image may have"),
            false => {
                format!(
                    "{named_by} names {library}, which {opened_by} may open and the full image have"
                )
            }
        };
        Err((&reasons::LIBRARY, message))
    }
}
