//! Where the tag of a stage's image is written.

use dockslim_syntax::{Arguments, Dockerfile, Keyword, Span};

use super::{Refusal, reasons};
use crate::facts::{Facts, Stage, unquoted};

/// The place of a tag, and what stands in front of a new one there.
pub(super) struct TagPlace {
    /// The bytes that become the new tag; none if there is no tag.
    pub(super) span: Span,
    /// `:` where there is no tag.
    pub(super) sign: &'static str,
}

/// Where the tag of the image stands that `stage` is built on, so that a new one there concerns this stage alone.
pub(super) fn place(facts: &Facts<'_>, stage: &Stage<'_>) -> Result<TagPlace, Refusal> {
    let dockerfile = facts.dockerfile;
    let odd = |message: &str| (&reasons::VARIABLE, message.to_owned());
    let Some(Arguments::From(from)) =
        dockerfile.instruction(stage.from).map(|instruction| &instruction.arguments)
    else {
        return Err(odd("the image cannot be read"));
    };
    let image = &from.image;
    if dockerfile.text(image.span) != dockerfile.raw(image.span) {
        return Err(odd("the image runs over several lines"));
    }
    match (image.variables.as_slice(), image.tag) {
        ([], Some(tag)) => Ok(TagPlace { span: tag, sign: "" }),
        ([], None) => Ok(TagPlace { span: Span::new(image.path.end, image.path.end), sign: ":" }),
        ([variable], Some(tag)) if variable.span == tag && variable.modifier.is_none() => {
            let name = dockerfile.raw(variable.name);
            let span = default_of(facts, name)
                .ok_or_else(|| odd(&format!("{name} has no plain default")))?;
            match other_reader(dockerfile, name, variable.span) {
                Some(line) => Err(odd(&format!("line {line} reads {name}, too"))),
                None => Ok(TagPlace { span, sign: "" }),
            }
        }
        _ => Err(odd("a variable is a part of the image's name or tag")),
    }
}

/// The value of the ARG in front of the first FROM, without its quotes.
fn default_of(facts: &Facts<'_>, name: &str) -> Option<Span> {
    let dockerfile = facts.dockerfile;
    let first = facts.stages.first()?.from;
    let arguments = dockerfile.instructions().take_while(|(index, _)| *index < first);
    let mut values = arguments.filter(|(_, it)| it.kind == Keyword::Arg).flat_map(|(_, it)| {
        let pairs = match &it.arguments {
            Arguments::Pairs { pairs, .. } => pairs.as_slice(),
            _ => &[],
        };
        pairs.iter().filter(|pair| dockerfile.text(pair.name) == name).map(|pair| pair.value)
    });
    let (value, None) = (values.next()??, values.next()) else { return None };
    let raw = dockerfile.raw(value);
    let plain = unquoted(raw);
    let start = value.start + raw.find(&plain)?;
    let tag = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (!plain.is_empty() && plain.chars().all(tag)).then(|| Span::new(start, start + plain.len()))
}

/// The line of another place that reads the variable, or hands it on to a stage.
fn other_reader(dockerfile: &Dockerfile<'_>, name: &str, own: Span) -> Option<usize> {
    let source = dockerfile.source;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut declared = 0;
    source.match_indices(name).map(|(at, _)| at).find_map(|at| {
        let before = source[..at].chars().next_back();
        let behind = source[at + name.len()..].chars().next();
        let whole = !before.is_some_and(is_name) && !behind.is_some_and(is_name);
        if !whole || (own.start <= at && at < own.end) {
            return None;
        }
        declared += 1;
        // The first is the ARG itself.
        let comment =
            source[..at].rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with('#'));
        if comment {
            declared -= 1;
        }
        (!comment && declared > 1).then(|| dockerfile.line(at))
    })
}
