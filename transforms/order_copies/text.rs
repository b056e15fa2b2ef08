//! The text of an install in its new order.

use dockslim_contract::BuildContext;
use dockslim_syntax::{
    Arguments, Dockerfile, Edits, Instruction, Item, Overlap, Span, leading_comments,
};

use super::because;
use super::reasons;
use crate::facts::Copied;
use crate::pass::Refusal;

/// Where copies move to.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    /// Behind the RUN.
    AfterRun,
    /// Behind this new step in front of it.
    Behind(&'p str),
    /// In the RUN, in place of these signs between two commands; the first of them does what this command does as well.
    Within(Span, Option<Span>),
}

/// A COPY that moves.
pub(super) struct Moving<'m, 't> {
    pub(super) copied: &'m Copied<'t>,
    /// What stays in its old place.
    pub(super) manifests: &'m Vec<String>,
    /// Where it writes, if its own words would lead elsewhere from the new place.
    pub(super) target: Option<String>,
}

/// Moves each copy to its new place, and leaves its manifests in the old one.
pub(super) fn edits(
    dockerfile: &Dockerfile<'_>,
    context: &BuildContext,
    run: &Instruction,
    moved: &[Moving<'_, '_>],
    place: Place<'_>,
) -> Result<Edits, Refusal> {
    let instructions = moved.iter().map(|one| one.copied.instruction).chain([run]);
    for instruction in instructions {
        let end = Span::new(instruction.span.end, instruction.lines.end);
        if instruction.heredocs.is_empty() && dockerfile.continuations_in(end).next().is_some() {
            return Err(because(&reasons::CONTINUED_END));
        }
    }
    let fronts: Result<Vec<String>, Refusal> =
        moved.iter().map(|one| front(dockerfile, context, one.copied, one.manifests)).collect();
    swap(dockerfile, run, moved, &fronts?, place).map_err(|_| because(&reasons::COPIES_OVERLAP))
}

fn swap(
    dockerfile: &Dockerfile<'_>,
    run: &Instruction,
    moved: &[Moving<'_, '_>],
    fronts: &[String],
    place: Place<'_>,
) -> Result<Edits, Overlap> {
    let items = &dockerfile.items;
    let newline = dockerfile.newline();
    let index = |one: &Instruction| dockerfile.item_at(one.span.start);
    let mut edits = Edits::new();
    let mut behind = String::new();
    let mut gone = vec![false; items.len()];
    for (one, front) in moved.iter().zip(fronts) {
        let at = index(one.copied.instruction);
        let first = leading_comments(dockerfile, at).start;
        let own = Span::new(items[first].lines().start, one.copied.instruction.lines.end);
        match (&one.target, target_word(one.copied.instruction)) {
            (Some(target), Some(word)) => {
                behind.push_str(dockerfile.raw(Span::new(own.start, word.start)));
                behind.push_str(target);
                behind.push_str(dockerfile.raw(Span::new(word.end, own.end)));
            }
            _ => behind.push_str(dockerfile.raw(own)),
        }
        edits.replace(own, front.as_str())?;
        gone[first..=at].fill(front.is_empty());
    }
    // Where nothing stays between blank lines, those above are enough.
    let (mut blank, mut taken) = (false, false);
    for (item, gone) in items.iter().zip(gone).take(index(run)) {
        let is_blank = matches!(item, Item::Blank { .. });
        if gone {
            taken = true;
        } else if is_blank && blank && taken {
            edits.delete(item.lines())?;
        } else {
            (blank, taken) = (is_blank, false);
        }
    }
    let first = leading_comments(dockerfile, index(run)).start;
    let blank = first > 0 && matches!(items[first - 1], Item::Blank { .. });
    let separator = if blank { newline } else { "" };
    let keyword = dockerfile.raw(run.keyword);
    match place {
        Place::Behind(step) => {
            let text = format!("{keyword} {step}{newline}{behind}{separator}");
            edits.insert(items[first].lines().start, text)?;
            return Ok(edits);
        }
        Place::Within(between, also) => {
            // Comments belong to what follows them.
            let is_comment = |line: &&str| line.trim_start().starts_with('#');
            let (comments, signs): (Vec<&str>, Vec<&str>) =
                dockerfile.raw(between).split(newline).partition(is_comment);
            let also = also.map_or_else(String::new, |command| {
                format!("{}{}", signs.join(newline), dockerfile.raw(command))
            });
            let comments = comments.iter().map(|line| format!("{}{newline}", line.trim()));
            let comments: String = comments.collect();
            let text = format!("{also}{newline}{separator}{behind}{separator}{comments}{keyword} ");
            edits.replace(between, text)?;
            return Ok(edits);
        }
        Place::AfterRun => {}
    }
    let ended = dockerfile.raw(run.lines).ends_with('\n');
    let text = if ended {
        format!("{separator}{behind}")
    } else {
        // The file ends without a newline, and shall do so still.
        format!("{newline}{separator}{}", behind.trim_end_matches(['\n', '\r']))
    };
    edits.insert(run.lines.end, text)?;
    Ok(edits)
}

