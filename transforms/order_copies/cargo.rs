//! cargo: it has no step that only downloads, but builds what packages depend on as soon as they have any source.
//!
//! A source without content stands in for the real ones, and goes again in the same RUN, with all that was built of it: cargo
//! tells by time stamps whether a source has changed, and that of a source in the build context is the older one.
//!
//! <https://doc.rust-lang.org/cargo/reference/manifest.html>, <https://doc.rust-lang.org/cargo/commands/cargo-clean.html>,
//! <https://doc.rust-lang.org/cargo/reference/config.html>, <https://doc.rust-lang.org/cargo/commands/cargo-install.html>

mod configuration;
mod flags;
mod package;
mod surroundings;
mod workspace;

use dockslim_syntax::{Dockerfile, Keyword};

use super::because;
use super::copies;
use super::installs::may_be_passed;
use super::project::{Project, Reads};
use super::reasons;
use super::toolchains::{Call, Word};
use crate::facts::{
    BuildStage, BuildStep, Command, Content, absolute, below, copy_words, is_within,
};
use crate::knowledge::base_image;
use crate::pass::Refusal;
use workspace::Packages;

/// Options of a build that decide neither what it builds nor where.
const PLAIN: [&str; 13] = [
    "--release",
    "-r",
    "--locked",
    "--verbose",
    "-v",
    "-vv",
    "--quiet",
    "-q",
    "--all-features",
    "--no-default-features",
    "--bins",
    "--workspace",
    "--all",
];
/// Options with an argument.
const WITH_ARGUMENT: [&str; 11] = [
    "--features",
    "-F",
    "--target",
    "--profile",
    "-j",
    "--jobs",
    "--bin",
    "--color",
    "--path",
    "-p",
    "--package",
];
/// Programs that leave alone what they are not told of.
const APART: [&str; 13] = [
    "apk",
    "apt",
    "apt-get",
    "dnf",
    "echo",
    "microdnf",
    "rm",
    "rustup",
    "set",
    "true",
    "update-ca-certificates",
    "yum",
    "zypper",
];

/// What a build of nothing but what packages depend on reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<Reads, Refusal> {
    let build = Build::of(call)?;
    let packages = Packages::of(project, folder)?;
    if let Some(name) =
        build.binaries.iter().find(|name| !packages.all.iter().any(|one| one.has_binary(name)))
    {
        let message = format!("the source of the binary `{name}` is not known");
        return Err((&reasons::NO_STAND_IN, message));
    }
    if let Some(name) =
        build.packages.iter().find(|name| !packages.all.iter().any(|one| one.name == **name))
    {
        let message = format!("`{name}` is no package of the workspace");
        return Err((&reasons::NO_STAND_IN, message));
    }
    if build.installs && !(build.locked && project.exists(&below(folder, "Cargo.lock"))) {
        let message =
            "`cargo install` without --locked takes newer versions than Cargo.lock".to_owned();
        return Err((&reasons::NO_STAND_IN, message));
    }
    surroundings::variables(project, step, build.says("--target"))?;
    let homes = surroundings::homes(project, dockerfile, folder)?;
    room(project, dockerfile, folder, &packages)?;
    let mut reads = Reads::default();
    reads.manifests.extend(packages.manifests());
    for name in ["Cargo.lock", "rust-toolchain", "rust-toolchain.toml"] {
        let place = below(folder, name);
        if project.exists(&place) {
            if name != "Cargo.lock" && project.text(&place)?.contains("path") {
                let message = format!("`{place}` takes the compiler from the project");
                return Err((&reasons::READS_MORE, message));
            }
            reads.manifests.push(place);
        }
    }
    for name in [".cargo/config", ".cargo/config.toml"] {
        let place = below(folder, name);
        if project.exists(&place) {
            configuration::is_plain(&place, project.text(&place)?)?;
            reads.manifests.push(place);
        }
    }
    let above = [
        "Cargo.toml",
        ".cargo/config",
        ".cargo/config.toml",
        "rust-toolchain",
        "rust-toolchain.toml",
    ];
    project.stands_alone(folder, &above)?;
    let elsewhere = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"]
        .into_iter()
        .find_map(|name| project.value(name));
    let target = absolute(elsewhere.unwrap_or("target"), Some(folder))
        .ok_or_else(|| because(&reasons::ENVIRONMENT))?;
    reads.fills.push(target);
    reads.fills.extend(
        homes.iter().flat_map(|home| ["registry", "git"].map(|inside| below(home, inside))),
    );
    removed(project, step, &reads.fills)?;
    Ok(reads)
}

