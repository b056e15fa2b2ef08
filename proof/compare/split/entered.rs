//! Scripts of the project in front of a program that was compiled: what they call has to be in the new base, or be brought.

mod arrived;
mod doubts;
mod named;
mod own_folder;
mod put;
mod sourced;
mod tools;

use self::arrived::arrivals;
pub(in crate::compare) use self::arrived::arrived;
use self::doubts::{
    asks_others, is_open, is_simple_trap, keeps, otherwise, sets_others, written_out,
};
use super::bases::{Kind, official};
use super::runtime::{Place, Runtime};
use super::shell_text::ShellText;
use super::sources::ESSENTIAL;
use super::started::{behind_options, commands, is_words, without_init};
use crate::compare::folders::{absolute, is_within};
use crate::program::Action;

/// What dash, busybox and bash do themselves (POSIX, "Shell Command Language"; bash, "Shell Builtin Commands").
const BUILT_IN: &[&str] = &[
    ":", "[", "break", "continue", "declare", "echo", "exit", "export", "false", "getopts", "hash",
    "kill", "let", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "test",
    "times", "true", "type", "typeset", "ulimit", "umask", "unset", "wait",
];

/// Variables of images of compilers, which their Dockerfiles in the official image library set.
const SET_BY_COMPILERS: &[&str] = &[
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

/// Folders in which any container may write.
const ANYWHERE: &[&str] = &["/dev", "/proc", "/tmp"];
/// Folders in which any Debian may be written to, with those in them, and alone.
const OF_DEBIAN: &[&str] = &["/run", "/var/log", "/var/run"];
const OF_ETC: &[&str] = &["/etc/default", "/etc/profile.d", "/etc/security"];

/// How deep scripts may call one another.
const DEEPEST: usize = 3;

/// How many bytes of scripts are read, each as often as it is called.
const MOST: usize = 64 << 10;

/// What scripts call.
#[derive(Default)]
pub(super) struct Entered {
    /// The commands that are neither the shell's own nor those of other scripts.
    pub(super) calls: Vec<Vec<String>>,
    /// What the shell does itself, in whose words files may be named.
    pub(super) asides: Vec<Vec<String>>,
    /// What starts the script that is read, and the script itself: the texts that may set its variables.
    texts: Vec<String>,
    /// How many bytes of scripts were read.
    read: usize,
    /// Whether there is a script at all.
    pub(super) any: bool,
    /// Whether one is read by a shell that busybox has not, calls a program where busybox has none, or writes where it has no folder.
    elsewhere: bool,
    /// Whether only bash, or dash and busybox in ways of their own, read one.
    particular: bool,
}

/// Stands for CMD where a shell reads it.
const LINE: &str = "";

impl Runtime<'_, '_> {
    /// What the scripts do that the container starts, in front of a program that was compiled.
    pub(super) fn entered(&self) -> Result<Entered, String> {
        let mut entered = Entered::default();
        let dotnet = official(&self.old.image).contains("/dotnet/");
        if self.interprets() || dotnet || self.serves_files() {
            return Ok(entered);
        }
        let [entrypoint, command, health] = self.new.configuration.starts();
        let behind: Vec<String> = match command {
            // A shell that reads CMD is what the script is handed then.
            Some(text) if !is_words(text) => ["sh", LINE].map(str::to_owned).to_vec(),
            Some(text) => commands(text).concat(),
            None => Vec::new(),
        };
        let joined = entrypoint.is_some_and(is_words);
        if let Some(text) = command.filter(|text| joined && !is_words(text)) {
            entered.calls.extend(commands(text));
        }
        entered.texts.extend([entrypoint, command].into_iter().flatten().map(str::to_owned));
        for (number, start) in [entrypoint, command, health].into_iter().enumerate() {
            // Words behind an entry point are none to start.
            if number == 1 && joined && command.is_some_and(is_words) {
                continue;
            }
            for words in start.into_iter().flat_map(commands) {
                let mut all = words;
                if number == 0 && joined {
                    all.extend(behind.iter().cloned());
                }
                let mut all = without_init(&all);
                if matches!(all.first().map(|word| name_of(word)), Some("sh" | "bash")) {
                    all = behind_options(&all[1..]);
                }
                if all.first().map(|word| name_of(word)) == Some("supervisord") {
                    entered.any = true;
                    for words in self.supervised(&all[1..])? {
                        match self.script(&words[0]) {
                            Some((script, text)) => {
                                self.read(&script, text, &words[1..], 0, &mut entered)?;
                            }
                            None => entered.calls.push(words),
                        }
                    }
                    continue;
                }
                if let Some((script, text)) = all.first().and_then(|word| self.script(word)) {
                    self.read(&script, text, &all[1..], 0, &mut entered)?;
                } else if let Some(word) =
                    all.iter().skip(1).find(|word| self.script(word).is_some())
                {
                    return Err(format!("what starts the script `{word}` is not known"));
                }
            }
        }
        let started = [entrypoint, command].into_iter().flatten().flat_map(commands).flatten();
        let called = entered.calls.iter().flatten().cloned().collect::<Vec<_>>();
        let tables = self.tables_of_cron(started.chain(called))?;
        if !tables.is_empty() {
            self.read("the table of cron", &tables, &[], 0, &mut entered)?;
        }
        Ok(entered)
    }

    /// The script of the project that a word starts, and its text.
    pub(super) fn script(&self, word: &str) -> Option<(String, &str)> {
        let context = self.context?;
        let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let here = if here.is_empty() { "/".to_owned() } else { here };
        let path = self.new.configuration.environment.get("PATH").map_or("", String::as_str);
        let system =
            ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let folders = system.into_iter().chain(path.split(':').filter(|one| one.starts_with('/')));
        let mut places: Vec<String> = Vec::new();
        if !word.contains('/') {
            places.extend(folders.map(|folder| format!("{folder}/{word}")));
        }
        places.extend(absolute(word, &here, None));
        places.into_iter().find_map(|place| {
            let brought = |place: &str| {
                self.old.steps.iter().rev().find_map(|step| {
                    let candidates = self.whole(step)?.candidates(place);
                    candidates.iter().find_map(|source| context.text(source))
                })
            };
            let text = brought(&place).or_else(|| brought(&self.put_there(&place)?))?;
            let shells = ["sh", "bash", "dash", "ash"];
            let mut first =
                text.lines().next()?.strip_prefix("#!").unwrap_or("sh").split_whitespace();
            let shell = first.any(|word| shells.contains(&name_of(word)));
            let script = text.starts_with("#!") || place.ends_with(".sh");
            (shell && script).then_some((place, text))
        })
    }

    fn read(
        &self,
        place: &str,
        text: &str,
        arguments: &[String],
        depth: usize,
        entered: &mut Entered,
    ) -> Result<(), String> {
        let lost = |what: &str| Err(format!("`{place}`, which the container starts, {what}"));
        entered.read += text.len() + 1;
        let variables = &self.new.configuration.environment;
        let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let told = own_folder::told(text, place, &here, &entered.texts);
        let (told, sourced) = self.with_sourced(&told);
        entered.asides.push([vec![String::new()], sourced].concat());
        let written = written_out(&told, &entered.texts, variables);
        let text = written.as_str();
        if entered.read > MOST {
            return lost("is long, or one of many");
        }
        let Some(read) = ShellText::of(text).filter(|_| depth < DEEPEST && !text.contains('\r'))
        else {
            return lost("is not understood");
        };
        let environment = &self.old.configuration.environment;
        let base = SET_BY_COMPILERS.iter().find(|name| {
            !environment.contains_key(**name)
                && [format!("${name}"), format!("${{{name}")].iter().any(|one| text.contains(one))
        });
        if let Some(name) = base {
            return lost(&format!("reads {name}, which the new base does not set"));
        }
        if self.is_rewritten(place) {
            return lost("is changed by a step");
        }
        if environment.contains_key("BASH_ENV") {
            return lost("is read behind a file that a variable names");
        }
        entered.any = true;
        let first = text.lines().next().unwrap_or_default();
        let bash = first.contains("bash");
        let plain = ["#!/bin/sh", "#!/bin/ash", "#!/usr/bin/env sh", "#!/usr/bin/env bash"];
        let known = plain.iter().any(|line| first.starts_with(line)) || !first.starts_with("#!");
        entered.elsewhere |= !known && !bash;
        entered.particular |=
            bash || text.contains(['\\']) || text.contains("==") || text.contains("[[");
        if let Some(target) = read.writes.iter().find(|target| !self.may_write(target, entered)) {
            return lost(&format!("writes to `{target}`"));
        }
        entered.texts.push(text.to_owned());
        if read.reads.iter().chain(&read.items).any(|word| is_open(word))
            || read.reads.iter().any(|word| word.contains('$'))
        {
            return lost("names a file by a variable");
        }
        let all = read.reads.iter().chain(&read.items).chain(read.commands.iter().flatten());
        let values: Vec<String> =
            all.filter_map(|word| otherwise(word)).map(str::to_owned).collect();
        entered
            .asides
            .push([vec![String::new()], read.reads.clone(), read.items.clone(), values].concat());
        let shifts = read.commands.iter().flatten().any(|word| word == "shift");
        let is_all = |word: &String| matches!(word.as_str(), "$@" | "${@}" | "$*");
        let handed = read.commands.iter().filter(|words| words.iter().any(is_all)).count();
        let arrivals = arrivals(text, arguments).filter(|all| all.len() == handed);
        let mut arrivals = arrivals.map(Vec::into_iter);
        for (words, inside) in read.commands.iter().zip(&read.inside) {
            let sets = |word: &&String| word.starts_with("PATH=") || word.starts_with("LD_");
            if words.iter().find(sets).is_some() {
                return lost("says where programs or libraries are");
            }
            let own = words.iter().skip_while(|word| is_assignment(word));
            if sets_others(words) {
                return lost("sets variables that it does not name");
            }
            let values = words.iter().take_while(|word| is_assignment(word));
            let values: Vec<String> = [String::new()].into_iter().chain(values.cloned()).collect();
            if values.iter().any(|word| is_open(word)) {
                return lost("names a file by a variable");
            }
            entered.asides.push(values);
            let mut all: Vec<String> = Vec::new();
            let held = match &mut arrivals {
                Some(known) if words.iter().any(is_all) => known.next(),
                _ => None,
            };
            for word in own {
                if is_all(word) {
                    let first = all.iter().all(|word| word == "exec");
                    let arguments = match held.as_deref() {
                        // Only other words than those of the file lead there.
                        Some([]) if first => {
                            if let Some(path) = self.gives_words() {
                                return lost(&format!("may be given other words by {path}"));
                            }
                            all.clear();
                            break;
                        }
                        Some([]) => &[],
                        Some([one]) => one.as_slice(),
                        _ if first && shifts => return lost("starts what nothing names"),
                        _ => arguments,
                    };
                    if first && (*inside || arguments.is_empty()) {
                        return lost("starts what nothing names");
                    }
                    all.extend(arguments.iter().cloned());
                    continue;
                }
                if all.iter().all(|word| word == "exec")
                    && let Some(folder) = self.folder_of_programs(word)
                {
                    all.push(folder);
                    if word.ends_with(['@', '}']) && word.contains('@') {
                        if arguments.is_empty() {
                            return lost("starts what nothing names");
                        }
                        all.extend(arguments.iter().skip(1).cloned());
                    }
                    continue;
                }
                let known = self.expanded(word, &entered.texts);
                let says = matches!(all.first().map(String::as_str), Some("echo" | "printf"));
                let named =
                    known.iter().any(|word| is_open(word)) && !doubts::is_of_sed(&all, word);
                if !says && !all.is_empty() && named {
                    return lost("names a file by a variable");
                }
                all.extend(known);
            }
            let followed = |word: &&String| {
                let all =
                    "command dumb-init env exec gosu nice nohup set su-exec time timeout tini";
                all.split(' ').any(|one| one == word.as_str())
            };
            if all.iter().filter(followed).count() > 16 {
                return lost("has one command behind too many others");
            }
            self.call(place, &read.functions, &all, depth, entered)?;
        }
        entered.texts.pop();
        Ok(())
    }

    /// Whether a file may be made there: in the folder of the container, or in one of any system; of some only Debian knows.
    fn may_write(&self, target: &str, entered: &mut Entered) -> bool {
        let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let here = if here.is_empty() { "/" } else { &here };
        let folder = absolute(target, here, None);
        let folder = folder.as_deref().and_then(|path| path.rsplit_once('/')).map(|(it, _)| it);
        folder.is_some_and(|folder| {
            let own = folder == here || folder == "/etc";
            if own || ANYWHERE.iter().any(|one| is_within(folder, one)) {
                return true;
            }
            let debian =
                OF_DEBIAN.iter().any(|one| is_within(folder, one)) || OF_ETC.contains(&folder);
            entered.elsewhere |= debian;
            debian
        })
    }

    /// What a word stands for, where it is a variable that the image sets.
    pub(super) fn expanded(&self, word: &str, texts: &[String]) -> Vec<String> {
        let Some(name) = word.strip_prefix('$') else { return vec![word.to_owned()] };
        if word.ends_with("/bin/java") && word.contains("JAVA_HOME") && keeps(texts, "JAVA_HOME") {
            return vec!["java".to_owned()];
        }
        let name = name.trim_start_matches('{').trim_end_matches('}');
        match self.new.configuration.environment.get(name) {
            Some(value) if keeps(texts, name) && !value.bytes().any(|byte| byte < b'\t') => {
                value.split_whitespace().map(str::to_owned).collect()
            }
            _ => vec![word.to_owned()],
        }
    }

    fn call(
        &self,
        place: &str,
        functions: &[String],
        words: &[String],
        depth: usize,
        entered: &mut Entered,
    ) -> Result<(), String> {
        let lost = |what: &str| Err(format!("`{place}`, which the container starts, {what}"));
        // None of these calls a function.
        let again = |words: &[String], entered: &mut Entered| {
            let program = words.first().map_or("", |word| name_of(word));
            if program == "kill" {
                return lost("calls a program `kill`, which the new base has not");
            }
            self.call(place, &[], words, depth, entered)
        };
        let [first, rest @ ..] = words else { return Ok(()) };
        let option = rest.first().is_some_and(|word| word.starts_with('-'));
        let behind = |skip: &dyn Fn(&str) -> bool| {
            rest.iter().skip_while(|word| skip(word)).cloned().collect::<Vec<String>>()
        };
        match first.as_str() {
            "exec" | "nohup" | "nice" | "time" if !option => return again(rest, entered),
            "command" | "hash" | "type" => {
                return again(&behind(&|word| word.starts_with('-')), entered);
            }
            "env" if !option => return again(&behind(&|word| word.contains('=')), entered),
            "timeout" if !option => return again(rest.get(1..).unwrap_or_default(), entered),
            "set" if rest.first().is_some_and(|word| word == "--") => {
                return again(&rest[1..], entered);
            }
            "gosu" | "su-exec" if rest.len() > 1 => {
                entered.calls.push(words[..2].to_vec());
                return again(&rest[1..], entered);
            }
            "tini" | "dumb-init" => {
                entered.calls.push(vec![first.clone()]);
                return again(&behind(&|word| word.starts_with('-')), entered);
            }
            "cd" => {
                let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
                let stays = rest.first().is_some_and(|word| word.trim_end_matches('/') == here);
                return if stays { Ok(()) } else { lost("goes to another folder") };
            }
            "trap" => {
                let text = rest.first().map_or("", String::as_str);
                let known = |word: &str| {
                    BUILT_IN.contains(&word) || functions.iter().any(|one| one == word)
                };
                return if is_simple_trap(text, &known) {
                    Ok(())
                } else {
                    lost("ends in ways that are not known")
                };
            }
            "sh" | "bash" => {
                entered.particular |= first == "bash";
                let handed = behind_options(rest);
                let script = handed.first().and_then(|word| self.script(word));
                return match script {
                    Some((inner, text)) => {
                        self.read(&inner, text, &handed[1..], depth + 1, entered)
                    }
                    None if handed == [LINE] => Ok(()),
                    None => lost("hands what is not known to a shell"),
                };
            }
            _ => {}
        }
        if BUILT_IN.contains(&first.as_str()) || functions.contains(first) {
            if first != "echo" && first != "printf" {
                entered.asides.push(words.to_vec());
            }
            return Ok(());
        }
        let unfollowed = [
            ".", "alias", "chroot", "enable", "env", "eval", "exec", "nice", "nohup", "popd",
            "pushd", "runuser", "setpriv", "source", "su", "sudo", "time", "timeout", "unshare",
            "xargs",
        ];
        let program = first.ends_with("/kill");
        if first.contains('$')
            || unfollowed.contains(&name_of(first))
            || program
            || asks_others(name_of(first), rest)
        {
            return lost(&format!("calls `{first}`, which is not followed"));
        }
        if let Some((inner, text)) = self.script(first) {
            return self.read(&inner, text, rest, depth + 1, entered);
        }
        let options = rest.iter().any(|word| word.starts_with(['-', '+', '$']) && word != "-p");
        entered.particular |= options
            && [
                "cat", "chmod", "chown", "date", "grep", "head", "ls", "mkdir", "sed", "sleep",
                "tail",
            ]
            .contains(&name_of(first));
        entered.elsewhere |= first.starts_with('/') && ESSENTIAL.contains(&name_of(first));
        if ["cp", "ln", "mv", "tee", "touch"].contains(&name_of(first)) {
            let mut made = rest.iter().filter(|word| !word.starts_with('-'));
            if !made.all(|word| self.may_write(word, entered)) {
                return lost("makes files where no folder may be");
            }
        }
        entered.calls.push(words.to_vec());
        Ok(())
    }

    /// What the scripts call and name is there.
    pub(super) fn scripts_find(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let entered = self.entered()?;
        if !entered.any {
            return Ok(());
        }
        if !kind.has_shell() {
            return Err("a shell reads a script, and the new base has none".to_owned());
        }
        let alpine = official(&self.old.image).contains("alpine");
        if kind == Kind::Busybox && (!alpine && entered.particular || entered.elsewhere) {
            return Err("busybox reads a script in another way than the old base".to_owned());
        }
        for words in entered.calls.iter().chain(&entered.asides) {
            if let Some(word) = self.of_old_base(words, kind, places) {
                return Err(format!(
                    "a script names `{word}`, which only the old base is known to have"
                ));
            }
        }
        let all = entered.calls.iter().chain(&entered.asides).flatten().map(String::as_str);
        if let Some(file) = self.lost_of_scripts(kind, all, places) {
            return Err(format!("nothing brings `{file}`, which a script names"));
        }
        let whole = matches!(kind, Kind::Debian(_) | Kind::Java | Kind::Same | Kind::Slim);
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        for words in &entered.calls {
            let name = name_of(&words[0]);
            let own = !words[0].contains('/') || words[0].contains("bin/");
            let of_busybox = alpine && !["bash", "dpkg", "getent"].contains(&name);
            if words[0].ends_with('/') {
                self.has_all_programs(&super::runtime::below(&folder, &words[0]), places)?;
            } else if !(own && (whole || of_busybox) && ESSENTIAL.contains(&name)) {
                self.is_brought(&words[0], &folder, kind, places)?;
                self.was_known(&words[0], kind, places)?;
                self.git_of_script(words, kind)?;
            }
        }
        for pair in entered.calls.iter().flat_map(|words| words.windows(2)) {
            let on_path = matches!(pair[0].as_str(), "-cp" | "-classpath" | "--class-path");
            let lost = self.lost_of_class_path(&pair[1], on_path, &folder, places);
            if let Some(lost) = lost.filter(|_| on_path) {
                return Err(format!("nothing brings `{lost}`, which a script names"));
            }
        }
        let all = entered.calls.iter().chain(&entered.asides);
        let words = all.flat_map(|words| &words[1..]);
        for word in words.flat_map(|word| {
            word.split(['=', ',', ':', '{', '}']).map(|word| word.trim_start_matches('-'))
        }) {
            if word.is_empty() {
                continue;
            }
            let path = super::runtime::below(&folder, word);
            let named = self.was_there(&path) || word.ends_with(".jar");
            if named && !self.covered(places, &path) && !self.leads(places, &path) {
                return Err(format!("nothing brings `{word}`, which a script names"));
            }
            if let Some(path) = self.lost_of_pattern(word, &folder, places) {
                return Err(format!(
                    "nothing brings `{path}`, which `{word}` of a script may name"
                ));
            }
        }
        Ok(())
    }

    /// A file of the project that a pattern may name, and that nothing brings.
    fn lost_of_pattern(&self, word: &str, folder: &str, places: &[Place]) -> Option<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_./*?-".contains(c);
        if !word.contains('*') || !word.chars().all(plain) {
            return None;
        }
        let name = name_of(word);
        let (start, end) = (name.split('*').next()?, name.rsplit('*').next()?);
        let all = self.context?.entries().map(|(path, _)| path);
        let mut named = all.filter(|path| {
            let name = name_of(path);
            name.len() >= start.len() && name.starts_with(start) && name.ends_with(end)
        });
        named.find_map(|path| {
            let path = super::runtime::below(folder, path);
            let there = self.covered(places, &path) || self.leads(places, &path);
            (self.was_there(&path) && !there).then_some(path)
        })
    }

    /// A program that a package brings was there before: a script may ask for it, and do something else without it.
    fn was_known(&self, word: &str, kind: Kind, places: &[Place]) -> Result<(), String> {
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let copied = places.iter().any(|place| name_of(&place.target) == name_of(word))
            || word.contains('/') && self.covered(places, &super::runtime::below(&folder, word));
        let has = kind == Kind::Same || kind.has(word, &self.new.image) || word == "java";
        if copied || has || self.finds_installed(places) {
            return Ok(());
        }
        let mut installed = false;
        crate::program::visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let mut packages = call.words.iter().filter_map(|word| crate::shell::plain(word));
                installed |= packages.any(|package| super::brought::brings(package, word));
            }
        });
        let of_image = tools::of_image(&self.old.image, name_of(word));
        if installed || of_image {
            return Ok(());
        }
        Err(format!("nothing says that `{word}` was there, which a script asks for"))
    }
}

/// Whether a word in front of a command sets a variable.
fn is_assignment(word: &str) -> bool {
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    word.split_once('=').is_some_and(|(name, _)| plain(name))
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
