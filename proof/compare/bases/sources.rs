//! What the files of the build context call: scripts of shells, and sources of other languages that start programs.

use dockslim_contract::{BuildContext, ContextKind};

use super::lacking::{KIT_FILES, LIBRARIES, OPENED, PACKAGES, is_tool};
use super::uses::Uses;
use super::{by_perl, served, told};
use crate::compare::deployed;
use crate::compare::split::of_source;
use crate::shell::ACTIVE;

/// Ends of sources whose language can start programs.
const SOURCES: &[&str] = &[
    ".cjs", ".go", ".groovy", ".java", ".js", ".jsx", ".kt", ".mjs", ".php", ".pl", ".pm", ".py",
    ".rake", ".rb", ".ru", ".scala", ".ts", ".tsx", "Rakefile",
];
/// What a source names that starts programs, or looks for them (the documentation of each language's library for processes).
const STARTS: &[&str] = &[
    "subprocess",
    "os.system",
    "os.popen",
    "os.exec",
    "os.spawn",
    "which(",
    "find_executable",
    "Popen",
    "popen",
    "pexpect",
    "plumbum",
    "import sh",
    "from sh import",
    "from fabric",
    "from invoke",
    "delegator",
    "child_process",
    "exec(",
    "execSync",
    "execFile",
    "execa",
    "spawn",
    "shelljs",
    "zx",
    "system(",
    "system '",
    "system \"",
    "system %",
    "exec '",
    "exec \"",
    "exec %",
    "shell_exec",
    "passthru",
    "proc_open",
    "Open3",
    "%x",
    "`",
    "ProcessBuilder",
    "getRuntime()",
    "exec.Command",
    "LookPath",
    "qx",
];
/// Files that say what a manager of processes starts.
const STARTERS: &[&str] = &["Procfile", "crontab", "supervisord.conf"];
/// Whether a path of the context is the project's own.
pub(super) fn is_own(path: &str) -> bool {
    !path.split('/').any(|name| matches!(name, "node_modules" | ".git" | "vendor"))
}

impl Uses {
    /// Adds what the files of the project call: the scripts that the stage names, and all sources.
    pub(in crate::compare) fn follow(&mut self, context: &BuildContext) {
        let files: Vec<&str> = context
            .entries()
            .filter(|(path, entry)| entry.kind == ContextKind::File && is_own(path))
            .map(|(path, _)| path)
            .collect();
        let of_python = files.iter().filter_map(|path| Some((*path, context.text(path)?)));
        self.told = told::by_all(of_python);
        self.serves_listed = served::is_any_listed(files.iter().copied());
        self.has_pages = files.iter().any(|path| served::is_page(path));
        let shell = |path: &&&str| [".sh", ".bash"].iter().any(|end| path.ends_with(end));
        self.shells = files.iter().filter(shell).map(|path| (*path).to_owned()).collect();
        let plain = |path: &&&str| !shell(path) && !is_source(base(path));
        self.plain = files.iter().filter(plain).map(|path| (*path).to_owned()).collect();
        self.reads_settings(context);
        for words in deployed::commands(context) {
            self.shell(&words.join(" "));
        }
        for path in &files {
            let text = context.text(path);
            let name = base(path);
            if name == "package.json" {
                self.scripts(text.unwrap_or_default());
            } else if is_starter(name) || text.is_some_and(|text| has_programs(name, text)) {
                self.starter(text.unwrap_or_default());
            } else if is_source(name) {
                match text {
                    Some(text) => self.source(path, text),
                    None => self.unread = true,
                }
            }
        }
        self.follow_make(context, &files);
        self.reads_commands(context);
        // Scripts may name others.
        let mut seen = Vec::new();
        while let Some(path) = files.iter().find(|path| {
            let moved = || self.puts_elsewhere(path, context.text(path).unwrap_or_default());
            !seen.contains(*path) && (self.is_named(base(path)) || moved())
        }) {
            seen.push(path);
            self.script(path, context.text(path));
        }
        self.is_given_zone(context);
        self.opens_what_is_set(context);
    }

    /// Whether a script may stand somewhere by another name.
    pub(super) fn puts_elsewhere(&self, path: &str, text: &str) -> bool {
        let script = text.starts_with("#!") || path.ends_with(".sh");
        script && self.renamed.iter().any(|one| may_be(one, base(path)))
    }

