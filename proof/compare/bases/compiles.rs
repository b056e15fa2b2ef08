//! What an install of a language's packages may compile.
//!
//! Sources: the files that PyPI offers for each project; the install scripts of packages of npm; the manuals of the managers.

use dockslim_contract::BuildContext;

use super::compiles_of_node::of_node;
use super::sources::base;
use super::uses::Uses;
use super::{locked, projects};
use crate::compare::split::OPENED_OF_FULL;
use crate::shell::readable;

/// Programs that install packages of a language.
pub(super) const INSTALLERS: &[&str] = &[
    "bun",
    "bundle",
    "bundler",
    "bunx",
    "cabal",
    "conan",
    "conda",
    "cpan",
    "cpanm",
    "deno",
    "easy_install",
    "flit",
    "gem",
    "hatch",
    "lein",
    "luarocks",
    "mamba",
    "meson",
    "ninja",
    "nox",
    "npm",
    "npx",
    "opam",
    "pdm",
    "pecl",
    "pip",
    "pip2",
    "pip3",
    "pipenv",
    "pipx",
    "pnpm",
    "pnpx",
    "poetry",
    "raco",
    "rake",
    "rebar3",
    "sbt",
    "scons",
    "stack",
    "tox",
    "uv",
    "uvx",
    "yarn",
];

/// Projects of PyPI that offer no wheels, in no version or not in all of them that people ask for.
pub(in crate::compare) const FROM_SOURCE: &[&str] = &[
    "bjoern",
    "cairocffi",
    "dbus-python",
    "dlib",
    "fasttext",
    "gpgme",
    "hnswlib",
    "jq",
    "mercurial",
    "mod-wsgi",
    "mysql-python",
    "mysqlclient",
    "netifaces",
    "psycopg2",
    "pyahocorasick",
    "pyaudio",
    "pycairo",
    "pycrypto",
    "pycurl",
    "pygobject",
    "pygraphviz",
    "pyicu",
    "pyodbc",
    "pysqlite3",
    "python-ldap",
    "python-snappy",
    "pylibmc",
    "rpy2",
    "systemd-python",
    "typed-ast",
    "uwsgi",
    "webrtcvad",
    "xmlsec",
];

/// Packages of npm that compile, or ask for programs and libraries of the system, in some versions at least.
const NATIVE: &[&str] = &[
    "bcrypt",
    "better-sqlite3",
    "bufferutil",
    "canvas",
    "deasync",
    "farmhash",
    "fibers",
    "gifsicle",
    "grpc",
    "highcharts-export-server",
    "html-pdf",
    "integer",
    "iltorb",
    "karma-phantomjs-launcher",
    "kerberos",
    "leveldown",
    "libpq",
    "libxmljs",
    "libxmljs2",
    "mozjpeg",
    "node-expat",
    "node-gyp",
    "node-rdkafka",
    "node-sass",
    "nodegit",
    "odbc",
    "optipng-bin",
    "oracledb",
    "pg-native",
    "phantom",
    "phantomjs",
    "phantomjs-prebuilt",
    "pngquant-bin",
    "prisma",
    "@prisma/client",
    "puppeteer",
    "re2",
    "robotjs",
    "serialport",
    "sharp",
    "snappy",
    "sodium-native",
    "sqlite3",
    "usb",
    "utf-8-validate",
    "webshot",
    "zeromq",
];

/// More of them, which have no file in their archive that is ready for Linux, and compile in each install (npm's archives of them).
const READY_NOWHERE: &[&str] = &[
    "cpu-features",
    "epoll",
    "heapdump",
    "i2c-bus",
    "iconv",
    "isolated-vm",
    "mmmagic",
    "modern-syslog",
    "node-pty",
    "pkcs11js",
    "posix",
    "unix-dgram",
    "xxhash-addon",
];

