//! Calls of make in a stage of Go, with what their Makefile says in their place.

use std::borrow::Cow;

use dockslim_contract::BuildContext;

use super::bases::official;
use super::rules::{Around, Rules};
use super::runtime::Runtime;
use super::shell_text::ShellText;
use crate::compare::folders::is_within;
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::{States, plain};
use crate::stages::{Build, Stage};

/// A build with the commands of Makefiles in place of make, where there are calls that can be followed.
pub(super) fn followed<'t>(
    build: &Build<'t>,
    states: &States,
    context: Option<&BuildContext>,
) -> Option<Build<'t>> {
    let mut found: Option<Build<'t>> = None;
    for (number, stage) in build.stages.iter().enumerate() {
        if official(&stage.image).split(':').next() != Some("golang") {
            continue;
        }
        let view = Runtime::of_stage(states, context, stage);
        let mut steps = Vec::new();
        let mut any = false;
        for step in &stage.steps {
            match view.in_place_of(step, stage) {
                Some(calls) => {
                    any = true;
                    steps.extend(calls);
                }
                None => steps.push(step.clone()),
            }
        }
        if any {
            found.get_or_insert_with(|| build.clone()).stages[number].steps = steps;
        }
    }
    found
}

struct Here<'h, 'b, 't> {
    runtime: &'h Runtime<'b, 't>,
    call: &'h Call<'t>,
    stage: &'h Stage<'t>,
    folder: String,
    given: Vec<(&'h str, Option<&'h str>)>,
}

impl Here<'_, '_, '_> {
    fn path(&self, name: &str) -> Option<String> {
        self.runtime.path(name, self.call)
    }

    /// The file of the context that lies at a path.
    fn file(&self, name: &str) -> Option<String> {
        let path = self.path(name)?;
        let context = self.runtime.context?;
        self.stage.steps.iter().rev().find_map(|step| {
            let sources = self.runtime.whole(step)?.candidates(&path);
            sources.into_iter().find(|source| !source.is_empty() && context.exists(source))
        })
    }
}

impl Around for Here<'_, '_, '_> {
    fn in_environment(&self, name: &str) -> bool {
        let seen = self.runtime.states.seen(self.call.state);
        seen.surroundings.environment.contains_key(name)
            || seen.variables.contains_key(name)
            || self.call.assignments.iter().any(|text| text.split('=').next() == Some(name))
    }

    fn given(&self, name: &str) -> Option<Option<&str>> {
        self.given.iter().rev().find(|(given, _)| *given == name).map(|(_, value)| *value)
    }

    fn has(&self, name: &str) -> bool {
        self.file(name).is_some()
    }

    fn may_have(&self, name: &str) -> bool {
        let Some(path) = self.path(name) else { return true };
        let mut found = false;
        visit(&self.stage.steps, &mut |step| match &step.action {
            Action::MakeFolder { path: made, .. } => found |= is_within(made, &path),
            Action::Call(call) => {
                let writes = ["cp", "install", "ln", "mkdir", "mv", "tee", "touch", "go"];
                let program = call.words.first().map_or("", |word| &**word);
                found |= writes.contains(&program)
                    && call.words.iter().any(|word| {
                        self.runtime.path(word, call).is_some_and(|made| is_within(&made, &path))
                    });
            }
            _ => {}
        });
        found
    }

    fn folder(&self) -> &str {
        &self.folder
    }
}

