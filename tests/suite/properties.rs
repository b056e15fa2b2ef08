//! Does each pass, alone and with the others, keep what it has no business to change?

use std::sync::OnceLock;

use dockslim::engine::{Outcome, Settings, fix};
use dockslim_contract::Safety;
use dockslim_syntax::{Dockerfile, Edits, parse};
use dockslim_transforms::PIPELINE;

use rayon::prelude::*;

use crate::sources::{self, Source, assert_none};

const LEVELS: [Safety; 3] = [Safety::Safe, Safety::Review, Safety::Suggestion];

/// All passes together, then each alone, at every level.
fn all_settings() -> impl Iterator<Item = Settings> {
    let alone = PIPELINE.iter().map(|pass| vec![pass.name.to_owned()]);
    let selections: Vec<Vec<String>> = [Vec::new()].into_iter().chain(alone).collect();
    selections.into_iter().flat_map(|select| {
        LEVELS.map(|level| Settings { level, select: select.clone(), ..Settings::default() })
    })
}

/// What becomes of a source under one of all settings.
struct Fixed {
    source: &'static Source,
    settings: Settings,
    outcome: Outcome,
}

/// Every source under all settings, fixed once for all questions.
fn all_fixed() -> &'static [Fixed] {
    static ALL: OnceLock<Vec<Fixed>> = OnceLock::new();
    ALL.get_or_init(|| {
        let fixed = sources::all().par_iter().flat_map_iter(|source| {
            all_settings().map(move |settings| {
                let outcome = fix(&source.text, &settings);
                Fixed { source, settings, outcome }
            })
        });
        fixed.collect()
    })
}

/// Asks something of every source and what becomes of it under all settings.
#[track_caller]
fn assert_of_each_fix(ask: impl Fn(&Source, &Settings, &Outcome) -> Option<String> + Sync) {
    assert_none(all_fixed().par_iter().filter_map(|Fixed { source, settings, outcome }| {
        let complaint = ask(source, settings, outcome)?;
        let (name, level, text) = (&source.name, settings.level.name(), &outcome.text);
        Some(format!("{name}: at {level} with {:?}: {complaint}\n{text}", settings.select))
    }));
}

#[test]
fn edits_are_disjoint_and_are_the_whole_change() {
    assert_of_each_fix(|source, _, outcome| {
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
    });
}

#[test]
fn nothing_is_reported_where_nothing_is_changed() {
    assert_of_each_fix(|source, _, outcome| {
        let changed = outcome.text != source.text;
        let complaint = match (changed, outcome.applied.is_empty(), outcome.edits == Edits::new()) {
            (true, true, _) => "changed, and nothing says so",
            (false, false, _) => "said to be changed, and is not",
            (false, _, false) => "edits that change nothing",
            _ => return None,
        };
        Some(complaint.to_owned())
    });
}

#[test]
fn remarks_stand_in_the_file() {
    assert_of_each_fix(|source, _, outcome| {
        let remarks = [&outcome.applied, &outcome.offered, &outcome.declined, &outcome.diagnostics];
        let mut remarks = remarks.into_iter().flatten();
        let lost = remarks.find(|remark| {
            let before = source.text.get(..remark.at.start);
            let line = before.map(|before| 1 + before.matches('\n').count());
            line != Some(remark.line) || source.text.get(remark.at.range()).is_none()
        });
        lost.map(|remark| format!("{remark:?}"))
    });
}

#[test]
fn builders_and_shells_are_told_nothing_worse() {
    assert_of_each_fix(|source, _, outcome| {
        let (before, after) = (messages(&parse(&source.text)), messages(&parse(&outcome.text)));
        let new = after.iter().find(|message| count(&after, message) > count(&before, message));
        new.cloned()
    });
}

#[test]
fn comments_are_kept() {
    assert_of_each_fix(|source, _, outcome| {
        let (before, after) = (comments(&parse(&source.text)), comments(&parse(&outcome.text)));
        let differ =
            before.iter().chain(&after).find(|one| count(&before, one) != count(&after, one));
        differ.map(|comment| format!("the comment {comment:?} is not there as often as before"))
    });
}

#[test]
fn line_ends_and_byte_order_marks_are_kept() {
    assert_of_each_fix(|source, _, outcome| {
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
    });
}

#[test]
fn fixing_twice_is_fixing_once() {
    assert_of_each_fix(|_, settings, outcome| {
        let again = fix(&outcome.text, settings).text;
        (again != outcome.text).then(|| format!("and then\n{again}"))
    });
}

#[test]
fn bolder_levels_can_come_later() {
    assert_of_each_fix(|source, settings, outcome| {
        let bolder = LEVELS.into_iter().filter(|level| *level > settings.level);
        bolder.into_iter().find_map(|level| {
            let bold = Settings { level, ..settings.clone() };
            // What the surer level left as it was cannot depend on the order.
            if outcome.text == source.text {
                return None;
            }
            let (at_once, later) = (fix(&source.text, &bold).text, fix(&outcome.text, &bold).text);
            (at_once != later).then(|| format!("then\n{later}\nbut at once\n{at_once}"))
        })
    });
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
