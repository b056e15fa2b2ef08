//! Does a real editor write on save what the command line writes?

use std::path::Path;
use std::process::Command;

use crate::program::{self, Folder};
use crate::sources::{dockerfiles, root};

/// Neovim opens each file and saves it, with the configuration that is handed out. A machine without Neovim says so and goes on.
#[test]
fn neovim_saves_what_the_filter_gives() {
    if Command::new("nvim").arg("--version").output().is_err() {
        println!("not asked: there is no Neovim here");
        return;
    }
    let configuration = root().join("editors/neovim/dockslim.lua");
    let cases = dockerfiles(&root().join("tests/cases/merge-runs"));
    let mut rewritten = 0;
    for case in cases.iter().step_by(20).take(3) {
        let text = std::fs::read_to_string(case).unwrap();
        let folder = Folder::with(&[("Dockerfile", &text)]);
        let expected = folder.run_with_input(&["fix", "--quiet", "-"], &text).stdout;
        let mut editor = program::command(Path::new("nvim"), &folder.path(""));
        editor.args(["--headless", "-u", "NONE", "--cmd", "set nofixeol noswapfile"]);
        let program = format!("let g:dockslim_command = '{}'", env!("CARGO_BIN_EXE_dockslim"));
        let source = format!("luafile {}", configuration.display());
        for command in [&program, "filetype on", &source, "edit Dockerfile", "write", "qa!"] {
            editor.args(["-c", command]);
        }
        let run = program::run(&mut editor, b"");
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(folder.read("Dockerfile"), expected, "{}: {run:?}", case.display());
        rewritten += usize::from(expected != text);
    }
    assert!(rewritten > 0, "at least one of them changes");
}
