//! A last stage that only puts together what the stages above have built, on an image with their compiler: it gets a base of its own.

use dockslim_syntax::{Arguments, Edits, Instruction, Keyword, Overlap};

use super::compiled::{
    Made, RunsOn, SHELL_BASE, STATIC_BASE, finds_names, search_path, take_certificates,
};
use super::copies::Copied;
use super::effects::{Done, Effect, is_system_folder};
use super::gone::may_take;
use super::launch::{Launch, base_name};
use super::libraries::{collect, links_more};
use super::opened::opens_system_files;
use super::plan::Plan;
use super::subject::{Obstacle, Subject, because};
use super::system_files;
use super::{go, java, native, reasons, rust, variables};
use crate::facts::{Base, BuildStage, Facts, absolute, is_root, is_within};
use crate::knowledge::{
    Form, Need, base_image, need_of_package, suite_of_image, toolchain_of_image, twin,
};
use crate::slim_base::calls_kit;

/// Plans another base for the last stage, and writes it; `None` if there is no compiler to leave behind.
pub(super) fn split(
    facts: &Facts<'_>,
    subject: &Subject<'_, '_>,
    prefix: &str,
) -> Option<Result<(Plan, Edits), Obstacle>> {
    let language = subject.toolchain.name.as_str();
    if !matches!(language, "go" | "rust" | "native" | "java") {
        return None;
    }
    if language == "java" && subject.image.contains("jre") {
        return None;
    }
    let starts: Vec<&str> = subject.launch.programs().flatten().collect();
    if starts.is_empty() {
        return None;
    }
    let result = assemble(facts, subject, prefix);
    // A kit with a smaller form of its own is left for nothing but the modules of a program.
    let smaller = language == "java"
        && (subject.image.contains("slim") || twin(subject.image, Form::Jre).is_ok());
    let is_put_together = matches!(&result, Ok((plan, _)) if !plan.added.is_empty());
    (!smaller || is_put_together).then_some(result)
}

fn assemble(
    facts: &Facts<'_>,
    subject: &Subject<'_, '_>,
    prefix: &str,
) -> Result<(Plan, Edits), Obstacle> {
    let dockerfile = facts.dockerfile;
    if subject.launch.unread.is_some() || subject.launch.opens_shell {
        return Err(because(&reasons::UNREAD_COMMAND));
    }
    users(subject)?;
    let mut plan = Plan { left: "the compiler and its files stay behind", ..Plan::default() };
    let maker = if subject.toolchain.name == "java" {
        runtime_of_java(subject, &mut plan)?
    } else {
        let programs: Option<Vec<&str>> = subject.launch.programs().collect();
        let programs = programs.ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
        let maker = Maker::of(subject, &programs)?;
        plan_base(subject, &maker, &mut plan)?;
        starts_nothing_else(&maker, &plan)?;
        Some(maker)
    };
    if !plan.base.contains('/') {
        plan.base.insert_str(0, prefix);
    }
    variables::tell(subject, &mut plan, true)?;
    let edits = edits(subject, maker.as_ref(), &plan, dockerfile);
    edits.map(|edits| (plan, edits)).map_err(|_| because(&reasons::LAYOUT))
}

/// Puts a base in the place of the old one where the stage itself brings all that is wanted of it but files of the system, which the stage
/// that makes the program has, too; `None` if it does not.
pub(super) fn in_place(
    last: &Subject<'_, '_>,
    maker: &Maker<'_, '_>,
    plan: &Plan,
) -> Option<Edits> {
    let more = !plan.runs.is_empty() || !plan.added.is_empty() || plan.starts.is_some();
    let alike = maker.subject.image == last.image && !is_for_platform(last);
    if more || !alike || plan.stays.is_some() || !plan.says.is_empty() || users(last).is_err() {
        return None;
    }
    let start = base_image(last.image).map(|row| row.workdir());
    // What the author puts beside files of the system stands in for none of them.
    let shared = ["/etc/ssl", "/usr/share/zoneinfo", "/usr/local/go/lib/time"];
    let made = |path: &String| {
        if shared.iter().any(|folder| is_within(path, folder)) {
            return false;
        }
        last.copied.iter().flat_map(|copied| &copied.brings).any(|one| is_within(path, &one.place))
            || last.folders.iter().chain(&last.folder).any(|folder| is_within(folder, path))
                && !is_system_folder(path)
            || start == Some(path.as_str())
    };
    let mut plan = plan.clone();
    plan.copies.retain(|copy| !copy.sources.iter().all(made));
    let system = |path: &String| ["/etc", "/usr"].iter().any(|folder| is_within(path, folder));
    let given = plan.copies.iter().all(|copy| copy.sources.iter().all(system));
    edits(last, Some(maker), &plan, last.build.dockerfile).ok().filter(|_| given)
}

