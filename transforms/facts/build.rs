//! A whole build step by step: what each instruction runs, and what it sees.

use std::borrow::Cow;
use std::sync::OnceLock;

use dockslim_syntax::{Arguments, CommandForm, Dockerfile, Instruction, Keyword};

use super::images::resolved;
use super::stages::references;
use super::{Base, Content, Facts, Stage, State};
use crate::knowledge::is_root_by_default;

/// The stages of a file with their steps.
pub(crate) struct Build<'t> {
    /// The tree.
    pub(crate) dockerfile: &'t Dockerfile<'t>,
    /// The stages in order.
    pub(crate) stages: Vec<BuildStage<'t>>,
    /// The files that COPY and ADD name, sources and targets, with their instruction's place.
    pub(crate) copied: Vec<(usize, Cow<'t, str>)>,
    /// Whether an instruction calls a package manager, or runs something that may.
    pub(crate) may_install: bool,
    /// Where instructions take folders of the system from stages, and how they name these; gathered when first asked for.
    taken: OnceLock<Vec<(usize, Vec<String>)>>,
}

/// One stage.
pub(crate) struct BuildStage<'t> {
    /// The stage itself.
    pub(crate) stage: Stage<'t>,
    /// The image at its bottom, with the defaults of the build arguments in its name; `None` if an
    /// argument without a default decides.
    pub(crate) image: Option<String>,
    /// Its instructions behind FROM.
    pub(crate) steps: Vec<BuildStep<'t>>,
}

/// One instruction.
pub(crate) struct BuildStep<'t> {
    /// The instruction, that inside of ONBUILD if it is one.
    pub(crate) instruction: &'t Instruction,
    /// Whether it is kept for later by ONBUILD.
    pub(crate) onbuild: bool,
    /// What it sees.
    pub(crate) state: State<'t>,
    /// What it runs.
    pub(crate) content: Content<'t>,
}

impl BuildStep<'_> {
    /// Its text without line continuations, and its here-documents.
    pub(crate) fn text<'d>(&self, dockerfile: &'d Dockerfile<'_>) -> Cow<'d, str> {
        whole_text(dockerfile, self.instruction)
    }

    /// Whether its commands are handed here-documents. One that is the script itself is none of these (Dockerfile reference,
    /// "Here-Documents").
    pub(crate) fn hands_documents(&self) -> bool {
        let is_script = |arguments: &Arguments| match arguments {
            Arguments::Command(CommandForm::Shell(script)) => script.heredoc_body,
            _ => false,
        };
        !self.instruction.heredocs.is_empty() && !is_script(&self.instruction.arguments)
    }
}

/// The text of an instruction without line continuations, and its here-documents.
pub(super) fn whole_text<'d>(
    dockerfile: &'d Dockerfile<'_>,
    instruction: &Instruction,
) -> Cow<'d, str> {
    let mut text = dockerfile.text(instruction.span);
    for heredoc in &instruction.heredocs {
        let text = text.to_mut();
        text.push('\n');
        text.push_str(dockerfile.raw(heredoc.body));
    }
    text
}

impl BuildStage<'_> {
    /// Whether root is sure to run a step.
    pub(crate) fn is_root(&self, step: &BuildStep<'_>) -> bool {
        match step.state.user.as_deref() {
            Some(user) => is_root(user),
            None => self.image.as_deref().is_some_and(is_root_by_default),
        }
    }
}

/// Whether what USER names is root, whatever the group.
pub(crate) fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("root" | "0"))
}

