//! What pip reads of a project that setuptools builds: its settings, the folders of its packages, and the files that are put
//! beside them.
//!
//! <https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html>,
//! <https://setuptools.pypa.io/en/latest/userguide/package_discovery.html>,
//! <https://setuptools.pypa.io/en/latest/userguide/miscellaneous.html>

use dockslim_contract::ContextKind;
use toml::{Table, Value as Setting};

use super::project::{Project, Reads};
use super::setup_script::{Script, Value};
use super::{python, python_projects, reasons};
use crate::facts::{absolute, below, is_within};
use crate::pass::Refusal;

/// Names of files at the top of a project that are listed among its own, or go with its metadata.
const BESIDE: [&str; 5] = ["README", "LICEN", "COPYING", "NOTICE", "AUTHORS"];
/// Files that lead the build to others.
const LEADING: [&str; 6] =
    [".pydistutils.cfg", "MANIFEST.in", "PKG-INFO", "pyproject.toml", "setup.cfg", "setup.py"];
/// Sections of setup.cfg for tools that the build does not start.
const OF_TOOLS: [&str; 8] =
    ["flake8", "isort", "mypy", "pep8", "pycodestyle", "pydocstyle", "tool:pytest", "yapf"];
/// Keys of `[tool.setuptools]` that are read here, or name no file.
const SETTINGS: [&str; 7] = [
    "exclude-package-data",
    "include-package-data",
    "package-data",
    "package-dir",
    "packages",
    "py-modules",
    "zip-safe",
];
/// Variables that lead Python or a compiler to files, or tell setuptools of settings.
const VARIABLES: [&str; 20] = [
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
/// Options of pip that name no file and change no build; any other may be handed to the build.
const OPTIONS: [&str; 13] = [
    "PIP_BREAK_SYSTEM_PACKAGES",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_DISABLE_PIP_VERSION_CHECK",
    "PIP_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "PIP_NO_CACHE_DIR",
    "PIP_NO_COLOR",
    "PIP_NO_INPUT",
    "PIP_PROGRESS_BAR",
    "PIP_RETRIES",
    "PIP_ROOT_USER_ACTION",
    "PIP_TIMEOUT",
    "PIP_TRUSTED_HOST",
];
/// Modules that the build imports, and would find in the folder of the project first.
const MODULES: &str = "abc argparse ast base64 bisect calendar codecs collections concurrent configparser contextlib copy copyreg csv \
    ctypes dataclasses datetime difflib dis distutils email encodings enum errno fnmatch functools gettext glob gzip hashlib heapq html \
    http importlib inspect io ipaddress itertools json keyword linecache locale logging lzma marshal math mimetypes multiprocessing \
    netrc numbers opcode operator optparse os packaging pathlib pickle pip pkg_resources pkgutil platform plistlib posixpath pprint \
    queue random re reprlib runpy secrets select selectors setuptools shlex shutil signal site sitecustomize socket ssl stat string \
    stringprep struct subprocess sysconfig tarfile tempfile test textwrap threading time token tokenize tomllib traceback types \
    typing unittest urllib usercustomize uuid warnings weakref wheel xml zipfile zipimport zlib";

fn builds(what: String) -> Refusal {
    (&reasons::INSTALLS_PROJECT, format!("the install builds the project itself, and {what}"))
}

/// What an install of the project that lies at `operand` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    operand: &str,
    here: &str,
    isolated: bool,
    reads: &mut Reads,
) -> Result<(), Refusal> {
    let folder = match operand {
        "." => Some(here.to_owned()),
        path => absolute(path.trim_end_matches('/'), Some(here)),
    };
    let folder = folder.filter(|folder| !folder.contains(['[', ' ', '@']));
    let folder = folder.ok_or_else(|| builds(format!("where `{operand}` lies is not known")))?;
    Built { project, folder: &folder, isolated, reads }.all()
}

struct Built<'b, 'a, 't> {
    project: &'b Project<'a, 't>,
    folder: &'b str,
    isolated: bool,
    reads: &'b mut Reads,
}

/// What a package is made of.
#[derive(Default)]
struct Parts {
    name: Option<String>,
    /// The folder in which its packages lie.
    root: Option<String>,
    packages: Option<Packages>,
    modules: Vec<String>,
    sources: Vec<String>,
}

enum Packages {
    Named(Vec<String>),
    Found(String),
}

