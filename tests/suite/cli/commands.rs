//! The commands that explain the program.

use crate::program::Folder;

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
