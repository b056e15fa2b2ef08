//! The output for programs: is it what the readers of each format expect?

use serde_json::Value;

use super::{FINE, WASTEFUL};
use crate::program::{Folder, Run};

/// Two rewrites of different passes, one of them right only behind the other, an error, and a comment that is wrong.
const RICH: &str = "FROM debian:12\n# \u{1f433} whale\nENV A b\nRUN apt-get update\n\
                    RUN apt-get install -y curl\n# dockslim: keep merge-run\nRUN make\nRUM x\n";

/// Two places that would be laid out otherwise, behind a character that each unit counts in another way, and one that would not.
const ROUGH: &str =
    "FROM debian:12\n# \u{1f433}\nrun  a && \\\n  b\nRUN c\nRUN echo \u{1f433}   && d\n";

fn written_by(command: &str, format: &str, files: &[(&str, &str)]) -> Run {
    let run = Folder::with(files).run(&[command, "--check", "--quiet", "--output-format", format]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{run:?}");
    run
}

fn written(format: &str, files: &[(&str, &str)]) -> Run {
    written_by("fix", format, files)
}

fn json_by(command: &str, format: &str, files: &[(&str, &str)]) -> Value {
    serde_json::from_str(&written_by(command, format, files).stdout).unwrap()
}

fn json(format: &str, files: &[(&str, &str)]) -> Value {
    json_by("fix", format, files)
}

/// The byte of a place that counts lines and characters from 1.
fn byte(text: &str, line: &Value, column: &Value) -> usize {
    let (line, column) = (line.as_u64().unwrap() as usize, column.as_u64().unwrap() as usize);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let mut rest = text[start..].char_indices().map(|(at, _)| at).chain([text.len() - start]);
    start + rest.nth(column - 1).unwrap()
}

/// Replaces from the end, so that places stay right.
fn apply(text: &str, mut edits: Vec<(usize, usize, String)>) -> String {
    edits.sort();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, &new);
    }
    text
}

/// What the edits of a file in the page of JSON make of its text.
fn edited(text: &str, file: &Value) -> String {
    let edits = file["edits"].as_array().unwrap().iter().map(|edit| {
        let at = |index: usize| edit["bytes"][index].as_u64().unwrap() as usize;
        let by_place = byte(text, &edit["start"][0], &edit["start"][1]);
        assert_eq!(at(0), by_place, "bytes and lines name one place: {edit}");
        (at(0), at(1), edit["text"].as_str().unwrap().to_owned())
    });
    apply(text, edits.collect())
}

#[test]
fn the_edits_of_json_are_the_change() {
    let page = json("json", &[("a b/Dockerfile", RICH), ("Dockerfile", FINE)]);
    assert_eq!(page["version"], 1);
    assert_eq!(page["files"][0]["changed"], false, "{page:#}");
    let file = &page["files"][1];
    assert_eq!((&file["path"], &file["changed"]), (&"a b/Dockerfile".into(), &true.into()));
    let fixed = Folder::with(&[]).run_with_input(&["fix", "-"], RICH).stdout;
    assert_eq!(edited(RICH, file), fixed);
    let passes = |key: &str| -> Vec<&str> {
        file[key].as_array().unwrap().iter().map(|one| one["pass"].as_str().unwrap()).collect()
    };
    assert_eq!(passes("applied"), ["modern-env", "merge-runs", "clean-package-caches"], "{file:#}");
    assert_eq!(passes("offered"), ["slim-base", "no-install-recommends"], "{file:#}");
    assert_eq!(file["notes"][0]["reason"], "bad-keep", "{file:#}");
    assert_eq!(file["diagnostics"].as_array().unwrap().len(), 1, "{file:#}");
    assert_eq!(page["totals"]["rewrites"], 3);
}

/// What SARIF 2.1.0 asks of a log, 3.13 to 3.57, and whether each fix in it is right by itself. `results` and `fixes` is how many there are.
fn sarif_is_sound(command: &str, text: &str, results: usize, fixes: usize) {
    let log = json_by(command, "sarif", &[("a b/Dockerfile", text)]);
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-schema-2.1.0.json"));
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "dockslim");
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty(), "{rule}");
        assert!(
            ["warning", "error", "note"]
                .map(Value::from)
                .contains(&rule["defaultConfiguration"]["level"])
        );
    }
    let folder = Folder::with(&[("old", text)]);
    let found = run["results"].as_array().unwrap();
    assert_eq!(found.len(), results, "{found:#?}");
    let mut right = 0;
    for result in found {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().unwrap().ends_with('.'));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/Dockerfile");
        let region = &place["region"];
        let at = |region: &Value, edge: &str| {
            let (line, column) = (format!("{edge}Line"), format!("{edge}Column"));
            byte(text, &region[line.as_str()], &region[column.as_str()])
        };
        assert!(at(region, "start") <= at(region, "end"), "{region}");
        assert!(!result["partialFingerprints"]["dockslim/v1"].as_str().unwrap().is_empty());
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let change = &fix["artifactChanges"][0];
            assert_eq!(change["artifactLocation"]["uri"], "a%20b/Dockerfile");
            let edits = change["replacements"].as_array().unwrap().iter().map(|one| {
                let region = &one["deletedRegion"];
                let text = one["insertedContent"]["text"].as_str().unwrap();
                (at(region, "start"), at(region, "end"), text.to_owned())
            });
            let fixed = apply(text, edits.collect());
            assert_ne!(fixed, text);
            folder.write("new", fixed);
            assert_eq!(folder.run(&["prove", "--quiet", "old", "new"]).code, Some(0), "{fix:#}");
            right += 1;
        }
    }
    assert_eq!(right, fixes);
}

