//! Sources of the project that call the tools, or a package manager, when a container runs.

use dockslim_contract::{BuildContext, ContextKind};
use dockslim_syntax::Keyword;

use super::afterwards::{builder_programs, is_free_of_tools, programs};
use super::{Install, reasons};
use crate::knowledge::{compiling_call, is_compiling_package};
use crate::pass::Refusal;

/// Ends of sources whose languages start programs.
const SOURCES: &[&str] = &[
    ".cjs", ".ex", ".exs", ".go", ".ipynb", ".java", ".js", ".jsx", ".kt", ".mjs", ".mts", ".php",
    ".pl", ".pm", ".py", ".rake", ".rb", ".ru", ".ts", ".tsx",
];
/// What stands in a source that starts programs (documentation of each language's library for processes).
const STARTS: &[&str] = &[
    "%x",
    "Open3",
    "Popen",
    "ProcessBuilder",
    "System.cmd",
    "child_process",
    "create_subprocess",
    "delegator",
    "exec",
    "from fabric",
    "from invoke",
    "from sh import",
    "import sh",
    "os.spawn",
    "passthru",
    "pexpect",
    "plumbum",
    "popen",
    "proc_open",
    "shelljs",
    "spawn",
    "subprocess",
    "system",
    "Bun.",
    "Deno.",
    "execa",
    "getRuntime()",
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
    "test",
    "tests",
    "tools",
    "vendor",
];
/// Sources of builds.
const OF_BUILDS: &[&str] = &[
    "Gruntfile.js",
    "build.py",
    "conftest.py",
    "fabfile.py",
    "gulpfile.js",
    "noxfile.py",
    "setup.py",
    "tasks.py",
];
/// Programs whose names are words that texts hold for other reasons, too.
const ORDINARY: &[&str] = &[
    "R",
    "ar",
    "as",
    "b2",
    "bison",
    "bzip2",
    "cc",
    "configure",
    "cpp",
    "file",
    "ld",
    "m4",
    "make",
    "mix",
    "nm",
    "patch",
    "perl",
    "shards",
    "size",
    "stack",
    "strings",
    "strip",
    "swift",
    "waf",
    "xz",
];
/// Files that list packages of Python.
const LISTS: &[&str] =
    &["Pipfile", "environment.yaml", "environment.yml", "pyproject.toml", "setup.cfg", "setup.py"];

/// A source that calls the tools, or a package that does.
pub(super) fn needed_by_sources(install: &Install<'_, '_>) -> Option<Refusal> {
    if let Some(name) = compiling_package(install) {
        return Some((&reasons::USED_LATER, format!("`{name}` compiles when its program runs")));
    }
    let context = install.facts.context?;
    let mut programs = programs(install);
    if let Some(path) = by_first_line(context, &programs) {
        let message = format!("{path} runs by one of the tools");
        return Some((&reasons::USED_LATER, message));
    }
    if let Some(what) = looks_for_libraries(install, context) {
        let message = format!("`{what}` looks for libraries by the tools");
        return Some((&reasons::USED_LATER, message));
    }
    // It calls the compiler, whoever brings it.
    programs.push("make".to_owned());
    let started = started(install);
    let part = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let test =
            [".test.", ".spec.", "_test.", "_spec.", ".config."].iter().any(|it| name.contains(it))
                || name.starts_with("test_");
        let aside = path.split('/').any(|part| ASIDE.contains(&part));
        let named = || started.split(|c: char| !is_plain(c)).any(|word| word == name);
        !test && (!aside && !OF_BUILDS.contains(&name) || named())
    };
    let files = context.entries().filter(|(path, entry)| {
        let source = SOURCES.iter().any(|end| path.ends_with(end)) || path.ends_with("Rakefile");
        entry.kind == ContextKind::File && source && part(path)
    });
    for (path, text) in files.filter_map(|(path, _)| Some((path, context.text(path)?))) {
        let python = path.ends_with(".py") || path.ends_with(".ipynb");
        let called = compiling_call(text).filter(|_| python).map(str::to_owned);
        let called = called.or_else(|| {
            STARTS
                .iter()
                .any(|sign| text.contains(sign))
                .then(|| calls(context, text, &programs))?
        });
        if let Some(what) = called {
            let message = format!("{path} may call `{what}` when the program runs");
            return Some((&reasons::USED_LATER, message));
        }
    }
    None
}

/// The script whose first line names one of these programs.
fn by_first_line<'c>(context: &'c BuildContext, programs: &[String]) -> Option<&'c str> {
    let mut texts = context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)));
    let found = texts.find(|(_, text)| {
        let line = text.lines().next().and_then(|line| line.strip_prefix("#!"));
        let mut words = line.into_iter().flat_map(|line| line.split(['/', ' ']));
        words.any(|word| programs.iter().any(|program| program == word))
    });
    found.map(|(path, _)| path)
}

