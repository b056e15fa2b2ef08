//! .NET: what `dotnet publish` puts together, on the image of ASP.NET Core of the same version.
//!
//! The image of the kit holds the same two frameworks as that of ASP.NET Core, on the same system
//! (<https://github.com/dotnet/dotnet-docker>, "Image Variants"). It takes the port away again that the latter sets.

use dockslim_contract::BuildContext;

use super::compiled::{Made, RunsOn, plan};
use super::effects::{Done, Effect};
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::{absolute, is_root, is_within};

/// Plans the two stages of a program of .NET.
pub(super) fn split(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    let base = runtime_of(subject.image).ok_or_else(|| {
        let message = format!("which image runs what {} builds is not known", subject.image);
        (&reasons::UNKNOWN_RUNTIME, message)
    })?;
    builds_alone(subject)?;
    let started = started(subject)?;
    let folders = published(subject, &started)?;
    // System.Drawing and bindings look for the names of libraries that only headers have.
    if let Some(package) = subject.packages().iter().find(|name| name.ends_with("-dev")) {
        let message = format!("the program may open what `{package}` brings");
        return Err((&reasons::PACKAGES, message));
    }
    asks_for_kit(subject.context.ok_or_else(|| because(&reasons::NO_CONTEXT))?)?;
    let artefacts = folders.into_iter().map(|folder| format!("{folder}/")).collect();
    let made = Made { artefacts, runs_on: RunsOn::Runtime("dotnet") };
    // A program that lies where it was published needs no shell to be found.
    let mut plan = plan(subject, &made, &[])?;
    plan.left = "the kit and its packages stay behind";
    let variable = if major(&base).is_some_and(|major| major >= 8) {
        "ASPNETCORE_HTTP_PORTS"
    } else {
        "ASPNETCORE_URLS"
    };
    plan.base = base;
    let mut settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    if !settings.any(|setting| setting.name == variable) {
        plan.settings.push((variable.to_owned(), String::new()));
    }
    Ok(plan)
}

/// `mcr.microsoft.com/dotnet/aspnet:8.0-jammy` of `mcr.microsoft.com/dotnet/sdk:8.0-jammy`: the tags of releases of Debian and Ubuntu
/// that both images have.
fn runtime_of(image: &str) -> Option<String> {
    const TAGS: &[(&str, &[&str])] = &[
        ("3.1", &["", "-focal"]),
        ("5.0", &["", "-buster-slim", "-focal"]),
        ("6.0", &["", "-bullseye-slim", "-focal", "-jammy"]),
        ("7.0", &["", "-bullseye-slim", "-jammy"]),
        ("8.0", &["", "-bookworm-slim", "-jammy", "-noble"]),
        ("9.0", &["", "-bookworm-slim", "-noble"]),
        ("10.0", &["", "-noble"]),
    ];
    let (name, tag) = image.split_once(':')?;
    let name = name.strip_suffix("/sdk").filter(|name| name.starts_with("mcr.microsoft.com/"))?;
    let known = TAGS.iter().any(|(version, systems)| {
        tag.strip_prefix(version).is_some_and(|system| systems.contains(&system))
    });
    known.then(|| format!("{name}/aspnet:{tag}"))
}

/// `8` of `mcr.microsoft.com/dotnet/aspnet:8.0-jammy`.
fn major(image: &str) -> Option<u32> {
    image.split_once(':')?.1.split('.').next()?.parse().ok()
}

/// The paths of the programs that the container starts: libraries that `dotnet` runs, or files that stand for them.
fn started(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
    let folder = subject.folder.as_deref();
    let mut found = Vec::new();
    for words in &subject.launch.commands {
        let word = |at: usize| match words.get(at) {
            Some(None) => Err(because(&reasons::UNREAD_COMMAND)),
            Some(Some(word)) => Ok(word.as_str()),
            None => Ok(""),
        };
        let program = word(0)?;
        let path = if base_name(program) == "dotnet" {
            let library = if word(1)? == "exec" { word(2)? } else { word(1)? };
            if !library.ends_with(".dll") {
                return Err(because(&reasons::RUNS_TOOLCHAIN));
            }
            library
        } else if program.contains('/') {
            program
        } else {
            continue;
        };
        found.push(absolute(path, folder).ok_or_else(|| because(&reasons::UNREAD_COMMAND))?);
    }
    Ok(found)
}

