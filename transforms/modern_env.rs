//! Write `ENV name value` and `LABEL name value` with a `=`.
//!
//! The form without `=` is deprecated, and builders warn of it (`LegacyKeyValueFormat`): everything up
//! to the end of the line is one value, so that a second pair, or a comment, silently becomes part of
//! the first. With `=` each value ends where it seems to, and the cache keeps its layers: the
//! environment is the same.
//!
//! ```dockerfile before
//! FROM debian:12
//! ENV LANG C.UTF-8
//! ENV PATH /opt/tool/bin:$PATH
//! ENV GREETING hello  "brave new" world
//! LABEL description The tool
//! ```
//!
//! ```dockerfile after
//! FROM debian:12
//! ENV LANG=C.UTF-8
//! ENV PATH=/opt/tool/bin:$PATH
//! ENV GREETING="hello  brave new world"
//! LABEL description="The tool"
//! ```
//!
//! A value that is one word stays as it is, quotes included. Any other is put between double quotes;
//! quotes and escape characters inside, which the builder takes away, go, and those that it needs come.
//! Line continuations stay where they are.
//!
//! # Declines
//!
//! - The text is kept as it stands (`ONBUILD`), or the name is not a plain one.
//! - The author seems to mean something else than the builder reads: a value that begins with `=`,
//!   or an escape character that vanishes.
//! - The value has no other spelling that surely means the same.
//!
//! # Safety
//!
//! Safe: both forms give the variable, or the label, the same value in every builder.

mod reasons;
mod value;

use dockslim_contract::{Decline, DeclineReason, Findings, Rewrite, Safety};
use dockslim_syntax::{
    Arguments, Dockerfile, Edits, Instruction, Keyword, LeafKind, Pair, Span, parse,
};

use crate::{Facts, Options, Transform};
use value::{quoted, read, same_meaning};

/// The pass.
pub const MODERN_ENV: Transform = Transform {
    name: "modern-env",
    summary: "write ENV and LABEL with `=`",
    levels: &[Safety::Safe],
    causes: &[],
    source: include_str!("modern_env.rs"),
    declines: reasons::ALL,
    run,
};

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    for (_, outer) in facts.dockerfile.instructions() {
        let instruction = outer.innermost();
        let Some((name, value)) = legacy_pair(instruction) else { continue };
        let at = outer.span;
        let kept = outer.kind == Keyword::Onbuild;
        let text = if kept { Err(&reasons::ONBUILD) } else { new_text(facts, name, value) };
        match text {
            Err(reason) => {
                let message = format!("`{}`: {}", facts.dockerfile.text(name), reason.summary);
                findings.declines.push(Decline { reason, at, message });
            }
            Ok(text) => {
                let mut edits = Edits::new();
                if edits.replace(Span::new(name.end, value.end), text).is_ok() {
                    let keyword = instruction.kind.name();
                    let reason = format!("`{keyword} name value` is deprecated for `name=value`");
                    findings.rewrites.push(Rewrite { safety: Safety::Safe, at, reason, edits });
                }
            }
        }
    }
    findings
}

/// The name and the value, if this is ENV or LABEL without `=`.
fn legacy_pair(instruction: &Instruction) -> Option<(Span, Span)> {
    let Arguments::Pairs { pairs, legacy: true } = &instruction.arguments else { return None };
    match pairs.as_slice() {
        [Pair { name, value: Some(value) }] if instruction.flags.is_empty() => {
            Some((*name, *value))
        }
        _ => None,
    }
}

