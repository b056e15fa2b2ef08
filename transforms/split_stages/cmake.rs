//! What `make install` and `cmake --install` bring, where CMake has written the rules: the calls of `install` in the CMakeLists.txt of a
//! project, and in those of the folders that it adds. Libraries are none of it: the loader shows where they lie.
//!
//! Sources: the manual of CMake, "install", "GNUInstallDirs", "cmake-language(7)" and "cmake(1)".

use dockslim_contract::BuildContext;

use super::effects::{Done, Effect, is_system_folder};
use super::installs::is_set;
use super::launch::{base_name, parent_of};
use super::subject::Subject;
use crate::facts::{absolute, is_within};

/// The folders that GNUInstallDirs names, below the prefix.
const FOLDERS: &[(&str, &str)] = &[
    ("BINDIR", "bin"),
    ("SBINDIR", "sbin"),
    ("LIBEXECDIR", "libexec"),
    ("INCLUDEDIR", "include"),
    ("LIBDIR", "lib"),
    ("DATADIR", "share"),
    ("DATAROOTDIR", "share"),
    ("MANDIR", "share/man"),
];

/// Modules that CMake brings, and that install nothing.
const MODULES: &[&str] = &[
    "CMakePackageConfigHelpers",
    "CTest",
    "CheckCCompilerFlag",
    "CheckCXXCompilerFlag",
    "CheckFunctionExists",
    "CheckIncludeFile",
    "CheckIncludeFiles",
    "CheckLibraryExists",
    "CheckSymbolExists",
    "GNUInstallDirs",
];

/// Commands by which other files say what is installed, or by which nobody knows what a name stands for.
const OTHERS: &[&str] =
    &["cmake_language", "externalproject_add", "fetchcontent_makeavailable", "subdirs"];

/// Commands whose insides run under a condition, more than once, or when something calls them.
const BLOCKS: &[&str] = &["foreach", "function", "if", "macro", "while"];

/// Folders below the prefix for those who build with what is installed.
const FOR_BUILDS: &[&str] =
    &["include", "lib/cmake", "lib/pkgconfig", "share/cmake", "share/pkgconfig"];

/// Folders that are added to each other, at most.
const DEEPEST: usize = 8;

/// A command with its words.
struct Call {
    name: String,
    words: Vec<String>,
    /// Whether something decides about it.
    conditional: bool,
}

