//! What a script does to the shell that runs it, and what of that another script in the same shell
//! would notice.

use std::borrow::Cow;

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Part, PartKind, Pipeline, Script, SeparatorKind,
    Simple, Statement, Word,
};
use dockslim_syntax::{Dockerfile, Span};

use super::scripts::{literal_text, words_text};

/// What a script leaves behind in its shell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effects {
    /// A change of directory.
    pub(crate) directory: Option<Span>,
    /// A change of variables, functions, masks, traps, limits, redirections, or something that may
    /// be one of these (`eval`, `.`, a command whose name is a variable).
    pub(crate) state: Option<Span>,
    /// `set` and `shopt` behind the head of the script.
    pub(crate) options: Option<Span>,
    /// `exit`, `exec command` or `return` outside of a subshell: what follows never runs.
    pub(crate) exit: Option<Span>,
    /// `.`, `source`, `eval`, or a command that an expansion decides: what it runs in this shell is
    /// not seen.
    pub(crate) unseen: Option<Span>,
    /// `return` outside of a function: shells disagree on what it does.
    pub(crate) returns: Option<Span>,
    /// A job in the background.
    pub(crate) background: Option<Span>,
    /// `$!`, `$_`, `$OLDPWD`, `jobs`, `wait`: it looks at what came before in the same shell.
    pub(crate) looks_back: Option<Span>,
    /// The options that the script sets before anything else.
    pub(crate) head: Option<Head>,
}

/// `set …` as the first command of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// `set` with its arguments.
    pub(crate) span: Span,
    /// From `set` to the start of the command behind it: the separator and the gap are inside.
    pub(crate) through: Span,
    /// The options in order of letters, long names turned into letters where there is one.
    pub(crate) options: Vec<String>,
    /// Whether `&&` follows, else `;` or a newline.
    pub(crate) by_and: bool,
}

/// When a failing command stops the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errexit {
    /// Never by itself.
    Off,
    /// Always, from the first command (or from behind `set -e` at the head).
    On,
    /// It depends on the place.
    Mixed,
}

impl Effects {
    /// Whether a script in the same shell could notice something, other than the options at the
    /// head.
    pub(crate) fn leak(&self) -> bool {
        self.directory.is_some()
            || self.state.is_some()
            || self.options.is_some()
            || self.exit.is_some()
    }

    /// When failures stop the script, in a shell that is started with or without `-e`.
    pub(crate) fn errexit(&self, shell_errexit: bool) -> Errexit {
        if self.options.is_some() {
            return Errexit::Mixed;
        }
        let head =
            self.head.as_ref().is_some_and(|head| head.options.iter().any(|option| option == "e"));
        let off =
            self.head.as_ref().is_some_and(|head| head.options.iter().any(|option| option == "+e"));
        match (head, off) {
            (_, true) => Errexit::Mixed,
            (true, _) => Errexit::On,
            _ if shell_errexit => Errexit::On,
            _ => Errexit::Off,
        }
    }
}

/// Looks at a script. `list` is its body.
pub(crate) fn effects(dockerfile: &Dockerfile<'_>, script: &Script, list: &List) -> Effects {
    let mut effects = Effects { head: head(dockerfile, list), ..Effects::default() };
    let mut walker = Walker { dockerfile, effects: &mut effects, child: 0 };
    walker.list(list);
    let text = script.span.of(dockerfile.source);
    if effects.looks_back.is_none() && looks_back(text) {
        effects.looks_back = Some(script.span);
    }
    effects
}

fn looks_back(text: &str) -> bool {
    if text.contains("cd -") || text.contains("~-") {
        return true;
    }
    const NAMES: &[&str] = &["!", "{!}", "{_}", "OLDPWD", "{OLDPWD", "-", "SHLVL", "{SHLVL"];
    text.match_indices('$').any(|(at, _)| {
        let rest = &text[at + 1..];
        let last_argument = rest
            .strip_prefix('_')
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        last_argument || NAMES.iter().any(|name| rest.starts_with(name))
    })
}

/// The `set` command at the head of a script.
fn head(dockerfile: &Dockerfile<'_>, list: &List) -> Option<Head> {
    let statement = list.statements.first()?;
    let [Command { kind: CommandKind::Simple(simple), redirects, span }] =
        statement.first.commands.as_slice()
    else {
        return None;
    };
    if !redirects.is_empty() || statement.first.negated.is_some() || !simple.assignments.is_empty()
    {
        return None;
    }
    let options = set_options(&words_text(dockerfile, simple))?;
    let (by_and, next) = match statement.rest.first() {
        Some((connector, next)) if connector.kind == ConnectorKind::And => (true, next.span.start),
        Some(_) => return None,
        None => {
            statement.end.filter(|end| end.kind != SeparatorKind::Background)?;
            (false, list.statements.get(1)?.span.start)
        }
    };
    Some(Head { span: *span, through: Span::new(span.start, next), options, by_and })
}

