//! An image of PHP that is copied to an empty one as a whole, without what builds extensions.
//!
//! The steps of before stand in two stages, in their order: those of the first run where they ran, and those of the second find the same
//! files, folder, user and variables, as far as they look at them. apt takes away what came for the compilers alone, so that no step
//! may have left packages there that seem to be like that.
//!
//! Sources: the Dockerfiles of docker-library, php; apt-mark(8); apt-get(8), autoremove.

use dockslim_contract::{BuildContext, ContextKind};

use super::{Split, new_base, official};
use crate::compare::bases::calls_none_when_it_runs;
use crate::compare::gaps::Refusal;
use crate::compare::words::describe;
use crate::compare::{folders, in_order};
use crate::configuration::Configuration;
use crate::environment::{CLOSE, OPEN};
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::{Command, OPEN_QUOTED, Seen, States, readable};
use crate::stages::{BASE_DIRECTORY, Build, Stage, Variables};
use crate::verdict::Accepted;

/// What the kinds of the image set, where the new stage sets it again.
const VARIABLES: &[(&str, &str, &str)] = &[
    ("", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("", "PHP_INI_DIR", "/usr/local/etc/php"),
    ("apache", "APACHE_CONFDIR", "/etc/apache2"),
    ("apache", "APACHE_ENVVARS", "/etc/apache2/envvars"),
];
/// What it sets besides, and the new one does not.
const GONE: &str = " GPG_KEYS PHPIZE_DEPS PHP_ASC_URL PHP_CFLAGS PHP_CPPFLAGS PHP_EXTRA_BUILD_DEPS PHP_EXTRA_CONFIGURE_ARGS PHP_LDFLAGS PHP_SHA256 PHP_URL PHP_VERSION ";
/// The kinds that serve: CMD, EXPOSE, STOPSIGNAL.
const SERVERS: &[(&str, &str, &str, &str)] = &[
    ("apache", "[\"apache2-foreground\"]", "80", "SIGWINCH"),
    ("fpm", "[\"php-fpm\"]", "9000", "SIGQUIT"),
];
const ENTRY: &str = "[\"docker-php-entrypoint\"]";

/// Packages of the author's that only build, and that may go with those of the image.
const TOOLS: &str = " autoconf automake bison build-essential cmake flex g++ gcc libtool make nasm pkg-config re2c ";

/// The same of those that fetch and unpack, where the build context shows all that the container runs and names none of them.
const FETCHERS: &[(&str, &str)] = &[
    ("git", "git"),
    ("mercurial", "hg"),
    ("openssh-client", "ssh"),
    ("subversion", "svn"),
    ("unzip", "unzip"),
    ("wget", "wget"),
    ("zip", "zip"),
];

/// Programs that neither install nor take away packages, and call none of the compilers' packages.
const QUIET: &str = " : [ a2disconf a2dismod a2dissite a2enconf a2enmod a2ensite basename cat cd chgrp chmod chown composer cp date dirname echo exit export false find grep groupadd groupmod id install ln ls mkdir mv php printf pwd rm rmdir sed sleep test touch tr true useradd usermod whoami ";
/// Programs that leave the packages of the system alone, whatever they need.
const BUILD: &str = " apt-cache apt-key awk bunzip2 bzip2 command curl cut docker-php-ext-configure docker-php-ext-enable docker-php-ext-install docker-php-source env git gosu gpg gunzip gzip head localedef md5sum node nproc npm npx openssl pear pecl pip pip3 pnpm readlink realpath seq set sha1sum sha256sum sha384sum sort tail tar tee unzip update-ca-certificates wget which xargs yarn yes ";

/// Compares two builds, the second of which copies the whole of its build to an empty image; `None` if it does not.
pub(super) fn compare<'t>(
    before: &Build<'t>,
    after: &Build<'t>,
    states: &States,
    context: Option<&BuildContext>,
) -> Option<Result<Vec<Accepted>, Refusal>> {
    let last = before.stages.len().checked_sub(1)?;
    let (old, new) = (&before.stages[last], after.stages.get(last + 1)?);
    let from = format!("stage {last}");
    let whole = |step: &Step<'_>| matches!(&step.action, Action::Copy(copy) if copy.from.as_deref() == Some(&*from) && copy.sources == ["/"] && copy.destination == "/" && copy.flags.is_empty() && !copy.adds);
    let asked = after.stages.len() == last + 2
        && new.base == "scratch"
        && new.parent.is_none()
        && new.steps.first().is_some_and(whole);
    asked.then(|| {
        let build = &after.stages[last];
        let split = Split { before, after, states, context, old, build, new, last };
        trimmed(&split).map_err(|problem| match problem {
            Problem::Told(refusal) => refusal,
            Problem::Here(message) => split.refused(&message),
        })
    })
}

