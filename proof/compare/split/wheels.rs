//! What packages of PyPI need of the system when they run.

use std::collections::BTreeSet;

use super::bases::official;
use super::packages::installed;
use super::pypi::brings_its_libraries;
use super::runtime::Runtime;
use crate::compare::bases::FROM_SOURCE;
use crate::compare::versions::with_versions;
use crate::program::{Action, visit};
use crate::shell::Command;

/// What packages of PyPI open when they run, and what slim images have not.
pub(in crate::compare) const OPENED: &[(&str, &str)] = &[
    ("psycopg", "libpq5"),
    ("psycopg2", "libpq5"),
    ("mysqlclient", "libmariadb3"),
    ("mariadb", "libmariadb3"),
    ("pycurl", "libcurl4"),
    ("python-magic", "libmagic1"),
    ("pyodbc", "unixodbc"),
    ("gitpython", "git"),
    ("cairosvg", "libcairo2"),
    ("pycairo", "libcairo2"),
    ("uwsgi", "libxml2"),
];

/// What packages of PyPI open of a full image when they run, by the package that a slim one lacks; nothing where nobody knows all of it.
pub(in crate::compare) const OPENED_OF_FULL: &[(&str, &str)] = &[
    ("albumentations", "libglib2.0-0"),
    ("deepface", "libglib2.0-0"),
    ("dvc", "git"),
    ("easyocr", "libglib2.0-0"),
    ("faiss-cpu", "libgomp1"),
    ("gdal", ""),
    ("imgaug", "libglib2.0-0"),
    ("lightgbm", "libgomp1"),
    ("maxminddb", ""),
    ("mediapipe", "libglib2.0-0"),
    ("mlflow", "git"),
    ("moviepy", ""),
    ("nuitka", ""),
    ("opencv-contrib-python", "libglib2.0-0"),
    ("opencv-contrib-python", "libsm6"),
    ("opencv-contrib-python", "libxext6"),
    ("opencv-contrib-python", "libxrender1"),
    ("opencv-contrib-python-headless", "libglib2.0-0"),
    ("opencv-python", "libglib2.0-0"),
    ("opencv-python", "libsm6"),
    ("opencv-python", "libxext6"),
    ("opencv-python", "libxrender1"),
    ("opencv-python-headless", "libglib2.0-0"),
    ("paddleocr", "libgomp1"),
    ("paddlepaddle", "libgomp1"),
    ("pre-commit", "git"),
    ("ansible", ""),
    ("ansible-core", ""),
    ("cookiecutter", "git"),
    ("copier", "git"),
    ("dbt-core", "git"),
    ("git-filter-repo", "git"),
    ("gitlint", "git"),
    ("mkdocs-git-authors-plugin", "git"),
    ("mkdocs-git-committers-plugin-2", "git"),
    ("mkdocs-git-revision-date-localized-plugin", "git"),
    ("mkdocs-git-revision-date-plugin", "git"),
    ("pydriller", "git"),
    ("sphinx-last-updated-by-git", "git"),
    ("svn", "subversion"),
    ("insightface", ""),
    ("mmcv", ""),
    ("rembg", ""),
    ("roboflow", ""),
    ("pycaret", "libgomp1"),
    ("pygobject", ""),
    ("pyinstaller", ""),
    ("python-gnupg", "gnupg"),
    ("python-hglib", "mercurial"),
    ("pyvips", ""),
    ("supervision", "libglib2.0-0"),
    ("ultralytics", "libglib2.0-0"),
    ("uwsgi", "media-types"),
    ("rlpycairo", "libcairo2"),
    ("xhtml2pdf", "libcairo2"),
    ("bluepy", ""),
    ("ibm-db", ""),
    ("jpegtran-cffi", ""),
    ("pillow-simd", ""),
    ("pybluez", ""),
    ("pyicu", ""),
    ("wand", ""),
    ("weasyprint", ""),
    ("xgboost", "libgomp1"),
    ("darts", "libgomp1"),
    ("flaml", "libgomp1"),
    ("lightfm", "libgomp1"),
    ("llama-cpp-python", "libgomp1"),
    ("nmslib", "libgomp1"),
    ("fiona", "libexpat1"),
    ("rasterio", "libexpat1"),
    ("autogluon", ""),
    ("basicsr", ""),
    ("dlib", ""),
    ("face-recognition", ""),
    ("gfpgan", ""),
    ("inference", ""),
    ("kaleido", ""),
    ("norfair", ""),
    ("open3d", ""),
    ("pyglet", ""),
    ("pyqt5", ""),
    ("pyqt6", ""),
    ("pyside2", ""),
    ("pyside6", ""),
    ("pyvista", ""),
    ("realesrgan", ""),
    ("super-gradients", ""),
    ("unstructured", ""),
    ("vtk", ""),
];

