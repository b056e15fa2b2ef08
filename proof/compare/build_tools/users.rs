//! Who needs a compiler behind the place where it was removed.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::{Drop, describe};
use crate::compare::bases::compiler_of_project;
use crate::compare::caches::manager;
use crate::compare::folders::is_of_system;
use crate::compare::later::may_install;
use crate::compare::split::{family_of, in_sources};
use crate::compare::{Comparison, Refusal};
use crate::program::{Action, Step, visit};
use crate::shell::{Command, readable};
use crate::stages::Stage;
use crate::verdict::Gap;

/// Programs that build with whatever is there, and package managers whose packages may have to be built.
const BUILDERS: &[&str] = &[
    "pip",
    "poetry",
    "pipenv",
    "uv",
    "npm",
    "yarn",
    "pnpm",
    "bun",
    "gem",
    "bundle",
    "bundler",
    "cargo",
    "go",
    "composer",
    "cpan",
    "cpanm",
    "pecl",
    "pear",
    "phpize",
    "luarocks",
    "R",
    "Rscript",
    "rebar3",
    "mix",
    "stack",
    "cabal",
    "opam",
    "nimble",
    "crystal",
    "shards",
    "swift",
    "node-gyp",
    "ghc",
    "conan",
    "b2",
    "cmake",
    "ninja",
    "meson",
    "waf",
    "scons",
    "configure",
    "autogen.sh",
    "ionic",
    "cordova",
    "ng",
    "expo",
    "gatsby",
    "gulp",
    "grunt",
    "jekyll",
    "middleman",
    "fastlane",
    "rake",
    "tox",
    "nox",
    "jupyter",
    "jupyter-lab",
    "jupyter-notebook",
    "ipython",
    "make",
    "gcc",
    "g++",
    "cc",
    "c++",
    "rustc",
    "ld",
];

/// Packages of Python that ask a compiler or linker of Alpine where a library lies (Python, "ctypes", "Finding shared libraries").
const SEARCHING: &[&str] = &[
    "cairocffi",
    "cairosvg",
    "pyenchant",
    "pylibdmtx",
    "pyusb",
    "python-magic",
    "pyvips",
    "pyzbar",
    "soundfile",
    "weasyprint",
];

/// What such a program only says or keeps.
const HARMLESS: &[&str] = &[
    "cache",
    "config",
    "--version",
    "-v",
    "-V",
    "version",
    "help",
    "--help",
    "clean",
    "check",
    "list",
    "show",
    "freeze",
    "cleanup",
    "env",
    "info",
];

const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "zsh", "fish"];

/// What something does with a compiler.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Nothing,
    Uses,
    /// It runs a script that is not known.
    Unknown,
}

impl<'b, 't> Comparison<'b, 't> {
    /// Looks at everything behind a removal.
    pub(super) fn used_behind(&self, drop: &Drop<'b, 't>) -> Result<(), Refusal> {
        let mut stages = vec![drop.stage];
        let mut next = 0;
        while let Some(number) = stages.get(next).copied() {
            next += 1;
            let children = self.after.stages.iter().enumerate();
            stages.extend(
                children.filter(|(_, stage)| stage.parent == Some(number)).map(|(child, _)| child),
            );
        }
        for number in &stages {
            let stage = &self.after.stages[*number];
            let mut found = None;
            visit(&stage.steps, &mut |step| {
                let behind = *number != drop.stage || step.at.start > drop.step.at.start;
                if behind && found.is_none() {
                    let usage = self.by_step(drop, step);
                    found = (usage != Use::Nothing).then_some((step, usage));
                }
            });
            if let Some((step, usage)) = found {
                return Err(gone(step, &describe(step), usage));
            }
            self.by_configuration(drop, stage)?;
            let has_children = self.after.stages.iter().any(|other| other.parent == Some(*number));
            let [entrypoint, command, _] = stage.configuration.starts();
            let starts = || [entrypoint, command].into_iter().flatten();
            let opens = starts().next_back().is_some_and(opens_a_shell);
            if !has_children && (starts().next().is_none() || opens) {
                return Err(gone(drop.step, "who works in a container", Use::Uses));
            }
        }
        self.copied_from(drop)?;
        self.by_project(drop)
    }

