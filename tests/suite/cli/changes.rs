//! What has changed since a git revision, and nothing else.

use std::process::Command;

use super::WASTEFUL;
use crate::program::{self, Folder, Run};

/// Two pairs of RUNs in two stages.
const TWO_PAIRS: &str =
    "FROM debian:12 AS one\nRUN make a\nRUN make b\nFROM one\nRUN make c\nRUN make d\n";

fn git(folder: &Folder, arguments: &[&str]) -> Run {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]);
    git.args(arguments).current_dir(folder.path(""));
    let run = program::run(&mut git, b"");
    assert_eq!(run.code, Some(0), "git {arguments:?}: {run:?}");
    run
}

/// A repository whose branch `main` holds the files, with a branch `work` checked out.
fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "one"]);
    git(&folder, &["checkout", "-q", "-b", "work"]);
    folder
}

#[test]
fn only_changed_files_and_instructions_are_looked_at() {
    let folder = repository(&[
        ("Dockerfile", TWO_PAIRS),
        ("same/Dockerfile", WASTEFUL),
        ("caf\u{e9}/Dockerfile", TWO_PAIRS),
    ]);
    let run = folder.run(&["fix", "--check", "--diff-base", "main"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    let changed = TWO_PAIRS.replace("make d", "make e");
    folder.write("Dockerfile", &changed);
    folder.write("caf\u{e9}/Dockerfile", &changed);
    let run = folder.run(&["fix", "--check", "--diff-base", "main"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.stdout.matches("\n+RUN make c \\\n").count(), 2, "{run:?}");
    assert!(!run.stdout.contains("+RUN make a"), "its neighbours have not changed: {run:?}");
    assert!(!run.stdout.contains("same/"), "{run:?}");
    let run = folder.run(&["fix", "--diff-base", "main", "--diff-scope", "files", "Dockerfile"]);
    assert!(run.stdout.contains("+RUN make a"), "{run:?}");
    git(&folder, &["commit", "-q", "-a", "-m", "two"]);
    assert_eq!(folder.run(&["fix", "--check", "--diff-base", "main"]).code, Some(1), "committed");
    assert_eq!(folder.run(&["fix", "--check", "--diff-base", "HEAD"]).code, Some(0));
}

#[test]
fn new_files_are_changed_and_what_others_did_is_not() {
    let folder = repository(&[("Dockerfile", TWO_PAIRS)]);
    folder.write("new/Dockerfile", WASTEFUL);
    git(&folder, &["checkout", "-q", "main"]);
    folder.write("Dockerfile", TWO_PAIRS.replace("make a", "make x"));
    git(&folder, &["commit", "-q", "-a", "-m", "theirs"]);
    git(&folder, &["checkout", "-q", "work"]);
    let run = folder.run(&["fix", "--diff-base", "main"]);
    assert!(run.stdout.starts_with("--- new/Dockerfile\n"), "{run:?}");
    assert_eq!(run.stdout.matches("--- ").count(), 1, "{run:?}");
}

#[test]
fn a_renamed_file_has_changed_where_its_lines_have() {
    let folder = repository(&[("old/Dockerfile", TWO_PAIRS), ("same/Dockerfile", TWO_PAIRS)]);
    git(&folder, &["mv", "old", "new"]);
    git(&folder, &["mv", "same", "moved"]);
    folder.write("new/Dockerfile", TWO_PAIRS.replace("make d", "make e"));
    let run = folder.run(&["fix", "--diff-base", "main"]);
    assert_eq!(run.stdout.matches("--- ").count(), 1, "{run:?}");
    assert!(run.stdout.contains("+RUN make c \\\n+    && make e\n"), "{run:?}");
    assert!(!run.stdout.contains("+RUN make a"), "{run:?}");
}

#[test]
fn each_file_is_asked_for_in_its_own_repository() {
    let one = repository(&[("api/Dockerfile", TWO_PAIRS)]);
    let two = repository(&[("api/Dockerfile", TWO_PAIRS)]);
    let file = |folder: &Folder| folder.path("api/Dockerfile").display().to_string();
    for (changed, other) in [(&one, &two), (&two, &one)] {
        changed.write("api/Dockerfile", TWO_PAIRS.replace("make d", "make e"));
        let elsewhere = Folder::with(&[]);
        let (first, second) = (file(&one), file(&two));
        let run = elsewhere.run(&["fix", "--check", "--diff-base", "main", &first, &second]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stdout.contains(&file(changed)), "{run:?}");
        assert!(!run.stdout.contains(&file(other)), "{run:?}");
        changed.write("api/Dockerfile", TWO_PAIRS);
    }
}

#[test]
fn a_line_that_went_away_is_a_change_of_its_instruction() {
    let before = "FROM debian:12\nRUN make a\nRUN make b \\\n    && make c \\\n    && make d\n";
    let folder = repository(&[("Dockerfile", before)]);
    folder.write("Dockerfile", before.replace("    && make c \\\n", ""));
    let run = folder.run(&["fix", "--diff-base", "main"]);
    assert!(run.stdout.contains("+RUN make a \\\n"), "{run:?}");
}

#[test]
fn what_git_does_not_know_is_an_error() {
    let folder = repository(&[("Dockerfile", WASTEFUL)]);
    for revision in ["no-such-branch", "--output=x"] {
        let flag = format!("--diff-base={revision}");
        let run = folder.run(&["fix", "--write", &flag]);
        assert_eq!(run.code, Some(2), "{run:?}");
        let said = format!("error: --diff-base: git knows no revision `{revision}`; ");
        assert!(run.stderr.starts_with(&said), "{run:?}");
    }
    assert_eq!(folder.read("Dockerfile"), WASTEFUL);
    let run = folder.run(&["fix", "--diff-base", "main", "-"]);
    assert!(run.stderr.contains("standard input has no history"), "{run:?}");
}

#[test]
fn only_changed_instructions_are_laid_out() {
    let before =
        "FROM debian:12\nrun  make  a\n\n\nworkdir  /b\nrun  make  b\nrun  make  c && \\\n  d\n";
    let folder = repository(&[("Dockerfile", before)]);
    let quiet = ["--write", "--quiet", "--diff-base", "main"];
    folder.run(&[&["fmt"], &quiet[..]].concat());
    assert_eq!(folder.read("Dockerfile"), before, "nothing has changed");
    let changed = before.replace("make  b", "make  x");
    folder.write("Dockerfile", &changed);
    let run = folder.run(&[&["fmt"], &quiet[..]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let wanted = changed.replace("run  make  x", "RUN make x");
    assert_eq!(folder.read("Dockerfile"), wanted);

    // What the passes make of a changed instruction is laid out with it, and its neighbours are not.
    folder.write("Dockerfile", before.replace("  d\n", "  e\n"));
    let run = folder.run(&[&["fix", "--fmt"], &quiet[..]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let wanted = "FROM debian:12\nrun  make  a\n\n\nworkdir  /b\nRUN make b \\\n    && make c \\\n    && e\n";
    assert_eq!(folder.read("Dockerfile"), wanted);

    folder.write("Dockerfile", &changed);
    let whole = ["fmt", "--write", "--diff-base", "main", "--diff-scope", "files"];
    assert_eq!(folder.run(&whole).code, Some(0));
    assert!(
        folder
            .read("Dockerfile")
            .starts_with("FROM debian:12\nRUN make a\n\nWORKDIR /b\nRUN make x\n")
    );
}
