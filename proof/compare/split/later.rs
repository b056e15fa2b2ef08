//! Programs of Python that compile when they run: told by what they import, by the programs that they name, and by the packages that they are
//! built on.
//!
//! Sources: the metadata of the packages on PyPI, by which each family depends on what writes its C; the documentation of Cython, cffi,
//! NumPy, PyTorch, setuptools and SymPy.

use dockslim_contract::{BuildContext, ContextKind};

use super::runtime::Runtime;

/// Packages that write C or CUDA and have a compiler translate it, each with those that depend on it.
const FAMILIES: &[&[&str]] = &[
    &["theano", "theano-pymc", "pymc3", "lasagne", "sparse-gp"],
    &["aesara", "aeppl", "aemcmc"],
    &[
        "pytensor",
        "pytensor-base",
        "pymc",
        "pymc-bart",
        "pymc-extras",
        "pymc-marketing",
        "bambi",
        "causalpy",
        "sunode",
    ],
    &["pystan", "httpstan", "cmdstanpy"],
    &["triton", "vllm", "sglang", "deepspeed", "unsloth", "flash-attn", "xformers"],
    &["brian2", "brian2cuda", "jitcode", "jitcdde", "jitcsde"],
    &["cppyy", "cppyy-cling"],
    &["devito", "firedrake", "fenics-ffc", "fenics-ffcx", "loopy", "pyop2"],
    &["pythran", "transonic", "pyccel", "nuitka", "dace", "gt4py"],
    &["pycuda", "pyopencl"],
    // They have pip install what their settings ask for.
    &["homeassistant", "mqtt-io", "octoprint", "opsdroid", "pi-mqtt-gpio", "platformio"],
];

/// Modules that are there to compile.
const MODULES: &[&str] = &[
    "Cython",
    "cppimport",
    "distutils.ccompiler",
    "numba.pycc",
    "numpy.distutils",
    "numpy.f2py",
    "pyximport",
    "setuptools._distutils.ccompiler",
    "sympy.utilities.autowrap",
    "sympy.utilities._compilation",
    "torch.utils.cpp_extension",
];

/// Compilers, as a source names them to start one.
const COMPILERS: &[&str] = &["cc", "gcc", "g++", "c++", "clang", "gfortran", "nvcc", "CC", "CXX"];

/// Words of modules that do other things, too: of cffi, PyTorch and Python's own for compiling expressions of others.
const WORDS: &[&str] = &[
    "set_source",
    "ffi.verify",
    "ffi.compile",
    "torch.compile",
    "torch._dynamo",
    "from torch import compile",
    "flex_attention",
    "load_inline",
    "new_compiler",
    "build_ext",
    "cython.inline",
];

impl Runtime<'_, '_> {
    /// What of a program of Python needs a compiler when it runs.
    pub(super) fn compiles_later(&self) -> Option<String> {
        let asked = self.asked_for();
        family_of(|name| asked.contains(name)).or_else(|| in_sources(self.context?))
    }
}

/// The package of those that are asked for that has a compiler translate what it writes.
pub(in crate::compare) fn family_of(asked: impl Fn(&str) -> bool) -> Option<String> {
    let mut names = FAMILIES.iter().copied().flatten();
    names.find(|name| asked(name)).map(|name| (*name).to_owned())
}

/// The source of Python that compiles when it runs.
pub(in crate::compare) fn in_sources(context: &BuildContext) -> Option<String> {
    let mut sources = context.entries().filter(|(path, entry)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ends = name.ends_with(".py") || name.ends_with(".ipynb");
        entry.kind == ContextKind::File && ends && !matches!(name, "setup.py" | "build.py")
    });
    sources.find_map(|(path, _)| {
        let text = context.text(path)?;
        of_source(text, path.ends_with(".ipynb")).map(|sign| format!("{path}, by {sign},"))
    })
}

/// What a source compiles with.
pub(in crate::compare) fn of_source(text: &str, notebook: bool) -> Option<String> {
    for line in text.lines() {
        // A notebook has its lines between quotes.
        let line = line.trim().trim_matches(|c: char| notebook && "\",".contains(c)).trim_start();
        if let Some(module) = imported(line).find(|module| is_compiler(module)) {
            return Some(module);
        }
    }
    if notebook && ["%%cython", "load_ext Cython"].iter().any(|magic| text.contains(magic)) {
        return Some("cells of Cython".to_owned());
    }
    let named = COMPILERS
        .iter()
        .find(|name| ['"', '\''].iter().any(|sign| text.contains(&format!("{sign}{name}{sign}"))));
    // What has no word to compile is told to: an extension of cffi, or a model.
    let bare = [".compile()", ".compile(verbose"].into_iter().find(|call| text.contains(call));
    let word = WORDS.iter().find(|word| text.contains(**word));
    // An object of cffi may have any name.
    let verifies = text.contains("cffi") && text.contains(".verify(");
    let word = word.or(verifies.then_some(&".verify("));
    named.or(word).map(|sign| (*sign).to_owned()).or_else(|| bare.map(str::to_owned))
}

/// The modules that a line imports, each with the names behind it.
fn imported(line: &str) -> impl Iterator<Item = String> {
    let from = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import "));
    let plain = line.strip_prefix("import ").unwrap_or_default();
    let first = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let whole: Vec<String> = plain.split(',').map(first).collect();
    let parts = from.into_iter().flat_map(move |(module, names)| {
        let names = names.trim_start_matches('(').split(',').map(first);
        names.map(|name| format!("{}.{name}", module.trim())).collect::<Vec<_>>()
    });
    whole
        .into_iter()
        .chain(parts)
        .filter(|module| !module.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

fn is_compiler(module: &str) -> bool {
    MODULES.iter().any(|one| {
        module.strip_prefix(one).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::of_source;

    #[test]
    fn imports_tell() {
        let compiles = |text: &str| of_source(text, false).is_some();
        assert!(compiles("import os, pyximport\n"));
        assert!(compiles("from torch.utils import cpp_extension\n"));
        assert!(compiles("from numpy import f2py as translator\n"));
        assert!(compiles("subprocess.run(['gcc', path])\n"));
        assert!(compiles("builder.compile()\n"));
        assert!(!compiles("import re\nre.compile('a')\n"));
        assert!(!compiles("from numpy import array\n"));
        assert!(of_source("  \"%%cython\\n\",\n", true).is_some());
    }
}
