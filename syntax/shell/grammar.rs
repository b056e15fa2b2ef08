//! Statements, pipelines, simple commands and redirections.

use super::{
    Assignment, Command, CommandKind, Connector, ConnectorKind, Dialect, List, Mode, Opaque, Part,
    PartKind, Pipeline, Redirect, Separator, SeparatorKind, Simple, Statement, Word,
};
use crate::cursor::Cursor;
use crate::{LeafKind, Span};

/// How deep commands may be nested before a script counts as not understood.
const DEEPEST: usize = 96;

pub(crate) type Read<T> = Result<T, Opaque>;

pub(crate) struct Reader<'c, 't, 'p, 'h> {
    pub(super) cursor: &'c mut Cursor<'t, 'p>,
    pub(super) dialect: Dialect,
    pub(super) mode: Mode<'h>,
    pub(super) comments: Vec<Span>,
    pub(super) bashisms: Vec<Span>,
    /// How many bytes may still be looked at ahead of their reading.
    pub(super) lookahead: usize,
    depth: usize,
    substitutions: usize,
    /// Here-documents whose bodies start behind the next newline: name, and whether tabs go.
    pending: Vec<(String, bool)>,
    next_heredoc: usize,
}

/// The reserved words (POSIX 2.4, and bash's own).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserved {
    If,
    Then,
    Elif,
    Else,
    Fi,
    Do,
    Done,
    Case,
    Esac,
    While,
    Until,
    For,
    Open,
    Close,
    Bang,
    Function,
    Select,
    Test,
    Coproc,
}

const RESERVED: &[(&str, Reserved)] = &[
    ("if", Reserved::If),
    ("then", Reserved::Then),
    ("elif", Reserved::Elif),
    ("else", Reserved::Else),
    ("fi", Reserved::Fi),
    ("do", Reserved::Do),
    ("done", Reserved::Done),
    ("case", Reserved::Case),
    ("esac", Reserved::Esac),
    ("while", Reserved::While),
    ("until", Reserved::Until),
    ("for", Reserved::For),
    ("{", Reserved::Open),
    ("}", Reserved::Close),
    ("!", Reserved::Bang),
    ("function", Reserved::Function),
    ("select", Reserved::Select),
    ("[[", Reserved::Test),
    ("coproc", Reserved::Coproc),
];

impl Reserved {
    /// Whether the word ends a list and starts no command.
    fn closes(self) -> bool {
        use Reserved::{Close, Do, Done, Elif, Else, Esac, Fi, Then};
        matches!(self, Then | Elif | Else | Fi | Do | Done | Esac | Close)
    }
}

/// Whether a byte ends a word when it is not quoted (POSIX 2.3, and the blanks).
#[inline]
pub(super) fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
}

/// Whether a word is a comment between backquotes, `` `# …` ``: it expands to no word at all.
fn is_comment_word(word: &Word) -> bool {
    matches!(word.parts.as_slice(), [Part { kind: PartKind::Substitution(Some(list)), .. }]
        if list.statements.is_empty())
}

impl<'c, 't, 'p, 'h> Reader<'c, 't, 'p, 'h> {
    pub(super) fn new(cursor: &'c mut Cursor<'t, 'p>, dialect: Dialect, mode: Mode<'h>) -> Self {
        let lookahead = 4 * (cursor.end - cursor.position) + 1024;
        Self {
            cursor,
            dialect,
            mode,
            comments: Vec::new(),
            bashisms: Vec::new(),
            lookahead,
            depth: 0,
            substitutions: 0,
            pending: Vec::new(),
            next_heredoc: 0,
        }
    }

    /// `program : list`
    pub(super) fn script(&mut self) -> Read<List> {
        if self.dialect == Dialect::Foreign {
            return self.refuse("this shell is not read");
        }
        let list = self.list()?;
        if self.cursor.peek().is_some() {
            return self.refuse("a closing word or sign without its opening");
        }
        if let Mode::Instruction { heredocs } = self.mode
            && self.next_heredoc != heredocs.len()
        {
            return self.refuse("the builder sees a here-document that the shell does not");
        }
        if !self.pending.is_empty() {
            return self.refuse("a here-document without a body");
        }
        Ok(list)
    }

    pub(super) fn refuse<T>(&self, reason: &'static str) -> Read<T> {
        Err(Opaque { at: self.cursor.position, reason })
    }

