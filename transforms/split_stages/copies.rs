//! What the COPY and ADD of a stage bring, and which of it a container may read.

use dockslim_contract::{Added, BuildContext, ContextKind, Unpacked, unpacked_folder};
use dockslim_syntax::{Arguments, Dockerfile, Keyword};

use super::effects::is_system_folder;
use super::launch::base_name;
use super::reasons;
use super::subject::{Obstacle, because};
use super::variables::expanded;
use crate::facts::{BuildStep, absolute, is_within};
use crate::knowledge::{BuildImage, is_leftover_folder};

/// A COPY that was followed.
pub(super) struct Copied {
    /// Its number among the steps.
    pub(super) step: usize,
    /// Whether its files are those of the build context.
    pub(super) from_context: bool,
    /// The owner that it gives.
    pub(super) owner: Option<String>,
    /// What it brings.
    pub(super) brings: Vec<Brought>,
    /// Whether an archive decides about owners and modes.
    pub(super) as_archived: bool,
}

/// A file or folder, and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Brought {
    /// The path of the context, or of another stage.
    pub(super) source: String,
    /// The path of the image.
    pub(super) place: String,
    /// Whether it is a folder, whose contents go there.
    pub(super) folder: bool,
}

/// Follows a COPY that runs in `folder`; `folders` are known to be some.
pub(super) fn copied(
    dockerfile: &Dockerfile<'_>,
    context: Option<&BuildContext>,
    image: &str,
    (number, step): (usize, &BuildStep<'_>),
    folder: Option<&str>,
    folders: &[String],
) -> Result<Copied, Obstacle> {
    let copy = step.instruction;
    let line = dockerfile.line(copy.span.start);
    let unclear = || (&reasons::UNREAD_COPY, format!("what line {line} brings is not known"));
    let flag = |name: &str| {
        copy.flag(name, dockerfile.source)
            .and_then(|flag| flag.value)
            .map(|value| dockerfile.text(value).into_owned())
    };
    let mut words: Vec<String> = match &copy.arguments {
        Arguments::List(strings) => strings.iter().map(|one| one.value.clone()).collect(),
        Arguments::Words(words) => {
            words.iter().map(|one| dockerfile.text(one.span).into_owned()).collect()
        }
        _ => return Err(unclear()),
    };
    let decides = |name: &str| copy.flag(name, dockerfile.source).is_some();
    if !copy.heredocs.is_empty() || ["parents", "exclude", "unpack"].into_iter().any(decides) {
        return Err(unclear());
    }
    let target = words.pop().ok_or_else(unclear)?;
    let target = expanded(step, image, &target).ok_or_else(unclear)?;
    let place = absolute(&target, folder).ok_or_else(unclear)?;
    let from_context = flag("from").is_none();
    let remote = |word: &String| word.contains("://") || word.contains('@');
    let adds = copy.kind == Keyword::Add;
    if adds && words.iter().any(|word| remote(word) || context.is_none() && is_archive(word)) {
        return Err(unclear());
    }
    let mut sources: Vec<(String, bool)> = Vec::new();
    let mut as_archived = false;
    for word in &words {
        if !from_context {
            let source = absolute(word, Some("/")).ok_or_else(unclear)?;
            // A folder, as far as its name tells.
            sources.push((source, !base_name(word).contains('.') && !word.contains("bin/")));
            continue;
        }
        match context {
            Some(context) => {
                let paths =
                    context.matching(word).filter(|paths| !paths.is_empty()).ok_or_else(unclear)?;
                let alone =
                    words.len() == 1 && copy.flags.is_empty() && !word.contains(['*', '?', '[']);
                for path in paths {
                    let archive = match adds && !context.is_folder(path) {
                        true => unpacked(context, path, alone).ok_or_else(unclear)?,
                        false => None,
                    };
                    if archive.is_some_and(|archive| changes_system(archive, &place)) {
                        return Err(unclear());
                    }
                    as_archived |= archive.is_some_and(|archive| !archive.plain);
                    sources.push(match archive {
                        Some(_) => (unpacked_folder(path), true),
                        None => (path.to_owned(), context.is_folder(path)),
                    });
                }
            }
            None => {
                // A single file shows by its name what it is; a folder does not.
                let file = base_name(word).rsplit_once('.').is_some_and(|(name, end)| {
                    !end.is_empty() && (!name.is_empty() || end.len() > 2)
                });
                if !file && !matches!(base_name(word), "Makefile" | "Cargo.lock" | "configure") {
                    return Err(because(&reasons::NO_CONTEXT));
                }
                sources.push((word.trim_start_matches("./").to_owned(), false));
            }
        }
    }
    let into = target.ends_with(['/', '.'])
        || sources.len() > 1
        || folders.contains(&place)
        || is_system_folder(&place);
    let brings = sources.into_iter().map(|(source, folder)| {
        let name = base_name(&source);
        let place = if into && !folder {
            format!("{}/{name}", place.trim_end_matches('/'))
        } else {
            place.clone()
        };
        Brought { source, place, folder }
    });
    let (owner, brings) = (flag("chown"), brings.collect());
    Ok(Copied { step: number, from_context, owner, brings, as_archived })
}

/// The archive that an ADD of a file unpacks, which it names `alone`, or none if it copies the file; `None` if that is not known.
fn unpacked<'c>(
    context: &'c BuildContext,
    path: &str,
    alone: bool,
) -> Option<Option<&'c Unpacked>> {
    match context.added(path) {
        Some(Added::Copied) => Some(None),
        Some(Added::Unpacked(archive)) if alone => Some(Some(archive)),
        Some(Added::Unpacked(_) | Added::Unread) => None,
        None => (!is_archive(path)).then_some(None),
    }
}

