//! The packages of the project that a build of cargo concerns: the one in its folder, those of its workspace, and those that they
//! depend on.
//!
//! <https://doc.rust-lang.org/cargo/reference/workspaces.html>,
//! <https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html>

use toml::{Table, Value};

use super::super::project::Project;
use super::super::reasons;
use super::super::workspaces::packages;
use super::package::{Package, Source, led, lints};
use crate::facts::{below, is_within, parent};
use crate::pass::Refusal;

/// The packages of a project, that of its own folder first.
#[derive(Debug)]
pub(super) struct Packages {
    folder: String,
    pub(super) all: Vec<Package>,
}

impl Packages {
    /// Reads those that a build in a folder concerns.
    pub(super) fn of(project: &Project<'_, '_>, folder: &str) -> Result<Self, Refusal> {
        let file = below(folder, "Cargo.toml");
        let root = table(project, folder)?;
        let workspace = root.get("workspace").and_then(Value::as_table);
        let empty = Table::new();
        let shared = workspace.unwrap_or(&empty);
        let list = |key: &str| -> Result<Vec<String>, Refusal> {
            let all =
                shared.get(key).map_or(Some(&[][..]), |all| all.as_array().map(Vec::as_slice));
            let texts = all.and_then(|all| {
                all.iter()
                    .map(|one| {
                        Some(
                            one.as_str()?.trim_start_matches("./").trim_end_matches('/').to_owned(),
                        )
                    })
                    .collect()
            });
            let message =
                || (&reasons::UNREAD_MANIFEST, format!("`{file}` has `{key}` that cannot be read"));
            texts.ok_or_else(message)
        };
        let (members, excluded) = (list("members")?, list("exclude")?);
        lints(shared)
            .map_err(|what| (&reasons::NO_STAND_IN, format!("the workspace in `{file}` {what}")))?;
        let mut folders: Vec<String> = Vec::new();
        if root.contains_key("package") {
            folders.push(folder.to_owned());
        }
        let named = |inside: &str| members.iter().any(|member| is_within(inside, member));
        let left =
            |inside: &str| excluded.iter().any(|one| is_within(inside, one)) && !named(inside);
        for (inside, _) in packages(project, folder, &members, "Cargo.toml")? {
            if !left(&inside) {
                folders.push(below(folder, &inside));
            }
        }
        if let Some(member) = members.iter().find(|member| {
            !member.contains('*')
                && !member.is_empty()
                && *member != "."
                && !folders.contains(&below(folder, member))
        }) {
            let message = format!("the build context brings no `{member}/Cargo.toml`");
            return Err((&reasons::NO_MANIFEST, message));
        }
        let alone = workspace.is_none_or(|workspace| workspace.keys().all(|key| key == "resolver"));
        let listed = folders.len();
        let mut read = Self { folder: folder.to_owned(), all: Vec::new() };
        let mut at = 0;
        while let Some(next) = folders.get(at).cloned() {
            at += 1;
            let text = if next == folder { root.clone() } else { table(project, &next)? };
            if next != folder && (text.contains_key("workspace") || parts(project, folder, &next)?)
            {
                let message = format!("`{next}` belongs to another workspace");
                return Err((&reasons::LOCAL_DEPENDENCY, message));
            }
            let exists = |path: &str| project.exists(&below(&next, path));
            let package = Package::read(&next, &text, alone && at == 1, &exists)?;
            let mut led_to = package.leads_to.clone();
            let known = shared.get("dependencies");
            for name in &package.inherits {
                let from = known.and_then(|known| known.get(name));
                let from = from.ok_or_else(|| {
                    (
                        &reasons::UNREAD_MANIFEST,
                        format!("`{next}` inherits `{name}`, which `{file}` does not have"),
                    )
                })?;
                led_to.extend(from.get("path").map(|path| led(folder, path)).transpose()?);
            }
            replaced(&text)?;
            for to in led_to {
                let inside =
                    to.strip_prefix(folder).filter(|_| is_within(&to, folder) && to != folder);
                let inside = inside.map(|inside| inside.trim_start_matches('/'));
                if inside.is_none_or(left) {
                    let message = format!(
                        "Cargo.toml names the folder `{to}`, which lies beside its workspace"
                    );
                    return Err((&reasons::LOCAL_DEPENDENCY, message));
                }
                if !folders.contains(&to) {
                    folders.push(to);
                }
            }
            read.all.push(package);
        }
        read.are_listed(project, listed)?;
        let shared_needs = known_versions(shared);
        if !read.all.iter().any(|package| {
            package.needs
                || package.inherits.iter().any(|name| shared_needs.contains(&name.as_str()))
        }) {
            return Err((
                &reasons::NOTHING_TO_DOWNLOAD,
                reasons::NOTHING_TO_DOWNLOAD.summary.to_owned(),
            ));
        }
        Ok(read)
    }

