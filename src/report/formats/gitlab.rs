//! A code quality report of GitLab: "Code Quality", "Code Quality report format".

use serde_json::{Value, json};

use super::{Collected, Kind, hash};
use crate::positions::Positions;

pub(super) fn write(run: &Collected) -> String {
    // What kept a file from being looked at says which one; a report without it would look clean.
    let failed = |error: &String| {
        json!({
            "description": error,
            "check_name": "dockslim",
            "fingerprint": format!("{:016x}", hash(&[error])),
            "severity": "major",
            "location": { "path": ".", "lines": { "begin": 1 } },
        })
    };
    let mut list: Vec<Value> = run.errors.iter().map(failed).collect();
    for entry in &run.entries {
        let positions = Positions::of(&entry.text);
        let mut seen = Vec::new();
        for finding in entry.findings() {
            let severity = match finding.kind {
                Kind::Refused => "major",
                Kind::Rewrite => "minor",
                Kind::Note => "info",
            };
            let place = entry.place(&positions, finding.remark.at);
            list.push(json!({
                "description": format!("{}: {}", finding.rule(), finding.message()),
                "check_name": finding.rule(),
                "fingerprint": finding.fingerprint(entry, &mut seen),
                "severity": severity,
                "location": {
                    "path": entry.path.strip_prefix("./").unwrap_or(&entry.path),
                    "lines": { "begin": place.start.0, "end": place.end.0 },
                },
            }));
        }
    }
    format!("{:#}\n", Value::Array(list))
}
