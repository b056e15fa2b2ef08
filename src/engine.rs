//! Runs the passes over one file. The command line and the language server call the same function.

use dockslim_contract::{Findings, Rewrite, Safety};
use dockslim_syntax::{Dockerfile, Edits, Span, parse};
use dockslim_transforms::{Facts, Options, PIPELINE, Transform};

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: Safety::Safe,
            select: Vec::new(),
            ignore: Vec::new(),
            options: Options::default(),
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

/// Runs the chosen passes over `source`, in their order, until each is quiet.
///
/// A pass is asked again after each of its rounds, since one change may open the way for another. A
/// round whose text would read worse than before (a new diagnostic, a lost comment) is taken apart:
/// its rewrites are tried one by one, and those that do the harm become declines.
pub fn fix(source: &str, settings: &Settings) -> Outcome {
    let mut run = Run::new(source, settings);
    let passes: Vec<_> =
        PIPELINE.iter().copied().filter(|pass| settings.wants(pass.name)).collect();
    let mut next_pass = 0;
    let mut rounds = 0;
    loop {
        let text = std::mem::take(&mut run.text);
        let dockerfile = parse(&text);
        if rounds == 0 && next_pass == 0 {
            run.diagnose(&dockerfile);
        }
        let facts = Facts::of(&dockerfile, &settings.options);
        let mut changed = None;
        while let Some(pass) = passes.get(next_pass) {
            let findings = (pass.run)(&facts, &settings.options);
            changed =
                if rounds < MOST_ROUNDS { run.round(&dockerfile, pass, &findings) } else { None };
            if changed.is_some() {
                rounds += 1;
                break;
            }
            run.note_rest(&dockerfile, pass, findings);
            next_pass += 1;
            rounds = 0;
        }
        match changed {
            Some((edits, new_text)) => {
                run.edits = run.edits.then(&edits);
                run.text = new_text;
            }
            None => {
                drop(facts);
                run.text = text;
                return run.outcome();
            }
        }
    }
}

/// How often a pass may change a file before it is left at that.
const MOST_ROUNDS: usize = 16;

impl Settings {
    /// Whether the pass of this name is to run.
    fn wants(&self, name: &str) -> bool {
        let listed = |list: &[String]| list.iter().any(|wanted| wanted == name);
        (self.select.is_empty() || listed(&self.select)) && !listed(&self.ignore)
    }
}

/// One file on its way through the passes.
struct Run<'s> {
    source: &'s str,
    settings: &'s Settings,
    /// Where the lines of the source end.
    newlines: Vec<usize>,
    /// The text so far, and the same as edits of the source.
    text: String,
    edits: Edits,
    /// Rewrites that would have done harm, by pass, place and reason.
    dropped: Vec<(&'static str, usize, String)>,
    applied: Vec<Remark>,
    offered: Vec<Remark>,
    declined: Vec<Remark>,
    diagnostics: Vec<Remark>,
}

