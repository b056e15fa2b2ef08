//! Projects of Python that a build installs, and their parts in C and Cython: which are compiled, what they are linked with, where they go,
//! and what compiles only later.

use dockslim_contract::BuildContext;

use super::effects::{Done, Effect};
use super::launch::base_name;
use super::subject::Subject;
use crate::facts::absolute;
use crate::knowledge::{compiling_call, is_compiling_package};
use crate::slim_base::unread_parts;

/// The texts of the build scripts of projects of the context whose parts in C or Cython are compiled.
pub(super) fn built_projects<'s>(subject: &'s Subject<'_, '_>) -> Vec<&'s str> {
    let Some(context) = subject.context.filter(|_| !projects(subject).is_empty()) else {
        return Vec::new();
    };
    let texts = files(context, &["setup.py"]).map(|(_, text)| text);
    texts
        .filter(|text| {
            ["Extension", "ext_modules", "cythonize"].iter().any(|sign| text.contains(sign))
        })
        .collect()
}

/// The files of a context that can be read, by the ends of their paths.
fn files<'c>(
    context: &'c BuildContext,
    ends: &'static [&'static str],
) -> impl Iterator<Item = (&'c str, &'c str)> {
    let entries = context.entries().filter(|(path, _)| {
        let own =
            |end: &&str| base_name(path) == *end || end.starts_with('.') && path.ends_with(end);
        ends.iter().any(own)
    });
    entries.filter_map(|(path, _)| Some((path, context.text(path)?)))
}

/// What pip and scripts of projects build, as calls and lists name it: folders, addresses, archives, and lists that nobody can read.
pub(super) fn projects(subject: &Subject<'_, '_>) -> Vec<String> {
    let mut found = Vec::new();
    for done in &subject.done {
        of_command(subject, done, &mut found);
    }
    found
}

