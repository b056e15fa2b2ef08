//! A `setup.py` that is one call of `setup` with texts, lists and files that it reads, so that its build compiles nothing.
//!
//! <https://setuptools.pypa.io/en/latest/references/keywords.html>

use crate::facts::python_tokens::{Token, tokens};

/// Arguments of `setup` that describe a package or copy its files.
const ARGUMENTS: [&str; 32] = [
    "author",
    "author_email",
    "classifiers",
    "data_files",
    "description",
    "download_url",
    "entry_points",
    "exclude_package_data",
    "extras_require",
    "include_package_data",
    "install_requires",
    "keywords",
    "license",
    "license_files",
    "long_description",
    "long_description_content_type",
    "maintainer",
    "maintainer_email",
    "name",
    "namespace_packages",
    "package_data",
    "package_dir",
    "packages",
    "platforms",
    "project_urls",
    "py_modules",
    "python_requires",
    "scripts",
    "test_suite",
    "url",
    "version",
    "zip_safe",
];
/// What may stand in the script besides: it finds packages and reads files, and can start nothing.
const WORDS: [&str; 41] = [
    "False",
    "None",
    "Path",
    "True",
    "__file__",
    "__name__",
    "abspath",
    "as",
    "codecs",
    "core",
    "def",
    "dirname",
    "distutils",
    "encoding",
    "exclude",
    "find_namespace_packages",
    "find_packages",
    "from",
    "if",
    "import",
    "in",
    "include",
    "io",
    "join",
    "mode",
    "not",
    "open",
    "os",
    "parent",
    "path",
    "pathlib",
    "read",
    "read_text",
    "realpath",
    "resolve",
    "return",
    "setup",
    "setuptools",
    "strip",
    "where",
    "with",
];

/// What may stand in a script besides where it has parts in C that [`literal_parts`] reads.
const PARTS: [&str; 13] = [
    "Build",
    "Cython",
    "Extension",
    "annotate",
    "compiler_directives",
    "cythonize",
    "define_macros",
    "ext_modules",
    "extension",
    "include_dirs",
    "language_level",
    "numpy",
    "sources",
];
/// The call by which NumPy tells where its headers are, which are all that including them needs: whoever calls them finds them through the
/// package when it is imported (NumPy, "Array API").
const HEADERS: &str = "get_include";

/// The requirements that the script names; else what it does besides, in words.
pub(super) fn requirements(script: &str) -> Result<Vec<String>, String> {
    read(&tokens(script).ok_or("has a text that is not understood")?, &[])
}

/// Checks that a script is plain, its parts in C too: each is a name with a list of sources, or is Cython's. It puts nothing but the package
/// anywhere. Else what it does besides, in words.
pub(super) fn literal_parts(script: &str) -> Result<(), String> {
    let tokens = tokens(script).ok_or("has a text that is not understood")?;
    let names = names_of_numpy(&tokens);
    let mut more = PARTS.to_vec();
    if !names.is_empty() {
        more.push(HEADERS);
    }
    read(&tokens, &more)?;
    for (at, token) in tokens.iter().enumerate() {
        let before = |number: usize| at.checked_sub(number).map(|at| tokens[at]);
        let fits = match token {
            Token::Word("Extension") => {
                is_imported(&tokens[..at]) || is_named_with_sources(&tokens[at + 1..], &names)
            }
            Token::Word("include_dirs") => headers(&tokens[at..], &names).is_some(),
            Token::Word("define_macros") => macros(&tokens[at..]).is_some(),
            Token::Word("sources") => tokens.get(at + 1) == Some(&Token::Sign('=')),
            Token::Word("numpy") if before(1) == Some(Token::Word("import")) => {
                let whole = tokens.get(at + 1) != Some(&Token::Sign('.'));
                whole && !matches!(before(3), Some(Token::Word("from") | Token::Sign('.')))
            }
            Token::Word("numpy" | HEADERS) => {
                let open = if *token == Token::Word(HEADERS) { 4 } else { 2 };
                before(open + 1) == Some(Token::Word("include_dirs"))
            }
            Token::Word("data_files") => return Err("has data files".to_owned()),
            Token::Text(text) => !text.starts_with('/') && !text.contains(".."),
            _ => true,
        };
        if !fits {
            return Err("has a part in C that is more than a name and sources".to_owned());
        }
    }
    Ok(())
}

