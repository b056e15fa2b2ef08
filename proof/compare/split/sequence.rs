//! Whether the steps of the stage that ships can be done in their order, by whom they are done, and with nothing mounted.

use std::collections::BTreeSet;

use dockslim_contract::BuildContext;

use super::Added;
use super::again::is_alike;
use super::as_it_is::is_maker;
use super::base_packages::takes_away;
use super::bases::{self, Kind, official};
use super::packages::installed;
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::compare::words::describe;
use crate::environment::{CLOSE, OPEN};
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::{Command, States, plain, readable};

/// Where programs of Go look for time zones (its package `time`): those of the system, and those that it brings itself.
pub(super) const ZONES: [&str; 2] = ["/usr/share/zoneinfo", "/usr/local/go/lib/time/zoneinfo.zip"];

/// Where they look for types of files (package `mime`), in images that have Debian's media-types.
pub(super) const TYPES: &str = "/etc/mime.types";

/// What is known of the lists of apt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    Unknown,
    Fresh,
    /// They have brought all packages up to date.
    Upgraded,
    /// They have brought packages.
    Used,
    Gone,
}

/// Whether a call runs as root, with no mounts and no other flags.
pub(super) fn is_plain(states: &States, call: &Call<'_>) -> bool {
    let surroundings = &states.seen(call.state).surroundings;
    is_root(&surroundings.user) && surroundings.flags.is_empty()
}

/// Verbs of apt and apk that bring all packages up to date.
const UPGRADES: [&str; 3] = ["upgrade", "dist-upgrade", "full-upgrade"];

fn is_root(user: &str) -> bool {
    let user = user.split(':').next().unwrap_or(user);
    user.is_empty() || user == "root" || user == "0"
}

impl Runtime<'_, '_> {
    /// What cannot be done where it stands, in words.
    pub(super) fn sequence(&self, kind: Kind) -> Result<(), String> {
        let mut lists = Lists::Unknown;
        let mut known: Vec<&Call<'_>> = Vec::new();
        let (mut copied, mut owned) = (false, false);
        for step in &self.new.steps {
            let wrong = |what: &str| Err(format!("{} {what}", describe(step)));
            match &step.action {
                Action::Copy(copy) => {
                    let several = copy.sources.len() > 1 && !copy.destination.ends_with('/');
                    if several {
                        return wrong("copies several files to what is no folder");
                    }
                    let users = copy.sources.iter().any(|source| source == "/etc/passwd");
                    if users && (owned || !copy.sources.iter().any(|one| one == "/etc/group")) {
                        return wrong("comes too late, or without the groups");
                    }
                    owned |= copy.flags.iter().any(|flag| flag.starts_with("--chown="));
                    copied = true;
                }
                Action::MakeFolder { user, .. } => {
                    let own = self.old.steps.iter().any(|old| old.action == step.action);
                    if !is_root(user) && !own {
                        return wrong("makes a folder for another user than before");
                    }
                }
                Action::Call(call) => {
                    if step.demand != Demand::Must || !is_plain(self.states, call) {
                        return wrong("is not done by root alone, or may fail unseen");
                    }
                    if copied {
                        return wrong("comes behind what is copied");
                    }
                    let packages = self.apt(call, kind, &mut lists)?;
                    if packages && !known.is_empty() || known.contains(&call) {
                        return wrong("comes too late");
                    }
                    // Whom something is given to has to be there.
                    let gives =
                        |call: &Call<'_>| call.words.first().is_some_and(|it| it == "chown");
                    if !is_maker(call) && known.iter().any(|earlier| gives(earlier)) {
                        return wrong("comes behind what is given away");
                    }
                    if gives(call) && !self.gives_to_known(kind, call) {
                        return wrong("gives something to whom the new base does not know");
                    }
                    if known.iter().any(|earlier| takes_away(earlier)) {
                        return wrong("comes behind what is taken away");
                    }
                    if !packages {
                        known.push(call);
                    }
                }
                _ => {}
            }
        }
        // apk is told to keep none.
        let none = official(&self.new.image).contains("alpine");
        if !none && !matches!(lists, Lists::Unknown | Lists::Gone) {
            return Err("lists of packages stay in the new stage".to_owned());
        }
        self.stays_upgraded(kind)?;
        // What a web server is told is compared with what the old one was.
        if kind != Kind::WebServer {
            known.retain(|call| !takes_away(call));
            // What makes links and folders by whole paths asks for no user, and what it makes is removed by nothing.
            let (makers, others): (Vec<_>, Vec<_>) =
                known.into_iter().partition(|call| is_maker(call));
            self.same_order(&makers)?;
            self.same_order(&others)?;
        }
        self.removed()
    }

