//! Libraries that a source opens by a name that stands elsewhere, or by that which a linker knows.
//!
//! Sources: Python, "ctypes"; the documentation of cffi, `ffi.dlopen`; that of Ruby's ffi; ld.so(8).

use dockslim_contract::{BuildContext, ContextKind};

use super::lacking::LIBRARIES;
use super::sources::{base, is_own};
use super::uses::Uses;

/// Names of functions that open one.
const OPENING: &[&str] = &["CDLL", "LoadLibrary", "dlopen", "ffi_lib", "koffi", "ffi.Library"];
/// What the C library and the modules of Python itself have in all images.
const OWN: &str = " bz2 c crypto dl ffi lzma m pthread rt sqlite3 ssl util z ";
/// Ends of settings.
const SETTINGS: &[&str] =
    &[".cfg", ".conf", ".env", ".ini", ".json", ".properties", ".toml", ".yaml", ".yml"];

impl Uses {
    /// Notes what a source opens by a name without an end, and that it opens something.
    pub(super) fn opens_by_name(&mut self, path: &str, source: &str) {
        self.opens_some |= OPENING.iter().any(|name| source.contains(name));
        if !path.ends_with(".py") || !source.contains("ffi") {
            return;
        }
        let mut rest = source;
        while let Some((_, behind)) = rest.split_once(".dlopen") {
            rest = behind;
            let call = behind.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
            let text = call.strip_prefix(['"', '\'']).and_then(|it| it.split(['"', '\'']).next());
            let plain = |text: &&str| !text.is_empty() && !text.contains(['/', '.']);
            let own = |text: &&str| OWN.contains(&format!(" {text} "));
            if let Some(name) = text.filter(plain).filter(|text| !own(text)) {
                self.texts.push(format!("{}/lib{name}.so", LIBRARIES[1]));
            }
        }
    }

    /// Notes the libraries that settings name, where a source opens some.
    pub(super) fn opens_what_is_set(&mut self, context: &BuildContext) {
        if !self.opens_some {
            return;
        }
        let own = |name: &str| context.entries().any(|(path, _)| base(path) == name);
        for (path, entry) in context.entries().filter(|(path, _)| is_own(path)) {
            let settings =
                SETTINGS.iter().any(|end| path.ends_with(end)) || base(path).starts_with(".env");
            let hidden = path.split('/').rev().skip(1).any(|folder| folder.starts_with('.'));
            let lock = base(path).contains("lock") || base(path) == "package.json";
            if entry.kind != ContextKind::File || !settings || hidden || lock {
                continue;
            }
            let text = context.text(path).unwrap_or_default();
            for (at, _) in text.match_indices(".so") {
                let front = text[..at].rsplit(|c: char| c.is_whitespace() || "\"'=:,".contains(c));
                let word = front.clone().next().unwrap_or_default();
                let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
                let end = text[at..].find(|c: char| c.is_whitespace() || "\"',".contains(c));
                let whole = format!("{name}{}", &text[at..end.map_or(text.len(), |end| at + end)]);
                let system = folder.is_empty()
                    || folder.starts_with("/usr/lib")
                    || folder.starts_with("/lib");
                if name.starts_with("lib") && system && !own(&whole) {
                    self.texts.push(format!("{}/{name}", LIBRARIES[1]));
                }
            }
        }
    }
}
