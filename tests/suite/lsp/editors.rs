//! Does a real editor write on save what the command line writes?

use std::path::Path;
use std::process::Command;

use crate::program::{self, Folder};
use crate::sources::{self, dockerfiles, missing, root};

/// What a headless Neovim makes of a file that it opens and saves, with the configuration that is handed out and these commands in front;
/// `None` where there is no Neovim.
fn saved(text: &str, commands: &[&str]) -> Option<String> {
    if Command::new("nvim").arg("--version").output().is_err() {
        missing("Neovim", "install neovim");
        return None;
    }
    let folder = Folder::with(&[("Dockerfile", text)]);
    let mut editor = program::command(Path::new("nvim"), &folder.path(""));
    editor.args(["--headless", "-u", "NONE", "--cmd", "set nofixeol noswapfile"]);
    let program = format!("let g:dockslim_command = '{}'", env!("CARGO_BIN_EXE_dockslim"));
    let source = format!("luafile {}", root().join("editors/neovim/dockslim.lua").display());
    let saving = ["filetype on", source.as_str(), "edit Dockerfile", "write", "qa!"];
    for command in commands.iter().copied().chain([program.as_str()]).chain(saving) {
        editor.args(["-c", command]);
    }
    let run = program::run(&mut editor, b"");
    assert_eq!(run.code, Some(0), "{run:?}");
    Some(folder.read("Dockerfile"))
}

/// What a filter of the command line makes of it.
fn filtered(command: &str, text: &str) -> String {
    Folder::with(&[("Dockerfile", text)]).run_with_input(&[command, "--quiet", "-"], text).stdout
}

#[test]
fn neovim_saves_what_the_filter_gives() {
    let cases = dockerfiles(&root().join("tests/cases/merge-runs"));
    let mut rewritten = 0;
    for case in cases.iter().step_by(20).take(3) {
        let text = std::fs::read_to_string(case).unwrap();
        let expected = filtered("fix", &text);
        let Some(saved) = saved(&text, &[]) else { return };
        assert_eq!(saved, expected, "{}", case.display());
        rewritten += usize::from(expected != text);
    }
    assert!(rewritten > 0, "at least one of them changes");
}

/// Our own layouts, and a few files of the corpus where it is.
#[test]
fn neovim_formats_on_save_as_the_formatter_does() {
    let cases = dockerfiles(&root().join("tests/layouts"));
    let own = cases.iter().step_by(6).map(|case| std::fs::read_to_string(case).unwrap());
    let real = sources::corpus().into_iter().step_by(4000).map(|source| source.text.clone());
    let commands =
        ["let g:dockslim_fix_on_save = v:false", "let g:dockslim_format_on_save = v:true"];
    let mut rewritten = 0;
    for text in own.chain(real) {
        let expected = filtered("fmt", &text);
        let Some(saved) = saved(&text, &commands) else { return };
        assert_eq!(saved, expected, "{text}");
        rewritten += usize::from(expected != text);
    }
    assert!(rewritten > 3, "most of them change");
}

/// Neovim writes the newline that a file lacks, and the layout brings one as well.
#[test]
fn neovim_ends_a_file_with_one_newline() {
    for ends in ["set fixeol", "set nofixeol"] {
        let commands = [
            "let g:dockslim_fix_on_save = v:false",
            "let g:dockslim_format_on_save = v:true",
            ends,
        ];
        let Some(saved) = saved("FROM debian\nRUN a && \\\n b", &commands) else { return };
        assert_eq!(saved, "FROM debian\nRUN a \\\n    && b\n", "{ends}");
    }
}

#[test]
fn neovim_ends_the_last_line_once() {
    for text in ["from debian\nRUN a", "FROM debian\nRUN a && \\\n b", "from debian\nRUN a\n"] {
        let commands = ["set fixeol", "let g:dockslim_format_on_save = v:true"];
        let Some(saved) = saved(text, &commands) else { return };
        assert_eq!(saved, filtered("fmt", text));
    }
}

#[test]
fn neovim_fixes_and_formats_in_one_save() {
    let text = "from debian:12\nRUN a\nRUN b\n";
    let Some(saved) = saved(text, &["let g:dockslim_format_on_save = v:true"]) else { return };
    assert_eq!(saved, "FROM debian:12\nRUN a \\\n    && b\n");
}
