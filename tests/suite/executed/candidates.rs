//! What could become of a Dockerfile: joins right and wrong, splits, and small mutations of all of them.

use dockslim::engine::{Settings, fix};
use dockslim_contract::Safety;
use dockslim_transforms::{MergeRuns, Options, Style};

use super::generator::{Case, Layout, Run, run};
use super::words::MUTATIONS;

/// A file that may or may not do what another did.
pub(super) struct Candidate {
    /// How it was made.
    pub(super) form: &'static str,
    pub(super) text: String,
}

/// Forms of a join: what stands in front of all, how the first is wrapped, what stands between, and how the
/// others are wrapped.
const JOINS: &[(&str, &str, Wrap, &str, Wrap)] = &[
    ("A && B", "", Wrap::Bare, " && ", Wrap::Bare),
    ("A; B", "", Wrap::Bare, "; ", Wrap::Bare),
    ("A || B", "", Wrap::Bare, " || ", Wrap::Bare),
    ("A & B", "", Wrap::Bare, " & ", Wrap::Bare),
    ("(A) && (B)", "", Wrap::Subshell, " && ", Wrap::Subshell),
    ("(A) && B", "", Wrap::Subshell, " && ", Wrap::Bare),
    ("A && (B)", "", Wrap::Bare, " && ", Wrap::Subshell),
    ("(A); (B)", "", Wrap::Subshell, "; ", Wrap::Subshell),
    ("{ A; } && { B; }", "", Wrap::Braces, " && ", Wrap::Braces),
    ("A && { B; }", "", Wrap::Bare, " && ", Wrap::Braces),
    ("{ A; } && B", "", Wrap::Braces, " && ", Wrap::Bare),
    ("(A) && { B; }", "", Wrap::Subshell, " && ", Wrap::Braces),
    ("{ A; } && (B)", "", Wrap::Braces, " && ", Wrap::Subshell),
    ("set -e; A; B", "set -e; ", Wrap::Bare, "; ", Wrap::Bare),
    ("set -e; A && B", "set -e; ", Wrap::Bare, " && ", Wrap::Bare),
    ("set -e by lines", "set -e\n", Wrap::Bare, "\n", Wrap::Bare),
    ("set -e; (A); (B)", "set -e; ", Wrap::Subshell, "; ", Wrap::Subshell),
    ("set -e; (A); B", "set -e; ", Wrap::Subshell, "; ", Wrap::Bare),
    ("set -e; { A; }; { B; }", "set -e; ", Wrap::Braces, "; ", Wrap::Braces),
    ("set -e; (set +e; A); (set +e; B)", "set -e; ", Wrap::Mild, "; ", Wrap::Mild),
    ("(set +e; A) && (set +e; B)", "", Wrap::Mild, " && ", Wrap::Mild),
    ("(set -e; A) && (set -e; B)", "", Wrap::Strict, " && ", Wrap::Strict),
    ("(set -e; A); (set -e; B)", "", Wrap::Strict, "; ", Wrap::Strict),
];

/// Forms of a join that a hurried author writes.
pub(super) const NAIVE: &[&str] = &["A && B", "A; B", "set -e; A; B", "set -e by lines"];

#[derive(Clone, Copy)]
enum Wrap {
    Bare,
    Braces,
    Subshell,
    /// A subshell in which nothing stops at a failure.
    Mild,
    /// A subshell in which all does.
    Strict,
}

impl Wrap {
    fn around(self, script: &str) -> String {
        let (open, close) = match self {
            Wrap::Bare => return script.to_owned(),
            Wrap::Braces => ("{ ", "}"),
            Wrap::Subshell => ("(", ")"),
            Wrap::Mild => ("(set +e; ", ")"),
            Wrap::Strict => ("(set -e; ", ")"),
        };
        let end = match close {
            _ if script.contains(['\n', '#']) => "\n",
            "}" if script.ends_with(['&', ';']) => " ",
            "}" => "; ",
            _ => "",
        };
        format!("{open}{script}{end}{close}")
    }
}

/// What our own engine makes of a file, in both styles.
pub(super) fn written(before: &str) -> Vec<Candidate> {
    let styles = [("chain", Style::Chain), ("heredoc", Style::Heredoc)];
    let fixed = styles.into_iter().map(|(form, style)| {
        let merge_runs = MergeRuns { style, ..MergeRuns::default() };
        let options = Options { merge_runs, ..Options::default() };
        let settings = Settings { level: Safety::Suggestion, options, ..Settings::default() };
        Candidate { form, text: fix(before, &settings).text }
    });
    fixed.filter(|candidate| candidate.text != before).collect()
}

