//! The place where files are built: a temporary folder and images of its own, which are removed whatever happens.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::{Failure, Progress, context};
use crate::builder::{self, Builder, Built, Fault, Job};
use crate::error::Error;
use crate::image::{Image, Known, Mention, first_mention};

/// How long something took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    /// From start to end.
    pub(crate) wall: Duration,
    /// Of processors, where the builder does its work below this process.
    pub(crate) cpu: Option<Duration>,
}

/// Builds candidates of one Dockerfile.
pub(crate) struct Bench {
    pub(crate) builder: Builder,
    job: Job,
    /// The names that its ignore file has beside the Dockerfile, with their texts.
    ignore_files: Vec<(&'static str, Vec<u8>)>,
    folder: TempDir,
    /// What its images are called, up to the colon.
    name: String,
    /// Leave the images where they are.
    pub(crate) keep: bool,
    candidates: Vec<String>,
    /// Images of the steps of builds that came to no end: no image of ours leads to them.
    steps: RefCell<Vec<String>>,
    known: Known,
    /// How often files were changed: each change is another one.
    touched: usize,
}

/// The ends of names under which builders look for an ignore file beside a Dockerfile.
const IGNORE_FILES: [&str; 2] = [".dockerignore", ".containerignore"];

impl Bench {
    /// A bench for the Dockerfile at `path`; `None` is standard input.
    pub(crate) fn new(mut builder: Builder, job: Job, path: Option<&Path>) -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix("dockslim-verify-").tempdir();
        let folder = folder.map_err(Error::Temporary)?;
        // Where the user names no place, builders have a better one for what is big.
        builder.temporary = std::env::var_os("TMPDIR").is_some().then(|| folder.path().to_owned());
        let mut ignore_files = Vec::new();
        for end in IGNORE_FILES {
            let beside = path.map(|path| {
                let mut name = path.as_os_str().to_owned();
                name.push(end);
                PathBuf::from(name)
            });
            if let Some(text) = beside.and_then(|path| fs::read(path).ok()) {
                ignore_files.push((end, text));
            }
        }
        // Names of images have no capitals.
        let random = folder.path().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let name = format!("localhost/{}", random.trim_end_matches(['-', '_', '.']));
        let known = Known::default();
        let (candidates, steps) = Default::default();
        Ok(Self {
            builder,
            job,
            ignore_files,
            folder,
            name,
            keep: false,
            candidates,
            steps,
            known,
            touched: 0,
        })
    }

    /// Builds with a copy of the context from now on, so that files in it can be touched.
    pub(crate) fn copy_context(&mut self) -> Result<(), Error> {
        let copy = self.folder.path().join("context");
        context::copy(&self.job.context, &copy)?;
        self.job.context = copy;
        Ok(())
    }

    /// Changes the file at `path` of the copied context.
    pub(crate) fn touch(&mut self, path: &Path) -> Result<(), Error> {
        self.touched += 1;
        context::touch(&self.job.context.join(path), self.touched)
    }

    /// The name of the image of a candidate.
    pub(crate) fn image_name(&self, candidate: &str) -> String {
        format!("{}:{candidate}", self.name)
    }

    /// Takes up a text under a name: letters that may stand in the tag of an image.
    pub(crate) fn add(&mut self, candidate: &str, text: &str) -> Result<(), Error> {
        let file = self.file(candidate);
        let folder = self.folder.path().join(candidate);
        fs::create_dir_all(&folder).map_err(Error::Temporary)?;
        fs::write(&file, text).map_err(Error::Temporary)?;
        for (end, text) in &self.ignore_files {
            let beside = folder.join(format!("Dockerfile{end}"));
            fs::write(beside, text).map_err(Error::Temporary)?;
        }
        self.candidates.push(candidate.to_owned());
        Ok(())
    }

    /// Removes the image of a candidate, if it was built.
    pub(crate) fn forget(&self, candidate: &str) {
        self.builder.remove(&self.image_name(candidate));
    }

    /// Builds a candidate, from nothing or with the builder's cache.
    pub(crate) fn build(
        &self,
        candidate: &str,
        use_cache: bool,
        progress: &Progress,
    ) -> Result<Result<Times, Failure>, Fault> {
        let (name, archive) = (self.image_name(candidate), self.archive(candidate));
        let mut steps = Vec::new();
        let built = self.builder.build(
            &self.job,
            &self.file(candidate),
            (&name, &archive),
            use_cache,
            &mut |line| {
                steps.extend(builder::made(line).map(str::to_owned));
                progress.hear(line);
            },
        );
        if !matches!(built, Ok(Built::Image(_))) {
            self.steps.borrow_mut().append(&mut steps);
        }
        Ok(match built? {
            Built::Image(ended) => {
                let works_here = self.builder.engine.works_below();
                Ok(Times { wall: ended.wall, cpu: ended.cpu.filter(|_| works_here) })
            }
            Built::Refused { step, lines } => Err(Failure { step, lines }),
        })
    }

    /// Reads the image of a candidate that was built, with the sizes that are pulled if `compressed` asks for them.
    pub(crate) fn read(&mut self, candidate: &str, compressed: bool) -> Result<Image, Error> {
        let (name, archive) = (self.image_name(candidate), self.archive(candidate));
        self.builder.export(&name, &archive, compressed)?;
        let config = self.builder.config(&name)?;
        let image = Image::read(&archive, config, &mut self.known)?;
        // Archives are as big as images; what was read is known.
        let _ = fs::remove_file(archive);
        Ok(image)
    }

    /// What speaks of one of the words in these layers of a candidate's image, by their numbers.
    pub(crate) fn search(
        &self,
        candidate: &str,
        layers: &[usize],
        words: &[String],
    ) -> Result<Option<Mention>, Error> {
        let (name, archive) = (self.image_name(candidate), self.archive(candidate));
        self.builder.export(&name, &archive, false)?;
        let found = first_mention(&archive, layers, words);
        let _ = fs::remove_file(archive);
        Ok(found?)
    }

    fn file(&self, candidate: &str) -> PathBuf {
        self.folder.path().join(candidate).join("Dockerfile")
    }

    fn archive(&self, candidate: &str) -> PathBuf {
        self.folder.path().join(format!("{candidate}.tar"))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if !self.keep {
            // Builders need room to remove what has filled the disk.
            let folder = self.folder.path();
            let _ = fs::remove_dir_all(folder).and_then(|()| fs::create_dir(folder));
            self.candidates.iter().for_each(|candidate| self.forget(candidate));
            // The last stands on those before it.
            self.steps.borrow().iter().rev().for_each(|step| self.builder.remove(step));
        }
    }
}
