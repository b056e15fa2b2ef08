//! Files and folders of a project that something names, though such are there for builds or for people: a Makefile, a licence, tests.

use std::collections::HashSet;

use dockslim_contract::BuildContext;

use super::launch::base_name;
use super::reasons;
use super::subject::{Obstacle, Subject};
use super::variables::expanded;
use crate::facts::{absolute, is_within};
use crate::knowledge::is_leftover_folder;

/// Ends of the sources that are looked at.
const SOURCES: &[&str] = &[".c", ".cc", ".cpp", ".cxx", ".go", ".h", ".hpp", ".java", ".kt", ".rs"];
/// Folders of what no program that ships runs.
const ASIDE: &[&str] = &["docs", "examples", "test", "testdata", "tests", "vendor"];
/// What begins or marks a line that a compiler alone reads.
const COMPILED: &[&str] =
    &["#", "import ", "//", "*", "include_str!", "include_bytes!", "include!"];

/// What a line says, besides its texts, that has to do with files.
const OF_FILES: &[&str] =
    &["dir", "file", "folder", "fs", "glob", "join", "load", "open", "path", "root", "walk"];
/// Folders of tools that no program means.
const OF_TOOLS: &[&str] = &[".circleci", ".git", ".github", ".gitlab", ".idea", ".vscode"];
/// Folders whose names are words that a program may mean otherwise.
const WORDS: &[&str] = &["target", "test", "tests"];
/// Ends of the files of a project that hold settings.
const SETTINGS: &[&str] =
    &[".cfg", ".conf", ".env", ".ini", ".json", ".properties", ".toml", ".xml", ".yaml", ".yml"];
/// Ends of other lists that a program reads.
const DATA: &[&str] = &[".csv", ".list", ".tsv", ".txt"];

/// What of a project is asked for, by where it is found from the folder that the container starts in.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) files: Vec<String>,
    /// Folders, of which all is wanted but sources.
    pub(super) folders: Vec<String>,
    /// Whether a source reads or serves whatever lies in the folder that the container starts in.
    pub(super) all: bool,
}

/// What sources name between quotes, ENV holds, and settings tell.
pub(super) fn asked_for(subject: &Subject<'_, '_>) -> Result<Asked, Obstacle> {
    let mut asked = Asked::default();
    let Some(context) = subject.context.filter(|_| subject.toolchain.name != "dotnet") else {
        return Ok(asked);
    };
    let names: HashSet<&str> = context.entries().map(|(path, _)| base_name(path)).collect();
    for (path, text) in sources(context) {
        if text.contains("open(__FILE__") {
            return Err((&reasons::PACKAGES, format!("{path} opens itself")));
        }
        // What builds, and what tests, names folders that no container looks into.
        let mut runs = base_name(path) != "build.rs";
        asked.all |= runs && looks_around(text);
        for line in text.lines().map(str::trim_start) {
            runs &= !line.starts_with("#[cfg(test)]");
            if !is_compiled(line) {
                let texts: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
                by_texts(subject, &mut asked, &names, path, &texts)?;
                if runs {
                    asked.all |= reads_here(line, &texts);
                    folders_of(subject, &mut asked, &names, line, &texts);
                }
            }
        }
    }
    by_variables(subject, &mut asked, &names);
    by_settings(subject, context, &mut asked, &names);
    let words = subject.launch.paths(subject.folder.as_deref());
    asked.folders.extend(words.iter().filter_map(|path| folder_to_fill(subject, &names, path)));
    // All of the project is nothing that anybody means by its name.
    let here = subject.folder.as_deref().unwrap_or("/");
    let tool = |path: &str| path.split('/').any(|part| OF_TOOLS.contains(&part));
    asked.folders.retain(|folder| !is_within(here, folder) && !tool(folder));
    for all in [&mut asked.files, &mut asked.folders] {
        all.sort();
        all.dedup();
    }
    Ok(asked)
}

/// The sources of programs that ship, with their paths.
pub(super) fn sources(context: &BuildContext) -> impl Iterator<Item = (&str, &str)> {
    let sources = context.entries().filter(|(path, _)| {
        SOURCES.iter().any(|end| path.ends_with(end))
            && !base_name(path).contains("_test.")
            && !path.split('/').any(|part| ASIDE.contains(&part))
    });
    sources.map(|(path, _)| (path, context.text(path).unwrap_or_default()))
}

/// Whether a line, which begins with no blank, is for the compiler alone.
pub(super) fn is_compiled(line: &str) -> bool {
    // What is imported ends where the first statement does that imports nothing.
    let imports = |part: &str| part.trim().is_empty() || part.trim_start().starts_with("import ");
    COMPILED.iter().any(|sign| match *sign {
        "import " => line.starts_with(sign) && line.split(';').all(imports),
        sign if sign.ends_with('!') => line.contains(sign),
        sign => line.starts_with(sign),
    })
}

