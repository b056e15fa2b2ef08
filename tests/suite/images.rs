//! Do real builders make the same image, and no bigger one, of what the passes write?
//!
//! `tests/images/prepare.sh` makes the images to build on, and `tests/images/engine.sh` starts a daemon of Docker; where
//! they were not called, the tests say so.

mod elsewhere;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::program;
use crate::sources::{missing, root};

/// What is built before and after a rewrite.
struct Case {
    /// The folder in `tests/images/cases`, which is named like the pass, or lies in one that is.
    folder: &'static str,
    /// Passes that have to come first.
    behind: &'static str,
    /// The level of the rewrite, as a flag; an image may differ as the pass declares where there is one.
    level: Option<&'static str>,
    /// What is run in both images, with the same output.
    program: &'static [&'static str],
    /// Who builds it. Each is built by one, what builders may see in their own way by both.
    engines: &'static [&'static str],
}

const SAFE: Option<&str> = None;
const REVIEW: Option<&str> = Some("--review");
const SUGGESTION: Option<&str> = Some("--suggestions");

const BUILDAH: &[&str] = &["buildah"];
const BUILDX: &[&str] = &["buildx"];
const BOTH: &[&str] = &["buildah", "buildx"];

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { folder: "merge-runs", behind: "", level: SAFE, program: &["/usr/local/bin/serve.sh"], engines: BUILDX },
    Case { folder: "clean-package-caches", behind: "", level: SAFE, program: &["python", "/srv/hello.py"], engines: BUILDX },
    Case { folder: "copy-ownership", behind: "", level: SAFE, program: &["ls", "-ln", "/home/node/app"], engines: BUILDX },
    Case { folder: "modern-env", behind: "", level: SAFE, program: &["printenv", "GREETING", "PLACE"], engines: BOTH },
    Case { folder: "add-to-copy", behind: "", level: SAFE, program: &["/usr/local/bin/hello.sh"], engines: BOTH },
    Case { folder: "order-copies", behind: "", level: REVIEW, program: &["python", "/srv/hello.py"], engines: BUILDX },
    Case { folder: "no-install-recommends", behind: "", level: REVIEW, program: &["ip", "-V"], engines: BUILDAH },
    Case { folder: "late-metadata", behind: "", level: REVIEW, program: &["/usr/local/bin/hello.sh"], engines: BUILDAH },
    Case { folder: "drop-build-deps", behind: "merge-runs", level: REVIEW, program: &["/usr/local/bin/hello"], engines: BUILDX },
    Case { folder: "slim-base", behind: "", level: REVIEW, program: &["python", "/srv/hello.py"], engines: BUILDX },
    Case { folder: "strip-binaries", behind: "", level: REVIEW, program: &["hello"], engines: BUILDAH },
    Case { folder: "no-bytecode", behind: "", level: SUGGESTION, program: &["python", "-m", "hello"], engines: BUILDAH },
    Case { folder: "split-stages", behind: "", level: SUGGESTION, program: &["/usr/local/bin/hello"], engines: BUILDAH },
    Case { folder: "split-stages/php", behind: "", level: SUGGESTION, program: &["php", "/srv/hello.php"], engines: BUILDAH },
];

impl Case {
    /// The pass that is looked at.
    fn pass(&self) -> &'static str {
        self.folder.split('/').next().unwrap_or(self.folder)
    }
}

/// Passes of which nothing can be built on Debian's packages alone: packages of npm.
const NOT_BUILT: [&str; 1] = ["dev-dependencies"];

#[test]
fn each_pass_is_built_or_named() {
    let built = CASES.iter().map(Case::pass).chain(NOT_BUILT);
    assert_eq!(built.collect::<BTreeSet<_>>(), BTreeSet::from(dockslim_transforms::NAMES));
}

/// The folder of what was prepared.
fn place() -> PathBuf {
    let told = std::env::var_os("DOCKSLIM_IMAGES").map(PathBuf::from);
    let target = || {
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
    };
    told.unwrap_or_else(|| target().join("images"))
}

/// A builder, as it was prepared: its name, what it needs in the environment, and what else it is told.
struct Engine {
    name: &'static str,
    environment: Vec<(&'static str, OsString)>,
    more: &'static [&'static str],
}

