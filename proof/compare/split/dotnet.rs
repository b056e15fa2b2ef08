//! Programs of .NET: whether all that was published comes along, and whether the new base is told what the image of the kit was.
//!
//! Sources: .NET documentation, "dotnet publish"; the Dockerfiles of dotnet/dotnet-docker, whose image of the kit is made of that of
//! ASP.NET Core and takes its port away.

use super::bases::{self, Kind};
use super::needs;
use super::runtime::{Place, Runtime};
use super::started::commands;
use crate::compare::folders::is_within;
use crate::compare::words::describe;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

/// Releases by the number in their tags.
const RELEASES: &[&str] = &["3.1", "5.0", "6.0", "7.0", "8.0", "9.0", "10.0"];

/// Verbs whose results only a container that names them reads.
const VERBS: &[&str] = &["build", "clean", "format", "publish", "restore", "test"];

/// Whether an image holds the frameworks of a kit, and stands on the same system.
pub(super) fn is_runtime_of(image: &str, kit: &str) -> bool {
    let same = |image: &str, folder: &str| {
        let (name, tag) = image.split_once(':')?;
        let registry = name.strip_suffix(folder)?;
        let own = ["mcr.microsoft.com/dotnet", "mcr.microsoft.com/dotnet/core"];
        own.contains(&registry).then(|| (registry.to_owned(), tag.to_owned()))
    };
    let (Some(one), Some(other)) = (same(image, "/aspnet"), same(kit, "/sdk")) else {
        return false;
    };
    let tag = &one.1;
    let (release, system) = tag.split_once('-').unwrap_or((tag, ""));
    // Debian has names of slim images in both since .NET 5; Alpine's kit has data for languages that its runtime has not.
    let debian = system.ends_with("-slim") && release != "3.1";
    let known = system.is_empty() || debian || ["focal", "jammy", "noble"].contains(&system);
    one == other && RELEASES.contains(&release) && known
}

/// Whether only a build with the kit reads a file of a project.
fn is_for_kit(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = [
        ".cs",
        ".fs",
        ".vb",
        ".csproj",
        ".fsproj",
        ".vbproj",
        ".sln",
        ".slnx",
        ".resx",
        ".csproj.user",
    ];
    let settings =
        name.starts_with("Directory.") && (name.ends_with(".props") || name.ends_with(".targets"));
    settings
        || ends.iter().any(|end| name.ends_with(end))
        || name.eq_ignore_ascii_case("nuget.config")
        || matches!(name, "global.json" | "launchSettings.json" | "packages.lock.json")
}

impl Runtime<'_, '_> {
    /// Whether the build has the kit of .NET.
    pub(super) fn has_kit(&self) -> bool {
        let name = bases::official(&self.old.image).split(':').next().unwrap_or_default();
        name.starts_with("mcr.microsoft.com/") && name.ends_with("/sdk")
    }

    /// Whether no container reads a file of the project.
    pub(super) fn is_for_builds(&self, path: &str) -> bool {
        needs::is_for_builds(path) || (self.has_kit() && is_for_kit(path))
    }

    /// Whether a call of the kit leaves nothing but what it publishes.
    pub(super) fn builds_with_kit(&self, call: &Call<'_>) -> bool {
        let verb = call.words.get(1).and_then(|word| plain(word));
        self.has_kit()
            && Command::of(&call.words).is("dotnet")
            && call.redirects.is_empty()
            && verb.is_some_and(|verb| VERBS.contains(&verb))
    }