    /// Runs `read` one level deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == DEEPEST {
            return self.refuse("nested too deeply");
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// As [`Self::nested`], inside `$( )` or backquotes.
    pub(super) fn substituted<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.substitutions += 1;
        let result = self.nested(read);
        self.substitutions -= 1;
        result
    }

    pub(super) fn body_mode(&self) -> bool {
        matches!(self.mode, Mode::Body)
    }

    /// A backslash at a line's end of a here-document's body joins two lines.
    pub(super) fn at_joined_line(&self) -> bool {
        self.body_mode() && self.cursor.nth(0) == Some(b'\\') && self.cursor.nth(1) == Some(b'\n')
    }

    /// Steps over blanks, joined lines and a comment, not over newlines.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.cursor.peek() {
                Some(b' ' | b'\t') => {
                    let begin = self.cursor.begin();
                    self.cursor.skip_while(|c| c == ' ' || c == '\t');
                    self.cursor.finish(begin, LeafKind::Blank);
                }
                Some(b'#') => {
                    self.comment();
                    return;
                }
                Some(b'\\') if self.at_joined_line() => {
                    self.cursor.token(2, LeafKind::Continuation);
                }
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        let begin = self.cursor.begin();
        let start = self.cursor.position;
        self.cursor.skip_while(|c| c != '\n');
        self.cursor.finish(begin, LeafKind::Comment);
        self.comments.push(Span::new(start, self.cursor.position));
    }

    /// Steps over blanks, comments and newlines.
    pub(super) fn newlines(&mut self) -> Read<()> {
        loop {
            self.blanks();
            if self.cursor.peek() != Some(b'\n') {
                return Ok(());
            }
            self.newline()?;
        }
    }

    /// A newline in a here-document's body; the here-documents opened on this line follow it.
    fn newline(&mut self) -> Read<Span> {
        let span = self.cursor.token(1, LeafKind::Newline);
        for (name, strip_tabs) in std::mem::take(&mut self.pending) {
            if !super::words::inner_heredoc(self.cursor, &name, strip_tabs) {
                return self.refuse("a here-document without an end");
            }
        }
        Ok(span)
    }

    /// The reserved word that stands here, if one does.
    pub(super) fn reserved(&mut self) -> Option<Reserved> {
        let first = self.cursor.peek()?;
        if !matches!(first, b'{' | b'}' | b'!' | b'[' | b'a'..=b'z') {
            return None;
        }
        let mut word = [0u8; 9];
        let mut length = 0;
        while let Some(byte) = self.cursor.nth(length) {
            if is_delimiter(byte) {
                break;
            }
            if length == word.len() {
                return None;
            }
            word[length] = byte;
            length += 1;
        }
        let word = &word[..length];
        RESERVED.iter().find(|(name, _)| name.as_bytes() == word).map(|(_, reserved)| *reserved)
    }

    /// Reads the reserved word that must stand here.
    pub(super) fn expect(&mut self, wanted: Reserved, missing: &'static str) -> Read<Span> {
        self.blanks();
        if self.reserved() != Some(wanted) {
            return self.refuse(missing);
        }
        Ok(self.reserved_token(wanted))
    }

    pub(super) fn reserved_token(&mut self, reserved: Reserved) -> Span {
        let name = RESERVED.iter().find(|(_, known)| *known == reserved);
        self.cursor.token(name.map_or(0, |(name, _)| name.len()), LeafKind::Reserved)
    }

    pub(super) fn at(&self, sign: &str) -> bool {
        self.cursor.at(sign)
    }

    pub(super) fn bashism(&mut self, span: Span) {
        self.bashisms.push(span);
    }

    /// `list : statement*`, up to `)`, `;;`, a closing reserved word or the end.
    pub(super) fn list(&mut self) -> Read<List> {
        let mut statements = Vec::new();
        loop {
            self.newlines()?;
            if self.at_list_end() {
                break;
            }
            let mut statement = self.and_or()?;
            self.blanks();
            statement.end = self.separator()?;
            let ended = statement.end.is_some();
            statements.push(statement);
            if !ended {
                break;
            }
        }
        Ok(List { statements })
    }

    /// As [`Self::list`], with at least one statement.
    pub(super) fn filled_list(&mut self) -> Read<List> {
        let list = self.list()?;
        if list.statements.is_empty() { self.refuse("a command is missing") } else { Ok(list) }
    }

    fn at_list_end(&mut self) -> bool {
        match self.cursor.peek() {
            None | Some(b')') => true,
            Some(b';') => matches!(self.cursor.nth(1), Some(b';' | b'&')),
            Some(_) => self.reserved().is_some_and(Reserved::closes),
        }
    }

    fn separator(&mut self) -> Read<Option<Separator>> {
        let kind = match self.cursor.peek() {
            Some(b';') if !matches!(self.cursor.nth(1), Some(b';' | b'&')) => {
                SeparatorKind::Semicolon
            }
            Some(b'&') if self.cursor.nth(1) != Some(b'&') => SeparatorKind::Background,
            Some(b'\n') => {
                let span = self.newline()?;
                return Ok(Some(Separator { span, kind: SeparatorKind::Newline }));
            }
            _ => return Ok(None),
        };
        let span = self.cursor.token(1, LeafKind::Operator);
        Ok(Some(Separator { span, kind }))
    }

    /// `and_or : pipeline (("&&" | "||") newline* pipeline)*`
    fn and_or(&mut self) -> Read<Statement> {
        let first = self.pipeline()?;
        let mut span = first.span;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let kind = match self.cursor.peek() {
                Some(b'&') if self.at("&&") => ConnectorKind::And,
                Some(b'|') if self.at("||") => ConnectorKind::Or,
                _ => break,
            };
            let connector = Connector { span: self.cursor.token(2, LeafKind::Operator), kind };
            self.newlines()?;
            let pipeline = self.pipeline()?;
            span = span.to(pipeline.span);
            rest.push((connector, pipeline));
        }
        Ok(Statement { span, first, rest, end: None })
    }

    /// `pipeline : "!"? command (("|" | "|&") newline* command)*`
    fn pipeline(&mut self) -> Read<Pipeline> {
        let negated = (self.reserved() == Some(Reserved::Bang)).then(|| {
            let span = self.reserved_token(Reserved::Bang);
            self.blanks();
            span
        });
        let first = self.command()?;
        let mut span = negated.unwrap_or(first.span).to(first.span);
        let mut commands = vec![first];
        let mut pipes = Vec::new();
        loop {
            self.blanks();
            if self.cursor.peek() != Some(b'|') || self.at("||") {
                break;
            }
            let both = self.at("|&");
            let pipe = self.cursor.token(if both { 2 } else { 1 }, LeafKind::Operator);
            if both {
                self.bashism(pipe);
            }
            pipes.push(pipe);
            self.newlines()?;
            let command = self.command()?;
            span = span.to(command.span);
            commands.push(command);
        }
        Ok(Pipeline { span, negated, commands, pipes })
    }

    /// `command : compound_command redirect* | function_definition | simple_command`
    pub(super) fn command(&mut self) -> Read<Command> {
        match self.cursor.peek() {
            None => return self.refuse("a command is missing"),
            Some(b'(') => return self.nested(Self::parenthesised),
            _ => {}
        }
        match self.reserved() {
            Some(reserved) if reserved.closes() => {
                self.refuse("a closing word without its opening")
            }
            Some(Reserved::Bang | Reserved::Coproc) => {
                self.refuse("a word that only bash reads here")
            }
            Some(reserved) => self.nested(|reader| reader.compound(reserved)),
            None => self.simple_command(),
        }
    }

    /// `redirect*` behind a compound command.
    pub(super) fn redirects(&mut self) -> Read<Vec<Redirect>> {
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            match self.redirect()? {
                Some(redirect) => redirects.push(redirect),
                None => return Ok(redirects),
            }
        }
    }

    /// `simple_command : (assignment | redirect)* (word (word | redirect)*)?`
    fn simple_command(&mut self) -> Read<Command> {
        let start = self.cursor.position;
        let mut simple = Simple::default();
        let mut redirects = Vec::new();
        let mut end = start;
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect()? {
                end = redirect.span.end;
                redirects.push(redirect);
                continue;
            }
            match self.cursor.peek() {
                Some(b'(') if simple.words.len() == 1 && simple.assignments.is_empty() => {
                    return self.function(&simple.words[0]);
                }
                Some(b'<' | b'>') => {}
                Some(byte) if !is_delimiter(byte) => {}
                _ => break,
            }
            if simple.words.is_empty()
                && let Some(assignment) = self.assignment()?
            {
                end = assignment.span.end;
                simple.assignments.push(assignment);
                continue;
            }
            let arrays = simple.words.first().is_some_and(|word| self.declares(word));
            let word = self.word(arrays)?;
            end = word.span.end;
            if !is_comment_word(&word) {
                simple.words.push(word);
            }
        }
        if end == start {
            return self.refuse("a command is missing");
        }
        Ok(Command { span: Span::new(start, end), kind: CommandKind::Simple(simple), redirects })
    }

    /// Whether the program is one of bash's that take `name=( … )` as an argument.
    fn declares(&self, program: &Word) -> bool {
        let text = program.span.of(self.cursor.source);
        matches!(text, "declare" | "typeset" | "local" | "export" | "readonly" | "eval")
    }

    /// `io_number? operator word`
    fn redirect(&mut self) -> Read<Option<Redirect>> {
        let mut ahead = self.cursor.ahead().skip_while(u8::is_ascii_digit);
        let sign = ahead.next();
        if !matches!(sign, Some(b'<' | b'>' | b'&')) {
            return Ok(None);
        }
        let digits = self.cursor.ahead().take_while(u8::is_ascii_digit).count();
        let both = digits == 0 && sign == Some(b'&') && self.cursor.nth(1) == Some(b'>');
        if !both && !matches!(sign, Some(b'<' | b'>')) {
            return Ok(None);
        }
        if digits == 0 && self.cursor.nth(1) == Some(b'(') {
            return Ok(None);
        }
        let descriptor = (digits > 0).then(|| self.cursor.token(digits, LeafKind::Operator));
        let operators: &[&str] = if both {
            &["&>>", "&>"]
        } else {
            &["<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"]
        };
        let Some(found) = operators.iter().find(|operator| self.at(operator)) else {
            return Ok(None);
        };
        let operator = self.cursor.token(found.len(), LeafKind::Operator);
        if both || *found == "<<<" {
            self.bashism(operator);
        }
        self.blanks();
        let span_start = descriptor.unwrap_or(operator).start;
        if self
            .cursor
            .peek()
            .is_none_or(|byte| is_delimiter(byte) && !self.at("<(") && !self.at(">("))
        {
            return self.refuse("a redirection without its file");
        }
        let target = self.word(false)?;
        let heredoc = found.starts_with("<<") && *found != "<<<";
        if heredoc {
            self.heredoc(&target, *found == "<<-")?;
        }
        let span = Span::new(span_start, target.span.end);
        Ok(Some(Redirect { span, descriptor, operator, target, heredoc }))
    }

    /// Notes a here-document. An instruction's must be one that the builder found, in its order; the
    /// lines of one inside a body follow the next newline.
    fn heredoc(&mut self, target: &Word, strip_tabs: bool) -> Read<()> {
        let name = super::words::unquoted(&self.cursor.joined(target.span));
        match self.mode {
            Mode::Body => {
                self.pending.push((name, strip_tabs));
            }
            Mode::Instruction { heredocs } => {
                let known = heredocs.get(self.next_heredoc);
                let known =
                    known.filter(|known| known.name == name && known.strip_tabs == strip_tabs);
                if known.is_none() || self.substitutions > 0 {
                    return self.refuse("a here-document that the builder does not see");
                }
                self.next_heredoc += 1;
            }
        }
        Ok(())
    }

    /// `name ("=" | "+=") value?` at the start of a simple command.
    fn assignment(&mut self) -> Read<Option<Assignment>> {
        let Some(length) = self.assigned_name() else { return Ok(None) };
        let word = self.word(true)?;
        let name = Span::new(word.span.start, word.span.start + length);
        let is_array = word.parts.iter().any(|part| matches!(part.kind, PartKind::Array(_)));
        let span = word.span;
        let (value, array) = if is_array { (None, Some(word)) } else { (Some(word), None) };
        Ok(Some(Assignment { span, name, value, array }))
    }

    /// The length of the name if an assignment stands here.
    fn assigned_name(&mut self) -> Option<usize> {
        let first = self.cursor.peek()?;
        if !first.is_ascii_alphabetic() && first != b'_' {
            return None;
        }
        let mut ahead = self.cursor.ahead().enumerate().skip(1);
        let (length, mut sign) =
            ahead.find(|(_, byte)| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
        if sign == b'[' {
            // An element of an array: name[subscript]=value.
            let (_, close) = ahead.find(|(_, byte)| *byte == b']' || is_delimiter(*byte))?;
            sign = if close == b']' { ahead.next()?.1 } else { return None };
        }
        if sign == b'+' {
            sign = ahead.next()?.1;
        }
        (sign == b'=').then_some(length)
    }
}
