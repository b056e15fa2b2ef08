//! The builder that the user has: builds images, hands them out as archives, runs programs in them. Nothing goes through a
//! shell, so that names may hold whatever they like.

mod child;
mod commands;
mod engine;
pub(crate) mod interrupt;
mod steps;

pub(crate) use child::{Ended, Stop, Stream, run};
pub(crate) use engine::Engine;
pub(crate) use steps::{made, step};

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

/// What crun says where the copy of itself that it seals is still being written (crun, `cloned_binary.c`).
const BUSY: &str = "sealing memfd copy";

/// Lines of a builder's output that are shown when it fails.
const SHOWN_LINES: usize = 12;

/// Why there is no image, or no answer.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error(
        "no builder is found on this machine: install docker with buildx, podman or buildah (on Debian: `apt-get install \
         buildah`), start the daemon of docker if it is installed, or name one by --engine"
    )]
    NoBuilder,

    #[error(
        "--engine {given}: {program} is not installed, or its daemon does not answer; leave out --engine, and what is \
         there is taken"
    )]
    NotReady { given: &'static str, program: &'static str },

    #[error(
        "--builder {name}: only docker buildx has named builders; leave out --engine, or say --engine buildx"
    )]
    NotBuildx { name: String },

    #[error("{program} cannot be started: {source}")]
    Start { program: String, source: io::Error },

    #[error("interrupted; nothing was changed")]
    Interrupted,

    #[error("{what} failed\n{}", indented(lines))]
    Failed { what: String, lines: Vec<String> },

    #[error(
        "`{name}` was built elsewhere and is not on this machine, so that nothing can be run in it"
    )]
    Elsewhere { name: String },
}

/// What is the same in all builds of a comparison.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    /// The folder that is built with.
    pub(crate) context: PathBuf,
    /// The stage to build.
    pub(crate) target: Option<String>,
    /// Each `NAME=value`, or `NAME` for that of the environment.
    pub(crate) build_args: Vec<String>,
    /// The platform to build for.
    pub(crate) platform: Option<String>,
    /// What else the builder is told, word by word.
    pub(crate) more: Vec<String>,
}

/// How a build ended that did not fail for want of a builder.
#[derive(Debug)]
pub(crate) enum Built {
    /// There is an image.
    Image(Ended),
    /// The builder refused.
    Refused {
        /// The step that failed, as the builder counts it.
        step: Option<String>,
        /// The last lines that it printed.
        lines: Vec<String>,
    },
}

/// A builder of this machine, or one that it knows how to reach.
#[derive(Clone, Debug)]
pub(crate) struct Builder {
    /// The program.
    pub(crate) engine: Engine,
    /// The builder of buildx that the user named.
    named: Option<String>,
    /// Whether images come to this machine.
    pub(crate) loads: bool,
    /// Where it is told to put temporary files: one that fails, or is ended, leaves them behind.
    pub(crate) temporary: Option<PathBuf>,
}

impl Builder {
    /// The builder that the user names, or the first that is there.
    pub(crate) fn find(engine: Option<Engine>, named: Option<&str>) -> Result<Self, Fault> {
        let is_named = named.is_some();
        // Only buildx has named builders.
        let given = match (engine, named) {
            (None, Some(_)) => Some(Engine::Buildx),
            (Some(other), Some(name)) if other != Engine::Buildx => {
                return Err(Fault::NotBuildx { name: name.to_owned() });
            }
            (given, _) => given,
        };
        let engine = match given {
            Some(given) if given.is_ready(is_named) => given,
            Some(given) => {
                return Err(Fault::NotReady { given: given.name(), program: given.program() });
            }
            None => {
                let ready = |engine: &Engine| engine.is_ready(false);
                Engine::ALL.into_iter().find(ready).ok_or(Fault::NoBuilder)?
            }
        };
        let loads = engine != Engine::Buildx || engine::has_daemon();
        Ok(Self { engine, named: named.map(str::to_owned), loads, temporary: None })
    }

