//! Reads one instruction: keyword, flags, arguments.
//!
//! The rules are those of BuildKit's `split_command.go` and `line_parsers.go`.

use crate::cursor::{Cursor, is_blank};
use crate::shell::{self, Dialect, Script};
use crate::{
    Arguments, CommandForm, Diagnostic, Flag, From, Heredoc, ImageReference, Instruction,
    JsonString, Keyword, LeafKind, Pair, Span, Token, json,
};

/// What must be known to read an instruction.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    /// Which shell reads scripts here.
    pub(crate) dialect: Dialect,
    /// The escape character in force.
    pub(crate) escape: char,
}

/// Reads the instruction that the cursor covers. Its `lines` are left for the caller to set.
pub(crate) fn read(
    cursor: &mut Cursor<'_, '_>,
    context: Context,
    heredocs: Vec<Heredoc>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Instruction {
    let mut reader = Reader { cursor, context, heredocs, diagnostics };
    let mut instruction = reader.instruction(0);
    instruction.heredocs = reader.heredocs;
    instruction
}

struct Reader<'c, 't, 'p> {
    cursor: &'c mut Cursor<'t, 'p>,
    context: Context,
    heredocs: Vec<Heredoc>,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl Reader<'_, '_, '_> {
    /// `keyword flag* arguments`
    fn instruction(&mut self, depth: usize) -> Instruction {
        self.cursor.skip_spaces();
        let keyword = self.word(LeafKind::Keyword);
        let start = keyword.start;
        let end = self.cursor.end;
        let kind = Keyword::of(&self.joined(keyword));
        if kind == Keyword::Unknown {
            let message = format!("`{}` is not an instruction", self.joined(keyword));
            self.complain(keyword, message);
        }
        self.cursor.skip_spaces();
        let flags = if kind == Keyword::Unknown { Vec::new() } else { self.flags() };
        self.cursor.peek();
        let arguments_span = Span::new(self.cursor.position.min(end), end);
        let arguments = self.arguments(kind, depth);
        self.cursor.skip_rest(LeafKind::Text);
        let span = Span::new(start, end);
        if matches!(arguments, Arguments::Empty) && kind != Keyword::Unknown {
            let name = self.joined(keyword).to_ascii_uppercase();
            self.complain(span, format!("{name} needs an argument"));
        }
        Instruction {
            lines: span,
            span,
            keyword,
            kind,
            flags,
            arguments_span,
            arguments,
            heredocs: Vec::new(),
        }
    }

    fn complain(&mut self, span: Span, message: String) {
        self.diagnostics.push(Diagnostic { span, message });
    }

    /// The text of a short span with its continuations taken out.
    fn joined(&self, span: Span) -> String {
        self.cursor.joined(span)
    }

    fn rest(&self) -> Span {
        Span::new(self.cursor.position, self.cursor.end)
    }

    /// A word up to the next blank.
    fn word(&mut self, kind: LeafKind) -> Span {
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        self.cursor.skip_while(|c| !is_blank(c));
        self.cursor.finish(begin, kind);
        Span::new(start, self.cursor.position)
    }

    /// `("--" name ("=" value)?)* "--"?`
    fn flags(&mut self) -> Vec<Flag> {
        let mut flags = Vec::new();
        while self.cursor.at("--")
            && !self.cursor.nth(2).is_none_or(|byte| byte.is_ascii_whitespace())
        {
            let before = self.cursor.begin();
            let start = self.cursor.position;
            self.cursor.skip_while(|c| c != '=' && !is_blank(c));
            let name = Span::new(start + 2, self.cursor.position);
            let value = (self.cursor.peek() == Some(b'=')).then(|| {
                self.cursor.bump();
                let start = self.cursor.position;
                self.quoted_word();
                Span::new(start, self.cursor.position)
            });
            self.cursor.finish(before, LeafKind::Flag);
            let span = Span::new(start, self.cursor.position);
            flags.push(Flag { span, name, value });
            // BuildKit looks for the end of a flag byte by byte, and takes two bytes for blanks that are parts of letters.
            let behind = self.rest().of(self.cursor.source).chars().next();
            let odd = behind.is_some_and(|c| !c.is_ascii() && c.is_whitespace());
            if odd || span.of(self.cursor.source).bytes().any(|byte| matches!(byte, 0x85 | 0xa0)) {
                let message = "the builder takes a part of a letter here for a blank".to_owned();
                self.complain(span, message);
            }
            self.cursor.skip_spaces();
        }
        if self.cursor.at("--") {
            self.cursor.token(2, LeafKind::Operator);
            self.cursor.skip_blanks();
        }
        flags
    }

    /// Steps to the next blank outside of quotes.
    fn quoted_word(&mut self) {
        let mut quote = None;
        while let Some(byte) = self.cursor.peek() {
            match byte {
                b'\'' | b'"' if quote.is_none() => quote = Some(byte),
                _ if quote == Some(byte) => quote = None,
                _ if char::from(byte) == self.context.escape && quote != Some(b'\'') => {
                    self.cursor.bump()
                }
                _ if quote.is_none() && self.at_blank() => return,
                _ => {}
            }
            self.cursor.bump();
            let plain =
                |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | ':' | '$');
            self.cursor.skip_while(plain);
        }
    }

    fn at_blank(&mut self) -> bool {
        let rest = &self.cursor.source[self.cursor.position..self.cursor.end];
        rest.chars().next().is_some_and(char::is_whitespace)
    }

    fn arguments(&mut self, kind: Keyword, depth: usize) -> Arguments {
        if self.cursor.peek().is_none() {
            return Arguments::Empty;
        }
        match kind {
            Keyword::From => self.from(),
            Keyword::Run => self.run(),
            Keyword::Cmd | Keyword::Entrypoint => Arguments::Command(self.command()),
            Keyword::Shell => match json::array(self.cursor) {
                Some(words) => Arguments::Command(CommandForm::Exec(words)),
                None => self.text(),
            },
            Keyword::Healthcheck => self.healthcheck(),
            Keyword::Onbuild if depth == 0 => {
                let inner = self.instruction(depth + 1);
                if matches!(inner.kind, Keyword::Onbuild | Keyword::From | Keyword::Maintainer) {
                    let message = "ONBUILD may not hold ONBUILD, FROM or MAINTAINER".to_owned();
                    self.complain(inner.span, message);
                }
                Arguments::Onbuild(Box::new(inner))
            }
            Keyword::Env | Keyword::Label => self.pairs(),
            Keyword::Arg => self.declarations(),
            Keyword::Add | Keyword::Copy | Keyword::Volume => match json::array(self.cursor) {
                Some(words) => Arguments::List(words),
                None => Arguments::Words(self.words()),
            },
            Keyword::Expose => Arguments::Words(self.words()),
            _ => self.text(),
        }
    }

    fn text(&mut self) -> Arguments {
        let rest = self.rest();
        self.cursor.skip_rest(LeafKind::Text);
        Arguments::Text(rest)
    }

    fn words(&mut self) -> Vec<Token> {
        let mut words = Vec::new();
        while self.cursor.peek().is_some() {
            words.push(Token { span: self.word(LeafKind::Text) });
            self.cursor.skip_blanks();
        }
        words
    }

    /// `image ("AS" name)?`
    fn from(&mut self) -> Arguments {
        let image = self.word(LeafKind::Text);
        let image = if self.cursor.has_gap_in(image) {
            ImageReference::unread(image)
        } else {
            ImageReference::read(image.of(self.cursor.source), image.start)
        };
        self.cursor.skip_blanks();
        let mut name = None;
        if self.cursor.peek().is_some() {
            let keyword = self.word(LeafKind::Keyword);
            self.cursor.skip_blanks();
            if self.joined(keyword).eq_ignore_ascii_case("AS") && self.cursor.peek().is_some() {
                name = Some(self.word(LeafKind::Text));
                self.cursor.skip_blanks();
            } else {
                self.complain(keyword, "FROM takes one image, then AS and a name".to_owned());
            }
        }
        if self.cursor.peek().is_some() {
            let rest = self.rest();
            self.complain(rest, "FROM takes one image, then AS and a name".to_owned());
        }
        Arguments::From(From { image, name })
    }

    /// `json-array | script`
    fn command(&mut self) -> CommandForm {
        match json::array(self.cursor) {
            Some(words) => CommandForm::Exec(words),
            None => CommandForm::Shell(Box::new(self.script())),
        }
    }

    fn script(&mut self) -> Script {
        let script = shell::read(self.cursor, self.context.dialect, &self.heredocs);
        if let Some((at, message)) = script.complaint() {
            self.complain(Span::empty(at), message);
        }
        script
    }

    /// `<<NAME` alone is a script that follows the instruction; the caller reads it there.
    fn run(&mut self) -> Arguments {
        let rest = self.rest();
        if self.heredocs.len() == 1 && self.heredocs[0].opener == rest {
            self.cursor.skip_rest(LeafKind::Operator);
            return Arguments::Text(rest);
        }
        Arguments::Command(self.command())
    }

    /// `"NONE" | "CMD" command`, behind its flags.
    fn healthcheck(&mut self) -> Arguments {
        let before = self.cursor.checkpoint();
        let word = self.word(LeafKind::Keyword);
        let name = self.joined(word).to_ascii_uppercase();
        self.cursor.skip_blanks();
        match name.as_str() {
            "NONE" if self.cursor.peek().is_none() => Arguments::Healthcheck(None),
            "CMD" if self.cursor.peek().is_some() => Arguments::Healthcheck(Some(self.command())),
            _ => {
                self.cursor.rewind(before);
                self.complain(word, "HEALTHCHECK takes NONE, or CMD and a command".to_owned());
                self.text()
            }
        }
    }

    /// A word of ENV, LABEL or ARG: quotes keep blanks together, the escape character quotes one.
    fn value(&mut self) -> Span {
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        self.quoted_word();
        self.cursor.finish(begin, LeafKind::Text);
        Span::new(start, self.cursor.position)
    }

    /// A name up to `=` or a blank, then the value.
    fn pair(&mut self) -> Pair {
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        let before = self.cursor.checkpoint();
        let mut quoted = false;
        self.cursor
            .skip_while(|c| c != '=' && c != '"' && c != '\'' && c != '\\' && !c.is_whitespace());
        if matches!(self.cursor.peek(), Some(b'"' | b'\'' | b'\\')) {
            // A quoted name: the first `=` of the word divides it, wherever it stands.
            self.cursor.rewind(before);
            let word = self.cursor.checkpoint();
            self.quoted_word();
            let end = self.cursor.position;
            self.cursor.rewind(word);
            while self.cursor.position < end && self.cursor.peek() != Some(b'=') {
                self.cursor.bump();
            }
            quoted = true;
        }
        let name = Span::new(start, self.cursor.position);
        self.cursor.finish(begin, LeafKind::Text);
        if self.cursor.peek() != Some(b'=') {
            return Pair { name, value: None };
        }
        self.cursor.token(1, LeafKind::Operator);
        let value = if quoted { self.value_behind_quoted_name(name) } else { self.value() };
        Pair { name, value: Some(value) }
    }

    /// The value when the name holds quotes: one that the name opens may close in the value.
    fn value_behind_quoted_name(&mut self, name: Span) -> Span {
        let text = self.joined(name);
        let open = ['"', '\''].into_iter().find(|quote| text.matches(*quote).count() % 2 == 1);
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        if let Some(quote) = open {
            self.cursor.skip_while(|c| c != quote);
            self.cursor.bump();
        }
        self.quoted_word();
        self.cursor.finish(begin, LeafKind::Text);
        Span::new(start, self.cursor.position)
    }

    /// `(name "=" value)+`, or the legacy `name value`, which is one pair whatever follows.
    fn pairs(&mut self) -> Arguments {
        let mut pairs = Vec::new();
        while self.cursor.peek().is_some() {
            let pair = self.pair();
            self.cursor.skip_spaces();
            if pair.value.is_none() {
                if pairs.is_empty() {
                    return self.legacy_pair(pair);
                }
                self.complain(pair.name, "expected name=value".to_owned());
            }
            pairs.push(pair);
        }
        Arguments::Pairs { pairs, legacy: false }
    }

    fn legacy_pair(&mut self, pair: Pair) -> Arguments {
        let value = self.rest();
        if value.is_empty() {
            self.complain(pair.name, "a name needs a value".to_owned());
            return Arguments::Pairs { pairs: vec![pair], legacy: true };
        }
        self.cursor.skip_rest(LeafKind::Text);
        Arguments::Pairs { pairs: vec![Pair { value: Some(value), ..pair }], legacy: true }
    }

    /// `(name ("=" value)?)+`
    fn declarations(&mut self) -> Arguments {
        let mut pairs = Vec::new();
        while self.cursor.peek().is_some() {
            pairs.push(self.pair());
            self.cursor.skip_spaces();
        }
        Arguments::Pairs { pairs, legacy: false }
    }
}

