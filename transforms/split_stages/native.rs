//! C and C++: the programs that the container names, where a compiler or make is known to have made them.

use super::compiled::{Made, RunsOn, plan};
use super::effects::Effect;
use super::installs::{builds_elsewhere, installed, is_install, led_to};
use super::kept::{Link, made};
use super::launch::base_name;
use super::own_libraries;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::{absolute, is_within};

/// Plans the two stages of a program in C or C++.
pub(super) fn split(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    shipped(subject, &artefacts(subject)?)
}

/// Plans the stage that ships what was made.
pub(super) fn shipped(subject: &Subject<'_, '_>, made: &Made) -> Result<Plan, Obstacle> {
    plan(subject, made, &[])
}

/// The programs that compilers and make have made.
pub(super) fn artefacts(subject: &Subject<'_, '_>) -> Result<Made, Obstacle> {
    let compilers = ["gcc", "cc", "g++", "c++", "clang", "clang++"];
    let links = links(subject);
    let leads = links.iter().map(|(_, target)| target.as_str());
    let starts: Vec<&str> = subject.launch.programs().flatten().chain(leads).collect();
    if starts.iter().any(|program| {
        matches!(base_name(program), "make" | "cmake") || compilers.contains(&base_name(program))
    }) {
        return Err(because(&reasons::RUNS_TOOLCHAIN));
    }
    let mut made = Made { artefacts: Vec::new(), runs_on: RunsOn::Libraries };
    let mut linked_statically = false;
    let mut all_static = true;
    let mut installs = false;
    for done in subject.done.iter().filter(|done| done.effect == Effect::Builds) {
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let name = done.command.program_name().unwrap_or_default();
        if compilers.contains(&name) {
            linked_statically |= words.contains(&"-static");
            all_static &= words.contains(&"-static") || words.contains(&"-c");
            let output = words
                .iter()
                .position(|word| *word == "-o")
                .and_then(|at| words.get(at + 1).copied());
            // The loader shows libraries.
            if !words.contains(&"-c") && !words.contains(&"-shared") {
                made.artefacts.extend(absolute(output.unwrap_or("a.out"), done.folder.as_deref()));
            }
        } else if matches!(name, "make" | "gmake" | "ninja" | "cmake") {
            all_static = false;
            installs |= is_install(done);
            if matches!(name, "make" | "gmake") && builds_elsewhere(subject, done) {
                let message = "a rule of make may write outside of the project".to_owned();
                return Err((&reasons::NO_ARTEFACT, message));
            }
            // What it makes is seen by what the container starts; below the root there is all that was there before.
            let led = match name {
                "make" | "gmake" => led_to(done),
                _ => done.folder.clone(),
            };
            let Some(folder) = led.as_deref().filter(|folder| *folder != "/") else { continue };
            for program in &starts {
                let Some(path) =
                    absolute(program, subject.folder.as_deref()).filter(|_| program.contains('/'))
                else {
                    continue;
                };
                let parent = super::launch::parent_of(&path);
                let brought = subject.copied.iter().flat_map(|copied| &copied.brings).any(|one| {
                    one.place == path
                        || (one.folder
                            && is_within(&path, &one.place)
                            && in_context(subject, one, &path))
                });
                if !brought && (is_within(parent, folder) || is_within(folder, parent)) {
                    made.artefacts.push(path);
                }
            }
        }
    }
    if all_static && linked_statically {
        made.runs_on = RunsOn::Nothing;
    }
    finds_others(subject)?;
    made.artefacts.extend(put_in_place(subject));
    made.artefacts.sort();
    made.artefacts.dedup();
    // Objects and tools of the build stay behind.
    let mut paths = subject.launch.paths(subject.folder.as_deref());
    for (link, target) in &links {
        if made.artefacts.contains(target) {
            made.artefacts.push(link.clone());
            paths.extend([link.clone(), target.clone()]);
        }
    }
    let keep = |path: &String| {
        paths.contains(path)
            || starts.iter().any(|program| !program.contains('/') && base_name(path) == *program)
    };
    let own = if installs { installed(subject)? } else { Vec::new() };
    let is_script =
        |path: &&String| !subject.launch.scripts.contains(path) && script_of_project(subject, path);
    if let Some(path) = own.iter().find(is_script) {
        let message = format!("`{path}` is a script, and what starts it is not known");
        return Err((&reasons::NO_ARTEFACT, message));
    }
    if made.artefacts.iter().any(keep) || !own.is_empty() {
        made.artefacts.retain(keep);
    }
    made.artefacts.extend(own);
    if made.artefacts.is_empty() {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    Ok(made)
}

/// Refuses projects whose program finds more of what is built than itself: a library of their own, or a program that it starts.
fn finds_others(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let Some(context) = subject.context else { return Ok(()) };
    let own = context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)));
    own_libraries::are_shown(subject)?;
    let by_rules = own_libraries::builds_by_rules(subject);
    for (path, text) in own {
        let name = base_name(path);
        let aside =
            path.split('/').any(|part| matches!(part, "docs" | "examples" | "test" | "tests"));
        let source = SOURCES.iter().any(|end| name.ends_with(end)) && !aside;
        if let Some(program) = made_here(context, text).filter(|_| source) {
            let message = format!("{path} names `{program}`, which may be built, too");
            return Err((&reasons::NO_ARTEFACT, message));
        }
        if let Some(file) = made_by_rules(context, text).filter(|_| source && by_rules) {
            let message = format!("{path} names `{file}`, which the build makes");
            return Err((&reasons::NO_ARTEFACT, message));
        }
        if let Some(call) = starts_others(text).filter(|_| source) {
            let message =
                format!("{path} calls {call}, which starts or loads what may be built, too");
            return Err((&reasons::NO_ARTEFACT, message));
        }
    }
    Ok(())
}

