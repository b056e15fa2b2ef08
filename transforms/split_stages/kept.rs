//! What a COPY that names a path does not take along as it is: a link, which it follows, and the mode of a folder, which it makes anew for
//! root with 0755 (moby/buildkit, "COPY"; both are kept of what lies below a folder that is named).

use dockslim_contract::ContextKind;

use super::again::{does_again, text};
use super::compiled::{SHELL_BASE, STATIC_BASE};
use super::effects::{Done, Effect, is_pattern, is_system_folder};
use super::launch::parent_of;
use super::owners::homes;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject};
use super::variables::words;
use crate::facts::{absolute, is_within};

/// Folders of each Debian and Alpine (Filesystem Hierarchy Standard 3.0).
const IN_EACH: &[&str] = &[
    "/",
    "/bin",
    "/etc",
    "/home",
    "/mnt",
    "/opt",
    "/root",
    "/srv",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/share",
    "/usr/share",
    "/var",
    "/var/lib",
    "/var/log",
];

/// Has the new stage make links and folders again that a COPY would not bring as they are, or refuses the plan.
pub(super) fn as_it_was(subject: &Subject<'_, '_>, plan: &mut Plan) -> Result<(), Obstacle> {
    archives(subject, plan)?;
    links(subject, plan)?;
    let linked = |path: &&String| is_link_of_context(subject, path);
    if let Some(path) = sources(plan).find(linked) {
        let message = format!("`{path}` is a link of the build context, which a COPY follows");
        return Err((&reasons::LINKS, message));
    }
    modes(subject, plan)
}

/// Refuses a plan that ships what an archive gives to others than root, or folders with modes of their own.
fn archives(subject: &Subject<'_, '_>, plan: &Plan) -> Result<(), Obstacle> {
    let unpacked = subject.copied.iter().filter(|copied| copied.as_archived);
    for one in unpacked.flat_map(|copied| &copied.brings) {
        let is_of_archive = |path: &str| {
            let rest = path.strip_prefix(one.place.trim_end_matches('/'));
            let inside = rest.map(|rest| format!("{}{rest}", one.source));
            is_within(&one.place, path)
                || inside.is_some_and(|inside| subject.context.is_some_and(|it| it.exists(&inside)))
        };
        // The new stage makes the folder that its container starts in for root.
        let mut users = subject.stage.steps.iter().map(|step| subject.stage.is_root(step));
        let starts = subject.folder.as_ref().filter(|_| users.any(|root| !root));
        if let Some(path) = sources(plan).chain(starts).find(|path| is_of_archive(path)) {
            let message = format!("`{path}` has the owners and modes of an archive");
            return Err((&reasons::MODES, message));
        }
    }
    Ok(())
}

fn sources(plan: &Plan) -> impl Iterator<Item = &String> {
    plan.copies.iter().flat_map(|copy| &copy.sources)
}

/// What plans the new stage for a language.
pub(super) type Planner = fn(&Subject<'_, '_>) -> Result<Plan, Obstacle>;

/// The plan, or another one on a base that makes links and folders again, where this one's has no programs for that.
pub(super) fn on_a_system(
    subject: &mut Subject<'_, '_>,
    plan: Plan,
    again: Planner,
) -> Result<Plan, Obstacle> {
    let Err(obstacle) = as_it_was(subject, &mut plan.clone()) else { return Ok(plan) };
    if !is_bare(&plan) {
        return Err(obstacle);
    }
    (subject.launch.needs_shell, subject.launch.needs_system) = (true, true);
    let other = again(subject).ok().filter(|other| !is_bare(other));
    let other = other.filter(|other| as_it_was(subject, &mut other.clone()).is_ok());
    other.ok_or(obstacle)
}

/// Whether the new base has no programs, or few.
fn is_bare(plan: &Plan) -> bool {
    [STATIC_BASE, SHELL_BASE].contains(&plan.base.as_str())
}

/// Whether a RUN of the new stage does what it did in the old one.
fn runs_commands(plan: &Plan) -> bool {
    !is_bare(plan) && !plan.base.contains("chiseled") && plan.starts.is_none()
}

