//! A naive reading of scripts: the commands that must succeed, one after the other, with what each sees.

use std::collections::BTreeMap;

use dockslim_syntax::shell::{
    Command, CommandKind, Connector, ConnectorKind, List, Part, PartKind, Pipeline, Redirect,
    SeparatorKind, Simple, Statement,
};
use dockslim_syntax::{Dockerfile, Instruction};

use super::places::{inner_lists, own_commands, simple, words};
use super::story::{expand, joined};

/// What a command sees.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Surroundings {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) directory: String,
    pub(crate) shell: String,
    /// User and flags.
    pub(crate) rest: String,
}

/// A shell at one place of a script.
#[derive(Clone, Debug)]
struct Shell {
    around: Surroundings,
    /// Whether a failure of a statement ends the script.
    errexit: bool,
    /// The other options that were set.
    options: Vec<String>,
    /// Where `cd -` leads.
    previous: String,
    /// What may have changed the shell in ways that this reading does not follow.
    marks: Vec<String>,
}

/// The steps of a RUN: its commands one by one if `inside`, else all of its script in one.
pub(crate) fn steps(
    tree: &Dockerfile<'_>,
    instruction: &Instruction,
    around: Surroundings,
    inside: bool,
) -> Vec<String> {
    let whole = || {
        let bodies = instruction.heredocs.iter().map(|one| tree.raw(one.body));
        let bodies: Vec<&str> = bodies.collect();
        vec![format!("RUN {} {bodies:?} {around:?}", tree.text(instruction.arguments_span))]
    };
    let Some(script) = instruction.script() else { return whole() };
    let Ok(list) = &script.body else { return whole() };
    // What only changes its own shell is over with the script.
    let idle = |one: &Pipeline| match &one.commands[..] {
        [Command { kind: CommandKind::Function { .. }, redirects, .. }] => redirects.is_empty(),
        [command] => {
            is_silent(tree, one) || words(tree, command).first().is_some_and(|name| name == "umask")
        }
        _ => false,
    };
    if list.statements.iter().all(|one| one.pipelines().all(idle)) {
        return Vec::new();
    }
    if !inside {
        return whole();
    }
    let options = around.shell.split('"').filter(|word| word.starts_with('-'));
    let short = options.into_iter().any(|word| !word.starts_with("--") && word.contains('e'));
    let errexit = short || around.shell.contains("errexit");
    let mut reader = Reader { tree, steps: Vec::new() };
    let (options, marks, previous) = (Vec::new(), Vec::new(), "nowhere".to_owned());
    let mut shell = Shell { around, errexit, options, previous, marks };
    reader.list(list, Place { decides: true, masked: false }, &mut shell);
    reader.steps
}

/// A pipeline that only its own shell notices and that cannot fail.
fn is_silent(tree: &Dockerfile<'_>, pipeline: &Pipeline) -> bool {
    let [command] = &pipeline.commands[..] else { return false };
    let Some(simple) = simple(command) else { return false };
    let plain = pipeline.negated.is_none() && command.redirects.is_empty();
    let name = simple.words.first().map(|word| tree.text(word.span));
    let values = simple.assignments.iter().filter_map(|one| one.value.as_ref());
    let calls_nothing = values.chain(&simple.words).all(|word| !substitutes(tree, &word.parts));
    let known = match name.as_deref() {
        // "`# a remark`" has no words.
        None => !simple.assignments.is_empty() || tree.raw(pipeline.span).starts_with("`#"),
        Some("set" | "export" | "true" | ":") => true,
        _ => false,
    };
    plain && known && calls_nothing
}

/// Whether a statement always ends well: what decides its status are commands that do not fail.
pub(crate) fn is_sure(tree: &Dockerfile<'_>, statement: &Statement) -> bool {
    let sure = |pipeline: &Pipeline| is_sure_pipeline(tree, pipeline);
    let behind_or = statement.rest.iter().rposition(|one| !is_and(one)).map_or(0, |at| at + 1);
    statement.pipelines().skip(behind_or).all(sure)
}

/// Whether errexit never ends the script behind it: what stands last in it, in each of its ways, does not fail.
fn cannot_stop(tree: &Dockerfile<'_>, statement: &Statement) -> bool {
    let last = statement.last();
    let ends = |list: &List| list.statements.last().is_none_or(|last| cannot_stop(tree, last));
    let inside = match (&last.commands[..], last.negated) {
        ([Command { kind: CommandKind::Group(list), .. }], None) => ends(list),
        ([Command { kind: CommandKind::If { branches, otherwise }, .. }], None) => {
            branches.iter().map(|(_, body)| body).chain(otherwise).all(ends)
        }
        _ => false,
    };
    inside || is_sure_pipeline(tree, last)
}