impl Built<'_, '_, '_> {
    fn all(mut self) -> Result<(), Refusal> {
        let leads = |name: &&str| {
            VARIABLES.contains(name) || (name.starts_with("PIP_") && !OPTIONS.contains(name))
        };
        if let Some(name) = self.project.variables().find(leads) {
            let message = format!("the variable {name} may lead its build to files");
            return Err((&reasons::ENVIRONMENT, message));
        }
        for (place, _) in self.project.places() {
            self.is_harmless(&place)?;
        }
        if self.project.may_be_written(self.folder, &LEADING) {
            return Err(builds("what else lies there is not known".to_owned()));
        }
        let mut parts = Parts::default();
        let script = self.place("setup.py");
        if self.project.exists(&script) {
            let read = Script::of(self.project.text(&script)?);
            let read = read.map_err(|what| builds(format!("`{script}` {what}")))?;
            self.takes(script.clone())?;
            self.script(&read, &mut parts)?;
        }
        let settings = self.place("pyproject.toml");
        let has_settings = self.project.exists(&settings);
        if has_settings {
            let table = python_projects::table(self.project, &settings)?;
            self.takes(settings.clone())?;
            self.table(&settings, &table, &mut parts)?;
        } else if !self.project.exists(&script) {
            return Err(builds(format!("there is no `{script}`")));
        }
        self.configuration()?;
        if !has_settings || !self.isolated {
            // Plugins that list files are those of the image.
            self.reads.asks.extend([".git", ".hg", ".svn"].map(|name| self.place(name)));
        }
        self.folders(&parts)?;
        self.beside()?;
        let all = self.reads.manifests.clone();
        let outer = |place: &String| !all.iter().any(|one| place != one && is_within(place, one));
        self.reads.manifests.retain(outer);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let known = |name: &String| {
            !name.is_empty()
                && name.chars().all(plain)
                && !name.contains("--")
                && !name.contains("__")
        };
        let name = parts.name.filter(known);
        let name = name.ok_or_else(|| builds("its name is not known".to_owned()))?;
        let root = parts.root.map_or(self.folder.to_owned(), |root| self.place(&root));
        self.reads.fills.push(self.place("build"));
        self.reads.fills.push(below(&root, &format!("{}.egg-info", name.replace('-', "_"))));
        let what = "right as long as its settings name all that the project is built of".to_owned();
        self.reads.rests_on = Some(what);
        Ok(())
    }

    fn place(&self, path: &str) -> String {
        below(self.folder, path)
    }

    /// Whether what is copied to `place` has no say in the build by its name alone.
    fn is_harmless(&self, place: &str) -> Result<(), Refusal> {
        let name = place.rsplit('/').next().unwrap_or_default();
        let inside = is_within(place, self.folder)
            .then(|| place[self.folder.len()..].trim_start_matches('/'));
        let module = inside.and_then(|path| path.strip_suffix(".py"));
        let module = module.map(|path| path.strip_suffix("/__init__").unwrap_or(path));
        let hides = module.is_some_and(|module| MODULES.split_whitespace().any(|it| it == module));
        if hides || (LEADING[..3].contains(&name) && inside.is_none_or(|path| path == name)) {
            return Err(builds(format!("`{place}` has a say in that")));
        }
        Ok(())
    }

    /// Notes a file that is read.
    fn takes(&mut self, place: String) -> Result<(), Refusal> {
        let kind = self
            .project
            .source_of(&place)
            .and_then(|(_, source)| self.project.context.entry(&source).map(|entry| entry.kind));
        if kind != Some(ContextKind::File) {
            return Err((&reasons::NO_MANIFEST, format!("the build context brings no `{place}`")));
        }
        if !self.reads.manifests.contains(&place) {
            self.reads.manifests.push(place);
        }
        Ok(())
    }

    /// Reads the call in setup.py.
    fn script(&mut self, script: &Script, parts: &mut Parts) -> Result<(), Refusal> {
        let odd = |what: &str| builds(format!("its setup.py has {what}"));
        for file in &script.reads {
            self.takes(self.inner(file)?)?;
        }
        let lists = script.requirements();
        for list in lists {
            let lists: Vec<&Value> = match list {
                Value::Table(pairs) => pairs.iter().map(|(_, value)| value).collect(),
                value => vec![value],
            };
            for list in lists {
                match list {
                    Value::Read(file) => {
                        python::follow(self.project, file, self.folder, self.reads)?
                    }
                    list => {
                        let names =
                            list.texts().ok_or_else(|| odd("requirements that are not read"))?;
                        if let Some(name) = names.iter().find(|name| python::is_local(name)) {
                            return Err((
                                &reasons::LOCAL_DEPENDENCY,
                                format!("setup.py names `{name}`"),
                            ));
                        }
                    }
                }
            }
        }
        if let Some(Value::Text(name)) = script.argument("name") {
            parts.name = Some(name.clone());
        }
        if let Some(folders) = script.argument("package_dir") {
            match folders {
                Value::Table(pairs) => match &pairs[..] {
                    [(key, Value::Text(root))] if key.is_empty() => parts.root = Some(tidy(root)),
                    _ => return Err(odd("folders of single packages")),
                },
                _ => return Err(odd("folders that are not read")),
            }
        }
        parts.packages = match script.argument("packages") {
            None => None,
            Some(Value::Found(folder)) => Some(Packages::Found(tidy(folder))),
            Some(value) => {
                let names = value.texts().ok_or_else(|| odd("packages that are not read"))?;
                Some(Packages::Named(names.into_iter().map(str::to_owned).collect()))
            }
        };
        if let Some(value) = script.argument("py_modules") {
            let names = value.texts().ok_or_else(|| odd("modules that are not read"))?;
            parts.modules.extend(names.into_iter().map(str::to_owned));
        }
        if let Some(value) = script.argument("scripts") {
            for file in value.texts().ok_or_else(|| odd("scripts that are not read"))? {
                self.takes(self.inner(file)?)?;
            }
        }
        if let Some(data) = script.argument("package_data") {
            let Value::Table(pairs) = data else { return Err(odd("data that is not read")) };
            for (_, value) in pairs {
                let patterns = value.texts().ok_or_else(|| odd("data that is not read"))?;
                patterns.into_iter().try_for_each(|pattern| self.inner(pattern).map(drop))?;
            }
        }
        if let Some(parts_in_c) = script.argument("ext_modules") {
            let Value::List(list) = parts_in_c else { return Err(odd("parts that are not read")) };
            for part in list {
                let Value::Part(sources) = part else { return Err(odd("parts that are not read")) };
                parts.sources.extend(sources.iter().cloned());
            }
        }
        Ok(())
    }

    /// Reads pyproject.toml.
    fn table(&mut self, place: &str, table: &Table, parts: &mut Parts) -> Result<(), Refusal> {
        let odd = |what: &str| builds(format!("`{place}` has {what}"));
        let system = table.get("build-system").and_then(Setting::as_table);
        let back_end = system.and_then(|system| system.get("build-backend"));
        let known = ["setuptools.build_meta", "setuptools.build_meta:__legacy__"];
        if back_end.is_some_and(|it| !it.as_str().is_some_and(|name| known.contains(&name)))
            || system.is_some_and(|system| system.contains_key("backend-path"))
        {
            return Err(odd("another back end than setuptools"));
        }
        let needed = system.and_then(|system| system.get("requires"));
        for one in needed.and_then(Setting::as_array).into_iter().flatten() {
            let text = one.as_str().unwrap_or_default();
            let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
            let (name, version) = text.split_at(end.unwrap_or(text.len()));
            if !matches!(name, "setuptools" | "wheel") || version.contains('@') {
                return Err(odd(&format!("`{text}` for its build")));
            }
        }
        let tools = table.get("tool").and_then(Setting::as_table);
        let tool = |name: &str| tools.and_then(|tools| tools.get(name));
        if let Some(name) = ["distutils", "setuptools_scm", "setuptools-git-versioning"]
            .iter()
            .find(|name| tool(name).is_some())
        {
            return Err(odd(&format!("settings of {name}")));
        }
        if let Some(own) = table.get("project").and_then(Setting::as_table) {
            python_projects::standard(place, table)?;
            if own.get("dynamic").and_then(Setting::as_array).is_none_or(|list| !list.is_empty())
                && own.contains_key("dynamic")
            {
                return Err(odd("`dynamic`"));
            }
            if own.contains_key("license-files") {
                return Err(odd("`license-files`"));
            }
            for key in ["readme", "license"] {
                let file = match own.get(key) {
                    Some(Setting::String(file)) if key == "readme" => Some(file.as_str()),
                    Some(Setting::Table(table)) => table.get("file").and_then(Setting::as_str),
                    _ => None,
                };
                if let Some(file) = file {
                    self.takes(self.inner(file)?)?;
                }
            }
            parts.name = own.get("name").and_then(Setting::as_str).map(str::to_owned);
        }
        let settings = tool("setuptools").and_then(Setting::as_table);
        for (key, value) in settings.into_iter().flatten() {
            if !SETTINGS.contains(&key.as_str()) {
                return Err(odd(&format!("`{key}`")));
            }
            let texts = |value: &Setting| -> Option<Vec<String>> {
                value.as_array()?.iter().map(|one| Some(one.as_str()?.to_owned())).collect()
            };
            let unread = || odd(&format!("`{key}`"));
            match (key.as_str(), value) {
                ("package-dir", Setting::Table(pairs)) => {
                    let root = pairs.get("").and_then(Setting::as_str).filter(|_| pairs.len() == 1);
                    let root = tidy(root.ok_or_else(unread)?);
                    if parts.root.as_ref().is_some_and(|known| *known != root) {
                        return Err(unread());
                    }
                    parts.root = Some(root);
                }
                ("packages", _) if parts.packages.is_some() => return Err(unread()),
                ("packages", Setting::Table(find)) => {
                    let find = find.get("find").and_then(Setting::as_table).ok_or_else(unread)?;
                    let folders = find.get("where").and_then(texts);
                    let [folder] = &folders.unwrap_or_default()[..] else {
                        return Err(builds("its packages are looked for in all of it".to_owned()));
                    };
                    let folder = tidy(folder);
                    if parts.root.as_ref().is_some_and(|root| *root != folder) {
                        return Err(unread());
                    }
                    parts.root = Some(folder.clone());
                    parts.packages = Some(Packages::Found(folder));
                }
                ("packages", list) => {
                    parts.packages = Some(Packages::Named(texts(list).ok_or_else(unread)?));
                }
                ("py-modules", list) => parts.modules.extend(texts(list).ok_or_else(unread)?),
                ("package-data", Setting::Table(pairs)) => {
                    for (_, patterns) in pairs {
                        let patterns = texts(patterns).ok_or_else(unread)?;
                        patterns.iter().try_for_each(|pattern| self.inner(pattern).map(drop))?;
                    }
                }
                ("package-dir" | "package-data", _) => return Err(unread()),
                _ => {}
            }
        }
        let discovers =
            parts.packages.is_none() && parts.modules.is_empty() && table.contains_key("project");
        let source = self.project.source_of(&self.place("src"));
        if discovers
            && parts.root.is_none()
            && source.is_some_and(|(_, path)| self.project.context.is_folder(&path))
        {
            parts.root = Some("src".to_owned());
            parts.packages = Some(Packages::Found("src".to_owned()));
        }
        Ok(())
    }

    /// Checks setup.cfg, which may stand there for other tools.
    fn configuration(&mut self) -> Result<(), Refusal> {
        let place = self.place("setup.cfg");
        if !self.project.exists(&place) {
            return Ok(());
        }
        let lines = self.project.text(&place)?.split(['\n', '\r']).map(str::trim);
        let known = |line: &str| {
            let section = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
            section.is_some_and(|section| OF_TOOLS.contains(&section))
        };
        // What stands behind the bracket is passed over: `[options] # as of now`.
        if let Some(line) = lines.filter(|line| line.starts_with('[')).find(|line| !known(line)) {
            return Err(builds(format!("`{place}` has the section `{line}`")));
        }
        self.takes(place)
    }

    /// Notes the folders of the packages, and what their parts in C are made of.
    fn folders(&mut self, parts: &Parts) -> Result<(), Refusal> {
        let root = parts.root.as_deref().filter(|root| !root.is_empty());
        let mut folders: Vec<String> = Vec::new();
        match (&parts.packages, root) {
            (Some(Packages::Found(folder)), Some(root)) if folder == root => {
                folders.push(root.to_owned());
            }
            (Some(Packages::Found(_)), _) => {
                return Err(builds("its packages are looked for in all of it".to_owned()));
            }
            (None, _) if parts.modules.is_empty() => {
                return Err(builds("its settings name no packages".to_owned()));
            }
            (Some(Packages::Named(_)), Some(root)) => folders.push(root.to_owned()),
            (Some(Packages::Named(names)), None) => {
                folders.extend(
                    names.iter().filter_map(|name| name.split('.').next()).map(str::to_owned),
                );
            }
            (None, Some(root)) => folders.push(root.to_owned()),
            (None, None) => {}
        }
        if root.is_none() {
            for module in &parts.modules {
                // The `__init__.py` of its package would be built along.
                if module.contains('.') {
                    return Err(builds(format!("its module `{module}` lies in a package")));
                }
                self.takes(self.inner(&format!("{module}.py"))?)?;
            }
        }
        for source in &parts.sources {
            self.inner(source)?;
            let known = [".c", ".cc", ".cpp", ".cxx"].iter().any(|end| source.ends_with(end));
            let top = source.split_once('/').map(|(top, _)| top);
            let top = top
                .filter(|_| known)
                .ok_or_else(|| builds(format!("`{source}` may read other files")))?;
            let covered = |folder: &String| is_within(&format!("/{source}"), &format!("/{folder}"));
            if !folders.iter().any(covered) {
                folders.push(top.to_owned());
            }
        }
        folders.sort();
        folders.dedup();
        for folder in &folders {
            let place = self.inner(folder)?;
            self.takes_folder(&place, !parts.sources.is_empty())?;
        }
        Ok(())
    }

    /// Notes a folder that is read, with all that is in it: one COPY has to bring it.
    fn takes_folder(&mut self, place: &str, compiled: bool) -> Result<(), Refusal> {
        let missing = || (&reasons::NO_MANIFEST, format!("the build context brings no `{place}`"));
        let (_, source) = self.project.source_of(place).ok_or_else(missing)?;
        let context = self.project.context;
        if source.is_empty() || !context.is_folder(&source) {
            return Err(missing());
        }
        for (inner, kind) in self.project.places() {
            if !is_within(&inner, place) || inner == place {
                continue;
            }
            let path = format!("{source}{}", &inner[place.len()..]);
            let same = self.project.source_of(&inner).is_some_and(|(_, found)| found == path);
            if !same || kind == ContextKind::Link {
                return Err(builds(format!("`{inner}` is a link, or comes from elsewhere")));
            }
            if compiled
                && kind == ContextKind::File
                && !context.text(&path).is_some_and(includes_its_own)
            {
                return Err(builds(format!("`{inner}` may include other files")));
            }
        }
        self.reads.manifests.push(place.to_owned());
        Ok(())
    }

    /// Notes the files at the top that are listed or go with the metadata, and the tests that are listed.
    fn beside(&mut self) -> Result<(), Refusal> {
        let mut tests = Vec::new();
        for (place, kind) in self.project.places() {
            if !is_within(&place, self.folder) {
                continue;
            }
            let path = place[self.folder.len()..].trim_start_matches('/');
            match path.split_once('/') {
                None if kind == ContextKind::Folder => {}
                None if matches!(path, "test" | "tests") => {
                    return Err(builds(format!("`{place}` is a link, or comes from elsewhere")));
                }
                None if BESIDE.iter().any(|start| path.starts_with(start)) => self.takes(place)?,
                Some((folder @ ("test" | "tests"), name))
                    if name.starts_with("test") && name.ends_with(".py") && !name.contains('/') =>
                {
                    tests.push(self.place(folder));
                }
                _ => {}
            }
        }
        tests.dedup();
        tests.into_iter().try_for_each(|folder| self.takes_folder(&folder, false))
    }

    /// A path that stays inside the project.
    fn inner(&self, path: &str) -> Result<String, Refusal> {
        let climbs = path.split('/').any(|name| name == "..");
        let odd = path.is_empty() || path.starts_with(['/', '~']) || path.contains(['\\', '$']);
        if climbs || odd {
            return Err(builds(format!("`{path}` may lead out of it")));
        }
        absolute(path, Some(self.folder))
            .ok_or_else(|| builds(format!("`{path}` is not understood")))
    }
}

