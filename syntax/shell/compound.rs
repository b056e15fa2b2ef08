//! Compound commands and functions.

use super::grammar::{Read, Reader, Reserved, is_delimiter};
use super::{Command, CommandKind, List, PartKind, Word};
use crate::{LeafKind, Span};

impl Reader<'_, '_, '_, '_> {
    /// The compound command that this reserved word opens.
    pub(super) fn compound(&mut self, opening: Reserved) -> Read<Command> {
        let start = self.cursor.position;
        let kind = match opening {
            Reserved::Open => self.group()?,
            Reserved::If => self.conditional()?,
            Reserved::While | Reserved::Until => self.repeat(opening)?,
            Reserved::For | Reserved::Select => self.each(opening)?,
            Reserved::Case => self.case()?,
            Reserved::Test => self.test()?,
            Reserved::Function => return self.keyword_function(),
            _ => return self.refuse("a word that is not expected here"),
        };
        self.with_redirects(start, kind)
    }

    fn with_redirects(&mut self, start: usize, kind: CommandKind) -> Read<Command> {
        let end = self.cursor.position;
        let redirects = self.redirects()?;
        let end = redirects.last().map_or(end, |redirect| redirect.span.end);
        Ok(Command { span: Span::new(start, end), kind, redirects })
    }

    /// `subshell : "(" list ")"`, or bash's `(( … ))`.
    pub(super) fn parenthesised(&mut self) -> Read<Command> {
        let start = self.cursor.position;
        if self.at("((")
            && let Some(length) = self.arithmetic_length(2)
        {
            let span = self.cursor.token(length, LeafKind::Text);
            self.bashism(span);
            return self.with_redirects(start, CommandKind::Arithmetic);
        }
        self.cursor.token(1, LeafKind::Operator);
        let list = self.filled_list()?;
        self.close_parenthesis()?;
        self.with_redirects(start, CommandKind::Subshell(list))
    }

    pub(super) fn close_parenthesis(&mut self) -> Read<()> {
        self.blanks();
        if self.cursor.peek() != Some(b')') {
            return self.refuse("a parenthesis is not closed");
        }
        self.cursor.token(1, LeafKind::Operator);
        Ok(())
    }

    /// `brace_group : "{" list "}"`
    fn group(&mut self) -> Read<CommandKind> {
        self.reserved_token(Reserved::Open);
        let list = self.filled_list()?;
        self.expect(Reserved::Close, "`}` is missing")?;
        Ok(CommandKind::Group(list))
    }