    /// Whether the new stage knows whom `chown` gives something to.
    fn gives_to_known(&self, kind: Kind, call: &Call<'_>) -> bool {
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let mut named = words.iter().flatten().skip(1).filter(|word| !word.starts_with('-'));
        named.next().is_some_and(|owner| {
            owner.split(':').filter(|name| !name.is_empty()).all(|name| self.knows(kind, name))
        })
    }

    /// Whether a call of the new stage concerns packages; those of apt come once, behind its lists.
    fn apt(&self, call: &Call<'_>, kind: Kind, lists: &mut Lists) -> Result<bool, String> {
        let alpine = official(&self.new.image).contains("alpine");
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let wrong = || Err(format!("`{}` cannot be done there", words.join(" ")));
        let next = match (words.as_slice(), *lists) {
            (["apk", "add", ..], Lists::Unknown | Lists::Upgraded)
                if alpine && kind == Kind::Same =>
            {
                Lists::Gone
            }
            (["apt-get", "update"], Lists::Unknown) => Lists::Fresh,
            (["apk", "upgrade", ..], Lists::Unknown)
                if alpine && matches!(kind, Kind::Same | Kind::Java) =>
            {
                Lists::Upgraded
            }
            (["apt-get", "install", ..], Lists::Fresh | Lists::Upgraded) => Lists::Used,
            (["apt-get", verb, "-y"], Lists::Fresh) if UPGRADES.contains(verb) => Lists::Upgraded,
            (["rm", "-rf"], Lists::Used | Lists::Upgraded) if is_all_lists(call) => Lists::Gone,
            (["apk" | "apt-get", ..], _) => return wrong(),
            (["rm", "-rf"], _) if !self.removes_alike(call) => return wrong(),
            _ => return Ok(false),
        };
        let installs = words.get(1) == Some(&"install");
        let debian = match kind {
            Kind::Debian(_) | Kind::Same | Kind::Slim | Kind::DotNet => !alpine,
            // By its own packages, and by those that Ubuntu has, too.
            Kind::Java => !alpine && (!installs || bases::are_programs(&words[2..])),
            Kind::Static | Kind::Busybox | Kind::WebServer => false,
        };
        if words.first() == Some(&"apt-get") && !debian {
            return wrong();
        }
        if words.first() == Some(&"apt-get")
            && is_archived(&self.new.image)
            && installed(&self.old.steps).is_empty()
        {
            return Err("the mirrors no longer hold packages of the new base".to_owned());
        }
        let alone = "--no-install-recommends";
        if installs
            && self.had_no_recommendations()
            && self.names_package(&self.old.steps, alone)
            && !words.contains(&alone)
        {
            return Err("an install brings what is recommended, which none did before".to_owned());
        }
        if matches!(next, Lists::Used | Lists::Upgraded) && self.was_quiet() && !self.is_quiet(call)
        {
            return Err("an install may ask, which asked nothing before".to_owned());
        }
        *lists = next;
        Ok(true)
    }

    /// What the author brings up to date in one Debian or Alpine is brought up to date in the other.
    fn stays_upgraded(&self, kind: Kind) -> Result<(), String> {
        let upgraded = |steps: &[Step<'_>], manager: &str| {
            UPGRADES.iter().any(|verb| self.upgraded(steps, manager, verb))
        };
        let missed = ["apt", "apk"].iter().any(|manager| {
            upgraded(&self.old.steps, manager) && !upgraded(&self.new.steps, manager)
        });
        let has_manager = !matches!(kind, Kind::Static | Kind::Busybox | Kind::WebServer);
        if missed && has_manager {
            return Err("the packages of the new base are not brought up to date".to_owned());
        }
        Ok(())
    }

