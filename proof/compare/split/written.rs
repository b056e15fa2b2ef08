//! Whether what the project holds, and what commands have written, is there.

use super::as_it_is::is_maker;
use super::bases;
use super::programs;
use super::runtime::{Place, Runtime};
use super::spoken::is_bare;
use super::started::commands;
use crate::compare::folders::is_within;
use crate::compare::words::describe;
use crate::program::{Action, Call, Demand, Step, Text, visit};
use crate::shell::{Command, plain, readable};

impl<'t> Runtime<'_, 't> {
    /// What the project holds besides sources is there.
    pub(super) fn project(&self, places: &[Place]) -> Result<(), String> {
        let spoken = self.spoken_of();
        let left = |path: &str, place: &str| self.is_for_builds(path) && !spoken.has(place);
        for step in &self.old.steps {
            let Action::Copy(copy) = &step.action else { continue };
            let missing =
                |path: &str| format!("nothing brings `{path}`, which the container may read");
            if copy.from.is_some() {
                let target = copy.destination.trim_end_matches('/');
                // Files go into a folder under their names, what is in a folder does without its own.
                let inside = |source: &str| {
                    format!(
                        "{target}/{}",
                        source.trim_end_matches('/').rsplit('/').next().unwrap_or(source)
                    )
                };
                let lost = copy.sources.iter().map(|source| inside(source)).find(|path| {
                    !self.covered(places, target)
                        && !self.covered(places, path)
                        && !self.is_gone(path)
                });
                if let Some(path) = lost {
                    return Err(missing(&path));
                }
                continue;
            }
            match self.context.zip(self.whole(step)) {
                Some((context, whole)) => {
                    for brought in whole.brings() {
                        let target = brought.target.clone();
                        if !brought.folder {
                            if !left(&brought.source, &target)
                                && !self.covered(places, &target)
                                && !self.is_gone(&target)
                            {
                                return Err(missing(&target));
                            }
                            continue;
                        }
                        let depth =
                            if brought.source.is_empty() { 0 } else { brought.source.len() + 1 };
                        // What holds nothing yet may be there to be written to.
                        let bare = |path: &str| is_bare(context, path);
                        let own = !brought.source.is_empty() && bare(&brought.source);
                        if own && !self.covered(places, &target) && !self.is_gone(&target) {
                            return Err(missing(&target));
                        }
                        let empty = context.below(&brought.source).map(|(path, _)| path);
                        for path in empty.filter(|path| bare(path)) {
                            let place =
                                format!("{}/{}", target.trim_end_matches('/'), &path[depth..]);
                            let build = self.is_for_builds(&format!("{path}/."));
                            let there = self.covered(places, &place) || self.leads(places, &place);
                            if !build && !there && !self.is_gone(&place) {
                                return Err(missing(&place));
                            }
                        }
                        for (path, _) in context
                            .below(&brought.source)
                            .filter(|(path, _)| !context.is_folder(path))
                        {
                            let place =
                                format!("{}/{}", target.trim_end_matches('/'), &path[depth..]);
                            if !left(path, &place)
                                && !self.covered(places, &place)
                                && !self.is_gone(&place)
                            {
                                return Err(missing(&place));
                            }
                        }
                    }
                }
                None => {
                    if let Some(source) = copy
                        .sources
                        .iter()
                        .find(|source| !self.is_for_builds(source.trim_end_matches('*')))
                    {
                        let whole = copy.destination.trim_end_matches('/');
                        if !self.covered(places, whole) {
                            return Err(format!("what `{source}` brings is not known"));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// What other commands than compilers have written is there.
    pub(super) fn written(&self, places: &[Place]) -> Result<(), String> {
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            if problem.is_none() {
                problem = self.missing(step, places);
            }
        });
        problem.map_or(Ok(()), Err)
    }

    fn missing(&self, step: &Step<'t>, places: &[Place]) -> Option<String> {
        let Action::Call(call) = &step.action else {
            let known = matches!(
                step.action,
                Action::Copy(_)
                    | Action::MakeFolder { .. }
                    | Action::Volume(_)
                    | Action::Chain { .. }
                    | Action::Pipe { .. }
                    | Action::Frame(_)
                    | Action::If { .. }
                    | Action::Loop { .. }
                    | Action::ForEach { .. }
                    | Action::Not(_)
                    | Action::Choose { .. }
            );
            return (!known).then(|| format!("what {} leaves is not known", describe(step)));
        };
        let command = Command::of(&call.words);
        if self.builds_with_kit(call) {
            return None;
        }
        if let Some(what) = self.made_for_sources(call, places) {
            return Some(format!("nothing brings {what}, and {} may have made it", describe(step)));
        }
        if let Some(names) = programs::of_several(call, self.context) {
            let brought = |name: &String| {
                places.iter().any(|place| place.target.rsplit('/').next() == Some(name))
                    || places.iter().any(|place| place.target.ends_with("/bin"))
            };
            if let Some(name) = names.iter().find(|name| !brought(name)) {
                return Some(format!("`{name}` is missing, which {} makes", describe(step)));
            }
        }
        let is_install = call.words.iter().any(|word| word.contains("install"));
        if matches!(command.program(), "make" | "gmake") && self.makes_elsewhere(call) {
            return Some(format!("{} may write outside of the project", describe(step)));
        }
        if matches!(command.program(), "make" | "gmake" | "ninja" | "cmake" | "meson") && is_install
        {
            let paths = self.installed_by(call).or_else(|| self.installed_by_cmake(call));
            let Some(paths) = paths else {
                return Some(format!("what {} brings is not known", describe(step)));
            };
            let missing = paths.into_iter().find(|path| match path.strip_suffix('/') {
                Some(either) => !self.comes_whole(places, either),
                None => !self.covered(places, path),
            });
            return missing
                .map(|path| format!("nothing brings `{path}`, which {} installs", describe(step)));
        }
        if command.is("javac") && !self.starts_jar() {
            let given = call.words.iter().skip_while(|word| *word != "-d").nth(1);
            let place = given.map_or_else(
                || self.folder(&self.states.seen(call.state).directory),
                |word| self.led(word, call),
            );
            if place.is_none_or(|place| !self.covered(places, &place)) {
                return Some(format!("nothing brings the classes of {}", describe(step)));
            }
        }
        if command.is("jar")
            && let Some(jar) = self.jar_of(call).filter(|jar| !self.covered(places, jar))
        {
            return Some(format!("nothing brings `{jar}`, which another jar may name"));
        }
        if let Some(answer) = self.of_language(step, call, &command, places) {
            return answer;
        }
        let operands: Vec<Option<String>> = call
            .words
            .iter()
            .skip(call.words.len() - command.words.len() + 1)
            .filter(|word| !word.starts_with('-'))
            .map(|word| self.path(word, call))
            .collect();
        if let [_, Some(word)] = command.words.as_slice()
            && matches!(&**word, "--version" | "--help")
            && call.redirects.is_empty()
        {
            return None;
        }
        let written: Vec<Option<String>> = match command.program() {
            "mkdir" | "touch" | "tee" => operands,
            "java" if self.only_tests(call) => Vec::new(),
            // A database of SQLite is one file, where its statements are told by the call alone.
            "sqlite3" if is_told_all(call) && self.statements_stay(call) => {
                operands.into_iter().take(1).collect()
            }
            // Builders do not look for the group of a user behind an empty half of `--chown`.
            "chown" if call.words.iter().any(|word| word.ends_with(':')) => {
                return Some(format!("which group {} gives is not known", describe(step)));
            }
            // What they make of the tables of locales is kept in one place, unless they are told of another (localedef(1)).
            "locale-gen" | "localedef"
                if !call.words.iter().any(|word| word.starts_with("--"))
                    && call.words.iter().skip(1).all(|word| plain(word).is_some()) =>
            {
                vec![Some("/usr/lib/locale".to_owned())]
            }
            // A repository begins in the folder that is named.
            "git" if call.words.iter().any(|word| *word == "init") => {
                let behind = call.words.iter().skip_while(|word| *word != "init").skip(1);
                let named = behind.filter(|word| !word.starts_with('-')).last();
                named.into_iter().map(|word| self.path(word, call)).collect()
            }
            // What is given away belongs to somebody who may write there.
            "chown" | "chgrp" => operands.into_iter().skip(1).collect(),
            "cp" | "mv" | "ln" | "install" => {
                let again = is_maker(call) && self.calls_again(call);
                let placed = self.tree().placed(step.at).filter(|_| !again);
                let placed: Vec<_> = placed.cloned().map(Some).collect();
                if let Some(Some(path)) =
                    placed.iter().find(|path| !self.is_all_there(path, places))
                {
                    return Some(format!(
                        "nothing brings `{path}`, which {} writes",
                        describe(step)
                    ));
                }
                operands.into_iter().last().into_iter().collect()
            }
            // An interpreter starts what lies in the project: it does not ask for what a compiler made elsewhere.
            name if (COMPILERS.contains(&name) && self.interprets())
                || self.opens_results_of(name) =>
            {
                return Some(format!("where {} leaves its results is not known", describe(step)));
            }
            name if LEAVES_NOTHING.contains(&name)
                || COMPILERS.contains(&name)
                || name.is_empty() =>
            {
                Vec::new()
            }
            _ => return Some(format!("what {} leaves is not known", describe(step))),
        };
        let redirected = call.redirects.iter().filter_map(|text| {
            let (_, target) = text.rsplit_once('>')?;
            let target = target.trim_start_matches(['&', '|']).trim();
            let other = target.starts_with("/dev/")
                || target.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            (!other).then(|| self.path(target, call))
        });
        let given = command.program().starts_with("ch");
        for path in written.into_iter().chain(redirected) {
            let Some(path) = path else {
                return Some(format!("where {} writes is not known", describe(step)));
            };
            let scratch = ["/tmp", "/var/tmp", "/var/cache", "/var/lib/apt"]
                .iter()
                .any(|folder| is_within(&path, folder));
            // Of several programs that go into one folder each has to come.
            let into =
                matches!(command.program(), "cp" | "mv" | "install") && path.ends_with("bin");
            // A pattern may stand for one folder, which then has the name of a file, and whose contents a COPY takes.
            let spilt = command.is("cp")
                && call
                    .words
                    .iter()
                    .any(|word| word.starts_with('-') && word.contains(['r', 'R', 'a']))
                && call.words.iter().any(|word| readable(word).contains('*'))
                && path.rsplit('/').next().is_some_and(|name| name.contains('.'))
                && call.words.last().is_some_and(|word| !word.ends_with('/'))
                && places.iter().any(|place| place.target == path);
            if spilt {
                return Some(format!("whether {} makes a folder is not known", describe(step)));
            }
            let works_there = || !given && self.compiles_in(&path);
            let there = scratch
                || self.is_for_builds(&path)
                || self.covered(places, &path)
                || (!given && !into && self.leads(places, &path))
                || self.copies_into(places, &path, call)
                || self.passes(&path, step)
                || is_maker(call) && self.calls_again(call)
                || works_there()
                || given && self.compiles_in(&path) && self.is_own_home(&path, call);
            if !there {
                return Some(format!("nothing brings `{path}`, which {} writes", describe(step)));
            }
        }
        None
    }

    /// Whether what the container starts runs on a machine that opens libraries by their names, as .NET and Java do, and a compiler may
    /// have made one.
    fn opens_results_of(&self, compiler: &str) -> bool {
        let base = bases::official(&self.new.image);
        let of_c = ["c++", "cc", "clang", "clang++", "g++", "gcc"].contains(&compiler);
        let java = base.starts_with("eclipse-temurin") || self.modules().is_some();
        match bases::kind(base, &self.old.image) {
            Some(bases::Kind::DotNet) => COMPILERS.contains(&compiler),
            _ => of_c && (java || self.starts_with("java")),
        }
    }

    /// Whether the container starts a program of this name.
    fn starts_with(&self, name: &str) -> bool {
        let starts = self.new.configuration.starts().into_iter().flatten().flat_map(commands);
        let starts = starts.chain(self.entered().map(|entered| entered.calls).unwrap_or_default());
        let mut programs = starts.filter_map(|words| words.into_iter().next());
        programs.any(|word| word.rsplit('/').next() == Some(name))
    }

    /// Whether a step writes into a folder that is made in front of it, where none was, and is removed again behind it.
    fn passes(&self, path: &str, step: &Step<'t>) -> bool {
        let called = |step: &'_ Step<'t>, program: &str, count: usize| match &step.action {
            Action::Call(call)
                if step.demand == Demand::Must
                    && call.words.len() == count
                    && call.words[0] == program =>
            {
                self.path(&call.words[count - 1], call).filter(|folder| is_within(path, folder))
            }
            _ => None,
        };
        let steps = &self.old.steps;
        let (front, behind): (Vec<_>, Vec<_>) =
            steps.iter().partition(|other| other.at.start <= step.at.start);
        let mut made = front.iter().filter_map(|step| called(step, "mkdir", 2));
        let removed = || {
            let forced = |step: &&&Step<'t>| match &step.action {
                Action::Call(call) => {
                    call.words.get(1).is_some_and(|word| word == "-r" || word == "-rf")
                }
                _ => false,
            };
            behind.iter().filter(forced).filter_map(|step| called(step, "rm", 3))
        };
        made.any(|folder| removed().any(|gone| gone == folder))
    }

    /// The words of each call of `configure`, where they are plain.
    pub(super) fn configured(&self) -> Vec<Vec<Option<&str>>> {
        let mut found = Vec::new();
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && Command::of(&call.words).program() == "configure"
            {
                found.push(call.words.iter().skip(1).map(|word| plain(word)).collect());
            }
        });
        found
    }

    /// The archive that a call of `jar` writes, unless it goes again (JDK, "The jar Command").
    fn jar_of(&self, call: &Call<'t>) -> Option<String> {
        let extracts = |word: &str| word.starts_with("--ext") || word.starts_with("--list");
        let lists = |word: &str| !word.starts_with("--") && word.contains(['x', 't']);
        if call.words.get(1).is_none_or(|word| extracts(word) || lists(word)) {
            return None;
        }
        let path = call.words.iter().skip(1).filter_map(|word| {
            self.led(word.trim_start_matches("--file="), call).filter(|it| it.ends_with(".jar"))
        });
        let path = { path }.next()?;
        (!self.is_gone(&path)).then_some(path)
    }

    /// Whether the container starts what may hold all classes.
    fn starts_jar(&self) -> bool {
        let mut starts = self.new.configuration.starts().into_iter().flatten();
        let scripts = self.entered().map(|entered| entered.calls).unwrap_or_default();
        let mut started = starts.clone().flat_map(commands).flatten();
        starts.any(|text| text.contains(".jar"))
            || started.any(|word| self.expanded(&word, &[]).iter().any(|it| it.ends_with(".jar")))
            || scripts.iter().flatten().any(|word| word.ends_with(".jar"))
    }

    /// Whether a later command takes a folder away.
    pub(super) fn removes(&self, folder: &str) -> bool {
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && Command::of(&call.words).is("rm")
            {
                found |=
                    call.words.iter().any(|word| self.path(word, call).as_deref() == Some(folder));
            }
        });
        found
    }

    /// Whether the statements that sqlite3 reads from a file are of the project, and lead to no other file.
    fn statements_stay(&self, call: &Call<'t>) -> bool {
        call.redirects.iter().all(|redirect| {
            let Some(name) = redirect.strip_prefix('<') else { return true };
            let place = self.path(name.trim(), call);
            place.and_then(|place| self.text_at(&place)).is_some_and(|text| {
                let text = text.to_ascii_lowercase();
                !text.contains("attach")
                    && !text.lines().any(|line| line.trim_start().starts_with('.'))
            })
        })
    }

    /// Whether a compiler works in a folder, or is told by `-o` to put a program there.
    fn compiles_in(&self, folder: &str) -> bool {
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let here = self.folder(&self.states.seen(call.state).directory);
                let mut pairs = call.words.windows(2);
                let told = pairs.any(|two| {
                    let path = self.path(&two[1], call);
                    two[0] == "-o" && path.is_some_and(|path| is_within(&path, folder))
                });
                let builds =
                    call.words[0] != "go" || call.words.get(1).is_some_and(|it| it == "build");
                found |= COMPILERS.contains(&Command::of(&call.words).program())
                    && (here.is_some_and(|here| is_within(&here, folder)) || told && builds);
            }
        });
        found
    }

    /// Whether the files that a command puts into a folder are copied one by one.
    fn copies_into(&self, places: &[Place], folder: &str, call: &Call<'_>) -> bool {
        // What stands behind an option of `install` is no file.
        let valued =
            |word: &str| ["-m", "-o", "-g", "--mode", "--owner", "--group"].contains(&word);
        let option = |at: usize| {
            call.words[at].starts_with('-')
                || valued(&call.words[at - 1]) && call.words[0] == "install"
        };
        let names: Vec<&str> = (1..call.words.len())
            .filter(|at| !option(*at))
            .map(|at| call.words[at].rsplit('/').next().unwrap_or(&call.words[at]))
            .collect();
        let Some((_, names)) = names.split_last() else { return false };
        !names.is_empty()
            && names.iter().all(|name| {
                self.covered(places, &format!("{}/{name}", folder.trim_end_matches('/')))
            })
    }
}

