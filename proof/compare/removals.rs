//! Steps that only take caches away, and cannot fail.

use std::sync::Arc;

use dockslim_contract::Difference;

use super::Comparison;
use super::caches::{CACHES, Cache, manager, place, runs_from_cache};
use super::words::describe;
use super::yarns::is_another_yarn;
use crate::program::{Action, Call, Demand, Step, visit};
use crate::shell::{Command, Seen, StateNumber, plain, readable};
use crate::stages::Stage;

/// A cache that is not there any more behind a step.
pub(super) struct Removal<'b, 't> {
    /// The stage of the step.
    pub(super) stage: usize,
    pub(super) step: &'b Step<'t>,
    pub(super) cache: &'static Cache,
}

impl<'b, 't> Removal<'b, 't> {
    /// A cache that a call does not leave.
    pub(super) fn avoided(stage: usize, step: &'b Step<'t>, cache: &'static Cache) -> Self {
        Self { stage, step, cache }
    }
}

impl<'b, 't> Comparison<'b, 't> {
    /// Whether two calls of `rm`, perhaps behind a variable that holds `sudo`, are the same but for what such a variable has
    /// made of the calls before them.
    pub(super) fn removes_the_same(&self, old: &Step<'t>, new: &Step<'t>) -> bool {
        let (Action::Call(one), Action::Call(two)) = (&old.action, &new.action) else {
            return false;
        };
        let seen = |call: &Call<'_>| Seen {
            taint: Arc::default(),
            ..self.states.seen(call.state).clone()
        };
        let tainted = |call: &Call<'_>| self.states.seen(call.state).taint.len();
        old.demand == new.demand
            && (&one.words, &one.assignments, &one.redirects)
                == (&two.words, &two.assignments, &two.redirects)
            && (&one.inner, one.stale, tainted(one)) == (&two.inner, two.stale, tainted(two))
            && Command::of(&one.words).is("rm")
            && seen(one) == seen(two)
    }

    /// Whether a step that only the new file has takes caches away and does nothing else. It is noted, if so.
    pub(super) fn is_removal(&mut self, step: &'b Step<'t>) -> bool {
        let Action::Call(call) = &step.action else { return false };
        let in_place = matches!(step.demand, Demand::Must | Demand::Ignored | Demand::Status);
        if self.no_removals > 0
            || !in_place
            || !call.assignments.is_empty()
            || !call.redirects.is_empty()
        {
            return false;
        }
        let Some(caches) = self.removed(call) else { return false };
        let names: Vec<&str> = caches.iter().map(|cache| cache.name).collect();
        let message = format!("{} takes away the {}", describe(step), names.join(" and the "));
        self.accept(Difference::CacheRemoval, None, step.at, message);
        let stage = self.stage;
        self.removals.extend(caches.into_iter().map(|cache| Removal { stage, step, cache }));
        true
    }

    /// The caches that a call takes away, if it does nothing else and succeeds.
    pub(super) fn removed(&self, call: &'b Call<'t>) -> Option<Vec<&'static Cache>> {
        let command = Command::of(&call.words);
        let by_root = self.by_root(call);
        if command.is("rm") {
            return self.deleted(call, &command, by_root);
        }
        let (name, from) = manager(&command)?;
        let arguments: Option<Vec<&str>> =
            command.words[from..].iter().map(|word| word.as_deref()).collect();
        let arguments = arguments?.join(" ");
        let emptied = |cache: &&Cache| {
            cache.programs.contains(&&*name) && cache.emptied_by.contains(&arguments.as_str())
        };
        let found: Vec<&'static Cache> = CACHES.iter().filter(emptied).collect();
        // The program was called before under the same name, and wherever this step is reached it was there.
        let was_called = |other: &&&Call<'t>| same_program(other, call);
        let position = self.certain.iter().rposition(|other| was_called(&other));
        let is_there = position.is_some_and(|at| {
            !self.certain[at + 1..].iter().any(|between| may_remove_program(between, &name))
        });
        let of_yarn = found.iter().any(|cache| cache.programs.contains(&"yarn"));
        let needed =
            of_yarn && (self.context.is_some_and(runs_from_cache) || self.starts_by_another_yarn());
        (!found.is_empty() && is_there && !needed && call.inner.is_empty()).then_some(found)
    }

    /// Whether a container starts by yarn, and a step brings one that may be a newer one, which runs programs out of its cache.
    fn starts_by_another_yarn(&self) -> bool {
        let starts = |stage: &Stage<'_>| {
            stage.configuration.starts().into_iter().flatten().any(|text| text.contains("yarn"))
        };
        self.before.stages.iter().any(starts)
            && self.before.stages.iter().any(|stage| {
                let mut brings = false;
                visit(&stage.steps, &mut |step| brings |= is_another_yarn(step));
                brings
            })
    }

    /// The caches that an `rm` deletes.
    fn deleted(
        &self,
        call: &'b Call<'t>,
        command: &Command<'_>,
        by_root: bool,
    ) -> Option<Vec<&'static Cache>> {
        let mut found: Vec<&'static Cache> = Vec::new();
        let (mut forced, mut recursive) = (false, false);
        let skipped = call.words.len() - command.words.len();
        for word in &call.words[skipped + 1..] {
            if let Some(letters) = word.strip_prefix('-') {
                if !letters.chars().all(|letter| "rRfv".contains(letter)) {
                    return None;
                }
                forced |= letters.contains('f');
                recursive |= letters.contains(['r', 'R']);
                continue;
            }
            let cache = self.place_of(call, word)?;
            if !by_root && !self.is_own(call, cache) && !word.starts_with("\u{1}~/") {
                return None;
            }
            if !found.contains(&cache) {
                found.push(cache);
            }
        }
        (forced && recursive && !found.is_empty()).then_some(found)
    }

    /// The cache that lies at a path.
    pub(super) fn place_of(&self, call: &Call<'t>, word: &str) -> Option<&'static Cache> {
        const ACTIVE_HOME: &str = "\u{1}~/";
        // A tilde in quotes is a name like any other.
        if word.starts_with('~') || (word.contains('~') && !word.starts_with(ACTIVE_HOME)) {
            return None;
        }
        if let Some(rest) = word.strip_suffix("/cache/\u{1}*.gem")
            && rest.contains('(')
        {
            let gem_folder = call.inner.len() == 1
                && matches!(call.inner[0].as_slice(), [Step { action: Action::Call(inner), .. }]
                    if inner.words.len() >= 3 && inner.words.ends_with(&["env".into(), "gemdir".into()]) && inner.redirects.is_empty());
            return CACHES.iter().find(|cache| gem_folder && cache.name == "downloaded gems");
        }
        if !call.inner.is_empty() {
            return None;
        }
        let shown = readable(word);
        let path = place(&shown);
        CACHES
            .iter()
            .find(|cache| cache.places.iter().any(|known| *known == shown || *known == path))
    }

    /// Whether root runs a call, as far as the file says or shows.
    pub(super) fn by_root(&self, call: &Call<'t>) -> bool {
        self.runs_as_root(call) || self.acts_as_root(call)
    }

    fn runs_as_root(&self, call: &Call<'t>) -> bool {
        let user = self.user(call.state);
        let sudo = call.words.first().is_some_and(|word| word == "sudo");
        sudo || matches!(user, "root" | "0" | "root:root" | "0:0" | "root:0" | "0:root")
    }

    /// Whether the user of a call has been seen to do without help what only root can.
    fn acts_as_root(&self, call: &Call<'t>) -> bool {
        const SYSTEM: &[&str] =
            &["apt-get", "apt", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper", "pacman"];
        let user = self.user(call.state);
        let mut found = false;
        visit(&self.after.stages[self.stage].steps, &mut |step| {
            if let (Action::Call(other), true) = (&step.action, step.demand != Demand::Ignored)
                && self.user(other.state) == user
            {
                let command = Command::of(&other.words);
                let writes = command
                    .has(&["install", "add", "update", "upgrade", "-y", "-Sy", "-S", "-Syu"]);
                found |=
                    writes && other.words.first().is_some_and(|word| SYSTEM.contains(&&**word));
            }
        });
        found
    }

    /// Whose files a call writes.
    fn owner(&self, call: &'b Call<'t>) -> &'b str {
        match call.words.first() {
            _ if self.runs_as_root(call) => "root",
            // What `$SUDO` runs belongs to whomever it stands for.
            Some(word) if plain(word).is_none() && !word.contains('/') => word,
            _ => self.user(call.state),
        }
    }

    fn user(&self, state: StateNumber) -> &'b str {
        &self.states.seen(state).surroundings.user
    }

    /// Whether all that this cache holds was written by the user that now deletes it.
    fn is_own(&self, call: &Call<'t>, cache: &Cache) -> bool {
        let user = self.owner(call);
        let (mut own, mut others) = (false, false);
        let mut stage = Some(self.stage);
        while let Some(number) = stage {
            visit(&self.after.stages[number].steps, &mut |step| {
                if let Action::Call(other) = &step.action
                    && Command::of(&other.words).all().any(|command| cache.is_filled_by(command))
                {
                    let mine = self.owner(other) == user;
                    own |= mine;
                    others |= !mine;
                }
            });
            stage = self.after.stages[number].parent;
        }
        own && !others
    }
}

