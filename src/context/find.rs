//! Finds the folder that a Dockerfile is built with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dockslim_contract::{Added, BuildContext, ContextKind, source_path};
use dockslim_syntax::{Dockerfile, Keyword};
use dockslim_transforms::{ContextSource, context_sources};

use super::archive::added_file;
use super::projects::{Build, builds_in};
use super::{NoContext, ignore_file, is_docker_file, scan};
use crate::memo::Memo;

/// What was found about the build of a Dockerfile.
#[derive(Debug)]
pub(crate) struct Found {
    /// What it sees: nothing is looked at if it takes nothing from its context.
    pub(crate) context: Option<Result<Arc<BuildContext>, NoContext>>,
    /// The folder of that, if there is one.
    pub(crate) folder: Option<PathBuf>,
    /// The stages that compose and bake files build.
    pub(crate) targets: Vec<String>,
}

/// The contexts of a run: each folder is walked once, when a Dockerfile asks for it.
#[derive(Default)]
pub(crate) struct Contexts {
    /// The folder that the user named for all Dockerfiles.
    named: Option<PathBuf>,
    /// By folder and ignore file.
    seen: Memo<(PathBuf, Option<PathBuf>), Result<Arc<BuildContext>, NoContext>>,
    /// What the compose and bake files of a folder name.
    builds: Memo<PathBuf, Arc<Vec<Build>>>,
    /// What an ADD makes of the files that are named by one.
    added: Memo<PathBuf, Added>,
}

impl Contexts {
    /// Contexts of a run for which the user named a folder, or none. That there is no such folder is an error.
    pub(crate) fn new(named: Option<PathBuf>) -> Result<Self, NoContext> {
        match named {
            Some(path) if !path.is_dir() => Err(NoContext::NoFolder { path }),
            named => Ok(Self { named, ..Self::default() }),
        }
    }

    /// Whether the user named a folder.
    pub(crate) fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// Forgets what was read of the folders that hold the file at `path`, which has changed.
    pub(crate) fn forget(&self, path: &Path) {
        let path = path.parent().and_then(|folder| folder.canonicalize().ok()).map_or_else(
            || path.to_owned(),
            |folder| folder.join(path.file_name().unwrap_or_default()),
        );
        self.seen.retain(|(folder, _)| {
            let folder = folder.canonicalize().unwrap_or_else(|_| folder.clone());
            !path.starts_with(folder)
        });
        self.builds.retain(|folder| !path.starts_with(folder));
        self.added.retain(|file| {
            !file.canonicalize().unwrap_or_else(|_| file.clone()).starts_with(&path)
        });
    }

    /// What the Dockerfile at `path` is built with; `None` for standard input.
    pub(crate) fn of(&self, path: Option<&Path>, dockerfile: &Dockerfile<'_>) -> Found {
        let place = path.and_then(Place::of);
        let builds = place.as_ref().map(|place| self.builds(place)).unwrap_or_default();
        let targets: BTreeSet<String> =
            builds.iter().filter_map(|build| build.target.clone()).collect();
        let sources = context_sources(dockerfile);
        let context = (!sources.is_empty()).then(|| {
            let wanted = Wanted { dockerfile, sources: &sources };
            match (&self.named, &place) {
                (Some(folder), _) => {
                    self.in_folder(folder, place.as_ref().map(|place| place.file.as_path()))
                }
                (None, Some(place)) => self.choose(place, &builds, &wanted),
                (None, None) => Err(NoContext::StandardInput),
            }
        });
        let folder =
            context.as_ref().and_then(|found| found.as_ref().ok()).map(|(folder, _)| folder);
        let folder = folder.cloned();
        let context = context.map(|found| {
            found.map(|(folder, context)| self.with_added(dockerfile, &sources, &folder, context))
        });
        Found { context, folder, targets: targets.into_iter().collect() }
    }

