//! Does each pass, alone and with the others, keep what it has no business to change?

use dockslim::engine::{Outcome, Settings, fix};
use dockslim_contract::Safety;
use dockslim_syntax::{Dockerfile, Edits, parse};
use dockslim_transforms::PIPELINE;

use rayon::prelude::*;

use crate::sources::{self, Source, assert_none};

const LEVELS: [Safety; 3] = [Safety::Safe, Safety::Review, Safety::Suggestion];

/// All passes together at every level, then each alone: at every level where the source [is asked all](Source::is_asked_all), and
/// else at the boldest, which has the surer ones in it.
fn all_settings(source: &Source) -> impl Iterator<Item = Settings> + use<> {
    let levels = if source.is_asked_all() { &LEVELS[..] } else { &LEVELS[2..] };
    let alone = PIPELINE.iter().map(move |pass| (vec![pass.name.to_owned()], levels));
    [(Vec::new(), &LEVELS[..])].into_iter().chain(alone).flat_map(|(select, levels)| {
        levels.iter().map(move |level| Settings {
            level: *level,
            select: select.clone(),
            ..Settings::default()
        })
    })
}

/// A promise that each fix keeps: what the test says of it, and what speaks against it in what became of a source.
type Promise = (&'static str, fn(&Source, &Settings, &Outcome) -> Option<String>);

const PROMISES: &[Promise] = &[
    ("edits are disjoint and are the whole change", edits),
    ("nothing is reported where nothing is changed", report),
    ("remarks stand in the file", remarks),
    ("builders and shells are told nothing worse", new_messages),
    ("comments are kept", lost_comments),
    ("line ends and byte order marks are kept", line_ends),
    ("fixing twice is fixing once", second_fix),
    ("bolder levels can come later", bolder_fix),
];

/// One test for all promises: each source is fixed once under each of its settings, and nothing but complaints is kept.
#[test]
fn each_fix_keeps_its_promises() {
    assert_none(sources::share(sources::QUARTER).into_par_iter().flat_map_iter(|source| {
        all_settings(source).flat_map(move |settings| {
            let outcome = fix(&source.text, &settings);
            let complaint = |(promise, against): &Promise| {
                let complaint = against(source, &settings, &outcome)?;
                let place =
                    format!("{}, {}, {:?}", source.name, settings.level.name(), settings.select);
                Some(format!("{promise}: {place}: {complaint}\n{}", outcome.text))
            };
            PROMISES.iter().filter_map(complaint).collect::<Vec<_>>()
        })
    }));
}

fn edits(source: &Source, _: &Settings, outcome: &Outcome) -> Option<String> {
    let mut from = 0;
    let mut text = String::new();
    for edit in &outcome.edits {
        let Some(kept) = source.text.get(from..edit.span.start) else {
            return Some(format!("the edit at {:?} overlaps or is outside", edit.span));
        };
        text += kept;
        text += &edit.text;
        from = edit.span.end;
    }
    let Some(kept) = source.text.get(from..) else {
        return Some("the last edit is outside".to_owned());
    };
    (text + kept != outcome.text).then(|| "the edits do not give the text".to_owned())
}

fn report(source: &Source, _: &Settings, outcome: &Outcome) -> Option<String> {
    let changed = outcome.text != source.text;
    let complaint = match (changed, outcome.applied.is_empty(), outcome.edits == Edits::new()) {
        (true, true, _) => "changed, and nothing says so",
        (false, false, _) => "said to be changed, and is not",
        (false, _, false) => "edits that change nothing",
        _ => return None,
    };
    Some(complaint.to_owned())
}

fn remarks(source: &Source, _: &Settings, outcome: &Outcome) -> Option<String> {
    let remarks = [&outcome.applied, &outcome.offered, &outcome.declined, &outcome.diagnostics];
    let mut remarks = remarks.into_iter().flatten();
    let lost = remarks.find(|remark| {
        let before = source.text.get(..remark.at.start);
        let line = before.map(|before| 1 + before.matches('\n').count());
        line != Some(remark.line) || source.text.get(remark.at.range()).is_none()
    });
    lost.map(|remark| format!("{remark:?}"))
}

fn new_messages(source: &Source, _: &Settings, outcome: &Outcome) -> Option<String> {
    if outcome.text == source.text {
        return None;
    }
    let (before, after) = (messages(&parse(&source.text)), messages(&parse(&outcome.text)));
    let new = after.iter().find(|message| count(&after, message) > count(&before, message));
    new.cloned()
}

fn lost_comments(source: &Source, _: &Settings, outcome: &Outcome) -> Option<String> {
    if outcome.text == source.text {
        return None;
    }
    let (before, after) = (comments(&parse(&source.text)), comments(&parse(&outcome.text)));
    let differ = before.iter().chain(&after).find(|one| count(&before, one) != count(&after, one));
    differ.map(|comment| format!("the comment {comment:?} is not there as often as before"))
}

fn line_ends(source: &Source, _: &Settings, outcome: &Outcome) -> Option<String> {
    let (before, after) = (&source.text, &outcome.text);
    let bom = |text: &str| text.starts_with('\u{feff}');
    let finished = |text: &str| text.ends_with('\n');
    let complaint = if newline_kinds(after) != newline_kinds(before) {
        "the newlines are of another kind"
    } else if bom(before) != bom(after) {
        "the byte order mark"
    } else if finished(before) != finished(after) {
        "the final newline"
    } else {
        return None;
    };
    Some(complaint.to_owned())
}

fn second_fix(source: &Source, settings: &Settings, outcome: &Outcome) -> Option<String> {
    if outcome.text == source.text {
        return None;
    }
    let again = fix(&outcome.text, settings).text;
    (again != outcome.text).then(|| format!("and then\n{again}"))
}

/// What the surer level left as it was cannot depend on the order.
fn bolder_fix(source: &Source, settings: &Settings, outcome: &Outcome) -> Option<String> {
    if outcome.text == source.text {
        return None;
    }
    let mut bolder = LEVELS.into_iter().filter(|level| *level > settings.level);
    bolder.find_map(|level| {
        let bold = Settings { level, ..settings.clone() };
        let (at_once, later) = (fix(&source.text, &bold).text, fix(&outcome.text, &bold).text);
        (at_once != later).then(|| format!("then\n{later}\nbut at once\n{at_once}"))
    })
}

fn messages(tree: &Dockerfile<'_>) -> Vec<String> {
    tree.diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect()
}

fn comments(tree: &Dockerfile<'_>) -> Vec<String> {
    tree.comments().map(str::to_owned).collect()
}

fn count(all: &[String], one: &String) -> usize {
    all.iter().filter(|other| *other == one).count()
}

/// Whether there are newlines with and without a carriage return.
fn newline_kinds(text: &str) -> (bool, bool) {
    let crlf = text.matches("\r\n").count();
    (crlf > 0, text.matches('\n').count() > crlf)
}
