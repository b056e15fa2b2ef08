//! .NET: what a restore evaluates of projects, and where NuGet looks for settings.
//!
//! <https://learn.microsoft.com/dotnet/core/tools/dotnet-restore>, <https://learn.microsoft.com/visualstudio/msbuild/msbuild-import-element>,
//! <https://learn.microsoft.com/visualstudio/msbuild/property-functions>, <https://learn.microsoft.com/nuget/reference/nuget-config-file>

use dockslim_contract::ContextKind;

use super::super::folders::absolute;
use super::{Files, Install};
use crate::program::Text;
use crate::shell::{plain, readable};

/// What the words behind `dotnet` say.
pub(in crate::compare) struct Words {
    verb: String,
    /// The project that is named, as it is written.
    project: Option<String>,
    /// Options of a restore, with their values.
    decide: Vec<String>,
    settings: Option<String>,
}

/// Tells the words of a call apart; `None` if one of them is not known.
pub(in crate::compare) fn told_apart(words: &[Text<'_>]) -> Option<Words> {
    let (verb, rest) = words.split_first()?;
    let verb = plain(verb)?.to_owned();
    let restores = verb == "restore";
    if !restores && !["build", "publish", "pack"].contains(&verb.as_str()) {
        return None;
    }
    let mut told = Words { verb, project: None, decide: Vec::new(), settings: None };
    let mut rest = rest.iter().peekable();
    while let Some(word) = rest.next() {
        let text = readable(word);
        let property = text.trim_start_matches(['-', '/']);
        if text != property && (property.starts_with("p:") || property.starts_with("property:")) {
            let name = property.split([':', '=']).nth(1)?.to_lowercase();
            // Where packages come from, where files go, and what else is read.
            let far = [
                "artifacts",
                "custom",
                "directory",
                "extensions",
                "import",
                "intermediate",
                "lock",
                "nuget",
                "restore",
            ];
            if name.is_empty() || text.contains(';') || far.iter().any(|part| name.contains(part)) {
                return None;
            }
            told.decide.push(word.to_string());
            continue;
        }
        let option = text.starts_with('-') || (text.starts_with('/') && property.contains(':'));
        if !option {
            if told.project.is_some() {
                return None;
            }
            told.project = Some(plain(word)?.to_owned());
            continue;
        }
        match text.as_str() {
            "-r" | "--runtime" => told.decide.extend(["-r".to_owned(), rest.next()?.to_string()]),
            "-a" | "--arch" | "--os" if !restores => {
                let _ = rest.next()?;
            }
            "-a" | "--arch" | "--os" | "-v" | "--verbosity" => {
                told.decide.extend([text, rest.next()?.to_string()]);
            }
            "-s" | "--source" if restores => {
                let source = rest.next().and_then(|word| plain(word))?;
                source.starts_with("https://").then_some(())?;
                told.decide.extend([text, source.to_owned()]);
            }
            "--configfile" if restores => told.settings = Some(plain(rest.next()?)?.to_owned()),
            "--locked-mode"
            | "--disable-parallel"
            | "--no-cache"
            | "--no-http-cache"
            | "-f"
            | "--force"
            | "--ignore-failed-sources"
            | "--nologo"
            | "-nologo"
                if restores =>
            {
                told.decide.push(text);
            }
            _ if restores => return None,
            "-c" | "--configuration" | "-o" | "--output" | "-f" | "--framework"
            | "--version-suffix" => {
                let _ = rest.next()?;
            }
            "--self-contained" | "--sc" | "--ucr" | "--use-current-runtime" => {
                let answer = |next: &&Text<'_>| matches!(plain(next), Some("true" | "false"));
                let _ = rest.next_if(answer);
            }
            "--nologo"
            | "-nologo"
            | "/nologo"
            | "--no-self-contained"
            | "--no-incremental"
            | "--include-symbols"
            | "--include-source"
            | "--disable-build-servers" => {}
            _ => {
                let (name, _) = text.split_once('=')?;
                let known = [
                    "--configuration",
                    "--output",
                    "--framework",
                    "--version-suffix",
                    "--self-contained",
                ];
                known.contains(&name).then_some(())?;
            }
        }
    }
    Some(told)
}

/// Whether a later call restores the same on its way, or is the same restore.
pub(in crate::compare) fn restores_for(download: &[Text<'_>], later: &[Text<'_>]) -> bool {
    let (Some(one), Some(two)) = (told_apart(download), told_apart(later)) else { return false };
    one.verb == "restore"
        && one.project == two.project
        && one.settings == two.settings
        && (two.verb != "restore" || one.decide == two.decide)
        && one.decide.iter().all(|word| two.decide.contains(word))
}

/// What a restore touches; `words` stand behind `dotnet`.
pub(super) fn restore(words: &[Text<'_>], here: &str, files: &impl Files) -> Option<Install> {
    let told = told_apart(words).filter(|told| told.verb == "restore")?;
    let mut found = Found { files, manifests: Vec::new(), folders: Vec::new() };
    let start = absolute(told.project.as_deref().unwrap_or("."), here, None)?;
    let first = match ending(&start) {
        "sln" | "slnx" | "csproj" | "fsproj" | "vbproj" => start,
        _ => lonely(&start, files)?,
    };
    found.settings(here)?;
    found.take(first)?;
    if let Some(path) = &told.settings {
        let place = absolute(path, here, None)?;
        from_the_net(files.text(&place)?)?;
        found.manifests.push(place);
    }
    let Found { mut manifests, folders, .. } = found;
    for lock in folders.iter().map(|folder| format!("{folder}/packages.lock.json")) {
        if files.exists(&lock) {
            told.decide.iter().any(|word| word == "--locked-mode").then_some(())?;
            manifests.push(lock);
        }
    }
    let mut fills: Vec<String> = folders.iter().map(|folder| format!("{folder}/obj")).collect();
    fills.push("/root/.nuget".to_owned());
    fills.extend(files.variable("NUGET_PACKAGES").map(str::to_owned));
    (!folders.is_empty()).then(|| Install { manifests, fills, ..Install::default() })
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, end)| end)
}

