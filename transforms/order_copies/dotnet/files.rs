//! Projects, solutions and settings of .NET, as far as a restore asks for them.

use super::super::reasons;
use super::super::xml::{attribute, elements, without_comments};
use crate::pass::Refusal;

/// Whether a path is that of a project in one of the three languages.
pub(super) fn is_project(path: &str) -> bool {
    [".csproj", ".fsproj", ".vbproj"].iter().any(|end| path.ends_with(end))
}

/// Whether a path is that of a solution.
pub(super) fn is_solution(path: &str) -> bool {
    [".sln", ".slnx"].iter().any(|end| path.ends_with(end))
}

/// What a file of MSBuild leads to, by paths from its folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Leads {
    pub(super) projects: Vec<String>,
    pub(super) imports: Vec<String>,
}

/// Reads a project, or what projects import.
pub(super) fn of_msbuild(place: &str, text: &str) -> Result<Leads, Refusal> {
    let unread = || (&reasons::UNREAD_MANIFEST, format!("`{place}` is not one that can be read"));
    let more = |what: &str| {
        Err((&reasons::READS_MORE, format!("`{place}` has `{what}`, which decides by other files")))
    };
    let text = without_comments(text);
    if !text.contains("</Project>") || text.contains("<!") {
        return Err(unread());
    }
    // Where it restores to, and what it does around that.
    let moved = [
        "IntermediateOutputPath>",
        "ProjectExtensionsPath>",
        "ArtifactsPath>",
        "UseArtifactsOutput>",
    ];
    let asks = ["Exists(", "InitialTargets", "<UsingTask", "<PackageTargetFallback"];
    if let Some(sign) = moved.iter().chain(&asks).find(|sign| text.contains(**sign)) {
        return more(sign);
    }
    for function in text.split("$([").skip(1) {
        let pure = [
            "MSBuild]::IsOSPlatform(",
            "MSBuild]::IsOsPlatform(",
            "MSBuild]::IsTargetFrameworkCompatible(",
            "MSBuild]::GetTargetFramework",
            "MSBuild]::Version",
            "MSBuild]::GetPathOfFileAbove('Directory.",
            "System.DateTime]::",
        ];
        if !pure.iter().any(|known| function.starts_with(known)) {
            return more("$([");
        }
    }
    for setting in text.split("<Restore").skip(1) {
        let name = setting.split(['>', ' ', '/']).next().unwrap_or_default();
        if !["PackagesWithLockFile", "LockedMode"].contains(&name) {
            return more(&format!("<Restore{name}"));
        }
    }
    for target in elements(&text, "Target") {
        let around = ["BeforeTargets", "AfterTargets", "Name"]
            .iter()
            .filter_map(|name| attribute(target, name))
            .any(|value| ["Restore", "Collect", "$("].iter().any(|part| value.contains(part)));
        if around {
            return more("<Target");
        }
    }
    let mut leads = Leads::default();
    for import in elements(&text, "Import") {
        let path = attribute(import, "Project").ok_or_else(unread)?;
        if attribute(import, "Sdk").is_some() || path.contains("GetPathOfFileAbove('Directory.") {
            continue;
        }
        let path = path.strip_prefix("$(MSBuildThisFileDirectory)").unwrap_or(path);
        if path.contains(['$', '*', ';', '%', '@']) {
            return more("<Import");
        }
        leads.imports.push(path.to_owned());
    }
    for reference in elements(&text, "ProjectReference") {
        // One that is taken out or changed names what stands elsewhere.
        let Some(paths) = attribute(reference, "Include") else { continue };
        for path in paths.split(';').map(str::trim).filter(|path| !path.is_empty()) {
            let path = path.strip_prefix("$(MSBuildThisFileDirectory)").unwrap_or(path);
            if path.contains(['$', '*', '%', '@', '?']) {
                return more("<ProjectReference");
            }
            leads.projects.push(path.to_owned());
        }
    }
    Ok(leads)
}

/// The projects of a solution, by paths from its folder.
pub(super) fn of_solution(place: &str, text: &str) -> Result<Vec<String>, Refusal> {
    let unread = || (&reasons::UNREAD_MANIFEST, format!("`{place}` is not one that can be read"));
    if place.ends_with(".slnx") {
        let text = without_comments(text);
        let paths = elements(&text, "Project").map(|element| attribute(element, "Path"));
        let paths: Option<Vec<String>> = paths.map(|path| path.map(str::to_owned)).collect();
        return paths.ok_or_else(unread);
    }
    let mut projects = Vec::new();
    for line in text.lines().filter(|line| line.trim_start().starts_with("Project(")) {
        let fields: Vec<&str> = line.split('"').collect();
        let [_, _, _, name, _, path, ..] = fields.as_slice() else { return Err(unread()) };
        // A folder of the solution has its own name for a path.
        if name != path {
            projects.push((*path).to_owned());
        }
    }
    if projects.is_empty() { Err(unread()) } else { Ok(projects) }
}

