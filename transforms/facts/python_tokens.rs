//! The tokens of a script in Python.
//!
//! <https://docs.python.org/3/reference/lexical_analysis.html>

/// A token of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'s> {
    /// A name, a word of the language or a number.
    Word(&'s str),
    /// A text, as it stands between its signs.
    Text(&'s str),
    /// Any other sign.
    Sign(char),
}

/// The tokens of a script; `None` where a text has something to work out in it, or no end.
pub(crate) fn tokens(script: &str) -> Option<Vec<Token<'_>>> {
    let mut found = Vec::new();
    let mut rest = script.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n', '\\', '\u{c}']);
        let Some(first) = rest.chars().next() else { return Some(found) };
        if first == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if let Some(quote @ ('"' | '\'')) = behind.chars().next()
            && word.len() <= 2
            && word.chars().all(|c| "rRbBuUfFtT".contains(c))
        {
            if word.contains(['f', 'F', 't', 'T']) {
                return None;
            }
            let triple = [quote; 3].iter().collect::<String>();
            let sign = if behind.starts_with(&triple) { &*triple } else { &behind[..1] };
            let (text, after) = text(&behind[sign.len()..], sign)?;
            found.push(Token::Text(text));
            rest = after;
            continue;
        }
        if word.is_empty() {
            found.push(Token::Sign(first));
            rest = &rest[first.len_utf8()..];
        } else {
            found.push(Token::Word(word));
            rest = behind;
        }
    }
}

/// A text up to its sign, and what stands behind it.
fn text<'s>(source: &'s str, sign: &str) -> Option<(&'s str, &'s str)> {
    let mut at = 0;
    loop {
        let found = source[at..].find(['\\', sign.chars().next()?])? + at;
        if source[found..].starts_with('\\') {
            at = found + 1 + source[found + 1..].chars().next()?.len_utf8();
        } else if source[found..].starts_with(sign) {
            return Some((&source[..found], &source[found + sign.len()..]));
        } else {
            at = found + 1;
        }
    }
}
