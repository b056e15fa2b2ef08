//! Programs that are built with compilers of a distribution: the new stage is the same distribution, with the libraries or the
//! run-time environment that belong to what its build installed.

use super::compiled::{Made, RunsOn, SHELL_BASE, STATIC_BASE, plan, provides};
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use super::{go, java, native, rust};
use crate::knowledge::{BuildImage, Library, library_of, toolchain};

/// The language that the packages of a distribution compile; `None` if none does, or more than one.
pub(super) fn language(subject: &Subject<'_, '_>) -> Option<&'static BuildImage> {
    let packages = subject.packages();
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
        let headless = if java::knows_all(subject) { "-headless" } else { "" };
        let runtime = jdk.trim_end_matches("-headless").replace("-jdk", "-jre") + headless;
        let made = Made { artefacts: java::artefacts(subject)?.all, runs_on: RunsOn::Same("java") };
        return plan(subject, &made, &[runtime]);
    }
    if let Some(plan) = collected(subject) {
        return Ok(plan);
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
    let mut libraries = packages.iter().map(|name| library_of(name, subject.suite));
    let untold = libraries.any(|library| matches!(library, Library::Unknown))
        || runtime_of_compiler(subject).is_some();
    // Before glibc 2.34 more is loaded than the loader shows; what these releases have is younger.
    let young = matches!(subject.suite, Some("stable" | "trixie" | "bookworm" | "noble" | "jammy"));
    let opens = |name: &String| {
        matches!(library_of(name, subject.suite), Library::Unknown) && !opens_nothing(name)
    };
    let loads = subject.context.is_none_or(|context| {
        context.entries().any(|(path, _)| {
            context.text(path).is_some_and(|text| MODULES.iter().any(|sign| text.contains(sign)))
        })
    });
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

/// Parts of Boost that load modules, character sets or Python, by the words for them in sources and builds (Boost, "Locale", "DLL",
/// "Python").
const MODULES: &[&str] =
    &["boost/dll", "boost/locale", "boost_locale", "boost/python", "boost_python"];

/// Whether the libraries behind a package of headers open no files of the system: neither modules nor data nor settings. Others, such as
/// those of ImageMagick, Qt, GStreamer or PROJ, do, and the loader does not show that. Source: the lists of files of their packages.
fn opens_nothing(headers: &str) -> bool {
    const LIBRARIES: &[&str] = &[
        "libargtable2-dev",
        "libcapnp-dev",
        "libdouble-conversion-dev",
        "libev-dev",
        "libevent-dev",
        "libfftw3-dev",
        "libfmt-dev",
        "libgflags-dev",
        "libgmock-dev",
        "libgoogle-glog-dev",
        "libgsl-dev",
        "libgtest-dev",
        "libhiredis-dev",
        "libjsoncpp-dev",
        "libleveldb-dev",
        "liblz4-dev",
        "libomp-dev",
        "libprotobuf-c-dev",
        "libprotobuf-dev",
        "libre2-dev",
        "librocksdb-dev",
        "libsnappy-dev",
        "libspdlog-dev",
        "libunwind-dev",
        "libuv1-dev",
        "libyaml-cpp-dev",
        "libzmq3-dev",
        "libzstd-dev",
    ];
    let boost = headers.starts_with("libboost")
        && !["python", "locale", "mpi"].iter().any(|part| headers.contains(part));
    boost || LIBRARIES.contains(&headers)
}

/// The package among those of headers whose library opens modules, data or settings of its packages, which the loader does not show.
/// Source: the lists of files of the packages of Debian.
pub(super) fn opens_files(packages: &[String]) -> Option<&String> {
    const OPEN: &[&str] = &[
        "default-libmysqlclient-dev",
        "libcairo2-dev",
        "libfontconfig-dev",
        "libfontconfig1-dev",
        "libgdk-pixbuf-2.0-dev",
        "libkrb5-dev",
        "libldap-dev",
        "libldap2-dev",
        "libmagic-dev",
        "libmariadb-dev",
        "libmysqlclient-dev",
        "libpam0g-dev",
        "libpango1.0-dev",
        "libsasl2-dev",
        "unixodbc-dev",
    ];
    packages.iter().find(|name| OPEN.contains(&name.as_str()))
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
