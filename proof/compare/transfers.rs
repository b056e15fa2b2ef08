//! ADD and COPY that bring the same files.
//!
//! Source: Dockerfile reference, ADD. BuildKit fetches what begins with `http://` or `https://`, clones what its
//! `gitutil` takes for a repository, and unpacks regular files that an archive reader can read; a folder it copies.

use dockslim_contract::{BuildContext, ContextKind, Difference};

use super::Comparison;
use super::words::describe;
use crate::program::{Step, Transfer};

/// The flags that mean the same to both.
const SHARED: &[&str] = &["--chown=", "--chmod=", "--link", "--exclude="];

impl<'b, 't> Comparison<'b, 't> {
    /// Whether two copies that are not the same bring the same, as far as what a pass may change goes.
    pub(super) fn brings_the_same(
        &mut self,
        (old, one): (&'b Step<'t>, &'b Transfer<'t>),
        (new, two): (&'b Step<'t>, &'b Transfer<'t>),
    ) -> bool {
        if only_copies(one, two, self.context) {
            let message = format!("{} brings what ADD only copied", describe(new));
            self.accept(Difference::AddToCopy, Some(old.at), new.at, message);
            return true;
        }
        self.gives_away((old, one), (new, two)) || self.takes_from_builder((old, one), (new, two))
    }
}

/// Whether a COPY brings what an ADD only copied.
fn only_copies(add: &Transfer<'_>, copy: &Transfer<'_>, context: Option<&BuildContext>) -> bool {
    let shared = |flag: &str| SHARED.iter().any(|known| flag.starts_with(known));
    add.adds
        && !copy.adds
        && *copy == Transfer { adds: false, ..add.clone() }
        && add.from.is_none()
        && add.documents.is_empty()
        && add.flags.iter().all(|flag| shared(flag))
        && !add.sources.is_empty()
        && add.sources.iter().all(|source| is_copied(source, context))
}

/// Whether ADD copies a source as it is.
fn is_copied(source: &str, context: Option<&BuildContext>) -> bool {
    let fetched = source.contains([':', '#', '@'])
        || source.starts_with("github.com/")
        || source.ends_with(".git");
    let odd = source.bytes().any(|byte| byte < b' ') || source.contains(['$', '"', '\'', '`']);
    if fetched || odd {
        return false;
    }
    if matches!(source, "." | "./") {
        return true;
    }
    let Some(context) = context else { return false };
    let paths = context.matching(source).unwrap_or_default();
    let copied = |path: &str| {
        context.is_folder(path)
            || context.entry(path).is_some_and(|entry| entry.kind == ContextKind::File)
                && context.text(path).is_some_and(|text| !may_be_archive(text))
    };
    !paths.is_empty() && paths.into_iter().all(copied)
}

/// Whether text may be an archive all the same: the headers of tar hold zero bytes (POSIX, pax), and bzip2 begins with
/// letters. gzip, xz and zstd begin with bytes that are no UTF-8.
fn may_be_archive(text: &str) -> bool {
    text.starts_with("BZh") || text.contains('\0')
}

#[cfg(test)]
mod tests {
    use dockslim_contract::{ContextEntry, IgnoreRules};

    use super::*;

    #[test]
    fn files_of_the_context_may_be_archives() {
        let texts = [("text", "text"), ("src/a.tar", "a"), ("tar", "a\0b"), ("bzip2", "BZh9")];
        let entries = texts.map(|(path, text)| (path.to_owned(), ContextEntry::with_text(text)));
        let others = [("link", ContextKind::Link), ("unread", ContextKind::File)];
        let others = others.map(|(path, kind)| (path.to_owned(), ContextEntry::new(kind)));
        let rules = IgnoreRules::default();
        let context = BuildContext::new(rules, entries.into_iter().chain(others), None);
        let copied = |source| is_copied(source, Some(&context));
        for source in ["text", "./text", "src", "."] {
            assert!(copied(source), "{source}");
        }
        for source in ["tar", "bzip2", "link", "unread", "missing", "*", "https://example.com/text"]
        {
            assert!(!copied(source), "{source}");
        }
        assert!(!is_copied("text", None));
    }
}
