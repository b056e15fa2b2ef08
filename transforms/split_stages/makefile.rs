//! The commands that make runs, by a Makefile that says them in plain words (GNU make, "Makefile Contents", "Rules", "Variables").

/// What stands for a text that only the build knows.
pub(super) const UNKNOWN: char = '\u{1}';

/// What surrounds a call of make.
pub(super) struct Surroundings<'s> {
    /// The variables that the call is given; `None` where their value is not known.
    pub(super) given: &'s [(String, Option<String>)],
    /// The folder that it runs in.
    pub(super) folder: &'s str,
    /// Whether the environment sets a variable.
    pub(super) is_set: &'s dyn Fn(&str) -> bool,
    /// Whether there may be a file or folder of a name there.
    pub(super) exists: &'s dyn Fn(&str) -> bool,
    /// Whether the project has a file of a name there.
    pub(super) has: &'s dyn Fn(&str) -> bool,
}

/// What a rule says.
struct Rule {
    targets: String,
    needs: String,
    lines: Vec<String>,
}

/// A Makefile that was read.
struct Makefile<'s> {
    rules: Vec<Rule>,
    /// Variables with their values as they are written, and whether the environment goes before them.
    variables: Vec<(String, String, bool)>,
    exported: Vec<String>,
    phony: Vec<String>,
    around: &'s Surroundings<'s>,
}

/// Variables that make knows without being told (GNU make, "Variables Used by Implicit Rules").
const BUILT_IN: &[&str] = &[
    "AR",
    "AS",
    "CC",
    "CFLAGS",
    "CPP",
    "CPPFLAGS",
    "CXX",
    "CXXFLAGS",
    "FC",
    "GET",
    "LD",
    "LDLIBS",
    "LEX",
    "MAKEFILE_LIST",
    "MAKEFLAGS",
    "MAKECMDGOALS",
    "SHELL",
    "YACC",
];

/// Programs that only say something, for `$(shell …)`.
const SAYS: &[&str] = &[
    "basename", "cat", "command", "cut", "date", "dirname", "echo", "git", "head", "hostname",
    "id", "ls", "printf", "pwd", "sort", "tail", "test", "tr", "uname", "which", "whoami",
];

/// The lines of shell that make runs to make `goals`, in their order, with the variables that it exports to them in front; `None` if the
/// Makefile says it in other ways than plain ones.
pub(super) fn lines(text: &str, goals: &[&str], around: &Surroundings<'_>) -> Option<Vec<String>> {
    let makefile = Makefile::read(text, around)?;
    let first = || makefile.first();
    let goals: Vec<String> = match goals {
        [] => vec![first()?],
        goals => goals.iter().map(|goal| (*goal).to_owned()).collect(),
    };
    let (mut done, mut found) = (Vec::new(), Vec::new());
    for goal in goals {
        makefile.make(&goal, &mut done, &mut found, 0)?;
    }
    Some(found)
}

/// Whether a line that begins with a variable is that of a rule, and not a call of a function.
fn names_targets(line: &str) -> bool {
    let end = line.find([')', '}']).unwrap_or(line.len());
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = line.get(2..end).unwrap_or_default();
    !name.is_empty() && name.chars().all(plain) && line[end..].contains(':')
}

impl<'s> Makefile<'s> {
    fn read(text: &str, around: &'s Surroundings<'s>) -> Option<Self> {
        let mut makefile = Self {
            rules: Vec::new(),
            variables: Vec::new(),
            exported: Vec::new(),
            phony: Vec::new(),
            around,
        };
        if text.contains('\r') || !only_says(text) {
            return None;
        }
        let text = text.replace("\\\n", "\u{2}");
        let mut inside = false;
        for line in text.lines() {
            if let Some(recipe) = line.strip_prefix('\t').filter(|_| inside) {
                let recipe = recipe.replace("\u{2}\t", " ").replace('\u{2}', " ");
                let last = makefile.rules.last_mut()?;
                last.lines.push(recipe);
                continue;
            }
            // A command without a rule is none.
            if line.starts_with('\t') && !line.trim().is_empty() {
                return None;
            }
            let line = line.replace('\u{2}', " ");
            let line = line.split('#').next().unwrap_or_default().trim().to_owned();
            if !line.is_empty() {
                inside = makefile.says(&line)?;
            }
        }
        Some(makefile)
    }