fn is_and((sign, _): &(Connector, Pipeline)) -> bool {
    sign.kind == ConnectorKind::And
}

fn is_sure_pipeline(tree: &Dockerfile<'_>, pipeline: &Pipeline) -> bool {
    if is_silent(tree, pipeline) || is_echo(tree, pipeline) {
        return true;
    }
    let ([command], None) = (&pipeline.commands[..], pipeline.negated) else { return false };
    let ends_well = |list: &List| list.statements.last().is_some_and(|last| is_sure(tree, last));
    // Whoever leaves does not go on.
    let goes_on_well = |list: &List| {
        ends_well(list) || list.statements.last().is_none_or(|last| exits(tree, last))
    };
    command.redirects.is_empty()
        && match &command.kind {
            CommandKind::Function { .. } => true,
            CommandKind::Group(list) | CommandKind::Subshell(list) => ends_well(list),
            CommandKind::If { branches, otherwise } => {
                branches.iter().map(|(_, body)| body).chain(otherwise).all(goes_on_well)
            }
            CommandKind::Case { arms, .. } => arms.iter().map(|(_, body)| body).all(goes_on_well),
            CommandKind::Simple(simple) => ends_in_a_filter(tree, simple),
            _ => false,
        }
}

/// `exit 1`, in a statement of its own or at the end of one.
fn exits(tree: &Dockerfile<'_>, statement: &Statement) -> bool {
    let [command] = &statement.last().commands[..] else { return false };
    statement.rest.is_empty() && words(tree, command).first().is_some_and(|name| name == "exit")
}

/// `name=$(… | sed …)`: a filter does not fail.
fn ends_in_a_filter(tree: &Dockerfile<'_>, simple: &Simple) -> bool {
    let ([assignment], []) = (&simple.assignments[..], &simple.words[..]) else { return false };
    let parts = assignment.value.as_ref().map_or(&[][..], |value| &value.parts);
    let [Part { kind: PartKind::Substitution(Some(list)), .. }] = parts else { return false };
    list.statements.last().is_some_and(|last| {
        let commands = &last.last().commands;
        let filter = commands
            .last()
            .is_some_and(|last| words(tree, last).first().is_some_and(|name| name == "sed"));
        is_sure(tree, last) || (commands.len() > 1 && filter)
    })
}

/// `echo` or `printf` of plain words to the log of the build.
fn is_echo(tree: &Dockerfile<'_>, pipeline: &Pipeline) -> bool {
    let [command] = &pipeline.commands[..] else { return false };
    let to_log = |redirect: &Redirect| tree.raw(redirect.span).trim_start_matches('1') == ">&2";
    let plain = pipeline.negated.is_none() && command.redirects.iter().all(to_log);
    let words = words(tree, command);
    plain
        && is_flat(tree, pipeline)
        && match words.iter().map(|word| &**word).collect::<Vec<_>>()[..] {
            ["echo" | "readonly", ..] => true,
            ["umask", mode] => mode.bytes().all(|digit| digit.is_ascii_digit()),
            ["printf", format] => !format.contains(['%', '$']),
            _ => false,
        }
}

/// Simple commands with no list inside.
fn is_flat(tree: &Dockerfile<'_>, pipeline: &Pipeline) -> bool {
    let mut commands = pipeline.commands.iter();
    commands.all(|command| {
        let Some(simple) = simple(command) else { return false };
        let values = simple.assignments.iter().filter_map(|one| one.value.as_ref());
        values.chain(&simple.words).all(|word| !substitutes(tree, &word.parts))
    })
}

