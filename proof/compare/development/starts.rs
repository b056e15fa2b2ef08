//! Steps behind an install, and what a container starts: only programs that are known to do without development packages.

use std::collections::BTreeSet;

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::given::given;
use super::json;
use super::names::{COMPILE, Names};
use crate::compare::split::{behind_options, commands};
use crate::compare::words::describe;
use crate::configuration::Configuration;
use crate::program::{Action, Step};
use crate::shell::readable;

/// Programs that are no part of Node and call none of it: what POSIX and GNU's core utilities have, what keeps users, what
/// installs for the system, and what fetches and packs.
const APART: &[&[&str]] = &[
    &[":", "[", "cd", "exit", "export", "false", "set", "test", "true", "umask", "pwd"],
    &[
        "cat", "cut", "date", "echo", "find", "grep", "head", "id", "ls", "printf", "sed", "sleep",
        "sort", "tail", "tr", "uname",
    ],
    &[
        "chgrp", "chmod", "chown", "cp", "install", "ln", "mkdir", "mv", "rm", "rmdir", "touch",
        "setcap",
    ],
    &["addgroup", "adduser", "groupadd", "groupmod", "useradd", "usermod"],
    &[
        "apk",
        "apt",
        "apt-get",
        "apt-key",
        "apt-mark",
        "dnf",
        "dpkg",
        "microdnf",
        "yum",
        "ldconfig",
        "update-ca-certificates",
    ],
    &["curl", "wget", "gunzip", "unzip", "tar", "openssl"],
];

/// Programs that run another one with the rest of their words.
const AROUND: &[&str] = &[
    "exec",
    "env",
    "cross-env",
    "time",
    "tini",
    "dumb-init",
    "gosu",
    "su-exec",
    "docker-entrypoint.sh",
];

/// How deep scripts may call each other.
const DEPTH: usize = 8;

/// All that stands behind an install.
#[derive(Clone, Copy)]
pub(super) struct Behind<'n, 'c> {
    pub(super) names: &'n Names,
    pub(super) context: &'c BuildContext,
    /// Whether it is a manager that runs commands: those of all packages are in its path.
    managed: bool,
    /// The package.json of the folder in which commands run, where that is known.
    own: Option<&'n str>,
}

impl<'n, 'c> Behind<'n, 'c> {
    pub(super) fn of(names: &'n Names, context: &'c BuildContext) -> Self {
        Self { names, context, managed: false, own: None }
    }

    /// The same of commands that run where this package.json lies.
    pub(super) fn beside(self, manifest: &'n str) -> Self {
        Self { own: Some(manifest), ..self }
    }

    /// The packages, the sources and the people of a project; no container runs the files of `built`.
    pub(super) fn project(&self, built: &BTreeSet<String>) -> Result<(), String> {
        self.names.packages_do_without(self.context)?;
        self.people()?;
        self.names.sources_do_without(self.context, built)?;
        self.names.output_does_without(self.context, built)
    }
}

impl Behind<'_, '_> {
    /// A step, without those inside of it.
    pub(super) fn step(&self, step: &Step<'_>) -> Result<(), String> {
        let words = match &step.action {
            Action::Call(call) => call.words.as_slice(),
            Action::Exec(words, _) => words,
            Action::Opaque(..) | Action::Unread(_) => {
                return Err(format!("{} is not understood", describe(step)));
            }
            _ => return Ok(()),
        };
        let words: Vec<String> = words.iter().map(|word| readable(word)).collect();
        self.command(&words, 0)
    }

    /// Whether a COPY from another stage names nothing of them.
    pub(super) fn copies_none(&self, step: &Step<'_>) -> Result<(), String> {
        let Action::Copy(copy) = &step.action else { return Ok(()) };
        let sources = copy.sources.iter().filter(|_| copy.from.is_some());
        let mut inside = sources.filter_map(|source| Some(source.split_once("node_modules/")?.1));
        let odd = inside.find(|path| {
            let mut parts = path.split('/');
            let first = parts.next().unwrap_or_default();
            let whole = match parts.next() {
                Some(second) if first.starts_with('@') => format!("{first}/{second}"),
                _ => first.to_owned(),
            };
            !first.is_empty()
                && (first == ".bin" || !first.starts_with('.') && !self.names.leaves(&whole))
        });
        odd.map_or(Ok(()), |path| Err(format!("{} brings `{path}`", describe(step))))
    }

