//! How people tell other tools to leave something alone, and what that means here.
//!
//! The head of `suppressions.toml` names the sources.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// What a comment of another tool keeps, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// Whether it speaks of the whole file, and not of the next instruction.
    pub(crate) file: bool,
    /// The passes that it holds off; there may be none.
    pub(crate) passes: Vec<&'static str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    tool: Vec<Tool>,
    others: Others,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    name: String,
    #[serde(default)]
    next: Vec<String>,
    #[serde(default)]
    file: Vec<String>,
    #[serde(default)]
    directive: Vec<String>,
    #[serde(default)]
    knows: Vec<String>,
    #[serde(default)]
    rules: BTreeMap<String, Vec<String>>,
    /// What a comment without rules keeps.
    #[serde(default)]
    keeps: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Others {
    beginnings: Vec<String>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("suppressions.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

/// Whether a comment tells a tool how to treat the next instruction; `comment` begins with its `#`.
pub(crate) fn speaks_to_a_tool(comment: &str) -> bool {
    let text = words(comment).to_ascii_lowercase();
    let tools = table().tool.iter();
    let own = tools.flat_map(|tool| tool.next.iter().chain(&tool.file).chain(&tool.directive));
    own.chain(&table().others.beginnings).any(|beginning| text.starts_with(beginning.as_str()))
}

/// What a comment keeps, if it is one of another tool; `comment` begins with its `#`.
pub(crate) fn foreign(comment: &str, is_directive: bool) -> Option<Foreign> {
    let text = words(comment);
    let after = |beginnings: &'static [String]| {
        let mut ends = beginnings.iter().filter_map(|beginning| rest(text, beginning));
        ends.next()
    };
    table().tool.iter().find_map(|tool| {
        let (rules, file) = match after(&tool.next) {
            Some(rules) => (rules, false),
            None => {
                let directive = if is_directive { after(&tool.directive) } else { None };
                (after(&tool.file).or(directive)?, true)
            }
        };
        let mut passes: Vec<&'static str> = tool.keeps.iter().map(String::as_str).collect();
        for rule in names(rules) {
            passes.extend(passes_of(tool, rule));
        }
        passes.sort_unstable();
        passes.dedup();
        Some(Foreign { file, passes })
    })
}

/// What stands behind the mark of a comment.
fn words(comment: &str) -> &str {
    comment.trim_start_matches('#').trim_start()
}

/// What stands behind a beginning, in whose place blanks may stand around `=`. A word that only begins like it is another one.
fn rest<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let mut rest = text;
    for piece in beginning.split_inclusive('=') {
        let word = piece.trim_end_matches('=');
        let head = rest.get(..word.len())?;
        rest = head.eq_ignore_ascii_case(word).then(|| &rest[word.len()..])?;
        if piece.ends_with('=') {
            rest = rest.trim_start().strip_prefix('=')?.trim_start();
        }
    }
    let ends =
        beginning.ends_with('=') || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    ends.then_some(rest)
}

/// The names of rules: up to a `;` or another comment, with commas between them, and what stands behind a blank is no name.
fn names(rules: &str) -> impl Iterator<Item = &str> {
    let end = rules.find([';', '#']).unwrap_or(rules.len());
    let parts = rules[..end].split(',');
    parts.filter_map(|part| part.split_whitespace().next())
}

fn passes_of(tool: &'static Tool, rule: &str) -> Vec<&'static str> {
    let rule = rule.rsplit('/').next().unwrap_or(rule);
    let known = table().tool.iter().filter(|other| tool.knows.contains(&other.name));
    let rows = known.flat_map(|other| &other.rules);
    let rows = rows.filter(|(name, _)| rule == "all" || name.eq_ignore_ascii_case(rule));
    rows.flat_map(|(_, passes)| passes.iter().map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NAMES;

    #[test]
    fn rows_name_passes_and_tools() {
        let known = |pass: &String| pass == "fmt" || NAMES.contains(&pass.as_str());
        let names: Vec<&String> = table().tool.iter().map(|tool| &tool.name).collect();
        for tool in &table().tool {
            assert!(tool.rules.values().flatten().chain(&tool.keeps).all(known), "{}", tool.name);
            assert!(tool.knows.iter().all(|other| names.contains(&other)), "{}", tool.name);
            assert_eq!(tool.keeps.is_empty(), !tool.rules.is_empty(), "{}", tool.name);
        }
        let lower = |text: &String| *text == text.to_ascii_lowercase();
        assert!(table().others.beginnings.iter().all(lower));
    }

    #[test]
    fn comments_of_other_tools() {
        let kept = |comment: &str| foreign(comment, false).map(|found| (found.file, found.passes));
        let (caches, merging) = ("clean-package-caches", "merge-runs");
        for (comment, file, passes) in [
            ("# hadolint ignore=DL3059", false, &[merging][..]),
            ("#hadolint ignore = DL3008, DL3009", false, &[caches]),
            ("# hadolint global ignore=DL3059,dl3042", true, &[caches, merging]),
            ("# hadolint ignore=DL3059 # both are wanted", false, &[merging]),
            ("# hadolint ignore=SC2086", false, &[]),
            ("# tally ignore=hadolint/DL3059,max-lines;reason=DL3009", false, &[merging]),
            ("# tally ignore=sort-packages", false, &["fmt"]),
            ("# dockerfmt-ignore", false, &["fmt"]),
            ("# dprint-ignore-file", true, &["fmt"]),
        ] {
            assert_eq!(kept(comment), Some((file, passes.to_vec())), "{comment}");
        }
        for comment in
            ["# hadolint", "# hadolint shell=bash", "# dockerfmt-ignored", "# check=skip=all"]
        {
            assert_eq!(kept(comment), None, "{comment}");
        }
        let directive = foreign("# check = skip=LegacyKeyValueFormat;error=true", true).unwrap();
        assert_eq!((directive.file, directive.passes), (true, vec!["modern-env"]));
        assert_eq!(foreign("#check=skip=all", true).unwrap().passes, ["modern-env"]);
    }

    #[test]
    fn tools_are_spoken_to() {
        for comment in
            ["# dockslim: keep", "#NOSONAR", "# Hadolint ignore=DL3008", "## trivy:ignore:X"]
        {
            assert!(speaks_to_a_tool(comment), "{comment}");
        }
        assert!(!speaks_to_a_tool("# the shell that hadolint knows"));
    }
}
