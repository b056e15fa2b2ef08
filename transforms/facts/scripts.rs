//! What the scripts call.

use std::borrow::Cow;

use dockslim_syntax::shell::{Command, CommandKind, List, Part, PartKind, Redirect, Simple, Word};
use dockslim_syntax::{Dockerfile, Span};

/// A simple command somewhere in a script.
#[derive(Clone, Copy)]
pub(crate) struct Call<'s> {
    /// The command.
    pub(crate) simple: &'s Simple,
    /// Where it stands, redirections included.
    pub(crate) span: Span,
    /// Its redirections.
    pub(crate) redirects: &'s [Redirect],
    /// Whether it runs in a child of the script's shell: in `( )`, `$( )` or a pipeline.
    pub(crate) in_child: bool,
    /// Whether something decides if it runs: it stands in `if`, a loop, `case`, a function, or behind
    /// `||`.
    pub(crate) conditional: bool,
}

/// How many words behind a shell are options by which it ends where a command fails, or says more (POSIX, "Shell Command Language", `set`;
/// bash, `pipefail`); its program stands behind them.
pub(crate) fn options_of_shell(words: &[Option<String>]) -> usize {
    const LONG: &[&str] = &["errexit", "nounset", "pipefail", "verbose", "xtrace"];
    let mut at = 0;
    while let Some(letters) = words.get(at).and_then(|word| word.as_deref()?.strip_prefix('-')) {
        let (plain, long) = match letters.strip_suffix('o') {
            Some(letters) => (letters, true),
            None => (letters, false),
        };
        let named = words.get(at + 1).and_then(Option::as_deref);
        let known = plain.chars().all(|letter| "euvx".contains(letter)) && !letters.is_empty();
        if !known || long && !named.is_some_and(|name| LONG.contains(&name)) {
            break;
        }
        at += 1 + usize::from(long);
    }
    at
}

/// The simple commands of a list in the order of the text, those in substitutions included.
pub(crate) fn calls(list: &List) -> Vec<Call<'_>> {
    let mut collector = Collector { calls: Vec::new(), in_child: false, conditional: false };
    collector.list(list);
    collector.calls
}

struct Collector<'s> {
    calls: Vec<Call<'s>>,
    in_child: bool,
    conditional: bool,
}

impl<'s> Collector<'s> {
    fn with(&mut self, in_child: bool, conditional: bool, visit: impl FnOnce(&mut Self)) {
        let before = (self.in_child, self.conditional);
        self.in_child |= in_child;
        self.conditional |= conditional;
        visit(self);
        (self.in_child, self.conditional) = before;
    }

    fn list(&mut self, list: &'s List) {
        for statement in &list.statements {
            let mut conditional = false;
            for (index, pipeline) in statement.pipelines().enumerate() {
                use dockslim_syntax::shell::ConnectorKind::Or;
                conditional |= index > 0 && statement.rest[index - 1].0.kind == Or;
                let several = pipeline.commands.len() > 1;
                self.with(several, conditional, |this| {
                    pipeline.commands.iter().for_each(|command| this.command(command));
                });
            }
        }
    }

    fn command(&mut self, command: &'s Command) {
        match &command.kind {
            CommandKind::Simple(simple) => {
                let (in_child, conditional) = (self.in_child, self.conditional);
                let (span, redirects) = (command.span, command.redirects.as_slice());
                self.calls.push(Call { simple, span, redirects, in_child, conditional });
                for assignment in &simple.assignments {
                    assignment.value.iter().for_each(|word| self.word(word));
                }
                simple.words.iter().for_each(|word| self.word(word));
            }
            CommandKind::Group(list) => self.list(list),
            CommandKind::Subshell(list) => self.with(true, false, |this| this.list(list)),
            CommandKind::If { branches, otherwise } => {
                for (index, (condition, body)) in branches.iter().enumerate() {
                    self.with(false, index > 0, |this| this.list(condition));
                    self.with(false, true, |this| this.list(body));
                }
                self.with(false, true, |this| otherwise.iter().for_each(|list| this.list(list)));
            }
            CommandKind::While { condition, body } => {
                self.list(condition);
                self.with(false, true, |this| this.list(body));
            }
            CommandKind::For { words, body, .. } => {
                words.iter().flatten().for_each(|word| self.word(word));
                self.with(false, true, |this| this.list(body));
            }
            CommandKind::Case { subject, arms } => {
                self.word(subject);
                self.with(false, true, |this| arms.iter().for_each(|(_, list)| this.list(list)));
            }
            CommandKind::Function { body, .. } => self.with(false, true, |this| this.command(body)),
            CommandKind::Test | CommandKind::Arithmetic => {}
        }
        command.redirects.iter().for_each(|redirect| self.word(&redirect.target));
    }

    fn word(&mut self, word: &'s Word) {
        self.parts(&word.parts);
    }

    fn parts(&mut self, parts: &'s [Part]) {
        for part in parts {
            match &part.kind {
                PartKind::DoubleQuoted(inner) => self.parts(inner),
                PartKind::Parameter { argument, .. } => self.parts(argument),
                PartKind::Substitution(Some(list)) | PartKind::Process(list) => {
                    self.with(true, false, |this| this.list(list));
                }
                PartKind::Array(words) => words.iter().for_each(|word| self.word(word)),
                _ => {}
            }
        }
    }
}

/// What a word stands for when no expansion decides it: quotes and backslashes are taken away.
/// `None` if a variable, a substitution, a pattern of files or a leading `~` does.
pub(crate) fn literal_text<'t>(dockerfile: &Dockerfile<'t>, word: &Word) -> Option<Cow<'t, str>> {
    if let [part] = word.parts.as_slice()
        && matches!(part.kind, PartKind::Literal)
    {
        let text = dockerfile.text(part.span);
        return (!is_pattern(&text) && !text.starts_with('~')).then_some(text);
    }
    let mut text = String::with_capacity(word.span.len());
    for part in &word.parts {
        match &part.kind {
            PartKind::Literal => {
                let piece = dockerfile.text(part.span);
                if is_pattern(&piece) || (text.is_empty() && piece.starts_with('~')) {
                    return None;
                }
                text.push_str(&piece);
            }
            PartKind::Escaped => text.push_str(&dockerfile.text(part.span)[1..]),
            PartKind::SingleQuoted => {
                let piece = dockerfile.text(part.span);
                let inner = piece.strip_prefix('\'')?.strip_suffix('\'')?;
                text.push_str(inner);
            }
            PartKind::DoubleQuoted(inner) => {
                for part in inner {
                    match part.kind {
                        PartKind::Literal => text.push_str(&dockerfile.text(part.span)),
                        PartKind::Escaped => {
                            let piece = dockerfile.text(part.span);
                            let kept = !matches!(
                                piece.as_bytes().get(1),
                                Some(b'$' | b'`' | b'"' | b'\\')
                            );
                            text.push_str(if kept { &piece } else { &piece[1..] });
                        }
                        _ => return None,
                    }
                }
            }
            _ => return None,
        }
    }
    Some(Cow::Owned(text))
}

/// Whether a shell would look for files of that pattern.
fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || (text.contains('[') && text.contains(']'))
}

/// [`literal_text`] of each word of a command.
pub(crate) fn words_text<'t>(
    dockerfile: &Dockerfile<'t>,
    simple: &Simple,
) -> Vec<Option<Cow<'t, str>>> {
    simple.words.iter().map(|word| literal_text(dockerfile, word)).collect()
}
