//! What an instruction sees, and what the passes say about it.

use std::fmt::Write;

use dockslim_transforms::{Facts, Form, Seen, Variable, twin};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::documents::Document;
use super::protocol::{offset, range};
use crate::engine::Remark;
use crate::positions::Unit;
use crate::report::documentation;

/// What is shown for the instruction at a place; `None`, too, once nobody waits for it, as `wanted` says.
pub(super) fn hover(
    document: &Document,
    position: Position,
    unit: Unit,
    wanted: &dyn Fn() -> bool,
) -> Option<Hover> {
    let settings = document.seen()?.settings.as_ref()?;
    let at = offset(document, position, unit);
    let dockerfile = document.dockerfile();
    let (index, instruction) =
        dockerfile.instructions().find(|(_, one)| one.span.start <= at && at <= one.span.end)?;
    let facts = Facts::of(&dockerfile, &settings.options, settings.context.as_deref());
    let seen = facts.seen_by(index).map(|seen| state(&seen));
    let twins = || facts.image_of(index).map(|image| twins(&image));
    let mut value = seen.or_else(twins).unwrap_or_default();
    let outcome = document.outcome(wanted)?;
    let lists = [
        ("", &outcome.applied),
        ("offered: ", &outcome.offered),
        ("left alone: ", &outcome.declined),
    ];
    for (what, remarks) in lists {
        let lines = instruction.lines;
        let here = |remark: &&Remark| remark.at.start < lines.end && lines.start < remark.at.end;
        for remark in remarks.iter().filter(here) {
            let Remark { pass, message, .. } = remark;
            let page = documentation(pass);
            let _ = writeln!(value, "- {what}[{pass}]({page}): {message}");
        }
    }
    (!value.is_empty()).then(|| Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(range(document, instruction.span, unit)),
    })
}

/// User, directory, shell and variables, as far as the file says.
fn state(seen: &Seen) -> String {
    let of_image = "as the base image says";
    let said = |value: &Option<String>| match value {
        Some(value) => format!("`{value}`"),
        None => of_image.to_owned(),
    };
    let mut text = String::new();
    let _ = writeln!(text, "| sees | |\n|---|---|");
    let _ = writeln!(text, "| user | {} |", said(&seen.user));
    let _ = writeln!(text, "| directory | {} |", said(&seen.workdir));
    let _ = writeln!(text, "| shell | `{}` |", seen.shell.join(" "));
    for Variable { name, value, is_argument } in &seen.variables {
        let value = value.as_ref().map(|value| format!("`{}`", value.replace('|', "\\|")));
        let value = value.unwrap_or_else(|| "as the build says".to_owned());
        let default = if *is_argument && value.starts_with('`') { ", by default" } else { "" };
        let _ = writeln!(text, "| {name} | {value}{default} |");
    }
    text.push('\n');
    text
}

/// The twins of an image, whether or not a pass would take one.
fn twins(image: &str) -> String {
    let forms = [Form::Slim, Form::Jre, Form::Alpine].into_iter();
    let twins = forms.filter_map(|form| twin(image, form).ok()).filter(|twin| twin.live);
    let twins: Vec<String> = twins.map(|twin| format!("`{}`", twin.reference)).collect();
    if twins.is_empty() { String::new() } else { format!("twins: {}\n\n", twins.join(", ")) }
}
