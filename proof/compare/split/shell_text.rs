//! The commands of a script of the project, word by word, read without its grammar: what is in doubt is no script.

use std::iter::Peekable;
use std::str::Chars;

/// What a script says.
#[derive(Default)]
pub(super) struct ShellText {
    /// Its commands, those in substitutions included; quotes are taken away, and `$` stands where a command is substituted.
    pub(super) commands: Vec<Vec<String>>,
    /// For each of them, whether it stands in a function.
    pub(super) inside: Vec<bool>,
    /// The names of its functions.
    pub(super) functions: Vec<String>,
    /// The files that it writes to.
    pub(super) writes: Vec<String>,
    /// The files that it reads from by `<`.
    pub(super) reads: Vec<String>,
    /// What its variables are set to by `for`, and the words of `[[`.
    pub(super) items: Vec<String>,
    /// The words that end the here-documents of the line that is read.
    pending: Vec<String>,
    /// How many braces are open, and how many were where the function began that is read.
    braces: usize,
    function: Option<usize>,
}

/// Words of the grammar that stand in front of commands.
const FRAME: &[&str] =
    &["!", "do", "done", "elif", "else", "esac", "fi", "if", "then", "until", "while", "{", "}"];

impl ShellText {
    /// Reads a text; `None` where this reader is not sure of it.
    pub(super) fn of(text: &str) -> Option<Self> {
        if text.contains("<<") && text.contains("$(") {
            return None;
        }
        let mut read = Self::default();
        read.list(&mut text.chars().peekable(), false)?;
        Some(read)
    }

    /// Reads up to the end, or up to the parenthesis that closes a substitution.
    fn list(&mut self, rest: &mut Peekable<Chars<'_>>, inner: bool) -> Option<()> {
        let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
        let mut depth = 0;
        while let Some(c) = rest.next() {
            match c {
                ' ' | '\t' => words.extend(word.take()),
                '#' if word.is_none() => while rest.next_if(|c| *c != '\n').is_some() {},
                '\n' | ';' | '&' | '|' => {
                    words.extend(word.take());
                    let arm = c == ';' && rest.next_if_eq(&';').is_some();
                    let opens = words.first().is_some_and(|word| word == "case");
                    if opens && words.last().is_none_or(|word| word != "in") {
                        return None;
                    }
                    self.command(&mut words, rest)?;
                    if c == '\n' {
                        self.documents(rest)?;
                    }
                    if arm || opens {
                        self.pattern(rest)?;
                    }
                }
                '(' if word.is_some() && words.is_empty() && rest.peek() == Some(&')') => {
                    rest.next();
                    self.functions.extend(word.take());
                    self.function = self.function.or(Some(self.braces));
                }
                '(' if word.is_none() && words.iter().all(|word| FRAME.contains(&&**word)) => {
                    // Arithmetic is none of it.
                    if rest.peek() == Some(&'(') {
                        return None;
                    }
                    depth += 1;
                    self.command(&mut words, rest)?;
                }
                '(' => return None,
                ')' => {
                    words.extend(word.take());
                    self.command(&mut words, rest)?;
                    match depth {
                        0 if inner => return Some(()),
                        0 => return None,
                        _ => depth -= 1,
                    }
                }
                '>' | '<' => {
                    let number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
                    word = word.filter(|word| !number(word));
                    words.extend(word.take());
                    self.redirect(c, rest)?;
                }
                _ => self.piece(c, rest, word.get_or_insert_default())?,
            }
        }
        words.extend(word);
        self.command(&mut words, rest)?;
        (!inner && depth == 0).then_some(())
    }

    /// One piece of a word that begins with `c`.
    fn piece(&mut self, c: char, rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
        match c {
            '\'' => loop {
                match rest.next()? {
                    '\'' => break,
                    c => word.push(c),
                }
            },
            '"' => loop {
                match rest.next()? {
                    '"' => break,
                    '\\' => word.extend(rest.next()),
                    '$' => self.dollar(rest, word)?,
                    '`' => return None,
                    c => word.push(c),
                }
            },
            '\\' => match rest.next()? {
                '\n' => {}
                c => word.push(c),
            },
            '$' => self.dollar(rest, word)?,
            '`' => return None,
            c => word.push(c),
        }
        Some(())
    }

    /// What stands behind `$`.
    fn dollar(&mut self, rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
        word.push('$');
        match rest.peek() {
            Some('(') => {
                rest.next();
                if rest.next_if_eq(&'(').is_none() {
                    return self.list(rest, true);
                }
                // Arithmetic.
                let mut open = 2;
                while open > 0 {
                    match rest.next()? {
                        '(' => open += 1,
                        ')' => open -= 1,
                        '$' if rest.peek() == Some(&'(') => return None,
                        _ => {}
                    }
                }
            }
            Some('{') => loop {
                let c = rest.next()?;
                if c == '`' || c == '$' && rest.peek() == Some(&'(') {
                    return None;
                }
                word.push(c);
                if c == '}' {
                    break;
                }
            },
            _ => {}
        }
        Some(())
    }

