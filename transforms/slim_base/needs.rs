//! What a stage uses of its base image, and what of that a slim one lacks.

use dockslim_syntax::{Arguments, Keyword};

use super::documentation::{READERS, documentation};
use super::handed;
use super::programs::{
    BUILDERS, FILE_PROGRAMS, INSTALLERS, activates, handed_on, is_known, is_one_liner,
    manages_users, pieces, unpacks_with,
};
use super::written::is_written;
use super::{Refusal, files, javascript, makefiles, python, reasons};
use crate::facts::{Build, BuildStage, BuildStep, Command, Content, Facts};
use crate::knowledge::{
    FullPackage, Keep, debian_package, links_manual_pages, program_names, suite_of_image,
    told_suite_of_image,
};

/// What is found out about a stage and those that are built on it.
#[derive(Default)]
pub(super) struct Needs {
    /// Packages that the slim image lacks and that something uses, with the place of the first use.
    pub(super) packages: Vec<(&'static FullPackage, usize)>,
    /// The file of the build context that is looked at, and those that use packages, by their names.
    pub(super) file: Option<String>,
    users: Vec<(&'static str, String)>,
    /// What is not known, in words.
    pub(super) unknown: Vec<String>,
    /// Packages that apt installs, with the place of the call.
    pub(super) installed: Vec<(String, usize)>,
    /// Those of them with all that they recommend, where that has another name in each release.
    pub(super) whole: Vec<String>,
    /// What else is in the context and takes part: texts of scripts with the place that names them.
    pub(super) scripts: Vec<String>,
    /// Those of them that a RUN starts.
    pub(super) built_by: Vec<String>,
    /// Other stages of which files come, and the folders that these go to.
    pub(super) through: Vec<usize>,
    pub(super) brought: Vec<String>,
    /// What packages start that come along from another stage.
    pub(super) carried: Vec<&'static FullPackage>,
    /// Libraries that packages of Python are linked with, or open.
    pub(super) linked: Vec<&'static str>,
    /// How many stages take from one another on the way to this one; none for that whose base is to change.
    pub(super) depth: usize,
    /// How often something that compiles is used, and how often that is a call of make.
    compilers: (usize, usize),
}

/// A stage whose base is to be another one.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'b, 't> {
    pub(super) facts: &'b Facts<'t>,
    pub(super) build: &'b Build<'t>,
    pub(super) stage: &'b BuildStage<'t>,
    /// The version of Python in the image: `3.12`.
    pub(super) python: Option<&'b str>,
    /// Whether the new base leaves out documentation: slim images do, run-time environments do not.
    pub(super) slim: bool,
}

/// Folders of libraries and headers: what lies there may only be in the full image.
const LIBRARIES: [&str; 5] = [
    "/usr/include",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
];

impl Needs {
    /// For the steps of a stage from which this one takes something.
    pub(super) fn elsewhere(&self) -> Self {
        Self { depth: self.depth + 1, through: self.through.clone(), ..Self::default() }
    }

