//! A script, statement by statement: what it does when it is started in these words and in this folder.

use std::collections::{BTreeMap, BTreeSet};

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, Dialect, List, Pipeline, SeparatorKind, Simple, Statement,
};
use dockslim_syntax::{Dockerfile, parse};

use super::setting::is_sensitive;
use super::start::{END, Start};
use super::{Read, may_be_changed, text_at};
use crate::facts::{absolute, literal_text};
use crate::split_stages::effects::Done;
use crate::split_stages::launch::base_name;
use crate::split_stages::subject::Subject;

/// Scripts that call one another deeper than this are not followed, nor those with more commands.
const DEEPEST: usize = 3;
const MOST_COMMANDS: usize = 200;

/// Commands of the shell that change it, or leave a list, in ways that are not followed.
const UNFOLLOWED: &[&str] = &[
    ".", "alias", "bg", "break", "builtin", "continue", "declare", "enable", "env", "eval", "exec",
    "fg", "getopts", "hash", "let", "local", "mapfile", "nohup", "popd", "pushd", "read", "return",
    "select", "setpriv", "shift", "shopt", "source", "su", "sudo", "time", "timeout", "trap",
    "typeset", "ulimit", "umask", "unset", "wait", "xargs", "gosu", "su-exec", "chroot", "command",
];

/// Programs that make users, links and owners, which the new stage would have to make again.
const MAKES_AGAIN: &[&str] = &[
    "addgroup", "adduser", "chgrp", "chown", "chpasswd", "groupadd", "groupmod", "ln", "mkfifo",
    "mknod", "passwd", "setcap", "setfacl", "useradd", "usermod",
];

/// What is known of a variable.
pub(super) enum Value {
    Known(String),
    /// Only the build knows it; what sets it stands in front of the commands.
    Told,
    OfImage,
    Unset,
}

/// A command as it would stand in a RUN, and whether what follows needs its success.
pub(super) struct Item {
    pub(super) text: String,
    pub(super) must: bool,
}

pub(super) struct Reader<'r, 'f, 't> {
    pub(super) subject: &'r Subject<'f, 't>,
    pub(super) done: &'r Done<'r, 't>,
    dockerfile: Option<&'r Dockerfile<'r>>,
    name: String,
    pub(super) zero: String,
    pub(super) arguments: Vec<String>,
    pub(super) folder: String,
    /// The variables of the script; `None` for those whose value only the build knows.
    pub(super) variables: BTreeMap<String, Option<String>>,
    pub(super) exported: BTreeSet<String>,
    /// What sets the variables whose value only the build knows, in order, and what each of these needs.
    pub(super) set_by_build: Vec<(String, String, BTreeSet<String>)>,
    /// The folders that it has made.
    pub(super) made: BTreeSet<String>,
    functions: BTreeMap<String, &'r Command>,
    pub(super) errexit: bool,
    ended: bool,
    depth: usize,
    pub(super) items: Vec<Item>,
}

impl<'r, 'f, 't> Reader<'r, 'f, 't> {
    pub(super) fn new(subject: &'r Subject<'f, 't>, done: &'r Done<'r, 't>) -> Self {
        Self {
            subject,
            done,
            dockerfile: None,
            name: String::new(),
            zero: String::new(),
            arguments: Vec::new(),
            folder: String::new(),
            variables: BTreeMap::new(),
            exported: BTreeSet::new(),
            set_by_build: Vec::new(),
            made: BTreeSet::new(),
            functions: BTreeMap::new(),
            errexit: false,
            ended: false,
            depth: 0,
            items: Vec::new(),
        }
    }

    pub(super) fn dockerfile(&self) -> &'r Dockerfile<'r> {
        self.dockerfile.expect("a script is being read")
    }

    pub(super) fn refused(&self, what: &str) -> String {
        format!("in `{}` {what}", self.name)
    }