impl Engine {
    fn buildah() -> Option<Self> {
        let place = place();
        if !place.join("storage.conf").is_file() {
            missing("buildah with images to build on", "tests/images/prepare.sh");
            return None;
        }
        let environment = vec![
            ("CONTAINERS_STORAGE_CONF", place.join("storage.conf").into()),
            ("CONTAINERS_REGISTRIES_CONF", place.join("registries.conf").into()),
            ("BUILDAH_ISOLATION", "chroot".into()),
        ];
        Some(Self { name: "buildah", environment, more: &["--engine-arg=--pull-never"] })
    }

    fn buildx() -> Option<Self> {
        let docker = place().join("docker");
        if !docker.join("docker.sock").exists() {
            missing("a daemon of Docker with images to build on", "tests/images/engine.sh start");
            return None;
        }
        let mut path = docker.join("root/usr/bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut host = OsString::from("unix://");
        host.push(docker.join("docker.sock"));
        let environment = vec![
            ("PATH", path),
            ("DOCKER_HOST", host),
            ("DOCKER_CONFIG", docker.join("config").into()),
        ];
        Some(Self { name: "buildx", environment, more: &["--engine-arg=--network=host"] })
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = program::command(program, folder);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// `dockslim verify` in the folder of a case.
    fn verify(&self, case: &str, arguments: &[&str]) -> program::Run {
        let folder = root().join("tests/images/cases").join(case);
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_dockslim")), &folder);
        command.args(["verify", "--isolated", "--output-format=json", "--engine", self.name]);
        program::run(command.args(self.more).args(arguments), b"")
    }
}

/// Builds each case of an engine before and after: the images are equal, or differ as the pass declares, none is bigger, and what
/// is in them runs. A pass that changes nothing prints no verdict, and so fails.
fn each_case_builds_the_same(engine: &Engine) {
    let ours = CASES.iter().filter(|case| case.engines.contains(&engine.name));
    for case @ Case { folder, behind, level, program, .. } in ours {
        let pass = case.pass();
        let select = format!("{behind}{}{pass}", if behind.is_empty() { "" } else { "," });
        let mut arguments = vec!["--uncompressed", "--select", &select];
        arguments.extend(*level);
        arguments.push("--");
        arguments.extend(*program);
        let run = engine.verify(folder, &arguments);
        assert_eq!(run.code, Some(0), "{folder}: {run:?}");
        let told: Value = serde_json::from_str(&run.stdout).unwrap();
        let good = if level.is_some() { &["equal", "differs-as-declared"][..] } else { &["equal"] };
        assert!(good.contains(&told["verdict"].as_str().unwrap()), "{folder}: {told:#}");
        for side in ["before", "after"] {
            assert_eq!(told[side]["smoke"]["status"], 0, "{folder}, {side}: {told:#}");
        }
        let bytes = |side: &str| told[side]["bytes"].as_u64().unwrap();
        // Steps that only change places may leave their own books in another layer.
        let slack = 64 * 1024;
        assert!(bytes("after") <= bytes("before") + slack, "{folder}: {told:#}");
        println!("{}, {folder}: {}", engine.name, told["summary"]);
    }
}

#[test]
fn buildah_builds_the_same() {
    if let Some(engine) = Engine::buildah() {
        each_case_builds_the_same(&engine);
    }
}

#[test]
fn buildx_builds_the_same() {
    if let Some(engine) = Engine::buildx() {
        each_case_builds_the_same(&engine);
    }
}

/// What `fix --verify` writes of a case, and what it tells.
fn earned(engine: &Engine, case: &str, select: &str) -> program::Run {
    let folder = root().join("tests/images/cases").join(case);
    let mut command = engine.command(Path::new(env!("CARGO_BIN_EXE_dockslim")), &folder);
    command.args(["fix", "--verify", "--isolated", "--smoke=./smoke.sh", "--engine", engine.name]);
    program::run(command.args(engine.more).args(["--select", select, "Dockerfile"]), b"")
}

#[test]
fn a_program_that_needs_nothing_ships_on_nothing() {
    let Some(engine) = Engine::buildx() else { return };
    let run = earned(&engine, "smaller-base", "split-stages");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("\n-FROM debian:12\n+FROM scratch\n"), "{run:?}");
    assert!(run.stdout.contains("+COPY --from=debian:12 /etc/passwd /etc/group /etc/"), "{run:?}");
    assert!(run.stderr.contains("kept scratch in place of debian:12"), "{run:?}");
}

#[test]
fn packages_that_nothing_names_go() {
    let Some(engine) = Engine::buildah() else { return };
    let run = earned(&engine, "unused-packages", "drop-build-deps");
    assert_eq!(run.code, Some(0), "{run:?}");
    let gone: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("-  ")).collect();
    assert_eq!(gone, ["-        figlet \\"], "{run:?}");
    for told in
        ["netbase: the smoke command ended", "whiptail: serve.sh of the project names whiptail"]
    {
        assert!(run.stderr.contains(told), "{told}: {run:?}");
    }
}