/// Whether a command builds a project, beside whose sources its build leaves files.
pub(super) fn builds_project(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> bool {
    let mut found = Vec::new();
    of_command(subject, done, &mut found);
    !found.is_empty()
}

fn of_command(subject: &Subject<'_, '_>, done: &Done<'_, '_>, found: &mut Vec<String>) {
    let words: Vec<&str> =
        done.command.asked().iter().map(|word| word.as_deref().unwrap_or("$")).collect();
    let script = words.get(1) == Some(&"setup.py");
    match done.effect {
        Effect::Builds | Effect::Packages("pip") if script => found.push("setup.py".to_owned()),
        Effect::Packages("pip") => {
            let verb = words.iter().position(|word| *word == "install");
            let operands = verb.map_or(&[][..], |verb| &words[verb + 1..]);
            of_operands(subject, operands, done.folder.as_deref(), 0, found);
        }
        _ => {}
    }
}

/// The projects among operands of `pip install`, or among the words of a line of a list; `depth` counts lists of lists.
fn of_operands(
    subject: &Subject<'_, '_>,
    operands: &[&str],
    folder: Option<&str>,
    depth: usize,
    found: &mut Vec<String>,
) {
    /// Options of pip that take a value (pip, "pip install").
    const VALUES: &[&str] = &[
        "-c",
        "--constraint",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "--trusted-host",
        "--cache-dir",
        "--proxy",
        "--timeout",
        "--retries",
        "--log",
    ];
    let mut rest = operands.iter();
    while let Some(word) = rest.next() {
        let list = match *word {
            "-r" | "--requirement" => rest.next().copied(),
            word => word.strip_prefix("--requirement=").or_else(|| word.strip_prefix("-r")),
        };
        if let Some(list) = list.filter(|list| !list.is_empty()) {
            let path = absolute(list, folder);
            let text = path.as_deref().and_then(|path| subject.source_text(path));
            let (Some(text), Some(path), true) = (text, path.as_deref(), depth < 8) else {
                found.push(list.to_owned());
                continue;
            };
            // A list names others as seen from itself, and folders as seen from where pip runs (pip, "Requirements File Format").
            for line in text.lines() {
                let line =
                    line.split(" #").next().unwrap_or(line).split(';').next().unwrap_or(line);
                let words: Vec<&str> = line.split_whitespace().collect();
                let lists = words
                    .first()
                    .is_some_and(|word| word.starts_with("-r") || word.starts_with("--r"));
                let here = if lists { Some(super::launch::parent_of(path)) } else { folder };
                if !words.first().is_some_and(|word| word.starts_with('#')) {
                    of_operands(subject, &words, here, depth + 1, found);
                }
            }
        } else if matches!(*word, "-e" | "--editable") {
            found.extend(rest.next().map(|word| (*word).to_owned()));
        } else if VALUES.contains(word) {
            rest.next();
        } else if word.starts_with("-e") || word.starts_with("--editable=") || is_project(word) {
            found.push((*word).to_owned());
        }
    }
}

/// Whether an operand of pip names a folder, an address or an archive. A wheel that says that it runs on every Linux brings its libraries.
fn is_project(word: &str) -> bool {
    let archive = [".whl", ".zip", ".gz", ".bz2"].iter().any(|end| word.ends_with(end));
    let alone = word.ends_with(".whl") && (word.contains("manylinux") || word.contains("none-any"));
    let place = word.starts_with('.') || word.contains(['/', '@', '$']) || archive;
    place && !word.starts_with('-') && !alone
}

/// What of the projects that are built is not known: with what of the full image they are linked.
pub(super) fn links_more(subject: &Subject<'_, '_>) -> Option<String> {
    const SIGNS: &[&str] =
        &["libraries", "extra_", "pkg-config", "pkgconfig", "find_library", "cmake", "openmp"];
    const OPENS: &[&str] = &["dlopen", "popen(", "system(", "execv", "execl", "posix_spawn"];
    let projects = projects(subject);
    let first = projects.first()?;
    let elsewhere = |project: &&String| project.contains("://") || project.contains(['@', '$']);
    if let Some(project) = projects.iter().filter(|one| !one.contains("file:")).find(elsewhere) {
        return Some(format!("`{project}` is built, and its sources are not known"));
    }
    let Some(context) = subject.context else {
        return Some(format!("`{first}` is built, and there is no build context"));
    };
    if let Some(done) = subject.done.iter().find(|done| matches!(done.effect, Effect::Clones(_))) {
        let line = subject.build.dockerfile.line(done.command.span.start);
        return Some(format!("`{first}` is built, which line {line} may have fetched"));
    }
    let named = |path: &str| matches!(base_name(path), "setup.py" | "pyproject.toml" | "setup.cfg");
    let mut folders: Vec<&str> = context
        .entries()
        .filter(|(path, _)| named(path))
        .map(|(path, _)| path.rsplit_once('/').map_or("", |(folder, _)| folder))
        .collect();
    folders.dedup();
    if folders.is_empty() {
        return Some(format!("`{first}` is built, which is not in the build context"));
    }
    if let Some(what) = folders.iter().find_map(|folder| unread_parts(context, folder)) {
        return Some(what);
    }
    if let Some(name) = told_to_link(subject) {
        return Some(format!("`{name}` tells compilers what to link"));
    }
    let settings = files(context, &["setup.cfg", "pyproject.toml", ".pyx", ".pxd", ".pxi"]);
    let sources = files(context, &[".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".pyx"]);
    let comments = files(context, &[".py"]).map(|(path, text)| (path, text, &["distutils:"][..]));
    let mut texts = settings
        .map(|(path, text)| (path, text, SIGNS))
        .chain(sources.map(|(path, text)| (path, text, OPENS)))
        .chain(comments);
    texts.find_map(|(path, text, signs)| {
        let sign = signs.iter().find(|sign| text.contains(**sign))?;
        Some(format!("`{path}` has `{sign}`"))
    })
}

/// A variable by which the build tells compilers more than sources say (setuptools, "Building Extension Modules"; GNU make, "Variables
/// Used by Implicit Rules").
pub(super) fn told_to_link(subject: &Subject<'_, '_>) -> Option<&'static str> {
    const NAMES: &[&str] = &[
        "CC",
        "CFLAGS",
        "CPPFLAGS",
        "CXX",
        "CXXFLAGS",
        "DIST_EXTRA_CONFIG",
        "LD",
        "LDFLAGS",
        "LDSHARED",
        "LIBS",
        "LIBRARY_PATH",
        "CPATH",
        "NVCC",
    ];
    let other = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let dockerfile = subject.build.dockerfile;
    let steps = &subject.stage.steps;
    let texts: Vec<_> = steps.iter().map(|step| step.text(dockerfile)).collect();
    NAMES.iter().copied().find(|name| {
        steps.iter().any(|step| step.state.sets(name))
            || texts.iter().any(|text| text.split(other).any(|word| word == *name))
    })
}

/// What of the projects that are built goes where nobody looks for it: files besides the packages, and folders of their own.
pub(super) fn goes_elsewhere(subject: &Subject<'_, '_>) -> Option<String> {
    const SECTIONS: &[&str] = &[
        "[bdist_egg]",
        "[build]",
        "[build_clib]",
        "[build_ext]",
        "[build_py]",
        "[develop]",
        "[easy_install]",
        "[install]",
        "[install_data]",
        "[install_lib]",
        "[install_scripts]",
    ];
    let context = subject.context.filter(|_| !projects(subject).is_empty())?;
    let other = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let scripts = files(
        context,
        &[
            "setup.py",
            "setup.cfg",
            "pyproject.toml",
            "pydistutils.cfg",
            ".pydistutils.cfg",
            "distutils.cfg",
        ],
    );
    for (path, text) in scripts {
        let mut words = text.split(other);
        let sign = words.find(|word| matches!(*word, "cmdclass" | "data_files" | "data-files"));
        let section = text.lines().map(str::trim).find(|line| SECTIONS.contains(line));
        let moved = text.contains("package_dir")
            && ["\"/", "'/", "..", "= /"].iter().any(|sign| text.contains(sign));
        let sign = sign.or(section).or(moved.then_some("package_dir"));
        if let Some(sign) = sign.or(path.ends_with("distutils.cfg").then_some("[global]")) {
            return Some(format!(
                "`{path}` has `{sign}`: where an install puts files is not known"
            ));
        }
    }
    None
}

/// A command by which the container builds a project, or installs what may be compiled, when it starts.
pub(super) fn builds_again(subject: &Subject<'_, '_>) -> Option<String> {
    let builds = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        text.contains("setup.py")
            || words
                .windows(2)
                .any(|two| matches!(base_name(two[0]), "pip" | "pip3") && two[1] == "install")
    };
    let mut commands = subject.launch.commands.iter();
    let started = commands.find_map(|words| {
        let text = words.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        builds(&text).then_some(text)
    });
    let scripts = || {
        let paths = subject.launch.paths(subject.folder.as_deref()).into_iter();
        let mut texts = paths.filter_map(|path| Some((subject.source_text(&path)?, path)));
        texts.find_map(|(text, path)| (!path.ends_with(".py") && builds(text)).then_some(path))
    };
    let others = || {
        let context = subject.context.filter(|_| !built_projects(subject).is_empty())?;
        let found = files(context, &[".sh"]).find(|(_, text)| builds(text));
        found.map(|(path, _)| path.to_owned())
    };
    let what = started.or_else(scripts).or_else(others)?;
    Some(format!("the container installs or compiles when it starts: `{what}`"))
}

/// What asks for a compiler when the program runs: a package that is installed, or a call in a source.
pub(super) fn compiles_later(subject: &Subject<'_, '_>, wanted: &[String]) -> Option<String> {
    if let Some(name) = wanted.iter().find(|name| is_compiling_package(name)) {
        return Some(format!("`{name}` compiles or installs when the program runs"));
    }
    let mut sources = files(subject.context?, &[".py", ".ipynb"])
        .filter(|(path, _)| !matches!(base_name(path), "setup.py" | "build.py"));
    sources.find_map(|(path, text)| {
        let call = compiling_call(text)?;
        Some(format!("`{path}` may compile when the program runs: `{call}`"))
    })
}