/// The script that builds what packages depend on, and leaves nothing of the packages themselves.
pub(super) fn script(
    project: &Project<'_, '_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<String, Refusal> {
    let build = Build::of(call)?;
    let packages = Packages::of(project, folder)?;
    let program = call.program;
    let (words, cleaned) = (build.words(), build.cleaned());
    let names: String =
        packages.all.iter().map(|package| format!(" -p {}", package.name)).collect();
    Ok(format!(
        "{} && {program} build{words} && {program} clean{cleaned}{names} && rm -r {}",
        packages.stand_in()?,
        packages.tops().join(" ")
    ))
}

/// A call that builds or installs the package.
struct Build<'w, 'c> {
    words: &'w [Word<'c>],
    installs: bool,
    locked: bool,
    binaries: Vec<&'c str>,
    packages: Vec<&'c str>,
}

impl<'w, 'c> Build<'w, 'c> {
    fn of(call: &'w Call<'c>) -> Result<Self, Refusal> {
        let unread = |word: &str| {
            let message = format!("what `{word}` lets cargo build is not known");
            (&reasons::UNREAD_CALL, message)
        };
        let (verb, words) =
            call.words.split_first().ok_or_else(|| because(&reasons::UNREAD_CALL))?;
        let installs = match verb.text {
            Some("build" | "b") => false,
            Some("install") => true,
            _ => return Err(unread(&format!("cargo {}", verb.shown()))),
        };
        let mut build =
            Self { words, installs, locked: false, binaries: Vec::new(), packages: Vec::new() };
        let mut path = None;
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let text = word.text.ok_or_else(|| unread(word.shown()))?;
            let (name, value) = text.split_once('=').map_or((text, None), |(n, v)| (n, Some(v)));
            if WITH_ARGUMENT.contains(&name) {
                let value = value.or_else(|| rest.next()?.text).ok_or_else(|| unread(name))?;
                match name {
                    "--bin" => build.binaries.push(value),
                    "-p" | "--package" => build.packages.push(value),
                    "--path" => path = Some(value),
                    "--target" if !flags::has_library(value) => {
                        return Err((&reasons::NO_STAND_IN, surroundings::without_library(value)));
                    }
                    _ => {}
                }
            } else if PLAIN.contains(&text) {
                build.locked |= text == "--locked";
            } else {
                return Err(unread(text));
            }
        }
        let here = path.is_none_or(|path| matches!(path, "." | "./"));
        if !here || path.is_some() != installs {
            return Err(unread("--path"));
        }
        Ok(build)
    }

    /// The options by name, and each as it is written, with its value and a blank in front.
    fn options(&self) -> Vec<(&str, String)> {
        let mut options = Vec::new();
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            let name = word.shown().split('=').next().unwrap_or_default();
            let mut text = format!(" {}", word.raw);
            if name == word.shown() && matches!(name, "--path" | "--profile" | "--target") {
                text.extend(words.next().into_iter().flat_map(|value| [" ", value.raw.as_str()]));
            }
            options.push((name, text));
        }
        options
    }

    /// The words of a build that builds the same, each with a blank in front.
    fn words(&self) -> String {
        let release = self.installs && !self.says("--profile");
        let options = self.options().into_iter();
        let kept = options.filter(|(name, _)| !self.installs || *name != "--path");
        let release = release.then(|| " --release".to_owned());
        release.into_iter().chain(kept.map(|(_, text)| text)).collect()
    }

    fn says(&self, name: &str) -> bool {
        self.words.iter().any(|word| word.shown().split('=').next() == Some(name))
    }

    /// The words that lead `cargo clean` to what was built.
    fn cleaned(&self) -> String {
        let release = self.says("--release") || self.says("-r") || self.installs;
        let release = (release && !self.says("--profile")).then(|| " --release".to_owned());
        let options = self.options().into_iter();
        let leading = options.filter(|(name, _)| matches!(*name, "--target" | "--profile"));
        release.into_iter().chain(leading.map(|(_, text)| text)).collect()
    }
}

