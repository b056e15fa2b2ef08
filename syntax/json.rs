//! JSON arrays of strings, the exec form of instructions.

use std::iter::Peekable;

use crate::cursor::Cursor;
use crate::{JsonString, LeafKind, Span};

/// Whether all of `text` is a JSON array of strings.
pub(crate) fn is_array(text: &str) -> bool {
    let mut leaves = Vec::new();
    let mut cursor = Cursor::new(text, Span::new(0, text.len()), &[], &[], &mut leaves);
    array(&mut cursor).is_some()
}

/// Reads `[ "…", … ]` up to the cursor's end. On `None` the cursor stands where it stood.
pub(crate) fn array(cursor: &mut Cursor<'_, '_>) -> Option<Vec<JsonString>> {
    if cursor.peek() != Some(b'[') {
        return None;
    }
    let before = cursor.checkpoint();
    let strings = elements(cursor);
    if strings.is_none() {
        cursor.rewind(before);
    }
    strings
}

/// `"[" (string ("," string)*)? "]"` with blanks between, and nothing behind (RFC 8259).
fn elements(cursor: &mut Cursor<'_, '_>) -> Option<Vec<JsonString>> {
    let mut strings = Vec::new();
    cursor.token(1, LeafKind::Operator);
    cursor.skip_blanks();
    if cursor.peek()? == b']' {
        cursor.token(1, LeafKind::Operator);
    } else {
        loop {
            strings.push(string(cursor)?);
            cursor.skip_blanks();
            let sign = cursor.peek()?;
            if sign != b',' && sign != b']' {
                return None;
            }
            cursor.token(1, LeafKind::Operator);
            if sign == b']' {
                break;
            }
            cursor.skip_blanks();
        }
    }
    cursor.skip_blanks();
    cursor.peek().is_none().then_some(strings)
}

fn string(cursor: &mut Cursor<'_, '_>) -> Option<JsonString> {
    if cursor.peek()? != b'"' {
        return None;
    }
    let begin = cursor.begin();
    let start = cursor.position;
    cursor.bump();
    let mut raw = String::new();
    loop {
        cursor.peek()?;
        let from = cursor.position;
        cursor.bump();
        let character = cursor.source[from..cursor.position].chars().next()?;
        match character {
            '"' => break,
            '\\' => {
                cursor.peek()?;
                let from = cursor.position;
                cursor.bump();
                raw.push('\\');
                raw.push_str(&cursor.source[from..cursor.position]);
            }
            control if control < ' ' => return None,
            other => raw.push(other),
        }
    }
    cursor.finish(begin, LeafKind::Text);
    let value = unescape(&raw)?;
    Some(JsonString { span: Span::new(start, cursor.position), value })
}

/// The string that the escapes stand for; `None` for an escape that JSON does not know.
fn unescape(raw: &str) -> Option<String> {
    if !raw.contains('\\') {
        return Some(raw.to_owned());
    }
    let mut value = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        value.push(match characters.next()? {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => unicode(&mut characters)?,
            _ => return None,
        });
    }
    Some(value)
}

/// Four hexadecimal digits, or two surrogates as a pair; a lone surrogate is the replacement
/// character, as Go's decoder has it.
fn unicode(characters: &mut Peekable<std::str::Chars<'_>>) -> Option<char> {
    let first = hexadecimal(characters)?;
    if let Some(character) = char::from_u32(first) {
        return Some(character);
    }
    let mut ahead = characters.clone();
    if ahead.next() == Some('\\') && ahead.next() == Some('u') {
        let second = hexadecimal(&mut ahead)?;
        let pair = char::decode_utf16([first as u16, second as u16]).next()?;
        if let Ok(character) = pair {
            *characters = ahead;
            return Some(character);
        }
    }
    Some(char::REPLACEMENT_CHARACTER)
}

fn hexadecimal(characters: &mut Peekable<std::str::Chars<'_>>) -> Option<u32> {
    (0..4).try_fold(0, |value, _| Some(value * 16 + characters.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_strings_only() {
        for yes in ["[]", r#"["a"]"#, r#"[ "a" , "b\n" ]  "#] {
            assert!(is_array(yes), "{yes}");
        }
        for no in
            ["[", "[a]", r#"["a",]"#, r#"["a"] b"#, r#"['a']"#, r#"["a" "b"]"#, r#"["\x"]"#, "[1]"]
        {
            assert!(!is_array(no), "{no}");
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape(r"a\u00e9\ud83d\ude00\\").as_deref(), Some("aé😀\\"));
        assert_eq!(unescape(r"\ud83d").as_deref(), Some("\u{fffd}"));
    }
}
