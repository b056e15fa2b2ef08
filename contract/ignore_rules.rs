//! What a .dockerignore hides, by the rules of Docker's own matcher.

use crate::glob::{BadPattern, Glob};

/// The rules of a .dockerignore in their order: the last one that matches wins.
///
/// They are those of moby/patternmatcher as BuildKit walks a context with it, from the root down: a
/// folder that a rule matches is matched with all that is in it.
#[derive(Clone, Debug, Default)]
pub struct IgnoreRules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// `!`: shows again what rules above hide.
    shows: bool,
    glob: Glob,
}

/// A line of a .dockerignore that a builder refuses, or that cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRule {
    /// Its number, from 1.
    pub line: usize,
    /// The line, without blanks around it.
    pub text: String,
}

/// How the rules stand to a path, which those below it need to know.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Whether it is hidden.
    pub hidden: bool,
    /// Which rules match it or a folder above, as far as they were asked.
    matched: Vec<bool>,
}

impl IgnoreRules {
    /// Reads the text of a .dockerignore.
    pub fn parse(text: &str) -> Result<Self, BadRule> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Vec::new();
        for (number, line) in text.split('\n').enumerate() {
            // A `#` behind blanks is part of a name.
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let bad = |BadPattern| BadRule { line: number + 1, text: line.trim().to_owned() };
            rules.push(Rule::parse(line).map_err(bad)?);
        }
        Ok(Self { rules })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// How the rules stand to `path`, whose folder they stand to as `above`; for an entry of the root
    /// that is the default.
    pub fn standing(&self, path: &str, above: &Standing) -> Standing {
        let mut hidden = false;
        let mut matched = vec![false; self.rules.len()];
        for (number, rule) in self.rules.iter().enumerate() {
            let inherited = above.matched.get(number).copied().unwrap_or(false);
            // A rule that could change nothing is not asked, and so not handed down either.
            if inherited || (rule.shows == hidden && rule.glob.matches(path)) {
                matched[number] = true;
                hidden = !rule.shows;
            }
        }
        Standing { hidden, matched }
    }

    /// Whether `path` is hidden, be it there or not. Paths are relative to the context, with `/`
    /// between their parts.
    pub fn hides(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        let start = Standing::default();
        folders.chain([path]).fold(start, |above, path| self.standing(path, &above)).hidden
    }

    /// Whether a `!` rule means the very path, and not only a folder that it is in.
    pub fn names_to_show(&self, path: &str) -> bool {
        self.rules.iter().any(|rule| rule.shows && rule.glob.matches(path))
    }

    /// Whether the folder `path` is hidden with all that may ever be in it.
    pub fn hides_all(&self, path: &str) -> bool {
        self.hides(path) && !self.may_show_below(path)
    }

    /// Whether a `!` rule may show something inside of the hidden folder `path`.
    pub fn may_show_below(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        let mut showing = self.rules.iter().filter(|rule| rule.shows);
        showing.any(|Rule { glob, .. }| {
            glob.literal().starts_with(&folder)
                || (!glob.is_literal() && folder.starts_with(glob.literal()))
        })
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Self, BadPattern> {
        let line = line.trim();
        let (sign, path) = match line.strip_prefix('!') {
            Some(path) => ("!", path.trim()),
            None => ("", line),
        };
        let path = clean(path);
        let path = path.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&path);
        // The sign is put back and cleaned as a part of the name, and only then counts: `./!a` shows
        // `a` again, and `!../../a` hides it.
        let pattern = clean(format!("{sign}{path}").trim());
        let (shows, pattern) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, pattern.as_str()),
        };
        // A `!` alone is what a builder refuses.
        if pattern.is_empty() {
            return Err(BadPattern);
        }
        Ok(Self { shows, glob: Glob::of_rule(pattern)? })
    }
}

/// A path without empty parts, `.` and `..`, as Go's `path/filepath.Clean` gives it:
/// <https://pkg.go.dev/path/filepath#Clean>.
pub(crate) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let clean = parts.join("/");
    match (rooted, clean.is_empty()) {
        (true, _) => format!("/{clean}"),
        (false, true) if path.is_empty() => clean,
        (false, true) => ".".to_owned(),
        (false, false) => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, hidden: &[&str], shown: &[&str]) {
        let rules = IgnoreRules::parse(text).unwrap();
        for path in hidden {
            assert!(rules.hides(path), "{text:?} hides {path}");
        }
        for path in shown {
            assert!(!rules.hides(path), "{text:?} shows {path}");
        }
    }

    #[test]
    fn a_folder_is_hidden_with_all_that_is_in_it() {
        check("a\n", &["a", "a/b", "a/b/c"], &["b/a", "ab"]);
        check("a/**\n", &["a/b", "a/b/c"], &["a"]);
    }

    #[test]
    fn the_last_rule_that_matches_wins() {
        check("*.md\n!README*.md\n", &["a.md"], &["README.md", "README-secret.md"]);
        check(
            "*.md\n!README*.md\nREADME-secret.md\n",
            &["a.md", "README-secret.md"],
            &["README.md"],
        );
        check("*.md\nREADME-secret.md\n!README*.md\n", &["a.md"], &["README-secret.md"]);
        check("*\n!src\n", &["a", "a/src"], &["src", "src/b", "src/b/c"]);
        check("*\n!src/a\n", &["src", "src/b"], &["src/a", "src/a/c"]);
        check("a\n!a/b\na/b/c\n", &["a", "a/x", "a/b/c", "a/b/c/d"], &["a/b", "a/b/d"]);
    }

    #[test]
    fn lines_are_trimmed_and_paths_cleaned() {
        for text in ["a", "/a", "a/", "./a", "  a\t\r\n", "b/../a", "/../a", "\u{feff}a", "//a"] {
            check(text, &["a", "a/b"], &["b/a", "b"]);
        }
        check("! a\na\n! a", &[], &["a"]);
        check("# a\n#a\n\n  \n", &[], &["a", "# a"]);
        check(" # a\n", &["# a"], &["a"]);
        check("a\n./!a\n", &[], &["a"]);
        check("!../../a\n", &["a"], &[]);
        check(".\n/\n..\n../a\n", &[], &["a", ".a", "..a"]);
    }

    #[test]
    fn what_a_builder_refuses_is_named() {
        for (text, line, shown) in
            [("a\n!\n", 2, "!"), ("[\n", 1, "["), ("\n !/ \r\n", 2, "!/"), ("a\\", 1, "a\\")]
        {
            let bad = IgnoreRules::parse(text).unwrap_err();
            assert_eq!((bad.line, bad.text.as_str()), (line, shown));
        }
    }

    #[test]
    fn a_folder_may_show_something_again() {
        let rules = IgnoreRules::parse("*\n!src/main\n!**/*.md\nnode_modules\n").unwrap();
        assert!(rules.may_show_below("src") && rules.may_show_below("other"));
        let rules = IgnoreRules::parse("*\n!src/main\n!docs/*.md\n").unwrap();
        assert!(rules.may_show_below("src") && rules.may_show_below("docs"));
        assert!(rules.hides_all("other") && !rules.hides_all("docs"));
        assert!(!rules.may_show_below("src/main"), "it is shown itself");
    }
}
