//! Do real shells see no difference where the proof says that there is none?
//!
//! `DOCKSLIM_EXECUTED_CASES` says how many pairs of files are to be run, `DOCKSLIM_EXECUTED_SEED` by which
//! lot they are drawn: the same seed draws the same pairs.

mod candidates;
mod generator;
mod sandbox;
mod tree;
mod words;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use dockslim_proof::{Verdict, prove};
use dockslim_syntax::parse;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rayon::prelude::*;

use candidates::{Candidate, NAIVE};
use generator::{Case, case};
use sandbox::{Built, Sandbox, Shell};

#[test]
fn what_is_proved_equal_runs_equal() {
    run_pairs(number("DOCKSLIM_EXECUTED_CASES").unwrap_or(10_000));
}

/// A test that sees no difference anywhere would find every proof right.
#[test]
fn the_sandbox_tells_traps_apart() {
    if !Shell::are_there() {
        return;
    }
    let sandbox = Sandbox::new();
    for (before, after) in TRAPS {
        let [before, after] = [before, after].map(|text| format!("FROM base\n{text}"));
        for shell in Shell::behind("sh") {
            let differ = differ(&sandbox, *shell, &before, &after);
            assert!(differ.is_some(), "{shell:?} sees no difference:\n{before}\n{after}");
        }
        let verdict = prove(&parse(&before), &parse(&after), None);
        assert!(!matches!(verdict, Verdict::Equal(_)), "{before}\n{after}");
    }
}

/// Wrong joins that every shell named sh tells from the right thing.
const TRAPS: &[(&str, &str)] = &[
    ("RUN cd d1\nRUN pwd > f\n", "RUN cd d1 && pwd > f\n"),
    ("RUN export V=1\nRUN echo $V\n", "RUN export V=1 && echo $V\n"),
    ("RUN umask 077\nRUN touch g\n", "RUN umask 077 && touch g\n"),
    ("RUN exit 0\nRUN touch g\n", "RUN exit 0 && touch g\n"),
    ("RUN false; true\nRUN touch g\n", "RUN set -e; false; true; touch g\n"),
    ("RUN false\nRUN touch g || true\n", "RUN false && touch g || true\n"),
    ("RUN set -e; false; touch g\n", "RUN (set -e; false; touch g) || exit 1\n"),
    (
        "RUN tool\nRUN cp q/bin/other p/bin/tool; tool\n",
        "RUN tool && { cp q/bin/other p/bin/tool; tool; }\n",
    ),
    ("RUN exec >log\nRUN echo x\n", "RUN exec >log && echo x\n"),
    (
        "RUN trap 'echo t >> f' EXIT\nRUN echo x >> f\n",
        "RUN trap 'echo t >> f' EXIT && echo x >> f\n",
    ),
    (
        "RUN { sleep 0.1; echo late > late; } &\nRUN wait\n",
        "RUN { sleep 0.1; echo late > late; } & wait\n",
    ),
    ("RUN true # note\nRUN touch g\n", "RUN true # note && touch g\n"),
];

