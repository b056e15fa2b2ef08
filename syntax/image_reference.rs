//! References to images: `registry:port/path:tag@digest`, with variables in them.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_while1},
    character::complete::{anychar, char, one_of},
    combinator::{cut, opt, recognize, verify},
    multi::many0_count,
};

use crate::Span;

/// A reference to an image or to an earlier stage, as FROM and `--from` write it.
///
/// The parts are places, never copies. Where a variable decides what a part is (`${IMAGE}`), it is
/// counted as text of the part it stands in. Grammar: the OCI distribution reference,
/// `[registry[:port]/]path[:tag][@digest]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference {
    /// The whole of it.
    pub span: Span,
    /// Host and port before the first slash, if it looks like one: it holds a `.` or `:`, or is
    /// `localhost`.
    pub registry: Option<Span>,
    /// The path, without registry, tag and digest.
    pub path: Span,
    /// What stands behind the last `:`.
    pub tag: Option<Span>,
    /// What stands behind `@`.
    pub digest: Option<Span>,
    /// The variables, outermost ones in order.
    pub variables: Vec<Variable>,
}

/// `$name` or `${name…}` in a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// From `$` to the end.
    pub span: Span,
    /// The name alone.
    pub name: Span,
    /// What `${name:-word}` and its kin do, with the place of the word. The word may hold variables.
    pub modifier: Option<(Modifier, Span)>,
}

/// What stands between the name and the word of `${name…word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// `:-` or `-`: the word if the variable is not set (`:` or empty).
    Default,
    /// `:+` or `+`: the word if it is set.
    Alternative,
    /// `:?` or `?`: an error if it is not set.
    Required,
    /// `#`, `##`, `%`, `%%`, `/`, `//`: a pattern is taken away or replaced.
    Pattern,
}

impl ImageReference {
    /// Reads the reference that stands at byte `start` and is `text`.
    pub fn read(text: &str, start: usize) -> Self {
        let variables = variables(text, start);
        let plain =
            |offset: usize| !variables.iter().any(|variable| covers(variable, start + offset));
        let find = |part: &str, from: usize, sign: char| {
            part.char_indices()
                .map(|(at, c)| (from + at, c))
                .find(|(at, c)| *c == sign && plain(*at))
        };
        let at = |from, to| Span::new(start + from, start + to);
        let (name_end, digest) = match find(text, 0, '@') {
            Some((sign, _)) => (sign, Some(at(sign + 1, text.len()))),
            None => (text.len(), None),
        };
        let first = find(&text[..name_end], 0, '/').map(|(slash, _)| slash);
        let registry = first.filter(|slash| is_registry(&text[..*slash]));
        let path_start = registry.map_or(0, |slash| slash + 1);
        let path = &text[path_start..name_end];
        let last_slash =
            path.char_indices().rev().find(|(at, c)| *c == '/' && plain(path_start + at));
        let tail = path_start + last_slash.map_or(0, |(slash, _)| slash + 1);
        let colon = find(&text[tail..name_end], tail, ':').map(|(colon, _)| colon);
        Self {
            span: at(0, text.len()),
            registry: registry.map(|slash| at(0, slash)),
            path: at(path_start, colon.unwrap_or(name_end)),
            tag: colon.map(|colon| at(colon + 1, name_end)),
            digest,
            variables,
        }
    }
}

impl ImageReference {
    /// A reference that runs over a line continuation: only its place is known.
    pub(crate) fn unread(span: Span) -> Self {
        Self { span, registry: None, path: span, tag: None, digest: None, variables: Vec::new() }
    }
}

/// Whether an image is one of Microsoft's Windows images, by its name: its default shell is cmd.
pub fn is_windows(image: &str) -> bool {
    const NAMES: &[&str] =
        &["/windows", "windowsservercore", "nanoserver", "servercore", "dotnet/framework"];
    NAMES.iter().any(|name| image.contains(name))
}

fn covers(variable: &Variable, offset: usize) -> bool {
    variable.span.start <= offset && offset < variable.span.end
}

fn is_registry(part: &str) -> bool {
    part == "localhost" || part.contains(['.', ':'])
}

/// The variables in `text`, which stands at byte `start`; those inside the word of another are not
/// listed. A `$` behind a backslash is none, and behind one that is not closed nothing is read.
pub fn variables(text: &str, start: usize) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(sign) = rest.find(['$', '\\']) {
        let at = &rest[sign..];
        let offset = start + (text.len() - at.len());
        match variable(at, offset, 0) {
            Ok((behind, variable)) => {
                found.push(variable);
                rest = behind;
            }
            Err(nom::Err::Failure(_)) => return found,
            Err(_) => {
                let skip = if at.starts_with('\\') { 1 } else { 0 };
                let next = at[1..].chars().next().filter(|_| skip == 1).map_or(0, char::len_utf8);
                rest = &at[1 + next..];
            }
        }
    }
    found
}

