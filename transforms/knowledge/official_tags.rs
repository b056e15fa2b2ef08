//! Tags of the official image library: which twin each has, and what else it says of an image.
//!
//! The table is generated (`tests/report/official_tags.rs` says how). The rows of an image are read when somebody first asks for it.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use dockslim_syntax::ImageReference;

/// Another form of the same image, of the same version and the same release of the distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Without compilers, headers and tools.
    Slim,
    /// With the run-time environment of Java in place of its development kit.
    Jre,
    /// On Alpine Linux: another distribution with another libc.
    Alpine,
}

/// A twin of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// The reference with the tag of the twin, in the spelling of the one that was asked for.
    pub reference: String,
    /// Its tag alone.
    pub tag: String,
    /// Whether the library still builds both; if not, both were built last on the same day.
    pub live: bool,
    /// The release of the distribution that both are built on; `None` if it is not known.
    pub suite: Option<&'static str>,
    /// Whether the registry is one of those that are known to hold the whole library.
    pub mirrored: bool,
}

/// Why there is no twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoTwin {
    /// A digest names one image for good.
    Digest,
    /// A variable is a part of it.
    Variable,
    /// It is none of the official library's images.
    UnknownImage,
    /// Nothing is known of the tag, or of a form of it.
    UnknownTag,
    /// The image has no such form, at least not of this tag.
    NoSuchForm,
    /// It is of this form already.
    Already,
    /// The tag of the twin was not built as long as this one: it is another version by now.
    VersionDrift,
    /// It is known to stand on another release of the distribution.
    OtherSuite,
    /// It stands on another distribution.
    OtherFamily,
    /// Nobody knows which release of the distribution the two stand on.
    UnknownSuite,
    /// The twin's tag names no version and moves on its own.
    Floating,
}

impl NoTwin {
    /// The rule in the user's words.
    pub fn message(self) -> &'static str {
        match self {
            NoTwin::Digest => "a digest names one image for good",
            NoTwin::Variable => "a variable decides which image it is",
            NoTwin::UnknownImage => "it is no image of the official library",
            NoTwin::UnknownTag => "no other form of this tag is known",
            NoTwin::NoSuchForm => "the official library has no such form of this image",
            NoTwin::Already => "it is of that form already",
            NoTwin::VersionDrift => "the twin's tag is of another version by now",
            NoTwin::OtherSuite => "the twin stands on another release of the distribution",
            NoTwin::OtherFamily => "the twin stands on another distribution",
            NoTwin::UnknownSuite => {
                "nobody knows which release of the distribution the twin stands on"
            }
            NoTwin::Floating => "the twin's tag names no version",
        }
    }
}

/// The twin of the image that `reference` names (`python:3.12-bookworm`, as FROM writes it, with variables filled in).
///
/// Source: docker-library/official-images, all tags that it ever listed, until August 2026.
pub fn twin(reference: &str, form: Form) -> Result<Twin, NoTwin> {
    let image = OfficialImage::of(reference)?;
    let (row, version) = match image.find()? {
        (row, version, None) => (row, version),
        (_, _, Some(found)) if found == form => return Err(NoTwin::Already),
        // A slim one has no twins but itself: those of other forms are those of the full one.
        (_, _, Some(_)) => return Err(NoTwin::NoSuchForm),
    };
    let (live, tag) = row.cell(form).twin(&version)?;
    Ok(Twin {
        reference: image.with_tag(&tag),
        tag,
        live,
        suite: row.suite,
        mirrored: image.mirrored,
    })
}

/// The slim form of Debian's current release, for an image whose tag is that release by no name: `latest` is a tag of what `stable` is
/// (docker-library/official-images, library/debian: both move with each release of Debian).
pub(crate) fn slim_of_current_debian(reference: &str) -> Option<Twin> {
    let image = OfficialImage::of(reference).ok()?;
    let tag = "stable-slim".to_owned();
    let current = image.name == "debian" && image.tag == "latest";
    current.then(|| Twin {
        reference: image.with_tag(&tag),
        tag,
        live: true,
        suite: Some("stable"),
        mirrored: image.mirrored,
    })
}

/// An image that a program runs on which another image built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeBase {
    /// The reference: `python:3.12-slim`, `debian:bookworm-slim`.
    pub reference: String,
    /// The release of the distribution, the same as that of the image that builds.
    pub suite: Option<&'static str>,
}

