//! Which files are found in folders, in which order, and which are left out.

use super::{FINE, WASTEFUL};
use crate::program::{Folder, Run};

/// The files whose diffs were printed, in order.
fn headers(run: &Run) -> Vec<&str> {
    run.stdout.lines().filter_map(|line| line.strip_prefix("+++ ")).collect()
}

#[test]
fn folders_are_searched_for_dockerfiles() {
    let found = [
        "Containerfile",
        "Dockerfile",
        "Dockerfile.prod",
        "api/Dockerfile",
        "api/web.dockerfile",
        "web.Dockerfile",
    ];
    let left_out = [
        ".git/Dockerfile",
        ".hidden/Dockerfile",
        "Dockerfile.dockerignore",
        "Dockerfile.j2",
        "Dockerfile.orig",
        "Dockerfile~",
        "notes.txt",
        "vendor/Dockerfile",
    ];
    let folder = Folder::with(&[(".gitignore", "vendor/\n")]);
    for path in found.iter().chain(&left_out) {
        folder.write(path, WASTEFUL);
    }
    assert_eq!(headers(&folder.run(&["fix"])), found);
    assert_eq!(headers(&folder.run(&["fix", "./api/", "api/Dockerfile"])), found[3..5]);
}

#[test]
fn a_file_that_is_named_is_taken_whatever_its_name() {
    let folder = Folder::with(&[("notes.txt", WASTEFUL), ("Dockerfile.j2", WASTEFUL)]);
    let run = folder.run(&["fix", "notes.txt", "Dockerfile.j2"]);
    assert_eq!(headers(&run), ["Dockerfile.j2", "notes.txt"]);
}

#[test]
fn absolute_paths_are_shown_from_here() {
    let folder = Folder::with(&[("api/Dockerfile", WASTEFUL)]);
    let here = std::fs::canonicalize(folder.path("")).unwrap();
    assert_eq!(headers(&folder.run(&["fix".into(), here])), ["api/Dockerfile"]);
}

#[test]
fn the_order_is_that_of_the_paths() {
    let paths: Vec<_> = (0..300).map(|n| format!("{:03}/Dockerfile", n * 7 % 300)).collect();
    let folder = Folder::with(&[]);
    for path in &paths {
        folder.write(path, WASTEFUL);
    }
    let run = folder.run(&["fix"]);
    let mut sorted = paths;
    sorted.sort();
    assert_eq!(headers(&run), sorted);
    let arguments = ["fix".to_owned()].into_iter().chain(sorted.into_iter().rev());
    assert_eq!(folder.run(&arguments.collect::<Vec<_>>()), run);
}

#[test]
fn templates_and_generated_files_are_left_alone() {
    let folder = Folder::with(&[
        ("Dockerfile", WASTEFUL),
        ("generated.Dockerfile", &format!("# NOTE: GENERATED VIA \"make\"\n{WASTEFUL}")),
        ("template.Dockerfile", &format!("{WASTEFUL}{{% if debug %}}\nRUN true\n{{% endif %}}\n")),
    ]);
    let run = folder.run(&["fix"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(headers(&run), ["Dockerfile"]);
    assert!(run.stderr.contains("generated.Dockerfile:1: left alone: it says that"), "{run:?}");
    assert!(run.stderr.contains("template.Dockerfile:4: left alone: it holds a Jinja"), "{run:?}");
    assert!(run.stderr.contains(" in 1 of 3 files"), "{run:?}");
    assert!(run.stderr.contains(", 2 not written by hand"), "{run:?}");
    let before = folder.read("template.Dockerfile");
    assert_eq!(folder.run(&["fix", "--write", "template.Dockerfile"]).code, Some(0));
    assert_eq!(folder.read("template.Dockerfile"), before);
}

#[test]
fn a_missing_path_does_not_stop_the_others() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run(&["fix", "nowhere", "Dockerfile"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: nowhere: there is no such file or folder"), "{run:?}");
    assert_eq!(headers(&run), ["Dockerfile"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_told_from_a_wrong_name() {
    let folder = Folder::with(&[]);
    std::os::unix::fs::symlink("gone", folder.path("Dockerfile")).unwrap();
    let run = folder.run(&["fix", "Dockerfile"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, "error: Dockerfile: is a link to gone, which is not there\n");
}

#[test]
fn a_folder_without_dockerfiles_is_worth_a_warning() {
    let folder = Folder::with(&[("empty/notes.txt", ""), ("full/Dockerfile", FINE)]);
    let run = folder.run(&["fix", "empty", "full"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(run.stderr, "warning: empty: holds no Dockerfile\nnothing to rewrite in 1 file\n");
}
