//! Does a new layout keep what was written, on every source, for all who read it?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use dockslim::engine::{Settings, fix};
use dockslim::layout::{Layout, Style, format, format_range};
use dockslim_syntax::shell::outline;
use dockslim_syntax::{Dockerfile, Instruction, LeafKind, Span, parse};
use rayon::prelude::*;

use crate::cases::files;
use crate::oracles::{self, Seen};
use crate::shells::{ask, handed_over, read_scripts};
use crate::sources::{self, Source, assert_none, dockerfiles, root};

/// Every source, laid out once for all questions.
fn all_laid_out() -> &'static [(&'static Source, Layout)] {
    static ALL: OnceLock<Vec<(&Source, Layout)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let laid_out = sources::all().par_iter();
        laid_out.map(|source| (source, format(&source.text, &Style::default()))).collect()
    })
}

#[track_caller]
fn assert_of_each(ask: impl Fn(&Source, &Layout) -> Option<String> + Sync) {
    assert_none(all_laid_out().par_iter().filter_map(|(source, layout)| {
        ask(source, layout).map(|complaint| format!("{}: {complaint}", source.name))
    }));
}

/// `tests/layouts/a-sentence.Dockerfile` becomes `snapshots/fmt/a-sentence.Dockerfile`; `UPDATE_SNAPSHOTS=1` writes it.
#[test]
fn layouts_give_their_snapshots() {
    let folder = root().join("snapshots/fmt");
    let mut expected = BTreeSet::new();
    let mut complaints = Vec::new();
    for case in dockerfiles(&root().join("tests/layouts")) {
        let snapshot = folder.join(case.file_name().unwrap());
        let layout = format(&fs::read_to_string(&case).unwrap(), &Style::default());
        assert!(layout.left.is_empty(), "{}: {:?}", case.display(), layout.left);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&snapshot, &layout.text).unwrap();
        }
        let recorded = fs::read_to_string(&snapshot).unwrap_or_default();
        if recorded != layout.text {
            complaints.push(format!("{}\n{}", snapshot.display(), layout.text));
        }
        expected.insert(snapshot);
    }
    assert!(complaints.is_empty(), "read these:\n{}", complaints.join("\n"));
    let recorded: BTreeSet<PathBuf> = files(&folder).into_iter().collect();
    assert_eq!(recorded, expected, "each snapshot has a case");
}

#[test]
fn laid_out_twice_is_laid_out_once() {
    assert_of_each(|_, layout| {
        let again = format(&layout.text, &Style::default()).text;
        (again != layout.text).then(|| format!("\n{}\nand then\n{again}", layout.text))
    });
}

#[test]
fn all_is_proved() {
    assert_of_each(|source, layout| {
        let left = layout.left.first()?;
        Some(format!("line {}: {}\n{}", left.line, left.message, source.text))
    });
}

#[test]
fn comments_keep_their_order() {
    assert_of_each(|source, layout| {
        let (old, new) = (parse(&source.text), parse(&layout.text));
        let same = old.comments().eq(new.comments());
        (!same).then(|| format!("the comments of\n{}", layout.text))
    });
}

#[test]
fn instructions_and_scripts_stay_what_they_were() {
    assert_of_each(|source, layout| {
        let (old, new) = (parse(&source.text), parse(&layout.text));
        let (one, two) = (read(&old), read(&new));
        let differ = one.iter().zip(&two).find(|(one, two)| one != two);
        let more = (one.len() != two.len()).then(|| "more or fewer".to_owned());
        differ.map(|(one, two)| format!("\n{one}\n{two}")).or(more)
    });
}

/// Each instruction as a line: the outline of its script, with packages of an install in one order, or its text.
fn read(tree: &Dockerfile<'_>) -> Vec<String> {
    let line = |one: &Instruction| {
        let name = format!("{:?}", one.kind);
        match one.script() {
            Some(script) => format!("{name} {}", sorted(&outline(tree, script))),
            None => {
                let tokens = tree.leaves_in(one.span).iter();
                let tokens: Vec<String> = tokens
                    .map(|leaf| match leaf.kind {
                        LeafKind::Keyword => tree.raw(leaf.span).to_uppercase(),
                        _ => tree.raw(leaf.span).to_owned(),
                    })
                    .filter(|text| {
                        !text.trim_matches([' ', '\t', '\r', '\n', tree.escape]).is_empty()
                    })
                    .filter(|text| !text.starts_with('#'))
                    .collect();
                format!("{name} {}", tokens[1..].join("·"))
            }
        }
    };
    tree.instructions().map(|(_, one)| line(one)).collect()
}