/// Whether two calls begin with the same program, carriers included.
fn same_program(one: &Call<'_>, two: &Call<'_>) -> bool {
    let (first, second) = (Command::of(&one.words), Command::of(&two.words));
    let (Some((name, _)), Some((other, _))) = (manager(&first), manager(&second)) else {
        return false;
    };
    // Without a path both are looked for in the same way.
    let path = |command: &Command<'_>| command.raw.first().cloned().unwrap_or_default();
    let carried = |call: &Call<'_>, command: &Command<'_>| call.words.len() > command.words.len();
    let same_path = path(&first) == path(&second);
    name == other
        && same_path
        && (carried(one, &first) || !carried(two, &second) || one.words[0] == two.words[0])
}

/// Whether a command may take a program away.
fn may_remove_program(call: &Call<'_>, program: &str) -> bool {
    let command = Command::of(&call.words);
    command.all().any(|command| {
        let removes = command.has(&[
            "remove",
            "purge",
            "del",
            "erase",
            "uninstall",
            "autoremove",
            "rm",
            "-R",
            "-Rs",
            "-Rns",
        ]);
        let owns = match program {
            "npm" | "yarn" => &["nodejs", "node", "npm", "yarn"][..],
            "composer" | "composer.phar" => &["php", "composer", "composer.phar"],
            "pip" => {
                &["python", "python3", "python3-pip", "python-pip", "py3-pip", "py-pip", "pip"]
            }
            "go" => &["go", "golang"],
            other => &[other][..0],
        };
        let named = |word: &str| {
            let last = word.trim_end_matches('/').rsplit('/').next().unwrap_or(word);
            last == program || owns.contains(&last) || word.ends_with("lib/node_modules")
        };
        let virtual_package = |word: &str| word.starts_with(['.', '$']);
        match command.program() {
            "rm" => command.arguments().any(named),
            "apk" | "apt-get" | "apt" | "yum" | "dnf" | "pip" | "npm" | "yarn" | "microdnf"
            | "zypper" | "pacman" => {
                removes
                    && command.program() != program
                    && (command.arguments().any(|word| named(word) || virtual_package(word))
                        || command.words.iter().any(Option::is_none))
            }
            _ => false,
        }
    })
}
