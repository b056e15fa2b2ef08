//! Package managers: how they are called, what their installs leave behind, and what takes it away.
//!
//! The head of `package_managers.toml` explains the fields.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{ByFirstWord, ImagePattern, any_image, by_first_word, look_up, removes};

/// A package manager.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct PackageManager {
    /// Its name in messages.
    pub(crate) name: String,
    /// How a call of it begins.
    pub(crate) programs: Vec<String>,
    /// Options whose argument is the next word.
    pub(crate) options_with_argument: Vec<String>,
    /// Whether `-qy` is `-q -y`.
    pub(crate) clusters: bool,
    /// Whether it writes into the system.
    pub(crate) needs_root: bool,
    /// What its calls leave behind.
    #[serde(rename = "leftover")]
    pub(crate) leftovers: Vec<Leftover>,
}

/// One kind of trace that the calls of a package manager leave.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Leftover {
    /// Its name in messages.
    pub(crate) name: String,
    /// Who may need it again.
    pub(crate) kind: Kind,
    /// How sure its removal is.
    pub(crate) level: Level,
    /// Why it is not safe.
    #[serde(default)]
    pub(crate) because: Option<String>,
    /// Why it is left alone.
    #[serde(default)]
    pub(crate) never: Option<String>,
    /// The calls that leave it.
    pub(crate) filled_by: Vec<VerbRule>,
    /// Later calls of the manager that read it.
    #[serde(default)]
    pub(crate) read_by: Vec<VerbRule>,
    /// Other programs that read it.
    #[serde(default)]
    pub(crate) readers: Vec<String>,
    /// Calls after which it is gone.
    #[serde(default)]
    pub(crate) cleaned_by: Vec<VerbRule>,
    /// What to do about it; the first that fits is used.
    #[serde(default, rename = "remedy")]
    pub(crate) remedies: Vec<Remedy>,
    /// The cache mounts that can hold it instead.
    #[serde(default)]
    pub(crate) mount: Option<Mount>,
    /// Its directories.
    pub(crate) places: Vec<String>,
    /// Environment variables that say that the author has seen to it.
    #[serde(default)]
    pub(crate) switched_off_by: Vec<String>,
    /// Environment variables that put it elsewhere.
    #[serde(default)]
    pub(crate) moved_by: Vec<String>,
    /// Flags that put it elsewhere.
    #[serde(default)]
    pub(crate) moving_flags: Vec<String>,
    /// Ends of the paths of files that switch it off or put it elsewhere.
    #[serde(default)]
    pub(crate) config_files: Vec<String>,
    /// The images in which alone it lies at its places.
    #[serde(default)]
    pub(crate) only_in: Vec<ImagePattern>,
    /// The images in which it is not there, or nothing is known to remove it.
    #[serde(default)]
    pub(crate) absent_in: Vec<ImagePattern>,
    /// The first release of the manager that leaves it, as the archives that it comes in are named.
    #[serde(default)]
    pub(crate) since: Option<String>,
    /// The images in which a missing index is fetched again by itself.
    #[serde(default)]
    fetched_again_in: Vec<ImagePattern>,
}

/// Cache mounts for a leftover.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Mount {
    /// The directories.
    pub(crate) targets: Vec<String>,
    /// Whether two builds must not use them at once.
    #[serde(default)]
    pub(crate) locked: bool,
}

/// Who may need a leftover again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Nobody: without it the next install downloads again.
    Cache,
    /// A later install of the same manager.
    Index,
    /// Programs that run from it or build from it.
    Store,
}

/// How sure the removal of a leftover is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    /// Nothing but known junk goes.
    Safe,
    /// It rests on something outside of the file.
    Review,
}

/// Calls of a manager: one of the verbs, one of `with` if there are any, none of `without`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct VerbRule {
    /// First operands of the call; `""` is none at all, `*` any.
    pub(crate) verbs: Vec<String>,
    /// Flags of which one must be there.
    #[serde(default)]
    pub(crate) with: Vec<String>,
    /// Flags of which none may be there.
    #[serde(default)]
    pub(crate) without: Vec<String>,
}

/// Something that avoids or removes a leftover.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Remedy {
    flag: Option<String>,
    command: Option<String>,
    /// The verbs for which alone it works; all if there are none.
    #[serde(default)]
    pub(crate) verbs: Vec<String>,
    /// Flags that make room for the flag.
    #[serde(default)]
    pub(crate) replaces: Vec<String>,
    /// Whether the program accepts the flag twice.
    #[serde(default = "yes")]
    pub(crate) repeatable: bool,
    /// The images for which alone it works; all if there are none.
    #[serde(default)]
    images: Vec<ImagePattern>,
    /// The images for which it does not work.
    #[serde(default)]
    except_images: Vec<ImagePattern>,
}

