//! Where one more command goes in a script, so that everything else means what it meant.

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Pipeline, SeparatorKind, Simple, Statement,
};
use dockslim_syntax::{Dockerfile, Instruction, Script, Span};

use super::reasons;
use crate::facts::{Effects, Errexit, Layout, effects, is_insensitive, words_text};
use crate::pass::Refusal;

/// A place for one more command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    /// The byte behind which it goes.
    at: usize,
    /// What joins it.
    sign: Sign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// `&&`
    And,
    /// `;`
    Semicolon,
    /// A new line of a here-document.
    Line,
}

impl Ending {
    /// The byte behind which it goes.
    pub(super) fn offset(self) -> usize {
        self.at
    }
}

/// A script with what decides where it may grow.
pub(super) struct Endings<'t> {
    dockerfile: &'t Dockerfile<'t>,
    instruction: &'t Instruction,
    script: &'t Script,
    list: &'t List,
    effects: Effects,
    errexit: Errexit,
}

impl<'t> Endings<'t> {
    /// `shell_errexit` is whether SHELL starts the shell with `-e`.
    pub(super) fn of(
        dockerfile: &'t Dockerfile<'t>,
        instruction: &'t Instruction,
        script: &'t Script,
        list: &'t List,
        shell_errexit: bool,
    ) -> Self {
        let effects = effects(dockerfile, script, list);
        let errexit = effects.errexit(shell_errexit);
        Self { dockerfile, instruction, script, list, effects, errexit }
    }

    /// Whether the script ends in another directory than it began in, or may.
    pub(super) fn changes_directory(&self) -> bool {
        self.effects.directory.is_some()
    }

    /// Behind everything that the script does.
    pub(super) fn last(&self) -> Result<Ending, Refusal> {
        let Some(statement) = self.list.statements.last() else {
            return Err((&reasons::UNREAD_SCRIPT, "the script is empty".to_owned()));
        };
        self.may_grow()?;
        if statement.end.is_some_and(|end| end.kind == SeparatorKind::Background) {
            let message = "the script ends in a job in the background".to_owned();
            return Err((&reasons::BACKGROUND, message));
        }
        if self.script.heredoc_body {
            return self.last_line(statement);
        }
        if !self.instruction.heredocs.is_empty() {
            let message = "the lines below the instruction are a here-document".to_owned();
            return Err((&reasons::HEREDOC, message));
        }
        let end = |sign| Ok(Ending { at: statement.span.end, sign });
        if self.swallows_failure(statement) {
            return end(Sign::Semicolon);
        }
        // `a || b && c` is `{ a || b; } && c`.
        let several = self.list.statements.len() > 1;
        match self.stops_by_itself(statement) {
            true if several => end(Sign::Semicolon),
            _ if self.may_be_followed_by_and(statement.last()) => end(Sign::And),
            true => end(Sign::Semicolon),
            false => Err(errexit()),
        }
    }

    /// Directly behind the last pipeline of the script's own list that holds `span`.
    pub(super) fn behind(&self, span: Span) -> Result<Ending, Refusal> {
        self.may_grow()?;
        let statements = &self.list.statements;
        let found = statements.iter().find(|statement| statement.span.covers(span));
        let pipeline =
            found.and_then(|s| s.pipelines().find(|pipeline| pipeline.span.covers(span)));
        let (Some(statement), Some(pipeline)) = (found, pipeline) else { return self.last() };
        let simple = self.may_be_followed_by_and(pipeline) && all_simple(pipeline);
        let background = statement.end.is_some_and(|end| end.kind == SeparatorKind::Background);
        if self.script.heredoc_body
            || !self.instruction.heredocs.is_empty()
            || !simple
            || background
        {
            return Err(errexit());
        }
        let is_last = statement.last().span == pipeline.span;
        if is_last && statements.last().is_some_and(|last| last.span == statement.span) {
            return self.last();
        }
        // Behind the last pipeline of a statement, `&&` would switch errexit off for it.
        let sign = if is_last && self.errexit != Errexit::Off {
            if !self.stops_by_itself(statement) {
                return Err(errexit());
            }
            Sign::Semicolon
        } else {
            Sign::And
        };
        Ok(Ending { at: pipeline.span.end, sign })
    }

