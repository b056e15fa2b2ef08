//! How a step gets its cache mounts: flags, and what goes from its script.

use dockslim_syntax::shell::{CommandKind, ConnectorKind, List, Pipeline};
use dockslim_syntax::{Edits, LeafKind, Overlap, Script, Span};

use super::mount_places::own_clean_ups;
use super::mounts::{ARCHIVES, Candidate, DOCKER_CLEAN, Plan, installs_behind};
use crate::facts::{BuildStage, Command, Layout, words_text};
use crate::knowledge::PackageManager;

/// A step that gets mounts.
pub(super) struct Step<'p, 'b, 't> {
    pub(super) plan: &'p Plan<'b, 't>,
    pub(super) stage: &'b BuildStage<'t>,
    pub(super) number: usize,
    pub(super) script: &'t Script,
    pub(super) list: &'t List,
}

impl Step<'_, '_, '_> {
    /// The edits of the step; `None` if a clean-up cannot be taken out.
    pub(super) fn edits(&self, found: &[&Candidate<'_, '_>]) -> Option<Edits> {
        let mut edits = Edits::new();
        let managers: Vec<&PackageManager> = found.iter().map(|one| one.leaving.manager).collect();
        let targets: Vec<String> = found.iter().flat_map(|one| one.targets.clone()).collect();
        let step = &self.stage.steps[self.number];
        for span in own_clean_ups(self.plan.build, step, &managers, &targets)? {
            edits.delete(span).ok()?;
        }
        let flags: Vec<String> = found
            .iter()
            .flat_map(|one| {
                let sharing = if one.mount.locked { ",sharing=locked" } else { "" };
                let flag = move |target| format!("--mount=type=cache,target={target}{sharing}");
                one.targets.iter().map(flag)
            })
            .collect();
        let layout = Layout::of(self.plan.build.dockerfile, &[self.script]);
        let settings = self.settings(found);
        // Behind the last `set` they do what it says.
        let head = match self.behind_options() {
            Some(gap) if !settings.is_empty() => {
                let sign = self.sign(gap, &layout);
                let text: String = settings.iter().map(|one| format!("{sign}{one}")).collect();
                edits.insert(gap.start, text).ok()?;
                String::new()
            }
            _ => {
                let several = self.list.statements.len() > 1;
                let sign = layout.join(if several { ";" } else { "&&" }, &[]);
                settings.iter().map(|one| format!("{one}{sign}")).collect()
            }
        };
        self.flag(&flags, &head, &layout, &mut edits).ok()?;
        Some(edits)
    }

    /// Adds the flags, and `head` in front of the script.
    fn flag(
        &self,
        flags: &[String],
        head: &str,
        layout: &Layout,
        edits: &mut Edits,
    ) -> Result<(), Overlap> {
        let dockerfile = self.plan.build.dockerfile;
        let run = self.stage.steps[self.number].instruction;
        let start = self.script.span.start;
        let from = run.flags.last().map_or(run.keyword.end, |flag| flag.span.end);
        let line = |indent: &str| format!(" {}{}{indent}", dockerfile.escape, dockerfile.newline());
        // Flags of the author on lines of their own get company.
        let continued = dockerfile.continuations_in(Span::new(run.keyword.end, start)).last();
        if let Some(last) = continued.filter(|_| !run.flags.is_empty()) {
            let rest = dockerfile.raw(Span::new(last.end, start));
            let indent = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
            let line = line(indent);
            let text: String = flags.iter().map(|flag| format!("{line}{flag}")).collect();
            edits.insert(from, text)?;
            return if head.is_empty() { Ok(()) } else { edits.insert(start, head) };
        }
        let line = line(&layout.indent);
        let gap = Span::new(from, start);
        let text = format!(" {}", flags.join(&line));
        if dockerfile.leaves_in(gap).iter().any(|leaf| leaf.kind != LeafKind::Blank) {
            edits.insert(from, text)?;
            return if head.is_empty() { Ok(()) } else { edits.insert(start, head) };
        }
        edits.replace(gap, format!("{text}{line}{head}"))
    }

    /// What stands between the `set` commands that open the script and the command behind them.
    fn behind_options(&self) -> Option<Span> {
        let mut last: Option<&Pipeline> = None;
        for statement in &self.list.statements {
            for (number, pipeline) in statement.pipelines().enumerate() {
                let joined = number.checked_sub(1).map(|before| statement.rest[before].0.kind);
                let open = joined != Some(ConnectorKind::Or) && self.sets_options(pipeline);
                match last {
                    _ if open => last = Some(pipeline),
                    Some(last) if joined != Some(ConnectorKind::Or) => {
                        return Some(Span::new(last.span.end, pipeline.span.start));
                    }
                    _ => return None,
                }
            }
        }
        None
    }

    fn sets_options(&self, pipeline: &Pipeline) -> bool {
        let [command] = pipeline.commands.as_slice() else { return false };
        let CommandKind::Simple(simple) = &command.kind else { return false };
        let words = words_text(self.plan.build.dockerfile, simple);
        pipeline.negated.is_none() && matches!(words.first(), Some(Some(word)) if word == "set")
    }

    /// The sign between two commands, laid out as in `gap` unless there is a comment.
    fn sign(&self, gap: Span, layout: &Layout) -> String {
        let text = self.plan.build.dockerfile.raw(gap);
        let and = text.contains("&&");
        if text.contains('#') {
            return layout.join(if and { "&&" } else { ";" }, &[]);
        }
        text.to_owned()
    }

    /// What keeps packages where apt puts them: the Debian images switch that off. Once in a stage is
    /// enough.
    fn settings(&self, found: &[&Candidate<'_, '_>]) -> Vec<String> {
        let build = self.plan.build;
        let Some(apt) = found.iter().find(|one| keeps_packages(one)) else { return Vec::new() };
        let manager: &'static PackageManager = apt.leaving.manager;
        let own = &self.stage.steps[self.number];
        let named = |span: Span| span.of(build.dockerfile.source).contains(DOCKER_CLEAN);
        let mut earlier = self.plan.earlier(self.stage, self.number);
        let done = earlier.any(|(stage, number)| {
            named(stage.steps[number].instruction.span)
                || self.plan.moving(stage, number).any(keeps_packages)
        });
        if done || named(self.script.span) {
            return Vec::new();
        }
        let mut settings = vec![format!("rm -f /etc/apt/apt.conf.d/{DOCKER_CLEAN}")];
        // apt(8), unlike apt-get(8), deletes what it has installed.
        let is_apt = |command: &Command<'_>| {
            command.manager.is_some_and(|other| other.name == manager.name)
                && command.program_name() == Some("apt")
        };
        let behind = installs_behind(build, self.stage, self.number, manager);
        let steps = behind.map(|(stage, number)| &stage.steps[number]).chain([own]);
        if steps.into_iter().any(|step| step.content.commands().iter().any(is_apt)) {
            let setting = "Binary::apt::APT::Keep-Downloaded-Packages \"true\";";
            settings.push(format!("echo '{setting}' > /etc/apt/apt.conf.d/keep-cache"));
        }
        settings
    }
}

fn keeps_packages(candidate: &Candidate<'_, '_>) -> bool {
    candidate.targets.iter().any(|target| target == ARCHIVES)
}
