//! Programs that sources of Go start: the new base has to have them.

use super::super::compiled::{SHELL_BASE, STATIC_BASE};
use super::super::effects::Effect;
use super::super::entered::ESSENTIAL;
use super::super::launch::{base_name, parent_of};
use super::super::plan::Plan;
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use crate::facts::{absolute, is_within};
use crate::knowledge::package_of_program;

/// Refuses sources that start programs which the new base is not known to have, or load plugins: a static program loads nothing (packages
/// `os/exec`, `os`, `syscall`, `plugin`).
pub(in super::super) fn finds_programs(
    subject: &Subject<'_, '_>,
    plan: &Plan,
) -> Result<(), Obstacle> {
    for (path, text) in sources(subject) {
        if text.contains("plugin.Open(") {
            return Err((&reasons::PACKAGES, format!("{path} loads a plugin")));
        }
        if let Some(name) = OF_KIT.iter().find(|name| text.contains(**name)) {
            let message = format!("{path} says {name}, which only the compiler's image tells");
            return Err((&reasons::RUNS_TOOLCHAIN, message));
        }
        if let Some(module) = MODULES.iter().find(|module| imports(text, module)) {
            let message = format!("{path} imports `{module}`, which starts programs");
            return Err((&reasons::PACKAGES, message));
        }
        if let Some((module, _)) = OPENS_OWN.iter().find(|(module, calls)| {
            imports(text, module) && calls.iter().any(|call| text.contains(call))
        }) {
            let message = format!(
                "{path} imports `{module}`, which opens files that the compiler's image has"
            );
            return Err((&reasons::PACKAGES, message));
        }
        for (program, rest) in started(text) {
            let script = program.filter(|program| program.contains('/'));
            if let Some(script) = script.filter(|script| is_of_project(subject, script)) {
                let message = format!(
                    "{path} starts `{script}` of the project, whose programs its new base may not have"
                );
                return Err((&reasons::PACKAGES, message));
            }
            let found = match program {
                // A path may be that of another program that was built; whoever proves it looks for it.
                Some(program) if program.contains('/') => true,
                Some(program) if plan.base == SHELL_BASE => package_of_program(program) == Some(""),
                Some(program) if plan.base != STATIC_BASE => {
                    let mut words = plan.runs.iter().flat_map(|run| run.split_whitespace());
                    is_of_debian(program, rest) || words.any(|word| word == program)
                }
                _ => false,
            };
            let Some(program) = program.filter(|_| !found) else {
                if found {
                    continue;
                }
                let message = format!("{path} starts programs, and which they are is not known");
                return Err((&reasons::PACKAGES, message));
            };
            let message = format!("{path} starts `{program}`, which its new base has not");
            return Err((&reasons::PACKAGES, message));
        }
    }
    Ok(())
}

/// What tells a program of Go where its compiler lies, and which it is (docker-library/golang; package `runtime`).
const OF_KIT: &[&str] =
    &["\"GOLANG_VERSION\"", "\"GOPATH\"", "\"GOROOT\"", "\"GOTOOLCHAIN\"", "runtime.GOROOT("];

/// Asks for slim Debian where sources start programs of each Debian, or git of the old base, and nothing else.
pub(in super::super) fn ask_for_programs(subject: &mut Subject<'_, '_>) {
    let all: Vec<(Option<&str>, &str)> =
        sources(subject).flat_map(|(_, text)| started(text)).collect();
    let mut by_name = all.iter().filter(|(program, _)| !program.is_some_and(|it| it.contains('/')));
    let any = by_name.clone().next().is_some();
    // The folder of the project may be what git is to look at, and its history stays behind.
    let mut files = subject.context.into_iter().flat_map(|context| context.entries());
    let has_git = has_git(subject)
        && !files.any(|(path, _)| path.starts_with(".git/"))
        && !sources(subject).any(|(_, text)| signs_or_asks_otherwise(text));
    let known =
        |program: &str, rest: &str| is_of_debian(program, rest) || has_git && program == "git";
    if !any || !by_name.all(|(program, rest)| program.is_some_and(|it| known(it, rest))) {
        return;
    }
    let git = all.iter().any(|(program, _)| *program == Some("git"));
    subject.launch.needs_shell = true;
    subject.launch.needs_system = true;
    if git {
        subject.launch.packages.push("git");
        if sources(subject).any(|(_, text)| speaks_to_others(text)) {
            subject.launch.packages.push("openssh-client");
        }
    }
}

/// Whether the image that builds has git and the client of SSH: the official one of Go stands on buildpack-deps:scm (docker-library/golang).
fn has_git(subject: &Subject<'_, '_>) -> bool {
    let image = subject.image.trim_start_matches("docker.io/").trim_start_matches("library/");
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    name == "golang"
        && !["alpine", "nanoserver", "windowsservercore"].iter().any(|part| tag.contains(part))
}