    /// Whether the end of the script is reached only if the command at `span` has succeeded, or one
    /// that `is_other_try` says is another try of the same.
    pub(super) fn needs(&self, span: Span, is_other_try: &dyn Fn(Span) -> bool) -> bool {
        self.list_needs(self.list, self.errexit == Errexit::On, span, is_other_try)
    }

    fn list_needs(
        &self,
        list: &List,
        errexit: bool,
        span: Span,
        is_other_try: &dyn Fn(Span) -> bool,
    ) -> bool {
        let found = list.statements.iter().position(|statement| statement.span.covers(span));
        let Some(statement) = found.map(|number| &list.statements[number]) else { return false };
        let is_last = found == Some(list.statements.len() - 1);
        if !(is_last || errexit && stops(statement)) {
            return false;
        }
        let at = statement.pipelines().position(|pipeline| pipeline.span.covers(span));
        let Some(pipeline) = at.and_then(|at| statement.pipelines().nth(at)) else { return false };
        let alternatives = statement.rest.iter().skip(at.unwrap_or(0));
        let swallowed = alternatives.filter(|(sign, _)| sign.kind == ConnectorKind::Or).any(
            |(_, alternative)| !is_other_try(alternative.span) && !self.always_fails(alternative),
        );
        let inside = pipeline.commands.iter().find(|command| command.span.covers(span));
        !swallowed
            && pipeline.negated.is_none()
            && inside.is_some_and(|command| match &command.kind {
                CommandKind::Simple(_) => true,
                CommandKind::Group(list) | CommandKind::Subshell(list) => {
                    self.list_needs(list, false, span, is_other_try)
                }
                _ => false,
            })
    }

    /// `exit 1`, `false`
    fn always_fails(&self, pipeline: &Pipeline) -> bool {
        let [Command { kind: CommandKind::Simple(simple), .. }] = pipeline.commands.as_slice()
        else {
            return false;
        };
        let words = words_text(self.dockerfile, simple);
        matches!(words.first().and_then(|word| word.as_deref()), Some("exit" | "false"))
    }

    /// The text of the commands at such a place.
    pub(super) fn text(&self, ending: Ending, commands: &[String]) -> String {
        let sign = match ending.sign {
            Sign::And => "&&",
            Sign::Semicolon => ";",
            Sign::Line => return self.lines(commands),
        };
        let inside = ending.at < self.list.statements.last().map_or(0, |last| last.span.end);
        let join = if inside && self.goes_on_in_line(ending.at) {
            if sign == ";" { "; ".to_owned() } else { " && ".to_owned() }
        } else {
            Layout::before(self.dockerfile, self.script, ending.at, sign == ";").join(sign, &[])
        };
        commands.iter().flat_map(|command| [join.as_str(), command]).collect()
    }

    /// Whether another command follows on the same line.
    fn goes_on_in_line(&self, at: usize) -> bool {
        let source = self.dockerfile.source;
        let line = source[at..self.script.span.end].lines().next().unwrap_or_default();
        let behind_sign = line.trim_start().trim_start_matches(['&', '|', ';']).trim();
        !behind_sign.is_empty() && behind_sign != self.dockerfile.escape.to_string()
    }

    fn lines(&self, commands: &[String]) -> String {
        let statement = self.list.statements.last().map_or(0, |last| last.span.start);
        let source = self.dockerfile.source;
        let line = source[..statement].rfind('\n').map_or(0, |newline| newline + 1);
        let indent: String =
            source[line..statement].chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let newline = self.dockerfile.newline();
        commands.iter().flat_map(|command| [newline, &indent, command]).collect()
    }

    /// Whether its last command is always reached when the script succeeds.
    fn may_grow(&self) -> Result<(), Refusal> {
        if self.effects.exit.is_none() {
            return Ok(());
        }
        let leaving = crate::facts::calls(self.list).into_iter().find(|call| {
            let words = words_text(self.dockerfile, call.simple);
            let word = |at: usize| words.get(at).and_then(|word| word.as_deref());
            let leaves = match word(0) {
                Some("exit" | "return" | "logout") => true,
                Some("exec") => words.len() > 1,
                _ => false,
            };
            // `|| exit 1` stops the build anyway.
            let fails = word(0) == Some("exit")
                && word(1).is_some_and(|code| code.parse::<u8>().is_ok_and(|code| code != 0))
                && call.conditional;
            leaves && !fails && !call.in_child
        });
        match leaving {
            Some(call) => {
                let line = self.dockerfile.line(call.span.start);
                Err((&reasons::LEAVES_EARLY, format!("line {line} leaves the script")))
            }
            None => Ok(()),
        }
    }

