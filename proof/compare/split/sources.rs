//! Programs that the sources of the project start: the new base has to have them.
//!
//! Sources: the documentation of each language's library for processes; the list of essential packages of Debian.

use dockslim_contract::BuildContext;

use super::aside::hides_programs;
use super::bases::Kind;
use super::brought::brings;
use super::machine::is_of_java;
use super::needs;
use super::opening::{self, OF_CERTIFICATES, OPENING, speaks_of_types};
use super::runtime::{Place, Runtime};
use crate::compare::bases::{lost_when_it_runs, settings_come};
use crate::program::Action;
use crate::shell::plain;

/// How sources of a language start programs: the ends of their files, what only stands in those that do, and what the name of the
/// program follows.
const LANGUAGES: &[(&[&str], &[&str], &[&str])] = &[
    (
        &[".go"],
        &["\"os/exec\"", "os.StartProcess(", "syscall.", "unix.Exec("],
        &[
            ".Command(",
            ".CommandContext(",
            ".LookPath(",
            "os.StartProcess(",
            "syscall.Exec(",
            "syscall.ForkExec(",
            "unix.Exec(",
        ],
    ),
    (
        &[".rs"],
        &["process::", "xshell", "duct", "cmd_lib", "subprocess"],
        &[
            "Command::new(",
            "cmd!(",
            "run_cmd!",
            "run_fun!",
            "spawn!(",
            "Exec::cmd(",
            "Exec::shell(",
        ],
    ),
    (
        &[".js", ".mjs", ".cjs", ".ts", ".mts"],
        &["child_process", "execa", "cross-spawn", "shelljs"],
        &["spawn(", "spawnSync(", "exec(", "execSync(", "execFile(", "execFileSync(", "execa("],
    ),
    (
        &[".py"],
        &["subprocess", "os.system", "os.popen", "which("],
        &[
            ".run(",
            ".call(",
            "check_call(",
            "check_output(",
            "Popen(",
            "os.system(",
            "os.popen(",
            "which(",
            "create_subprocess_exec(",
            "create_subprocess_shell(",
        ],
    ),
    (
        &[".rb"],
        &["system", "Open3", "spawn", "exec", "popen", "%x"],
        &["system(", "capture2(", "capture3(", "spawn(", "exec(", "popen(", "%x"],
    ),
    (
        &[".java", ".kt", ".scala", ".groovy"],
        &["ProcessBuilder", "getRuntime"],
        &["ProcessBuilder(", ".exec(", ".command("],
    ),
    (&[".c", ".cc", ".cpp"], &["system(", "popen(", "exec"], &["system(", "popen(", "execlp("]),
];

/// Parts of a project that its program does not run.
const ASIDE: &[&str] = &[
    ".git",
    ".github",
    "__tests__",
    "docs",
    "e2e",
    "examples",
    "hack",
    "node_modules",
    "scripts",
    "spec",
    "target",
    "test",
    "tests",
    "tools",
    "vendor",
];

/// Programs of the essential packages of Debian, which Ubuntu has, too.
pub(super) const ESSENTIAL: &[&str] = &[
    "awk",
    "base64",
    "basename",
    "bash",
    "comm",
    "cp",
    "cut",
    "df",
    "dirname",
    "dpkg",
    "du",
    "env",
    "expr",
    "find",
    "flock",
    "fold",
    "getent",
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
    "printf",
    "pwd",
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
    "timeout",
    "touch",
    "tr",
    "tty",
    "uname",
    "uniq",
    "wc",
    "whoami",
    "xargs",
    "yes",
    "zcat",
];

/// Calls of C that start what the build may have made, by whatever name (exec(3), posix_spawn(3)).
const STARTING: &[&str] = &[
    "execl",
    "execle",
    "execlp",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "fexecve",
    "posix_spawn",
    "posix_spawnp",
];

impl Runtime<'_, '_> {
    /// What the sources start, or what their packages load, is there.
    pub(super) fn sources_find(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        self.started_by_sources(kind, places)?;
        self.users_asked_for(kind, places)?;
        self.system_files(kind, places)?;
        if kind != Kind::WebServer {
            settings_come(self.old, self.new, self.context)?;
        }
        if kind.is_kin() && self.interprets() {
            lost_when_it_runs(self.old, self.new, self.context, kind == Kind::Slim)?;
        }
        Ok(())
    }