/// Those among them whose archives hold the sources of all libraries that they are linked with, but for those of C and C++ (the `binding.gyp` of
/// each).
const WITH_SOURCES: &[&str] = &[
    "bcrypt",
    "better-sqlite3",
    "bufferutil",
    "deasync",
    "farmhash",
    "iltorb",
    "integer",
    "leveldown",
    "node-expat",
    "re2",
    "serialport",
    "sharp",
    "snappy",
    "sodium-native",
    "sqlite3",
    "utf-8-validate",
    "zeromq",
];

/// Projects of PyPI, and the package of the full images whose program or library they load when they run.
const LOADING: &[(&str, &str)] = &[
    ("cairosvg", "libcairo2"),
    ("dvc", "git"),
    ("gitpython", "git"),
    ("moviepy", "imagemagick"),
    ("opencv-contrib-python", "libgl1"),
    ("opencv-python", "libgl1"),
    ("pre-commit", "git"),
    ("psycopg", "libpq5"),
    ("python-gnupg", "gnupg"),
    ("python-hglib", "mercurial"),
    ("python-magic", "libmagic1"),
    ("wand", "imagemagick"),
    ("weasyprint", "libpango-1.0-0"),
];

/// Extras of packages that stand for drivers in C, or for OpenCV.
const OF_DRIVERS: &[&str] =
    &["mssql", "mysql", "odbc", "opencv", "opencv-headless", "postgres", "postgresql"];

impl Uses {
    /// What of the installs may ask for a compiler, in words.
    pub(super) fn compiles(&self, context: Option<&BuildContext>) -> Option<String> {
        self.compiles_but(context, false)
    }

    /// The same of a stage that packages are copied from; where they are `free`, those that bring the sources of all that they are linked with
    /// may be compiled.
    pub(super) fn compiles_but(
        &self,
        context: Option<&BuildContext>,
        free: bool,
    ) -> Option<String> {
        let forced = |text: &String| text.starts_with("PIP_NO_BINARY=");
        if self.texts.iter().any(forced) {
            return Some("PIP_NO_BINARY asks for sources".to_owned());
        }
        self.installs.iter().find_map(|words| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let python = words.first().is_some_and(|word| word.contains("python"));
            if let ["python" | "python3", "setup.py", "install"] = words[..] {
                let elsewhere = self.may_bring_projects();
                let elsewhere = elsewhere.then(|| "setup.py may be another's".to_owned());
                return elsewhere.or_else(|| projects::asks_for_more(context));
            }
            if python && words.iter().any(|word| word.ends_with("setup.py")) {
                return Some("setup.py builds a project".to_owned());
            }
            if python && words.windows(2).any(|two| two == ["-m", "build"]) {
                return Some("a project is built".to_owned());
            }
            let at = words.iter().position(|word| INSTALLERS.contains(&base(word)))?;
            let (name, rest) = (base(words[at]), &words[at + 1..]);
            let verb = rest.iter().find(|word| !word.starts_with('-')).copied();
            match (name, verb) {
                ("pip" | "pip2" | "pip3", Some("download" | "install" | "wheel")) => {
                    self.of_python(rest, context)
                }
                ("uv", Some("pip")) if rest.contains(&"install") => self.of_python(rest, context),
                ("uv", Some("pip" | "venv")) => None,
                ("uv", Some("sync" | "run")) => locked::of_uv(rest, context),
                ("poetry", Some("install" | "sync")) => locked::of_poetry(rest, context),
                ("poetry", Some("run" | "export" | "check" | "show")) => None,
                ("pipenv", Some("install" | "sync")) => self.of_pipenv(rest, context),
                ("pipenv", Some("run" | "graph" | "verify")) => None,
                ("npm", Some("install" | "i" | "ci" | "add" | "clean-install" | "link" | "ln"))
                | ("yarn", Some("install" | "add" | "global") | None)
                | ("pnpm", Some("install" | "i" | "add")) => of_node(rest, context, free),
                ("npm" | "yarn" | "pnpm", Some("rebuild" | "exec" | "dlx" | "x"))
                | ("npx" | "pnpx", _) => named(rest),
                ("npm" | "yarn" | "pnpm" | "pip" | "pip2" | "pip3", _) => None,
                ("gem" | "bundle" | "bundler", _) if self.plain_gems => None,
                ("rake", _) => of_rake(context),
                (_, Some("config" | "--version" | "clean" | "cache")) => None,
                _ => Some(format!("what {name} installs may compile")),
            }
        })
    }
}

