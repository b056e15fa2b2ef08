//! `--write`: what happens to files, and what does not.

use std::fs;

use super::{FINE, WASTEFUL};
use crate::program::Folder;

#[test]
fn write_changes_the_file_and_prints_no_diff() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run(&["fix", "--write"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert!(run.stderr.contains(" written in 1 file"), "{run:?}");
    assert_ne!(folder.read("Dockerfile"), WASTEFUL);
    let names: Vec<_> = fs::read_dir(folder.path("")).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing temporary stays: {names:?}");
    assert_eq!(folder.run(&["fix", "--check"]).code, Some(0), "once is enough");
}

#[test]
fn bytes_outside_of_rewrites_stay() {
    let crlf = WASTEFUL.replace('\n', "\r\n");
    let folder = Folder::with(&[
        ("crlf.Dockerfile", &crlf),
        ("mark.Dockerfile", &format!("\u{feff}{WASTEFUL}")),
        ("open.Dockerfile", &format!("{WASTEFUL}COPY . /srv")),
    ]);
    assert_eq!(folder.run(&["fix", "--write"]).code, Some(0));
    let text = folder.read("crlf.Dockerfile");
    assert_ne!(text, crlf);
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    let text = folder.read("mark.Dockerfile");
    assert!(text.starts_with("\u{feff}FROM debian:12\n"), "{text:?}");
    let text = folder.read("open.Dockerfile");
    assert!(text.ends_with("\nCOPY . /srv"), "{text:?}");
}

#[test]
fn bad_files_do_not_stop_good_ones() {
    let folder = Folder::with(&[("a.Dockerfile", WASTEFUL), ("z.Dockerfile", WASTEFUL)]);
    let latin = b"FROM debian:12\nLABEL name=caf\xe9\n";
    folder.write("latin.Dockerfile", latin);
    folder.write("binary.Dockerfile", b"FROM\0");
    let run = folder.run(&["fix", "--write"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("error: latin.Dockerfile:2: is not UTF-8 (byte 29"), "{run:?}");
    assert!(run.stderr.contains("error: binary.Dockerfile: holds a NUL byte (byte 4"), "{run:?}");
    assert!(run.stderr.contains(" in 2 of 4 files"), "{run:?}");
    assert_ne!(folder.read("a.Dockerfile"), WASTEFUL);
    assert_ne!(folder.read("z.Dockerfile"), WASTEFUL);
    assert_eq!(fs::read(folder.path("latin.Dockerfile")).unwrap(), latin);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_before_anybody_waits_for_it() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let pipe = folder.path("Dockerfile.pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let run = folder.run(&["fix", "--write", "Dockerfile.pipe", "Dockerfile"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("Dockerfile.pipe: is no file that could be replaced"), "{run:?}");
    assert_ne!(folder.read("Dockerfile"), WASTEFUL, "the other file is done");
}

#[test]
fn a_write_protected_file_is_left_alone() {
    let folder = Folder::with(&[("a.Dockerfile", WASTEFUL), ("b.Dockerfile", WASTEFUL)]);
    let path = folder.path("a.Dockerfile");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let run = folder.run(&["fix", "--write"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("error: a.Dockerfile: is write-protected"), "{run:?}");
    assert_eq!(folder.read("a.Dockerfile"), WASTEFUL);
    assert_ne!(folder.read("b.Dockerfile"), WASTEFUL);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    use std::os::unix::process::CommandExt;
    use std::path::Path;

    use super::*;
    use crate::program;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn is_root(folder: &Folder) -> bool {
        fs::metadata(folder.path("")).unwrap().uid() == 0
    }

    #[test]
    fn permissions_and_owner_stay() {
        let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
        let path = folder.path("Dockerfile");
        if is_root(&folder) {
            chown(&path, Some(1234), Some(5678)).unwrap();
        }
        set_mode(&path, 0o754);
        let before = fs::metadata(&path).unwrap();
        assert_eq!(folder.run(&["fix", "--write"]).code, Some(0));
        assert_ne!(folder.read("Dockerfile"), WASTEFUL);
        let after = fs::metadata(&path).unwrap();
        let seen = |file: &fs::Metadata| (file.mode(), file.uid(), file.gid());
        assert_eq!(seen(&after), seen(&before));
        assert_ne!(after.ino(), before.ino(), "the file is replaced, not overwritten");
    }

    #[test]
    fn a_symbolic_link_stays_one() {
        let folder = Folder::with(&[("images/api", WASTEFUL)]);
        symlink("images/api", folder.path("Dockerfile")).unwrap();
        assert_eq!(folder.run(&["fix", "--write", "Dockerfile"]).code, Some(0));
        assert_eq!(fs::read_link(folder.path("Dockerfile")).unwrap(), Path::new("images/api"));
        assert_ne!(folder.read("images/api"), WASTEFUL);
    }

    /// The administrator may write everywhere, so the program runs as somebody else here.
    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let folder = Folder::with(&[("locked/Dockerfile", WASTEFUL), ("open/Dockerfile", FINE)]);
        let program = folder.install("dockslim", fs::read(env!("CARGO_BIN_EXE_dockslim")).unwrap());
        for path in ["", "open"] {
            set_mode(&folder.path(path), 0o755);
        }
        set_mode(&folder.path("locked/Dockerfile"), 0o666);
        set_mode(&folder.path("locked"), 0o555);
        let mut command = program::command(&program, &folder.path(""));
        if is_root(&folder) {
            command.uid(65534).gid(65534);
        }
        let run = program::run(command.args(["fix", "--write", "locked", "open"]), b"");
        set_mode(&folder.path("locked"), 0o755);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("error: locked/Dockerfile: cannot be written"), "{run:?}");
        assert!(run.stderr.contains("1 failed\n"), "{run:?}");
        assert_eq!(folder.read("locked/Dockerfile"), WASTEFUL);
    }
}
