//! The two ways in which Docker reads wildcards: those of COPY and those of .dockerignore.

/// A part of a pattern that has wildcards in it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// This character.
    Char(char),
    /// `?`: any character of a name.
    One,
    /// `*`: any run of characters of a name.
    Run,
    /// `[a-z]`, or `[^a-z]` if negated.
    Class { negated: bool, ranges: Vec<(char, char)> },
    /// `**/`: any folders, or none.
    Folders,
    /// `**` at an end: anything.
    Anything,
}

/// A pattern with wildcards. It speaks of whole paths, and `*` stays inside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    /// What stands before the first wildcard.
    literal: String,
    rest: Vec<Token>,
    /// What stands behind the last wildcard: most paths are turned down by it.
    ending: String,
}

/// A pattern that Docker refuses, or reads in a way that nobody means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadPattern;

impl Glob {
    /// Reads a source of COPY or ADD, by the rules of Go's `path/filepath.Match`:
    /// <https://pkg.go.dev/path/filepath#Match>.
    pub(crate) fn of_source(pattern: &str) -> Result<Self, BadPattern> {
        let mut chars = pattern.chars().peekable();
        let mut tokens = Vec::new();
        while let Some(c) = chars.next() {
            tokens.push(match c {
                '*' => Token::Run,
                '?' => Token::One,
                '[' => class(&mut chars)?,
                '\\' => Token::Char(chars.next().ok_or(BadPattern)?),
                c => Token::Char(c),
            });
        }
        Ok(Self::of(tokens))
    }

    /// Reads a cleaned pattern of .dockerignore, which is a pattern of COPY with `**`.
    ///
    /// moby/patternmatcher turns it into a regular expression character by character. What means
    /// something else there than in `filepath.Match`, such as `\d` or a `^` beside a wildcard, is bad here.
    pub(crate) fn of_rule(pattern: &str) -> Result<Self, BadPattern> {
        Self::of_source(pattern)?;
        // `**name` without any other wildcard is an ending, whatever it stands behind.
        if let Some(ending) = pattern.strip_prefix("**")
            && !ending.starts_with('/')
            && !ending.contains(['*', '?', '[', ']', '\\'])
        {
            let ending = ending.chars().map(Token::Char);
            return Ok(Self::of([Token::Anything].into_iter().chain(ending).collect()));
        }
        let mut chars = pattern.chars().peekable();
        let mut tokens = Vec::new();
        while let Some(c) = chars.next() {
            tokens.push(match c {
                '*' if chars.next_if_eq(&'*').is_some() => {
                    chars.next_if_eq(&'/');
                    if chars.peek().is_some() { Token::Folders } else { Token::Anything }
                }
                '*' => Token::Run,
                '?' => Token::One,
                '[' => odd_class(class(&mut chars)?)?,
                '\\' => {
                    Token::Char(chars.next().filter(char::is_ascii_punctuation).ok_or(BadPattern)?)
                }
                c => Token::Char(c),
            });
        }
        if tokens.contains(&Token::Char('^')) && pattern.contains(['*', '?', '[', ']', '\\']) {
            return Err(BadPattern);
        }
        Ok(Self::of(tokens))
    }

    fn of(tokens: Vec<Token>) -> Self {
        let literal: String = tokens.iter().map_while(Token::char).collect();
        let rest = tokens[literal.chars().count()..].to_vec();
        let ending = rest.iter().rev().map_while(Token::char).collect::<String>();
        Self { literal, rest, ending: ending.chars().rev().collect() }
    }

    /// Whether it has no wildcards, so that it can only match its [`literal`](Self::literal).
    pub(crate) fn is_literal(&self) -> bool {
        self.rest.is_empty()
    }

    /// What stands before the first wildcard, with escapes taken away.
    pub(crate) fn literal(&self) -> &str {
        &self.literal
    }

    /// Whether it matches the whole of `path`.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let rest = path.strip_prefix(&self.literal);
        rest.is_some_and(|rest| rest.ends_with(&self.ending) && walk(&self.rest, rest))
    }
}

/// The class behind `[`.
fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Token, BadPattern> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Ok(Token::Class { negated, ranges });
        }
        let mut bound = || match chars.next() {
            None | Some('-' | ']') => Err(BadPattern),
            Some('\\') => chars.next().ok_or(BadPattern),
            Some(c) => Ok(c),
        };
        let low = bound()?;
        let high = if chars.next_if_eq(&'-').is_some() {
            match chars.next() {
                None | Some('-' | ']') => return Err(BadPattern),
                Some('\\') => chars.next().ok_or(BadPattern)?,
                Some(c) => c,
            }
        } else {
            low
        };
        ranges.push((low, high));
    }
}