    /// What a container starts.
    pub(super) fn configuration(
        &self,
        configuration: &Configuration,
        is_inner: bool,
    ) -> Result<(), String> {
        if !configuration.triggers.is_empty() {
            return Err("other builds go on from here".to_owned());
        }
        let leads = |path: &str| path.contains("node_modules");
        if configuration.environment.get("PATH").is_some_and(|path| leads(path)) {
            return Err("PATH leads to programs of packages".to_owned());
        }
        let mut files = self.context.entries().filter(|(path, _)| path.ends_with(".npmrc"));
        let by_npm = files.any(|(path, _)| {
            let text = self.context.text(path).unwrap_or("node-options");
            text.contains("node-options") || text.contains("script-shell")
        });
        let mut names = configuration.environment.keys();
        if by_npm || names.any(|name| name.eq_ignore_ascii_case("npm_config_node_options")) {
            return Err("npm may hand options on to Node".to_owned());
        }
        let options = configuration.environment.get("NODE_OPTIONS");
        if options.is_some_and(|value| preloads(&format!("NODE_OPTIONS={value}"))) {
            return Err("options of Node may load it".to_owned());
        }
        let hidden = |start: &&str| start.contains("$(") || start.contains('`');
        if let Some(start) = configuration.starts().into_iter().flatten().find(hidden) {
            return Err(format!("`{start}` is not understood"));
        }
        let set =
            |start: &Option<String>| start.as_deref().filter(|text| *text != "none").map(commands);
        let (entry, command) = (set(&configuration.entrypoint), set(&configuration.command));
        if entry.is_none() && command.is_none() && !is_inner {
            return Err("nothing says what a container starts".to_owned());
        }
        // A list behind a list is more of its words.
        let both = match (entry, command) {
            (Some(entry), Some(command)) if entry.len() == 1 && command.len() == 1 => {
                vec![[entry.concat(), command.concat()].concat()]
            }
            (entry, command) => entry.into_iter().chain(command).flatten().collect(),
        };
        let check = set(&configuration.health_check).filter(|_| {
            configuration.health_check.as_deref().is_some_and(|text| !text.ends_with("none"))
        });
        let all = || both.iter().chain(check.iter().flatten());
        let stays = !all().flatten().any(|word| matches!(&**word, "cd" | "pushd" | "popd"));
        let inner = Self { own: self.own.filter(|_| stays), ..*self };
        all().try_for_each(|words| inner.command(words, 0))
    }