/// Whether what stands behind these tokens is one of the names of an import.
fn is_imported(mut before: &[Token<'_>]) -> bool {
    while let [rest @ .., Token::Word(_), Token::Sign(',')] = before {
        before = rest;
    }
    matches!(before, [.., Token::Word("import")] | [.., Token::Word("import"), Token::Sign('(')])
}

/// `("fast._fast", ["fast/_fast.c"])`, with or without the names of both, and with where the headers of NumPy are, and macros, behind them.
fn is_named_with_sources(call: &[Token<'_>], numpy: &[&str]) -> bool {
    let named = |tokens: &[Token<'_>], name: &str| match tokens {
        [Token::Word(word), Token::Sign('='), ..] if *word == name => 2,
        _ => 0,
    };
    let [Token::Sign('('), call @ ..] = call else { return false };
    let call = &call[named(call, "name")..];
    let [Token::Text(_), Token::Sign(','), call @ ..] = call else { return false };
    let call = &call[named(call, "sources")..];
    let [Token::Sign('['), sources @ ..] = call else { return false };
    let end = sources.iter().position(|token| *token == Token::Sign(']')).unwrap_or(0);
    let texts = sources[..end].iter().enumerate().all(|(at, token)| match token {
        Token::Text(_) => at % 2 == 0,
        token => at % 2 == 1 && *token == Token::Sign(','),
    });
    let [Token::Sign(']'), behind @ ..] = &sources[end..] else { return false };
    let mut rest = behind;
    while let [Token::Sign(','), more @ ..] = rest {
        match headers(more, numpy).or_else(|| macros(more)) {
            Some(behind) => rest = behind,
            None => return texts && more.first() == Some(&Token::Sign(')')),
        }
    }
    texts && rest.first() == Some(&Token::Sign(')'))
}

/// The names that a script gives to NumPy, if it gives them to nothing else: `import numpy`, `import numpy as np`.
fn names_of_numpy<'s>(tokens: &[Token<'s>]) -> Vec<&'s str> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate().skip(1) {
        if *token == Token::Word("numpy") && tokens[at - 1] == Token::Word("import") {
            match &tokens[at + 1..] {
                [Token::Word("as"), Token::Word(name), ..] => found.push(*name),
                _ => found.push("numpy"),
            }
        }
    }
    found.retain(|name| {
        let given = |two: &[Token<'_>]| {
            let own = two[1] == Token::Word(name);
            let by_word = matches!(two[0], Token::Word("def" | "for" | "in" | "class"));
            let sign = two[0] == Token::Word(name) && two[1] == Token::Sign('=');
            own && by_word || sign
        };
        let times = tokens.windows(2).filter(|two| {
            two[1] == Token::Word(name) && matches!(two[0], Token::Word("import" | "as"))
        });
        times.count() == 1 && !tokens.windows(2).any(given)
    });
    found
}

/// What stands behind `include_dirs=[numpy.get_include()]`.
fn headers<'a, 's>(tokens: &'a [Token<'s>], numpy: &[&str]) -> Option<&'a [Token<'s>]> {
    match tokens {
        [
            Token::Word("include_dirs"),
            Token::Sign('='),
            Token::Sign('['),
            Token::Word(name),
            Token::Sign('.'),
            Token::Word(HEADERS),
            Token::Sign('('),
            Token::Sign(')'),
            Token::Sign(']'),
            rest @ ..,
        ] if numpy.contains(name) => Some(rest),
        _ => None,
    }
}

/// What stands behind `define_macros=[("NPY_NO_DEPRECATED_API", "NPY_1_7_API_VERSION")]`.
fn macros<'a, 's>(tokens: &'a [Token<'s>]) -> Option<&'a [Token<'s>]> {
    let [Token::Word("define_macros"), Token::Sign('='), Token::Sign('['), rest @ ..] = tokens
    else {
        return None;
    };
    let end = rest.iter().position(|token| *token == Token::Sign(']'))?;
    let plain = rest[..end].iter().all(|token| {
        matches!(token, Token::Text(_) | Token::Sign('(' | ')' | ',') | Token::Word("None"))
    });
    plain.then(|| &rest[end + 1..])
}

