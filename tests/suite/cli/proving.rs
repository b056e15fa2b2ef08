//! `dockslim prove`: verdicts, exit codes, and what may differ.

use serde_json::Value;

use super::{FINE, WASTEFUL};
use crate::program::{Folder, Run};

fn prove(old: &str, new: &str, options: &[&str]) -> Run {
    let folder = Folder::with(&[("old", old), ("new", new)]);
    folder.run(&[&["prove", "old", "new"], options].concat())
}

fn verdict(run: &Run) -> &str {
    run.stdout.lines().next().unwrap_or_default()
}

#[test]
fn each_verdict_has_an_exit_code() {
    let same =
        prove(WASTEFUL, &WASTEFUL.replace("\nRUN apt-get install", " && apt-get install"), &[]);
    assert_eq!((same.code, verdict(&same)), (Some(0), "equal: both files build the same"));
    let other = prove(WASTEFUL, FINE, &[]);
    assert_eq!(other.code, Some(1), "{other:?}");
    assert!(verdict(&other).starts_with("different: new:"), "{other:?}");
    let unread = |word: &str| format!("FROM debian:12\nRUN if {word}\n");
    let unknown = prove(&unread("a"), &unread("b"), &[]);
    assert_eq!(unknown.code, Some(3), "{unknown:?}");
    assert!(verdict(&unknown).starts_with("unknown: "), "{unknown:?}");
    let missing = Folder::with(&[("old", FINE)]).run(&["prove", "old", "new"]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
}

#[test]
fn the_normal_forms_stand_beside_each_other_unless_quiet() {
    let loud = prove("FROM a\nRUN one\n", "FROM a\nRUN two\n", &[]);
    assert!(
        loud.stdout
            .lines()
            .any(|line| line.contains("one") && line.contains("| ") && line.contains("two"))
    );
    let quiet = prove("FROM a\nRUN one\n", "FROM a\nRUN two\n", &["--quiet"]);
    assert_eq!(quiet.stdout, format!("{}\n", verdict(&loud)));
}

#[test]
fn an_image_holds_less_only_if_that_is_allowed() {
    let new = WASTEFUL.replace("install", "install --no-install-recommends");
    assert_eq!(prove(WASTEFUL, &new, &[]).code, Some(1));
    let allowed = prove(WASTEFUL, &new, &["--allow", "recommendations"]);
    assert_eq!(allowed.code, Some(0), "{allowed:?}");
    assert!(verdict(&allowed).ends_with("but for what was allowed"), "{allowed:?}");
    let harmless = WASTEFUL.replace("curl", "curl && rm -rf /var/lib/apt/lists/*");
    let harmless = prove(WASTEFUL, &harmless, &[]);
    assert!(verdict(&harmless).ends_with("but for what nobody misses"), "{harmless:?}");
}

#[test]
fn programs_get_places_and_kinds() {
    let new = WASTEFUL.replace("curl", "curl && rm -rf /var/lib/apt/lists/*");
    let run = prove(WASTEFUL, &new, &["--output-format", "json"]);
    let short = prove(WASTEFUL, &new, &["--format", "json"]);
    assert_eq!(short.stdout, run.stdout);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["verdict"], "equal");
    assert_eq!(told["differences"][0]["kind"], "cache-removal");
    assert_eq!(told["differences"][0]["after"]["line"], 3);
}

#[test]
fn the_build_context_decides_about_moved_copies() {
    let old = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
    let new = "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";
    let folder = Folder::with(&[
        ("app/Dockerfile", new),
        ("app/.dockerignore", "node_modules\n"),
        ("app/package.json", "{}"),
        ("app/package-lock.json", "{}"),
        ("elsewhere/old", old),
        ("empty/package.json", "not JSON"),
    ]);
    let prove = |options: &[&str]| folder.run_with_input(&[&["prove"], options].concat(), old).code;
    // That of the new file is looked for where the old one has none.
    assert_eq!(prove(&["-", "app/Dockerfile"]), Some(0));
    assert_eq!(prove(&["elsewhere/old", "app/Dockerfile", "--context", "app"]), Some(0));
    assert_eq!(prove(&["elsewhere/old", "app/Dockerfile", "--context", "empty"]), Some(1));
    assert_eq!(prove(&["elsewhere/old", "app/Dockerfile", "--context", "missing"]), Some(2));
}

#[test]
fn standard_input_is_one_file() {
    let run = Folder::with(&[]).run_with_input(&["prove", "-", "-"], FINE);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("name the other one by its path"), "{run:?}");
}
