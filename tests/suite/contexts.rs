//! Build contexts of cases and pages, written as TOML: a path and its text for each file.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use dockslim_contract::{Added, BuildContext, ContextEntry, ContextKind, IgnoreRules};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The context that a table describes. A path that ends in `/` is a folder, one that ends in `@` a
/// symbolic link, and what is `false` cannot be read; `.dockerignore` hides what it hides. A table is
/// an archive: `{ archive = { "x/Makefile" = "…" } }`, of which `owner` gives all to a number, `mode` the folders a mode, `root`
/// adds an entry for the folder that it is unpacked to, and `damaged` takes the end away; of
/// `{ packed = "…" }` it is a text that gzip has compressed.
pub(crate) fn context(table: &toml::Table) -> Arc<BuildContext> {
    let text = |value: &toml::Value| value.as_str().expect("files hold text").to_owned();
    let rules = table.get(".dockerignore").map(text).unwrap_or_default();
    let rules = IgnoreRules::parse(&rules).expect("a builder reads it");
    let entries = table.iter().map(|(path, value)| {
        let bare = |kind, path: &str| (path.to_owned(), ContextEntry::new(kind));
        match (path.strip_suffix('/'), path.strip_suffix('@')) {
            (Some(folder), _) => bare(ContextKind::Folder, folder),
            (_, Some(link)) => bare(ContextKind::Link, link),
            _ if value.as_bool() == Some(false) || value.is_table() => {
                bare(ContextKind::File, path)
            }
            _ => (path.clone(), ContextEntry::with_text(&text(value))),
        }
    });
    let bytes = |value: &toml::Value| match value {
        toml::Value::String(text) => text.as_bytes().to_vec(),
        toml::Value::Table(archive) => packed(archive),
        _ => Vec::new(),
    };
    let added = table.iter().filter(|(_, value)| value.as_bool().is_none());
    let added: BTreeMap<String, Added> = added
        .map(|(path, value)| (path.clone(), dockslim::added(bytes(value).as_slice())))
        .collect();
    let context = BuildContext::new(rules, entries, None);
    let archives = table.values().any(toml::Value::is_table);
    Arc::new(if archives { context.with_added(added) } else { context })
}

/// An archive of tar, or a text, compressed by gzip.
fn packed(table: &toml::Table) -> Vec<u8> {
    let inside = match table.get("packed").and_then(toml::Value::as_str) {
        Some(text) => text.as_bytes().to_vec(),
        None => archived(table),
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&inside).unwrap();
    let mut bytes = gzip.finish().unwrap();
    if table.contains_key("damaged") {
        bytes.truncate(bytes.len() - 20);
    }
    bytes
}

/// An archive of tar.
fn archived(table: &toml::Table) -> Vec<u8> {
    let number = |name: &str, default: i64| {
        table.get(name).map_or(default, |value| value.as_integer().expect("it is a number"))
    };
    let owner = u64::try_from(number("owner", 0)).unwrap();
    let folders = u32::try_from(number("mode", 0o755)).unwrap();
    let mut archive = tar::Builder::new(Vec::new());
    if table.contains_key("root") {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_uid(owner);
        header.set_gid(owner);
        header.set_mode(folders);
        header.set_size(0);
        archive.append_data(&mut header, "./", std::io::empty()).unwrap();
    }
    for (path, value) in table["archive"].as_table().expect("it holds files") {
        let text = value.as_str().expect("files hold text");
        let mut header = tar::Header::new_gnu();
        header.set_uid(owner);
        header.set_gid(owner);
        header.set_mode(if text.starts_with("#!") { 0o755 } else { 0o644 });
        if let Some(link) = path.strip_suffix('@') {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            archive.append_link(&mut header, link, text).unwrap();
            continue;
        }
        if let Some((folder, _)) = path.split_once('/') {
            let mut header = header.clone();
            header.set_entry_type(tar::EntryType::Directory);
            header.set_mode(folders);
            header.set_size(0);
            archive.append_data(&mut header, format!("{folder}/"), std::io::empty()).unwrap();
        }
        header.set_size(text.len() as u64);
        archive.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap()
}
