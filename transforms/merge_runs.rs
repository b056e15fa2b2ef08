//! Merge adjacent RUN instructions into one layer.
//!
//! Each RUN makes a layer, and a layer never shrinks: what one RUN downloads and a later one deletes
//! still ships. In one layer, what is gone is gone. `apt-get update` in a layer of its own is worse: it
//! is cached, and installs from stale lists fail months later.
//!
//! ```dockerfile before
//! FROM debian:12
//! RUN apt-get update
//! # for the health check
//! RUN apt-get install -y curl
//! RUN cd /opt && curl -O https://example.com/tool
//! RUN test -e /opt/tool || echo missing
//! ```
//!
//! ```dockerfile after
//! FROM debian:12
//! RUN apt-get update \
//!     # for the health check
//!     && apt-get install -y curl \
//!     && (cd /opt && curl -O https://example.com/tool) \
//!     && { test -e /opt/tool || echo missing; }
//! ```
//!
//! Two RUNs mean: the second starts in a fresh shell, and only if the first succeeded. The merged one
//! means the same. A script that changes its directory or its variables is put in `( )`, one that is
//! more than a chain of `&&` in `{ }`. Scripts under `set -e` are joined with `;`, as their author
//! writes them. Comments travel with their RUN. LABEL, EXPOSE, STOPSIGNAL and exec-form CMD, ENTRYPOINT
//! and HEALTHCHECK may stand between.
//!
//! # Options
//!
//! - `merge-runs.policy`: `all` (the default), or `logical`, which merges only installs of one package
//!   manager, and a clean-up with what it cleans.
//! - `merge-runs.style`: `chain` (the default), or `heredoc`, which writes the merged script as a
//!   here-document with `set -e` and one command a line.
//! - `targets`: names of stages that are built by `--target` and therefore ship.
//!
//! # Declines
//!
//! A pair stays apart where anything could leak from the first script into the second, or where the
//! joined script could succeed or fail in another way. `dockslim fix --explain-declines` names the
//! rule for each pair.
//!
//! # Safety
//!
//! Safe: the same commands run in the same order, each under the same condition. The build cache holds
//! one entry where there were two: a change of the second script runs the first one again.

mod calls;
mod comments;
mod hazards;
mod join;
mod part;
mod reasons;
mod text;
mod tools;

use dockslim_contract::{Decline, Findings, Rewrite, Safety};
use dockslim_syntax::shell::Dialect;
use dockslim_syntax::{Arguments, CommandForm, Instruction, Keyword, Span};

use crate::facts::{Stage, State};
use crate::{Facts, Options, Policy, Style, Transform};
use hazards::Hazard;
use join::Group;
use part::Part;

/// The pass.
pub const MERGE_RUNS: Transform = Transform {
    name: "merge-runs",
    summary: "merge adjacent RUN instructions into one layer",
    levels: &[Safety::Safe],
    causes: &[],
    source: include_str!("merge_runs.rs"),
    declines: reasons::ALL,
    run,
};

fn run(facts: &Facts<'_>, options: &Options) -> Findings {
    let mut findings = Findings::default();
    for stage in &facts.stages {
        let mut neighbours = Vec::new();
        for (index, instruction, state) in facts.steps(stage) {
            match instruction.kind {
                Keyword::Run => neighbours.push((index, instruction, state)),
                _ if may_be_passed_over(instruction) => {}
                _ => merge(facts, options, stage, std::mem::take(&mut neighbours), &mut findings),
            }
        }
        merge(facts, options, stage, neighbours, &mut findings);
    }
    findings
}

/// Merges RUNs between which nothing else stands.
fn merge(
    facts: &Facts<'_>,
    options: &Options,
    stage: &Stage<'_>,
    neighbours: Vec<(usize, &Instruction, State<'_>)>,
    findings: &mut Findings,
) {
    if neighbours.len() < 2 {
        return;
    }
    let mut merger = Merger { facts, options, ships: stage.ships, findings, before: None };
    for (index, instruction, state) in neighbours {
        merger.add(Part::read(facts, stage, index, instruction, &state), instruction.span);
    }
    merger.finish();
}

/// Goes through a stage from RUN to RUN.
struct Merger<'f, 't, 'a> {
    facts: &'f Facts<'t>,
    options: &'a Options,
    ships: bool,
    findings: &'a mut Findings,
    /// The RUNs directly before, or why the last of them cannot be joined to anything.
    before: Option<Result<Group<'f>, Decline>>,
}

impl<'f> Merger<'f, '_, '_> {
    fn add(&mut self, part: Result<Part<'f>, Decline>, at: Span) {
        let verdict = match (self.before.as_mut(), part) {
            (None, part) => Ok(part),
            (Some(_), Err(decline)) => Err((Err(decline.clone()), decline)),
            (Some(Err(decline)), Ok(part)) => Err((Ok(part), decline.clone())),
            (Some(Ok(group)), Ok(part)) => {
                let wanted = allowed(self.options, self.ships, group, &part);
                let joined = match wanted {
                    Ok(()) => group.join(self.facts, part),
                    Err(hazard) => Err(Box::new((part, hazard))),
                };
                match joined {
                    Ok(()) => return,
                    Err(refused) => {
                        let (part, (reason, message)) = *refused;
                        Err((Ok(part), Decline { reason, at, message }))
                    }
                }
            }
        };
        let part = verdict.unwrap_or_else(|(part, decline)| {
            self.findings.declines.push(Decline { at, ..decline });
            self.finish();
            part
        });
        self.before = Some(part.map(Group::of));
    }

