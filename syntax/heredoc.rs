//! The here-documents of ADD, COPY and RUN, as the builder finds them.
//!
//! BuildKit looks at the words of the instruction, not at the shell's tokens: a word is an opener if
//! all of it is `<<NAME`, with a descriptor's number in front, `-` in between, or quotes in the name.
//! `cat <<EOF; echo` therefore waits for a line `EOF;`.

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_while},
    character::complete::{char, digit0},
    combinator::{opt, rest, verify},
};

use crate::cursor::Gap;
use crate::{Heredoc, Span};

/// The here-documents that the instruction at `span` opens; their bodies start at byte `behind`.
pub(crate) fn find(source: &str, span: Span, gaps: &[Gap], behind: usize) -> Vec<Heredoc> {
    if !span.of(source).contains("<<") {
        return Vec::new();
    }
    let words = words(source, span, gaps);
    if !may_open(&words) {
        return Vec::new();
    }
    let mut next = behind;
    let openers =
        words.into_iter().filter_map(|word| opener(&word.text).map(|found| (word.span, found)));
    openers
        .map(|(opener, (strip_tabs, expand, name))| {
            let (body, end) = body(source, next, &name, strip_tabs);
            next = line_end(source, end);
            Heredoc { opener, name, strip_tabs, expand, body, end }
        })
        .collect()
}

/// Where the line that `span` ends on is over, its newline included.
pub(crate) fn line_end(source: &str, span: Span) -> usize {
    let rest = &source.as_bytes()[span.end..];
    let returns = rest.iter().take_while(|byte| **byte == b'\r').count();
    if rest.get(returns) == Some(&b'\n') { span.end + returns + 1 } else { span.end }
}

struct Word {
    span: Span,
    /// With quotes, continuations taken out.
    text: String,
}

/// Splits the whole instruction at blanks outside of quotes.
fn words(source: &str, span: Span, gaps: &[Gap]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut current: Option<Word> = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in joined(source, span, gaps) {
        let blank = character.is_whitespace() && quote.is_none() && !escaped;
        if blank {
            words.extend(current.take());
            continue;
        }
        match character {
            _ if escaped => escaped = false,
            '\\' if quote != Some('\'') => escaped = true,
            '\'' | '"' if quote.is_none() => quote = Some(character),
            _ if quote == Some(character) => quote = None,
            _ => {}
        }
        let word =
            current.get_or_insert_with(|| Word { span: Span::empty(at), text: String::new() });
        word.text.push(character);
        word.span.end = at + character.len_utf8();
    }
    words.extend(current);
    words
}

/// The characters of an instruction with their places, continuations left out.
fn joined<'a>(
    source: &'a str,
    span: Span,
    gaps: &'a [Gap],
) -> impl Iterator<Item = (usize, char)> + 'a {
    let mut skip = gaps.iter().map(|gap| gap.span).peekable();
    span.of(source).char_indices().filter_map(move |(offset, character)| {
        let at = span.start + offset;
        while skip.next_if(|gap| gap.end <= at).is_some() {}
        let hidden = skip.peek().is_some_and(|gap| gap.start <= at);
        (!hidden).then_some((at, character))
    })
}

/// Whether the instruction is one that reads here-documents, and not in its JSON form.
fn may_open(words: &[Word]) -> bool {
    let mut words = words.iter().map(|word| word.text.as_str()).peekable();
    words.next_if(|word| word.eq_ignore_ascii_case("ONBUILD"));
    let known =
        |word: &str| ["ADD", "COPY", "RUN"].iter().any(|name| word.eq_ignore_ascii_case(name));
    if !words.next().is_some_and(known) {
        return false;
    }
    let arguments: Vec<&str> = words.skip_while(|word| word.starts_with("--")).collect();
    !arguments.first().is_some_and(|first| first.starts_with('['))
        || !crate::json::is_array(&arguments.join(" "))
}

/// `digit* "<<" "-"? name`: whether tabs are stripped, whether the body is expanded, the bare name.
fn opener(word: &str) -> Option<(bool, bool, String)> {
    fn parts(input: &str) -> IResult<&str, (Option<char>, &str)> {
        let name = verify(rest, |name: &str| !name.is_empty() && !name.contains('<'));
        let (input, (_, _, strip, name)) =
            (digit0, tag("<<"), opt(char('-')), name).parse(input)?;
        Ok((input, (strip, name)))
    }
    let (_, (strip, quoted)) = parts(word).ok()?;
    let name = unquoted(quoted)?;
    Some((strip.is_some(), name == quoted, name))
}

/// The name without quotes and backslashes; `None` if a quote is not closed.
fn unquoted(quoted: &str) -> Option<String> {
    let mut name = String::with_capacity(quoted.len());
    let mut left = quoted;
    while let Some(first) = left.chars().next() {
        left = &left[first.len_utf8()..];
        match first {
            '\'' | '"' => {
                let inner: IResult<&str, &str> = take_while(|c| c != first).parse(left);
                let (behind, inner) = inner.ok()?;
                name.push_str(inner);
                left = behind.strip_prefix(first)?;
            }
            '\\' => {
                let next = left.chars().next()?;
                name.push(next);
                left = &left[next.len_utf8()..];
            }
            _ => name.push(first),
        }
    }
    Some(name)
}

/// The lines from `start` to the one that is `name`, and that one; both empty spans at the end of the
/// file if it never comes.
fn body(source: &str, start: usize, name: &str, strip_tabs: bool) -> (Span, Span) {
    let mut at = start;
    for line in source[start..].split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let shown = if strip_tabs { text.trim_start_matches('\t') } else { text };
        if shown == name {
            return (Span::new(start, at), Span::new(at, at + text.len()));
        }
        at += line.len();
    }
    (Span::new(start, source.len()), Span::empty(source.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openers_are_whole_words() {
        assert_eq!(opener("<<EOF"), Some((false, true, "EOF".into())));
        assert_eq!(opener("3<<-'E F'"), Some((true, false, "E F".into())));
        assert_eq!(opener("<<\"EOF\";"), Some((false, false, "EOF;".into())));
        assert_eq!(opener("<<<EOF"), None);
        assert_eq!(opener("cat<<EOF"), None);
        assert_eq!(opener("<<"), None);
    }
}
