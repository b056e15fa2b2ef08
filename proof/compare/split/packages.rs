//! Packages of the system that are there in the old image and may not be missed in the new one.
//!
//! Source: the package index of Debian.

use std::collections::BTreeSet;

use super::alpine::{is_python, lacks_library_of_compiler, library_of};
use super::bases::{Kind, kind, official, suite};
use super::headers::{are_of_compiler, has_libraries, is_known};
use super::opening::{opens_files, shows_all_it_loads};
use super::ruby::is_of_debians_ruby;
use super::runtime::Runtime;
use super::wheels::{LINKED, OF_PREFIX, OPENED, OPENED_OF_FULL};
use crate::compare::build_tools::OF_CMAKE;
use crate::program::{Action, Block, visit};
use crate::shell::{Command, plain};

/// What only compiles.
const COMPILE: &[&str] = &[
    "build-essential",
    "make",
    "cmake",
    "ninja-build",
    "meson",
    "autoconf",
    "automake",
    "autotools-dev",
    "libtool",
    "pkg-config",
    "pkgconf",
    "bison",
    "flex",
    "build-base",
    "linux-headers",
    "binutils",
    "gdb",
    "valgrind",
    "dpkg-dev",
    "debhelper",
    "protobuf-compiler",
    "nasm",
    "yasm",
    "gfortran",
    "patch",
    "swig",
    "ccache",
    "cargo",
    "rustc",
    "golang",
    "golang-go",
    "golang-src",
    "rust-all",
    "default-jdk",
    "default-jdk-headless",
    "maven",
    "gradle",
    "ant",
    "python3-pip",
    "python3-setuptools",
    "python3-wheel",
    "python-pip",
    "cpp",
];
const COMPILE_FAMILIES: &[&str] = &["gcc", "g++", "clang", "llvm", "lld", "linux-headers"];

const VERSIONED: &[&str] = &["golang-1.", "cargo-1.", "rustc-1."];

/// What makes environments of Python, each of which has pip and setuptools of its own.
const MAKE_ENVIRONMENTS: &[&str] =
    &["python3-venv", "python-venv", "python3-virtualenv", "virtualenv"];

/// `python-venv` of `python3.11-venv`.
fn without_version(name: &str) -> &str {
    let versioned = name.starts_with("python3.") && name.ends_with("-venv");
    if versioned { "python-venv" } else { name }
}

/// What mostly fetches for a build.
const FETCH: &[&str] = &[
    "git",
    "curl",
    "wget",
    "unzip",
    "zip",
    "xz-utils",
    "bzip2",
    "tar",
    "gnupg",
    "gnupg2",
    "apt-transport-https",
    "software-properties-common",
    "lsb-release",
    "openssh-client",
    "mercurial",
    "subversion",
    "bash",
    "file",
    "upx",
    "upx-ucl",
];

/// Python, as distributions call it, and what node-gyp wants with it.
const PYTHON: &[&str] =
    &["python", "python2", "python3", "python-is-python3", "py3-setuptools", "python3-setuptools"];