/// Folders of the system that root owns in each Debian and Alpine, with the mode 0755.
const USUAL: &[&str] = &["/mnt", "/opt", "/srv", "/usr/local", "/usr/local/src", "/usr/src"];

/// Whether an archive that is unpacked at a place may give a folder of the system another mode, or replace what is a link in some images
/// (moby/moby, `archive.Untar`).
pub(super) fn changes_system(archive: &Unpacked, place: &str) -> bool {
    let root = archive.root && !(archive.plain && USUAL.contains(&place));
    let folders = archive.entries.iter().filter(|(_, entry)| entry.kind == ContextKind::Folder);
    let mut inside = folders.map(|(path, _)| format!("{}/{path}", place.trim_end_matches('/')));
    root && is_system_folder(place) || inside.any(|path| is_system_folder(&path))
}

/// Whether ADD may unpack it, by its name.
fn is_archive(word: &str) -> bool {
    [".tar", ".tgz", ".tbz2", ".txz", ".gz", ".xz", ".bz2"]
        .iter()
        .any(|end| word.trim_end_matches(['"', '\'']).ends_with(end))
}

/// What a container may read of what a COPY brings, as few paths of the image as say it: all but sources and what belongs to
/// nobody at run time, unless it lies in one of the folders that are `asked` for. `None` if one has a name that a COPY would read in
/// another way.
pub(super) fn kept(
    copied: &Copied,
    context: Option<&BuildContext>,
    toolchain: &BuildImage,
    asked: &[String],
) -> Option<Vec<Brought>> {
    let mut found = Vec::new();
    for brought in &copied.brings {
        let name = base_name(&brought.source);
        match context.filter(|_| brought.folder && copied.from_context) {
            Some(context) => {
                let mut kept = Vec::new();
                let empty = !name.is_empty() && holds_nothing(context, &brought.source);
                let rules = Rules { context, toolchain, asked };
                let whole = below(rules, &brought.source, &brought.place, &mut kept);
                if (whole == Share::All || empty) && !is_system_folder(&brought.place) {
                    found.push(brought.clone());
                } else {
                    found.extend(kept);
                }
            }
            None if copied.from_context
                && toolchain.alone_reads(name)
                && (toolchain.compiles(name) || !is_asked_for(&brought.place, asked)) => {}
            None => found.push(brought.clone()),
        }
    }
    let odd = |c: char| c.is_whitespace() || "$*?[]\\\"'`<".contains(c);
    let of_context = copied.from_context && context.is_some();
    (!of_context || !found.iter().any(|one| one.place.contains(odd))).then_some(found)
}

/// How much of a folder is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    None,
    Some,
    All,
}

/// What decides about the files of a folder.
#[derive(Clone, Copy)]
struct Rules<'r> {
    context: &'r BuildContext,
    toolchain: &'r BuildImage,
    asked: &'r [String],
}

fn is_asked_for(place: &str, asked: &[String]) -> bool {
    asked.iter().any(|one| is_within(place, one))
}

/// Whether a folder holds nothing yet, or only what keeps it in git.
pub(super) fn holds_nothing(context: &BuildContext, folder: &str) -> bool {
    let mut inside = context.below(folder).map(|(path, _)| path);
    inside.all(|path| path[folder.len()..] == *"/.gitignore")
}

fn below(rules: Rules<'_>, folder: &str, place: &str, kept: &mut Vec<Brought>) -> Share {
    let Rules { context, toolchain, asked } = rules;
    let (mut any, mut all) = (false, true);
    let wanted = is_asked_for(place, asked);
    let depth = if folder.is_empty() { 0 } else { folder.len() + 1 };
    for (path, entry) in context.below(folder).filter(|(path, _)| !path[depth..].contains('/')) {
        let name = base_name(path);
        let inside = format!("{}/{name}", place.trim_end_matches('/'));
        let keep = |kept: &mut Vec<Brought>, folder| {
            kept.push(Brought { source: path.to_owned(), place: inside.clone(), folder });
        };
        let share = match entry.kind {
            // In a folder that is asked for, none is left over.
            ContextKind::Folder if is_leftover_folder(name) => match wanted {
                true => {
                    keep(kept, true);
                    Share::All
                }
                false => Share::None,
            },
            // A program may write to one that holds nothing yet.
            ContextKind::Folder if holds_nothing(context, path) => {
                keep(kept, true);
                Share::All
            }
            ContextKind::Folder => {
                let mut inner = Vec::new();
                let share = below(rules, path, &inside, &mut inner);
                match share {
                    Share::All => keep(kept, true),
                    _ => kept.extend(inner),
                }
                share
            }
            _ if toolchain.compiles(name) || !wanted && toolchain.alone_reads(name) => Share::None,
            _ => {
                keep(kept, false);
                Share::All
            }
        };
        any |= share != Share::None;
        all &= share == Share::All;
    }
    match (any, all) {
        (false, _) => Share::None,
        (true, true) => Share::All,
        (true, false) => Share::Some,
    }
}