enum Problem {
    Told(Refusal),
    Here(String),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Told(refusal)
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self::Here(message)
    }
}

fn trimmed(split: &Split<'_, '_>) -> Result<Vec<Accepted>, Problem> {
    let Split { old, build, new, last, .. } = *split;
    let tag = kind(old).ok_or_else(|| "what the image holds is not known".to_owned())?;
    if build.name.is_none() || split.names_collide() || old.platform != new.platform {
        return Err("the stage that builds has no name of its own".to_owned().into());
    }
    let calls = build.steps.len().checked_sub(2).map(|number| build.steps.split_at(number));
    let (steps, removal) = calls.ok_or_else(|| "nothing is taken away".to_owned())?;
    split.removes(removal)?;
    let tail = old.steps.get(steps.len()..).ok_or_else(|| "a step is new".to_owned())?;
    let mut builds = (split.before.clone(), split.after.clone());
    builds.1.stages.pop();
    let (one, two) = (&mut builds.0.stages[last], &mut builds.1.stages[last]);
    one.steps.truncate(steps.len());
    two.steps.truncate(steps.len());
    two.name.clone_from(&one.name);
    two.configuration = one.configuration.clone();
    let mut accepted = in_order(&builds.0, &builds.1, split.states, split.context)?;
    split.packages_are_asked_for(steps)?;
    let image = Image { tag: &tag, start: start_of(old) };
    split.same(tail, &new.steps[1..], &image)?;
    let wanted = image.told(&old.configuration, old)?;
    if let Some(message) = wanted.difference(&new.configuration) {
        return Err(message.into());
    }
    let reads = |text: &str| GONE.split_whitespace().find(|name| text.contains(name));
    if let Some(name) = new.configuration.lines().iter().find_map(|line| reads(line)) {
        return Err(format!("{name} is read, which only the image sets").into());
    }
    let gone = ["bzip2", "file", "make", "patch", "perl"];
    calls_none_when_it_runs(old, new, split.context, &gone)?;
    accepted.push(new_base(old, new));
    Ok(accepted)
}

/// The tag of an image of PHP on Debian that has all of these variables.
fn kind(old: &Stage<'_>) -> Option<String> {
    let image = official(&old.image);
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    let mut parts = tag.split(['.', '-']);
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
    let young = match (number(parts.next()), number(parts.next())) {
        (Some(major), minor) => major > 7 || major == 7 && minor.is_none_or(|minor| minor > 1),
        (None, _) => true,
    };
    let plain = !tag.contains("alpine") && !tag.contains(OPEN);
    (name == "php" && old.parent.is_none() && plain && young).then(|| tag.to_owned())
}

fn start_of(old: &Stage<'_>) -> &'static str {
    folders::image(&old.image).map_or("/", |image| image.start())
}

/// An image of PHP.
struct Image<'s> {
    tag: &'s str,
    /// The folder that it starts in.
    start: &'static str,
}

