//! What `cargo install --path` puts into its folder of programs (The Cargo Book, "cargo install", "Cargo Targets").

use toml::{Table, Value};

use crate::split_stages::launch::base_name;
use crate::split_stages::read::source_of;
use crate::split_stages::subject::Subject;

/// The names of all programs that a call installs from a folder; `None` where they cannot be told.
pub(super) fn programs(
    subject: &Subject<'_, '_>,
    folder: &str,
    words: &[&str],
) -> Option<Vec<String>> {
    let chosen: Vec<String> = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| match word.strip_prefix("--bin") {
            Some("") => words.get(at + 1).map(|name| (*name).to_owned()),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        })
        .collect();
    if words.iter().any(|word| word.starts_with("--example")) {
        return None;
    }
    if !chosen.is_empty() {
        return Some(chosen);
    }
    let context = subject.context?;
    let place = format!("{}/Cargo.toml", folder.trim_end_matches('/'));
    let mut files = subject.copied.iter().filter(|it| it.from_context).flat_map(|it| &it.brings);
    let source = match files.find(|one| !one.folder && one.place == place) {
        Some(one) => one.source.clone(),
        None => source_of(subject, &place)?,
    };
    let manifest = context.text(&source)?.parse::<Table>().ok()?;
    let package = manifest.get("package")?.as_table()?;
    let name = package.get("name")?.as_str()?;
    let root = source.strip_suffix("Cargo.toml")?;
    let bins: Vec<&Table> = manifest
        .get("bin")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
        .collect();
    // Which features are chosen, and which edition finds programs by itself, is another matter.
    let first_edition = package.get("edition").is_none() && !bins.is_empty();
    let found = package.get("autobins").and_then(Value::as_bool).unwrap_or(true);
    if first_edition || !found || bins.iter().any(|bin| bin.contains_key("required-features")) {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    for bin in &bins {
        let name = bin.get("name")?.as_str()?;
        names.push(name.to_owned());
        paths.extend(bin.get("path").and_then(Value::as_str).map(str::to_owned));
    }
    let main = "src/main.rs".to_owned();
    if context.exists(&format!("{root}{main}")) && !paths.contains(&main) {
        names.push(name.to_owned());
    }
    for (path, _) in context.below(&format!("{root}src/bin")) {
        let inside = path.strip_prefix(root)?;
        let own = inside.strip_prefix("src/bin/")?;
        let program = match own.split_once('/') {
            None => own.strip_suffix(".rs"),
            Some((folder, "main.rs")) => Some(folder),
            Some(_) => None,
        };
        names.extend(program.filter(|_| !paths.iter().any(|it| it == inside)).map(str::to_owned));
    }
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| names.into_iter().map(|name| base_name(&name).to_owned()).collect())
}
