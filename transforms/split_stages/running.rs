//! What the container calls when it runs, and the new stage would lack: programs of a full image, and of packages that only a build was
//! thought to need.

use dockslim_syntax::Keyword;

use super::launch::{base_name, is_shell};
use super::reasons;
use super::started_rules::recipes;
use super::subject::{Obstacle, Subject};
use crate::knowledge::{
    FullPackage, Need, SlimFamily, library_name, need_of_package, program_names, slim_family,
    suite_of_image, told_suite_of_image,
};
use crate::slim_base::{Running, renamed_scripts, running};

/// The packages that bring what the container calls to a new stage on `base` that installs `kept`.
pub(super) fn called(
    subject: &Subject<'_, '_>,
    base: &str,
    kept: &[String],
) -> Result<Vec<&'static str>, Obstacle> {
    let full = base != subject.image;
    let suite = suite_of_image(subject.image);
    let family = library_name(subject.image).and_then(slim_family);
    // Any other image has of this what was installed.
    let family = family.filter(|_| full).or_else(|| slim_family("node"));
    let lacking: Vec<&FullPackage> = family
        .into_iter()
        .flat_map(SlimFamily::lacks)
        .filter(|package| !full || package.is_in(suite))
        .collect();
    let recipes = recipes(subject);
    let starts = [lines(subject), recipes.clone().unwrap_or_default()].concat();
    let found = running(subject.context, &starts, &lacking);
    let mut had = subject.packages();
    had.extend(came_along(&had, kept));
    let left = |name: &str| had.iter().any(|it| it == name) && !kept.iter().any(|it| it == name);
    let mut packages = Vec::new();
    for (package, file) in &found.packages {
        let brings = |name: &String| *name == package.name || package.from.contains(name);
        if full && package.lacks_names(told_suite_of_image(subject.image)) {
            let message = format!("what {} opens in this release is not known", package.name);
            return Err((&reasons::PACKAGES, message));
        }
        let with = package.with.iter().filter(|name| lacking.iter().any(|it| it.name == **name));
        if kept.iter().any(brings) {
            packages.extend(with.map(String::as_str).filter(|_| full));
            continue;
        }
        let mut compilers = had.iter().filter(|name| {
            need_of_package(name) == Need::Build && !name.ends_with("-dev") && left(name)
        });
        let there =
            full || had.iter().any(brings) || (package.builds && compilers.next().is_some());
        if !there {
            continue;
        }
        if package.builds
            && file.is_none()
            && recipes.is_some()
            && calls_make_alone(&found, package)
        {
            packages.push(MAKE);
            continue;
        }
        if package.builds {
            let all = || package.programs.iter().chain(&package.common);
            let program = found.called.iter().find(|(of, word)| {
                of == file && program_names(word).any(|name| all().any(|it| it == name))
            });
            let program = program.map_or(&package.name, |(_, word)| word);
            return Err(compiles(file.as_deref(), base_name(program)));
        }
        packages.push(package.name.as_str());
        packages.extend(with.map(String::as_str).filter(|_| full));
    }
    // What the start or a variable names of the full image.
    let told = told(subject);
    for package in lacking.iter().filter(|package| full && !package.builds) {
        let brings = |name: &String| *name == package.name || package.from.contains(name);
        let named = package.signs.iter().any(|sign| told.contains(sign.as_str()));
        if named && !kept.iter().any(brings) && !packages.contains(&package.name.as_str()) {
            packages.push(package.name.as_str());
        }
    }
    // A program that has the name of its package.
    if let Some((file, name)) = found.called.iter().find(|(_, name)| {
        left(name)
            && !packages.contains(&name.as_str())
            && !found.packages.iter().any(|(package, _)| package.name == *name)
    }) {
        return Err(compiles(file.as_deref(), name));
    }
    Ok(packages)
}

/// What a container is started by whose recipes compile nothing.
const MAKE: &str = "make";

