//! Scripts of the project that stand in front of a compiled program: what they start is what the container starts.

mod files;
mod names;
mod own_place;
mod put;
mod sourced;
mod words;

use dockslim_syntax::{Keyword, parse};

use super::compiled::search_path;
use super::effects::Effect;
use super::gone::may_take;
use super::launch::{base_name, is_shell};
use super::reasons;
use super::subject::{Obstacle, Subject};
use super::variables::stands_for;
use crate::facts::{Reached, Way, absolute, calls, may_set, options_of_shell, words_text};
use crate::knowledge::package_of_program;

/// The words of a command; `None` where an expansion leaves one open.
type Words = Vec<Option<String>>;

/// Scripts that call one another deeper than this are not followed.
const DEEPEST: usize = 3;

/// How many calls of scripts are followed in all, and how many lines each may have: what people write in front of a program is short.
const MOST: usize = 16;
const LONGEST: usize = 500;

/// Commands that start the one behind them, and how many of them are followed.
const WRAPPERS: &[&str] = &[
    "command",
    "dumb-init",
    "env",
    "exec",
    "gosu",
    "nice",
    "nohup",
    "set",
    "su-exec",
    "time",
    "timeout",
    "tini",
];
const MOST_WRAPPERS: usize = 16;

/// What ends the script in the text that is parsed.
const END: &str = "END_OF_SCRIPT";

/// What shells do themselves (POSIX, "Shell Command Language", 2.14 and 1.7; bash, "Shell Builtin Commands").
pub(super) const OF_SHELLS: &[&str] = &[
    ":", "[", "break", "cd", "continue", "declare", "echo", "exit", "export", "false", "getopts",
    "hash", "kill", "let", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift",
    "test", "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unset", "wait",
];

/// Programs of Debian's essential packages that busybox has, too, with fewer options (packages.debian.org, coreutils, findutils, gzip,
/// hostname, mawk, tar, util-linux; busybox.net, "BusyBox - The Swiss Army Knife of Embedded Linux").
pub(super) const ESSENTIAL: &[&str] = &[
    "awk",
    "base64",
    "basename",
    "comm",
    "cp",
    "cut",
    "df",
    "dirname",
    "du",
    "expr",
    "find",
    "fold",
    "gunzip",
    "gzip",
    "hostname",
    "id",
    "ln",
    "md5sum",
    "mktemp",
    "mv",
    "nl",
    "nproc",
    "od",
    "paste",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "seq",
    "sha256sum",
    "sort",
    "split",
    "stat",
    "tac",
    "tar",
    "tee",
    "touch",
    "tr",
    "tty",
    "uname",
    "uniq",
    "wc",
    "whoami",
    "yes",
    "zcat",
];

/// Variables that images of compilers set, and their new bases do not (docker-library, Dockerfiles of these images).
const OF_IMAGES: &[&str] = &[
    "CARGO_HOME",
    "GOLANG_VERSION",
    "GOPATH",
    "GOROOT",
    "GOTOOLCHAIN",
    "GRADLE_HOME",
    "GRADLE_VERSION",
    "JAVA_VERSION",
    "MAVEN_CONFIG",
    "MAVEN_HOME",
    "RUSTUP_HOME",
    "RUST_VERSION",
];

/// Programs that make files in folders that have to be there.
const WRITERS: &[&str] = &["cp", "ln", "mv", "tee", "touch"];

/// Puts the commands of scripts of the project in place of the scripts that the container starts.
pub(super) fn follow(subject: &mut Subject<'_, '_>) -> Result<(), Obstacle> {
    let commands = subject.launch.commands.clone();
    let last =
        |kind: Keyword| subject.stage.steps.iter().rev().find(|step| step.instruction.kind == kind);
    let follows = last(Keyword::Cmd).is_some_and(|step| step.instruction.exec().is_none());
    // What starts a script may set variables for it.
    let text =
        |kind: Keyword| last(kind).map(|step| step.text(subject.build.dockerfile).into_owned());
    let texts = [Keyword::Cmd, Keyword::Entrypoint].into_iter().filter_map(text).collect();
    let mut reader = Reader { subject, follows, texts, reads: 0, found: Found::default() };
    for words in commands {
        reader.start(words, 0)?;
    }
    let Found { commands, scripts, asides, mut needs_system } = reader.found;
    names::lead_nowhere(subject, &asides)?;
    // bash reads it first (bash, "Bash Startup Files").
    let behind = subject.stage.steps.last().is_some_and(|step| step.state.sets("BASH_ENV"));
    if behind && !scripts.is_empty() {
        let message = "BASH_ENV names a file that bash reads first".to_owned();
        return Err((&reasons::UNREAD_COMMAND, message));
    }
    needs_system |= names::are_of_system(subject, &asides);
    let launch = &mut subject.launch;
    launch.needs_shell |= !scripts.is_empty();
    launch.needs_system |= needs_system;
    (launch.commands, launch.scripts, launch.asides) = (commands, scripts, asides);
    Ok(())
}