/// The word of a COPY that says where it writes, if it is no part of an array.
pub(super) fn target_word(copy: &Instruction) -> Option<Span> {
    match &copy.arguments {
        Arguments::Words(words) => words.last().map(|word| word.span),
        _ => None,
    }
}

/// The COPY of the manifests: one for each folder that they lie in.
fn front(
    dockerfile: &Dockerfile<'_>,
    context: &BuildContext,
    copied: &Copied<'_>,
    manifests: &[String],
) -> Result<String, Refusal> {
    let copy = copied.instruction;
    // Files go to their folder together; a folder that is read goes with all that is in it.
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for manifest in manifests {
        let odd = |c: char| c.is_whitespace() || "$*?[]\\\"'`<".contains(c);
        if manifest.contains(odd) || manifest.starts_with('-') {
            return Err((&reasons::UNREAD_MANIFEST, format!("the name `{manifest}` is odd")));
        }
        if context.is_folder(manifest) {
            parts.push((manifest, vec![manifest]));
            continue;
        }
        let folder = manifest.rsplit_once('/').map_or("", |(folder, _)| folder);
        let of_files = |names: &[&str]| names.iter().all(|name| !context.is_folder(name));
        match parts.iter_mut().find(|(known, names)| *known == folder && of_files(names)) {
            Some((_, names)) => names.push(manifest),
            None => parts.push((folder, vec![manifest])),
        }
    }
    let start = dockerfile.raw(Span::new(copy.lines.start, copy.keyword.end));
    let flags: String =
        copy.flags.iter().flat_map(|flag| [" ", dockerfile.raw(flag.span)]).collect();
    let mut text = String::new();
    for (folder, names) in parts {
        let target = target(copied, folder).ok_or_else(|| because(&reasons::KIND_OF_COPY))?;
        text.push_str(&format!(
            "{start}{flags} {} {target}{}",
            names.join(" "),
            dockerfile.newline()
        ));
    }
    Ok(text)
}

/// The folder of the image for the manifests in a folder of the context, as the author writes it.
fn target(copied: &Copied<'_>, folder: &str) -> Option<String> {
    let inside = copied.brings.iter().rev().find_map(|brought| {
        let rest = match brought.source.as_str() {
            "" => Some(folder),
            source => {
                folder.strip_prefix(source).filter(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        };
        rest.filter(|_| brought.folder).map(|rest| rest.trim_matches('/'))
    })?;
    let written = match copied.target.as_ref() {
        "." => "./",
        written => written,
    };
    let slash = if written.ends_with('/') { "" } else { "/" };
    let inside = if inside.is_empty() { String::new() } else { format!("{inside}/") };
    Some(format!("{written}{slash}{inside}"))
}
