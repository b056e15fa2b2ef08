//! A RUN that installs and goes on with something else: where it can be parted in two.

use dockslim_syntax::shell::{CommandKind, ConnectorKind};
use dockslim_syntax::{Dockerfile, Span};

use crate::facts::{BuildStep, Command, Content};

/// Where a RUN is parted.
#[derive(Clone, Copy)]
pub(super) struct Parting {
    /// What stands between the install and the rest: `&&` and what surrounds it, lines with comments among that.
    pub(super) between: Span,
    /// What ends the rest and empties a cache of the install, which has to do so as well.
    pub(super) cleans: Option<Span>,
    /// Whether the rest may remove or change what the install leaves, which would then stay in its layer.
    pub(super) changes: bool,
}

impl Parting {
    /// Whether the rest does not do well in a layer of its own behind an install that fills these places: it removes or changes what is
    /// there, or ends with a call that empties the cache out of which Plug'n'Play loads packages (Yarn documentation, "Plug'n'Play").
    pub(super) fn hinders(&self, fills: &[String]) -> bool {
        let loads = || fills.iter().any(|place| place.ends_with(".pnp.cjs"));
        self.changes || self.cleans.is_some() && loads()
    }
}

/// The place in front of command `number` where a RUN can be parted, if the rest sees the same in a step of its own: all is joined by
/// `&&`, and what stands in front leaves nothing in its shell.
pub(super) fn parting(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    number: usize,
) -> Option<Parting> {
    let Content::Script(_, list, commands) = &step.content else { return None };
    let [statement] = list.statements.as_slice() else { return None };
    let joined = statement.rest.iter().all(|(sign, _)| sign.kind == ConnectorKind::And);
    if !joined || statement.end.is_some() || !step.instruction.flags.is_empty() {
        return None;
    }
    let (front, rest) = commands.split_at(number);
    let stays = |command: &Command<'_>| {
        let first = command.words.first().and_then(|word| word.as_deref());
        !matches!(first, None | Some("cd" | "set"))
    };
    let start = rest.first()?.span.start;
    let at = statement.pipelines().position(|one| one.span.end > start)?;
    let pipelines: Vec<_> = statement.pipelines().take(at + 1).collect();
    let simple = pipelines[..at].iter().all(|one| {
        let is_simple =
            matches!(one.commands.as_slice(), [command] if matches!(command.kind, CommandKind::Simple(_)));
        is_simple && one.negated.is_none()
    });
    let between = Span::new(pipelines.get(at.checked_sub(1)?)?.span.end, pipelines[at].span.start);
    let mut lines = dockerfile.raw(between).lines();
    let plain = lines.all(|line| !line.contains('#') || line.trim_start().starts_with('#'));
    let cleans = rest.last().filter(|last| rest.len() > 1 && empties_cache(last));
    let others = &rest[..rest.len() - usize::from(cleans.is_some())];
    (simple && plain && front.iter().all(stays)).then(|| Parting {
        between,
        cleans: cleans.map(|command| command.span),
        changes: others.iter().any(|other| may_change(other) || empties_cache(other)),
    })
}

/// Whether a command empties a cache of npm or yarn, and does nothing else. That of pip fails where the cache is empty, up to pip 21.2 (pip,
/// "Changelog", 21.3).
fn empties_cache(command: &Command<'_>) -> bool {
    let words: Option<Vec<&str>> = command.words.iter().map(Option::as_deref).collect();
    let alone = command.call.is_some_and(|call| {
        !call.conditional && call.redirects.is_empty() && call.simple.assignments.is_empty()
    });
    let known = matches!(
        words.as_deref(),
        Some(["npm", "cache", "clean", "--force"] | ["yarn", "cache", "clean"])
    );
    alone && known
}

/// Whether a command removes nothing but settings of the system, by their names: no install of a language has brought them.
fn removes_settings(command: &Command<'_>) -> bool {
    let words: Option<Vec<&str>> = command.words.iter().map(Option::as_deref).collect();
    let Some(["rm", operands @ ..]) = words.as_deref() else { return false };
    let mut paths = operands.iter().filter(|word| !word.starts_with('-'));
    paths.all(|path| path.starts_with("/etc/") && !path.contains("..") && !path.contains('*'))
}

/// Whether a command may remove files, or change those that are there, so that they stand in two layers.
fn may_change(command: &Command<'_>) -> bool {
    let Some(name) = command.program_name() else { return true };
    if removes_settings(command) {
        return false;
    }
    let verbs = ["uninstall", "remove", "prune", "purge", "autoremove", "dedupe", "rebuild"];
    let verb = command.words.iter().flatten().any(|word| verbs.contains(&&**word));
    let programs = [
        "chgrp", "chmod", "chown", "find", "mv", "sed", "setfacl", "strip", "touch", "truncate",
        "xargs",
    ];
    verb || command.deletes() || command.is_shell() || programs.contains(&name)
}
