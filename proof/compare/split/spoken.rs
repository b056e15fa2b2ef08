//! Places of a project that its program is told of, by a source, a variable or settings: there, nothing is only for builds or for people.

use std::collections::{BTreeSet, HashSet};

use dockslim_contract::BuildContext;

use super::needs;
use super::runtime::{Runtime, below};
use super::started::commands;
use crate::compare::folders::is_within;

/// Signs that a line deals with files, and names that mean something else without one.
const DEALS: &str = "open path file dir folder walk glob join root load fs";
const AMBIGUOUS: [&str; 3] = ["test", "tests", "target"];
/// Folders of which no program speaks, but to look for its own in other projects.
const HIDDEN: [&str; 6] = [".git", ".github", ".gitlab", ".circleci", ".idea", ".vscode"];

/// Places that something speaks of.
#[derive(Default)]
pub(super) struct Spoken {
    places: BTreeSet<String>,
    /// Folders, with how the names of files in them begin and end.
    patterns: Vec<(String, String, String)>,
    /// The folder that is read or served whatever lies in it.
    whole: Option<String>,
}

impl Spoken {
    /// Whether something speaks of a file, by itself or with a folder above it; of such a folder sources are none of its contents.
    pub(super) fn has(&self, place: &str) -> bool {
        if self.whole.as_ref().is_some_and(|whole| is_within(place, whole)) {
            return true;
        }
        let (folder, name) = place.rsplit_once('/').unwrap_or(("", place));
        let by_pattern = self.patterns.iter().any(|(one, start, end)| {
            one == folder
                && name.len() >= start.len() + end.len()
                && name.starts_with(start.as_str())
                && name.ends_with(end.as_str())
        });
        let mut above = folder;
        let mut with_folder = false;
        while !above.is_empty() && !with_folder {
            with_folder = self.places.contains(above);
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
        }
        // What keeps a folder in git says nothing to a program.
        let read = name != ".gitignore" && !needs::is_source(name);
        by_pattern || self.places.contains(place) || with_folder && read
    }
}

/// Whether a folder of a context holds nothing that anybody reads: it is there to be written to.
pub(super) fn is_bare(context: &BuildContext, folder: &str) -> bool {
    let keeps = format!("{folder}/.gitignore");
    context.is_folder(folder) && context.below(folder).all(|(path, _)| path == keeps)
}