/// The smaller image of the same version and suite on which what `reference` builds can run, so that its libraries are those that it
/// was linked with: slim for interpreters, a JRE for a JDK, slim Debian for compilers.
pub fn runtime_base(reference: &str) -> Result<RuntimeBase, NoTwin> {
    let image = OfficialImage::of(reference)?;
    if COMPILERS.contains(&image.name) {
        let suite = image.suite_of_compiler()?;
        let reference = image.named("debian", &format!("{suite}-slim"));
        return Ok(RuntimeBase { reference, suite: Some(suite) });
    }
    let (row, _, form) = image.find()?;
    if matches!(form, Some(Form::Slim | Form::Alpine)) {
        return Ok(RuntimeBase { reference: reference.to_owned(), suite: row.suite });
    }
    let jre = twin(reference, Form::Jre).ok();
    let reference = jre.as_ref().map_or(reference, |twin| twin.reference.as_str());
    match (twin(reference, Form::Slim), jre) {
        (Ok(Twin { reference, suite, .. }), _) => Ok(RuntimeBase { reference, suite }),
        (Err(_), Some(jre)) => Ok(RuntimeBase { reference: jre.reference, suite: jre.suite }),
        (Err(why), None) => Err(why),
    }
}

/// The release of the distribution that an official image stands on, if that is known (`bookworm`).
pub fn suite(reference: &str) -> Option<&'static str> {
    let image = OfficialImage::of(reference).ok()?;
    if COMPILERS.contains(&image.name) {
        return image.suite_of_compiler().ok();
    }
    image.find().ok()?.0.suite
}

/// The name of an image of the official library without registry and tag: `python`.
pub(crate) fn library_name(reference: &str) -> Option<&str> {
    OfficialImage::of(reference).ok().map(|image| image.name)
}

/// Images that hold compilers of programs which need none to run.
const COMPILERS: [&str; 5] = ["buildpack-deps", "gcc", "golang", "haskell", "rust"];

/// The releases of Debian that have slim images.
const SUITES: [&str; 6] = ["jessie", "stretch", "buster", "bullseye", "bookworm", "trixie"];

/// The releases that tags of gcc stand on which name none, by their first number. Source: docker-library/gcc, `FROM` of each folder.
const GCC: [(&str, &str); 2] = [("12", "bookworm"), ("13", "bookworm")];

/// Where the official library is found under its own names: Docker Hub in its spellings, and the mirrors of Amazon and Google.
const LIBRARIES: [&str; 9] = [
    "",
    "library/",
    "docker.io/",
    "docker.io/library/",
    "index.docker.io/library/",
    "registry-1.docker.io/library/",
    "registry.hub.docker.com/library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
];

/// A reference to an image of the official library.
struct OfficialImage<'r> {
    /// What stands in front of the name.
    prefix: &'r str,
    /// Its name in the library.
    name: &'r str,
    tag: &'r str,
    /// Whether it is found where all of the library is.
    mirrored: bool,
    /// What the table says of it.
    entry: &'static Entry,
}

impl<'r> OfficialImage<'r> {
    fn of(reference: &'r str) -> Result<Self, NoTwin> {
        if reference.contains('$') {
            return Err(NoTwin::Variable);
        }
        let parts = ImageReference::read(reference, 0);
        if parts.digest.is_some() {
            return Err(NoTwin::Digest);
        }
        let name_end = parts.path.end;
        let name_start = reference[..name_end].rfind('/').map_or(0, |slash| slash + 1);
        let (prefix, name) = (&reference[..name_start], &reference[name_start..name_end]);
        let mirrored = LIBRARIES.contains(&prefix);
        // A mirror keeps the folder of the library; whether it holds all of it nobody knows.
        let mirror = parts.registry.is_some() && prefix.ends_with("/library/");
        if !mirrored && !mirror {
            return Err(NoTwin::UnknownImage);
        }
        let entry = entry(name).ok_or(NoTwin::UnknownImage)?;
        let tag = parts.tag.map_or("latest", |tag| tag.of(reference));
        Ok(Self { prefix, name, tag, mirrored, entry })
    }

