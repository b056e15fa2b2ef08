//! A stage that gets programs from stages in front of it, and ships them on another base than its own.

use std::cell::OnceCell;

use super::assembled::{Assembled, Program, brought};
use super::bases::{self, Kind, official};
use super::brought::brings;
use super::headers::{self, are_of_compiler};
use super::opening::{opens_files, shows_all_it_loads};
use super::packages::installed;
use super::runtime::Runtime;
use super::sources::started;
use super::started::{behind_init, commands, is_words};
use super::written::COMPILERS;
use super::{Added, Split};
use crate::program::{Action, Step, visit};
use crate::shell::{Command, plain};

/// What builds are done with and brings no headers or names of libraries for the linker, itself or by what it recommends (Debian's index).
const WITHOUT_LIBRARIES: &[&str] = &[
    "apt-transport-https",
    "autoconf",
    "automake",
    "autotools-dev",
    "bash",
    "binutils",
    "bzip2",
    "ca-certificates",
    "ccache",
    "cmake",
    "file",
    "gdb",
    "git",
    "gnupg",
    "gnupg2",
    "lsb-release",
    "make",
    "mercurial",
    "meson",
    "nasm",
    "ninja-build",
    "openssh-client",
    "patch",
    "pkg-config",
    "pkgconf",
    "protobuf-compiler",
    "software-properties-common",
    "subversion",
    "tar",
    "tzdata",
    "unzip",
    "upx",
    "upx-ucl",
    "valgrind",
    "wget",
    "xz-utils",
    "yasm",
    "zip",
];

/// What images of the whole of buildpack-deps have, and a program may be linked with (Dockerfiles of docker-library/buildpack-deps).
const OF_BUILDPACK: &str = "default-libmysqlclient-dev libbz2-dev libc6-dev libcurl4-openssl-dev libdb-dev libevent-dev \
    libffi-dev libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev liblzma-dev libmagickcore-dev libmagickwand-dev \
    libmaxminddb-dev libncurses-dev libncurses5-dev libncursesw5-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev \
    libwebp-dev libxml2-dev libxslt-dev libyaml-dev zlib1g-dev";

