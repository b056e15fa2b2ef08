//! Lays out one file. The command line and the language server call the same functions.

use std::path::Path;

use dockslim_contract::Safety;
pub use dockslim_format::{Indent, Style};
use dockslim_format::{Unit, format as lay_out};
use dockslim_proof::{Verdict, layout};
use dockslim_syntax::{Diagnostic, Dockerfile, Edits, Span, parse};
use dockslim_transforms::Suppressions;

use crate::editorconfig;
use crate::engine::{Outcome, Remark};
use crate::report::{self, Palette};

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
}

impl Layout {
    /// Makes this layout of the text of `outcome` a part of the outcome, with a remark if it changes anything. `source` is the text that
    /// the passes were given.
    pub(crate) fn after(self, source: &str, outcome: &mut Outcome) {
        if let Some(first) = self.edits.iter().next() {
            let start = outcome.edits.origin(first.span.start).min(source.len());
            let rest = source[start..].find('\n').unwrap_or(source.len() - start);
            outcome.applied.push(Remark {
                pass: "fmt",
                safety: Safety::Safe,
                at: Span::new(start, start + rest),
                line: 1 + source[..start].matches('\n').count(),
                reason: "",
                message: "the file is laid out otherwise from here on".to_owned(),
            });
            outcome.applied.sort_by_key(|remark| remark.at.start);
        }
        outcome.edits = outcome.edits.then(&self.edits);
        outcome.text = self.text;
    }
}

/// The style of the file at `path`, or that messages call `name`, by the `.editorconfig` files above it. Where these cannot be read
/// it is the usual one, and a remark says why.
pub(crate) fn style_for(path: Option<&Path>, name: &str) -> (Style, String) {
    match editorconfig::style(path.unwrap_or(Path::new(name))) {
        Ok(style) => (style, String::new()),
        Err(error) => {
            let remark = format!("{name}: laid out in the usual style: .editorconfig: {error}\n");
            (Style::default(), remark)
        }
    }
}

/// Lays out the text of a file in its [style](style_for); with what is to be said of it.
pub(crate) fn of_file(
    path: Option<&Path>,
    name: &str,
    text: &str,
    palette: &Palette,
) -> (Layout, String) {
    let (style, complaint) = style_for(path, name);
    let layout = format(text, &style);
    let said = complaint + &report::left(name, &layout.left, palette);
    (layout, said)
}

/// Lays out `source`, part by part. A part whose new layout the proof does not accept stays as it was, with a remark; what a comment
/// keeps from the formatter stays without one.
pub fn format(source: &str, style: &Style) -> Layout {
    format_units(source, style, |_| true)
}

/// As [`format()`], but only the instructions and lines that `range`, in bytes of `source`, touches.
pub fn format_range(source: &str, range: Span, style: &Style) -> Layout {
    let end = range.end.max(range.start + 1);
    format_units(source, style, |unit| unit.at.start < end && range.start < unit.at.end)
}

/// After so many parts that cannot be proved, a file is left alone: something in it is not understood.
const MOST_LEFT: usize = 64;

fn format_units(source: &str, style: &Style, wanted: impl Fn(&Unit) -> bool) -> Layout {
    let before = parse(source);
    let mut units = lay_out(&before, style);
    let kept = Suppressions::of(&before);
    units.retain(|unit| wanted(unit) && kept.keeps("fmt", unit.at).is_none());
    proved(&before, units)
}

/// Makes the changes of those parts that the proof accepts.
fn proved(before: &Dockerfile<'_>, mut units: Vec<Unit>) -> Layout {
    let mut left = Vec::new();
    loop {
        let edits = edits_of(&units);
        let text = edits.apply(before.source);
        let Some((place, message)) = objection(before, &text) else {
            left.sort_by_key(|remark: &Remark| remark.at.start);
            return Layout { text, edits, left, diagnostics: diagnostics(before) };
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
            let (at, line) = (unit.at, before.line(unit.at.start));
            left.push(Remark {
                pass: "fmt",
                safety: Safety::Safe,
                at,
                line,
                reason: "not-proven",
                message,
            });
        }
    }
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

fn edits_of(units: &[Unit]) -> Edits {
    let mut edits = Edits::new();
    for edit in units.iter().flat_map(|unit| &unit.edits) {
        let added = edits.replace(edit.span, edit.text.clone());
        debug_assert!(added.is_ok(), "units are disjoint: {added:?}");
    }
    edits
}

/// What speaks against the text, and where in the old one, if that is known.
fn objection(before: &Dockerfile<'_>, text: &str) -> Option<(Option<Span>, String)> {
    if text == before.source {
        return None;
    }
    match layout(before, &parse(text)) {
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
