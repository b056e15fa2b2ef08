//! The stage that is to be split, with all that is known of its steps.

use std::collections::HashSet;

use dockslim_contract::{BuildContext, DeclineReason};
use dockslim_syntax::Keyword;

use super::copies::{Copied, copied};
use super::effects::{Done, Effect, of_run};
use super::extensions::builds_project;
use super::launch::{Launch, parent_of};
use super::lies::{Lies, Past};
use super::owners::{homes, made_homes};
use super::reasons;
use super::scripted;
use super::variables::expanded;
use crate::facts::{Build, BuildStage, BuildStep, Content, absolute, is_within};
use crate::knowledge::{BuildImage, Library, base_image, library_of, suite_of_image};

/// Why a stage stays whole, and what to say about it.
pub(super) type Obstacle = (&'static DeclineReason, String);

/// An obstacle that its rule says all of.
pub(super) fn because(reason: &'static DeclineReason) -> Obstacle {
    (reason, reason.summary.to_owned())
}

/// The stage that is to be split.
pub(super) struct Subject<'f, 't> {
    pub(super) build: &'f Build<'t>,
    pub(super) stage: &'f BuildStage<'t>,
    pub(super) context: Option<&'f BuildContext>,
    /// The image at its bottom.
    pub(super) image: &'f str,
    pub(super) toolchain: &'static BuildImage,
    /// The release of the distribution that it stands on.
    pub(super) suite: Option<&'static str>,
    pub(super) launch: Launch,
    /// What the commands of its RUNs leave, in order.
    pub(super) done: Vec<Done<'f, 't>>,
    /// What its COPYs bring.
    pub(super) copied: Vec<Copied>,
    /// The folder that the container starts in.
    pub(super) folder: Option<String>,
    /// What is known to be a folder of the image.
    pub(super) folders: Vec<String>,
    /// Whether the name of the file says that its image is for those who develop.
    pub(super) for_development: bool,
    /// Whether it gets a program that another stage may have linked with more than the C library.
    pub(super) gets_linked: bool,
}

impl<'f, 't> Subject<'f, 't> {
    /// Follows all steps of a stage.
    pub(super) fn of(
        build: &'f Build<'t>,
        stage: &'f BuildStage<'t>,
        context: Option<&'f BuildContext>,
        image: &'f str,
        toolchain: &'static BuildImage,
    ) -> Result<Self, Obstacle> {
        let launch = Launch::of(build.dockerfile, stage);
        let start = base_image(image).map(|row| row.workdir().to_owned());
        // Another stage in between may have led elsewhere.
        let first = stage.steps.first();
        let folder = first.map_or(start.clone(), |step| folder_of(step, image, start.as_deref()));
        let mut subject = Self {
            build,
            stage,
            context,
            image,
            toolchain,
            suite: suite_of_image(image),
            launch,
            done: Vec::new(),
            copied: Vec::new(),
            folder,
            folders: Vec::new(),
            for_development: false,
            gets_linked: false,
        };
        subject.follow(start.as_deref())?;
        Ok(subject)
    }

    fn follow(&mut self, start: Option<&str>) -> Result<(), Obstacle> {
        let dockerfile = self.build.dockerfile;
        let mut folders: Vec<String> = Vec::new();
        for (number, step) in self.stage.steps.iter().enumerate() {
            if step.onbuild {
                return Err(because(&reasons::ONBUILD));
            }
            let here = folder_of(step, self.image, start);
            folders.extend(here.clone());
            match step.instruction.kind {
                Keyword::Run => {
                    if matches!(step.content, Content::Unread(_) | Content::Exec(_))
                        || step.hands_documents()
                    {
                        let line = dockerfile.line(step.instruction.span.start);
                        return Err((
                            &reasons::UNREAD_SCRIPT,
                            format!("the script in line {line} is not understood"),
                        ));
                    }
                    if step.instruction.exec().is_none() && !step.state.shell.is_known() {
                        return Err(because(&reasons::SHELL));
                    }
                    let past = self.past();
                    let mut done = of_run(&past, (number, step), here, &folders);
                    let unpacked = self.unpacked((number, step), &mut done);
                    let places = unpacked.iter().flat_map(|copied| &copied.brings);
                    folders.extend(places.map(|one| one.place.clone()));
                    self.copied.extend(unpacked);
                    for one in &mut done {
                        let Effect::Writes(paths) = &mut one.effect else { continue };
                        for path in paths {
                            if let Some(folder) = path.strip_suffix('/') {
                                *path = folder.to_owned();
                                folders.push(path.clone());
                            }
                        }
                    }
                    folders.extend(done.iter().flat_map(|one| match &one.effect {
                        Effect::MakesFolder(paths) => paths.clone(),
                        _ => Vec::new(),
                    }));
                    self.done.extend(done);
                }
                Keyword::Copy | Keyword::Add => {
                    let copied = copied(
                        dockerfile,
                        self.context,
                        self.image,
                        (number, step),
                        here.as_deref(),
                        &folders,
                    )?;
                    folders.extend(copied.brings.iter().map(|one| match one.folder {
                        true => one.place.clone(),
                        false => parent_of(&one.place).to_owned(),
                    }));
                    self.copied.push(copied);
                }
                Keyword::Workdir => {
                    self.folder = step.instruction_text(dockerfile).and_then(|text| {
                        absolute(&expanded(step, self.image, &text)?, here.as_deref())
                    });
                    if self.folder.is_none() {
                        return Err((
                            &reasons::UNKNOWN_FOLDER,
                            "where WORKDIR leads is not known".to_owned(),
                        ));
                    }
                }
                Keyword::Unknown | Keyword::Shell => return Err(because(&reasons::SHELL)),
                _ => {}
            }
        }
        self.folders = folders;
        Ok(())
    }

    /// What has been done so far.
    fn past(&self) -> Past<'_, 'f, 't> {
        Past {
            dockerfile: self.build.dockerfile,
            stage: self.stage,
            image: self.image,
            context: self.context,
            copied: &self.copied,
            done: &self.done,
            begun: &[],
        }
    }

    /// What lies at an absolute path in the end.
    pub(super) fn lies(&self, path: &str) -> Lies {
        self.past().at(path)
    }

    /// The path of the one file that a command has put at `place`.
    pub(super) fn put_from(&self, done: &Done<'f, 't>, place: &str) -> Option<String> {
        self.past().put_from(done, place)
    }

    /// The first of these folders that was put there by a call that keeps owners, and was somebody's before.
    pub(super) fn moved_of_others<'p>(
        &self,
        mut paths: impl Iterator<Item = &'p String>,
    ) -> Option<&'p String> {
        let kept = self.past().kept();
        paths.find(|path| {
            kept.iter().any(|(source, place)| {
                let given =
                    self.owner(source).filter(|given| self.owner(path).as_ref() != Some(given));
                place == *path && given.is_some() && self.is_folder(path)
            })
        })
    }

    /// Whether there is a folder at a path.
    pub(super) fn is_folder(&self, path: &str) -> bool {
        self.folders.iter().any(|folder| folder == path) || self.lies(path) == Lies::Folder
    }

    /// The folder that an instruction at `place` or behind it starts from.
    pub(super) fn folder_before(&self, place: usize) -> Option<String> {
        let steps = &self.stage.steps;
        let next = steps.iter().position(|step| step.instruction.span.start >= place);
        self.folder_at(next.unwrap_or(steps.len()))
    }

    /// The folder that step `number` runs in, or the container, if there is no such step.
    pub(super) fn folder_at(&self, number: usize) -> Option<String> {
        let start = base_image(self.image).map(|row| row.workdir().to_owned());
        let step = self.stage.steps.get(number);
        step.map_or_else(
            || self.folder.clone(),
            |step| folder_of(step, self.image, start.as_deref()),
        )
    }

    /// The first command of which it is not known what it leaves.
    pub(super) fn unknown(&self) -> Option<Obstacle> {
        self.done.iter().find_map(|done| match &done.effect {
            Effect::Unknown(text) => {
                let line = self.build.dockerfile.line(done.command.span.start);
                let why = scripted::unread(self, done).map(|why| format!(": {why}"));
                let why = why.unwrap_or_default();
                Some((
                    &reasons::UNKNOWN_COMMAND,
                    format!("what `{text}` leaves (line {line}) is not known{why}"),
                ))
            }
            _ => None,
        })
    }

    /// The first script of the project that was not followed.
    pub(super) fn unread_script(&self) -> Option<Obstacle> {
        let mut scripts = self.done.iter().filter_map(|done| scripted::unread(self, done));
        scripts
            .next()
            .map(|why| (&reasons::UNREAD_SCRIPT, format!("a script is not followed: {why}")))
    }

    /// Whether something in a folder may belong to others than the folder.
    pub(super) fn has_mixed_owners(&self, folder: &str) -> bool {
        let Some(owner) = self.owner(folder) else { return false };
        let inside = |path: &str| path != folder && is_within(path, folder);
        let mut parts = self.copied.iter().filter(|copied| {
            copied.owner.is_some() && copied.brings.iter().any(|one| inside(&one.place))
        });
        let by_command = self.done.iter().any(|done| match &done.effect {
            Effect::Owner { paths, .. } => paths.iter().any(|path| inside(path)),
            _ => false,
        });
        // A command gives a folder away with what is in it by then, or alone.
        let given = self.done.iter().rposition(|done| match &done.effect {
            Effect::Owner { paths, deep, .. } => {
                paths.iter().any(|path| path == folder || (*deep && is_within(folder, path)))
            }
            _ => false,
        });
        let apart = given.is_some_and(|at| match &self.done[at].effect {
            Effect::Owner { deep: true, .. } => {
                let step = self.done[at].step;
                self.makes(folder, at + 1)
                    || self.copied.iter().any(|copied| {
                        let own = copied.owner.as_deref().map(|owner| self.by_number(owner));
                        copied.step > step
                            && own.as_ref() != Some(&owner)
                            && copied.brings.iter().any(|one| {
                                is_within(&one.place, folder) || is_within(folder, &one.place)
                            })
                    })
            }
            _ => self.may_be_folder(folder) && !self.comes_from(folder, &owner),
        });
        // What others put into the home of a user stays theirs.
        let home = || {
            given.is_none()
                && homes(self).iter().any(|home| home == folder)
                && (self.makes(folder, 0)
                    || self.is_entered(folder)
                    || self.copied.iter().any(|copied| {
                        copied.owner.as_deref() != Some(&owner)
                            && copied.brings.iter().any(|one| is_within(&one.place, folder))
                    }))
        };
        by_command || apart || home() || parts.next().is_some() && !self.comes_from(folder, &owner)
    }

    /// Whether something may be a folder, as far as the steps tell.
    fn may_be_folder(&self, path: &str) -> bool {
        let mut brings = self.copied.iter().flat_map(|copied| &copied.brings);
        !brings.any(|one| one.place == path && !one.folder)
    }

    /// Whether all in a folder was copied for one owner, and no step made more.
    fn comes_from(&self, folder: &str, owner: &str) -> bool {
        let holds = self.brings(folder);
        let mut copies = self.copied.iter().filter(|copied| {
            copied.brings.iter().any(|one| {
                is_within(&one.place, folder)
                    || holds && one.folder && is_within(folder, &one.place)
            })
        });
        !self.is_entered(folder)
            && !self.makes(folder, 0)
            && copies.all(|copied| {
                copied.owner.as_deref().is_some_and(|one| self.by_number(one) == owner)
            })
    }

    /// Whether a WORKDIR leads into a folder below this one, which it makes for root (Dockerfile reference, WORKDIR).
    fn is_entered(&self, folder: &str) -> bool {
        let start = base_image(self.image).map(|row| row.workdir().to_owned());
        let mut folders =
            self.stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Workdir);
        folders.any(|step| {
            let path = step.instruction_text(self.build.dockerfile).and_then(|text| {
                let here = folder_of(step, self.image, start.as_deref());
                absolute(&expanded(step, self.image, &text)?, here.as_deref())
            });
            path.is_none_or(|path| path != folder && is_within(&path, folder))
        })
    }

    /// Whether root may have made something in a folder by a command from number `first` on.
    fn makes(&self, folder: &str, first: usize) -> bool {
        let as_root = |done: &&Done<'_, '_>| self.stage.is_root(&self.stage.steps[done.step]);
        self.done[first..].iter().filter(as_root).any(|done| match &done.effect {
            Effect::Writes(paths) | Effect::MakesFolder(paths) => {
                paths.iter().any(|path| path != folder && is_within(path, folder))
            }
            Effect::Clones(path) => is_within(path, folder),
            Effect::Packages("pip") if !builds_project(self, done) => false,
            Effect::Builds | Effect::Packages(_) => {
                done.folder.as_deref().is_none_or(|place| is_within(place, folder))
            }
            _ => false,
        })
    }

    /// Whether a command compiles, or installs what a language needs.
    pub(super) fn builds(&self) -> bool {
        self.done.iter().any(|done| matches!(done.effect, Effect::Builds | Effect::Packages(_)))
    }

    /// Whether what joins the end of the build runs as root.
    pub(super) fn ends_as_root(&self) -> bool {
        self.ends_as_root_above(usize::MAX)
    }

    /// The same, if the build ends above a place.
    pub(super) fn ends_as_root_above(&self, place: usize) -> bool {
        let builds = |step: &&BuildStep<'_>| {
            matches!(step.instruction.kind, Keyword::Run | Keyword::Copy | Keyword::Add)
                && step.instruction.span.start < place
        };
        let last = self.stage.steps.iter().rev().find(builds);
        last.is_some_and(|step| self.stage.is_root(step))
    }

    /// The packages of the system that any step leaves behind: what a later one takes away is in the layers of the image for good.
    pub(super) fn installed(&self) -> Vec<&String> {
        let again = |step: usize, name: &String| {
            let mut others = self.done.iter().filter(|done| done.step == step);
            others
                .any(|done| matches!(&done.effect, Effect::Uninstalls(gone) if gone.contains(name)))
        };
        let lists = self.done.iter().filter_map(|done| match &done.effect {
            Effect::Installs(names) => Some((done.step, names)),
            _ => None,
        });
        let names = lists.flat_map(|(step, names)| names.iter().map(move |name| (step, name)));
        names.filter(|(step, name)| !again(*step, name)).map(|(_, name)| name).collect()
    }

    /// The packages of the system that are there in the end, and those with headers whose libraries are: apt takes what came along with a
    /// package away only where it is told to (apt-get(8), "autoremove").
    pub(super) fn packages(&self) -> Vec<String> {
        let mut packages: Vec<String> = Vec::new();
        let mut known: HashSet<&String> = HashSet::new();
        let clears = |done: &Done<'_, '_>| {
            let mut words = done.command.words.iter().flatten();
            words.any(|word| matches!(&**word, "autoremove" | "--auto-remove" | "--autoremove"))
        };
        let last = self.done.iter().rposition(clears);
        for (at, done) in self.done.iter().enumerate() {
            let leaves = |name: &String| {
                last.is_none_or(|last| last < at)
                    && !matches!(library_of(name, self.suite), Library::Other | Library::None)
            };
            match &done.effect {
                Effect::Installs(names) => {
                    packages.extend(names.iter().filter(|name| known.insert(name)).cloned());
                }
                Effect::Uninstalls(names) => {
                    let gone = |name: &String| names.contains(name) && !leaves(name);
                    packages.retain(|name| !gone(name));
                    known.retain(|name| !gone(name));
                }
                _ => {}
            }
        }
        packages
    }

    /// Whether each install of packages of the system leaves out what these only recommend.
    pub(super) fn leaves_recommendations_out(&self) -> bool {
        let flag = |word: &std::borrow::Cow<'_, str>| word == "--no-install-recommends";
        let mut installs =
            self.done.iter().filter(|done| matches!(done.effect, Effect::Installs(_)));
        installs.all(|done| done.command.words.iter().flatten().any(flag))
    }

    /// The verb by which the author brings all packages of the system up to date.
    pub(super) fn upgrade(&self) -> Option<&'static str> {
        self.done.iter().find_map(|done| {
            let call = done.command.package_call()?;
            let verbs = ["upgrade", "dist-upgrade", "full-upgrade"];
            let system = matches!(call.manager.name.as_str(), "apt" | "apk");
            verbs.into_iter().find(|verb| system && call.is(verb))
        })
    }

    /// Whether a RUN tells apt by itself to ask nothing.
    pub(super) fn is_quiet(&self) -> bool {
        let dockerfile = self.build.dockerfile;
        let runs = self.stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run);
        let mut texts = runs.map(|step| step.text(dockerfile));
        texts.any(|text| text.contains("DEBIAN_FRONTEND=noninteractive"))
    }

    /// The text of the file of the build context that lies at a path of the image in the end.
    pub(super) fn source_text(&self, place: &str) -> Option<&'f str> {
        let context = self.context?;
        let brought = self.copied.iter().filter(|copied| copied.from_context);
        brought.flat_map(|copied| &copied.brings).find_map(|one| {
            if one.place == place && !one.folder {
                return context.text(&one.source);
            }
            let rest = place.strip_prefix(one.place.trim_end_matches('/'))?.strip_prefix('/')?;
            let path = if one.source.is_empty() {
                rest.to_owned()
            } else {
                format!("{}/{rest}", one.source)
            };
            context.text(&path).filter(|_| one.folder)
        })
    }

    /// Whether a COPY brings a folder of the build context with files in it.
    pub(super) fn brings(&self, folder: &str) -> bool {
        let brought = self.copied.iter().filter(|copied| copied.from_context);
        brought.flat_map(|copied| &copied.brings).any(|one| {
            if is_within(&one.place, folder) {
                return true;
            }
            let rest = folder.strip_prefix(one.place.trim_end_matches('/'));
            let rest = rest.filter(|_| one.folder).and_then(|rest| rest.strip_prefix('/'));
            let path = rest.map(|rest| {
                if one.source.is_empty() {
                    rest.to_owned()
                } else {
                    format!("{}/{rest}", one.source)
                }
            });
            self.context.is_some_and(|context| path.is_some_and(|path| context.is_folder(&path)))
        })
    }

    /// Whether users or groups are made.
    pub(super) fn makes_users(&self) -> bool {
        self.done.iter().any(|done| done.effect == Effect::Users)
    }

    /// Who owns a path in the end, if a command or a COPY says so.
    pub(super) fn owner(&self, path: &str) -> Option<String> {
        let mut owner: Option<(usize, String)> = made_homes(self)
            .into_iter()
            .find(|home| home.path == path)
            .and_then(|home| Some((home.step, home.owner?)));
        for copied in &self.copied {
            let brings = copied
                .brings
                .iter()
                .any(|one| one.place == path || (one.folder && is_within(path, &one.place)));
            if brings && let Some(given) = &copied.owner {
                owner = Some((copied.step, given.clone()));
            }
        }
        for done in &self.done {
            if let Effect::Owner { owner: given, paths, deep } = &done.effect {
                let covers =
                    paths.iter().any(|place| path == place || (*deep && is_within(path, place)));
                if covers && owner.as_ref().is_none_or(|(step, _)| *step <= done.step) {
                    owner = Some((done.step, given.clone()));
                }
            }
        }
        owner.map(|(_, owner)| self.by_number(&owner))
    }

    /// An owner as every base knows it: images of Gradle have a user of that name with the number 1000 (docker-gradle).
    fn by_number(&self, owner: &str) -> String {
        if self.image.split(':').next() != Some("gradle") {
            return owner.to_owned();
        }
        let number = |name: &str| if name == "gradle" { "1000" } else { name }.to_owned();
        owner.split(':').map(number).collect::<Vec<_>>().join(":")
    }
}

/// The folder that a step runs in.
fn folder_of(step: &BuildStep<'_>, image: &str, start: Option<&str>) -> Option<String> {
    match step.state.workdir.as_deref() {
        Some(set) => absolute(&expanded(step, image, set)?, start),
        None => start.map(str::to_owned),
    }
}

/// What is asked of steps here.
pub(super) trait Texts {
    /// The whole rest of USER or WORKDIR.
    fn instruction_text(&self, dockerfile: &dockslim_syntax::Dockerfile<'_>) -> Option<String>;
}

impl Texts for BuildStep<'_> {
    fn instruction_text(&self, dockerfile: &dockslim_syntax::Dockerfile<'_>) -> Option<String> {
        match &self.instruction.arguments {
            dockslim_syntax::Arguments::Text(span) => {
                Some(dockerfile.text(*span).trim().to_owned())
            }
            _ => None,
        }
    }
}