    /// One command, by its words as a person reads them.
    pub(super) fn command(&self, words: &[String], depth: usize) -> Result<(), String> {
        let from =
            words.iter().take_while(|word| word.contains('=') && !word.starts_with('-')).count();
        if words[..from].iter().any(|word| preloads(word)) {
            return Err("options of Node may load it".to_owned());
        }
        let words = &words[from..];
        let Some(path) = words.first() else { return Ok(()) };
        let other = || Err(format!("`{}` may use it", words.join(" ")));
        if let Some(word) = words.iter().find(|word| self.names.means(word)) {
            return Err(format!("`{word}` is part of it"));
        }
        let compiles = |word: &String| COMPILE.iter().any(|name| word.starts_with(name));
        let name = path.rsplit('/').next().unwrap_or(path);
        // It puts a program among those of the system, and starts none.
        let only_brings = ["npm", "pnpm", "yarn"].contains(&name)
            && words.iter().any(|word| word == "-g" || word == "--global" || word == "global");
        let may_compile = !only_brings && words.iter().any(compiles);
        if path.contains(['$', '`']) || path.contains("node_modules") || may_compile {
            return other();
        }
        let rest = &words[1..];
        let known = rest.iter().all(|word| !word.contains(['$', '`']));
        let of_package = match name {
            "cross-env" | "next" | "serve" | "http-server" | "forever" => Some(name),
            "pm2" | "pm2-runtime" | "pm2-docker" => Some("pm2"),
            _ => None,
        };
        if of_package.is_some_and(|package| !self.names.leaves(package)) {
            return other();
        }
        match name {
            _ if path.contains('/') && !path.starts_with('/') => {
                self.file(path, depth)?;
                self.behind_file(path, rest, depth)
            }
            // It starts what stands behind these.
            "find"
                if rest.iter().any(|word| word.starts_with("-exec") || word.starts_with("-ok")) =>
            {
                other()
            }
            _ if APART.iter().any(|group| group.contains(&name)) => Ok(()),
            _ if AROUND.contains(&name) && self.named_file(name).next().is_none() => {
                let options = rest
                    .iter()
                    .take_while(|word| word.starts_with('-') || word.contains('='))
                    .count();
                let user = usize::from(matches!(name, "gosu" | "su-exec"));
                self.command(rest.get(options + user..).unwrap_or_default(), depth)
            }
            "sh" | "bash" | "ash" | "dash" => match behind_options(rest) {
                [flag, text, ..] if flag.starts_with('-') && flag.ends_with('c') => {
                    self.script(text, depth)
                }
                // The shell itself stands in front of what it reads.
                [] => Ok(()),
                [file, more @ ..] => {
                    self.file(file, depth)?;
                    self.behind_file(file, more, depth)
                }
            },
            "npm" | "yarn" | "pnpm" if known => self.manager(name, rest, depth),
            "node" | "nodejs" => {
                const LOADS: [&str; 5] =
                    ["-r", "--require", "--import", "--loader", "--experimental-loader"];
                let loads =
                    |option: &str, name: &str| LOADS.contains(&option) && self.names.has(name);
                let loads = rest.windows(2).any(|two| loads(&two[0], &two[1]))
                    || rest
                        .iter()
                        .any(|word| word.split_once('=').is_some_and(|(one, two)| loads(one, two)));
                // Variables of a file may be options of Node.
                let more = |word: &String| word.contains("--test") || word.contains("--env-file");
                if loads || rest.iter().any(more) { other() } else { Ok(()) }
            }
            "npm-run-all" | "run-s" | "run-p" if known && self.names.leaves("npm-run-all") => {
                self.several(rest, depth)
            }
            "concurrently" if known && self.names.leaves("concurrently") => {
                self.together(rest, depth)
            }
            "next" if rest.first().is_some_and(|word| word == "start") => Ok(()),
            "corepack" | "serve" | "http-server" | "forever" | "pm2" | "pm2-runtime"
            | "pm2-docker"
                if known =>
            {
                let inner = rest.iter().position(|word| {
                    matches!(&**word, "npm" | "yarn" | "pnpm" | "npx" | "sh" | "bash")
                });
                let settings = rest.iter().any(|word| {
                    word.contains(".y") || word.contains("interpreter") || self.lists_more(word)
                });
                match inner {
                    Some(at) => {
                        let inner: Vec<String> =
                            rest[at..].iter().filter(|word| *word != "--").cloned().collect();
                        self.command(&inner, depth)
                    }
                    None if settings && name.starts_with("pm2") => other(),
                    None => Ok(()),
                }
            }
            _ if path.ends_with(".sh") || path.starts_with('/') => {
                self.file(path, depth)?;
                self.behind_file(path, rest, depth)
            }
            _ => other(),
        }
    }

    /// Whether pm2 reads a file by this word, and that file speaks of other programs than Node.
    fn lists_more(&self, word: &str) -> bool {
        let name = word.rsplit('/').next().unwrap_or(word);
        if !name.ends_with(".json") && !name.contains(".config.") {
            return false;
        }
        let mut texts = self.named_file(name).map(|path| self.context.text(path));
        let (Some(Some(text)), None) = (texts.next(), texts.next()) else { return true };
        "npm npx yarn interpreter .bin .sh".split(' ').any(|sign| text.contains(sign))
    }