    /// The row of its tag, what `*` stands for in it, and the form that the tag is of, if it is a twin itself.
    fn find(&self) -> Result<(&'static Row, String, Option<Form>), NoTwin> {
        let rows = self.entry.rows();
        let full = rows.iter().find_map(|row| {
            let version = row.version(row.tag, self.tag)?;
            Some((row, version, None))
        });
        let twin = || {
            let forms = [Form::Slim, Form::Jre, Form::Alpine];
            rows.iter().find_map(|row| {
                forms.iter().find_map(|form| {
                    let Cell(cell) = row.cell(*form);
                    let version = row.version(cell.strip_prefix(['=', '~'])?, self.tag)?;
                    Some((row, version, Some(*form)))
                })
            })
        };
        let unknown = || match self.entry.slim {
            "yes" => NoTwin::UnknownTag,
            "was" => NoTwin::VersionDrift,
            "unknown" => NoTwin::UnknownSuite,
            _ => NoTwin::NoSuchForm,
        };
        full.or_else(twin).ok_or_else(unknown)
    }

    fn suite_of_compiler(&self) -> Result<&'static str, NoTwin> {
        if let Some(suite) =
            SUITES.into_iter().find(|suite| self.tag.split('-').any(|part| part == *suite))
        {
            return Ok(suite);
        }
        let major = self.tag.split('.').next();
        let gcc = GCC.iter().find(|(number, _)| self.name == "gcc" && major == Some(number));
        if let Some((_, suite)) = gcc {
            return Ok(suite);
        }
        match self.find()? {
            (_, _, Some(Form::Alpine)) => Err(NoTwin::OtherFamily),
            (row, ..) => {
                row.suite.filter(|suite| SUITES.contains(suite)).ok_or(NoTwin::UnknownSuite)
            }
        }
    }

    fn with_tag(&self, tag: &str) -> String {
        self.named(self.name, tag)
    }

    fn named(&self, name: &str, tag: &str) -> String {
        format!("{}{name}:{tag}", self.prefix)
    }
}

/// A line of the table: tags that differ in nothing but their version.
struct Row {
    suite: Option<&'static str>,
    /// The pattern of the tags.
    tag: &'static str,
    slim: Cell,
    jre: Cell,
    alpine: Cell,
    versions: Versions,
}

impl Row {
    /// Reads a line, whose first column is empty.
    fn read(line: &'static str) -> Self {
        let mut columns = line.split('\t').skip(1);
        let mut next = || columns.next().unwrap_or_default();
        Self {
            suite: Some(next()).filter(|suite| !suite.is_empty()),
            tag: next(),
            slim: Cell(next()),
            jre: Cell(next()),
            alpine: Cell(next()),
            versions: Versions::read(next()),
        }
    }

    fn cell(&self, form: Form) -> Cell {
        match form {
            Form::Slim => self.slim,
            Form::Jre => self.jre,
            Form::Alpine => self.alpine,
        }
    }

    /// What `*` stands for where `tag` is of this pattern and the row lists it.
    fn version(&self, pattern: &str, tag: &str) -> Option<String> {
        let Some((before, behind)) = pattern.split_once('*') else {
            // A twin that names no version is that of the first that it is listed for.
            return (pattern == tag).then(|| self.versions.first.to_owned());
        };
        let version = tag.strip_prefix(before)?.strip_suffix(behind)?;
        self.versions.contains(version).then(|| version.to_owned())
    }
}

/// What `*` stands for in a row.
struct Versions {
    /// The first word.
    first: &'static str,
    /// The words that name one version.
    single: HashSet<&'static str>,
    /// The words that name a range: its bounds, by what stands in front of the last number.
    ranges: HashMap<&'static str, Vec<(u64, u64)>>,
}

impl Versions {
    /// Reads the last column.
    fn read(words: &'static str) -> Self {
        let mut versions = Self {
            first: words.split(' ').next().unwrap_or_default(),
            single: HashSet::new(),
            ranges: HashMap::new(),
        };
        for word in words.split(' ') {
            match word.split_once('~') {
                None => {
                    versions.single.insert(word);
                }
                Some((first, last)) => {
                    let (stem, low) = last_number(first);
                    if let (Some(low), Some(high)) = (low, number(last)) {
                        versions.ranges.entry(stem).or_default().push((low, high));
                    }
                }
            }
        }
        versions
    }

    fn contains(&self, version: &str) -> bool {
        let in_range = || {
            let (stem, Some(number)) = last_number(version) else { return false };
            let ranges = self.ranges.get(stem).into_iter().flatten();
            ranges.into_iter().any(|(low, high)| (*low..=*high).contains(&number))
        };
        self.single.contains(version) || in_range()
    }
}

