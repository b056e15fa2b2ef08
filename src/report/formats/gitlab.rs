//! A code quality report of GitLab: "Code Quality", "Code Quality report format".

use serde_json::{Value, json};

use super::{Collected, Kind};
use crate::positions::Positions;

pub(super) fn write(run: &Collected) -> String {
    let mut list: Vec<Value> = Vec::new();
    for entry in &run.entries {
        let positions = Positions::of(&entry.text);
        let mut seen = Vec::new();
        for finding in entry.findings() {
            let severity = match finding.kind {
                Kind::Error => "major",
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
