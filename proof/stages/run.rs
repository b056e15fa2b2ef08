//! RUN: its script becomes steps of the stage.

use std::borrow::Cow;
use std::sync::Arc;

use dockslim_syntax::shell::Script;
use dockslim_syntax::{CommandForm, Instruction, Span};

use super::{Builder, Stage};
use crate::known::Ran;
use crate::program::{Action, Demand, Step};
use crate::shell::{Setting, Shell, State, Surroundings, hash_of, start_options};

impl<'t> Builder<'t, '_> {
    pub(super) fn run(
        &mut self,
        stage: &mut Stage<'t>,
        instruction: &'t Instruction,
        form: &'t CommandForm,
    ) {
        let dockerfile = self.dockerfile;
        stage.runs.push(instruction.span);
        let mut surroundings = stage.surroundings.clone();
        if !instruction.flags.is_empty() {
            // Variables in flags are replaced, too.
            let flags = instruction.flags.iter();
            let flags = flags.map(|flag| self.expand(&stage.environment, flag.span)).collect();
            Arc::make_mut(&mut surroundings).flags = flags;
        }
        if reads_startup_files(&surroundings) {
            Arc::make_mut(&mut surroundings).startup = Some(hash_of(&stage.steps));
        }
        let fresh_mounts = surroundings.flags.iter().any(|flag| is_fresh_mount(flag));
        let state = State::fresh(surroundings);
        let script = match form {
            CommandForm::Exec(words) => {
                let words = words.iter().map(|word| Cow::Borrowed(word.value.as_str())).collect();
                let action = Action::Exec(words, self.states.number(&state.seen));
                stage.steps.push(Step { action, demand: Demand::Must, at: instruction.span });
                return;
            }
            CommandForm::Shell(script) => script,
        };
        // Versions of BuildKit differ on text behind a JSON array.
        let text = dockerfile.text(script.span);
        let unsure = text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('"'));
        let dangling = text.ends_with('\\');
        if unsure || dangling {
            let action = Action::Opaque(text, self.states.number(&state.seen));
            stage.steps.push(Step { action, demand: Demand::Must, at: instruction.span });
            return;
        }
        let start = instruction.span.start;
        let mut ran = Ran {
            start,
            text: dockerfile.raw(Span::new(start, instruction.lines.end)),
            dialect: script.dialect,
            surroundings: state.seen.surroundings.clone(),
            volumes: stage.volumes.len(),
            stage: self.stages.len(),
            steps: stage.steps.len()..stage.steps.len(),
            interpreter: None,
        };
        match self.known.as_mut().and_then(|known| known.find(&ran, stage)) {
            Some((mut steps, interpreter)) => {
                stage.steps.append(&mut steps);
                ran.interpreter = interpreter;
            }
            None => ran.interpreter = self.script(stage, instruction, script, state, fresh_mounts),
        }
        ran.steps.end = stage.steps.len();
        if let Some(interpreter) = &ran.interpreter {
            Arc::make_mut(&mut stage.surroundings).interpreter = Some(interpreter.clone());
        }
        self.ran.push(ran);
    }

    /// Runs a script in the mind; gives what has put another program in the place of the shell.
    fn script(
        &mut self,
        stage: &mut Stage<'t>,
        instruction: &'t Instruction,
        script: &'t Script,
        state: State,
        fresh_mounts: bool,
    ) -> Option<String> {
        let dockerfile = self.dockerfile;
        let setting = Setting {
            dockerfile,
            heredocs: &instruction.heredocs,
            volumes: &stage.volumes,
            image: &stage.image,
            fresh_mounts,
        };
        let mut shell = Shell::new(setting, self.states);
        let mut steps = shell.run(script, state);
        let (claimed, interpreter) = (shell.claimed, shell.interpreter.take());
        let bodies = instruction.heredocs.iter().map(|heredoc| dockerfile.raw(heredoc.body));
        let unclaimed: Vec<&'t str> =
            bodies.skip(claimed + usize::from(script.heredoc_body)).collect();
        if !unclaimed.is_empty() {
            // The builder takes them for here-documents, the shell does not.
            let text = Cow::Owned(unclaimed.concat());
            steps.push(Step {
                action: Action::Unread(text),
                demand: Demand::Must,
                at: instruction.span,
            });
        }
        stage.steps.append(&mut steps);
        interpreter
    }
}

/// Whether a shell may read files that an earlier step may have written.
fn reads_startup_files(surroundings: &Surroundings) -> bool {
    const HARMLESS: &[&str] = &[
        "allexport",
        "errexit",
        "errtrace",
        "noclobber",
        "noglob",
        "nounset",
        "pipefail",
        "verbose",
        "xtrace",
    ];
    let shell = &surroundings.shell;
    let program = shell.first().map_or("", String::as_str);
    let name = program.rsplit('/').next().unwrap_or(program);
    let known = matches!(name, "sh" | "dash" | "ash" | "bash");
    let long = shell.iter().skip(1).any(|word| word.starts_with("--"));
    let script = shell
        .iter()
        .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('c'));
    !known
        || long
        || !script
        || (name == "bash" && surroundings.environment.contains_key("BASH_ENV"))
        || !start_options(shell).iter().all(|option| HARMLESS.contains(&option.as_str()))
}

/// Mounts that are as new in each RUN: memory, and bind mounts that may be written to.
fn is_fresh_mount(flag: &str) -> bool {
    let Some(mount) = flag.strip_prefix("--mount=") else { return false };
    let mut options = mount.split(',').map(str::trim);
    options.any(|option| {
        matches!(
            option,
            "type=tmpfs"
                | "rw"
                | "readwrite"
                | "rw=true"
                | "readwrite=true"
                | "ro=false"
                | "readonly=false"
        )
    })
}
