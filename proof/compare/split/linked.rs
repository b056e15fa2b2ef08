//! Whether what is copied belongs to whom it belonged, and finds its libraries.

use super::Added;
use super::bases::{self, Kind};
use super::runtime::{Place, Runtime, below};
use super::started::commands;
use super::written::is_told_all;
use crate::compare::folders::is_within;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{Command, plain};
use crate::stages::Stage;

impl Runtime<'_, '_> {
    /// What is copied belongs to whom it belonged.
    pub(super) fn owners(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        for place in places {
            let names = place.owner.iter().flat_map(|owner| owner.split(':'));
            if let Some(name) = names.into_iter().find(|name| !self.knows(kind, name)) {
                return Err(format!("the new base knows no `{name}`, whom a copy belongs to"));
            }
            let mut expected: Option<String> = None;
            let mut inside = false;
            // A folder may be given away alone, or with what is in it by then.
            let (mut alone, mut deeply) = (false, false);
            let (mut made, mut later) = (false, false);
            let mut others: Vec<Option<String>> = Vec::new();
            visit(&self.old.steps, &mut |step| match &step.action {
                Action::Copy(copy) => {
                    let owner = copy.flags.iter().find_map(|flag| flag.strip_prefix("--chown="));
                    let target = copy.destination.trim_end_matches('/');
                    if self.brings_into(step, target, &place.source) {
                        others.push(owner.map(str::to_owned));
                        later |= deeply && owner != expected.as_deref();
                    }
                    if let Some(owner) = owner {
                        if is_within(&place.source, target) {
                            expected = Some(owner.to_owned());
                        }
                        inside |= is_within(target, &place.source) && target != place.source;
                    }
                }
                Action::Call(call) if Command::of(&call.words).is("chown") => {
                    let words: Vec<String> =
                        call.words.iter().filter_map(|word| self.meant(word, call)).collect();
                    let deep = words.iter().any(|word| {
                        word == "--recursive" || (word.starts_with('-') && word.contains('R'))
                    });
                    let mut operands = words
                        .iter()
                        .skip_while(|word| *word != "chown")
                        .skip(1)
                        .filter(|word| !word.starts_with('-'));
                    let Some(owner) = operands.next() else { return };
                    for path in operands.filter_map(|word| self.path(word, call)) {
                        if path == place.source || (deep && is_within(&place.source, &path)) {
                            // By its name alone a COPY gives a group as well; that of root was there.
                            let group = if owner.contains(':') { "" } else { ":0" };
                            expected = Some(format!("{owner}{group}"));
                            (alone, deeply, later) = (!deep, deep, false);
                        } else {
                            inside |= is_within(&path, &place.source);
                        }
                    }
                }
                Action::Call(call) if !self.given_by(call).is_empty() => {
                    for (path, owner) in self.given_by(call) {
                        if path == place.source && !self.calls_again(call) {
                            // What others put there stays theirs.
                            expected = Some(owner);
                            (alone, deeply, later) = (true, false, false);
                        } else {
                            inside |= path != place.source && is_within(&path, &place.source);
                        }
                    }
                }
                Action::Call(call) => {
                    let makes = self.makes_inside(call, &place.source);
                    made |= makes;
                    later |= deeply && makes;
                }
                Action::MakeFolder { path, .. } => {
                    made |= **path != *place.source && is_within(path, &place.source);
                }
                _ => {}
            });
            if is_of_package_user(&place.source) && !self.was_there(&place.source) {
                return Err(format!("`{}` belongs to a user of its package", place.source));
            }
            let moved = self.tree().came_from(&place.source).any(|was| self.is_given(was));
            if moved && expected.is_none() && !self.is_file(&place.source) {
                return Err(format!("`{}` belonged to somebody where it was", place.target));
            }
            let apart = alone && (made || others.iter().any(|owner| *owner != expected));
            if apart || later {
                return Err(format!("not all in `{}` belonged to whom it belongs", place.target));
            }
            // The user of images of Gradle has this number, in all releases.
            let gradle = bases::official(&self.old.image).starts_with("gradle:");
            if let Some(owner) = expected.as_mut().filter(|_| gradle) {
                *owner = owner.replace("gradle", "1000");
            }
            // Without an owner of its own a copy keeps those of its files.
            let kept = place.owner.is_none() && inside;
            if place.owner != expected && !kept || place.owner.is_some() && inside {
                return Err(format!("`{}` does not belong to whom it belonged", place.target));
            }
        }
        Ok(())
    }