    /// The folder that the builds name, else that of the Dockerfile, else one above it.
    fn choose(
        &self,
        place: &Place,
        builds: &[Build],
        wanted: &Wanted<'_>,
    ) -> Result<(PathBuf, Arc<BuildContext>), NoContext> {
        if let Some(first) = builds.first() {
            if let Some(other) = builds.iter().find(|build| build.context != first.context) {
                let (one, other) = (first.named_by.clone(), other.named_by.clone());
                return Err(NoContext::SeveralBuilds { one, other });
            }
            return self.in_folder(&first.context, Some(&place.file));
        }
        wanted.decidable()?;
        let mut missing = None;
        let mut tried = |folder: &Path| {
            // Cheaper than a walk, and enough to turn most folders down.
            if let Some(source) = wanted.surely_missing(folder) {
                missing.get_or_insert(source);
                return Ok(None);
            }
            let context = self.context(folder, Some(&place.file))?;
            match wanted.missing(&context) {
                Some(source) => {
                    missing.get_or_insert(source);
                    Ok(None)
                }
                None => Ok(Some(context)),
            }
        };
        if let Some(context) = tried(&place.folder)? {
            return Ok((place.folder.clone(), context));
        }
        let mut chosen: Option<(&Path, Arc<BuildContext>)> = None;
        for folder in place.above() {
            let Some(context) = tried(folder)? else { continue };
            if let Some((one, _)) = chosen {
                let (one, other) = (one.to_owned(), folder.to_owned());
                return Err(NoContext::SeveralFolders { one, other });
            }
            chosen = Some((folder, context));
        }
        let chosen = chosen.map(|(folder, context)| (folder.to_owned(), context));
        chosen.ok_or_else(|| wanted.not_found(missing))
    }

    /// A context with what becomes of the files that an ADD names, each by its name, and of those that `tar` may unpack; no other is opened.
    fn with_added(
        &self,
        dockerfile: &Dockerfile<'_>,
        sources: &[ContextSource],
        folder: &Path,
        context: Arc<BuildContext>,
    ) -> Arc<BuildContext> {
        let adds = |source: &&ContextSource| {
            let instruction = dockerfile.instruction(source.item);
            instruction.is_some_and(|it| it.kind == Keyword::Add)
        };
        let names = sources.iter().filter(adds).filter_map(ContextSource::text);
        let paths = names.filter(|name| !is_pattern(name)).flat_map(|name| context.matching(name));
        let is_file =
            |path: &&str| context.entry(path).is_some_and(|it| it.kind == ContextKind::File);
        let mut files: BTreeSet<&str> = paths.flatten().filter(is_file).collect();
        let archives = named_beside_tar(dockerfile);
        if !archives.is_empty() {
            let is_named = |path: &&str| archives.contains(path.rsplit('/').next().unwrap_or(path));
            files.extend(context.entries().map(|(path, _)| path).filter(is_named).filter(is_file));
        }
        if files.is_empty() {
            return context;
        }
        let added = files.into_iter().map(|path| {
            let place = folder.join(path);
            (path.to_owned(), self.added.get(place.clone(), || added_file(&place)))
        });
        Arc::new(context.with_added(added.collect()))
    }

    /// A folder, with what a builder sees of it.
    fn in_folder(
        &self,
        folder: &Path,
        dockerfile: Option<&Path>,
    ) -> Result<(PathBuf, Arc<BuildContext>), NoContext> {
        Ok((folder.to_owned(), self.context(folder, dockerfile)?))
    }

    /// What a builder sees of `folder` when it builds the file `dockerfile`.
    fn context(
        &self,
        folder: &Path,
        dockerfile: Option<&Path>,
    ) -> Result<Arc<BuildContext>, NoContext> {
        let file = ignore_file::ignore_file(folder, dockerfile)?;
        let path = file.as_ref().map(|(path, _)| path.clone());
        self.seen.get((folder.to_owned(), path), || {
            scan(folder, ignore_file::rules(file.as_ref())?).map(Arc::new)
        })
    }