/// Whether make is all that the container calls of a package of compilers.
fn calls_make_alone(found: &Running, package: &FullPackage) -> bool {
    let brought = |word: &str| {
        let mut all = package.programs.iter().chain(&package.common);
        program_names(word).any(|name| all.any(|it| it == name))
    };
    let mut words =
        found.called.iter().map(|(_, word)| word).filter(|word| brought(word)).peekable();
    words.peek().is_some() && words.all(|word| word == MAKE)
}

/// What npm of a distribution has brought along, and no install names: what it recommends, and what node-gyp needs (Debian 11 to 13 and Ubuntu
/// 20.04 to 24.04, npm, node-gyp and gyp, fields Depends and Recommends).
fn came_along(had: &[String], kept: &[String]) -> Vec<String> {
    let is_there = |names: &[String]| names.iter().any(|name| name == "npm");
    let mut names: Vec<&str> = Vec::new();
    if is_there(had) {
        names.extend(["git", "build-essential"]);
        if !is_there(kept) {
            names.push("python3");
        }
    }
    let new = names.into_iter().filter(|name| !had.iter().any(|it| it == name));
    new.map(str::to_owned).collect()
}

/// All that starts the container, and the variables that it is given.
fn told(subject: &Subject<'_, '_>) -> String {
    let last = subject.stage.steps.last();
    let settings = last.map_or(&[][..], |step| step.state.settings.as_slice());
    let settings = settings.iter().map(|setting| {
        format!("{}={}", setting.name, setting.value.as_deref().unwrap_or_default())
    });
    lines(subject).into_iter().chain(settings).collect::<Vec<_>>().join("\n")
}

fn compiles(file: Option<&str>, program: &str) -> Obstacle {
    let user = file.unwrap_or("the container");
    let message = format!("{user} calls `{program}`, which stays behind with the build");
    (&reasons::RUNS_TOOLCHAIN, message)
}

/// The words that name a program where a command begins, in all that the container starts.
pub(super) fn called_words(subject: &Subject<'_, '_>) -> Vec<String> {
    let found = running(subject.context, &lines(subject), &[]);
    found.called.into_iter().map(|(_, word)| word).collect()
}

/// The commands of CMD, ENTRYPOINT and HEALTHCHECK, as lines for a shell: what one of them may hand on stands on a line of its own.
pub(super) fn lines(subject: &Subject<'_, '_>) -> Vec<String> {
    let mut lines = Vec::new();
    for step in &subject.stage.steps {
        let starts = matches!(
            step.instruction.kind,
            Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck
        );
        if !starts || step.onbuild {
            continue;
        }
        if let Some(script) = step.instruction.script() {
            lines.push(subject.build.dockerfile.text(script.span).into_owned());
        }
        let words = step.instruction.exec().unwrap_or_default();
        let shell = words.first().is_some_and(|word| is_shell(&word.value));
        let line: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        // Without a shell a program is started by its file.
        let front = if shell || line.is_empty() { "" } else { "exec " };
        lines.push(format!("{front}{}", line.join(" ")));
        if shell {
            lines.extend(words.iter().skip(1).map(|word| word.value.clone()));
        }
    }
    if let Some(context) = subject.context {
        let dockerfile = subject.build.dockerfile;
        let steps = subject.stage.steps.iter();
        let scripts = steps.flat_map(|step| renamed_scripts(dockerfile, step, context));
        lines.extend(scripts.map(str::to_owned));
    }
    // A script that a RUN writes.
    for run in subject.stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run) {
        let text = run.text(subject.build.dockerfile);
        for part in text.split("&&") {
            let writes = part.contains('>') || part.contains("tee ");
            let started = subject.launch.programs().flatten();
            let words = subject.launch.commands.iter().flatten().flatten().map(String::as_str);
            let scripts = words.filter(|word| word.ends_with(".sh") || word.contains('/'));
            let mut scripts = scripts.chain(started);
            if writes && scripts.any(|word| part.contains(base_name(word))) {
                let script = part.replace("\\n", "\n").replace(['"', '\''], "\n");
                lines.push(script);
            }
        }
    }
    // The words behind an init, and those of CMD behind those of ENTRYPOINT.
    let commands = subject.launch.commands.iter();
    lines.extend(commands.map(|words| {
        let words: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or("$")).collect();
        words.join(" ")
    }));
    lines
}