    /// Whether a step gives what is at a path to somebody.
    fn is_given(&self, path: &str) -> bool {
        let mut given = false;
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Copy(copy) if copy.flags.iter().any(|flag| flag.starts_with("--chown=")) => {
                let target = self.folder(&copy.destination);
                given |= target.is_none_or(|target| is_within(path, target.trim_end_matches('/')));
            }
            Action::Call(call) if Command::of(&call.words).is("chown") => {
                let mut named = call.words.iter().skip(1).filter_map(|word| self.path(word, call));
                given |= named.any(|one| is_within(path, &one));
            }
            _ => {}
        });
        given
    }

    /// Whether a COPY may bring something into a folder.
    fn brings_into(&self, step: &Step<'_>, target: &str, folder: &str) -> bool {
        if target != folder && is_within(target, folder) {
            return true;
        }
        let Some((context, whole)) = self.context.zip(self.whole(step)) else {
            return is_within(folder, target);
        };
        whole.brings().iter().any(|brought| {
            let Some(rest) = folder.strip_prefix(brought.target.trim_end_matches('/')) else {
                return brought.target != folder && is_within(&brought.target, folder);
            };
            let rest = rest.trim_start_matches('/');
            let below = match (brought.source.as_str(), rest) {
                ("" | ".", rest) => rest.to_owned(),
                (source, "") => source.to_owned(),
                (source, rest) => format!("{source}/{rest}"),
            };
            brought.folder
                && is_within(folder, &brought.target)
                && (rest.is_empty() || context.is_folder(&below))
        })
    }

    /// Whether a command of root may make something in a folder.
    fn makes_inside(&self, call: &Call<'_>, folder: &str) -> bool {
        const QUIET: &[&str] = &[
            "[", "addgroup", "adduser", "apk", "apt", "apt-get", "cat", "cd", "chgrp", "chmod",
            "chown", "echo", "export", "find", "grep", "groupadd", "groupmod", "ls", "rm", "set",
            "test", "true", "useradd", "usermod", "which",
        ];
        let seen = self.states.seen(call.state);
        let user = seen.surroundings.user.split(':').next().unwrap_or_default();
        if !matches!(user, "" | "root" | "0") {
            return false;
        }
        let into = |word: &str| {
            self.path(word, call).is_some_and(|path| path != folder && is_within(&path, folder))
        };
        let redirects = call
            .redirects
            .iter()
            .any(|text| text.rsplit_once('>').is_some_and(|(_, target)| into(target.trim())));
        let command = Command::of(&call.words);
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let pip = words.iter().any(|word| matches!(word.rsplit('/').next(), Some("pip" | "pip3")));
        // They write where packages come from.
        let cache = matches!(
            words.as_slice(),
            ["npm" | "yarn", "cache", "clean", ..] | ["pnpm", "store", "prune", ..]
        );
        let quiet =
            QUIET.contains(&command.program()) || cache || pip && !self.builds_project(call);
        let plain_file =
            matches!(command.program(), "mkdir" | "touch" | "cp" | "mv" | "ln" | "install");
        let here = self.folder(&seen.directory).is_none_or(|here| is_within(&here, folder));
        let named = || words.iter().skip(1).any(|word| !word.starts_with('-') && into(word));
        redirects || !quiet && (here && !plain_file || named())
    }

    /// The programs that the container starts, and that are copied.
    fn started<'p>(&self, places: &'p [Place]) -> Vec<&'p str> {
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let starts = self.new.configuration.starts().into_iter().flatten();
        let scripts = self.entered().map(|entered| entered.calls).unwrap_or_default();
        let words: Vec<String> = starts.flat_map(commands).chain(scripts).flatten().collect();
        let is_started = |place: &&Place| {
            words.iter().any(|word| {
                let path = if word.starts_with('/') {
                    word.clone()
                } else {
                    format!("{folder}/{}", word.trim_start_matches("./"))
                };
                let by_name = !word.contains('/')
                    && self.is_file(&place.source)
                    && place.target.ends_with(&format!("bin/{word}"));
                path == place.target || by_name
            })
        };
        places.iter().filter(is_started).map(|place| place.target.as_str()).collect()
    }

    /// The libraries of the programs are there.
    pub(super) fn linked(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let machine = matches!(kind, Kind::Java | Kind::DotNet);
        let java = machine || self.added.iter().any(|one| matches!(one, Added::Modules { .. }));
        let collects = |wanted: &str| {
            self.added.iter().any(|one| match one {
                // A base without a C library needs all, one with its own has none overwritten.
                Added::Libraries { whole, .. } if *whole != (kind == Kind::Static) => false,
                // A folder must not come where a link is.
                Added::Libraries { below_usr, .. } if *below_usr != kind.links_lib() => false,
                Added::Libraries { program, folder, .. } => {
                    let copied = places
                        .iter()
                        .any(|place| place.source == *folder && place.target.is_empty());
                    program == wanted && copied
                }
                Added::Modules { .. } | Added::Kept | Added::Pruned | Added::OfBase => false,
            })
        };
        let started = self.started(places);
        if !machine
            && !self.interprets()
            && let Some(path) = self.text_that_starts(&started, places)
        {
            return Err(format!("a step writes `{path}`, which the container starts, as a text"));
        }
        let mut beside = places.iter().filter(|place| self.is_put_among_programs(place));
        // A script of the project that is started collects nothing by itself.
        let mut programs = started
            .iter()
            .filter(|path| self.is_program(path) && !self.is_database(path))
            .peekable();
        let collected = programs.peek().is_some()
            && programs.all(|path| collects(path))
            && beside.all(|place| collects(&place.source));
        if !machine
            && !self.interprets()
            && let Some(path) = self.makes_shared()
        {
            if !collected {
                return Err(format!("{path} builds a library, and what finds it is not known"));
            }
            self.loads_own()?;
        }
        if self.added.iter().any(|one| matches!(one, Added::Libraries { .. }))
            && self.listed_folders().is_none()
        {
            return Err("the loader was told of libraries, and the new one is not".to_owned());
        }
        self.packages(kind, collected)?;
        if kind == Kind::Static && java {
            return Err(format!(
                "the runtime of Java needs libraries that {} has not",
                self.new.base
            ));
        }
        if matches!(kind, Kind::Debian(_))
            && !collected
            && !(self.is_static || self.compiled_statically() || java)
            && self.may_link_more(self.old)
        {
            return Err("the program may be linked with libraries of the old image".to_owned());
        }
        if matches!(kind, Kind::Debian(_))
            && self.installs_packages()
            && !kind.runs(bases::suite(&self.old.image))
        {
            return Err(format!("packages of {} are those of another release", self.new.base));
        }
        // Each Debian describes terminals (ncurses-base is essential).
        let terminals = |word: &str| ["curses", "tinfo", "readline", "-ledit"].contains(&word);
        if collected
            && let Some(word) = self.links_what_opens()
            && !(matches!(kind, Kind::Debian(_)) && terminals(word))
        {
            return Err(format!("a library behind {word} opens files that nothing collects"));
        }
        if self.is_static
            || self.compiled_statically()
            || java
            || kind.runs(bases::suite(&self.old.image))
        {
            return Ok(());
        }
        if collected && kind == Kind::Static {
            return if bases::finds_names(&self.old.image) {
                Ok(())
            } else {
                Err("an older C library loads what finds names when the program runs".to_owned())
            };
        }
        Err(format!("the program needs libraries that {} may not have", self.new.base))
    }

    /// Whether the new stage installs packages of Debian that other releases may not have.
    fn installs_packages(&self) -> bool {
        let mut installs = false;
        visit(&self.new.steps, &mut |step| {
            installs |= matches!(&step.action, Action::Call(call)
                if call.words.first().is_some_and(|word| word == "apt-get")
                    && call.words.iter().any(|word| word == "install")
                    && !bases::are_programs(&plain_words(call)[2..]));
        });
        installs
    }

    /// Whether a stage may link programs with more than the C library: its image has headers of many libraries, and something of the
    /// build speaks of one.
    pub(super) fn may_link_more(&self, stage: &Stage<'_>) -> bool {
        let image = bases::official(&stage.image);
        let name = image.split(':').next().unwrap_or(image);
        if !matches!(name, "gcc" | "rust" | "buildpack-deps") {
            return false;
        }
        let Some(context) = self.context else { return true };
        let mut found = false;
        visit(&stage.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= call.words.iter().any(|word| names_library(word));
            }
        });
        // Without its list nobody knows what the packages of a manifest bring to link with.
        let locked = context.entries().any(|(path, _)| path.ends_with("Cargo.lock"));
        found
            || context.entries().any(|(path, _)| {
                let text = context.text(path).unwrap_or("dependencies");
                !locked && path.ends_with("Cargo.toml") && text.contains("dependencies")
            })
            || context.entries().any(|(path, _)| {
                let file = path.rsplit('/').next().unwrap_or(path);
                let rules = [
                    "akefile",
                    "configure",
                    ".mk",
                    ".cmake",
                    ".sh",
                    "CMakeLists.txt",
                    "meson.build",
                    "Cargo.",
                ];
                // The compiler's own C++ library may be newer than that of the system.
                let newer = name == "gcc"
                    && [".cc", ".cpp", ".cxx", ".C"].iter().any(|end| file.ends_with(end));
                newer
                    || file == "build.rs"
                    || rules.iter().any(|part| file.contains(part))
                        && context.text(path).is_none_or(names_library)
            })
    }

    /// Whether a command of the old stage has put what is copied into a folder of programs, and the build context does not hold it.
    fn is_put_among_programs(&self, place: &Place) -> bool {
        let Some((folder, _)) = place.target.rsplit_once('/') else { return false };
        if !(folder.ends_with("/bin") || folder.ends_with("/sbin")) {
            return false;
        }
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if !["cp", "install", "mv"].contains(&Command::of(&call.words).program()) {
                return;
            }
            let mut paths: Vec<String> = call.words[1..]
                .iter()
                .filter(|word| !word.starts_with('-'))
                .filter_map(|word| self.path(word, call))
                .collect();
            let Some(target) = paths.pop() else { return };
            let own = paths.iter().any(|path| self.text_at(path).is_some());
            let puts = place.source == target
                || paths.iter().any(|path| {
                    let name = path.rsplit('/').next().unwrap_or(path);
                    place.source == format!("{}/{name}", target.trim_end_matches('/'))
                });
            found |= puts && !own;
        });
        found
    }

    /// Whether a copied file is no file of the project.
    fn is_program(&self, path: &str) -> bool {
        !self.was_there(path)
    }

    /// Whether sqlite3 alone fills a file, as a database, and the container does not start it by itself.
    fn is_database(&self, path: &str) -> bool {
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let starts = self.new.configuration.starts().into_iter().flatten().flat_map(commands);
        let calls = self.entered().map(|entered| entered.calls).unwrap_or_default();
        let mut programs = starts.chain(calls).filter_map(|words| words.into_iter().next());
        if programs.any(|word| below(&folder, &word) == path) {
            return false;
        }
        let (mut filled, mut by_others) = (false, false);
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let mut operands = call.words.iter().skip(1).filter(|word| !word.starts_with('-'));
            let command = Command::of(&call.words);
            if command.is("sqlite3") && is_told_all(call) {
                let first = operands.next().and_then(|word| self.path(word, call));
                filled |= first.as_deref() == Some(path);
            } else if !matches!(command.program(), "chown" | "chmod" | "chgrp") {
                by_others |= operands.any(|word| self.path(word, call).as_deref() == Some(path));
            }
        });
        filled && !by_others
    }

    /// Whether each call that links asks for no libraries.
    pub(super) fn compiled_statically(&self) -> bool {
        let (mut any, mut all) = (false, true);
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let command = Command::of(&call.words);
            let has = |flag: &str| call.words.iter().any(|word| word == flag);
            if matches!(command.program(), "gcc" | "cc" | "g++" | "c++" | "clang" | "clang++")
                && !has("-c")
            {
                any = true;
                all &= has("-static");
            }
            if matches!(command.program(), "make" | "cmake" | "ninja" | "go") {
                all = false;
            }
            if command.is("cargo") && (has("build") || has("install")) {
                any = true;
                all &= call.words.iter().any(|word| word.ends_with("-musl"));
            }
        });
        any && all
    }
}