/// Whether errexit changes what becomes of a pipeline: a statement inside of it may fail and is not the
/// last one.
fn minds_errexit(tree: &Dockerfile<'_>, pipeline: &Pipeline) -> bool {
    let inner = pipeline.commands.iter().flat_map(inner_lists);
    let minds = |list: &List| {
        let front = list.statements.split_last().map_or(&[][..], |(_, front)| front);
        let pipelines = list.statements.iter().flat_map(|one| one.pipelines());
        !front.iter().all(|one| is_sure(tree, one))
            || pipelines.into_iter().any(|one| minds_errexit(tree, one))
    };
    let repeats = |command: &Command| {
        matches!(
            command.kind,
            CommandKind::For { .. } | CommandKind::While { .. } | CommandKind::Function { .. }
        )
    };
    let words = pipeline.commands.iter().filter_map(simple).flat_map(|simple| {
        let values = simple.assignments.iter().filter_map(|one| one.value.as_ref());
        values.chain(&simple.words)
    });
    let mut substituted = Vec::new();
    let known = words.into_iter().all(|word| substitutions(&word.parts, &mut substituted));
    !known || pipeline.commands.iter().any(repeats) || inner.chain(substituted).any(minds)
}

/// Collects the lists of substitutions; `false` where one was not read.
fn substitutions<'d>(parts: &'d [Part], found: &mut Vec<&'d List>) -> bool {
    parts.iter().all(|part| match &part.kind {
        PartKind::DoubleQuoted(inner) => substitutions(inner, found),
        PartKind::Parameter { argument, .. } => substitutions(argument, found),
        PartKind::Substitution(Some(list)) => {
            found.push(list);
            true
        }
        PartKind::Literal | PartKind::Escaped | PartKind::SingleQuoted => true,
        PartKind::Variable { .. } => true,
        _ => false,
    })
}

fn substitutes(tree: &Dockerfile<'_>, parts: &[Part]) -> bool {
    parts.iter().any(|part| match &part.kind {
        PartKind::DoubleQuoted(inner) => substitutes(tree, inner),
        PartKind::Parameter { argument, .. } => substitutes(tree, argument),
        PartKind::Arithmetic => tree.raw(part.span)[3..].replace("$(nproc)", "").contains("$("),
        PartKind::Literal | PartKind::Escaped | PartKind::SingleQuoted => false,
        PartKind::Variable { .. } => false,
        _ => true,
    })
}

struct Reader<'d> {
    tree: &'d Dockerfile<'d>,
    steps: Vec<String>,
}

/// How a list stands in its script.
#[derive(Clone, Copy)]
struct Place {
    /// A failure of its last statement is a failure of all.
    decides: bool,
    /// It is no last part of a chain: errexit does not count inside.
    masked: bool,
}