    /// The builds of this Dockerfile that compose and bake files name, in its folder and those above.
    fn builds(&self, place: &Place) -> Vec<Build> {
        let folders = [place.folder.as_path()].into_iter().chain(place.above());
        let named = folders.flat_map(|folder| {
            let all = self.builds.get(folder.to_owned(), || Arc::new(builds_in(folder)));
            let own = all.iter().filter(|build| build.dockerfile == place.file);
            own.cloned().collect::<Vec<_>>()
        });
        named.collect()
    }
}

/// The names of archives in the RUNs that speak of `tar`.
fn named_beside_tar(dockerfile: &Dockerfile<'_>) -> BTreeSet<String> {
    let runs = dockerfile.instructions().filter(|(_, it)| it.kind == Keyword::Run);
    let texts = runs.map(|(_, it)| dockerfile.text(it.span)).filter(|text| text.contains("tar "));
    let mut names = BTreeSet::new();
    for text in texts {
        let words = text.split(|c: char| c.is_whitespace() || "/=;&|()\"'".contains(c));
        let archives =
            words.filter(|word| [".tar", ".tgz", ".tar.gz"].iter().any(|end| word.ends_with(end)));
        names.extend(archives.map(str::to_owned));
    }
    names
}

/// Where a Dockerfile stands.
struct Place {
    file: PathBuf,
    folder: PathBuf,
    /// The root of its repository, if it is in one.
    root: Option<PathBuf>,
}

impl Place {
    fn of(path: &Path) -> Option<Self> {
        let file = path.canonicalize().ok()?;
        let folder = file.parent()?.to_owned();
        let root = folder.ancestors().find(|folder| folder.join(".git").exists());
        let root = root.map(Path::to_owned);
        Some(Self { file, folder, root })
    }

    /// The folders above its own, up to the repository's root.
    fn above(&self) -> impl Iterator<Item = &Path> {
        let outermost = self.root.as_deref().unwrap_or(&self.folder);
        self.folder.ancestors().skip(1).take_while(move |folder| folder.starts_with(outermost))
    }
}

/// What a Dockerfile takes from its context.
struct Wanted<'s> {
    dockerfile: &'s Dockerfile<'s>,
    sources: &'s [ContextSource],
}

impl<'s> Wanted<'s> {
    /// Whether there is a source without variables, by which folders can be told apart.
    fn decidable(&self) -> Result<(), NoContext> {
        let mut told = self.sources.iter().filter_map(ContextSource::text);
        told.next().map(|_| ()).ok_or(NoContext::Variables)
    }

