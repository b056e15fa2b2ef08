//! The one table of Dockerfiles that every property is asked of.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use lzma_rust2::XzReader;
use rayon::prelude::*;

/// A Dockerfile with a name to find it by.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The digits of a [share] of four real files in sixteen, to which questions are put that take time.
pub(crate) const QUARTER: &str = "37bf";

impl Source {
    /// Whether costly questions are put to this source: to all of the repository, and to one in sixteen real files; to each one
    /// with `DOCKSLIM_WHOLE_CORPUS=1`.
    pub(crate) fn is_asked_all(&self) -> bool {
        self.is_in_share("7")
    }

    /// The same for those real files whose hash starts with one of these digits: each stands for one in sixteen.
    pub(crate) fn is_in_share(&self, digits: &str) -> bool {
        static WHOLE: LazyLock<bool> = LazyLock::new(|| {
            std::env::var_os("DOCKSLIM_WHOLE_CORPUS").is_some_and(|value| value == "1")
        });
        // Real files are named by a hash.
        let chosen = |hash: &str| hash.starts_with(|digit| digits.contains(digit));
        self.name.strip_prefix("dev/").is_none_or(chosen) || *WHOLE
    }
}

/// The checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether a missing oracle or corpus is a failure, as in continuous integration.
fn required() -> bool {
    std::env::var_os("DOCKSLIM_REQUIRE_ORACLES").is_some_and(|value| value == "1")
}

/// Says that something outside of the repository is missing, and fails where it must not be.
pub(crate) fn missing(what: &str, how: &str) {
    assert!(!required(), "{what} is missing: {how}");
    eprintln!("SKIPPED: {what} is missing: {how}");
}

/// Says that something of the folder [`shared`] is missing, and fails where it must not be. `DOCKSLIM_SHARED=none` says that the whole
/// folder is not there, and may be.
pub(crate) fn missing_of_shared(what: &str) {
    if std::env::var_os("DOCKSLIM_SHARED").is_some_and(|value| value == "none") {
        eprintln!("SKIPPED: {what} is not there");
    } else {
        missing(what, "put it into ../shared, or say where that is by DOCKSLIM_SHARED");
    }
}

/// Every text there is: cases, examples, probes and the corpus of real files.
pub(crate) fn all() -> &'static [Source] {
    static ALL: OnceLock<Vec<Source>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut sources = Vec::new();
        for folder in ["tests/cases", "tests/layouts", "examples"] {
            sources.extend(from_folder(root(), folder));
        }
        assert!(!sources.is_empty(), "the repository has cases and examples");
        match shared() {
            Some(folder) => {
                sources.extend(from_folder(&folder, "probes"));
                for archive in ["dockerfiles", "projects"] {
                    add_archive(&folder.join(format!("corpus/{archive}.tar.xz")), &mut sources);
                }
            }
            None => missing_of_shared("the corpus"),
        }
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        sources
    })
}

/// The real files alone; empty where the corpus is missing.
pub(crate) fn corpus() -> Vec<&'static Source> {
    all().iter().filter(|source| source.name.starts_with("dev/")).collect()
}

/// All sources of the repository, and of the corpus those whose hash starts with one of these digits; with
/// `DOCKSLIM_WHOLE_CORPUS=1`, all.
pub(crate) fn share(digits: &str) -> Vec<&'static Source> {
    all().iter().filter(|source| source.is_in_share(digits)).collect()
}

/// Asks something of every source, in parallel, and fails with the answers that are complaints.
#[track_caller]
pub(crate) fn assert_each(complaint: impl Fn(&Source) -> Option<String> + Sync) {
    assert_none(all().par_iter().filter_map(|source| {
        complaint(source).map(|complaint| format!("{}: {complaint}", source.name))
    }));
}

/// Fails with the first of these complaints, if there are any.
#[track_caller]
pub(crate) fn assert_none(complaints: impl ParallelIterator<Item = String>) {
    let complaints: Vec<String> = complaints.collect();
    let shown = complaints.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n\n");
    assert!(complaints.is_empty(), "{} complaints, such as\n\n{shown}\n", complaints.len());
}

/// The folder with the corpus: beside the checkout, or where the environment says.
pub(crate) fn shared() -> Option<PathBuf> {
    let told = std::env::var_os("DOCKSLIM_SHARED").map(PathBuf::from);
    let folder = told.unwrap_or_else(|| root().join("../shared"));
    folder.join("corpus/dockerfiles.tar.xz").is_file().then_some(folder)
}

/// Whether a file is a Dockerfile by its name.
pub(crate) fn is_dockerfile(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name == "dockerfile" || name.ends_with(".dockerfile") || name.starts_with("dockerfile.")
}

/// The Dockerfiles under `folder`, in order of their paths.
pub(crate) fn dockerfiles(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(dockerfiles(&path));
        } else if is_dockerfile(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The Dockerfiles of a folder, named by their paths below `base`.
pub(crate) fn from_folder(base: &Path, folder: &str) -> Vec<Source> {
    let source = |path: PathBuf| {
        let name = path.strip_prefix(base).unwrap_or(&path).display().to_string();
        Source { name, text: fs::read_to_string(&path).unwrap() }
    };
    dockerfiles(&base.join(folder)).into_iter().map(source).collect()
}

/// Shows each text of the real projects with its path; nothing where the corpus is missing.
pub(crate) fn visit_projects(mut look: impl FnMut(String, String)) {
    let Some(folder) = shared() else { return missing_of_shared("the corpus") };
    let file = fs::File::open(folder.join("corpus/projects.tar.xz")).unwrap();
    for entry in tar::Archive::new(XzReader::new(file, true)).entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        if entry.header().entry_type().is_file() && entry.read_to_string(&mut text).is_ok() {
            look(name, text);
        }
    }
}

/// The Dockerfiles of an archive. The program reports what is not UTF-8 before any pass sees it, so
/// such files are none of ours.
fn add_archive(path: &Path, sources: &mut Vec<Source>) {
    let mut archive = tar::Archive::new(XzReader::new(fs::File::open(path).unwrap(), true));
    let mut unreadable = 0;
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        if !entry.header().entry_type().is_file() || !is_dockerfile(Path::new(&name)) {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        match String::from_utf8(bytes) {
            Ok(text) => sources.push(Source { name, text }),
            Err(_) => unreadable += 1,
        }
    }
    assert!(unreadable <= 1, "{}: {unreadable} files are not UTF-8", path.display());
}
