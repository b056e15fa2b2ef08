//! Whether and how one more script joins those before it.

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Pipeline, Script, SeparatorKind, Statement,
};
use dockslim_syntax::{Dockerfile, Instruction, Item, Keyword, Span};

use super::calls::{KnownCall, KnownCalls};
use super::hazards::{self, Hazard};
use super::reasons;
use super::tools::{self, Remembered};
use crate::Facts;
use crate::facts::{Effects, Errexit, Shell, Stage, State, effects, is_insensitive, words_text};

/// A RUN that may be joined to others.
pub(super) struct Part<'f> {
    /// Its number among the items.
    pub(super) index: usize,
    pub(super) instruction: &'f Instruction,
    pub(super) script: &'f Script,
    pub(super) list: &'f List,
    pub(super) effects: Effects,
    calls: KnownCalls<'f>,
    ends: Option<Hazard>,
    fresh: Option<Hazard>,
    shell: Shell,
    flags: Vec<String>,
    /// The image at the bottom of the stage.
    image: String,
    /// No ENV or ARG of the file changes PATH.
    usual_path: bool,
    /// The program and verb of each package-manager call.
    managers: Vec<(String, String)>,
}

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

impl<'f> Part<'f> {
    pub(super) fn new(
        facts: &'f Facts<'_>,
        stage: &Stage<'_>,
        index: usize,
        instruction: &'f Instruction,
        script: &'f Script,
        list: &'f List,
        state: &State<'_>,
    ) -> Self {
        let dockerfile = facts.dockerfile;
        let flags =
            instruction.flags.iter().map(|flag| dockerfile.text(flag.span).into_owned()).collect();
        let calls = KnownCalls::of(dockerfile, list);
        let ends = hazards::daemon(&calls.list)
            .or_else(|| hazards::shell_replaced(&state.shell.words[0], &calls.list))
            .or_else(|| hazards::directory_removed(&calls.list, state));
        let fresh = hazards::fresh_files(&dockerfile.text(script.span), &calls.list, state);
        Part {
            index,
            instruction,
            script,
            list,
            effects: effects(dockerfile, script, list),
            calls,
            ends,
            fresh,
            shell: state.shell.clone(),
            flags,
            image: stage.image(&facts.stages).to_owned(),
            usual_path: !state.sets("PATH"),
            managers: managers(dockerfile, list),
        }
    }

    fn head_options(&self) -> &[String] {
        self.effects.head.as_ref().map_or(&[], |head| &head.options)
    }

    /// The comment behind the last command, if there is one.
    pub(super) fn last_comment(&self) -> Option<Span> {
        self.script.comments.last().copied().filter(|comment| comment.end == self.script.span.end)
    }

    fn errexit(&self) -> Errexit {
        self.effects.errexit(self.shell.errexit())
    }

    fn last(&self) -> Option<&Statement> {
        self.list.statements.last()
    }

    /// One statement of `&&` alone, whatever stands at its head.
    fn is_chain(&self) -> bool {
        let statements = match &self.effects.head {
            Some(head) if !head.by_and => &self.list.statements[1..],
            _ => &self.list.statements[..],
        };
        matches!(statements, [statement] if is_and_chain(statement))
    }

    /// Whether all of it is chains of `&&`, so that it may follow `&&` as it stands.
    fn is_bare_chain(&self) -> bool {
        matches!(self.list.statements.as_slice(), [statement] if is_and_chain(statement))
    }

    /// Whether the script is a chain that begins with `cd` to a place that does not depend on where
    /// it starts.
    fn starts_elsewhere(&self, dockerfile: &Dockerfile<'_>) -> bool {
        let first = &self.list.statements[0].first;
        let [Command { kind: CommandKind::Simple(simple), redirects, .. }] =
            first.commands.as_slice()
        else {
            return false;
        };
        let words = words_text(dockerfile, simple);
        let goes = matches!(words.as_slice(), [Some(cd), Some(path)] if cd == "cd" && path.starts_with('/'));
        let plain =
            redirects.is_empty() && simple.assignments.is_empty() && first.negated.is_none();
        goes && plain && self.is_bare_chain()
    }

    pub(super) fn installs(&self) -> bool {
        self.managers.iter().any(|(_, verb)| verb != "update")
    }
}

fn is_and_chain(statement: &Statement) -> bool {
    statement.rest.iter().all(|(connector, _)| connector.kind == ConnectorKind::And)
        && statement.end.is_none_or(|end| end.kind != SeparatorKind::Background)
}

/// The system package managers that a script calls, each with its verb.
fn managers(dockerfile: &Dockerfile<'_>, list: &List) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for call in crate::facts::calls(list) {
        let words = words_text(dockerfile, call.simple);
        let mut words =
            words.iter().filter_map(|word| word.as_deref()).skip_while(|word| *word == "sudo");
        let Some(program) = words.next() else { continue };
        if matches!(
            program,
            "apt-get"
                | "apt"
                | "apk"
                | "yum"
                | "dnf"
                | "microdnf"
                | "zypper"
                | "pip"
                | "pip3"
                | "npm"
                | "gem"
        ) {
            let verb = words.find(|word| !word.starts_with('-')).unwrap_or_default();
            found.push((program.replace("apt-get", "apt"), verb.to_owned()));
        }
    }
    found
}