#[test]
fn sarif_is_as_its_standard_asks_and_each_fix_is_right_by_itself() {
    // The third rewrite is one of what the second makes.
    sarif_is_sound("fix", RICH, 5, 2);
    sarif_is_sound("fmt", ROUGH, 2, 2);
}

#[test]
fn layouts_are_told_place_by_place() {
    let files = [("Dockerfile", ROUGH)];
    let page = json_by("fmt", "json", &files);
    let file = &page["files"][0];
    let laid_out = Folder::with(&[]).run_with_input(&["fmt", "-"], ROUGH).stdout;
    assert_eq!(edited(ROUGH, file), laid_out);
    let places: Vec<(&Value, &Value)> = file["applied"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["start"][0], &one["end"][0]))
        .collect();
    assert_eq!(places, [(&3.into(), &4.into()), (&6.into(), &6.into())], "{file:#}");
    let github = written_by("fmt", "github", &files).stdout;
    let line =
        "::warning file=Dockerfile,line=3,endLine=4,title=dockslim fmt::these lines would be";
    assert!(github.starts_with(line), "{github}");
    let gitlab = json_by("fmt", "gitlab", &files);
    assert_eq!(gitlab[1]["location"]["lines"]["begin"], 6, "{gitlab:#}");
    let checkstyle = written_by("fmt", "checkstyle", &files).stdout;
    assert_eq!(checkstyle.matches("source=\"dockslim.fmt\"").count(), 2, "{checkstyle}");
    let markdown = written_by("fmt", "markdown", &files).stdout;
    assert!(markdown.starts_with("### dockslim: 1 of 1 file would be laid out"), "{markdown}");
    let diff = written_by("fmt", "diff", &files).stdout;
    assert!(diff.starts_with("--- a/Dockerfile\n+++ b/Dockerfile\n@@ "), "{diff}");
    let run = Folder::with(&files).run(&["fmt", "--check", "--exit-zero"]);
    assert_eq!((run.code, run.stdout.is_empty()), (Some(0), false), "{run:?}");
}

/// What "Code Quality report format" asks of an issue.
#[test]
fn gitlab_gets_its_required_fields_and_fingerprints_that_stay() {
    let pair = "RUN make a\nRUN make b\n";
    let twice = format!("FROM debian:12\n{pair}WORKDIR /srv\n{pair}");
    let issues = json("gitlab", &[("Dockerfile", &twice)]);
    let prints = |issues: &Value| -> Vec<String> {
        let issues = issues.as_array().unwrap().iter();
        issues.map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    for issue in issues.as_array().unwrap() {
        let name = issue["check_name"].as_str().unwrap();
        assert!(issue["description"].as_str().unwrap().starts_with(&format!("{name}: ")));
        assert_eq!(issue["severity"], "minor");
        assert_eq!(issue["location"]["path"], "Dockerfile");
    }
    let lines = |at: usize| issues[at]["location"]["lines"]["begin"].as_u64().unwrap();
    assert_eq!([0, 1].map(lines), [2, 5], "{issues:#}");
    let all = prints(&issues);
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), 2, "the same finding twice is two: {all:?}");
    let moved = json("gitlab", &[("Dockerfile", &format!("# new\n\n{twice}"))]);
    assert_eq!(prints(&moved), all, "a line above changes none");
}