/// Names of users are looked up in the image, and the new base has others.
fn users(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let number = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let known = |user: &str| user.split(':').all(|one| number(one) || one == "root");
    let last = subject.stage.steps.last().and_then(|step| step.state.user.as_deref());
    let own = subject.stage.steps.iter().rev().find(|step| step.instruction.kind == Keyword::User);
    let own = own.map(|step| {
        subject.build.dockerfile.text(step.instruction.arguments_span).trim().to_owned()
    });
    let copies = subject.copied.iter().filter_map(|copied| copied.owner.as_deref());
    let mut all = last.into_iter().chain(own.as_deref()).chain(copies);
    match all.find(|user| !known(user) && !is_root(user)) {
        Some(user) => {
            Err((&reasons::OWNERS, format!("the new base may not know the user `{user}`")))
        }
        None => Ok(()),
    }
}

/// A run-time environment, or one that is put together in the stage that makes the jar.
fn runtime_of_java<'f, 't>(
    subject: &Subject<'f, 't>,
    plan: &mut Plan,
) -> Result<Option<Maker<'f, 't>>, Obstacle> {
    java::class_path(subject)?;
    java::finds_java(subject)?;
    java::keeps_types(subject)?;
    java::finds_programs(subject, plan)?;
    if let Some(path) = subject.context.and_then(calls_kit) {
        return Err((&reasons::RUNS_TOOLCHAIN, format!("{path} calls a tool of the kit of Java")));
    }
    let programs = subject.launch.programs();
    if let Some(program) = programs.flatten().find(|program| base_name(program) != "java") {
        let message = format!("what `{program}` needs, which the container starts, is not known");
        return Err((&reasons::NO_ARTEFACT, message));
    }
    let maker = put_together(subject, plan);
    if maker.is_none() {
        java::runtime(subject, plan)?;
    }
    Ok(maker)
}

/// Puts a runtime of Java together in the stage above that makes the only jar of the last one, or the only folder of classes, with the same kit.
fn put_together<'f, 't>(last: &Subject<'f, 't>, plan: &mut Plan) -> Option<Maker<'f, 't>> {
    let path = java::alone(last)?;
    let is_jar = path.ends_with(".jar");
    // Whatever lies beside a jar may be on its class path, and classes of the project in a folder of them.
    let mut brings = last.copied.iter().filter(|copied| !copied.from_context);
    let alone = brings.all(|copied| {
        let whole = |place: &str| place == path || !is_jar && is_within(&path, place);
        copied.brings.iter().all(|one| whole(&one.place))
    });
    let mut files = last.context?.entries();
    let more = if is_jar { ".jar" } else { ".class" };
    if !alone || files.any(|(path, _)| path.ends_with(more)) {
        return None;
    }
    let Origin { stage, name, source, over, .. } = origin(last, &path)?;
    if !over.is_empty() {
        return None;
    }
    let Base::Image(_) = stage.stage.base else { return None };
    let image = java::kit_of(stage.image.as_deref()?, last.image)?;
    if is_for_platform(last) || !last.launch.scripts.is_empty() {
        return None;
    }
    let mut subject = Subject::of(last.build, stage, last.context, image, last.toolchain).ok()?;
    let words: &[&str] =
        if is_jar { &["java", "-jar", &source] } else { &["java", "-cp", &source, "Main"] };
    let words = words.iter().map(|word| Some((*word).to_owned())).collect();
    subject.launch = Launch { commands: vec![words], ..Launch::default() };
    let touched = subject.done.iter().any(|done| match &done.effect {
        Effect::Writes(paths) => {
            let inside = |one: &String| !is_jar && is_within(one, &source);
            paths.iter().any(|one| is_within(&source, one) || inside(one))
        }
        Effect::Removes(paths) => paths.iter().any(|one| may_take(one, &source)),
        _ => false,
    });
    let unclear = touched || is_for_platform(&subject) || !subject.ends_as_root();
    if unclear
        || super::known(&subject).is_err()
        || !java::put_together_for(last, &subject, &source, plan)
    {
        return None;
    }
    let made = Made { artefacts: vec![source], runs_on: RunsOn::Runtime("java") };
    Some(Maker { subject, name, made, all: Vec::new(), inserts: Vec::new() })
}

