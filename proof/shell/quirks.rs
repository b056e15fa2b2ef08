//! What shells do each in their own way, or show of themselves: scripts with it are compared as text.

use dockslim_syntax::shell::{Command, CommandKind, List};

/// Whether the body of a function may tell a subshell from its parent, or what ran before, or which options are set.
pub(super) fn looks_at_its_shell(body: &str) -> bool {
    const NAMES: &[&str] =
        &["BASH_SUBSHELL", "BASHPID", "LINENO", "SHELLOPTS", "$$", "$_", "${_}", "$-", "${-}"];
    NAMES.iter().any(|name| body.contains(name)) || prints_options(body)
}

/// Whether a text has `set -o` or `set +o` without the name of an option, which print all of them.
fn prints_options(text: &str) -> bool {
    ["set -o", "set +o"].iter().any(|words| {
        let mut behind = text.split(words).skip(1);
        behind
            .any(|rest| !rest.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_lowercase()))
    })
}

/// Whether a list is nothing but `!` in front of a compound command: bash ends `( ! { a; b; } )` under errexit where a fails, though
/// nothing asks for its status there.
pub(super) fn is_negated_compound(list: &List) -> bool {
    let [statement] = list.statements.as_slice() else { return false };
    let simple = |command: &Command| matches!(command.kind, CommandKind::Simple(_));
    statement.rest.is_empty()
        && statement.first.negated.is_some()
        && !statement.first.commands.iter().all(simple)
}