/// Refuses results of another language: .NET opens libraries by their names, which may lie anywhere.
fn builds_alone(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let own = |done: &Done<'_, '_>| {
        done.command.package_call().is_some_and(|call| call.manager.name == "dotnet")
            || done.command.program_name() == Some("git")
    };
    let mut builds = subject.done.iter().filter(|done| done.effect == Effect::Builds);
    match builds.find(|done| !own(done)) {
        Some(done) => {
            let line = subject.build.dockerfile.line(done.command.span.start);
            let name = done.command.program_name().unwrap_or_default();
            let message = format!(
                "`{name}` in line {line} is of another language, and where its results go is not known"
            );
            Err((&reasons::LANGUAGES, message))
        }
        None => Ok(()),
    }
}

/// The folders that `dotnet publish` fills with what the container starts, and with what that may load.
fn published(subject: &Subject<'_, '_>, started: &[String]) -> Result<Vec<String>, Obstacle> {
    let mut found: Vec<String> = Vec::new();
    for path in started {
        let mut folders = subject.done.iter().filter_map(|done| output(done, path));
        match folders.next_back() {
            Some(folder) if found.contains(&folder) => {}
            Some(folder) => found.push(folder),
            None => {
                let message = format!("no step is known to publish `{path}`");
                return Err((&reasons::NO_ARTEFACT, message));
            }
        }
    }
    if found.is_empty() {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    let mut unplaced = None;
    for done in subject.done.iter().filter(|done| is_beside(subject, done)) {
        let line = subject.build.dockerfile.line(done.command.span.start);
        let user = subject.stage.steps.get(done.step).and_then(|step| step.state.user.as_deref());
        if let Some(user) = user.filter(|user| !is_root(user)) {
            let message = format!("what line {line} publishes belongs to `{user}`");
            return Err((&reasons::OWNERS, message));
        }
        // Without a folder of its own, one project alone is known to be the one that is started.
        let own = words(done).is_some_and(|words| given(&words).is_none());
        let other = own
            && unplaced
                .replace((&done.folder, project(done)))
                .is_some_and(|known| known != (&done.folder, project(done)));
        if !other && started.iter().any(|path| output(done, path).is_some()) {
            continue;
        }
        let folder = words(done).as_deref().and_then(given).map(|folder| {
            let folder = absolute(folder, done.folder.as_deref())?;
            let sources = done.folder.as_deref().is_some_and(|here| is_within(here, &folder));
            (!sources).then_some(folder)
        });
        let Some(folder) = folder.flatten() else {
            let message = format!("where line {line} leaves what it makes is not known");
            return Err((&reasons::NO_ARTEFACT, message));
        };
        if !found.iter().any(|known| is_within(&folder, known)) {
            found.retain(|known| !is_within(known, &folder));
            found.push(folder);
        }
    }
    Ok(found)
}

/// Whether a call publishes a project, or puts one that is not published into a folder of its own, such as a plug-in.
fn is_beside(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> bool {
    let calls = |done: &Done<'_, '_>, verb: &str| {
        let call = done.command.package_call();
        call.is_some_and(|call| call.manager.name == "dotnet" && call.is(verb))
    };
    let again = || {
        subject.done.iter().any(|other| {
            calls(other, "publish")
                && other.folder == done.folder
                && project(other) == project(done)
        })
    };
    let placed = || words(done).is_none_or(|words| given(&words).is_some());
    calls(done, "publish") || (calls(done, "build") && placed() && !again())
}

/// The project that a call names; nothing where it is that of the folder.
fn project(done: &Done<'_, '_>) -> Option<String> {
    let words = words(done)?;
    words.get(2).filter(|word| !word.starts_with(['-', '/'])).map(|word| (*word).to_owned())
}

/// The words of a call, if all of them are known.
fn words<'d>(done: &'d Done<'_, '_>) -> Option<Vec<&'d str>> {
    done.command.words.iter().map(Option::as_deref).collect()
}

/// The folder that an option names for what a call makes.
fn given<'w>(words: &[&'w str]) -> Option<&'w str> {
    let mut rest = words.iter();
    let mut given = None;
    while let Some(word) = rest.next() {
        match word.split_once(['=', ':']).unwrap_or((word, "")) {
            ("-o" | "--output", "") => given = rest.next().copied(),
            ("-o" | "--output", folder) => given = Some(folder),
            _ => {}
        }
    }
    given
}