/// Leaves a path with all in it to the new stage.
fn forget(plan: &mut Plan, path: &str) {
    for copy in &mut plan.copies {
        copy.sources.retain(|source| !is_within(source, path));
    }
    plan.copies.retain(|copy| !copy.sources.is_empty());
}

/// A link that a command makes, and where it leads, if that is known.
pub(super) struct Link {
    pub(super) path: String,
    pub(super) target: Option<String>,
}

/// The symbolic links that a command makes.
pub(super) fn made(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Vec<Link> {
    let Effect::Writes(paths) = &done.effect else { return Vec::new() };
    if done.command.program_name() != Some("ln") {
        return Vec::new();
    }
    let operands = operands(subject, done);
    let symbolic = |word: &Option<String>| {
        word.as_deref().is_some_and(|word| {
            word == "--symbolic"
                || word.starts_with('-') && !word.starts_with("--") && word.contains('s')
        })
    };
    if !operands.iter().any(symbolic) {
        return Vec::new();
    }
    let named =
        operands.iter().filter(|word| !word.as_deref().is_some_and(|it| it.starts_with('-')));
    let links = paths.iter().zip(named).map(|(path, target)| {
        let target = target.as_deref().and_then(|it| absolute(it, Some(parent_of(path))));
        Link { path: path.clone(), target }
    });
    links.collect()
}

/// The words behind a program, with the values of plain variables.
fn operands(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Vec<Option<String>> {
    let step = &subject.stage.steps[done.step];
    let words = words(subject.build.dockerfile, step, subject.image, done.command);
    let at = done.command.program().map_or(0, |(at, _)| at + 1);
    words.into_iter().skip(at).map(|word| word.map(|word| word.to_string())).collect()
}

fn links(subject: &Subject<'_, '_>, plan: &mut Plan) -> Result<(), Obstacle> {
    let mut again: Vec<(usize, String)> = Vec::new();
    for done in &subject.done {
        let links = made(subject, done);
        for link in &links {
            if !sources(plan).any(|source| *source == link.path)
                || is_there_as_a_file(subject, plan, link)
            {
                continue;
            }
            if links.len() != 1 || !may_link_again(subject, plan, done, &link.path) {
                let target = link.target.as_deref().unwrap_or("somewhere else");
                let message =
                    format!("`{}` is a link to `{target}`, which a COPY follows", link.path);
                return Err((&reasons::LINKS, message));
            }
            forget(plan, &link.path);
            again.push((done.step, text(subject, done)));
        }
    }
    run(plan, again);
    Ok(())
}

/// Has the new stage do these commands of steps, one RUN for each step.
fn run(plan: &mut Plan, again: Vec<(usize, String)>) {
    let mut last = None;
    for (step, text) in again {
        match plan.runs.last_mut().filter(|_| last == Some(step)) {
            Some(run) => run.push_str(&format!(" && {text}")),
            None => plan.runs.push(text),
        }
        last = Some(step);
    }
}

/// Whether a link leads to a file that moves by its name, or to a time zone that the build has: what a COPY makes of it reads the same.
fn is_there_as_a_file(subject: &Subject<'_, '_>, plan: &Plan, link: &Link) -> bool {
    let Some(target) = &link.target else {
        return false;
    };
    let zones = || {
        let bare = subject.image.starts_with("ubuntu") || subject.image.contains("alpine");
        !bare || subject.packages().iter().any(|package| package == "tzdata")
    };
    let linked = || {
        let mut links = subject.done.iter().flat_map(|done| made(subject, done));
        links.any(|other| other.path == *target) || is_link_of_context(subject, target)
    };
    let named =
        plan.copies.iter().any(|copy| copy.target.ends_with('/') && copy.sources.contains(target));
    named && !linked() || is_within(target, "/usr/share/zoneinfo") && zones()
}

/// Whether a command that makes one link makes the same in the new stage.
fn may_link_again(subject: &Subject<'_, '_>, plan: &Plan, done: &Done<'_, '_>, path: &str) -> bool {
    let operands = operands(subject, done);
    let (flags, named): (Vec<_>, Vec<_>) =
        operands.iter().flatten().partition(|word| word.starts_with('-'));
    let known = |flag: &&String| flag[1..].chars().all(|letter| "sfnv".contains(letter));
    let installs = |name: &str| {
        plan.runs.iter().any(|run| run.contains("install") && run.split(' ').any(|it| it == name))
    };
    let parent = parent_of(path);
    let there = IN_EACH.contains(&parent) || parent == "/var/log/nginx" && installs("nginx");
    let inside = sources(plan).any(|source| source != path && is_within(source, path));
    runs_commands(plan)
        && there
        && !inside
        && flags.iter().all(known)
        && matches!(named.as_slice(), [_, link] if *link == path)
        && does_again(subject, done)
}

/// Whether what lies at a path of the image is a link of the build context.
fn is_link_of_context(subject: &Subject<'_, '_>, place: &str) -> bool {
    let Some(context) = subject.context else { return false };
    let is_link =
        |path: &str| context.entry(path).is_some_and(|entry| entry.kind == ContextKind::Link);
    let brought = subject.copied.iter().filter(|copied| copied.from_context);
    brought.flat_map(|copied| &copied.brings).any(|one| {
        if !one.folder {
            return one.place == place && is_link(&one.source);
        }
        let rest = place.strip_prefix(one.place.trim_end_matches('/'));
        let rest = rest.and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| is_link(format!("{}/{rest}", one.source).trim_matches('/')))
    })
}

/// What a command gives another mode than 0755.
struct Changed {
    paths: Vec<String>,
    /// Folders whose contents alone it changes, by a pattern.
    filled: Vec<String>,
    /// Whether all below a path changes, too.
    deep: bool,
    /// Whether all of its paths are known.
    known: bool,
}

fn changed(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<Changed> {
    let operands = operands(subject, done);
    let name = done.command.program_name()?.rsplit('/').next()?;
    if let ("mkdir" | "install", Effect::MakesFolder(paths)) = (name, &done.effect) {
        let mut words = operands.iter().flatten();
        let mode = words.find_map(|word| {
            // Among other letters, such as `-pm`, too.
            let letters = word.strip_prefix('-').and_then(|rest| rest.split_once('m'));
            let letters = letters.filter(|(front, _)| front.chars().all(|c| "CDdpv".contains(c)));
            let given = word.strip_prefix("--mode=").or_else(|| letters.map(|(_, given)| given));
            let behind = word == "--mode" || given.is_some_and(str::is_empty);
            (behind || given.is_some()).then(|| (behind, given.unwrap_or_default().to_owned()))
        });
        let mode = match mode? {
            (true, _) => words.next().cloned().unwrap_or_default(),
            (false, mode) => mode,
        };
        let (deep, filled) = (false, Vec::new());
        return (!is_usual(&mode)).then(|| Changed {
            paths: paths.clone(),
            filled,
            deep,
            known: true,
        });
    }
    if name != "chmod" {
        return None;
    }
    let mut found = Changed { paths: Vec::new(), filled: Vec::new(), deep: false, known: true };
    let mut mode: Option<String> = None;
    let first = done.command.words.len() - operands.len();
    for (number, word) in operands.iter().enumerate() {
        let raw = done.command.raw_word(subject.build.dockerfile, first + number);
        match word.as_deref() {
            Some(word) if mode.is_none() && is_option(word) => {
                found.deep |=
                    word == "--recursive" || !word.starts_with("--") && word.contains('R');
                if let Some(other) = word.strip_prefix("--reference") {
                    mode = Some(other.to_owned());
                }
            }
            word if mode.is_none() => mode = Some(word.unwrap_or("?").to_owned()),
            Some(word) => match absolute(word, done.folder.as_deref()) {
                Some(path) => found.paths.push(path),
                None => found.known = false,
            },
            None if is_pattern(&raw) => {
                let front = raw.split('*').next().unwrap_or_default();
                let folder = front.rsplit_once('/').map_or(".", |(folder, _)| folder);
                let folder = if front.starts_with('/') && folder.is_empty() { "/" } else { folder };
                match absolute(folder, done.folder.as_deref()) {
                    Some(path) => found.filled.push(path),
                    None => found.known = false,
                }
            }
            None => found.known = false,
        }
    }
    (!is_usual(&mode.unwrap_or_default())).then_some(found)
}

/// Whether a word in front of the mode is an option of chmod.
fn is_option(word: &str) -> bool {
    let letters = word.strip_prefix('-').unwrap_or_default();
    letters.starts_with('-')
        || !letters.is_empty() && letters.chars().all(|letter| "RvfcHLP".contains(letter))
}

/// Whether a folder with 0755 stays as open as it was.
fn is_usual(mode: &str) -> bool {
    if mode.starts_with(|c: char| c.is_ascii_digit()) {
        return mode.trim_start_matches('0') == "755";
    }
    mode.split(',').all(|part| {
        let Some(at) = part.find(['+', '-', '=']) else { return false };
        let (who, rest) = part.split_at(at);
        let (sign, what) = rest.split_at(1);
        let all = |letters: &str| what.chars().all(|letter| letters.contains(letter));
        let whole = |letter: char| what.contains(letter);
        match (sign, who) {
            ("+", "" | "u") => all("rwxX"),
            ("+", _) => all("rxX"),
            ("-", "g" | "o" | "go" | "og") => all("w"),
            ("=", "u") => all("rwxX") && whole('r') && whole('w') && (whole('x') || whole('X')),
            ("=", "g" | "o" | "go" | "og") => {
                all("rxX") && whole('r') && (whole('x') || whole('X'))
            }
            _ => false,
        }
    })
}

fn modes(subject: &Subject<'_, '_>, plan: &mut Plan) -> Result<(), Obstacle> {
    let folders: Vec<String> = {
        let copies = plan.copies.iter().filter(|copy| !copy.target.ends_with('/'));
        copies.flat_map(|copy| copy.sources.clone()).collect()
    };
    let mut lost: Vec<String> = Vec::new();
    for done in &subject.done {
        let Some(changed) = changed(subject, done) else { continue };
        let refuse = |path: &str| {
            let line = subject.build.dockerfile.line(done.command.span.start);
            let message =
                format!("line {line} gives `{path}` a mode that a COPY does not take along");
            Err((&reasons::MODES, message))
        };
        if !changed.known && !folders.is_empty() {
            return refuse("a folder");
        }
        for folder in &folders {
            let by_name = changed
                .paths
                .iter()
                .any(|path| path == folder || changed.deep && is_within(folder, path));
            let by_pattern =
                changed.filled.iter().any(|path| path != folder && is_within(folder, path));
            if (by_name || by_pattern) && !lost.contains(folder) {
                lost.push(folder.clone());
            }
        }
        for path in changed.paths.iter().filter(|path| is_made_anew(subject, plan, path)) {
            if is_system_folder(path) || homes(subject).contains(path) {
                return refuse(path);
            }
            lost.push(path.clone());
        }
        if let Some(path) = lost.iter().find(|path| !is_made_alone(subject, path)) {
            return refuse(path);
        }
    }
    if let Some(step) = tells_otherwise(subject).filter(|_| !folders.is_empty() || !lost.is_empty())
    {
        let line = subject.build.dockerfile.line(step);
        let message = format!("line {line} gives folders modes that a COPY does not take along");
        return Err((&reasons::MODES, message));
    }
    if lost.is_empty() {
        return Ok(());
    }
    // What a pattern reaches is not told by its path.
    let patterns = subject.done.iter().filter_map(|done| Some(changed(subject, done)?.filled));
    let reached = |folder: &String| {
        patterns.clone().flatten().any(|path| path != *folder && is_within(folder, &path))
    };
    if let Some(folder) = lost.iter().find(|folder| reached(folder)) {
        let message = format!("`{folder}` has a mode by a pattern, which is not given again");
        return Err((&reasons::MODES, message));
    }
    let again = folders_again(subject, plan, &lost).ok_or_else(|| {
        let message = format!("`{}` has a mode that a COPY does not take along", lost[0]);
        (&reasons::MODES, message)
    })?;
    for folder in &lost {
        forget(plan, folder);
    }
    run(plan, again);
    Ok(())
}

/// The place of a step that decides on the modes of folders by other means than chmod and mkdir themselves (POSIX, `umask`, `xargs`).
fn tells_otherwise(subject: &Subject<'_, '_>) -> Option<usize> {
    subject.done.iter().find_map(|done| {
        let words = || done.command.words.iter().flatten();
        let name = done.command.program_name();
        let by_others = words().next().is_some_and(|word| word.ends_with("xargs"));
        let hands_on = by_others && words().any(|word| word.ends_with("chmod"));
        (name == Some("umask") || hands_on).then_some(done.command.span.start)
    })
}

/// Whether the new stage has a folder that no COPY names: one that its base, a user, WORKDIR or what lies below makes.
fn is_made_anew(subject: &Subject<'_, '_>, plan: &Plan, path: &str) -> bool {
    let taken = |copy: &super::plan::Transfer| copy.sources.iter().any(|one| is_within(path, one));
    if ["/tmp", "/var/tmp"].contains(&path) || plan.copies.iter().any(taken) {
        return false;
    }
    let brings = || subject.copied.iter().flat_map(|copied| &copied.brings);
    let stays = || plan.stays.is_some() && brings().any(|one| is_within(&one.place, path));
    is_system_folder(path)
        || sources(plan).any(|source| is_within(source, path))
        || subject.folder.as_deref().is_some_and(|folder| is_within(folder, path))
        || homes(subject).iter().any(|home| is_within(home, path))
        || stays()
}

/// Whether commands have made a folder, and nothing is known to lie there.
fn is_made_alone(subject: &Subject<'_, '_>, path: &str) -> bool {
    let near = |other: &str| is_within(other, path) || is_within(path, other);
    let mut brings = subject.copied.iter().flat_map(|copied| &copied.brings);
    let made = |done: &Done<'_, '_>| matches!(&done.effect, Effect::MakesFolder(paths) if paths.iter().any(|one| is_within(one, path)));
    let filled = subject.done.iter().any(|done| match &done.effect {
        Effect::Writes(paths) => paths.iter().any(|one| is_within(one, path)),
        Effect::Clones(one) => near(one),
        Effect::Builds | Effect::Packages(_) => {
            done.folder.as_deref().is_none_or(|folder| is_within(folder, path))
        }
        _ => false,
    });
    let steps = 0..=subject.stage.steps.len();
    let entered = |number| subject.folder_at(number).is_some_and(|folder| is_within(&folder, path));
    subject.done.iter().any(made)
        && !filled
        && !brings.any(|one| is_within(&one.place, path))
        && !steps.into_iter().any(entered)
}

/// The commands that make folders with their modes, where they make the same in the new stage.
fn folders_again(
    subject: &Subject<'_, '_>,
    plan: &Plan,
    lost: &[String],
) -> Option<Vec<(usize, String)>> {
    let mut again = Vec::new();
    for done in &subject.done {
        let chmod = done.command.program_name() == Some("chmod");
        let paths = match &done.effect {
            // The call that makes them has been told to whom they go.
            Effect::Owner { .. } if done.command.program_name() == Some("install") => continue,
            Effect::MakesFolder(paths) | Effect::Owner { paths, .. } => paths.clone(),
            _ if chmod => changed(subject, done).map(|changed| changed.paths).unwrap_or_default(),
            _ => continue,
        };
        let own = |path: &String| lost.iter().any(|folder| is_within(path, folder));
        if !paths.iter().any(own) {
            continue;
        }
        // What is told by no whole path may be another in the new stage.
        let words = operands(subject, done);
        let named =
            words.iter().filter(|word| word.as_deref().is_some_and(|word| word.starts_with('/')));
        let whole = named.count() == paths.len() && words.iter().all(Option::is_some);
        if !whole || !paths.iter().all(own) || !does_again(subject, done) {
            return None;
        }
        again.push((done.step, text(subject, done)));
    }
    let programs = ["mkdir ", "chmod ", "chown ", "install "];
    let known = again.iter().all(|(_, text)| programs.iter().any(|one| text.starts_with(one)));
    (runs_commands(plan) && known && !again.is_empty()).then_some(again)
}