    fn last_line(&self, statement: &Statement) -> Result<Ending, Refusal> {
        let stops = self.stops_by_itself(statement) || self.swallows_failure(statement);
        let text = statement.span.of(self.dockerfile.source);
        if !stops || text.contains("<<") {
            let message =
                "without set -e a new last line would hide a failure of the one before".to_owned();
            return Err((&reasons::HEREDOC, message));
        }
        let source = self.dockerfile.source;
        let rest = &source[statement.span.end..self.script.span.end];
        let at = statement.span.end + rest.find(['\r', '\n']).unwrap_or(rest.len());
        Ok(Ending { at, sign: Sign::Line })
    }

    /// Whether errexit stops the script if this statement fails, so that `;` may follow.
    fn stops_by_itself(&self, statement: &Statement) -> bool {
        self.errexit == Errexit::On && stops(statement)
    }

    /// Whether the statement ends in `|| true`, `|| echo …` or `|| exit 1`: what follows it runs in any case,
    /// or nothing does.
    fn swallows_failure(&self, statement: &Statement) -> bool {
        let Some((connector, last)) = statement.rest.last() else { return false };
        if connector.kind != ConnectorKind::Or || last.negated.is_some() {
            return false;
        }
        let [Command { kind: CommandKind::Simple(simple), redirects, .. }] =
            last.commands.as_slice()
        else {
            return false;
        };
        let words = words_text(self.dockerfile, simple);
        let first = words.first().and_then(|word| word.as_deref());
        redirects.is_empty() && matches!(first, Some("true" | ":" | "exit" | "echo" | "printf"))
    }

    /// Whether `&&` behind a pipeline changes nothing in it: errexit is off in all but the last of an
    /// and-or list, and in everything inside of those.
    fn may_be_followed_by_and(&self, pipeline: &Pipeline) -> bool {
        if all_simple(pipeline) || pipeline.commands.iter().all(insensitive) {
            return true;
        }
        // The `set` of a subshell is no option of the script, but it counts inside.
        let sets = crate::facts::calls(self.list)
            .iter()
            .any(|call| pipeline.span.covers(call.span) && is_set(self.dockerfile, call.simple));
        self.errexit == Errexit::Off && !sets
    }
}

fn errexit() -> Refusal {
    let message = "one more command would hide a failure of the one before".to_owned();
    (&reasons::ERREXIT, message)
}

fn is_set(dockerfile: &Dockerfile<'_>, simple: &Simple) -> bool {
    words_text(dockerfile, simple).first().is_some_and(|word| word.as_deref() == Some("set"))
}

fn all_simple(pipeline: &Pipeline) -> bool {
    pipeline.commands.iter().all(|command| {
        matches!(command.kind, CommandKind::Simple(_) | CommandKind::Test | CommandKind::Arithmetic)
    })
}

fn insensitive(command: &Command) -> bool {
    match &command.kind {
        CommandKind::Group(list) | CommandKind::Subshell(list) => is_insensitive(list),
        CommandKind::If { branches, otherwise } => {
            branches.iter().map(|(_, body)| body).chain(otherwise).all(is_insensitive)
        }
        CommandKind::Simple(_) | CommandKind::Test | CommandKind::Arithmetic => true,
        _ => false,
    }
}

/// Whether under errexit each failure of this statement stops the script: it is no and-or list, and
/// neither is the last statement of anything that it consists of.
fn stops(statement: &Statement) -> bool {
    let pipeline = &statement.first;
    let last = |list: &List| list.statements.last().is_none_or(stops);
    statement.rest.is_empty()
        && pipeline.negated.is_none()
        && statement.end.is_none_or(|end| end.kind != SeparatorKind::Background)
        && pipeline.commands.last().is_some_and(|command| match &command.kind {
            CommandKind::Group(list) | CommandKind::Subshell(list) => last(list),
            CommandKind::If { branches, otherwise } => {
                branches.iter().map(|(_, body)| body).chain(otherwise).all(last)
            }
            CommandKind::While { body, .. } | CommandKind::For { body, .. } => last(body),
            CommandKind::Case { arms, .. } => arms.iter().all(|(_, list)| last(list)),
            CommandKind::Function { .. } => false,
            CommandKind::Simple(_) | CommandKind::Test | CommandKind::Arithmetic => true,
        })
}
