//! The stage that ships: whether it has all that the old one gave its container.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use dockslim_contract::BuildContext;

use super::Added;
use super::again::MAKES_USERS;
use super::bases::{self, Kind};
use super::brought::brings;
use super::started::{behind_init, commands, needs_shell};
use super::tree::{self, Tree};
use crate::compare::copied::Whole;
use crate::compare::folders::{absolute, is_within};
use crate::compare::words::describe;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{CLOSE, Command, OPEN, OPEN_QUOTED, States, plain};
use crate::stages::{BASE_DIRECTORY, Stage};

pub(super) struct Runtime<'b, 't> {
    pub(super) states: &'b States,
    pub(super) context: Option<&'b BuildContext>,
    pub(super) old: &'b Stage<'t>,
    pub(super) new: &'b Stage<'t>,
    /// How the stage that builds is called in a transfer.
    pub(super) build: String,
    /// What has joined the build.
    pub(super) added: &'b [Added],
    /// Whether all programs are linked with nothing.
    pub(super) is_static: bool,
    /// What the steps of the old stage have left, once it was asked for.
    pub(super) tree: OnceCell<Tree>,
}

/// A place that a copy fills.
pub(super) struct Place {
    /// The path of the stage that builds.
    pub(super) source: String,
    /// The path of the image.
    pub(super) target: String,
    /// The owner that the copy gives.
    pub(super) owner: Option<String>,
}