/// Ends of files of C, C++ and Objective-C, of what they include, and of what is translated to them (GCC, "Overall Options").
const SOURCES: &[&str] = &[
    ".C", ".c", ".c++", ".cc", ".cpp", ".cxx", ".h", ".h++", ".hh", ".hpp", ".hxx", ".inc", ".inl",
    ".ipp", ".l", ".m", ".mm", ".tcc", ".y",
];

/// A text of a source that begins with `./` or `../` and looks like a program or library, and is no file of the project.
fn made_here<'t>(context: &dockslim_contract::BuildContext, text: &'t str) -> Option<&'t str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut texts = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    texts.find(|word| {
        let word = word.split_whitespace().next().unwrap_or_default();
        let rest = word.trim_start_matches("../").trim_start_matches("./");
        let name = base_name(rest);
        let code = !name.is_empty() && (!name.contains('.') || name.contains(".so"));
        let own = || {
            context.entries().any(|(path, _)| path == rest || path.ends_with(&format!("/{rest}")))
        };
        rest.len() < word.len() && code && !own()
    })
}

/// A text of a source that names a file which the project does not hold, and which its rules of make, CMake or Meson name, too.
fn made_by_rules<'t>(context: &dockslim_contract::BuildContext, text: &'t str) -> Option<&'t str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut texts = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    texts.find(|word| {
        let name = base_name(word);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let data = name.rsplit_once('.').is_some_and(|(name, end)| {
            !name.is_empty() && end.starts_with(|c: char| c.is_ascii_alphabetic())
        });
        let ruled = |path: &str| {
            let file = base_name(path).to_ascii_lowercase();
            let rules = file.contains("makefile") || file.ends_with(".mk");
            let rules = rules || matches!(&*file, "cmakelists.txt" | "meson.build");
            let text = context.text(path).filter(|_| rules).unwrap_or_default();
            text.split(|c: char| c.is_whitespace() || "()'\",:;=".contains(c))
                .any(|one| base_name(one) == name)
        };
        let own = || context.entries().any(|(path, _)| base_name(path) == name);
        data && name.chars().all(plain) && !own() && context.entries().any(|(path, _)| ruled(path))
    })
}