#[test]
fn sizes_are_those_that_builders_tell() {
    let Some(engine) = Engine::buildah() else { return };
    let run = engine.verify("add-to-copy", &["--keep"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let buildah = |arguments: &[&str]| {
        let mut command = engine.command(Path::new("buildah"), root());
        program::run(command.args(arguments), b"")
    };
    let folder = tempfile::tempdir().unwrap();
    for side in ["before", "after"] {
        let name = told[side]["image"].as_str().unwrap();
        let layers = told[side]["layers"].as_array().unwrap();
        // The compressed layers as buildah pushes them, and the uncompressed ones.
        for (flag, field) in [("--disable-compression", "bytes"), ("--quiet", "pulled_bytes")] {
            let place = folder.path().join(format!("{side}{flag}"));
            let to = format!("dir:{}", place.display());
            let compressed =
                if flag == "--quiet" { vec!["--compression-format=gzip"] } else { vec![] };
            let oci = format!("oci:{}", place.display());
            let target = if flag == "--quiet" { &oci } else { &to };
            let push = [&["push", "--format=oci", flag][..], &compressed, &[name, target]].concat();
            let push = buildah(&push);
            assert_eq!(push.code, Some(0), "{push:?}");
            let manifest = manifest(&place);
            let sizes =
                manifest["layers"].as_array().unwrap().iter().map(|layer| layer["size"].clone());
            let ours = layers.iter().map(|layer| layer[field].clone());
            assert_eq!(sizes.collect::<Vec<_>>(), ours.collect::<Vec<_>>(), "{side}, {field}");
        }
    }
    for side in ["before", "after"] {
        let gone = buildah(&["rmi", told[side]["image"].as_str().unwrap()]);
        assert_eq!(gone.code, Some(0), "{gone:?}");
    }
}

/// The manifest of an image that was pushed to a folder.
fn manifest(place: &Path) -> Value {
    let read =
        |path: PathBuf| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let plain = place.join("manifest.json");
    if plain.is_file() {
        return read(plain);
    }
    let index = read(place.join("index.json"));
    let digest = index["manifests"][0]["digest"].as_str().unwrap().replace(':', "/");
    read(place.join("blobs").join(digest))
}

#[test]
fn a_real_build_that_fails_is_told_with_its_step() {
    let Some(engine) = Engine::buildah() else { return };
    let folder = tempfile::tempdir().unwrap();
    let failing = folder.path().join("failing.Dockerfile");
    std::fs::write(&failing, "FROM debian:12\nRUN echo it is broken && false\n").unwrap();
    let against = ["--against", failing.to_str().unwrap()];
    let run = engine.verify("add-to-copy", &against);
    assert_eq!(run.code, Some(1), "{run:?}");
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["verdict"], "build-fails");
    let step = told["after"]["failed"]["step"].as_str().unwrap();
    assert!(step.contains("RUN echo it is broken && false"), "{told:#}");
    assert!(told["after"]["failed"]["lines"].to_string().contains("it is broken"), "{told:#}");
}

#[test]
fn odd_things_in_a_context_are_no_trouble() {
    let Some(engine) = Engine::buildah() else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    std::fs::write(place.join("Dockerfile"), "FROM debian:12\nENV A b\nCOPY . /srv/\n").unwrap();
    std::fs::write(place.join("-a b ü"), "text").unwrap();
    std::os::unix::fs::symlink("nowhere", place.join("dangling")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(place.join("socket")).unwrap();
    let mut command = engine.command(Path::new(env!("CARGO_BIN_EXE_dockslim")), place);
    command.args(["verify", "--uncompressed", "--isolated", "--engine", engine.name]);
    command.arg("--touch=-a b ü");
    let run = program::run(command.args(engine.more).args(["--", "cat", "/srv/-a b ü"]), b"");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("both images pass"), "{run:?}");
}
