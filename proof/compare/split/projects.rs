//! Projects of Python that a stage builds: what they may be linked with, where they go, and who builds them again.

use super::bases::official;
use super::runtime::Runtime;
use crate::compare::versions::with_versions;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

/// Variables that compilers and build scripts read.
const VARIABLES: &[&str] = &[
    "CC",
    "CFLAGS",
    "CPATH",
    "CPPFLAGS",
    "CXX",
    "CXXFLAGS",
    "DIST_EXTRA_CONFIG",
    "LDFLAGS",
    "LDSHARED",
    "LIBRARY_PATH",
    "LIBS",
];

/// What no plain script says, by which it may link more, or put files elsewhere.
const MORE: &[&str] = &[
    "**",
    "__import__",
    "cffi_modules",
    "environ",
    "eval(",
    "exec(",
    "extra_",
    "getattr",
    "globals",
    "libraries",
    "pkg-config",
    "pkgconfig",
    "popen",
    "rust_extensions",
    "subprocess",
    "system(",
    "vars(",
    "find_library",
    "openmp",
    "cmake",
];

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Runtime<'_, '_> {
    /// Whether a call builds a project from its sources: a folder, an address, a script.
    pub(super) fn builds_project(&self, call: &Call<'_>) -> bool {
        let words = with_versions(call, self.states);
        let odd = |word: &str| word.bytes().any(|byte| byte < b'\t');
        let words: Vec<&str> =
            words.iter().map(|word| if odd(word) { "$" } else { word.as_str() }).collect();
        if words.get(1) == Some(&"setup.py") {
            return true;
        }
        let pip = words.iter().any(|word| matches!(name_of(word), "pip" | "pip3"));
        let Some(verb) = words.iter().position(|word| *word == "install").filter(|_| pip) else {
            return false;
        };
        let options = ["-i", "-c", "-f", "-r"];
        let named = words[verb + 1..].iter().enumerate().any(|(at, word)| {
            let before = words[verb + at];
            let value = before.starts_with("--") && !before.contains('=') && before != "--editable"
                || options.contains(&before);
            let wheel =
                word.ends_with(".whl") && (word.contains("manylinux") || word.contains("none-any"));
            let place = word.starts_with("-e")
                || word.starts_with("--editable")
                || word.starts_with('.')
                || !word.starts_with('-') && word.contains(['/', '@', '$']);
            place && !wheel && (!value || word.starts_with('.') && before != "--requirement")
        });
        named || words.iter().any(|word| word.ends_with(".txt")) && self.lists_projects()
    }

    /// Whether a list of requirements in the context names a folder or an address.
    fn lists_projects(&self) -> bool {
        self.texts(&[".txt"]).iter().filter(|(path, _)| path.contains("requirement")).any(
            |(_, text)| {
                let lines = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
                let mut lines = lines.filter(|line| !line.starts_with('#'));
                lines.any(|line| {
                    let plain = line.split(';').next().unwrap_or(line);
                    line.starts_with("-e")
                        || line.starts_with("--editable")
                        || !line.starts_with('-')
                            && (plain.contains('/') || plain.contains('@') || line.starts_with('.'))
                })
            },
        )
    }

    fn builds_any(&self) -> bool {
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= self.builds_project(call);
            }
        });
        found
    }

    /// The files that end so, or have this name.
    fn texts(&self, ends: &[&str]) -> Vec<(&str, &str)> {
        let entries = self.context.into_iter().flat_map(|context| context.entries());
        let own = |path: &str| {
            ends.iter()
                .any(|end| name_of(path) == *end || end.starts_with('.') && path.ends_with(end))
        };
        let own = entries.filter(|(path, _)| own(path));
        own.filter_map(|(path, _)| Some((path, self.context?.text(path)?))).collect()
    }

    /// Why it is not known what the projects that are built are linked with on a full image.
    pub(super) fn links_of_project(&self) -> Option<String> {
        if !self.builds_any() {
            return None;
        }
        let scripts = self.texts(&["setup.py", "pyproject.toml", "setup.cfg"]);
        if scripts.is_empty() {
            return Some("its sources are not known".to_owned());
        }
        let mut told = None;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let set = |name: &&&str| {
                self.states.seen(call.state).surroundings.environment.contains_key(**name)
                    || self.states.seen(call.state).variables.contains_key(**name)
                    || call.assignments.iter().any(|text| text.split('=').next() == Some(**name))
            };
            if let Some(name) = VARIABLES.iter().find(set) {
                told = Some((*name).to_owned());
            }
            // Sources from elsewhere.
            let foreign = |word: &&str| {
                word.contains("git+") || word.contains("://") && !word.contains("file:")
            };
            let mut words = call.words.iter().filter_map(|word| plain(word));
            if self.builds_project(call) || Command::of(&call.words).is("git") {
                told = told.take().or(words.find(foreign).map(str::to_owned));
            }
        });
        for (path, text) in self.texts(&[".txt"]) {
            let foreign = text.lines().any(|line| {
                !line.starts_with(['-', '#'])
                    && (line.contains("git+") || line.contains("://"))
                    && !line.contains("file:")
            });
            told = told.or((foreign && path.contains("requirement")).then(|| path.to_owned()));
        }
        let unread = scripts.iter().find_map(|(path, text)| {
            let sign =
                if name_of(path) == "setup.py" { of_script(text) } else { of_settings(text) };
            sign.map(|sign| format!("{sign} in {path}"))
        });
        let sources = self.texts(&[".pyx", ".pxd", ".pxi", ".c", ".cc", ".cpp", ".h"]);
        let signs = [
            "libraries",
            "extra_",
            "pkg-config",
            "dlopen",
            "popen(",
            "system(",
            "execv",
            "execl",
            "posix_spawn",
        ];
        let linked = sources.iter().find_map(|(path, text)| {
            let sign = signs.iter().find(|sign| text.contains(**sign))?;
            Some(format!("{sign} in {path}"))
        });
        told.or(unread).or(linked)
    }

    /// Why it is not known where projects that are built leave their files.
    pub(super) fn strays(&self) -> Option<String> {
        if !self.builds_any() {
            return None;
        }
        let scripts = self.texts(&[
            "setup.py",
            "setup.cfg",
            "pyproject.toml",
            "distutils.cfg",
            "pydistutils.cfg",
            ".pydistutils.cfg",
        ]);
        scripts.into_iter().find_map(|(path, text)| {
            let moved = text.lines().any(|line| {
                let line = line.trim();
                ["[build", "[install", "[develop]", "[easy_install]", "[bdist_egg]"]
                    .iter()
                    .any(|start| line.starts_with(start) && !line.starts_with("[build-system"))
            });
            let folders = text.contains("package_dir")
                && ["'/", "\"/", "= /", ".."].iter().any(|sign| text.contains(sign));
            let more = ["cmdclass", "data_files", "data-files"].iter().any(|sign| {
                text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)))
                    .any(|word| word == *sign)
            });
            (moved || folders || more || path.ends_with("distutils.cfg")).then(|| path.to_owned())
        })
    }

    /// What of the container installs or builds packages of Python when it starts.
    pub(super) fn builds_later(&self) -> Option<String> {
        let builds = |text: &str| {
            text.contains("setup.py")
                || text.contains("pip install")
                || text.contains("pip3 install")
        };
        let starts = self.new.configuration.starts().into_iter().flatten();
        let text = starts.map(|word| word.to_owned()).collect::<Vec<_>>().join(" ");
        if builds(&text) {
            return Some("what is started".to_owned());
        }
        let built = self.builds_any();
        let scripts = self
            .texts(&[".sh"])
            .into_iter()
            .filter(|(path, _)| built || text.contains(name_of(path)));
        scripts.filter(|(_, text)| builds(text)).map(|(path, _)| path.to_owned()).next()
    }

    /// A call that installs by a Python that is neither that of the image nor of an environment.
    pub(super) fn other_python(&self) -> Option<String> {
        let image = official(&self.old.image).starts_with("python:");
        let mut environments: Vec<String> = Vec::new();
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if call.words.iter().any(|word| word == "venv" || word.ends_with("virtualenv")) {
                environments.extend(call.words.last().and_then(|word| self.path(word, call)));
            }
        });
        let mut found = None;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let script = call.words.get(1).is_some_and(|word| word == "setup.py");
            let pip = call.words.iter().any(|word| matches!(name_of(word), "pip" | "pip3"));
            let Some(program) = call.words.first().filter(|word| word.contains('/')) else {
                return;
            };
            if !(script || image && pip) {
                return;
            }
            let own = self.path(program, call).is_some_and(|path| {
                environments.iter().any(|folder| path.starts_with(&format!("{folder}/")))
                    || image && environments.is_empty() && path.starts_with("/usr/local/bin/")
            });
            if !own {
                found = Some(program.to_string());
            }
        });
        found
    }

    /// A program that the container names by a path below /usr/bin or /bin, and that slim images may lack.
    pub(super) fn names_program_of_full_image(&self) -> Option<String> {
        const KNOWN: &[&str] = &[
            "[", "bash", "cat", "chmod", "chown", "date", "echo", "env", "false", "grep", "head",
            "kill", "ls", "mkdir", "perl", "sed", "sh", "sleep", "tail", "test", "true",
        ];
        let starts: Vec<&str> = self.new.configuration.starts().into_iter().flatten().collect();
        let named = |path: &str| starts.iter().any(|word| word.contains(name_of(path)));
        let mut texts: Vec<&str> = starts.clone();
        let entries = self.context.into_iter().flat_map(|context| context.entries());
        for (path, _) in entries {
            let Some(text) = self.context.and_then(|context| context.text(path)) else { continue };
            if path.ends_with(".sh") {
                texts.push(text);
            } else if named(path) {
                texts.extend(text.lines().next().filter(|line| line.starts_with("#!")));
            }
        }
        let ends = |c: char| c.is_whitespace() || "\"'`()=;|&:,!".contains(c);
        let mut words = texts.into_iter().flat_map(|text| text.split(ends));
        let found = words.find(|word| {
            let start = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"];
            let name = start.iter().find_map(|start| word.strip_prefix(start));
            name.is_some_and(|name| !KNOWN.contains(&name) && !self.installs(name))
        });
        found.map(str::to_owned)
    }

    fn installs(&self, name: &str) -> bool {
        let mut found = false;
        visit(&self.new.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= call.words.iter().any(|word| word == name);
            }
        });
        found
    }
}