impl Uses {
    /// Whether a project may come from elsewhere than the build context: by an archive, or over a network.
    fn may_bring_projects(&self) -> bool {
        const BRING: &[&str] = &["curl", "git", "hg", "patch", "svn", "tar", "unzip", "wget"];
        const ENDS: &[&str] = &[".bz2", ".git", ".gz", ".tar", ".tgz", ".xz", ".zip"];
        let packed =
            |text: &String| text.contains("://") || ENDS.iter().any(|end| text.ends_with(end));
        self.ran.iter().any(|name| BRING.contains(&name.as_str())) || self.texts.iter().any(packed)
    }

    fn of_python(&self, words: &[&str], context: Option<&BuildContext>) -> Option<String> {
        let mut lists = Vec::new();
        let mut words = words
            .iter()
            .skip_while(|word| !["download", "install", "wheel"].contains(word))
            .skip(1);
        while let Some(word) = words.next() {
            match *word {
                "-r" | "--requirement" => lists.extend(words.next().copied()),
                "-e" | "--editable" => {
                    let path = words.next().copied().unwrap_or_default();
                    if let Some(problem) = projects::problem(path, context) {
                        return Some(problem);
                    }
                }
                "-c" | "--constraint" => {
                    return Some(format!("what pip installs by {word} is not known"));
                }
                // Their arguments install nothing.
                "--prefix" | "--target" | "-t" | "-d" | "--dest" | "-w" | "--wheel-dir"
                | "--index-url" | "-i" | "--python" | "-p" => {
                    words.next();
                }
                word if word.starts_with("--no-binary") => {
                    return Some("sources are asked for".to_owned());
                }
                word if word.starts_with("-r") => lists.push(word.trim_start_matches("-r")),
                word if word.starts_with("--requirement=") => {
                    lists.push(word.trim_start_matches("--requirement="));
                }
                word if word.starts_with('-') => {}
                // The stage that made them is looked at.
                word if self.is_filled(word) => {}
                word if word.bytes().any(|byte| byte < b'\t') => {
                    return Some("what pip installs is not known".to_owned());
                }
                word => {
                    let local = word.starts_with('.') || word.contains('/');
                    let built = local && !word.ends_with(".whl") && !word.contains("://");
                    let problem = if built {
                        projects::problem(word, context)
                    } else {
                        self.requirement(word)
                    };
                    if let Some(problem) = problem {
                        return Some(problem);
                    }
                }
            }
        }
        let settings = context.into_iter().flat_map(|context| {
            let named = |path: &str| path.ends_with("pip.conf");
            context
                .entries()
                .filter(move |(path, _)| named(path))
                .map(|(path, _)| context.text(path))
        });
        for text in settings {
            if text.is_none_or(|text| text.contains("no-binary")) {
                return Some("pip.conf may ask for sources".to_owned());
            }
        }
        let mut read = 0;
        while let Some(list) = lists.get(read).copied() {
            read += 1;
            let unknown = || Some(format!("what `{list}` lists is not known"));
            let Some(context) = context else { return unknown() };
            let name = list.rsplit('/').next().unwrap_or(list);
            // Which folder a relative path means is asked of nobody: all of this name have to be plain.
            let files = context.entries().filter(|(path, _)| path.rsplit('/').next() == Some(name));
            let Some(texts) = files.map(|(path, _)| context.text(path)).collect::<Option<Vec<_>>>()
            else {
                return unknown();
            };
            if texts.is_empty() {
                return unknown();
            }
            for line in texts.into_iter().flat_map(str::lines) {
                let line = line.split(" #").next().unwrap_or(line).trim();
                let other = line.is_empty() || line.starts_with('#') || line.starts_with("--");
                // A list of its own, beside this one or elsewhere.
                let other_list = line.strip_prefix("-r").or(line.strip_prefix("--requirement"));
                if let Some(other) = other_list {
                    let other = other.trim_start_matches("=").trim();
                    if !lists.contains(&other) {
                        lists.push(other);
                    }
                    continue;
                }
                if ["--no-binary", "-e", "-c"].iter().any(|it| line.starts_with(it)) {
                    return unknown();
                }
                if let Some(problem) = self.requirement(line).filter(|_| !other) {
                    return Some(problem);
                }
            }
        }
        None
    }

