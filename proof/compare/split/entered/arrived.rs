//! With which words a container that is started as the file says arrives at each command of a script.

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Pipeline, SeparatorKind, Simple, Word,
};
use dockslim_syntax::{Dockerfile, parse};

/// What `"$@"` holds.
pub(in crate::compare) type Held = Vec<String>;

/// For each command that is handed `"$@"`, in the order of the text, what that may be: nothing where it is not arrived at.
pub(super) fn arrivals(text: &str, arguments: &[String]) -> Option<Vec<Vec<Held>>> {
    traced(text, arguments).map(|(found, _)| found)
}

/// A command as it stands, its settings in front of it, with what `"$@"` may hold there.
pub(in crate::compare) type Arrived = (Vec<String>, Vec<String>, Vec<Held>);

/// All commands of a script that are no part of a function or a substitution.
pub(in crate::compare) fn arrived(text: &str, arguments: &[String]) -> Option<Vec<Arrived>> {
    traced(text, arguments).map(|(_, all)| all)
}

fn traced(text: &str, arguments: &[String]) -> Option<(Vec<Vec<Held>>, Vec<Arrived>)> {
    const END: &str = "HERE_IT_ENDS";
    // What is no word of CMD is none that a test could be asked about.
    if text.contains(END) || arguments.iter().any(|word| word.contains('$')) {
        return None;
    }
    let body = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => rest,
        _ => text,
    };
    let whole =
        format!("FROM scratch\nSHELL [\"/bin/bash\", \"-c\"]\nRUN <<'{END}'\n{body}\n{END}\n");
    let dockerfile = parse(&whole);
    let run = dockerfile.instructions().map(|(_, one)| one).next_back()?;
    let list = run.script()?.body.as_ref().ok()?;
    let bash = text.lines().next().is_some_and(|line| line.contains("bash"));
    let mut trace = Trace { dockerfile: &dockerfile, bash, found: Vec::new(), all: Vec::new() };
    trace.list(list, vec![arguments.to_vec()])?;
    Some((trace.found, trace.all))
}

struct Trace<'d, 't> {
    dockerfile: &'d Dockerfile<'t>,
    /// Whether bash reads the script.
    bash: bool,
    found: Vec<Vec<Held>>,
    all: Vec<Arrived>,
}

impl Trace<'_, '_> {
    /// What may be held behind a list, where it may hold `held` in front of it.
    fn list(&mut self, list: &List, mut held: Vec<Held>) -> Option<Vec<Held>> {
        for statement in &list.statements {
            let beside = statement.end.is_some_and(|end| end.kind == SeparatorKind::Background);
            let before = held.clone();
            let (yes, no) = self.pipeline(&statement.first, held)?;
            held = match statement.rest.as_slice() {
                [] => both(yes, no),
                [(sign, second)] => {
                    let (runs, passes) = match sign.kind {
                        ConnectorKind::And => (yes, no),
                        ConnectorKind::Or => (no, yes),
                    };
                    let (yes, no) = self.pipeline(second, runs)?;
                    both(both(yes, no), passes)
                }
                rest => {
                    let any = both(yes, no);
                    for (_, pipeline) in rest {
                        let (yes, no) = self.pipeline(pipeline, any.clone())?;
                        (both(yes, no) == any).then_some(())?;
                    }
                    any
                }
            };
            if beside {
                held = before;
            }
        }
        Some(held)
    }

    /// What may be held where a pipeline has succeeded, and where it has failed.
    fn pipeline(&mut self, pipeline: &Pipeline, held: Vec<Held>) -> Option<(Vec<Held>, Vec<Held>)> {
        let (yes, no) = match pipeline.commands.as_slice() {
            [command] => self.command(command, held)?,
            several => {
                for command in several {
                    let (yes, no) = self.command(command, held.clone())?;
                    (both(yes, no) == held).then_some(())?;
                }
                (held.clone(), held)
            }
        };
        Some(if pipeline.negated.is_some() { (no, yes) } else { (yes, no) })
    }