/// What of a project of Python asks a compiler or linker of Alpine where a library lies: it has no list of them (Python, "ctypes", "Finding shared
/// libraries").
fn looks_for_libraries(install: &Install<'_, '_>, context: &BuildContext) -> Option<String> {
    const PACKAGES: &[&str] = &[
        "cairocffi",
        "cairosvg",
        "pyenchant",
        "pylibdmtx",
        "pyusb",
        "python-magic",
        "pyvips",
        "pyzbar",
        "soundfile",
        "weasyprint",
    ];
    if install.tools.manager != "apk" {
        return None;
    }
    let named = listed(install, |name| PACKAGES.contains(&name));
    named.or_else(|| {
        let mut files = context.entries().filter(|(path, _)| path.ends_with(".py"));
        let asks =
            |path: &str| context.text(path).is_some_and(|text| text.contains("find_library"));
        files.find(|(path, _)| asks(path)).map(|_| "find_library".to_owned())
    })
}

/// The package of Python that an install or a list of the context names, and that compiles when its program runs.
fn compiling_package(install: &Install<'_, '_>) -> Option<String> {
    listed(install, is_compiling_package)
}

/// The first package of Python of a kind that an install or a list of the context names.
fn listed(install: &Install<'_, '_>, is: impl Fn(&str) -> bool) -> Option<String> {
    let words = install.stage.steps.iter().flat_map(|step| step.content.commands());
    let words = words.filter(|command| command.manager.is_some());
    let words = words.flat_map(|command| command.words.iter().flatten());
    let own = words.map(|word| word.to_string());
    let context = install.facts.context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let list = LISTS.contains(&name) || name.contains("require") && name.ends_with(".txt");
            list.then(|| context.text(path))?
        })
    });
    let listed = context.flat_map(|text| text.lines()).filter(|line| !line.trim().starts_with('#'));
    let mut all = own.chain(listed.map(str::to_owned));
    all.find_map(|text| {
        let mut names = text.split(|c: char| !is_plain(c) || c == '.');
        names.find_map(|name| {
            let name = name.to_ascii_lowercase().replace('_', "-");
            is(&name).then_some(name)
        })
    })
}

/// All that says what containers start.
fn started(install: &Install<'_, '_>) -> String {
    let dockerfile = install.build.dockerfile;
    let steps = install.build.stages.iter().flat_map(|stage| &stage.steps);
    let starts = steps.filter(|step| {
        matches!(step.instruction.kind, Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck)
    });
    starts.map(|step| step.text(dockerfile).into_owned()).collect::<Vec<_>>().join("\n")
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._+-".contains(c)
}

/// The program that a source names where a command may begin: at the start of a text, or behind an operator of the shell in one.
fn calls(context: &BuildContext, text: &str, programs: &[String]) -> Option<String> {
    for (at, _) in text.match_indices(['"', '\'', '`', '&', ';', '|']) {
        let (front, behind) = (&text[..at], text[at + 1..].trim_start_matches(' '));
        let end = behind.find(|c: char| !is_plain(c) && c != '/').unwrap_or(behind.len());
        let word = &behind[..end];
        let name = word.rsplit('/').next().unwrap_or(word);
        if name.is_empty() || name.len() > 40 {
            continue;
        }
        let bare = match name.rsplit_once('-') {
            Some((start, version)) if version.bytes().all(|byte| byte.is_ascii_digit()) => start,
            _ => name,
        };
        let line = behind.lines().next().unwrap_or_default();
        let is = |names: &[String]| names.iter().any(|known| known == bare || known == name);
        let operator = text[at..].starts_with(['&', ';', '|']);
        let inside =
            || front.rsplit('\n').next().is_some_and(|line| line.contains(['"', '\'', '`']));
        if is(builder_programs()) {
            if ["install", "wheel", " ci", "\"ci", "add", "rebuild"]
                .iter()
                .any(|verb| line.contains(verb))
            {
                return Some(format!("{name} install"));
            }
        } else if is(programs) && (!operator || inside()) {
            if !ORDINARY.contains(&bare) || operator || begins_a_command(front, line) {
                return Some(name.to_owned());
            }
        } else if name == "setup.py" && line.contains("build") {
            return Some(name.to_owned());
        } else if name.ends_with(".sh") || name.ends_with(".bash") {
            let mut scripts =
                context.entries().filter(|(path, _)| path.rsplit('/').next() == Some(name));
            let text = scripts.find_map(|(path, _)| context.text(path));
            if text.is_some_and(|text| !is_free_of_tools(text, programs)) {
                return Some(name.to_owned());
            }
        }
    }
    None
}

/// Whether a text begins a command: a call is handed it, alone or first of a list, and nothing looks something up by it.
fn begins_a_command(front: &str, line: &str) -> bool {
    let front = front.trim_end_matches(['f', 'r', 'b', 'u']).trim_end();
    let word = |text: &str| {
        text.chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_])".contains(c))
    };
    let list = front.strip_suffix(['[', '{']).is_some_and(|front| !word(front));
    let ruby = ["system", "exec", "spawn", "popen"].iter().any(|call| front.ends_with(call));
    let name_alone = line
        .split(['"', '\'', '`'])
        .nth(1)
        .is_none_or(|rest| !rest.trim_start().starts_with([':', '=']));
    (list || ruby || front.ends_with('(') || front.ends_with("%x")) && name_alone
}
