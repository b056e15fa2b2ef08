//! How each engine is called, word by word. Paths are absolute, so that none begins with a dash, and values are joined to
//! their flags for the same reason.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::{Builder, Engine, Job};

impl Builder {
    fn command(&self) -> Command {
        let mut command = Command::new(self.engine.program());
        // Plain lines, and no statements about the build beside the image.
        command.env("BUILDKIT_PROGRESS", "plain").env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1");
        command.envs(self.temporary.iter().map(|folder| ("TMPDIR", folder)));
        command
    }

    pub(super) fn build_command(
        &self,
        job: &Job,
        file: &Path,
        (name, archive): (&str, &Path),
        use_cache: bool,
    ) -> Command {
        let mut command = self.command();
        match self.engine {
            Engine::Buildx => {
                command.args(["buildx", "build"]);
                if let Some(named) = &self.named {
                    command.arg(format!("--builder={named}"));
                }
                if self.loads {
                    command.arg("--load");
                } else {
                    command.arg(joined("--output=type=oci,dest=", archive));
                }
            }
            Engine::Docker => {
                command.arg("build");
            }
            // Without layers all instructions become one; the format of Docker keeps SHELL and HEALTHCHECK; and of a step
            // that fails its container would stay.
            Engine::Podman | Engine::Buildah => {
                command.args(["build", "--layers", "--force-rm", "--format=docker"]);
            }
        }
        command.arg(format!("--tag={name}")).arg(joined("--file=", file));
        if !use_cache {
            command.arg("--no-cache");
        }
        if let Some(target) = &job.target {
            command.arg(format!("--target={target}"));
        }
        if let Some(platform) = &job.platform {
            command.arg(format!("--platform={platform}"));
        }
        command.args(job.build_args.iter().map(|given| format!("--build-arg={given}")));
        command.args(&job.more).arg(&job.context);
        command
    }

    pub(super) fn export_command(&self, name: &str, archive: &Path, compressed: bool) -> Command {
        let mut command = self.command();
        match self.engine {
            Engine::Buildx | Engine::Docker => {
                command.args(["image", "save"]).arg(joined("--output=", archive)).arg(name);
            }
            Engine::Podman => {
                command.args(["image", "save", "--quiet", "--format=oci-archive"]);
                if !compressed {
                    command.arg("--uncompressed");
                }
                command.arg(joined("--output=", archive)).arg(name);
            }
            Engine::Buildah => {
                command.args(["push", "--quiet", "--format=oci"]);
                if !compressed {
                    command.arg("--disable-compression");
                }
                command.arg(name).arg(joined("oci-archive:", archive));
            }
        }
        command
    }

    pub(super) fn inspect_command(&self, name: &str) -> Option<Command> {
        let mut command = self.command();
        match self.engine {
            Engine::Buildx | Engine::Docker => return None,
            Engine::Podman => {
                command.args(["image", "inspect", "--format={{json .}}", name]);
            }
            Engine::Buildah => {
                command.args(["inspect", "--type=image", name]);
            }
        }
        Some(command)
    }

    /// What has to be called before a program can be run: buildah makes the container by itself.
    pub(super) fn prepare_command(&self, name: &str, container: &str) -> Option<Command> {
        (self.engine == Engine::Buildah).then(|| {
            let mut command = self.command();
            command.args(["from", "--pull-never"]).arg(format!("--name={container}")).arg(name);
            command
        })
    }

    pub(super) fn run_command(&self, name: &str, container: &str, arguments: &[String]) -> Command {
        let mut command = self.command();
        if self.engine == Engine::Buildah {
            command.args(["run", container, "--"]).args(arguments);
        } else {
            command.args(["run", "--rm"]).arg(format!("--name={container}"));
            command.args(arguments.first().map(|program| format!("--entrypoint={program}")));
            command.arg(name).args(arguments.iter().skip(1));
        }
        command
    }

    pub(super) fn discard_command(&self, container: &str) -> Command {
        let mut command = self.command();
        match self.engine {
            Engine::Buildah => command.args(["rm", container]),
            _ => command.args(["rm", "--force", container]),
        };
        command
    }

    pub(super) fn remove_command(&self, name: &str) -> Command {
        let mut command = self.command();
        match self.engine {
            Engine::Buildah => command.args(["rmi", name]),
            _ => command.args(["image", "rm", name]),
        };
        command
    }
}

/// A flag or a scheme and a path, which may be no UTF-8.
fn joined(flag: &str, path: &Path) -> OsString {
    let mut word = OsString::from(flag);
    word.push(path);
    word
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn words(command: &Command) -> String {
        let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
        words.collect::<Vec<_>>().join("|")
    }

    fn builder(engine: Engine, named: Option<&str>, loads: bool) -> Builder {
        Builder { engine, named: named.map(str::to_owned), loads, temporary: None }
    }

    #[test]
    fn each_engine_is_called_in_its_own_words() {
        let job = Job {
            context: PathBuf::from("/a b/-c"),
            target: Some("-t".to_owned()),
            build_args: vec!["A=b c".to_owned()],
            platform: Some("linux/arm64".to_owned()),
            more: vec!["--network=host".to_owned()],
        };
        let call = |builder: Builder, use_cache| {
            let file = Path::new("/tmp/ü/Dockerfile");
            words(&builder.build_command(
                &job,
                file,
                ("x:before", Path::new("/tmp/a.tar")),
                use_cache,
            ))
        };
        let rest = "--target=-t|--platform=linux/arm64|--build-arg=A=b c|--network=host|/a b/-c";
        let file = "--tag=x:before|--file=/tmp/ü/Dockerfile";
        assert_eq!(
            call(builder(Engine::Buildx, None, true), false),
            format!("buildx|build|--load|{file}|--no-cache|{rest}")
        );
        assert_eq!(
            call(builder(Engine::Buildx, Some("fleet"), false), true),
            format!("buildx|build|--builder=fleet|--output=type=oci,dest=/tmp/a.tar|{file}|{rest}")
        );
        assert_eq!(call(builder(Engine::Docker, None, true), true), format!("build|{file}|{rest}"));
        for engine in [Engine::Podman, Engine::Buildah] {
            let call = call(builder(engine, None, true), true);
            assert_eq!(call, format!("build|--layers|--force-rm|--format=docker|{file}|{rest}"));
        }
    }

    #[test]
    fn a_program_is_run_without_the_entrypoint() {
        let arguments = ["-a", "b c"].map(str::to_owned);
        let call = |engine| words(&builder(engine, None, true).run_command("x", "box", &arguments));
        assert_eq!(call(Engine::Docker), "run|--rm|--name=box|--entrypoint=-a|x|b c");
        assert_eq!(call(Engine::Buildah), "run|box|--|-a|b c");
    }
}
