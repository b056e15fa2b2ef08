//! What a value of ENV or LABEL means to the builder, and how it is written between double quotes.
//!
//! The rules are those of `Lex` in BuildKit's `frontend/dockerfile/shell/lex.go`: single quotes quote
//! everything, between double quotes an escape character quotes only `"`, `$` and itself, outside of
//! quotes anything, and `$` expands everywhere but between single quotes.

use dockslim_contract::DeclineReason;

use super::reasons;

/// A piece of a value, with the number of its first character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The number of the character, from 0, at which it begins.
    pub(super) at: usize,
    pub(super) kind: PieceKind,
}

/// What a piece stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// This character and nothing else.
    Literal(char),
    /// The name of a variable behind `$`.
    Variable(String),
    /// The whole of `${…}`, as it stands.
    Braces(String),
}

/// Reads a value whose line continuations are taken out.
///
/// # Errors
/// Gives the reason for which the value cannot be written in another way.
pub(super) fn read(value: &[char], escape: char) -> Result<Vec<Piece>, &'static DeclineReason> {
    let mut reader = Reader { value, escape, at: 0, pieces: Vec::new() };
    while let Some(character) = reader.next() {
        match character {
            '\'' => reader.single_quotes()?,
            '"' => reader.double_quotes()?,
            '$' => reader.dollar()?,
            _ if character == escape => reader.escaped()?,
            _ => reader.literal(character),
        }
    }
    Ok(reader.pieces)
}

struct Reader<'v> {
    value: &'v [char],
    escape: char,
    /// The number of the character that comes next.
    at: usize,
    pieces: Vec<Piece>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.value.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    /// Notes the character that was just read.
    fn literal(&mut self, character: char) {
        self.pieces.push(Piece { at: self.at - 1, kind: PieceKind::Literal(character) });
    }

    fn single_quotes(&mut self) -> Result<(), &'static DeclineReason> {
        loop {
            match self.next() {
                Some('\'') => return Ok(()),
                Some(character) => self.literal(character),
                None => return Err(&reasons::UNBALANCED_QUOTES),
            }
        }
    }

    fn double_quotes(&mut self) -> Result<(), &'static DeclineReason> {
        loop {
            match self.next() {
                Some('"') => return Ok(()),
                Some('$') => self.dollar()?,
                Some(character) if character == self.escape => {
                    let quoted = self.peek().filter(|c| ['"', '$', self.escape].contains(c));
                    self.at += usize::from(quoted.is_some());
                    self.literal(quoted.unwrap_or(character));
                }
                Some(character) => self.literal(character),
                None => return Err(&reasons::UNBALANCED_QUOTES),
            }
        }
    }

    /// An escape character outside of quotes.
    fn escaped(&mut self) -> Result<(), &'static DeclineReason> {
        let Some(quoted) = self.next() else { return Err(&reasons::UNBALANCED_QUOTES) };
        if quoted.is_alphanumeric() {
            return Err(&reasons::LOST_ESCAPE);
        }
        self.literal(quoted);
        Ok(())
    }

    /// `"$" (name | "{" … "}")?`, behind the `$`.
    fn dollar(&mut self) -> Result<(), &'static DeclineReason> {
        let at = self.at - 1;
        if self.peek() == Some('{') {
            let kind = PieceKind::Braces(self.braces()?);
            self.pieces.push(Piece { at, kind });
            return Ok(());
        }
        let rest = &self.value[self.at..];
        let letters = |wanted: fn(char) -> bool| rest.iter().take_while(|c| wanted(**c)).count();
        let length = match rest.first() {
            Some('0'..='9') => letters(|c| c.is_numeric()),
            // The parameters of a shell that BuildKit knows, all of them empty.
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            _ => letters(is_of_name),
        };
        if length == 0 {
            self.literal('$');
        } else {
            let name = rest[..length].iter().collect();
            self.at += length;
            self.pieces.push(Piece { at, kind: PieceKind::Variable(name) });
        }
        Ok(())
    }

    /// `{…}` with further ones inside, but without anything that quotes.
    fn braces(&mut self) -> Result<String, &'static DeclineReason> {
        let mut text = String::from("$");
        let mut depth = 0_usize;
        while let Some(character) = self.next() {
            text.push(character);
            match character {
                '\'' | '"' => return Err(&reasons::QUOTES_IN_EXPANSION),
                _ if character == self.escape => return Err(&reasons::QUOTES_IN_EXPANSION),
                '{' if text.ends_with("${") => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(text);
            }
        }
        Err(&reasons::UNBALANCED_QUOTES)
    }
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// How a piece is written between double quotes, when `next` follows it.
pub(super) fn quoted(piece: &PieceKind, next: Option<&PieceKind>, escape: char) -> String {
    match piece {
        PieceKind::Literal('$') if matches!(next, Some(PieceKind::Literal('(' | '/' | ' '))) => {
            "$".to_owned()
        }
        PieceKind::Literal(character) if ['"', '$', escape].contains(character) => {
            format!("{escape}{character}")
        }
        PieceKind::Literal(character) => character.to_string(),
        PieceKind::Braces(text) => text.clone(),
        PieceKind::Variable(name) => match next {
            // What stood behind a quote would become part of the name.
            Some(PieceKind::Literal(next)) if is_of_name(*next) => format!("${{{name}}}"),
            _ => format!("${name}"),
        },
    }
}

/// Whether two readings give the same value, whatever the variables hold.
pub(super) fn same_meaning(one: &[Piece], other: &[Piece]) -> bool {
    let plain = |kind: &PieceKind| match kind {
        PieceKind::Variable(name) => PieceKind::Braces(format!("${{{name}}}")),
        kind => kind.clone(),
    };
    one.iter().map(|piece| plain(&piece.kind)).eq(other.iter().map(|piece| plain(&piece.kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value in double quotes, without them.
    fn written(value: &str) -> Result<String, &'static str> {
        let characters: Vec<char> = value.chars().collect();
        let pieces = read(&characters, '\\').map_err(|reason| reason.name)?;
        let mut text = String::new();
        for (number, piece) in pieces.iter().enumerate() {
            let next = pieces.get(number + 1).map(|next| &next.kind);
            text += &quoted(&piece.kind, next, '\\');
        }
        Ok(text)
    }

    #[test]
    fn quotes_go_and_what_they_quoted_stays() {
        for (value, expected) in [
            ("a b", "a b"),
            ("a 'b c' \"d\"", "a b c d"),
            ("'$A' \"$A\" $A", "\\$A $A $A"),
            ("'it' \\'s\\\" \\\\", "it 's\\\" \\\\"),
            ("\"a\\nb\" '\\n'", "a\\\\nb \\\\n"),
            ("$A\"b\" c", "${A}b c"),
            ("${A:-x y} $ $(z) '$z' $", "${A:-x y} $ $(z) \\$z \\$"),
            ("${A:-${B}} $$ $12", "${A:-${B}} $$ $12"),
        ] {
            assert_eq!(written(value).as_deref(), Ok(expected), "{value}");
        }
    }

    #[test]
    fn what_does_not_end_is_not_read() {
        for (value, reason) in [
            ("it's late", "unbalanced-quotes"),
            ("a \"b", "unbalanced-quotes"),
            ("a ${b", "unbalanced-quotes"),
            ("a \\", "unbalanced-quotes"),
            ("\\u \\h", "lost-escape"),
            ("${A:-'b'} c", "quotes-in-expansion"),
        ] {
            assert_eq!(written(value), Err(reason), "{value}");
        }
    }
}