/// What of a `setup.py` is more than a call with texts: a module of its own, a word by which more is linked, a part with more than a name
/// and sources.
fn of_script(text: &str) -> Option<String> {
    const MODULES: &[&str] =
        &["setuptools", "distutils", "Cython", "os", "io", "pathlib", "codecs", "__future__"];
    let lines: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let is_import = |line: &str| line.starts_with("import ") || line.starts_with("from ");
    let mut numpy = Vec::new();
    for line in lines.iter().map(|line| line.trim()).filter(|line| is_import(line)) {
        // Only its headers are asked for below.
        if let Some(name) = line.strip_prefix("import numpy") {
            match name.trim().strip_prefix("as ") {
                Some(name) => numpy.push(name.trim()),
                None if name.trim().is_empty() => numpy.push("numpy"),
                None => return Some(line.to_owned()),
            }
            continue;
        }
        let modules = match line.strip_prefix("import ") {
            Some(names) => names,
            None => line[5..].split(" import").next().unwrap_or_default(),
        };
        let known = modules.split(',').all(|name| {
            let name = name.trim().split(['.', ' ']).next().unwrap_or_default();
            MODULES.contains(&name)
        });
        if !known {
            return Some(line.to_owned());
        }
    }
    if let Some(sign) = MORE.iter().find(|sign| lines.iter().any(|line| line.contains(**sign))) {
        return Some((*sign).to_owned());
    }
    let code: Vec<&str> = lines.iter().copied().filter(|line| !is_import(line.trim())).collect();
    let code: String = code.join("\n").split_whitespace().collect();
    let code = match without_headers(&code, &numpy) {
        Some(code) => code,
        None => return Some("a use of NumPy besides its headers".to_owned()),
    };
    for rest in code.split("Extension").skip(1) {
        let mut quote = None;
        let mut depth = 0_usize;
        for c in rest.chars() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '(' | '[') => depth += 1,
                (None, ')' | ']') => depth = depth.saturating_sub(1),
                (None, ',') => {}
                (None, c) if c.is_whitespace() => {}
                _ => return Some("a part with more than a name and sources".to_owned()),
            }
            if depth == 0 {
                break;
            }
        }
    }
    None
}

