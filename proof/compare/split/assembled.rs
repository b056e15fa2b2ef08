//! A last stage that only puts together what the stages above have built, and leaves the image of their compiler.
//!
//! Its steps and settings have to be those of before. Of the new base nothing is believed but what is known of it: each program that
//! the container starts comes by a COPY, and is linked with nothing, or finds its libraries there.

use dockslim_contract::BuildContext;

use super::bases::{self, Kind};
use super::readied::readies;
use super::runtime::{Place, Runtime};
use super::sequence::{TYPES, ZONES};
use super::started::{commands, needs_shell};
use super::{Added, Split, new_base, refused};
use crate::compare::folders::is_within;
use crate::compare::gaps::Refusal;
use crate::compare::in_order;
use crate::program::{Action, Step, Transfer, visit};
use crate::shell::{Command, States, plain};
use crate::stages::{Build, Stage};
use crate::verdict::Accepted;

const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Compares two builds of the same stages, the last of which stands on an image of compilers in the old one; `None` if that is not
/// what they are.
pub(super) fn compare<'t>(
    before: &Build<'t>,
    after: &Build<'t>,
    states: &States,
    context: Option<&BuildContext>,
) -> Option<Result<Vec<Accepted>, Refusal>> {
    let last = before.stages.len().checked_sub(1)?;
    let (old, new) = (&before.stages[last], after.stages.get(last)?);
    let assembles = |step: &Step<'_>| match &step.action {
        Action::Copy(_) | Action::MakeFolder { .. } | Action::Volume(_) => true,
        Action::Call(call) => readies(call),
        _ => false,
    };
    let kind = bases::kind(&new.image, &old.image)?;
    let compiles = bases::compiles(&old.image)
        || bases::has_kit_of_java(&old.image) && matches!(kind, Kind::Debian(_));
    let asked = after.stages.len() == before.stages.len()
        && old.parent.is_none()
        && new.parent.is_none()
        && compiles
        && matches!(kind, Kind::Static | Kind::Busybox | Kind::Debian(_) | Kind::Java)
        && old.steps.iter().all(assembles);
    asked.then(|| Assembled { before, after, states, context, old, new, last }.compare())
}

pub(super) struct Assembled<'b, 't> {
    pub(super) before: &'b Build<'t>,
    pub(super) after: &'b Build<'t>,
    pub(super) states: &'b States,
    pub(super) context: Option<&'b BuildContext>,
    pub(super) old: &'b Stage<'t>,
    pub(super) new: &'b Stage<'t>,
    pub(super) last: usize,
}

/// A program that the container starts and a COPY brings.
pub(super) struct Program {
    /// The number of the stage that it comes from; `None` if it is a file of the build context.
    pub(super) stage: Option<usize>,
    /// Its path there.
    pub(super) source: String,
    /// Its path where it is copied to.
    pub(super) path: String,
}

