//! Lays out one file. The command line and the language server call the same functions.

use dockslim_contract::Safety;
pub use dockslim_format::{Indent, Style};
use dockslim_format::{Unit, format as lay_out};
use dockslim_proof::{Verdict, layout};
use dockslim_syntax::{Diagnostic, Dockerfile, Edits, Known, Span, apply, parse};
use dockslim_transforms::{FORMATTER, Suppressions};

use crate::engine::{Outcome, Remark, Single, comes_from, touch};

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The text in its new layout.
    pub text: String,
    /// The same as edits of the original text.
    pub edits: Edits,
    /// What is left as it was because its new layout could not be proved, in the order of the file.
    pub left: Vec<Remark>,
    /// What a builder or a shell would refuse in the original text.
    pub diagnostics: Vec<Remark>,
    /// What is wrong with comments that speak to dockslim: those that are not understood, and those that keep the formatter alone off
    /// where it has nothing to do.
    pub notes: Vec<Remark>,
    /// The lines that change, in bytes of the original text: what touches is one place.
    places: Vec<Span>,
}

impl Layout {
    /// Each place that changes, with its edits: right together, and not yet proved alone.
    fn changes(&self, source: &str) -> Vec<Single> {
        let mut edits = self.edits.iter().peekable();
        let (mut line, mut counted) = (1, 0);
        let changes = self.places.iter().map(|place| {
            let mut own = Edits::new();
            while let Some(edit) = edits.next_if(|edit| edit.span.end <= place.end) {
                let added = own.replace(edit.span, edit.text.clone());
                debug_assert!(added.is_ok(), "they were disjoint before: {added:?}");
            }
            line += source[counted..place.start].matches('\n').count();
            counted = place.start;
            let last = source[place.range()].trim_end_matches(['\r', '\n']).len();
            let at = Span::new(place.start, place.start + last);
            Single {
                remark: remark(at, line, "", "these lines would be laid out otherwise"),
                edits: own,
            }
        });
        changes.collect()
    }

    /// The changes that are right by themselves, also where the others are not made.
    pub(crate) fn singles(&self, source: &str) -> Vec<Single> {
        let before = parse(source);
        let mut changes = self.changes(source);
        changes.retain(|one| objection(&before, &one.edits.apply(source)).is_none());
        changes
    }

    /// What is said of a file of which nothing but the layout changes. `source` is the text that was laid out.
    pub(crate) fn outcome(self, source: &str) -> Outcome {
        let applied = self.changes(source).into_iter().map(|one| one.remark).collect();
        let Self { text, edits, left, diagnostics, notes, .. } = self;
        let offered = Vec::new();
        Outcome { text, edits, applied, offered, declined: left, diagnostics, notes }
    }
}

/// A remark of the formatter.
fn remark(at: Span, line: usize, reason: &'static str, message: impl Into<String>) -> Remark {
    Remark { pass: FORMATTER, safety: Safety::Safe, at, line, reason, message: message.into() }
}

/// Lays out what the passes made of `source`, of which `places` alone, if there are any, were to be changed. The layout becomes a part of the
/// outcome, with a remark if it changes anything; gives what is left as it was.
pub(crate) fn after(
    source: &str,
    outcome: &mut Outcome,
    places: Option<&[Span]>,
    style: &Style,
) -> Vec<Remark> {
    let layout = format_units(&parse(&outcome.text), style, |unit| {
        places.is_none_or(|places| comes_from(unit.at, &outcome.edits, source, places))
    });
    let line = |at: usize| 1 + source[..at].matches('\n').count();
    let origin = |at: usize| outcome.edits.origin(at).min(source.len());
    if let Some(first) = layout.edits.iter().next() {
        let start = origin(first.span.start);
        let end = start + source[start..].find('\n').unwrap_or(source.len() - start);
        let message = "the file would be laid out otherwise from here on";
        let remark = remark(Span::new(start, end), line(start), "", message);
        outcome.applied.push(remark);
        outcome.applied.sort_by_key(|remark| remark.at.start);
    }
    let mut left = layout.left;
    for remark in &mut left {
        let start = origin(remark.at.start);
        remark.at = Span::new(start, origin(remark.at.end).max(start));
        remark.line = line(start);
    }
    outcome.declined.extend(left.iter().cloned());
    outcome.declined.sort_by_key(|remark| remark.at.start);
    outcome.edits = outcome.edits.then(&layout.edits);
    outcome.text = layout.text;
    left
}

/// Lays out `source`, part by part. A part whose new layout the proof does not accept stays as it was, with a remark; what a comment
/// keeps from the formatter stays without one.
pub fn format(source: &str, style: &Style) -> Layout {
    format_parsed(&parse(source), None, style)
}

/// As [`format()`], but only the instructions and lines that `range`, in bytes of `source`, touches.
pub fn format_range(source: &str, range: Span, style: &Style) -> Layout {
    format_parsed(&parse(source), Some(range), style)
}

/// The same for a text that was read already; all of it without a `range`.
pub(crate) fn format_parsed(before: &Dockerfile<'_>, range: Option<Span>, style: &Style) -> Layout {
    let touches =
        |at: Span, range: Span| at.start < range.end.max(range.start + 1) && range.start < at.end;
    format_units(before, style, |unit| range.is_none_or(|range| touches(unit.at, range)))
}

/// As [`format()`], but only the instructions and lines that touch one of `places`, in bytes of `source`.
pub(crate) fn format_places(source: &str, places: &[Span], style: &Style) -> Layout {
    let before = parse(source);
    format_units(&before, style, |unit| places.iter().any(|place| touch(unit.at, *place)))
}

/// After so many parts that cannot be proved, a file is left alone: something in it is not understood.
const MOST_LEFT: usize = 64;