/// What a remedy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action<'a> {
    /// A flag behind the verb, so that the leftover is never written.
    Flag(&'a str),
    /// A command at the end of the RUN; `{program}` in it is the program as it was called.
    Command(&'a str),
}

impl Remedy {
    /// What it does.
    pub(crate) fn action(&self) -> Action<'_> {
        match (&self.flag, &self.command) {
            (Some(flag), _) => Action::Flag(flag),
            (None, command) => {
                Action::Command(command.as_deref().expect("a test shows that each row has one"))
            }
        }
    }

    /// Whether it works on top of this base image; `None` is an image that is not known.
    pub(crate) fn works_on(&self, image: Option<&str>) -> bool {
        match image {
            Some(image) => {
                (self.images.is_empty() || any_image(&self.images, image))
                    && !any_image(&self.except_images, image)
            }
            None => self.images.is_empty() && self.except_images.is_empty(),
        }
    }
}

impl Leftover {
    /// Whether it can be there on top of this base image; `None` is an image that is not known.
    pub(crate) fn occurs_on(&self, image: Option<&str>) -> bool {
        match image {
            Some(image) => {
                (self.only_in.is_empty() || any_image(&self.only_in, image))
                    && !any_image(&self.absent_in, image)
            }
            None => self.only_in.is_empty(),
        }
    }

    /// Whether it is known to be absent on top of this base image.
    pub(crate) fn is_absent_in(&self, image: Option<&str>) -> bool {
        image.is_some_and(|image| any_image(&self.absent_in, image))
    }

    /// Whether nothing relies on it on top of this base image, because it is fetched when it is missing.
    pub(crate) fn is_fetched_again_in(&self, image: Option<&str>) -> bool {
        image.is_some_and(|image| any_image(&self.fetched_again_in, image))
    }

    /// The remedy for a call with this verb on top of this base image.
    pub(crate) fn remedy(&self, verb: &str, image: Option<&str>) -> Option<&Remedy> {
        self.remedies.iter().find(|remedy| {
            (remedy.verbs.is_empty() || remedy.verbs.iter().any(|known| known == verb))
                && remedy.works_on(image)
        })
    }

    /// The remedies that are a flag of calls with this verb, whatever the base image is.
    pub(crate) fn flags<'a>(&'a self, verb: &'a str) -> impl Iterator<Item = &'a Remedy> {
        self.remedies.iter().filter(move |remedy| {
            remedy.flag.is_some()
                && (remedy.verbs.is_empty() || remedy.verbs.iter().any(|known| known == verb))
        })
    }

    /// Whether `rm -r` of this path takes it away; see [`removes`].
    pub(crate) fn removed_with(&self, path: &str, home: Option<&str>) -> bool {
        self.places.iter().any(|place| removes(path, place, home))
    }

    /// Whether it lies in somebody's home directory.
    pub(crate) fn in_home(&self) -> bool {
        self.places.iter().any(|place| place.starts_with("~/"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    manager: Vec<PackageManager>,
}

fn yes() -> bool {
    true
}

/// All package managers.
pub(crate) fn package_managers() -> &'static [PackageManager] {
    static TABLE: OnceLock<Vec<PackageManager>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("package_managers.toml"))
            .expect("the table is part of the program and a test reads it");
        table.manager
    })
}

