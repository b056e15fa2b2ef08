//! Where a wrong rewrite can apply: instructions, scripts and commands of a file.

use std::borrow::Cow;

use dockslim_syntax::shell::{
    Command, CommandKind, List, Part, PartKind, Pipeline, Script, SeparatorKind, Simple, Word,
};
use dockslim_syntax::{Dockerfile, Instruction, Keyword, Span};

/// An instruction whose script was understood.
#[derive(Clone, Copy)]
pub(crate) struct Scripted<'d> {
    pub(crate) index: usize,
    pub(crate) instruction: &'d Instruction,
    pub(crate) script: &'d Script,
    pub(crate) list: &'d List,
}

impl Scripted<'_> {
    /// Where a command can be put behind the last one.
    pub(crate) fn end(&self) -> usize {
        self.list.statements.last().map_or(self.script.span.end, |last| last.span.end)
    }

    /// Where the first command starts.
    pub(crate) fn start(&self) -> usize {
        self.list.statements.first().map_or(self.script.span.start, |first| first.span.start)
    }
}

/// The instructions whose scripts were understood, those for later builds not.
pub(crate) fn scripts<'d>(tree: &'d Dockerfile<'_>) -> Vec<Scripted<'d>> {
    let found = tree.instructions().filter_map(|(index, instruction)| {
        let script = instruction.script().filter(|_| instruction.kind != Keyword::Onbuild)?;
        let list = script.body.as_ref().ok()?;
        Some(Scripted { index, instruction, script, list })
    });
    found.filter(|one| !one.list.statements.is_empty()).collect()
}

/// The RUN instructions whose scripts were understood.
pub(crate) fn runs<'d>(tree: &'d Dockerfile<'_>) -> Vec<Scripted<'d>> {
    let mut found = scripts(tree);
    found.retain(|one| one.instruction.kind == Keyword::Run);
    found
}

/// The lines of an instruction without the last newline.
pub(crate) fn body(tree: &Dockerfile<'_>, instruction: &Instruction) -> Span {
    let lines = instruction.lines;
    let end = lines.start + tree.raw(lines).trim_end_matches(['\r', '\n']).len();
    Span::new(lines.start, end)
}

/// Two instructions with nothing but comments and blank lines between, for all such pairs.
pub(crate) fn neighbours<'d>(
    tree: &'d Dockerfile<'_>,
) -> impl Iterator<Item = (&'d Instruction, &'d Instruction)> {
    let all = || tree.instructions().map(|(_, one)| one);
    all().zip(all().skip(1))
}

/// The instructions of one kind.
pub(crate) fn of_kind<'d>(
    tree: &'d Dockerfile<'_>,
    kind: Keyword,
) -> impl Iterator<Item = &'d Instruction> {
    tree.instructions().map(|(_, one)| one).filter(move |one| one.kind == kind)
}

/// The instructions of each stage; those above the first FROM are in none.
pub(crate) fn stages<'d>(tree: &'d Dockerfile<'_>) -> Vec<Vec<&'d Instruction>> {
    let mut stages: Vec<Vec<&Instruction>> = Vec::new();
    for (_, instruction) in tree.instructions() {
        if instruction.kind == Keyword::From {
            stages.push(Vec::new());
        }
        stages.iter_mut().next_back().into_iter().for_each(|stage| stage.push(instruction));
    }
    stages
}

/// A list with all lists inside of it, substitutions left aside.
pub(crate) fn lists(list: &List) -> Vec<&List> {
    let mut found = vec![list];
    let commands =
        list.statements.iter().flat_map(|one| one.pipelines()).flat_map(|one| &one.commands);
    for command in commands {
        for inner in inner_lists(command) {
            found.extend(lists(inner));
        }
    }
    found
}

