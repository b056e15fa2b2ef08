//! What a RUN calls: installs, and commands that read nothing that is copied.

use dockslim_syntax::shell::{SeparatorKind, Statement};
use dockslim_syntax::{Dockerfile, Instruction, Keyword};

use super::because;
use super::parted::{Parting, parting};
use super::project::climbed;
use super::reasons;
use super::toolchains;
use super::users;
use crate::facts::{
    BuildStage, BuildStep, Call as Simple, Command, Content, absolute, below, is_within,
};
use crate::knowledge::{Ecosystem, is_root_by_default, manifests, program_names};
use crate::pass::Refusal;

/// A RUN that installs.
pub(super) struct Install<'c> {
    /// The folder that it runs in, behind a `cd`.
    pub(super) folder: String,
    /// All folders that it enters.
    pub(super) entered: Vec<String>,
    /// The installs of packages of a language.
    pub(super) calls: Vec<Call<'c>>,
    /// The calls of toolchains that download.
    pub(super) tools: Vec<toolchains::Call<'c>>,
    /// The paths that other commands remove or make.
    pub(super) touches: Vec<String>,
    /// The manifests that other commands read.
    pub(super) asks: Vec<String>,
    /// Whether it installs packages of the system, too, whose scripts do as they like there.
    pub(super) for_system: bool,
    /// The word of the `cd` in front of a build.
    pub(super) enters: Option<&'c str>,
    /// The mode and the file of the `chmod` by which a build makes its wrapper a program.
    pub(super) prepares: Option<(&'c str, &'c str)>,
    /// Whether it is none, but a step that is put in front of a build.
    pub(super) inserted: bool,
    /// Where something else begins, that can run in a step of its own.
    pub(super) parting: Option<Parting>,
}

/// An install of packages of a language.
pub(super) struct Call<'c> {
    pub(super) row: &'static Ecosystem,
    /// The folder of its project.
    pub(super) folder: String,
    /// The words behind the program, but for those that name the folder.
    pub(super) words: Vec<&'c str>,
}