/// The folder that a call of `dotnet publish` fills, if a path lies in it.
fn output(done: &Done<'_, '_>, path: &str) -> Option<String> {
    let call = done.command.package_call().filter(|call| call.is("publish"))?;
    if call.manager.name != "dotnet" || done.effect != Effect::Builds {
        return None;
    }
    let words = words(done)?;
    if words.iter().any(|word| word.contains("PublishDir")) {
        return None;
    }
    let here = done.folder.as_deref();
    let folder = match given(&words) {
        Some(folder) => absolute(folder, here)?,
        // `bin/Release/net8.0/publish`, below the folder of the project.
        None => {
            let (folder, below) = path.rsplit_once("/publish/")?;
            let own = below == base_name(path) && folder.contains("/bin/");
            own.then(|| format!("{folder}/publish"))?
        }
    };
    let beside = here.is_some_and(|here| is_within(here, &folder));
    (is_within(path, &folder) && !beside).then_some(folder)
}

/// Refuses sources that start programs or open libraries, which the image of the kit may have, and projects that ask for the kit when
/// they run (.NET documentation, `Process.Start`, "Native library loading"; Microsoft.Build.Locator). The kit has git and curl, and with
/// them the libraries of LDAP and Kerberos.
fn asks_for_kit(context: &BuildContext) -> Result<(), Obstacle> {
    const STARTS: &[&str] = &["Process.Start", "StartInfo", "Cli.Wrap("];
    const OPENS: &[&str] = &[
        "NativeLibrary.",
        " Lib \"",
        "DirectoryServices",
        "LdapForNet",
        "Negotiate",
        "Kerberos",
        "NetworkCredential",
        "DefaultCredentials",
        // What is built, and not published, stays behind.
        "bin/Release",
        "bin/Debug",
    ];
    for (path, _) in context.entries() {
        let source =
            [".cs", ".fs", ".vb", ".razor", ".cshtml"].iter().any(|end| path.ends_with(end));
        let project = [".csproj", ".fsproj", ".vbproj", ".props"];
        let project = project.iter().any(|end| path.ends_with(end));
        if !(source || project) || path.split(['/', '.', '-', '_']).any(is_for_tests) {
            continue;
        }
        let text = context.text(path).unwrap_or_default();
        if source && STARTS.iter().any(|sign| text.contains(sign)) {
            let message = format!("{path} starts programs, which the new base may not have");
            return Err((&reasons::PACKAGES, message));
        }
        if OPENS.iter().any(|sign| text.contains(sign)) || (source && imports(text)) {
            let message = format!("{path} may open what only the kit or a build has");
            return Err((&reasons::PACKAGES, message));
        }
        if project && text.contains("Microsoft.Build") || text.contains("MSBuildLocator") {
            let message = format!("{path} asks for what builds projects, which only the kit has");
            return Err((&reasons::RUNS_TOOLCHAIN, message));
        }
    }
    Ok(())
}

/// Whether a part of a path is the name of tests: `tests`, or `UnitTests`, but not `Contest`.
fn is_for_tests(part: &str) -> bool {
    part.eq_ignore_ascii_case("test")
        || part.eq_ignore_ascii_case("tests")
        || part.ends_with("Tests")
}

/// Whether a source calls functions of a library that is neither the C library nor one of Windows.
fn imports(text: &str) -> bool {
    let calls = ["DllImport(", "LibraryImport("].iter().flat_map(|call| text.split(call).skip(1));
    let mut names = calls.map(|behind| {
        let quoted = behind.trim_start().strip_prefix('"');
        quoted.and_then(|behind| behind.split('"').next())
    });
    names.any(|name| {
        let name = name.map(|name| name.trim_end_matches(".dll").to_ascii_lowercase());
        name.is_none_or(|name| {
            !matches!(name.as_str(), "libc" | "libc.so.6" | "ntdll") && !name.ends_with("32")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::runtime_of;

    #[test]
    fn an_image_of_a_kit_has_one_that_runs_its_programs() {
        let runs = |image: &str| runtime_of(image);
        assert_eq!(
            runs("mcr.microsoft.com/dotnet/sdk:8.0").as_deref(),
            Some("mcr.microsoft.com/dotnet/aspnet:8.0")
        );
        assert_eq!(
            runs("mcr.microsoft.com/dotnet/core/sdk:3.1-buster-slim").as_deref(),
            None,
            "its kit has no slim form of that name"
        );
        assert_eq!(runs("mcr.microsoft.com/dotnet/sdk:8.0.101"), None, "the kit's own version");
        assert_eq!(
            runs("mcr.microsoft.com/dotnet/sdk:8.0-alpine"),
            None,
            "no letters of the world"
        );
        assert_eq!(runs("mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022"), None);
        assert_eq!(runs("example.com/dotnet/sdk:8.0"), None);
    }
}