impl<'t> Runtime<'_, 't> {
    /// The calls that make does in place of a step.
    fn in_place_of(&self, step: &Step<'t>, stage: &Stage<'t>) -> Option<Vec<Step<'t>>> {
        let Action::Call(call) = &step.action else { return None };
        let [program, rest @ ..] = call.words.as_slice() else { return None };
        let is_make = program == "make" || program == "gmake";
        if step.demand != Demand::Must || !is_make || !call.redirects.is_empty() {
            return None;
        }
        let (mut goals, mut given) = (Vec::new(), Vec::new());
        for word in rest {
            match (plain(word), word.split_once('=')) {
                (known, Some((name, value))) if !name.starts_with('-') && plain_name(name) => {
                    given.push((name, known.map(|_| value)));
                }
                (Some("-s" | "-B" | "--silent" | "--always-make" | "--no-print-directory"), _) => {}
                (Some(word), None) if word.starts_with("-j") => {}
                (Some(word), None) if !word.starts_with('-') => goals.push(word),
                _ => return None,
            }
        }
        let folder = self.path(".", call)?;
        let here = Here { runtime: self, call, stage, folder, given };
        let names = ["GNUmakefile", "makefile", "Makefile"];
        let makefile = names.iter().find_map(|name| here.file(name))?;
        if self.changes(stage, &names) {
            return None;
        }
        let text = self.context?.text(&makefile)?;
        let rules = Rules::of(text, &here)?;
        let front = rules.handed_on()?;
        // What make is given, it hands on.
        let of_go =
            |(name, _): &(&str, Option<&str>)| name.starts_with("GO") || name.starts_with("CGO_");
        if here.given.iter().any(of_go) {
            return None;
        }
        let lines = rules.lines(&goals)?;
        let mut steps = Vec::new();
        for line in lines {
            for (assignments, words) in commands(&line)? {
                let is_go = words.first().is_some_and(|word| word == "go");
                let name = |text: &str| text.split('=').next().unwrap_or_default().to_owned();
                let mut all: Vec<String> = Vec::new();
                if is_go {
                    all.extend(call.assignments.iter().map(|text| text.to_string()));
                    for (name, value) in &front {
                        all.retain(|text| !text.starts_with(&format!("{name}=")));
                        all.push(format!("{name}={value}"));
                    }
                    all.retain(|text| !assignments.iter().any(|own| name(own) == name(text)));
                }
                all.extend(assignments);
                steps.push(called(step, call, words, all));
            }
        }
        let compiles = steps
            .iter()
            .any(|step| matches!(&step.action, Action::Call(call) if call.words[0] == "go"));
        // The call itself stays to be compared.
        let mut words: Vec<String> = vec![":".to_owned(), "make".to_owned()];
        words.extend(rest.iter().map(|word| word.to_string()));
        let kept = |text: &&Cow<'t, str>| !compiles || !text.starts_with("CGO_ENABLED=");
        words.extend(call.assignments.iter().filter(kept).map(|text| text.to_string()));
        steps.insert(0, called(step, call, words, Vec::new()));
        Some(steps)
    }

    /// Whether a step may write one of these files.
    fn changes(&self, stage: &Stage<'t>, names: &[&str]) -> bool {
        let mut changed = false;
        visit(&stage.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let named = |text: &str| names.iter().any(|name| text.ends_with(name));
            let words = call.words.iter().any(|word| named(word));
            changed |= words || call.redirects.iter().any(|text| named(text));
        });
        changed
    }
}

/// A call of other words in place of one.
fn called<'t>(
    step: &Step<'t>,
    call: &Call<'t>,
    words: Vec<String>,
    assignments: Vec<String>,
) -> Step<'t> {
    let call = Call {
        words: words.into_iter().map(Cow::Owned).collect(),
        assignments: assignments.into_iter().map(Cow::Owned).collect(),
        ..call.clone()
    };
    Step { action: Action::Call(call), demand: step.demand, at: step.at }
}

fn plain_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The simple commands of a line, which follow one another, with their assignments; `None` if the line does other things, or says in a
/// word what nobody knows, but for what is linked into a program as a text, and for what is only said.
fn commands(line: &str) -> Option<Vec<(Vec<String>, Vec<String>)>> {
    let said = line.starts_with("echo ") && !line.contains(['`', '(', '<', '>', '|', ';', '&']);
    if said {
        return Some(Vec::new());
    }
    if line.contains(['`', ';', '|', '(', ')', '<', '>', '\\'])
        || line.replace("&&", "").contains('&')
    {
        return None;
    }
    let read = ShellText::of(line)?;
    let mut found = Vec::new();
    for words in read.commands {
        let is_assigned =
            |word: &&String| word.split_once('=').is_some_and(|(name, _)| plain_name(name));
        let assignments: Vec<String> = words.iter().take_while(is_assigned).cloned().collect();
        let words: Vec<String> = words[assignments.len()..].to_vec();
        let first = words.first()?.as_str();
        if ["cd", "if", "for", "while", "case", "export", "set", "eval", "exec", "."]
            .contains(&first)
            || assignments.iter().any(|word| word.contains('$'))
        {
            return None;
        }
        let says = matches!(first, "echo" | "printf");
        let linked = |at: usize| {
            let flag = |word: &str| word.trim_start_matches('-') == "ldflags";
            at > 0 && flag(&words[at - 1])
                || words[at].trim_start_matches('-').starts_with("ldflags=")
        };
        if (0..words.len()).any(|at| words[at].contains('$') && !says && !linked(at)) {
            return None;
        }
        found.push((assignments, words));
    }
    Some(found)
}
