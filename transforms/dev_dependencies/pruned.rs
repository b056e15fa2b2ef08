//! Stages that build, and whose packages another one takes: development dependencies go again behind the last step.

use dockslim_contract::{Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword, Span};

use super::builder::Builder;
use super::known_builds::sweeps_nothing;
use super::project::{Project, source_of};
use super::{Install, builders, calls, starts_without, users};
use crate::facts::{Base, Build, BuildStage, absolute, below, copy_words, is_within};
use crate::pass::Refusal;
use crate::split_stages::taken_away_behind;

/// What says which packages are to be there.
const MANIFESTS: [&str; 6] = [
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    ".npmrc",
];

/// Programs that do what a file says.
const RUN_FILES: [&str; 8] = [".", "ash", "bash", "dash", "lerna", "make", "sh", "source"];

/// The step that takes them away; `None` if the author has one. `refusal` says why the install cannot leave them out.
pub(super) fn behind_all(
    install: Install<'_, '_>,
    folder: &str,
    project: &Project<'_>,
    refusal: Refusal,
) -> Result<Option<Rewrite>, Refusal> {
    let (stage, build) = (install.stage, install.build);
    let dockerfile = build.dockerfile;
    if leaves_out(install, folder) {
        return Ok(None);
    }
    let alone = users_take(install, folder);
    let builder = if alone { None } else { Builder::of(install, folder, project) };
    let last = builder.as_ref().map_or(stage, |builder| builder.stage);
    let untouched = (alone || builder.is_some())
        && is_for_building(install, stage, last)
        && is_for_building(install, last, last)
        && keeps_manifests(install, last, folder)
        && keeps_packages(install, (stage, None), folder, project)
        && builder
            .as_ref()
            .is_none_or(|builder| keeps_packages(install, (last, builder.link), folder, project));
    let command = untouched
        .then(|| taken_away_behind(build, stage, install.context, folder))
        .flatten()
        .filter(|command| builder.is_none() || command.starts_with("npm "))
        .filter(|_| ends_as_last_step(install, last));
    let Some(command) = command else { return Err(refusal) };
    users::elsewhere(install, last, project)?;
    starts_without(install, project, &builders::of(install, project))?;
    let Some(step) = last.steps.last().map(|step| step.instruction) else { return Err(refusal) };
    let keyword =
        if dockerfile.raw(step.keyword).starts_with(char::is_lowercase) { "run" } else { "RUN" };
    let text = format!("{keyword} {command}{}", dockerfile.newline());
    let mut edits = Edits::new();
    let mut done = edits.insert(step.lines.end, text).is_ok();
    for (from, name) in builder.iter().flat_map(Builder::switches) {
        done &= edits.replace(from, name).is_ok();
    }
    if !done {
        return Err(refusal);
    }
    let name = stage.stage.name.clone().unwrap_or_else(|| stage.stage.index.to_string());
    let reason = format!("development dependencies are copied from {name} into what ships");
    let at = install.command().span;
    Ok(Some(Rewrite { safety: Safety::Review, at, reason, edits }))
}

/// Whether a stage ships to nobody, and nobody but the one that builds stands on it.
fn is_for_building(
    install: Install<'_, '_>,
    stage: &BuildStage<'_>,
    builder: &BuildStage<'_>,
) -> bool {
    let base = Base::Stage(stage.stage.index);
    let below = if stage.stage.base == Base::Stage(install.stage.stage.index) {
        &install.stage.stage.base
    } else {
        &stage.stage.base
    };
    let mut stages = install.build.stages.iter();
    !stage.stage.ships
        && is_bare(install.build, below)
        && !stages.any(|other| other.stage.base == base && other.stage.index != builder.stage.index)
}

/// Whether a base is an image, or a stage that only says where and how all is done.
pub(super) fn is_bare(build: &Build<'_>, base: &Base<'_>) -> bool {
    match base {
        Base::Image(_) => true,
        Base::Stage(number) => build.stages.get(*number).is_some_and(|stage| {
            let does = |kind: Keyword| {
                matches!(kind, Keyword::Run | Keyword::Copy | Keyword::Add | Keyword::Volume)
                    || matches!(kind, Keyword::Onbuild | Keyword::Shell)
            };
            !stage.steps.iter().any(|step| does(step.instruction.kind))
                && is_bare(build, &stage.stage.base)
        }),
    }
}

/// Whether a command in the folder of the install leaves them out, or takes them away, in a stage that has the packages.
fn leaves_out(install: Install<'_, '_>, folder: &str) -> bool {
    install.users().into_iter().any(|stage| {
        stage.steps.iter().enumerate().any(|(number, step)| {
            step.content.commands().iter().enumerate().any(|(index, command)| {
                let call = command.package_call();
                call.is_some_and(|call| call.is("prune") || call.leaves_development_out())
                    && calls::folder(Install { stage, number, index, ..install })
                        .is_ok_and(|here| here == folder)
            })
        })
    })
}

