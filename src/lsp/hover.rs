//! What an instruction sees, and what the passes say about it.

use std::fmt::Write;

use dockslim_syntax::{Dockerfile, Edits, Instruction, Span};
use dockslim_transforms::{Facts, Form, Seen, Variable, twin};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::actions::rewrites;
use super::documents::{Change, Document};
use super::protocol::{offset, range};
use crate::engine::Remark;
use crate::positions::Unit;
use crate::report::documentation;

/// What is shown for the instruction at a place; `None`, too, once nobody waits for it, as `wanted` says.
pub(super) fn hover(
    document: &Document,
    position: Position,
    unit: Unit,
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<Hover> {
    let settings = document.seen()?.settings.as_ref()?;
    let at = offset(document, position, unit);
    let dockerfile = document.dockerfile();
    let (index, instruction) = dockerfile
        .instructions()
        .find(|(_, one)| one.span.start <= at && at <= with_heredocs(one).end)?;
    let facts = Facts::of(&dockerfile, &settings.options, settings.context.as_deref());
    let seen = facts.seen_by(index).map(|seen| state(&seen));
    let twins = || facts.image_of(index).map(|image| twins(&image));
    let mut value = seen.or_else(twins).unwrap_or_default();
    for (what, Remark { pass, message, .. }) in
        remarks(document, &dockerfile, instruction.lines, wanted)?
    {
        let page = documentation(pass);
        let _ = writeln!(value, "- {what}[{pass}]({page}): {message}");
    }
    (!value.is_empty()).then(|| Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(range(document, with_heredocs(instruction), unit)),
    })
}

/// An instruction, up to the end of its last here-document.
fn with_heredocs(instruction: &Instruction) -> Span {
    let last = instruction.heredocs.last().map(|one| one.body.end.max(one.end.end));
    Span::new(instruction.span.start, last.unwrap_or(instruction.span.end))
}

/// What the passes say of these lines, each with what becomes of it. Before the diagnostics are out, only what they say of the text as it stands
/// counts, and only rewrites that are right alone.
fn remarks<'d>(
    document: &'d Document,
    dockerfile: &'d Dockerfile<'d>,
    lines: Span,
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<(&'static str, &'d Remark)>> {
    const OFFERED: &str = "offered: ";
    const DECLINED: &str = "left alone: ";
    let is_here = |at: Span| at.start < lines.end && lines.start < at.end;
    let (said, declined) = match document.known_outcome() {
        Some(outcome) => {
            let applied = outcome.applied.iter().map(|remark| ("", remark));
            let offered = outcome.offered.iter().map(|remark| (OFFERED, remark));
            (applied.chain(offered).collect::<Vec<_>>(), &outcome.declined)
        }
        None => {
            let (proposals, judge) = document.proposals(dockerfile)?;
            let level = document.seen()?.settings.as_ref()?.level;
            let rewrites = rewrites(proposals, is_here);
            let changes: Vec<(Change, &Edits)> =
                rewrites.iter().map(|(change, single)| (*change, &single.edits)).collect();
            let right = document.right(dockerfile, judge, &changes, wanted)?;
            let right = rewrites.iter().zip(right).filter(|(_, right)| *right);
            let (applied, offered): (Vec<&Remark>, Vec<&Remark>) = right
                .map(|((_, single), _)| &single.remark)
                .partition(|remark| remark.safety <= level);
            let applied = applied.into_iter().map(|remark| ("", remark));
            let offered = offered.into_iter().map(|remark| (OFFERED, remark));
            (applied.chain(offered).collect(), &proposals.declined)
        }
    };
    let declined = declined.iter().map(|remark| (DECLINED, remark));
    Some(said.into_iter().chain(declined).filter(|(_, remark)| is_here(remark.at)).collect())
}

/// User, directory, shell and variables, as far as the file says.
fn state(seen: &Seen) -> String {
    let of_image = "as the base image says";
    let said = |value: &Option<String>| match value {
        Some(value) => code(value),
        None => of_image.to_owned(),
    };
    let mut text = String::new();
    let _ = writeln!(text, "| sees | |\n|---|---|");
    let _ = writeln!(text, "| user | {} |", said(&seen.user));
    let _ = writeln!(text, "| directory | {} |", said(&seen.workdir));
    let _ = writeln!(text, "| shell | {} |", code(&seen.shell.join(" ")));
    for Variable { name, value, is_argument } in &seen.variables {
        let default = if *is_argument && value.is_some() { ", by default" } else { "" };
        let value = value.as_deref().map_or_else(|| "as the build says".to_owned(), code);
        let _ = writeln!(text, "| {name} | {value}{default} |");
    }
    text.push('\n');
    text
}

/// A text as code in a cell of a table: between more backquotes than it holds in a row (CommonMark, 6.1), with its bars escaped (GitHub's
/// tables, 4.10).
fn code(text: &str) -> String {
    if text.is_empty() {
        return "empty".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let text = text.replace('|', "\\|").replace(['\n', '\r'], " ");
    // One blank on either side is none of the text.
    let edge = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{edge}{text}{edge}{fence}")
}

/// The twins of an image, whether or not a pass would take one.
fn twins(image: &str) -> String {
    let forms = [Form::Slim, Form::Jre, Form::Alpine].into_iter();
    let twins = forms.filter_map(|form| twin(image, form).ok()).filter(|twin| twin.live);
    let twins: Vec<String> = twins.map(|twin| format!("`{}`", twin.reference)).collect();
    if twins.is_empty() { String::new() } else { format!("twins: {}\n\n", twins.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_a_table() {
        for (text, written) in [
            ("/srv", "`/srv`"),
            ("", "empty"),
            ("a|b", "`a\\|b`"),
            ("`x`", "`` `x` ``"),
            ("a``b", "```a``b```"),
            ("a ", "` a  `"),
        ] {
            assert_eq!(code(text), written);
        }
    }
}