impl Runtime<'_, '_> {
    /// The places of a compiled project that something names.
    pub(super) fn spoken_of(&self) -> Spoken {
        let mut spoken = Spoken::default();
        let Some(context) = self.context.filter(|_| !self.has_kit()) else { return spoken };
        let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let names = Self::names_in(context);
        for (path, _) in context.entries() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let text = || context.text(path).unwrap_or_default();
            if Self::is_source_of_program(path) && name != "build.rs" {
                let text = text().split("\n#[cfg(test)]").next().unwrap_or_default();
                if asks_where_it_is(text) {
                    spoken.whole = Some(here.clone());
                }
                for line in text.lines().filter(|line| !Self::only_compiles(line)) {
                    self.spoken_in(line, &here, &names, &mut spoken);
                    if takes_all_here(line) {
                        spoken.whole = Some(here.clone());
                    }
                }
            } else if is_of_settings(path) || is_list(path) {
                let signs = |c: char| c.is_whitespace() || "\"'`,;:=()[]{}<>".contains(c);
                let words = text().split(signs).map(|word| word.trim_start_matches("./"));
                if is_of_settings(path) {
                    let filled = words.clone().filter_map(|word| self.filled(word, &here, &names));
                    spoken.places.extend(filled);
                }
                let beside = below(&here, path.rsplit_once('/').map_or("", |(folder, _)| folder));
                let told = words.filter(|word| {
                    let name = word.rsplit('/').next().unwrap_or(word);
                    !name.is_empty() && names.contains(name)
                });
                let found = told.flat_map(|word| [below(&here, word), below(&beside, word)]);
                spoken.places.extend(found.filter(|place| self.is_copied_file(context, place)));
            }
        }
        for (name, value) in &self.old.configuration.environment {
            let folders = ["PATH", "DIR", "FOLDER", "ROOT", "HOME"];
            let of_folders = folders.iter().any(|end| name.ends_with(end)) && name != "PATH";
            for word in value.trim_matches(['"', '\'']).split([' ', ',', '=', ':']) {
                let word = word.trim_start_matches("./").trim_end_matches('/');
                spoken.places.extend(self.filled(word, &here, &names));
                let unclear = AMBIGUOUS.contains(&word) && !of_folders;
                if !word.is_empty() && !unclear && name != "PATH" {
                    spoken.places.insert(below(&here, word));
                }
            }
        }
        let starts = self.new.configuration.starts().into_iter().flatten();
        for word in starts.flat_map(commands).flatten() {
            let pieces = word.split(['=', ',', ':']).filter(|piece| !piece.starts_with('-'));
            spoken.places.extend(pieces.filter_map(|piece| self.filled(piece, &here, &names)));
        }
        let hidden = |place: &String| place.split('/').any(|part| HIDDEN.contains(&part));
        spoken.places.retain(|place| !is_within(&here, place) && !hidden(place));
        spoken
    }

    /// The folder that something is to be put into by a path: none with sources.
    fn filled(&self, path: &str, here: &str, names: &HashSet<&str>) -> Option<String> {
        let (folder, file) = folder_of(path)?;
        let last = folder.rsplit('/').next().unwrap_or(folder);
        if names.contains(file) || !names.contains(last) {
            return None;
        }
        let end = folder.trim_start_matches(here).trim_start_matches('/');
        let inside = |path: &str| format!("/{path}").contains(&format!("/{end}/"));
        let mut files = self.context?.entries().map(|(path, _)| path);
        let source = files
            .any(|path| inside(path) && needs::is_source(path.rsplit('/').next().unwrap_or(path)));
        (!source).then(|| below(here, folder))
    }

    /// What one line of a source means.
    fn spoken_in(&self, line: &str, here: &str, names: &HashSet<&str>, spoken: &mut Spoken) {
        let own = |path: &str| names.contains(path.rsplit('/').next().unwrap_or(path));
        let pieces: Vec<&str> = line.trim_start().split('"').collect();
        let mut around = String::new();
        pieces.iter().step_by(2).for_each(|piece| around.push_str(&piece.to_lowercase()));
        let deals = DEALS.split(' ').any(|sign| around.contains(sign));
        let mut whole = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for at in (1..pieces.len()).step_by(2) {
            let text = pieces[at].trim_end_matches('/').trim_start_matches("./");
            let tag = pieces[at - 1].ends_with(':');
            whole.push(text.to_owned());
            if !tag {
                texts.push(text.to_owned());
            }
        }
        if around.contains("join") {
            let mut path = whole.first().cloned().unwrap_or_default();
            let mut joined = Vec::new();
            for part in whole.iter().skip(1) {
                path = format!("{path}/{part}");
                if own(&path) || path.contains('*') {
                    joined.push(path.clone());
                }
            }
            if !joined.is_empty() {
                texts = joined;
            }
        }
        let compiles = ["rust", "eclipse-temurin", "openjdk", "maven", "gradle", "amazoncorretto"];
        let output = compiles.iter().any(|name| self.old.image.contains(name));
        for text in texts {
            match text.rsplit_once('/').filter(|(_, name)| name.contains('*')) {
                Some((folder, pattern)) if !folder.contains('*') => {
                    let (start, end) = pattern.split_once('*').unwrap_or((pattern, ""));
                    spoken.patterns.push((below(here, folder), start.to_owned(), end.to_owned()));
                }
                Some(_) => {}
                None => {
                    let built = output && (text == "target" || text.starts_with("target/"));
                    let clear = text.contains('/')
                        || deals
                        || needs::is_aside(&text) && !AMBIGUOUS.contains(&&*text);
                    if !text.is_empty() && !text.contains(' ') && clear && own(&text) && !built {
                        spoken.places.insert(below(here, &text));
                    } else if !built {
                        spoken.places.extend(self.filled(&text, here, names));
                    }
                }
            }
        }
    }
}

