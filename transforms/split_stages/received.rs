//! A last stage on an image of compilers that gets its program from a stage above, and has steps of its own, which make users or folders, or
//! install packages, or a script in front of the program: it stays, and what it holds moves to another base, unless all that can come there in
//! its place.

use super::assembled::{Maker, Origin, is_for_platform, origin};
use super::compiled::{Made, RunsOn};
use super::copies::Copied;
use super::effects::{Effect, is_system_folder};
use super::gone::may_take;
use super::launch::{base_name, parent_of};
use super::libraries::{links_more, unknown_library};
use super::opened::{links_what_opens, opens_files};
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use super::{go, native, rust};
use crate::facts::is_within;
use crate::knowledge::{Library, Need, library_of, need_of_package};

/// Packages with tools for builds that bring nothing with which a program could be linked, and recommend nothing of that kind (package index
/// of Debian).
const TOOLS: &[&str] = &[
    "autoconf",
    "automake",
    "autotools-dev",
    "binutils",
    "ccache",
    "cmake",
    "gdb",
    "make",
    "meson",
    "nasm",
    "ninja-build",
    "patch",
    "pkg-config",
    "pkgconf",
    "protobuf-compiler",
    "valgrind",
    "yasm",
];

/// Packages of headers that full images of Rust and gcc have (docker-library/buildpack-deps).
const IN_FULL: &[&str] = &[
    "default-libmysqlclient-dev",
    "libbz2-dev",
    "libc6-dev",
    "libcurl4-openssl-dev",
    "libdb-dev",
    "libevent-dev",
    "libffi-dev",
    "libgdbm-dev",
    "libglib2.0-dev",
    "libgmp-dev",
    "libjpeg-dev",
    "libkrb5-dev",
    "liblzma-dev",
    "libmagickcore-dev",
    "libmagickwand-dev",
    "libmaxminddb-dev",
    "libncurses-dev",
    "libncurses5-dev",
    "libncursesw5-dev",
    "libpng-dev",
    "libpq-dev",
    "libreadline-dev",
    "libsqlite3-dev",
    "libssl-dev",
    "libwebp-dev",
    "libxml2-dev",
    "libxslt-dev",
    "libyaml-dev",
    "zlib1g-dev",
];

/// The plan of the stage that ships, and the stage that makes what it starts.
type Received<'f, 't> = Result<(Plan, Maker<'f, 't>), Obstacle>;

/// Plans the stage that ships; `None` if nothing that the container starts comes from another stage, or this one compiles, too.
pub(super) fn split<'f, 't>(subject: &mut Subject<'f, 't>) -> Option<Received<'f, 't>> {
    if subject.builds() || subject.launch.unread.is_some() {
        return None;
    }
    let programs = subject.launch.programs().flatten();
    let programs: Vec<String> =
        programs.filter(|program| origin(subject, program).is_some()).map(str::to_owned).collect();
    (!programs.is_empty()).then(|| planned(subject, &programs))
}

fn planned<'f, 't>(subject: &mut Subject<'f, 't>, programs: &[String]) -> Received<'f, 't> {
    super::known(subject)?;
    let names: Vec<&str> = programs.iter().map(String::as_str).collect();
    let maker = Maker::of(subject, &names)?;
    if maker.subject.toolchain.name != subject.toolchain.name {
        let message = "the program is built by an image of another language".to_owned();
        return Err((&reasons::LANGUAGES, message));
    }
    let origins: Vec<Origin<'_, '_>> =
        programs.iter().filter_map(|program| origin(subject, program)).collect();
    if let Some(one) = origins.iter().find(|one| is_changed(subject, &one.path)) {
        let message = format!("what a later step leaves at `{}` is not known", one.path);
        return Err((&reasons::NO_ARTEFACT, message));
    }
    others(subject, &maker)?;
    if maker.made.runs_on == RunsOn::Libraries {
        finds_libraries(subject, &maker)?;
        subject.gets_linked = links_more(&maker.subject);
    }
    let artefacts: Vec<String> = origins.into_iter().map(|one| one.path).collect();
    place_files(subject, &maker, &artefacts);
    let made = Made { artefacts, runs_on: maker.made.runs_on };
    let mut plan = match subject.toolchain.name.as_str() {
        "go" => go::shipped(subject, &made)?,
        "rust" => rust::shipped(subject, &made)?,
        _ => native::shipped(subject, &made)?,
    };
    plan.inserts.clone_from(&maker.inserts);
    // What comes with a folder does not come twice.
    let folders: Vec<String> = plan.copies.iter().map(|copy| copy.target.clone()).collect();
    let twice = |path: &String| {
        folders.iter().any(|one| one != path && !one.ends_with('/') && is_within(path, one))
    };
    plan.copies.retain(|copy| !copy.sources.iter().all(twice));
    Ok((plan, maker))
}

/// Whether a step of the stage may leave something else where its program was copied to.
fn is_changed(subject: &Subject<'_, '_>, path: &str) -> bool {
    let of_system = matches!(parent_of(path), "/bin" | "/sbin" | "/usr/bin" | "/usr/sbin");
    let small = |name: &String| matches!(name.as_str(), "ca-certificates" | "tzdata");
    subject.done.iter().any(|done| match &done.effect {
        Effect::Writes(paths) => {
            paths.iter().any(|one| is_within(path, one) || is_within(one, path))
        }
        Effect::Removes(paths) => paths.iter().any(|one| may_take(one, path)),
        // A package may bring a program of that name.
        Effect::Installs(names) => of_system && !names.iter().all(small),
        _ => false,
    })
}

