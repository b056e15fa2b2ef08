//! The comments around two scripts.

use dockslim_syntax::{Item, Keyword, Span};

use super::hazards::Hazard;
use super::part::Part;
use super::reasons;
use crate::Facts;
use crate::knowledge::speaks_to_a_tool;

/// Whether the comments around two scripts let them become one.
pub(super) fn comments_allow(
    facts: &Facts<'_>,
    before: &Part<'_>,
    part: &Part<'_>,
) -> Result<(), Hazard> {
    let dockerfile = facts.dockerfile;
    for script in [before.script, part.script] {
        let runs_on = |comment: &&Span| dockerfile.continuations_in(**comment).next().is_some();
        if script.comments.iter().any(|comment| runs_on(&comment)) {
            return Err((
                &reasons::COMMENT_SWALLOWS,
                "a comment runs on over the next line".into(),
            ));
        }
    }
    let own = travelling_comments(facts, before.index, part.index);
    if own.iter().any(|comment| is_commented_out(comment.of(dockerfile.source))) {
        let message = "an instruction that is commented out stands between".to_owned();
        return Err((&reasons::COMMENTED_OUT, message));
    }
    let linted = own.iter().any(|comment| speaks_to_a_tool(comment.of(dockerfile.source)));
    if linted {
        let message = "a comment for a linter or formatter stands above the second".to_owned();
        return Err((&reasons::LINT_COMMENT, message));
    }
    Ok(())
}

/// A comment that holds an instruction for the day it is wanted again.
fn is_commented_out(comment: &str) -> bool {
    let text = comment.trim_start_matches('#').trim_start();
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let upper = word.chars().all(|c| c.is_ascii_uppercase());
    upper && !rest.trim().is_empty() && Keyword::of(word) != Keyword::Unknown
}

/// The comments between two instructions that travel with the second, in order.
pub(super) fn travelling_comments(facts: &Facts<'_>, from: usize, to: usize) -> Vec<Span> {
    let between = &facts.dockerfile.items[from + 1..to];
    let last_instruction = between.iter().rposition(|item| matches!(item, Item::Instruction(_)));
    let own = &between[last_instruction.map_or(0, |at| at + 1)..];
    let comments = own.iter().filter_map(|item| match item {
        Item::Comment { text, .. } => Some(*text),
        _ => None,
    });
    comments.collect()
}
