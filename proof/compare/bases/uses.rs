//! What a stage calls and installs, by name.

use super::compiles::INSTALLERS;
use super::lacking::{self, BROUGHT, BUILDERS, CODERS, COMPILERS, DATA, MODULES, OPENED, Package};
use super::sources::base;
use crate::compare::versions::pinned;
use crate::program::{Action, Call, Step, Text, visit};
use crate::shell::{Command, States, readable};
use crate::stages::Stage;

/// What a stage calls and installs, by name.
#[derive(Default)]
pub(in crate::compare) struct Uses {
    /// Words that may be names of programs.
    pub(super) words: Vec<String>,
    /// Those that stand where a command begins.
    pub(super) called: Vec<String>,
    /// Whole words and values, for the folders that they name.
    pub(super) texts: Vec<String>,
    /// It installs ImageMagick with all that this recommends.
    draws_all: bool,
    /// It draws with Tk.
    pub(super) draws: bool,
    /// It asks for the types of files by their names.
    pub(super) asks_types: bool,
    /// It serves files, whose types Python finds by their names.
    pub(super) serves: bool,
    /// One of the files that may be served has a type that Python does not know by itself.
    pub(super) serves_listed: bool,
    /// It serves a folder with all that lies there when it runs.
    pub(super) serves_folder: bool,
    /// The project has pages of its own.
    pub(super) has_pages: bool,
    /// A source opens libraries.
    pub(super) opens_some: bool,
    /// A source starts programs that it does not all name as texts.
    pub(super) says_not_all: bool,
    /// What sources of Python start, where they say all of it.
    pub(super) told: Option<Vec<String>>,
    pub(super) installed: Vec<String>,
    /// Packages that it removes.
    pub(super) removed: Vec<String>,
    /// It installs a compiler itself.
    pub(super) builds: bool,
    pub(in crate::compare) unread: bool,
    /// A variable decides which program is called, or what is run comes from elsewhere.
    pub(in crate::compare) unseen: Option<String>,
    /// It takes more than data from the build context.
    pub(super) copies: bool,
    /// All that it names, whatever folder it lies in.
    pub(super) named: Vec<String>,
    /// What it puts somewhere by another name.
    pub(super) renamed: Vec<String>,
    /// What it runs by its path: scripts of the project, or what only a build can know.
    pub(super) paths: Vec<String>,
    /// All that make is told in the context compiles nothing.
    pub(in crate::compare) makes_nothing: bool,
    /// Folders that other stages of the file fill.
    pub(super) filled: Vec<String>,
    /// What is installed in the stage that takes what this one has installed, where both stood on the same image.
    pub(super) beside: Option<Vec<String>>,
    /// The calls of what installs packages of a language.
    pub(in crate::compare) installs: Vec<Vec<String>>,
    /// The names of what its steps run, and hand to what they run.
    pub(in crate::compare) ran: Vec<String>,
    /// The scripts of the project that a pattern may reach.
    pub(super) shells: Vec<String>,
    /// Its files that are neither scripts by their ends nor sources.
    pub(super) plain: Vec<String>,
    /// Those of them in folders that a script goes through.
    pub(super) entered: Vec<String>,
    /// The folders of the environments of Python that its steps make, as they name them.
    environments: Vec<String>,
    /// The files that echo and printf write, and nothing else changes, with what stands in them.
    pub(super) written: Vec<(String, String)>,
    /// Its gems need nothing that slim images lack.
    pub(super) plain_gems: bool,
    /// Those that something else changes.
    pub(super) rewritten: Vec<String>,
}

/// Programs that handle files, and run none of those that they name.
const HANDLES_FILES: &[&str] = &[
    "[", "cat", "chmod", "chown", "cp", "echo", "install", "ln", "ls", "mv", "printf", "rm", "sed",
    "test", "touch",
];

/// Words in front of a command of a script.
const FRONT: &[&str] = &["!", "do", "else", "elif", "exec", "if", "sudo", "then", "time"];

/// Whether installs of these packages bring one.
pub(super) fn brought(installed: &[String], package: &str) -> bool {
    let brings = |name: &String| {
        name == package
            || BROUGHT.iter().any(|(one, others)| *one == *name && others.contains(&package))
    };
    installed.iter().any(brings)
}