impl<'t> Split<'_, 't> {
    /// What the container starts and a COPY of the old stage brings from another one; where there is any, all else that it starts is known.
    pub(super) fn received(&self, runtime: &Runtime<'_, 't>) -> Result<Vec<Program>, String> {
        let Some(kind) = bases::kind(&self.new.image, &self.old.image) else {
            return Ok(Vec::new());
        };
        if runtime.interprets() || !bases::compiles(&self.old.image) {
            return Ok(Vec::new());
        }
        let directory = &self.old.configuration.directory;
        let folder = runtime.folder(directory).unwrap_or_default();
        let starts = self.new.configuration.starts();
        let joined = starts[0].is_some_and(is_words) && starts[1].is_some_and(is_words);
        let mut words: Vec<String> = behind_init(starts).into_iter().collect();
        for (number, start) in starts.into_iter().enumerate() {
            // The words of CMD are arguments of ENTRYPOINT.
            if !(number == 1 && joined) {
                let all = start.into_iter().flat_map(commands);
                words.extend(all.filter_map(|words| words.into_iter().next()));
            }
        }
        let scripts = runtime.entered()?.calls;
        words.extend(scripts.into_iter().filter_map(|words| words.into_iter().next()));
        let own = |step: &Step<'t>, path: &str| {
            let sources = runtime.whole(step)?.candidates(path);
            sources.into_iter().find(|source| self.context.is_some_and(|it| it.exists(source)))
        };
        let mut found = Vec::new();
        let mut stranger = None;
        for word in words {
            match brought(self.old, &folder, &word, own) {
                Some(program) if program.stage.is_some_and(|stage| stage < self.last) => {
                    found.push(program);
                }
                Some(program) if self.is_script(&program) => {}
                _ if kind.has(&word, &self.new.image) || self.is_installed(&word) => {}
                _ => stranger = Some(word),
            }
        }
        match stranger.filter(|_| !found.is_empty() && !self.compiles()) {
            Some(word) => Err(format!("what `{word}` is linked with is not known")),
            None => Ok(found),
        }
    }

    /// Whether a program is a script of the build context.
    fn is_script(&self, program: &Program) -> bool {
        let text = self.context.and_then(|context| context.text(&program.source));
        program.stage.is_none() && text.is_some_and(|text| text.starts_with("#!"))
    }

    /// Whether the new stage installs a package that brings a program.
    fn is_installed(&self, word: &str) -> bool {
        self.new.steps.iter().any(|step| {
            let Action::Call(call) = &step.action else { return false };
            call.words.iter().filter_map(|word| plain(word)).any(|package| brings(package, word))
        })
    }

    /// Whether the old stage calls a compiler itself.
    pub(super) fn compiles(&self) -> bool {
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= COMPILERS.contains(&Command::of(&call.words).program());
            }
        });
        found
    }

    /// The same questions, asked of a stage that makes a program.
    pub(super) fn of_maker<'r>(&self, maker: usize, runtime: &Runtime<'r, 't>) -> Runtime<'r, 't>
    where
        Self: 'r,
    {
        Runtime {
            old: &self.before.stages[maker],
            build: runtime.build.clone(),
            tree: OnceCell::new(),
            ..*runtime
        }
    }

    /// Whether what the container starts finds in the new base what it found in the old one.
    pub(super) fn receives(
        &self,
        received: &[Program],
        runtime: &Runtime<'_, 't>,
    ) -> Result<(), String> {
        if received.is_empty() {
            return Ok(());
        }
        let kind = bases::kind(&self.new.image, &self.old.image)
            .ok_or_else(|| "what the new base holds is not known".to_owned())?;
        for program in received {
            let unknown = || format!("what `{}` is linked with is not known", program.source);
            let maker = program.stage.ok_or_else(unknown)?;
            if !self.is_alone(program, runtime) {
                return Err(format!("a step may replace `{}`", program.path));
            }
            let view = Assembled {
                before: self.before,
                after: self.after,
                states: self.states,
                context: self.context,
                old: self.old,
                new: self.new,
                last: self.last,
            };
            if !self.is_collected(maker, program, kind, runtime)
                && !view.starts_there(maker, &program.source, kind, runtime)
                && !self.of_maker(maker, runtime).compiled_statically()
            {
                return Err(unknown());
            }
        }
        self.starts_no_other(received)
    }

    /// Whether the libraries of a program are collected in the old stage, which is made of the same image, and nothing else was installed
    /// where it was linked.
    fn is_collected(
        &self,
        maker: usize,
        program: &Program,
        kind: Kind,
        runtime: &Runtime<'_, 't>,
    ) -> bool {
        let stage = &self.before.stages[maker];
        let collected = is_shown(program, kind, runtime);
        let own = official(&stage.image) == official(&self.old.image)
            && stage.parent.is_none()
            && stage.platform.is_empty()
            && self.old.platform.is_empty();
        // A library that only the maker has would not be found by the loader of the old stage.
        let theirs = installed(&stage.steps);
        let ours = installed(&self.old.steps);
        let suite = bases::suite(&self.old.image);
        let full = bases::is_buildpack(&self.old.image);
        let more = theirs.difference(&ours).any(|name| {
            let there = full && OF_BUILDPACK.split_whitespace().any(|one| one == name);
            let found = there || headers::has_libraries(name, &ours, suite);
            let hides = name.ends_with("-dev") && opens_files(name);
            (hides || !found)
                && !bases::are_programs(&[name])
                && !WITHOUT_LIBRARIES.contains(&name.as_str())
        });
        let untold = theirs.iter().any(|name| {
            let headers = name.ends_with("-dev") && !bases::are_programs(&[name]);
            let told = headers::is_known(name) || shows_all_it_loads(name);
            headers && !told && !are_of_compiler(name)
        });
        let opens = self.of_maker(maker, runtime).links_what_opens();
        // A Debian of another release may have an older C library than that of the compiler.
        let base = kind == Kind::Static
            || matches!(kind, Kind::Debian(_)) && kind.runs(bases::suite(&self.old.image));
        base && collected && own && !more && !untold && opens.is_none()
    }

    /// Whether no step of the old stage puts something else where a program was copied to.
    fn is_alone(&self, program: &Program, runtime: &Runtime<'_, 't>) -> bool {
        const QUIET: &[&str] = &["chgrp", "chmod", "chown", "file", "ldd", "ls", "test"];
        let system = ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"];
        let of_system = system.iter().any(|folder| program.path.starts_with(folder));
        let mut alone = true;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let command = Command::of(&call.words);
            let names = call
                .words
                .iter()
                .skip(1)
                .any(|word| runtime.path(word, call).as_deref() == Some(&program.path));
            let redirects = call.redirects.iter().any(|text| text.contains(&program.path));
            alone &= !redirects && (!names || QUIET.contains(&command.program()));
        });
        // A package may bring a program of that name.
        let mut packages = installed(&self.old.steps).into_iter();
        alone && !(of_system && packages.any(|name| !bases::are_programs(&[&name])))
    }

    /// Whether sources start nothing that comes from a stage or image of which nobody knows with what it is linked.
    fn starts_no_other(&self, received: &[Program]) -> Result<(), String> {
        let Some(context) = self.context else { return Ok(()) };
        let foreign: Vec<_> = self
            .old
            .steps
            .iter()
            .filter_map(|step| match &step.action {
                Action::Copy(copy) => copy.from.as_deref().map(|from| (copy, from)),
                _ => None,
            })
            .filter(|(_, from)| {
                !received
                    .iter()
                    .filter_map(|one| one.stage)
                    .any(|it| *from == format!("stage {it}"))
            })
            .collect();
        if foreign.is_empty() {
            return Ok(());
        }
        let starts = context.entries().find(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let text = context.text(path).unwrap_or_default();
            !name.contains("_test.") && !started(name, text).is_empty()
        });
        match starts {
            Some((path, _)) => Err(format!("{path} may start what is linked with the old base")),
            None => Ok(()),
        }
    }
}

/// Whether the loader has told which libraries a program has, where it was copied to, and those that the new base lacks were collected.
fn is_shown(program: &Program, kind: Kind, runtime: &Runtime<'_, '_>) -> bool {
    runtime.added.iter().any(|one| match one {
        Added::Libraries { program: known, whole, below_usr, .. } => {
            *known == program.path
                && *whole == (kind == Kind::Static)
                && (*whole || *below_usr == kind.links_lib())
        }
        _ => false,
    })
}