    /// Reads a line that is no command; whether commands may follow.
    fn says(&mut self, line: &str) -> Option<bool> {
        const OTHERS: &[&str] = &[
            "define", "else", "endef", "endif", "ifdef", "ifeq", "ifndef", "ifneq", "include",
            "load", "override", "private", "sinclude", "undefine", "unexport", "vpath",
        ];
        let first = line.split_whitespace().next()?;
        if OTHERS.contains(&first) || line.starts_with(['$']) && !names_targets(line) {
            return None;
        }
        if let Some(name) = line.strip_prefix("-include ").map(str::trim) {
            // One that is not there is none.
            return (!name.contains(['$', '*', ' ']) && !(self.around.exists)(name))
                .then_some(false);
        }
        let (exports, line) = match line.strip_prefix("export ") {
            Some(rest) => (true, rest.trim()),
            None => (false, line),
        };
        if let Some((name, value)) = line.split_once('=') {
            let sign = name.trim_end_matches([':', '?', '+', '!']);
            let kind = &name[sign.len()..];
            let name = sign.trim();
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            if !name.is_empty() && plain {
                return self.sets(name, kind, value.trim(), exports).then_some(false);
            }
        }
        if exports {
            self.exported.extend(line.split_whitespace().map(str::to_owned));
            return Some(false);
        }
        let (targets, needs) = line.split_once(':')?;
        // Rules of several kinds, patterns, and variables of a target.
        if needs.starts_with(':')
            || line.contains(['=', ';', '%', '|', '*', '&'])
            || line == "export"
        {
            return None;
        }
        match targets.trim() {
            ".PHONY" => self.phony.extend(needs.split_whitespace().map(str::to_owned)),
            ".SILENT" | ".SUFFIXES" | ".DELETE_ON_ERROR" | ".NOTPARALLEL" => {}
            name if name.starts_with('.') && !name.contains('/') => return None,
            name => {
                self.rules.push(Rule {
                    targets: name.to_owned(),
                    needs: needs.trim().to_owned(),
                    lines: Vec::new(),
                });
                return Some(true);
            }
        }
        Some(false)
    }

    /// Takes a variable; whether it may be set so.
    fn sets(&mut self, name: &str, kind: &str, value: &str, exports: bool) -> bool {
        if name == "SHELL" {
            return ["/bin/sh", "/bin/bash", "sh", "bash"].contains(&value);
        }
        if exports {
            self.exported.push(name.to_owned());
        }
        let quiet = ["--no-print-directory", "--silent", "-s", "--no-builtin-rules", "-r"];
        match name {
            "MAKEFLAGS" => return value.split_whitespace().all(|word| quiet.contains(&word)),
            name if name.starts_with('.') => return false,
            _ => {}
        }
        let known = self.variables.iter_mut().find(|(known, ..)| known == name);
        match (kind, known) {
            ("+", Some((_, old, _))) => *old = format!("{old} {value}"),
            ("?", Some(_)) => {}
            // What is set again had another value in between.
            ("!", _) | (_, Some(_)) => return false,
            (kind, None) => {
                self.variables.push((name.to_owned(), value.to_owned(), kind == "?"));
            }
        }
        true
    }

    fn first(&self) -> Option<String> {
        self.expanded(self.rules.first()?.targets.split_whitespace().next()?, None, 0)
    }

    /// Adds what makes a goal.
    fn make(
        &self,
        goal: &str,
        done: &mut Vec<String>,
        found: &mut Vec<String>,
        depth: usize,
    ) -> Option<()> {
        if done.iter().any(|known| known == goal) {
            return Some(());
        }
        if depth > 16 || goal.contains(UNKNOWN) {
            return None;
        }
        done.push(goal.to_owned());
        let mut rules = Vec::new();
        for rule in &self.rules {
            let targets = self.expanded(&rule.targets, None, 0);
            // Whoever does not know a name does not know that it is another one.
            if targets?.split_whitespace().any(|one| one == goal) {
                rules.push(rule);
            }
        }
        if rules.is_empty() {
            return (self.around.has)(goal).then_some(());
        }
        // What is there already may be new enough.
        let phony = self.phony.iter().any(|one| one == goal);
        if !phony && (self.around.exists)(goal) {
            return None;
        }
        if rules.iter().filter(|rule| !rule.lines.is_empty()).count() > 1 {
            return None;
        }
        let mut first = None;
        for rule in &rules {
            let needs = self.expanded(&rule.needs, None, 0)?;
            for need in needs.split_whitespace() {
                first = first.or_else(|| Some(need.to_owned()));
                self.make(need, done, found, depth + 1)?;
            }
        }
        let front = self.front()?;
        for line in rules.iter().flat_map(|rule| &rule.lines) {
            let line = self.expanded(line, Some((goal, first.as_deref())), 0)?;
            // A failure of it would be none.
            if line.trim_start_matches(['@', '+', ' ']).starts_with('-') || line.contains('#') {
                return None;
            }
            let line = line.trim_start_matches(['@', '+', ' ']).trim();
            let again = line.strip_prefix("make ").map(|rest| rest.split_whitespace());
            match again {
                Some(mut goals) => {
                    let mut done = Vec::new();
                    let plain = |goal: &str| {
                        !goal.starts_with('-') && !goal.contains(['=', ';', '&', '|', '>'])
                    };
                    goals.try_for_each(|goal| {
                        self.make(
                            Some(goal).filter(|goal| plain(goal))?,
                            &mut done,
                            found,
                            depth + 1,
                        )
                    })?;
                }
                None if line.is_empty() => {}
                None => found.push(format!("{front}{line}")),
            }
        }
        Some(())
    }