/// The counts of a run.
#[derive(Default)]
struct Tally(Mutex<BTreeMap<&'static str, Count>>);

#[derive(Clone, Copy, Default)]
struct Count {
    asked: usize,
    equal: usize,
    executed: usize,
    /// Where a shell did not come to an end, or does something else each time.
    undecided: usize,
}

impl Tally {
    fn note(&self, form: &'static str, change: impl FnOnce(&mut Count)) {
        change(self.0.lock().unwrap().entry(form).or_default());
    }

    /// The counts of some forms together.
    fn of(&self, wanted: impl Fn(&str) -> bool) -> Count {
        let counts = self.0.lock().unwrap();
        let wanted = counts.iter().filter(|(form, _)| wanted(form));
        wanted.fold(Count::default(), |sum, (_, count)| Count {
            asked: sum.asked + count.asked,
            equal: sum.equal + count.equal,
            executed: sum.executed + count.executed,
            undecided: sum.undecided + count.undecided,
        })
    }

    fn table(&self) -> String {
        let line = |(form, count): (&&str, &Count)| {
            let Count { asked, equal, executed, undecided } = count;
            format!("{form}: {asked} asked, {equal} equal, {executed} run, {undecided} undecided\n")
        };
        self.0.lock().unwrap().iter().map(line).collect()
    }
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok().map(|value| value.parse().unwrap())
}

/// How many files are drawn by one lot. The first that fails ends its share.
const SHARE: u32 = 25;

/// Draws files until as many pairs were run, and fails if a shell tells one apart.
fn run_pairs(wanted: usize) {
    if !Shell::are_there() {
        return;
    }
    let seed = number("DOCKSLIM_EXECUTED_SEED").unwrap_or(1);
    let tally = Tally::default();
    let mut complaints = BTreeSet::new();
    let mut shares = 0..;
    while tally.of(|_| true).executed < wanted {
        let round: Vec<usize> = shares.by_ref().take(16).collect();
        let found = round.par_iter().filter_map(|share| {
            let sandbox = Sandbox::new();
            let failing = Cell::new(None);
            let check = |case| check(&case, &sandbox, &failing, &tally);
            match share_of(seed, *share).run(&case(), check) {
                Ok(()) => None,
                Err(TestError::Fail(reason, _)) => Some(reason.message().to_owned()),
                Err(abort) => panic!("{abort}"),
            }
        });
        // Each is told at once, since a long run may be broken off, and the shortest again at the end.
        let found = found.inspect(|complaint| eprintln!("{complaint}"));
        let found: Vec<String> = found.collect();
        complaints.extend(found.into_iter().map(|complaint| (complaint.len(), complaint)));
        let all = tally.of(|_| true);
        assert!(all.equal * 50 > all.asked, "the proof knows hardly anything\n{}", tally.table());
    }
    let table = tally.table();
    let shown = complaints.iter().take(20).map(|(_, text)| text.as_str()).collect::<Vec<_>>();
    let count = complaints.len();
    assert!(count == 0, "{count} complaints by seed {seed}\n\n{}\n{table}", shown.join("\n"));
    let (written, naive) =
        (tally.of(|form| WRITTEN.contains(&form)), tally.of(|form| NAIVE.contains(&form)));
    assert!(written.executed > wanted / 50, "hardly anything of our own was run\n{table}");
    assert!(naive.asked - naive.equal > naive.asked / 2, "naive joins are mostly wrong\n{table}");
    eprintln!("{table}");
}

/// The forms that the engine writes.
const WRITTEN: [&str; 2] = ["chain", "heredoc"];

/// Draws and shrinks the files of a share.
fn share_of(seed: usize, share: usize) -> TestRunner {
    let config = Config {
        cases: SHARE,
        max_shrink_iters: 600,
        failure_persistence: None,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    bytes[8..16].copy_from_slice(&(share as u64).to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Runs all that may come of a file, where the proof calls it equal or our own engine wrote it.
///
/// Once a form has failed, it is the only one to be looked at: what follows are shorter files with
/// the same fault.
fn check(
    case: &Case,
    sandbox: &Sandbox,
    failing: &Cell<Option<&'static str>>,
    tally: &Tally,
) -> Result<(), TestCaseError> {
    let text = case.text();
    let before = parse(&text);
    if !before.diagnostics.is_empty() {
        return Ok(());
    }
    let written = candidates::written(&text);
    let others = candidates::others(case, &written);
    let mut seen = BTreeSet::from([text.clone()]);
    let mut olds = BTreeMap::new();
    for Candidate { form, text: new } in written.into_iter().chain(others) {
        let after = parse(&new);
        if failing.get().is_some_and(|failing| failing != form) {
            continue;
        }
        if !after.diagnostics.is_empty() || !seen.insert(new.clone()) {
            continue;
        }
        let verdict = prove(&before, &after, None);
        let equal = matches!(verdict, Verdict::Equal(_));
        tally.note(form, |count| {
            count.asked += 1;
            count.equal += usize::from(equal);
        });
        if !equal && !WRITTEN.contains(&form) {
            continue;
        }
        tally.note(form, |count| count.executed += 1);
        for (at, shell) in Shell::behind(case.program()).iter().enumerate() {
            let old = olds.entry(at).or_insert_with(|| sandbox.build(&text, *shell));
            if let Some(old) = &old
                && sandbox.build(&new, *shell).is_some_and(|new| old.unlike(&new).is_empty())
            {
                continue;
            }
            let unlike = old.is_some().then(|| differ(sandbox, *shell, &text, &new)).flatten();
            match unlike {
                Some(unlike) => {
                    failing.set(Some(form));
                    let claim = format!("{shell:?} disagrees on {form}, {verdict:?}");
                    return Err(TestCaseError::fail(format!(
                        "{claim}\n--- before\n{text}--- after\n{new}--- the build\n{unlike}"
                    )));
                }
                None => tally.note(form, |count| count.undecided += 1),
            }
        }
    }
    Ok(())
}

/// In what two builds differ; `None` if in nothing, or if one of them does not do the same every time.
fn differ(sandbox: &Sandbox, shell: Shell, before: &str, after: &str) -> Option<String> {
    let steady = |text: &str| -> Option<Built> {
        let built = sandbox.build_anew(text, shell)?;
        let again = (0..3).all(|_| sandbox.build_anew(text, shell).as_ref() == Some(&built));
        again.then_some(built)
    };
    let (old, new) = (steady(before)?, steady(after)?);
    let unlike = old.unlike(&new);
    (!unlike.is_empty()).then_some(unlike)
}
