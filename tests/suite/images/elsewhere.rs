//! A builder elsewhere: buildx reaches it by its address alone, and its images come back as archives.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use super::{Engine, place};
use crate::program;
use crate::sources::{missing, root};

/// The name under which buildx knows the builder.
const NAME: &str = "fleet";

/// Lets the BuildKit of the daemon at `socket` be reached at an address, which is returned. A daemon hands a connection over to
/// it that asks for `/grpc` (the API of the Docker engine), as buildx itself does.
fn reachable(socket: PathBuf) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let socket = socket.clone();
            // A builder that hangs up is told by buildx.
            thread::spawn(move || handed_over(&client, &socket));
        }
    });
    address
}

/// Carries what both sides say, until one of them ends.
fn handed_over(mut client: &TcpStream, socket: &Path) -> io::Result<()> {
    let mut daemon = UnixStream::connect(socket)?;
    daemon.write_all(
        b"POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    )?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        daemon.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let (mut from, mut to) = (client.try_clone()?, daemon.try_clone()?);
    let asking = thread::spawn(move || {
        let carried = io::copy(&mut from, &mut to);
        to.shutdown(Shutdown::Write).and(carried.map(drop))
    });
    io::copy(&mut daemon, &mut client)?;
    client.shutdown(Shutdown::Both)?;
    asking.join().expect("a thread that only copies")
}

/// Buildx with such a builder, and no daemon on this machine; its configuration is in the folder.
fn elsewhere() -> Option<(Engine, TempDir)> {
    let socket = place().join("docker/elsewhere/docker.sock");
    if !socket.exists() {
        missing("a builder elsewhere", "tests/images/engine.sh start");
        return None;
    }
    let mut engine = Engine::buildx()?;
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("cli-plugins");
    std::fs::create_dir(&plugins).unwrap();
    let plugin = place().join("docker/config/cli-plugins/docker-buildx");
    std::os::unix::fs::symlink(plugin, plugins.join("docker-buildx")).unwrap();
    engine.environment.retain(|(name, _)| *name == "PATH");
    engine.environment.push(("DOCKER_CONFIG", folder.path().into()));
    engine.environment.push(("DOCKER_HOST", OsString::from("unix:///nonexistent/docker.sock")));
    engine.more = &["--engine-arg=--network=host", "--builder=fleet"];
    let address = format!("tcp://{}", reachable(socket));
    let mut create = engine.command(Path::new("docker"), root());
    create.args(["buildx", "create", "--driver=remote", "--name", NAME, &address]);
    let created = program::run(&mut create, b"");
    assert_eq!(created.code, Some(0), "{created:?}");
    Some((engine, folder))
}

#[test]
fn a_builder_elsewhere_builds_and_its_images_are_compared() {
    let Some((engine, _folder)) = elsewhere() else { return };
    let run = engine.verify("add-to-copy", &["--", "/usr/local/bin/hello.sh"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["verdict"], "equal", "{told:#}");
    for side in ["before", "after"] {
        assert!(told[side]["bytes"].as_u64().unwrap() > 1 << 20, "{told:#}");
        assert!(told[side]["smoke"].is_null(), "{told:#}");
    }
    assert!(told["note"].as_str().unwrap().contains("built, but not run"), "{told:#}");
}