    /// A script may hand on what stands behind it, or end in that.
    fn behind_file(&self, path: &str, words: &[String], depth: usize) -> Result<(), String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let text = self.named_file(name).next().and_then(|path| self.context.text(path));
        if let Some(all) = text.and_then(|text| given(text, words)) {
            let inner = Self { own: None, ..*self };
            return all.iter().try_for_each(|(_, words)| inner.command(words, depth));
        }
        if words.first().is_some_and(|word| word.starts_with('-')) {
            return Err(format!("a script gets `{}`", words.join(" ")));
        }
        Self { own: None, ..*self }.command(words, depth)
    }

    /// The files of the project with a name.
    fn named_file<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let paths = self.context.entries().map(|(path, _)| path);
        paths.filter(move |path| path.rsplit('/').next() == Some(name))
    }

    fn manager(&self, name: &str, words: &[String], depth: usize) -> Result<(), String> {
        let other = || Err(format!("`{name} {}` may use it", words.join(" ")));
        let global =
            words.iter().any(|word| matches!(&**word, "-g" | "--global" | "--location=global"));
        let operands: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
        let first = operands.first().copied().unwrap_or_default();
        let elsewhere = words.iter().any(|word| {
            word.starts_with("--cwd")
                || word.starts_with("--dir")
                || word.starts_with("--prefix")
                || ["-C", "-w", "--w", "--f"].iter().any(|start| word.starts_with(start))
        });
        if elsewhere && self.own.is_some() {
            return Self { own: None, ..*self }.manager(name, words, depth);
        }
        match first {
            // `npm ls` ends with an error where a listed package is missing.
            "cache" | "config" | "version" | "root" => Ok(()),
            "store" if operands.get(1) == Some(&"prune") => Ok(()),
            "install" | "i" | "add" | "un" | "uninstall" | "rm" | "remove" | "update" if global => {
                Ok(())
            }
            "global" if name == "yarn" => Ok(()),
            "" if name == "npm"
                || words.iter().any(|word| matches!(&**word, "-v" | "--version")) =>
            {
                Ok(())
            }
            "" | "ci" | "install" | "i" | "prune" | "exec" | "dlx" | "x" => other(),
            "run" | "run-script" => match operands.get(1) {
                Some(script) => self.named(name, script, depth),
                None => other(),
            },
            "t" => self.named(name, "test", depth),
            "start" | "stop" | "restart" | "test" => self.named(name, first, depth),
            _ if name != "npm" => self.named(name, first, depth),
            _ => other(),
        }
    }

    /// All scripts of this name in the context, with those around them.
    fn named(&self, manager: &str, name: &str, depth: usize) -> Result<(), String> {
        let mut found = false;
        for (path, _) in self.context.entries() {
            if path.rsplit('/').next() != Some("package.json") || path.contains("node_modules/") {
                continue;
            }
            if self.own.is_some_and(|own| own != path) {
                continue;
            }
            let manifest = self.context.text(path).and_then(json).unwrap_or(Value::Null);
            for script in [name.to_owned(), format!("pre{name}"), format!("post{name}")] {
                if let Some(text) = manifest["scripts"][&script].as_str() {
                    found = true;
                    Self { managed: true, ..*self }.script(text, depth + 1)?;
                }
            }
        }
        // Without a script of that name npm starts server.js.
        let own = manager == "npm" && name == "start";
        if found || own { Ok(()) } else { Err(format!("nobody knows what `{name}` is")) }
    }

    /// The scripts that npm-run-all is told to run, by names and patterns (its page on npm); nothing else but its options.
    fn several(&self, words: &[String], depth: usize) -> Result<(), String> {
        for word in words {
            let option = word.trim_start_matches('-');
            let flags = "aggregate-output c continue-on-error l n p parallel pl print-label print-name r race s \
                         sequential serial silent";
            if option.len() < word.len() {
                if !flags.split_whitespace().any(|flag| flag == option) {
                    return Err(format!("`{word}` of npm-run-all is not understood"));
                }
            } else {
                self.by_pattern(word, depth)?;
            }
        }
        Ok(())
    }

    /// What concurrently runs (its page on npm): names of scripts, and files of Node; what a shell would read is not understood.
    fn together(&self, words: &[String], depth: usize) -> Result<(), String> {
        let alone = "-k --kill-others --kill-others-on-fail -r --raw -g --group --no-color --hide";
        let valued = "-c --prefix-colors -n --names -p --prefix -s --success --restart-tries";
        let is_in = |list: &str, word: &str| list.split(' ').any(|one| one == word);
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            let other = || Err(format!("`{word}` of concurrently is not understood"));
            let by_name = ["npm:", "yarn:", "pnpm:"].iter().find_map(|it| word.strip_prefix(it));
            match (word, by_name) {
                (_, Some(name)) => self.by_pattern(name, depth)?,
                _ if is_in(alone, word) => {}
                _ if is_in(valued, word) => drop(words.next()),
                ("npm" | "yarn" | "pnpm", _) => match (words.next(), words.next()) {
                    (Some("run"), Some(script)) => self.named(word, script, depth + 1)?,
                    _ => return other(),
                },
                ("node", _) => match words.next() {
                    Some(file) if !file.starts_with('-') && file.ends_with("js") => {}
                    _ => return other(),
                },
                _ => return other(),
            }
        }
        Ok(())
    }

    /// Scripts by a name, or all whose names begin like a pattern.
    fn by_pattern(&self, name: &str, depth: usize) -> Result<(), String> {
        if name.contains(['(', '!', '{']) {
            return Err(format!("`{name}` is not understood"));
        }
        let Some(end) = name.find(['*', '?', '[']) else {
            return self.named("run-s", name, depth + 1);
        };
        let texts = self.context.entries().filter_map(|(path, _)| {
            let own = path.rsplit('/').next() == Some("package.json");
            (own && !path.contains("node_modules/")).then(|| self.context.text(path)).flatten()
        });
        let mut scripts = BTreeSet::new();
        for manifest in texts.filter_map(json) {
            let names = manifest["scripts"].as_object().into_iter().flatten();
            scripts.extend(names.map(|(script, _)| script.clone()));
        }
        let mut scripts = scripts.iter().filter(|script| script.starts_with(&name[..end]));
        scripts.try_for_each(|script| self.named("run-s", script, depth + 1))
    }

    pub(super) fn script(&self, text: &str, depth: usize) -> Result<(), String> {
        if depth > DEPTH || text.contains(['`']) || text.contains("$(") {
            return Err(format!("`{text}` is not understood"));
        }
        let moves = text.contains("cd") || text.contains("pushd") || text.contains("popd");
        let inner = Self { own: self.own.filter(|_| !moves), ..*self };
        parts(text).iter().try_for_each(|words| inner.command(words, depth))
    }

    /// A shell script of the context, by its name: it calls Node by names that are known.
    fn file(&self, path: &str, depth: usize) -> Result<(), String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut same = self.named_file(name);
        let unknown = || format!("nobody knows what `{path}` does");
        let (Some(source), None) = (same.next(), same.next()) else { return Err(unknown()) };
        let text = self.context.text(source).ok_or_else(unknown)?;
        let shell =
            text.lines().next().is_some_and(|line| line.starts_with("#!") && line.ends_with("sh"));
        if !shell || depth > DEPTH {
            return Err(unknown());
        }
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let lines: Vec<&str> = lines.collect();
        // A line that ends in a stroke goes on.
        let code = lines.join("\n").replace("\\\n", " ");
        for part in parts(&code) {
            self.part(&part, depth + 1).map_err(|why| format!("in `{path}`, {why}"))?;
        }
        Ok(())
    }

    /// One command of a shell script: the programs of packages have to be known, wherever its words name one.
    fn part(&self, words: &[String], depth: usize) -> Result<(), String> {
        const TOOLS: &[&str] = &[
            "bunx", "gulp", "grunt", "ng", "node", "nodejs", "npm", "npx", "pnpm", "pnpx", "tsc",
            "webpack", "yarn",
        ];
        const IN_FRONT: &str = " ! { if then elif else while until do trap ";
        const OF_SHELL: &str =
            " } break case continue done esac fi for local read return shift wait ";
        let is_in = |list: &str, word: &str| list.contains(&format!(" {word} "));
        let sets = |word: &str| {
            let name = word.split('=').next().unwrap_or_default();
            name.len() < word.len() && name.chars().all(|c| c == '_' || c.is_alphanumeric())
        };
        // What a script was given is looked at where it is started.
        let given = ["$@", "${@}", "$*"];
        let leads = |word: &String| word.contains(".bin") || word.contains("NODE_OPTIONS");
        if words.iter().any(leads) {
            return Err(format!("`{}` leads to packages", words.join(" ")));
        }
        let words: Vec<String> = words
            .iter()
            .filter(|word| !word.is_empty() && !given.contains(&&***word))
            .skip_while(|word| is_in(IN_FRONT, word) || sets(word))
            .cloned()
            .collect();
        let other = || Err(format!("`{}` may use it", words.join(" ")));
        let Some(first) = words.first() else { return Ok(()) };
        let reads = matches!(&**first, "." | "source" | "eval") || first.starts_with(['$', '`']);
        let exports = first == "export" && words.get(1).is_some_and(|word| word.starts_with('$'));
        if reads || exports {
            return other();
        }
        let own =
            |word: &&String| word.ends_with(".sh") || *word == first && word.starts_with("./");
        if let Some(script) = words.iter().find(own) {
            self.file(script, depth)?;
        }
        if self.managed && !is_in(OF_SHELL, first) {
            self.command(&words, depth)?;
        }
        let of_node = |word: &String| {
            word.split(['/', '=']).any(|part| TOOLS.contains(&part)) || self.names.means(word)
        };
        match words.iter().position(of_node) {
            Some(at) => self.command(&words[at..], depth),
            None => Ok(()),
        }
    }
}

/// Whether a setting of NODE_OPTIONS has Node load something before its program.
fn preloads(setting: &str) -> bool {
    setting.strip_prefix("NODE_OPTIONS=").is_some_and(|value| {
        let mut words = value.split([' ', '=', '"', '\'']);
        words.any(|word| {
            matches!(word, "-r" | "--require" | "--import")
                || word.ends_with("loader")
                || word.contains(['$', '<'])
        })
    })
}

/// The commands of a text, word by word, without quotes.
pub(super) fn parts(text: &str) -> Vec<Vec<String>> {
    let commands = text.split(['&', '|', ';', '\n', '(', ')']);
    let words = commands.map(|part| {
        part.split_whitespace().map(|word| word.replace(['"', '\''], "")).collect::<Vec<_>>()
    });
    words.filter(|words| !words.is_empty()).collect()
}