/// Packages of PyPI that put libraries into `lib` of the prefix, where no modules are (their wheels, `.data/data/lib`).
pub(super) const OF_PREFIX: &str = " daal4py dpcpp-cpp-rt intel-cmplr-lib-rt intel-opencl-rt intel-openmp mkl mkl-fft mkl-random mkl-service scikit-learn-intelex tbb ";

/// Headers of libraries that nobody but a linker asks for, as far as packages of Python go: wheels bring their own.
pub(super) const LINKED: &[&str] = &[
    "libbz2-dev",
    "libexpat1-dev",
    "libffi-dev",
    "libfreetype-dev",
    "libfreetype6-dev",
    "libjpeg-dev",
    "libjpeg62-turbo-dev",
    "libatlas-base-dev",
    "liblapack-dev",
    "liblcms2-dev",
    "liblzma-dev",
    "libncurses-dev",
    "libncurses5-dev",
    "libopenblas-dev",
    "libopenjp2-7-dev",
    "libpng-dev",
    "libpq-dev",
    "libreadline-dev",
    "libssl-dev",
    "libtiff-dev",
    "libtiff5-dev",
    "libwebp-dev",
    "libxml2-dev",
    "libxslt-dev",
    "libxslt1-dev",
    "libyaml-dev",
    "zlib1g-dev",
];