/// The options of a `set` command, `None` if it is not one or does more than set options.
fn set_options(words: &[Option<Cow<'_, str>>]) -> Option<Vec<String>> {
    let mut words = words.iter().map(|word| word.as_deref());
    if words.next()? != Some("set") {
        return None;
    }
    let mut options = Vec::new();
    while let Some(word) = words.next() {
        let word = word?;
        let letters = word.strip_prefix('-').or_else(|| word.strip_prefix('+'))?;
        let off = if word.starts_with('+') { "+" } else { "" };
        if letters.is_empty() || letters.starts_with('-') {
            return None;
        }
        for letter in letters.chars() {
            let name = if letter == 'o' { words.next()??.to_owned() } else { letter.to_string() };
            let short = match name.as_str() {
                "errexit" => "e",
                "nounset" => "u",
                "xtrace" => "x",
                "verbose" => "v",
                other => other,
            };
            options.push(format!("{off}{short}"));
        }
    }
    options.sort();
    options.dedup();
    (!options.is_empty()).then_some(options)
}

struct Walker<'d, 'e> {
    dockerfile: &'d Dockerfile<'d>,
    effects: &'e mut Effects,
    /// How many subshells we are in.
    child: usize,
}

impl Walker<'_, '_> {
    fn list(&mut self, list: &List) {
        for statement in &list.statements {
            if statement.end.is_some_and(|end| end.kind == SeparatorKind::Background) {
                self.effects.background.get_or_insert(statement.span);
            }
            for pipeline in statement.pipelines() {
                self.pipeline(pipeline);
            }
        }
    }

    fn in_child(&mut self, visit: impl FnOnce(&mut Self)) {
        self.child += 1;
        visit(self);
        self.child -= 1;
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if pipeline.commands.len() > 1 {
            self.in_child(|this| {
                pipeline.commands.iter().for_each(|command| this.command(command))
            });
        } else {
            pipeline.commands.iter().for_each(|command| self.command(command));
        }
    }

    fn command(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(command.span, simple),
            CommandKind::Group(list) => self.list(list),
            CommandKind::Subshell(list) => self.in_child(|this| this.list(list)),
            CommandKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.list(condition);
                    self.list(body);
                }
                otherwise.iter().for_each(|list| self.list(list));
            }
            CommandKind::While { condition, body } => {
                self.list(condition);
                self.list(body);
            }
            CommandKind::For { name, words, body } => {
                self.state(*name);
                words.iter().flatten().for_each(|word| self.parts(&word.parts));
                self.list(body);
            }
            CommandKind::Case { subject, arms } => {
                self.parts(&subject.parts);
                arms.iter().for_each(|(_, list)| self.list(list));
            }
            CommandKind::Function { body, .. } => {
                self.state(command.span);
                self.command(body);
            }
            CommandKind::Arithmetic => self.state(command.span),
            // `[[ a =~ b ]]` sets BASH_REMATCH, which only the same script knows to look for.
            CommandKind::Test => {}
        }
        command.redirects.iter().for_each(|redirect| self.parts(&redirect.target.parts));
    }

    fn note(&mut self, slot: fn(&mut Effects) -> &mut Option<Span>, span: Span) {
        if self.child == 0 {
            slot(self.effects).get_or_insert(span);
        }
    }

    fn state(&mut self, span: Span) {
        self.note(|effects| &mut effects.state, span);
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match &part.kind {
                PartKind::DoubleQuoted(inner) => self.parts(inner),
                PartKind::Parameter { argument, .. } => {
                    let text = self.dockerfile.text(part.span);
                    let assigns = text.split_once('=').is_some_and(|(name, _)| {
                        let name = name.trim_start_matches("${").trim_end_matches(':');
                        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                    });
                    if assigns {
                        self.state(part.span);
                    }
                    self.parts(argument);
                }
                PartKind::Substitution(Some(list)) | PartKind::Process(list) => {
                    self.in_child(|this| this.list(list));
                }
                PartKind::Arithmetic => {
                    let text = self.dockerfile.text(part.span);
                    if text.contains("++") || text.contains("--") || assigns(&text) {
                        self.state(part.span);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a simple command does to the shell itself (POSIX 2.14 and bash's built-in commands).
    fn simple(&mut self, span: Span, simple: &Simple) {
        for word in &simple.words {
            self.parts(&word.parts);
        }
        for assignment in &simple.assignments {
            assignment.value.iter().for_each(|word| self.parts(&word.parts));
        }
        let Some(first) = simple.words.first() else {
            if !simple.assignments.is_empty() {
                self.state(span);
            }
            return;
        };
        let mut words = simple.words.iter();
        let mut program = literal_text(self.dockerfile, first);
        words.next();
        let asks = |word: &Word| {
            let text = word.span.of(self.dockerfile.source);
            text.starts_with("-v") || text.starts_with("-V")
        };
        while matches!(program.as_deref(), Some("command" | "builtin" | "time")) {
            if simple.words.iter().any(asks) {
                return;
            }
            let Some(next) =
                words.find(|word| !word.span.of(self.dockerfile.source).starts_with('-'))
            else {
                return;
            };
            program = literal_text(self.dockerfile, next);
        }
        match program.as_deref() {
            // A path is a program of its own, never a part of the shell.
            None if first.span.of(self.dockerfile.source).contains('/') => {}
            None => {
                self.effects.unseen.get_or_insert(span);
                self.state(span);
            }
            Some("." | "source" | "eval") => {
                self.effects.unseen.get_or_insert(span);
                self.state(span);
            }
            Some(":") if !simple.assignments.is_empty() => self.state(span),
            Some("cd" | "pushd" | "popd") => self.note(|effects| &mut effects.directory, span),
            Some("set" | "shopt") => {
                if self.effects.head.as_ref().is_none_or(|head| head.span != span) {
                    self.note(|effects| &mut effects.options, span);
                }
            }
            Some("return") => {
                self.effects.returns.get_or_insert(span);
            }
            Some("exit" | "logout") => self.note(|effects| &mut effects.exit, span),
            Some("exec") if simple.words.len() > 1 => self.note(|effects| &mut effects.exit, span),
            Some(
                "exec" | "export" | "readonly" | "declare" | "typeset" | "local" | "unset" | "read"
                | "getopts" | "mapfile" | "readarray" | "let" | "umask" | "alias" | "unalias"
                | "trap" | "ulimit" | "enable" | "bind" | "shift" | "hash" | "dirs" | "disown"
                | "suspend" | "coproc" | "history" | "fc" | "complete" | "compgen" | "compopt",
            ) => self.state(span),
            Some("printf")
                if simple
                    .words
                    .get(1)
                    .is_some_and(|w| w.span.of(self.dockerfile.source) == "-v") =>
            {
                self.state(span);
            }
            Some("wait" | "jobs" | "fg" | "bg") => {
                self.effects.looks_back.get_or_insert(span);
            }
            Some(_) => {}
        }
    }
}

/// Whether arithmetic assigns: a `=` that is not part of a comparison.
fn assigns(text: &str) -> bool {
    let bytes = text.as_bytes();
    let byte = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied();
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'=').any(|(at, _)| {
        let (one, two) = (byte(at.checked_sub(1)), byte(at.checked_sub(2)));
        let shift = matches!(one, Some(b'<' | b'>')) && one == two;
        let compares = matches!(one, Some(b'=' | b'!' | b'<' | b'>')) && !shift;
        bytes.get(at + 1) != Some(&b'=') && !compares
    })
}

/// Whether a list does the same with and without errexit, whatever fails in it: it is one and-or list
/// of simple commands, or of groups and conditionals of such.
///
/// POSIX, `set -e`: errexit is off in all but the last command of an and-or list, and in everything
/// inside of those.
pub(crate) fn is_insensitive(list: &List) -> bool {
    match list.statements.as_slice() {
        [statement] => statement.pipelines().all(insensitive_pipeline) && !in_background(statement),
        _ => false,
    }
}

fn in_background(statement: &Statement) -> bool {
    statement.end.is_some_and(|end| end.kind == SeparatorKind::Background)
}

fn insensitive_pipeline(pipeline: &Pipeline) -> bool {
    pipeline.commands.iter().all(|command| match &command.kind {
        CommandKind::Simple(simple) => no_lists_inside(simple),
        CommandKind::Test | CommandKind::Arithmetic => true,
        CommandKind::Group(list) | CommandKind::Subshell(list) => is_insensitive(list),
        CommandKind::If { branches, otherwise } => {
            branches.iter().all(|(_, body)| is_insensitive(body))
                && otherwise.as_ref().is_none_or(is_insensitive)
        }
        CommandKind::Case { arms, .. } => {
            arms.iter().all(|(_, list)| list.statements.is_empty() || is_insensitive(list))
        }
        CommandKind::While { .. } | CommandKind::For { .. } | CommandKind::Function { .. } => false,
    })
}

/// Whether no substitution holds more than one statement: errexit reaches into `$( )` in a POSIX
/// shell.
fn no_lists_inside(simple: &Simple) -> bool {
    let values = simple.assignments.iter().filter_map(|assignment| assignment.value.as_ref());
    simple.words.iter().chain(values).all(|word| word.parts.iter().all(insensitive_part))
}

fn insensitive_part(part: &Part) -> bool {
    match &part.kind {
        PartKind::DoubleQuoted(inner) => inner.iter().all(insensitive_part),
        PartKind::Parameter { argument, .. } => argument.iter().all(insensitive_part),
        PartKind::Substitution(Some(list)) | PartKind::Process(list) => {
            list.statements.is_empty() || is_insensitive(list)
        }
        PartKind::Substitution(None) => false,
        PartKind::Array(words) => words.iter().all(|word| word.parts.iter().all(insensitive_part)),
        _ => true,
    }
}