impl<'t> Assembled<'_, 't> {
    fn compare(&self) -> Result<Vec<Accepted>, Refusal> {
        let kind = bases::kind(&self.new.image, &self.old.image)
            .ok_or_else(|| self.refused("what the new base holds is not known"))?;
        let calls = |step: &Step<'_>| matches!(step.action, Action::Call(_));
        if !kind.has_shell() && self.old.steps.iter().any(calls) {
            return Err(self.refused("a step is run, and the new base has no shell"));
        }
        if let Some(path) = self.readies_other() {
            return Err(self.refused(&format!("a step changes `{path}`, which nothing brings")));
        }
        let programs = self.programs(kind)?;
        let runtime = self.runtime();
        let mut makers = programs.iter().filter_map(|program| program.stage).chain(runtime);
        let maker = makers.next();
        if makers.any(|other| Some(other) != maker) {
            return Err(self.refused("what the container starts is built in two stages"));
        }
        let mut old_build = self.before.clone();
        let mut new_build = self.after.clone();
        old_build.stages.pop();
        new_build.stages.pop();
        let mut added: Vec<Added> = Vec::new();
        let mut is_static = false;
        if let Some(maker) = maker {
            let split = Split {
                before: self.before,
                after: self.after,
                states: self.states,
                context: self.context,
                old: &self.before.stages[maker],
                build: &self.after.stages[maker],
                new: self.new,
                last: maker,
            };
            let old_steps = &old_build.stages[maker].steps;
            let new_steps = &mut new_build.stages[maker].steps;
            let shared = old_steps.len().min(new_steps.len());
            added = split.all_added(&new_steps[shared..])?;
            let modules = matches!(added.as_slice(), [Added::Modules { .. }]);
            if runtime.is_some() != modules
                || !modules && !added.iter().all(|one| matches!(one, Added::Libraries { .. }))
            {
                return Err(self.refused("a step joins the build"));
            }
            if modules && !matches!(kind, Kind::Debian(_)) {
                return Err(self.refused("the runtime finds no C library in the new base"));
            }
            if modules {
                self.tells_modules(maker).map_err(|message| self.refused(&message))?;
                let alone = self.as_it_starts().java_is_led_alone();
                alone.map_err(|message| self.refused(&message))?;
                let last = Split { old: self.old, ..split };
                if last.asks_for_country() || last.names_locale() {
                    return Err(self.refused("the new base has not the locale of the old one"));
                }
            }
            let folders = new_steps.len() - shared;
            new_steps.truncate(shared);
            if added.is_empty() && folders > 0 {
                return Err(self.refused("a step joins the build for nothing"));
            }
            is_static = split.without_cgo(old_steps, new_steps)?;
        }
        let mut accepted = in_order(&old_build, &new_build, self.states, self.context)?;
        self.steps(&added, maker)?;
        let build = maker.map_or_else(String::new, |maker| format!("stage {maker}"));
        let runtime = Runtime { build, added: &added, is_static, ..self.as_it_starts() };
        runtime.configuration(kind).map_err(|message| self.refused(&message))?;
        runtime.user(kind).map_err(|message| self.refused(&message))?;
        runtime.is_told().map_err(|message| self.refused(&message))?;
        runtime.leaves_no_output().map_err(|message| self.refused(&message))?;
        let certificates = self.new.steps.iter().filter_map(|step| match &step.action {
            Action::Copy(copy) => {
                let known = [CERTIFICATES, ZONES[0], ZONES[1], TYPES];
                let one = known.into_iter().find(|one| copy.sources == [*one])?;
                Some(Place { source: one.to_owned(), target: one.to_owned(), owner: None })
            }
            _ => None,
        });
        let places: Vec<Place> = certificates.collect();
        runtime.certificates(kind, &places).map_err(|message| self.refused(&message))?;
        runtime.zones(kind, &places).map_err(|message| self.refused(&message))?;
        runtime.system_files(kind, &places).map_err(|message| self.refused(&message))?;
        let places = self.brought(places);
        runtime.started_by_sources(kind, &places).map_err(|message| self.refused(&message))?;
        runtime.scripts_find(kind, &places).map_err(|message| self.refused(&message))?;
        runtime.hosts_find(kind).map_err(|message| self.refused(&message))?;
        for program in &programs {
            self.runs(program, kind, &added, &runtime)?;
        }
        accepted.push(new_base(self.old, self.new));
        Ok(accepted)
    }

    fn refused(&self, message: &str) -> Refusal {
        refused(self.old, self.new, message)
    }

    /// The container, as far as its own stage tells.
    fn as_it_starts(&self) -> Runtime<'_, 't> {
        Runtime { new: self.new, ..Runtime::of_stage(self.states, self.context, self.old) }
    }

    /// What the copies of the last stage bring, besides what the old base had.
    pub(super) fn brought(&self, mut places: Vec<Place>) -> Vec<Place> {
        for step in &self.old.steps {
            let Action::Copy(copy) = &step.action else { continue };
            let target = copy.destination.trim_end_matches('/');
            for source in &copy.sources {
                let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or(source);
                for target in [target.to_owned(), format!("{target}/{name}")] {
                    places.push(Place { source: source.to_string(), target, owner: None });
                }
            }
        }
        places
    }

    /// The steps are those of before, behind the libraries, the certificates and the folder of the old base.
    fn steps(&self, added: &[Added], maker: Option<usize>) -> Result<(), Refusal> {
        if self.old.name != self.new.name || self.old.platform != self.new.platform {
            return Err(self.refused("the stage has another name or platform"));
        }
        let more = self.new.steps.len().checked_sub(self.old.steps.len());
        let same = |(one, two): (&Step<'t>, &Step<'t>)| one == two || self.ready_alike(one, two);
        let as_before =
            |more: &usize| self.new.steps[*more..].iter().zip(&self.old.steps).all(same);
        let Some(more) = more.filter(as_before) else {
            return Err(self.refused("the steps of the last stage are not those of before"));
        };
        let from = maker.map(|maker| format!("stage {maker}"));
        let start = bases::folder(&self.old.image);
        for step in &self.new.steps[..more] {
            let known = match &step.action {
                Action::MakeFolder { path, .. } => Some(path.as_ref()) == start,
                Action::Copy(copy)
                    if from.is_some() && copy.from.as_deref() == from.as_deref() && !copy.adds =>
                {
                    let libraries = added.iter().any(|one| {
                        matches!(one, Added::Libraries { folder, .. }
                            if copy.sources == [folder.as_str()] && copy.destination == "/")
                            || matches!(one, Added::Modules { folder, .. }
                                if copy.sources == [folder.as_str()])
                    });
                    let certificates =
                        copy.sources == [CERTIFICATES] && copy.destination == "/etc/ssl/certs/";
                    let zones = ZONES.iter().any(|zones| {
                        let folder = copy.destination.trim_end_matches('/');
                        copy.sources == [*zones]
                            && (folder == *zones
                                || zones.ends_with(".zip") && folder == "/usr/local/go/lib/time")
                    });
                    let types = copy.sources == [TYPES] && copy.destination == "/etc/";
                    copy.flags.is_empty()
                        && copy.documents.is_empty()
                        && (libraries || certificates || zones || types)
                }
                _ => false,
            };
            if !known {
                return Err(self.refused("a step joins the last stage"));
            }
        }
        // Names of users are looked up in the base.
        let by_name = |copy: &Transfer<'_>| {
            copy.flags.iter().filter_map(|flag| flag.strip_prefix("--chown=")).any(|owner| {
                !owner.split(':').all(|one| {
                    one == "root" || (!one.is_empty() && one.bytes().all(|b| b.is_ascii_digit()))
                })
            })
        };
        let mut steps = self.old.steps.iter();
        if steps.any(|step| matches!(&step.action, Action::Copy(copy) if by_name(copy))) {
            return Err(self.refused("a COPY names a user that the new base may not have"));
        }
        Ok(())
    }

    /// What the container starts: each program is copied, or known to be in the new base.
    fn programs(&self, kind: Kind) -> Result<Vec<Program>, Refusal> {
        let starts = self.new.configuration.starts();
        if starts[0].is_none() && starts[1].is_none() {
            return Err(self.refused("what the container starts is its base image's own"));
        }
        let joined = starts[0].is_some_and(|text| text.starts_with('['));
        let runtime = self.as_it_starts();
        let entered = runtime.entered().map_err(|message| self.refused(&message))?;
        if entered.any && !kind.has_shell() {
            return Err(self.refused("a shell reads a script, and the new base has none"));
        }
        let called = entered.calls.iter().filter_map(|words| self.program(words.first()?));
        let mut found: Vec<Program> = called.filter(|program| program.stage.is_some()).collect();
        for (number, start) in starts.into_iter().enumerate() {
            let Some(start) = start else { continue };
            if needs_shell(start) && !kind.has_shell() {
                return Err(self.refused(
                    "a shell reads what the container starts, and the new base has none",
                ));
            }
            for (place, words) in commands(start).into_iter().enumerate() {
                // The words of CMD are arguments of ENTRYPOINT.
                if number == 1 && joined && place == 0 {
                    continue;
                }
                let Some(word) = words.first() else { continue };
                let put_together = word == "java" && self.runtime().is_some();
                let script = runtime.script(word).is_some();
                if kind.has(word, &self.new.image) || put_together || script {
                    continue;
                }
                found.push(self.program(word).ok_or_else(|| {
                    self.refused(&format!("nothing brings `{word}`, which the container starts"))
                })?);
            }
        }
        Ok(found)
    }

    /// The program of this name, by the last COPY that brings it.
    fn program(&self, word: &str) -> Option<Program> {
        let folder = &self.new.configuration.directory;
        let own = |step: &Step<'t>, path: &str| match &step.action {
            Action::Copy(copy) => source_of(copy, path)
                .filter(|source| self.context.is_none_or(|context| context.exists(source))),
            _ => None,
        };
        brought(self.new, folder, word, own).filter(|one| one.stage.is_none_or(|it| it < self.last))
    }

    /// Whether a program starts on the new base.
    fn runs(
        &self,
        program: &Program,
        kind: Kind,
        added: &[Added],
        runtime: &Runtime<'_, '_>,
    ) -> Result<(), Refusal> {
        let unknown =
            || self.refused(&format!("what `{}` is linked with is not known", program.source));
        // A file of the project may be anything.
        let maker = program.stage.ok_or_else(unknown)?;
        let collected = added.iter().any(|one| {
            matches!(one, Added::Libraries { program: known, whole: true, .. } if *known == program.source)
        });
        let copied = self.new.steps.iter().any(|step| {
            let Action::Copy(copy) = &step.action else { return false };
            copy.destination == "/"
                && added.iter().any(|one| {
                    matches!(one, Added::Libraries { folder, .. } if copy.sources == [folder.as_str()])
                })
        });
        let names = bases::finds_names(&self.before.stages[maker].image);
        if kind == Kind::Static && collected && copied && names {
            return Ok(());
        }
        if self.starts_there(maker, &program.source, kind, runtime) {
            Ok(())
        } else {
            Err(unknown())
        }
    }

    /// Whether a program that a stage makes starts on a base without any libraries but its own.
    pub(super) fn starts_there(
        &self,
        maker: usize,
        source: &str,
        kind: Kind,
        runtime: &Runtime<'_, '_>,
    ) -> bool {
        let system = ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/lib", "/usr/lib", "/opt"];
        let of_system = system.iter().any(|folder| is_within(source, folder));
        let compiled = of_system && self.compiles_to(maker, source);
        if runtime.is_static && (!of_system || compiled) {
            return true;
        }
        let mut installs = false;
        let mut number = Some(maker);
        while let Some(stage) = number.and_then(|number| self.before.stages.get(number)) {
            visit(&stage.steps, &mut |step| {
                if let Action::Call(call) = &step.action {
                    let command = Command::of(&call.words);
                    let manager = ["apt-get", "apt", "aptitude", "dpkg", "conan", "vcpkg"];
                    let words: Vec<&str> =
                        call.words.iter().filter_map(|word| plain(word)).collect();
                    installs |= manager.contains(&command.program()) && !words.contains(&"update");
                } else if matches!(step.action, Action::Opaque(..) | Action::Unread(_)) {
                    installs = true;
                }
            });
            number = stage.parent;
        }
        let image = &self.before.stages[maker].image;
        let more = runtime.may_link_more(&self.before.stages[maker]);
        kind.runs(bases::suite(image)) && !installs && !of_system && !more
    }

    /// Whether the compiler of Go is told to write its program to a path, where the distribution may have one of its own, and nothing
    /// replaces that later.
    fn compiles_to(&self, maker: usize, path: &str) -> bool {
        let mut found = false;
        visit(&self.before.stages[maker].steps, &mut |step| {
            let call = match &step.action {
                Action::Call(call) => call,
                Action::Copy(_) | Action::Opaque(..) | Action::Unread(_) => {
                    found = false;
                    return;
                }
                _ => return,
            };
            let words: Vec<&str> =
                call.words.iter().map(|word| plain(word).unwrap_or_default()).collect();
            let program = Command::of(&call.words).program().to_owned();
            let names = words.iter().any(|word| word.ends_with(path))
                || call.redirects.iter().any(|text| text.contains(path));
            if program == "go" && words.get(1) == Some(&"build") {
                found |= words.windows(2).any(|two| two[0] == "-o" && two[1] == path);
            } else if ["apt", "apt-get", "apk", "dpkg", "pip", "npm"].contains(&program.as_str()) {
                // A package may bring a program of that name.
                found = false;
            } else if names
                && !["[", "chmod", "file", "ldd", "ls", "strip", "test", "upx", path]
                    .contains(&program.as_str())
            {
                found = false;
            }
        });
        found
    }
}

