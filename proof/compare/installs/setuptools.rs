//! A project that setuptools builds: the files that decide on what is built, and the folders that are built.
//!
//! Sources: the documentation of setuptools, "Keywords", "Package Discovery" and "Controlling files in the distribution"; the
//! documentation of pip, "Build System Interface".

mod script;

use dockslim_contract::ContextKind;
use toml::{Table, Value};

use super::super::folders::{absolute, is_within};
use super::python::{MODULES, is_local, requirements};
use super::{Files, Install};
use script::Script;

/// More modules that a build asks for, and would take from the project.
const BUILDING: &[&str] = &[
    "argparse",
    "concurrent",
    "copyreg",
    "difflib",
    "dis",
    "encodings",
    "errno",
    "fnmatch",
    "gzip",
    "itertools",
    "lzma",
    "marshal",
    "math",
    "multiprocessing",
    "opcode",
    "packaging",
    "pkg_resources",
    "plistlib",
    "posixpath",
    "pprint",
    "reprlib",
    "runpy",
    "sitecustomize",
    "stringprep",
    "test",
    "tomllib",
    "unittest",
    "usercustomize",
    "wheel",
    "zipimport",
    "zlib",
];
/// Variables that tell a compiler, Python or setuptools of files.
const TOLD: &[&str] = &[
    "AR",
    "ARFLAGS",
    "CC",
    "CFLAGS",
    "COMPILER_PATH",
    "CPATH",
    "CPLUS_INCLUDE_PATH",
    "CPPFLAGS",
    "CXX",
    "CXXFLAGS",
    "C_INCLUDE_PATH",
    "DIST_EXTRA_CONFIG",
    "GCC_EXEC_PREFIX",
    "LDCXXSHARED",
    "LDFLAGS",
    "LDSHARED",
    "LD_RUN_PATH",
    "LIBRARY_PATH",
    "PYTHONHOME",
    "PYTHONPATH",
];
/// What a variable may tell pip, behind `PIP_`, without a say in the build.
const PLAIN: &[&str] = &[
    "INDEX_URL",
    "EXTRA_INDEX_URL",
    "TRUSTED_HOST",
    "NO_CACHE_DIR",
    "NO_COLOR",
    "NO_INPUT",
    "PROGRESS_BAR",
    "DISABLE_PIP_VERSION_CHECK",
    "ROOT_USER_ACTION",
    "BREAK_SYSTEM_PACKAGES",
    "DEFAULT_TIMEOUT",
    "TIMEOUT",
    "RETRIES",
];
/// Files at the top of a project that its metadata or its list of files takes up.
const LISTED: &[&str] = &["AUTHORS", "COPYING", "LICEN", "NOTICE", "README"];

/// What makes up a package, as its settings tell.
#[derive(Default)]
struct Told {
    name: Option<String>,
    /// The folder of its packages, if it is not the project itself.
    root: String,
    /// Its packages by name; a folder to look through stands alone, with a slash behind it.
    packages: Option<Vec<String>>,
    modules: Vec<String>,
    sources: Vec<String>,
    /// Files that the settings name.
    files: Vec<String>,
}