/// Whether a COPY takes something from the stage that makes the program.
fn is_from(subject: &Subject<'_, '_>, maker: &Maker<'_, '_>, copied: &Copied) -> bool {
    let dockerfile = subject.build.dockerfile;
    let flag = subject.stage.steps[copied.step].instruction.flag("from", dockerfile.source);
    let name = flag.and_then(|flag| flag.value).map(|name| dockerfile.text(name).into_owned());
    name.is_some_and(|name| {
        let stage = &maker.subject.stage.stage;
        stage.name.as_deref() == Some(&*name.to_ascii_lowercase())
            || stage.index.to_string() == name
    })
}

/// Refuses what comes from elsewhere than the stage that makes the program, where the program may start it: it may need libraries.
fn others(subject: &Subject<'_, '_>, maker: &Maker<'_, '_>) -> Result<(), Obstacle> {
    let mut foreign = subject
        .copied
        .iter()
        .filter(|copied| !copied.from_context && !is_from(subject, maker, copied));
    let Some(one) = foreign.next() else { return Ok(()) };
    let starts = subject.toolchain.name != "go" || go::starter(subject).is_some();
    if starts || maker.made.runs_on != RunsOn::Nothing {
        let line =
            subject.build.dockerfile.line(subject.stage.steps[one.step].instruction.span.start);
        let message = format!("what the program starts of what line {line} brings is not known");
        return Err((&reasons::NO_ARTEFACT, message));
    }
    Ok(())
}

/// Whether the libraries with which the program is linked are those of the last stage, where they are collected.
fn finds_libraries(subject: &Subject<'_, '_>, maker: &Maker<'_, '_>) -> Result<(), Obstacle> {
    if maker.subject.image != subject.image
        || is_for_platform(&maker.subject)
        || is_for_platform(subject)
    {
        let message = "the program is built by another image, or for another platform".to_owned();
        return Err((&reasons::PACKAGES, message));
    }
    let packages = maker.subject.packages();
    let own = subject.packages();
    let links = |name: &&String| {
        need_of_package(name) != Need::Fetch
            && !TOOLS.contains(&name.as_str())
            && !is_found(subject, &own, name)
    };
    if let Some(package) = packages.iter().find(links) {
        let message = format!("the program may be linked with what `{package}` brings");
        return Err((&reasons::PACKAGES, message));
    }
    if let Some(package) = opens_files(&packages, false) {
        let message = format!("`{package}` opens files that the loader does not show");
        return Err((&reasons::PACKAGES, message));
    }
    if let Some(package) = unknown_library(&maker.subject) {
        let message = format!("what the library behind `{package}` opens is not known");
        return Err((&reasons::PACKAGES, message));
    }
    if links_what_opens(&maker.subject, false).is_some() {
        return Err(because(&reasons::PACKAGES));
    }
    let started = |path: &String| maker.made.artefacts.contains(path);
    let mut brings = subject.copied.iter().filter(|copied| is_from(subject, maker, copied));
    let more = brings.any(|copied| {
        let sources = copied.brings.iter().map(|one| one.source.trim_end_matches('/'));
        let all = maker.all.iter().filter(|path| !started(path));
        let other = |source: &str| all.clone().any(|path| is_within(path, source));
        sources.into_iter().any(other)
    });
    if more {
        let message = "another program is brought, and nobody collects its libraries".to_owned();
        return Err((&reasons::PACKAGES, message));
    }
    Ok(())
}

/// Whether the loader of a stage that installs some packages finds what a package of the stage that compiles is linked with: both install
/// it, the image has it, or the libraries that belong to it are installed.
fn is_found(subject: &Subject<'_, '_>, own: &[String], package: &String) -> bool {
    let name = subject.image.split(':').next().unwrap_or_default();
    let full = matches!(name, "buildpack-deps" | "gcc" | "rust");
    let tag = ["slim", "alpine", "scm", "curl"].iter().any(|it| subject.image.contains(it));
    let libraries = || match library_of(package, subject.suite) {
        Library::Packages(names) => names.iter().all(|name| own.contains(name)),
        Library::None => true,
        Library::Unknown | Library::Other => false,
    };
    own.contains(package) || full && !tag && IN_FULL.contains(&package.as_str()) || libraries()
}

/// Puts programs that a COPY brings where they go, whose names look like those of folders.
fn place_files(subject: &mut Subject<'_, '_>, maker: &Maker<'_, '_>, artefacts: &[String]) {
    for copied in subject.copied.iter_mut().filter(|copied| !copied.from_context) {
        for one in copied.brings.iter_mut().filter(|one| maker.all.contains(&one.source)) {
            let inside = format!("{}/{}", one.place.trim_end_matches('/'), base_name(&one.source));
            if artefacts.contains(&inside) || is_system_folder(&one.place) {
                one.place = inside;
                one.folder = false;
            } else if artefacts.contains(&one.place) {
                one.folder = false;
            }
        }
    }
    subject.folders.retain(|folder| !artefacts.contains(folder));
}