    /// Whether a word is a pattern for all wheels of a folder that another stage fills.
    fn is_filled(&self, word: &str) -> bool {
        let word = readable(word);
        let folder = word.strip_suffix("/*").or_else(|| word.strip_suffix("/*.whl"));
        folder.is_some_and(|folder| self.filled.iter().any(|one| one == folder))
    }

    /// What of `pipenv install` may ask for a compiler; its lockfile names all that comes, if the Pipfile is not heeded.
    fn of_pipenv(&self, words: &[&str], context: Option<&BuildContext>) -> Option<String> {
        let unknown = || Some("what pipenv installs may compile".to_owned());
        let mut named = words.iter().filter(|word| !word.starts_with('-')).skip(1);
        let kept = words.contains(&"sync")
            || words.iter().any(|word| matches!(*word, "--deploy" | "--ignore-pipfile"));
        let own =
            words.iter().any(|word| word.contains("--python") || word.contains("--extra-pip"));
        // Other options choose other groups, or lists of their own.
        let plain = [
            "--clear",
            "--deploy",
            "--dev",
            "--ignore-pipfile",
            "--quiet",
            "--system",
            "--verbose",
            "-d",
            "-q",
            "-v",
        ];
        let odd = words.iter().any(|word| word.starts_with('-') && !plain.contains(word));
        let told = self.texts.iter().any(|text| {
            let variables = ["DEV=", "PIPFILE=", "CATEGORIES=", "EXTRA_PIP_ARGS=", "PYTHON="];
            text.strip_prefix("PIPENV_")
                .is_some_and(|rest| variables.iter().any(|name| rest.starts_with(name)))
        });
        // `pipenv run name` starts what the Pipfile says.
        let runs = ["pipenv", "run"].iter().all(|word| {
            let mut all = self.words.iter().chain(&self.texts).chain(&self.called);
            all.any(|other| other.split(['"', ' ', ',']).any(|part| part == *word))
        });
        let scripts = context.is_none_or(|context| {
            let mut files = context.entries().filter(|(path, _)| path.ends_with("Pipfile"));
            files.any(|(path, _)| context.text(path).is_none_or(|text| text.contains("[scripts]")))
        });
        if named.next().is_some() || !kept || own || odd || told || (runs && scripts) {
            return unknown();
        }
        let mut locks = context.into_iter().flat_map(|context| {
            let is_lock = |path: &str| path.rsplit('/').next() == Some("Pipfile.lock");
            let found = context.entries().filter(move |(path, _)| is_lock(path));
            found.map(|(path, _)| context.text(path).unwrap_or_default())
        });
        let (Some(text), None) = (locks.next(), locks.next()) else { return unknown() };
        let Ok(lock) = serde_json::from_str::<serde_json::Value>(text) else { return unknown() };
        for group in ["default", "develop"] {
            if group == "develop" && !words.iter().any(|word| matches!(*word, "--dev" | "-d")) {
                continue;
            }
            let Some(packages) = lock.get(group).and_then(|group| group.as_object()) else {
                return unknown();
            };
            for (name, package) in packages {
                let version = package.get("version").and_then(|version| version.as_str());
                if !version.is_some_and(|version| version.starts_with("==")) {
                    return unknown();
                }
                if let Some(problem) = self.requirement(name) {
                    return Some(problem);
                }
            }
        }
        None
    }