/// The only project or solution in a folder.
fn lonely(folder: &str, files: &impl Files) -> Option<String> {
    let mut places = files.places();
    places.sort_by(|one, two| one.0.cmp(&two.0));
    places.dedup_by(|one, two| one.0 == two.0);
    let mut inside = places.into_iter().filter_map(|(place, kind)| {
        let own =
            place.rsplit_once('/').is_some_and(|(above, _)| above == folder.trim_end_matches('/'));
        let end = ending(&place);
        let builds = end.ends_with("proj") || matches!(end, "sln" | "slnx");
        (own && builds && kind != ContextKind::Folder).then_some(place)
    });
    let one = inside.next()?;
    inside.next().is_none().then_some(one)
}

struct Found<'f, F> {
    files: &'f F,
    manifests: Vec<String>,
    /// The folders of projects.
    folders: Vec<String>,
}

impl<F: Files> Found<'_, F> {
    /// Takes a solution or project, with all that it leads to.
    fn take(&mut self, place: String) -> Option<()> {
        if self.manifests.contains(&place) {
            return Some(());
        }
        let text = self.files.text(&place)?.to_owned();
        let (folder, name) = place.rsplit_once('/')?;
        let (folder, name) = (folder.to_owned(), name.to_owned());
        self.manifests.push(place.clone());
        self.settings(&folder)?;
        let next = match ending(&place) {
            "csproj" | "fsproj" | "vbproj" => {
                self.folders.push(folder.clone());
                // https://learn.microsoft.com/nuget/reference/packages-config: it stands for another kind of restore.
                if self.files.exists(&format!("{folder}/packages.config")) {
                    return None;
                }
                let own = format!("{place}.user");
                if self.files.exists(&own) {
                    let nobody = self.evaluated(&own)?.is_empty();
                    (nobody && !self.manifests.contains(&own)).then_some(())?;
                    self.manifests.push(own);
                }
                self.evaluated(&place)?
            }
            "sln" | "slnx" => {
                let around =
                    ["before", "after"].map(|when| format!("{folder}/{when}.{name}.targets"));
                if around.iter().any(|place| self.files.exists(place)) {
                    return None;
                }
                let paths = if ending(&place) == "sln" {
                    listed(&text)?
                } else {
                    tagged(&text, "Project", "Path")?
                };
                paths.iter().map(|path| led(&folder, path)).collect::<Option<Vec<_>>>()?
            }
            _ => return None,
        };
        next.into_iter().try_for_each(|place| self.take(place))
    }

    /// Evaluates a file as MSBuild does, as far as a restore goes: the projects that it refers to.
    fn evaluated(&mut self, place: &str) -> Option<Vec<String>> {
        let text = bare(self.files.text(place)?);
        let folder = place.rsplit_once('/')?.0;
        if !text.contains("</Project>") || !looks_at_nothing(&text) {
            return None;
        }
        let this = |path: &str| {
            path.strip_prefix("$(MSBuildThisFileDirectory)").unwrap_or(path).to_owned()
        };
        for (tag, path) in tags(&text, "Import").map(|tag| (tag, value(tag, "Project"))) {
            let path = path?;
            let above = path.contains("GetPathOfFileAbove('Directory.");
            if above || value(tag, "Sdk").is_some() {
                continue;
            }
            let imported = led(folder, &this(path))?;
            if !self.manifests.contains(&imported) {
                self.manifests.push(imported.clone());
                self.evaluated(&imported)?.is_empty().then_some(())?;
            }
        }
        let paths = tags(&text, "ProjectReference").filter_map(|tag| value(tag, "Include"));
        let paths =
            paths.flat_map(|all| all.split(';')).map(str::trim).filter(|path| !path.is_empty());
        paths.map(|path| led(folder, &this(path))).collect()
    }

    /// Takes the settings that lie in a folder and above it.
    fn settings(&mut self, folder: &str) -> Option<()> {
        let above = |path: &&str| !path.is_empty();
        let folders = std::iter::successors(Some(folder.trim_end_matches('/')), |path| {
            Some(path)
                .filter(|path| above(path))
                .and_then(|path| path.rsplit_once('/'))
                .map(|(above, _)| above)
        });
        for folder in folders {
            let at = |name: &str| format!("{folder}/{name}");
            if ["Directory.Build.rsp", "MSBuild.rsp"]
                .iter()
                .any(|name| self.files.exists(&at(name)))
            {
                return None;
            }
            let names = [
                "Build.props",
                "Build.targets",
                "Packages.props",
                "Solution.props",
                "Solution.targets",
            ];
            let mut all: Vec<String> =
                names.iter().map(|name| at(&format!("Directory.{name}"))).collect();
            all.extend(["nuget.config", "NuGet.config", "NuGet.Config", "global.json"].map(at));
            for place in all {
                if !self.files.exists(&place) || self.manifests.contains(&place) {
                    continue;
                }
                self.manifests.push(place.clone());
                match ending(&place) {
                    end if end.eq_ignore_ascii_case("config") => {
                        from_the_net(self.files.text(&place)?)?
                    }
                    "json" => {}
                    _ => self.evaluated(&place)?.is_empty().then_some(())?,
                }
            }
        }
        Some(())
    }
}