    /// Whether sources of the project compile when a container runs, or packages do that are installed for it.
    fn by_project(&self, drop: &Drop<'b, 't>) -> Result<(), Refusal> {
        let mut names: Vec<String> = Vec::new();
        let mut read = |text: &str| {
            let cut = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
            names.extend(text.split(cut).map(|it| it.to_ascii_lowercase().replace('_', "-")));
        };
        visit(&self.after.stages[drop.stage].steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                call.words.iter().for_each(|word| read(word));
            }
        });
        for (path, _) in self.context.into_iter().flat_map(|context| context.entries()) {
            let name = last(path);
            let list = matches!(name, "Pipfile" | "pyproject.toml" | "setup.cfg" | "setup.py")
                || name.starts_with("environment.y")
                || name.contains("require") && name.ends_with(".txt");
            let text = self.context.and_then(|context| context.text(path)).filter(|_| list);
            let lines = text.unwrap_or_default().lines();
            lines.filter(|line| !line.trim_start().starts_with('#')).for_each(&mut read);
        }
        let of_alpine = self.after.stages[drop.stage].image.contains("alpine");
        let package = family_of(|name| names.iter().any(|one| one == name));
        let package = package.or_else(|| {
            let mut searching = SEARCHING.iter().filter(|_| of_alpine);
            let found = searching.find(|name| names.iter().any(|one| one == *name));
            found.map(|name| (*name).to_owned())
        });
        let source = || in_sources(self.context?);
        let called = || compiler_of_project(self.context?);
        let perl = !names.iter().any(|name| name == "perl");
        let mut texts = self.context.into_iter().flat_map(|context| {
            context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
        });
        let script = texts.find(|(path, text)| {
            let line = text.lines().next().and_then(|line| line.strip_prefix("#!"));
            let mut words = line.unwrap_or_default().split(['/', ' ']);
            let of_tools = |word: &str| {
                perl && word == "perl"
                    || drop.tools.iter().any(|tool| tool.programs.contains(&word))
            };
            words.any(of_tools)
                || of_alpine && path.ends_with(".py") && text.contains("find_library")
        });
        if let Some((path, _)) = script {
            return Err(gone(drop.step, &format!("`{path}`"), Use::Uses));
        }
        match package.or_else(source).or_else(called) {
            Some(what) => Err(gone(
                drop.step,
                &format!("the program ({})", what.trim_end_matches(',')),
                Use::Uses,
            )),
            None => Ok(()),
        }
    }

    fn by_step(&self, drop: &Drop<'b, 't>, step: &Step<'t>) -> Use {
        let by_words = |command: &Command<'_>| {
            command.all().map(|one| self.by_command(drop, one)).find(|usage| *usage != Use::Nothing)
        };
        match &step.action {
            Action::Call(call) if !call.words.is_empty() => {
                // The second half of the removal itself.
                if call.words == ["apt-get", "autoremove", "-y", "--purge"] {
                    return Use::Nothing;
                }
                by_words(&Command::of(&call.words)).unwrap_or(Use::Nothing)
            }
            Action::Exec(words, _) => by_words(&Command::of(words)).unwrap_or(Use::Nothing),
            Action::Opaque(..) => Use::Unknown,
            _ => Use::Nothing,
        }
    }

    fn by_command(&self, drop: &Drop<'b, 't>, command: &Command<'_>) -> Use {
        let program = command.program();
        if drop.tools.iter().any(|tool| tool.programs.contains(&program)) {
            return Use::Uses;
        }
        if let Some((name, from)) = manager(command)
            && BUILDERS.contains(&&*name)
        {
            let words = command.words.iter().map(|word| word.as_deref().unwrap_or("$"));
            let words: Vec<String> = words.map(str::to_owned).collect();
            if name == "pip" && self.pip_takes_wheels(drop.stage, &words) {
                return Use::Nothing;
            }
            let mut words = command.words[from..].iter().flatten();
            let harmless = words.next().is_some_and(|word| HARMLESS.contains(&&**word));
            let start = words_of(command).iter().any(|word| {
                matches!(*word, "start" | "exec")
                    || (*word == "run" && name != "cargo" && name != "go")
            });
            return match (harmless, start) {
                (true, _) => Use::Nothing,
                (_, true) => self.manifests(drop),
                _ => Use::Uses,
            };
        }
        if program.starts_with("python")
            && command.arguments().any(|word| word.ends_with("setup.py"))
        {
            return Use::Uses;
        }
        if matches!(program, "apt-get" | "apt" | "apk" | "apt-cache" | "apt-mark") {
            return Use::Nothing;
        }
        if may_install(command, "") { self.by_script(drop, &command.raw) } else { Use::Nothing }
    }

    /// `npm start`: what the manifests of the context call.
    fn manifests(&self, drop: &Drop<'b, 't>) -> Use {
        let Some(context) = self.context else { return Use::Unknown };
        let is_manifest = |path: &str| path == "package.json" || path.ends_with("/package.json");
        let mut manifests = context.entries().filter(|(path, _)| is_manifest(path)).peekable();
        if manifests.peek().is_none() {
            return Use::Unknown;
        }
        let found = manifests.map(|(path, _)| {
            let text = context.text(path).and_then(|text| serde_json::from_str::<Value>(text).ok());
            let Some(manifest) = text else { return Use::Unknown };
            let Some(scripts) = manifest.get("scripts").and_then(Value::as_object) else {
                return Use::Nothing;
            };
            let texts = scripts.values().filter_map(Value::as_str);
            texts
                .map(|text| by_text(drop, text))
                .find(|it| *it != Use::Nothing)
                .unwrap_or(Use::Nothing)
        });
        found.into_iter().find(|usage| *usage != Use::Nothing).unwrap_or(Use::Nothing)
    }

    /// What a script does, if the build context has one file of its name.
    fn by_script(&self, drop: &Drop<'b, 't>, words: &[String]) -> Use {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let script = match words.as_slice() {
            [shell, script, ..] if SHELLS.contains(&last(shell)) => script,
            [program, ..] => program,
            [] => return Use::Unknown,
        };
        let text = self.context.and_then(|context| only_file(context, last(script)));
        text.map_or(Use::Unknown, |text| by_text(drop, text))
    }

    /// What containers, health checks and the builds of others run.
    fn by_configuration(&self, drop: &Drop<'b, 't>, stage: &Stage<'t>) -> Result<(), Refusal> {
        let configuration = &stage.configuration;
        let starts = configuration.starts().into_iter().flatten();
        for text in starts.chain(configuration.triggers.iter().map(String::as_str)) {
            let mut usage = self.by_start(drop, &readable(text));
            if usage == Use::Unknown {
                usage = self.by_words_of(drop, text);
            }
            if usage != Use::Nothing {
                return Err(gone(drop.step, "what a container runs", usage));
            }
        }
        Ok(())
    }

    /// What the text of a start command names.
    fn by_start(&self, drop: &Drop<'b, 't>, text: &str) -> Use {
        let shell_form = text.strip_prefix("by default ").unwrap_or(text);
        let list: Option<Vec<String>> = serde_json::from_str(shell_form).ok();
        if let Some(list) = list {
            let words: Vec<std::borrow::Cow<'_, str>> =
                list.iter().map(|it| it.as_str().into()).collect();
            let command = Command::of(&words);
            let found = command.all().map(|one| self.by_command(drop, one));
            return found.into_iter().find(|it| *it != Use::Nothing).unwrap_or(Use::Nothing);
        }
        // A script behind the words of its shell.
        let script = shell_form.split_once("] ").map_or(shell_form, |(_, script)| script);
        by_text(drop, script)
    }

    /// A second look at a start command that runs a script of the context or of a manifest.
    fn by_words_of(&self, drop: &Drop<'b, 't>, text: &str) -> Use {
        let words: Vec<&str> = text.split(is_cut).filter(|word| !word.is_empty()).collect();
        let Some(at) = words.iter().position(|word| is_script(word) || word.contains("entrypoint"))
        else {
            let runs = words.iter().any(|word| matches!(last(word), "npm" | "yarn" | "pnpm"));
            return if runs { self.manifests(drop) } else { Use::Unknown };
        };
        let others = words.iter().enumerate().filter(|(number, _)| *number != at);
        let others: Vec<&str> = others.map(|(_, word)| *word).collect();
        let shells = |word: &&str| !SHELLS.contains(&last(word));
        let others: Vec<&str> = others.into_iter().filter(shells).collect();
        match by_text(drop, &others.join(" ")) {
            Use::Nothing => self.by_script(drop, &[words[at].to_owned()]),
            usage => usage,
        }
    }

    /// Whether another stage takes folders of the system from the stage of a removal.
    fn copied_from(&self, drop: &Drop<'b, 't>) -> Result<(), Refusal> {
        let own = format!("stage {}", drop.stage);
        for step in self.after.stages.iter().flat_map(|stage| &stage.steps) {
            let Action::Copy(copy) = &step.action else { continue };
            let from = copy.from.as_deref().unwrap_or_default();
            if from != own && !from.contains('\u{2}') {
                continue;
            }
            if copy.sources.iter().any(|source| is_of_system(source)) {
                return Err(gone(step, &describe(step), Use::Uses));
            }
        }
        Ok(())
    }
}

