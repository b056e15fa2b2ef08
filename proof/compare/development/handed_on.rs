//! Packages that one stage installs, another one builds with (a copy, or by standing on it), and a third one ships.

use dockslim_contract::Difference;

use super::{Pruned, taken_away};
use crate::compare::folders::absolute;
use crate::compare::split::pruned;
use crate::compare::words::describe;
use crate::compare::{Comparison, Refusal};
use crate::program::{Action, Step, Transfer, visit};
use crate::shell::plain;
use crate::verdict::Gap;

/// Packages, and files of a project, that change what others have installed (npm: "patch-package", "prisma").
const CHANGE: &[&str] = &["patch-package", "prisma"];

/// A COPY of packages from the stage that installs them, which takes them from one that builds with them now.
pub(in crate::compare) struct Switched<'b, 't> {
    step: &'b Step<'t>,
    installer: usize,
    builder: usize,
    packages: String,
}

/// The stage from which another one has its packages.
pub(super) struct Origin<'b, 't> {
    pub(super) stage: usize,
    /// All its steps.
    pub(super) steps: Vec<&'b Step<'t>>,
    /// The COPY that brings the packages.
    pub(super) link: &'b Step<'t>,
}

impl<'b, 't> Comparison<'b, 't> {
    /// Whether a COPY takes the same place from another stage: to be looked at when all is known.
    pub(in crate::compare) fn takes_from_builder(
        &mut self,
        (old, one): (&'b Step<'t>, &'b Transfer<'t>),
        (new, two): (&'b Step<'t>, &'b Transfer<'t>),
    ) -> bool {
        let number = |copy: &Transfer<'t>| -> Option<usize> {
            copy.from.as_deref()?.strip_prefix("stage ")?.parse().ok()
        };
        let (Some(installer), Some(builder)) = (number(one), number(two)) else { return false };
        let [source] = &two.sources[..] else { return false };
        let Some(packages) = plain(source).and_then(|path| absolute(path, "/", None)) else {
            return false;
        };
        let same = *one == Transfer { from: one.from.clone(), ..two.clone() };
        if !same || old.demand != new.demand || !packages.ends_with("/node_modules") {
            return false;
        }
        let message = format!("{} takes what the build has left of them", describe(new));
        self.accept(Difference::DevelopmentPackages, Some(old.at), new.at, message);
        self.switched.push(Switched { step: new, installer, builder, packages });
        true
    }

    /// Whether each stage from which packages are copied now has them from where they were copied before, and only takes some away.
    pub(super) fn builders_hand_them_on(&self) -> Result<(), Refusal> {
        self.switched.iter().try_for_each(|switched| {
            self.hands_on(switched).map_err(|why| {
                let message = format!("{} takes other packages: {why}", describe(switched.step));
                Refusal {
                    gap: Gap { before: None, after: Some(switched.step.at), message },
                    unknown: false,
                }
            })
        })
    }

    fn hands_on(&self, switched: &Switched<'b, 't>) -> Result<(), String> {
        let mut calls = self.pruned.iter().filter(|pruned| {
            pruned.stage == switched.builder && taken_away::manager(pruned.call).is_some()
        });
        let pruned = calls.next().ok_or("nothing takes any away there")?;
        let steps = self.steps_until(pruned);
        let origin = self.origin(switched.builder, &steps, &switched.packages)?;
        let installer = origin.map(|origin| origin.stage);
        if installer.or(self.installer_below(switched.builder)) != Some(switched.installer) {
            return Err("it has them from elsewhere".to_owned());
        }
        let context = self.context.ok_or("the build context is not known")?;
        let changes = |text: &str| CHANGE.iter().any(|name| text.contains(name));
        let mut files = context.entries().filter(|(path, _)| {
            path.ends_with(".patch")
                || path.ends_with(".prisma")
                || path.ends_with("package.json") && context.text(path).is_none_or(changes)
        });
        match files.next() {
            Some((path, _)) => Err(format!("`{path}` may change them")),
            None => Ok(()),
        }
    }

    /// The stage that installed what a COPY brings to `packages`, of which nothing else comes; `None` if there is no such COPY.
    pub(super) fn origin(
        &self,
        stage: usize,
        steps: &[&'b Step<'t>],
        packages: &str,
    ) -> Result<Option<Origin<'b, 't>>, String> {
        let mut found = None;
        for step in steps {
            let Action::Copy(copy) = &step.action else { continue };
            let Some(from) = copy.from.as_deref() else { continue };
            let target = absolute(&copy.destination, "", None);
            if target.as_deref() != Some(packages) {
                continue;
            }
            let number: Option<usize> =
                from.strip_prefix("stage ").and_then(|number| number.parse().ok());
            let [source] = &copy.sources[..] else {
                return Err(format!("{} brings more than packages", describe(step)));
            };
            let source = plain(source).and_then(|path| absolute(path, "/", None));
            let plainly = copy.flags.is_empty() && source.as_deref() == Some(packages);
            let (Some(number), true, None) = (number, plainly, &found) else {
                return Err(format!("{} brings other packages", describe(step)));
            };
            found = Some((number, *step));
        }
        let Some((number, link)) = found else { return Ok(None) };
        let stages = &self.after.stages;
        let (one, two) = (&stages[number], &stages[stage]);
        let other = one.image != two.image || one.platform != two.platform;
        if other
            || one.parent != two.parent
            || !self.is_bare(one.parent)
            || stages.iter().any(|other| other.parent == Some(number))
        {
            return Err("they are installed on another base".to_owned());
        }
        let mut all = Vec::new();
        visit(&one.steps, &mut |step| all.push(step));
        Ok(Some(Origin { stage: number, steps: all, link }))
    }

    /// The stage that does something, on which no stage stands but this one, which has the same platform.
    pub(super) fn installer_below(&self, stage: usize) -> Option<usize> {
        let stages = &self.after.stages;
        let below = stages[stage].parent?;
        let children = stages.iter().filter(|other| other.parent == Some(below)).count();
        let platform = &stages[stage].platform;
        let alike = platform.is_empty() || *platform == stages[below].platform;
        let does = !self.is_bare(Some(below)) && self.is_bare(stages[below].parent);
        (children == 1 && alike && does).then_some(below)
    }

    /// Whether a stage that others stand on, if there is one, does nothing but say where and how all is done.
    pub(super) fn is_bare(&self, stage: Option<usize>) -> bool {
        stage.is_none_or(|number| {
            let stage = &self.after.stages[number];
            let says = |step: &Step<'_>| matches!(step.action, Action::MakeFolder { .. });
            stage.steps.iter().all(says) && self.is_bare(stage.parent)
        })
    }

    /// The number of the install in the stage that a builder has its packages from: npm installs there and nowhere else, and nothing
    /// tells it what the builder is not told.
    pub(super) fn is_installed_there(
        &self,
        pruned: &Pruned<'b, 't>,
        origin: &Origin<'b, 't>,
        steps: &[&Step<'t>],
        (folder, user): (&str, &str),
    ) -> Result<Option<usize>, String> {
        let program = taken_away::manager(pruned.call);
        let again = self.installs_all((pruned.stage, steps), "npm", (folder, user))?;
        if program != Some("npm") || again.is_some() {
            return Err("it is installed twice, or not by npm".to_owned());
        }
        self.knows_the_word(pruned, &origin.steps)?;
        self.changes_no_packages(&origin.steps, None, folder)?;
        let options: Vec<&str> =
            pruned.call.words.iter().skip(3).map(|word| plain(word).unwrap_or("$")).collect();
        let Some(old) = self.before.stages.get(origin.stage) else {
            return Err("there is no such stage".to_owned());
        };
        let odd =
            pruned::unsettled(self.context, old, &options).or_else(|| pruned::brought_by_name(old));
        if let Some(what) = odd {
            return Err(format!("more may go: {what}"));
        }
        for step in &origin.steps {
            let Action::Call(call) = &step.action else { continue };
            let seen = self.states.seen(call.state);
            let names = seen.surroundings.environment.keys().chain(seen.variables.keys());
            let mut told = names.filter(|name| name.to_ascii_lowercase().starts_with("npm_config"));
            if let Some(name) = told.next() {
                return Err(format!("{name} decides about that"));
            }
            if seen.surroundings.flags.iter().any(|flag| flag.contains("type=secret")) {
                return Err("a secret may decide about that".to_owned());
            }
        }
        self.installs_all((origin.stage, &origin.steps), "npm", (folder, user))
    }
}
