//! What the files of the build context call when a container runs: scripts that the file names, and sources that start programs.

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::{Arguments, Dockerfile, Instruction};
use serde_json::Value;

use super::documentation::left_out;
use super::folders::{gone_through, is_in_one};
use super::handed::{folders_of_patterns, unpacks};
use super::needs::{Candidate, Needs, words};
use super::opened::Unbrought;
use super::settings::is_settings;
use super::texts::{
    commands_of_modules, is_key, programs_in_lines, programs_in_texts, starts_in_perl,
};
use super::{Refusal, javascript, python, reasons, types, zones};
use crate::facts::{
    BuildStage, commands_of_compose, commands_of_deployment, context_sources, is_compose,
};
use crate::knowledge::{FullPackage, compiling_call};

/// Ends of source files of languages whose programs can start others.
const SOURCES: [&str; 16] = [
    ".py", ".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".rb", ".rake", ".ru", ".pl", ".pm",
    ".php", ".java", ".kt", "Rakefile",
];
/// What stands in a source that starts programs.
pub(super) const STARTS: &[&str] = &[
    "subprocess",
    "os.system",
    "os.popen",
    "os.exec",
    "Popen",
    "pexpect",
    "plumbum",
    "delegator",
    "import sh",
    "from sh import",
    "from fabric import",
    "from invoke import",
    "child_process",
    "exec(",
    "execSync",
    "execFile",
    "spawn",
    "execa",
    "shelljs",
    "Open3",
    "popen",
    "system(",
    // Ruby and Perl want no brackets.
    "system \"",
    "system '",
    "system %",
    "exec \"",
    "exec '",
    "exec %",
    "%x",
    "ProcessBuilder",
    "Runtime.getRuntime",
];
/// Words of scripts that install.
const INSTALLS: [&str; 6] = ["add", "ci", "install", "rebuild", "npx", "node-gyp"];
/// Ordinary words that are programs, too, and are called from sources.
const CALLED: [&str; 6] = ["file", "convert", "identify", "patch", "make", "ping"];
/// How many sources are read.
const MOST_SOURCES: usize = 400;

/// Ends of files that start no programs of the system: archives of Java, settings, texts.
const DATA: [&str; 18] = [
    ".cer",
    ".cfg",
    ".conf",
    ".crt",
    ".css",
    ".ear",
    ".html",
    ".ini",
    ".jar",
    ".jks",
    ".md",
    ".p12",
    ".pem",
    ".properties",
    ".war",
    ".xml",
    ".yaml",
    ".yml",
];

/// Whether a COPY names nothing but such files.
pub(super) fn are_data(dockerfile: &Dockerfile<'_>, copy: &Instruction) -> bool {
    let mut words: Vec<String> = match &copy.innermost().arguments {
        Arguments::Words(words) => {
            words.iter().map(|word| dockerfile.text(word.span).into_owned()).collect()
        }
        Arguments::List(list) => list.iter().map(|word| word.value.clone()).collect(),
        _ => return false,
    };
    words.pop();
    let data = |word: &String| DATA.iter().any(|end| word.ends_with(end));
    !words.is_empty() && words.iter().all(data)
}

/// Whether the context has a text of this name, wherever it is copied to.
pub(super) fn is_in_context(candidate: Candidate<'_, '_>, path: &str) -> bool {
    of_name(candidate, path).next().is_some()
}

/// The texts of the context with the name of this path.
pub(super) fn of_name<'b>(
    candidate: Candidate<'b, '_>,
    path: &str,
) -> impl Iterator<Item = (&'b str, &'b str)> {
    let name = name_of(path).to_owned();
    let context = candidate.facts.context;
    context.into_iter().flat_map(move |context| {
        let name = name.clone();
        let files = context
            .entries()
            .filter(move |(path, entry)| entry.kind == ContextKind::File && name_of(path) == name);
        files.filter_map(|(path, _)| Some((path, context.text(path)?)))
    })
}

pub(super) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Programs that install packages of a language.
const INSTALLERS: &[&str] =
    &["bundle", "gem", "npm", "pdm", "pip", "pip3", "pipenv", "pnpm", "poetry", "uv", "yarn"];

