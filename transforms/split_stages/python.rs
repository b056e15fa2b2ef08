//! Python: what pip installed, on the slim image of the same version, or on the same distribution with the interpreter alone.

mod managers;
mod no_binary;

use dockslim_contract::BuildContext;

use super::effects::Effect;
use super::extensions::{
    builds_again, built_projects, compiles_later, goes_elsewhere, links_more, projects,
};
use super::interpreted::{Language, leaves_packages, plan};
use super::launch::base_name;
use super::own_packages;
use super::places::{another_python, are_beside, environments, finds_all};
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::{absolute, leads_pip};
use crate::knowledge::{
    Form, Wheel, first_wheel, library_of_full_image, library_of_python_package, python_wheel, twin,
};
use no_binary::compiled_by_wish;

/// Plans the two stages of a Python program; `None` if nothing is left behind.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let installs = subject.done.iter().any(|done| matches!(done.effect, Effect::Packages("pip")));
    let wanted = wanted(subject);
    let compiles = wanted.iter().any(|name| {
        let opens = library_of_full_image(name);
        library_of_python_package(name).is_some()
            || opens.is_some_and(|names| !names.iter().any(String::is_empty))
            || WITH_OTHERS.contains(&name.as_str())
    });
    let slim = ["slim", "alpine"].iter().any(|part| subject.image.contains(part));
    let built = built_projects(subject);
    let too_much = compiles || !built.is_empty();
    if !installs && built.is_empty() || !(leaves_packages(subject) || (too_much && !slim)) {
        return None;
    }
    Some(planned(subject, &wanted))
}

