//! Values as the builder works them out: quotes taken away, variables put in where they are known.
//!
//! Source: Dockerfile reference, "Environment replacement"; BuildKit, frontend/dockerfile/shell.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Around what only a builder knows: the value of a variable that the file does not set.
pub(crate) const OPEN: char = '\u{2}';
pub(crate) const CLOSE: char = '\u{4}';

/// The variables that an instruction can use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// ENV: what ends in the image.
    pub(crate) variables: Arc<BTreeMap<String, String>>,
    /// ARG: what only the build sees.
    pub(crate) arguments: Arc<BTreeMap<String, String>>,
}

impl Environment {
    /// Sets an ENV.
    pub(crate) fn set(&mut self, name: String, value: String) {
        // It hides whatever ARG stands above it.
        if self.arguments.get(&name).is_some_and(|value| is_late(value)) {
            Arc::make_mut(&mut self.arguments).remove(&name);
        }
        Arc::make_mut(&mut self.variables).insert(name, value);
    }

    /// Declares an ARG. `default` is what holds if nobody passes one; `outer` the ARG of that name in front of
    /// the first FROM. One that comes behind an ENV of its name hides it in BuildKit (dispatchArg), and is hidden by it in the
    /// builder before that (Dockerfile reference, "Using ARG variables"): what a RUN sees then is another value for all.
    pub(crate) fn declare(
        &mut self,
        name: String,
        default: Option<String>,
        outer: Option<&String>,
    ) {
        let value = match (default, outer) {
            (Some(default), _) => format!("{OPEN}ARG {name}={default}{CLOSE}"),
            // Declared again without a value it keeps the one that it has (BuildKit, dispatchArg).
            (None, _) if self.arguments.contains_key(&name) => return,
            (None, Some(outer)) => outer.clone(),
            (None, None) => format!("{OPEN}ARG {name}{CLOSE}"),
        };
        let late = self.variables.contains_key(&name);
        let value = if late { format!("{OPEN}late {value}{CLOSE}") } else { value };
        Arc::make_mut(&mut self.arguments).insert(name, value);
    }

    /// All that a RUN sees, ENV before ARG.
    pub(crate) fn all(&self) -> Arc<BTreeMap<String, String>> {
        if self.arguments.is_empty() {
            return self.variables.clone();
        }
        let mut all = self.variables.as_ref().clone();
        for name in self.arguments.keys() {
            all.insert(name.clone(), self.value(name));
        }
        Arc::new(all)
    }

    fn value(&self, name: &str) -> String {
        match (self.variables.get(name), self.arguments.get(name)) {
            (Some(value), Some(late)) if is_late(late) => format!("{OPEN}{late} or {value}{CLOSE}"),
            (Some(value), _) | (None, Some(value)) => value.clone(),
            (None, None) => format!("{OPEN}{name}{CLOSE}"),
        }
    }

    /// What a text stands for in an instruction that replaces variables.
    pub(crate) fn expand(&self, text: &str, escape: char) -> String {
        if !text.contains(['$', '"', '\'', escape]) {
            return text.to_owned();
        }
        let mut reader = Reader { environment: self, text, at: 0, escape };
        reader.word(None)
    }
}

/// Whether an ARG was declared behind an ENV of its name.
fn is_late(value: &str) -> bool {
    value.strip_prefix(OPEN).is_some_and(|value| value.starts_with("late "))
}

/// What a text stands for where nobody builds with another value of an ARG; what has no value stays as it is.
pub(crate) fn by_default(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(end) = text.find(CLOSE) {
        let inner = text[..end].rfind(OPEN).and_then(|start| {
            let value = text[start + 1..end].strip_prefix("ARG ")?.split_once('=')?.1;
            Some((start, value.to_owned()))
        });
        let Some((start, value)) = inner else { break };
        text.replace_range(start..end + 1, &value);
    }
    text
}

struct Reader<'e, 't> {
    environment: &'e Environment,
    text: &'t str,
    at: usize,
    escape: char,
}