/// Whether a package gives settings at a path to a user whom it makes, whose number depends on what is installed in front of it.
fn is_of_package_user(path: &str) -> bool {
    const FOLDERS: &str = "asterisk bind dovecot ejabberd exim4 freeradius icinga2 ldap/slapd.d mosquitto postgresql prosody \
        rabbitmq redis tomcat10 tomcat9 znc";
    let Some(rest) = path.strip_prefix("/etc/") else { return false };
    FOLDERS.split_whitespace().any(|folder| is_within(rest, folder))
}

/// The plain words of a call.
fn plain_words<'c>(call: &'c Call<'_>) -> Vec<&'c str> {
    call.words.iter().filter_map(|word| plain(word)).collect()
}

/// Whether a text of a build names a library beyond those that belong to the C library and the compiler.
fn names_library(text: &str) -> bool {
    let own = [
        "-lm",
        "-lc",
        "-lpthread",
        "-ldl",
        "-lrt",
        "-lutil",
        "-lresolv",
        "-lgcc",
        "-lgcc_s",
        "-lstdc++",
    ];
    let signs = [
        "find_package",
        "find_library",
        "target_link_libraries",
        "dependency(",
        "PKG_CHECK",
        "AC_CHECK_LIB",
        "AC_SEARCH_LIBS",
        "-sys",
        "LDLIBS",
        "link-lib",
        // Their libraries are the compiler's own (GCC, "Options That Control Optimization", "Program Instrumentation Options").
        "-fopenmp",
        "-fsanitize",
    ];
    let words = || text.split(|c: char| c.is_whitespace() || "\"'=()".contains(c));
    // What tells of a library is called like it; an option begins with its hyphens.
    let tells = |word: &str| word.trim_start_matches('-').contains("-config");
    let names = |word: &str| word.len() > 2 && word.starts_with("-l") && !own.contains(&word);
    words().any(|word| names(word) || tells(word)) || signs.iter().any(|sign| text.contains(sign))
}