    /// Writes down the merge of the RUNs so far, if there is one.
    fn finish(&mut self) {
        let Some(Ok(group)) = self.before.take() else { return };
        if group.parts.len() < 2 {
            return;
        }
        let edits = match self.options.merge_runs.style {
            Style::Chain => text::chain(self.facts, &group),
            Style::Heredoc => text::heredoc(self.facts, &group),
        };
        let at = group.span();
        let Some(edits) = edits else {
            let message = "the scripts are more than chains of simple commands".to_owned();
            self.findings.declines.push(Decline { reason: &reasons::HEREDOC_STYLE, at, message });
            return;
        };
        let count = group.parts.len();
        let reason = if group.starts_with_update() {
            format!(
                "{count} adjacent RUNs become one layer, and `update` is never cached without its install"
            )
        } else {
            format!("{count} adjacent RUNs become one layer")
        };
        self.findings.rewrites.push(Rewrite { safety: Safety::Safe, at, reason, edits });
    }
}

/// Whether the instruction only notes something for the image, so that a RUN may move across it.
fn may_be_passed_over(instruction: &Instruction) -> bool {
    match instruction.kind {
        Keyword::Label | Keyword::Expose | Keyword::Stopsignal => true,
        Keyword::Cmd | Keyword::Entrypoint => instruction.exec().is_some(),
        Keyword::Healthcheck => instruction.script().is_none(),
        _ => false,
    }
}

/// Whether the stage and the policy want the merge.
fn allowed(
    options: &Options,
    ships: bool,
    group: &Group<'_>,
    part: &Part<'_>,
) -> Result<(), Hazard> {
    let stale = group.is_lone_update() && part.installs();
    if !ships && !stale {
        let message = "nothing ships the layers of this stage".to_owned();
        return Err((&reasons::STAGE_DOES_NOT_SHIP, message));
    }
    if options.merge_runs.policy == Policy::Logical && !stale && !group.belongs_with(part) {
        let message = "the two are not steps of one installation".to_owned();
        return Err((&reasons::NOT_LOGICAL, message));
    }
    Ok(())
}

/// The script of a RUN and the state that it sees, if it can be joined to others at all.
impl<'f> Part<'f> {
    fn read(
        facts: &'f Facts<'_>,
        stage: &Stage<'_>,
        index: usize,
        instruction: &'f Instruction,
        state: &State<'_>,
    ) -> Result<Self, Decline> {
        let decline =
            |reason, message: String| Err(Decline { reason, at: instruction.span, message });
        let dockerfile = facts.dockerfile;
        if let Some(comment) = facts.suppressions.keeps(MERGE_RUNS.name, instruction.lines) {
            return decline(&reasons::KEPT, comment.says(dockerfile));
        }
        if !instruction.heredocs.is_empty() {
            return decline(&reasons::HEREDOC, "the script is a here-document".into());
        }
        let script = match &instruction.arguments {
            Arguments::Command(CommandForm::Exec(_)) => {
                return decline(&reasons::EXEC_FORM, "the exec form has no shell".into());
            }
            Arguments::Command(CommandForm::Shell(script)) => script,
            _ => return decline(&reasons::UNREAD_SCRIPT, "RUN has no command".into()),
        };
        if may_be_exec_form(&dockerfile.text(script.span)) {
            let message = "builders differ on what stands behind a JSON array".to_owned();
            return decline(&reasons::EXEC_FORM, message);
        }
        let shell = state.shell.words.join(" ");
        if state.shell.dialect() == Dialect::Foreign {
            return decline(&reasons::FOREIGN_SHELL, format!("the shell is `{shell}`"));
        }
        let reads_bash_env = state.shell.dialect() == Dialect::Bash && state.sets("BASH_ENV");
        if !state.shell.is_known() || reads_bash_env {
            return decline(&reasons::STARTUP_FILES, format!("`{shell}` may read start-up files"));
        }
        let list = match &script.body {
            Ok(list) if !list.statements.is_empty() => list,
            Ok(_) => return decline(&reasons::UNREAD_SCRIPT, "the script holds no command".into()),
            Err(opaque) => return decline(&reasons::UNREAD_SCRIPT, opaque.reason.into()),
        };
        if script.dialect == Dialect::Posix
            && let Some((reason, message)) = hazards::reads_differently(dockerfile, script)
        {
            return decline(reason, message);
        }
        let text_end = Span::new(instruction.span.end, instruction.lines.end);
        let dangling = dockerfile.continuations_in(text_end).next().is_some();
        let escaped_end = dockerfile.text(script.span).ends_with('\\');
        if dangling || escaped_end {
            return decline(
                &reasons::CONTINUED_END,
                "the last line ends in a backslash or a continuation".into(),
            );
        }
        Ok(Part::new(facts, stage, index, instruction, script, list, state))
    }
}

/// Older builders take `["a"] b` for the exec form of `a`, newer ones for a script.
fn may_be_exec_form(script: &str) -> bool {
    script.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('"'))
}