/// Adds what an install of the project at `path` touches.
pub(super) fn project(
    path: &str,
    here: &str,
    isolated: bool,
    files: &impl Files,
    install: &mut Install,
) -> Option<()> {
    let folder = absolute(path, here, None)?;
    if path.contains(['[', ':', '@']) || files.may_be_written(&folder) {
        return None;
    }
    let tells = |name: &String| match name.strip_prefix("PIP_") {
        Some(option) => !PLAIN.contains(&option),
        None => TOLD.contains(&name.as_str()),
    };
    if files.variables().iter().any(tells) {
        return None;
    }
    let places = files.places();
    let inside = |place: &str| {
        is_within(place, &folder).then(|| place[folder.len()..].trim_start_matches('/').to_owned())
    };
    for (place, _) in &places {
        let told = ["MANIFEST.in", ".pydistutils.cfg", "PKG-INFO"];
        let Some(path) = inside(place) else {
            if told.iter().any(|name| place.ends_with(&format!("/{name}"))) {
                return None;
            }
            continue;
        };
        let module = path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py"));
        let hides = |name: &str| MODULES.contains(&name) || BUILDING.contains(&name);
        if told.contains(&path.as_str()) || module.is_some_and(hides) {
            return None;
        }
    }
    let place = |name: &str| format!("{}/{name}", folder.trim_end_matches('/'));
    let mut told = Told::default();
    let (script, table) = (place("setup.py"), place("pyproject.toml"));
    let (has_script, has_table) = (files.exists(&script), files.exists(&table));
    if has_script {
        call(&Script::of(files.text(&script)?)?, &folder, files, install, &mut told)?;
        install.manifests.push(script);
    }
    if has_table {
        let read = files.text(&table)?.parse().ok()?;
        let source = files.source(&place("src"));
        let has_src = source.is_some_and(|path| files.context().is_folder(&path));
        settings(&read, has_src, &mut told)?;
        install.manifests.push(table);
    }
    let configuration = place("setup.cfg");
    if files.exists(&configuration) {
        let of_tools = |line: &str| {
            let tools = ["flake8", "isort", "mypy", "pep8", "pycodestyle", "pydocstyle", "yapf"];
            line.strip_prefix("tool:pytest").is_some_and(|rest| rest == "]")
                || tools.iter().any(|tool| line.strip_prefix(tool) == Some("]"))
        };
        let mut sections = files
            .text(&configuration)?
            .split(['\r', '\n'])
            .filter_map(|line| line.trim().strip_prefix('['));
        sections.all(of_tools).then_some(())?;
        install.manifests.push(configuration);
    }
    (has_script || has_table).then_some(())?;
    if !has_table || !isolated {
        install.asks.extend([".git", ".hg", ".svn"].map(place));
    }
    for file in &told.files {
        install.manifests.push(place(inner(file)?));
    }
    for (folder, compiled) in folders(&told)? {
        whole(&place(inner(&folder)?), compiled, files, install)?;
    }
    if told.root.is_empty() {
        for name in &told.modules {
            // A module in a package brings the package's own file with it.
            (!name.contains('.')).then_some(())?;
            install.manifests.push(place(inner(&format!("{name}.py"))?));
        }
    }
    for (at, kind) in &places {
        let Some(path) = inside(at) else { continue };
        let top = !path.contains('/') && LISTED.iter().any(|name| path.starts_with(name));
        match kind {
            ContextKind::Folder => {}
            // A link may lead to tests elsewhere, and those are listed.
            _ if path == "tests" || path == "test" => return None,
            ContextKind::File if top => install.manifests.push(at.clone()),
            _ if top => return None,
            _ => {}
        }
        if let Some((tests @ ("test" | "tests"), name)) = path.split_once('/')
            && !name.contains('/')
            && name.starts_with("test")
            && name.ends_with(".py")
            && !install.manifests.contains(&place(tests))
        {
            whole(&place(tests), false, files, install)?;
        }
    }
    let name = told.name?;
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let sound = !name.is_empty() && name.chars().all(letters);
    (sound && !name.contains("--") && !name.contains("__")).then_some(())?;
    let made = format!("{}.egg-info", name.replace('-', "_"));
    let made = if told.root.is_empty() { made } else { format!("{}/{made}", told.root) };
    install.fills.extend([place("build"), place(&made)]);
    install.manifests.iter().all(|place| files.exists(place)).then_some(())
}

/// What `setup` is called with.
fn call(
    script: &Script,
    folder: &str,
    files: &impl Files,
    install: &mut Install,
    told: &mut Told,
) -> Option<()> {
    told.name = script.text("name");
    told.files.extend(script.opened.iter().cloned());
    for list in ["install_requires", "tests_require", "extras_require"] {
        match script.read_from(list) {
            Some(file) => requirements(&file, folder, files, install)?,
            None => {
                script.texts(list)?.iter().all(|one| !is_local(one)).then_some(())?;
            }
        }
    }
    if script.has("package_dir") {
        let pairs = script.texts("package_dir")?;
        let [key, root] = pairs.as_slice() else { return None };
        key.is_empty().then_some(())?;
        told.root = stem(root).to_owned();
    }
    if script.has("packages") {
        told.packages = Some(match script.found() {
            Some(folder) => vec![format!("{}/", stem(&folder))],
            None => script.texts("packages")?,
        });
    }
    told.modules = script.texts("py_modules")?;
    told.files.extend(script.texts("scripts")?);
    for pattern in script.texts("package_data")? {
        // Among the patterns are the names of packages, one of which may be empty.
        if !pattern.is_empty() {
            inner(&pattern)?;
        }
    }
    told.sources = script.sources()?;
    Some(())
}