    /// A file of the project that is named where it may be run.
    pub(super) fn script(&mut self, path: &str, text: Option<&str>) {
        let name = base(path);
        let Some(text) = text else {
            // A program that was built elsewhere.
            self.unread |= !name.contains('.') || name.ends_with(".bin") || name.ends_with(".run");
            return;
        };
        let first = text.lines().next().unwrap_or_default();
        let interpreter = first.strip_prefix("#!").unwrap_or_default();
        let of_shell = interpreter.split_whitespace().any(|word| base(word).ends_with("sh"));
        let shell = of_shell || name.ends_with(".sh") || name.ends_with(".bash");
        let runs: Vec<String> =
            interpreter.split_whitespace().map(|word| base(word).to_owned()).collect();
        self.asks_perl(&runs, text);
        self.called.extend(runs.iter().cloned());
        self.words.extend(runs);
        self.starts_files(interpreter);
        let entered = self.entered.iter().any(|one| one == path);
        if shell || interpreter.is_empty() && (entered || !name.contains('.')) {
            let programs = in_variables(text);
            self.words.extend(programs.iter().cloned());
            self.called.extend(programs);
            let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            lines.for_each(|line| self.shell(line));
            self.reaches(text);
            if self.ran.iter().any(|one| one == name) {
                self.builds_by(text);
            }
        } else if !interpreter.is_empty() && !is_source(name) {
            // Frameworks of PHP have classes that start programs.
            let by = |name: &str| {
                interpreter.split_whitespace().any(|word| base(word).starts_with(name))
            };
            let end = if by("php") {
                ".php"
            } else if by("perl") {
                ".pl"
            } else {
                ""
            };
            self.source(&format!("{path}{end}"), text);
        }
    }

    /// What a manager of processes reads: each word may be called.
    pub(super) fn starter(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
            self.shell(line);
            let cut = |c: char| c.is_whitespace() || "=:;&|\"'".contains(c);
            self.called.extend(line.split(cut).map(|word| base(word).to_owned()));
        }
    }

    /// The commands of a package.json.
    fn scripts(&mut self, text: &str) {
        let Ok(manifest) =
            serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'))
        else {
            self.unread = true;
            return;
        };
        let scripts = manifest.get("scripts").and_then(|scripts| scripts.as_object());
        for command in scripts.into_iter().flatten().filter_map(|(_, value)| value.as_str()) {
            self.shell(command);
        }
    }

    /// Notes a use of Tk, and of the list of types of files, which slim images lack.
    pub(super) fn tells_of_python(&mut self, text: &str) {
        let names = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
        self.draws |= names(&["tkinter", "Tkinter", "TkAgg", "import turtle", "from turtle"]);
        let modules = ["import mimetypes", "from mimetypes", "mimetypes.", "/etc/mime.types"];
        self.asks_types |= names(&modules);
        self.serves |= served::is_started(text);
        self.serves_folder |= served::is_started(text);
    }

    /// A source: a program that it starts stands at the beginning of a text.
    pub(super) fn source(&mut self, path: &str, text: &str) {
        let opened = OPENED.iter().map(|(sign, _)| sign);
        let named =
            LIBRARIES.iter().chain(KIT_FILES).chain(opened).filter(|name| text.contains(**name));
        self.texts.extend(named.map(|name| (*name).to_owned()));
        self.tells_of_python(text);
        self.starts_files(
            text.lines().next().filter(|line| line.starts_with("#!")).unwrap_or_default(),
        );
        self.opens_by_name(path, text);
        self.serves |= served::hands_out(path, text);
        self.asks_types |= served::hands_out_others(path, text);
        // A library that a program opens by its name.
        for (at, _) in text.match_indices(".so") {
            let before = text[..at].rsplit(['"', '\'', '/']).next().unwrap_or_default();
            if before.starts_with("lib") && !before.contains(char::is_whitespace) {
                self.texts.push(format!("{}/{before}", LIBRARIES[1]));
            }
        }
        // Parts in C that are compiled while a program of Python runs.
        let builds = matches!(base(path), "setup.py" | "build.py") || !path.ends_with(".py");
        if !builds && of_source(text, false).is_some() {
            self.called.push("gcc".to_owned());
        }
        // git asks such addresses by it.
        if ["GIT_SSH", "git@", "ssh://"].iter().any(|sign| text.contains(sign)) {
            self.words.push("ssh".to_owned());
        }
        if text.contains("find_library(") {
            self.unseen = Some("a source looks for a library".to_owned());
        }
        let tasks = base(path) == "Rakefile" || path.ends_with(".rake");
        // A class that starts programs has this name in Symfony and Laravel; pm2 starts what its settings say.
        let process =
            path.ends_with(".php") && (text.contains("Process(") || text.contains("Process::"));
        let settings = base(path).starts_with("ecosystem.config.");
        let perl = [".pl", ".pm"].iter().any(|end| path.ends_with(end));
        let calls = perl && by_perl::starts(text);
        if !tasks
            && !process
            && !settings
            && !calls
            && !STARTS.iter().any(|sign| text.contains(sign))
        {
            return;
        }
        self.starts_files(text);
        self.sets_zone(text);
        self.unpacks(text);
        if path.ends_with(".py")
            && let Some(told) = &self.told
        {
            self.words.extend(told.iter().cloned());
            self.called.extend(told.iter().cloned());
            self.names_files(text);
            return;
        }
        self.says_not_all = true;
        self.imports_commands(text);
        for (at, quote) in text.match_indices(['"', '\'', '`']) {
            let behind = &text[at + 1..];
            let end = behind.find(['"', '\'', '`', ' ', '\n']).unwrap_or(behind.len());
            let word = &behind[..end];
            let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
            let plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
            if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
                continue;
            }
            self.named.push(name.to_owned());
            let of_value =
                behind[end..].starts_with(quote) && is_key(&text[..at], &behind[end + 1..]);
            if of_value && (is_tool(name) || PACKAGES.iter().any(|it| it.ordinary.contains(&name)))
            {
                continue;
            }
            if folder.is_empty() || folder.ends_with("bin") {
                self.words.push(name.to_owned());
                self.called.push(name.to_owned());
            }
        }
        text.lines().for_each(|line| self.chained(line));
        text.lines().for_each(|line| self.begun(line));
        if perl {
            text.lines().for_each(|line| line.split('}').skip(1).for_each(|it| self.begun(it)));
        }
        // Ruby has a sign of its own for what a shell runs.
        for part in text.split("%x").skip(1) {
            let word = part.trim_start_matches(['(', '{', '[']);
            let end = word.find([')', '}', ']', ' ', '\n']).unwrap_or(word.len());
            self.words.push(base(&word[..end]).to_owned());
            self.called.push(base(&word[..end]).to_owned());
        }
    }

    /// Notes what texts of a source name: a script among it may be started.
    fn names_files(&mut self, text: &str) {
        let cut = |c: char| !(c.is_ascii_alphanumeric() || "._+-".contains(c));
        self.named.extend(text.split(cut).filter(|word| !word.is_empty()).map(str::to_owned));
    }

    /// What a shell would start behind an operator in a text of a source: all that may be one, from the first quotation of a line on.
    fn chained(&mut self, line: &str) {
        let text = line.find(['"', '\'', '`']).into_iter().chain(line.find("%x")).min();
        let Some(start) = text else { return };
        let mut parts = line[start..].split([';', '|', '&', '(', '`']);
        parts.next();
        for part in parts {
            let mut words = part.split_whitespace().skip_while(|word| word.contains('='));
            let word = words.next().unwrap_or_default().trim_end_matches(['"', '\'', ')', ',']);
            // Where something is set or compared, no program stands.
            if !word.is_empty() && words.next().is_none_or(|next| !next.starts_with('=')) {
                self.words.push(base(word).to_owned());
                self.called.push(base(word).to_owned());
            }
        }
    }
}