/// Whether a stage is built for a platform that its FROM names, or may be.
pub(super) fn is_for_platform(subject: &Subject<'_, '_>) -> bool {
    let from = subject.build.dockerfile.instruction(subject.stage.stage.from);
    from.is_none_or(|from| !from.flags.is_empty())
}

/// The stage that builds what the container starts.
pub(super) struct Maker<'f, 't> {
    pub(super) subject: Subject<'f, 't>,
    /// How the last stage calls it.
    name: String,
    pub(super) made: Made,
    /// All that is known to be made there, of which the container starts some.
    pub(super) all: Vec<String>,
    pub(super) inserts: Vec<(usize, String)>,
}

impl<'f, 't> Maker<'f, 't> {
    /// The one stage that makes these programs of the last one.
    pub(super) fn of(last: &Subject<'f, 't>, programs: &[&str]) -> Result<Self, Obstacle> {
        let (mut started, mut files) = (Vec::new(), Vec::new());
        let mut from: Option<(&'f BuildStage<'t>, String)> = None;
        for program in programs {
            let unknown = || {
                let message =
                    format!("no step is known to make `{program}`, which the container starts");
                (&reasons::NO_ARTEFACT, message)
            };
            let Origin { stage, name, source, over, .. } =
                origin(last, program).ok_or_else(unknown)?;
            if from.as_ref().is_some_and(|(known, _)| known.stage.index != stage.stage.index) {
                return Err(unknown());
            }
            from = Some((stage, name));
            started.push(source);
            files.extend(over);
        }
        let (stage, name) = from.ok_or_else(|| because(&reasons::NO_COMMAND))?;
        let Base::Image(_) = stage.stage.base else { return Err(because(&reasons::LAYOUT)) };
        let image = stage.image.as_deref().ok_or_else(|| because(&reasons::LAYOUT))?;
        let image = image.strip_prefix("docker.io/").unwrap_or(image);
        let image = image.strip_prefix("library/").unwrap_or(image);
        let toolchain = toolchain_of_image(image).ok_or_else(|| because(&reasons::NO_ARTEFACT))?;
        let mut subject = Subject::of(last.build, stage, last.context, image, toolchain)?;
        let all = started.iter().chain(&files);
        let commands = all.map(|path| vec![Some(path.clone())]).collect();
        subject.launch = Launch { commands, ..Launch::default() };
        super::known(&subject)?;
        let (made, inserts) = match toolchain.name.as_str() {
            "go" => go::made(&subject)?,
            "rust" => (rust::made(&subject)?, Vec::new()),
            "native" => (native::artefacts(&subject)?, Vec::new()),
            _ => return Err(because(&reasons::NO_ARTEFACT)),
        };
        if let Some(path) = started.iter().find(|path| !made.artefacts.contains(path)) {
            let message = format!("no step is known to make `{path}`, which the container starts");
            return Err((&reasons::NO_ARTEFACT, message));
        }
        if let Some(path) = files.iter().find(|path| !made.artefacts.contains(path)) {
            let message = format!("what `{path}` brings beside the program is not known");
            return Err((&reasons::NO_ARTEFACT, message));
        }
        if let Some(path) = started.iter().find(|path| is_replaced(&subject, path)) {
            let message = format!("what a later step leaves at `{path}` is not known");
            return Err((&reasons::NO_ARTEFACT, message));
        }
        let all = made.artefacts;
        let made = Made { artefacts: started, runs_on: made.runs_on };
        Ok(Self { subject, name, made, all, inserts })
    }
}

/// Whether something writes, removes or installs behind the compiler that is told to make a program, where it may replace that.
fn is_replaced(subject: &Subject<'_, '_>, path: &str) -> bool {
    let makes = |done: &Done<'_, '_>| {
        done.effect == Effect::Builds
            && done.command.words.iter().any(|word| word.as_deref() == Some(path))
    };
    let Some(made) = subject.done.iter().rposition(makes) else { return false };
    subject.done[made + 1..].iter().any(|done| match &done.effect {
        Effect::Writes(paths) => paths.iter().any(|one| is_within(path, one)),
        Effect::Removes(paths) => paths.iter().any(|one| may_take(one, path)),
        Effect::Installs(_) | Effect::Packages(_) => true,
        _ => false,
    })
}

/// Where a program of the last stage comes from.
pub(super) struct Origin<'f, 't> {
    pub(super) stage: &'f BuildStage<'t>,
    /// How the last stage calls that.
    name: String,
    /// Its path there.
    pub(super) source: String,
    /// Its path in the last stage.
    pub(super) path: String,
    /// What else comes into its folder, and is taken for a single file.
    over: Vec<String>,
}