    /// Whether some of these steps bring all packages of the system up to date, by a verb.
    pub(super) fn upgraded(&self, steps: &[Step<'_>], manager: &str, verb: &str) -> bool {
        let mut found = false;
        visit(steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let program = Command::of(&call.words).program().to_owned();
                found |= UPGRADES.contains(&verb)
                    && program.split('-').next() == Some(manager)
                    && call.words.iter().any(|word| word == verb);
            }
        });
        found
    }

    /// Whether the author removes the same files, by a pattern.
    fn removes_alike(&self, call: &Call<'_>) -> bool {
        let mut found = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(other) = &step.action {
                found |= is_alike(other, call);
            }
        });
        found && !call.words.iter().any(|word| readable(word).starts_with("/var/lib/apt"))
    }

    fn is_quiet(&self, call: &Call<'_>) -> bool {
        let name = "DEBIAN_FRONTEND";
        let seen = self.states.seen(call.state);
        let assigned = call.assignments.iter().filter(|text| text.starts_with(name));
        let all = [seen.surroundings.environment.get(name), seen.variables.get(name)];
        let mut values =
            all.into_iter().flatten().map(String::as_str).chain(assigned.map(|text| &**text));
        let other = |c: char| !c.is_ascii_alphanumeric();
        values.any(|value| value.split(other).any(|word| word == "noninteractive"))
    }

    fn was_quiet(&self) -> bool {
        let mut quiet = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && matches!(Command::of(&call.words).program(), "apt-get" | "apt")
                && call
                    .words
                    .iter()
                    .any(|word| word == "install" || UPGRADES.iter().any(|verb| word == verb))
            {
                quiet |= self.is_quiet(call);
            }
        });
        quiet
    }

    /// Steps of the author stand in the order in which they stood.
    fn same_order(&self, known: &[&Call<'_>]) -> Result<(), String> {
        let mut old: Vec<&Call<'_>> = Vec::new();
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                old.push(call);
            }
        });
        let mut old = old.into_iter();
        match known.iter().find(|call| !old.any(|one| is_alike(one, call))) {
            None => Ok(()),
            Some(call) => Err(format!(
                "`{}` comes in another order",
                call.words.iter().map(|word| readable(word)).collect::<Vec<_>>().join(" ")
            )),
        }
    }

    /// What the author removes of the files that packages bring is removed again where they are installed again.
    fn removed(&self) -> Result<(), String> {
        let calls = |steps: &[Step<'_>]| {
            let mut found = BTreeSet::new();
            let mut installs = false;
            visit(steps, &mut |step| {
                let Action::Call(call) = &step.action else { return };
                let program = Command::of(&call.words).program().to_owned();
                installs |= matches!(program.as_str(), "apt-get" | "apk");
                // A pattern stands for itself.
                let pattern = |word: &str| Some(readable(word)).filter(|it| it.starts_with('/'));
                let paths = call.words.iter();
                let paths =
                    paths.filter_map(|word| self.path(word, call).or_else(|| pattern(word)));
                let system = ["/etc", "/var/www", "/usr/share"];
                if program == "rm" {
                    found
                        .extend(paths.filter(|path| system.iter().any(|one| is_within(path, one))));
                }
            });
            (found, installs)
        };
        let ((old, _), (new, installs)) = (calls(&self.old.steps), calls(&self.new.steps));
        match old.difference(&new).next().filter(|_| installs) {
            None => Ok(()),
            Some(path) => Err(format!("`{path}` is there again, which was removed")),
        }
    }

    /// The certificates that the old image had are there.
    pub(super) fn certificates(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let image = official(&self.old.image);
        let had = ["golang", "rust", "gcc", "buildpack-deps"]
            .contains(&image.split(':').next().unwrap_or(image))
            || self.names_package(&self.old.steps, "ca-certificates");
        let lacks = matches!(kind, Kind::Busybox | Kind::Debian(_));
        let own = self.serves_files()
            || self.added.iter().any(|one| matches!(one, Added::Modules { .. }));
        let there = self.covered(places, "/etc/ssl/certs/ca-certificates.crt")
            || self.names_package(&self.new.steps, "ca-certificates");
        if had && lacks && !own && !there {
            return Err("the new base has no certificates".to_owned());
        }
        Ok(())
    }

    /// The time zones are there that a program of Go asks for: its compiler brought them, and busybox has none.
    pub(super) fn zones(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let go = official(&self.old.image).split(':').next() == Some("golang");
        let asks = |context: &BuildContext| {
            context.entries().any(|(path, _)| {
                let text = context.text(path);
                let source = path.ends_with(".go");
                let asked =
                    |text: &str| text.contains("time.LoadLocation") || text.contains("/zoneinfo");
                source && text.is_none_or(asked)
                    || !path.ends_with(".md") && text.is_some_and(names_zone)
            })
        };
        let there = ZONES.iter().any(|path| self.covered(places, path));
        if go && kind == Kind::Busybox && !there && self.context.is_none_or(asks) {
            return Err("the new base has no time zones".to_owned());
        }
        let alpine = official(&self.old.image).contains("alpine");
        let typed = self.covered(places, TYPES) || !go || alpine;
        let image = official(&self.old.image);
        let smaller = ["slim", "alpine", "oracle", "temurin"].iter().any(|it| image.contains(it));
        let brought = ["mailcap", "media-types", "mime-support"]
            .iter()
            .any(|name| self.names_package(&self.new.steps, name));
        // openjdk's images on Debian hold the list as well.
        let of_java = image.contains("openjdk") && !smaller && !brought;
        let of_java = of_java && !self.covered(places, TYPES);
        if !typed && self.context.is_some_and(asks_for_types)
            || of_java && self.context.is_some_and(probes_types)
        {
            return Err("the new base has no list of the types of files".to_owned());
        }
        Ok(())
    }

    pub(super) fn names_package(&self, steps: &[Step<'_>], name: &str) -> bool {
        let mut found = false;
        visit(steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= call.words.iter().any(|word| word == name);
            }
        });
        found
    }

    /// Variables that stand for what the old base brought: for a runtime of Java that was put together, and for libraries in a
    /// folder of the compiler's own.
    pub(super) fn stands_for_base(&self, name: &str, value: &str) -> bool {
        match name {
            "LANG" => {
                let java = self.modules().is_some() && !self.is_distribution();
                (java || self.speaks_utf8()) && value == "C.UTF-8"
            }
            "JAVA_HOME" => self.modules().is_some_and(|home| home == value),
            "PATH" => {
                let image = official(&self.old.image);
                let home = match image.split(':').next() {
                    Some("golang") => "/go",
                    Some("rust") => "/usr/local/cargo",
                    _ => self.modules().unwrap_or_default(),
                };
                !home.is_empty() && value == format!("{home}/bin:{OPEN}PATH{CLOSE}")
            }
            "CARGO_HOME" | "GOPATH" | "GRADLE_HOME" | "MAVEN_HOME" | "RUSTUP_HOME" => {
                self.set_by_base(name) == Some(value)
            }
            "LD_LIBRARY_PATH" => {
                !value.is_empty() && self.listed_folders().as_deref() == Some(value)
            }
            _ if self.port_of_kit() == Some(name) => value.is_empty(),
            _ => false,
        }
    }

    /// The variables that stand for the old base are set.
    pub(super) fn is_told(&self) -> Result<(), String> {
        let libraries = self.added.iter().any(|one| matches!(one, Added::Libraries { .. }));
        let java: &[&str] =
            if self.is_distribution() { &["PATH"] } else { &["LANG", "JAVA_HOME", "PATH"] };
        let port: Vec<&str> = self.port_of_kit().into_iter().collect();
        let listed = libraries && self.listed_folders().is_none_or(|folders| !folders.is_empty());
        let wanted = match (self.modules(), listed) {
            (Some(_), _) => java,
            (None, true) => &["LD_LIBRARY_PATH"],
            (None, false) if self.speaks_utf8() => &["LANG"],
            (None, false) => port.as_slice(),
        };
        let environment = &self.new.configuration.environment;
        match wanted.iter().find(|name| !environment.contains_key(**name)) {
            None if wanted.contains(&"LD_LIBRARY_PATH")
                && self.old.configuration.environment.contains_key("LD_LIBRARY_PATH") =>
            {
                Err("the author tells the loader of other folders than those of gcc".to_owned())
            }
            None => Ok(()),
            Some(name) => Err(format!("{name} is not set, which the old base set")),
        }
    }

    /// Whether the old image sets LANG, and the runtime of Java that is in its place another one.
    fn speaks_utf8(&self) -> bool {
        let image = official(&self.old.image);
        image.starts_with("openjdk")
            && !image.contains("alpine")
            && official(&self.new.image).starts_with("eclipse-temurin")
    }

    pub(super) fn is_gcc(&self) -> bool {
        official(&self.old.image).split(':').next() == Some("gcc")
    }

    /// Where a runtime of Java that was put together is copied to, empty if it is not.
    pub(super) fn modules(&self) -> Option<&str> {
        let folder = self.added.iter().find_map(|one| match one {
            Added::Modules { folder, .. } => Some(folder.as_str()),
            _ => None,
        })?;
        let copies = self.new.steps.iter().filter_map(|step| match &step.action {
            Action::Copy(copy) => Some(copy),
            _ => None,
        });
        let mut to = copies.filter(|copy| copy.sources.iter().any(|source| source == folder));
        Some(to.next().map_or("", |copy| copy.destination.trim_end_matches('/')))
    }
}