/// Looks into the files of the context, if the stage copies any of it.
pub(super) fn look(
    candidate: Candidate<'_, '_>,
    lacking: &[&'static FullPackage],
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let (facts, build, own) = (candidate.facts, candidate.build, candidate.stage.stage.index);
    let sources = context_sources(facts.dockerfile);
    let ours = |other: &&BuildStage<'_>| {
        build.builds_on(&other.stage, own) || needs.through.contains(&other.stage.index)
    };
    let copies = build.stages.iter().filter(ours).any(|other| {
        sources.iter().any(|source| other.stage.from < source.item && source.item < other.stage.end)
    });
    if !copies {
        return Ok(());
    }
    let steps = build.stages.iter().filter(ours).flat_map(|other| &other.steps);
    let commands: Vec<_> = steps.map(|step| step.text(facts.dockerfile)).collect();
    let Some(context) = facts.context else {
        return Err((
            &reasons::NO_CONTEXT,
            "what the copied files call is not known without the build context".to_owned(),
        ));
    };
    let at = candidate.stage.steps.last().map_or(0, |step| step.instruction.span.start);
    let ours = |path: &str| {
        !path.split('/').any(|name| matches!(name, "node_modules" | ".git" | "vendor"))
    };
    let files: Vec<&str> = context
        .entries()
        .filter(|(path, entry)| entry.kind == ContextKind::File && ours(path))
        .map(|(path, _)| path)
        .collect();
    let mut look = Look::new(at, lacking, needs, &files);
    look.reads_others(&files, context);
    let mut next = std::mem::take(&mut look.needs.scripts);
    let texts: Vec<(&str, &str)> =
        files.iter().filter_map(|path| Some((*path, context.text(path)?))).collect();
    look.told = python::starts::told(&texts);
    let supervised = |path: &str| context.text(path).is_some_and(|text| says_commands(path, text));
    let mut read = files.iter().filter(|path| is_read(path) || supervised(path));
    for path in read.by_ref().take(MOST_SOURCES) {
        let Some(text) = context.text(path) else { continue };
        look.needs.file = Some((*path).to_owned());
        next.extend(look.source(path, text));
    }
    if read.next().is_some() {
        look.needs.note(format!("what more than {MOST_SOURCES} files of sources call"));
    }
    let mut seen: Vec<&str> = Vec::new();
    let mut built_by = std::mem::take(&mut look.needs.built_by);
    while let Some(script) = next.pop() {
        let builds = built_by.iter().any(|one| name_of(one) == name_of(&script));
        for (path, text) in of_name(candidate, &script) {
            if !seen.contains(&path) {
                seen.push(path);
                if builds {
                    let line = facts.dockerfile.line(at);
                    installed_by(context, (path, text), line, look.needs)?;
                    built_by.extend(look.named(text));
                }
                look.needs.file = Some(path.to_owned());
                next.extend(look.started(path, text));
                let local = words(text).filter(|word| word.starts_with("./"));
                next.extend(local.map(str::to_owned));
            }
        }
    }
    for path in files.iter().filter(|path| is_settings(path)) {
        look.settings(path, context.text(path).unwrap_or_default());
    }
    look.zones(zones::asks_time(commands.iter().flat_map(|text| words(text))));
    look.needs.file = None;
    if !lacking.is_empty() {
        let unbrought = std::mem::take(&mut look.unbrought);
        Unbrought::none(&unbrought, context, &needs.installed)?;
    }
    let commands = commands.iter().map(|text| &**text);
    if types::asked(texts.iter().copied(), commands, files.iter().copied()) {
        let listing = lacking.iter().filter(|package| types::lists(&package.name));
        listing.for_each(|package| needs.add(package, at));
    }
    Ok(())
}

/// Looks at what a script installs that a RUN starts: packages of Node as in a RUN, others are left to whoever looks at the script.
fn installed_by(
    context: &BuildContext,
    (path, text): (&str, &str),
    line: usize,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    for command in lines.flat_map(|line| line.split(['|', ';', '&', '(', ')', '`'])) {
        let words: Vec<&str> = command.split_whitespace().collect();
        let Some(at) = words.iter().position(|word| INSTALLERS.contains(&name_of(word))) else {
            continue;
        };
        let verb = words[at + 1..].iter().find(|word| !word.starts_with('-'));
        let installs = verb.is_none_or(|verb| {
            ["add", "ci", "develop", "i", "install", "rebuild", "sync", "update"].contains(verb)
        });
        match name_of(words[at]) {
            "npm" | "yarn" | "pnpm" if installs => {
                javascript::project(context, line, javascript::Allowed::Nothing, needs)?
            }
            name if installs => needs.note(format!("what {path} installs by {name}")),
            _ => {}
        }
    }
    Ok(())
}

