//! Give files their owner in the COPY that brings them.
//!
//! `RUN chown -R` behind a COPY stores every file a second time: a layer holds whole files, and a new
//! owner makes a new file. `COPY --chown` writes them once.
//!
//! ```dockerfile before
//! FROM node:22
//! COPY . /app
//! RUN chown -R node:node /app
//! USER node
//! ```
//!
//! ```dockerfile after
//! FROM node:22
//! COPY --chown=node:node . /app
//! USER node
//! ```
//!
//! Where COPY does not surely make the folder itself, `RUN chown node:node /app` stays: COPY leaves
//! the owner of a folder that is there already, and a single name costs next to nothing.
//!
//! ```dockerfile before
//! FROM debian:12
//! RUN groupadd app && useradd -g app app
//! WORKDIR /app
//! COPY server config ./
//! RUN chown -R app:app /app && apt-get clean
//! ```
//!
//! ```dockerfile after
//! FROM debian:12
//! RUN groupadd app && useradd -g app app
//! WORKDIR /app
//! COPY --chown=app:app server config ./
//! RUN chown app:app /app && apt-get clean
//! ```
//!
//! Steps that neither touch the folder nor ask for owners may stand between. `chmod -R 755` becomes `--chmod` where the file shows that its builder knows the flag.
//!
//! # Declines
//!
//! - Something else may lie in the folder, and would no longer be given away: the base image is not
//!   known, or an earlier step may have written there.
//! - The RUN may not be root's, and fail: COPY would not.
//! - COPY cannot say what the command says: variables, symbolic modes, a part of the files.
//! - The files do not come from the build context, or builders differ in what becomes of them.
//!
//! # Safety
//!
//! Safe: the files have the same owners, groups and modes. The user and the group are there when COPY
//! runs, since nothing between it and the chown makes them. A file of the context with a setuid
//! bit would keep it now.

mod changes;
mod copies;
mod history;
mod reasons;

use dockslim_contract::{Decline, DeclineReason, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{
    Dockerfile, Edits, Instruction, Item, Keyword, LeafKind, Overlap, Span, leading_comments,
};

use crate::facts::{Build, BuildStage, BuildStep, Content};
use crate::knowledge::Chown;
use crate::{Facts, Options, Transform};
use changes::{Changes, changes};
use history::Surroundings;

/// The pass.
pub const COPY_OWNERSHIP: Transform = Transform {
    name: "copy-ownership",
    summary: "give files their owner in the COPY that brings them",
    levels: &[Safety::Safe],
    causes: &[Difference::Ownership],
    source: include_str!("copy_ownership.rs"),
    declines: reasons::ALL,
    run,
};

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    if !["chown", "chmod"].iter().any(|name| facts.dockerfile.source.contains(name)) {
        return findings;
    }
    let build = facts.build();
    for stage in &build.stages {
        for number in 0..stage.steps.len() {
            let at = stage.steps[number].instruction.span;
            match look(facts, build, stage, number) {
                None => {}
                Some(Ok(edits)) => {
                    let reason = "the layer of a chown or chmod behind COPY holds all files again"
                        .to_owned();
                    findings.rewrites.push(Rewrite { safety: Safety::Safe, at, reason, edits });
                }
                Some(Err(reason)) => {
                    let message = format!("the files are stored twice; {}", reason.summary);
                    findings.declines.push(Decline { reason, at, message });
                }
            }
        }
    }
    findings
}

/// Looks at a step; `None` if it gives nothing away that was just copied.
fn look(
    facts: &Facts<'_>,
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
) -> Option<Result<Edits, &'static DeclineReason>> {
    let dockerfile = build.dockerfile;
    let step = &stage.steps[number];
    let run = step.instruction;
    let Content::Script(script, list, _) = &step.content else { return None };
    let plain = run.flags.is_empty() && run.heredocs.is_empty() && step.state.shell.is_known();
    if run.kind != Keyword::Run || step.onbuild || !plain {
        return None;
    }
    let image = history::image(build, stage);
    let changes = match changes(dockerfile, list, copies::folder(step, image).as_deref())? {
        Ok(changes) => changes,
        Err(reason) => {
            let near = &stage.steps[copies::group(stage, number, |_| false)];
            let copies = |kind| matches!(kind, Keyword::Copy | Keyword::Add);
            return near.iter().any(|step| copies(step.instruction.kind)).then_some(Err(reason));
        }
    };
    let place = changes.place.as_str();
    let around = image.map(|image| Surroundings { build, image, context: facts.context, place });
    let passes = |step: &BuildStep<'_>| around.as_ref().is_some_and(|around| around.passes(step));
    let group = copies::group(stage, number, passes);
    let inside = match copies::into_place(dockerfile, &stage.steps[group.clone()], &changes, image)
    {
        Ok(inside) if inside.is_empty() => return None,
        Ok(inside) => inside,
        Err(reason) => return Some(Err(reason)),
    };
    let checked = || {
        for copy in &inside {
            copies::takes_flags(dockerfile, copy.instruction, &changes)?;
        }
        if changes.mode.is_some() && !copies::knows_chmod(dockerfile) {
            return Err(&reasons::OLD_SYNTAX);
        }
        if !step.state.volumes.is_empty() {
            return Err(&reasons::VOLUME);
        }
        let around = around.as_ref().ok_or(&reasons::UNKNOWN_IMAGE)?;
        if !stage.is_root(step) {
            return Err(&reasons::NOT_ROOT);
        }
        let sources: Vec<_> = inside
            .iter()
            .map(|copy| copies::sources(dockerfile, copy.instruction, facts.context))
            .collect();
        let links = sources.iter().any(|sources| !sources.no_links);
        if around.image.chown() != Some(Chown::Gnu) && links {
            return Err(&reasons::LINKS);
        }
        let before = around.before(stage, group)?;
        let makes_place = !before.made
            && sources[0].folder
            && copies::target(dockerfile, inside[0], image).as_deref() == Some(place);
        let behind = changes.next.unwrap_or(run.lines.end);
        let comments = dockerfile.leaves_in(Span::new(run.span.start, behind));
        if comments.iter().any(|leaf| leaf.kind == LeafKind::Comment) {
            return Err(&reasons::COMMENT_INSIDE);
        }
        let end = Span::new(script.span.end, run.lines.end);
        if dockerfile.continuations_in(end).next().is_some() {
            return Err(&reasons::CONTINUED_END);
        }
        let copies: Vec<&Instruction> = inside.iter().map(|copy| copy.instruction).collect();
        Ok(edits(dockerfile, run, &copies, &changes, makes_place).ok())
    };
    checked().transpose()
}