/// Refuses a class with signs that mean something else inside of a regular expression.
fn odd_class(token: Token) -> Result<Token, BadPattern> {
    let Token::Class { ranges, .. } = &token else { return Ok(token) };
    let odd = |c: char| c.is_ascii_punctuation() && !matches!(c, '_' | '.' | '!' | '@' | '#' | '~');
    if ranges.iter().any(|(low, high)| odd(*low) || odd(*high) || low > high) {
        return Err(BadPattern);
    }
    Ok(token)
}

/// Whether the tokens match the whole of `text`. All possibilities go along in step, so that the time
/// is bounded by the product of the lengths.
fn walk(tokens: &[Token], text: &str) -> bool {
    // Before which tokens the pattern may stand, and which folders are begun and wait for their `/`.
    let mut at = vec![false; tokens.len() + 1];
    let mut begun = vec![false; tokens.len()];
    at[0] = true;
    pass_empty(tokens, &mut at);
    for c in text.chars() {
        let mut next = vec![false; tokens.len() + 1];
        for (number, token) in tokens.iter().enumerate() {
            begun[number] |= at[number] && *token == Token::Folders;
            if *token == Token::Folders {
                next[number + 1] |= begun[number] && c == '/';
            } else if at[number] {
                let stays = matches!(token, Token::Run | Token::Anything);
                next[number + usize::from(!stays)] |= token.takes(c);
            }
        }
        at = next;
        pass_empty(tokens, &mut at);
    }
    at[tokens.len()]
}

/// Steps over what may stand for nothing.
fn pass_empty(tokens: &[Token], at: &mut [bool]) {
    for (number, token) in tokens.iter().enumerate() {
        let may_be_empty = matches!(token, Token::Run | Token::Anything | Token::Folders);
        at[number + 1] |= at[number] && may_be_empty;
    }
}

impl Token {
    /// The character that it is, if it is one.
    fn char(&self) -> Option<char> {
        match self {
            Token::Char(c) => Some(*c),
            _ => None,
        }
    }

    /// Whether this character can be, or be a part of, what it stands for.
    fn takes(&self, c: char) -> bool {
        match self {
            Token::Char(wanted) => *wanted == c,
            Token::One | Token::Run => c != '/',
            Token::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
            Token::Folders | Token::Anything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: fn(&str) -> Result<Glob, BadPattern>, table: &[(&str, &[&str], &[&str])]) {
        for (pattern, matched, others) in table {
            let glob = read(pattern).unwrap();
            for path in *matched {
                assert!(glob.matches(path), "{pattern} matches {path}");
            }
            for path in *others {
                assert!(!glob.matches(path), "{pattern} does not match {path}");
            }
        }
    }

    #[test]
    fn sources_of_copy() {
        check(
            Glob::of_source,
            &[
                ("*.txt", &["a.txt", ".txt"], &["a.txt.b", "b/a.txt", "txt"]),
                ("a/*/c", &["a/b/c"], &["a/c", "a/b/b/c"]),
                ("**", &["a"], &["a/b"]),
                ("a?c", &["abc", "aéc"], &["ac", "a/c"]),
                ("[a-cx]", &["a", "c", "x"], &["d", "-"]),
                ("[^a-c]x", &["dx"], &["ax", "x"]),
                (r"a\*", &["a*"], &["ab"]),
                (r"[\-x]", &["-", "x"], &["y"]),
            ],
        );
        for bad in ["[", "[a", "[]a]", "[a-]", "[-a]", r"a\", r"[a\"] {
            assert_eq!(Glob::of_source(bad), Err(BadPattern), "{bad}");
        }
    }

    #[test]
    fn rules_of_dockerignore() {
        check(
            Glob::of_rule,
            &[
                ("a", &["a"], &["b/a", "a/b", "ab"]),
                ("*/temp*", &["a/temporary", "a/temp"], &["temp", "a/b/temp"]),
                ("**/*.go", &["a.go", "a/b.go", "a/b/c.go"], &["a.go/b", "a.g"]),
                ("**/a", &["a", "b/a", "c/b/a"], &["ba", "a/b"]),
                ("**a", &["a", "ba", "b/a"], &["ab"]),
                ("a/**", &["a/b", "a/b/c"], &["a", "ab"]),
                ("a/**/b", &["a/b", "a/x/b", "a/x/y/b"], &["ab", "a/xb"]),
                ("a**/*.c", &["a.c", "ax/.c", "a/x.c"], &["b.c", "ab"]),
                ("**", &["a", "a/b"], &[]),
                (r"\!a", &["!a"], &["a"]),
            ],
        );
        for bad in [r"\d", "a^*", r"a^\!", "[[:alpha:]]", "[a*]", "[z-a]", "["] {
            assert_eq!(Glob::of_rule(bad), Err(BadPattern), "{bad}");
        }
    }

    #[test]
    fn many_wildcards_are_no_trouble() {
        let glob = Glob::of_rule(&"**/*a*".repeat(60)).unwrap();
        assert!(!glob.matches(&"a/".repeat(1000)));
    }
}