/// An outline whose words stand in alphabetical order if it installs anything, apart from what stands between them.
fn sorted(outline: &str) -> String {
    let verbs = ["<\"install\">", "<\"add\">", "<\"in\">"];
    if !verbs.iter().any(|verb| outline.contains(verb)) {
        return outline.to_owned();
    }
    let (mut words, mut rest) = (Vec::new(), String::new());
    for piece in outline.split('<') {
        let (word, behind) = piece.split_once('>').unwrap_or(("", piece));
        words.push(word);
        rest.push_str(behind);
    }
    words.sort_unstable();
    words.join(" ") + &rest
}

#[test]
fn builders_see_the_same_instructions() {
    let changed: Vec<_> =
        all_laid_out().iter().filter(|(source, layout)| layout.text != source.text).collect();
    let before: Vec<&str> = changed.iter().map(|(source, _)| source.text.as_str()).collect();
    let after: Vec<&str> = changed.iter().map(|(_, layout)| layout.text.as_str()).collect();
    let Some(before) = oracles::buildkit(&before) else { return };
    let Some(after) = oracles::buildkit(&after) else { return };
    for ((source, layout), (before, after)) in changed.iter().zip(before.iter().zip(&after)) {
        let Ok(before) = before else { continue };
        let Ok(after) = after else { panic!("{}: {after:?}\n{}", source.name, layout.text) };
        let same = |one: &Vec<Seen>| one.iter().map(as_builders_see).collect::<Vec<_>>();
        assert_eq!(same(before), same(after), "{}\n{}", source.name, layout.text);
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
        "HEALTHCHECK" => kept.value.iter_mut().for_each(|word| *word = word.to_uppercase()),
        _ => {}
    }
    if !one.json && ["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].contains(&name) {
        kept.value = kept.value.iter().map(|value| letters(value)).collect();
    }
    kept
}

/// The characters of a script that are no blanks, in an order of their own: packages change places.
fn letters(script: &str) -> String {
    let mut letters: Vec<char> = script.chars().filter(|c| !c.is_whitespace()).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

#[test]
fn shells_accept_what_they_accepted() {
    let scripts = |text: &str| -> BTreeSet<String> {
        let tree = parse(text);
        read_scripts(&tree).map(|(one, script)| handed_over(&tree, one, script)).collect()
    };
    let changed: Vec<_> = all_laid_out()
        .par_iter()
        .map(|(source, layout)| (source, scripts(&source.text), scripts(&layout.text)))
        .collect();
    for shell in ["bash", "dash", "ash"] {
        let written: BTreeSet<&str> = changed
            .iter()
            .flat_map(|(_, old, new)| new.difference(old).map(String::as_str))
            .collect();
        let written: Vec<&str> = written.into_iter().collect();
        let Some(verdicts) = ask(shell, &written) else { return };
        let refused: BTreeMap<&str, _> = written
            .iter()
            .copied()
            .zip(verdicts)
            .filter(|(_, verdict)| !verdict.accepts())
            .collect();
        for (source, old, new) in &changed {
            let Some(text) = new.difference(old).find(|text| refused.contains_key(text.as_str()))
            else {
                continue;
            };
            let gone: Vec<&str> = old.difference(new).map(String::as_str).collect();
            let accepted = ask(shell, &gone).unwrap().iter().all(|verdict| verdict.accepts());
            assert!(!accepted, "{}: {shell} refuses\n{text}", source.name);
        }
    }
}

#[test]
fn a_fix_of_what_was_fixed_and_laid_out_changes_nothing() {
    assert_none(sources::all().par_iter().filter_map(|source| {
        let fixed = fix(&source.text, &Settings::default()).text;
        let laid_out = format(&fixed, &Style::default()).text;
        let again = fix(&laid_out, &Settings::default()).text;
        (again != laid_out).then(|| format!("{}:\n{laid_out}\nand then\n{again}", source.name))
    }));
}

#[test]
fn ranges_change_nothing_else() {
    assert_none(sources::all().par_iter().filter_map(|source| {
        let tree = parse(&source.text);
        let instructions: Vec<&Instruction> = tree.instructions().map(|(_, one)| one).collect();
        let middle = instructions.get(instructions.len() / 2)?;
        let layout = format_range(&source.text, middle.span, &Style::default());
        let reach = Span::new(middle.lines.start, middle.lines.end);
        let outside = layout
            .edits
            .iter()
            .find(|edit| edit.span.end < reach.start || edit.span.start > reach.end);
        // A blank line above belongs to what it stands above.
        let outside = outside.filter(|edit| !source.text[edit.span.range()].trim().is_empty());
        outside.map(|edit| format!("{}: {edit:?} is not in {reach:?}", source.name))
    }));
}