/// What runs the command behind it, once its own options and numbers are read (POSIX, "Utilities"; GNU coreutils; sudo(8)).
const RUNNERS: &str = " env exec ionice nice nohup setsid stdbuf sudo time timeout xargs ";

impl Uses {
    /// What stands where a command may begin in a line of a source, with a word behind it: a text may go over many lines, and languages
    /// write texts in many ways.
    fn begun(&mut self, line: &str) {
        if line.trim_start().starts_with("#!") {
            return;
        }
        for part in line.split(|c: char| "|;&(`\"'{[<!%".contains(c)) {
            let words: Vec<&str> = part.split_whitespace().collect();
            self.runs_behind(&words);
            let mut runs = false;
            for (at, word) in words.iter().enumerate() {
                if word.contains('=') {
                    continue;
                }
                if RUNNERS.contains(&format!(" {} ", base(word))) {
                    runs = true;
                    continue;
                }
                let next = words.get(at + 1).copied().unwrap_or("=");
                if !word.starts_with('-') && !next.starts_with(['=', ':', '+', '?', '*', '>']) {
                    self.words.push(base(word).to_owned());
                }
                let own = word.starts_with('-')
                    || word.starts_with(|c: char| c.is_ascii_digit() || c == '{');
                let of_option = at > 0 && words[at - 1].starts_with('-');
                if !(runs && (own || of_option)) {
                    break;
                }
            }
        }
    }
}

/// Those among them that nobody writes but to start something, and that have numbers or options of their own.
const WITH_VALUES: &str = " ionice nice nohup setsid stdbuf timeout xargs ";

