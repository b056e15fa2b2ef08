//! What a RUN touches, for other passes.

use dockslim_contract::BuildContext;

use super::copies::folder;
use super::project::Project;
use super::{installs, reads};
use crate::facts::{Base, Build, BuildStage, Copied, is_from_context};

/// The paths that a RUN fills, writes, makes or removes, if all that it calls is known: installs, and commands that read nothing of the
/// project. Caches and folders of the system are none of them.
pub(crate) fn touched(
    build: &Build<'_>,
    context: &BuildContext,
    stage: &BuildStage<'_>,
    number: usize,
) -> Option<Vec<String>> {
    let dockerfile = build.dockerfile;
    let step = &stage.steps[number];
    let install = installs::read(dockerfile, (stage, step), &folder(stage, step)).ok()?;
    if install.parting.is_some() || !install.tools.is_empty() {
        return None;
    }
    let in_front = stage.steps[..number].iter().enumerate();
    let copies = in_front.filter_map(|(at, step)| {
        Copied::of(dockerfile, context, (at, step), &folder(stage, step)).ok()
    });
    let copies: Vec<Copied<'_>> =
        copies.filter(|copied| is_from_context(dockerfile, copied.instruction)).collect();
    let stages = below(build, stage);
    let project = Project { dockerfile, context, copies: &copies, stages, number };
    let reads = reads(dockerfile, &project, stage, step, &install).ok()?;
    Some([install.touches, reads.fills, reads.writes].concat())
}

/// A stage, and those that it is built on.
pub(super) fn below<'b, 't>(
    build: &'b Build<'t>,
    stage: &'b BuildStage<'t>,
) -> Vec<&'b BuildStage<'t>> {
    let below = std::iter::successors(Some(stage), |stage| match stage.stage.base {
        Base::Stage(index) => Some(&build.stages[index]),
        Base::Image(_) => None,
    });
    below.collect()
}