impl<'t> Runtime<'_, 't> {
    /// What is missing or wrong, in words.
    pub(super) fn check(&self) -> Result<(), String> {
        let kind = bases::kind(&self.new.image, &self.old.image);
        let kind = kind.ok_or_else(|| format!("what {} holds is not known", self.new.base))?;
        if self.new.platform != self.old.platform {
            return Err("the new stage is built for another platform".to_owned());
        }
        self.configuration(kind)?;
        if kind == Kind::WebServer {
            self.sequence(kind)?;
            return self.replaced_server();
        }
        let places = self.places()?;
        self.remains(&places)?;
        self.arrives_as_it_is()?;
        self.ships_no_archive(&places)?;
        self.misses_nothing(&places)?;
        self.sequence(kind)?;
        self.is_told()?;
        self.leaves_no_output()?;
        self.certificates(kind, &places)?;
        self.zones(kind, &places)?;
        self.programs(kind, &places)?;
        if self.serves_files() {
            self.user(kind)?;
            self.writes_inside(&places)?;
            self.home(&places)?;
            self.owners(kind, &places)?;
            self.folders_are_there(kind, &places)?;
            return self.pages_are_there(kind, &places);
        }
        self.scripts_find(kind, &places)?;
        self.modules_are_all()?;
        self.options_find(&places)?;
        if kind == Kind::DotNet {
            self.published(&places)?;
            self.asks_for_kit()?;
        }
        self.user(kind)?;
        self.home(&places)?;
        self.owners(kind, &places)?;
        self.linked(kind, &places)?;
        if !self.interprets() {
            self.hosts_find(kind)?;
        }
        self.sources_find(kind, &places)?;
        self.project(&places)?;
        self.folders_are_there(kind, &places)?;
        self.base_packages(kind, &places)?;
        self.writes_inside(&places)?;
        self.written(&places)
    }

    /// All settings of the old image, and none but those that stand for its base.
    pub(super) fn configuration(&self, kind: Kind) -> Result<(), String> {
        let (mut old, mut new) = (self.old.configuration.clone(), self.new.configuration.clone());
        let extra = new.environment.keys().filter(|name| !old.environment.contains_key(*name));
        let extra: BTreeSet<String> = extra.cloned().collect();
        if let Some(name) =
            extra.iter().find(|name| !self.stands_for_base(name, &new.environment[*name]))
        {
            return Err(format!("{name} is set, which it was not before"));
        }
        new.environment.retain(|name, _| !extra.contains(name));
        if kind == Kind::WebServer {
            // These are compared by what they mean.
            for start in [&mut old, &mut new] {
                (start.command, start.entrypoint) = (None, None);
            }
        }
        self.reads_base(kind, &mut old)?;
        old.directory = self.folder(&old.directory).unwrap_or(old.directory);
        if new.directory == BASE_DIRECTORY {
            "/".clone_into(&mut new.directory);
        }
        for directory in [&mut old.directory, &mut new.directory] {
            let trimmed = directory.trim_end_matches('/');
            *directory = if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() };
        }
        old.difference(&new).map_or(Ok(()), Err)
    }

    /// A folder of the old stage, where its base image's own is known; that of the system is empty.
    pub(super) fn folder(&self, directory: &str) -> Option<String> {
        let directory = &self.with_base(directory);
        match directory.strip_prefix(BASE_DIRECTORY) {
            Some(rest) => {
                let start = bases::folder(&self.old.image)?.trim_end_matches('/');
                Some(format!("{start}{rest}").trim_end_matches('/').to_owned())
            }
            None => Some(directory.trim_end_matches('/').to_owned())
                .filter(|path| path.starts_with('/') || path.is_empty()),
        }
    }

    /// What a COPY of the old stage brings, where it names no other stage.
    pub(super) fn whole<'s>(&self, step: &'s Step<'t>) -> Option<Whole<'s, 't>>
    where
        Self: 's,
    {
        let Action::Copy(copy) = &step.action else { return None };
        let place = absolute(&self.folder(&copy.destination)?, "/", None)?;
        match copy.adds {
            true => Whole::added(step, place, self.context?),
            false => Whole::to(step, place, self.context?),
        }
    }

    /// What the steps of the new stage bring; each has to be of a kind that is known.
    pub(super) fn places(&self) -> Result<Vec<Place>, String> {
        let mut places = Vec::new();
        for step in &self.new.steps {
            match &step.action {
                Action::MakeFolder { .. } | Action::Volume(_) => {}
                Action::Copy(copy) if copy.from.as_deref() == Some(&*self.build) && !copy.adds => {
                    if copy.flags.iter().any(|flag| !flag.starts_with("--chown=")) {
                        return Err(format!("{} has flags that are not known", describe(step)));
                    }
                    let owner = copy.flags.first().and_then(|flag| flag.strip_prefix("--chown="));
                    let owner = owner.map(str::to_owned);
                    let target = copy.destination.trim_end_matches('/');
                    let into = copy.destination.ends_with('/') || copy.sources.len() > 1;
                    for source in &copy.sources {
                        let name = source.rsplit('/').next().unwrap_or(source);
                        let target = if into && self.is_file(source) {
                            format!("{target}/{name}")
                        } else {
                            target.to_owned()
                        };
                        places.push(Place {
                            source: source.to_string(),
                            target,
                            owner: owner.clone(),
                        });
                    }
                }
                Action::Copy(_) if self.old.steps.iter().any(|old| old == step) => {
                    if let Some(whole) = self.whole(step) {
                        for brought in whole.brings() {
                            let target = brought.target.clone();
                            let mut flags = whole.copy.flags.iter();
                            let owner = flags.find_map(|flag| flag.strip_prefix("--chown="));
                            let owner = owner.map(str::to_owned);
                            places.push(Place { source: target.clone(), target, owner });
                        }
                    }
                }
                Action::Call(call) if self.is_known_call(call) => {}
                _ => return Err(format!("{} is new", describe(step))),
            }
        }
        for place in &places {
            let collected = self.added.iter().any(|added| match added {
                Added::Libraries { folder, .. } => {
                    *folder == place.source && place.target.is_empty()
                }
                Added::Modules { folder, .. } => *folder == place.source,
                Added::Pruned | Added::Kept | Added::OfBase => false,
            });
            let either = self.tree().kind(&place.source) == Some(tree::Kind::Either);
            // A COPY to its own path takes a file as that file, and of a folder what is in it.
            let by_its_path = self.new.steps.iter().any(|step| {
                let Action::Copy(copy) = &step.action else { return false };
                copy.sources == [place.source.as_str()] && copy.destination == *place.source
            });
            if either && !by_its_path && !self.is_named_as_a_file(&place.source) {
                return Err(format!("whether `{}` is a folder is not known", place.source));
            }
            let same = place.source.trim_end_matches('/') == place.target.trim_end_matches('/');
            if !same && !collected && !self.is_trusted(&place.source, &place.target) {
                return Err(format!(
                    "`{}` is copied to `{}`, where it was not",
                    place.source, place.target
                ));
            }
        }
        Ok(places)
    }

    /// Whether a source of a copy is a file, as far as the old stage shows: no folder of its context, of WORKDIR or of mkdir.
    pub(super) fn is_file(&self, source: &str) -> bool {
        if self.tree().kind(source) == Some(tree::Kind::Folder) {
            return false;
        }
        let mut folder = self.added.iter().any(|added| match added {
            Added::Libraries { folder, .. } | Added::Modules { folder, .. } => folder == source,
            Added::Pruned | Added::Kept | Added::OfBase => false,
        });
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Copy(_) => {
                let whole = self.whole(step);
                for brought in whole.iter().flat_map(|whole| whole.brings()) {
                    // What a file goes into is a folder.
                    folder |= brought.target != source && is_within(&brought.target, source);
                    let inside = brought.folder && is_within(source, &brought.target);
                    let rest =
                        source.get(brought.target.len()..).unwrap_or_default().trim_matches('/');
                    let path = [brought.source.as_str(), rest].join("/");
                    folder |= inside
                        && self
                            .context
                            .is_some_and(|context| context.is_folder(path.trim_matches('/')));
                }
            }
            Action::MakeFolder { path, .. } => folder |= path.trim_end_matches('/') == source,
            Action::Call(call) if Command::of(&call.words).is("mkdir") => {
                folder |=
                    call.words.iter().any(|word| self.path(word, call).as_deref() == Some(source));
            }
            _ => {}
        });
        !folder
    }

    /// Whether a path has an ending, or is that of a program that the container starts, so that nobody takes it for a folder.
    fn is_named_as_a_file(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let scripts = self.entered().map(|entered| entered.calls).unwrap_or_default();
        let starts = self.new.configuration.starts().into_iter().flatten().flat_map(commands);
        let mut words = starts.chain(scripts).flatten();
        name.rsplit_once('.').is_some_and(|(_, end)| end.len() > 1)
            || words.any(|word| word.rsplit('/').next() == Some(name))
    }

    /// Whether something that is copied covers a path of the old image.
    pub(super) fn covered(&self, places: &[Place], path: &str) -> bool {
        places.iter().any(|place| is_within(path, &place.target) && !place.target.is_empty())
    }

    /// Whether a path is on the way to something that is copied.
    pub(super) fn leads(&self, places: &[Place], path: &str) -> bool {
        places.iter().any(|place| is_within(&place.target, path))
    }

    /// The program of each command that the container starts is there.
    fn programs(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let settings = &self.new.configuration;
        if settings.command.is_none() && settings.entrypoint.is_none() {
            return Err("what the container starts is its base image's own".to_owned());
        }
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let starts = settings.starts();
        let mut words = starts.into_iter().flatten().flat_map(commands).flatten();
        let lost = words.find(|word| {
            let code = [".py", ".pyc", ".sh", ".js", ".mjs", ".cjs", ".ts"];
            let scratch = (word.starts_with("/tmp/") || word.starts_with("/var/tmp/"))
                && code.iter().any(|end| word.ends_with(end));
            // What a script of the full image calls may not be in its slim twin.
            let script = kind == Kind::Slim && self.context.is_none() && word.ends_with(".sh");
            script || scratch && !self.covered(places, word) && !kind.has(word, &self.new.image)
        });
        if let Some(word) = lost {
            return Err(format!(
                "nothing is known to bring what `{word}` needs, which the container names"
            ));
        }
        let compiles = |words: &Vec<String>| {
            let name = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
            // Java compiles a source that it is told the release of ("Launch Single-File Source-Code Programs").
            let mut options = words.iter().take_while(|word| *word != "-jar" && *word != "-cp");
            CALLS_GO.contains(&name)
                || name == "java" && options.any(|word| word.starts_with("--source"))
        };
        let mut all = starts[..2].iter().copied().flatten().flat_map(commands);
        if all.any(|words| compiles(&words)) {
            return Err("the container compiles when it starts".to_owned());
        }
        if let Some(name) = self.loses_of_supervisor() {
            return Err(format!("supervisord starts `{name}`, which stays behind"));
        }
        if let Some(word) = behind_init(starts) {
            self.is_brought(&word, &folder, kind, places)?;
        }
        let joined = starts[0].is_some_and(|text| text.starts_with('['));
        for (number, start) in starts.into_iter().enumerate() {
            let Some(start) = start else { continue };
            for (place, words) in self.started_inside(start, &folder).into_iter().enumerate() {
                let arguments_alone = number == 1 && joined && place == 0;
                let program = usize::from(!arguments_alone);
                let behind = words.iter().skip(program).flat_map(|word| self.expanded(word, &[]));
                let words = words.iter().take(program).cloned().chain(behind);
                let mut before = String::new();
                for (at, word) in words.enumerate() {
                    let program = at == 0 && !arguments_alone;
                    let option = std::mem::replace(&mut before, word.clone());
                    let on_path = ["-cp", "-classpath", "--class-path"].contains(&option.as_str());
                    let path = below(&folder, &word);
                    if program {
                        self.is_brought(&word, &folder, kind, places)?;
                    } else if let Some(lost) =
                        self.lost_of_class_path(&word, on_path, &folder, places)
                    {
                        return Err(format!("nothing brings `{lost}`, which the container names"));
                    } else if self.was_there(&path)
                        && !self.covered(places, &path)
                        && !self.leads(places, &path)
                    {
                        return Err(format!("nothing brings `{word}`, which the container names"));
                    }
                }
            }
            if !kind.has_shell()
                && let Some(script) = self.script_of(start)
            {
                return Err(format!("`{script}` is a script, and the new base has no shell"));
            }
            if needs_shell(start) && !kind.has_shell() {
                return Err(
                    "a shell reads what the container starts, and the new base has none".to_owned()
                );
            }
        }
        Ok(())
    }

    /// A program that the container starts from `folder` is in the new base, or is brought.
    pub(super) fn is_brought(
        &self,
        word: &str,
        folder: &str,
        kind: Kind,
        places: &[Place],
    ) -> Result<(), String> {
        let by_name = !word.contains('/');
        let mut there = kind.has(word, &self.new.image)
            || (by_name && places.iter().any(|place| self.finds(place, word)))
            || (!by_name && self.covered(places, &below(folder, word)))
            || (by_name && self.finds_installed(places))
            || (word == "java" && self.modules().is_some_and(|home| !home.is_empty()));
        for step in &self.new.steps {
            // The name of a user is no package.
            if let Action::Call(call) = &step.action
                && matches!(Command::of(&call.words).program(), "apt-get" | "apk")
            {
                let mut packages = call.words.iter().filter_map(|word| plain(word));
                there |= packages.any(|package| brings(package, word));
            }
        }
        let lost = || format!("nothing brings `{word}`, which the container starts");
        there.then_some(()).ok_or_else(lost)
    }

    /// The script of the project that the container starts.
    fn script_of(&self, start: &str) -> Option<String> {
        let context = self.context?;
        let words = commands(start).into_iter().filter_map(|words| words.first().cloned());
        words.into_iter().find(|word| {
            let name = word.rsplit('/').next().unwrap_or(word);
            context.entries().any(|(path, _)| {
                path.rsplit('/').next() == Some(name)
                    && context.text(path).is_some_and(|text| text.starts_with("#!"))
            })
        })
    }

    /// The first jar, or folder of jars, of what may be a class path that nothing brings, or a folder of classes where it is one.
    pub(super) fn lost_of_class_path(
        &self,
        word: &str,
        on_path: bool,
        folder: &str,
        places: &[Place],
    ) -> Option<String> {
        let mut entries = word.split(':').filter_map(|one| {
            let jar = one.ends_with(".jar") || on_path && !matches!(one, "" | "." | "*");
            let path = one.strip_suffix("/*").or_else(|| jar.then_some(one))?.trim_end_matches('/');
            let relative = || format!("{folder}/{}", path.trim_start_matches("./"));
            Some(if path.starts_with('/') { path.to_owned() } else { relative() })
        });
        entries.find(|path| !self.covered(places, path) && !self.leads(places, path))
    }

    /// Whether a folder of programs that were installed beside those of the system is copied, and is in PATH.
    pub(super) fn finds_installed(&self, places: &[Place]) -> bool {
        let path = self.new.configuration.environment.get("PATH").map_or("", String::as_str);
        let folders = path
            .split(':')
            .filter(|folder| folder.starts_with('/'))
            .chain(["/usr/local/bin", "/usr/local/bundle/bin"]);
        // A runtime of Java has its own programs alone.
        let java = |one: &str| self.modules().is_some_and(|home| is_within(one, home));
        folders.into_iter().any(|one| !java(one) && self.covered(places, one))
    }

    /// Whether a shell finds a program by its name where it is copied to.
    fn finds(&self, place: &Place, name: &str) -> bool {
        const SYSTEM: &[&str] =
            &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let Some((folder, program)) = place.target.rsplit_once('/') else { return false };
        let own = self.new.configuration.environment.get("PATH").map_or("", String::as_str);
        program == name && (SYSTEM.contains(&folder) || own.split(':').any(|one| one == folder))
    }

    /// Whether the container is a web server of the distribution, which reads what its settings name.
    pub(super) fn serves_files(&self) -> bool {
        self.server().is_some()
    }

    /// Whether the old stage has copied something to a path.
    pub(super) fn was_there(&self, path: &str) -> bool {
        let Some(context) = self.context else { return false };
        self.old.steps.iter().any(|step| {
            self.whole(step).is_some_and(|whole| {
                whole
                    .candidates(path)
                    .iter()
                    .any(|source| !source.is_empty() && context.exists(source))
            })
        })
    }

    /// The user of the container is known to the new stage.
    pub(super) fn user(&self, kind: Kind) -> Result<(), String> {
        if let Some(lost) = kind.is_kin().then(|| self.lost_user()).flatten() {
            return Err(format!("{lost} is gone, and a program may ask for whom it makes"));
        }
        let user = self.new.configuration.user.split(':').next().unwrap_or_default();
        let by_number = user.bytes().all(|byte| byte.is_ascii_digit());
        if by_number || user == "root" || (kind == Kind::Static && user == "nonroot") {
            return Ok(());
        }
        // Every base has it (base-passwd of Debian, the image of busybox, distroless); its group is called differently.
        if self.new.configuration.user == "nobody" {
            return Ok(());
        }
        // Images of Node come with one (docker-node, "Non-root User").
        if kind.is_kin() && user == "node" && bases::official(&self.new.image).starts_with("node:")
        {
            return Ok(());
        }
        // Of a group that is named beside one of these, nobody has said that it is there.
        let plain = self.new.configuration.user == user;
        let debian = kind.is_kin() || matches!(kind, Kind::Debian(_)) && plain;
        if debian && OF_DEBIAN.contains(&user) && !makes(self.old, user) {
            return Ok(());
        }
        if makes(self.new, user) { Ok(()) } else { Err(format!("nothing makes the user `{user}`")) }
    }

    /// A step that makes users, where the new stage neither does the same nor takes them over.
    fn lost_user(&self) -> Option<String> {
        let taken = |step: &Step<'t>| matches!(&step.action, Action::Copy(copy) if copy.sources.iter().any(|it| it == "/etc/passwd"));
        if self.new.steps.iter().any(taken) {
            return None;
        }
        let mut known = Vec::new();
        visit(&self.new.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                known.push(&call.words);
            }
        });
        let mut lost = None;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && MAKES_USERS.contains(&Command::of(&call.words).program())
                && !known.contains(&&call.words)
            {
                lost = lost.take().or_else(|| Some(describe(step)));
            }
        });
        lost
    }

    /// Whether the new stage knows a user or group by its name when it copies: a builder looks it up there.
    pub(super) fn knows(&self, kind: Kind, name: &str) -> bool {
        let number = name.bytes().all(|byte| byte.is_ascii_digit());
        number
            || name == "root"
            || makes(self.new, name)
            || (kind.is_kin() && !makes(self.old, name))
            || (matches!(kind, Kind::Debian(_)) && OF_DEBIAN.contains(&name))
    }

    /// An absolute path, seen from where a call runs.
    pub(super) fn path(&self, word: &str, call: &Call<'_>) -> Option<String> {
        let word = self.meant(word, call)?;
        let here = self.entered_by_variable(call);
        let here = here.or_else(|| self.folder(&self.states.seen(call.state).directory))?;
        absolute(&word, if here.is_empty() { "/" } else { &here }, None)
    }

    /// A word of a call with the plain values that ENV gives to the variables in it; `None` if it has others, or patterns.
    pub(super) fn meant(&self, word: &str, call: &Call<'_>) -> Option<String> {
        let seen = self.states.seen(call.state);
        let mut text = word.to_owned();
        while let Some(start) = text.find([OPEN, OPEN_QUOTED]) {
            let end = start + text[start..].find(CLOSE)?;
            let name = &text[start + 1..end];
            let value = seen.surroundings.environment.get(name)?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
            if seen.variables.contains_key(name) || !value.chars().all(plain) {
                return None;
            }
            text.replace_range(start..=end, value);
        }
        (!text.bytes().any(|byte| byte < b'\t')).then_some(text)
    }
}

/// Whether a stage makes a user or group of this name, or takes over those of another.
fn makes(stage: &Stage<'_>, name: &str) -> bool {
    let mut found = false;
    visit(&stage.steps, &mut |step| match &step.action {
        Action::Copy(copy) => found |= copy.sources.iter().any(|source| source == "/etc/passwd"),
        Action::Call(call) => {
            let program = Command::of(&call.words).program().to_owned();
            found |= (program.contains("user") || program.contains("group"))
                && call.words.iter().any(|word| word == name);
        }
        _ => {}
    });
    found
}

/// Users and groups of base-passwd that programs are given; a group of this name stands beside each of these users.
const OF_DEBIAN: &[&str] = &["daemon", "mail", "nobody", "nogroup", "staff", "users", "www-data"];

/// Programs that call the Go compiler whenever they start, by their own pages.
const CALLS_GO: &[&str] = &[
    "CompileDaemon",
    "air",
    "dlv",
    "fresh",
    "gin",
    "ginkgo",
    "golangci-lint",
    "gopls",
    "gow",
    "mage",
    "realize",
    "reflex",
    "wgo",
];

/// A path, seen from a folder.
pub(super) fn below(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{folder}/{}", path.trim_start_matches("./"))
    }
}
