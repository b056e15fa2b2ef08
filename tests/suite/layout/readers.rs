//! Do the builder's own parser and real shells read the same in a new layout?

use std::collections::BTreeSet;

use dockslim::layout::{Style, format};
use dockslim_syntax::parse;
use rayon::prelude::*;

use crate::oracles::{self, Seen};
use crate::shells::{ask, handed_over, read_scripts};
use crate::sources::{self, QUARTER, Source};

/// How many files are asked about at once: an oracle starts for each, and its answers are many times as large as the question.
const CHUNK: usize = 1024;

/// Those of the sources that change, with their new text.
fn laid_out(part: &[&'static Source]) -> Vec<(&'static Source, String)> {
    let laid_out =
        part.par_iter().map(|source| (*source, format(&source.text, &Style::default()).text));
    laid_out.filter(|(source, text)| source.text != *text).collect()
}

#[test]
fn builders_see_the_same_instructions() {
    for part in sources::share(QUARTER).chunks(CHUNK) {
        oracles::assert_of_change(&laid_out(part), |before, after| {
            let seen = |all: &[Seen]| all.iter().map(as_builders_see).collect::<Vec<_>>();
            let (before, after) = (seen(before), seen(after));
            (before != after).then(|| format!("{before:#?}\nand then\n{after:#?}"))
        });
    }
}

/// An instruction without lines, and without the blanks of scripts, which [`read`] looks into.
fn as_builders_see(one: &Seen) -> Seen {
    let mut kept = Seen { start_line: 0, end_line: 0, cmd: one.cmd.to_uppercase(), ..one.clone() };
    kept.sub_cmd = one.sub_cmd.as_ref().map(|name| name.to_uppercase());
    let name = kept.sub_cmd.as_ref().unwrap_or(&kept.cmd).as_str();
    match name {
        "FROM" => kept.value.iter_mut().for_each(|word| {
            if word == "as" || word == "As" {
                *word = "AS".into();
            }
        }),
        // CMD or NONE stands in front, in any case.
        "HEALTHCHECK" => kept.value.iter_mut().take(1).for_each(|word| *word = word.to_uppercase()),
        _ => {}
    }
    if !one.json && ["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].contains(&name) {
        kept.value = kept.value.iter().map(|value| script(value)).collect();
    }
    kept
}

/// A script without its blanks; where system packages may change places, its characters in an order of their own.
fn script(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let managers = ["apt", "apk", "yum", "dnf", "zypper"];
    if managers.iter().any(|manager| text.contains(manager)) {
        letters.sort_unstable();
    }
    letters.into_iter().collect()
}

#[test]
fn shells_accept_what_they_accepted() {
    let scripts = |text: &str| -> BTreeSet<String> {
        let tree = parse(text);
        read_scripts(&tree).map(|(one, script)| handed_over(&tree, one, script)).collect()
    };
    for part in sources::share(QUARTER).chunks(CHUNK) {
        let changed: Vec<_> = laid_out(part)
            .into_par_iter()
            .map(|(source, text)| (source, scripts(&source.text), scripts(&text)))
            .collect();
        let written = changed.iter().flat_map(|(_, old, new)| new.difference(old));
        let written: BTreeSet<&str> = written.map(String::as_str).collect();
        let written: Vec<&str> = written.into_iter().collect();
        for shell in ["bash", "dash", "ash"] {
            let Some(verdicts) = ask(shell, &written) else { return };
            let refused = written.iter().zip(verdicts).filter(|(_, verdict)| !verdict.accepts());
            let refused: BTreeSet<&str> = refused.map(|(text, _)| *text).collect();
            for (source, old, new) in &changed {
                let mut new_ones = new.difference(old).map(String::as_str);
                let Some(text) = new_ones.find(|text| refused.contains(text)) else { continue };
                let gone: Vec<&str> = old.difference(new).map(String::as_str).collect();
                let accepted = ask(shell, &gone).unwrap().iter().all(|verdict| verdict.accepts());
                assert!(!accepted, "{}: {shell} refuses\n{text}", source.name);
            }
        }
    }
}
