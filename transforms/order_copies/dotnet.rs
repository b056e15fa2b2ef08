//! What `dotnet restore` reads of a project: the projects that it names, those that they refer to, and the settings beside and
//! above them.
//!
//! <https://learn.microsoft.com/dotnet/core/tools/dotnet-restore>,
//! <https://learn.microsoft.com/visualstudio/msbuild/customize-by-directory>,
//! <https://learn.microsoft.com/nuget/consume-packages/configuring-nuget-behavior>

mod call;
mod files;

use dockslim_contract::ContextKind;

use super::because;
use super::project::{Project, Reads, climbed};
use super::reasons;
use super::toolchains::Call;
use crate::facts::{absolute, below, parent};
use crate::pass::Refusal;
use call::Restore;
pub(super) use call::words;
use files::{is_project, is_solution, of_msbuild, of_nuget, of_solution};

/// What is read in the folder of a project and in all above it, whatever of it is there; MSBuild takes the first of each that it
/// finds, and that may lead to the next.
const ABOVE: [&str; 8] = [
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "Directory.Solution.props",
    "Directory.Solution.targets",
    "global.json",
    "nuget.config",
    "NuGet.config",
];
/// The third spelling under which NuGet finds its settings where names have cases.
const NUGET: &str = "NuGet.Config";
/// What gives MSBuild other words, wherever it lies.
const RESPONSES: [&str; 2] = ["Directory.Build.rsp", "MSBuild.rsp"];

/// What a restore in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<Reads, Refusal> {
    let restore = Restore::of(call)?;
    let mut walk = Walk { project, reads: Reads::default(), found: Vec::new() };
    let named = match restore.project {
        Some(path) => absolute(path, Some(folder)).ok_or_else(|| because(&reasons::UNREAD_CALL))?,
        None => folder.to_owned(),
    };
    walk.above(folder)?;
    let first = if is_project(&named) || is_solution(&named) { named } else { walk.only(&named)? };
    walk.follow(&first)?;
    if let Some(path) = restore.settings {
        let place = absolute(path, Some(folder)).ok_or_else(|| because(&reasons::UNREAD_CALL))?;
        of_nuget(path, project.text(&place)?)?;
        walk.add(place);
    }
    let locked = walk.found.iter().map(|place| below(parent(place), "packages.lock.json"));
    let locks: Vec<String> = locked.filter(|place| project.exists(place)).collect();
    if !locks.is_empty() && !restore.locked {
        return Err(because(&reasons::LOCKFILE));
    }
    let mut reads = walk.reads;
    reads.manifests.extend(locks);
    reads.fills.extend(walk.found.iter().map(|place| below(parent(place), "obj")));
    reads.fills.push("/root/.nuget".to_owned());
    reads.fills.dedup();
    Ok(reads)
}

/// The projects that a restore comes by.
struct Walk<'p, 'a, 't> {
    project: &'p Project<'a, 't>,
    reads: Reads,
    /// The projects, without solutions.
    found: Vec<String>,
}

impl Walk<'_, '_, '_> {
    fn add(&mut self, place: String) -> bool {
        let new = !self.reads.manifests.contains(&place);
        if new {
            self.reads.manifests.push(place);
        }
        new
    }

    /// The one project or solution of a folder.
    fn only(&self, folder: &str) -> Result<String, Refusal> {
        let inside = |place: &str| parent(place) == folder;
        let files = self.project.places().into_iter().filter(|(place, kind)| {
            *kind != ContextKind::Folder
                && inside(place)
                && (is_solution(place) || place.ends_with("proj"))
        });
        let files: Vec<String> = files.map(|(place, _)| place).collect();
        match files.as_slice() {
            [one] => Ok(one.clone()),
            [] => {
                let message = format!("no project lies in `{folder}`");
                Err((&reasons::NO_MANIFEST, message))
            }
            _ => {
                let message = format!("more than one project lies in `{folder}`: name it");
                Err((&reasons::UNREAD_MANIFEST, message))
            }
        }
    }

    /// Takes what a project or solution reads.
    fn follow(&mut self, place: &str) -> Result<(), Refusal> {
        let mut open = vec![place.to_owned()];
        while let Some(place) = open.pop() {
            if !self.add(place.clone()) {
                continue;
            }
            let folder = parent(&place).to_owned();
            let text = self.project.text(&place)?;
            if is_solution(&place) {
                for path in of_solution(&place, text)? {
                    open.push(self.at(&folder, &path)?);
                }
                let name = place.rsplit('/').next().unwrap_or_default();
                for name in [format!("before.{name}.targets"), format!("after.{name}.targets")] {
                    self.none(&below(&folder, &name))?;
                }
            } else if is_project(&place) {
                self.found.push(place.clone());
                open.extend(self.followed(&place)?);
                let user = format!("{place}.user");
                if self.project.exists(&user) {
                    open.extend(self.followed(&user)?);
                    self.add(user);
                }
                self.none(&below(&folder, "packages.config"))?;
            } else {
                let message = format!("`{place}` is of a kind that is not known");
                return Err((&reasons::UNREAD_MANIFEST, message));
            }
            self.above(&folder)?;
        }
        Ok(())
    }

    /// The projects that a file of MSBuild refers to; what it imports is taken.
    fn followed(&mut self, place: &str) -> Result<Vec<String>, Refusal> {
        let leads = of_msbuild(place, self.project.text(place)?)?;
        let folder = parent(place);
        for path in &leads.imports {
            let imported = self.at(folder, path)?;
            if self.add(imported.clone()) {
                self.imported(&imported)?;
            }
        }
        leads.projects.iter().map(|path| self.at(folder, path)).collect()
    }

    /// Looks at a file that others import: a reference to a project in it is looked for from whoever imports it.
    fn imported(&mut self, place: &str) -> Result<(), Refusal> {
        if self.followed(place)?.is_empty() {
            return Ok(());
        }
        Err((&reasons::UNREAD_MANIFEST, format!("`{place}` refers to projects")))
    }

    /// Takes the settings in a folder and in all above it.
    fn above(&mut self, folder: &str) -> Result<(), Refusal> {
        let mut folder = folder.to_owned();
        loop {
            for name in RESPONSES {
                self.none(&below(&folder, name))?;
            }
            for name in ABOVE.iter().chain([&NUGET]) {
                let place = below(&folder, name);
                if !self.project.exists(&place) || !self.add(place.clone()) {
                    continue;
                }
                let text = self.project.text(&place)?;
                match *name {
                    "global.json" => {}
                    name if name.eq_ignore_ascii_case(NUGET) => of_nuget(&place, text)?,
                    _ => self.imported(&place)?,
                }
            }
            if folder == "/" {
                return Ok(());
            }
            folder = parent(&folder).to_owned();
        }
    }

    /// Where a path of a file in `folder` leads.
    fn at(&self, folder: &str, path: &str) -> Result<String, Refusal> {
        let unread = || (&reasons::UNREAD_MANIFEST, format!("the path `{path}` is not known"));
        let place = climbed(folder, &path.replace('\\', "/")).ok_or_else(unread)?;
        if !self.project.exists(&place) {
            return Err((&reasons::NO_MANIFEST, format!("the build context brings no `{place}`")));
        }
        Ok(place)
    }

    /// Whether a file is not there that would have a say.
    fn none(&self, place: &str) -> Result<(), Refusal> {
        if !self.project.exists(place) {
            return Ok(());
        }
        Err((&reasons::READS_MORE, format!("`{place}` has a say in what is restored")))
    }
}
