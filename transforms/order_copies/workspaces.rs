//! The workspaces of npm, yarn, pnpm and bun: one install for several packages of a project, which reads the manifest of each.
//!
//! <https://docs.npmjs.com/cli/using-npm/workspaces>, <https://classic.yarnpkg.com/lang/en/docs/workspaces/>,
//! <https://yarnpkg.com/features/workspaces>, <https://pnpm.io/pnpm-workspace_yaml>, <https://bun.com/docs/install/workspaces>

use dockslim_contract::ContextKind;
use serde_json::Value;

use super::because;
use super::project::Project;
use super::reasons;
use crate::facts::below;
use crate::pass::Refusal;

/// So many manifests may have a COPY of their own: builders stack no more than some 120 layers.
const MOST: usize = 40;
/// Files beside the manifest of a member that have a say in the install, or that it compiles.
const BESIDE: [&str; 6] =
    ["binding.gyp", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "pnpm-lock.yaml"];
/// Settings of pnpm-workspace.yaml that lead to no file, with all that stands below them.
const SETTINGS: [&str; 19] = [
    "packages",
    "catalog",
    "catalogs",
    "onlyBuiltDependencies",
    "ignoredBuiltDependencies",
    "neverBuiltDependencies",
    "allowBuilds",
    "overrides",
    "autoInstallPeers",
    "strictPeerDependencies",
    "peerDependencyRules",
    "shamefullyHoist",
    "hoistPattern",
    "publicHoistPattern",
    "linkWorkspacePackages",
    "preferWorkspacePackages",
    "minimumReleaseAge",
    "engineStrict",
    "resolutionMode",
];

/// The packages that one install is for, beside the one in its own folder; mostly there are none.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pub(super) members: Vec<Member>,
    /// Whether versions may stand in pnpm-workspace.yaml.
    pub(super) catalogs: bool,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Member {
    /// Its folder below that of the install.
    pub(super) folder: String,
    /// The place of its manifest.
    pub(super) manifest: String,
    pub(super) json: Value,
}

impl Workspace {
    /// The workspace whose root lies in `folder` and has this manifest.
    pub(super) fn of(
        project: &Project<'_, '_>,
        manager: &str,
        folder: &str,
        json: &Value,
    ) -> Result<Self, Refusal> {
        let file = below(folder, "pnpm-workspace.yaml");
        let listed = if manager == "pnpm" && project.exists(&file) {
            settings(project.text(&file)?)?
        } else {
            declared(json)?
        };
        let mut workspace = Self { members: Vec::new(), catalogs: listed.catalogs };
        for (inside, place) in packages(project, folder, &listed.patterns, "package.json")? {
            let unread =
                || (&reasons::UNREAD_MANIFEST, format!("`{place}` is not one that can be read"));
            let text = project.text(&place)?;
            let json = serde_json::from_str(text.trim_start_matches('\u{feff}'));
            let json: Value = json.map_err(|_| unread())?;
            stands_alone(project, manager, &below(folder, &inside), &inside, &json)?;
            workspace.members.push(Member { folder: inside, manifest: place, json });
        }
        Ok(workspace)
    }

    /// Whether a folder is that of a package, as a lockfile names it.
    pub(super) fn has_folder(&self, folder: &str) -> bool {
        let folder = folder.trim_start_matches("./");
        self.members.iter().any(|member| member.folder == folder)
    }

    /// Whether a version says that a package of this name is one of the workspace.
    pub(super) fn has(&self, name: &str, version: &str) -> bool {
        let named = |member: &Member| member.json.get("name").and_then(Value::as_str) == Some(name);
        let any = |range: &str| {
            range.bytes().all(|byte| byte.is_ascii_digit() || b"*^~.-".contains(&byte))
        };
        version.strip_prefix("workspace:").is_some_and(any) && self.members.iter().any(named)
            || self.catalogs && version.starts_with("catalog:")
    }
}

/// The packages below a folder that patterns choose, each by its folder and the place of its manifest.
pub(super) fn packages(
    project: &Project<'_, '_>,
    folder: &str,
    patterns: &[String],
    manifest: &str,
) -> Result<Vec<(String, String)>, Refusal> {
    let patterns: Vec<Vec<&str>> =
        patterns.iter().map(|one| segments(one)).collect::<Result<_, _>>()?;
    let mut found = Vec::new();
    let chosen = |place: &str| {
        let inside = place.strip_prefix(folder)?.trim_start_matches('/').to_owned();
        let names: Vec<&str> = inside.split('/').collect();
        let fits = !names.contains(&"node_modules")
            && patterns.iter().any(|pattern| matches(pattern, &names));
        (fits && !inside.is_empty()).then_some(inside)
    };
    let places = if patterns.is_empty() { Vec::new() } else { project.places() };
    for (place, kind) in places {
        if kind == ContextKind::Link && chosen(&place).is_some() {
            return Err((&reasons::READS_MORE, format!("`{place}` is a link")));
        }
        let at = place.strip_suffix(manifest).and_then(|at| at.strip_suffix('/'));
        let inside = at.and_then(chosen);
        found.extend(inside.map(|inside| (inside, place)));
    }
    if found.len() > MOST {
        let message = format!(
            "the workspace has {} packages, and each manifest would be a layer",
            found.len()
        );
        return Err((&reasons::READS_MORE, message));
    }
    Ok(found)
}

/// What a root says of its packages.
#[derive(Default)]
struct Listed {
    patterns: Vec<String>,
    catalogs: bool,
}