/// Whether a source names a command of git that may ask another machine, by SSH as well (git, "git help -a").
pub(in super::super) fn speaks_to_others(text: &str) -> bool {
    const COMMANDS: &[&str] =
        &["archive", "clone", "fetch", "ls-remote", "pull", "push", "remote", "submodule"];
    let part = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    text.split(part).any(|word| COMMANDS.contains(&word)) || text.contains("ssh")
}

/// Whether a source names a command of git that calls GnuPG, or that comes in a package of its own (git, "git commit", "git tag"; Debian's git-svn
/// and its like).
pub(in super::super) fn signs_or_asks_otherwise(text: &str) -> bool {
    const COMMANDS: &[&str] = &[
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
    COMMANDS.iter().any(|one| text.contains(one))
}

/// Whether each Debian has a program that is handed the `rest` of a call, and what that starts in turn.
pub(in super::super) fn is_of_debian(program: &str, rest: &str) -> bool {
    const STARTERS: &[&str] = &["awk", "flock", "sort", "split"];
    let known = ESSENTIAL.contains(&program) && !STARTERS.contains(&program);
    let texts = || rest.split(['"', '`']).skip(1).step_by(2);
    match program {
        "find" => {
            known && !texts().any(|word| word.starts_with("-exec") || word.starts_with("-ok"))
        }
        // gzip is essential, and what else it calls to compress is not: it tells by what it reads, unless it is told (GNU tar, "Creating and
        // Reading Compressed Archives").
        "tar" => {
            let options = texts().next().map(|word| word.trim_start_matches('-'));
            let plain = |c: char| "CPcfhkmpvxz".contains(c);
            known
                && options.is_some_and(|it| it.contains(['c', 'z']) && it.chars().all(plain))
                && !texts().any(|word| word.starts_with("--"))
        }
        _ => known,
    }
}

/// The programs that a source starts, with the rest of the line in which it does so; `None` for one whose name is no text there.
fn started(text: &str) -> Vec<(Option<&str>, &str)> {
    const STARTS: &[&str] = &[
        ".Command(",
        ".CommandContext(",
        ".LookPath(",
        "StartProcess(",
        "syscall.Exec(",
        "unix.Exec(",
        "ForkExec(",
    ];
    if !starts(text) {
        return Vec::new();
    }
    let calls = STARTS.iter().flat_map(|call| text.split(call).skip(1));
    let calls = calls.map(|behind| first_text(behind.lines().next().unwrap_or_default()));
    calls.chain(is_handed_on(text).then_some((None, ""))).collect()
}

/// Whether a source takes what starts programs for another name, or puts a command together itself, so that nothing tells which they are
/// (package `os/exec`; The Go Programming Language Specification, "Method values", "Import declarations", "Composite literals").
fn is_handed_on(text: &str) -> bool {
    const IMPORT: &str = "\"os/exec\"";
    let lines = || text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    let name = lines().find_map(|line| {
        let front = line.split(IMPORT).next().filter(|_| line.contains(IMPORT))?;
        let front = front.trim().trim_start_matches("import").trim();
        Some(if front.is_empty() || front == "(" { "exec" } else { front })
    });
    let Some(name) = name.filter(|name| *name != "_") else { return false };
    let sign = format!("{name}.");
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let hands_on = |line: &str| {
        line.match_indices(&sign).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let word = &line[at + sign.len()..];
            let (word, rest) = word.split_at(word.find(|c| !letter(c)).unwrap_or(word.len()));
            let own = !before.is_some_and(|c| letter(c) || c == '.');
            own && match word {
                "Command" | "CommandContext" | "LookPath" => !rest.starts_with('('),
                // A list of commands holds none that it makes.
                "Cmd" => rest.starts_with('{') && !matches!(before, Some('*' | ']')),
                _ => false,
            }
        })
    };
    name == "." || lines().any(hands_on)
}

/// The text that a call is given first, or behind a context, and what follows it.
fn first_text(line: &str) -> (Option<&str>, &str) {
    let Some((front, rest)) = line.split_once(['"', '`']) else { return (None, "") };
    let Some((name, rest)) = rest.split_once(['"', '`']) else { return (None, "") };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.() ".contains(c);
    // A context stands in front of the name, and nothing else.
    let alone = front.trim().is_empty()
        || front.trim_end().strip_suffix(',').is_some_and(|front| front.chars().all(plain));
    ((alone && !name.is_empty()).then_some(name), rest)
}

/// The sources that become part of a program, with their paths.
pub(super) fn sources<'f>(subject: &Subject<'f, '_>) -> impl Iterator<Item = (&'f str, &'f str)> {
    const ASIDE: &[&str] = &[
        "docs", "e2e", "examples", "hack", "scripts", "test", "tests", "testdata", "tools",
        "vendor",
    ];
    let sources = subject.context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    let of_go = sources.filter(|(path, _)| path.ends_with(".go") && !path.ends_with("_test.go"));
    of_go.filter(|(path, text)| {
        let aside = || path.split('/').any(|part| ASIDE.contains(&part));
        let matters = || {
            starts(text)
                || text.contains("plugin.Open(")
                || MODULES.iter().any(|module| imports(text, module))
                || OPENS_OWN.iter().any(|(module, _)| imports(text, module))
        };
        !aside() || matters() && is_built(subject, path)
    })
}

