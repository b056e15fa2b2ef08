//! Whether and how one more script joins those before it.

use dockslim_syntax::Span;

use super::calls::KnownCall;
use super::comments::comments_allow;
use super::hazards::Hazard;
use super::part::{Part, is_and_chain, part_ends_fatally, pipelines_insensitive};
use super::reasons;
use super::tools::{self, Remembered};
use crate::Facts;
use crate::facts::{Effects, Errexit};

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrap {
    Bare,
    /// `{ …; }`
    Braces,
    /// `( … )`
    Subshell,
}

/// A part in its place.
pub(super) struct Placed<'f> {
    pub(super) part: Part<'f>,
    /// How it is written if nothing follows it, and if something does.
    pub(super) last: Wrap,
    pub(super) inner: Wrap,
    /// `&&` or `;` in front of it.
    pub(super) sign: &'static str,
    /// Whether the `set` at its head is left out, since it is in force already.
    pub(super) drop_head: bool,
    /// Whether another instruction stands between it and the one before.
    pub(super) moved: bool,
    /// Whether what follows starts in another directory because of it.
    leaves_directory: bool,
    /// The shell options in force in front of it.
    options_before: Vec<String>,
}

/// Neighbouring RUNs that become one.
pub(super) struct Group<'f> {
    pub(super) parts: Vec<Placed<'f>>,
    /// The options that are in force behind the last part.
    options: Vec<String>,
    /// Whether the last statement of the text so far stands by itself, so that errexit ends the
    /// script when it fails and `;` may follow.
    ends_fatally: bool,
    /// What the shell of the scripts so far remembers.
    remembered: Remembered,
    /// What of the scripts so far ends with its RUN: a service, or the shell itself.
    ends: Option<Hazard>,
    /// What of the scripts so far starts anew for each RUN.
    fresh: Option<Hazard>,
    /// No more parts: the last one relies on being last.
    closed: bool,
}

impl<'f> Group<'f> {
    pub(super) fn of(part: Part<'f>) -> Self {
        let options = part.head_options().to_vec();
        let last_has_or = part.list.statements.len() == 1
            && part.last().is_some_and(|statement| !is_and_chain(statement));
        // `a; b && c` is right, too, but every reader has to prove it.
        let sequence = part.list.statements.len() > 1 && part.errexit() == Errexit::Off;
        let inner = if last_has_or || sequence { Wrap::Braces } else { Wrap::Bare };
        let placed = Placed {
            part,
            last: Wrap::Bare,
            inner,
            sign: "",
            drop_head: false,
            moved: false,
            leaves_directory: false,
            options_before: Vec::new(),
        };
        let ends_fatally = part_ends_fatally(&placed.part);
        let mut group = Self {
            parts: Vec::new(),
            ends_fatally,
            options,
            remembered: Remembered::default(),
            ends: None,
            fresh: None,
            closed: false,
        };
        group.push(placed);
        group
    }

    /// From the first RUN to the last.
    pub(super) fn span(&self) -> Span {
        let spans = self.parts.iter().map(|placed| placed.part.instruction.span);
        spans.reduce(Span::to).unwrap_or_default()
    }

