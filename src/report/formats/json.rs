//! The output for programs of one's own. Version 1: keys may be added, and none is taken away or changed without another number.

use serde_json::{Value, json};

use super::{Collected, Entry, replacements};
use crate::engine::Remark;
use crate::positions::Positions;
use crate::report::Totals;

pub(super) fn write(run: &Collected, totals: &Totals) -> String {
    let files: Vec<Value> = run.entries.iter().map(file).collect();
    let page = json!({
        "version": 1,
        "tool": { "name": "dockslim", "version": env!("CARGO_PKG_VERSION") },
        "files": files,
        "errors": run.errors,
        "totals": {
            "files": totals.files,
            "changed": totals.changed,
            "rewrites": totals.rewrites,
            "offered": { "review": totals.review, "suggestion": totals.suggestions },
            "foreign": totals.foreign,
            "failed": totals.failed,
        },
    });
    format!("{page:#}\n")
}

fn file(entry: &Entry) -> Value {
    let positions = Positions::of(&entry.text);
    let outcome = &entry.outcome;
    let list = |remarks: &[Remark]| -> Vec<Value> {
        remarks.iter().map(|remark| one(entry, &positions, remark)).collect()
    };
    let edits = |edits| -> Vec<Value> {
        let replaced = replacements(entry, &positions, edits).into_iter();
        let values = replaced.map(|(edit, place)| {
            json!({
                "bytes": [edit.span.start, edit.span.end],
                "start": place.start,
                "end": place.end,
                "text": edit.text,
            })
        });
        values.collect()
    };
    let applied: Vec<Value> = outcome
        .applied
        .iter()
        .map(|remark| {
            let mut value = one(entry, &positions, remark);
            value["edits"] = entry.fix(remark).map(|single| edits(&single.edits)).into();
            value
        })
        .collect();
    json!({
        "path": entry.path,
        "changed": entry.changed,
        "edits": edits(&outcome.edits),
        "applied": applied,
        "offered": list(&outcome.offered),
        "declined": list(&outcome.declined),
        "diagnostics": list(&outcome.diagnostics),
        "notes": list(&outcome.notes),
    })
}

fn one(entry: &Entry, positions: &Positions, remark: &Remark) -> Value {
    let place = entry.place(positions, remark.at);
    let word = |word: &str| if word.is_empty() { Value::Null } else { word.into() };
    json!({
        "pass": word(remark.pass),
        "level": remark.safety.name(),
        "reason": word(remark.reason),
        "message": remark.message,
        "bytes": [remark.at.start, remark.at.end],
        "start": place.start,
        "end": place.end,
    })
}