    /// Where a redirection leads.
    fn redirect(&mut self, sign: char, rest: &mut Peekable<Chars<'_>>) -> Option<()> {
        let doubled = rest.next_if_eq(&sign).is_some();
        if rest.peek() == Some(&'(') {
            return None;
        }
        let document = sign == '<' && doubled;
        if document && rest.next_if(|c| matches!(c, '<' | '-')).is_some() {
            return None;
        }
        let copies = rest.next_if_eq(&'&').is_some();
        while rest.next_if(|c| matches!(c, ' ' | '\t' | '|')).is_some() {}
        let mut target = String::new();
        while let Some(c) = rest.next_if(|c| !c.is_whitespace() && !";&|)(<>".contains(*c)) {
            self.piece(c, rest, &mut target)?;
        }
        let number = target.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if document {
            self.pending.push(target);
        } else if !(copies && number) {
            if sign == '>' { self.writes.push(target) } else { self.reads.push(target) }
        }
        Some(())
    }

    /// Goes behind the here-documents that begin here.
    fn documents(&mut self, rest: &mut Peekable<Chars<'_>>) -> Option<()> {
        for end in std::mem::take(&mut self.pending) {
            loop {
                rest.peek()?;
                let line: String = std::iter::from_fn(|| rest.next_if(|c| *c != '\n')).collect();
                rest.next();
                if line == end {
                    break;
                }
            }
        }
        Some(())
    }

    /// Goes behind the pattern of an arm of `case`, if there is one more.
    fn pattern(&mut self, rest: &mut Peekable<Chars<'_>>) -> Option<()> {
        loop {
            while rest.next_if(|c| c.is_whitespace()).is_some() {}
            if rest.next_if_eq(&'#').is_none() {
                break;
            }
            while rest.next_if(|c| *c != '\n').is_some() {}
        }
        if rest.clone().take(4).collect::<String>() == "esac" {
            return Some(());
        }
        loop {
            match rest.next()? {
                ')' => return Some(()),
                '\n' | '`' => return None,
                '$' if rest.peek() == Some(&'(') => return None,
                _ => {}
            }
        }
    }

    /// Takes over what has been read of a command, without the words of the grammar and without assignments.
    fn command(&mut self, words: &mut Vec<String>, rest: &mut Peekable<Chars<'_>>) -> Option<()> {
        let mut words = std::mem::take(words);
        let framed = words.iter().take_while(|word| FRAME.contains(&&***word)).count();
        for word in words.drain(..framed) {
            match word.as_str() {
                "{" => self.braces += 1,
                "}" => {
                    self.braces = self.braces.checked_sub(1)?;
                    self.function = self.function.filter(|braces| *braces < self.braces);
                }
                _ => {}
            }
        }
        match words.first().map(String::as_str) {
            None | Some("case") => return Some(()),
            Some("for") => {
                self.items.extend(words.into_iter().skip(3));
                return Some(());
            }
            Some("function" | "select" | "coproc") => return None,
            Some("[[") => {
                // Its signs are no ends of commands.
                while !words.iter().any(|word| word == "]]") {
                    let line: String =
                        std::iter::from_fn(|| rest.next_if(|c| *c != '\n')).collect();
                    let plain = |word: &str| word.trim_matches(['"', '\'']).to_owned();
                    self.items.extend(line.split_whitespace().map(plain));
                    let end = line.split_whitespace().position(|word| word == "]]")?;
                    if line.contains(['$', '`']) && line.contains("$(")
                        || end + 1 < line.split_whitespace().count()
                    {
                        return None;
                    }
                    words.push("]]".to_owned());
                }
                self.items.extend(words);
                return Some(());
            }
            _ => {}
        }
        self.commands.push(words);
        self.inside.push(self.function.is_some());
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::ShellText;

    #[test]
    fn commands_are_found_wherever_they_stand() {
        let text = "set -e\nif [ \"$1\" = \"a;b\" ]; then exec ./one \"$@\" 2>&1; fi\n\
            case $1 in\n  x|y) two 'q; r' ;;\n  *) V=$(three) ;;\nesac\nf() { four > /tmp/out; }\n";
        let read = ShellText::of(text).expect("the text is plain");
        let firsts: Vec<&str> = read.commands.iter().map(|words| words[0].as_str()).collect();
        assert_eq!(firsts, ["set", "[", "exec", "two", "three", "V=$", "four"]);
        assert_eq!(read.commands[2], ["exec", "./one", "$@"]);
        assert_eq!(read.inside, [false, false, false, false, false, false, true]);
        assert_eq!((read.functions, read.writes), (vec!["f".into()], vec!["/tmp/out".into()]));
    }

    #[test]
    fn files_are_read_by_signs_and_by_loops() {
        let text =
            "for f in one two; do read -r X < $f; done\nwhile read l; do :; done <three 0<&4\n";
        let read = ShellText::of(text).expect("the text is plain");
        assert_eq!(
            (read.items, read.reads),
            (vec!["one".into(), "two".into()], vec!["$f".into(), "three".into()])
        );
    }

    #[test]
    fn what_is_in_doubt_is_no_script() {
        for text in
            ["cat <<END\n$(x)\nEND\n", "a=(1 2)\n", "echo `ls`\n", "echo \"", "diff <(a) b\n"]
        {
            assert!(ShellText::of(text).is_none(), "{text}");
        }
    }
}
