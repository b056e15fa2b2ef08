//! Is the repository in order: headers, file lengths, and the arrows between its crates?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::sources::root;

/// The folders that hold Rust.
const ROOMS: [&str; 8] =
    ["src", "syntax", "contract", "format", "transforms", "proof", "tests", "benches"];

/// The Rust files under a folder of the checkout, with their texts.
fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} holds Rust");
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn all_rust_files() -> Vec<(PathBuf, String)> {
    ROOMS.iter().flat_map(|room| rust_files(room)).collect()
}

/// What is code: no comments, and nothing behind `#[cfg(test)]`.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_member_is_looked_at() {
    let manifest = manifest(".");
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let members = members.iter().map(|member| member.as_str().unwrap());
    let unseen: Vec<&str> = members.filter(|member| !ROOMS.contains(member)).collect();
    assert_eq!(unseen, [""; 0], "add them to ROOMS");
}

#[test]
fn files_open_with_a_sentence() {
    for (path, text) in all_rust_files() {
        let first = text.lines().next().unwrap_or_default();
        let head = text.lines().take_while(|line| line.starts_with("//!"));
        let paragraph: Vec<&str> = head.take_while(|line| *line != "//!").collect();
        let sentence = paragraph.last().is_some_and(|line| line.ends_with(['.', '?', ':']));
        assert!(first.starts_with("//! ") && sentence, "{}: {first}", path.display());
    }
}

#[test]
fn files_are_short() {
    for (path, text) in all_rust_files() {
        let lines = text.lines().count();
        assert!(lines <= 600, "{} has {lines} lines: part it", path.display());
    }
}

#[test]
fn nothing_outside_of_tests_unwraps() {
    for (path, text) in all_rust_files() {
        if !path.starts_with(root().join("tests/suite")) {
            assert!(!code(&text).contains(".unwrap()"), "{}: say why it holds", path.display());
        }
    }
}

#[test]
fn crates_know_only_those_below() {
    let allowed = [
        ("syntax", &["nom"][..]),
        ("contract", &["dockslim-syntax", "strsim"]),
        ("format", &["dockslim-syntax"]),
        ("proof", &["dockslim-contract", "dockslim-syntax", "rustc-hash", "serde_json", "toml"]),
        (
            "transforms",
            &[
                "dockslim-contract",
                "dockslim-syntax",
                "rustc-hash",
                "schemars",
                "serde",
                "serde_json",
                "toml",
            ],
        ),
    ];
    for (member, allowed) in allowed {
        let manifest = manifest(member);
        let known: BTreeSet<&str> = allowed.iter().copied().collect();
        let named = manifest["dependencies"].as_table().unwrap();
        let named: BTreeSet<&str> = named.keys().map(String::as_str).collect();
        assert!(named.is_subset(&known), "{member} depends on {named:?}");
        assert!(
            manifest["lints"]["workspace"].as_bool().unwrap(),
            "{member} has the house's lints"
        );
    }
}

#[test]
fn only_syntax_knows_nom() {
    for room in ROOMS.iter().filter(|room| **room != "syntax" && **room != "tests") {
        for (path, text) in rust_files(room) {
            assert!(!code(&text).contains("nom::"), "{}", path.display());
        }
    }
    for (path, text) in rust_files("syntax") {
        let code = code(&text);
        let public = code.lines().map(str::trim_start);
        let mut public =
            public.filter(|line| line.starts_with("pub ") || line.starts_with("pub fn"));
        let leak = public.find(|line| line.contains("IResult") || line.contains("nom::"));
        assert_eq!(leak, None, "{}", path.display());
    }
}

#[test]
fn only_the_server_knows_the_protocol_of_editors() {
    let server = root().join("src/lsp");
    for (path, text) in rust_files("src").into_iter().filter(|(path, _)| !path.starts_with(&server))
    {
        assert!(!code(&text).contains("lsp_"), "{}", path.display());
    }
}

#[test]
fn only_the_front_end_touches_the_world() {
    for room in ["syntax", "contract", "format", "transforms", "proof"] {
        for (path, text) in rust_files(room) {
            for world in ["std::fs", "std::net", "std::env", "std::process", "std::io", "println!"]
            {
                assert!(!code(&text).contains(world), "{} uses {world}", path.display());
            }
        }
    }
}

#[test]
fn commands_in_the_documentation_exist() {
    let pages = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let mut seen = 0;
    for page in pages {
        for command in commands(&fs::read_to_string(&page).unwrap()) {
            seen += 1;
            let mut words = command.split_whitespace().skip(1).peekable();
            let subcommand = words.next_if(|word| word.chars().all(|c| c.is_ascii_lowercase()));
            let help = help(subcommand);
            for flag in words.filter(|word| word.starts_with("--")) {
                let name = flag.split(['=', '[']).next().unwrap();
                assert!(help.contains(name), "{}: `{command}`: no {name}", page.display());
            }
        }
    }
    assert!(seen > 0, "the pages show how to call the program");
}

/// What a page shows as `dockslim …`, in code blocks and in running text.
fn commands(page: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            found.push(line.trim_start().trim_start_matches("$ "));
        } else {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found.retain(|text| text.starts_with("dockslim "));
    let plain = |text: &'_ str| text.find(['|', '#', '<', '>', '&']).unwrap_or(text.len());
    found.into_iter().map(|text| &text[..plain(text)]).collect()
}

fn help(subcommand: Option<&str>) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dockslim"));
    let output = command.args(subcommand).arg("--help").output().unwrap();
    assert!(output.status.success(), "dockslim {subcommand:?} --help");
    String::from_utf8(output.stdout).unwrap()
}

fn manifest(member: &str) -> toml::Table {
    fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap().parse().unwrap()
}
