//! A `setup.py` that is one call of `setup` with plain values, so that it is known which files its build reads.
//!
//! <https://setuptools.pypa.io/en/latest/references/keywords.html>

use std::collections::HashMap;

use crate::facts::python_tokens::{Token, tokens};

/// Arguments that describe the package, and name no file.
const DESCRIBING: [&str; 22] = [
    "author",
    "author_email",
    "classifiers",
    "description",
    "download_url",
    "entry_points",
    "exclude_package_data",
    "include_package_data",
    "keywords",
    "license",
    "long_description",
    "long_description_content_type",
    "maintainer",
    "maintainer_email",
    "name",
    "platforms",
    "project_urls",
    "python_requires",
    "test_suite",
    "url",
    "version",
    "zip_safe",
];
/// Arguments with lists of requirements.
const REQUIRING: [&str; 3] = ["extras_require", "install_requires", "tests_require"];
/// Arguments that say what the package is made of.
const NAMING: [&str; 6] =
    ["ext_modules", "package_data", "package_dir", "packages", "py_modules", "scripts"];
/// Modules that a script may import: what it does with them is read where it calls them.
const MODULES: [&str; 8] =
    ["codecs", "core", "distutils", "extension", "io", "os", "pathlib", "setuptools"];
/// As deep as values may lie in each other.
const DEPTH: usize = 50;

/// A value in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
    /// All packages in a folder.
    Found(String),
    /// A part in C, with its sources.
    Part(Vec<String>),
    /// The text of a file.
    Read(String),
    /// A number, `True`, `False` or `None`, or what is not followed: a name inside of another value, or one that is given twice.
    Plain,
}

impl Value {
    /// The texts of a list.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        let Self::List(values) = self else { return None };
        let texts = values.iter().map(|value| match value {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

/// What a script calls `setup` with.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) arguments: Vec<(String, Value)>,
    /// The files whose text it reads.
    pub(super) reads: Vec<String>,
}

impl Script {
    /// Reads a script; else says what it does besides.
    pub(super) fn of(text: &str) -> Result<Self, String> {
        if text.replace("\r\n", "\n").contains('\r') {
            return Err("has lines that end in another way".to_owned());
        }
        let tokens = tokens(text).ok_or("has a text that is not understood")?;
        let mut reader =
            Reader { rest: &tokens, names: HashMap::new(), depth: 0, script: Self::default() };
        let mut called = false;
        while !reader.rest.is_empty() {
            called |= reader.statement(called)?;
        }
        if called { Ok(reader.script) } else { Err("does not call `setup`".to_owned()) }
    }

    /// An argument of the call.
    pub(super) fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The lists of requirements, with those of extras.
    pub(super) fn requirements(&self) -> impl Iterator<Item = &Value> {
        self.arguments
            .iter()
            .filter(|(name, _)| REQUIRING.contains(&name.as_str()))
            .map(|(_, value)| value)
    }
}

struct Reader<'r, 's> {
    rest: &'r [Token<'s>],
    names: HashMap<&'s str, Value>,
    /// How many values are being read that lie in each other.
    depth: usize,
    script: Script,
}

impl<'s> Reader<'_, 's> {
    /// Reads a statement, and says whether it calls `setup`.
    fn statement(&mut self, called: bool) -> Result<bool, String> {
        use Token::{Sign, Text, Word};
        match *self.rest {
            [Text(_), ref rest @ ..] => self.rest = rest,
            [Word("from" | "import"), ..] => self.import()?,
            // What may be imported from here runs as a script all the same.
            [
                Word("if"),
                Word("__name__"),
                Sign('='),
                Sign('='),
                Text("__main__"),
                Sign(':'),
                ref rest @ ..,
            ] => self.rest = rest,
            // `with open("README.md") as file: text = file.read()`
            [Word("with"), Word("open"), ..] => {
                self.rest = &self.rest[2..];
                let file = self.opened()?;
                let [Word("as"), Word(handle), Sign(':'), Word(name), Sign('='), ref rest @ ..] =
                    *self.rest
                else {
                    return Err("opens a file".to_owned());
                };
                let [Word(read), ref rest @ ..] = *rest else {
                    return Err("opens a file".to_owned());
                };
                if read != handle {
                    return Err("opens a file".to_owned());
                }
                self.rest = rest;
                self.taken()?;
                self.give(name, Value::Read(file));
            }
            [Word("setup"), Sign('('), ref rest @ ..]
            | [Word("setuptools"), Sign('.'), Word("setup"), Sign('('), ref rest @ ..]
                if !called =>
            {
                self.rest = rest;
                self.call()?;
                return Ok(true);
            }
            [Word(name), Sign('='), ref rest @ ..] => {
                self.rest = rest;
                let value = self.value()?;
                self.give(name, value);
            }
            [Word(name), ..] => return Err(format!("names {name}")),
            _ => return Err("has a statement that is not understood".to_owned()),
        }
        Ok(false)
    }

