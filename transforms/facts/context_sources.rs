//! What a file takes from its build context: sources of COPY and ADD, bind mounts of RUN.

use dockslim_syntax::{Arguments, Dockerfile, Flag, Instruction, Keyword};

/// A source that a file takes from its build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextSource {
    /// The number of its instruction among the items.
    pub item: usize,
    /// What stands before its first variable, as the builder reads it: quotes taken away. All of it if
    /// there is none.
    pub fixed: String,
    /// Whether a variable decides the rest.
    pub varies: bool,
}

impl ContextSource {
    /// The whole source; `None` if a variable stands in it.
    pub fn text(&self) -> Option<&str> {
        (!self.varies).then_some(&self.fixed)
    }
}

/// All sources in the order of the file. Those of ONBUILD are of another build, and those with
/// `--from`, URLs and here-documents are not of the context.
pub fn context_sources(dockerfile: &Dockerfile<'_>) -> Vec<ContextSource> {
    let mut found = Vec::new();
    for (item, instruction) in dockerfile.instructions() {
        let texts = match instruction.kind {
            Keyword::Add | Keyword::Copy => of_copy(dockerfile, instruction),
            Keyword::Run => of_mounts(dockerfile, instruction),
            _ => Vec::new(),
        };
        found.extend(texts.into_iter().map(|(fixed, varies)| ContextSource {
            item,
            fixed,
            varies,
        }));
    }
    found
}

fn of_copy(dockerfile: &Dockerfile<'_>, copy: &Instruction) -> Vec<(String, bool)> {
    if copy.flag("from", dockerfile.source).is_some() {
        return Vec::new();
    }
    let mut words: Vec<String> = match &copy.arguments {
        Arguments::List(strings) => strings.iter().map(|string| string.value.clone()).collect(),
        Arguments::Words(words) => {
            let is_heredoc =
                |span| copy.heredocs.iter().any(|heredoc| heredoc.opener.start == span);
            let files = words.iter().filter(|word| !is_heredoc(word.span.start));
            files.map(|word| dockerfile.text(word.span).into_owned()).collect()
        }
        _ => return Vec::new(),
    };
    words.pop();
    let remote = |word: &String| copy.kind == Keyword::Add && is_remote(word);
    words.retain(|word| !remote(word));
    words.iter().map(|word| plain(word, dockerfile.escape)).collect()
}

/// Whether ADD fetches it: a URL, or `user@host:path` as git writes it.
fn is_remote(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'']);
    let host = word.split_once('@').map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    word.contains("://") || host.is_some_and(|host| host.contains(':'))
}

/// Bind mounts without `from` show a part of the context, all of it if they name none:
/// <https://docs.docker.com/reference/dockerfile/#run---mounttypebind>.
fn of_mounts(dockerfile: &Dockerfile<'_>, run: &Instruction) -> Vec<(String, bool)> {
    let is_mount = |flag: &&Flag| flag.name.of(dockerfile.source) == "mount";
    let values = run.flags.iter().filter(is_mount).filter_map(|flag| flag.value);
    let mut found = Vec::new();
    for value in values {
        let value = dockerfile.text(value);
        let option = |names: &[&str]| {
            let pairs = value.split(',').filter_map(|option| option.split_once('='));
            let mut pairs = pairs.map(|(name, value)| (name.trim(), value));
            pairs.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
        };
        if option(&["type"]).unwrap_or("bind") == "bind" && option(&["from"]).is_none() {
            found.push(plain(option(&["source", "src"]).unwrap_or("."), dockerfile.escape));
        }
    }
    found
}

/// A word without quotes and escapes, as BuildKit's shell/lex.go reads it, up to the first variable, and
/// whether there is one.
fn plain(word: &str, escape: char) -> (String, bool) {
    let mut text = String::new();
    let mut quote = None;
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) => text.push(c),
            (None, '"' | '\'') => quote = Some(c),
            (_, '$') => return (text, true),
            (None, c) if c == escape => text.extend(chars.next()),
            // Between double quotes it escapes what means something there, and else stays.
            (Some(_), c) if c == escape => match chars.next() {
                Some(next) if next == '"' || next == '$' || next == escape => text.push(next),
                Some(next) => text.extend([c, next]),
                None => text.push(c),
            },
            (_, c) => text.push(c),
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;

    #[track_caller]
    fn check(line: &str, sources: &[Option<&str>]) {
        let text = format!("FROM a\n{line}\n");
        let found = context_sources(&parse(&text));
        let found: Vec<Option<&str>> = found.iter().map(ContextSource::text).collect();
        assert_eq!(found, sources, "{line}");
    }

    #[test]
    fn sources_of_the_context() {
        check("COPY a b/ c/", &[Some("a"), Some("b/")]);
        check("COPY [\"a b\", \"c\"]", &[Some("a b")]);
        check("COPY \"a\" 'b' c", &[Some("a"), Some("b")]);
        check("COPY b\\$ c", &[Some("b$")]);
        check("COPY $A a${B} '$C' d", &[None, None, Some("$C")]);
        check("ADD http://host/a git@host:b.git c@d e@f/g:h /", &[Some("c@d"), Some("e@f/g:h")]);
        check("COPY git@host:b /", &[Some("git@host:b")]);
        check("COPY a <<EOF /\nx\nEOF", &[Some("a")]);
        check(
            "RUN --mount=target=/a --mount=type=bind,source=b,target=c x",
            &[Some("."), Some("b")],
        );
    }

    #[test]
    fn what_comes_from_elsewhere() {
        for line in [
            "COPY --from=b a c",
            "ONBUILD COPY a b",
            "RUN --mount=type=cache,target=/a x",
            "RUN --mount=type=bind,from=b,target=/a x",
            "COPY a",
            "RUN cp a b",
        ] {
            check(line, &[]);
        }
    }
}