/// The files that the texts of a line name.
fn by_texts(
    subject: &Subject<'_, '_>,
    asked: &mut Asked,
    names: &HashSet<&str>,
    path: &str,
    texts: &[&str],
) -> Result<(), Obstacle> {
    for text in texts {
        let made = [".java", ".kt"].iter().any(|end| path.ends_with(end))
            && ["target/", "build/"].iter().any(|folder| text.starts_with(folder));
        if made {
            let message = format!("{path} names `{text}`, which only a build makes");
            return Err((&reasons::NO_ARTEFACT, message));
        }
        if text.is_empty() || text.contains(' ') || !names.contains(base_name(text)) {
            continue;
        }
        asked.files.extend(absolute(text, subject.folder.as_deref()));
    }
    Ok(())
}

/// The folders that the texts of a line name, by a whole path, by parts that are joined, or by a pattern of files.
fn folders_of(
    subject: &Subject<'_, '_>,
    asked: &mut Asked,
    names: &HashSet<&str>,
    line: &str,
    texts: &[&str],
) {
    let here = subject.folder.as_deref();
    let beside: String = line.split('"').step_by(2).collect::<String>().to_ascii_lowercase();
    let of_files = OF_FILES.iter().any(|word| beside.contains(word));
    let mut wanted: Vec<String> = texts.iter().map(|text| bare(text).to_owned()).collect();
    if beside.contains("join") {
        let parts = wanted.clone();
        let joined = (2..=parts.len()).map(|number| parts[..number].join("/"));
        let known: Vec<String> =
            joined.filter(|path| names.contains(base_name(path)) || path.contains('*')).collect();
        if !known.is_empty() {
            asked.files.extend(known.iter().filter_map(|path| absolute(path, here)));
            wanted = known;
        }
    }
    for path in wanted {
        if let Some((folder, pattern)) = path.rsplit_once('/').filter(|_| path.contains('*')) {
            asked.files.extend(matching(subject, folder, pattern));
        }
        let first = path.split('/').next().unwrap_or_default();
        let output = first == "target" && ["java", "rust"].contains(&&*subject.toolchain.name);
        // A tag of a structure is no path.
        let tag = line.contains(&format!(":\"{path}"));
        let meant = path.contains('/') || of_files || is_leftover_folder(&path);
        let word = WORDS.contains(&&*path) && !of_files;
        let there = names.contains(base_name(&path));
        if there && meant && !word && !output && !tag {
            asked.folders.extend(absolute(&path, here));
        } else if !output {
            asked.folders.extend(folder_to_fill(subject, names, &path));
        }
    }
}

/// The folder of the project that a file is to be written to, which is not there yet: one that holds no sources.
fn folder_to_fill(subject: &Subject<'_, '_>, names: &HashSet<&str>, path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/')?;
    if name.is_empty() || !names.contains(base_name(folder)) || names.contains(name) {
        return None;
    }
    let place = absolute(folder, subject.folder.as_deref())?;
    let source = source_of(subject, &place)?;
    let mut inside = subject.context?.below(&source).map(|(path, _)| path);
    (!inside.any(|path| subject.toolchain.compiles(base_name(path)))).then_some(place)
}

