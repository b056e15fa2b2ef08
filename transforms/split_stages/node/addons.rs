//! What machine code for Node is linked with, as far as the project and its commands tell.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use super::base_name;
use crate::knowledge::{
    BUILDERS_OF_ADDONS, COMPILED_ALONE, HARMLESS_SCRIPTS, OF_SYSTEM_LIBRARIES, PLAIN_TOOLS,
};

/// Libraries that slim Debian has: those of the C library, of C++ and of dpkg.
const EVERYWHERE: [&str; 8] = ["c", "dl", "m", "pthread", "rt", "stdc++", "util", "z"];
/// The only one of the known packages that is linked with a library of the system where it is built from its sources
/// (sharp.pixelplumbing.com, "Installation").
const LINKS_IF_BUILT: &str = "sharp";

/// A sign that packages are told to use libraries of the system.
pub(super) fn told_to_link(subject: &Subject<'_, '_>) -> Option<&'static str> {
    let dockerfile = subject.build.dockerfile;
    let mut texts: Vec<String> =
        subject.stage.steps.iter().map(|step| step.text(dockerfile).into_owned()).collect();
    let settings = subject.context.into_iter().flat_map(|context| {
        let files = context.entries().filter(|(path, _)| base_name(path) == ".npmrc");
        files.filter_map(|(path, _)| context.text(path))
    });
    texts.extend(settings.map(str::to_owned));
    let harmless = |sign: &str| sign.starts_with("build") && all_bring_their_sources(subject);
    OF_SYSTEM_LIBRARIES
        .iter()
        .copied()
        .find(|sign| texts.iter().any(|text| text.contains(*sign)) && !harmless(sign))
}

/// Whether all packages that may be built bring the sources of what they are linked with: by the marks of lockfiles of npm, else by the names in
/// manifests.
fn all_bring_their_sources(subject: &Subject<'_, '_>) -> bool {
    let Some(context) = subject.context else { return false };
    let brings = |name: &str| {
        name != LINKS_IF_BUILT
            && (COMPILED_ALONE.contains(&name) || HARMLESS_SCRIPTS.contains(&name))
    };
    let files =
        || context.entries().map(|(path, _)| path).filter(|path| !path.contains("node_modules/"));
    let table = |path: &str| {
        serde_json::from_str::<Value>(context.text(path).unwrap_or_default()).unwrap_or_default()
    };
    let mut locks = files().filter(|path| base_name(path) == "package-lock.json").peekable();
    if locks.peek().is_some() {
        return locks.all(|path| {
            let lock = table(path);
            let packages = lock.get("packages").and_then(Value::as_object);
            packages.is_some_and(|packages| {
                packages.iter().filter(|(place, _)| !place.is_empty()).all(|(place, package)| {
                    let name = place.rsplit("node_modules/").next().unwrap_or(place);
                    package.get("hasInstallScript") != Some(&Value::Bool(true)) || brings(name)
                })
            })
        });
    }
    files().filter(|path| base_name(path) == "package.json").all(|path| {
        let manifest = table(path);
        ["dependencies", "devDependencies", "optionalDependencies"].iter().all(|kind| {
            let names = manifest.get(kind).and_then(Value::as_object).into_iter().flatten();
            { names }.all(|(name, _)| {
                let plain = [&BUILDERS_OF_ADDONS[..], &PLAIN_TOOLS[..]].concat();
                brings(name) || plain.contains(&name.as_str())
            })
        })
    })
}