    pub(super) fn started_by_sources(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let Some(context) = self.context else { return Ok(()) };
        if kind == Kind::Same {
            return if self.interprets() { Ok(()) } else { self.compiled_find(context, places) };
        }
        let names = Self::names_in(context);
        for (path, _) in context.entries() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let aside = match is_of_java(name) {
                // Its packages have any names.
                true => format!("/{path}").contains("/src/test/"),
                false => {
                    path.split('/').any(|part| ASIDE.contains(&part))
                        && !self.is_compiled_in(context, path)
                }
            };
            let test =
                name.contains("_test.") || name.contains(".test.") || name.contains(".spec.");
            let Some(text) = context.text(path).filter(|_| !aside && !test) else { continue };
            if name == "package.json" {
                self.loads(path, text)?;
            }
            self.runs_on_machine(path, name, text, places)?;
            if !matches!(kind, Kind::DotNet | Kind::WebServer) && !self.interprets() {
                self.opened_by((context, &names), places, path, text)?;
            }
            if name.ends_with(".go") && text.contains("/x/tools/go/packages\"") {
                return Err(format!("{path} asks the go command for packages"));
            }
            let c = is_of_c(name);
            if let Some(sign) = needs::hidden_in_rust(text).filter(|_| name.ends_with(".rs")) {
                return Err(format!("{path} starts or opens something by `{sign}`"));
            }
            if c && kind == Kind::Static && self.asks_for_locale(text) {
                return Err(format!("{path} asks for a locale that the new base lacks"));
            }
            if let Some(what) = needs::of_compiler(name, text) {
                return Err(format!("{path} {what}"));
            }
            if name.ends_with(".go")
                && text.contains("plugin.Open(")
                && (kind == Kind::Static || self.is_static)
            {
                return Err(format!("{path} loads a plugin, and a static program cannot"));
            }
            if c && self.names_results(text) {
                return Err(format!("{path} names what may be built, and nobody copies it"));
            }
            if let Some(call) = STARTING.iter().find(|call| c && calls(text, call)) {
                return Err(format!("{path} calls {call}, which starts what nobody copies"));
            }
            if let Some(call) =
                ["popen", "system"].into_iter().find(|it| c && opening::hands_value(text, it))
            {
                return Err(format!("{path} hands {call} what nobody knows"));
            }
            let mut opening = OPENING.iter().filter(|call| c && calls(text, call));
            let by_name = |call: &str| call == "dlopen" || OF_CERTIFICATES.contains(&call);
            if c && speaks_of_types(text) {
                return Err(format!("{path} asks for types of files, and nothing lists them"));
            }
            if let Some(call) = opening.find(|call| kind == Kind::Static || by_name(call)) {
                return Err(format!("{path} calls {call}, which opens files of the old base"));
            }
            if c && kind == Kind::Static && text.contains(",ccs=") {
                return Err(format!("{path} reads texts by tables of the old base"));
            }
            let module = needs::calling_module(text).filter(|_| name.ends_with(".go"));
            if let Some(module) = module.filter(|_| !kind.is_kin()) {
                return Err(format!(
                    "{path} starts programs by {module}, and the new base may lack them"
                ));
            }
            if name.ends_with(".go")
                && let Some(program) = starts_in_turn(text)
            {
                return Err(format!("{path} starts `{program}`, which may start what is gone"));
            }
            for program in started(name, text) {
                self.is_there(kind, places, path, program)?;
                if program == Some("git") && name.ends_with(".go") && !kind.is_kin() {
                    self.git_finds(context, path, text)?;
                }
            }
        }
        Ok(())
    }

    /// Whether git of the old image, which a source starts, finds in the new one what it looks at and asks by.
    fn git_finds(&self, context: &BuildContext, path: &str, text: &str) -> Result<(), String> {
        let asks = |steps: &[crate::program::Step<'_>], package: &str| {
            steps.iter().any(|step| {
                let Action::Call(call) = &step.action else { return false };
                call.words.iter().filter_map(|word| plain(word)).any(|word| word == package)
            })
        };
        if asks(&self.old.steps, "git") {
            return Ok(());
        }
        if context.entries().any(|(path, _)| path.starts_with(".git/")) {
            return Err(format!("{path} starts `git`, and the history of the project is gone"));
        }
        const ELSEWHERE: &[&str] = &[
            "\"-S\"",
            "\"-s\"",
            "\"citool\"",
            "\"cvsserver\"",
            "\"gui\"",
            "\"send-email\"",
            "\"svn\"",
            "gpg",
            "verify-commit",
            "verify-tag",
        ];
        if ELSEWHERE.iter().any(|one| text.contains(one)) {
            return Err(format!("{path} starts `git`, which calls what no package brings"));
        }
        const BY_SSH: &str = " archive clone fetch ls-remote pull push remote ssh submodule ";
        let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        if words.any(|word| !word.is_empty() && BY_SSH.contains(&format!(" {word} ")))
            && !asks(&self.new.steps, "openssh-client")
        {
            return Err(format!("{path} starts `git`, and nothing brings `ssh` by which it asks"));
        }
        Ok(())
    }

    /// What compiled sources start or load by a path of the project is there, on a base that has all that the old one had.
    fn compiled_find(&self, context: &BuildContext, places: &[Place]) -> Result<(), String> {
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let names = Self::names_in(context);
        for (path, _) in context.entries() {
            let Some(text) = context.text(path) else { continue };
            let name = path.rsplit('/').next().unwrap_or(path);
            let aside = path.split('/').any(|part| ASIDE.contains(&part));
            let c = is_of_c(name) && !aside;
            if c && self.names_results(text) {
                return Err(format!("{path} names what may be built, and nobody copies it"));
            }
            self.opened_by((context, &names), places, path, text)?;
            if c && speaks_of_types(text) {
                return Err(format!("{path} asks for types of files, and nothing lists them"));
            }
            let mut all = STARTING.iter().chain(["dlopen"].iter());
            if let Some(call) = all.find(|call| c && calls(text, call)) {
                return Err(format!("{path} calls {call}, which finds what nobody copies"));
            }
            if let Some(call) =
                ["popen", "system"].into_iter().find(|it| c && opening::hands_value(text, it))
            {
                return Err(format!("{path} hands {call} what nobody knows"));
            }
            for program in started(name, text).into_iter().flatten() {
                let own = program.starts_with("./") || program.starts_with("../");
                let place = format!("{folder}/{}", program.trim_start_matches("./"));
                if own && !self.covered(places, &place) {
                    return Err(format!("nothing brings `{program}`, which {path} starts"));
                }
            }
        }
        Ok(())
    }

    /// Whether a source of C speaks of processes or libraries by the names of libraries for them, or of a neighbour that the context lacks
    /// and that has the name of a program or library.
    fn names_results(&self, text: &str) -> bool {
        const BY_LIBRARIES: &str = "Poco::SharedLibrary SDL_LoadObject boost::dll dylib.hpp uv_spawn uv_dlopen g_spawn_ g_module_open lt_dlopen boost::process process::child QProcess QLibrary QPluginLoader";
        let files: Vec<&str> = self
            .context
            .into_iter()
            .flat_map(|context| context.entries())
            .map(|(path, _)| path)
            .collect();
        let mut beside = text.match_indices("\"./").chain(text.match_indices("\"../"));
        let named = beside.any(|(at, _)| {
            let line = text[..at].rsplit('\n').next().unwrap_or_default();
            let path = text[at + 1..].split(['"', ' ', '\n']).next().unwrap_or_default();
            let path = path.trim_start_matches(['.', '/']);
            let name = path.rsplit('/').next().unwrap_or(path);
            let result = !name.is_empty() && (!name.contains('.') || name.contains(".so"));
            !line.trim_start().starts_with('#')
                && result
                && !files.iter().any(|file| file.ends_with(path))
        });
        named
            || opening::gives_away(text)
            || self.names_what_rules_make(text)
            || BY_LIBRARIES.split(' ').any(|sign| text.contains(sign))
    }

    /// Whether a text between quotes names a file that the context lacks, and that a rule of its build names, too.
    fn names_what_rules_make(&self, text: &str) -> bool {
        const RULES: [&str; 5] =
            ["Makefile", "makefile", "GNUmakefile", "CMakeLists.txt", "meson.build"];
        let Some(context) = self.context else { return false };
        let mut rules = Vec::new();
        let mut files = Vec::new();
        for (path, _) in context.entries() {
            let own = path.rsplit('/').next().unwrap_or(path);
            files.push(own);
            if RULES.iter().any(|rule| own.starts_with(rule)) || own.ends_with(".mk") {
                rules.extend(context.text(path));
            }
        }
        text.lines().filter(|line| !line.trim_start().starts_with('#')).any(|line| {
            line.split('"').skip(1).step_by(2).any(|quoted| {
                let file = quoted.rsplit('/').next().unwrap_or(quoted);
                let (start, end) = file.rsplit_once('.').unwrap_or((file, ""));
                let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
                let fits = !start.is_empty()
                    && end.starts_with(|c: char| c.is_ascii_alphabetic())
                    && file.chars().all(plain);
                let whole = |rule: &&str| {
                    rule.match_indices(file).any(|(at, _)| {
                        let before = rule[..at].chars().next_back();
                        let behind = rule[at + file.len()..].chars().next();
                        !before.is_some_and(plain) && !behind.is_some_and(plain)
                    })
                };
                fits && !files.contains(&file) && rules.iter().any(whole)
            })
        })
    }

    /// Whether a source starts a program that it does not name as a text.
    pub(super) fn starts_what_is_untold(&self) -> bool {
        let Some(context) = self.context else { return true };
        context.entries().any(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let text = context.text(path).unwrap_or_default();
            started(name, text).contains(&None)
                || (name.ends_with(".py") && starts_by_other_names(text))
        })
    }

    fn is_there(
        &self,
        kind: Kind,
        places: &[Place],
        path: &str,
        program: Option<&str>,
    ) -> Result<(), String> {
        let java = is_of_java(path);
        if let Some(name) = program.filter(|_| java && matches!(kind, Kind::Debian(_)))
            && (name.ends_with(".sh") || name.starts_with('.'))
        {
            return Err(format!("{path} starts `{name}`, which may call what the new base lacks"));
        }
        let Some(program) = program else {
            // Whoever says what is started may say something that was built.
            return match kind {
                Kind::Debian(_) | Kind::Java if java => {
                    Err(format!("{path} starts programs, and the new base may not have them"))
                }
                Kind::Static => Err(format!("{path} starts programs, and the new base has none")),
                _ if path.ends_with(".go") && !kind.is_kin() => {
                    Err(format!("{path} starts programs, and the new base may not have them"))
                }
                _ => Ok(()),
            };
        };
        let name = program.rsplit('/').next().unwrap_or(program);
        // A run-time environment stands on the same system as its kit.
        let other = !kind.is_kin() && kind != Kind::Java && !self.interprets();
        if program.contains('/') && other && self.is_script(program) {
            return Err(format!("{path} starts `{program}`, and what that calls is not known"));
        }
        let installs = self.new.steps.iter().any(|step| {
            let Action::Call(call) = &step.action else { return false };
            call.words.iter().filter_map(|word| plain(word)).any(|package| brings(package, name))
        });
        let essential = matches!(kind, Kind::Debian(_) | Kind::Java | Kind::Slim);
        let there = kind.has(name, &self.new.image)
            || essential && ESSENTIAL.contains(&name)
            || installs
            || program.contains('/') && self.covered(places, program)
            || places.iter().any(|place| place.target.rsplit('/').next() == Some(name));
        if there { Ok(()) } else { Err(format!("nothing brings `{program}`, which {path} starts")) }
    }
}

