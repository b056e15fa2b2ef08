//! Do real shells accept the scripts that we accept, and no others, before and after a fix?

use std::collections::{BTreeMap, BTreeSet};

use dockslim::engine::{Settings, fix};
use dockslim_contract::Safety;
use dockslim_syntax::shell::{Dialect, Script};
use dockslim_syntax::{Dockerfile, Instruction, parse};
use rayon::prelude::*;

use crate::oracles::{self, Verdict};
use crate::sources;

#[test]
fn shells_accept_what_we_accept_and_no_more() {
    let mut scripts = BTreeMap::new();
    for source in sources::share(sources::QUARTER) {
        let tree = parse(&source.text);
        for (instruction, script) in read_scripts(&tree) {
            let text = handed_over(&tree, instruction, script);
            let opaque = script.body.as_ref().err().map(|opaque| opaque.reason);
            scripts.entry(text).or_insert((&source.name, opaque, script.bashisms.is_empty()));
        }
    }
    let texts: Vec<&str> = scripts.keys().map(String::as_str).collect();
    let Some(bash) = ask("bash", &texts) else { return };
    let Some(dash) = ask("dash", &texts) else { return };
    let mut complaints = Vec::new();
    for ((script, (name, opaque, posix)), (bash, dash)) in
        scripts.iter().zip(bash.iter().zip(&dash))
    {
        let complaint = match opaque {
            None if !bash.accepts() => Some(format!("bash refuses it: {}", bash.0)),
            None if *posix && !dash.accepts() => Some(format!("dash refuses it: {}", dash.0)),
            // What bash warns of is a here-document that never ends.
            Some(reason) if bash.0 == "accepted" => {
                Some(format!("bash accepts it, we see {reason}"))
            }
            _ => None,
        };
        complaints.extend(complaint.map(|complaint| format!("{name}: {complaint}\n{script}")));
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n\n"));
}

#[test]
fn shells_accept_what_a_fix_writes_where_they_accepted_what_it_read() {
    let sources = sources::share(sources::QUARTER);
    let changes: Vec<Change> = sources.into_par_iter().filter_map(Change::of).collect();
    let written = changes.iter().flat_map(|change| change.written.iter().map(String::as_str));
    let written: Vec<&str> = written.collect::<BTreeSet<_>>().into_iter().collect();
    for shell in ["bash", "dash", "ash"] {
        let Some(verdicts) = ask(shell, &written) else { return };
        let refused = written.iter().zip(verdicts).filter(|(_, verdict)| !verdict.accepts());
        let refused: BTreeMap<&str, Verdict> = refused.map(|(text, said)| (*text, said)).collect();
        for change in &changes {
            let text = change.written.iter().find(|text| refused.contains_key(text.as_str()));
            let Some(text) = text else { continue };
            let gone: Vec<&str> = change.gone.iter().map(String::as_str).collect();
            let before = ask(shell, &gone).unwrap();
            let worse = before.iter().all(Verdict::accepts);
            assert!(!worse, "{}: {shell}: {}\n{text}", change.name, refused[text.as_str()].0);
        }
    }
}

/// The scripts of a file that a fix at the boldest level took away, and those that it wrote.
struct Change {
    name: &'static str,
    gone: Vec<String>,
    written: Vec<String>,
}

impl Change {
    fn of(source: &'static sources::Source) -> Option<Change> {
        let settings = Settings { level: Safety::Suggestion, ..Settings::default() };
        let outcome = fix(&source.text, &settings);
        let (old, new) = (all_handed_over(&source.text), all_handed_over(&outcome.text));
        let gone: Vec<_> = old.difference(&new).cloned().collect();
        let written: Vec<_> = new.difference(&old).cloned().collect();
        (outcome.text != source.text).then_some(Change { name: &source.name, gone, written })
    }
}

pub(crate) fn ask(shell: &str, scripts: &[&str]) -> Option<Vec<Verdict>> {
    let questions: Vec<(&str, &str)> = scripts.iter().map(|script| (shell, *script)).collect();
    oracles::shells(&questions)
}

/// The scripts of a file that are for a shell whose grammar we know.
pub(crate) fn read_scripts<'d>(
    tree: &'d Dockerfile<'_>,
) -> impl Iterator<Item = (&'d Instruction, &'d Script)> {
    let scripts = tree.instructions().filter_map(|(_, one)| Some((one, one.script()?)));
    scripts.filter(|(_, script)| script.dialect != Dialect::Foreign)
}

fn all_handed_over(text: &str) -> BTreeSet<String> {
    let tree = parse(text);
    read_scripts(&tree).map(|(one, script)| handed_over(&tree, one, script)).collect()
}

/// A script as the builder hands it to the shell: continuations taken out, here-documents behind.
pub(crate) fn handed_over(
    tree: &Dockerfile<'_>,
    instruction: &Instruction,
    script: &Script,
) -> String {
    if script.heredoc_body {
        return tree.raw(script.span).to_owned();
    }
    let bodies = instruction.heredocs.iter();
    let bodies =
        bodies.map(|heredoc| format!("\n{}{}", tree.raw(heredoc.body), tree.raw(heredoc.end)));
    std::iter::once(tree.text(script.span).into_owned()).chain(bodies).collect()
}
