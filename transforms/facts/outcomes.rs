//! What becomes of a command of a script: whether it surely runs, and whether its failure ends the build.

use dockslim_syntax::Dockerfile;
use dockslim_syntax::shell::{CommandKind, ConnectorKind, List, Pipeline, SeparatorKind};

use super::{BuildStep, Command, Content};

/// What becomes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It runs, and where it fails, so does the build.
    Decides,
    /// It runs, and a failure may go unseen.
    Runs,
    /// It may not run.
    Open,
}

/// What becomes of a command of a RUN.
pub(crate) fn outcome(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    command: &Command<'_>,
) -> Outcome {
    let Content::Script(_, list, commands) = &step.content else { return Outcome::Open };
    let leaves = |one: &&Command<'_>| {
        let name = one.words.first().and_then(|word| word.as_deref());
        matches!(name, Some("exit" | "return" | "exec" | "trap" | "break" | "continue" | "eval"))
    };
    let mut before = commands.iter().take_while(|one| one.span.start < command.span.start);
    if before.any(|one| leaves(&one)) {
        return Outcome::Open;
    }
    let mut before = commands.iter().take_while(|one| one.span.start < command.span.start);
    let eases = before.any(|one| {
        one.words.first().and_then(|word| word.as_deref()) == Some("set")
            && one.words.iter().any(|word| word.as_deref().is_none_or(|word| word.starts_with('+')))
    });
    let errexit = step.state.shell.errexit();
    Looked { dockerfile, command, eases }.in_list(list, true, errexit && !eases)
}

struct Looked<'a, 't> {
    dockerfile: &'a Dockerfile<'t>,
    command: &'a Command<'t>,
    /// Whether something in front takes back that a failing command ends the shell.
    eases: bool,
}

impl Looked<'_, '_> {
    /// The same, in a list whose failure is one of the build or not, and in which a failing command may end the shell (POSIX, `set -e`).
    fn in_list(&self, list: &List, decides: bool, mut errexit: bool) -> Outcome {
        let at = self.command.span.start;
        for (number, statement) in list.statements.iter().enumerate() {
            if statement.span.end <= at {
                errexit = self.errexit_behind(&statement.first, errexit);
                continue;
            }
            if statement.end.as_ref().is_some_and(|end| end.kind == SeparatorKind::Background) {
                return Outcome::Open;
            }
            let last = number + 1 == list.statements.len();
            let count = statement.rest.len();
            let Some(place) = statement.pipelines().position(|one| one.span.end > at) else {
                return Outcome::Open;
            };
            let joined = statement.rest.iter().all(|(sign, _)| sign.kind == ConnectorKind::And);
            let (all, alone) = (decides && last && joined, errexit && joined && place == count);
            if place > 0 && !all {
                return Outcome::Open;
            }
            let pipeline = statement.pipelines().nth(place);
            return pipeline
                .map_or(Outcome::Open, |one| self.in_pipeline(one, all || alone, alone));
        }
        Outcome::Open
    }

    fn in_pipeline(&self, pipeline: &Pipeline, decides: bool, errexit: bool) -> Outcome {
        let at = self.command.span.start;
        let several = pipeline.commands.len() > 1 || pipeline.negated.is_some();
        let (decides, errexit) = (decides && !several, errexit && !several);
        let Some(command) = pipeline.commands.iter().find(|one| one.span.end > at) else {
            return Outcome::Open;
        };
        match &command.kind {
            CommandKind::Simple(_) if command.span == self.command.span => {
                if decides {
                    Outcome::Decides
                } else {
                    Outcome::Runs
                }
            }
            CommandKind::Group(list) | CommandKind::Subshell(list) => {
                self.in_list(list, decides, errexit)
            }
            _ => Outcome::Open,
        }
    }

    /// Whether a failing command ends the shell behind a pipeline, which may be a call of `set`.
    fn errexit_behind(&self, pipeline: &Pipeline, errexit: bool) -> bool {
        let [command] = pipeline.commands.as_slice() else { return errexit };
        let text = self.dockerfile.text(command.span);
        let mut words = text.split_whitespace();
        if words.next() != Some("set") || self.eases {
            return errexit;
        }
        let mut options = words.take_while(|word| *word != "--");
        let ends = |word: &str| {
            word == "errexit" || word.strip_prefix('-').is_some_and(|one| one.contains('e'))
        };
        errexit || options.any(ends)
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;
    use crate::Options;
    use crate::facts::Facts;

    fn of(script: &str) -> Outcome {
        let text = format!("FROM debian\nRUN {script}\n");
        let dockerfile = parse(&text);
        let facts = Facts::of(&dockerfile, &Options::default(), None);
        let step = &facts.build().stages[0].steps[0];
        let mut commands = step.content.commands().iter();
        let command = commands.find(|one| one.words[0].as_deref() == Some("useradd")).unwrap();
        outcome(&dockerfile, step, command)
    }

    #[test]
    fn of_commands_in_scripts() {
        for script in [
            "useradd a",
            "true && useradd a && true",
            "true; useradd a",
            "set -e; useradd a; true",
            "set -ex && true; { true; useradd a; }; true",
            "(true; useradd a)",
        ] {
            assert_eq!(of(script), Outcome::Decides, "{script}");
        }
        for script in [
            "useradd a; true",
            "useradd a || true",
            "useradd a && true; true",
            "useradd a | cat",
            "set -e; useradd a && true; true",
            "set -e; set +e; useradd a; true",
            "{ useradd a; } || true",
        ] {
            assert_eq!(of(script), Outcome::Runs, "{script}");
        }
        for script in [
            "true && useradd a; true",
            "true || useradd a",
            "if true; then useradd a; fi",
            "true && useradd a || true",
            "useradd a & true",
            "exit 0; useradd a",
            "echo $(useradd a)",
        ] {
            assert_eq!(of(script), Outcome::Open, "{script}");
        }
    }
}