    fn command(&mut self, command: &Command, held: Vec<Held>) -> Option<(Vec<Held>, Vec<Held>)> {
        let open = |held: Vec<Held>| Some((held.clone(), held));
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, held),
            CommandKind::Group(list) => {
                let behind = self.list(list, held)?;
                open(behind)
            }
            CommandKind::If { branches, otherwise } => {
                let (mut rest, mut behind) = (held, Vec::new());
                for (condition, body) in branches {
                    let [statement] = condition.statements.as_slice() else { return None };
                    let (yes, no) = match statement.rest.as_slice() {
                        [] => self.pipeline(&statement.first, rest)?,
                        _ => {
                            let any = self.list(condition, rest)?;
                            (any.clone(), any)
                        }
                    };
                    let end = self.list(body, yes)?;
                    behind = both(behind, end);
                    rest = no;
                }
                if let Some(list) = otherwise {
                    rest = self.list(list, rest)?;
                }
                open(both(behind, rest))
            }
            CommandKind::Case { subject, arms } => {
                let (mut rest, mut behind) = (held, Vec::new());
                for (patterns, list) in arms {
                    let (mut yes, mut no) = (Vec::new(), Vec::new());
                    for one in rest {
                        let fits = self.meaning(subject, &one).map(|text| {
                            let mut fits = patterns.iter().map(|it| self.fits(it, &text));
                            fits.try_fold(false, |any, fits| Some(any || fits?))
                        });
                        let all = patterns.iter().any(|it| self.raw(it) == "*");
                        match fits.flatten().or(all.then_some(true)) {
                            Some(true) => yes.push(one),
                            Some(false) => no.push(one),
                            None => {
                                yes.push(one.clone());
                                no.push(one);
                            }
                        }
                    }
                    let end = self.list(list, yes)?;
                    behind = both(behind, end);
                    rest = no;
                }
                open(both(behind, rest))
            }
            CommandKind::Function { .. } => {
                let text = self.dockerfile.text(command.span);
                let own = ["$@", "$*", "exec", "exit", "shift", "set --"];
                if own.iter().any(|sign| text.contains(sign)) { None } else { open(held) }
            }
            CommandKind::While { condition, body } => {
                let mid = self.list(condition, held.clone())?;
                let end = self.list(body, mid)?;
                if end == held { open(held) } else { None }
            }
            CommandKind::For { body: list, .. } | CommandKind::Subshell(list) => {
                let end = self.list(list, held.clone())?;
                if end == held { open(held) } else { None }
            }
            CommandKind::Test => {
                let text = self.dockerfile.text(command.span);
                let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
                self.asked(&words, held)
            }
            CommandKind::Arithmetic => open(held),
        }
    }

    fn simple(&mut self, simple: &Simple, held: Vec<Held>) -> Option<(Vec<Held>, Vec<Held>)> {
        let words: Vec<String> = simple.words.iter().map(|word| self.raw(word)).collect();
        let texts = simple.assignments.iter().map(|one| self.dockerfile.text(one.span));
        let mut all = texts.map(|text| text.into_owned()).chain(words.iter().cloned());
        if all.any(|text| text.contains("$(") && text.contains("$@")) {
            return None;
        }
        let all =
            |word: &String| matches!(word.as_str(), "\"$@\"" | "$@" | "\"${@}\"" | "${@}" | "$*");
        if words.iter().any(all) {
            self.found.push(held.clone());
        }
        let set = simple.assignments.iter().map(|one| self.dockerfile.text(one.span).into_owned());
        self.all.push((words.clone(), set.collect(), held.clone()));
        match words.first().map(String::as_str) {
            Some("shift") if words.len() == 1 => {
                let mut behind = Vec::new();
                for mut one in held {
                    // dash ends a script that has nothing more to shift.
                    (!one.is_empty()).then(|| one.remove(0))?;
                    behind.push(one);
                }
                Some((behind.clone(), behind))
            }
            Some("shift" | "." | "source" | "eval" | "return" | "break" | "continue") => None,
            Some("set")
                if words
                    .iter()
                    .skip(1)
                    .any(|word| !word.starts_with(['-', '+']) || word == "--") =>
            {
                // `set -o pipefail` has a word of its own.
                let option = matches!(words.as_slice(), [_, first, second]
                    if first.ends_with('o') && first.starts_with('-') && first != "--"
                        && second.bytes().all(|byte| byte.is_ascii_lowercase()));
                option.then(|| (held.clone(), held))
            }
            Some("exit") => Some((Vec::new(), Vec::new())),
            Some("exec") if words.len() > 1 => Some((Vec::new(), Vec::new())),
            Some("[" | "test") => self.asked(&words, held),
            _ => Some((held.clone(), held)),
        }
    }

    /// What may be held where a test holds, and where it does not.
    fn asked(&self, words: &[String], held: Vec<Held>) -> Option<(Vec<Held>, Vec<Held>)> {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for one in held {
            match self.holds(words, &one) {
                Some(true) => yes.push(one),
                Some(false) => no.push(one),
                None => {
                    yes.push(one.clone());
                    no.push(one);
                }
            }
        }
        Some((yes, no))
    }

    fn raw(&self, word: &Word) -> String {
        self.dockerfile.text(word.span).into_owned()
    }

    /// What a word says where these arguments are held.
    fn meaning(&self, word: &Word, held: &[String]) -> Option<String> {
        meaning(&self.raw(word), held, false)
    }

    fn fits(&self, pattern: &Word, text: &str) -> Option<bool> {
        let raw = self.raw(pattern);
        let bare = raw.replace(['"', '\''], "");
        let plain =
            |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
        match bare.strip_suffix('*') {
            Some(start) if plain(start) && !raw.contains(['"', '\'']) => {
                Some(text.starts_with(start))
            }
            None if plain(&bare) => Some(bare == text),
            _ => None,
        }
    }

    /// What a test says of the arguments that are held.
    fn holds(&self, raw: &[String], held: &[String]) -> Option<bool> {
        let (inner, never_split) = match raw {
            [open, inner @ .., close] if open == "[" && close == "]" => (inner, false),
            [open, inner @ .., close] if open == "[[" && close == "]]" => (inner, true),
            [open, inner @ ..] if open == "test" => (inner, false),
            _ => return None,
        };
        let says = |word: &String| meaning(word, held, never_split);
        match inner {
            [sign, text] if sign == "-z" || sign == "-n" => {
                Some(says(text)?.is_empty() == (sign == "-z"))
            }
            [one, sign, two] => {
                let (one, two) = (says(one)?, says(two)?);
                let numbers = || Some((one.parse::<i32>().ok()?, two.parse::<i32>().ok()?));
                match sign.as_str() {
                    "=" => Some(one == two),
                    "==" if self.bash => Some(one == two),
                    "!=" => Some(one != two),
                    "-eq" => numbers().map(|(one, two)| one == two),
                    "-ne" => numbers().map(|(one, two)| one != two),
                    "-gt" => numbers().map(|(one, two)| one > two),
                    "-ge" => numbers().map(|(one, two)| one >= two),
                    "-lt" => numbers().map(|(one, two)| one < two),
                    "-le" => numbers().map(|(one, two)| one <= two),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// What a word says where these arguments are held; without quotes it may be none or several, unless the shell splits none there.
fn meaning(raw: &str, held: &[String], never_split: bool) -> Option<String> {
    let bare = raw.trim_matches('"');
    let in_quotes = raw.starts_with('"') || never_split;
    if !raw.contains(['$', '`', '\\', '*', '?', '[', '~']) {
        return Some(raw.replace(['"', '\''], ""));
    }
    let first = held.first().cloned().unwrap_or_default();
    let single = in_quotes || !first.is_empty() && !first.contains(' ');
    match bare {
        "$1" | "${1}" | "${1:-}" => single.then_some(first),
        "$#" => Some(held.len().to_string()),
        "${1#-}" if in_quotes => Some(first.strip_prefix('-').map_or(first.clone(), str::to_owned)),
        "${1:0:1}" if in_quotes => Some(first.chars().take(1).collect()),
        _ => None,
    }
}

/// All of both, each once.
fn both(mut one: Vec<Held>, two: Vec<Held>) -> Vec<Held> {
    for held in two {
        if !one.contains(&held) {
            one.push(held);
        }
    }
    one
}
