//! Runs the passes over one file. The command line and the language server call the same function.

mod ahead;
mod alone;
mod kept;

use std::sync::Arc;

use dockslim_contract::{BuildContext, Decline, Findings, Rewrite, Safety};
use dockslim_proof::{Build, Prover, Verdict};
use dockslim_syntax::{Dockerfile, Edits, Known, Span, parse};
use dockslim_transforms::{Facts, Options, PIPELINE, Transform};

use ahead::Ahead;
pub(crate) use ahead::safe_while;
pub use alone::{Change, Judge, Proposals, Single, alone, proposals_and_judge, right};
use kept::Kept;

/// What the engine is asked to do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The boldest level that is applied.
    pub level: Safety,
    /// Run only these passes; all if empty.
    pub select: Vec<String>,
    /// Do not run these passes.
    pub ignore: Vec<String>,
    /// The options of the passes.
    pub options: Options,
    /// What COPY and ADD of the file can see. Without it, passes that need to know decline.
    pub context: Option<Arc<BuildContext>>,
    /// Leave alone all instructions but those with a byte here; what is changed together with one of them may be any. Bytes of the
    /// source. All if `None`.
    pub only: Option<Vec<Span>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: Safety::Safe,
            select: Vec::new(),
            ignore: Vec::new(),
            options: Options::default(),
            context: None,
            only: None,
        }
    }
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The text after all changes.
    pub text: String,
    /// The same changes as edits of the original text.
    pub edits: Edits,
    /// What was changed, in the order of the file.
    pub applied: Vec<Remark>,
    /// What a bolder level would change, in the order of the file.
    pub offered: Vec<Remark>,
    /// What was left alone, in the order of the file.
    pub declined: Vec<Remark>,
    /// What a builder would refuse in the original text.
    pub diagnostics: Vec<Remark>,
    /// What is wrong with comments that speak to dockslim: those that are not understood, and those that keep nothing.
    pub notes: Vec<Remark>,
}

/// A sentence about a place in the original text.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The pass that speaks; empty for a diagnostic.
    pub pass: &'static str,
    /// The level of the rewrite that it speaks of.
    pub safety: Safety,
    /// The place, a byte range of the original text.
    pub at: Span,
    /// The line of that place, from 1.
    pub line: usize,
    /// For a decline the name of its reason, else empty.
    pub reason: &'static str,
    /// What and why, in lower case and without a full stop.
    pub message: String,
}

/// Runs the chosen passes over `source`, in their order, until each is quiet: first with what is sure, then with what is bolder. Behind a
/// smaller base, or a list without compilers, those in front are asked once more.
///
/// A pass is asked again after each of its rounds, since one change may open the way for another. The
/// text of each round is read again: where it would read worse than before (a new diagnostic, a lost comment), or
/// where the proof does not accept it, its rewrites are tried one by one, and those that are in the way become
/// declines.
pub fn fix(source: &str, settings: &Settings) -> Outcome {
    fix_parsed(&parse(source), settings)
}

/// The same for a text that was read already.
pub(crate) fn fix_parsed(dockerfile: &Dockerfile<'_>, settings: &Settings) -> Outcome {
    fix_while(dockerfile, settings, &|| true).expect("it is wanted to its end")
}

/// The same, or `None` once nobody wants it any more, as `wanted` says, which is asked again and again.
pub(crate) fn fix_while(
    dockerfile: &Dockerfile<'_>,
    settings: &Settings,
    wanted: &dyn Fn() -> bool,
) -> Option<Outcome> {
    let source = dockerfile.source;
    let mut run = Run { wanted, ..Run::new(source, settings) };
    run.diagnose(dockerfile);
    // Bolder levels start where the surer ones end, so that they can come at once or later.
    let levels = [Safety::Safe, Safety::Review, Safety::Suggestion];
    source.clone_into(&mut run.text);
    for level in levels.into_iter().filter(|level| *level <= settings.level) {
        if level == Safety::Safe {
            run.start(level);
            run.from(dockerfile, Ahead::default(), 0, 0);
            continue;
        }
        for _ in 0..MOST_TURNS {
            let known = run.applied.len();
            run.start(level);
            let text = std::mem::take(&mut run.text);
            run.from(&parse(&text), Ahead::default(), 0, 0);
            if run.applied[known..].iter().all(|remark| !OPENS.contains(&remark.pass)) {
                break;
            }
        }
    }
    run.note_comments(dockerfile);
    (!run.given_up).then(|| run.outcome())
}