#[derive(Default)]
struct Found {
    commands: Vec<Words>,
    scripts: Vec<String>,
    asides: Vec<Words>,
    needs_system: bool,
}

struct Reader<'s, 'f, 't> {
    subject: &'s Subject<'f, 't>,
    /// Whether a CMD that a shell reads stands behind what ENTRYPOINT starts.
    follows: bool,
    /// The texts of what starts the script that is read, and its own.
    texts: Vec<String>,
    /// How many calls of scripts were followed.
    reads: usize,
    found: Found,
}

/// A script while it is read.
struct Entered<'e> {
    place: &'e str,
    /// The word that starts it.
    zero: &'e str,
    text: &'e str,
    /// What it is started with.
    arguments: &'e [Option<String>],
    depth: usize,
}

fn unread(place: &str, what: &str) -> Obstacle {
    (&reasons::UNREAD_COMMAND, format!("`{place}`, which the container starts, {what}"))
}

impl<'f> Reader<'_, 'f, '_> {
    /// A command that the container starts: a script, or something else.
    fn start(&mut self, words: Words, depth: usize) -> Result<(), Obstacle> {
        let program = words.first().and_then(Option::as_deref);
        match program.and_then(|program| self.script(program)) {
            Some((place, text)) => {
                let zero = program.unwrap_or_default();
                self.read(&Entered { place: &place, zero, text, arguments: &words[1..], depth })
            }
            None => {
                // What stands behind an init is a command of its own.
                let init =
                    matches!(program.map(base_name), Some("tini" | "dumb-init" | "catatonit"));
                let mut rest = words.iter().skip(1).flatten().filter(|_| !init);
                if let Some((place, _)) = rest.find_map(|word| self.script(word)) {
                    return Err(unread(&place, "is handed to something else"));
                }
                self.found.commands.push(words);
                Ok(())
            }
        }
    }

    /// The script of the project that a word starts, with its place.
    fn script(&self, program: &str) -> Option<(String, &'f str)> {
        let folder = self.subject.folder.as_deref();
        let mut places = Vec::new();
        if !program.contains('/') {
            places.extend(search_path(self.subject).iter().map(|path| format!("{path}/{program}")));
        }
        places.extend(absolute(program, folder));
        places.into_iter().find_map(|place| {
            let text = self.text_at(&place)?;
            let first = text.lines().next().unwrap_or_default();
            let shell = match first.strip_prefix("#!") {
                Some(line) => {
                    line.split_whitespace().last().is_some_and(is_shell)
                        || line.split_whitespace().next().is_some_and(is_shell)
                }
                None => place.ends_with(".sh"),
            };
            shell.then_some((place, text))
        })
    }