impl Uses {
    pub(in crate::compare) fn of(stage: &Stage<'_>) -> Self {
        let mut uses = Self::of_steps(&stage.steps);
        for command in stage.configuration.starts().into_iter().flatten() {
            // In the shell form the shell stands in front, as a list.
            let (list, script) = command.rsplit_once("\"] ").unwrap_or(("", command));
            uses.text(list);
            uses.shell(script);
        }
        for (name, value) in stage.environment.variables.iter() {
            uses.texts.push(format!("{name}={value}"));
            // A script may call what a variable names.
            let first = value.split_whitespace().next().unwrap_or_default();
            let program = first.rsplit('/').next().unwrap_or_default();
            let brings = |package: &Package| {
                package.programs.contains(&program) || package.ordinary.contains(&program)
            };
            if lacking::PACKAGES.iter().any(brings) {
                uses.words.push(program.to_owned());
                uses.called.push(program.to_owned());
            }
        }
        uses.reads_written();
        if uses.called.iter().any(|name| name.starts_with('$') && !name.starts_with("$@")) {
            uses.unseen = Some("a variable decides which program is called".to_owned());
        }
        uses
    }

    /// Reads what installers are asked for with the versions that variables hold, where each call with these words has such.
    pub(in crate::compare) fn with_versions(mut self, stage: &Stage<'_>, states: &States) -> Self {
        let pinned = pinned(&stage.steps, states);
        for words in &mut self.installs {
            let mut same = pinned.iter().filter(|(written, _)| written == words);
            let Some((_, whole)) = same.next() else { continue };
            if same.all(|(_, other)| other == whole) {
                words.clone_from(whole);
            }
        }
        self
    }