/// What package.json says: a list, or one below `packages`.
fn declared(json: &Value) -> Result<Listed, Refusal> {
    let Some(value) = json.get("workspaces") else { return Ok(Listed::default()) };
    let only = value.as_object().is_none_or(|pairs| pairs.keys().all(|key| key == "packages"));
    let list = if value.is_object() { value.get("packages") } else { Some(value) };
    let list = list.and_then(Value::as_array).filter(|_| only);
    let unread = || {
        let message = "what package.json says of its `workspaces` is not known".to_owned();
        (&reasons::UNREAD_MANIFEST, message)
    };
    let texts = list.ok_or_else(unread)?.iter().map(|one| one.as_str().map(str::to_owned));
    let patterns = texts.collect::<Option<_>>().ok_or_else(unread)?;
    Ok(Listed { patterns, catalogs: false })
}

/// What pnpm-workspace.yaml says, if all of it is known and none of it leads to a file.
fn settings(text: &str) -> Result<Listed, Refusal> {
    let mut listed = Listed::default();
    let mut block = "";
    for line in text.lines() {
        let odd = || {
            let message = format!("`pnpm-workspace.yaml` has the line `{}`", line.trim());
            (&reasons::READS_MORE, message)
        };
        let line = line.split(" #").next().unwrap_or_default().trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let inside = line.starts_with([' ', '-']);
        if !inside {
            let (key, value) = line.split_once(':').ok_or_else(odd)?;
            block = key;
            let plain = value.trim().is_empty() || !value.contains(['[', '{', '|', '&', '>']);
            if !SETTINGS.contains(&key) || !plain {
                return Err(odd());
            }
            listed.catalogs |= key.starts_with("catalog");
        }
        let value = line.rsplit_once(": ").map_or(line, |(_, value)| value);
        let value = value.trim().trim_start_matches("- ").trim_matches(['"', '\'']);
        if block == "packages" && inside {
            listed.patterns.push(value.to_owned());
        } else if ["file:", "link:", "workspace:", "portal:", "patch:", ".", "/", "~/"]
            .iter()
            .any(|sign| value.starts_with(sign))
        {
            return Err(odd());
        }
    }
    Ok(listed)
}

/// The names of a pattern; those with other signs than `*` are not known. One that takes packages out again is left out: their
/// manifests do no harm.
fn segments(pattern: &str) -> Result<Vec<&str>, Refusal> {
    if pattern.starts_with('!') {
        return Ok(vec!["!"]);
    }
    let names: Vec<&str> =
        pattern.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    let odd = |name: &&str| {
        *name == ".."
            || name.contains(['?', '[', '{', '(', '!', '+', '@', '\\'])
            || (name.contains("**") && *name != "**")
    };
    if pattern.starts_with('/') || names.iter().any(odd) {
        let message = format!("`{pattern}` names packages in a way that is not known");
        return Err((&reasons::UNREAD_MANIFEST, message));
    }
    Ok(names)
}

/// Whether a pattern fits the names of a path.
fn matches(pattern: &[&str], names: &[&str]) -> bool {
    match (pattern, names) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=names.len()).any(|skip| matches(rest, &names[skip..])),
        ([one, rest @ ..], [name, others @ ..]) => fits(one, name) && matches(rest, others),
        _ => false,
    }
}

/// Whether a name with `*` in it fits another.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            (0..=name.len()).any(|at| name.is_char_boundary(at) && fits(rest, &name[at..]))
        }),
    }
}

/// Whether a package of a workspace brings nothing into the install but its manifest.
fn stands_alone(
    project: &Project<'_, '_>,
    manager: &str,
    place: &str,
    folder: &str,
    json: &Value,
) -> Result<(), Refusal> {
    if let Some(name) = BESIDE.iter().find(|name| project.exists(&below(place, name))) {
        let message = format!("the install may read `{folder}/{name}`");
        return Err((&reasons::READS_MORE, message));
    }
    // It links the programs of a package, or makes copies of it, only if they are there.
    let linked = json.get("publishConfig").and_then(|config| config.get("directory"));
    let copied = json.get("dependenciesMeta").filter(|_| manager == "pnpm");
    let programs = ["bin", "directories"].iter().any(|key| json.get(key).is_some());
    if programs || linked.is_some() || copied.is_some() || json.get("workspaces").is_some() {
        let message = format!("the install looks for files that `{folder}/package.json` names");
        return Err((&reasons::READS_MORE, message));
    }
    if json.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(because(&reasons::UNREAD_MANIFEST));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pattern: &str, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        segments(pattern).is_ok_and(|pattern| matches(&pattern, &names))
    }

    #[test]
    fn patterns_name_packages() {
        assert!(chosen("packages/*", "packages/a"));
        assert!(chosen("./packages/*/", "packages/a"));
        assert!(!chosen("packages/*", "packages/a/b"));
        assert!(chosen("packages/**", "packages/a/b"));
        assert!(chosen("apps/web-*", "apps/web-a"));
        assert!(chosen("web", "web"));
        assert!(!chosen("!packages/a", "packages/a"));
        assert!(!chosen("packages/{a,b}", "packages/a"));
    }

    #[test]
    fn settings_of_pnpm_are_read() {
        let listed =
            settings("packages:\n  - 'packages/*'\n  - web # note\ncatalog:\n  a: ^1.0.0\n");
        let listed = listed.map_err(|(_, message)| message).expect("all of it is known");
        assert_eq!(listed.patterns, ["packages/*", "web"]);
        assert!(listed.catalogs);
        assert!(settings("patchedDependencies:\n  a: patches/a.patch\n").is_err());
        assert!(settings("overrides:\n  a: link:./a\n").is_err());
    }
}
