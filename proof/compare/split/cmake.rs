//! What CMake's rules install (CMake, "install", "GNUInstallDirs", "cmake(1)").

use dockslim_contract::BuildContext;

use super::runtime::Runtime;
use crate::compare::folders::is_within;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

/// Words of a CMakeLists.txt behind which more than its own calls of `install` may decide.
const UNREAD: &str = " cmake_language externalproject_add fetchcontent_makeavailable subdirs cmake_install_prefix module output_name \
    script code ";
/// What `include` may name.
const INCLUDED: &str = " ctest checkccompilerflag checkcxxcompilerflag checkfunctionexists checkincludefile checkincludefiles checklibraryexists \
    checksymbolexists cmakepackageconfighelpers gnuinstalldirs ";
/// Folders below a prefix for those who build with what lies there.
const FOR_BUILDS: [&str; 5] =
    ["include", "lib/cmake", "lib/pkgconfig", "share/cmake", "share/pkgconfig"];
/// What begins a part that may run never, or more than once.
const PARTS: &str = " if foreach function macro while ";

impl<'t> Runtime<'_, 't> {
    /// What a call installs for which CMake has written the rules; nothing if that is not known.
    pub(super) fn installed_by_cmake(&self, call: &Call<'t>) -> Option<Vec<String>> {
        let context = self.context?;
        let is_list = |path: &&str| path.rsplit('/').next() == Some("CMakeLists.txt");
        let lists = context.entries().map(|(path, _)| path).filter(is_list);
        let root = lists.min_by_key(|path| path.split('/').count())?;
        let text = inlined(context, root, 9)?;
        if text.contains("[[") || text.contains("[=") || !self.is_led_to(context.text(root)?) {
            return None;
        }
        let prefix = self.prefix_of_cmake(call)?;
        let projects = called(&text).iter().filter(|(name, _)| name == "project").count();
        if projects > 1 || prefix == "/usr" && text.contains("CMAKE_INSTALL_LIBDIR") {
            return None;
        }
        // What is for those who build may be read when the program runs.
        let spoken = context.entries().any(|(path, _)| {
            let text = context.text(path).filter(|_| !path.ends_with("CMakeLists.txt"));
            text.is_some_and(|text| {
                FOR_BUILDS.iter().any(|it| text.contains(&format!("{prefix}/{it}")))
            })
        });
        if spoken {
            return None;
        }
        let without = text;
        let mut files = Vec::new();
        let mut depth = 0;
        for (name, words) in called(&without) {
            let lower = |word: &str| format!(" {} ", word.to_ascii_lowercase());
            let first = words.first().map(String::as_str).unwrap_or_default();
            if UNREAD.contains(&lower(&name))
                || words
                    .iter()
                    .any(|word| UNREAD.contains(&lower(word)) || word.contains("RUNTIME_OUTPUT_"))
                || name == "include" && !INCLUDED.contains(&lower(first))
            {
                return None;
            }
            let part = |name: &str| PARTS.contains(&format!(" {name} "));
            match name.as_str() {
                name if part(name) => depth += 1,
                name if name.strip_prefix("end").is_some_and(part) => depth -= 1,
                "install" if depth > 0 => return None,
                "install" => files.extend(placed(&words, &without, &prefix)?),
                _ => {}
            }
        }
        (!files.is_empty()).then_some(files)
    }

    /// Whether each call of cmake that configures reads its rules from the folder with this text.
    fn is_led_to(&self, text: &str) -> bool {
        let mut led = true;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
            let works = ["--build", "--install"].iter().any(|verb| words.contains(verb));
            if !Command::of(&call.words).is("cmake") || works {
                return;
            }
            let valued = |at: usize| ["-B", "-D", "-G", "-U", "-S"].contains(&words[at - 1]);
            let told = words.iter().position(|word| *word == "-S").map(|at| at + 1);
            let bare = (1..words.len()).find(|at| !words[*at].starts_with('-') && !valued(*at));
            let folder = told.or(bare).and_then(|at| words.get(at)).unwrap_or(&".");
            let led_up = folder.split('/').take_while(|part| *part == "..").count();
            let rest = folder.split('/').skip(led_up).collect::<Vec<_>>().join("/");
            let place = match led_up {
                0 => self.path(folder, call),
                _ => self.path(".", call).and_then(|here| {
                    let parts: Vec<&str> = here.split('/').collect();
                    let above = parts.get(..parts.len().checked_sub(led_up)?)?.join("/");
                    Some(format!("{above}/{rest}").trim_end_matches('/').to_owned())
                }),
            };
            let list = place.map(|folder| format!("{folder}/CMakeLists.txt"));
            led &= list.is_some_and(|list| self.text_at(&list).is_some_and(|it| it == text));
        });
        led
    }

    /// The folder below which a call installs: that of DESTDIR, and the prefix that one of the calls of cmake is told.
    fn prefix_of_cmake(&self, call: &Call<'t>) -> Option<String> {
        let seen = self.states.seen(call.state);
        let is_set = |name: &str| {
            seen.surroundings.environment.contains_key(name)
                || seen.variables.contains_key(name)
                || call.assignments.iter().any(|text| text.split('=').next() == Some(name))
        };
        let mut known = !is_set("DESTDIR") && !is_set("CMAKE_INSTALL_PREFIX");
        let (mut prefix, mut runs) = ("/usr/local".to_owned(), false);
        visit(&self.old.steps, &mut |step| {
            let Action::Call(one) = &step.action else { return };
            let command = Command::of(&one.words);
            known &= !(command.is("git") && one.words.iter().any(|word| word == "clone"));
            if !command.is("cmake") {
                return;
            }
            runs = true;
            for word in &one.words {
                let Some(word) = plain(word) else {
                    known = false;
                    continue;
                };
                known &= !["--preset", "--toolchain"].iter().any(|it| word.starts_with(it))
                    && word != "-C";
                if let Some(setting) = word.strip_prefix("-DCMAKE_INSTALL_") {
                    let value = setting.strip_prefix("PREFIX").and_then(|it| it.split_once('='));
                    match value.filter(|(_, value)| value.starts_with('/')) {
                        Some((_, value)) => prefix = value.trim_end_matches('/').to_owned(),
                        None => known = false,
                    }
                } else {
                    known &= !word.contains("CMAKE_INSTALL_");
                }
            }
        });
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let words = words?;
        let mut below = String::new();
        for (at, word) in words.iter().enumerate().skip(1) {
            if let Some(folder) = word.strip_prefix("DESTDIR=") {
                below = folder.trim_end_matches('/').to_owned();
            } else if *word == "--prefix" {
                prefix = words.get(at + 1)?.trim_end_matches('/').to_owned();
            } else if word.contains('=') || word.starts_with("--prefix=") {
                known = false;
            }
        }
        let path = below + &prefix;
        (known && runs && path.starts_with('/')).then_some(path)
    }
}

