//! Packages that a stage gets in place of those that its old base had.

use dockslim_syntax::{Edits, Keyword};

use super::needs::Candidate;
use super::{Refusal, odd, reasons};
use crate::facts::{ChainStyle, Layout, PackageList, insert_words};

/// Releases of Debian that its mirrors no longer hold: <https://www.debian.org/releases/>, <https://www.debian.org/distrib/archive>.
const ARCHIVED: [&str; 3] = ["jessie", "stretch", "buster"];

/// Adds packages to an install of the stage in front of their first use at `first`, or makes one.
pub(super) fn add(
    candidate: Candidate<'_, '_>,
    names: &[&str],
    first: usize,
    suite: Option<&str>,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let dockerfile = candidate.build.dockerfile;
    for step in candidate.stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run) {
        for command in step.content.commands() {
            let plain = command.call.is_some_and(|call| !call.conditional && !call.in_child);
            let Some(call) =
                command.package_call().filter(|_| plain && command.span.start <= first)
            else {
                continue;
            };
            let sure = call.manager.name == "apt" && call.is("install") && !call.behind_unknown;
            if !sure || !candidate.stage.is_root(step) {
                continue;
            }
            if let Ok(list) = PackageList::of(dockerfile, command, &call) {
                return insert_words(dockerfile, &list.packages, names, edits).map_err(|_| odd());
            }
        }
    }
    // A new install knows nothing of what the author has found out about his mirrors.
    if let Some(suite) = suite.filter(|suite| ARCHIVED.contains(suite)) {
        let message =
            format!("{} are used, and the mirrors no longer hold {suite}", names.join(", "));
        return Err((&reasons::MIRRORS, message));
    }
    let other = candidate.stage.steps.iter().find(|step| {
        let text = step.text(dockerfile);
        text.contains("/etc/apt") || text.contains("sources.list") || text.contains("apt.conf")
    });
    if let Some(step) = other {
        let line = dockerfile.line(step.instruction.span.start);
        let message =
            format!("{} are used, and line {line} sets where apt looks", names.join(", "));
        return Err((&reasons::MIRRORS, message));
    }
    make(candidate, names, edits).ok_or_else(odd)
}

/// A RUN of its own, behind FROM and what only sets variables and folders: root is the user there.
fn make(candidate: Candidate<'_, '_>, names: &[&str], edits: &mut Edits) -> Option<()> {
    let dockerfile = candidate.build.dockerfile;
    let mut place = dockerfile.instruction(candidate.stage.stage.from)?.lines.end;
    let settings = candidate.stage.steps.iter().take_while(|step| {
        !step.onbuild
            && matches!(
                step.instruction.kind,
                Keyword::Env
                    | Keyword::Arg
                    | Keyword::Label
                    | Keyword::Workdir
                    | Keyword::Maintainer
            )
    });
    if let Some(step) = settings.last() {
        place = step.instruction.lines.end;
    }
    let newline = dockerfile.newline();
    let layout = Layout::of(dockerfile, &[]);
    let join = match layout.style {
        ChainStyle::Leading => format!(" {}{newline}{}&& ", dockerfile.escape, layout.indent),
        ChainStyle::Trailing => format!(" && {}{newline}{}", dockerfile.escape, layout.indent),
    };
    let install = format!("apt-get install --no-install-recommends -y {}", names.join(" "));
    let commands = ["apt-get update", &install, "rm -rf /var/lib/apt/lists/*"];
    let mut text = format!("RUN {}{newline}", commands.join(&join));
    if !dockerfile.source[..place].ends_with('\n') {
        text = format!("{newline}{}", text.trim_end());
    }
    edits.insert(place, text).ok()
}