impl Uses {
    /// Notes what a runner in front of a command calls, be a word behind an option its value or the command.
    pub(super) fn runs_behind(&mut self, words: &[&str]) {
        let is_runner = |word: &str| WITH_VALUES.contains(&format!(" {} ", base(word)));
        if !words.first().is_some_and(|word| is_runner(word)) {
            return;
        }
        let mut of_option = false;
        for word in &words[1..] {
            let word = word.trim_matches(['"', '\'', ',', ')', ']']);
            if word.starts_with('-') {
                of_option = true;
                continue;
            }
            let number = word.starts_with(|c: char| c.is_ascii_digit());
            if !number && !is_runner(word) {
                self.called.push(base(word).to_owned());
                self.words.push(base(word).to_owned());
                if !of_option {
                    return;
                }
            }
            of_option = false;
        }
    }
}

/// Whether a text is the key of a value, and no command: `c["size"]`, `{"size": 3}`, `c.get("size")`.
fn is_key(before: &str, behind: &str) -> bool {
    let (before, behind) = (before.trim_end(), behind.trim_start());
    let mut signs = before.chars().rev();
    match signs.next() {
        Some('[') => {
            let value = signs.next().is_some_and(|c| c.is_alphanumeric() || "_)]".contains(c));
            value && behind.starts_with(']')
        }
        Some('{' | ',') => behind.starts_with(':'),
        Some('(') => [".get(", ".pop(", ".setdefault("].iter().any(|it| before.ends_with(it)),
        _ => false,
    }
}

/// Whether a text has sections of supervisord for programs, or lines of cron, in a file of whatever name.
pub(super) fn has_programs(name: &str, text: &str) -> bool {
    // These are read by people, and by builders.
    if name.contains("Dockerfile") || [".md", ".rst", ".txt"].iter().any(|it| name.ends_with(it)) {
        return false;
    }
    let is_time =
        |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit() || b"*,/-".contains(&byte));
    text.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let table = words.len() > 5 && words[..5].iter().all(is_time) && line.contains('*');
        table || line.starts_with("[program:")
    })
}

/// Whether a file tells a manager of processes what to start.
pub(super) fn is_starter(name: &str) -> bool {
    STARTERS.contains(&name)
        || name.ends_with(".service")
        || name.contains("supervisor")
        || name.contains("cron") && !is_source(name)
}

pub(super) fn is_source(name: &str) -> bool {
    SOURCES.iter().any(|end| name.ends_with(end))
}

/// Whether a word may name a file of this name: a variable any, a pattern those that begin and end as it does.
fn may_be(word: &str, name: &str) -> bool {
    let last: String = base(word).chars().filter(|c| *c != ACTIVE).collect();
    if last.chars().any(|c| c.is_ascii_control() || "$`{[?".contains(c)) {
        return true;
    }
    match last.split_once('*') {
        None => last == name,
        Some((front, _)) => {
            name.starts_with(front) && name.ends_with(last.rsplit('*').next().unwrap_or(""))
        }
    }
}

pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The programs that a script calls by a variable which it sets to their name, or by what stands for one that is not set (POSIX,
/// "Parameter Expansion").
fn in_variables(text: &str) -> Vec<String> {
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let trimmed = |text: &str| base(text.trim_matches(['"', '\'', ';'])).to_owned();
    // What an expansion names, and what it is without a value.
    let parts = |word: &str| -> Option<(String, Option<String>)> {
        let inner = word.trim_start_matches('"').strip_prefix('$')?;
        let inner = inner.strip_prefix('{').map_or(inner, |it| it.split('}').next().unwrap_or(it));
        let inner = inner.trim_end_matches('"');
        let (name, value) = match inner.find([':', '-', '=']) {
            Some(end) => (&inner[..end], inner[end..].trim_start_matches(':').get(1..)),
            None => (inner, None),
        };
        plain(name).then(|| (name.to_owned(), value.map(trimmed)))
    };
    let commands = text.split(['\n', '|', ';', '&', '(', ')', '`']);
    let mut called = Vec::new();
    let mut found = Vec::new();
    for command in commands {
        let words = command.split_whitespace().skip_while(|word| BEFORE_VARIABLES.contains(word));
        if let Some((name, value)) = words.clone().next().and_then(parts) {
            called.push(name);
            found.extend(value);
        }
    }
    for word in text.split_whitespace() {
        if let Some((name, value)) = word.split_once('=')
            && called.iter().any(|one| one == name)
        {
            found.push(parts(value).and_then(|(_, value)| value).unwrap_or_else(|| trimmed(value)));
        }
        if let Some((name, Some(value))) = word.find("${").and_then(|at| parts(&word[at..]))
            && called.contains(&name)
        {
            found.push(value);
        }
    }
    found
}

/// Words of a shell that stand in front of a command.
const BEFORE_VARIABLES: &[&str] =
    &["!", "do", "else", "exec", "if", "nohup", "sudo", "then", "time", "until", "while", "{"];