    /// What the stage uses of `lacking`.
    pub(super) fn of(
        candidate: Candidate<'_, '_>,
        lacking: &[&'static FullPackage],
    ) -> Result<Self, Refusal> {
        let mut needs = Self::default();
        let Candidate { build, stage, .. } = candidate;
        let own = stage.stage.index;
        if let Some(line) = build.takes_system_files(own).filter(|_| !lacking.is_empty()) {
            let message = format!("line {line} takes folders of the system from this stage");
            return Err((&reasons::COPIED_PROGRAMS, message));
        }
        for other in build.stages.iter().filter(|other| build.builds_on(&other.stage, own)) {
            for step in &other.steps {
                needs.step(candidate, step, lacking)?;
            }
        }
        if candidate.slim {
            files::documentation(candidate)?;
        }
        if !(candidate.slim && lacking.is_empty()) {
            files::look(candidate, lacking, &mut needs)?;
        }
        needs.fonts_of_java(candidate, lacking);
        needs.make_alone(candidate, lacking)?;
        needs.companions(lacking, stage.image.as_deref().and_then(told_suite_of_image))?;
        let installed = std::mem::take(&mut needs.installed);
        let given = |package: &FullPackage, at: usize| {
            installed.iter().any(|(name, place)| {
                *place <= at && (*name == package.name || package.from.contains(name))
            })
        };
        needs.packages.retain(|(package, at)| !given(package, *at));
        if let Some((package, at)) = needs.packages.iter().find(|(package, _)| package.builds) {
            let user = needs.users.iter().find(|(name, _)| *name == package.name);
            let message = match (user, *at) {
                (Some((_, file)), _) => format!("{file} needs {}", package.name),
                (None, usize::MAX) => format!("a variable speaks of {}", package.name),
                (None, at) => {
                    format!("line {} needs {}", build.dockerfile.line(at), package.name)
                }
            };
            return Err((&reasons::COMPILER, message));
        }
        Ok(needs)
    }

    /// Where make alone is called of all that compiles, and its recipes do not, takes its own package.
    fn make_alone(
        &mut self,
        candidate: Candidate<'_, '_>,
        lacking: &[&'static FullPackage],
    ) -> Result<(), Refusal> {
        let made = |needs: &Self| needs.compilers.0 > 0 && needs.compilers.0 == needs.compilers.1;
        let own = lacking.iter().find(|package| package.name == "make");
        let used = self.packages.iter().find(|(package, _)| package.builds);
        let (Some(own), Some((_, at)), true) = (own, used, made(self)) else { return Ok(()) };
        let at = *at;
        if self.depth == 0 && makefiles::follow(candidate, lacking, self, at)? && made(self) {
            self.packages.retain(|(package, _)| !package.builds);
            self.add(own, at);
        }
        Ok(())
    }

    /// Adds what the packages that are used, or that the author installs, need to do their work and the old base had: certificates for
    /// curl, and what else the author's own packages recommend, for his list may leave it out.
    fn companions(
        &mut self,
        lacking: &[&'static FullPackage],
        suite: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut wanted: Vec<(&str, usize)> = Vec::new();
        for (package, at) in &self.packages {
            self.names_what_it_opens(package, suite)?;
            let with = package.with.iter().filter(|_| !self.whole.contains(&package.name));
            wanted.extend(with.map(|name| (name.as_str(), *at)));
        }
        for (name, at) in &self.installed {
            let own = lacking.iter().filter(|package| package.name == *name);
            let own = own.filter(|it| !it.lacks_names(suite) && !self.whole.contains(&it.name));
            wanted.extend(own.flat_map(|package| &package.with).map(|name| (name.as_str(), *at)));
            let rows = debian_package(name).into_iter().flat_map(|row| row.recommends());
            let missed = rows.filter(|(_, keep)| *keep == Keep::Always);
            wanted.extend(missed.map(|(row, _)| (row.name.as_str(), *at)));
        }
        for (name, at) in wanted {
            if let Some(package) = lacking.iter().find(|package| package.name == name) {
                self.add(package, at);
            }
        }
        Ok(())
    }

    /// Notes that something at `at` uses a package.
    pub(super) fn add(&mut self, package: &'static FullPackage, at: usize) {
        self.compilers.0 += usize::from(package.builds);
        if let Some(file) = &self.file {
            self.users.push((&package.name, file.clone()));
        }
        match self.packages.iter_mut().find(|(known, _)| known.name == package.name) {
            Some((_, first)) => *first = at.min(*first),
            None => self.packages.push((package, at)),
        }
    }

    /// The file that uses a package.
    pub(super) fn user(&self, package: &FullPackage) -> Option<String> {
        let user = self.users.iter().find(|(name, _)| *name == package.name);
        user.map(|(_, file)| file.clone())
    }

    /// Notes something that is not known.
    pub(super) fn note(&mut self, what: String) {
        if !self.unknown.contains(&what) {
            self.unknown.push(what);
        }
    }

    pub(super) fn step(
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
        let text = step.text(dockerfile);
        if !lacking.is_empty() && text.contains("PIP_NO_BINARY") {
            let message = format!("line {line} tells pip to compile");
            return Err((&reasons::SYSTEM_PACKAGE, message));
        }
        let told = python::linked::tells(&text).filter(|_| self.depth > 0);
        if let Some(sign) = told.filter(|_| !lacking.is_empty()) {
            let message = format!("line {line} tells by {sign} what is linked");
            return Err((&reasons::SYSTEM_PACKAGE, message));
        }
        // What only sets a variable is a use of what runs behind it.
        let settles = matches!(instruction.kind, Keyword::Env | Keyword::Arg);
        if candidate.slim {
            documentation(&text, line)?;
        }
        if instruction.kind != Keyword::Label {
            // A package that an install names is no use of it.
            let mut shown = text.to_string();
            let commands = step.content.commands().iter();
            for install in commands.filter(|one| one.manager.is_some_and(|one| one.name == "apt")) {
                shown = shown.replace(&*install.text(dockerfile), " ");
            }
            self.signs((dockerfile, step), &shown, if settles { usize::MAX } else { at }, lacking);
            self.builtins(&shown, at, lacking);
        }
        if let (Keyword::Env, Arguments::Pairs { pairs, .. }) =
            (instruction.kind, &instruction.arguments)
        {
            let values = pairs.iter().filter_map(|pair| pair.value);
            values.for_each(|value| self.command_of_value(&dockerfile.text(value), lacking));
        }
        if !lacking.is_empty()
            && let Some(folder) = self.library(&text)
        {
            return Err((&reasons::LIBRARY, format!("line {line} names {folder}")));
        }
        self.renamed(candidate, step);
        match instruction.kind {
            Keyword::Copy | Keyword::Add if candidate.slim && lacking.is_empty() => {}
            Keyword::Copy | Keyword::Add => self.copies(candidate, step, lacking)?,
            // Its command is no part of the steps.
            Keyword::Healthcheck => self.health(&text, at, lacking),
            _ => {}
        }
        if instruction.kind == Keyword::Add {
            self.added(candidate, step, &text, line);
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

    /// The folder of libraries that a text names, unless it names one there that an install brought.
    fn library(&self, text: &str) -> Option<&'static str> {
        LIBRARIES.into_iter().find(|folder| {
            text.match_indices(folder).any(|(at, _)| {
                let file = text[at + folder.len()..].trim_start_matches('/');
                let stem = file.split(['.', '/', ' ', '"']).next().unwrap_or_default();
                !self.installed.iter().any(|(name, _)| !stem.is_empty() && name.starts_with(stem))
            })
        })
    }

    /// Looks for programs in a text that a shell or program may run.
    pub(super) fn text(
        &mut self,
        text: &str,
        at: usize,
        lacking: &[&'static FullPackage],
        all: bool,
    ) {
        let text = &*text.replace("\\n", "\n");
        // The slim image has the interpreter without its modules.
        if words(text).any(|word| word == "perl") && !is_one_liner(text) {
            for package in lacking.iter().filter(|package| package.name == "perl") {
                self.add(package, at);
            }
        }
        for word in words(text) {
            for name in program_names(word) {
                for package in lacking {
                    let common = all && package.common.iter().any(|program| program == name);
                    self.compilers.1 += usize::from(common && package.builds && name == "make");
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
                "apt" => self.apt(candidate, command, lacking, line),
                // Nothing of what it may need is missing.
                _ if lacking.is_empty() => Ok(()),
                "pip" | "uv" | "poetry" | "pipenv" => {
                    if call.is("run") {
                        self.text(&command.text(dockerfile), at, lacking, true);
                    }
                    python::look(candidate, command, &call, self)?;
                    self.link(at, lacking);
                    Ok(())
                }
                "npm" | "yarn" | "pnpm" => {
                    javascript::look(candidate, command, &call, self)?;
                    javascript::starts(candidate, command, lacking, self)
                }
                "npx" => {
                    self.text(&command.text(dockerfile), at, lacking, true);
                    javascript::npx(candidate, command, &call, self)
                }
                "bundler" | "gem" if self.depth > 0 => self.gems(candidate, line),
                "bundler" if step.instruction.kind != Keyword::Run && call.is("exec") => {
                    self.text(&command.text(dockerfile), at, lacking, true);
                    Ok(())
                }
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
        if READERS.contains(&name) && candidate.slim {
            return Err((&reasons::DOCUMENTATION, format!("line {line} calls {name}")));
        }
        if candidate.slim && lacking.is_empty() {
            // A script may install what needs the folders of manual pages.
            return match step.instruction.kind {
                Keyword::Run => self.scripts(candidate, command, (name, word), number),
                _ => Ok(()),
            };
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
        if name.starts_with("dpkg") && !lacking.is_empty() {
            self.dpkg(command, lacking, line)?;
        }
        if !lacking.is_empty() && python::installs_alone(candidate, step, command) {
            return Ok(());
        }
        let pieces = pieces(command);
        if !lacking.is_empty() && pieces.contains(&"setup.py") {
            return Err((&reasons::LOCAL_PROJECT, format!("line {line} runs setup.py")));
        }
        if pieces.windows(2).any(|two| two == ["-m", "build"]) {
            let message = format!("line {line} builds a project of Python");
            return Err((&reasons::LOCAL_PROJECT, message));
        }
        for package in lacking.iter().filter(|package| unpacks_with(name, command, &package.name)) {
            self.add(package, at);
        }
        if step.instruction.kind == Keyword::Run
            && let Some(manager) = handed_on(command)
        {
            return Err((
                &reasons::UNREAD_INSTALL,
                format!("line {line} hands {name} a call of {manager}, which is not looked into"),
            ));
        }
        if INSTALLERS.contains(&name) {
            return Err((
                &reasons::UNREAD_INSTALL,
                format!("what {name} needs in line {line} is not known"),
            ));
        }
        let own = self.installed.iter().any(|(package, _)| package == name)
            || activates(candidate, command)
            || (candidate.slim || self.depth > 0) && manages_users(candidate, name);
        if step.instruction.kind == Keyword::Run && !own && !is_known(name, word, lacking) {
            self.note(format!("what {name} in line {line} needs"));
        }
        let runs_others = command.is_shell()
            || text.contains("#!")
            || self.writes(candidate, name, &pieces, command)
            || matches!(name, "xargs" | "find" | "parallel" | "entr" | "tini" | "dumb-init");
        // echo and printf write a blank for it.
        self.text(&text.replace("\\t", " "), at, lacking, runs_others);
        self.text(name, at, lacking, true);
        if matches!(name, "curl" | "wget") && step.instruction.kind == Keyword::Run {
            self.note(format!("what line {line} downloads"));
        }
        let known = self.scripts.len();
        self.scripts(candidate, command, (name, word), number)?;
        if step.instruction.kind == Keyword::Run {
            self.built_by.extend(self.scripts[known..].iter().cloned());
        }
        Ok(())
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
        let known = handed::is_argument(candidate, &words) || is_written(candidate, &script);
        if known { Ok(()) } else { unknown(&script) }
    }

    fn apt(
        &mut self,
        candidate: Candidate<'_, '_>,
        command: &Command<'_>,
        lacking: &[&'static FullPackage],
        line: usize,
    ) -> Result<(), Refusal> {
        let call = command.package_call().expect("its manager was found by its words");
        if call.is("build-dep") && !lacking.is_empty() {
            return Err((&reasons::COMPILER, format!("line {line} installs what a build needs")));
        }
        if ["remove", "purge"].iter().any(|verb| call.is(verb)) && !lacking.is_empty() {
            // apt fails for a name that it neither has installed nor finds in its lists.
            let operands = call.operands().skip(1).map(|at| command.words[at].as_deref());
            let own = |word: &str| {
                self.installed.iter().any(|(name, _)| word.split([':', '*']).next() == Some(name))
            };
            if let Some(other) = { operands }.find(|word| !word.is_some_and(own)) {
                let other = other.unwrap_or("a variable");
                return Err((&reasons::REMOVAL, format!("line {line} removes {other}")));
            }
        }
        if !call.is("install") {
            return Ok(());
        }
        let suite = candidate.stage.image.as_deref().and_then(suite_of_image);
        for word in command.words.iter().flatten() {
            let name = word.split(['=', '/', ':']).next().unwrap_or(word);
            if candidate.slim && READERS.contains(&name) {
                return Err((&reasons::DOCUMENTATION, format!("line {line} installs {name}")));
            }
            if candidate.slim && links_manual_pages(name, suite) {
                return Err((&reasons::MAN_PAGES, format!("line {line} installs {name}")));
            }
            self.comes_with(candidate, command, name);
            self.installed.push((name.to_owned(), command.span.start));
        }
        let unlisted = call.operands().skip(1).filter_map(|at| command.words[at].as_deref());
        let unlisted = unlisted.filter(|name| debian_package(name).is_none());
        if candidate.slim && unlisted.count() > 0 {
            self.note(format!(
                "whether a package of line {line} wants the folders of manual pages, as those do that bring Java along"
            ));
        }
        if !lacking.is_empty()
            && self.depth == 0
            && !is_told(candidate, command, "install-recommends")
        {
            self.note(format!(
                "what apt brings in line {line} besides, since it installs what packages only recommend"
            ));
        }
        Ok(())
    }

    /// Looks at a call of dpkg or one of its companions, which may ask for a package of the full image by name.
    fn dpkg(
        &mut self,
        command: &Command<'_>,
        lacking: &[&'static FullPackage],
        line: usize,
    ) -> Result<(), Refusal> {
        for word in command.words.iter().flatten().skip(1) {
            if let Some(package) = lacking.iter().find(|package| package.name == **word) {
                self.add(package, command.span.start);
            }
            if matches!(&**word, "-r" | "-P" | "--remove" | "--purge") {
                return Err((&reasons::REMOVAL, format!("line {line} removes packages")));
            }
        }
        Ok(())
    }
}

/// Whether a call of apt, or a setting in front of it, speaks of something: `--no-install-recommends`, `APT::Install-Recommends "0"`.
fn is_told(candidate: Candidate<'_, '_>, command: &Command<'_>, what: &str) -> bool {
    let before = candidate.build.stages.iter().flat_map(|stage| &stage.steps);
    let other = before
        .flat_map(|step| step.content.commands())
        .filter(|other| other.manager.is_none() && other.span.start < command.span.start);
    other
        .chain([command])
        .any(|one| one.text(candidate.build.dockerfile).to_ascii_lowercase().contains(what))
}

/// A shell that is started with nothing to run.
fn step_only(words: &[&str]) -> bool {
    words.iter().skip(1).all(|word| matches!(*word, "-l" | "--login"))
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