/// What pyproject.toml says.
fn settings(table: &Table, has_src: bool, told: &mut Told) -> Option<()> {
    let texts = |value: &Value| -> Option<Vec<String>> {
        value.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
    };
    if let Some(system) = table.get("build-system") {
        let back_end = system.get("build-backend").map(|it| it.as_str().unwrap_or_default());
        let known = back_end.is_none_or(|it| {
            it.strip_prefix("setuptools.build_meta")
                .is_some_and(|rest| matches!(rest, "" | ":__legacy__"))
        });
        let needs = system.get("requires").map_or(Some(Vec::new()), texts)?;
        let own = |one: &String| {
            let name = one.split(['>', '<', '=', '!', '~', '[', ' ', ',']).next();
            matches!(name, Some("setuptools" | "wheel")) && !one.contains(['@', ';'])
        };
        (known && system.get("backend-path").is_none() && needs.iter().all(own)).then_some(())?;
    }
    let tools = table.get("tool").and_then(Value::as_table);
    let foreign = ["distutils", "setuptools_scm", "setuptools-git-versioning"];
    if foreign.iter().any(|name| tools.is_some_and(|tools| tools.contains_key(*name))) {
        return None;
    }
    let project = table.get("project");
    if let Some(project) = project {
        let dynamic = project.get("dynamic").map_or(Some(Vec::new()), texts)?;
        (dynamic.is_empty() && project.get("license-files").is_none()).then_some(())?;
        match project.get("readme") {
            Some(Value::String(file)) => told.files.push(file.clone()),
            Some(readme) => told.files.extend(file_of(readme)),
            None => {}
        }
        told.files.extend(project.get("license").and_then(file_of));
        told.name = Some(project.get("name")?.as_str()?.to_owned());
        let extras = project.get("optional-dependencies").and_then(Value::as_table);
        let lists = project.get("dependencies").into_iter();
        for list in lists.chain(extras.into_iter().flatten().map(|(_, list)| list)) {
            texts(list)?.iter().all(|one| !is_local(one)).then_some(())?;
        }
    }
    for (key, value) in tools.and_then(|it| it.get("setuptools")?.as_table()).into_iter().flatten()
    {
        match key.as_str() {
            "packages" if told.packages.is_some() => return None,
            "packages" => {
                let looked = value.get("find").and_then(|find| find.get("where"));
                told.packages = Some(match (value, looked) {
                    (Value::Array(_), _) => texts(value)?,
                    (_, Some(folders)) => {
                        let [folder] = &texts(folders)?[..] else { return None };
                        let folder = stem(folder);
                        (told.root.is_empty() || told.root == folder).then_some(())?;
                        told.root = folder.to_owned();
                        vec![format!("{}/", told.root)]
                    }
                    _ => return None,
                });
            }
            "package-dir" => {
                let pairs = value.as_table().filter(|pairs| pairs.len() == 1)?;
                let root = stem(pairs.get("")?.as_str()?);
                (told.root.is_empty() || told.root == root).then_some(())?;
                told.root = root.to_owned();
            }
            "py-modules" => told.modules.extend(texts(value)?),
            "package-data" => {
                for (_, patterns) in value.as_table()? {
                    texts(patterns)?.iter().all(|one| inner(one).is_some()).then_some(())?;
                }
            }
            "exclude-package-data" | "include-package-data" | "zip-safe" => {}
            _ => return None,
        }
    }
    let silent = told.packages.is_none() && told.modules.is_empty() && told.root.is_empty();
    if silent && project.is_some() && has_src {
        told.root = "src".to_owned();
        told.packages = Some(vec!["src/".to_owned()]);
    }
    Some(())
}