/// The text of rules without comments, with that of each folder that they add in its place.
fn inlined(context: &BuildContext, path: &str, left: usize) -> Option<String> {
    let mut found = String::new();
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    for line in context.text(path)?.lines() {
        let line = line.split('#').next().unwrap_or(line);
        let trimmed = line.trim();
        let small = trimmed.to_ascii_lowercase();
        match small.strip_prefix("add_subdirectory").map(str::trim_start) {
            Some(rest) if rest.starts_with('(') && rest.ends_with(')') => {
                let inner = trimmed[trimmed.len() - rest.len() + 1..trimmed.len() - 1].trim();
                let inner = inner.trim_matches('"').trim_start_matches("./").trim_end_matches('/');
                if left == 0 || inner.is_empty() || inner.contains(['$', '.', ' ']) {
                    return None;
                }
                let list = format!("{folder}{inner}/CMakeLists.txt");
                found.push_str(&inlined(context, &list, left - 1)?);
            }
            _ if small.contains("add_subdirectory") => return None,
            _ => found.push_str(line),
        }
        found.push('\n');
    }
    Some(found)
}

/// The commands of a text without comments, in small letters, with their words.
pub(super) fn called(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, behind)) = rest.split_once('(') {
        let mut depth = 1;
        let end = behind.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let Some(end) = end else { break };
        let words = behind[..end].split_whitespace();
        let words = words.map(|word| word.trim_matches('"').to_owned()).collect();
        found.push((name.trim().to_ascii_lowercase(), words));
        rest = &behind[end + 1..];
    }
    found
}

