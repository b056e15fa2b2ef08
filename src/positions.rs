//! Lines and columns of a text, in the units that others count in.

use dockslim_syntax::Span;

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16: an emoji is two.
    Utf16,
    /// Characters.
    Utf32,
}

impl Unit {
    fn length(self, text: &str) -> usize {
        match self {
            Unit::Utf8 => text.len(),
            Unit::Utf16 => text.chars().map(char::len_utf16).sum(),
            Unit::Utf32 => text.chars().count(),
        }
    }
}

/// A place: line and column, both from 0.
pub(crate) type Position = (usize, usize);

/// The lines of a text.
#[derive(Clone, Debug)]
pub(crate) struct Positions {
    /// Where each line starts, in bytes.
    starts: Vec<usize>,
}

impl Positions {
    /// Finds the lines of `text`: they end in a line feed.
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { starts: [0].into_iter().chain(ends).collect() }
    }

    /// The place of a byte of the same text.
    pub(crate) fn position(&self, text: &str, offset: usize, unit: Unit) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        (line, unit.length(&text[self.starts[line]..offset]))
    }

    /// The byte at a place; what lies behind the end of a line or of the text is that end, and the middle of a
    /// character is its start.
    pub(crate) fn offset(&self, text: &str, (line, column): Position, unit: Unit) -> usize {
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line + 1).map_or(text.len(), |next| next - 1);
        let content = text[start..end].trim_end_matches('\r');
        let mut counted = 0;
        for (at, character) in content.char_indices() {
            counted += unit.length(&content[at..at + character.len_utf8()]);
            if counted > column {
                return start + at;
            }
        }
        start + content.len()
    }

    /// The bytes of the lines from `first` up to but without `end`, both from 0.
    pub(crate) fn lines(&self, text: &str, first: usize, end: usize) -> Span {
        let at = |line: usize| self.starts.get(line).copied().unwrap_or(text.len());
        Span::new(at(first), at(end.max(first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\u{e9}\u{1f433}b\r\n\nc";

    #[test]
    fn columns_in_each_unit() {
        let positions = Positions::of(TEXT);
        let b = TEXT.find('b').unwrap();
        for (unit, column) in [(Unit::Utf8, 7), (Unit::Utf16, 4), (Unit::Utf32, 3)] {
            assert_eq!(positions.position(TEXT, b, unit), (0, column));
            assert_eq!(positions.offset(TEXT, (0, column), unit), b);
        }
        assert_eq!(positions.position(TEXT, TEXT.len(), Unit::Utf16), (2, 1));
    }

    #[test]
    fn places_outside_are_the_nearest_inside() {
        let positions = Positions::of(TEXT);
        let end_of_first = TEXT.find('\r').unwrap();
        assert_eq!(positions.offset(TEXT, (0, 99), Unit::Utf16), end_of_first);
        assert_eq!(positions.offset(TEXT, (9, 0), Unit::Utf16), TEXT.len());
        let whale = TEXT.find('\u{1f433}').unwrap();
        assert_eq!(positions.offset(TEXT, (0, 3), Unit::Utf16), whale, "half of a character");
    }
}
