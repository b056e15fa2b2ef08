//! What all forms of a verification say in the same words.

use std::time::Duration;

use super::super::bytes;
pub(super) use super::super::summary::counted;
use crate::builder::Engine;
use crate::image::FieldDifference;
use crate::verify::{Answer, Apart, Comparison, Side, Times, Verdict, Verification};

/// The answer in one line.
pub(super) fn verdict(found: &Verification) -> String {
    let mut line = match (&found.verdict, &found.comparison, &found.after) {
        (Verdict::BuildFails, _, Err(failure)) => match &failure.step {
            Some(step) => return format!("the new file cannot be built: {step} fails"),
            None => return "the new file cannot be built".to_owned(),
        },
        (Verdict::SmokeFails, ..) => {
            let answer = found.after.as_ref().ok().and_then(|after| after.smoke.as_ref());
            let told = answer.map(Answer::told).unwrap_or_default();
            return format!("the new image fails the smoke command, which {told}");
        }
        (Verdict::Declared(names), ..) => format!("differs as declared ({})", names.join(", ")),
        (Verdict::Differs, Some(comparison), _) => differences(comparison),
        (_, Some(comparison), _) => {
            let apart: Vec<&str> = comparison.apart.keys().map(|noise| noise.name()).collect();
            match apart.split_last() {
                None => "equal".to_owned(),
                Some((last, [])) => format!("equal but for {last}"),
                Some((last, rest)) => format!("equal but for {} and {last}", rest.join(", ")),
            }
        }
        (_, None, _) => String::new(),
    };
    if let Ok(after) = &found.after {
        let (old, new) = (found.before.image.size(), after.image.size());
        line += &match new.cmp(&old) {
            std::cmp::Ordering::Less => format!(", {} smaller", bytes(old - new)),
            std::cmp::Ordering::Equal => ", of the same size".to_owned(),
            std::cmp::Ordering::Greater => format!(", {} larger", bytes(new - old)),
        };
        if let (Some(old), Some(new)) =
            (shortest(&found.before.rebuilds), shortest(&after.rebuilds))
        {
            line += &format!(", rebuild {} -> {}", seconds(old.wall), seconds(new.wall));
        }
    }
    line
}

/// In which ways two images differ, in one line.
pub(crate) fn differences(found: &Comparison) -> String {
    let mut parts = Vec::new();
    if !found.config.is_empty() {
        let mut fields: Vec<&str> = found.config.iter().map(|one| one.field).collect();
        fields.dedup();
        parts.push(format!("configuration ({})", fields.join(", ")));
    }
    for (list, what) in
        [(&found.removed, "removed"), (&found.added, "added"), (&found.changed, "changed")]
    {
        if !list.is_empty() {
            parts.push(format!("{} {what}", counted(list.len(), "file")));
        }
    }
    format!("differs: {}", parts.join(", "))
}

/// A number that was measured in both images.
pub(super) struct Number {
    /// What it counts.
    pub(super) what: String,
    /// The old value, if there is one.
    pub(super) before: Option<Value>,
    /// The new value, if there is one.
    pub(super) after: Option<Value>,
    /// By how much it changed, in words; empty where that says nothing.
    pub(super) change: String,
}

/// A value, and how it is said.
pub(super) struct Value {
    /// In bytes, seconds or pieces: less is better.
    pub(super) size: f64,
    /// With its unit.
    pub(super) told: String,
}

impl Number {
    /// Whether the new value is not worse, if there are two.
    pub(super) fn is_better(&self) -> Option<bool> {
        let (before, after) = self.before.as_ref().zip(self.after.as_ref())?;
        Some(after.size <= before.size)
    }

    /// As cells of a table: what, before, after, change.
    pub(super) fn cells(&self) -> [String; 4] {
        let told = |value: &Option<Value>| {
            value.as_ref().map_or("-".to_owned(), |value| value.told.clone())
        };
        [self.what.clone(), told(&self.before), told(&self.after), self.change.clone()]
    }
}