    /// What stands in front of each line, for the variables that it sees; `None` if it may see another value of one that Go asks for.
    fn front(&self) -> Option<String> {
        let mut front = String::new();
        for (name, ..) in &self.variables {
            let exported = self.exported.contains(name)
                || (self.around.is_set)(name)
                || self.around.given.iter().any(|(given, _)| given == name);
            let of_go = name.starts_with("GO") || name.starts_with("CGO_");
            let read = ["GO", "GOFILES", "GOCMD", "GOLANGCI_LINT", "GO_VERSION", "GOVERSION"];
            if !of_go || read.contains(&name.as_str()) {
                continue;
            }
            let value = self.expanded(&format!("$({name})"), None, 0)?;
            let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "-_./,=".contains(c));
            if !exported || !plain {
                return None;
            }
            front.push_str(&format!("export {name}={value} && "));
        }
        // A variable that is given to make alone is one for the commands, too.
        let told = self.around.given.iter().any(|(name, _)| {
            (name.starts_with("GO") || name.starts_with("CGO_"))
                && !self.variables.iter().any(|(known, ..)| known == name)
        });
        (!told).then_some(front)
    }

    /// A text with its variables put in.
    fn expanded(
        &self,
        text: &str,
        rule: Option<(&str, Option<&str>)>,
        depth: usize,
    ) -> Option<String> {
        if depth > 16 {
            return None;
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            let (value, length) = match behind.chars().next()? {
                '$' => ("$".to_owned(), 1),
                '@' => (rule?.0.to_owned(), 1),
                '<' => (rule?.1?.to_owned(), 1),
                open @ ('(' | '{') => {
                    let close = if open == '(' { ')' } else { '}' };
                    let end = closing(behind, open, close)?;
                    (self.value(&behind[1..end], depth)?, end + 1)
                }
                _ => return None,
            };
            out.push_str(&value);
            rest = &behind[length..];
        }
        out.push_str(rest);
        Some(out)
    }

    /// The value of a variable, or of a call of `shell`.
    fn value(&self, name: &str, depth: usize) -> Option<String> {
        let unknown = || UNKNOWN.to_string();
        if name.starts_with("shell ") {
            return Some(unknown());
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        if let Some((_, value)) = self.around.given.iter().rev().find(|(given, _)| given == name) {
            return Some(value.clone().unwrap_or_else(unknown));
        }
        let set = (self.around.is_set)(name);
        match self.variables.iter().find(|(known, ..)| known == name) {
            Some((.., true)) if set => Some(unknown()),
            Some((_, value, _)) => self.expanded(value, None, depth + 1),
            None if set => Some(unknown()),
            None => match name {
                "MAKE" => Some("make".to_owned()),
                "RM" => Some("rm -f".to_owned()),
                "CURDIR" | "PWD" => Some(self.around.folder.to_owned()),
                name if BUILT_IN.contains(&name) => None,
                "HOME" | "PATH" | "USER" | "HOSTNAME" | "GOPATH" | "GOROOT" => None,
                _ => Some(String::new()),
            },
        }
    }
}

/// The place of the bracket that closes the one that a text begins with.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == open) - i32::from(c == close);
        (depth == 0).then_some(at)
    })
}

/// Whether all that `$(shell …)` starts only says something.
fn only_says(text: &str) -> bool {
    text.match_indices("(shell ").chain(text.match_indices("{shell ")).all(|(at, _)| {
        let (open, close) = if text[at..].starts_with('(') { ('(', ')') } else { ('{', '}') };
        let Some(end) = closing(&text[at..], open, close) else { return false };
        let script =
            text[at + "(shell ".len()..at + end].replace("2>/dev/null", "").replace("2>&1", "");
        let mut commands = script.split(['|', '&', ';']).map(str::trim).filter(|it| !it.is_empty());
        !script.contains(['>', '`', '$', '('])
            && commands.all(|command| {
                let mut words = command.split_whitespace();
                let first = words.next().unwrap_or_default();
                let verb = words.next().unwrap_or_default();
                SAYS.contains(&first) || first == "go" && matches!(verb, "env" | "list" | "version")
            })
    })
}
