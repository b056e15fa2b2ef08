//! What goes to standard output, what to standard error, and the exit codes.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::{FINE, WASTEFUL};
use crate::program::{self, Folder};

#[test]
fn the_diff_goes_to_standard_output_and_remarks_to_standard_error() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run(&["fix"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.starts_with("--- Dockerfile\n+++ Dockerfile\n@@ -1,3 "), "{run:?}");
    let is_diff = |line: &str| line.starts_with(['-', '+', ' ', '@', '\\']);
    assert!(run.stdout.lines().all(is_diff), "{run:?}");
    assert!(run.stderr.starts_with("Dockerfile:"), "{run:?}");
    assert!(run.stderr.contains("merge-runs: "), "{run:?}");
    assert!(run.stderr.contains(" in 1 file"), "{run:?}");
    assert_eq!(folder.read("Dockerfile"), WASTEFUL, "a diff changes nothing");
}

#[test]
fn a_fine_file_gives_no_diff() {
    let folder = Folder::with(&[("Dockerfile", FINE)]);
    for arguments in [&["fix"][..], &["fix", "--check"], &["fix", "--write"]] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{arguments:?}");
        assert_eq!(run.stderr, "nothing to rewrite in 1 file\n", "{arguments:?}");
    }
}

#[test]
fn check_fails_where_something_should_change() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL), ("fine.Dockerfile", FINE)]);
    let check = folder.run(&["fix", "--check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    assert_eq!(check.stdout, folder.run(&["fix"]).stdout);
    assert_eq!(folder.read("Dockerfile"), WASTEFUL);
}

#[test]
fn an_error_outweighs_what_check_wants() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run(&["fix", "--check", "Dockerfile", "missing"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stdout.starts_with("--- Dockerfile\n"), "{run:?}");
    assert!(run.stderr.contains("error: missing: there is no such file"), "{run:?}");
}

#[test]
fn quiet_prints_the_diff_alone() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run(&["fix", "--check", "--quiet"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.stderr, "");
    assert_eq!(run.stdout, folder.run(&["fix"]).stdout);
}

#[test]
fn quiet_still_reports_errors() {
    let run = Folder::with(&[]).run(&["fix", "--quiet", "missing"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: missing: "), "{run:?}");
}

#[test]
fn standard_input_becomes_standard_output() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run_with_input(&["fix", "--stdin-filename", "api/Dockerfile", "-"], WASTEFUL);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.starts_with("api/Dockerfile:"), "{run:?}");
    folder.run(&["fix", "--write"]);
    assert_eq!(run.stdout, folder.read("Dockerfile"));
    assert_ne!(run.stdout, WASTEFUL);
}

#[test]
fn a_filter_passes_on_what_it_does_not_change() {
    let template = "FROM {{ image }}\n";
    for text in [FINE, template, "", "\u{feff}FROM debian:12\r\nCOPY . /srv"] {
        let run = Folder::with(&[]).run_with_input(&["fix", "-"], text);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), text));
    }
}

#[test]
fn a_filter_with_check_prints_the_diff() {
    let folder = Folder::with(&[]);
    let arguments = ["fix", "--check", "--stdin-filename", "x/Dockerfile", "-"];
    let run = folder.run_with_input(&arguments, WASTEFUL);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.starts_with("--- x/Dockerfile\n+++ x/Dockerfile\n@@ "), "{run:?}");
    let fine = folder.run_with_input(&arguments, FINE);
    assert_eq!((fine.code, fine.stdout.as_str()), (Some(0), ""));
}

#[test]
fn a_filter_that_fails_prints_nothing() {
    for input in [&b"FROM debian\nRUN caf\xe9\n"[..], b"F\0R\0O\0M\0"] {
        let arguments = ["fix", "--stdin-filename", "api/Dockerfile", "-"];
        let run = Folder::with(&[]).run_with_input(&arguments, input);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.starts_with("error: api/Dockerfile"), "{run:?}");
    }
}

#[test]
fn standard_input_stands_alone() {
    let folder = Folder::with(&[("Dockerfile", FINE)]);
    for arguments in [&["fix", "-", "Dockerfile"][..], &["fix", "--write", "-"]] {
        let run = folder.run_with_input(arguments, WASTEFUL);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.contains("standard input"), "{run:?}");
    }
}

/// The text is larger than any pipe holds, so that the program is still writing when its reader
/// goes away.
#[test]
fn a_reader_that_stops_early_is_no_error() {
    let folder = Folder::with(&[]);
    let mut child = (folder.command().args(["fix", "--quiet", "-"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = "# a comment to fill the pipe with\n".repeat(100_000);
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let mut first = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_reader_that_stops_early_does_not_change_how_a_run_ends() {
    let folder = Folder::with(&[]);
    folder.write("Dockerfile", format!("FROM debian:12\n{}", "run  a\n".repeat(20_000)));
    let ended = |flags: &[&str]| {
        let mut child = (folder.command().args(["fmt", "--check", "--quiet"]).args(flags))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        child.wait().unwrap().code()
    };
    assert_eq!(ended(&[]), Some(1));
    assert_eq!(ended(&["--exit-zero"]), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = Folder::with(&[]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = folder.command().arg("explain").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: standard output cannot be written: "), "{stderr}");
}

#[test]
fn git_applies_the_diff() {
    let files = [
        ("Dockerfile", WASTEFUL.to_owned()),
        ("my app/Dockerfile", WASTEFUL.replace('\n', "\r\n")),
        ("a/b/open.Dockerfile", WASTEFUL.trim_end().to_owned()),
        ("mark.Dockerfile", format!("\u{feff}{WASTEFUL}")),
        ("long.Dockerfile", format!("{WASTEFUL}{}{}", "WORKDIR /srv\n".repeat(9), &WASTEFUL)),
        ("fine.Dockerfile", FINE.to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let (by_git, by_write) = (Folder::with(&files), Folder::with(&files));
    let diff = by_git.run(&["fix"]).stdout;
    assert_eq!(by_write.run(&["fix", "--write"]).code, Some(0));

    let mut git = Command::new("git");
    git.args(["-c", "core.autocrlf=false", "apply", "-p0", "--whitespace=nowarn", "-"])
        .current_dir(by_git.path(""))
        .env("GIT_CEILING_DIRECTORIES", by_git.path("").parent().unwrap());
    let applied = program::run(&mut git, diff.as_bytes());
    assert_eq!(applied.code, Some(0), "{applied:?}\n{diff}");
    for (path, text) in files {
        assert_eq!(by_git.read(path), by_write.read(path), "{path}");
        assert_eq!(by_git.read(path) == text, path == "fine.Dockerfile", "{path}");
    }
}