impl Runtime<'_, '_> {
    /// What was installed, and is no compiler, is installed again, or is in the base.
    pub(super) fn packages(&self, kind: Kind, collected: bool) -> Result<(), String> {
        let (old, new) = (installed(&self.old.steps), installed(&self.new.steps));
        let missing = |package: &str| {
            Err(format!("the package {package} is missing, which the program may need"))
        };
        let distribution = kind == Kind::Same && self.is_distribution();
        let interpreter =
            old.iter().any(|name| name.starts_with("python3")) && !self.compiles_with_python(&old);
        if interpreter && distribution && !new.contains("python3") {
            return missing("python3");
        }
        let second = |name: &&String| {
            matches!(name.as_str(), "python" | "python-pip" | "python-dev" | "python-setuptools")
                || name.starts_with("python2")
        };
        if let Some(name) = old.iter().find(second).filter(|_| distribution) {
            return missing(name);
        }
        let headers = |name: &&String| name.ends_with("-dev") && !new.contains(*name);
        if (old.iter().any(|name| headers(&name)) || self.leaves_headers())
            && let Some((path, library)) = self.opens_without_number()
        {
            return Err(format!("{path} opens `{library}`, which only headers bring by that name"));
        }
        let tools = ["python3-pip", "python3-setuptools"].iter().any(|name| old.contains(*name));
        let own = self.makes_environment();
        if distribution && interpreter && tools && !own && !new.contains("python3-setuptools") {
            return missing("python3-setuptools");
        }
        if let Some(program) = self.lost_of_npm(&old, &new) {
            return missing(program);
        }
        let image = official(&self.old.image);
        let loses = old.contains("cmake") && !new.contains("cmake") && !new.contains("procps");
        if loses && !image.contains("alpine") && self.calls(OF_CMAKE) {
            return missing("procps");
        }
        if let Some(library) = lacks_library_of_compiler(image, &old, &new) {
            return missing(library);
        }
        // Python asks compilers and linkers there which file a library is.
        if is_python(image) && !old.is_empty() && self.finds_libraries() {
            return Err("a source opens libraries, which Python finds by compilers".to_owned());
        }
        for package in &old {
            let name = package.as_str();
            if name.ends_with("-dev") {
                let headers = are_of_compiler(name);
                // .NET opens libraries by names that only headers have.
                if kind == Kind::DotNet {
                    return missing(name);
                }
                if collected && opens_files(name) {
                    return Err(format!("{name} opens files that its loader does not show"));
                }
                let whole = shows_all_it_loads(name);
                let told = if whole { !self.speaks_of_modules() } else { is_known(name) };
                if collected && kind == Kind::Static && !headers && !told {
                    return Err(format!("{name} may open more than its loader shows"));
                }
                if headers || collected || self.is_static || kind == Kind::Static {
                    continue;
                }
                if self.old.image.contains("alpine") {
                    if library_of(name).is_some_and(|library| new.contains(library)) {
                        continue;
                    }
                    return missing(name);
                }
                if LINKED.contains(&name) && self.has_wheels() && !self.opens_libraries() {
                    continue;
                }
                if is_of_debians_ruby(name)
                    && image.starts_with("ruby:")
                    && !self.starts_debians_ruby()
                {
                    continue;
                }
                if name == "libvips-dev" && kind == Kind::Slim && self.leaves_libvips_alone(&new) {
                    continue;
                }
                if !has_libraries(name, &new, suite(&self.old.image)) {
                    return missing(name);
                }
                continue;
            }
            if kind == Kind::Same && !self.interprets() && self.needs_runtime_of_compiler() {
                return missing("of the compiler's own libraries");
            }
            let environment = own
                && MAKE_ENVIRONMENTS.contains(&without_version(name))
                && !self.makes_environments_later();
            let compiles = COMPILE.contains(&name)
                || VERSIONED.iter().any(|start| name.starts_with(start))
                || COMPILE_FAMILIES
                    .iter()
                    .any(|family| name == *family || name.starts_with(&format!("{family}-")));
            let in_base = matches!(kind, Kind::Static | Kind::Busybox)
                && matches!(name, "ca-certificates" | "tzdata");
            let aloud = name == "libatk-wrapper-java-jni"
                && (new.iter().any(|name| name.ends_with("-jre-headless"))
                    || self.modules().is_some());
            let certificates = name == "ca-certificates" && self.copies_certificates();
            let gyp = PYTHON.contains(&name) && self.compiles_with_python(&old);
            let fetches = FETCH.contains(&name)
                && if kind.is_kin() && self.interprets() {
                    self.has_wheels() && !self.is_written(name) && !self.starts_what_is_untold()
                } else {
                    !self.is_mentioned(name)
                };
            let jdk = name.contains("-jdk")
                && (name.starts_with("openjdk-") || name.starts_with("default-"));
            if jdk && self.modules().is_some() {
                self.replaces_kit(name)?;
            } else if jdk && kind == Kind::Same && !self.has_runtime_of(name, &new) {
                return missing(&name.replace("-jdk", "-jre"));
            }
            let npm = distribution
                && matches!(name, "npm" | "node-gyp")
                && new.contains("nodejs")
                && !self.calls(&["npm", "npx"]);
            if !(aloud
                || npm
                || environment
                || compiles
                || jdk
                || gyp
                || in_base
                || certificates
                || fetches
                || new.contains(name))
            {
                return missing(name);
            }
        }
        if kind == Kind::Slim
            && official(&self.old.image).starts_with("node:")
            && !new.contains("openssl")
            && self.asks_for_engines()
        {
            return missing("openssl");
        }
        if kind == Kind::Slim
            && official(&self.old.image).starts_with("node:")
            && let Some(package) = self.lost_of_packages(&new)
        {
            return missing(package);
        }
        if kind == Kind::Slim && official(&self.old.image).starts_with("ruby:") {
            self.gems_find(&new)?;
        }
        if kind == Kind::Slim || self.new.image.contains("slim") {
            let asked = self.asked_for();
            let lacking = OPENED
                .iter()
                .find(|(package, library)| asked.contains(*package) && !new.contains(*library));
            if let Some((_, library)) = lacking {
                return missing(library);
            }
        }
        let python = image.starts_with("python:") || distribution && interpreter;
        let beside = |name: &&String| OF_PREFIX.contains(&format!(" {name} "));
        if python
            && !distribution
            && let Some(name) = self.asked_for().iter().find(beside)
        {
            return Err(format!("{name} puts libraries beside its modules, which nothing brings"));
        }
        if python
            && !distribution
            && !image.contains("slim")
            && !image.contains("alpine")
            && let Some(name) = self.told_to_compile()
        {
            return Err(format!("{name} is compiled, and linked with what the new base may lack"));
        }
        if python && let Some(what) = self.compiles_later() {
            return Err(format!("{what} needs a compiler when the program runs"));
        }
        if python {
            let later = self.builds_later().map(|what| format!("{what} builds when it starts"));
            let strays = self.strays().map(|path| format!("{path} may put files anywhere"));
            let other = self.other_python().map(|name| format!("{name} is another Python"));
            if let Some(what) = later.or(strays).or(other) {
                return Err(what);
            }
        }
        let other_base = !distribution && !image.contains("slim");
        if python && other_base && !image.contains("alpine") {
            if self.opens_libraries() {
                return Err("a source opens libraries, which the new base may lack".to_owned());
            }
            if let Some(path) = self.names_program_of_full_image() {
                return Err(format!("the new base may lack {path}"));
            }
        }
        if python
            && other_base
            && let Some(sign) = self.links_of_project()
        {
            return Err(format!("a part of the project may be linked with more: {sign}"));
        }
        if python && !image.contains("alpine") {
            let asked = self.asked_for();
            let lacking = OPENED_OF_FULL.iter().find(|(package, library)| {
                // The last comes with compilers as well, wherever these come from.
                let lost = other_base || *library == "libgomp1";
                lost && asked.contains(*package) && !new.contains(*library)
            });
            if let Some((package, library)) = lacking {
                return missing(if library.is_empty() { package } else { library });
            }
        }
        if image.starts_with("python:") && !image.contains("alpine") && !self.has_wheels() {
            let has = |names: &[&str]| names.iter().any(|name| old.contains(*name));
            let compilers = has(&["gcc", "g++", "build-essential", "gfortran"]);
            let lost = [
                ("libgomp1", compilers),
                ("libatomic1", compilers),
                ("libgfortran5", has(&["gfortran"])),
            ];
            if let Some((library, _)) =
                lost.iter().find(|(library, there)| *there && !new.contains(*library))
            {
                return missing(library);
            }
        }
        Ok(())
    }