/// Whether stages that ship take the packages from the stage itself, and from no other one.
fn users_take(install: Install<'_, '_>, folder: &str) -> bool {
    let used = install.users();
    users::are_copied(install, folder, &used)
        && used.iter().skip(1).all(|stage| {
            stage.stage.ships && stage.stage.base != Base::Stage(install.stage.stage.index)
        })
}

/// Whether the manifests that the install saw are those that lie there in the end of a stage.
fn keeps_manifests(install: Install<'_, '_>, stage: &BuildStage<'_>, folder: &str) -> bool {
    let Some(context) = install.context else { return false };
    let end = Install { stage, number: stage.steps.len(), ..install };
    MANIFESTS.iter().all(|name| {
        let place = below(folder, name);
        match (source_of(install, context, &place), source_of(end, context, &place)) {
            (Ok(one), Ok(two)) => one == two,
            _ => false,
        }
    })
}

/// Whether nobody but the manager puts something among the packages of a stage, or writes its manifests; `link` is the step that brings
/// them.
fn keeps_packages(
    install: Install<'_, '_>,
    (stage, link): (&BuildStage<'_>, Option<usize>),
    folder: &str,
    project: &Project<'_>,
) -> bool {
    let dockerfile = install.build.dockerfile;
    let packages = below(folder, "node_modules");
    let reaches = |text: &str| {
        let bare = text.replace("node_modules/.bin/", "");
        bare.contains("node_modules")
    };
    let touches = |text: &str| reaches(text) || MANIFESTS.iter().any(|name| text.contains(name));
    let by_command = stage.steps.iter().any(|step| {
        let written = step.instruction.kind == Keyword::Run;
        written && touches(&step.text(dockerfile))
    });
    let by_copy = stage.steps.iter().enumerate().any(|(number, step)| {
        let copies = matches!(step.instruction.kind, Keyword::Copy | Keyword::Add);
        let target = copy_words(dockerfile, step.instruction).pop();
        let target = target.and_then(|to| absolute(&to, step.state.workdir.as_deref()));
        let from = step.instruction.flag("from", dockerfile.source).is_some();
        copies
            && Some(number) != link
            && target.is_none_or(|target| {
                is_within(&target, &packages) || from && is_within(&packages, &target)
            })
    });
    let by_host = project
        .context
        .entries()
        .any(|(path, _)| path.starts_with("node_modules/") || path.contains("/node_modules/"));
    // Those that remove packages are for developers, but for what a step runs.
    let by_script = project.all_scripts().iter().any(|(_, text)| {
        reaches(text) && !["rm", "rimraf", "npx rimraf"].iter().any(|it| text.starts_with(it))
    });
    let mut commands = stage.steps.iter().flat_map(|step| step.content.commands());
    let by_sweeping = commands.any(|command| {
        let words = command.words.iter().map(|word| word.as_deref().map(str::to_owned)).collect();
        !sweeps_nothing(project, &words)
    });
    let mut commands = stage.steps.iter().flat_map(|step| step.content.commands());
    let by_unread = commands.any(|command| {
        let name = command.words.first().and_then(Option::as_deref).unwrap_or("$");
        let path = name.contains('/') && !name.contains("node_modules/.bin/");
        let links = command.words.iter().flatten().any(|word| word == "link" || word == "lerna");
        path || links || name.contains('$') || RUN_FILES.contains(&name)
    });
    !by_command && !by_copy && !by_host && !by_script && !by_unread && !by_sweeping
}

/// Whether the stage ends as its last step sees it, with lines that end where the step does.
fn ends_as_last_step(install: Install<'_, '_>, stage: &BuildStage<'_>) -> bool {
    let steps = &stage.steps;
    let runs = |kind: Keyword| matches!(kind, Keyword::Run | Keyword::Copy | Keyword::Add);
    let last = steps.iter().rposition(|step| runs(step.instruction.kind));
    let behind = last.map_or(&steps[..], |last| &steps[last + 1..]);
    let changes = |kind: Keyword| matches!(kind, Keyword::User | Keyword::Shell);
    let dockerfile = install.build.dockerfile;
    let whole = steps.last().is_some_and(|step| {
        let end = Span::new(step.instruction.span.end, step.instruction.lines.end);
        step.instruction.heredocs.is_empty() && dockerfile.continuations_in(end).next().is_none()
    });
    whole && !behind.iter().any(|step| changes(step.instruction.kind))
}
