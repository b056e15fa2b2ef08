//! Files of the context that lie beside a project in the image, too: they ask for packages in their own folders and those above.

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, ContextKind, source_path};

use crate::compare::copied::Whole;
use crate::compare::folders::{absolute, image, is_within};
use crate::program::{Action, visit};
use crate::stages::Stage;

/// Those files; `source` is the path of package.json, and `folder` that of its image. None where another stage has a part in it.
pub(super) fn of(
    stages: &[Stage<'_>],
    number: usize,
    context: &BuildContext,
    (source, folder): (&str, &str),
) -> BTreeSet<String> {
    let stage = &stages[number];
    let Some((own, _)) = source.rsplit_once('/') else { return BTreeSet::new() };
    let of_own = |path: &str| path.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'));
    let mut alone = stages.len() == 1;
    visit(&stage.steps, &mut |step| {
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
        let taken =
            path.split('/').next().is_none_or(|top| top == *path || is_taken(context, own, top));
        alone && entry.kind == ContextKind::File && !of_own(path) && !speaks && !taken
    });
    files.map(|(path, _)| path.to_owned()).collect()
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
