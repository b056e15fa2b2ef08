//! SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>: the sections are named where they matter.

use std::collections::BTreeMap;

use dockslim_transforms::{FORMATTER, PIPELINE};
use serde_json::{Value, json};

use super::{Collected, Entry, Finding, Kind, Place, documentation, replacements};
use crate::positions::Positions;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(run: &Collected) -> String {
    let rules = rules();
    let index: BTreeMap<&str, usize> =
        rules.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    let mut results = Vec::new();
    for entry in &run.entries {
        let positions = Positions::of(&entry.text);
        let mut seen = Vec::new();
        for finding in entry.findings() {
            results.push(result(entry, &positions, &finding, &index, &mut seen));
        }
    }
    let notifications: Vec<Value> = run
        .errors
        .iter()
        .map(|error| json!({ "level": "error", "message": { "text": error } }))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "dockslim",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.into_iter().map(|(_, rule)| rule).collect::<Vec<_>>(),
            } },
            // 3.14.17: what columns count.
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": run.errors.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// 3.49, `reportingDescriptor`: each pass, and what is none.
fn rules() -> Vec<(&'static str, Value)> {
    let passes = PIPELINE.iter().map(|pass| {
        let rule = json!({
            "id": pass.name,
            "shortDescription": { "text": sentence(pass.summary) },
            "fullDescription": { "text": sentence(pass.summary) },
            "helpUri": documentation(pass.name),
            "help": { "text": pass.documentation(), "markdown": pass.documentation() },
            "defaultConfiguration": { "level": "warning" },
            "properties": { "tags": ["dockerfile", pass.boldest().name()] },
        });
        (pass.name, rule)
    });
    let others = [
        (FORMATTER, "the file is not laid out as `dockslim fmt` does", "warning"),
        ("syntax", "a builder would refuse the file or misread it", "warning"),
        ("bad-keep", "a comment for dockslim is not understood", "note"),
        ("unused-keep", "a comment keeps what no pass would change", "note"),
    ];
    let others = others.into_iter().map(|(id, summary, level)| {
        let rule = json!({
            "id": id,
            "shortDescription": { "text": sentence(summary) },
            "fullDescription": { "text": sentence(summary) },
            "help": { "text": sentence(summary) },
            "defaultConfiguration": { "level": level },
        });
        (id, rule)
    });
    passes.chain(others).collect()
}

/// 3.27, `result`.
fn result(
    entry: &Entry,
    positions: &Positions,
    finding: &Finding<'_>,
    index: &BTreeMap<&str, usize>,
    seen: &mut Vec<u64>,
) -> Value {
    let rule = finding.rule();
    let artifact = json!({ "uri": uri(&entry.path) });
    let level = match finding.kind {
        Kind::Refused | Kind::Rewrite => "warning",
        Kind::Note => "note",
    };
    let mut result = json!({
        "ruleId": rule,
        "ruleIndex": index[rule],
        "level": level,
        "message": { "text": sentence(&finding.message()) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact,
            "region": region(entry.place(positions, finding.remark.at)),
        } }],
        "partialFingerprints": { "dockslim/v1": finding.fingerprint(entry, seen) },
    });
    if let Some(single) = entry.fix(finding.remark) {
        // 3.57, `replacement`: an insertion deletes an empty region.
        let replaced = replacements(entry, positions, &single.edits).into_iter();
        let replacements = replaced.map(|(edit, place)| {
            json!({
                "deletedRegion": region(place),
                "insertedContent": { "text": edit.text },
            })
        });
        result["fixes"] = json!([{
            "description": { "text": sentence(&finding.message()) },
            "artifactChanges": [{
                "artifactLocation": artifact,
                "replacements": replacements.collect::<Vec<_>>(),
            }],
        }]);
    }
    result
}

/// 3.30, `region`: lines and columns from 1, the end column is behind the last character.
fn region(place: Place) -> Value {
    json!({
        "startLine": place.start.0,
        "startColumn": place.start.1,
        "endLine": place.end.0,
        "endColumn": place.end.1,
    })
}

/// 3.11.3: a message is a sentence, and ends in a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), characters.as_str())
}

/// 3.10.1: a relative reference, in which what RFC 3986 does not allow in a path is written with percent signs.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("./my app/Docker#file\u{e9}"), "my%20app/Docker%23file%C3%A9");
        assert_eq!(uri("C:x"), "C%3Ax", "a colon would make a scheme of what stands before it");
    }
}
