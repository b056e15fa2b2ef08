//! What a COPY brings from the build context, and where to.

use dockslim_contract::{Added, BuildContext, ContextKind, Unpacked, source_path, unpacked_folder};

use super::folders::{Image, absolute, is_within};
use crate::program::{Action, Step, Transfer};

/// Folders of each system in which programs of the system look (Filesystem Hierarchy Standard 3.0).
const SYSTEM: &[&str] = &[
    "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "media", "mnt", "proc", "run",
    "sbin", "sys", "tmp",
];

/// Folders below /usr, most of which are below /usr/local, too, and below /var (ibid.).
const OF_USR: &[&str] = &[
    "bin", "etc", "games", "include", "lib", "lib32", "lib64", "libexec", "libx32", "local",
    "sbin", "share", "src",
];
const OF_VAR: &[&str] =
    &["backups", "cache", "lib", "local", "lock", "log", "mail", "opt", "run", "spool", "tmp"];

/// A COPY whose files are known.
pub(super) struct Whole<'s, 't> {
    pub(super) copy: &'s Transfer<'t>,
    /// Its destination.
    pub(super) place: String,
    brings: Vec<Brought>,
    context: &'s BuildContext,
}

/// A source of a COPY.
pub(super) struct Brought {
    /// The path of the context.
    pub(super) source: String,
    /// The path of the image that it becomes.
    pub(super) target: String,
    /// Whether it is a folder, of which the contents go there.
    pub(super) folder: bool,
}

impl<'s, 't> Whole<'s, 't> {
    /// A COPY of files and folders of the context, none of which is a link.
    pub(super) fn of(
        step: &'s Step<'t>,
        image: Option<&Image>,
        context: &'s BuildContext,
    ) -> Option<Self> {
        let Action::Copy(copy) = &step.action else { return None };
        Self::to(step, absolute(&copy.destination, "", image)?, context)
    }

    /// The same, where its destination has been worked out.
    pub(super) fn to(step: &'s Step<'t>, place: String, context: &'s BuildContext) -> Option<Self> {
        let Action::Copy(copy) = &step.action else { return None };
        let known = |flag: &str| {
            ["--chown=", "--chmod=", "--link"].iter().any(|name| flag.starts_with(name))
        };
        let plain = !copy.adds
            && copy.from.is_none()
            && copy.documents.is_empty()
            && copy.flags.iter().all(|flag| known(flag));
        if !plain {
            return None;
        }
        let folders = copy.destination.ends_with(['/', '.']) || copy.sources.len() > 1;
        let mut brings = Vec::new();
        for source in &copy.sources {
            let paths = context.matching(source).filter(|paths| !paths.is_empty())?;
            let into = folders || paths.len() > 1;
            for path in paths {
                let folder = context.is_folder(path);
                let file = context.entry(path).is_some_and(|entry| entry.kind == ContextKind::File);
                let name = path.rsplit('/').next().unwrap_or_default();
                // A file without a slash behind its target becomes it, or goes into it. What a link leads to is copied.
                let certain = folder || (file && (into || place.rsplit('/').next() == Some(name)));
                if !certain {
                    return None;
                }
                let target = if folder || !into { place.clone() } else { below(&place, name) };
                brings.push(Brought { source: path.to_owned(), target, folder });
            }
        }
        Some(Self { copy, place, brings, context })
    }

    /// An ADD of one file of the context by its name: what is inside of it, if it is an archive, or a copy of it.
    pub(super) fn added(
        step: &'s Step<'t>,
        place: String,
        context: &'s BuildContext,
    ) -> Option<Self> {
        let Action::Copy(copy) = &step.action else { return None };
        let bare =
            copy.adds && copy.from.is_none() && copy.documents.is_empty() && copy.flags.is_empty();
        let [source] = copy.sources.as_slice() else { return None };
        let odd = |c: char| c.is_whitespace() || "*?[]\\\"'`$".contains(c);
        let path = Some(source_path(source)).filter(|_| bare && !source.contains(odd))?;
        let (source, target, folder) = match context.added(&path)? {
            Added::Unpacked(archive) if is_apart(archive, &place) => {
                (unpacked_folder(&path), place.clone(), true)
            }
            Added::Unpacked(_) => return None,
            Added::Copied => {
                let name = path.rsplit('/').next().unwrap_or_default();
                let into = copy.destination.ends_with('/');
                let named = place.rsplit('/').next() == Some(name);
                let target = if into { below(&place, name) } else { place.clone() };
                (path.clone(), Some(target).filter(|_| into || named)?, false)
            }
            Added::Unread => return None,
        };
        Some(Self { copy, place, brings: vec![Brought { source, target, folder }], context })
    }

