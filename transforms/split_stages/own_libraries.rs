//! Libraries that a project builds for its own programs: the loader of the build shows where they lie, and a base without a list of its own
//! is told.
//!
//! Sources: ld.so(8), ldconfig(8), ld(1), "-rpath"; CMake, "add_library", "CMAKE_INSTALL_RPATH"; Meson, "Build targets"; Libtool.

use super::effects::Effect;
use super::installs::is_install;
use super::interpreted::is_aside;
use super::launch::base_name;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::is_within;

/// Programs that build by rules of a project.
const BY_RULES: [&str; 6] = ["cmake", "configure", "gmake", "make", "meson", "ninja"];

/// What a program is led to by the folder that it was built in, or by its own.
const STEADY: [&str; 13] = [
    "$$ORIGIN",
    "$(CURDIR)",
    "$(PWD)",
    "$(shell pwd)",
    "$ORIGIN",
    "$PWD",
    "${CMAKE_",
    "${CURDIR}",
    "${ORIGIN}",
    "${PROJECT_",
    "${PWD}",
    "/",
    "\\$ORIGIN",
];

/// Whether a command builds by rules of the project.
pub(super) fn builds_by_rules(subject: &Subject<'_, '_>) -> bool {
    let mut names = subject.done.iter().filter_map(|done| done.command.program_name());
    names.any(|name| BY_RULES.contains(&base_name(name)))
}

/// What builds a library of the project's own: a file of rules, or a command.
pub(super) fn builder(subject: &Subject<'_, '_>) -> Option<String> {
    let mut commands = subject.done.iter().map(|done| done.command);
    let shares = |word: &str| word == "-shared" || word.contains("BUILD_SHARED_LIBS");
    let told = commands.find(|command| command.words.iter().flatten().any(|word| shares(word)));
    if let Some(command) = told {
        return Some(format!("line {}", subject.build.dockerfile.line(command.span.start)));
    }
    let mut rules = rules(subject).into_iter();
    rules.find(|(path, text)| makes_library(base_name(path), text)).map(|(path, _)| path.to_owned())
}

/// Refuses libraries that a program may find otherwise than the loader does in the build.
pub(super) fn are_shown(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let Some(builder) = builder(subject) else { return Ok(()) };
    let unclear = |what: String| Err((&reasons::NO_ARTEFACT, what));
    let dockerfile = subject.build.dockerfile;
    let commands: Vec<_> = subject.done.iter().map(|done| done.command.text(dockerfile)).collect();
    let rules = rules(subject);
    let texts = || rules.iter().map(|(_, text)| *text).chain(commands.iter().map(|text| &**text));
    let all: String = texts().collect::<Vec<_>>().join("\n");
    let opened = |path: &str, text: &str| {
        makes_module(base_name(path), text) || unlinked(base_name(path), text, &all)
    };
    if commands.iter().any(|text| text.contains("-shared") && unlinked("", text, &all)) {
        return unclear(format!(
            "{builder} builds a library, which a program may open by its name"
        ));
    }
    if let Some((path, _)) = rules.iter().find(|(path, text)| opened(path, text)) {
        return unclear(format!("{path} builds a library, which a program may open by its name"));
    }
    if let Some(file) = texts().find_map(|text| linked_by_path(text, &all)) {
        return unclear(format!(
            "{builder} builds a library, and a program keeps the path `{file}` by which it was linked"
        ));
    }
    if let Some(place) = texts().find_map(unsteady) {
        return unclear(format!(
            "{builder} builds a library, which the program looks for in `{place}`"
        ));
    }
    let leads = |text: &str| text.contains("LD_LIBRARY_PATH") || text.contains("LD_PRELOAD");
    let files = subject.context.into_iter().flat_map(|context| {
        // Rules of a build lead what it runs alone.
        let files = context.entries().map(|(path, _)| path);
        let files = files.filter(|path| !is_aside(path) && !is_rules(base_name(path)));
        files.filter_map(|path| Some((path, context.text(path)?)))
    });
    let starts = || subject.launch.commands.iter().flatten().flatten().any(|word| leads(word));
    if let Some((path, _)) = { files }.find(|(_, text)| leads(text)) {
        return unclear(format!(
            "{path} leads the loader to libraries, of which {builder} builds one"
        ));
    }
    let settings = subject.stage.steps.last().map_or(&[][..], |step| &step.state.settings);
    let relative = settings.iter().find(|setting| match &*setting.name {
        "LD_PRELOAD" => true,
        "LD_LIBRARY_PATH" => {
            let value = setting.value.as_deref().unwrap_or_default().trim_matches(['"', '\'']);
            let own = |piece: &str| matches!(piece, "$LD_LIBRARY_PATH" | "${LD_LIBRARY_PATH}");
            !value.split(':').all(|piece| piece.starts_with('/') || own(piece))
        }
        _ => false,
    });
    if relative.is_some() || starts() || commands.iter().any(|text| leads(text)) {
        return unclear(format!("{builder} builds a library, and the loader is led to others"));
    }
    Ok(())
}