/// The program that a word names in a stage that starts in `folder`, by the last COPY that brings it; `own` says which file of the build
/// context a COPY brings to a path.
pub(super) fn brought<'t>(
    stage: &Stage<'t>,
    folder: &str,
    word: &str,
    own: impl Fn(&Step<'t>, &str) -> Option<String>,
) -> Option<Program> {
    let mut paths = Vec::new();
    if word.starts_with('/') {
        paths.push(word.to_owned());
    } else if word.contains('/') {
        let folder = folder.trim_end_matches('/');
        paths.push(format!("{folder}/{}", word.trim_start_matches("./")));
    } else {
        let own = stage.configuration.environment.get("PATH").map_or("", String::as_str);
        let system = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let folders = own.split(':').chain(system.split(':'));
        paths.extend(folders.filter(|one| one.starts_with('/')).map(|one| format!("{one}/{word}")));
    }
    stage.steps.iter().rev().find_map(|step| {
        let Action::Copy(copy) = &step.action else { return None };
        let source = |path: &str| match &copy.from {
            None => own(step, path),
            Some(_) if brings_other_file(copy, path) => None,
            Some(_) => source_of(copy, path),
        };
        let (source, path) = paths.iter().find_map(|path| Some((source(path)?, path.clone())))?;
        let stage = match copy.from.as_deref() {
            None => None,
            Some(from) => Some(from.strip_prefix("stage ")?.parse().ok()?),
        };
        Some(Program { stage, source, path })
    })
}