/// Whether a file of MSBuild neither asks for other files nor changes what a restore does, or where.
fn looks_at_nothing(text: &str) -> bool {
    const FORBIDDEN: &[&str] = &[
        "ArtifactsPath>",
        "Exists(",
        "InitialTargets",
        "IntermediateOutputPath>",
        "PackageTargetFallback",
        "ProjectExtensionsPath>",
        "UseArtifactsOutput>",
        "<UsingTask",
        "<!",
    ];
    let pure = |call: &str| {
        let names = [
            "GetPathOfFileAbove('Directory.",
            "GetTargetFramework",
            "IsOSPlatform(",
            "IsOsPlatform(",
            "IsTargetFrameworkCompatible(",
            "Version",
        ];
        call.starts_with("System.DateTime]::")
            || call
                .strip_prefix("MSBuild]::")
                .is_some_and(|call| names.iter().any(|name| call.starts_with(name)))
    };
    let locks = |name: &str| {
        name.starts_with("PackagesWithLockFile>")
            || name.starts_with("LockedMode>")
            || name.starts_with("PackagesWithLockFile ")
            || name.starts_with("LockedMode ")
    };
    let around = |tag: &str| {
        let names = ["Name", "BeforeTargets", "AfterTargets"];
        let mut values = names.iter().filter_map(|name| value(tag, name));
        values.any(|value| {
            value.contains("Restore") || value.contains("Collect") || value.contains("$(")
        })
    };
    !FORBIDDEN.iter().any(|sign| text.contains(sign))
        && text.split("$([").skip(1).all(pure)
        && text.split("<Restore").skip(1).all(locks)
        && !tags(text, "Target").any(around)
}