fn words_of<'c>(command: &'c Command<'_>) -> Vec<&'c str> {
    command.arguments().collect()
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_cut(character: char) -> bool {
    character.is_whitespace() || ";&|()`\"'{},[]".contains(character)
}

fn is_script(word: &str) -> bool {
    word.ends_with(".sh") || word.ends_with(".bash") || word.starts_with("./")
}

/// What a text that some shell will run does with the tools.
fn by_text(drop: &Drop<'_, '_>, text: &str) -> Use {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let words: Vec<&str> = lines.flat_map(|line| line.split(is_cut)).collect();
    let mut usage = Use::Nothing;
    for (at, word) in words.iter().copied().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        if matches!(last(word), "npm" | "yarn" | "pnpm") && matches!(next, "start" | "run") {
            usage = Use::Unknown;
            continue;
        }
        let name = last(word);
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let tool = drop.tools.iter().any(|tool| tool.programs.contains(&name));
        if tool || (BUILDERS.contains(&name) && !name.is_empty()) {
            return Use::Uses;
        }
        if is_script(word) || matches!(word, "sh" | "bash") {
            usage = Use::Unknown;
        }
    }
    usage
}

/// The text of the only file of this name.
fn only_file<'c>(context: &'c BuildContext, name: &str) -> Option<&'c str> {
    let mut files = context.entries().filter(|(path, _)| last(path) == name);
    let (path, _) = files.next()?;
    if files.next().is_some() { None } else { context.text(path) }
}

/// Whether the words of a start command end with a shell that has nothing to run.
fn opens_a_shell(text: &str) -> bool {
    let words: Vec<&str> = text.split(is_cut).filter(|word| !word.is_empty()).collect();
    let words = words.strip_prefix(&["/bin/sh", "-c"]).unwrap_or(&words);
    words.iter().enumerate().any(|(at, word)| {
        let rest = &words[at + 1..];
        SHELLS.contains(&last(word))
            && rest.iter().all(|option| option.starts_with('-') && !option.ends_with('c'))
    })
}

fn gone(step: &Step<'_>, who: &str, usage: Use) -> Refusal {
    let what = if usage == Use::Unknown { "may need" } else { "needs" };
    let message = format!("compilers are removed, but {who} {what} them");
    let gap = Gap { before: None, after: Some(step.at), message };
    Refusal { gap, unknown: usage == Use::Unknown }
}