/// Where a program of the last stage comes from, if a COPY brings it from another one.
pub(super) fn origin<'f, 't>(last: &Subject<'f, 't>, program: &str) -> Option<Origin<'f, 't>> {
    let paths: Vec<String> = if program.contains('/') {
        vec![absolute(program, last.folder.as_deref())?]
    } else {
        search_path(last).iter().map(|folder| format!("{folder}/{program}")).collect()
    };
    let dockerfile = last.build.dockerfile;
    let from = |copied: &Copied| {
        let flag = last.stage.steps[copied.step].instruction.flag("from", dockerfile.source)?;
        flag.value.map(|name| dockerfile.text(name).into_owned())
    };
    let stage_of = |copied: &Copied| {
        let name = from(copied)?;
        last.build.stages.iter().rfind(|stage| {
            stage.stage.index < last.stage.stage.index
                && (stage.stage.name.as_deref() == Some(&*name.to_ascii_lowercase())
                    || stage.stage.index.to_string() == name)
        })
    };
    // Steps run there.
    let is_folder = |copied: &Copied, path: &str| {
        let steps = stage_of(copied).into_iter().flat_map(|stage| &stage.steps);
        let mut folders = steps.filter_map(|step| step.state.workdir.as_deref());
        folders.any(|folder| is_within(folder, path))
    };
    // A COPY whose source may be a folder of that name stands back where another one brings the program by its own name.
    let (mut first, mut over) = (None, Vec::new());
    let named = last.copied.iter().rev().find_map(|copied| {
        copied.brings.iter().find_map(|one| {
            let path = paths.iter().find(|path| is_within(path, &one.place))?;
            let rest = path[one.place.len()..].trim_start_matches('/');
            // A program whose name looks like a folder's goes into the folder.
            let named = base_name(&one.source) == rest && !is_folder(copied, &one.source);
            if *path == one.place || named {
                return Some((copied, one.source.clone(), path.clone()));
            }
            if one.folder {
                let inside = format!("{}/{rest}", one.source.trim_end_matches('/'));
                first.get_or_insert_with(|| (copied, inside, path.clone()));
                over.push((copied, one.source.clone()));
            }
            None
        })
    });
    let named = named.filter(|one| over.iter().all(|(other, _)| from(other) == from(one.0)));
    let over = over.into_iter().filter(|_| named.is_some()).map(|(_, source)| source).collect();
    let (copied, source, path) = named.or(first)?;
    let (name, stage) = (from(copied)?, stage_of(copied)?);
    Some(Origin { stage, name, source, path, over })
}

fn plan_base(
    last: &Subject<'_, '_>,
    maker: &Maker<'_, '_>,
    plan: &mut Plan,
) -> Result<(), Obstacle> {
    let shell = last.launch.needs_shell;
    plan.inserts = maker.inserts.clone();
    match (maker.made.runs_on, shell) {
        (RunsOn::Nothing, false) => {
            plan.base = STATIC_BASE.to_owned();
            plan.self_contained = true;
        }
        (RunsOn::Nothing, true) => {
            plan.base = SHELL_BASE.to_owned();
            take_certificates(&maker.subject, plan);
            if maker.subject.image.starts_with("golang") && go::reads_zones(&maker.subject) {
                let (source, target) = go::zones(maker.subject.image);
                plan.take_to(source, target);
            }
        }
        (RunsOn::Libraries, false) if finds_names(maker.subject.image) => {
            if is_for_platform(&maker.subject) || is_for_platform(last) {
                let message = "the program may be built for another platform".to_owned();
                return Err((&reasons::PACKAGES, message));
            }
            plan.base = STATIC_BASE.to_owned();
            collect(&maker.subject, &maker.made, plan, "")?;
            let mut settings = last.stage.steps.iter().flat_map(|step| &*step.state.settings);
            if !plan.settings.is_empty() && settings.any(|one| one.name == "LD_LIBRARY_PATH") {
                let message = "LD_LIBRARY_PATH leads the loader to what another stage has not";
                return Err((&reasons::PACKAGES, message.to_owned()));
            }
        }
        (RunsOn::Libraries, _) => {
            let installs = maker
                .subject
                .packages()
                .iter()
                .any(|package| need_of_package(package) != Need::Fetch);
            let suite = suite_of_image(maker.subject.image).filter(|_| {
                !installs && !maker.subject.image.contains("alpine") && !links_more(&maker.subject)
            });
            let suite = suite.ok_or_else(|| because(&reasons::PACKAGES))?;
            plan.base = format!("debian:{suite}-slim");
            take_certificates(&maker.subject, plan);
        }
        _ => return Err(because(&reasons::PACKAGES)),
    }
    let system = system_files::named(last, &[])?;
    let debian = plan.base.starts_with("debian");
    let busybox = plan.base == SHELL_BASE && system.more_than_busybox;
    if system.debian && !debian || system.network && plan.base != STATIC_BASE || busybox {
        let message = "a source names files of the system that the new base lacks".to_owned();
        return Err((&reasons::PACKAGES, message));
    }
    let of_go = [maker.subject.image, last.image].iter().all(|image| image.starts_with("golang"));
    if of_go && go::asks_for_types(&maker.subject) {
        plan.take_to(go::TYPES, "/etc/");
    }
    Ok(())
}

