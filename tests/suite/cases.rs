//! What exactly becomes of each case, and what is said about it?
//!
//! `tests/cases/PASS/a-sentence.Dockerfile` is fixed by that pass alone, and the answer must be
//! `snapshots/PASS/a-sentence.diff`, byte for byte; `UPDATE_SNAPSHOTS=1` writes it. A file
//! `a-sentence.toml` beside the case holds options as a user writes them, `level` for a bolder one, `file-name` for another name, and
//! in `[context]` the build context, a path and its text for each file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dockslim::engine::{Settings, fix};
use dockslim_contract::Safety;
use dockslim_transforms::{NAMES, Options, PIPELINE};
use rayon::prelude::*;

use crate::contexts::context;
use crate::rendering::page;
use crate::sources::{assert_none, dockerfiles, root};

#[test]
fn cases_give_their_snapshots() {
    let mut expected = BTreeSet::new();
    let mut complaints = Vec::new();
    for case in dockerfiles(&root().join("tests/cases")) {
        let snapshot = snapshot_of(&case);
        let before = fs::read_to_string(&case).unwrap();
        let answer = page(&before, &fix(&before, &settings(&case)));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(snapshot.parent().unwrap()).unwrap();
            fs::write(&snapshot, &answer).unwrap();
        }
        let recorded = fs::read_to_string(&snapshot).unwrap_or_default();
        if recorded != answer {
            complaints.push(format!("{}\n{answer}", snapshot.display()));
        }
        expected.insert(snapshot);
    }
    assert!(
        complaints.is_empty(),
        "{} cases differ from their snapshots; read these, and run the tests with \
         UPDATE_SNAPSHOTS=1 if they are right\n\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    let mut recorded: BTreeSet<PathBuf> = files(&root().join("snapshots")).into_iter().collect();
    recorded.retain(|path| !path.starts_with(root().join("snapshots/fmt")));
    assert_eq!(recorded, expected, "each snapshot has a case");
}

#[test]
fn options_stand_beside_cases() {
    let options = files(&root().join("tests/cases"));
    for path in options.iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        assert!(path.with_extension("Dockerfile").is_file(), "{} has no case", path.display());
    }
}

#[test]
fn each_reason_to_decline_has_a_case() {
    let cases = dockerfiles(&root().join("tests/cases"));
    let declined = cases.iter().flat_map(|case| {
        let text = fs::read_to_string(case).unwrap();
        fix(&text, &settings(case)).declined
    });
    let seen: BTreeSet<(&str, &str)> = declined.map(|one| (one.pass, one.reason)).collect();
    for pass in PIPELINE {
        let names = pass.declines.iter().map(|reason| reason.name);
        let unseen: Vec<&str> = names.filter(|name| !seen.contains(&(pass.name, name))).collect();
        assert_eq!(unseen, [""; 0], "reasons of {} without a case", pass.name);
    }
}

/// Cases have build contexts, by which one pass may open the way for another.
#[test]
fn all_passes_do_at_once_what_they_would_do_in_two_runs() {
    let cases = dockerfiles(&root().join("tests/cases"));
    assert_none(cases.into_par_iter().flat_map_iter(|case| {
        let mut settings = settings(&case);
        (settings.select, settings.level) = (Vec::new(), Safety::Suggestion);
        let once = fix(&fs::read_to_string(&case).unwrap(), &settings).text;
        let twice = fix(&once, &settings).text;
        (once != twice).then(|| format!("{}\n{once}\nand then\n{twice}", case.display()))
    }));
}

fn snapshot_of(case: &Path) -> PathBuf {
    let path = case.strip_prefix(root().join("tests/cases")).unwrap();
    root().join("snapshots").join(path).with_extension("diff")
}

/// The pass of the case's folder, with the options beside it.
fn settings(case: &Path) -> Settings {
    let pass = case.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    assert!(NAMES.contains(&pass.as_str()), "{pass} is no pass");
    let text = fs::read_to_string(case.with_extension("toml")).unwrap_or_default();
    let mut table: toml::Table = text.parse().unwrap();
    let level = table.remove("level");
    let described = table.remove("context");
    let context = described.map(|files| context(files.as_table().unwrap()));
    let named = |name: &str| {
        let mut levels = [Safety::Safe, Safety::Review, Safety::Suggestion].into_iter();
        levels.find(|level| level.name() == name).unwrap()
    };
    let level = level.map_or(Safety::Safe, |level| named(level.as_str().unwrap()));
    let file_name = table.remove("file-name").map(|name| name.as_str().unwrap().to_owned());
    let options = Options { file_name, ..table.try_into().unwrap() };
    Settings { level, select: vec![pass], options, context, ..Settings::default() }
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