fn format_units(before: &Dockerfile<'_>, style: &Style, wanted: impl Fn(&Unit) -> bool) -> Layout {
    let mut units = lay_out(before, style);
    let kept = Suppressions::of(before);
    let notes = notes(before, &kept, &units);
    units.retain(|unit| wanted(unit) && kept.keeps(FORMATTER, unit.at).is_none());
    Layout { notes, ..proved(before, units) }
}

/// What is wrong with the comments of a file of which `units` would be laid out if there were none.
fn notes(before: &Dockerfile<'_>, kept: &Suppressions, units: &[Unit]) -> Vec<Remark> {
    let wrong = kept.iter().filter_map(|one| {
        let idle = || {
            let names_it_alone =
                one.own && matches!(one.passes.as_slice(), [name] if name == FORMATTER);
            names_it_alone && !units.iter().any(|unit| one.reaches(unit.at))
        };
        let (reason, message) = match &one.problem {
            Some(problem) => ("bad-keep", problem.as_str()),
            None if idle() => {
                ("unused-keep", "nothing here would be laid out otherwise; the comment can go")
            }
            None => return None,
        };
        let line = before.line(one.comment.start);
        Some(Remark { pass: "", ..remark(one.comment, line, reason, message) })
    });
    wrong.collect()
}

/// Makes the changes of those parts that the proof accepts.
fn proved(before: &Dockerfile<'_>, mut units: Vec<Unit>) -> Layout {
    let mut left = Vec::new();
    loop {
        let text = apply(units.iter().flat_map(|unit| &unit.edits), before.source);
        let Some((place, message)) = objection(before, &text) else {
            left.sort_by_key(|remark: &Remark| remark.at.start);
            let (places, edits) = (places_of(&units), edits_of(units));
            let (diagnostics, notes) = (diagnostics(before), Vec::new());
            return Layout { text, edits, left, diagnostics, notes, places };
        };
        // Without a place, any part may be to blame.
        let number = place.map(|at| units.partition_point(|unit| unit.at.end <= at.start)).filter(
            |number| {
                units.get(*number).is_some_and(|unit| {
                    place.is_some_and(|at| unit.at.start < at.end.max(at.start + 1))
                })
            },
        );
        let blamed: Vec<Unit> = match number {
            Some(number) if left.len() < MOST_LEFT => vec![units.remove(number)],
            _ => std::mem::take(&mut units),
        };
        for unit in blamed {
            let message = format!("not laid out: it cannot be proved: {message}");
            left.push(remark(unit.at, before.line(unit.at.start), "not-proven", message));
        }
    }
}

/// Where units stand; those that touch are one place.
fn places_of(units: &[Unit]) -> Vec<Span> {
    let mut places: Vec<Span> = Vec::new();
    for unit in units {
        match places.last_mut() {
            Some(last) if last.end == unit.at.start => last.end = unit.at.end,
            _ => places.push(unit.at),
        }
    }
    places
}

fn diagnostics(before: &Dockerfile<'_>) -> Vec<Remark> {
    let remark = |diagnostic: &Diagnostic| Remark {
        pass: "",
        safety: Safety::Safe,
        at: diagnostic.span,
        line: before.line(diagnostic.span.start),
        reason: "",
        message: diagnostic.message.clone(),
    };
    before.diagnostics.iter().map(remark).collect()
}

fn edits_of(units: Vec<Unit>) -> Edits {
    let mut edits = Edits::new();
    for edit in units.into_iter().flat_map(|unit| unit.edits) {
        let added = edits.replace(edit.span, edit.text);
        debug_assert!(added.is_ok(), "units are disjoint: {added:?}");
    }
    edits
}

/// What speaks against the text, and where in the old one, if that is known.
fn objection(before: &Dockerfile<'_>, text: &str) -> Option<(Option<Span>, String)> {
    if text == before.source {
        return None;
    }
    match layout(before, &Known::of(before).parse(text)) {
        Verdict::Equal(_) => None,
        Verdict::Different(gap) | Verdict::Unknown(gap) => Some((gap.before, gap.message)),
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::Edit;

    use super::*;

    /// A unit that puts `text` in the place of the only `old`, on the line that it stands on.
    fn unit(source: &str, old: &str, text: &str) -> Unit {
        let start = source.find(old).unwrap();
        let line = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = start + source[start..].find('\n').unwrap() + 1;
        let span = Span::new(start, start + old.len());
        Unit { at: Span::new(line, end), edits: vec![Edit { span, text: text.to_owned() }] }
    }

    #[test]
    fn a_part_that_is_not_proved_stays_as_it_was_and_the_others_do_not() {
        let source = "from  a\nRUN b  c\nRUN  d\n";
        let units = vec![
            unit(source, "from  ", "FROM "),
            unit(source, "b  c", "bc"),
            unit(source, "  d", " d"),
        ];
        let layout = proved(&parse(source), units);
        assert_eq!(layout.text, "FROM a\nRUN b  c\nRUN d\n");
        let [left] = layout.left.as_slice() else { panic!("{:?}", layout.left) };
        assert_eq!((left.line, left.reason, left.at), (2, "not-proven", Span::new(8, 17)));
        assert_eq!(
            left.message,
            "not laid out: it cannot be proved: there are more or fewer words"
        );
    }

    #[test]
    fn a_file_that_another_part_breaks_is_left_alone() {
        let source = "FROM a\nRUN  b\n";
        let whole = Unit {
            at: Span::new(0, 0),
            edits: vec![Edit { span: Span::empty(0), text: "x\n".into() }],
        };
        let layout = proved(&parse(source), vec![whole, unit(source, "  b", " b")]);
        assert_eq!(layout.text, source);
        assert_eq!(layout.left.len(), 2);
    }
}