/// The projects that the lines of a solution name; a folder has one name for both.
fn listed(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().filter(|line| line.trim_start().starts_with("Project("));
    let mut paths = Vec::new();
    for line in lines {
        let mut quoted = line.split('"').skip(1).step_by(2);
        let (_, name, path) = (quoted.next()?, quoted.next()?, quoted.next()?);
        paths.extend((name != path).then(|| path.to_owned()));
    }
    (!paths.is_empty()).then_some(paths)
}

fn tagged(text: &str, tag: &str, name: &str) -> Option<Vec<String>> {
    let text = bare(text);
    tags(&text, tag).map(|tag| value(tag, name).map(str::to_owned)).collect()
}

/// Whether all packages of some settings come from the net, and go where they go by default.
fn from_the_net(text: &str) -> Option<()> {
    let text = bare(text);
    let local = ["fallbackPackageFolders", "globalPackagesFolder", "repositoryPath", "<!"];
    let inside = text
        .split("<packageSources>")
        .skip(1)
        .filter_map(|rest| rest.split("</packageSources>").next());
    let mut added = inside.flat_map(|inside| tags(inside, "add").collect::<Vec<_>>());
    let tags_of_sources = ["<packageSources>", "</packageSources>"];
    let read: usize = tags_of_sources.iter().map(|tag| text.matches(tag).count()).sum();
    let fine = !local.iter().any(|sign| text.contains(sign))
        && read == text.matches("packageSources").count()
        && added
            .all(|tag| value(tag, "value").is_some_and(|source| source.starts_with("https://")));
    fine.then_some(())
}

/// Where a path leads, with the separators of either system.
fn led(folder: &str, path: &str) -> Option<String> {
    if path.contains(['$', '*', '?', '%', '@', ';']) {
        return None;
    }
    let mut names: Vec<&str> = folder.split('/').collect();
    for name in path.split(['/', '\\']) {
        match name {
            "." => {}
            ".." => drop(names.pop()?),
            "" => return None,
            name => names.push(name),
        }
    }
    absolute(&names.join("/"), "", None)
}

fn bare(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(start) = text.find("<!--") {
        let end = text[start..].find("-->").map_or(text.len(), |end| start + end + 3);
        text.replace_range(start..end, "");
    }
    text
}

/// The insides of the opening tags of a name.
fn tags<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    text.split('<').skip(1).filter_map(move |tag| {
        let inside = tag.strip_prefix(name)?;
        inside
            .starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .then(|| inside.split('>').next())?
    })
}

/// The value that an attribute has.
fn value<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let starts = |at: &usize| tag[..*at].ends_with(char::is_whitespace);
    tag.match_indices(name).map(|(at, _)| at).filter(starts).find_map(|at| {
        let rest = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
        rest[1..].split(quote).next()
    })
}
