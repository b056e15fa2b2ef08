//! What a stage uses of its base image, and what of that a slim one lacks.

use dockslim_syntax::{Dockerfile, Keyword};

use super::{Refusal, files, javascript, python, reasons};
use crate::facts::{Build, BuildStage, BuildStep, Command, Content, Facts};
use crate::knowledge::{FullPackage, program_names};

/// What is found out about a stage and those that are built on it.
#[derive(Default)]
pub(super) struct Needs {
    /// Packages that the slim image lacks and that something uses, with the place of the first use.
    pub(super) packages: Vec<(&'static FullPackage, usize)>,
    /// What is not known, in words.
    pub(super) unknown: Vec<String>,
    /// Packages that apt installs, with the place of the call.
    installed: Vec<(String, usize)>,
    /// What else is in the context and takes part: texts of scripts with the place that names them.
    pub(super) scripts: Vec<String>,
}

/// A stage whose base is to be another one.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'b, 't> {
    pub(super) facts: &'b Facts<'t>,
    pub(super) build: &'b Build<'t>,
    pub(super) stage: &'b BuildStage<'t>,
    /// The version of Python in the image: `3.12`.
    pub(super) python: Option<&'b str>,
}

/// Programs that only name files.
const FILE_PROGRAMS: [&str; 20] = [
    "cd", "chmod", "chown", "cp", "export", "groupadd", "install", "ln", "ls", "mkdir", "mktemp",
    "mv", "rm", "rmdir", "set", "test", "touch", "unset", "useradd", "[",
];

/// Texts that show a use of what slim images leave out (debuerreotype, `.slimify-excludes`).
const DOCUMENTATION: [&str; 4] =
    ["/usr/share/doc", "/usr/share/man", "/usr/share/info", "/usr/share/locale"];

/// Packages whose alternatives link to manual pages that they bring elsewhere.
const MAN_PAGES: [&str; 4] = ["openjdk-", "default-jre", "default-jdk", "postgresql"];

/// Managers whose installs compile, or that build projects.
const BUILDERS: [&str; 9] =
    ["cargo", "go", "maven", "gradle", "dotnet", "sbt", "cabal", "stack", "cpan"];

