//! The configuration: which values hold for a file, and where each comes from.
//!
//! From the weakest to the strongest: the defaults; the nearest `dockslim.toml` above the file, up to the root of its
//! repository, or the files of `--config` in its place; the `overrides` there that match the file; the environment;
//! `--config KEY=VALUE`; other flags. What is stronger replaces a whole value, lists too.

mod effective;
mod environment;
mod keys;
mod layer;

pub(crate) use effective::Effective;
pub(crate) use keys::schema;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use ignore::gitignore::Gitignore;
use thiserror::Error as ErrorTrait;
use toml::Value;

use crate::args::ConfigArgs;
use crate::error::Error;
use crate::memo::Memo;
use layer::{Layer, Source, Values, matcher};

/// The name of a configuration file.
pub(crate) const FILE_NAME: &str = "dockslim.toml";

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, ErrorTrait)]
#[error("{place}: {message}")]
pub(crate) struct ConfigError {
    /// `dockslim.toml:4:10`, a flag or a variable.
    pub(crate) place: String,
    /// What is wrong, and what may have been meant.
    pub(crate) message: String,
}

/// The configurations of a run. Each file is read once.
#[derive(Default)]
pub(crate) struct Configurations {
    /// Whether no file and no variable counts.
    isolated: bool,
    /// The files that were named, in place of those that lie above a Dockerfile.
    named: Option<Arc<Read>>,
    environment: Values,
    flags: Values,
    /// The current folder, without links.
    here: PathBuf,
    /// By the folder of a Dockerfile as it is named, that folder without links.
    real: Memo<PathBuf, Option<PathBuf>>,
    /// By the folder of a Dockerfile.
    found: Memo<PathBuf, Result<Option<Arc<Read>>, ConfigError>>,
    /// By the folder of the file that counts, and the numbers of its overrides that match.
    effective: Memo<(Option<PathBuf>, Vec<usize>), Result<Effective, ConfigError>>,
    /// By the folder from which patterns count, and the patterns.
    matchers: Memo<(PathBuf, Vec<String>), Result<Arc<Gitignore>, ConfigError>>,
    /// Variables that are nearly ours.
    pub(crate) warnings: Vec<String>,
}

/// A value that a flag of its own sets.
pub(crate) struct Flag {
    /// The key that it sets.
    pub(crate) key: &'static str,
    /// The flag, as it is written.
    pub(crate) name: &'static str,
    pub(crate) value: Value,
}

/// A configuration file.
#[derive(Debug)]
struct Read {
    /// From where its patterns count.
    folder: PathBuf,
    layer: Layer,
}

