//! A RUN that may be joined to others.

use std::sync::Arc;

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Pipeline, Script, SeparatorKind, Statement,
};
use dockslim_syntax::{Dockerfile, Instruction, Span};

use super::calls::KnownCalls;
use super::hazards::{self, Hazard};
use crate::Facts;
use crate::facts::{Effects, Errexit, Shell, Stage, State, effects, is_insensitive, words_text};

/// A RUN that may be joined to others.
pub(super) struct Part<'f> {
    /// Its number among the items.
    pub(super) index: usize,
    pub(super) instruction: &'f Instruction,
    pub(super) script: &'f Script,
    pub(super) list: &'f List,
    pub(super) effects: Effects,
    pub(super) calls: KnownCalls<'f>,
    pub(super) ends: Option<Hazard>,
    pub(super) fresh: Option<Hazard>,
    pub(super) shell: Arc<Shell>,
    pub(super) flags: Vec<String>,
    /// The image at the bottom of the stage.
    pub(super) image: String,
    /// No ENV or ARG of the file changes PATH.
    pub(super) usual_path: bool,
    /// The program and verb of each package-manager call.
    pub(super) managers: Vec<(String, String)>,
}

impl<'f> Part<'f> {
    pub(super) fn new(
        facts: &'f Facts<'_>,
        stage: &Stage<'_>,
        index: usize,
        instruction: &'f Instruction,
        script: &'f Script,
        list: &'f List,
        state: &State<'_>,
    ) -> Self {
        let dockerfile = facts.dockerfile;
        let flags =
            instruction.flags.iter().map(|flag| dockerfile.text(flag.span).into_owned()).collect();
        let calls = KnownCalls::of(dockerfile, list);
        let ends = hazards::daemon(&calls.list)
            .or_else(|| hazards::shell_replaced(&state.shell.words[0], &calls.list))
            .or_else(|| hazards::directory_removed(&calls.list, state));
        let fresh = hazards::fresh_files(&dockerfile.text(script.span), &calls.list, state);
        Part {
            index,
            instruction,
            script,
            list,
            effects: effects(dockerfile, script, list),
            calls,
            ends,
            fresh,
            shell: state.shell.clone(),
            flags,
            image: stage.image(&facts.stages).to_owned(),
            usual_path: !state.sets("PATH"),
            managers: managers(dockerfile, list),
        }
    }

    pub(super) fn head_options(&self) -> &[String] {
        self.effects.head.as_ref().map_or(&[], |head| &head.options)
    }

    /// The comment behind the last command, if there is one.
    pub(super) fn last_comment(&self) -> Option<Span> {
        self.script.comments.last().copied().filter(|comment| comment.end == self.script.span.end)
    }

    pub(super) fn errexit(&self) -> Errexit {
        self.effects.errexit(self.shell.errexit())
    }

    pub(super) fn last(&self) -> Option<&Statement> {
        self.list.statements.last()
    }

    /// One statement of `&&` alone, whatever stands at its head.
    pub(super) fn is_chain(&self) -> bool {
        let statements = match &self.effects.head {
            Some(head) if !head.by_and => &self.list.statements[1..],
            _ => &self.list.statements[..],
        };
        matches!(statements, [statement] if is_and_chain(statement))
    }

    /// Whether all of it is chains of `&&`, so that it may follow `&&` as it stands.
    pub(super) fn is_bare_chain(&self) -> bool {
        matches!(self.list.statements.as_slice(), [statement] if is_and_chain(statement))
    }

    /// Whether the script is a chain that begins with `cd` to a place that does not depend on where
    /// it starts.
    pub(super) fn starts_elsewhere(&self, dockerfile: &Dockerfile<'_>) -> bool {
        let first = &self.list.statements[0].first;
        let [Command { kind: CommandKind::Simple(simple), redirects, .. }] =
            first.commands.as_slice()
        else {
            return false;
        };
        let words = words_text(dockerfile, simple);
        let goes = matches!(words.as_slice(), [Some(cd), Some(path)] if cd == "cd" && path.starts_with('/'));
        let plain =
            redirects.is_empty() && simple.assignments.is_empty() && first.negated.is_none();
        goes && plain && self.is_bare_chain()
    }

    pub(super) fn installs(&self) -> bool {
        self.managers.iter().any(|(_, verb)| verb != "update")
    }
}