impl Keyword {
    /// The instruction of this name, in any case of letters.
    pub fn of(name: &str) -> Keyword {
        let known = KEYWORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map_or(Keyword::Unknown, |(_, keyword)| *keyword)
    }

    /// The name in upper case; empty for [`Keyword::Unknown`].
    pub fn name(self) -> &'static str {
        KEYWORDS.iter().find(|(_, keyword)| *keyword == self).map_or("", |(name, _)| name)
    }
}

/// Dockerfile reference, "Overview" of the instructions; the most frequent ones first.
const KEYWORDS: &[(&str, Keyword)] = &[
    ("RUN", Keyword::Run),
    ("COPY", Keyword::Copy),
    ("ENV", Keyword::Env),
    ("FROM", Keyword::From),
    ("WORKDIR", Keyword::Workdir),
    ("ARG", Keyword::Arg),
    ("CMD", Keyword::Cmd),
    ("ADD", Keyword::Add),
    ("EXPOSE", Keyword::Expose),
    ("LABEL", Keyword::Label),
    ("ENTRYPOINT", Keyword::Entrypoint),
    ("USER", Keyword::User),
    ("VOLUME", Keyword::Volume),
    ("MAINTAINER", Keyword::Maintainer),
    ("HEALTHCHECK", Keyword::Healthcheck),
    ("SHELL", Keyword::Shell),
    ("ONBUILD", Keyword::Onbuild),
    ("STOPSIGNAL", Keyword::Stopsignal),
];

