//! The build context of `fix`: how it is found, and what is said where it is not.

use crate::program::{Folder, Run};

const COPIES: &str = "FROM debian:12\nCOPY main.c /src/\n";

/// Why the context is not known, if that is said.
fn complaint(run: &Run) -> Option<&str> {
    let mut lines = run.stderr.lines();
    lines.find_map(|line| line.split_once("the build context is not known: ")).map(|(_, why)| why)
}

#[test]
fn it_is_found_by_what_is_copied() {
    let folder = Folder::with(&[("api/Dockerfile", COPIES), ("api/main.c", "")]);
    let explain = ["fix", "--explain-declines"];
    assert_eq!(complaint(&folder.run(&explain)), None);
    folder.write("api/.dockerignore", "*.c\n");
    let run = folder.run(&explain);
    let expected = "line 2: no folder from that of the file up to the repository's root holds \
                    `main.c`; use --context";
    assert_eq!((run.code, complaint(&run)), (Some(0), Some(expected)));
    folder.write("api/.dockerignore", "*.c\n!");
    let run = folder.run(&explain);
    assert!(complaint(&run).unwrap().contains(".dockerignore:2: `!` is no pattern"), "{run:?}");
}

#[test]
fn it_can_be_named() {
    let folder = Folder::with(&[("docker/Dockerfile", COPIES), ("src/main.c", "")]);
    let explain = ["fix", "--explain-declines", "docker"];
    assert!(complaint(&folder.run(&explain)).is_some());
    let named = |context: &str| folder.run(&[&explain[..], &["--context", context]].concat());
    assert_eq!(complaint(&named("src")), None);
    let run = named("nowhere");
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, "error: nowhere: there is no such folder; check the spelling\n");
    folder.write("src/.dockerignore", "[\n");
    let run = named("src");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: src/.dockerignore:1: `[` is no pattern"), "{run:?}");
}

#[test]
fn standard_input_has_none_unless_it_is_named() {
    let folder = Folder::with(&[("src/main.c", "")]);
    let run = folder.run_with_input(&["fix", "--explain-declines", "-"], COPIES);
    assert_eq!(complaint(&run), Some("it stands in no folder; use --context"));
    let named = ["fix", "--explain-declines", "--context", "src", "-"];
    assert_eq!(complaint(&folder.run_with_input(&named, COPIES)), None);
}

#[test]
fn a_stage_that_a_compose_file_builds_ships() {
    let stages = "FROM debian:12 AS tools\nRUN make\nRUN make install\nFROM debian:12\n\
                  COPY --from=tools /a /b\n";
    let fix = ["fix", "--select", "merge-runs"];
    for (name, text) in [
        ("compose.yaml", "services: {tools: {build: {context: ., target: tools}}}\n"),
        ("docker-bake.hcl", "target \"tools\" { target = \"tools\" }\n"),
        ("docker-bake.json", "{\"target\": {\"tools\": {\"target\": \"tools\"}}}\n"),
    ] {
        let folder = Folder::with(&[("Dockerfile", stages)]);
        assert_eq!(folder.run(&fix).stdout, "", "its layers reach nobody");
        folder.write(name, text);
        assert!(folder.run(&fix).stdout.contains("&& make install"), "{name}");
    }
}

#[test]
fn broken_compose_and_bake_files_name_nothing() {
    let folder = Folder::with(&[("Dockerfile", COPIES), ("main.c", "")]);
    folder.write("compose.yaml", b"\xff\xfe services:");
    folder.write("docker-bake.hcl", "target \"a\" { context = ");
    folder.write("docker-bake.json", "{\"target\": {\"a\": ");
    std::fs::create_dir(folder.path("docker-compose.yml")).unwrap();
    let run = folder.run(&["fix", "--explain-declines"]);
    assert_eq!((run.code, complaint(&run)), (Some(0), None), "{run:?}");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::os::unix::process::CommandExt;

    use super::*;
    use crate::program;

    #[test]
    fn odd_entries_are_no_trouble() {
        let folder = Folder::with(&[("Dockerfile", "FROM debian:12\nCOPY . /\n"), ("a/b", "")]);
        symlink("nowhere", folder.path("dangling")).unwrap();
        symlink(".", folder.path("loop")).unwrap();
        symlink("/", folder.path("root")).unwrap();
        fs::write(folder.path("").join(OsStr::from_bytes(b"caf\xe9")), "").unwrap();
        let _socket = UnixListener::bind(folder.path("socket")).unwrap();
        for arguments in [&["fix", "--explain-declines"][..], &["ignore", "--explain-declines"]] {
            let run = folder.run(arguments);
            assert_eq!((run.code, complaint(&run)), (Some(0), None), "{run:?}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_named() {
        let folder = Folder::with(&[("Dockerfile", "FROM debian:12\nCOPY . /\n"), ("shut/b", "")]);
        let program = folder.install("dockslim", fs::read(env!("CARGO_BIN_EXE_dockslim")).unwrap());
        let shut = folder.path("shut");
        fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        let run = |arguments: &[&str]| {
            let mut command = program::command(&program, &folder.path(""));
            // The administrator may read everything.
            if fs::metadata(folder.path("")).unwrap().uid() == 0 {
                command.uid(65534).gid(65534);
            }
            program::run(command.args(arguments), b"")
        };
        let (fix, ignore) = (run(&["fix", "--explain-declines", "Dockerfile"]), run(&["ignore"]));
        folder.write(".dockerignore", "shut\n");
        let hidden = run(&["fix", "--explain-declines", "Dockerfile"]);
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(fix.code, Some(0));
        assert!(complaint(&fix).unwrap().contains("shut: cannot be read: "), "{fix:?}");
        assert_eq!(ignore.code, Some(2));
        assert!(ignore.stderr.contains("shut: Permission denied"), "{ignore:?}");
        assert_eq!(complaint(&hidden), None, "{hidden:?}");
    }
}