fn planned(subject: &Subject<'_, '_>, wanted: &[String]) -> Result<Plan, Obstacle> {
    let official = subject.image == "python" || subject.image.starts_with("python:");
    if let Some(name) = wanted.iter().find(|name| official && BESIDE.contains(&format!(" {name} ")))
    {
        let message = format!("`{name}` puts libraries beside the modules of Python");
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    let mut language = Language {
        brings_programs: true,
        programs: &["python"],
        stays: true,
        ..Language::default()
    };
    if let Some(message) = compiles_later(subject, wanted) {
        return Err((&reasons::RUNS_TOOLCHAIN, message));
    }
    if let Some(message) = builds_again(subject) {
        return Err((&reasons::RUNS_TOOLCHAIN, message));
    }
    if let Some(message) = goes_elsewhere(subject) {
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    let environments: Vec<String> = environments(subject);
    let of_system = environments.is_empty() || are_beside(subject, &environments);
    if let Some(message) = another_python(subject, official, &environments) {
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    for done in subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages(_))) {
        if !matches!(done.effect, Effect::Packages("pip")) {
            return Err(because(&reasons::LANGUAGES));
        }
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let elsewhere = ["--user", "--target", "-t", "--prefix", "--root"];
        let moved = words
            .iter()
            .any(|word| elsewhere.iter().any(|flag| word.split('=').next() == Some(*flag)));
        let step = subject.stage.steps.get(done.step);
        let root = step.is_some_and(|step| subject.stage.is_root(step));
        let told = step.is_some_and(|step| {
            step.state.settings.iter().any(|setting| PLACES.contains(&&*setting.name))
        });
        if moved || told || !root {
            let line = subject.build.dockerfile.line(done.command.span.start);
            return Err((
                &reasons::UNKNOWN_COMMAND,
                format!("where line {line} installs to is not known"),
            ));
        }
    }
    if let Some(message) = managers::unknown(subject) {
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    let steps = subject.stage.steps.iter();
    if let Some(message) = leads_pip(subject.build.dockerfile, subject.context, steps) {
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    let base = if official {
        if of_system {
            let version = version(subject.image).ok_or_else(|| {
                (
                    &reasons::PACKAGES,
                    "the tag does not say for which version of Python packages are installed"
                        .to_owned(),
                )
            })?;
            language.installed.push(format!("/usr/local/lib/python{version}/site-packages"));
            language.installed.push("/usr/local/bin".to_owned());
            // Where the data files of packages go, such as those of Jupyter.
            language.installed.push("/usr/local/etc".to_owned());
            language.installed.push("/usr/local/share".to_owned());
        }
        if !subject.image.contains("slim") {
            readable(subject)?;
            if let Some(what) = links_more(subject) {
                let message =
                    format!("a project may be linked with libraries of the full image: {what}");
                return Err((&reasons::PACKAGES, message));
            }
            if !subject.image.contains("alpine") {
                finds_all(subject)?;
                if let Some(name) = compiled_by_wish(subject) {
                    let message = format!(
                        "pip is told to compile `{name}`, with libraries of the full image"
                    );
                    return Err((&reasons::PACKAGES, message));
                }
            }
        }
        let python = version(subject.image).unwrap_or_default();
        if let Some(text) = without_wheel(subject, &python) {
            let message = format!(
                "`{}` is older than its first wheel for Python {python}: it is compiled, and linked with libraries of the full image",
                text.trim()
            );
            return Err((&reasons::PACKAGES, message));
        }
        let alpine = subject.image.contains("alpine");
        for name in wanted.iter().filter(|_| !alpine) {
            language
                .packages
                .extend(library_of_python_package(name).into_iter().flatten().cloned());
        }
        if alpine {
            finds_nothing(subject, wanted)?;
            language.packages.extend(of_compilers(&subject.packages(), &OF_ALPINE));
        }
        // Wheels for Debian are none for musl.
        let from_wheels = !alpine
            && takes_wheels(subject)
            && projects(subject).is_empty()
            && !managers::are_called(subject)
            && are_known(subject, &python);
        if !alpine && !from_wheels {
            language.packages.extend(of_compilers(&subject.packages(), &OF_DEBIAN));
        }
        language.fetches_nothing = from_wheels && names_programs(subject);
        if language.fetches_nothing && !opens_libraries(subject) {
            language.left = LINKED.to_vec();
        }
        match twin(subject.image, Form::Slim) {
            _ if alpine => subject.image.to_owned(),
            Ok(twin) => twin.reference,
            Err(_) if subject.image.contains("slim") => subject.image.to_owned(),
            Err(problem) => return Err((&reasons::PACKAGES, problem.message().to_owned())),
        }
    } else {
        let packages = subject.packages();
        let old = |name: &&String| {
            matches!(name.as_str(), "python" | "python-pip" | "python-dev" | "python-setuptools")
                || name.starts_with("python2")
                || name.starts_with("libpython2")
        };
        if let Some(package) = packages.iter().find(old) {
            let message = format!(
                "`{package}` is of Python 2, and which Python the program needs is not known"
            );
            return Err((&reasons::PACKAGES, message));
        }
        language.packages.push("python3".to_owned());
        // It comes with pip, and programs import it without asking for it.
        let with_pip =
            |name: &String| matches!(name.as_str(), "python3-pip" | "python3-setuptools");
        if environments.is_empty() && packages.iter().any(with_pip) {
            language.packages.push("python3-setuptools".to_owned());
        }
        if of_system {
            language.installed.push("/usr/local".to_owned());
        }
        if !environments.is_empty() && !makes_environments_later(subject) {
            language.left = MAKE_ENVIRONMENTS.to_vec();
        }
        subject.image.to_owned()
    };
    if !subject.image.contains("alpine") {
        let full = official && !subject.image.contains("slim");
        language.packages.extend(opened(wanted, full)?);
    }
    let modules = language.installed.iter().find(|path| path.ends_with("site-packages")).cloned();
    let mut plan = plan(subject, base, &language)?;
    let end = plan.stays.map_or(usize::MAX, |first| first.start);
    let python = version(subject.image).unwrap_or_default();
    if modules.is_some() && own_packages::are_changed(subject, &python) {
        plan.runs.push(own_packages::TAKEN_AWAY.to_owned());
    }
    if let Some(modules) = modules.filter(|_| subject.ends_as_root_above(end)) {
        // The new base has its own, which the programs of another one would not find.
        let programs = if own_packages::bring_pip(subject) {
            " /usr/local/bin/pip /usr/local/bin/pip3*"
        } else {
            ""
        };
        plan.added.push(format!("rm -rf {modules}/pip {modules}/pip-*{programs}"));
    }
    Ok(plan)
}

/// Packages whose wheels have libraries for `lib` of the prefix itself (the lists of files of their wheels, `.data/data/lib`).
const BESIDE: &str = " daal4py dpcpp-cpp-rt intel-cmplr-lib-rt intel-opencl-rt intel-openmp mkl mkl-fft mkl-random mkl-service scikit-learn-intelex tbb ";

/// Packages with machine code that may have others compile when they run, which is looked for in what asks for them.
const WITH_OTHERS: &[&str] = &[
    "jax",
    "jaxlib",
    "numba",
    "tensorflow",
    "tensorflow-cpu",
    "torch",
    "torchaudio",
    "torchvision",
];

/// The packages whose libraries and programs what is asked for opens, and that came with the full image or with compilers.
fn opened(wanted: &[String], full: bool) -> Result<Vec<String>, Obstacle> {
    let mut found = Vec::new();
    for name in wanted {
        let packages = library_of_full_image(name).map_or(&[][..], Vec::as_slice);
        let lost = packages.iter().filter(|package| full || *package == OF_COMPILERS);
        found.extend(lost.cloned());
        if full && packages.iter().any(String::is_empty) {
            let message = format!("what `{name}` opens of the full image is not known");
            return Err((&reasons::PACKAGES, message));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The library of OpenMP, which gcc's package brings along.
const OF_COMPILERS: &str = "libgomp1";

/// Variables by which pip installs elsewhere (pip, "Configuration"; Python, "site").
const PLACES: &[&str] = &[
    "PIP_EDITABLE",
    "PIP_PREFIX",
    "PIP_REQUIREMENT",
    "PIP_ROOT",
    "PIP_SRC",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONUSERBASE",
];

/// What makes environments, and what no program needs that lies in one: it has pip and setuptools of its own.
const MAKE_ENVIRONMENTS: &[&str] = &[
    "python3-venv",
    "python3-virtualenv",
    "virtualenv",
    "python3.8-venv",
    "python3.9-venv",
    "python3.10-venv",
    "python3.11-venv",
    "python3.12-venv",
    "python3.13-venv",
];

/// Whether something that runs may make environments itself.
fn makes_environments_later(subject: &Subject<'_, '_>) -> bool {
    let Some(context) = subject.context else { return true };
    let started = subject.launch.commands.iter().flatten().flatten();
    let mut words = started.filter(|word| !word.contains('/'));
    let mut files = context.entries().filter(|(path, _)| {
        [".py", ".sh", ".toml", ".cfg"].iter().any(|end| path.ends_with(end))
            || !base_name(path).contains('.')
    });
    let makes = |text: &str| {
        text.contains("-m venv")
            || text.contains("virtualenv")
            || text.contains("\"venv\"")
            || text.contains("'venv'")
    };
    words.any(|word| makes(word) || word == "venv")
        || files.any(|(path, _)| {
            !base_name(path).starts_with("Dockerfile") && context.text(path).is_some_and(makes)
        })
}

/// Whether all that pip is asked for is known: what a full image holds for it is to be known, too.
fn readable(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    for done in subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages("pip"))) {
        let words: Vec<&str> =
            done.command.words.iter().map(|word| word.as_deref().unwrap_or_default()).collect();
        let named = words
            .windows(2)
            .filter(|two| matches!(two[0], "-r" | "--requirement"))
            .map(|two| two[1]);
        let joined = words.iter().filter_map(|word| {
            word.strip_prefix("--requirement=")
                .or_else(|| word.strip_prefix("-r").filter(|rest| !rest.is_empty()))
        });
        for name in named.chain(joined) {
            let text =
                absolute(name, done.folder.as_deref()).and_then(|path| subject.source_text(&path));
            if text.is_none() {
                let message = format!(
                    "what `{name}` asks for is not known, and so not what it needs of the full image"
                );
                return Err((&reasons::NO_CONTEXT, message));
            }
        }
    }
    Ok(())
}

/// `3.11` of `python:3.11.4-slim`.
fn version(image: &str) -> Option<String> {
    let tag = image.split_once(':')?.1.split('-').next()?;
    let mut parts = tag.split('.');
    let (major, minor) = (parts.next()?, parts.next()?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(major) && digits(minor)).then(|| format!("{major}.{minor}"))
}

/// Headers of libraries that packages of Python are linked with where they are compiled, and that none opens by name. A wheel brings
/// them itself (Python Packaging User Guide, manylinux).
const LINKED: &[&str] = &[
    "libxml2-dev",
    "libxslt1-dev",
    "libxslt-dev",
    "libssl-dev",
    "zlib1g-dev",
    "libjpeg-dev",
    "libjpeg62-turbo-dev",
    "libpng-dev",
    "libfreetype6-dev",
    "libfreetype-dev",
    "libpq-dev",
    "libyaml-dev",
    "libbz2-dev",
    "liblzma-dev",
    "libreadline-dev",
    "libncurses-dev",
    "libncurses5-dev",
    "liblcms2-dev",
    "libwebp-dev",
    "libtiff-dev",
    "libtiff5-dev",
    "libopenjp2-7-dev",
    "libopenblas-dev",
    "liblapack-dev",
    "libatlas-base-dev",
    "libffi-dev",
    "libexpat1-dev",
];

/// A library that compilers bring along, and their programs are linked with; by the packages of compilers that do.
type OfCompiler = (&'static str, &'static [&'static str]);

/// Those of Alpine: of C++, which have that of Rust beside them, of OpenMP, and of Fortran.
const OF_ALPINE: [OfCompiler; 3] = [
    ("libstdc++", &["g++", "build-base", "alpine-sdk", "gfortran", "cargo", "rust"]),
    ("libgomp", &["g++", "build-base", "alpine-sdk", "gfortran"]),
    ("libgfortran", &["gfortran"]),
];

/// Those of Debian that slim images lack: of OpenMP, of numbers that no two may change at once, and of Fortran.
const OF_DEBIAN: [OfCompiler; 3] = [
    ("libgomp1", &["gcc", "g++", "build-essential", "gfortran"]),
    ("libatomic1", &["gcc", "g++", "build-essential", "gfortran"]),
    ("libgfortran5", &["gfortran"]),
];

fn of_compilers(packages: &[String], libraries: &[OfCompiler]) -> Vec<String> {
    let bring =
        |compilers: &&[&str]| packages.iter().any(|name| compilers.contains(&name.as_str()));
    let found = libraries.iter().filter(|(_, compilers)| bring(compilers));
    found.map(|(library, _)| (*library).to_owned()).collect()
}

/// Refuses sources that open libraries by their names: on Alpine, Python asks the compiler and the linker for their files (Python,
/// `ctypes.util`), and names without a version are those of headers. Django's parts for geography do so, and pysodium.
fn finds_nothing(subject: &Subject<'_, '_>, wanted: &[String]) -> Result<(), Obstacle> {
    let geography = || {
        let mut files = subject.context.into_iter().flat_map(BuildContext::entries);
        files.any(|(path, _)| {
            let text = subject.context.and_then(|context| context.text(path));
            path.ends_with(".py") && text.is_some_and(|text| text.contains("contrib.gis"))
        })
    };
    let sodium = wanted.iter().any(|name| name == "pysodium");
    if sodium || opens_libraries(subject) || geography() {
        let message = "a source opens libraries, which Python finds by compilers on Alpine";
        return Err((&reasons::PACKAGES, message.to_owned()));
    }
    Ok(())
}

/// Whether a source of the project may open a library by its name.
pub(super) fn opens_libraries(subject: &Subject<'_, '_>) -> bool {
    let Some(context) = subject.context else { return true };
    let opens = |text: &str| ["ctypes", "dlopen", "cffi"].iter().any(|word| text.contains(word));
    let mut sources = context.entries().filter(|(path, _)| path.ends_with(".py"));
    sources.any(|(path, _)| context.text(path).is_none_or(opens))
}

/// Whether each source that starts a program says which one, as a text (Python, `subprocess` and `os.system`).
fn names_programs(subject: &Subject<'_, '_>) -> bool {
    const CALLS: &[&str] = &[
        "os.system(",
        "os.popen(",
        "subprocess.run(",
        "subprocess.call(",
        "check_call(",
        "check_output(",
        "Popen(",
        "subprocess_exec(",
        "subprocess_shell(",
    ];
    // These are called by names of their own, or take programs otherwise.
    const OTHERS: &[&str] = &[
        "from subprocess import",
        "import subprocess as",
        "os.exec",
        "os.spawn",
        "posix_spawn",
        "getoutput(",
        "pexpect",
        "pty.spawn",
    ];
    let Some(context) = subject.context else { return false };
    let other = |text: &str| {
        let starts = ["system", "popen", "exec", "spawn"];
        let mut of_os = text.lines().filter(|line| line.trim_start().starts_with("from os import"));
        OTHERS.iter().any(|sign| text.contains(sign))
            || of_os.any(|line| starts.iter().any(|name| line.contains(name)))
    };
    let named = |text: &str| {
        let behind = text.trim_start().trim_start_matches(['[', '(']).trim_start();
        behind.starts_with(['"', '\''])
    };
    let mut sources = context.entries().filter(|(path, _)| path.ends_with(".py"));
    sources.all(|(path, _)| {
        context.text(path).is_some_and(|text| {
            !other(text) && CALLS.iter().all(|call| text.split(call).skip(1).all(&named))
        })
    })
}

/// Whether nothing tells pip to compile what comes as a wheel: no variable, no settings (pip, "Configuration").
fn takes_wheels(subject: &Subject<'_, '_>) -> bool {
    let compiles = |name: &str| matches!(name, "PIP_NO_BINARY" | "PIP_CONFIG_FILE");
    let mut settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    let copies = subject
        .context
        .is_none_or(|context| context.entries().any(|(path, _)| base_name(path) == "pip.conf"));
    let mut installs = subject.done.iter().map(|done| {
        let text = done.command.text(subject.build.dockerfile);
        let run = subject.stage.steps[done.step].instruction;
        let whole = subject.build.dockerfile.text(run.span);
        text.contains("PIP_") || text.contains("pip config") || whole.contains("pip.conf")
    });
    !copies && !installs.any(|told| told) && !settings.any(|setting| compiles(&setting.name))
}

/// Whether each package that pip is asked for is known to come as a wheel, or to need certain libraries.
fn are_known(subject: &Subject<'_, '_>, python: &str) -> bool {
    let mut installs =
        subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages("pip")));
    installs.all(|done| {
        let words: Option<Vec<&str>> = done.command.asked().iter().map(Option::as_deref).collect();
        let words = words.unwrap_or_default();
        let Some(verb) = words.iter().position(|word| *word == "install") else {
            // What is taken away needs no library.
            return words.contains(&"uninstall");
        };
        let mut rest = words[verb + 1..].iter();
        while let Some(word) = rest.next() {
            let known = match *word {
                "-r" | "--requirement" => rest.next().is_some_and(|list| {
                    let path = absolute(list, done.folder.as_deref());
                    let text = path.and_then(|path| subject.source_text(&path));
                    text.is_some_and(|text| text.lines().all(|line| is_known(line, python)))
                }),
                "--no-cache-dir" | "--no-compile" | "--upgrade" | "-U" | "-q" | "--quiet" => true,
                word => is_known(word, python),
            };
            if !known {
                return false;
            }
        }
        true
    })
}

/// Whether a package that is asked for, alone or in a line of a list, comes as a wheel or needs certain libraries.
fn is_known(line: &str, python: &str) -> bool {
    // Extras that only bring what is known, too, or Python alone.
    const EXTRAS: &[&str] =
        &["", "[standard]", "[redis]", "[async]", "[email]", "[argon2]", "[srv]"];
    let text = line.split(" #").next().unwrap_or(line).trim();
    if text.is_empty() || text.starts_with('#') {
        return true;
    }
    let text: String = text.split(';').next().unwrap_or(text).split_whitespace().collect();
    let end = text.find(|c: char| "[=<>~!".contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let letters = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let extras = rest.split_at(rest.find(']').map_or(0, |end| end + 1));
    if name.is_empty()
        || !name.starts_with(|c: char| c.is_ascii_alphanumeric())
        || !name.chars().all(letters)
    {
        return false;
    }
    if !EXTRAS.contains(&extras.0) {
        return false;
    }
    let name = name_of(name);
    let pinned = ["==", "~=", "<=", "<"].iter().find_map(|sign| extras.1.split_once(sign));
    let pinned = pinned.map(|(_, version)| version.split(',').next().unwrap_or(version));
    library_of_python_package(&name).is_some()
        || python_wheel(&name, pinned, Some(python)) == Wheel::Fits
}

/// The names of the packages that are asked for.
fn wanted(subject: &Subject<'_, '_>) -> Vec<String> {
    let asked = requirements(subject);
    // Of psycopg, with the library of PostgreSQL.
    let own = |text: &str| text.contains("[binary") || text.contains(",binary");
    let whole = asked.iter().filter(|text| !own(text));
    whole.map(|text| name_of(text)).filter(|name| !name.is_empty()).collect()
}

/// A package that is asked for in a release for which PyPI has no wheel of this Python.
fn without_wheel(subject: &Subject<'_, '_>, python: &str) -> Option<String> {
    requirements(subject).into_iter().find(|text| {
        let pinned = ["==", "~=", "<=", "<"].iter().find_map(|sign| text.split_once(sign));
        let release = pinned.map(|(_, release)| numbers(release));
        let first = first_wheel(&name_of(text), python).map(numbers);
        matches!((release, first), (Some(release), Some(first)) if release < first)
    })
}

/// The numbers that a release starts with.
fn numbers(release: &str) -> Vec<u32> {
    let end = release.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ' ');
    let plain = release[..end.unwrap_or(release.len())].trim();
    plain.split('.').filter_map(|part| part.parse().ok()).collect()
}

/// The name in `Flask[async]==3.0`, as PyPI compares it.
fn name_of(requirement: &str) -> String {
    let name = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let name: String = requirement.trim().chars().take_while(name).collect();
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// What is asked for, in the calls of pip and in the manifests of the project.
fn requirements(subject: &Subject<'_, '_>) -> Vec<String> {
    let mut found: Vec<String> = managers::locked(subject);
    for done in subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages("pip"))) {
        found.extend(done.command.asked().iter().flatten().map(|word| word.to_string()));
    }
    for (path, _) in subject.context.into_iter().flat_map(|context| context.entries()) {
        let name = base_name(path);
        let listed = name.starts_with("requirements") && name.ends_with(".txt");
        let project = matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile");
        if !(listed || project) {
            continue;
        }
        let Some(text) = subject.context.and_then(|context| context.text(path)) else { continue };
        let ends: &[char] = if listed { &['\n'] } else { &['"', '\'', '\n'] };
        found.extend(text.split(ends).map(str::to_owned));
    }
    found
}