impl<'s> Run<'s> {
    fn new(source: &'s str, settings: &'s Settings) -> Self {
        Self {
            source,
            settings,
            newlines: source.match_indices('\n').map(|(at, _)| at).collect(),
            text: source.to_owned(),
            edits: Edits::new(),
            dropped: Vec::new(),
            applied: Vec::new(),
            offered: Vec::new(),
            declined: Vec::new(),
            diagnostics: Vec::new(),
        }
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

    /// Applies what a pass proposes at the chosen level: the change and the text behind it, or
    /// `None` if nothing is to be changed.
    fn round(
        &mut self,
        before: &Dockerfile<'_>,
        pass: &Transform,
        findings: &Findings,
    ) -> Option<(Edits, String)> {
        let wanted =
            findings.rewrites.iter().filter(|rewrite| rewrite.safety <= self.settings.level);
        let wanted: Vec<&Rewrite> =
            wanted.filter(|rewrite| !self.was_dropped(pass, rewrite)).collect();
        // Of two rewrites that overlap the first wins; the other may come in the next round.
        let mut edits = Edits::new();
        let taken: Vec<&Rewrite> =
            wanted.into_iter().filter(|rewrite| edits.merge(&rewrite.edits).is_ok()).collect();
        if edits.is_empty() {
            return None;
        }
        let text = edits.apply(before.source);
        if harm(before, &text).is_none() {
            self.note_applied(pass, &taken);
            return Some((edits, text));
        }
        self.one_by_one(before, pass, &taken)
    }

    /// Applies the rewrites that do no harm by themselves, and drops the others.
    fn one_by_one(
        &mut self,
        before: &Dockerfile<'_>,
        pass: &Transform,
        rewrites: &[&Rewrite],
    ) -> Option<(Edits, String)> {
        let mut edits = Edits::new();
        let mut good = Vec::new();
        for rewrite in rewrites {
            let mut tried = edits.clone();
            if tried.merge(&rewrite.edits).is_err() {
                continue;
            }
            match harm(before, &tried.apply(before.source)) {
                None => {
                    edits = tried;
                    good.push(*rewrite);
                }
                Some(harm) => {
                    let message = format!("not rewritten: {harm}");
                    let mut remark = self.remark(pass.name, rewrite.safety, rewrite.at, message);
                    remark.reason = "would-do-harm";
                    self.declined.push(remark);
                    self.dropped.push((pass.name, rewrite.at.start, rewrite.reason.clone()));
                }
            }
        }
        if good.is_empty() {
            return None;
        }
        self.note_applied(pass, &good);
        let text = edits.apply(before.source);
        // The places of what was dropped move with the text.
        for (_, at, _) in &mut self.dropped {
            *at = moved(&edits, *at);
        }
        Some((edits, text))
    }

    fn was_dropped(&self, pass: &Transform, rewrite: &Rewrite) -> bool {
        let is_it = |(name, at, reason): &(&'static str, usize, String)| {
            *name == pass.name && *at == rewrite.at.start && *reason == rewrite.reason
        };
        self.dropped.iter().any(is_it)
    }

    fn note_applied(&mut self, pass: &Transform, rewrites: &[&Rewrite]) {
        for rewrite in rewrites {
            let remark = self.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason.clone());
            self.applied.push(remark);
        }
    }

    /// Notes what a pass that is quiet offers at bolder levels and leaves alone.
    fn note_rest(&mut self, before: &Dockerfile<'_>, pass: &Transform, findings: Findings) {
        debug_assert!(
            before.source.len() >= findings.declines.iter().map(|d| d.at.end).max().unwrap_or(0)
        );
        for rewrite in findings.rewrites {
            if rewrite.safety > self.settings.level {
                let remark = self.remark(pass.name, rewrite.safety, rewrite.at, rewrite.reason);
                self.offered.push(remark);
            }
        }
        for decline in findings.declines {
            let mut remark = self.remark(pass.name, pass.safety, decline.at, decline.message);
            remark.reason = decline.reason.name;
            self.declined.push(remark);
        }
    }

    fn outcome(mut self) -> Outcome {
        for remarks in
            [&mut self.applied, &mut self.offered, &mut self.declined, &mut self.diagnostics]
        {
            remarks.sort_by_key(|remark| remark.at.start);
        }
        Outcome {
            text: self.text,
            edits: self.edits,
            applied: self.applied,
            offered: self.offered,
            declined: self.declined,
            diagnostics: self.diagnostics,
        }
    }
}

/// Where the byte at `offset` of the old text stands after the edits.
fn moved(edits: &Edits, offset: usize) -> usize {
    let before = edits.iter().take_while(|edit| edit.span.end <= offset);
    let shift: isize = before.map(|edit| edit.text.len() as isize - edit.span.len() as isize).sum();
    offset.saturating_add_signed(shift)
}

/// What is worse in a new text than in the old one, if anything.
fn harm(before: &Dockerfile<'_>, text: &str) -> Option<String> {
    let after = parse(text);
    if after.diagnostics.len() > before.diagnostics.len() {
        let old: Vec<&str> =
            before.diagnostics.iter().map(|known| known.message.as_str()).collect();
        let new = after.diagnostics.iter().find(|found| !old.contains(&found.message.as_str()));
        let message = new.or(after.diagnostics.last()).map_or("", |found| &found.message);
        return Some(format!("the result would not be read: {message}"));
    }
    let sorted = |dockerfile: &Dockerfile<'_>| {
        let mut comments: Vec<String> = dockerfile.comments().map(str::to_owned).collect();
        comments.sort_unstable();
        comments
    };
    (sorted(before) != sorted(&after)).then(|| "a comment would be lost".to_owned())
}