/// The passes that open the way for those in front of them: on a smaller base all comes by the names of packages, and a list without compilers may
/// hold none that is not known.
const OPENS: &[&str] = &["slim-base", "drop-build-deps"];

/// How often the passes of a level are gone through for its sake.
const MOST_TURNS: usize = 3;

/// How often a pass may change a file before it is left at that.
const MOST_ROUNDS: usize = 16;

impl Settings {
    /// Whether the pass of this name is to run.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let listed = |list: &[String]| list.iter().any(|wanted| wanted == name);
        (self.select.is_empty() || listed(&self.select)) && !listed(&self.ignore)
    }
}

/// One file on its way through the passes.
struct Run<'s> {
    source: &'s str,
    settings: &'s Settings,
    /// Whether somebody still waits for the outcome.
    wanted: &'s dyn Fn() -> bool,
    /// Whether it was found that nobody does.
    given_up: bool,
    /// The boldest level that is applied now.
    level: Safety,
    /// Where the lines of the source end.
    newlines: Vec<usize>,
    prover: Prover,
    passes: Vec<&'static Transform>,
    /// Whether the processors are free to work out what is likely to be wanted.
    ahead: bool,
    /// The text behind all passes, and what was changed so far as edits of the source.
    text: String,
    edits: Edits,
    /// Rewrites that would have done harm, by pass, place and reason.
    dropped: Vec<(&'static str, usize, String)>,
    /// The comments that have kept something.
    kept: Kept,
    applied: Vec<Remark>,
    offered: Vec<Remark>,
    declined: Vec<Remark>,
    diagnostics: Vec<Remark>,
    notes: Vec<Remark>,
}