impl<'f> Group<'f> {
    pub(super) fn of(part: Part<'f>) -> Self {
        let options = part.head_options().to_vec();
        let last_has_or = part.list.statements.len() == 1
            && part.last().is_some_and(|statement| !is_and_chain(statement));
        let inner = if last_has_or { Wrap::Braces } else { Wrap::Bare };
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
    ) -> Result<(), (Part<'f>, Hazard)> {
        match self.plan(facts, &part) {
            Ok(plan) => {
                self.add(facts, part, plan);
                Ok(())
            }
            Err(hazard) => Err((part, hazard)),
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

impl Part<'_> {
    fn leak_in_words(&self) -> &'static str {
        match &self.effects {
            Effects { options: Some(_), .. } => "the first changes shell options on its way",
            Effects { state: Some(_), .. } => {
                "the first leaves variables or other state in its shell"
            }
            _ => "the first leaves its shell in another directory",
        }
    }

    /// Whether each command of the script may stand on a line of its own under errexit.
    pub(super) fn is_chain_of_simple_commands(&self) -> bool {
        let simple = |command: &Command| matches!(command.kind, CommandKind::Simple(_));
        self.is_chain_of_simple()
            && self.is_bare_chain()
            && self.list.statements[0]
                .pipelines()
                .all(|pipeline| pipeline.commands.iter().all(simple))
    }

    /// Whether the script does the same in a subshell in front of `&&`, where errexit is off.
    fn may_stand_in_subshell(&self) -> bool {
        let effects = &self.effects;
        let alone =
            is_insensitive(self.list) && effects.options.is_none() && effects.unseen.is_none();
        self.errexit() == Errexit::Off || alone
    }

    /// Whether errexit means nothing to the script, but for its own head.
    fn is_chain_of_simple(&self) -> bool {
        if self.effects.unseen.is_some() {
            return false;
        }
        let skip = usize::from(self.effects.head.as_ref().is_some_and(|head| !head.by_and));
        matches!(&self.list.statements[skip..], [statement] if pipelines_insensitive(statement))
    }
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

/// Whether the comments around two scripts let them become one.
fn comments_allow(facts: &Facts<'_>, before: &Part<'_>, part: &Part<'_>) -> Result<(), Hazard> {
    let dockerfile = facts.dockerfile;
    for script in [before.script, part.script] {
        let runs_on = |comment: &&Span| dockerfile.continuations_in(**comment).next().is_some();
        if script.comments.iter().any(|comment| runs_on(&comment)) {
            return Err((
                &reasons::COMMENT_SWALLOWS,
                "a comment runs on over the next line".into(),
            ));
        }
    }
    let own = travelling_comments(facts, before.index, part.index);
    if own.iter().any(|comment| is_commented_out(comment.of(dockerfile.source))) {
        let message = "an instruction that is commented out stands between".to_owned();
        return Err((&reasons::COMMENTED_OUT, message));
    }
    let linted = own.iter().any(|comment| is_lint_comment(comment.of(dockerfile.source)));
    if linted {
        let message = "a comment for a linter or formatter stands above the second".to_owned();
        return Err((&reasons::LINT_COMMENT, message));
    }
    Ok(())
}

/// A comment that holds an instruction for the day it is wanted again.
fn is_commented_out(comment: &str) -> bool {
    let text = comment.trim_start_matches('#').trim_start();
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let upper = word.chars().all(|c| c.is_ascii_uppercase());
    upper && !rest.trim().is_empty() && Keyword::of(word) != Keyword::Unknown
}

/// A comment that tells another tool how to treat the next instruction.
pub(super) fn is_lint_comment(comment: &str) -> bool {
    let text = comment.trim_start_matches('#').trim_start().to_ascii_lowercase();
    const TOOLS: &[&str] = &[
        "hadolint",
        "tally",
        "check=",
        "dockerfmt-ignore",
        "dprint-ignore",
        "checkov:",
        "kics-scan",
        "trivy:",
        "nosemgrep",
        "semgrep",
        "nosonar",
        "dockle",
        "shellcheck ",
        "dockslim",
        "tfsec:",
        "droast",
        "snyk",
    ];
    TOOLS.iter().any(|tool| text.starts_with(tool))
}

/// Whether errexit ends the script when this statement fails: it is one pipeline of simple commands
/// or subshells, without `!`.
fn dies_on_failure(statement: &Statement) -> bool {
    statement.rest.is_empty()
        && statement.first.negated.is_none()
        && statement.end.is_none_or(|end| end.kind != SeparatorKind::Background)
        && statement.first.commands.iter().all(|command| {
            matches!(command.kind, CommandKind::Simple(_) | CommandKind::Subshell(_))
        })
}

fn part_ends_fatally(part: &Part<'_>) -> bool {
    part.last().is_some_and(dies_on_failure)
}

fn pipelines_insensitive(statement: &Statement) -> bool {
    let alone = |pipeline: &Pipeline| {
        let first = pipeline.clone();
        let span = first.span;
        is_insensitive(&List {
            statements: vec![Statement { span, first, rest: Vec::new(), end: None }],
        })
    };
    statement.pipelines().all(alone)
}

/// The comments between two instructions that travel with the second, in order.
pub(super) fn travelling_comments(facts: &Facts<'_>, from: usize, to: usize) -> Vec<Span> {
    let between = &facts.dockerfile.items[from + 1..to];
    let last_instruction = between.iter().rposition(|item| matches!(item, Item::Instruction(_)));
    let own = &between[last_instruction.map_or(0, |at| at + 1)..];
    let comments = own.iter().filter_map(|item| match item {
        Item::Comment { text, .. } => Some(*text),
        _ => None,
    });
    comments.collect()
}