/// Whether the folder of a source is imported by another one, or named by a call of the compiler.
fn is_built(subject: &Subject<'_, '_>, path: &str) -> bool {
    let Some((folder, _)) = path.rsplit_once('/') else { return true };
    let import = format!("/{folder}\"");
    let context = subject.context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    let mut others = context.filter(|(other, _)| {
        other.ends_with(".go") && !other.ends_with("_test.go") && parent_of(other) != folder
    });
    // A module of its own is imported by the name that its manifest gives it, whatever its folder.
    let below = || {
        let mut parts = folder.split_once('/');
        std::iter::from_fn(move || {
            let (_, rest) = parts?;
            parts = rest.split_once('/');
            Some(format!("/{rest}\""))
        })
    };
    let named = subject.done.iter().filter(|done| done.effect == Effect::Builds).any(|done| {
        let mut words = done.command.words.iter().flatten();
        words.any(|word| {
            let word = word.trim_start_matches("./").trim_end_matches("...").trim_end_matches('/');
            !word.is_empty() && (is_within(folder, word) || word.ends_with(folder))
        })
    });
    let started =
        subject.launch.programs().flatten().any(|program| base_name(program) == base_name(folder));
    named
        || started
        || others
            .any(|(_, text)| text.contains(&import) || below().any(|import| text.contains(&import)))
}

/// Whether a program of the project lies where a source starts it, or may lie there: a script, which calls others.
pub(in super::super) fn is_of_project(subject: &Subject<'_, '_>, program: &str) -> bool {
    let place = absolute(program, subject.folder.as_deref());
    let end = format!("/{}", program.trim_start_matches(['.', '/']));
    let mut paths = subject.context.into_iter().flat_map(|context| context.entries());
    place.is_some_and(|place| subject.source_text(&place).is_some())
        || paths.any(|(path, _)| format!("/{path}").ends_with(&end))
}

/// Whether a source imports a package of a module.
fn imports(text: &str, module: &str) -> bool {
    text.match_indices(module).any(|(at, _)| {
        text[..at].ends_with('"') && text[at + module.len()..].starts_with(['"', '/', '.'])
    })
}

/// Modules that start programs for whoever calls them, by their own pages.
const MODULES: &[&str] = &[
    "code.gitea.io/git",
    "github.com/Masterminds/vcs",
    "github.com/SebastiaanKlippert/go-wkhtmltopdf",
    "github.com/alexellis/go-execute",
    "github.com/barasher/go-exiftool",
    "github.com/bitfield/script",
    "github.com/chromedp/chromedp",
    "github.com/codeskyblue/go-sh",
    "github.com/floostack/transcoder",
    "github.com/go-cmd/cmd",
    "github.com/go-rod/rod",
    "github.com/gogs/git-module",
    "github.com/google/goexpect",
    "github.com/hashicorp/go-getter",
    "github.com/hashicorp/go-plugin",
    "github.com/ldez/go-git-cmd-wrapper",
    "github.com/magefile/mage/sh",
    "github.com/playwright-community/playwright-go",
    "github.com/u2takey/ffmpeg-go",
    "github.com/xfrr/goffmpeg",
    "golang.org/x/sys/execabs",
    "golang.org/x/tools/go/packages",
    "gopkg.in/pipe.v2",
    "k8s.io/utils/exec",
];

/// Packages that open files beside their own sources, which are those of the compiler or lie where it fetches modules, with the calls that do
/// so (gse, "Segmenter.LoadDict"; gojieba, "dict_path.go"; packages `go/build` and `go/importer`).
const OPENS_OWN: &[(&str, &[&str])] = &[
    ("github.com/go-ego/gse", &["LoadDict(", "LoadStop(", "gse.New("]),
    ("github.com/yanyiwu/gojieba", &["NewJieba("]),
    ("github.com/yanyiwu/gosimhash", &["gosimhash.New"]),
    ("go/build", &["build.Import(", "build.Default.Import("]),
    ("go/importer", &["importer."]),
];

/// Whether a source may start programs.
fn starts(text: &str) -> bool {
    let starts =
        ["\"os/exec\"", "os.StartProcess(", "syscall.Exec(", "syscall.ForkExec(", "unix.Exec("];
    starts.iter().any(|sign| text.contains(sign))
}

/// A source that may start programs.
pub(in super::super) fn starter<'f>(subject: &Subject<'f, '_>) -> Option<&'f str> {
    sources(subject).find(|(_, text)| starts(text)).map(|(path, _)| path)
}
