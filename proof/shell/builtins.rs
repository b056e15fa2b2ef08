//! Simple commands, and what the built-in ones do to their shell.
//!
//! Sources: POSIX Shell Command Language, 2.14 (special built-in utilities) and 2.9.1; Bash Reference Manual,
//! chapter 4; dash(1).

use std::borrow::Cow;
use std::sync::Arc;

use dockslim_syntax::shell::{Command, Simple};

use super::control::{Outcome, Want};
use super::state::{Errexit, State, hash_of};
use super::words::{OPEN, OPEN_QUOTED, Words, has_history, plain};
use super::{Shell, hazards, remembered};
use crate::program::{Action, Block, Call, Demand, Text};

impl<'t> Shell<'t, '_> {
    /// A simple command.
    pub(super) fn simple(
        &mut self,
        command: &'t Command,
        simple: &'t Simple,
        want: Want,
        immune: bool,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let dockerfile = self.setting.dockerfile;
        let mut writer = Words::of(dockerfile);
        let words: Vec<Text<'t>> = simple.words.iter().map(|word| writer.word(word)).collect();
        let mut assignments = Vec::with_capacity(simple.assignments.len());
        for assignment in &simple.assignments {
            let name = dockerfile.text(assignment.name);
            let behind = &dockerfile.text(assignment.span)[name.len()..];
            let sign = &behind[..behind.find('=').map_or(0, |at| at + 1)];
            let value = match &assignment.value {
                // The word begins with the name.
                Some(word) => match writer.word(word) {
                    Cow::Borrowed(text) => Cow::Borrowed(&text[behind_sign(text, &name, sign)..]),
                    Cow::Owned(text) => {
                        Cow::Owned(text[behind_sign(&text, &name, sign)..].to_owned())
                    }
                },
                None => Cow::Owned(behind[sign.len()..].to_owned()),
            };
            self.unread |= assignment.value.is_none() && behind.contains(['$', '`']);
            assignments.push((name, sign.to_owned(), value));
        }
        let redirects: Vec<Text<'t>> =
            command.redirects.iter().map(|redirect| self.redirect(redirect, &mut writer)).collect();
        let before = state.clone();
        let inner = self.inner(&mut writer, immune, &mut state);
        let now = self.looks.at_history.then(|| hash_of(&(self.history, &words, &assignments)));
        let simple = SimpleCommand {
            at: command.span,
            demand: want.demand(before.errexit, immune),
            errexit: if immune { Errexit::Off } else { before.errexit },
            words,
            assignments,
            redirects,
            inner,
            assigns: writer.assigns,
        };
        let outcome = self.execute(simple, &before, state, out);
        if let Some(now) = now {
            self.history = now;
        }
        outcome
    }

    fn execute(
        &mut self,
        simple: SimpleCommand<'t>,
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        if simple.assigns {
            state.taint(simple.text());
        }
        if simple.words.is_empty() {
            return self.assign(simple, before, state, out);
        }
        // `command` and `builtin` in front change nothing but where the name is looked for.
        let mut first = 0;
        while first + 1 < simple.words.len()
            && matches!(&*simple.words[first], "command" | "builtin")
            && !simple.words[first + 1].starts_with('-')
        {
            first += 1;
        }
        let name = match plain(&simple.words[first]) {
            Some(name) => name.to_owned(),
            None if simple.words[first].contains('/') => "/".to_owned(),
            None => return self.unseen(simple, before, state, out),
        };
        let settings = &state.seen.settings;
        let is_defined = |kind: &str| settings.contains_key(&format!("{kind} {name}"));
        if !settings.is_empty() && (is_defined("function") || is_defined("alias")) {
            return self.unseen(simple, before, state, out);
        }
        let arguments: Vec<Text<'t>> = simple.words[first + 1..].to_vec();
        // Assignments in front of a special built-in stay (POSIX 2.14), shells differ for the others.
        if !simple.assignments.is_empty() && is_special(&name) {
            state.taint(simple.text());
        }
        match name.as_str() {
            "." | "source" | "eval" => self.unseen(simple, before, state, out),
            "cd" => self.change_directory(simple, &arguments, before, state, out),
            "set" => self.set(simple, &arguments, before, state, out),
            // Outside of a function shells do not agree on it.
            "return" => {
                self.unread = true;
                Outcome::either(state)
            }
            "exit" | "logout" => self.leave(simple, &name, &arguments, before, state, out),
            "exec" if !arguments.is_empty() => {
                let text = simple.text();
                let demand = simple.demand;
                let at = simple.at;
                self.call(simple, before, Demand::Status, out);
                let number = self.number(&state);
                self.push(out, Action::Leave(Cow::Owned(text), number), demand, at);
                state.dead = true;
                Outcome::either(state)
            }
            "exec" => {
                let texts: Vec<String> =
                    simple.redirects.iter().map(|text| format!("exec {text}")).collect();
                let demand = simple.demand;
                self.call(simple, before, demand, out);
                Arc::make_mut(&mut state.seen.redirects).extend(texts);
                Outcome::either(state).demanded(demand)
            }
            "export" | "readonly" => self.export(simple, &name, &arguments, before, state, out),
            "unset" if arguments.iter().all(|word| is_name(word)) => {
                for word in &arguments {
                    Arc::make_mut(&mut state.seen.variables)
                        .insert(word.to_string(), String::new());
                }
                let demand = simple.demand;
                self.call(simple, before, demand, out);
                Outcome::either(state).demanded(demand)
            }
            "umask" if arguments.len() == 1 => {
                let value = arguments[0].to_string();
                let sure =
                    value.len() <= 4 && value.bytes().all(|byte| (b'0'..b'8').contains(&byte));
                Arc::make_mut(&mut state.seen.settings).insert("umask".to_owned(), value);
                if sure {
                    return self.done(simple, before, state, out);
                }
                let demand = simple.demand;
                self.call(simple, before, demand, out);
                Outcome::either(state).demanded(demand)
            }
            // Where a line ends decides what an alias is; what runs at the end is under its errexit.
            "trap" | "alias" if !arguments.is_empty() => {
                self.unread = true;
                Outcome::either(state)
            }
            "unalias" | "ulimit" | "shopt" | "enable" | "shift" | "hash" | "bind" | "complete"
            | "compopt"
                if !arguments.is_empty() || name == "shift" =>
            {
                let settings = Arc::make_mut(&mut state.seen.settings);
                let first =
                    arguments.first().map(|word| word.split('=').next().unwrap_or_default());
                let key = if name == "alias" {
                    format!("alias {}", first.unwrap_or_default())
                } else {
                    name.clone()
                };
                let value = settings.entry(key).or_default();
                value.push_str(&arguments.join(" "));
                value.push(';');
                let demand = simple.demand;
                self.call(simple, before, demand, out);
                Outcome::either(state).demanded(demand)
            }
            "read" | "declare" | "typeset" | "local" | "getopts" | "mapfile" | "readarray"
            | "let" | "pushd" | "popd" | "dirs" | "disown" | "suspend" | "coproc" | "fc"
            | "history" | "unset" => {
                state.taint(simple.text());
                let demand = simple.demand;
                self.call(simple, before, demand, out);
                Outcome::either(state).demanded(demand)
            }
            "printf" if arguments.first().is_some_and(|word| word == "-v") => {
                state.taint(simple.text());
                let demand = simple.demand;
                self.call(simple, before, demand, out);
                Outcome::either(state).demanded(demand)
            }
            "true" | ":" if simple.has_no_effect() => {
                Outcome::sure(self.nothing(simple, before, state, out))
            }
            "hash" => {
                let demand = simple.demand;
                self.call(simple, before, demand, out);
                if let Some(Action::Call(call)) = out.last_mut().map(|step| &mut step.action) {
                    call.history = Some(hash_of(&before.called));
                }
                Outcome::either(state).demanded(demand)
            }
            _ => self.program(simple, &name, first == 0, before, state, out),
        }
    }

    /// A program, or a built-in that does nothing to its shell.
    pub(super) fn program(
        &mut self,
        simple: SimpleCommand<'t>,
        name: &str,
        by_path: bool,
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        // What is only printed is always printed.
        let prints = prints_surely(name, &simple.words)
            && simple.redirects.is_empty()
            && simple.inner.is_empty()
            && !simple.may_abort(before)
            && before.seen.settings.is_empty();
        let demand =
            if prints && simple.demand == Demand::Must { Demand::Ignored } else { simple.demand };
        let looked_up = by_path && !name.contains('/') && !is_builtin(name);
        let stale = looked_up && before.replaced.contains(name);
        let words = hazards::Words::of(&simple.words);
        if looked_up && !state.called.contains(name) {
            Arc::make_mut(&mut state.called).insert(name.to_owned());
        }
        let stay = hazards::stays_in_sandbox(&words, &simple.redirects, &state, &self.setting);
        let elsewhere = state.seen.directory != state.seen.surroundings.directory.as_str().into();
        let gone = elsewhere
            && words.all().any(|command| hazards::takes_away(command, &state.seen.directory));
        let interpreter = hazards::replaces_shell(&words, &state.seen.surroundings.shell);
        let replaced = remembered::replaced(&words, &state.called, &state.seen, self.setting.image);
        let text = simple.text();
        self.call(simple, before, demand, out);
        if stale && let Some(Action::Call(call)) = out.last_mut().map(|step| &mut step.action) {
            call.stale = true;
        }
        if let Some(what) = stay {
            state.leave_in_sandbox(what);
        }
        if gone {
            state.seen.directory =
                Arc::from(format!("<where `{text}` took away {}>", state.seen.directory));
        }
        if self.setting.fresh_mounts {
            state.leave_in_sandbox(format!(
                "what `{text}` leaves in a mount that is new for each RUN"
            ));
        }
        if interpreter {
            self.interpreter = Some(text.clone());
        }
        if !replaced.is_empty() {
            Arc::make_mut(&mut state.replaced).extend(replaced);
        }
        let mut outcome = Outcome::either(state);
        if self.looks.at_status {
            outcome.ok.seen.status = 0;
            outcome.failed.seen.status = hash_of(&text);
        }
        outcome.demanded(demand)
    }

    /// Adds the step of a call.
    pub(super) fn call(
        &mut self,
        simple: SimpleCommand<'t>,
        before: &State,
        demand: Demand,
        out: &mut Block<'t>,
    ) {
        let state = self.number(before);
        let texts = || simple.words.iter().chain(&simple.redirects);
        let values = || simple.assignments.iter().map(|(_, _, value)| value);
        let looks = self.looks.at_history
            && self.history != 0
            && texts().chain(values()).any(|word| has_history(word));
        let history = looks.then_some(self.history);
        if simple.may_abort(before)
            && let Some(frame) = self.frames.last_mut()
        {
            frame.guards = true;
        }
        let join = |(name, sign, value): (Text<'t>, String, Text<'t>)| {
            Cow::Owned(format!("{name}{sign}{value}"))
        };
        let call = Call {
            words: simple.words,
            assignments: simple.assignments.into_iter().map(join).collect(),
            redirects: simple.redirects,
            inner: simple.inner,
            state,
            stale: false,
            leaves: false,
            history,
        };
        self.push(out, Action::Call(call), demand, simple.at);
    }

    /// Something that cannot fail and that only its shell notices: no step, unless it stands where its status is
    /// asked for or does something beside.
    fn nothing(
        &mut self,
        simple: SimpleCommand<'t>,
        before: &State,
        state: State,
        out: &mut Block<'t>,
    ) -> State {
        let asked = matches!(simple.demand, Demand::Status | Demand::Checked | Demand::Unsure);
        let bare = simple.inner.is_empty() && simple.redirects.is_empty();
        if asked
            || !bare
            || simple.may_abort(before)
            || (!simple.words.is_empty() && !simple.assignments.is_empty())
        {
            let demand = simple.demand;
            self.call(simple, before, demand, out);
        }
        state
    }

    pub(super) fn done(
        &mut self,
        simple: SimpleCommand<'t>,
        before: &State,
        state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        Outcome::sure(self.nothing(simple, before, state, out))
    }

    /// A command that an expansion, a function or a file decides.
    fn unseen(
        &mut self,
        simple: SimpleCommand<'t>,
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let text = simple.text();
        let demand = simple.demand;
        let is_eval = text.contains("eval") && text.contains("set");
        let errexit = simple.errexit;
        self.call(simple, before, demand, out);
        self.leaves_early(out);
        // It counts for what the function or file calls, too; in substitutions even where it is off for the call.
        if before.errexit != Errexit::Off
            && let Some(Action::Call(call)) = out.last_mut().map(|step| &mut step.action)
        {
            call.history = Some(hash_of(&(call.history, before.errexit, errexit)));
        }
        // A variable that holds a program does what a program does; one that holds `cd` does not.
        state.taint(text);
        if is_eval {
            state.errexit = Errexit::Unsure;
        }
        Outcome::either(state).demanded(demand)
    }

    fn change_directory(
        &mut self,
        simple: SimpleCommand<'t>,
        arguments: &[Text<'t>],
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let physical = arguments.iter().any(|word| word == "-P");
        let arguments: Vec<&Text<'t>> =
            arguments.iter().filter(|word| !matches!(&***word, "-P" | "-L" | "--")).collect();
        let here = state.seen.directory.clone();
        let start = state.seen.surroundings.directory.as_str();
        let searched = || {
            let environment = &state.seen.surroundings.environment;
            environment.contains_key("CDPATH") || state.seen.variables.contains_key("CDPATH")
        };
        let (target, absolute) = match arguments.as_slice() {
            [word] if word.starts_with('/') && plain(word).is_some() => (word.to_string(), true),
            [word] if *word == "-" => (before.previous.to_string(), false),
            // What a link leads to is not what stands in front of it.
            [word] if physical => (format!("<{word} behind links from {here}>"), false),
            [word] if word.starts_with("..") && plain(word).is_some() && !searched() => {
                let back = climbed(start, &here, word);
                (back.unwrap_or_else(|| format!("{}/{word}", here.trim_end_matches('/'))), false)
            }
            [word] if plain(word).is_some() && !searched() => {
                let path = word.strip_prefix("./").unwrap_or(word);
                (format!("{}/{path}", here.trim_end_matches('/')), false)
            }
            [word] => (format!("<{word} from {here}>"), false),
            [] => ("<home>".to_owned(), false),
            _ => ("<unknown>".to_owned(), false),
        };
        let target = match target.trim_end_matches('/') {
            "" => "/",
            trimmed => trimmed,
        };
        let demand = simple.demand;
        // Where an absolute path leads does not depend on where one stands.
        let mut from = before.clone();
        if absolute {
            from.seen.directory = Arc::from("");
        }
        self.call(simple, &from, demand, out);
        let failed = state.clone();
        state.previous = state.seen.directory;
        state.seen.directory = Arc::from(target);
        Outcome { ok: state, failed }.demanded(demand)
    }

    fn leave(
        &mut self,
        simple: SimpleCommand<'t>,
        name: &str,
        arguments: &[Text<'t>],
        before: &State,
        mut state: State,
        out: &mut Block<'t>,
    ) -> Outcome {
        let number = self.number(before);
        let status = arguments.first().and_then(|word| plain(word));
        let fails = name == "exit"
            && arguments.len() == 1
            && status
                .and_then(|status| status.parse::<u8>().ok())
                .is_some_and(|status| status != 0);
        let (at, demand) = (simple.at, Demand::Ignored);
        // With a trap, what runs at the end is decided here.
        if fails && simple.redirects.is_empty() {
            self.push(out, Action::Fail, demand, at);
        } else {
            // Without an argument it is the status of the command before.
            let text = format!("{}{:?}", simple.words.join(" "), simple.demand);
            self.push(out, Action::Leave(Cow::Owned(text), number), demand, at);
        }
        state.dead = true;
        Outcome::either(state)
    }
}

/// Where a path with `..` leads from a folder that a script has entered below the one that it started in, as `cd` follows it: by its
/// names (POSIX, cd, steps 7 and 8). How a shell names the folder that it starts in is not known.
pub(crate) fn climbed(start: &str, here: &str, path: &str) -> Option<String> {
    let below = |path: &str| {
        let rest = path.strip_prefix(start.trim_end_matches('/'))?;
        rest.starts_with('/').then(|| rest.to_owned())
    };
    let inside = below(here)?;
    let mut names: Vec<&str> = Vec::new();
    for name in inside.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    let names: String = names.iter().flat_map(|name| ["/", name]).collect();
    Some(format!("{}{names}", start.trim_end_matches('/')))
}

/// Where the value begins in `NAME=value`.
fn behind_sign(text: &str, name: &str, sign: &str) -> usize {
    let start = format!("{name}{sign}");
    if text.starts_with(&start) { start.len() } else { 0 }
}

/// A simple command, read.
pub(super) struct SimpleCommand<'t> {
    pub(super) at: dockslim_syntax::Span,
    pub(super) demand: Demand,
    /// Whether errexit counts here.
    pub(super) errexit: Errexit,
    pub(super) words: Vec<Text<'t>>,
    /// Name, `=` or `+=`, value.
    pub(super) assignments: Vec<(Text<'t>, String, Text<'t>)>,
    pub(super) redirects: Vec<Text<'t>>,
    pub(super) inner: Vec<Block<'t>>,
    /// An expansion in it assigns to a variable.
    pub(super) assigns: bool,
}