impl Runtime<'_, '_> {
    /// Whether pip alone installs on an image of Python, and compiles nothing but packages whose libraries are known.
    pub(super) fn has_wheels(&self) -> bool {
        let image = official(&self.old.image);
        let minor = image.strip_prefix("python:3.").unwrap_or_default();
        let minor = minor.split(['.', '-']).next().unwrap_or_default();
        if minor.is_empty() || self.context.is_none() {
            return false;
        }
        let mut settings = self.context.into_iter().flat_map(|context| context.entries());
        if settings.any(|(path, _)| path.rsplit('/').next() == Some("pip.conf"))
            || self.old.configuration.environment.contains_key("PIP_NO_BINARY")
        {
            return false;
        }
        let mut plain_calls = true;
        let mut lists = Vec::new();
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let command = Command::of(&call.words);
            // pip, "Configuration": variables and files tell it to compile.
            let surroundings = &self.states.seen(call.state).surroundings;
            plain_calls &= !surroundings.environment.contains_key("PIP_NO_BINARY")
                && !surroundings.flags.iter().any(|flag| flag.contains("pip.conf"))
                && !call.assignments.iter().any(|text| text.starts_with("PIP_"));
            let words = with_versions(call, self.states);
            let odd = |word: &str| word.bytes().any(|byte| byte < b'\t');
            let words: Vec<&str> =
                words.iter().map(|word| if odd(word) { "?" } else { word.as_str() }).collect();
            let pip = words.iter().any(|word| word.trim_end_matches('3') == "pip");
            let verb = words.iter().position(|word| *word == "install");
            plain_calls &= !words.contains(&"config");
            // Django, "django-admin and manage.py": these write static files and translations.
            let manages = matches!(
                words.as_slice(),
                [_, script, "collectstatic" | "compilemessages" | "check" | "compress", ..]
                    if script.rsplit('/').next() == Some("manage.py")
            );
            // Python, "venv": its pip comes as a wheel with Python itself.
            let environment = matches!(words.as_slice(), [_, "-m", "venv", ..]);
            if manages || environment {
                return;
            }
            if !pip {
                plain_calls &= !matches!(
                    command.program(),
                    "python"
                        | "python3"
                        | "uv"
                        | "poetry"
                        | "pipenv"
                        | "conda"
                        | "make"
                        | "cmake"
                        | "gcc"
                        | "g++"
                );
                return;
            }
            for word in verb.map_or(&[][..], |verb| &words[verb + 1..]) {
                // Files, addresses, choices of what is compiled.
                let list = word.ends_with(".txt");
                let odd = word.contains(['?', '/', '@', ':']) || word.starts_with(['.', '-']);
                let known = [
                    "-r",
                    "--requirement",
                    "--no-cache-dir",
                    "--no-compile",
                    "--upgrade",
                    "-U",
                    "-q",
                    "--quiet",
                ];
                let brings = || brings_its_libraries(word, minor);
                plain_calls &= list || known.contains(word) || (!odd && brings());
                if list {
                    lists.push((*word).to_owned());
                }
            }
        });
        let read = lists.iter().all(|list| {
            let name = list.rsplit('/').next().unwrap_or(list);
            let mut texts = self.context.into_iter().flat_map(|context| {
                let own =
                    context.entries().filter(|(path, _)| path.rsplit('/').next() == Some(name));
                own.map(|(path, _)| context.text(path))
            });
            let plain_list = |text: &str| {
                text.lines().map(str::trim).all(|line| {
                    !line.starts_with(['-', '.', '/'])
                        && !line.contains('@')
                        && !line.contains("://")
                        && brings_its_libraries(line, minor)
                })
            };
            texts.all(|text| text.is_some_and(plain_list))
        });
        let asked = self.asked_for();
        let mut compiled = FROM_SOURCE.iter().filter(|name| asked.contains(**name));
        // These start programs of the system.
        let starts = [
            "gitpython",
            "dulwich",
            "pre-commit",
            "setuptools-scm",
            "fabric",
            "ansible",
            "dvc",
            "mlflow",
            "copier",
            "cookiecutter",
        ];
        if starts.iter().any(|name| asked.contains(*name)) {
            return false;
        }
        let known = |name: &&&str| OPENED.iter().any(|(package, _)| package == *name);
        plain_calls && read && compiled.all(|name| known(&name))
    }

    /// What `--no-binary` names in calls and lists, if nobody knows its libraries.
    pub(super) fn told_to_compile(&self) -> Option<String> {
        let mut lines = Vec::new();
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                lines.push(call.words.join(" "));
            }
        });
        for (path, _) in self.context.into_iter().flat_map(|context| context.entries()) {
            let text = self.context.and_then(|context| context.text(path)).unwrap_or_default();
            if path.ends_with(".txt") {
                lines.extend(text.lines().map(str::to_owned));
            }
        }
        let variable = self.old.configuration.environment.get("PIP_NO_BINARY");
        lines.extend(variable.map(|value| format!("--no-binary {value}")));
        let mut named = lines.iter().flat_map(|line| {
            let words = line.split([' ', '=']).filter(|word| !word.is_empty());
            let behind = words.skip_while(|word| *word != "--no-binary").nth(1);
            behind.into_iter().flat_map(|names| names.split(',')).map(str::to_ascii_lowercase)
        });
        let packages = installed(&self.old.steps);
        let shown = |name: &str| {
            let of = |headers: &[&str]| headers.iter().all(|one| packages.contains(*one));
            match name {
                "lxml" => of(&["libxml2-dev", "libxslt1-dev"]),
                "cffi" => of(&["libffi-dev"]),
                "cryptography" => of(&["libssl-dev"]),
                _ => false,
            }
        };
        named.find(|name| !OPENED.iter().any(|(known, _)| known == name) && !shown(name))
    }

    /// Whether a source of the project may open a library by its name.
    pub(super) fn opens_libraries(&self) -> bool {
        let Some(context) = self.context else { return true };
        let mut sources = context.entries().filter(|(path, _)| path.ends_with(".py"));
        sources.any(|(path, _)| {
            let text = context.text(path).unwrap_or("dlopen");
            ["ctypes", "cffi", "dlopen"].iter().any(|word| text.contains(word))
        })
    }

    /// The packages of PyPI that calls of pip and requirement files name.
    pub(super) fn asked_for(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut add = |text: &str| {
            let end = text
                .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
                .unwrap_or(text.len());
            found.insert(text[..end].to_ascii_lowercase().replace('_', "-"));
        };
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && call.words.iter().any(|word| word == "install")
            {
                call.words.iter().for_each(|word| add(word));
            }
        });
        if let Some(context) = self.context {
            for (path, _) in context.entries() {
                // These come with the library of PostgreSQL (psycopg.org, "Installation").
                let own = ["psycopg[binary", "psycopg[pool,binary"];
                let text = context.text(path).unwrap_or_default();
                let text = own
                    .iter()
                    .fold(text.to_owned(), |text, it| text.replace(it, "psycopg-binary["));
                let other = |c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c));
                match path.rsplit('/').next().unwrap_or(path) {
                    name if name.ends_with(".txt") => {
                        text.lines().for_each(|line| add(line.trim()));
                    }
                    "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "Pipfile.lock"
                    | "poetry.lock" | "uv.lock" => text.split(other).for_each(&mut add),
                    _ => {}
                }
            }
        }
        found
    }
}