/// The requirements of a script that holds nothing but what is known, and `more`.
fn read(tokens: &[Token<'_>], more: &[&str]) -> Result<Vec<String>, String> {
    let assigned = assigned(tokens);
    let mut depth = 0_usize;
    let mut found = None;
    let mut calls = 0;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| tokens[at]);
        let next = tokens.get(at + 1);
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Sign('*') => return Err("has arguments that are not seen".to_owned()),
            Token::Word("setup") if next == Some(&Token::Sign('(')) => calls += 1,
            Token::Word("install_requires") if next == Some(&Token::Sign('=')) && depth > 0 => {
                let list = list(&tokens[at + 2..], tokens);
                found = Some(list.ok_or("does not name its dependencies in a plain list")?);
            }
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => {}
            Token::Word(word) => {
                let of_other =
                    matches!(before, Some(Token::Sign('.') | Token::Word("import" | "from")));
                let own = assigned.contains(word) && !of_other;
                let describes = depth > 0 && ARGUMENTS.contains(word);
                if !(own || describes || WORDS.contains(word) || more.contains(word)) {
                    return Err(format!("names {word}"));
                }
            }
            _ => {}
        }
    }
    if calls != 1 {
        return Err("does not call `setup` once".to_owned());
    }
    Ok(found.unwrap_or_default())
}

/// Names that the script gives itself: `here = …`, `as file`, `def read(name)`.
fn assigned<'s>(tokens: &[Token<'s>]) -> Vec<&'s str> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = |number: usize| tokens.get(at + number);
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Word("as" | "def") => {
                found.extend(next(1).and_then(word));
                // The parameters of a function.
                let names = tokens[at..].iter().take_while(|token| **token != Token::Sign(':'));
                if *token == Token::Word("def") {
                    found.extend(names.skip(2).filter_map(word));
                }
            }
            Token::Word(name)
                if depth == 0
                    && next(1) == Some(&Token::Sign('='))
                    && next(2) != Some(&Token::Sign('=')) =>
            {
                found.push(*name);
            }
            _ => {}
        }
    }
    found
}

fn word<'s>(token: &Token<'s>) -> Option<&'s str> {
    match token {
        Token::Word(word) => Some(*word),
        _ => None,
    }
}

