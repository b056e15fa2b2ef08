//! Words of the shell in a form in which quotes and layout do not matter.
//!
//! Plain characters stand for themselves, however they were quoted. What the shell would act on is
//! marked by a control character: [`ACTIVE`] stands before a character of a pattern, a brace or a tilde that is not
//! quoted; expansions stand between [`OPEN`] (or [`OPEN_QUOTED`]) and [`CLOSE`].

use std::borrow::Cow;

use dockslim_syntax::Dockerfile;
use dockslim_syntax::shell::{List, Part, PartKind, Word};

use crate::program::Text;

/// In front of a character that is not quoted and means something to the shell.
pub(crate) const ACTIVE: char = '\u{1}';
/// In front of an expansion whose result is split and matched against files.
pub(crate) const OPEN: char = '\u{2}';
/// In front of an expansion inside of double quotes.
pub(crate) const OPEN_QUOTED: char = '\u{3}';
/// Behind an expansion.
pub(crate) const CLOSE: char = '\u{4}';
/// Quotes around nothing, which matter beside an expansion.
pub(crate) const EMPTY: char = '\u{5}';
/// In front of bash's `$'…'` and of what is not taken apart.
const VERBATIM: char = '\u{6}';

/// Writes words, and collects what their expansions do.
pub(crate) struct Words<'d, 't> {
    dockerfile: &'d Dockerfile<'t>,
    /// The lists inside of substitutions, in order.
    pub(crate) inner: Vec<&'d List>,
    /// Whether an expansion assigns to a variable.
    pub(crate) assigns: bool,
    /// Whether something stands there whose words are not known.
    pub(crate) unread: bool,
}

impl<'d, 't> Words<'d, 't> {
    /// A writer for words of this file.
    pub(crate) fn of(dockerfile: &'d Dockerfile<'t>) -> Self {
        Self { dockerfile, inner: Vec::new(), assigns: false, unread: false }
    }

    /// One word.
    pub(crate) fn word(&mut self, word: &'d Word) -> Text<'t> {
        if let [Part { kind: PartKind::Literal, span }] = word.parts.as_slice() {
            let text = self.dockerfile.text(*span);
            if matches!(&*text, "[" | "]" | "{}" | "!") {
                return text;
            }
            if !text.bytes().any(is_active) && !text.bytes().any(|byte| byte < b'\t') {
                return text;
            }
        }
        let mut out = String::with_capacity(word.span.len() + 8);
        self.parts(&word.parts, false, &mut out);
        Cow::Owned(out)
    }

    fn parts(&mut self, parts: &'d [Part], quoted: bool, out: &mut String) {
        let alone = parts.len() == 1;
        for part in parts {
            let text = self.dockerfile.text(part.span);
            self.unread |= text.bytes().any(|byte| byte < b'\t');
            // They tell a subshell from its parent, or a line from the next.
            let names = ["BASH_SUBSHELL", "BASHPID", "LINENO", "$$"];
            self.unread |= names.iter().any(|name| text.contains(name));
            match &part.kind {
                PartKind::Literal if quoted => out.push_str(&text),
                PartKind::Literal => {
                    for character in text.chars() {
                        if character.is_ascii() && is_active(character as u8) {
                            out.push(ACTIVE);
                        }
                        out.push(character);
                    }
                }
                PartKind::Escaped => self.escaped(&text, quoted, out),
                PartKind::SingleQuoted => {
                    match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
                        Some("") if !alone => out.push(EMPTY),
                        Some(inner) => out.push_str(inner),
                        None => {
                            out.push(VERBATIM);
                            out.push_str(&text);
                            out.push(CLOSE);
                        }
                    }
                }
                PartKind::DoubleQuoted(inner) => {
                    if text.starts_with('$') {
                        out.push(VERBATIM);
                    }
                    if inner.is_empty() && !alone {
                        out.push(EMPTY);
                    }
                    self.parts(inner, true, out);
                }
                kind => {
                    out.push(if quoted { OPEN_QUOTED } else { OPEN });
                    self.expansion(kind, &text, out);
                    out.push(CLOSE);
                }
            }
        }
    }

    fn escaped(&mut self, text: &str, quoted: bool, out: &mut String) {
        let character = &text[text.char_indices().nth(1).map_or(text.len(), |(at, _)| at)..];
        if quoted && !matches!(character, "$" | "`" | "\"" | "\\") {
            out.push_str(text);
        } else {
            out.push_str(character);
        }
    }