/// The path of a folder in the project, without what names the project itself: `./src/` is `src`, and `.` is nothing.
fn tidy(path: &str) -> String {
    path.split('/').filter(|name| !matches!(*name, "" | ".")).collect::<Vec<_>>().join("/")
}

/// Whether a source in C includes nothing but what lies beside it, below it, or in the system.
fn includes_its_own(text: &str) -> bool {
    // Digraphs and trigraphs stand for other signs; a mark of the encoding and a zero are passed over.
    let more = [
        "incbin",
        "embed",
        "__has_include",
        "include_next",
        ".include",
        "GCC dependency",
        "??",
        "%:",
        "#import",
        "\u{feff}",
        "\0",
    ];
    let included = |line: &str| {
        let line = line.trim();
        let Some(rest) = line.strip_prefix('#').map(str::trim_start) else {
            // `/* shared */ #include "../shared.h"`, or the comment ends on this line.
            let behind_comment = |(at, _)| {
                let before = line[..at].trim_end();
                before.ends_with('/') && !before.ends_with("//")
            };
            return !line.match_indices('#').any(behind_comment);
        };
        let Some(named) = rest.strip_prefix("include").map(str::trim_start) else {
            let goes_on = line.ends_with('\\') && !rest.starts_with("define");
            return !goes_on && !rest.starts_with('/');
        };
        let file = named.strip_prefix(['"', '<']);
        file.is_some_and(|file| {
            !file.starts_with('/') && !file.contains("..") && !file.contains('\\')
        })
    };
    !more.iter().any(|word| text.contains(word)) && text.split(['\n', '\r']).all(included)
}