impl<'s> Run<'s> {
    fn new(source: &'s str, settings: &'s Settings) -> Self {
        Self {
            source,
            settings,
            wanted: &|| true,
            given_up: false,
            level: Safety::Safe,
            newlines: source.match_indices('\n').map(|(at, _)| at).collect(),
            prover: Prover::default(),
            passes: PIPELINE.iter().copied().filter(|pass| settings.wants(pass.name)).collect(),
            ahead: false,
            text: String::new(),
            edits: Edits::new(),
            dropped: Vec::new(),
            kept: Kept::default(),
            applied: Vec::new(),
            offered: Vec::new(),
            declined: Vec::new(),
            diagnostics: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Begins at a level: what was said of the text before holds no more, but for what was changed.
    fn start(&mut self, level: Safety) {
        self.level = level;
        self.dropped.clear();
        self.offered.clear();
        self.declined.clear();
    }

    /// A remark about a place of the current text, told in places of the source.
    fn remark(&self, pass: &'static str, safety: Safety, at: Span, message: String) -> Remark {
        let start = self.edits.origin(at.start).min(self.source.len());
        let end = self.edits.origin(at.end).clamp(start, self.source.len());
        let line = 1 + self.newlines.partition_point(|newline| *newline < start);
        Remark { pass, safety, at: Span::new(start, end), line, reason: "", message }
    }

    fn diagnose(&mut self, dockerfile: &Dockerfile<'_>) {
        for diagnostic in &dockerfile.diagnostics {
            let remark = self.remark("", Safety::Safe, diagnostic.span, diagnostic.message.clone());
            self.diagnostics.push(remark);
        }
    }

    /// Runs the passes from number `next` on over a text, of which `rounds` have changed it already, and of which some things may be known.
    fn from<'t>(
        &mut self,
        dockerfile: &'t Dockerfile<'t>,
        Ahead { mut build, findings }: Ahead<'t>,
        next: usize,
        rounds: usize,
    ) {
        let context = self.settings.context.as_deref();
        let facts = Facts::of(dockerfile, &self.settings.options, context);
        let mut rounds = rounds;
        let mut known = findings.into_iter();
        for number in next..self.passes.len() {
            if self.gives_up() {
                return;
            }
            let pass = self.passes[number];
            let findings =
                known.next().unwrap_or_else(|| (pass.run)(&facts, &self.settings.options));
            let findings = self.allowed(pass, &facts, findings);
            if rounds < MOST_ROUNDS && self.round(dockerfile, &mut build, number, rounds, &findings)
            {
                return;
            }
            self.note_rest(pass, findings);
            rounds = 0;
        }
        self.text = dockerfile.source.to_owned();
    }

    /// Whether nobody waits for the outcome any more.
    fn gives_up(&mut self) -> bool {
        self.given_up = self.given_up || !(self.wanted)();
        self.given_up
    }

    /// What a pass has found, as far as comments and the chosen places allow it.
    fn allowed(&mut self, pass: &Transform, facts: &Facts<'_>, mut findings: Findings) -> Findings {
        debug_assert!(
            findings.rewrites.iter().all(|rewrite| pass.levels.contains(&rewrite.safety)),
            "{} has a level that it does not name",
            pass.name
        );
        if !facts.suppressions.is_empty() {
            self.kept.hold(pass, facts, &mut findings);
        }
        if let Some(only) = &self.settings.only {
            self.restrict(only, facts.dockerfile, &mut findings);
        }
        findings
    }

    /// Leaves only what touches an instruction that has a byte of the source in `only`.
    fn restrict(&self, only: &[Span], dockerfile: &Dockerfile<'_>, findings: &mut Findings) {
        let lines = dockerfile.instructions().map(|(_, instruction)| instruction.lines);
        let chosen: Vec<Span> =
            lines.filter(|lines| comes_from(*lines, &self.edits, self.source, only)).collect();
        let is_chosen = |span: Span| chosen.iter().any(|lines| touch(*lines, span));
        findings.rewrites.retain(|rewrite| {
            is_chosen(rewrite.at) || rewrite.edits.iter().any(|edit| is_chosen(edit.span))
        });
        findings.declines.retain(|decline| is_chosen(decline.at));
    }

    /// Applies what a pass proposes at the chosen level, and runs on from there. `false` if nothing
    /// is to be changed.
    fn round<'t>(
        &mut self,
        before: &'t Dockerfile<'t>,
        build: &mut Option<Build<'t>>,
        number: usize,
        rounds: usize,
        findings: &Findings,
    ) -> bool {
        let pass = self.passes[number];
        let wanted = findings.rewrites.iter().filter(|rewrite| rewrite.safety <= self.level);
        let wanted: Vec<&Rewrite> =
            wanted.filter(|rewrite| !self.was_dropped(pass, rewrite)).collect();
        // Of two rewrites that overlap the first wins; the other may come in the next round.
        let mut edits = Edits::new();
        let mut taken: Vec<&Rewrite> =
            wanted.into_iter().filter(|rewrite| edits.merge(&rewrite.edits).is_ok()).collect();
        if edits.is_empty() {
            return false;
        }
        let build = build.get_or_insert_with(|| self.prover.build(before));
        let mut text = edits.apply(before.source);
        let known = Known::of(before);
        {
            let after = known.parse(&text);
            let (new, findings) =
                self.with_findings(&after, number, |prover| prover.build_like(&after, build));
            let context = self.settings.context.as_deref();
            if objection(pass, &self.prover, context, (before, build), (&after, &new)).is_none() {
                self.take(pass, &taken, &edits);
                let build = Some(new);
                self.from(&after, Ahead { build, findings }, number, rounds + 1);
                return true;
            }
        }
        (edits, taken) = self.harmless((before, &known), build, pass, &taken);
        if taken.is_empty() {
            return false;
        }
        self.take(pass, &taken, &edits);
        text = edits.apply(before.source);
        self.from(&known.parse(&text), Ahead::default(), number, rounds + 1);
        true
    }