    /// What stands in place of the call.
    pub(super) fn whole(mut self, start: &Start<'_>) -> Read<String> {
        let call = self.done.command.call.ok_or("it is no call")?;
        let dockerfile = self.subject.build.dockerfile;
        for one in &call.simple.assignments {
            let name = dockerfile.text(one.name).into_owned();
            let value = one.value.as_ref().and_then(|word| literal_text(dockerfile, word));
            // The word begins with the name.
            let value = value.and_then(|text| Some(text.get(name.len() + 1..)?.to_owned()));
            let value =
                value.ok_or_else(|| format!("{name} is handed to it by what is not known"))?;
            if is_sensitive(&name) {
                return Err(format!("{name} is handed to it"));
            }
            self.exported.insert(name.clone());
            self.variables.insert(name, Some(value));
        }
        let folder = self.done.folder.clone().ok_or("the folder it runs in is not known")?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-./+@".contains(c);
        if !folder.chars().all(plain) {
            return Err("the folder it runs in has a name that is not plain".to_owned());
        }
        self.folder = folder;
        self.script(start)?;
        if self.items.is_empty() {
            return Ok("true".to_owned());
        }
        let loose = self.items.iter().any(|item| !item.must);
        let last = self.items.len() - 1;
        let mut text = String::new();
        for (at, item) in self.items.iter().enumerate() {
            text.push_str(&item.text);
            if at < last {
                text.push_str(if item.must { " && " } else { "; " });
            }
        }
        Ok(if loose { format!("( {text} )") } else { text })
    }

