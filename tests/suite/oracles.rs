//! Second opinions from outside: BuildKit's own parser and real shells.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rayon::prelude::*;
use serde::Deserialize;

use crate::sources::{Source, missing, root};

/// An instruction as BuildKit's parser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Seen {
    pub(crate) cmd: String,
    pub(crate) sub_cmd: Option<String>,
    pub(crate) json: bool,
    pub(crate) flags: Vec<String>,
    pub(crate) value: Vec<String>,
    pub(crate) heredocs: Vec<SeenHeredoc>,
    pub(crate) start_line: usize,
    pub(crate) end_line: usize,
}

/// A here-document as BuildKit's parser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct SeenHeredoc {
    pub(crate) name: String,
    pub(crate) content: String,
}

/// The instructions of a file, or why it is refused.
pub(crate) type Parsed = Result<Vec<Seen>, String>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Instructions { instructions: Vec<Seen> },
    Error { error: String },
}

/// What BuildKit's parser says to each text, or `None` if it is not installed.
pub(crate) fn buildkit(texts: &[&str]) -> Option<Vec<Parsed>> {
    static PRESENT: OnceLock<bool> = OnceLock::new();
    let how = "pip install -r tests/oracles/requirements.txt";
    let present =
        PRESENT.get_or_init(|| present("buildkit.py", &["--version"], "BuildKit's parser", how));
    present.then(|| {
        let answers = ask("buildkit.py", texts, |text| format!("{}\n{text}", text.len()));
        let parsed =
            answers.into_par_iter().map(|line| match serde_json::from_str(&line).unwrap() {
                Answer::Instructions { instructions } => Ok(instructions),
                Answer::Error { error } => Err(error),
            });
        parsed.collect()
    })
}

/// Fails where a new text of a source is refused though the old one was not, or with what speaks against the instructions of the
/// two.
#[track_caller]
pub(crate) fn assert_of_change(
    changed: &[(&Source, String)],
    complaint: impl Fn(&[Seen], &[Seen]) -> Option<String>,
) {
    let before: Vec<&str> = changed.iter().map(|(source, _)| source.text.as_str()).collect();
    let after: Vec<&str> = changed.iter().map(|(_, text)| text.as_str()).collect();
    let Some(before) = buildkit(&before) else { return };
    let Some(after) = buildkit(&after) else { return };
    for ((source, text), (before, after)) in changed.iter().zip(before.iter().zip(&after)) {
        let Ok(before) = before else { continue };
        let Ok(after) = after else { panic!("{}: {after:?}\n{text}", source.name) };
        assert_eq!(complaint(before, after), None, "{}\n{text}", source.name);
    }
}

/// Whether each script is one to the shell beside it; `None` if a shell is not installed.
pub(crate) fn shells(scripts: &[(&str, &str)]) -> Option<Vec<Verdict>> {
    static PRESENT: OnceLock<bool> = OnceLock::new();
    let how = "install bash, dash and busybox";
    let present = PRESENT.get_or_init(|| present("shell.py", &[], "a shell", how));
    present.then(|| {
        let record = |(shell, script): &(&str, &str)| format!("{shell} {}\n{script}", script.len());
        let answers = ask("shell.py", scripts, record);
        answers.into_iter().map(Verdict).collect()
    })
}

/// What a shell says of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict(pub(crate) String);

impl Verdict {
    pub(crate) fn accepts(&self) -> bool {
        !self.0.starts_with("rejected")
    }
}

fn oracle(script: &str) -> Command {
    let mut command = Command::new("python3");
    command.arg(root().join("tests/oracles").join(script));
    command
}

fn present(script: &str, arguments: &[&str], what: &str, how: &str) -> bool {
    let run = oracle(script).args(arguments).stdin(Stdio::null()).output();
    let present = run.is_ok_and(|output| output.status.success());
    if !present {
        missing(what, how);
    }
    present
}

/// Sends the records to the oracle, one process for each core, and gives a line for each.
fn ask<T: Sync>(
    script: &str,
    questions: &[T],
    record: impl Fn(&T) -> String + Sync,
) -> Vec<String> {
    let share = questions.len().div_ceil(rayon::current_num_threads()).max(1);
    let answers = std::thread::scope(|scope| {
        let workers: Vec<_> = questions
            .chunks(share)
            .map(|part| {
                (part, oracle(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
            })
            .map(|(part, mut child)| {
                let mut input = child.stdin.take().unwrap();
                let record = &record;
                scope.spawn(move || {
                    part.iter()
                        .for_each(|question| input.write_all(record(question).as_bytes()).unwrap());
                });
                scope.spawn(move || {
                    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
                    let lines: Vec<String> = lines.map(Result::unwrap).collect();
                    assert!(child.wait().unwrap().success(), "{script} ends well");
                    lines
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(answers.len(), questions.len(), "{script} answers every question");
    answers
}
