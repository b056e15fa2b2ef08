//! Programs that are built with compilers of a distribution: the new stage is the same distribution, with the libraries or the
//! run-time environment that belong to what its build installed.

use super::compiled::{Made, RunsOn, SHELL_BASE, STATIC_BASE, plan, provides};
use super::opened::{opens_nothing, speaks_of_modules};
use super::own_libraries;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use super::{go, java, native, rust};
use crate::knowledge::{BuildImage, Library, library_of, toolchain};

/// The language that the packages of a distribution compile; `None` if none does, or more than one.
pub(super) fn language(subject: &Subject<'_, '_>) -> Option<&'static BuildImage> {
    let packages = subject.installed();
    let any = |is: fn(&str) -> bool| packages.iter().any(|name| is(name));
    let java = any(is_jdk);
    let go = any(is_go);
    let rust = any(|name| {
        let bare = name.split('-').next().unwrap_or(name);
        matches!(name, "cargo" | "rustc" | "rust-all")
            || (matches!(bare, "cargo" | "rustc") && name.contains("-1."))
    });
    let native = any(|name| {
        let compilers = ["gcc", "g++", "clang"];
        name == "build-essential"
            || compilers.iter().any(|compiler| {
                name.strip_prefix(compiler)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
    });
    // Go and Rust link with a compiler of C.
    match (java, go, rust, native) {
        (true, false, false, false) => toolchain("java"),
        (false, true, false, _) => toolchain("go"),
        (false, false, true, _) => toolchain("rust"),
        (false, false, false, true) => toolchain("native"),
        _ => None,
    }
}

/// Plans the two stages; the subject's toolchain is that of [`language`].
pub(super) fn split(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    if subject.image.contains("alpine") {
        return Err(because(&reasons::PACKAGES));
    }
    if subject.toolchain.name == "java" {
        let jdks: Vec<String> =
            subject.packages().into_iter().filter(|name| is_jdk(name)).collect();
        let [jdk] = jdks.as_slice() else {
            let message = "more than one kit of Java is installed".to_owned();
            return Err((&reasons::PACKAGES, message));
        };
        if let Some(plan) = java::put_together_on_debian(subject, jdk) {
            return Ok(plan);
        }
        let headless = if java::knows_all(subject) { "-headless" } else { "" };
        let runtime = jdk.trim_end_matches("-headless").replace("-jdk", "-jre") + headless;
        let made = Made { artefacts: java::artefacts(subject)?.all, runs_on: RunsOn::Same("java") };
        return plan(subject, &made, &[runtime]);
    }
    if let Some(plan) = collected(subject) {
        return Ok(plan);
    }
    if subject.toolchain.name == "native"
        && let Some(builder) = own_libraries::builder(subject)
    {
        own_libraries::are_shown(subject)?;
        let message = format!("{builder} builds a library, which comes to no base with packages");
        return Err((&reasons::NO_ARTEFACT, message));
    }
    if let Some(library) = runtime_of_compiler(subject) {
        let message = format!(
            "the program is linked with {library}, whose package has another name in each release"
        );
        return Err((&reasons::PACKAGES, message));
    }
    let (mut made, inserts) = match subject.toolchain.name.as_str() {
        "go" => go::made(subject)?,
        "rust" => (rust::made(subject)?, Vec::new()),
        _ => (native::artefacts(subject)?, Vec::new()),
    };
    let alone = made.runs_on == RunsOn::Nothing && subject.toolchain.name != "native";
    // An image from which its program is only taken starts something else.
    let mut started = subject.launch.programs().flatten();
    if !started.any(|program| provides(subject, &made, program)) {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    if alone
        && let Ok(mut plan) = plan(subject, &made, &[])
        && matches!(plan.base.as_str(), STATIC_BASE | SHELL_BASE)
    {
        plan.inserts = inserts;
        return Ok(plan);
    }
    made.runs_on = RunsOn::Same("");
    let mut plan = plan(subject, &made, &[])?;
    plan.inserts = inserts;
    Ok(plan)
}

/// Plans a program of C or C++ that is linked with what the names of packages do not tell: its libraries are collected by the loader, for a
/// base without any. `None` if the program needs more than libraries, or the names tell all.
fn collected(subject: &Subject<'_, '_>) -> Option<Plan> {
    let packages = subject.packages();
    let unknown = |name: &String| matches!(library_of(name, subject.suite), Library::Unknown);
    let untold = packages.iter().any(|name| unknown(name) || opens_nothing(name))
        || runtime_of_compiler(subject).is_some()
        || own_libraries::builder(subject).is_some();
    // Before glibc 2.34 more is loaded than the loader shows; what these releases have is younger.
    let young = matches!(subject.suite, Some("stable" | "trixie" | "bookworm" | "noble" | "jammy"));
    let opens = |name: &String| unknown(name) && !opens_nothing(name);
    let loads = speaks_of_modules(subject);
    let native = subject.toolchain.name == "native";
    if !native || !untold || !young || loads || packages.iter().any(opens) {
        return None;
    }
    let made = native::artefacts(subject).ok()?;
    let mut started = subject.launch.programs().flatten();
    let own = started.any(|program| provides(subject, &made, program));
    let plan = plan(subject, &made, &[]).ok().filter(|_| own)?;
    (plan.base == STATIC_BASE).then_some(plan)
}

/// Whether a package holds the compiler of Go.
fn is_go(name: &str) -> bool {
    let version = |rest: &str| rest.starts_with("1.") && !rest.contains("-dev");
    matches!(name, "golang" | "golang-go") || name.strip_prefix("golang-").is_some_and(version)
}

/// Whether a package is a development kit of Java.
fn is_jdk(name: &str) -> bool {
    let rest = name.strip_suffix("-headless").unwrap_or(name);
    rest == "default-jdk" || (rest.starts_with("openjdk-") && rest.ends_with("-jdk"))
}

/// A library that comes with the compiler, and that no base has.
fn runtime_of_compiler(subject: &Subject<'_, '_>) -> Option<&'static str> {
    let words = subject
        .done
        .iter()
        .flat_map(|done| done.command.words.iter().flatten())
        .map(|word| &**word);
    let makefiles = subject.context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| {
            let name = super::launch::base_name(path);
            let builds = name.to_ascii_lowercase().contains("makefile")
                || name == "CMakeLists.txt"
                || name == "meson.build"
                || name.contains("configure");
            builds.then(|| context.text(path).unwrap_or("-fopenmp"))
        })
    });
    let texts: Vec<&str> = words.chain(makefiles).collect();
    [
        ("openmp", "OpenMP"),
        ("OpenMP", "OpenMP"),
        ("gfortran", "Fortran"),
        ("latomic", "libatomic"),
        ("litm", "transactional memory"),
        ("quadmath", "quadmath"),
        ("libc++", "libc++"),
        ("-fsanitize", "a sanitizer"),
    ]
    .into_iter()
    .find(|(sign, _)| texts.iter().any(|text| text.contains(sign)))
    .map(|(_, library)| library)
}