/// What one command is.
enum Kind<'c> {
    /// An install of packages of a language, with the folder that an option leads it to.
    Language(&'static Ecosystem, Vec<&'c str>, Option<&'c str>),
    /// A call of a toolchain that only downloads.
    Toolchain(toolchains::Call<'c>),
    /// A call of the system's package manager.
    System,
    /// Something that reads no files of the context, and touches these.
    Harmless(Vec<String>),
    /// `cd folder`.
    Change(&'c str),
    /// Something that reads this manifest of its folder.
    Asks(&'static str),
    /// `NAME=value`, for the shell alone.
    Sets(String, String),
}

/// Whether a RUN calls something that installs, as far as its name tells: of the system, or of a language.
pub(super) fn installs(dockerfile: &Dockerfile<'_>, step: &BuildStep<'_>) -> Option<bool> {
    if step.instruction.kind != Keyword::Run || step.onbuild {
        return None;
    }
    if toolchains::toolchain(dockerfile, step).is_some() {
        // Who asks a wrapper for its version has put that in front of his build.
        return Some(true).filter(|_| !toolchains::only_asks(dockerfile, step));
    }
    let table = manifests();
    let mut found = None;
    for command in step.content.commands() {
        let Some((at, program)) = command.program() else { continue };
        let words: Vec<&str> =
            command.words[at..].iter().map_while(|word| word.as_deref()).collect();
        let (program, verb) = called(program, &words);
        let verb = verb.unwrap_or("");
        let ecosystem = table.ecosystem(program);
        let language = ecosystem.is_some_and(|row| {
            row.installs.iter().any(|known| known == verb)
                && !words.iter().any(|word| matches!(*word, "-g" | "--global"))
        });
        if language {
            return Some(true);
        }
        if table.system.iter().any(|row| row.includes(program, verb)) {
            found = Some(false);
        }
    }
    found
}

/// The name of a tool that a RUN calls and that may build the project itself.
pub(super) fn builder(step: &BuildStep<'_>) -> Option<&'static str> {
    let commands = step.content.commands().iter().filter(|_| step.instruction.kind == Keyword::Run);
    commands.filter_map(|command| command.program().map(|program| (command, program))).find_map(
        |(command, (at, program))| {
            let words: Vec<&str> =
                command.words[at..].iter().map_while(|word| word.as_deref()).collect();
            let (program, verb) = called(program, &words);
            let table = manifests();
            let verb = verb.unwrap_or("");
            let builds = table.ecosystem(program).filter(|row| {
                matches!(row.name.as_str(), "poetry" | "uv" | "bundler" | "composer")
                    && row.installs.iter().any(|known| known == verb)
            });
            builds.map(|row| row.name.as_str())
        },
    )
}

/// Reads a RUN that runs in `folder`, as the install that it is, with nothing else in it, or with something behind it that can be
/// parted from it.
pub(super) fn read<'c>(
    dockerfile: &Dockerfile<'_>,
    (stage, step): (&BuildStage<'_>, &'c BuildStep<'_>),
    folder: &str,
) -> Result<Install<'c>, Refusal> {
    let run = step.instruction;
    let home = home(stage, step);
    let Content::Script(script, list, commands) = &step.content else {
        return Err(because(&reasons::UNREAD_CALL));
    };
    if !step.state.shell.is_known() || step.hands_documents() || !script.bashisms.is_empty() {
        return Err(because(&reasons::UNREAD_CALL));
    }
    let background = |end| matches!(end, Some(SeparatorKind::Background));
    if list.statements.iter().any(|one| background(one.end.map(|end| end.kind))) {
        return Err(because(&reasons::ANOTHER_COMMAND));
    }
    let mut read = Install {
        folder: folder.to_owned(),
        entered: Vec::new(),
        calls: Vec::new(),
        tools: Vec::new(),
        touches: mounts(dockerfile, run)?,
        asks: Vec::new(),
        for_system: false,
        enters: None,
        prepares: None,
        inserted: false,
        parting: None,
    };
    let mut left = None;
    let mut constants: Vec<(String, String)> = Vec::new();
    for (number, command) in commands.iter().enumerate() {
        let kind = match kind(dockerfile, step, home.as_deref(), command, &constants) {
            Err(obstacle) if !read.calls.is_empty() => {
                read.parting = parting(dockerfile, step, number);
                return if read.parting.is_some() { Ok(read) } else { Err(obstacle) };
            }
            kind => kind?,
        };
        match kind {
            Kind::Language(row, words, to) => {
                let folder = match to {
                    Some(to) => led(row, &read.folder, to)?,
                    None => read.folder.clone(),
                };
                read.calls.push(Call { row, folder, words });
            }
            Kind::Toolchain(call) => read.tools.push(call),
            Kind::System => read.for_system = true,
            Kind::Asks(manifest) => read.asks.push(below(&read.folder, manifest)),
            Kind::Sets(name, value) => constants.push((name, value)),
            Kind::Harmless(touched) => {
                for path in touched {
                    let path = absolute(&path, Some(&read.folder));
                    read.touches.push(path.ok_or_else(|| because(&reasons::ANOTHER_COMMAND))?);
                }
            }
            Kind::Change(to)
                if command.call.is_some_and(|call| !call.conditional && !call.in_child) =>
            {
                // Behind `cd x;` the rest runs wherever it stands if there is no x.
                let at = command.span.start;
                let holds = |one: &&Statement| one.span.start <= at && at < one.span.end;
                let end = list.statements.iter().find(holds).and_then(|one| one.end);
                let next = commands.get(number + 1).map(|next| next.span.start);
                if !step.state.shell.errexit()
                    && next.zip(end).is_some_and(|(next, end)| next > end.span.start)
                {
                    let message = format!("`cd {to}` may fail unseen: join it with `&&`");
                    return Err((&reasons::UNREAD_CALL, message));
                }
                let entered = match to {
                    "-" => left,
                    // A shell goes back as it came, below the folder that it has started in.
                    to if to.starts_with("..") => climbed(&read.folder, to)
                        .filter(|to| read.folder != folder && is_within(to, folder)),
                    to => absolute(to, Some(&read.folder)),
                };
                let elsewhere = || {
                    let message = format!("where `cd {to}` leads is not known");
                    (&reasons::UNREAD_CALL, message)
                };
                let entered = entered.ok_or_else(elsewhere)?;
                read.entered.push(entered.clone());
                left = Some(std::mem::replace(&mut read.folder, entered));
            }
            Kind::Change(_) => return Err(because(&reasons::ANOTHER_COMMAND)),
        }
    }
    Ok(read)
}

/// What `~` stands for in a RUN, if that is known.
fn home(stage: &BuildStage<'_>, step: &BuildStep<'_>) -> Option<String> {
    match step.state.settings.iter().rev().find(|setting| setting.name == "HOME") {
        Some(set) => absolute(set.value.as_deref().filter(|_| !set.is_argument)?, None),
        // An image may set it, and USER leaves that as it is.
        None => {
            let plain = stage.image.as_deref().is_some_and(is_root_by_default);
            (plain && stage.is_root(step)).then(|| "/root".to_owned())
        }
    }
}

/// The targets of cache mounts; other flags decline.
fn mounts(dockerfile: &Dockerfile<'_>, run: &Instruction) -> Result<Vec<String>, Refusal> {
    let mut targets = Vec::new();
    for flag in &run.flags {
        let value = flag.value.map(|value| dockerfile.text(value)).unwrap_or_default();
        let options: Vec<&str> = value.split(',').collect();
        let target = options.iter().find_map(|option| {
            let (name, value) = option.split_once('=')?;
            matches!(name, "target" | "dst" | "destination").then_some(value)
        });
        let cache = dockerfile.text(flag.name) == "mount"
            && options.contains(&"type=cache")
            && !options.iter().any(|option| option.starts_with("from="));
        let target = target.filter(|_| cache).and_then(|target| absolute(target, None));
        targets.push(target.ok_or_else(|| because(&reasons::RUN_FLAGS))?);
    }
    Ok(targets)
}

/// The folder that an option leads a call to, as `cd` would; yarn and bun also read settings where they start.
fn led(row: &Ecosystem, here: &str, to: &str) -> Result<String, Refusal> {
    let place = absolute(to, Some(here)).ok_or_else(|| because(&reasons::UNREAD_CALL))?;
    if matches!(row.name.as_str(), "yarn" | "bun") && !is_within(&place, here) {
        return Err(because(&reasons::UNREAD_CALL));
    }
    Ok(place)
}

/// The name of a program, and its first operand.
fn called<'w>(program: &'w str, words: &[&'w str]) -> (&'w str, Option<&'w str>) {
    let mut name = program_names(program).next().unwrap_or(program);
    let mut rest = words.get(1..).unwrap_or_default();
    if let Some(row) = manifests().ecosystem(program) {
        return (name, row.verb(rest));
    }
    let python = program_names(program).any(|name| name == "python");
    if let (true, ["-m", module, others @ ..]) = (python, rest) {
        name = module;
        rest = others;
    }
    (name, rest.iter().find(|word| !word.starts_with('-')).copied())
}

fn kind<'c>(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    home: Option<&str>,
    command: &'c Command<'_>,
    constants: &[(String, String)],
) -> Result<Kind<'c>, Refusal> {
    let call = command.call.ok_or_else(|| because(&reasons::UNREAD_CALL))?;
    for redirect in call.redirects {
        let target = dockerfile.text(redirect.target.span);
        let descriptor = target.bytes().all(|byte| byte.is_ascii_digit());
        if redirect.heredoc || !(target == "/dev/null" || descriptor) {
            return Err(because(&reasons::ANOTHER_COMMAND));
        }
    }
    if let Some((name, value)) = constant(dockerfile, step, call) {
        return Ok(Kind::Sets(name, value));
    }
    for assignment in &call.simple.assignments {
        let name = assignment.name.of(dockerfile.source);
        let known = ["DEBIAN_FRONTEND", "NODE_ENV", "CI", "ACCEPT_EULA", "LC_ALL", "LANG", "TZ"]
            .contains(&name);
        if !known || dockerfile.raw(assignment.span).contains(['$', '`']) {
            return Err(because(&reasons::UNREAD_CALL));
        }
    }
    let table = manifests();
    let Some(Some(program)) = command.words.first().map(Option::as_deref) else {
        return Err(because(&reasons::ANOTHER_COMMAND));
    };
    // A path into a virtual environment says where it installs.
    let system_path = program.strip_prefix("/usr/").is_some_and(|rest| !rest.contains("src/"));
    let as_written = command.raw_word(dockerfile, 0) == program;
    let plain =
        as_written && (!program.contains('/') || program.starts_with("/bin/") || system_path);
    let known: Vec<&str> = command.words.iter().map_while(|word| word.as_deref()).collect();
    let all_known = known.len() == command.words.len();
    let (name, verb) = called(program, &known);
    let verb = verb.unwrap_or("");
    if let Some(call) = toolchains::Call::of(dockerfile, command) {
        let own = call.program == program && (plain || program.starts_with("./"));
        return match (call.downloads, own) {
            (true, true) => Ok(Kind::Toolchain(call)),
            (true, false) => Err(because(&reasons::UNREAD_CALL)),
            (false, _) => Err(because(&reasons::ANOTHER_COMMAND)),
        };
    }
    if let Some(row) = table.ecosystem(name) {
        if !plain || !all_known {
            return Err(because(&reasons::UNREAD_CALL));
        }
        let behind =
            known.iter().position(|word| *word == name || word.ends_with(&format!("/{name}")));
        return language(row, &known[behind.unwrap_or(0) + 1..]);
    }
    if table.system.iter().any(|row| row.includes(name, verb)) {
        let file = |word: &&str| {
            let file = [".deb", ".rpm", ".apk"].iter().any(|end| word.ends_with(end));
            let path = word.contains('/') && !word.contains("://");
            file || path || matches!(*word, "." | "..")
        };
        // A word that is nothing but a variable stands for the words in it.
        let value = |at: usize| {
            let raw = command.raw_word(dockerfile, at);
            let name = raw.strip_prefix('$')?.trim_start_matches('{').trim_end_matches('}');
            constants
                .iter()
                .rev()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.as_str())
        };
        let words: Option<Vec<&str>> = (1..command.words.len())
            .map(|at| command.words[at].as_deref().or_else(|| value(at)))
            .collect();
        let words = words.ok_or_else(|| because(&reasons::UNREAD_CALL))?;
        if !plain || words.iter().flat_map(|word| word.split_whitespace()).any(|word| file(&word)) {
            return Err(because(&reasons::NAMES_FILES));
        }
        return Ok(Kind::System);
    }
    harmless(dockerfile, home, command, &known, all_known)
        .ok_or_else(|| because(&reasons::ANOTHER_COMMAND))
}