/// Whether a call of sqlite3 has statements, and none that leads to another file (SQLite, "Command Line Shell").
pub(super) fn is_told_all(call: &Call<'_>) -> bool {
    let words = call.words.iter().skip(1);
    let odd = |word: &Text<'_>| {
        let lower = word.to_ascii_lowercase();
        plain(word).is_none()
            || lower.contains("attach")
            || lower.starts_with('.')
            || lower.starts_with('-') && !["-batch", "-bail"].contains(&&*lower)
    };
    let statements = words.clone().filter(|word| !word.starts_with('-')).count() > 1;
    (statements || call.redirects.iter().any(|text| text.starts_with('<')))
        && !words.into_iter().any(odd)
}

/// Programs that leave nothing, or whose leavings no container reads: packages are asked for by what the container starts.
pub(super) const LEAVES_NOTHING: &[&str] = &[
    ":",
    "[",
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "awk",
    "cat",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "command",
    "cut",
    "date",
    "df",
    "dirname",
    "dpkg",
    "du",
    "echo",
    "env",
    "exit",
    "export",
    "file",
    "find",
    "git",
    "grep",
    "groupadd",
    "head",
    "id",
    "ldd",
    "ls",
    "md5sum",
    "nproc",
    "pkg-config",
    "pkgconf",
    "printf",
    "pwd",
    "readelf",
    "rm",
    "rmdir",
    "sed",
    "set",
    "sha1sum",
    "sha256sum",
    "shopt",
    "sleep",
    "tail",
    "test",
    "tr",
    "true",
    "type",
    "ulimit",
    "umask",
    "uname",
    "unset",
    "useradd",
    "usermod",
    "wc",
    "which",
    "whoami",
    "basename",
    "groupmod",
    "passwd",
    "chpasswd",
    "[[",
    "unlink",
];

/// Programs that compile, whose results are asked for by what the container starts.
pub(super) const COMPILERS: &[&str] = &[
    "ar",
    "as",
    "autoconf",
    "autogen.sh",
    "automake",
    "autoreconf",
    "bootstrap",
    "buf",
    "c++",
    "cargo",
    "cc",
    "clang",
    "clang++",
    "cmake",
    "configure",
    "ctest",
    "dep",
    "g++",
    "gcc",
    "glide",
    "gmake",
    "go",
    "go-bindata",
    "gofmt",
    "goimports",
    "golangci-lint",
    "golint",
    "govendor",
    "gradle",
    "gradlew",
    "jar",
    "javac",
    "jdeps",
    "ld",
    "ldconfig",
    "libtoolize",
    "make",
    "meson",
    "mockgen",
    "mvn",
    "mvnw",
    "ninja",
    "packr",
    "packr2",
    "protoc",
    "ranlib",
    "rustc",
    "rustfmt",
    "rustup",
    "sqlc",
    "strip",
    "swag",
    "templ",
    "upx",
    "wire",
];
