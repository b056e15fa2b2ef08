//! Programs that are built with compilers of a distribution: the new stage is the same distribution, with the libraries or the
//! run-time environment that belong to what its build installed.

use super::compiled::{Made, RunsOn, plan, provides};
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use super::{java, native};
use crate::knowledge::{BuildImage, toolchain};

/// The language that the packages of a distribution compile; `None` if none does, or more than one.
pub(super) fn language(subject: &Subject<'_, '_>) -> Option<&'static BuildImage> {
    let packages = subject.packages();
    let any = |is: fn(&str) -> bool| packages.iter().any(|name| is(name));
    let java = any(is_jdk);
    let native = any(|name| {
        let compilers = ["gcc", "g++", "clang"];
        name == "build-essential"
            || compilers.iter().any(|compiler| {
                name.strip_prefix(compiler)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
    });
    match (java, native) {
        (true, false) => toolchain("java"),
        (false, true) => toolchain("native"),
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
        let headless = if java::knows_all(subject) { "-headless" } else { "" };
        let runtime = jdk.trim_end_matches("-headless").replace("-jdk", "-jre") + headless;
        let made = Made { artefacts: java::artefacts(subject)?.all, runs_on: RunsOn::Same("java") };
        return plan(subject, &made, &[runtime]);
    }
    if let Some(library) = runtime_of_compiler(subject) {
        let message = format!(
            "the program is linked with {library}, whose package has another name in each release"
        );
        return Err((&reasons::PACKAGES, message));
    }
    let made = Made { artefacts: native::artefacts(subject)?.artefacts, runs_on: RunsOn::Same("") };
    // An image from which its program is only taken starts something else.
    let mut started = subject.launch.programs().flatten();
    if !started.any(|program| provides(subject, &made, program)) {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    plan(subject, &made, &[])
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
