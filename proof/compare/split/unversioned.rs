//! Names of libraries without a number, as only packages of headers have them (Debian Policy, 8.4, "Development files").

use super::bases::official;
use super::runtime::Runtime;
use crate::program::{Action, visit};

impl Runtime<'_, '_> {
    /// The source that opens a library by such a name, with that name: one that nothing of the project makes.
    pub(super) fn opens_without_number(&self) -> Option<(&str, String)> {
        const CODE: &str = " cjs cs go java jl js kt lua mjs php pl py rb rs scala ts ";
        let context = self.context?;
        let preloads = self.new.configuration.environment.get("LD_PRELOAD");
        let preloaded = preloads.and_then(|all| all.split([':', ' ']).find_map(is_bare));
        if let Some(name) = preloaded.filter(|name| !self.makes_library("", name)) {
            return Some(("LD_PRELOAD", format!("lib{name}.so")));
        }
        context.entries().find_map(|(path, _)| {
            let (_, end) = path.rsplit_once('.')?;
            if !CODE.contains(&format!(" {end} ")) || path.contains("node_modules/") {
                return None;
            }
            let text = context.text(path)?;
            let mut quoted = text.split(['"', '\'']);
            let mut before = quoted.next()?;
            for word in quoted {
                let file = word.rsplit('/').next().unwrap_or(word);
                let called = before.trim_end();
                let by_call = ["loadLibrary(", "Native.load(", "ffi_lib"]
                    .iter()
                    .any(|call| called.ends_with(call));
                before = word;
                let whole = |name: &str| {
                    !name.is_empty()
                        && name.chars().all(|c| c.is_alphanumeric() || "-_+".contains(c))
                };
                let name = match file.strip_suffix(".so").and_then(|it| it.strip_prefix("lib")) {
                    Some(name) if whole(&name.replace('.', "")) => name,
                    None if by_call && whole(word) => word,
                    _ => continue,
                };
                if !self.makes_library(path, name) {
                    return Some((path, format!("lib{name}.so")));
                }
            }
            None
        })
    }

    /// Whether something of the project but one of its sources speaks of a library.
    fn makes_library(&self, source: &str, name: &str) -> bool {
        const RULES: &str = " cargo.toml cmakelists.txt meson.build setup.py ";
        let file = format!("lib{name}.so");
        let mut told = false;
        visit(&self.old.steps, &mut |step| {
            let words = match &step.action {
                Action::Call(call) => call.words.as_slice(),
                Action::Copy(copy) => copy.sources.as_slice(),
                _ => &[],
            };
            told |= words.iter().any(|word| word.contains(&file));
        });
        let mut files = self.context.into_iter().flat_map(|context| context.entries());
        told || files.any(|(path, _)| {
            let own = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
            let rules = own.contains("makefile") || RULES.contains(&format!(" {own} "));
            let text = self.context.and_then(|context| context.text(path)).unwrap_or_default();
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            own == file.to_ascii_lowercase()
                || path != source && rules && (text.contains(&file) || words.any(|it| it == name))
        })
    }

    /// Whether the old base has headers of many libraries, and the new one is another.
    pub(super) fn leaves_headers(&self) -> bool {
        let (old, new) = (official(&self.old.image), official(&self.new.image));
        let name = old.split(':').next().unwrap_or_default();
        let full = ["buildpack-deps", "gcc", "node", "python", "ruby", "rust"].contains(&name);
        full && old != new && !old.contains("slim") && !old.contains("alpine")
    }
}

/// The name of a library that a path names without a number.
fn is_bare(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.trim_matches(['"', '\'']).strip_suffix(".so")?.strip_prefix("lib")
}
