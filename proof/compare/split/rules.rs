//! What make does for a goal, read from a Makefile line by line: what this reader is not sure of is no Makefile.
//!
//! Source: the manual of GNU make, "How make Reads a Makefile", "How to Use Variables", "Phony Targets".

use std::collections::{BTreeMap, BTreeSet};

/// What a call of make and its folder tell.
pub(super) trait Around {
    /// Whether the environment has a variable of this name.
    fn in_environment(&self, name: &str) -> bool;
    /// The value that the call gives to a variable; `Some(None)` if it gives one that nobody knows.
    fn given(&self, name: &str) -> Option<Option<&str>>;
    /// Whether the project has a file or folder of this name in the folder.
    fn has(&self, name: &str) -> bool;
    /// Whether a step may have made one.
    fn may_have(&self, name: &str) -> bool;
    /// The folder itself.
    fn folder(&self) -> &str;
}

#[derive(Default)]
struct Target {
    needs: Vec<String>,
    commands: Vec<String>,
}

/// What a Makefile says.
pub(super) struct Rules<'a, A> {
    around: &'a A,
    /// Values as they stand; `true` for those that only count where nothing else gives one.
    values: BTreeMap<String, (String, bool)>,
    exports: BTreeSet<String>,
    phony: BTreeSet<String>,
    targets: BTreeMap<String, Target>,
    first: Option<String>,
}

/// A line of a recipe, as the shell gets it. `$u` stands for what nobody knows.
pub(super) type Line = String;

impl<'a, A: Around> Rules<'a, A> {
    pub(super) fn of(text: &str, around: &'a A) -> Option<Self> {
        let mut rules = Self {
            around,
            values: BTreeMap::new(),
            exports: BTreeSet::new(),
            phony: BTreeSet::new(),
            targets: BTreeMap::new(),
            first: None,
        };
        if text.contains('\r') || text.contains('\u{1}') {
            return None;
        }
        let mut whole: Vec<String> = Vec::new();
        let mut open = false;
        for line in text.lines() {
            let (body, continues) = line.strip_suffix('\\').map_or((line, false), |it| (it, true));
            match whole.last_mut().filter(|_| open) {
                Some(last) => {
                    last.push(' ');
                    last.push_str(body.trim_start());
                }
                None => whole.push(body.to_owned()),
            }
            open = continues;
        }
        let is_recipe = |line: &&String| line.starts_with('\t');
        // Variables may stand behind the rules that read them.
        for line in whole.iter().filter(|line| !is_recipe(line)) {
            rules.variable(without_comment(line))?;
        }
        let mut current: Vec<String> = Vec::new();
        for line in &whole {
            if let Some(command) = line.strip_prefix('\t') {
                if current.is_empty() {
                    return None;
                }
                for name in &current {
                    let target = rules.targets.entry(name.clone()).or_default();
                    target.commands.push(command.to_owned());
                }
            } else if !without_comment(line).is_empty() {
                current = rules.rule(without_comment(line))?;
            }
        }
        Some(rules)
    }

    /// Takes a line that sets a variable.
    fn variable(&mut self, line: &str) -> Option<()> {
        let Some((exports, name, sign, value)) = assignment(line) else { return Some(()) };
        if exports {
            self.exports.insert(name.to_owned());
        }
        if value.contains("$(shell") || value.contains("${shell") {
            asks_only(value).then_some(())?;
        }
        if name == "MAKEFLAGS" {
            let quiet = ["-s", "-r", "--silent", "--no-print-directory", "--no-builtin-rules"];
            return value.split(' ').all(|word| quiet.contains(&word)).then_some(());
        }
        if name == "SHELL" {
            let shell = value.rsplit('/').next().unwrap_or(value);
            return matches!(shell, "sh" | "bash").then_some(());
        }
        match (sign, self.values.contains_key(name)) {
            ("" | ":" | "::", false) => {
                self.values.insert(name.to_owned(), (value.to_owned(), false));
            }
            ("?", false) => {
                self.values.insert(name.to_owned(), (value.to_owned(), true));
            }
            ("?", true) => {}
            ("+", true) => {
                let known = self.values.get_mut(name)?;
                known.0 = format!("{} {value}", known.0);
            }
            _ => return None,
        }
        Some(())
    }