/// The folder of a file that is not there yet, and is to be written.
fn folder_of(path: &str) -> Option<(&str, &str)> {
    let (folder, file) = path.trim_start_matches("./").rsplit_once('/')?;
    (!file.is_empty() && !path.contains([' ', '*', '$'])).then_some((folder, file))
}

/// Whether a line of a source takes whatever there is where its program runs: the text of a single point, or a pattern in front of which no
/// folder stands, in a line that speaks of folders. A point that takes a word apart, or leads to settings alone, is none.
fn takes_all_here(line: &str) -> bool {
    const SPEAKS: &str = "dir walk list glob( serve static root path folder file(";
    const OTHERWISE: &str = "split join index contain prefix suffix trim replace starts ends cmp tok count find( cut( strstr case configpath current_dir( + == !=";
    let line = line.to_lowercase();
    let mut code = String::new();
    let mut texts = Vec::new();
    for (at, piece) in line.split('"').enumerate() {
        match at % 2 {
            0 => code.push_str(piece),
            _ => texts.push(piece),
        }
    }
    let starry = |text: &&str| {
        let first = text.trim_start_matches("./").split('/').next().unwrap_or_default();
        first.contains('*') && !text.contains(' ')
    };
    if code.contains("glob(") && texts.iter().any(starry) {
        return true;
    }
    let goes = "dir( dirfs( walk( walkdir::new( servedir::new( list( nftw( iterator(";
    let mut before = line.split('"').step_by(2).map(str::trim_end).zip(&texts);
    let handed = before.any(|(call, text)| {
        [".", "./", "./.", "*", "./*"].contains(text)
            && goes.split(' ').any(|it| call.ends_with(it))
            && !call.ends_with("current_dir(")
    });
    let nothing = ["http.dir(\"\")", "paths.get(\"\")", "path.of(\"\")"];
    let point = texts.iter().any(|text| [".", "./", "./.", "*", "./*"].contains(text));
    handed
        || nothing.iter().any(|call| line.contains(call))
        || point
            && SPEAKS.split(' ').any(|word| line.contains(word))
            && !OTHERWISE.split(' ').any(|word| code.contains(word))
}

/// Whether a source asks which folder its program runs in, and goes through folders or serves them.
fn asks_where_it_is(text: &str) -> bool {
    let asks = "Getwd() getcwd( get_current_dir current_dir() current_path() \"user.dir\"";
    let goes = "Walk( WalkDir Glob( glob( ReadDir( read_dir( opendir( scandir( nftw( DirFS( http.Dir( FileServer( ServeDir Files.list( Files.walk .listFiles( directory_iterator";
    let says = |signs: &str| signs.split(' ').any(|sign| text.contains(sign));
    says(asks) && says(goes)
}

/// Whether a file is a list of data, by its end.
fn is_list(path: &str) -> bool {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    let ends = [".csv", ".list", ".tsv", ".txt"];
    ends.iter().any(|end| path.ends_with(end)) && !hidden && !needs::is_for_builds(path)
}

/// Whether a file holds settings of a program, and not of the tools that build it.
fn is_of_settings(path: &str) -> bool {
    const ENDS: &str = " cfg conf env ini json properties toml xml yaml yml ";
    const OF_TOOLS: [&str; 6] =
        ["package", "tsconfig", "composer", "docker-compose", "compose", "pom.xml"];
    let name = path.rsplit('/').next().unwrap_or(path);
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    !end.is_empty()
        && ENDS.contains(&format!(" {end} "))
        && !path.split('/').any(|part| part.starts_with('.'))
        && !needs::is_for_builds(path)
        && !OF_TOOLS.iter().any(|start| name.starts_with(start))
}