    /// Notes the files that its steps mount, by names of their own.
    pub(super) fn with_mounts(mut self, stage: &Stage<'_>, states: &States) -> Self {
        visit(&stage.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let flags = states.seen(call.state).surroundings.flags.iter();
            for part in flags.flat_map(|flag| flag.split([',', ' '])) {
                let source = part.rsplit_once("source=").or_else(|| part.rsplit_once("src="));
                self.renamed.extend(source.map(|(_, path)| path.to_owned()));
            }
        });
        self
    }

    pub(super) fn of_steps(steps: &[Step<'_>]) -> Self {
        let mut uses = Self::default();
        visit(steps, &mut |step| match &step.action {
            Action::Call(call) => {
                uses.call(&call.words);
                uses.given(call);
                let program = Command::of(&call.words).program().to_owned();
                uses.puts(call, &program);
                uses.writes(call, &program);
                if !HANDLES_FILES.contains(&program.as_str()) {
                    let name = |word: &Text<'_>| word.rsplit('/').next().map(str::to_owned);
                    uses.ran.extend(call.words.iter().filter_map(name));
                }
            }
            Action::Exec(words, _) => uses.call(words),
            Action::Copy(copy) => {
                uses.replaces(&copy.destination);
                let data = |source: &Text<'_>| DATA.iter().any(|end| source.ends_with(end));
                let all_data = copy.sources.iter().all(data);
                uses.copies |= copy.from.is_none() && !copy.sources.is_empty() && !all_data;
                let image = |from: &&Text<'_>| {
                    let name = from.split(['@', ':']).next().unwrap_or_default();
                    !from.starts_with("stage ") && !lacking::ALONE.contains(&name)
                };
                if let Some(from) = copy.from.as_ref().filter(image)
                    && !all_data
                {
                    uses.unseen = Some(format!("what {} needs is not known", readable(from)));
                }
                if copy.from.as_ref().is_some_and(|from| from.starts_with("stage ")) {
                    uses.filled.push(copy.destination.trim_end_matches('/').to_owned());
                }
                if let [one] = copy.sources.as_slice()
                    && !copy.destination.ends_with('/')
                    && base(one) != base(&copy.destination)
                {
                    uses.renamed.push(one.to_string());
                }
                uses.texts.extend(copy.sources.iter().map(ToString::to_string));
                copy.documents.iter().for_each(|text| uses.document(text, false));
            }
            Action::Opaque(..) | Action::Unread(_) => uses.unread = true,
            _ => {}
        });
        uses.builds = uses.installed.iter().any(|name| BUILDERS.contains(&name.as_str()));
        uses
    }

    /// Notes what a call may put somewhere by another name.
    fn puts(&mut self, call: &Call<'_>, program: &str) {
        const PUT: &[&str] =
            &["awk", "cat", "cp", "dd", "install", "ln", "mv", "rsync", "sed", "tail", "tee", "tr"];
        let hands = ["find", "parallel", "xargs", "sh", "bash", "dash", "ash"].contains(&program);
        let mut words = call.words.iter().flat_map(|word| word.split_whitespace());
        // `$(<file)` is a call of nothing that reads.
        if program.is_empty()
            || PUT.contains(&program)
            || hands && words.any(|it| PUT.contains(&it))
        {
            let words = call.words.iter().skip(1).flat_map(|word| word.split_whitespace());
            self.renamed.extend(words.map(str::to_owned));
            let read = call.redirects.iter().filter_map(|text| text.split_once('<'));
            let read = read.map(|(_, path)| path.trim_matches([' ', '"', '\'']));
            self.renamed.extend(read.map(str::to_owned));
        }
        // These lead to any file.
        let pattern = |word: &Text<'_>| word.contains("--transform") || word.contains("--xform");
        if program.contains("rename") || call.words.iter().any(pattern) {
            self.renamed.push("*".to_owned());
        }
    }

    /// What an interpreter is given besides its words.
    fn given(&mut self, call: &Call<'_>) {
        let command = Command::of(&call.words);
        for redirect in &call.redirects {
            match redirect.split_once('\n') {
                Some((_, text)) => self.document(text, command.program().ends_with("sh")),
                None => self.texts.push(redirect.to_string()),
            }
        }
        const INTERPRETERS: &[&str] =
            &["ash", "bash", "dash", "node", "perl", "python", "python3", "ruby", "sh", "zsh"];
        let idle = |word: &str| matches!(word, "-l" | "--login" | "--version" | "-V" | "-v");
        let bare =
            command.words.iter().skip(1).all(|word| {
                word.as_deref().is_none_or(|word| word.starts_with('-') && !idle(word))
            });
        let fetches =
            command.arguments().any(|word| word.contains("://") && word.contains([' ', '(']));
        if INTERPRETERS.contains(&command.program()) && fetches {
            self.unseen = Some(format!("what `{}` fetches is not known", command.program()));
        }
        let fed = call.redirects.iter().any(|redirect| redirect.contains('\n'));
        if INTERPRETERS.contains(&command.program()) && bare && !fed {
            self.unseen = Some(format!("what is handed to `{}` is not known", command.program()));
        }
    }

    /// Whether a script is that by which a shell enters an environment of Python that a step has made: it sets variables, and what of the
    /// image it calls to do so is `hash` and, elsewhere, `uname` (CPython, Lib/venv/scripts/common/activate).
    fn is_of_environment(&self, script: &str) -> bool {
        let bare = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
        let folder = script.strip_suffix("/bin/activate").map(bare);
        folder.is_some_and(|folder| self.environments.iter().any(|one| bare(one) == folder))
    }

    fn call(&mut self, words: &[Text<'_>]) {
        let command = Command::of(words);
        let program = command.program();
        let makes = words.iter().any(|word| word == "venv") || program == "virtualenv";
        self.environments.extend(words.last().filter(|_| makes).map(ToString::to_string));
        self.texts.extend(words.iter().map(ToString::to_string));
        self.starts_files(&words.join(" "));
        words.iter().for_each(|word| self.tells_of_python(word));
        for one in command.all() {
            let Some(path) = one.path() else {
                if !one.words.is_empty() {
                    self.unseen = Some("a variable decides which program is called".to_owned());
                }
                continue;
            };
            self.called.push(one.program().to_owned());
            if path.contains('/') && !path.contains("bin/") || path.ends_with(".sh") {
                self.paths.push(path.to_owned());
            }
            if matches!(one.program(), "." | "ash" | "bash" | "dash" | "sh" | "source")
                && !one.has(&["-c", "-ec", "-lc", "-exc", "-xc", "-ce"])
                && let Some(script) = one.arguments().find(|word| !word.starts_with(['-', '+']))
                && !self.is_of_environment(script)
            {
                self.paths.push(script.to_owned());
            }
        }
        if matches!(program, "apt-get" | "apt" | "aptitude") {
            if command.has(&["build-dep"]) {
                self.called.push("cc".to_owned());
            }
            if command.has(&["install"]) {
                let names =
                    words.iter().map(|word| word.split(['=', '/', ':']).next().unwrap_or(word));
                self.installed.extend(names.map(str::to_owned));
                // ImageMagick recommends its further coders.
                let told = words.iter().any(|word| word.contains("nstall-") || word.contains('$'));
                self.draws_all |= !told && words.iter().any(|word| *word == "imagemagick");
            } else if let Some(verb) =
                words.iter().position(|word| matches!(&**word, "remove" | "purge"))
            {
                let names = words[verb + 1..].iter().filter(|word| !word.starts_with('-'));
                self.removed.extend(
                    names.map(|word| word.split([':', '*']).next().unwrap_or(word).to_owned()),
                );
            }
            return;
        }
        if matches!(program, "dpkg" | "dpkg-query")
            && words.iter().any(|word| matches!(&**word, "-L" | "-s" | "-W" | "--status"))
        {
            self.unseen = Some("whether a package is installed is asked for".to_owned());
        }
        // A package file may need what only the full image has.
        self.unread |= matches!(program, "dpkg" | "gdebi")
            && words.iter().any(|word| matches!(&**word, "-i" | "--install"));
        let project = |word: &Text<'_>| word.ends_with("setup.py") || *word == "build";
        if INSTALLERS.contains(&program)
            || words.iter().any(|word| word == "pip")
            || program.starts_with("python") && words.iter().any(project)
        {
            self.installs.push(words.iter().map(ToString::to_string).collect());
        }
        if program == "tar" {
            let cluster = |(at, word): (usize, &Text<'_>)| match word.strip_prefix('-') {
                Some(rest) => !rest.starts_with('-'),
                None => at == 1,
            };
            for (letter, name) in [('j', "bzip2"), ('J', "xz")] {
                let mut words = words.iter().enumerate();
                if words.any(|(at, word)| cluster((at, word)) && word.contains(letter)) {
                    self.words.push(name.to_owned());
                }
            }
        }
        let text = |word: &Text<'_>| matches!(&**word, "-e" | "-E" | "-pe" | "-ne" | "-pie");
        if program == "perl" && !words.iter().any(text) {
            self.words.push(MODULES.to_owned());
        }
        if matches!(program, "rm" | "mkdir" | "cd" | "chmod" | "chown" | "cp" | "mv" | "ln") {
            return;
        }
        for word in words {
            self.text(word);
        }
    }

    /// A here-document: a script, a source, or anything else.
    fn document(&mut self, text: &str, script: bool) {
        let first = text.trim_start().lines().next().unwrap_or_default();
        if script || first.starts_with("#!") && first.trim_end().ends_with("sh") {
            self.shell(text);
        } else {
            self.text(text);
            self.texts.push(text.to_owned());
        }
    }

    /// A text that a shell may run: its names, and what stands where a command begins.
    pub(super) fn shell(&mut self, text: &str) {
        self.text(text);
        self.texts.push(text.to_owned());
        self.tells_of_python(text);
        self.starts_files(text);
        self.unpacks(text);
        const BEFORE: &[&str] = &[
            "!",
            "-c",
            "bash",
            "do",
            "dumb-init",
            "else",
            "env",
            "exec",
            "if",
            "nohup",
            "sh",
            "sudo",
            "then",
            "time",
            "tini",
            "until",
            "while",
        ];
        for command in text.split(['|', ';', '&', '(', ')', '`', '\n', '{']) {
            let cut = |c: char| c.is_whitespace() || "\"'[],)}".contains(c);
            let mut words = command.split(cut).filter(|word| !word.is_empty());
            let name = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
            let first = words.find(|word| {
                !BEFORE.contains(&name(word).as_str())
                    && !word.contains('=')
                    && !word.starts_with('-')
            });
            let Some(mut first) = first.map(name) else { continue };
            // The user stands in front of the command.
            if matches!(first.as_str(), "gosu" | "su-exec")
                && let Some(second) = words.nth(1)
            {
                first = name(second);
            }
            if first == "perl" && !command.contains(" -e") {
                self.words.push(MODULES.to_owned());
            }
            self.called.push(first);
            self.runs_behind(&command.split_whitespace().collect::<Vec<&str>>());
        }
    }

    /// What a script that a step runs installs, and what it runs in its turn.
    pub(super) fn builds_by(&mut self, text: &str) {
        let text = text.replace("\\\n", " ");
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        for command in lines.flat_map(|line| line.split(['|', ';', '&', '(', ')', '`', '{', '}'])) {
            let words: Vec<String> = command
                .split_whitespace()
                .map(|word| word.trim_matches(['"', '\'']))
                .skip_while(|word| word.contains('=') || FRONT.contains(word))
                // What a variable says is not known.
                .map(|word| word.replace('$', "\u{2}"))
                .collect();
            let Some(first) = words.first() else { continue };
            let name = first.rsplit('/').next().unwrap_or(first);
            if INSTALLERS.contains(&name) || name.starts_with("python") {
                let mut words = words.clone();
                words[0] = name.to_owned();
                self.installs.push(words);
            } else if !HANDLES_FILES.contains(&name) {
                let names = words.iter().filter_map(|word| word.rsplit('/').next());
                self.ran.extend(names.map(str::to_owned));
            }
        }
    }

    /// The names in a text that a shell, or another program, may run.
    fn text(&mut self, text: &str) {
        let cut = |c: char| !(c.is_ascii_alphanumeric() || "._+-/".contains(c));
        // What echo and printf write may be read as lines.
        let text = text.replace("\\n", "\n");
        for word in text.split(cut).filter(|word| !word.is_empty()) {
            let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
            self.named.push(name.to_owned());
            if folder.is_empty() || folder == "." || folder.ends_with("bin") {
                self.words.push(name.to_owned());
            }
        }
    }

    pub(super) fn names(&self, program: &str) -> bool {
        self.words.iter().any(|word| word == program)
    }

    /// Whether anything names this file.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.named.iter().any(|one| one == name)
    }

    /// The program of a package that is used, but for those in `held`.
    pub(super) fn program_of(&self, package: &Package, held: &[&str]) -> Option<&'static str> {
        let called = |program: &&&str| self.called.iter().any(|one| one == **program);
        let mut named = package.programs.iter().filter(|program| self.names(program));
        let wanted = named.find(|program| !held.contains(program));
        let mut ordinary = package.ordinary.iter().filter(called);
        wanted.or_else(|| ordinary.find(|program| !held.contains(program))).copied()
    }

    /// The program of one of these packages that is called where nothing installs that by its name.
    pub(in crate::compare) fn lacks_of(&self, packages: &[&str]) -> Option<&'static str> {
        let config = ["fakeroot", "python3-config", "shasum"];
        let named = lacking::PACKAGES.iter().filter(|one| packages.contains(&one.name));
        let mut lost = named.filter(|one| !self.has(one.name));
        lost.find_map(|one| self.program_of(one, &[]))
            .or_else(|| config.into_iter().find(|name| self.names(name)))
            .or_else(|| {
                let pairs =
                    [("gpg", "gnupg"), ("patch", "patch"), ("perl", "perl"), ("xz", "xz-utils")];
                let mut lost = pairs.into_iter().filter(|(_, package)| !self.has(package));
                let called = |(name, _): &(&str, &str)| self.called.iter().any(|one| one == name);
                lost.find(called).map(|(name, _)| name)
            })
    }

    /// Whether it calls this program, of whose package it installs nothing by this name.
    pub(in crate::compare) fn calls(&self, program: &str) -> bool {
        !self.has(program) && self.called.iter().any(|name| name == program)
    }

    /// The compiler that is called.
    pub(in crate::compare) fn compiler(&self) -> Option<&str> {
        let other = |word: &&String| !(self.makes_nothing && word.as_str() == "make");
        let mut words = self.words.iter().filter(other);
        let named = words.find(|word| COMPILERS.contains(&word.as_str()));
        let called = || self.called.iter().filter(other).find(|word| lacking::is_compiler(word));
        named.or_else(called).map(String::as_str)
    }

    pub(in crate::compare) fn has(&self, package: &str) -> bool {
        brought(&self.installed, package)
    }

    /// Whether ImageMagick is there without what reads pictures of SVG, DjVu, OpenEXR and WMF, which full images have with its headers.
    /// Where the image names its release, so is the package to be named.
    pub(super) fn draws_less(&self, image: &str) -> bool {
        let released = ["trixie", "bookworm", "bullseye", "buster"];
        let names = released.iter().any(|release| image.contains(release));
        let untold = !self.texts.iter().any(|text| text.contains("Install-Recommends"));
        let coders = CODERS.iter().any(|name| self.has(name)) || self.draws_all && untold && !names;
        self.has("imagemagick") && !coders
    }

    /// What it opens of the full image, and nothing installs.
    pub(super) fn opens(&self) -> Option<&'static str> {
        let named = |sign: &str| self.texts.iter().any(|text| text.contains(sign));
        let lost = OPENED.iter().find(|(sign, package)| named(sign) && !self.has(package));
        lost.map(|(sign, _)| *sign)
    }

    /// Whether it needs a list of the types of files.
    pub(super) fn asks_for_types(&self) -> bool {
        self.asks_types
            || self.serves && self.serves_listed
            || self.serves_folder && !self.has_pages
    }

    /// Whether it installs the libraries of Tk, or what needs them.
    pub(super) fn has_tk(&self) -> bool {
        const TK: &[&str] = &["libtk8.6", "python3-tk", "tk", "tk-dev", "tk8.6", "tk8.6-dev"];
        self.installed.iter().any(|name| TK.contains(&name.as_str()))
    }

    /// What a stage calls of a package before it installs it.
    pub(super) fn too_early(
        stage: &Stage<'_>,
        package: &Package,
        held: &[&str],
    ) -> Option<&'static str> {
        let place = stage
            .steps
            .iter()
            .position(|step| Self::of_steps(std::slice::from_ref(step)).has(package.name))?;
        Self::of_steps(&stage.steps[..place]).program_of(package, held)
    }
}