    /// What it brings.
    pub(super) fn brings(&self) -> &[Brought] {
        &self.brings
    }

    /// The path of the context that is copied to `place`, whether there is one or not.
    pub(super) fn source(&self, place: &str) -> Option<String> {
        let candidates = self.candidates(place);
        let there = candidates.iter().find(|path| self.context.exists(path)).cloned();
        there.or_else(|| candidates.into_iter().next())
    }

    /// The paths of the context that would be copied to `place`, the last source first.
    pub(super) fn candidates(&self, place: &str) -> Vec<String> {
        let candidate = |brought: &Brought| {
            if !brought.folder {
                return (place == brought.target).then(|| brought.source.clone());
            }
            let target = &brought.target;
            let rest = is_within(place, target)
                .then(|| place[target.trim_end_matches('/').len()..].trim_start_matches('/'))?;
            Some(source_path([&*brought.source, rest].join("/").trim_matches('/')))
        };
        self.brings.iter().rev().filter_map(candidate).collect()
    }

    /// Whether all that is in a folder of the context comes to a place, and nothing that is a link or lies elsewhere.
    pub(super) fn brings_all_of(&self, source: &str, place: &str) -> bool {
        !source.is_empty()
            && self.candidates(place).len() == 1
            && self.context.below(source).all(|(path, entry)| {
                let target = format!("{place}{}", &path[source.len()..]);
                entry.kind != ContextKind::Link && self.candidates(&target) == [path]
            })
    }

    /// Whether it brings nothing to a folder that an install fills; if so, whether it is certain that it never will: nothing is
    /// there, or .dockerignore hides whatever comes.
    pub(super) fn leaves(&self, place: &str) -> Option<bool> {
        let candidates = self.candidates(place);
        let empty = candidates.iter().all(|path| !self.context.exists(path))
            && !self.brings.iter().any(|one| is_within(&one.target, place));
        empty.then(|| candidates.iter().all(|path| self.context.rules().hides_all(path)))
    }

    /// Whether it gives no folder the mode of one in the context: it brings files, or all of the context.
    pub(super) fn is_plain(&self) -> bool {
        self.brings.iter().all(|brought| !brought.folder || brought.source.is_empty())
    }

    /// Whether its files lie where no program of the system looks (Filesystem Hierarchy Standard 3.0), nor in a home, whose
    /// settings many read.
    /// What is installed for the system may write below /var, and a web server looks there.
    pub(super) fn is_private(&self, for_system: bool) -> bool {
        let targets =
            self.brings.iter().map(|brought| brought.target.as_str()).chain([self.place.as_str()]);
        targets.into_iter().all(|path| {
            let names: Vec<&str> = path.split('/').skip(1).collect();
            match names[..] {
                [""] | ["opt" | "usr" | "var" | "root"] => false,
                ["usr", "src" | "app", _, ..] | ["usr", "app"] => true,
                ["var", "www", _, ..] | ["var", "app" | "task", ..] => !for_system,
                ["usr" | "var", ..] => false,
                ["root", name, ..] | ["home", _, name, ..] => !name.starts_with('.'),
                ["home", ..] => false,
                [top, ..] => !SYSTEM.contains(&top) && !top.starts_with('.'),
                [] => false,
            }
        })
    }
}

/// Whether an archive has no entry for a folder at the top of a system or right below that, whose mode and owner it would change; of the
/// folder that it is unpacked to that does not count where it has those of /usr/src and its like.
fn is_apart(archive: &Unpacked, place: &str) -> bool {
    let of_system = |path: &str| {
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        match names[..] {
            [] => true,
            [top] => {
                SYSTEM.contains(&top) || ["home", "opt", "root", "srv", "usr", "var"].contains(&top)
            }
            ["usr", name] => OF_USR.contains(&name),
            ["usr", "local", name] => name == "man" || OF_USR.contains(&name),
            ["var", name] => OF_VAR.contains(&name),
            _ => false,
        }
    };
    let usual = ["/mnt", "/opt", "/srv", "/usr/local", "/usr/local/src", "/usr/src"];
    let own = !archive.root || !of_system(place) || archive.plain && usual.contains(&place);
    let mut folders = archive.entries.iter().filter(|(_, entry)| entry.kind == ContextKind::Folder);
    own && !folders.any(|(path, _)| of_system(&below(place, path)))
}

fn below(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}
