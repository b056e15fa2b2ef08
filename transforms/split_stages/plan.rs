//! What becomes of a stage: its new base, and what moves there.

use dockslim_syntax::Span;

use super::subject::Subject;
use crate::knowledge::{Need, need_of_package};

/// How a RUN of apt begins and ends.
const UPDATE: &str = "apt-get update && ";
const CLEAN: &str = "rm -rf /var/lib/apt/lists/*";

/// How a stage is cut in two.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// The image of the new stage.
    pub(super) base: String,
    /// Text that joins the author's commands, with its place.
    pub(super) inserts: Vec<(usize, String)>,
    /// Scripts that run at the end of the build, one RUN each.
    pub(super) added: Vec<String>,
    /// Variables that the old base set and the new one does not.
    pub(super) settings: Vec<(String, String)>,
    /// Scripts of RUNs at the start of the new stage.
    pub(super) runs: Vec<String>,
    /// Whether packages of the system come without what they only recommend, whatever came with those of the build.
    pub(super) bare: bool,
    /// What comes from the build, in order.
    pub(super) copies: Vec<Transfer>,
    /// Whether the new stage rests on nothing but what it is given.
    pub(super) self_contained: bool,
    /// The place of the first COPY that stays with what ships, where one does.
    pub(super) stays: Option<Span>,
    /// What is started instead, with the place of the instruction that starts the old program.
    pub(super) starts: Option<(Span, String)>,
    /// What the old base says of its container and the new one does not: keywords with their arguments.
    pub(super) says: Vec<(&'static str, &'static str)>,
    /// What is left behind, in words.
    pub(super) left: &'static str,
    /// Programs that fetch and unpack which the author installs by name, and that stay behind as well.
    pub(super) fetchers: Vec<String>,
}

/// A COPY from the build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transfer {
    pub(super) sources: Vec<String>,
    /// Where they go; with a slash at its end they go into it.
    pub(super) target: String,
    pub(super) owner: Option<String>,
}

impl Plan {
    /// Notes which of what the author installs by name stays behind, though it does not compile.
    pub(super) fn note_fetchers(&mut self, subject: &Subject<'_, '_>) {
        let names = |texts: &[String], name: &str| {
            texts.iter().any(|text| text.split(' ').any(|word| word == name))
        };
        let mut packages = subject.packages();
        packages.retain(|name| {
            let comes = if self.base == "scratch" {
                !names(&self.added, name)
            } else {
                names(&self.runs, name)
            };
            need_of_package(name) == Need::Fetch && !comes
        });
        packages.sort_unstable();
        packages.dedup();
        self.fetchers = packages;
    }

    /// What stays behind, in words.
    pub(super) fn told(&self) -> String {
        let left = self.left;
        let seen = "nothing that runs is seen to call";
        match self.fetchers.as_slice() {
            [] => left.to_owned(),
            [one] => format!("{left}; {one} stays behind, too: {seen} it"),
            [all @ .., last] => {
                format!("{left}; {} and {last} stay behind, too: {seen} them", all.join(", "))
            }
        }
    }

    /// Takes a path along, to where it was.
    pub(super) fn take(&mut self, subject: &Subject<'_, '_>, path: &str, folder: bool) {
        if folder && self.copies.iter().any(|copy| copy.target == path) {
            return;
        }
        let owner = subject.owner(path);
        let parent = super::launch::parent_of(path);
        let joined = self.copies.iter_mut().find(|copy| {
            !folder
                && copy.owner == owner
                && copy.target == format!("{}/", parent.trim_end_matches('/'))
        });
        match joined {
            Some(copy) if !copy.sources.iter().any(|source| source == path) => {
                copy.sources.push(path.to_owned())
            }
            Some(_) => {}
            None if folder => {
                self.copies.push(Transfer {
                    sources: vec![path.to_owned()],
                    target: path.to_owned(),
                    owner,
                });
            }
            None => {
                let target = format!("{}/", parent.trim_end_matches('/'));
                self.copies.push(Transfer { sources: vec![path.to_owned()], target, owner });
            }
        }
    }

    /// Takes a copied file or folder of another stage along, or one of the build's own.
    pub(super) fn take_to(&mut self, source: &str, target: &str) {
        self.copies.push(Transfer {
            sources: vec![source.to_owned()],
            target: target.to_owned(),
            owner: None,
        });
    }

    /// The same, in front of all others, so that its layer stays when these change.
    pub(super) fn take_first(&mut self, source: &str, target: &str) {
        self.take_to(source, target);
        self.copies.rotate_right(1);
    }

    /// Installs packages of the system first. What they only recommend stays away if no install of the build brought any, and
    /// the new base is the old one, or has the same packages: another may lack what these recommendations name.
    pub(super) fn install(&mut self, subject: &Subject<'_, '_>, packages: &[String]) {
        if !packages.is_empty() {
            let debian = |image: &str| image.starts_with("debian:");
            let alike = self.base == subject.image || debian(&self.base) && debian(subject.image);
            let bare = alike && subject.leaves_recommendations_out();
            let flag = if bare || self.bare { " --no-install-recommends" } else { "" };
            let names = packages.join(" ");
            if self.base.contains("alpine") {
                self.runs.push(format!("apk add --no-cache {names}"));
                return;
            }
            let quiet = quiet(subject);
            self.runs.push(format!("{UPDATE}{quiet}apt-get install -y{flag} {names} && {CLEAN}"));
        }
    }

    /// Brings the packages of the new base up to date, in front of all others, where the author did that to the old one. distroless and
    /// the like have no packages, and nginx is an image of somebody else's.
    pub(super) fn upgrade(&mut self, subject: &Subject<'_, '_>) {
        const SYSTEMS: [&str; 6] =
            ["debian", "ubuntu", "python", "node", "ruby", "eclipse-temurin"];
        let (name, tag) = self.base.split_once(':').unwrap_or((&self.base, ""));
        let has_manager = SYSTEMS.contains(&name) || name.ends_with("/dotnet/aspnet");
        let Some(verb) = subject.upgrade().filter(|_| has_manager) else { return };
        if tag.contains("alpine") {
            let call = "apk upgrade --no-cache";
            match self.runs.iter_mut().find(|run| run.starts_with("apk add ")) {
                Some(run) => run.insert_str(0, &format!("{call} && ")),
                None => self.runs.insert(0, call.to_owned()),
            }
            return;
        }
        let call = format!("{}apt-get {verb} -y && ", quiet(subject));
        match self.runs.iter_mut().find(|run| run.starts_with(UPDATE)) {
            Some(run) => run.insert_str(UPDATE.len(), &call),
            None => self.runs.insert(0, format!("{UPDATE}{call}{CLEAN}")),
        }
    }
}

/// What keeps apt from asking, if the author keeps it from that.
fn quiet(subject: &Subject<'_, '_>) -> &'static str {
    if subject.is_quiet() { "DEBIAN_FRONTEND=noninteractive " } else { "" }
}