/// `["flask", "click"]`, or the name of such a list.
fn list(value: &[Token<'_>], all: &[Token<'_>]) -> Option<Vec<String>> {
    let value = match value.first()? {
        Token::Word(name) => {
            let mut places = all.windows(3).enumerate().filter(|(_, window)| {
                window[0] == Token::Word(name)
                    && window[1] == Token::Sign('=')
                    && window[2] == Token::Sign('[')
            });
            let (at, _) = places.next()?;
            // It is given once, and nothing is added to it.
            let named = all.iter().filter(|token| **token == Token::Word(name)).count();
            (named == 2).then(|| &all[at + 2..])?
        }
        _ => value,
    };
    let mut rest = value.strip_prefix(&[Token::Sign('[')])?;
    let mut found = Vec::new();
    loop {
        match rest {
            [Token::Sign(']'), Token::Sign(',' | ')') | Token::Word(_), ..] => return Some(found),
            [Token::Text(text), Token::Sign(','), ..] => {
                found.push((*text).to_owned());
                rest = &rest[2..];
            }
            [Token::Text(text), Token::Sign(']'), ..] => {
                found.push((*text).to_owned());
                rest = &rest[1..];
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{literal_parts, requirements};

    #[test]
    fn a_plain_call_says_what_it_depends_on() {
        let script = r#"
"""A shop."""
import os
from setuptools import setup, find_packages  # only these

here = os.path.abspath(os.path.dirname(__file__))
with open(os.path.join(here, "README.md"), encoding="utf-8") as f:
    long_description = f.read()

setup(
    name="shop",
    long_description=long_description,
    packages=find_packages(exclude=["tests"]),
    entry_points={"console_scripts": ["shop=shop:main"]},
    install_requires=[
        "click>=8",
        'flask',
    ],
)
"#;
        assert_eq!(requirements(script).unwrap(), ["click>=8", "flask"]);
        let named =
            "from setuptools import setup\nneeds = ['click']\nsetup(install_requires=needs)";
        assert_eq!(requirements(named).unwrap(), ["click"]);
        assert_eq!(requirements("import setuptools\nsetuptools.setup(name='a')").unwrap(), [""; 0]);
    }

    #[test]
    fn what_does_more_is_told() {
        for script in [
            "setup(name='a', ext_modules=[1])",
            "setup(name='a', cffi_modules=['b'])",
            "setup(name='a', **more)",
            "import subprocess\nsetup(name='a')",
            "import os\nos.system('make')\nsetup(name='a')",
            "system = 1\nimport os\nos.system('make')\nsetup(name='a')",
            "exec(open('version.py').read())\nsetup(name='a')",
            "setup(install_requires=open('requirements.txt').read().split())",
            "setup(install_requires=['a' 'b'])",
            "setup(install_requires=['a'] + more)",
            "needs = ['a']\nneeds += ['b']\nsetup(install_requires=needs)",
            "setup(version=f'{open}')",
            "setup(name='a')\nsetup(name='b')",
            "from a import open\nsetup(name='a')",
            "setup(name='a",
        ] {
            assert!(requirements(script).is_err(), "{script}");
        }
    }
    #[test]
    fn parts_in_c_are_a_name_and_sources() {
        for parts in [
            r#"[Extension("a.b", ["a/b.c"]), Extension('a.c', ['c.c', 'd.c',],)]"#,
            r#"cythonize("a/*.pyx", language_level=3)"#,
            r#"[Extension(name="a.b", sources=["a/b.c"])]"#,
            r#"[Extension("a", ["a.c"], include_dirs=[numpy.get_include()])]"#,
            r#"[Extension("a", ["a.c"], define_macros=[("A", "B"), ("C", None)], include_dirs=[numpy.get_include()],)]"#,
            r#"cythonize("a/*.pyx"), include_dirs=[numpy.get_include()]"#,
        ] {
            let script = format!(
                "import numpy\nfrom setuptools import setup, Extension\nfrom Cython.Build import cythonize\nsetup(name='a', ext_modules={parts})"
            );
            assert_eq!(literal_parts(&script), Ok(()), "{parts}");
            assert!(requirements(&script).is_err(), "{parts}");
        }
        for script in [
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['a.c'], libraries=['xml2'])])",
            "from setuptools import setup, Extension\nlibraries = ['xml2']\nsetup(ext_modules=[Extension('a', ['a.c'], libraries=libraries)])",
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['a.c' 'b.c'])])",
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['../a.c'])])",
            "from setuptools import setup, Extension\npart = Extension\nsetup(ext_modules=[part('a', ['a.c'])])",
            "from setuptools import setup\nfrom parts import Extension\nsetup(ext_modules=[Extension('a', ['a.c'])])",
            "import json\nsetup(ext_modules=[Extension('a', ['a.c'], **json.load(open('a.json')))])",
            "setup(name='a', data_files=[('models', ['m.bin'])])",
            "setup(name='a', package_dir={'': '/opt/lib'})",
            "setup(name='a', cffi_modules=['b'])",
            "from numpy.distutils.core import setup, Extension\nsetup(ext_modules=[Extension('a', ['a.f90'])])",
            "import numpy as np\nfrom setuptools import setup, Extension\nnp = load()\nsetup(ext_modules=[Extension('a', ['a.c'], include_dirs=[np.get_include()])])",
            "import numpy as np\nfrom setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['a.c'], include_dirs=[np.get_include(), '/usr/include/libxml2'])])",
            "import numpy as np\nfrom setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['a.c'], include_dirs=[np.get_include()], libraries=['npymath'])])",
            "import numpy.distutils\nfrom setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['a.c'])])",
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['a.c'], include_dirs=[numpy.get_include()])])",
        ] {
            assert!(literal_parts(script).is_err(), "{script}");
        }
    }
}