    /// Whether Cargo.lock has each package, and each name once: `cargo clean` fails where a name is that of none, or of two. Without
    /// it those are known to be built that the workspace lists, which are the first ones.
    fn are_listed(&self, project: &Project<'_, '_>, listed: usize) -> Result<(), Refusal> {
        let lock = below(&self.folder, "Cargo.lock");
        let unread = || (&reasons::UNREAD_MANIFEST, format!("`{lock}` cannot be read"));
        let locked: Option<Table> = if project.exists(&lock) {
            Some(project.text(&lock)?.parse().map_err(|_| unread())?)
        } else {
            None
        };
        let packages = |table: &Table| table.get("package")?.as_array().cloned();
        let known = locked.as_ref().map(|table| packages(table).ok_or_else(unread)).transpose()?;
        for (at, package) in self.all.iter().enumerate() {
            let name = package.name.as_str();
            let found = known.as_ref().map_or(usize::from(at < listed), |known| {
                let named = |one: &&Value| one.get("name").and_then(Value::as_str) == Some(name);
                known.iter().filter(named).count()
            });
            let message = match found {
                0 => format!("Cargo.lock does not say whether `{name}` is built"),
                1 if self.all.iter().filter(|other| other.name == name).count() == 1 => continue,
                _ => format!("two packages have the name `{name}`"),
            };
            return Err((&reasons::NO_STAND_IN, message));
        }
        Ok(())
    }

    /// The places of all manifests.
    pub(super) fn manifests(&self) -> impl Iterator<Item = String> {
        let own = below(&self.folder, "Cargo.toml");
        let others = self.all.iter().map(|package| below(&package.folder, "Cargo.toml"));
        let others: Vec<String> = others.filter(|place| *place != own).collect();
        [own].into_iter().chain(others)
    }

    /// The sources that stand in, by their paths below the folder of the build.
    fn sources(&self) -> impl Iterator<Item = (String, &Source)> {
        self.all.iter().flat_map(|package| {
            package
                .sources
                .iter()
                .map(|source| (self.inside(&package.folder, &source.path), source))
        })
    }

    /// The path below the folder of the build of something in a package.
    fn inside(&self, package: &str, path: &str) -> String {
        below(package, path)[self.folder.trim_end_matches('/').len() + 1..].to_owned()
    }

    /// What is made for the sources at the top of each package: folders, and sources that lie there.
    pub(super) fn tops(&self) -> Vec<String> {
        let mut tops = Vec::new();
        for package in &self.all {
            for source in &package.sources {
                let name = source.path.split('/').next().unwrap_or_default();
                let top = self.inside(&package.folder, name);
                if !tops.contains(&top) {
                    tops.push(top);
                }
            }
        }
        tops
    }

    /// The commands that write the sources without content; they begin with one that makes their folders.
    pub(super) fn stand_in(&self) -> Result<String, Refusal> {
        let mut made: Vec<String> = Vec::new();
        for package in &self.all {
            for source in &package.sources {
                for (at, _) in source.path.match_indices('/') {
                    let folder = self.inside(&package.folder, &source.path[..at]);
                    if !made.contains(&folder) {
                        made.push(folder);
                    }
                }
            }
        }
        if made.is_empty() {
            let message = "its sources lie beside Cargo.toml".to_owned();
            return Err((&reasons::NO_STAND_IN, message));
        }
        let mut commands = vec![format!("mkdir {}", made.join(" "))];
        let programs = self.sources().filter(|(_, source)| source.program.is_some());
        commands.extend(programs.map(|(path, _)| format!("echo 'fn main() {{}}' > {path}")));
        let empty: Vec<String> = self
            .sources()
            .filter(|(_, source)| source.program.is_none())
            .map(|(path, _)| path)
            .collect();
        commands.extend(Some(format!("touch {}", empty.join(" "))).filter(|_| !empty.is_empty()));
        Ok(commands.join(" && "))
    }
}

/// A manifest.
fn table(project: &Project<'_, '_>, folder: &str) -> Result<Table, Refusal> {
    let file = below(folder, "Cargo.toml");
    let unread = || (&reasons::UNREAD_MANIFEST, format!("`{file}` cannot be read"));
    project.text(&file)?.parse().map_err(|_| unread())
}

/// Whether a folder above a package, up to that of the build, parts them: it is a workspace of its own.
fn parts(project: &Project<'_, '_>, folder: &str, package: &str) -> Result<bool, Refusal> {
    let mut at = parent(package);
    while at != folder && is_within(at, folder) && at != "/" {
        if project.exists(&below(at, "Cargo.toml")) && table(project, at)?.contains_key("workspace")
        {
            return Ok(true);
        }
        at = parent(at);
    }
    Ok(false)
}

/// Whether folders stand in for packages of a registry: then others of a registry may want what is in them.
fn replaced(table: &Table) -> Result<(), Refusal> {
    if table.contains_key("replace") {
        return Err((&reasons::UNREAD_MANIFEST, "Cargo.toml has [replace]".to_owned()));
    }
    let sources = table.get("patch").and_then(Value::as_table).into_iter().flatten();
    let mut patches = sources.filter_map(|(_, source)| source.as_table()).flatten();
    match patches.find(|(_, patch)| patch.get("path").is_some()) {
        Some((name, _)) => {
            let message = format!("a folder of the project stands in for the package `{name}`");
            Err((&reasons::LOCAL_DEPENDENCY, message))
        }
        None => Ok(()),
    }
}

/// The dependencies of a workspace that come from elsewhere.
fn known_versions(workspace: &Table) -> Vec<&str> {
    let all = workspace.get("dependencies").and_then(Value::as_table).into_iter().flatten();
    all.filter(|(_, value)| value.get("path").is_none()).map(|(name, _)| name.as_str()).collect()
}