    /// What is wrong with `name[extra]==1.0; marker`.
    fn requirement(&self, text: &str) -> Option<String> {
        let spec = text.split(';').next().unwrap_or(text).trim();
        let local = spec.starts_with(['.', '/']) || spec.ends_with(".gz") || spec.ends_with(".whl");
        // A wheel without machine code is only unpacked.
        let local = local && !spec.ends_with("-none-any.whl");
        if local || spec.contains("://") || spec.contains(" @ ") || spec.starts_with("git+") {
            return Some(format!("pip builds `{spec}`"));
        }
        let end = spec
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
            .unwrap_or(spec.len());
        let name = spec[..end].to_ascii_lowercase().replace(['_', '.'], "-");
        if let Some(known) = self.lost_beside(&name) {
            return known.err();
        }
        if let Some((_, package)) = LOADING.iter().find(|(one, _)| *one == name)
            && !self.has(package)
            && !(name == "psycopg" && has_extra(&spec[end..], "binary"))
        {
            return Some(format!("{name} loads {package}"));
        }
        if let Some(extra) = OF_DRIVERS.iter().find(|extra| has_extra(&spec[end..], extra)) {
            return Some(format!(
                "{name} with {extra} brings what is compiled, or opens libraries"
            ));
        }
        let opened = OPENED_OF_FULL.iter().filter(|(one, _)| *one == name);
        if let Some((_, package)) = opened.into_iter().find(|(_, package)| !self.has(package)) {
            let what = if package.is_empty() { "what nobody has listed" } else { package };
            return Some(format!("{name} opens {what}"));
        }
        FROM_SOURCE.contains(&name.as_str()).then(|| format!("{name} is compiled"))
    }
}

/// What of the tasks of a project may compile or start something (rake, "Rakefile Format"; FileUtils of rake).
fn of_rake(context: Option<&BuildContext>) -> Option<String> {
    const STARTS: &[&str] = &[
        "`",
        "%x",
        "bundle",
        "compile",
        "exec",
        "extension",
        "gem",
        "mkmf",
        "sh ",
        "sh(",
        "system",
    ];
    let unknown = || Some("what rake does is not known".to_owned());
    let Some(context) = context else { return unknown() };
    let is_tasks = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.eq_ignore_ascii_case("rakefile")
            || name.ends_with(".rake")
            || name.eq_ignore_ascii_case("rakefile.rb")
    };
    let mut files = context.entries().filter(|(path, _)| is_tasks(path)).peekable();
    if files.peek().is_none() {
        return unknown();
    }
    files.find_map(|(path, _)| {
        let text = context.text(path).unwrap_or("`").to_ascii_lowercase();
        let sign = STARTS.iter().find(|sign| text.contains(**sign))?;
        Some(format!("{path} may compile, by `{}`", sign.trim()))
    })
}

/// Whether a requirement asks for an extra: `[pool,binary]>=3`.
fn has_extra(behind_name: &str, extra: &str) -> bool {
    let list = behind_name.trim_start().strip_prefix('[').and_then(|rest| rest.split(']').next());
    list.is_some_and(|list| list.split(',').any(|one| one.trim() == extra))
}

/// What is wrong with packages of npm that a call names.
fn named(words: &[&str]) -> Option<String> {
    let mut words = words.iter().filter(|word| !word.starts_with('-'));
    let verb = words.next().copied().unwrap_or_default();
    if verb == "rebuild" {
        return Some("what is built again may compile".to_owned());
    }
    let name = std::iter::once(verb).chain(words.copied()).map(|word| match word.rfind('@') {
        Some(at) if at > 0 => &word[..at],
        _ => word,
    });
    let mut name = name.filter(|name| is_native(name, false));
    name.next().map(|name| format!("{name} may compile"))
}

/// Whether a package of npm compiles in each install.
pub(super) fn is_ready_nowhere(name: &str) -> bool {
    READY_NOWHERE.contains(&name)
}

/// Whether a package of npm may need what a slim image lacks.
pub(super) fn is_native(name: &str, free: bool) -> bool {
    NATIVE.contains(&name) && !(free && WITH_SOURCES.contains(&name))
        || READY_NOWHERE.contains(&name) && !free
}