/// Refuses sources that start or open what the old base of the last stage had, and the new one may lack.
fn starts_nothing_else(maker: &Maker<'_, '_>, plan: &Plan) -> Result<(), Obstacle> {
    match maker.subject.toolchain.name.as_str() {
        "go" => go::finds_programs(&maker.subject, plan)?,
        "rust" => rust::finds_programs(&maker.subject)?,
        _ => {}
    }
    if opens_system_files(&maker.subject)? && !plan.base.starts_with("debian") {
        let message = "a source opens files of the system that the new base lacks".to_owned();
        return Err((&reasons::PACKAGES, message));
    }
    Ok(())
}

fn edits(
    last: &Subject<'_, '_>,
    maker: Option<&Maker<'_, '_>>,
    plan: &Plan,
    dockerfile: &dockslim_syntax::Dockerfile<'_>,
) -> Result<Edits, Overlap> {
    let mut edits = Edits::new();
    let newline = dockerfile.newline();
    for (at, text) in &plan.inserts {
        edits.insert(*at, text.clone())?;
    }
    let Some(from) = dockerfile.instruction(last.stage.stage.from) else { return Ok(edits) };
    let Arguments::From(arguments) = &from.arguments else { return Ok(edits) };
    edits.replace(arguments.image.span, plan.base.clone())?;
    let upper = dockerfile.raw(from.keyword).starts_with('F');
    let keyword = |word: &str| if upper { word.to_owned() } else { word.to_ascii_lowercase() };
    let mut lines: Vec<String> = plan
        .settings
        .iter()
        .map(|(name, value)| format!("{} {name}={value}", keyword("ENV")))
        .collect();
    if let Some(maker) = maker {
        for copy in &plan.copies {
            lines.push(format!(
                "{} --from={} {} {}",
                keyword("COPY"),
                maker.name,
                copy.sources.join(" "),
                copy.target
            ));
        }
        if !plan.added.is_empty() {
            let mut all = dockerfile.instructions();
            let inside = maker.subject.stage.stage.from..maker.subject.stage.stage.end;
            let end = all.rfind(|(index, _)| inside.contains(index));
            let end = end.map_or(from.lines.end, |(_, one)| one.lines.end);
            let added: String = plan
                .added
                .iter()
                .map(|script| format!("{} {script}{newline}", keyword("RUN")))
                .collect();
            edits.insert(end, added)?;
        }
    }
    // The folder that the old base starts in, unless WORKDIR leads away from it.
    let start = last.folder_before(from.lines.end).unwrap_or_else(|| "/".to_owned());
    if start != "/" && !leads_away(last) {
        lines.push(format!("{} {start}", keyword("WORKDIR")));
    }
    let text: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
    edits.insert(from.lines.end, text)?;
    Ok(edits)
}

/// Whether the first step of a stage that depends on its folder is a WORKDIR with an absolute path.
fn leads_away(last: &Subject<'_, '_>) -> bool {
    let dockerfile = last.build.dockerfile;
    let target = |one: &Instruction| match &one.arguments {
        Arguments::Words(words) => words.last().map(|word| dockerfile.text(word.span).into_owned()),
        Arguments::List(words) => words.last().map(|word| word.value.clone()),
        _ => None,
    };
    for step in &last.stage.steps {
        match step.instruction.kind {
            Keyword::Workdir => {
                let path = dockerfile.text(step.instruction.arguments_span);
                return path.trim().starts_with('/');
            }
            Keyword::Copy | Keyword::Add
                if !target(step.instruction).is_some_and(|path| path.starts_with('/')) =>
            {
                return false;
            }
            _ => {}
        }
    }
    false
}