/// The paths that a call writes which installs what CMake has had built, folders with a slash at their end; `None` if they are not known.
pub(super) fn brings(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<Vec<String>> {
    let context = subject.context?;
    let lists = context.entries().map(|(path, _)| path);
    let lists = lists.filter(|path| base_name(path) == "CMakeLists.txt");
    let root = lists.min_by_key(|path| path.matches('/').count())?;
    let clones = |other: &Done<'_, '_>| matches!(other.effect, Effect::Clones(_));
    if subject.done.iter().any(clones) || !is_configured(subject, context.text(root)?) {
        return None;
    }
    let folder = root.trim_end_matches("CMakeLists.txt").trim_end_matches('/');
    let calls = calls_below(context, folder, 0)?;
    let of_others = calls.iter().any(|call| {
        OTHERS.contains(&call.name.as_str())
            || call.name == "include"
                && !call.words.first().is_some_and(|name| MODULES.contains(&name.as_str()))
            || call.words.iter().any(|word| {
                matches!(word.as_str(), "MODULE" | "OUTPUT_NAME")
                    || word.starts_with("CMAKE_INSTALL_PREFIX")
                    || word.contains("RUNTIME_OUTPUT_")
            })
    });
    if of_others {
        return None;
    }
    let prefix = prefix(subject, done)?;
    // Debian has the name of the machine in it there (CMake, "GNUInstallDirs").
    let told =
        |sign: &str| calls.iter().any(|call| call.words.iter().any(|word| word.contains(sign)));
    if prefix == "/usr" && told("CMAKE_INSTALL_LIBDIR") {
        return None;
    }
    let spoken = FOR_BUILDS.iter().any(|folder| {
        let place = format!("{prefix}/{folder}");
        let sources = context.entries().filter(|(path, _)| base_name(path) != "CMakeLists.txt");
        sources
            .into_iter()
            .any(|(path, _)| context.text(path).is_some_and(|it| it.contains(&place)))
    });
    if spoken {
        return None;
    }
    let mut found = Vec::new();
    for call in calls.iter().filter(|call| call.name == "install") {
        if call.conditional {
            return None;
        }
        let words: Option<Vec<String>> =
            call.words.iter().map(|word| expanded(word, &calls)).collect();
        found.extend(installed(&words?, &calls, &prefix)?);
    }
    (!found.is_empty()).then_some(found)
}

/// Whether all calls that configure are led to the folder with this text (CMake, "cmake(1)", "Generate a Project Buildsystem").
fn is_configured(subject: &Subject<'_, '_>, text: &str) -> bool {
    let calls = subject.done.iter().filter(|one| one.command.program_name() == Some("cmake"));
    calls.into_iter().all(|call| {
        let words: Option<Vec<&str>> = call.command.words.iter().map(Option::as_deref).collect();
        let Some(words) = words else { return false };
        let (mut source, mut rest) = (None, words.iter().skip(1));
        while let Some(word) = rest.next() {
            match *word {
                "--build" | "--install" => return true,
                "-S" => source = rest.next().copied(),
                "-B" | "-D" | "-G" | "-U" => drop(rest.next()),
                word if word.starts_with('-') => {}
                word => source = source.or(Some(word)),
            }
        }
        let mut source = source.unwrap_or(".");
        let mut here = call.folder.as_deref();
        // Out of a folder for the build.
        while let Some(rest) = source.strip_prefix("..") {
            source = rest.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(".");
            here = here.map(parent_of);
        }
        let place = absolute(source, here);
        let list = place.map(|place| format!("{}/CMakeLists.txt", place.trim_end_matches('/')));
        list.is_some_and(|list| subject.source_text(&list) == Some(text))
    })
}

/// The commands of the CMakeLists.txt of a folder, with those of the folders that it adds in their place.
fn calls_below(context: &BuildContext, folder: &str, depth: usize) -> Option<Vec<Call>> {
    let below = |name: &str| format!("{folder}/{name}").trim_start_matches('/').to_owned();
    let mut found = Vec::new();
    for call in calls(context.text(&below("CMakeLists.txt"))?)? {
        // Names of its own would hold there alone.
        if depth > 0 && call.name == "project" {
            return None;
        }
        if call.name != "add_subdirectory" {
            found.push(call);
            continue;
        }
        let [inner] = call.words.as_slice() else { return None };
        let inner = inner.trim_start_matches("./").trim_end_matches('/');
        if inner.contains(['$', '.']) || depth == DEEPEST {
            return None;
        }
        let mut inner = calls_below(context, &below(inner), depth + 1)?;
        inner.iter_mut().for_each(|one| one.conditional |= call.conditional);
        found.extend(inner);
    }
    Some(found)
}

/// Where files go: the prefix that CMake was told, behind DESTDIR.
fn prefix(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<String> {
    if ["CMAKE_INSTALL_PREFIX", "DESTDIR"].iter().any(|name| is_set(subject, done, name)) {
        return None;
    }
    let mut prefix = "/usr/local".to_owned();
    for other in subject.done.iter().filter(|one| one.command.program_name() == Some("cmake")) {
        for word in other.command.words.iter().skip(1) {
            let word = word.as_deref()?;
            if word.starts_with("--preset") || word == "-C" || word.starts_with("--toolchain") {
                return None;
            }
            let Some(setting) = word.strip_prefix("-DCMAKE_INSTALL_") else {
                // The option stands in front of its word.
                if word.contains("CMAKE_INSTALL_") {
                    return None;
                }
                continue;
            };
            let (name, value) = setting.split_once('=')?;
            if name.split(':').next() != Some("PREFIX") {
                return None;
            }
            prefix = absolute(value, None)?;
        }
    }
    let words: Option<Vec<&str>> = done.command.words.iter().map(Option::as_deref).collect();
    let mut destination = String::new();
    let mut words = words?.into_iter().skip(1);
    while let Some(word) = words.next() {
        match word {
            "--prefix" => prefix = absolute(words.next()?, None)?,
            "-C" | "-j" | "--build" | "--config" | "--install" | "--target" => {
                words.next().map(drop)?
            }
            "install" | "install/strip" | "--strip" | "-v" | "--parallel" => {}
            _ if word.starts_with("-j") => {}
            _ => destination = absolute(word.strip_prefix("DESTDIR=")?, None)?,
        }
    }
    Some(destination + &prefix)
}

/// What one call of `install` brings.
fn installed(words: &[String], calls: &[Call], prefix: &str) -> Option<Vec<String>> {
    let (kind, words) = words.split_first()?;
    let targets = kind == "TARGETS";
    let directory = kind == "DIRECTORY";
    if kind == "EXPORT" {
        return Some(Vec::new());
    }
    if !targets && !directory && !matches!(kind.as_str(), "FILES" | "PROGRAMS") {
        return None;
    }
    let options = [
        "ARCHIVE",
        "COMPONENT",
        "DESTINATION",
        "EXPORT",
        "INCLUDES",
        "LIBRARY",
        "PERMISSIONS",
        "PUBLIC_HEADER",
        "RENAME",
        "RUNTIME",
        "USE_SOURCE_PERMISSIONS",
    ];
    let end = words.iter().position(|word| options.contains(&word.as_str()));
    let (names, options) = words.split_at(end.unwrap_or(words.len()));
    let mut place = targets.then(|| "bin".to_owned());
    let mut renamed = None;
    let mut words = options.iter();
    // Of targets programs count alone.
    let mut of_programs = true;
    while let Some(word) = words.next() {
        match word.as_str() {
            "DESTINATION" if of_programs => place = Some(words.next()?.clone()),
            "RENAME" => renamed = Some(words.next()?),
            "COMPONENT" | "DESTINATION" | "EXPORT" => words.next().map(drop)?,
            "RUNTIME" => of_programs = true,
            "ARCHIVE" | "INCLUDES" | "LIBRARY" | "PUBLIC_HEADER" if targets => of_programs = false,
            "USE_SOURCE_PERMISSIONS" | "PERMISSIONS" => {}
            word if word.starts_with("OWNER_")
                || word.starts_with("GROUP_")
                || word.starts_with("WORLD_") => {}
            _ => return None,
        }
    }
    // What lies beside the sources or the build is named by no more than a point.
    let place = place.filter(|place| !place.starts_with('.'))?;
    let place = if place.starts_with('/') { place } else { format!("{prefix}/{place}") };
    let place = absolute(&place, None)?;
    let mut builds = FOR_BUILDS.iter().map(|folder| format!("{prefix}/{folder}"));
    if builds.any(|folder| is_within(&place, &folder)) {
        return Some(Vec::new());
    }
    let is_made = |by: &str, name: &String| {
        calls.iter().any(|call| {
            call.name == by
                && call.words.first().and_then(|word| expanded(word, calls)).as_ref() == Some(name)
        })
    };
    let mut found = Vec::new();
    for name in names {
        if targets && is_made("add_library", name) {
            continue;
        }
        if targets && !is_made("add_executable", name) {
            return None;
        }
        let inside = directory && name.ends_with('/');
        let own = renamed.map_or_else(|| base_name(name.trim_end_matches('/')), String::as_str);
        if matches!(own, "." | "..") {
            return None;
        }
        let path = if inside { place.clone() } else { format!("{place}/{own}") };
        if directory && is_system_folder(&path) {
            return None;
        }
        found.push(if directory { format!("{path}/") } else { path });
    }
    Some(found)
}

/// A word with the variables put in that the file sets once, that `project` sets, and that GNUInstallDirs sets.
fn expanded(word: &str, calls: &[Call]) -> Option<String> {
    let mut text = word.to_owned();
    for _ in 0..16 {
        let Some(start) = text.find("${") else {
            return (!text.contains('$')).then_some(text);
        };
        let end = start + text[start..].find('}')?;
        let name = &text[start + 2..end];
        let project = || {
            let call = calls.iter().find(|call| call.name == "project")?;
            call.words.first().cloned()
        };
        let value = match name {
            "PROJECT_NAME" | "CMAKE_PROJECT_NAME" => project()?,
            // Of what lies there the name alone counts.
            "CMAKE_SOURCE_DIR"
            | "CMAKE_CURRENT_SOURCE_DIR"
            | "PROJECT_SOURCE_DIR"
            | "CMAKE_BINARY_DIR"
            | "CMAKE_CURRENT_BINARY_DIR" => ".".to_owned(),
            name => match name.strip_prefix("CMAKE_INSTALL_") {
                Some(folder) => FOLDERS.iter().find(|(name, _)| *name == folder)?.1.to_owned(),
                None => {
                    let sets = |call: &&Call| {
                        call.name == "set" && call.words.first().is_some_and(|it| it == name)
                    };
                    let mut set = calls.iter().filter(sets);
                    let (Some(call), None) = (set.next(), set.next()) else { return None };
                    let [_, value] = call.words.as_slice() else { return None };
                    value.clone()
                }
            },
        };
        text.replace_range(start..=end, &value);
    }
    None
}

/// The commands of a file; `None` where brackets quote something.
fn calls(text: &str) -> Option<Vec<Call>> {
    if text.contains("[[") || text.contains("[=") {
        return None;
    }
    let mut found: Vec<Call> = Vec::new();
    let mut word = String::new();
    let mut words: Option<Vec<String>> = None;
    let mut name = String::new();
    let (mut depth, mut inner) = (0_usize, 0_usize);
    let mut quoted = false;
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        let ends = !quoted && (c.is_whitespace() || "()#".contains(c));
        if ends && !word.is_empty() {
            match &mut words {
                Some(words) => words.push(std::mem::take(&mut word)),
                None => name = std::mem::take(&mut word).to_ascii_lowercase(),
            }
        }
        match c {
            '"' => quoted = !quoted,
            '\\' => word.extend(letters.next()),
            '#' if !quoted => drop(letters.by_ref().find(|c| *c == '\n')),
            '(' if !quoted && words.is_none() => words = Some(Vec::new()),
            '(' if !quoted => inner += 1,
            ')' if !quoted && inner > 0 => inner -= 1,
            ')' if !quoted => {
                if BLOCKS.contains(&name.as_str()) {
                    depth += 1;
                } else if name.strip_prefix("end").is_some_and(|name| BLOCKS.contains(&name)) {
                    depth = depth.saturating_sub(1);
                }
                let conditional = depth > 0;
                let words = words.take()?;
                found.push(Call { name: std::mem::take(&mut name), words, conditional });
            }
            _ if ends => {}
            _ => word.push(c),
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::{calls, expanded, installed};

    fn brought(text: &str) -> Option<Vec<String>> {
        let calls = calls(text)?;
        let mut found = Vec::new();
        for call in calls.iter().filter(|call| call.name == "install") {
            let words: Option<Vec<String>> =
                call.words.iter().map(|word| expanded(word, &calls)).collect();
            found.extend(installed(&words?, &calls, "/usr/local")?);
        }
        Some(found)
    }

    #[test]
    fn programs_files_and_folders_go_where_they_are_told() {
        let text = "project(srv) # install(FILES x DESTINATION y)\nadd_executable(${PROJECT_NAME} a.c)\n\
                    install(TARGETS srv RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})\n\
                    install(FILES data/a.json DESTINATION share/srv)\ninstall(DIRECTORY www DESTINATION /srv)\n";
        let expected = ["/usr/local/bin/srv", "/usr/local/share/srv/a.json", "/srv/www/"];
        assert_eq!(brought(text), Some(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn libraries_and_what_is_for_builds_stay_out() {
        let text = "add_library(a a.c)\nadd_executable(b b.c)\n\
                    install(TARGETS a b EXPORT all RUNTIME DESTINATION sbin LIBRARY DESTINATION lib)\n\
                    install(DIRECTORY include/ DESTINATION include)\n\
                    install(EXPORT all DESTINATION lib/cmake/a)\n";
        assert_eq!(brought(text), Some(vec!["/usr/local/sbin/b".to_owned()]));
    }

    #[test]
    fn what_is_no_program_or_has_no_place_is_not_known() {
        assert_eq!(brought("install(TARGETS a)"), None);
        assert_eq!(
            brought(
                "add_library(a MODULE a.c)\ninstall(DIRECTORY m DESTINATION m)\ninstall(SCRIPT x)"
            ),
            None
        );
        assert_eq!(brought("install(DIRECTORY www/ DESTINATION share)"), None);
        assert_eq!(brought("install(FILES ${FILES} DESTINATION share/x)"), None);
        assert_eq!(brought("install(SCRIPT x.cmake)"), None);
        assert_eq!(brought("install(DIRECTORY ${CMAKE_SOURCE_DIR} DESTINATION share/x)"), None);
        assert_eq!(brought("install(FILES a DESTINATION ${CMAKE_BINARY_DIR}/out)"), None);
    }
}