    fn last(&self) -> &Placed<'f> {
        self.parts.last().expect("a group is made of a part and only grows")
    }

    /// Whether all so far is one `apt-get update` or its like.
    pub(super) fn is_lone_update(&self) -> bool {
        let [only] = self.parts.as_slice() else { return false };
        self.starts_with_update() && only.part.calls.list.len() == 1
    }

    pub(super) fn starts_with_update(&self) -> bool {
        let part = &self.parts[0].part;
        part.calls.list.len() == 1 && part.managers.iter().any(|(_, verb)| verb == "update")
    }

    /// Whether the part installs with the same package manager, or cleans what is installed here.
    pub(super) fn belongs_with(&self, part: &Part<'_>) -> bool {
        let before = &self.last().part;
        let alone = |part: &Part<'_>| part.managers.len() == part.calls.list.len();
        let same = before
            .managers
            .iter()
            .any(|(one, _)| part.managers.iter().any(|(other, _)| one == other));
        let cleans =
            !part.calls.list.is_empty() && part.calls.list.iter().all(KnownCall::is_removal);
        (same && alone(part) && alone(before)) || (cleans && !before.managers.is_empty())
    }

    /// Adds a part, or gives it back with the rule that forbids it; the group is then as it was.
    pub(super) fn join(
        &mut self,
        facts: &Facts<'_>,
        part: Part<'f>,
    ) -> Result<(), Box<(Part<'f>, Hazard)>> {
        match self.plan(facts, &part) {
            Ok(plan) => {
                self.add(facts, part, plan);
                Ok(())
            }
            Err(hazard) => Err(Box::new((part, hazard))),
        }
    }

    fn add(&mut self, facts: &Facts<'_>, part: Part<'f>, plan: Plan) {
        let before = self.parts.last_mut().expect("a group is made of a part and only grows");
        if plan.subshell_before {
            before.inner = Wrap::Subshell;
            self.options.clone_from(&before.options_before);
        } else {
            before.leaves_directory = before.part.effects.directory.is_some();
        }
        let moved = before.moved;
        let first_between = before.part.index + 1;
        if plan.subshells_further_back {
            for placed in self.parts.iter_mut().filter(|placed| placed.leaves_directory) {
                placed.inner = Wrap::Subshell;
                placed.leaves_directory = false;
            }
        }
        let options_before = self.options.clone();
        if !plan.drop_head {
            for option in part.head_options() {
                if !self.options.contains(option) {
                    self.options.push(option.clone());
                }
            }
            self.options.sort();
        }
        let mut between = first_between..part.index;
        let moved = moved || between.any(|index| facts.dockerfile.instruction(index).is_some());
        let wrap = if plan.sign == "&&" && !plan.bare { Wrap::Braces } else { Wrap::Bare };
        self.closed = plan.closes;
        let drop_head = plan.drop_head;
        let sign = plan.sign;
        self.ends_fatally = sign == ";" && part_ends_fatally(&part);
        let leaves_directory = false;
        self.push(Placed {
            part,
            last: wrap,
            inner: wrap,
            sign,
            drop_head,
            moved,
            leaves_directory,
            options_before,
        });
    }

    fn push(&mut self, placed: Placed<'f>) {
        self.remembered.follow(&placed.part.calls.list);
        self.ends = self.ends.take().or_else(|| placed.part.ends.clone());
        self.fresh = self.fresh.take().or_else(|| placed.part.fresh.clone());
        self.parts.push(placed);
    }

    /// How the part would follow the others, or why it must not.
    fn plan(&self, facts: &Facts<'_>, part: &Part<'_>) -> Result<Plan, Hazard> {
        let before = self.last();
        if before.part.flags != part.flags {
            return Err((&reasons::DIFFERENT_FLAGS, "the two have different flags".into()));
        }
        if before.part.only_changes_its_shell() || part.only_changes_its_shell() {
            let message = "one of the two only changes its own shell, so it has no effect";
            return Err((&reasons::NO_EFFECT, message.to_owned()));
        }
        self.sandbox(part)?;
        comments_allow(facts, &before.part, part)?;
        let elsewhere = part.starts_elsewhere(facts.dockerfile);
        let subshells_further_back = self.further_back(elsewhere)?;
        let (subshell_before, drop_head) = self.separation(part, elsewhere)?;
        if self.closed {
            let message =
                "the script before stops at a failing command only while it is the last".to_owned();
            return Err((&reasons::ERREXIT, message));
        }
        let plan = self.sequence(part, subshell_before, drop_head)?;
        Ok(Plan { subshells_further_back, ..plan })
    }

    /// Whether parts that left their directory, since the ones behind them went elsewhere at once,
    /// must be put in subshells after all.
    fn further_back(&self, elsewhere: bool) -> Result<bool, Hazard> {
        let mut leavers = self.parts.iter().filter(|placed| placed.leaves_directory).peekable();
        if elsewhere || leavers.peek().is_none() {
            return Ok(false);
        }
        let free = |placed: &Placed<'_>| {
            (placed.part.effects.head.is_none() || placed.drop_head)
                && placed.part.may_stand_in_subshell()
        };
        if leavers.all(free) {
            return Ok(true);
        }
        Err((&reasons::SHELL_STATE, "a script before leaves its shell in another directory".into()))
    }

    /// What a fresh sandbox and a fresh shell hide, whatever the scripts look like.
    fn sandbox(&self, part: &Part<'_>) -> Result<(), Hazard> {
        let before = &self.last().part;
        if let Some(mount) = part.flags.iter().find(|flag| is_fresh_mount(flag)) {
            return Err((&reasons::FRESH_MOUNT, format!("`{mount}` is as new in each RUN")));
        }
        let background =
            |part: &Part<'_>| part.effects.background.is_some() || part.calls.inner_background;
        if background(before) || background(part) {
            return Err((&reasons::BACKGROUND, "a job in the background dies with its RUN".into()));
        }
        if part.effects.looks_back.is_some() {
            return Err((
                &reasons::LOOKS_BACK,
                "the second looks at what came before in its shell".into(),
            ));
        }
        if before.effects.returns.is_some() {
            return Err((
                &reasons::EXITS,
                "shells disagree on `return` outside of a function".into(),
            ));
        }
        if let Some(hazard) = self.ends.as_ref().or(self.fresh.as_ref()).or(part.fresh.as_ref()) {
            return Err(hazard.clone());
        }
        let in_place = |tool: &str| part.usual_path && tools::lies_in_usr_local(&part.image, tool);
        self.remembered.misleads(&part.calls.list, in_place).map_or(Ok(()), Err)
    }

    /// What of the scripts before the part would notice: whether the last of them must be put in a
    /// subshell, and whether the part's own `set` is in force already.
    fn separation(&self, part: &Part<'_>, elsewhere: bool) -> Result<(bool, bool), Hazard> {
        let placed = self.last();
        let before = &placed.part;
        let head = part.head_options();
        let in_force = |options: &[String]| !head.is_empty() && head == options;
        // Errexit means nothing to a chain of simple commands.
        let harmless = |option: &str| option == "e" && part.is_chain_of_simple();
        let noticed = |options: &[String]| {
            options.iter().any(|option| !head.contains(option) && !harmless(option))
        };
        let effects = &before.effects;
        let directory_only =
            effects.state.is_none() && effects.options.is_none() && effects.exit.is_none();
        let kept_away = directory_only && elsewhere;
        if !noticed(&self.options) && (!effects.leak() || kept_away) {
            return Ok((false, in_force(&self.options)));
        }
        // A subshell takes away what the script before it does, its options included.
        if noticed(&placed.options_before) {
            return Err((
                &reasons::SHELL_OPTIONS,
                "the scripts set different shell options".into(),
            ));
        }
        if before.may_stand_in_subshell() {
            return Ok((true, in_force(&placed.options_before)));
        }
        Err(match effects {
            Effects { exit: Some(_), .. } => {
                (&reasons::EXITS, "the first may leave its shell before its end".into())
            }
            effects if !effects.leak() => {
                (&reasons::SHELL_OPTIONS, "the scripts set different shell options".into())
            }
            _ => (&reasons::SHELL_STATE, before.leak_in_words().to_owned()),
        })
    }

    /// The sign between, and what of the part must be grouped.
    fn sequence(
        &self,
        part: &Part<'_>,
        subshell_before: bool,
        drop_head: bool,
    ) -> Result<Plan, Hazard> {
        let before = &self.last().part;
        let errexit_before = if self.options.iter().any(|option| option == "e") {
            Errexit::On
        } else {
            before.errexit()
        };
        let leaks = !subshell_before && errexit_before == Errexit::On;
        let errexit = if drop_head || leaks { errexit_before } else { part.errexit() };
        let by_lines = before.list.statements.len() > 1 || self.last().sign == ";";
        if errexit_before == Errexit::On
            && errexit == Errexit::On
            && by_lines
            && self.ends_fatally
            && !subshell_before
        {
            return Ok(Plan { sign: ";", bare: true, drop_head, ..Plan::default() });
        }
        let relies = |errexit: Errexit, part: &Part<'_>| {
            errexit != Errexit::Off && !part.is_chain_of_simple()
        };
        let last_relies = errexit_before != Errexit::Off
            && !subshell_before
            && (!before.last().is_some_and(pipelines_insensitive)
                || before.effects.unseen.is_some());
        if last_relies {
            let message = "in front of `&&` a failing command would not stop the script".to_owned();
            return Err((&reasons::ERREXIT, message));
        }
        let bare = if drop_head { part.is_chain() } else { part.is_bare_chain() };
        let closes = relies(errexit, part);
        if closes && errexit_before == Errexit::On && by_lines {
            let message = "the scripts stop at failing commands in different ways".to_owned();
            return Err((&reasons::ERREXIT, message));
        }
        Ok(Plan { sign: "&&", bare, drop_head, subshell_before, closes, ..Plan::default() })
    }
}

/// How a part follows the ones before it.
#[derive(Default)]
struct Plan {
    sign: &'static str,
    /// Not in braces.
    bare: bool,
    drop_head: bool,
    /// The part before goes into a subshell.
    subshell_before: bool,
    /// So do the parts further back that left their directory.
    subshells_further_back: bool,
    /// Nothing may follow: the part relies on errexit, which is off in front of `&&`.
    closes: bool,
}

/// Mounts that start anew for each RUN: memory, and bind mounts that may be written to.
fn is_fresh_mount(flag: &str) -> bool {
    let Some(options) = flag.strip_prefix("--mount=") else { return false };
    let mut options = options.trim_matches(['"', '\'']).split(',');
    let memory = options.clone().any(|option| option == "type=tmpfs");
    memory
        || options.any(|option| {
            matches!(
                option,
                "rw" | "readwrite" | "rw=true" | "readwrite=true" | "ro=false" | "readonly=false"
            )
        })
}