/// Looks for scripts of the context that name documentation, which slim images leave out.
pub(super) fn documentation(candidate: Candidate<'_, '_>) -> Result<(), Refusal> {
    let Some(context) = candidate.facts.context else { return Ok(()) };
    for (path, entry) in context.entries() {
        let script =
            !name_of(path).contains('.') || path.ends_with(".sh") || path.ends_with(".bash");
        if !script || entry.kind != ContextKind::File {
            continue;
        }
        if let Some(folder) = context.text(path).and_then(left_out) {
            return Err((&reasons::DOCUMENTATION, format!("{path} names {folder}")));
        }
    }
    Ok(())
}

/// Whether a file can tell which programs are started: sources, and what managers of processes read.
pub(super) fn is_read(path: &str) -> bool {
    let name = name_of(path);
    SOURCES.iter().any(|end| path.ends_with(end))
        || matches!(name, "package.json" | "Procfile")
        || name.ends_with(".service")
        || name.contains("supervisor")
        || path.contains("cron")
        || name.ends_with(".list")
        || name.ends_with(".sources")
        || is_compose(name)
}

/// Whether a text is settings of supervisord or a table of cron, whatever their file is called (supervisord, "Configuration File";
/// crontab(5)).
pub(super) fn says_commands(path: &str, text: &str) -> bool {
    let name = name_of(path);
    let told_to_people = [".md", ".rst", ".txt"].iter().any(|end| name.ends_with(end));
    if told_to_people || name.contains("Dockerfile") {
        return false;
    }
    if commands_of_deployment(path, text).is_some() {
        return true;
    }
    let time = |word: &str| word.chars().all(|c| c.is_ascii_digit() || "*,/-".contains(c));
    text.lines().any(|line| {
        let mut words = line.split_whitespace();
        let times = words.by_ref().take(5).filter(|word| time(word)).count() == 5;
        line.starts_with("[program:") || times && line.contains('*') && words.next().is_some()
    })
}

/// What is looked for in the files of the context.
pub(super) struct Look<'n, 'b> {
    /// Where the use is taken to be.
    pub(super) at: usize,
    pub(super) lacking: &'n [&'static FullPackage],
    pub(super) needs: &'n mut Needs,
    /// The shell scripts of the context.
    shells: Vec<&'b str>,
    /// Its other files that something may start, with their texts.
    pub(super) others: Vec<(&'b str, &'b str)>,
    /// What sources of Python start, where each of them says it in so many words.
    pub(super) told: Option<Vec<String>>,
    /// Whether a source starts programs, and no text of it says all of them.
    pub(super) untold: bool,
    /// The words that name a program where a command begins, each with the file that holds it.
    pub(super) called: Vec<(Option<String>, String)>,
    /// A source that opens libraries, and those that nothing is known to bring.
    pub(super) opener: Option<String>,
    pub(super) unbrought: Vec<Unbrought>,
    /// Whether settings give the container a zone of time, and whether sources are in a language that reads those of the system.
    pub(super) zoned: bool,
    pub(super) by_system: bool,
}

impl<'n, 'b> Look<'n, 'b> {
    pub(super) fn new(
        at: usize,
        lacking: &'n [&'static FullPackage],
        needs: &'n mut Needs,
        files: &[&'b str],
    ) -> Self {
        let shell = |path: &&&str| path.ends_with(".sh") || path.ends_with(".bash");
        let shells = files.iter().filter(shell).copied().collect();
        Self {
            at,
            lacking,
            needs,
            shells,
            others: Vec::new(),
            told: None,
            untold: false,
            called: Vec::new(),
            opener: None,
            unbrought: Vec::new(),
            zoned: false,
            by_system: zones::reads_zones(files),
        }
    }

