//! What CMake's rules install (CMake, "install", "GNUInstallDirs", "cmake(1)").

use super::runtime::Runtime;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

/// Words of a CMakeLists.txt behind which more than its own calls of `install` may decide.
const UNREAD: &str = " add_subdirectory cmake_language externalproject_add fetchcontent_makeavailable foreach function macro subdirs while \
    build_shared_libs cmake_install_prefix module output_name shared script code export ";
/// What `include` may name.
const INCLUDED: &str =
    " ctest checkcxxcompilerflag checkincludefile checklibraryexists gnuinstalldirs ";

impl<'t> Runtime<'_, 't> {
    /// What a call installs for which CMake has written the rules; nothing if that is not known.
    pub(super) fn installed_by_cmake(&self, call: &Call<'t>) -> Option<Vec<String>> {
        let context = self.context?;
        let is_list = |path: &&str| path.rsplit('/').next() == Some("CMakeLists.txt");
        let mut lists = context.entries().map(|(path, _)| path).filter(is_list);
        let text = context.text(lists.next()?)?;
        if lists.next().is_some() || text.contains("[[") || text.contains("[=") {
            return None;
        }
        let prefix = self.prefix_of_cmake(call)?;
        let without: String = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or(line))
            .fold(String::new(), |all, line| all + line + "\n");
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
            match name.as_str() {
                "if" => depth += 1,
                "endif" => depth -= 1,
                "install" if depth > 0 => return None,
                "install" => files.extend(placed(&words, &without, &prefix)?),
                _ => {}
            }
        }
        (!files.is_empty()).then_some(files)
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

/// The commands of a text without comments, in small letters, with their words.
fn called(text: &str) -> Vec<(String, Vec<String>)> {
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
    let told = at("DESTINATION").and_then(|at| words.get(at + 1));
    let place = match (kind, told) {
        (_, Some(place)) => place.as_str(),
        ("TARGETS", None) => "bin",
        _ => return None,
    };
    let others = [
        "TYPE",
        "OPTIONAL",
        "ARCHIVE",
        "LIBRARY",
        "BUNDLE",
        "FRAMEWORK",
        "PATTERN",
        "FILES_MATCHING",
    ];
    if !["TARGETS", "FILES", "PROGRAMS", "DIRECTORY"].contains(&kind)
        || others.iter().any(|word| at(word).is_some())
    {
        return None;
    }
    let folder =
        if place.starts_with('/') { place.to_owned() } else { format!("{prefix}/{place}") };
    let folder = folder.trim_end_matches('/');
    let ends =
        ["COMPONENT", "DESTINATION", "PERMISSIONS", "RENAME", "RUNTIME", "USE_SOURCE_PERMISSIONS"];
    let names = words[1..].iter().take_while(|word| !ends.contains(&word.as_str()));
    let renamed = at("RENAME").and_then(|at| words.get(at + 1));
    let mut found = Vec::new();
    for name in names {
        let program = || {
            called(text).iter().any(|(call, words)| {
                let own = words.first().and_then(|word| substituted(word, text));
                call == "add_executable" && own.as_ref() == Some(name)
            })
        };
        if kind == "TARGETS" && !program() {
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
            None
        );
    }
}