/// Whether a source calls a function of C.
fn calls(text: &str, function: &str) -> bool {
    text.split(function).skip(1).any(|rest| rest.trim_start().starts_with('('))
}

/// Whether a file is compiled as C, C++ or Objective-C, is included there, or is translated to it.
pub(super) fn is_of_c(name: &str) -> bool {
    const ENDS: &str = " c cc cpp cxx c++ C m mm h hh hpp hxx h++ inc inl ipp tcc y l ";
    name.rsplit_once('.').is_some_and(|(_, end)| ENDS.contains(&format!(" {end} ")))
}

/// The program that a source of Go starts, and that may start others in turn: tar asks what compresses, and is only sure to find gzip
/// (GNU tar, "Compressed Archives"; findutils, "Run Commands").
fn starts_in_turn(text: &str) -> Option<&'static str> {
    let calls = ["Command(", "CommandContext("];
    let behind = |name: &str| {
        let quoted = format!("\"{name}\"");
        let places: Vec<usize> = text.match_indices(&quoted).map(|(at, _)| at).collect();
        let called = places.into_iter().filter(|at| {
            let line = text[..*at].rsplit('\n').next().unwrap_or_default();
            calls.iter().any(|call| line.contains(call))
        });
        let rest = called.map(|at| text[at + quoted.len()..].lines().next().unwrap_or_default());
        rest.collect::<Vec<_>>()
    };
    let tar = behind("tar").into_iter().any(|rest| {
        let mut words = rest.split('"').skip(1).step_by(2);
        let told = words.next().unwrap_or_default().trim_start_matches('-');
        let sure = told.contains('z') || told.contains('c');
        !sure
            || !told.chars().all(|c| "xczvfpmkhCP".contains(c))
            || words.any(|word| word.starts_with("--"))
    });
    let find =
        behind("find").into_iter().any(|rest| rest.contains("\"-exec") || rest.contains("\"-ok"));
    let others =
        ["awk", "bash", "env", "flock", "nice", "nohup", "sort", "split", "timeout", "xargs"];
    let other = others.into_iter().find(|name| !behind(name).is_empty());
    if tar {
        Some("tar")
    } else if find {
        Some("find")
    } else {
        other
    }
}

