//! Compilers that pip of a distribution recommends, where all that it installs is known to come without one.

use crate::compare::Comparison;
use crate::compare::bases::{FROM_SOURCE, Uses};
use crate::compare::split::{OPENED, brings_its_libraries, official};
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};
use crate::stages::Stage;

/// Packages that recommend what pip compiles with (Debian's package index).
const RECOMMENDING: &[&str] = &["python3-pip", "python3-virtualenv", "virtualenv"];

/// Distributions, by what their tags begin with, and the 3.x of their Python (docker-library, debian and ubuntu).
const PYTHONS: &[(&str, &[&str], &str)] = &[
    ("debian", &["12", "bookworm"], "11"),
    ("ubuntu", &["22.04", "jammy"], "10"),
    ("ubuntu", &["24.04", "noble"], "12"),
];

/// Options of `pip install` that change nothing about what is installed.
const PLAIN: &[&str] = &[
    "--break-system-packages",
    "--disable-pip-version-check",
    "--no-cache-dir",
    "--no-compile",
    "--quiet",
    "--upgrade",
    "--user",
    "-U",
    "-q",
];

/// Packages that compilers bring, for dpkg-dev unpacks, patches and asks who signed.
const BROUGHT: &[&str] = &["bzip2", "gnupg", "patch", "perl", "xz-utils"];

impl Comparison<'_, '_> {
    /// Why an install may not leave out the compilers that pip's package recommends.
    pub(super) fn needs_compilers(&self, one: &Call<'_>, two: &Call<'_>) -> Option<String> {
        let names = |word: &str| {
            let word = word.split(['=', ':', '/']).next().unwrap_or(word);
            RECOMMENDING.contains(&word)
        };
        let image = official(&self.after.stages[self.stage].image);
        let family = image.split(':').next().unwrap_or(image);
        if !one.words.iter().any(|word| names(word)) || !matches!(family, "debian" | "ubuntu") {
            return None;
        }
        if self.has_compilers(two) {
            return None;
        }
        let Some(minor) = python_of(image) else {
            return Some(format!("what pip of {image} compiles is not known"));
        };
        let mut stages = self.after.stages.iter().enumerate();
        stages.find_map(|(number, stage)| {
            self.stands_on(number, self.stage).then(|| self.compiles_by_pip(stage, minor))?
        })
    }

    /// Whether a call of pip of the distribution below a stage asks for nothing that may be compiled.
    pub(in crate::compare) fn pip_takes_wheels(&self, stage: usize, words: &[String]) -> bool {
        let pip = words.first().is_some_and(|word| word.starts_with("pip") || word == "python3");
        let minor = python_of(official(&self.after.stages[stage].image));
        pip && minor.is_some_and(|minor| self.of_install(words, minor).is_none())
    }

