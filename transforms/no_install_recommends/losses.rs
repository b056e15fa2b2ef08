//! What an install loses without recommendations, and whether somebody would miss it.

use dockslim_contract::BuildContext;
use dockslim_syntax::Keyword;

use super::present::Present;
use super::wheels::{INSTALLERS, compiles_nothing, is_for_pip};
use super::{Install, reasons};
use crate::facts::{
    BuildStep, Command, Content, PackageList, Readers, Use, by_text, package_name, used_by,
};
use crate::knowledge::{Keep, Recommendation, debian_library, debian_package, suite_of_image};
use crate::pass::Refusal;

/// What becomes of the packages that only come on recommendation.
#[derive(Default)]
pub(super) struct Losses {
    /// They join the list.
    pub(super) added: Vec<&'static Recommendation>,
    /// They join it if somebody uses them.
    pub(super) doubtful: Vec<&'static Recommendation>,
    /// They go.
    pub(super) dropped: Vec<&'static Recommendation>,
    /// Whether nothing needs a compiler, once that was asked.
    without_compilers: Option<bool>,
}

impl Losses {
    /// What a list loses that is not there already.
    pub(super) fn of(
        install: &Install<'_, '_>,
        list: &PackageList,
        present: &Present,
    ) -> Result<Self, Refusal> {
        let mut losses = Self::default();
        let suite = install.stage.image.as_deref().and_then(suite_of_image);
        for (name, _) in &list.packages {
            let known = debian_package(name).or_else(|| debian_library(name, suite));
            let Some(row) = known else {
                let message = format!("nothing is known of {name}");
                return Err((&reasons::UNKNOWN_PACKAGE, message));
            };
            if let Some(why) = &row.whole {
                return Err((&reasons::WHOLE, format!("{name}: {why}")));
            }
            for (lost, keep) in row.recommends() {
                let listed = list.packages.iter().any(|(other, _)| lost.comes_with(other));
                if listed || present.has(lost) {
                    continue;
                }
                let known = match keep {
                    Keep::Always => &mut losses.added,
                    Keep::IfUsed => &mut losses.doubtful,
                    Keep::NotHere if is_for_pip(name, lost) && losses.compiles_nothing(install) => {
                        &mut losses.dropped
                    }
                    Keep::NotHere => {
                        let because = lost.because.as_deref().unwrap_or_default();
                        return Err((&reasons::NATIVE_CODE, format!("{name}: {because}")));
                    }
                };
                if !known.iter().any(|other| other.name == lost.name) {
                    known.push(lost);
                }
            }
        }
        // One package may need what another only mentions.
        let Self { added, doubtful, .. } = &mut losses;
        doubtful.retain(|lost| !added.iter().any(|other| other.name == lost.name));
        Ok(losses)
    }

    fn compiles_nothing(&mut self, install: &Install<'_, '_>) -> bool {
        let rows = INSTALLERS.iter().filter_map(|name| debian_package(name));
        let compilers = || {
            let mut all = rows.flat_map(|row| row.recommends()).map(|(one, _)| one);
            all.find(|one| one.name == "build-essential")
        };
        *self.without_compilers.get_or_insert_with(|| {
            compilers().is_some_and(|compilers| compiles_nothing(install, compilers))
        })
    }
}

/// What the install of a package brings on recommendation, as far as it is known.
pub(super) fn brought(word: &str) -> impl Iterator<Item = &'static str> {
    let row = debian_package(package_name(word));
    row.into_iter().flat_map(|row| row.recommends()).map(|(one, _)| one.name.as_str())
}

/// The commands behind an install, in its stage and in those that are built on it: each with its step
/// and its number there.
pub(super) fn later_commands<'b, 't>(
    install: &Install<'b, 't>,
) -> impl Iterator<Item = (&'b BuildStep<'t>, usize, &'b Command<'t>)> {
    let (build, own, at) = (install.build, install.stage.stage.index, install.command().span.start);
    let stages = build.stages.iter().filter(move |stage| build.builds_on(&stage.stage, own));
    let steps = stages.flat_map(|stage| &stage.steps);
    let commands = steps.flat_map(|step| {
        step.content.commands().iter().enumerate().map(move |(number, one)| (step, number, one))
    });
    commands.filter(move |(_, _, command)| command.span.start > at)
}

/// Whether a later command, or a text behind the install, shows that somebody uses it.
pub(super) fn is_used(install: &Install<'_, '_>, lost: &Recommendation) -> bool {
    let dockerfile = install.build.dockerfile;
    let behind = &dockerfile.source[install.command().span.end..];
    let code = behind.lines().filter(|line| !line.trim_start().starts_with('#'));
    let signs = &lost.signs;
    if code.into_iter().any(|line| signs.iter().any(|sign| line.contains(sign.as_str()))) {
        return true;
    }
    let readers = Readers { programs: &lost.programs, manager: &[] };
    let named = later_commands(install)
        .filter(|(_, _, command)| command.manager.is_none())
        .any(|(_, _, command)| matches!(by_text(&command.text(dockerfile), readers), Use::Reads));
    named
        || unread_texts(install).any(|text| matches!(by_text(text, readers), Use::Reads))
        || install.facts.context.is_some_and(|context| is_used_by_files(context, lost))
}

/// Ends of sources that may start programs.
const SOURCES: [&str; 12] =
    [".cjs", ".go", ".java", ".js", ".kt", ".mjs", ".php", ".pl", ".py", ".rb", ".rs", ".ts"];

/// Whether a script of the project calls it, or a source names addresses that ask for it.
fn is_used_by_files(context: &BuildContext, lost: &Recommendation) -> bool {
    let readers = Readers { programs: &lost.programs, manager: &[] };
    let addresses = lost.name == "openssh-client";
    context.entries().any(|(path, _)| {
        let Some(text) = context.text(path) else { return false };
        if path.ends_with(".sh") || path.ends_with(".bash") {
            let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            return lines.any(|line| matches!(by_text(line, readers), Use::Reads));
        }
        addresses
            && SOURCES.iter().any(|end| path.ends_with(end))
            && !path.contains("node_modules/")
            && lost.signs.iter().any(|sign| text.contains(sign.as_str()))
    })
}

/// The scripts behind an install that were not understood.
pub(super) fn unread_texts<'b>(install: &Install<'b, '_>) -> impl Iterator<Item = &'b str> {
    let (build, own) = (install.build, install.stage.stage.index);
    let at = install.command().span.start;
    let stages = build.stages.iter().filter(move |stage| build.builds_on(&stage.stage, own));
    stages.flat_map(|stage| &stage.steps).filter_map(move |step| match step.content {
        Content::Unread(script) if script.span.start > at => {
            Some(script.span.of(build.dockerfile.source))
        }
        _ => None,
    })
}

/// The line of a later RUN that runs a script which is not in the file and may use it.
pub(super) fn unread_script(install: &Install<'_, '_>, lost: &Recommendation) -> Option<usize> {
    let readers = Readers { programs: &lost.programs, manager: &[] };
    let found = later_commands(install).find(|(step, number, _)| {
        step.instruction.kind == Keyword::Run
            && matches!(
                used_by(install.build, step, step.content.commands(), *number, readers),
                Use::Unknown
            )
    });
    found.map(|(_, _, command)| install.build.dockerfile.line(command.span.start))
}