/// What comes behind the name instead of the blank and the value.
fn new_text(facts: &Facts<'_>, name: Span, value: Span) -> Result<String, &'static DeclineReason> {
    let dockerfile = facts.dockerfile;
    let between = Span::new(name.end, value.start);
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    // Other blanks than these end a name for nobody but us.
    let blank = |c: char| c.is_ascii() || !c.is_whitespace();
    if !dockerfile.text(name).chars().all(plain) || !dockerfile.raw(between).chars().all(blank) {
        return Err(&reasons::ODD_NAME);
    }
    if dockerfile.leaves_in(between).iter().any(|leaf| leaf.kind == LeafKind::Comment) {
        return Err(&reasons::COMMENT_BETWEEN);
    }
    let old = dockerfile.text(value);
    if old.starts_with('=') {
        return Err(&reasons::STRAY_EQUALS);
    }
    let characters: Vec<char> = old.chars().collect();
    let meaning = read(&characters, dockerfile.escape);
    if meaning != Err(&reasons::UNBALANCED_QUOTES) {
        let same = format!("={}", dockerfile.raw(value));
        if is_read_as(dockerfile, &same, &old) {
            return Ok(same);
        }
    }
    if holds_further_pairs(dockerfile, value) {
        return Err(&reasons::SEVERAL_PAIRS);
    }
    let pieces = meaning?;
    let mut offsets = offsets(dockerfile, value);
    offsets.push(value.end);
    let (mut text, mut joined) = ("=\"".to_owned(), "\"".to_owned());
    let mut from = value.start;
    for (number, piece) in pieces.iter().enumerate() {
        let next = pieces.get(number + 1).map(|next| &next.kind);
        let written = quoted(&piece.kind, next, dockerfile.escape);
        let at = offsets[piece.at];
        text.extend(
            dockerfile.continuations_in(Span::new(from, at)).map(|gap| dockerfile.raw(gap)),
        );
        text.push_str(&written);
        joined.push_str(&written);
        from = at;
    }
    let rest = Span::new(from, value.end);
    text.extend(dockerfile.continuations_in(rest).map(|gap| dockerfile.raw(gap)));
    text.push('"');
    joined.push('"');
    let again: Vec<char> = joined.chars().collect();
    let again = read(&again, dockerfile.escape);
    if again.is_ok_and(|again| same_meaning(&again, &pieces))
        && is_read_as(dockerfile, &text, &joined)
    {
        Ok(text)
    } else {
        Err(&reasons::LINE_EDGE)
    }
}

/// Whether the author seems to have gone on with other pairs: behind a quotation, or on a new line
/// with a name in capitals or before a `=`.
fn holds_further_pairs(dockerfile: &Dockerfile<'_>, value: Span) -> bool {
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let of_name = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
    let names_one = |line: &str| {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let (name, value) = first.split_once('=').unwrap_or((first, ""));
        let in_capitals = name.len() > 1 && name.chars().all(capital) && value.is_empty();
        (in_capitals && words.next().is_some_and(|word| word != "\\"))
            || (first.contains('=') && name.chars().all(of_name))
    };
    let text = dockerfile.text(value);
    let behind_quotation = text.strip_prefix(['"', '\'']).and_then(|rest| {
        let (_, behind) = rest.split_once(text.chars().next()?)?;
        behind.starts_with(char::is_whitespace).then_some(())
    });
    let lines = dockerfile.continuations_in(value);
    behind_quotation.is_some()
        || lines.into_iter().any(|gap| names_one(&dockerfile.source[gap.end..value.end]))
}

/// Where each character of a value stands.
fn offsets(dockerfile: &Dockerfile<'_>, value: Span) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(value.len());
    let mut from = value.start;
    let mut add = |from: usize, to: usize| {
        let text = dockerfile.raw(Span::new(from, to));
        offsets.extend(text.char_indices().map(|(at, _)| from + at));
    };
    for gap in dockerfile.continuations_in(value) {
        add(from, gap.start);
        from = gap.end;
    }
    add(from, value.end);
    offsets
}

/// Whether `ENV name` with `text` behind it is read as one pair with this value.
fn is_read_as(dockerfile: &Dockerfile<'_>, text: &str, value: &str) -> bool {
    let alone = format!("# escape={}\nENV name{text}\n", dockerfile.escape);
    let tree = parse(&alone);
    let [_, dockslim_syntax::Item::Instruction(instruction)] = tree.items.as_slice() else {
        return false;
    };
    let Arguments::Pairs { pairs, legacy: false } = &instruction.arguments else { return false };
    match pairs.as_slice() {
        [Pair { value: Some(read), .. }] => {
            tree.text(*read) == value && tree.diagnostics.is_empty()
        }
        _ => false,
    }
}
