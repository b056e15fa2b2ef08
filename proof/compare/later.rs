//! Whether something may still read a cache behind the place where it was taken away.

use super::caches::{Kind, apk_fetches, arguments, is_offline, manager, verb};
use super::removals::Removal;
use super::words::describe;
use super::{Comparison, Refusal};
use crate::program::{Action, Block, Call, Step};
use crate::shell::{Command, readable};
use crate::stages::Stage;
use crate::verdict::Gap;

/// What a command means for a cache that is gone.
enum Use {
    Nothing,
    Reads,
    /// It runs something that is not in the file.
    Unknown,
    /// It fills it anew.
    Fills,
}

impl<'b, 't> Comparison<'b, 't> {
    /// Looks behind every removal.
    pub(super) fn nothing_reads_what_was_removed(&self) -> Result<(), Refusal> {
        for removal in &self.removals {
            self.behind(removal)?;
        }
        Ok(())
    }

    fn behind(&self, removal: &Removal<'b, 't>) -> Result<(), Refusal> {
        let stage = &self.after.stages[removal.stage];
        let mut walk = Walk { removal, image: &stage.image, started: false, piped: String::new() };
        let filled = walk.block(&stage.steps)?;
        if !filled {
            self.derived(removal.stage, &mut walk)?;
            self.configuration(stage, &mut walk)?;
        }
        self.copied(removal)
    }

    /// The stages that are built on this one.
    fn derived(&self, number: usize, walk: &mut Walk<'_, 'b, 't>) -> Result<(), Refusal> {
        for (child, stage) in self.after.stages.iter().enumerate() {
            if stage.parent != Some(number) {
                continue;
            }
            if !walk.block(&stage.steps)? {
                self.configuration(stage, walk)?;
                self.derived(child, walk)?;
            }
        }
        Ok(())
    }

    /// What a container runs, and what the builds of others run.
    fn configuration(&self, stage: &Stage<'t>, walk: &mut Walk<'_, 'b, 't>) -> Result<(), Refusal> {
        let cache = walk.removal.cache;
        let configuration = &stage.configuration;
        let programs = || cache.programs.iter().chain(cache.readers);
        let speaks = |text: &str| {
            let cut = |c: char| c.is_whitespace() || ";&|()`\"'{},[]".contains(c);
            programs()
                .any(|program| text.split(cut).any(|word| word.rsplit('/').next() == Some(program)))
        };
        if cache.kind == Kind::Index {
            for trigger in &configuration.triggers {
                let anew = cache.made_by.iter().any(|verb| trigger.contains(&format!(" {verb}")));
                if speaks(trigger) && !anew {
                    return Err(walk.refusal(
                        walk.removal.step,
                        "the build of another image may read it (ONBUILD)",
                    ));
                }
            }
        }
        if let Some((name, _)) =
            configuration.environment.iter().find(|(_, value)| cache.is_named_in(value))
        {
            return Err(walk.refusal(walk.removal.step, &format!("ENV {name} names it")));
        }
        if cache.kind == Kind::Store {
            let mut known = false;
            for text in configuration.starts().into_iter().flatten() {
                known = true;
                let script = [".sh", "entrypoint", "$", "\"sh\"", "bash"]
                    .iter()
                    .any(|sign| text.contains(sign))
                    && !text.starts_with("[\"/bin/sh\", \"-c\"] ");
                if speaks(text) || script {
                    return Err(
                        walk.refusal(walk.removal.step, "what a container runs may read it")
                    );
                }
            }
            if !known && !self.has_children(stage) {
                return Err(walk.refusal(walk.removal.step, "nothing says what a container runs"));
            }
        }
        Ok(())
    }

    fn has_children(&self, stage: &Stage<'t>) -> bool {
        let number = self.after.stages.iter().position(|other| other.at == stage.at);
        self.after.stages.iter().any(|other| other.parent.is_some() && other.parent == number)
    }

