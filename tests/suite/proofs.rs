//! What the proof says of pairs of files, each written for one trap: its answer stands beside them, and what COPY sees in
//! `.context.toml`.

use std::fs;
use std::path::Path;

use dockslim_proof::{Prover, Verdict};
use dockslim_syntax::parse;

use crate::contexts::context;

/// The pairs under `tests/proofs`, by folder and name.
fn pairs() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs");
    let mut found = Vec::new();
    for folder in fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            if let Some(name) = name.strip_suffix(".before.Dockerfile") {
                let after = root.join(format!("{name}.after.Dockerfile"));
                let text = |path: &Path| fs::read_to_string(path).unwrap();
                found.push((name.to_owned(), text(&path), text(&after)));
            }
        }
    }
    found.sort();
    found
}

fn verdict(name: &str, before: &str, after: &str) -> Verdict {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/proofs/{name}.context.toml"));
    let context = fs::read_to_string(path).ok().map(|text| context(&text.parse().unwrap()));
    let (before, after) = (parse(before), parse(after));
    let mut prover = Prover::default();
    let one = prover.build(&before);
    let two = prover.build_like(&after, &one);
    prover.compare(&one, &two, context.as_deref())
}

#[test]
fn verdicts_are_those_that_were_read() {
    let pairs = pairs();
    assert!(pairs.len() > 40, "the pairs are found");
    let mut wrong = Vec::new();
    for (name, before, after) in pairs {
        let told = match verdict(&name, &before, &after) {
            Verdict::Equal(accepted) => {
                let kinds =
                    accepted.iter().map(|it| format!("{}: {}\n", it.difference.name(), it.message));
                format!("equal\n{}", kinds.collect::<String>())
            }
            Verdict::Different(gap) => format!("different\n{}\n", gap.message),
            Verdict::Unknown(gap) => format!("unknown\n{}\n", gap.message),
        };
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/proofs/{name}.verdict.txt"));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &told).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != told {
            wrong.push(format!("{name}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn what_another_build_has_worked_out_is_the_same_that_is_worked_out_alone() {
    for (name, before, after) in pairs() {
        // What is the same in both stands elsewhere in this one.
        let moved = format!("# a comment in front\n{after}");
        let (before, after, moved) = (parse(&before), parse(&after), parse(&moved));
        let mut prover = Prover::default();
        let known = prover.build(&before);
        for file in [&after, &moved] {
            let alone = format!("{:?}", prover.build(file));
            assert_eq!(alone, format!("{:?}", prover.build_like(file, &known)), "{name}");
        }
    }
}

#[test]
fn a_file_is_equal_to_itself_in_other_clothes() {
    for (name, before, _) in pairs() {
        let lines: Vec<&str> = before.lines().collect();
        let spaced = format!("{}\n\n# a comment\n", lines.join("\n"));
        assert_eq!(verdict(&name, &before, &spaced), Verdict::Equal(Vec::new()), "{name}");
    }
}