    fn take(&mut self, pass: &Transform, rewrites: &[&Rewrite], edits: &Edits) {
        for rewrite in rewrites {
            let remark = self.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason.clone());
            self.applied.push(remark);
        }
        self.edits = self.edits.then(edits);
    }

    /// The rewrites that do no harm by themselves, with their edits; the others are dropped.
    fn harmless<'r>(
        &mut self,
        (before, known): (&Dockerfile<'_>, &Known<'_>),
        build: &Build<'_>,
        pass: &Transform,
        rewrites: &[&'r Rewrite],
    ) -> (Edits, Vec<&'r Rewrite>) {
        let mut edits = Edits::new();
        let mut good = Vec::new();
        for rewrite in rewrites {
            let mut tried = edits.clone();
            if tried.merge(&rewrite.edits).is_err() {
                continue;
            }
            if self.gives_up() {
                break;
            }
            let text = tried.apply(before.source);
            let after = known.parse(&text);
            let new = self.prover.build_like(&after, build);
            let context = self.settings.context.as_deref();
            let objection = objection(pass, &self.prover, context, (before, build), (&after, &new));
            let Some(objection) = objection else {
                edits = tried;
                good.push(*rewrite);
                continue;
            };
            let message = format!("not rewritten: {}", objection.message);
            let mut remark = self.remark(pass.name, rewrite.safety, rewrite.at, message);
            remark.reason = objection.reason;
            self.declined.push(remark);
            self.dropped.push((pass.name, rewrite.at.start, rewrite.reason.clone()));
        }
        // The places of what was dropped move with the text.
        for (_, at, _) in &mut self.dropped {
            *at = moved(&edits, *at);
        }
        (edits, good)
    }

    fn was_dropped(&self, pass: &Transform, rewrite: &Rewrite) -> bool {
        let is_it = |(name, at, reason): &(&'static str, usize, String)| {
            *name == pass.name && *at == rewrite.at.start && *reason == rewrite.reason
        };
        self.dropped.iter().any(is_it)
    }

    /// Notes what a pass that is quiet offers at bolder levels and leaves alone.
    fn note_rest(&mut self, pass: &Transform, findings: Findings) {
        for rewrite in findings.rewrites {
            if rewrite.safety > self.level {
                let remark = self.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason);
                self.offered.push(remark);
            }
        }
        self.note_declines(pass, findings.declines);
    }

    fn note_declines(&mut self, pass: &Transform, declines: Vec<Decline>) {
        for decline in declines {
            let mut remark = self.remark(pass.name, pass.boldest(), decline.at, decline.message);
            remark.reason = decline.reason.name;
            self.declined.push(remark);
        }
    }

    /// Notes what is wrong with comments that speak to dockslim. One that keeps nothing is spoken of only if the passes that
    /// it names have all run.
    fn note_comments(&mut self, dockerfile: &Dockerfile<'_>) {
        let settings = self.settings;
        for (comment, reason, message) in
            self.kept.complaints(dockerfile, |name| settings.wants(name))
        {
            let line = 1 + self.newlines.partition_point(|newline| *newline < comment.start);
            let (pass, safety) = ("", Safety::Safe);
            self.notes.push(Remark { pass, safety, at: comment, line, reason, message });
        }
    }

    fn outcome(mut self) -> Outcome {
        for remarks in [
            &mut self.applied,
            &mut self.offered,
            &mut self.declined,
            &mut self.diagnostics,
            &mut self.notes,
        ] {
            remarks.sort_by_key(|remark| remark.at.start);
        }
        Outcome {
            text: self.text,
            edits: self.edits,
            applied: self.applied,
            offered: self.offered,
            declined: self.declined,
            diagnostics: self.diagnostics,
            notes: self.notes,
        }
    }
}