impl Instruction {
    /// The instruction that does something: of ONBUILD the one that it keeps, else itself.
    pub fn innermost(&self) -> &Instruction {
        match &self.arguments {
            Arguments::Onbuild(inner) => inner,
            _ => self,
        }
    }

    pub(crate) fn innermost_mut(&mut self) -> &mut Instruction {
        if matches!(self.arguments, Arguments::Onbuild(_)) {
            let Arguments::Onbuild(inner) = &mut self.arguments else {
                unreachable!("just matched")
            };
            return inner;
        }
        self
    }

    /// The script of a RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD in shell form (in ONBUILD too).
    pub fn script(&self) -> Option<&Script> {
        match &self.innermost().arguments {
            Arguments::Command(CommandForm::Shell(script)) => Some(script),
            Arguments::Healthcheck(Some(CommandForm::Shell(script))) => Some(script),
            _ => None,
        }
    }

    /// The words of an instruction in exec form.
    pub fn exec(&self) -> Option<&[JsonString]> {
        match &self.innermost().arguments {
            Arguments::Command(CommandForm::Exec(words)) => Some(words),
            Arguments::Healthcheck(Some(CommandForm::Exec(words))) => Some(words),
            _ => None,
        }
    }

    /// Whether this is `RUN <<NAME` and the body is the script.
    pub(crate) fn heredoc_script(&self) -> bool {
        let inner = self.innermost();
        inner.kind == Keyword::Run
            && matches!(inner.arguments, Arguments::Text(_))
            && self.heredocs.len() == 1
    }

    /// The flag of this name, without `--`.
    pub fn flag(&self, name: &str, source: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name.of(source) == name)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn flags_that_a_builder_reads_otherwise_are_complained_of() {
        for flag in ["--moun\u{a0}t=type=ssh", "--mount=type=ssh\u{a0}", "--from=l\u{e0}"] {
            let text = format!("FROM a\nRUN {flag} b\n");
            assert_eq!(crate::parse(&text).diagnostics.len(), 1, "{text}");
        }
    }
}