/// Whether settings of NuGet lead to no folder.
pub(super) fn of_nuget(place: &str, text: &str) -> Result<(), Refusal> {
    let text = without_comments(text);
    let local = || (&reasons::LOCAL_DEPENDENCY, format!("`{place}` leads to folders"));
    let elsewhere = ["fallbackPackageFolders", "globalPackagesFolder", "repositoryPath", "<!"];
    if elsewhere.iter().any(|sign| text.contains(sign)) {
        return Err(local());
    }
    // An element that is written in another way could hold anything.
    let plain =
        text.matches("<packageSources>").count() + text.matches("</packageSources>").count();
    if text.matches("packageSources").count() != plain {
        return Err(local());
    }
    let sources = text.split("<packageSources>").skip(1);
    let sources = sources.filter_map(|rest| rest.split("</packageSources>").next());
    let remote = |element: &str| {
        attribute(element, "value").is_some_and(|value| value.starts_with("https://"))
    };
    let mut added = sources.flat_map(|inside| elements(inside, "add"));
    if added.all(remote) { Ok(()) } else { Err(local()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(inside: &str) -> &'static str {
        let text = format!("<Project Sdk=\"Microsoft.NET.Sdk\">{inside}</Project>");
        of_msbuild("a.csproj", &text).map_or_else(|(reason, _)| reason.name, |_| "")
    }

    #[test]
    fn projects_lead_to_others() {
        let text = "<Project><ItemGroup><!-- <ProjectReference Include=\"no\" /> -->\
                    <ProjectReference Include=\"..\\Core\\Core.csproj\" PrivateAssets=\"all\" /></ItemGroup>\
                    <Import Project=\"Sdk.props\" Sdk=\"X\" /><Import Project='../common.props' /></Project>";
        let leads = of_msbuild("a.csproj", text).expect("it can be read");
        assert_eq!(leads.projects, ["..\\Core\\Core.csproj"]);
        assert_eq!(leads.imports, ["../common.props"]);
    }

    #[test]
    fn a_project_may_ask_for_files() {
        assert_eq!(reason("<ItemGroup></ItemGroup>"), "");
        assert_eq!(reason("<Target Name=\"X\" AfterTargets=\"Build\"/>"), "");
        assert_eq!(reason("<Target Name=\"X\" BeforeTargets=\"Restore\"/>"), "reads-more");
        assert_eq!(reason("<X Condition=\"Exists('a')\"/>"), "reads-more");
        assert_eq!(reason("<V>$([System.IO.File]::ReadAllText('a'))</V>"), "reads-more");
        assert_eq!(reason("<V>$([System.DateTime]::UtcNow)</V>"), "");
        assert_eq!(reason("<RestoreSources>local</RestoreSources>"), "reads-more");
        assert_eq!(reason("<RestoreLockedMode>true</RestoreLockedMode>"), "");
        assert_eq!(reason("<ProjectReference Include=\"**/*.csproj\"/>"), "reads-more");
    }

    #[test]
    fn solutions_name_projects() {
        let text = "Project(\"{A}\") = \"Web\", \"src\\Web\\Web.csproj\", \"{B}\"\nEndProject\n\
                    Project(\"{C}\") = \"docs\", \"docs\", \"{D}\"\nEndProject\n";
        assert_eq!(of_solution("a.sln", text).expect("it can be read"), ["src\\Web\\Web.csproj"]);
        let text =
            "<Solution><Folder Name=\"/a/\"><Project Path=\"a/a.csproj\" /></Folder></Solution>";
        assert_eq!(of_solution("a.slnx", text).expect("it can be read"), ["a/a.csproj"]);
    }

    #[test]
    fn settings_of_nuget_may_name_folders() {
        let settings = |value: &str| {
            let text = format!(
                "<configuration><packageSources><clear /><add key=\"a\" value=\"{value}\" /></packageSources></configuration>"
            );
            of_nuget("nuget.config", &text).is_ok()
        };
        assert!(settings("https://example.com/index.json"));
        assert!(!settings("packages") && !settings("%FEED%"));
        let odd = "<packageSources ><add key=\"a\" value=\"packages\" /></packageSources>";
        assert!(of_nuget("nuget.config", odd).is_err());
    }
}
