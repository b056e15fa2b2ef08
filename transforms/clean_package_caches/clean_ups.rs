//! What a script does itself about caches that move to a mount, and how it is taken out.

use dockslim_syntax::shell::{CommandKind, ConnectorKind, List};
use dockslim_syntax::{Dockerfile, LeafKind, Span};

use super::mounts::ARCHIVES;
use crate::facts::{Command, Errexit};
use crate::knowledge::{PackageManager, removes};

/// A script whose caches move to mounts.
pub(super) struct Script<'s, 't> {
    pub(super) dockerfile: &'t Dockerfile<'t>,
    pub(super) list: &'t List,
    pub(super) commands: &'s [Command<'t>],
    pub(super) errexit: Errexit,
}

/// What a word of `rm` means for the mounts.
enum Target {
    /// It is one, or lies in one.
    Inside,
    /// It holds one, which cannot be removed while it is there.
    Around,
    Elsewhere,
}

impl Script<'_, '_> {
    /// The texts that empty or remove the directories of the mounts of these managers; `None` if one of them
    /// cannot be taken out.
    pub(super) fn clean_ups(
        &self,
        managers: &[&PackageManager],
        targets: &[String],
    ) -> Option<Vec<Span>> {
        let mut cuts = Vec::new();
        for command in self.commands {
            if let Some(call) = command.package_call() {
                let own = managers.iter().any(|manager| manager.name == call.manager.name);
                let rules = call.manager.leftovers.iter().flat_map(|one| &one.cleaned_by);
                // apt-get(8): the one for archives, which have no row of their own.
                let archives = targets.iter().any(|target| target == ARCHIVES)
                    && (call.is("clean") || call.is("autoclean"));
                let cleans = archives
                    || rules
                        .into_iter()
                        .any(|rule| call.matches(std::slice::from_ref(rule)).is_some());
                if own && cleans {
                    cuts.push(self.cut(command.span)?);
                }
                continue;
            }
            self.removal(command, targets, &mut cuts)?;
        }
        Some(united(cuts))
    }

    /// Looks at a command that is no call of a package manager.
    fn removal(
        &self,
        command: &Command<'_>,
        targets: &[String],
        cuts: &mut Vec<Span>,
    ) -> Option<()> {
        let text = command.text(self.dockerfile);
        let at = command.program().map(|(at, _)| at).unwrap_or_default();
        let words: Vec<(usize, Target)> = (at + 1..command.words.len())
            .map(|word| (word, command.raw_word(self.dockerfile, word)))
            .filter(|(_, word)| !word.starts_with('-'))
            .map(|(number, word)| (number, target(&word, targets)))
            .collect();
        let touched = words.iter().any(|(_, target)| !matches!(target, Target::Elsewhere));
        if !command.deletes() || !touched {
            // What else is done there (`mv`, `du`) finds other files in a mount.
            let named = targets.iter().any(|target| text.contains(target.as_str()));
            let braces = command.deletes() && text.contains('{') && text.contains("/var/");
            return (!named && !braces).then_some(());
        }
        if command.program_name() == Some("find")
            || words.iter().any(|(_, target)| matches!(target, Target::Around))
        {
            return None;
        }
        if words.iter().all(|(_, target)| matches!(target, Target::Inside)) {
            cuts.push(self.cut(command.span)?);
            return Some(());
        }
        let simple = command.call?.simple;
        for (number, _) in words.iter().filter(|(_, target)| matches!(target, Target::Inside)) {
            let before = simple.words.get(number.checked_sub(1)?)?;
            let word = simple.words.get(*number)?;
            cuts.push(self.without_comments(Span::new(before.span.end, word.span.end))?);
        }
        Some(())
    }

    /// The text of a command of the script's own list with the sign that joins it; `None` where something
    /// else hangs on it.
    fn cut(&self, command: Span) -> Option<Span> {
        let statements = &self.list.statements;
        let number = statements.iter().position(|statement| statement.span.covers(command))?;
        let statement = &statements[number];
        let pipelines: Vec<_> = statement.pipelines().collect();
        let at = pipelines.iter().position(|pipeline| pipeline.span.covers(command))?;
        let [alone] = pipelines[at].commands.as_slice() else { return None };
        let simple = matches!(alone.kind, CommandKind::Simple(_)) && alone.span == command;
        if !simple || pipelines[at].negated.is_some() {
            return None;
        }
        let and = |number: usize| {
            statement.rest.get(number).is_none_or(|(sign, _)| sign.kind == ConnectorKind::And)
        };
        let span = if at > 0 {
            let end = self.without_blanks(command.end);
            (and(at - 1) && and(at)).then(|| Span::new(pipelines[at - 1].span.end, end))?
        } else if let Some(next) = pipelines.get(1) {
            and(0).then(|| Span::new(command.start, next.span.start))?
        } else if let Some(next) = statements.get(number + 1) {
            Span::new(command.start, next.span.start)
        } else {
            // As the last statement it decides what the script returns, unless a failure has stopped it.
            let before = statements.get(number.checked_sub(1)?)?;
            let end = self.without_blanks(command.end);
            (self.errexit == Errexit::On).then(|| Span::new(before.span.end, end))?
        };
        self.without_comments(span)
    }

    /// The end of a command with the blanks behind it, but for one in front of a sign.
    fn without_blanks(&self, end: usize) -> usize {
        let rest = &self.dockerfile.source[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let ends = rest[blanks..].is_empty() || rest[blanks..].starts_with(['\n', '\r']);
        end + if ends { blanks } else { blanks.saturating_sub(1) }
    }

    fn without_comments(&self, span: Span) -> Option<Span> {
        let leaves = self.dockerfile.leaves_in(span);
        let continued = self
            .dockerfile
            .continuations_in(span)
            .any(|gap| gap.of(self.dockerfile.source).contains('#'));
        (!continued && leaves.iter().all(|leaf| leaf.kind != LeafKind::Comment)).then_some(span)
    }
}

/// What a removed path means for the mounts.
fn target(path: &str, targets: &[String]) -> Target {
    let trimmed = path.trim_end_matches('/');
    for target in targets {
        let home = target.starts_with("/root/").then_some("/root");
        let spelled = match home {
            Some(home) => ["~", "$HOME", "${HOME}"]
                .iter()
                .find_map(|start| trimmed.strip_prefix(start).map(|rest| format!("{home}{rest}"))),
            None => None,
        };
        let path = spelled.as_deref().unwrap_or(trimmed);
        if path == target
            || path.strip_prefix(target.as_str()).is_some_and(|rest| rest.starts_with('/'))
        {
            return Target::Inside;
        }
        if removes(path, target, home) {
            return Target::Around;
        }
    }
    Target::Elsewhere
}

/// Spans in order, those that overlap made one.
fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut united: Vec<Span> = Vec::new();
    for span in spans {
        match united.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => united.push(span),
        }
    }
    united
}
