//! What compiles while a program of Python runs: packages that translate models to C, and calls in sources (documentation of Cython, cffi,
//! PyTorch, SciPy, SymPy, NumPy and Numba); packages whose programs have pip install what their settings ask for (their own pages).

const PACKAGES: &[&str] = &[
    "aesara",
    "bambi",
    "brian2",
    "cmdstanpy",
    "cppyy",
    "deepspeed",
    "homeassistant",
    "mqtt-io",
    "octoprint",
    "opsdroid",
    "pi-mqtt-gpio",
    "platformio",
    "pymc",
    "pymc3",
    "pystan",
    "pytensor",
    "pytensor-base",
    "theano",
    "triton",
    "vllm",
];
const CALLS: &[&str] = &[
    "pyximport",
    "ffi.compile(",
    "ffi.verify(",
    "ffibuilder.compile(",
    "set_source(",
    ".compile()",
    "cppimport",
    "numba.pycc",
    "cpp_extension",
    "torch.compile(",
    "torch._dynamo",
    "from torch import compile",
    "flex_attention",
    "cython.inline",
    "%%cython",
    "load_ext Cython",
    "load_inline(",
    "distutils.ccompiler",
    "new_compiler(",
    "autowrap",
    "build_ext",
    "ufuncify",
    "f2py",
    "environ[\"CC\"]",
    "environ['CC']",
    "which(\"gcc\")",
    "which('gcc')",
    "which(\"cc\")",
    "which('cc')",
];

/// Whether a package, by its name as PyPI has it, calls a compiler or pip when its program runs.
pub(crate) fn is_compiling_package(name: &str) -> bool {
    PACKAGES.contains(&name)
}

/// The call or word of a source of Python by which it may compile when it runs.
pub(crate) fn compiling_call(text: &str) -> Option<&'static str> {
    let by_cffi = || (text.contains("cffi") && text.contains(".verify(")).then_some(".verify(");
    CALLS.iter().copied().find(|call| text.contains(call)).or_else(by_cffi)
}
