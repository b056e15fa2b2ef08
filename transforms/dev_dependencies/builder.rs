//! The stage that builds with packages which another one has installed, and which it copies or stands on: `deps`, `builder` and `runner`.

use dockslim_syntax::{Keyword, Span};

use super::Install;
use super::known_builds::only_compiles;
use super::project::Project;
use super::pruned::is_bare;
use super::users::Words;
use crate::facts::{Base, BuildStage, BuildStep, absolute, below, copy_words, is_within};

/// What writes into or among packages while a project is built, or keeps a cache there: a copy of what was installed has none of it
/// (npm packages "patch-package", "prisma", "find-cache-dir" and what uses that).
const WRITERS: [&str; 12] = [
    "@babel/register",
    "@prisma/client",
    "@vue/cli-service",
    "babel-loader",
    "gatsby",
    "nuxt",
    "parcel",
    "patch-package",
    "prisma",
    "react-scripts",
    "storybook",
    "webpack",
];

/// A stage that copies packages from the one that installs them, and nothing else of them, or that stands on it.
pub(super) struct Builder<'b, 't> {
    pub(super) stage: &'b BuildStage<'t>,
    /// The number of the step that copies them.
    pub(super) link: Option<usize>,
    /// The names of the stage that installs, where one that ships copies packages from it.
    switched: Vec<Span>,
}

impl<'b, 't> Builder<'b, 't> {
    /// The only stage that builds with the packages of an install, if others take them from there, or can.
    pub(super) fn of(
        install: Install<'b, 't>,
        folder: &str,
        project: &Project<'_>,
    ) -> Option<Self> {
        let dockerfile = install.build.dockerfile;
        let own = &install.stage.stage;
        let used = install.users();
        let mut inner = used.iter().skip(1).filter(|stage| !stage.stage.ships);
        let (Some(stage), None) = (inner.next().copied(), inner.next()) else { return None };
        let flags = |stage: &BuildStage<'_>| {
            let from = dockerfile.instruction(stage.stage.from);
            from.map(|from| from.flags.iter().map(|flag| dockerfile.text(flag.span)).collect())
        };
        let (one, two): (Option<Vec<_>>, Option<Vec<_>>) = (flags(stage), flags(install.stage));
        let stands =
            stage.stage.base == Base::Stage(own.index) && one.as_ref().is_some_and(Vec::is_empty);
        let alike = stage.stage.base == own.base && one == two;
        let apart = used.iter().all(|other| {
            other.stage.index == stage.stage.index || other.stage.base != Base::Stage(own.index)
        });
        if !(stands || alike) || !apart || !is_bare(install.build, &own.base) {
            return None;
        }
        let packages = below(folder, "node_modules");
        let takes = |step: &BuildStep<'_>| is_taken(install, step, &packages);
        let taken: Vec<usize> = (0..stage.steps.len())
            .filter(|number| is_from(install, &stage.steps[*number]))
            .collect();
        let link = match taken[..] {
            [] if stands => None,
            [link] if alike && is_link(install, &stage.steps[link], &packages) => Some(link),
            _ => return None,
        };
        if !only_builds(stage, project) || !ends_there(stage, folder) {
            return None;
        }
        let mut switched = Vec::new();
        for step in used.iter().filter(|stage| stage.stage.ships).flat_map(|stage| &stage.steps) {
            let mounts = step.instruction.kind == Keyword::Run
                && step.instruction.flags.iter().any(|flag| {
                    flag.value.is_some_and(|value| dockerfile.text(value).contains("from="))
                });
            if mounts {
                return None;
            }
            if is_from(install, step) && takes(step)? {
                switched.push(step.instruction.flag("from", dockerfile.source)?.value?);
            }
        }
        let writers = || WRITERS.iter().any(|name| project.lists(name));
        let texts = || project.context.entries().any(|(path, _)| is_patch(path));
        (switched.is_empty() || !writers() && !texts()).then_some(Self { stage, link, switched })
    }

    /// What those that ship copy from, and what they have to copy from instead.
    pub(super) fn switches(&self) -> impl Iterator<Item = (Span, String)> {
        let stage = &self.stage.stage;
        let name = stage.name.clone().unwrap_or_else(|| stage.index.to_string());
        self.switched.iter().map(move |from| (*from, name.clone()))
    }
}

/// Whether a step copies from the stage that installs.
fn is_from(install: Install<'_, '_>, step: &BuildStep<'_>) -> bool {
    let dockerfile = install.build.dockerfile;
    let from = step.instruction.flag("from", dockerfile.source).and_then(|flag| flag.value);
    let own = &install.stage.stage;
    from.is_some_and(|from| {
        let from = dockerfile.text(from).trim_matches(['"', '\'']).to_ascii_lowercase();
        own.name.as_deref() == Some(&*from) || from.parse() == Ok(own.index)
    })
}

/// Whether a COPY takes all packages and nothing besides; `None` where it takes some of them, or more.
fn is_taken(install: Install<'_, '_>, step: &BuildStep<'_>, packages: &str) -> Option<bool> {
    let mut words = copy_words(install.build.dockerfile, step.instruction);
    words.pop();
    let mut paths = words.iter().map(|word| absolute(word, Some("/")));
    match words.len() {
        1 if paths.next()?.as_deref() == Some(packages) => Some(true),
        _ => {
            let mut paths = words.iter().map(|word| absolute(word, Some("/")));
            let apart = |path: Option<String>| {
                path.is_some_and(|path| !is_within(packages, &path) && !is_within(&path, packages))
            };
            paths.all(apart).then_some(false)
        }
    }
}

/// Whether a COPY that says nothing else puts all packages where they were.
fn is_link(install: Install<'_, '_>, step: &BuildStep<'_>, packages: &str) -> bool {
    let target = copy_words(install.build.dockerfile, step.instruction).pop();
    let target = target.and_then(|target| absolute(&target, step.state.workdir.as_deref()));
    is_taken(install, step, packages) == Some(true)
        && step.instruction.flags.len() == 1
        && target.as_deref() == Some(packages)
}

/// Whether each command of a stage is known to leave packages and manifests as they were.
fn only_builds(stage: &BuildStage<'_>, project: &Project<'_>) -> bool {
    let mut runs = stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run);
    runs.all(|step| {
        let mut commands = step.content.commands().iter();
        !commands.as_slice().is_empty()
            && commands.all(|command| {
                let words: Words =
                    command.words.iter().map(|word| word.as_deref().map(str::to_owned)).collect();
                let call = command.package_call();
                let verb = call.as_ref().and_then(|call| call.operands().next());
                let verb = verb.and_then(|at| command.words[at].as_deref());
                let other = call.is_some_and(|call| match call.manager.name.as_str() {
                    "npm" => !matches!(verb, Some("run" | "run-script" | "test" | "t")),
                    name => name != "npx",
                });
                !other && !command.conditional() && only_compiles(project, &words)
            })
    })
}

/// Whether root ends a stage in a folder, where nothing tells npm otherwise.
fn ends_there(stage: &BuildStage<'_>, folder: &str) -> bool {
    let Some(last) = stage.steps.last() else { return false };
    let told = |name: &str| name.to_ascii_lowercase().starts_with("npm_config");
    let here = last.state.workdir.as_deref().and_then(|here| absolute(here, None));
    let moves = last.instruction.kind == Keyword::Workdir;
    !moves
        && here.as_deref() == Some(folder)
        && stage.is_root(last)
        && !last.state.settings.iter().any(|one| told(&one.name))
}

/// Whether a file changes a package.
fn is_patch(path: &str) -> bool {
    path.ends_with(".patch") || path.ends_with(".prisma")
}