    /// Whether the compilers and headers come by their names, or with an install in front that leaves nothing out.
    fn has_compilers(&self, own: &Call<'_>) -> bool {
        let mut found = (false, false);
        let mut note = |call: &Call<'_>| {
            let command = Command::of(&call.words);
            if !matches!(command.program(), "apt-get" | "apt" | "aptitude") {
                return;
            }
            let left = call.words.iter().any(|word| word.ends_with("-recommends") || word == "-R");
            let words = || call.words.iter().filter_map(|word| plain(word));
            let whole = !left && words().any(|word| RECOMMENDING.contains(&word));
            found.0 |= whole || words().any(|word| word == "build-essential");
            found.1 |=
                whole || words().any(|word| word.starts_with("python3") && word.ends_with("-dev"));
        };
        note(own);
        let mut number = Some(self.stage);
        while let Some(stage) = number.and_then(|number| self.after.stages.get(number)) {
            visit(&stage.steps, &mut |step| {
                if let Action::Call(call) = &step.action {
                    note(call);
                }
            });
            number = stage.parent;
        }
        found.0 && found.1
    }

    /// What of a stage may be compiled.
    fn compiles_by_pip(&self, stage: &Stage<'_>, minor: &str) -> Option<String> {
        let Some(context) = self.context else {
            return Some("without its build context nobody knows what compiles".to_owned());
        };
        let mut uses = Uses::of(stage).with_versions(stage, self.states);
        uses.follow(context);
        // It is there by its own name, and what it would read is not.
        let named = uses.has("make") && !uses.ran.iter().any(|name| name == "make");
        let is_rules = |path: &str| {
            path.rsplit('/')
                .next()
                .is_some_and(|name| name.to_ascii_lowercase().contains("makefile"))
        };
        uses.makes_nothing |= named && !context.entries().any(|(path, _)| is_rules(path));
        let told = uses.compiler().map(|program| format!("`{program}` is called"));
        let told = told.or(uses.unread.then(|| "a script is not understood".to_owned()));
        if let Some(why) = told.or(uses.unseen.clone()) {
            return Some(why);
        }
        if let Some(program) = uses.lacks_of(BROUGHT) {
            return Some(format!("`{program}` is called, which comes with compilers"));
        }
        let calls = context.entries().find(|(path, _)| {
            path.ends_with(".py") && context.text(path).is_some_and(installs_when_it_runs)
        });
        if let Some((path, _)) = calls {
            return Some(format!("{path} installs packages when it runs"));
        }
        let settings = context.entries().any(|(path, _)| path.ends_with("pip.conf"))
            || stage.environment.variables.keys().any(|name| name.starts_with("PIP_"));
        if settings {
            return Some("settings tell pip more".to_owned());
        }
        uses.installs.iter().find_map(|words| self.of_install(words, minor))
    }

    /// What of a call of an installer may be compiled.
    fn of_install(&self, words: &[String], minor: &str) -> Option<String> {
        let whole = || Some(format!("what `{}` compiles is not known", words.join(" ")));
        let pip = words.iter().position(|word| {
            let name = word.rsplit('/').next().unwrap_or(word);
            matches!(name, "pip" | "pip3")
        });
        let Some(at) = pip else {
            // A module of the project, or one that Python brings.
            let python = words.first().is_some_and(|word| word.starts_with("python"));
            let builds = words.iter().any(|word| word.ends_with("setup.py") || *word == "build");
            return if python && !builds { None } else { whole() };
        };
        let Some(verb) = words[at + 1..].iter().position(|word| word == "install") else {
            let harmless = ["--version", "check", "freeze", "list", "show", "uninstall"];
            let asked = words.get(at + 1).is_some_and(|word| harmless.contains(&word.as_str()));
            return if asked { None } else { whole() };
        };
        let mut rest = words[at + 1 + verb + 1..].iter();
        while let Some(word) = rest.next() {
            let right = match word.as_str() {
                "-r" | "--requirement" => {
                    rest.next().is_some_and(|list| self.lists_wheels(list, minor))
                }
                word if PLAIN.contains(&word) => true,
                word => {
                    !word.starts_with(['-', '.', '/'])
                        && !word.contains(['/', '@', ':'])
                        && has_wheel(word, minor)
                }
            };
            if !right {
                return Some(format!("whether `{word}` comes without a compiler is not known"));
            }
        }
        None
    }

    /// Whether all lists of this name ask for nothing but what comes without a compiler.
    fn lists_wheels(&self, list: &str, minor: &str) -> bool {
        let name = list.rsplit('/').next().unwrap_or(list);
        let files = self.context.into_iter().flat_map(|context| context.entries());
        let mut texts = files
            .filter(|(path, _)| path.rsplit('/').next() == Some(name))
            .map(|(path, _)| self.context.and_then(|context| context.text(path)))
            .peekable();
        let plain = |text: &str| {
            text.lines().map(str::trim).all(|line| {
                !line.starts_with(['-', '.', '/'])
                    && !line.contains('@')
                    && !line.contains("://")
                    && has_wheel(line, minor)
            })
        };
        texts.peek().is_some() && texts.all(|text| text.is_some_and(&plain))
    }
}

/// The 3.x of the Python of an image of a distribution.
fn python_of(image: &str) -> Option<&'static str> {
    let (family, tag) = image.split_once(':').unwrap_or((image, ""));
    let begins = |start: &&str| {
        tag.strip_prefix(*start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    };
    let mut known = PYTHONS.iter();
    let (_, _, minor) =
        known.find(|(name, starts, _)| *name == family && starts.iter().any(begins))?;
    Some(minor)
}

/// Whether a source of Python calls pip, as a program or as a module.
fn installs_when_it_runs(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)))
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(2).any(|two| match two {
        ["pip" | "pip3", "install"] => true,
        ["import" | "from", module] => module.split('.').next() == Some("pip"),
        ["ensurepip", _] | [_, "ensurepip"] => true,
        _ => false,
    })
}

/// Whether what is asked for comes without a compiler: not what is linked with a library of the system, or opens one.
fn has_wheel(line: &str, minor: &str) -> bool {
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let name = line[..end.unwrap_or(line.len())].to_ascii_lowercase().replace(['_', '.'], "-");
    let opens = OPENED.iter().any(|(package, _)| *package == name);
    !opens && !FROM_SOURCE.contains(&name.as_str()) && brings_its_libraries(line, minor)
}