    /// Whether a manifest asks for the engines of Prisma, which are linked with OpenSSL (its documentation, "System requirements").
    fn asks_for_engines(&self) -> bool {
        self.context.is_none_or(|context| {
            let mut manifests =
                context.entries().filter(|(path, _)| path.ends_with("package.json"));
            manifests.any(|(path, _)| context.text(path).is_none_or(|text| text.contains("prisma")))
        })
    }

    /// Whether node-gyp alone has a use for Python: it came with make, and no file of the project names it.
    fn compiles_with_python(&self, old: &BTreeSet<String>) -> bool {
        let node = official(&self.old.image).starts_with("node:")
            || self.is_distribution() && old.contains("nodejs");
        let compiles =
            ["make", "build-base", "build-essential"].iter().any(|name| old.contains(*name));
        let Some(context) = self.context.filter(|_| node && compiles) else { return false };
        let mut starts = self.new.configuration.starts().into_iter().flatten();
        let started = starts.any(|text| text.contains("python"));
        let others =
            old.iter().any(|name| name.contains("python") && !PYTHON.contains(&name.as_str()));
        let named = context.entries().any(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let read = context.text(path).is_some_and(|text| text.contains("python"));
            let aside = path.starts_with("node_modules/")
                || path.contains("/node_modules/")
                || name.starts_with("Dockerfile")
                || name.ends_with(".md")
                || matches!(
                    name,
                    "package-lock.json" | "yarn.lock" | "pnpm-lock.yaml" | ".dockerignore"
                );
            !aside && (name.ends_with(".py") || read)
        });
        !started && !others && !named
    }

    /// Whether the run-time environment of a development kit is there, with what draws where something may.
    fn has_runtime_of(&self, kit: &str, new: &BTreeSet<String>) -> bool {
        let whole = kit.trim_end_matches("-headless").replace("-jdk", "-jre");
        let draws = self.context.is_none_or(|context| {
            let sources = [".java", ".kt", ".scala", ".groovy"];
            let mut texts = context
                .entries()
                .filter(|(path, _)| sources.iter().any(|end| path.ends_with(end)))
                .map(|(path, _)| context.text(path));
            texts.any(|text| {
                text.is_none_or(|text| {
                    ["java.awt", "javax.swing", "javax.imageio"]
                        .iter()
                        .any(|name| text.contains(name))
                })
            })
        });
        new.contains(&whole) || (!draws && new.contains(&format!("{whole}-headless")))
    }

    /// Whether a program may be linked with what comes with its compiler, and not with the system.
    fn needs_runtime_of_compiler(&self) -> bool {
        let signs = ["openmp", "OpenMP", "gfortran", "quadmath", "libc++", "-fsanitize"];
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= call.words.iter().any(|word| signs.iter().any(|sign| word.contains(sign)));
            }
        });
        let mut rules = self.context.into_iter().flat_map(|context| {
            context
                .entries()
                .filter(|(path, _)| {
                    let name = path.rsplit('/').next().unwrap_or(path);
                    ["akefile", "CMakeLists.txt", "meson.build", "configure"]
                        .iter()
                        .any(|part| name.contains(part))
                })
                .map(|(path, _)| context.text(path))
        });
        found
            || rules
                .any(|text| text.is_none_or(|text| signs.iter().any(|sign| text.contains(sign))))
    }

    /// Whether the image is one of an interpreter, or a distribution that got one.
    pub(super) fn interprets(&self) -> bool {
        let image = official(&self.old.image);
        let by_image = matches!(image.split(':').next(), Some("python" | "node" | "ruby"));
        let own = |name: &String| name.starts_with("python") || name == "nodejs";
        by_image || installed(&self.old.steps).iter().any(own)
    }

    /// Whether an environment of Python is made, which has what it needs of its own.
    fn makes_environment(&self) -> bool {
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |=
                    call.words.iter().any(|word| word == "venv" || word.ends_with("virtualenv"));
            }
        });
        found
    }

    /// Whether the container starts one of these programs, or a file of the project names one as a thing to start.
    pub(super) fn calls(&self, names: &[&str]) -> bool {
        let starts = self.new.configuration.starts();
        let other = |c: char| !(c.is_alphanumeric() || "_-.@".contains(c));
        let any_word = |text: &str| text.split(other).any(|word| names.contains(&word));
        if starts.into_iter().flatten().any(any_word) {
            return true;
        }
        let Some(context) = self.context else { return true };
        let quoted = |text: &str| {
            names.iter().any(|name| {
                ['\'', '"', '`'].iter().any(|quote| {
                    let start = format!("{quote}{name}");
                    let mut rests =
                        text.match_indices(&start).map(|(at, _)| &text[at + start.len()..]);
                    rests.any(|rest| rest.chars().next().is_none_or(|c| other(c) && c != '/'))
                })
            })
        };
        context.entries().any(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            if path.contains("node_modules/")
                || name.starts_with(['.'])
                || name.starts_with("Dockerfile")
            {
                return false;
            }
            let text = context.text(path).unwrap_or_default();
            match name.rsplit_once('.').map(|(_, ending)| ending) {
                None | Some("sh" | "bash") => any_word(text),
                Some(
                    "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx" | "py" | "rb"
                    | "pl",
                ) => quoted(text),
                _ => false,
            }
        })
    }

    /// Whether the container, or a file of the project, speaks of making an environment.
    fn makes_environments_later(&self) -> bool {
        let Some(context) = self.context else { return true };
        let starts = self.new.configuration.starts();
        let speaks = |text: &str| {
            ["-m venv", "virtualenv", "\"venv\"", "'venv'"].iter().any(|words| text.contains(words))
        };
        let code = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let script = [".py", ".sh", ".toml", ".cfg"].iter().any(|end| name.ends_with(end));
            script || !name.contains('.') && name != "Dockerfile"
        };
        let mut files = context.entries().filter(|(path, _)| code(path));
        starts.into_iter().flatten().any(speaks)
            || files.any(|(path, _)| context.text(path).is_some_and(speaks))
    }

    /// Whether the base has the packages of the old one, and no install of apt on it brought more than what it was told to and that needs.
    pub(super) fn had_no_recommendations(&self) -> bool {
        let mut all = match kind(&self.new.image, &self.old.image) {
            Some(Kind::Same) => true,
            Some(Kind::Debian(own)) => {
                official(&self.old.image).starts_with("debian:")
                    && suite(&self.old.image) == Some(own)
            }
            _ => false,
        };
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && matches!(Command::of(&call.words).program(), "apt-get" | "apt" | "aptitude")
            {
                let has = |wanted: &str| call.words.iter().any(|word| word == wanted);
                all &= !has("install") || has("--no-install-recommends");
            }
        });
        all
    }

    /// Whether the image holds what its packages bring and no language of its own.
    pub(super) fn is_distribution(&self) -> bool {
        matches!(official(&self.old.image).split(':').next(), Some("debian" | "ubuntu"))
    }

    fn copies_certificates(&self) -> bool {
        self.new.steps.iter().any(|step| {
            matches!(&step.action, Action::Copy(copy) if copy.sources.iter().any(|one| one.ends_with("ca-certificates.crt")))
        })
    }

    /// Whether the container, or a file of the project that is not there for its build, names what a package brings.
    fn is_written(&self, package: &str) -> bool {
        const PROGRAMS: &[(&str, &str)] = &[
            ("openssh-client", "ssh"),
            ("gnupg", "gpg"),
            ("gnupg2", "gpg"),
            ("xz-utils", "xz"),
            ("bzip2", "bz2"),
            ("mercurial", "hg"),
            ("subversion", "svn"),
        ];
        let program = PROGRAMS.iter().find(|(name, _)| *name == package);
        let program = program.map_or(package, |(_, program)| program);
        let names = |text: &str| {
            let other = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
            text.split(other).any(|word| word == program)
        };
        let Some(context) = self.context else { return true };
        let mut starts = self.new.configuration.starts().into_iter().flatten();
        starts.any(names)
            || context.entries().any(|(path, _)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                let build = path.starts_with(".git")
                    || ["Dockerfile", ".git", ".dockerignore"]
                        .iter()
                        .any(|start| name.starts_with(start))
                    || name.ends_with(".md");
                !build && !context.is_folder(path) && context.text(path).is_none_or(names)
            })
    }

    /// Whether a text of the project names a program between quotes.
    fn is_mentioned(&self, name: &str) -> bool {
        let Some(context) = self.context else { return true };
        let quoted = format!("\"{name}\"");
        context.entries().any(|(path, _)| {
            let source = [".go", ".rs", ".c", ".cc", ".cpp", ".java", ".kt"]
                .iter()
                .any(|end| path.ends_with(end));
            source && context.text(path).is_some_and(|text| text.contains(&quoted))
        })
    }
}

/// The packages of the system that a stage has in the end.
pub(super) fn installed(steps: &Block<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let command = Command::of(&call.words);
        if !matches!(command.program(), "apt-get" | "apt" | "apk" | "aptitude") {
            return;
        }
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let verb = words
            .iter()
            .position(|word| matches!(*word, "install" | "add" | "remove" | "purge" | "del"));
        let Some(verb) = verb else { return };
        let brings = matches!(words[verb], "install" | "add");
        for word in words[verb + 1..].iter().filter(|word| !word.starts_with('-')) {
            let name = word.split('=').next().unwrap_or(word);
            if brings {
                found.insert(name.to_owned());
            } else {
                found.remove(name);
            }
        }
    });
    found
}