    /// Takes a line that is no command; the targets whose commands may follow.
    fn rule(&mut self, line: &str) -> Option<Vec<String>> {
        if assignment(line).is_some() {
            return Some(Vec::new());
        }
        if let Some(name) = line.strip_prefix("-include ") {
            let there = self.around.has(name.trim()) || self.around.may_have(name.trim());
            return (!there && !name.contains(['$', '*'])).then(Vec::new);
        }
        if let Some(names) = line.strip_prefix("export ").filter(|names| !names.contains('$')) {
            self.exports.extend(names.split_whitespace().map(str::to_owned));
            return Some(Vec::new());
        }
        let (left, right) = line.split_once(':')?;
        let odd = |c: char| "=;%|*&:?!".contains(c);
        if left.contains(odd) || right.contains(odd) || left.split(' ').any(is_directive) {
            return None;
        }
        let names = |text: &str| -> Option<Vec<String>> {
            let text = self.put_in(text, None, 0)?;
            // A name of which a part is not known may be any.
            (!text.contains('$')).then(|| text.split_whitespace().map(str::to_owned).collect())
        };
        let (left, right) = (names(left)?, names(right)?);
        match left.first()?.as_str() {
            ".PHONY" => self.phony.extend(right),
            ".DELETE_ON_ERROR" | ".NOTPARALLEL" | ".SILENT" | ".SUFFIXES" => {}
            name if name.starts_with('.') && !name.contains('/') => return None,
            _ => {
                self.first = self.first.take().or_else(|| left.first().cloned());
                for name in &left {
                    let target = self.targets.entry(name.clone()).or_default();
                    // Two lists of commands are an error, or two rules.
                    if !target.commands.is_empty() {
                        return None;
                    }
                    target.needs.extend(right.iter().cloned());
                }
                return Some(left);
            }
        }
        Some(Vec::new())
    }

    /// The lines that make hands to the shell for these goals.
    pub(super) fn lines(&self, goals: &[&str]) -> Option<Vec<Line>> {
        let mut found = Vec::new();
        let mut made = BTreeSet::new();
        match goals {
            [] => self.make(self.first.as_deref()?, &mut made, &mut found, 0)?,
            goals => {
                for goal in goals {
                    self.make(goal, &mut made, &mut found, 0)?;
                }
            }
        }
        Some(found)
    }

    fn make(
        &self,
        goal: &str,
        made: &mut BTreeSet<String>,
        found: &mut Vec<Line>,
        depth: usize,
    ) -> Option<()> {
        if !made.insert(goal.to_owned()) {
            return Some(());
        }
        let Some(target) = self.targets.get(goal) else {
            return self.around.has(goal).then_some(());
        };
        let may_be_new = self.around.has(goal) || self.around.may_have(goal);
        if depth > 16 || may_be_new && !self.phony.contains(goal) {
            return None;
        }
        for need in &target.needs {
            self.make(need, made, found, depth + 1)?;
        }
        for command in &target.commands {
            let line = self.put_in(command, Some((goal, target)), 0)?;
            let line = line.trim_start_matches(['@', '+', ' ', '\t']).trim_end();
            if line.starts_with('-') || line.contains('#') {
                return None;
            }
            if line.split(' ').next() == Some("make") {
                let mut again = BTreeSet::new();
                for goal in line.split_whitespace().skip(1) {
                    if goal.contains(['-', '=', ';', '&', '|', '>', '$'])
                        && !self.targets.contains_key(goal)
                    {
                        return None;
                    }
                    self.make(goal, &mut again, found, depth + 1)?;
                }
            } else if !line.is_empty() {
                found.push(line.to_owned());
            }
        }
        Some(())
    }

    /// The variables of Go that make hands on with other values than the environment has; `None` where that is in doubt.
    pub(super) fn handed_on(&self) -> Option<Vec<(String, String)>> {
        let own = |name: &str| {
            name.starts_with("CGO_")
                || [
                    "GOARCH",
                    "GOBIN",
                    "GOFLAGS",
                    "GOOS",
                    "GOPATH",
                    "GOPROXY",
                    "GO111MODULE",
                    "GOPRIVATE",
                    "GOTOOLCHAIN",
                    "GOCACHE",
                    "GOWORK",
                    "GOROOT",
                    "GOEXPERIMENT",
                    "GOAMD64",
                    "GOARM",
                    "GOSUMDB",
                    "GONOSUMDB",
                    "GONOPROXY",
                    "GOTMPDIR",
                    "GOENV",
                    "GOMODCACHE",
                    "GOINSECURE",
                    "GODEBUG",
                    "GOVCS",
                ]
                .contains(&name)
        };
        let mut found = Vec::new();
        for name in self.values.keys().filter(|name| own(name)) {
            let told = self.exports.contains(name) || self.around.in_environment(name);
            let value = self.put_in(&format!("$({name})"), None, 0)?;
            if !told || value.contains(['$', ' ', '"', '\'', '`', ';', '&', '|']) {
                return None;
            }
            found.push((name.clone(), value));
        }
        Some(found)
    }