/// Whether lines of the text that `edits` make of `source` have a byte that comes from one of `places` there.
pub(crate) fn comes_from(lines: Span, edits: &Edits, source: &str, places: &[Span]) -> bool {
    let origin = |at: usize| edits.origin(at).min(source.len());
    let start = origin(lines.start);
    // The last byte, and not the one behind it, which may come from elsewhere.
    let end = origin(lines.end.saturating_sub(1)) + 1;
    places.iter().any(|place| touch(Span::new(start, end.max(start)), *place))
}

/// Whether two places have a byte in common, or one lies empty inside the other.
pub(crate) fn touch(place: Span, at: Span) -> bool {
    let inside = at.is_empty() && place.start < at.start && at.start < place.end;
    inside || (at.start < place.end && place.start < at.end)
}

/// Why a new text is not taken.
struct Objection {
    /// The name under which it is counted.
    reason: &'static str,
    message: String,
}

/// What speaks against a new text, if anything.
fn objection(
    pass: &Transform,
    prover: &Prover,
    context: Option<&BuildContext>,
    (before, build): (&Dockerfile<'_>, &Build<'_>),
    (after, new): (&Dockerfile<'_>, &Build<'_>),
) -> Option<Objection> {
    if let Some(harm) = harm(before, after) {
        return Some(Objection { reason: "would-do-harm", message: harm });
    }
    let verdict = prover.compare(build, new, context);
    let message = match verdict.within(|difference| pass.causes.contains(&difference)) {
        Verdict::Equal(_) => return None,
        Verdict::Different(gap) => format!("it would build something else: {}", gap.message),
        Verdict::Unknown(gap) => format!("it cannot be proved: {}", gap.message),
    };
    Some(Objection { reason: "not-proven", message })
}

/// Where the byte at `offset` of the old text stands after the edits.
fn moved(edits: &Edits, offset: usize) -> usize {
    let before = edits.iter().take_while(|edit| edit.span.end <= offset);
    let shift: isize = before.map(|edit| edit.text.len() as isize - edit.span.len() as isize).sum();
    offset.saturating_add_signed(shift)
}

/// What is worse in a new text than in the old one, if anything.
fn harm(before: &Dockerfile<'_>, after: &Dockerfile<'_>) -> Option<String> {
    if after.diagnostics.len() > before.diagnostics.len() {
        let old: Vec<&str> =
            before.diagnostics.iter().map(|known| known.message.as_str()).collect();
        let new = after.diagnostics.iter().find(|found| !old.contains(&found.message.as_str()));
        let message = new.or(after.diagnostics.last()).map_or("", |found| &found.message);
        return Some(format!("the result would not be read: {message}"));
    }
    fn sorted<'t>(dockerfile: &Dockerfile<'t>) -> Vec<&'t str> {
        let mut comments: Vec<&str> = dockerfile.comments().collect();
        comments.sort_unstable();
        comments
    }
    if sorted(before) != sorted(after) {
        return Some("a comment would be lost".to_owned());
    }
    kept::escapes(before, after)
        .then(|| "an instruction would leave what a comment keeps".to_owned())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use dockslim_syntax::parse;

    use super::{Settings, fix, fix_while};

    #[test]
    fn work_ends_where_nobody_waits_for_it_any_more() {
        let source = "FROM debian:12\nRUN a\nRUN b\n";
        let (file, settings) = (parse(source), Settings::default());
        let asked = Cell::new(0);
        let wanted_for = |most: usize| {
            asked.set(0);
            let wanted = || {
                asked.set(asked.get() + 1);
                asked.get() <= most
            };
            fix_while(&file, &settings, &wanted).map(|outcome| outcome.text)
        };
        assert_eq!(wanted_for(usize::MAX), Some(fix(source, &settings).text));
        let questions = asked.get();
        assert!(questions > 1, "it asks on its way");
        for most in 0..questions {
            assert_eq!((wanted_for(most), asked.get()), (None, most + 1));
        }
    }
}