const DEEPEST: usize = 32;

/// `"$" name | "${" name (modifier word)? "}"`
fn variable(input: &str, at: usize, depth: usize) -> IResult<&str, Variable> {
    let offset = |rest: &str| at + (input.len() - rest.len());
    let (rest, _) = char('$').parse(input)?;
    let (rest, braced) = opt(char('{')).parse(rest)?;
    let name_start = offset(rest);
    let (rest, _) = name(rest)?;
    let name = Span::new(name_start, offset(rest));
    if braced.is_none() {
        return Ok((rest, Variable { span: Span::new(at, offset(rest)), name, modifier: None }));
    }
    let (rest, kind) = opt(modifier).parse(rest)?;
    let word_start = offset(rest);
    let (rest, word) =
        if kind.is_some() { cut(|rest| word(rest, depth)).parse(rest)? } else { (rest, "") };
    let word = Span::new(word_start, word_start + word.len());
    // What opens and is not closed is no reason to try again from inside.
    let (rest, _) = cut(char('}')).parse(rest)?;
    let span = Span::new(at, offset(rest));
    Ok((rest, Variable { span, name, modifier: kind.map(|kind| (kind, word)) }))
}

fn name(input: &str) -> IResult<&str, &str> {
    alt((
        verify(take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_'), |name: &str| {
            !name.starts_with(|c: char| c.is_ascii_digit())
        }),
        recognize(one_of("0123456789@*#?-$!")),
    ))
    .parse(input)
}

fn modifier(input: &str) -> IResult<&str, Modifier> {
    alt((
        alt((tag(":-"), tag("-"))).map(|_| Modifier::Default),
        alt((tag(":+"), tag("+"))).map(|_| Modifier::Alternative),
        alt((tag(":?"), tag("?"))).map(|_| Modifier::Required),
        alt((tag("##"), tag("#"), tag("%%"), tag("%"), tag("//"), tag("/")))
            .map(|_| Modifier::Pattern),
    ))
    .parse(input)
}

/// Everything up to the brace that closes the variable.
fn word(input: &str, depth: usize) -> IResult<&str, &str> {
    let nested = |input| {
        if depth >= DEEPEST {
            return Err(nom::Err::Failure(nom::error::Error::new(
                input,
                nom::error::ErrorKind::TooLarge,
            )));
        }
        variable(input, 0, depth + 1).map(|(rest, _)| (rest, ()))
    };
    let escaped = (char('\\'), anychar).map(|_| ());
    let plain = verify(anychar, |c| *c != '}').map(|_| ());
    recognize(many0_count(alt((escaped, nested, plain)))).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> [Option<&str>; 4] {
        let image = ImageReference::read(text, 0);
        [image.registry, Some(image.path), image.tag, image.digest]
            .map(|span| span.map(|s| s.of(text)))
    }

    #[test]
    fn registry_path_tag_digest() {
        assert_eq!(parts("python"), [None, Some("python"), None, None]);
        assert_eq!(parts("node:20-slim"), [None, Some("node"), Some("20-slim"), None]);
        assert_eq!(
            parts("localhost:5000/a/b:1@sha256:ff"),
            [Some("localhost:5000"), Some("a/b"), Some("1"), Some("sha256:ff")]
        );
        assert_eq!(parts("library/python"), [None, Some("library/python"), None, None]);
        assert_eq!(parts("reg:80/x"), [Some("reg:80"), Some("x"), None, None]);
    }

    #[test]
    fn signs_inside_variables_are_not_separators() {
        assert_eq!(
            parts("${A:-x/y:1}:${T:-3@4}"),
            [None, Some("${A:-x/y:1}"), Some("${T:-3@4}"), None]
        );
        assert_eq!(
            parts("a:${V:-${W:-2}}-slim"),
            [None, Some("a"), Some("${V:-${W:-2}}-slim"), None]
        );
    }

    #[test]
    fn variables_have_names_and_defaults() {
        let text = r"\$no $A${B:-c$D}${E%x}$";
        let found: Vec<_> = variables(text, 0)
            .into_iter()
            .map(|v| {
                (v.name.of(text).to_owned(), v.modifier.map(|(kind, word)| (kind, word.of(text))))
            })
            .collect();
        assert_eq!(
            found,
            [
                ("A".into(), None),
                ("B".into(), Some((Modifier::Default, "c$D"))),
                ("E".into(), Some((Modifier::Pattern, "x"))),
            ]
        );
    }

    #[test]
    fn deep_nesting_ends() {
        let deep = "${a:-".repeat(100_000);
        assert!(variables(&deep, 0).is_empty());
    }
}