/// The name and the value of an assignment that is a command of its own, and sets nothing that programs see: its value lists words,
/// and no path.
fn constant(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    call: Simple<'_>,
) -> Option<(String, String)> {
    const OF_SHELLS: [&str; 6] = ["CDPATH", "ENV", "HOME", "IFS", "OPTIND", "PATH"];
    let [assignment] = call.simple.assignments.as_slice() else { return None };
    let name = assignment.name.of(dockerfile.source);
    let text = dockerfile.text(assignment.span);
    let value = text.split_once('=')?.1.trim_matches(['"', '\'']);
    let plain = |c: char| c.is_ascii_alphanumeric() || " ._+:=-".contains(c);
    let own = !OF_SHELLS.contains(&name)
        && !name.starts_with("LD_")
        && step.state.settings.iter().all(|setting| setting.name != name);
    let alone = call.simple.words.is_empty() && !call.conditional && !call.in_child;
    (alone && own && value.chars().all(plain)).then(|| (name.to_owned(), value.to_owned()))
}

/// A call of a language's package manager, with the words behind the program.
fn language<'c>(row: &'static Ecosystem, words: &[&'c str]) -> Result<Kind<'c>, Refusal> {
    let (words, to) = row.led(words).ok_or_else(|| because(&reasons::UNREAD_CALL))?;
    let verb = row.verb(&words).unwrap_or("");
    let global = words.iter().any(|word| matches!(*word, "-g" | "--global"));
    let paths = words.iter().any(|word| word.starts_with(['.', '/']) || word.contains(".tgz"));
    let cleans = matches!((verb, words.get(1)), ("cache", Some(&("clean" | "purge" | "clear"))));
    // What poetry keeps for itself is not in the project; what bundler keeps is looked at with its call.
    let local = words.contains(&"--local");
    let sets = match (verb, row.name.as_str()) {
        ("config", "npm") => words.get(1) == Some(&"set"),
        ("config", "poetry") => {
            let elsewhere = |key: &str| key.ends_with("path") || key.ends_with("-dir");
            !local && words.len() == 3 && !elsewhere(words[1])
        }
        ("config", "bundler") | ("clear-cache" | "clearcache", "composer") => true,
        _ => false,
    };
    if to.is_some() && (global || words == ["--version"]) {
        return Err(because(&reasons::UNREAD_CALL));
    }
    if (global && row.name != "pip" && !paths) || cleans || sets || words == ["--version"] {
        return Ok(Kind::Harmless(Vec::new()));
    }
    if row.installs.iter().any(|known| known == verb) {
        return Ok(Kind::Language(row, words, to));
    }
    Err(because(&reasons::ANOTHER_COMMAND))
}

/// Commands that read no file of the context, and what they touch.
fn harmless<'c>(
    dockerfile: &Dockerfile<'_>,
    home: Option<&str>,
    command: &'c Command<'_>,
    known: &[&'c str],
    all_known: bool,
) -> Option<Kind<'c>> {
    let raw = |at| command.raw_word(dockerfile, at);
    match *known.first()? {
        "cd" if all_known && known.len() == 2 => Some(Kind::Change(known[1])),
        "echo" | "true" | "set" | "yes" | ":" if all_known => Some(Kind::Harmless(Vec::new())),
        // They bring tools of mix's own, to its folder in the home.
        "mix"
            if all_known
                && matches!(known.get(1), Some(&("local.hex" | "local.rebar")))
                && known[2..].iter().all(|word| matches!(*word, "--force" | "--if-missing")) =>
        {
            Some(Kind::Harmless(Vec::new()))
        }
        "corepack" if known == ["corepack", "enable"] => Some(Kind::Harmless(Vec::new())),
        // It fetches the manager that the project names.
        "corepack"
            if matches!(known[1..], ["prepare", "--activate"] | ["install"]) && all_known =>
        {
            Some(Kind::Asks("package.json"))
        }
        "rm" => {
            // What a pattern finds lies in the folder in front of it.
            let folder = |at: usize| {
                let path = raw(at);
                // One in quotes is a name as it stands.
                let path = match path.strip_prefix("~/") {
                    Some(rest) if command.words[at].is_none() => below(home?, rest),
                    _ => path,
                };
                match path.find(['*', '?', '[']) {
                    Some(at) => path[..at].rsplit_once('/').map(|(folder, _)| format!("{folder}/")),
                    None => Some(path),
                }
            };
            let operands = (1..command.words.len()).filter(|at| !raw(*at).starts_with('-'));
            let paths: Option<Vec<String>> = operands.map(folder).collect();
            let absolute =
                |path: &String| path.starts_with('/') && path.len() > 1 && !path.contains('$');
            paths.filter(|paths| paths.iter().all(absolute)).map(Kind::Harmless)
        }
        _ if all_known => users::homes(known).map(Kind::Harmless),
        _ => None,
    }
}

/// What a step between a COPY and an install touches, if the COPY may pass it where it brings none of that; and the manifests that
/// it reads, which have to stay in front of it.
pub(super) fn may_be_passed(
    dockerfile: &Dockerfile<'_>,
    stage: &BuildStage<'_>,
    step: &BuildStep<'_>,
    folder: &str,
) -> Option<(Vec<String>, Vec<String>)> {
    let read = read(dockerfile, (stage, step), folder).ok()?;
    let passes = read.calls.is_empty() && read.tools.is_empty() && read.parting.is_none();
    // What is entered must be there.
    let entered = read.entered.into_iter().filter(|entered| entered != folder);
    passes.then(|| (read.touches.into_iter().chain(entered).collect(), read.asks))
}

/// Whether one of two paths lies in the other.
pub(super) fn touch(one: &str, other: &str) -> bool {
    is_within(one, other) || is_within(other, one)
}
