//! Does a new layout keep what was written, on every source, for all who read it?

mod readers;
mod wrong;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use dockslim::engine::{Settings, fix};
use dockslim::layout::{Layout, Style, format, format_range};
use dockslim_syntax::shell::outline;
use dockslim_syntax::{Dockerfile, Instruction, LeafKind, Span, parse};
use rayon::prelude::*;

use crate::cases::files;
use crate::sources::{self, QUARTER, Source, assert_none, dockerfiles, root};

/// The [share](sources::share) of real files where more is done with each of them than a layout.
const SMALL_SHARE: &str = "7";

/// Our own files, what others have broken, and a share of the corpus.
fn sources() -> impl ParallelIterator<Item = &'static Source> {
    static OTHERS: LazyLock<Vec<Source>> =
        LazyLock::new(|| sources::from_folder(root(), "tests/proofs"));
    sources::share(QUARTER).into_par_iter().chain(OTHERS.par_iter())
}

/// Asks something of every source and its layout. None is kept: there are many, and a layout is done in no time.
#[track_caller]
fn assert_of_each(ask: impl Fn(&Source, &Layout) -> Option<String> + Sync) {
    assert_none(sources().filter_map(|source| {
        let layout = format(&source.text, &Style::default());
        ask(source, &layout).map(|complaint| format!("{}: {complaint}", source.name))
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

/// An outline whose words stand in alphabetical order if it installs system packages, apart from what stands between them.
fn sorted(outline: &str) -> String {
    let verbs =
        ["install", "remove", "purge", "add", "del", "in", "rm"].map(|verb| format!("<{verb:?}>"));
    let managers = ["apt", "apt-get", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper"];
    let is_there = |word: &str| outline.contains(word);
    if !verbs.iter().any(|verb| is_there(verb))
        || !managers.iter().any(|manager| is_there(&format!("<\"{manager}\">")))
    {
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
fn a_fix_of_what_was_fixed_and_laid_out_changes_nothing() {
    assert_none(sources::share(SMALL_SHARE).into_par_iter().filter_map(|source| {
        let fixed = fix(&source.text, &Settings::default()).text;
        let laid_out = format(&fixed, &Style::default()).text;
        let again = fix(&laid_out, &Settings::default()).text;
        (again != laid_out).then(|| format!("{}:\n{laid_out}\nand then\n{again}", source.name))
    }));
}

/// One instruction of each source, the middle one.
#[test]
fn a_range_is_laid_out_as_in_the_whole_and_nothing_else_is() {
    let changed = AtomicUsize::new(0);
    assert_none(sources::share(QUARTER).into_par_iter().filter_map(|source| {
        let tree = parse(&source.text);
        let instructions: Vec<&Instruction> = tree.instructions().map(|(_, one)| one).collect();
        let middle = instructions.get(instructions.len() / 2)?;
        let style = Style::default();
        let part = format_range(&source.text, middle.span, &style);
        let whole = format(&source.text, &style);
        let reach = middle.lines;
        let here = |at: Span| reach.start <= at.start && at.end <= reach.end;
        if let Some(edit) = part.edits.iter().find(|edit| !here(edit.span)) {
            return Some(format!("{}: {edit:?} is not in {reach:?}", source.name));
        }
        changed.fetch_add(usize::from(!part.edits.is_empty()), Ordering::Relaxed);
        // At its borders stand edits of the blank lines around it.
        let inside = |at: Span| reach.start < at.start && at.end < reach.end;
        let missing = whole.edits.iter().filter(|edit| inside(edit.span));
        let missing = missing.into_iter().find(|edit| !part.edits.iter().any(|one| one == *edit));
        missing.map(|edit| format!("{}: {edit:?} is in the whole alone", source.name))
    }));
    assert!(changed.into_inner() > 10, "ranges are laid out");
}

#[test]
fn the_range_of_everything_is_everything() {
    assert_of_each(|source, layout| {
        let all = Span::new(0, source.text.len());
        let part = format_range(&source.text, all, &Style::default());
        (part.text != layout.text).then_some(part.text)
    });
}