    /// The text of the project that lies at a path, where it was brought or a step has put it.
    fn text_at(&self, place: &str) -> Option<&'f str> {
        self.subject.source_text(place).or_else(|| {
            let source = put::came_from(self.subject, place)?;
            self.subject.source_text(&source).filter(|_| !self.is_changed(&source))
        })
    }

    /// Whether a step may leave something else in place of a file of the project; what ends in line feeds alone stays as it is.
    fn is_changed(&self, place: &str) -> bool {
        self.subject.done.iter().any(|done| match &done.effect {
            Effect::Writes(_) if put::only_ends_lines(done) => false,
            Effect::Writes(paths) => {
                paths.iter().any(|path| path == place)
                    && put::came_from(self.subject, place).is_none()
            }
            Effect::Removes(paths) => paths.iter().any(|gone| may_take(gone, place)),
            _ => false,
        })
    }

    fn read(&mut self, script: &Entered<'_>) -> Result<(), Obstacle> {
        let Entered { place, text, .. } = *script;
        self.reads += 1;
        if self.reads > MOST || text.lines().count() > LONGEST {
            return Err(unread(place, "is long, or one of many"));
        }
        let subject = self.subject;
        if self.is_changed(place) || text.contains('\r') {
            return Err(unread(place, "is changed by a step, or by its line ends"));
        }
        let (first, body) = match text.split_once('\n') {
            Some((first, body)) if first.starts_with("#!") => (first, body),
            _ => ("", text),
        };
        let code: String = body
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .map(|line| format!("{line}\n"))
            .collect();
        let bash = first.contains("bash");
        let (code, read) = self.read_in(&code, script, bash);
        self.found.scripts.extend(read);
        let all = [self.texts.join("\n"), code.clone()].join("\n");
        let code =
            words::with_values(&code, &|name| self.value(name).filter(|_| !may_set(&all, name)));
        let here = subject.folder.as_deref();
        let code = own_place::written_out(&code, script, here, (bash, &self.texts.join("\n")));
        let mut line = first.trim_start_matches("#!").split_whitespace();
        let of_system =
            !matches!(line.next(), None | Some("/bin/sh" | "/bin/ash" | "/usr/bin/env"));
        let alpine = subject.image.contains("alpine");
        if alpine && bash && !subject.packages().iter().any(|package| package == "bash") {
            return Err((&reasons::PACKAGES, format!("`{place}` is read by bash")));
        }
        let shell = if bash { "SHELL [\"/bin/bash\", \"-c\"]\n" } else { "" };
        let whole = format!("FROM scratch\n{shell}RUN <<'{END}'\n{code}{END}\n");
        let dockerfile = parse(&whole);
        let run = dockerfile.instructions().map(|(_, one)| one).next_back();
        let read = run.and_then(|run| run.script()).filter(|_| !code.contains(END));
        let Some((read, list)) = read.and_then(|read| Some((read, read.body.as_ref().ok()?)))
        else {
            return Err(unread(place, "is not understood"));
        };
        // What is substituted in a here-document is seen by nobody.
        if code.contains('`') || code.contains("<<") && code.contains("$(") {
            return Err(unread(place, "is not understood"));
        }
        let named = |name: &&&str| {
            let set = subject.stage.steps.last().is_some_and(|step| step.state.sets(name));
            !set && [format!("${name}"), format!("${{{name}")].iter().any(|it| code.contains(it))
        };
        if let Some(name) = OF_IMAGES.iter().find(named) {
            return Err(unread(place, &format!("reads {name}, which only its old base sets")));
        }
        // dash and busybox read these differently.
        let odd = code.contains('\\') || code.contains("==") || !read.bashisms.is_empty();
        self.found.needs_system |= !alpine && (bash || odd) || !bash && of_system;
        self.found.scripts.push(place.to_owned());
        self.texts.push(code.clone());
        let all = self.texts.join("\n");
        let assigned = |name: &str| may_set(&all, name);
        self.blocks(script, &dockerfile, list)?;
        let reached = Reached::of(&dockerfile, list, script.arguments, bash);
        for call in calls(list) {
            for redirect in call.redirects {
                self.redirected(script, &dockerfile, redirect)?;
            }
            let texts = words_text(&dockerfile, call.simple);
            let written: Vec<String> = call
                .simple
                .words
                .iter()
                .map(|word| dockerfile.text(word.span).into_owned())
                .collect();
            if words::sets_unnamed(&written) {
                return Err(unread(place, "sets variables that it does not name"));
            }
            let says = matches!(written.first().map(String::as_str), Some("echo" | "printf"));
            let values = call.simple.assignments.iter().filter_map(|one| one.value.as_ref());
            for value in values {
                self.names(script, &dockerfile, value)?;
            }
            let mut words: Words = Vec::new();
            for (text, word) in texts.into_iter().zip(&call.simple.words) {
                let raw = dockerfile.text(word.span);
                if raw.starts_with("PATH=") || raw.starts_with("LD_") {
                    return Err(unread(place, "says where programs or libraries lie"));
                }
                match text {
                    Some(text) => words.push(Some(text.into_owned())),
                    None if matches!(&*raw, "\"$@\"" | "$@" | "\"${@}\"" | "${@}" | "$*") => {
                        let way = reached.way(call.span);
                        let first = words.iter().flatten().all(|word| word == "exec");
                        // What whoever starts the container asks for is what they have brought.
                        if first && way == Some(Way::Never) {
                            put::is_started_alone(self.subject, place)?;
                            words = vec![Some(":".to_owned())];
                            break;
                        }
                        let shifts = code.split_whitespace().any(|word| word == "shift");
                        if first && shifts && way.is_none() {
                            return Err(unread(place, "starts a part of its arguments"));
                        }
                        let left = match way {
                            Some(Way::Never) => &[],
                            Some(Way::Behind(count)) => &script.arguments[count..],
                            None => script.arguments,
                        };
                        // A function has arguments of its own.
                        if first && call.conditional && code.contains("()") {
                            return Err(unread(place, "starts what a function may be handed"));
                        }
                        if left.is_empty() && first {
                            self.starts_rest(place)?;
                        }
                        words.extend(left.iter().cloned());
                    }
                    None if self.folder_of_programs(&raw).is_some()
                        && words.iter().all(|word| word.as_deref() == Some("exec")) =>
                    {
                        if raw.contains('@') && script.arguments.is_empty() {
                            self.starts_rest(place)?;
                        }
                        words.push(self.folder_of_programs(&raw));
                        let rest = script.arguments.iter().skip(1).filter(|_| raw.contains('@'));
                        words.extend(rest.cloned());
                    }
                    None => {
                        let known = match words::default_of(&raw) {
                            Some(value) if !words.is_empty() => {
                                self.found.asides.push(vec![Some(value.to_owned())]);
                                words.push(None);
                                continue;
                            }
                            _ => self.expanded(&raw, &assigned),
                        };
                        let open = known.iter().any(Option::is_none);
                        // What sed is told to replace names no file.
                        if open && words::replaces(&words, &raw) {
                            words.extend(known);
                            continue;
                        }
                        if open && !says && !words.is_empty() && words::may_name_a_file(&raw) {
                            return Err(unread(place, &format!("names a file by `{raw}`")));
                        }
                        if open && !says {
                            self.found.asides.push(words::defaults(&raw));
                        }
                        words.extend(known);
                    }
                }
            }
            let mut names = call.simple.assignments.iter().map(|one| dockerfile.text(one.name));
            if names.any(|name| name == "PATH" || name.starts_with("LD_")) {
                return Err(unread(place, "says where programs or libraries lie"));
            }
            let wrappers = words.iter().flatten().filter(|word| WRAPPERS.contains(&word.as_str()));
            if wrappers.count() > MOST_WRAPPERS {
                return Err(unread(place, "stands behind too many other commands"));
            }
            self.command(script, Some(&code), &words)?;
        }
        self.texts.pop();
        Ok(())
    }

    /// What stands behind a script has to be said somewhere.
    fn starts_rest(&self, place: &str) -> Result<(), Obstacle> {
        if self.follows {
            return Ok(());
        }
        Err((&reasons::NO_COMMAND, format!("`{place}` starts what no CMD names")))
    }

    /// The value that ENV gives a variable, where that is one plain word.
    fn value(&self, name: &str) -> Option<String> {
        let words = stands_for(self.subject.stage, &format!("${name}"))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+".contains(c);
        let [value] = words.as_slice() else { return None };
        value.chars().all(plain).then(|| value.clone())
    }

    /// The words that a variable of the image stands for; one that is open if it is not known.
    fn expanded(&self, raw: &str, assigned: &dyn Fn(&str) -> bool) -> Words {
        let name = raw.trim_matches('"').trim_start_matches('$');
        let name = name.trim_start_matches('{').trim_end_matches('}');
        let is_name = raw.contains('$')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let bare = raw.trim_matches('"');
        let java = ["JAVA_HOME/bin/java", "{JAVA_HOME}/bin/java"];
        if java.iter().any(|end| bare.ends_with(end)) && !assigned("JAVA_HOME") {
            return vec![Some("java".to_owned())];
        }
        if !is_name || assigned(name) {
            return vec![None];
        }
        if let Some(words) = stands_for(self.subject.stage, raw) {
            return words.into_iter().map(Some).collect();
        }
        let set = self.subject.stage.steps.last().is_some_and(|step| step.state.sets(name));
        let options = name.ends_with("OPTS") || name.ends_with("OPTIONS");
        if options && !set { Vec::new() } else { vec![None] }
    }

    /// A command of a script; no function is called behind `command`, `exec` and the like, and `code` is `None` there.
    fn command(
        &mut self,
        script: &Entered<'_>,
        code: Option<&str>,
        words: &Words,
    ) -> Result<(), Obstacle> {
        let place = script.place;
        let refuse = |what: &str| Err(unread(place, what));
        let Some(first) = words.first() else { return Ok(()) };
        let Some(first) = first.as_deref() else { return refuse("starts what a variable says") };
        let name = base_name(first);
        let rest = || words[1..].to_vec();
        let text = |at: usize| words.get(at).and_then(Option::as_deref).unwrap_or_default();
        let sets = |word: &Option<String>| {
            word.as_deref().is_some_and(|word| word.starts_with("PATH=") || word.starts_with("LD_"))
        };
        match first {
            "exec" | "nohup" | "nice" | "time" if !text(1).starts_with('-') => {
                return self.command(script, None, &rest());
            }
            "command" | "hash" | "type" => {
                let words = words[1..]
                    .iter()
                    .skip_while(|word| word.as_deref().is_some_and(|word| word.starts_with('-')));
                return self.command(script, None, &words.cloned().collect());
            }
            "env" if !text(1).starts_with('-') && !words.iter().any(sets) => {
                let words = words[1..]
                    .iter()
                    .skip_while(|word| word.as_deref().is_some_and(|word| word.contains('=')));
                return self.command(script, None, &words.cloned().collect());
            }
            "timeout" if !text(1).starts_with('-') => {
                self.aside(words, false);
                return self.command(script, None, &words.get(2..).unwrap_or_default().to_vec());
            }
            "set" if text(1) == "--" => {
                return self.command(script, None, &words[2..].to_vec());
            }
            "gosu" | "su-exec" if words.len() > 2 => {
                self.found.commands.push(words[..2].to_vec());
                return self.command(script, None, &words[2..].to_vec());
            }
            "tini" | "dumb-init" => {
                self.found.commands.push(vec![words[0].clone()]);
                let words = words[1..]
                    .iter()
                    .skip_while(|word| word.as_deref().is_some_and(|word| word.starts_with('-')));
                return self.command(script, None, &words.cloned().collect());
            }
            "cd" => {
                let own = absolute(text(1), self.subject.folder.as_deref());
                let stays = own.is_some() && own == self.subject.folder;
                return if stays { Ok(()) } else { refuse("goes to another folder") };
            }
            "trap" => {
                let known = |first: &str| {
                    OF_SHELLS.contains(&first) || code.is_some_and(|code| is_function(code, first))
                };
                if words.get(1).is_none_or(Option::is_none)
                    || !words::is_plain_trap(text(1), &known)
                {
                    return refuse("does something at its end that is not known");
                }
            }
            "export" | "declare" | "readonly" | "local" if words.iter().any(sets) => {
                return refuse("says where programs or libraries lie");
            }
            _ => {}
        }
        // The program of this name is of procps, which the new base has not.
        if name == "kill" && (code.is_none() || first.contains('/')) {
            return refuse("calls `kill`, but not that of the shell");
        }
        if code.is_some_and(|code| is_function(code, first)) || OF_SHELLS.contains(&first) {
            self.aside(words, false);
            return Ok(());
        }
        if is_shell(first) {
            let at = 1 + options_of_shell(&words[1..]);
            if text(at).starts_with('-') {
                return refuse("hands a text to a shell");
            }
            self.found.needs_system |= name == "bash";
            let handed = words[at..].to_vec();
            if handed.is_empty() || self.script(text(at)).is_none() {
                return refuse("hands what is not known to a shell");
            }
            return self.start(handed, script.depth + 1);
        }
        if words::starts_another(name, &words[1..]) {
            return refuse(&format!("calls another program by `{name}`"));
        }
        let simple = package_of_program(first) == Some("");
        if simple || ESSENTIAL.contains(&name) {
            let options = words[1..].iter().any(|word| {
                word.as_deref().is_none_or(|word| word.starts_with(['-', '+']) && word != "-p")
            });
            if WRITERS.contains(&name) && !self.writes_where_it_may(&words[1..]) {
                return refuse("writes where nothing may be");
            }
            self.aside(words, !simple || options);
            // busybox has its programs in one folder.
            self.found.needs_system |= first.contains('/');
            return Ok(());
        }
        let refused = [
            ".", "alias", "chroot", "enable", "eval", "exec", "nohup", "nice", "time", "popd",
            "pushd", "env", "runuser", "setpriv", "source", "su", "sudo", "timeout", "unshare",
            "xargs",
        ];
        if refused.contains(&name) || script.depth >= DEEPEST {
            return refuse(&format!("calls `{name}`, which is not followed"));
        }
        self.start(words.clone(), script.depth + 1)
    }

    /// What each system does, or busybox in other ways.
    fn aside(&mut self, words: &Words, of_system: bool) {
        self.found.needs_system |= of_system && !self.subject.image.contains("alpine");
        // What is only said names no file.
        if !matches!(words.first().and_then(Option::as_deref), Some("echo" | "printf")) {
            self.found.asides.push(words.clone());
        }
    }
}

/// Whether a script has a function of this name.
fn is_function(code: &str, name: &str) -> bool {
    code.lines().map(str::trim_start).any(|line| {
        let rest = line.strip_prefix("function ").map(str::trim_start);
        let own = |line: &str| line.strip_prefix(name).map(|rest| rest.trim_start().to_owned());
        own(line).is_some_and(|rest| rest.starts_with("()"))
            || rest
                .and_then(own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', '{']))
    })
}