/// A folder of the project as its paths begin with it; nothing for the project itself.
fn stem(mut folder: &str) -> &str {
    while let Some(rest) = folder.strip_prefix("./") {
        folder = rest.trim_start_matches('/');
    }
    if folder == "." { "" } else { folder.trim_end_matches('/') }
}

/// The file of `{ file = "README.md" }`.
fn file_of(value: &Value) -> Option<String> {
    value.get("file").and_then(Value::as_str).map(str::to_owned)
}

/// The folders of the project that are built, and whether what is in them may be compiled.
fn folders(told: &Told) -> Option<Vec<(String, bool)>> {
    let compiled = !told.sources.is_empty();
    let packages = told.packages.as_deref().unwrap_or_default();
    (!packages.is_empty() || !told.modules.is_empty()).then_some(())?;
    let root = &*told.root;
    let looked = packages.iter().find(|name| name.ends_with('/'));
    if looked.is_some_and(|folder| root.is_empty() || *folder != format!("{root}/")) {
        return None;
    }
    let mut folders: Vec<&str> = match root {
        "" => packages.iter().map(|name| name.split('.').next().unwrap_or(name)).collect(),
        root => vec![root],
    };
    for source in &told.sources {
        let (top, _) = inner(source)?.split_once('/')?;
        [".c", ".cc", ".cpp", ".cxx"].iter().any(|end| source.ends_with(end)).then_some(())?;
        let covered = |folder: &&str| source.starts_with(&format!("{folder}/"));
        if !folders.iter().any(covered) {
            folders.push(top);
        }
    }
    folders.sort_unstable();
    folders.dedup();
    Some(folders.into_iter().map(|folder| (folder.to_owned(), compiled)).collect())
}

/// Adds a folder with all that is in it: no links, and nothing that another COPY brings.
fn whole(place: &str, compiled: bool, files: &impl Files, install: &mut Install) -> Option<()> {
    let source = files.source(place).filter(|path| !path.is_empty())?;
    files.context().is_folder(&source).then_some(())?;
    install.manifests.push(place.to_owned());
    for (inner, kind) in files.places() {
        if !is_within(&inner, place) || inner == place {
            continue;
        }
        let path = files.source(&inner)?;
        let same = path.strip_prefix(&*source) == inner.strip_prefix(place);
        let plain = match kind {
            ContextKind::File => !compiled || keeps_inside(files.context().text(&path)?),
            kind => kind == ContextKind::Folder,
        };
        (same && plain).then_some(())?;
        install.manifests.push(inner);
    }
    Some(())
}

/// Whether a source takes in nothing but what lies beside or below it, or belongs to the system (C23, 6.10).
fn keeps_inside(text: &str) -> bool {
    let words = ["#import", "__has_include", "embed", "incbin", "include_next", ".include"];
    let others = ["%:", "??", "GCC dependency"];
    let passed_over = text.contains(['\0', '\u{feff}']);
    let mut lines = text.split(['\r', '\n']).map(str::trim);
    !passed_over
        && !words.iter().chain(&others).any(|word| text.contains(word))
        && lines.all(|line| match line.strip_prefix('#').map(str::trim_start) {
            // A comment may end in front of a directive; one of a single line holds none.
            None => {
                let dense: String = line.split_whitespace().collect();
                !dense.replace("//", "").contains("/#")
            }
            Some(rest) => match rest.strip_prefix("include") {
                Some(name) => {
                    let name = name.trim_start();
                    let (sign, path) = (name.get(..1), name.get(1..).unwrap_or_default());
                    matches!(sign, Some("\"" | "<"))
                        && !path.starts_with('/')
                        && !path.contains("..")
                        && !path.contains('\\')
                }
                None if rest.starts_with("define") => true,
                None => !rest.starts_with('/') && !rest.ends_with('\\'),
            },
        })
}

/// A path that stays in its folder.
fn inner(path: &str) -> Option<&str> {
    let odd = path.is_empty() || path.starts_with(['/', '~']) || path.contains(['\\', '$']);
    (!odd && path.split('/').all(|name| name != "..")).then_some(path)
}