    /// Builds `file` and calls the image `name`. A builder from which images do not come here writes it to `archive`.
    pub(crate) fn build(
        &self,
        job: &Job,
        file: &Path,
        (name, archive): (&str, &Path),
        use_cache: bool,
        heard: &mut dyn FnMut(&str),
    ) -> Result<Built, Fault> {
        let mut command = self.build_command(job, file, (name, archive), use_cache);
        let mut ended = self.ended(&mut command, None, heard)?;
        // What runs the steps may fail to start itself on a busy machine, which says nothing of the file.
        if !ended.is_good() && ended.lines.iter().any(|(_, line)| line.contains(BUSY)) {
            let mut command = self.build_command(job, file, (name, archive), use_cache);
            ended = self.ended(&mut command, None, heard)?;
        }
        if ended.is_good() {
            return Ok(Built::Image(ended));
        }
        let lines = ended.lines.iter().map(|(_, line)| line.as_str());
        let step = steps::failed(lines);
        let mut lines = ended.tail(SHOWN_LINES);
        if ended.status.code().is_none() {
            lines.push(format!("{} was killed ({})", self.engine.program(), ended.status));
            if let Some(command) = self.engine.lists_its_containers() {
                lines.push(format!("`{command}` shows what it may have left"));
            }
        }
        Ok(Built::Refused { step, lines })
    }

    /// Writes the image `name` to the file `archive`, with its layers compressed as they are pulled if the builder does
    /// that and `compressed` asks for it.
    pub(crate) fn export(&self, name: &str, archive: &Path, compressed: bool) -> Result<(), Fault> {
        if !self.loads {
            return Ok(());
        }
        let mut command = self.export_command(name, archive, compressed);
        self.good(&mut command, &format!("reading the image {name}")).map(drop)
    }

    /// The configuration of the image `name`, where its archive says less than the builder knows: an OCI archive has no
    /// health check.
    pub(crate) fn config(&self, name: &str) -> Result<Option<Value>, Fault> {
        let Some(mut command) = self.inspect_command(name) else { return Ok(None) };
        let ended = self.good(&mut command, &format!("inspecting the image {name}"))?;
        let mut told: Value = serde_json::from_str(&ended.text(Stream::Output)).unwrap_or_default();
        // Buildah tells it in two forms; that of Docker has everything.
        let docker = told.get_mut("Docker").map(Value::take);
        Ok(docker.or(Some(told)).filter(Value::is_object))
    }

    /// Runs a program of the image `name` in a container of its own, which does not outlive it.
    pub(crate) fn run_inside(
        &self,
        name: &str,
        arguments: &[String],
        limit: Duration,
    ) -> Result<Ended, Fault> {
        if !self.loads {
            return Err(Fault::Elsewhere { name: name.to_owned() });
        }
        let container = format!("{}-run", name.replace([':', '/'], "-"));
        if let Some(mut prepare) = self.prepare_command(name, &container) {
            self.good(&mut prepare, &format!("making a container of {name}"))?;
        }
        let mut command = self.run_command(name, &container, arguments);
        let result = self.ended(&mut command, Some(limit), &mut |_| {});
        let unfinished = !result.as_ref().is_ok_and(|ended| ended.stop.is_none());
        if unfinished || self.engine == Engine::Buildah {
            // Nobody listens to it any more; a container that is gone already is what is wanted.
            self.quietly(&mut self.discard_command(&container));
        }
        result
    }

    /// Removes the image `name`, if it is there.
    pub(crate) fn remove(&self, name: &str) {
        if self.loads {
            self.quietly(&mut self.remove_command(name));
        }
    }

    /// Runs a clean-up, also after Ctrl-C: it is not to be interrupted, and its failure is nobody's business.
    fn quietly(&self, command: &mut Command) {
        let _ = command.stdin(std::process::Stdio::null()).output();
    }

    fn good(&self, command: &mut Command, what: &str) -> Result<Ended, Fault> {
        let ended = self.ended(command, None, &mut |_| {})?;
        if ended.is_good() {
            return Ok(ended);
        }
        Err(Fault::Failed { what: what.to_owned(), lines: ended.tail(SHOWN_LINES) })
    }

    fn ended(
        &self,
        command: &mut Command,
        limit: Option<Duration>,
        heard: &mut dyn FnMut(&str),
    ) -> Result<Ended, Fault> {
        let program = command.get_program().to_string_lossy().into_owned();
        if interrupt::asked() {
            return Err(Fault::Interrupted);
        }
        let ended =
            run(command, limit, heard).map_err(|source| Fault::Start { program, source })?;
        if ended.stop == Some(Stop::Interrupted) { Err(Fault::Interrupted) } else { Ok(ended) }
    }
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}\n")).collect::<String>().trim_end().to_owned()
}