impl Image<'_> {
    fn variables(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let own = VARIABLES.iter().filter(|(kind, ..)| self.tag.contains(kind));
        own.map(|(_, name, value)| (*name, *value))
    }

    /// A text of before, as it stands where the image's own folder and variables are written out.
    fn written(&self, text: &str) -> String {
        let start = if self.start == "/" { "" } else { self.start };
        let text = match text.strip_prefix(BASE_DIRECTORY) {
            Some("") => self.start.to_owned(),
            Some(rest) => format!("{start}{rest}"),
            None => text.to_owned(),
        };
        self.variables()
            .fold(text, |text, (name, value)| text.replace(&format!("{OPEN}{name}{CLOSE}"), value))
    }

    /// What the image has told its container, with what the file says.
    fn told(&self, old: &Configuration, stage: &Stage<'_>) -> Result<Configuration, String> {
        let mut told = old.clone();
        let server = SERVERS.iter().find(|(kind, ..)| self.tag.contains(kind));
        if let Some((_, _, port, signal)) = server {
            told.ports.insert((*port).to_owned());
            told.stop_signal.get_or_insert_with(|| (*signal).to_owned());
        }
        let option = |command: &str| {
            command.trim_start().strip_prefix('[').is_some_and(|rest| {
                rest.trim_start().strip_prefix('"').is_some_and(|word| word.starts_with('-'))
            })
        };
        match (&told.entrypoint, &told.command, server) {
            (Some(_), ..) => {}
            (None, Some(command), None) if !option(command) => {}
            (None, Some(_), _) => told.entrypoint = Some(ENTRY.to_owned()),
            (None, None, Some((_, command, ..))) => {
                told.entrypoint = Some(ENTRY.to_owned());
                told.command = Some((*command).to_owned());
                told.command_set = true;
            }
            (None, None, None) => return Err("nothing says what the container starts".to_owned()),
        }
        if !told.triggers.is_empty() || !stage.configuration.shell.is_empty() {
            return Err("the stage decides about other builds, or about its shell".to_owned());
        }
        told.directory = self.written(&told.directory);
        self.set(&mut told.environment);
        Ok(told)
    }

    /// Writes the image's own variables out among others.
    fn set(&self, variables: &mut Variables) {
        for value in variables.values_mut() {
            *value = self.written(value);
        }
        for (name, value) in self.variables() {
            variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
}

impl<'t> Split<'_, 't> {
    /// Whether these two steps take away what phpize needs, as root, and ask nothing.
    fn removes(&self, steps: &[Step<'t>]) -> Result<(), String> {
        let other = || Err("what is taken away is not known".to_owned());
        let wanted: [&[&str]; 2] = [
            &["apt-mark", "auto", "$PHPIZE_DEPS", "libc6-dev"],
            &["apt-get", "autoremove", "--purge", "-y"],
        ];
        let mut installed = Vec::new();
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if matches!(Command::of(&call.words).program(), "apt" | "apt-get") {
                installed.extend(call.words.iter().map(ToString::to_string));
            }
        });
        for (step, wanted) in steps.iter().zip(wanted) {
            let Action::Call(call) = &step.action else { return other() };
            let words: Vec<String> = call.words.iter().map(|word| readable(word)).collect();
            let seen = self.states.seen(call.state);
            let around = &seen.surroundings;
            let root = matches!(around.user.split(':').next(), Some("" | "root" | "0"));
            let own = around.environment.contains_key("PHPIZE_DEPS");
            let plain = call.assignments.is_empty()
                && call.redirects.is_empty()
                && around.flags.is_empty()
                && around.interpreter.is_none()
                && !around.declared;
            // In quotes the list would be one name.
            let quoted = call.words.iter().any(|word| word.contains(OPEN_QUOTED));
            let (words, tools) = words.split_at(words.len().min(wanted.len()));
            let marks = wanted[0] == "apt-mark";
            let known = tools.iter().all(|name| {
                let builds = TOOLS.contains(&format!(" {name} "));
                marks && installed.contains(name) && (builds || self.only_fetches(name))
            });
            if step.demand != Demand::Must
                || words != wanted
                || !root
                || own
                || !plain
                || !known
                || quoted
            {
                return other();
            }
        }
        Ok(())
    }

    /// Whether a package fetches what a build needs, and nothing of the container can call it: all of its files are shown, and none names it.
    fn only_fetches(&self, package: &str) -> bool {
        let Some((_, program)) = FETCHERS.iter().find(|(name, _)| *name == package) else {
            return false;
        };
        let Some(context) = self.context else { return false };
        // What a COPY does not bring, somebody mounts.
        let brings = |source: &str, path: &str| {
            let source = source.trim_start_matches("./").trim_matches('/');
            path.ends_with(".php")
                && (matches!(source, "" | ".")
                    || path == source
                    || path.starts_with(&format!("{source}/")))
        };
        let project = self.old.steps.iter().any(|step| {
            let Action::Copy(copy) = &step.action else { return false };
            let mut sources = copy.sources.iter().filter(|_| copy.from.is_none());
            sources.any(|source| context.entries().any(|(path, _)| brings(source, path)))
        });
        let mut names = context.entries().map(|(path, _)| path.rsplit('/').next().unwrap_or(path));
        let mounts = names.any(|name| {
            name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml"))
        });
        if !project || mounts {
            return false;
        }
        let mut shown = true;
        visit(&self.old.steps, &mut |step| {
            shown &= match &step.action {
                Action::Call(call) => {
                    let command = Command::of(&call.words);
                    let name = command.program();
                    let known = [
                        "apt",
                        "apt-get",
                        "docker-php-ext-configure",
                        "docker-php-ext-enable",
                        "docker-php-ext-install",
                        "docker-php-source",
                        "nproc",
                        "pecl",
                    ];
                    known.contains(&name)
                        || name != "composer" && QUIET.contains(&format!(" {name} "))
                }
                Action::Copy(copy) => copy.from.is_none(),
                Action::Opaque(..) | Action::Exec(..) | Action::Unread(_) => false,
                _ => true,
            };
        });
        let letters = |c: char| !(c.is_alphanumeric() || c == '-' || c == '_');
        let names = |text: &str| text.split(letters).any(|word| word == *program);
        let starts = self.new.configuration.starts();
        let aside = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.starts_with("Dockerfile")
                || path.starts_with(".git")
                || name.ends_with(".md")
                || name == ".dockerignore"
                || name.starts_with(".git")
        };
        let files = context
            .entries()
            .filter(|(path, entry)| entry.kind == ContextKind::File && !aside(path));
        let mut files = files.map(|(path, _)| context.text(path));
        shown
            && !starts.into_iter().flatten().any(names)
            && files.all(|text| text.is_some_and(|text| !names(text)))
    }

    /// Whether all packages that are there for their own sake are marked so: none of these steps takes others away.
    fn packages_are_asked_for(&self, steps: &[Step<'t>]) -> Result<(), String> {
        let mut problem = None;
        visit(steps, &mut |step| {
            let known = match &step.action {
                Action::Call(call) => leaves_marks(call),
                Action::Copy(copy) => copy.from.is_none() || copy.destination != "/",
                Action::MakeFolder { .. } => true,
                Action::Volume(_)
                | Action::Opaque(..)
                | Action::Exec(..)
                | Action::Unread(_)
                | Action::Leave(..) => false,
                _ => true,
            };
            if !known {
                problem = Some(format!("{} may have left packages", describe(step)));
            }
        });
        problem.map_or(Ok(()), Err)
    }

    /// Whether the steps of the new stage are those that stood there, and none looks at what is gone.
    fn same(&self, old: &[Step<'t>], new: &[Step<'t>], image: &Image<'_>) -> Result<(), String> {
        // WORKDIR names the folder again in which the build ended.
        let new = match new {
            [Step { action: Action::MakeFolder { path, .. }, .. }, rest @ ..]
                if new.len() == old.len() + 1 && self.is_there(path, image) =>
            {
                rest
            }
            _ => new,
        };
        if old.len() != new.len() {
            return Err("the new stage has other steps".to_owned());
        }
        for (one, two) in old.iter().zip(new) {
            let alike = one.demand == two.demand
                && match (&one.action, &two.action) {
                    (Action::Copy(one), Action::Copy(two)) => {
                        let mut told = one.clone();
                        told.destination = image.written(&one.destination).into();
                        let (left, right) = (told.destination.clone(), two.destination.clone());
                        // A variable that is a path of its own stands behind the folder.
                        let left = left
                            .rsplit_once("//")
                            .map_or(&*left, |(here, _)| &left[here.len() + 1..]);
                        let same = *left == *right;
                        told.destination = right;
                        let sources = told.sources.iter().map(|it| image.written(it).into());
                        told.sources = sources.collect();
                        same && told == *two && !two.destination.contains(OPEN)
                    }
                    (
                        Action::MakeFolder { path: one, user: old },
                        Action::MakeFolder { path: two, user: new },
                    ) => image.written(one) == **two && old == new,
                    (Action::Volume(one), Action::Volume(two)) => one == two,
                    (Action::Call(one), Action::Call(two)) => self.calls_alike(one, two, image)?,
                    _ => false,
                };
            if !alike {
                return Err(format!("{} is not what it was", describe(two)));
            }
        }
        Ok(())
    }

    /// Whether a folder is the one in which the build ended.
    fn is_there(&self, path: &str, image: &Image<'_>) -> bool {
        let made = self.build.steps.iter().rev().find_map(|step| match &step.action {
            Action::MakeFolder { path, .. } => Some(image.written(path)),
            _ => None,
        });
        made.as_deref().unwrap_or(image.start) == path
    }

    fn calls_alike(
        &self,
        one: &Call<'t>,
        two: &Call<'t>,
        image: &Image<'_>,
    ) -> Result<bool, String> {
        let program = Command::of(&two.words);
        let quiet = QUIET.contains(&format!(" {} ", program.program()));
        let patches = program.is("composer") && self.composer_may_patch();
        if !quiet || program.program().is_empty() || patches || !two.inner.is_empty() {
            return Err(format!("`{}` may call what is taken away", program.program()));
        }
        let reads = two.words.iter().chain(&two.assignments).any(|word| {
            let text = readable(word);
            GONE.split_whitespace().any(|name| text.contains(name))
        });
        let same_call = Call { state: two.state, ..one.clone() } == *two;
        Ok(!reads && same_call && self.sees_alike(one, two, image))
    }

    /// Whether two calls see the same, but for the variables of the image that the new one sees written out.
    fn sees_alike(&self, one: &Call<'t>, two: &Call<'t>, image: &Image<'_>) -> bool {
        let (old, new) = (self.states.seen(one.state), self.states.seen(two.state));
        let mut around = old.surroundings.as_ref().clone();
        around.directory = image.written(&around.directory);
        let mut variables = around.environment.as_ref().clone();
        image.set(&mut variables);
        around.environment = variables.into();
        let told = Seen {
            surroundings: around.into(),
            directory: image.written(&old.directory).into(),
            ..old.clone()
        };
        told == *new && new.surroundings.flags.is_empty()
    }

    /// Whether Composer may call patch, or what its scripts name.
    fn composer_may_patch(&self) -> bool {
        let Some(context) = self.context else { return true };
        let manifests: Vec<&str> = context
            .entries()
            .map(|(path, _)| path)
            .filter(|path| {
                let name = path.rsplit('/').next().unwrap_or(path);
                name == "composer.json" || name == "composer.lock"
            })
            .collect();
        let calls = |text: &str| {
            let names = text.split('"').filter(|part| part.contains(' '));
            let mut words =
                names.flat_map(|part| part.split(|c: char| !(c.is_alphanumeric() || c == '_')));
            text.contains("composer-patches")
                || words.any(|word| matches!(word, "patch" | "make" | "gcc" | "file"))
        };
        manifests.is_empty() || manifests.iter().any(|path| context.text(path).is_none_or(calls))
    }
}

/// Whether a call takes no package away, and leaves what apt knows of the others.
fn leaves_marks(call: &Call<'_>) -> bool {
    let command = Command::of(&call.words);
    let program = command.program();
    match program {
        "" => call.words.is_empty(),
        "apt" | "apt-get" => {
            const VERBS: &[&str] = &[
                "autoclean",
                "clean",
                "dist-upgrade",
                "full-upgrade",
                "install",
                "update",
                "upgrade",
            ];
            let taken = |word: &str| word.ends_with('-') && !word.starts_with('-');
            let verb = command.arguments().find(|word| VERBS.contains(word));
            let others = ["remove", "purge", "autoremove", "build-dep", "satisfy", "--purge"];
            verb.is_some() && !command.has(&others) && !command.arguments().any(taken)
        }
        _ => [QUIET, BUILD].iter().any(|all| all.contains(&format!(" {program} "))),
    }
}