/// The call of C by which a source starts a program or loads a library that its build may have made (exec(3), posix_spawn(3), dlopen(3)).
fn starts_others(text: &str) -> Option<&'static str> {
    const CALLS: &[&str] = &[
        "dlopen",
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
    let behind = |call: &str| -> Vec<&str> {
        let parts = text.split(call).skip(1).map(str::trim_start);
        parts.filter_map(|rest| rest.strip_prefix('(')).map(str::trim_start).collect()
    };
    let by_path = |call: &&&str| {
        behind(call).iter().any(|rest| rest.starts_with("\"./") || rest.starts_with("\"../"))
    };
    // Libraries have calls of their own for it (libuv, GLib, Boost.Process, Qt, libltdl).
    const OF_LIBRARIES: &[&str] = &[
        "QLibrary",
        "QPluginLoader",
        "QProcess",
        "Poco::SharedLibrary",
        "SDL_LoadObject",
        "boost::dll",
        "boost::process",
        "dylib.hpp",
        "g_module_open",
        "g_spawn_",
        "lt_dlopen",
        "process::child",
        "uv_dlopen",
        "uv_spawn",
    ];
    if let Some(name) = OF_LIBRARIES.iter().find(|name| text.contains(**name)) {
        return Some(name);
    }
    let any = CALLS.iter().find(|call| !behind(call).is_empty() || is_handed_on(text, call));
    // What a variable holds may be any command.
    let untold = |call: &&&str| {
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        text.match_indices(**call).any(|(at, _)| {
            let line = text[..at].rsplit('\n').next().unwrap_or_default();
            let rest = text[at + call.len()..].trim_start();
            let first = rest.strip_prefix('(').map(str::trim_start);
            let comment = line.contains("//") || line.trim_start().starts_with('*');
            !line.ends_with(letter)
                && !comment
                && first.is_some_and(|it| !it.starts_with(['"', ')']) && !it.starts_with("const "))
        })
    };
    let by_shell = ["system", "popen"]
        .iter()
        .find(|call| by_path(call) || is_handed_on(text, call) || untold(call));
    any.or(by_shell).copied().or_else(|| text.contains("SYS_execve").then_some("SYS_execve"))
}

/// Whether a function of C is given another name, or handed on, instead of being called (ISO C, "Function designators", "Macro replacement").
fn is_handed_on(text: &str, function: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.lines().map(str::trim).filter(|line| !line.starts_with(['/', '*'])).any(|line| {
        let defines =
            line.strip_prefix('#').is_some_and(|it| it.trim_start().starts_with("define"));
        line.match_indices(function).any(|(at, _)| {
            let (front, behind) = (&line[..at], &line[at + function.len()..]);
            let whole = !front.ends_with(letter) && !behind.starts_with(letter);
            let front = front.trim_end().trim_end_matches('&').trim_end();
            let ends = behind.trim_start();
            let value = front.ends_with('=') && ends.starts_with([';', ',', '}'])
                || defines && ends.is_empty();
            whole && value && front.matches('"').count() % 2 == 0
        })
    })
}

/// Whether a rule of make puts a script of the project there.
fn script_of_project(subject: &Subject<'_, '_>, path: &str) -> bool {
    let mut folders = subject.done.iter().filter(|done| is_install(done)).filter_map(led_to);
    folders.any(|folder| {
        let place = absolute(base_name(path), Some(&folder));
        let text = place.and_then(|place| subject.source_text(&place));
        text.is_some_and(|text| text.starts_with("#!"))
    })
}

/// The links by which the container starts a program, and where they lead.
fn links(subject: &Subject<'_, '_>) -> Vec<(String, String)> {
    let started = subject.launch.paths(subject.folder.as_deref());
    let named: Vec<&str> = subject.launch.programs().flatten().collect();
    let is_started = |link: &Link| {
        let by_name = super::launch::parent_of(&link.path).ends_with("/bin")
            && named.contains(&base_name(&link.path));
        by_name || started.contains(&link.path)
    };
    let all = subject.done.iter().flat_map(|done| made(subject, done)).filter(is_started);
    all.filter_map(|link| Some((link.path, link.target?))).collect()
}

/// What commands put where the container starts it, and that is no file of the project.
fn put_in_place(subject: &Subject<'_, '_>) -> Vec<String> {
    let mut found = Vec::new();
    for done in &subject.done {
        let Effect::Writes(paths) = &done.effect else { continue };
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        if !matches!(done.command.program_name(), Some("cp" | "mv" | "install")) {
            continue;
        }
        let started = subject.launch.paths(subject.folder.as_deref());
        let is_place = |path: &&String| {
            super::launch::parent_of(path).ends_with("bin") || started.contains(path)
        };
        for path in paths.iter().filter(is_place) {
            let mut sources = words.iter().filter(|word| base_name(word) == base_name(path));
            let own = sources.next().and_then(|word| absolute(word, done.folder.as_deref()));
            if own.is_some_and(|own| subject.source_text(&own).is_none()) {
                found.push(path.clone());
            }
        }
    }
    found
}

fn in_context(subject: &Subject<'_, '_>, one: &super::copies::Brought, path: &str) -> bool {
    let rest = path[one.place.trim_end_matches('/').len()..].trim_start_matches('/');
    let source =
        if one.source.is_empty() { rest.to_owned() } else { format!("{}/{rest}", one.source) };
    subject.context.is_some_and(|context| context.exists(&source))
}