impl Reader<'_> {
    fn list(&mut self, list: &List, place: Place, shell: &mut Shell) {
        for (number, statement) in list.statements.iter().enumerate() {
            let last = place.decides && number + 1 == list.statements.len();
            let job = statement.end.is_some_and(|end| end.kind == SeparatorKind::Background);
            let sure = is_sure(self.tree, statement);
            let ends = shell.errexit && !place.masked && stops(statement);
            let ends = ends || leaves(self.tree, statement);
            let chain = sure && statement.rest.iter().all(is_and);
            if !job && statement.rest.is_empty() && exits(self.tree, statement) {
                self.steps.push(self.tree.text(statement.span).into_owned());
                return;
            }
            if !job && (chain || (!sure && (last || ends))) {
                self.demanded(statement, place, shell);
            } else {
                self.ignored(statement, job, place, shell);
            }
        }
    }

    /// A statement whose failure may not be seen.
    fn ignored(&mut self, statement: &Statement, job: bool, place: Place, shell: &mut Shell) {
        let chain = statement.rest.iter().all(is_and);
        let excused = job || cannot_stop(self.tree, statement);
        // In all but the last part of a chain errexit is off.
        let minds = minds_errexit(self.tree, statement.last());
        let errexit = shell.errexit && !place.masked && (minds || !excused);
        let text = self.tree.text(statement.span);
        self.steps.push(format!("{text} &: {job} {errexit} {:?}", shell.seen()));
        if job {
            return;
        }
        // What a chain sets first holds however it ends.
        let silent = |one: &&Pipeline| chain && is_silent(self.tree, one);
        let count = statement.pipelines().take_while(silent).count();
        statement.pipelines().take(count).for_each(|one| self.silent(one, shell));
        statement.pipelines().skip(count).for_each(|one| self.note(one, shell));
    }

    /// A statement whose failure is a failure of all: what stands behind its last `||`, one by one.
    fn demanded(&mut self, statement: &Statement, place: Place, shell: &mut Shell) {
        let pipelines: Vec<&Pipeline> = statement.pipelines().collect();
        let or = |(sign, _): &(Connector, Pipeline)| sign.kind == ConnectorKind::Or;
        let from = statement.rest.iter().rposition(or).map_or(0, |at| at + 2);
        if from > 0 {
            let span = statement.span.start..pipelines[from - 1].span.end;
            let minds = pipelines[..from].iter().any(|one| minds_errexit(self.tree, one));
            let errexit = shell.errexit && !place.masked && minds;
            let text = &self.tree.source[span];
            self.steps.push(format!("{text} {errexit} {:?}", shell.seen()));
            pipelines[..from].iter().for_each(|one| self.note(one, shell));
        }
        for (number, pipeline) in pipelines.iter().enumerate().skip(from) {
            let masked = place.masked || number + 1 < pipelines.len();
            self.pipeline(pipeline, Place { decides: true, masked }, shell);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, place: Place, shell: &mut Shell) {
        if is_silent(self.tree, pipeline) {
            return self.silent(pipeline, shell);
        }
        if let ([command], None) = (&pipeline.commands[..], pipeline.negated)
            && command.redirects.is_empty()
        {
            match &command.kind {
                CommandKind::Subshell(list) => return self.list(list, place, &mut shell.clone()),
                CommandKind::Group(list) => return self.list(list, place, shell),
                CommandKind::If { branches, otherwise } => {
                    for (condition, body) in branches {
                        self.condition(condition, shell);
                        self.list(body, place, &mut shell.clone());
                    }
                    if let Some(body) = otherwise {
                        self.steps.push("else".to_owned());
                        self.list(body, place, &mut shell.clone());
                    }
                    self.steps.push("fi".to_owned());
                    return self.note(pipeline, shell);
                }
                CommandKind::Case { subject, arms } => {
                    self.steps.push(format!(
                        "case {} {:?}",
                        self.tree.text(subject.span),
                        shell.seen()
                    ));
                    for (patterns, body) in arms {
                        let patterns = patterns.iter().map(|one| self.tree.text(one.span));
                        self.steps.push(format!("arm {:?}", patterns.collect::<Vec<_>>()));
                        self.list(body, place, &mut shell.clone());
                    }
                    self.steps.push("esac".to_owned());
                    return self.note(pipeline, shell);
                }
                _ => {}
            }
            let words = words(self.tree, command);
            if let ["cd", path] = words.iter().map(|word| &**word).collect::<Vec<_>>()[..] {
                let from = if path.starts_with('/') { "" } else { &*shell.around.directory };
                self.steps.push(format!("cd {path} {from} {}", shell.around.rest));
                let path = expand(&shell.around.variables, path);
                let there = match &*path {
                    "-" => shell.previous.clone(),
                    _ => joined(&shell.around.directory, &path),
                };
                shell.previous = std::mem::replace(&mut shell.around.directory, there);
                return;
            }
        }
        // Errexit decides what becomes of lists inside of a command.
        let errexit = shell.errexit && !place.masked && minds_errexit(self.tree, pipeline);
        let text = self.tree.text(pipeline.span);
        self.steps.push(format!("{text} {errexit} {:?}", shell.seen()));
        self.note(pipeline, shell);
    }

    /// A condition as one text.
    fn condition(&mut self, condition: &List, shell: &Shell) {
        let texts = condition.statements.iter().map(|one| self.tree.text(one.span));
        let texts: Vec<_> = texts.collect();
        self.steps.push(format!("if {texts:?} {:?}", shell.seen()));
    }

    /// Marks the shell by what may change it.
    fn note(&self, pipeline: &Pipeline, shell: &mut Shell) {
        let lists = pipeline.commands.iter().flat_map(|one| inner_lists(one));
        let inner = lists.flat_map(own_commands);
        let all = pipeline.commands.iter().chain(inner);
        let here = &*shell.around.directory;
        let moves = |command: &Command| {
            let words = words(self.tree, command);
            let there =
                words.get(1).map(|path| joined(here, &expand(&shell.around.variables, path)));
            words.first().is_some_and(|name| name == "cd") && there.as_deref() != Some(here)
        };
        if all.clone().any(moves) {
            shell.around.directory = format!("behind {}", self.tree.text(pipeline.span));
        }
        if all.into_iter().any(|command| changes_its_shell(self.tree, command)) {
            shell.marks.push(self.tree.text(pipeline.span).into_owned());
        }
    }

    fn silent(&mut self, pipeline: &Pipeline, shell: &mut Shell) {
        let [command] = &pipeline.commands[..] else { return };
        let Some(simple) = simple(command) else { return };
        let mut set = |name: &str, value: &str| {
            let value = expand(&shell.around.variables, value);
            shell.around.variables.insert(name.to_owned(), format!("={value}"));
        };
        let words = words(self.tree, command);
        for assignment in &simple.assignments {
            let text = self.tree.text(assignment.span);
            set(text.split(['=', '+']).next().unwrap_or_default(), &text);
        }
        match words.first().map(|word| &**word) {
            Some("export") => {
                for word in &words[1..] {
                    set(word.split('=').next().unwrap_or_default(), &format!("export {word}"));
                }
            }
            Some("set") => shell.set(words[1..].iter().map(|word| &**word)),
            _ => {}
        }
    }
}