/// All other candidates; `written` is what the engine made of the file.
pub(super) fn others(case: &Case, written: &[Candidate]) -> Vec<Candidate> {
    let mut all = joins(case);
    all.extend(splits(case));
    all.extend(layouts(case));
    let texts = written.iter().chain(&all).map(|candidate| candidate.text.clone());
    let texts: Vec<String> = [case.text()].into_iter().chain(texts).collect();
    for (text, change) in &case.chances {
        // The engine's own texts are near the edge of what is right, and there a proof has to look twice.
        let text = text.get(&texts[..texts.len().min(3)]);
        all.extend(mutated(text, change.index(usize::MAX)));
    }
    for (text, change) in &case.chances {
        let text = text.get(&texts);
        all.extend(mutated(text, change.index(usize::MAX)));
    }
    all
}

fn joins(case: &Case) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (form, head, first, sign, rest) in JOINS {
        for (from, to) in [(0, case.runs.len()), (0, 2), (1, 3)] {
            let Some(joined) = case.runs.get(from..to).filter(|runs| runs.len() > 1) else {
                continue;
            };
            let wrapped = joined.iter().enumerate().map(|(at, run)| {
                let wrap = if at == 0 { first } else { rest };
                wrap.around(&run.script.text())
            });
            let script = wrapped.collect::<Vec<_>>().join(sign);
            let between: String = joined.iter().map(|run| run.between).collect();
            let written = |run: &Run| run.between.to_owned() + &run.script.run();
            let before = case.runs[..from].iter().map(written);
            let after = case.runs[to..].iter().map(written);
            let text =
                case.of(before.chain([between + &run(&format!("{head}{script}"))]).chain(after));
            all.push(Candidate { form, text });
        }
    }
    all
}

/// The first RUN as two.
fn splits(case: &Case) -> Vec<Candidate> {
    let first = &case.runs[0];
    let places = 1..first.script.commands.len();
    let split = places.map(|at| {
        let [one, two] = first.script.parted(at);
        let rest = case.runs[1..].iter().map(|run| run.between.to_owned() + &run.script.run());
        let runs = [first.between.to_owned() + &one.run(), two.run()];
        Candidate { form: "split", text: case.of(runs.into_iter().chain(rest)) }
    });
    split.collect()
}

/// The file in other layouts, and without each of its commands.
fn layouts(case: &Case) -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut add = |form, write: &dyn Fn(&Run) -> String| {
        let runs = case.runs.iter().map(|run| run.between.to_owned() + &write(run));
        all.push(Candidate { form, text: case.of(runs) });
    };
    add("as a line", &|run| run.script.run_as(Layout::Line));
    add("as continued lines", &|run| run.script.run_as(Layout::Continued));
    add("as a here-document", &|run| run.script.run_as(Layout::Heredoc));
    add("command by command", &|run| run.script.by_lines());
    for at in 0..case.runs.len() {
        for dropped in 0..case.runs[at].script.commands.len() {
            let mut fewer = case.clone();
            let commands = &mut fewer.runs[at].script.commands;
            commands.remove(dropped);
            if commands.is_empty() {
                fewer.runs.remove(at);
            }
            all.push(Candidate { form: "a command dropped", text: fewer.text() });
        }
        let mut turned = case.clone();
        let commands = &mut turned.runs[at].script.commands;
        let first = commands[0].0;
        commands.rotate_left(1);
        commands.last_mut().unwrap().0 = std::mem::replace(&mut commands[0].0, first);
        all.push(Candidate { form: "commands turned", text: turned.text() });
    }
    all
}

/// A text with one of all possible mutations.
fn mutated(text: &str, chance: usize) -> Option<Candidate> {
    let places: Vec<(usize, &(&str, &str))> = MUTATIONS
        .iter()
        .flat_map(|mutation| text.match_indices(mutation.0).map(move |(at, _)| (at, mutation)))
        .collect();
    let (at, (old, new)) = places.get(chance.checked_rem(places.len())?)?;
    let text = format!("{}{new}{}", &text[..*at], &text[at + old.len()..]);
    Some(Candidate { form: "mutation", text })
}