    fn calls(&mut self, program: &str) {
        self.called.push((self.needs.file.clone(), name_of(program).to_owned()));
    }
    /// Looks at a file; returns the names of the scripts that it calls.
    pub(super) fn source(&mut self, path: &str, text: &str) -> Vec<String> {
        let name = name_of(path);
        if name == "package.json" {
            let commands = scripts_of(text);
            self.script(&commands);
            if commands.split_whitespace().any(|word| INSTALLS.contains(&word)) {
                self.needs.note(format!("what the scripts of {path} install"));
            }
            return self.begun(&commands, false);
        }
        if is_compose(name) {
            let commands = commands_of_compose(text);
            self.script(&commands);
            return self.begun(&commands, false);
        }
        if let Some(commands) = commands_of_deployment(path, text) {
            self.script(&commands);
            return self.begun(&commands, false);
        }
        if !SOURCES.iter().any(|end| path.ends_with(end)) {
            self.script(text);
            return self.begun(text, false);
        }
        let of_python = path.ends_with(".py") && !matches!(name, "build.py" | "setup.py");
        let compiles = of_python && compiling_call(text).is_some();
        let of_perl = [".pl", ".pm"].iter().any(|end| path.ends_with(end));
        for package in self.lacking {
            let path = |sign: &&String| sign.starts_with('/') && text.contains(sign.as_str());
            let used = package.signs.iter().any(|sign| path(&sign))
                || package.sources.iter().any(|sign| text.contains(sign.as_str()))
                || (of_perl && package.name == "perl")
                || (compiles && package.name == "build-essential");
            if used {
                self.needs.add(package, self.at);
            }
        }
        self.opens(path, text);
        // rake has a word of its own, with and without brackets (FileUtils, "sh"), and Ruby has signs.
        let rake = name == "Rakefile" || path.ends_with(".rake");
        let ruby = path.ends_with(".rb") || path.ends_with(".ru");
        let starts =
            rake || ruby && text.contains('`') || STARTS.iter().any(|sign| text.contains(sign));
        // Symfony and Laravel start programs by a class of this name.
        let php =
            path.ends_with(".php") && ["Process(", "Process::"].iter().any(|it| text.contains(it));
        let starts = starts || php || name.starts_with("ecosystem.config.");
        let starts = starts || of_perl && starts_in_perl(text);
        if !starts {
            return Vec::new();
        }
        self.hands_zone(text);
        self.needs.builtins(text, self.at, self.lacking);
        for package in self.lacking.iter().filter(|package| unpacks(text, &package.name)) {
            self.needs.add(package, self.at);
        }
        match self.told.clone().filter(|_| path.ends_with(".py")) {
            Some(programs) => self.start(&programs),
            None => {
                self.untold = true;
                // `exec {'git'} 'git', 'pull'`, `` `$ENV{WRAPPER} git pull` ``.
                let blocks = if of_perl { text.replace('}', "{") } else { String::new() };
                self.programs(if of_perl { &blocks } else { text });
                self.start(&commands_of_modules(text));
            }
        }
        let path = self.needs.file.as_deref().unwrap_or(path);
        self.needs.note(format!("what {path} starts"));
        self.begun(text, true)
    }

    /// The scripts of the context that a text names.
    pub(super) fn named(&self, text: &str) -> Vec<String> {
        let folders = folders_of_patterns(text);
        let through = gone_through(text);
        let reached = |path: &str| {
            let parent = path.rsplit_once('/').map_or("", |(folder, _)| name_of(folder));
            folders.iter().any(|folder| folder.is_empty() || *folder == parent)
                || is_in_one(path, &through)
        };
        let named = self.shells.iter().filter(|path| text.contains(name_of(path)) || reached(path));
        named.map(|path| (*path).to_owned()).collect()
    }

    /// A script: each word that is a program's name counts, and an ordinary word where a command begins, be it behind a variable that the
    /// script sets.
    pub(super) fn script(&mut self, text: &str) {
        let interpreter = text.lines().next().and_then(|first| first.strip_prefix("#!"));
        self.needs.text(interpreter.unwrap_or_default(), self.at, self.lacking, true);
        self.needs.builtins(text, self.at, self.lacking);
        let comment = |line: &&str| line.starts_with('#') && !line.starts_with("#!");
        let told = |sign: &String| {
            text.lines().filter(|line| !comment(&line.trim_start())).any(|line| line.contains(sign))
        };
        // `python3 -c "import tkinter"`.
        for package in self.lacking.iter().filter(|package| !package.builds) {
            if package.signs.iter().chain(&package.sources).any(told)
                || unpacks(text, &package.name)
            {
                self.needs.add(package, self.at);
            }
        }
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            self.needs.text(line, self.at, self.lacking, false);
            for command in line.split(['|', ';', '&', '(', ')', '`']) {
                for (first, _) in first_words(command) {
                    for program in [first].into_iter().chain(values(text, first)) {
                        self.needs.text(program, self.at, self.lacking, true);
                        self.calls(program);
                    }
                }
            }
        }
    }

    /// Sources that say what they start.
    fn start(&mut self, programs: &[String]) {
        for program in programs {
            self.needs.text(program, self.at, self.lacking, true);
            self.calls(program);
        }
    }

    /// A source: a program is named by a text that begins with it, or where a command may begin in a text.
    fn programs(&mut self, text: &str) {
        let in_texts = programs_in_texts(text);
        let in_lines = programs_in_lines(text);
        in_texts.iter().for_each(|program| self.calls(program));
        for package in self.lacking {
            let common = package.common.iter().filter(|program| CALLED.contains(&program.as_str()));
            for program in package.programs.iter().chain(common) {
                let ordinary = package.common.contains(program);
                let named = text.match_indices(program.as_str()).any(|(start, _)| {
                    if ordinary && is_key(&text[..start], &text[start + program.len()..]) {
                        return false;
                    }
                    let before = text[..start].chars().next_back();
                    let behind = text[start + program.len()..].chars().next();
                    let of_ruby = ["%x(", "%x{", "%x[", "%w[", "%w("];
                    let of_ruby = of_ruby.iter().any(|it| text[..start].ends_with(it));
                    (of_ruby || before.is_some_and(|c| "\"'`/".contains(c)))
                        && behind.is_some_and(|c| "\"'` )}]".contains(c))
                });
                let alone =
                    package.programs.contains(program) && in_lines.contains(&program.as_str());
                if named || alone || in_texts.contains(&program.as_str()) {
                    self.needs.add(package, self.at);
                }
            }
        }
    }
}