/// The files of one call of `install`.
fn placed(words: &[String], text: &str, prefix: &str) -> Option<Vec<String>> {
    let words: Option<Vec<String>> = words.iter().map(|word| substituted(word, text)).collect();
    let words = words?;
    let kind = words.first()?.as_str();
    let at = |name: &str| words.iter().position(|word| word == name);
    if kind == "EXPORT" {
        return Some(Vec::new());
    }
    // Libraries, and what others build with, have places of their own.
    let of_others = ["ARCHIVE", "INCLUDES", "LIBRARY", "PUBLIC_HEADER"];
    let others = words.iter().position(|word| of_others.contains(&word.as_str()));
    let programs = at("RUNTIME").or((kind == "TARGETS").then_some(0).filter(|_| others.is_none()));
    let from = programs.or((kind != "TARGETS").then_some(0)).unwrap_or(words.len());
    let until = others.filter(|other| *other > from).unwrap_or(words.len());
    let near = words.get(from..until).unwrap_or_default();
    let told = near.iter().position(|word| word == "DESTINATION").and_then(|at| near.get(at + 1));
    let place = match (kind, told) {
        (_, Some(place)) => place.as_str(),
        ("TARGETS", None) => "bin",
        _ => return None,
    };
    let unread = ["TYPE", "OPTIONAL", "BUNDLE", "FRAMEWORK", "PATTERN", "FILES_MATCHING"];
    if !["TARGETS", "FILES", "PROGRAMS", "DIRECTORY"].contains(&kind)
        || unread.iter().any(|word| at(word).is_some())
    {
        return None;
    }
    let folder =
        if place.starts_with('/') { place.to_owned() } else { format!("{prefix}/{place}") };
    let folder = folder.trim_end_matches('/');
    if FOR_BUILDS.iter().any(|part| is_within(folder, &format!("{prefix}/{part}"))) {
        return Some(Vec::new());
    }
    let ends = [
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
    let names = words[1..].iter().take_while(|word| !ends.contains(&word.as_str()));
    let renamed = at("RENAME").and_then(|at| words.get(at + 1));
    let mut found = Vec::new();
    for name in names {
        let by = |maker: &str| {
            called(text).iter().any(|(call, words)| {
                let own = words.first().and_then(|word| substituted(word, text));
                call == maker && own.as_ref() == Some(name)
            })
        };
        // The loader shows where libraries lie.
        if kind == "TARGETS" && by("add_library") {
            continue;
        }
        if kind == "TARGETS" && !by("add_executable") {
            return None;
        }
        let bare = name.trim_end_matches('/');
        if place.starts_with('.') || bare == "." || bare.ends_with("..") || bare.ends_with("/.") {
            return None;
        }
        let own = renamed.map_or(bare.rsplit('/').next().unwrap_or(bare), String::as_str);
        let spilt = kind == "DIRECTORY" && name.ends_with('/');
        found.push(if spilt { folder.to_owned() } else { format!("{folder}/{own}") });
    }
    Some(found)
}

/// A word with variables that the text sets in one place put in, and those of GNUInstallDirs.
fn substituted(word: &str, text: &str) -> Option<String> {
    let Some((before, rest)) = word.split_once("${") else {
        return (!word.contains('$')).then(|| word.to_owned());
    };
    let (name, behind) = rest.split_once('}')?;
    let calls = called(text);
    let first = |wanted: &str| {
        calls.iter().find(|(name, _)| name == wanted).and_then(|(_, words)| words.first())
    };
    let value = match name {
        "CMAKE_INSTALL_BINDIR" => "bin".to_owned(),
        "CMAKE_INSTALL_SBINDIR" => "sbin".to_owned(),
        "CMAKE_INSTALL_LIBEXECDIR" => "libexec".to_owned(),
        "CMAKE_INSTALL_INCLUDEDIR" => "include".to_owned(),
        "CMAKE_INSTALL_LIBDIR" => "lib".to_owned(),
        "CMAKE_INSTALL_DATADIR" | "CMAKE_INSTALL_DATAROOTDIR" => "share".to_owned(),
        "CMAKE_INSTALL_MANDIR" => "share/man".to_owned(),
        "PROJECT_NAME" | "CMAKE_PROJECT_NAME" => first("project")?.clone(),
        _ if name.ends_with("_SOURCE_DIR") || name.ends_with("_BINARY_DIR") => ".".to_owned(),
        _ => {
            let set: Vec<&Vec<String>> = calls
                .iter()
                .filter(|(call, words)| call == "set" && words.first().is_some_and(|it| it == name))
                .map(|(_, words)| words)
                .collect();
            match set.as_slice() {
                [words] if words.len() == 2 && !words[1].contains(name) => words[1].clone(),
                _ => return None,
            }
        }
    };
    substituted(&format!("{before}{value}{behind}"), text)
}

#[cfg(test)]
mod tests {
    use super::{called, placed};

    #[test]
    fn files_go_where_they_are_told() {
        let text = "set(NAME srv)\nadd_executable(srv a.c)\ninstall(TARGETS ${NAME} DESTINATION bin)\n\
                    install(FILES \"a/b.conf\" DESTINATION /etc RENAME c.conf)";
        let all: Option<Vec<_>> = called(text)
            .iter()
            .filter(|(name, _)| name == "install")
            .map(|(_, words)| placed(words, text, "/usr"))
            .collect();
        assert_eq!(all.unwrap().concat(), ["/usr/bin/srv", "/etc/c.conf"]);
        assert_eq!(
            placed(&["TARGETS", "srv"].map(str::to_owned), "add_library(srv a.c)", "/usr"),
            Some(Vec::new())
        );
        assert_eq!(placed(&["TARGETS", "srv"].map(str::to_owned), "", "/usr"), None);
        let both = "add_library(a a.c)\nadd_executable(b b.c)";
        let words =
            ["TARGETS", "a", "b", "LIBRARY", "DESTINATION", "lib", "RUNTIME", "DESTINATION", "x"];
        assert_eq!(
            placed(&words.map(str::to_owned), both, "/usr"),
            Some(vec!["/usr/x/b".to_owned()])
        );
    }
}