    /// Notes what a name stands for: of one that is given twice it is not followed which counts.
    fn give(&mut self, name: &'s str, value: Value) {
        self.names.entry(name).and_modify(|known| *known = Value::Plain).or_insert(value);
    }

    /// `from setuptools import setup, find_packages`
    fn import(&mut self) -> Result<(), String> {
        let from = self.next() == Some(Token::Word("from"));
        loop {
            match self.next() {
                Some(Token::Word("import")) if from => break,
                Some(Token::Word(module)) if MODULES.contains(&module) => {}
                _ => return Err("imports what is not known".to_owned()),
            }
            if !self.takes('.') && !from && !self.takes(',') {
                return Ok(());
            }
        }
        let inside = self.takes('(');
        loop {
            let known =
                ["Extension", "Path", "find_namespace_packages", "find_packages", "open", "setup"];
            match self.next() {
                Some(Token::Word(name)) if known.contains(&name) => {}
                _ => return Err("imports what is not known".to_owned()),
            }
            let more = self.takes(',');
            if inside && self.takes(')') || !inside && !more {
                return Ok(());
            }
        }
    }

    /// The arguments of `setup`.
    fn call(&mut self) -> Result<(), String> {
        while !self.takes(')') {
            let name = self.keyword()?.ok_or("has arguments that are not seen")?;
            let known = [&DESCRIBING[..], &REQUIRING, &NAMING].iter().any(|it| it.contains(&name));
            if !known {
                return Err(format!("calls `setup` with {name}"));
            }
            if self.script.argument(name).is_some() {
                return Err(format!("calls `setup` with {name} twice"));
            }
            let value = match *self.rest {
                [Token::Word(given), ref rest @ ..] if self.names.contains_key(given) => {
                    self.rest = rest;
                    self.names[given].clone()
                }
                _ => self.value()?,
            };
            self.script.arguments.push((name.to_owned(), value));
            if !self.takes(',') && self.rest.first() != Some(&Token::Sign(')')) {
                return Err(format!("works out {name}"));
            }
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Value, String> {
        if self.depth == DEPTH {
            return Err("has values that lie too deep".to_owned());
        }
        self.depth += 1;
        let value = self.value_inside();
        self.depth -= 1;
        value
    }

    fn value_inside(&mut self) -> Result<Value, String> {
        use Token::{Sign, Text, Word};
        let odd = || Err("has a value that is not understood".to_owned());
        let value = match self.next() {
            Some(Text(first)) => {
                let mut text = first.to_owned();
                while let Some(Text(more)) = self.rest.first() {
                    text.push_str(more);
                    self.rest = &self.rest[1..];
                }
                Value::Text(text)
            }
            Some(Sign(open @ ('[' | '('))) => {
                let close = if open == '[' { ']' } else { ')' };
                let mut values = Vec::new();
                let mut commas = 0;
                while !self.takes(close) {
                    values.push(self.value()?);
                    if self.takes(',') {
                        commas += 1;
                    } else if self.rest.first() != Some(&Sign(close)) {
                        return odd();
                    }
                }
                // `("a")` is no list.
                match values.as_mut_slice() {
                    [one] if open == '(' && commas == 0 => std::mem::replace(one, Value::Plain),
                    _ => Value::List(values),
                }
            }
            Some(Sign('{')) => {
                let mut pairs = Vec::new();
                while !self.takes('}') {
                    let [Text(key), Sign(':'), ref rest @ ..] = *self.rest else { return odd() };
                    self.rest = rest;
                    pairs.push((key.to_owned(), self.value()?));
                    if !self.takes(',') && self.rest.first() != Some(&Sign('}')) {
                        return odd();
                    }
                }
                Value::Table(pairs)
            }
            Some(Word("True" | "False" | "None")) => Value::Plain,
            Some(Word(number)) if number.starts_with(|c: char| c.is_ascii_digit()) => Value::Plain,
            Some(Word("open")) => {
                let file = self.opened()?;
                self.taken()?;
                Value::Read(file)
            }
            Some(Word("find_packages" | "find_namespace_packages")) => self.found()?,
            Some(Word("Extension")) => self.part()?,
            Some(Word("setuptools")) if self.takes('.') => match self.next() {
                Some(Word("find_packages" | "find_namespace_packages")) => self.found()?,
                Some(Word("Extension")) => self.part()?,
                _ => return odd(),
            },
            Some(Word(name)) if self.names.contains_key(name) => Value::Plain,
            Some(Word(name)) => return Err(format!("names {name}")),
            _ => return odd(),
        };
        Ok(value)
    }

    /// The file of `("README.md", encoding="utf-8")`.
    fn opened(&mut self) -> Result<String, String> {
        let odd = || "opens a file".to_owned();
        let [Token::Sign('('), Token::Text(file), ref rest @ ..] = *self.rest else {
            return Err(odd());
        };
        self.rest = rest;
        while !self.takes(')') {
            if !self.takes(',') {
                return Err(odd());
            }
            let name = self.keyword()?;
            let fits = match (name, self.next()) {
                (Some("encoding" | "errors" | "newline"), Some(Token::Text(_))) => true,
                (None | Some("mode"), Some(Token::Text(mode))) => matches!(mode, "r" | "rt"),
                _ => false,
            };
            if !fits {
                return Err(odd());
            }
        }
        self.script.reads.push(file.to_owned());
        Ok(file.to_owned())
    }

    /// `.read().splitlines()`
    fn taken(&mut self) -> Result<(), String> {
        use Token::{Sign, Word};
        let known = ["read", "readlines", "split", "splitlines", "strip"];
        let mut calls = 0;
        while let [Sign('.'), Word(name), Sign('('), Sign(')'), ref rest @ ..] = *self.rest {
            if !known.contains(&name) {
                break;
            }
            self.rest = rest;
            calls += 1;
        }
        if calls > 0 { Ok(()) } else { Err("opens a file".to_owned()) }
    }

    /// The folder in which packages are looked for.
    fn found(&mut self) -> Result<Value, String> {
        let mut folder = ".".to_owned();
        if !self.takes('(') {
            return Err("finds packages in another way".to_owned());
        }
        while !self.takes(')') {
            let name = self.keyword()?;
            match (name, self.value()?) {
                (None | Some("where"), Value::Text(text)) => folder = text,
                (Some("include" | "exclude"), Value::List(_)) => {}
                _ => return Err("finds packages in another way".to_owned()),
            }
            if !self.takes(',') && self.rest.first() != Some(&Token::Sign(')')) {
                return Err("finds packages in another way".to_owned());
            }
        }
        Ok(Value::Found(folder))
    }

    /// The sources of `("fast._fast", ["fast/_fast.c"])`.
    fn part(&mut self) -> Result<Value, String> {
        let odd = || "has a part in C that is more than a name and sources".to_owned();
        let mut values = Vec::new();
        if !self.takes('(') {
            return Err(odd());
        }
        while !self.takes(')') {
            match (self.keyword()?, values.len()) {
                (None, 0 | 1) | (Some("name"), 0) | (Some("sources"), 1) => {
                    values.push(self.value()?);
                }
                (Some("language"), _) => _ = self.value()?,
                _ => return Err(odd()),
            }
            if !self.takes(',') && self.rest.first() != Some(&Token::Sign(')')) {
                return Err(odd());
            }
        }
        let [Value::Text(_), sources] = &values[..] else { return Err(odd()) };
        let sources = sources.texts().ok_or_else(odd)?;
        Ok(Value::Part(sources.into_iter().map(str::to_owned).collect()))
    }

    /// The name in front of an equals sign.
    fn keyword(&mut self) -> Result<Option<&'s str>, String> {
        match *self.rest {
            [Token::Word(name), Token::Sign('='), ref rest @ ..]
                if rest.first() != Some(&Token::Sign('=')) =>
            {
                self.rest = rest;
                Ok(Some(name))
            }
            [Token::Sign('*'), ..] => Err("has arguments that are not seen".to_owned()),
            _ => Ok(None),
        }
    }

    fn next(&mut self) -> Option<Token<'s>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Takes a sign if it comes next.
    fn takes(&mut self, sign: char) -> bool {
        let comes = self.rest.first() == Some(&Token::Sign(sign));
        self.rest = &self.rest[usize::from(comes)..];
        comes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scripts_are_read() {
        let script = "#!/usr/bin/env python\n'''Tool.'''\nimport setuptools\nfrom setuptools import (setup,\n    Extension,)\n\
            with open('README.md', encoding='utf-8') as f:\n    text = f.read()\nHERE = 'a' 'b'\n\
            setup(name='a', version=HERE, long_description=text, packages=['a', \"a.b\"], zip_safe=False,\n\
            install_requires=open(\"r.txt\").read().splitlines(), package_data={'a': ['*.json']},\n\
            ext_modules=[Extension('a._c', sources=['a/c.c'])])\n";
        let script = Script::of(script).unwrap_or_else(|what| panic!("{what}"));
        assert_eq!(script.reads, ["README.md", "r.txt"]);
        assert_eq!(script.argument("version"), Some(&Value::Text("ab".to_owned())));
        assert_eq!(script.argument("packages").and_then(Value::texts), Some(vec!["a", "a.b"]));
        let parts = Value::List(vec![Value::Part(vec!["a/c.c".to_owned()])]);
        assert_eq!(script.argument("ext_modules"), Some(&parts));
        let found = Script::of(
            "import setuptools\nsetuptools.setup(packages=setuptools.find_packages('src', exclude=['t']))",
        );
        let found = found.unwrap_or_else(|what| panic!("{what}"));
        assert_eq!(found.argument("packages"), Some(&Value::Found("src".to_owned())));
    }

    #[test]
    fn names_are_followed_once() {
        let read = |script: &str| Script::of(script).unwrap_or_else(|what| panic!("{what}"));
        let script =
            read("NAME = 'a'\nPARTS = ['b']\nsetup(name=NAME, packages=PARTS, keywords=[NAME])");
        assert_eq!(script.argument("name"), Some(&Value::Text("a".to_owned())));
        assert_eq!(script.argument("packages").and_then(Value::texts), Some(vec!["b"]));
        assert_eq!(script.argument("keywords"), Some(&Value::List(vec![Value::Plain])));
        let script = read("NAME = 'a'\nNAME = 'b'\nsetup(name=NAME)");
        assert_eq!(script.argument("name"), Some(&Value::Plain));
        // Each list is twice as long as the one before it, if all are written out.
        let mut lists = "a0 = ['x', 'x']\n".to_owned();
        for number in 1..100 {
            lists += &format!("a{number} = [a{0}, a{0}]\n", number - 1);
        }
        let script = read(&format!("{lists}setup(packages=a99)"));
        let twice = Value::List(vec![Value::Plain, Value::Plain]);
        assert_eq!(script.argument("packages"), Some(&twice));
    }

    #[test]
    fn deep_values_are_refused() {
        let script = |depth: usize| {
            let (open, close) = ("[".repeat(depth), "]".repeat(depth));
            Script::of(&format!("setup(keywords={open}{close})"))
        };
        assert!(script(DEPTH).is_ok());
        assert!(script(DEPTH + 1).is_err());
        assert!(script(100_000).is_err());
    }

    #[test]
    fn all_else_is_refused() {
        for script in [
            "",
            "import setuptools",
            "import fast\nsetup()",
            "from setuptools import setup, Command\nsetup()",
            "from setuptools import *\nsetup()",
            "setup(**values)",
            "setup(name=name())",
            "setup(version=__import__('fast').__version__)",
            "setup(name='a', name='b')",
            "# a\rimport fast\nsetup()",
            "setup(name='a' + b)",
            "setup(name='a'.lower())",
            "setup(data_files=[('etc', ['a'])])",
            "setup(cmdclass={})",
            "setup(setup_requires=['x'])",
            "setup(use_scm_version=True)",
            "setup(version=f'{a}')",
            "setup()\nsetup()",
            "open('a', 'w').write('b')\nsetup()",
            "text = open('a', 'w')\nsetup()",
            "setup(long_description=open(name).read())",
            "setup(packages=find_packages(where=here))",
            "setup(ext_modules=[Extension('a', ['a.c'], include_dirs=['include'])])",
            "setup(ext_modules=[Extension('a', glob('*.c'))])",
            "setup(ext_modules=cythonize('a.pyx'))",
            "if True: setup()",
            "for a in b: setup()",
        ] {
            assert!(Script::of(script).is_err(), "{script}");
        }
    }
}
