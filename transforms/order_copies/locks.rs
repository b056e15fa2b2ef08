//! What lockfiles of JavaScript name of a project: nothing, or the packages of its workspace.

use serde_json::Value;

use super::javascript::texts;
use super::workspaces::Workspace;

/// What shows a folder or file of the project.
const SIGNS: [&str; 10] = [
    "\"file:",
    "\"link:",
    "@file:",
    "@link:",
    " file:",
    " link:",
    "workspace:",
    "\"link\": true",
    "\"link\":true",
    "directory:",
];

/// Whether a lockfile names no folder of the project but those of its workspace.
pub(super) fn names_members(text: &str, workspace: &Workspace) -> bool {
    if workspace.members.is_empty() {
        return !SIGNS.iter().any(|sign| has_word(text, sign));
    }
    match serde_json::from_str(text) {
        Ok(json) => npm(&json, workspace),
        Err(_) if text.contains("\nimporters:") => pnpm(text, workspace),
        Err(_) => written(text, workspace),
    }
}

/// <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>: a package of the project stands under its folder, and as a link to it.
fn npm(json: &Value, workspace: &Workspace) -> bool {
    let packages = json.get("packages").and_then(Value::as_object);
    let known = packages.into_iter().flatten().all(|(key, entry)| {
        let link = entry.get("link").and_then(Value::as_bool) == Some(true);
        let resolved = entry.get("resolved").and_then(Value::as_str).unwrap_or_default();
        match key.contains("node_modules/") {
            true => !link || workspace.has_folder(resolved),
            false => key.is_empty() || workspace.has_folder(key),
        }
    });
    let member = |text: &str| match text.split_once(':') {
        Some(("file" | "link", folder)) => workspace.has_folder(folder),
        _ => true,
    };
    packages.is_some() && known && texts(json).into_iter().all(member)
}

/// pnpm-lock.yaml: `importers` are the packages of the project, and a version `link:` leads from one to another.
fn pnpm(text: &str, workspace: &Workspace) -> bool {
    let mut importer = None;
    let mut block = "";
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let name = line.trim().split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
        if !line.starts_with(' ') {
            block = name;
        } else if block == "importers" && line.starts_with("  ") && !line.starts_with("   ") {
            let known = name == "." || workspace.has_folder(name);
            importer = known.then(|| name.trim_start_matches('.').to_owned());
            if importer.is_none() {
                return false;
            }
        } else if let Some((_, path)) = line.split_once(": link:") {
            let from = importer.as_deref().filter(|_| block == "importers");
            if !from.is_some_and(|from| workspace.has_folder(&joined(from, path.trim()))) {
                return false;
            }
        } else if ["file:", "link:", "directory:"].iter().any(|sign| has_word(line, sign)) {
            return false;
        }
    }
    true
}

/// Whether a text has a sign that is no end of the name of a package, such as that of `require-directory`.
fn has_word(text: &str, sign: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let own = sign.starts_with(inside);
    text.match_indices(sign).any(|(at, _)| !own || !text[..at].ends_with(inside))
}

/// Where a path leads from a folder.
fn joined(folder: &str, path: &str) -> String {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

/// yarn.lock and bun.lock: behind `workspace:` stands a folder, or a range of versions.
pub(super) fn written(text: &str, workspace: &Workspace) -> bool {
    let other = ["file:", "link:", "portal:", "exec:", "directory:"];
    let known = |rest: &str| {
        let end = rest.find(['"', '\'', ',', ' ', '\n', ':']).unwrap_or(rest.len());
        let range = |byte: u8| byte.is_ascii_digit() || b"*^~.-".contains(&byte);
        let folder = &rest[..end];
        folder.bytes().all(range) || workspace.has_folder(folder)
    };
    !other.iter().any(|sign| text.contains(sign)) && text.split("workspace:").skip(1).all(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order_copies::workspaces::Member;

    fn workspace() -> Workspace {
        let member = |folder: &str| Member {
            folder: folder.to_owned(),
            manifest: format!("/app/{folder}/package.json"),
            json: Value::Null,
        };
        Workspace { members: vec![member("packages/a"), member("packages/b")], catalogs: false }
    }

    #[test]
    fn lockfiles_name_members() {
        let check = |text: &str| names_members(text, &workspace());
        let npm = |folder: &str| {
            format!(
                "{{\"packages\": {{\"\": {{}}, \"{folder}\": {{}}, \"node_modules/a\": \
                 {{\"resolved\": \"{folder}\", \"link\": true}}}}}}"
            )
        };
        assert!(check(&npm("packages/a")));
        assert!(!check(&npm("packages/c")));
        assert!(!check("{\"packages\": {\"node_modules/a\": {\"resolved\": \"file:a.tgz\"}}}"));
        let pnpm = |link: &str| {
            format!(
                "lockfileVersion: '9.0'\nimporters:\n  .: {{}}\n  packages/a:\n    dependencies:\n      b:\n        version: {link}\n"
            )
        };
        assert!(check(&pnpm("link:../b")));
        assert!(!check(&pnpm("link:../../b")));
        assert!(check("\"a@workspace:*, a@workspace:packages/a\":\n  version: 0.0.0-use.local\n"));
        assert!(!check("\"c@workspace:packages/c\":\n  version: 0.0.0-use.local\n"));
    }
}
