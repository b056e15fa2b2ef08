//! `dockslim ignore`: what is proposed, written and left alone.

use std::fs;

use crate::program::Folder;

const DOCKERFILE: &str = "FROM node:22\nCOPY . .\nRUN npm ci\n";

/// A project with 1200 bytes of packages, 300 of history and little else.
fn project() -> Folder {
    let folder = Folder::with(&[("Dockerfile", DOCKERFILE), ("package.json", "{}")]);
    folder.write("node_modules/left/index.js", [b'x'; 1200]);
    folder.write(".git/HEAD", [b'x'; 300]);
    folder
}

#[test]
fn a_diff_is_shown_and_nothing_is_written() {
    let folder = project();
    let run = folder.run(&["ignore"]);
    assert_eq!(run.code, Some(0));
    let expected = "--- .dockerignore\n+++ .dockerignore\n@@ -0,0 +1,9 @@\n+# version control\n\
                    +**/.git\n+\n+# the build itself\n+Dockerfile*\n+.dockerignore\n+\n+# Node\n\
                    +**/node_modules\n";
    assert_eq!(run.stdout, expected);
    let remarks: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(
        [remarks[0], remarks[2], remarks[3], remarks[4]],
        [
            ".dockerignore: **/.git: the history of the sources (300 bytes)",
            ".dockerignore: .dockerignore: this file: a change of it need not copy everything again \
             (not there yet)",
            ".dockerignore: **/node_modules: packages that the build installs itself (1.2 kB)",
            "4 entries for .dockerignore: the context shrinks from 1.5 kB to 2 bytes; \
             apply with --write",
        ]
    );
    assert!(!folder.path(".dockerignore").exists());
    let run = folder.run(&["ignore", "--quiet"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected, ""));
}

#[test]
fn check_fails_until_it_is_written() {
    let folder = project();
    assert_eq!(folder.run(&["ignore", "--check"]).code, Some(1));
    let run = folder.run(&["ignore", "--write"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert!(run.stderr.contains("4 entries written to .dockerignore: "), "{run:?}");
    let run = folder.run(&["ignore", "--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        run.stderr, "nothing to add to .dockerignore; the context holds 2 bytes\n",
        "once is enough"
    );
}

#[test]
fn an_existing_file_is_completed() {
    let folder = project();
    let old = "\u{feff}# ours\r\n.git\r\nDockerfile\r\n.dockerignore";
    folder.write(".dockerignore", old);
    assert_eq!(folder.run(&["ignore", "--write"]).code, Some(0));
    let expected = format!("{old}\r\n\r\n# Node\r\n**/node_modules");
    assert_eq!(folder.read(".dockerignore"), expected);
}

#[test]
fn the_diff_can_be_applied_elsewhere() {
    let folder = Folder::with(&[]);
    folder.write("my app/Dockerfile", DOCKERFILE);
    folder.write("my app/node_modules/a", "");
    folder.write("my app/.containerignore", "x\n");
    let run = folder.run(&["ignore", "my app"]);
    assert!(run.stdout.starts_with("--- my app/.containerignore\t\n"), "{run:?}");
    let run = folder.run(&["ignore", "--write", "my app"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(folder.read("my app/.containerignore").contains("\n**/node_modules\n"));
    assert!(!folder.path("my app/.dockerignore").exists());
}

#[test]
fn what_stays_visible_is_explained() {
    let folder = project();
    folder.write("other/Dockerfile", "FROM debian:12\nCOPY node_modules /srv\n");
    folder.write("Makefile.Dockerfile", "FROM debian:12\nCOPY . .\nRUN git describe\n");
    let run = folder.run(&["ignore", "--explain-declines"]);
    let expected = "left out of .dockerignore
  **/.git: `git *` in Makefile.Dockerfile:3 may read it [read-by-a-step]
  **/node_modules: other/Dockerfile:2 copies node_modules [copied-by-name]
";
    assert!(run.stderr.contains(expected), "{run:?}");
    assert!(!run.stdout.contains("node_modules") && !run.stdout.contains(".git"), "{run:?}");
}

#[test]
fn builds_that_a_compose_file_names_count() {
    let folder = Folder::with(&[("images/app", "FROM debian:12\nCOPY .idea /\n"), (".idea/x", "")]);
    folder.write("plain.Dockerfile", "FROM debian:12\n");
    assert!(folder.run(&["ignore"]).stdout.contains(".idea"));
    folder.write("compose.yml", "services: {a: {build: {context: ., dockerfile: images/app}}}\n");
    let run = folder.run(&["ignore", "--explain-declines"]);
    assert!(!run.stdout.contains(".idea"), "{run:?}");
    assert!(run.stderr.contains("images/app:2 copies .idea [copied-by-name]"), "{run:?}");
}

#[test]
fn without_a_dockerfile_nothing_is_proposed() {
    let folder = Folder::with(&[(".git/HEAD", "")]);
    let run = folder.run(&["ignore", "--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(run.stderr, "warning: .: holds no Dockerfile, so nobody knows what is copied\n");
    folder.write("Dockerfile", DOCKERFILE);
    folder.write("Dockerfile.dockerignore", "x");
    let run = folder.run(&["ignore", "--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    let expected =
        "warning: Dockerfile: Dockerfile.dockerignore is read in place of .dockerignore\n";
    assert_eq!(run.stderr, expected);
}

#[test]
fn what_cannot_be_read_or_written_is_an_error() {
    let folder = project();
    let run = folder.run(&["ignore", "nowhere"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, "error: nowhere: there is no such folder; check the spelling\n");
    folder.write(".containerignore", "a\n");
    folder.write(".dockerignore", "b\n");
    let run = folder.run(&["ignore", "--write"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("hide different things"), "{run:?}");
    folder.write(".containerignore", "b\n");
    folder.write(".dockerignore", b"caf\xe9\n");
    let run = folder.run(&["ignore", "--write"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains(".dockerignore: cannot be read: "), "{run:?}");
    fs::remove_file(folder.path(".dockerignore")).unwrap();
    folder.write("bad.Dockerfile", b"FROM a\nCOPY caf\xe9 /\n");
    let run = folder.run(&["ignore", "--write"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("bad.Dockerfile:2: is not UTF-8"), "{run:?}");
    assert_eq!(folder.read(".containerignore"), "b\n");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_followed() {
    let folder = project();
    std::os::unix::fs::symlink("elsewhere", folder.path(".dockerignore")).unwrap();
    let run = folder.run(&["ignore", "--write"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("error: .dockerignore: cannot be written"), "{run:?}");
    assert!(!folder.path("elsewhere").exists());
}
