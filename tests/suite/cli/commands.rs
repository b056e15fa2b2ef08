//! The commands that explain the program.

use std::path::Path;

use crate::program::{self, Folder};

#[test]
fn every_pass_that_is_listed_is_explained() {
    let folder = Folder::with(&[]);
    let passes = folder.run(&["passes"]);
    assert_eq!((passes.code, passes.stderr.as_str()), (Some(0), ""));
    let names: Vec<_> = passes.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"merge-runs"), "{passes:?}");
    let overview = folder.run(&["explain"]).stdout;
    for name in names {
        assert!(overview.contains(&format!("\n  {name} ")), "{overview}");
        let page = folder.run(&["explain", name]);
        assert_eq!(page.code, Some(0));
        for part in [&format!("# {name}\n"), "```dockerfile before\n", "```dockerfile after\n"] {
            assert!(page.stdout.contains(part), "{part}: {page:?}");
        }
        let styled = folder.run(&["explain", name, "--color", "always"]).stdout;
        assert!(!styled.contains("```"), "{styled}");
        assert!(styled.contains("\u{1b}["), "{styled}");
    }
}

#[test]
fn the_overview_explains_the_levels() {
    let run = Folder::with(&[]).run(&["explain"]);
    assert_eq!(run.code, Some(0));
    for word in ["`safe`", "`review`", "`suggestion`", "--explain-declines"] {
        assert!(run.stdout.contains(word), "{word}: {run:?}");
    }
}

#[test]
fn the_long_help_has_examples() {
    let folder = Folder::with(&[]);
    for (arguments, examples) in [
        (&["--help"][..], true),
        (&["-h"], false),
        (&["fix", "--help"], true),
        (&["fix", "-h"], false),
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        assert_eq!(run.stdout.contains("Examples:\n"), examples, "{arguments:?}");
    }
    let version = folder.run(&["--version"]).stdout;
    assert_eq!(version, format!("dockslim {}\n", env!("CARGO_PKG_VERSION")));
}

/// Asks the shell itself, where there is one, whether it can read the script.
#[test]
fn shells_can_read_their_completions() {
    let folder = Folder::with(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = folder.run(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        assert!(run.stdout.contains("explain-declines"), "{shell}: {run:?}");
        if shell == "bash" {
            folder.write("completions", &run.stdout);
            let mut command = program::command(Path::new("bash"), &folder.path(""));
            let read = program::run(command.args(["-n", "completions"]), b"");
            assert_eq!((read.code, read.stderr.as_str()), (Some(0), ""));
        }
        if shell == "fish" {
            let explain = run.stdout.lines().find(|line| line.contains("explain\" -f -a \"split"));
            assert!(explain.is_some_and(|line| line.contains("merge-runs")), "{run:?}");
        }
    }
}

#[test]
fn the_last_word_of_a_list_is_completed() {
    let folder = Folder::with(&[]);
    folder.write("completions", &folder.run(&["completions", "bash"]).stdout);
    let script = "source ./completions
        COMP_WORDS=(dockslim fix --select merge-runs,cl) COMP_CWORD=3
        _dockslim dockslim merge-runs,cl --select
        echo \"${COMPREPLY[@]}\"";
    let mut command = program::command(Path::new("bash"), &folder.path(""));
    let run = program::run(command.args(["-c", script]), b"");
    assert_eq!(run.stdout, "merge-runs,clean-package-caches\n", "{run:?}");
}

#[test]
fn manual_pages_are_written_for_each_command() {
    let folder = Folder::with(&[]);
    let page = folder.run(&["man"]).stdout;
    assert!(page.contains(".TH dockslim 1"), "{page}");
    let run = folder.run(&["man", "share/man1"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    assert!(folder.read("share/man1/dockslim.1").contains("dockslim\\-fix"));
    assert!(folder.read("share/man1/dockslim-fix.1").contains("\\-\\-check"));
    assert!(folder.read("share/man1/dockslim-fix.1").contains("fix\\fR [OPTIONS] [PATH]..."));
    let file = folder.run(&["man", "share/man1/dockslim.1"]);
    assert_eq!(file.code, Some(2), "{file:?}");
}