/// Whether sources without content may be written where the packages lie: nothing is at their tops before the real ones come.
fn room(
    project: &Project<'_, '_>,
    dockerfile: &Dockerfile<'_>,
    folder: &str,
    packages: &Packages,
) -> Result<(), Refusal> {
    let taken = |why: &str| Err((&reasons::NO_STAND_IN, why.to_owned()));
    let tops = packages.tops();
    let places: Vec<String> = tops.iter().map(|top| below(folder, top)).collect();
    let inside = |path: &str| places.iter().any(|place| is_within(path, place));
    if packages.all.iter().any(|package| inside(&package.folder)) {
        return taken("a package lies among the sources of another one");
    }
    let Some(base) = project.stages.first() else {
        return Err(because(&reasons::NO_STAND_IN));
    };
    if !base.is_root(&base.steps[project.number]) {
        return taken("who builds may not write where COPY has not given the folder away");
    }
    let image = project.image().and_then(base_image);
    if !image.is_some_and(|image| places.iter().all(|place| image.lacks(place))) {
        return taken("it is not known whether the base image has something where the sources go");
    }
    if project
        .copies
        .iter()
        .any(|copied| !copied.brings_folders() && copied.brings.iter().any(|it| inside(&it.place)))
    {
        return taken("single sources are copied in front");
    }
    for (_, step) in project.steps().filter(|(own, _)| !own) {
        let here = copies::folder(base, step);
        let fine = match step.instruction.kind {
            Keyword::Run => leaves_alone(dockerfile, (base, step), folder, &here, &tops),
            Keyword::Workdir => !inside(&here),
            Keyword::Copy | Keyword::Add => {
                let known = project
                    .copies
                    .iter()
                    .any(|copied| copied.instruction.span == step.instruction.span);
                let words = copy_words(dockerfile, step.instruction);
                let target = words.last().and_then(|word| absolute(word, Some(&here)));
                known
                    || target.is_some_and(|target| {
                        !inside(&target) && !places.iter().any(|place| is_within(place, &target))
                    })
            }
            _ => true,
        };
        if !fine || step.onbuild {
            return taken("a step in front may have put something where the sources go");
        }
    }
    Ok(())
}

/// Whether a RUN puts nothing into a folder.
fn leaves_alone(
    dockerfile: &Dockerfile<'_>,
    (stage, step): (&BuildStage<'_>, &BuildStep<'_>),
    folder: &str,
    here: &str,
    tops: &[String],
) -> bool {
    let named = |text: &str| {
        text.contains(folder)
            || tops.iter().any(|top| text.contains(top.rsplit('/').next().unwrap_or(top)))
    };
    let apart = |command: &Command<'_>| {
        let name = command.program_name();
        let writes = command.call.is_some_and(|call| !call.redirects.is_empty());
        name.is_some_and(|name| APART.contains(&name))
            && !writes
            && !named(&command.text(dockerfile))
    };
    may_be_passed(dockerfile, stage, step, here).is_some_and(|(touched, _)| touched.is_empty())
        || (matches!(step.content, Content::Script(..))
            && step.content.commands().iter().all(apart))
}

/// Whether something behind the build takes away what it fills, which would stay in the layer in front.
fn removed(
    project: &Project<'_, '_>,
    step: &BuildStep<'_>,
    fills: &[String],
) -> Result<(), Refusal> {
    let names: Vec<&str> =
        fills.iter().flat_map(|fill| fill.split('/')).filter(|name| !name.is_empty()).collect();
    let touches = |word: &str| match absolute(word, None) {
        Some(path) => fills.iter().any(|fill| is_within(fill, &path) || is_within(&path, fill)),
        // Where a relative one leads is known only where the command runs.
        None => word.split('/').any(|part| part == ".." || names.contains(&part)),
    };
    let takes = |command: &Command<'_>| {
        let words = command.words.iter().skip(1);
        let says = |part: &str| command.words.iter().flatten().any(|word| word.contains(part));
        let mut paths = words.filter(|word| !word.as_deref().is_some_and(|it| it.starts_with('-')));
        (command.deletes()
            && (["target", "cargo", "*", "$"].into_iter().any(says)
                || paths.any(|word| word.as_deref().is_none_or(touches))))
            || (command.program_name() == Some("cargo") && says("clean"))
    };
    let stage = project.stages.first();
    let behind = stage.into_iter().flat_map(|stage| &stage.steps[project.number..]);
    let mut commands = behind.chain([step]).flat_map(|step| step.content.commands());
    if commands.any(takes) { Err(because(&reasons::CACHE_REMOVED)) } else { Ok(()) }
}