#[test]
fn annotations_of_github() {
    let run = written("github", &[("a,b/Dockerfile", RICH)]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let beginnings = [
        "::warning file=a%2Cb/Dockerfile,line=3,endLine=3,title=dockslim modern-env::",
        "::warning file=a%2Cb/Dockerfile,line=4,endLine=5,title=dockslim merge-runs::2 adjacent",
        "::warning file=a%2Cb/Dockerfile,line=4,endLine=5,title=dockslim clean-package-caches::apt",
        "::notice file=a%2Cb/Dockerfile,line=6,endLine=6,title=dockslim bad-keep::`merge-run` is no",
        "::warning file=a%2Cb/Dockerfile,line=8,endLine=8,title=dockslim syntax::",
    ];
    assert_eq!(lines.len(), beginnings.len(), "{run:?}");
    for (line, beginning) in lines.into_iter().zip(beginnings) {
        assert!(line.starts_with(beginning), "{line}");
    }
}

#[test]
fn checkstyle_names_each_place() {
    let two = "FROM debian:12\nRUN make a\nRUN make b\n";
    let run = written("checkstyle", &[("a&b/Dockerfile", two), ("Dockerfile", FINE)]);
    let expected = r#"<?xml version="1.0" encoding="utf-8"?>
<checkstyle version="4.3">
  <file name="a&amp;b/Dockerfile">
    <error line="2" column="1" severity="warning" message="2 adjacent RUNs become one layer" source="dockslim.merge-runs"/>
  </file>
</checkstyle>
"#;
    assert_eq!(run.stdout, expected);
}

#[test]
fn markdown_shows_what_and_the_diff() {
    let run = written("markdown", &[("Dockerfile", WASTEFUL)]);
    assert!(run.stdout.starts_with("### dockslim: 2 rewrites in 1 file"), "{run:?}");
    assert!(run.stdout.contains("\n#### `Dockerfile`\n"), "{run:?}");
    assert!(run.stdout.contains("/transforms/merge_runs.rs) | 2 adjacent RUNs"), "{run:?}");
    assert!(run.stdout.contains("\n```diff\n@@ -1,3 +1,4 @@\n"), "{run:?}");
}

#[test]
fn git_applies_the_diff_for_reviews_without_a_flag() {
    let files = [("Dockerfile", WASTEFUL), ("my app/Dockerfile", WASTEFUL)];
    let diff = written("diff", &files).stdout;
    assert!(diff.starts_with("--- a/Dockerfile\n+++ b/Dockerfile\n@@ "), "{diff}");
    let (by_git, by_write) = (Folder::with(&files), Folder::with(&files));
    by_write.run(&["fix", "--write"]);
    let mut git = std::process::Command::new("git");
    git.arg("apply").current_dir(by_git.path(""));
    git.env("GIT_CEILING_DIRECTORIES", by_git.path("").parent().unwrap());
    assert_eq!(crate::program::run(&mut git, diff.as_bytes()).code, Some(0), "{diff}");
    for (path, _) in files {
        assert_eq!(by_git.read(path), by_write.read(path));
    }
}

#[test]
fn statistics_count_passes_and_reasons() {
    let waits = "FROM debian:12\nRUN make\nRUN make install &\n";
    let folder = Folder::with(&[("Dockerfile", WASTEFUL), ("waits.Dockerfile", waits)]);
    let run = folder.run(&["fix", "--statistics"]);
    assert!(run.stdout.contains("merge-runs: 1 rewritten, 0 offered, 1 left alone\n"), "{run:?}");
    assert!(run.stdout.contains("\n       1  background-job\n"), "{run:?}");
    let run = folder.run(&["fix", "--statistics", "--output-format", "json"]);
    let counts: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(counts["passes"]["merge-runs"]["applied"], 1);
    assert_eq!(counts["passes"]["merge-runs"]["declined"]["background-job"], 1);
    let run = folder.run(&["fix", "--statistics", "--output-format", "sarif"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
}

#[test]
fn check_may_find_something_and_succeed() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL)]);
    let run = folder.run(&["fix", "--check", "--exit-zero"]);
    assert_eq!((run.code, run.stdout.is_empty()), (Some(0), false), "{run:?}");
    let run = folder.run(&["fix", "--check", "--exit-zero", "missing"]);
    assert_eq!(run.code, Some(2), "an error is one all the same: {run:?}");
    let run = folder.run_with_input(&["fix", "--output-format", "json", "-"], WASTEFUL);
    let page: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(page["files"][0]["path"], "<stdin>");
    let run = folder.run(&["fix", "--output-format", "json", "missing", "Dockerfile"]);
    let page: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(page["errors"][0].as_str().unwrap().starts_with("missing: "), "{run:?}");
}

#[test]
fn what_could_not_be_read_is_in_every_report() {
    let folder = Folder::with(&[("Dockerfile", FINE), ("Dockerfile.broken", "FROM a\0b\n")]);
    for format in ["json", "github", "gitlab", "sarif", "checkstyle", "markdown"] {
        let run = folder.run(&["fix", "--check", "--output-format", format]);
        assert_eq!(run.code, Some(2), "{format}: {run:?}");
        assert!(run.stdout.contains("Dockerfile.broken"), "{format}: {run:?}");
    }
}