    /// Reads a script in a shell of its own.
    fn script(&mut self, start: &Start<'_>) -> Read<()> {
        if self.depth >= DEEPEST {
            return Err(self.refused(&format!("`{}` is started, too deep to follow", start.name)));
        }
        // A here-document with such a line would be read by what it names.
        let lines = start.text.lines().enumerate();
        let lines = lines.filter(|(at, line)| *at > 0 || !line.starts_with("#!"));
        let code: String = lines.map(|(_, line)| format!("{line}\n")).collect();
        let shell = if start.bash { "SHELL [\"/bin/bash\", \"-c\"]\n" } else { "" };
        let whole = format!("FROM scratch\n{shell}RUN <<'{END}'\n{code}{END}\n");
        let dockerfile = parse(&whole);
        let run = dockerfile.instructions().map(|(_, one)| one).next_back();
        let script = run.and_then(|run| run.script());
        let unread = || format!("`{}` is not understood", start.name);
        let script = script.ok_or_else(unread)?;
        let list = script.body.as_ref().map_err(|_| unread())?;
        if script.dialect == Dialect::Posix && !script.bashisms.is_empty() {
            return Err(format!("`{}` is written for bash, and read by sh", start.name));
        }
        let told = |variables: &BTreeMap<String, Option<String>>| {
            let exported = variables.iter().filter(|(name, _)| self.exported.contains(*name));
            exported.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let set_by_build = self.set_by_build.iter();
        let set_by_build = set_by_build.filter(|(name, ..)| self.exported.contains(name));
        let mut inner = Reader {
            subject: self.subject,
            done: self.done,
            dockerfile: Some(&dockerfile),
            name: start.name.clone(),
            zero: start.zero.clone(),
            arguments: start.arguments.clone(),
            folder: self.folder.clone(),
            variables: told(&self.variables),
            exported: self.exported.clone(),
            set_by_build: set_by_build.cloned().collect(),
            made: self.made.clone(),
            functions: BTreeMap::new(),
            errexit: start.errexit,
            ended: false,
            depth: self.depth + 1,
            items: Vec::new(),
        };
        inner.list(list, true)?;
        let mut items = inner.items;
        // The status of a script is that of its last command.
        let after = self.errexit || self.depth == 0;
        if let Some(last) = items.last_mut() {
            last.must = after;
        }
        self.items.append(&mut items);
        Ok(())
    }

    fn list(&mut self, list: &'r List, outermost: bool) -> Read<()> {
        let count = list.statements.len();
        for (at, statement) in list.statements.iter().enumerate() {
            if self.ended {
                return Err(self.refused("something stands behind its end"));
            }
            if statement.end.is_some_and(|end| end.kind == SeparatorKind::Background) {
                return Err(self.refused("a command runs in the background"));
            }
            self.statement(statement, outermost && at + 1 == count)?;
            if self.items.len() > MOST_COMMANDS {
                return Err(self.refused("too many commands follow one another"));
            }
        }
        Ok(())
    }

    fn statement(&mut self, statement: &'r Statement, last: bool) -> Read<()> {
        let first = self.single(&statement.first)?;
        let Some(((connector, second), rest)) = statement.rest.split_first() else {
            return self.command(first, last);
        };
        if connector.kind == ConnectorKind::Or && rest.is_empty() {
            let second = self.single(second)?;
            if self.fails(second) {
                // It ends the script where the first fails.
                return if self.only_asks(first) { Ok(()) } else { self.demanded(first) };
            }
            if self.is_program(second, &["true", ":"]) {
                let before = self.items.len();
                self.command(first, false)?;
                for item in &mut self.items[before..] {
                    item.text = format!("{{ {} || true; }}", item.text);
                }
                return Ok(());
            }
            if let Some((folder, false)) = self.asks_for_folder(first)
                && self.makes_folder(second, &folder)
            {
                return self.make_folder(&folder);
            }
            return Err(self.refused("what stands behind `||` is not followed"));
        }
        if statement.rest.iter().any(|(one, _)| one.kind == ConnectorKind::Or) {
            return Err(self.refused("`&&` and `||` are mixed"));
        }
        if self.asks(first) {
            return match self.holds(first) {
                Some(true) if rest.is_empty() => self.command(self.single(second)?, last),
                Some(false) if !last => Ok(()),
                _ => Err(self.refused("a question decides what runs")),
            };
        }
        let count = statement.rest.len();
        for (at, pipeline) in statement.pipelines().enumerate() {
            let command = self.single(pipeline)?;
            match at == count {
                true => self.command(command, last)?,
                // What follows runs only behind it.
                false => self.demanded(command)?,
            }
        }
        Ok(())
    }

    /// The command of a pipeline of one.
    fn single(&self, pipeline: &'r Pipeline) -> Read<&'r Command> {
        match pipeline.commands.as_slice() {
            [command] if pipeline.negated.is_none() => Ok(command),
            _ => {
                let text = self.dockerfile().text(pipeline.span);
                let short: Vec<&str> = text.split_whitespace().take(4).collect();
                Err(self.refused(&format!("`{} …` is a pipe, or negated", short.join(" "))))
            }
        }
    }

    /// A command without whose success nothing follows.
    fn demanded(&mut self, command: &'r Command) -> Read<()> {
        let errexit = std::mem::replace(&mut self.errexit, true);
        let result = self.command(command, false);
        self.errexit = errexit;
        result
    }

    fn command(&mut self, command: &'r Command, last: bool) -> Read<()> {
        let simple = match &command.kind {
            CommandKind::Simple(simple) => simple,
            _ if !command.redirects.is_empty() => {
                return Err(self.refused("a block writes or reads a file"));
            }
            CommandKind::Group(list) => return self.list(list, last),
            CommandKind::Subshell(list) => {
                let (folder, variables) = (self.folder.clone(), self.variables.clone());
                let (exported, told) = (self.exported.clone(), self.set_by_build.clone());
                let errexit = self.errexit;
                self.list(list, false)?;
                (self.folder, self.errexit) = (folder, errexit);
                (self.variables, self.exported, self.set_by_build) = (variables, exported, told);
                return Ok(());
            }
            CommandKind::Function { name, body } => {
                let name = self.dockerfile().text(*name).into_owned();
                self.functions.insert(name, body);
                return Ok(());
            }
            CommandKind::If { branches, otherwise } => {
                return self.conditional(branches, otherwise.as_ref());
            }
            CommandKind::Case { subject, arms } => {
                let value = self.flat(subject);
                let value = value.ok_or_else(|| self.refused("`case` asks what is not known"))?;
                for (patterns, list) in arms {
                    for pattern in patterns {
                        let raw = self.raw(pattern);
                        let fits = raw == "*"
                            || match literal_text(self.dockerfile(), pattern) {
                                Some(text) => text == value,
                                None => return Err(self.refused("`case` has a pattern")),
                            };
                        if fits {
                            return self.list(list, false);
                        }
                    }
                }
                return Ok(());
            }
            CommandKind::While { .. } | CommandKind::For { .. } => {
                return Err(self.refused("there is a loop"));
            }
            CommandKind::Test | CommandKind::Arithmetic => return Ok(()),
        };
        self.simple(command, simple, last)
    }

    fn conditional(
        &mut self,
        branches: &'r [(List, List)],
        otherwise: Option<&'r List>,
    ) -> Read<()> {
        for (condition, body) in branches {
            let asked = match condition.statements.as_slice() {
                [one] if one.rest.is_empty() && one.first.commands.len() == 1 => {
                    let negated = one.first.negated.is_some();
                    let holds = self.holds(&one.first.commands[0]);
                    let folder = self.asks_for_folder(&one.first.commands[0]);
                    if let Some((folder, missing)) = folder
                        && missing != negated
                        && otherwise.is_none()
                        && let ([_], [statement]) = (branches, body.statements.as_slice())
                        && statement.rest.is_empty()
                        && self.makes_folder(self.single(&statement.first)?, &folder)
                    {
                        return self.make_folder(&folder);
                    }
                    holds.map(|holds| holds != negated)
                }
                _ => None,
            };
            match asked {
                Some(true) => return self.list(body, false),
                Some(false) => {}
                None => {
                    let bodies = branches.iter().flat_map(|(condition, body)| [condition, body]);
                    let mut all = bodies.chain(otherwise);
                    return match all.all(|list| self.is_harmless(list)) {
                        true => Ok(()),
                        false => Err(self.refused("a question decides what runs")),
                    };
                }
            }
        }
        otherwise.map_or(Ok(()), |list| self.list(list, false))
    }

    fn simple(&mut self, command: &'r Command, simple: &'r Simple, last: bool) -> Read<()> {
        if self.says_only(command) {
            return Ok(());
        }
        if command.redirects.iter().any(|one| one.heredoc) {
            return Err(self.refused("there is a here-document"));
        }
        if simple.words.is_empty() {
            if !command.redirects.is_empty() {
                return Err(self.refused("a file is written by no command"));
            }
            for one in &simple.assignments {
                self.assign(one)?;
            }
            return Ok(());
        }
        let program = self.flat(&simple.words[0]);
        let program = program
            .ok_or_else(|| self.refused(&format!("`{}` is started", self.raw(&simple.words[0]))))?;
        if let Some(body) = self.functions.get(&program).copied() {
            return self.function(body, simple, command);
        }
        let flat = |this: &Self| -> Read<Vec<String>> {
            let words = simple.words[1..].iter().map(|word| this.flat(word));
            let words: Option<Vec<String>> = words.collect();
            words.ok_or_else(|| this.refused(&format!("what `{program}` is told is not known")))
        };
        match program.as_str() {
            ":" | "true" | "[" | "test" => return Ok(()),
            "set" => return self.options(&flat(self)?),
            "cd" => return self.enter(&flat(self)?),
            "export" | "readonly" => return self.exports(simple, program == "export"),
            "exit" => {
                let words = flat(self)?;
                let plain = words.is_empty() || self.errexit && words == ["0"];
                if last && plain {
                    self.ended = true;
                    return Ok(());
                }
                return Err(self.refused("it ends by `exit` at a place that is not its end"));
            }
            "exec" if last && simple.words.len() > 1 && command.redirects.is_empty() => {
                let rest = Simple { assignments: Vec::new(), words: simple.words[1..].to_vec() };
                if !simple.assignments.is_empty() || self.depth != 1 {
                    return Err(self.refused("`exec` stands behind a variable"));
                }
                return self.call(command, &rest);
            }
            name if UNFOLLOWED.contains(&name) => {
                let text = self.dockerfile().text(command.span).into_owned();
                let short: Vec<&str> = text.split_whitespace().take(3).collect();
                return Err(self.refused(&format!("`{}` is not followed", short.join(" "))));
            }
            _ => {}
        }
        if MAKES_AGAIN.contains(&base_name(&program)) {
            return Err(
                self.refused(&format!("`{program}` makes what would have to be made again"))
            );
        }
        self.call(command, simple)
    }

    /// A program, or another script.
    fn call(&mut self, command: &'r Command, simple: &Simple) -> Read<()> {
        let known: Option<Vec<String>> = simple.words.iter().map(|word| self.flat(word)).collect();
        let handed =
            simple.words.iter().map(|word| self.flat(word).unwrap_or_else(|| self.raw(word)));
        let handed: Vec<String> = handed.collect();
        let (subject, step) = (self.subject, self.done.step);
        let started =
            Start::of(&handed, Some(&self.folder), &|place| text_at(subject, place, step));
        if let Some(start) = started {
            let start = start?;
            let plain =
                known.is_some() && simple.assignments.is_empty() && command.redirects.is_empty();
            if !plain {
                let name = &start.name;
                return Err(
                    self.refused(&format!("`{name}` is started in ways that are not followed"))
                );
            }
            let named = |item: &Item| item.text.contains(&start.name);
            if self.items.iter().any(named) || may_be_changed(subject, self.done, &start.place) {
                let name = &start.name;
                return Err(self.refused(&format!("`{name}` may be changed before it is started")));
            }
            return self.script(&start);
        }
        if let Some(known) = known.filter(|known| known.first().is_some_and(|it| it == "mkdir")) {
            let paths = known[1..].iter().filter(|word| !word.starts_with('-'));
            let paths = paths.filter_map(|word| absolute(word, Some(&self.folder)));
            let paths: Vec<String> = paths.collect();
            self.made.extend(paths);
        }
        let (words, mut needs) = self.words(&simple.words)?;
        let mut text = String::new();
        for one in &simple.assignments {
            let name = self.dockerfile().text(one.name).into_owned();
            let value = one.value.as_ref().filter(|_| !is_sensitive(&name));
            let value = value.ok_or_else(|| self.refused(&format!("{name} is set")))?;
            let mut told = self.word(value)?;
            // The word begins with the name.
            told.text = told.text.get(name.len() + 1..).unwrap_or_default().to_owned();
            if told.text.contains(' ') && !told.text.contains(['"', '\'']) {
                return Err(self.refused(&format!("{name} is set to several words")));
            }
            text.push_str(&format!("{name}={} ", told.text));
            needs.extend(told.needs);
        }
        text.push_str(&words.join(" "));
        for redirect in &command.redirects {
            let target = self.word(&redirect.target)?;
            let number = redirect.descriptor.map(|span| self.dockerfile().text(span).into_owned());
            let sign = self.dockerfile().text(redirect.operator).into_owned();
            text.push_str(&format!(" {}{sign}{}", number.unwrap_or_default(), target.text));
            needs.extend(target.needs);
        }
        self.emit(&text, &needs)
    }

    pub(super) fn has_function(&self, name: &str) -> Option<&'r Command> {
        self.functions.get(name).copied()
    }

    fn function(&mut self, body: &'r Command, simple: &'r Simple, command: &Command) -> Read<()> {
        let words: Option<Vec<String>> = if matches!(
            simple.words[1..].iter().map(|word| self.raw(word)).collect::<Vec<_>>().as_slice(),
            [one] if one == "\"$@\""
        ) {
            Some(self.arguments.clone())
        } else {
            simple.words[1..].iter().map(|word| self.flat(word)).collect()
        };
        let known = simple.assignments.is_empty() && command.redirects.is_empty();
        let words = words.filter(|_| known && self.depth < 8);
        let words =
            words.ok_or_else(|| self.refused("a function is called with what is not known"))?;
        let CommandKind::Group(list) = &body.kind else {
            return Err(self.refused("a function is no plain block"));
        };
        let arguments = std::mem::replace(&mut self.arguments, words);
        self.depth += 1;
        let result = self.list(list, false);
        self.depth -= 1;
        self.arguments = arguments;
        result
    }

    pub(super) fn set_errexit(&mut self) {
        self.errexit = true;
    }

    pub(super) fn has_errexit(&self) -> bool {
        self.errexit
    }

    pub(super) fn knows_folder(&self, path: &str) -> bool {
        self.made.contains(path)
            || self.subject.brings(path)
            || self.subject.folders.iter().any(|one| one == path)
    }
}