pub(super) fn is_and_chain(statement: &Statement) -> bool {
    statement.rest.iter().all(|(connector, _)| connector.kind == ConnectorKind::And)
        && statement.end.is_none_or(|end| end.kind != SeparatorKind::Background)
}

/// The system package managers that a script calls, each with its verb.
fn managers(dockerfile: &Dockerfile<'_>, list: &List) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for call in crate::facts::calls(list) {
        let words = words_text(dockerfile, call.simple);
        let mut words =
            words.iter().filter_map(|word| word.as_deref()).skip_while(|word| *word == "sudo");
        let Some(program) = words.next() else { continue };
        if matches!(
            program,
            "apt-get"
                | "apt"
                | "apk"
                | "yum"
                | "dnf"
                | "microdnf"
                | "zypper"
                | "pip"
                | "pip3"
                | "npm"
                | "gem"
        ) {
            let verb = words.find(|word| !word.starts_with('-')).unwrap_or_default();
            found.push((program.replace("apt-get", "apt"), verb.to_owned()));
        }
    }
    found
}

impl Part<'_> {
    pub(super) fn leak_in_words(&self) -> &'static str {
        match &self.effects {
            Effects { options: Some(_), .. } => "the first changes shell options on its way",
            Effects { state: Some(_), .. } => {
                "the first leaves variables or other state in its shell"
            }
            _ => "the first leaves its shell in another directory",
        }
    }

    /// Whether each command of the script may stand on a line of its own under errexit.
    pub(super) fn is_chain_of_simple_commands(&self) -> bool {
        let simple = |command: &Command| matches!(command.kind, CommandKind::Simple(_));
        self.is_chain_of_simple()
            && self.is_bare_chain()
            && self.list.statements[0]
                .pipelines()
                .all(|pipeline| pipeline.commands.iter().all(simple))
    }

    /// Whether all of the script is `cd`, assignments, `export` and the like.
    pub(super) fn only_changes_its_shell(&self) -> bool {
        let own = |program: Option<&str>| {
            matches!(
                program,
                None | Some("cd" | "export" | "set" | "alias" | "umask" | "unset" | "ulimit")
            )
        };
        let simple = |command: &Command| {
            matches!(&command.kind, CommandKind::Simple(simple) if command.redirects.is_empty()
                && simple.words.first().is_none_or(|word| word.parts.len() == 1))
        };
        self.list
            .statements
            .iter()
            .flat_map(Statement::pipelines)
            .all(|pipeline| pipeline.commands.iter().all(simple))
            && self.calls.list.iter().all(|call| {
                own(call.outer_program())
                    && (call.outer_program().is_some() || call.is_assignment())
            })
    }

    /// Whether the script does the same in a subshell in front of `&&`, where errexit is off.
    pub(super) fn may_stand_in_subshell(&self) -> bool {
        let effects = &self.effects;
        let alone =
            is_insensitive(self.list) && effects.options.is_none() && effects.unseen.is_none();
        self.errexit() == Errexit::Off || alone
    }

    /// Whether errexit means nothing to the script, but for its own head.
    pub(super) fn is_chain_of_simple(&self) -> bool {
        if self.effects.unseen.is_some() {
            return false;
        }
        let skip = usize::from(self.effects.head.as_ref().is_some_and(|head| !head.by_and));
        matches!(&self.list.statements[skip..], [statement] if pipelines_insensitive(statement))
    }
}

/// Whether errexit ends the script when this statement fails: it is one pipeline of simple commands
/// or subshells, without `!`.
pub(super) fn dies_on_failure(statement: &Statement) -> bool {
    statement.rest.is_empty()
        && statement.first.negated.is_none()
        && statement.end.is_none_or(|end| end.kind != SeparatorKind::Background)
        && statement.first.commands.iter().all(|command| {
            matches!(command.kind, CommandKind::Simple(_) | CommandKind::Subshell(_))
        })
}

pub(super) fn part_ends_fatally(part: &Part<'_>) -> bool {
    part.last().is_some_and(dies_on_failure)
}

pub(super) fn pipelines_insensitive(statement: &Statement) -> bool {
    let alone = |pipeline: &Pipeline| {
        let first = pipeline.clone();
        let span = first.span;
        is_insensitive(&List {
            statements: vec![Statement { span, first, rest: Vec::new(), end: None }],
        })
    };
    statement.pipelines().all(alone)
}