    /// A source without wildcards that is not in `folder`, by a look at the disk.
    fn surely_missing(&self, folder: &Path) -> Option<&'s ContextSource> {
        self.sources.iter().find(|source| {
            source.text().is_some_and(|text| {
                let relative = text.trim_start_matches('/');
                let is_plain = !text.contains(['*', '?', '[', '\\']) && !text.contains("..");
                is_plain && folder.join(relative).symlink_metadata().is_err()
            })
        })
    }

    /// The first source that names nothing in `context`.
    fn missing(&self, context: &BuildContext) -> Option<&'s ContextSource> {
        self.sources.iter().find(|source| match source.text() {
            None => false,
            Some(text) => match context.matching(text) {
                None => false,
                Some(paths) if paths == [""] => !holds_sources(context),
                // `COPY package.json yarn.lock* ./`: a pattern may match nothing beside something.
                Some(paths) => {
                    paths.is_empty() && !(is_pattern(text) && self.is_one_of_many(source))
                }
            },
        })
    }

    fn is_one_of_many(&self, source: &ContextSource) -> bool {
        let mut others = self.sources.iter().filter(|other| other.item == source.item);
        others.any(|other| other.text().is_some_and(|text| !is_pattern(text)))
    }

    /// That there is no folder, and for which source.
    fn not_found(&self, missing: Option<&ContextSource>) -> NoContext {
        let line = missing.map_or(0, |source| self.line(source));
        let source_text = missing.map(|source| source.fixed.clone()).unwrap_or_default();
        if source_path(&source_text).is_empty() {
            return NoContext::NothingToCopy { line };
        }
        NoContext::SourceMissing { line, source_text }
    }

    fn line(&self, source: &ContextSource) -> usize {
        self.dockerfile.line(self.dockerfile.items[source.item].lines().start)
    }
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Whether there is anything but Dockerfiles and what calls a builder.
fn holds_sources(context: &BuildContext) -> bool {
    context.entries().any(|(path, _)| !is_docker_file(path) && !path.starts_with(".git"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use dockslim_syntax::parse;
    use tempfile::TempDir;

    use super::*;

    fn tree(files: &[(&str, &str)]) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    /// What is known of the build of `path` in a folder with these files.
    fn find(path: &str, files: &[(&str, &str)]) -> Found {
        let root = tree(files);
        let text = fs::read_to_string(root.path().join(path)).unwrap();
        Contexts::default().of(Some(&root.path().join(path)), &parse(&text))
    }

    /// The files of the context, or why it is not known.
    fn files(found: Found) -> Result<Vec<String>, String> {
        let context = found.context.expect("it copies something");
        let context = context.map_err(|error| error.to_string())?;
        Ok(context.entries().map(|(path, _)| path.to_owned()).collect())
    }

    const GIT: (&str, &str) = (".git/HEAD", "");

    #[test]
    fn the_own_folder_comes_first() {
        let found = find(
            "a/Dockerfile",
            &[GIT, ("a/Dockerfile", "FROM a\nCOPY x y* /\nCOPY $Z /\n"), ("a/x", ""), ("x", "")],
        );
        assert_eq!(files(found).unwrap(), ["Dockerfile", "x"]);
    }

    #[test]
    fn then_the_one_folder_above_that_holds_everything() {
        let dockerfile = ("a/b/Dockerfile", "FROM a\nCOPY a/x /\nCOPY . /\n");
        let found =
            find("a/b/Dockerfile", &[GIT, dockerfile, ("a/x", ""), (".dockerignore", ".git")]);
        assert_eq!(files(found).unwrap(), [".dockerignore", "a", "a/b", "a/b/Dockerfile", "a/x"]);
        let found = find("a/b/Dockerfile", &[dockerfile, ("a/x", "")]);
        let message = files(found).unwrap_err();
        assert!(message.starts_with("line 2: no folder from that of the file"), "{message}");
        let both = [GIT, ("a/b/Dockerfile", "FROM a\nCOPY x /\n"), ("a/x", ""), ("x", "")];
        let message = files(find("a/b/Dockerfile", &both)).unwrap_err();
        assert!(message.starts_with("its sources are in more than one folder"), "{message}");
    }

    #[test]
    fn a_folder_of_dockerfiles_is_no_context_of_everything() {
        let dockerfile = ("docker/Dockerfile", "FROM a\nCOPY . /\n");
        let found = find("docker/Dockerfile", &[GIT, dockerfile, ("x", "")]);
        assert!(files(found).unwrap().contains(&"x".to_owned()));
        let found = find("docker/Dockerfile", &[dockerfile, ("docker/compose.yml", "")]);
        let message = files(found).unwrap_err();
        assert!(
            message.starts_with("line 2: the folder that is copied holds nothing"),
            "{message}"
        );
    }

    #[test]
    fn hidden_sources_are_not_there() {
        let dockerfile = ("Dockerfile", "FROM a\nCOPY x /\n");
        for ignore in [".dockerignore", "Dockerfile.dockerignore", ".containerignore"] {
            files(find("Dockerfile", &[dockerfile, ("x", ""), (ignore, "x")])).unwrap_err();
        }
        let own = ("Dockerfile.dockerignore", "y");
        let found = find("Dockerfile", &[dockerfile, ("x", ""), own, (".dockerignore", "x")]);
        assert!(files(found).unwrap().contains(&"x".to_owned()), "the own file comes first");
        let other = (".containerignore", "y");
        let found = find("Dockerfile", &[dockerfile, ("x", ""), other, (".dockerignore", "z")]);
        assert!(files(found).unwrap_err().contains("hide different things"));
        let found = find("Dockerfile", &[dockerfile, ("x", ""), (".dockerignore", "y\n[\n")]);
        assert!(files(found).unwrap_err().contains(".dockerignore:2: `[` is no pattern"));
    }

    #[test]
    fn what_a_compose_file_names_comes_before_all() {
        let dockerfile = ("a/Dockerfile", "FROM a\nCOPY x /\n");
        let compose = "services: {s: {build: {context: ., dockerfile: a/Dockerfile, target: t}}}";
        let both = [GIT, dockerfile, ("x", ""), ("a/x", ""), ("compose.yaml", compose)];
        let found = find("a/Dockerfile", &both);
        assert_eq!(found.targets, ["t"]);
        assert!(files(found).unwrap().contains(&"a/x".to_owned()));
        let bake = "target \"t\" { context = \"a\" }";
        let found = find("a/Dockerfile", &[&both[..], &[("docker-bake.hcl", bake)]].concat());
        let message = files(found).unwrap_err();
        assert!(message.contains("build it with different contexts"), "{message}");
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        let found = find("Dockerfile", &[("Dockerfile", "FROM a\nCOPY $A /\n"), ("x", "")]);
        assert_eq!(found.context.unwrap().unwrap_err(), NoContext::Variables);
        let found = find("Dockerfile", &[("Dockerfile", "FROM a\nCOPY --from=a x /\n")]);
        assert!(found.context.is_none(), "it needs none");
        let found = Contexts::default().of(None, &parse("FROM a\nCOPY x /\n"));
        assert_eq!(found.context.unwrap().unwrap_err(), NoContext::StandardInput);
    }

    #[test]
    fn what_an_add_names_is_looked_into() {
        let root = tree(&[("x.tar", ""), ("y.tar", ""), ("z", "text")]);
        let packed = |name: &str| {
            let mut archive = tar::Builder::new(fs::File::create(root.path().join(name)).unwrap());
            let mut header = tar::Header::new_gnu();
            header.set_size(1);
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            archive.append_data(&mut header, "a/b", &b"c"[..]).unwrap();
        };
        packed("x.tar");
        packed("y.tar");
        let contexts = Contexts::default();
        let of = |text: &str| {
            let path = root.path().join("Dockerfile");
            fs::write(&path, text).unwrap();
            contexts.of(Some(&path), &parse(text)).context.unwrap().unwrap()
        };
        let text = "FROM a\nADD ./x.tar z /\nADD y* /\nCOPY y.tar /\nADD http://a/y.tar /\n";
        let context = of(text);
        let view = context.unpacked().unwrap();
        assert_eq!(view.text("x.tar!/a/b"), Some("c"));
        assert!(matches!(view.added("z"), Some(Added::Copied)));
        assert!(view.added("y.tar").is_none(), "nobody names it");
        for text in ["COPY x.tar y.tar z /", "ADD . /", "ADD * /"] {
            assert!(of(&format!("FROM a\n{text}\n")).unpacked().is_none(), "{text}");
        }
        let view = |text: &str| of(&format!("FROM a\nCOPY . /\n{text}\n")).unpacked().cloned();
        let named = view("RUN tar -C /b -xf sub/x.tar && echo y.tar").unwrap();
        assert!(named.exists("x.tar!/a/b") && named.exists("y.tar!/a/b"));
        assert!(view("RUN cat x.tar").is_none() && view("RUN tar xf other.tar").is_none());
        fs::write(root.path().join("x.tar"), "text").unwrap();
        assert!(of(text).unpacked().unwrap().exists("x.tar!/a/b"), "it is read once");
        contexts.forget(&root.path().join("x.tar"));
        assert!(!of(text).unpacked().unwrap().exists("x.tar!/a/b"));
    }

    #[test]
    fn a_context_is_shared() {
        let root = tree(&[("a.Dockerfile", ""), ("b.Dockerfile", ""), ("x", "")]);
        let contexts = Contexts::default();
        let tree = parse("FROM a\nCOPY x /\n");
        let of = |name: &str| contexts.of(Some(&root.path().join(name)), &tree).context;
        let (one, other) = (of("a.Dockerfile").unwrap(), of("b.Dockerfile").unwrap());
        assert!(Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
    }
}
