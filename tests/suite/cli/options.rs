//! Options of the passes, and which passes run.

use super::WASTEFUL;
use crate::program::Folder;

#[test]
fn passes_are_chosen_by_name() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run(&["fix", "--select", "merge-runs"]);
    assert!(run.stderr.contains("merge-runs: "), "{run:?}");
    assert!(!run.stderr.contains("clean-package-caches: "), "{run:?}");
    let run = folder.run(&["fix", "--ignore", "merge-runs,clean-package-caches"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
}

#[test]
fn unknown_passes_are_refused_with_the_names_of_all() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    for flag in ["--select", "--ignore"] {
        let run = folder.run(&["fix", flag, "merge-run"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.contains("invalid value 'merge-run'"), "{run:?}");
        assert!(run.stderr.contains("[possible values: "), "{run:?}");
        assert!(run.stderr.contains("a similar value exists: 'merge-runs'"), "{run:?}");
    }
}

#[test]
fn usage_errors_exit_with_two() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    for arguments in [
        &["fix", "--write", "--check"][..],
        &["fix", "--quiet", "--explain-declines"],
        &["fix", "--select", "no-such-pass"],
        &["fix", "--output-format", "no-such-format"],
        &["fix", "--no-such-flag"],
        &["explain", "no-such-pass"],
        &["no-such-command"],
        &[],
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
    }
    assert_eq!(folder.read("Dockerfile"), WASTEFUL);
}

#[test]
fn options_are_read_from_the_command_line_and_from_files() {
    let folder = Folder::with(&[
        ("Dockerfile", WASTEFUL),
        ("good.toml", "targets = [\"test\"]\n[merge-runs]\npolicy = \"logical\"\n"),
    ]);
    for config in ["merge-runs.policy = \"logical\"", "good.toml"] {
        let run = folder.run(&["fix", "--config", config, "--config", "targets = []"]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}

#[test]
fn wrong_options_are_refused_with_their_place() {
    let folder = Folder::with(&[
        ("Dockerfile", WASTEFUL),
        ("bad.toml", "targets = []\n\n[merge-runs]\npolicy = \"some\"\n"),
    ]);
    for (config, complaints) in [
        (
            "merge-runs.polcy = \"all\"",
            &["unknown key `polcy` in `merge-runs`; did you mean `policy`?"][..],
        ),
        ("nothing-like-it = 1", &["unknown key `nothing-like-it`; known are: ", "merge-runs"]),
        ("merge-runs.policy = all", &["error: --config merge-runs.policy = all: "]),
        ("targets = 3", &["`targets` has to be a list"]),
        ("targets = [3]", &["`targets` has to be a text in quotes"]),
        ("merge-runs = 3", &["`merge-runs` has to be a table"]),
        ("level = 3", &["`level` has to be one of safe, review, suggestion"]),
        (
            "ignore = [\"merge-run\"]",
            &["`ignore` cannot be `merge-run`; did you mean `merge-runs`?"],
        ),
        ("level = \"bold\"", &["`level` cannot be `bold`; known are: safe, review, suggestion"]),
        ("bad.toml", &["error: bad.toml:4:10: `merge-runs.policy` cannot be `some`"]),
        ("missing.toml", &["--config missing.toml: there is no such file"]),
    ] {
        let run = folder.run(&["fix", "--write", "--config", config]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{config}");
        for complaint in complaints {
            assert!(run.stderr.contains(complaint), "{config}: {complaint}: {run:?}");
        }
    }
    assert_eq!(folder.read("Dockerfile"), WASTEFUL);
}

#[test]
fn declines_are_explained_when_asked() {
    let text = "FROM debian:12\nRUN make\nRUN make install &\n";
    let folder = Folder::with(&[("Dockerfile", text)]);
    let run = folder.run(&["fix"]);
    assert!(!run.stderr.contains("left alone in"), "{run:?}");
    let run = folder.run(&["fix", "--explain-declines"]);
    assert!(run.stderr.contains("left alone in Dockerfile\n  line "), "{run:?}");
}