/// Whether a COPY brings a single file of cargo into a folder, under another name than that of a path: of its folders those for programs
/// hold nothing but files, and folders of these names (The Cargo Book, "Build Cache").
fn brings_other_file(copy: &Transfer<'_>, path: &str) -> bool {
    const FOLDERS: &[&str] = &[".fingerprint", "build", "deps", "examples", "incremental"];
    let [source] = copy.sources.as_slice() else { return false };
    let mut parts = source.rsplit('/');
    let (Some(name), Some(profile)) = (parts.next(), parts.next()) else { return false };
    let target = parts.any(|part| part == "target");
    let file = target && matches!(profile, "debug" | "release") && !FOLDERS.contains(&name);
    let rest = path.strip_prefix(copy.destination.trim_end_matches('/'));
    file && rest.is_some_and(|rest| !rest.is_empty() && rest.trim_start_matches('/') != name)
}

/// Where a file at a path of the image comes from, if a COPY brings it.
pub(super) fn source_of(copy: &Transfer<'_>, path: &str) -> Option<String> {
    let target = copy.destination.trim_end_matches('/');
    let into = copy.destination.ends_with('/') || copy.sources.len() > 1;
    let rest = path.strip_prefix(target)?;
    if rest.is_empty() {
        return match copy.sources.as_slice() {
            [source] if !into => Some(source.to_string()),
            _ => None,
        };
    }
    let rest = rest.strip_prefix('/')?;
    // A file goes into the folder, what is in a folder does, too.
    let by_name = copy.sources.iter().find(|source| source.rsplit('/').next() == Some(rest));
    match (by_name, copy.sources.as_slice()) {
        (Some(source), _) => Some(source.to_string()),
        (None, [source]) => Some(format!("{}/{rest}", source.trim_end_matches('/'))),
        _ => None,
    }
}