/// The value of LD_LIBRARY_PATH by which the loader finds in a base without a list of libraries what it finds by that of the build:
/// /usr/local/lib stands there in every Debian (libc-bin, /etc/ld.so.conf.d), and gcc's own images add the folder of their compiler.
pub(super) fn folders(subject: &Subject<'_, '_>) -> Result<Option<String>, Obstacle> {
    let unclear = |message: &str| Err((&reasons::PACKAGES, message.to_owned()));
    let mut folders: Vec<String> = Vec::new();
    let calls = subject.done.iter().filter(|one| one.command.program_name() == Some("ldconfig"));
    let called = calls.clone().next().is_some();
    let dockerfile = subject.build.dockerfile;
    let own = builder(subject).is_some();
    let rules = rules(subject);
    let commands: Vec<_> = subject.done.iter().map(|done| done.command.text(dockerfile)).collect();
    let texts = || rules.iter().map(|(_, text)| *text).chain(commands.iter().map(|text| &**text));
    // Packages that are installed behind have the list made anew, too.
    let put = own
        && (subject.done.iter().any(is_install) || texts().any(|it| it.contains("/usr/local/lib")));
    if called || put || texts().any(|text| text.contains("ldconfig")) {
        let told = calls.into_iter().any(|one| one.command.words.len() > 1);
        let added = listed(subject);
        // These go to folders that have the name of the machine in them.
        let meson = subject.done.iter().any(|one| one.command.program_name() == Some("meson"));
        let by_machine = meson || texts().any(|text| text.contains("-linux-gnu"));
        let Some(added) = added.filter(|_| !told && !by_machine) else {
            return unclear(
                "`ldconfig` tells the loader of libraries in folders that the new base does not list",
            );
        };
        folders.push("/usr/local/lib".to_owned());
        folders.extend(added);
    }
    if subject.image.starts_with("gcc") {
        folders.push("/usr/local/lib64".to_owned());
    }
    let mut settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    if !folders.is_empty() && settings.any(|setting| setting.name == "LD_LIBRARY_PATH") {
        return unclear("LD_LIBRARY_PATH leads the loader elsewhere than the list of the old base");
    }
    Ok((!folders.is_empty()).then(|| folders.join(":")))
}

/// The folders that `echo` adds to the list of the loader; `None` if that is done by other means.
fn listed(subject: &Subject<'_, '_>) -> Option<Vec<String>> {
    const LISTS: &str = "/etc/ld.so.conf.d";
    let dockerfile = subject.build.dockerfile;
    let mut copied = subject.copied.iter().flat_map(|copied| &copied.brings);
    if copied.any(|one| is_within(&one.place, LISTS)) {
        return None;
    }
    let mut found = Vec::new();
    for done in &subject.done {
        if !done.command.text(dockerfile).contains("ld.so.conf") {
            continue;
        }
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let Effect::Writes(paths) = &done.effect else { return None };
        let (["echo", folder], [list]) = (words.as_slice(), paths.as_slice()) else { return None };
        let known = is_within(list, LISTS) && list.ends_with(".conf") && folder.starts_with('/');
        found.push(Some(folder.to_string()).filter(|_| known)?);
    }
    Some(found)
}

/// The files of rules by which a program of the project is built; none where nothing builds by rules.
fn rules<'s>(subject: &Subject<'s, '_>) -> Vec<(&'s str, &'s str)> {
    let context = subject.context.filter(|_| builds_by_rules(subject));
    let files = context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    files.filter(|(path, _)| is_rules(base_name(path))).collect()
}

fn is_rules(name: &str) -> bool {
    matches!(name, "CMakeLists.txt" | "meson.build") || is_makefile(name)
}