/// The managers that a command beginning with `program` may be a call of, with the words that open
/// such a call, the longest first.
pub(crate) fn managers_by(
    program: &str,
) -> &'static [(Vec<&'static str>, &'static PackageManager)] {
    static INDEX: OnceLock<ByFirstWord<PackageManager>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        by_first_word(package_managers().iter().flat_map(|manager| {
            manager.programs.iter().map(move |program| (program.as_str(), manager))
        }))
    });
    look_up(index, program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::package_call;

    fn rows() -> impl Iterator<Item = (&'static PackageManager, &'static Leftover)> {
        package_managers().iter().flat_map(|m| m.leftovers.iter().map(move |l| (m, l)))
    }

    /// What a line of words is to a rule of the manager that it calls.
    fn matches(line: &str, rules: &[VerbRule]) -> bool {
        let words: Vec<Option<&str>> = line.split_whitespace().map(Some).collect();
        let call = package_call(&words).unwrap_or_else(|| panic!("no call: {line}"));
        call.matches(rules).is_some()
    }

    #[test]
    fn every_manager_is_found_by_its_programs() {
        for manager in package_managers() {
            assert!(!manager.leftovers.is_empty(), "{}", manager.name);
            assert!(
                manager.options_with_argument.iter().all(|o| o.starts_with('-')),
                "{manager:?}"
            );
            for program in &manager.programs {
                let words: Vec<Option<&str>> = program.split(' ').map(Some).collect();
                let found = package_call(&words).unwrap_or_else(|| panic!("{program}"));
                assert_eq!(found.manager.name, manager.name, "{program}");
                assert_eq!(found.program, 0..words.len(), "{program}");
            }
        }
    }

    #[test]
    fn every_leftover_says_what_to_do_or_why_not() {
        for (manager, leftover) in rows() {
            let row = format!("{}: {}", manager.name, leftover.name);
            assert!(!leftover.filled_by.is_empty() && !leftover.places.is_empty(), "{row}");
            assert_ne!(leftover.never.is_some(), !leftover.remedies.is_empty(), "{row}");
            let explained = leftover.because.is_some() || leftover.never.is_some();
            assert_eq!(explained, leftover.level == Level::Review, "{row}");
            if leftover.kind == Kind::Store {
                assert_eq!(leftover.level, Level::Review, "{row}");
                assert!(!leftover.readers.is_empty(), "{row}");
            }
            if leftover.kind == Kind::Index {
                assert!(!leftover.read_by.is_empty(), "{row}");
            }
            for reason in leftover.because.iter().chain(&leftover.never) {
                assert!(!reason.ends_with('.') && !reason.contains('\n'), "{row}");
            }
            for place in &leftover.places {
                assert!(["/", "~/", "$("].iter().any(|start| place.starts_with(start)), "{row}");
                assert!(!place.ends_with('/'), "{row}");
                assert!(leftover.removed_with(place, None), "{row}");
                assert!(leftover.removed_with(&format!("{place}/*"), None), "{row}");
            }
            for target in leftover.mount.iter().flat_map(|mount| &mount.targets) {
                assert!(target.starts_with('/') || target.starts_with("~/"), "{row}: {target}");
                assert!(!target.ends_with('/'), "{row}: {target}");
            }
            for place in leftover.places.iter().filter(|_| leftover.mount.is_some()) {
                let mut targets = leftover.mount.iter().flat_map(|mount| &mount.targets);
                let held = |target: &String| removes(target, place, None);
                assert!(targets.any(held), "{row}: {place} lies outside of its mounts");
            }
            let variables = leftover.moved_by.iter().chain(&leftover.switched_off_by);
            for name in variables {
                assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{row}");
            }
            let remedies = leftover.remedies.iter();
            let images = remedies.flat_map(|r| r.images.iter().chain(&r.except_images));
            for ImagePattern(pattern) in images
                .chain(&leftover.only_in)
                .chain(&leftover.absent_in)
                .chain(&leftover.fetched_again_in)
            {
                assert!(pattern.contains(':') || pattern.ends_with("/*"), "{row}: {pattern}");
            }
        }
    }

    #[test]
    fn every_rule_names_verbs_and_flags() {
        for (_, leftover) in rows() {
            let rules = [&leftover.filled_by, &leftover.read_by, &leftover.cleaned_by];
            for rule in rules.into_iter().flatten() {
                assert!(!rule.verbs.is_empty(), "{rule:?}");
                assert!(rule.verbs.iter().all(|verb| verb.trim() == verb), "{rule:?}");
                let flags = rule.with.iter().chain(&rule.without).chain(&leftover.moving_flags);
                assert!(flags.into_iter().all(|flag| flag.starts_with('-')), "{rule:?}");
                let mut verbs: Vec<_> = rule.verbs.iter().collect();
                verbs.sort();
                verbs.dedup();
                assert_eq!(verbs.len(), rule.verbs.len(), "a verb stands there twice: {rule:?}");
            }
        }
    }

    #[test]
    fn every_remedy_is_recognised_once_it_is_there() {
        for (manager, leftover) in rows() {
            for remedy in &leftover.remedies {
                assert_ne!(remedy.flag.is_some(), remedy.command.is_some(), "{remedy:?}");
                match remedy.action() {
                    Action::Flag(flag) => flag_is_recognised(manager, leftover, remedy, flag),
                    Action::Command(command) => command_is_recognised(manager, leftover, command),
                }
            }
        }
    }

    /// A call that leaves something does not leave it with the flag.
    fn flag_is_recognised(
        manager: &PackageManager,
        leftover: &Leftover,
        remedy: &Remedy,
        flag: &str,
    ) {
        assert!(flag.starts_with('-') && !flag.contains(' '), "{flag}");
        assert!(remedy.replaces.iter().all(|replaced| replaced.starts_with('-')), "{remedy:?}");
        let filling = leftover.filled_by.iter().flat_map(|rule| &rule.verbs);
        let verbs = filling.filter(|v| remedy.verbs.is_empty() || remedy.verbs.contains(v));
        assert!(remedy.verbs.iter().all(|v| verbs.clone().any(|known| known == v)), "{remedy:?}");
        for (program, verb) in
            manager.programs.iter().flat_map(|p| verbs.clone().map(move |v| (p, v)))
        {
            assert!(matches(&format!("{program} {verb} x"), &leftover.filled_by));
            assert!(!matches(&format!("{program} {verb} {flag} x"), &leftover.filled_by), "{flag}");
            // Nor does it rely on what an earlier call has left.
            let reads = matches(&format!("{program} {verb} {flag} x"), &leftover.read_by);
            assert!(!reads, "{program} {verb}");
        }
    }

    /// The command removes places of the row and nothing else, or is one of its cleaning calls.
    fn command_is_recognised(manager: &PackageManager, leftover: &Leftover, command: &str) {
        let program = &manager.programs[0];
        let line = command.replace("{program}", program);
        let Some(paths) = line.strip_prefix("rm -rf ") else {
            assert!(matches(&line, &leftover.cleaned_by), "{line}");
            return;
        };
        // A substitution has blanks of its own; the one row with it has one path.
        let unquoted = paths.replace('"', "");
        let one = unquoted.contains("$(");
        for path in if one { vec![unquoted.as_str()] } else { unquoted.split(' ').collect() } {
            let exact = leftover.places.iter().any(|place| {
                let contents = path.rsplit_once('/').filter(|(_, last)| last.starts_with('*'));
                path == place || contents.is_some_and(|(parent, _)| removes(parent, place, None))
            });
            assert!(exact && leftover.removed_with(path, None), "{path}");
        }
    }

    #[test]
    fn remedies_depend_on_the_base_image() {
        let action = |manager: &str, verb: &str, image: Option<&str>| {
            let manager = package_managers().iter().find(|row| row.name == manager).unwrap();
            let leftover = &manager.leftovers[0];
            leftover.occurs_on(image).then(|| leftover.remedy(verb, image).map(Remedy::action))?
        };
        let flag = Some(Action::Flag("--no-cache-dir"));
        let command = Some(Action::Command("rm -rf ~/.cache/pip"));
        for image in [
            "python:3.12",
            "ubuntu",
            "ubuntu:22.04",
            "debian:bookworm-slim",
            "node:20-bookworm",
            "alpine:3.20",
        ] {
            assert_eq!(action("pip", "install", Some(image)), flag, "{image}");
        }
        for image in [
            "ubuntu:14.04",
            "ubuntu:14.04.3",
            "debian:jessie",
            "debian:8.11-slim",
            "phusion/baseimage:0.9.16",
            "x/y",
        ] {
            assert_eq!(action("pip", "install", Some(image)), command, "{image}");
        }
        assert_eq!(action("pip", "install", None), command);
        assert_eq!(action("apk", "add", Some("alpine:3.9")), Some(Action::Flag("--no-cache")));
        assert_eq!(
            action("apk", "update", Some("alpine:3.9")),
            Some(Action::Command("rm -rf /var/cache/apk/*"))
        );
        assert_eq!(
            action("apk", "add", Some("alpine:3.2")),
            Some(Action::Command("rm -rf /var/cache/apk/*"))
        );
        assert_eq!(action("bundler", "install", Some("ubuntu:22.04")), None);
        assert_eq!(action("conda", "install", Some("continuumio/miniconda3:3.9.1")), None);
    }

    #[test]
    fn usual_ways_to_clean_up_are_recognised() {
        for (manager, line) in [
            ("apt", "apt-get dist-clean"),
            ("dnf", "dnf -y clean all"),
            ("dnf", "dnf clean --disableplugin=subscription-manager all"),
            ("yum", "yum clean all -y"),
            ("microdnf", "microdnf clean all"),
            ("zypper", "zypper -n cc -a"),
            ("pip", "python3 -m pip cache purge"),
            ("uv", "uv cache clean"),
            ("conda", "conda clean -tipsy"),
            ("conda", "conda clean -afy"),
            ("mamba", "mamba clean --all -f -y"),
            ("npm", "npm cache clear --force"),
            ("yarn", "yarn cache clean --force"),
            ("composer", "composer clearcache"),
            ("dotnet", "dotnet nuget locals all --clear"),
            ("go", "go clean -cache -modcache"),
        ] {
            let manager = package_managers().iter().find(|row| row.name == manager).unwrap();
            assert!(matches(line, &manager.leftovers[0].cleaned_by), "{line}");
        }
        for line in [
            "yum clean metadata",
            "zypper clean",
            "pacman -Scc --noconfirm",
            "apt-get clean",
            "conda clean --help",
        ] {
            let words: Vec<Option<&str>> = line.split_whitespace().map(Some).collect();
            let call = package_call(&words).unwrap();
            assert!(call.matches(&call.manager.leftovers[0].cleaned_by).is_none(), "{line}");
        }
    }
}