    /// `"if" list "then" list ("elif" list "then" list)* ("else" list)? "fi"`
    fn conditional(&mut self) -> Read<CommandKind> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        self.reserved_token(Reserved::If);
        loop {
            let condition = self.filled_list()?;
            self.expect(Reserved::Then, "`then` is missing")?;
            branches.push((condition, self.filled_list()?));
            self.blanks();
            match self.reserved() {
                Some(Reserved::Elif) => {
                    self.reserved_token(Reserved::Elif);
                    continue;
                }
                Some(Reserved::Else) => {
                    self.reserved_token(Reserved::Else);
                    otherwise = Some(self.filled_list()?);
                }
                _ => {}
            }
            self.expect(Reserved::Fi, "`fi` is missing")?;
            return Ok(CommandKind::If { branches, otherwise });
        }
    }

    /// `do_group : "do" list "done"`
    fn do_group(&mut self) -> Read<List> {
        self.expect(Reserved::Do, "`do` is missing")?;
        let body = self.filled_list()?;
        self.expect(Reserved::Done, "`done` is missing")?;
        Ok(body)
    }

    /// `("while" | "until") list do_group`
    fn repeat(&mut self, opening: Reserved) -> Read<CommandKind> {
        self.reserved_token(opening);
        let condition = self.filled_list()?;
        Ok(CommandKind::While { condition, body: self.do_group()? })
    }

    /// `"for" name (newline* "in" word* (";" | newline))? newline* do_group`
    fn each(&mut self, opening: Reserved) -> Read<CommandKind> {
        let keyword = self.reserved_token(opening);
        if opening == Reserved::Select {
            self.bashism(keyword);
        }
        self.blanks();
        if self.at("((") {
            return self.refuse("a loop over numbers, `for ((…))`");
        }
        let name = self.plain_word()?;
        self.newlines()?;
        let mut words = None;
        if self.at("in") && self.cursor.nth(2).is_none_or(is_delimiter) {
            self.cursor.token(2, LeafKind::Reserved);
            words = Some(self.words_of_line()?);
        }
        self.end_of_words()?;
        Ok(CommandKind::For { name, words, body: self.do_group()? })
    }

    fn words_of_line(&mut self) -> Read<Vec<Word>> {
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.cursor.peek() {
                Some(byte) if !is_delimiter(byte) => words.push(self.word(false)?),
                _ => return Ok(words),
            }
        }
    }

    /// `;` or newlines between the head of a loop and `do`.
    fn end_of_words(&mut self) -> Read<()> {
        self.blanks();
        if self.cursor.peek() == Some(b';') && self.cursor.nth(1) != Some(b';') {
            self.cursor.token(1, LeafKind::Operator);
        }
        self.newlines()
    }

    /// A word that is a name without any quoting.
    fn plain_word(&mut self) -> Read<Span> {
        let word = self.cursor.peek().filter(|byte| !is_delimiter(*byte));
        if word.is_none() {
            return self.refuse("a name is missing");
        }
        let word = self.word(false)?;
        match word.parts.as_slice() {
            [part] if matches!(part.kind, PartKind::Literal) => Ok(word.span),
            _ => self.refuse("a name must not be quoted"),
        }
    }

    /// `"case" word newline* "in" newline* ("("? word ("|" word)* ")" list (";;" newline*)?)* "esac"`
    fn case(&mut self) -> Read<CommandKind> {
        self.reserved_token(Reserved::Case);
        self.blanks();
        if self.cursor.peek().is_none_or(is_delimiter) {
            return self.refuse("`case` without a word");
        }
        let subject = self.word(false)?;
        self.newlines()?;
        if !self.at("in") || !self.cursor.nth(2).is_none_or(is_delimiter) {
            return self.refuse("`in` is missing");
        }
        self.cursor.token(2, LeafKind::Reserved);
        let mut arms = Vec::new();
        loop {
            self.newlines()?;
            if self.reserved() == Some(Reserved::Esac) {
                self.reserved_token(Reserved::Esac);
                return Ok(CommandKind::Case { subject, arms });
            }
            let patterns = self.patterns()?;
            let list = self.list()?;
            arms.push((patterns, list));
            self.blanks();
            match (self.cursor.peek(), self.reserved()) {
                (Some(b';'), _) => self.case_end(),
                (_, Some(Reserved::Esac)) => {}
                _ => return self.refuse("`;;` or `esac` is missing"),
            }
        }
    }

    fn case_end(&mut self) {
        let length = if self.at(";;&") { 3 } else { 2 };
        let through = length == 3 || self.at(";&");
        let span = self.cursor.token(length, LeafKind::Operator);
        if through {
            self.bashism(span);
        }
    }

    fn patterns(&mut self) -> Read<Vec<Word>> {
        let mut patterns = Vec::new();
        if self.cursor.peek() == Some(b'(') {
            self.cursor.token(1, LeafKind::Operator);
        }
        loop {
            self.blanks();
            if self.cursor.peek().is_none_or(is_delimiter) {
                return self.refuse("a pattern is missing");
            }
            patterns.push(self.word(false)?);
            self.blanks();
            match self.cursor.peek() {
                Some(b'|') => {
                    self.cursor.token(1, LeafKind::Operator);
                }
                Some(b')') => {
                    self.cursor.token(1, LeafKind::Operator);
                    return Ok(patterns);
                }
                _ => return self.refuse("`)` behind a pattern is missing"),
            }
        }
    }

    /// bash's `"[[" … "]]"`: words and signs up to a word that is `]]`.
    fn test(&mut self) -> Read<CommandKind> {
        let opening = self.reserved_token(Reserved::Test);
        self.bashism(opening);
        loop {
            self.newlines()?;
            if self.at("]]") && self.cursor.nth(2).is_none_or(is_delimiter) {
                self.cursor.token(2, LeafKind::Reserved);
                return Ok(CommandKind::Test);
            }
            match self.cursor.peek() {
                None => return self.refuse("`]]` is missing"),
                Some(byte) if is_delimiter(byte) => {
                    self.cursor.token(1, LeafKind::Operator);
                }
                Some(_) => {
                    self.word(false)?;
                }
            }
        }
    }

    /// `function_definition : name "(" ")" newline* compound_command`
    pub(super) fn function(&mut self, name: &Word) -> Read<Command> {
        if !matches!(name.parts.as_slice(), [part] if matches!(part.kind, PartKind::Literal)) {
            return self.refuse("a parenthesis that is not expected here");
        }
        self.cursor.token(1, LeafKind::Operator);
        self.close_parenthesis()?;
        self.function_body(name.span.start, name.span)
    }

    /// bash's `"function" name ("(" ")")? newline* compound_command`
    fn keyword_function(&mut self) -> Read<Command> {
        let keyword = self.reserved_token(Reserved::Function);
        self.bashism(keyword);
        self.blanks();
        let name = self.plain_word()?;
        self.blanks();
        if self.cursor.peek() == Some(b'(') && !self.at("((") {
            self.cursor.token(1, LeafKind::Operator);
            self.close_parenthesis()?;
        }
        self.function_body(keyword.start, name)
    }

    fn function_body(&mut self, start: usize, name: Span) -> Read<Command> {
        self.newlines()?;
        if self.cursor.peek() != Some(b'(') && self.reserved().is_none() {
            return self.refuse("a function's body must be a compound command");
        }
        let body = Box::new(self.command()?);
        let span = Span::new(start, body.span.end);
        Ok(Command { span, kind: CommandKind::Function { name, body }, redirects: Vec::new() })
    }
}