impl Needs {
    /// What the stage uses of `lacking`.
    pub(super) fn of(
        candidate: Candidate<'_, '_>,
        lacking: &[&'static FullPackage],
    ) -> Result<Self, Refusal> {
        let mut needs = Self::default();
        let Candidate { build, stage, .. } = candidate;
        let own = stage.stage.index;
        for other in build.stages.iter().filter(|other| build.builds_on(&other.stage, own)) {
            for step in &other.steps {
                needs.step(candidate, step, lacking)?;
            }
        }
        files::look(candidate, lacking, &mut needs)?;
        let installed = std::mem::take(&mut needs.installed);
        let given = |package: &FullPackage, at: usize| {
            installed.iter().any(|(name, place)| {
                *place < at && (*name == package.name || package.from.contains(name))
            })
        };
        needs.packages.retain(|(package, at)| !given(package, *at));
        if let Some((package, at)) = needs.packages.iter().find(|(package, _)| package.builds) {
            let message = match *at {
                usize::MAX => format!("a variable speaks of {}", package.name),
                at => format!("line {} needs {}", build.dockerfile.line(at), package.name),
            };
            return Err((&reasons::COMPILER, message));
        }
        // What is added may need more.
        let with: Vec<&str> =
            needs.packages.iter().flat_map(|(one, _)| &one.with).map(String::as_str).collect();
        for package in lacking.iter().filter(|package| with.contains(&package.name.as_str())) {
            if !given(package, usize::MAX) {
                needs.add(package, needs.packages[0].1);
            }
        }
        Ok(needs)
    }

    /// Notes that something at `at` uses a package.
    pub(super) fn add(&mut self, package: &'static FullPackage, at: usize) {
        match self.packages.iter_mut().find(|(known, _)| known.name == package.name) {
            Some((_, first)) => *first = at.min(*first),
            None => self.packages.push((package, at)),
        }
    }

    /// Notes something that is not known.
    pub(super) fn note(&mut self, what: String) {
        if !self.unknown.contains(&what) {
            self.unknown.push(what);
        }
    }

    fn step(
        &mut self,
        candidate: Candidate<'_, '_>,
        step: &BuildStep<'_>,
        lacking: &[&'static FullPackage],
    ) -> Result<(), Refusal> {
        let dockerfile = candidate.build.dockerfile;
        let instruction = step.instruction;
        let at = instruction.span.start;
        let line = dockerfile.line(at);
        if step.onbuild {
            return Err((
                &reasons::ONBUILD,
                format!("line {line} is kept for the builds of others"),
            ));
        }
        let text = dockerfile.text(instruction.span);
        // What only sets a variable is a use of what runs behind it.
        let settles = matches!(instruction.kind, Keyword::Env | Keyword::Arg);
        if instruction.kind != Keyword::Label {
            self.signs(&text, if settles { usize::MAX } else { at }, lacking, line)?;
        }
        match instruction.kind {
            Keyword::Copy | Keyword::Add => copies(dockerfile, step, line)?,
            // Its command is no part of the steps.
            Keyword::Healthcheck => self.text(&text, at, lacking, true),
            _ => {}
        }
        if instruction.kind == Keyword::Add && text.contains("://") {
            self.note(format!("what line {line} downloads"));
        }
        if let Content::Unread(_) = step.content {
            return Err((
                &reasons::UNREAD_SCRIPT,
                format!("the script of line {line} is not understood"),
            ));
        }
        for (number, command) in step.content.commands().iter().enumerate() {
            self.command(candidate, step, (number, command), lacking)?;
        }
        Ok(())
    }

    /// Looks for texts that show a use of something.
    fn signs(
        &mut self,
        text: &str,
        at: usize,
        lacking: &[&'static FullPackage],
        line: usize,
    ) -> Result<(), Refusal> {
        if let Some(folder) = DOCUMENTATION.iter().find(|folder| text.contains(**folder)) {
            return Err((&reasons::DOCUMENTATION, format!("line {line} names {folder}")));
        }
        let language =
            ["LANG=", "LANG ", "LC_ALL=", "LC_ALL ", "LANGUAGE="].iter().find_map(|name| {
                let (_, value) = text.split_once(name)?;
                let value = value.trim_start_matches(['"', '\'']);
                let plain =
                    ["C", "POSIX", "en", "$", "\""].iter().any(|known| value.starts_with(known));
                (!plain && !value.is_empty())
                    .then(|| value.split_whitespace().next().unwrap_or(value).to_owned())
            });
        if let Some(language) = language {
            return Err((
                &reasons::DOCUMENTATION,
                format!("line {line} asks for translations: {language}"),
            ));
        }
        for package in lacking {
            if package.signs.iter().any(|sign| text.contains(sign.as_str())) {
                self.add(package, at);
            }
        }
        Ok(())
    }

    /// Looks for programs in a text that a shell or program may run.
    pub(super) fn text(
        &mut self,
        text: &str,
        at: usize,
        lacking: &[&'static FullPackage],
        all: bool,
    ) {
        for word in words(text) {
            for name in program_names(word) {
                for package in lacking {
                    let common = all && package.common.iter().any(|program| program == name);
                    if common || package.programs.iter().any(|program| program == name) {
                        self.add(package, at);
                    }
                }
            }
        }
    }

    fn command(
        &mut self,
        candidate: Candidate<'_, '_>,
        step: &BuildStep<'_>,
        (number, command): (usize, &Command<'_>),
        lacking: &[&'static FullPackage],
    ) -> Result<(), Refusal> {
        let dockerfile = candidate.build.dockerfile;
        let at = command.span.start;
        let line = dockerfile.line(at);
        if let Some(manager) = command.manager {
            let call = command.package_call().expect("its manager was found by its words");
            let builder = BUILDERS.contains(&manager.name.as_str());
            return match manager.name.as_str() {
                "apt" => self.apt(command, line),
                "pip" => python::look(candidate, step, command, &call, self),
                "npm" | "yarn" | "pnpm" => javascript::look(candidate, command, &call, self),
                name if builder => {
                    Err((&reasons::COMPILER, format!("line {line} builds with {name}")))
                }
                name => Err((
                    &reasons::UNREAD_INSTALL,
                    format!("what {name} needs in line {line} is not known"),
                )),
            };
        }
        let text = command.text(dockerfile);
        let Some((_, word)) = command.program() else {
            if !command.words.is_empty() {
                self.note(format!("which program line {line} calls"));
            }
            self.text(&text, at, lacking, true);
            return Ok(());
        };
        let name = command.program_name().unwrap_or(word);
        if FILE_PROGRAMS.contains(&name) {
            return Ok(());
        }
        if matches!(name, "dpkg" | "gdebi")
            && command
                .words
                .iter()
                .flatten()
                .any(|word| matches!(&**word, "-i" | "--install") || word.ends_with(".deb"))
        {
            return Err((&reasons::LOCAL_ARCHIVE, format!("line {line} installs a package file")));
        }
        if name == "man" {
            return Err((&reasons::DOCUMENTATION, format!("line {line} reads manual pages")));
        }
        let runs_others = command.is_shell()
            || matches!(name, "xargs" | "find" | "parallel" | "entr" | "tini" | "dumb-init");
        self.text(&text, at, lacking, runs_others);
        self.text(name, at, lacking, true);
        if matches!(name, "curl" | "wget") && step.instruction.kind == Keyword::Run {
            self.note(format!("what line {line} downloads"));
        }
        self.scripts(candidate, command, (name, word), number)
    }

    /// Follows a script that is no part of the file.
    fn scripts(
        &mut self,
        candidate: Candidate<'_, '_>,
        command: &Command<'_>,
        (name, word): (&str, &str),
        number: usize,
    ) -> Result<(), Refusal> {
        let dockerfile = candidate.build.dockerfile;
        let line = dockerfile.line(command.span.start);
        let words: Vec<&str> = command.words.iter().flatten().map(|word| &**word).collect();
        let unknown = |what: &str| {
            Err((
                &reasons::UNKNOWN_SCRIPT,
                format!("line {line} runs {what}, which nobody can look into"),
            ))
        };
        let script = if matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh") {
            let text = words.iter().any(|word| {
                word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
            });
            if text {
                let all = words.join(" ");
                return if all.contains("curl ") || all.contains("wget ") {
                    unknown("what it downloads")
                } else {
                    Ok(())
                };
            }
            match words.iter().skip(1).find(|word| !word.starts_with('-')) {
                Some(file) => (*file).to_owned(),
                None if number == 0 && words.len() == 1 => return Ok(()),
                None if step_only(&words) => return Ok(()),
                None => return unknown("a script that it downloads"),
            }
        } else if word.contains('/') || word.ends_with(".sh") {
            let tool = word.contains("bin/") && !word.ends_with(".sh");
            if tool && !files::is_in_context(candidate, word) {
                return Ok(());
            }
            word.to_owned()
        } else {
            if files::is_in_context(candidate, word) && word.contains('-') {
                self.scripts.push(word.to_owned());
            }
            return Ok(());
        };
        if files::is_in_context(candidate, &script) {
            self.scripts.push(script);
            return Ok(());
        }
        unknown(&script)
    }

    fn apt(&mut self, command: &Command<'_>, line: usize) -> Result<(), Refusal> {
        let call = command.package_call().expect("its manager was found by its words");
        if call.is("build-dep") {
            return Err((&reasons::COMPILER, format!("line {line} installs what a build needs")));
        }
        if !call.is("install") {
            return Ok(());
        }
        for word in command.words.iter().flatten() {
            let name = word.split(['=', '/', ':']).next().unwrap_or(word);
            if MAN_PAGES.iter().any(|package| name.starts_with(package)) {
                return Err((&reasons::MAN_PAGES, format!("line {line} installs {name}")));
            }
            self.installed.push((name.to_owned(), command.span.start));
        }
        Ok(())
    }
}

/// A shell that is started with nothing to run.
fn step_only(words: &[&str]) -> bool {
    words.iter().skip(1).all(|word| matches!(*word, "-l" | "--login"))
}

/// What COPY brings from elsewhere.
fn copies(dockerfile: &Dockerfile<'_>, step: &BuildStep<'_>, line: usize) -> Result<(), Refusal> {
    let Some(flag) = step.instruction.flag("from", dockerfile.source) else { return Ok(()) };
    if files::are_data(dockerfile, step.instruction) {
        return Ok(());
    }
    let from = flag.value.map(|value| dockerfile.text(value)).unwrap_or_default();
    Err((&reasons::COPIED_PROGRAMS, format!("line {line} copies from {from}")))
}

/// The words of a text that may name programs: without quotes and signs of the shell, and without the folder of programs.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let cut = |c: char| c.is_whitespace() || ";&|()`\"'={},[]<>$".contains(c);
    text.split(cut).filter(|word| !word.is_empty()).map(|word| {
        let folder = word.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder.ends_with("bin") || folder == "." {
            word.rsplit('/').next().unwrap_or(word)
        } else {
            word
        }
    })
}
