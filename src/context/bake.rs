//! Reads the targets of a bake file: <https://docs.docker.com/build/bake/reference/#target>.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use serde_norway::Value;

use super::projects::{Written, is_plain};

/// What is written about a target: strings by key, and the targets that it inherits from.
#[derive(Default)]
struct Target {
    /// `None` for what is no plain string.
    texts: BTreeMap<String, Option<String>>,
    inherits: Vec<String>,
}

/// The targets of a `docker-bake.hcl`; none if it is not understood.
pub(super) fn builds_of_hcl(text: &str) -> Vec<Written> {
    let Ok(body) = text.parse::<Body>() else { return Vec::new() };
    let blocks = body.get_blocks("target");
    let named = |block: &Block| Some((block.labels.first()?.as_str().to_owned(), target(block)));
    builds(&blocks.filter_map(named).collect())
}

fn target(block: &Block) -> Target {
    let mut target = Target::default();
    for attribute in block.body.attributes() {
        let key = attribute.key.as_str();
        if key == "inherits" {
            let names = attribute.value.as_array().into_iter().flatten();
            target.inherits = names.filter_map(Expression::as_str).map(str::to_owned).collect();
        } else {
            target.texts.insert(key.to_owned(), attribute.value.as_str().map(str::to_owned));
        }
    }
    target
}

/// The targets of a `docker-bake.json`; none if it is not understood.
pub(super) fn builds_of_json(text: &str) -> Vec<Written> {
    // JSON is YAML, for what stands in such a file.
    let Ok(file) = serde_norway::from_str::<Value>(text) else { return Vec::new() };
    let Some(targets) = file.get("target").and_then(Value::as_mapping) else { return Vec::new() };
    let mut found = BTreeMap::new();
    for (name, written) in targets {
        let mut target = Target::default();
        for (key, value) in written.as_mapping().into_iter().flatten() {
            let Some(key) = key.as_str() else { continue };
            if key == "inherits" {
                let names = value.as_sequence().into_iter().flatten();
                target.inherits = names.filter_map(Value::as_str).map(str::to_owned).collect();
            } else {
                target.texts.insert(key.to_owned(), value.as_str().map(str::to_owned));
            }
        }
        found.extend(name.as_str().map(|name| (name.to_owned(), target)));
    }
    builds(&found)
}

fn builds(targets: &BTreeMap<String, Target>) -> Vec<Written> {
    targets.values().filter_map(|target| build(target, targets)).collect()
}

fn build(target: &Target, targets: &BTreeMap<String, Target>) -> Option<Written> {
    let text = |key: &str| look_up(target, key, targets, &mut BTreeSet::new());
    if text("dockerfile-inline").is_some() {
        return None;
    }
    let plain = |key, default: &str| match text(key) {
        Some(value) => value.filter(|value| is_plain(value)),
        None => Some(default.to_owned()),
    };
    Some(Written {
        context: plain("context", ".")?,
        dockerfile: plain("dockerfile", "Dockerfile")?,
        target: text("target").flatten().filter(|target| is_plain(target)),
    })
}

/// What a target says, or the last of those that it inherits from and that says something. Those in
/// `asked` say nothing.
fn look_up<'t>(
    target: &Target,
    key: &str,
    targets: &'t BTreeMap<String, Target>,
    asked: &mut BTreeSet<&'t str>,
) -> Option<Option<String>> {
    if let Some(value) = target.texts.get(key) {
        return Some(value.clone());
    }
    for name in target.inherits.iter().rev() {
        let Some((name, parent)) = targets.get_key_value(name) else { continue };
        if asked.insert(name)
            && let Some(value) = look_up(parent, key, targets, asked)
        {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HCL: &str = r#"
variable "TAG" { default = "latest" }
group "default" { targets = ["api", "web"] }
target "base" {
  context = "src"
  dockerfile = "docker/Dockerfile"
}
target "api" {
  inherits = ["base"]
  target = "api"
  tags = ["api:${TAG}"]
}
target "web" {
  inherits = ["base"]
  context = "web/${TAG}"
}
target "round" { inherits = ["round"] }
target "inline" { dockerfile-inline = "FROM a" }
"#;

    const JSON: &str = r#"{
  "target": {
    "base": {"context": "src", "dockerfile": "docker/Dockerfile"},
    "api": {"inherits": ["base"], "target": "api", "args": {"A": "1"}},
    "web": {"inherits": ["base"], "context": "web/${TAG}"},
    "round": {"inherits": ["round"]},
    "inline": {"dockerfile-inline": "FROM a"}
  }
}"#;

    #[test]
    fn targets_are_read_from_both_formats() {
        for builds in [builds_of_hcl(HCL), builds_of_json(JSON)] {
            let read = builds.iter().map(|build| {
                (build.context.as_str(), build.dockerfile.as_str(), build.target.as_deref())
            });
            assert_eq!(
                read.collect::<Vec<_>>(),
                [
                    ("src", "docker/Dockerfile", Some("api")),
                    ("src", "docker/Dockerfile", None),
                    (".", "Dockerfile", None),
                ]
            );
        }
    }

    #[test]
    fn what_is_not_understood_names_nothing() {
        for text in ["", "target {", "{", "[1]", "target = 3", "{\"target\": [1]}"] {
            assert_eq!((builds_of_hcl(text), builds_of_json(text)), (vec![], vec![]), "{text}");
        }
        let deep = format!("target \"a\" {{ a = {}", "[".repeat(100_000));
        assert_eq!((builds_of_hcl(&deep), builds_of_json(&deep)), (vec![], vec![]));
        let deep = "a {".repeat(100_000);
        assert_eq!((builds_of_hcl(&deep), builds_of_json(&deep)), (vec![], vec![]));
    }
}