/// The flags for the COPYs, and what is left of the RUN.
fn edits(
    dockerfile: &Dockerfile<'_>,
    run: &Instruction,
    copies: &[&Instruction],
    changes: &Changes<'_>,
    makes_place: bool,
) -> Result<Edits, Overlap> {
    let mut edits = Edits::new();
    let flag = |name, value: &Option<String>| {
        let value = value.as_ref().filter(|value| !value.is_empty());
        value.map_or(String::new(), |value| format!("--{name}={value} "))
    };
    let flags = flag("chown", &changes.owner) + &flag("chmod", &changes.mode);
    for copy in copies {
        let first = copy.flags.first().map_or(copy.arguments_span, |flag| flag.span);
        if !flags.is_empty() {
            edits.insert(first.start, flags.clone())?;
        }
    }
    // A mode is that of the folder already: COPY and WORKDIR make it so.
    let kept = changes.commands.iter().rev().find(|change| change.chown && !makes_place);
    let starts = changes.commands.iter().map(|change| change.span.start);
    let ends = starts.clone().skip(1).map(Some).chain([changes.next]);
    let kept_at = kept.map(|change| change.span.start);
    if kept.is_none() && changes.next.is_none() {
        remove(dockerfile, run, copies[0], &mut edits)?;
        return Ok(edits);
    }
    for ((start, end), change) in starts.zip(ends).zip(&changes.commands) {
        if Some(start) == kept_at {
            edits.delete(with_blanks(dockerfile, change.recursive.span, change.span))?;
        } else if let Some(end) = end {
            edits.delete(Span::new(start, end))?;
        } else if let Some(before) = changes.commands.iter().rev().nth(1) {
            edits.delete(Span::new(before.span.end, change.span.end))?;
        }
    }
    Ok(edits)
}

/// A word of a command with the blanks behind it, or those before it if it is the last.
fn with_blanks(dockerfile: &Dockerfile<'_>, word: Span, command: Span) -> Span {
    let before = dockerfile.raw(Span::new(command.start, word.start));
    let behind = dockerfile.raw(Span::new(word.end, command.end));
    let blank = [' ', '\t'];
    if behind.is_empty() {
        return Span::new(command.start + before.trim_end_matches(blank).len(), word.end);
    }
    Span::new(word.start, command.end - behind.trim_start_matches(blank).len())
}

/// Takes the RUN away; the comments above it go above the COPY that does its work now.
fn remove(
    dockerfile: &Dockerfile<'_>,
    run: &Instruction,
    copy: &Instruction,
    edits: &mut Edits,
) -> Result<(), Overlap> {
    let items = &dockerfile.items;
    let Some((index, _)) = dockerfile.instructions().find(|(_, one)| one.span == run.span) else {
        return Ok(());
    };
    let comments = leading_comments(dockerfile, index);
    let mut first = comments.start;
    let is_blank = |item: Option<&Item>| matches!(item, None | Some(Item::Blank { .. }));
    while first > 0 && is_blank(items.get(first - 1)) && is_blank(items.get(index + 1)) {
        first -= 1;
    }
    let mut gone = Span::new(items[first].lines().start, run.lines.end);
    if !dockerfile.raw(run.lines).ends_with('\n') {
        // The file ends without a newline, and shall do so still.
        let before = &dockerfile.source[..gone.start];
        gone.start = before.trim_end_matches(['\n', '\r']).len();
    }
    let moved: String = comments.map(|index| dockerfile.raw(items[index].lines())).collect();
    if !moved.is_empty() {
        edits.insert(copy.lines.start, moved)?;
    }
    edits.delete(gone)
}