/// What a script sets the variable to that a word stands for, and what stands in the word for one that is not set.
fn values<'t>(text: &'t str, word: &'t str) -> Vec<&'t str> {
    let Some((name, rest)) = variable(word) else { return Vec::new() };
    let mut found: Vec<&str> = default(rest).into_iter().collect();
    for word in text.split_whitespace() {
        let value = word.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
        if let Some(value) = value.map(|value| value.trim_matches(['"', '\'', ';'])) {
            found.push(variable(value).and_then(|(_, rest)| default(rest)).unwrap_or(value));
        }
        // `: ${GIT:=git}` sets it, too.
        if let Some((other, rest)) = word.find("${").and_then(|at| variable(&word[at..]))
            && other == name
        {
            found.extend(default(rest));
        }
    }
    found
}

/// The variable that a word begins with, and what stands behind its name.
fn variable(word: &str) -> Option<(&str, &str)> {
    let name = word.trim_start_matches('"').strip_prefix('$')?.trim_start_matches('{');
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
    (end > 0).then(|| name.split_at(end))
}

/// The default in an expansion (POSIX, "Parameter Expansion"): `:-git}`, `=git}`.
fn default(rest: &str) -> Option<&str> {
    let word = rest.trim_start_matches(':').strip_prefix(['-', '='])?;
    Some(word.split('}').next().unwrap_or(word).trim_matches(['"', '\'']))
}

/// The words of a command that may name its program, no assignment and nothing that stands in front of commands, each with the word behind
/// it: one behind an option may be the option's.
pub(super) fn first_words(command: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    const IN_FRONT: &[&str] = &[
        "!",
        "do",
        "dumb-init",
        "else",
        "env",
        "exec",
        "if",
        "ionice",
        "nice",
        "nohup",
        "setsid",
        "stdbuf",
        "sudo",
        "then",
        "time",
        "timeout",
        "tini",
        "while",
        "xargs",
    ];
    let words: Vec<&str> = command
        .split_whitespace()
        .filter(|word| !word.contains('=') || word.trim_start_matches('"').starts_with(['=', '$']))
        .collect();
    let fronts = words.iter().take_while(|word| IN_FRONT.contains(&name_of(word))).count();
    let mut found = Vec::new();
    let mut wrapped = fronts > 0;
    let mut rest = words.into_iter().skip(fronts).peekable();
    while let Some(word) = rest.next() {
        let option = word.starts_with('-');
        let value = wrapped && word.starts_with(|c: char| c.is_ascii_digit() || c == '{');
        if IN_FRONT.contains(&name_of(word)) {
            wrapped = true;
        } else if matches!(name_of(word), "gosu" | "su-exec") {
            // The user stands in front of the command.
            rest.next();
            wrapped = true;
        } else if wrapped && option {
            // The next may belong to it: `sudo -u app git pull`.
            found.extend(
                rest.next()
                    .filter(|word| !word.starts_with('-'))
                    .map(|word| (word, rest.peek().copied())),
            );
        } else if !value {
            found.push((word, rest.peek().copied()));
            break;
        }
    }
    found.into_iter()
}

/// The commands that a package.json gives names to.
fn scripts_of(text: &str) -> String {
    commands_of_manifest(text).into_iter().map(|(_, command)| command + "\n").collect()
}

/// The same, each with its name.
pub(super) fn commands_of_manifest(text: &str) -> Vec<(String, String)> {
    let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let scripts = json.get("scripts").and_then(Value::as_object);
    let commands = scripts.into_iter().flatten();
    commands.filter_map(|(name, it)| Some((name.clone(), it.as_str()?.to_owned()))).collect()
}