impl SimpleCommand<'_> {
    pub(super) fn text(&self) -> String {
        let assigned =
            self.assignments.iter().map(|(name, sign, value)| format!("{name}{sign}{value} "));
        super::readable(&(assigned.collect::<String>() + &self.words.join(" ")))
    }

    /// Whether an expansion in it may end the shell with a failure (POSIX 2.6.2 `${…?…}`, `set -u`; 2.8.1).
    fn may_abort(&self, before: &State) -> bool {
        let nounset = before.seen.options.contains("nounset");
        let values = self.assignments.iter().map(|(_, _, value)| value);
        self.words.iter().chain(&self.redirects).chain(values).any(|word| may_abort(word, nounset))
    }

    /// Whether it only expands words to nothing.
    fn has_no_effect(&self) -> bool {
        self.inner.is_empty()
            && self.redirects.is_empty()
            && self.assignments.is_empty()
            && self.words.iter().all(|word| plain(word).is_some())
    }
}

/// Whether an expansion in a word may end the shell.
pub(super) fn may_abort(word: &str, nounset: bool) -> bool {
    let expands = word.contains([OPEN, OPEN_QUOTED]);
    expands && (nounset || word.contains("$((") || (word.contains("${") && word.contains('?')))
}

/// Whether a command does nothing but print, and does not look at what it prints.
fn prints_surely(name: &str, words: &[Text<'_>]) -> bool {
    let format = || words.get(1).and_then(|word| plain(word)).unwrap_or("%d");
    match name {
        "echo" => true,
        "printf" => {
            format().replace("%s", "").replace("%%", "").find('%').is_none()
                && !format().starts_with('-')
        }
        _ => false,
    }
}

pub(super) fn is_name(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_special(name: &str) -> bool {
    matches!(
        name,
        "." | ":"
            | "break"
            | "continue"
            | "eval"
            | "exec"
            | "exit"
            | "export"
            | "readonly"
            | "return"
            | "set"
            | "shift"
            | "times"
            | "trap"
            | "unset"
    )
}

/// Built-in commands that all shells have, so that no program of the name is looked for.
fn is_builtin(name: &str) -> bool {
    is_special(name)
        || matches!(
            name,
            "echo"
                | "printf"
                | "test"
                | "["
                | "true"
                | "false"
                | "pwd"
                | "command"
                | "type"
                | "kill"
                | "break"
        )
}