impl Reader<'_, '_> {
    fn next(&mut self) -> Option<char> {
        let character = self.text[self.at..].chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Everything up to `end`, or to the end.
    fn word(&mut self, end: Option<char>) -> String {
        let mut out = String::with_capacity(self.text.len());
        while let Some(character) = self.next() {
            match character {
                _ if Some(character) == end => break,
                '\'' => {
                    while let Some(inner) = self.next().filter(|inner| *inner != '\'') {
                        out.push(inner);
                    }
                }
                '"' => self.quoted(&mut out),
                '$' => self.variable(&mut out),
                _ if character == self.escape => {
                    // At the very end it stands for itself.
                    out.push(self.next().unwrap_or(character));
                }
                _ => out.push(character),
            }
        }
        out
    }

    fn quoted(&mut self, out: &mut String) {
        while let Some(character) = self.next() {
            match character {
                '"' => return,
                '$' => self.variable(out),
                _ if character == self.escape => match self.peek() {
                    Some(next) if matches!(next, '"' | '$') || next == self.escape => {
                        out.push(next);
                        self.next();
                    }
                    _ => out.push(character),
                },
                _ => out.push(character),
            }
        }
    }

    fn variable(&mut self, out: &mut String) {
        if self.peek() == Some('{') {
            self.next();
            let name = self.name();
            match self.next() {
                Some('}') => out.push_str(&self.environment.value(&name)),
                Some(sign) => {
                    let colon = sign == ':';
                    let sign = if colon { self.next().unwrap_or(':') } else { sign };
                    let word = self.word(Some('}'));
                    let value = self.environment.value(&name);
                    let known = !value.contains(OPEN) && !value.is_empty();
                    match sign {
                        '-' if known => out.push_str(&value),
                        '+' if known => out.push_str(&word),
                        _ => {
                            let colon = if colon { ":" } else { "" };
                            out.push_str(&format!("{OPEN}{value}{colon}{sign}{word}{CLOSE}"));
                        }
                    }
                }
                None => out.push_str(&format!("{OPEN}{name}{CLOSE}")),
            }
            return;
        }
        let name = self.name();
        if name.is_empty() {
            out.push('$');
        } else {
            out.push_str(&self.environment.value(&name));
        }
    }

    fn name(&mut self) -> String {
        let rest = &self.text[self.at..];
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = match rest.chars().next() {
            Some(first) if first.is_ascii_digit() || matches!(first, '@' | '*' | '#') => 1,
            _ => rest.find(|c: char| !is_name(c)).unwrap_or(rest.len()),
        };
        self.at += end;
        rest[..end].to_owned()
    }
}

/// A value for people.
pub(crate) fn readable(value: &str) -> String {
    let marks = |c: char| c < '\t' && c != OPEN && c != CLOSE;
    value.replace(marks, "").replace(OPEN, "${").replace(CLOSE, "}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_has_its_default() {
        let mut outer = Environment::default();
        outer.declare("MAJOR".into(), Some("20".into()), None);
        outer.declare("TAG".into(), Some(outer.expand("$MAJOR-slim", '\\')), None);
        outer.declare("OTHER".into(), None, None);
        let read = |text: &str| by_default(&outer.expand(text, '\\'));
        assert_eq!(read("node:${TAG}"), "node:20-slim");
        assert_eq!(read("node:$MAJOR"), "node:20");
        assert_ne!(read("node:$OTHER"), "node:");
    }

    #[test]
    fn quotes_and_variables() {
        let mut environment = Environment::default();
        environment.set("A".into(), "one two".into());
        let same = |left: &str, right: &str| {
            assert_eq!(
                environment.expand(left, '\\'),
                environment.expand(right, '\\'),
                "{left} {right}"
            );
        };
        same("\"$A\"", "one two");
        same("'a b'", "a\\ b");
        same("${A:-x}", "$A");
        same("${B:-x}", "\"${B:-x}\"");
        assert_ne!(environment.expand("'$A'", '\\'), environment.expand("$A", '\\'));
        assert_ne!(environment.expand("${B:-x}", '\\'), environment.expand("${B-x}", '\\'));
        assert_ne!(environment.expand("$B", '\\'), environment.expand("$C", '\\'));
    }
}