/// The lists directly inside a command.
pub(crate) fn inner_lists(command: &Command) -> Vec<&List> {
    match &command.kind {
        CommandKind::Group(list) | CommandKind::Subshell(list) => vec![list],
        CommandKind::If { branches, otherwise } => {
            let branches = branches.iter().flat_map(|(condition, body)| [condition, body]);
            branches.chain(otherwise).collect()
        }
        CommandKind::While { condition, body } => vec![condition, body],
        CommandKind::For { body, .. } => vec![body],
        CommandKind::Case { arms, .. } => arms.iter().map(|(_, list)| list).collect(),
        CommandKind::Function { body, .. } => inner_lists(body),
        CommandKind::Simple(_) | CommandKind::Test | CommandKind::Arithmetic => Vec::new(),
    }
}

/// All pipelines of a list and of the lists inside of it.
pub(crate) fn pipelines(list: &List) -> Vec<&Pipeline> {
    let statements = lists(list).into_iter().flat_map(|list| &list.statements);
    statements.flat_map(|statement| statement.pipelines()).collect()
}

/// All commands of a list and of the lists inside of it.
pub(crate) fn commands(list: &List) -> Vec<&Command> {
    pipelines(list).into_iter().flat_map(|pipeline| &pipeline.commands).collect()
}

/// The commands that run in the shell itself, none of a pipe, a subshell or the background.
pub(crate) fn own_commands(list: &List) -> Vec<&Command> {
    let own = |kind: Option<SeparatorKind>| kind != Some(SeparatorKind::Background);
    let statements = list.statements.iter().filter(|one| own(one.end.map(|end| end.kind)));
    let alone = statements.flat_map(|one| one.pipelines()).filter(|one| one.commands.len() == 1);
    let mut found = Vec::new();
    for command in alone.flat_map(|pipeline| &pipeline.commands) {
        found.push(command);
        if !matches!(command.kind, CommandKind::Subshell(_) | CommandKind::Function { .. }) {
            inner_lists(command).into_iter().for_each(|list| found.extend(own_commands(list)));
        }
    }
    found
}

/// The simple command, if it is one.
pub(crate) fn simple(command: &Command) -> Option<&Simple> {
    match &command.kind {
        CommandKind::Simple(simple) => Some(simple),
        _ => None,
    }
}

/// The words of a simple command as they are written; none of another.
pub(crate) fn words<'d>(tree: &'d Dockerfile<'_>, command: &Command) -> Vec<Cow<'d, str>> {
    let words = simple(command).map_or(&[][..], |simple| &simple.words);
    words.iter().map(|word| tree.text(word.span)).collect()
}

/// The first word of a simple command as it is written; empty of another.
pub(crate) fn name<'d>(tree: &'d Dockerfile<'_>, command: &Command) -> Cow<'d, str> {
    let first = simple(command).and_then(|simple| simple.words.first());
    first.map_or(Cow::Borrowed(""), |word| tree.text(word.span))
}

/// Whether one of these programs runs in the shell itself.
pub(crate) fn calls(tree: &Dockerfile<'_>, list: &List, programs: &[&str]) -> bool {
    own_commands(list).into_iter().any(|command| programs.contains(&&*name(tree, command)))
}

/// The words of simple commands, without their names.
pub(crate) fn arguments(list: &List) -> Vec<&Word> {
    let simple = commands(list).into_iter().filter_map(simple);
    simple.flat_map(|simple| simple.words.iter().skip(1)).collect()
}

/// All words of simple commands, with assigned values and targets of redirections.
pub(crate) fn all_words(list: &List) -> Vec<&Word> {
    let mut found = Vec::new();
    for command in commands(list) {
        let redirects = command.redirects.iter().filter(|redirect| !redirect.heredoc);
        found.extend(redirects.map(|redirect| &redirect.target));
        let Some(simple) = simple(command) else { continue };
        found.extend(simple.assignments.iter().filter_map(|assignment| assignment.value.as_ref()));
        found.extend(&simple.words);
    }
    found
}

/// Whether a variable is expanded among these pieces.
pub(crate) fn expands(parts: &[Part]) -> bool {
    let expansion =
        |part: &Part| matches!(part.kind, PartKind::Variable { .. } | PartKind::Parameter { .. });
    parts.iter().any(expansion)
}