/// All numbers that were measured.
pub(super) fn numbers(found: &Verification) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut add = |what: &str, get: &dyn Fn(&Side) -> Option<Value>| {
        let before = get(&found.before);
        let after = found.after.as_ref().ok().and_then(get);
        let both = before.as_ref().zip(after.as_ref());
        let change = both.map(|(before, after)| percent(before.size, after.size));
        let change = change.unwrap_or_default();
        if before.is_some() || after.is_some() {
            numbers.push(Number { what: what.to_owned(), before, after, change });
        }
    };
    let size = |size: u64| Value { size: size as f64, told: bytes(size) };
    let time = |time: Duration| Value { size: time.as_secs_f64(), told: seconds(time) };
    add("size", &|side| Some(size(side.image.size())));
    add("pulled", &|side| side.image.pulled().map(size));
    add("layers", &|side| {
        let count = side.image.layers.len();
        Some(Value { size: count as f64, told: count.to_string() })
    });
    for (what, is_rebuild) in [("build", false), ("rebuild", true)] {
        let times = |side: &Side| {
            if is_rebuild { shortest(&side.rebuilds) } else { shortest(&side.builds) }
        };
        add(what, &|side| times(side).map(|times| time(times.wall)));
        add(&format!("{what}, CPU"), &|side| times(side).and_then(|times| times.cpu).map(time));
    }
    numbers
}

/// The shortest of several times.
fn shortest(times: &[Times]) -> Option<Times> {
    times.iter().copied().min_by_key(|times| times.wall)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn percent(old: f64, new: f64) -> String {
    if old <= 0.0 {
        return String::new();
    }
    let change = (new - old) / old * 100.0;
    if change.abs() < 0.05 { "=".to_owned() } else { format!("{change:+.1} %") }
}

/// A layer, or all those of the base, as a row of a list.
pub(super) struct Row {
    /// `line 7`, or `base`.
    pub(super) place: String,
    /// Whether it stands for the layers of the base.
    pub(super) is_base: bool,
    /// Its bytes, uncompressed.
    pub(super) bytes: u64,
    /// The instruction, on one line.
    pub(super) instruction: String,
}

/// The layers of an image from the base up.
pub(super) fn rows(side: &Side) -> Vec<Row> {
    let own = side.steps.iter().position(Option::is_some).unwrap_or(side.steps.len());
    let base = &side.image.layers[..own];
    let mut rows = Vec::new();
    if !base.is_empty() {
        rows.push(Row {
            place: "base".to_owned(),
            is_base: true,
            bytes: base.iter().map(|layer| layer.archive_bytes).sum(),
            instruction: counted(base.len(), "layer"),
        });
    }
    for (layer, step) in side.image.layers.iter().zip(&side.steps).skip(own) {
        let noted = || layer.made_by.split_whitespace().collect::<Vec<_>>().join(" ");
        rows.push(Row {
            place: step.as_ref().map(|step| format!("line {}", step.line)).unwrap_or_default(),
            is_base: false,
            bytes: layer.archive_bytes,
            instruction: step.as_ref().map_or_else(noted, |step| step.text.clone()),
        });
    }
    rows
}

/// A difference of the configuration: the field, the old value, the new one.
pub(super) fn setting(one: &FieldDifference) -> (String, String, String) {
    let field = if one.key.is_empty() {
        one.field.to_owned()
    } else {
        format!("{} {}", one.field, one.key)
    };
    let told = |value: &Option<String>| match value {
        None => "not set".to_owned(),
        Some(value) if value.is_empty() => "set".to_owned(),
        Some(value) => value.clone(),
    };
    (field, told(&one.before), told(&one.after))
}

/// What was set apart of one kind.
pub(super) fn apart(apart: &Apart) -> String {
    let mut parts = Vec::new();
    for ((count, size), what) in [(apart.removed, "removed"), (apart.added, "added")] {
        if count > 0 {
            parts.push(format!("{} {what} ({})", counted(count, "file"), bytes(size)));
        }
    }
    if apart.changed > 0 {
        parts.push(format!("{} changed", counted(apart.changed, "file")));
    }
    parts.join(", ")
}

/// What is said of differences that are none.
pub(super) fn remarks(comparison: &Comparison) -> Vec<String> {
    let mut remarks = Vec::new();
    if comparison.unsteady > 0 {
        let files = counted(comparison.unsteady, "file");
        remarks.push(format!("{files} that differ between two builds of the old file as well"));
    }
    if comparison.times > 0 {
        let files = counted(comparison.times, "file");
        remarks.push(format!("{files} with another time of change and the same contents"));
    }
    remarks
}

/// What the smoke command said, before and after.
pub(super) fn smoke(found: &Verification) -> Option<String> {
    let new = found.after.as_ref().ok()?.smoke.as_ref()?;
    let old = found.before.smoke.as_ref()?;
    Some(match (found.verdict == Verdict::SmokeFails, old == new) {
        (true, _) => format!("before: {}; after: {}", old.told(), new.told()),
        (false, _) => "both images pass".to_owned(),
    })
}

/// Who built.
pub(super) fn built_by(engine: Engine) -> String {
    format!("built with {}", engine.name())
}