    /// A text with the values of its variables.
    fn put_in(&self, text: &str, rule: Option<(&str, &Target)>, depth: usize) -> Option<String> {
        let mut out = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c != '$' {
                out.push(c);
                continue;
            }
            let close = match rest.next()? {
                '$' => {
                    out.push('$');
                    continue;
                }
                '@' => {
                    out.push_str(rule?.0);
                    continue;
                }
                '<' => {
                    out.push_str(rule?.1.needs.first()?);
                    continue;
                }
                '(' => ')',
                '{' => '}',
                _ => return None,
            };
            let open = if close == ')' { '(' } else { '{' };
            let (mut name, mut depth_of_name) = (String::new(), 1);
            loop {
                let c = rest.next()?;
                depth_of_name += i32::from(c == open) - i32::from(c == close);
                if depth_of_name == 0 {
                    break;
                }
                name.push(c);
            }
            out.push_str(&self.value(&name, depth)?);
        }
        Some(out)
    }

    fn value(&self, name: &str, depth: usize) -> Option<String> {
        let unknown = || Some("$u".to_owned());
        if name.starts_with("shell ") {
            return if asks_only(&format!("$({name})")) { unknown() } else { None };
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if depth > 16 || name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        if let Some(value) = self.around.given(name) {
            return value.map_or_else(unknown, |value| Some(value.to_owned()));
        }
        let outside = self.around.in_environment(name);
        match (self.values.get(name), outside) {
            (Some((_, true)) | None, true) => unknown(),
            (Some((value, _)), _) => self.put_in(value, None, depth + 1),
            (None, false) => match name {
                "MAKE" => Some("make".to_owned()),
                "RM" => Some("rm -f".to_owned()),
                "CURDIR" | "PWD" => Some(self.around.folder().to_owned()),
                // These have values that nobody has written.
                "AR" | "AS" | "CC" | "CPP" | "CXX" | "FC" | "GOPATH" | "GOROOT" | "HOME"
                | "HOSTNAME" | "LD" | "LEX" | "MAKECMDGOALS" | "MAKEFILE_LIST" | "MAKEFLAGS"
                | "PATH" | "SHELL" | "USER" | "YACC" => None,
                _ => Some(String::new()),
            },
        }
    }
}

fn without_comment(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

/// Words that begin other lines than rules and variables.
fn is_directive(word: &str) -> bool {
    const ALL: &str = " define else endef endif export ifdef ifeq ifndef ifneq include load override private sinclude undefine unexport vpath ";
    // A variable that ends in its own word names targets; a call of a function does not.
    ALL.contains(&format!(" {word} ")) || word.starts_with('$') && !word.contains([')', '}'])
}

/// A line that sets a variable: whether it is exported, its name, what stands in front of `=`, and its value.
fn assignment(line: &str) -> Option<(bool, &str, &str, &str)> {
    let (exports, line) = match line.strip_prefix("export ") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, line),
    };
    let (left, value) = line.split_once('=')?;
    let bare = left.trim_end_matches([':', '?', '+', '!']);
    let name = bare.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name = !name.is_empty() && name.chars().all(plain);
    is_name.then(|| (exports, name, &left[bare.len()..], value.trim()))
}

/// Whether each `$(shell …)` of a value asks git, the clock or the system for a text, and does nothing else.
fn asks_only(value: &str) -> bool {
    const ASK: &[&str] = &[
        "basename", "cat", "command", "cut", "date", "dirname", "echo", "git", "head", "hostname",
        "id", "ls", "printf", "pwd", "sort", "tail", "test", "tr", "uname", "which", "whoami",
    ];
    value.split("shell ").skip(1).all(|rest| {
        let script = rest.split([')', '}']).next().unwrap_or_default();
        let script = script.replace("2>/dev/null", " ").replace("2>&1", " ");
        let firsts = script.split(['|', ';', '&']).filter_map(|part| {
            let mut words = part.split_whitespace();
            Some((words.next()?, words.next().unwrap_or_default()))
        });
        !script.contains(['>', '`', '$', '(']) && { firsts }.all(|(first, verb)| {
            ASK.contains(&first) || first == "go" && ["env", "list", "version"].contains(&verb)
        })
    })
}
