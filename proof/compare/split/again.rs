//! Calls that the stage that ships makes: those of the author, made again, and those that bring packages.

use super::as_it_is::is_maker;
use super::base_packages::takes_away;
use super::runtime::Runtime;
use crate::compare::folders::is_within;
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::{ACTIVE, CLOSE, Command, OPEN, OPEN_QUOTED, plain};

/// Programs that make users and groups, or change them.
pub(super) const MAKES_USERS: &[&str] = &["useradd", "groupadd", "adduser", "addgroup", "usermod"];

/// What `rm` is told: its options by letter, and what it removes.
#[derive(PartialEq, Eq)]
struct Removal<'c> {
    recursive: bool,
    forced: bool,
    paths: Vec<&'c str>,
}

impl<'c> Removal<'c> {
    fn of(call: &'c Call<'_>) -> Option<Self> {
        let (first, words) = call.words.split_first()?;
        if first != "rm" {
            return None;
        }
        let mut removal = Self { recursive: false, forced: false, paths: Vec::new() };
        for word in words {
            match word.strip_prefix('-') {
                Some(letters) => {
                    if letters.contains(|letter| !matches!(letter, 'r' | 'R' | 'f' | 'v')) {
                        return None;
                    }
                    removal.recursive |= letters.contains(['r', 'R']);
                    removal.forced |= letters.contains('f');
                }
                None => removal.paths.push(word),
            }
        }
        Some(removal)
    }
}

/// Whether a call does what another has done, or does not mind where that has been done already.
pub(super) fn is_alike(old: &Call<'_>, new: &Call<'_>) -> bool {
    match (Removal::of(old), Removal::of(new)) {
        (Some(old), Some(new)) => {
            new.forced && old.recursive == new.recursive && old.paths == new.paths
        }
        _ => old.words == new.words,
    }
}

/// Whether a call turns off a site or a setting that Debian's apache2 turns on itself (its list of files).
fn turns_off_own(words: &[&str]) -> bool {
    const CONF: [&str; 5] = [
        "charset",
        "localized-error-pages",
        "other-vhosts-access-log",
        "security",
        "serve-cgi-bin",
    ];
    match words {
        ["a2dissite", sites @ ..] => {
            sites.iter().all(|site| site.trim_end_matches(".conf") == "000-default")
        }
        ["a2disconf", names @ ..] => names.iter().all(|name| CONF.contains(name)),
        _ => false,
    }
}

impl<'t> Runtime<'_, 't> {
    /// A call that the old stage has, too, and that makes users, links or folders, or removes files; or one of apt, which brings more and takes nothing.
    pub(super) fn is_known_call(&self, call: &Call<'_>) -> bool {
        let name = Command::of(&call.words).program().to_owned();
        let quiet =
            |text: &str| text.starts_with("DEBIAN_FRONTEND=") && text.ends_with("noninteractive");
        if !call.assignments.iter().all(|text| quiet(text)) || !call.redirects.is_empty() {
            return false;
        }
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let apt = match words.as_slice() {
            ["apk", "add", "--no-cache", packages @ ..] => are_names(packages),
            ["apk", "upgrade", "--no-cache"] => self.upgraded(&self.old.steps, "apk", "upgrade"),
            ["apt-get", ..] if self.changes_sources() => false,
            ["apt-get", "update"] => true,
            ["apt-get", verb, "-y"] => self.upgraded(&self.old.steps, "apt", verb),
            ["apt-get", "install", "-y", "--no-install-recommends", packages @ ..] => {
                are_names(packages) && (self.had_no_recommendations() || self.comes_alone(packages))
            }
            ["apt-get", "install", "-y", packages @ ..] => are_names(packages),
            _ => false,
        };
        let lists = matches!(call.words.as_slice(), [rm, flag, path] if rm == "rm" && flag == "-rf" && path.starts_with("/var/lib/apt/lists/"));
        let again = MAKES_USERS.contains(&&*name)
            || name == "rm"
            || is_maker(call)
            || turns_off_own(&words);
        let mut steps = self.old.steps.iter().enumerate();
        apt || lists
            || takes_away(call)
            || again && steps.any(|(number, step)| self.does_again(number, step, call))
    }

    /// Whether a call does again what this step of the old stage surely did, and is told the same.
    fn does_again(&self, number: usize, step: &Step<'t>, new: &Call<'_>) -> bool {
        let Action::Call(old) = &step.action else { return false };
        if !is_alike(old, new) || old.assignments != new.assignments || !old.redirects.is_empty() {
            return false;
        }
        if is_maker(new) && !self.makes_as_before(old, new) {
            return false;
        }
        let removal = Removal::of(old);
        // Nothing that is there or not keeps `rm -rf` from success.
        let cannot_fail = removal.as_ref().is_some_and(|it| it.forced && it.recursive);
        if step.demand != Demand::Must && !cannot_fail {
            return false;
        }
        let (before, now) = (self.states.seen(old.state), self.states.seen(new.state));
        let quiet = before.taint.is_empty()
            && before.settings.is_empty()
            && before.surroundings.interpreter.is_none()
            && !before.options.contains("noglob");
        let same = |name: &str| {
            let value = before.surroundings.environment.get(name);
            value.is_some()
                && value == now.surroundings.environment.get(name)
                && !before.variables.contains_key(name)
                && !now.variables.contains_key(name)
        };
        let told = |word: &str| {
            let mut names = word.split([OPEN, OPEN_QUOTED]).skip(1);
            names.all(|rest| rest.split_once(CLOSE).is_some_and(|(name, _)| same(name)))
        };
        let alike = quiet && old.inner.is_empty() && old.words.iter().all(|word| told(word));
        alike && removal.is_none_or(|removal| self.stays_removed(number, &removal))
    }

    /// Whether what a step removes is told by whole paths, and no install behind it may bring it again.
    fn stays_removed(&self, number: usize, removal: &Removal<'_>) -> bool {
        let home = format!("{ACTIVE}~/");
        let whole = |path: &&str| path.starts_with('/') || path.starts_with(&home);
        let of_apt = |path: &&str| {
            let outside = path.starts_with("/etc/")
                || path.starts_with("/usr/")
                || path.starts_with("/var/www");
            is_within(path, "/etc/apt") || !outside
        };
        let mut installs = false;
        visit(&self.old.steps[number + 1..], &mut |step| {
            if let Action::Call(call) = &step.action
                && matches!(Command::of(&call.words).program(), "apt-get" | "apt" | "apk")
            {
                installs |= call.words.iter().any(|word| word == "install" || word == "add");
            }
        });
        removal.paths.iter().all(whole) && (!installs || removal.paths.iter().all(of_apt))
    }

    /// Whether the build says where apt gets its packages from: those of the new stage would be others.
    fn changes_sources(&self) -> bool {
        let mut changed = false;
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Call(call) => {
                let mut texts = call.words.iter().chain(&call.redirects);
                changed |= !Command::of(&call.words).is("rm")
                    && texts.any(|text| text.contains("/etc/apt/"));
            }
            Action::Copy(copy) => changed |= is_within(&copy.destination, "/etc/apt"),
            _ => {}
        });
        changed
    }
}

/// Whether all words are names of packages, and none is an option.
fn are_names(words: &[&str]) -> bool {
    !words.is_empty() && !words.iter().any(|word| word.starts_with('-'))
}
