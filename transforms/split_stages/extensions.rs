//! Parts of Python projects in C and Cython: which are compiled in the build, what they are linked with, and what compiles only later.

use super::effects::{Done, Effect};
use super::launch::base_name;
use super::subject::Subject;

/// The texts of the build scripts of projects of the context whose parts in C or Cython are compiled.
pub(super) fn built_projects<'s>(subject: &'s Subject<'_, '_>) -> Vec<&'s str> {
    let builds = |done: &&Done<'_, '_>| {
        let mut words = done.command.words.iter().flatten().map(|word| &**word).skip(1);
        match done.effect {
            Effect::Builds => words.next() == Some("setup.py"),
            Effect::Packages("pip") => words.any(|word| {
                word == "setup.py"
                    || word == "."
                    || word.starts_with(['.', '/']) && !word.ends_with(".txt")
            }),
            _ => false,
        }
    };
    let Some(context) = subject.context else { return Vec::new() };
    if !subject.done.iter().any(|done| builds(&done)) {
        return Vec::new();
    }
    let scripts = context.entries().filter(|(path, _)| base_name(path) == "setup.py");
    let texts = scripts.filter_map(|(path, _)| context.text(path));
    texts
        .filter(|text| {
            ["Extension", "ext_modules", "cythonize"].iter().any(|sign| text.contains(sign))
        })
        .collect()
}

/// A word by which a part of a project in C is linked with more than the C library: what of that only the full image has is not known.
pub(super) fn links_more(subject: &Subject<'_, '_>) -> Option<&'static str> {
    const SIGNS: &[&str] = &[
        "libraries",
        "extra_link_args",
        "extra_objects",
        "extra_compile_args",
        "pkg-config",
        "pkgconfig",
        "find_library",
        "cmake",
        "openmp",
    ];
    let built = built_projects(subject);
    let sources = subject.context.into_iter().flat_map(|context| {
        let parts = context.entries().filter(|(path, _)| {
            path.ends_with(".pyx") || matches!(base_name(path), "setup.cfg" | "pyproject.toml")
        });
        parts.filter_map(|(path, _)| context.text(path))
    });
    let texts: Vec<&str> =
        built.iter().copied().chain(sources.filter(|_| !built.is_empty())).collect();
    SIGNS.iter().copied().find(|sign| texts.iter().any(|text| text.contains(sign)))
}

/// What asks for a compiler when the program runs: packages that translate models to C, and calls in sources (documentation of Cython, cffi,
/// PyTorch, SciPy and Numba).
pub(super) fn compiles_later(subject: &Subject<'_, '_>, wanted: &[String]) -> Option<String> {
    const PACKAGES: &[&str] = &[
        "aesara",
        "brian2",
        "cmdstanpy",
        "pymc",
        "pymc3",
        "pystan",
        "pytensor",
        "pytensor-base",
        "theano",
    ];
    const CALLS: &[&str] = &[
        "pyximport",
        "ffi.compile(",
        "ffi.verify(",
        "ffibuilder.compile(",
        "cpp_extension",
        "torch.compile(",
        "cython.inline",
        "load_inline(",
        "distutils.ccompiler",
        "new_compiler(",
    ];
    if let Some(name) = wanted.iter().find(|name| PACKAGES.contains(&name.as_str())) {
        return Some(format!("`{name}` compiles when the program runs"));
    }
    let context = subject.context?;
    let mut sources = context.entries().filter(|(path, _)| {
        path.ends_with(".py") && !matches!(base_name(path), "setup.py" | "build.py")
    });
    sources.find_map(|(path, _)| {
        let text = context.text(path)?;
        let call = CALLS.iter().find(|call| text.contains(**call))?;
        Some(format!("`{path}` may compile when the program runs: `{call}`"))
    })
}
