//! Projects of Python in the build context: whether installing them compiles something.
//!
//! Sources: PEP 517 and PEP 621; the documentation of setuptools, "Building extension modules".

use dockslim_contract::BuildContext;

use super::compiles::FROM_SOURCE;

/// Build backends that write wheels of pure Python, unless they are told otherwise.
const PURE: &[&str] =
    &["hatchling.build", "flit_core.buildapi", "poetry.core.masonry.api", "uv_build"];
/// What only projects write that compile, or that run programs of their own when they are built.
const SIGNS: &[&str] = &[
    "ext_modules",
    "ext-modules",
    "Extension",
    "cffi_modules",
    "cythonize",
    "pybind11",
    "cmdclass",
    "subprocess",
    "os.system",
    "setup_requires",
    "hooks",
    "build.py",
    "script =",
    "hatch-vcs",
    "scikit",
    "maturin",
    "rust",
    "cmake",
    "meson",
    "setuptools_scm",
    "setuptools-scm",
    "numpy.distutils",
];

/// Why `setup.py install` may bring more than the one project of the context, in Python alone: for packages that this asks for, setuptools takes
/// releases that have no wheel for the interpreter, too.
pub(super) fn asks_for_more(context: Option<&BuildContext>) -> Option<String> {
    let files = context.into_iter().flat_map(BuildContext::entries);
    let mut scripts = 0;
    for (path, _) in files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let text = || context.and_then(|context| context.text(path));
        scripts += usize::from(name == "setup.py");
        let more = match name {
            "setup.cfg" => true,
            "setup.py" => text().is_none_or(|text| text.contains("requires")),
            "pyproject.toml" => text().is_none_or(|text| text.contains("dependencies")),
            _ => false,
        };
        if more {
            return Some(format!("{path} may ask for what is compiled"));
        }
    }
    if scripts == 1 { problem(".", context) } else { Some("which setup.py is meant".to_owned()) }
}

/// Why an install of the project in a folder may ask for a compiler, in words.
pub(super) fn problem(path: &str, context: Option<&BuildContext>) -> Option<String> {
    let built = || Some(format!("pip builds `{path}`"));
    let Some(context) = context else { return built() };
    // Which folder a relative path means is asked of nobody: all projects of the context have to be plain.
    let mut found = false;
    for (file, _) in context.entries() {
        let name = file.rsplit('/').next().unwrap_or(file);
        let extension = [".pyx", ".pxd", ".c", ".cc", ".cpp", ".f90", ".rs"];
        if extension.iter().any(|end| name.ends_with(end)) {
            return built();
        }
        if !matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg") {
            continue;
        }
        let Some(text) = context.text(file) else { return built() };
        found = true;
        let backend = text.lines().find_map(|line| line.trim().strip_prefix("build-backend"));
        let backend = backend.map(|rest| rest.trim_matches([' ', '=', '"', '\'']));
        let known =
            |backend: &str| PURE.contains(&backend) || backend.starts_with("setuptools.build_meta");
        if backend.is_some_and(|backend| !known(backend))
            || SIGNS.iter().any(|sign| text.contains(sign))
        {
            return built();
        }
        let other = |c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c));
        let mut words =
            text.split(other).map(|word| word.to_ascii_lowercase().replace(['_', '.'], "-"));
        if let Some(name) = words.find(|word| FROM_SOURCE.contains(&word.as_str())) {
            return Some(format!("{name} is compiled"));
        }
    }
    if found { None } else { built() }
}
