//! Files of the context that lie beside a project in the image, too: they ask for packages in their own folders and those above.

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, ContextKind, source_path};

use crate::compare::copied::Whole;
use crate::compare::folders::{absolute, image, is_within};
use crate::program::{Action, Call, visit};
use crate::shell::{States, plain};
use crate::stages::Stage;

/// Those files; `source` is the path of package.json, and `folder` that of its image. None where another stage has a part in it.
pub(super) fn of(
    stages: &[Stage<'_>],
    number: usize,
    context: &BuildContext,
    (source, folder): (&str, &str),
    states: &States,
) -> BTreeSet<String> {
    let stage = &stages[number];
    let Some((own, _)) = source.rsplit_once('/') else { return BTreeSet::new() };
    let of_own = |path: &str| path.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'));
    let mut alone = stages.len() == 1 && !is_told_where(stage, context);
    // The words of calls that do more than to install, with the folders where they run.
    let mut spoken: Vec<String> = Vec::new();
    visit(&stage.steps, &mut |step| {
        if let Action::Call(call) = &step.action {
            alone &= !moves(call);
            let program = call.words.first().map_or("", |word| &**word);
            if !LEAVES.contains(&program) {
                spoken.push(states.seen(call.state).directory.to_string());
                spoken.extend(call.words.iter().map(ToString::to_string));
            }
        }
        alone &= !matches!(step.action, Action::Opaque(..) | Action::Exec(..) | Action::Unread(_));
        let Action::Copy(copy) = &step.action else { return };
        let own_image = image(&stage.image);
        let target = absolute(&copy.destination, "", own_image);
        let reaches =
            target.is_none_or(|target| is_within(&target, folder) || is_within(folder, &target));
        if !reaches {
            return;
        }
        let Some(whole) = Whole::of(step, own_image, context) else {
            alone = false;
            return;
        };
        let all = whole.brings().iter().all(|one| one.source == own || of_own(&one.source));
        let becomes = whole.source(folder).map(|path| source_path(&path));
        alone &= all || becomes.as_deref() == Some(own);
    });
    let files = context.entries().filter(|(path, entry)| {
        let speaks = context.text(path).is_some_and(|text| text.contains("node_modules"));
        let handled = |top: &str| {
            spoken.iter().any(|text| text.split(['/', '=', '"', '\'']).any(|part| part == top))
        };
        let taken = path
            .split('/')
            .next()
            .is_none_or(|top| top == *path || is_taken(context, own, top) || handled(top));
        alone && entry.kind == ContextKind::File && !of_own(path) && !speaks && !taken
    });
    files.map(|(path, _)| path.to_owned()).collect()
}

/// Programs that do nothing with files, or only install and build.
const LEAVES: &[&str] = &[
    "npm", "yarn", "pnpm", "npx", "corepack", "cd", "rm", "mkdir", "chown", "chmod", "echo", "true",
];

/// Whether a call may move, copy or link files, or runs a file that does.
fn moves(call: &Call<'_>) -> bool {
    const MOVE: &str = " cp mv ln install rsync tar cpio find xargs sh ash bash dash eval source . make node perl python python3 ";
    let program = call.words.first().map_or("$", |word| &**word);
    let by_path = program.contains('/') && !program.contains("node_modules/.bin/");
    by_path
        || call.words.first().is_none_or(|word| plain(word).is_none())
        || MOVE.contains(&format!(" {program} "))
}

/// Whether Node is told to look for packages in other folders (its documentation, "Loading from the global folders").
fn is_told_where(stage: &Stage<'_>, context: &BuildContext) -> bool {
    const NAME: &str = "NODE_PATH";
    let mut told = stage.configuration.environment.contains_key(NAME);
    told |= stage.configuration.starts().into_iter().flatten().any(|text| text.contains(NAME));
    visit(&stage.steps, &mut |step| {
        if let Action::Call(call) = &step.action {
            told |= call.words.iter().chain(&call.assignments).any(|text| text.contains(NAME));
        }
    });
    let texts = context.entries().filter_map(|(path, _)| context.text(path));
    told || { texts }.any(|text| text.contains(NAME))
}

/// Whether a file of a project asks for what lies in another folder, so that what is built of it may be part of the project.
fn is_taken(context: &BuildContext, own: &str, folder: &str) -> bool {
    let parts = |line: &str| line.split(['"', '\'', '`', '/']).skip(1).any(|part| part == folder);
    context.entries().any(|(path, _)| {
        let Some(rest) = path.strip_prefix(own).and_then(|rest| rest.strip_prefix('/')) else {
            return false;
        };
        let always = rest.ends_with("json") || rest.contains(".config.");
        let text = context.text(path).unwrap_or_default();
        text.lines().any(|line| {
            let asks =
                line.contains("import") || line.contains("require(") || line.contains("from");
            parts(line) && (always || asks)
        })
    })
}