/// Refuses addons of the project that are linked with more than slim Debian has and packages of headers bring (node-gyp, "binding.gyp";
/// GYP, "Input Format Reference").
pub(super) fn link_known(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let Some(context) = subject.context else { return Ok(()) };
    let packages = subject.packages();
    let has = |library: &str| {
        let start = format!("lib{library}");
        EVERYWHERE.contains(&library)
            || packages.iter().any(|name| name.starts_with(&start) && name.ends_with("-dev"))
    };
    let own = context.entries().map(|(path, _)| path).filter(|path| {
        (path.ends_with(".gyp") || path.ends_with(".gypi")) && !path.contains("node_modules/")
    });
    for path in own {
        let refuse = |what: &str| {
            let message = format!("`{path}` may link with {what} of the full image");
            Err((&reasons::PACKAGES, message))
        };
        let Some(text) = context.text(path) else { return refuse("a library") };
        let signs = ["pkg-config", "/usr/lib", "library_dirs", ".so'", ".so\""];
        if let Some(sign) = signs.iter().find(|sign| text.contains(**sign)) {
            return refuse(&format!("what `{sign}` leads to"));
        }
        let words = text.split(|c: char| c.is_whitespace() || "\"',[]".contains(c));
        let mut linked = words.filter_map(|word| word.strip_prefix("-l"));
        if let Some(library) = linked.find(|library| !has(library)) {
            return refuse(&format!("`-l{library}`"));
        }
    }
    links_by_cmake(context, &has)
}

/// The same of those that cmake-js builds (its README; CMake, "target_link_libraries", "find_package").
fn links_by_cmake(context: &BuildContext, has: &dyn Fn(&str) -> bool) -> Result<(), Obstacle> {
    let own = || {
        let paths = context.entries().map(|(path, _)| path);
        paths.filter(|path| !path.contains("node_modules/"))
    };
    let asks = |path: &str| context.text(path).is_none_or(|text| text.contains("cmake-js"));
    if !own().any(|path| base_name(path) == "package.json" && asks(path)) {
        return Ok(());
    }
    for path in own() {
        if base_name(path) != "CMakeLists.txt" && !path.ends_with(".cmake") {
            continue;
        }
        let linked = context.text(path).map_or(Some("a library".to_owned()), |text| {
            linked_by_cmake(text, has).map(|what| format!("`{what}`"))
        });
        if let Some(what) = linked {
            let message = format!("`{path}` may link with {what} of the full image");
            return Err((&reasons::PACKAGES, message));
        }
    }
    Ok(())
}

/// What rules of CMake look for, or link with, that is neither their own nor known to be there.
fn linked_by_cmake(text: &str, has: &dyn Fn(&str) -> bool) -> Option<String> {
    const FINDS: [&str; 8] = [
        "find_package",
        "find_library",
        "find_path",
        "fetchcontent",
        "link_directories",
        "pkg_check_modules",
        "pkg_search_module",
        "execute_process",
    ];
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n").to_ascii_lowercase();
    if let Some(command) = FINDS.iter().find(|command| text.contains(**command)) {
        return Some((*command).to_owned());
    }
    let known = |word: &str| {
        let keyword = matches!(word, "${cmake_js_lib}" | "private" | "public" | "interface");
        let own = text.replace(' ', "").contains(&format!("add_library({word}"));
        keyword || own || has(word.strip_prefix("-l").unwrap_or(word))
    };
    let call = "link_libraries";
    text.match_indices(call).find_map(|(at, _)| {
        let behind = text[at + call.len()..].trim_start().strip_prefix('(')?;
        let of_target = usize::from(text[..at].ends_with("target_"));
        let arguments = behind.split(')').next().unwrap_or(behind);
        let mut words = arguments
            .split(|c: char| c.is_whitespace() || "\";".contains(c))
            .filter(|word| !word.is_empty())
            .skip(of_target);
        words.find(|word| !known(word)).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::linked_by_cmake;

    #[test]
    fn what_cmake_links_with() {
        let found = |text: &str| linked_by_cmake(text, &|library| library == "xml2");
        assert_eq!(found("target_link_libraries(${PROJECT_NAME} ${CMAKE_JS_LIB})"), None);
        assert_eq!(found("target_link_libraries (addon PRIVATE xml2 -lxml2)"), None);
        assert_eq!(found("add_library(sums sums.cc)\ntarget_link_libraries(addon sums)"), None);
        assert_eq!(found("target_link_libraries(addon curl)").as_deref(), Some("curl"));
        assert_eq!(found("LINK_LIBRARIES(curl)").as_deref(), Some("curl"));
        assert_eq!(found("find_package(CURL)").as_deref(), Some("find_package"));
        assert_eq!(found("# find_package(CURL)"), None);
    }
}