    /// What the image of the kit sets, and that of its runtime sets otherwise, with the value that it has.
    pub(super) fn port_of_kit(&self) -> Option<&'static str> {
        if bases::kind(&self.new.image, &self.old.image) != Some(Kind::DotNet) {
            return None;
        }
        let tag = self.old.image.split_once(':').map_or("", |(_, tag)| tag);
        let major: u32 = tag.split('.').next().and_then(|text| text.parse().ok()).unwrap_or(0);
        Some(if major < 8 { "ASPNETCORE_URLS" } else { "ASPNETCORE_HTTP_PORTS" })
    }

    /// All that was published with each library or program that the container starts is copied, and none needs the kit.
    pub(super) fn published(&self, places: &[Place]) -> Result<(), String> {
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let mut started = Vec::new();
        for words in self.new.configuration.starts().into_iter().flatten().flat_map(commands) {
            let name = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
            let path = match (name, words.as_slice()) {
                ("dotnet", [_, exec, library, ..]) if exec == "exec" => library,
                ("dotnet", [_, library, ..]) => library,
                (_, [program, ..]) if program.contains('/') => program,
                _ => continue,
            };
            if name == "dotnet" && !path.ends_with(".dll") {
                return Err("the container asks the kit of .NET when it starts".to_owned());
            }
            let path = if path.starts_with('/') {
                path.clone()
            } else {
                format!("{folder}/{}", path.trim_start_matches("./"))
            };
            let brought = |place: &&Place| {
                place.target != path
                    && is_within(&path, &place.target)
                    && self.publishes(&path, &place.target)
            };
            if !places.iter().any(|place| brought(&place)) {
                return Err(format!("not all that was published with `{path}` comes along"));
            }
            started.push(path);
        }
        if started.is_empty() {
            return Err("nothing that was published is started".to_owned());
        }
        self.made_beside(places, &started)
    }

    /// Whether a call publishes what lies at a path, into a folder that lies in `place` as a whole.
    fn publishes(&self, path: &str, place: &str) -> bool {
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let words = readable_words(call);
            if !self.builds_with_kit(call) || words.get(1) != Some(&"publish") {
                return;
            }
            let output = match output(&words) {
                Some(word) => self.path(word, call),
                None => path
                    .rsplit_once('/')
                    .map(|(folder, _)| folder.to_owned())
                    .filter(|folder| folder.contains("/bin/") && folder.ends_with("/publish")),
            };
            let moved = words.iter().any(|word| word.contains("PublishDir"));
            found |= !moved
                && output.is_some_and(|output| {
                    let output = output.trim_end_matches('/');
                    is_within(path, output) && is_within(output, place)
                });
        });
        found
    }

    /// What other projects were made into comes along, too: a program may load it. Of what is built and published, the latter is enough.
    fn made_beside(&self, places: &[Place], started: &[String]) -> Result<(), String> {
        let mut calls = Vec::new();
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && self.builds_with_kit(call)
                && matches!(plain(&call.words[1]), Some("build" | "publish"))
            {
                let folder = self.folder(&self.states.seen(call.state).directory);
                calls.push((step, call, readable_words(call), folder));
            }
        });
        let project = |words: &[&str]| match words.get(2) {
            Some(word) if !word.starts_with(['-', '/']) => (*word).to_owned(),
            _ => String::new(),
        };
        let mut unplaced = Vec::new();
        for (step, call, words, folder) in &calls {
            let user = &self.states.seen(call.state).surroundings.user;
            if words[1] == "publish" && !matches!(user.split(':').next(), Some("" | "0" | "root")) {
                return Err(format!("what {} makes belongs to `{user}`", describe(step)));
            }
            let published = calls.iter().any(|(_, _, other, there)| {
                other[1] == "publish" && there == folder && project(other) == project(words)
            });
            let given = output(words);
            if words[1] == "build" && (published || given.is_none()) {
                continue;
            }
            let there = match given {
                Some(word) => self
                    .path(word, call)
                    .is_some_and(|path| self.covered(places, path.trim_end_matches('/'))),
                // It lies where the one that is started does, if it is one project alone.
                None => {
                    unplaced.push((folder, project(words)));
                    let alone = unplaced.iter().all(|one| *one == unplaced[0]);
                    alone
                        && started.iter().any(|path| {
                            path.rsplit_once('/').is_some_and(|(folder, _)| {
                                folder.contains("/bin/") && folder.ends_with("/publish")
                            })
                        })
                }
            };
            if !there {
                return Err(format!("nothing brings what {} makes", describe(step)));
            }
        }
        Ok(())
    }

    /// Whether a source starts programs, opens libraries, or asks for the kit when it runs. The image of the kit has those of git and
    /// curl, and with them the ones for LDAP and Kerberos.
    pub(super) fn asks_for_kit(&self) -> Result<(), String> {
        let Some(context) = self.context else {
            return Err("what the sources start is not known".to_owned());
        };
        let libraries = [
            "DirectoryServices",
            "LdapForNet",
            "Negotiate",
            "Kerberos",
            "NetworkCredential",
            "DefaultCredentials",
            "bin/Release",
            "bin/Debug",
            "NativeLibrary.",
            " Lib \"",
        ];
        let system = ["kernel32", "user32", "advapi32", "shell32", "gdi32", "ntdll", "libc"];
        let imports = |text: &str| {
            let signs = ["DllImport(", "LibraryImport("];
            signs.iter().flat_map(|sign| text.match_indices(sign)).any(|(at, sign)| {
                let behind = text[at + sign.len()..].trim_start().to_lowercase();
                let known = |name: &&str| {
                    let rest = behind.strip_prefix('"').and_then(|rest| rest.strip_prefix(*name));
                    rest.is_some_and(|rest| {
                        ["\"", ".dll\"", ".so.6\""].iter().any(|end| rest.starts_with(end))
                    })
                };
                // All that ends in 32 is of Windows.
                let name = behind.trim_start_matches('"').split('"').next().unwrap_or_default();
                let windows = behind.starts_with('"')
                    && name.strip_suffix(".dll").unwrap_or(name).ends_with("32");
                !windows && !system.iter().any(known)
            })
        };
        for (path, _) in context.entries() {
            let aside = path
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|part| matches!(part, "test" | "tests" | "Test") || part.ends_with("Tests"));
            let source =
                [".cs", ".fs", ".vb", ".razor", ".cshtml"].iter().any(|end| path.ends_with(end));
            let project = [".csproj", ".fsproj", ".vbproj", ".props"];
            let project = project.iter().any(|end| path.ends_with(end));
            if aside || !(source || project) {
                continue;
            }
            let text = context.text(path).unwrap_or_default();
            let starts = ["Process.Start", "StartInfo", "Cli.Wrap"];
            if source && starts.iter().any(|sign| text.contains(sign)) {
                return Err(format!("{path} starts programs, which the new base may lack"));
            }
            if libraries.iter().any(|sign| text.contains(sign)) || (source && imports(text)) {
                return Err(format!("{path} may open what the new base lacks"));
            }
            // It looks for the kit, whoever brings it (Microsoft.Build.Locator).
            if text.contains("MSBuildLocator") || project && text.contains("Microsoft.Build") {
                return Err(format!("{path} asks for the kit when it runs"));
            }
        }
        Ok(())
    }
}

/// The words of a call, empty where they are not known.
fn readable_words<'c>(call: &'c Call<'_>) -> Vec<&'c str> {
    call.words.iter().map(|word| plain(word).unwrap_or_default()).collect()
}

/// The folder that a call is told to put its results into.
fn output<'w>(words: &[&'w str]) -> Option<&'w str> {
    let at = words.iter().position(|word| matches!(*word, "-o" | "--output"));
    let joined = words.iter().find_map(|word| {
        ["-o=", "--output=", "-o:", "--output:"].iter().find_map(|flag| word.strip_prefix(flag))
    });
    at.and_then(|at| words.get(at + 1).copied()).or(joined)
}
