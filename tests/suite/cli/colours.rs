//! Colours are for terminals, and never get into a file.

use super::WASTEFUL;
use crate::program::{self, Folder};

const ESCAPE: char = '\u{1b}';

#[test]
fn only_a_terminal_gets_colours_unasked() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    for (flag, variable, coloured) in [
        (None, None, false),
        (None, Some("CLICOLOR_FORCE"), true),
        (None, Some("NO_COLOR"), false),
        (Some("always"), None, true),
        (Some("always"), Some("NO_COLOR"), true),
        (Some("never"), Some("CLICOLOR_FORCE"), false),
    ] {
        let mut command = folder.command();
        command.arg("fix");
        if let Some(flag) = flag {
            command.args(["--color", flag]);
        }
        if let Some(variable) = variable {
            command.env(variable, "1");
        }
        let run = program::run(&mut command, b"");
        assert_eq!(run.stdout.contains(ESCAPE), coloured, "{flag:?} {variable:?} {run:?}");
        assert_eq!(run.stderr.contains(ESCAPE), coloured, "{flag:?} {variable:?} {run:?}");
    }
}

#[test]
fn colours_only_add_to_the_diff() {
    let text = format!("{WASTEFUL}COPY a /b\n\nCOPY c /d");
    let folder = Folder::with(&[("Dockerfile", &text)]);
    let coloured = folder.run(&["fix", "--color", "always"]).stdout;
    let plain = folder.run(&["fix"]).stdout;
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn escapes_of_the_file_itself_stay_in_the_diff() {
    let line = format!("LABEL colour=\"{ESCAPE}[31mred\"\n");
    let folder = Folder::with(&[("Dockerfile", &format!("{WASTEFUL}{line}"))]);
    let run = folder.run(&["fix"]);
    assert!(run.stdout.ends_with(&format!(" {line}")), "{run:?}");
}

#[test]
fn a_filter_never_prints_colours() {
    let folder = Folder::with(&[]);
    let run = folder.run_with_input(&["fix", "--color", "always", "-"], WASTEFUL);
    assert_eq!(run.stdout, folder.run_with_input(&["fix", "-"], WASTEFUL).stdout);
    assert!(!run.stdout.contains(ESCAPE), "{run:?}");
}