impl Configurations {
    /// Reads what was named, the environment and the flags; `flags` are values that other flags than `--config` set.
    ///
    /// # Errors
    /// A named file that is not there, and all that cannot be understood.
    pub(crate) fn new(args: &ConfigArgs, flags: Vec<Flag>) -> Result<Self, Error> {
        let mut all = Self { isolated: args.isolated, here: here(), ..Self::default() };
        let mut files = Vec::new();
        if !args.isolated {
            // A variable that is not text is none of ours.
            let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            };
            let variables: Vec<(String, String)> = std::env::vars_os().filter_map(text).collect();
            let is_file = |name: &str| name == "DOCKSLIM_CONFIG";
            let file = variables.iter().find(|(name, path)| is_file(name) && !path.is_empty());
            files.extend(file.map(|(name, path)| (path.clone(), name.clone())));
            let others = variables.into_iter().filter(|(name, _)| !is_file(name));
            (all.environment, all.warnings) = environment::read(others)?;
        }
        for given in &args.config {
            if Path::new(given).is_file() {
                files.push((given.clone(), "--config".to_owned()));
            } else if given.contains('=') {
                let word = format!("--config {given}");
                all.flags.extend(Layer::read(given, Source::Word(&word))?.values);
            } else {
                return Err(Error::ConfigMissing { given: given.clone() });
            }
        }
        for Flag { key, name, value } in flags {
            all.flags.insert(key.to_owned(), (value, name.to_owned()));
        }
        let mut layer = Layer::default();
        for (file, by) in &files {
            let unread = |source| Error::ConfigRead { by: by.clone(), path: file.into(), source };
            let more = read(Path::new(file)).map_err(unread)??;
            layer.values.extend(more.values);
            layer.overrides.extend(more.overrides);
        }
        if !files.is_empty() {
            all.named = Some(Arc::new(Read { folder: all.here.clone(), layer }));
        }
        Ok(all)
    }

    /// The configuration of the Dockerfile at `path`, or of one that would stand in the current folder.
    ///
    /// # Errors
    /// What cannot be understood in a file above it.
    pub(crate) fn of(&self, path: Option<&Path>) -> Result<Effective, ConfigError> {
        let here = &self.here;
        let path = path.map_or_else(|| here.join("Dockerfile"), |path| here.join(path));
        let path = self.real(&path);
        let folder = path.parent().unwrap_or(here);
        let read = match (&self.named, self.isolated) {
            (Some(read), _) => Some(read.clone()),
            (None, true) => None,
            (None, false) => self.found.get(folder.to_owned(), || nearest(folder))?,
        };
        let mut matching = Vec::new();
        if let Some(read) = &read {
            for (number, one) in read.layer.overrides.iter().enumerate() {
                if self.matches(&read.folder, &one.files, &path)? {
                    matching.push(number);
                }
            }
        }
        let key = (read.as_ref().map(|read| read.folder.clone()), matching.clone());
        let mut effective = self.effective.get(key, || {
            let mut layers = Vec::new();
            if let Some(read) = &read {
                layers.push(&read.layer.values);
                let overrides = &read.layer.overrides;
                layers.extend(matching.iter().map(|number| &overrides[*number].values));
            }
            layers.extend([&self.environment, &self.flags]);
            Effective::of(layers.into_iter())
        })?;
        effective.excluded_by = self.excluded_by(&effective, read.as_deref(), &path)?;
        Ok(effective)
    }

    /// The path without links, also of a file that is not there.
    fn real(&self, path: &Path) -> PathBuf {
        if path.is_symlink() {
            return real(path);
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return real(path);
        };
        let real = self.real.get(folder.to_owned(), || folder.canonicalize().ok());
        real.map_or_else(|| path.to_owned(), |folder| folder.join(name))
    }

    /// Whether one of the patterns matches a file below `folder`.
    fn matches(
        &self,
        folder: &Path,
        patterns: &[String],
        path: &Path,
    ) -> Result<bool, ConfigError> {
        if patterns.is_empty() || !path.starts_with(folder) {
            return Ok(false);
        }
        let key = (folder.to_owned(), patterns.to_owned());
        let matcher = self.matchers.get(key, || {
            let wrong = |error: ignore::Error| ConfigError {
                place: "a pattern of files".to_owned(),
                message: error.to_string(),
            };
            matcher(folder, patterns).map(Arc::new).map_err(wrong)
        })?;
        Ok(matcher.matched_path_or_any_parents(path, false).is_ignore())
    }

    /// Where it is said that this file is left alone. Patterns of a file count from its folder, others from the current one.
    fn excluded_by(
        &self,
        effective: &Effective,
        read: Option<&Read>,
        path: &Path,
    ) -> Result<Option<String>, ConfigError> {
        let Some((patterns, origin)) = effective.exclude().filter(|(list, _)| !list.is_empty())
        else {
            return Ok(None);
        };
        let patterns: Vec<String> =
            patterns.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let in_file = read.is_some_and(|read| {
            let overrides = read.layer.overrides.iter().map(|one| &one.values);
            let mut all = overrides.chain([&read.layer.values]);
            all.any(|values| values.get("exclude").is_some_and(|(_, place)| place == origin))
        });
        let folder = read.filter(|_| in_file).map_or(self.here.as_path(), |read| &read.folder);
        Ok(self.matches(folder, &patterns, path)?.then(|| origin.to_owned()))
    }
}

/// The current folder, written as [`real`] writes paths.
fn here() -> PathBuf {
    std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default()
}

/// The path without links, also of a file that is not there.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        match (folder, path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        }
    })
}

/// The nearest configuration file, from `folder` up to the root of its repository.
fn nearest(folder: &Path) -> Result<Option<Arc<Read>>, ConfigError> {
    for folder in folder.ancestors() {
        let path = folder.join(FILE_NAME);
        match read(&path) {
            Ok(layer) => {
                let layer = layer?;
                return Ok(Some(Arc::new(Read { folder: folder.to_owned(), layer })));
            }
            // A link that leads nowhere is there.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {}
            Err(error) => {
                let place = path.display().to_string();
                return Err(ConfigError { place, message: format!("cannot be read: {error}") });
            }
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

/// Reads a file; the outer error is one of reading, the inner one of understanding.
fn read(path: &Path) -> io::Result<Result<Layer, ConfigError>> {
    let text = fs::read_to_string(path)?;
    let here = here();
    // Below the root, the whole path is no longer, and clear to those who do not know where this program runs.
    let inside = path.strip_prefix(&here).ok().filter(|_| here.parent().is_some());
    let shown = inside.unwrap_or(path).display().to_string();
    Ok(Layer::read(&text, Source::File(&shown)))
}