fn is_makefile(name: &str) -> bool {
    name.to_ascii_lowercase().contains("makefile") || name.ends_with(".mk")
}

/// Whether rules make a library that programs are linked with, or open.
fn makes_library(name: &str, text: &str) -> bool {
    let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    match name {
        "CMakeLists.txt" => {
            has(&["BUILD_SHARED_LIBS"]) || libraries_of_cmake(text, &["shared", "module"])
        }
        "meson.build" => has(&["library(", "shared_module(", "both_libraries("]),
        _ => has(&["-shared", "LTLIBRARIES", ".so", "rpath"]),
    }
}

/// Whether rules make what programs open by a name of their own, or programs that are scripts until they are installed (Libtool).
fn makes_module(name: &str, text: &str) -> bool {
    match name {
        "CMakeLists.txt" => libraries_of_cmake(text, &["module"]),
        "meson.build" => text.contains("shared_module("),
        _ => ["LTLIBRARIES", "libtool", "-module"].iter().any(|sign| text.contains(sign)),
    }
}

/// Whether a library that rules or a command make is not seen to be linked by any of `all` rules and commands, so that a program may open it
/// by its name, as interpreters, servers and databases do.
fn unlinked(name: &str, text: &str, all: &str) -> bool {
    match name {
        "CMakeLists.txt" => {
            const NOT_SHARED: [&str; 5] = ["alias", "imported", "interface", "object", "static"];
            let all = all.to_ascii_lowercase();
            let calls = words_of_calls(&all, "target_link_libraries");
            let linked: Vec<&str> = calls.flat_map(|words| words.into_iter().skip(1)).collect();
            let always = all.contains("build_shared_libs");
            words_of_calls(&text.to_ascii_lowercase(), "add_library").any(|words| {
                let has = |kinds: &[&str]| words.iter().any(|word| kinds.contains(word));
                let shared = has(&["shared"]) || always && !has(&NOT_SHARED);
                shared && words.first().is_some_and(|name| !linked.contains(name))
            })
        }
        "meson.build" => text.contains("library(") && !all.contains("link_with"),
        _ => {
            let cut = |c: char| c.is_whitespace() || ":=,;()/'\"".contains(c);
            let mut files =
                text.split(cut).filter(|word| word.ends_with(".so") || word.contains(".so."));
            files.any(|file| {
                let bare = file.split(".so").next().unwrap_or_default();
                let name = bare
                    .strip_prefix("lib")
                    .filter(|it| !it.is_empty() && !it.contains(['$', '%', '*']));
                let linked = |name: &str| {
                    all.split(cut).any(|word| word == format!("-l{name}"))
                        || is_linked_by_file(all, &format!("{bare}.so"))
                };
                !name.is_some_and(linked)
            })
        }
    }
}

/// A library that a compiler is handed by a path from where it runs, and that has no name of its own: the program looks for it by that
/// path (ld(1), "-soname").
fn linked_by_path<'t>(text: &'t str, all: &str) -> Option<&'t str> {
    const COMPILERS: [&str; 7] = ["$(CC)", "$(CXX)", "${CC}", "${CXX}", "cc ", "c++ ", "clang"];
    let mut lines = text.lines().filter(|line| !line.contains("-shared"));
    lines.find_map(|line| {
        let links = COMPILERS.iter().chain(&["g++ ", "gcc "]).any(|name| line.contains(name));
        let mut words = line.split_whitespace().filter(|_| links && !all.contains("-soname"));
        words.find(|word| {
            word.contains('/') && word.ends_with(".so") && !word.starts_with(['/', '-'])
        })
    })
}

/// Whether a line that makes a program names a library by its file, or hands on all that its rule needs (GNU make, "Automatic Variables").
fn is_linked_by_file(all: &str, file: &str) -> bool {
    let mut needs_it = false;
    all.lines().any(|line| {
        let recipe = line.starts_with('\t') || !line.contains(':');
        if !recipe {
            needs_it = line.split_once(':').is_some_and(|(_, needs)| needs.contains(file));
            return false;
        }
        let makes = (line.contains("-o ") || line.contains("$@")) && !line.contains("-shared");
        let all_needed = ["$^", "$+"].iter().any(|sign| line.contains(sign));
        makes && (line.contains(file) || needs_it && all_needed)
    })
}