impl<'t> Build<'t> {
    /// Follows the instructions of a file.
    pub(super) fn of(facts: &Facts<'t>) -> Self {
        let dockerfile = facts.dockerfile;
        let contents: Vec<_> = dockerfile
            .instructions()
            .map(|(index, instruction)| (index, Content::of(dockerfile, instruction)))
            .collect();
        let may_install = contents.iter().any(|(_, content)| content.may_install(dockerfile));
        let mut contents = contents.into_iter().peekable();
        let mut stages = Vec::new();
        for stage in &facts.stages {
            let mut steps = Vec::new();
            for (index, outer, state) in facts.steps(stage) {
                while contents.next_if(|(number, _)| *number < index).is_some() {}
                let mut content = contents.next().map_or(Content::Nothing, |(_, content)| content);
                let instruction = outer.innermost();
                content.pin(dockerfile, instruction, &state);
                let onbuild = outer.kind == Keyword::Onbuild;
                steps.push(BuildStep { instruction, onbuild, state, content });
            }
            let image = resolved(facts, stage);
            stages.push(BuildStage { stage: stage.clone(), image, steps });
        }
        let copied = copied(dockerfile);
        Self { dockerfile, stages, copied, may_install, taken: OnceLock::new() }
    }

    /// Whether `stage` is the stage number `other` or is built on it, directly or not.
    pub(crate) fn builds_on(&self, stage: &Stage<'_>, other: usize) -> bool {
        let mut stage = stage;
        while stage.index != other {
            match stage.base {
                Base::Image(_) => return false,
                Base::Stage(index) => stage = &self.stages[index].stage,
            }
        }
        true
    }

    /// The line of the first instruction that takes folders of the system from stage number `own`, or from one built on it, for
    /// another stage; whatever a mount or a variable may take counts.
    pub(crate) fn takes_system_files(&self, own: usize) -> Option<usize> {
        let is_own = |from: &String| {
            from.contains('$')
                || self.stages.iter().any(|other| {
                    let Stage { name, index, .. } = &other.stage;
                    let named = name.as_ref() == Some(from) || index.to_string() == *from;
                    named && self.builds_on(&other.stage, own)
                })
        };
        let taken = self.taken.get_or_init(|| self.taken());
        let (at, _) = taken.iter().find(|(_, from)| from.iter().any(is_own))?;
        Some(self.dockerfile.line(*at))
    }

    fn taken(&self) -> Vec<(usize, Vec<String>)> {
        const OWN: &[&str] = &["/usr/local", "/usr/src", "/usr/share/nginx"];
        const SYSTEM: &[&str] =
            &["/usr", "/lib", "/bin", "/sbin", "/etc/ssl", "/etc/ca-certificates"];
        let is_system = |source: &str| {
            let path = format!("/{}", source.trim_matches('/'));
            path == "/"
                || path.contains('$')
                || (!OWN.iter().any(|folder| path.starts_with(folder))
                    && SYSTEM.iter().any(|folder| path.starts_with(folder)))
        };
        let steps = self.stages.iter().flat_map(|stage| &stage.steps);
        let taken = steps.filter_map(|step| {
            let from = references(self.dockerfile, step.instruction);
            if from.is_empty() {
                return None;
            }
            let sources: Vec<Cow<'_, str>> = match &step.instruction.arguments {
                Arguments::Words(words) => {
                    words.iter().map(|word| self.dockerfile.text(word.span)).collect()
                }
                Arguments::List(list) => {
                    list.iter().map(|word| Cow::Borrowed(word.value.as_str())).collect()
                }
                _ => Vec::new(),
            };
            let system = step.instruction.kind == Keyword::Run
                || sources.iter().rev().skip(1).any(|source| is_system(source));
            system.then_some((step.instruction.span.start, from))
        });
        taken.collect()
    }
}

/// The words of COPY and ADD, each with the start of its instruction.
fn copied<'t>(dockerfile: &'t Dockerfile<'t>) -> Vec<(usize, Cow<'t, str>)> {
    let mut found = Vec::new();
    for (_, outer) in dockerfile.instructions() {
        let instruction = outer.innermost();
        if !matches!(instruction.kind, Keyword::Copy | Keyword::Add) {
            continue;
        }
        let at = outer.span.start;
        match &instruction.arguments {
            Arguments::Words(words) => {
                found.extend(words.iter().map(|word| (at, dockerfile.text(word.span))));
            }
            Arguments::List(list) => {
                found.extend(list.iter().map(|word| (at, Cow::Borrowed(word.value.as_str()))));
            }
            _ => {}
        }
    }
    found
}