    /// COPY --from that names the cache.
    fn copied(&self, removal: &Removal<'b, 't>) -> Result<(), Refusal> {
        let own = format!("stage {}", removal.stage);
        for stage in &self.after.stages {
            for step in &stage.steps {
                let Action::Copy(copy) = &step.action else { continue };
                let from_here =
                    copy.from.as_deref().is_some_and(|from| from == own || from.contains('\u{2}'));
                if from_here && copy.sources.iter().any(|source| removal.cache.is_named_in(source))
                {
                    let walk = Walk { removal, image: "", started: true, piped: String::new() };
                    return Err(walk.refusal(step, "another stage copies it"));
                }
            }
        }
        Ok(())
    }
}

struct Walk<'r, 'b, 't> {
    /// What is piped into the command that is looked at.
    piped: String,
    removal: &'r Removal<'b, 't>,
    image: &'b str,
    /// The removal itself has been passed.
    started: bool,
}

impl<'b, 't> Walk<'_, 'b, 't> {
    fn refusal(&self, step: &Step<'_>, why: &str) -> Refusal {
        let name = self.removal.cache.name;
        let verb = if name.ends_with('s') { "are" } else { "is" };
        let message = format!("the {name} {verb} taken away, but {why}");
        Refusal { gap: Gap { before: None, after: Some(step.at), message }, unknown: false }
    }

    /// Whether the cache is certain to be filled anew in a block, behind which nobody misses the old one.
    fn block(&mut self, block: &'b [Step<'t>]) -> Result<bool, Refusal> {
        for step in block {
            if self.step(step)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn blocks(&mut self, blocks: Vec<&'b Block<'t>>) -> Result<(), Refusal> {
        for block in blocks {
            self.block(block)?;
        }
        Ok(())
    }

    fn step(&mut self, step: &'b Step<'t>) -> Result<bool, Refusal> {
        let own = std::ptr::eq(step, self.removal.step);
        if own {
            self.started = true;
            return Ok(false);
        }
        match &step.action {
            Action::Call(call) => {
                self.blocks(call.inner.iter().collect())?;
                self.call(step, call)
            }
            Action::Chain { on_success, parts } => {
                let mut filled = false;
                for (number, part) in parts.iter().enumerate() {
                    let here = self.block(part)?;
                    filled |= here && number == 0;
                    // What follows in the chain runs behind it.
                    if here && *on_success {
                        break;
                    }
                }
                Ok(filled)
            }
            Action::Frame(block) | Action::Not(block) => self.block(block),
            Action::If { branches, .. } => {
                let first = branches.first().map_or(Ok(false), |(test, _)| self.block(test))?;
                self.blocks(step.action.blocks().into_iter().skip(1).collect())?;
                Ok(first)
            }
            Action::Loop { test, body, .. } => {
                let filled = self.block(test)?;
                self.block(body)?;
                Ok(filled)
            }
            Action::Pipe { elements, .. } => {
                for element in elements {
                    self.block(element)?;
                    self.piped.push_str(&element.iter().map(describe).collect::<String>());
                }
                self.piped.clear();
                Ok(false)
            }
            Action::Opaque(text, _) if self.started => {
                let cache = self.removal.cache;
                let names = cache
                    .programs
                    .iter()
                    .chain(cache.readers)
                    .any(|program| text.contains(program));
                let unknown = cache.kind != Kind::Cache && may_run_scripts(text);
                if (names && cache.kind != Kind::Cache) || unknown || cache.is_named_in(text) {
                    return Err(self.refusal(step, "a script that is not understood may read it"));
                }
                Ok(false)
            }
            Action::Exec(words, _) if self.started => {
                let command = Command::of(words);
                self.commands(step, &command)
            }
            action => {
                self.blocks(action.blocks())?;
                Ok(false)
            }
        }
    }

    fn call(&mut self, step: &'b Step<'t>, call: &'b Call<'t>) -> Result<bool, Refusal> {
        if !self.started {
            return Ok(false);
        }
        let command = Command::of(&call.words);
        let deletes = command.is("rm") || (command.is("find") && command.has(&["-delete", "rm"]));
        let cache = self.removal.cache;
        let texts = call.words.iter().chain(&call.redirects).chain(&call.assignments);
        if !deletes && texts.clone().any(|word| cache.is_named_in(&readable(word))) {
            return Err(self.refusal(step, &format!("{} names it", describe(step))));
        }
        if call.words.is_empty() {
            return Ok(false);
        }
        self.commands(step, &command)
    }

    fn commands(&self, step: &Step<'t>, command: &Command<'_>) -> Result<bool, Refusal> {
        let mut filled = false;
        for command in command.all() {
            match self.use_of(command) {
                Use::Nothing => {}
                Use::Fills => filled = true,
                Use::Reads if filled => {}
                Use::Reads => {
                    return Err(self.refusal(step, &format!("{} reads it", describe(step))));
                }
                Use::Unknown if filled => {}
                Use::Unknown => {
                    return Err(self.refusal(step, &format!("{} may read it", describe(step))));
                }
            }
        }
        Ok(filled)
    }

    fn use_of(&self, command: &Command<'_>) -> Use {
        let cache = self.removal.cache;
        let known = manager(command);
        let own = known.as_ref().filter(|(name, _)| cache.programs.contains(&&**name));
        match (cache.kind, own) {
            (Kind::Cache, Some((_, from))) => {
                let reads = verb(command, *from).is_some_and(|verb| cache.read_by.contains(&verb));
                if reads || is_offline(command) { Use::Reads } else { Use::Nothing }
            }
            (Kind::Cache, None) => {
                let reader = cache.readers.contains(&command.program());
                if reader { Use::Reads } else { Use::Nothing }
            }
            (Kind::Index, Some((name, from))) => self.index(command, name, *from),
            (Kind::Index, None) => {
                if cache.readers.contains(&command.program()) {
                    return Use::Reads;
                }
                let apk = cache.programs.contains(&"apk");
                if apk && apk_fetches(self.image) {
                    return Use::Nothing;
                }
                if may_install(command, &self.piped) { Use::Unknown } else { Use::Nothing }
            }
            (Kind::Store, Some((_, from))) => {
                let only_asks = arguments(command, *from)
                    .all(|word| matches!(word, "--version" | "version" | "-v" | "-V" | "env"));
                let emptied: Vec<&str> = arguments(command, *from).collect();
                let empties = cache.emptied_by.contains(&emptied.join(" ").as_str());
                if only_asks || empties { Use::Nothing } else { Use::Reads }
            }
            (Kind::Store, None) => {
                if cache.readers.contains(&command.program()) {
                    return Use::Reads;
                }
                if may_build(command, &self.piped) { Use::Unknown } else { Use::Nothing }
            }
        }
    }

    fn index(&self, command: &Command<'_>, program: &str, from: usize) -> Use {
        let cache = self.removal.cache;
        let apk = program == "apk";
        let fetches: &[&str] =
            if apk { &["--no-cache", "--update", "--update-cache", "-U"] } else { &["--update"] };
        // Whatever stands in front of it: a word that is such a verb is taken for one.
        let reading = arguments(command, from).find(|word| cache.read_by.contains(word));
        match (reading, verb(command, from)) {
            (None, Some(verb)) if cache.made_by.contains(&verb) => Use::Fills,
            (Some(verb), _) if !command.has(fetches) => {
                let by_itself =
                    apk && matches!(verb, "add" | "upgrade" | "fix") && apk_fetches(self.image);
                let installed = apk && matches!(verb, "info" | "list" | "version")
                    || command.has(&["-e", "--installed", "-vv"]);
                if by_itself || installed { Use::Nothing } else { Use::Reads }
            }
            (None, None) if command.words.iter().skip(from).any(Option::is_none) => Use::Reads,
            _ => Use::Nothing,
        }
    }
}

/// Programs of an own folder that configure and build, and install no system packages.
const BUILDERS: &[&str] = &[
    "configure",
    "Configure",
    "config",
    "autogen.sh",
    "buildconf",
    "bootstrap.sh",
    "b2",
    "bjam",
    "waf",
    "gradlew",
    "mvnw",
    "manage.py",
    "easy_install",
    "menuselect",
];

/// Files that set up a shell and call nothing.
const SETTINGS: &[&str] = &[
    "activate",
    "profile",
    "bashrc",
    ".bash_profile",
    "nvm.sh",
    "/env",
    ".env",
    "env.sh",
    "setup.bash",
    "-release",
    "envvars",
    "sdkman-init.sh",
    "conda.sh",
    "setvars.sh",
    "rvm.sh",
    "/rvm",
    "base_profile.sh",
    "init.sh",
];

/// Installers that write below one folder and ask no package manager of the system.
const SELF_CONTAINED: &[&str] = &[
    "rustup",
    "nvm",
    "poetry",
    "astral.sh",
    "bun.sh",
    "pnpm.io",
    "getcomposer",
    "sdkman",
    "deno.land",
    "cpanmin",
    "pypa.io",
    "rbenv-installer",
    "yarnpkg.com/install",
    "awscli",
    "cmake-",
    "conda",
    "Conda",
    "forge",
    "mamba",
];

fn self_contained(text: &str) -> bool {
    SELF_CONTAINED.iter().any(|part| text.contains(part))
}

/// Whether a command may build from what another one has downloaded, behind our back.
fn may_build(command: &Command<'_>, piped: &str) -> bool {
    let system =
        ["apt-get", "apt", "apk", "yum", "dnf", "zypper", "apt-key", "apt-mark", "apt-cache"];
    !system.contains(&command.program()) && may_install(command, piped)
}

/// Whether a command may install system packages, or build, behind our back.
pub(super) fn may_install(command: &Command<'_>, piped: &str) -> bool {
    let raw_path = command.raw.first().map_or("", String::as_str);
    if self_contained(raw_path) {
        return false;
    }
    let path = match command.path() {
        Some(path) => path,
        // `$JAVA_HOME/bin/java` is a program like any other, `$INSTALL` may be anything.
        None if raw_path.contains('/') => raw_path,
        None => return !command.raw.is_empty(),
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let raw = || command.raw.iter().skip(1);
    match name {
        "." | "source" => {
            !raw().next().is_some_and(|file| SETTINGS.iter().any(|end| file.ends_with(end)))
        }
        "sh" | "bash" | "dash" | "ash" | "zsh" | "su" | "runuser" => {
            let text = raw().any(|word| {
                word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
            });
            // A script in a word was read, if it could be read.
            if text {
                return command.nested.is_empty() && raw().any(|word| may_run_scripts(word));
            }
            let known = raw().any(|word| self_contained(word));
            !known && !self_contained(piped)
        }
        "eval" => raw().any(|word| may_run_scripts(word)),
        "python" | "python2" | "python3" | "perl" | "ruby" | "node" | "php" => {
            let script = raw().next().map_or("", |file| file.rsplit('/').next().unwrap_or(file));
            script.contains('.')
                && ["install", "bootstrap", "provision", "deps"]
                    .iter()
                    .any(|part| script.contains(part))
        }
        _ if BUILDERS.contains(&name) || self_contained(path) || path.contains("/init.d/") => false,
        _ => {
            let system = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/", "/opt/"];
            let local = path.contains('/')
                && !system.iter().any(|folder| path.starts_with(folder))
                && !path.contains("bin/");
            let script = name.ends_with(".sh") || name.ends_with(".bash");
            let apt = name.starts_with("apt")
                && !matches!(name, "apt-key" | "apt-mark" | "apt-config" | "apt-add-repository");
            let installs = ["install_", "install-", "-install", "_install"]
                .iter()
                .any(|part| name.contains(part))
                && !name.starts_with("docker-php-ext");
            local || script || apt || installs
        }
    }
}

fn may_run_scripts(text: &str) -> bool {
    let cut = |c: char| c.is_whitespace() || ";&|()`\"'{},[]".contains(c);
    !self_contained(text)
        && text.split(cut).any(|word| {
            word.ends_with(".sh")
                || word.starts_with("./")
                || matches!(word, "bash" | "sh" | "apt-get" | "apt")
        })
}