/// The number at the end of a version, if it is one, and what stands in front of it.
fn last_number(version: &str) -> (&str, Option<u64>) {
    let stem = version.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem, number(&version[stem.len()..]))
}

/// A number without leading zeros.
fn number(digits: &str) -> Option<u64> {
    digits.parse::<u64>().ok().filter(|number| number.to_string() == digits)
}

/// What a row says of one form: `=tag`, `~tag`, `!reason`, or nothing.
#[derive(Clone, Copy)]
struct Cell(&'static str);

impl Cell {
    /// Whether the library still builds the twin, and its tag.
    fn twin(self, version: &str) -> Result<(bool, String), NoTwin> {
        let tag = |pattern: &str| pattern.replacen('*', version, 1);
        match self.0.split_at_checked(1) {
            Some(("=", pattern)) => Ok((true, tag(pattern))),
            Some(("~", pattern)) => Ok((false, tag(pattern))),
            Some(("!", reason)) => Err(REFUSALS
                .iter()
                .find(|(name, _)| *name == reason)
                .map_or(NoTwin::VersionDrift, |(_, why)| *why)),
            _ => Err(NoTwin::NoSuchForm),
        }
    }
}

/// The reasons of the table.
const REFUSALS: [(&str, NoTwin); 5] = [
    ("suite-unknown", NoTwin::UnknownSuite),
    ("other-suite", NoTwin::OtherSuite),
    ("other-family", NoTwin::OtherFamily),
    ("version-drift", NoTwin::VersionDrift),
    ("floating", NoTwin::Floating),
];

/// What the table says of an image.
struct Entry {
    /// Whether it has slim tags, in the words of the table.
    slim: &'static str,
    /// Its rows as the table has them.
    lines: &'static str,
    rows: OnceLock<Vec<Row>>,
}

impl Entry {
    fn rows(&self) -> &[Row] {
        self.rows.get_or_init(|| self.lines.lines().map(Row::read).collect())
    }
}

fn entry(image: &str) -> Option<&'static Entry> {
    static ENTRIES: LazyLock<HashMap<&str, Entry>> = LazyLock::new(|| {
        let table = include_str!("official_tags.tsv");
        let is_head = |line: &str| !line.starts_with(['\t', '#']);
        let lines = table.match_indices('\n').map(|(at, _)| at + 1);
        lines
            .filter(|at| is_head(&table[*at..]))
            .filter_map(|at| {
                let (line, rest) = table[at..].split_once('\n')?;
                let (image, slim) = line.split_once('\t')?;
                let rows = rest.split_inclusive('\n').take_while(|line| line.starts_with('\t'));
                let lines = &rest[..rows.map(str::len).sum()];
                Some((image, Entry { slim, lines, rows: OnceLock::new() }))
            })
            .collect()
    });
    ENTRIES.get(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slim(reference: &str) -> Result<String, NoTwin> {
        twin(reference, Form::Slim).map(|twin| twin.reference)
    }

    #[test]
    fn each_image_has_its_own_order_of_suffixes() {
        for (full, expected) in [
            ("python:3.12-bookworm", "python:3.12-slim-bookworm"),
            ("python:3.11.4", "python:3.11.4-slim"),
            ("python", "python:slim"),
            ("node:20-bookworm", "node:20-bookworm-slim"),
            ("node:lts", "node:lts-slim"),
            ("node:20", "node:20-slim"),
            ("ruby:3.3-bookworm", "ruby:3.3-slim-bookworm"),
            ("rust:1.75-bookworm", "rust:1.75-slim-bookworm"),
            ("rust:bookworm", "rust:slim-bookworm"),
            ("perl:5.38-bookworm", "perl:5.38-slim-bookworm"),
            ("perl:5.38-threaded-bookworm", "perl:5.38-slim-threaded-bookworm"),
            ("debian:bookworm", "debian:bookworm-slim"),
            ("debian:12", "debian:12-slim"),
            ("openjdk:11-jdk", "openjdk:11-jdk-slim"),
            ("openjdk:17-jdk-bullseye", "openjdk:17-jdk-slim-bullseye"),
        ] {
            assert_eq!(slim(full).as_deref(), Ok(expected), "{full}");
        }
    }

    #[test]
    fn what_is_no_twin_is_refused_by_name() {
        for (full, why) in [
            ("openjdk:17", NoTwin::OtherFamily),
            ("tomcat:9", NoTwin::VersionDrift),
            ("golang:1.22", NoTwin::NoSuchForm),
            ("php:8.2-apache", NoTwin::NoSuchForm),
            ("nginx:1.25", NoTwin::NoSuchForm),
            ("postgres:16", NoTwin::NoSuchForm),
            ("maven:3.9", NoTwin::VersionDrift),
            ("python:3.12-slim", NoTwin::Already),
            ("python:2.99", NoTwin::UnknownTag),
            ("python@sha256:00", NoTwin::Digest),
            ("python:$V", NoTwin::Variable),
            ("corp/python:3.12", NoTwin::UnknownImage),
            ("example.com/python:3.12", NoTwin::UnknownImage),
            ("mcr.microsoft.com/dotnet/sdk:8.0", NoTwin::UnknownImage),
            ("debian:stable", NoTwin::UnknownSuite),
            ("ubuntu:22.04", NoTwin::NoSuchForm),
        ] {
            assert_eq!(slim(full), Err(why), "{full}");
        }
    }

    #[test]
    fn the_spelling_of_the_library_is_kept() {
        for prefix in LIBRARIES {
            let expected = format!("{prefix}node:20-slim");
            assert_eq!(slim(&format!("{prefix}node:20")), Ok(expected));
        }
        let mirror = twin("mirror.example.com:5000/hub/library/node:20", Form::Slim).unwrap();
        assert_eq!(mirror.reference, "mirror.example.com:5000/hub/library/node:20-slim");
        assert!(!mirror.mirrored);
    }

    #[test]
    fn a_jdk_has_a_jre_of_the_same_suite() {
        let jre = |reference| twin(reference, Form::Jre).map(|twin| twin.tag);
        assert_eq!(jre("eclipse-temurin:17-jdk-jammy").as_deref(), Ok("17-jre-jammy"));
        assert_eq!(jre("eclipse-temurin:17").as_deref(), Ok("17-jre"));
        assert_eq!(jre("openjdk:17-jdk-bullseye"), Err(NoTwin::NoSuchForm));
        assert_eq!(jre("eclipse-temurin:17-jre"), Err(NoTwin::NoSuchForm));
    }

    #[test]
    fn what_is_built_runs_on_the_same_suite() {
        let base = |reference| runtime_base(reference).map(|base| base.reference);
        for (build, runtime) in [
            ("python:3.11-bookworm", "python:3.11-slim-bookworm"),
            ("node:20", "node:20-slim"),
            ("node:20-slim", "node:20-slim"),
            ("ruby:3.3", "ruby:3.3-slim"),
            ("eclipse-temurin:17-jdk-jammy", "eclipse-temurin:17-jre-jammy"),
            ("openjdk:11-jdk-bullseye", "openjdk:11-jre-slim-bullseye"),
            ("golang:1.22-bookworm", "debian:bookworm-slim"),
            ("golang:1.19", "debian:bookworm-slim"),
            ("rust:1.75-slim-bookworm", "debian:bookworm-slim"),
            ("gcc:12", "debian:bookworm-slim"),
            ("gcc:14-bookworm", "debian:bookworm-slim"),
            ("debian:bookworm", "debian:bookworm-slim"),
            (
                "mirror.gcr.io/library/golang:1.22-bookworm",
                "mirror.gcr.io/library/debian:bookworm-slim",
            ),
        ] {
            assert_eq!(base(build).as_deref(), Ok(runtime), "{build}");
        }
        assert_eq!(base("golang:1.22-alpine"), Err(NoTwin::OtherFamily));
        assert!(base("gcc:99").is_err());
    }

    #[test]
    fn every_row_is_sound() {
        let table = include_str!("official_tags.tsv");
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('\t')).collect();
        assert!(rows.len() > 400);
        for row in rows {
            let columns: Vec<&str> = row.split('\t').collect();
            assert_eq!(columns.len(), 7, "{row}");
            assert!(!columns[2].is_empty() && !columns[6].is_empty(), "{row}");
            for cell in &columns[3..6] {
                let refused = cell.strip_prefix('!');
                let known =
                    refused.is_some_and(|name| REFUSALS.iter().any(|(one, _)| *one == name));
                assert!(cell.is_empty() || known || cell.starts_with(['=', '~']), "{row}");
            }
        }
    }
}