/// A path without what leads to the folder in which one is.
fn bare(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

/// The files of a folder that a pattern stands for.
fn matching(subject: &Subject<'_, '_>, folder: &str, pattern: &str) -> Vec<String> {
    let Some(place) = absolute(folder, subject.folder.as_deref()) else { return Vec::new() };
    let Some((context, source)) = subject.context.zip(source_of(subject, &place)) else {
        return Vec::new();
    };
    let (front, end) = pattern.split_once('*').unwrap_or((pattern, ""));
    let inside = context.below(&source).map(|(path, _)| &path[source.len() + 1..]);
    let fits = |name: &&str| {
        let long = name.len() >= front.len() + end.len();
        !name.contains('/') && long && name.starts_with(front) && name.ends_with(end)
    };
    inside.filter(fits).map(|name| format!("{place}/{name}")).collect()
}

/// The path of the build context that lies at a place below a folder that a COPY has brought.
pub(super) fn source_of(subject: &Subject<'_, '_>, place: &str) -> Option<String> {
    let brought = subject.copied.iter().filter(|copied| copied.from_context);
    brought.flat_map(|copied| &copied.brings).filter(|one| one.folder).find_map(|one| {
        let rest = place.strip_prefix(one.place.trim_end_matches('/'))?.strip_prefix('/')?;
        let source = format!("{}/{rest}", one.source);
        let source = source.trim_start_matches('/').to_owned();
        subject.context?.exists(&source).then_some(source)
    })
}

/// What variables of ENV hold.
fn by_variables(subject: &Subject<'_, '_>, asked: &mut Asked, names: &HashSet<&str>) {
    const OF_FOLDERS: &[&str] = &["DIR", "FOLDER", "HOME", "PATH", "ROOT"];
    let Some(last) = subject.stage.steps.last() else { return };
    for setting in last.state.settings.iter().filter(|setting| setting.name != "PATH") {
        let value = setting.value.as_deref().unwrap_or_default().trim_matches(['"', '\'']);
        let value = expanded(last, subject.image, value).unwrap_or_else(|| value.into());
        for piece in value.split([':', '=', ',', ' ']).map(bare).filter(|it| !it.is_empty()) {
            let folder = OF_FOLDERS.iter().any(|end| setting.name.ends_with(end));
            let path = absolute(piece, subject.folder.as_deref());
            asked.folders.extend(folder_to_fill(subject, names, piece));
            if !WORDS.contains(&piece) || folder {
                asked.folders.extend(path.clone());
            }
            asked.files.extend(path);
        }
    }
}

/// Words of lines that read or serve what a folder holds, and of those to which a point is a mark between words, or the place of settings.
const READS: &[&str] =
    &["dir", "file(", "folder", "glob(", "list", "path", "root", "serve", "static", "walk"];
const PARTS: &[&str] = &[
    "!=",
    "+",
    "==",
    "case ",
    "cmp",
    "configpath",
    "contains",
    "count",
    "current_dir(",
    "cut(",
    "ends",
    "find(",
    "index",
    "join",
    "prefix",
    "replace",
    "split",
    "starts",
    "strstr",
    "suffix",
    "tok",
    "trim",
];
/// Calls whose argument is a folder that they go through.
const TAKES: &[&str] =
    &["dir(", "dirfs(", "iterator(", "list(", "nftw(", "servedir::new(", "walk(", "walkdir::new("];

/// Whether a line reads or serves what lies in the folder in which the program runs: by a point, or by a pattern without a folder.
fn reads_here(line: &str, texts: &[&str]) -> bool {
    let here = |text: &&&str| matches!(**text, "." | "./" | "./." | "./*" | "*");
    let around: String = line.split('"').step_by(2).collect::<String>().to_ascii_lowercase();
    let told = line.to_ascii_lowercase();
    let pattern = |text: &&&str| {
        let bare = text.trim_start_matches("./");
        bare.split('/').next().unwrap_or_default().contains('*') && !text.contains(' ')
    };
    let globs = around.contains("glob(") && texts.iter().any(|text| pattern(&text));
    let empty = ["http.Dir(\"\")", "Path.of(\"\")", "Paths.get(\"\")"];
    let pieces: Vec<&str> = told.split('"').collect();
    let handed = |(at, text): (usize, &&str)| {
        let front = pieces.get(2 * at).map_or("", |piece| piece.trim_end());
        here(&text)
            && TAKES.iter().any(|call| front.ends_with(call))
            && !front.ends_with("current_dir(")
    };
    globs
        || texts.iter().enumerate().any(handed)
        || empty.iter().any(|call| line.contains(call))
        || texts.iter().any(|text| here(&text))
            && READS.iter().any(|word| told.contains(word))
            && !PARTS.iter().any(|word| around.contains(word))
}

/// Whether a source asks for the folder in which its program runs, and reads or serves folders.
fn looks_around(text: &str) -> bool {
    const HERE: &[&str] = &[
        "Getwd()",
        "current_dir()",
        "current_path()",
        "getcwd(",
        "get_current_dir",
        "\"user.dir\"",
    ];
    const ALL: &[&str] = &[
        ".listFiles(",
        "DirFS(",
        "FileServer(",
        "Files.list(",
        "Files.walk",
        "Glob(",
        "ReadDir(",
        "ServeDir",
        "Walk(",
        "WalkDir",
        "directory_iterator",
        "glob(",
        "http.Dir(",
        "nftw(",
        "opendir(",
        "read_dir(",
        "scandir(",
    ];
    HERE.iter().any(|sign| text.contains(sign)) && ALL.iter().any(|sign| text.contains(sign))
}

/// Files of the project that files of settings and lists of data name, where these ship; and folders that they tell to fill.
fn by_settings(
    subject: &Subject<'_, '_>,
    context: &BuildContext,
    asked: &mut Asked,
    names: &HashSet<&str>,
) {
    let of_program = |path: &str| {
        let name = base_name(path);
        SETTINGS.iter().chain(DATA).any(|end| name.ends_with(end))
            && !path.split('/').any(|part| is_leftover_folder(part) || part.starts_with('.'))
            && !["package", "tsconfig", "composer", "docker-compose", "compose"]
                .iter()
                .any(|start| name.starts_with(start))
            && !subject.toolchain.alone_reads(name)
    };
    for (path, _) in context.entries().filter(|(path, _)| of_program(path)) {
        let words = context.text(path).unwrap_or_default();
        let words = words.split(|c: char| c.is_whitespace() || "\"'`,;:=()[]{}<>".contains(c));
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let settings = !DATA.iter().any(|end| path.ends_with(end));
        for word in words.map(bare) {
            if settings {
                asked.folders.extend(folder_to_fill(subject, names, word));
            }
            // From where the program starts, or from where the list lies.
            if names.contains(base_name(word)) {
                let here = subject.folder.as_deref();
                asked.files.extend(absolute(word, here));
                asked.files.extend(absolute(&format!("{folder}/{word}"), here));
            }
        }
    }
}
