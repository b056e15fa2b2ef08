//! Words: literal text, quotations, expansions.

use super::grammar::{Read, Reader, is_delimiter};
use super::{Part, PartKind, Word};
use crate::cursor::Cursor;
use crate::{LeafKind, Span};

/// Where a piece of a word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// In the open.
    Nothing,
    /// Between double quotes.
    Quotes,
    /// Behind the name in `${name…}`; whether single quotes quote there.
    Braces { single_quotes: bool },
}

impl Inside {
    fn quoted(self) -> bool {
        self == Inside::Quotes || matches!(self, Inside::Braces { single_quotes: false })
    }
}

impl Reader<'_, '_, '_, '_> {
    /// `word`; `arrays` says whether `name=( … )` may stand here.
    pub(super) fn word(&mut self, arrays: bool) -> Read<Word> {
        self.cursor.peek();
        let start = self.cursor.position;
        let mut parts: Vec<Part> = Vec::with_capacity(1);
        while let Some(byte) = self.cursor.peek() {
            match byte {
                b'<' | b'>' if self.cursor.nth(1) == Some(b'(') => parts.push(self.process()?),
                b'(' if arrays && self.behind_equals(&parts) => parts.push(self.array()?),
                _ if is_delimiter(byte) => break,
                _ => self.piece(Inside::Nothing, &mut parts)?,
            }
        }
        Ok(Word { span: Span::new(start, self.cursor.position), parts })
    }

    fn behind_equals(&self, parts: &[Part]) -> bool {
        let literal = |part: &Part| matches!(part.kind, PartKind::Literal);
        parts
            .last()
            .is_some_and(|part| literal(part) && part.span.of(self.cursor.source).ends_with('='))
    }

    /// One piece of a word. Literal text joins the literal text before it.
    fn piece(&mut self, inside: Inside, parts: &mut Vec<Part>) -> Read<()> {
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        let Some(byte) = self.cursor.peek() else { return Ok(()) };
        let kind = match byte {
            b'\\' if self.at_joined_line() => {
                self.cursor.token(2, LeafKind::Continuation);
                return Ok(());
            }
            b'\\' if self.cursor.nth(1).is_some() => {
                self.cursor.bump();
                self.cursor.bump();
                PartKind::Escaped
            }
            b'\'' if !inside.quoted() => {
                self.single_quotes()?;
                PartKind::SingleQuoted
            }
            b'"' if inside != Inside::Quotes => return self.double_quotes(parts),
            b'$' => return self.dollar(inside, parts),
            b'`' => return self.backquotes(inside, parts),
            _ => {
                self.literal(inside);
                PartKind::Literal
            }
        };
        self.cursor.finish(begin, LeafKind::Text);
        self.push(parts, Span::new(start, self.cursor.position), kind);
        Ok(())
    }

    fn push(&mut self, parts: &mut Vec<Part>, span: Span, kind: PartKind) {
        if let (PartKind::Literal, Some(last)) = (&kind, parts.last_mut())
            && matches!(last.kind, PartKind::Literal)
        {
            last.span.end = span.end;
            return;
        }
        parts.push(Part { span, kind });
    }

    fn literal(&mut self, inside: Inside) {
        let from = self.cursor.position;
        match inside {
            Inside::Nothing => self.cursor.skip_while(|c| {
                !matches!(
                    c,
                    ' ' | '\t'
                        | '\n'
                        | ';'
                        | '&'
                        | '|'
                        | '('
                        | ')'
                        | '<'
                        | '>'
                        | '\\'
                        | '\''
                        | '"'
                        | '$'
                        | '`'
                )
            }),
            Inside::Quotes => self.cursor.skip_while(|c| !matches!(c, '"' | '\\' | '$' | '`')),
            Inside::Braces { .. } => {
                self.cursor.skip_while(|c| !matches!(c, '}' | '"' | '\'' | '\\' | '$' | '`'));
            }
        }
        if self.cursor.position == from {
            // A sign that means nothing here, such as a backslash at the very end.
            self.cursor.bump();
        }
    }

    fn single_quotes(&mut self) -> Read<()> {
        self.cursor.bump();
        self.cursor.skip_while(|c| c != '\'');
        if self.cursor.peek().is_none() {
            return self.refuse("a single quote is not closed");
        }
        self.cursor.bump();
        Ok(())
    }

    fn double_quotes(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let start = self.cursor.position;
        self.cursor.token(1, LeafKind::Text);
        let mut inner = Vec::new();
        self.nested(|reader| {
            loop {
                match reader.cursor.peek() {
                    None => return reader.refuse("a double quote is not closed"),
                    Some(b'"') => return Ok(()),
                    Some(_) => reader.piece(Inside::Quotes, &mut inner)?,
                }
            }
        })?;
        self.cursor.token(1, LeafKind::Text);
        let span = Span::new(start, self.cursor.position);
        self.push(parts, span, PartKind::DoubleQuoted(inner));
        Ok(())
    }