/// The words of each call of a command in rules of CMake in small letters.
fn words_of_calls<'t>(text: &'t str, command: &'t str) -> impl Iterator<Item = Vec<&'t str>> {
    text.split(command).skip(1).map(|rest| {
        let inside = rest.split(')').next().unwrap_or_default().trim_start_matches([' ', '(']);
        inside.split_whitespace().collect()
    })
}

/// Whether CMake's rules, which know no case of commands, make a library of one of these kinds.
fn libraries_of_cmake(text: &str, kinds: &[&str]) -> bool {
    let lower = text.to_ascii_lowercase();
    words_of_calls(&lower, "add_library").any(|words| words.iter().any(|word| kinds.contains(word)))
}

/// A folder that a program is told to look in for libraries, and that depends on where it is started.
fn unsteady(text: &str) -> Option<&str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.into_iter().find_map(|line| {
        let places = line.match_indices("rpath").chain(line.match_indices("RPATH"));
        let mut led = places.filter_map(|(at, sign)| {
            let rest = &line[at + sign.len()..];
            // No folder, but whether there is one.
            if rest.starts_with("-link") || rest.starts_with("_USE_LINK_PATH") {
                return None;
            }
            let rest =
                rest.trim_start_matches(|c: char| c.is_whitespace() || ",='\"()".contains(c));
            let rest = rest.strip_prefix("-Wl,").unwrap_or(rest);
            let end = rest.find(|c: char| c.is_whitespace() || ",'\"".contains(c));
            Some(&rest[..end.unwrap_or(rest.len())]).filter(|it| !it.is_empty())
        });
        let switch = |place: &str| matches!(place, "FALSE" | "OFF" | "ON" | "TRUE");
        led.find(|place| !switch(place) && !STEADY.iter().any(|start| place.starts_with(start)))
    })
}

#[cfg(test)]
mod tests {
    use super::{makes_library, makes_module, unlinked, unsteady};

    #[test]
    fn folders_that_move_with_nobody_are_steady() {
        assert_eq!(unsteady("cc -o a a.c -Wl,-rpath,/opt/a/lib -la"), None);
        assert_eq!(unsteady("LDFLAGS = -Wl,-rpath,'$$ORIGIN/../lib'"), None);
        assert_eq!(unsteady("set(CMAKE_INSTALL_RPATH_USE_LINK_PATH TRUE)"), None);
        assert_eq!(unsteady("set(CMAKE_INSTALL_RPATH \"${CMAKE_INSTALL_PREFIX}/lib\")"), None);
        assert_eq!(unsteady("LDFLAGS = -Wl,-rpath=."), Some("."));
        assert_eq!(unsteady("LDFLAGS += -Wl,-rpath -Wl,./lib"), Some("./lib"));
    }

    #[test]
    fn what_nothing_links_may_be_opened() {
        let rules = "mylib.so: a.c\n\tcc -shared -o $@ $<\n";
        assert!(unlinked("Makefile", rules, rules));
        let rules = "liba.so: a.c\n\tcc -shared -o $@ $<\nb: b.c liba.so\n\tcc -o $@ b.c -L. -la\n";
        assert!(!unlinked("Makefile", rules, rules));
        let rules = "all: b liba.so\nliba.so: a.c\n\tcc -shared -o $@ $^\nb: b.c\n\tcc -o $@ $^\n";
        assert!(unlinked("Makefile", rules, rules));
        let rules = "liba.so: a.c\n\tcc -shared -o $@ $^\nb: b.c liba.so\n\tcc -o $@ $^\n";
        assert!(!unlinked("Makefile", rules, rules));
        let rules = "add_library(a SHARED a.c)\nadd_executable(b b.c)\n";
        assert!(unlinked("CMakeLists.txt", rules, rules));
        let rules = format!("{rules}target_link_libraries(b PRIVATE a)\n");
        assert!(!unlinked("CMakeLists.txt", &rules, &rules));
    }

    #[test]
    fn kinds_of_libraries_are_told() {
        assert!(makes_library("CMakeLists.txt", "Add_Library(a SHARED a.c)"));
        assert!(!makes_library("CMakeLists.txt", "add_library(a STATIC a.c)"));
        assert!(makes_module("CMakeLists.txt", "add_library(a MODULE a.c)"));
        assert!(makes_library("Makefile", "liba.so: a.c\n\tcc -shared -o $@ $<\n"));
    }
}
