//! Parser directives: `# syntax=…`, `# escape=…`, `# check=…`.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::tag_no_case,
    character::complete::{char, multispace0},
    combinator::{consumed, rest, verify},
};

use crate::Span;

/// Reads a comment line as a directive, if it is one: the places of its name and its value.
///
/// `text` starts at the `#`, which stands at byte `start`. Dockerfile reference, "Parser directives".
pub(crate) fn read(text: &str, start: usize) -> Option<(Span, Span)> {
    let at = |part: &str| {
        let offset = start + (part.as_ptr() as usize - text.as_ptr() as usize);
        Span::new(offset, offset + part.len())
    };
    let (_, (name, value)) = directive(text).ok()?;
    Some((at(name), at(value)))
}

/// `"#" blank* name blank* "=" blank* value`
fn directive(input: &str) -> IResult<&str, (&str, &str)> {
    let name = consumed(alt((tag_no_case("syntax"), tag_no_case("escape"), tag_no_case("check"))));
    let value = verify(rest.map(str::trim_end), |value: &str| !value.is_empty());
    let (input, (_, _, (name, _), _, _, _, value)) =
        (char('#'), multispace0, name, multispace0, char('='), multispace0, value).parse(input)?;
    Ok((input, (name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values() {
        let read = |text| super::read(text, 0).map(|(name, value)| (name.of(text), value.of(text)));
        assert_eq!(read("# escape=`"), Some(("escape", "`")));
        assert_eq!(read("#Syntax = a/b:1  "), Some(("Syntax", "a/b:1")));
        assert_eq!(read("# check=skip=all;error=true"), Some(("check", "skip=all;error=true")));
        assert_eq!(read("# escaped=`"), None);
        assert_eq!(read("# syntax="), None);
        assert_eq!(read("# hello"), None);
    }

    #[test]
    fn places_count_from_the_start_given() {
        assert_eq!(read("#escape=`", 10), Some((Span::new(11, 17), Span::new(18, 19))));
    }
}