/// `rm -rf /var/lib/apt/lists/*`, with a pattern at its end.
fn is_all_lists(call: &Call<'_>) -> bool {
    let [_, _, path] = call.words.as_slice() else { return false };
    plain(path).is_none() && readable(path) == "/var/lib/apt/lists/*"
}

/// Whether an image stands on a release of Debian that its mirrors no longer hold, by the name in its tag; images of Node without one stood
/// on such a release up to version 16 (docker-library/official-images).
fn is_archived(image: &str) -> bool {
    let image = official(image);
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    let gone = ["wheezy", "jessie", "stretch", "buster"];
    let named = ["bullseye", "bookworm", "trixie"];
    let has = |suites: &[&str]| tag.split('-').any(|part| suites.contains(&part));
    let major = tag.split(['.', '-']).next().and_then(|major| major.parse::<u32>().ok());
    has(&gone) || name == "node" && !has(&named) && major.is_some_and(|major| major <= 16)
}

/// Whether a program of Go asks for the type of a file by the end of its name, as its servers of files do (package `mime`).
fn asks_for_types(context: &BuildContext) -> bool {
    let asks = ["mime.TypeByExtension", "mime.ExtensionsByType", "http.FileServer", "http.Serve"];
    context.entries().filter(|(path, _)| path.ends_with(".go") && !path.ends_with("_test.go")).any(
        |(path, _)| {
            let text = context.text(path).unwrap_or_default();
            asks.iter().any(|call| {
                text.match_indices(call).any(|(at, _)| {
                    // `http.Serve` itself takes a listener.
                    *call != "http.Serve" || text[at + call.len()..].starts_with(['F', 'C'])
                })
            })
        },
    )
}

/// Whether a program for the machine of Java asks for the type of a file (JDK, `Files.probeContentType`).
fn probes_types(context: &BuildContext) -> bool {
    context.entries().any(|(path, _)| {
        let ending = path.rsplit('.').next().unwrap_or_default();
        ["java", "kt", "scala", "groovy"].contains(&ending)
            && context.text(path).is_none_or(|text| text.contains("probeContentType"))
    })
}

/// Whether a text speaks of the variable by which programs are told a time zone (tzset(3)).
fn names_zone(text: &str) -> bool {
    text.match_indices("TZ").any(|(at, _)| {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !text[..at].ends_with(inside) && !text[at + 2..].starts_with(inside)
    })
}