/// A script without blanks, without what says where the headers of NumPy are, which tell of no library (NumPy, "Array API"), without plain
/// macros, and without the names of the first two arguments of a part; `None` if NumPy is used otherwise.
fn without_headers(code: &str, numpy: &[&str]) -> Option<String> {
    let mut code = code.to_owned();
    for name in numpy {
        code = code.replace(&format!(",include_dirs=[{name}.get_include()]"), "");
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let left = code.match_indices(name).any(|(at, _)| {
            !code[..at].ends_with(part) && !code[at + name.len()..].starts_with(part)
        });
        if left {
            return None;
        }
    }
    while let Some(at) = code.find(",define_macros=[") {
        let rest = &code[at + 16..];
        let list = &rest[..rest.find(']')?];
        let texts = list.replace("None", "");
        let plain = |c: char| c.is_ascii_alphanumeric() || "_()',\"".contains(c);
        if !texts.chars().all(plain) {
            return None;
        }
        code.replace_range(at..at + 16 + list.len() + 1, "");
    }
    Some(code.replace("Extension(name=", "Extension(").replace(",sources=[", ",["))
}

/// What of the settings of a project tells its build more.
fn of_settings(text: &str) -> Option<String> {
    const BACK_ENDS: &[&str] = &[
        "flit_core.buildapi",
        "hatchling.build",
        "poetry.core.masonry.api",
        "setuptools.build_meta",
        "setuptools.build_meta:__legacy__",
        "uv_build",
    ];
    const SIGNS: &[&str] = &[
        "backend-path",
        "ext-modules",
        "cmdclass",
        "hooks",
        "[tool.poetry.build]",
        "setuptools-rust",
        "setuptools_rust",
        "cffi",
        "cmake",
        "libraries",
        "extra_",
        "extension",
        "pkg-config",
        "pkgconfig",
    ];
    let back_end = text.lines().map(str::trim).find(|line| line.starts_with("build-backend"));
    let known = back_end.is_none_or(|line| {
        let value = line.split('=').nth(1).unwrap_or_default().trim().trim_matches(['"', '\'']);
        BACK_ENDS.contains(&value)
    });
    let script = text.lines().map(str::trim).find(|line| line.starts_with("build ="));
    let sign = SIGNS.iter().find(|sign| text.contains(**sign)).copied();
    sign.or(script).or(back_end.filter(|_| !known)).map(str::to_owned)
}