    /// What `$` begins (POSIX 2.6).
    fn dollar(&mut self, inside: Inside, parts: &mut Vec<Part>) -> Read<()> {
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        let kind = match self.cursor.nth(1) {
            Some(b'(') => return self.substitution(parts),
            Some(b'{') => return self.parameter(inside, parts),
            Some(b'\'') if inside == Inside::Nothing => {
                self.cursor.bump();
                self.escaped_quotes()?;
                self.bashism(Span::new(start, self.cursor.position));
                PartKind::SingleQuoted
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                self.cursor.bump();
                let name = self.cursor.position;
                self.cursor.skip_while(|c| c.is_ascii_alphanumeric() || c == '_');
                PartKind::Variable { name: Span::new(name, self.cursor.position) }
            }
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => {
                self.cursor.bump_by(2);
                PartKind::Variable { name: Span::new(start + 1, self.cursor.position) }
            }
            _ => {
                self.cursor.bump();
                PartKind::Literal
            }
        };
        self.cursor.finish(begin, LeafKind::Text);
        self.push(parts, Span::new(start, self.cursor.position), kind);
        Ok(())
    }

    /// bash's `$'…'`, where a backslash quotes the quote.
    fn escaped_quotes(&mut self) -> Read<()> {
        self.cursor.bump();
        loop {
            self.cursor.skip_while(|c| c != '\'' && c != '\\');
            match self.cursor.peek() {
                None => return self.refuse("a single quote is not closed"),
                Some(b'\\') => self.cursor.bump_by(2),
                Some(_) => {
                    self.cursor.bump();
                    return Ok(());
                }
            }
        }
    }

    /// `$(( … ))` or `$( list )`.
    fn substitution(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let start = self.cursor.position;
        let looks_arithmetic = self.cursor.nth(2) == Some(b'(');
        if looks_arithmetic && let Some(length) = self.arithmetic_length(3) {
            let span = self.cursor.token(length, LeafKind::Text);
            self.push(parts, span, PartKind::Arithmetic);
            return Ok(());
        }
        let opening = self.cursor.token(2, LeafKind::Operator);
        if looks_arithmetic {
            // bash thinks again, and takes it for `$( ( … ) … )`; dash and busybox refuse it.
            self.bashism(opening);
        }
        let list = self.substituted(Self::list)?;
        self.close_parenthesis()?;
        let span = Span::new(start, self.cursor.position);
        self.push(parts, span, PartKind::Substitution(Some(list)));
        Ok(())
    }

    /// bash's `<( list )` and `>( list )`.
    fn process(&mut self) -> Read<Part> {
        let start = self.cursor.position;
        let opening = self.cursor.token(2, LeafKind::Operator);
        self.bashism(opening);
        let list = self.substituted(Self::list)?;
        self.close_parenthesis()?;
        Ok(Part { span: Span::new(start, self.cursor.position), kind: PartKind::Process(list) })
    }

    /// bash's `( word* )` behind `name=`.
    fn array(&mut self) -> Read<Part> {
        let opening = self.cursor.token(1, LeafKind::Operator);
        self.bashism(opening);
        let mut words = Vec::new();
        loop {
            self.newlines()?;
            match self.cursor.peek() {
                Some(b')') => break,
                Some(byte)
                    if !is_delimiter(byte)
                        || (matches!(byte, b'<' | b'>') && self.cursor.nth(1) == Some(b'(')) =>
                {
                    words.push(self.nested(|reader| reader.word(false))?);
                }
                _ => return self.refuse("an array is not closed"),
            }
        }
        self.cursor.token(1, LeafKind::Operator);
        Ok(Part {
            span: opening.to(Span::empty(self.cursor.position)),
            kind: PartKind::Array(words),
        })
    }

    /// The length of `(( … ))` or `$(( … ))`, whose opening is `opening` bytes long, if it is
    /// arithmetic: the parenthesis that closes the inner one is followed by another.
    pub(super) fn arithmetic_length(&mut self, opening: usize) -> Option<usize> {
        let mut open = 2;
        let mut ahead = self.cursor.ahead().enumerate().skip(opening);
        loop {
            self.lookahead = self.lookahead.checked_sub(1)?;
            match ahead.next()? {
                (_, b'(') => open += 1,
                (at, b')') if open == 2 => {
                    return (ahead.next()?.1 == b')').then_some(at + 2);
                }
                (_, b')') => open -= 1,
                (_, b'\'' | b'"' | b'`' | b';') => return None,
                _ => {}
            }
        }
    }

