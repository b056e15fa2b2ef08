//! Build contexts of cases and pages, written as TOML: a path and its text for each file.

use std::sync::Arc;

use dockslim_contract::{BuildContext, ContextEntry, ContextKind, IgnoreRules};

/// The context that a table describes. A path that ends in `/` is a folder, one that ends in `@` a
/// symbolic link, and what is `false` cannot be read; `.dockerignore` hides what it hides.
pub(crate) fn context(table: &toml::Table) -> Arc<BuildContext> {
    let text = |value: &toml::Value| value.as_str().expect("files hold text").to_owned();
    let rules = table.get(".dockerignore").map(text).unwrap_or_default();
    let rules = IgnoreRules::parse(&rules).expect("a builder reads it");
    let entries = table.iter().map(|(path, value)| {
        let bare = |kind, path: &str| (path.to_owned(), ContextEntry::new(kind));
        match (path.strip_suffix('/'), path.strip_suffix('@')) {
            (Some(folder), _) => bare(ContextKind::Folder, folder),
            (_, Some(link)) => bare(ContextKind::Link, link),
            _ if value.as_bool() == Some(false) => bare(ContextKind::File, path),
            _ => (path.clone(), ContextEntry::with_text(&text(value))),
        }
    });
    Arc::new(BuildContext::new(rules, entries, None))
}
