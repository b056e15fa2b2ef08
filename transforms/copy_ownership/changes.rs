//! What the first commands of a RUN change: `chown -R user:group /folder && chmod -R 755 /folder`.

use dockslim_contract::DeclineReason;
use dockslim_syntax::shell::{Command, CommandKind, Connector, ConnectorKind, List, Word};
use dockslim_syntax::{Dockerfile, Span};

use super::reasons;
use crate::facts::{absolute, calls, words_text};

/// The commands at the start of a script that give a folder away.
#[derive(Debug)]
pub(super) struct Changes<'t> {
    /// The folder.
    pub(super) place: String,
    /// What `--chown` would be given, if there is a chown; empty if COPY gives that owner anyway.
    pub(super) owner: Option<String>,
    /// What `--chmod` would be given, if there is a chmod.
    pub(super) mode: Option<String>,
    /// The commands.
    pub(super) commands: Vec<Change<'t>>,
    /// Where the command behind them begins, if there is one.
    pub(super) next: Option<usize>,
}

/// One of the commands.
#[derive(Debug)]
pub(super) struct Change<'t> {
    pub(super) span: Span,
    /// The word that makes it recursive.
    pub(super) recursive: &'t Word,
    /// Whether it is a chown.
    pub(super) chown: bool,
}

/// Reads the start of a script that runs in `folder`; `None` if it does not begin with such a command.
pub(super) fn changes<'t>(
    dockerfile: &Dockerfile<'_>,
    list: &'t List,
    folder: Option<&str>,
) -> Option<Result<Changes<'t>, &'static DeclineReason>> {
    let statement = list.statements.first()?;
    let mut read: Option<Changes<'_>> = None;
    for (number, pipeline) in statement.pipelines().enumerate() {
        let alone = pipeline.negated.is_none() && pipeline.commands.len() == 1;
        let joined = number.checked_sub(1).map(|before| statement.rest[before].0.kind);
        let one = (alone && joined != Some(ConnectorKind::Or))
            .then(|| change(dockerfile, &pipeline.commands[0], folder));
        match (one.flatten(), &mut read) {
            (Some(Ok((place, value, change))), None) => {
                let (owner, mode) =
                    if change.chown { (Some(value), None) } else { (None, Some(value)) };
                read = Some(Changes { place, owner, mode, commands: vec![change], next: None });
            }
            (Some(Err(reason)), None) => return Some(Err(reason)),
            (Some(Ok((place, value, change))), Some(changes)) if place == changes.place => {
                let known = if change.chown { &mut changes.owner } else { &mut changes.mode };
                *known = Some(value);
                changes.commands.push(change);
            }
            _ => {
                let changes = read.as_mut()?;
                changes.next = Some(pipeline.span.start);
                break;
            }
        }
    }
    let alternative = |(connector, _): &(Connector, _)| connector.kind == ConnectorKind::Or;
    if list.statements.len() > 1
        || statement.end.is_some()
        || statement.rest.iter().any(alternative)
    {
        return Some(Err(&reasons::MAY_FAIL));
    }
    let read = read?;
    let again = calls(list).into_iter().any(|call| {
        let words = words_text(dockerfile, call.simple);
        let program = words.first().and_then(Option::as_deref);
        let recursive = words.iter().flatten().any(|word| word.starts_with("-R"));
        Some(call.span.start) >= read.next
            && read.next.is_some()
            && matches!(program, Some("chown" | "chmod" | "chgrp"))
            && recursive
    });
    Some(if again { Err(&reasons::STORED_ANYWAY) } else { Ok(read) })
}

/// `chown -R user:group folder` or `chmod -R 755 folder`: the folder and the value of the flag.
fn change<'t>(
    dockerfile: &Dockerfile<'_>,
    command: &'t Command,
    folder: Option<&str>,
) -> Option<Result<(String, String, Change<'t>), &'static DeclineReason>> {
    let CommandKind::Simple(simple) = &command.kind else { return None };
    let words = words_text(dockerfile, simple);
    let program = words.first()?.as_deref()?;
    let chown = match program.rsplit('/').next()? {
        "chown" => true,
        "chmod" => false,
        _ => return None,
    };
    let mut recursive = None;
    let mut other_option = false;
    let mut operands = Vec::new();
    for (word, text) in simple.words.iter().zip(&words).skip(1) {
        match text.as_deref() {
            Some("-R" | "--recursive") => recursive = Some(word),
            Some(option) if option.starts_with('-') => other_option = true,
            text => operands.push(text),
        }
    }
    // Without -R it is about single files, and what COPY calls a file may be a folder.
    let recursive = recursive?;
    let alone = simple.assignments.is_empty() && command.redirects.is_empty() && !other_option;
    let [value, path] = operands.as_slice() else { return Some(Err(&reasons::PATH)) };
    if !alone {
        return Some(Err(&reasons::PATH));
    }
    let value = match *value {
        Some(value) if chown => owner(value).ok_or(&reasons::OWNER),
        Some(value) => mode(value).ok_or(&reasons::MODE),
        None if chown => Err(&reasons::OWNER),
        None => Err(&reasons::MODE),
    };
    let place = path.and_then(|path| absolute(path, folder)).ok_or(&reasons::PATH);
    let change = Change { span: command.span, recursive, chown };
    Some(value.and_then(|value| Ok((place?, value, change))))
}

/// The value of `--chown` for an operand of chown.
///
/// A chown to a user alone leaves the group, which is 0 behind a COPY from the context; `--chown=user`
/// alone gives another group, and not the same one in every builder (Dockerfile reference, COPY
/// --chown; BuildKit's `readUser`).
fn owner(operand: &str) -> Option<String> {
    let plain = |name: &str| {
        let mut characters = name.chars();
        characters.next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
            && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    let root = |name: &str| name == "root" || name == "0";
    match operand.split_once(':') {
        Some((user, group)) if root(user) && root(group) => Some(String::new()),
        Some((user, group)) if plain(user) && plain(group) => Some(operand.to_owned()),
        None if root(operand) => Some(String::new()),
        None if plain(operand) => Some(format!("{operand}:0")),
        _ => None,
    }
}

/// The value of `--chmod` for an operand of chmod. A folder that COPY makes on the way has 755,
/// whatever the flag says, so that only this mode is the same for all.
fn mode(operand: &str) -> Option<String> {
    (operand.trim_start_matches('0') == "755").then(|| "755".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_have_a_user_and_a_group() {
        assert_eq!(owner("node:node").as_deref(), Some("node:node"));
        assert_eq!(owner("1000").as_deref(), Some("1000:0"));
        assert_eq!(owner("root:0").as_deref(), Some(""));
        for odd in ["node:", ":node", "node.node", "$U:$G", "", "a:b:c", "-R"] {
            assert_eq!(owner(odd), None, "{odd}");
        }
        assert_eq!(mode("0755").as_deref(), Some("755"));
        assert_eq!((mode("4755"), mode("+x"), mode("644")), (None, None, None));
    }
}