    /// `${ … }`
    fn parameter(&mut self, inside: Inside, parts: &mut Vec<Part>) -> Read<()> {
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        self.cursor.bump_by(2);
        if matches!(self.cursor.peek(), Some(b'#' | b'!')) && self.cursor.nth(1) != Some(b'}') {
            self.cursor.bump();
        }
        self.cursor.peek();
        let name_start = self.cursor.position;
        if matches!(self.cursor.peek(), Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!')) {
            self.cursor.bump();
        } else {
            self.cursor.skip_while(|c| c.is_ascii_alphanumeric() || c == '_');
        }
        let name = Span::new(name_start, self.cursor.position);
        let sign = match (self.cursor.peek(), self.cursor.nth(1)) {
            (Some(b':'), Some(next)) => next,
            (Some(sign), _) => sign,
            (None, _) => return self.refuse("`${` is not closed"),
        };
        let words = matches!(sign, b'-' | b'=' | b'?' | b'+');
        let single_quotes = !(inside.quoted() && words);
        self.cursor.finish(begin, LeafKind::Text);
        let mut argument = Vec::new();
        self.nested(|reader| {
            loop {
                match reader.cursor.peek() {
                    None => return reader.refuse("`${` is not closed"),
                    Some(b'}') => return Ok(()),
                    Some(_) => reader.piece(Inside::Braces { single_quotes }, &mut argument)?,
                }
            }
        })?;
        self.cursor.token(1, LeafKind::Text);
        let span = Span::new(start, self.cursor.position);
        self.push(parts, span, PartKind::Parameter { name, argument });
        Ok(())
    }

    /// `` `list` ``. What holds a backslash or a quote is not looked into.
    fn backquotes(&mut self, inside: Inside, parts: &mut Vec<Part>) -> Read<()> {
        let start = self.cursor.position;
        let before = self.cursor.checkpoint();
        self.cursor.bump();
        let inner = self.cursor.position;
        let mut plain = inside != Inside::Quotes;
        loop {
            self.cursor.skip_while(|c| !matches!(c, '`' | '\\'));
            match self.cursor.peek() {
                None => return self.refuse("a backquote is not closed"),
                Some(b'`') => break,
                Some(_) => {
                    plain = false;
                    self.cursor.bump_by(2);
                }
            }
        }
        let close = self.cursor.position;
        plain |= !inner_escapes(self.cursor, Span::new(inner, close));
        self.cursor.rewind(before);
        let mut list = None;
        if plain {
            self.cursor.token(1, LeafKind::Operator);
            let end = std::mem::replace(&mut self.cursor.end, close);
            let read = self.substituted(Self::list);
            let whole = self.cursor.position == close;
            self.cursor.end = end;
            list = Some(read?);
            if !whole {
                return self.refuse("a closing word or sign without its opening");
            }
            self.cursor.token(1, LeafKind::Operator);
        } else {
            let begin = self.cursor.begin();
            self.cursor.bump();
            while self.cursor.position < close {
                self.cursor.bump();
                self.cursor.peek();
            }
            self.cursor.bump();
            self.cursor.finish(begin, LeafKind::Text);
        }
        let span = Span::new(start, self.cursor.position);
        self.push(parts, span, PartKind::Substitution(list));
        Ok(())
    }
}

/// Whether backslashes stand between backquotes.
fn inner_escapes(cursor: &Cursor<'_, '_>, span: Span) -> bool {
    span.of(cursor.source).contains('\\') && cursor.joined(span).contains('\\')
}

/// A word without its quotes and backslashes, as it ends a here-document.
pub(super) fn unquoted(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    let mut quote = None;
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' | '"' if quote.is_none() => quote = Some(character),
            _ if quote == Some(character) => quote = None,
            '\\' if quote != Some('\'') => text.extend(characters.next()),
            _ => text.push(character),
        }
    }
    text
}

/// Reads the lines of a here-document inside a body, with the line that ends it; `false` if that
/// never comes.
pub(super) fn inner_heredoc(cursor: &mut Cursor<'_, '_>, name: &str, strip_tabs: bool) -> bool {
    let start = cursor.position;
    let text = &cursor.source[start..cursor.end];
    let mut at = start;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        let shown = if strip_tabs { bare.trim_start_matches('\t') } else { bare };
        if shown == name {
            cursor.position = at;
            cursor.cut(LeafKind::HeredocBody);
            cursor.position = at + bare.len();
            cursor.cut(LeafKind::HeredocEnd);
            cursor.position = at + line.len();
            cursor.cut(LeafKind::Newline);
            return true;
        }
        at += line.len();
    }
    false
}
