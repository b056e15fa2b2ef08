//! Sources in folders that are set aside and are part of a program all the same, and files of the project that programs start.

use dockslim_contract::BuildContext;

use super::needs;
use super::runtime::Runtime;
use super::started::commands;
use crate::program::{Action, visit};
use crate::shell::Command;

impl Runtime<'_, '_> {
    /// Whether the project has a file at the end of a path, which no compiler made.
    pub(super) fn is_script(&self, program: &str) -> bool {
        let end =
            program.trim_start_matches("./").trim_start_matches("../").trim_start_matches('/');
        let names: Vec<&str> = end.split('/').collect();
        self.context.into_iter().flat_map(|context| context.entries()).any(|(path, _)| {
            let own: Vec<&str> = path.split('/').collect();
            own.ends_with(&names) || names.ends_with(&own)
        })
    }

    /// Whether a source of Go in a folder that is set aside is part of a program all the same: another one imports its folder, a call of
    /// the compiler names it, or the container starts what has its name.
    pub(super) fn is_compiled_in(&self, context: &BuildContext, path: &str) -> bool {
        let Some((folder, name)) = path.rsplit_once('/').filter(|_| path.ends_with(".go")) else {
            return false;
        };
        let text = context.text(path).unwrap_or_default();
        let calls = ["os/exec\"", "StartProcess(", "syscall.", "unix.Exec(", "plugin.Open("];
        let calls = calls.iter().any(|sign| text.contains(sign))
            || needs::calling_module(text).is_some()
            || needs::opens_beside_sources(text);
        if name.ends_with("_test.go") || !calls {
            return false;
        }
        let names: Vec<&str> = folder.split('/').collect();
        let ends: Vec<String> =
            (0..names.len()).map(|from| format!("/{}\"", names[from..].join("/"))).collect();
        let imported = context.entries().any(|(other, _)| {
            let own = other.rsplit_once('/').is_some_and(|(above, _)| above == folder);
            let source = other.ends_with(".go") && !other.ends_with("_test.go") && !own;
            let text = context.text(other).filter(|_| source).unwrap_or_default();
            ends.iter().any(|end| text.contains(end.as_str()))
        });
        let last = names.last().copied().unwrap_or_default();
        let mut told = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && Command::of(&call.words).is("go")
            {
                told |= call
                    .words
                    .iter()
                    .any(|word| word.trim_end_matches('/').rsplit('/').next() == Some(last));
            }
        });
        let starts = self.new.configuration.starts().into_iter().flatten();
        let mut words = starts.flat_map(commands).flatten();
        imported || told || words.any(|word| word.rsplit('/').next() == Some(last))
    }
}

/// Whether a source of Go hands on what starts programs, or fills in a command by itself: what it starts is told by no call (package
/// `os/exec`).
pub(super) fn hides_programs(text: &str) -> bool {
    let code: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let Some(import) = code.iter().find(|line| line.contains("\"os/exec\"")) else { return false };
    let alias = import.split('"').next().unwrap_or_default().split_whitespace().next_back();
    let alias = alias.filter(|word| !matches!(*word, "import" | "(" | "import(")).unwrap_or("exec");
    if alias == "." {
        return true;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let (of_calls, of_values) = (["Command", "CommandContext", "LookPath"], "Cmd");
    code.iter().any(|line| {
        let (mut rest, mut before) = (*line, ' ');
        while let Some(start) = rest.find(is_part) {
            let front = rest[..start].chars().next_back().unwrap_or(before);
            let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |end| start + end);
            let behind = rest[end..].chars().next();
            if let Some((name, word)) = rest[start..end].split_once('.')
                && name == alias
                && (of_calls.contains(&word) && behind != Some('(')
                    || word == of_values && behind == Some('{') && !matches!(front, '*' | ']'))
            {
                return true;
            }
            before = rest[..end].chars().next_back().unwrap_or(' ');
            rest = &rest[end..];
        }
        false
    })
}
