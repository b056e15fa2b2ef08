//! Steps and states in words.

use std::sync::Arc;

use crate::environment;
use crate::program::{Action, Demand, Step};
use crate::shell::{Seen, StateNumber, States, readable};

/// A step as a person would name it.
pub(crate) fn describe(step: &Step<'_>) -> String {
    let shown = |text: &str| {
        let text = readable(text);
        let short: String = text.chars().take(60).collect();
        let more = if short.len() < text.len() { "…" } else { "" };
        format!("`{short}{more}`")
    };
    let first = |block: &[Step<'_>]| block.first().map_or_else(|| "nothing".to_owned(), describe);
    match &step.action {
        Action::Call(call) => {
            let words = call.assignments.iter().chain(&call.words).chain(&call.redirects);
            shown(&words.map(|word| &**word).collect::<Vec<_>>().join(" "))
        }
        Action::Chain { on_success, parts } => {
            let sign = if *on_success { "&&" } else { "||" };
            let parts: Vec<String> = parts.iter().map(|part| first(part)).collect();
            parts.join(&format!(" {sign} "))
        }
        Action::Not(block) => format!("! {}", first(block)),
        Action::If { branches, .. } => {
            format!("`if` {}", branches.first().map_or_else(String::new, |(test, _)| first(test)))
        }
        Action::Loop { keyword, test, .. } => format!("`{keyword}` {}", first(test)),
        Action::ForEach { name, .. } => format!("`for {name}`"),
        Action::Choose { subject, .. } => format!("`case` {}", shown(subject)),
        Action::Pipe { elements, .. } => {
            let parts: Vec<String> = elements.iter().map(|part| first(part)).collect();
            parts.join(" | ")
        }
        Action::Frame(block) => format!("a script that may leave early, with {}", first(block)),
        Action::Background(block) => format!("{} &", first(block)),
        Action::Fail => "`exit` with a failure".to_owned(),
        Action::Leave(text, _) => shown(text),
        Action::Opaque(text, _) => format!("the script {}", shown(text)),
        Action::Exec(words, _) => shown(&words.join(" ")),
        Action::Copy(copy) => {
            let keyword = if copy.adds { "ADD" } else { "COPY" };
            let words = copy.sources.iter().chain([&copy.destination]);
            let words: Vec<String> = words.map(|word| environment::readable(word)).collect();
            format!("`{keyword} {}`", words.join(" "))
        }
        Action::MakeFolder { path, .. } => format!("`WORKDIR {}`", environment::readable(path)),
        Action::Volume(path) => format!("`VOLUME {path}`"),
        Action::Unread(text) => shown(text),
    }
}

/// What became of the status of a step that is the same but for that.
pub(super) fn demands(old: &Step<'_>, new: &Step<'_>) -> String {
    let what = describe(new);
    match (old.demand, new.demand) {
        (Demand::Must, _) => format!("a failure of {what} does not end the script any more"),
        (_, Demand::Must) => format!("a failure of {what} now ends the script"),
        (Demand::Unsure, _) | (_, Demand::Unsure) => {
            format!("whether a failure of {what} ends the script depends on what ran before")
        }
        _ => format!("the status of {what} is used in another way"),
    }
}

/// What a command sees that is not the same, and whether that is only not understood.
pub(super) fn states_differ(
    states: &States,
    old: StateNumber,
    new: StateNumber,
    what: &str,
) -> (String, bool) {
    let (old, new) = (states.seen(old), states.seen(new));
    let (message, unknown) = seen_differ(old, new);
    (format!("{what} {message}"), unknown)
}

fn seen_differ(old: &Seen, new: &Seen) -> (String, bool) {
    let (one, two) = (&old.surroundings, &new.surroundings);
    let named = |name: &str| {
        if name.is_empty() {
            "what the base image says".to_owned()
        } else {
            environment::readable(name)
        }
    };
    if one.user != two.user {
        return (format!("runs as {}, before as {}", named(&two.user), named(&one.user)), false);
    }
    if one.shell != two.shell {
        return (
            format!("runs in the shell {}, before in {}", two.shell.join(" "), one.shell.join(" ")),
            false,
        );
    }
    if one.declared != two.declared {
        return ("runs in the shell of the base image on one side only".to_owned(), false);
    }
    if one.flags != two.flags {
        return (
            format!(
                "runs with the flags [{}], before with [{}]",
                two.flags.join(" "),
                one.flags.join(" ")
            ),
            false,
        );
    }
    if one.environment != two.environment {
        let names = one.environment.keys().chain(two.environment.keys());
        let mut changed =
            names.filter(|name| one.environment.get(*name) != two.environment.get(*name));
        let name = changed.next().map_or("", String::as_str);
        let value = |value: Option<&String>| {
            value.map_or("nothing".to_owned(), |value| environment::readable(value))
        };
        let (old, new) = (value(one.environment.get(name)), value(two.environment.get(name)));
        return (format!("sees {name} as {new}, before as {old}"), false);
    }
    if old.directory != new.directory {
        let unsure = old.directory.contains('?') || new.directory.contains('?');
        let place = |path: &Arc<str>| {
            if path.is_empty() { "any directory".to_owned() } else { environment::readable(path) }
        };
        return (
            format!("runs in {}, before in {}", place(&new.directory), place(&old.directory)),
            unsure,
        );
    }
    if one.directory != two.directory {
        return ("starts from another WORKDIR".to_owned(), false);
    }
    if one.interpreter != two.interpreter {
        return (
            "would be run by another shell, which was put in the place of the old one".to_owned(),
            true,
        );
    }
    if one.startup != two.startup {
        return (
            "runs behind start-up files that the shell reads at another time".to_owned(),
            true,
        );
    }
    if old.variables != new.variables {
        let names = old.variables.keys().chain(new.variables.keys());
        let mut changed = names.filter(|name| old.variables.get(*name) != new.variables.get(*name));
        let name = changed.next().map_or("", String::as_str);
        return (format!("sees another value of the shell's variable {name}"), false);
    }
    if old.options != new.options {
        let list = |seen: &Seen| seen.options.iter().cloned().collect::<Vec<_>>().join(" ");
        return (
            format!("runs under the shell options [{}], before [{}]", list(new), list(old)),
            false,
        );
    }
    if old.settings != new.settings {
        let names = old.settings.keys().chain(new.settings.keys());
        let mut changed = names.filter(|name| old.settings.get(*name) != new.settings.get(*name));
        let name = changed.next().map_or("", String::as_str);
        return (format!("runs in a shell with another {name}"), false);
    }
    if old.redirects != new.redirects {
        return ("has its input or output elsewhere".to_owned(), false);
    }
    if old.taint != new.taint {
        let by = old.taint.iter().chain(new.taint.iter());
        let by = by.last().map_or("", String::as_str);
        return (format!("runs in a shell in which `{by}` may have changed anything"), true);
    }
    if old.sandbox != new.sandbox {
        let mut extra = new.sandbox.iter().filter(|it| !old.sandbox.contains(it));
        let it = extra.next().or_else(|| old.sandbox.iter().find(|it| !new.sandbox.contains(it)));
        return (
            format!(
                "runs in the same sandbox as something that ends with its RUN: {}",
                it.map_or("", String::as_str)
            ),
            false,
        );
    }
    ("sees another status of the command before".to_owned(), false)
}
