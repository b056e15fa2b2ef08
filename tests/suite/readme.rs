//! Is what the README shows what happens?

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use dockslim_contract::Safety;
use dockslim_transforms::PIPELINE;
use serde_norway::Value as Yaml;

use crate::program::{self, Folder};
use crate::sources::root;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The fenced blocks of a language, in their order.
fn blocks(language: &str) -> Vec<String> {
    let readme = readme();
    let mut blocks = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        let Some(opened) = line.strip_prefix("```") else { continue };
        let body = lines.by_ref().take_while(|line| *line != "```");
        let text: String = body.flat_map(|line| [line, "\n"]).collect();
        if opened == language {
            blocks.push(text);
        }
    }
    blocks
}

#[test]
fn diffs_are_what_fix_prints() {
    let diffs = blocks("diff");
    assert!(!diffs.is_empty(), "the README shows what the program does");
    for diff in &diffs {
        let path = diff.lines().next().unwrap().strip_prefix("--- ").unwrap();
        let mut command = program::command(env!("CARGO_BIN_EXE_dockslim").as_ref(), root());
        let run = program::run(command.args(["fix", "--isolated", "--quiet", path]), b"");
        assert_eq!((run.code, &run.stdout), (Some(0), diff), "{path}");
    }
}

#[test]
fn the_layout_is_what_fmt_writes() {
    let blocks = blocks("dockerfile");
    let run = Folder::with(&[]).run_with_input(&["fmt", "--isolated", "-"], &blocks[0]);
    assert_eq!(run.stdout, blocks[1]);
}

#[test]
fn the_comment_keeps_what_it_names() {
    let kept = &blocks("dockerfile")[2];
    assert!(kept.starts_with("# dockslim: keep merge-runs"), "{kept}");
    let text = format!("FROM debian:12-slim\n{kept}RUN make install\n");
    let folder = Folder::with(&[("Dockerfile", &text)]);
    let run = folder.run(&["fix", "--isolated", "--check"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(0), 1), "{run:?}");
    folder.write("Dockerfile", text.replace("# dockslim", "# docks"));
    assert_eq!(folder.run(&["fix", "--isolated", "--check"]).code, Some(1));
}

#[test]
fn the_configuration_is_understood() {
    let [configuration] = &blocks("toml")[..] else { panic!("there is one") };
    let folder = Folder::with(&[
        ("dockslim.toml", configuration),
        ("Dockerfile", "FROM debian:12-slim\n"),
        ("images/base/Dockerfile", "FROM debian:12-slim\n"),
    ]);
    for (path, level) in [("Dockerfile", "review"), ("images/base/Dockerfile", "safe")] {
        let run = folder.run(&["config", path]);
        assert!(run.stdout.contains(&format!("level = \"{level}\"")), "{path}: {run:?}");
        assert!(run.stdout.contains("merge-runs.policy = \"logical\""), "{path}: {run:?}");
    }
}

/// What CI is told exists: inputs of the action, hooks, and commands.
#[test]
fn pipelines_name_what_there_is() {
    let read = |name: &str| -> Yaml {
        serde_norway::from_str(&fs::read_to_string(root().join(name)).unwrap()).unwrap()
    };
    let (action, hooks) = (read("action.yml"), read(".pre-commit-hooks.yaml"));
    let mut seen = BTreeMap::new();
    for block in blocks("yaml") {
        let page: Yaml = serde_norway::from_str(&block).unwrap();
        let begins = ["pull_request", "push"].map(Yaml::from);
        assert!(page["jobs"].is_null() || begins.contains(&page["on"]), "{block}");
        for step in page["jobs"]["dockslim"]["steps"].as_sequence().into_iter().flatten() {
            if step["uses"].as_str().is_some_and(|name| name.starts_with("dockslim/dockslim@")) {
                for input in step["with"].as_mapping().unwrap().keys() {
                    assert!(action["inputs"].get(input).is_some(), "{input:?}");
                    *seen.entry("input").or_insert(0) += 1;
                }
            }
        }
        for repository in page["repos"].as_sequence().into_iter().flatten() {
            for hook in repository["hooks"].as_sequence().unwrap() {
                let mut known = hooks.as_sequence().unwrap().iter();
                assert!(known.any(|known| known["id"] == hook["id"]), "{hook:?}");
                *seen.entry("hook").or_insert(0) += 1;
            }
        }
        for line in page["dockslim"]["script"].as_sequence().into_iter().flatten() {
            let folder = repository();
            let run = shell(&folder, line.as_str().unwrap());
            assert_eq!(run.code, Some(1), "--check finds something: {run:?}");
            assert!(folder.read("gl-code-quality-report.json").starts_with("[\n"));
            *seen.entry("script").or_insert(0) += 1;
        }
    }
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), ["hook", "input", "script"]);
}

#[test]
fn names_that_are_said_to_be_found_are_found() {
    let readme = readme();
    let told = readme.lines().find_map(|line| line.split_once(" are found in folders")).unwrap().0;
    let names: Vec<String> =
        told.split('`').skip(1).step_by(2).map(|name| name.replace('*', "any")).collect();
    assert!(names.len() > 5, "{names:?}");
    let files: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), "FROM debian:12-slim\nRUN a\nRUN b\n")).collect();
    let run = Folder::with(&files).run(&["fix"]);
    for name in &names {
        assert!(run.stdout.contains(&format!("--- {name}\n")), "{name}: {run:?}");
    }
}

#[test]
fn levels_of_the_passes_are_those_of_the_program() {
    let readme = readme();
    for pass in PIPELINE {
        let row = format!("| {} | ", pass.name);
        let cell = readme.lines().find_map(|line| line.strip_prefix(&row)).unwrap();
        let told = cell.split(" | ").next().unwrap();
        for level in [Safety::Safe, Safety::Review, Safety::Suggestion] {
            let says = told.contains(level.name());
            assert_eq!(says, pass.levels.contains(&level), "{}: {told}", pass.name);
        }
    }
}

/// A repository with what the commands of the README speak of.
fn repository() -> Folder {
    let text = "FROM debian:12-slim\nRUN make\nRUN make install\n";
    let folder = Folder::with(&[
        ("Dockerfile", text),
        ("Dockerfile.new", &text.replace("\nRUN make install", " && make install")),
        ("app.py", ""),
        ("api/Dockerfile", text),
    ]);
    let made = shell(
        &folder,
        "git init -q && git add . && git -c user.name=a -c user.email=a@b commit -qm a",
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    folder
}

/// Runs a line of a shell in a folder, with the program on PATH.
fn shell(folder: &Folder, line: &str) -> program::Run {
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_dockslim")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder.path(""));
    command.env("PATH", format!("{}:{path}", bin.display()));
    program::run(&mut command, b"")
}

#[test]
fn commands_do_what_they_are_shown_for() {
    let readme = readme();
    let shown = readme.lines().filter_map(|line| line.strip_prefix("    "));
    let commands: Vec<&str> = shown.filter(|line| line.starts_with("dockslim ")).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for line in commands {
        let command = line.split("  #").next().unwrap();
        // What builds is tried with builders elsewhere.
        if command.starts_with("dockslim verify") || command.contains("--verify") {
            continue;
        }
        let run = shell(&repository(), command);
        let wanted = if command.contains("--check") { 1 } else { 0 };
        assert_eq!(run.code, Some(wanted), "{command}: {run:?}");
        assert!(!run.stderr.contains("error"), "{command}: {run:?}");
    }
}