impl Shell {
    /// All that a command can see but errexit.
    fn seen(&self) -> (&Surroundings, &[String], &[String]) {
        (&self.around, &self.options, &self.marks)
    }

    /// `set -eux -o pipefail`
    fn set<'w>(&mut self, mut words: impl Iterator<Item = &'w str>) {
        while let Some(word) = words.next() {
            if !word.starts_with(['-', '+']) || word == "--" {
                let rest: Vec<&str> = std::iter::once(word).chain(words).collect();
                self.around.variables.insert("@".to_owned(), format!("{rest:?}"));
                return;
            }
            let (on, letters) = (word.starts_with('-'), word.get(1..).unwrap_or_default());
            for letter in letters.chars() {
                let name = if letter == 'o' { words.next().unwrap_or_default() } else { "" };
                let mark = match (letter, name) {
                    // It only tells.
                    ('x', _) | ('o', "xtrace") => continue,
                    _ => format!("{letter}{name}"),
                };
                if ["e", "oerrexit"].contains(&&*mark) {
                    self.errexit = on;
                    continue;
                }
                self.options.retain(|other| *other != mark);
                if on {
                    self.options.push(mark);
                }
            }
            self.options.sort();
        }
    }
}

/// Whether its failure ends a script under errexit: not what is tested, and of compound commands only what
/// fails by a statement of which that holds, and a subshell (POSIX, 2.14, `set -e`).
fn stops(statement: &Statement) -> bool {
    let last = statement.last();
    let alone = statement.rest.last().is_none_or(|(sign, _)| sign.kind == ConnectorKind::Or);
    let ends = |list: &List| list.statements.last().is_some_and(stops);
    let stops = match &last.commands[..] {
        [command] => match &command.kind {
            CommandKind::Simple(_) | CommandKind::Subshell(_) => true,
            CommandKind::Group(list) => command.redirects.is_empty() && ends(list),
            CommandKind::If { branches, otherwise } => {
                let mut bodies = branches.iter().map(|(_, body)| body).chain(otherwise);
                command.redirects.is_empty() && bodies.all(ends)
            }
            _ => false,
        },
        _ => true,
    };
    alone && last.negated.is_none() && stops
}

/// `… || exit 1`
fn leaves(tree: &Dockerfile<'_>, statement: &Statement) -> bool {
    let last = statement.rest.last().filter(|(sign, _)| sign.kind == ConnectorKind::Or);
    let exits = |pipeline: &Pipeline| match &pipeline.commands[..] {
        [command] => match words(tree, command).iter().map(|one| &**one).collect::<Vec<_>>()[..] {
            ["exit", status] => status.parse().is_ok_and(|status: u8| status > 0),
            _ => false,
        },
        _ => false,
    };
    last.is_some_and(|(_, last)| match &last.commands[..] {
        [Command { kind: CommandKind::Group(list), redirects, .. }] => {
            let end = list.statements.last().map(Statement::last);
            redirects.is_empty() && end.is_some_and(exits)
        }
        _ => exits(last),
    })
}

fn changes_its_shell(tree: &Dockerfile<'_>, command: &Command) -> bool {
    const CHANGE: &[&str] = &[
        ".", "alias", "bind", "declare", "eval", "exec", "export", "hash", "local", "popd",
        "pushd", "read", "readonly", "return", "set", "shift", "shopt", "source", "trap",
        "typeset", "ulimit", "umask", "unalias", "unset",
    ];
    let words = words(tree, command);
    match words.iter().map(|word| &**word).collect::<Vec<_>>()[..] {
        ["exit", status] => status.parse() == Ok(0),
        ["exit", ..] => true,
        [name, ..] => CHANGE.contains(&name) || (name.starts_with('$') && !name.contains('/')),
        [] => matches!(command.kind, CommandKind::Simple(_) | CommandKind::Function { .. }),
    }
}