    fn expansion(&mut self, kind: &'d PartKind, text: &str, out: &mut String) {
        match kind {
            PartKind::Variable { name } => out.push_str(&self.dockerfile.text(*name)),
            PartKind::Parameter { name, argument } => {
                let name = self.dockerfile.text(*name);
                let behind = text.strip_prefix("${").and_then(|rest| rest.strip_prefix(&*name));
                match behind {
                    Some("}") if !name.is_empty() => out.push_str(&name),
                    _ => {
                        let sign = behind.unwrap_or(text).trim_start_matches(':');
                        self.assigns |= sign.starts_with('=');
                        out.push_str(text);
                        // What is nested was written as it stands; here only its effects count.
                        self.parts(argument, true, &mut String::new());
                    }
                }
            }
            // bash and ash read `$((a); b)` as commands, dash does not read it.
            PartKind::Substitution(Some(_)) if text.starts_with("$((") => {
                self.unread = true;
                out.push_str(text);
            }
            PartKind::Substitution(Some(list)) => {
                out.push('(');
                self.inner.push(list);
            }
            PartKind::Process(list) => {
                out.push_str(&text[..2.min(text.len())]);
                self.inner.push(list);
            }
            PartKind::Array(words) => {
                for word in words {
                    let word = self.word(word);
                    out.push(EMPTY);
                    out.push_str(&word);
                }
            }
            PartKind::Arithmetic => {
                self.assigns |= text.contains(['=']) || text.contains("++") || text.contains("--");
                out.push_str(text);
            }
            _ => {
                // A substitution that was not read runs in a shell of its own.
                out.push_str(text);
            }
        }
    }
}

/// Characters that mean something to a shell where they are not quoted.
fn is_active(byte: u8) -> bool {
    matches!(byte, b'*' | b'?' | b'[' | b']' | b'~' | b'{' | b'}' | b'!')
}

/// The text of a word that no expansion, pattern or tilde decides.
pub(crate) fn plain<'a>(text: &'a Text<'_>) -> Option<&'a str> {
    (!text.bytes().any(|byte| byte < b'\t')).then_some(&**text)
}

/// A word for people.
pub(crate) fn readable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = Vec::new();
    for character in text.chars() {
        match character {
            ACTIVE | EMPTY | VERBATIM => {}
            OPEN | OPEN_QUOTED => {
                out.push('$');
                depth.push(out.len());
            }
            CLOSE => {
                if let Some(from) = depth.pop() {
                    if &out[from..] == "(" {
                        out.push_str("…)");
                    } else if out[from..].starts_with("${") || out[from..].starts_with("$((") {
                        out.remove(from - 1);
                    }
                }
            }
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out
}

/// Whether a word looks at what its shell did before.
pub(crate) fn has_history(word: &str) -> bool {
    let expansions = word.match_indices([OPEN, OPEN_QUOTED]);
    word.contains("~-")
        || word.contains("\u{1}~+")
        || expansions.into_iter().any(|(at, sign)| {
            let rest = &word[at + sign.len()..];
            let rest = rest.strip_prefix("${").or(rest.strip_prefix("$((")).unwrap_or(rest);
            looks_back(rest)
        })
        || (word.contains('$')
            && word.match_indices('$').any(|(at, _)| {
                let rest = &word[at + 1..];
                looks_back(rest.strip_prefix('{').unwrap_or(rest))
            }))
}

/// Whether the text behind `$` is a parameter that tells of what its shell did before.
pub(crate) fn looks_back(rest: &str) -> bool {
    const NAMES: &[&str] = &[
        "OLDPWD",
        "SHLVL",
        "LINENO",
        "SECONDS",
        "RANDOM",
        "PIPESTATUS",
        "PPID",
        "DIRSTACK",
        "FUNCNAME",
        "EPOCHSECONDS",
        "EPOCHREALTIME",
        "SRANDOM",
        "COPROC",
        "OPTIND",
        "BASH_COMMAND",
        "BASH_LINENO",
        "BASH_REMATCH",
        "BASH_SUBSHELL",
        "BASHPID",
        "BASH_EXECUTION_STRING",
    ];
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rest =
        rest.strip_prefix(['!', '#']).filter(|rest| rest.starts_with(is_name)).unwrap_or(rest);
    let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
    match &rest[..end] {
        "" => rest.starts_with(['!', '-']),
        "_" => true,
        name => NAMES.contains(&name),
    }
}