/// The programs that a source starts; `None` for one that is no text.
pub(super) fn started<'t>(name: &str, text: &'t str) -> Vec<Option<&'t str>> {
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let Some((_, signs, calls)) = LANGUAGES.iter().find(|(all, ..)| ends(all)) else {
        return Vec::new();
    };
    if !signs.iter().any(|sign| text.contains(sign)) {
        return Vec::new();
    }
    let places = calls.iter().flat_map(|call| {
        text.match_indices(call).filter(|(at, _)| {
            // `db.exec(` is another function than `exec(`.
            let before = text[..*at].chars().next_back();
            call.starts_with('.') || before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_')
        })
    });
    let named = places.flat_map(|(at, call)| {
        let behind = text[at + call.len()..].trim_start();
        // The context comes first.
        let behind = match call {
            // xshell's is handed what it is called in.
            "cmd!(" if !behind.starts_with('"') => {
                behind.split_once(',').map_or(behind, |(_, rest)| rest)
            }
            ".CommandContext(" => behind.split_once(',').map_or(behind, |(_, rest)| rest),
            _ => behind,
        };
        let behind = behind.trim_start().trim_start_matches(['[', '{']).trim_start();
        // Java and Kotlin make lists of words by calls.
        let behind = behind.strip_prefix("java.util.").unwrap_or(behind);
        let lists = ["List.of(", "Arrays.asList(", "listOf(", "new String[] {", "new String[]{"];
        let behind =
            lists.iter().find_map(|list| behind.strip_prefix(list)).unwrap_or(behind).trim_start();
        if call == "%x" {
            let command = behind.strip_prefix(['(', '{', '[']).unwrap_or_default();
            return vec![command.split_whitespace().next()];
        }
        // A builder may be given its words later, or be asked for them.
        if is_of_java(name) && behind.starts_with(')') {
            return Vec::new();
        }
        let quoted = behind.strip_prefix(['"', '\'', '`']);
        let Some(quoted) = quoted else { return vec![None] };
        let sign = behind.chars().next().unwrap_or_default();
        let whole = quoted.split(sign).next().unwrap_or_default();
        let mut found = Vec::new();
        if let Some(end) = quoted.find(['"', '\'', '`', ' ', '\n']) {
            found.push((end > 0).then_some(&quoted[..end]));
        }
        // A shell reads the whole of the text, or that behind its option.
        let later = whole.split([';', '|', '&', '\n', '(']).skip(1);
        let mut texts = quoted.split(sign);
        let script = match texts.next() {
            Some("sh" | "bash" | "/bin/sh" | "/bin/bash") => {
                texts.nth(1).filter(|flag| flag.ends_with('c')).and_then(|_| texts.nth(1))
            }
            _ => None,
        };
        let script = script.unwrap_or_default().split([';', '|', '&', '\n', '(']);
        let is_name = |word: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._/+-".contains(c);
            word.starts_with(|c: char| c.is_ascii_lowercase() || c == '/')
                && word.chars().all(plain)
        };
        let first = |part: &'t str| part.split_whitespace().find(|word| !word.contains('='));
        found.extend(later.chain(script).filter_map(first).filter(is_name).map(Some));
        found
    });
    let hidden = (name.ends_with(".go") && hides_programs(text)).then_some(None);
    named.chain(hidden).collect()
}

/// Whether a source of Python takes functions that start programs out of their modules, or calls others than are followed (Python,
/// "subprocess", "os", "pty").
fn starts_by_other_names(text: &str) -> bool {
    let calls = ["os.exec", "os.spawn", "posix_spawn", "pty.spawn", "getoutput(", "pexpect"];
    let mut imports = text.lines().map(str::trim);
    let taken = imports.any(|line| {
        let own = ["system", "popen", "exec", "spawn"];
        line.starts_with("from subprocess import")
            || line.contains("import subprocess as")
            || (line.starts_with("from os import") && own.iter().any(|name| line.contains(name)))
    });
    taken || calls.iter().any(|call| text.contains(call))
}
